//! Rows of a file in chunks, each row with the hashes of all rows up to it.
//!
//! - A chunk is named by what came before it, the first of a file by its first row; it is what it is by its last row.
//! - A hash is made of what rows mean, so that a file that was saved again is the same file. During it goes the hash of
//!   their bytes, by which release 0.1.0 named chunks: what it took is found again.
//! - Memory does not grow with the file.

use std::collections::VecDeque;
use std::io::{self, Read};

use csv::{ByteRecord, StringRecord};
use ducat_domain::codec::Fingerprint;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::item::IMPORT_ROWS_MAX;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::money::Amount;
use ducat_domain::names::Party;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::points::{self, Adjustment, Earning, Holding};
use ducat_domain::{Action, Command, Import, ImportRow, Item};
use tokio::sync::mpsc;

use super::{COLUMNS, Refused, Stopped};
use crate::idempotency::fresh;
use crate::records::{Record, Records, Torn};
use crate::values::parse_time;
use ducat_engine::names::{Kind, Resolver, normal};

/// Rows of a chunk.
const CHUNK_ROWS: usize = IMPORT_ROWS_MAX;

/// What a hash of rows is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Their bytes, as release 0.1.0 did.
    Bytes,
    /// What they mean.
    Meaning,
}

/// The hashes of all rows up to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hashes {
    bytes: [u8; 32],
    meaning: [u8; 32],
}

impl Hashes {
    /// Before the first row of an import.
    fn of_none(seed: &str) -> Hashes {
        let of = |what: &str| *blake3::hash(format!("{what}\0{seed}").as_bytes()).as_bytes();
        Hashes { bytes: of("ducat points import"), meaning: of("ducat points import by meaning") }
    }

    fn of(&self, form: Form) -> &[u8; 32] {
        match form {
            Form::Bytes => &self.bytes,
            Form::Meaning => &self.meaning,
        }
    }
}

/// Rows that go in together, each with the hashes of all rows up to it; and lines between them that are none.
pub(super) struct Chunk {
    /// By which hash it is asked for.
    pub form: Form,
    /// All rows before it; none before the first of a file.
    before: Option<Hashes>,
    pub rows: VecDeque<(ImportRow, Hashes)>,
    pub wrong: Vec<Refused>,
    pub unread: Option<(u64, u64)>,
    pub bytes: u64,
}

impl Chunk {
    /// Its name: the rows before it, and of a file's first chunk its first row. So whatever goes on behind the same
    /// rows has the same name, and only one of it is taken.
    pub fn id_by(&self, form: Form) -> Id {
        let named = match (&self.before, self.rows.front()) {
            (Some(before), _) => *blake3::hash(before.of(form)).as_bytes(),
            (None, Some((_, first))) => *first.of(form),
            (None, None) => [0; 32],
        };
        let mut id = [0; 16];
        id.copy_from_slice(&named[..16]);
        Id(uuid::Builder::from_custom_bytes(id).into_uuid().as_u128())
    }

    pub fn id(&self) -> Id {
        self.id_by(self.form)
    }

    /// What it is: all rows up to its last.
    pub fn fingerprint(&self) -> Fingerprint {
        self.rows.back().map_or(Fingerprint([0; 16]), |(_, hashes)| fingerprint(hashes.of(self.form)))
    }

    /// What takes it, after another.
    pub fn item(&self, after: Option<(Id, Fingerprint)>) -> Item {
        let rows = self.rows.iter().map(|(row, _)| row.clone()).collect();
        Item::Import(Import { id: CommandId::Client(self.id()), fingerprint: self.fingerprint(), after, rows })
    }

    /// Takes off its first rows, which were done; says whether they are those that were.
    pub fn take_off(&mut self, count: u64, last: Fingerprint) -> bool {
        let Ok(count) = usize::try_from(count) else { return false };
        let end = count.checked_sub(1).and_then(|place| self.rows.get(place));
        let Some((_, hashes)) = end.filter(|(_, hashes)| fingerprint(hashes.of(self.form)) == last) else {
            return false;
        };
        self.before = Some(*hashes);
        self.rows.drain(..count);
        true
    }
}

/// What all rows up to one are.
fn fingerprint(hash: &[u8; 32]) -> Fingerprint {
    let mut fingerprint = [0; 16];
    fingerprint.copy_from_slice(&hash[16..]);
    Fingerprint(fingerprint)
}

/// Whether fields are plausibly a row: an instant stands where one belongs.
fn is_row(fields: &ByteRecord) -> bool {
    let at = fields.get(3).and_then(|field| std::str::from_utf8(field).ok());
    fields.len() == COLUMNS.len() && at.is_some_and(|at| parse_time(at.trim()).is_ok())
}

/// Makes chunks of records, on a thread that may block.
pub(super) struct Chunks<R> {
    records: Records<R>,
    resolver: Resolver,
    hashes: Hashes,
    before: Option<Hashes>,
    rows: VecDeque<(ImportRow, Hashes)>,
    wrong: Vec<Refused>,
    unread: Option<(u64, u64)>,
    ids: RowIds,
}

impl<R: Read> Chunks<R> {
    pub fn new(input: R, resolver: Resolver, seed: &str) -> Chunks<R> {
        Chunks {
            records: Records::new(input, is_row),
            resolver,
            hashes: Hashes::of_none(seed),
            before: None,
            rows: VecDeque::with_capacity(CHUNK_ROWS),
            wrong: Vec::new(),
            unread: None,
            ids: RowIds(fresh()),
        }
    }

    /// Sends chunks until the input ends or the receiver is gone.
    pub fn send(mut self, chunks: &mpsc::Sender<Result<Chunk, Stopped>>) {
        let mut is_first = true;
        loop {
            let is_over = match self.records.read() {
                Ok(None) => true,
                Ok(Some(record)) => match self.take(record, std::mem::take(&mut is_first)) {
                    Ok(()) => false,
                    Err(stopped) => return drop(chunks.blocking_send(Err(stopped))),
                },
                Err(error) => return drop(chunks.blocking_send(Err(Stopped::Read(error)))),
            };
            let is_full = self.rows.len() == CHUNK_ROWS || self.wrong.len() == CHUNK_ROWS;
            let is_empty = self.rows.is_empty() && self.wrong.is_empty();
            if (is_full || (is_over && !is_empty)) && chunks.blocking_send(Ok(self.chunk())).is_err() {
                return;
            }
            if is_over {
                return;
            }
        }
    }

    fn chunk(&mut self) -> Chunk {
        let rows = std::mem::replace(&mut self.rows, VecDeque::with_capacity(CHUNK_ROWS));
        let before = self.before;
        if !rows.is_empty() {
            self.before = Some(self.hashes);
        }
        self.ids = RowIds(fresh());
        let (wrong, unread) = (std::mem::take(&mut self.wrong), self.unread.take());
        Chunk { form: Form::Meaning, before, rows, wrong, unread, bytes: self.records.bytes_read() }
    }

    /// Takes a record: a row, a line that names the columns, or one that is wrong.
    fn take(&mut self, record: Result<Record, Torn>, is_first: bool) -> Result<(), Stopped> {
        let record = match record {
            Ok(record) => record,
            Err(torn) => {
                let unread = self.unread.get_or_insert((torn.first, torn.last));
                unread.1 = torn.last;
                let (line, last_line) = (torn.first, torn.last);
                self.wrong.push(Refused { line, last_line, code: "malformed", reason: torn.reason() });
                return Ok(());
            }
        };
        let (line, last_line) = (record.first, record.last);
        let wrong = |reason: String| Refused { line, last_line, code: "malformed", reason };
        let Ok(text) = StringRecord::from_byte_record(record.fields.clone()) else {
            self.wrong.push(wrong("it is not UTF-8".to_owned()));
            return Ok(());
        };
        if names_columns(&text) {
            // Files that were joined have that line more than once.
            let are_ours = text.iter().map(|name| name.trim().to_lowercase()).eq(COLUMNS.map(str::to_owned));
            if are_ours {
                return Ok(());
            }
            if is_first {
                let reason = format!("the first line names other columns than {}, in this order", COLUMNS.join(","));
                return Err(Stopped::Read(io::Error::new(io::ErrorKind::InvalidData, reason)));
            }
        }
        match self.row(&text, line)? {
            Err(reason) => self.wrong.push(wrong(reason)),
            Ok((row, meaning)) => {
                self.hashes = Hashes {
                    bytes: following_bytes(&self.hashes.bytes, &record),
                    meaning: meaning.following(&self.hashes.meaning),
                };
                self.rows.push_back((row, self.hashes));
            }
        }
        Ok(())
    }

    /// A row as it is asked for, and what it means.
    fn row(&mut self, text: &StringRecord, line: u64) -> Result<Result<(ImportRow, Meaning), String>, Stopped> {
        let meaning = match Meaning::parse(text) {
            Ok(meaning) => meaning,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut named = |what: &str, kind: Kind, party: &Party| {
            let known = self.resolver.party(kind, party.clone());
            let known = known.map_err(|fault| Stopped::Refused(fault.into()))?;
            Ok::<_, Stopped>(known.map_err(|reason| format!("{what}: {reason}")))
        };
        let member = named("member", Kind::Member, &meaning.member)?;
        let payer = named("payer", Kind::Payer, &meaning.payer)?;
        let holding = member.and_then(|member| Ok(Holding::new(member, payer?)));
        Ok(holding.map(|holding| {
            // What is repeated is the chunk: no one asks for a row's own id.
            let (id, fingerprint) = (CommandId::Server(self.ids.next()), Fingerprint([0; 16]));
            let command = Command { id, stands_for: Some(fingerprint), action: Action::from(meaning.action(holding)) };
            (ImportRow { line, command }, meaning)
        }))
    }
}

/// Whether a line names columns instead of having values: two of the names are enough to know.
fn names_columns(record: &StringRecord) -> bool {
    record.iter().filter(|field| COLUMNS.contains(&field.trim().to_lowercase().as_str())).count() >= 2
}

/// The hash of the bytes of all rows up to one, by the hash of all before it: as release 0.1.0 made it.
fn following_bytes(before: &[u8; 32], record: &Record) -> [u8; 32] {
    const MARK: &str = "\u{feff}";
    let mut hasher = blake3::Hasher::new();
    hasher.update(before);
    for (place, field) in record.fields.iter().enumerate() {
        // To that release a byte order mark in the middle of a file was a part of a name.
        let marks = MARK.repeat(if place == 0 { record.marks } else { 0 });
        hasher.update(&((marks.len() + field.len()) as u64).to_le_bytes());
        hasher.update(marks.as_bytes());
        hasher.update(field);
    }
    *hasher.finalize().as_bytes()
}

/// The ids of a chunk's rows: a fresh one, and those that follow it.
struct RowIds(Id);

impl RowIds {
    fn next(&mut self) -> Id {
        self.0 = Id(self.0.0.wrapping_add(1));
        self.0
    }
}

/// What a row says, however it is written.
struct Meaning {
    member: Party,
    payer: Party,
    is_taken_back: bool,
    points: u128,
    at: Timestamp,
}

impl Meaning {
    fn parse(record: &StringRecord) -> Result<Meaning, String> {
        let fields: Vec<&str> = record.iter().map(str::trim).collect();
        let [member, payer, points, timestamp] = fields.as_slice() else {
            return Err(format!("it has {} fields, expected {}", fields.len(), COLUMNS.join(",")));
        };
        let party = |name: &str, text: &str| Party::parse(text).map_err(|error| format!("{name} {error}"));
        let (member, payer) = (party("member", member)?, party("payer", payer)?);
        let digits = points.strip_prefix('-').unwrap_or(points);
        let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = Some(digits).filter(|_| is_whole).and_then(|digits| digits.parse().ok());
        let number = number.ok_or_else(|| format!("points: expected a whole number, found {points:?}"))?;
        let at = parse_time(timestamp).map_err(|reason| format!("timestamp: {reason}"))?;
        Ok(Meaning { member, payer, is_taken_back: digits.len() < points.len(), points: number, at })
    }

    fn action(&self, holding: Holding) -> points::Action {
        let points = Amount::new(self.points);
        if self.is_taken_back {
            return points::Action::Adjust(Adjustment { holding, points, metadata: Metadata::default() });
        }
        let (earned_at, metadata) = (Some(self.at), Metadata::default());
        points::Action::Earn(Earning { holding, points, earned_at, expires_at: None, metadata })
    }

    /// The hash of what all rows up to this one mean, by the hash of all before it. It must never change.
    fn following(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(before);
        for party in [&self.member, &self.payer] {
            let name = normal(party.as_str());
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
        }
        hasher.update(&[u8::from(self.is_taken_back)]);
        hasher.update(&self.points.to_le_bytes());
        hasher.update(&self.at.0.to_le_bytes());
        *hasher.finalize().as_bytes()
    }
}
