//! Reading what is committed, from a pool of sessions.
//!
//! A snapshot is one read-only transaction, begun together with its first question and ended behind its last, so a
//! single question costs one round trip.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod};
use ducat_domain::Effect;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::rows::{AssetRow, BalanceRow, BatchRow, DateSum, Head, IdRow, OffDateRow, TransactionState};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, BatchNo, Id, Seq, Timestamp};
use parking_lot::Mutex;
use tokio::runtime::Runtime;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::rows::{Columns, LedgerNo, OUTCOMES, integer, loaded_accounts, pair, uuid};
use crate::beside::ReadBeside;
use crate::postgres::connect::{Target, is_full, sentence, set_up};
use crate::postgres::lease::{CONNECTIONS_MAX, Node};
use crate::postgres::migrate::{STATES_SINCE, Schema};
use crate::postgres::{numeric, sinks, uses};
use crate::sinks::{Delivery, Progress};
use crate::{Fault, Figures, Reader, Snapshot, Use};

/// How long a session may be unused before it is closed, and how often that is looked at.
const IDLE_MAX: Duration = Duration::from_secs(60);

/// How long a read may wait for a session and for its rows, together.
const READ_MAX: Duration = Duration::from_secs(10);

/// A reader locks nothing, and what it does with a chunk of the journal before it asks for the next may take long.
const PATIENCE: &str = "SET idle_in_transaction_session_timeout = '10min'";

/// The pause before another session is asked of a database that takes no more.
const CROWDED_PAUSE: Duration = Duration::from_millis(20);

/// Ledgers whose numbers are remembered; a number never changes.
const NUMBERS_MAX: usize = 100_000;

/// Reads a database, from any thread that may block.
pub struct PostgresReader {
    /// Taken on drop, which must not wait for it.
    runtime: Option<Runtime>,
    pool: Pool,
    pub(crate) node: Option<String>,
    /// Whether the database takes no more sessions: only a change is logged.
    is_crowded: AtomicBool,
    numbers: Arc<Mutex<HashMap<Name, LedgerNo>>>,
    /// Whether heads are those of release 0.1.0.
    pub(crate) is_early: bool,
}

impl std::fmt::Debug for PostgresReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresReader").field("node", &self.node).finish_non_exhaustive()
    }
}

impl PostgresReader {
    /// Reads a database that holds ledgers.
    ///
    /// # Errors
    /// When the URL is refused, the database cannot be reached, or its schema is of another release.
    pub fn open(url: &str) -> Result<PostgresReader, Fault> {
        let target = Target::parse(url)?;
        let mut reader = PostgresReader::new(&target, CONNECTIONS_MAX, None)?;
        let version = reader.block_on(READ_MAX, crate::postgres::prepare(&target, Schema::Expect))?;
        reader.is_early = version < STATES_SINCE;
        Ok(reader)
    }

    pub(crate) fn new(target: &Target, sessions_max: usize, node: Option<&Node>) -> Result<PostgresReader, Fault> {
        let failed = |error: std::io::Error| Fault::Database(format!("no thread for reading: {error}"));
        let builder = &mut tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).thread_name("ducat-reader").enable_all().build().map_err(failed)?;
        let numbers: Arc<Mutex<HashMap<Name, LedgerNo>>> = Arc::default();
        let of_pool = Arc::clone(&numbers);
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(target.config.clone(), target.tls.clone(), config);
        let pool = Pool::builder(manager)
            .max_size(sessions_max)
            .post_create(Hook::async_fn(move |client: &mut deadpool_postgres::ClientWrapper, _| {
                // A new session may be on another server: one that was restored, or promoted without having all.
                of_pool.lock().clear();
                Box::pin(async move {
                    set_up(client).await.map_err(HookError::Backend)?;
                    client.batch_execute(PATIENCE).await.map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(|error| Fault::Database(error.to_string()))?;
        let node = node.map(|node| node.url.clone());
        let idle = pool.clone();
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(IDLE_MAX).await;
                drop(idle.retain(|_, metrics| metrics.last_used() < IDLE_MAX));
            }
        });
        Ok(PostgresReader {
            runtime: Some(runtime),
            pool,
            node,
            is_crowded: AtomicBool::new(false),
            numbers,
            is_early: false,
        })
    }

    /// # Panics
    /// Never: the runtime is taken when the reader is dropped.
    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("it is taken on drop")
    }

    /// A session, made or given back by another read. Where the database takes no more, the next one that is given back
    /// is waited for.
    async fn session(&self) -> Result<Object, Fault> {
        loop {
            let fault = match self.pool.get().await {
                Ok(session) => {
                    self.is_crowded.store(false, Ordering::Relaxed);
                    return Ok(session);
                }
                Err(PoolError::Backend(error)) if is_full(&error) && self.pool.status().size > 0 => sentence(&error),
                Err(error) => return Err(pool_fault(&error)),
            };
            if !self.is_crowded.swap(true, Ordering::Relaxed) {
                tracing::warn!(reason = fault, "reads wait for each other");
            }
            tokio::time::sleep(CROWDED_PAUSE).await;
        }
    }

    fn block_on<T>(&self, time: Duration, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        let timed = async { tokio::time::timeout(time, work).await };
        let silent = || Fault::Database("the database does not answer".to_owned());
        self.runtime().block_on(timed).unwrap_or_else(|_| Err(silent()))
    }
}

impl Drop for PostgresReader {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn pool_fault(error: &PoolError) -> Fault {
    match error {
        PoolError::Backend(error) => Fault::Database(sentence(error)),
        other => Fault::Database(other.to_string()),
    }
}

/// What all tables and indexes of the database take up.
const DATABASE_BYTES: &str = "SELECT pg_database_size(current_database())";

impl Reader for PostgresReader {
    fn snapshot(&self) -> Result<Box<dyn Snapshot + '_>, Fault> {
        let client = self.block_on(READ_MAX, self.session())?;
        Ok(Box::new(PostgresSnapshot { reader: self, client: Some(client), begun: Cell::new(false) }))
    }

    fn figures(&self) -> Result<Figures, Fault> {
        let client = Some(self.block_on(READ_MAX, self.session())?);
        let rows = PostgresSnapshot { reader: self, client, begun: Cell::new(false) }.rows(DATABASE_BYTES, &[])?;
        let bytes = rows.first().map_or(0, |row| row.get::<_, i64>(0));
        Ok(Figures { bytes: u64::try_from(bytes).unwrap_or(0), log_bytes: None, flush: None })
    }
}

impl ReadBeside for PostgresReader {
    fn uses(&self) -> Result<Vec<Use>, Fault> {
        let client = Some(self.block_on(READ_MAX, self.session())?);
        let rows = PostgresSnapshot { reader: self, client, begun: Cell::new(false) }.rows(uses::ALL, &[])?;
        Ok(rows.iter().filter_map(uses::of).collect())
    }

    fn progress(&self, of: &[Name]) -> Result<Vec<Progress>, Fault> {
        let client = Some(self.block_on(READ_MAX, self.session())?);
        let snapshot = PostgresSnapshot { reader: self, client, begun: Cell::new(false) };
        sinks::in_order(&snapshot.rows(sinks::PROGRESS, &[&sinks::names(of)])?, of)
    }

    fn deliveries(&self, sink: &Name, before: u64, limit: usize) -> Result<Vec<Delivery>, Fault> {
        let client = Some(self.block_on(READ_MAX, self.session())?);
        let snapshot = PostgresSnapshot { reader: self, client, begun: Cell::new(false) };
        let (before, limit) = (numeric::integer(before), i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = snapshot.rows(sinks::DELIVERIES, &[&sink.as_str(), &before, &limit])?;
        rows.iter().map(|row| sinks::delivery(sink, row)).collect()
    }
}

/// One read transaction.
pub(crate) struct PostgresSnapshot<'a> {
    pub(crate) reader: &'a PostgresReader,
    client: Option<Object>,
    begun: Cell<bool>,
}

impl Drop for PostgresSnapshot<'_> {
    fn drop(&mut self) {
        // The session goes back to the pool once the transaction is over; no one waits for that.
        if let Some(client) = self.client.take()
            && self.begun.get()
        {
            self.reader.runtime().spawn(async move { drop(client.batch_execute("COMMIT").await) });
        }
    }
}

/// A value of a question.
pub(crate) type Value<'a> = &'a (dyn ToSql + Sync);

impl PostgresSnapshot<'_> {
    pub(crate) fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Fault> {
        self.rows_in_time(sql, values, READ_MAX)
    }

    fn rows_in_time(&self, sql: &str, values: &[Value<'_>], time: Duration) -> Result<Vec<Row>, Fault> {
        let fault = |error: tokio_postgres::Error| Fault::Database(sentence(&error));
        let Some(client) = &self.client else { return Ok(Vec::new()) };
        self.reader.block_on(time, async {
            let statement = client.prepare_cached(sql).await.map_err(fault)?;
            if self.begun.replace(true) {
                return client.query(&statement, values).await.map_err(fault);
            }
            let begin = client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            let (begun, rows) = futures_util::future::join(begin, client.query(&statement, values)).await;
            begun.map_err(fault)?;
            rows.map_err(fault)
        })
    }

    pub(crate) fn first(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Option<Row>, Fault> {
        Ok(self.rows(sql, values)?.into_iter().next())
    }

    pub(crate) fn no(&self, ledger: &Name) -> Result<Option<LedgerNo>, Fault> {
        if let Some(no) = self.reader.numbers.lock().get(ledger) {
            return Ok(Some(*no));
        }
        let row =
            self.first("SELECT no FROM ledgers WHERE name = $1 AND seq > 0 AND NOT arriving", &[&ledger.as_str()])?;
        let no = row.map(|row| LedgerNo(row.get(0)));
        if let Some(no) = no {
            let mut numbers = self.reader.numbers.lock();
            if numbers.len() >= NUMBERS_MAX {
                numbers.clear();
            }
            numbers.insert(ledger.clone(), no);
        }
        Ok(no)
    }

    /// A count of a table's rows of a ledger.
    pub(crate) fn count_of(&self, sql: &str, no: i64) -> Result<u64, Fault> {
        let no = i32::try_from(no).unwrap_or(-1);
        // A count reads all of a ledger, and takes as long as that takes.
        let row = self.rows_in_time(sql, &[&no], Duration::MAX)?.into_iter().next();
        Ok(row.and_then(|row| u64::try_from(row.get::<_, i64>(0)).ok()).unwrap_or(0))
    }

    fn journal(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Effect>, Fault> {
        self.rows(sql, values)?.iter().map(|row| Columns::new(row, "journal").effect()).collect()
    }

    pub(crate) fn seqs(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Seq>, Fault> {
        self.rows(sql, values)?.iter().map(|row| Columns::new(row, "journal").seq("seq")).collect()
    }

    fn transaction_states(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<(Seq, Id, TransactionState)>, Fault> {
        let rows = self.rows(sql, values)?;
        let states = rows.iter().map(|row| Columns::new(row, "transaction_states").state().transpose());
        states.flatten().collect()
    }
}

/// The assets of a ledger that has arrived.
const ASSETS_SHOWN: &str = "\
SELECT a.no, a.code, a.scale FROM ledgers l JOIN assets a ON a.ledger = l.no
WHERE l.name = $1 AND NOT l.arriving ORDER BY a.no";

pub(crate) fn bound(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Heads of release 0.1.0, which knew no other default asset than the first, and no ledgers that are archived.
macro_rules! early_heads {
    () => {
        "(SELECT l.*, ''::bytea AS default_assets, 0::int4 AS state FROM ledgers l) AS ledgers"
    };
}
pub(crate) use early_heads;

macro_rules! select {
    (journal $rest:literal) => {
        concat!(
            "SELECT j.seq, j.kind, j.at, j.transaction_id, j.outcome_id, j.fingerprint, j.leg, j.legs, j.asset, j.amount,
               j.source, j.source_previous, j.source_entry, j.source_balance, j.destination, j.destination_previous,
               j.destination_entry, j.destination_balance, j.effective_at, j.hold, j.payload ",
            $rest
        )
    };
    (states $rest:literal) => {
        concat!("SELECT s.seq, s.id, s.state, s.expires_at, s.resolved, s.amount, s.reversed_by ", $rest)
    };
    (heads of $reader:expr, $rest:literal) => {
        match $reader.is_early {
            true => select!(heads early_heads!(), $rest),
            false => select!(heads "ledgers", $rest),
        }
    };
    (heads $from:expr, $rest:literal) => {
        concat!(
            "SELECT no, name, batch, epoch, seq, at, hash, accounts, implicit_accounts, zero_amounts,
               rank_by_entries, arriving, default_assets, state FROM ",
            $from,
            " WHERE seq > 0 AND NOT arriving ",
            $rest
        )
    };
    (accounts $rest:literal) => {
        concat!(
            "SELECT a.no, a.name, a.metadata, a.opened_at, a.frozen, a.closed, b.account, b.asset, b.min_balance,
               b.max_balance, b.posted, b.pending_in, b.pending_out, b.entries, b.last, b.off_date ",
            $rest
        )
    };
}

/// By the key of journal: effects by their places.
pub(crate) const EFFECTS_AT: &str = select!(journal
    "FROM unnest($2::int8[]) AS asked (seq)
     CROSS JOIN LATERAL (SELECT * FROM journal j WHERE j.ledger = $1 AND j.seq = asked.seq OFFSET 0) j");

impl Snapshot for PostgresSnapshot<'_> {
    fn ledgers(&self, after: Option<&Name>, limit: usize) -> Result<Vec<Head>, Fault> {
        let after = after.map_or("", Name::as_str);
        let sql = select!(heads of self.reader, "AND name > $1 ORDER BY name LIMIT $2");
        let rows = self.rows(sql, &[&after, &bound(limit)])?;
        rows.iter().map(|row| Columns::new(row, "ledgers").head().map(|(_, head)| head)).collect()
    }

    fn head(&self, ledger: &Name) -> Result<Option<Head>, Fault> {
        let row = self.first(select!(heads of self.reader, "AND name = $1"), &[&ledger.as_str()])?;
        row.map(|row| Columns::new(&row, "ledgers").head().map(|(_, head)| head)).transpose()
    }

    fn assets(&self, ledger: &Name) -> Result<Vec<AssetRow>, Fault> {
        let rows = self.rows(ASSETS_SHOWN, &[&ledger.as_str()])?;
        rows.iter().map(|row| Columns::new(row, "assets").asset()).collect()
    }

    fn account(&self, ledger: &Name, name: &Name) -> Result<Option<LoadedAccount>, Fault> {
        let sql = select!(accounts
            "FROM ledgers l
             CROSS JOIN LATERAL (SELECT * FROM accounts a WHERE a.ledger = l.no AND a.name = $2 OFFSET 0) a
             LEFT JOIN LATERAL (SELECT * FROM balances b WHERE b.ledger = l.no AND b.account = a.no OFFSET 0) b ON true
             WHERE l.name = $1 AND NOT l.arriving ORDER BY b.asset");
        Ok(loaded_accounts(&self.rows(sql, &[&ledger.as_str(), &name.as_str()])?)?.into_iter().next())
    }

    fn account_name(&self, ledger: &Name, account: AccountNo) -> Result<Option<Name>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let sql = "SELECT name FROM accounts WHERE ledger = $1 AND no = $2";
        let row = self.first(sql, &[&no.0, &integer(account.0)])?;
        row.map(|row| Columns::new(&row, "accounts").name("name")).transpose()
    }

    fn account_names(&self, ledger: &Name, numbers: &[AccountNo]) -> Result<Vec<Option<Name>>, Fault> {
        let mut names = vec![None; numbers.len()];
        let Some(no) = self.no(ledger)? else { return Ok(names) };
        let asked: Vec<i64> = numbers.iter().map(|no| integer(no.0)).collect();
        let sql = "SELECT asked.place, a.name FROM unnest($2::int8[]) WITH ORDINALITY AS asked (no, place)
             CROSS JOIN LATERAL (SELECT a.name FROM accounts a WHERE a.ledger = $1 AND a.no = asked.no OFFSET 0) a";
        for row in self.rows(sql, &[&no.0, &asked])? {
            let mut columns = Columns::new(&row, "accounts");
            let place = usize::try_from(columns.get::<i64>("place")?).unwrap_or(usize::MAX);
            if let Some(name) = names.get_mut(place.saturating_sub(1)) {
                *name = Some(columns.name("name")?);
            }
        }
        Ok(names)
    }

    fn accounts(
        &self,
        ledger: &Name,
        prefix: &str,
        after: Option<&Name>,
        limit: usize,
    ) -> Result<Vec<LoadedAccount>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        // '~' sorts after every byte that a name may have.
        let (end, after) = (format!("{prefix}~"), after.map_or("", Name::as_str));
        let sql = select!(accounts
            "FROM (SELECT * FROM accounts WHERE ledger = $1 AND name >= $2 AND name < $3 AND name > $4
               ORDER BY name LIMIT $5) a
             LEFT JOIN LATERAL (SELECT * FROM balances b WHERE b.ledger = $1 AND b.account = a.no OFFSET 0) b ON true
             ORDER BY a.name, b.asset");
        loaded_accounts(&self.rows(sql, &[&no.0, &prefix, &end, &after, &bound(limit)])?)
    }

    fn account_count(&self, ledger: &Name, prefix: &str, max: usize) -> Result<usize, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(0) };
        // Only the index of names is read, as far as it is counted.
        let sql = "SELECT count(*) AS accounts FROM (
            SELECT 1 FROM accounts WHERE ledger = $1 AND name >= $2 AND name < $3 LIMIT $4) a";
        let rows = self.rows(sql, &[&no.0, &prefix, &format!("{prefix}~"), &bound(max)])?;
        let counted = rows.first().map_or(Ok(0), |row| Columns::new(row, "accounts").get::<i64>("accounts"))?;
        Ok(usize::try_from(counted).unwrap_or_default())
    }

    fn effects(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Effect>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql = select!(journal "FROM journal j WHERE j.ledger = $1 AND j.seq > $2 ORDER BY j.seq LIMIT $3");
        self.journal(sql, &[&no.0, &integer(after.0), &bound(limit)])
    }

    fn effects_before(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Effect>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql = select!(journal "FROM journal j WHERE j.ledger = $1 AND j.seq < $2 ORDER BY j.seq DESC LIMIT $3");
        self.journal(sql, &[&no.0, &integer(before.0), &bound(limit)])
    }

    fn effect(&self, ledger: &Name, seq: Seq) -> Result<Option<Effect>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let sql = select!(journal "FROM journal j WHERE j.ledger = $1 AND j.seq = $2");
        Ok(self.journal(sql, &[&no.0, &integer(seq.0)])?.into_iter().next())
    }

    fn effects_at(&self, ledger: &Name, seqs: &[Seq]) -> Result<Vec<Option<Effect>>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(vec![None; seqs.len()]) };
        let asked: Vec<i64> = seqs.iter().map(|seq| integer(seq.0)).collect();
        let found = self.journal(EFFECTS_AT, &[&no.0, &asked])?.into_iter().map(|effect| (effect.seq, effect));
        let found: HashMap<Seq, Effect> = found.collect();
        Ok(seqs.iter().map(|seq| found.get(seq).cloned()).collect())
    }

    fn chain(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        from: Seq,
        limit: usize,
    ) -> Result<Vec<Effect>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        // One look-up in the journal's key a step, all in the database.
        let sql = select!(journal
            "FROM (WITH RECURSIVE chain (step, seq, previous) AS (
               SELECT 1, c.seq, CASE WHEN c.source = $2 THEN c.source_previous ELSE c.destination_previous END
               FROM journal c WHERE c.ledger = $1 AND c.seq = $4
               UNION ALL
               SELECT chain.step + 1, c.seq, CASE WHEN c.source = $2 THEN c.source_previous ELSE c.destination_previous END
               FROM chain
               CROSS JOIN LATERAL (SELECT * FROM journal c WHERE c.ledger = $1 AND c.seq = chain.previous OFFSET 0) c
               WHERE chain.step < $5)
             SELECT step, seq FROM chain) step
             CROSS JOIN LATERAL (SELECT * FROM journal j WHERE j.ledger = $1 AND j.seq = step.seq OFFSET 0) j
             WHERE j.asset = $3 AND (j.source = $2 OR j.destination = $2) ORDER BY step.step");
        let steps = i32::try_from(limit).unwrap_or(i32::MAX);
        self.journal(sql, &[&no.0, &integer(account.0), &integer(asset.0), &integer(from.0), &steps])
    }

    fn outcome(&self, ledger: &Name, id: Id) -> Result<Option<IdRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let sql = "SELECT seq, fingerprint, kind FROM journal WHERE ledger = $1 AND outcome_id = $2";
        let row = self.first(sql, &[&no.0, &uuid(id)])?;
        row.map(|row| Columns::new(&row, "journal").outcome()).transpose()
    }

    fn outcomes(&self, ledger: &Name, ids: &[Id]) -> Result<Vec<Option<IdRow>>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(vec![None; ids.len()]) };
        let asked: Vec<_> = ids.iter().map(|id| uuid(*id)).collect();
        let mut found: HashMap<Id, IdRow> = HashMap::new();
        for row in self.rows(OUTCOMES, &[&no.0, &asked])? {
            let mut columns = Columns::new(&row, "journal");
            found.insert(columns.id("id")?, columns.outcome()?);
        }
        Ok(ids.iter().map(|id| found.get(id).copied()).collect())
    }

    fn reference(&self, ledger: &Name, reference: &str) -> Result<Option<Seq>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let sql = "SELECT seq FROM transaction_references WHERE ledger = $1 AND reference = $2";
        Ok(self.seqs(sql, &[&no.0, &reference.as_bytes()])?.first().copied())
    }

    fn metadata(&self, ledger: &Name, key: &str, value: &str, before: Seq, limit: usize) -> Result<Vec<Seq>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql = "SELECT seq FROM transaction_metadata WHERE ledger = $1 AND pair = $2 AND seq < $3
             ORDER BY seq DESC LIMIT $4";
        self.seqs(sql, &[&no.0, &pair(key, value), &integer(before.0), &bound(limit)])
    }

    fn state(&self, ledger: &Name, seq: Seq) -> Result<Option<(Id, TransactionState)>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let sql = select!(states "FROM transaction_states s WHERE s.ledger = $1 AND s.seq = $2");
        let found = self.transaction_states(sql, &[&no.0, &integer(seq.0)])?;
        Ok(found.first().map(|(_, id, state)| (*id, *state)))
    }

    fn states_at(&self, ledger: &Name, seqs: &[Seq]) -> Result<Vec<Option<(Id, TransactionState)>>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(vec![None; seqs.len()]) };
        let asked: Vec<i64> = seqs.iter().map(|seq| integer(seq.0)).collect();
        let sql = select!(states
            "FROM unnest($2::int8[]) AS asked (seq)
             CROSS JOIN LATERAL (SELECT * FROM transaction_states s WHERE s.ledger = $1 AND s.seq = asked.seq OFFSET 0) s");
        let found = self.transaction_states(sql, &[&no.0, &asked])?;
        let found: HashMap<Seq, (Id, TransactionState)> =
            found.into_iter().map(|(seq, id, state)| (seq, (id, state))).collect();
        Ok(seqs.iter().map(|seq| found.get(seq).copied()).collect())
    }

    fn states(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<(Seq, Id, TransactionState)>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql =
            select!(states "FROM transaction_states s WHERE s.ledger = $1 AND s.seq > $2 ORDER BY s.seq LIMIT $3");
        self.transaction_states(sql, &[&no.0, &integer(after.0), &bound(limit)])
    }

    fn states_before(
        &self,
        ledger: &Name,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<(Seq, Id, TransactionState)>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql =
            select!(states "FROM transaction_states s WHERE s.ledger = $1 AND s.seq < $2 ORDER BY s.seq DESC LIMIT $3");
        self.transaction_states(sql, &[&no.0, &integer(before.0), &bound(limit)])
    }

    fn due_holds(&self, of: Option<&Name>, now: Timestamp, limit: usize) -> Result<Vec<(Name, Id)>, Fault> {
        // hold_expiries_by_time is read from its left edge. What another node serves, that node gives up.
        let sql = "SELECT l.name, s.id FROM hold_expiries h
             CROSS JOIN LATERAL (SELECT * FROM ledgers l WHERE l.no = h.ledger OFFSET 0) l
             CROSS JOIN LATERAL (
               SELECT s.id FROM transaction_states s WHERE s.ledger = h.ledger AND s.seq = h.seq OFFSET 0) s
             WHERE h.expires_at <= $1 AND ($4::text IS NULL OR l.name = $4) AND NOT l.arriving AND ($2::text IS NULL OR l.owner = $2 OR l.owner IS NULL OR l.lease_until < now())
             ORDER BY h.expires_at, h.ledger, h.seq LIMIT $3";
        let rows = self.rows(sql, &[&now.0, &self.reader.node, &bound(limit), &of.map(Name::as_str)])?;
        let due = rows.iter().map(|row| {
            let mut columns = Columns::new(row, "hold_expiries");
            Ok((columns.name("name")?, columns.id("id")?))
        });
        due.collect()
    }

    fn milestone(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        after: Timestamp,
    ) -> Result<Option<Seq>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let sql = "SELECT seq FROM milestones WHERE ledger = $1 AND account = $2 AND asset = $3 AND at > $4
             ORDER BY at, seq LIMIT 1";
        Ok(self.seqs(sql, &[&no.0, &integer(account.0), &integer(asset.0), &after.0])?.first().copied())
    }

    fn off_date(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        up_to: Seq,
    ) -> Result<Option<OffDateRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let sql = "SELECT seq, sum FROM off_dates WHERE ledger = $1 AND account = $2 AND asset = $3 AND seq <= $4
             ORDER BY seq DESC LIMIT 1";
        let row = self.first(sql, &[&no.0, &integer(account.0), &integer(asset.0), &integer(up_to.0)])?;
        let read = |row: Row| {
            let mut columns = Columns::new(&row, "off_dates");
            Ok(OffDateRow { account, asset, seq: columns.seq("seq")?, sum: columns.date_sum("sum")? })
        };
        row.map(read).transpose()
    }

    fn buckets(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        level: u8,
        range: std::ops::Range<i64>,
    ) -> Result<Vec<(i64, DateSum)>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql = "SELECT bucket, sum FROM off_date_buckets
             WHERE ledger = $1 AND account = $2 AND asset = $3 AND level = $4 AND bucket >= $5 AND bucket < $6
             ORDER BY bucket";
        let place: [Value<'_>; 6] =
            [&no.0, &integer(account.0), &integer(asset.0), &i32::from(level), &range.start, &range.end];
        let read = |row: &Row| {
            let mut columns = Columns::new(row, "off_date_buckets");
            Ok((columns.get("bucket")?, columns.date_sum("sum")?))
        };
        self.rows(sql, &place)?.iter().map(read).collect()
    }

    fn busiest(&self, ledger: &Name) -> Result<(u64, Vec<Name>), Fault> {
        let Some(no) = self.no(ledger)? else { return Ok((0, Vec::new())) };
        // Its plan, whatever there is of either: the right edge of the ledger in one index, the rows that are equal to
        // it, and of each the name.
        //   Sort (r.account)
        //     InitPlan: Limit
        //       Index Only Scan Backward using entry_ranks_by_entries (ledger = $1 AND entries IS NOT NULL)
        //     Nested Loop
        //       Bitmap Heap Scan on entry_ranks r
        //         Bitmap Index Scan on entry_ranks_by_entries (ledger = $1 AND entries = the greatest)
        //       Index Scan using accounts_pkey (ledger = $1 AND no = r.account)
        let sql = "SELECT r.entries, a.name FROM entry_ranks r
             CROSS JOIN LATERAL (SELECT a.name FROM accounts a WHERE a.ledger = $1 AND a.no = r.account OFFSET 0) a
             WHERE r.ledger = $1 AND r.entries = (SELECT max(entries) FROM entry_ranks WHERE ledger = $1)
             ORDER BY r.account";
        let (mut most, mut names) = (0, Vec::new());
        for row in self.rows(sql, &[&no.0])? {
            let mut columns = Columns::new(&row, "entry_ranks");
            most = columns.unsigned("entries")?;
            names.push(columns.name("name")?);
        }
        names.dedup();
        Ok((most, names))
    }

    fn deferred(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Seq>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql = "SELECT seq FROM deferred WHERE ledger = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        self.seqs(sql, &[&no.0, &integer(after.0), &bound(limit)])
    }

    fn balances(
        &self,
        ledger: &Name,
        after: Option<(AccountNo, AssetNo)>,
        limit: usize,
    ) -> Result<Vec<BalanceRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let (account, asset) = after.unwrap_or((AccountNo(0), AssetNo(0)));
        let sql =
            "SELECT b.account, b.asset, b.min_balance, b.max_balance, b.posted, b.pending_in, b.pending_out, b.entries,
               b.last, b.off_date
             FROM balances b WHERE b.ledger = $1 AND (b.account, b.asset) > ($2, $3)
             ORDER BY b.account, b.asset LIMIT $4";
        let rows = self.rows(sql, &[&no.0, &integer(account.0), &integer(asset.0), &bound(limit)])?;
        let balances = rows.iter().map(|row| Columns::new(row, "balances").balance_row().transpose());
        balances.flatten().collect()
    }

    fn batches(&self, ledger: &Name, after: BatchNo, limit: usize) -> Result<Vec<BatchRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql = "SELECT batch, last, at, hash FROM batches WHERE ledger = $1 AND batch > $2 ORDER BY batch LIMIT $3";
        let rows = self.rows(sql, &[&no.0, &integer(after.0), &bound(limit)])?;
        rows.iter().map(|row| Columns::new(row, "batches").batch()).collect()
    }
}
