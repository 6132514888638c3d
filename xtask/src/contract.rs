//! The documented API against the server: what clients are made of must be what the server does.
//!
//! [schemathesis](https://schemathesis.io) sends generated requests, right and wrong ones, to a running server on a
//! store of its own and holds every response to docs/openapi.json; the seed is fixed, so a run can be repeated. Then
//! TypeScript's compiler reads, under `--strict`, what openapi-typescript makes of the document. Then a real OpenID
//! Connect provider signs tokens for the server. All tools are pinned and installed into `target/`. Where their
//! registries are out of reach the step is skipped with a line, in CI it fails.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};

use crate::{cargo, openapi_path, provider, root, run};

/// From PyPI.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// From npm.
const OPENAPI_TYPESCRIPT: &str = "openapi-typescript@7.13.0";
const TYPESCRIPT: &str = "typescript@5.9.3";

/// Any number: with it, the requests are the same each time.
const SEED: &str = "1494";

/// Generated requests for an operation in each mode: all operations together take about two minutes.
const EXAMPLES_MAX: &str = "12";

/// What is checked. Left out are checks of what this API has not: authentication, resources that can be deleted.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance,negative_data_rejection,positive_data_acceptance,\
                      missing_required_header,unsupported_method";

/// Holds the server and generated clients to docs/openapi.json.
pub fn check() -> anyhow::Result<()> {
    let folder = target().join("contract");
    fs::create_dir_all(&folder)?;
    match python(&folder) {
        Ok(schemathesis) => requests(&folder, &schemathesis)?,
        Err(error) => skipped("schemathesis", &error)?,
    }
    match node(&folder) {
        Ok(bin) => types(&folder, &bin).and_then(|()| provider::check(&folder)),
        Err(error) => skipped("openapi-typescript", &error),
    }
}

/// Where builds go.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Says that a tool is not to be had; in CI that is a failure.
fn skipped(tool: &str, error: &anyhow::Error) -> anyhow::Result<()> {
    if std::env::var("CI").is_ok_and(|value| value == "true") {
        bail!("{tool} cannot be installed, and CI does not go without it: {error:#}");
    }
    eprintln!("\nskipped: {tool} cannot be installed here ({error:#})");
    Ok(())
}

/// Installs schemathesis into an environment of its own.
fn python(folder: &Path) -> anyhow::Result<PathBuf> {
    let venv = folder.join("venv");
    let bin = venv.join("bin");
    if !bin.join("python").exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    run(Command::new(bin.join("python")).args(["-m", "pip", "install", "--quiet", SCHEMATHESIS]))?;
    Ok(bin.join("schemathesis"))
}

/// Installs what makes and reads TypeScript.
fn node(folder: &Path) -> anyhow::Result<PathBuf> {
    let install = ["install", "--silent", "--no-fund", "--no-audit", "--no-save", OPENAPI_TYPESCRIPT, TYPESCRIPT];
    run(Command::new("npm").args(install).arg("--prefix").arg(folder))?;
    Ok(folder.join("node_modules/.bin"))
}

/// A server on a temporary store, killed when it is dropped.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub url: String,
    /// A key for everything: generated requests make keys too, and from the first one on each request needs one.
    pub key: String,
}

impl Server {
    /// Starts a server on a store of this name, with more arguments.
    pub fn start(folder: &Path, name: &str, more: &[&str]) -> anyhow::Result<Server> {
        let store = folder.join(name);
        if store.exists() {
            fs::remove_dir_all(&store)?;
        }
        fs::create_dir_all(&store)?;
        run(&mut cargo(&["build", "--locked", "--package", "ducat-server"]))?;
        let store = format!("sqlite:{}", store.join("contract.db").display());
        let ducat = target().join("debug/ducat");
        let create = ["keys", "create", "--name", "contract", "--scope", "admin", "--ledger", "*", "--store", &store];
        let made = Command::new(&ducat).args(create).stderr(Stdio::null()).output()?;
        let key = String::from_utf8(made.stdout)?.trim().to_owned();
        let mut process = Command::new(ducat)
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "info", "--store", &store])
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
        Ok(Server { process, url, key })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is over.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends generated requests and holds every response to the document.
fn requests(folder: &Path, schemathesis: &Path) -> anyhow::Result<()> {
    let server = Server::start(folder, "store", &[])?;
    let settings = root().join("xtask/schemathesis/schemathesis.toml");
    let mut command = Command::new(schemathesis);
    command.arg("--config-file").arg(settings).arg("run").arg(openapi_path());
    command.args(["--header", &format!("Authorization: Bearer {}", server.key)]);
    command.args(["--url", &server.url, "--seed", SEED, "--max-examples", EXAMPLES_MAX, "--checks", CHECKS]);
    command.args(["--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--no-color"]);
    run(command.current_dir(root().join("xtask/schemathesis")))
}

/// Reads the document as a client in TypeScript does.
fn types(folder: &Path, bin: &Path) -> anyhow::Result<()> {
    let types = folder.join("ducat.ts");
    run(Command::new(bin.join("openapi-typescript")).arg(openapi_path()).arg("--output").arg(&types))?;
    run(Command::new(bin.join("tsc")).args(["--strict", "--noEmit", "--skipLibCheck", "false"]).arg(&types))
}
