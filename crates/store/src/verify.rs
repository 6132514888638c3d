//! Proving that what is stored is what the journal tells.
//!
//! The journal is read once, in order, and replayed: chains, balances, holds, hashes. Then every derived row is compared
//! with what the replay ended with. Memory grows with the number of balances and open holds, not with the journal.

use ducat_domain::ledger::effect::{Fact, MILESTONE_ENTRIES};
use ducat_domain::ledger::replay::{DerivedBalance, Difference, Replay};
use ducat_domain::ledger::rows::{BalanceRow, TransactionState};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, Seq};

use crate::{Fault, Reader, Snapshot};

/// Rows read at a time, so that no snapshot is held for long.
const CHUNK: usize = 8_192;

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

fn verify_ledger(
    reader: &dyn Reader,
    ledger: &Name,
    report: &mut Report,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Fault> {
    // Derived rows are compared with the journal as of one snapshot; the journal itself never changes, so it is read
    // in pieces up to that snapshot's head.
    let snapshot = reader.snapshot()?;
    let Some(head) = snapshot.head(ledger)? else { return Ok(()) };
    let mut check = Check { ledger, snapshot: snapshot.as_ref(), replay: Replay::new(ledger.clone()), milestones: 0 };
    let mut batches = Vec::new().into_iter();
    let mut batch = None;
    let mut read = Seq(0);
    loop {
        let effects = snapshot.effects(ledger, read, CHUNK)?;
        let Some(last) = effects.last() else { break };
        read = last.seq;
        for effect in &effects {
            if batch.is_none() {
                batch = batches.next();
            }
            if batch.is_none() {
                batches = snapshot.batches(ledger, check.replay.head.batch, CHUNK)?.into_iter();
                batch = batches.next();
            }
            let found = check.replay.effect(effect);
            report.differ(found);
            check.count_milestones(&effect.fact);
            check.compare_outcome(effect, report)?;
            if let Some(row) = batch.take_if(|batch| batch.last <= effect.seq) {
                let found = check.replay.batch(&row);
                report.differ(found);
                report.batches += 1;
            }
        }
        report.effects += effects.len() as u64;
        progress(report.effects);
    }
    if check.replay.head.batch != head.batch || check.replay.head.hash != head.hash || check.replay.head.seq != head.seq
    {
        report.say(
            format!("ledger {ledger}"),
            format!(
                "its head is at batch {}, effect {}; the journal ends at batch {}, effect {}",
                head.batch, head.seq, check.replay.head.batch, check.replay.head.seq
            ),
        );
    }
    if check.replay.head.accounts != head.accounts {
        report.say(format!("ledger {ledger}"), "its count of accounts is not the journal's".to_owned());
    }
    let unbalanced = check.replay.unbalanced();
    report.differ(unbalanced);
    check.compare_balances(report)?;
    check.compare_states(report)?;
    check.compare_counts(report)
}

struct Check<'a> {
    ledger: &'a Name,
    snapshot: &'a dyn Snapshot,
    replay: Replay,
    milestones: u64,
}

impl Check<'_> {
    fn place(&self, what: impl std::fmt::Display) -> String {
        format!("ledger {}, {what}", self.ledger)
    }

    fn count_milestones(&mut self, fact: &Fact) {
        if let Fact::Posting(posting) = fact {
            let reached =
                posting.entries().into_iter().filter(|(side, _)| side.entry.is_multiple_of(MILESTONE_ENTRIES));
            self.milestones += reached.count() as u64;
        }
    }

    fn compare_outcome(&self, effect: &ducat_domain::ledger::Effect, report: &mut Report) -> Result<(), Fault> {
        let Some(key) = effect.command else { return Ok(()) };
        let found = self.snapshot.outcome(self.ledger, key.id)?;
        if found.is_none_or(|row| row.seq != effect.seq || row.fingerprint != key.fingerprint) {
            report.say(self.place(format!("id {}", key.id)), format!("it does not lead to effect {}", effect.seq));
        }
        report.outcomes += 1;
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
            for row in &rows {
                let derived = self.replay.balances.get(&(row.account, row.asset)).copied();
                if derived != Some(derived_form(row)) {
                    let place = self.place(format!("account {}, asset {}", row.account, row.asset));
                    report.say(place, format!("the row says {:?}, the journal {derived:?}", derived_form(row)));
                }
                if !row.is_within_limits() {
                    let place = self.place(format!("account {}, asset {}", row.account, row.asset));
                    report.say(place, format!("{} is outside its limits", row.posted));
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
        self.compare_hours(report)
    }

    /// Hours of every balance, summed again from the journal.
    fn compare_hours(&self, report: &mut Report) -> Result<(), Fault> {
        for ((account, asset, hour), sum) in &self.replay.hours {
            let range = *hour..hour.saturating_add(1);
            let stored = self.snapshot.buckets(self.ledger, *account, *asset, 1, range)?;
            let stored = stored.first().map_or(0, |(_, sum)| sum.minor_units());
            if stored != *sum {
                let place = self.place(format!("account {account}, asset {asset}, hour {hour}"));
                report.say(place, format!("the row says {stored}, the journal {sum}"));
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
        off_date: row.off_date.minor_units(),
    }
}
