//! The bridge from Kafka, against a broker that speaks Kafka's protocol (tansu, in memory). `DUCAT_TEST_KAFKA` names its program.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::clients::{examples, variable};
use crate::neighbours::wait_for;
use crate::nodes::addresses;
use crate::webhooks::{LEDGER, call};
use crate::{Server, verify_clean};

/// A process that ends with the test.
struct Process(Child);

impl Process {
    fn kill(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Makes a topic of two partitions, and produces payments: every tenth is refused.
const PRODUCE: &str = r#"
import json, sys
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
brokers, count = sys.argv[1], int(sys.argv[2])
admin = AdminClient({"bootstrap.servers": brokers})
for made in admin.create_topics([NewTopic("payments", 2, 1), NewTopic("payments.refused", 1, 1)]).values():
    made.result(20)
producer = Producer({"bootstrap.servers": brokers})
for number in range(count):
    source = "nobody" if number % 10 == 9 else "world"
    body = {"postings": [{"source": source, "destination": f"users:{number % 7}", "amount": 1}]}
    producer.produce("payments", json.dumps(body).encode(), partition=number % 2)
    producer.poll(0)
assert producer.flush(30) == 0
"#;

/// Counts what was refused, once each.
const REFUSED: &str = r#"
import sys
from confluent_kafka import Consumer, TopicPartition
consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "reader"})
consumer.assign([TopicPartition("payments.refused", 0, 0)])
places, quiet = set(), 0
while quiet < 10 and len(places) < int(sys.argv[2]):
    message = consumer.poll(1.0)
    quiet = 0 if message else quiet + 1
    if message and not message.error():
        headers = dict(message.headers())
        assert headers["ducat-status"] == b"422", headers
        places.add(headers["ducat-place"])
print(len(places))
"#;

fn run(python: &Path, program: &str, arguments: &[&str]) -> String {
    let ran = Command::new(python).args(["-c", program]).args(arguments).output().expect("it runs");
    assert!(ran.status.success(), "{}{}", crate::text(&ran.stdout), crate::text(&ran.stderr));
    crate::text(&ran.stdout).trim().to_owned()
}

fn broker(program: &Path, address: &str) -> Process {
    let mut command = Command::new(program);
    let url = format!("tcp://{address}");
    command.args([
        "broker",
        "--listener-url",
        &url,
        "--advertised-listener-url",
        &url,
        "--storage-engine",
        "memory://ducat/",
    ]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the broker starts");
    let broker = Process(child);
    wait_for("the broker listens", || std::net::TcpStream::connect(address).is_ok());
    broker
}

#[test]
fn each_message_is_executed_once() {
    const COUNT: usize = 400;
    let (python, program): (PathBuf, PathBuf) = (variable("DUCAT_TEST_PYTHON"), variable("DUCAT_TEST_KAFKA"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let addresses = addresses(2);
    let _broker = broker(&program, &addresses[0]);
    run(&python, PRODUCE, &[&addresses[0], &COUNT.to_string()]);
    let serve = || Server::start_at(&format!("sqlite:{}", at.join("shop.db").display()), &addresses[1]);
    let bridge = || {
        let mut command = Command::new(&python);
        command.arg(examples().join("kafka-bridge/bridge.py"));
        command.args(["--brokers", &addresses[0], "--topic", "payments", "--session-ms", "6000"]);
        command.args(["--url", &format!("http://{}", addresses[1]), "--path", "/v1/ledgers/shop/transactions"]);
        Process(command.stderr(Stdio::null()).spawn().expect("it runs"))
    };
    let mut server = serve();
    call(&server, "POST", "/v1/ledgers", &serde_json::from_str(LEDGER).expect("JSON"));
    let seq =
        |server: &Server| call(server, "GET", "/v1/ledgers/shop/head", &Value::Null).1["seq"].as_u64().unwrap_or(0);
    let begun = seq(&server);
    let mut bridges = vec![bridge(), bridge()];
    for part in 1..4 {
        wait_for("some are executed", || seq(&server) > begun + (COUNT / 8 * part) as u64);
        match part {
            1 => {
                server.kill();
                server = serve();
            }
            _ => {
                bridges[part % 2].kill();
                bridges[part % 2] = bridge();
            }
        }
    }
    let paid = |user: usize| {
        let path = format!("/v1/ledgers/shop/accounts/users:{user}/balance");
        call(&server, "GET", &path, &Value::Null).1["posted"].as_u64().unwrap_or(0)
    };
    wait_for("all are executed", || (0..7).map(paid).sum::<u64>() == (COUNT / 10 * 9) as u64);
    // What is refused is told at least once.
    assert_eq!(run(&python, REFUSED, &[&addresses[0], &(COUNT / 10).to_string()]), (COUNT / 10).to_string());
    assert_eq!(json!((0..7).map(paid).sum::<u64>()), json!(COUNT / 10 * 9), "none is executed twice");
    drop(bridges);
    assert_eq!(server.terminate(), Some(0));
    verify_clean(at, "shop.db");
}
