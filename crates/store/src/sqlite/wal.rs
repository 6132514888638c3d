//! Reading a write-ahead log that no one has open, to learn whether it has lost what was acknowledged.
//!
//! SQLite recovers a log up to its first frame whose checksum is wrong, and says nothing of the rest. After a power cut
//! that is right: the frames of the one commit that was not synced yet may be there in part, in any order. But each
//! commit is synced before the next begins. So where a commit's end is followed by valid frames of a later one, that
//! commit was acknowledged, and an invalid frame before it is damage.
//!
//! The format is documented at <https://www.sqlite.org/fileformat2.html#walformat>.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// The first word of a log whose checksums are of big-endian words; that of one with little-endian words is one less.
const MAGIC_BIG_ENDIAN: u32 = 0x377f_0683;

/// What a log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    /// Nothing that counts.
    Empty,
    /// Commits, and perhaps the beginning of one that was not acknowledged.
    Whole,
    /// Acknowledged commits behind a frame that is damaged.
    Damaged {
        /// The first frame that is invalid, from 1.
        frame: u64,
        /// Commits that SQLite would leave out, at least.
        lost: u64,
    },
}

/// The log of a database.
pub(crate) fn path_of(database: &Path) -> PathBuf {
    super::beside(database, "-wal")
}

/// Reads a database's log from its beginning to its end.
///
/// # Errors
/// When it is there and cannot be read.
pub(crate) fn inspect(database: &Path) -> io::Result<Log> {
    if std::fs::metadata(path_of(database)).is_ok_and(|log| log.len() <= HEADER_BYTES as u64) {
        return Ok(Log::Empty);
    }
    let file = match File::open(path_of(database)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Log::Empty),
        Err(error) => return Err(error),
    };
    let mut bytes = BufReader::with_capacity(1 << 20, file);
    let mut header = [0; HEADER_BYTES];
    if !fill(&mut bytes, &mut header)? {
        return Ok(Log::Empty);
    }
    let Some(mut scan) = Scan::new(&header) else { return Ok(Log::Empty) };
    let mut frame = vec![0; FRAME_HEADER_BYTES + scan.page_bytes];
    while fill(&mut bytes, &mut frame)? {
        scan.frame(&frame);
    }
    Ok(scan.log())
}

/// Fills a buffer; false where fewer bytes are left.
fn fill(bytes: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match bytes.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Two running sums over words (section 4.2 of the format).
type Sums = (u32, u32);

struct Scan {
    is_big_endian: bool,
    page_bytes: usize,
    salt: [u8; 8],
    /// The checksum that the frame before says it has.
    before: Sums,
    frames: u64,
    commits: u64,
    first_invalid: Option<u64>,
    /// Ends of commits from the first invalid frame on, that one included.
    ends_behind: u64,
    /// Ends behind which a later commit's frames were found.
    lost: u64,
}

impl Scan {
    /// Begins with a log's header; none where it is none, as after a cut while the log was begun anew.
    fn new(header: &[u8; HEADER_BYTES]) -> Option<Scan> {
        let magic = word(header, 0);
        if magic & !1 != MAGIC_BIG_ENDIAN & !1 {
            return None;
        }
        let is_big_endian = magic == MAGIC_BIG_ENDIAN;
        let page_bytes = usize::try_from(word(header, 8)).ok()?;
        let sums = summed(is_big_endian, (0, 0), &header[..24]);
        let is_page = page_bytes.is_power_of_two() && (512..=65_536).contains(&page_bytes);
        if !is_page || sums != (word(header, 24), word(header, 28)) {
            return None;
        }
        let mut salt = [0; 8];
        salt.copy_from_slice(&header[16..24]);
        Some(Scan {
            is_big_endian,
            page_bytes,
            salt,
            before: sums,
            frames: 0,
            commits: 0,
            first_invalid: None,
            ends_behind: 0,
            lost: 0,
        })
    }

    fn frame(&mut self, frame: &[u8]) {
        self.frames += 1;
        let (head, page) = frame.split_at(FRAME_HEADER_BYTES);
        let sums = summed(self.is_big_endian, self.before, &head[..8]);
        let sums = summed(self.is_big_endian, sums, page);
        // The checksum that a damaged frame names decides whether the one behind it is as it was written.
        let said = (word(head, 16), word(head, 20));
        self.before = said;
        let is_valid = head[8..16] == self.salt && sums == said;
        let is_end = word(head, 4) != 0;
        if is_valid && self.first_invalid.is_none() {
            self.commits += u64::from(is_end);
            return;
        }
        if is_valid && self.ends_behind > 0 {
            self.lost = self.ends_behind;
        }
        let is_first = self.first_invalid.is_none();
        self.first_invalid.get_or_insert(self.frames);
        // Frames of an earlier use of the file have other salts, and mean nothing.
        if is_end && (is_first || head[8..16] == self.salt) {
            self.ends_behind += 1;
        }
    }

    fn log(&self) -> Log {
        match self.first_invalid {
            Some(frame) if self.lost > 0 => Log::Damaged { frame, lost: self.lost },
            Some(_) | None if self.commits > 0 => Log::Whole,
            Some(_) | None => Log::Empty,
        }
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_be_bytes(word)
}

fn summed(is_big_endian: bool, (mut first, mut second): Sums, bytes: &[u8]) -> Sums {
    let number = |bytes: &[u8]| {
        let word = word(bytes, 0);
        if is_big_endian { word } else { word.swap_bytes() }
    };
    for pair in bytes.chunks_exact(8) {
        first = first.wrapping_add(number(&pair[..4])).wrapping_add(second);
        second = second.wrapping_add(number(&pair[4..])).wrapping_add(first);
    }
    (first, second)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// A log of so many commits of two pages or more each, and what it looks like when bytes of it are changed.
    fn log_of(commits: u64, change: impl FnOnce(&mut Vec<u8>)) -> Log {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("test.db");
        let connection = Connection::open(&path).expect("a new file");
        connection.execute_batch("PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0").expect("it can be set");
        connection.execute_batch("CREATE TABLE t (x); PRAGMA wal_checkpoint(TRUNCATE)").expect("a table");
        for _ in 0..commits {
            connection.execute("INSERT INTO t VALUES (zeroblob(6000))", []).expect("a row");
        }
        let copy = folder.path().join("copy.db");
        let mut bytes = std::fs::read(path_of(&path)).expect("a log");
        change(&mut bytes);
        std::fs::write(path_of(&copy), bytes).expect("it can be written");
        inspect(&copy).expect("it can be read")
    }

    /// Where frames of 4 KiB pages begin.
    fn frame_at(number: usize) -> usize {
        HEADER_BYTES + (number - 1) * (FRAME_HEADER_BYTES + 4_096)
    }

    #[test]
    fn damage_is_told_from_a_power_cut() {
        let frames = |bytes: &[u8]| (bytes.len() - HEADER_BYTES) / (FRAME_HEADER_BYTES + 4_096);
        assert_eq!(log_of(0, |_| {}), Log::Empty);
        assert_eq!(log_of(5, |_| {}), Log::Whole);
        // A page, a checksum or a salt in the middle is damage: later commits are there.
        for offset in [FRAME_HEADER_BYTES + 100, 17, 9] {
            let damaged = log_of(5, |bytes| bytes[frame_at(2) + offset] ^= 1);
            assert!(matches!(damaged, Log::Damaged { frame: 2, lost: 3.. }), "{offset}: {damaged:?}");
        }
        // Of the last commit, any frame may be missing, or all of it behind a place.
        for from_end in 0..2 {
            let cut = log_of(5, |bytes| {
                let at = frame_at(frames(bytes) - from_end) + FRAME_HEADER_BYTES;
                bytes[at..at + 4_096].fill(0);
            });
            assert_eq!(cut, Log::Whole, "{from_end}");
        }
        assert_eq!(log_of(5, |bytes| bytes.truncate(bytes.len() - 5_000)), Log::Whole);
        // Frames of an earlier use of the file mean nothing.
        let older = log_of(5, |bytes| {
            for number in 4..=frames(bytes) {
                bytes[frame_at(number) + 8] ^= 1;
            }
        });
        assert_eq!(older, Log::Whole);
    }
}
