//! What a backup has: of each ledger its last batch, and the segments that hold all of them.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use ducat_api::values::hex;
use ducat_domain::names::Name;
use ducat_engine::executor::Recorded;
use serde::{Deserialize, Serialize};

use super::repository::{File, LEDGERS, MANIFEST, Repository};
use super::segment::{self, Growing};

/// The version of the form. A reader refuses any other.
const VERSION: u64 = 1;

/// The manifest of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    ducat: String,
    version: u64,
    /// The release that wrote it.
    pub release: String,
    /// Who wrote it: a run of `ducat backup`. Another one that begins makes it its own.
    pub writer: String,
    /// When a run last came to an end of it; empty before the first did.
    pub written_at: String,
    /// The ledgers, by name.
    pub ledgers: Vec<Entry>,
}

impl Default for Manifest {
    fn default() -> Manifest {
        let (release, writer, written_at) = (String::new(), String::new(), String::new());
        Manifest { ducat: "backup".to_owned(), version: VERSION, release, writer, written_at, ledgers: Vec::new() }
    }
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
        let manifest: Manifest =
            serde_json::from_slice(&bytes).with_context(|| format!("{MANIFEST} is none of a backup"))?;
        ensure!(
            manifest.ducat == "backup" && manifest.version == VERSION,
            "{MANIFEST} has version {}, this ducat reads {VERSION}",
            manifest.version
        );
        Ok(Some(manifest))
    }

    /// The one of a backup that was finished.
    pub fn of(repository: &dyn Repository) -> anyhow::Result<Manifest> {
        let finished = Manifest::read(repository)?.filter(|manifest| !manifest.written_at.is_empty());
        finished.with_context(|| format!("{repository} has no manifest: it is no backup, or none was finished"))
    }

    /// Puts it in place.
    pub fn write(&self, repository: &dyn Repository) -> anyhow::Result<()> {
        repository.put_manifest(serde_json::to_vec_pretty(self)?)
    }

    fn place(&self, ledger: &str) -> Result<usize, usize> {
        self.ledgers.binary_search_by(|entry| entry.name.as_str().cmp(ledger))
    }

    /// A ledger that is in it.
    pub fn find(&self, ledger: &Name) -> Option<&Entry> {
        self.place(ledger.as_str()).ok().map(|at| &self.ledgers[at])
    }

    /// Takes a ledger as it is now.
    pub fn set(&mut self, entry: Entry) {
        match self.place(&entry.name) {
            Ok(at) => self.ledgers[at] = entry,
            Err(at) => self.ledgers.insert(at, entry),
        }
    }

    /// Lets a ledger go.
    pub fn remove(&mut self, ledger: &Name) -> Option<Entry> {
        self.place(ledger.as_str()).ok().map(|at| self.ledgers.remove(at))
    }

    /// All files that it names.
    pub fn files(&self) -> BTreeSet<&str> {
        self.ledgers.iter().flat_map(|entry| &entry.segments).map(|segment| segment.file.as_str()).collect()
    }
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
    pub fn add(&mut self, growing: Growing) -> anyhow::Result<File> {
        let last = growing.last().context("a segment without batches")?;
        let end = (last.batch.0, last.last.0, hex(&last.hash));
        let (segment, file) = Segment::of(&self.ledger()?, growing)?;
        (self.batch, self.seq, self.hash) = end;
        self.segments.push(segment);
        Ok(file)
    }
}

impl Segment {
    /// That of batches, and its file. The name says what it holds, so other bytes have another name.
    pub fn of(ledger: &Name, growing: Growing) -> anyhow::Result<(Segment, File)> {
        let (first, last) = growing.first().zip(growing.last()).context("a segment without batches")?;
        let (first, last_batch, last_seq) = (first.batch.0, last.batch.0, last.last.0);
        let effects = growing.effects();
        let bytes = growing.into_bytes();
        let digest = blake3::hash(&bytes).to_hex();
        let file = format!("{}/{first:012}-{last_batch:012}-{}.seg", folder_of(ledger), &digest[..16]);
        let (blake3, length) = (digest.to_string(), bytes.len() as u64);
        let segment = Segment { file: file.clone(), last_batch, last_seq, effects, bytes: length, blake3 };
        Ok((segment, (file, bytes)))
    }

    /// Its batches, from bytes that are those that were written.
    pub fn read(&self, repository: &dyn Repository) -> anyhow::Result<Vec<Recorded>> {
        let bytes = repository.get(&self.file)?.with_context(|| format!("{} is missing", self.file))?;
        ensure!(*blake3::hash(&bytes).to_hex() == *self.blake3, "{} has other bytes than were written", self.file);
        segment::decode(&bytes).with_context(|| self.file.clone())
    }
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
