//! A seeded simulation of domain, executor and store: many clients, every fault, and a naive model beside it.
//!
//! One seed is one history. Clients send commands of every kind, under ids that they use again; the store refuses
//! commits, loses its response before or after a commit, fails to load and to settle; a turn is decided while the one
//! before it is not committed yet; a second executor takes over in the middle; executors are killed with a turn under
//! way; rows come and go. What is answered must equal one-at-a-time execution by the model, what is refused as a fault
//! must have changed nothing, and at the end the ledger must verify and equal the model's, and so must what another
//! store makes of its recorded batches. What readers find in memory is never ahead of the store, and never behind what
//! was answered.

pub mod advances;
mod faulty;
mod lane;
mod model;
mod points;
mod script;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use ducat_domain::ledger::command::RedactOf;
use ducat_domain::ledger::recover::Arrival;
use ducat_domain::ledger::rows::{Head, OutcomeKind};
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq, Timestamp};
use ducat_domain::private::Salts;
use ducat_domain::{Action, Item, ItemOutcome, Outcome};
use ducat_store::MemoryStore;
use ducat_store::read::{Under, texts_under};
use ducat_store::verify::verify;
use ducat_store::{Fault, Reader, Snapshot, Store};
use fastrand::Rng;
use tokio::sync::oneshot::Receiver;

use ducat_engine::clock::Clock;
use ducat_engine::committing::Committing;
use ducat_engine::executor::Executor;
use ducat_engine::published::Published;
use ducat_engine::turn::{Ask, Reply, Request};
use faulty::{Faults, FaultyStore};
use lane::{DuringCommits, Late};
use model::Model;

/// What a history went through.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Commands answered.
    pub answered: usize,
    /// Commands that were replied to with "nothing was done".
    pub failed: usize,
    /// Commits whose outcome was unknown at first.
    pub unknown: usize,
    /// Times another executor took over.
    pub takeovers: usize,
    /// Times an executor was restarted.
    pub restarts: usize,
}

/// A clock that the script sets.
#[derive(Debug, Default)]
struct SimulatedClock(AtomicI64);

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// A request whose reply is awaited.
struct Pending {
    request: Request,
    outcome: Receiver<Reply>,
    reply: Option<Reply>,
}

/// One executor with those who wait for it.
struct Node {
    executor: Executor,
    lane: Late,
    published: Arc<Published>,
    pending: VecDeque<Pending>,
    /// Whether no other executor has committed since it was started: then its readers find everything.
    is_alone: bool,
}

struct World {
    store: MemoryStore,
    clock: Arc<SimulatedClock>,
    faults: Faults,
    nodes: Vec<Node>,
    models: Vec<(Name, Model)>,
    tally: Tally,
}

impl World {
    fn new(seed: u64) -> World {
        let store = MemoryStore::new();
        let clock = Arc::new(SimulatedClock(AtomicI64::new(1_800_000_000_000_000)));
        let mut world =
            World { store, clock, faults: Faults::new(seed), nodes: vec![], models: vec![], tally: Tally::default() };
        world.nodes = vec![world.node(1_000), world.node(3)];
        for ledger in ["one", "two"] {
            let name = Name::parse(ledger).unwrap_or_else(|_| Name::world());
            world.models.push((name, Model::default()));
        }
        world
    }

    fn node(&self, rows_max: usize) -> Node {
        let store: Box<dyn Store> = Box::new(FaultyStore::new(self.store.clone(), self.faults.clone()));
        let (loader, committer) = store.split();
        let published = Arc::new(Published::default());
        let committing = Committing::new(committer, Arc::clone(&published)).simulated();
        let lane = Late::new(committing, self.faults.clone());
        let loader = Box::new(DuringCommits { loader, late: lane.clone() });
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let executor = Executor::on_lane(loader, Box::new(lane.clone()), clock, Arc::clone(&published));
        let executor = executor.with_salts(Salts::of([1; 32])).with_rows_max(rows_max);
        Node { executor, lane, published, pending: VecDeque::new(), is_alone: true }
    }

    fn turn(&mut self, rng: &mut Rng, requests: Vec<Request>) -> Result<(), String> {
        self.clock.0.fetch_add(rng.i64(-50_000..3_000_000), Ordering::SeqCst);
        if rng.u8(..12) == 0 {
            self.nodes.rotate_left(1);
            self.tally.takeovers += 1;
        }
        if rng.u8(..16) == 0 {
            // Killed before its last commit, or just after it.
            if rng.bool() {
                self.act(0, |node| node.lane.commit())?;
            }
            let fresh = self.node([3, 1_000][rng.usize(..2)]);
            let killed = std::mem::replace(&mut self.nodes[0], fresh);
            self.tally.restarts += 1;
            self.tally.failed += killed.pending.iter().map(|pending| commands(&pending.request)).sum::<usize>();
        }
        if rng.u8(..4) == 0 {
            // A commit lands whatever the other nodes do meanwhile.
            self.act(rng.usize(..self.nodes.len()), |node| node.lane.commit())?;
        }
        self.act(0, |node| {
            let (asks, pending): (Vec<_>, Vec<_>) = requests
                .into_iter()
                .map(|request| {
                    let (ask, outcome) = Ask::new(request.clone(), None);
                    (ask, Pending { request, outcome, reply: None })
                })
                .unzip();
            node.pending.extend(pending);
            node.executor.take(asks);
        })?;
        match rng.u8(..3) {
            0 => self.act(0, |node| node.executor.finish()),
            _ => Ok(()),
        }
    }

    /// Has a node do something, then compares what it replied, in the order in which it was asked, and what its readers
    /// find.
    fn act(&mut self, node: usize, what: impl FnOnce(&mut Node)) -> Result<(), String> {
        let (unknown, before) = (self.faults.unknown(), self.heads()?);
        what(&mut self.nodes[node]);
        self.tally.unknown += self.faults.unknown() - unknown;
        if self.heads()? != before {
            let others = self.nodes.iter_mut().enumerate().filter(|(other, _)| *other != node);
            others.for_each(|(_, other)| other.is_alone = false);
        }
        for pending in &mut self.nodes[node].pending {
            if pending.reply.is_none() {
                pending.reply = pending.outcome.try_recv().ok();
            }
        }
        while let Some(Pending { reply: Some(_), .. }) = self.nodes[node].pending.front()
            && let Some(Pending { request, reply: Some(reply), .. }) = self.nodes[node].pending.pop_front()
        {
            self.compare(&request, reply)?;
        }
        let mut waiting = self.nodes[node].pending.iter();
        if waiting.any(|pending| matches!(pending.reply, Some(Ok(_)))) {
            return Err("replied before what it was decided on".to_owned());
        }
        self.compare_readers(node)
    }

    fn heads(&self) -> Result<Vec<Head>, String> {
        self.store.snapshot().and_then(|snapshot| snapshot.ledgers(None, usize::MAX)).map_err(|fault| fault.to_string())
    }

    /// What readers of a node find in memory is what is stored, while no one else writes.
    fn compare_readers(&self, node: usize) -> Result<(), String> {
        let node = &self.nodes[node];
        for (ledger, _) in self.models.iter().filter(|_| node.is_alone) {
            for account in ["world", "a0", "a1", "a2"] {
                let text = |fault: Fault| fault.to_string();
                let account = Name::parse(account).map_err(|error| error.to_string())?;
                let found = node.published.load_account(&self.store, ledger, &account).map_err(text)?;
                let stored = self.store.snapshot().and_then(|s| s.account(ledger, &account)).map_err(text)?;
                if found.as_deref() != stored.as_ref() {
                    return Err(format!("{ledger} {account}: readers find {found:?}, stored is {stored:?}"));
                }
            }
        }
        Ok(())
    }

    fn compare(&mut self, request: &Request, reply: Reply) -> Result<(), String> {
        let committed = match reply {
            Ok(committed) => committed,
            Err(_) => {
                self.tally.failed += commands(request);
                return Ok(());
            }
        };
        self.tally.answered += commands(request);
        let model = self.models.iter_mut().find(|(name, _)| *name == request.ledger);
        let Some((_, model)) = model else { return Err("a ledger without a model".to_owned()) };
        let mut at = committed.at;
        for (item, outcome) in request.items.iter().zip(&committed.outcomes) {
            let expected = model.item(item, at);
            let answered = describe(outcome);
            if expected != answered {
                return Err(format!("{item:?}\nanswered {answered}\nexpected {expected}"));
            }
            at = at.plus_micros(i64::try_from(item.commands().count()).unwrap_or(0));
        }
        Ok(())
    }

    /// Redactions name the effects that have texts now, as a reader sees them.
    fn find_texts(&self, ledger: &Name, items: &mut [Item]) -> Result<(), String> {
        let snapshot = self.store.snapshot().map_err(|fault| fault.to_string())?;
        for item in items {
            let (Item::Single(command) | Item::DryRun(command)) = item else { continue };
            let Action::Redact(redact) = &mut command.action else { continue };
            let RedactOf::Transaction(id) = redact.of else { continue };
            let under = texts_under(snapshot.as_ref(), ledger, id).map_err(|fault| fault.to_string())?;
            if let Some(Under::Texts(texts)) = under {
                redact.effects = texts.redactable;
            }
        }
        Ok(())
    }

    /// Another store that takes the recorded batches over, some at a time, has the same ledger.
    fn moved(&self, ledger: &Name) -> Result<(), String> {
        let told = |error: &dyn std::fmt::Display| error.to_string();
        let source = self.store.snapshot().map_err(|fault| told(&fault))?;
        let there = MemoryStore::new();
        let published = Arc::new(Published::default());
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let executor = Executor::new(Box::new(there.clone()), clock, published);
        let mut executor = executor.with_salts(Salts::of([2; 32]));
        let mut effects =
            source.effects(ledger, Seq(0), usize::MAX).map_err(|fault| told(&fault))?.into_iter().peekable();
        let rows = source.batches(ledger, BatchNo(0), usize::MAX).map_err(|fault| told(&fault))?;
        let batches = rows.into_iter().map(|row| {
            let own: Vec<_> = std::iter::from_fn(|| effects.next_if(|effect| effect.seq <= row.last)).collect();
            (own, row)
        });
        let mut batches = batches.peekable();
        for size in [1, 2, 7].into_iter().cycle() {
            let some: Vec<_> = batches.by_ref().take(size).collect();
            if some.is_empty() {
                break;
            }
            let arrival = if batches.peek().is_some() { Arrival::More } else { Arrival::Last };
            executor.adopt(ledger, &some, arrival).map_err(|error| told(&error))?;
            let seen = there.snapshot().and_then(|s| s.head(ledger)).map_err(|fault| told(&fault))?;
            if seen.is_some() != (arrival == Arrival::Last) {
                return Err(format!("{ledger}: seen while it arrives, or not seen after"));
            }
        }
        clean(&there)?;
        let target = there.snapshot().map_err(|fault| told(&fault))?;
        let states =
            |snapshot: &dyn Snapshot| snapshot.states(ledger, Seq(0), usize::MAX).map_err(|fault| told(&fault));
        let hash = |snapshot: &dyn Snapshot| {
            snapshot.head(ledger).map(|head| head.map(|head| (head.batch, head.hash))).map_err(|fault| told(&fault))
        };
        if hash(source.as_ref())? != hash(target.as_ref())? || states(source.as_ref())? != states(target.as_ref())? {
            return Err(format!("{ledger}: what was moved differs"));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Tally, String> {
        for node in 0..self.nodes.len() {
            self.act(node, |node| node.executor.finish())?;
            if !self.nodes[node].pending.is_empty() {
                return Err("a request never got its reply".to_owned());
            }
        }
        clean(&self.store)?;
        for (ledger, _) in &self.models {
            self.moved(ledger)?;
        }
        let snapshot = self.store.snapshot().map_err(|fault| fault.to_string())?;
        for (ledger, model) in &self.models {
            let stored = snapshot.balances(ledger, None, usize::MAX).map_err(|fault| fault.to_string())?.len();
            if stored != model.balances_count() {
                return Err(format!("{ledger}: {stored} balances, expected {}", model.balances_count()));
            }
            for account in snapshot.accounts(ledger, "", None, usize::MAX).map_err(|fault| fault.to_string())? {
                for row in &account.balances {
                    let stored =
                        (row.posted.minor_units(), row.pending_in.minor_units(), row.pending_out.minor_units());
                    let expected = model.balance(account.row.name.as_str(), row.asset.0);
                    if expected != Some(stored) {
                        let name = &account.row.name;
                        return Err(format!("{ledger} {name} asset {}: {stored:?}, expected {expected:?}", row.asset));
                    }
                }
            }
        }
        Ok(self.tally)
    }
}

fn commands(request: &Request) -> usize {
    request.items.iter().map(|item| item.commands().count()).sum()
}

fn clean(store: &MemoryStore) -> Result<(), String> {
    let report = verify(store, &mut |_| {}).map_err(|fault| fault.to_string())?;
    if report.is_clean() { Ok(()) } else { Err(format!("{:?}", report.differences)) }
}

/// An outcome in words that the model speaks too.
fn describe(outcome: &ItemOutcome) -> String {
    let one = |outcome: &Outcome| match outcome {
        Outcome::Done { .. } | Outcome::WouldDo(_) => "done".to_owned(),
        Outcome::Same => "same".to_owned(),
        Outcome::Replayed { kind: OutcomeKind::Done, .. } => "replayed".to_owned(),
        Outcome::Replayed { kind: OutcomeKind::Refused, .. } => "replayed refusal".to_owned(),
        Outcome::Refused(rejection) => rejection.code().to_owned(),
    };
    match outcome {
        ItemOutcome::Single(outcome) => one(outcome),
        ItemOutcome::Atomic(outcomes) => outcomes.iter().map(one).collect::<Vec<_>>().join(" "),
        ItemOutcome::AtomicRefused { index, outcome } => format!("{index}: {}", one(outcome)),
    }
}

/// Lives through one history. An error says what differed first.
///
/// # Errors
/// What differs from the model, with the seed.
pub fn run(seed: u64) -> Result<Tally, String> {
    let mut rng = Rng::with_seed(seed);
    let mut world = World::new(seed);
    let mut script = script::Script::new(&mut rng);
    for _ in 0..40 {
        let requests: Result<Vec<Request>, String> = (0..1 + rng.usize(..6))
            .map(|_| {
                let ledger = world.models[usize::from(rng.u8(..4) == 0)].0.clone();
                let mut items: Vec<Item> = (0..1 + rng.usize(..4)).map(|_| script.item(&mut rng)).collect();
                world.find_texts(&ledger, &mut items)?;
                Ok(Request { ledger, items: Arc::new(items), by: None })
            })
            .collect();
        world.turn(&mut rng, requests?)?;
    }
    world.finish()
}

#[cfg(test)]
mod tests {
    /// The seeds that every test run lives through. `cargo xtask sim` runs more.
    const SEEDS: u64 = 500;

    /// Seeds that once showed a fault: rows kept by a deposed writer met rows just loaded (5881).
    const KNOWN: [u64; 1] = [5_881];

    #[test]
    fn five_hundred_histories_equal_the_model() {
        let mut faults = 0;
        for seed in (0..SEEDS).chain(KNOWN) {
            match super::run(seed) {
                Ok(tally) => faults += tally.unknown + tally.failed + tally.takeovers,
                Err(difference) => panic!("seed {seed}: {difference}\nagain: cargo xtask sim --seed {seed}"),
            }
        }
        assert!(faults > 1_000, "the histories went through faults: {faults}");
    }
}
