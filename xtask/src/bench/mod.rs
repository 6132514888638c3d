//! `cargo xtask bench`: runs `ducat bench` for each line of a table and writes what came of it into docs/performance.md.
//!
//! No figure on that page between the marks is typed by hand. Each run measures its own ceilings just before its load, so
//! shares can be compared although machines are noisy. Results are kept in target/bench/results.json as they come. Some of
//! them can be measured again (`--only`), and the page can be made from them again (`--from`).

mod page;
mod plots;
mod works;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use ducat_test_postgres::{Durability, Server};
use serde_json::{Value, json};

use works::{Store, Work};

/// What to measure.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// All of it: ten million transfers a line, and a hundred million for growth. Takes hours, and 30 GB of disk.
    #[arg(long)]
    long: bool,
    /// Only works whose names contain this. The others stay as they were measured before.
    #[arg(long)]
    only: Option<String>,
    /// Make the page from results that are there.
    #[arg(long, conflicts_with = "only")]
    from: Option<PathBuf>,
}

/// Measures and writes the page.
pub fn run(root: &Path, options: &Options, postgres: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let results = match &options.from {
        Some(path) => serde_json::from_str(&std::fs::read_to_string(path)?)?,
        None => {
            postgres()?;
            measure(root, options)?
        }
    };
    let results = results.as_array().context("results are a list")?;
    let page = root.join("docs/performance.md");
    let text = std::fs::read_to_string(&page)?;
    std::fs::write(&page, page::with_results(&text, results)?)?;
    plots::draw(results, &root.join("docs/plots"))
}

fn measure(root: &Path, options: &Options) -> anyhow::Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--locked"]).current_dir(root).status()?;
    ensure!(built.success(), "the release build failed");
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let wanted = |work: &Work| options.only.as_ref().is_none_or(|only| work.name.contains(only));
    let works: Vec<Work> = works::all(options.long).into_iter().filter(wanted).collect();
    let needs_postgres = works.iter().any(|work| work.store == Store::Postgres);
    // One that writes to the disk: the tests' does not.
    let server = if needs_postgres { Some(Server::start(Durability::Disk)?) } else { None };
    let file = folder.join("results.json");
    let mut results: Vec<Value> = match std::fs::read_to_string(&file) {
        Ok(earlier) if options.only.is_some() => serde_json::from_str(&earlier)?,
        Ok(_) | Err(_) => Vec::new(),
    };
    results.retain(|result| works.iter().all(|work| result["name"] != *work.name));
    for (place, work) in works.iter().enumerate() {
        let url = server.as_ref().map(Server::url).filter(|_| work.store == Store::Postgres);
        let started = Instant::now();
        let measured = one(root, work, url.as_deref(), place)?;
        eprintln!("{}: {:.0} s", work.name, started.elapsed().as_secs_f64());
        results.push(json!({
            "name": work.name, "arguments": work.shown(), "is_long": options.long, "measured": measured,
        }));
        std::fs::write(&file, serde_json::to_string_pretty(&results)?)?;
    }
    Ok(Value::Array(results))
}

/// Runs one work; what the store of its own measured.
fn one(root: &Path, work: &Work, postgres: Option<&str>, place: usize) -> anyhow::Result<Value> {
    let mut command = Command::new(root.join("target/release/ducat"));
    command.arg("bench").arg("--json").args(&work.arguments).env("TMPDIR", root.join("target/bench"));
    if let Some(url) = postgres {
        let name = format!("bench{place}");
        let url = url.trim_end_matches('/');
        ducat_test_postgres::sql(&format!("{url}/postgres"), &format!("CREATE DATABASE {name}"))?;
        command.args(["--store", &format!("{url}/{name}")]);
    }
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!("{command:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    }
    let measured: Value = serde_json::from_str(&said).with_context(|| format!("{command:?} said {said}"))?;
    Ok(match postgres {
        None => measured,
        Some(_) => {
            let mut own = measured["postgres"].clone();
            own["sqlite_transfers_per_s"] = measured["sqlite"]["transfers_per_s"].clone();
            own
        }
    })
}
