//! Several nodes on one PostgreSQL, and the PostgreSQL itself, stopped and killed under load.
//!
//! Clients send transactions, each under an id of its own, to any node, and again to any node until they are answered;
//! what a client was acknowledged it must find again, at once, at every node. In the end each account holds exactly
//! what was acknowledged. `DUCAT_TEST_KILLS` and `DUCAT_TEST_OUTAGE_S` make it longer.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ducat_test_postgres::{Durability, Server as Postgres, Stop, new_database};
use rustls::ClientConfig;

use crate::http::Client;
use crate::tls::Authority;
use crate::{DUCAT, Server, ducat, text};

const CLIENTS: usize = 32;
const LEDGERS: usize = 10;

/// Longer than any lease, settlement and promotion together: no one is left without an answer for so long.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// How often something is killed or stopped.
fn kills() -> usize {
    std::env::var("DUCAT_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(2)
}

/// How long the database is away at least.
fn outage() -> Duration {
    let seconds = std::env::var("DUCAT_TEST_OUTAGE_S").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(0))
}

/// A free port for each node, kept over its restarts.
pub fn addresses(count: usize) -> Vec<String> {
    let listeners: Vec<TcpListener> =
        (0..count).map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port")).collect();
    listeners.iter().map(|listener| listener.local_addr().expect("it listens").to_string()).collect()
}

/// What all clients share.
struct Load {
    addresses: Vec<String>,
    tls: Option<Arc<ClientConfig>>,
    is_over: AtomicBool,
    acknowledged: AtomicU64,
    refused: AtomicU64,
    /// The longest time until a transaction was answered.
    longest_ms: AtomicU64,
}

impl Load {
    fn new(addresses: &[String], tls: Option<&Arc<ClientConfig>>) -> Arc<Load> {
        Arc::new(Load {
            addresses: addresses.to_vec(),
            tls: tls.cloned(),
            is_over: AtomicBool::new(false),
            acknowledged: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            longest_ms: AtomicU64::new(0),
        })
    }

    /// Waits until so many more were acknowledged: the load is under way again.
    fn wait_for(&self, more: u64) {
        let (before, begun) = (self.acknowledged.load(Ordering::SeqCst), Instant::now());
        while self.acknowledged.load(Ordering::SeqCst) < before + more {
            assert!(begun.elapsed() < ANSWER_MAX, "the load goes on");
            std::thread::yield_now();
        }
    }
}

/// One client: an account of its own in every ledger, which no one else credits.
struct Caller {
    load: Arc<Load>,
    number: usize,
    connection: Option<Client>,
    at: usize,
    random: u64,
}

impl Caller {
    fn random(&mut self, below: usize) -> usize {
        // A linear congruential generator (Knuth, TAOCP 3.3.4) is random enough to choose nodes and ledgers.
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.random >> 33).unwrap_or_default() % below
    }

    /// One attempt at one node; `None` when no answer came.
    fn attempt(&mut self, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
        if self.connection.is_none() {
            self.connection = Client::connect_over(self.load.tls.as_ref(), &self.load.addresses[self.at]).ok();
        }
        let answer = self.connection.as_mut()?.call(method, path, body);
        if answer.is_err() {
            self.connection = None;
        }
        answer.ok()
    }

    /// Goes to another node when one does not answer, until one does.
    fn call(&mut self, method: &str, path: &str, body: &str) -> (u16, String) {
        let begun = Instant::now();
        loop {
            match self.attempt(method, path, body) {
                Some((status, text)) if status < 500 => {
                    let elapsed = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
                    self.load.longest_ms.fetch_max(elapsed, Ordering::SeqCst);
                    return (status, text);
                }
                Some((status, text)) => {
                    assert!(matches!(status, 503 | 504), "{status}: {text}");
                    self.load.refused.fetch_add(1, Ordering::SeqCst);
                }
                None => {}
            }
            assert!(begun.elapsed() < ANSWER_MAX, "{path} is answered");
            self.move_on();
        }
    }

    fn move_on(&mut self) {
        self.connection = None;
        self.at = self.random(self.load.addresses.len());
    }

    /// Pays into its own accounts until the load is over. Gives what each ledger acknowledged.
    fn run(mut self) -> Vec<u64> {
        let mut paid = vec![0; LEDGERS];
        let mut sequence = 0u64;
        while !self.load.is_over.load(Ordering::SeqCst) {
            let ledger = self.random(LEDGERS);
            let account = format!("clients:{}", self.number);
            let posting = format!(r#"[{{"source":"world","destination":"{account}","amount":1}}]"#);
            let mut transaction = || {
                sequence += 1;
                let id = format!("019d0000-0000-7000-8{:03x}-{sequence:012x}", self.number);
                format!(r#"{{"id":"{id}","postings":{posting}}}"#)
            };
            let base = format!("/v1/ledgers/l{ledger}");
            if self.number.is_multiple_of(4) {
                let batch = format!(r#"{{"transactions":[{},{}]}}"#, transaction(), transaction());
                let (status, text) = self.call("POST", &format!("{base}/transactions/batch"), &batch);
                assert!(status == 200 && !text.contains("error"), "{status}: {text}");
                paid[ledger] += 2;
            } else {
                let body = transaction();
                let (status, text) = self.call("POST", &format!("{base}/transactions"), &body);
                assert!(matches!(status, 200 | 201), "{status}: {text}");
                paid[ledger] += 1;
            }
            self.load.acknowledged.fetch_add(1, Ordering::SeqCst);
            if self.random(4) == 0 {
                self.move_on();
            }
            // No one else pays in here, so any node must know exactly this.
            let (status, text) = self.call("GET", &format!("{base}/accounts/{account}/balance"), "");
            assert!(status == 200 && text.contains(&format!(r#""posted":{},"#, paid[ledger])), "{paid:?}: {text}");
        }
        paid
    }
}

/// Puts the load on, lets `disturb` do its worst, and proves the sums.
fn under_load(addresses: &[String], store: &str, disturb: impl FnOnce(&Load)) -> Arc<Load> {
    under_load_over(None, addresses, store, disturb)
}

/// The same over TLS, where there is a configuration for it.
fn under_load_over(
    tls: Option<&Arc<ClientConfig>>,
    addresses: &[String],
    store: &str,
    disturb: impl FnOnce(&Load),
) -> Arc<Load> {
    let mut first = Client::connect_over(tls, &addresses[0]).expect("a node");
    for ledger in 0..LEDGERS {
        let body = format!(r#"{{"name":"l{ledger}","assets":[{{"code":"USD","scale":2}}],"implicit_accounts":true}}"#);
        let (status, text) = first.call("POST", "/v1/ledgers", &body).expect("an answer");
        assert_eq!(status, 201, "{text}");
    }
    let load = Load::new(addresses, tls);
    let callers: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let at = number % addresses.len();
            let random = number as u64 + 1;
            let caller = Caller { load: Arc::clone(&load), number, connection: None, at, random };
            std::thread::spawn(move || caller.run())
        })
        .collect();
    load.wait_for(100);
    disturb(&load);
    load.is_over.store(true, Ordering::SeqCst);
    let mut acknowledged = [0; LEDGERS];
    for caller in callers {
        let paid = caller.join().expect("no client was told anything wrong");
        acknowledged.iter_mut().zip(paid).for_each(|(sum, paid)| *sum += paid);
    }
    let mut last = Client::connect_over(tls, &addresses[0]).expect("a node");
    for (ledger, paid) in acknowledged.iter().enumerate() {
        let path = format!("/v1/ledgers/l{ledger}/accounts/world/balance");
        let (status, text) = last.call("GET", &path, "").expect("an answer");
        assert!(status == 200 && text.contains(&format!(r#""posted":-{paid},"#)), "{paid} were acknowledged: {text}");
    }
    let verified = ducat(Path::new("."), &["verify", "--store", store]);
    assert_eq!(verified.status.code(), Some(0), "{}{}", text(&verified.stdout), text(&verified.stderr));
    let (answered, refused) = (load.acknowledged.load(Ordering::SeqCst), load.refused.load(Ordering::SeqCst));
    println!(
        "{answered} requests acknowledged, {refused} refused or unknown and sent again, the longest took {} ms",
        load.longest_ms.load(Ordering::SeqCst)
    );
    load
}

/// Kills one node after the other under load, and starts it again.
fn kill_in_turns(tls: Option<&Arc<ClientConfig>>, store: &str, start: impl Fn(&str) -> Server) {
    let addresses = addresses(3);
    let mut nodes: Vec<Option<Server>> = addresses.iter().map(|at| Some(start(at))).collect();
    under_load_over(tls, &addresses, store, |load| {
        for kill in 0..kills() {
            let victim = kill % nodes.len();
            nodes[victim].take().expect("it runs").kill();
            // Every ledger is served again, whichever node had it: each client gets on.
            load.wait_for(2_000);
            nodes[victim] = Some(start(&addresses[victim]));
            load.wait_for(2_000);
        }
    });
    for node in nodes.into_iter().flatten() {
        assert_eq!(node.terminate(), Some(0));
    }
}

#[test]
fn nodes_are_killed_under_load_and_nothing_is_lost_or_doubled() {
    let store = ducat_test_postgres::database();
    kill_in_turns(None, &store, |at| Server::start_at(&store, at));
}

/// The same where nodes and clients show each other certificates.
#[test]
fn nodes_with_certificates_are_killed_under_load() {
    let store = ducat_test_postgres::database();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = Authority::new(folder.path());
    authority.issue("a node", "own");
    authority.issue("client", "client");
    let tls = ["--tls-cert", "own.pem", "--tls-key", "own.key", "--tls-client-ca", "ca.pem"];
    kill_in_turns(Some(&authority.client("client")), &store, |at| {
        let base = ["serve", "--listen", at, "--log", "error", "--store", &store];
        Server::spawn(Command::new(DUCAT).current_dir(folder.path()).args([&base[..], &tls].concat()))
    });
}

#[test]
fn the_database_stops_under_load_and_comes_back() {
    let postgres = Postgres::start(Durability::Memory).expect("a server");
    let store = new_database(&postgres.url());
    let addresses = addresses(2);
    let nodes: Vec<Server> = addresses.iter().map(|at| Server::start_at(&store, at)).collect();
    let load = under_load(&addresses, &store, |load| {
        for kill in 0..kills() {
            let how = if kill.is_multiple_of(2) { Stop::Fast } else { Stop::Kill };
            postgres.stop(how).expect("it stops");
            // While it is away every client learns so, in time to try elsewhere.
            let (refused, begun) = (load.refused.load(Ordering::SeqCst), Instant::now());
            while load.refused.load(Ordering::SeqCst) < refused + 100 || begun.elapsed() < outage() {
                assert!(begun.elapsed() < ANSWER_MAX, "clients are answered 503");
                std::thread::yield_now();
            }
            postgres.launch().expect("it starts again");
            load.wait_for(2_000);
        }
    });
    assert!(load.refused.load(Ordering::SeqCst) > 0);
    for node in nodes {
        assert_eq!(node.terminate(), Some(0));
    }
}

#[test]
fn a_standby_is_promoted_under_load() {
    let primary = Postgres::start(Durability::Memory).expect("a server");
    let database = new_database(&primary.url());
    let name = database.rsplit('/').next().expect("a name");
    let standby = primary.standby().expect("a standby");
    let store = format!("postgres://postgres@127.0.0.1:{},127.0.0.1:{}/{name}", primary.port(), standby.port());
    let addresses = addresses(2);
    let nodes: Vec<Server> = addresses.iter().map(|at| Server::start_at(&store, at)).collect();
    under_load(&addresses, &store, |load| {
        load.wait_for(1_000);
        primary.stop(Stop::Kill).expect("it is killed");
        standby.promote().expect("it becomes the primary");
        load.wait_for(2_000);
    });
    for node in nodes {
        assert_eq!(node.terminate(), Some(0));
    }
}

#[test]
fn a_wrong_store_is_one_sentence_and_status_2() {
    for (arguments, says) in [
        (&["serve", "--listen", "127.0.0.1:0", "--store", "postgres://127.0.0.1:1/none"][..], "cannot be opened"),
        (&["serve", "--listen", "127.0.0.1:0", "--store", "mysql://db/x"], "write sqlite:FILE or postgres://"),
        (&["serve", "--listen", "0.0.0.0:0", "--store", "postgres://127.0.0.1:1/none"], "--advertise"),
        (&["verify", "--store", "postgres://127.0.0.1:1/none"], "cannot be opened"),
    ] {
        let run = ducat(Path::new("."), arguments);
        let said = text(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.starts_with("ducat: ") && said.contains(says) && said.lines().count() == 1, "{said}");
    }
}
