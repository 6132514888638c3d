//! Orders that were taken (`Prefer: respond-async`) and a server that is killed: each is performed, once, in order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::http::Client;
use crate::nodes::addresses;
use crate::{Server, verify_clean};

/// Times the server is killed.
const KILLS: usize = 8;

/// Each has an account of its own.
const CLIENTS: usize = 4;

/// Orders sent to two nodes.
const ORDERS: usize = 120;

/// Longer than a lease: no one is left without an answer for so long.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// What a client was promised: how much, and where its outcome is shown.
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

/// Asks until the outcome is there: the event is the response itself.
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
fn history_of(client: &mut Client, account: &str) -> Vec<usize> {
    let mut cents = Vec::new();
    let mut next = Some(format!("/accounts/{account}/transactions?limit=1000"));
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
        let history = history_of(&mut client, &format!("c{account}"));
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

/// Two nodes of which one is killed, and a client that goes to the other when one does not answer.
struct Pair {
    nodes: [Option<Server>; 2],
    addresses: Vec<String>,
    at: usize,
}

impl Pair {
    /// Asks until someone answers what is final.
    fn call(&mut self, headers: &str, method: &str, path: &str, body: &str) -> (u16, Value) {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < ANSWER_MAX, "nobody answers {method} {path}");
            let answer = Client::connect(&self.addresses[self.at])
                .and_then(|mut node| node.call_with(headers, method, path, body));
            match answer {
                Ok((status, body)) if status < 500 => {
                    return (status, serde_json::from_str(&body).unwrap_or(Value::Null));
                }
                Ok(_) | Err(_) => self.at = 1 - self.at,
            }
        }
    }
}

/// The bank is one on every node: what one answered the other knows, and orders taken by a node that is killed are
/// performed by the other, once and in order.
#[test]
fn the_bank_is_one_on_every_node() {
    let database = ducat_test_postgres::database();
    let addresses = addresses(2);
    let start = |address: &String| Some(Server::start_at(&database, address));
    let mut pair = Pair { nodes: [start(&addresses[0]), start(&addresses[1])], addresses: addresses.clone(), at: 0 };
    let mut both = |headers: &str, method: &str, path: &str, body: &str| {
        pair.at = 1 - pair.at;
        pair.call(headers, method, path, body)
    };
    assert_eq!(both("", "POST", "/accounts", r#"{"name":"Checking"}"#).0, 201);
    assert_eq!(both("", "POST", "/accounts", r#"{"name":"Checking"}"#).0, 409);
    assert_eq!(both("", "POST", "/accounts", r#"{"name":"Savings"}"#).0, 201);
    assert_eq!(both("", "POST", "/accounts/Savings/deposit", r#"{"amount":10}"#).0, 201);
    assert_eq!(both("", "POST", "/accounts/Checking/links", r#"{"name":"Savings"}"#).0, 201);
    let drawn = both("Idempotency-Key: one\r\n", "POST", "/accounts/Checking/withdraw", r#"{"amount":55}"#);
    assert_eq!((drawn.0, &drawn.1["drawn"][0]["account"]), (201, &"Savings".into()), "{}", drawn.1);
    let again = both("Idempotency-Key: one\r\n", "POST", "/accounts/Checking/withdraw", r#"{"amount":55}"#);
    assert_eq!(drawn.1, again.1);
    assert_eq!(both("", "POST", "/accounts/Checking/withdraw", r#"{"amount":5.01}"#).0, 422);
    assert_eq!(both("", "DELETE", "/accounts/Checking/links/Savings", "").0, 204);
    assert_eq!(both("", "POST", "/accounts/Checking/withdraw", r#"{"amount":1}"#).0, 422);
    // Orders at both, each sent under its key until it is taken.
    let mut promises = Vec::new();
    for cents in 1..=ORDERS {
        if let Some(node) = pair.nodes[0].take_if(|_| cents == ORDERS / 2) {
            node.kill();
        }
        pair.at = cents % 2;
        let headers = format!("Idempotency-Key: order {cents}\r\nPrefer: respond-async\r\n");
        let body = format!(r#"{{"amount":"{}.{:02}"}}"#, cents / 100, cents % 100);
        let (status, answer) = pair.call(&headers, "POST", "/accounts/Savings/deposit", &body);
        assert_eq!(status, 202, "{answer}");
        let status = answer["_links"]["status"]["href"].as_str().expect("a link").to_owned();
        promises.push(Promise { cents, status });
    }
    let mut client = Client::connect(&addresses[1]).expect("it is alive");
    for promise in &promises {
        assert_eq!(told(&mut client, promise)["status"], "done");
    }
    let expected: Vec<usize> = [1_000, 500].into_iter().chain(1..=ORDERS).collect();
    assert_eq!(history_of(&mut client, "Savings"), expected, "each once, as they were taken");
    assert_eq!(pair.nodes[1].take().and_then(Server::terminate), Some(0));
    let verified = crate::ducat(std::path::Path::new("."), &["verify", "--store", &database]);
    assert_eq!(verified.status.code(), Some(0), "{}", crate::text(&verified.stdout));
}
