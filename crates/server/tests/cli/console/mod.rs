//! The console in a real browser: how it looks, what can be done by keys alone, and what it makes of hostile data.

mod attacks;
mod browser;
mod hostile;
mod journeys;
mod looks;
mod signing;

use std::future::Future;
use std::process::Command;

use crate::http::Client;
use crate::neighbours::wait_for;
use crate::{DUCAT, Server};

/// Runs a test that drives a browser.
fn drive<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(test)
}

/// The demo's world, with its history made: it reaches back into the year before.
fn world() -> Server {
    let mut command = Command::new(DUCAT);
    let scale = ["--days", "130", "--members", "600", "--advances", "150", "--until", "2026-02-20"];
    let server = Server::spawn(command.args(["demo", "--listen", "127.0.0.1:0"]).args(scale));
    wait_for("the history is made, and it lives on", || {
        let mut client = Client::connect(&server.address).expect("it listens");
        let (_, head) = client.call("GET", "/v1/ledgers/market/head", "").expect("it responds");
        let head: serde_json::Value = serde_json::from_str(&head).unwrap_or_default();
        head["at"].as_str().is_some_and(|at| at > "2026-02-21")
    });
    server
}
