//! Backups: made next to a server, added to, killed, damaged, and restored on both stores, to the end and to a moment.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use ducat_test_postgres::{database, sql};
use serde_json::{Value, json};

use crate::bucket::{BUCKET, Buckets};
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
    assert!(status == 201 && paid["seq"].is_u64(), "{paid}");
    paid
}

/// Runs something that must succeed, and gives what it said.
pub fn run(folder: &Path, arguments: &[&str]) -> String {
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

/// The manifest of a backup, with the ledgers that its pages have, by name.
fn manifest(folder: &Path) -> Value {
    let read = |file: &str| -> Option<Value> { serde_json::from_slice(&std::fs::read(folder.join(file)).ok()?).ok() };
    let mut manifest = read("manifest.json").expect("a manifest");
    let pages = manifest["pages"].as_object().expect("pages").clone();
    // A page that is gone was that of a manifest that is not in place any more.
    let pages = pages.values().filter_map(|page| read(page["file"].as_str().expect("a file")));
    let mut ledgers: Vec<Value> = pages.flat_map(|page| page.as_array().expect("entries").clone()).collect();
    ledgers.sort_by_key(|entry| entry["name"].as_str().map(str::to_owned));
    manifest["ledgers"] = ledgers.into();
    manifest
}

/// Runs something that must succeed and may speak to buckets, and gives what it said.
fn run_with(buckets: &Buckets, folder: &Path, arguments: &[&str]) -> String {
    let (status, said) = end_with(buckets, folder, arguments);
    assert_eq!(status, Some(0), "{arguments:?}: {said}");
    said
}

/// How something ends that may speak to buckets.
fn end_with(buckets: &Buckets, folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(DUCAT);
    let run = buckets.show(&mut command).current_dir(folder).args(arguments).output().expect("it runs");
    (run.status.code(), format!("{}{}", text(&run.stdout), text(&run.stderr)))
}

/// What a page of metrics says.
pub fn figure(address: &str, name: &str) -> f64 {
    let read = Client::connect(address).and_then(|mut client| client.call("GET", "/metrics", ""));
    let (_, page) = read.expect("it responds");
    let value = page.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} is not there: {page}"))
}

/// Every segment of a backup.
fn segments(backup: &Path) -> Vec<std::path::PathBuf> {
    let all = std::fs::read_dir(backup.join("ledgers")).expect("ledgers").map(|entry| entry.expect("an entry").path());
    all.filter(|path| path.is_dir())
        .flat_map(|ledger| std::fs::read_dir(ledger).expect("segments"))
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
    let (status, head) = call(address, "GET", &format!("/v1/ledgers/{ledger}/head"), &Value::Null);
    assert!(status == 200 && head["hash"].is_string() && head["batch"].is_u64(), "{head}");
    head
}

#[test]
fn what_is_backed_up_is_restored() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let buckets = Buckets::start(at);
    let run = |arguments: &[&str]| run_with(&buckets, at, arguments);
    let bucket = format!("s3://{BUCKET}/of/shop");
    for (store, other, to, files) in [
        ("sqlite:a.db".to_owned(), database(), "backup-a", at.join("backup-a")),
        (database(), "sqlite:b.db".to_owned(), "backup-b", at.join("backup-b")),
        ("sqlite:c.db".to_owned(), "sqlite:d.db".to_owned(), bucket.as_str(), buckets.objects().join("of/shop")),
        (database(), database(), &format!("s3://{BUCKET}/other"), buckets.objects().join("other")),
    ] {
        let server = shop(at, &store);
        let address = &server.address;
        for amount in 1..=20 {
            pay(address, "shop", amount, "first");
        }
        // While it is served; then what is new.
        run(&["backup", "--store", &store, "--to", to]);
        let first = manifest(&files);
        let hold = json!({"postings":[{"source":"till","destination":"b","amount":7}],"pending":{"timeout_s":86_400}});
        let (_, held) = call(address, "POST", "/v1/ledgers/shop/transactions", &hold);
        let last = pay(address, "shop", 100, "second");
        run(&["backup", "--store", &store, "--to", to]);
        assert_eq!(manifest(&files)["ledgers"][0]["segments"][0], first["ledgers"][0]["segments"][0]);
        assert!(run(&["backup", "--check", "--to", to]).contains("whole"));
        let before = head(address, "shop");
        assert_eq!(server.terminate(), Some(0));
        // Elsewhere it is the same, and goes on.
        assert!(run(&["restore", "--from", to, "--to", &other]).contains("clean"));
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
        let (status, said) = end_with(&buckets, at, &["restore", "--from", to, "--to", &other]);
        assert!(status == Some(2) && said.contains("restore into another store"), "{said}");
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
        (manifest.replace("ledgers/", "ledgers/../../"), "no file of a backup"),
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
    assert!(refused(at, &["backup", "--store", "sqlite:other.db", "--to", "backup"], 2).contains("another place"));
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

/// What was named by mistake stays as it is: another's folder, a backup that lost its manifest, another store.
#[test]
fn what_is_no_backup_of_this_store_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let server = shop(at, "sqlite:shop.db");
    pay(&server.address, "shop", 5, "paid");
    std::fs::create_dir_all(at.join("books/ledgers")).expect("a folder");
    std::fs::write(at.join("books/ledgers/2026.json"), "mine").expect("a file");
    let backup = |to: &str, store: &str, status, says: &str| {
        let said = refused(at, &["backup", "--store", store, "--to", to], status);
        assert!(said.contains(says), "{said}");
    };
    backup("books", "sqlite:shop.db", 2, "holds something else");
    assert!(at.join("books/ledgers/2026.json").exists());
    run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    let all = segments(&at.join("backup"));
    std::fs::rename(at.join("backup/manifest.json"), at.join("kept.json")).expect("it can be moved");
    backup("backup", "sqlite:shop.db", 2, "a backup without its manifest");
    std::fs::rename(at.join("kept.json"), at.join("backup/manifest.json")).expect("it can be moved");
    serve(at, "sqlite:empty.db").terminate();
    backup("backup", "sqlite:empty.db", 2, "the store has no ledger shop, which the backup has");
    let only = ["backup", "--store", "sqlite:shop.db", "--to", "backup", "--ledger", "shpo"];
    assert!(refused(at, &only, 2).contains("the store has no ledger shpo"));
    assert_eq!(segments(&at.join("backup")), all);
    assert!(run(at, &["backup", "--check", "--to", "backup"]).contains("whole"));
    // A store that has another ledger of one of the names gets none of the others either.
    open(&server.address, "market");
    run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    let other = shop(at, "sqlite:other.db");
    assert_eq!(other.terminate(), Some(0));
    let said = refused(at, &["restore", "--from", "backup", "--to", "sqlite:other.db"], 2);
    assert!(said.contains("another ledger of this name"), "{said}");
    let other = serve(at, "sqlite:other.db");
    assert_eq!(call(&other.address, "GET", "/v1/ledgers/market", &Value::Null).0, 404);
    assert_eq!(other.terminate(), Some(0));
    assert_eq!(server.terminate(), Some(0));
}

/// Whoever stops a backup that follows loses nothing by it.
#[test]
fn a_backup_that_is_asked_to_end_backs_up_the_rest() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let server = shop(at, "sqlite:shop.db");
    for _ in 0..5 {
        let mut command = Command::new(DUCAT);
        command.current_dir(at).args(["backup", "--store", "sqlite:shop.db", "--to", "backup", "--follow"]);
        let following = Server::spawn(command.args(["--metrics-listen", "127.0.0.1:0"]));
        let begun = manifest_of(at);
        wait_for("it begins", || manifest_of(at) != begun);
        let last = pay(&server.address, "shop", 5, "just before");
        assert_eq!(following.terminate(), Some(0));
        assert_eq!(manifest(&at.join("backup"))["ledgers"][0]["seq"], last["seq"]);
    }
    assert_eq!(server.terminate(), Some(0));
}

/// Waits for a process that ends by itself.
fn end_of(child: &mut Child) -> ExitStatus {
    let mut ended = None;
    wait_for("it ends", || {
        ended = child.try_wait().expect("it can be waited for");
        ended.is_some()
    });
    ended.expect("it has ended")
}

/// The bytes of the manifest, if there is one.
fn manifest_of(folder: &Path) -> Option<Vec<u8>> {
    std::fs::read(folder.join("backup/manifest.json")).ok()
}

/// Someone throws the backup away, or its disk is not there any more: whoever follows it ends, and says so.
#[test]
fn a_backup_that_is_gone_is_not_gone_on_with() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let server = shop(at, "sqlite:shop.db");
    let mut command = Command::new(DUCAT);
    command.current_dir(at).args(["backup", "--store", "sqlite:shop.db", "--to", "backup", "--follow"]);
    command.args(["--metrics-listen", "127.0.0.1:0"]).stderr(Stdio::piped());
    // In the first round it is gone all at once; in the second one, first it cannot be read, and then there is another folder.
    for is_away_first in [false, true] {
        let mut following = Server::spawn(&mut command);
        let backup = at.join("backup");
        wait_for("it is backed up", || backup.join("manifest.json").exists() && manifest(&backup)["written_at"] != "");
        std::fs::rename(&backup, at.join("elsewhere")).expect("it can be moved");
        if is_away_first {
            std::fs::write(&backup, "no folder").expect("it can be written");
            wait_for("it fails", || figure(&following.address, "ducat_backup_failures_total") > 0.0);
            std::fs::remove_file(&backup).expect("it is there");
            std::fs::create_dir(&backup).expect("a folder");
        }
        pay(&server.address, "shop", 5, "afterwards");
        let ended = end_of(&mut following.child);
        let mut said = String::new();
        following.child.stderr.take().expect("it is kept").read_to_string(&mut said).expect("text");
        assert!(ended.code() == Some(2) && said.contains("is not the one that was written there"), "{said}");
        assert!(!backup.join("manifest.json").exists(), "none is begun anew");
        assert!(run(at, &["backup", "--check", "--to", "elsewhere"]).contains("whole"));
        std::fs::remove_dir_all(at.join("elsewhere")).expect("it is there");
        drop(std::fs::remove_dir_all(&backup));
    }
    assert_eq!(server.terminate(), Some(0));
}

/// Another file is put in the place of the one that is followed: that is seen, and followed if it goes on from the backup.
#[test]
fn a_file_that_was_replaced_is_followed_or_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let server = shop(at, "sqlite:shop.db");
    pay(&server.address, "shop", 5, "paid");
    let mut command = Command::new(DUCAT);
    command.current_dir(at).args(["backup", "--store", "sqlite:shop.db", "--to", "backup", "--follow"]);
    let following = Server::spawn(command.args(["--metrics-listen", "127.0.0.1:0"]).stderr(Stdio::null()));
    let is_covered = |paid: &Value| manifest(&at.join("backup"))["ledgers"][0]["seq"] == paid["seq"];
    let last = pay(&server.address, "shop", 6, "paid");
    wait_for("it is backed up", || at.join("backup/manifest.json").exists() && is_covered(&last));
    assert_eq!(server.terminate(), Some(0));
    run(at, &["restore", "--from", "backup", "--to", "sqlite:restored.db"]);
    for end in ["", "-wal", "-shm", ".head", ".lock"] {
        drop(std::fs::remove_file(at.join(format!("shop.db{end}"))));
        drop(std::fs::rename(at.join(format!("restored.db{end}")), at.join(format!("shop.db{end}"))));
    }
    let server = serve(at, "sqlite:shop.db");
    let last = pay(&server.address, "shop", 7, "after it");
    wait_for("it is followed", || is_covered(&last));
    assert!(figure(&following.address, "ducat_backup_failures_total") > 0.0);
    following.kill();
    assert!(run(at, &["backup", "--check", "--to", "backup"]).contains("whole"));
    assert_eq!(server.terminate(), Some(0));
}

/// Whatever request it is at which a bucket begins to refuse, what the manifest names is whole, and the next run goes on.
#[test]
fn a_bucket_that_fails_anywhere_leaves_the_last_backup_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let buckets = Buckets::start(at);
    let to = format!("s3://{BUCKET}/shop");
    let backup = ["backup", "--store", "sqlite:shop.db", "--to", &to];
    let server = shop(at, "sqlite:shop.db");
    let mut failed = 0;
    for served in 0.. {
        pay(&server.address, "shop", 1, "while it fails");
        buckets.refuse_after(served, StatusCode::FORBIDDEN);
        let (status, said) = end_with(&buckets, at, &backup);
        let has_refused = buckets.has_refused();
        buckets.serve_all();
        let check = end_with(&buckets, at, &["backup", "--check", "--to", &to]);
        if !has_refused {
            assert!(status == Some(0) && check.1.contains("whole"), "{said}{}", check.1);
            break;
        }
        assert!(status == Some(2) && said.contains(&to), "{served}: {said}");
        let is_first = check.1.contains("none was finished");
        assert!(is_first || check.0 == Some(0) && check.1.contains("whole"), "{served}: {}", check.1);
        failed += 1;
    }
    assert!(failed > 4, "{failed}");
    // Only what is named is kept, however many runs were interrupted.
    assert_eq!(end_with(&buckets, at, &backup).0, Some(0));
    let named = manifest(&buckets.objects().join("shop"))["ledgers"][0]["segments"].as_array().expect("segments").len();
    assert_eq!(segments(&buckets.objects().join("shop")).len(), named);
    let before = head(&server.address, "shop");
    assert_eq!(server.terminate(), Some(0));
    run_with(&buckets, at, &["restore", "--from", &to, "--to", "sqlite:found.db"]);
    let found = serve(at, "sqlite:found.db");
    assert_eq!(head(&found.address, "shop")["hash"], before["hash"]);
    assert_eq!(found.terminate(), Some(0));
}

/// Nobody waits for a bucket but the backup, and of two writers the one that came last goes on.
#[test]
fn a_bucket_that_is_slow_or_away_is_waited_for_by_the_backup_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let buckets = Buckets::start(at);
    let to = format!("s3://{BUCKET}");
    let server = shop(at, "sqlite:shop.db");
    let follow = || {
        let mut command = Command::new(DUCAT);
        buckets.show(&mut command).current_dir(at);
        command.args(["backup", "--store", "sqlite:shop.db", "--to", &to, "--follow"]);
        command.args(["--metrics-listen", "127.0.0.1:0"]).stderr(Stdio::piped());
        Server::spawn(&mut command)
    };
    let is_covered = |last: &Value| {
        let objects = buckets.objects();
        objects.join("manifest.json").exists() && manifest(&objects)["ledgers"][0]["seq"] == last["seq"]
    };
    let lag = |following: &Server| figure(&following.address, "ducat_backup_lag_seconds");
    let mut following = follow();
    let last = pay(&server.address, "shop", 1, "one");
    wait_for("it is backed up", || is_covered(&last));
    wait_for("it is half a second behind", || lag(&following) < 1.0);
    buckets.hold(true);
    for _ in 0..20 {
        pay(&server.address, "shop", 1, "while the bucket is slow");
    }
    wait_for("it falls behind", || lag(&following) > 2.0);
    buckets.hold(false);
    let last = pay(&server.address, "shop", 1, "another");
    wait_for("it catches up", || is_covered(&last) && lag(&following) < 1.0);
    buckets.refuse_after(0, StatusCode::SERVICE_UNAVAILABLE);
    let last = pay(&server.address, "shop", 1, "while the bucket is away");
    wait_for("it fails", || figure(&following.address, "ducat_backup_failures_total") > 0.0);
    buckets.serve_all();
    wait_for("it goes on", || is_covered(&last));
    // A second one takes the backup over, although a manifest is put meanwhile, and the first one ends.
    let writer = || manifest(&buckets.objects())["writer"].clone();
    let first = writer();
    buckets.contend_for("manifest.json");
    let mut second = follow();
    wait_for("it is taken over", || writer() != first);
    pay(&server.address, "shop", 1, "for both");
    let ended = end_of(&mut following.child);
    let mut said = String::new();
    following.child.stderr.take().expect("it is kept").read_to_string(&mut said).expect("text");
    assert!(ended.code() == Some(2) && said.contains("another ducat backs up into"), "{said}");
    let last = pay(&server.address, "shop", 1, "for the second");
    wait_for("the second goes on", || is_covered(&last));
    second.child.kill().expect("it runs");
    assert!(run_with(&buckets, at, &["backup", "--check", "--to", &to]).contains("whole"));
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn what_is_wrong_with_a_bucket_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let buckets = Buckets::start(at);
    let server = shop(at, "sqlite:shop.db");
    assert_eq!(server.terminate(), Some(0));
    std::fs::create_dir_all(buckets.objects().join("photos")).expect("a folder");
    std::fs::write(buckets.objects().join("photos/a.jpg"), "x").expect("a file");
    // A backup that lost its manifest, and what another program keeps under a name that a backup has too.
    std::fs::create_dir_all(buckets.objects().join("books/ledgers/2026")).expect("a folder");
    std::fs::write(buckets.objects().join("books/ledgers/2026/q1.json"), "mine").expect("a file");
    run_with(&buckets, at, &["backup", "--store", "sqlite:shop.db", "--to", "s3://ledgers/lost"]);
    let all = segments(&buckets.objects().join("lost"));
    std::fs::remove_file(buckets.objects().join("lost/manifest.json")).expect("it is there");
    for (to, variable, says) in [
        ("s3://ledgers/books", None, "holds something else, or a backup without its manifest"),
        ("s3://ledgers/lost", None, "holds something else, or a backup without its manifest"),
        ("s3://", None, "write the path of a folder, or s3://BUCKET/PREFIX"),
        ("gs://ledgers", None, "write the path of a folder, or s3://BUCKET/PREFIX"),
        ("s3://ledgers/photos", None, "holds something else"),
        ("s3://nowhere/shop", None, "s3://nowhere/shop cannot be read: it responds 404 Not Found, NoSuchBucket"),
        (
            "s3://ledgers/shop",
            Some(("AWS_SECRET_ACCESS_KEY", "wrong")),
            "it responds 403 Forbidden, SignatureDoesNotMatch",
        ),
        ("s3://ledgers/shop", Some(("AWS_ALLOW_HTTP", "false")), "set AWS_ALLOW_HTTP=true"),
        ("s3://ledgers/shop", Some(("AWS_ENDPOINT_URL", "http://127.0.0.1:9")), "Connection refused"),
    ] {
        let mut command = Command::new(DUCAT);
        buckets.show(&mut command).current_dir(at).args(["backup", "--store", "sqlite:shop.db", "--to", to]);
        let run = command.envs(variable).output().expect("it runs");
        let said = text(&run.stderr);
        assert!(run.status.code() == Some(2) && said.contains(says), "{to} {variable:?}: {said}");
        let is_in_one_line = said.lines().count() == 1 || said.contains("--help");
        assert!(is_in_one_line, "{said}");
    }
    assert!(buckets.objects().join("books/ledgers/2026/q1.json").exists());
    assert_eq!(segments(&buckets.objects().join("lost")), all);
}

/// A disk that has no room: a segment and a manifest are cut off in the middle of writing, and nothing of them stays.
#[test]
fn a_disk_that_is_full_leaves_the_last_backup_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let server = shop(at, "sqlite:shop.db");
    pay(&server.address, "shop", 1, "before");
    run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    let before = manifest(&at.join("backup"));
    for _ in 0..40 {
        pay(&server.address, "shop", 1, &"long".repeat(100));
    }
    // No file may become longer: as on a full disk, some bytes are written, and then an error comes.
    let limited = r#"trap "" XFSZ; ulimit -f 16; exec "$0" backup --store sqlite:shop.db --to backup"#;
    let run_limited = Command::new("sh").args(["-c", limited, DUCAT]).current_dir(at).output().expect("it runs");
    let said = text(&run_limited.stderr);
    assert!(run_limited.status.code() == Some(2) && said.contains("cannot be written"), "{said}");
    assert_eq!(manifest(&at.join("backup"))["ledgers"], before["ledgers"]);
    assert!(run(at, &["backup", "--check", "--to", "backup"]).contains("whole"));
    assert!(segments(&at.join("backup")).iter().all(|file| file.extension().is_some_and(|end| end == "seg")));
    run(at, &["backup", "--store", "sqlite:shop.db", "--to", "backup"]);
    assert!(run(at, &["backup", "--check", "--to", "backup"]).contains("whole"));
    assert_eq!(server.terminate(), Some(0));
}

/// A database is lost and restored under the same address, while a node of before lives through it, asleep. When it awakes,
/// another has brought the ledger to the batch and would have brought it to the epoch that the first one knows.
#[test]
fn nodes_of_before_a_restore_commit_nothing_after_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let store = database();
    shop(at, &store).kill();
    sql(&store, "UPDATE ledgers SET owner = NULL, lease_until = NULL").expect("its lease is over");
    let mut command = Command::new(DUCAT);
    command.current_dir(at).args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", &store]);
    let before = Server::spawn(&mut command);
    pay(&before.address, "shop", 1, "before");
    run(at, &["backup", "--store", &store, "--to", "backup"]);
    for _ in 0..2 {
        pay(&before.address, "shop", 1, "lost");
    }
    let row = || sql(&store, "SELECT batch, epoch FROM ledgers WHERE name = 'shop'").expect("a row");
    let known = row();
    let signal = |name: &str| {
        let sent = Command::new("kill").args([name, &before.child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    };
    signal("-STOP");
    sql(&store, "DROP SCHEMA public CASCADE; CREATE SCHEMA public").expect("it is lost");
    run(at, &["restore", "--from", "backup", "--to", &store]);
    let epoch = sql(&store, "SELECT epoch FROM ledgers WHERE name = 'shop'").expect("a row");
    assert!(epoch.trim().parse::<u64>().expect("a number") > 1_700_000_000_000, "{epoch} after {known}");
    let after = serve(at, &store);
    for _ in 0..2 {
        pay(&after.address, "shop", 1, "after");
    }
    let batch = |row: &str| row.split(['|', ' ', '\t']).next().map(str::to_owned);
    assert_eq!(batch(&row()), batch(&known), "{} {known}", row());
    signal("-CONT");
    let body = r#"{"postings":[{"source":"world","destination":"till","amount":100}]}"#;
    let sent = Client::connect(&before.address)
        .and_then(|mut client| client.call("POST", "/v1/ledgers/shop/transactions", body));
    before.kill();
    // It may have read everything anew. What it knew is worth nothing.
    let paid = if sent.is_ok_and(|(status, _)| status == 201) { 100 } else { 0 };
    let (_, balance) = call(&after.address, "GET", "/v1/ledgers/shop/accounts/till/balance", &Value::Null);
    assert_eq!(balance["posted"], 3 + paid, "{balance}");
    assert_eq!(after.terminate(), Some(0));
    assert!(run(at, &["verify", "--store", &store]).contains("clean"));
}
