//! `ducat restore`: ledgers out of a backup into a store that has none of them, or that an interrupted restore left.
//!
//! It goes the way of `ducat move`: nothing is decided again, and each batch must get the hash that it had.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, ensure};
use clap::Args;
use ducat_api::values::{hex, parse_time, write_time};
use ducat_domain::ledger::recover::Arrival;
use ducat_domain::ledger::rows::BatchRow;
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq, Timestamp};
use ducat_engine::clock::SystemClock;
use ducat_engine::executor::Executor;
use ducat_engine::published::Published;
use indicatif::ProgressBar;

use super::manifest::{Entry, Manifest, Segment};
use super::repository::{Address, Repository};
use crate::progress::{Total, progress_bar};
use crate::relocate::Arriving;
use crate::store::{Loss, TargetArguments};
use crate::verify::summarize;

/// From where, and where to.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// Where the backup is: a folder, or s3://BUCKET/PREFIX.
    #[arg(long, value_name = "FOLDER|S3_URL", value_parser = Address::parse)]
    from: Address,
    #[command(flatten)]
    target: TargetArguments,
    /// The ledger; all of them when missing. The system ledger always goes along: it says who asked for what.
    #[arg(long)]
    ledger: Option<String>,
    /// Ends with the last batch that has no later effect than this one.
    #[arg(long, requires = "ledger", value_name = "SEQ")]
    until_seq: Option<u64>,
    /// Ends each ledger with the last batch that was committed by this instant, such as 2026-11-28T12:00:00Z.
    #[arg(long, value_name = "TIME", conflicts_with = "until_seq", value_parser = parse_time)]
    until_time: Option<Timestamp>,
}

/// Where a ledger is to end.
#[derive(Debug, Clone, Copy)]
enum Until {
    End,
    Seq(Seq),
    Time(Timestamp),
}

impl Until {
    fn includes(self, row: &BatchRow) -> bool {
        match self {
            Until::End => true,
            Until::Seq(seq) => row.last <= seq,
            Until::Time(at) => row.at <= at,
        }
    }
}

/// Restores, and verifies the store.
pub fn run(arguments: &RestoreArguments) -> anyhow::Result<ExitCode> {
    let to = arguments.target.url()?;
    let only = arguments.ledger.as_deref().map(Name::parse).transpose().context("--ledger")?;
    let repository = arguments.from.open()?;
    let manifest = Manifest::of(repository.as_ref())?;
    let until = match (arguments.until_seq, arguments.until_time) {
        (Some(seq), _) => Until::Seq(Seq(seq)),
        (None, Some(at)) => Until::Time(at),
        (None, None) => Until::End,
    };
    let mut entries = Vec::new();
    for entry in manifest.ledgers() {
        let ledger = entry.ledger()?;
        if ledger.is_system() || only.as_ref().is_none_or(|only| *only == ledger) {
            entries.push((ledger, entry));
        }
    }
    ensure!(
        only.as_ref().is_none_or(|only| entries.iter().any(|(ledger, _)| ledger == only)),
        "the backup has no ledger {}",
        only.map(|only| only.to_string()).unwrap_or_default()
    );
    let target = to.open(None, Loss::Refused)?;
    let mut executor = Executor::new(target.store, Arc::new(SystemClock), Arc::new(Published::default()));
    let bar = progress_bar(Total::Count(entries.iter().map(|(_, entry)| entry.seq).sum()), "effects");
    // Keys and tombstones are as they were last: what was revoked since the instant stays revoked.
    let until_of = |ledger: &Name| if ledger.is_system() { Until::End } else { until };
    let all = entries.iter().map(|(ledger, entry)| {
        let until = until_of(ledger);
        Restoring { repository: repository.as_ref(), ledger, entry, until, bar: &bar }
    });
    let all: Vec<Restoring<'_>> = all.collect();
    // Before anything is changed.
    let mut ends = Vec::with_capacity(all.len());
    for restoring in &all {
        ends.push(restoring.end(&mut executor).with_context(|| format!("ledger {}", restoring.ledger))?);
    }
    for (restoring, end) in all.iter().zip(ends) {
        let ledger = restoring.ledger;
        let Some((there, last)) = end else {
            bar.suspend(|| println!("{ledger}: nothing of it was committed by then"));
            continue;
        };
        restoring.run(&mut executor, there, &last).with_context(|| format!("ledger {ledger}"))?;
        bar.suspend(|| {
            println!(
                "{ledger}: to batch {}, effect {}, at {}, hash {}…",
                last.batch,
                last.last,
                write_time(last.at),
                hex(&last.hash[..8])
            );
        });
    }
    drop(executor);
    bar.finish_and_clear();
    let differences = summarize(&to, target.reader.as_ref())?;
    if differences > 0 && !matches!(until, Until::End) {
        println!(
            "Texts that were erased after that moment stay erased: effects that are named for it lack nothing else."
        );
    }
    Ok(if differences == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

struct Restoring<'a> {
    repository: &'a dyn Repository,
    ledger: &'a Name,
    entry: &'a Entry,
    until: Until,
    bar: &'a ProgressBar,
}

impl Restoring<'_> {
    /// The last batch that the store has, and the last one that is to be restored, if there is any.
    ///
    /// # Errors
    /// When the store has another ledger of this name, or more of this one.
    fn end(&self, executor: &mut Executor) -> anyhow::Result<Option<(BatchNo, BatchRow)>> {
        let there = executor.head(self.ledger)?;
        let Some(last) = self.last()? else { return Ok(None) };
        ensure!(
            there.batch <= last.batch,
            "the store has batches after {}, the last to be restored; restore into another store",
            last.batch
        );
        let of_there = |segment: &&Segment| segment.last_batch >= there.batch.0 && there.batch.0 > 0;
        if let Some(segment) = self.entry.segments.iter().find(of_there) {
            let batches = segment.read(self.repository)?;
            let is_same = batches.iter().any(|(_, row)| row.batch == there.batch && row.hash == there.hash);
            ensure!(is_same, "the store has another ledger of this name; restore into another store");
        }
        Ok(Some((there.batch, last)))
    }

    /// Restores what is not there yet, up to a batch.
    fn run(&self, executor: &mut Executor, there: BatchNo, last: &BatchRow) -> anyhow::Result<()> {
        let begun = self.bar.position();
        let mut arriving = Arriving::default();
        let mut reached = there;
        for segment in &self.entry.segments {
            if segment.last_batch <= there.0 {
                continue;
            }
            for (of_batch, row) in segment.read(self.repository)? {
                if row.batch <= there {
                    continue;
                }
                if row.batch > last.batch {
                    break;
                }
                self.bar.set_position(begun + row.last.0);
                reached = row.batch;
                let arrival = if reached == last.batch { Arrival::Last } else { Arrival::More };
                arriving.take(executor, self.ledger, (of_batch, row), arrival)?;
            }
        }
        ensure!(reached == last.batch, "the backup ends before batch {}", last.batch);
        Ok(())
    }

    /// The last batch that is to be restored.
    fn last(&self) -> anyhow::Result<Option<BatchRow>> {
        let mut last = None;
        for segment in self.entry.segments.iter().rev() {
            last = segment.read(self.repository)?.into_iter().map(|(_, row)| row).rfind(|row| self.until.includes(row));
            if last.is_some() {
                break;
            }
        }
        Ok(last)
    }
}
