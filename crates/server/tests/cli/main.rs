//! The binary as people run it: real processes, real files, real kills.

mod advances;
mod alerts;
mod backup;
mod broker;
mod browsers;
mod bucket;
mod caching;
mod clients;
mod commands;
mod connections;
mod console;
mod crash;
mod damage;
mod demo;
mod documents;
mod drill;
mod files;
mod heads;
mod health;
mod http;
mod kafka;
mod keys;
mod ledgers;
mod nats;
mod neighbours;
mod nodes;
mod orders;
mod points;
mod proxy;
mod receiver;
mod releases;
mod telemetry;
mod terminal;
mod tls;
mod webhooks;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// The binary under test.
const DUCAT: &str = env!("CARGO_BIN_EXE_ducat");

/// A running server.
struct Server {
    child: Child,
    address: String,
    _out: BufReader<ChildStdout>,
}

impl Server {
    fn start(store: &Path) -> Server {
        Server::start_at(&format!("sqlite:{}", store.display()), "127.0.0.1:0")
    }

    fn start_at(store: &str, listen: &str) -> Server {
        Server::run(&["serve", "--listen", listen, "--log", "error", "--store", store])
    }

    /// Whatever says where it listens.
    fn run(arguments: &[&str]) -> Server {
        Server::spawn(Command::new(DUCAT).args(arguments))
    }

    /// What a command starts, its own settings kept.
    fn spawn(command: &mut Command) -> Server {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut out = BufReader::new(child.stdout.take().expect("it has an output"));
        let mut first = String::new();
        out.read_line(&mut first).expect("it says where it listens");
        let url = first
            .split_whitespace()
            .find_map(|word| word.strip_prefix("http://").or_else(|| word.strip_prefix("https://")));
        let url = url.map(|url| url.trim_end_matches(';'));
        let address = url.unwrap_or_else(|| panic!("it said {first:?}")).to_owned();
        Server { child, address, _out: out }
    }

    /// The number of its process.
    fn id(&self) -> u32 {
        self.child.id()
    }

    /// As `kill -9` does.
    fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// As a service manager does; gives the exit status.
    fn terminate(mut self) -> Option<i32> {
        Command::new("kill").arg(self.child.id().to_string()).status().expect("kill runs");
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Whatever a test comes to, nothing of it goes on. After `kill` and `terminate` there is nothing left to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn ducat(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(DUCAT).current_dir(folder).args(arguments).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn verify_clean(folder: &Path, store: &str) {
    let verified = ducat(folder, &["verify", "--store", &format!("sqlite:{store}")]);
    assert_eq!(verified.status.code(), Some(0), "{}{}", text(&verified.stdout), text(&verified.stderr));
    assert!(text(&verified.stdout).ends_with("clean\n"), "{}", text(&verified.stdout));
}
