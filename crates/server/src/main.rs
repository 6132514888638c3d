//! The binary `ducat`: one file or folder for each of its commands.
//!
//! Only this crate reads the environment. Exit status: 0 when all is well, 1 when what was asked for was done and
//! found wanting, 2 when it could not be done.

mod address;
mod advances;
mod backup;
mod bench;
mod client;
mod config;
mod console;
mod demo;
mod deployed;
mod descriptors;
mod dollars;
mod export;
mod formulas;
mod full;
mod heads;
mod health;
mod import;
mod keys;
mod ledger;
mod line;
mod manual;
mod points;
mod private_file;
mod process;
mod processor;
mod processor_check;
mod progress;
mod relocate;
mod remote;
mod scrub;
mod serve;
mod settings;
mod store;
mod telemetry;
mod upgrade;
mod verify;
mod version;
mod webhook_key;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

/// Millions of small allocations a second, made on one thread and freed on another, are what mimalloc is for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A ledger server: money on double entry, over HTTP, in one binary.
#[derive(Debug, Parser)]
#[command(name = "ducat", version = version::version(), about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

/// What is said to whoever says nothing: five lines that matter.
const FIRST: &str = "\
ducat demo                serve a world to look at, with a console
ducat serve               serve ledgers from ducat.db at http://127.0.0.1:8000
ducat login               keep a server and a key, for the commands that ask a server
ducat accounts list       list balances; so do transactions, holds, points, advances, events
ducat help                list every command";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the ledger over HTTP, creating what is missing.
    Serve(Box<settings::ServeArguments>),
    /// Ask a server of this machine whether it is ready: the status is 0 if it is.
    Health(health::HealthArguments),
    /// Import a journal from CSV, one leg per row, or from a full export.
    Import(import::ImportArguments),
    /// Import points from CSV, and show what a member has.
    Points(points::PointsArguments),
    /// List advances and exceptions, and make the daily run.
    Advances(advances::AdvancesArguments),
    /// Serve a payment processor that fails in every way that a real one does, to try advances with.
    Processor(processor::ProcessorArguments),
    /// Show what it does, with a server and all that it needs.
    Demo(demo::DemoArguments),
    /// Export balances or the journal as CSV, or the whole journal as NDJSON.
    Export(export::ExportArguments),
    /// Move ledgers from one store to another, such as from SQLite to PostgreSQL.
    Move(relocate::MoveArguments),
    /// Back up the journal of a store into a folder or a bucket, while a server may serve it.
    Backup(backup::BackupArguments),
    /// Restore ledgers of a backup into a store that has none of them yet.
    Restore(backup::RestoreArguments),
    /// List and show ledgers, and delete one in which nothing was ever posted.
    #[command(alias = "ledger")]
    Ledgers(client::ledgers::LedgersArguments),
    /// List and show accounts, balances and statements.
    Accounts(client::accounts::AccountsArguments),
    /// List, show, post and reverse transactions.
    Transactions(client::transactions::TransactionsArguments),
    /// List holds, and post or void them.
    Holds(client::holds::HoldsArguments),
    /// List events, and follow them.
    Events(client::events::EventsArguments),
    /// Watch a server: rates, what waits, its ledgers, and the accounts that move most.
    Top(client::top::TopArguments),
    /// Keep a server, a key and a ledger under a name, for the commands that ask a server.
    Login(client::login::LoginArguments),
    /// Make, list, rotate and revoke keys.
    Keys(keys::KeysArguments),
    /// Bring a store of an earlier release up to date without serving it, and verify it.
    Upgrade(upgrade::UpgradeArguments),
    /// Write a store anew, so that nothing is left of texts that were erased.
    Scrub(scrub::ScrubArguments),
    /// Derive everything again from the journal, and say what differs.
    Verify(verify::VerifyArguments),
    /// Measure a server over HTTP, beside ceilings of this machine.
    Bench(bench::BenchArguments),
    /// Print the OpenAPI document.
    Openapi,
    /// Print the AsyncAPI document of the events.
    Asyncapi,
    /// Print completions of the command line for a shell.
    Completions(manual::CompletionsArguments),
    /// Write the pages of the manual into a folder.
    Man(manual::ManArguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let names_roots = ducat_trust::VARIABLES.iter().any(|name| std::env::var_os(name).is_some());
    if let Err(reason) = ducat_trust::check(names_roots) {
        eprintln!("ducat: {reason}");
        return ExitCode::from(2);
    }
    let Some(command) = arguments.command else {
        println!("{FIRST}");
        return ExitCode::SUCCESS;
    };
    let done = match command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Health(arguments) => health::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Points(arguments) => points::run(&arguments),
        Command::Advances(arguments) => advances::run(&arguments),
        Command::Processor(arguments) => processor::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Move(arguments) => relocate::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Restore(arguments) => backup::restore(&arguments),
        Command::Ledgers(arguments) => client::ledgers::run(&arguments),
        Command::Accounts(arguments) => client::accounts::run(&arguments),
        Command::Transactions(arguments) => client::transactions::run(&arguments),
        Command::Holds(arguments) => client::holds::run(&arguments),
        Command::Events(arguments) => client::events::run(&arguments),
        Command::Top(arguments) => client::top::run(&arguments),
        Command::Login(arguments) => client::login::run(&arguments),
        Command::Keys(arguments) => keys::run(&arguments),
        Command::Upgrade(arguments) => upgrade::run(&arguments),
        Command::Scrub(arguments) => scrub::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Openapi => print_openapi(),
        Command::Asyncapi => print_asyncapi(),
        Command::Completions(arguments) => manual::completions(&arguments, &mut Arguments::command()),
        Command::Man(arguments) => manual::pages(&arguments, Arguments::command()),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("ducat: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn print_openapi() -> anyhow::Result<ExitCode> {
    println!("{}", ducat_api::openapi(&ducat_api::ApiLimits::default()).to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}

fn print_asyncapi() -> anyhow::Result<ExitCode> {
    println!("{}", serde_json::to_string_pretty(&ducat_api::asyncapi())?);
    Ok(ExitCode::SUCCESS)
}
