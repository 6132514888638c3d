//! What readers ask, made of the rows of a [`Snapshot`]: transactions as they are now, outcomes as they were.
//!
//! `account` reads the entries and balances of one account, `list` finds transactions, `known` is what was read ahead for a
//! page of them, and `names` are those of accounts and assets. All of it works on any store.

mod account;
mod known;
mod list;
mod names;
mod texts;

use ducat_domain::ledger::effect::{AccountOpened, Detail, Posting};
use ducat_domain::ledger::rows::{AssetRow, Leg, TransactionRow, TransactionState};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::Name;
use ducat_domain::numbers::{ActorNo, Id, Seq, Timestamp};
use ducat_domain::{Effect, Fact, Rejection};

use crate::{Fault, Reader, Snapshot};

pub use account::{AccountReader, Entry};
pub use list::{TransactionFilter, transactions};
pub use names::Names;
pub use texts::{Texts, Under, add_texts_of, batch_of, before_account, texts_under};

/// Effects that are read from one snapshot while a journal is walked through.
const CHUNK: usize = 4_096;

/// Walks through a ledger's journal from its beginning until something is found. No snapshot is held from one chunk to
/// the next.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn find_effect<T>(
    reader: &dyn Reader,
    ledger: &Name,
    mut find: impl FnMut(Effect) -> Option<T>,
) -> Result<Option<T>, Fault> {
    let mut after = Seq(0);
    loop {
        let effects = reader.snapshot()?.effects(ledger, after, CHUNK)?;
        let Some(last) = effects.last() else { return Ok(None) };
        after = last.seq;
        if let Some(found) = effects.into_iter().find_map(&mut find) {
            return Ok(Some(found));
        }
    }
}

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
    /// Who asked for that effect.
    pub by: Option<ActorNo>,
    /// When it counts in the books.
    pub effective_at: Timestamp,
    /// Until when it is held.
    pub expires_at: Option<Timestamp>,
    /// Its postings, in order.
    pub postings: Vec<PostingView>,
    /// What it says of itself.
    pub detail: Detail,
    /// Whether its description and metadata are erased.
    pub is_redacted: bool,
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
        Fact::Redacted(_) => OutcomeView::Changed,
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
    let effect = names.effect(first)?;
    let state = names.known.state(names.snapshot, names.ledger, first)?;
    match state {
        None | Some(TransactionState::Pending { .. }) => view_of(names, &effect),
        Some(TransactionState::Posted { reversed_by }) => {
            let view = view_of(names, &effect)?;
            with_reversal(names, view, reversed_by)
        }
        Some(TransactionState::HoldPosted { seq, reversed_by, .. }) => {
            let posted = names.effect(seq)?;
            let view = view_of(names, &posted)?;
            with_reversal(names, view, reversed_by)
        }
        Some(TransactionState::Voided { seq }) => {
            let ended = names.effect(seq)?;
            ended_view(names, &ended, first, Status::Voided)
        }
        Some(TransactionState::Expired { seq }) => {
            let ended = names.effect(seq)?;
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
    let last = names.known.outcome(names.snapshot, names.ledger, by)?;
    let last = names.effect(last)?;
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
    for effect in names.known.legs(names.snapshot, names.ledger, first)? {
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
                    by: effect.by,
                    effective_at: detail.asked_effective_at.unwrap_or(effect.at),
                    expires_at: leg.expires_at,
                    postings: Vec::new(),
                    detail,
                    is_redacted: effect.is_redacted(),
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
    let (detail, is_redacted) = match posting.hold {
        None => (posting.detail.as_deref().cloned(), effect.is_redacted()),
        Some(hold) => {
            let held = names.effect(hold)?;
            (held.fact.detail().cloned(), held.is_redacted())
        }
    };
    Ok(TransactionView {
        id: posting.transaction,
        seq: effect.seq,
        status: Status::Posted,
        at: effect.at,
        by: effect.by,
        effective_at: posting.effective_at.unwrap_or(effect.at),
        expires_at: None,
        postings: Vec::new(),
        detail: detail.unwrap_or_default(),
        is_redacted,
        reversed_by: None,
    })
}

fn ended_view(names: &mut Names<'_>, ended: &Effect, hold: Seq, status: Status) -> Result<TransactionView, Fault> {
    let held = names.effect(hold)?;
    let view = view_of(names, &held)?;
    Ok(TransactionView { status, seq: ended.seq, at: ended.at, by: ended.by, ..view })
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
