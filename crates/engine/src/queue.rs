//! The bounded queue in front of the executor, and the handle that everything else holds.

use std::num::NonZeroUsize;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::thread::JoinHandle;

use ducat_domain::names::Name;
use ducat_domain::numbers::{ActorNo, Timestamp};
use ducat_domain::{Action, Item};
use ducat_store::standing::{Hindrance, Standing};
use ducat_store::{Fault, LeaseChanges, Reader, SoleOwner, Store, Tenure};
use opentelemetry::context::FutureExt as _;
use parking_lot::Mutex;
use tokio::sync::{Semaphore, oneshot};

use crate::brokers::Streams;
use crate::clock::{Clock, warn_of};
use crate::cluster::{Cluster, FORWARD_MAX, FORWARD_PAUSE, Forwarded};
use crate::committing::{Chore, Committing};
use crate::executor::Executor;
use crate::health::Health;
use crate::journey::Journey;
use crate::keys::ring::Ring;
use crate::meters::Meters;
use crate::pipeline::{Pipeline, Threaded};
use crate::published::Published;
use crate::turn::{Ask, Committed, Failure, Reply, Request};
use crate::webhooks::Endpoints;

/// Heads of ledgers read at a time.
const LEDGERS_READ: usize = 1_000;

/// Reads of the store under way at once, for each processor: each holds a connection with a cache of its own, and more
/// of them than processors only wait for each other.
const READERS_PER_PROCESSOR: usize = 4;

/// How much may wait.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Postings queued or under way at most. The default is four full turns: a second of work, or less; what comes on top
    /// is refused at once rather than kept waiting.
    pub queue_postings_max: u32,
    /// Processors that the server may use: so many times some requests read the store at once.
    pub workers: NonZeroUsize,
}

impl Default for EngineOptions {
    fn default() -> EngineOptions {
        let workers = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        EngineOptions { queue_postings_max: 16 * 8_190, workers }
    }
}

/// Who else serves the same store.
pub struct Company {
    /// Which ledgers this node may answer for from memory.
    pub tenure: Arc<dyn Tenure>,
    /// The way to the others, if there are any.
    pub cluster: Option<Arc<Cluster>>,
}

impl Default for Company {
    /// No one.
    fn default() -> Company {
        Company { tenure: Arc::new(SoleOwner), cluster: None }
    }
}

/// The ledger engine: submit commands, read what is committed. Clones are the same engine, for the same asker.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    asker: Asker,
}

/// Who asks for what is submitted, as effects record it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Someone who was not asked who he is.
    Anyone,
    /// An actor of the system ledger.
    Actor(ActorNo),
    /// The server itself: its jobs.
    Server,
}

struct Inner {
    pipeline: Arc<Pipeline>,
    room: Arc<Semaphore>,
    room_max: u32,
    threads: Mutex<Vec<JoinHandle<()>>>,
    published: Arc<Published>,
    cluster: Option<Arc<Cluster>>,
    reader: Arc<dyn Reader>,
    ring: Ring,
    endpoints: Endpoints,
    streams: Streams,
    /// Turns of those who read the store for a request.
    readers: Arc<Semaphore>,
    clock: Arc<dyn Clock>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.pipeline.close();
    }
}

impl Engine {
    /// Starts deciding and committing, each on a thread of its own.
    ///
    /// # Panics
    /// When the system has no thread to give.
    #[must_use]
    pub fn start(
        store: Box<dyn Store>,
        reader: Arc<dyn Reader>,
        clock: Arc<dyn Clock>,
        options: &EngineOptions,
    ) -> Engine {
        Engine::start_among(store, reader, clock, options, Company::default())
    }

    /// Starts a node among others.
    ///
    /// # Panics
    /// When the system has no thread to give.
    #[must_use]
    pub fn start_among(
        store: Box<dyn Store>,
        reader: Arc<dyn Reader>,
        clock: Arc<dyn Clock>,
        options: &EngineOptions,
        company: Company,
    ) -> Engine {
        let Company { tenure, cluster } = company;
        let published = Arc::new(Published::new(tenure));
        let pipeline = Arc::new(Pipeline::default());
        let (loader, committer) = store.split();
        let committing = Committing::new(committer, Arc::clone(&published));
        let lane = Box::new(Threaded(Arc::clone(&pipeline)));
        let executor = Executor::on_lane(loader, lane, Arc::clone(&clock), Arc::clone(&published));
        let (deciding, storing) = (Arc::clone(&pipeline), Arc::clone(&pipeline));
        let threads = vec![
            spawn("ducat-executor", move || deciding.run_deciding(executor)),
            spawn("ducat-commit", move || storing.run_committing(committing)),
        ];
        let inner = Inner {
            pipeline,
            room: Arc::new(Semaphore::new(options.queue_postings_max as usize)),
            room_max: options.queue_postings_max,
            threads: Mutex::new(threads),
            published,
            cluster,
            reader,
            ring: Ring::default(),
            endpoints: Endpoints::default(),
            streams: Streams::default(),
            readers: Arc::new(Semaphore::new(options.workers.get() * READERS_PER_PROCESSOR)),
            clock,
        };
        Engine { inner: Arc::new(inner), asker: Asker::Server }
    }

    /// The same engine, for someone else who asks.
    #[must_use]
    pub fn asked_by(&self, asker: Asker) -> Engine {
        Engine { inner: Arc::clone(&self.inner), asker }
    }

    /// All keys.
    #[must_use]
    pub fn ring(&self) -> &Ring {
        &self.inner.ring
    }

    /// All endpoints of webhooks.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.inner.endpoints
    }

    /// All streams of a broker.
    #[must_use]
    pub fn streams(&self) -> &Streams {
        &self.inner.streams
    }

    /// Submits items for a ledger and waits for their outcomes. A caller that goes away cancels nothing.
    ///
    /// # Errors
    /// When nothing of it landed, or it is unknown whether it did ([`Failure`] says which).
    pub async fn submit(&self, ledger: Name, items: Vec<Item>) -> Result<Committed, Failure> {
        self.enqueue(ledger, items)?.await.map_err(|_| Failure::Closed)?
    }

    /// Submits items and gives the place where their outcome will be. Where another node has the ledger's lease, they
    /// go there. Nothing comes there when the outcome is unknown.
    ///
    /// # Errors
    /// When the queue is full, the engine is closed, or an earlier commit is being settled. Nothing was done then.
    pub fn enqueue(&self, ledger: Name, items: Vec<Item>) -> Result<oneshot::Receiver<Reply>, Failure> {
        let by = match self.asker {
            Asker::Anyone => None,
            Asker::Actor(actor) => Some(actor),
            Asker::Server => self.inner.ring.server(),
        };
        let request = Request { ledger, items: Arc::new(items), by };
        let Some(cluster) = &self.inner.cluster else { return self.enqueue_here(request) };
        let (reply, outcome) = oneshot::channel();
        // What comes first is queued first, here and now.
        let here = match cluster.owner(&request.ledger) {
            None => Some(self.enqueue_here(request.clone())?),
            Some(_) => None,
        };
        let (engine, cluster) = (self.clone(), Arc::clone(cluster));
        let routing = async move {
            if let Some(answer) = engine.route(&cluster, request, here).await {
                // A caller that has gone has been served all the same.
                drop(reply.send(answer));
            }
        };
        tokio::spawn(routing.with_current_context());
        Ok(outcome)
    }

    /// Asks this node, then the owner of the lease, until one of them answers. `None` when the outcome is unknown.
    async fn route(
        &self,
        cluster: &Cluster,
        request: Request,
        mut here: Option<oneshot::Receiver<Reply>>,
    ) -> Option<Reply> {
        let mut journey = Journey::new(&request);
        while journey.begun.elapsed() < FORWARD_MAX {
            // Who may have done it is asked again, while it lives: it knows what it answered.
            let asked = journey.may_know.clone().filter(|owner| cluster.standing.is_alive(owner));
            let owner = match (here.take(), asked.or_else(|| cluster.owner(&request.ledger))) {
                (None, Some(owner)) => Ok(owner),
                (queued, _) => self.ask_here(journey.request(), queued).await,
            };
            let over = match owner {
                Ok(owner) => {
                    cluster.remember(&request.ledger, &owner);
                    let sent = self.send_on(cluster, &owner, &mut journey).await;
                    journey.arrived(cluster, owner, sent)
                }
                Err(Some(answer)) => journey.answered(answer),
                Err(None) => return None,
            };
            if over.is_some() {
                return over;
            }
            tokio::time::sleep(FORWARD_PAUSE).await;
        }
        (!journey.is_lost).then_some(Err(Failure::Deposed))
    }

    /// Asks this node's executor: who has the lease, or else the reply.
    async fn ask_here(
        &self,
        request: &Request,
        queued: Option<oneshot::Receiver<Reply>>,
    ) -> Result<String, Option<Reply>> {
        let outcome = match queued {
            Some(outcome) => outcome,
            None => self.enqueue_here(request.clone()).map_err(|failure| Some(Err(failure)))?,
        };
        match outcome.await {
            Ok(Err(Failure::Elsewhere { owner })) => Ok(owner),
            Ok(answer) => Err(Some(answer)),
            Err(_) => Err(None),
        }
    }

    /// What is under way elsewhere takes up room here too.
    async fn send_on(&self, cluster: &Cluster, owner: &str, journey: &mut Journey<'_>) -> Forwarded {
        if let Some(reason) = cluster.standing.unreachable(owner) {
            return Forwarded::Unreachable(reason);
        }
        let room = Arc::clone(&self.inner.room).try_acquire_many_owned(self.weight(journey.original));
        let attempt = journey.attempt;
        match room {
            Ok(_room) => cluster.forwarder.forward(owner, journey.sendable(), attempt).await,
            Err(_) => Forwarded::Answered(Err(Failure::Overloaded)),
        }
    }

    /// Submits a request to this node's own executor, wherever its ledger's lease is.
    ///
    /// # Errors
    /// When the queue is full, the engine is closed, or an earlier commit is being settled. Nothing was done then.
    pub fn enqueue_here(&self, request: Request) -> Result<oneshot::Receiver<Reply>, Failure> {
        if self.inner.published.is_settling() {
            return Err(Failure::Unavailable);
        }
        let weight = self.weight(&request);
        let room = Arc::clone(&self.inner.room).try_acquire_many_owned(weight).map_err(|_| {
            self.meters().queue_refusals.inc();
            Failure::Overloaded
        })?;
        let (ask, outcome) = Ask::new(request, Some(room));
        self.inner.pipeline.ask(ask).map_err(|_| Failure::Closed)?;
        Ok(outcome)
    }

    /// Has the executor find out whether the store takes commits: see [`Published::health`].
    pub fn probe(&self) {
        self.inner.pipeline.attend(Chore::Probe);
    }

    /// Has stored when keys were used, where that is not stored yet.
    pub fn store_uses(&self) {
        let uses = self.inner.ring.unstored();
        if !uses.is_empty() {
            self.inner.pipeline.attend(Chore::NoteUses(uses));
        }
    }

    /// Has the store do something that is no commit, in its turn.
    pub(crate) fn attend(&self, chore: Chore) {
        self.inner.pipeline.attend(chore);
    }

    /// Notes that a reader found the store damaged.
    pub fn note_damage(&self, reason: String) {
        self.inner.published.note_health(Health::Damaged { reason });
    }

    fn weight(&self, request: &Request) -> u32 {
        weight(&request.items).min(self.inner.room_max)
    }

    /// What is counted and timed.
    #[must_use]
    pub fn meters(&self) -> &Arc<Meters> {
        &self.inner.published.meters
    }

    /// How often leases changed hands.
    #[must_use]
    pub fn lease_changes(&self) -> LeaseChanges {
        self.inner.published.lease_changes()
    }

    /// Accounts as last committed.
    #[must_use]
    pub fn published(&self) -> &Arc<Published> {
        &self.inner.published
    }

    /// Everything committed.
    #[must_use]
    pub fn reader(&self) -> &Arc<dyn Reader> {
        &self.inner.reader
    }

    pub(crate) fn readers(&self) -> &Arc<Semaphore> {
        &self.inner.readers
    }

    /// Whether the store knows of no other node that serves a ledger, or of this one.
    #[must_use]
    pub fn serves(&self, ledger: &Name) -> bool {
        self.inner.published.is_held(ledger)
    }

    /// Whether this node serves ledgers at all: nothing keeps it from holding leases.
    #[must_use]
    pub fn may_serve(&self) -> bool {
        self.inner.published.may_serve()
    }

    /// How many leases this node holds.
    #[must_use]
    pub fn leases(&self) -> usize {
        self.inner.published.leases()
    }

    /// How this node stands among the others that share its store, if it shares it.
    #[must_use]
    pub fn standing(&self) -> Option<&Arc<Standing>> {
        self.inner.cluster.as_ref().map(|cluster| &cluster.standing)
    }

    /// Whether other nodes may commit to the same store: then [`Published::commits`] counts only some commits.
    #[must_use]
    pub fn is_among_others(&self) -> bool {
        self.inner.cluster.is_some()
    }

    /// The instant it is: by the database's clock while this node's own is too far from it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = self.inner.clock.now();
        let wrong =
            self.standing().filter(|standing| !standing.may_serve() && standing.is_hindered_by(Hindrance::Clock));
        match wrong.and_then(|standing| standing.clock()) {
            Some(offset) => now.plus_micros(offset.micros.saturating_neg()),
            None => now,
        }
    }

    /// The instant it is in a ledger: never before its last commit.
    #[must_use]
    pub fn now_in(&self, ledger: &Name) -> Timestamp {
        let now = self.inner.published.ahead.now(self.inner.clock.as_ref(), ledger);
        self.inner.published.last(ledger).map_or(now, |last| now.max(last))
    }

    /// By how much this server's clock is ahead of the system's, in microseconds, and by how much the ledger that is
    /// furthest ahead of this server's clock is.
    #[must_use]
    pub fn clock_offsets_us(&self) -> (i64, i64) {
        let now = self.now();
        let ahead = self.ledgers_ahead().iter().map(|ledger| self.now_in(ledger).0.saturating_sub(now.0)).max();
        (self.inner.clock.offset_us(), ahead.unwrap_or(0))
    }

    /// Ledgers whose last instant was ahead of the clock.
    #[must_use]
    pub fn ledgers_ahead(&self) -> Vec<Name> {
        self.inner.published.ahead.ledgers()
    }

    /// Finds the ledgers whose last instant is ahead of the clock. Those of other nodes are theirs to find.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_ahead(&self) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let heads = self.inner.reader.snapshot()?.ledgers(after.as_ref(), LEDGERS_READ)?;
            let Some(last) = heads.last() else { return Ok(()) };
            after = Some(last.ledger.clone());
            for head in heads {
                let (clock, ledger) = (self.inner.clock.as_ref(), &head.ledger);
                if let Some(by) = self.inner.published.ahead.note(clock, ledger, head.at) {
                    warn_of(ledger, by);
                }
            }
        }
    }

    /// How many postings are queued or under way, and how many may be.
    #[must_use]
    pub fn queue_depth(&self) -> (u32, u32) {
        let free = u32::try_from(self.inner.room.available_permits()).unwrap_or(u32::MAX);
        (self.inner.room_max.saturating_sub(free), self.inner.room_max)
    }

    /// Whether the executor takes commands.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.inner.pipeline.is_open()
    }

    /// Takes nothing more, finishes what was taken, and answers it.
    pub fn close(&self) {
        self.store_uses();
        self.inner.pipeline.close();
        for thread in self.inner.threads.lock().drain(..) {
            // A panic of the thread has ended the process before this.
            drop(thread.join());
        }
    }
}

fn weight(items: &[Item]) -> u32 {
    let more = items.iter().flat_map(Item::commands).map(|command| match &command.action {
        Action::Transact(transaction) => transaction.postings_max().max(1) - 1,
        _ => 0,
    });
    let commands = items.iter().map(Item::weight);
    u32::try_from(commands.chain(more).sum::<usize>()).unwrap_or(u32::MAX)
}

/// Starts a thread that must not end by itself.
///
/// # Panics
/// When the system has no thread to give.
fn spawn(name: &'static str, work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let run = move || {
        if std::panic::catch_unwind(AssertUnwindSafe(work)).is_err() {
            // A bug: nothing uncommitted was answered, and no one may go on from rows that may be wrong. The process
            // manager starts it again.
            tracing::error!(name, "the thread panicked; the process ends");
            std::process::abort();
        }
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(run).expect("a thread for the engine")
}
