//! Half a year of advances against a processor with every fault, by seed: runs cut off in the middle, two at the same
//! time, a store that breaks. At the end everyone was charged what they owe, once, and the ledger verifies.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use ducat_domain::advances::{
    Action, Advance, Credit, Day, Progress, RunEnd, Status, Terms, TransactionResult, accounts, oracle,
};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::{AssetTerms, LedgerRules, LedgerTerms, Metadata};
use ducat_domain::ledger::transaction::{Source, Timing, Transaction, Transfer};
use ducat_domain::money::Amount;
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::{Id, Seq};
use ducat_domain::{Action as LedgerAction, Command, Item, ItemOutcome, Outcome};
use ducat_processor::Direction;
use ducat_processor::simulator::{Faults as Misfortunes, Simulator, Taken};
use ducat_store::MemoryStore;
use ducat_store::verify::verify;
use ducat_store::{Reader, Store};
use fastrand::Rng;

use crate::SimulatedClock;
use crate::faulty::{Faults, FaultyStore};
use ducat_engine::advances::{Attempt, Collector, CollectorOptions};
use ducat_engine::clock::Clock;
use ducat_engine::{Engine, EngineOptions};

/// The first day.
const BEGIN: u32 = 20_000;

/// Days behind the last week, in which nothing goes wrong any more: every result that is ever reported is reported by
/// then.
const CALM_DAYS: u32 = 20;

/// How large a history is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Advances, all opened in the first four weeks.
    pub advances: usize,
    /// Weeks of daily runs.
    pub weeks: u32,
}

/// What a history went through.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    /// Advances that were paid out.
    pub paid_out: usize,
    /// Those that were paid back.
    pub repaid: usize,
    /// Debits that the processor took.
    pub debits: usize,
    /// Replacements that were asked for.
    pub replaced: usize,
    /// Debits that timed out.
    pub timed_out: usize,
    /// Debits that no one knows the end of.
    pub unresolved: usize,
    /// Advances that are overpaid.
    pub overpaid: usize,
    /// Advances that were given up before their credit was sent.
    pub cancelled: usize,
    /// Credits and debits that the processor refused for good.
    pub refused: usize,
    /// What was paid back and then returned.
    pub owed_again: usize,
    /// Runs that were cut off.
    pub cut: usize,
    /// Commits whose answer was lost.
    pub unknown: usize,
}

impl Tally {
    /// This and another.
    pub fn add(&mut self, other: Tally) {
        self.paid_out += other.paid_out;
        self.repaid += other.repaid;
        self.debits += other.debits;
        self.replaced += other.replaced;
        self.timed_out += other.timed_out;
        self.unresolved += other.unresolved;
        self.overpaid += other.overpaid;
        self.cancelled += other.cancelled;
        self.refused += other.refused;
        self.owed_again += other.owed_again;
        self.cut += other.cut;
        self.unknown += other.unknown;
    }
}

/// Work that stops in the middle, as if the process had been killed there.
struct Cut<F> {
    work: F,
    polls_left: u32,
}

impl<F: Future + Unpin> Future for Cut<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls_left == 0 {
            return Poll::Ready(None);
        }
        self.polls_left -= 1;
        Pin::new(&mut self.work).poll(context).map(Some)
    }
}

struct History {
    rng: Rng,
    ledger: Name,
    engine: Engine,
    reader: Arc<dyn Reader>,
    clock: Arc<SimulatedClock>,
    simulator: Arc<Simulator>,
    /// Two nodes.
    collectors: [Collector; 2],
    opened: usize,
    tally: Tally,
}

/// Lives through one history; an error says what is wrong at its end.
///
/// # Errors
/// What differs from the model, with the seed.
pub fn collect(seed: u64, size: Size) -> Result<Tally, String> {
    let memory = MemoryStore::new();
    let reader = Arc::new(memory.clone());
    let faults = Faults::new(seed);
    // A store that breaks costs time, so it does in some histories only.
    let store: Box<dyn Store> = match seed % 8 {
        0 => Box::new(FaultyStore::new(memory, faults.clone())),
        _ => Box::new(memory),
    };
    let mut tally = live(seed, size, store, reader)?;
    tally.unknown = faults.unknown();
    Ok(tally)
}

/// Lives through one history on a store that is empty.
///
/// # Errors
/// What differs from the model, with the seed.
pub fn live(seed: u64, size: Size, store: Box<dyn Store>, reader: Arc<dyn Reader>) -> Result<Tally, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    let clock = Arc::new(SimulatedClock(AtomicI64::new(Day(BEGIN).begins().0)));
    let kept = Arc::clone(&clock) as Arc<dyn Clock>;
    let engine = Engine::start(store, Arc::clone(&reader), kept, &EngineOptions::default());
    let simulator = Arc::new(Simulator::new(seed, Misfortunes::ALL, Day(BEGIN)));
    let options = CollectorOptions { report_pause: Duration::ZERO, concurrency: 8, ..CollectorOptions::default() };
    let collector = || Collector::new(engine.clone(), Some(Arc::clone(&simulator) as _), options.clone());
    let ledger = Name::parse("advances").map_err(|error| error.to_string())?;
    let collectors = [collector(), collector()];
    let (rng, tally) = (Rng::with_seed(seed), Tally::default());
    let mut history =
        History { rng, ledger, engine: engine.clone(), reader, clock, simulator, collectors, opened: 0, tally };
    let lived = runtime.block_on(history.live(size));
    engine.close();
    lived.and_then(|()| history.check(size))
}

impl History {
    async fn live(&mut self, size: Size) -> Result<(), String> {
        let usd = Name::parse("USD").map_err(|error| error.to_string())?;
        let terms = LedgerTerms {
            assets: vec![AssetTerms { code: usd.clone(), scale: 2 }],
            rules: LedgerRules::default(),
            default_asset: None,
        };
        self.ask(LedgerAction::OpenLedger(terms)).await;
        self.ask(LedgerAction::from(Action::SetTerms { asset: usd, terms: Terms::DEFAULT })).await;
        let last = size.weeks * 7 + CALM_DAYS;
        for day in 0..=last {
            let today = Day(BEGIN + day);
            self.clock.0.store(today.begins().0, Ordering::Relaxed);
            self.simulator.set_day(today);
            if day == size.weeks * 7 {
                self.simulator.set_faults(Misfortunes::default());
            }
            let wanted = size.advances * (day as usize + 1) / 28;
            while self.opened < wanted.min(size.advances) {
                self.open().await?;
            }
            self.send_waiting().await;
            self.decide_otherwise().await?;
            self.run(today).await?;
        }
        Ok(())
    }

    /// Asks until someone takes it, under an id that finds it done.
    async fn ask(&mut self, action: LedgerAction) -> Outcome {
        let command = Command::new(CommandId::Client(Id(self.rng.u128(..))), action);
        loop {
            let asked = self.engine.submit(self.ledger.clone(), vec![Item::Single(command.clone())]).await;
            if let Ok(committed) = asked
                && let Some(ItemOutcome::Single(outcome)) = committed.outcomes.into_iter().next()
            {
                return outcome;
            }
        }
    }

    async fn open(&mut self) -> Result<(), String> {
        // Some customers have several.
        let customer =
            Party::parse(&format!("bank-{}", self.rng.usize(0..1 + self.opened))).map_err(|e| e.to_string())?;
        let amount = Amount::new(self.rng.u128(5..200_000));
        self.opened += 1;
        let action = Action::Open { customer, amount };
        self.ask(LedgerAction::from(action)).await;
        let last = self.advances()?.pop().ok_or("an advance that was opened is not there")?;
        if let Some(mine) = self.collectors[0].take_up(last.key) {
            let sent = Box::pin(self.collectors[0].send_credit(&self.ledger, last.no, mine, (Attempt::First, None)));
            drop(Cut { work: sent, polls_left: self.rng.u32(0..12) }.await);
        }
        Ok(())
    }

    /// Credits that wait are sent now and then, by either node, and cut off as everything is.
    async fn send_waiting(&mut self) {
        for place in 0..self.rng.usize(0..4) {
            let sent = Box::pin(self.collectors[place % 2].send_waiting(&self.ledger, None));
            drop(Cut { work: sent, polls_left: self.rng.u32(0..20) }.await);
        }
    }

    /// Now and then a person gives up, or pays at once; most of those that can still be given up are.
    async fn decide_otherwise(&mut self) -> Result<(), String> {
        let advances = self.advances()?;
        let waiting = advances.iter().find(|advance| advance.credit == Credit::Waiting);
        if let Some(waiting) = waiting.filter(|_| self.rng.bool()) {
            self.ask(LedgerAction::from(Action::Cancel { advance: waiting.no })).await;
        }
        let refused = advances.iter().find(|advance| advance.status() == Status::Refused);
        if let Some(advance) = refused.filter(|_| self.rng.bool()).map(|advance| advance.no) {
            let customer = Party::parse("bank-else").map_err(|error| error.to_string())?;
            let action = match self.rng.u8(0..4) {
                0 => Action::Cancel { advance },
                1 => Action::Retry { advance, customer: Some(customer) },
                _ => Action::Retry { advance, customer: None },
            };
            self.ask(LedgerAction::from(action)).await;
        }
        self.pay_back(&advances).await?;
        if self.rng.u8(..) > 40 {
            return Ok(());
        }
        if let Some(advance) = self.rng.choice(&advances).map(|advance| advance.no) {
            let action = match self.rng.u8(0..3) {
                0 => Action::WriteOff { advance },
                1 => Action::PayOff { advance },
                _ => Action::Cancel { advance },
            };
            self.ask(LedgerAction::from(action)).await;
        }
        Ok(())
    }

    /// Mostly someone pays back what customers paid too much, all of it.
    async fn pay_back(&mut self, advances: &[Advance]) -> Result<(), String> {
        for advance in advances.iter().filter(|advance| advance.overpaid() > Amount::ZERO) {
            let account = accounts::overpaid(&advance.customer);
            let left = self.posted(&account)?;
            if left >= 0 || self.rng.u8(0..3) == 0 {
                continue;
            }
            let asset = Some(Name::parse("USD").map_err(|error| error.to_string())?);
            let (source, amount) = (Source::One(accounts::cash()), Amount::new(left.unsigned_abs()));
            let postings = vec![Transfer { source, destination: account, asset, amount }];
            let (timing, metadata) = (Timing::Posted, Metadata::default());
            let (effective_at, description, reference) = (None, None, None);
            let back = Transaction { postings, timing, effective_at, description, reference, metadata };
            self.ask(LedgerAction::Transact(back)).await;
        }
        Ok(())
    }

    fn posted(&self, account: &Name) -> Result<i128, String> {
        let snapshot = self.reader.snapshot().map_err(|error| error.to_string())?;
        let found = snapshot.account(&self.ledger, account).map_err(|error| error.to_string())?;
        Ok(found.and_then(|found| Some(found.balances.first()?.posted.minor_units())).unwrap_or(0))
    }

    /// The run of a day, by one node or two, cut off and carried on until it is over.
    async fn run(&mut self, today: Day) -> Result<(), String> {
        let calm = today.0 > BEGIN + CALM_DAYS;
        for attempt in 0.. {
            let book = self.reader.snapshot().and_then(|s| s.book(&self.ledger)).map_err(|e| e.to_string())?;
            let run = book.and_then(|book| book.run).filter(|run| run.as_of == today);
            match run.map(|run| run.ended) {
                // The processor was away: it is begun again, or left for tomorrow.
                Some(Some((RunEnd::Failed { .. }, _))) if calm && self.rng.bool() => return Ok(()),
                Some(Some((RunEnd::Done { .. }, _))) => return Ok(()),
                Some(None) => {}
                Some(Some((RunEnd::Failed { .. }, _))) | None => {
                    let [one, other] = &self.collectors;
                    let begun = futures_util::future::join(
                        one.start_run(&self.ledger, today),
                        other.start_run(&self.ledger, today),
                    );
                    drop(begun.await);
                }
            }
            if attempt > 10_000 {
                return Err(format!("the run of day {} does not end", today.0 - BEGIN));
            }
            let [one, other] = &self.collectors;
            let (first, second) = (one.carry_on(&self.ledger), other.carry_on(&self.ledger));
            let polls_left = if self.rng.u8(0..3) == 0 { self.rng.u32(1..60) } else { u32::MAX };
            let ended = match self.rng.u8(0..4) {
                0 => {
                    let both = Box::pin(futures_util::future::join(first, second));
                    Cut { work: both, polls_left }.await.is_some()
                }
                _ => Cut { work: Box::pin(first), polls_left }.await.is_some(),
            };
            self.tally.cut += usize::from(!ended);
        }
        Ok(())
    }

    fn advances(&self) -> Result<Vec<Advance>, String> {
        let snapshot = self.reader.snapshot().map_err(|error| error.to_string())?;
        snapshot.advances(&self.ledger, Seq(0), usize::MAX).map_err(|error| error.to_string())
    }

    /// Everyone was charged what they owe, once, by what the processor did.
    fn check(mut self, size: Size) -> Result<Tally, String> {
        let report = verify(self.reader.as_ref(), &mut |_| {}).map_err(|error| error.to_string())?;
        if let Some(difference) = report.differences.first() {
            return Err(format!("it does not verify: {difference}"));
        }
        let advances = self.advances()?;
        let taken = self.simulator.taken();
        let end = Day(BEGIN + size.weeks * 7 + CALM_DAYS);
        let mut known = 0;
        for advance in &advances {
            let faults = oracle::faults(advance);
            if let Some(fault) = faults.first() {
                return Err(format!("advance {}: {fault}", advance.no));
            }
            known += self.check_advance(advance, &taken, end)?;
            let left = self.posted(&accounts::overpaid(&advance.customer))?;
            if left > 0 {
                return Err(format!(
                    "advance {}: {left} was paid back of what is not overpaid, and is not owed",
                    advance.no
                ));
            }
        }
        if known != taken.len() {
            return Err(format!("the processor took {} transactions, {known} are known", taken.len()));
        }
        Ok(self.tally)
    }

    /// Says how many of its transactions the processor has.
    fn check_advance(&mut self, advance: &Advance, taken: &[Taken], end: Day) -> Result<usize, String> {
        let tally = &mut self.tally;
        let mut known = 0;
        let (mut paid_out, mut collected) = (0u128, 0u128);
        let numbers = 0..=advance.plan.len() as u32;
        for number in numbers {
            let Some(progress) = advance.progress(number) else { continue };
            let key = match number {
                0 => advance.key,
                _ => advance.installment(number).and_then(|one| one.debit.as_ref()).map_or(Id(0), |debit| debit.key),
            };
            let place = format!("advance {}, number {number}", advance.no);
            let amount = advance.installment(number).map_or(advance.amount, |one| one.amount);
            tally.refused += usize::from(progress.refused().is_some());
            let direction = if number == 0 { Direction::Credit } else { Direction::Debit };
            let of_key: Vec<&Taken> = taken.iter().filter(|taken| taken.transaction.key == key).collect();
            let one = match of_key.as_slice() {
                [] if progress.transaction().is_none() => continue,
                [one] => *one,
                found => return Err(format!("{place}: the processor has it {} times", found.len())),
            };
            known += 1;
            let asked = &one.transaction;
            if (asked.direction, asked.amount, &asked.customer) != (direction, amount, &advance.customer) {
                return Err(format!("{place}: the processor was asked for {asked:?}"));
            }
            if progress.transaction().is_some_and(|id| *id != one.id) {
                return Err(format!("{place}: it is called {:?}, the processor calls it {}", progress, one.id));
            }
            // What is old enough was reported by now, if it ever is.
            if one.day.plus(CALM_DAYS - 1) <= end {
                let is_told = matches!(
                    (progress, one.result()),
                    (Progress::Succeeded(..), Some(TransactionResult::Success))
                        | (Progress::Failed(..), Some(TransactionResult::Fail))
                        | (Progress::TimedOut(..) | Progress::Silent(..), None)
                );
                if !is_told {
                    return Err(format!("{place}: it is {progress:?}, at the processor {:?}", one.result()));
                }
            }
            if progress.is_success() {
                match direction {
                    Direction::Credit => paid_out += amount.minor_units(),
                    Direction::Debit => collected += amount.minor_units(),
                }
            }
            if number > 0 {
                tally.debits += 1;
                tally.replaced += usize::from(advance.installment(number).is_some_and(|one| one.of != number));
                tally.timed_out += usize::from(matches!(progress, Progress::TimedOut(..)));
                tally.unresolved += usize::from(matches!(progress, Progress::Silent(..)));
            }
        }
        let again = owed_again(advance);
        tally.owed_again += usize::from(again > 0);
        let written_off = advance.shares().written_off.unsigned_abs();
        let (owed, overpaid) = (oracle::owed(advance), oracle::overpaid(advance));
        if collected + owed + written_off != paid_out + overpaid + again {
            return Err(format!(
                "advance {}: {paid_out} paid out, {collected} collected, {owed} owed, {written_off} written off, \
                 {overpaid} overpaid, {again} owed again",
                advance.no
            ));
        }
        tally.cancelled += usize::from(advance.credit == Credit::Cancelled);
        tally.paid_out += usize::from(advance.is_paid_out());
        tally.repaid += usize::from(advance.status() == Status::Repaid);
        tally.overpaid += usize::from(overpaid > 0);
        Ok(known)
    }
}

/// What was paid back of what was overpaid, and returned then.
fn owed_again(advance: &Advance) -> u128 {
    advance.plan.iter().filter(|one| one.is_owed_again).map(|one| one.amount.minor_units()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seeds that every test run lives through.
    const SEEDS: u64 = 300;

    #[test]
    fn three_hundred_half_years_collect_what_is_owed_once() {
        let size = Size { advances: 200, weeks: 30 };
        // Two at a time: there are two processors.
        let halves = [0, 1].map(|half| {
            std::thread::spawn(move || {
                let mut tally = Tally::default();
                for seed in (0..SEEDS).filter(|seed| seed % 2 == half) {
                    match collect(seed, size) {
                        Ok(lived) => tally.add(lived),
                        Err(difference) => panic!("seed {seed}: {difference}"),
                    }
                }
                tally
            })
        });
        let mut all = Tally::default();
        for half in halves {
            all.add(half.join().expect("its seeds live"));
        }
        println!("{all:?}");
        let Tally { repaid, replaced, timed_out, unresolved, overpaid, cancelled, refused, owed_again, cut, .. } = all;
        for (what, count) in [
            ("repaid", repaid),
            ("replaced", replaced),
            ("timed out", timed_out),
            ("unresolved", unresolved),
            ("overpaid", overpaid),
            ("cancelled", cancelled),
            ("cut off", cut),
            ("refused", refused),
            ("owed again", owed_again),
            ("unknown", all.unknown),
        ] {
            assert!(count > 0, "nothing was ever {what}");
        }
    }
}
