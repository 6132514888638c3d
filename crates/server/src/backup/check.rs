//! `ducat backup --check`: a backup proves itself, without a store.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::ensure;
use ducat_api::values::hex;
use ducat_domain::Fact;
use ducat_domain::ledger::working::batch_hash;
use ducat_domain::numbers::{BatchNo, Seq};

use super::manifest::{Entry, Manifest};
use super::repository::Repository;
use super::segment;

/// Reads a backup and proves it: each file, each batch, each hash.
pub fn check(repository: &dyn Repository) -> anyhow::Result<ExitCode> {
    // Whether it can be reached, and then whether it can be read.
    repository.manifest()?;
    let manifest = match Manifest::read(repository) {
        Ok(read) => Manifest::finished(read, repository)?,
        Err(error) => {
            println!("{error:#}");
            println!("the backup in {repository}: NOT WHOLE");
            return Ok(ExitCode::from(1));
        }
    };
    let mut differences = 0;
    for entry in manifest.ledgers() {
        match prove(repository, entry) {
            Ok(missed) if missed.is_empty() => {
                println!(
                    "{}: {} batches, {} effects, last hash {}…",
                    entry.name,
                    entry.batch,
                    entry.seq,
                    &entry.hash[..16]
                );
            }
            Ok(missed) => {
                println!("{}: it holds texts of effects {missed:?} that were erased since; back up again", entry.name);
                differences += 1;
            }
            Err(error) => {
                println!("{}: {error:#}", entry.name);
                differences += 1;
            }
        }
    }
    let verdict = if differences == 0 { "whole" } else { "NOT WHOLE" };
    println!("a backup of {} ledgers, written at {}: {verdict}", manifest.ledgers().len(), manifest.written_at);
    Ok(if differences == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Proves one ledger by its chain. Gives the effects whose texts are there although a redaction in the backup names them.
fn prove(repository: &dyn Repository, entry: &Entry) -> anyhow::Result<Vec<u64>> {
    let ledger = entry.ledger()?;
    let (mut batch, mut seq, mut hash) = (BatchNo(0), Seq(0), [0; 32]);
    let (mut erased, mut kept) = (BTreeSet::new(), BTreeSet::new());
    for segment in &entry.segments {
        for (effects, row) in segment.read(repository)? {
            let is_next = row.batch == batch.next() && effects.first().is_some_and(|first| first.seq.0 == seq.0 + 1);
            ensure!(is_next, "{}: batch {} belongs after batch {batch}", segment.file, batch.next());
            let made = batch_hash(&ledger, row.batch, &hash, &segment::hashed(&effects));
            ensure!(made == row.hash, "{}: batch {} has another hash than its effects make", segment.file, row.batch);
            (batch, seq, hash) = (row.batch, row.last, row.hash);
            for effect in &effects {
                if let Fact::Redacted(redaction) = &effect.fact {
                    erased.extend(redaction.effects.iter().copied());
                } else if effect.is_redactable() {
                    kept.insert(effect.seq);
                }
            }
        }
    }
    let is_whole = (batch.0, seq.0, &*hex(&hash)) == (entry.batch, entry.seq, &*entry.hash);
    ensure!(is_whole, "it ends at batch {batch}, and the manifest says {}", entry.batch);
    Ok(erased.intersection(&kept).map(|seq| seq.0).collect())
}
