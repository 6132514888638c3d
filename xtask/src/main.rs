//! The project's own commands: `cargo xtask test` is what CI runs.

mod tidy;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};

/// Commands for people who work on Ducat.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Format, lints, arrows, every test, docs, and the freshness of docs/openapi.json.
    Test,
    /// Check the arrows between crates and what files promise.
    Tidy,
    /// Live through simulated histories.
    Sim {
        /// How many.
        #[arg(long, default_value_t = 1)]
        seeds: u64,
        /// The first.
        #[arg(long, default_value_t = 0)]
        seed: u64,
    },
    /// Write docs/openapi.json anew.
    Openapi,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Task::Test => test(),
        Task::Tidy => tidy::check(&root()),
        Task::Sim { seeds, seed } => sim(seeds, seed),
        Task::Openapi => openapi().and_then(|text| Ok(std::fs::write(openapi_path(), text)?)),
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

fn test() -> anyhow::Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    tidy::check(&root())?;
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"]))?;
    run(cargo(&["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "--deny warnings"))?;
    let fresh = openapi()?;
    if std::fs::read_to_string(openapi_path()).unwrap_or_default() != fresh {
        bail!("docs/openapi.json is stale: run `cargo xtask openapi` and look at the difference");
    }
    run(&mut cargo(&["test", "--workspace", "--locked"]))
}

fn openapi() -> anyhow::Result<String> {
    let output = cargo(&["run", "--quiet", "--locked", "--package", "ducat-server", "--", "openapi"]).output()?;
    if !output.status.success() {
        bail!("ducat openapi: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn sim(seeds: u64, seed: u64) -> anyhow::Result<()> {
    let (seed, seeds) = (seed.to_string(), seeds.to_string());
    let arguments = ["run", "--release", "--quiet", "--package", "ducat-engine", "--example", "sim", "--"];
    run(cargo(&arguments).args([seed, seeds]))
}
