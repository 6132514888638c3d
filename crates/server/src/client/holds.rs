//! `ducat holds`: what waits, and how it ends.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::json;

use super::session::{IdArguments, LedgerArguments, block_on};
use super::transactions::print;

/// What to do with holds.
#[derive(Debug, Args)]
pub struct HoldsArguments {
    #[command(subcommand)]
    command: HoldsCommand,
}

#[derive(Debug, Subcommand)]
enum HoldsCommand {
    /// List what is on hold, newest first.
    List(ListArguments),
    /// Post a hold: what it holds is moved.
    Post(IdArguments),
    /// Void a hold: nothing of it is moved.
    Void(IdArguments),
}

#[derive(Debug, Args)]
struct ListArguments {
    /// Holds at most.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    ledger: LedgerArguments,
}

/// Does what is asked.
pub fn run(arguments: &HoldsArguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        HoldsCommand::List(arguments) => block_on(list(arguments)),
        HoldsCommand::Post(arguments) => block_on(end(arguments, "post")),
        HoldsCommand::Void(arguments) => block_on(end(arguments, "void")),
    }?;
    Ok(ExitCode::SUCCESS)
}

async fn list(arguments: &ListArguments) -> anyhow::Result<()> {
    let books = arguments.ledger.books().await?;
    let found = books.session().list(&books.path("/transactions?status=pending"), arguments.limit).await?;
    print(&books, &arguments.ledger, &found)
}

async fn end(arguments: &IdArguments, verb: &str) -> anyhow::Result<()> {
    let books = arguments.ledger.books().await?;
    let path = books.path(&format!("/transactions/{}/{verb}", arguments.id));
    let made = books.session().ask(Method::POST, &path, Some(&json!({}))).await?;
    print(&books, &arguments.ledger, &[made])
}
