//! Ids that come in no order: sorted runs, which are merged a little at a time.
//!
//! In a tree, an id that has no neighbours costs a page. Here the ids of a generation become a *run*: they are written in
//! order, next to each other. A run is made of *parts* of some thousand ids. Of each part, the first ids of its blocks and
//! a filter are in memory, so that an id that is in no run costs no page either.
//!
//! 1. A part is written whole, in one transaction, and its ids never change.
//! 2. Runs have levels, and numbers that only grow. Eight runs of a level are merged into one of the next.
//! 3. A merge has no state of its own. Its inputs are the runs of a level with smaller numbers than its output. The next
//!    part of the output has the smallest ids of the inputs that are greater than its last one, and what is of the inputs
//!    no more goes in the same transaction. So it goes on after a crash as if nothing had been.
//! 4. A part of an input that no other input reaches into is given to the output as it is: ids that come in order are
//!    never written again.
//! 5. Until an input's part goes, those of its ids that the output has already are in both.

mod filter;
mod merge;
mod part;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ducat_domain::numbers::{Id, Seq};
use rusqlite::Connection;

use self::merge::{Cursors, Source};
use self::part::Part;
use super::rows::{LedgerNo, integer};
use crate::Fault;
use filter::Hash;

/// Ids of a part: its blocks are about 340 kB, which a commit writes in some milliseconds.
pub(crate) const PART_IDS: usize = 42 * 384;

/// Parts for each id from which on it is found faster by halving than by going from part to part.
const FEW: usize = 16;

/// Ids of one ledger and generation that are worth a run: fewer are inserted into the tree.
pub(super) fn run_ids_min(part_ids: usize) -> usize {
    (part_ids / 8).max(1)
}

/// Parts whose ids do not overlap, in order.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub number: u64,
    pub level: u8,
    pub parts: Vec<Arc<Part>>,
}

impl Run {
    /// Where the parts begin that have ids after one.
    fn after(&self, id: Option<Id>) -> usize {
        id.map_or(0, |id| self.parts.partition_point(|part| part.last <= id))
    }

    fn last(&self) -> Option<Id> {
        self.parts.last().map(|part| part.last)
    }
}

/// The runs of one ledger, by number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Runs {
    runs: Vec<Run>,
}

impl Runs {
    fn of(parts: impl IntoIterator<Item = Arc<Part>>) -> Runs {
        let mut runs: BTreeMap<u64, Run> = BTreeMap::new();
        for part in parts {
            let empty = || Run { number: part.run, level: part.level, parts: Vec::new() };
            runs.entry(part.run).or_insert_with(empty).parts.push(part);
        }
        let mut runs: Vec<Run> = runs.into_values().collect();
        runs.iter_mut().for_each(|run| run.parts.sort_unstable_by_key(|part| part.first()));
        Runs { runs }
    }

    fn parts(&self) -> impl Iterator<Item = &Arc<Part>> {
        self.runs.iter().flat_map(|run| &run.parts)
    }

    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// A number for a new run.
    pub fn next_number(&self) -> u64 {
        self.runs.last().map_or(1, |run| run.number + 1)
    }

    /// The runs of a ledger as a connection sees them. Parts that are known already are not read again.
    ///
    /// # Errors
    /// When the file cannot be read, or a part is not as it was written.
    pub fn read(connection: &Connection, no: LedgerNo, known: &Runs) -> Result<Runs, Fault> {
        let known: HashMap<i64, &Arc<Part>> = known.parts().map(|part| (part.key, part)).collect();
        let sql = "SELECT key, run, level FROM id_parts WHERE key >= ?1 AND key < ?2 ORDER BY key";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([no.key(0), LedgerNo(no.0 + 1).key(0)])?;
        let mut parts = Vec::new();
        while let Some(row) = rows.next()? {
            let (key, run, level): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let is_same = |part: &&&Arc<Part>| integer(part.run) == run && i64::from(part.level) == level;
            parts.push(match known.get(&key).filter(is_same) {
                Some(part) => Arc::clone(part),
                None => Arc::new(Part::load(connection, key)?),
            });
        }
        Ok(Runs::of(parts))
    }

    /// Writes ids, in order, as the next part of a run of the lowest level.
    pub(super) fn add(
        &mut self,
        connection: &Connection,
        no: LedgerNo,
        run: u64,
        ids: &[(Id, Seq)],
        part_ids: usize,
    ) -> rusqlite::Result<()> {
        let part = Arc::new(Part::write(connection, no, (run, 0), ids, part_ids)?);
        *self = Runs::of(self.parts().cloned().chain([part]));
        Ok(())
    }

    /// A part that is here and not there, if there is one.
    pub fn newer_than(&self, other: &Runs) -> Option<Place> {
        let known: HashMap<i64, u64> = other.parts().map(|part| (part.key, part.run)).collect();
        let newer = self.parts().find(|part| known.get(&part.key) != Some(&part.run));
        newer.map(|part| Place { key: part.key, run: part.run })
    }

    /// Fills in where the outcomes of ids are that have no place yet.
    ///
    /// # Errors
    /// When the file cannot be read, or a block is not as it was written.
    pub fn find(&self, connection: &Connection, ids: &[Id], places: &mut [Option<Seq>]) -> Result<(), Fault> {
        let mut open: Vec<(Id, Hash, usize)> = (0..ids.len())
            .filter(|place| places[*place].is_none())
            .map(|place| (ids[place], Hash::of(ids[place]), place))
            .collect();
        // Run by run and in order: the parts that are looked at are neighbours then.
        open.sort_unstable_by_key(|(id, ..)| *id);
        for run in self.runs.iter().rev() {
            let mut at = 0;
            let are_few = open.len() * FEW < run.parts.len();
            for (id, hash, place) in &open {
                if are_few {
                    at += run.parts[at..].partition_point(|part| part.last < *id);
                }
                while run.parts.get(at).is_some_and(|part| part.last < *id) {
                    at += 1;
                }
                let Some(part) = run.parts.get(at) else { break };
                if places[*place].is_none() && part.may_have(*id, *hash) {
                    places[*place] = part.find(connection, *id)?;
                }
            }
        }
        Ok(())
    }

    /// Some ids in order, after one.
    ///
    /// # Errors
    /// When the file cannot be read, or a block is not as it was written.
    pub fn page(&self, connection: &Connection, after: Option<Id>, limit: usize) -> Result<Vec<(Id, Seq)>, Fault> {
        let mut cursors = Cursors::open(connection, self.runs.iter(), after)?;
        let mut page: Vec<(Id, Seq)> = Vec::new();
        while page.len() < limit {
            let Some((id, seq)) = cursors.next()? else { break };
            // What is being merged is in two runs.
            if page.last().is_none_or(|(last, _)| *last != id) {
                page.push((id, seq));
            }
        }
        Ok(page)
    }

    /// How many ids there are.
    ///
    /// # Errors
    /// When the file cannot be read, or a block is not as it was written.
    pub fn count(&self, connection: &Connection) -> Result<u64, Fault> {
        let mut count: u64 = self.parts().map(|part| part.ids).sum();
        for level in self.levels() {
            let Some(Source { inputs, after: Some(merged), .. }) = self.under_way(level) else { continue };
            for part in inputs.iter().flat_map(|run| &run.parts).filter(|part| part.first() <= merged) {
                for place in 0..=part.block_of(merged) {
                    let block = part.block(connection, place)?;
                    count = count.saturating_sub(block.partition_point(|(id, _)| *id <= merged) as u64);
                }
            }
        }
        Ok(count)
    }

    /// What is wrong with them: all their blocks are read.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn contradiction(
        &self,
        connection: &Connection,
        no: LedgerNo,
    ) -> Result<Option<(&'static str, &'static str)>, Fault> {
        for run in &self.runs {
            let is_in_order = run.parts.is_sorted_by(|one, next| one.last < next.first());
            if !is_in_order || run.parts.iter().any(|part| part.level != run.level) {
                return Ok(Some(("id_parts", "parts of a run overlap, or are of two levels")));
            }
            for part in &run.parts {
                if let Some(wrong) = part.contradiction(connection)? {
                    return Ok(Some(wrong));
                }
            }
        }
        let blocks = self.parts().map(|part| part.blocks()).sum();
        match part::count_blocks(connection, no)? {
            count if count > blocks => Ok(Some(("id_blocks", "there are blocks that belong to no part in id_parts"))),
            _ => Ok(None),
        }
    }
}

/// A part, by its first block and its run: whoever sees it in the file sees the transaction that put it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    key: i64,
    run: u64,
}

impl Place {
    /// Whether a connection sees it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_seen(self, connection: &Connection) -> Result<bool, Fault> {
        let mut statement = connection.prepare_cached("SELECT 1 FROM id_parts WHERE key = ?1 AND run = ?2")?;
        Ok(statement.exists([self.key, integer(self.run)])?)
    }
}

/// The runs of all ledgers of a file. While a commit that changes them is under way, a ledger has both states.
pub(crate) type Catalogue = HashMap<i64, State>;

/// What is known of the runs of one ledger.
#[derive(Debug, Clone)]
pub(crate) enum State {
    /// They are so.
    Settled(Arc<Runs>),
    /// They are the new ones for whoever sees a part.
    Changing { old: Arc<Runs>, new: Arc<Runs>, seen_by: Place },
}

impl State {
    /// As a connection sees them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn seen(&self, connection: &Connection) -> Result<Arc<Runs>, Fault> {
        Ok(Arc::clone(match self {
            State::Settled(runs) => runs,
            State::Changing { new, seen_by, .. } if seen_by.is_seen(connection)? => new,
            State::Changing { old, .. } => old,
        }))
    }
}

/// The runs of all ledgers that have any.
///
/// # Errors
/// When the file cannot be read, or a part is not as it was written.
pub(super) fn read_all(connection: &Connection) -> Result<Catalogue, Fault> {
    let mut catalogue = Catalogue::new();
    let next = "SELECT key >> 40 FROM id_parts WHERE key >= ?1 ORDER BY key LIMIT 1";
    let mut statement = connection.prepare_cached(next)?;
    let mut from = i64::MIN;
    loop {
        let mut rows = statement.query([from])?;
        let Some(row) = rows.next()? else { return Ok(catalogue) };
        let no = LedgerNo(row.get(0)?);
        let runs = Runs::read(connection, no, &Runs::default())?;
        catalogue.insert(no.0, State::Settled(Arc::new(runs)));
        match LedgerNo(no.0 + 1).key(0) {
            next if next > from => from = next,
            // There are no greater ones. It is a stray.
            _ => return Ok(catalogue),
        }
    }
}

/// Deletes all runs of a ledger.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn delete(connection: &Connection, no: LedgerNo) -> Result<(), Fault> {
    for table in TABLES {
        let sql = format!("DELETE FROM {table} WHERE key >= ?1 AND key < ?2");
        connection.execute(&sql, [no.key(0), LedgerNo(no.0 + 1).key(0)])?;
    }
    Ok(())
}

/// The tables that runs are in.
pub(super) const TABLES: [&str; 2] = ["id_parts", "id_blocks"];
