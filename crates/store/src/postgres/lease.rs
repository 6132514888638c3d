//! Leases: which node serves a ledger, and until when. The protocol: `docs/design/lease.md`.
//!
//! A lease stands in the ledger's head row, by the database's clock. Taking it raises the ledger's epoch, so a node
//! that lost it can commit no more; that, and not the lease, keeps the ledger whole. What the lease gives is that
//! no one else *has* committed: under one with a second or more left, by a clock that began before it was asked for,
//! rows in memory answer for the database. The keeper (`keeper.rs`) renews them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ducat_domain::names::Name;
use ducat_domain::numbers::Timestamp;
use parking_lot::RwLock;
use uuid::Uuid;

use crate::standing::{CLOCK_SKEW_MAX, Standing};
use crate::{LeaseChanges, Tenure};

/// Who a node is to the others, and how long it keeps what it does not renew.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it is reached, and under which it holds leases.
    pub url: String,
    /// Whether others may send it commands, and hand ledgers over to it.
    pub role: Role,
    /// How long a lease lasts: long enough to be renewed twice, short enough that no one waits for long.
    pub lease: Duration,
    /// Whether it must be found under its own address before it takes a lease.
    pub proof: Proof,
    /// The clock by which it stamps ledgers, to be compared with the database's.
    pub clock: Option<NodeClock>,
    /// How far that clock may be from the database's while it holds leases.
    pub clock_skew_max: Duration,
    /// Its settings, `name=value`, one per line: the others warn of differences.
    pub settings: String,
    /// Connections to the database at most: one that commits, one that loads what is decided on meanwhile, one that keeps
    /// the leases, and the rest read.
    pub connections_max: usize,
}

/// Connections of a node when nothing else is said: three, and eight to read with, which is as many reads as two
/// processors do at once.
pub const CONNECTIONS_MAX: usize = 11;

/// Connections of a node at least: one to commit, one to load, one for the leases, one to read with.
pub const CONNECTIONS_MIN: usize = 4;

impl Node {
    /// A node that serves at an address.
    #[must_use]
    pub fn server(url: impl Into<String>) -> Node {
        Node {
            url: url.into(),
            role: Role::Server,
            lease: LEASE,
            proof: Proof::NotNeeded,
            clock: None,
            clock_skew_max: CLOCK_SKEW_MAX,
            settings: String::new(),
            connections_max: CONNECTIONS_MAX,
        }
    }

    /// A node that works for itself under a name, and goes away again.
    #[must_use]
    pub fn guest(name: impl Into<String>) -> Node {
        Node { role: Role::Guest, ..Node::server(name) }
    }

    /// Connections that are left to read with.
    pub(crate) fn readers_max(&self) -> usize {
        self.connections_max.max(CONNECTIONS_MIN) - 3
    }
}

/// Whether a node must be found under its own address before it takes a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It must.
    Needed,
    /// No one sends it commands.
    NotNeeded,
}

/// A clock that can be read from any thread.
#[derive(Clone)]
pub struct NodeClock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl NodeClock {
    /// A clock that is read so.
    pub fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> NodeClock {
        NodeClock(Arc::new(read))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl std::fmt::Debug for NodeClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NodeClock")
    }
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
pub(crate) const BEATS_A_LEASE: u32 = 3;

/// Ledgers that no one asked for in so many lengths of a lease are let go.
pub(crate) const IDLE_LEASES: u32 = 20;

/// The leases that this node holds.
#[derive(Debug)]
pub struct LeaseBook {
    held: RwLock<HashMap<Name, Held>>,
    standing: Arc<Standing>,
    margin: Duration,
    started: Instant,
    taken: AtomicU64,
    ended: AtomicU64,
}

#[derive(Debug)]
struct Held {
    epoch: u64,
    until: Instant,
    used_ms: AtomicU64,
}

impl LeaseBook {
    pub(crate) fn new(node: &Node, standing: Arc<Standing>) -> LeaseBook {
        LeaseBook {
            held: RwLock::default(),
            standing,
            margin: node.lease / BEATS_A_LEASE,
            started: Instant::now(),
            taken: AtomicU64::new(0),
            ended: AtomicU64::new(0),
        }
    }

    fn count_ended(&self, leases: usize) {
        self.ended.fetch_add(leases as u64, Ordering::Relaxed);
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn take(&self, ledger: &Name, epoch: u64, until: Instant) {
        let held = Held { epoch, until, used_ms: AtomicU64::new(self.now_ms()) };
        self.taken.fetch_add(1, Ordering::Relaxed);
        let before = self.held.write().insert(ledger.clone(), held);
        self.count_ended(usize::from(before.is_some()));
    }

    pub(crate) fn drop_lease(&self, ledger: &Name) {
        let ended = self.held.write().remove(ledger);
        self.count_ended(usize::from(ended.is_some()));
    }

    /// Drops all leases.
    pub(crate) fn drop_all(&self) {
        let ended = std::mem::take(&mut *self.held.write());
        self.count_ended(ended.len());
    }

    /// Drops a lease, unless it has been taken anew since.
    pub(crate) fn drop_term(&self, ledger: &Name, epoch: u64) {
        let mut held = self.held.write();
        if held.get(ledger).is_some_and(|held| held.epoch == epoch) {
            held.remove(ledger);
            self.count_ended(1);
        }
    }

    /// A lease that was renewed; nothing if it has been taken anew since.
    pub(crate) fn extend(&self, ledger: &Name, epoch: u64, until: Instant, by: Renewal) {
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
    pub(crate) fn used(&self, idle: Duration) -> Vec<(Name, u64)> {
        let idle_ms = u64::try_from(idle.as_millis()).unwrap_or(u64::MAX);
        let now_ms = self.now_ms();
        let mut held = self.held.write();
        let before = held.len();
        held.retain(|_, held| now_ms.saturating_sub(held.used_ms.load(Ordering::Relaxed)) < idle_ms);
        self.count_ended(before - held.len());
        held.iter().map(|(ledger, held)| (ledger.clone(), held.epoch)).collect()
    }
}

/// What renewed a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// A commit.
    Use,
    /// The keeper.
    Beat,
}

impl Tenure for LeaseBook {
    fn term(&self, ledger: &str) -> Option<u64> {
        if !self.standing.may_serve() {
            return None;
        }
        let held = self.held.read();
        let held = held.get(ledger)?;
        held.used_ms.store(self.now_ms(), Ordering::Relaxed);
        (held.until.saturating_duration_since(Instant::now()) >= self.margin).then_some(held.epoch)
    }

    fn is_held(&self, ledger: &str) -> bool {
        self.standing.may_serve() && self.held.read().contains_key(ledger)
    }

    fn may_serve(&self) -> bool {
        self.standing.may_serve()
    }

    fn held_count(&self) -> usize {
        self.held.read().len()
    }

    fn lease_changes(&self) -> LeaseChanges {
        LeaseChanges { taken: self.taken.load(Ordering::Relaxed), ended: self.ended.load(Ordering::Relaxed) }
    }
}

/// The node that a ledger prefers among those alive: all nodes find the same, and few ledgers move when one comes or
/// goes. Source: Thaler and Ravishankar, "A Name-Based Mapping Scheme for Rendezvous", 1996.
pub(crate) fn preferred<'a>(alive: &[&'a str], ledger: &Name) -> Option<&'a str> {
    let score = |url: &str| Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{url}\0{ledger}").as_bytes());
    alive.iter().copied().max_by_key(|url| score(url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standing::Hindrance;

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
        let standing = Arc::new(Standing::new("http://a".to_owned(), Uuid::nil(), String::new()));
        let book = LeaseBook::new(&Node::server("http://a"), Arc::clone(&standing));
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
        standing.hinder(Hindrance::Clock, "an hour ahead".to_owned());
        assert_eq!((book.term("book"), book.is_held("book")), (None, false), "whatever the lease says");
    }
}
