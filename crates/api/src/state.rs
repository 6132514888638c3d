//! What every handler shares, and the limits on what it accepts.

use std::sync::Arc;
use std::time::Duration;

use ducat_domain::ledger::batch::BATCH_COMMANDS_MAX;
use ducat_domain::ledger::rows::AssetRow;
use ducat_domain::ledger::{Item, Rejection};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::{AccountNo, Id};
use ducat_engine::Engine;
use ducat_engine::advances::{Collector, CollectorOptions};
use ducat_engine::executor::{Committed, Failure};
use ducat_engine::queue::Reply;
use ducat_store::Snapshot;
use quick_cache::sync::Cache;
use tokio::sync::{Notify, Semaphore, oneshot, watch};

use crate::cluster::Secret;
use crate::metrics::Metrics;
use crate::problem::Problem;

/// Limits on what one request may ask, each configurable.
#[derive(Debug, Clone)]
pub struct ApiLimits {
    /// Bytes of a body. 16 MiB hold a full batch of transactions with 2 kB each, and are parsed in some 20 ms.
    pub body_bytes_max: usize,
    /// Transactions of a batch: as many as one commit takes.
    pub batch_max: usize,
    /// Rows of a page: what is rendered in about a millisecond.
    pub page_max: usize,
    /// How far below 0.00 a bank account may go that is opened from now on, in cents.
    pub bank_max_overdraft: Amount,
    /// How long a body may take to arrive. Nobody sends 16 MiB slower than half a megabyte a second on purpose.
    pub body_timeout: Duration,
    /// How long an outcome is waited for before the answer is 504 `outcome_unknown`. The command goes on.
    pub outcome_timeout: Duration,
    /// How long an advance that is made waits for the processor before it is answered 202: most processors answer within a second,
    /// and who waits for longer waits for one that does not.
    pub credit_wait: Duration,
}

impl Default for ApiLimits {
    fn default() -> ApiLimits {
        ApiLimits {
            body_bytes_max: 16 << 20,
            batch_max: BATCH_COMMANDS_MAX,
            page_max: 1_000,
            bank_max_overdraft: Amount::new(5_000),
            body_timeout: Duration::from_secs(30),
            outcome_timeout: Duration::from_secs(30),
            credit_wait: Duration::from_secs(2),
        }
    }
}

impl ApiLimits {
    /// The floor of a bank account that is opened.
    pub(crate) fn bank_floor(&self) -> Balance {
        Balance::ZERO.debited(self.bank_max_overdraft).unwrap_or_default()
    }
}

/// The API's state. Clones share it.
#[derive(Clone)]
pub struct Api {
    pub(crate) engine: Engine,
    pub(crate) limits: Arc<ApiLimits>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stopping: watch::Receiver<bool>,
    pub(crate) secret: Option<Secret>,
    /// Rung when an order was taken to be performed later.
    pub(crate) orders: Arc<Notify>,
    /// For whom accounts of points were made.
    pub(crate) payers: Arc<Cache<(Name, AccountNo), Party>>,
    /// What sends and reads for advances.
    pub(crate) collector: Collector,
    /// Turns of imports and reports.
    pub(crate) imports: Arc<Semaphore>,
    readers: Arc<Semaphore>,
}

/// Imports under way at once: each holds a thread for as long as its body takes, and more of them would only share one writer.
const IMPORTS_MAX: usize = 8;

/// Payers of accounts that are remembered, some 100 bytes each.
const PAYERS_MAX: usize = 100_000;

/// Reads of the store under way at once, for each processor: each holds a connection with a cache of its own, and more of
/// them than processors only wait for each other.
const READERS_PER_PROCESSOR: usize = 4;

impl Api {
    /// An API on an engine. `stopping` turns true when streams must end.
    #[must_use]
    pub fn new(engine: Engine, limits: ApiLimits, stopping: watch::Receiver<bool>) -> Api {
        let metrics = Arc::new(Metrics::new());
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let readers = Arc::new(Semaphore::new(processors * READERS_PER_PROCESSOR));
        let payers = Arc::new(Cache::new(PAYERS_MAX));
        let imports = Arc::new(Semaphore::new(IMPORTS_MAX));
        let (limits, orders) = (Arc::new(limits), Arc::default());
        // Without a processor nothing is sent, and reports are read all the same.
        let collector = Collector::new(engine.clone(), None, CollectorOptions::default());
        Api { engine, limits, metrics, stopping, secret: None, orders, payers, collector, imports, readers }
    }

    /// An API whose advances are sent by a collector.
    #[must_use]
    pub fn collecting(self, collector: Collector) -> Api {
        Api { collector, ..self }
    }

    /// The API of a node that takes commands from others who show this secret.
    #[must_use]
    pub fn among(self, secret: Secret) -> Api {
        Api { secret: Some(secret), ..self }
    }

    /// Submits items and waits for what comes of them, within bounds. `id` is named if the wait is too long.
    pub(crate) async fn submit(&self, ledger: &Name, items: Vec<Item>, id: Option<Id>) -> Result<Committed, Problem> {
        let outcome = self.engine.enqueue(ledger.clone(), items).map_err(|failure| Problem::from_failure(&failure))?;
        self.outcome(outcome, id).await.map_err(|failure| Problem::from_failure(&failure))?
    }

    /// Waits for an outcome, within bounds: what came of it, or a problem that says that this cannot be told.
    pub(crate) async fn outcome(
        &self,
        outcome: oneshot::Receiver<Reply>,
        id: Option<Id>,
    ) -> Result<Result<Committed, Problem>, Failure> {
        match tokio::time::timeout(self.limits.outcome_timeout, outcome).await {
            Ok(Ok(reply)) => reply.map(Ok),
            // Who should answer went away without one, or takes too long: nobody may say that it failed.
            Ok(Err(_)) | Err(_) => Ok(Err(Problem::outcome_unknown(id))),
        }
    }

    /// Runs something that waits for the store, on a thread where that is allowed, when its turn has come.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Engine) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        // The semaphore is never closed.
        let turn = Arc::clone(&self.readers).acquire_owned().await.map_err(|_| Problem::internal())?;
        let engine = self.engine.clone();
        // The turn goes with the work: a client that hangs up does not end it.
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&engine)
        });
        task.await.unwrap_or_else(|_| Err(Problem::internal()))
    }

    /// Reads what is committed.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Snapshot) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.blocking(|engine| {
            let snapshot = engine.reader().snapshot().map_err(|fault| Problem::from_fault(&fault))?;
            read(snapshot.as_ref())
        })
        .await
    }

    /// The only asset of a ledger.
    pub(crate) async fn sole_asset(&self, ledger: &Name) -> Result<Name, Problem> {
        let assets = self.assets(ledger).await?;
        match assets.as_deref() {
            Some([asset]) => Ok(asset.code.clone()),
            Some(_) => Err(Problem::from_rejection(&Rejection::AssetRequired)),
            None => Err(Problem::from_rejection(&Rejection::LedgerNotFound)),
        }
    }

    /// The assets of a ledger, from memory or the store; `None` when nobody opened it.
    pub(crate) async fn assets(&self, ledger: &Name) -> Result<Option<Arc<[AssetRow]>>, Problem> {
        if let Some(assets) = self.engine.published().assets(ledger.as_str()) {
            return Ok(Some(assets));
        }
        let ledger = ledger.clone();
        self.blocking(move |engine| {
            let found = engine.published().load_assets(engine.reader().as_ref(), &ledger);
            found.map_err(|fault| Problem::from_fault(&fault))
        })
        .await
    }
}
