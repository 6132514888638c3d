//! Lists of transactions, newest first, narrowed by account, reference, metadata, state and window.
//!
//! The place of a transaction is where it was made; in an account's list, where it was posted on that account. A page
//! looks at a bounded number of transactions, so it may be short, and says where to go on.

use ducat_domain::Fact;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};

use super::account::AccountReader;
use super::{Names, Status, TransactionView, seq_at, transaction_view};
use crate::{Fault, Snapshot};

/// Transactions looked at for one page of a filtered list: a page may be short, and says where to go on.
const SCAN_MAX: usize = 10_000;

/// Rows fetched at a time while scanning.
const SCAN_CHUNK: usize = 256;

/// Transactions that are read ahead at least.
const AHEAD_MIN: usize = 16;

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
        let mut ahead = 0;
        let Some(last) = candidates.last().map(|(place, _)| *place) else { return Ok((page, None)) };
        for (at, (place, first)) in candidates.iter().copied().enumerate() {
            if page.len() == limit || scanned == SCAN_MAX {
                return Ok((page, Some(before)));
            }
            if place < first_place {
                return Ok((page, None));
            }
            scanned += 1;
            before = place;
            let Some(first) = first else { continue };
            if ahead <= at {
                // As many as the page still takes; of a list that is narrowed further, more will be looked at.
                ahead = at.saturating_add(limit.saturating_sub(page.len()).max(AHEAD_MIN));
                let next = candidates.get(at..ahead.min(candidates.len())).unwrap_or_default();
                let firsts: Vec<Seq> = next.iter().filter_map(|(_, first)| *first).collect();
                names.expect_transactions(&firsts);
            }
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
