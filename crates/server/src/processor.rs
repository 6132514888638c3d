//! `ducat processor`: a payment processor that fails in every way that a real one does, as a service of its own.

use std::io::{BufWriter, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use ducat_api::values::parse_time;
use ducat_domain::advances::Day;
use ducat_engine::clock::{Clock as _, SystemClock};
use ducat_processor::simulator::{Faults, Simulator, http, make_report};

use crate::processor_check::CheckArguments;

/// What it does, and how often what goes wrong.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ProcessorArguments {
    #[command(subcommand)]
    command: Option<ProcessorCommand>,
    /// The address to serve at.
    #[arg(long, default_value = "127.0.0.1:8100")]
    listen: SocketAddr,
    /// What becomes of a transaction follows from this and its key.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How often a transaction fails, from 0 to 1.
    #[arg(long, default_value_t = 0.0)]
    fail: f64,
    /// How often its result is reported days later, perhaps after it timed out.
    #[arg(long, default_value_t = 0.0)]
    late: f64,
    /// How often its result is reported twice in each report.
    #[arg(long, default_value_t = 0.0)]
    twice: f64,
    /// How often its result is never reported.
    #[arg(long, default_value_t = 0.0)]
    never: f64,
    /// How often a success becomes a fail some days later.
    #[arg(long, default_value_t = 0.0)]
    mind: f64,
    /// How often a transaction is taken and its response lost.
    #[arg(long, default_value_t = 0.0)]
    after_work: f64,
    /// How often no one is there.
    #[arg(long, default_value_t = 0.0)]
    down: f64,
    /// How often a transaction is refused for good.
    #[arg(long, default_value_t = 0.0)]
    refuse: f64,
    /// How often a report breaks off.
    #[arg(long, default_value_t = 0.0)]
    cut: f64,
    /// Answer with this report, in CSV, instead of its own.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write a report of so many rows to the standard output, and end.
    #[arg(long, value_name = "ROWS")]
    make_report: Option<u64>,
    /// Of how many transactions, the first that a simulator takes.
    #[arg(long, requires = "make_report", default_value_t = 1_000_000)]
    transactions: u64,
}

#[derive(Debug, Subcommand)]
enum ProcessorCommand {
    /// Try a processor of yours against what Ducat needs of one. It is asked for three transactions: give a sandbox.
    Check(CheckArguments),
}

/// Serves until it is stopped, or checks another one.
pub fn run(arguments: &ProcessorArguments) -> anyhow::Result<ExitCode> {
    if let Some(ProcessorCommand::Check(arguments)) = &arguments.command {
        return crate::processor_check::run(arguments);
    }
    let ProcessorArguments { seed, fail, late, twice, never, mind, after_work, down, refuse, cut, .. } = *arguments;
    let faults = Faults { fail, late, twice, never, mind, after_work, down, refuse, cut };
    for rate in [fail, late, twice, never, mind, after_work, down, refuse, cut] {
        if !(0.0..=1.0).contains(&rate) {
            bail!("{rate} is no rate; a rate is from 0 to 1");
        }
    }
    if let Some(rows) = arguments.make_report {
        make_report(&mut BufWriter::new(std::io::stdout().lock()), rows, arguments.transactions, seed, fail)?;
        return Ok(ExitCode::SUCCESS);
    }
    let simulator = Arc::new(Simulator::new(seed, faults, Day::of(SystemClock.now())));
    let parse_day = |text: &str| parse_time(text).ok().map(Day::of);
    let router = http::router(simulator, parse_day, arguments.report.as_deref());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(arguments.listen).await;
        let listener = listener.with_context(|| format!("cannot listen at {}", arguments.listen))?;
        let url = format!("http://{}", listener.local_addr()?);
        println!("a processor listens at {url}; start a server with --processor-url {url}");
        std::io::stdout().flush()?;
        axum::serve(listener, router).await?;
        Ok(ExitCode::SUCCESS)
    })
}
