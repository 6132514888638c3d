//! How a node stands among those that share a store: whether it may hold leases, and what it knows of the others.
//!
//! Always true: a node with a hindrance takes no lease and gives up those that it has. The keeper of the leases writes
//! here what the database says, the watch between nodes which address leads to which process; everyone else only reads.
//! A change of state is logged once, here, where it is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ducat_domain::numbers::Timestamp;
use parking_lot::RwLock;
use uuid::Uuid;

/// Clocks that differ by more than this are warned of: synchronised ones are within milliseconds.
const CLOCK_WARNING_MICROS: i64 = 1_000_000;

/// How far a node's clock may be from the database's while it holds leases, when nothing else is said: more than any
/// synchronised clock ever is, and less than the shortest hold that matters.
pub const CLOCK_SKEW_MAX: Duration = Duration::from_secs(5);

/// What keeps a node from holding leases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hindrance {
    /// It has not found itself under its own address yet.
    Unproven,
    /// Its clock is too far from the database's.
    Clock,
    /// Most of the others cannot reach it.
    Unreachable,
    /// Another process has its address.
    Replaced,
}

/// How far this node's clock is ahead of the database's, in microseconds; negative when it is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockOffset {
    /// The best estimate.
    pub micros: i64,
    /// How far the estimate may be wrong either way: half of the round trip.
    pub within_micros: i64,
}

impl ClockOffset {
    /// The offset of a clock that was read right before and right after the database read its own.
    #[must_use]
    pub fn measured(before: Timestamp, database: Timestamp, after: Timestamp) -> ClockOffset {
        let within_micros = after.0.saturating_sub(before.0).max(0) / 2;
        let micros = before.0.saturating_add(within_micros).saturating_sub(database.0);
        ClockOffset { micros, within_micros }
    }

    /// By how much the clocks differ at least, whatever the round trip took.
    #[must_use]
    pub fn certain_micros(&self) -> i64 {
        self.micros.saturating_abs().saturating_sub(self.within_micros).max(0)
    }
}

impl std::fmt::Display for ClockOffset {
    /// As in `3600.0 s ahead of the database's`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenths = self.micros.unsigned_abs() / 100_000;
        let side = if self.micros < 0 { "behind" } else { "ahead of" };
        write!(f, "{}.{} s {side} the database's", tenths / 10, tenths % 10)
    }
}

/// A node that is alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Where it is reached, and under which it holds leases.
    pub url: String,
    /// The process that is there.
    pub process: Uuid,
    /// Whether it takes ledgers.
    pub accepts: bool,
    /// Its settings, `name=value`, one per line.
    pub settings: String,
}

/// One node's state, shared by all that read or write it.
#[derive(Debug)]
pub struct Standing {
    url: String,
    process: Uuid,
    settings: String,
    may_serve: AtomicBool,
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    hindrances: BTreeMap<Hindrance, String>,
    clock: Option<ClockOffset>,
    clock_is_off: bool,
    secret: [u8; 32],
    others: Vec<Peer>,
    /// Nodes that this one cannot reach, and why.
    unreachable: BTreeMap<String, String>,
    /// Differences of settings that were warned of.
    differing: BTreeSet<String>,
}

impl Standing {
    /// A node with no hindrance that knows of no other.
    #[must_use]
    pub fn new(url: String, process: Uuid, settings: String) -> Standing {
        let may_serve = AtomicBool::new(true);
        Standing { url, process, settings, may_serve, state: RwLock::default() }
    }

    /// Where the others reach this node.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What distinguishes this process from every other.
    #[must_use]
    pub fn process(&self) -> Uuid {
        self.process
    }

    /// Its settings, `name=value`, one per line.
    #[must_use]
    pub fn settings(&self) -> &str {
        &self.settings
    }

    /// Whether it may hold leases.
    #[must_use]
    pub fn may_serve(&self) -> bool {
        self.may_serve.load(Ordering::SeqCst)
    }

    /// Why it may hold no leases.
    #[must_use]
    pub fn hindrance(&self) -> Option<String> {
        self.state.read().hindrances.values().next().cloned()
    }

    /// Whether this is what keeps it from holding leases, or a part of it.
    #[must_use]
    pub fn is_hindered_by(&self, hindrance: Hindrance) -> bool {
        self.state.read().hindrances.contains_key(&hindrance)
    }

    /// Something keeps it from holding leases from now on, for this reason.
    pub fn hinder(&self, hindrance: Hindrance, reason: String) {
        let mut state = self.state.write();
        self.may_serve.store(false, Ordering::SeqCst);
        // A node that is starting has no ledgers yet: what hinders it is said when it has found itself.
        let is_starting = hindrance == Hindrance::Unproven || state.hindrances.contains_key(&Hindrance::Unproven);
        if !is_starting && !state.hindrances.contains_key(&hindrance) {
            tracing::error!(reason, "this node gives its ledgers up and takes no more");
        }
        state.hindrances.insert(hindrance, reason);
    }

    /// That does not keep it from holding leases any more.
    pub fn clear(&self, hindrance: Hindrance) {
        let mut state = self.state.write();
        if state.hindrances.remove(&hindrance).is_none() {
            return;
        }
        match state.hindrances.values().next() {
            Some(reason) if hindrance == Hindrance::Unproven => {
                tracing::error!(reason, "this node takes no ledgers");
            }
            Some(_) => {}
            None => {
                self.may_serve.store(true, Ordering::SeqCst);
                if hindrance != Hindrance::Unproven {
                    tracing::info!("this node takes ledgers again");
                }
            }
        }
    }

    /// How far its clock is from the database's, as last measured.
    #[must_use]
    pub fn clock(&self) -> Option<ClockOffset> {
        self.state.read().clock
    }

    /// Its clock was compared with the database's; over `max` it may hold no leases.
    pub fn compare_clock(&self, offset: ClockOffset, max: Duration) {
        let is_off = offset.certain_micros() > CLOCK_WARNING_MICROS;
        let max_micros = i64::try_from(max.as_micros()).unwrap_or(i64::MAX);
        {
            let mut state = self.state.write();
            state.clock = Some(offset);
            match (state.clock_is_off, is_off) {
                (false, true) => {
                    tracing::warn!("this machine's clock is {offset}; set it right, ledgers are stamped by it")
                }
                (true, false) => tracing::info!("this machine's clock agrees with the database's again"),
                (true, true) | (false, false) => {}
            }
            state.clock_is_off = is_off;
        }
        if offset.certain_micros() > max_micros {
            let seconds = max.as_secs();
            let remedy = format!("more than {seconds} s apart (--clock-skew-max-s): set the clock that is wrong");
            self.hinder(Hindrance::Clock, format!("this machine's clock is {offset}, {remedy}"));
        } else {
            self.clear(Hindrance::Clock);
        }
    }

    /// What the nodes of this database show each other now.
    #[must_use]
    pub fn secret(&self) -> [u8; 32] {
        self.state.read().secret
    }

    /// The secret as it stands in the database. It may be replaced while nodes run.
    pub fn set_secret(&self, secret: [u8; 32]) {
        if self.state.read().secret != secret {
            self.state.write().secret = secret;
        }
    }

    /// The others that are alive.
    #[must_use]
    pub fn others(&self) -> Vec<Peer> {
        self.state.read().others.clone()
    }

    /// Whether another node is alive, as far as the database says.
    #[must_use]
    pub fn is_alive(&self, url: &str) -> bool {
        self.state.read().others.iter().any(|peer| peer.url == url)
    }

    /// The others that are alive, as the database has them now.
    pub fn meet(&self, others: Vec<Peer>) {
        let differing: BTreeSet<String> = others.iter().filter_map(|peer| difference(peer, &self.settings)).collect();
        let mut state = self.state.write();
        for sentence in differing.difference(&state.differing) {
            tracing::warn!("{sentence}; give all nodes the same settings");
        }
        state.differing = differing;
        state.unreachable.retain(|url, _| others.iter().any(|peer| peer.url == *url));
        state.others = others;
    }

    /// The nodes that may be given a ledger: alive, willing, and within this node's reach. This node is among them
    /// while it may hold leases.
    #[must_use]
    pub fn candidates(&self) -> Vec<String> {
        let state = self.state.read();
        let others = state.others.iter().filter(|peer| peer.accepts && !state.unreachable.contains_key(&peer.url));
        let own = self.may_serve().then(|| self.url.clone());
        others.map(|peer| peer.url.clone()).chain(own).collect()
    }

    /// Why another node cannot be reached, where that was found out and not disproved since.
    #[must_use]
    pub fn unreachable(&self, url: &str) -> Option<String> {
        self.state.read().unreachable.get(url).cloned()
    }

    /// All that cannot be reached, and why.
    #[must_use]
    pub fn all_unreachable(&self) -> BTreeMap<String, String> {
        self.state.read().unreachable.clone()
    }

    /// Another node was found under its address, or something else was.
    pub fn found(&self, url: &str, found: Result<(), String>) {
        let mut state = self.state.write();
        match found {
            Ok(()) => {
                if state.unreachable.remove(url).is_some() {
                    tracing::info!(node = url, "another node can be reached again");
                }
            }
            Err(reason) => {
                if !state.unreachable.contains_key(url) {
                    tracing::warn!(node = url, reason, "another node cannot be reached");
                }
                state.unreachable.insert(url.to_owned(), reason);
            }
        }
    }
}

/// What another node has set otherwise, in a sentence.
fn difference(peer: &Peer, own: &str) -> Option<String> {
    let ours: BTreeMap<&str, &str> = pairs(own);
    let theirs: BTreeMap<&str, &str> = pairs(&peer.settings);
    let names: BTreeSet<&str> = ours.keys().chain(theirs.keys()).copied().collect();
    let value = |of: &BTreeMap<&str, &str>, name| of.get(name).copied().unwrap_or("not set").to_owned();
    let differing: Vec<String> = names
        .into_iter()
        .filter(|name| ours.get(name) != theirs.get(name))
        .map(|name| format!("{name} is {} there and {} here", value(&theirs, name), value(&ours, name)))
        .collect();
    (!differing.is_empty()).then(|| format!("node {} has other settings: {}", peer.url, differing.join(", ")))
}

fn pairs(settings: &str) -> BTreeMap<&str, &str> {
    settings.lines().filter_map(|line| line.split_once('=')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing() -> Standing {
        Standing::new("http://a".to_owned(), Uuid::nil(), "batch-max=10\npage-max=5".to_owned())
    }

    fn peer(url: &str, settings: &str) -> Peer {
        Peer { url: url.to_owned(), process: Uuid::max(), accepts: true, settings: settings.to_owned() }
    }

    #[test]
    fn a_clock_is_off_only_as_far_as_the_round_trip_cannot_explain() {
        for (before, database, after, micros, certain) in [
            (10_000_000, 10_000_000, 10_000_000, 0, 0),
            (10_000_000, 11_000_000, 12_000_000, 0, 0),
            (10_000_000, 10_000_000, 14_000_000, 2_000_000, 0),
            (13_000_000, 10_000_000, 14_000_000, 3_500_000, 3_000_000),
            (10_000_000, 20_000_000, 12_000_000, -9_000_000, 8_000_000),
        ] {
            let offset = ClockOffset::measured(Timestamp(before), Timestamp(database), Timestamp(after));
            assert_eq!((offset.micros, offset.certain_micros()), (micros, certain), "{before} {database} {after}");
        }
        let text = |micros| ClockOffset { micros, within_micros: 0 }.to_string();
        assert_eq!(text(3_600_000_000), "3600.0 s ahead of the database's");
        assert_eq!(text(-1_250_000), "1.2 s behind the database's");
    }

    #[test]
    fn a_node_holds_leases_while_nothing_hinders_it() {
        let standing = standing();
        let far = ClockOffset { micros: 3_600_000_000, within_micros: 1_000 };
        standing.hinder(Hindrance::Unproven, "it was not proved".to_owned());
        standing.compare_clock(far, CLOCK_SKEW_MAX);
        standing.clear(Hindrance::Unproven);
        assert!(!standing.may_serve());
        assert!(standing.hindrance().is_some_and(|reason| reason.contains("3600.0 s ahead")));
        standing.compare_clock(far, Duration::from_secs(3_601));
        assert!(standing.may_serve() && standing.hindrance().is_none());
    }

    #[test]
    fn ledgers_go_to_nodes_that_are_willing_and_within_reach() {
        let standing = standing();
        let unwilling = Peer { accepts: false, ..peer("http://d", "") };
        standing.meet(vec![peer("http://b", ""), peer("http://c", ""), unwilling]);
        standing.found("http://c", Err("nothing listens there".to_owned()));
        assert_eq!(standing.candidates(), ["http://b", "http://a"]);
        standing.hinder(Hindrance::Replaced, "another process".to_owned());
        assert_eq!(standing.candidates(), ["http://b"]);
        // Of a node that is gone nothing is remembered.
        standing.meet(vec![peer("http://b", "")]);
        assert!(standing.all_unreachable().is_empty());
    }

    #[test]
    fn settings_that_differ_are_named() {
        assert_eq!(difference(&peer("http://b", "batch-max=10\npage-max=5"), standing().settings()), None);
        let other = difference(&peer("http://b", "batch-max=7\nlog=x"), standing().settings()).expect("they differ");
        for part in ["http://b", "batch-max is 7 there and 10 here", "page-max is not set there and 5 here", "log is x"]
        {
            assert!(other.contains(part), "{other}");
        }
    }
}
