//! What a backup has: of each ledger its last batch, and the segments that hold all of them.
//!
//! `manifest.json` names pages, and each page has the ledgers whose names hash to one number. So where one ledger of many
//! is written to, one page is written anew, and a manifest that is small.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use ducat_api::values::hex;
use ducat_domain::names::Name;
use ducat_engine::executor::Recorded;
use serde::{Deserialize, Serialize};

use super::repository::{File, LEDGERS, MANIFEST, Repository, check_name};
use super::segment::{self, Growing};

/// The version of the form. A reader refuses any other.
const VERSION: u64 = 1;

/// The manifest of a backup, with what its pages say.
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    /// Who writes it: a run of `ducat backup`. Another one that begins makes it its own.
    pub writer: String,
    /// When a run last came to an end of it; empty before the first did.
    pub written_at: String,
    ledgers: BTreeMap<String, Entry>,
    pages: BTreeMap<u8, Page>,
    /// Pages that say something else than those in place.
    changed: BTreeSet<u8>,
}

/// `manifest.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Index {
    ducat: String,
    version: u64,
    /// The release that wrote it.
    release: String,
    writer: String,
    written_at: String,
    pages: BTreeMap<u8, Page>,
}

/// A file with entries of ledgers, by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Page {
    file: String,
    /// BLAKE3 of its bytes.
    blake3: String,
}

/// A ledger in a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its last batch and effect.
    pub batch: u64,
    /// Its last effect.
    pub seq: u64,
    /// The hash of its last batch.
    pub hash: String,
    /// What holds its batches, in order.
    pub segments: Vec<Segment>,
}

/// A file of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Segment {
    /// Its path in the repository.
    pub file: String,
    /// Its last batch.
    pub last_batch: u64,
    /// Its last effect.
    pub last_seq: u64,
    /// How many effects it has.
    pub effects: u64,
    /// How many bytes.
    pub bytes: u64,
    /// BLAKE3 of its bytes.
    pub blake3: String,
}

impl Manifest {
    /// The one of a repository, if there is one.
    pub fn read(repository: &dyn Repository) -> anyhow::Result<Option<Manifest>> {
        let Some(bytes) = repository.manifest()? else { return Ok(None) };
        let index: Index = serde_json::from_slice(&bytes).with_context(|| format!("{MANIFEST} is none of a backup"))?;
        ensure!(
            index.ducat == "backup" && index.version == VERSION,
            "{MANIFEST} has version {}, this ducat reads {VERSION}",
            index.version
        );
        let Index { writer, written_at, pages, .. } = index;
        let mut ledgers = BTreeMap::new();
        for (number, page) in &pages {
            let bytes = get(repository, &page.file, &page.blake3)?;
            let entries: Vec<Entry> =
                serde_json::from_slice(&bytes).with_context(|| format!("{} is no page of a backup", page.file))?;
            for entry in entries {
                entry.segments.iter().try_for_each(|segment| check_name(&segment.file))?;
                ensure!(page_of(&entry.name) == *number, "{} has ledger {:?} of another page", page.file, entry.name);
                ledgers.insert(entry.name.clone(), entry);
            }
        }
        Ok(Some(Manifest { writer, written_at, ledgers, pages, changed: BTreeSet::new() }))
    }

    /// The one of a backup that was finished.
    pub fn of(repository: &dyn Repository) -> anyhow::Result<Manifest> {
        Manifest::finished(Manifest::read(repository)?, repository)
    }

    /// What was read, if it is that of a backup that was finished.
    pub fn finished(read: Option<Manifest>, repository: &dyn Repository) -> anyhow::Result<Manifest> {
        let finished = read.filter(|manifest| !manifest.written_at.is_empty());
        finished.with_context(|| format!("{repository} has no manifest: it is no backup, or none was finished"))
    }

    /// Pages that are to be put in place before it, and files that they take the place of.
    pub fn turn_pages(&mut self) -> anyhow::Result<(Vec<File>, Vec<String>)> {
        let (mut files, mut replaced) = (Vec::new(), Vec::new());
        let mut changed: BTreeMap<u8, Vec<&Entry>> =
            std::mem::take(&mut self.changed).into_iter().map(|number| (number, Vec::new())).collect();
        for entry in self.ledgers.values() {
            if let Some(entries) = changed.get_mut(&page_of(&entry.name)) {
                entries.push(entry);
            }
        }
        for (number, entries) in changed {
            let before = if entries.is_empty() {
                self.pages.remove(&number)
            } else {
                let bytes = serde_json::to_vec_pretty(&entries)?;
                let blake3 = blake3::hash(&bytes).to_hex().to_string();
                let file = format!("{LEDGERS}/{number:02x}-{}.json", mark(&blake3, &self.writer));
                files.push((file.clone(), bytes));
                self.pages.insert(number, Page { file, blake3 })
            };
            replaced.extend(before.map(|page| page.file));
        }
        Ok((files, replaced))
    }

    /// Puts it in place.
    pub fn write(&self, repository: &dyn Repository) -> anyhow::Result<()> {
        let index = Index {
            ducat: "backup".to_owned(),
            version: VERSION,
            release: env!("CARGO_PKG_VERSION").to_owned(),
            writer: self.writer.clone(),
            written_at: self.written_at.clone(),
            pages: self.pages.clone(),
        };
        repository.put_manifest(serde_json::to_vec_pretty(&index)?)
    }

    /// The ledgers, by name.
    pub fn ledgers(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.ledgers.values()
    }

    /// A ledger that is in it.
    pub fn find(&self, ledger: &Name) -> Option<&Entry> {
        self.ledgers.get(ledger.as_str())
    }

    /// Takes a ledger as it is now.
    pub fn set(&mut self, entry: Entry) {
        self.changed.insert(page_of(&entry.name));
        self.ledgers.insert(entry.name.clone(), entry);
    }

    /// Lets a ledger go.
    pub fn remove(&mut self, ledger: &Name) -> Option<Entry> {
        let gone = self.ledgers.remove(ledger.as_str());
        self.changed.extend(gone.as_ref().map(|entry| page_of(&entry.name)));
        gone
    }

    /// All files that it names.
    pub fn files(&self) -> BTreeSet<&str> {
        let segments = self.ledgers.values().flat_map(|entry| &entry.segments).map(|segment| segment.file.as_str());
        segments.chain(self.pages.values().map(|page| page.file.as_str())).collect()
    }
}

/// The page that a ledger is on.
fn page_of(ledger: &str) -> u8 {
    blake3::hash(ledger.as_bytes()).as_bytes()[0]
}

/// A file that has the bytes that were written.
fn get(repository: &dyn Repository, file: &str, blake3: &str) -> anyhow::Result<Vec<u8>> {
    let bytes = repository.get(file)?.with_context(|| format!("{file} is missing"))?;
    ensure!(*blake3::hash(&bytes).to_hex() == *blake3, "{file} has other bytes than were written");
    Ok(bytes)
}

impl Entry {
    /// One that has nothing yet.
    pub fn new(ledger: &Name) -> Entry {
        Entry { name: ledger.to_string(), batch: 0, seq: 0, hash: hex(&[0; 32]), segments: Vec::new() }
    }

    /// The ledger that it is of. That of the system has a name that no one can give.
    pub fn ledger(&self) -> anyhow::Result<Name> {
        let system = Name::system();
        if self.name == system.as_str() {
            return Ok(system);
        }
        Name::parse(&self.name).with_context(|| format!("{MANIFEST} names a ledger {:?}", self.name))
    }

    /// Adds a segment at the end. Gives its file.
    pub fn add(&mut self, growing: Growing, writer: &str) -> anyhow::Result<File> {
        let last = growing.last().context("a segment without batches")?;
        let end = (last.batch.0, last.last.0, hex(&last.hash));
        let (segment, file) = Segment::of(&self.ledger()?, growing, writer)?;
        (self.batch, self.seq, self.hash) = end;
        self.segments.push(segment);
        Ok(file)
    }
}

impl Segment {
    /// That of batches, and its file. The name says what it holds and who wrote it: other bytes have another name, and no run
    /// removes what a later one has put.
    pub fn of(ledger: &Name, growing: Growing, writer: &str) -> anyhow::Result<(Segment, File)> {
        let (first, last) = growing.first().zip(growing.last()).context("a segment without batches")?;
        let (first, last_batch, last_seq) = (first.batch.0, last.batch.0, last.last.0);
        let effects = growing.effects();
        let bytes = growing.into_bytes();
        let digest = blake3::hash(&bytes).to_hex();
        let (folder, mark) = (folder_of(ledger), mark(&digest, writer));
        let file = format!("{folder}/{first:012}-{last_batch:012}-{mark}.seg");
        let (blake3, length) = (digest.to_string(), bytes.len() as u64);
        let segment = Segment { file: file.clone(), last_batch, last_seq, effects, bytes: length, blake3 };
        Ok((segment, (file, bytes)))
    }

    /// Its batches, from bytes that are those that were written.
    pub fn read(&self, repository: &dyn Repository) -> anyhow::Result<Vec<Recorded>> {
        let bytes = get(repository, &self.file, &self.blake3)?;
        segment::decode(&bytes).with_context(|| self.file.clone())
    }
}

/// What distinguishes a file from others in its place: the beginning of its digest, and the end of its writer's name.
fn mark(digest: &str, writer: &str) -> String {
    let writer = writer.get(writer.len().saturating_sub(8)..).unwrap_or(writer);
    format!("{}-{writer}", digest.get(..16).unwrap_or(digest))
}

/// The folder of a ledger: its name, with what is no letter, digit or hyphen as `_` and two hexadecimal digits.
fn folder_of(ledger: &Name) -> String {
    let mut folder = format!("{LEDGERS}/");
    for byte in ledger.as_str().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => folder.push(char::from(byte)),
            _ => folder.push_str(&format!("_{byte:02x}")),
        }
    }
    folder
}
