//! Deciding a command: all checks, no change.
//!
//! `decide` borrows the working rows and writes what would change into a draft; a rejection leaves only a draft that
//! is thrown away. The checks stand in the order of precedence of [`Rejection`].

use std::collections::BTreeMap;

use super::command::{
    ASSETS_MAX, AccountChange, AccountTerms, Action, AssetTerms, Command, CommandId, Draw, Expectation, LedgerTerms,
    Limits, Metadata, POSTINGS_MAX, Part, Source, Timing, Transaction, Transfer, ZeroAmounts,
};
use super::draft::Draft;
use super::effect::{AccountChanged, CommandKey, Detail, Effect, Fact, HoldLeg, Posting, Side};
use super::footprint::bucket_keys;
use super::rejection::Rejection;
use super::rows::{
    AssetRow, BalanceRow, Breach, DEFAULT_CHANGES_MAX, IdRow, LedgerState, Leg, OffDateRow, Tombstone, TransactionRow,
    TransactionState, Verdict,
};
use super::working::{AccountSlot, BalanceSlot, Working};
use crate::money::{Amount, Balance};
use crate::names::Name;
use crate::numbers::{AssetNo, Id, Seq, Timestamp};
use crate::{advances, points};

/// What a command that is not refused comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The draft holds its effects.
    Change,
    /// What it asks for is so already.
    Same,
    /// It was decided before.
    Replay(IdRow),
}

/// Decides one command at one instant.
///
/// # Panics
/// When a row of the command's footprint is not loaded.
pub(crate) fn decide(
    working: &Working,
    command: &Command,
    at: Timestamp,
    draft: &mut Draft,
) -> Result<Decision, Rejection> {
    if let Some(row) = recorded(working, command, draft)? {
        return Ok(Decision::Replay(row));
    }
    check_standing(working, draft, &command.action)?;
    // What it means is what it means now, whatever it does to that.
    let fingerprint = command.fingerprint_in(default_asset(working, draft));
    let decider = Decider { working, draft, at };
    let (decision, key_seq) = match &command.action {
        Action::OpenLedger(terms) => decider.open_ledger(terms)?,
        Action::AddAsset(terms) => decider.add_asset(terms)?,
        Action::SetDefaultAsset { asset } => decider.set_default_asset(asset)?,
        Action::RescaleAsset(terms) => decider.rescale_asset(terms)?,
        Action::SetArchived { archived } => decider.set_archived(*archived)?,
        Action::DeleteLedger(tombstone) => decider.delete_ledger(tombstone)?,
        Action::OpenAccount(terms) => decider.open_account(terms)?,
        Action::ChangeAccount(change) => decider.change_account(change)?,
        Action::Transact(transaction) => decider.transact(command.id.id(), transaction)?,
        Action::PostHold { hold, amount } => decider.post_hold(*hold, *amount)?,
        Action::VoidHold { hold } => decider.void_hold(*hold)?,
        Action::ExpireHold { hold } => decider.expire_hold(*hold)?,
        Action::Reverse { original, part } => decider.reverse(command.id.id(), *original, part)?,
        Action::Expect(expectation) => decider.expect(expectation)?,
        Action::Defer { request } => decider.record(Fact::Deferred { request: request.clone() })?,
        Action::Resolve { deferred, answer } => decider.answer(*deferred, answer)?,
        Action::Points(action) => points::decide::decide(decider, command.id.id(), action)?,
        Action::Advances(action) => advances::decide::decide(decider, command.id.id(), action)?,
    };
    if let Some(seq) = key_seq
        && is_kept(command)
    {
        let key = CommandKey { id: command.id.id(), fingerprint };
        draft.keep_outcome(seq, key, Verdict::Done);
    }
    Ok(decision)
}

/// Whether the ledger as a whole takes a command: one that is not open takes only what opens it, one that is archived only what
/// ends what it took before.
pub(crate) fn check_standing(working: &Working, draft: &Draft, action: &Action) -> Result<(), Rejection> {
    let head = working.head();
    let opens = matches!(action, Action::OpenLedger(_));
    if head.arriving {
        return Err(if opens { Rejection::LedgerExists } else { Rejection::LedgerNotFound });
    }
    let archived = draft.archived.unwrap_or(head.state == LedgerState::Archived);
    match head.state {
        LedgerState::Deleted => Err(if opens { Rejection::LedgerDeleted } else { Rejection::LedgerNotFound }),
        LedgerState::Open | LedgerState::Archived if head.is_absent() && !opens => Err(Rejection::LedgerNotFound),
        LedgerState::Open | LedgerState::Archived if archived && !action.is_of_archived() => {
            Err(Rejection::LedgerArchived)
        }
        LedgerState::Open | LedgerState::Archived => Ok(()),
    }
}

/// Writes a refusal into an empty draft, when the client may ask for it again.
pub(crate) fn keep_refusal(
    working: &Working,
    command: &Command,
    rejection: &Rejection,
    at: Timestamp,
    draft: &mut Draft,
) -> bool {
    let CommandId::Client(id) = command.id else { return false };
    if working.head().is_absent() || working.head().arriving || !rejection.is_kept() {
        return false;
    }
    draft.begin(working);
    let fingerprint = command.fingerprint_in(default_asset(working, draft));
    let seq = draft.push(working, at, Fact::Refused(Box::new(rejection.clone())));
    draft.keep_outcome(seq, CommandKey { id, fingerprint }, Verdict::Refused);
    true
}

/// The outcome that the command's id already has.
pub(crate) fn recorded(working: &Working, command: &Command, draft: &Draft) -> Result<Option<IdRow>, Rejection> {
    let CommandId::Client(id) = command.id else { return Ok(None) };
    let known = working.outcome(id).expect("ids of commands are in the footprint");
    match known.or_else(|| draft.outcome(id)) {
        None => Ok(None),
        Some(row) if command.means(row.fingerprint, default_at(working, draft, row.seq)) => Ok(Some(row)),
        Some(row) if other_spelling(working, command).is_some_and(|action| action.fingerprint() == row.fingerprint) => {
            Ok(Some(row))
        }
        Some(_) => Err(Rejection::IdReused { id }),
    }
}

/// The same with the whole amount of a transaction of one posting spelled out, or left out.
fn other_spelling(working: &Working, command: &Command) -> Option<Action> {
    let amount_of = |id: Id| match working.transaction(id)??.legs.as_slice() {
        [leg] => Some(leg.amount),
        _ => None,
    };
    match &command.action {
        Action::PostHold { hold, amount: None } => {
            Some(Action::PostHold { hold: *hold, amount: Some(amount_of(*hold)?) })
        }
        Action::PostHold { hold, amount } if *amount == amount_of(*hold) => {
            Some(Action::PostHold { hold: *hold, amount: None })
        }
        Action::Reverse { original, part: Part::Rest } => {
            Some(Action::Reverse { original: *original, part: Part::Amount(amount_of(*original)?) })
        }
        Action::Reverse { original, part: Part::Amount(amount) } if Some(*amount) == amount_of(*original) => {
            Some(Action::Reverse { original: *original, part: Part::Rest })
        }
        Action::OpenLedger(_)
        | Action::AddAsset(_)
        | Action::SetDefaultAsset { .. }
        | Action::RescaleAsset(_)
        | Action::SetArchived { .. }
        | Action::DeleteLedger(_)
        | Action::OpenAccount(_)
        | Action::ChangeAccount(_)
        | Action::Transact(_)
        | Action::PostHold { .. }
        | Action::VoidHold { .. }
        | Action::ExpireHold { .. }
        | Action::Reverse { .. }
        | Action::Expect(_)
        | Action::Defer { .. }
        | Action::Resolve { .. }
        | Action::Points(_)
        | Action::Advances(_) => None,
    }
}

/// The asset that is meant now where none is named; `None` where there is none yet.
fn default_asset<'a>(working: &'a Working, draft: &Draft) -> Option<&'a Name> {
    let no = draft.default_asset.map_or_else(|| working.head().defaults.now(), |(_, asset)| asset);
    working.asset_by_no(no).map(|asset| &asset.code)
}

/// The asset that was meant where an outcome stands.
fn default_at<'a>(working: &'a Working, draft: &Draft, seq: Seq) -> Option<&'a Name> {
    let no = match draft.default_asset {
        Some((since, asset)) if since < seq => asset,
        Some(_) | None => working.head().defaults.at(seq),
    };
    working.asset_by_no(no).map(|asset| &asset.code)
}

/// Transactions are found by their ids, whoever chose them; of other commands only the client's ids are kept.
fn is_kept(command: &Command) -> bool {
    match &command.action {
        Action::Transact(_) | Action::Reverse { .. } => true,
        Action::Points(
            points::Action::Earn(_)
            | points::Action::Adjust(_)
            | points::Action::Spend { .. }
            | points::Action::Refund { .. },
        ) => true,
        Action::Advances(action) if action.makes_transaction() => true,
        Action::OpenLedger(_)
        | Action::AddAsset(_)
        | Action::SetDefaultAsset { .. }
        | Action::RescaleAsset(_)
        | Action::SetArchived { .. }
        | Action::DeleteLedger(_)
        | Action::OpenAccount(_)
        | Action::ChangeAccount(_)
        | Action::PostHold { .. }
        | Action::VoidHold { .. }
        | Action::ExpireHold { .. }
        | Action::Expect(_)
        | Action::Defer { .. }
        | Action::Resolve { .. }
        | Action::Points(_)
        | Action::Advances(_) => matches!(command.id, CommandId::Client(_)),
    }
}

/// A decision, and the effect that stands for its outcome.
pub(crate) type Decided = Result<(Decision, Option<Seq>), Rejection>;

pub(crate) const SAME: (Decision, Option<Seq>) = (Decision::Same, None);

pub(crate) fn changed(seq: Seq) -> Decided {
    Ok((Decision::Change, Some(seq)))
}

fn replay(command: &TransactionRow, seq: Seq) -> Decided {
    // The stored fingerprint belongs to the command that did it, under whatever id; what matters is the place.
    let fingerprint = super::command::Fingerprint([0; 16]);
    debug_assert!(command.seq <= seq, "an outcome follows its transaction");
    Ok((Decision::Replay(IdRow { seq, fingerprint, verdict: Verdict::Done }), None))
}

/// Whether the state of an account stands in the way of a posting.
#[derive(Clone, Copy)]
enum Guard {
    /// A new debit or credit.
    New,
    /// The end of a hold that the account already took.
    Held,
}

/// Where the legs of a transaction go.
struct Route<'a> {
    transaction: Id,
    effective_at: Option<Timestamp>,
    hold: Option<Seq>,
    detail: Option<Box<Detail>>,
    legs: &'a [ResolvedLeg],
}

/// What one of several sources may give.
#[derive(Clone, Copy)]
struct ResolvedDraw {
    /// Of which leg it is a source.
    leg: usize,
    source: BalanceSlot,
    keep: Option<Balance>,
}

/// A posting as far as its accounts are known.
#[derive(Clone, Copy)]
pub(crate) struct ResolvedLeg {
    pub source: BalanceSlot,
    pub destination: BalanceSlot,
    pub asset: AssetNo,
    pub amount: Amount,
}

/// What a decision is made with: products decide with it too, so that whatever they do is double entry within limits.
pub(crate) struct Decider<'a> {
    pub working: &'a Working,
    pub draft: &'a mut Draft,
    pub at: Timestamp,
}

/// What products decide with.
impl Decider<'_> {
    /// An account's place, where there is one; it takes new debits and credits.
    pub(crate) fn open_slot(&self, name: &Name, asset: AssetNo) -> Result<Option<BalanceSlot>, Rejection> {
        let Some(account) = self.draft.account(self.working, name) else { return Ok(None) };
        let (closed, frozen) = self.draft.account_state(self.working, account);
        check_state(name, closed, frozen, Guard::New)?;
        Ok(self.draft.balance_slot(self.working, account, asset))
    }

    /// Opens an account that is not there, or not for this asset.
    pub(crate) fn open_new(&mut self, name: &Name, asset: AssetNo, limits: Limits, metadata: Metadata) -> BalanceSlot {
        self.draft.open_account(self.working, self.at, name, asset, limits, Some(metadata)).0
    }

    /// Posts a transaction; says where its first posting stands.
    pub(crate) fn post(
        &mut self,
        transaction: Id,
        legs: &[ResolvedLeg],
        detail: Option<Box<Detail>>,
    ) -> Result<Seq, Rejection> {
        self.post_legs(Route { transaction, effective_at: None, hold: None, detail, legs })
    }

    /// Holds a transaction for ever; says where its first leg stands.
    pub(crate) fn hold(
        &mut self,
        transaction: Id,
        legs: &[ResolvedLeg],
        detail: Option<Box<Detail>>,
    ) -> Result<Seq, Rejection> {
        self.hold_legs(transaction, legs, None, detail)
    }

    /// Posts what is held, or less of it where it has one leg; says where the first posting stands.
    pub(crate) fn post_held(
        &mut self,
        id: Id,
        hold: &TransactionRow,
        amount: Option<Amount>,
    ) -> Result<Seq, Rejection> {
        self.release(hold);
        let mut legs = self.resolve_legs(&hold.legs, Guard::Held)?;
        if let ([leg], Some(amount)) = (legs.as_mut_slice(), amount) {
            leg.amount = amount;
        }
        let route = Route { transaction: id, effective_at: None, hold: Some(hold.seq), detail: None, legs: &legs };
        let seq = self.post_legs(route)?;
        let amount = legs.first().map_or(Amount::ZERO, |leg| leg.amount);
        let state = TransactionState::HoldPosted { seq, amount, reversed_by: None };
        self.draft.states.push((hold.seq, id, state));
        Ok(seq)
    }

    /// Gives up what is held; says where.
    pub(crate) fn void_held(&mut self, id: Id, hold: &TransactionRow) -> Seq {
        self.release(hold);
        let seq = self.draft.push(self.working, self.at, Fact::HoldVoided { transaction: id, hold: hold.seq });
        self.draft.states.push((hold.seq, id, TransactionState::Voided { seq }));
        seq
    }
}

impl Decider<'_> {
    fn open_ledger(self, terms: &LedgerTerms) -> Decided {
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

    fn set_default_asset(self, code: &Name) -> Decided {
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

    fn rescale_asset(self, terms: &AssetTerms) -> Decided {
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

    fn set_archived(self, archived: bool) -> Decided {
        let is_so = self.draft.archived.unwrap_or(self.working.head().state == LedgerState::Archived);
        if is_so == archived {
            return Ok(SAME);
        }
        self.draft.archived = Some(archived);
        changed(self.draft.push(self.working, self.at, Fact::ArchivedSet { archived }))
    }

    /// Whether it may be deleted, the store sees when it commits: only there both ledgers are.
    fn delete_ledger(self, tombstone: &Tombstone) -> Decided {
        if !self.working.head().ledger.is_system() || tombstone.ledger.is_system() {
            return Err(Rejection::LedgerNotFound);
        }
        self.record(Fact::LedgerDeleted(Box::new(tombstone.clone())))
    }

    fn add_asset(self, terms: &AssetTerms) -> Decided {
        match self.working.asset(&terms.code) {
            Some(asset) if asset.scale == terms.scale => Ok(SAME),
            Some(_) => Err(Rejection::AssetExists { asset: terms.code.clone() }),
            None => {
                self.check_asset_count(self.working.assets().len().saturating_add(1))?;
                changed(self.push_asset(terms))
            }
        }
    }

    fn check_asset_count(&self, count: usize) -> Result<(), Rejection> {
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

    fn open_account(self, terms: &AccountTerms) -> Decided {
        self.check_owner(&terms.name)?;
        let asset = self.asset(terms.asset.as_ref())?.no;
        let account = self.draft.account(self.working, &terms.name);
        if let Some(account) = account
            && let Some(slot) = self.draft.balance_slot(self.working, account, asset)
        {
            let same = self.draft.balance(self.working, slot).limits == terms.limits;
            return if same && self.is_metadata_same(account, &terms.metadata) {
                Ok(SAME)
            } else {
                Err(Rejection::AccountExists { account: terms.name.clone() })
            };
        }
        if let Some(account) = account {
            // Another asset of an account that is there: nothing else of it changes.
            if self.draft.account_row(self.working, account).closed {
                return Err(Rejection::AccountClosed { account: terms.name.clone() });
            }
            if !self.is_metadata_same(account, &terms.metadata) {
                return Err(Rejection::AccountExists { account: terms.name.clone() });
            }
        }
        self.check_limits(&terms.name, asset, terms.limits)?;
        let empty = BalanceRow::opened(self.working.head().accounts, asset, terms.limits);
        if !empty.is_within_limits() {
            return Err(self.outside(&terms.name, &empty));
        }
        let metadata = Some(terms.metadata.clone());
        let opened = self.draft.open_account(self.working, self.at, &terms.name, asset, terms.limits, metadata);
        changed(opened.1)
    }

    /// A floor above a ceiling leaves no balance that keeps both.
    fn check_limits(&self, account: &Name, asset: AssetNo, limits: Limits) -> Result<(), Rejection> {
        match (limits.min, limits.max) {
            (Some(min), Some(max)) if min > max => {
                Err(Rejection::LimitsCrossed { account: account.clone(), asset: self.code(asset) })
            }
            _ => Ok(()),
        }
    }

    /// Metadata that is not given asks for nothing.
    fn is_metadata_same(&self, account: AccountSlot, asked: &Metadata) -> bool {
        asked.is_empty() || self.draft.account_row(self.working, account).metadata == *asked
    }

    fn change_account(self, change: &AccountChange) -> Decided {
        if change.name.is_world() {
            return Err(Rejection::WorldIsFixed);
        }
        self.check_owner(&change.name)?;
        let wants_limits = change.min.is_some() || change.max.is_some();
        let asset = if wants_limits || change.asset.is_some() {
            Some(self.asset(change.asset.as_ref())?.clone())
        } else {
            None
        };
        let not_found = || Rejection::AccountNotFound {
            account: change.name.clone(),
            asset: asset
                .as_ref()
                .or(self.working.assets().first())
                .map_or_else(Name::world, |asset| asset.code.clone()),
        };
        let slot = self.draft.account(self.working, &change.name).ok_or_else(not_found)?;
        let before = self.draft.account_row(self.working, slot);
        let mut row = before.clone();
        if let Some(metadata) = &change.metadata {
            row.metadata = metadata.clone();
        }
        row.frozen = change.frozen.unwrap_or(row.frozen);
        row.closed = change.closed.unwrap_or(row.closed);
        let mut limits = None;
        if let Some(asset) = &asset {
            let balance = self.draft.balance_slot(self.working, slot, asset.no).ok_or_else(not_found)?;
            let mut changed = self.draft.balance(self.working, balance);
            changed.limits.min = change.min.unwrap_or(changed.limits.min);
            changed.limits.max = change.max.unwrap_or(changed.limits.max);
            if wants_limits {
                self.check_limits(&change.name, asset.no, changed.limits)?;
            }
            if wants_limits && !changed.is_within_limits() {
                return Err(self.outside(&change.name, &changed));
            }
            if wants_limits && changed.limits != self.draft.balance(self.working, balance).limits {
                limits = Some((asset.no, changed.limits));
                self.draft.set_balance(balance, changed);
            }
        }
        if row.closed && !before.closed {
            for balance in self.draft.balance_slots(self.working, slot) {
                let balance = self.draft.balance(self.working, balance);
                if !balance.is_empty() {
                    let (account, asset) = (change.name.clone(), self.code(balance.asset));
                    return Err(Rejection::NotEmpty { account, asset, posted: balance.posted });
                }
            }
        }
        if row == before && limits.is_none() {
            return Ok(SAME);
        }
        let fact = Fact::AccountChanged(Box::new(AccountChanged {
            account: row.no,
            limits,
            metadata: row.metadata.clone(),
            frozen: row.frozen,
            closed: row.closed,
        }));
        self.draft.changed_accounts.push((slot, row));
        changed(self.draft.push(self.working, self.at, fact))
    }

    fn expect(self, expectation: &Expectation) -> Decided {
        let slot = self.draft.account(self.working, &expectation.account);
        let is_so = slot.map(|slot| self.draft.account_row(self.working, slot)).is_some_and(|row| {
            row.metadata == expectation.metadata
                && expectation.frozen.is_none_or(|frozen| row.frozen == frozen)
                && expectation.closed.is_none_or(|closed| row.closed == closed)
        });
        let has_limits = |(asset, limits): &(Name, Limits)| {
            let asset = self.working.asset(asset)?;
            let balance = self.draft.balance_slot(self.working, slot?, asset.no)?;
            Some(self.draft.balance(self.working, balance).limits == *limits)
        };
        let is_so = is_so && expectation.limits.iter().all(|expected| has_limits(expected) == Some(true));
        if is_so { Ok(SAME) } else { Err(Rejection::AccountChanged { account: expectation.account.clone() }) }
    }

    /// # Panics
    /// When it was not looked up whether the request is waiting.
    fn answer(self, deferred: Seq, answer: &[u8]) -> Decided {
        let is_waiting = self.working.is_waiting(deferred).expect("requests of commands are in the footprint");
        let is_done =
            |effect: &Effect| matches!(&effect.fact, Fact::Resolved { deferred: done, .. } if *done == deferred);
        if !is_waiting || self.draft.effects.iter().any(is_done) {
            return Ok(SAME);
        }
        self.record(Fact::Resolved { deferred, answer: answer.into() })
    }

    fn record(self, fact: Fact) -> Decided {
        changed(self.draft.push(self.working, self.at, fact))
    }

    fn outside(&self, account: &Name, balance: &BalanceRow) -> Rejection {
        let asset = self.code(balance.asset);
        Rejection::BalanceOutside { account: account.clone(), asset, posted: balance.posted }
    }

    fn transact(mut self, id: Id, transaction: &Transaction) -> Decided {
        let count = transaction.postings_max();
        if count > POSTINGS_MAX {
            let bound = |length| u64::try_from(length).unwrap_or(u64::MAX);
            return Err(Rejection::TooManyPostings { count: bound(count), limit: bound(POSTINGS_MAX) });
        }
        if let Some(reference) = &transaction.reference {
            let taken = self.working.reference(reference).expect("references are in the footprint");
            if taken || self.draft.has_reference(reference) {
                return Err(Rejection::ReferenceTaken { reference: reference.clone() });
            }
        }
        let mut legs = Vec::with_capacity(count);
        let mut draws = Vec::new();
        for transfer in &transaction.postings {
            let leg = self.resolve(transfer, legs.len(), &mut draws)?;
            legs.push(leg);
        }
        let mut detail = Detail {
            description: transaction.description.clone(),
            reference: transaction.reference.clone(),
            metadata: transaction.metadata.clone(),
            ..Detail::default()
        };
        if let Some(reference) = &transaction.reference {
            self.draft.references.push(reference.clone());
        }
        let short = if draws.is_empty() { None } else { self.split(&mut legs, &draws, transaction.timing) };
        let first = match transaction.timing {
            Timing::Posted => {
                let effective_at = transaction.effective_at.filter(|effective_at| *effective_at != self.at);
                let route = Route { transaction: id, effective_at, hold: None, detail: detail.boxed(), legs: &legs };
                self.post_legs(route)?
            }
            Timing::Pending { timeout_s } => {
                detail.asked_effective_at = transaction.effective_at;
                let expires_at = timeout_s.map(|seconds| self.at.plus_seconds(seconds));
                self.hold_legs(id, &legs, expires_at, detail.boxed())?
            }
        };
        match short {
            None => changed(first),
            Some(rejection) => Err(rejection),
        }
    }

    /// Splits each leg that has several sources into what each of them gives, as the balances will be when its turn
    /// comes. Where they have too little, the legs before that one are left, and why it is refused.
    fn split(&self, legs: &mut Vec<ResolvedLeg>, draws: &[ResolvedDraw], timing: Timing) -> Option<Rejection> {
        let mut moved = Moved::new();
        let mut draws = draws.chunk_by(|one, next| one.leg == next.leg).peekable();
        let mut split = Vec::with_capacity(legs.len());
        let mut short = None;
        for (place, leg) in legs.iter().enumerate() {
            match draws.next_if(|of_leg| of_leg.first().is_some_and(|draw| draw.leg == place)) {
                None => {
                    add(&mut moved, leg.source, leg.amount.signed().saturating_neg());
                    split.push(*leg);
                }
                Some(sources) => match self.share(leg, sources, &mut moved) {
                    Ok(mut shares) => split.append(&mut shares),
                    Err(rejection) => {
                        short = Some(rejection);
                        break;
                    }
                },
            }
            if timing == Timing::Posted {
                add(&mut moved, leg.destination, leg.amount.signed());
            }
        }
        *legs = split;
        short
    }

    /// What each source of a leg gives, in order.
    fn share(
        &self,
        leg: &ResolvedLeg,
        draws: &[ResolvedDraw],
        moved: &mut Moved,
    ) -> Result<Vec<ResolvedLeg>, Rejection> {
        let records_zero = self.working.head().rules.zero_amounts == ZeroAmounts::Record;
        let mut rest = leg.amount.signed();
        let mut available = 0i128;
        let mut shares = Vec::with_capacity(draws.len());
        for (turn, draw) in draws.iter().enumerate() {
            let row = self.draft.balance(self.working, draw.source);
            let before = moved.get(&draw.source.0).copied().unwrap_or_default();
            let spare = row.spare(draw.keep).map_or(rest, |spare| spare.saturating_add(before).max(0));
            available = available.saturating_add(spare);
            let given = spare.min(rest);
            if given > 0 || (turn == 0 && records_zero) {
                add(moved, draw.source, given.saturating_neg());
                shares.push(ResolvedLeg { source: draw.source, amount: Amount::new(given.unsigned_abs()), ..*leg });
            }
            rest = rest.saturating_sub(given);
        }
        if rest > 0 {
            let first = self.draft.balance(self.working, leg.source);
            let available = Balance::new(available).unwrap_or_default();
            return Err(self.refuse(&first, leg.amount, Breach::Floor(available)));
        }
        Ok(shares)
    }

    /// Checks a transfer as far as its accounts go, and opens those that the ledger opens by itself.
    /// Where it has several sources, they are added to `draws`, and the first stands in the leg.
    fn resolve(
        &mut self,
        transfer: &Transfer,
        leg: usize,
        draws: &mut Vec<ResolvedDraw>,
    ) -> Result<ResolvedLeg, Rejection> {
        let records_zero = self.working.head().rules.zero_amounts == ZeroAmounts::Record;
        if transfer.amount == Amount::ZERO && !records_zero {
            return Err(Rejection::AmountZero);
        }
        if !transfer.amount.is_within_limit() {
            return Err(Rejection::AmountTooLarge);
        }
        if transfer.source.accounts().any(|account| *account == transfer.destination) {
            return Err(Rejection::SameAccount { account: transfer.destination.clone() });
        }
        let asset = self.asset(transfer.asset.as_ref())?.no;
        let source = match &transfer.source {
            Source::One(account) => self.open_for(account, asset)?,
            Source::InOrder { first, then } => {
                let source = self.open_for(&first.account, asset)?;
                draws.push(ResolvedDraw { leg, source, keep: first.keep });
                for Draw { account, keep } in then {
                    draws.push(ResolvedDraw { leg, source: self.open_for(account, asset)?, keep: *keep });
                }
                source
            }
        };
        Ok(ResolvedLeg {
            source,
            destination: self.open_for(&transfer.destination, asset)?,
            asset,
            amount: transfer.amount,
        })
    }

    fn open_for(&mut self, name: &Name, asset: AssetNo) -> Result<BalanceSlot, Rejection> {
        self.check_name(name)?;
        if let Some(account) = self.draft.account(self.working, name) {
            let (closed, frozen) = self.draft.account_state(self.working, account);
            check_state(name, closed, frozen, Guard::New)?;
            if let Some(slot) = self.draft.balance_slot(self.working, account, asset) {
                return Ok(slot);
            }
        }
        if !self.working.opens_accounts() {
            return Err(Rejection::AccountNotFound { account: name.clone(), asset: self.code(asset) });
        }
        self.check_owner(name)?;
        Ok(self.draft.open_account(self.working, self.at, name, asset, Limits::DEFAULT, None).0)
    }

    /// Applies postings in order; every limit holds after each. Says where the first one stands.
    fn post_legs(&mut self, route: Route<'_>) -> Result<Seq, Rejection> {
        let first = self.draft.next_seq(self.working);
        let legs = leg_number(route.legs.len());
        let mut detail = route.detail;
        for (leg, resolved) in route.legs.iter().enumerate() {
            let seq = self.draft.next_seq(self.working);
            let source = self.post_side(resolved, resolved.source, seq, BalanceRow::debit)?;
            let destination = self.post_side(resolved, resolved.destination, seq, BalanceRow::credit)?;
            let posting = Posting {
                transaction: route.transaction,
                leg: leg_number(leg),
                legs,
                asset: resolved.asset,
                amount: resolved.amount,
                source,
                destination,
                effective_at: route.effective_at,
                hold: route.hold,
                detail: detail.take(),
            };
            if let Some(effective_at) = route.effective_at {
                self.add_off_date(&posting, resolved, seq, effective_at);
            }
            self.draft.push(self.working, self.at, Fact::Posting(posting));
        }
        Ok(first)
    }

    fn post_side(
        &mut self,
        leg: &ResolvedLeg,
        slot: BalanceSlot,
        seq: Seq,
        change: fn(&mut BalanceRow, Amount) -> Result<(), Breach>,
    ) -> Result<Side, Rejection> {
        let mut row = self.draft.balance(self.working, slot);
        change(&mut row, leg.amount).map_err(|breach| self.refuse(&row, leg.amount, breach))?;
        let side = Side {
            account: row.account,
            previous: row.last,
            entry: row.entries.saturating_add(1),
            balance: row.posted,
        };
        row.last = Some(seq);
        row.entries = side.entry;
        self.draft.set_balance(slot, row);
        Ok(side)
    }

    fn add_off_date(&mut self, posting: &Posting, leg: &ResolvedLeg, seq: Seq, effective_at: Timestamp) {
        let slots = [leg.source, leg.destination];
        for ((side, amount), slot) in posting.entries().into_iter().zip(slots) {
            let mut row = self.draft.balance(self.working, slot);
            row.off_date = row.off_date.plus(amount);
            self.draft.set_balance(slot, row);
            let (account, asset) = (side.account, leg.asset);
            self.draft.off_dates.push(OffDateRow { account, asset, seq, sum: row.off_date });
            for key in bucket_keys(account, asset, effective_at) {
                self.draft.buckets.push((key, amount));
            }
        }
    }

    fn hold_legs(
        &mut self,
        id: Id,
        legs: &[ResolvedLeg],
        expires_at: Option<Timestamp>,
        mut detail: Option<Box<Detail>>,
    ) -> Result<Seq, Rejection> {
        let first = self.draft.next_seq(self.working);
        for (leg, resolved) in legs.iter().enumerate() {
            let amount = resolved.amount;
            let mut source = self.draft.balance(self.working, resolved.source);
            source.hold_debit(amount).map_err(|breach| self.refuse(&source, amount, breach))?;
            self.draft.set_balance(resolved.source, source);
            let mut destination = self.draft.balance(self.working, resolved.destination);
            destination.hold_credit(amount).map_err(|breach| self.refuse(&destination, amount, breach))?;
            self.draft.set_balance(resolved.destination, destination);
            let held = HoldLeg {
                transaction: id,
                leg: leg_number(leg),
                legs: leg_number(legs.len()),
                asset: resolved.asset,
                amount,
                source: source.account,
                destination: destination.account,
                expires_at,
                detail: detail.take(),
            };
            self.draft.push(self.working, self.at, Fact::Hold(held));
        }
        self.draft.states.push((first, id, TransactionState::Pending { expires_at }));
        Ok(first)
    }

    fn post_hold(mut self, id: Id, asked: Option<Amount>) -> Decided {
        let hold = self.transaction(id)?;
        self.check_made(&hold)?;
        let single = match hold.legs.as_slice() {
            [leg] => Some(leg.amount),
            _ => None,
        };
        if asked.is_some() && single.is_none() {
            return Err(Rejection::AmountForManyPostings { id });
        }
        let first_held = hold.legs.first().map_or(Amount::ZERO, |leg| leg.amount);
        let amount = asked.unwrap_or(first_held);
        match hold.state {
            TransactionState::Posted { .. } => return Err(Rejection::NotPending { id }),
            TransactionState::HoldPosted { seq, amount: posted, .. } if posted == amount => return replay(&hold, seq),
            TransactionState::HoldPosted { .. } => return Err(Rejection::AlreadyPosted { id }),
            TransactionState::Voided { .. } => return Err(Rejection::AlreadyVoided { id }),
            TransactionState::Expired { .. } => return Err(Rejection::HoldExpired { id }),
            TransactionState::Pending { expires_at } => {
                if expires_at.is_some_and(|expires_at| expires_at <= self.at) {
                    return Err(Rejection::HoldExpired { id });
                }
            }
        }
        if !amount.is_within_limit() {
            return Err(Rejection::AmountTooLarge);
        }
        if amount == Amount::ZERO && first_held != Amount::ZERO {
            return Err(Rejection::AmountZero);
        }
        if let ([leg], true) = (hold.legs.as_slice(), amount > first_held) {
            let asset = Some(self.code(leg.asset));
            return Err(Rejection::ExceedsHold { held: first_held, asked: amount, asset });
        }
        changed(self.post_held(id, &hold, asked.map(|_| amount))?)
    }

    fn void_hold(mut self, id: Id) -> Decided {
        let hold = self.transaction(id)?;
        self.check_made(&hold)?;
        match hold.state {
            TransactionState::Posted { .. } => Err(Rejection::NotPending { id }),
            TransactionState::HoldPosted { .. } => Err(Rejection::AlreadyPosted { id }),
            TransactionState::Voided { seq } => replay(&hold, seq),
            TransactionState::Expired { .. } => Err(Rejection::HoldExpired { id }),
            TransactionState::Pending { .. } => changed(self.void_held(id, &hold)),
        }
    }

    fn expire_hold(mut self, id: Id) -> Decided {
        let hold = self.transaction(id)?;
        match hold.state {
            TransactionState::Pending { expires_at: Some(expires_at) } if expires_at <= self.at => {
                self.release(&hold);
                let fact = Fact::HoldExpired { transaction: id, hold: hold.seq };
                let seq = self.draft.push(self.working, self.at, fact);
                self.draft.states.push((hold.seq, id, TransactionState::Expired { seq }));
                changed(seq)
            }
            TransactionState::Pending { .. }
            | TransactionState::Posted { .. }
            | TransactionState::HoldPosted { .. }
            | TransactionState::Voided { .. }
            | TransactionState::Expired { .. } => Ok(SAME),
        }
    }

    /// The opposite postings in the opposite order, of all that is left of the transaction or of a part of it.
    fn reverse(mut self, id: Id, original: Id, part: &Part) -> Decided {
        let row = self.transaction(original)?;
        self.check_made(&row)?;
        let mut posted = row.legs.clone();
        let state = match row.state {
            TransactionState::Posted { .. } => TransactionState::Posted { reversed_by: Some(id) },
            TransactionState::HoldPosted { seq, amount, .. } => {
                if let [leg] = posted.as_mut_slice() {
                    leg.amount = amount;
                }
                TransactionState::HoldPosted { seq, amount, reversed_by: Some(id) }
            }
            TransactionState::Pending { .. } | TransactionState::Voided { .. } | TransactionState::Expired { .. } => {
                return Err(Rejection::NotPosted { id: original });
            }
        };
        let before = self.reversed_before(&row, &posted)?;
        let parts = parts_of(original, &posted, &before, part, |no| self.code(no))?;
        let sums: Vec<Amount> = before.iter().zip(&parts).map(|(before, part)| sum(*before, *part)).collect();
        let is_whole = parts.iter().zip(&posted).all(|(part, leg)| *part == leg.amount);
        // A posting of nothing goes back only with the whole.
        let goes_back =
            |(part, leg): &(&Amount, &Leg)| **part != Amount::ZERO || (is_whole && leg.amount == Amount::ZERO);
        let back: Vec<Leg> = parts
            .iter()
            .zip(&posted)
            .rev()
            .filter(goes_back)
            .map(|(part, leg)| Leg { source: leg.destination, destination: leg.source, amount: *part, ..*leg })
            .collect();
        let legs = self.resolve_legs(&back, Guard::New)?;
        let reversed = if is_whole { Vec::new() } else { sums };
        let detail = Detail { reverses: Some(original), reversed, ..Detail::default() }.boxed();
        let seq = self.post_legs(Route { transaction: id, effective_at: None, hold: None, detail, legs: &legs })?;
        self.draft.states.push((row.seq, original, state));
        changed(seq)
    }

    /// How much of each posting was reversed before.
    ///
    /// # Panics
    /// When the transaction that reversed it last was not looked up.
    fn reversed_before(&self, row: &TransactionRow, posted: &[Leg]) -> Result<Vec<Amount>, Rejection> {
        let Some(by) = row.state.reversed_by() else { return Ok(vec![Amount::ZERO; posted.len()]) };
        let last = self.working.transaction(by).expect("what reversed a transaction is in the footprint");
        let sums = last.map(|last| last.reversed.clone()).unwrap_or_default();
        // One that says nothing of parts took all of it.
        if sums.len() != posted.len() || sums.iter().zip(posted).all(|(sum, leg)| *sum == leg.amount) {
            return Err(Rejection::AlreadyReversed { id: row.id, by });
        }
        Ok(sums)
    }

    /// # Panics
    /// When the transaction's accounts are not loaded.
    fn resolve_legs(&self, legs: &[Leg], guard: Guard) -> Result<Vec<ResolvedLeg>, Rejection> {
        let slot = |no, asset| {
            let slot = self.working.account_by_no(no).expect("accounts of transactions are in the footprint");
            let account = self.working.account(slot).expect("a slot comes from these rows");
            let (closed, frozen) = self.draft.account_state(self.working, slot);
            check_state(&account.row.name, closed, frozen, guard)?;
            Ok(account.balance(asset).expect("a transaction's accounts are open for its assets"))
        };
        legs.iter()
            .map(|leg| {
                Ok(ResolvedLeg {
                    source: slot(leg.source, leg.asset)?,
                    destination: slot(leg.destination, leg.asset)?,
                    asset: leg.asset,
                    amount: leg.amount,
                })
            })
            .collect()
    }

    /// Accounts of products are opened and changed by them alone.
    fn check_owner(&self, name: &Name) -> Result<(), Rejection> {
        if self.working.is_owned(name) {
            return Err(Rejection::AccountReserved { account: name.clone() });
        }
        Ok(())
    }

    fn check_name(&self, name: &Name) -> Result<(), Rejection> {
        if self.working.is_reserved(name) {
            return Err(Rejection::AccountReserved { account: name.clone() });
        }
        Ok(())
    }

    /// A product's transaction is not to be changed by other means.
    fn check_made(&self, row: &TransactionRow) -> Result<(), Rejection> {
        let accounts = row.legs.iter().flat_map(|leg| [leg.source, leg.destination]);
        accounts.filter_map(|no| self.working.account_name(no)).try_for_each(|name| self.check_name(name))
    }

    /// Gives back all that a hold took.
    fn release(&mut self, hold: &TransactionRow) {
        let legs = self.resolve_legs(&hold.legs, Guard::Held).unwrap_or_default();
        for leg in &legs {
            let mut source = self.draft.balance(self.working, leg.source);
            source.release_debit(leg.amount);
            self.draft.set_balance(leg.source, source);
            let mut destination = self.draft.balance(self.working, leg.destination);
            destination.release_credit(leg.amount);
            self.draft.set_balance(leg.destination, destination);
        }
    }

    /// # Panics
    /// When the transaction was not looked up.
    pub(crate) fn transaction(&self, id: Id) -> Result<TransactionRow, Rejection> {
        let known = self.working.transaction(id).expect("transactions of commands are in the footprint");
        known.cloned().ok_or(Rejection::TransactionNotFound { id })
    }

    pub(crate) fn asset(&self, code: Option<&Name>) -> Result<&AssetRow, Rejection> {
        match code {
            Some(code) => self.working.asset(code).ok_or_else(|| Rejection::AssetNotFound { asset: code.clone() }),
            None => {
                let code = default_asset(self.working, self.draft).ok_or(Rejection::AssetRequired)?;
                self.asset(Some(code))
            }
        }
    }

    /// # Panics
    /// When there is no such asset: numbers come from rows.
    fn code(&self, no: AssetNo) -> Name {
        self.working.asset_by_no(no).map(|asset| asset.code.clone()).expect("an asset's number comes from these rows")
    }

    fn refuse(&self, row: &BalanceRow, amount: Amount, breach: Breach) -> Rejection {
        let account = self.name(row);
        let asset = self.code(row.asset);
        match breach {
            Breach::Floor(available) => Rejection::InsufficientFunds { account, asset, available, needed: amount },
            Breach::Ceiling(room) => Rejection::BalanceAboveMax { account, asset, room, amount },
            Breach::Range => Rejection::BalanceOverflow { account, asset },
        }
    }

    /// # Panics
    /// When there is no such account: balances belong to accounts.
    fn name(&self, balance: &BalanceRow) -> Name {
        let known = self.working.account_name(balance.account).cloned();
        known
            .or_else(|| {
                let opened = self.draft.accounts.iter().find(|row| row.no == balance.account);
                opened.map(|row| row.name.clone())
            })
            .expect("a balance belongs to an account")
    }
}

/// How much of each posting is asked for. What is asked for beyond what is left of one is refused, and so is nothing at all.
fn parts_of(
    original: Id,
    posted: &[Leg],
    before: &[Amount],
    part: &Part,
    code: impl Fn(AssetNo) -> Name,
) -> Result<Vec<Amount>, Rejection> {
    let left = |place: usize| {
        let (posted, before) = (posted.get(place).map(|leg| leg.amount), before.get(place));
        let units = |amount: Option<Amount>| amount.map_or(0, Amount::minor_units);
        Amount::new(units(posted).saturating_sub(units(before.copied())))
    };
    let mut parts = vec![Amount::ZERO; posted.len()];
    match part {
        Part::Rest => return Ok((0..posted.len()).map(left).collect()),
        Part::Amount(amount) => match parts.as_mut_slice() {
            [only] => *only = *amount,
            _ => return Err(Rejection::AmountForManyPostings { id: original }),
        },
        Part::Postings(asked) => {
            for (place, amount) in asked {
                let slot = usize::try_from(*place).ok().and_then(|place| parts.get_mut(place));
                let slot = slot.ok_or(Rejection::PostingNotFound { id: original, posting: *place })?;
                *slot = sum(*slot, *amount);
            }
        }
    }
    for (place, asked) in parts.iter().enumerate() {
        let left = left(place);
        if *asked > left {
            let (posting, asset) = (leg_number(place), posted.get(place).map(|leg| code(leg.asset)));
            return Err(Rejection::ExceedsOriginal { id: original, posting, left, asked: *asked, asset });
        }
    }
    if parts.iter().all(|part| *part == Amount::ZERO) {
        return Err(Rejection::AmountZero);
    }
    Ok(parts)
}

fn sum(one: Amount, other: Amount) -> Amount {
    Amount::new(one.minor_units().saturating_add(other.minor_units()))
}

/// What the legs before do to balances, by their places.
type Moved = BTreeMap<usize, i128>;

fn add(moved: &mut Moved, slot: BalanceSlot, amount: i128) {
    let sum = moved.entry(slot.0).or_default();
    *sum = sum.saturating_add(amount);
}

fn check_state(name: &Name, closed: bool, frozen: bool, guard: Guard) -> Result<(), Rejection> {
    match guard {
        Guard::Held => Ok(()),
        Guard::New if closed => Err(Rejection::AccountClosed { account: name.clone() }),
        Guard::New if frozen => Err(Rejection::AccountFrozen { account: name.clone() }),
        Guard::New => Ok(()),
    }
}

fn leg_number(leg: usize) -> u32 {
    u32::try_from(leg).unwrap_or(u32::MAX)
}
