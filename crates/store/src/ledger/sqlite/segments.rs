//! The journal: segments of canonical bytes.
//!
//! - A segment holds neighbouring effects of one batch, never of two: as many as fit a sixth of a page, and at most
//!   [`SEGMENT_EFFECTS`]. Its key is the ledger and the number of its first effect.
//! - Its bytes are those that the batch's hash is made of, but for texts, which are hashed as digests. How long each effect
//!   is stands beside them and is in no hash: it must fit the bytes, and an effect must fill its length.
//! - Nothing changes a segment but a redaction, which puts the digest of an effect's texts in their place.
//! - Segments leave no gaps, so an effect is one look-up: in the last segment that begins at it or before.

use ducat_domain::Effect;
use ducat_domain::codec::{Decoder, Encoder};
use ducat_domain::ledger::canonical::Canonical;
use ducat_domain::numbers::Seq;
use rusqlite::{Connection, Row, Statement, params};

use super::rows::{LedgerNo, SEQ_MAX, inconsistent, ledger_of, number_of};
use crate::Fault;

/// Effects of a segment at most: how far before an effect its segment may begin.
pub(crate) const SEGMENT_EFFECTS: usize = 32;

/// Bytes of a segment's effects at most, where it has more than one: with their lengths, six segments fill a page. The
/// longer segments are, the fewer rows a batch takes; the shorter, the less is read for one effect, and the better
/// batches of any size fill pages.
const SEGMENT_BYTES: usize = 1_320;

const INSERT: &str = "INSERT INTO journal (key, lengths, effects) VALUES (?1, ?2, ?3)";

/// Neighbouring effects, as stored.
#[derive(Debug)]
pub(crate) struct Segment {
    no: LedgerNo,
    first: Seq,
    /// Where each effect ends.
    ends: Vec<usize>,
    bytes: Vec<u8>,
}

impl Segment {
    /// Of `key, lengths, effects`.
    fn read(row: &Row<'_>) -> Result<Segment, Fault> {
        let key: i64 = row.get(0)?;
        let (no, first) = (ledger_of(key), Seq(number_of(key)));
        let wrong = |column| inconsistent("journal", column, format!("{}:{first}", no.0));
        let lengths = row.get_ref(1)?.as_blob().map_err(|_| wrong("lengths"))?;
        let bytes = row.get_ref(2)?.as_blob().map_err(|_| wrong("effects"))?.to_vec();
        let mut ends = Vec::with_capacity(SEGMENT_EFFECTS);
        let (mut lengths, mut end) = (Decoder::new(lengths), 0usize);
        while !lengths.is_empty() {
            let length = lengths.length().map_err(|_| wrong("lengths"))?;
            end = end.checked_add(length).filter(|end| *end <= bytes.len()).ok_or_else(|| wrong("lengths"))?;
            ends.push(end);
        }
        if ends.is_empty() || end != bytes.len() {
            return Err(wrong("lengths"));
        }
        Ok(Segment { no, first, ends, bytes })
    }

    /// Whether it is of this ledger and has this effect.
    pub fn has(&self, no: LedgerNo, seq: Seq) -> bool {
        self.no == no && self.first <= seq && seq.0 - self.first.0 < self.ends.len() as u64
    }

    /// The numbers of its effects.
    fn seqs(&self) -> impl DoubleEndedIterator<Item = Seq> + use<> {
        (self.first.0..self.first.0.saturating_add(self.ends.len() as u64)).map(Seq)
    }

    /// One of its effects.
    ///
    /// # Errors
    /// When it has none of this number, or its bytes are not what any release writes.
    pub fn effect(&self, seq: Seq) -> Result<Effect, Fault> {
        let wrong = || self.wrong(seq);
        let mut d = Decoder::new(self.bytes_of(seq).ok_or_else(wrong)?);
        let effect = Effect::decode(&mut d).map_err(|_| wrong())?;
        d.finish().map_err(|_| wrong())?;
        if effect.seq == seq { Ok(effect) } else { Err(wrong()) }
    }

    fn wrong(&self, seq: Seq) -> Fault {
        inconsistent("journal", "effects", format!("{}:{seq}", self.no.0))
    }

    /// The bytes of one of its effects.
    fn bytes_of(&self, seq: Seq) -> Option<&[u8]> {
        let place = usize::try_from(seq.0.checked_sub(self.first.0)?).ok()?;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(start..*self.ends.get(place)?)
    }

    /// Writes the segment with another form of one of its effects, which is hashed as the one before.
    ///
    /// # Errors
    /// When it has none of this number, or cannot be written.
    pub fn replace(&self, connection: &Connection, effect: &Effect) -> Result<(), Fault> {
        let (mut lengths, mut effects) = (Encoder::new(), Encoder::new());
        for seq in self.seqs() {
            let before = effects.bytes().len();
            if seq == effect.seq {
                effect.encode(&mut effects);
            } else {
                effects.fixed(self.bytes_of(seq).ok_or_else(|| self.wrong(seq))?);
            }
            lengths.length(effects.bytes().len() - before);
        }
        let mut statement =
            connection.prepare_cached("UPDATE journal SET lengths = ?2, effects = ?3 WHERE key = ?1")?;
        let written = statement.execute(params![self.no.key(self.first.0), lengths.bytes(), effects.bytes()])?;
        if written == 1 { Ok(()) } else { Err(self.wrong(effect.seq)) }
    }
}

/// Writes effects from `first` on. `lasts` are the last effects of their batches, in order.
pub(crate) fn write(
    connection: &Connection,
    no: LedgerNo,
    first: Seq,
    effects: &Canonical,
    lasts: impl Iterator<Item = Seq>,
) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(INSERT)?;
    let mut lengths = Encoder::new();
    let mut place = 0;
    for last in lasts {
        // How many effects there are up to the batch's last.
        let end = len(first, last).min(effects.len());
        while place < end {
            let key = no.key(first.0.saturating_add(place as u64));
            let count = effects.fitting(place, SEGMENT_EFFECTS.min(end - place), SEGMENT_BYTES);
            place += insert_one(&mut insert, &mut lengths, key, effects, place, count)?;
        }
    }
    Ok(())
}

/// How many effects there are from one to another.
pub(crate) fn len(first: Seq, last: Seq) -> usize {
    usize::try_from(last.0.saturating_add(1).saturating_sub(first.0)).unwrap_or(usize::MAX)
}

/// Writes a segment; gives how many effects it has.
fn insert_one(
    insert: &mut Statement<'_>,
    lengths: &mut Encoder,
    key: i64,
    effects: &Canonical,
    place: usize,
    count: usize,
) -> rusqlite::Result<usize> {
    let (bytes, run) = effects.run(place, count);
    lengths.clear();
    let mut written = 0;
    for length in run {
        lengths.length(length);
        written += 1;
    }
    insert.raw_bind_parameter(1, key)?;
    insert.raw_bind_parameter(2, lengths.bytes())?;
    insert.raw_bind_parameter(3, bytes)?;
    insert.raw_execute()?;
    Ok(written)
}

/// The segment that has an effect; `None` when there is no such effect.
pub(crate) fn segment_of(connection: &Connection, no: LedgerNo, seq: Seq) -> Result<Option<Segment>, Fault> {
    if seq.0 > SEQ_MAX {
        return Ok(None);
    }
    let sql = "SELECT key, lengths, effects FROM journal WHERE key <= ?1 AND key > ?2 ORDER BY key DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![no.key(seq.0), no.key(0)])?;
    let segment = rows.next()?.map(Segment::read).transpose()?;
    Ok(segment.filter(|segment| segment.has(no, seq)))
}

/// An effect; `None` when there is none.
pub(crate) fn effect(connection: &Connection, no: LedgerNo, seq: Seq) -> Result<Option<Effect>, Fault> {
    segment_of(connection, no, seq)?.map(|segment| segment.effect(seq)).transpose()
}

/// Effects in order, after one of them.
pub(crate) fn effects(connection: &Connection, no: LedgerNo, after: Seq, limit: usize) -> Result<Vec<Effect>, Fault> {
    let mut found = Vec::with_capacity(limit.min(SEGMENT_EFFECTS));
    // The segment that has the next effect begins so far before it at most.
    let begin = after.0.min(SEQ_MAX).saturating_sub(SEGMENT_EFFECTS as u64);
    let sql = "SELECT key, lengths, effects FROM journal WHERE key > ?1 AND key < ?2 ORDER BY key";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![no.key(begin), LedgerNo(no.0 + 1).key(0)])?;
    while found.len() < limit
        && let Some(row) = rows.next()?
    {
        let segment = Segment::read(row)?;
        for seq in segment.seqs().filter(|seq| *seq > after).take(limit - found.len()) {
            found.push(segment.effect(seq)?);
        }
    }
    Ok(found)
}

/// Effects in the opposite order, before one of them.
pub(crate) fn effects_before(
    connection: &Connection,
    no: LedgerNo,
    before: Seq,
    limit: usize,
) -> Result<Vec<Effect>, Fault> {
    let mut found = Vec::with_capacity(limit.min(SEGMENT_EFFECTS));
    let sql = "SELECT key, lengths, effects FROM journal WHERE key < ?1 AND key > ?2 ORDER BY key DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![no.key(before.0.min(SEQ_MAX)), no.key(0)])?;
    while found.len() < limit
        && let Some(row) = rows.next()?
    {
        let segment = Segment::read(row)?;
        for seq in segment.seqs().rev().filter(|seq| *seq < before).take(limit - found.len()) {
            found.push(segment.effect(seq)?);
        }
    }
    Ok(found)
}
