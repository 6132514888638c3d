//! The project's own commands: `cargo xtask test` is what CI runs.

mod bench;
mod clients;
mod contract;
mod dist;
mod docs;
mod modules;
mod provider;
mod serving;
mod tidy;
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use ducat_test_postgres::{Durability, Server, VARIABLE, binaries};

/// Commands for people who work on Ducat.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Format, lints, arrows, links, docs, the freshness of docs/openapi.json and docs/asyncapi.json, the server against them,
    /// and every test.
    Test {
        /// Then build what is released, and try it.
        #[arg(long)]
        dist: bool,
    },
    /// Check the arrows between crates and what files promise.
    Tidy,
    /// Check the links of all documents, and run every command in them.
    Docs,
    /// Live through simulated histories.
    Sim {
        /// How many.
        #[arg(long, default_value_t = 1)]
        seeds: u64,
        /// The first.
        #[arg(long, default_value_t = 0)]
        seed: u64,
    },
    /// Kill nodes and databases under load, lose machines, send to a webhook meanwhile, and run a long random stream on every
    /// store.
    Endure {
        /// How often something is killed, in each test.
        #[arg(long, default_value_t = 12)]
        kills: usize,
        /// How long the stream is.
        #[arg(long, default_value_t = 100_000)]
        commands: usize,
        /// Seconds of load before a machine is lost, once on each store.
        #[arg(long, default_value_t = 600)]
        drill: u64,
        /// Events sent to a webhook, and to a stream of NATS, while servers and NATS are killed twenty times each; commands that come
        /// from NATS are a fifth of that.
        #[arg(long, default_value_t = 1_000_000)]
        events: usize,
    },
    /// Measure this machine for docs/performance.md: ten minutes.
    Bench(bench::Options),
    /// Build what is released into target/dist, and try it: binary, package of Debian, image, compose, Kubernetes.
    Dist {
        /// Build the binary in two places, and compare.
        #[arg(long)]
        twice: bool,
    },
    /// Generate the clients and compare, test them, build them into target/clients, and have programs pay while servers are
    /// killed.
    Clients {
        /// Payments that a program makes while its server is killed; more than 1,000 are made against a release build.
        #[arg(long, default_value_t = 240)]
        payments: usize,
    },
    /// Hold a running server, and clients that are generated, to docs/openapi.json.
    Contract,
    /// Write docs/openapi.json and docs/asyncapi.json anew.
    Openapi,
    /// Run a PostgreSQL for tests until this is interrupted, and say how to use it.
    Postgres {
        /// Write to the disk, as in earnest.
        #[arg(long)]
        durable: bool,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Task::Test { dist } => stages(dist),
        Task::Tidy => tidy::check(&root()),
        Task::Docs => docs::check(&root()).and_then(|()| commands_of_documents()),
        Task::Sim { seeds, seed } => sim(seeds, seed),
        Task::Dist { twice } => dist::dist(&root(), twice),
        Task::Clients { payments } => clients(payments),
        Task::Contract => contract::check(),
        Task::Openapi => described()
            .and_then(|documents| documents.into_iter().try_for_each(|(path, text)| Ok(std::fs::write(path, text)?))),
        Task::Bench(options) => bench::run(&root(), &options, install_missing),
        Task::Endure { kills, commands, drill, events } => endure(kills, commands, drill, events),
        Task::Postgres { durable } => postgres(durable),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

fn openapi_path() -> PathBuf {
    root().join("docs/openapi.json")
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    eprintln!("\n$ {command:?}");
    let status = command.status().with_context(|| format!("{command:?} cannot be run"))?;
    if status.success() { Ok(()) } else { bail!("{command:?}: {status}") }
}

/// How long all stages may take on a slow machine. What takes longer hangs.
const STAGES_MAX: Duration = Duration::from_secs(75 * 60);

/// Ends what hangs, and shows which processes still run.
fn end_after(limit: Duration) {
    std::thread::spawn(move || {
        std::thread::sleep(limit);
        eprintln!("xtask: this takes longer than {} s; these processes run:", limit.as_secs());
        drop(Command::new("ps").args(["-eo", "pid,ppid,etimes,args", "--sort", "etimes"]).status());
        std::process::exit(1);
    });
}

/// The tests, then what else is asked for, with the time that each took.
fn stages(dist: bool) -> anyhow::Result<()> {
    end_after(STAGES_MAX);
    let begun = Instant::now();
    test()?;
    println!("\ntest: {} s", begun.elapsed().as_secs());
    if dist {
        let begun = Instant::now();
        dist::dist(&root(), false)?;
        println!("dist: {} s", begun.elapsed().as_secs());
    }
    Ok(())
}

fn test() -> anyhow::Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    tidy::check(&root())?;
    docs::check(&root())?;
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"]))?;
    run(cargo(&["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "--deny warnings"))?;
    for (path, fresh) in described()? {
        if std::fs::read_to_string(&path).unwrap_or_default() != fresh {
            bail!("{} is stale: run `cargo xtask openapi` and look at the difference", path.display());
        }
    }
    contract::check()?;
    let clients = clients::make(&root())?;
    let mut tests = cargo(&["test", "--workspace", "--locked"]);
    clients.show(&mut tests);
    on_servers(&mut [tests])
}

fn clients(payments: usize) -> anyhow::Result<()> {
    let clients = clients::make(&root())?;
    let mut in_rust = cargo(&["test", "--locked", "--package", "ducat-client"]);
    clients.show(&mut in_rust);
    on_servers(&mut [in_rust, clients::payments(&clients, payments)])
}

/// Runs tests that need PostgreSQL and NATS: those that are named, or ones of their own.
fn on_servers(commands: &mut [Command]) -> anyhow::Result<()> {
    let (nats, node) = (tools::nats()?, tools::node()?);
    for command in commands.iter_mut() {
        command.env(tools::NATS, &nats).env(tools::NODE, &node);
    }
    if std::env::var_os(VARIABLE).is_some() {
        return commands.iter_mut().try_for_each(run);
    }
    install_missing()?;
    let server = Server::start(Durability::Memory)?;
    commands.iter_mut().try_for_each(|command| run(command.env(VARIABLE, server.url())))
}

fn commands_of_documents() -> anyhow::Result<()> {
    let tests = ["test", "--package", "ducat-server", "--test", "cli", "--locked", "--", "documents::"];
    on_servers(&mut [cargo(&tests)])
}

fn endure(kills: usize, length: usize, drill_s: u64, events: usize) -> anyhow::Result<()> {
    let tests = ["test", "--release", "--locked", "--package"];
    let mut nodes = cargo(&tests);
    nodes.args(["ducat-server", "--test", "cli", "nodes", "--", "--nocapture", "--test-threads", "1"]);
    nodes.env("DUCAT_TEST_KILLS", kills.to_string()).env("DUCAT_TEST_OUTAGE_S", "10");
    let mut drill = cargo(&tests);
    drill.args(["ducat-server", "--test", "cli", "drill", "--", "--nocapture"]);
    drill.env("DUCAT_TEST_DRILL_S", drill_s.to_string());
    let mut webhooks = cargo(&tests);
    webhooks.args(["ducat-server", "--test", "cli", "webhooks::events_are_sent_in_order", "--", "--nocapture"]);
    // Every second time that events are waited for, the server is killed.
    webhooks.env("DUCAT_TEST_KILLS", "40").env("DUCAT_TEST_EVENTS", events.to_string());
    let mut nats = cargo(&tests);
    nats.args(["ducat-server", "--test", "cli", "nats::", "commands::", "--", "--nocapture", "--test-threads", "1"]);
    // Twenty times the server, and twenty times the broker.
    nats.env("DUCAT_TEST_KILLS", "40").env("DUCAT_TEST_EVENTS", events.to_string());
    nats.env("DUCAT_TEST_COMMANDS_IN", (events / 5).to_string());
    let mut stream = cargo(&tests);
    stream.args(["ducat-store", "--test", "conformance", "a_long_stream"]);
    stream.env("DUCAT_TEST_COMMANDS", length.to_string());
    on_servers(&mut [nodes, drill, webhooks, nats, stream])
}

/// Installs packages of Debian.
fn install(packages: &[&str]) -> anyhow::Result<()> {
    let apt =
        |arguments: &[&str]| run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"));
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

/// Installs what the tests run and is missing, where that is allowed: PostgreSQL's server, curl and jq for the
/// documents, OpenSSL as a client, a browser, and what evaluates alerts.
fn install_missing() -> anyhow::Result<()> {
    let tools = [
        ("curl", "--version", "curl"),
        ("openssl", "version", "openssl"),
        ("jq", "--version", "jq"),
        ("chromium", "--version", "chromium"),
        ("chromedriver", "--version", "chromium-driver"),
        ("promtool", "--version", "prometheus"),
    ];
    for (tool, version, package) in tools {
        if Command::new(tool).arg(version).output().is_err() {
            install(&[package]).with_context(|| format!("{tool} is missing"))?;
        }
    }
    let Err(missing) = binaries() else { return Ok(()) };
    let installed = install(&["postgresql-15"]).and_then(|()| binaries());
    installed.map(drop).map_err(|error| missing.context(error))
}

fn postgres(durable: bool) -> anyhow::Result<()> {
    let server = Server::start(if durable { Durability::Disk } else { Durability::Memory })?;
    println!("export {VARIABLE}={}", server.url());
    println!("The server stops when its standard input ends (Ctrl-D).");
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}

/// The documents that are made from code, with where each is.
fn described() -> anyhow::Result<Vec<(PathBuf, String)>> {
    let printed = |document: &str| {
        let output = cargo(&["run", "--quiet", "--locked", "--package", "ducat-server", "--", document]).output()?;
        if !output.status.success() {
            bail!("ducat {document}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok((root().join(format!("docs/{document}.json")), String::from_utf8(output.stdout)?))
    };
    ["openapi", "asyncapi"].into_iter().map(printed).collect()
}

fn sim(seeds: u64, seed: u64) -> anyhow::Result<()> {
    let (seed, seeds) = (seed.to_string(), seeds.to_string());
    let arguments = ["run", "--release", "--quiet", "--locked", "--package", "ducat-simulation", "--"];
    run(cargo(&arguments).args([seed, seeds]))
}
