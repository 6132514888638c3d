//! What every handler shares, and the limits on what it accepts.

use std::convert::Infallible;
use std::num::NonZeroU32;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ducat_domain::ledger::batch::BATCH_COMMANDS_MAX;
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::{AccountNo, Id};
use ducat_domain::{Item, Rejection};
use ducat_engine::Engine;
use ducat_engine::advances::Collector;
use ducat_engine::bank::Bank;
use ducat_engine::executor::Committed;
use ducat_engine::heads::Signer;
use ducat_engine::published::Assets;
use ducat_store::Snapshot;
use quick_cache::sync::Cache;
use tokio::sync::{Semaphore, watch};

use crate::cluster::Kept;
use crate::door::{Knocks, Visitor};
use crate::idempotency::MessageKey;
use crate::metrics::{Build, Metrics};
use crate::problem::{DAMAGED, Problem};
use crate::v1::ledger::events::EventSource;
use crate::v1::verification::Verification;
use crate::v1::webhooks::WebhookSettings;

/// Limits on what one request may ask, each configurable.
#[derive(Debug, Clone)]
pub struct ApiLimits {
    /// Bytes of a body. 16 MiB hold a full batch of transactions with 2 kB each, and are parsed in some 20 ms.
    pub body_bytes_max: usize,
    /// Bytes of all bodies in memory at once. Sixteen of the largest fit, or some hundred thousand ordinary ones.
    pub bodies_bytes_max: usize,
    /// Event streams open at once: each costs some ten kilobytes and a turn at the store after each commit of its
    /// ledger.
    pub streams_max: usize,
    /// Transactions of a batch: as many as one commit takes.
    pub batch_max: usize,
    /// Requests a second of each key at this node; as many as it makes where there is no limit.
    pub key_rate: Option<NonZeroU32>,
    /// Rows of a page: what is rendered in about a millisecond.
    pub page_max: usize,
    /// How far below 0.00 a bank account may go that is opened from now on, in cents.
    pub bank_max_overdraft: Amount,
    /// How long a body may take to arrive. No one sends 16 MiB slower than half a megabyte a second on purpose.
    pub body_timeout: Duration,
    /// How long an outcome is waited for before the response is 504 `outcome_unknown`. The command goes on.
    pub outcome_timeout: Duration,
    /// How long an advance that is made waits for the processor before it is answered 202: most processors answer
    /// within a second, and who waits for longer waits for one that does not.
    pub credit_wait: Duration,
}

impl Default for ApiLimits {
    fn default() -> ApiLimits {
        ApiLimits {
            body_bytes_max: 16 << 20,
            bodies_bytes_max: 256 << 20,
            streams_max: 1_000,
            batch_max: BATCH_COMMANDS_MAX,
            key_rate: None,
            page_max: 1_000,
            bank_max_overdraft: Amount::new(5_000),
            body_timeout: Duration::from_secs(30),
            outcome_timeout: Duration::from_secs(30),
            credit_wait: Duration::from_secs(2),
        }
    }
}

impl ApiLimits {
    /// Rows of a page when a request does not say how many: a screen or two.
    pub(crate) fn page_default(&self) -> usize {
        self.page_max.min(100)
    }

    /// The floor of a bank account that is opened.
    pub(crate) fn bank_floor(&self) -> Balance {
        Balance::ZERO.debited(self.bank_max_overdraft).unwrap_or_default()
    }
}

/// The API as one request has it: what all requests share, and who asks.
#[derive(Clone)]
pub struct Api {
    shared: Arc<Shared>,
    /// Who asks.
    pub(crate) visitor: Visitor,
    /// The message that brings the request, if one does.
    pub(crate) message: Option<MessageKey>,
    /// The engine, for whoever asks.
    pub(crate) engine: Engine,
    /// The bank, for whoever asks.
    pub(crate) bank: Bank,
}

/// What all requests share.
pub struct Shared {
    pub(crate) limits: ApiLimits,
    pub(crate) metrics: Metrics,
    pub(crate) stopping: watch::Receiver<bool>,
    /// Responses to other nodes that may be asked for again.
    pub(crate) kept: Kept,
    /// The payers for whom accounts of points were opened.
    pub(crate) payers: Arc<Cache<(Name, AccountNo), Party>>,
    /// What sends and reads for advances.
    pub(crate) collector: Collector,
    /// Turns of imports and reports.
    pub(crate) imports: Arc<Semaphore>,
    /// Bytes of bodies.
    pub(crate) bodies: Arc<Semaphore>,
    /// Places for event streams.
    pub(crate) streams: Arc<Semaphore>,
    /// The place of whoever erases texts: one at a time, because it may read a whole journal.
    pub(crate) redactions: Arc<Semaphore>,
    /// Who was refused.
    pub(crate) knocks: Knocks,
    /// What signs heads, where this node has a key for that.
    pub(crate) signer: Option<Signer>,
    /// What names this deployment in events.
    pub(crate) event_source: EventSource,
    /// How webhooks are sent to.
    pub(crate) webhooks: WebhookSettings,
    /// The last verification.
    pub(crate) verification: Arc<Verification>,
}

impl Deref for Api {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl FromRequestParts<Api> for Api {
    type Rejection = Infallible;

    /// As whoever was let in at the door.
    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Api, Infallible> {
        let asked = api.asked_by(parts.extensions.get().cloned().unwrap_or(Visitor::Anyone));
        Ok(Api { message: parts.extensions.get().cloned(), ..asked })
    }
}

/// What a server knows about itself.
#[derive(Default)]
pub struct About {
    /// What signs heads, where this node has a key for that.
    pub signer: Option<Signer>,
    /// What names this deployment in events.
    pub event_source: EventSource,
    /// How webhooks are sent to.
    pub webhooks: WebhookSettings,
    /// Which binary it is.
    pub build: Build,
}

/// Imports under way at once: each holds a thread for as long as its body takes. Eight keep the one writer busy; the
/// rest are for clients that send slowly.
const IMPORTS_MAX: usize = 64;

/// Payers of accounts that are remembered, some 100 bytes each.
const PAYERS_MAX: usize = 100_000;

impl Api {
    /// An API on an engine, whose advances a collector sends. `stopping` turns true when streams must end.
    #[must_use]
    pub fn new(engine: Engine, limits: ApiLimits, stopping: watch::Receiver<bool>, collector: Collector) -> Api {
        Api::of_server(engine, limits, stopping, collector, About::default())
    }

    /// The same, of a server that knows more about itself.
    #[must_use]
    pub fn of_server(
        engine: Engine,
        limits: ApiLimits,
        stopping: watch::Receiver<bool>,
        collector: Collector,
        about: About,
    ) -> Api {
        let places = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        let bank = Bank::new(engine.clone(), limits.outcome_timeout);
        let shared = Shared {
            metrics: Metrics::new(&engine, &collector, &about.build),
            stopping,
            kept: Kept::default(),
            payers: Arc::new(Cache::new(PAYERS_MAX)),
            collector,
            imports: places(IMPORTS_MAX),
            bodies: places(limits.bodies_bytes_max),
            streams: places(limits.streams_max),
            redactions: places(1),
            knocks: Knocks::default(),
            signer: about.signer,
            event_source: about.event_source,
            webhooks: about.webhooks,
            verification: Arc::default(),
            limits,
        };
        Api { shared: Arc::new(shared), visitor: Visitor::Anyone, message: None, engine, bank }
    }

    /// Turns true when streams must end.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.clone()
    }

    /// The same API for someone who asks.
    pub(crate) fn asked_by(&self, visitor: Visitor) -> Api {
        let asker = visitor.asker();
        let (engine, bank) = (self.engine.asked_by(asker), self.bank.asked_by(asker));
        Api { shared: Arc::clone(&self.shared), visitor, message: self.message.clone(), engine, bank }
    }

    /// Submits items and waits for their outcomes, within bounds. `id` is named if the wait is too long.
    pub(crate) async fn submit(&self, ledger: &Name, items: Vec<Item>, id: Option<Id>) -> Result<Committed, Problem> {
        Ok(self.engine.ask(ledger, items, id, self.limits.outcome_timeout).await?)
    }

    /// Runs something that waits for the store, on a thread where that is allowed, when its turn has come.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Engine) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let worked = self.engine.take_turn(work).await.unwrap_or_else(|| Err(Problem::bug("a task died")));
        if let Err(problem) = &worked
            && problem.code() == DAMAGED
        {
            self.engine.note_damage(problem.detail().to_owned());
        }
        worked
    }

    /// Reads what is committed.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Snapshot) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.blocking(|engine| {
            let snapshot = engine.reader().snapshot()?;
            read(snapshot.as_ref())
        })
        .await
    }

    /// A problem whose amounts are written as people do, in the scales of the ledger's assets.
    pub(crate) async fn in_scales(&self, ledger: &Name, problem: Problem) -> Problem {
        if !problem.has_amounts() {
            return problem;
        }
        match self.assets(ledger).await {
            Ok(Some(assets)) => problem.in_scales(&assets),
            Ok(None) | Err(_) => problem,
        }
    }

    /// The default asset of a ledger.
    pub(crate) async fn default_asset(&self, ledger: &Name) -> Result<Name, Problem> {
        let assets = self.assets(ledger).await?;
        let assets = assets.ok_or_else(|| Problem::from_rejection(&Rejection::LedgerNotFound))?;
        let asset = assets.default_asset().ok_or_else(|| Problem::from_rejection(&Rejection::AssetRequired))?;
        Ok(asset.code.clone())
    }

    /// The assets of a ledger, from memory or the store; `None` when no one opened it.
    pub(crate) async fn assets(&self, ledger: &Name) -> Result<Option<Arc<Assets>>, Problem> {
        Ok(self.engine.assets(ledger).await?)
    }

    /// The bank, whose waiting orders a job performs.
    #[must_use]
    pub fn bank(&self) -> &Bank {
        &self.bank
    }
}
