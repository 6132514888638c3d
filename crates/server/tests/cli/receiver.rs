//! A receiver of webhooks: it keeps what it is sent, and responds as it is told to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// What it does with a message.
#[derive(Debug, Clone)]
pub enum Behavior {
    /// Responds with a status.
    Respond(u16),
    /// Responds with a status to one event, by its seq, and with 200 to all others.
    RespondTo(u64, u16),
    /// Leads elsewhere.
    Redirect(String),
    /// Responds 200 and then sends bytes for as long as they are taken.
    Endless,
    /// Closes the connection without a response.
    Close,
}

/// What it was sent.
#[derive(Debug, Clone)]
pub struct Received {
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    /// What it responded; 0 where it did not.
    pub status: u16,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("an event")
    }

    /// The seq in the id of its event; none for a test.
    pub fn seq(&self) -> Option<u64> {
        let text = std::str::from_utf8(&self.body).ok()?;
        let id = text.split(r#""id":""#).nth(1)?.split('"').next()?;
        id.strip_prefix("shop:")?.parse().ok()
    }
}

/// Messages that are kept: of more, the first.
const KEPT: usize = 10_000;

/// A receiver.
pub struct Receiver {
    pub address: String,
    shared: Arc<Shared>,
}

struct Shared {
    received: Mutex<Vec<Received>>,
    /// The seqs that were accepted, in the order in which they came.
    accepted: Mutex<Vec<u64>>,
    behavior: Mutex<Behavior>,
    /// Bytes of endless responses that were taken.
    taken: AtomicU64,
}

impl Receiver {
    pub fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it listens").to_string();
        let shared = Arc::new(Shared {
            received: Mutex::default(),
            accepted: Mutex::default(),
            behavior: Mutex::new(Behavior::Respond(200)),
            taken: AtomicU64::new(0),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let serving = Arc::clone(&accepting);
                std::thread::spawn(move || serving.serve(stream));
            }
        });
        Receiver { address, shared }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn behave(&self, behavior: Behavior) {
        *self.shared.behavior.lock().expect("no thread panicked") = behavior;
    }

    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().expect("no thread panicked").clone()
    }

    /// The seqs that it accepted, in the order in which they came.
    pub fn accepted(&self) -> Vec<u64> {
        self.shared.accepted.lock().expect("no thread panicked").clone()
    }

    /// How many it accepted, and the last one.
    pub fn last_accepted(&self) -> (usize, Option<u64>) {
        let accepted = self.shared.accepted.lock().expect("no thread panicked");
        (accepted.len(), accepted.last().copied())
    }

    pub fn bytes_taken(&self) -> u64 {
        self.shared.taken.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
        let mut stream = stream;
        while let Some((headers, body)) = read(&mut reader) {
            let behavior = self.behavior.lock().expect("no thread panicked").clone();
            let mut received = Received { headers, body, status: 0 };
            let seq = received.seq();
            let (status, more) = match &behavior {
                Behavior::Respond(status) => (*status, String::new()),
                Behavior::RespondTo(of, status) => (if seq == Some(*of) { *status } else { 200 }, String::new()),
                Behavior::Redirect(to) => (302, format!("Location: {to}\r\n")),
                Behavior::Endless => (200, String::new()),
                Behavior::Close => (0, String::new()),
            };
            received.status = status;
            if status / 100 == 2 {
                self.accepted.lock().expect("no thread panicked").extend(seq);
            }
            let mut kept = self.received.lock().expect("no thread panicked");
            if kept.len() < KEPT {
                kept.push(received);
            }
            drop(kept);
            if status == 0 {
                return;
            }
            let length = if matches!(behavior, Behavior::Endless) { 1 << 30 } else { 0 };
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{more}\r\n");
            if stream.write_all(head.as_bytes()).is_err() {
                return;
            }
            if matches!(behavior, Behavior::Endless) {
                let chunk = [b'x'; 65_536];
                while stream.write_all(&chunk).is_ok() {
                    self.taken.fetch_add(chunk.len() as u64, Ordering::SeqCst);
                }
                return;
            }
        }
    }
}

/// A request: its headers, in lower case, and its body.
fn read(reader: &mut BufReader<TcpStream>) -> Option<(BTreeMap<String, String>, Vec<u8>)> {
    let (mut headers, mut line) = (BTreeMap::new(), String::new());
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some((headers, body))
}
