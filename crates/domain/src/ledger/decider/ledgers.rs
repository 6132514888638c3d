//! Deciding what is asked of the ledger itself and its assets.

use super::{Decided, Decider, SAME, changed, default_asset};
use crate::ledger::effect::Fact;
use crate::ledger::rejection::Rejection;
use crate::ledger::rows::{AssetRow, DEFAULT_CHANGES_MAX, LedgerState, Tombstone};
use crate::ledger::terms::{ASSETS_MAX, AssetTerms, LedgerTerms, Limits};
use crate::names::Name;
use crate::numbers::{AssetNo, Seq};
use crate::product::Product;

impl<P: Product> Decider<'_, P> {
    pub(crate) fn open_ledger(self, terms: &LedgerTerms) -> Decided<P> {
        let head = self.working.head();
        if !head.is_absent() {
            let assets = self.working.assets();
            let is_default = |code: &Name| default_asset(self.working, self.draft) == Some(code);
            let same = head.rules == terms.rules
                && terms.default_asset.as_ref().is_none_or(is_default)
                && assets.len() >= terms.assets.len()
                && assets
                    .iter()
                    .zip(&terms.assets)
                    .all(|(row, asset)| row.code == asset.code && row.scale == asset.scale);
            return if same { Ok(SAME) } else { Err(Rejection::LedgerExists) };
        }
        self.check_asset_count(terms.assets.len())?;
        for (place, asset) in terms.assets.iter().enumerate() {
            if terms.assets.iter().take(place).any(|other| other.code == asset.code) {
                return Err(Rejection::AssetExists { asset: asset.code.clone() });
            }
        }
        self.draft.rules = Some(terms.rules);
        let seq = self.draft.push(self.working, self.at, Fact::LedgerOpened(terms.rules));
        let (working, draft, at) = (self.working, self.draft, self.at);
        for asset in &terms.assets {
            Decider { working, draft: &mut *draft, at }.push_asset(asset);
        }
        if let Some(code) = &terms.default_asset {
            let place = terms.assets.iter().position(|asset| asset.code == *code);
            let place = place.ok_or_else(|| Rejection::AssetNotFound { asset: code.clone() })?;
            if place > 0 {
                let no = AssetNo(u64::try_from(place).unwrap_or(u64::MAX)).next();
                draft.default_asset = Some((draft.push(working, at, Fact::DefaultAssetSet { no }), no));
            }
        }
        changed(seq)
    }

    pub(crate) fn set_default_asset(self, code: &Name) -> Decided<P> {
        let no = self.asset(Some(code))?.no;
        if default_asset(self.working, self.draft) == Some(code) {
            return Ok(SAME);
        }
        if self.working.head().defaults.changes() >= DEFAULT_CHANGES_MAX {
            let limit = u64::try_from(DEFAULT_CHANGES_MAX).unwrap_or(u64::MAX);
            return Err(Rejection::TooManyDefaults { limit });
        }
        let seq = self.draft.push(self.working, self.at, Fact::DefaultAssetSet { no });
        self.draft.default_asset = Some((seq, no));
        changed(seq)
    }

    pub(crate) fn rescale_asset(self, terms: &AssetTerms) -> Decided<P> {
        let AssetRow { no, scale, .. } = *self.asset(Some(&terms.code))?;
        let rescaled = self.draft.rescaled.iter().rev().find(|(rescaled, _)| *rescaled == no);
        let scale = rescaled.map_or(scale, |(_, scale)| *scale);
        if scale == terms.scale {
            return Ok(SAME);
        }
        if self.working.has_amounts(no) || self.draft.effects.iter().any(|effect| effect.fact.has_amounts(no)) {
            return Err(Rejection::AssetInUse { asset: terms.code.clone(), scale });
        }
        self.draft.rescaled.push((no, terms.scale));
        changed(self.draft.push(self.working, self.at, Fact::AssetRescaled { no, scale: terms.scale }))
    }

    pub(crate) fn set_archived(self, archived: bool) -> Decided<P> {
        let is_so = self.draft.archived.unwrap_or(self.working.head().state == LedgerState::Archived);
        if is_so == archived {
            return Ok(SAME);
        }
        self.draft.archived = Some(archived);
        changed(self.draft.push(self.working, self.at, Fact::ArchivedSet { archived }))
    }

    /// Whether it may be deleted, the store sees when it commits: only there both ledgers are.
    pub(crate) fn delete_ledger(self, tombstone: &Tombstone) -> Decided<P> {
        if !self.working.head().ledger.is_system() || tombstone.ledger.is_system() {
            return Err(Rejection::LedgerNotFound);
        }
        self.record(Fact::LedgerDeleted(Box::new(tombstone.clone())))
    }

    pub(crate) fn add_asset(self, terms: &AssetTerms) -> Decided<P> {
        match self.working.asset(&terms.code) {
            Some(asset) if asset.scale == terms.scale => Ok(SAME),
            Some(_) => Err(Rejection::AssetExists { asset: terms.code.clone() }),
            None => {
                self.check_asset_count(self.working.assets().len().saturating_add(1))?;
                changed(self.push_asset(terms))
            }
        }
    }

    fn check_asset_count(&self, count: usize) -> Result<(), Rejection<P>> {
        if count <= ASSETS_MAX {
            return Ok(());
        }
        Err(Rejection::TooManyAssets { limit: u64::try_from(ASSETS_MAX).unwrap_or(u64::MAX) })
    }

    fn push_asset(self, terms: &AssetTerms) -> Seq {
        let known = self.working.assets().len().saturating_add(self.draft.assets.len());
        let no = AssetNo(u64::try_from(known).unwrap_or(u64::MAX)).next();
        self.draft.assets.push(AssetRow { no, code: terms.code.clone(), scale: terms.scale });
        let seq = self.draft.push(self.working, self.at, Fact::AssetAdded { no, terms: terms.clone() });
        self.draft.open_account(self.working, self.at, &Name::world(), no, Limits::NONE, None);
        seq
    }
}
