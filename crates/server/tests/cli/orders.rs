//! Orders that were taken (`Prefer: respond-async`) and a server that is killed: each is performed, once, in order.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::http::Client;
use crate::{Server, verify_clean};

/// Times the server is killed.
const KILLS: usize = 8;

/// Each has an account of its own.
const CLIENTS: usize = 4;

/// What a client was promised: how much, and where it is told what came of it.
struct Promise {
    cents: usize,
    status: String,
}

fn json(body: &str) -> Value {
    serde_json::from_str(body).expect("JSON")
}

/// Sends deposits, each of a cent more than the one before, until the server is gone.
fn order_until_gone(address: &str, client: usize, first: usize, taken: &AtomicUsize) -> Vec<Promise> {
    let mut promises = Vec::new();
    let Ok(mut connection) = Client::connect(address) else { return promises };
    loop {
        let cents = first + promises.len();
        let body = format!(r#"{{"amount":"{}.{:02}"}}"#, cents / 100, cents % 100);
        let path = format!("/accounts/c{client}/deposit");
        match connection.call_with("Prefer: respond-async\r\n", "POST", &path, &body) {
            Ok((202, answer)) => {
                let status = json(&answer)["_links"]["status"]["href"].as_str().expect("a link").to_owned();
                promises.push(Promise { cents, status });
                taken.fetch_add(1, Ordering::SeqCst);
            }
            Ok((status, answer)) => panic!("{status}: {answer}"),
            Err(_) => return promises,
        }
    }
}

/// Asks until it is told: the event is the answer itself.
fn told(client: &mut Client, promise: &Promise) -> Value {
    loop {
        let (status, body) = client.call("GET", &promise.status, "").expect("it answers");
        assert_eq!(status, 200, "{body}");
        let body = json(&body);
        if body["status"] != "accepted" {
            return body;
        }
    }
}

/// The amounts of an account's history in cents, oldest first.
fn history(client: &mut Client, account: usize) -> Vec<usize> {
    let mut cents = Vec::new();
    let mut next = Some(format!("/accounts/c{account}/transactions?limit=1000"));
    while let Some(path) = next {
        let (_, body) = client.call("GET", &path, "").expect("it answers");
        let page = json(&body);
        for transaction in page["transactions"].as_array().expect("a list") {
            let dollars = transaction["amount"].to_string();
            let (whole, rest) = dollars.split_once('.').expect("a decimal");
            cents.push(
                whole.parse::<usize>().expect("digits") * 100 + format!("{rest:0<2}").parse::<usize>().expect("digits"),
            );
        }
        next = page["_links"]["next"]["href"].as_str().map(str::to_owned);
    }
    cents.reverse();
    cents
}

#[test]
fn orders_survive_kills_and_keep_their_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("orders.db");
    let mut rng = fastrand::Rng::with_seed(11);
    let mut promises: Vec<Vec<Promise>> = (0..CLIENTS).map(|_| Vec::new()).collect();
    let mut next = [1usize; CLIENTS];
    for round in 0..KILLS {
        let server = Server::start(&store);
        let mut client = Client::connect(&server.address).expect("it listens");
        for account in (0..CLIENTS).filter(|_| round == 0) {
            let (status, _) =
                client.call("POST", "/accounts", &format!(r#"{{"name":"c{account}"}}"#)).expect("it answers");
            assert_eq!(status, 201);
        }
        let (address, taken) = (server.address.clone(), AtomicUsize::new(0));
        let wanted = 1 + rng.usize(..200);
        let made: Vec<Vec<Promise>> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..CLIENTS)
                .map(|client| {
                    let (address, taken, first) = (&address, &taken, next[client]);
                    scope.spawn(move || order_until_gone(address, client, first, taken))
                })
                .collect();
            while taken.load(Ordering::SeqCst) < wanted {
                std::thread::yield_now();
            }
            server.kill();
            senders.into_iter().map(|sender| sender.join().expect("a sender")).collect()
        });
        for (client, made) in made.into_iter().enumerate() {
            // The one under way may have been taken or not; it is not sent again, so that what was taken shows.
            next[client] += made.len() + 1;
            promises[client].extend(made);
        }
        verify_clean(folder.path(), "orders.db");
    }
    let server = Server::start(&store);
    let mut client = Client::connect(&server.address).expect("it listens");
    for (account, promises) in promises.iter().enumerate() {
        for promise in promises {
            let told = told(&mut client, promise);
            assert_eq!(told["status"], "done", "{told}");
        }
        let history = history(&mut client, account);
        assert!(history.is_sorted_by(|a, b| a < b), "each once, as they were taken: {history:?}");
        assert!(promises.iter().all(|promise| history.contains(&promise.cents)), "nothing promised is missing");
        assert!(history.len() <= promises.len() + KILLS, "only what was under way may be there besides");
        let (_, body) = client.call("GET", &format!("/accounts/c{account}"), "").expect("it answers");
        let sum: usize = history.iter().sum();
        assert!(body.contains(&format!(r#""balance":{}.{:02},"#, sum / 100, sum % 100)), "{body} is not {sum} cents");
    }
    assert_eq!(server.terminate(), Some(0));
    verify_clean(folder.path(), "orders.db");
}
