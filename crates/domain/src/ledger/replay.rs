//! Deriving a ledger again from its journal alone, effect by effect, to prove that what is stored is what happened.
//!
//! This is the second, independent telling of the rules of bookkeeping: it shares no code with deciding. It keeps one
//! balance an (account, asset) and one entry an open hold; everything else passes through.

use std::collections::{BTreeMap, BTreeSet};

use super::command::{AssetTerms, Limits, Metadata};
use super::effect::{AccountChanged, AccountOpened, Effect, Fact, HoldLeg, Posting, Side};
use super::rows::{BUCKET_LEVELS, BatchRow, BucketKey, DateSum, Head, bucket_index};
use crate::advances::accounts::{WRITTEN_OFF, is_derived};
use crate::advances::replay::DerivedAdvances;
use crate::codec::Encoder;
use crate::money::Balance;
use crate::names::Name;
use crate::numbers::{AccountNo, AssetNo, Id, Seq};
use crate::points;
use crate::points::accounts::{BREAKAGE, MEMBERS, is_of_points};
use crate::points::replay::{DerivedPoints, DerivedPurse};

/// A balance as the journal tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DerivedBalance {
    /// Credits less debits.
    pub posted: i128,
    /// What open holds will credit.
    pub pending_in: i128,
    /// What open holds will debit.
    pub pending_out: i128,
    /// How many postings.
    pub entries: u64,
    /// The last of them.
    pub last: Option<Seq>,
    /// The sum of the off-date ones.
    pub off_date: DateSum,
    /// Its bounds, as last set.
    pub limits: Limits,
}

/// An account as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedAccount {
    /// Its name.
    pub name: Name,
    /// What the client keeps with it.
    pub metadata: Metadata,
    /// Whether new debits and credits are refused.
    pub frozen: bool,
    /// Whether it is closed.
    pub closed: bool,
}

/// What the journal tells so far.
#[derive(Debug)]
pub struct Replay {
    /// The head as derived.
    pub head: Head,
    /// Every balance.
    pub balances: BTreeMap<(AccountNo, AssetNo), DerivedBalance>,
    /// Open holds: where they are and what they took.
    pub holds: BTreeMap<Id, (Seq, Vec<HoldLeg>)>,
    /// Every account.
    pub accounts: BTreeMap<AccountNo, DerivedAccount>,
    /// The assets, by number.
    pub assets: BTreeMap<AssetNo, AssetTerms>,
    /// Off-date sums of every level.
    pub buckets: BTreeMap<BucketKey, DateSum>,
    /// Requests that were taken and are still to be done.
    pub deferred: BTreeSet<Seq>,
    /// What it tells of points.
    pub points: DerivedPoints,
    /// What it tells of advances.
    pub advances: DerivedAdvances,
    /// How many effects were read.
    pub effects: u64,
    /// How many outcomes are kept under ids.
    pub outcomes: u64,
    canonical: Encoder,
}

/// Something that cannot be true at once: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Such as `effect 17`.
    pub place: String,
    /// Such as `the balance after it is 5, the postings before it make 7`.
    pub what: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl DerivedBalance {
    fn opened(limits: Limits) -> DerivedBalance {
        DerivedBalance {
            posted: 0,
            pending_in: 0,
            pending_out: 0,
            entries: 0,
            last: None,
            off_date: DateSum::ZERO,
            limits,
        }
    }
}

impl Replay {
    /// Before the first effect.
    #[must_use]
    pub fn new(ledger: Name) -> Replay {
        let mut replay = Replay {
            head: Head::absent(ledger),
            balances: BTreeMap::new(),
            holds: BTreeMap::new(),
            accounts: BTreeMap::new(),
            assets: BTreeMap::new(),
            buckets: BTreeMap::new(),
            deferred: BTreeSet::new(),
            points: DerivedPoints::default(),
            advances: DerivedAdvances::default(),
            effects: 0,
            outcomes: 0,
            canonical: Encoder::new(),
        };
        replay.start_batch();
        replay
    }

    fn start_batch(&mut self) {
        self.canonical.clear();
        self.canonical.text(self.head.ledger.as_str());
        self.canonical.number(self.head.batch.next().0);
        let hash = self.head.hash;
        self.canonical.fixed(&hash);
    }

    /// Takes the next effect and names what contradicts what came before.
    pub fn effect(&mut self, effect: &Effect) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut differ = |what: String| found.push(Difference { place: format!("effect {}", effect.seq), what });
        if effect.seq != self.head.seq.next() {
            differ(format!("it follows effect {}", self.head.seq));
        }
        if effect.at < self.head.at {
            differ("it is older than the effect before it".to_owned());
        }
        effect.encode(&mut self.canonical);
        self.head.seq = effect.seq;
        self.head.at = effect.at;
        self.effects = self.effects.saturating_add(1);
        if effect.command.is_some() {
            self.outcomes = self.outcomes.saturating_add(1);
        }
        self.fact(effect).into_iter().for_each(&mut differ);
        found
    }

    /// Takes in what happened, and says what of it cannot have.
    fn fact(&mut self, effect: &Effect) -> Vec<String> {
        match &effect.fact {
            Fact::LedgerOpened(rules) => self.head.rules = *rules,
            Fact::DefaultAssetSet { no } => {
                self.head.defaults.set(effect.seq, *no);
                if !self.assets.contains_key(no) {
                    return vec![format!("effect {} makes an asset the default that is not there", effect.seq)];
                }
            }
            Fact::AssetAdded { no, terms } => {
                self.assets.insert(*no, terms.clone());
            }
            Fact::AccountOpened(opened) => return self.open(opened),
            Fact::AccountChanged(changed) => self.change(changed),
            Fact::Posting(posting) => {
                let mut found = match posting.hold {
                    Some(hold) if posting.leg == 0 => self.end_hold(posting.transaction, hold),
                    Some(_) | None => Vec::new(),
                };
                found.extend(self.post(effect, posting));
                return found;
            }
            Fact::Hold(leg) => return self.hold(effect.seq, leg),
            Fact::HoldVoided { transaction, hold } | Fact::HoldExpired { transaction, hold } => {
                return self.end_hold(*transaction, *hold);
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
            Fact::Points(fact) => return self.points_fact(fact),
            Fact::Advances(fact) => return self.advances.fact(effect, fact),
        }
        Vec::new()
    }

    /// What a purse has left is what its account has, at every instant.
    fn points_fact(&mut self, fact: &points::Fact) -> Vec<String> {
        let mut found = self.points.fact(fact);
        for no in fact.purses() {
            let left = self.points.purses.get(&no).map_or(0, DerivedPurse::left);
            let posted = self.points_balance(no);
            if u128::try_from(posted) != Ok(left) {
                found.push(format!("purse {no} has {left} points left, its account has {posted}"));
            }
        }
        found
    }

    fn points_balance(&self, account: AccountNo) -> i128 {
        let code = self.points.program.as_ref().map(|row| &row.program.asset);
        let asset = self.assets.iter().find(|(_, terms)| Some(&terms.code) == code).map(|(no, _)| *no);
        asset.and_then(|asset| self.balances.get(&(account, asset))).map_or(0, |balance| balance.posted)
    }

    /// Whether breakage is what was lost, and every purse is what its account is.
    #[must_use]
    pub fn points_unbalanced(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut breakage = 0i128;
        for (no, account) in self.accounts.iter().filter(|(_, account)| is_of_points(&account.name)) {
            let posted = self.points_balance(*no);
            if account.name.as_str().starts_with(BREAKAGE) {
                breakage = breakage.saturating_add(posted);
            }
            let left = self.points.purses.get(no).map_or(0, DerivedPurse::left);
            if account.name.as_str().starts_with(MEMBERS) && u128::try_from(posted) != Ok(left) {
                let what = format!("it has {posted} points, its lots have {left} left");
                found.push(Difference { place: format!("account {}", account.name), what });
            }
        }
        if self.points.program.is_some() && u128::try_from(breakage) != Ok(self.points.lost) {
            let what = format!("it sums to {breakage}, {} points were lost", self.points.lost);
            found.push(Difference { place: "breakage".to_owned(), what });
        }
        found
    }

    /// Whether every customer owes what the advances make, and what was written off is there.
    #[must_use]
    pub fn advances_unbalanced(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        let Some(book) = &self.advances.book else { return found };
        let asset = self.assets.iter().find(|(_, terms)| terms.code == book.asset).map(|(no, _)| *no);
        let owed = self.advances.owed();
        for (no, account) in self.accounts.iter().filter(|(_, account)| is_derived(&account.name)) {
            let balance = asset.and_then(|asset| self.balances.get(&(*no, asset))).map_or(0, |balance| balance.posted);
            let expected = match account.name.as_str() {
                WRITTEN_OFF => self.advances.written_off(),
                _ => owed.get(no).map_or(0, |owed| i128::try_from(*owed).unwrap_or(i128::MAX)),
            };
            if balance != expected {
                let what = format!("it has {balance}, its advances make {expected}");
                found.push(Difference { place: format!("account {}", account.name), what });
            }
        }
        found
    }

    fn open(&mut self, opened: &AccountOpened) -> Vec<String> {
        self.head.accounts = self.head.accounts.max(opened.account);
        let account = self.accounts.entry(opened.account).or_insert_with(|| DerivedAccount {
            name: opened.name.clone(),
            metadata: Metadata::default(),
            frozen: false,
            closed: false,
        });
        account.metadata = opened.metadata.clone();
        let balance = DerivedBalance::opened(opened.limits);
        match self.balances.insert((opened.account, opened.asset), balance) {
            None => Vec::new(),
            Some(_) => vec![format!("account {} is opened twice", opened.name)],
        }
    }

    fn change(&mut self, changed: &AccountChanged) {
        if let Some(account) = self.accounts.get_mut(&changed.account) {
            account.metadata = changed.metadata.clone();
            account.frozen = changed.frozen;
            account.closed = changed.closed;
        }
        if let Some((asset, limits)) = changed.limits
            && let Some(balance) = self.balances.get_mut(&(changed.account, asset))
        {
            balance.limits = limits;
        }
    }

    fn hold(&mut self, seq: Seq, leg: &HoldLeg) -> Vec<String> {
        let mut found = Vec::new();
        let amount = leg.amount.signed();
        for (account, debit, credit) in [(leg.source, amount, 0), (leg.destination, 0, amount)] {
            match self.balances.get_mut(&(account, leg.asset)) {
                None => found.push(format!("account {account} is not open for asset {}", leg.asset)),
                Some(balance) => {
                    balance.pending_out = balance.pending_out.saturating_add(debit);
                    balance.pending_in = balance.pending_in.saturating_add(credit);
                }
            }
        }
        self.holds.entry(leg.transaction).or_insert((seq, Vec::new())).1.push(leg.clone());
        found
    }

    fn end_hold(&mut self, transaction: Id, hold: Seq) -> Vec<String> {
        match self.release(transaction) {
            Some(at) if at == hold => Vec::new(),
            Some(at) => vec![format!("it ends the hold at {hold}, which is at {at}")],
            None => vec![format!("it ends the hold at {hold}, which is not open")],
        }
    }

    fn post(&mut self, effect: &Effect, posting: &Posting) -> Vec<String> {
        let mut found = Vec::new();
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

    fn release(&mut self, transaction: Id) -> Option<Seq> {
        let (seq, legs) = self.holds.remove(&transaction)?;
        for leg in legs {
            if let Some(balance) = self.balances.get_mut(&(leg.source, leg.asset)) {
                balance.pending_out = balance.pending_out.saturating_sub(leg.amount.signed());
            }
            if let Some(balance) = self.balances.get_mut(&(leg.destination, leg.asset)) {
                balance.pending_in = balance.pending_in.saturating_sub(leg.amount.signed());
            }
        }
        Some(seq)
    }

    /// Closes a batch after its last effect and compares its hash.
    pub fn batch(&mut self, row: &BatchRow) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut differ = |what: String| found.push(Difference { place: format!("batch {}", row.batch), what });
        let hash = *blake3::hash(self.canonical.bytes()).as_bytes();
        if row.batch != self.head.batch.next() {
            differ(format!("it follows batch {}", self.head.batch));
        }
        if row.last != self.head.seq || row.at != self.head.at {
            differ(format!("it ends at effect {}, the journal at {}", row.last, self.head.seq));
        }
        if row.hash != hash {
            differ("its hash is not the hash of its effects".to_owned());
        }
        self.head.batch = row.batch;
        self.head.hash = hash;
        self.start_batch();
        found
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
