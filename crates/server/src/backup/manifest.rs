//! What a backup has: of each ledger its last batch, and the segments that hold all of them.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use ducat_api::values::hex;
use ducat_domain::names::Name;
use ducat_engine::executor::Recorded;
use serde::{Deserialize, Serialize};

use super::folder::{Folder, MANIFEST};
use super::segment;

/// The version of the form. A reader refuses any other.
const VERSION: u64 = 1;

/// The manifest of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    ducat: String,
    version: u64,
    /// The release that wrote it.
    pub release: String,
    /// When.
    pub written_at: String,
    /// The ledgers, by name.
    pub ledgers: Vec<Entry>,
}

impl Default for Manifest {
    fn default() -> Manifest {
        let (release, written_at) = (String::new(), String::new());
        Manifest { ducat: "backup".to_owned(), version: VERSION, release, written_at, ledgers: Vec::new() }
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
    /// Its path in the folder.
    pub file: String,
    /// Its last batch.
    pub last_batch: u64,
    /// Its last effect.
    pub last_seq: u64,
    /// How many effects it has.
    pub effects: u64,
    /// BLAKE3 of its bytes.
    pub blake3: String,
}

impl Manifest {
    /// The one in a folder, if there is one.
    pub fn read(folder: &Folder) -> anyhow::Result<Option<Manifest>> {
        let Some(bytes) = folder.get(MANIFEST)? else { return Ok(None) };
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
    pub fn of(folder: &Folder) -> anyhow::Result<Manifest> {
        Manifest::read(folder)?.context("there is no manifest: it is no backup, or none was finished")
    }

    /// Puts it in place.
    pub fn write(&self, folder: &Folder) -> anyhow::Result<()> {
        folder.put(MANIFEST, &serde_json::to_vec_pretty(self)?)
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

    /// Adds a segment at the end.
    pub fn add(&mut self, segment: Segment, batches: &[Recorded]) -> anyhow::Result<()> {
        let (_, last) = batches.last().context("a segment without batches")?;
        (self.batch, self.seq, self.hash) = (last.batch.0, last.last.0, hex(&last.hash));
        self.segments.push(segment);
        Ok(())
    }
}

impl Segment {
    /// That of batches and their bytes. Its name says what it holds, so other bytes have another name.
    pub fn of(ledger: &Name, batches: &[Recorded], bytes: &[u8]) -> anyhow::Result<Segment> {
        let ((_, first), (_, last)) = batches.first().zip(batches.last()).context("a segment without batches")?;
        let digest = blake3::hash(bytes).to_hex();
        let file = format!("{}/{:012}-{:012}-{}.seg", folder_of(ledger), first.batch.0, last.batch.0, &digest[..16]);
        let effects = batches.iter().map(|(effects, _)| effects.len() as u64).sum();
        Ok(Segment { file, last_batch: last.batch.0, last_seq: last.last.0, effects, blake3: digest.to_string() })
    }

    /// Its batches, from bytes that are those that were written.
    pub fn read(&self, folder: &Folder) -> anyhow::Result<Vec<Recorded>> {
        let bytes = folder.get(&self.file)?.with_context(|| format!("{} is missing", self.file))?;
        ensure!(*blake3::hash(&bytes).to_hex() == *self.blake3, "{} has other bytes than were written", self.file);
        segment::decode(&bytes).with_context(|| self.file.clone())
    }
}

/// The folder of a ledger: its name, with what is no letter, digit or hyphen as `_` and two hexadecimal digits.
fn folder_of(ledger: &Name) -> String {
    let mut folder = String::from("ledgers/");
    for byte in ledger.as_str().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => folder.push(char::from(byte)),
            _ => folder.push_str(&format!("_{byte:02x}")),
        }
    }
    folder
}
