//! A server of this build on a store of its own, for what is tried against one. It is killed when it is dropped.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

use crate::tools::target;
use crate::{cargo, run};

/// A running server.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub url: String,
}

impl Server {
    /// Starts a server without keys on an empty store of this name, with more arguments.
    pub fn open(folder: &Path, name: &str, more: &[&str]) -> anyhow::Result<Server> {
        Server::on(&empty(folder, name)?, folder, more)
    }

    /// The same with a key for everything, which it gives: from the first one on each request needs one.
    pub fn guarded(folder: &Path, name: &str, more: &[&str]) -> anyhow::Result<(Server, String)> {
        let store = empty(folder, name)?;
        let create = ["keys", "create", "--name", "contract", "--scope", "admin", "--ledger", "*", "--store", &store];
        let made = Command::new(target().join("debug/ducat")).args(create).stderr(Stdio::null()).output()?;
        ensure!(made.status.success(), "no key can be made: {}", made.status);
        let key = String::from_utf8(made.stdout)?.trim().to_owned();
        Ok((Server::on(&store, folder, more)?, key))
    }

    fn on(store: &str, folder: &Path, more: &[&str]) -> anyhow::Result<Server> {
        let mut process = Command::new(target().join("debug/ducat"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "info", "--store", store])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.join("server.log"))?)
            .spawn()?;
        let output = process.stdout.take().context("the server has an output")?;
        let mut lines = BufReader::new(output).lines();
        let url = lines.by_ref().find_map(|line| {
            let line = line.ok()?;
            let (_, rest) = line.split_once("http://")?;
            let address: String = rest.chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
            Some(format!("http://{address}"))
        });
        // What else it says is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let url = url.context("the server does not say where it listens")?;
        Ok(Server { process, url })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is over.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds the server, and makes room for a store.
fn empty(folder: &Path, name: &str) -> anyhow::Result<String> {
    run(&mut cargo(&["build", "--locked", "--package", "ducat-server"]))?;
    let store = folder.join(name);
    if store.exists() {
        fs::remove_dir_all(&store)?;
    }
    fs::create_dir_all(&store)?;
    Ok(format!("sqlite:{}", store.join("ducat.db").display()))
}
