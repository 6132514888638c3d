//! What a server says of itself: lines of its log as JSON, ids of requests, and spans over OTLP, on one node and over two.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::Value;

use crate::http::Client;
use crate::nodes::addresses;
use crate::{DUCAT, Server, ducat, text};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
const TRANSFER: &str = r#"{"postings":[{"source":"world","destination":"a","amount":5}]}"#;
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// How long spans are waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A collector of spans, as one speaks OTLP over HTTP: its address, and each span with the name of the service.
fn collector() -> (String, Receiver<(String, Span)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let (sender, spans) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, sender) = (stream.expect("a connection"), sender.clone());
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
                while let Some((path, body)) = request(&mut reader) {
                    assert_eq!(path, "/v1/traces");
                    let export = ExportTraceServiceRequest::decode(&*body).expect("an export");
                    for of_resource in export.resource_spans {
                        let attributes = of_resource.resource.expect("a resource").attributes;
                        let name = attributes.iter().find(|pair| pair.key == "service.name").expect("a name");
                        let name = format!("{:?}", name.value);
                        for span in of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                            drop(sender.send((name.clone(), span)));
                        }
                    }
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").expect("it is written");
                }
            });
        }
    });
    (address, spans)
}

/// The path and the body of a request; `None` at the end of the connection.
fn request(reader: &mut BufReader<std::net::TcpStream>) -> Option<(String, Vec<u8>)> {
    let (mut path, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim().to_ascii_lowercase();
        if path.is_none() {
            path = line.split(' ').nth(1).map(str::to_owned);
        } else if let Some(bytes) = line.strip_prefix("content-length:") {
            length = bytes.trim().parse().expect("a length");
        } else if line.is_empty() {
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            return Some((path?, body));
        }
    }
}

fn spawn(folder: &Path, collector: &str, arguments: &[&str]) -> Server {
    let mut command = Command::new(DUCAT);
    command.current_dir(folder).args(["serve", "--log", "warn"]).args(arguments);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}")).env("OTEL_BSP_SCHEDULE_DELAY", "50");
    Server::spawn(&mut command)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn traced() -> String {
    format!("traceparent: 00-{TRACE}-{PARENT}-01\r\nX-Request-Id: till-7\r\n")
}

/// Waits until what came is what is wanted.
fn wait(spans: &Receiver<(String, Span)>, is_enough: impl Fn(&[Span]) -> bool) -> Vec<Span> {
    let mut found = Vec::new();
    while !is_enough(&found) {
        let (service, span) = spans.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("only {found:?}"));
        assert!(service.contains("\"ducat\""), "{service}");
        found.push(span);
    }
    found
}

/// The requests of the trace.
fn of_trace(spans: &[Span]) -> Vec<&Span> {
    spans.iter().filter(|span| hex(&span.trace_id) == TRACE && span.name != "commit").collect()
}

#[test]
fn a_request_and_its_commit_are_spans_with_a_link() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (collector, spans) = collector();
    let server = spawn(folder.path(), &collector, &["--listen", "127.0.0.1:0", "--store", "sqlite:traced.db"]);
    let mut client = Client::connect(&server.address).expect("it listens");
    assert_eq!(client.call("POST", "/v1/ledgers", LEDGER).expect("it responds").0, 201);
    let sent = client.call_with(&traced(), "POST", "/v1/ledgers/shop/transactions", TRANSFER).expect("it responds");
    assert_eq!(sent.0, 201);
    assert_eq!(server.terminate(), Some(0));
    let is_linked = |commit: &Span, request: &Span| {
        commit.name == "commit"
            && commit.trace_id == request.trace_id
            && commit.links.iter().any(|link| link.span_id == request.span_id)
    };
    let found = wait(&spans, |spans| {
        of_trace(spans).first().is_some_and(|request| spans.iter().any(|span| is_linked(span, request)))
    });
    let request = of_trace(&found)[0];
    assert_eq!((&*request.name, &*hex(&request.parent_span_id)), ("POST /v1/ledgers/{ledger}/transactions", PARENT));
    let said = format!("{:?}", request.attributes);
    assert!(said.contains("till-7") && said.contains("IntValue(201)") && !said.contains("shop"), "{said}");
}

/// A command that another node commits is one trace.
#[test]
fn a_trace_goes_on_to_the_node_that_commits() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (database, addresses) = (ducat_test_postgres::database(), addresses(2));
    let (collector, spans) = collector();
    let nodes: Vec<Server> =
        addresses.iter().map(|at| spawn(folder.path(), &collector, &["--listen", at, "--store", &database])).collect();
    let mut clients: Vec<Client> = addresses.iter().map(|at| Client::connect(at).expect("it listens")).collect();
    assert_eq!(clients[0].call("POST", "/v1/ledgers", LEDGER).expect("it responds").0, 201);
    // One of the two is not the owner.
    for client in &mut clients {
        let sent = client.call_with(&traced(), "POST", "/v1/ledgers/shop/transactions", TRANSFER).expect("it responds");
        assert_eq!(sent.0, 201, "{}", sent.1);
    }
    let found = wait(&spans, |spans| of_trace(spans).len() == 3);
    let of_trace = of_trace(&found);
    let on = of_trace.iter().find(|span| span.name.contains("/cluster/")).expect("one was sent on");
    assert!(of_trace.iter().any(|span| span.span_id == on.parent_span_id), "{of_trace:?}");
    assert!(format!("{:?}", on.attributes).contains("till-7"), "its id goes on too: {on:?}");
    for node in nodes {
        assert_eq!(node.terminate(), Some(0));
    }
}

#[test]
fn lines_are_objects_and_requests_have_ids() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = folder.path().join("log");
    let mut command = Command::new(DUCAT);
    let arguments =
        ["serve", "--listen", "127.0.0.1:0", "--store", "sqlite:logged.db", "--log-format", "json", "--access-log"];
    command.current_dir(folder.path()).args(arguments);
    let server = Server::spawn(command.stderr(Stdio::from(std::fs::File::create(&log).expect("a file"))));
    let mut client = Client::connect(&server.address).expect("it listens");
    let sent = client.call_with("X-Request-Id: till-7\r\n", "GET", "/nowhere?secret=1", "").expect("it responds");
    assert_eq!((sent.0, &*client.request_id), (404, "till-7"));
    client.call("GET", "/healthz", "").expect("it responds");
    assert_eq!(client.request_id.len(), 16, "{}", client.request_id);
    assert_eq!(server.terminate(), Some(0));
    let said = std::fs::read_to_string(&log).expect("a log");
    let lines: Vec<Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let line = lines.iter().find(|line| line["request_id"] == "till-7").unwrap_or_else(|| panic!("{said}"));
    assert_eq!(
        (&line["status"], &line["problem"], &line["path"]),
        (&404.into(), &"not_found".into(), &"/nowhere".into())
    );
    assert!(line["duration_us"].is_u64() && line["timestamp"].is_string(), "{line}");
    assert!(!said.contains("secret"), "queries are in no log: {said}");
    for (name, value, says) in
        [("OTEL_TRACES_EXPORTER", "zipkin", "otlp, and none"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf")]
    {
        let mut command = Command::new(DUCAT);
        command.current_dir(folder.path()).args(["serve", "--store", "sqlite:no.db"]).env(name, value);
        let refused = command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1").output().expect("it runs");
        assert!(refused.status.code() == Some(2) && text(&refused.stderr).contains(says), "{}", text(&refused.stderr));
    }
    let wrong = ducat(folder.path(), &["serve", "--log-format", "xml"]);
    assert!(wrong.status.code() == Some(2) && text(&wrong.stderr).contains("json"), "{}", text(&wrong.stderr));
}

/// One that takes connections and never says anything.
#[test]
fn a_collector_that_hangs_costs_its_spans_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address").to_string();
    let server = spawn(folder.path(), &address, &["--listen", "127.0.0.1:0", "--store", "sqlite:hanging.db"]);
    let mut client = Client::connect(&server.address).expect("it listens");
    assert_eq!(client.call("POST", "/v1/ledgers", LEDGER).expect("it responds").0, 201);
    let begun = Instant::now();
    for _ in 0..100 {
        let sent = client.call_with(&traced(), "POST", "/v1/ledgers/shop/transactions", TRANSFER);
        assert_eq!(sent.expect("it responds").0, 201);
    }
    // As long as the exporter waits for one response, and far more than all of these take.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let begun = Instant::now();
    assert_eq!(server.terminate(), Some(0));
    assert!(begun.elapsed() < PATIENCE, "it stops all the same: {:?}", begun.elapsed());
}
