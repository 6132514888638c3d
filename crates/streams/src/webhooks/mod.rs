//! Webhooks: one sender per endpoint, on the node that has claimed it.
//!
//! 1. Each second, and when endpoints change, a node claims the endpoints that are active. Those that another node has are that
//!    node's. A crash here leaves claims that end by themselves within five seconds.
//! 2. A sender begins where the store says that its endpoint is. It sends nothing once its claim may have ended.
//! 3. Each second, what senders did is noted in the store. A crash before that has up to a second of it done again: events are
//!    sent twice, under the same ids.
//! 4. A sender that ends its endpoint (every attempt failed, or 410) has that recorded in the journal.
//!
//! A sender of before may have one request per event under way while the next sender begins, so an event may come twice; it
//! sends no event after that.

mod attempt;
mod resolver;
mod schedule;
mod sender;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ducat_api::Api;
use ducat_api::v1::ledger::events::Feed;
use ducat_api::v1::webhooks::WebhookSettings;
use ducat_domain::names::Name;
use ducat_engine::Engine;
use ducat_engine::webhooks::{Act, Change, Endpoint, EndpointId, Record, State, WebhookError};
use ducat_store::sinks::{Noted, Progress, SINK_LEASE};
use tokio::task::AbortHandle;

use attempt::Client;
use sender::{Ending, Sender, Shared};

/// How often endpoints are claimed, and what was done is noted.
const INTERVAL: Duration = Duration::from_secs(1);

/// How long before its end a claim is not relied on any more.
const MARGIN: Duration = Duration::from_secs(1);

/// A claim that never ends: no one else writes to the store.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// What sends to webhooks.
pub struct Webhooks {
    api: Api,
    engine: Engine,
    settings: WebhookSettings,
    client: Client,
    running: BTreeMap<EndpointId, Running>,
}

/// A sender that runs.
struct Running {
    endpoint: Arc<Endpoint>,
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Webhooks {
    /// What sends to the webhooks of a server.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(api: Api, engine: Engine, settings: WebhookSettings) -> Result<Webhooks, reqwest::Error> {
        let client = Client::new(settings.allows_private)?;
        Ok(Webhooks { api, engine, settings, client, running: BTreeMap::new() })
    }

    /// Sends for as long as the engine is open.
    pub async fn work(mut self) {
        let mut changes = self.engine.endpoints().changes();
        while self.engine.is_open() {
            changes.mark_unchanged();
            self.turn().await;
            // Without endpoints there is nothing to do until there is one.
            let is_idle = self.running.is_empty() && self.wanted().is_empty();
            let interval = if is_idle { Duration::MAX } else { INTERVAL };
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(interval) => {}
            }
        }
    }

    fn wanted(&self) -> Vec<Arc<Endpoint>> {
        let mut all = self.engine.endpoints().all();
        all.retain(|endpoint| endpoint.state == State::Active);
        all
    }

    /// Claims, starts and ends senders, and notes what they did.
    async fn turn(&mut self) {
        let wanted = self.wanted();
        self.note().await;
        self.end_what_ended().await;
        self.running.retain(|id, _| wanted.iter().any(|endpoint| endpoint.id == *id));
        let is_alone = !self.engine.is_among_others();
        let is_asked = |endpoint: &Arc<Endpoint>| !(is_alone && self.running.contains_key(&endpoint.id));
        let asked: Vec<Name> = wanted.iter().filter(|of| is_asked(of)).map(|of| of.sink.clone()).collect();
        let begun = Instant::now();
        let claimed = match asked.is_empty() {
            true => Vec::new(),
            false => match self.engine.claim_sinks(asked).await {
                Ok(claimed) => claimed,
                Err(error) => {
                    tracing::warn!(%error, "webhooks cannot be claimed; they are claimed again in a moment");
                    return;
                }
            },
        };
        let until = begun + if is_alone { FOR_EVER } else { SINK_LEASE.saturating_sub(MARGIN) };
        for endpoint in wanted {
            let claim = claimed.iter().find(|progress| progress.sink == endpoint.sink);
            self.renew(endpoint, claim, until, is_alone);
        }
    }

    /// Starts, goes on with, or ends the sender of an endpoint.
    fn renew(&mut self, endpoint: Arc<Endpoint>, claim: Option<&Progress>, until: Instant, is_alone: bool) {
        let before = self.running.get(&endpoint.id);
        let progress = match (claim, before) {
            // It is the same sender still: it knows more than the store.
            (Some(claim), Some(running)) if running.shared.epoch() == claim.epoch => running.shared.progress(),
            (Some(claim), _) => claim.clone(),
            (None, Some(running)) if is_alone => running.shared.progress(),
            (None, _) => {
                self.running.remove(&endpoint.id);
                return;
            }
        };
        if let Some(running) = before
            && running.shared.epoch() == progress.epoch
        {
            running.shared.extend(until);
            if running.endpoint.record == endpoint.record {
                return;
            }
        }
        self.start(endpoint, progress, until);
    }

    /// Starts a sender, in place of the one that there is.
    fn start(&mut self, endpoint: Arc<Endpoint>, progress: Progress, until: Instant) {
        let unnoted = self.running.remove(&endpoint.id).filter(|before| before.shared.epoch() == progress.epoch);
        let shared = Arc::new(Shared::new(progress, until));
        if let Some(before) = unnoted {
            shared.inherit(&before.shared);
        }
        let feed = Feed::new(&self.api, endpoint.record.ledger.clone(), endpoint.record.accounts.clone());
        let sender = Sender {
            endpoint: Arc::clone(&endpoint),
            engine: self.engine.clone(),
            settings: self.settings.clone(),
            client: self.client.clone(),
            shared: Arc::clone(&shared),
            feed,
        };
        let task = tokio::spawn(sender.run()).abort_handle();
        self.running.insert(endpoint.id, Running { endpoint, shared, task });
    }

    /// Notes what senders did since the last time.
    async fn note(&self) {
        let failing = self.running.values().filter(|running| running.shared.is_failing()).count();
        self.engine.meters().webhooks_failing.set(i64::try_from(failing).unwrap_or(i64::MAX));
        let changed: Vec<(&Arc<Shared>, Noted)> = self
            .running
            .values()
            .filter_map(|running| running.shared.take_changes().map(|noted| (&running.shared, noted)))
            .collect();
        if changed.is_empty() {
            return;
        }
        let noted = changed.iter().map(|(_, noted)| noted.clone()).collect();
        if let Err(error) = self.engine.note_deliveries(noted).await {
            tracing::warn!(%error, "what was delivered to webhooks cannot be noted; it is noted again in a moment");
            for (shared, noted) in changed {
                shared.give_back(noted);
            }
        }
    }

    /// Has endings recorded.
    async fn end_what_ended(&self) {
        for running in self.running.values() {
            let Some((ending, reason)) = running.shared.ending() else { continue };
            let id = running.endpoint.id;
            tracing::warn!(webhook = %id, reason, "nothing more is sent to the webhook");
            let closed = ending == Ending::Closed;
            let changed = self.engine.change_webhook(id, |known| -> Result<Change, WebhookError> {
                let act = if closed { Act::Closed } else { Act::Disabled };
                let record = Record { reason: reason.clone(), act, ..known.record.clone() };
                Ok(Change { record, disabled: true, closed })
            });
            if let Err(error) = changed.await {
                tracing::warn!(%error, webhook = %id, "that it ended cannot be recorded; it is recorded again in a moment");
            }
        }
    }
}
