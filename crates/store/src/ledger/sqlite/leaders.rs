//! Which accounts have the most entries, among those whose balances wait, in ledgers that rank them.
//!
//! Entries only grow. So the most that any version of a balance has is the most that any balance has now, and who had as
//! many at some time has them still. It is enough to note, commit by commit, who came first or drew level.

use std::collections::HashMap;

use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::numbers::{AccountNo, BatchNo};

use super::rows::LedgerNo;

/// Accounts that have the most entries of all, and how many those are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Busiest {
    pub entries: u64,
    pub accounts: Vec<AccountNo>,
}

impl Busiest {
    /// Of two groups, those who have the most.
    pub fn or(mut self, other: Busiest) -> Busiest {
        match self.entries.cmp(&other.entries) {
            std::cmp::Ordering::Less => other,
            std::cmp::Ordering::Equal => {
                self.accounts.extend(other.accounts);
                self
            }
            std::cmp::Ordering::Greater => self,
        }
    }

    /// Of some balances.
    pub fn of(rows: impl IntoIterator<Item = BalanceRow>) -> Busiest {
        let mut busiest = Busiest::default();
        for row in rows.into_iter().filter(BalanceRow::is_ranked) {
            if row.entries > busiest.entries {
                busiest = Busiest { entries: row.entries, accounts: Vec::new() };
            }
            if row.entries == busiest.entries {
                busiest.accounts.push(row.account);
            }
        }
        busiest
    }
}

/// Who came first or drew level in a commit.
#[derive(Debug)]
struct Leader {
    commit: u64,
    batch: BatchNo,
    busiest: Busiest,
}

/// The leaders of each ledger that ranks its accounts, in the order of commits: none has fewer entries than one before it.
#[derive(Debug, Default)]
pub(crate) struct Leaders(HashMap<i64, Vec<Leader>>);

impl Leaders {
    /// Whether a ledger ranks its accounts and has any that waits.
    pub fn ranks(&self, no: LedgerNo) -> bool {
        // What did not land may leave its number to another ledger, and no leaders.
        self.0.get(&no.0).is_some_and(|leaders| !leaders.is_empty())
    }

    /// Notes a commit of a ledger that ranks its accounts, and forgets leaders that no window sees any more.
    pub fn push(&mut self, no: LedgerNo, commit: u64, batch: BatchNo, rows: &[BalanceRow], oldest_window: u64) {
        let leaders = self.0.entry(no.0).or_default();
        let most = leaders.last().map_or(0, |leader| leader.busiest.entries);
        let busiest = Busiest::of(rows.iter().copied());
        if busiest.accounts.is_empty() || busiest.entries < most {
            return;
        }
        if busiest.entries > most {
            let seen = leaders.iter().rfind(|leader| leader.commit <= oldest_window);
            let needed = seen.map_or(0, |leader| leader.busiest.entries);
            leaders.retain(|leader| leader.busiest.entries >= needed);
        }
        leaders.push(Leader { commit, batch, busiest });
    }

    /// Takes back what a commit noted that did not land.
    pub fn take_back(&mut self, no: LedgerNo, commit: u64) {
        if let Some(leaders) = self.0.get_mut(&no.0) {
            leaders.retain(|leader| leader.commit != commit);
        }
    }

    /// Who leads as of a batch with so many entries or more. Many accounts may lead with few entries, so others' are
    /// not copied.
    pub fn up_to(&self, no: LedgerNo, batch: BatchNo, at_least: u64) -> Busiest {
        let known = || self.0.get(&no.0).into_iter().flatten().filter(|leader| leader.batch <= batch);
        let entries = known().next_back().map_or(0, |leader| leader.busiest.entries);
        if entries < at_least {
            return Busiest::default();
        }
        let first = known().filter(|leader| leader.busiest.entries == entries);
        Busiest { entries, accounts: first.flat_map(|leader| leader.busiest.accounts.iter().copied()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use ducat_domain::ledger::terms::Limits;
    use ducat_domain::numbers::AssetNo;

    use super::*;

    const NO: LedgerNo = LedgerNo(1);

    fn rows(entries: &[(u64, u64)]) -> Vec<BalanceRow> {
        let row = |(account, entries): &(u64, u64)| {
            let opened = BalanceRow::opened(AccountNo(*account), AssetNo(1), Limits::DEFAULT);
            BalanceRow { entries: *entries, ..opened }
        };
        entries.iter().map(row).collect()
    }

    fn leads(leaders: &Leaders, batch: u64) -> (u64, Vec<u64>) {
        let Busiest { entries, accounts } = leaders.up_to(NO, BatchNo(batch), 0);
        (entries, accounts.iter().map(|account| account.0).collect())
    }

    #[test]
    fn who_leads_is_known_for_every_batch_that_a_window_sees() {
        let mut leaders = Leaders::default();
        assert!(!leaders.ranks(NO));
        // The world, account 1, is not ranked.
        let commits: [&[(u64, u64)]; 5] =
            [&[(1, 9), (2, 1)], &[(3, 1), (1, 10)], &[(2, 2), (3, 2)], &[(4, 1)], &[(3, 3)]];
        for (entries, commit) in commits.iter().zip(1..) {
            leaders.push(NO, commit, BatchNo(commit), &rows(entries), 0);
        }
        assert!(leaders.ranks(NO));
        let expected = [(0, vec![]), (1, vec![2]), (1, vec![2, 3]), (2, vec![2, 3]), (2, vec![2, 3]), (3, vec![3])];
        for (expected, batch) in expected.into_iter().zip(0..) {
            assert_eq!(leads(&leaders, batch), expected, "at batch {batch}");
        }
        assert_eq!(leaders.up_to(NO, BatchNo(9), 4), Busiest::default());
        leaders.take_back(NO, 5);
        assert_eq!(leads(&leaders, 9), (2, vec![2, 3]));
        leaders.push(LedgerNo(2), 6, BatchNo(1), &rows(&[(2, 1)]), 4);
        leaders.take_back(LedgerNo(2), 6);
        assert!(!leaders.ranks(LedgerNo(2)), "it may be another ledger's number now");
        leaders.push(NO, 5, BatchNo(5), &rows(&[(2, 3)]), 4);
        assert_eq!(
            (leads(&leaders, 3), leads(&leaders, 4), leads(&leaders, 5)),
            ((2, vec![2, 3]), (2, vec![2, 3]), (3, vec![2]))
        );
        assert_eq!(leaders.0[&NO.0].len(), 2, "what no window sees is forgotten");
    }
}
