//! The door of a server: who gets in, how keys are made without one, and what a server refuses to be without.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::Client;
use crate::nodes::addresses;
use crate::{Server, ducat, text};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

/// Runs `ducat keys` and gives what it printed.
fn keys(folder: &Path, arguments: &[&str]) -> String {
    let run = ducat(folder, &[&["keys"], arguments].concat());
    assert_eq!(run.status.code(), Some(0), "{arguments:?}: {}", text(&run.stderr));
    text(&run.stdout).trim().to_owned()
}

fn call(address: &str, key: Option<&str>, method: &str, path: &str, body: &str) -> (u16, Value) {
    let header = key.map_or_else(String::new, |key| format!("Authorization: Bearer {key}\r\n"));
    let mut client = Client::connect(address).expect("it listens");
    let (status, body) = client.call_with(&header, method, path, body).expect("it responds");
    (status, serde_json::from_str(&body).unwrap_or_default())
}

fn id(key: &str) -> &str {
    key.split('_').nth(1).expect("a key has an id")
}

#[test]
fn keys_of_a_store_that_is_served_and_of_one_that_is_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (at, store) = (folder.path(), ["--store", "sqlite:door.db"]);
    let root = keys(at, &[&["create", "--name", "root", "--scope", "admin", "--ledger", "*"], &store[..]].concat());
    let server = Server::start(&at.join("door.db"));
    let address = server.address.clone();
    assert_eq!(call(&address, None, "GET", "/v1/ledgers", "").0, 401);
    assert_eq!(call(&address, Some(&root), "POST", "/v1/ledgers", LEDGER).0, 201);
    assert_eq!(call(&address, Some(&root), "POST", "/v1/ledgers", &LEDGER.replace("shop", "empty")).0, 201);
    for file in ["door.db", "door.db.sock"] {
        let mode = std::fs::metadata(at.join(file)).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    // Through the socket beside the file, while the server has it open.
    let create = ["create", "--name", "till 7", "--scope", "write", "--ledger", "shop", "--expires", "90d"];
    let till = keys(at, &[&create, &store[..]].concat());
    let transfer = r#"{"postings":[{"source":"world","destination":"a","amount":5}]}"#;
    assert_eq!(call(&address, Some(&till), "POST", "/v1/ledgers/shop/transactions", transfer).0, 201);
    assert_eq!(call(&address, Some(&till), "GET", "/v1/keys", "").0, 403);
    let listed = keys(at, &[&["list", "--json"], &store[..]].concat());
    let listed: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(listed.len(), 2);
    let till_row = listed.iter().find(|row| row["name"] == "till 7").expect("it is listed");
    assert!(till_row["last_used_at"].is_string() && till_row["expires_at"].is_string(), "{till_row}");
    // Over HTTP, with the admin key from a file.
    std::fs::write(at.join("root.key"), format!("{root}\n")).expect("it can be written");
    let url = format!("http://{address}");
    let remote = ["--server", &url, "--key-file", "root.key"];
    let next = keys(at, &[&["rotate", id(&till), "--grace", "0s"], &remote[..]].concat());
    assert_eq!(call(&address, Some(&till), "GET", "/v1/ledgers/shop", "").0, 401);
    assert_eq!(call(&address, Some(&next), "GET", "/v1/ledgers/shop", "").0, 200);
    // A key in place of its id would stand in a URL.
    let whole = ducat(at, &[&["keys", "revoke", &next], &remote[..]].concat());
    assert!(whole.status.code() == Some(2) && text(&whole.stderr).contains("16 hexadecimal digits"));
    keys(at, &[&["revoke", id(&next)], &remote[..]].concat());
    assert_eq!(call(&address, Some(&next), "GET", "/v1/ledgers/shop", "").0, 401);
    // What was recorded says who asked; the operator has a name of his own.
    let (_, events) = call(&address, Some(&root), "GET", "/v1/ledgers/shop/events", "");
    let by: Vec<&Value> = events["data"].as_array().expect("events").iter().map(|event| &event["by"]).collect();
    assert!(by.contains(&&json!(format!("key:{}", id(&till)))), "{by:?}");
    assert_eq!(server.terminate(), Some(0));
    assert!(!at.join("door.db.sock").exists());
    // When a key was used is still known when the server was stopped.
    let listed = keys(at, &[&["list", "--json"], &store[..]].concat());
    let rows: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(rows.iter().all(|row| row["first_used_at"].is_string() && row["last_used_at"].is_string()), "{listed}");
    let deleted = ducat(at, &["ledger", "delete", "empty", "--store", "sqlite:door.db"]);
    assert_eq!(deleted.status.code(), Some(0), "{}", text(&deleted.stderr));
    // Whoever lost every key makes another where the store is.
    keys(at, &[&["revoke", id(&root)], &store[..]].concat());
    let back = keys(at, &[&["create", "--name", "back", "--scope", "admin", "--ledger", "*"], &store[..]].concat());
    let server = Server::start(&at.join("door.db"));
    assert_eq!(call(&server.address, Some(&root), "GET", "/v1/ledgers/shop", "").0, 401);
    assert_eq!(call(&server.address, Some(&back), "GET", "/v1/ledgers/shop", "").0, 200);
    // What was done where the store is was done by its operator.
    let (_, audit) = call(&server.address, Some(&back), "GET", "/v1/audit", "");
    let acts: Vec<(&str, &str)> = audit["data"]
        .as_array()
        .expect("acts")
        .iter()
        .map(|act| (act["act"].as_str().unwrap_or_default(), act["by"].as_str().unwrap_or_default()))
        .collect();
    for act in ["key_created", "key_revoked", "ledger_deleted"] {
        assert!(acts.contains(&(act, "actor:operator")), "{act}: {acts:?}");
    }
    assert_eq!(server.terminate(), Some(0));
    crate::verify_clean(at, "door.db");
}

/// Why a server is not ready is for those who may know how it is.
#[test]
fn readiness_says_more_to_whoever_has_a_key() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let create = |name, scope, ledger| {
        keys(at, &["create", "--name", name, "--scope", scope, "--ledger", ledger, "--store", "sqlite:door.db"])
    };
    let (root, scraper, till) =
        (create("root", "admin", "*"), create("scraper", "metrics", "*"), create("till", "admin", "shop"));
    let server = Server::start(&at.join("door.db"));
    let ready = |key: Option<&str>| call(&server.address, key, "GET", "/readyz", "");
    assert_eq!(ready(None), (200, json!({"status": "ready"})));
    assert!(ready(Some(&root)).1["notes"].is_array());
    assert_eq!(ready(Some("ducat_0123456789abcdef_wrong")), (200, json!({"status": "ready"})), "it asks for none");
    std::fs::rename(at.join("door.db"), at.join("away.db")).expect("it can be moved");
    assert_eq!(call(&server.address, Some(&root), "POST", "/v1/ledgers", LEDGER).0, 503);
    for (key, is_told) in [(None, false), (Some(&till), false), (Some(&root), true), (Some(&scraper), true)] {
        let (status, said) = ready(key.map(String::as_str));
        assert_eq!((status, &said["code"]), (503, &json!("store_unavailable")), "{said}");
        assert_eq!(
            said["reasons"][0]["detail"].as_str().is_some_and(|detail| detail.contains("moved")),
            is_told,
            "{said}"
        );
        assert_eq!(said.to_string().contains("door.db"), is_told, "{said}");
    }
    server.kill();
}

/// A key that comes with the deployment is made once, and stays what it was made into.
#[test]
fn an_admin_key_from_a_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let root = keys(at, &["generate"]);
    std::fs::write(at.join("admin"), format!("{root}\n")).expect("it can be written");
    let scraper = keys(at, &["generate"]);
    std::fs::write(at.join("scraper"), &scraper).expect("it can be written");
    for store in ["sqlite:door.db", &ducat_test_postgres::database()] {
        let nodes = if store.starts_with("sqlite") { 1 } else { 2 };
        let serve = |address: &String| {
            let base = ["serve", "--log", "off", "--listen", address, "--store", store];
            let files = ["--admin-key-file", "admin", "--metrics-key-file", "scraper"];
            Server::spawn(std::process::Command::new(crate::DUCAT).current_dir(at).args(base).args(files))
        };
        let addresses = addresses(nodes);
        for _ in 0..2 {
            let servers: Vec<Server> = addresses.iter().map(serve).collect();
            for address in &addresses {
                assert_eq!(call(address, None, "GET", "/v1/keys", "").0, 401);
                let (status, listed) = call(address, Some(&root), "GET", "/v1/keys", "");
                assert!(status == 200 && listed["data"].as_array().is_some_and(|keys| keys.len() == 2), "{listed}");
                assert_eq!(call(address, Some(&scraper), "GET", "/metrics", "").0, 200);
                assert_eq!(call(address, Some(&scraper), "GET", "/v1/ledgers", "").0, 403);
            }
            assert!(servers.into_iter().all(|server| server.terminate() == Some(0)));
        }
        keys(at, &["revoke", id(&root), "--store", store]);
        let server = serve(&addresses[0]);
        assert_eq!(call(&addresses[0], Some(&root), "GET", "/v1/keys", "").0, 401, "a revoked key is not made anew");
        assert_eq!(server.terminate(), Some(0));
        let verified = ducat(at, &["verify", "--store", store]);
        assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
    }
    std::fs::write(at.join("admin"), &root[..40]).expect("it can be written");
    let refused =
        ducat(at, &["serve", "--listen", "127.0.0.1:0", "--admin-key-file", "admin", "--store", "sqlite:other.db"]);
    let said = text(&refused.stderr);
    assert!(refused.status.code() == Some(2) && said.contains("ducat keys generate"), "{said}");
    assert!(!said.contains(&root[..40]), "{said}");
}

#[test]
fn what_a_server_that_others_reach_needs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let serve = |more: &[&str]| {
        let base = ["serve", "--log", "error", "--store", "sqlite:door.db"];
        [&base, more].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let refused = |more: &[&str], says: &str| {
        let arguments = serve(more);
        let run = ducat(at, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let said = text(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{more:?}: {said}");
        assert!(said.contains(says) && said.lines().count() == 1, "{said}");
    };
    refused(&["--listen", "0.0.0.0:0"], "ducat keys create");
    refused(&["--listen", "0.0.0.0:0", "--insecure", "no-tls"], "--insecure no-keys");
    refused(&["--listen", "0.0.0.0:0", "--insecure", "no-keys"], "--insecure no-tls");
    refused(&["--listen", "0.0.0.0:0", "--dev"], "loopback");
    let key = keys(at, &["create", "--name", "root", "--scope", "admin", "--ledger", "*", "--store", "sqlite:door.db"]);
    refused(&["--listen", "0.0.0.0:0"], "--insecure no-tls");
    let run = |more: &[&str]| {
        let arguments = serve(more);
        let mut command = std::process::Command::new(crate::DUCAT);
        Server::spawn(command.current_dir(at).args(arguments))
    };
    let server = run(&["--listen", "0.0.0.0:0", "--insecure", "no-tls"]);
    let address = server.address.replace("0.0.0.0", "127.0.0.1");
    assert_eq!(call(&address, None, "GET", "/v1/ledgers", "").0, 401);
    assert_eq!(call(&address, Some(&key), "GET", "/v1/ledgers", "").0, 200);
    assert_eq!(server.terminate(), Some(0));
    // A waiver that was forgotten opens no door, and one that stands open leaves no way in behind.
    let server = run(&["--listen", "127.0.0.1:0", "--insecure", "no-keys"]);
    assert_eq!(call(&server.address, None, "GET", "/v1/ledgers", "").0, 401);
    assert_eq!(server.terminate(), Some(0));
    let server = run(&["--listen", "127.0.0.1:0", "--dev"]);
    assert_eq!(call(&server.address, None, "GET", "/v1/ledgers", "").0, 200);
    let more = r#"{"name":"more","scope":"admin","ledgers":["*"]}"#;
    assert_eq!(call(&server.address, None, "POST", "/v1/keys", more).0, 403);
    assert_eq!(server.terminate(), Some(0));
}

/// A key that one node makes or revokes counts at the others within a second, and a stream of it ends.
#[test]
fn a_revoked_key_is_refused_at_every_node() {
    let database = ducat_test_postgres::database();
    let addresses = addresses(3);
    let nodes: Vec<Server> = addresses.iter().map(|at| Server::start_at(&database, at)).collect();
    let everyone = r#"{"name":"root","scope":"admin","ledgers":["*"]}"#;
    let (status, made) = call(&addresses[0], None, "POST", "/v1/keys", everyone);
    assert_eq!(status, 201, "{made}");
    let root = made["key"].as_str().expect("a key").to_owned();
    let within_a_second = |address: &str, key: &str, status: u16| {
        let begun = Instant::now();
        while call(address, Some(key), "GET", "/v1/ledgers", "").0 != status {
            assert!(begun.elapsed() < Duration::from_secs(1), "{address} goes on");
            std::thread::yield_now();
        }
    };
    for address in &addresses {
        within_a_second(address, &root, 200);
        let begun = Instant::now();
        while call(address, None, "GET", "/v1/ledgers", "").0 != 401 {
            assert!(begun.elapsed() < Duration::from_secs(1), "{address} has no door");
        }
    }
    // Any node makes keys, whichever serves the ledger that they are in.
    for (making, using) in [(1, 2), (2, 0), (0, 1)] {
        let read = r#"{"name":"reader","scope":"read","ledgers":["*"]}"#;
        let (status, made) = call(&addresses[making], Some(&root), "POST", "/v1/keys", read);
        assert_eq!(status, 201, "{made}");
        let key = made["key"].as_str().expect("a key");
        within_a_second(&addresses[using], key, 200);
        let revoked = call(&addresses[using], Some(&root), "DELETE", &format!("/v1/keys/{}", id(key)), "");
        assert_eq!(revoked.0, 200, "{}", revoked.1);
        for address in &addresses {
            within_a_second(address, key, 401);
        }
    }
    for node in nodes {
        assert_eq!(node.terminate(), Some(0));
    }
}

/// A key that asks too often is refused with the time to wait, and others are not; so is an address that takes too many
/// connections.
#[test]
fn rates_of_keys_and_places_of_addresses() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let store = ["--store", "sqlite:door.db"];
    let key = |name| keys(at, &[&["create", "--name", name, "--scope", "admin", "--ledger", "*"], &store[..]].concat());
    let (busy, other) = (key("busy"), key("other"));
    let limits = ["--key-rate", "5", "--connections-per-address-max", "3"];
    let base = ["serve", "--listen", "127.0.0.1:0", "--log", "off"];
    let mut command = std::process::Command::new(crate::DUCAT);
    let server = Server::spawn(command.current_dir(at).args([&base, &limits[..], &store].concat()));
    let mut client = Client::connect(&server.address).expect("it listens");
    let mut ask = |key: &str| {
        let header = format!("Authorization: Bearer {key}\r\n");
        client.call_with(&header, "GET", "/v1/ledgers", "").expect("it responds")
    };
    let refused = (0..100).map(|_| ask(&busy)).find(|(status, _)| *status == 429).expect("it asks too often");
    assert!(refused.1.contains("rate_limited") && refused.1.contains("retry_after_ms"), "{}", refused.1);
    assert_eq!(ask(&other).0, 200);
    let mut held: Vec<Client> = Vec::new();
    let is_refused = (0..10).any(|_| {
        let mut next = Client::connect(&server.address).expect("it listens");
        let response = next.call("GET", "/healthz", "");
        held.push(next);
        response.map_or(true, |(status, _)| status == 503)
    });
    assert!(is_refused && held.len() < 5, "{}", held.len());
    assert_eq!(server.terminate(), Some(0));
}

/// Effects say who asked by a number. In another store the same number must not be another's.
#[test]
fn acts_are_nobody_elses_in_another_store() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let create = |store: &str, name: &str| {
        let store = format!("sqlite:{store}");
        keys(at, &["create", "--name", name, "--scope", "admin", "--ledger", "*", "--store", &store])
    };
    let root = create("own.db", "root");
    let server = Server::start(&at.join("own.db"));
    assert_eq!(call(&server.address, Some(&root), "POST", "/v1/ledgers", LEDGER).0, 201);
    assert_eq!(server.terminate(), Some(0));
    let export = ["export", "journal", "--format", "ndjson", "--ledger", "shop", "--store", "sqlite:own.db"];
    let exported = ducat(at, &export);
    assert_eq!(exported.status.code(), Some(0), "{}", text(&exported.stderr));
    std::fs::write(at.join("shop.ndjson"), &exported.stdout).expect("it can be written");
    // Keys go along where they can.
    let moved = ducat(at, &["move", "--from", "sqlite:own.db", "--to", "sqlite:moved.db", "--ledger", "shop"]);
    assert_eq!(moved.status.code(), Some(0), "{}{}", text(&moved.stdout), text(&moved.stderr));
    let by = |store: &str, key: &str| {
        let server = Server::start(&at.join(store));
        let (status, events) = call(&server.address, Some(key), "GET", "/v1/ledgers/shop/events", "");
        assert_eq!(status, 200, "{events}");
        assert_eq!(server.terminate(), Some(0));
        events["data"][0]["by"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(by("moved.db", &root), format!("key:{}", id(&root)));
    // A store with keys of its own takes neither.
    let innocent = create("other.db", "innocent");
    let moved = ducat(at, &["move", "--from", "sqlite:own.db", "--to", "sqlite:other.db"]);
    assert!(moved.status.code() == Some(2) && text(&moved.stderr).contains("no keys"), "{}", text(&moved.stderr));
    let import = |store: &str| ducat(at, &["import", "shop.ndjson", "--ledger", "shop", "--store", store]);
    let imported = import("sqlite:other.db");
    assert!(
        imported.status.code() == Some(2) && text(&imported.stderr).contains("has keys"),
        "{}",
        text(&imported.stderr)
    );
    drop(innocent);
    // In one without keys the numbers are given to no key.
    let imported = import("sqlite:fresh.db");
    assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
    let later = create("fresh.db", "later");
    assert_eq!(by("fresh.db", &later), "foreign:4");
    crate::verify_clean(at, "fresh.db");
}
