//! The rows that are known while commands are decided, and what the batch under way has changed of them.
//!
//! A row is in one of three states: not loaded (asking for it is a bug), absent (a fact), present. Rows stay between
//! batches, bounded by [`ROWS_MAX`], because the ledger has one writer; on any fault the whole of it is dropped.
//!
//! A batch may be decided while the one before it is still being committed. Accounts and ids that a batch under way
//! touched are therefore never forgotten: what is loaded during its commit is the same before the commit and after it.

use std::sync::Arc;

use super::canonical::Canonical;
use super::delta::Delta;
use super::effect::Effect;
use super::rows::{
    AccountRow, AssetRow, BalanceRow, BatchRow, BucketKey, DateSum, Head, IdRow, LoadedAccount, OffDateRow,
    TransactionRow, TransactionState,
};
use super::terms::ImplicitAccounts;
use crate::codec::Encoder;
use crate::hashing::{NumberMap, Seed, SeededMap};
use crate::names::Name;
use crate::numbers::{AccountNo, AssetNo, BatchNo, Id, Seq};
use crate::product::Product;

mod evolve;
mod ids;
mod recorded;
mod slots;

use ids::Ids;
pub(crate) use slots::{AccountSlot, BalanceSlot, Slots};

/// Accounts kept between batches: a million of them are some 400 MB, and every book in daily use is smaller.
pub const ROWS_MAX: usize = 1 << 20;

/// Buckets kept between batches: a hundred thousand are 10 MB.
const BUCKETS_MAX: usize = 100_000;

/// Time-ordered identifiers (UUIDv7) are below this until the year 2109.
pub const TIME_ORDERED_END: Id = Id(0x0400 << 112);

/// An account with the places of its balances.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub row: AccountRow,
    pub balances: Slots,
    /// Used since the last sweep.
    recent: bool,
    /// Changed by the batch under way.
    dirty: bool,
}

impl Account {
    pub fn balance(&self, asset: AssetNo) -> Option<BalanceSlot> {
        self.balances.as_slice().iter().find(|(no, _)| *no == asset).map(|(_, slot)| *slot)
    }
}

/// The ledger as a whole, as a store gives it.
#[derive(Debug, Clone)]
pub struct LoadedLedger<P: Product> {
    /// Its head.
    pub head: Head,
    /// All its assets.
    pub assets: Vec<AssetRow>,
    /// The greatest id below [`TIME_ORDERED_END`] that has an outcome.
    pub last_time_ordered: Option<Id>,
    /// What it keeps of products as a whole.
    pub product: P::Loaded,
}

/// The rows that a footprint asked for.
#[derive(Debug)]
pub struct Rows<P: Product> {
    /// Accounts by name.
    pub names: Vec<(Name, Option<LoadedAccount>)>,
    /// Accounts by number.
    pub accounts: Vec<LoadedAccount>,
    /// Outcomes by id.
    pub ids: Vec<(Id, Option<IdRow>)>,
    /// Whether a reference is taken.
    pub references: Vec<(String, bool)>,
    /// Transactions by id.
    pub transactions: Vec<(Id, Option<TransactionRow>)>,
    /// Sums of off-date postings; zero where there is none.
    pub buckets: Vec<(BucketKey, DateSum)>,
    /// Whether a request that was taken is still to be done.
    pub deferred: Vec<(Seq, bool)>,
    /// Effects by their places.
    pub recorded: Vec<(Seq, Option<Effect<P>>)>,
    /// Whether any amount of an asset is recorded.
    pub asset_amounts: Vec<(AssetNo, bool)>,
    /// What products need.
    pub product: P::Rows,
}

impl<P: Product> Default for Rows<P> {
    fn default() -> Rows<P> {
        Rows {
            names: Vec::new(),
            accounts: Vec::new(),
            ids: Vec::new(),
            references: Vec::new(),
            transactions: Vec::new(),
            buckets: Vec::new(),
            deferred: Vec::new(),
            recorded: Vec::new(),
            asset_amounts: Vec::new(),
            product: P::Rows::default(),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    sum: DateSum,
    dirty: bool,
}

/// What the batch under way has changed.
#[derive(Debug)]
struct Changes<P: Product> {
    effects: Vec<Effect<P>>,
    balances: Vec<BalanceSlot>,
    accounts: Vec<AccountSlot>,
    assets: Vec<AssetNo>,
    states: Vec<(Seq, Id, TransactionState)>,
    off_dates: Vec<OffDateRow>,
    redacted: Vec<Effect<P>>,
    buckets: Vec<BucketKey>,
}

impl<P: Product> Default for Changes<P> {
    fn default() -> Changes<P> {
        Changes {
            effects: Vec::new(),
            balances: Vec::new(),
            accounts: Vec::new(),
            assets: Vec::new(),
            states: Vec::new(),
            off_dates: Vec::new(),
            redacted: Vec::new(),
            buckets: Vec::new(),
        }
    }
}

/// The heads that the stored rows may be of while a batch is under way: before it and after it. They are the same when
/// none is.
#[derive(Debug, Clone, Copy)]
pub struct Heads<'a> {
    /// Before the last batch that was decided.
    pub before: &'a Head,
    /// After it.
    pub after: &'a Head,
}

impl Heads<'_> {
    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Name {
        &self.after.ledger
    }

    /// Whether a stored head is one of them.
    #[must_use]
    pub fn include(&self, batch: BatchNo, epoch: u64, hash: &[u8; 32]) -> bool {
        [self.before, self.after].iter().any(|head| (head.batch, head.epoch, &head.hash) == (batch, epoch, hash))
    }
}

/// The known rows of one ledger.
#[derive(Debug)]
pub struct Working<P: Product> {
    /// As of now, the batch under way included.
    head: Head,
    /// As of the last batch that was decided.
    base: Head,
    /// As of the batch before that, which is committed: no batch is handed over before the one before it has landed.
    landed: Head,
    /// How many assets there were as of the last batch that was decided.
    base_assets: AssetNo,
    assets: Vec<AssetRow>,
    accounts: Vec<Account>,
    by_name: SeededMap<Name, Option<AccountSlot>>,
    by_no: NumberMap<AccountNo, AccountSlot>,
    balances: Vec<BalanceRow>,
    dirty: Vec<bool>,
    absent_names: Vec<Name>,
    ids: Ids,
    references: SeededMap<String, bool>,
    transactions: SeededMap<Id, Option<TransactionRow>>,
    buckets: SeededMap<BucketKey, Bucket>,
    deferred: NumberMap<Seq, bool>,
    /// Effects of earlier batches, as they are now.
    recorded: NumberMap<Seq, Option<Effect<P>>>,
    /// Whether any amount of an asset was recorded as of the last commit.
    asset_amounts: NumberMap<AssetNo, bool>,
    product: P::Working,
    changes: Changes<P>,
    rows_max: usize,
}

impl<P: Product> Working<P> {
    /// A ledger with nothing loaded but itself. Maps by what clients choose are under a seed.
    #[must_use]
    pub fn new(ledger: LoadedLedger<P>, seed: Seed) -> Working<P> {
        Working {
            base: ledger.head.clone(),
            landed: ledger.head.clone(),
            base_assets: last_asset(&ledger.assets),
            head: ledger.head,
            assets: ledger.assets,
            accounts: Vec::new(),
            by_name: SeededMap::with_hasher(seed),
            by_no: NumberMap::default(),
            balances: Vec::new(),
            dirty: Vec::new(),
            absent_names: Vec::new(),
            ids: Ids::above(ledger.last_time_ordered.unwrap_or(Id(0)), seed),
            references: SeededMap::with_hasher(seed),
            transactions: SeededMap::with_hasher(seed),
            buckets: SeededMap::with_hasher(seed),
            deferred: NumberMap::default(),
            recorded: NumberMap::default(),
            asset_amounts: NumberMap::default(),
            product: P::working(ledger.product, seed),
            changes: Changes::default(),
            rows_max: ROWS_MAX,
        }
    }

    /// Keeps fewer accounts between batches. Tests use it to see rows come and go.
    #[must_use]
    pub fn with_rows_max(mut self, rows_max: usize) -> Working<P> {
        self.rows_max = rows_max;
        self
    }

    /// The head, the batch under way included.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The heads that stored rows may be of.
    #[must_use]
    pub fn heads(&self) -> Heads<'_> {
        Heads { before: &self.landed, after: &self.base }
    }

    /// Where the ledger is after the batch under way, for those who bring it here.
    pub(crate) fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }

    /// The ledger's assets.
    #[must_use]
    pub fn assets(&self) -> &[AssetRow] {
        &self.assets
    }

    /// The effects of the batch under way.
    #[must_use]
    pub fn effects(&self) -> &[Effect<P>] {
        &self.changes.effects
    }

    /// Makes room for the effects of so many commands.
    pub(crate) fn reserve(&mut self, commands: usize) {
        self.changes.effects.reserve(commands);
    }

    // What is known. `None` is "not loaded", `Some(None)` "absent".

    pub(crate) fn account_by_name(&self, name: &Name) -> Option<Option<AccountSlot>> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn account_by_no(&self, no: AccountNo) -> Option<AccountSlot> {
        self.by_no.get(&no).copied()
    }

    pub(crate) fn account(&self, slot: AccountSlot) -> Option<&Account> {
        self.accounts.get(slot.0)
    }

    pub(crate) fn accounts_len(&self) -> usize {
        self.accounts.len()
    }

    pub(crate) fn balance(&self, slot: BalanceSlot) -> Option<&BalanceRow> {
        self.balances.get(slot.0)
    }

    pub(crate) fn balances_len(&self) -> usize {
        self.balances.len()
    }

    pub(crate) fn outcome(&self, id: Id) -> Option<Option<IdRow>> {
        self.ids.find(id)
    }

    pub(crate) fn reference(&self, reference: &str) -> Option<bool> {
        self.references.get(reference).copied()
    }

    pub(crate) fn transaction(&self, id: Id) -> Option<Option<&TransactionRow>> {
        self.transactions.get(&id).map(Option::as_ref)
    }

    pub(crate) fn is_waiting(&self, seq: Seq) -> Option<bool> {
        self.deferred.get(&seq).copied()
    }

    pub(crate) fn knows_amounts(&self, asset: AssetNo) -> bool {
        asset > self.base_assets || self.asset_amounts.contains_key(&asset)
    }

    /// Whether any amount of an asset is recorded, the batch under way included.
    ///
    /// # Panics
    /// When that is not loaded.
    pub(crate) fn has_amounts(&self, asset: AssetNo) -> bool {
        let before = asset <= self.base_assets
            && *self.asset_amounts.get(&asset).expect("amounts of assets are in the footprint");
        before
            || self.asset_by_no(asset).is_some_and(|row| P::has_amounts(&self.product, &row.code))
            || self.changes.effects.iter().any(|effect| effect.fact.has_amounts(asset))
    }

    /// What is known of products.
    pub(crate) fn product(&self) -> &P::Working {
        &self.product
    }

    /// Whether an account is a product's, in a ledger that keeps it: no other command may move what is in it.
    pub(crate) fn is_reserved(&self, account: &Name) -> bool {
        P::is_reserved(&self.product, account)
    }

    /// Whether only a product opens and changes an account, in a ledger that keeps it.
    pub(crate) fn is_owned(&self, account: &Name) -> bool {
        P::is_owned(&self.product, account)
    }

    pub(crate) fn forget_windows(&mut self) {
        P::forget_windows(&mut self.product);
    }

    pub(crate) fn has_bucket(&self, key: &BucketKey) -> bool {
        self.buckets.contains_key(key)
    }

    pub(crate) fn asset(&self, code: &Name) -> Option<&AssetRow> {
        self.assets.iter().find(|asset| asset.code == *code)
    }

    pub(crate) fn asset_by_no(&self, no: AssetNo) -> Option<&AssetRow> {
        self.assets.iter().find(|asset| asset.no == no)
    }

    pub(crate) fn opens_accounts(&self) -> bool {
        self.head.rules.implicit_accounts == ImplicitAccounts::Opened
    }

    /// Takes in the rows that a footprint asked for.
    pub fn absorb(&mut self, rows: Rows<P>) {
        for (name, account) in rows.names {
            match account {
                None => {
                    self.absent_names.push(name.clone());
                    self.by_name.insert(name, None);
                }
                Some(account) => self.insert_account(account),
            }
        }
        for account in rows.accounts {
            self.insert_account(account);
        }
        self.ids.absorb(rows.ids);
        self.references.extend(rows.references);
        self.transactions.extend(rows.transactions);
        self.deferred.extend(rows.deferred);
        self.recorded.extend(rows.recorded);
        self.asset_amounts.extend(rows.asset_amounts);
        for account in P::absorb(&mut self.product, rows.product) {
            self.insert_account(account);
        }
        for (key, sum) in rows.buckets {
            self.buckets.entry(key).or_insert(Bucket { sum, dirty: false });
        }
    }

    fn insert_account(&mut self, account: LoadedAccount) {
        if self.by_no.contains_key(&account.row.no) {
            return;
        }
        let mut balances = Slots::None;
        for row in account.balances {
            balances.push(row.asset, BalanceSlot(self.balances.len()));
            self.balances.push(row);
            self.dirty.push(false);
        }
        self.push_account(account.row, balances);
    }

    fn push_account(&mut self, row: AccountRow, balances: Slots) -> AccountSlot {
        let slot = AccountSlot(self.accounts.len());
        self.by_name.insert(row.name.clone(), Some(slot));
        self.by_no.insert(row.no, slot);
        self.accounts.push(Account { row, balances, recent: true, dirty: false });
        slot
    }

    /// What the batch changed, ready to be committed; `None` when it changed nothing. The next batch starts here.
    pub fn take_delta(&mut self) -> Option<Delta<P>> {
        if self.changes.effects.is_empty() {
            return None;
        }
        let changes = std::mem::take(&mut self.changes);
        self.head.batch = self.base.batch.next();
        let canonical = Canonical::of(&changes.effects);
        self.head.hash =
            batch_hash(&self.head.ledger, self.head.batch, &self.base.hash, &canonical.hashed(&changes.effects));
        let mut accounts = Vec::with_capacity(changes.accounts.len());
        for slot in changes.accounts {
            if let Some(account) = self.accounts.get_mut(slot.0) {
                account.dirty = false;
                accounts.push(account.row.clone());
            }
        }
        let mut balances = Vec::with_capacity(changes.balances.len());
        for slot in changes.balances {
            if let (Some(row), Some(dirty)) = (self.balances.get(slot.0), self.dirty.get_mut(slot.0)) {
                *dirty = false;
                balances.push(*row);
            }
        }
        // In order of their keys, so that a store walks its trees once from left to right.
        balances.sort_unstable_by_key(|row| (row.account, row.asset));
        let mut buckets = Vec::with_capacity(changes.buckets.len());
        for key in changes.buckets {
            if let Some(bucket) = self.buckets.get_mut(&key) {
                bucket.dirty = false;
                buckets.push((key, bucket.sum));
            }
        }
        buckets.sort_unstable_by_key(|(key, _)| *key);
        let delta = Delta {
            base: self.base.clone(),
            head: self.head.clone(),
            batches: vec![BatchRow {
                batch: self.head.batch,
                last: self.head.seq,
                at: self.head.at,
                hash: self.head.hash,
            }],
            effects: Arc::new(changes.effects),
            canonical,
            assets: self.assets.iter().filter(|asset| changes.assets.contains(&asset.no)).cloned().collect(),
            accounts,
            balances,
            states: changes.states,
            off_dates: changes.off_dates,
            redacted: changes.redacted,
            buckets,
            product: P::take_delta(&mut self.product),
        };
        self.landed = std::mem::replace(&mut self.base, self.head.clone());
        self.base_assets = last_asset(&self.assets);
        self.asset_amounts.clear();
        Some(delta)
    }

    /// Forgets what need not be known for the next batch. Only between batches; the last one may still be under way.
    pub fn trim(&mut self) {
        self.ids.trim(self.landed.seq);
        self.references.clear();
        self.transactions.clear();
        self.deferred.clear();
        self.recorded.clear();
        P::trim(&mut self.product);
        if self.buckets.len() > BUCKETS_MAX {
            self.buckets.clear();
        }
        for name in self.absent_names.drain(..) {
            if self.by_name.get(&name) == Some(&None) {
                self.by_name.remove(&name);
            }
        }
    }

    /// Whether more accounts are known than are kept: then [`Working::sweep`] is due.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.accounts.len() > self.rows_max.min(P::accounts_max(&self.product))
    }

    /// Keeps the accounts that were used since the last sweep; all go when all were. Only between batches, and only
    /// while none is under way.
    pub fn sweep(&mut self) {
        let accounts = std::mem::take(&mut self.accounts);
        let balances = std::mem::take(&mut self.balances);
        self.by_name.clear();
        self.by_no.clear();
        self.dirty.clear();
        if accounts.iter().all(|account| account.recent) {
            return;
        }
        for account in accounts.into_iter().filter(|account| account.recent) {
            let rows =
                account.balances.as_slice().iter().filter_map(|(_, slot)| balances.get(slot.0).copied()).collect();
            self.insert_account(LoadedAccount { row: account.row, balances: rows });
        }
        self.accounts.iter_mut().for_each(|account| account.recent = false);
    }

    /// A known account as it is now.
    #[must_use]
    pub fn account_snapshot(&self, no: AccountNo) -> Option<LoadedAccount> {
        let account = self.account(self.account_by_no(no)?)?;
        // Many are kept for readers: no more room than is needed.
        let slots = account.balances.as_slice();
        let mut balances = Vec::with_capacity(slots.len());
        balances.extend(slots.iter().filter_map(|(_, slot)| self.balance(*slot).copied()));
        // As stores have them, in whatever order the account was opened for assets.
        balances.sort_unstable_by_key(|row: &BalanceRow| row.asset);
        Some(LoadedAccount { row: account.row.clone(), balances })
    }

    /// The name of a known account.
    #[must_use]
    pub fn account_name(&self, no: AccountNo) -> Option<&Name> {
        self.account(self.account_by_no(no)?).map(|account| &account.row.name)
    }
}

fn last_asset(assets: &[AssetRow]) -> AssetNo {
    assets.last().map_or(AssetNo(0), |asset| asset.no)
}

/// The hash of a batch: BLAKE3 over the ledger's name, the batch's number, the hash before it, and the canonical bytes
/// of its effects in order.
#[must_use]
pub fn batch_hash(ledger: &Name, batch: BatchNo, before: &[u8; 32], effects: &[u8]) -> [u8; 32] {
    let mut chained = Encoder::new();
    chained.text(ledger.as_str());
    chained.number(batch.0);
    chained.fixed(before);
    *blake3::Hasher::new().update(chained.bytes()).update(effects).finalize().as_bytes()
}

/// Removes repetitions from the keys of a footprint.
pub(crate) fn distinct<T: Ord>(keys: &mut Vec<T>) {
    keys.sort_unstable();
    keys.dedup();
}
