//! `ducat scrub`: writes a store anew, so that no byte is left of what was erased from it.

use std::process::ExitCode;

use clap::Args;

use crate::store::StoreArguments;
use crate::verify;

/// What to write anew. No server may have a SQLite file open; the nodes of a PostgreSQL database wait meanwhile.
#[derive(Debug, Args)]
pub struct ScrubArguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Do not verify it afterwards.
    #[arg(long)]
    no_verify: bool,
}

/// Writes it anew and verifies it; the status is 1 if anything differs.
pub fn run(arguments: &ScrubArguments) -> anyhow::Result<ExitCode> {
    let store = arguments.store.url()?;
    store.scrub()?;
    println!("the store was written anew: no version of a row is left but the last");
    if arguments.no_verify {
        return Ok(ExitCode::SUCCESS);
    }
    verify::check(store.open_reader()?.as_ref())
}
