//! `ducat accounts`: balances, and what made them.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use ducat_console::address::{segment, with};
use ducat_console::ledger::state_of;
use ducat_console::record::Record;

use super::output::{self, id, number, shown, text, when};
use super::session::{LedgerArguments, block_on};

/// What to do with accounts.
#[derive(Debug, Args)]
pub struct AccountsArguments {
    #[command(subcommand)]
    command: AccountsCommand,
}

#[derive(Debug, Subcommand)]
enum AccountsCommand {
    /// List accounts by name.
    List(ListArguments),
    /// Show an account, with a line for each of its assets.
    Show(NamedArguments),
    /// Show a balance, now or at any past instant.
    Balance(BalanceArguments),
    /// List the entries of an account, newest first.
    Statement(StatementArguments),
}

#[derive(Debug, Args)]
struct ListArguments {
    /// Only names that begin so.
    #[arg(long, value_name = "TEXT", default_value = "")]
    prefix: String,
    /// Rows at most.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    ledger: LedgerArguments,
}

#[derive(Debug, Args)]
struct NamedArguments {
    /// The account.
    name: String,
    #[command(flatten)]
    ledger: LedgerArguments,
}

#[derive(Debug, Args)]
struct BalanceArguments {
    /// The account.
    name: String,
    /// The asset [default: that of the ledger].
    #[arg(long, value_name = "CODE")]
    asset: Option<String>,
    /// The instant, such as 2025-12-31T23:59:59Z [default: now].
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    at: String,
    #[command(flatten)]
    ledger: LedgerArguments,
}

#[derive(Debug, Args)]
struct StatementArguments {
    /// The account.
    name: String,
    /// The asset [default: that of the ledger].
    #[arg(long, value_name = "CODE")]
    asset: Option<String>,
    /// From when, such as 2025-12-01T00:00:00Z.
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    from: String,
    /// Until when.
    #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
    to: String,
    /// Rows at most.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    ledger: LedgerArguments,
}

/// Does what is asked.
pub fn run(arguments: &AccountsArguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        AccountsCommand::List(arguments) => block_on(list(arguments)),
        AccountsCommand::Show(arguments) => block_on(show(arguments)),
        AccountsCommand::Balance(arguments) => block_on(balance(arguments)),
        AccountsCommand::Statement(arguments) => block_on(statement(arguments)),
    }?;
    Ok(ExitCode::SUCCESS)
}

async fn list(arguments: &ListArguments) -> anyhow::Result<()> {
    let books = arguments.ledger.books().await?;
    let path = with(&books.path("/accounts"), &[("prefix", &arguments.prefix)]);
    let found = books.session().list(&path, arguments.limit).await?;
    let mut rows = Vec::new();
    for account in &found {
        for (code, balance) in account.fields("balances") {
            rows.push(vec![
                account.text("name").to_owned(),
                shown(books.money(&balance, "posted", &code)),
                shown(books.money(&balance, "available", &code)),
                balance.written("entries"),
                state_of(account).to_owned(),
            ]);
        }
    }
    let columns = [text("Account"), number("Posted"), number("Available"), number("Entries"), text("State")];
    arguments.ledger.server.output.print(&columns, &rows, &found)
}

async fn show(arguments: &NamedArguments) -> anyhow::Result<()> {
    let books = arguments.ledger.books().await?;
    let account = books.session().get(&books.path(&format!("/accounts/{}", segment(&arguments.name)))).await?;
    let mut facts = vec![
        ("Account", account.text("name").to_owned()),
        ("State", state_of(&account).to_owned()),
        ("Opened", when(&account, "created_at")),
    ];
    for (code, balance) in account.fields("balances") {
        let of = |field: &str| shown(books.money(&balance, field, &code));
        facts.push(("Posted", of("posted")));
        facts.push(("Available", of("available")));
        facts.push(("On hold", of("pending_out")));
        facts.push(("Lowest", of("min_balance")));
        facts.push(("Highest", of("max_balance")));
        facts.push(("Entries", balance.written("entries")));
    }
    facts.extend(
        account.fields("metadata").iter().map(|(name, value)| ("Metadata", format!("{name}={}", value.shown()))),
    );
    arguments.ledger.server.output.show(&facts, &account)
}

async fn balance(arguments: &BalanceArguments) -> anyhow::Result<()> {
    let books = arguments.ledger.books().await?;
    let asset = books.asset(arguments.asset.as_deref())?;
    let path = books.path(&format!("/accounts/{}/balance", segment(&arguments.name)));
    let found = books.session().get(&with(&path, &[("asset", &asset.code), ("at", &arguments.at)])).await?;
    let facts = [("Posted", shown(books.money(&found, "posted", &asset.code))), ("At", when(&found, "at"))];
    arguments.ledger.server.output.show(&facts, &found)
}

async fn statement(arguments: &StatementArguments) -> anyhow::Result<()> {
    let books = arguments.ledger.books().await?;
    let asset = books.asset(arguments.asset.as_deref())?;
    let path = books.path(&format!("/accounts/{}/statement", segment(&arguments.name)));
    let path = with(&path, &[("asset", &asset.code), ("from", &arguments.from), ("to", &arguments.to)]);
    let found = books.session().list(&path, arguments.limit).await?;
    let row = |entry: &Record| {
        vec![
            when(entry, "at"),
            entry.text("counterparty").to_owned(),
            entry.text("description").to_owned(),
            shown(books.money(entry, "amount", &asset.code)),
            shown(books.money(entry, "balance", &asset.code)),
            entry.text("transaction").to_owned(),
        ]
    };
    let rows: Vec<_> = found.iter().map(row).collect();
    let columns = [
        output::instants("When"),
        text("Counterparty"),
        text("Description"),
        number("Amount"),
        number("Balance"),
        id("Transaction"),
    ];
    arguments.ledger.server.output.print(&columns, &rows, &found)
}
