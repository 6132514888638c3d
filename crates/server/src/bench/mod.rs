//! `ducat bench`: measures a server over HTTP, beside ceilings of this machine in the same run.
//!
//! Unless it is given a URL it starts a server of its own, as a process, on a temporary store, so that its memory and
//! CPU are its own. At the end the balances must add up. Absolute figures move from machine to machine; the share of
//! the ceiling is what counts.

mod advances;
mod client;
mod faces;
mod load;
mod points;
mod report;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, ValueEnum};
use ducat_engine::clock::SystemClock;
use ducat_engine::keys::NewKey;
use ducat_engine::keys::access::Access;
use ducat_engine::{Engine, EngineOptions};
use ducat_store::sqlite::SqliteOptions;
use ducat_store::{Ceiling, SqliteStore, ceiling};

use load::Load;

use report::Report;

use crate::process::ServerProcess;

/// Keys that are made in one commit.
const KEYS_AT_ONCE: usize = 4_096;

/// How often the size of the log is looked at.
const LOG_LOOK: Duration = Duration::from_millis(50);

/// What to measure, and how.
#[derive(Debug, Clone, Args)]
pub struct BenchArguments {
    /// What clients do.
    #[arg(long, default_value = "bulk")]
    mode: Mode,
    /// How many transfers are made; in read and accounts mode, how many are stored when reads are measured; in points
    /// mode, how many rows are imported; in advances mode, how many rows the report has.
    #[arg(long)]
    transfers: Option<u64>,
    /// Between how many accounts, or over how many members; in advances mode, how many advances.
    #[arg(long, default_value_t = 10_000)]
    accounts: u64,
    /// How many transfers a request has, in bulk mode.
    #[arg(long, default_value_t = 8_190)]
    batch: u64,
    /// In points mode, how many lots the member with a long history has [default: 10000000].
    #[arg(long)]
    lots: Option<u64>,
    /// In points mode, from how many of five payers each member earns.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=5))]
    payers: u64,
    /// How ids are made; in points mode, how the dates of imported rows are.
    #[arg(long, default_value = "time")]
    ids: Ids,
    /// Hold the money instead of moving it.
    #[arg(long)]
    pending: bool,
    /// Connections [default: 2 in bulk mode, otherwise 64].
    #[arg(long)]
    clients: Option<usize>,
    /// Seconds to go on with each phase, but in bulk mode.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Batches of 8,190 written to find each ceiling: 150 are several checkpoints.
    #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    ceiling_batches: u64,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// Every transfer, amount or payment is on one and the same account.
    #[arg(long)]
    hot: bool,
    /// Measure once more on a server with so many keys, each request showing one.
    #[arg(long, conflicts_with = "url")]
    keys: Option<u32>,
    /// Measure on this store too, beside SQLite: postgres://USER:PASSWORD@HOST/DATABASE.
    #[arg(long, conflicts_with = "url")]
    store: Option<String>,
    /// Measure the server at this URL, such as http://127.0.0.1:8000; CPU, memory and disk are then not known.
    #[arg(long)]
    url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Full batches, one after another.
    Bulk,
    /// One transfer a request.
    Single,
    /// Balances, statements, balances at past instants.
    Read,
    /// Account management: one amount a request, and its three reads, with 10,000 transactions stored and with more.
    Accounts,
    /// Bank accounts: one deposit or withdrawal a request, and its reads.
    Bank,
    /// Advances: paid out, then a report of as many rows as ten times the advances, then a debit of each.
    Advances,
    /// Points: rows imported, earnings and spends one by one, spends of three lots of a short history and of a long
    /// one.
    Points,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ids {
    /// In order of time, as UUIDv7.
    Time,
    /// Anywhere, as UUIDv4.
    Random,
}

impl Mode {
    fn word(self) -> &'static str {
        match self {
            Mode::Bulk => "bulk",
            Mode::Single => "single",
            Mode::Read => "read",
            Mode::Accounts => "accounts",
            Mode::Bank => "bank",
            Mode::Advances => "advances",
            Mode::Points => "points",
        }
    }
}

/// Measures and prints; the status is 1 if the balances do not add up.
pub fn run(arguments: &BenchArguments) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(arguments.accounts >= 2, "--accounts: transfers need two accounts at least");
    anyhow::ensure!((1..=8_190).contains(&arguments.batch), "--batch: a batch has from 1 to 8190 transfers");
    let folder = tempfile::Builder::new().prefix("ducat-bench-").tempdir().context("no temporary folder")?;
    let file = folder.path().join("bench.db");
    if arguments.mode == Mode::Advances {
        return advances::run(arguments, folder.path());
    }
    let ceilings = Ceilings::measure(folder.path(), arguments.ceiling_batches)?;
    let mut measured = Vec::new();
    match &arguments.url {
        Some(url) => measured.push(("server", measure(arguments, ceilings, Target::Running(url))?)),
        None => measured.push(("sqlite", measure(arguments, ceilings, Target::File(&file))?)),
    }
    if let Some(count) = arguments.keys {
        let file = folder.path().join("keys.db");
        let keys = make_keys(&file, count)?;
        measured.push(("with keys", measure(arguments, ceilings, Target::Keys(&file, keys))?));
    }
    if let Some(url) = &arguments.store {
        let kind = url.split(':').next().unwrap_or_default();
        let kind = if kind.starts_with("postgres") { "postgres" } else { "store" };
        measured.push((kind, measure(arguments, ceilings, Target::Store(url))?));
    }
    print(arguments, &measured)?;
    let adds_up = measured.iter().all(|(_, (_, adds_up))| *adds_up);
    Ok(if adds_up { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Effects a second that this machine writes, whoever decides them.
#[derive(Debug, Clone, Copy)]
struct Ceilings {
    rows: f64,
    segments: f64,
}

impl Ceilings {
    fn measure(folder: &Path, batches: u64) -> anyhow::Result<Ceilings> {
        let one = |name: &str, of| -> anyhow::Result<f64> {
            let file = folder.join(name);
            let measured = ceiling(&SqliteOptions::new(&file), batches, of)?;
            std::fs::remove_file(file)?;
            Ok(measured)
        };
        Ok(Ceilings { rows: one("rows.db", Ceiling::Rows)?, segments: one("segments.db", Ceiling::Segments)? })
    }
}

/// What a load is put on.
enum Target<'a> {
    /// A server that runs already.
    Running(&'a str),
    /// A server of our own, on a new file.
    File(&'a Path),
    /// The same, which has these keys.
    Keys(&'a Path, Vec<String>),
    /// A server of our own, on a store.
    Store(&'a str),
}

/// Puts the load on one target. Says whether its balances add up.
fn measure(arguments: &BenchArguments, ceilings: Ceilings, target: Target<'_>) -> anyhow::Result<(Report, bool)> {
    let (mut server, url) = match target {
        Target::Running(url) => (None, url.to_owned()),
        Target::File(path) | Target::Keys(path, _) => own(&format!("sqlite:{}", path.display()))?,
        Target::Store(store) => own(store)?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let keys = if let Target::Keys(_, keys) = &target { keys.clone() } else { Vec::new() };
    let load = Load::new(arguments.clone(), &url, keys)?;
    let mut report = Report::new(arguments.mode.word(), ceilings);
    let log = if let Target::File(path) = target { Some(LogWatch::start(path)) } else { None };
    runtime.block_on(load.run(&mut report, server.as_ref()))?;
    report.log_peak_mb = log.map(LogWatch::peak_mb);
    let adds_up = runtime.block_on(load.adds_up())?;
    if let Some(server) = &mut server {
        report.server_peak_mb = Some(server.peak_memory_mb()?);
        server.stop()?;
    }
    if let Target::File(path) = target {
        report.bytes_per_transfer = Some(std::fs::metadata(path)?.len() as f64 / report.stored.max(1) as f64);
    }
    Ok((report, adds_up))
}

/// Looks at the size of a file's log until it is asked.
struct LogWatch {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<u64>,
}

impl LogWatch {
    fn start(path: &Path) -> LogWatch {
        let is_over = Arc::new(AtomicBool::new(false));
        let log = path.with_extension("db-wal");
        let over = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            let mut peak = 0;
            while !over.load(Ordering::Relaxed) {
                peak = std::fs::metadata(&log).map_or(0, |log| log.len()).max(peak);
                std::thread::park_timeout(LOG_LOOK);
            }
            peak
        });
        LogWatch { is_over, thread }
    }

    fn peak_mb(self) -> f64 {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        self.thread.join().unwrap_or_default() as f64 / 1e6
    }
}

/// Makes keys in a new file.
fn make_keys(file: &Path, count: u32) -> anyhow::Result<Vec<String>> {
    let store = SqliteStore::open(SqliteOptions::new(file))?;
    let reader = Arc::new(store.reader());
    let engine = Engine::start(Box::new(store), reader, Arc::new(SystemClock), &EngineOptions::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let key = |number| NewKey { name: format!("bench {number}"), access: Access::all(), expires_at: None };
    let numbers: Vec<u32> = (0..count).collect();
    let mut made = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(KEYS_AT_ONCE) {
        let new = some.iter().map(|number| key(*number)).collect();
        made.extend(runtime.block_on(engine.create_keys(new))?.into_iter().map(|(_, token)| token.reveal()));
    }
    engine.close();
    Ok(made)
}

fn own(store: &str) -> anyhow::Result<(Option<ServerProcess>, String)> {
    let server = ServerProcess::serve(store, &[])?;
    let url = server.url.clone();
    Ok((Some(server), url))
}

fn print(arguments: &BenchArguments, measured: &[(&str, (Report, bool))]) -> anyhow::Result<()> {
    if arguments.json {
        let object = match measured {
            [(_, (only, _))] => only.json(),
            several => several.iter().map(|(name, (report, _))| ((*name).to_owned(), report.json())).collect(),
        };
        println!("{}", serde_json::to_string(&object)?);
        return Ok(());
    }
    for (name, (report, adds_up)) in measured {
        println!("{name}\n{}", report.table());
        println!("balances {}", if *adds_up { "add up" } else { "DO NOT ADD UP" });
    }
    if let [(_, (first, _)), (name, (second, _))] = measured {
        println!("{name} makes {:.2} of the first", second.per_second() / first.per_second().max(1.0));
    }
    Ok(())
}
