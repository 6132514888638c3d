//! `ducat backup`: the journal of a store in a folder or a bucket, in the bytes that are hashed, while a server may go on
//! serving it.
//!
//! - The manifest is written last. What it names is whole and stays until another manifest no longer names it, so a backup
//!   that is interrupted anywhere leaves the one before it.
//! - A backup proves itself: each batch has its hash, which is made over the one before.
//! - What was erased in the store is erased in the backup by the next run: segments that a redaction names are written anew.

mod check;
mod follow;
mod manifest;
mod repository;
mod restore;
mod segment;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use clap::Args;
use ducat_api::values::{hex, write_time};
use ducat_domain::Fact;
use ducat_domain::ledger::rows::Head;
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq, Timestamp};
use ducat_engine::clock::{Clock as _, SystemClock};
use ducat_store::Reader;
use uuid::Uuid;

use crate::relocate::recorded;
use crate::store::StoreArguments;
use manifest::{Entry, Manifest, Segment};
use repository::{Address, Deposed, File, Repository};
use segment::Growing;

pub use restore::{RestoreArguments, run as restore};

/// Bytes of a segment that is full: some megabytes, which are made in memory.
const SEGMENT_BYTES: usize = 8 << 20;

/// Segments that are not full and of about one size before they become one.
const JOINED: usize = 8;

/// Sizes of segments that are not full: below 16 kB, and then each eight times the one before.
const SIZES: [u64; 4] = [16 << 10, 128 << 10, 1 << 20, SEGMENT_BYTES as u64];

/// Segments, and bytes of them, that are put in place together.
const PENDING_FILES: usize = 64;
const PENDING_BYTES: usize = 4 * SEGMENT_BYTES;

/// Ledgers looked at at a time.
const LEDGERS_AT_ONCE: usize = 1_000;

/// How often a manifest is written while much is backed up: no more than that is done again.
const MANIFEST_INTERVAL: Duration = Duration::from_secs(10);

/// Times that a run of before may put a manifest while this one takes its backup over. It puts two a second.
const TAKEOVERS_MAX: usize = 16;

/// What to back up, and where to.
#[derive(Debug, Args)]
pub struct BackupArguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Where the backup is kept: a folder, which is created where it does not exist, or s3://BUCKET/PREFIX. A later run adds
    /// what is new. Credentials and address of a bucket come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION,
    /// AWS_ENDPOINT_URL and the others of that kind.
    #[arg(long, value_name = "FOLDER|S3_URL", value_parser = Address::parse)]
    to: Address,
    /// The ledger; all of them when missing. The system ledger, with the keys, always goes along.
    #[arg(long)]
    ledger: Option<String>,
    /// Goes on: what is new is backed up twice a second, until it is interrupted.
    #[arg(long, conflicts_with = "check")]
    follow: bool,
    /// Serves /metrics there while it follows: the lag, and what was done.
    #[arg(long, value_name = "ADDRESS", requires = "follow")]
    metrics_listen: Option<SocketAddr>,
    /// Reads the backup and proves it, and reads no store.
    #[arg(long)]
    check: bool,
}

/// Backs up, or checks what was backed up.
pub fn run(arguments: &BackupArguments) -> anyhow::Result<ExitCode> {
    if arguments.check {
        return check::check(arguments.to.open()?.as_ref());
    }
    let only = arguments.ledger.as_deref().map(Name::parse).transpose().context("--ledger")?;
    let store = arguments.store.url()?;
    if arguments.follow {
        follow::follow(&store, &arguments.to, only.as_ref(), arguments.metrics_listen)?;
    } else {
        let reader = store.open_reader()?;
        let repository = arguments.to.create()?;
        let mut backup = Backup::begin(reader.as_ref(), repository.as_ref(), only.as_ref(), &mut Run::new())?;
        let done = backup.pass(Duration::ZERO)?;
        println!("{repository}: {done}");
        backup.remove_unnamed(Duration::ZERO).context("the backup is whole, but it holds more than it should")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a run did.
#[derive(Debug)]
struct Done {
    /// Everything that was committed by then is in the backup.
    begun_at: Timestamp,
    ledgers: usize,
    batches: u64,
    effects: u64,
    erased: usize,
    /// Bytes of segments put in place.
    bytes: u64,
    /// Time that it took to see which ledgers have something new.
    looking: Duration,
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Done { ledgers, batches, effects, erased, .. } = self;
        write!(f, "{effects} effects in {batches} batches of {ledgers} ledgers")?;
        if *erased > 0 { write!(f, ", and {erased} anew without what was erased") } else { Ok(()) }
    }
}

/// A run of `ducat backup`, which may begin several times: after each failure it goes on from what the repository has.
#[derive(Debug)]
struct Run {
    id: Uuid,
    /// Whether a backup was this run's before.
    has_begun: bool,
}

impl Run {
    fn new() -> Run {
        Run { id: Uuid::now_v7(), has_begun: false }
    }

    /// A name to write under. Each beginning has its own, so that what was asked for before and is done late does nothing to
    /// the files of now.
    fn writer(&self) -> String {
        format!("{}-{:08x}", self.id, fastrand::u32(..))
    }

    /// Whether a manifest is one of this run's.
    fn has_written(&self, manifest: &Manifest) -> bool {
        manifest.writer.starts_with(&self.id.to_string())
    }

    /// What the repository has. Once a backup was this run's, it must be so still: another place that is empty, or that
    /// someone else writes to, is none of its.
    fn find(&self, repository: &dyn Repository) -> anyhow::Result<Manifest> {
        match Manifest::read(repository)? {
            None if self.has_begun => Err(Deposed::Gone(repository.to_string()).into()),
            Some(found) if self.has_begun && !self.has_written(&found) => {
                Err(Deposed::Another(repository.to_string()).into())
            }
            found => Ok(found.unwrap_or_default()),
        }
    }
}

/// Makes a backup this run's. A run of before may put a manifest in between: then that one is taken over.
fn take_over(repository: &dyn Repository, run: &mut Run) -> anyhow::Result<Manifest> {
    for _ in 0..TAKEOVERS_MAX {
        let mut manifest = run.find(repository)?;
        manifest.writer = run.writer();
        match manifest.write(repository) {
            Err(error) if error.is::<Deposed>() => {}
            Err(error) => return Err(error),
            Ok(()) => {
                run.has_begun = true;
                return Ok(manifest);
            }
        }
    }
    bail!("others keep backing up into {repository}; end them first")
}

/// One writer of a backup.
struct Backup<'a> {
    reader: &'a dyn Reader,
    repository: &'a dyn Repository,
    manifest: Manifest,
    only: Option<&'a Name>,
    written_at: Instant,
    /// Files that are to be put in place before the next manifest.
    pending: Vec<File>,
    /// Files that a manifest in place named or may have named, and the next one does not; with since when, where someone may
    /// still read them.
    unnamed: BTreeMap<String, Option<Instant>>,
}

impl<'a> Backup<'a> {
    /// Goes on from what a repository has, and makes it this run's. Files that its manifest does not name were never part of
    /// a backup.
    fn begin(
        reader: &'a dyn Reader,
        repository: &'a dyn Repository,
        only: Option<&'a Name>,
        run: &mut Run,
    ) -> anyhow::Result<Backup<'a>> {
        let manifest = take_over(repository, run)?;
        // From here on no run of before can put a manifest.
        let named = manifest.files();
        let unnamed = repository.files()?.into_iter().filter(|file| !named.contains(file.as_str()));
        let unnamed = unnamed.map(|file| (file, None)).collect();
        let pending = Vec::new();
        Ok(Backup { reader, repository, manifest, only, written_at: Instant::now(), pending, unnamed })
    }

    /// Backs up what is new. Where there is nothing, the manifest is written anew after so long: it says when someone last looked.
    fn pass(&mut self, renewal: Duration) -> anyhow::Result<Done> {
        self.repository.check_in_place()?;
        let begun_at = SystemClock.now();
        let mut done =
            Done { begun_at, ledgers: 0, batches: 0, effects: 0, erased: 0, bytes: 0, looking: Duration::ZERO };
        let begun = Instant::now();
        let heads = self.heads()?;
        done.looking = begun.elapsed();
        // What was deleted goes first, by the tombstones of the system ledger.
        let (system, others) = heads.split_at(heads.iter().take_while(|head| head.ledger.is_system()).count());
        for head in system {
            self.back_up(head, &mut done).with_context(|| format!("ledger {}", head.ledger))?;
        }
        self.check_all_there(others)?;
        for head in others {
            self.back_up(head, &mut done).with_context(|| format!("ledger {}", head.ledger))?;
        }
        if done.batches > 0 || self.manifest.written_at.is_empty() || self.written_at.elapsed() >= renewal {
            self.manifest.written_at = write_time(begun_at);
            self.write_manifest()?;
        }
        Ok(done)
    }

    /// The heads of all ledgers that are to be backed up, by name: first that of the system, which is read last. So whoever asked
    /// for something in another ledger is known in it.
    fn heads(&self) -> anyhow::Result<Vec<Head>> {
        let (mut all, mut after): (Vec<Head>, Option<Name>) = (Vec::new(), None);
        loop {
            let page = self.reader.snapshot()?.ledgers(after.as_ref(), LEDGERS_AT_ONCE)?;
            let Some(last) = page.last() else { break };
            after = Some(last.ledger.clone());
            let is_wanted = |head: &Head| {
                let is_meant = head.ledger.is_system() || self.only.is_none_or(|only| *only == head.ledger);
                is_meant && !head.arriving
            };
            all.extend(page.into_iter().filter(is_wanted));
        }
        if let Some(system) = self.reader.snapshot()?.head(&Name::system())? {
            match all.first_mut().filter(|first| first.ledger.is_system()) {
                Some(first) => *first = system,
                None => all.insert(0, system),
            }
        }
        Ok(all)
    }

    /// What is in the backup must be in the store: another store has other ledgers.
    fn check_all_there(&self, heads: &[Head]) -> anyhow::Result<()> {
        let there: BTreeSet<&str> = heads.iter().map(|head| head.ledger.as_str()).collect();
        if let Some(only) = self.only {
            ensure!(there.contains(only.as_str()), "the store has no ledger {only}");
            return Ok(());
        }
        for entry in self.manifest.ledgers().filter(|entry| entry.name != Name::system().as_str()) {
            ensure!(
                there.contains(entry.name.as_str()),
                "the store has no ledger {}, which the backup has: it is another store; back up to another place",
                entry.name
            );
        }
        Ok(())
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
            let mut gone = Vec::new();
            let growing = self.grow(&head.ledger, next, head.batch, SEGMENT_BYTES, |fact| match fact {
                Fact::Redacted(redaction) => erased.extend(redaction.effects.iter().copied()),
                // What was deleted is not to come back.
                Fact::LedgerDeleted(tombstone) => gone.push(tombstone.ledger.clone()),
                _ => {}
            })?;
            for entry in gone.iter().filter_map(|ledger| self.manifest.remove(ledger)).collect::<Vec<_>>() {
                self.unnamed.extend(entry.segments.into_iter().map(|segment| (segment.file, None)));
            }
            let before = (entry.batch, entry.seq);
            let file = entry.add(growing, &self.manifest.writer)?;
            self.put(file, done)?;
            done.batches += entry.batch - before.0;
            done.effects += entry.seq - before.1;
            if self.written_at.elapsed() >= MANIFEST_INTERVAL && erased.is_empty() {
                self.manifest.set(entry.clone());
                self.write_manifest()?;
            }
        }
        done.ledgers += 1;
        self.erase(&mut entry, &erased, done)?;
        self.join_small(&mut entry, done)?;
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
            "the store goes another way than the backup from batch {} on: it was restored, or is another store; back up to \
             another place",
            entry.batch
        );
        Ok(())
    }

    /// A segment of whole batches of the store after one of them, up to another, until it has so many bytes. Shows each fact.
    fn grow(
        &self,
        ledger: &Name,
        mut next: (BatchNo, Seq),
        last: BatchNo,
        bytes_max: usize,
        mut show: impl FnMut(&Fact),
    ) -> anyhow::Result<Growing> {
        let mut growing = Growing::new();
        while growing.length() < bytes_max && next.0 < last {
            let more = recorded(self.reader, ledger, next)?;
            let before = next.0;
            for batch in more.iter().take_while(|(_, row)| row.batch <= last) {
                next = (batch.1.batch, batch.1.last);
                batch.0.iter().for_each(|effect| show(&effect.fact));
                growing.add(batch);
                if growing.length() >= bytes_max {
                    break;
                }
            }
            if next.0 == before {
                bail!("batch {} is missing from the store", before.next());
            }
        }
        Ok(growing)
    }

    /// Segments of a ledger between two batches as one.
    fn again(
        &mut self,
        ledger: &Name,
        (before, first): (u64, u64),
        last: u64,
        done: &mut Done,
    ) -> anyhow::Result<Segment> {
        let growing = self.grow(ledger, (BatchNo(before), Seq(first)), BatchNo(last), usize::MAX, |_| {})?;
        let (segment, file) = Segment::of(ledger, growing, &self.manifest.writer)?;
        self.put(file, done)?;
        Ok(segment)
    }

    /// Writes segments anew in which something was erased since.
    fn erase(&mut self, entry: &mut Entry, erased: &BTreeSet<Seq>, done: &mut Done) -> anyhow::Result<()> {
        let ledger = entry.ledger()?;
        let mut before = (0, 0);
        for segment in &mut entry.segments {
            if erased.range(Seq(before.1 + 1)..=Seq(segment.last_seq)).next().is_some() {
                let anew = self.again(&ledger, before, segment.last_batch, done)?;
                let old = std::mem::replace(segment, anew);
                // What was written in this run may have been without these texts already.
                self.unnamed.extend((old.file != segment.file).then_some((old.file, None)));
                done.erased += 1;
            }
            before = (segment.last_batch, segment.last_seq);
        }
        Ok(())
    }

    /// Makes one segment of several small ones at the end, which `--follow` writes. Each effect is written again once for
    /// each of the sizes.
    fn join_small(&mut self, entry: &mut Entry, done: &mut Done) -> anyhow::Result<()> {
        let ledger = entry.ledger()?;
        for size in SIZES {
            let small = entry.segments.iter().rev().take_while(|segment| segment.bytes < size).count();
            if small < JOINED {
                continue;
            }
            let from = entry.segments.len() - small;
            let before = entry.segments[..from].last().map_or((0, 0), |last| (last.last_batch, last.last_seq));
            let joined = self.again(&ledger, before, entry.batch, done)?;
            let joined_at = Some(Instant::now());
            self.unnamed.extend(entry.segments.drain(from..).map(|segment| (segment.file, joined_at)));
            entry.segments.push(joined);
        }
        Ok(())
    }

    /// Puts a file in place, now or with those that follow it.
    fn put(&mut self, file: File, done: &mut Done) -> anyhow::Result<()> {
        done.bytes += file.1.len() as u64;
        self.pending.push(file);
        let bytes: usize = self.pending.iter().map(|(_, bytes)| bytes.len()).sum();
        if self.pending.len() >= PENDING_FILES || bytes >= PENDING_BYTES { self.put_pending() } else { Ok(()) }
    }

    fn put_pending(&mut self) -> anyhow::Result<()> {
        self.repository.put(std::mem::take(&mut self.pending))
    }

    /// From here on the backup is what it names.
    fn write_manifest(&mut self) -> anyhow::Result<()> {
        let (pages, replaced) = self.manifest.turn_pages()?;
        self.pending.extend(pages);
        let replaced_at = Some(Instant::now());
        self.unnamed.extend(replaced.into_iter().map(|file| (file, replaced_at)));
        self.put_pending()?;
        self.manifest.write(self.repository)?;
        self.written_at = Instant::now();
        Ok(())
    }

    /// Removes what the manifest in place has not named for so long, and what was erased. It is called after a pass, which has put
    /// one in place.
    fn remove_unnamed(&mut self, grace: Duration) -> anyhow::Result<()> {
        let is_due = |since: &Option<Instant>| since.is_none_or(|since| since.elapsed() >= grace);
        let due: Vec<String> =
            self.unnamed.iter().filter(|(_, since)| is_due(since)).map(|(file, _)| file.clone()).collect();
        if due.is_empty() {
            return Ok(());
        }
        let named = self.manifest.files();
        let due: Vec<String> = due.into_iter().filter(|file| !named.contains(file.as_str())).collect();
        self.repository.remove(&due)?;
        self.unnamed.retain(|file, since| !is_due(since) && !named.contains(file.as_str()));
        Ok(())
    }
}
