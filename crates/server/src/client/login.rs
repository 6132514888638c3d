//! `ducat login`: keeps a server, a key and a ledger under a name. The key is read from standard input, never from an
//! argument, which other processes could see.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;
use reqwest::{Method, StatusCode};

use super::profiles::{self, DEFAULT, Profile};
use super::session::block_on;
use crate::remote::Server;

/// What to keep.
#[derive(Debug, Args)]
pub struct LoginArguments {
    /// Where the server is: its URL.
    #[arg(long, env = "DUCAT_SERVER", default_value = "http://127.0.0.1:8000", value_name = "URL")]
    server: String,
    /// The ledger that is meant where none is named.
    #[arg(long, value_name = "NAME")]
    ledger: Option<String>,
    /// Under which name it is kept.
    #[arg(long, env = "DUCAT_PROFILE", default_value = DEFAULT, value_name = "NAME")]
    profile: String,
    /// The server asks for no key.
    #[arg(long)]
    no_key: bool,
}

/// Asks for the key, tries it, and keeps it.
pub fn run(arguments: &LoginArguments) -> anyhow::Result<ExitCode> {
    let key = if arguments.no_key { None } else { Some(read_key()?) };
    block_on(async {
        let server = Server::new(&arguments.server, key.clone())?;
        let (status, said) = server.call(Method::GET, "/v1/ledgers?limit=1", None).await?;
        // A key that may see no ledger is a key all the same.
        let is_taken = status.is_success() || status == StatusCode::FORBIDDEN;
        ensure!(
            is_taken,
            "{} does not take this key: {}",
            arguments.server,
            said["detail"].as_str().unwrap_or("no reason")
        );
        Ok(())
    })?;
    let mut known = profiles::read()?;
    let profile = Profile { server: arguments.server.clone(), key, ledger: arguments.ledger.clone() };
    known.insert(arguments.profile.clone(), profile);
    let path = profiles::write(&known)?;
    println!("{} is kept in {}, which only you can read", arguments.profile, path.display());
    Ok(ExitCode::SUCCESS)
}

fn read_key() -> anyhow::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprint!("Key: ");
        std::io::stderr().flush()?;
    }
    let hidden = Hidden::begin();
    let mut line = String::new();
    input.lock().read_line(&mut line).context("the key cannot be read")?;
    drop(hidden);
    let key = line.trim();
    ensure!(!key.is_empty() && !key.contains(char::is_whitespace), "no key was given; type it, or send it by a pipe");
    Ok(key.to_owned())
}

/// A terminal that does not show what is typed, until this is dropped.
struct Hidden(Option<rustix::termios::Termios>);

impl Hidden {
    fn begin() -> Hidden {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let input = std::io::stdin();
        let Ok(before) = tcgetattr(&input) else { return Hidden(None) };
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        let set = tcsetattr(&input, OptionalActions::Flush, &quiet);
        Hidden(set.ok().map(|()| before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            eprintln!();
            // Where it cannot be put back there is nothing more to do.
            let _ = rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Flush, before);
        }
    }
}
