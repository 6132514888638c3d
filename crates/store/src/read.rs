//! What readers ask, answered from the rows of a [`Snapshot`]: transactions, balances at an instant, statements.
//!
//! An account's history is no index but a chain: each posting names the previous one of both its accounts, so the
//! newest come first, one look-up each. A past instant is reached through the first milestone after it and at most 64
//! steps back. Off-date postings move a balance between the two calendars: what was recorded is taken off, what was
//! effective is put on, read from sums over hours and powers of 64 hours.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use ducat_domain::advances::Advance;
use ducat_domain::ledger::effect::{AccountOpened, Detail, Posting, Side};
use ducat_domain::ledger::rows::{
    AssetRow, BUCKET_LEVELS, BalanceRow, DateSum, Leg, TransactionRow, TransactionState, bucket_index,
    bucket_span_micros,
};
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use ducat_domain::{Effect, Fact, Rejection};

use crate::{Fault, Snapshot};

/// Transactions looked at for one page of a filtered list: a page may be short, and says where to go on.
const SCAN_MAX: usize = 10_000;

/// Entries between two milestones, and one: what is fetched at once where a question can bring several.
const MILESTONE_STEPS: usize = 65;

/// Rows fetched at a time while scanning.
const SCAN_CHUNK: usize = 256;

/// What a transaction is now, or was when its outcome was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It moved money.
    Posted,
    /// It holds money.
    Pending,
    /// The hold was given up.
    Voided,
    /// The hold's time was over.
    Expired,
    /// It moved money, and its reversal moved it back.
    Reversed,
}

impl Status {
    /// All of them.
    pub const ALL: [Status; 5] = [Status::Posted, Status::Pending, Status::Voided, Status::Expired, Status::Reversed];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Status::Posted => "posted",
            Status::Pending => "pending",
            Status::Voided => "voided",
            Status::Expired => "expired",
            Status::Reversed => "reversed",
        }
    }
}

/// A transaction as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionView {
    /// Its id.
    pub id: Id,
    /// The first effect of what it did last: its postings once there are any.
    pub seq: Seq,
    /// What it is.
    pub status: Status,
    /// The instant of that effect.
    pub at: Timestamp,
    /// When it counts in the books.
    pub effective_at: Timestamp,
    /// Until when it is held.
    pub expires_at: Option<Timestamp>,
    /// Its postings, in order.
    pub postings: Vec<PostingView>,
    /// What it says of itself.
    pub detail: Detail,
    /// The transaction that reversed it.
    pub reversed_by: Option<Id>,
}

/// A posting as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingView {
    /// Who is debited.
    pub source: Name,
    /// Who is credited.
    pub destination: Name,
    /// In what.
    pub asset: Name,
    /// How much.
    pub amount: Amount,
    /// Both balances after it, once it is posted.
    pub balances: Option<(Balance, Balance)>,
    /// How much of it was reversed.
    pub reversed: Amount,
}

/// The outcome that stands at an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutcomeView {
    /// A transaction as it was then.
    Transaction(Box<TransactionView>),
    /// An account opened, for an asset.
    Account(Box<AccountOpened>, Name, Timestamp),
    /// An account changed.
    Changed,
    /// An asset added.
    Asset(AssetRow),
    /// The ledger opened.
    Ledger,
    /// A request taken, or done.
    Request,
    /// A refusal.
    Refused(Rejection, Timestamp),
}

/// One account and asset of a ledger, with the snapshot to read it from.
#[derive(Clone, Copy)]
pub struct AccountReader<'a> {
    /// What is read.
    pub snapshot: &'a dyn Snapshot,
    /// The ledger.
    pub ledger: &'a Name,
    /// The balance as it is now.
    pub row: &'a BalanceRow,
}

fn missing(table: &'static str, key: impl ToString) -> Fault {
    Fault::Inconsistent { table, column: "key", key: key.to_string() }
}

pub(crate) fn effect_at(snapshot: &dyn Snapshot, ledger: &Name, seq: Seq) -> Result<Effect, Fault> {
    snapshot.effect(ledger, seq)?.ok_or_else(|| missing("journal", seq))
}

fn legs_from(snapshot: &dyn Snapshot, ledger: &Name, first: &Effect) -> Result<Vec<Effect>, Fault> {
    run_from(snapshot, ledger, first, leg_count(first).max(1))
}

/// How many legs a transaction has, by its first effect; none where that is no transaction's.
pub(crate) fn leg_count(first: &Effect) -> u32 {
    match &first.fact {
        Fact::Posting(posting) => posting.legs,
        Fact::Hold(leg) => leg.legs,
        _ => 0,
    }
}

/// So many effects, the first of which is read.
pub(crate) fn run_from(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    first: &Effect,
    count: u32,
) -> Result<Vec<Effect>, Fault> {
    if count == 1 {
        return Ok(vec![first.clone()]);
    }
    snapshot.effects(ledger, Seq(first.seq.0.saturating_sub(1)), count as usize)
}

/// A transaction as later commands need it.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn transaction_row(snapshot: &dyn Snapshot, ledger: &Name, id: Id) -> Result<Option<TransactionRow>, Fault> {
    let Some(outcome) = snapshot.outcome(ledger, id)? else { return Ok(None) };
    let first = effect_at(snapshot, ledger, outcome.seq)?;
    let effects = legs_from(snapshot, ledger, &first)?;
    Ok(transaction_of(id, &effects, snapshot.state(ledger, outcome.seq)?.map(|(_, state)| state)))
}

/// A transaction by the effects that made it; `None` when the id belongs to another kind of command.
pub(crate) fn transaction_of(id: Id, effects: &[Effect], state: Option<TransactionState>) -> Option<TransactionRow> {
    let mut legs = Vec::with_capacity(effects.len());
    let mut held_until = None;
    for effect in effects {
        match &effect.fact {
            Fact::Posting(posting) if posting.transaction == id => legs.push(Leg {
                source: posting.source.account,
                destination: posting.destination.account,
                asset: posting.asset,
                amount: posting.amount,
            }),
            Fact::Hold(leg) if leg.transaction == id => {
                held_until = Some(leg.expires_at);
                legs.push(Leg {
                    source: leg.source,
                    destination: leg.destination,
                    asset: leg.asset,
                    amount: leg.amount,
                });
            }
            _ => return None,
        }
    }
    let state = match (state, held_until) {
        (Some(state), _) => state,
        (None, Some(expires_at)) => TransactionState::Pending { expires_at },
        (None, None) => TransactionState::Posted { reversed_by: None },
    };
    let first = effects.first()?;
    let reversed = first.fact.detail().map(|detail| detail.reversed.clone()).unwrap_or_default();
    Some(TransactionRow { id, seq: first.seq, legs, state, reversed })
}

/// Names of accounts and assets by number, each looked up once.
pub struct Names<'a> {
    snapshot: &'a dyn Snapshot,
    ledger: &'a Name,
    accounts: HashMap<AccountNo, Name>,
    assets: Vec<AssetRow>,
}

impl<'a> Names<'a> {
    /// Nothing looked up but the assets.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn new(snapshot: &'a dyn Snapshot, ledger: &'a Name) -> Result<Names<'a>, Fault> {
        Ok(Names { snapshot, ledger, accounts: HashMap::new(), assets: snapshot.assets(ledger)? })
    }

    /// Looks up the names of accounts that will be asked for, all in one question.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn expect(&mut self, accounts: impl Iterator<Item = AccountNo>) -> Result<(), Fault> {
        let unknown: BTreeSet<AccountNo> = accounts.filter(|no| !self.accounts.contains_key(no)).collect();
        let unknown: Vec<AccountNo> = unknown.into_iter().collect();
        for (no, name) in unknown.iter().zip(self.snapshot.account_names(self.ledger, &unknown)?) {
            self.accounts.insert(*no, name.ok_or_else(|| missing("accounts", no))?);
        }
        Ok(())
    }

    /// The same for the accounts that effects name.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn expect_of(&mut self, effects: &[Effect]) -> Result<(), Fault> {
        self.expect(effects.iter().flat_map(|effect| match &effect.fact {
            Fact::Posting(posting) => vec![posting.source.account, posting.destination.account],
            Fact::Hold(leg) => vec![leg.source, leg.destination],
            Fact::AccountChanged(changed) => vec![changed.account],
            _ => Vec::new(),
        }))
    }

    /// An account's name.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn account(&mut self, no: AccountNo) -> Result<Name, Fault> {
        if let Some(name) = self.accounts.get(&no) {
            return Ok(name.clone());
        }
        let name = self.snapshot.account_name(self.ledger, no)?.ok_or_else(|| missing("accounts", no))?;
        self.accounts.insert(no, name.clone());
        Ok(name)
    }

    /// The transaction that an effect moves or holds money for.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn transaction(&self, seq: Seq) -> Result<Id, Fault> {
        match effect_at(self.snapshot, self.ledger, seq)?.fact {
            Fact::Posting(posting) => Ok(posting.transaction),
            Fact::Hold(leg) => Ok(leg.transaction),
            _ => Err(missing("journal", seq)),
        }
    }

    /// An advance as it is now.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn advance(&self, no: Seq) -> Result<Option<Advance>, Fault> {
        self.snapshot.advance(self.ledger, no)
    }

    /// An asset's code.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn asset(&self, no: AssetNo) -> Result<Name, Fault> {
        let asset = self.assets.iter().find(|asset| asset.no == no);
        asset.map(|asset| asset.code.clone()).ok_or_else(|| missing("assets", no))
    }

    /// Forgets accounts when they are many: for those who read whole journals.
    pub fn trim(&mut self) {
        if self.accounts.len() > 100_000 {
            self.accounts.clear();
        }
    }
}

/// The outcome that stands at an effect, as it was given first.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn outcome_view(snapshot: &dyn Snapshot, ledger: &Name, seq: Seq) -> Result<OutcomeView, Fault> {
    let mut names = Names::new(snapshot, ledger)?;
    let effect = effect_at(snapshot, ledger, seq)?;
    Ok(match &effect.fact {
        Fact::Posting(_) | Fact::Hold(_) => OutcomeView::Transaction(Box::new(view_of(&mut names, &effect)?)),
        Fact::HoldVoided { hold, .. } => {
            OutcomeView::Transaction(Box::new(ended_view(&mut names, &effect, *hold, Status::Voided)?))
        }
        Fact::HoldExpired { hold, .. } => {
            OutcomeView::Transaction(Box::new(ended_view(&mut names, &effect, *hold, Status::Expired)?))
        }
        Fact::AccountOpened(opened) => OutcomeView::Account(opened.clone(), names.asset(opened.asset)?, effect.at),
        Fact::AccountChanged(_) => OutcomeView::Changed,
        Fact::AssetAdded { no, terms } => {
            OutcomeView::Asset(AssetRow { no: *no, code: terms.code.clone(), scale: terms.scale })
        }
        Fact::LedgerOpened(_)
        | Fact::DefaultAssetSet { .. }
        | Fact::AssetRescaled { .. }
        | Fact::ArchivedSet { .. }
        | Fact::LedgerDeleted(_) => OutcomeView::Ledger,
        Fact::Deferred { .. } | Fact::Resolved { .. } | Fact::Imported { .. } | Fact::Product(_) => {
            OutcomeView::Request
        }
        Fact::Refused(rejection) => OutcomeView::Refused((**rejection).clone(), effect.at),
    })
}

/// A transaction as it is now, by its first effect.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn transaction_view(names: &mut Names<'_>, first: Seq) -> Result<TransactionView, Fault> {
    let effect = effect_at(names.snapshot, names.ledger, first)?;
    let state = names.snapshot.state(names.ledger, first)?.map(|(_, state)| state);
    let ended = |seq| effect_at(names.snapshot, names.ledger, seq);
    match state {
        None | Some(TransactionState::Pending { .. }) => view_of(names, &effect),
        Some(TransactionState::Posted { reversed_by }) => {
            let view = view_of(names, &effect)?;
            with_reversal(names, view, reversed_by)
        }
        Some(TransactionState::HoldPosted { seq, reversed_by, .. }) => {
            let posted = ended(seq)?;
            let view = view_of(names, &posted)?;
            with_reversal(names, view, reversed_by)
        }
        Some(TransactionState::Voided { seq }) => {
            let ended = ended(seq)?;
            ended_view(names, &ended, first, Status::Voided)
        }
        Some(TransactionState::Expired { seq }) => {
            let ended = ended(seq)?;
            ended_view(names, &ended, first, Status::Expired)
        }
    }
}

/// With what was reversed of it. It is `reversed` once all of it is; how much is stands with the last transaction that
/// did.
fn with_reversal(
    names: &Names<'_>,
    mut view: TransactionView,
    reversed_by: Option<Id>,
) -> Result<TransactionView, Fault> {
    let Some(by) = reversed_by else { return Ok(view) };
    let last = names.snapshot.outcome(names.ledger, by)?.ok_or_else(|| missing("journal", by))?;
    let last = effect_at(names.snapshot, names.ledger, last.seq)?;
    let sums = last.fact.detail().map(|detail| detail.reversed.as_slice()).unwrap_or_default();
    for (place, posting) in view.postings.iter_mut().enumerate() {
        // One that says nothing of parts took all of it.
        posting.reversed = sums.get(place).copied().unwrap_or(posting.amount);
    }
    let is_whole = view.postings.iter().all(|posting| posting.reversed == posting.amount);
    let status = if is_whole { Status::Reversed } else { view.status };
    Ok(TransactionView { status, reversed_by, ..view })
}

/// A transaction by the effect that began its last act: a posting, or a hold.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn view_of(names: &mut Names<'_>, first: &Effect) -> Result<TransactionView, Fault> {
    let mut postings = Vec::new();
    let mut view = None;
    for effect in legs_from(names.snapshot, names.ledger, first)? {
        match &effect.fact {
            Fact::Posting(posting) => {
                if view.is_none() {
                    view = Some(posted_header(names, &effect, posting)?);
                }
                postings.push(PostingView {
                    source: names.account(posting.source.account)?,
                    destination: names.account(posting.destination.account)?,
                    asset: names.asset(posting.asset)?,
                    amount: posting.amount,
                    balances: Some((posting.source.balance, posting.destination.balance)),
                    reversed: Amount::ZERO,
                });
            }
            Fact::Hold(leg) => {
                let detail = leg.detail.as_deref().cloned().unwrap_or_default();
                view.get_or_insert_with(|| TransactionView {
                    id: leg.transaction,
                    seq: effect.seq,
                    status: Status::Pending,
                    at: effect.at,
                    effective_at: detail.asked_effective_at.unwrap_or(effect.at),
                    expires_at: leg.expires_at,
                    postings: Vec::new(),
                    detail,
                    reversed_by: None,
                });
                postings.push(PostingView {
                    source: names.account(leg.source)?,
                    destination: names.account(leg.destination)?,
                    asset: names.asset(leg.asset)?,
                    amount: leg.amount,
                    balances: None,
                    reversed: Amount::ZERO,
                });
            }
            _ => return Err(missing("journal", effect.seq)),
        }
    }
    let view = view.ok_or_else(|| missing("journal", first.seq))?;
    Ok(TransactionView { postings, ..view })
}

fn posted_header(names: &Names<'_>, effect: &Effect, posting: &Posting) -> Result<TransactionView, Fault> {
    let detail = match posting.hold {
        None => posting.detail.as_deref().cloned(),
        Some(hold) => effect_at(names.snapshot, names.ledger, hold)?.fact.detail().cloned(),
    };
    Ok(TransactionView {
        id: posting.transaction,
        seq: effect.seq,
        status: Status::Posted,
        at: effect.at,
        effective_at: posting.effective_at.unwrap_or(effect.at),
        expires_at: None,
        postings: Vec::new(),
        detail: detail.unwrap_or_default(),
        reversed_by: None,
    })
}

fn ended_view(names: &mut Names<'_>, ended: &Effect, hold: Seq, status: Status) -> Result<TransactionView, Fault> {
    let held = effect_at(names.snapshot, names.ledger, hold)?;
    let view = view_of(names, &held)?;
    Ok(TransactionView { status, seq: ended.seq, at: ended.at, ..view })
}

/// The last effect at or before an instant: 0 when there is none. Instants never fall, so this is a binary search.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn seq_at(snapshot: &dyn Snapshot, ledger: &Name, at: Timestamp) -> Result<Seq, Fault> {
    let Some(head) = snapshot.head(ledger)? else { return Ok(Seq(0)) };
    if at >= head.at {
        return Ok(head.seq);
    }
    let (mut before, mut after) = (0, head.seq.0);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if effect_at(snapshot, ledger, Seq(middle))?.at <= at {
            before = middle;
        } else {
            after = middle;
        }
    }
    Ok(Seq(before))
}

/// One entry of an account.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The posting.
    pub effect: Effect,
    /// The account's side of it.
    pub side: Side,
    /// Credit positive, debit negative.
    pub amount: i128,
    /// The other side's account.
    pub counterparty: AccountNo,
}

impl Entry {
    /// The posting itself.
    pub fn posting(&self) -> Option<&Posting> {
        match &self.effect.fact {
            Fact::Posting(posting) => Some(posting),
            _ => None,
        }
    }
}

impl AccountReader<'_> {
    /// One of the account's entries; `None` when the effect is not one.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn entry(&self, seq: Seq) -> Result<Option<Entry>, Fault> {
        Ok(self.entries(seq, 1)?.into_iter().next())
    }

    /// The account's entries from one on, towards older ones: as many as come in one question, up to a limit.
    fn entries(&self, from: Seq, limit: usize) -> Result<Vec<Entry>, Fault> {
        let effects = self.snapshot.chain(self.ledger, self.row.account, self.row.asset, from, limit)?;
        Ok(effects.into_iter().filter_map(|effect| self.entry_of(effect)).collect())
    }

    fn entry_of(&self, effect: Effect) -> Option<Entry> {
        let Fact::Posting(posting) = &effect.fact else { return None };
        let [debit, credit] = posting.entries();
        let counterparty = if debit.0.account == self.row.account { credit.0.account } else { debit.0.account };
        let side = [debit, credit].into_iter().find(|(side, _)| side.account == self.row.account);
        side.map(|(side, amount)| Entry { side, amount, counterparty, effect })
    }

    /// Walks from an entry towards older ones until `visit` has what it wants.
    fn walk<T>(
        &self,
        first: Option<Seq>,
        limit: usize,
        mut visit: impl FnMut(Entry) -> ControlFlow<T>,
    ) -> Result<Option<T>, Fault> {
        let mut next = first;
        while let Some(seq) = next {
            let entries = self.entries(seq, limit)?;
            if entries.is_empty() {
                return Err(missing("journal", seq));
            }
            for entry in entries {
                next = entry.side.previous;
                if let ControlFlow::Break(found) = visit(entry) {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    /// The newest entry for which `is_early` holds, where it holds for all older ones too; found from the first
    /// milestone after `at`, the instant that the answer is at or before.
    fn newest(&self, at: Timestamp, is_early: impl Fn(&Entry) -> bool) -> Result<Option<Entry>, Fault> {
        let milestone = self.snapshot.milestone(self.ledger, self.row.account, self.row.asset, at)?;
        self.walk(milestone.or(self.row.last), MILESTONE_STEPS, |entry| {
            if is_early(&entry) { ControlFlow::Break(entry) } else { ControlFlow::Continue(()) }
        })
    }

    /// The newest entry at or before an instant.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn newest_at(&self, at: Timestamp) -> Result<Option<Entry>, Fault> {
        self.newest(at, |entry| entry.effect.at <= at)
    }

    /// The newest entry before an effect.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn newest_before(&self, before: Seq) -> Result<Option<Entry>, Fault> {
        match self.snapshot.effect(self.ledger, before)? {
            Some(effect) => self.newest(effect.at, |entry| entry.effect.seq < before),
            None => self.newest(Timestamp::MAX, |entry| entry.effect.seq < before),
        }
    }

    /// The balance at an instant, by the instant of recording.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn recorded_at(&self, at: Timestamp) -> Result<Balance, Fault> {
        Ok(self.newest_at(at)?.map(|entry| entry.side.balance).unwrap_or_default())
    }

    /// The balance after all that was recorded up to an effect.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn recorded_up_to(&self, last: Seq) -> Result<Balance, Fault> {
        if self.row.last.is_none_or(|of_row| of_row <= last) {
            return Ok(self.row.posted);
        }
        Ok(self.newest_before(last.next())?.map(|entry| entry.side.balance).unwrap_or_default())
    }

    /// The balance at an instant, by effective date; `None` when it is out of the range of balances.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn effective_at(&self, at: Timestamp) -> Result<Option<Balance>, Fault> {
        self.effective_as_of(at, Seq(u64::MAX))
    }

    /// The balance at an instant, by effective date, as far as it was recorded up to an effect; `None` when it is out
    /// of the range of balances.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn effective_as_of(&self, at: Timestamp, last: Seq) -> Result<Option<Balance>, Fault> {
        let (account, asset) = (self.row.account, self.row.asset);
        let up_to = seq_at(self.snapshot, self.ledger, at)?.min(last);
        let recorded = DateSum(self.recorded_up_to(up_to)?.minor_units());
        let early = self.snapshot.off_date(self.ledger, account, asset, up_to)?.map(|row| row.sum);
        let mut sum = recorded.less(early.unwrap_or_default());
        for (level, range) in bucket_ranges(at) {
            for (_, part) in self.snapshot.buckets(self.ledger, account, asset, level, range)? {
                sum = sum.plus(part.0);
            }
        }
        Ok(Balance::new(sum.less(self.off_date_after(at, last)?).0))
    }

    /// What postings after an effect are dated up to an instant, off their own.
    fn off_date_after(&self, at: Timestamp, last: Seq) -> Result<DateSum, Fault> {
        let newest = self.snapshot.off_date(self.ledger, self.row.account, self.row.asset, Seq(u64::MAX))?;
        if newest.is_none_or(|row| row.seq <= last) {
            return Ok(DateSum::ZERO);
        }
        let mut sum = DateSum::ZERO;
        self.walk(self.row.last, MILESTONE_STEPS, |entry| {
            if entry.effect.seq <= last {
                return ControlFlow::Break(());
            }
            let effective_at = entry.posting().and_then(|posting| posting.effective_at);
            if effective_at.is_some_and(|effective_at| effective_at <= at) {
                sum = sum.plus(entry.amount);
            }
            ControlFlow::Continue(())
        })?;
        Ok(sum)
    }

    /// Entries from one on, towards older ones, while they are not before `from`.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn page(&self, first: Option<Seq>, from: Timestamp, limit: usize) -> Result<(Vec<Entry>, Option<Seq>), Fault> {
        let mut entries = Vec::new();
        let next = self.walk(first, limit.saturating_add(1), |entry| {
            if entry.effect.at < from {
                return ControlFlow::Break(None);
            }
            if entries.len() == limit {
                return ControlFlow::Break(Some(entry.effect.seq));
            }
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok((entries, next.flatten()))
    }
}

/// The buckets that make up all effective dates at or before an instant: whole ones of each level, then single
/// instants.
fn bucket_ranges(at: Timestamp) -> Vec<(u8, std::ops::Range<i64>)> {
    let mut ranges = vec![(BUCKET_LEVELS, i64::MIN..bucket_index(BUCKET_LEVELS, at))];
    for level in (1..BUCKET_LEVELS).rev() {
        let first = bucket_index(level + 1, at).saturating_mul(64);
        ranges.push((level, first..bucket_index(level, at)));
    }
    let hour = bucket_index(1, at).saturating_mul(bucket_span_micros(1));
    ranges.push((0, hour..at.0.saturating_add(1)));
    ranges
}

/// What a list of transactions is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct TransactionFilter {
    /// Those with postings on an account.
    pub account: Option<Name>,
    /// The one with a reference.
    pub reference: Option<String>,
    /// Those whose metadata has all of these.
    pub metadata: Vec<(String, String)>,
    /// Those in a state.
    pub status: Option<Status>,
    /// Those whose place in the list is not before an instant.
    pub from: Option<Timestamp>,
    /// Those whose place in the list is before an instant.
    pub to: Option<Timestamp>,
}

impl TransactionFilter {
    fn accepts(&self, view: &TransactionView) -> bool {
        let account = |account: &Name| {
            view.postings.iter().any(|posting| posting.source == *account || posting.destination == *account)
        };
        self.account.as_ref().is_none_or(account)
            && self.reference.as_ref().is_none_or(|reference| view.detail.reference.as_ref() == Some(reference))
            && self.metadata.iter().all(|pair| has_pair(&view.detail.metadata, pair))
            && self.status.is_none_or(|status| view.status == status)
    }
}

fn has_pair(metadata: &Metadata, pair: &(String, String)) -> bool {
    metadata.pairs().contains(pair)
}

/// Transactions, newest first, before a place: a page, and the place to go on from. The place of a transaction, and so
/// its order and the window that it falls into, is where it was made; in an account's list, where it was posted there.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn transactions(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    filter: &TransactionFilter,
    before: Option<Seq>,
    limit: usize,
) -> Result<(Vec<TransactionView>, Option<Seq>), Fault> {
    let mut names = Names::new(snapshot, ledger)?;
    let Some(head) = snapshot.head(ledger)? else { return Ok((Vec::new(), None)) };
    let mut before = before.unwrap_or(head.seq.next()).min(head.seq.next());
    if let Some(to) = filter.to {
        before = before.min(seq_at(snapshot, ledger, to.plus_micros(-1))?.next());
    }
    // Places only fall, so the list ends at the first one before the window.
    let first_place = match filter.from {
        Some(from) => seq_at(snapshot, ledger, from.plus_micros(-1))?.next(),
        None => Seq::FIRST,
    };
    let mut page: Vec<TransactionView> = Vec::new();
    // A transaction of several postings comes up once for each on the account; the place may be in its middle.
    let mut seen = snapshot.effect(ledger, before)?.and_then(|effect| match effect.fact {
        Fact::Posting(posting) => Some(posting.transaction),
        _ => None,
    });
    let mut scanned = 0;
    loop {
        let candidates = candidates(snapshot, ledger, filter, before)?;
        let Some(last) = candidates.last().map(|(place, _)| *place) else { return Ok((page, None)) };
        for (place, first) in candidates {
            if page.len() == limit || scanned == SCAN_MAX {
                return Ok((page, Some(before)));
            }
            if place < first_place {
                return Ok((page, None));
            }
            scanned += 1;
            before = place;
            let Some(first) = first else { continue };
            let view = transaction_view(&mut names, first)?;
            if seen != Some(view.id) {
                seen = Some(view.id);
                if filter.accepts(&view) {
                    page.push(view);
                }
            }
        }
        before = last;
    }
}

/// A place to look at, with the first effect of its transaction, if one is there.
type Candidate = (Seq, Option<Seq>);

/// The next places to look at, newest first.
fn candidates(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    filter: &TransactionFilter,
    before: Seq,
) -> Result<Vec<Candidate>, Fault> {
    if let Some(reference) = &filter.reference {
        let first = snapshot.reference(ledger, reference)?.filter(|first| *first < before);
        return Ok(first.map(|first| (first, Some(first))).into_iter().collect());
    }
    if let Some((key, value)) = filter.metadata.first() {
        let firsts = snapshot.metadata(ledger, key, value, before, SCAN_CHUNK)?;
        return Ok(firsts.into_iter().map(|first| (first, Some(first))).collect());
    }
    match filter.status {
        Some(Status::Pending | Status::Voided | Status::Expired | Status::Reversed) => {
            let states = snapshot.states_before(ledger, before, SCAN_CHUNK)?;
            Ok(states.into_iter().map(|(first, ..)| (first, Some(first))).collect())
        }
        Some(Status::Posted) | None => match &filter.account {
            Some(account) => account_candidates(snapshot, ledger, account, before),
            None => journal_candidates(snapshot, ledger, before),
        },
    }
}

fn journal_candidates(snapshot: &dyn Snapshot, ledger: &Name, before: Seq) -> Result<Vec<Candidate>, Fault> {
    let effects = snapshot.effects_before(ledger, before, SCAN_CHUNK)?;
    Ok(effects
        .iter()
        .map(|effect| match &effect.fact {
            Fact::Posting(posting) if posting.leg == 0 && posting.hold.is_none() => (effect.seq, Some(effect.seq)),
            Fact::Hold(leg) if leg.leg == 0 => (effect.seq, Some(effect.seq)),
            _ => (effect.seq, None),
        })
        .collect())
}

/// The chains of all the account's assets, merged.
fn account_candidates(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    account: &Name,
    before: Seq,
) -> Result<Vec<Candidate>, Fault> {
    let Some(account) = snapshot.account(ledger, account)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for row in &account.balances {
        let reader = AccountReader { snapshot, ledger, row };
        let newest = reader.newest_before(before)?.map(|entry| entry.effect.seq);
        let (entries, _) = reader.page(newest, Timestamp::MIN, SCAN_CHUNK)?;
        for entry in entries {
            if let Some(posting) = entry.posting() {
                let first = Seq(entry.effect.seq.0.saturating_sub(u64::from(posting.leg)));
                found.push((entry.effect.seq, Some(posting.hold.unwrap_or(first))));
            }
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.truncate(SCAN_CHUNK);
    Ok(found)
}
