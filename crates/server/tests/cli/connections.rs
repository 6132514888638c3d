//! Clients that send slowly, send too much, do not read, do not go away: others are served, and the server stops when
//! told.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::http::Client;
use crate::{DUCAT, Server};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

fn serve(folder: &tempfile::TempDir, more: &[&str]) -> Server {
    let store = format!("sqlite:{}", folder.path().join("test.db").display());
    Server::run(&[&["serve", "--listen", "127.0.0.1:0", "--log", "error", "--store", &store], more].concat())
}

fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(&server.address).expect("it listens")
}

/// The head of a response, and as much of its body as comes with it.
fn read(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        assert!(reader.read_line(&mut line).expect("a response comes") > 0, "it ends after {head:?}");
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().expect("a number");
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    head + &String::from_utf8_lossy(&body)
}

#[test]
fn a_refused_request_keeps_its_connection_or_says_that_it_does_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = serve(&folder, &[]);
    let body = r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":7}"#;
    let length = body.len();
    for (line, content_type, status) in [
        ("PUT /amount", "application/json", 405),
        ("POST /amount", "text/plain", 415),
        ("POST /nowhere", "application/json", 404),
        ("POST /v1/ledgers/none/assets?what=1", "application/json", 400),
        ("POST /v1/ledgers/none/points/import", "text/csv", 404),
    ] {
        let mut stream = connect(&server);
        let head = format!(
            "{line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("it is sent");
        // The body comes later: the response waits for it.
        stream.set_read_timeout(Some(Duration::from_millis(20))).expect("it can be set");
        let early = stream.read(&mut [0]).expect_err("nothing comes before the body");
        assert!(matches!(early.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{line}: {early}");
        stream.set_read_timeout(None).expect("it can be set");
        stream.write_all(body.as_bytes()).expect("it is sent");
        let refused = read(&mut stream);
        assert!(refused.starts_with(&format!("HTTP/1.1 {status} ")), "{line}: {refused}");
        if refused.to_ascii_lowercase().contains("connection: close") {
            assert_eq!(stream.read(&mut [0]).expect("it ends in order"), 0, "{line}");
            continue;
        }
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it is sent");
        let next = read(&mut stream);
        assert!(next.starts_with("HTTP/1.1 200 "), "{line}: {next}");
    }
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_body_that_is_too_large_is_told_so_and_not_reset() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = serve(&folder, &[]);
    let body = vec![b'x'; 20 << 20];
    for length in [format!("Content-Length: {}", body.len()), "Transfer-Encoding: chunked".to_owned()] {
        let mut stream = connect(&server);
        let head = format!(
            "POST /v1/ledgers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("it is sent");
        if length.starts_with('T') {
            stream.write_all(format!("{:x}\r\n", body.len()).as_bytes()).expect("it is sent");
        }
        // A client that reads only when it has sent everything.
        stream.write_all(&body).expect("all of it is taken");
        let refused = read(&mut stream);
        assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
        assert!(refused.to_ascii_lowercase().contains("connection: close"), "{refused}");
    }
    assert_eq!(server.terminate(), Some(0));
}

/// A client whose response does not fit any buffer, and who does not read it.
fn deaf(server: &Server) -> TcpStream {
    let mut client = Client::connect(&server.address).expect("it listens");
    client.call("POST", "/v1/ledgers", LEDGER).expect("it responds");
    let one = r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#;
    let batch = format!(r#"{{"transactions":[{}]}}"#, vec![one; 8_190].join(","));
    let (status, _) = client.call("POST", "/v1/ledgers/shop/transactions/batch", &batch).expect("it responds");
    assert_eq!(status, 200);
    let mut stream = connect(server);
    for _ in 0..64 {
        let request = b"GET /v1/ledgers/shop/events?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        stream.write_all(request).expect("it is sent");
    }
    stream
}

#[test]
fn it_stops_whatever_clients_do() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = serve(&folder, &["--drain-timeout-s", "1"]);
    let mut half = connect(&server);
    half.write_all(b"GET / HTTP/1.1\r\nX: ").expect("it is sent");
    let _deaf = deaf(&server);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_second_signal_stops_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = format!("sqlite:{}", folder.path().join("test.db").display());
    let arguments =
        ["serve", "--listen", "127.0.0.1:0", "--log", "info", "--drain-timeout-s", "600", "--store", &store];
    let mut server = Server::spawn(Command::new(DUCAT).args(arguments).stderr(Stdio::piped()));
    let mut log = BufReader::new(server.child.stderr.take().expect("it has a log")).lines();
    let _deaf = deaf(&server);
    let signal = |pid: u32| Command::new("kill").arg(pid.to_string()).status().expect("kill runs");
    signal(server.child.id());
    assert!(log.by_ref().map_while(Result::ok).any(|line| line.contains("stopping")), "it says that it stops");
    signal(server.child.id());
    assert_eq!(server.child.wait().expect("it ends").code(), Some(1));
}

#[test]
fn idle_connections_shut_no_one_out() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = format!("sqlite:{}", folder.path().join("test.db").display());
    let line = format!("ulimit -n 64; exec {DUCAT} serve --listen 127.0.0.1:0 --log off --store {store}");
    let server = Server::spawn(Command::new("sh").args(["-c", &line]));
    let mut first = Client::connect(&server.address).expect("it listens");
    assert_eq!(first.call("GET", "/healthz", "").expect("it responds").0, 200);
    let idle: Vec<TcpStream> = (0..120).map(|_| connect(&server)).collect();
    // What is open goes on, and does work; what is beyond the limit is refused.
    assert_eq!(first.call("POST", "/v1/ledgers", LEDGER).expect("it responds").0, 201);
    let told = idle.iter().any(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_secs(1))).expect("it can be set");
        let mut said = [0; 12];
        stream.read_exact(&mut said).is_ok() && said == *b"HTTP/1.1 503"
    });
    assert!(told);
    drop(idle);
    // Their places are free again.
    loop {
        let response = Client::connect(&server.address).and_then(|mut client| client.call("GET", "/readyz", ""));
        if response.is_ok_and(|(status, _)| status == 200) {
            break;
        }
    }
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn bodies_have_a_budget_in_all() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = serve(&folder, &["--bodies-bytes-max", "1000000"]);
    let begin = || {
        let mut stream = connect(&server);
        let head = "POST /v1/ledgers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n";
        stream.write_all(head.as_bytes()).expect("it is sent");
        stream.write_all(&[b' '; 800_000]).expect("it is sent");
        stream
    };
    let mut both = [begin(), begin()];
    // One of them is refused, whichever comes second.
    let refused = both.iter_mut().position(|stream| {
        stream.set_read_timeout(Some(Duration::from_secs(2))).expect("it can be set");
        let mut said = [0; 12];
        stream.read_exact(&mut said).is_ok() && said == *b"HTTP/1.1 503"
    });
    let other = &mut both[1 - refused.expect("one is refused")];
    // An empty body with many spaces is no ledger; it is read to its end all the same.
    other.write_all(&[b' '; 100_000]).expect("it is sent");
    assert!(read(other).starts_with("HTTP/1.1 400 "));
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn event_streams_are_bounded_and_foreign_pages_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = serve(&folder, &["--streams-max", "1", "--host", "ledger.example"]);
    let mut client = Client::connect(&server.address).expect("it listens");
    client.call("POST", "/v1/ledgers", LEDGER).expect("it responds");
    let follow = b"GET /v1/ledgers/shop/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
    let (mut first, mut second) = (connect(&server), connect(&server));
    first.write_all(follow).expect("it is sent");
    assert!(read(&mut first).starts_with("HTTP/1.1 200 "));
    second.write_all(follow).expect("it is sent");
    assert!(read(&mut second).starts_with("HTTP/1.1 503 "));
    for (headers, status) in [
        ("Host: evil.example", 421),
        ("Host: ledger.example", 200),
        ("Host: localhost\r\nSec-Fetch-Site: cross-site", 403),
        ("Host: localhost\r\nOrigin: http://evil.example", 403),
        ("Host: localhost\r\nHost: localhost", 400),
    ] {
        let mut stream = connect(&server);
        stream.write_all(format!("GET /healthz HTTP/1.1\r\n{headers}\r\n\r\n").as_bytes()).expect("it is sent");
        let response = read(&mut stream);
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{headers}: {response}");
    }
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn logs_that_cannot_be_written_stop_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = format!("sqlite:{}", folder.path().join("test.db").display());
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("it is there");
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--log", "debug", "--store", &store];
    let server = Server::spawn(Command::new(DUCAT).args(arguments).stderr(full));
    let mut client = Client::connect(&server.address).expect("it listens");
    client.call("POST", "/v1/ledgers", LEDGER).expect("it responds");
    for number in 1..=2 {
        let id = format!("01900000-0000-7000-8000-00000000000{number}");
        let hold = format!(
            r#"{{"id":"{id}","postings":[{{"source":"world","destination":"a","amount":1}}],"pending":{{"timeout_s":1}}}}"#
        );
        assert_eq!(client.call("POST", "/v1/ledgers/shop/transactions", &hold).expect("it responds").0, 201);
        while !client
            .call("GET", &format!("/v1/ledgers/shop/transactions/{id}"), "")
            .expect("it responds")
            .1
            .contains(r#""status":"expired""#)
        {
            std::thread::yield_now();
        }
    }
    assert_eq!(client.call("GET", "/readyz", "").expect("it responds").0, 200);
    drop(client);
    assert_eq!(server.terminate(), Some(0));
}
