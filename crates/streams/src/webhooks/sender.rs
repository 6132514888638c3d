//! The sender of one endpoint.
//!
//! - An event that is being sent stands among the retries, so wherever the process ends it is sent again.
//! - In order, there is one such event at a time, and the next one is sent when it was accepted. Without order there are several,
//!   and one that fails keeps no other waiting, until too many have failed.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use ducat_api::v1::ledger::events::{Batch, Feed, MEDIA_TYPE, Sent};
use ducat_api::v1::webhooks::WebhookSettings;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_engine::Engine;
use ducat_engine::webhooks::{Endpoint, Order};
use ducat_store::sinks::{Delivery, Progress, Retry};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use url::Url;

use crate::{IDLE_INTERVAL, READ_INTERVAL};

use super::attempt::{Client, Failure, FailureKind, Message, Outcome};
use super::schedule::{is_over, wait_after};
use crate::holding::{Ending, Holding};

/// Events read at a time: with the longest of each, two megabytes.
const READ_MAX: usize = 100;

/// Events under way at a time without order.
const AT_ONCE_MAX: usize = 16;

/// Events that may wait to be sent again without order. When there are as many, nothing new is sent.
const RETRIES_MAX: usize = 256;

/// How long a sender waits at most before it looks again whether it may send.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// How long it takes until something is tried again that failed here.
const LOCAL_WAIT: Duration = Duration::from_secs(2);

/// The code of a ledger that is not there.
const LEDGER_NOT_FOUND: &str = "ledger_not_found";

/// Sends the events of a ledger to one endpoint.
pub struct Sender {
    pub endpoint: Arc<Endpoint>,
    pub to: Url,
    pub engine: Engine,
    pub settings: WebhookSettings,
    pub client: Client,
    pub holding: Arc<Holding>,
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
    /// Again: it is read again, because texts of it may have been erased meanwhile.
    Again(Seq),
    /// A test.
    Test,
}

/// What was ordered of an endpoint.
enum Ordered {
    /// To send events after one of them.
    Position(Seq),
    /// Not to send an event any more.
    Skip(Vec<Seq>),
    /// To send at once what was not accepted.
    Retry,
    /// To send a test.
    Test,
}

/// What there is to send next.
enum Next {
    /// An event.
    Event(Sent),
    /// It is not known yet: there is more to look at.
    More,
    /// Nothing until something is committed.
    End,
    /// It is not known: the journal cannot be read now.
    Unreadable,
}

/// What is known of the journal behind the events that were sent.
#[derive(Default)]
struct Ahead {
    events: VecDeque<Sent>,
    /// The last event that was looked at, and its instant; none at the end of the journal.
    last: Option<(Seq, Timestamp)>,
}

impl Sender {
    /// Sends until the endpoint ends. Whoever started it stops it when it changes.
    pub async fn run(self) {
        let is_tested = self.carry_out_orders();
        if self.is_of_another_history().await {
            let reason = "the ledger has another history than the one that was sent: it was restored, or opened anew; say from \
                          where on events are sent (replay), then enable it";
            return self.holding.end(Ending::Disabled, reason.to_owned());
        }
        let mut commits = self.feed.commits();
        let (mut flying, mut under_way) = (BTreeSet::new(), FuturesUnordered::new());
        let (mut ahead, mut ended_at) = (Ahead::default(), None::<Instant>);
        if is_tested {
            under_way.push(self.send(What::Test));
        }
        while !self.holding.has_ended() {
            commits.mark_unchanged();
            let (mut is_at_end, mut is_more) = (false, false);
            let pause = ended_at.map_or(Duration::ZERO, |at| READ_INTERVAL.saturating_sub(at.elapsed()));
            if self.holding.may_send() {
                for seq in self.due(&flying) {
                    flying.insert(seq);
                    under_way.push(self.send(What::Again(seq)));
                }
                while pause.is_zero() && self.has_room(&flying) && self.holding.may_send() {
                    match self.next(&mut ahead).await {
                        Next::Event(event) => {
                            self.begin(event.seq, event.at);
                            flying.insert(event.seq);
                            under_way.push(self.send(What::New(event)));
                        }
                        Next::End => {
                            (is_at_end, ended_at) = (true, Some(Instant::now()));
                            break;
                        }
                        Next::More => {
                            is_more = true;
                            break;
                        }
                        Next::Unreadable => break,
                    }
                }
            }
            if self.is_kept_waiting() {
                // What waits for long is read again: texts of it may be erased meanwhile.
                ahead = Ahead::default();
            }
            tokio::select! {
                Some(attempted) = under_way.next(), if !under_way.is_empty() => {
                    let attempted: Attempted = attempted;
                    flying.retain(|seq| Some(*seq) != attempted.seq);
                    self.settle(&attempted);
                }
                changed = commits.changed(), if is_at_end => if changed.is_err() { return },
                () = tokio::task::yield_now(), if is_more => {}
                () = tokio::time::sleep(if pause.is_zero() { self.wait(&flying, is_at_end) } else { pause }) => {}
            }
        }
    }

    /// Whether the last event that was looked at is another one now.
    async fn is_of_another_history(&self) -> bool {
        let Progress { seq, seen_at, .. } = self.holding.progress();
        if seen_at == Timestamp(0) || seq == Seq(0) {
            return false;
        }
        // Where it cannot be read, it is looked for when it can be.
        self.feed.instant(seq).await.is_ok_and(|at| at != Some(seen_at))
    }

    /// Carries out what was ordered since, and says whether a test was.
    fn carry_out_orders(&self) -> bool {
        let record = &self.endpoint.record;
        let now = self.engine.now();
        let mut orders = vec![(record.position.ordered_at, Ordered::Position(record.position.seq))];
        let skipped = record.skipped.as_ref();
        orders.extend(skipped.map(|skipped| (skipped.ordered_at, Ordered::Skip(skipped.seqs.clone()))));
        orders.extend(record.retried_at.map(|at| (at, Ordered::Retry)));
        orders.extend(record.tested_at.map(|at| (at, Ordered::Test)));
        orders.retain(|(at, _)| *at > self.holding.progress().ordered_at);
        orders.sort_by_key(|(at, _)| *at);
        let mut is_tested = false;
        for (at, order) in orders {
            self.holding.change(|progress| {
                progress.ordered_at = at;
                match order {
                    Ordered::Position(seq) => {
                        (progress.seq, progress.seen_at) = (seq, Timestamp(0));
                        progress.retries.clear();
                    }
                    Ordered::Skip(seqs) => progress.retries.retain(|retry| !seqs.contains(&retry.seq)),
                    Ordered::Retry => {
                        for retry in &mut progress.retries {
                            retry.next_at = now;
                            // It is sent for three days again.
                            retry.failures = if is_over(retry.failures) { 0 } else { retry.failures };
                        }
                    }
                    Ordered::Test => is_tested = true,
                }
            });
        }
        is_tested
    }

    /// Sends a test.
    async fn test(&self) -> Attempted {
        let tested_at = self.endpoint.record.tested_at.unwrap_or(self.endpoint.record.created_at);
        let event = self.feed.test(&tested_at.0.to_string(), &self.endpoint.id.to_string());
        Attempted { seq: None, ..self.attempt(event).await }
    }

    /// Events that are to be sent again now.
    fn due(&self, flying: &BTreeSet<Seq>) -> Vec<Seq> {
        let now = self.engine.now();
        let progress = self.holding.progress();
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
        let waiting = self.holding.state.lock().progress.retries.len();
        match self.endpoint.record.order {
            Order::Ordered => waiting == 0,
            Order::Unordered => waiting < RETRIES_MAX && flying.len() < AT_ONCE_MAX,
        }
    }

    /// Whether nothing new is sent because of events that were not accepted.
    fn is_kept_waiting(&self) -> bool {
        let state = self.holding.state.lock();
        let retries = &state.progress.retries;
        match self.endpoint.record.order {
            Order::Ordered => retries.iter().any(|retry| retry.failures > 0),
            Order::Unordered => retries.len() >= RETRIES_MAX,
        }
    }

    /// How long until something else may have to be done.
    fn wait(&self, flying: &BTreeSet<Seq>, is_at_end: bool) -> Duration {
        if flying.len() >= self.at_once_max() || !self.holding.may_send() {
            return LOOK_INTERVAL;
        }
        let now = self.engine.now();
        let progress = self.holding.progress();
        let waiting = progress.retries.iter().filter(|retry| !flying.contains(&retry.seq));
        let next = waiting.map(|retry| retry.next_at.0.saturating_sub(now.0)).min();
        // At the end of the journal nothing is to be done before a commit or a retry.
        let longest = if is_at_end { IDLE_INTERVAL } else { LOOK_INTERVAL };
        let next = next.map_or(longest, |micros| Duration::from_micros(u64::try_from(micros).unwrap_or(0)));
        next.clamp(Duration::from_millis(1), longest)
    }

    /// The next event that is for the receiver.
    async fn next(&self, ahead: &mut Ahead) -> Next {
        if let Some(event) = ahead.events.pop_front() {
            return Next::Event(event);
        }
        // All that was looked at is done with.
        if let Some(last) = ahead.last.take() {
            self.holding.change(|progress| {
                if last.0 > progress.seq {
                    (progress.seq, progress.seen_at) = last;
                }
            });
        }
        let seq = self.holding.progress().seq;
        let Batch { events, last, head } = match self.feed.after(seq, READ_MAX).await {
            Ok(batch) => batch,
            Err(problem) if problem.code() == LEDGER_NOT_FOUND => {
                self.holding.end(Ending::Closed, "the ledger was deleted".to_owned());
                return Next::End;
            }
            Err(problem) => {
                let (webhook, problem) = (self.endpoint.id, problem.code());
                tracing::warn!(%webhook, problem, "events cannot be read; they are read again in a moment");
                return Next::Unreadable;
            }
        };
        if head < seq {
            let reason = format!(
                "the ledger ends at {head}, and events up to {seq} were sent: it was restored, or opened anew; say from \
                 where on events are sent (replay), then enable it"
            );
            self.holding.end(Ending::Disabled, reason);
            return Next::End;
        }
        if last.is_none() {
            return Next::End;
        }
        (ahead.events, ahead.last) = (events.into(), last);
        ahead.events.pop_front().map_or(Next::More, Next::Event)
    }

    /// An event is being sent from now on.
    fn begin(&self, seq: Seq, at: Timestamp) {
        let next_at = self.engine.now();
        self.holding.change(|progress| {
            (progress.seq, progress.seen_at) = (seq, at);
            progress.retries.push(Retry { seq, failures: 0, next_at });
        });
    }

    async fn send(&self, what: What) -> Attempted {
        match what {
            What::New(event) => self.attempt(event).await,
            What::Again(seq) => self.again(seq).await,
            What::Test => self.test().await,
        }
    }

    /// Sends an event that was sent before.
    async fn again(&self, seq: Seq) -> Attempted {
        let none = |result| {
            let outcome = Outcome { status: None, result };
            Attempted { seq: Some(seq), at: self.engine.now(), took: Duration::ZERO, outcome }
        };
        match self.feed.at(seq).await {
            Ok(Some(event)) => self.attempt(event).await,
            // It is not for the receiver any more.
            Ok(None) => none(Ok(())),
            Err(problem) => none(Err(Failure::not_sent(&format!("the event cannot be read: {}", problem.code())))),
        }
    }

    async fn attempt(&self, event: Sent) -> Attempted {
        let (at, begun) = (self.engine.now(), Instant::now());
        let seq = Some(event.seq);
        let outcome = match self.settings.secrets_of(&self.endpoint, at) {
            Ok(secrets) => {
                let bytes = Bytes::from(String::from(Box::<str>::from(event.json)));
                let message = Message { id: event.message_id, content_type: MEDIA_TYPE, bytes };
                self.client.send(&self.to, &message, &secrets).await
            }
            Err(reason) => Outcome { status: None, result: Err(Failure::not_sent(&reason)) },
        };
        Attempted { seq, at, took: begun.elapsed(), outcome }
    }

    /// Takes down what came of an attempt.
    fn settle(&self, attempted: &Attempted) {
        let Attempted { seq, at, took, outcome } = attempted;
        let now = self.engine.now();
        let mut state = self.holding.state.lock();
        if state.is_replaced {
            return;
        }
        let progress = &mut state.progress;
        let place = progress.retries.iter().position(|retry| Some(retry.seq) == *seq);
        if let Err(Failure { reason, kind: FailureKind::NotSent, .. }) = &outcome.result {
            tracing::warn!(webhook = %self.endpoint.id, reason, "an event was not sent; it is sent in a moment");
            if let Some(retry) = place.and_then(|place| progress.retries.get_mut(place)) {
                retry.next_at = now.plus(LOCAL_WAIT);
            }
            state.is_changed = true;
            return;
        }
        if let (Ok(()), None, Some(place)) = (&outcome.result, outcome.status, place) {
            // Nothing was sent, so there is no delivery.
            progress.retries.remove(place);
            state.is_changed = true;
            return;
        }
        self.engine.meters().count_attempt(outcome.result.is_ok());
        progress.attempts = progress.attempts.saturating_add(1);
        let number = progress.attempts;
        let before = place.and_then(|place| progress.retries.get(place)).map_or(0, |retry| retry.failures);
        let attempt = before.saturating_add(1);
        let mut ending = None;
        match (&outcome.result, place) {
            (Ok(()), Some(place)) => drop(progress.retries.remove(place)),
            (Err(failure), Some(place)) => {
                let wait = wait_after(attempt);
                if let Some(retry) = progress.retries.get_mut(place) {
                    retry.failures = attempt;
                    retry.next_at = now.plus(wait.unwrap_or_default().max(failure.retry_after));
                }
                let reason = &failure.reason;
                ending = match wait {
                    _ if failure.kind == FailureKind::Gone => Some((Ending::Disabled, reason.clone())),
                    None => {
                        let seq = seq.unwrap_or(Seq(0));
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
        state.push(delivery);
        if state.ending.is_none() {
            state.ending = ending;
        }
    }
}
