//! The API as clients see it: stories of requests and answers, the same on every store, kept as snapshots.
//!
//! A story is a list of steps. It runs on each store with a clock of its own; the transcripts must be equal, and equal
//! to the snapshot. When a story ends, its ledgers must verify.

mod advances;
mod amounts;
mod bank;
mod caching;
mod contention;
mod edges;
mod events;
mod keys;
mod limits;
mod metrics;
mod oidc;
mod points;
mod redactions;
mod stories;
mod webhooks;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use ducat_api::door::Hosts;
use ducat_api::service::Service;
use ducat_api::values::{parse_day, write_day};
use ducat_api::{Api, ApiLimits};
use ducat_domain::advances::Day;
use ducat_domain::names::Name;
use ducat_domain::numbers::Timestamp;
use ducat_engine::advances::{Collector, CollectorOptions};
use ducat_engine::clock::Clock;
use ducat_engine::{Company, Engine, EngineOptions, holds};
use ducat_processor::Processor;
use ducat_processor::simulator::{Faults as Misfortunes, Simulator};
use ducat_store::MemoryStore;
use ducat_store::PostgresStore;
use ducat_store::Reader;
use ducat_store::SqliteStore;
use ducat_store::postgres::Node;
use ducat_store::sqlite::SqliteOptions;
use http_body_util::BodyExt as _;
use tokio::sync::watch;

/// A clock that moves a millisecond whenever it is read, and further when a story says so.
#[derive(Debug)]
struct StoryClock(AtomicI64);

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1_000, Ordering::SeqCst))
    }
}

/// A server without a socket.
struct Server {
    service: Service,
    api: Api,
    engine: Engine,
    clock: Arc<StoryClock>,
    stop: watch::Sender<bool>,
    collector: Collector,
    simulator: Arc<Simulator>,
    _folder: Option<tempfile::TempDir>,
}

/// What was answered.
struct Answer {
    status: u16,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Server {
    fn on_memory() -> Server {
        let store = MemoryStore::new();
        let reader: Arc<dyn Reader> = Arc::new(store.clone());
        Server::start(|clock| Engine::start(Box::new(store), reader, clock, &EngineOptions::default()), None)
    }

    fn on_sqlite() -> Server {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = SqliteStore::open(SqliteOptions::new(folder.path().join("test.db"))).expect("a new file");
        let reader: Arc<dyn Reader> = Arc::new(store.reader());
        Server::start(|clock| Engine::start(Box::new(store), reader, clock, &EngineOptions::default()), Some(folder))
    }

    fn on_postgres() -> Server {
        let node = Node::server("http://story");
        let store = PostgresStore::open(&ducat_test_postgres::database(), node).expect("a database");
        let reader: Arc<dyn Reader> = Arc::new(store.reader().expect("it can be read"));
        let company = Company { tenure: store.tenure(), cluster: None };
        Server::start(
            |clock| Engine::start_among(Box::new(store), reader, clock, &EngineOptions::default(), company),
            None,
        )
    }

    fn start(engine: impl FnOnce(Arc<dyn Clock>) -> Engine, folder: Option<tempfile::TempDir>) -> Server {
        // 2026-11-01.
        let begin = Timestamp(1_793_491_200_000_000);
        let clock = Arc::new(StoryClock(AtomicI64::new(begin.0)));
        let engine = engine(Arc::clone(&clock) as Arc<dyn Clock>);
        let (stop, stopping) = watch::channel(false);
        let limits = ApiLimits { body_timeout: Duration::from_secs(5), ..ApiLimits::default() };
        let simulator = Arc::new(Simulator::new(1, Misfortunes::default(), Day::of(begin)));
        let options = CollectorOptions { report_pause: Duration::ZERO, ..CollectorOptions::default() };
        let collector = Collector::new(engine.clone(), Some(Arc::clone(&simulator) as _), options);
        let api = Api::new(engine.clone(), limits, stopping, collector.clone());
        let service = service(&api);
        Server { service, api, engine, clock, stop, collector, simulator, _folder: folder }
    }

    /// A server at which each key may make so many requests a second.
    fn with_key_rate(self, per_second: NonZeroU32) -> Server {
        let limits = ApiLimits { key_rate: Some(per_second), ..ApiLimits::default() };
        let api = Api::new(self.engine.clone(), limits, self.stop.subscribe(), self.collector.clone());
        Server { service: service(&api), api, ..self }
    }

    /// A server that knows of no processor.
    fn without_processor(self) -> Server {
        let collector = Collector::new(self.engine.clone(), None, CollectorOptions::default());
        let api = Api::new(self.engine.clone(), ApiLimits::default(), self.stop.subscribe(), collector);
        Server { service: service(&api), ..self }
    }

    /// A server with another processor, for which a request waits so long.
    fn with_processor(self, processor: Arc<dyn Processor>, credit_wait: Duration) -> Server {
        let options = CollectorOptions { report_pause: Duration::ZERO, ..CollectorOptions::default() };
        let collector = Collector::new(self.engine.clone(), Some(processor), options);
        let limits = ApiLimits { credit_wait, ..ApiLimits::default() };
        let api = Api::new(self.engine.clone(), limits, self.stop.subscribe(), collector.clone());
        Server { service: service(&api), api, collector, ..self }
    }

    async fn send(&self, mut request: Request<Body>) -> Answer {
        request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static("localhost"));
        let response = self.service.respond(request).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("an answer has a body").to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Sends `METHOD PATH`, headers as `Name: value` lines, and a JSON body if there is one.
    async fn call(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (method, path) = line.split_once(' ').expect("METHOD PATH");
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            request = request.header("Content-Type", "application/json");
        }
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    /// Seconds pass.
    async fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    async fn post(&self, path: &str, body: &str) -> Answer {
        self.call(&format!("POST {path}"), &[], body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(&format!("GET {path}"), &[], "").await
    }

    /// Ends the server and verifies what it left.
    async fn finish(self) {
        self.stop.send_replace(true);
        let engine = self.engine.clone();
        let verified = tokio::task::spawn_blocking(move || {
            engine.close();
            let reader = Arc::clone(engine.reader());
            ducat_store::verify::verify(reader.as_ref(), &mut |_| {}).expect("it can be read")
        });
        let report = verified.await.expect("it closes");
        assert!(report.is_clean(), "{:?}", report.differences);
    }
}

/// The API as a server at a loopback address has it.
fn service(api: &Api) -> Service {
    ducat_api::service(api.clone(), Hosts::of(([127, 0, 0, 1], 8000).into()))
}

/// One step of a story.
enum Step {
    /// A request: `METHOD PATH`, headers, body.
    Call(&'static str, &'static [(&'static str, &'static str)], &'static str),
    /// Seconds pass; holds whose time is over are given up, and what is due with lots of points is done.
    Wait(i64),
    /// Orders that were taken are performed.
    Perform,
    /// It is another day, also at the processor.
    Day(&'static str),
    /// The runs of advances that began are carried through.
    Run,
    /// The processor is away, or there again.
    Down(bool),
    /// The processor refuses everything for good, or nothing.
    Refuse(bool),
}

/// Headers that a transcript shows.
const SHOWN: [&str; 6] =
    ["allow", "retry-after", "idempotent-replayed", "location", "preference-applied", "content-type"];

async fn tell(server: Server, steps: &[Step]) -> String {
    let mut transcript = String::new();
    for step in steps {
        match step {
            Step::Wait(seconds) => {
                server.clock.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
                let expired = holds::expire_holds(&server.engine, server.engine.now()).await.expect("the job runs");
                let lots =
                    ducat_engine::points::settle_lots(&server.engine, server.engine.now()).await.expect("the job runs");
                transcript.push_str(&format!("# {seconds} s later, {expired} holds expired"));
                if lots.lots > 0 {
                    transcript.push_str(&format!(", {} lots with {} points", lots.lots, lots.points));
                }
                transcript.push_str("\n\n");
            }
            Step::Perform => {
                let performed =
                    server.api.bank().perform_deferred(Timestamp::MAX).await.expect("they can be performed");
                transcript.push_str(&format!("# {performed} orders performed\n\n"));
            }
            Step::Day(day) => {
                let day = parse_day(day).expect("a day");
                server.clock.0.store(day.begins().0, Ordering::SeqCst);
                server.simulator.set_day(day);
                transcript.push_str(&format!("# it is {}\n\n", write_day(day)));
            }
            Step::Run => {
                let ledger = Name::parse("advances").expect("a name");
                server.collector.carry_on(&ledger).await.expect("it can be carried through");
                transcript.push_str("# the run is carried through\n\n");
            }
            Step::Down(is_down) => {
                let down = if *is_down { 1.0 } else { 0.0 };
                server.simulator.set_faults(Misfortunes { down, ..Misfortunes::default() });
                transcript.push_str(&format!("# the processor is {}\n\n", if *is_down { "away" } else { "there" }));
            }
            Step::Refuse(is_refused) => {
                let refuse = if *is_refused { 1.0 } else { 0.0 };
                server.simulator.set_faults(Misfortunes { refuse, ..Misfortunes::default() });
                let what = if *is_refused { "everything for good" } else { "nothing" };
                transcript.push_str(&format!("# the processor refuses {what}\n\n"));
            }
            Step::Call(line, headers, body) => {
                let line = &with_ids(line);
                let answer = server.call(line, headers, body).await;
                transcript.push_str(&format!("{line}\n"));
                headers.iter().for_each(|(name, value)| transcript.push_str(&format!("{name}: {value}\n")));
                if !body.is_empty() {
                    transcript.push_str(&format!("{body}\n"));
                }
                transcript.push_str(&format!("=> {}\n", answer.status));
                for name in SHOWN {
                    let value = answer.headers.get(name).and_then(|value| value.to_str().ok());
                    if let Some(value) = value.filter(|value| *value != "application/json") {
                        transcript.push_str(&format!("{name}: {value}\n"));
                    }
                }
                match serde_json::from_str::<serde_json::Value>(&answer.body) {
                    Ok(mut json) => {
                        if line.contains("/v1/ledgers/advances/") {
                            mask(&mut json);
                        }
                        transcript.push_str(&format!("{json}\n\n"));
                    }
                    Err(_) => transcript.push_str(&format!("{}\n\n", answer.body)),
                }
            }
        }
    }
    server.finish().await;
    transcript
}

/// Advances in paths stand for their ids, which follow from the keys that they were made under.
fn with_ids(line: &str) -> String {
    let ledger = Name::parse("advances").expect("a name");
    ["ada", "bob"].iter().fold(line.to_owned(), |line, key| {
        line.replace(&format!("{{{key}}}"), &format!("advances/{}", ducat_api::idempotency::from_key(&ledger, key)))
    })
}

/// The ids that the server makes for what it does to advances are others each time.
fn mask(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Array(items) => items.iter_mut().for_each(mask),
        serde_json::Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| match value {
            serde_json::Value::String(text) if name == "key" || name == "transaction" => "(made)".clone_into(text),
            value => mask(value),
        }),
        _ => {}
    }
}

/// Runs a story on every store and keeps its transcript.
async fn story(name: &str, steps: &[Step]) {
    let on_memory = tell(Server::on_memory(), steps).await;
    let on_sqlite = tell(Server::on_sqlite(), steps).await;
    assert_eq!(on_memory, on_sqlite, "the stores tell different stories");
    let server = tokio::task::spawn_blocking(Server::on_postgres).await.expect("it starts");
    let on_postgres = tell(server, steps).await;
    assert_eq!(on_memory, on_postgres, "the stores tell different stories");
    insta::assert_snapshot!(name, on_sqlite);
}
