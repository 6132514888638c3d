//! Events go to a real NATS, which is killed, emptied, robbed and written to by others, while servers are killed too.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use ducat_test_postgres::database;
use serde_json::{Value, json};

use crate::broker::Broker;
use crate::neighbours::wait_for;
use crate::nodes::addresses;
use crate::tls::Authority;
use crate::webhooks::{LEDGER, call, kills, pay, pay_all};
use crate::{DUCAT, Server, ducat, text};

const STREAM: &str = "ducat-events-shop";

/// How many transactions there are while servers and the broker are killed.
fn events() -> usize {
    std::env::var("DUCAT_TEST_EVENTS").map_or(2_000, |text| text.parse().expect("a number"))
}

pub fn serve(folder: &Path, store: &str, listen: &str, broker: &Broker, more: &[&str]) -> Server {
    let mut command = Command::new(DUCAT);
    command.current_dir(folder).args(["serve", "--listen", listen, "--log", "off", "--store", store]);
    Server::spawn(command.args(["--nats-url", &broker.url()]).args(more))
}

fn shop(folder: &Path, broker: &Broker) -> Server {
    let server = serve(folder, "sqlite:shop.db", "127.0.0.1:0", broker, &[]);
    call(&server, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
    server
}

fn shown(server: &Server, stream: &str) -> Value {
    call(server, "GET", &format!("/v1/streams/{stream}"), &Value::Null).1
}

fn stopped(server: &Server, stream: &str) -> String {
    wait_for("the stream stops", || shown(server, stream)["status"] == "stopped");
    shown(server, stream)["reason"].as_str().expect("a reason").to_owned()
}

fn go_on(server: &Server, stream: &str) {
    let (status, said) = call(server, "POST", &format!("/v1/streams/{stream}/continue"), &Value::Null);
    assert_eq!(status, 200, "{said}");
}

/// That a stream of one ledger has each event once, in order, as the ledger has them.
fn check_whole(broker: &Broker, server: &Server, last: u64) {
    let (mut next, mut sample) = (1, BTreeMap::new());
    broker.each(STREAM, |message| {
        assert_eq!((message.sequence, message.header("Ducat-Seq")), (next, next.to_string()));
        if next % 97 == 1 || next == last {
            sample.insert(next, message.json());
        }
        next += 1;
    });
    assert_eq!(next - 1, last, "each event is there once");
    for (seq, event) in sample {
        let (status, whole) = call(server, "GET", &format!("/v1/ledgers/shop/cloudevents/{seq}"), &Value::Null);
        assert_eq!((status, whole), (200, event));
    }
}

/// Each event is in the stream once and in order, whatever is killed.
#[test]
fn each_event_is_in_the_stream_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let mut broker = Broker::start();
    let mut server = shop(at, &broker);
    let (each, mut last) = (events() / kills(), 0);
    for kill in 0..kills() {
        last = pay_all(&server, each);
        let before = broker.last(STREAM);
        wait_for("more is published", || broker.last(STREAM) > before || broker.last(STREAM) == last);
        if kill % 2 == 0 {
            server.kill();
            server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &broker, &[]);
        } else {
            broker.kill();
            broker.restart();
        }
    }
    let begun = Instant::now();
    let mut before = 0;
    while broker.last(STREAM) != last {
        wait_for("everything is published", || broker.last(STREAM) > before);
        before = broker.last(STREAM);
    }
    println!("{last} events after {} kills; the last were there after {:?}", kills(), begun.elapsed());
    check_whole(&broker, &server, last);
    wait_for("it is shown", || shown(&server, STREAM)["lag"] == 0);
    assert_eq!(server.terminate(), Some(0));
    crate::verify_clean(at, "shop.db");
}

/// How fast a stream catches up with a ledger. `cargo xtask endure` measures it with as many events as it takes to know.
#[test]
fn how_fast_events_are_published() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (at, broker) = (folder.path(), Broker::start());
    let mut command = Command::new(DUCAT);
    command.current_dir(at).args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", "sqlite:shop.db"]);
    let server = Server::spawn(&mut command);
    call(&server, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
    let last = pay_all(&server, events());
    assert_eq!(server.terminate(), Some(0));
    let server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &broker, &[]);
    wait_for("the first is published", || broker.last(STREAM) > 0);
    let (begun, first) = (Instant::now(), broker.last(STREAM));
    let mut before = 0;
    while broker.last(STREAM) != last {
        wait_for("everything is published", || broker.last(STREAM) > before);
        before = broker.last(STREAM);
    }
    let pace = (last - first) as f64 / begun.elapsed().as_secs_f64();
    println!("{last} events published, {pace:.0} a second");
    assert_eq!(server.terminate(), Some(0));
}

/// What a message is: a CloudEvent, under a subject by which consumers choose, with what proves it.
#[test]
fn messages() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broker = Broker::start();
    let server = serve(folder.path(), "sqlite:shop.db", "127.0.0.1:0", &broker, &["--nats-prefix", "eu"]);
    let ledger = json!({"name":"tenant:1.a","assets":[{"code":"USD","scale":2}],"implicit_accounts":true});
    call(&server, "POST", "/v1/ledgers", &ledger);
    let transfer = json!({"postings":[{"source":"world","destination":"a","amount":5}]});
    let (_, paid) = call(&server, "POST", "/v1/ledgers/tenant:1.a/transactions", &transfer);
    let last = paid["seq"].as_u64().expect("a seq");
    let stream = "eu-events-tenant=3A1=2Ea";
    wait_for("it is published", || broker.last(stream) == last);
    let message = broker.messages(stream).pop().expect("a message");
    assert_eq!(message.subject, "eu.events.tenant=3A1=2Ea.transaction.posted.v1");
    assert_eq!(message.header("Content-Type"), "application/cloudevents+json");
    let (_, event) = call(&server, "GET", &format!("/v1/ledgers/tenant:1.a/cloudevents/{last}"), &Value::Null);
    assert_eq!(message.json(), event);
    let (_, head) = call(&server, "GET", "/v1/ledgers/tenant:1.a/head", &Value::Null);
    assert_eq!(
        (message.header("Ducat-Hash"), message.header("Ducat-Batch")),
        (head["hash"].as_str().expect("a hash").to_owned(), head["batch"].to_string())
    );
    assert_eq!(shown(&server, stream)["ledger"], "tenant:1.a");
    assert_eq!(server.terminate(), Some(0));
}

/// A stream that is gone, shorter, emptied, of another history or written to by others stops with a sentence, and goes on when
/// that is ordered.
#[test]
fn a_stream_that_is_not_what_it_was() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let mut broker = Broker::start();
    let server = shop(at, &broker);
    let mut last = pay_all(&server, 50);
    wait_for("all is published", || broker.last(STREAM) == last);
    assert_eq!(call(&server, "POST", &format!("/v1/streams/{STREAM}/continue"), &Value::Null).0, 409);
    // Its messages were deleted, by age or by someone.
    broker.purge(STREAM);
    assert_eq!(server.terminate(), Some(0));
    let server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &broker, &[]);
    last = pay(&server, 1).max(last);
    let reason = stopped(&server, STREAM);
    assert!(reason.contains("was emptied"), "{reason}");
    go_on(&server, STREAM);
    wait_for("it goes on", || broker.last(STREAM) == last);
    assert_eq!(broker.state(STREAM).expect("a stream").messages, 1);
    wait_for("it is shown", || shown(&server, STREAM)["status"] == "active");
    // It is gone, with all else that the broker had.
    let copy = tempfile::tempdir().expect("a temporary folder");
    broker.kill();
    copy_all(&broker.stored(), copy.path());
    broker.restart();
    last = pay(&server, 2).max(last);
    wait_for("all is published", || broker.last(STREAM) == last);
    broker.rob();
    broker.restart();
    last = pay(&server, 3).max(last);
    let reason = stopped(&server, STREAM);
    assert!(reason.contains("is gone"), "{reason}");
    assert_eq!(broker.last(STREAM), 0, "it does not begin at 1 by itself");
    // It is there again, without what came last.
    broker.kill();
    copy_all(copy.path(), &broker.stored());
    broker.restart();
    go_on(&server, STREAM);
    wait_for("it goes on", || broker.last(STREAM) == last);
    assert_eq!(server.terminate(), Some(0));
    broker.kill();
    std::fs::remove_dir_all(broker.stored()).expect("it is there");
    copy_all(copy.path(), &broker.stored());
    broker.restart();
    let server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &broker, &[]);
    let reason = stopped(&server, STREAM);
    assert!(reason.contains("the broker has lost some"), "{reason}");
    // Someone else writes to it.
    go_on(&server, STREAM);
    wait_for("it goes on", || broker.last(STREAM) == last);
    broker.publish("ducat.events.shop.x", vec![(Vec::new(), b"hello".to_vec())]);
    pay(&server, 4);
    let reason = stopped(&server, STREAM);
    assert!(reason.contains("is none of Ducat"), "{reason}");
    // Without that message an event would be missing, because its sequence is given out.
    broker.remove_last(STREAM);
    go_on(&server, STREAM);
    wait_for("it stops again", || {
        shown(&server, STREAM)["reason"].as_str().is_some_and(|why| why.contains("has given out the sequence"))
    });
    broker.delete(STREAM);
    go_on(&server, STREAM);
    last = pay(&server, 5).max(last);
    wait_for("it begins anew", || broker.last(STREAM) == last);
    check_whole(&broker, &server, last);
    // An order answers one stop: the next one waits for another.
    assert_eq!(server.terminate(), Some(0));
    broker.delete(STREAM);
    let server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &broker, &[]);
    assert!(stopped(&server, STREAM).contains("is gone"));
    pay(&server, 6);
    assert_eq!(broker.last(STREAM), 0);
    // All of it was ordered, and is in the journal of the system.
    let (_, audit) = call(&server, "GET", "/v1/audit?limit=100", &Value::Null);
    let acts = audit["data"].as_array().expect("acts").iter().filter(|act| act["act"] == "stream_continued");
    assert_eq!(acts.filter(|act| act["of"] == STREAM).count(), 5);
    assert_eq!(server.terminate(), Some(0));
}

/// A broker that lets no one in, has no streams, or takes nothing: ledgers go on, and everything is published when it does.
#[test]
fn a_broker_that_refuses() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let config = at.join("nats.conf");
    let deny = "authorization { users: [{ user: a, password: b, permissions: { publish: { deny: [\"ducat.>\"] } } }] }\n\
                no_auth_user: a\n";
    std::fs::write(&config, deny).expect("it can be written");
    let config = ["--config", &config.display().to_string()];
    let mut broker = Broker::start_with(&["--user", "a", "--pass", "secret"]);
    let server = shop(at, &broker);
    let mut last = pay(&server, 1);
    let is_behind = || shown(&server, STREAM)["lag"].as_u64().is_some_and(|lag| lag > 0);
    wait_for("it is behind", is_behind);
    wait_for("it waits", || shown(&server, STREAM)["status"] == "waiting");
    for options in [&[][..], &config] {
        broker.restart_with(options);
        last = pay(&server, 2).max(last);
        if options.is_empty() {
            wait_for("it is published", || broker.last(STREAM) == last);
        } else {
            wait_for("it is behind", is_behind);
        }
    }
    broker.restart_with(&[]);
    wait_for("it is published", || broker.last(STREAM) == last);
    wait_for("it is shown", || shown(&server, STREAM)["status"] == "active");
    check_whole(&broker, &server, last);
    assert_eq!(server.terminate(), Some(0));
}

/// Over TLS, with a password: a certificate that no one vouches for is refused.
#[test]
fn over_tls() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    Authority::new(at).issue("nats", "own");
    let file = |name: &str| at.join(name).display().to_string();
    let options = ["--tls", "--tlscert", &file("own.pem"), "--tlskey", &file("own.key"), "--user", "a", "--pass", "b"];
    let broker = Broker::start_with(&options);
    let url = broker.url().replace("nats://", "tls://a:b@");
    for (more, is_published) in [(vec![], false), (vec!["--nats-ca", "ca.pem"], true)] {
        let mut command = Command::new(DUCAT);
        let store = format!("sqlite:{is_published}.db");
        command.current_dir(at).args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", &store]);
        let server = Server::spawn(command.args(["--nats-url", &url]).args(more));
        call(&server, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
        let last = pay(&server, 1);
        if is_published {
            wait_for("it is published", || shown(&server, STREAM)["sequence"] == last);
        } else {
            wait_for("it is behind", || shown(&server, STREAM)["lag"] == last);
        }
        assert_eq!(server.terminate(), Some(0));
    }
}

/// A ledger that was restored to an earlier moment does not go on in the stream of the later one.
#[test]
fn a_ledger_that_was_restored() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let broker = Broker::start();
    let server = shop(at, &broker);
    let earlier = pay_all(&server, 10);
    wait_for("all is published", || broker.last(STREAM) == earlier);
    assert_eq!(server.terminate(), Some(0));
    let copied = ducat(at, &["backup", "--store", "sqlite:shop.db", "--to", "kept"]);
    assert!(copied.status.success(), "{}", text(&copied.stderr));
    let server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &broker, &[]);
    let later = pay_all(&server, 5);
    wait_for("all is published", || broker.last(STREAM) == later);
    assert_eq!(server.terminate(), Some(0));
    let restored = ducat(at, &["restore", "--from", "kept", "--to", "sqlite:restored.db"]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let server = serve(at, "sqlite:restored.db", "127.0.0.1:0", &broker, &[]);
    let reason = stopped(&server, STREAM);
    assert!(reason.contains("is ahead"), "{reason}");
    // Of as many other events, too, it is another history.
    pay_all(&server, 20);
    go_on(&server, STREAM);
    wait_for("it stops again", || {
        shown(&server, STREAM)["reason"].as_str().is_some_and(|why| why.contains("another history"))
    });
    assert_eq!(broker.last(STREAM), later);
    broker.delete(STREAM);
    go_on(&server, STREAM);
    let last = pay(&server, 1);
    wait_for("it begins anew", || broker.last(STREAM) == last);
    check_whole(&broker, &server, last);
    assert_eq!(server.terminate(), Some(0));
}

/// Many small ledgers in one stream: each has its events in order.
#[test]
fn ledgers_that_share_a_stream() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let mut broker = Broker::start();
    let options = ["--nats-shared", "tenant:*"];
    let mut server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &broker, &options);
    let ledgers: Vec<String> = (0..20).map(|number| format!("tenant:{number}")).collect();
    for ledger in ledgers.iter().map(String::as_str).chain(["shop"]) {
        let body = json!({"name":ledger,"assets":[{"code":"USD","scale":2}],"implicit_accounts":true});
        assert_eq!(call(&server, "POST", "/v1/ledgers", &body).0, 201);
    }
    let mut lasts = BTreeMap::new();
    let transfer = json!({"postings":[{"source":"world","destination":"a","amount":5}]});
    for round in 0..10 {
        for ledger in &ledgers {
            let (_, paid) = call(&server, "POST", &format!("/v1/ledgers/{ledger}/transactions"), &transfer);
            lasts.insert(ledger.clone(), paid["seq"].as_u64().expect("a seq"));
        }
        match round {
            3 => {
                server.kill();
                server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &broker, &options);
            }
            6 => {
                broker.kill();
                broker.restart();
            }
            _ => {}
        }
    }
    let all: u64 = lasts.values().sum();
    wait_for("all is published", || broker.last("ducat-shared") == all);
    let mut nexts: BTreeMap<String, u64> = BTreeMap::new();
    for message in broker.messages("ducat-shared") {
        let next = nexts.entry(message.subject.clone()).or_insert(1);
        assert_eq!(message.json()["id"].as_str().and_then(|id| id.rsplit_once(':')?.1.parse().ok()), Some(*next));
        *next += 1;
    }
    for (ledger, last) in &lasts {
        let subject = format!("ducat.shared.{}", ledger.replace(':', "=3A"));
        assert_eq!(nexts[&subject], last + 1, "{ledger}");
    }
    assert!(broker.last(STREAM) > 0, "another ledger has its own");
    // Emptied, nothing of it begins anew by itself; but a ledger that was opened since does, and so does all that is ordered.
    assert_eq!(server.terminate(), Some(0));
    broker.purge("ducat-shared");
    let server = serve(at, "sqlite:shop.db", "127.0.0.1:0", &broker, &options);
    assert!(stopped(&server, "ducat-shared").contains("has lost messages"));
    let younger = json!({"name":"tenant:new","assets":[{"code":"USD","scale":2}]});
    call(&server, "POST", "/v1/ledgers", &younger);
    wait_for("it is published", || broker.state("ducat-shared").expect("a stream").messages >= 1);
    let subjects: Vec<String> = broker.messages("ducat-shared").into_iter().map(|message| message.subject).collect();
    assert!(subjects.iter().all(|subject| subject == "ducat.shared.tenant=3Anew"), "{subjects:?}");
    let young = subjects.len() as u64;
    go_on(&server, "ducat-shared");
    wait_for("all begin anew", || broker.state("ducat-shared").expect("a stream").messages == all + young);
    wait_for("it is shown", || shown(&server, "ducat-shared")["status"] == "active");
    assert_eq!(server.terminate(), Some(0));
}

/// On several nodes one publishes, and another goes on when that one is killed.
#[test]
fn another_node_publishes() {
    let (store, broker) = (database(), Broker::start());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let addresses = addresses(2);
    let node = |address: &str| serve(at, &store, address, &broker, &["--advertise", &format!("http://{address}")]);
    let mut nodes: Vec<Option<Server>> = addresses.iter().map(|address| Some(node(address))).collect();
    let first = |nodes: &[Option<Server>]| nodes.iter().position(Option::is_some).expect("one runs");
    call(nodes[0].as_ref().expect("it runs"), "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
    let mut last = 0;
    for _ in 0..4 {
        last = pay_all(nodes[first(&nodes)].as_ref().expect("it runs"), 100).max(last);
        wait_for("all is published", || broker.last(STREAM) == last);
        let here = |server: &Server| shown(server, STREAM)["here"] == true;
        let publishes = nodes.iter().position(|node| node.as_ref().is_some_and(here)).expect("one publishes");
        nodes[publishes].take().expect("it runs").kill();
        last = pay_all(nodes[first(&nodes)].as_ref().expect("it runs"), 100).max(last);
        wait_for("the other goes on", || broker.last(STREAM) == last);
        nodes[publishes] = Some(node(&addresses[publishes]));
    }
    // One that is suspended is replaced, and finds so when it goes on.
    let here = |server: &Server| shown(server, STREAM)["here"] == true;
    wait_for("one publishes", || nodes.iter().flatten().any(here));
    let publishes = nodes.iter().position(|node| node.as_ref().is_some_and(here)).expect("one publishes");
    let other = 1 - publishes;
    let signal = |name: &str| {
        let id = nodes[publishes].as_ref().expect("it runs").id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().expect("kill runs").success());
    };
    last = pay_all(nodes[publishes].as_ref().expect("it runs"), 2_000).max(last);
    signal("-STOP");
    last = pay_all(nodes[other].as_ref().expect("it runs"), 100).max(last);
    wait_for("the other goes on", || broker.last(STREAM) == last);
    signal("-CONT");
    last = pay_all(nodes[publishes].as_ref().expect("it runs"), 100).max(last);
    wait_for("all is published", || broker.last(STREAM) == last);
    check_whole(&broker, nodes[0].as_ref().expect("it runs"), last);
    for server in nodes.into_iter().flatten() {
        assert_eq!(server.terminate(), Some(0));
    }
}

/// Copies all that is in a folder.
fn copy_all(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().expect("cp runs");
    assert!(status.success());
}
