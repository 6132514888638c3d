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
}

/// The thread that keeps a node's leases.
#[derive(Debug)]
pub(super) struct Keeper {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub fn start(target: Target, node: Node, book: Arc<LeaseBook>) -> Result<Keeper, Fault> {
        let failed = |error: std::io::Error| Fault::Database(format!("no thread for the leases: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (stop, stopped) = channel();
        let keeping = move || Keeping { target, node, book, client: None, runtime }.run(&stopped);
        let thread = std::thread::Builder::new().name("ducat-leases".to_owned()).spawn(keeping).map_err(failed)?;
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
    fn attempt(&mut self, timeout: Duration, work: Work) -> Result<(), Fault> {
        let Keeping { target, node, book, client, runtime } = self;
        runtime.block_on(async {
            let connected = match client.take() {
                Some(client) if !client.is_closed() => client,
                _ => target.connect().await?,
            };
            let done = match work {
                Work::Beat => tokio::time::timeout(timeout, beat(&connected, node, book)).await,
                Work::Leave => tokio::time::timeout(timeout, leave(&connected, node, book)).await,
            };
            match done {
                Ok(Ok(())) => {
                    *client = Some(connected);
                    Ok(())
                }
                Ok(Err(error)) => Err(Fault::Database(super::connect::sentence(&error))),
                Err(_) => Err(Fault::Database("the database does not answer".to_owned())),
            }
        })
    }
}

#[derive(Clone, Copy)]
enum Work {
    Beat,
    Leave,
}

/// Renews what is used, tells the others that this node lives, and hands over what another node should have.
async fn beat(client: &Client, node: &Node, book: &LeaseBook) -> Result<(), tokio_postgres::Error> {
    let seconds = node.lease.as_secs_f64();
    let used = book.used(node.lease * IDLE_LEASES);
    if !used.is_empty() {
        let names: Vec<&str> = used.iter().map(|(ledger, _)| ledger.as_str()).collect();
        let until = Instant::now() + node.lease;
        // Rows are locked in order of their key, as every commit does: nobody waits in a circle.
        let renewed = client
            .query(
                "UPDATE ledgers SET lease_until = now() + $3::float8 * interval '1 second' WHERE no IN
                   (SELECT no FROM ledgers WHERE name = ANY($1::text[]) AND owner = $2 ORDER BY no FOR UPDATE)
                 RETURNING name, epoch",
                &[&names, &node.url, &seconds],
            )
            .await?;
        let renewed: HashMap<&str, i64> = renewed.iter().map(|row| (row.get(0), row.get(1))).collect();
        for (ledger, epoch) in &used {
            match renewed.get(ledger.as_str()) {
                Some(stored) if u64::try_from(*stored) == Ok(*epoch) => {
                    book.extend(ledger, *epoch, until, Renewal::Beat);
                }
                // Taken over, or taken anew by our own writer: that one has written its own line.
                Some(_) => {}
                None => book.drop_lease(ledger),
            }
        }
    }
    if node.role == Role::Server {
        let alive = client
            .query(
                "WITH me AS (INSERT INTO nodes (url, seen_at) VALUES ($1, now())
                   ON CONFLICT (url) DO UPDATE SET seen_at = excluded.seen_at RETURNING url)
                 SELECT url FROM me UNION SELECT url FROM nodes WHERE seen_at > now() - $2::float8 * interval '1 second'",
                &[&node.url, &seconds],
            )
            .await?;
        let alive: Vec<&str> = alive.iter().map(|row| row.get(0)).collect();
        for (ledger, epoch) in &used {
            if let Some(other) = preferred(&alive, ledger).filter(|other| *other != node.url) {
                hand_over(client, node, book, (ledger, *epoch), other).await?;
            }
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
    book.drop_lease(ledger);
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

/// Releases everything.
async fn leave(client: &Client, node: &Node, book: &LeaseBook) -> Result<(), tokio_postgres::Error> {
    book.held.write().clear();
    client.execute("DELETE FROM nodes WHERE url = $1", &[&node.url]).await?;
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
