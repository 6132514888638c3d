//! Programs that use the clients, against real servers: the examples, and two that pay each order exactly once although the
//! server is killed again and again, most often between the commit and the response, and they themselves too.
//!
//! `cargo xtask test` and `cargo xtask clients` make what these tests need.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::http::Client;
use crate::neighbours::wait_for;
use crate::{DUCAT, Server, text, verify_clean};

/// Of so many responses one is lost with its server.
const LOST: usize = 12;

/// Of so many requests one does not reach its server, which is killed before.
const UNSENT: usize = 100;

/// Of so many kills one is that of the program.
const OF_PROGRAM: usize = 10;

pub fn variable(name: &str) -> PathBuf {
    std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: run `cargo xtask clients`")).into()
}

fn payments() -> usize {
    std::env::var("DUCAT_TEST_PAYMENTS").map_or(240, |text| text.parse().expect("a number"))
}

pub fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// A way to a server, on which it is killed.
struct Way {
    address: String,
    shared: Arc<Shared>,
}

struct Shared {
    store: PathBuf,
    server: Mutex<Option<Server>>,
    rng: Mutex<fastrand::Rng>,
    /// Kills after the response had been read from the server: its commit is on the disk.
    between: AtomicUsize,
    before: AtomicUsize,
    is_over: AtomicBool,
}

impl Shared {
    fn start(store: &Path) -> Server {
        let store = format!("sqlite:{}", store.display());
        Server::spawn(Command::new(DUCAT).args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", &store]))
    }

    fn target(&self) -> String {
        self.server.lock().expect("no thread panicked").as_ref().expect("it runs").address.clone()
    }

    /// `kill -9`, and another one on the same store.
    fn kill(&self, counted: &AtomicUsize) {
        let mut server = self.server.lock().expect("no thread panicked");
        server.take().expect("it runs").kill();
        *server = Some(Shared::start(&self.store));
        counted.fetch_add(1, Ordering::SeqCst);
    }

    fn is_one_of(&self, times: usize) -> bool {
        self.rng.lock().expect("no thread panicked").usize(..times) == 0
    }

    /// One connection of a client, to its end.
    fn carry(&self, mut client: TcpStream) {
        let Ok(mut server) = TcpStream::connect(self.target()) else { return };
        let (mut request, mut response) = (vec![0; 65_536], vec![0; 65_536]);
        // Clients send one request at a time and wait: what is read is a request, or its head and then its body.
        let mut is_payment = false;
        while let Ok(read @ 1..) = client.read(&mut request) {
            if request.starts_with(b"POST ") || request.starts_with(b"GET ") {
                is_payment = request.starts_with(b"POST /v1/ledgers/orders/transactions");
            }
            if is_payment && self.is_one_of(UNSENT) {
                self.kill(&self.before);
                break;
            }
            if server.write_all(&request[..read]).is_err() {
                break;
            }
            // The rest of the request, if it comes in parts; then the response, which is small.
            if !is_whole(&request[..read]) {
                continue;
            }
            request.fill(0);
            let Ok(answered @ 1..) = server.read(&mut response) else { break };
            let is_done = response.starts_with(b"HTTP/1.1 201");
            if is_payment && is_done && self.is_one_of(LOST) {
                self.kill(&self.between);
                break;
            }
            if client.write_all(&response[..answered]).is_err() {
                break;
            }
        }
        drop(client.shutdown(Shutdown::Both));
    }
}

/// Whether these bytes end a request: a head, and as much of a body as it says.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        // The end of a request whose head was sent before.
        return true;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.unwrap_or(0)
}

impl Way {
    fn to(store: &Path, seed: u64) -> Way {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it listens").to_string();
        let shared = Arc::new(Shared {
            store: store.to_owned(),
            server: Mutex::new(Some(Shared::start(store))),
            rng: Mutex::new(fastrand::Rng::with_seed(seed)),
            between: AtomicUsize::new(0),
            before: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if accepting.is_over.load(Ordering::SeqCst) {
                    break;
                }
                let carrying = Arc::clone(&accepting);
                std::thread::spawn(move || carrying.carry(client));
            }
        });
        Way { address, shared }
    }

    fn kills(&self) -> usize {
        self.shared.between.load(Ordering::SeqCst) + self.shared.before.load(Ordering::SeqCst)
    }

    /// No more kills: gives the server.
    fn end(self) -> (Server, usize, usize) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        let server = self.shared.server.lock().expect("no thread panicked").take().expect("it runs");
        let count = |kills: &AtomicUsize| kills.load(Ordering::SeqCst);
        (server, count(&self.shared.between), count(&self.shared.before))
    }
}

/// Has a program pay all orders, and counts what was paid.
fn pay(program: impl Fn() -> Command, seed: u64) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (at, count) = (folder.path(), payments());
    let orders: Vec<String> = (1..=count).map(|number| format!("order-{number}")).collect();
    std::fs::write(at.join("orders.txt"), orders.join("\n")).expect("it can be written");
    let way = Way::to(&at.join("orders.db"), seed);
    let url = format!("http://{}", way.address);
    let mut of_program = 0;
    loop {
        let mut command = program();
        command.arg(&url).arg(at.join("orders.txt")).arg(at.join("state.jsonl"));
        let said = File::create(at.join("said.txt")).expect("it can be written");
        let mut child = command.stdout(Stdio::null()).stderr(said).spawn().expect("it starts");
        if let Some(status) = end_of(&mut child, &way, (of_program + 1) * OF_PROGRAM) {
            assert!(status.success(), "{}", std::fs::read_to_string(at.join("said.txt")).expect("text"));
            break;
        }
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        of_program += 1;
    }
    let (server, between, before) = way.end();
    let mut paid: BTreeMap<String, usize> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/ledgers/orders/transactions?account=shop:sales&limit=1000{cursor}");
        let mut client = Client::connect(&server.address).expect("it listens");
        let page: Value = serde_json::from_str(&client.call("GET", &path, "").expect("it responds").1).expect("JSON");
        for transaction in page["data"].as_array().expect("transactions") {
            *paid.entry(transaction["metadata"]["order"].as_str().expect("an order").to_owned()).or_default() += 1;
        }
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let twice: Vec<_> = paid.iter().filter(|(_, times)| **times != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert_eq!(paid.len(), count);
    assert_eq!(server.terminate(), Some(0));
    verify_clean(at, "orders.db");
    println!(
        "{count} orders, each paid once: the server was killed {between} times between commit and response and {before} times \
         before a request, the program {of_program} times"
    );
    assert!(between * LOST * 2 > count && of_program > 0, "too few kills: {between}, {of_program}");
}

/// Waits for the end of a program, or until there were so many kills.
fn end_of(child: &mut Child, way: &Way, kills: usize) -> Option<ExitStatus> {
    let mut ended = None;
    while ended.is_none() && way.kills() < kills {
        let before = way.kills();
        wait_for("it ends, or its server is killed", || {
            ended = child.try_wait().expect("it can be waited for");
            ended.is_some() || way.kills() > before
        });
    }
    ended
}

#[test]
fn a_program_in_python_pays_each_order_once() {
    let python = variable("DUCAT_TEST_PYTHON");
    pay(
        || {
            let mut command = Command::new(&python);
            command.arg(examples().join("pay-once/pay.py"));
            command
        },
        1,
    );
}

#[test]
fn a_program_in_typescript_pays_each_order_once() {
    let built = variable("DUCAT_TEST_NODE");
    pay(
        || {
            let mut command = Command::new("node");
            command.arg(built.join("pay-once/pay.mjs"));
            command
        },
        2,
    );
}

#[test]
fn the_examples_run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let processor = Server::run(&["processor", "--listen", "127.0.0.1:0"]);
    let store = format!("sqlite:{}", folder.path().join("examples.db").display());
    let to_processor = format!("http://{}", processor.address);
    let serve = ["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", &store, "--processor-url"];
    let server = Server::run(&[&serve[..], &[&to_processor]].concat());
    let url = format!("http://{}", server.address);
    let (python, built) = (variable("DUCAT_TEST_PYTHON"), variable("DUCAT_TEST_NODE"));
    for (program, file) in [
        (&python, examples().join("wallet/wallet.py")),
        (&PathBuf::from("node"), built.join("marketplace/marketplace.mjs")),
        (&python, examples().join("points-shop/shop.py")),
        (&python, examples().join("advances/advances.py")),
    ] {
        let run = Command::new(program).arg(&file).arg(&url).output().expect("it runs");
        assert!(run.status.success(), "{}: {}{}", file.display(), text(&run.stdout), text(&run.stderr));
    }
    assert_eq!(server.terminate(), Some(0));
}
