//! Commands come from a real NATS: each is done once, whatever is killed and however often it is delivered.

use std::path::Path;
use std::time::Instant;

use ducat_test_postgres::database;
use serde_json::{Value, json};

use crate::broker::{Broker, Outgoing};
use crate::nats::serve;
use crate::neighbours::wait_for;
use crate::nodes::addresses;
use crate::webhooks::{LEDGER, call, kills};
use crate::{Server, ducat, text};

const TO_SHOP: &str = "stream=orders path=/v1/ledgers/shop/transactions";

/// How many commands there are while servers and the broker are killed.
fn count() -> usize {
    std::env::var("DUCAT_TEST_COMMANDS_IN").map_or(3_000, |text| text.parse().expect("a number"))
}

fn server(folder: &Path, broker: &Broker, commands: &str) -> Server {
    serve(folder, "sqlite:shop.db", "127.0.0.1:0", broker, &["--nats-commands", commands])
}

fn shop(folder: &Path, broker: &Broker, commands: &str) -> Server {
    let server = server(folder, broker, commands);
    call(&server, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
    server
}

/// A server that takes commands of all kinds, and a broker whose messages may be long.
fn orders() -> (tempfile::TempDir, Broker, Server) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = folder.path().join("nats.conf");
    std::fs::write(&config, "max_payload: 33554432\n").expect("it can be written");
    let broker = Broker::start_with(&["--config", &config.display().to_string()]);
    broker.make("orders", &["orders.>"]);
    let server = shop(folder.path(), &broker, "stream=orders");
    (folder, broker, server)
}

fn payment(account: &str, amount: u64) -> Value {
    json!({"postings":[{"source":"world","destination":account,"amount":amount}]})
}

fn plain(body: &Value) -> Outgoing {
    (Vec::new(), body.to_string().into_bytes())
}

fn to(path: &str, body: &Value) -> Outgoing {
    (vec![("Ducat-Path", path.to_owned())], body.to_string().into_bytes())
}

/// The same message with one more header.
fn headed(name: &'static str, value: &str, message: Outgoing) -> Outgoing {
    let (mut headers, body) = message;
    headers.push((name, value.to_owned()));
    (headers, body)
}

fn balance(server: &Server, account: &str) -> Value {
    call(server, "GET", &format!("/v1/ledgers/shop/accounts/{account}/balance"), &Value::Null).1["posted"].clone()
}

/// Each command is done once while servers and the broker are killed, and messages are delivered again.
#[test]
fn each_command_is_done_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let mut broker = Broker::start();
    broker.make("orders", &["orders.>"]);
    let mut server = shop(at, &broker, TO_SHOP);
    let (each, mut sent) = (count() / kills(), 0);
    for kill in 0..kills() {
        // None has an id: it is made from the message. Every tenth is a payment that is refused.
        let messages = (0..each).map(|number| match number % 10 {
            9 => plain(&json!({"postings":[{"source":"empty","destination":"users:1","amount":1}]})),
            _ => plain(&payment(&format!("users:{}", number % 7), 1)),
        });
        broker.publish("orders.new", messages.collect());
        sent += each;
        wait_for("some are done", || broker.delivered("orders", "ducat") > (sent - each / 2) as u64);
        if kill % 2 == 0 {
            server.kill();
            server = self::server(at, &broker, TO_SHOP);
        } else {
            broker.kill();
            broker.restart();
        }
    }
    broker.wait_until_consumed("orders", "ducat");
    let refused = sent / each * (0..each).filter(|number| number % 10 == 9).count();
    let balances: Vec<i64> =
        (0..7).map(|user| balance(&server, &format!("users:{user}")).as_i64().expect("a number")).collect();
    assert_eq!(balances.iter().sum::<i64>(), (sent - refused) as i64, "{balances:?}");
    println!("{sent} commands, each done once after {} kills", kills());
    // A refusal that is delivered again is published again.
    assert!(broker.last("ducat-outcomes-orders") >= refused as u64);
    assert_eq!(broker.last("ducat-dead-orders"), 0);
    assert_eq!(server.terminate(), Some(0));
    crate::verify_clean(at, "shop.db");
}

/// Every command has a body as over HTTP; what is none goes elsewhere, with the reason.
#[test]
fn what_messages_say() {
    let (_folder, broker, server) = orders();
    let transactions = "/v1/ledgers/shop/transactions";
    let (id, of_amount) = ("018f5e9c-7a80-7000-8000-000000000001", "018f5e9c-7a80-4000-8000-000000000002");
    let with_id = |body: &Value| {
        let mut body = body.clone();
        body["id"] = json!(id);
        body
    };
    let batch = json!({"transactions":[payment("batched", 1), payment("batched", 2), {"postings":[{"source":"none","destination":"b","amount":1}]}]});
    let account = "018f5e9c-7a80-4000-8000-000000000003";
    let all: Vec<Outgoing> = vec![
        // Twice the same message by its body, and twice by each header.
        to(transactions, &with_id(&payment("by-body", 1))),
        to(transactions, &with_id(&payment("by-body", 1))),
        headed("Idempotency-Key", "k1", to(transactions, &payment("by-key", 1))),
        headed("Idempotency-Key", "k1", to(transactions, &payment("by-key", 1))),
        // Two of the same content are two.
        to(transactions, &payment("by-place", 1)),
        to(transactions, &payment("by-place", 1)),
        to("/v1/ledgers/shop/transactions/batch", &batch),
        headed("Transaction-Id", of_amount, to("/amount", &json!({"account_id": account, "amount": 7}))),
        to("/amount", &json!({"account_id": account, "amount": 8})),
        to("/accounts", &json!({"name": "Ada"})),
        to("/accounts/Ada/deposit", &json!({"amount": 10})),
        to("/add", &json!({"payer": "DANNON", "points": 300, "timestamp": "2022-10-31T10:00:00Z"})),
        to("/spend", &json!({"points": 100})),
    ];
    // They are done in order, so that what follows finds what came before.
    for message in all {
        broker.publish("orders.new", vec![message]);
        broker.wait_until_consumed("orders", "ducat");
    }
    assert_eq!(
        ["by-body", "by-key", "by-place", "batched"].map(|account| balance(&server, account)),
        [1, 1, 2, 3].map(Value::from)
    );
    let dead: Vec<String> =
        broker.messages("ducat-dead-orders").iter().map(|message| message.header("Ducat-Reason")).collect();
    assert!(dead.is_empty(), "{dead:?}");
    let outcomes = broker.messages("ducat-outcomes-orders");
    let sequences: Vec<String> = outcomes.iter().map(|message| message.header("Ducat-Sequence")).collect();
    assert_eq!(sequences, ["7"], "one of the batch was refused");
    assert!(text(&outcomes[0].body).contains("insufficient_funds"), "{}", text(&outcomes[0].body));
    let (_, amount) = call(&server, "GET", &format!("/balance/{account}"), &Value::Null);
    assert_eq!(amount["balance"], 15, "{amount}");
    let (_, ada) = call(&server, "GET", "/accounts/Ada", &Value::Null);
    assert_eq!(ada["balance"].to_string(), "10.00", "{ada}");
    assert_eq!(call(&server, "GET", "/balance", &Value::Null).1, json!({"DANNON": 200}));
    assert_eq!(server.terminate(), Some(0));
}

/// What is no command is moved with the reason, and keeps no other waiting.
#[test]
fn what_is_no_command() {
    let (_folder, broker, server) = orders();
    let transactions = "/v1/ledgers/shop/transactions";
    // What is no command.
    let long = vec![b' '; 20 << 20];
    let bad: Vec<(Outgoing, &str)> = vec![
        (plain(&payment("a", 1)), "Ducat-Path is missing"),
        (to("/v1/keys", &json!({"name":"x"})), "no command by message has the path /v1/keys"),
        (to("/v1/ledgers/shop/transactions?dry_run=true", &payment("a", 1)), "write a path alone"),
        (to("http://elsewhere/v1", &payment("a", 1)), "write a path alone"),
        (to("/v1/ledgers/none/transactions", &payment("a", 1)), "ledger"),
        (to(transactions, &json!({"postings": 7})), "postings"),
        ((vec![("Ducat-Path", transactions.to_owned())], b"{".to_vec()), "body"),
        ((vec![("Ducat-Path", transactions.to_owned())], vec![0xff, 0xfe]), "body"),
        ((vec![("Ducat-Path", transactions.to_owned())], long), "16777216"),
    ];
    let (messages, reasons): (Vec<Outgoing>, Vec<&str>) = bad.into_iter().unzip();
    let (bodies, count) = (messages.iter().map(|(_, body)| body.clone()).collect::<Vec<_>>(), messages.len() as u64);
    for message in messages {
        broker.publish("orders.new", vec![message]);
        broker.wait_until_consumed("orders", "ducat");
    }
    wait_for("all are there", || broker.last("ducat-dead-orders") == count);
    for ((message, says), body) in broker.messages("ducat-dead-orders").iter().zip(reasons).zip(bodies) {
        let reason = message.header("Ducat-Reason");
        assert!(reason.contains(says), "{reason} does not say {says}");
        assert!(message.body == body, "it is there as it was: {reason}");
        assert_eq!(message.header("Ducat-Subject"), "orders.new");
    }
    assert_eq!(balance(&server, "a"), Value::Null);
    // A refused batch whose response is longer than any message, ids in headers of any case, and what is said now of the consumer.
    let batch: Vec<Value> =
        (0..8_000).map(|_| json!({"postings":[{"source":"none","destination":"b","amount":1}]})).collect();
    let batch = json!({"transactions": batch});
    let outcomes = broker.last("ducat-outcomes-orders");
    broker.publish("orders.new", vec![to("/v1/ledgers/shop/transactions/batch", &batch)]);
    broker.wait_until_consumed("orders", "ducat");
    assert_eq!(broker.last("ducat-outcomes-orders"), outcomes + 1);
    for name in ["idempotency-key", "Idempotency-Key", "nats-msg-id"] {
        broker.publish("orders.new", vec![headed(name, "\"k2\"", to(transactions, &payment("by-case", 1)))]);
    }
    broker.wait_until_consumed("orders", "ducat");
    assert_eq!(balance(&server, "by-case"), 2, "the key twice, and the id of the stream");
    // Messages that the client cannot read keep no other waiting, and nothing from being published.
    let (dead, body) = (broker.last("ducat-dead-orders"), payment("after-broken", 1));
    for headers in [&b"NATS/1.0\r\nX: caf\xe9\r\n\r\n"[..], b"NATS/1.0\r\nbad name here\r\n\r\n", b"garbage\r\n\r\n"] {
        broker.publish_broken("orders.new", headers, b"{}");
        broker.publish("orders.new", vec![to(transactions, &body)]);
    }
    wait_for("the others are done", || balance(&server, "after-broken") == 3);
    wait_for("they are moved", || broker.last("ducat-dead-orders") == dead + 3);
    // The dead ones have a stream again, where someone deleted it.
    broker.delete("ducat-dead-orders");
    broker.publish("orders.new", vec![plain(&body)]);
    wait_for("it is moved", || broker.last("ducat-dead-orders") == 1);
    // A stream that is made anew brings new commands, though its messages have the numbers of earlier ones.
    broker.delete("orders");
    broker.make("orders", &["orders.>"]);
    broker.publish("orders.new", (0..6).map(|_| to(transactions, &payment("anew", 1))).collect());
    wait_for("they are done", || balance(&server, "anew") == 6);
    assert_eq!(server.terminate(), Some(0));
}

/// Messages stand for one key: what that may not do is not done, and without it nothing is.
#[test]
fn messages_stand_for_a_key() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let broker = Broker::start();
    broker.make("orders", &["orders.>"]);
    let server = shop(at, &broker, TO_SHOP);
    let other = json!({"name":"other","assets":[{"code":"USD","scale":2}],"implicit_accounts":true});
    call(&server, "POST", "/v1/ledgers", &other);
    assert_eq!(server.terminate(), Some(0));
    let keys = |scope: &str, ledger: &str| {
        let made = ducat(
            at,
            &["keys", "create", "--store", "sqlite:shop.db", "--name", "k", "--scope", scope, "--ledger", ledger],
        );
        assert!(made.status.success(), "{}", text(&made.stderr));
        text(&made.stdout).trim().split('_').nth(1).expect("an id").to_owned()
    };
    keys("admin", "*");
    let (writer, reader) = (keys("write", "shop"), keys("read", "shop"));
    // Without a key nothing is done, and nothing is lost.
    let without = self::server(at, &broker, "stream=orders");
    broker.publish("orders.new", vec![to("/v1/ledgers/shop/transactions", &payment("a", 1))]);
    wait_for("it is handed back", || broker.delivered("orders", "ducat") >= 2);
    assert_eq!(without.terminate(), Some(0));
    let with = self::server(at, &broker, &format!("stream=orders key={writer}"));
    broker.wait_until_consumed("orders", "ducat");
    broker.publish("orders.new", vec![to("/v1/ledgers/other/transactions", &payment("a", 1))]);
    wait_for("it is refused", || broker.last("ducat-dead-orders") == 1);
    assert_eq!(with.terminate(), Some(0));
    let reads = self::server(at, &broker, &format!("stream=orders key={reader}"));
    broker.publish("orders.new", vec![to("/v1/ledgers/shop/transactions", &payment("a", 1))]);
    wait_for("it is refused", || broker.last("ducat-dead-orders") == 2);
    let messages = broker.messages("ducat-dead-orders");
    assert!(messages.iter().all(|message| message.header("Ducat-Status") == "403"), "{messages:?}");
    assert_eq!(reads.terminate(), Some(0));
    let exported = ducat(at, &["export", "balances", "--store", "sqlite:shop.db", "--ledger", "shop"]);
    assert!(text(&exported.stdout).contains("\na,USD,0.01\n"), "{}", text(&exported.stdout));
}

/// How fast commands are done: one a message, and many. `cargo xtask endure` measures it with as many as it takes to know.
#[test]
fn how_fast_commands_are_done() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, in_message) in [("one", 1), ("a hundred", 100)] {
        let broker = Broker::start();
        broker.make("orders", &["orders.>"]);
        let path = if in_message == 1 { "transactions" } else { "transactions/batch" };
        let store = format!("sqlite:{}.db", in_message);
        let more = format!("stream=orders path=/v1/ledgers/shop/{path}");
        let opened = serve(folder.path(), &store, "127.0.0.1:0", &broker, &[]);
        call(&opened, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
        assert_eq!(opened.terminate(), Some(0));
        let messages = (count() / in_message).max(1);
        publish_payments(&broker, messages, in_message);
        let server = serve(folder.path(), &store, "127.0.0.1:0", &broker, &["--nats-commands", &more]);
        let seconds = seconds_until_consumed(&broker);
        let pace = (messages * in_message) as f64 / seconds;
        println!("{} commands, {name} a message, 64 messages at a time: {pace:.0} a second", messages * in_message);
        assert_eq!(paid(&server), (messages * in_message) as u64);
        assert_eq!(server.terminate(), Some(0));
    }
}

/// How fast commands are done by three nodes with several consumers, each with 64 messages at a time.
#[test]
fn how_fast_commands_are_done_by_several_nodes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for consumers in [1, 4, 16] {
        let (store, broker) = (database(), Broker::start());
        broker.make("orders", &["orders.>"]);
        let addresses = addresses(3);
        let node = |address: &str, consumers: usize| {
            let own = format!("http://{address}");
            let source = "stream=orders path=/v1/ledgers/shop/transactions";
            let options =
                ["--advertise", &own].into_iter().chain((0..consumers).flat_map(|_| ["--nats-commands", source]));
            serve(folder.path(), &store, address, &broker, &options.collect::<Vec<_>>())
        };
        let first = node(&addresses[0], 0);
        call(&first, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
        assert_eq!(first.terminate(), Some(0));
        publish_payments(&broker, count(), 1);
        let nodes: Vec<Server> =
            addresses.iter().enumerate().map(|(at, address)| node(address, (consumers + 2 - at) / 3)).collect();
        let seconds = seconds_until_consumed(&broker);
        let pace = count() as f64 / seconds;
        println!("{} commands, {consumers} consumers on three nodes: {pace:.0} a second", count());
        assert_eq!(paid(&nodes[0]), count() as u64);
        for node in nodes {
            assert_eq!(node.terminate(), Some(0));
        }
    }
}

fn publish_payments(broker: &Broker, messages: usize, in_message: usize) {
    let one = payment("users:1", 1);
    let body = if in_message == 1 { one } else { json!({"results":"rejected","transactions":vec![one; in_message]}) };
    broker.publish("orders.new", vec![plain(&body); messages]);
}

/// Seconds from the first message that is delivered to the last that is acknowledged.
fn seconds_until_consumed(broker: &Broker) -> f64 {
    wait_for("the first is delivered", || broker.delivered("orders", "ducat") > 0);
    let begun = Instant::now();
    broker.wait_until_consumed("orders", "ducat");
    begun.elapsed().as_secs_f64()
}

fn paid(server: &Server) -> u64 {
    balance(server, "users:1").as_u64().expect("a number")
}
