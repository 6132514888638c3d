//! The store on PostgreSQL, for any number of nodes.
//!
//! Always true: a ledger has one head row, and whoever commits compares it, so two nodes can never both write; its lease
//! stands in that row (see `lease.rs`). Whatever a batch's size, it costs a constant number of round trips. On the path of
//! a commit stands only SQL that engines speaking this protocol share: no sequences, advisory locks, LISTEN, triggers,
//! temporary tables or partial indexes; the ledger comes first in every key.

use tokio::runtime::Runtime;
use tokio_postgres::Client;

use crate::Fault;

mod advances;
mod connect;
mod lease;
mod migrate;
mod numeric;
mod points;
mod reader;
mod rows;
mod session;
mod statements;
mod stored;
mod writer;

use connect::Target;
pub use connect::shown;
pub use lease::{LEASE, LeaseBook, Node, Role};
use migrate::Schema;
pub use reader::PostgresReader;
pub use writer::PostgresStore;

/// A runtime on the thread that uses it: an answer wakes nobody else.
fn runtime_here() -> Result<Runtime, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Fault::Database(format!("no event queue: {error}")))
}

/// Connects once, checks server, schema and rights, and migrates where that is asked for.
async fn prepare(target: &Target, schema: Schema) -> Result<(), Fault> {
    let mut client = target.connect().await?;
    target.check(&client).await?;
    migrate::migrate(target, &mut client, schema).await
}

/// The secret that nodes of one database share: made by whoever needs it first.
async fn secret(target: &Target) -> Result<[u8; 32], Fault> {
    let client = target.connect().await?;
    let fault = |error: tokio_postgres::Error| target.open_fault(&error);
    let mut fresh = [0; 32];
    let random = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut fresh).map_err(|_| Fault::Database("the system has no randomness to give".to_owned()))?;
    insert_secret(&client, &fresh).await.map_err(fault)?;
    let stored: Vec<u8> = client.query_one("SELECT secret FROM secrets WHERE no = 1", &[]).await.map_err(fault)?.get(0);
    let wrong = || Fault::Inconsistent { table: "secrets", column: "secret", key: "1".to_owned() };
    stored.as_slice().try_into().map_err(|_| wrong())
}

async fn insert_secret(client: &Client, secret: &[u8; 32]) -> Result<u64, tokio_postgres::Error> {
    let sql = "INSERT INTO secrets (no, secret) VALUES (1, $1) ON CONFLICT DO NOTHING";
    client.execute(sql, &[&secret.as_slice()]).await
}
