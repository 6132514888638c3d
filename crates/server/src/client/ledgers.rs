//! `ducat ledgers`: which books there are, and where each is.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use ducat_console::address::segment;
use ducat_console::record::Record;

use super::output::{text, when};
use super::session::{ServerArguments, block_on};
use crate::ledger::DeleteArguments;

/// What to do with ledgers.
#[derive(Debug, Args)]
pub struct LedgersArguments {
    #[command(subcommand)]
    command: LedgersCommand,
}

#[derive(Debug, Subcommand)]
enum LedgersCommand {
    /// List ledgers by name.
    List(ListArguments),
    /// Show a ledger.
    Show(NamedArguments),
    /// Show the head of a ledger: how far its journal is, and the hash of all of it.
    Head(NamedArguments),
    /// Delete a ledger of a store in which nothing was ever posted. Stop the server first.
    Delete(DeleteArguments),
}

#[derive(Debug, Args)]
struct ListArguments {
    #[command(flatten)]
    server: ServerArguments,
}

#[derive(Debug, Args)]
struct NamedArguments {
    /// The ledger.
    name: String,
    #[command(flatten)]
    server: ServerArguments,
}

/// Does what is asked.
pub fn run(arguments: &LedgersArguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        LedgersCommand::List(arguments) => block_on(list(arguments)),
        LedgersCommand::Show(arguments) => block_on(show(arguments)),
        LedgersCommand::Head(arguments) => block_on(head(arguments)),
        LedgersCommand::Delete(arguments) => crate::ledger::delete(arguments),
    }
}

fn assets(ledger: &Record) -> String {
    let one = |asset: &Record| format!("{}/{}", asset.text("code"), asset.count("scale"));
    ledger.list("assets").iter().map(one).collect::<Vec<_>>().join(", ")
}

async fn list(arguments: &ListArguments) -> anyhow::Result<ExitCode> {
    let found = arguments.server.session()?.list("/v1/ledgers", usize::MAX).await?;
    let row =
        |ledger: &Record| vec![ledger.text("name").to_owned(), assets(ledger), ledger.text("default_asset").to_owned()];
    let rows: Vec<_> = found.iter().map(row).collect();
    arguments.server.output.print(&[text("Ledger"), text("Assets"), text("Default")], &rows, &found)?;
    Ok(ExitCode::SUCCESS)
}

async fn show(arguments: &NamedArguments) -> anyhow::Result<ExitCode> {
    let ledger = arguments.server.session()?.get(&format!("/v1/ledgers/{}", segment(&arguments.name))).await?;
    let facts = [
        ("Ledger", ledger.text("name").to_owned()),
        ("Assets", assets(&ledger)),
        ("Default asset", ledger.text("default_asset").to_owned()),
        (
            "Accounts",
            if ledger.flag("implicit_accounts") { "opened with their first transaction" } else { "opened by request" }
                .to_owned(),
        ),
        ("Archived", if ledger.flag("archived") { "yes" } else { "no" }.to_owned()),
    ];
    arguments.server.output.show(&facts, &ledger)?;
    Ok(ExitCode::SUCCESS)
}

async fn head(arguments: &NamedArguments) -> anyhow::Result<ExitCode> {
    let head = arguments.server.session()?.get(&format!("/v1/ledgers/{}/head", segment(&arguments.name))).await?;
    let facts = [
        ("Ledger", head.text("ledger").to_owned()),
        ("Event", head.written("seq")),
        ("Batch", head.written("batch")),
        ("At", when(&head, "at")),
        ("Hash", head.text("hash").to_owned()),
        ("Signature", head.text("signature").to_owned()),
    ];
    arguments.server.output.show(&facts, &head)?;
    Ok(ExitCode::SUCCESS)
}
