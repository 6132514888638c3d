//! A proxy between a store and its database that cuts a connection after the n-th message, in either direction.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// Where it listens, and how many messages it lets through before it cuts; negative is all of them.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    left: AtomicI64,
    has_cut: AtomicBool,
}

impl Proxy {
    /// Begins to let everything through to a database server.
    pub fn start(server: &str) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it listens").port();
        let shared = Arc::new(Shared { left: AtomicI64::new(-1), has_cut: AtomicBool::new(false) });
        let (server, of_thread) = (server.to_owned(), Arc::clone(&shared));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(&server).expect("the database listens");
                // Messages are passed on one by one: none waits for the next.
                for stream in [&client, &server] {
                    stream.set_nodelay(true).expect("a socket");
                }
                let both = |stream: &TcpStream| stream.try_clone().expect("a second handle");
                let (back_from, back_to) = (both(&server), both(&client));
                let (there, back) = (Arc::clone(&of_thread), Arc::clone(&of_thread));
                std::thread::spawn(move || pump(client, server, Startup::Untyped, &there));
                std::thread::spawn(move || pump(back_from, back_to, Startup::None, &back));
            }
        });
        Proxy { port, shared }
    }

    /// From now on so many messages pass, of all connections and both directions; then one connection is cut.
    pub fn cut_after(&self, messages: i64) {
        self.shared.has_cut.store(false, Ordering::SeqCst);
        self.shared.left.store(messages, Ordering::SeqCst);
    }

    /// Lets everything through again, and says whether anything was cut.
    pub fn mend(&self) -> bool {
        self.shared.left.store(-1, Ordering::SeqCst);
        self.shared.has_cut.swap(false, Ordering::SeqCst)
    }
}

impl Shared {
    /// Whether one message more may pass. The one that may not is the last of its connection, and the only one.
    fn passes(&self) -> bool {
        let count = |left: i64| (left >= 0).then(|| left - 1);
        let before = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, count);
        let cuts = before == Ok(0);
        if cuts {
            self.has_cut.store(true, Ordering::SeqCst);
        }
        !cuts
    }
}

/// A client's first message has no type.
#[derive(PartialEq)]
enum Startup {
    Untyped,
    None,
}

/// Passes messages on, one by one: a type, a length that counts itself, a body.
/// Source: PostgreSQL's documentation, "Frontend/Backend Protocol, Message Formats".
fn pump(mut from: TcpStream, mut to: TcpStream, startup: Startup, shared: &Shared) {
    let mut untyped = startup == Startup::Untyped;
    let mut is_answer_to_tls = startup == Startup::None;
    while let Some(message) = message(&mut from, &mut untyped, &mut is_answer_to_tls) {
        if !shared.passes() || to.write_all(&message).is_err() {
            break;
        }
    }
    for stream in [&from, &to] {
        drop(stream.shutdown(Shutdown::Both));
    }
}

fn message(from: &mut TcpStream, untyped: &mut bool, is_answer_to_tls: &mut bool) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    if !*untyped {
        message.push(byte(from)?);
        // The answer to the wish for TLS is a single letter.
        if std::mem::take(is_answer_to_tls) && matches!(message[0], b'N') {
            return Some(message);
        }
    }
    let mut length = [0; 4];
    from.read_exact(&mut length).ok()?;
    let mut body = vec![0; usize::try_from(u32::from_be_bytes(length)).ok()?.checked_sub(4)?];
    from.read_exact(&mut body).ok()?;
    // The wish for TLS (80877103) is followed by the startup message, which has no type either.
    *untyped = *untyped && body == 80_877_103u32.to_be_bytes();
    message.extend_from_slice(&length);
    message.extend_from_slice(&body);
    Some(message)
}

fn byte(from: &mut TcpStream) -> Option<u8> {
    let mut byte = [0];
    from.read_exact(&mut byte).ok()?;
    Some(byte[0])
}
