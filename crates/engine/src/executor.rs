//! The executor: decides turns, one on top of the other, and hands them over to be committed.
//!
//! One turn takes what is queued, for any number of ledgers: load the rows that are missing, decide, hand over. It is
//! decided while the turn before it is committed, and handed over once that one has landed. The steps and what a crash
//! leaves of each: `docs/design/executor.md`.
//!
//! - The only reply that is sent here is that nothing was done. [`crate::committing`] sends all others.
//! - What was decided on top of a turn that did not land is thrown away and decided again. No client sees that.
//! - Working rows are a turn ahead of the store. Rows that are loaded during a commit are the same before it and after
//!   it; other rows are loaded after it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use ducat_domain::hashing::Seed;
use ducat_domain::ledger::apply;
use ducat_domain::ledger::recover::{
    Arrival, Impossible, begin_terms, named_by_redactions, recover, recovery_footprint,
};
use ducat_domain::ledger::rows::{BatchRow, Head};
use ducat_domain::ledger::working::ROWS_MAX;
use ducat_domain::names::Name;
use ducat_domain::numbers::BatchNo;
use ducat_domain::private::Salts;
use ducat_domain::{Delta, Draft, Effect, Working};
use ducat_store::{During, Fault, Loaded, Loader, Store, load_footprint};

use crate::clock::{Clock, next_instant, random};
use crate::committing::{Chore, Committing, Finished, Inline, Lane};
use crate::published::Published;
use crate::turn::{Ask, Attempt, Turn};

pub use crate::turn::{Committed, Failure, Refusal, Reply, Request};

/// Times a turn is repeated when other writers keep coming first: each of them made progress, so this is fairness, not
/// correctness.
const TURNS_MAX: usize = 16;

/// Ledgers whose rows are kept between turns: each is small when idle, and thousands are rare.
const LEDGERS_MAX: usize = 10_000;

/// A recorded batch with its effects.
pub type Recorded = (Vec<Effect>, BatchRow);

/// Why recorded batches were not taken over. Nothing of them landed.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The store failed.
    #[error("{0}")]
    Store(Arc<Fault>),
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

impl From<Fault> for AdoptError {
    fn from(fault: Fault) -> AdoptError {
        AdoptError::Store(Arc::new(fault))
    }
}

/// Why a turn was not decided.
enum Undecided {
    /// The store failed.
    Fault(Fault),
    /// Another writer has been here.
    Moved,
    /// The turn that it was decided on did not land. That one is to be decided again first, if someone still waits for
    /// it.
    Sunk(Option<Attempt>),
}

impl From<Fault> for Undecided {
    fn from(fault: Fault) -> Undecided {
        Undecided::Fault(fault)
    }
}

/// The one who decides for all ledgers of one store.
pub struct Executor {
    loader: Box<dyn Loader>,
    lane: Box<dyn Lane>,
    clock: Arc<dyn Clock>,
    published: Arc<Published>,
    ledgers: HashMap<Name, Working>,
    /// The ledgers of the turn under way.
    under_way: Vec<Name>,
    draft: Draft,
    rows_max: usize,
    /// Of maps by what clients choose.
    seed: Seed,
}

impl Executor {
    /// An executor that commits each turn before it decides the next.
    #[must_use]
    pub fn new(store: Box<dyn Store>, clock: Arc<dyn Clock>, published: Arc<Published>) -> Executor {
        let (loader, committer) = store.split();
        let lane = Inline::new(Committing::new(committer, Arc::clone(&published)));
        Executor::on_lane(loader, Box::new(lane), clock, published)
    }

    /// An executor whose turns are committed elsewhere.
    #[must_use]
    pub fn on_lane(
        loader: Box<dyn Loader>,
        lane: Box<dyn Lane>,
        clock: Arc<dyn Clock>,
        published: Arc<Published>,
    ) -> Executor {
        Executor {
            loader,
            lane,
            clock,
            published,
            ledgers: HashMap::new(),
            under_way: Vec::new(),
            draft: Draft::new(Salts::of(random())),
            rows_max: ROWS_MAX,
            seed: Seed(u64::from_le_bytes(random())),
        }
    }

    /// Takes salts for texts from these, for the simulation.
    #[must_use]
    pub fn with_salts(self, salts: Salts) -> Executor {
        Executor { draft: Draft::new(salts), ..self }
    }

    /// Keeps fewer rows, for the simulation.
    #[must_use]
    pub fn with_rows_max(self, rows_max: usize) -> Executor {
        Executor { rows_max, ..self }
    }

    /// Decides requests and waits until they are committed. Replies are in their order.
    pub fn turn(&mut self, requests: &[Request]) -> Vec<Reply> {
        let (asks, outcomes): (Vec<_>, Vec<_>) = requests.iter().map(|request| Ask::new(request.clone(), None)).unzip();
        self.take(asks);
        self.finish();
        outcomes.into_iter().map(|mut outcome| outcome.try_recv().unwrap_or(Err(Failure::Closed))).collect()
    }

    /// Decides requests and hands them over.
    pub fn take(&mut self, asks: Vec<Ask>) {
        for ask in &asks {
            self.published.meters.queue_wait.observe(ask.asked_at.elapsed().as_secs_f64());
        }
        self.take_all(VecDeque::from([Attempt { asks, number: 0 }]));
    }

    /// Waits until nothing is under way.
    pub fn finish(&mut self) {
        while let Err(Undecided::Sunk(Some(before))) = self.land() {
            self.take_all(VecDeque::from([before]));
        }
    }

    /// Has something done that is no commit.
    pub fn attend(&mut self, chore: Chore) {
        self.finish();
        self.lane.attend(chore);
    }

    fn take_all(&mut self, mut waiting: VecDeque<Attempt>) {
        while let Some(mut attempt) = waiting.pop_front() {
            if attempt.number == TURNS_MAX {
                attempt.fail(&Failure::Deposed);
                continue;
            }
            let decided = self.decide(&attempt.asks).and_then(|turn| self.land().map(|()| turn));
            match decided {
                Ok(turn) => self.start(Turn { attempt, ..turn }),
                Err(Undecided::Sunk(before)) => {
                    waiting.push_front(attempt);
                    if let Some(before) = before {
                        waiting.push_front(before);
                    }
                }
                Err(Undecided::Moved) => {
                    self.ledgers.clear();
                    attempt.number += 1;
                    waiting.push_front(attempt);
                }
                Err(Undecided::Fault(fault)) => {
                    // Nothing was decided yet, but a store that fails is asked again from the start.
                    self.ledgers.clear();
                    self.published.note_fault(&fault);
                    attempt.fail(&Failure::Store(Arc::new(fault)));
                }
            }
        }
    }

    /// Waits for the turn under way. Unless it has landed, the working rows are dropped whole: they stand on it.
    fn land(&mut self) -> Result<(), Undecided> {
        let before = match self.lane.wait() {
            None | Some(Finished::Landed) => {
                self.under_way.clear();
                return Ok(());
            }
            Some(Finished::Settled | Finished::Failed(_)) => None,
            Some(Finished::Deposed(attempt)) => Some(attempt),
        };
        self.under_way.clear();
        self.ledgers.clear();
        Err(Undecided::Sunk(before))
    }

    /// Hands a turn over. Rows that need not be known for the next go.
    fn start(&mut self, turn: Turn) {
        let changed = turn.deltas.iter().map(|delta| &delta.head.ledger);
        self.under_way = changed.chain(turn.unchanged.iter().map(|head| &head.ledger)).cloned().collect();
        self.lane.start(turn);
        if self.ledgers.len() > LEDGERS_MAX {
            self.ledgers.clear();
        }
        for ledger in &self.under_way {
            if let Some(working) = self.ledgers.get_mut(ledger) {
                working.trim();
            }
        }
    }

    /// Decides what is asked, on top of the turn under way.
    fn decide(&mut self, asks: &[Ask]) -> Result<Turn, Undecided> {
        let mut elsewhere: HashMap<Name, Failure> = HashMap::new();
        let mut ledgers = ledgers_of(asks);
        for ledger in &ledgers {
            match self.load(ledger, asks) {
                // Not served here: that keeps no other ledger waiting.
                Err(Undecided::Fault(Fault::Elsewhere { ledger, owner })) => {
                    elsewhere.insert(ledger, Failure::Elsewhere { owner });
                }
                Err(Undecided::Fault(fault @ Fault::Withdrawn { .. })) => {
                    elsewhere.insert((*ledger).clone(), Failure::Store(Arc::new(fault)));
                }
                loaded => loaded?,
            }
        }
        ledgers.retain(|ledger| !elsewhere.contains_key(*ledger));
        let replies = asks.iter().map(|ask| match elsewhere.get(&ask.request.ledger) {
            Some(failure) => Err(failure.clone()),
            None => self.decide_one(&ask.request),
        });
        let replies = replies.collect();
        let (mut deltas, mut unchanged, mut publications) = (Vec::new(), Vec::new(), Vec::new());
        for ledger in ledgers {
            let Some(working) = self.ledgers.get_mut(ledger) else { continue };
            match working.take_delta() {
                Some(delta) => {
                    publications.push(self.published.prepare(&delta, working));
                    deltas.push(delta);
                }
                None => unchanged.push(working.head().clone()),
            }
        }
        let attempt = Attempt { asks: Vec::new(), number: 0 };
        Ok(Turn { attempt, replies, deltas, unchanged, publications })
    }

    /// Loads what all requests of a ledger need.
    fn load(&mut self, ledger: &Name, asks: &[Ask]) -> Result<(), Undecided> {
        // A ledger that was let go or handed over is asked for again, so that reads find it in memory again too.
        if !self.published.is_held(ledger) {
            self.ledgers.remove(ledger);
        }
        if self.ledgers.get(ledger).is_none_or(Working::is_full) {
            self.land_if_under_way(ledger)?;
        }
        self.know(ledger)?;
        loop {
            let during = if self.under_way.contains(ledger) { During::Commit } else { During::Nothing };
            let Some(working) = self.ledgers.get_mut(ledger) else { return Err(Undecided::Moved) };
            if working.is_full() && during == During::Nothing {
                working.sweep();
            }
            let requests = asks.iter().map(|ask| &ask.request);
            let items = requests.filter(|request| request.ledger == *ledger).flat_map(|request| request.items.iter());
            match load_footprint(self.loader.as_mut(), working, items, during)? {
                Loaded::Whole => return Ok(()),
                Loaded::Moved => return Err(Undecided::Moved),
                Loaded::OnlyAlone => self.land()?,
            }
        }
    }

    fn land_if_under_way(&mut self, ledger: &Name) -> Result<(), Undecided> {
        if self.under_way.contains(ledger) { self.land() } else { Ok(()) }
    }

    /// Takes recorded batches of a ledger over from another store, in one commit: nothing is decided, and the hashes
    /// must be those that they had. Either all of them landed, or none.
    ///
    /// # Errors
    /// When the store failed, another writer came first, or the batches are not those of this ledger. Nothing is
    /// committed then.
    pub fn adopt(&mut self, ledger: &Name, batches: &[Recorded], arrival: Arrival) -> Result<(), AdoptError> {
        self.finish();
        let adopted = self.try_adopt(ledger, batches, arrival);
        if adopted.is_err() {
            self.ledgers.clear();
        }
        adopted
    }

    fn try_adopt(&mut self, ledger: &Name, batches: &[Recorded], arrival: Arrival) -> Result<(), AdoptError> {
        self.know(ledger)?;
        let epoch = first_epoch(self.clock.as_ref());
        let Some(working) = self.ledgers.get_mut(ledger) else { return Ok(()) };
        begin_terms(working, epoch);
        if working.is_full() {
            working.sweep();
        }
        // All at once: what one batch makes, the next may change, and the store has neither yet.
        let effects: Vec<Effect> = batches.iter().flat_map(|(effects, _)| effects).cloned().collect();
        loop {
            let needed = recovery_footprint(working, &effects);
            if needed.is_empty() {
                break;
            }
            let rows = self.loader.load(working.heads(), &needed)?;
            working.absorb(rows.ok_or(AdoptError::Deposed)?);
        }
        working.absorb(named_by_redactions(&effects));
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
        let publications = all.iter().map(|delta| self.published.prepare(delta, working)).collect();
        let (attempt, deltas) = (Attempt { asks: Vec::new(), number: 0 }, all.into_iter().collect());
        self.start(Turn { attempt, replies: Vec::new(), deltas, unchanged: Vec::new(), publications });
        let finished = self.lane.wait();
        self.under_way.clear();
        match finished {
            None | Some(Finished::Landed) => Ok(()),
            Some(Finished::Settled) => {
                self.ledgers.clear();
                Ok(())
            }
            Some(Finished::Deposed(_)) => Err(AdoptError::Deposed),
            Some(Finished::Failed(fault)) => Err(AdoptError::Store(fault)),
        }
    }

    /// Asks the store for a ledger that is not known.
    fn know(&mut self, ledger: &Name) -> Result<(), Fault> {
        if !self.ledgers.contains_key(ledger) {
            let working = Working::new(self.loader.ledger(ledger)?, self.seed).with_rows_max(self.rows_max);
            self.ledgers.insert(ledger.clone(), working);
        }
        Ok(())
    }

    /// The head of a ledger as it is stored, its lease taken.
    ///
    /// # Errors
    /// When the store cannot be read, or another node holds the lease.
    pub fn head(&mut self, ledger: &Name) -> Result<Head, Fault> {
        self.finish();
        self.ledgers.remove(ledger);
        Ok(self.loader.ledger(ledger)?.head)
    }

    /// Decides a request on its ledger's working rows.
    fn decide_one(&mut self, request: &Request) -> Reply {
        let working = self.ledgers.get_mut(&request.ledger).ok_or(Failure::Closed)?;
        let last = working.head().at;
        let now = self.published.ahead.now_after(self.clock.as_ref(), &request.ledger, last);
        let at = next_instant(now, last);
        let outcomes = apply(working, &request.items, at, request.by, &mut self.draft);
        Ok(Committed { outcomes, effects: Arc::default(), at })
    }
}

/// The first epoch of a ledger that arrives now: milliseconds since 1970, more than any store has come to by counting. A node
/// that was here before a restore holds a lower one and can commit nothing.
fn first_epoch(clock: &dyn Clock) -> u64 {
    u64::try_from(clock.now().0 / 1_000).unwrap_or_default()
}

/// The ledgers of requests, each once, in order of first mention.
fn ledgers_of(asks: &[Ask]) -> Vec<&Name> {
    let mut ledgers: Vec<&Name> = Vec::new();
    for ask in asks {
        if !ledgers.contains(&&ask.request.ledger) {
            ledgers.push(&ask.request.ledger);
        }
    }
    ledgers
}
