//! The events of one ledger on their way to a stream.
//!
//! 1. Where the stream ends is found, and proven to be this ledger's history.
//! 2. Events after that are published, each on the condition that the one before is the last: many at a time in a stream of its
//!    own, one at a time in a shared one. A publisher that another one has replaced is refused by that condition.
//! 3. Whatever fails, it begins at 1 again: what the stream has by then counts, and what was under way can only arrive at its
//!    own place.

use std::collections::VecDeque;
use std::future::IntoFuture as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_nats::HeaderMap;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::publish::PublishAck;
use bytes::Bytes;
use ducat_api::v1::ledger::events::{Feed, MEDIA_TYPE, Place, Proof, ProvenBatch, Sent};
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_engine::meters::Meters;
use futures_util::FutureExt as _;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use crate::{IDLE_INTERVAL, READ_INTERVAL};

use super::channel::{BATCH, Channel, HASH, Known, SEQ, Tail};
use super::names::StreamOf;
use super::trouble::Trouble;

/// Events read at a time for a stream of its own: with the longest of each, ten megabytes.
const READ_MAX: usize = 512;

/// Events under way at a time in a stream of its own.
const WINDOW: usize = 1_024;

/// Events read at a time of one of the ledgers that share a stream.
const SHARED_READ_MAX: usize = 32;

/// How long it takes until something that failed is tried again.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// How often that wait doubles: to 16 seconds. A connection that is made again ends it.
const RETRY_DOUBLINGS_MAX: u32 = 5;

/// How often it is looked whether the claim was renewed.
const CLAIM_LOOK: Duration = Duration::from_millis(200);

type Ack = Pin<Box<dyn Future<Output = Result<PublishAck, PublishError>> + Send>>;

/// The events of a ledger on their way to a stream.
pub struct Lane {
    pub ledger: Name,
    pub channel: Arc<Channel>,
    pub feed: Feed,
    /// Turns true when the server stops: then nothing more is published, and what is under way is waited for.
    pub stopping: watch::Receiver<bool>,
    pub meters: Arc<Meters>,
    pub shown: Arc<Shown>,
    /// Whether it begins with what is there because an operator said so: once.
    pub accepts: bool,
    /// Whether the ledger was opened since this node writes to the stream.
    pub is_newborn: bool,
}

/// What is shown of a lane.
#[derive(Debug)]
pub struct Shown {
    /// The last event that the stream has.
    acked: AtomicU64,
    /// The last event of the ledger that is known.
    head: AtomicU64,
    /// Whether the end of the stream was found, and proven to be of this ledger.
    is_proven: AtomicBool,
    /// Why nothing more is published, until someone has it go on.
    stopped: Mutex<Option<String>>,
    /// Why nothing is published now, which is tried again.
    failing: Mutex<Option<String>>,
}

impl Shown {
    /// Of a ledger with this last event, of which the stream has events up to one, as far as the store knows.
    pub fn new(acked: Seq, head: Seq) -> Shown {
        let (acked, head) = (AtomicU64::new(acked.0), AtomicU64::new(head.0));
        let (stopped, failing) = (Mutex::default(), Mutex::default());
        Shown { acked, head, is_proven: AtomicBool::new(false), stopped, failing }
    }

    /// Events that are not in the stream yet, as far as it is known; `committed` is the last that was seen being committed.
    pub fn lag(&self, committed: Seq) -> u64 {
        let head = self.head.load(Ordering::Relaxed).max(committed.0);
        head.saturating_sub(self.acked.load(Ordering::Relaxed))
    }

    /// Whether its end in the stream was found, and proven.
    pub fn is_proven(&self) -> bool {
        self.is_proven.load(Ordering::Relaxed)
    }

    /// Why nothing more is published, if that is so.
    pub fn stopped(&self) -> Option<String> {
        self.stopped.lock().clone()
    }

    /// Why nothing is published now, if that is so.
    pub fn failing(&self) -> Option<String> {
        self.failing.lock().clone()
    }

    /// Takes down the last event of the ledger.
    pub fn see(&self, head: Seq) {
        self.head.fetch_max(head.0, Ordering::Relaxed);
    }
}

/// How a lane goes about its work.
struct Standing {
    /// Whether it begins with what is there because an operator said so.
    accepts: bool,
    /// How many attempts were in vain since something was accepted.
    failures: u32,
    /// Whether what it found was reason to stop. It looks twice: a broker that has just come back may not know everything yet.
    is_stopping: bool,
}

/// A task that ends with whoever waits for it.
struct Owned(JoinHandle<()>);

impl Drop for Owned {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An event that was published and not accepted yet.
struct Published {
    seq: Seq,
    at: Timestamp,
    ack: Ack,
    _place: Arc<OwnedSemaphorePermit>,
}

/// An event that is to be published, and the place of its page, which is free again when all events of the page were accepted.
type Ready = (Sent, Proof, Arc<OwnedSemaphorePermit>);

/// Events that were read, and their place among those that all ledgers may have in memory.
type Page = (ProvenBatch, OwnedSemaphorePermit);

impl Lane {
    /// Publishes until the ledger is deleted, or something is found that someone must look at.
    pub async fn run(self) {
        let mut standing = Standing { accepts: self.accepts, failures: 0, is_stopping: false };
        loop {
            match self.session(&mut standing).await {
                None | Some(Trouble::Deleted) => return,
                Some(Trouble::Stopped(_)) if !standing.is_stopping => standing.is_stopping = true,
                Some(Trouble::Stopped(reason)) => {
                    tracing::error!(ledger = %self.ledger, reason, "nothing more is published to NATS");
                    *self.shown.stopped.lock() = Some(reason);
                    return;
                }
                Some(Trouble::Failed(reason)) => {
                    if self.shown.failing.lock().replace(reason.clone()).is_none() {
                        let ledger = &self.ledger;
                        tracing::warn!(%ledger, reason, "events are not published to NATS now; it is tried again until it works");
                        standing.failures = 0;
                    }
                    standing.failures = standing.failures.saturating_add(1);
                }
            }
            let (mut stopping, mut connects) = (self.stopping.clone(), self.channel.connection.connects.clone());
            connects.mark_unchanged();
            let wait = RETRY_INTERVAL.saturating_mul(1 << standing.failures.min(RETRY_DOUBLINGS_MAX));
            tokio::select! {
                () = tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64() / 2.0)) => {}
                _ = connects.changed() => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    /// Publishes until there is trouble; none where the server stops.
    async fn session(&self, standing: &mut Standing) -> Option<Trouble> {
        self.wait_for_claim().await;
        if *self.stopping.borrow() {
            return None;
        }
        let mut losses = self.channel.connection.losses.clone();
        losses.mark_unchanged();
        let acked = Seq(self.shown.acked.load(Ordering::Relaxed));
        let known = Known { accepts: standing.accepts, is_newborn: self.is_newborn, acked };
        let tail = match self.channel.tail(&self.ledger, &self.feed, known).await {
            Ok(tail) => tail,
            Err(trouble) => return Some(trouble),
        };
        self.shown.acked.store(tail.place.seq.0, Ordering::Relaxed);
        self.shown.is_proven.store(true, Ordering::Relaxed);
        (standing.accepts, standing.is_stopping) = (false, false);
        if self.shown.acked.load(Ordering::Relaxed) >= self.shown.head.load(Ordering::Relaxed) {
            // There is nothing that could be refused.
            self.note_success();
        }
        self.publish_after(tail, losses).await.err()
    }

    /// Something was accepted, or there is nothing to be accepted.
    fn note_success(&self) {
        if self.shown.failing.lock().take().is_some() {
            tracing::info!(ledger = %self.ledger, "events are published to NATS again");
        }
    }

    async fn wait_for_claim(&self) {
        while !self.channel.holding.may_send() && !*self.stopping.borrow() {
            tokio::time::sleep(CLAIM_LOOK).await;
        }
    }

    async fn publish_after(&self, tail: Tail, mut losses: watch::Receiver<u64>) -> Result<(), Trouble> {
        let (pages, mut page) = mpsc::channel(1);
        let (window, read_max) = match self.channel.of {
            StreamOf::Ledger(_) => (WINDOW, READ_MAX),
            StreamOf::Shared => (1, SHARED_READ_MAX),
        };
        let places = Arc::clone(&self.channel.connection.pages);
        let reader = Reader { feed: self.feed.clone(), read_max, shown: Arc::clone(&self.shown), places };
        let _reader = Owned(tokio::spawn(reader.read_after(tail.place, pages)));
        let (mut ready, mut under_way) = (VecDeque::<Ready>::new(), VecDeque::<Published>::new());
        let (mut sequence, mut stopping) = (tail.sequence, self.stopping.clone());
        loop {
            let is_stopping = *stopping.borrow();
            if is_stopping && under_way.is_empty() {
                return Ok(());
            }
            while !is_stopping
                && under_way.len() < window
                && let Some(next) = ready.pop_front()
            {
                self.wait_for_claim().await;
                under_way.push_back(self.publish(next, sequence).await?);
            }
            tokio::select! {
                biased;
                acked = first(&mut under_way), if !under_way.is_empty() => {
                    sequence = self.settle(acked)?;
                    while let Some(acked) = under_way.front_mut().and_then(|one| (&mut one.ack).now_or_never()) {
                        if let Some(one) = under_way.pop_front() {
                            sequence = self.settle((one.seq, one.at, acked))?;
                        }
                    }
                }
                _ = losses.changed() => return Err(Trouble::Failed("the connection was lost".to_owned())),
                _ = stopping.wait_for(|stopping| *stopping), if !is_stopping => {}
                read = page.recv(), if ready.is_empty() && !is_stopping => match read {
                    Some(Ok((ProvenBatch { events, .. }, place))) => {
                        let place = Arc::new(place);
                        ready.extend(events.into_iter().map(|(event, proof)| (event, proof, Arc::clone(&place))));
                    }
                    Some(Err(trouble)) => return Err(trouble),
                    None => return Err(Trouble::Failed("the reader of events died".to_owned())),
                },
            }
        }
    }

    async fn publish(&self, next: Ready, last_of_subject: u64) -> Result<Published, Trouble> {
        let (Sent { seq, at, kind, json, .. }, proof, place) = next;
        let of = &self.channel.of;
        let (expects, last) = of.expects(seq, last_of_subject);
        let mut headers = HeaderMap::new();
        headers.insert("Content-Type", MEDIA_TYPE);
        headers.insert(expects, last.to_string());
        headers.insert("Nats-Expected-Stream", self.channel.name.as_str());
        headers.insert(SEQ, seq.0.to_string());
        headers.insert(BATCH, proof.batch.0.to_string());
        headers.insert(HASH, blake3::Hash::from(proof.hash).to_hex().as_str());
        let subject = of.subject(&self.channel.settings.prefix, &self.ledger, kind);
        let payload = Bytes::from(String::from(Box::<str>::from(json)));
        let sent = self.channel.connection.context.publish_with_headers(subject, headers, payload).await;
        let ack = sent.map_err(|error| Trouble::failed("an event cannot be published", &error))?;
        Ok(Published { seq, at, ack: Box::pin(ack.into_future()), _place: place })
    }

    /// Takes down that the stream has an event. Gives the sequence of its message.
    fn settle(&self, (seq, at, acked): (Seq, Timestamp, Result<PublishAck, PublishError>)) -> Result<u64, Trouble> {
        let ack = match acked {
            Ok(ack) => ack,
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => {
                return Err(Trouble::Failed(format!(
                    "event {seq} is not the next one of the stream; its end is looked for"
                )));
            }
            Err(error) => return Err(Trouble::failed("an event is not accepted", &error)),
        };
        let name = &self.channel.name;
        if ack.stream != *name {
            let other = ack.stream;
            return Err(Trouble::Stopped(format!(
                "the stream {other} takes what is for the stream {name}; give it other subjects, and have this one go on (continue)"
            )));
        }
        if matches!(self.channel.of, StreamOf::Ledger(_)) && ack.sequence != seq.0 {
            return Err(Trouble::Failed(format!("event {seq} has the sequence {} in the stream", ack.sequence)));
        }
        self.shown.acked.store(seq.0, Ordering::Relaxed);
        self.note_success();
        self.meters.nats_published.inc();
        self.channel.holding.change(|progress| {
            if ack.sequence > progress.seq.0 {
                (progress.seq, progress.seen_at) = (Seq(ack.sequence), at);
            }
        });
        Ok(ack.sequence)
    }
}

/// Waits for the first of those that are under way.
async fn first(under_way: &mut VecDeque<Published>) -> (Seq, Timestamp, Result<PublishAck, PublishError>) {
    let Some(one) = under_way.front_mut() else { return std::future::pending().await };
    let acked = (&mut one.ack).await;
    let (seq, at) = (one.seq, one.at);
    under_way.pop_front();
    (seq, at, acked)
}

/// What reads events ahead of those that are published, as long as someone takes them.
struct Reader {
    feed: Feed,
    read_max: usize,
    shown: Arc<Shown>,
    places: Arc<Semaphore>,
}

impl Reader {
    async fn read_after(self, mut place: Place, pages: mpsc::Sender<Result<Page, Trouble>>) {
        let mut commits = self.feed.commits();
        loop {
            commits.mark_unchanged();
            let begun = Instant::now();
            let Ok(room) = Arc::clone(&self.places).acquire_owned().await else { return };
            let page = match self.feed.proven_after(place, self.read_max).await {
                Ok(page) => page,
                Err(problem) => return drop(pages.send(Err(Trouble::unread(problem))).await),
            };
            self.shown.see(page.head);
            if page.head < place.seq {
                // The end of the stream is looked for again, and what is found there says what happened.
                let reason = "the ledger ends before what is in the stream".to_owned();
                return drop(pages.send(Err(Trouble::Failed(reason))).await);
            }
            let is_end = page.events.len() < self.read_max;
            if let Some((event, proof)) = page.events.last() {
                place = Place { seq: event.seq, batch: proof.batch };
                if pages.send(Ok((page, room))).await.is_err() {
                    return;
                }
            }
            if is_end {
                tokio::time::sleep(READ_INTERVAL.saturating_sub(begun.elapsed())).await;
                tokio::select! {
                    changed = commits.changed() => if changed.is_err() { return },
                    () = tokio::time::sleep(IDLE_INTERVAL) => {}
                }
            }
        }
    }
}
