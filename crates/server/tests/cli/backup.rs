//! Backups: made next to a server, added to, killed, damaged, and restored on both stores, to the end and to a moment.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ducat_test_postgres::database;
use serde_json::{Value, json};

use crate::http::Client;
use crate::neighbours::wait_for;
use crate::releases::{put_down, put_down_dump, releases};
use crate::{DUCAT, Server, ducat, text};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

/// How often a backup is killed.
const KILLS: u32 = 12;

fn call(address: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut client = Client::connect(address).expect("it listens");
    let (status, body) = client.call(method, path, &body).expect("it responds");
    (status, serde_json::from_str(&body).unwrap_or_default())
}

fn pay(address: &str, ledger: &str, amount: u32, description: &str) -> Value {
    let body = json!({"postings":[{"source":"world","destination":"till","amount":amount}],"description":description});
    let (status, paid) = call(address, "POST", &format!("/v1/ledgers/{ledger}/transactions"), &body);
    assert_eq!(status, 201, "{paid}");
    paid
}

/// Runs something that must succeed, and gives what it said.
fn run(folder: &Path, arguments: &[&str]) -> String {
    let run = ducat(folder, arguments);
    assert_eq!(run.status.code(), Some(0), "{arguments:?}: {}{}", text(&run.stdout), text(&run.stderr));
    text(&run.stdout)
}

/// Runs something that must fail, and gives what it said.
fn refused(folder: &Path, arguments: &[&str], status: i32) -> String {
    let run = ducat(folder, arguments);
    let said = format!("{}{}", text(&run.stdout), text(&run.stderr));
    assert_eq!(run.status.code(), Some(status), "{arguments:?}: {said}");
    said
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).expect("a manifest")).expect("JSON")
}

/// Every segment of a backup.
fn segments(backup: &Path) -> Vec<std::path::PathBuf> {
    let folders = std::fs::read_dir(backup.join("ledgers")).expect("ledgers");
    folders
        .flat_map(|ledger| std::fs::read_dir(ledger.expect("a folder").path()).expect("segments"))
        .map(|file| file.expect("a file").path())
        .collect()
}

fn serve(folder: &Path, store: &str) -> Server {
    let mut command = Command::new(DUCAT);
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", store];
    Server::spawn(command.current_dir(folder).args(arguments))
}

fn open(address: &str, name: &str) {
    let ledger: Value = serde_json::from_str(&LEDGER.replace("shop", name)).expect("JSON");
    assert_eq!(call(address, "POST", "/v1/ledgers", &ledger).0, 201);
}

/// A server with a ledger that nothing was paid in yet.
fn shop(folder: &Path, store: &str) -> Server {
    let server = serve(folder, store);
    open(&server.address, "shop");
    server
}

fn head(address: &str, ledger: &str) -> Value {
    call(address, "GET", &format!("/v1/ledgers/{ledger}"), &Value::Null).1
}

#[test]
fn what_is_backed_up_is_restored() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    for (store, other) in [("sqlite:shop.db".to_owned(), database()), (database(), "sqlite:copy.db".to_owned())] {
        drop(std::fs::remove_dir_all(at.join("backup")));
        let server = shop(at, &store);
        let address = &server.address;
        for amount in 1..=20 {
            pay(address, "shop", amount, "first");
        }
        // While it is served; then what is new.
        run(at, &["backup", "--store", &store, "--to", "backup"]);
        let first = manifest(&at.join("backup"));
        let hold = json!({"postings":[{"source":"till","destination":"b","amount":7}],"pending":{"timeout_s":86_400}});
        let (_, held) = call(address, "POST", "/v1/ledgers/shop/transactions", &hold);
        let last = pay(address, "shop", 100, "second");
        run(at, &["backup", "--store", &store, "--to", "backup"]);
        assert_eq!(manifest(&at.join("backup"))["ledgers"][0]["segments"][0], first["ledgers"][0]["segments"][0]);
        assert!(run(at, &["backup", "--check", "--to", "backup"]).contains("whole"));
        let before = head(address, "shop");
        assert_eq!(server.terminate(), Some(0));
        // Elsewhere it is the same, and goes on.
        assert!(run(at, &["restore", "--from", "backup", "--to", &other]).contains("clean"));
        let restored = serve(at, &other);
        let after = head(&restored.address, "shop");
        assert_eq!(
            (&before["hash"], &before["batch"], &before["seq"]),
            (&after["hash"], &after["batch"], &after["seq"]),
            "{before} {after}"
        );
        let id = held["id"].as_str().expect("an id");
        let (status, posted) =
            call(&restored.address, "POST", &format!("/v1/ledgers/shop/transactions/{id}/post"), &json!({}));
        assert_eq!(status, 200, "a hold is open: {posted}");
        let again = json!({"id": last["id"], "postings":[{"source":"world","destination":"till","amount":100}],"description":"second"});
        let (status, repeated) = call(&restored.address, "POST", "/v1/ledgers/shop/transactions", &again);
        assert!(status < 300 && repeated["seq"] == last["seq"], "an id is known: {repeated}");
        assert_eq!(restored.terminate(), Some(0));
        // What was served since is not overwritten.
        assert!(
            refused(at, &["restore", "--from", "backup", "--to", &other], 2).contains("restore into another store")
        );
    }
}

#[test]
fn a_ledger_is_restored_to_a_moment() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let server = shop(at, "sqlite:shop.db");
    let paid: Vec<Value> = (1..=5).map(|amount| pay(&server.address, "shop", amount, "paid")).collect();
    run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    assert_eq!(server.terminate(), Some(0));
    let (seq, time) = (paid[2]["seq"].to_string(), paid[1]["at"].as_str().expect("a time"));
    for (name, until, sum) in [
        ("seq.db", vec!["--ledger", "shop", "--until-seq", &seq], 6),
        ("time.db", vec!["--until-time", time], 3),
        ("all.db", vec![], 15),
    ] {
        let store = format!("sqlite:{name}");
        run(at, &[&["restore", "--from", "backup", "--to", &store], &until[..]].concat());
        let restored = serve(at, &store);
        let (_, balance) = call(&restored.address, "GET", "/v1/ledgers/shop/accounts/till/balance", &Value::Null);
        assert_eq!(balance["posted"], sum, "{name}");
        assert_eq!(restored.terminate(), Some(0));
    }
    let none =
        run(at, &["restore", "--from", "backup", "--to", "sqlite:none.db", "--until-time", "2001-01-01T00:00:00Z"]);
    assert!(none.contains("nothing of it"), "{none}");
    assert!(
        refused(at, &["restore", "--from", "backup", "--to", "sqlite:x.db", "--ledger", "nowhere"], 2)
            .contains("no ledger nowhere")
    );
}

#[test]
fn what_is_erased_is_erased_in_the_backup() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (at, backup) = (folder.path(), folder.path().join("backup"));
    let server = shop(at, "sqlite:shop.db");
    let secret = "Jane Roe, 12 Elm Street";
    let paid = pay(&server.address, "shop", 5, secret);
    pay(&server.address, "shop", 6, "kept");
    run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    let holds = |what: &str| {
        segments(&backup).iter().any(|file| {
            let bytes = std::fs::read(file).expect("a segment");
            bytes.windows(what.len()).any(|window| window == what.as_bytes())
        })
    };
    assert!(holds(secret) && holds("kept"));
    let erase = json!({"transaction": paid["id"], "reason": "asked for"});
    let (status, erased) = call(&server.address, "POST", "/v1/ledgers/shop/redactions", &erase);
    assert!(status < 300, "{erased}");
    // A backup of before, and what came since put beside it by hand, is found out.
    let before = std::fs::read(backup.join("manifest.json")).expect("a manifest");
    let said = run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    assert!(said.contains("and 1 anew"), "{said}");
    assert!(!holds(secret) && holds("kept"));
    assert_ne!(std::fs::read(backup.join("manifest.json")).expect("a manifest"), before);
    assert!(run(at, &["backup", "--check", "--to", "backup"]).contains("whole"));
    assert!(run(at, &["restore", "--from", "backup", "--to", "sqlite:copy.db"]).contains("clean"));
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_ledger_that_was_deleted_does_not_come_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let server = shop(at, "sqlite:shop.db");
    open(&server.address, "empty");
    pay(&server.address, "shop", 5, "paid");
    assert_eq!(server.terminate(), Some(0));
    let names = || -> Vec<String> {
        let ledgers = manifest(&at.join("backup"))["ledgers"].as_array().expect("ledgers").clone();
        ledgers.iter().filter_map(|entry| entry["name"].as_str().map(str::to_owned)).collect()
    };
    run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    assert_eq!(names(), ["empty", "shop"]);
    run(at, &["ledger", "delete", "empty", "--store", "sqlite:shop.db"]);
    let create = ["keys", "create", "--name", "root", "--scope", "admin", "--ledger", "*", "--store", "sqlite:shop.db"];
    let key = run(at, &create);
    run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    assert_eq!(names(), ["$system", "shop"]);
    assert!(run(at, &["backup", "--check", "--to", "backup"]).contains("whole"));
    assert!(run(at, &["restore", "--from", "backup", "--to", "sqlite:copy.db"]).contains("clean"));
    // Keys go along as hashes: who has one has it still.
    assert!(segments(&at.join("backup")).iter().all(|file| {
        let bytes = std::fs::read(file).expect("a segment");
        !bytes.windows(64).any(|window| key.as_bytes().windows(64).any(|part| part == window))
    }));
    let copy = serve(at, "sqlite:copy.db");
    let header = format!("Authorization: Bearer {}\r\n", key.trim());
    let mut client = Client::connect(&copy.address).expect("it listens");
    assert_eq!(client.call("GET", "/v1/ledgers/shop", "").expect("it responds").0, 401);
    assert_eq!(client.call_with(&header, "GET", "/v1/ledgers/shop", "").expect("it responds").0, 200);
    assert_eq!(copy.terminate(), Some(0));
}

#[test]
fn a_backup_that_was_damaged_is_found_out() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (at, backup) = (folder.path(), folder.path().join("backup"));
    let server = shop(at, "sqlite:shop.db");
    pay(&server.address, "shop", 5, "paid");
    run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    assert_eq!(server.terminate(), Some(0));
    let file = segments(&backup).remove(0);
    let bytes = std::fs::read(&file).expect("a segment");
    let check = ["backup", "--check", "--to", "backup"];
    for place in [0, 9, bytes.len() / 2, bytes.len() - 1] {
        let mut wrong = bytes.clone();
        wrong[place] ^= 1;
        std::fs::write(&file, &wrong).expect("it can be written");
        assert!(refused(at, &check, 1).contains("other bytes"), "{place}");
        assert!(refused(at, &["restore", "--from", "backup", "--to", "sqlite:no.db"], 2).contains("other bytes"));
        std::fs::remove_file(at.join("no.db")).expect("a store without ledgers");
    }
    std::fs::remove_file(&file).expect("it can be removed");
    assert!(refused(at, &check, 1).contains("is missing"));
    std::fs::write(&file, &bytes).expect("it can be written");
    assert!(run(at, &check).contains("whole"));
    let manifest = std::fs::read_to_string(backup.join("manifest.json")).expect("a manifest");
    for (wrong, says) in [
        (manifest[..manifest.len() / 2].to_owned(), "none of a backup"),
        (manifest.replace("\"version\": 1", "\"version\": 2"), "this ducat reads 1"),
        (manifest.replace("ledgers/shop/", "ledgers/../../"), "no file of a backup"),
    ] {
        std::fs::write(backup.join("manifest.json"), wrong).expect("it can be written");
        let run = ducat(at, &check);
        let said = format!("{}{}", text(&run.stdout), text(&run.stderr));
        assert!(!run.status.success() && said.contains(says), "{says}: {said}");
    }
    // What is there already is no backup, or another's.
    std::fs::create_dir(at.join("photos")).expect("a folder");
    std::fs::write(at.join("photos/a.jpg"), "x").expect("a file");
    assert!(refused(at, &["backup", "--store", "sqlite:shop.db", "--to", "photos"], 2).contains("something else"));
    std::fs::write(backup.join("manifest.json"), &manifest).expect("it can be written");
    let other = shop(at, "sqlite:other.db");
    pay(&other.address, "shop", 6, "paid");
    assert!(refused(at, &["backup", "--store", "sqlite:other.db", "--to", "backup"], 2).contains("another folder"));
    assert_eq!(other.terminate(), Some(0));
}

/// Whenever it is killed, what the manifest names is whole; and no second one writes into the folder.
#[test]
fn a_backup_that_is_killed_leaves_the_last_one_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let server = shop(at, "sqlite:shop.db");
    let follow = || {
        let mut command = Command::new(DUCAT);
        command.current_dir(at).args(["backup", "--store", "sqlite:shop.db", "--to", "backup", "--follow"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
    };
    run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    for kill in 0..KILLS {
        let mut following = follow();
        let begun = Instant::now();
        // Each time a little later in its life.
        while begun.elapsed() < Duration::from_millis(5 + u64::from(kill * kill) * 10) {
            pay(&server.address, "shop", 1, "while it is backed up");
        }
        following.kill().expect("it runs");
        following.wait().expect("it ends");
        assert!(run(at, &["backup", "--check", "--to", "backup"]).contains("whole"), "kill {kill}");
    }
    let mut following = follow();
    let last = pay(&server.address, "shop", 1, "the last");
    wait_for("it is backed up", || manifest(&at.join("backup"))["ledgers"][0]["seq"] == last["seq"]);
    assert!(refused(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"], 2).contains("another ducat"));
    let before = head(&server.address, "shop");
    // The machine is lost, and all that it had but the backup.
    server.kill();
    following.kill().expect("it runs");
    following.wait().expect("it ends");
    std::fs::remove_file(at.join("shop.db")).expect("it is there");
    assert!(run(at, &["restore", "--from", "backup", "--to", "sqlite:found.db"]).contains("clean"));
    let found = serve(at, "sqlite:found.db");
    assert_eq!(head(&found.address, "shop")["hash"], before["hash"]);
    assert_eq!(found.terminate(), Some(0));
}

/// A store of an earlier release is backed up before it is brought up to date, and every hash stays.
#[test]
fn stores_of_earlier_releases_are_backed_up_as_they_are() {
    for release in releases() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        let state: Value =
            serde_json::from_str(&std::fs::read_to_string(release.join("state.json")).expect("a state")).expect("JSON");
        for (number, store) in [put_down(&release, at), put_down_dump(&release, at)].iter().enumerate() {
            let (backup, copy) = (format!("backup-{number}"), format!("sqlite:copy-{number}.db"));
            run(at, &["backup", "--store", store, "--to", &backup]);
            assert!(run(at, &["backup", "--check", "--to", &backup]).contains("whole"));
            assert!(run(at, &["restore", "--from", &backup, "--to", &copy]).contains("clean"));
            let manifest = manifest(&at.join(&backup));
            for head in state["heads"].as_array().expect("heads") {
                let ledgers = manifest["ledgers"].as_array().expect("ledgers");
                let entry = ledgers.iter().find(|entry| entry["name"] == head["ledger"]).expect("it is backed up");
                assert_eq!((&entry["hash"], &entry["batch"]), (&head["hash"], &head["batch"]), "{head}");
            }
        }
    }
}
