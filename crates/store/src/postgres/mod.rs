//! The store on PostgreSQL, for any number of nodes.
//!
//! Always true: a ledger has one head row, and every commit compares it, so two nodes can never both write; its
//! lease stands in that row (see `lease.rs` and `keeper.rs`). Whatever a batch's size, it costs a constant number of
//! round trips. On the path of a commit stands only SQL that engines speaking this protocol share: no sequences,
//! advisory locks, LISTEN, triggers, temporary tables or partial indexes; the ledger comes first in every key.

use tokio::runtime::Runtime;
use tokio_postgres::Client;

use crate::Fault;

pub(crate) mod connect;
pub(crate) mod keeper;
pub(crate) mod lease;
pub(crate) mod migrate;
pub(crate) mod numeric;
pub(crate) mod roster;
pub(crate) mod session;
pub(crate) mod sinks;
pub(crate) mod uses;

use connect::Target;
pub use connect::shown;
pub use lease::{CONNECTIONS_MAX, CONNECTIONS_MIN, LEASE, LeaseBook, Node, NodeClock, Proof, Role};
use migrate::Schema;
pub use migrate::known_schema as schema;

/// A runtime on the thread that uses it: a response wakes no one else.
pub(crate) fn runtime_here() -> Result<Runtime, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Fault::Database(format!("no event queue: {error}")))
}

/// Connects once, checks server, schema and rights, and migrates where that is asked for. Gives the schema's version.
pub(crate) async fn prepare(target: &Target, schema: Schema) -> Result<i64, Fault> {
    let mut client = target.connect().await?;
    target.check(&client).await?;
    migrate::migrate(target, &mut client, schema).await
}

/// Makes the secret that nodes of one database share, unless another node was first.
pub(crate) async fn make_secret(target: &Target, client: &Client) -> Result<(), Fault> {
    let mut fresh = [0; 32];
    let random = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut fresh).map_err(|_| Fault::Database("the system has no randomness to give".to_owned()))?;
    let sql = "INSERT INTO secrets (no, secret) VALUES (1, $1) ON CONFLICT DO NOTHING";
    client.execute(sql, &[&fresh.as_slice()]).await.map_err(|error| target.open_fault(&error))?;
    Ok(())
}
