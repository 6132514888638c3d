//! Webhooks: one sender per endpoint, on the node that has claimed it.
//!
//! 1. Every two seconds, and when endpoints change, a node claims the endpoints that are active. Those that another node has are that
//!    node's. A crash here leaves claims that end by themselves within six seconds.
//! 2. A sender begins where the store says that its endpoint is. It sends nothing once its claim may have ended.
//! 3. Each second, what senders did is noted in the store. A crash before that has up to a second of it done again: events are
//!    sent twice, under the same ids.
//! 4. A sender that ends its endpoint (every attempt failed, or 410) has that recorded in the journal, unless someone changed the
//!    endpoint meanwhile.
//!
//! A sender of before may have one request per event under way while the next sender begins, so an event may come twice; it
//! sends no event after that.

mod attempt;
mod resolver;
mod schedule;
mod sender;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use ducat_api::Api;
use ducat_api::v1::ledger::events::Feed;
use ducat_api::v1::webhooks::{WebhookSettings, check_target};
use ducat_domain::numbers::Seq;
use ducat_engine::Engine;
use ducat_engine::webhooks::{Act, Change, Endpoint, EndpointId, Record, State, WebhookError};
use tokio::task::AbortHandle;
use url::Url;

pub use attempt::ATTEMPTS_MAX;
use attempt::Client;
use sender::Sender;

use crate::claims::{Claims, INTERVAL, Standing};
use crate::holding::{Ending, Holding};

/// What sends to webhooks.
pub struct Webhooks {
    api: Api,
    engine: Engine,
    settings: WebhookSettings,
    client: Client,
    running: BTreeMap<EndpointId, Running>,
    claims: Claims,
    /// Which change of the endpoints was known when they were claimed last.
    known: Option<Seq>,
    /// Endpoints that this node does not send to, which it has said.
    unsent: BTreeSet<EndpointId>,
}

/// A sender that runs.
struct Running {
    endpoint: Arc<Endpoint>,
    holding: Arc<Holding>,
    task: AbortHandle,
}

impl Running {
    /// Whether it ended without a reason: a bug, after which it is started anew.
    fn has_died(&self) -> bool {
        let has_died = self.task.is_finished() && !self.holding.has_ended();
        if has_died {
            tracing::error!(webhook = %self.endpoint.id, "a sender died; another one takes its place");
        }
        has_died
    }
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
        let claims = Claims::new(engine.clone());
        Ok(Webhooks {
            api,
            engine,
            settings,
            client,
            running: BTreeMap::new(),
            claims,
            known: None,
            unsent: BTreeSet::new(),
        })
    }

    /// Sends until the server stops.
    pub async fn work(mut self) {
        let mut changes = self.engine.endpoints().changes();
        let mut stopping = self.api.stopping();
        while self.engine.is_open() {
            let change = *changes.borrow_and_update();
            self.turn(change).await;
            // Without endpoints there is nothing to do until there is one.
            let is_idle = self.running.is_empty() && !self.has_active();
            let interval = if is_idle { Duration::MAX } else { INTERVAL };
            let is_stopping = tokio::select! {
                changed = changes.changed() => changed.is_err(),
                () = tokio::time::sleep(interval) => false,
                _ = stopping.wait_for(|stopping| *stopping) => true,
            };
            if is_stopping {
                return self.stop().await;
            }
        }
    }

    /// Sends nothing more, and notes what was sent.
    async fn stop(self) {
        self.running.values().for_each(|running| running.task.abort());
        self.note().await;
    }

    fn has_active(&self) -> bool {
        self.engine.endpoints().all().iter().any(|endpoint| endpoint.state == State::Active)
    }

    /// Endpoints that are active, and that this node can sign for and may send to, with where they are.
    fn wanted(&mut self) -> Vec<(Arc<Endpoint>, Url)> {
        let (now, mut wanted) = (self.engine.now(), Vec::new());
        for endpoint in self.engine.endpoints().all() {
            if endpoint.state != State::Active {
                continue;
            }
            let secrets = self.settings.secrets_of(&endpoint, now);
            let target = secrets.and_then(|_| check_target(&endpoint.record.url, self.settings.allows_private));
            match target {
                Ok(target) => {
                    self.unsent.remove(&endpoint.id);
                    wanted.push((endpoint, target));
                }
                Err(reason) => {
                    if self.unsent.insert(endpoint.id) {
                        tracing::error!(webhook = %endpoint.id, reason, "nothing is sent to the webhook by this node");
                    }
                }
            }
        }
        wanted
    }

    /// Claims, starts and ends senders, and notes what they did. `change` is the last change of endpoints.
    async fn turn(&mut self, change: Seq) {
        self.note().await;
        self.end_what_ended();
        let wanted = self.wanted();
        self.running.retain(|id, _| wanted.iter().any(|(endpoint, _)| endpoint.id == *id));
        let failing = self.running.values().filter(|running| running.holding.is_failing()).count();
        self.engine.meters().webhooks_failing.set(i64::try_from(failing).unwrap_or(i64::MAX));
        if self.known == Some(change) && self.claims.are_fresh() {
            return;
        }
        let sinks = wanted.iter().map(|(endpoint, _)| (&endpoint.sink, self.running.contains_key(&endpoint.id)));
        let Some(claimed) = self.claims.claim(sinks).await else { return };
        self.known = Some(change);
        for (endpoint, to) in wanted {
            let running = self.running.get(&endpoint.id);
            match claimed.standing(&endpoint.sink, running.map(|running| &*running.holding)) {
                Standing::New(holding) => self.start(endpoint, to, holding),
                Standing::Elsewhere => drop(self.running.remove(&endpoint.id)),
                Standing::Held => {
                    let anew =
                        running.filter(|running| running.endpoint.record != endpoint.record || running.has_died());
                    // It is the same claim still: the sender before knows more than the store.
                    if let Some(holding) = anew.map(|running| running.holding.replace()) {
                        self.start(endpoint, to, holding);
                    }
                }
            }
        }
    }

    /// Starts a sender, in place of the one that there is.
    fn start(&mut self, endpoint: Arc<Endpoint>, to: Url, holding: Holding) {
        let holding = Arc::new(holding);
        let Record { ledger, accounts, types, .. } = &endpoint.record;
        let feed = Feed::new(&self.api, ledger.clone(), accounts.clone(), types);
        let sender = Sender {
            endpoint: Arc::clone(&endpoint),
            to,
            engine: self.engine.clone(),
            settings: self.settings.clone(),
            client: self.client.clone(),
            holding: Arc::clone(&holding),
            feed,
        };
        let task = tokio::spawn(sender.run()).abort_handle();
        self.running.insert(endpoint.id, Running { endpoint, holding, task });
    }

    /// Notes what senders did since the last time.
    async fn note(&self) {
        self.claims.note(self.running.values().map(|running| &running.holding)).await;
    }

    /// Has endings recorded, each on its own: claims and notes do not wait for that.
    fn end_what_ended(&self) {
        for running in self.running.values() {
            if let Some((ending, reason)) = running.holding.take_ending() {
                let (engine, endpoint) = (self.engine.clone(), Arc::clone(&running.endpoint));
                tokio::spawn(record_ending(engine, endpoint, ending, reason));
            }
        }
    }
}

/// Records that an endpoint has ended, unless someone has changed it since: then it is tried anew.
async fn record_ending(engine: Engine, endpoint: Arc<Endpoint>, ending: Ending, reason: String) {
    let id = endpoint.id;
    tracing::warn!(webhook = %id, reason, "nothing more is sent to the webhook");
    let closed = ending == Ending::Closed;
    let change = |known: &Endpoint| -> Result<Change, Unrecorded> {
        if known.state != State::Active || known.record != endpoint.record {
            return Err(Unrecorded::Changed);
        }
        let act = if closed { Act::Closed } else { Act::Disabled };
        let record = Record { reason: reason.clone(), act, ..known.record.clone() };
        Ok(Change { record, disabled: true, closed })
    };
    while engine.is_open() {
        match engine.change_webhook(id, change).await {
            Ok(_) | Err(Unrecorded::Changed) => return,
            Err(Unrecorded::Failed(error)) => {
                tracing::warn!(%error, webhook = %id, "that it ended cannot be recorded; it is recorded in a moment");
                tokio::time::sleep(INTERVAL).await;
            }
        }
    }
}

/// Why an ending is not recorded.
#[derive(Debug, thiserror::Error)]
enum Unrecorded {
    /// Someone changed the endpoint.
    #[error("the webhook was changed")]
    Changed,
    /// It could not be.
    #[error(transparent)]
    Failed(#[from] WebhookError),
}
