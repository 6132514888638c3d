//! `ducat events`: the journal, as it is published, and as it grows.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use ducat_console::address::with;
use ducat_console::record::Record;

use super::output::{self, number, text, when};
use super::session::{LedgerArguments, block_on};

/// How often it is looked whether there is more.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// Events that are asked for at a time.
const PAGE: &str = "1000";

/// What to do with events.
#[derive(Debug, Args)]
pub struct EventsArguments {
    #[command(subcommand)]
    command: EventsCommand,
}

#[derive(Debug, Subcommand)]
enum EventsCommand {
    /// List events in the order of their numbers.
    List(ListArguments),
}

#[derive(Debug, Args)]
struct ListArguments {
    /// Only those behind this number.
    #[arg(long, default_value_t = 0)]
    after: u64,
    /// Events at most, where they are not followed.
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// Go on with what comes.
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    ledger: LedgerArguments,
}

/// Does what is asked.
pub fn run(arguments: &EventsArguments) -> anyhow::Result<ExitCode> {
    let EventsCommand::List(arguments) = &arguments.command;
    block_on(list(arguments))?;
    Ok(ExitCode::SUCCESS)
}

async fn list(arguments: &ListArguments) -> anyhow::Result<()> {
    let books = arguments.ledger.books().await?;
    let (mut after, mut left) = (arguments.after, arguments.limit);
    loop {
        let limit = if arguments.follow { PAGE.to_owned() } else { left.min(1_000).to_string() };
        let path = with(&books.path("/cloudevents"), &[("after", &after.to_string()), ("limit", &limit)]);
        let page = books.session().get(&path).await?;
        let found = page.list("data");
        if !found.is_empty() || !arguments.follow {
            print(arguments, &found)?;
        }
        after = found.last().map_or(after, |event| number_of(event).parse().unwrap_or(after));
        left = left.saturating_sub(found.len());
        match (arguments.follow, page.written("next").is_empty() || left == 0) {
            (false, true) => return Ok(()),
            (true, _) if found.is_empty() => tokio::time::sleep(LOOK_INTERVAL).await,
            _ => {}
        }
    }
}

/// The number of an event: the last part of its id.
fn number_of(event: &Record) -> String {
    event.text("id").rsplit(':').next().unwrap_or_default().to_owned()
}

fn print(arguments: &ListArguments, found: &[Record]) -> anyhow::Result<()> {
    let row = |event: &Record| {
        let kind = event.text("type");
        let kind = kind.strip_prefix("ducat.").unwrap_or(kind).to_owned();
        vec![number_of(event), when(event, "time"), kind, event.text("subject").to_owned()]
    };
    let rows: Vec<_> = found.iter().map(row).collect();
    let columns = [number("Event"), output::instants("When"), text("Type"), text("Subject")];
    arguments.ledger.server.output.print(&columns, &rows, found)
}
