//! What a ledger can be asked to do.
//!
//! A command is already parsed: its names are names, its defaults are filled in. Two commands with the same
//! [`Fingerprint`] ask for the same thing.

use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::{Amount, Balance};
use crate::names::Name;
use crate::numbers::{Id, Timestamp};

/// The most postings in one transaction: more than any invoice has lines, little enough to decide in well under a millisecond.
pub const POSTINGS_MAX: usize = 1024;

/// The most assets of one ledger: more than there are currencies, few enough to stay in memory whole and in 12 bits of a
/// store's keys.
pub const ASSETS_MAX: usize = 4_000;

/// 16 bytes of BLAKE3 over the canonical bytes of a command: enough that no two commands ever meet by accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 16]);

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

    /// Writes the canonical bytes: what one node sends another.
    pub fn encode(&self, encoder: &mut Encoder) {
        encoder.flag(matches!(self.id, CommandId::Client(_)));
        encoder.wide(self.id.id().0);
        self.action.encode(encoder);
    }

    /// Reads the canonical bytes.
    pub fn decode(decoder: &mut Decoder<'_>) -> Result<Command, Malformed> {
        let is_client = decoder.flag()?;
        let id = Id(decoder.wide()?);
        let id = if is_client { CommandId::Client(id) } else { CommandId::Server(id) };
        Ok(Command::new(id, Action::decode(decoder)?))
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Open the ledger.
    OpenLedger(LedgerTerms),
    /// Add an asset to it.
    AddAsset(AssetTerms),
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
    /// Make a transaction undone by its opposite.
    Reverse {
        /// The transaction to reverse.
        original: Id,
    },
}

/// What a ledger is opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerTerms {
    /// Its first assets.
    pub assets: Vec<AssetTerms>,
    /// Whether a missing account is opened by the first transaction that names it.
    pub implicit_accounts: ImplicitAccounts,
    /// What becomes of a posting of nothing.
    pub zero_amounts: ZeroAmounts,
}

/// What becomes of a posting that names a missing account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImplicitAccounts {
    /// It is refused.
    Refused,
    /// The account is opened, with a floor of 0.
    Opened,
}

/// What becomes of a posting of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZeroAmounts {
    /// It is refused.
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
    /// The asset that it is opened for; the ledger's only one when missing.
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
    /// The asset whose limits change; the ledger's only one when missing.
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
    pub source: Name,
    /// Who is credited.
    pub destination: Name,
    /// In what; the ledger's only asset when missing.
    pub asset: Option<Name>,
    /// How much, in minor units.
    pub amount: Amount,
}

impl Action {
    /// The hash of what is asked for.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut encoder = Encoder::new();
        self.encode(&mut encoder);
        let hash = blake3::hash(encoder.bytes());
        let mut fingerprint = [0; 16];
        for (to, from) in fingerprint.iter_mut().zip(hash.as_bytes()) {
            *to = *from;
        }
        Fingerprint(fingerprint)
    }

    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Action::OpenLedger(terms) => {
                encoder.byte(1);
                encoder.length(terms.assets.len());
                terms.assets.iter().for_each(|asset| asset.encode(encoder));
                encoder.flag(terms.implicit_accounts == ImplicitAccounts::Opened);
                encoder.flag(terms.zero_amounts == ZeroAmounts::Record);
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
            Action::Reverse { original } => {
                encoder.byte(9);
                encoder.wide(original.0);
            }
        }
    }
}

impl Action {
    fn decode(d: &mut Decoder<'_>) -> Result<Action, Malformed> {
        Ok(match d.byte()? {
            1 => Action::OpenLedger(LedgerTerms {
                assets: decode_list(d, AssetTerms::decode)?,
                implicit_accounts: if d.flag()? { ImplicitAccounts::Opened } else { ImplicitAccounts::Refused },
                zero_amounts: if d.flag()? { ZeroAmounts::Record } else { ZeroAmounts::Refuse },
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
            9 => Action::Reverse { original: Id(d.wide()?) },
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
            encoder.text(posting.source.as_str());
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
                source: d.name()?,
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

fn encode_name(encoder: &mut Encoder, name: Option<&Name>) {
    encoder.option(name, |e, name| e.text(name.as_str()));
}

fn encode_limit(encoder: &mut Encoder, limit: Option<Balance>) {
    encoder.option(limit, |e, limit| e.signed(limit.minor_units()));
}

fn decode_limit(d: &mut Decoder<'_>) -> Result<Option<Balance>, Malformed> {
    d.option(|d| Balance::new(d.signed()?).ok_or(Malformed { expected: "limit within 10^38" }))
}
