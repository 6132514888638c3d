//! Balances and ids that are committed and not written to their tables yet, in memory.
//!
//! 1. A commit puts its balances here before its COMMIT. A reader takes a row only if the batch that made it is in what
//!    the reader's transaction sees, so what is shown is committed, and all of it is of one state.
//! 2. A row has several versions while someone may still read an older one. The newest that the oldest window sees, and
//!    those after it, are kept.
//! 3. Rows are in one of two generations. The current one takes new rows. The frozen one is written to the table, a few
//!    rows in each commit, and goes once all of it is written; a window that looked before that keeps it.
//! 4. An id never changes. A reader takes it if its effect is in what the reader's transaction sees.
//! 5. Ids that are written as runs are seen by what is known of their parts, which changes with the file: while a commit
//!    that changes them is under way, both states are known, and each reader finds out which one it sees.
//! 6. Of a row that is in both generations, or in the table too, the current one's version counts first, then the
//!    frozen one's.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ducat_domain::ledger::rows::{BalanceRow, Head};
use ducat_domain::numbers::{AccountNo, AssetNo, BatchNo, Id, Seq};
use parking_lot::{Mutex, RwLock};
use rusqlite::Connection;

use super::leaders::{Busiest, Leaders};
use super::rows::LedgerNo;
use super::runs::{Catalogue, Runs, State};
use crate::Fault;
use crate::figures::Pace;

/// A place in a ledger's journal: the end of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub batch: BatchNo,
    pub seq: Seq,
    pub hash: [u8; 32],
}

impl Mark {
    /// Where a ledger ends.
    pub fn of(head: &Head) -> Mark {
        Mark { batch: head.batch, seq: head.seq, hash: head.hash }
    }
}

/// Parts of a generation, each with a lock of its own.
const SHARDS: usize = 64;

/// A state of a balance.
#[derive(Debug, Clone, Copy)]
struct Version {
    /// The commit that made it.
    commit: u64,
    batch: BatchNo,
    row: BalanceRow,
}

/// The versions of one balance, older ones first.
#[derive(Debug)]
struct Versions {
    asset: AssetNo,
    newest: Version,
    older: Vec<Version>,
}

impl Versions {
    fn up_to(&self, batch: BatchNo) -> Option<BalanceRow> {
        if self.newest.batch <= batch {
            return Some(self.newest.row);
        }
        self.older.iter().rev().find(|version| version.batch <= batch).map(|version| version.row)
    }

    /// Adds a version, and forgets those that no window needs.
    fn push(&mut self, version: Version, oldest_window: u64) {
        let before = std::mem::replace(&mut self.newest, version);
        if before.commit <= oldest_window {
            self.older.clear();
        } else if let Some(needed) = self.older.iter().rposition(|version| version.commit <= oldest_window) {
            self.older.drain(..needed);
        }
        self.older.push(before);
    }
}

type Balances = HashMap<i64, Vec<Versions>>;

/// Where outcomes are, by ledger and id.
type Ids = HashMap<(i64, Id), Seq>;

/// What is written of a generation, in this order within a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Balance(AccountNo, AssetNo),
    Id(Id, Seq),
}

impl Key {
    /// The id that this is one of.
    pub fn id(&self) -> Option<(Id, Seq)> {
        match self {
            Key::Id(id, seq) => Some((*id, *seq)),
            Key::Balance(..) => None,
        }
    }
}

/// What a transaction sees of a ledger: its last batch, and the last effect of that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UpTo {
    pub batch: BatchNo,
    pub seq: Seq,
}

impl UpTo {
    /// Everything.
    pub const ALL: UpTo = UpTo { batch: BatchNo(u64::MAX), seq: Seq(u64::MAX) };
    /// Nothing.
    pub const NONE: UpTo = UpTo { batch: BatchNo(0), seq: Seq(0) };
}

/// The rows of one delta that wait.
#[derive(Debug)]
pub(crate) struct Pushed<'a> {
    pub no: LedgerNo,
    pub batch: BatchNo,
    pub balances: &'a [BalanceRow],
    pub ids: &'a [(Id, Seq)],
    /// Whether the ledger ranks its accounts.
    pub is_ranked: bool,
}

/// Rows that are written together.
#[derive(Debug)]
pub(crate) struct Generation {
    shards: Vec<RwLock<Balances>>,
    ids: Vec<RwLock<Ids>>,
    /// Where each ledger that was committed to ended.
    heads: Mutex<BTreeMap<i64, Mark>>,
    leaders: RwLock<Leaders>,
}

impl Generation {
    fn new() -> Generation {
        let ids = (0..SHARDS).map(|_| RwLock::default()).collect();
        Generation {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            ids,
            heads: Mutex::default(),
            leaders: RwLock::default(),
        }
    }

    fn shard(&self, no: LedgerNo, account: AccountNo) -> (&RwLock<Balances>, i64) {
        let place = usize::try_from(account.0).unwrap_or(0) % SHARDS;
        (&self.shards[place], no.key(account.0))
    }

    fn push(&self, no: LedgerNo, version: Version, oldest_window: u64) {
        let (shard, key) = self.shard(no, version.row.account);
        let mut shard = shard.write();
        let of_account = shard.entry(key).or_insert_with(|| Vec::with_capacity(1));
        match of_account.iter_mut().find(|versions| versions.asset == version.row.asset) {
            Some(versions) => versions.push(version, oldest_window),
            None => of_account.push(Versions { asset: version.row.asset, newest: version, older: Vec::new() }),
        }
    }

    fn id_shard(&self, id: Id) -> &RwLock<Ids> {
        // The last bits of identifiers of any kind are random, or count.
        let place = usize::from(id.0.to_be_bytes()[15]) % SHARDS;
        &self.ids[place]
    }

    fn push_id(&self, no: LedgerNo, id: Id, seq: Seq) {
        self.id_shard(id).write().insert((no.0, id), seq);
    }

    /// Takes an id back that was not committed.
    fn take_id_back(&self, no: LedgerNo, id: Id, seq: Seq) {
        let mut ids = self.id_shard(id).write();
        if ids.get(&(no.0, id)) == Some(&seq) {
            ids.remove(&(no.0, id));
        }
    }

    fn id(&self, no: LedgerNo, id: Id) -> Option<Seq> {
        self.id_shard(id).read().get(&(no.0, id)).copied()
    }

    /// Takes a version back that was not committed.
    fn take_back(&self, no: LedgerNo, row: &BalanceRow, commit: u64) {
        let (shard, key) = self.shard(no, row.account);
        let mut shard = shard.write();
        let Some(of_account) = shard.get_mut(&key) else { return };
        let Some(place) = of_account.iter().position(|versions| versions.asset == row.asset) else { return };
        if of_account[place].newest.commit == commit {
            match of_account[place].older.pop() {
                Some(before) => of_account[place].newest = before,
                None => drop(of_account.swap_remove(place)),
            }
        }
        if of_account.is_empty() {
            shard.remove(&key);
        }
    }

    fn of_account(&self, no: LedgerNo, account: AccountNo, up_to: BatchNo, found: &mut Vec<BalanceRow>) {
        let (shard, key) = self.shard(no, account);
        let shard = shard.read();
        for versions in shard.get(&key).into_iter().flatten() {
            if !found.iter().any(|row| row.asset == versions.asset) {
                found.extend(versions.up_to(up_to));
            }
        }
    }

    /// The newest row of a balance.
    pub fn newest(&self, no: LedgerNo, account: AccountNo, asset: AssetNo) -> Option<BalanceRow> {
        let (shard, key) = self.shard(no, account);
        let shard = shard.read();
        shard.get(&key)?.iter().find(|versions| versions.asset == asset).map(|versions| versions.newest.row)
    }

    /// The keys of all rows, by ledger, then those of balances in order, then ids in order.
    pub fn keys(&self) -> Vec<(i64, Key)> {
        let mut keys = Vec::new();
        for shard in &self.shards {
            for (key, of_account) in shard.read().iter() {
                let no = super::rows::ledger_of(*key);
                let account = AccountNo(super::rows::number_of(*key));
                keys.extend(of_account.iter().map(|versions| (no.0, Key::Balance(account, versions.asset))));
            }
        }
        for shard in &self.ids {
            keys.extend(shard.read().iter().map(|((no, id), seq)| (*no, Key::Id(*id, *seq))));
        }
        keys.sort_unstable();
        keys
    }

    /// Whether a ledger ranks its accounts.
    pub fn ranks(&self, no: LedgerNo) -> bool {
        self.leaders.read().ranks(no)
    }

    /// Where each ledger that was committed to ended.
    pub fn heads(&self) -> BTreeMap<i64, Mark> {
        self.heads.lock().clone()
    }
}

/// What a reader looks at besides the table.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// Which generation is the current one.
    number: u64,
    frozen: Option<Arc<Generation>>,
    current: Arc<Generation>,
    runs: Arc<Catalogue>,
}

impl View {
    /// The runs of a ledger, as a connection sees them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn runs(&self, connection: &Connection, no: LedgerNo) -> Result<Option<Arc<Runs>>, Fault> {
        self.runs.get(&no.0).map(|state| state.seen(connection)).transpose()
    }

    fn generations(&self) -> impl Iterator<Item = &Arc<Generation>> {
        std::iter::once(&self.current).chain(&self.frozen)
    }

    /// The balances of an account that wait.
    pub fn of_account(&self, no: LedgerNo, account: AccountNo, up_to: UpTo) -> Vec<BalanceRow> {
        let mut found = Vec::new();
        for generation in self.generations() {
            generation.of_account(no, account, up_to.batch, &mut found);
        }
        found
    }

    /// Where the outcome of an id is that waits.
    pub fn id(&self, no: LedgerNo, id: Id, up_to: UpTo) -> Option<Seq> {
        let found = self.generations().find_map(|generation| generation.id(no, id));
        found.filter(|seq| *seq <= up_to.seq)
    }

    /// Who has the most entries of those that wait, if those are so many or more.
    pub fn busiest(&self, no: LedgerNo, up_to: UpTo, at_least: u64) -> Busiest {
        let of_each = self.generations().map(|generation| generation.leaders.read().up_to(no, up_to.batch, at_least));
        of_each.fold(Busiest::default(), Busiest::or)
    }

    /// All ids of a ledger that wait, in order.
    pub fn ids(&self, no: LedgerNo, up_to: UpTo) -> Vec<(Id, Seq)> {
        let mut found = Vec::new();
        for shard in self.generations().flat_map(|generation| &generation.ids) {
            let shard = shard.read();
            let of_ledger = shard.iter().filter(|((of, _), seq)| *of == no.0 && **seq <= up_to.seq);
            found.extend(of_ledger.map(|((_, id), seq)| (*id, *seq)));
        }
        found.sort_unstable();
        found
    }

    /// All balances of a ledger that wait, by account and asset.
    pub fn of_ledger(&self, no: LedgerNo, up_to: UpTo) -> Vec<BalanceRow> {
        let mut accounts = Vec::new();
        for (of, key) in self.generations().flat_map(|generation| generation.keys()) {
            if let (true, Key::Balance(account, _)) = (of == no.0, key) {
                accounts.push(account);
            }
        }
        accounts.sort_unstable();
        accounts.dedup();
        let mut rows: Vec<BalanceRow> =
            accounts.into_iter().flat_map(|account| self.of_account(no, account, up_to)).collect();
        rows.sort_unstable_by_key(|row| (row.account, row.asset));
        rows
    }
}

/// The rows that wait for one file.
#[derive(Debug)]
pub(crate) struct Waiting {
    view: RwLock<View>,
    /// The commit that each open window may look back to, and how many windows do.
    windows: Mutex<BTreeMap<u64, usize>>,
    /// The last commit that landed.
    landed: AtomicU64,
    /// How it is written.
    pub pace: Pace,
}

impl Waiting {
    /// Nothing waits yet, and these are the file's runs.
    pub fn new(runs: Catalogue) -> Waiting {
        let view = View { number: 0, frozen: None, current: Arc::new(Generation::new()), runs: Arc::new(runs) };
        Waiting { view: RwLock::new(view), windows: Mutex::default(), landed: AtomicU64::new(0), pace: Pace::default() }
    }

    /// Changes what is known of runs.
    pub fn change_runs(&self, change: impl FnOnce(&mut Catalogue)) {
        let mut view = self.view.write();
        let mut runs = Catalogue::clone(&view.runs);
        change(&mut runs);
        view.runs = Arc::new(runs);
    }

    /// The runs of a ledger. No commit is under way.
    pub fn settled_runs(&self, no: LedgerNo) -> Arc<Runs> {
        match self.view.read().runs.get(&no.0) {
            Some(State::Settled(runs) | State::Changing { old: runs, .. }) => Arc::clone(runs),
            None => Arc::default(),
        }
    }

    /// What waits now.
    pub fn view(&self) -> View {
        self.view.read().clone()
    }

    /// Whether a view has the generation that takes new rows, and what is known of runs.
    pub fn is_current(&self, view: &View) -> bool {
        let now = self.view.read();
        now.number == view.number && Arc::ptr_eq(&now.runs, &view.runs)
    }

    /// Opens a window: until it is closed, what is committed now stays to be seen.
    pub fn window(self: &Arc<Waiting>) -> Window {
        let mut windows = self.windows.lock();
        // Read under the lock: a commit that lands now finds the window, or the window sees it.
        let since = self.landed.load(Ordering::SeqCst);
        *windows.entry(since).or_default() += 1;
        Window { waiting: Arc::clone(self), since }
    }

    /// The commit that is to come.
    pub fn next_commit(&self) -> u64 {
        self.landed.load(Ordering::SeqCst) + 1
    }

    /// Puts rows of a commit here that has not landed yet.
    pub fn push(&self, commit: u64, pushed: &Pushed<'_>) {
        let current = Arc::clone(&self.view.read().current);
        let oldest = {
            let windows = self.windows.lock();
            windows.first_key_value().map_or(self.landed.load(Ordering::SeqCst), |(since, _)| *since)
        };
        let Pushed { no, batch, balances, ids, is_ranked } = *pushed;
        if is_ranked {
            current.leaders.write().push(no, commit, batch, balances, oldest);
        }
        for row in balances {
            current.push(no, Version { commit, batch, row: *row }, oldest);
        }
        for (id, seq) in ids {
            current.push_id(no, *id, *seq);
        }
    }

    /// Takes rows of a commit back that did not land.
    pub fn take_back(&self, commit: u64, pushed: &Pushed<'_>) {
        let current = Arc::clone(&self.view.read().current);
        current.leaders.write().take_back(pushed.no, commit);
        for row in pushed.balances {
            current.take_back(pushed.no, row, commit);
        }
        for (id, seq) in pushed.ids {
            current.take_id_back(pushed.no, *id, *seq);
        }
    }

    /// Notes that a commit landed, and where each of its ledgers ends.
    pub fn landed(&self, commit: u64, heads: impl Iterator<Item = (LedgerNo, Mark)>) {
        let current = Arc::clone(&self.view.read().current);
        current.heads.lock().extend(heads.map(|(no, mark)| (no.0, mark)));
        self.landed.store(commit, Ordering::SeqCst);
    }

    /// The generation that takes new rows.
    pub fn current(&self) -> Arc<Generation> {
        Arc::clone(&self.view.read().current)
    }

    /// Makes the current generation the frozen one.
    ///
    /// # Panics
    /// When there is a frozen one: it is written first.
    pub fn freeze(&self) -> Arc<Generation> {
        let mut view = self.view.write();
        assert!(view.frozen.is_none(), "a generation is frozen once the one before it is written");
        let frozen = std::mem::replace(&mut view.current, Arc::new(Generation::new()));
        view.frozen = Some(Arc::clone(&frozen));
        view.number += 1;
        frozen
    }

    /// Lets the frozen generation go: it is written.
    pub fn thaw(&self) {
        self.view.write().frozen = None;
    }
}

/// The right to look back to what was committed when it was opened.
#[derive(Debug)]
pub(crate) struct Window {
    waiting: Arc<Waiting>,
    since: u64,
}

impl Drop for Window {
    fn drop(&mut self) {
        let mut windows = self.waiting.windows.lock();
        if let Some(count) = windows.get_mut(&self.since) {
            *count -= 1;
            if *count == 0 {
                windows.remove(&self.since);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ducat_domain::ledger::terms::Limits;
    use ducat_domain::money::Balance;

    use super::*;

    const NO: LedgerNo = LedgerNo(1);

    fn row(posted: i128) -> BalanceRow {
        let opened = BalanceRow::opened(AccountNo(7), AssetNo(1), Limits::DEFAULT);
        BalanceRow { posted: Balance::new(posted).expect("in range"), ..opened }
    }

    fn mark(batch: u64) -> Mark {
        Mark { batch: BatchNo(batch), seq: Seq(batch), hash: [0; 32] }
    }

    fn pushed<'a>(batch: u64, balances: &'a [BalanceRow], ids: &'a [(Id, Seq)]) -> Pushed<'a> {
        Pushed { no: NO, batch: BatchNo(batch), balances, ids, is_ranked: false }
    }

    /// Commits a balance as a batch whose number is the commit's.
    fn commit(waiting: &Waiting, posted: i128) {
        let commit = waiting.next_commit();
        waiting.push(commit, &pushed(commit, &[row(posted)], &[]));
        waiting.landed(commit, [(NO, mark(commit))].into_iter());
    }

    fn seen(view: &View, batch: u64) -> Vec<i128> {
        view.of_account(NO, AccountNo(7), UpTo { batch: BatchNo(batch), seq: Seq(batch) })
            .iter()
            .map(|row| row.posted.minor_units())
            .collect()
    }

    #[test]
    fn a_window_sees_what_was_committed_when_it_was_opened_for_as_long_as_it_is_open() {
        let waiting = Arc::new(Waiting::new(Catalogue::new()));
        commit(&waiting, 10);
        let (window, view) = (waiting.window(), waiting.view());
        for posted in 20..30 {
            commit(&waiting, posted);
        }
        assert_eq!((seen(&view, 1), seen(&view, 11)), (vec![10], vec![29]));
        drop(window);
        commit(&waiting, 99);
        // Nobody looks back to it any more. The one before the newest is kept: a commit may not have landed yet.
        assert_eq!((seen(&view, 1), seen(&view, 11), seen(&view, 12)), (vec![], vec![29], vec![99]));
    }

    #[test]
    fn a_commit_is_seen_by_its_batch_and_one_that_does_not_land_is_taken_back() {
        let waiting = Arc::new(Waiting::new(Catalogue::new()));
        waiting.push(1, &pushed(1, &[row(10)], &[]));
        let view = waiting.view();
        assert_eq!((seen(&view, 0), seen(&view, 1)), (vec![], vec![10]));
        waiting.take_back(1, &pushed(1, &[row(10)], &[]));
        assert_eq!(seen(&view, 1), Vec::<i128>::new());
        commit(&waiting, 20);
        waiting.push(2, &pushed(2, &[row(30)], &[]));
        waiting.take_back(2, &pushed(2, &[row(30)], &[]));
        assert_eq!(seen(&view, 9), [20]);
        // What is taken back is the commit's own.
        waiting.take_back(2, &pushed(2, &[row(20)], &[]));
        assert_eq!(seen(&view, 9), [20]);
    }

    #[test]
    fn an_id_is_seen_from_its_effect_on_and_taken_back_with_it() {
        let waiting = Arc::new(Waiting::new(Catalogue::new()));
        let ids = [(Id(5), Seq(3)), (Id(4), Seq(4))];
        waiting.push(1, &pushed(1, &[], &ids));
        let view = waiting.view();
        let up_to = |seq| UpTo { batch: BatchNo(1), seq: Seq(seq) };
        assert_eq!((view.id(NO, Id(5), up_to(2)), view.id(NO, Id(5), up_to(3))), (None, Some(Seq(3))));
        assert_eq!((view.ids(NO, up_to(3)).len(), view.ids(NO, UpTo::ALL)), (1, vec![ids[1], ids[0]]));
        assert_eq!(view.id(LedgerNo(2), Id(5), UpTo::ALL), None);
        // The same id of an earlier effect is another commit's.
        waiting.take_back(1, &pushed(1, &[], &[(Id(5), Seq(9)), ids[1]]));
        assert_eq!(view.ids(NO, UpTo::ALL), [ids[0]]);
    }

    #[test]
    fn a_view_is_current_until_runs_change_or_a_generation_begins() {
        let waiting = Arc::new(Waiting::new(Catalogue::new()));
        let view = waiting.view();
        commit(&waiting, 10);
        assert!(waiting.is_current(&view), "commits go into the view's generation");
        waiting.change_runs(|runs| drop(runs.insert(NO.0, State::Settled(Arc::default()))));
        assert!(!waiting.is_current(&view));
        let view = waiting.view();
        waiting.freeze();
        assert!(!waiting.is_current(&view));
    }

    #[test]
    fn the_current_generation_counts_before_the_frozen_one_which_a_view_keeps() {
        let waiting = Arc::new(Waiting::new(Catalogue::new()));
        commit(&waiting, 10);
        let before = waiting.view();
        let frozen = waiting.freeze();
        assert!(!waiting.is_current(&before));
        assert_eq!(frozen.keys(), [(NO.0, Key::Balance(AccountNo(7), AssetNo(1)))]);
        assert_eq!(frozen.newest(NO, AccountNo(7), AssetNo(1)), Some(row(10)));
        commit(&waiting, 20);
        let view = waiting.view();
        assert_eq!((seen(&view, 1), seen(&view, 2)), (vec![10], vec![20]));
        waiting.thaw();
        assert_eq!((seen(&view, 1), seen(&waiting.view(), 1), seen(&waiting.view(), 2)), (vec![10], vec![], vec![20]));
    }
}
