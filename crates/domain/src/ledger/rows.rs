//! The rows that stores keep beside the journal. All of them can be derived from it again.

use super::terms::{LedgerRules, Limits, Metadata};
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::{Amount, BALANCE_LIMIT, Balance, Difference};
use crate::names::Name;
use crate::numbers::{AccountNo, AssetNo, BatchNo, Id, Seq, Timestamp};

/// The state of a ledger as a whole. Every commit compares `batch` and `epoch`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The ledger.
    pub ledger: Name,
    /// The last batch that was committed; 0 before the first.
    pub batch: BatchNo,
    /// Raised whenever a writer takes over, so that the one before can commit no more.
    pub epoch: u64,
    /// The last effect; 0 before the first.
    pub seq: Seq,
    /// The instant of the last effect.
    pub at: Timestamp,
    /// The hash of the last batch.
    pub hash: [u8; 32],
    /// The last account number given.
    pub accounts: AccountNo,
    /// The rules that are fixed when it is opened.
    pub rules: LedgerRules,
    /// Which asset is meant where none is named.
    pub defaults: Defaults,
    /// Whether recorded batches of it are still to come from another store: until then no one sees it.
    pub arriving: bool,
    /// Whether it takes commands.
    pub state: LedgerState,
}

/// Whether a ledger takes commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LedgerState {
    /// It does.
    #[default]
    Open,
    /// It is read-only: only what was taken before still ends, such as a hold whose time is over.
    Archived,
    /// It is gone. What is left is its name, which is not used again, its last batch and the hash of that.
    Deleted,
}

impl LedgerState {
    /// All of them.
    const ALL: [LedgerState; 3] = [LedgerState::Open, LedgerState::Archived, LedgerState::Deleted];

    /// The number that stands for it in stores.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            LedgerState::Open => 0,
            LedgerState::Archived => 1,
            LedgerState::Deleted => 2,
        }
    }

    /// The state of a number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<LedgerState> {
        LedgerState::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What is left of a deleted ledger, recorded in the system ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Its name, which is not used again.
    pub ledger: Name,
    /// Its last batch.
    pub batch: BatchNo,
    /// The hash of that batch.
    pub hash: [u8; 32],
}

impl Tombstone {
    /// The tombstone of a ledger that ends at this head.
    #[must_use]
    pub fn of(head: &Head) -> Tombstone {
        Tombstone { ledger: head.ledger.clone(), batch: head.batch, hash: head.hash }
    }

    /// The head that the ledger is left with.
    #[must_use]
    pub fn head(&self) -> Head {
        let absent = Head::absent(self.ledger.clone());
        Head { batch: self.batch, hash: self.hash, state: LedgerState::Deleted, ..absent }
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        e.text(self.ledger.as_str());
        e.number(self.batch.0);
        e.fixed(&self.hash);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When they are not such bytes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Tombstone, Malformed> {
        Ok(Tombstone { ledger: d.name()?, batch: BatchNo(d.number()?), hash: d.fixed()? })
    }
}

impl Head {
    /// The head of a ledger that no one has opened yet.
    #[must_use]
    pub fn absent(ledger: Name) -> Head {
        Head {
            ledger,
            batch: BatchNo(0),
            epoch: 0,
            seq: Seq(0),
            at: Timestamp::MIN,
            hash: [0; 32],
            accounts: AccountNo(0),
            rules: LedgerRules::default(),
            defaults: Defaults::default(),
            arriving: false,
            state: LedgerState::Open,
        }
    }

    /// Whether no one has opened the ledger: opening it is its first effect.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.seq == Seq(0)
    }
}

/// How often the default asset of a ledger may change: the whole history is kept with its head, and no one needs more.
pub const DEFAULT_CHANGES_MAX: usize = 64;

/// Which asset a command means that names none: the first one, until it was said otherwise.
///
/// All that ever was so is kept, so that a repeated command is compared with what it meant when it was decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Defaults(Vec<(Seq, AssetNo)>);

impl Defaults {
    /// The asset that is meant now.
    #[must_use]
    pub fn now(&self) -> AssetNo {
        self.0.last().map_or(AssetNo::FIRST, |(_, asset)| *asset)
    }

    /// The asset that was meant by a command whose outcome stands at an effect.
    #[must_use]
    pub fn at(&self, seq: Seq) -> AssetNo {
        let before = self.0.iter().rev().find(|(since, _)| *since < seq);
        before.map_or(AssetNo::FIRST, |(_, asset)| *asset)
    }

    /// How often it changed.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.0.len()
    }

    /// It is another one from an effect on.
    pub fn set(&mut self, since: Seq, asset: AssetNo) {
        self.0.push((since, asset));
    }

    /// Writes the canonical bytes; none where it never changed.
    pub fn encode(&self, e: &mut Encoder) {
        for (since, asset) in &self.0 {
            e.number(since.0);
            e.number(asset.0);
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When they are not such bytes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Defaults, Malformed> {
        let mut defaults = Defaults::default();
        while !d.is_empty() {
            defaults.set(Seq(d.number()?), AssetNo(d.number()?));
        }
        Ok(defaults)
    }
}

/// An asset of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetRow {
    /// Its number.
    pub no: AssetNo,
    /// Its code.
    pub code: Name,
    /// How many decimals its minor unit has.
    pub scale: u8,
}

/// An account: what holds for all its assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Its number.
    pub no: AccountNo,
    /// Its name.
    pub name: Name,
    /// What the client keeps with it.
    pub metadata: Metadata,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Whether new debits and credits are refused.
    pub frozen: bool,
    /// Whether it is closed.
    pub closed: bool,
}

/// An account as a store gives it: with its balance in every asset that it is open for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedAccount {
    /// The account.
    pub row: AccountRow,
    /// Its balances.
    pub balances: Vec<BalanceRow>,
}

/// The balance of an account in one asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalanceRow {
    /// The account.
    pub account: AccountNo,
    /// The asset.
    pub asset: AssetNo,
    /// Its bounds.
    pub limits: Limits,
    /// Credits less debits.
    pub posted: Balance,
    /// What holds will credit.
    pub pending_in: Balance,
    /// What holds will debit.
    pub pending_out: Balance,
    /// How many postings it has been a side of.
    pub entries: u64,
    /// The last of them.
    pub last: Option<Seq>,
    /// The sum of those whose effective date is not their instant.
    pub off_date: DateSum,
}

/// Whether a request that was taken is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deferral {
    /// It is.
    Waiting,
    /// Its outcome is recorded.
    Resolved,
}

/// The number of `world` in every ledger: an account needs an asset, and the first asset opens `world`.
pub const WORLD: AccountNo = AccountNo::FIRST;

/// A limit that a change would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// The floor; this much was available.
    Floor(Balance),
    /// The ceiling; this much room there was.
    Ceiling(Balance),
    /// The range of balances itself.
    Range,
}

impl BalanceRow {
    /// An account that was just opened.
    #[must_use]
    pub fn opened(account: AccountNo, asset: AssetNo, limits: Limits) -> BalanceRow {
        BalanceRow {
            account,
            asset,
            limits,
            posted: Balance::ZERO,
            pending_in: Balance::ZERO,
            pending_out: Balance::ZERO,
            entries: 0,
            last: None,
            off_date: DateSum::ZERO,
        }
    }

    /// What may still be debited, up to the range of balances, which is over every amount; `None` without a floor.
    #[must_use]
    pub fn available(&self) -> Option<Balance> {
        let floor = self.limits.min?;
        Some(clamped(self.free().saturating_sub(floor.minor_units())))
    }

    /// What may still be debited, exactly; `None` without a floor.
    #[must_use]
    pub fn headroom(&self) -> Option<Difference> {
        Some(clamped(self.free()).above(self.limits.min?))
    }

    /// What may still be debited while this much stays in it, above its floor; negative when it is lower already, and
    /// `None` when nothing must stay.
    #[must_use]
    pub fn spare(&self, keep: Option<Balance>) -> Option<i128> {
        let floor = self.limits.min.max(keep)?;
        Some(self.free().saturating_sub(floor.minor_units()))
    }

    /// What may still be credited; `None` without a ceiling.
    #[must_use]
    pub fn room(&self) -> Option<Balance> {
        let ceiling = self.limits.max?;
        Some(clamped(ceiling.minor_units().saturating_sub(self.full())))
    }

    /// Whether the balance keeps its limits.
    #[must_use]
    pub fn is_within_limits(&self) -> bool {
        let above = self.limits.min.is_none_or(|floor| self.free() >= floor.minor_units());
        let below = self.limits.max.is_none_or(|ceiling| self.full() <= ceiling.minor_units());
        above && below
    }

    /// What is left when all holds are posted: within range, as every debit and hold was checked against it.
    fn free(&self) -> i128 {
        self.posted.minor_units().saturating_sub(self.pending_out.minor_units())
    }

    /// What there will be when all holds are posted: within range, as every credit and hold was checked against it.
    fn full(&self) -> i128 {
        self.posted.minor_units().saturating_add(self.pending_in.minor_units())
    }

    /// Whether nothing is in it and nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.posted == Balance::ZERO && self.pending_in == Balance::ZERO && self.pending_out == Balance::ZERO
    }

    /// Whether it counts where accounts are ranked by their entries: `world` is on a side of most postings and tells
    /// nothing, and who has no entries is not busy.
    #[must_use]
    pub fn is_ranked(&self) -> bool {
        self.account != WORLD && self.entries > 0
    }

    fn check_debit(&self, amount: Amount) -> Result<(), Breach> {
        let after = self.free().saturating_sub(amount.signed());
        if let (Some(floor), Some(available)) = (self.limits.min, self.available())
            && after < floor.minor_units()
        {
            return Err(Breach::Floor(available));
        }
        Balance::new(after).map(drop).ok_or(Breach::Range)
    }

    fn check_credit(&self, amount: Amount) -> Result<(), Breach> {
        let after = self.full().saturating_add(amount.signed());
        if let (Some(ceiling), Some(room)) = (self.limits.max, self.room())
            && after > ceiling.minor_units()
        {
            return Err(Breach::Ceiling(room));
        }
        Balance::new(after).map(drop).ok_or(Breach::Range)
    }

    /// Debits a posting.
    ///
    /// # Errors
    /// The limit that the posting would break. Nothing is changed then.
    pub fn debit(&mut self, amount: Amount) -> Result<(), Breach> {
        self.check_debit(amount)?;
        self.posted = self.posted.debited(amount).ok_or(Breach::Range)?;
        Ok(())
    }

    /// Credits a posting.
    ///
    /// # Errors
    /// The limit that the posting would break. Nothing is changed then.
    pub fn credit(&mut self, amount: Amount) -> Result<(), Breach> {
        self.check_credit(amount)?;
        self.posted = self.posted.credited(amount).ok_or(Breach::Range)?;
        Ok(())
    }

    /// Holds a debit.
    ///
    /// # Errors
    /// The limit that the hold would break. Nothing is changed then.
    pub fn hold_debit(&mut self, amount: Amount) -> Result<(), Breach> {
        self.check_debit(amount)?;
        self.pending_out = self.pending_out.credited(amount).ok_or(Breach::Range)?;
        Ok(())
    }

    /// Holds a credit.
    ///
    /// # Errors
    /// The limit that the hold would break. Nothing is changed then.
    pub fn hold_credit(&mut self, amount: Amount) -> Result<(), Breach> {
        self.check_credit(amount)?;
        self.pending_in = self.pending_in.credited(amount).ok_or(Breach::Range)?;
        Ok(())
    }

    /// Gives a held debit back.
    ///
    /// # Panics
    /// When less is held: holds are released once, with what they took.
    pub fn release_debit(&mut self, amount: Amount) {
        self.pending_out = self.pending_out.debited(amount).expect("a hold releases what it took");
    }

    /// Gives a held credit back.
    ///
    /// # Panics
    /// When less is held: holds are released once, with what they took.
    pub fn release_credit(&mut self, amount: Amount) {
        self.pending_in = self.pending_in.debited(amount).expect("a hold releases what it took");
    }
}

/// A difference of two balances may be twice as large as any; it is shown as the largest.
fn clamped(minor_units: i128) -> Balance {
    let within = minor_units.clamp(BALANCE_LIMIT.saturating_neg(), BALANCE_LIMIT);
    Balance::new(within).unwrap_or_default()
}

/// A transaction as later commands need it: what it moved or holds, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionRow {
    /// Its id.
    pub id: Id,
    /// Its first effect.
    pub seq: Seq,
    /// What it asked for.
    pub legs: Vec<Leg>,
    /// What became of it.
    pub state: TransactionState,
    /// Where it reverses a part of another: how much of each posting of that is reversed in all, this included.
    pub reversed: Vec<Amount>,
}

/// One posting of a transaction, without its place in the chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// Who is debited.
    pub source: AccountNo,
    /// Who is credited.
    pub destination: AccountNo,
    /// In what.
    pub asset: AssetNo,
    /// How much.
    pub amount: Amount,
}

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionState {
    /// It moved money at once.
    Posted {
        /// The last transaction that reversed it, whole or in part.
        reversed_by: Option<Id>,
    },
    /// It is held.
    Pending {
        /// Until when; without a limit when missing.
        expires_at: Option<Timestamp>,
    },
    /// It was held, then posted.
    HoldPosted {
        /// The first posting.
        seq: Seq,
        /// How much of its first leg was posted.
        amount: Amount,
        /// The last transaction that reversed it, whole or in part.
        reversed_by: Option<Id>,
    },
    /// It was held, then given up.
    Voided {
        /// Where.
        seq: Seq,
    },
    /// It was held until its time was over.
    Expired {
        /// Where.
        seq: Seq,
    },
}

impl TransactionState {
    /// The last transaction that reversed it, whole or in part.
    #[must_use]
    pub const fn reversed_by(self) -> Option<Id> {
        match self {
            TransactionState::Posted { reversed_by } | TransactionState::HoldPosted { reversed_by, .. } => reversed_by,
            TransactionState::Pending { .. } | TransactionState::Voided { .. } | TransactionState::Expired { .. } => {
                None
            }
        }
    }
}

/// Where an outcome is, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdRow {
    /// The effect that stands for it.
    pub seq: Seq,
    /// The content of the command.
    pub fingerprint: crate::codec::Fingerprint,
    /// Whether it was refused.
    pub kind: OutcomeKind,
}

/// Whether a kept outcome is a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

/// A sum of some of an account's postings, chosen by date. Unlike a balance it has no bound: credits may all be dated
/// early and the debits that paid for them late. It is kept modulo 2^128, where sums and differences stay exact: what
/// comes out of them is right whenever it is a balance at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateSum(pub i128);

impl DateSum {
    /// Nothing.
    pub const ZERO: DateSum = DateSum(0);

    /// This and a signed amount.
    #[must_use]
    pub const fn plus(self, amount: i128) -> DateSum {
        DateSum(self.0.wrapping_add(amount))
    }

    /// This less another sum.
    #[must_use]
    pub const fn less(self, other: DateSum) -> DateSum {
        DateSum(self.0.wrapping_sub(other.0))
    }
}

/// A posting whose effective date is not its instant, as one of its accounts sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffDateRow {
    /// The account.
    pub account: AccountNo,
    /// The asset.
    pub asset: AssetNo,
    /// The posting.
    pub seq: Seq,
    /// The sum of the account's off-date postings up to this one, in order of recording.
    pub sum: DateSum,
}

/// Off-date postings summed by effective date: the coarser the level, the longer the span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketKey {
    /// The account.
    pub account: AccountNo,
    /// The asset.
    pub asset: AssetNo,
    /// 0 is one instant; 1 an hour; each level after that 64 times the one before.
    pub level: u8,
    /// Which span, counted from 1970 at this level.
    pub index: i64,
}

/// The levels of buckets above single instants: an hour, 64 hours, 4,096 hours, 262,144 hours (30 years).
pub const BUCKET_LEVELS: u8 = 4;

const HOUR_MICROS: i64 = 3_600_000_000;

/// The length of a bucket, in microseconds.
#[must_use]
pub fn bucket_span_micros(level: u8) -> i64 {
    match level {
        0 => 1,
        level => HOUR_MICROS.saturating_mul(64i64.saturating_pow(u32::from(level.saturating_sub(1)))),
    }
}

/// The bucket of a level that an instant is in.
#[must_use]
pub fn bucket_index(level: u8, at: Timestamp) -> i64 {
    at.0.div_euclid(bucket_span_micros(level).max(1))
}

/// One batch, as committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Its number.
    pub batch: BatchNo,
    /// Its last effect.
    pub last: Seq,
    /// The instant of its last effect.
    pub at: Timestamp,
    /// Its hash, chained to the one before.
    pub hash: [u8; 32],
}
