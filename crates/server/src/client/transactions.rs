//! `ducat transactions`: what happened, and something more to happen.

use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use ducat_console::address::{segment, with};
use ducat_console::record::Record;
use ducat_engine::clock::fresh_id;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::output::{self, number, shown, text, when};
use super::session::{Books, IdArguments, LedgerArguments, block_on};

/// What to do with transactions.
#[derive(Debug, Args)]
pub struct TransactionsArguments {
    #[command(subcommand)]
    command: TransactionsCommand,
}

#[derive(Debug, Subcommand)]
enum TransactionsCommand {
    /// List transactions, newest first, a line for each posting.
    List(ListArguments),
    /// Show a transaction, a line for each posting.
    Show(IdArguments),
    /// Move an amount from one account to another.
    Post(PostArguments),
    /// Undo a transaction by its opposite.
    Reverse(ReverseArguments),
}

#[derive(Debug, Args)]
struct ListArguments {
    /// Only those of this account.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    account: String,
    /// Only the one of this reference.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reference: String,
    /// Only those in this state: posted, pending, voided, expired or reversed.
    #[arg(long, value_name = "STATE", default_value = "", hide_default_value = true)]
    status: String,
    /// From when, such as 2025-12-01T00:00:00Z.
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    from: String,
    /// Until when.
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    to: String,
    /// Transactions at most.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    ledger: LedgerArguments,
}

#[derive(Debug, Args)]
struct ReverseArguments {
    /// The id of the transaction that is undone.
    id: Uuid,
    /// The id of the reversal: given again, it counts once [default: a new one].
    #[arg(long, value_name = "ID")]
    as_id: Option<Uuid>,
    #[command(flatten)]
    ledger: LedgerArguments,
}

#[derive(Debug, Args)]
struct PostArguments {
    /// The account that gives.
    source: String,
    /// The account that gets.
    destination: String,
    /// How much, as 20 or 20.50.
    amount: String,
    /// The asset [default: that of the ledger].
    #[arg(long, value_name = "CODE")]
    asset: Option<String>,
    /// What for.
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A reference that is unique in the ledger.
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// Its id: given again, it counts once [default: a new one, which is printed].
    #[arg(long, value_name = "ID")]
    id: Option<Uuid>,
    /// Only say what it would do.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    ledger: LedgerArguments,
}

/// Does what is asked.
pub fn run(arguments: &TransactionsArguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        TransactionsCommand::List(arguments) => block_on(list(arguments)),
        TransactionsCommand::Show(arguments) => block_on(show(arguments)),
        TransactionsCommand::Post(arguments) => block_on(post(arguments)),
        TransactionsCommand::Reverse(arguments) => block_on(reverse(arguments)),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Prints transactions, a line for each posting.
pub fn print(books: &Books, arguments: &LedgerArguments, found: &[Record]) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for transaction in found {
        for posting in transaction.list("postings") {
            rows.push(vec![
                when(transaction, "at"),
                posting.text("source").to_owned(),
                posting.text("destination").to_owned(),
                shown(books.money(&posting, "amount", posting.text("asset"))),
                transaction.text("status").to_owned(),
                transaction.text("description").to_owned(),
                transaction.text("id").to_owned(),
            ]);
        }
    }
    let columns = [
        output::instants("When"),
        text("From"),
        text("To"),
        number("Amount"),
        text("State"),
        text("Description"),
        output::id("Transaction"),
    ];
    arguments.server.output.print(&columns, &rows, found)
}

async fn list(arguments: &ListArguments) -> anyhow::Result<()> {
    let ListArguments { account, reference, status, from, to, limit, ledger } = arguments;
    let books = ledger.books().await?;
    let filters = [("account", account), ("reference", reference), ("status", status), ("from", from), ("to", to)];
    let path = with(&books.path("/transactions"), &filters.map(|(name, value)| (name, value.as_str())));
    let found = books.session().list(&path, *limit).await?;
    print(&books, ledger, &found)
}

async fn show(arguments: &IdArguments) -> anyhow::Result<()> {
    let books = arguments.ledger.books().await?;
    let found = books.session().get(&books.path(&format!("/transactions/{}", arguments.id))).await?;
    print(&books, &arguments.ledger, &[found])
}

async fn post(arguments: &PostArguments) -> anyhow::Result<()> {
    let books = arguments.ledger.books().await?;
    let asset = books.asset(arguments.asset.as_deref())?;
    let minor = asset.parse(&arguments.amount).map_err(|reason| anyhow!("the amount: {reason}"))?;
    let id = arguments.id.unwrap_or_else(|| Uuid::from_u128(fresh_id().0));
    let PostArguments { source, destination, .. } = arguments;
    let posting =
        json!({"source": source, "destination": destination, "asset": asset.code, "amount": minor.to_string()});
    let mut body = json!({"id": id.to_string(), "postings": [posting]});
    for (name, value) in [("description", &arguments.description), ("reference", &arguments.reference)] {
        if let Some(value) = value {
            body[name] = value.as_str().into();
        }
    }
    let path = books.path(if arguments.dry_run { "/transactions?dry_run=true" } else { "/transactions" });
    let made = books.session().ask(Method::POST, &path, Some(&body)).await;
    // Whoever does not know what came of it asks again under the same id.
    let made = made.map_err(|error| error.context(format!("transaction {id}: give --id {id} to ask again")))?;
    print(&books, &arguments.ledger, &[made])
}

async fn reverse(arguments: &ReverseArguments) -> anyhow::Result<()> {
    let books = arguments.ledger.books().await?;
    let id = arguments.as_id.unwrap_or_else(|| Uuid::from_u128(fresh_id().0));
    let path = books.path(&format!("/transactions/{}/reverse", segment(&arguments.id.to_string())));
    let made = books.session().ask(Method::POST, &path, Some(&json!({"id": id.to_string()}))).await;
    let made = made.map_err(|error| error.context(format!("reversal {id}: give --as-id {id} to ask again")))?;
    print(&books, &arguments.ledger, &[made])
}
