//! Leases: which node serves a ledger, and until when.
//!
//! A lease stands in the ledger's head row, by the database's clock. Taking it raises the ledger's epoch, so a node that
//! lost it can commit no more; that, and not the lease, keeps the ledger whole. What the lease gives is that nobody else
//! *has* committed: under one with a second or more left, by a clock that began before it was asked for, rows in memory
//! answer for the database. A thread of its own renews what is used, lets go of what is not, and hands ledgers over to the
//! node that they prefer, so that they spread over the nodes there are.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ducat_domain::names::Name;
use parking_lot::RwLock;
use tokio::runtime::Runtime;
use tokio_postgres::Client;
use uuid::Uuid;

use super::connect::Target;
use crate::{Fault, Tenure};

/// Who a node is to the others, and how long it keeps what it does not renew.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it is reached, and under which it holds leases.
    pub url: String,
    /// Whether others may send it commands, and hand ledgers over to it.
    pub role: Role,
    /// How long a lease lasts: long enough to be renewed twice, short enough that nobody waits for long.
    pub lease: Duration,
}

/// What a node is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It serves.
    Server,
    /// It works for itself and goes away again.
    Guest,
}

/// How long a lease lasts.
pub const LEASE: Duration = Duration::from_secs(3);

/// How often leases are renewed, for each third of a lease.
const BEATS_A_LEASE: u32 = 3;

/// Ledgers that nobody asked for in so many lengths of a lease are let go.
const IDLE_LEASES: u32 = 20;

/// The leases that this node holds.
#[derive(Debug)]
pub struct LeaseBook {
    held: RwLock<HashMap<Name, Held>>,
    margin: Duration,
    started: Instant,
}

#[derive(Debug)]
struct Held {
    epoch: u64,
    until: Instant,
    used_ms: AtomicU64,
}

impl LeaseBook {
    pub(super) fn new(node: &Node) -> LeaseBook {
        LeaseBook { held: RwLock::default(), margin: node.lease / BEATS_A_LEASE, started: Instant::now() }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn take(&self, ledger: &Name, epoch: u64, until: Instant) {
        let held = Held { epoch, until, used_ms: AtomicU64::new(self.now_ms()) };
        self.held.write().insert(ledger.clone(), held);
    }

    pub(super) fn drop_lease(&self, ledger: &Name) {
        self.held.write().remove(ledger);
    }

    /// Drops a lease, unless it has been taken anew since.
    fn drop_term(&self, ledger: &Name, epoch: u64) {
        let mut held = self.held.write();
        if held.get(ledger).is_some_and(|held| held.epoch == epoch) {
            held.remove(ledger);
        }
    }

    /// A lease that was renewed; nothing if it has been taken anew since.
    pub(super) fn extend(&self, ledger: &Name, epoch: u64, until: Instant, by: Renewal) {
        let now_ms = self.now_ms();
        if let Some(held) = self.held.write().get_mut(ledger)
            && held.epoch == epoch
        {
            held.until = held.until.max(until);
            if by == Renewal::Use {
                held.used_ms.store(now_ms, Ordering::Relaxed);
            }
        }
    }

    /// All that are held and used; the others are let go.
    fn used(&self, idle: Duration) -> Vec<(Name, u64)> {
        let idle_ms = u64::try_from(idle.as_millis()).unwrap_or(u64::MAX);
        let now_ms = self.now_ms();
        let mut held = self.held.write();
        held.retain(|_, held| now_ms.saturating_sub(held.used_ms.load(Ordering::Relaxed)) < idle_ms);
        held.iter().map(|(ledger, held)| (ledger.clone(), held.epoch)).collect()
    }
}

/// What renewed a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renewal {
    /// A commit.
    Use,
    /// The keeper.
    Beat,
}

impl Tenure for LeaseBook {
    fn term(&self, ledger: &str) -> Option<u64> {
        let held = self.held.read();
        let held = held.get(ledger)?;
        held.used_ms.store(self.now_ms(), Ordering::Relaxed);
        (held.until.saturating_duration_since(Instant::now()) >= self.margin).then_some(held.epoch)
    }

    fn is_held(&self, ledger: &str) -> bool {
        self.held.read().contains_key(ledger)
    }
}

/// The thread that keeps a node's leases.
#[derive(Debug)]
pub(super) struct Keeper {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Joins the nodes, and starts to keep. A node whose address another process has is refused.
    pub fn start(target: Target, node: Node, book: Arc<LeaseBook>) -> Result<Keeper, Fault> {
        let failed = |error: std::io::Error| Fault::Database(format!("no thread for the leases: {error}"));
        let runtime = super::runtime_here()?;
        let process = Uuid::now_v7();
        let client = match node.role {
            Role::Server => Some(runtime.block_on(join(&target, &node, process))?),
            Role::Guest => None,
        };
        let (stop, stopped) = channel();
        let keeping = move || Keeping { target, node, process, book, client, runtime }.run(&stopped);
        let thread = std::thread::Builder::new().name("ducat-leases".to_owned()).spawn(keeping).map_err(failed)?;
        Ok(Keeper { stop: Some(stop), thread: Some(thread) })
    }
}

/// Writes the node's row. A process that is alive under the same address would be robbed of its ledgers, and rob in turn.
async fn join(target: &Target, node: &Node, process: Uuid) -> Result<Client, Fault> {
    let client = target.connect().await?;
    let fault = |error: tokio_postgres::Error| target.open_fault(&error);
    let fresh = "SELECT seen_at::text FROM nodes WHERE url = $1 AND seen_at > now() - $2::float8 * interval '1 second'";
    let seconds = node.lease.as_secs_f64();
    let before = client.query_opt(fresh, &[&node.url, &seconds]).await.map_err(fault)?;
    if let Some(before) = before {
        // Either it has just died, which is why this one starts, or it will be seen again within a beat.
        tokio::time::sleep(node.lease / BEATS_A_LEASE * 3 / 2).await;
        let after = client.query_opt(fresh, &[&node.url, &seconds]).await.map_err(fault)?;
        if after.is_some_and(|after| after.get::<_, &str>(0) != before.get::<_, &str>(0)) {
            let reason = format!("another node is alive at {}; give each its own address with --advertise", node.url);
            return Err(Fault::Open { path: target.shown.clone(), reason });
        }
    }
    let written = client
        .execute(
            "INSERT INTO nodes (url, process, seen_at) VALUES ($1, $2, now())
             ON CONFLICT (url) DO UPDATE SET process = excluded.process, seen_at = excluded.seen_at",
            &[&node.url, &process],
        )
        .await;
    written.map_err(fault)?;
    Ok(client)
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
    process: Uuid,
    book: Arc<LeaseBook>,
    client: Option<Client>,
    runtime: Runtime,
}

impl Keeping {
    fn run(mut self, stopped: &Receiver<()>) {
        let interval = self.node.lease / BEATS_A_LEASE;
        loop {
            let begun = Instant::now();
            if let Err(fault) = self.attempt(interval, Work::Beat) {
                tracing::warn!(%fault, "leases could not be renewed; trying again");
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
        let Keeping { target, node, process, book, client, runtime } = self;
        let told = |error: tokio_postgres::Error| Fault::Database(super::connect::sentence(&error));
        let done = async {
            let connected = match client.take() {
                Some(client) if !client.is_closed() => client,
                _ => target.connect().await?,
            };
            match work {
                Work::Beat => beat(&connected, node, *process, book).await.map_err(told)?,
                Work::Leave => leave(&connected, node, *process, book).await.map_err(told)?,
            }
            *client = Some(connected);
            Ok(())
        };
        let timed = async { tokio::time::timeout(time.max(WORK_MIN), done).await };
        runtime.block_on(timed).unwrap_or_else(|_| Err(Fault::Database("the database does not answer".to_owned())))
    }
}

/// How long a beat may take at least, connecting included: leases of tests are shorter than a connection takes.
const WORK_MIN: Duration = Duration::from_millis(500);

#[derive(Clone, Copy)]
enum Work {
    Beat,
    Leave,
}

/// Tells the others that this node lives, renews what is used, and hands over what another node should have.
async fn beat(client: &Client, node: &Node, process: Uuid, book: &LeaseBook) -> Result<(), tokio_postgres::Error> {
    if node.role == Role::Server {
        let sql = "UPDATE nodes SET seen_at = now() WHERE url = $1 AND process = $2";
        if client.execute(sql, &[&node.url, &process]).await? == 0 {
            tracing::error!(
                url = node.url,
                "another process has this node's address; its ledgers are left to that one"
            );
            book.held.write().clear();
            return Ok(());
        }
    }
    let used = book.used(node.lease * IDLE_LEASES);
    if used.is_empty() {
        return Ok(());
    }
    renew(client, node, book, &used).await?;
    if node.role == Role::Server {
        let sql = "SELECT url FROM nodes WHERE seen_at > now() - $1::float8 * interval '1 second'";
        let alive = client.query(sql, &[&node.lease.as_secs_f64()]).await?;
        let alive: Vec<&str> = alive.iter().map(|row| row.get(0)).collect();
        for (ledger, epoch) in &used {
            if let Some(other) = preferred(&alive, ledger).filter(|other| *other != node.url) {
                hand_over(client, node, book, (ledger, *epoch), other).await?;
            }
        }
    }
    Ok(())
}

/// Renews leases. What is being committed to is left alone: a commit renews its own.
async fn renew(
    client: &Client,
    node: &Node,
    book: &LeaseBook,
    used: &[(Name, u64)],
) -> Result<(), tokio_postgres::Error> {
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
        let known = super::rows::integer(*epoch);
        match (renewed.get(ledger.as_str()), stored.get(ledger.as_str())) {
            (Some(stored), _) if *stored == known => book.extend(ledger, *epoch, until, Renewal::Beat),
            (None, Some((stored, Some(owner)))) if *stored == known && *owner == node.url => {}
            // Somebody has taken it since: what is kept under the old term serves no longer.
            _ => book.drop_term(ledger, *epoch),
        }
    }
    Ok(())
}

/// The node that a ledger prefers among those alive: all nodes find the same, and few ledgers move when one comes or goes.
/// Source: Thaler and Ravishankar, "A Name-Based Mapping Scheme for Rendezvous", 1996.
fn preferred<'a>(alive: &[&'a str], ledger: &Name) -> Option<&'a str> {
    let score = |url: &str| Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{url}\0{ledger}").as_bytes());
    alive.iter().copied().max_by_key(|url| score(url))
}

async fn hand_over(
    client: &Client,
    node: &Node,
    book: &LeaseBook,
    (ledger, epoch): (&Name, u64),
    other: &str,
) -> Result<(), tokio_postgres::Error> {
    // From here on nothing is answered from memory; only then may another node write.
    book.drop_term(ledger, epoch);
    let handed = client
        .execute(
            "UPDATE ledgers SET owner = $1, epoch = epoch + 1, lease_until = now() + $2::float8 * interval '1 second'
             WHERE name = $3 AND owner = $4 AND epoch = $5",
            &[&other, &node.lease.as_secs_f64(), &ledger.as_str(), &node.url, &super::rows::integer(epoch)],
        )
        .await?;
    if handed == 1 {
        tracing::info!(%ledger, to = other, "handed over");
    }
    Ok(())
}

/// Releases everything, unless another process has the address by now and the leases with it.
async fn leave(client: &Client, node: &Node, process: Uuid, book: &LeaseBook) -> Result<(), tokio_postgres::Error> {
    book.held.write().clear();
    let sql = "DELETE FROM nodes WHERE url = $1 AND process = $2";
    if client.execute(sql, &[&node.url, &process]).await? == 0 && node.role == Role::Server {
        return Ok(());
    }
    client
        .execute(
            "UPDATE ledgers SET owner = NULL, lease_until = NULL WHERE no IN
               (SELECT no FROM ledgers WHERE owner = $1 ORDER BY no FOR UPDATE)",
            &[&node.url],
        )
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ledgers_spread_and_few_move() {
        let ledgers: Vec<Name> = (0..300).map(|n| Name::parse(&format!("l{n}")).expect("a name")).collect();
        let of = |alive: &[&'static str]| -> Vec<&'static str> {
            ledgers.iter().filter_map(|ledger| preferred(alive, ledger)).collect()
        };
        let three = of(&["http://a", "http://b", "http://c"]);
        for url in ["http://a", "http://b", "http://c"] {
            let share = three.iter().filter(|preferred| **preferred == url).count();
            assert!((60..=140).contains(&share), "{url} has {share} of 300");
        }
        let two = of(&["http://c", "http://a"]);
        let moved = three.iter().zip(&two).filter(|(before, after)| before != after).count();
        assert_eq!(moved, three.iter().filter(|preferred| **preferred == "http://b").count());
    }

    #[test]
    fn a_lease_answers_while_it_has_a_third_left() {
        let node = Node { url: "http://a".to_owned(), role: Role::Server, lease: LEASE };
        let book = LeaseBook::new(&node);
        let ledger = Name::parse("book").expect("a name");
        assert_eq!(book.term("book"), None);
        book.take(&ledger, 7, Instant::now() + LEASE);
        assert_eq!(book.term("book"), Some(7));
        book.take(&ledger, 8, Instant::now() + LEASE / 4);
        assert_eq!(book.term("book"), None);
        book.extend(&ledger, 7, Instant::now() + LEASE, Renewal::Beat);
        assert_eq!(book.term("book"), None, "another term's renewal");
        book.extend(&ledger, 8, Instant::now() + LEASE, Renewal::Beat);
        assert_eq!(book.term("book"), Some(8));
    }
}
