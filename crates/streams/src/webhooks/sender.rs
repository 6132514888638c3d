//! The sender of one endpoint.
//!
//! - An event that is being sent stands among the retries, so wherever the process ends it is sent again.
//! - In order, there is one such event at a time, and the next one is sent when it was accepted. Without order there are several,
//!   and one that fails keeps no other waiting, until too many have failed.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use ducat_api::v1::ledger::events::{Batch, Feed, Sent};
use ducat_api::v1::webhooks::{WebhookSettings, check_target};
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_engine::Engine;
use ducat_engine::webhooks::{Endpoint, Order};
use ducat_store::sinks::{Delivery, Noted, Progress, Retry};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use parking_lot::Mutex;
use url::Url;

use super::attempt::{Client, Failure, Message, Outcome};
use super::schedule::{is_over, later, wait_after};

/// Events read at a time: with the longest of each, two megabytes.
const READ_MAX: usize = 100;

/// Events under way at a time without order.
const AT_ONCE_MAX: usize = 16;

/// Events that may wait to be sent again without order. When there are as many, nothing new is sent.
const RETRIES_MAX: usize = 256;

/// How long a sender waits at most before it looks again whether it may send.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// The media type of an event.
const MEDIA_TYPE: &str = "application/cloudevents+json";

/// Attempts that are kept until they are noted; of more, the oldest go.
const UNNOTED_MAX: usize = 256;

/// How an endpoint ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Until someone enables it again.
    Disabled,
    /// Permanently.
    Closed,
}

/// What a sender shows of itself.
pub struct Shared {
    state: Mutex<Shown>,
}

struct Shown {
    progress: Progress,
    deliveries: VecDeque<Delivery>,
    is_changed: bool,
    /// Until when it may send.
    until: Instant,
    ending: Option<(Ending, String)>,
}

impl Shared {
    pub fn new(progress: Progress, until: Instant) -> Shared {
        let (deliveries, is_changed, ending) = (VecDeque::new(), false, None);
        Shared { state: Mutex::new(Shown { progress, deliveries, is_changed, until, ending }) }
    }

    pub fn epoch(&self) -> u64 {
        self.state.lock().progress.epoch
    }

    pub fn progress(&self) -> Progress {
        self.state.lock().progress.clone()
    }

    pub fn extend(&self, until: Instant) {
        self.state.lock().until = until;
    }

    pub fn ending(&self) -> Option<(Ending, String)> {
        self.state.lock().ending.clone()
    }

    /// Takes over what another sender of the same endpoint did and did not note.
    pub fn inherit(&self, before: &Shared) {
        let mut before = before.state.lock();
        let mut state = self.state.lock();
        state.deliveries = std::mem::take(&mut before.deliveries);
        state.is_changed = before.is_changed;
    }

    /// What was done since the last time, if anything was.
    pub fn take_changes(&self) -> Option<Noted> {
        let mut state = self.state.lock();
        if !std::mem::take(&mut state.is_changed) {
            return None;
        }
        let deliveries = std::mem::take(&mut state.deliveries).into();
        Some(Noted { progress: state.progress.clone(), deliveries })
    }

    /// What was taken was not noted.
    pub fn give_back(&self, noted: Noted) {
        let mut state = self.state.lock();
        for delivery in noted.deliveries.into_iter().rev() {
            state.deliveries.push_front(delivery);
        }
        state.is_changed = true;
    }

    /// Whether an event was not accepted.
    pub fn is_failing(&self) -> bool {
        self.state.lock().progress.retries.iter().any(|retry| retry.failures > 0)
    }

    fn may_send(&self) -> bool {
        Instant::now() < self.state.lock().until
    }

    fn end(&self, ending: Ending, reason: String) {
        self.state.lock().ending = Some((ending, reason));
    }

    fn change(&self, change: impl FnOnce(&mut Progress)) {
        let mut state = self.state.lock();
        change(&mut state.progress);
        state.is_changed = true;
    }
}

/// Sends the events of a ledger to one endpoint.
pub struct Sender {
    pub endpoint: Arc<Endpoint>,
    pub engine: Engine,
    pub settings: WebhookSettings,
    pub client: Client,
    pub shared: Arc<Shared>,
    pub feed: Feed,
}

/// What an attempt was, and what came of it.
struct Attempted {
    /// Which event; none for a test.
    seq: Option<Seq>,
    at: Timestamp,
    took: Duration,
    outcome: Outcome,
}

/// An event to be sent.
enum What {
    /// For the first time.
    New(Sent),
    /// Again: it is read again, because texts of it may have been erased.
    Again(Seq),
}

/// What is known of the journal behind the events that were sent.
#[derive(Default)]
struct Ahead {
    events: VecDeque<Sent>,
    /// The last event that was looked at; none at the end of the journal.
    last: Option<Seq>,
}

impl Sender {
    /// Sends until the endpoint ends. Whoever started it stops it when it changes.
    pub async fn run(self) {
        let to = match check_target(&self.endpoint.record.url, self.settings.allows_private) {
            Ok(to) => to,
            Err(reason) => return self.shared.end(Ending::Disabled, format!("its address: {reason}")),
        };
        self.carry_out_orders();
        if let Some(tested) = self.test(&to).await {
            self.settle(&tested);
        }
        let mut commits = self.feed.commits();
        let (mut flying, mut under_way) = (BTreeSet::new(), FuturesUnordered::new());
        let mut ahead = Ahead::default();
        while self.shared.ending().is_none() {
            commits.mark_unchanged();
            let mut is_at_end = false;
            if self.shared.may_send() {
                for seq in self.due(&flying) {
                    flying.insert(seq);
                    under_way.push(self.send(&to, What::Again(seq)));
                }
                while self.has_room(&flying) {
                    match self.next(&mut ahead).await {
                        Some(event) => {
                            self.begin(event.seq);
                            flying.insert(event.seq);
                            under_way.push(self.send(&to, What::New(event)));
                        }
                        None => {
                            is_at_end = true;
                            break;
                        }
                    }
                }
            }
            tokio::select! {
                Some(attempted) = under_way.next(), if !under_way.is_empty() => {
                    let attempted: Attempted = attempted;
                    flying.retain(|seq| Some(*seq) != attempted.seq);
                    self.settle(&attempted);
                }
                changed = commits.changed(), if is_at_end => if changed.is_err() { return },
                () = tokio::time::sleep(self.wait(&flying)) => {}
            }
        }
    }

    /// Carries out what was ordered since: from where on events are sent, and which of them not any more.
    fn carry_out_orders(&self) {
        let record = &self.endpoint.record;
        let now = self.engine.now();
        self.shared.change(|progress| {
            let mut orders = vec![(record.position.ordered_at, Some(record.position), None)];
            orders.extend(record.skipped.map(|skipped| (skipped.ordered_at, None, Some(skipped.seq))));
            orders.sort_by_key(|(ordered_at, ..)| *ordered_at);
            for (ordered_at, position, skipped) in orders {
                if ordered_at <= progress.ordered_at {
                    continue;
                }
                progress.ordered_at = ordered_at;
                if let Some(position) = position {
                    progress.seq = position.seq;
                    progress.retries.clear();
                }
                progress.retries.retain(|retry| Some(retry.seq) != skipped);
            }
            for retry in &mut progress.retries {
                // Whoever enabled it again wants all of it tried again.
                if is_over(retry.failures) {
                    (retry.failures, retry.next_at) = (0, now);
                }
            }
        });
    }

    /// Sends a test, if one was ordered since.
    async fn test(&self, to: &Url) -> Option<Attempted> {
        let tested_at = self.endpoint.record.tested_at.filter(|at| *at > self.shared.progress().ordered_at)?;
        self.shared.change(|progress| progress.ordered_at = tested_at);
        let event = self.feed.test(&tested_at.0.to_string(), &self.endpoint.id.to_string());
        let attempted = self.attempt(to, event).await;
        Some(Attempted { seq: None, ..attempted })
    }

    /// Events that are to be sent again now.
    fn due(&self, flying: &BTreeSet<Seq>) -> Vec<Seq> {
        let now = self.engine.now();
        let progress = self.shared.progress();
        let due = progress.retries.iter().filter(|retry| retry.next_at <= now && !flying.contains(&retry.seq));
        let room = self.at_once_max().saturating_sub(flying.len());
        due.map(|retry| retry.seq).take(room).collect()
    }

    fn at_once_max(&self) -> usize {
        match self.endpoint.record.order {
            Order::Ordered => 1,
            Order::Unordered => AT_ONCE_MAX,
        }
    }

    /// Whether another event may be begun.
    fn has_room(&self, flying: &BTreeSet<Seq>) -> bool {
        let waiting = self.shared.state.lock().progress.retries.len();
        match self.endpoint.record.order {
            Order::Ordered => waiting == 0,
            Order::Unordered => waiting < RETRIES_MAX && flying.len() < AT_ONCE_MAX,
        }
    }

    /// How long until something else may have to be done.
    fn wait(&self, flying: &BTreeSet<Seq>) -> Duration {
        if flying.len() >= self.at_once_max() || !self.shared.may_send() {
            return LOOK_INTERVAL;
        }
        let now = self.engine.now();
        let progress = self.shared.progress();
        let waiting = progress.retries.iter().filter(|retry| !flying.contains(&retry.seq));
        let next = waiting.map(|retry| retry.next_at.0.saturating_sub(now.0)).min();
        let next = next.map_or(LOOK_INTERVAL, |micros| Duration::from_micros(u64::try_from(micros).unwrap_or(0)));
        next.clamp(Duration::from_millis(1), LOOK_INTERVAL)
    }

    /// The next event that is for the receiver; none at the end of the journal, or where it cannot be read.
    async fn next(&self, ahead: &mut Ahead) -> Option<Sent> {
        loop {
            while let Some(event) = ahead.events.pop_front() {
                if self.endpoint.wants(event.kind) {
                    return Some(event);
                }
            }
            // All that was looked at is done with.
            if let Some(last) = ahead.last.take() {
                self.shared.change(|progress| progress.seq = progress.seq.max(last));
            }
            let seq = self.shared.progress().seq;
            let Batch { events, last, head } = match self.feed.after(seq, READ_MAX).await {
                Ok(batch) => batch,
                Err(problem) => {
                    tracing::debug!(webhook = %self.endpoint.id, problem = problem.code(), "events cannot be read");
                    return None;
                }
            };
            if head < seq {
                let reason = format!(
                    "the ledger ends at {head}, and events up to {seq} were sent: it was restored, or opened anew; say \
                     from where on events are sent (replay), then enable it"
                );
                self.shared.end(Ending::Disabled, reason);
                return None;
            }
            last?;
            (ahead.events, ahead.last) = (events.into(), last);
        }
    }

    /// An event is being sent from now on.
    fn begin(&self, seq: Seq) {
        let next_at = self.engine.now();
        self.shared.change(|progress| {
            progress.seq = seq;
            progress.retries.push(Retry { seq, failures: 0, next_at });
        });
    }

    async fn send(&self, to: &Url, what: What) -> Attempted {
        match what {
            What::New(event) => self.attempt(to, event).await,
            What::Again(seq) => self.again(to, seq).await,
        }
    }

    /// Sends an event that was sent before.
    async fn again(&self, to: &Url, seq: Seq) -> Attempted {
        let event = match self.feed.after(Seq(seq.0.saturating_sub(1)), 1).await {
            Ok(batch) => batch.events.into_iter().find(|event| event.seq == seq && self.endpoint.wants(event.kind)),
            Err(problem) => {
                let result = Err(Failure::new(format!("the event cannot be read: {}", problem.code())));
                let outcome = Outcome { status: None, result };
                return Attempted { seq: Some(seq), at: self.engine.now(), took: Duration::ZERO, outcome };
            }
        };
        match event {
            Some(event) => self.attempt(to, event).await,
            // It is not for the receiver any more.
            None => {
                let outcome = Outcome { status: None, result: Ok(()) };
                Attempted { seq: Some(seq), at: self.engine.now(), took: Duration::ZERO, outcome }
            }
        }
    }

    async fn attempt(&self, to: &Url, event: Sent) -> Attempted {
        let (at, begun) = (self.engine.now(), Instant::now());
        let seq = Some(event.seq);
        let outcome = match self.settings.secrets_of(&self.endpoint, at) {
            Ok(secrets) => {
                let bytes = Bytes::from(String::from(Box::<str>::from(event.json)));
                let message = Message { id: event.id, content_type: MEDIA_TYPE, bytes };
                self.client.send(to, &message, &secrets, at.0.div_euclid(1_000_000)).await
            }
            Err(reason) => Outcome { status: None, result: Err(Failure::new(reason)) },
        };
        Attempted { seq, at, took: begun.elapsed(), outcome }
    }

    /// Takes down what came of an attempt.
    fn settle(&self, attempted: &Attempted) {
        let Attempted { seq, at, took, outcome } = attempted;
        let now = self.engine.now();
        self.engine.meters().count_attempt(outcome.result.is_ok());
        let mut state = self.shared.state.lock();
        let progress = &mut state.progress;
        progress.attempts = progress.attempts.saturating_add(1);
        let number = progress.attempts;
        let place = progress.retries.iter().position(|retry| Some(retry.seq) == *seq);
        let before = place.and_then(|place| progress.retries.get(place)).map_or(0, |retry| retry.failures);
        let attempt = before.saturating_add(1);
        let mut ending = None;
        match (&outcome.result, place) {
            (Ok(()), Some(place)) => drop(progress.retries.remove(place)),
            (Err(failure), Some(place)) => {
                let wait = wait_after(attempt);
                if let Some(retry) = progress.retries.get_mut(place) {
                    retry.failures = attempt;
                    retry.next_at = later(now, wait.unwrap_or_default());
                }
                ending = match wait {
                    _ if failure.is_gone => Some((Ending::Closed, failure.reason.clone())),
                    None => {
                        let seq = seq.unwrap_or(Seq(0));
                        let reason = &failure.reason;
                        Some((Ending::Disabled, format!("event {seq} failed {attempt} times, the last time: {reason}")))
                    }
                    Some(_) => None,
                };
            }
            // A test is not sent again.
            (_, None) => {}
        }
        let reason = outcome.result.as_ref().err().map_or_else(String::new, |failure| failure.reason.clone());
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let delivery = Delivery { number, seq: *seq, attempt, at: *at, took_us, status: outcome.status, reason };
        state.deliveries.push_back(delivery);
        while state.deliveries.len() > UNNOTED_MAX {
            state.deliveries.pop_front();
        }
        state.is_changed = true;
        if state.ending.is_none() {
            state.ending = ending;
        }
    }
}
