//! A part of a run: blocks of ids in order, and the row that says what is in them.
//!
//! Always true: a part never changes but for the run that it belongs to, its blocks have the hash that its row says, and
//! the row has its own sum. A part that has not is refused when it is read.

use std::sync::Arc;

use ducat_domain::numbers::{Id, Seq};
use rusqlite::{Connection, OptionalExtension, params};

use super::filter::{Filter, Hash};
use crate::Fault;
use crate::ledger::sqlite::rows::{LedgerNo, SEQ_MAX, inconsistent, integer};

/// Bytes of an id and of its effect's number.
const ENTRY: usize = 21;

/// Ids of a block: as many as fit on a page.
const BLOCK_IDS: usize = 384;

/// How many ids a block has where a part has so many: fewer only where tests make parts small.
fn block_ids(part_ids: usize) -> usize {
    BLOCK_IDS.min(part_ids.div_ceil(3))
}

/// Bytes of a sum.
const SUM: usize = 16;

/// What is known of a part without looking at its blocks.
#[derive(Debug)]
pub(crate) struct Part {
    /// The key of its first block, by which it goes.
    pub key: i64,
    pub run: u64,
    pub level: u8,
    pub ids: u64,
    /// Its greatest id.
    pub last: Id,
    /// The first id of each block.
    fences: Box<[Id]>,
    filter: Arc<Filter>,
    /// A hash of its blocks.
    blocks: [u8; SUM],
}

impl Part {
    /// Its smallest id.
    pub fn first(&self) -> Id {
        self.fences[0]
    }

    pub fn blocks(&self) -> usize {
        self.fences.len()
    }

    /// The place of the block that has an id if any has.
    pub fn block_of(&self, id: Id) -> usize {
        self.fences.partition_point(|fence| *fence <= id).saturating_sub(1)
    }

    /// Whether an id may be in one of its blocks.
    pub(super) fn may_have(&self, id: Id, hash: Hash) -> bool {
        id <= self.last && id >= self.first() && self.filter.may_have(hash)
    }

    /// Where the outcome of an id is, if it is in this part.
    pub fn find(&self, connection: &Connection, id: Id) -> Result<Option<Seq>, Fault> {
        self.read(connection, self.block_of(id), |entries| {
            let place = entries.binary_search_by_key(&id, |entry| decode(entry).0).ok()?;
            Some(decode(&entries[place]).1)
        })
    }

    /// The ids of a block, in order and within its bounds: what is merged is deleted, so nothing may hide behind one that
    /// is out of its place.
    pub fn block(&self, connection: &Connection, place: usize) -> Result<Vec<(Id, Seq)>, Fault> {
        let ids = self.read(connection, place, |entries| {
            self.is_in_place(place, entries).then(|| entries.iter().map(decode).collect())
        })?;
        ids.ok_or_else(|| inconsistent("id_blocks", "ids", self.block_key(place)))
    }

    /// Whether the ids of a block are in order and within its bounds.
    fn is_in_place(&self, place: usize, entries: &[[u8; ENTRY]]) -> bool {
        let ids = entries.iter().map(|entry| decode(entry).0);
        let is_within = match (entries.last().map(|entry| decode(entry).0), self.fences.get(place + 1)) {
            (Some(last), Some(next)) => last < *next,
            (last, None) => last == Some(self.last),
            (None, Some(_)) => false,
        };
        is_within && ids.clone().next() == self.fences.get(place).copied() && ids.is_sorted_by(|one, next| one < next)
    }

    fn block_key(&self, place: usize) -> i64 {
        self.key.saturating_add(i64::try_from(place).unwrap_or(i64::MAX))
    }

    fn read<T>(
        &self,
        connection: &Connection,
        place: usize,
        read: impl FnOnce(&[[u8; ENTRY]]) -> T,
    ) -> Result<T, Fault> {
        let key = self.block_key(place);
        let wrong = || inconsistent("id_blocks", "ids", key);
        let mut statement = connection.prepare_cached("SELECT ids FROM id_blocks WHERE key = ?1")?;
        let mut rows = statement.query([key])?;
        let row = rows.next()?.ok_or_else(wrong)?;
        match row.get_ref(0)?.as_blob().map(<[u8]>::as_chunks) {
            Ok((entries, [])) if !entries.is_empty() => Ok(read(entries)),
            _ => Err(wrong()),
        }
    }

    /// A sum of all that its row says.
    fn sum(&self) -> [u8; SUM] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.key.to_le_bytes());
        hasher.update(&self.run.to_le_bytes());
        hasher.update(&[self.level]);
        hasher.update(&self.ids.to_le_bytes());
        hasher.update(&self.last.0.to_be_bytes());
        hasher.update(&self.blocks);
        hasher.update(&self.fence_bytes());
        hasher.update(&self.filter.to_bytes());
        short(&hasher)
    }

    fn fence_bytes(&self) -> Vec<u8> {
        self.fences.iter().flat_map(|fence| fence.0.to_be_bytes()).collect()
    }

    /// Writes ids, which are in order and at least one, as a part of a run.
    pub fn write(
        connection: &Connection,
        no: LedgerNo,
        (run, level): (u64, u8),
        ids: &[(Id, Seq)],
        part_ids: usize,
    ) -> rusqlite::Result<Part> {
        let next = LedgerNo(no.0 + 1);
        let newest: Option<i64> = connection
            .prepare_cached("SELECT max(key) FROM id_blocks WHERE key >= ?1 AND key < ?2")?
            .query_row([no.key(0), next.key(0)], |row| row.get(0))?;
        let key = newest.map_or(no.key(1), |newest| newest + 1);
        let mut statement = connection.prepare_cached("INSERT INTO id_blocks (key, ids) VALUES (?1, ?2)")?;
        let (mut fences, mut filter, mut hasher) = (Vec::new(), Filter::new(ids.len()), blake3::Hasher::new());
        for (block, at) in ids.chunks(block_ids(part_ids)).zip(key..) {
            let mut bytes = Vec::with_capacity(block.len() * ENTRY);
            for (id, seq) in block {
                bytes.extend_from_slice(&id.0.to_be_bytes());
                bytes.extend_from_slice(&seq.0.min(SEQ_MAX).to_be_bytes()[3..]);
                filter.insert(Hash::of(*id));
            }
            hasher.update(&bytes);
            statement.execute(params![at, bytes])?;
            fences.extend(block.first().map(|(id, _)| *id));
        }
        let part = Part {
            key,
            run,
            level,
            ids: ids.len() as u64,
            last: ids.last().map_or(Id(0), |(id, _)| *id),
            fences: fences.into(),
            filter: Arc::new(filter),
            blocks: short(&hasher),
        };
        part.write_row(connection)?;
        Ok(part)
    }

    fn write_row(&self, connection: &Connection) -> rusqlite::Result<()> {
        let sql = "REPLACE INTO id_parts (key, run, level, ids, last, sum, blocks, fences, filter)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        connection.prepare_cached(sql)?.execute(params![
            self.key,
            integer(self.run),
            self.level,
            integer(self.ids),
            &self.last.0.to_be_bytes()[..],
            &self.sum()[..],
            &self.blocks[..],
            self.fence_bytes(),
            self.filter.to_bytes(),
        ])?;
        Ok(())
    }

    /// Makes it a part of another run. Its blocks stay where they are.
    pub fn give_to(&self, connection: &Connection, (run, level): (u64, u8)) -> rusqlite::Result<Part> {
        let (fences, filter) = (self.fences.clone(), Arc::clone(&self.filter));
        let part = Part { run, level, fences, filter, ..*self };
        part.write_row(connection)?;
        Ok(part)
    }

    /// Deletes its row and its blocks.
    pub fn delete(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.prepare_cached("DELETE FROM id_parts WHERE key = ?1")?.execute([self.key])?;
        let end = self.key + i64::try_from(self.blocks()).unwrap_or(0);
        connection.prepare_cached("DELETE FROM id_blocks WHERE key >= ?1 AND key < ?2")?.execute([self.key, end])?;
        Ok(())
    }

    /// Reads the row of a part.
    ///
    /// # Errors
    /// When there is none, or it has not its sum.
    pub fn load(connection: &Connection, key: i64) -> Result<Part, Fault> {
        let sql = "SELECT run, level, ids, last, sum, blocks, fences, filter FROM id_parts WHERE key = ?1";
        let mut statement = connection.prepare_cached(sql)?;
        let part = statement
            .query_row([key], |row| {
                let number = |place| row.get::<_, i64>(place);
                let bytes = |place| row.get::<_, Vec<u8>>(place);
                let sums = (row.get::<_, [u8; SUM]>(4).ok(), row.get::<_, [u8; SUM]>(5).ok());
                Ok((number(0)?, number(1)?, number(2)?, bytes(3)?, sums, bytes(6)?, bytes(7)?))
            })
            .optional()?;
        let read = |(run, level, ids, last, sums, fences, filter): (i64, i64, i64, Vec<u8>, _, Vec<u8>, Vec<u8>)| {
            let (Some(sum), Some(blocks)) = sums else { return None };
            let (fences, []) = fences.as_chunks::<16>() else { return None };
            let part = Part {
                key,
                run: u64::try_from(run).ok()?,
                level: u8::try_from(level).ok()?,
                ids: u64::try_from(ids).ok()?,
                last: Id(u128::from_be_bytes(last.try_into().ok()?)),
                fences: fences.iter().map(|fence| Id(u128::from_be_bytes(*fence))).collect(),
                filter: Arc::new(Filter::from_bytes(&filter)?),
                blocks,
            };
            let is_right = sum == part.sum() && !part.fences.is_empty();
            is_right.then_some(part)
        };
        part.and_then(read).ok_or_else(|| inconsistent("id_parts", "sum", key))
    }

    /// What is wrong with its blocks: they are read and compared with what its row says.
    pub fn contradiction(&self, connection: &Connection) -> Result<Option<(&'static str, &'static str)>, Fault> {
        let (mut hasher, mut count) = (blake3::Hasher::new(), 0);
        for place in 0..self.blocks() {
            let read = self.read(connection, place, |entries| {
                hasher.update(entries.as_flattened());
                count += entries.len() as u64;
                let mut ids = entries.iter().map(|entry| decode(entry).0);
                self.is_in_place(place, entries) && ids.all(|id| self.may_have(id, Hash::of(id)))
            });
            match read {
                Ok(true) => {}
                Ok(false) => return Ok(Some(("id_blocks", "a block has not the ids that its part says"))),
                Err(Fault::Inconsistent { .. }) => {
                    return Ok(Some(("id_blocks", "a block of a part is missing, or is none")));
                }
                Err(fault) => return Err(fault),
            }
        }
        if short(&hasher) != self.blocks {
            return Ok(Some(("id_blocks", "blocks of a part have not its hash")));
        }
        if count != self.ids {
            return Ok(Some(("id_parts", "a part has not as many ids as it says")));
        }
        Ok(None)
    }
}

fn short(hasher: &blake3::Hasher) -> [u8; SUM] {
    let mut sum = [0; SUM];
    hasher.finalize_xof().fill(&mut sum);
    sum
}

fn decode(entry: &[u8; ENTRY]) -> (Id, Seq) {
    let (mut id, mut seq) = ([0; 16], [0; 8]);
    id.copy_from_slice(&entry[..16]);
    seq[3..].copy_from_slice(&entry[16..]);
    (Id(u128::from_be_bytes(id)), Seq(u64::from_be_bytes(seq)))
}

/// How many blocks of a ledger are stored.
pub(super) fn count_blocks(connection: &Connection, no: LedgerNo) -> Result<usize, Fault> {
    let sql = "SELECT count(*) FROM id_blocks WHERE key >= ?1 AND key < ?2";
    let ends = [no.key(0), LedgerNo(no.0 + 1).key(0)];
    let count: i64 = connection.prepare_cached(sql)?.query_row(ends, |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}
