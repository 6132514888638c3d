//! `ducat advances`: the book, and what a person must see.

use clap::Args;
use ducat_console::address::with;
use ducat_console::record::Record;

use super::output::{self, id, number, shown, text, when};
use super::session::{Books, IdArguments, LedgerArguments, block_on};

/// Which advances.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// Only those of this customer.
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    customer: String,
    /// Only those in this state, such as collecting.
    #[arg(long, value_name = "STATE", default_value = "", hide_default_value = true)]
    status: String,
    /// Rows at most.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    ledger: LedgerArguments,
}

/// Which exceptions.
#[derive(Debug, Args)]
pub struct ExceptionsArguments {
    /// Those that are settled too.
    #[arg(long)]
    settled: bool,
    /// Rows at most.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    ledger: LedgerArguments,
}

async fn asset(books: &Books) -> anyhow::Result<String> {
    Ok(books.session().get(&books.path("/advances/terms")).await?.text("asset").to_owned())
}

/// Lists advances, oldest first.
pub fn list(arguments: &ListArguments) -> anyhow::Result<()> {
    block_on(async {
        let books = arguments.ledger.books().await?;
        let asset = asset(&books).await?;
        let filters = [("customer", arguments.customer.as_str()), ("status", arguments.status.as_str())];
        let found = books.session().list(&with(&books.path("/advances"), &filters), arguments.limit).await?;
        let row = |advance: &Record| {
            let money = |field: &str| shown(books.money(advance, field, &asset));
            vec![
                advance.text("customer").to_owned(),
                advance.text("opened_on").to_owned(),
                money("amount"),
                money("collected"),
                money("owed"),
                advance.text("status").to_owned(),
                advance.text("id").to_owned(),
            ]
        };
        let rows: Vec<_> = found.iter().map(row).collect();
        let columns = [
            text("Customer"),
            text("Opened"),
            number("Amount"),
            number("Collected"),
            number("Owed"),
            text("State"),
            id("Advance"),
        ];
        arguments.ledger.server.output.print(&columns, &rows, &found)
    })
}

/// Lists the debits of an advance.
pub fn show(arguments: &IdArguments) -> anyhow::Result<()> {
    block_on(async {
        let books = arguments.ledger.books().await?;
        let asset = asset(&books).await?;
        let advance = books.session().get(&books.path(&format!("/advances/{}", arguments.id))).await?;
        let row = |debit: &Record| {
            let attempt = debit.part("attempt").unwrap_or_default();
            vec![
                debit.written("number"),
                debit.text("due").to_owned(),
                shown(books.money(debit, "amount", &asset)),
                debit.text("status").to_owned(),
                attempt.text("sent_on").to_owned(),
                attempt.text("result").to_owned(),
            ]
        };
        let rows: Vec<_> = advance.list("plan").iter().map(row).collect();
        let columns = [number("No."), text("Due"), number("Amount"), text("State"), text("Sent"), text("Reported")];
        arguments.ledger.server.output.print(&columns, &rows, &[advance])
    })
}

/// Lists what a person must see.
pub fn exceptions(arguments: &ExceptionsArguments) -> anyhow::Result<()> {
    block_on(async {
        let books = arguments.ledger.books().await?;
        let found = books.session().list(&books.path("/advances/exceptions"), usize::MAX).await?;
        let open = found.into_iter().filter(|one| arguments.settled || !one.flag("settled"));
        let found: Vec<Record> = open.take(arguments.limit).collect();
        let row = |one: &Record| {
            vec![
                when(one, "at"),
                one.text("kind").to_owned(),
                one.text("advance").to_owned(),
                one.text("reason").to_owned(),
                one.text("what_to_do").to_owned(),
            ]
        };
        let rows: Vec<_> = found.iter().map(row).collect();
        let columns = [output::instants("When"), text("What"), id("Advance"), text("Why"), text("What to do")];
        arguments.ledger.server.output.print(&columns, &rows, &found)
    })
}
