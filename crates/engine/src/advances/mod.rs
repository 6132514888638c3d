//! Advances, as far as they happen in the world: credits and debits are sent to the processor, its reports are read,
//! the daily run is carried through.
//!
//! Nothing here decides anything. Every step reads what is committed, asks the processor or the ledger for something
//! that may be asked for again, and writes down its outcome; so a step that was cut off, or is done by two at once,
//! is done again, and comes to the same. What is asked of the processor was committed before, with the key under which
//! it is asked.

mod report;
mod run;
mod schedule;
mod send;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ducat_domain::advances::{Action, Day};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use ducat_domain::{Action as LedgerAction, Command, Item, ItemOutcome, Outcome, Rejection};
use ducat_processor::Processor;
use ducat_store::{Fault, Snapshot};
use parking_lot::Mutex;

use crate::clock::fresh_id;
use crate::executor::{Committed, Failure};
use crate::{Asker, Engine};

pub use schedule::{DailyAt, ScheduleError};
pub use send::{Attempt, Sent, UnderWay};

/// What was not sent for so long is not made up for: ticks are a millisecond apart at best, and come several at once.
const IDLE: Duration = Duration::from_millis(100);

/// Commands of one request: as many as one commit takes.
const COMMANDS_MAX: usize = 8_190;

/// The wait before commands are asked for again that found the queue full, or no writer.
const PAUSE: Duration = Duration::from_millis(50);

/// Times that commands are asked for again: half a minute of a store that is away. A run goes on later where it was.
const TRIES_MAX: usize = 600;

/// How much is asked of a processor at once.
#[derive(Debug, Clone)]
pub struct CollectorOptions {
    /// Transactions under way at most.
    pub concurrency: usize,
    /// Transactions a second at most; as many as it takes when missing.
    pub rate: Option<u32>,
    /// When the daily run begins, if by itself.
    pub daily_at: Option<DailyAt>,
    /// The wait before a report is asked for again that did not come, or broke off.
    pub report_pause: Duration,
}

impl Default for CollectorOptions {
    fn default() -> CollectorOptions {
        // A processor that answers in 20 ms is asked 3,000 times a second by so many.
        CollectorOptions { concurrency: 64, rate: None, daily_at: None, report_pause: Duration::from_secs(1) }
    }
}

/// Why advances do not go on now. What was done stays; the same is tried again later.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The store could not be read.
    #[error("{0}")]
    Read(#[from] Fault),
    /// The commands were not taken.
    #[error("{0}")]
    Submit(#[from] Failure),
    /// A rule refuses it.
    #[error("it is refused: {}", .0.code())]
    Refused(Rejection),
    /// There is no processor.
    #[error("no processor is configured")]
    NoProcessor,
}

/// How far a run is that goes on here.
#[derive(Debug, Default)]
pub struct Progress {
    /// Rows of the report that were read.
    pub rows: AtomicU64,
    /// Those that brought nothing new.
    pub repeated: AtomicU64,
    /// Advances that were looked at.
    pub advances: AtomicU64,
    /// Transactions that the processor was asked for.
    pub asked: AtomicU64,
}

/// What was done since the start.
#[derive(Debug, Default)]
pub struct Totals {
    /// Rows of reports that brought something new.
    pub new: AtomicU64,
    /// Rows that brought nothing new.
    pub repeated: AtomicU64,
    /// Lines that could not be read.
    pub unreadable: AtomicU64,
    /// Transactions that the processor took.
    pub sent: AtomicU64,
    /// Transactions for which it gave no id.
    pub unanswered: AtomicU64,
    /// Transactions that it refused for good.
    pub refused: AtomicU64,
    /// Daily runs that were done.
    pub runs_done: AtomicU64,
    /// Daily runs that failed.
    pub runs_failed: AtomicU64,
}

/// Sends, reads and runs, for all ledgers of an engine. Clones are the same.
#[derive(Clone)]
pub struct Collector {
    /// Says for whom it asks.
    engine: Engine,
    inner: Arc<Inner>,
}

struct Inner {
    processor: Option<Arc<dyn Processor>>,
    options: CollectorOptions,
    pace: Option<tokio::sync::Mutex<Pace>>,
    /// What the processor is being asked for here.
    under_way: Mutex<HashSet<Id>>,
    /// The runs that go on here.
    runs: Mutex<HashMap<Name, Arc<Progress>>>,
    totals: Totals,
    wake: tokio::sync::Notify,
}

/// So many a second, and none saved up from quiet times.
struct Pace {
    ticks: tokio::time::Interval,
    last: tokio::time::Instant,
}

impl Pace {
    fn new(every: Duration) -> Pace {
        Pace { ticks: tokio::time::interval(every), last: tokio::time::Instant::now() }
    }

    async fn next(&mut self) {
        if self.last.elapsed() > IDLE {
            self.ticks.reset_immediately();
        }
        self.ticks.tick().await;
        self.last = tokio::time::Instant::now();
    }
}

impl Collector {
    /// A collector. Without a processor it reads reports, and sends nothing.
    #[must_use]
    pub fn new(engine: Engine, processor: Option<Arc<dyn Processor>>, options: CollectorOptions) -> Collector {
        let pace = options.rate.map(|rate| {
            let every = Duration::from_secs(1) / rate.max(1);
            tokio::sync::Mutex::new(Pace::new(every.max(Duration::from_micros(1))))
        });
        let inner = Inner {
            processor,
            options,
            pace,
            under_way: Mutex::default(),
            runs: Mutex::default(),
            totals: Totals::default(),
            wake: tokio::sync::Notify::new(),
        };
        Collector { engine, inner: Arc::new(inner) }
    }

    /// The same collector, whose commands someone else asks for.
    #[must_use]
    pub fn asked_by(&self, asker: Asker) -> Collector {
        Collector { engine: self.engine.asked_by(asker), inner: Arc::clone(&self.inner) }
    }

    /// Whether there is a processor.
    #[must_use]
    pub fn has_processor(&self) -> bool {
        self.inner.processor.is_some()
    }

    /// What was done since the start.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.inner.totals
    }

    /// How far the run of a ledger is, if it goes on here.
    #[must_use]
    pub fn progress(&self, ledger: &Name) -> Option<Arc<Progress>> {
        self.inner.runs.lock().get(ledger).cloned()
    }

    /// Says that there is something to do: a run began, or a credit waits.
    pub fn wake(&self) {
        self.inner.wake.notify_one();
    }

    /// Today.
    #[must_use]
    pub fn today(&self) -> Day {
        Day::of(self.engine.now())
    }

    fn processor(&self) -> Result<&Arc<dyn Processor>, CollectError> {
        self.inner.processor.as_ref().ok_or(CollectError::NoProcessor)
    }

    /// Reads what is committed, on a thread where that may wait.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Snapshot) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, CollectError> {
        let reader = Arc::clone(self.engine.reader());
        let task = tokio::task::spawn_blocking(move || read(reader.snapshot()?.as_ref()));
        let read = task.await.map_err(|_| CollectError::Submit(Failure::Closed))?;
        Ok(read?)
    }

    /// Asks for actions, and again while no one takes them; what was not to be done any more is none of the outcomes'
    /// concern.
    async fn submit(&self, ledger: &Name, actions: Vec<Action>) -> Result<Vec<Outcome>, CollectError> {
        let items = actions.into_iter().map(|action| item(CommandId::Server(fresh_id()), action)).collect();
        let committed = self.submit_items(ledger, items).await?;
        Ok(outcomes(committed))
    }

    async fn submit_items(&self, ledger: &Name, items: Vec<Item>) -> Result<Committed, CollectError> {
        let mut tries = 0;
        loop {
            match self.engine.submit(ledger.clone(), items.clone()).await {
                Ok(committed) => return Ok(committed),
                // Nothing landed: what is asked may be asked again.
                Err(
                    Failure::Overloaded
                    | Failure::Unavailable
                    | Failure::Deposed
                    | Failure::Unreachable { .. }
                    | Failure::Refused { .. },
                ) if tries < TRIES_MAX => {
                    tries += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    /// Asks for one action, which a rule may refuse.
    async fn ask(&self, ledger: &Name, action: Action) -> Result<Outcome, CollectError> {
        match self.submit(ledger, vec![action]).await?.into_iter().next() {
            Some(Outcome::Refused(rejection)) => Err(CollectError::Refused(rejection)),
            Some(outcome) => Ok(outcome),
            None => Err(CollectError::Submit(Failure::Closed)),
        }
    }
}

/// A command that stands alone.
fn item(id: CommandId, action: Action) -> Item {
    Item::Single(Command::new(id, LedgerAction::from(action)))
}

fn outcomes(committed: Committed) -> Vec<Outcome> {
    let single = |outcome| match outcome {
        ItemOutcome::Single(outcome) | ItemOutcome::AtomicRefused { outcome, .. } => outcome,
        ItemOutcome::Atomic(_) => Outcome::Same,
    };
    committed.outcomes.into_iter().map(single).collect()
}

fn add(count: &AtomicU64, more: u64) {
    count.fetch_add(more, Ordering::Relaxed);
}
