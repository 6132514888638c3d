//! `kill -9` in the middle of a load, again and again: what was acknowledged is there, once, and nothing is half-done.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::http::Client;
use crate::{Server, verify_clean};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

/// Times the server is killed.
const KILLS: usize = 20;

/// Transfers in a batch; each has two postings, so a half-done one would show.
const BATCH: usize = 200;

fn id(client: usize, batch: usize, place: usize) -> String {
    format!("019d0000-{client:04x}-7000-8000-{batch:06x}{place:06x}")
}

fn batch_body(client: usize, batch: usize) -> String {
    let one = |place| {
        format!(
            r#"{{"id":"{}","postings":[{{"source":"world","destination":"a{client}","amount":3}},{{"source":"a{client}","destination":"b{client}","amount":2}}]}}"#,
            id(client, batch, place)
        )
    };
    let all: Vec<String> = (0..BATCH).map(one).collect();
    format!(r#"{{"results":"rejected","transactions":[{}]}}"#, all.join(","))
}

/// Sends batches until the server is gone. Gives how many were acknowledged.
fn send_until_gone(address: &str, client: usize, first: usize, acknowledged: &AtomicUsize) -> usize {
    let Ok(mut connection) = Client::connect(address) else { return 0 };
    let mut count = 0;
    while let Ok((200, body)) =
        connection.call("POST", "/v1/ledgers/shop/transactions/batch", &batch_body(client, first + count))
    {
        assert_eq!(body, r#"{"results":[]}"#);
        count += 1;
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
    count
}

#[test]
fn killed_servers_lose_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("crash.db");
    let mut rng = fastrand::Rng::with_seed(9);
    // For each client, the batches that were acknowledged, and the one that was under way when the server was killed.
    let mut sent: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut next = [0usize; 2];
    for _ in 0..KILLS {
        let server = Server::start(&store);
        let address = server.address.clone();
        let mut client = Client::connect(&address).expect("it listens");
        client.call("POST", "/v1/ledgers", LEDGER).expect("it answers");
        let acknowledged = AtomicUsize::new(0);
        let wanted = 1 + rng.usize(..12);
        let counts: Vec<usize> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..2)
                .map(|client| {
                    let (address, acknowledged, first) = (&address, &acknowledged, next[client]);
                    scope.spawn(move || send_until_gone(address, client, first, acknowledged))
                })
                .collect();
            // The moment to kill is an event: some batches are in, the next are under way.
            while acknowledged.load(Ordering::SeqCst) < wanted {
                std::thread::yield_now();
            }
            server.kill();
            senders.into_iter().map(|sender| sender.join().expect("a sender")).collect()
        });
        for (client, count) in counts.into_iter().enumerate() {
            let first = next[client];
            sent.entry(client).or_default().extend(first..first + count);
            // The one under way may have landed or not; it is not sent again, so that what landed shows.
            next[client] = first + count + 1;
        }
        verify_clean(folder.path(), "crash.db");
    }
    let server = Server::start(&store);
    let mut client = Client::connect(&server.address).expect("it listens");
    for (sender, batches) in &sent {
        for batch in batches {
            for place in [0, BATCH / 2, BATCH - 1] {
                let path = format!("/v1/ledgers/shop/transactions/{}", id(*sender, *batch, place));
                let (status, body) = client.call("GET", &path, "").expect("it answers");
                assert_eq!(status, 200, "{path}: {body}");
            }
        }
        // Every acknowledged batch counts once; one more for each kill may have landed; none is half-done.
        let (_, body) =
            client.call("GET", &format!("/v1/ledgers/shop/accounts/b{sender}/balance"), "").expect("it answers");
        let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        let whole = usize::try_from(body["posted"].as_u64().expect("a number")).expect("small");
        assert_eq!(whole % (2 * BATCH), 0, "a batch is there whole or not at all: {whole}");
        let landed = whole / (2 * BATCH);
        assert!((batches.len()..=batches.len() + KILLS).contains(&landed), "{landed} landed, {} said", batches.len());
    }
    // Sent again, every acknowledged batch is a replay and changes nothing.
    for (sender, batches) in &sent {
        let path = format!("/v1/ledgers/shop/accounts/b{sender}/balance");
        let posted = |client: &mut Client| {
            let (_, body) = client.call("GET", &path, "").expect("it answers");
            serde_json::from_str::<serde_json::Value>(&body).expect("JSON")["posted"].clone()
        };
        let before = posted(&mut client);
        for batch in batches.iter().rev().take(3) {
            let body = batch_body(*sender, *batch);
            let (status, body) = client.call("POST", "/v1/ledgers/shop/transactions/batch", &body).expect("it answers");
            assert_eq!((status, body.as_str()), (200, r#"{"results":[]}"#));
        }
        assert_eq!(posted(&mut client), before);
    }
    assert_eq!(server.terminate(), Some(0));
    verify_clean(folder.path(), "crash.db");
}

#[test]
fn a_second_server_on_a_file_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("held.db");
    let server = Server::start(&store);
    let second = crate::ducat(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--store", "sqlite:held.db"]);
    assert_eq!(second.status.code(), Some(2));
    let said = crate::text(&second.stderr);
    assert!(said.contains("held.db is held by another server"), "{said}");
    // Nor through another name of the same file.
    std::os::unix::fs::symlink(&store, folder.path().join("link.db")).expect("a link");
    let linked = crate::ducat(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--store", "sqlite:link.db"]);
    assert_eq!(linked.status.code(), Some(2), "{}", crate::text(&linked.stderr));
    // Reading needs no ownership.
    verify_clean(folder.path(), "held.db");
    assert_eq!(server.terminate(), Some(0));
}
