//! `ducat upgrade`: brings a store of an earlier release up to date without serving it, and verifies it.
//!
//! `ducat serve` does the same when it opens a store, and says how far it is in its log. Killed at any point, either goes
//! on where the other ended.

use std::process::ExitCode;

use clap::Args;
use ducat_store::sqlite::Watcher;

use crate::progress::{Total, progress_bar};
use crate::store::StoreArguments;
use crate::verify;

/// What to bring up to date. No server may have it open; no node of an earlier release may commit to it afterwards.
#[derive(Debug, Args)]
pub struct UpgradeArguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Do not verify it afterwards.
    #[arg(long)]
    no_verify: bool,
}

/// Brings it up to date and verifies it; the status is 1 if anything differs.
pub fn run(arguments: &UpgradeArguments) -> anyhow::Result<ExitCode> {
    let store = arguments.store.url()?;
    let bar = progress_bar(Total::Count(0), "effects");
    let shown = bar.clone();
    let watcher = Watcher::new(move |done, total| {
        shown.set_length(total);
        shown.set_position(done);
    });
    store.upgrade(watcher)?;
    let effects = bar.position();
    bar.finish_and_clear();
    println!("the store has this release's form");
    if effects > 0 {
        println!("its journal was stored anew, each batch with the hash that it had");
    }
    if arguments.no_verify {
        return Ok(ExitCode::SUCCESS);
    }
    verify::check(store.open_reader()?.as_ref())
}
