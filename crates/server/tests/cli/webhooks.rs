//! Webhooks: real servers send to real receivers, which fail in every way, while servers are killed.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use ducat_test_postgres::{database, sql};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use crate::http::Client;
use crate::neighbours::wait_for;
use crate::nodes::addresses;
use crate::receiver::{Behavior, Receiver};
use crate::tls::Authority;
use crate::{DUCAT, Server, ducat, text};

pub const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

/// How many transactions there are while servers are killed.
fn events() -> usize {
    std::env::var("DUCAT_TEST_EVENTS").map_or(320, |text| text.parse().expect("a number"))
}

/// How often events are waited for; every second time the server is killed.
pub fn kills() -> usize {
    std::env::var("DUCAT_TEST_KILLS").map_or(8, |text| text.parse().expect("a number"))
}

/// Makes so many transactions, and gives the last seq.
pub fn pay_all(server: &Server, count: usize) -> u64 {
    let mut last = 0;
    let one = json!({"postings":[{"source":"world","destination":"users:1:cash","amount":1}]});
    for begin in (0..count).step_by(1_000) {
        let batch = vec![one.clone(); (count - begin).min(1_000)];
        let body = json!({ "transactions": batch });
        let (status, done) = call(server, "POST", "/v1/ledgers/shop/transactions/batch", &body);
        let results = done["results"].as_array().expect("results");
        assert!(status == 200 && results.len() == batch.len(), "{status}: {done}");
        last = results.last().and_then(|result| result["transaction"]["seq"].as_u64()).expect("a seq");
    }
    last
}

fn serve(folder: &Path, store: &str, listen: &str, more: &[&str]) -> Server {
    let mut command = Command::new(DUCAT);
    command.current_dir(folder).args(["serve", "--listen", listen, "--log", "off", "--store", store]);
    Server::spawn(command.args(["--webhook-key", "webhook.key"]).args(more))
}

/// A server that reaches receivers of this machine.
fn shop(folder: &Path) -> Server {
    let server = serve(folder, "sqlite:shop.db", "127.0.0.1:0", &["--webhook-allow-private"]);
    call(&server, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
    server
}

/// Asks a server that is there, and is known to be.
pub fn call(server: &Server, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let mut client = Client::connect(&server.address).expect("it listens");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (status, said) = client.call(method, path, &body).expect("it responds");
    (status, serde_json::from_str(&said).unwrap_or(Value::Null))
}

fn open(server: &Server, asked: &Value) -> Value {
    let (status, opened) = call(server, "POST", "/v1/ledgers/shop/webhooks", asked);
    assert_eq!(status, 201, "{opened}");
    opened
}

pub fn pay(server: &Server, amount: u32) -> u64 {
    let body = json!({"postings":[{"source":"world","destination":"users:1:cash","amount":amount}]});
    let (status, paid) = call(server, "POST", "/v1/ledgers/shop/transactions", &body);
    assert_eq!(status, 201, "{paid}");
    paid["seq"].as_u64().expect("a seq")
}

fn show(server: &Server, webhook: &Value) -> Value {
    call(server, "GET", &path_of(webhook, ""), &Value::Null).1
}

fn path_of(webhook: &Value, more: &str) -> String {
    format!("/v1/ledgers/shop/webhooks/{}{more}", webhook["id"].as_str().expect("an id"))
}

/// Why the last attempt failed, if it did.
fn reason(server: &Server, webhook: &Value) -> Option<String> {
    let (_, deliveries) = call(server, "GET", &path_of(webhook, "/deliveries"), &Value::Null);
    deliveries["data"][0]["reason"].as_str().map(str::to_owned)
}

/// What is wrong with the order of what was accepted: an event that came for the first time before one with a smaller seq, or
/// one that is missing.
fn disorder(accepted: &[u64], from: u64, to: u64) -> Option<String> {
    let (mut highest, mut missing) = (from - 1, Vec::new());
    for seq in accepted {
        if *seq > highest {
            missing.extend(highest + 1..*seq);
            highest = *seq;
        }
    }
    (!missing.is_empty() || highest != to).then(|| format!("up to {highest} of {to}, without {missing:?}"))
}

/// Each event is sent at least once, in order and under one id, while the server is killed and the receiver closes
/// connections; every signature is one of the standard's.
#[test]
fn events_are_sent_in_order_whatever_is_killed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let (receiver, server) = (Receiver::start(), shop(at));
    let opened = open(&server, &json!({"url": receiver.url(), "after": 0}));
    let secret = opened["secret"].as_str().expect("a secret").to_owned();
    let mut server = server;
    let (each, mut last) = (events() / kills(), 0);
    for kill in 0..kills() {
        last = pay_all(&server, each);
        let (sent, _) = receiver.last_accepted();
        let has_sent_more = || receiver.last_accepted().0 > sent + 5 || receiver.last_accepted().1 == Some(last);
        wait_for("more is sent", has_sent_more);
        if kill % 2 == 0 {
            server.kill();
            server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &["--webhook-allow-private"]);
        }
    }
    let mut before = 0;
    while receiver.last_accepted().1 != Some(last) {
        wait_for("everything is sent", || receiver.last_accepted().0 > before);
        before = receiver.last_accepted().0;
    }
    assert_eq!(disorder(&receiver.accepted(), 1, last), None);
    let verifier = Webhook::new(&secret).expect("a secret");
    let mut ids = BTreeMap::new();
    for one in receiver.received() {
        let mut headers = http::HeaderMap::new();
        for (name, value) in &one.headers {
            let name: http::HeaderName = name.parse().expect("a name");
            headers.insert(name, value.parse().expect("a value"));
        }
        verifier.verify(&one.body, &headers).expect("it is signed");
        let id = one.headers["webhook-id"].clone();
        assert!(id.starts_with("evt_") && !id.contains('.'), "{id}");
        let before = ids.insert(one.json()["id"].to_string(), id.clone());
        assert!(before.is_none_or(|before| before == id), "an event has one id");
        assert_eq!(one.headers["content-type"], "application/cloudevents+json");
    }
    wait_for("it is noted", || show(&server, &opened)["lag"] == 0);
    let repeated = receiver.accepted().len() as u64 - last;
    println!(
        "{last} events, each at least once and in order; {repeated} came again after {} kills",
        kills().div_ceil(2)
    );
    assert_eq!(server.terminate(), Some(0));
    crate::verify_clean(at, "shop.db");
}

/// Only what was asked for is sent: by type, and of some accounts, without what is hidden from those who see these.
#[test]
fn what_is_asked_for_is_sent() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (receiver, server) = (Receiver::start(), shop(folder.path()));
    pay(&server, 1);
    let asked = json!({"url": receiver.url(), "types": ["ducat.transaction.*"], "accounts": ["users:1:"]});
    let opened = open(&server, &asked);
    let other = json!({"postings":[{"source":"world","destination":"users:2:cash","amount":1}]});
    call(&server, "POST", "/v1/ledgers/shop/transactions", &other);
    let last = pay(&server, 7);
    wait_for("it is sent", || receiver.accepted() == [last]);
    let event = receiver.received()[0].json();
    assert_eq!((&event["data"]["source"], &event["data"]["source_balance"]), (&json!("*"), &Value::Null), "{event}");
    assert_eq!(event["data"]["amount"], 7);
    // The end of a hold concerns all of its legs.
    let hold = json!({"pending":{},"postings":[
        {"source":"world","destination":"users:2:cash","amount":1},
        {"source":"world","destination":"users:1:cash","amount":1},
    ]});
    let (_, held) = call(&server, "POST", "/v1/ledgers/shop/transactions", &hold);
    let void = format!("/v1/ledgers/shop/transactions/{}/void", held["id"].as_str().expect("an id"));
    let (_, voided) = call(&server, "POST", &void, &Value::Null);
    wait_for("its end is sent", || receiver.accepted().last().copied() == voided["seq"].as_u64());
    let kinds: Vec<Value> = receiver.received().iter().map(|one| one.json()["type"].clone()).collect();
    assert_eq!(kinds[1..], ["ducat.transaction.held.v1", "ducat.transaction.voided.v1"]);
    // A test, and events again from the beginning.
    assert_eq!(call(&server, "POST", &path_of(&opened, "/test"), &Value::Null).0, 200);
    wait_for("the test is sent", || receiver.received().len() == 4);
    assert_eq!(receiver.received()[3].json()["type"], "ducat.webhook.test.v1");
    assert_eq!(call(&server, "POST", &path_of(&opened, "/replay"), &json!({"after": 0})).0, 200);
    wait_for("all are sent", || receiver.accepted().len() == 7);
    assert_eq!(receiver.accepted()[..3], receiver.accepted()[4..]);
    // Another secret signs, and for a while the one before.
    let (_, secrets) = call(&server, "POST", &path_of(&opened, "/rotate"), &json!({"grace_s": 60}));
    assert_eq!(secrets["retiring"], opened["secret"]);
    let (status, refused) = call(&server, "POST", &path_of(&opened, "/rotate"), &Value::Null);
    assert_eq!((status, &refused["code"]), (409, &json!("rotation_pending")), "a retry ends no secret");
    let last = pay(&server, 8);
    wait_for("it is sent", || receiver.accepted().last() == Some(&last));
    let signature = receiver.received().last().expect("it is there").headers["webhook-signature"].clone();
    assert_eq!(signature.split(' ').count(), 2, "{signature}");
    // The order of acts is in the journal of the system, with what was done.
    let (_, audit) = call(&server, "GET", "/v1/audit?limit=100", &Value::Null);
    let acts: Vec<&str> =
        audit["data"].as_array().expect("acts").iter().filter_map(|act| act["act"].as_str()).collect();
    let of_webhooks: Vec<&str> = acts.into_iter().filter(|act| act.starts_with("webhook_")).collect();
    assert_eq!(of_webhooks, ["webhook_opened", "webhook_tested", "webhook_replayed", "webhook_rotated"]);
    // Disabled it is sent nothing; enabled again it goes on.
    assert_eq!(call(&server, "PATCH", &path_of(&opened, ""), &json!({"disabled": true})).1["status"], "disabled");
    let missed = pay(&server, 9);
    assert_eq!(call(&server, "PATCH", &path_of(&opened, ""), &json!({"disabled": false})).1["status"], "active");
    wait_for("it is sent", || receiver.accepted().last() == Some(&missed));
    assert_eq!(call(&server, "DELETE", &path_of(&opened, ""), &Value::Null).1["status"], "closed");
    assert_eq!(call(&server, "PATCH", &path_of(&opened, ""), &json!({"disabled": false})).0, 409);
    assert_eq!(server.terminate(), Some(0));
}

/// An event that is not accepted keeps the others waiting where they are in order, and no other where they are not. It can
/// be skipped.
#[test]
fn an_event_that_is_not_accepted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = shop(folder.path());
    let (ordered, unordered) = (Receiver::start(), Receiver::start());
    let first = pay(&server, 1) + 1;
    for receiver in [&ordered, &unordered] {
        receiver.behave(Behavior::RespondTo(first, 500));
    }
    let in_order = open(&server, &json!({"url": ordered.url()}));
    let at_once = open(&server, &json!({"url": unordered.url(), "ordered": false}));
    assert_eq!(pay(&server, 2), first);
    for _ in 0..30 {
        pay(&server, 3);
    }
    wait_for("all others are sent", || unordered.accepted().len() == 30);
    wait_for("it is shown", || show(&server, &in_order)["retries"][0]["attempts"] == 1);
    let shown = show(&server, &in_order);
    assert_eq!((&shown["lag"], &shown["retries"][0]["attempts"]), (&json!(30), &json!(1)), "{shown}");
    assert!(ordered.accepted().is_empty());
    let (_, deliveries) = call(&server, "GET", &path_of(&in_order, "/deliveries"), &Value::Null);
    assert_eq!(deliveries["data"][0]["status"], 500, "{deliveries}");
    assert!(deliveries["data"][0]["reason"].as_str().is_some_and(|reason| reason.contains("500")), "{deliveries}");
    // It is sent again after five seconds, more or less, or at once.
    wait_for("it is sent again", || ordered.received().len() == 2);
    assert_eq!(call(&server, "POST", &path_of(&in_order, "/retry"), &Value::Null).0, 200);
    wait_for("it is sent again", || ordered.received().len() == 3);
    wait_for("it is noted", || show(&server, &in_order)["retries"][0]["attempts"] == 3);
    let (status, refused) = call(&server, "POST", &path_of(&in_order, "/skip"), &json!({"seq": first + 1}));
    assert_eq!((status, &refused["code"]), (409, &json!("not_failing")));
    assert_eq!(call(&server, "POST", &path_of(&in_order, "/skip"), &json!({"seq": first})).0, 200);
    wait_for("the others are sent", || ordered.accepted().len() == 30);
    assert_eq!(disorder(&ordered.accepted(), first + 1, first + 30), None);
    wait_for("it stays to be sent", || show(&server, &at_once)["retries"][0]["seq"] == first);
    // A receiver that wants nothing more is sent nothing more.
    unordered.behave(Behavior::Respond(410));
    pay(&server, 4);
    wait_for("it is disabled", || show(&server, &at_once)["status"] == "disabled");
    assert!(show(&server, &at_once)["reason"].as_str().is_some_and(|reason| reason.contains("410")));
    assert_eq!(server.terminate(), Some(0));
}

/// Receivers that redirect, close the connection, or never stop to respond.
#[test]
fn bad_receivers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = shop(folder.path());
    let elsewhere = Receiver::start();
    for (behavior, says) in [
        (Behavior::Redirect("http://169.254.169.254/latest/meta-data".to_owned()), "redirects are not followed"),
        (Behavior::Redirect(elsewhere.url()), "redirects are not followed"),
        (Behavior::Close, "no response"),
        (Behavior::Respond(302), "it responded 302"),
    ] {
        let receiver = Receiver::start();
        receiver.behave(behavior);
        let webhook = open(&server, &json!({"url": receiver.url()}));
        pay(&server, 1);
        wait_for("it is noted", || reason(&server, &webhook).is_some());
        let reason = reason(&server, &webhook).expect("it failed");
        assert!(reason.contains(says), "{reason}");
        call(&server, "DELETE", &path_of(&webhook, ""), &Value::Null);
    }
    assert!(elsewhere.received().is_empty());
    // Its status is enough.
    let receiver = Receiver::start();
    receiver.behave(Behavior::Endless);
    let webhook = open(&server, &json!({"url": receiver.url()}));
    let last = pay(&server, 1);
    wait_for("it is accepted", || show(&server, &webhook)["seq"] == last);
    assert!(receiver.bytes_taken() < 64 << 20, "{}", receiver.bytes_taken());
    assert_eq!(server.terminate(), Some(0));
}

/// A receiver whose certificate no one vouches for gets nothing, and one that is vouched for does.
#[test]
fn certificates_are_verified() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    Authority::new(at).issue("a receiver", "own");
    let mut command = Command::new(DUCAT);
    command.current_dir(at).args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", "sqlite:other.db"]);
    // Another server that speaks TLS: it responds 404.
    let receiver = Server::spawn(command.args(["--tls-cert", "own.pem", "--tls-key", "own.key"]));
    for (roots, says) in [(None, "certificate"), (Some("ca.pem"), "404")] {
        let store = format!("sqlite:{}.db", roots.unwrap_or("none"));
        let mut command = Command::new(DUCAT);
        command.current_dir(at).args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", &store]);
        command.args(["--webhook-key", "webhook.key", "--webhook-allow-private"]);
        let server = Server::spawn(command.envs(roots.map(|file| ("SSL_CERT_FILE", file))));
        call(&server, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
        let webhook = open(&server, &json!({"url": format!("https://{}/hook", receiver.address), "after": 0}));
        wait_for("it is noted", || reason(&server, &webhook).is_some());
        let reason = reason(&server, &webhook).expect("it failed");
        assert!(reason.contains(says), "{reason}");
        assert_eq!(server.terminate(), Some(0));
    }
    assert_eq!(receiver.terminate(), Some(0));
}

/// Without being told so, a server sends to no address within, and not without TLS.
#[test]
fn private_addresses_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let receiver = Receiver::start();
    let server = shop(at);
    let webhook = open(&server, &json!({"url": receiver.url(), "after": 0}));
    wait_for("something is sent", || !receiver.received().is_empty());
    assert_eq!(server.terminate(), Some(0));
    let server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &[]);
    let before = receiver.received().len();
    pay(&server, 1);
    // What was allowed when it was opened is not any more. It waits until it is.
    assert_eq!(show(&server, &webhook)["status"], "active");
    for url in [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::ffff:127.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://169.254.169.254/",
        "https://0x7f000001/",
    ] {
        let (status, refused) = call(&server, "POST", "/v1/ledgers/shop/webhooks", &json!({ "url": url }));
        assert_eq!((status, &refused["code"]), (422, &json!("url_not_allowed")), "{url}: {refused}");
    }
    assert_eq!(receiver.received().len(), before);
    assert_eq!(server.terminate(), Some(0));
    // Without a key there is nothing to sign with.
    let mut command = Command::new(DUCAT);
    command.current_dir(at).args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", "sqlite:shop.db"]);
    let server = Server::spawn(&mut command);
    let (status, refused) = call(&server, "POST", "/v1/ledgers/shop/webhooks", &json!({"url": "https://example.com/"}));
    assert_eq!((status, &refused["code"]), (422, &json!("webhooks_off")));
    let last = pay(&server, 2);
    assert_eq!(server.terminate(), Some(0));
    // With another key nothing is sent either: receivers would refuse it.
    std::fs::rename(at.join("webhook.key"), at.join("kept.key")).expect("it is there");
    let server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &["--webhook-allow-private"]);
    let (status, refused) = call(&server, "GET", &path_of(&webhook, "/secret"), &Value::Null);
    assert_eq!((status, &refused["code"]), (422, &json!("webhooks_off")));
    assert_eq!(server.terminate(), Some(0));
    assert_eq!(receiver.received().len(), before);
    // With its own key it goes on where it was, and nothing counts as a failure.
    std::fs::rename(at.join("kept.key"), at.join("webhook.key")).expect("it is there");
    let server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &["--webhook-allow-private"]);
    wait_for("it goes on", || receiver.accepted().last() == Some(&last));
    assert_eq!(disorder(&receiver.accepted(), 1, last), None);
    let (_, deliveries) = call(&server, "GET", &path_of(&webhook, "/deliveries?limit=200"), &Value::Null);
    let all = deliveries["data"].as_array().expect("deliveries");
    assert!(all.iter().all(|delivery| delivery["delivered"] == true), "{deliveries}");
    assert_eq!(server.terminate(), Some(0));
}

/// How far a webhook is goes along when ledgers are moved: nothing is sent again.
#[test]
fn a_move_takes_along_what_was_sent() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (at, store, receiver) = (folder.path(), database(), Receiver::start());
    let server = shop(at);
    let webhook = open(&server, &json!({"url": receiver.url(), "after": 0}));
    let last = pay(&server, 1);
    wait_for("it is noted", || show(&server, &webhook)["seq"] == last);
    assert_eq!(server.terminate(), Some(0));
    let moved = ducat(at, &["move", "--from", "sqlite:shop.db", "--to", &store]);
    assert!(moved.status.success(), "{}", text(&moved.stderr));
    let server = serve(at, &store, "127.0.0.1:0", &["--webhook-allow-private"]);
    let next = pay(&server, 2);
    wait_for("it is sent", || receiver.accepted().last() == Some(&next));
    assert_eq!(receiver.accepted(), (1..=next).collect::<Vec<u64>>());
    assert_eq!(server.terminate(), Some(0));
}

/// What was ordered while nothing is sent is done when something is: each of several skips counts.
#[test]
fn skips_wait_until_it_is_enabled() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (receiver, server) = (Receiver::start(), shop(folder.path()));
    receiver.behave(Behavior::Respond(500));
    let asked = json!({"url": receiver.url(), "ordered": false, "types": ["ducat.transaction.*"]});
    let webhook = open(&server, &asked);
    let failing: Vec<u64> = (1..=4).map(|amount| pay(&server, amount)).collect();
    let attempted = || {
        show(&server, &webhook)["retries"]
            .as_array()
            .map(|all| all.iter().filter(|retry| retry["attempts"].as_u64() > Some(0)).count())
    };
    wait_for("all have failed", || attempted() == Some(failing.len()));
    let disabled = |disabled: bool| call(&server, "PATCH", &path_of(&webhook, ""), &json!({ "disabled": disabled })).0;
    assert_eq!(disabled(true), 200);
    for seq in &failing[..3] {
        assert_eq!(call(&server, "POST", &path_of(&webhook, "/skip"), &json!({ "seq": seq })).0, 200);
    }
    receiver.behave(Behavior::Respond(200));
    assert_eq!(disabled(false), 200);
    wait_for("the other one is sent", || receiver.accepted() == failing[3..]);
    wait_for("nothing waits", || show(&server, &webhook)["retries"] == json!([]));
    assert_eq!(server.terminate(), Some(0));
}

/// The tenth failure ends a webhook until someone enables it; so does a journal that is not the one that was sent.
#[test]
fn what_ends_a_webhook() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (store, receiver) = (database(), Receiver::start());
    let server = serve(folder.path(), &store, "127.0.0.1:0", &["--webhook-allow-private"]);
    call(&server, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
    let webhook = open(&server, &json!({"url": receiver.url(), "types": ["ducat.transaction.*"]}));
    receiver.behave(Behavior::Respond(503));
    let first = pay(&server, 1);
    wait_for("it fails", || show(&server, &webhook)["retries"][0]["attempts"] == 1);
    assert_eq!(server.terminate(), Some(0));
    // Nine failures, and the tenth attempt is due.
    let nine = "UPDATE sinks SET until = now(), retries = \
                overlay(overlay(retries placing '\\x00000009'::bytea from 9) placing '\\x0000000000000001'::bytea from 13)";
    sql(&store, nine).expect("it is set");
    let server = serve(folder.path(), &store, "127.0.0.1:0", &["--webhook-allow-private"]);
    wait_for("it is disabled", || show(&server, &webhook)["status"] == "disabled");
    let shown = show(&server, &webhook);
    let says = format!("event {first} failed 10 times, the last time: it responded 503");
    assert!(shown["reason"].as_str().is_some_and(|reason| reason.starts_with(&says)), "{shown}");
    receiver.behave(Behavior::Respond(200));
    let second = pay(&server, 2);
    assert_eq!(call(&server, "PATCH", &path_of(&webhook, ""), &json!({"disabled": false})).0, 200);
    wait_for("both are sent", || receiver.accepted() == [first, second]);
    wait_for("it is noted", || show(&server, &webhook)["retries"] == json!([]));
    assert_eq!(server.terminate(), Some(0));
    // The event at that place has another instant: the ledger was restored.
    sql(&store, "UPDATE sinks SET until = now(), seen_at = seen_at - 1").expect("it is set");
    let server = serve(folder.path(), &store, "127.0.0.1:0", &["--webhook-allow-private"]);
    wait_for("it is disabled", || show(&server, &webhook)["status"] == "disabled");
    let shown = show(&server, &webhook);
    assert!(shown["reason"].as_str().is_some_and(|reason| reason.contains("another history")), "{shown}");
    assert_eq!(call(&server, "POST", &path_of(&webhook, "/replay"), &json!({"after": first})).0, 200);
    assert_eq!(call(&server, "PATCH", &path_of(&webhook, ""), &json!({"disabled": false})).0, 200);
    wait_for("it goes on from there", || receiver.accepted() == [first, second, second]);
    assert_eq!(server.terminate(), Some(0));
}

/// Of several nodes one sends; when it is killed, another one goes on.
#[test]
fn another_node_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (at, store, listen) = (folder.path(), database(), addresses(2));
    let node = |number: usize| serve(at, &store, &listen[number], &["--webhook-allow-private"]);
    let mut nodes = [Some(node(0)), Some(node(1))];
    let receiver = Receiver::start();
    let one = nodes[0].as_ref().expect("it runs");
    wait_for("the ledger is opened", || {
        call(one, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON")).0 == 201
    });
    let webhook = open(one, &json!({"url": receiver.url(), "after": 0}));
    let mut last = 0;
    for kill in 0..4 {
        let (killed, other) = (kill % 2, (kill + 1) % 2);
        for _ in 0..10 {
            last = pay(nodes[other].as_ref().expect("it runs"), 1);
        }
        nodes[killed].take().expect("it runs").kill();
        let other = nodes[other].as_ref().expect("it runs");
        wait_for("it takes commands", || {
            let body = json!({"postings":[{"source":"world","destination":"a","amount":1}]});
            let (status, paid) = call(other, "POST", "/v1/ledgers/shop/transactions", &body);
            last = paid["seq"].as_u64().unwrap_or(last);
            status == 201
        });
        wait_for("all of it is sent", || receiver.accepted().iter().max() == Some(&last));
        nodes[killed] = Some(node(killed));
    }
    assert_eq!(disorder(&receiver.accepted(), 1, last), None);
    wait_for("it is noted", || show(nodes[0].as_ref().expect("it runs"), &webhook)["lag"] == 0);
    for node in nodes.into_iter().flatten() {
        assert_eq!(node.terminate(), Some(0));
    }
}
