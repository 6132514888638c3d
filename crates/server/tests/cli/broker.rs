//! A real NATS server with JetStream, which tests stop, kill and rob of its store. `DUCAT_TEST_NATS` names its program.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::{Config, State};
use async_nats::jetstream::{self, Context};
use futures_util::StreamExt as _;
use tokio::runtime::Runtime;

use crate::neighbours::wait_for;
use crate::nodes::addresses;

/// The program of a server for tests.
const VARIABLE: &str = "DUCAT_TEST_NATS";

/// A server, and a client of it.
pub struct Broker {
    address: String,
    folder: tempfile::TempDir,
    config: Vec<String>,
    child: Option<Child>,
    runtime: Runtime,
    names: AtomicU64,
}

/// What is published: headers and a body.
pub type Outgoing = (Vec<(&'static str, String)>, Vec<u8>);

/// A message of a stream.
#[derive(Debug, Clone)]
pub struct Message {
    pub sequence: u64,
    pub subject: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Message {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// What a header says.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.as_str().to_owned()).unwrap_or_default()
    }
}

impl Broker {
    pub fn start() -> Broker {
        Broker::start_with(&[])
    }

    /// One with more options.
    pub fn start_with(options: &[&str]) -> Broker {
        let mut broker = Broker {
            address: addresses(1).remove(0),
            folder: tempfile::tempdir().expect("a temporary folder"),
            config: options.iter().map(|option| (*option).to_owned()).collect(),
            child: None,
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .expect("a runtime"),
            names: AtomicU64::new(0),
        };
        broker.restart();
        broker
    }

    pub fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Starts it on what it has stored.
    pub fn restart(&mut self) {
        let program = std::env::var(VARIABLE).unwrap_or_else(|_| "nats-server".to_owned());
        let port = self.address.rsplit_once(':').map_or("", |(_, port)| port);
        let mut command = Command::new(&program);
        command.args(["--jetstream", "--addr", "127.0.0.1", "--port", port, "--store_dir"]).arg(self.store());
        command.args(&self.config).stdout(Stdio::null()).stderr(Stdio::null());
        let started = command.spawn();
        self.child = Some(started.unwrap_or_else(|error| {
            panic!("{program} cannot be started ({error}); {VARIABLE} names the program of a NATS server")
        }));
        let address = self.address.clone();
        wait_for("NATS listens", move || TcpStream::connect(&address).is_ok());
    }

    /// As `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it runs");
            child.wait().expect("it ends");
        }
    }

    /// Kills it, and all that it has stored is gone.
    pub fn rob(&mut self) {
        self.kill();
        std::fs::remove_dir_all(self.store()).expect("it has a store");
    }

    /// Starts it with other options.
    pub fn restart_with(&mut self, options: &[&str]) {
        self.kill();
        self.config = options.iter().map(|option| (*option).to_owned()).collect();
        self.restart();
    }

    /// Where what is stored is.
    pub fn stored(&self) -> PathBuf {
        self.store()
    }

    /// Does something with a client of it.
    pub fn with<T>(&self, work: impl AsyncFnOnce(Context) -> T) -> T {
        let url = self.url();
        self.runtime.block_on(async move {
            let client = async_nats::connect(&url).await.expect("it listens");
            work(jetstream::new(client)).await
        })
    }

    /// What a stream has; nothing where there is none.
    pub fn state(&self, stream: &str) -> Option<State> {
        self.with(async |context| {
            context.get_stream(stream).await.ok().map(|stream| stream.cached_info().state.clone())
        })
    }

    /// The sequence of the last message of a stream; 0 where there is none.
    pub fn last(&self, stream: &str) -> u64 {
        self.state(stream).map_or(0, |state| state.last_sequence)
    }

    /// Makes a stream.
    pub fn make(&self, name: &str, subjects: &[&str]) {
        let subjects = subjects.iter().map(|subject| (*subject).to_owned()).collect();
        let config = Config { name: name.to_owned(), subjects, ..Config::default() };
        self.with(async |context| drop(context.create_stream(config).await.expect("a stream")));
    }

    pub fn delete(&self, name: &str) {
        self.with(async |context| {
            context.delete_stream(name).await.expect("it is deleted");
        });
    }

    /// Deletes the last message of a stream.
    pub fn remove_last(&self, name: &str) {
        self.with(async |context| {
            let stream = context.get_stream(name).await.expect("a stream");
            let last = stream.cached_info().state.last_sequence;
            stream.delete_message(last).await.expect("it is deleted");
        });
    }

    /// Publishes a message whose block of headers is none, which the client would not send.
    pub fn publish_broken(&self, subject: &str, headers: &[u8], body: &[u8]) {
        let mut connection = TcpStream::connect(&self.address).expect("it listens");
        let all = headers.len() + body.len();
        let mut sent =
            format!("CONNECT {{\"headers\":true,\"verbose\":false}}\r\nHPUB {subject} {} {all}\r\n", headers.len())
                .into_bytes();
        sent.extend([headers, body, b"\r\nPING\r\n"].concat());
        connection.write_all(&sent).expect("it is sent");
        let mut said = String::new();
        let mut lines = BufReader::new(connection);
        while !said.ends_with("PONG\r\n") {
            assert!(lines.read_line(&mut said).expect("it answers") > 0, "{said}");
        }
    }

    pub fn purge(&self, name: &str) {
        self.with(async |context| {
            let stream = context.get_stream(name).await.expect("a stream");
            stream.purge().await.expect("it is emptied");
        });
    }

    /// Publishes messages, each with headers, and waits until all are stored.
    pub fn publish(&self, subject: &str, messages: Vec<Outgoing>) {
        self.with(async |context| {
            let mut under_way = Vec::new();
            for (headers, body) in messages {
                let mut map = HeaderMap::new();
                for (name, value) in headers {
                    map.insert(name, value);
                }
                let sent = context.publish_with_headers(subject.to_owned(), map, body.into()).await;
                under_way.push(sent.expect("it is sent"));
                if under_way.len() == 256 {
                    for ack in under_way.drain(..) {
                        ack.await.expect("it is stored");
                    }
                }
            }
            for ack in under_way {
                ack.await.expect("it is stored");
            }
        });
    }

    /// How many messages were delivered to a consumer, those that were delivered again too.
    pub fn delivered(&self, stream: &str, consumer: &str) -> u64 {
        self.with(async |context| {
            let Ok(stream) = context.get_stream(stream).await else { return 0 };
            stream.consumer_info(consumer).await.map_or(0, |info| info.delivered.consumer_sequence)
        })
    }

    /// Waits until consumers of a stream have acknowledged all of it.
    pub fn wait_until_consumed(&self, stream: &str, consumer: &str) {
        let left = || {
            self.with(async |context| {
                let stream = context.get_stream(stream).await.ok()?;
                let info = stream.consumer_info(consumer).await.ok()?;
                Some(info.num_pending + info.num_ack_pending as u64)
            })
        };
        let mut before = u64::MAX;
        loop {
            let now = left();
            match now {
                Some(0) => return,
                Some(now) if now != before => before = now,
                _ => wait_for("messages are consumed", || left().is_some_and(|left| left < before)),
            }
        }
    }

    /// Looks at all messages of a stream, in order.
    pub fn each(&self, stream: &str, mut look: impl FnMut(Message)) {
        let name = format!("reader-{}", self.names.fetch_add(1, Ordering::Relaxed));
        self.with(async |context| {
            let stream = context.get_stream(stream).await.expect("a stream");
            let mut left = stream.cached_info().state.messages;
            let config = pull::Config { name: Some(name), ack_policy: AckPolicy::None, ..pull::Config::default() };
            let consumer: PullConsumer = stream.create_consumer(config).await.expect("a consumer");
            let batches = consumer.stream().max_messages_per_batch(5_000).heartbeat(Duration::from_secs(5));
            let mut messages = batches.messages().await.expect("messages");
            while left > 0 {
                let message = messages.next().await.expect("there are more").expect("a message");
                let sequence = message.info().expect("it is of a stream").stream_sequence;
                look(Message {
                    sequence,
                    subject: message.subject.to_string(),
                    headers: message.headers.clone().unwrap_or_default(),
                    body: message.payload.to_vec(),
                });
                left -= 1;
            }
        });
    }

    /// All messages of a stream, in order.
    pub fn messages(&self, stream: &str) -> Vec<Message> {
        let mut all = Vec::new();
        self.each(stream, |message| all.push(message));
        all
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
    }
}
