//! Points in memory: reading them.

use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq, Timestamp};
use ducat_domain::points::{Direction, Due, LotKey, LotRow, ProgramRow, PurseRow, Stretch};

use super::PointsSnapshot;
use crate::Fault;
use crate::ledger::memory::MemorySnapshot;

impl PointsSnapshot for MemorySnapshot<'_> {
    fn program(&self, ledger: &Name) -> Result<Option<ProgramRow>, Fault> {
        self.of(ledger, |book| book.points.program.clone())
    }

    fn purses(&self, ledger: &Name, accounts: &[AccountNo]) -> Result<Vec<Option<PurseRow>>, Fault> {
        let found = self.of(ledger, |book| accounts.iter().map(|no| book.points.purses.get(no).cloned()).collect())?;
        Ok(if accounts.len() == Vec::len(&found) { found } else { vec![None; accounts.len()] })
    }

    fn lots(&self, ledger: &Name, stretch: &Stretch) -> Result<Vec<LotRow>, Fault> {
        let Stretch { account, direction, from, limit } = *stretch;
        self.of(ledger, |book| match direction {
            Direction::Forward => {
                let lots = book.points.lots.range((account, from)..=(account, LotKey::MAX));
                lots.take(limit).map(|(_, row)| *row).collect()
            }
            Direction::Backward => {
                let lots = book.points.lots.range((account, LotKey::MIN)..=(account, from)).rev();
                lots.take(limit).map(|(_, row)| *row).collect()
            }
        })
    }

    fn lot(&self, ledger: &Name, account: AccountNo, key: LotKey) -> Result<Option<LotRow>, Fault> {
        self.of(ledger, |book| book.points.lots.get(&(account, key)).copied())
    }

    fn lots_expiring(
        &self,
        ledger: &Name,
        account: AccountNo,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<LotRow>, Fault> {
        self.of(ledger, |book| {
            let lots = book.points.lots.range((account, LotKey::MIN)..=(account, LotKey::MAX)).map(|(_, row)| *row);
            let mut lots: Vec<LotRow> = lots.filter(|row| row.expires_at.is_some_and(|at| at <= until)).collect();
            lots.sort_by_key(|row| row.expires_at);
            lots.truncate(limit);
            lots
        })
    }

    fn lots_due(&self, ledger: &Name, until: Timestamp, after: Option<Due>, limit: usize) -> Result<Vec<Due>, Fault> {
        self.of(ledger, |book| {
            let due = book.points.dues.iter().filter(|due| due.at <= until && after.is_none_or(|after| **due > after));
            due.take(limit).copied().collect()
        })
    }

    fn ledgers_due(&self, now: Timestamp) -> Result<Vec<Name>, Fault> {
        let shown = self.books.values().filter(|book| self.shows(book));
        let due = shown.filter(|book| book.points.dues.first().is_some_and(|due| due.at <= now));
        Ok(due.map(|book| book.head.ledger.clone()).collect())
    }

    fn refunded(&self, ledger: &Name, spent_at: Seq) -> Result<Option<Amount>, Fault> {
        self.of(ledger, |book| book.points.refunded.get(&spent_at).copied())
    }
}
