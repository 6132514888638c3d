//! A decision being made: what commands would change, laid over the working rows without touching them.
//!
//! A draft holds one command, or the whole of an atomic batch. If any rule refuses, the draft is forgotten; otherwise
//! [`Working::evolve`](super::working::Working) makes it true. Its memory is kept from one decision to the next.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::{AccountOpened, CommandKey, Effect, Fact};
use super::rows::{AccountRow, AssetRow, BalanceRow, BucketKey, IdRow, OffDateRow, OutcomeKind, TransactionState};
use super::terms::{LedgerRules, Limits, Metadata};
use super::working::{AccountSlot, BalanceSlot, Working};
use crate::names::Name;
use crate::numbers::{AccountNo, ActorNo, AssetNo, Id, Seq, Timestamp};
use crate::private::{Private, Salts};
use crate::product::Product;

/// The changes under decision.
#[derive(Debug)]
pub struct Draft<P: Product> {
    /// Who asks.
    by: Option<ActorNo>,
    pub(crate) rules: Option<LedgerRules>,
    /// The default asset, if it becomes another, and from which effect on.
    pub(crate) default_asset: Option<(Seq, AssetNo)>,
    pub(crate) archived: Option<bool>,
    /// Assets whose scale changes, with their new one.
    pub(crate) rescaled: Vec<(AssetNo, u8)>,
    pub(crate) assets: Vec<AssetRow>,
    /// Accounts opened, in order of their numbers.
    pub(crate) accounts: Vec<AccountRow>,
    pub(crate) changed_accounts: Vec<(AccountSlot, AccountRow)>,
    /// Balances opened, in order of their slots.
    pub(crate) opened: Vec<(AccountSlot, BalanceRow)>,
    /// Balances changed: each slot once, found through `marks`.
    pub(crate) touched: Vec<(BalanceSlot, BalanceRow)>,
    pub(crate) ids: Vec<(Id, IdRow)>,
    pub(crate) references: Vec<String>,
    pub(crate) states: Vec<(Seq, Id, TransactionState)>,
    pub(crate) off_dates: Vec<OffDateRow>,
    /// Effects whose texts are erased, as they were.
    pub(crate) redacted: Vec<Effect<P>>,
    /// Signed amounts to add.
    pub(crate) buckets: Vec<(BucketKey, i128)>,
    pub(crate) effects: Vec<Effect<P>>,
    /// For each slot, the decision that last touched it and its place in `touched`.
    marks: Vec<(u64, usize)>,
    decision: u64,
    opened_names: BTreeMap<Name, AccountSlot>,
    /// What `ids` and `references` hold, to be found; only atomic batches fill them.
    ids_seen: BTreeMap<Id, IdRow>,
    references_seen: BTreeSet<String>,
    salts: Salts,
}

impl<P: Product> Draft<P> {
    /// An empty draft, which takes salts for texts from these.
    #[must_use]
    pub fn new(salts: Salts) -> Draft<P> {
        Draft {
            rules: None,
            default_asset: None,
            archived: None,
            rescaled: Vec::new(),
            assets: Vec::new(),
            accounts: Vec::new(),
            changed_accounts: Vec::new(),
            opened: Vec::new(),
            touched: Vec::new(),
            ids: Vec::new(),
            references: Vec::new(),
            states: Vec::new(),
            off_dates: Vec::new(),
            redacted: Vec::new(),
            buckets: Vec::new(),
            effects: Vec::new(),
            marks: Vec::new(),
            decision: 0,
            opened_names: BTreeMap::new(),
            ids_seen: BTreeMap::new(),
            references_seen: BTreeSet::new(),
            by: None,
            salts,
        }
    }

    /// Forgets the last decision.
    pub(crate) fn begin(&mut self, working: &Working<P>) {
        self.rules = None;
        self.default_asset = None;
        self.archived = None;
        self.rescaled.clear();
        self.assets.clear();
        self.accounts.clear();
        self.changed_accounts.clear();
        self.opened.clear();
        self.touched.clear();
        self.ids.clear();
        self.references.clear();
        self.states.clear();
        self.off_dates.clear();
        self.redacted.clear();
        self.buckets.clear();
        self.effects.clear();
        if !self.opened_names.is_empty() {
            self.opened_names.clear();
        }
        if !self.ids_seen.is_empty() {
            self.ids_seen.clear();
        }
        if !self.references_seen.is_empty() {
            self.references_seen.clear();
        }
        self.decision = self.decision.saturating_add(1);
        if self.marks.len() < working.balances_len() {
            self.marks.resize(working.balances_len(), (0, 0));
        }
    }

    /// Says who asks for what is decided from now on.
    pub(crate) fn asked_by(&mut self, by: Option<ActorNo>) {
        self.by = by;
    }

    /// The number that the next effect gets.
    pub(crate) fn next_seq(&self, working: &Working<P>) -> Seq {
        let ahead = u64::try_from(self.effects.len()).unwrap_or(u64::MAX);
        Seq(working.head().seq.0.saturating_add(ahead)).next()
    }

    /// Adds an effect and says its number.
    pub(crate) fn push(&mut self, working: &Working<P>, at: Timestamp, fact: Fact<P>) -> Seq {
        let seq = self.next_seq(working);
        let private = fact.has_texts().then(|| Box::new(Private::Salted(self.salts.draw())));
        self.effects.push(Effect { seq, at, command: None, by: self.by, private, fact });
        seq
    }

    /// Marks the effect that stands for the outcome of a command.
    pub(crate) fn keep_outcome(&mut self, seq: Seq, key: CommandKey, kind: OutcomeKind) {
        if let Some(effect) = self.effects.iter_mut().rev().find(|effect| effect.seq == seq) {
            effect.command = Some(key);
        }
        let row = IdRow { seq, fingerprint: key.fingerprint, kind };
        self.ids.push((key.id, row));
    }

    /// Later commands of the same draft must see what earlier ones took. Singles never ask.
    pub(crate) fn index_for_group(&mut self) {
        self.ids_seen.extend(self.ids.last().copied());
        self.references_seen.extend(self.references.last().cloned());
    }

    pub(crate) fn outcome(&self, id: Id) -> Option<IdRow> {
        self.ids_seen.get(&id).copied()
    }

    pub(crate) fn has_reference(&self, reference: &str) -> bool {
        self.references_seen.contains(reference)
    }

    /// A balance as this draft sees it.
    ///
    /// # Panics
    /// When the slot is in neither the rows nor the draft.
    pub(crate) fn balance(&self, working: &Working<P>, slot: BalanceSlot) -> BalanceRow {
        match self.marks.get(slot.0) {
            Some((decision, place)) if *decision == self.decision => self.touched.get(*place).map(|(_, row)| *row),
            _ => match slot.0.checked_sub(working.balances_len()) {
                None => working.balance(slot).copied(),
                Some(place) => self.opened.get(place).map(|(_, row)| *row),
            },
        }
        .expect("a slot comes from these rows")
    }

    /// Lays a changed balance over the rows.
    pub(crate) fn set_balance(&mut self, slot: BalanceSlot, row: BalanceRow) {
        if self.marks.len() <= slot.0 {
            self.marks.resize(slot.0.saturating_add(1), (0, 0));
        }
        let place = self.touched.len();
        let Some(mark) = self.marks.get_mut(slot.0) else { return };
        if mark.0 == self.decision {
            if let Some(entry) = self.touched.get_mut(mark.1) {
                entry.1 = row;
            }
        } else {
            *mark = (self.decision, place);
            self.touched.push((slot, row));
        }
    }

    /// An account's place, opened by this draft or known before.
    ///
    /// # Panics
    /// When the account was not loaded.
    pub(crate) fn account(&self, working: &Working<P>, name: &Name) -> Option<AccountSlot> {
        if !self.opened_names.is_empty()
            && let Some(slot) = self.opened_names.get(name)
        {
            return Some(*slot);
        }
        working.account_by_name(name).expect("accounts of commands are in the footprint")
    }

    /// The place of an account's balance in an asset, where it is open for it.
    pub(crate) fn balance_slot(
        &self,
        working: &Working<P>,
        account: AccountSlot,
        asset: AssetNo,
    ) -> Option<BalanceSlot> {
        let known = working.account(account).and_then(|account| account.balance(asset));
        known.or_else(|| {
            let place = self.opened.iter().position(|(owner, row)| *owner == account && row.asset == asset)?;
            Some(BalanceSlot(working.balances_len().saturating_add(place)))
        })
    }

    /// Opens an account for an asset; the account itself too, when there is none.
    pub(crate) fn open_account(
        &mut self,
        working: &Working<P>,
        at: Timestamp,
        name: &Name,
        asset: AssetNo,
        limits: Limits,
        metadata: Option<Metadata>,
    ) -> (BalanceSlot, Seq) {
        let (slot, no, metadata) = match self.account(working, name) {
            Some(slot) => {
                let row = self.account_row(working, slot);
                let no = row.no;
                let metadata = match metadata {
                    Some(metadata) if metadata != row.metadata && !metadata.is_empty() => {
                        self.changed_accounts.push((slot, AccountRow { metadata: metadata.clone(), ..row }));
                        metadata
                    }
                    Some(_) | None => row.metadata,
                };
                (slot, no, metadata)
            }
            None => {
                let ahead = u64::try_from(self.accounts.len()).unwrap_or(u64::MAX);
                let no = AccountNo(working.head().accounts.0.saturating_add(ahead)).next();
                let slot = AccountSlot(working.accounts_len().saturating_add(self.accounts.len()));
                let metadata = metadata.unwrap_or_default();
                self.accounts.push(AccountRow {
                    no,
                    name: name.clone(),
                    metadata: metadata.clone(),
                    opened_at: at,
                    frozen: false,
                    closed: false,
                });
                self.opened_names.insert(name.clone(), slot);
                (slot, no, metadata)
            }
        };
        let balance = BalanceSlot(working.balances_len().saturating_add(self.opened.len()));
        self.opened.push((slot, BalanceRow::opened(no, asset, limits)));
        let opened = AccountOpened { account: no, name: name.clone(), asset, limits, metadata };
        let seq = self.push(working, at, Fact::AccountOpened(Box::new(opened)));
        (balance, seq)
    }

    /// The places of an account's balances, opened by this draft or known before.
    pub(crate) fn balance_slots(&self, working: &Working<P>, account: AccountSlot) -> Vec<BalanceSlot> {
        let known = working.account(account).map(|account| account.balances.as_slice()).unwrap_or_default();
        let ahead = |place: usize| BalanceSlot(working.balances_len().saturating_add(place));
        let opened = self.opened.iter().enumerate().filter(|(_, (owner, _))| *owner == account);
        known.iter().map(|(_, slot)| *slot).chain(opened.map(|(place, _)| ahead(place))).collect()
    }

    /// Whether an account is closed, and whether it is frozen. Most drafts change no account.
    pub(crate) fn account_state(&self, working: &Working<P>, slot: AccountSlot) -> (bool, bool) {
        let changed = match self.changed_accounts.as_slice() {
            [] => None,
            changed => changed.iter().rev().find(|(changed, _)| *changed == slot).map(|(_, row)| row),
        };
        let row = changed.or_else(|| working.account(slot).map(|account| &account.row));
        row.map_or((false, false), |row| (row.closed, row.frozen))
    }

    /// The row of an account, opened or changed by this draft or known before.
    ///
    /// # Panics
    /// When the slot is in neither the rows nor the draft.
    pub(crate) fn account_row(&self, working: &Working<P>, slot: AccountSlot) -> AccountRow {
        if let Some((_, row)) = self.changed_accounts.iter().rev().find(|(changed, _)| *changed == slot) {
            return row.clone();
        }
        match slot.0.checked_sub(working.accounts_len()) {
            None => working.account(slot).map(|account| account.row.clone()),
            Some(place) => self.accounts.get(place).cloned(),
        }
        .expect("a slot comes from these rows")
    }
}
