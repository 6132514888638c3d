//! A way to a node that can be closed, opened again, and made to lose a response.
//!
//! A node that advertises the way's address is reached by the others through it, and only by them: clients of a test
//! speak to the node itself.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A way from one address to another.
pub struct Proxy {
    /// Where it begins.
    pub address: String,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    target: String,
    is_closed: AtomicBool,
    loses_next: AtomicBool,
    lost: AtomicUsize,
    streams: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// A way to a node that will listen at an address.
    pub fn to(target: &str) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it listens").to_string();
        let shared = Arc::new(Shared {
            target: target.to_owned(),
            is_closed: AtomicBool::new(false),
            loses_next: AtomicBool::new(false),
            lost: AtomicUsize::new(0),
            streams: Mutex::default(),
        });
        let accepting = Some(accept(listener, Arc::clone(&shared)));
        Proxy { address, shared, accepting }
    }

    /// The address as nodes write it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Nothing listens any more, and what was under way is cut.
    pub fn close(&mut self) {
        self.shared.is_closed.store(true, Ordering::SeqCst);
        // The thread waits for a connection: this one ends it.
        drop(TcpStream::connect(&self.address));
        if let Some(accepting) = self.accepting.take() {
            accepting.join().expect("it ends");
        }
        for stream in self.shared.streams.lock().expect("no thread panicked").drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// It leads to the node again.
    pub fn open(&mut self) {
        self.shared.is_closed.store(false, Ordering::SeqCst);
        let listener = TcpListener::bind(&self.address).expect("the port is still free");
        self.accepting = Some(accept(listener, Arc::clone(&self.shared)));
    }

    /// The next answer to a command is lost: the node has done it, and the connection is cut.
    pub fn lose_next(&self) {
        self.shared.loses_next.store(true, Ordering::SeqCst);
    }

    /// Answers lost so far.
    pub fn lost(&self) -> usize {
        self.shared.lost.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.close();
    }
}

fn accept(listener: TcpListener, shared: Arc<Shared>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            if shared.is_closed.load(Ordering::SeqCst) {
                return;
            }
            let (Ok(near), Ok(far)) = (stream, TcpStream::connect(&shared.target)) else { continue };
            let clones = [near.try_clone(), far.try_clone()].into_iter().flatten();
            shared.streams.lock().expect("no thread panicked").extend(clones);
            let carries_command = Arc::new(AtomicBool::new(false));
            let (near_too, far_too) = (near.try_clone().expect("a socket"), far.try_clone().expect("a socket"));
            let (up, down) = (Arc::clone(&carries_command), Arc::clone(&shared));
            std::thread::spawn(move || {
                relay(near, far, |bytes| {
                    let is_command = bytes.windows(14).any(|part| part == b"POST /cluster/");
                    up.fetch_or(is_command, Ordering::SeqCst);
                    true
                });
            });
            std::thread::spawn(move || {
                relay(far_too, near_too, |_| {
                    let is_lost =
                        carries_command.load(Ordering::SeqCst) && down.loses_next.swap(false, Ordering::SeqCst);
                    down.lost.fetch_add(usize::from(is_lost), Ordering::SeqCst);
                    !is_lost
                });
            });
        }
    })
}

/// Carries bytes over for as long as it is let.
fn relay(mut from: TcpStream, mut to: TcpStream, may_pass: impl Fn(&[u8]) -> bool) {
    let mut bytes = [0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if !may_pass(&bytes[..count]) || to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    drop(from.shutdown(Shutdown::Both));
    drop(to.shutdown(Shutdown::Both));
}
