//! A machine is lost under load, with its disk, while a backup is followed: what is restored elsewhere, and what is not.
//!
//! `DUCAT_TEST_DRILL_S` says how many seconds of load there are, and holds the loss to one second. Without it the lag that the
//! backup shows is held to what it promises: whatever was acknowledged by then is restored.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ducat_test_postgres::{database, sql};

use crate::backup::{figure, run};
use crate::http::Client;
use crate::{DUCAT, Server};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

/// Clients that send one transaction at a time, and those that send many.
const CLIENTS: [usize; 4] = [1, 1, 100, 400];

/// How much may be lost of a long drill.
const LOSS_MAX: Duration = Duration::from_secs(1);

/// What a client was told: when, and how many of its transactions were recorded by then.
type Acknowledged = Vec<(Instant, u64)>;

/// Sends until the server is gone.
fn send(address: &str, client: usize, at_once: usize) -> Acknowledged {
    let one = format!(
        r#"{{"postings":[{{"source":"world","destination":"a{client}","amount":3}},{{"source":"a{client}","destination":"b{client}","amount":2}}]}}"#
    );
    let (path, body) = match at_once {
        1 => ("transactions", one),
        many => (
            "transactions/batch",
            format!(r#"{{"results":"rejected","transactions":[{}]}}"#, vec![one; many].join(",")),
        ),
    };
    let mut connection = Client::connect(address).expect("it listens");
    let (mut acknowledged, mut count) = (Acknowledged::new(), 0);
    while let Ok((200 | 201, _)) = connection.call("POST", &format!("/v1/ledgers/shop/{path}"), &body) {
        count += at_once as u64;
        acknowledged.push((Instant::now(), count));
    }
    acknowledged
}

/// Keeps signed heads, as an auditor does. Gives the number of each one's batch and the file it is in.
fn keep_heads(address: &str, folder: &Path, is_over: &AtomicBool) -> Vec<(u64, String)> {
    let mut heads = Vec::new();
    let mut connection = Client::connect(address).expect("it listens");
    while !is_over.load(Ordering::SeqCst) {
        let Ok((200, head)) = connection.call("GET", "/v1/ledgers/shop/head", "") else { break };
        let value: serde_json::Value = serde_json::from_str(&head).expect("JSON");
        let batch = value["batch"].as_u64().expect("a number");
        let key = value["public_key"].as_str().expect("a key");
        std::fs::write(folder.join("head.pub"), format!("{key}\n")).expect("it can be written");
        let file = format!("head-{}.json", heads.len());
        std::fs::write(folder.join(&file), head).expect("it can be written");
        heads.push((batch, file));
        std::thread::park_timeout(Duration::from_millis(100));
    }
    heads
}

/// Lives through the loss of a store. Says what became of it.
fn drill(folder: &Path, (store, other): (&str, &str), load: Duration, lose: impl FnOnce()) -> Duration {
    let serve = |store: &str| {
        let mut command = Command::new(DUCAT);
        command.current_dir(folder).args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", store]);
        Server::spawn(command.args(["--head-key", "head.key"]))
    };
    let server = serve(store);
    let opened = Client::connect(&server.address).and_then(|mut client| client.call("POST", "/v1/ledgers", LEDGER));
    assert_eq!(opened.expect("it responds").0, 201);
    let mut command = Command::new(DUCAT);
    command.current_dir(folder).args(["backup", "--store", store, "--to", "backup", "--follow"]);
    let mut following = Server::spawn(command.args(["--metrics-listen", "127.0.0.1:0"]));
    let (address, is_over) = (server.address.clone(), AtomicBool::new(false));
    let shown = Mutex::new(None);
    let (acknowledged, heads, killed_at) = std::thread::scope(|scope| {
        let clients: Vec<_> = CLIENTS
            .iter()
            .enumerate()
            .map(|(client, at_once)| {
                let address = &address;
                scope.spawn(move || send(address, client, *at_once))
            })
            .collect();
        let heads = scope.spawn(|| keep_heads(&address, folder, &is_over));
        let begun = Instant::now();
        while begun.elapsed() < load {
            let at = Instant::now();
            let lag = figure(&following.address, "ducat_backup_lag_seconds");
            *shown.lock().expect("no thread panicked") = Some((at, Duration::from_secs_f64(lag)));
        }
        server.kill();
        following.child.kill().expect("it runs");
        following.child.wait().expect("it ends");
        let killed_at = Instant::now();
        is_over.store(true, Ordering::SeqCst);
        let acknowledged: Vec<Acknowledged> =
            clients.into_iter().map(|client| client.join().expect("a client")).collect();
        (acknowledged, heads.join().expect("an auditor"), killed_at)
    });
    lose();
    let begun = Instant::now();
    let said = run(folder, &["restore", "--from", "backup", "--to", other]);
    assert!(said.contains("clean"), "{said}");
    let took = begun.elapsed();
    let restored = serve(other);
    let call = |path: &str| -> serde_json::Value {
        let mut client = Client::connect(&restored.address).expect("it listens");
        serde_json::from_str(&client.call("GET", path, "").expect("it responds").1).expect("JSON")
    };
    // Each client waited for its answers, so what is there of it is what it sent first.
    let (at, lag) = shown.into_inner().expect("no thread panicked").expect("it was read");
    let (mut all, mut lost, mut since) = (0, 0, killed_at);
    for (client, acknowledged) in acknowledged.iter().enumerate() {
        let balance = call(&format!("/v1/ledgers/shop/accounts/a{client}/balance"));
        let there = balance["posted"].as_u64().expect("an amount");
        let sent = acknowledged.last().map_or(0, |(_, count)| *count);
        all += sent;
        lost += sent.saturating_sub(there);
        let missing = acknowledged.iter().find(|(_, count)| *count > there);
        since = missing.map_or(since, |(at, _)| since.min(*at));
    }
    let promised = at.checked_sub(lag).expect("some time");
    assert!(since > promised, "something acknowledged {:?} before the lag that was shown is lost", promised - since);
    // What was seen of the journal by then is what it begins with.
    let batch = call("/v1/ledgers/shop/head")["batch"].as_u64().expect("a number");
    let head = heads.iter().rfind(|(of_head, _)| *of_head <= batch).expect("a head was kept");
    assert_eq!(restored.terminate(), Some(0));
    run(folder, &["verify", "--store", other, "--head", &head.1, "--key", "head.pub"]);
    let loss = killed_at - since;
    println!(
        "{} s of load: {all} transactions acknowledged, {lost} of the last {} ms lost; restored and verified in {} s, {batch} batches",
        load.as_secs(),
        loss.as_millis(),
        took.as_secs()
    );
    loss
}

#[test]
fn a_lost_machine_is_restored_elsewhere() {
    let seconds = std::env::var("DUCAT_TEST_DRILL_S").ok().map(|text| text.parse().expect("seconds"));
    let load = Duration::from_secs(seconds.unwrap_or(3));
    for is_file in [true, false] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        let loss = if is_file {
            let lose = || std::fs::remove_dir_all(at.join("disk")).expect("it is thrown away");
            std::fs::create_dir(at.join("disk")).expect("a folder");
            drill(at, ("sqlite:disk/shop.db", "sqlite:found.db"), load, lose)
        } else {
            let (store, other) = (database(), database());
            let lose = || drop(sql(&store, "DROP SCHEMA public CASCADE").expect("it is thrown away"));
            drill(at, (&store, &other), load, lose)
        };
        assert!(seconds.is_none() || loss <= LOSS_MAX, "{loss:?}");
    }
}
