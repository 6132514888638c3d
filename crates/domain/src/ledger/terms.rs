//! Terms of ledgers, assets and accounts: what commands ask for and rows keep.

use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Balance;
use crate::names::Name;

/// The most assets of one ledger: more than there are currencies, few enough to stay in memory whole and in 12 bits of
/// a store's keys.
pub const ASSETS_MAX: usize = 4_000;

/// What a ledger is opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerTerms {
    /// Its first assets.
    pub assets: Vec<AssetTerms>,
    /// The asset that is meant where none is named; the first one when missing.
    pub default_asset: Option<Name>,
    /// The rules that are fixed when it is opened.
    pub rules: LedgerRules,
}

/// What a ledger is asked to do otherwise than most; it is said at opening and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LedgerRules {
    /// Whether a missing account is opened by the first transaction that names it.
    pub implicit_accounts: ImplicitAccounts,
    /// What becomes of a posting of nothing.
    pub zero_amounts: ZeroAmounts,
    /// Whether its accounts are kept in order of how busy they are.
    pub ranking: Ranking,
}

impl LedgerRules {
    const RECORDS_ZERO: u8 = 1;
    const RANKS: u8 = 2;

    /// Writes the canonical bytes.
    pub fn encode(self, e: &mut Encoder) {
        e.flag(self.implicit_accounts == ImplicitAccounts::Opened);
        let zero = if self.zero_amounts == ZeroAmounts::Record { LedgerRules::RECORDS_ZERO } else { 0 };
        let ranks = if self.ranking == Ranking::ByEntries { LedgerRules::RANKS } else { 0 };
        e.byte(zero | ranks);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<LedgerRules, Malformed> {
        let implicit_accounts = if d.flag()? { ImplicitAccounts::Opened } else { ImplicitAccounts::Refused };
        let bits = d.byte()?;
        if bits > (LedgerRules::RECORDS_ZERO | LedgerRules::RANKS) {
            return Err(Malformed { expected: "rules of a ledger" });
        }
        let records = bits & LedgerRules::RECORDS_ZERO != 0;
        let ranks = bits & LedgerRules::RANKS != 0;
        Ok(LedgerRules {
            implicit_accounts,
            zero_amounts: if records { ZeroAmounts::Record } else { ZeroAmounts::Refuse },
            ranking: if ranks { Ranking::ByEntries } else { Ranking::None },
        })
    }
}

/// Whether the accounts of a ledger are kept in order of how busy they are. It costs every posting, so it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ranking {
    /// They are not.
    #[default]
    None,
    /// By the number of their entries.
    ByEntries,
}

/// What becomes of a posting that names a missing account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImplicitAccounts {
    /// It is refused.
    #[default]
    Refused,
    /// The account is opened, with a floor of 0.
    Opened,
}

/// What becomes of a posting of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ZeroAmounts {
    /// It is refused.
    #[default]
    Refuse,
    /// It is an ordinary posting and counts as an entry.
    Record,
}

/// An asset: its code, and how many decimals its minor unit has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetTerms {
    /// Such as `USD`.
    pub code: Name,
    /// 2 when the minor unit is a hundredth.
    pub scale: u8,
}

/// The bounds of a balance; none where missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The floor; negative is an overdraft.
    pub min: Option<Balance>,
    /// The ceiling.
    pub max: Option<Balance>,
}

impl Limits {
    /// A floor of 0 and no ceiling.
    pub const DEFAULT: Limits = Limits { min: Some(Balance::ZERO), max: None };
    /// Neither floor nor ceiling.
    pub const NONE: Limits = Limits { min: None, max: None };
}

/// Keys and values that the client keeps with an account or a transaction, sorted by key, each key once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata(Vec<(String, String)>);

impl Metadata {
    /// Sorts the pairs; of a key given twice, the last value stays.
    #[must_use]
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Metadata {
        let sorted: std::collections::BTreeMap<String, String> = pairs.into_iter().collect();
        Metadata(sorted.into_iter().collect())
    }

    /// The pairs, sorted by key.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, encoder: &mut Encoder) {
        encoder.length(self.0.len());
        for (key, value) in &self.0 {
            encoder.text(key);
            encoder.text(value);
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(decoder: &mut Decoder<'_>) -> Result<Metadata, Malformed> {
        let mut pairs = Vec::new();
        for _ in 0..decoder.length()? {
            pairs.push((decoder.text()?.to_owned(), decoder.text()?.to_owned()));
        }
        Ok(Metadata(pairs))
    }
}

/// What an account is opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountTerms {
    /// Its name.
    pub name: Name,
    /// The asset that it is opened for; the default one when missing.
    pub asset: Option<Name>,
    /// The bounds of its balance in this asset.
    pub limits: Limits,
    /// What the client keeps with it.
    pub metadata: Metadata,
}

/// What to change of an account; what is missing stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChange {
    /// The account.
    pub name: Name,
    /// The asset whose limits change; the default one when missing.
    pub asset: Option<Name>,
    /// The new floor: some floor, or none at all.
    pub min: Option<Option<Balance>>,
    /// The new ceiling: some ceiling, or none at all.
    pub max: Option<Option<Balance>>,
    /// The new metadata, whole.
    pub metadata: Option<Metadata>,
    /// Whether new debits and credits are refused.
    pub frozen: Option<bool>,
    /// Whether the account is closed.
    pub closed: Option<bool>,
}

/// An account as someone read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The account.
    pub account: Name,
    /// What the client keeps with it.
    pub metadata: Metadata,
    /// Whether it is frozen; either when missing.
    pub frozen: Option<bool>,
    /// Whether it is closed; either when missing.
    pub closed: Option<bool>,
    /// Its limits in each of these assets.
    pub limits: Vec<(Name, Limits)>,
}

impl AssetTerms {
    pub(super) fn encode(&self, encoder: &mut Encoder) {
        encoder.text(self.code.as_str());
        encoder.byte(self.scale);
    }

    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<AssetTerms, Malformed> {
        Ok(AssetTerms { code: d.name()?, scale: d.byte()? })
    }
}

impl AccountChange {
    /// Whether limits change, which belong to an asset.
    pub(crate) fn has_limits(&self) -> bool {
        self.min.is_some() || self.max.is_some()
    }

    pub(super) fn encode(&self, encoder: &mut Encoder, default: Option<&Name>) {
        encoder.text(self.name.as_str());
        // Without limits a change has no asset at all.
        encode_name(encoder, self.asset.as_ref().or(default.filter(|_| self.has_limits())));
        encoder.option(self.min, encode_limit);
        encoder.option(self.max, encode_limit);
        encoder.option(self.metadata.as_ref(), |e, metadata| metadata.encode(e));
        encoder.option(self.frozen, Encoder::flag);
        encoder.option(self.closed, Encoder::flag);
    }

    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<AccountChange, Malformed> {
        Ok(AccountChange {
            name: d.name()?,
            asset: d.option(Decoder::name)?,
            min: d.option(decode_limit)?,
            max: d.option(decode_limit)?,
            metadata: d.option(Metadata::decode)?,
            frozen: d.option(Decoder::flag)?,
            closed: d.option(Decoder::flag)?,
        })
    }
}

pub(super) fn encode_name(encoder: &mut Encoder, name: Option<&Name>) {
    encoder.option(name, |e, name| e.text(name.as_str()));
}

pub(super) fn encode_limit(encoder: &mut Encoder, limit: Option<Balance>) {
    encoder.option(limit, |e, limit| e.signed(limit.minor_units()));
}

pub(super) fn decode_limit(d: &mut Decoder<'_>) -> Result<Option<Balance>, Malformed> {
    d.option(|d| Balance::new(d.signed()?).ok_or(Malformed { expected: "limit within 10^38" }))
}

/// A list, its length first.
pub(super) fn decode_list<'a, T>(
    d: &mut Decoder<'a>,
    read: impl Fn(&mut Decoder<'a>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let mut list = Vec::new();
    for _ in 0..d.length()? {
        list.push(read(d)?);
    }
    Ok(list)
}
