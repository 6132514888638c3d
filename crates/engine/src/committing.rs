//! The committing side: commits turns in the order in which they were decided, then publishes and replies.
//!
//! - A reply is sent only for what is durable, or for what is certain not to have happened.
//! - A commit is *landed*, *not landed* or *unknown*. An unknown one is settled before anything else is done.
//! - A turn that changed nothing is replied to only after the commits on which it was decided, and only while its
//!   ledgers' heads are still ours.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ducat_domain::Delta;
use ducat_domain::ledger::rows::Head;
use ducat_domain::names::Name;
use ducat_store::sinks::{Noted, Progress};
use ducat_store::{CommitError, Committer, Fault, Use};
use opentelemetry::global::BoxedSpan;
use opentelemetry::trace::{Link, SpanBuilder, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};
use tokio::sync::oneshot;

use crate::health::Health;
use crate::obstacle::Obstacle;
use crate::published::Published;
use crate::turn::{Ask, Attempt, Failure, Turn};

/// The longest wait between two attempts to settle an unknown commit: a store that is back is found at once.
const SETTLE_PAUSE_MAX: Duration = Duration::from_secs(1);

/// Requests that the span of a commit is linked with: as many as OpenTelemetry keeps by default.
const LINKS_MAX: usize = 128;

/// What became of a turn. Unless it has landed, all that was decided on top of it is to be decided again.
#[derive(Debug)]
pub enum Finished {
    /// It is stored, published and replied to.
    Landed,
    /// So it is, as was found out later: epochs were raised meanwhile.
    Settled,
    /// Someone else wrote, and nothing is stored. It is to be decided again.
    Deposed(Attempt),
    /// Nothing is stored, and everyone who asked has that reply.
    Failed(Arc<Fault>),
}

/// Where turns are committed, one at a time.
pub trait Lane: Send {
    /// Takes the next turn. The one before has been waited for.
    fn start(&mut self, turn: Turn);

    /// Waits for the turn that is under way; `None` when none is.
    fn wait(&mut self) -> Option<Finished>;

    /// Does something that is no commit. Nothing is under way.
    fn attend(&mut self, chore: Chore);
}

/// Something that the store does now and then, and that is no commit.
#[derive(Debug)]
pub enum Chore {
    /// Finds out whether it takes commits.
    Probe,
    /// Takes down when actors were used.
    NoteUses(Vec<Use>),
    /// To claim sinks.
    ClaimSinks(Vec<Name>, oneshot::Sender<Result<Vec<Progress>, Fault>>),
    /// To store how far sinks are.
    NoteDeliveries(Vec<Noted>, oneshot::Sender<Result<(), Fault>>),
}

/// A lane without a thread: a turn is committed when it is taken.
pub struct Inline {
    committing: Committing,
    finished: Option<Finished>,
}

impl Inline {
    /// Commits to a store.
    #[must_use]
    pub fn new(committing: Committing) -> Inline {
        Inline { committing, finished: None }
    }
}

impl Lane for Inline {
    fn start(&mut self, turn: Turn) {
        self.finished = Some(self.committing.carry_out(turn));
    }

    fn wait(&mut self) -> Option<Finished> {
        self.finished.take()
    }

    fn attend(&mut self, chore: Chore) {
        self.committing.attend(chore);
    }
}

/// The committing half of a store, and what readers see of it.
pub struct Committing {
    store: Box<dyn Committer>,
    published: Arc<Published>,
    pause: fn(Duration),
}

impl Committing {
    /// Commits to a store and shows it to readers.
    #[must_use]
    pub fn new(store: Box<dyn Committer>, published: Arc<Published>) -> Committing {
        Committing { store, published, pause: std::thread::sleep }
    }

    /// For the simulation: no real pauses.
    #[must_use]
    pub fn simulated(self) -> Committing {
        Committing { pause: |_| {}, ..self }
    }

    /// Commits a turn, publishes it and replies.
    pub fn carry_out(&mut self, turn: Turn) -> Finished {
        let commands: usize = turn.attempt.asks.iter().map(|ask| ask.commands).sum();
        // Its span ends with this function.
        let _span = self.span_of(&turn, commands);
        match self.store(&turn.deltas, &turn.unchanged, commands) {
            Stored::Landed => {
                self.publish_and_reply(turn);
                Finished::Landed
            }
            Stored::Settled => {
                self.publish_and_reply(turn);
                Finished::Settled
            }
            Stored::Deposed => {
                let Attempt { asks, number } = turn.attempt;
                Finished::Deposed(Attempt { asks, number: number + 1 })
            }
            Stored::Failed(fault) => {
                self.published.note_fault(&fault);
                let fault = Arc::new(fault);
                turn.attempt.fail(&Failure::Store(Arc::clone(&fault)));
                Finished::Failed(fault)
            }
        }
    }

    /// Does something that is no commit.
    pub fn attend(&mut self, chore: Chore) {
        match chore {
            Chore::Probe => self.probe(),
            Chore::NoteUses(uses) => {
                if let Err(fault) = self.store.note_uses(&uses) {
                    tracing::warn!(%fault, "when keys were used is not stored");
                }
            }
            // Whoever asked may have gone.
            Chore::ClaimSinks(sinks, reply) => drop(reply.send(self.store.claim_sinks(&sinks))),
            Chore::NoteDeliveries(noted, reply) => drop(reply.send(self.store.note_deliveries(&noted))),
        }
    }

    /// Commits what changes nothing, to learn whether the store takes commits.
    fn probe(&mut self) {
        let health = self.store.probe().map_or_else(|fault| Health::of(&fault), |()| Health::Good);
        self.published.note_health(health);
    }

    /// Readers see the turn, then those who asked get their replies.
    fn publish_and_reply(&self, turn: Turn) {
        for publication in turn.publications {
            self.published.publish(publication);
        }
        for (ask, mut reply) in turn.attempt.asks.into_iter().zip(turn.replies) {
            let delta = turn.deltas.iter().find(|delta| delta.head.ledger == ask.request.ledger);
            if let (Ok(reply), Some(delta)) = (&mut reply, delta) {
                reply.effects = Arc::clone(&delta.effects);
            }
            if let Ok(committed) = &reply {
                self.published.meters.count_refusals(&committed.outcomes);
            }
            ask.reply(reply);
        }
    }

    /// The span of a commit: below the first of the requests that it is for, and linked with all of them. None where no
    /// one records theirs.
    fn span_of(&self, turn: &Turn, commands: usize) -> Option<BoxedSpan> {
        let tracer = self.published.meters.tracer().filter(|_| !turn.deltas.is_empty())?;
        let sampled = |ask: &Ask| ask.span.as_deref().filter(|span| span.is_sampled()).cloned();
        let mut requests = turn.attempt.asks.iter().filter_map(sampled).take(LINKS_MAX).peekable();
        let parent = Context::new().with_remote_span_context(requests.peek()?.clone());
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let attributes = vec![
            KeyValue::new("ducat.commit.commands", count(commands)),
            KeyValue::new("ducat.commit.ledgers", count(turn.deltas.len())),
        ];
        let span = SpanBuilder::from_name("commit").with_links(requests.map(Link::with_context).collect());
        Some(tracer.build_with_context(span.with_attributes(attributes), &parent))
    }

    fn store(&mut self, deltas: &[Delta], unchanged: &[Head], commands: usize) -> Stored {
        match self.store.confirm(unchanged) {
            Ok(true) => {}
            Ok(false) => return Stored::Deposed,
            Err(fault) => return Stored::Failed(fault),
        }
        if deltas.is_empty() {
            return Stored::Landed;
        }
        let begun = Instant::now();
        let committed = self.store.commit(deltas);
        let meters = &self.published.meters;
        meters.commit_time.observe(begun.elapsed().as_secs_f64());
        meters.count_commit(match &committed {
            Ok(()) => "landed",
            Err(CommitError::Deposed { .. }) => "deposed",
            Err(CommitError::Refused(_)) => "refused",
            Err(CommitError::Unknown(_)) => "unknown",
        });
        match committed {
            Ok(()) => {
                meters.commit_commands.observe(commands as f64);
                self.published.note_health(Health::Good);
                Stored::Landed
            }
            Err(CommitError::Deposed { ledger }) => {
                tracing::warn!(%ledger, "another writer came first; its rows are loaded again");
                Stored::Deposed
            }
            Err(CommitError::Refused(fault)) => {
                tracing::error!(%fault, "nothing was committed");
                self.published.note_health(Health::of(&fault));
                Stored::Failed(fault)
            }
            Err(CommitError::Unknown(fault)) => {
                tracing::error!(%fault, "whether a batch was committed is not known; settling");
                self.published.note_health(Health::of(&fault));
                self.settle(deltas, fault)
            }
        }
    }

    /// Asks the store, for as long as it takes, whether a commit landed. All its batches did, or none.
    fn settle(&mut self, deltas: &[Delta], fault: Fault) -> Stored {
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
        if landed { Stored::Settled } else { Stored::Failed(fault) }
    }
}

enum Stored {
    Landed,
    /// It is stored, as was found out later.
    Settled,
    /// Someone else wrote; nothing is stored.
    Deposed,
    /// Nothing is stored.
    Failed(Fault),
}
