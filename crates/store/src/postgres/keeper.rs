//! The keeper of a node's leases: a thread of its own with a session of its own.
//!
//! Each beat, three a lease, it says that the node lives and learns how the others stand (`roster.rs`); then it renews
//! what is used, lets go of what is not, and hands ledgers over to the node that they prefer, so that they spread over
//! the nodes there are. While something hinders the node it does none of that: it gives all its leases up, once, and
//! raises their epochs, so that nothing that was decided before lands after it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ducat_domain::names::Name;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, Error};

use super::connect::{Target, sentence};
use super::lease::{BEATS_A_LEASE, IDLE_LEASES, LeaseBook, Node, Renewal, Role, preferred};
use super::roster;
use crate::standing::{Hindrance, Standing};
use crate::{Fault, Tenure as _};

/// How long a beat may take at least, connecting included: leases of tests are shorter than a connection takes.
const WORK_MIN: Duration = Duration::from_millis(500);

/// The thread that keeps a node's leases.
#[derive(Debug)]
pub(crate) struct Keeper {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Joins the nodes, and starts to keep. A node whose address another process has is refused.
    pub fn start(target: Target, node: Node, book: Arc<LeaseBook>, standing: Arc<Standing>) -> Result<Keeper, Fault> {
        let failed = |error: std::io::Error| Fault::Database(format!("no thread for the leases: {error}"));
        let runtime = super::runtime_here()?;
        let client = match node.role {
            Role::Server => Some(runtime.block_on(roster::join(&target, &node, &standing))?),
            Role::Guest => None,
        };
        let (stop, stopped) = channel();
        let given_up = !standing.may_serve();
        let keeping = Keeping { target, node, book, standing, client, runtime, given_up, is_failing: false };
        let run = move || keeping.run(&stopped);
        let thread = std::thread::Builder::new().name("ducat-leases".to_owned()).spawn(run).map_err(failed)?;
        Ok(Keeper { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Keeper {
    /// Leases are released before this returns: another node takes the ledgers over without waiting.
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

struct Keeping {
    target: Target,
    node: Node,
    book: Arc<LeaseBook>,
    standing: Arc<Standing>,
    client: Option<Client>,
    runtime: Runtime,
    /// Whether nothing is left to be given up.
    given_up: bool,
    /// Whether the last beat failed: only a change is logged.
    is_failing: bool,
}

#[derive(Clone, Copy)]
enum Work {
    Beat,
    Leave,
}

impl Keeping {
    fn run(mut self, stopped: &Receiver<()>) {
        let interval = self.node.lease / BEATS_A_LEASE;
        loop {
            let begun = Instant::now();
            match self.attempt(interval, Work::Beat) {
                Err(fault) if !self.is_failing => {
                    tracing::warn!(%fault, "leases cannot be renewed; trying again until they are");
                    self.is_failing = true;
                }
                Ok(()) if self.is_failing => {
                    tracing::info!("leases are renewed again");
                    self.is_failing = false;
                }
                Ok(()) | Err(_) => {}
            }
            match stopped.recv_timeout(interval.saturating_sub(begun.elapsed())) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        if let Err(fault) = self.attempt(interval, Work::Leave) {
            tracing::warn!(%fault, "leases could not be released; they end by themselves");
        }
    }

    /// Does it on the connection there is, or a new one; a database that is slow is one that fails.
    fn attempt(&mut self, time: Duration, work: Work) -> Result<(), Fault> {
        let Keeping { target, node, book, standing, client, runtime, given_up, .. } = self;
        let done = async {
            let connected = match client.take() {
                Some(client) if !client.is_closed() => client,
                _ => target.connect().await?,
            };
            let told = |error: Error| Fault::Database(sentence(&error));
            match work {
                Work::Beat => {
                    roster::announce(&connected, node, standing).await?;
                    if standing.may_serve() {
                        *given_up = false;
                        keep(&connected, node, book, standing).await.map_err(told)?;
                    } else if standing.is_hindered_by(Hindrance::Replaced) {
                        // Its leases are the other process's now.
                        book.drop_all();
                    } else if !*given_up || book.held_count() > 0 {
                        // Between two beats a hindrance may have gone and come back, and a lease was taken meanwhile.
                        give_up(&connected, node, book).await.map_err(told)?;
                        *given_up = true;
                    }
                }
                Work::Leave => leave(&connected, node, book, standing).await.map_err(told)?,
            }
            *client = Some(connected);
            Ok(())
        };
        let timed = async { tokio::time::timeout(time.max(WORK_MIN), done).await };
        runtime.block_on(timed).unwrap_or_else(|_| Err(Fault::Database("the database does not answer".to_owned())))
    }
}

/// Renews what is used, and hands over what another node should have.
async fn keep(client: &Client, node: &Node, book: &LeaseBook, standing: &Standing) -> Result<(), Error> {
    let used = book.used(node.lease * IDLE_LEASES);
    if used.is_empty() {
        return Ok(());
    }
    renew(client, node, book, &used).await?;
    if node.role == Role::Server {
        let candidates = standing.candidates();
        let candidates: Vec<&str> = candidates.iter().map(String::as_str).collect();
        for (ledger, epoch) in &used {
            if let Some(other) = preferred(&candidates, ledger).filter(|other| *other != node.url) {
                hand_over(client, node, book, (ledger, *epoch), other).await?;
            }
        }
    }
    Ok(())
}

/// Renews leases. What is being committed to is left alone: a commit renews its own.
async fn renew(client: &Client, node: &Node, book: &LeaseBook, used: &[(Name, u64)]) -> Result<(), Error> {
    let names: Vec<&str> = used.iter().map(|(ledger, _)| ledger.as_str()).collect();
    let until = Instant::now() + node.lease;
    let renewed = client
        .query(
            "UPDATE ledgers SET lease_until = greatest(lease_until, now() + $3::float8 * interval '1 second')
             WHERE no IN (SELECT no FROM ledgers WHERE name = ANY($1::text[]) AND owner = $2 ORDER BY no
               FOR UPDATE SKIP LOCKED)
             RETURNING name, epoch",
            &[&names, &node.url, &node.lease.as_secs_f64()],
        )
        .await?;
    let renewed: HashMap<&str, i64> = renewed.iter().map(|row| (row.get(0), row.get(1))).collect();
    let stored = client.query("SELECT name, epoch, owner FROM ledgers WHERE name = ANY($1::text[])", &[&names]).await?;
    let stored: HashMap<&str, (i64, Option<&str>)> =
        stored.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect();
    for (ledger, epoch) in used {
        let known = super::numeric::integer(*epoch);
        match (renewed.get(ledger.as_str()), stored.get(ledger.as_str())) {
            (Some(stored), _) if *stored == known => book.extend(ledger, *epoch, until, Renewal::Beat),
            (None, Some((stored, Some(owner)))) if *stored == known && *owner == node.url => {}
            // Someone has taken it since: what is kept under the old term serves no longer.
            _ => book.drop_term(ledger, *epoch),
        }
    }
    Ok(())
}

async fn hand_over(
    client: &Client,
    node: &Node,
    book: &LeaseBook,
    (ledger, epoch): (&Name, u64),
    other: &str,
) -> Result<(), Error> {
    // From here on nothing is answered from memory; only then may another node write.
    book.drop_term(ledger, epoch);
    let handed = client
        .execute(
            "UPDATE ledgers SET owner = $1, epoch = epoch + 1, fence = fence + 1, lease_until = now() + $2::float8 * interval '1 second'
             WHERE name = $3 AND owner = $4 AND epoch = $5",
            &[&other, &node.lease.as_secs_f64(), &ledger.as_str(), &node.url, &super::numeric::integer(epoch)],
        )
        .await?;
    if handed == 1 {
        tracing::info!(%ledger, to = other, "handed over");
    }
    Ok(())
}

/// Gives everything up. The epochs are raised: what this node decided and has not committed lands no more.
async fn give_up(client: &Client, node: &Node, book: &LeaseBook) -> Result<(), Error> {
    book.drop_all();
    client
        .execute(
            "UPDATE ledgers SET owner = NULL, lease_until = NULL, epoch = epoch + 1, fence = fence + 1 WHERE no IN
               (SELECT no FROM ledgers WHERE owner = $1 ORDER BY no FOR UPDATE)",
            &[&node.url],
        )
        .await
        .map(drop)
}

/// Releases everything, unless another process has the address by now and the leases with it.
async fn leave(client: &Client, node: &Node, book: &LeaseBook, standing: &Standing) -> Result<(), Error> {
    book.drop_all();
    let sql = "DELETE FROM nodes WHERE url = $1 AND process = $2";
    if client.execute(sql, &[&node.url, &standing.process()]).await? == 0 && node.role == Role::Server {
        return Ok(());
    }
    roster::withdraw_complaints(client, &node.url).await?;
    client
        .execute(
            "UPDATE ledgers SET owner = NULL, lease_until = NULL WHERE no IN
               (SELECT no FROM ledgers WHERE owner = $1 ORDER BY no FOR UPDATE)",
            &[&node.url],
        )
        .await
        .map(drop)
}
