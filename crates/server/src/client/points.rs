//! `ducat points`: what a member has, and what happened.

use clap::Args;
use ducat_console::address::segment;
use ducat_console::money::Money;
use ducat_console::record::Record;

use super::output::{self, id, number, text, when};
use super::session::{LedgerArguments, block_on};

/// A member.
#[derive(Debug, Args)]
pub struct MemberArguments {
    /// The member.
    member: String,
    #[command(flatten)]
    ledger: LedgerArguments,
}

/// What happened to a member.
#[derive(Debug, Args)]
pub struct HistoryArguments {
    /// The member.
    member: String,
    /// Rows at most.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    ledger: LedgerArguments,
}

/// Lists what a member has of each payer.
pub fn show(arguments: &MemberArguments) -> anyhow::Result<()> {
    block_on(async {
        let books = arguments.ledger.books().await?;
        let member =
            books.session().get(&books.path(&format!("/points/members/{}", segment(&arguments.member)))).await?;
        let row =
            |payer: &Record| vec![payer.text("payer").to_owned(), payer.written("points"), payer.written("pending")];
        let mut rows: Vec<_> = member.list("payers").iter().map(row).collect();
        rows.push(vec!["all".to_owned(), member.written("total"), member.written("pending")]);
        arguments.ledger.server.output.print(&[text("Payer"), number("Points"), number("Pending")], &rows, &[member])
    })
}

/// Lists what came to a member and what went.
pub fn history(arguments: &HistoryArguments) -> anyhow::Result<()> {
    block_on(async {
        let books = arguments.ledger.books().await?;
        let path = books.path(&format!("/points/members/{}/history", segment(&arguments.member)));
        let found = books.session().list(&path, arguments.limit).await?;
        let plain = |entry: &Record, field: &str| {
            entry.amount(field).map(|minor| Money { minor, scale: 0, code: String::new() }.plain())
        };
        let row = |entry: &Record| {
            vec![
                when(entry, "at"),
                entry.text("type").to_owned(),
                entry.text("payer").to_owned(),
                plain(entry, "points").unwrap_or_default(),
                plain(entry, "balance").unwrap_or_default(),
                entry.text("id").to_owned(),
            ]
        };
        let rows: Vec<_> = found.iter().map(row).collect();
        let columns = [
            output::instants("When"),
            text("What"),
            text("Payer"),
            number("Points"),
            number("Left of payer"),
            id("Transaction"),
        ];
        arguments.ledger.server.output.print(&columns, &rows, &found)
    })
}
