//! A processor that fails in every way that a real one does, at rates of its own: from a seed and the keys of
//! transactions, so what becomes of one does not depend on the order in which they come.
//!
//! It has its own clock. What became of a transaction is in reports from the day it is known, for as many days as real
//! ones tell.

pub mod http;

use std::collections::{HashMap, HashSet};
use std::io::{self, Cursor, Read, Write};

use ducat_domain::advances::{Day, TransactionId, TransactionResult};
use ducat_domain::numbers::Id;
use parking_lot::Mutex;

use crate::report::Format;
use crate::{Direction, Ending, Processor, Promised, Report, ReportError, SubmitError, Transaction};

/// For how many days after it is known a result is reported.
const WINDOW_DAYS: u32 = 5;

/// The most days after which a late result is reported: past every window.
const LATE_DAYS_MAX: u32 = 12;

/// How often what goes wrong, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Faults {
    /// A transaction fails.
    pub fail: f64,
    /// Its result is reported days later, perhaps after it timed out.
    pub late: f64,
    /// Its result is reported twice in each report.
    pub twice: f64,
    /// Its result is never reported.
    pub never: f64,
    /// A success becomes a fail some days later: a debit that was returned.
    pub mind: f64,
    /// The transaction is taken, and no response comes.
    pub after_work: f64,
    /// No one is there.
    pub down: f64,
    /// A transaction is refused for good.
    pub refuse: f64,
    /// A report breaks off in the middle.
    pub cut: f64,
}

impl Faults {
    /// All of them, often.
    pub const ALL: Faults = Faults {
        fail: 0.1,
        late: 0.08,
        twice: 0.1,
        never: 0.05,
        mind: 0.05,
        after_work: 0.1,
        down: 0.05,
        refuse: 0.05,
        cut: 0.3,
    };
}

/// A processor in memory.
#[derive(Debug)]
pub struct Simulator {
    seed: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    faults: Faults,
    day: Day,
    random: fastrand::Rng,
    by_key: HashMap<Id, usize>,
    /// The keys under which something was refused: it stays so.
    refused: HashSet<Id>,
    taken: Vec<Taken>,
}

/// A transaction that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// What it is called.
    pub id: TransactionId,
    /// What was asked.
    pub transaction: Transaction,
    /// The day on which it was taken.
    pub day: Day,
    /// What is reported of it, from one day to another.
    told: Vec<(Day, Day, TransactionResult)>,
    is_told_twice: bool,
}

impl Taken {
    /// What is reported of it, in order.
    pub fn results(&self) -> impl Iterator<Item = TransactionResult> {
        self.told.iter().map(|(_, _, result)| *result)
    }

    /// What became of it in the end.
    #[must_use]
    pub fn result(&self) -> Option<TransactionResult> {
        self.told.last().map(|(_, _, result)| *result)
    }
}

/// What is in a report.
#[derive(Debug)]
pub struct ReportRows {
    /// What became of which transaction.
    pub rows: Vec<(TransactionId, TransactionResult)>,
    /// Whether it breaks off behind them.
    pub is_cut: bool,
}

/// What a processor says to a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is taken, now or before.
    Taken(TransactionId),
    /// It is taken, and no response is sent.
    Silence,
    /// No one is there.
    Down,
    /// It is refused for good.
    Refused,
    /// Another transaction was asked for under its key.
    KeyReused,
}

/// The name of the n-th transaction of a processor: in order, and another's under another seed.
fn named(seed: u64, number: u64) -> String {
    format!("s{seed}-{number:012}")
}

/// # Panics
/// Never: letters and digits name a transaction.
fn id(seed: u64, place: usize) -> TransactionId {
    TransactionId::parse(&named(seed, place as u64 + 1)).expect("letters and digits name a transaction")
}

impl Simulator {
    /// One that has taken nothing yet.
    #[must_use]
    pub fn new(seed: u64, faults: Faults, day: Day) -> Simulator {
        let random = fastrand::Rng::with_seed(seed);
        let (by_key, refused, taken) = (HashMap::new(), HashSet::new(), Vec::new());
        let state = State { faults, day, random, by_key, refused, taken };
        Simulator { seed, state: Mutex::new(state) }
    }

    /// Sets its clock.
    pub fn set_day(&self, day: Day) {
        self.state.lock().day = day;
    }

    /// Goes wrong so often from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.state.lock().faults = faults;
    }

    /// Everything that was taken, in order.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        self.state.lock().taken.clone()
    }

    /// Takes a transaction, or fails to.
    pub fn take(&self, transaction: &Transaction) -> Answer {
        let mut state = self.state.lock();
        if state.is_down() {
            return Answer::Down;
        }
        let place = match state.by_key.get(&transaction.key).copied() {
            Some(place) if state.taken.get(place).is_some_and(|taken| taken.transaction != *transaction) => {
                return Answer::KeyReused;
            }
            Some(place) => place,
            None if state.refuses(self.seed, transaction.key) => return Answer::Refused,
            None => {
                let place = state.taken.len();
                let taken = decide(self.seed, state.faults, transaction, state.day, id(self.seed, place));
                state.taken.push(taken);
                state.by_key.insert(transaction.key, place);
                place
            }
        };
        let after_work = state.faults.after_work;
        if state.random.f64() < after_work { Answer::Silence } else { Answer::Taken(id(self.seed, place)) }
    }

    /// The rows of today's report, in no order that means anything; `None` when no one is there.
    #[must_use]
    pub fn rows(&self) -> Option<ReportRows> {
        let mut state = self.state.lock();
        if state.is_down() {
            return None;
        }
        let mut rows = Vec::new();
        for taken in &state.taken {
            for (from, to, result) in &taken.told {
                if (*from..=*to).contains(&state.day) {
                    let times = 1 + usize::from(taken.is_told_twice);
                    rows.extend(std::iter::repeat_n((taken.id.clone(), *result), times));
                }
            }
        }
        state.random.shuffle(&mut rows);
        let cut = state.faults.cut;
        let is_cut = state.random.f64() < cut;
        if is_cut {
            let length = state.random.usize(0..=rows.len());
            rows.truncate(length);
        }
        Some(ReportRows { rows, is_cut })
    }
}

impl State {
    fn is_down(&mut self) -> bool {
        self.random.f64() < self.faults.down
    }

    /// Whether it refuses what is asked for under a key, now as before.
    fn refuses(&mut self, seed: u64, key: Id) -> bool {
        let mut random = random_of(seed.rotate_left(31), key);
        let is_refused = random.f64() < self.faults.refuse || self.refused.contains(&key);
        if is_refused {
            self.refused.insert(key);
        }
        is_refused
    }
}

/// What is drawn for a key does not depend on when it comes.
fn random_of(seed: u64, key: Id) -> fastrand::Rng {
    let [high, low] = [key.0 >> 64, key.0].map(|half| (half & u128::from(u64::MAX)) as u64);
    fastrand::Rng::with_seed(seed ^ high.rotate_left(17) ^ low)
}

/// The result of a transaction, and when it is reported.
fn decide(seed: u64, faults: Faults, transaction: &Transaction, day: Day, id: TransactionId) -> Taken {
    let mut random = random_of(seed, transaction.key);
    let Faults { fail, late, twice, never, mind, .. } = faults;
    let mut happens = |rate: f64| random.f64() < rate;
    let (is_never, is_fail, is_late, is_told_twice, is_mind) =
        (happens(never), happens(fail), happens(late), happens(twice), happens(mind));
    let first = day.plus(if is_late { random.u32(2..=LATE_DAYS_MAX) } else { random.u32(0..=1) });
    let change = first.plus(random.u32(1..=WINDOW_DAYS));
    let told = match (is_never, is_fail, is_mind) {
        (true, ..) => Vec::new(),
        (false, true, _) => vec![(first, first.plus(WINDOW_DAYS), TransactionResult::Fail)],
        (false, false, false) => vec![(first, first.plus(WINDOW_DAYS), TransactionResult::Success)],
        (false, false, true) => vec![
            (first, Day(change.0.saturating_sub(1)), TransactionResult::Success),
            (change, change.plus(WINDOW_DAYS), TransactionResult::Fail),
        ],
    };
    Taken { id, transaction: transaction.clone(), day, told, is_told_twice }
}

impl Processor for Simulator {
    fn submit<'a>(&'a self, transaction: &'a Transaction) -> Promised<'a, Result<TransactionId, SubmitError>> {
        Box::pin(std::future::ready(match self.take(transaction) {
            Answer::Taken(id) => Ok(id),
            Answer::Down => Err(SubmitError::NotSent("the processor is down".to_owned())),
            Answer::Silence => Err(SubmitError::Unknown("no response comes".to_owned())),
            Answer::Refused => Err(SubmitError::Refused("the account is closed".to_owned())),
            Answer::KeyReused => Err(SubmitError::Unknown("the key is another transaction's".to_owned())),
        }))
    }

    fn report(&self) -> Promised<'_, Result<Report, ReportError>> {
        let report = self.rows().ok_or_else(|| ReportError("the processor is down".to_owned())).map(
            |ReportRows { rows, is_cut }| {
                let rows = rows.iter().map(|(id, result)| format!("{id},{}\n", result.word()));
                let rows = Cursor::new(rows.collect::<String>());
                let bytes: Box<dyn Read + Send> = if is_cut { Box::new(rows.chain(Broken)) } else { Box::new(rows) };
                Report { format: Format::Csv, is_gzip: false, ending: Ending::Named, bytes }
            },
        );
        Box::pin(std::future::ready(report))
    }
}

/// What cannot be read.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it breaks off"))
    }
}

/// Writes a report of so many rows as CSV: the results of the first transactions, each repeated again and again, as day
/// by day.
///
/// # Errors
/// When it cannot be written.
pub fn make_report(out: &mut dyn Write, rows: u64, transactions: u64, seed: u64, fail: f64) -> io::Result<()> {
    let transactions = transactions.clamp(1, rows.max(1));
    for row in 0..rows {
        let number = row % transactions + 1;
        let mut random = fastrand::Rng::with_seed(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let word = if random.f64() < fail { TransactionResult::Fail } else { TransactionResult::Success }.word();
        writeln!(out, "{},{word}", named(seed, number))?;
    }
    out.flush()
}

impl std::fmt::Display for Direction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}
