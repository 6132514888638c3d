//! Bringing a database up to this release's schema, once, however many nodes start at the same time.
//!
//! Who migrates holds a row lock in a table of its own; the others wait for it, and find the work done. Nothing is
//! written to a database that a newer release has written, or where a right is missing.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::connect::Target;
use crate::Fault;

mod migrations {
    refinery::embed_migrations!("src/postgres/migrations");
}

const LOCK_TABLE: &str = "CREATE TABLE IF NOT EXISTS migration_lock (no integer PRIMARY KEY)";
const LOCK_ROW: &str = "INSERT INTO migration_lock (no) VALUES (1) ON CONFLICT DO NOTHING";
const LOCK: &str = "BEGIN; SELECT no FROM migration_lock WHERE no = 1 FOR UPDATE";

/// The oldest schema that readers read as this release's. So `verify` and `export` work on the database of an earlier
/// release before anything is changed there.
const READABLE_SINCE: i64 = 4;

/// The schema since which heads say what is meant by default, and whether a ledger is archived.
pub(crate) const STATES_SINCE: i64 = 8;

/// Times that making the lock's table is tried: two nodes that make it at the same instant may both be refused once.
const ATTEMPTS_MAX: usize = 5;

/// Whether a database must be at this release's schema already, or is brought to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    /// It is migrated.
    BringUp,
    /// It is only looked at.
    Expect,
}

/// Checks the schema, and migrates where that is asked for.
/// Gives the version that it has then.
pub(crate) async fn migrate(target: &Target, client: &mut Client, schema: Schema) -> Result<i64, Fault> {
    let known = known_schema();
    let found = found(target, client).await?;
    if found > known {
        return Err(Fault::Newer { path: target.shown.clone(), found, known });
    }
    match schema {
        Schema::Expect if found < READABLE_SINCE => {
            let reason = "it holds no ledgers of this release; `ducat serve` prepares it".to_owned();
            return Err(Fault::Open { path: target.shown.clone(), reason });
        }
        Schema::BringUp if found < known => {
            may_create(target, client).await?;
            run(target, client).await?;
        }
        Schema::Expect | Schema::BringUp => {}
    }
    may_write(target, client, schema).await?;
    Ok(if schema == Schema::BringUp { known } else { found })
}

/// The version of the schema that this release writes.
#[must_use]
pub fn known_schema() -> i64 {
    let runner = migrations::migrations::runner();
    runner.get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or(0)
}

/// The schema's version; 0 in an empty database.
async fn found(target: &Target, client: &mut Client) -> Result<i64, Fault> {
    let exists = client.query_one("SELECT to_regclass('refinery_schema_history') IS NOT NULL", &[]).await;
    let exists: bool = exists.and_then(|row| row.try_get(0)).map_err(|error| target.open_fault(&error))?;
    if !exists {
        return Ok(0);
    }
    let last = client.query_one("SELECT coalesce(max(version), 0)::int8 FROM refinery_schema_history", &[]).await;
    last.and_then(|row| row.try_get(0)).map_err(|error| target.open_fault(&error))
}

async fn run(target: &Target, client: &mut Client) -> Result<(), Fault> {
    let fault = |error: tokio_postgres::Error| target.open_fault(&error);
    let locker = target.connect().await?;
    // The second one waits for as long as the first takes.
    locker.batch_execute("SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0").await.map_err(fault)?;
    let mut attempts = 0;
    loop {
        attempts += 1;
        match locker.batch_execute(LOCK_TABLE).await {
            Ok(()) => break,
            Err(error) if is_race(&error) && attempts < ATTEMPTS_MAX => {}
            Err(error) => return Err(fault(error)),
        }
    }
    locker.batch_execute(LOCK_ROW).await.map_err(fault)?;
    locker.batch_execute(LOCK).await.map_err(fault)?;
    if found(target, client).await? < known_schema() {
        // All in one transaction: otherwise a migration and the note of it are two, and a crash between them is for good.
        let runner = migrations::migrations::runner().set_grouped(true);
        let migrated = runner.run_async(client).await;
        migrated.map_err(|error| Fault::Open { path: target.shown.clone(), reason: error.to_string() })?;
        tracing::info!(database = %target.shown, "the database has this release's schema");
    }
    locker.batch_execute("COMMIT").await.map_err(fault)
}

fn is_race(error: &tokio_postgres::Error) -> bool {
    let races = [SqlState::UNIQUE_VIOLATION, SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT];
    error.code().is_some_and(|code| races.contains(code))
}

async fn may_create(target: &Target, client: &Client) -> Result<(), Fault> {
    let sql = "SELECT current_user::text, current_schema()::text,
                 coalesce(has_schema_privilege(current_user, current_schema(), 'CREATE'), false)";
    let row = client.query_one(sql, &[]).await.map_err(|error| target.open_fault(&error))?;
    let (user, schema, may): (String, Option<String>, bool) = (row.get(0), row.get(1), row.get(2));
    if may {
        return Ok(());
    }
    let schema = schema.unwrap_or_else(|| "public".to_owned());
    let reason = format!("{user} may not create tables here; GRANT CREATE ON SCHEMA {schema} TO {user}");
    Err(Fault::Open { path: target.shown.clone(), reason })
}

async fn may_write(target: &Target, client: &Client, schema: Schema) -> Result<(), Fault> {
    let rights = match schema {
        Schema::BringUp => "SELECT,INSERT,UPDATE,DELETE",
        Schema::Expect => "SELECT",
    };
    for right in rights.split(',') {
        let sql = format!(
            "SELECT current_user::text, coalesce(min(t), '')::text
             FROM unnest(ARRAY['ledgers', 'assets', 'accounts', 'balances', 'journal', 'transaction_references',
               'transaction_metadata', 'transaction_states', 'hold_expiries', 'milestones', 'off_dates', 'off_date_buckets',
               'batches', 'entry_ranks', 'deferred', 'points_programs', 'points_purses', 'points_lots', 'points_due',
               'points_refunds', 'advances_books', 'advances', 'advances_due', 'advances_transactions', 'advances_runs',
               'advances_exceptions', 'nodes', 'node_complaints', 'locks', 'secrets', 'uses']) AS t
             WHERE NOT has_table_privilege(current_user, to_regclass(t), '{right}')"
        );
        let row = client.query_one(&sql, &[]).await.map_err(|error| target.open_fault(&error))?;
        let (user, table): (String, String) = (row.get(0), row.get(1));
        if !table.is_empty() {
            let reason = format!("{user} lacks a right; GRANT {right} ON {table} and all tables beside it TO {user}");
            return Err(Fault::Open { path: target.shown.clone(), reason });
        }
    }
    Ok(())
}
