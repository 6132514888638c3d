//! The rows of points in memory, and what a commit does to them.

use std::collections::{BTreeMap, BTreeSet};

use ducat_domain::Delta;
use ducat_domain::money::Amount;
use ducat_domain::numbers::{AccountNo, Seq};
use ducat_domain::points::{Due, LotKey, LotRow, ProgramRow, PurseRow};

/// The rows of points of one ledger.
#[derive(Debug, Clone, Default)]
pub(crate) struct PointsBook {
    pub program: Option<ProgramRow>,
    pub purses: BTreeMap<AccountNo, PurseRow>,
    pub lots: BTreeMap<(AccountNo, LotKey), LotRow>,
    pub dues: BTreeSet<Due>,
    pub refunded: BTreeMap<Seq, Amount>,
}

impl PointsBook {
    pub fn apply(&mut self, delta: &Delta) {
        let points = &delta.product.points;
        self.program = points.program.clone().or(self.program.take());
        self.purses.extend(points.purses.iter().map(|row| (row.account, row.clone())));
        self.lots.extend(points.lots.iter().map(|(account, row)| ((*account, row.lot.key), *row)));
        for key in &points.closed {
            self.lots.remove(key);
        }
        for (due, is_due) in delta.dues() {
            if is_due {
                self.dues.insert(due)
            } else {
                self.dues.remove(&due)
            };
        }
        self.refunded.extend(delta.refunds());
    }
}
