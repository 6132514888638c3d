//! The executor: the one place that commits.
//!
//! One turn takes what is queued, for any number of ledgers: load the rows that are missing, decide, commit all
//! ledgers' batches in one transaction, publish, reply. The steps and what a crash leaves of each:
//! `docs/design/executor.md`.
//!
//! - A reply is sent only for what is durable, or for what is certain not to have happened.
//! - A commit is *landed*, *not landed* or *unknown*. An unknown one is settled before anything else is done.
//! - A request that changed nothing is replied to only while its ledger's head is still ours.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ducat_domain::ledger::apply;
use ducat_domain::ledger::recover::{Arrival, Impossible, recover, recovery_footprint};
use ducat_domain::ledger::rows::{BatchRow, Head};
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Timestamp};
use ducat_domain::{Delta, Draft, Effect, Item, ItemOutcome, Working};
use ducat_store::{CommitError, Fault, Store, load_footprint};

use crate::clock::{Clock, next_instant};
use crate::health::Health;
use crate::obstacle::Obstacle;
use crate::published::Published;

/// Times a turn is repeated when other writers keep coming first: each of them made progress, so this is fairness, not
/// correctness.
const TURNS_MAX: usize = 16;

/// The longest wait between two attempts to settle an unknown commit: a store that is back is found at once.
const SETTLE_PAUSE_MAX: Duration = Duration::from_secs(1);

/// What is asked of one ledger.
#[derive(Debug, Clone)]
pub struct Request {
    /// The ledger.
    pub ledger: Name,
    /// What to do, in order.
    pub items: Arc<[Item]>,
}

/// The outcome of a request.
#[derive(Debug, Clone)]
pub struct Committed {
    /// Of each item, in order.
    pub outcomes: Vec<ItemOutcome>,
    /// The effects of the ledger's whole batch, which outcomes point into.
    pub effects: Arc<[Effect]>,
    /// The instant of the first command.
    pub at: Timestamp,
}

/// Why nothing came of a request, for certain.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// The store failed, and nothing of the request landed.
    #[error("{0}")]
    Store(Arc<Fault>),
    /// Other writers kept coming first, and nothing of the request landed.
    #[error("other writers kept coming first")]
    Deposed,
    /// Another node has the ledger's lease, and nothing of the request landed.
    #[error("the ledger is served by {owner}")]
    Elsewhere {
        /// Where that node is.
        owner: String,
    },
    /// Another node has the ledger's lease and cannot be reached. Nothing of the request was sent to it.
    #[error("the ledger is served by {owner}, which cannot be reached: {reason}")]
    Unreachable {
        /// Where that node should be.
        owner: String,
        /// The outcome of the attempt.
        reason: String,
    },
    /// The node that has the ledger's lease refused the request, and nothing of it landed.
    #[error("{owner}, which serves the ledger, refused the request: {reason}")]
    Refused {
        /// Where that node is.
        owner: String,
        /// How.
        refusal: Refusal,
        /// Why, in its own words.
        reason: String,
    },
    /// The outcome of a commit before it is not settled yet.
    #[error("the store does not answer")]
    Unavailable,
    /// More is asked than can be done now.
    #[error("the queue is full")]
    Overloaded,
    /// The server is going down.
    #[error("the server is shutting down")]
    Closed,
}

/// How a node refuses a request of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It has too much to do.
    Overloaded,
    /// The request has more bytes than it takes.
    TooLarge,
    /// It cannot serve now, or cannot read what it was sent.
    Unavailable,
}

/// A recorded batch with its effects.
pub type Recorded = (Vec<Effect>, BatchRow);

/// Why recorded batches were not taken over. Nothing of them landed.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Fault),
    /// Someone else writes to the ledger.
    #[error("another writer writes to the ledger")]
    Deposed,
    /// An effect cannot have happened.
    #[error(transparent)]
    Impossible(#[from] Impossible),
    /// A batch would get another hash.
    #[error("batch {batch} has another hash, place or time than its effects make")]
    Differs {
        /// The batch.
        batch: BatchNo,
    },
}

/// The writer of all ledgers of one store.
pub struct Executor<S> {
    store: S,
    clock: Arc<dyn Clock>,
    published: Arc<Published>,
    ledgers: HashMap<Name, Working>,
    draft: Draft,
    pause: fn(Duration),
    rows_max: usize,
}

/// Ledgers whose rows are kept between turns: each is small when idle, and thousands are rare.
const LEDGERS_MAX: usize = 10_000;

/// The outcome of a request.
pub type Reply = Result<Committed, Failure>;

impl<S: Store> Executor<S> {
    /// An executor with nothing loaded.
    pub fn new(store: S, clock: Arc<dyn Clock>, published: Arc<Published>) -> Executor<S> {
        Executor {
            store,
            clock,
            published,
            ledgers: HashMap::new(),
            draft: Draft::new(),
            pause: std::thread::sleep,
            rows_max: ducat_domain::ledger::working::ROWS_MAX,
        }
    }

    /// For the simulation: no real pauses, and few rows kept.
    #[must_use]
    pub fn simulated(self, rows_max: usize) -> Executor<S> {
        Executor { pause: |_| {}, rows_max, ..self }
    }

    /// One turn. Replies are in the order of the requests.
    pub fn turn(&mut self, requests: &[Request]) -> Vec<Reply> {
        for _ in 0..TURNS_MAX {
            if let Some(replies) = self.attempt(requests) {
                return replies;
            }
            self.ledgers.clear();
        }
        requests.iter().map(|_| Err(Failure::Deposed)).collect()
    }

    /// One attempt; `None` when another writer came first and nothing landed.
    fn attempt(&mut self, requests: &[Request]) -> Option<Vec<Reply>> {
        let mut elsewhere: HashMap<Name, Failure> = HashMap::new();
        let mut ledgers = ledgers_of(requests);
        for ledger in &ledgers {
            match self.load(ledger, requests) {
                Ok(true) => {}
                // Another writer has been here: rows kept and rows just loaded do not belong together.
                Ok(false) => return None,
                // Not served here: that keeps no other ledger waiting.
                Err(Fault::Elsewhere { ledger, owner }) => drop(elsewhere.insert(ledger, Failure::Elsewhere { owner })),
                Err(fault @ Fault::Withdrawn { .. }) => {
                    elsewhere.insert((*ledger).clone(), Failure::Store(Arc::new(fault)));
                }
                // Nothing was decided yet, but a store that fails is asked again from the start.
                Err(fault) => return Some(self.fail(requests, fault)),
            }
        }
        ledgers.retain(|ledger| !elsewhere.contains_key(*ledger));
        let decide = |request: &Request| match elsewhere.get(&request.ledger) {
            Some(failure) => Err(failure.clone()),
            None => self.decide(request),
        };
        let mut replies: Vec<Reply> = requests.iter().map(decide).collect();
        let mut deltas = Vec::new();
        let mut unchanged = Vec::new();
        for ledger in ledgers {
            let Some(working) = self.ledgers.get_mut(ledger) else { continue };
            match working.take_delta() {
                Some(delta) => deltas.push(delta),
                None => unchanged.push(working.head().clone()),
            }
        }
        match self.commit(&deltas, &unchanged) {
            landed @ (Commit::Landed | Commit::Settled) => {
                self.finish(&deltas);
                if matches!(landed, Commit::Settled) {
                    // Settling raised the epochs: what is kept must be loaded again.
                    self.ledgers.clear();
                }
                for (request, reply) in requests.iter().zip(&mut replies) {
                    if let (Ok(reply), Some(delta)) = (reply, of_ledger(&deltas, &request.ledger)) {
                        reply.effects = Arc::clone(&delta.effects);
                    }
                }
                Some(replies)
            }
            Commit::Deposed => None,
            Commit::Failed(fault) => Some(self.fail(requests, fault)),
        }
    }

    /// Nothing landed: the working rows are dropped whole, and every caller gets the fault.
    fn fail(&mut self, requests: &[Request], fault: Fault) -> Vec<Reply> {
        self.ledgers.clear();
        if fault.is_damage() {
            self.published.note_health(Health::of(&fault));
        }
        let fault = Arc::new(fault);
        requests.iter().map(|_| Err(Failure::Store(Arc::clone(&fault)))).collect()
    }

    /// Loads what all requests of a ledger need. Says whether the ledger is still as its kept rows have it: only then
    /// are all rows of one instant.
    fn load(&mut self, ledger: &Name, requests: &[Request]) -> Result<bool, Fault> {
        // A ledger that was let go or handed over is asked for again, so that reads find it in memory again too.
        if !self.published.is_held(ledger) {
            self.ledgers.remove(ledger);
        }
        self.know(ledger)?;
        let Some(working) = self.ledgers.get_mut(ledger) else { return Ok(false) };
        let items = requests.iter().filter(|request| request.ledger == *ledger).flat_map(|r| r.items.iter());
        load_footprint(&mut self.store, working, items)
    }

    /// Commits what changes nothing, to learn whether the store takes commits.
    pub fn probe(&mut self) {
        let health = self.store.probe().map_or_else(|fault| Health::of(&fault), |()| Health::Good);
        self.published.note_health(health);
    }

    /// Takes recorded batches of a ledger over from another store, in one commit: nothing is decided, and the hashes
    /// must be those that they had. Either all of them landed, or none.
    ///
    /// # Errors
    /// When the store failed, another writer came first, or the batches are not those of this ledger. Nothing is
    /// committed then.
    pub fn adopt(&mut self, ledger: &Name, batches: &[Recorded], arrival: Arrival) -> Result<(), AdoptError> {
        let adopted = self.try_adopt(ledger, batches, arrival);
        if adopted.is_err() {
            self.ledgers.clear();
        }
        adopted
    }

    fn try_adopt(&mut self, ledger: &Name, batches: &[Recorded], arrival: Arrival) -> Result<(), AdoptError> {
        self.know(ledger)?;
        let Some(working) = self.ledgers.get_mut(ledger) else { return Ok(()) };
        // All at once: what one batch makes, the next may change, and the store has neither yet.
        let effects: Vec<Effect> = batches.iter().flat_map(|(effects, _)| effects).cloned().collect();
        loop {
            let needed = recovery_footprint(working, &effects);
            if needed.is_empty() {
                break;
            }
            let rows = self.store.load(working.head(), &needed)?;
            working.absorb(rows.ok_or(AdoptError::Deposed)?);
        }
        let mut all: Option<Delta> = None;
        for (effects, batch) in batches {
            recover(working, effects, arrival, &mut self.draft)?;
            let Some(delta) = working.take_delta() else { continue };
            if delta.batches.first() != Some(batch) {
                return Err(AdoptError::Differs { batch: batch.batch });
            }
            all = Some(match all {
                None => delta,
                Some(before) => before.followed_by(delta),
            });
        }
        let deltas: Vec<Delta> = all.into_iter().collect();
        match self.commit(&deltas, &[]) {
            Commit::Landed => {
                self.finish(&deltas);
                Ok(())
            }
            Commit::Settled => {
                self.ledgers.clear();
                Ok(())
            }
            Commit::Deposed => Err(AdoptError::Deposed),
            Commit::Failed(fault) => Err(AdoptError::Store(fault)),
        }
    }

    /// Asks the store for a ledger that is not known.
    fn know(&mut self, ledger: &Name) -> Result<(), Fault> {
        if !self.ledgers.contains_key(ledger) {
            let working = Working::new(self.store.ledger(ledger)?).with_rows_max(self.rows_max);
            self.ledgers.insert(ledger.clone(), working);
        }
        Ok(())
    }

    /// The head of a ledger as it is stored, its lease taken.
    ///
    /// # Errors
    /// When the store cannot be read, or another node holds the lease.
    pub fn head(&mut self, ledger: &Name) -> Result<Head, Fault> {
        self.ledgers.remove(ledger);
        Ok(self.store.ledger(ledger)?.head)
    }

    /// Decides a request on its ledger's working rows.
    fn decide(&mut self, request: &Request) -> Reply {
        let working = self.ledgers.get_mut(&request.ledger).ok_or(Failure::Closed)?;
        let last = working.head().at;
        let now = self.published.ahead.now_after(self.clock.as_ref(), &request.ledger, last);
        let at = next_instant(now, last);
        let outcomes = apply(working, &request.items, at, &mut self.draft);
        Ok(Committed { outcomes, effects: Arc::from([]), at })
    }

    fn commit(&mut self, deltas: &[Delta], unchanged: &[Head]) -> Commit {
        match self.store.confirm(unchanged) {
            Ok(true) => {}
            Ok(false) => return Commit::Deposed,
            Err(fault) => return Commit::Failed(fault),
        }
        if deltas.is_empty() {
            return Commit::Landed;
        }
        match self.store.commit(deltas) {
            Ok(()) => {
                self.published.note_health(Health::Good);
                Commit::Landed
            }
            Err(CommitError::Deposed { ledger }) => {
                tracing::warn!(%ledger, "another writer came first; its rows are loaded again");
                Commit::Deposed
            }
            Err(CommitError::Refused(fault)) => {
                tracing::error!(%fault, "nothing was committed");
                self.published.note_health(Health::of(&fault));
                Commit::Failed(fault)
            }
            Err(CommitError::Unknown(fault)) => {
                tracing::error!(%fault, "whether a batch was committed is not known; settling");
                self.published.note_health(Health::of(&fault));
                self.settle(deltas, fault)
            }
        }
    }

    /// Asks the store, for as long as it takes, whether a commit landed. All its batches did, or none.
    fn settle(&mut self, deltas: &[Delta], fault: Fault) -> Commit {
        self.published.set_settling(true);
        let mut pause = Duration::from_millis(10);
        let mut obstacle = Obstacle::of("settling of an unknown commit");
        let landed = loop {
            match self.store.settle(deltas) {
                Ok(landed) => break landed,
                Err(error) => {
                    obstacle.met(&error);
                    (self.pause)(pause);
                    pause = (pause * 2).min(SETTLE_PAUSE_MAX);
                }
            }
        };
        self.published.set_settling(false);
        tracing::warn!(landed, "the unknown commit is settled");
        if landed { Commit::Settled } else { Commit::Failed(fault) }
    }

    /// After a commit: readers see it, and rows that are not needed go.
    fn finish(&mut self, deltas: &[Delta]) {
        for delta in deltas {
            if let Some(working) = self.ledgers.get(&delta.head.ledger) {
                self.published.update(delta, working);
            }
        }
        if self.ledgers.len() > LEDGERS_MAX {
            self.ledgers.clear();
        }
        for working in self.ledgers.values_mut() {
            working.trim();
        }
    }
}

enum Commit {
    /// It is stored.
    Landed,
    /// It is stored, as was found out later.
    Settled,
    /// Someone else wrote; nothing is stored.
    Deposed,
    /// Nothing is stored.
    Failed(Fault),
}

fn of_ledger<'a>(deltas: &'a [Delta], ledger: &Name) -> Option<&'a Delta> {
    deltas.iter().find(|delta| delta.head.ledger == *ledger)
}

/// The ledgers of requests, each once, in order of first mention.
fn ledgers_of(requests: &[Request]) -> Vec<&Name> {
    let mut ledgers: Vec<&Name> = Vec::new();
    for request in requests {
        if !ledgers.contains(&&request.ledger) {
            ledgers.push(&request.ledger);
        }
    }
    ledgers
}
