//! Proving that what is stored is what the journal tells.
//!
//! The journal is read once, in order, and replayed: chains, balances, holds, hashes. Then every derived row is compared
//! with what the replay ended with. Memory grows with the number of balances, open holds, open lots and advances, not with the journal.

use std::collections::BTreeSet;

use ducat_domain::ledger::command::Ranking;
use ducat_domain::ledger::effect::{Effect, Fact, MILESTONE_ENTRIES};
use ducat_domain::ledger::replay::{DerivedAccount, DerivedBalance, Difference, Replay};
use ducat_domain::ledger::rows::{AssetRow, BalanceRow, BucketKey, DateSum, Head, TransactionState, WORLD};
use ducat_domain::ledger::working::LoadedAccount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, Id, Seq};

use crate::{Fault, Reader, Snapshot, advances, points};

/// Rows read at a time, so that no snapshot is held for long.
pub(crate) const CHUNK: usize = 8_192;

/// Differences named before the rest is only counted.
const NAMED_MAX: usize = 1_000;

/// What was checked, and what was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Ledgers.
    pub ledgers: u64,
    /// Batches, each by its hash.
    pub batches: u64,
    /// Effects, each by its place in the chains.
    pub effects: u64,
    /// Balances, each by the postings and holds on it.
    pub balances: u64,
    /// Open holds.
    pub holds: u64,
    /// Outcomes kept under ids.
    pub outcomes: u64,
    /// Milestones.
    pub milestones: u64,
    /// Open lots of points, each by what was earned and used.
    pub lots: u64,
    /// Advances, each by what was told of it.
    pub advances: u64,
    /// What does not agree.
    pub differences: Vec<Difference>,
    /// How many more there were.
    pub unnamed: u64,
}

impl Report {
    /// Whether everything agrees.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }

    fn differ(&mut self, found: impl IntoIterator<Item = Difference>) {
        for difference in found {
            if self.differences.len() < NAMED_MAX {
                self.differences.push(difference);
            } else {
                self.unnamed += 1;
            }
        }
    }

    fn say(&mut self, place: String, what: String) {
        self.differ([Difference { place, what }]);
    }
}

/// Verifies every ledger as it was when its turn came. `progress` is told how many effects were read.
pub fn verify(reader: &dyn Reader, progress: &mut dyn FnMut(u64)) -> Result<Report, Fault> {
    let mut report = Report::default();
    let mut after = None;
    loop {
        let ledgers = reader.snapshot()?.ledgers(after.as_ref(), 100)?;
        let Some(last) = ledgers.last() else { return Ok(report) };
        after = Some(last.ledger.clone());
        for head in ledgers {
            report.ledgers += 1;
            verify_ledger(reader, &head.ledger, &mut report, progress)?;
        }
    }
}

/// The journal never changes, so it is read in short snapshots until it is caught up with; derived rows are compared in
/// one last snapshot, after what it has more.
fn verify_ledger(
    reader: &dyn Reader,
    ledger: &Name,
    report: &mut Report,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Fault> {
    let mut journal = Journal { ledger, replay: Replay::new(ledger.clone()), milestones: 0 };
    loop {
        let snapshot = reader.snapshot()?;
        let effects = snapshot.effects(ledger, journal.replay.head.seq, CHUNK)?;
        let is_last = effects.len() < CHUNK;
        journal.read(snapshot.as_ref(), &effects, report)?;
        progress(report.effects);
        if is_last {
            let check =
                Check { ledger, snapshot: snapshot.as_ref(), replay: journal.replay, milestones: journal.milestones };
            return check.compare(report);
        }
    }
}

/// The journal so far.
struct Journal<'a> {
    ledger: &'a Name,
    replay: Replay,
    milestones: u64,
}

impl Journal<'_> {
    fn read(&mut self, snapshot: &dyn Snapshot, effects: &[Effect], report: &mut Report) -> Result<(), Fault> {
        let Some(last) = effects.last().map(|effect| effect.seq) else { return Ok(()) };
        let mut batches = snapshot.batches(self.ledger, self.replay.head.batch, CHUNK)?.into_iter().peekable();
        self.compare_outcomes(snapshot, effects, report)?;
        for effect in effects {
            let found = self.replay.effect(effect);
            report.differ(found);
            self.compare_derived(snapshot, effect, report)?;
            while let Some(row) = batches.next_if(|row| row.last <= effect.seq && row.last <= last) {
                let found = self.replay.batch(&row);
                report.differ(found);
                report.batches += 1;
            }
        }
        report.effects += effects.len() as u64;
        Ok(())
    }

    /// The ids under which effects are found.
    fn compare_outcomes(&self, snapshot: &dyn Snapshot, effects: &[Effect], report: &mut Report) -> Result<(), Fault> {
        let kept = || effects.iter().filter_map(|effect| Some((effect.seq, effect.command?)));
        let ids: Vec<Id> = kept().map(|(_, key)| key.id).collect();
        for ((seq, key), found) in kept().zip(snapshot.outcomes(self.ledger, &ids)?) {
            if found.is_none_or(|row| row.seq != seq || row.fingerprint != key.fingerprint) {
                let place = format!("ledger {}, id {}", self.ledger, key.id);
                report.say(place, format!("it does not lead to effect {seq}"));
            }
            report.outcomes += 1;
        }
        Ok(())
    }

    /// What one effect left outside the journal: its milestones, its reference and metadata.
    fn compare_derived(&mut self, snapshot: &dyn Snapshot, effect: &Effect, report: &mut Report) -> Result<(), Fault> {
        let place = |what: String| format!("ledger {}, {what}", self.ledger);
        if let Fact::Posting(posting) = &effect.fact {
            for (side, _) in posting.entries() {
                if side.entry.is_multiple_of(MILESTONE_ENTRIES) {
                    self.milestones += 1;
                    let before = effect.at.plus_micros(-1);
                    let found = snapshot.milestone(self.ledger, side.account, posting.asset, before)?;
                    if found.is_none_or(|found| found > effect.seq) {
                        let what = format!("effect {} is its entry {}", effect.seq, side.entry);
                        report.say(place(format!("milestones of account {}", side.account)), what);
                    }
                }
            }
        }
        let Some(detail) = effect.fact.detail() else { return Ok(()) };
        if let Some(reference) = &detail.reference
            && snapshot.reference(self.ledger, reference)? != Some(effect.seq)
        {
            report.say(place(format!("reference {reference:?}")), format!("it does not lead to effect {}", effect.seq));
        }
        for (key, value) in detail.metadata.pairs() {
            let found = snapshot.metadata(self.ledger, key, value, effect.seq.next(), 1)?;
            if found.first() != Some(&effect.seq) {
                report.say(place(format!("metadata {key:?}")), format!("it does not lead to effect {}", effect.seq));
            }
        }
        Ok(())
    }
}

struct Check<'a> {
    ledger: &'a Name,
    snapshot: &'a dyn Snapshot,
    replay: Replay,
    milestones: u64,
}

/// Whether rows that are stored in order are those that the journal tells; they are asked for after one of them, [`CHUNK`] at a
/// time. Says where they differ first.
pub(crate) fn compare_in_order<T: PartialEq + Copy + std::fmt::Debug>(
    place: &str,
    stored: impl Fn(Option<T>) -> Result<Vec<T>, Fault>,
    mut expected: impl Iterator<Item = T>,
    say: &mut dyn FnMut(String, String),
) -> Result<(), Fault> {
    let mut after = None;
    loop {
        let found = stored(after)?;
        let some: Vec<T> = expected.by_ref().take(CHUNK).collect();
        if found != some {
            let differs = found.iter().zip(&some).find(|(found, expected)| found != expected);
            let what =
                format!("{} are stored, the journal has {}; the first others: {differs:?}", found.len(), some.len());
            say(place.to_owned(), what);
            return Ok(());
        }
        let Some(last) = found.last() else { return Ok(()) };
        after = Some(*last);
    }
}

impl Check<'_> {
    fn place(&self, what: impl std::fmt::Display) -> String {
        format!("ledger {}, {what}", self.ledger)
    }

    /// Everything that is kept beside the journal.
    fn compare(&self, report: &mut Report) -> Result<(), Fault> {
        self.compare_head(report)?;
        report.differ(self.replay.unbalanced());
        self.compare_accounts(report)?;
        self.compare_balances(report)?;
        self.compare_states(report)?;
        self.compare_counts(report)?;
        self.compare_ranks(report)?;
        self.compare_deferred(report)?;
        let mut found = Vec::new();
        report.lots += points::compare(self.snapshot, self.ledger, &self.replay, &mut |place, what| {
            found.push(Difference { place: self.place(place), what });
        })?;
        report.advances += advances::compare(self.snapshot, self.ledger, &self.replay, &mut |place, what| {
            found.push(Difference { place: self.place(place), what });
        })?;
        report.differ(found);
        self.compare_buckets(report)
    }

    /// Every balance of a ranked ledger stands where its entries put it, and nothing else does.
    fn compare_ranks(&self, report: &mut Report) -> Result<(), Fault> {
        let is_ranking = self.replay.head.rules.ranking == Ranking::ByEntries;
        let ranked = self
            .replay
            .balances
            .iter()
            .filter(|((account, _), balance)| is_ranking && *account != WORLD && balance.entries > 0);
        let mut derived = ranked.map(|((account, asset), balance)| (*account, *asset, balance.entries));
        let mut after = None;
        loop {
            let rows = self.snapshot.ranks(self.ledger, after, CHUNK)?;
            let expected: Vec<_> = derived.by_ref().take(CHUNK).collect();
            for place in 0..rows.len().max(expected.len()) {
                let (row, expected) = (rows.get(place), expected.get(place));
                if row != expected {
                    let what = format!("the row says {row:?}, the journal {expected:?}");
                    report.say(self.place("ranking by entries"), what);
                    return Ok(());
                }
            }
            let Some((account, asset, _)) = rows.last() else { return Ok(()) };
            after = Some((*account, *asset));
        }
    }

    /// Requests that are still to be done.
    fn compare_deferred(&self, report: &mut Report) -> Result<(), Fault> {
        let mut stored = BTreeSet::new();
        loop {
            let rows = self.snapshot.deferred(self.ledger, stored.last().copied().unwrap_or(Seq(0)), CHUNK)?;
            if rows.is_empty() {
                break;
            }
            stored.extend(rows);
        }
        for seq in stored.symmetric_difference(&self.replay.deferred).take(NAMED_MAX) {
            let (row, journal) = (stored.contains(seq), self.replay.deferred.contains(seq));
            let what = format!("it is waiting: the rows say {row}, the journal {journal}");
            report.say(self.place(format!("request at {seq}")), what);
        }
        Ok(())
    }

    fn compare_head(&self, report: &mut Report) -> Result<(), Fault> {
        let Some(head) = self.snapshot.head(self.ledger)? else { return Ok(()) };
        // The epoch counts writers, not effects.
        let derived = Head { epoch: head.epoch, ..self.replay.head.clone() };
        if derived != head {
            let what = format!("its row says {head:?}, the journal {derived:?}");
            report.say(format!("ledger {}", self.ledger), what);
        }
        let stored = self.snapshot.assets(self.ledger)?;
        let derived = self.replay.assets.iter();
        let derived = derived.map(|(no, terms)| AssetRow { no: *no, code: terms.code.clone(), scale: terms.scale });
        if !stored.iter().cloned().eq(derived) {
            report.say(self.place("assets"), format!("the rows are {stored:?}, the journal adds others"));
        }
        Ok(())
    }

    /// Names, metadata and states of all accounts.
    fn compare_accounts(&self, report: &mut Report) -> Result<(), Fault> {
        let mut after = None;
        let mut stored = 0;
        loop {
            let accounts = self.snapshot.accounts(self.ledger, "", after.as_ref(), CHUNK)?;
            let Some(last) = accounts.last() else { break };
            after = Some(last.row.name.clone());
            stored += accounts.len();
            for LoadedAccount { row, .. } in accounts {
                let found = DerivedAccount {
                    name: row.name.clone(),
                    metadata: row.metadata,
                    frozen: row.frozen,
                    closed: row.closed,
                };
                let derived = self.replay.accounts.get(&row.no);
                if derived != Some(&found) {
                    let what = format!("its row says {found:?}, the journal {derived:?}");
                    report.say(self.place(format!("account {} ({})", row.no, row.name)), what);
                }
            }
        }
        if stored != self.replay.accounts.len() {
            let what = format!("there are {stored} rows, the journal opens {}", self.replay.accounts.len());
            report.say(self.place("accounts"), what);
        }
        Ok(())
    }

    fn compare_balances(&self, report: &mut Report) -> Result<(), Fault> {
        let mut after: Option<(AccountNo, AssetNo)> = None;
        let mut stored = 0;
        loop {
            let rows = self.snapshot.balances(self.ledger, after, CHUNK)?;
            let Some(last) = rows.last() else { break };
            after = Some((last.account, last.asset));
            stored += rows.len();
            let off_dates = self.snapshot.off_date_totals(self.ledger, &rows)?;
            for (row, off_date) in rows.iter().zip(off_dates) {
                let derived = self.replay.balances.get(&(row.account, row.asset)).copied();
                if derived != Some(derived_form(row)) {
                    let place = self.place(format!("account {}, asset {}", row.account, row.asset));
                    report.say(place, format!("the row says {:?}, the journal {derived:?}", derived_form(row)));
                }
                if !row.is_within_limits() {
                    let place = self.place(format!("account {}, asset {}", row.account, row.asset));
                    report.say(place, format!("{} is outside its limits", row.posted));
                }
                if off_date != row.off_date {
                    let place = self.place(format!("account {}, asset {}", row.account, row.asset));
                    report.say(place, "its off-date postings do not add up".to_owned());
                }
            }
        }
        report.balances += stored as u64;
        if stored != self.replay.balances.len() {
            let what = format!("there are {stored} rows, the journal opens {}", self.replay.balances.len());
            report.say(self.place("balances"), what);
        }
        Ok(())
    }

    fn compare_states(&self, report: &mut Report) -> Result<(), Fault> {
        let mut after = Seq(0);
        let mut pending = 0;
        loop {
            let states = self.snapshot.states(self.ledger, after, CHUNK)?;
            let Some((last, ..)) = states.last() else { break };
            after = *last;
            for (seq, id, state) in states {
                let open = self.replay.holds.get(&id).map(|(at, _)| *at);
                let is_pending = matches!(state, TransactionState::Pending { .. });
                pending += u64::from(is_pending);
                self.compare_state(seq, id, state, report)?;
                if is_pending != (open == Some(seq)) {
                    let what = format!("its row says {state:?}, the journal has it open at {open:?}");
                    report.say(self.place(format!("transaction {id}")), what);
                }
            }
        }
        report.holds += pending;
        if pending != self.replay.holds.len() as u64 {
            let what = format!("{pending} are stored, the journal has {}", self.replay.holds.len());
            report.say(self.place("open holds"), what);
        }
        Ok(())
    }

    fn compare_counts(&self, report: &mut Report) -> Result<(), Fault> {
        let outcomes = self.snapshot.outcomes_count(self.ledger)?;
        if outcomes != self.replay.outcomes {
            let what = format!("{outcomes} are stored, the journal has {}", self.replay.outcomes);
            report.say(self.place("outcomes"), what);
        }
        let milestones = self.snapshot.milestones_count(self.ledger)?;
        report.milestones += milestones;
        if milestones != self.milestones {
            let what = format!("{milestones} are stored, the journal reaches {}", self.milestones);
            report.say(self.place("milestones"), what);
        }
        Ok(())
    }

    /// Where a transaction's end is said to be, and by whom it is said to be reversed.
    fn compare_state(&self, seq: Seq, id: Id, state: TransactionState, report: &mut Report) -> Result<(), Fault> {
        let (resolved, reversed_by) = match state {
            TransactionState::Pending { .. } => (None, None),
            TransactionState::Posted { reversed_by } => (None, reversed_by),
            TransactionState::HoldPosted { seq, reversed_by, .. } => (Some(seq), reversed_by),
            TransactionState::Voided { seq } | TransactionState::Expired { seq } => (Some(seq), None),
        };
        let mut is_right = true;
        if let Some(resolved) = resolved {
            let effect = self.snapshot.effect(self.ledger, resolved)?;
            is_right &= effect.is_some_and(|effect| match (effect.fact, state) {
                (Fact::Posting(posting), TransactionState::HoldPosted { amount, .. }) => {
                    posting.hold == Some(seq) && posting.transaction == id && posting.amount == amount
                }
                (Fact::HoldVoided { transaction, hold }, TransactionState::Voided { .. })
                | (Fact::HoldExpired { transaction, hold }, TransactionState::Expired { .. }) => {
                    transaction == id && hold == seq
                }
                _ => false,
            });
        }
        if let Some(by) = reversed_by {
            let effect = match self.snapshot.outcome(self.ledger, by)? {
                Some(outcome) => self.snapshot.effect(self.ledger, outcome.seq)?,
                None => None,
            };
            let reverses = effect.and_then(|effect| effect.fact.detail().and_then(|detail| detail.reverses));
            is_right &= reverses == Some(id);
        }
        if !is_right {
            report
                .say(self.place(format!("transaction {id}")), format!("its row says {state:?}, the journal does not"));
        }
        Ok(())
    }

    /// Off-date sums of every level, summed again from the journal.
    fn compare_buckets(&self, report: &mut Report) -> Result<(), Fault> {
        let derived: Vec<(BucketKey, DateSum)> = self.replay.buckets.iter().map(|(key, sum)| (*key, *sum)).collect();
        for some in derived.chunks(CHUNK) {
            let keys: Vec<BucketKey> = some.iter().map(|(key, _)| *key).collect();
            for ((key, sum), stored) in some.iter().zip(self.snapshot.sums(self.ledger, &keys)?) {
                if stored != Some(*sum) {
                    report.say(self.place(format!("{key:?}")), format!("the row says {stored:?}, the journal {sum:?}"));
                }
            }
        }
        Ok(())
    }
}

fn derived_form(row: &BalanceRow) -> DerivedBalance {
    DerivedBalance {
        posted: row.posted.minor_units(),
        pending_in: row.pending_in.minor_units(),
        pending_out: row.pending_out.minor_units(),
        entries: row.entries,
        last: row.last,
        off_date: row.off_date,
        limits: row.limits,
    }
}
