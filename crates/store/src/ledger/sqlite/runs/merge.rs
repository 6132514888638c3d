//! Merging runs: each step writes one part, or gives some away.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::sync::Arc;

use ducat_domain::numbers::{Id, Seq};
use rusqlite::Connection;

use super::{Part, Run, Runs};
use crate::Fault;
use crate::ledger::sqlite::rows::LedgerNo;

/// Runs of a level that are merged into one of the next.
const RUNS: usize = 8;

/// The ids of one run that come next.
struct Cursor<'a> {
    parts: &'a [Arc<Part>],
    part: usize,
    /// The next block to be read of the part.
    block: usize,
    ids: std::vec::IntoIter<(Id, Seq)>,
}

impl Cursor<'_> {
    fn next(&mut self, connection: &Connection) -> Result<Option<(Id, Seq)>, Fault> {
        loop {
            if let Some(next) = self.ids.next() {
                return Ok(Some(next));
            }
            let Some(part) = self.parts.get(self.part) else { return Ok(None) };
            if self.block < part.blocks() {
                self.ids = part.block(connection, self.block)?.into_iter();
                self.block += 1;
            } else {
                (self.part, self.block) = (self.part + 1, 0);
            }
        }
    }
}

/// Some runs, read in the order of their ids.
pub(super) struct Cursors<'a> {
    connection: &'a Connection,
    cursors: Vec<Cursor<'a>>,
    heads: BinaryHeap<Reverse<(Id, Seq, usize)>>,
}

impl<'a> Cursors<'a> {
    /// At the first id after one.
    pub fn open(
        connection: &'a Connection,
        runs: impl Iterator<Item = &'a Run>,
        after: Option<Id>,
    ) -> Result<Cursors<'a>, Fault> {
        let (mut cursors, mut heads) = (Vec::new(), BinaryHeap::new());
        for run in runs {
            let part = run.after(after);
            let block = match (run.parts.get(part), after) {
                (Some(part), Some(after)) => part.block_of(after),
                _ => 0,
            };
            let mut cursor = Cursor { parts: &run.parts, part, block, ids: Vec::new().into_iter() };
            while let Some((id, seq)) = cursor.next(connection)? {
                if Some(id) > after {
                    heads.push(Reverse((id, seq, cursors.len())));
                    break;
                }
            }
            cursors.push(cursor);
        }
        Ok(Cursors { connection, cursors, heads })
    }

    pub fn next(&mut self) -> Result<Option<(Id, Seq)>, Fault> {
        let Some(mut head) = self.heads.peek_mut() else { return Ok(None) };
        let Reverse((id, seq, of)) = *head;
        match self.cursors[of].next(self.connection)? {
            Some((id, seq)) => *head = Reverse((id, seq, of)),
            None => drop(PeekMut::pop(head)),
        }
        Ok(Some((id, seq)))
    }
}

/// What is merged, and how far.
pub(super) struct Source<'a> {
    pub inputs: Vec<&'a Run>,
    /// The number of the output.
    pub output: u64,
    /// The last id that the output has.
    pub after: Option<Id>,
}

impl Runs {
    /// The levels that there are runs of, highest first.
    pub fn levels(&self) -> Vec<u8> {
        let mut levels: Vec<u8> = self.runs.iter().map(|run| run.level).collect();
        levels.sort_unstable_by(|one, next| next.cmp(one));
        levels.dedup();
        levels
    }

    /// The merge of a level that has begun.
    pub(super) fn under_way(&self, level: u8) -> Option<Source<'_>> {
        let next = level.checked_add(1)?;
        let output = self.runs.iter().rfind(|run| run.level == next)?;
        let inputs: Vec<&Run> =
            self.runs.iter().filter(|run| run.level == level && run.number < output.number).collect();
        let after = output.last();
        (!inputs.is_empty()).then_some(Source { inputs, output: output.number, after })
    }

    /// The merge of a level that may begin. None does while runs of the level are being written: `growing` is the number
    /// of one of the lowest level.
    fn to_begin(&self, level: u8, growing: Option<u64>) -> Option<Source<'_>> {
        let is_growing = match level {
            0 => growing.is_some(),
            _ => self.under_way(level - 1).is_some(),
        };
        let inputs: Vec<&Run> = self.runs.iter().filter(|run| run.level == level).collect();
        let may_begin = !is_growing && inputs.len() >= RUNS && level < u8::MAX;
        let output = self.next_number().max(growing.map_or(0, |growing| growing + 1));
        may_begin.then_some(Source { inputs, output, after: None })
    }

    /// Goes on with the merge of a level, or begins one. Says how many ids it went over; `None` if there is no merge.
    ///
    /// # Errors
    /// When the file cannot be read or written, or a block is not as it was written.
    pub fn merge(
        &mut self,
        connection: &Connection,
        no: LedgerNo,
        level: u8,
        growing: Option<u64>,
        part_ids: usize,
    ) -> Result<Option<usize>, Fault> {
        let Some(source) = self.under_way(level).or_else(|| self.to_begin(level, growing)) else { return Ok(None) };
        let target = (source.output, level + 1);
        if let Some(given) = source.alone() {
            let part = Arc::new(given.give_to(connection, target)?);
            let others = self.parts().filter(|part| part.key != given.key).cloned();
            let ids = usize::try_from(part.ids).unwrap_or(usize::MAX);
            *self = Runs::of(others.chain([part]));
            return Ok(Some(ids));
        }
        let mut cursors = Cursors::open(connection, source.inputs.iter().copied(), source.after)?;
        let mut ids = Vec::with_capacity(part_ids);
        while ids.len() < part_ids {
            let Some(next) = cursors.next()? else { break };
            ids.push(next);
        }
        let Some((last, _)) = ids.last() else { return Ok(None) };
        let part = Arc::new(Part::write(connection, no, target, &ids, part_ids)?);
        let is_input = |part: &Part| source.inputs.iter().any(|run| run.number == part.run);
        let (gone, left): (Vec<_>, Vec<_>) =
            self.parts().cloned().partition(|part| is_input(part) && part.last <= *last);
        for part in gone {
            part.delete(connection)?;
        }
        *self = Runs::of(left.into_iter().chain([part]));
        Ok(Some(ids.len()))
    }
}

impl<'a> Source<'a> {
    /// The part that comes next, if nothing of it is merged yet and no other input has ids among its own.
    fn alone(&self) -> Option<&'a Arc<Part>> {
        let next = |run: &&'a Run| run.parts.get(run.after(self.after));
        let mut heads: Vec<&'a Arc<Part>> = self.inputs.iter().filter_map(next).collect();
        heads.sort_unstable_by_key(|part| part.first());
        let part = *heads.first()?;
        let is_whole = Some(part.first()) > self.after;
        (is_whole && heads.get(1).is_none_or(|other| part.last < other.first())).then_some(part)
    }
}
