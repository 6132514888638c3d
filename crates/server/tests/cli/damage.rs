//! Files that were damaged, put back, or are not ours: each is noticed, said, and left as it is.

use std::path::Path;

use crate::http::Client;
use crate::{Server, ducat, text};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

fn post(server: &Server, times: usize) {
    let mut client = Client::connect(&server.address).expect("it listens");
    let opened = client.call("POST", "/v1/ledgers", LEDGER).expect("it responds").0;
    assert!(matches!(opened, 200 | 201));
    let body = r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#;
    for _ in 0..times {
        assert_eq!(client.call("POST", "/v1/ledgers/shop/transactions", body).expect("it responds").0, 201);
    }
}

fn posted(server: &Server) -> String {
    let mut client = Client::connect(&server.address).expect("it listens");
    client.call("GET", "/v1/ledgers/shop/accounts/a/balance", "").expect("it responds").1
}

/// What is said about a store that is refused.
fn refusal(folder: &Path, arguments: &[&str]) -> String {
    let refused = ducat(folder, arguments);
    assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {}{}", text(&refused.stdout), text(&refused.stderr));
    text(&refused.stderr)
}

const SERVE: [&str; 5] = ["serve", "--listen", "127.0.0.1:0", "--store", "sqlite:test.db"];

#[test]
fn a_log_with_a_damaged_frame_is_refused_until_the_loss_is_accepted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    let server = Server::start(&path);
    post(&server, 60);
    server.kill();
    let wal = folder.path().join("test.db-wal");
    let mut bytes = std::fs::read(&wal).expect("a log");
    assert!(bytes.len() > 100_000, "{} bytes: commits are in the log for a second", bytes.len());
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&wal, &bytes).expect("it can be written");
    for arguments in [&SERVE[..], &["verify", "--store", "sqlite:test.db"]] {
        let said = refusal(folder.path(), arguments);
        assert!(said.contains("has lost commits that were acknowledged"), "{said}");
        assert!(said.contains("--accept-loss"), "{said}");
    }
    assert_eq!(std::fs::read(&wal).expect("a log"), bytes, "it is left as it is");
    let store = format!("sqlite:{}", path.display());
    let server = Server::run(&["serve", "--listen", "127.0.0.1:0", "--log", "off", "--accept-loss", "--store", &store]);
    assert!(posted(&server).contains(r#""posted":"#));
    post(&server, 1);
    assert_eq!(server.terminate(), Some(0));
    crate::verify_clean(folder.path(), "test.db");
}

#[test]
fn a_file_that_was_put_back_is_noticed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    let server = Server::start(&path);
    post(&server, 3);
    assert_eq!(server.terminate(), Some(0));
    let older = std::fs::read(&path).expect("a file");
    let server = Server::start(&path);
    post(&server, 3);
    assert_eq!(server.terminate(), Some(0));
    std::fs::write(&path, older).expect("it can be written");
    let said = refusal(folder.path(), &SERVE);
    assert!(said.contains("batch 7 of ledger shop is not in it"), "{said}");
    let store = format!("sqlite:{}", path.display());
    let server = Server::run(&["serve", "--listen", "127.0.0.1:0", "--log", "off", "--accept-loss", "--store", &store]);
    assert!(posted(&server).contains(r#""posted":3,"#));
    assert_eq!(server.terminate(), Some(0));
    // It was accepted once, and is what it is.
    let server = Server::start(&path);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn files_of_others_are_refused_untouched() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let content = "a letter to my mother, longer than the header of a database: ".repeat(40);
    std::fs::write(folder.path().join("test.db"), &content).expect("it can be written");
    let said = refusal(folder.path(), &SERVE);
    assert!(said.contains("belongs to another program"), "{said}");
    assert_eq!(std::fs::read_to_string(folder.path().join("test.db")).expect("it is there"), content);
}

#[test]
fn a_file_that_is_moved_away_is_noticed_at_the_next_commit() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    let server = Server::start(&path);
    post(&server, 1);
    for file in ["test.db", "test.db.lock", "test.db.head"] {
        let mode = std::fs::metadata(folder.path().join(file)).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let away = folder.path().join("away.db");
    std::fs::rename(&path, &away).expect("it can be moved");
    let mut client = Client::connect(&server.address).expect("it listens");
    let body = r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#;
    let (status, said) = client.call("POST", "/v1/ledgers/shop/transactions", body).expect("it responds");
    assert_eq!(status, 503, "{said}");
    assert!(said.contains("was moved or replaced"), "{said}");
    assert_eq!(client.call("GET", "/readyz", "").expect("it responds").0, 503);
    std::fs::rename(&away, &path).expect("it can be moved");
    // The server finds out by itself.
    while client.call("GET", "/readyz", "").expect("it responds").0 != 200 {
        std::thread::yield_now();
    }
    assert_eq!(client.call("POST", "/v1/ledgers/shop/transactions", body).expect("it responds").0, 201);
    drop(client);
    assert_eq!(server.terminate(), Some(0));
}

/// Whatever links lead to a file, it has one owner, one log and one last head.
#[test]
fn a_link_leads_to_the_file_itself() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (real, link) = (folder.path().join("data"), folder.path().join("link.db"));
    std::fs::create_dir(&real).expect("it can be made");
    std::os::unix::fs::symlink("data/test.db", &link).expect("it can be linked");
    let server = Server::start(&link);
    post(&server, 60);
    let by_path = ["serve", "--listen", "127.0.0.1:0", "--store", "sqlite:data/test.db"];
    let said = refusal(folder.path(), &by_path);
    assert!(said.contains("another server"), "{said}");
    server.kill();
    for name in ["test.db", "test.db-wal", "test.db.lock", "test.db.head"] {
        assert!(real.join(name).exists(), "{name}");
        assert!(!folder.path().join(name.replace("test", "link")).exists() || name == "test.db", "{name}");
    }
    let wal = real.join("test.db-wal");
    let mut bytes = std::fs::read(&wal).expect("a log");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&wal, &bytes).expect("it can be written");
    let by_link = ["serve", "--listen", "127.0.0.1:0", "--store", "sqlite:link.db"];
    let said = refusal(folder.path(), &by_link);
    assert!(said.contains("has lost commits that were acknowledged"), "{said}");
}
