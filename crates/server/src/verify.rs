//! `ducat verify`: derives every row again from the journal.

use std::process::ExitCode;

use clap::Args;
use ducat_store::verify::{Report, verify};
use ducat_store::{Reader, locate_corruption};

use crate::heads::HeadArguments;
use crate::progress::{Total, progress_bar};
use crate::store::{StoreArguments, StoreUrl};

/// What to verify. It is only read: a server may go on serving it.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    heads: HeadArguments,
}

/// Says what it checked and every difference; the status is 1 if there is any.
pub fn run(arguments: &VerifyArguments) -> anyhow::Result<ExitCode> {
    let store = arguments.store.url()?;
    let reader = match store.open_reader() {
        Ok(reader) => reader,
        Err(error) => return unreadable(&store, error),
    };
    let holds = arguments.heads.hold(reader.as_ref())?;
    let checked = check(reader.as_ref())?;
    Ok(if holds { checked } else { ExitCode::from(1) })
}

/// Verifies what can be read; says what was found, and the status that follows from it.
pub fn check(reader: &dyn Reader) -> anyhow::Result<ExitCode> {
    let bar = progress_bar(Total::Unknown, "effects");
    let report = verify(reader, &mut |effects| bar.set_position(effects))?;
    bar.finish_and_clear();
    print(&report);
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Verifies a store that ledgers were brought to; says in a line what was found, and gives how many differences.
pub fn summarize(store: &StoreUrl, reader: &dyn Reader) -> anyhow::Result<usize> {
    let report = verify(reader, &mut |_| {})?;
    println!("{store}: {} effects, {}", report.effects, if report.is_clean() { "clean" } else { "NOT CLEAN" });
    report.differences.iter().for_each(|difference| println!("  {difference}"));
    Ok(report.differences.len())
}

/// A file that cannot even be asked for its ledgers may say where it cannot be read.
fn unreadable(store: &StoreUrl, error: anyhow::Error) -> anyhow::Result<ExitCode> {
    let places = match store {
        StoreUrl::Sqlite(path) => locate_corruption(path).unwrap_or_default(),
        StoreUrl::Postgres(_) => Vec::new(),
    };
    if places.is_empty() {
        return Err(error);
    }
    places.iter().for_each(|place| println!("file: {place}"));
    println!("{} differences; nothing else could be checked", places.len());
    Ok(ExitCode::from(1))
}

fn print(report: &Report) {
    for difference in &report.differences {
        println!("{difference}");
    }
    if report.unnamed > 0 {
        println!("and {} more", report.unnamed);
    }
    println!(
        "checked {} ledgers, {} batches and their hashes, {} effects and their chains, {} rows beside them, {} balances, \
         {} open holds, {} outcomes, {} milestones, {} open lots of points, {} advances",
        report.ledgers,
        report.batches,
        report.effects,
        report.rows,
        report.balances,
        report.holds,
        report.outcomes,
        report.milestones,
        report.lots,
        report.advances
    );
    match report.differences.len() as u64 + report.unnamed {
        0 => println!("clean"),
        count => println!("{count} differences"),
    }
}
