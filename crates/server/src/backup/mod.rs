//! `ducat backup`: the journal of a store in a folder, in the bytes that are hashed, while a server may go on serving it.
//!
//! - The manifest is written last. What it names is whole and stays until another manifest no longer names it, so a backup
//!   that is interrupted anywhere leaves the one before it.
//! - A backup proves itself: each batch has its hash, which is made over the one before.
//! - What was erased in the store is erased in the backup by the next run: segments that a redaction names are written anew.

mod check;
mod folder;
mod manifest;
mod restore;
mod segment;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use clap::Args;
use ducat_api::values::{hex, write_time};
use ducat_domain::Fact;
use ducat_domain::ledger::rows::Head;
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq};
use ducat_engine::clock::{Clock as _, SystemClock};
use ducat_engine::executor::Recorded;
use ducat_store::Reader;

use crate::relocate::recorded;
use crate::store::StoreArguments;
use folder::Folder;
use manifest::{Entry, Manifest, Segment};

pub use restore::{RestoreArguments, run as restore};

/// Effects of a segment: some megabytes, which are made in memory.
const SEGMENT_EFFECTS: usize = 65_536;

/// Small segments at the end of a ledger before they become one.
const SMALL_MAX: usize = 32;

/// Ledgers looked at at a time.
const LEDGERS_AT_ONCE: usize = 1_000;

/// How often a manifest is written while much is backed up: no more than that is done again.
const MANIFEST_INTERVAL: Duration = Duration::from_secs(10);

/// How often `--follow` looks for what is new.
const FOLLOW_INTERVAL: Duration = Duration::from_secs(1);

/// What to back up, and where to.
#[derive(Debug, Args)]
pub struct BackupArguments {
    #[command(flatten)]
    store: StoreArguments,
    /// The folder of the backup. It is created where it does not exist; a later run adds what is new.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// The ledger; all of them when missing. The system ledger, with the keys, always goes along.
    #[arg(long)]
    ledger: Option<String>,
    /// Goes on: each second what is new is backed up, until it is interrupted.
    #[arg(long, conflicts_with = "check")]
    follow: bool,
    /// Reads the backup and proves it, and reads no store.
    #[arg(long)]
    check: bool,
}

/// Backs up, or checks what was backed up.
pub fn run(arguments: &BackupArguments) -> anyhow::Result<ExitCode> {
    if arguments.check {
        return check::check(&Folder::existing(&arguments.to)?);
    }
    let only = arguments.ledger.as_deref().map(Name::parse).transpose().context("--ledger")?;
    let reader = arguments.store.url()?.open_reader()?;
    let folder = Folder::create(&arguments.to)?;
    let mut backup = Backup::open(reader.as_ref(), &folder, only)?;
    let done = backup.pass()?;
    println!("{}: {done}", arguments.to.display());
    if arguments.follow {
        backup.follow()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a run did.
struct Done {
    ledgers: usize,
    batches: u64,
    effects: u64,
    erased: usize,
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Done { ledgers, batches, effects, erased } = self;
        write!(f, "{effects} effects in {batches} batches of {ledgers} ledgers")?;
        if *erased > 0 { write!(f, ", and {erased} anew without what was erased") } else { Ok(()) }
    }
}

struct Backup<'a> {
    reader: &'a dyn Reader,
    folder: &'a Folder,
    manifest: Manifest,
    only: Option<Name>,
    written_at: Instant,
    /// Files that the manifest in place names, and the next one does not.
    replaced: Vec<String>,
}

impl<'a> Backup<'a> {
    /// Goes on from what a folder has. Files that its manifest does not name were never part of a backup.
    fn open(reader: &'a dyn Reader, folder: &'a Folder, only: Option<Name>) -> anyhow::Result<Backup<'a>> {
        let manifest = Manifest::read(folder)?.unwrap_or_default();
        folder.remove_all_but(&manifest.files())?;
        Ok(Backup { reader, folder, manifest, only, written_at: Instant::now(), replaced: Vec::new() })
    }

    /// Backs up what is new.
    fn pass(&mut self) -> anyhow::Result<Done> {
        let mut done = Done { ledgers: 0, batches: 0, effects: 0, erased: 0 };
        let mut after: Option<Name> = None;
        loop {
            let heads = self.reader.snapshot()?.ledgers(after.as_ref(), LEDGERS_AT_ONCE)?;
            let Some(last) = heads.last() else { break };
            after = Some(last.ledger.clone());
            for head in &heads {
                let is_wanted = head.ledger.is_system() || self.only.as_ref().is_none_or(|only| *only == head.ledger);
                if is_wanted && !head.arriving {
                    self.back_up(head, &mut done).with_context(|| format!("ledger {}", head.ledger))?;
                }
            }
        }
        if done.batches > 0 || !self.folder.has_manifest() {
            self.write_manifest()?;
        }
        Ok(done)
    }

    /// Backs up what is new each second. A store or a folder that is away is tried again: what was backed up stays.
    fn follow(mut self) -> anyhow::Result<()> {
        loop {
            std::thread::sleep(FOLLOW_INTERVAL);
            match self.pass() {
                Ok(Done { effects: 0, .. }) => {}
                Ok(done) => println!("{done}"),
                Err(error) => {
                    eprintln!("ducat: tried again in a second: {error:#}");
                    self = Backup::open(self.reader, self.folder, self.only)?;
                }
            }
        }
    }

    /// Backs up one ledger to its head.
    fn back_up(&mut self, head: &Head, done: &mut Done) -> anyhow::Result<()> {
        let known = self.manifest.find(&head.ledger);
        known.map_or(Ok(()), |entry| self.check_same(head, entry))?;
        if known.map_or(0, |entry| entry.batch) == head.batch.0 {
            return Ok(());
        }
        let mut entry = known.cloned().unwrap_or_else(|| Entry::new(&head.ledger));
        let mut erased: BTreeSet<Seq> = BTreeSet::new();
        while entry.batch < head.batch.0 {
            let next = (BatchNo(entry.batch), Seq(entry.seq));
            let batches = self.batches(&head.ledger, next, head.batch, SEGMENT_EFFECTS)?;
            for effect in batches.iter().flat_map(|(effects, _)| effects) {
                match &effect.fact {
                    Fact::Redacted(redaction) => erased.extend(redaction.effects.iter().copied()),
                    // What was deleted is not to come back.
                    Fact::LedgerDeleted(tombstone) => {
                        let gone = self.manifest.remove(&tombstone.ledger);
                        self.replaced.extend(gone.into_iter().flat_map(|entry| entry.segments).map(|one| one.file));
                    }
                    _ => {}
                }
            }
            let before = (entry.batch, entry.seq);
            entry.add(self.write_segment(&head.ledger, &batches)?, &batches)?;
            done.batches += entry.batch - before.0;
            done.effects += entry.seq - before.1;
            if self.written_at.elapsed() >= MANIFEST_INTERVAL && erased.is_empty() {
                self.manifest.set(entry.clone());
                self.write_manifest()?;
            }
        }
        done.ledgers += 1;
        done.erased += self.erase(&mut entry, &erased)?;
        self.join_small(&mut entry)?;
        self.manifest.set(entry);
        Ok(())
    }

    /// The journal must go on where the backup ends: one that was put in its place is another one.
    fn check_same(&self, head: &Head, entry: &Entry) -> anyhow::Result<()> {
        let is_same = match head.batch.0.cmp(&entry.batch) {
            Ordering::Less => false,
            Ordering::Equal => hex(&head.hash) == entry.hash,
            Ordering::Greater => {
                let before = BatchNo(entry.batch.saturating_sub(1));
                let there = self.reader.snapshot()?.batches(&head.ledger, before, 1)?;
                there.first().is_some_and(|row| row.batch.0 == entry.batch && hex(&row.hash) == entry.hash)
            }
        };
        ensure!(
            is_same,
            "the store goes another way than the backup from batch {} on: it was restored, or is another store; back up into \
             another folder",
            entry.batch
        );
        Ok(())
    }

    /// Whole batches of the store after one of them, up to another, until there are so many effects.
    fn batches(
        &self,
        ledger: &Name,
        mut next: (BatchNo, Seq),
        last: BatchNo,
        effects_max: usize,
    ) -> anyhow::Result<Vec<Recorded>> {
        let (mut batches, mut effects): (Vec<Recorded>, usize) = (Vec::new(), 0);
        while effects < effects_max && next.0 < last {
            let mut more = recorded(self.reader, ledger, next)?;
            more.retain(|(_, row)| row.batch <= last);
            let Some((_, row)) = more.last() else { bail!("batch {} is missing from the store", next.0.next()) };
            next = (row.batch, row.last);
            effects += more.iter().map(|(effects, _)| effects.len()).sum::<usize>();
            batches.extend(more);
        }
        Ok(batches)
    }

    fn write_segment(&self, ledger: &Name, batches: &[Recorded]) -> anyhow::Result<Segment> {
        let bytes = segment::encode(batches);
        let segment = Segment::of(ledger, batches, &bytes)?;
        self.folder.put(&segment.file, &bytes)?;
        Ok(segment)
    }

    /// Writes segments anew in which something was erased since. Says how many.
    fn erase(&mut self, entry: &mut Entry, erased: &BTreeSet<Seq>) -> anyhow::Result<usize> {
        let ledger = entry.ledger()?;
        let mut first = 1;
        let mut count = 0;
        let mut before = BatchNo(0);
        for segment in &mut entry.segments {
            let holds = erased.range(Seq(first)..=Seq(segment.last_seq)).next().is_some();
            if holds {
                let last = BatchNo(segment.last_batch);
                let batches = self.batches(&ledger, (before, Seq(first - 1)), last, usize::MAX)?;
                let anew = self.write_segment(&ledger, &batches)?;
                let old = std::mem::replace(segment, anew);
                // What was written in this run may have been without these texts already.
                self.replaced.extend((old.file != segment.file).then_some(old.file));
                count += 1;
            }
            (first, before) = (segment.last_seq + 1, BatchNo(segment.last_batch));
        }
        Ok(count)
    }

    /// Makes one segment of many small ones, which `--follow` writes.
    fn join_small(&mut self, entry: &mut Entry) -> anyhow::Result<()> {
        let is_small = |segment: &Segment| segment.effects < SEGMENT_EFFECTS as u64;
        let small = entry.segments.iter().rev().take_while(|segment| is_small(segment)).count();
        let from = entry.segments.len() - small;
        let effects: u64 = entry.segments[from..].iter().map(|segment| segment.effects).sum();
        if small < 2 || (small < SMALL_MAX && effects < SEGMENT_EFFECTS as u64) {
            return Ok(());
        }
        let ledger = entry.ledger()?;
        let before = entry.segments[..from]
            .last()
            .map_or((BatchNo(0), Seq(0)), |last| (BatchNo(last.last_batch), Seq(last.last_seq)));
        let batches = self.batches(&ledger, before, BatchNo(entry.batch), usize::MAX)?;
        let joined = self.write_segment(&ledger, &batches)?;
        self.replaced.extend(entry.segments.drain(from..).map(|segment| segment.file));
        entry.segments.push(joined);
        Ok(())
    }

    /// From here on the backup is what it names. What only the manifest before named goes.
    fn write_manifest(&mut self) -> anyhow::Result<()> {
        self.manifest.release = env!("CARGO_PKG_VERSION").to_owned();
        self.manifest.written_at = write_time(SystemClock.now());
        self.manifest.write(self.folder)?;
        self.replaced.drain(..).try_for_each(|file| self.folder.remove(&file))?;
        self.written_at = Instant::now();
        Ok(())
    }
}
