//! `ducat demo`: a server with a world to look at: three ledgers, two years of history, and traffic that goes on.
//!
//! - The history is made of public commands, under a clock that begins two years ago. No row is inserted in another way.
//! - The same seed and the same last day give the same hashes.

mod advances;
mod clock;
mod proof;
mod story;
mod world;

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Args, Subcommand};

/// What to show.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct DemoArguments {
    #[command(subcommand)]
    command: Option<DemoCommand>,
    #[command(flatten)]
    world: WorldArguments,
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// Advances: paid out, collected weekly, with everything that goes wrong.
    Advances(advances::AdvancesDemo),
}

/// Which world.
#[derive(Debug, Args)]
struct WorldArguments {
    /// The address to serve at.
    #[arg(long, default_value = "127.0.0.1:8000")]
    listen: SocketAddr,
    /// Everything that happens follows from this.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The last day of the history, as 2026-11-28 [default: yesterday].
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Days of history.
    #[arg(long, default_value_t = 730)]
    days: u32,
    /// Members of the points program.
    #[arg(long, default_value_t = 10_000)]
    members: u32,
    /// Advances.
    #[arg(long, default_value_t = 1_000)]
    advances: u32,
    /// Makes the history, proves the sums, and ends.
    #[arg(long)]
    once: bool,
}

/// Shows it.
pub fn run(arguments: &DemoArguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Some(DemoCommand::Advances(demo)) => advances::run(demo),
        None => world::run(&arguments.world),
    }
}
