//! A second place for the last committed head, so that a file that has gone back is noticed.
//!
//! Always true: after each commit the head of one of its ledgers is written here, without a sync of its own, and so
//! never before the commit is on the disk. Commits of a file are in one order, so a file that has this one has all
//! before it. There are two slots, written in turns: a slot that was cut off while it was written leaves the other.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use ducat_domain::codec::Fingerprint;
use ducat_domain::codec::{Decoder, Encoder, Malformed};
use ducat_domain::ledger::rows::Head;
use ducat_domain::names::Name;
use ducat_domain::numbers::BatchNo;

/// Names of ledgers have up to 128 bytes, so a slot fits.
const SLOT_BYTES: usize = 512;

/// The version of a slot.
const VERSION: u8 = 1;

/// A batch that was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Committed {
    pub ledger: Name,
    pub batch: BatchNo,
    pub hash: [u8; 32],
}

/// The file beside the database.
#[derive(Debug)]
pub(crate) struct Witness {
    file: File,
    count: u64,
}

/// Where it is.
pub(crate) fn path_of(database: &Path) -> PathBuf {
    super::beside(database, ".head")
}

/// What was committed last, as far as the file beside a database knows.
///
/// # Errors
/// When it is there and cannot be read.
pub(crate) fn read(database: &Path) -> io::Result<Option<Committed>> {
    match File::open(path_of(database)) {
        Ok(file) => Ok(newest(&file).map(|(_, committed)| committed)),
        // A reader who may not see it learns nothing from it.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Witness {
    /// Opens the file, making it where it is missing.
    pub fn open(database: &Path) -> io::Result<Witness> {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false).mode(super::FILE_MODE);
        let file = options.open(path_of(database))?;
        let count = newest(&file).map_or(0, |(count, _)| count);
        Ok(Witness { file, count })
    }

    /// Writes down what was committed. It may fail: then the one before stays, which is true as well.
    pub fn note(&mut self, head: &Head) {
        let mut e = Encoder::new();
        e.byte(VERSION);
        e.number(self.count + 1);
        e.number(head.batch.0);
        e.fixed(&head.hash);
        e.text(head.ledger.as_str());
        let Fingerprint(sum) = Fingerprint::of(e.bytes());
        let mut slot = e.into_bytes();
        slot.extend_from_slice(&sum);
        slot.resize(SLOT_BYTES, 0);
        let place = (self.count + 1) % 2 * SLOT_BYTES as u64;
        if self.file.write_all_at(&slot, place).is_ok() {
            self.count += 1;
        }
    }

    /// Forgets everything: the file is taken as it is.
    pub fn clear(&mut self) -> io::Result<()> {
        self.count = 0;
        self.file.set_len(0)
    }

    /// The file, to be synced where that keeps no one waiting.
    pub fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }
}

/// The newer of the slots that are whole, with its count.
fn newest(file: &File) -> Option<(u64, Committed)> {
    let slots = (0..2).filter_map(|slot| {
        let mut bytes = [0; SLOT_BYTES];
        file.read_exact_at(&mut bytes, slot * SLOT_BYTES as u64).ok()?;
        decode(&bytes).ok()
    });
    slots.max_by_key(|(count, _)| *count)
}

fn decode(slot: &[u8]) -> Result<(u64, Committed), Malformed> {
    let mut d = Decoder::new(slot);
    if d.byte()? != VERSION {
        return Err(Malformed { expected: "version of a slot" });
    }
    let count = d.number()?;
    let (batch, hash) = (BatchNo(d.number()?), d.fixed()?);
    let ledger = d.name()?;
    let length = slot.len() - d.remaining().len();
    if d.fixed::<16>()? != Fingerprint::of(&slot[..length]).0 {
        return Err(Malformed { expected: "checksum of a slot" });
    }
    Ok((count, Committed { ledger, batch, hash }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_whole_slot_counts() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = folder.path().join("test.db");
        assert_eq!(read(&database).expect("it can be read"), None);
        let mut witness = Witness::open(&database).expect("it can be made");
        let mut head = Head::absent(Name::parse("shop").expect("a name"));
        for batch in 1..=5 {
            head.batch = BatchNo(batch);
            witness.note(&head);
            let last = read(&database).expect("it can be read").expect("it is there");
            assert_eq!(last.batch, BatchNo(batch));
        }
        // The slot of the fifth is cut off: the fourth is there.
        let file = OpenOptions::new().write(true).open(path_of(&database)).expect("it is there");
        file.write_all_at(&[0xff; 8], SLOT_BYTES as u64 + 20).expect("it can be written");
        assert_eq!(read(&database).expect("it can be read").map(|last| last.batch), Some(BatchNo(4)));
        assert_eq!(Witness::open(&database).expect("it is there").count, 4);
    }
}
