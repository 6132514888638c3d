//! The ids of commands that have outcomes, as far as they are known.
//!
//! Ids of a batch that is still being committed are always known: they are not in the store yet.

use super::TIME_ORDERED_END;
use crate::hashing::{Seed, SeededMap};
use crate::ledger::rows::IdRow;
use crate::numbers::{Id, Seq};

/// Ids kept between batches, newest first: eight full batches, which is more than clients have under way, in 5 MB.
const RECENT_IDS_MAX: usize = 1 << 16;

/// Which ids have outcomes. Every id above `complete_above` and below [`TIME_ORDERED_END`] that has one is in
/// `recent`, so fresh time-ordered ids need no look-up.
#[derive(Debug)]
pub(super) struct Ids {
    recent: SeededMap<Id, IdRow>,
    complete_above: Id,
    looked_up: SeededMap<Id, Option<IdRow>>,
}

impl Ids {
    /// None known yet; fresh time-ordered ids are above this one.
    pub fn above(last: Id, seed: Seed) -> Ids {
        Ids { recent: SeededMap::with_hasher(seed), complete_above: last, looked_up: SeededMap::with_hasher(seed) }
    }

    /// Takes in what was looked up.
    pub fn absorb(&mut self, rows: Vec<(Id, Option<IdRow>)>) {
        self.looked_up.extend(rows);
    }

    fn covers(&self, id: Id) -> bool {
        id > self.complete_above && id < TIME_ORDERED_END
    }

    pub fn find(&self, id: Id) -> Option<Option<IdRow>> {
        if self.covers(id) { Some(self.recent.get(&id).copied()) } else { self.looked_up.get(&id).copied() }
    }

    pub fn record(&mut self, id: Id, row: IdRow) {
        if self.covers(id) {
            self.recent.insert(id, row);
        } else {
            self.looked_up.insert(id, Some(row));
        }
    }

    /// Forgets ids whose outcomes stand at an effect up to `landed`.
    pub fn trim(&mut self, landed: Seq) {
        self.looked_up.retain(|_, row| row.is_some_and(|row| row.seq > landed));
        if self.recent.len() <= RECENT_IDS_MAX {
            return;
        }
        let mut ids = Vec::with_capacity(self.recent.len());
        self.recent.retain(|id, _| {
            ids.push(*id);
            true
        });
        let middle = ids.len().div_euclid(2);
        let (_, median, _) = ids.select_nth_unstable(middle);
        self.complete_above = *median;
        let floor = self.complete_above;
        let looked_up = &mut self.looked_up;
        self.recent.retain(|id, row| {
            if *id <= floor && row.seq > landed {
                looked_up.insert(*id, Some(*row));
            }
            *id > floor
        });
    }
}
