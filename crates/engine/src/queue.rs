//! The bounded queue in front of the executor, and the handle that everything else holds.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::thread::JoinHandle;

use ducat_domain::ledger::Item;
use ducat_domain::ledger::batch::BATCH_COMMANDS_MAX;
use ducat_domain::ledger::command::Action;
use ducat_domain::names::Name;
use ducat_domain::numbers::Timestamp;
use ducat_store::{Reader, Store};
use parking_lot::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::clock::Clock;
use crate::executor::{Committed, Executor, Failure, Request};
use crate::published::Published;

/// How much may wait.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Postings queued or under way at most. The default is eight full batches: a fraction of a second of work; what
    /// comes on top is refused at once rather than kept waiting.
    pub queue_postings_max: u32,
}

impl Default for EngineOptions {
    fn default() -> EngineOptions {
        EngineOptions { queue_postings_max: 8 * 8_190 }
    }
}

struct Submission {
    request: Request,
    reply: oneshot::Sender<Result<Committed, Failure>>,
    commands: usize,
    _room: OwnedSemaphorePermit,
}

/// The ledger engine: submit commands, read what is committed. Clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    queue: Mutex<Option<UnboundedSender<Submission>>>,
    room: Arc<Semaphore>,
    room_max: u32,
    executor: Mutex<Option<JoinHandle<()>>>,
    published: Arc<Published>,
    reader: Arc<dyn Reader>,
    clock: Arc<dyn Clock>,
}

impl Engine {
    /// Starts the executor on a thread of its own.
    ///
    /// # Panics
    /// When the system has no thread to give.
    pub fn start<S: Store + 'static>(
        store: S,
        reader: Arc<dyn Reader>,
        clock: Arc<dyn Clock>,
        options: &EngineOptions,
    ) -> Engine {
        let (queue, submissions) = unbounded_channel();
        let published = Arc::new(Published::default());
        let executor = Executor::new(store, Arc::clone(&clock), Arc::clone(&published));
        let thread = std::thread::Builder::new()
            .name("ducat-executor".to_owned())
            .spawn(move || {
                let ran = std::panic::catch_unwind(AssertUnwindSafe(|| run(executor, submissions)));
                if ran.is_err() {
                    // A bug: nothing uncommitted was answered, and nobody may go on from rows that may be wrong. Whoever
                    // watches the process starts it again.
                    tracing::error!("the executor panicked; the process ends");
                    std::process::abort();
                }
            })
            .expect("a thread for the executor");
        let inner = Inner {
            queue: Mutex::new(Some(queue)),
            room: Arc::new(Semaphore::new(options.queue_postings_max as usize)),
            room_max: options.queue_postings_max,
            executor: Mutex::new(Some(thread)),
            published,
            reader,
            clock,
        };
        Engine { inner: Arc::new(inner) }
    }

    /// Submits items for a ledger and waits for what comes of them. A caller that goes away cancels nothing.
    pub async fn submit(&self, ledger: Name, items: Vec<Item>) -> Result<Committed, Failure> {
        self.enqueue(ledger, items)?.await.map_err(|_| Failure::Closed)?
    }

    /// Submits items and gives the place where their outcome will be.
    pub fn enqueue(
        &self,
        ledger: Name,
        items: Vec<Item>,
    ) -> Result<oneshot::Receiver<Result<Committed, Failure>>, Failure> {
        let weight = weight(&items).min(self.inner.room_max);
        let room = Arc::clone(&self.inner.room).try_acquire_many_owned(weight).map_err(|_| Failure::Overloaded)?;
        let commands = items.iter().map(|item| item.commands().count()).sum();
        let (reply, outcome) = oneshot::channel();
        let submission = Submission { request: Request { ledger, items }, reply, commands, _room: room };
        let queue = self.inner.queue.lock();
        queue.as_ref().ok_or(Failure::Closed)?.send(submission).map_err(|_| Failure::Closed)?;
        Ok(outcome)
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

    /// The instant it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
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
        self.inner.queue.lock().as_ref().is_some_and(|queue| !queue.is_closed())
    }

    /// Takes nothing more, finishes what was taken, and answers it.
    pub fn close(&self) {
        self.inner.queue.lock().take();
        if let Some(executor) = self.inner.executor.lock().take() {
            // A panic of the executor has ended the process before this.
            drop(executor.join());
        }
    }
}

fn weight(items: &[Item]) -> u32 {
    let postings = items.iter().flat_map(Item::commands).map(|command| match &command.action {
        Action::Transact(transaction) => transaction.postings.len().max(1),
        _ => 1,
    });
    u32::try_from(postings.sum::<usize>()).unwrap_or(u32::MAX)
}

/// Takes turns until the queue is closed and empty.
fn run<S: Store>(mut executor: Executor<S>, mut submissions: UnboundedReceiver<Submission>) {
    let mut next = None;
    while let Some(first) = next.take().or_else(|| submissions.blocking_recv()) {
        let mut commands = first.commands;
        let mut batch = vec![first];
        while let Ok(submission) = submissions.try_recv() {
            commands += submission.commands;
            if commands > BATCH_COMMANDS_MAX {
                next = Some(submission);
                break;
            }
            batch.push(submission);
        }
        let (requests, replies): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|submission| (submission.request, (submission.reply, submission._room))).unzip();
        for (outcome, (reply, _room)) in executor.turn(&requests).into_iter().zip(replies) {
            // Whoever does not listen any more has been served all the same.
            drop(reply.send(outcome));
        }
    }
}
