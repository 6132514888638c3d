//! Deriving a ledger again from its journal alone, effect by effect, to prove that what is stored is what happened.
//!
//! This is the second, independent form of the rules of bookkeeping: it shares no code with deciding, and it refuses
//! what the rules forbid, whichever release wrote it. It keeps balances, accounts, open holds and reversed
//! transactions; everything else passes through. What an effect refers to far behind it, the caller looks up: see
//! [`refers_to`].

use std::collections::{BTreeMap, BTreeSet};

use super::derived::{Derived, DerivedAccount, DerivedBalance, Difference};
use super::effect::{AccountChanged, AccountOpened, Effect, Fact, HoldLeg, Posting, Side};
use super::rows::{BUCKET_LEVELS, BatchRow, BucketKey, DateSum, Head, LedgerState, Tombstone, bucket_index};
use super::terms::AssetTerms;
use super::working::batch_hash;
use crate::codec::Encoder;
use crate::money::Balance;
use crate::names::Name;
use crate::numbers::{AccountNo, AssetNo, BatchNo, Id, Seq, Timestamp};
use crate::product::{Product, ProductFact as _};

mod redactions;

pub use redactions::Erased;

/// A transaction that was reversed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversed {
    /// Which one.
    pub of: Id,
    /// By which transaction, the last one if there are several.
    pub by: Id,
    /// Whether it was held before it was posted.
    pub was_held: bool,
    /// What of it is not given back yet, by source, destination and asset.
    left: BTreeMap<(AccountNo, AccountNo, AssetNo), u128>,
}

/// What an effect refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// The transaction that it begins to reverse.
    Reversed(Id),
    /// An earlier fact of a product.
    Fact(Seq),
}

/// What an effect refers to, as the journal has it.
#[derive(Debug, Clone, Copy)]
pub enum Referred<'a, P: Product> {
    /// It refers to nothing, or what it refers to is not there.
    Nothing,
    /// A transaction: its first effect and its postings.
    Transaction(Seq, &'a [Posting]),
    /// An earlier fact of a product.
    Fact(&'a P::Fact),
}

/// What must be looked up in the journal before an effect is replayed.
#[must_use]
pub fn refers_to<P: Product>(effect: &Effect<P>) -> Option<Behind> {
    if let Fact::Product(fact) = &effect.fact {
        return fact.refers_to().map(Behind::Fact);
    }
    effect.fact.detail().and_then(|detail| detail.reverses).map(Behind::Reversed)
}

/// What is being done of a transaction of several effects.
#[derive(Debug)]
enum Under {
    /// A hold that was released is posted.
    Posting(Vec<HoldLeg>),
    /// The transaction that begins here is given back.
    Reversing(Seq),
}

/// What the journal makes so far.
#[derive(Debug)]
pub struct Replay<P: Product> {
    /// The head as derived.
    pub head: Head,
    /// Every balance.
    pub balances: BTreeMap<(AccountNo, AssetNo), DerivedBalance>,
    /// Open holds: where they are and what they took.
    pub holds: BTreeMap<Id, (Seq, Vec<HoldLeg>)>,
    /// How many holds were posted or given up.
    pub ended: u64,
    /// Reversed transactions, by their first effects.
    pub reversed: BTreeMap<Seq, Reversed>,
    /// Every account.
    pub accounts: BTreeMap<AccountNo, DerivedAccount>,
    /// The assets, by number.
    pub assets: BTreeMap<AssetNo, AssetTerms>,
    /// Off-date sums of every level.
    pub buckets: BTreeMap<BucketKey, DateSum>,
    /// Requests that were taken and are still to be done.
    pub deferred: BTreeSet<Seq>,
    /// Effects whose texts were erased and of which no redaction is recorded so far.
    pub erased: BTreeMap<Seq, Erased>,
    /// Effects that a redaction names, and that had their texts when they were read.
    pub unerased: BTreeSet<Seq>,
    /// The ledgers that it deleted.
    pub tombstones: BTreeMap<Name, Tombstone>,
    /// Assets in which there is a posting or a hold.
    used: BTreeSet<AssetNo>,
    /// What it makes of products.
    pub product: P::Replay,
    /// How many batches have the hash of their effects.
    pub hashed: u64,
    under: Option<(Id, Under)>,
    /// The first effect of the batch.
    batch_first: Seq,
    /// The hash that the last batch was stored with: the next one is chained to it, right or wrong.
    stored_hash: [u8; 32],
    canonical: Encoder,
}

impl Reversed {
    fn new(of: Id, by: Id, postings: &[Posting]) -> Reversed {
        let mut left: BTreeMap<_, u128> = BTreeMap::new();
        for posting in postings {
            let key = (posting.source.account, posting.destination.account, posting.asset);
            let sum = left.entry(key).or_default();
            *sum = sum.saturating_add(posting.amount.minor_units());
        }
        Reversed { of, by, was_held: postings.iter().any(|posting| posting.hold.is_some()), left }
    }

    /// Gives back what a posting gives back: never more than was moved.
    fn give_back(&mut self, first: Seq, posting: &Posting) -> Option<String> {
        let key = (posting.destination.account, posting.source.account, posting.asset);
        let left = self.left.get_mut(&key);
        match left.and_then(|left| Some((left.checked_sub(posting.amount.minor_units())?, left))) {
            Some((rest, left)) => {
                *left = rest;
                None
            }
            None => Some(format!("it gives back {} of the transaction at {first}, which left less", posting.amount)),
        }
    }
}

/// A posting of a hold posts a leg of it whole; of a sole leg it may post less.
fn exceeds(legs: &[HoldLeg], posting: &Posting) -> Option<String> {
    let place = usize::try_from(posting.leg).unwrap_or(usize::MAX);
    let is_right = legs.get(place).is_some_and(|leg| {
        let is_of = (leg.source, leg.destination, leg.asset)
            == (posting.source.account, posting.destination.account, posting.asset);
        is_of && (leg.amount == posting.amount || legs.len() == 1 && posting.amount < leg.amount)
    });
    (!is_right).then(|| format!("it posts {} of leg {}, which holds something else", posting.amount, posting.leg))
}

/// What cannot have happened.
type Found = Vec<String>;

impl<P: Product> Replay<P> {
    /// Before the first effect.
    #[must_use]
    pub fn new(ledger: Name) -> Replay<P> {
        Replay {
            head: Head::absent(ledger),
            balances: BTreeMap::new(),
            holds: BTreeMap::new(),
            ended: 0,
            reversed: BTreeMap::new(),
            accounts: BTreeMap::new(),
            assets: BTreeMap::new(),
            buckets: BTreeMap::new(),
            deferred: BTreeSet::new(),
            erased: BTreeMap::new(),
            unerased: BTreeSet::new(),
            tombstones: BTreeMap::new(),
            used: BTreeSet::new(),
            product: P::Replay::default(),
            hashed: 0,
            under: None,
            batch_first: Seq::FIRST,
            stored_hash: [0; 32],
            canonical: Encoder::new(),
        }
    }

    /// What does not add up, of products too.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        let ledger = Derived { accounts: &self.accounts, assets: &self.assets, balances: &self.balances };
        let found = self.unbalanced().into_iter().chain(P::differences(&self.product, ledger));
        found.chain(self.unredacted()).collect()
    }

    /// Takes the next effect and says what of it contradicts what came before.
    pub fn effect(&mut self, effect: &Effect<P>, referred: Referred<'_, P>) -> Found {
        let mut found = Found::new();
        if effect.seq != self.head.seq.next() {
            found.push(format!("it follows effect {}", self.head.seq));
        }
        if effect.at < self.head.at {
            found.push("it is older than the effect before it".to_owned());
        }
        if self.head.is_absent() != matches!(effect.fact, Fact::LedgerOpened(_)) {
            found.push("a ledger is opened once, and first".to_owned());
        }
        effect.encode_hashed(&mut self.canonical);
        if effect.is_redacted() {
            self.erased.insert(effect.seq, Erased::of(effect));
        }
        self.head.seq = effect.seq;
        self.head.at = effect.at;
        found.extend(self.fact(effect, referred));
        found
    }

    /// Takes in what happened, and says what of it cannot have.
    fn fact(&mut self, effect: &Effect<P>, referred: Referred<'_, P>) -> Found {
        match &effect.fact {
            Fact::LedgerOpened(rules) => self.head.rules = *rules,
            Fact::DefaultAssetSet { no } => {
                self.head.defaults.set(effect.seq, *no);
                if !self.assets.contains_key(no) {
                    return vec![format!("effect {} makes an asset the default that is not there", effect.seq)];
                }
            }
            Fact::AssetRescaled { no, scale } => return self.rescale(*no, *scale),
            Fact::ArchivedSet { archived } => {
                self.head.state = if *archived { LedgerState::Archived } else { LedgerState::Open };
            }
            Fact::LedgerDeleted(tombstone) => {
                let is_first = self.tombstones.insert(tombstone.ledger.clone(), (**tombstone).clone()).is_none();
                if !is_first || !self.head.ledger.is_system() {
                    return vec![format!("it deletes ledger {}, which it cannot", tombstone.ledger)];
                }
            }
            Fact::Redacted(redaction) => return self.redact(effect.seq, redaction),
            Fact::AssetAdded { no, terms } => return self.add_asset(*no, terms),
            Fact::AccountOpened(opened) => return self.open(effect.at, opened),
            Fact::AccountChanged(changed) => return self.change(changed),
            Fact::Posting(posting) => {
                self.used.insert(posting.asset);
                return self.posting(effect, posting, referred);
            }
            Fact::Hold(leg) => {
                self.used.insert(leg.asset);
                return self.hold(effect.seq, leg);
            }
            Fact::HoldVoided { transaction, hold } | Fact::HoldExpired { transaction, hold } => {
                return self.end_hold(*transaction, *hold).err().into_iter().collect();
            }
            Fact::Refused(_) => {}
            Fact::Deferred { .. } => {
                self.deferred.insert(effect.seq);
            }
            Fact::Resolved { deferred, .. } => {
                if !self.deferred.remove(deferred) {
                    return vec![format!("it resolves the request at {deferred}, which is not waiting")];
                }
            }
            Fact::Imported { .. } => {}
            Fact::Product(fact) => {
                let earlier = match referred {
                    Referred::Fact(earlier) => Some(earlier),
                    Referred::Nothing | Referred::Transaction(..) => None,
                };
                let ledger = Derived { accounts: &self.accounts, assets: &self.assets, balances: &self.balances };
                return P::replay(&mut self.product, ledger, (effect.seq, effect.at), fact, earlier);
            }
        }
        Found::new()
    }

    /// Once an amount is recorded, its scale stays.
    fn rescale(&mut self, no: AssetNo, scale: u8) -> Found {
        let is_used = self.has_amounts(no);
        match self.assets.get_mut(&no) {
            Some(terms) => {
                terms.scale = scale;
                is_used.then(|| format!("it changes the scale of asset {no}, of which amounts are recorded"))
            }
            None => Some(format!("it changes the scale of asset {no}, which is not there")),
        }
        .into_iter()
        .collect()
    }

    /// Whether there is a posting, a hold, or a limit other than 0 in an asset.
    #[must_use]
    pub fn has_amounts(&self, asset: AssetNo) -> bool {
        let is_set = |limit: Option<Balance>| limit.is_some_and(|limit| limit != Balance::ZERO);
        let mut of_asset = self.balances.iter().filter(|((_, of), _)| *of == asset);
        self.used.contains(&asset)
            || of_asset.any(|(_, balance)| is_set(balance.limits.min) || is_set(balance.limits.max))
    }

    fn add_asset(&mut self, no: AssetNo, terms: &AssetTerms) -> Found {
        let last = self.assets.last_key_value().map_or(AssetNo(0), |(no, _)| *no);
        let is_known = self.assets.values().any(|known| known.code == terms.code);
        self.assets.insert(no, terms.clone());
        let is_wrong = no != last.next() || is_known;
        is_wrong.then(|| format!("it adds asset {} as number {no} after {last}", terms.code)).into_iter().collect()
    }

    fn open(&mut self, at: Timestamp, opened: &AccountOpened) -> Found {
        let mut found = Found::new();
        let name = &opened.name;
        if !self.assets.contains_key(&opened.asset) {
            found.push(format!("account {name} is opened for asset {}, which is not there", opened.asset));
        }
        match self.accounts.get_mut(&opened.account) {
            Some(known) => {
                if known.name != *name || known.closed {
                    found.push(format!(
                        "account {name} is opened as number {}, which is {}",
                        opened.account, known.name
                    ));
                }
                known.metadata = opened.metadata.clone();
            }
            None => {
                if opened.account != self.head.accounts.next() {
                    found.push(format!("account {name} is number {} after {}", opened.account, self.head.accounts));
                }
                let (name, metadata) = (name.clone(), opened.metadata.clone());
                let account = DerivedAccount { name, metadata, opened_at: at, frozen: false, closed: false };
                self.accounts.insert(opened.account, account);
            }
        }
        self.head.accounts = self.head.accounts.max(opened.account);
        let balance = DerivedBalance::opened(opened.limits);
        found.extend(balance.breach(opened.account));
        if self.balances.insert((opened.account, opened.asset), balance).is_some() {
            found.push(format!("account {name} is opened twice for asset {}", opened.asset));
        }
        found
    }

    fn change(&mut self, changed: &AccountChanged) -> Found {
        let no = changed.account;
        let Some(account) = self.accounts.get_mut(&no) else {
            return vec![format!("it changes account {no}, which is not there")];
        };
        let is_closing = changed.closed && !account.closed;
        account.metadata = changed.metadata.clone();
        account.frozen = changed.frozen;
        account.closed = changed.closed;
        let mut found = Found::new();
        if let Some((asset, limits)) = changed.limits {
            match self.balances.get_mut(&(no, asset)) {
                None => found.push(format!("account {no} is not open for asset {asset}")),
                Some(balance) => {
                    balance.limits = limits;
                    found.extend(balance.breach(no));
                }
            }
        }
        let mut balances = self.balances.range((no, AssetNo(0))..=(no, AssetNo(u64::MAX)));
        if is_closing && balances.any(|(_, balance)| !balance.is_empty()) {
            found.push(format!("it closes account {no}, which is not empty"));
        }
        found
    }

    /// What an account cannot take now: holds that it took before may end whatever became of it since.
    fn unable(&self, no: AccountNo) -> Option<String> {
        let account = self.accounts.get(&no)?;
        (account.frozen || account.closed).then(|| {
            let state = if account.closed { "closed" } else { "frozen" };
            format!("account {no} ({}) is {state}", account.name)
        })
    }

    fn hold(&mut self, seq: Seq, leg: &HoldLeg) -> Found {
        let mut found = Found::new();
        let amount = leg.amount.signed();
        for (account, debit, credit) in [(leg.source, amount, 0), (leg.destination, 0, amount)] {
            found.extend(self.unable(account));
            match self.balances.get_mut(&(account, leg.asset)) {
                None => found.push(format!("account {account} is not open for asset {}", leg.asset)),
                Some(balance) => {
                    balance.pending_out = balance.pending_out.saturating_add(debit);
                    balance.pending_in = balance.pending_in.saturating_add(credit);
                    found.extend(balance.breach(account));
                }
            }
        }
        let (_, legs) = self.holds.entry(leg.transaction).or_insert((seq, Vec::new()));
        if u32::try_from(legs.len()) != Ok(leg.leg) {
            found.push(format!("it is leg {} of a hold that has {}", leg.leg, legs.len()));
        }
        legs.push(leg.clone());
        found
    }

    /// Releases a hold; gives what it took.
    fn end_hold(&mut self, transaction: Id, hold: Seq) -> Result<Vec<HoldLeg>, String> {
        let Some((seq, legs)) = self.holds.remove(&transaction) else {
            return Err(format!("it ends the hold at {hold}, which is not open"));
        };
        self.ended = self.ended.saturating_add(1);
        for leg in &legs {
            if let Some(balance) = self.balances.get_mut(&(leg.source, leg.asset)) {
                balance.pending_out = balance.pending_out.saturating_sub(leg.amount.signed());
            }
            if let Some(balance) = self.balances.get_mut(&(leg.destination, leg.asset)) {
                balance.pending_in = balance.pending_in.saturating_sub(leg.amount.signed());
            }
        }
        if seq == hold { Ok(legs) } else { Err(format!("it ends the hold at {hold}, which is at {seq}")) }
    }

    fn posting(&mut self, effect: &Effect<P>, posting: &Posting, referred: Referred<'_, P>) -> Found {
        let mut found = Found::new();
        if posting.leg == 0 {
            self.under = None;
            found.extend(self.begin(posting, referred).err());
        }
        match &mut self.under {
            Some((transaction, Under::Posting(legs))) if *transaction == posting.transaction => {
                found.extend(exceeds(legs, posting));
            }
            Some((transaction, Under::Reversing(first))) if *transaction == posting.transaction => {
                found.extend(self.reversed.get_mut(first).and_then(|reversed| reversed.give_back(*first, posting)));
            }
            Some(_) | None => {}
        }
        if posting.hold.is_none() {
            found.extend(posting.entries().iter().filter_map(|(side, _)| self.unable(side.account)));
        }
        found.extend(self.post(effect, posting));
        found
    }

    /// Sees what the transaction that a posting begins is about.
    fn begin(&mut self, posting: &Posting, referred: Referred<'_, P>) -> Result<(), String> {
        let id = posting.transaction;
        if let Some(hold) = posting.hold {
            self.under = Some((id, Under::Posting(self.end_hold(id, hold)?)));
            return Ok(());
        }
        let Some(original) = posting.detail.as_ref().and_then(|detail| detail.reverses) else { return Ok(()) };
        let Referred::Transaction(first, postings) = referred else {
            return Err(format!("it reverses transaction {original}, which was not posted"));
        };
        let known = self.reversed.entry(first).or_insert_with(|| Reversed::new(original, id, postings));
        if known.by != id && known.left.values().all(|left| *left == 0) {
            return Err(format!("it reverses transaction {original}, which {} reversed", known.by));
        }
        known.by = id;
        self.under = Some((id, Under::Reversing(first)));
        Ok(())
    }

    fn post(&mut self, effect: &Effect<P>, posting: &Posting) -> Found {
        let mut found = Found::new();
        for (side, amount) in posting.entries() {
            let Some(balance) = self.balances.get_mut(&(side.account, posting.asset)) else {
                found.push(format!("account {} is not open for asset {}", side.account, posting.asset));
                continue;
            };
            balance.posted = balance.posted.saturating_add(amount);
            balance.entries = balance.entries.saturating_add(1);
            let derived = Side {
                account: side.account,
                previous: balance.last,
                entry: balance.entries,
                balance: Balance::new(balance.posted).unwrap_or_default(),
            };
            balance.last = Some(effect.seq);
            if derived != side {
                found.push(format!("it says {side:?}, the postings before it make {derived:?}"));
            }
            found.extend(balance.breach(side.account));
            if let Some(effective_at) = posting.effective_at {
                balance.off_date = balance.off_date.plus(amount);
                for level in 0..=BUCKET_LEVELS {
                    let index = bucket_index(level, effective_at);
                    let key = BucketKey { account: side.account, asset: posting.asset, level, index };
                    let sum = self.buckets.entry(key).or_default();
                    *sum = sum.plus(amount);
                }
            }
        }
        found
    }

    /// Closes a batch after its last effect and compares its hash.
    pub fn batch(&mut self, row: &BatchRow) -> Found {
        let mut found = Found::new();
        if row.batch != self.head.batch.next() {
            found.push(format!("it follows batch {}", self.head.batch));
        }
        if row.last != self.head.seq || row.at != self.head.at {
            found.push(format!("it ends at effect {}, the journal at {}", row.last, self.head.seq));
        }
        // One that was altered is named alone: those behind it are right after what was stored, or after what is right.
        let right = self.hash_after(row.batch, self.head.hash);
        let after_stored = self.hash_after(row.batch, self.stored_hash);
        if row.hash == right || row.hash == after_stored {
            self.hashed = self.hashed.saturating_add(1);
            self.head.hash = row.hash;
        } else {
            found.push(format!(
                "its hash is not that of effects {} to {} of the journal",
                self.batch_first, self.head.seq
            ));
            self.head.hash = right;
        }
        self.stored_hash = row.hash;
        self.head.batch = row.batch;
        self.batch_first = self.head.seq.next();
        self.canonical.clear();
        found
    }

    /// The hash of the effects since the last batch, chained to that batch's.
    fn hash_after(&self, batch: BatchNo, before: [u8; 32]) -> [u8; 32] {
        batch_hash(&self.head.ledger, batch, &before, self.canonical.bytes())
    }

    /// Whether effects came since the last batch.
    #[must_use]
    pub fn is_within_batch(&self) -> bool {
        !self.canonical.bytes().is_empty()
    }

    /// Whether the balances of every asset sum to zero.
    #[must_use]
    pub fn unbalanced(&self) -> Vec<Difference> {
        let mut sums: BTreeMap<AssetNo, i128> = BTreeMap::new();
        for ((_, asset), balance) in &self.balances {
            let sum = sums.entry(*asset).or_default();
            *sum = sum.wrapping_add(balance.posted);
        }
        sums.into_iter()
            .filter(|(_, sum)| *sum != 0)
            .map(|(asset, sum)| Difference { place: format!("asset {asset}"), what: format!("balances sum to {sum}") })
            .collect()
    }
}
