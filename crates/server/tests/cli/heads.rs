//! Signed heads, kept elsewhere: a journal that was cut off and one that was written anew are both named.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::http::Client;
use crate::{DUCAT, Server, ducat, text};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

fn serve(folder: &Path, store: &str) -> Server {
    let store = format!("sqlite:{store}");
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--log", "error", "--head-key", "head.key", "--store", &store];
    Server::spawn(Command::new(DUCAT).current_dir(folder).args(arguments))
}

fn transfer(server: &Server, amount: u32) {
    let mut client = Client::connect(&server.address).expect("it listens");
    let body = format!(r#"{{"postings":[{{"source":"world","destination":"a","amount":{amount}}}]}}"#);
    assert_eq!(client.call("POST", "/v1/ledgers/shop/transactions", &body).expect("it responds").0, 201);
}

fn head(server: &Server) -> String {
    let mut client = Client::connect(&server.address).expect("it listens");
    let (status, head) = client.call("GET", "/v1/ledgers/shop/head", "").expect("it responds");
    assert_eq!(status, 200, "{head}");
    head
}

/// Holds heads against a store: the status, and what is said.
fn verify(folder: &Path, store: &str, more: &[&str]) -> (Option<i32>, String) {
    let run = ducat(folder, &[&["verify", "--store", &format!("sqlite:{store}")], more].concat());
    (run.status.code(), text(&run.stdout) + &text(&run.stderr))
}

#[test]
fn a_journal_still_begins_with_what_was_signed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    // The key is journaled before any ledger is opened.
    assert_eq!(serve(at, "own.db").terminate(), Some(0));
    let mode = std::fs::metadata(at.join("head.key")).expect("it was made").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let copy = |to: &str| std::fs::copy(at.join("own.db"), at.join(to)).expect("it can be copied");
    copy("anew.db");
    let server = serve(at, "own.db");
    let mut client = Client::connect(&server.address).expect("it listens");
    assert_eq!(client.call("POST", "/v1/ledgers", LEDGER).expect("it responds").0, 201);
    transfer(&server, 5);
    std::fs::create_dir(at.join("heads")).expect("a folder");
    std::fs::write(at.join("heads/1.json"), head(&server)).expect("it can be written");
    assert_eq!(server.terminate(), Some(0));
    copy("cut.db");
    let server = serve(at, "own.db");
    (0..3).for_each(|_| transfer(&server, 7));
    let last = head(&server);
    std::fs::write(at.join("heads/2.json"), &last).expect("it can be written");
    transfer(&server, 9);
    assert_eq!(server.terminate(), Some(0));
    let last: Value = serde_json::from_str(&last).expect("JSON");
    let key = last["public_key"].as_str().expect("a key").to_owned();
    std::fs::write(at.join("head.pub"), format!("{key}\n")).expect("it can be written");
    let all = ["--heads", "heads", "--key", "head.pub"];
    let (status, said) = verify(at, "own.db", &all);
    assert!(status == Some(0) && said.contains("2 signed heads, 0 of which do not hold"), "{said}");
    // The last batches are gone: the hashes of what is left are good, and only the later head does not hold.
    let (status, said) = verify(at, "cut.db", &all);
    assert!(status == Some(1) && said.contains("2.json: ledger shop ends at batch"), "{said}");
    assert!(said.contains("cut off") && !said.contains("1.json") && said.ends_with("clean\n"), "{said}");
    // The journal is another from its first batch on, with good hashes, and longer.
    let server = serve(at, "anew.db");
    let mut client = Client::connect(&server.address).expect("it listens");
    assert_eq!(client.call("POST", "/v1/ledgers", LEDGER).expect("it responds").0, 201);
    (0..9).for_each(|_| transfer(&server, 6));
    assert_eq!(server.terminate(), Some(0));
    let (status, said) = verify(at, "anew.db", &all);
    assert!(status == Some(1) && said.matches("the journal was written anew").count() == 2, "{said}");
    assert!(said.ends_with("clean\n"), "{said}");
    // A head of another store, one that was changed, and one that another key signed.
    assert_eq!(serve(at, "other.db").terminate(), Some(0));
    let (status, said) = verify(at, "other.db", &all);
    assert!(status == Some(1) && said.contains("of another store"), "{said}");
    let mut changed = last;
    changed["batch"] = 1.into();
    std::fs::write(at.join("changed.json"), changed.to_string()).expect("it can be written");
    let (status, said) = verify(at, "own.db", &["--head", "changed.json", "--key", &key]);
    assert!(status == Some(1) && said.contains("was changed since"), "{said}");
    let (status, said) = verify(at, "own.db", &["--head", "heads/1.json", "--key", &"0".repeat(64)]);
    assert!(status == Some(1) && said.contains("not signed with this key"), "{said}");
    let (status, said) = verify(at, "own.db", &["--head", "heads/1.json", "--key", "nowhere"]);
    assert!(status == Some(2) && said.contains("no public key"), "{said}");
}
