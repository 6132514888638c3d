//! Nodes on one PostgreSQL that are not as they should be: a wrong address, smaller limits, an old secret, a wrong
//! clock.
//!
//! Each story has two nodes. The ledger is one that the first of them prefers, so it has the lease when nothing is
//! wrong; clients speak to the second. No client gets "unknown" for a command that was not sent, whatever is wrong.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ducat_test_postgres::{database, sql};
use uuid::Uuid;

use crate::http::Client;
use crate::nodes::addresses;
use crate::proxy::Proxy;
use crate::{DUCAT, Server, ducat, text};

/// Longer than any lease and any number of beats: what has not happened by then does not happen.
const EVENT_MAX: Duration = Duration::from_secs(40);

/// Shorter than what a client is kept waiting for an outcome that no one knows.
const ANSWER_MAX: Duration = Duration::from_secs(15);

/// A node whose log is kept.
pub(crate) struct Node {
    pub(crate) server: Server,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Node {
    pub(crate) fn start(store: &str, listen: &str, more: &[&str]) -> Node {
        Node::start_with(store, listen, more, &[])
    }

    pub(crate) fn start_with(store: &str, listen: &str, more: &[&str], variables: &[(&str, &str)]) -> Node {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = folder.path().join("log");
        let file = std::fs::File::create(&log).expect("it can be written");
        let mut command = Command::new(DUCAT);
        command.args(["serve", "--listen", listen, "--log", "info", "--store", store]).args(more).stderr(file);
        let server = Server::spawn(command.envs(variables.iter().copied()));
        Node { server, log, _folder: folder }
    }

    fn call(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut client = Client::connect(&self.server.address).expect("it listens");
        client.call(method, path, body).expect("an answer")
    }

    /// Pays 1 into an account, and says how long that took.
    pub(crate) fn pay(&self, ledger: &str, account: &str) -> (u16, String, Duration) {
        let body = format!(r#"{{"postings":[{{"source":"world","destination":"{account}","amount":1}}]}}"#);
        let begun = Instant::now();
        let (status, answer) = self.call("POST", &format!("/v1/ledgers/{ledger}/transactions"), &body);
        (status, answer, begun.elapsed())
    }

    fn posted(&self, ledger: &str, account: &str) -> String {
        let (_, answer) = self.call("GET", &format!("/v1/ledgers/{ledger}/accounts/{account}/balance"), "");
        answer.split(r#""posted":"#).nth(1).and_then(|rest| rest.split(',').next()).unwrap_or_default().to_owned()
    }

    pub(crate) fn gauge(&self, name: &str) -> f64 {
        let (_, metrics) = self.call("GET", "/metrics", "");
        let value = metrics.lines().find_map(|line| line.strip_prefix(&format!("ducat_{name} ")));
        value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} is no gauge: {metrics}"))
    }

    fn lines(&self, with: &str) -> Vec<String> {
        let log = std::fs::read_to_string(&self.log).expect("it can be read");
        log.lines().filter(|line| line.contains(with)).map(str::to_owned).collect()
    }
}

/// Waits for something that comes to be.
pub(crate) fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < EVENT_MAX, "{what}");
        std::thread::yield_now();
    }
}

/// A ledger that prefers one of two nodes, opened there.
pub(crate) fn ledger_of(node: &Node, url: &str, other: &str) -> String {
    let score = |url: &str, ledger: &str| Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{url}\0{ledger}").as_bytes());
    let name = (0..).map(|n| format!("l{n}")).find(|name| score(url, name) > score(other, name)).expect("one of two");
    let body = format!(r#"{{"name":"{name}","assets":[{{"code":"USD","scale":2}}],"implicit_accounts":true}}"#);
    wait_for("the ledger is opened", || {
        let (status, answer) = node.call("POST", "/v1/ledgers", &body);
        // A node that takes no ledgers hears within a beat of one that does.
        assert!(status == 201 || status == 503, "{status}: {answer}");
        status == 201
    });
    name
}

#[test]
fn a_node_does_not_start_under_an_address_that_does_not_lead_to_it() {
    let store = database();
    let first = Node::start(&store, "127.0.0.1:0", &[]);
    let port = first.server.address.rsplit(':').next().expect("a port").to_owned();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent = format!("http://{}", silent.local_addr().expect("it listens"));
    for (advertise, says) in [
        ("http://127.0.0.1:1", "does not find itself at http://127.0.0.1:1"),
        // The first node under another name.
        (&format!("http://localhost:{port}"), "another node answers there"),
        // Something that listens and says nothing.
        (&silent, "does not find itself"),
        ("http://", "write http://HOST:PORT"),
        ("http://a b", "write http://HOST:PORT"),
        ("http://127.0.0.1:8000/ledger", "write http://HOST:PORT"),
    ] {
        let arguments =
            ["serve", "--listen", "127.0.0.1:0", "--log", "error", "--store", &store, "--advertise", advertise];
        let run = ducat(Path::new("."), &arguments);
        let said = text(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{advertise}: {said}");
        assert!(said.starts_with("ducat: ") && said.contains(says) && said.lines().count() == 1, "{said}");
        assert!(said.contains("advertise"), "{said}");
    }
    assert_eq!(sql(&store, "SELECT count(*) FROM nodes").expect("rows"), "1", "nobody was handed a ledger");
    assert_eq!(first.server.terminate(), Some(0));
}

#[test]
fn a_node_that_others_cannot_reach_gives_its_ledgers_up() {
    let store = database();
    let listen = addresses(2);
    let mut way = Proxy::to(&listen[0]);
    let hidden = Node::start(&store, &listen[0], &["--advertise", &way.url()]);
    let other = Node::start(&store, &listen[1], &[]);
    let ledger = ledger_of(&hidden, &way.url(), &format!("http://{}", listen[1]));
    assert_eq!(other.pay(&ledger, "a").0, 201, "it is sent on");
    way.close();
    let mut answers = Vec::new();
    wait_for("the ledger is served by the node that can be reached", || {
        let (status, answer, took) = other.pay(&ledger, "a");
        assert!(took < ANSWER_MAX, "{status} after {took:?}: {answer}");
        let names_owner = status == 503 && answer.contains(&way.url());
        assert!(status == 201 || names_owner, "{status}: {answer}");
        answers.push(status);
        status == 201
    });
    // The node itself sends commands on from now on.
    let (status, answer, _) = hidden.pay(&ledger, "a");
    assert_eq!(status, 201, "{answer}");
    assert_eq!((hidden.posted(&ledger, "a"), other.posted(&ledger, "a")), ("3".to_owned(), "3".to_owned()));
    assert_eq!(
        (hidden.gauge("node_serving"), hidden.gauge("leases"), other.gauge("peers_unreachable")),
        (0.0, 0.0, 1.0)
    );
    assert_eq!(hidden.lines("gives its ledgers up").len(), 1, "{:?}", hidden.lines(""));
    assert_eq!(other.lines("another node cannot be reached").len(), 1, "{:?}", other.lines(""));
    way.open();
    wait_for("it takes ledgers again", || hidden.gauge("node_serving") == 1.0);
    wait_for("the other knows it", || other.gauge("peers_unreachable") == 0.0);
    assert_eq!(hidden.lines("takes ledgers again").len(), 1, "{:?}", hidden.lines(""));
    assert_eq!(other.pay(&ledger, "a").0, 201);
    assert_eq!((hidden.server.terminate(), other.server.terminate()), (Some(0), Some(0)));
}

#[test]
fn a_command_whose_answer_was_lost_between_nodes_is_told_as_the_first() {
    let store = database();
    let listen = addresses(2);
    let way = Proxy::to(&listen[0]);
    let owner = Node::start(&store, &listen[0], &["--advertise", &way.url()]);
    let other = Node::start(&store, &listen[1], &[]);
    let ledger = ledger_of(&owner, &way.url(), &format!("http://{}", listen[1]));
    let path = format!("/v1/ledgers/{ledger}/transactions");
    let transaction = |n: u32| {
        let id = format!("019d0000-0000-7000-8000-{n:012x}");
        format!(r#"{{"id":"{id}","postings":[{{"source":"world","destination":"a","amount":1}}]}}"#)
    };
    assert_eq!(other.call("POST", &path, &transaction(1)).0, 201);
    way.lose_next();
    let (status, answer) = other.call("POST", &path, &transaction(2));
    assert_eq!((status, way.lost()), (201, 1), "{answer}");
    // Sent again by the client it is a repetition, as ever.
    assert_eq!(other.call("POST", &path, &transaction(2)).0, 200);
    let batch = format!(r#"{{"transactions":[{},{}]}}"#, transaction(2), transaction(3));
    way.lose_next();
    let (status, answer) = other.call("POST", &format!("{path}/batch"), &batch);
    let statuses: Vec<&str> = answer.split(r#""status":"#).skip(1).filter_map(|rest| rest.get(..3)).collect();
    assert!(
        status == 200 && way.lost() == 2 && statuses.starts_with(&["200"]) && statuses.contains(&"201"),
        "{answer}"
    );
    assert_eq!(owner.posted(&ledger, "a"), "3");
    assert_eq!((owner.server.terminate(), other.server.terminate()), (Some(0), Some(0)));
}

#[test]
fn limits_are_judged_by_the_node_that_the_client_spoke_to() {
    let store = database();
    let listen = addresses(2);
    let small = Node::start(&store, &listen[0], &["--body-bytes-max", "4096", "--batch-max", "2"]);
    let large = Node::start(&store, &listen[1], &[]);
    let (own, other) = (format!("http://{}", listen[0]), format!("http://{}", listen[1]));
    let ledger = ledger_of(&small, &own, &other);
    let one = r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#;
    let batch = format!(r#"{{"transactions":[{}],"results":"rejected"}}"#, vec![one; 500].join(","));
    let path = format!("/v1/ledgers/{ledger}/transactions/batch");
    let (status, answer) = large.call("POST", &path, &batch);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(large.posted(&ledger, "a"), "500");
    assert_eq!(small.call("POST", &path, &batch).0, 413);
    let said = |node: &Node, other: &str, words: &str| {
        wait_for("the difference is warned of", || !node.lines("has other settings").is_empty());
        let lines = node.lines("has other settings");
        assert!(lines.len() == 1 && lines[0].contains(other) && lines[0].contains(words), "{lines:?}");
    };
    said(&large, &own, "body-bytes-max is 4096 there and 16777216 here");
    said(&small, &other, "batch-max is 8190 there and 2 here");
    assert_eq!((small.server.terminate(), large.server.terminate()), (Some(0), Some(0)));
}

#[test]
fn a_secret_that_is_replaced_is_read_again() {
    let store = database();
    let listen = addresses(2);
    let owner = Node::start(&store, &listen[0], &[]);
    let other = Node::start(&store, &listen[1], &[]);
    let ledger = ledger_of(&owner, &format!("http://{}", listen[0]), &format!("http://{}", listen[1]));
    assert_eq!(other.pay(&ledger, "a").0, 201);
    sql(&store, "UPDATE secrets SET secret = sha256(secret)").expect("it is replaced");
    // Whichever of the two has read it first.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(3) {
        let (status, answer, took) = other.pay(&ledger, "a");
        assert!(status == 201 && took < ANSWER_MAX, "{status} after {took:?}: {answer}");
    }
    assert_eq!((owner.server.terminate(), other.server.terminate()), (Some(0), Some(0)));
}

/// Something that is a node as far as the database says, and answers commands as the test says.
struct Impostor {
    url: String,
    answer: Arc<Mutex<String>>,
}

/// The process that it says it is.
const IMPOSTOR: &str = "019d0000-0000-7000-8000-00000000ffff";

impl Impostor {
    fn start() -> Impostor {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it listens"));
        let answer: Arc<Mutex<String>> = Arc::default();
        let (told, own) = (Arc::clone(&answer), url.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut stream = BufReader::new(stream);
                let Some((first, length)) = head(&mut stream) else { continue };
                drop(stream.read_exact(&mut vec![0; length]));
                let answer = match first.starts_with("GET /cluster/v1/identity ") {
                    true => format!("200 OK\r\nducat-node: {own}\r\n\r\n{IMPOSTOR}"),
                    false => told.lock().expect("no thread panicked").clone(),
                };
                let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
                let length = body.len();
                let all = format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
                drop(stream.get_mut().write_all(all.as_bytes()));
            }
        });
        Impostor { url, answer }
    }
}

/// The first line of a request, and the length of its body.
fn head(stream: &mut impl BufRead) -> Option<(String, usize)> {
    let lines: Vec<String> = stream.lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let length = lines.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    Some((lines.first()?.clone(), length.unwrap_or(0)))
}

#[test]
fn what_the_owner_refuses_is_told_as_its_refusal() {
    let store = database();
    let node = Node::start(&store, "127.0.0.1:0", &[]);
    let impostor = Impostor::start();
    let own = format!("http://{}", node.server.address);
    let ledger = ledger_of(&node, &own, &impostor.url);
    let alive = format!(
        "INSERT INTO nodes (url, process, seen_at, accepts) VALUES ('{}', '{IMPOSTOR}', now() + interval '1 hour', true)",
        impostor.url
    );
    sql(&store, &alive).expect("it is alive");
    let taken = "lease_until = now() + interval '1 hour', epoch = epoch + 1, fence = fence + 1";
    sql(&store, &format!("UPDATE ledgers SET owner = '{}', {taken}", impostor.url)).expect("it has the lease");
    let mark = format!("ducat-node: {}", impostor.url);
    let problem = |code: &str, reason: &str| {
        format!(r#"{{"code":"{code}","detail":"{reason}; nothing was done; retry the request","reason":"{reason}"}}"#)
    };
    for (head, body, status, code, says) in [
        (
            format!("503 x\r\n{mark}"),
            problem("overloaded", "the queue is full"),
            503,
            "overloaded",
            "the queue is full",
        ),
        (
            format!("503 x\r\n{mark}"),
            problem("store_unavailable", "the database failed: no"),
            503,
            "store_unavailable",
            "the database failed: no",
        ),
        (format!("413 x\r\n{mark}"), problem("body_too_large", "too long"), 413, "body_too_large", "too long"),
        (format!("415 x\r\n{mark}"), problem("unsupported_media_type", "another"), 503, "store_unavailable", "another"),
        (format!("401 x\r\n{mark}"), String::new(), 503, "store_unavailable", "does not take this node's secret"),
        (
            "421 x\r\nducat-node: http://other".to_owned(),
            String::new(),
            503,
            "store_unavailable",
            "http://other answers there, another node",
        ),
    ] {
        *impostor.answer.lock().expect("no thread panicked") = format!("{head}\r\n\r\n{body}");
        let (found, answer, took) = node.pay(&ledger, "a");
        let is_right = found == status && answer.contains(&format!(r#""code":"{code}""#)) && answer.contains(says);
        assert!(is_right && took < ANSWER_MAX, "{head}: {found} after {took:?}: {answer}");
        // Whose refusal it is stands there, and what to do stands there once.
        let named = answer.contains(&impostor.url) && answer.matches("nothing was done").count() == 1;
        assert!(named, "{answer}");
    }
    assert_eq!(node.server.terminate(), Some(0));
}

/// The system's clock as the system call returns it, and some seconds: what a machine with a wrong clock sees.
const WRONG_CLOCK: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *time) {
    int (*told)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = told(clock, time);
    const char *ahead = getenv("CLOCK_AHEAD_S");
    if (result == 0 && clock == CLOCK_REALTIME && ahead) time->tv_sec += atol(ahead);
    return result;
}
"#;

/// Makes the library that goes before the system's.
pub(crate) fn wrong_clock(folder: &Path) -> String {
    let (source, library) = (folder.join("clock.c"), folder.join("clock.so"));
    std::fs::write(&source, WRONG_CLOCK).expect("it can be written");
    let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl").status();
    assert!(made.expect("Rust needs a C compiler to link, too").success());
    library.display().to_string()
}

#[test]
fn a_node_whose_clock_is_an_hour_ahead_serves_nothing_and_ends_no_hold() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let library = wrong_clock(folder.path());
    let store = database();
    let listen = addresses(2);
    let good = Node::start(&store, &listen[0], &[]);
    let wrong = [("LD_PRELOAD", library.as_str()), ("CLOCK_AHEAD_S", "3600")];
    let ahead = Node::start_with(&store, &listen[1], &[], &wrong);
    // A ledger that prefers the node with the wrong clock, and a client of that node: it goes to the other all the
    // same.
    let ledger = ledger_of(&ahead, &format!("http://{}", listen[1]), &format!("http://{}", listen[0]));
    assert_eq!(ahead.pay(&ledger, "a").0, 201);
    let hold = "019d0000-0000-7000-8000-000000000001";
    let body = format!(
        r#"{{"id":"{hold}","postings":[{{"source":"a","destination":"b","amount":1}}],"pending":{{"timeout_s":600}}}}"#
    );
    let (status, answer) = good.call("POST", &format!("/v1/ledgers/{ledger}/transactions"), &body);
    assert_eq!(status, 201, "{answer}");
    let owner = sql(&store, &format!("SELECT owner FROM ledgers WHERE name = '{ledger}'")).expect("rows");
    assert_eq!(owner, format!("http://{}", listen[0]));
    assert!((3_599.0..3_601.0).contains(&ahead.gauge("clock_skew_seconds")));
    assert_eq!((ahead.gauge("node_serving"), good.gauge("node_serving")), (0.0, 1.0));
    assert_eq!(ahead.lines(" s ahead of the database's").len(), 2, "a warning and what comes of it");
    good.server.kill();
    // It is alone now, and serves nothing still.
    wait_for("nobody serves the ledger", || {
        let (status, answer, took) = ahead.pay(&ledger, "a");
        assert!(status == 503 && took < ANSWER_MAX, "{status} after {took:?}: {answer}");
        answer.contains("clock") && answer.contains("--clock-skew-max-s")
    });
    let (_, shown) = ahead.call("GET", &format!("/v1/ledgers/{ledger}/transactions/{hold}"), "");
    assert!(shown.contains(r#""status":"pending""#), "{shown}");
    assert_eq!(ahead.posted(&ledger, "a"), "1");
    assert_eq!(ahead.server.terminate(), Some(0));
    // A test that knows better may say so.
    let trusted = Node::start_with(&store, &listen[1], &["--clock-skew-max-s", "7200"], &wrong);
    assert_eq!(trusted.pay(&ledger, "a").0, 201);
    assert_eq!(trusted.server.terminate(), Some(0));
}

#[test]
fn a_node_keeps_to_its_connections_and_says_when_there_are_no_more() {
    let store = database();
    let node = Node::start(&store, "127.0.0.1:0", &["--store-connections-max", "5"]);
    let ledger = ledger_of(&node, "http://a", "http://b");
    let (address, path) = (node.server.address.clone(), format!("/v1/ledgers/{ledger}/transactions"));
    let readers: Vec<_> = (0..16)
        .map(|_| {
            let (address, path) = (address.clone(), path.clone());
            std::thread::spawn(move || {
                let mut client = Client::connect(&address).expect("it listens");
                for _ in 0..50 {
                    let (status, answer) = client.call("GET", &path, "").expect("an answer");
                    assert_eq!(status, 200, "{answer}");
                }
            })
        })
        .collect();
    let name = store.rsplit('/').next().expect("a name").to_owned();
    let count =
        format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND application_name = 'ducat'");
    let mut most = 0;
    while readers.iter().any(|reader| !reader.is_finished()) {
        assert_eq!(node.pay(&ledger, "a").0, 201);
        most = most.max(sql(&store, &count).expect("rows").parse::<u32>().expect("a number"));
    }
    readers.into_iter().for_each(|reader| reader.join().expect("every read is answered"));
    assert!((4..=5).contains(&most), "{most} connections");
    assert_eq!(node.server.terminate(), Some(0));
    let user = format!("{name}_few");
    sql(&store, &format!("CREATE USER {user} CONNECTION LIMIT 0")).expect("it is made");
    let limited = store.replacen("postgres://postgres@", &format!("postgres://{user}@"), 1);
    let run = ducat(Path::new("."), &["serve", "--listen", "127.0.0.1:0", "--store", &limited]);
    let said = text(&run.stderr);
    assert_eq!((run.status.code(), said.lines().count()), (Some(2), 1), "{said}");
    assert!(said.contains("max_connections") && said.contains("--store-connections-max"), "{said}");
    let few =
        ducat(Path::new("."), &["serve", "--listen", "127.0.0.1:0", "--store", &store, "--store-connections-max", "3"]);
    assert!(few.status.code() == Some(2) && text(&few.stderr).contains("needs 4 or more"), "{}", text(&few.stderr));
}

#[test]
fn ledgers_are_opened_by_two_nodes_at_once_and_nobody_is_refused() {
    let store = database();
    let nodes: Vec<Server> = addresses(2).iter().map(|at| Server::start_at(&store, at)).collect();
    let clients: Vec<_> = (0..8)
        .map(|client: usize| {
            let address = nodes[client % 2].address.clone();
            std::thread::spawn(move || {
                let mut connection = Client::connect(&address).expect("it listens");
                for ledger in 0..50 {
                    let body = format!(r#"{{"name":"l{client}-{ledger}","assets":[{{"code":"USD","scale":2}}]}}"#);
                    let (status, answer) = connection.call("POST", "/v1/ledgers", &body).expect("an answer");
                    assert_eq!(status, 201, "{answer}");
                }
            })
        })
        .collect();
    clients.into_iter().for_each(|client| client.join().expect("every ledger is opened"));
    assert_eq!(sql(&store, "SELECT count(*) || ' ' || max(no) FROM ledgers").expect("rows"), "400 400");
    for node in nodes {
        assert_eq!(node.terminate(), Some(0));
    }
}
