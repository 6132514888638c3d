//! What a ledger can be asked to do.
//!
//! A command is already parsed: its names are names, its defaults are filled in. Two commands with the same
//! [`Fingerprint`] ask for the same thing.

use super::rows::Tombstone;
use super::terms::{
    AccountChange, AccountTerms, AssetTerms, Expectation, LedgerRules, LedgerTerms, Limits, Metadata, decode_limit,
    decode_list, encode_limit, encode_name,
};
use super::transaction::{Part, Transaction, decode_part};
use crate::codec::{Decoder, Encoder, Fingerprint, Malformed};
use crate::money::Amount;
use crate::names::Name;
use crate::numbers::{Id, Seq};
use crate::product::{Product, ProductAction as _, Tagged as _};

mod redact;

pub use redact::{REDACTED_MAX, Redact, RedactOf};

/// Who chose the id of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandId {
    /// The client, who may send it again: outcomes, refusals included, are kept under it.
    Client(Id),
    /// The node that took the command: no one can repeat it, so a refusal leaves no trace.
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

    /// Writes the canonical bytes.
    pub(crate) fn encode(self, e: &mut Encoder) {
        e.flag(matches!(self, CommandId::Client(_)));
        e.wide(self.id().0);
    }

    /// Reads the canonical bytes.
    pub(crate) fn decode(d: &mut Decoder<'_>) -> Result<CommandId, Malformed> {
        let is_client = d.flag()?;
        let id = Id(d.wide()?);
        Ok(if is_client { CommandId::Client(id) } else { CommandId::Server(id) })
    }
}

/// One thing to do, all or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command<P: Product> {
    /// Under which id its outcome is kept.
    pub id: CommandId,
    /// The hash of the request that it stands for, where what counts as the same is the request and not the action.
    pub stands_for: Option<Fingerprint>,
    /// What it asks for.
    pub action: Action<P>,
}

impl<P: Product> Command<P> {
    /// A command.
    #[must_use]
    pub fn new(id: CommandId, action: Action<P>) -> Command<P> {
        Command { id, stands_for: None, action }
    }

    /// A command that stands for a request which may come to other actions at other times: what counts as the same is
    /// the request.
    #[must_use]
    pub fn standing_for(request: &[u8], id: CommandId, action: Action<P>) -> Command<P> {
        Command { id, stands_for: Some(Fingerprint::of(request)), action }
    }

    /// How many commands it stands for.
    #[must_use]
    pub fn weight(&self) -> usize {
        if let Action::Redact(redact) = &self.action { redact.effects.len().max(1) } else { 1 }
    }

    /// The hash of what it asks for, as it is written.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.stands_for.unwrap_or_else(|| self.action.fingerprint())
    }

    /// The fingerprint under which its outcome is kept: of what it means, its default asset spelled out.
    pub(crate) fn fingerprint_in(&self, default: Option<&Name>) -> Fingerprint {
        self.stands_for.unwrap_or_else(|| self.action.fingerprint_in(default))
    }

    /// Whether it asks for what was decided under a fingerprint when this was the default asset: as it is written,
    /// spelled out, or, as releases up to 0.1 kept it, with the default left out.
    pub(crate) fn means(&self, decided: Fingerprint, default: Option<&Name>) -> bool {
        if self.fingerprint() == decided {
            return true;
        }
        let Some(default) = default.filter(|_| self.stands_for.is_none()) else { return false };
        let short = || self.action.without(default).is_some_and(|action| action.fingerprint() == decided);
        self.action.fingerprint_in(Some(default)) == decided || short()
    }

    /// Writes the canonical bytes: what one node sends another.
    pub fn encode(&self, encoder: &mut Encoder) {
        self.id.encode(encoder);
        encoder.option(self.stands_for, |e, fingerprint| e.fixed(&fingerprint.0));
        self.action.encode(encoder);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When they are not such bytes.
    pub fn decode(decoder: &mut Decoder<'_>) -> Result<Command<P>, Malformed> {
        Ok(Command {
            id: CommandId::decode(decoder)?,
            stands_for: decoder.option(|d| Ok(Fingerprint(d.fixed()?)))?,
            action: Action::decode(decoder)?,
        })
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action<P: Product> {
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
    /// Erase texts of earlier effects.
    Redact(Redact),
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
    /// Nothing, if an account is still as someone read it: an atomic batch that begins with this is done only then.
    Expect(Expectation),
    /// Take a request now, durably, and do it later. Its meaning is the caller's.
    Defer {
        /// The request.
        request: Box<[u8]>,
    },
    /// Record the outcome of a request that was taken. The server alone asks for this, under an id of that request's
    /// own.
    Resolve {
        /// Where it was taken.
        deferred: Seq,
        /// Its outcome.
        answer: Box<[u8]>,
    },
    /// What is asked of a product.
    Product(P::Action),
}

impl<P: Product> Action<P> {
    /// The same with its default asset left out; `None` where it is named nowhere.
    pub(crate) fn without(&self, default: &Name) -> Option<Action<P>> {
        let is_default = |asset: &Option<Name>| asset.as_ref() == Some(default);
        match self {
            Action::OpenAccount(terms) if is_default(&terms.asset) => {
                Some(Action::OpenAccount(AccountTerms { asset: None, ..terms.clone() }))
            }
            // Without limits a change has no asset at all.
            Action::ChangeAccount(change) if change.has_limits() && is_default(&change.asset) => {
                Some(Action::ChangeAccount(AccountChange { asset: None, ..change.clone() }))
            }
            Action::Transact(transaction) if transaction.postings.iter().any(|posting| is_default(&posting.asset)) => {
                let mut without = transaction.clone();
                for posting in without.postings.iter_mut().filter(|posting| is_default(&posting.asset)) {
                    posting.asset = None;
                }
                Some(Action::Transact(without))
            }
            Action::OpenLedger(_)
            | Action::AddAsset(_)
            | Action::SetDefaultAsset { .. }
            | Action::RescaleAsset(_)
            | Action::SetArchived { .. }
            | Action::DeleteLedger(_)
            | Action::Redact(_)
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
            | Action::Product(_) => None,
        }
    }

    /// Whether it only ends what the ledger took before, erases texts, or opens an archived ledger again: an archived
    /// ledger takes nothing else.
    pub(crate) fn is_of_archived(&self) -> bool {
        match self {
            Action::SetArchived { .. } | Action::Redact(_) | Action::ExpireHold { .. } | Action::Resolve { .. } => true,
            Action::Product(action) => action.ends_earlier(),
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
            | Action::Defer { .. } => false,
        }
    }

    /// The hash of what is asked for.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint_in(None)
    }

    /// The hash of what is asked for, with this asset spelled out where none is named.
    pub(crate) fn fingerprint_in(&self, default: Option<&Name>) -> Fingerprint {
        let mut encoder = Encoder::new();
        self.write(&mut encoder, default);
        Fingerprint::of(encoder.bytes())
    }

    fn encode(&self, encoder: &mut Encoder) {
        self.write(encoder, None);
    }

    /// Writes the canonical bytes, with this asset spelled out where none is named.
    #[expect(clippy::too_many_lines, reason = "a table: one arm for each")]
    fn write(&self, encoder: &mut Encoder, default: Option<&Name>) {
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
            Action::Redact(redact) => {
                encoder.byte(68);
                redact.encode(encoder);
            }
            Action::AddAsset(terms) => {
                encoder.byte(2);
                terms.encode(encoder);
            }
            Action::OpenAccount(terms) => {
                encoder.byte(3);
                encoder.text(terms.name.as_str());
                encode_name(encoder, terms.asset.as_ref().or(default));
                encode_limit(encoder, terms.limits.min);
                encode_limit(encoder, terms.limits.max);
                terms.metadata.encode(encoder);
            }
            Action::ChangeAccount(change) => {
                encoder.byte(4);
                change.encode(encoder, default);
            }
            Action::Transact(transaction) => {
                encoder.byte(5);
                transaction.encode(encoder, default);
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
            Action::Product(action) => action.encode(encoder),
        }
    }
}

impl<P: Product> Action<P> {
    pub(crate) fn decode(d: &mut Decoder<'_>) -> Result<Action<P>, Malformed> {
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
            68 => Action::Redact(Redact::decode(d)?),
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
            tag => Action::Product(P::Action::decode(tag, d)?),
        })
    }
}
