//! What a ledger can be asked to do.
//!
//! A command is already parsed: its names are names, its defaults are filled in. Two commands with the same
//! [`Fingerprint`] ask for the same thing.

use super::rows::Tombstone;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::{Amount, Balance};
use crate::names::Name;
use crate::numbers::{Id, Seq, Timestamp};
use crate::{advances, points};

/// The most postings in one transaction: more than any invoice has lines, little enough to decide in well under a millisecond.
pub const POSTINGS_MAX: usize = 1024;

/// The most assets of one ledger: more than there are currencies, few enough to stay in memory whole and in 12 bits of a
/// store's keys.
pub const ASSETS_MAX: usize = 4_000;

/// 16 bytes of BLAKE3 over the canonical bytes of a command: enough that no two commands ever meet by accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Fingerprint {
        let hash = blake3::hash(bytes);
        let mut fingerprint = [0; 16];
        for (to, from) in fingerprint.iter_mut().zip(hash.as_bytes()) {
            *to = *from;
        }
        Fingerprint(fingerprint)
    }
}

/// Who chose the id of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandId {
    /// The client, who may send it again: outcomes, refusals included, are kept under it.
    Client(Id),
    /// The node that took the command: nobody can repeat it, so a refusal leaves no trace.
    Server(Id),
}

impl CommandId {
    /// The id itself.
    #[must_use]
    pub const fn id(self) -> Id {
        match self {
            CommandId::Client(id) | CommandId::Server(id) => id,
        }
    }
}

/// One thing to do, all or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Under which id its outcome is kept.
    pub id: CommandId,
    /// What it asks for, hashed.
    pub fingerprint: Fingerprint,
    /// What it asks for.
    pub action: Action,
}

impl Command {
    /// A command with its fingerprint.
    #[must_use]
    pub fn new(id: CommandId, action: Action) -> Command {
        Command { id, fingerprint: action.fingerprint(), action }
    }

    /// The fingerprint under which its outcome is kept: of what it means, its default asset spelled out.
    pub(crate) fn fingerprint_in(&self, default: Option<&Name>) -> Fingerprint {
        let spelled = default.and_then(|default| self.action.spelled(Spelling::Full, default));
        match spelled {
            Some(action) if !self.stands_for_request() => action.fingerprint(),
            Some(_) | None => self.fingerprint,
        }
    }

    /// Whether it asks for what was decided under a fingerprint when this was the default asset: as it is written, spelled
    /// out, or, as releases up to 0.1 kept it, with the default left out.
    pub(crate) fn means(&self, decided: Fingerprint, default: Option<&Name>) -> bool {
        if self.fingerprint == decided {
            return true;
        }
        let Some(default) = default.filter(|_| !self.stands_for_request()) else { return false };
        let is_so = |spelling| {
            let spelled = self.action.spelled(spelling, default);
            spelled.is_some_and(|action| action.fingerprint() == decided)
        };
        is_so(Spelling::Full) || is_so(Spelling::Short)
    }

    /// Whether what counts as the same is not the action but a request behind it.
    fn stands_for_request(&self) -> bool {
        self.fingerprint != self.action.fingerprint()
    }

    /// A command that stands for a request which may come to other actions at other times: what counts as the same is
    /// the request.
    #[must_use]
    pub fn standing_for(request: &[u8], id: CommandId, action: Action) -> Command {
        Command { id, fingerprint: Fingerprint::of(request), action }
    }

    /// Writes the canonical bytes: what one node sends another.
    pub fn encode(&self, encoder: &mut Encoder) {
        encoder.flag(matches!(self.id, CommandId::Client(_)));
        encoder.wide(self.id.id().0);
        encoder.fixed(&self.fingerprint.0);
        self.action.encode(encoder);
    }

    /// Reads the canonical bytes.
    pub fn decode(decoder: &mut Decoder<'_>) -> Result<Command, Malformed> {
        let is_client = decoder.flag()?;
        let id = Id(decoder.wide()?);
        let id = if is_client { CommandId::Client(id) } else { CommandId::Server(id) };
        Ok(Command { id, fingerprint: Fingerprint(decoder.fixed()?), action: Action::decode(decoder)? })
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Open the ledger.
    OpenLedger(LedgerTerms),
    /// Add an asset to it.
    AddAsset(AssetTerms),
    /// Change which asset is meant where none is named.
    SetDefaultAsset {
        /// The asset.
        asset: Name,
    },
    /// Change the scale of an asset of which no amount is recorded yet.
    RescaleAsset(AssetTerms),
    /// Make the ledger read-only, or open it again.
    SetArchived {
        /// Whether it is archived from now on.
        archived: bool,
    },
    /// Delete another ledger, in which nothing was ever posted. The system ledger alone takes this.
    DeleteLedger(Tombstone),
    /// Open an account for one asset.
    OpenAccount(AccountTerms),
    /// Change limits, metadata or state of an account.
    ChangeAccount(AccountChange),
    /// Move money, now or as a hold.
    Transact(Transaction),
    /// Post a hold, in full or in part.
    PostHold {
        /// The transaction that is pending.
        hold: Id,
        /// How much; all of it when missing.
        amount: Option<Amount>,
    },
    /// Give a hold up.
    VoidHold {
        /// The transaction that is pending.
        hold: Id,
    },
    /// Give a hold up because its time is over. The server alone asks for this.
    ExpireHold {
        /// The transaction that is pending.
        hold: Id,
    },
    /// Make a transaction undone by its opposite, whole or in part.
    Reverse {
        /// The transaction to reverse.
        original: Id,
        /// How much of it.
        part: Part,
    },
    /// Nothing, if an account is still as somebody read it: an atomic batch that begins with this is done only then.
    Expect(Expectation),
    /// Take a request now, durably, and do it later. What it means is known to whoever asks for this.
    Defer {
        /// The request.
        request: Box<[u8]>,
    },
    /// Say what came of a request that was taken. The server alone asks for this, under an id of that request's own.
    Resolve {
        /// Where it was taken.
        deferred: Seq,
        /// What came of it.
        answer: Box<[u8]>,
    },
    /// What is asked of points.
    Points(points::Action),
    /// What is asked of advances.
    Advances(advances::Action),
}

/// How much of a transaction to reverse. What is reversed in all never exceeds it, posting by posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All that was not reversed yet.
    Rest,
    /// So much of its only posting.
    Amount(Amount),
    /// So much of some of its postings, each by its place from 0.
    Postings(Vec<(u32, Amount)>),
}

/// An account as somebody read it.
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

/// What a ledger is opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerTerms {
    /// Its first assets.
    pub assets: Vec<AssetTerms>,
    /// The asset that is meant where none is named; the first one when missing.
    pub default_asset: Option<Name>,
    /// What holds in it for ever.
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

/// Money to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// At least one, in the order in which they apply.
    pub postings: Vec<Transfer>,
    /// Whether it is held first, and for how long.
    pub timing: Timing,
    /// When it counts in the books, if not when it is recorded.
    pub effective_at: Option<Timestamp>,
    /// What for.
    pub description: Option<String>,
    /// The client's own unique name for it.
    pub reference: Option<String>,
    /// What the client keeps with it.
    pub metadata: Metadata,
}

/// Whether a transaction moves money at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// At once.
    Posted,
    /// It is held until it is posted, voided, or its time is over.
    Pending {
        /// How long it is held, in seconds; for ever when missing.
        timeout_s: Option<u64>,
    },
}

/// From one account to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Who is debited.
    pub source: Source,
    /// Who is credited.
    pub destination: Name,
    /// In what; the default asset when missing.
    pub asset: Option<Name>,
    /// How much, in minor units.
    pub amount: Amount,
}

/// Who is debited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// One account, for all of it.
    One(Name),
    /// Each account gives what it may until there is enough, with a posting of its own. One that gives nothing has none,
    /// save the first in a ledger that records postings of nothing.
    InOrder {
        /// Who gives first.
        first: Draw,
        /// Who gives what is missing, in order.
        then: Vec<Draw>,
    },
}

/// An account that may be debited for a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// The account.
    pub account: Name,
    /// What must stay in it, where that is above its floor.
    pub keep: Option<Balance>,
}

impl Source {
    /// The accounts that may be debited, in order.
    pub fn accounts(&self) -> impl Iterator<Item = &Name> {
        let (first, then) = match self {
            Source::One(account) => (account, [].as_slice()),
            Source::InOrder { first, then } => (&first.account, then.as_slice()),
        };
        std::iter::once(first).chain(then.iter().map(|draw| &draw.account))
    }
}

impl Transaction {
    /// The most postings that it may come to.
    #[must_use]
    pub fn postings_max(&self) -> usize {
        let sources = self.postings.iter().map(|transfer| match &transfer.source {
            Source::One(_) => 1,
            Source::InOrder { then, .. } => then.len().saturating_add(1),
        });
        sources.fold(0, usize::saturating_add)
    }
}

/// Whether an asset is put in where none is named, or left out where it would have been put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Every asset is named.
    Full,
    /// The default asset is not.
    Short,
}

impl Action {
    /// The same with its default asset spelled out or left out; `None` where that changes nothing.
    pub(crate) fn spelled(&self, spelling: Spelling, default: &Name) -> Option<Action> {
        let is_other = |asset: &Option<Name>| match spelling {
            Spelling::Full => asset.is_none(),
            Spelling::Short => asset.as_ref() == Some(default),
        };
        let other = || (spelling == Spelling::Full).then(|| default.clone());
        match self {
            Action::OpenAccount(terms) if is_other(&terms.asset) => {
                Some(Action::OpenAccount(AccountTerms { asset: other(), ..terms.clone() }))
            }
            // Without limits a change has no asset at all.
            Action::ChangeAccount(change) if change.has_limits() && is_other(&change.asset) => {
                Some(Action::ChangeAccount(AccountChange { asset: other(), ..change.clone() }))
            }
            Action::Transact(transaction) if transaction.postings.iter().any(|posting| is_other(&posting.asset)) => {
                let mut spelled = transaction.clone();
                for posting in spelled.postings.iter_mut().filter(|posting| is_other(&posting.asset)) {
                    posting.asset = other();
                }
                Some(Action::Transact(spelled))
            }
            Action::OpenLedger(_)
            | Action::AddAsset(_)
            | Action::SetDefaultAsset { .. }
            | Action::RescaleAsset(_)
            | Action::SetArchived { .. }
            | Action::DeleteLedger(_)
            | Action::OpenAccount(_)
            | Action::ChangeAccount(_)
            | Action::Transact(_)
            | Action::PostHold { .. }
            | Action::VoidHold { .. }
            | Action::ExpireHold { .. }
            | Action::Reverse { .. }
            | Action::Expect(_)
            | Action::Defer { .. }
            | Action::Resolve { .. }
            | Action::Points(_)
            | Action::Advances(_) => None,
        }
    }

    /// Whether it only ends what the ledger took before, or opens an archived ledger again: an archived ledger takes nothing
    /// else.
    pub(crate) fn is_of_archived(&self) -> bool {
        match self {
            Action::SetArchived { .. } | Action::ExpireHold { .. } | Action::Resolve { .. } => true,
            Action::Points(action) => action.is_of_server(),
            Action::OpenLedger(_)
            | Action::AddAsset(_)
            | Action::SetDefaultAsset { .. }
            | Action::RescaleAsset(_)
            | Action::DeleteLedger(_)
            | Action::OpenAccount(_)
            | Action::ChangeAccount(_)
            | Action::Transact(_)
            | Action::PostHold { .. }
            | Action::VoidHold { .. }
            | Action::Reverse { .. }
            | Action::Expect(_)
            | Action::Defer { .. }
            | Action::Advances(_) => false,
        }
    }

    /// The hash of what is asked for.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut encoder = Encoder::new();
        self.encode(&mut encoder);
        Fingerprint::of(encoder.bytes())
    }

    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Action::OpenLedger(terms) => {
                // Where no default is said, it has the bytes that it had when none could be said.
                encoder.byte(if terms.default_asset.is_some() { 61 } else { 1 });
                encoder.length(terms.assets.len());
                terms.assets.iter().for_each(|asset| asset.encode(encoder));
                terms.rules.encode(encoder);
                if let Some(asset) = &terms.default_asset {
                    encoder.text(asset.as_str());
                }
            }
            Action::SetDefaultAsset { asset } => {
                encoder.byte(60);
                encoder.text(asset.as_str());
            }
            Action::RescaleAsset(terms) => {
                encoder.byte(65);
                terms.encode(encoder);
            }
            Action::SetArchived { archived } => {
                encoder.byte(66);
                encoder.flag(*archived);
            }
            Action::DeleteLedger(tombstone) => {
                encoder.byte(67);
                tombstone.encode(encoder);
            }
            Action::AddAsset(terms) => {
                encoder.byte(2);
                terms.encode(encoder);
            }
            Action::OpenAccount(terms) => {
                encoder.byte(3);
                encoder.text(terms.name.as_str());
                encode_name(encoder, terms.asset.as_ref());
                encode_limit(encoder, terms.limits.min);
                encode_limit(encoder, terms.limits.max);
                terms.metadata.encode(encoder);
            }
            Action::ChangeAccount(change) => {
                encoder.byte(4);
                change.encode(encoder);
            }
            Action::Transact(transaction) => {
                encoder.byte(5);
                transaction.encode(encoder);
            }
            Action::PostHold { hold, amount } => {
                encoder.byte(6);
                encoder.wide(hold.0);
                encoder.option(*amount, |e, amount| e.wide(amount.minor_units()));
            }
            Action::VoidHold { hold } => {
                encoder.byte(7);
                encoder.wide(hold.0);
            }
            Action::ExpireHold { hold } => {
                encoder.byte(8);
                encoder.wide(hold.0);
            }
            Action::Reverse { original, part: Part::Rest } => {
                encoder.byte(9);
                encoder.wide(original.0);
            }
            Action::Reverse { original, part: Part::Amount(amount) } => {
                encoder.byte(63);
                encoder.wide(original.0);
                encoder.wide(amount.minor_units());
            }
            Action::Reverse { original, part: Part::Postings(parts) } => {
                encoder.byte(64);
                encoder.wide(original.0);
                encoder.length(parts.len());
                for (place, amount) in parts {
                    encoder.number(u64::from(*place));
                    encoder.wide(amount.minor_units());
                }
            }
            Action::Expect(expectation) => {
                // Without limits it has the bytes that it had when none could be expected.
                encoder.byte(if expectation.limits.is_empty() { 10 } else { 62 });
                encoder.text(expectation.account.as_str());
                expectation.metadata.encode(encoder);
                encoder.option(expectation.frozen, Encoder::flag);
                encoder.option(expectation.closed, Encoder::flag);
                if !expectation.limits.is_empty() {
                    encoder.length(expectation.limits.len());
                    for (asset, limits) in &expectation.limits {
                        encoder.text(asset.as_str());
                        encode_limit(encoder, limits.min);
                        encode_limit(encoder, limits.max);
                    }
                }
            }
            Action::Defer { request } => {
                encoder.byte(11);
                encoder.blob(request);
            }
            Action::Resolve { deferred, answer } => {
                encoder.byte(12);
                encoder.number(deferred.0);
                encoder.blob(answer);
            }
            Action::Points(action) => {
                encoder.byte(13);
                action.encode(encoder);
            }
            Action::Advances(action) => {
                encoder.byte(14);
                action.encode(encoder);
            }
        }
    }
}

impl Action {
    fn decode(d: &mut Decoder<'_>) -> Result<Action, Malformed> {
        Ok(match d.byte()? {
            1 => Action::OpenLedger(LedgerTerms {
                assets: decode_list(d, AssetTerms::decode)?,
                rules: LedgerRules::decode(d)?,
                default_asset: None,
            }),
            60 => Action::SetDefaultAsset { asset: d.name()? },
            65 => Action::RescaleAsset(AssetTerms::decode(d)?),
            66 => Action::SetArchived { archived: d.flag()? },
            67 => Action::DeleteLedger(Tombstone::decode(d)?),
            61 => Action::OpenLedger(LedgerTerms {
                assets: decode_list(d, AssetTerms::decode)?,
                rules: LedgerRules::decode(d)?,
                default_asset: Some(d.name()?),
            }),
            2 => Action::AddAsset(AssetTerms::decode(d)?),
            3 => Action::OpenAccount(AccountTerms {
                name: d.name()?,
                asset: d.option(Decoder::name)?,
                limits: Limits { min: decode_limit(d)?, max: decode_limit(d)? },
                metadata: Metadata::decode(d)?,
            }),
            4 => Action::ChangeAccount(AccountChange::decode(d)?),
            5 => Action::Transact(Transaction::decode(d)?),
            6 => Action::PostHold { hold: Id(d.wide()?), amount: d.option(|d| d.wide().map(Amount::new))? },
            7 => Action::VoidHold { hold: Id(d.wide()?) },
            8 => Action::ExpireHold { hold: Id(d.wide()?) },
            9 => Action::Reverse { original: Id(d.wide()?), part: Part::Rest },
            63 => Action::Reverse { original: Id(d.wide()?), part: Part::Amount(Amount::new(d.wide()?)) },
            64 => Action::Reverse { original: Id(d.wide()?), part: Part::Postings(decode_list(d, decode_part)?) },
            10 => Action::Expect(Expectation {
                account: d.name()?,
                metadata: Metadata::decode(d)?,
                frozen: d.option(Decoder::flag)?,
                closed: d.option(Decoder::flag)?,
                limits: Vec::new(),
            }),
            62 => Action::Expect(Expectation {
                account: d.name()?,
                metadata: Metadata::decode(d)?,
                frozen: d.option(Decoder::flag)?,
                closed: d.option(Decoder::flag)?,
                limits: decode_list(d, |d| Ok((d.name()?, Limits { min: decode_limit(d)?, max: decode_limit(d)? })))?,
            }),
            11 => Action::Defer { request: d.blob()?.into() },
            12 => Action::Resolve { deferred: Seq(d.number()?), answer: d.blob()?.into() },
            13 => Action::Points(points::Action::decode(d)?),
            14 => Action::Advances(advances::Action::decode(d)?),
            _ => return Err(Malformed { expected: "kind of command" }),
        })
    }
}

/// A list, its length first.
fn decode_list<'a, T>(
    d: &mut Decoder<'a>,
    read: impl Fn(&mut Decoder<'a>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let mut list = Vec::new();
    for _ in 0..d.length()? {
        list.push(read(d)?);
    }
    Ok(list)
}

fn decode_part(d: &mut Decoder<'_>) -> Result<(u32, Amount), Malformed> {
    let place = u32::try_from(d.number()?).map_err(|_| Malformed { expected: "place of a posting" })?;
    Ok((place, Amount::new(d.wide()?)))
}

impl AssetTerms {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(self.code.as_str());
        encoder.byte(self.scale);
    }

    fn decode(d: &mut Decoder<'_>) -> Result<AssetTerms, Malformed> {
        Ok(AssetTerms { code: d.name()?, scale: d.byte()? })
    }
}

impl AccountChange {
    /// Whether limits change, which belong to an asset.
    pub(crate) fn has_limits(&self) -> bool {
        self.min.is_some() || self.max.is_some()
    }

    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(self.name.as_str());
        encode_name(encoder, self.asset.as_ref());
        encoder.option(self.min, encode_limit);
        encoder.option(self.max, encode_limit);
        encoder.option(self.metadata.as_ref(), |e, metadata| metadata.encode(e));
        encoder.option(self.frozen, Encoder::flag);
        encoder.option(self.closed, Encoder::flag);
    }

    fn decode(d: &mut Decoder<'_>) -> Result<AccountChange, Malformed> {
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

impl Transaction {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.length(self.postings.len());
        for posting in &self.postings {
            posting.source.encode(encoder);
            encoder.text(posting.destination.as_str());
            encode_name(encoder, posting.asset.as_ref());
            encoder.wide(posting.amount.minor_units());
        }
        match self.timing {
            Timing::Posted => encoder.byte(0),
            Timing::Pending { timeout_s } => {
                encoder.byte(1);
                encoder.option(timeout_s, Encoder::number);
            }
        }
        encoder.option(self.effective_at, Encoder::instant);
        encoder.option(self.description.as_deref(), Encoder::text);
        encoder.option(self.reference.as_deref(), Encoder::text);
        self.metadata.encode(encoder);
    }

    fn decode(d: &mut Decoder<'_>) -> Result<Transaction, Malformed> {
        let posting = |d: &mut Decoder<'_>| {
            Ok(Transfer {
                source: Source::decode(d)?,
                destination: d.name()?,
                asset: d.option(Decoder::name)?,
                amount: Amount::new(d.wide()?),
            })
        };
        Ok(Transaction {
            postings: decode_list(d, posting)?,
            timing: match d.flag()? {
                false => Timing::Posted,
                true => Timing::Pending { timeout_s: d.option(Decoder::number)? },
            },
            effective_at: d.option(Decoder::instant)?,
            description: d.option(|d| d.text().map(str::to_owned))?,
            reference: d.option(|d| d.text().map(str::to_owned))?,
            metadata: Metadata::decode(d)?,
        })
    }
}

impl Source {
    /// One account is its name; several are an empty text, which no name is, then the first, then a list.
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Source::One(account) => encoder.text(account.as_str()),
            Source::InOrder { first, then } => {
                encoder.text("");
                first.encode(encoder);
                encoder.length(then.len());
                then.iter().for_each(|draw| draw.encode(encoder));
            }
        }
    }

    fn decode(d: &mut Decoder<'_>) -> Result<Source, Malformed> {
        match d.text()? {
            "" => Ok(Source::InOrder { first: Draw::decode(d)?, then: decode_list(d, Draw::decode)? }),
            text => Name::parse(text).map(Source::One).map_err(|_| Malformed { expected: "name" }),
        }
    }
}

impl Draw {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(self.account.as_str());
        encode_limit(encoder, self.keep);
    }

    fn decode(d: &mut Decoder<'_>) -> Result<Draw, Malformed> {
        Ok(Draw { account: d.name()?, keep: decode_limit(d)? })
    }
}

fn encode_name(encoder: &mut Encoder, name: Option<&Name>) {
    encoder.option(name, |e, name| e.text(name.as_str()));
}

fn encode_limit(encoder: &mut Encoder, limit: Option<Balance>) {
    encoder.option(limit, |e, limit| e.signed(limit.minor_units()));
}

fn decode_limit(d: &mut Decoder<'_>) -> Result<Option<Balance>, Malformed> {
    d.option(|d| Balance::new(d.signed()?).ok_or(Malformed { expected: "limit within 10^38" }))
}
