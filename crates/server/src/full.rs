//! A whole journal in NDJSON: written by `ducat export journal --format ndjson`, taken over by `ducat import`.
//!
//! One JSON object per line:
//!
//! 1. what it is: `{"ducat":"journal","version":1,"ledger":…,"batches":…,"effects":…,"hash":…}`;
//! 2. each effect, as `GET …/events` shows it, with `"bytes"`: its canonical bytes in base64;
//! 3. after the effects of a batch, the batch: `{"batch":…,"last":…,"at":…,"hash":…}`.
//!
//! Only the first line, `bytes`, `batch` and `hash` are read back; everything else is for people and other programs.
//! Nothing is decided again: each batch must get the hash that it had, or nothing of it is taken. An interrupted import
//! goes on where it ended, and until the last batch is there the ledger is not to be seen.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ducat_api::v1::ledger::events;
use ducat_api::values::{hex, write_time};
use ducat_domain::Effect;
use ducat_domain::codec::{Decoder, Encoder};
use ducat_domain::ledger::recover::Arrival;
use ducat_domain::ledger::rows::{BatchRow, Head};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, ActorNo, BatchNo, Seq};
use ducat_engine::clock::SystemClock;
use ducat_engine::executor::{Executor, Recorded, Request};
use ducat_engine::heads::SIGNERS;
use ducat_engine::keys;
use ducat_engine::published::Published;
use ducat_store::Reader;
use ducat_store::read::Names;
use serde::Deserialize;
use serde_json::json;

use crate::progress::{Total, progress_bar};
use crate::relocate::{Arriving, recorded};
use crate::store::{Loss, StoreUrl};

/// The version of the format. A reader refuses any other.
const VERSION: u64 = 1;

/// Writes the journal up to a head.
pub fn write(reader: &dyn Reader, head: &Head, out: &mut impl Write) -> anyhow::Result<()> {
    let ledger = &head.ledger;
    let first = json!({
        "ducat": "journal", "version": VERSION, "ledger": ledger.as_str(),
        "batches": head.batch.0, "effects": head.seq.0, "hash": hex(&head.hash),
    });
    writeln!(out, "{first}")?;
    let mut next = (BatchNo(0), Seq(0));
    while next.0 < head.batch {
        let batches = recorded(reader, ledger, next)?;
        let Some((_, last)) = batches.last() else { bail!("batch {} is missing", next.0.next()) };
        next = (last.batch, last.last);
        // All of it is made before any of it is written: no snapshot is held while someone reads slowly.
        out.write_all(&lines(reader, head, &batches)?)?;
    }
    Ok(out.flush()?)
}

/// The lines of recorded batches. What was recorded behind the head, while the export runs, is not in it.
fn lines(reader: &dyn Reader, head: &Head, batches: &[Recorded]) -> anyhow::Result<Vec<u8>> {
    let (ledger, snapshot, mut out) = (&head.ledger, reader.snapshot()?, Vec::new());
    let mut names = Names::new(snapshot.as_ref(), ledger)?;
    for (effects, row) in batches.iter().filter(|(_, row)| row.batch <= head.batch) {
        names.expect_of(effects)?;
        for effect in effects {
            let mut line = json!(events::render(ledger, &mut names, effect)?);
            line["bytes"] = json!(STANDARD.encode(encoded(effect)));
            writeln!(out, "{line}")?;
        }
        let line = json!({
            "batch": row.batch.0, "last": row.last.0, "at": write_time(row.at), "hash": hex(&row.hash),
        });
        writeln!(out, "{line}")?;
    }
    Ok(out)
}

fn encoded(effect: &Effect) -> Vec<u8> {
    let mut encoder = Encoder::new();
    effect.encode(&mut encoder);
    encoder.into_bytes()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(hash)
}

/// Whether a file is such a journal: it begins with an object.
///
/// # Errors
/// It cannot be opened or read.
pub fn is_full_export(path: &Path) -> anyhow::Result<bool> {
    let mut file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let mut first = [0];
    let read = file.read(&mut first).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(first.get(..read) == Some(b"{"))
}

/// What a line says that is read back.
#[derive(Debug, Deserialize)]
struct Line {
    ducat: Option<String>,
    version: Option<u64>,
    ledger: Option<String>,
    batches: Option<u64>,
    effects: Option<u64>,
    bytes: Option<String>,
    batch: Option<u64>,
    hash: Option<String>,
}

/// Reads a journal, a batch at a time.
struct Journal {
    lines: std::io::Lines<BufReader<File>>,
    number: u64,
    batches: BatchNo,
    effects: u64,
    last: BatchNo,
}

impl Journal {
    fn open(path: &Path, ledger: &Name) -> anyhow::Result<Journal> {
        let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
        let lines = BufReader::new(file).lines();
        let mut journal = Journal { lines, number: 0, batches: BatchNo(0), effects: 0, last: BatchNo(0) };
        let first = journal.line()?.filter(|line| line.ducat.as_deref() == Some("journal"));
        let first = first.context("line 1: expected {\"ducat\":\"journal\",…}, as ducat export journal writes it")?;
        ensure!(
            first.version == Some(VERSION),
            "line 1: the format has version {:?}, this ducat reads {VERSION}",
            first.version.unwrap_or_default()
        );
        let of = first.ledger.unwrap_or_default();
        ensure!(
            of == ledger.as_str(),
            "the file has the ledger {of}, whose hashes are made over its name; import it as --ledger {of}"
        );
        (journal.batches, journal.effects) =
            (BatchNo(first.batches.unwrap_or_default()), first.effects.unwrap_or_default());
        Ok(journal)
    }

    fn line(&mut self) -> anyhow::Result<Option<Line>> {
        let Some(line) = self.lines.next() else { return Ok(None) };
        self.number += 1;
        let line = line.with_context(|| format!("line {}: it cannot be read", self.number))?;
        let line =
            serde_json::from_str(&line).with_context(|| format!("line {}: it is no such object", self.number))?;
        Ok(Some(line))
    }

    /// The next batch; `None` after the last.
    fn batch(&mut self) -> anyhow::Result<Option<Recorded>> {
        let mut effects: Vec<Effect> = Vec::new();
        loop {
            let Some(line) = self.line()? else {
                let (last, all) = (self.last, self.batches);
                ensure!(
                    last == all && effects.is_empty(),
                    "the file ends in batch {} of {all}; it was cut off",
                    last.next()
                );
                return Ok(None);
            };
            let wrong = || format!("line {}: it is neither an effect nor a batch", self.number);
            match (line.bytes, line.batch, line.hash.as_deref().and_then(unhex)) {
                (Some(bytes), ..) => effects.push(decoded(&bytes).with_context(wrong)?),
                (None, Some(batch), Some(hash)) => {
                    let (batch, last) = (BatchNo(batch), effects.last().with_context(wrong)?);
                    ensure!(batch == self.last.next(), "line {}: batch {} belongs here", self.number, self.last.next());
                    self.last = batch;
                    let row = BatchRow { batch, last: last.seq, at: last.at, hash };
                    return Ok(Some((effects, row)));
                }
                (None, ..) => bail!(wrong()),
            }
        }
    }
}

fn decoded(bytes: &str) -> Option<Effect> {
    let bytes = STANDARD.decode(bytes).ok()?;
    let mut decoder = Decoder::new(&bytes);
    let effect = Effect::decode(&mut decoder).ok()?;
    decoder.finish().ok().map(|()| effect)
}

/// Takes a journal over into a ledger that is not there, or goes on where that was interrupted.
///
/// # Errors
/// The file is none, is cut off or was changed; or the ledger is another one.
pub fn import(path: &Path, ledger: &Name, store: &StoreUrl) -> anyhow::Result<ExitCode> {
    let journal = Journal::open(path, ledger).with_context(|| path.display().to_string())?;
    let target = store.open(None, Loss::Refused)?;
    let mut executor = Executor::new(target.store, Arc::new(SystemClock), Arc::new(Published::default()));
    let (batches, effects) = (journal.batches, journal.effects);
    let taken = take(journal, ledger, target.reader.as_ref(), &mut executor);
    let taken = taken.with_context(|| path.display().to_string())?;
    drop(executor);
    println!(
        "{ledger}: {batches} batches with {effects} effects, {taken} taken over now, each with the hash that it had"
    );
    Ok(ExitCode::SUCCESS)
}

/// Takes over what is not there yet; says how many batches.
fn take(mut journal: Journal, ledger: &Name, reader: &dyn Reader, executor: &mut Executor) -> anyhow::Result<u64> {
    let there = executor.head(ledger)?.batch;
    let bar = progress_bar(Total::Count(journal.batches.0), "batches");
    let mut taken = 0;
    let mut arriving = Arriving::default();
    let mut last_actor: Option<ActorNo> = None;
    while let Some((of_batch, row)) = journal.batch()? {
        last_actor = last_actor.max(of_batch.iter().filter_map(|effect| effect.by).max());
        bar.set_position(row.batch.0);
        if row.batch <= there {
            // Of what is there already the last is compared: its hash is made over all before it.
            let is_compared = row.batch == there.min(journal.batches);
            ensure!(
                !is_compared || is_same(reader, ledger, &row)?,
                "there is another ledger {ledger}; the file's needs one that is not there"
            );
            continue;
        }
        let arrival = if row.batch == journal.batches { Arrival::Last } else { Arrival::More };
        if let Some(actor) = last_actor.filter(|_| arrival == Arrival::Last) {
            keep_apart(reader, executor, actor)?;
        }
        arriving.take(executor, ledger, (of_batch, row), arrival)?;
        taken += 1;
    }
    bar.finish_and_clear();
    Ok(taken)
}

/// More actors than any store has: each is an account that the server keeps in memory.
const ACTORS_MAX: u32 = 1_000_000;

/// Accounts opened in one commit.
const ITEMS_AT_ONCE: usize = 4_096;

/// Effects say who asked by numbers of the store that they come from. None of those may be a key's here, now or later.
fn keep_apart(reader: &dyn Reader, executor: &mut Executor, last: ActorNo) -> anyhow::Result<()> {
    let system = Name::system();
    let (has_keys, known) = {
        let snapshot = reader.snapshot()?;
        let has = |beginning| snapshot.accounts(&system, beginning, None, 1).map(|found| !found.is_empty());
        let has_keys = has(keys::KEYS)? || has(SIGNERS)?;
        (has_keys, snapshot.head(&system)?.map_or(AccountNo(0), |head| head.accounts))
    };
    ensure!(
        !has_keys,
        "this store has keys or signers, and effects of the file say who asked by numbers of another store's; import into a store that has \
         none yet, and make keys afterwards"
    );
    ensure!(last.0.get() <= ACTORS_MAX, "effects of the file were asked for by more than {ACTORS_MAX} actors");
    for items in keys::foreign(last, known)?.chunks(ITEMS_AT_ONCE) {
        let request = Request { ledger: system.clone(), items: Arc::new(items.to_vec()), by: None };
        executor.turn(&[request]).into_iter().next().context("nothing was decided")??;
    }
    Ok(())
}

fn is_same(reader: &dyn Reader, ledger: &Name, row: &BatchRow) -> anyhow::Result<bool> {
    let here = reader.snapshot()?.batches(ledger, BatchNo(row.batch.0.saturating_sub(1)), 1)?;
    Ok(here.first().is_some_and(|here| here.batch == row.batch && here.hash == row.hash))
}
