//! The demo's world: the same each time, right in its sums, and alive.

use std::process::Command;

use crate::http::Client;
use crate::neighbours::wait_for;
use crate::{DUCAT, Server, text};

const SMALL: [&str; 8] = ["--days", "60", "--members", "700", "--advances", "15", "--until", "2026-11-20"];

fn once(seed: &str) -> String {
    let run = Command::new(DUCAT).args(["demo", "--once", "--seed", seed]).args(SMALL).output().expect("it runs");
    assert!(run.status.success(), "{}{}", text(&run.stdout), text(&run.stderr));
    text(&run.stdout)
}

/// What it prints of the heads of ledgers.
fn heads(said: &str) -> Vec<String> {
    said.lines().filter(|line| line.contains(", head ")).map(str::to_owned).collect()
}

#[test]
fn the_same_seed_is_the_same_world() {
    let said = once("1");
    assert!(said.ends_with("clean\n"), "{said}");
    assert_eq!(heads(&said).len(), 3, "{said}");
    assert_eq!(heads(&said), heads(&once("1")));
    let other = heads(&once("2"));
    assert!(heads(&said).iter().zip(&other).all(|(one, other)| one != other), "{other:?}");
}

#[test]
fn it_serves_at_once_and_lives_on() {
    let mut command = Command::new(DUCAT);
    let server = Server::spawn(command.args(["demo", "--listen", "127.0.0.1:0"]).args(SMALL));
    let seq = || {
        let mut client = Client::connect(&server.address).expect("it listens");
        let (status, head) = client.call("GET", "/v1/ledgers/market/head", "").expect("it responds");
        let head: serde_json::Value = serde_json::from_str(&head).unwrap_or_default();
        if status == 200 { head["at"].as_str().unwrap_or_default().to_owned() } else { String::new() }
    };
    // The history is of its days, and what happens now is of today.
    wait_for("the history begins", || !seq().is_empty());
    wait_for("it lives on", || seq().as_str() > "2026-11-21");
    assert_eq!(server.terminate(), Some(0));
}
