//! What happened: the rows of the journal, one an effect, numbered by [`Seq`], never updated.
//!
//! Only postings carry chain fields and balances; a hold joins no chain until it is posted, which appends postings that
//! name it. The first effect of a command that has an outcome to keep carries the command's id and fingerprint.

use super::rejection::Rejection;
use super::rows::Tombstone;
use super::terms::{AssetTerms, LedgerRules, Limits, Metadata};
use crate::codec::Fingerprint;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::{Amount, Balance};
use crate::names::Name;
use crate::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use crate::product::{Product, ProductFact as _, Tagged as _};

/// Every so many entries of an account, its balance is written down as a milestone: 64, so that a balance at any past
/// instant is one look-up and at most 64 steps, and milestones cost one row in thirty-two postings.
pub const MILESTONE_ENTRIES: u64 = 64;

/// One row of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect<P: Product> {
    /// Its place.
    pub seq: Seq,
    /// The instant of its command.
    pub at: Timestamp,
    /// The command, on the effect that stands for its outcome.
    pub command: Option<CommandKey>,
    /// What happened.
    pub fact: Fact<P>,
}

/// Under which id, and with what content, an outcome is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandKey {
    /// The id.
    pub id: Id,
    /// The content.
    pub fingerprint: Fingerprint,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<P: Product> {
    /// The ledger was opened.
    LedgerOpened(LedgerRules),
    /// Another asset is meant from now on where none is named.
    DefaultAssetSet {
        /// The asset.
        no: AssetNo,
    },
    /// The scale of an asset changed, before any amount of it was recorded.
    AssetRescaled {
        /// The asset.
        no: AssetNo,
        /// How many decimals its minor unit has from now on.
        scale: u8,
    },
    /// The ledger was archived, or opened again.
    ArchivedSet {
        /// Whether it is archived from now on.
        archived: bool,
    },
    /// Another ledger was deleted. Only the system ledger records this.
    LedgerDeleted(Box<Tombstone>),
    /// An asset was added.
    AssetAdded {
        /// Its number.
        no: AssetNo,
        /// Its code and scale.
        terms: AssetTerms,
    },
    /// An account was opened for an asset.
    AccountOpened(Box<AccountOpened>),
    /// An account was changed; what stands here is its whole state afterwards.
    AccountChanged(Box<AccountChanged>),
    /// Money moved.
    Posting(Posting),
    /// Money is held.
    Hold(HoldLeg),
    /// A hold was given up.
    HoldVoided {
        /// The transaction that was pending.
        transaction: Id,
        /// Where it was held.
        hold: Seq,
    },
    /// A hold's time was over.
    HoldExpired {
        /// The transaction that was pending.
        transaction: Id,
        /// Where it was held.
        hold: Seq,
    },
    /// A command was refused, and the refusal is kept.
    Refused(Box<Rejection<P>>),
    /// A request was taken, to be done later.
    Deferred {
        /// The request.
        request: Box<[u8]>,
    },
    /// The outcome of a request that was taken.
    Resolved {
        /// Where it was taken.
        deferred: Seq,
        /// Its outcome.
        answer: Box<[u8]>,
    },
    /// Rows of an import were taken, each as the effects before this say.
    Imported {
        /// How many.
        rows: u64,
        /// Those that were refused, by their lines, and why.
        refused: Vec<(u64, Rejection<P>)>,
    },
    /// What happened to a product.
    Product(Box<P::Fact>),
}

/// An account opened for an asset: the first asset opens the account itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOpened {
    /// The account's number.
    pub account: AccountNo,
    /// Its name.
    pub name: Name,
    /// The asset.
    pub asset: AssetNo,
    /// The bounds of the balance in this asset.
    pub limits: Limits,
    /// The account's metadata afterwards.
    pub metadata: Metadata,
}

/// The state of an account after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChanged {
    /// The account's number.
    pub account: AccountNo,
    /// The limits that changed, if any did.
    pub limits: Option<(AssetNo, Limits)>,
    /// The metadata.
    pub metadata: Metadata,
    /// Whether new debits and credits are refused.
    pub frozen: bool,
    /// Whether the account is closed.
    pub closed: bool,
}

/// One posting as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Its transaction.
    pub transaction: Id,
    /// Its place in the transaction, from 0.
    pub leg: u32,
    /// How many postings the transaction has.
    pub legs: u32,
    /// In what.
    pub asset: AssetNo,
    /// How much.
    pub amount: Amount,
    /// Who was debited.
    pub source: Side,
    /// Who was credited.
    pub destination: Side,
    /// When it counts in the books, if not when it was recorded.
    pub effective_at: Option<Timestamp>,
    /// The hold that it posts.
    pub hold: Option<Seq>,
    /// What the transaction says of itself, on its first posting.
    pub detail: Option<Box<Detail>>,
}

/// One side of a posting: a link in the chain of an account's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// The account.
    pub account: AccountNo,
    /// The account's previous posting in this asset.
    pub previous: Option<Seq>,
    /// Which entry of the account this is, from 1.
    pub entry: u64,
    /// The balance after it.
    pub balance: Balance,
}

/// One leg of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldLeg {
    /// Its transaction.
    pub transaction: Id,
    /// Its place in the transaction, from 0.
    pub leg: u32,
    /// How many legs the transaction has.
    pub legs: u32,
    /// In what.
    pub asset: AssetNo,
    /// How much.
    pub amount: Amount,
    /// Who will be debited.
    pub source: AccountNo,
    /// Who will be credited.
    pub destination: AccountNo,
    /// When its time is over.
    pub expires_at: Option<Timestamp>,
    /// What the transaction says of itself, on its first leg.
    pub detail: Option<Box<Detail>>,
}

/// What a transaction says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Detail {
    /// What for.
    pub description: Option<String>,
    /// The client's own unique name for it.
    pub reference: Option<String>,
    /// What the client keeps with it.
    pub metadata: Metadata,
    /// The transaction that it reverses.
    pub reverses: Option<Id>,
    /// How much of each posting of that transaction is reversed in all, this included; empty where this is all of it at
    /// once.
    pub reversed: Vec<Amount>,
    /// The effective date asked for with a hold; it says so and does no more.
    pub asked_effective_at: Option<Timestamp>,
}

impl Detail {
    /// Nothing, when nothing is said.
    #[must_use]
    pub fn boxed(self) -> Option<Box<Detail>> {
        (self != Detail::default()).then(|| Box::new(self))
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        e.option(self.description.as_deref(), Encoder::text);
        e.option(self.reference.as_deref(), Encoder::text);
        self.metadata.encode(e);
        match self.reverses {
            None => e.byte(0),
            Some(id) => {
                e.byte(if self.reversed.is_empty() { 1 } else { 2 });
                e.wide(id.0);
                if !self.reversed.is_empty() {
                    e.length(self.reversed.len());
                    self.reversed.iter().for_each(|amount| e.wide(amount.minor_units()));
                }
            }
        }
        e.option(self.asked_effective_at, Encoder::instant);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Detail, Malformed> {
        let description = d.option(|d| d.text().map(str::to_owned))?;
        let reference = d.option(|d| d.text().map(str::to_owned))?;
        let metadata = Metadata::decode(d)?;
        let mut reversed = Vec::new();
        let reverses = match d.byte()? {
            0 => None,
            1 => Some(Id(d.wide()?)),
            2 => {
                let id = Id(d.wide()?);
                for _ in 0..d.length()? {
                    reversed.push(Amount::new(d.wide()?));
                }
                Some(id)
            }
            _ => return Err(Malformed { expected: "whether it reverses a transaction" }),
        };
        Ok(Detail {
            description,
            reference,
            metadata,
            reverses,
            reversed,
            asked_effective_at: d.option(Decoder::instant)?,
        })
    }
}

/// The kind of a fact, as a number that never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// [`Fact::Posting`], the one that is written millions of times.
    Posting,
    /// [`Fact::Hold`].
    Hold,
    /// [`Fact::HoldVoided`].
    HoldVoided,
    /// [`Fact::HoldExpired`].
    HoldExpired,
    /// [`Fact::AccountOpened`].
    AccountOpened,
    /// [`Fact::AccountChanged`].
    AccountChanged,
    /// [`Fact::AssetAdded`].
    AssetAdded,
    /// [`Fact::LedgerOpened`].
    LedgerOpened,
    /// [`Fact::DefaultAssetSet`].
    DefaultAssetSet,
    /// [`Fact::AssetRescaled`].
    AssetRescaled,
    /// [`Fact::ArchivedSet`].
    ArchivedSet,
    /// [`Fact::LedgerDeleted`].
    LedgerDeleted,
    /// [`Fact::Refused`].
    Refused,
    /// [`Fact::Deferred`].
    Deferred,
    /// [`Fact::Resolved`].
    Resolved,
    /// [`Fact::Imported`], or [`Fact::Product`] with this code.
    Product(u8),
}

impl Kind {
    /// All kinds of the ledger itself.
    const ALL: [Kind; 15] = [
        Kind::Posting,
        Kind::Hold,
        Kind::HoldVoided,
        Kind::HoldExpired,
        Kind::AccountOpened,
        Kind::AccountChanged,
        Kind::AssetAdded,
        Kind::LedgerOpened,
        Kind::DefaultAssetSet,
        Kind::AssetRescaled,
        Kind::ArchivedSet,
        Kind::LedgerDeleted,
        Kind::Refused,
        Kind::Deferred,
        Kind::Resolved,
    ];

    /// The ledger's own kinds with which a ledger is never deleted; every other trace of money follows one of them.
    /// Products have theirs ([`crate::product::ProductFact::is_setup`]).
    pub const LASTING: [Kind; 3] = [Kind::Posting, Kind::Hold, Kind::Deferred];

    /// The number that stands for the kind in stores and hashes.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Kind::Posting => 0,
            Kind::Hold => 1,
            Kind::HoldVoided => 2,
            Kind::HoldExpired => 3,
            Kind::AccountOpened => 4,
            Kind::AccountChanged => 5,
            Kind::AssetAdded => 6,
            Kind::LedgerOpened => 7,
            Kind::Refused => 8,
            Kind::Deferred => 9,
            Kind::Resolved => 10,
            Kind::Product(code) => code,
            Kind::DefaultAssetSet => 13,
            Kind::AssetRescaled => 14,
            Kind::ArchivedSet => 15,
            Kind::LedgerDeleted => 16,
        }
    }

    /// The kind of a number; `None` where neither the ledger nor a product has one of that number.
    #[must_use]
    pub fn from_code<P: Product>(code: u8) -> Option<Kind> {
        let of_product = P::Fact::KINDS.contains(&code).then_some(Kind::Product(code));
        Kind::ALL.into_iter().find(|kind| kind.code() == code).or(of_product)
    }

    /// The word for it in events; `None` where the fact has one of its own.
    #[must_use]
    const fn word(self) -> Option<&'static str> {
        Some(match self {
            Kind::Posting => "posting",
            Kind::Hold => "hold",
            Kind::HoldVoided => "hold_voided",
            Kind::HoldExpired => "hold_expired",
            Kind::AccountOpened => "account_opened",
            Kind::AccountChanged => "account_changed",
            Kind::AssetAdded => "asset_added",
            Kind::LedgerOpened => "ledger_opened",
            Kind::DefaultAssetSet => "default_asset_set",
            Kind::AssetRescaled => "asset_rescaled",
            Kind::ArchivedSet => "archived_set",
            Kind::LedgerDeleted => "ledger_deleted",
            Kind::Refused => "refused",
            Kind::Deferred => "deferred",
            Kind::Resolved => "resolved",
            Kind::Product(_) => return None,
        })
    }
}

impl<P: Product> Fact<P> {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Fact::LedgerOpened(_) => Kind::LedgerOpened,
            Fact::DefaultAssetSet { .. } => Kind::DefaultAssetSet,
            Fact::AssetRescaled { .. } => Kind::AssetRescaled,
            Fact::ArchivedSet { .. } => Kind::ArchivedSet,
            Fact::LedgerDeleted(_) => Kind::LedgerDeleted,
            Fact::AssetAdded { .. } => Kind::AssetAdded,
            Fact::AccountOpened(_) => Kind::AccountOpened,
            Fact::AccountChanged(_) => Kind::AccountChanged,
            Fact::Posting(_) => Kind::Posting,
            Fact::Hold(_) => Kind::Hold,
            Fact::HoldVoided { .. } => Kind::HoldVoided,
            Fact::HoldExpired { .. } => Kind::HoldExpired,
            Fact::Refused(_) => Kind::Refused,
            Fact::Deferred { .. } => Kind::Deferred,
            Fact::Resolved { .. } => Kind::Resolved,
            Fact::Imported { .. } => Kind::Product(P::IMPORTED.kind),
            Fact::Product(fact) => Kind::Product(fact.kind()),
        }
    }

    /// The word for it in events.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self, self.kind().word()) {
            (_, Some(word)) => word,
            (Fact::Product(fact), None) => fact.word(),
            (_, None) => P::IMPORTED.word,
        }
    }

    fn decode_imported(d: &mut Decoder<'_>) -> Result<Fact<P>, Malformed> {
        for _ in P::IMPORTED.first {
            d.byte()?;
        }
        let rows = d.number()?;
        let mut refused = Vec::new();
        for _ in 0..d.length()? {
            refused.push((d.number()?, Rejection::decode(d)?));
        }
        Ok(Fact::Imported { rows, refused })
    }

    /// The transaction that it belongs to, where it has one.
    #[must_use]
    pub fn transaction(&self) -> Option<Id> {
        if let Fact::Posting(posting) = self {
            Some(posting.transaction)
        } else if let Fact::Hold(leg) = self {
            Some(leg.transaction)
        } else {
            self.ended()
        }
    }

    /// What the fact's transaction says of itself, where the fact carries it.
    #[must_use]
    pub fn detail(&self) -> Option<&Detail> {
        if let Fact::Posting(posting) = self {
            posting.detail.as_deref()
        } else if let Fact::Hold(leg) = self {
            leg.detail.as_deref()
        } else {
            None
        }
    }

    /// Whether it records an amount of an asset, in the asset's scale: a posting, a hold, or a limit other than 0.
    #[must_use]
    pub fn has_amounts(&self, asset: AssetNo) -> bool {
        let is_amount = |of: AssetNo, limits: Limits| {
            let is_other = |limit: Option<Balance>| limit.is_some_and(|limit| limit != Balance::ZERO);
            of == asset && (is_other(limits.min) || is_other(limits.max))
        };
        match self {
            Fact::Posting(posting) => posting.asset == asset,
            Fact::Hold(leg) => leg.asset == asset,
            Fact::AccountOpened(opened) => is_amount(opened.asset, opened.limits),
            Fact::AccountChanged(changed) => changed.limits.is_some_and(|(of, limits)| is_amount(of, limits)),
            Fact::LedgerOpened(_)
            | Fact::DefaultAssetSet { .. }
            | Fact::AssetRescaled { .. }
            | Fact::ArchivedSet { .. }
            | Fact::LedgerDeleted(_)
            | Fact::AssetAdded { .. }
            | Fact::HoldVoided { .. }
            | Fact::HoldExpired { .. }
            | Fact::Refused(_)
            | Fact::Deferred { .. }
            | Fact::Resolved { .. }
            | Fact::Imported { .. }
            | Fact::Product(_) => false,
        }
    }

    /// The transaction whose hold it gives up, where it does no more than that.
    #[must_use]
    pub const fn ended(&self) -> Option<Id> {
        if let Fact::HoldVoided { transaction, .. } | Fact::HoldExpired { transaction, .. } = self {
            Some(*transaction)
        } else {
            None
        }
    }

    /// Writes the canonical bytes, kind first.
    pub fn encode(&self, e: &mut Encoder) {
        e.byte(self.kind().code());
        match self {
            Fact::LedgerOpened(rules) => rules.encode(e),
            Fact::DefaultAssetSet { no } => e.number(no.0),
            Fact::AssetRescaled { no, scale } => {
                e.number(no.0);
                e.byte(*scale);
            }
            Fact::ArchivedSet { archived } => e.flag(*archived),
            Fact::LedgerDeleted(tombstone) => tombstone.encode(e),
            Fact::AssetAdded { no, terms } => {
                e.number(no.0);
                e.text(terms.code.as_str());
                e.byte(terms.scale);
            }
            Fact::AccountOpened(opened) => {
                e.number(opened.account.0);
                e.text(opened.name.as_str());
                e.number(opened.asset.0);
                encode_limits(e, opened.limits);
                opened.metadata.encode(e);
            }
            Fact::AccountChanged(changed) => {
                e.number(changed.account.0);
                e.option(changed.limits, |e, (asset, limits)| {
                    e.number(asset.0);
                    encode_limits(e, limits);
                });
                changed.metadata.encode(e);
                e.flag(changed.frozen);
                e.flag(changed.closed);
            }
            Fact::Posting(posting) => posting.encode(e),
            Fact::Hold(leg) => leg.encode(e),
            Fact::HoldVoided { transaction, hold } | Fact::HoldExpired { transaction, hold } => {
                e.wide(transaction.0);
                e.number(hold.0);
            }
            Fact::Refused(rejection) => rejection.encode(e),
            Fact::Deferred { request } => e.blob(request),
            Fact::Resolved { deferred, answer } => {
                e.number(deferred.0);
                e.blob(answer);
            }
            Fact::Imported { rows, refused } => {
                P::IMPORTED.first.into_iter().for_each(|byte| e.byte(byte));
                e.number(*rows);
                e.length(refused.len());
                for (line, rejection) in refused {
                    e.number(*line);
                    rejection.encode(e);
                }
            }
            Fact::Product(fact) => fact.encode(e),
        }
    }

    /// Reads the canonical bytes, all of them.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(bytes: &[u8]) -> Result<Fact<P>, Malformed> {
        let mut d = Decoder::new(bytes);
        let fact = Fact::read(&mut d)?;
        d.finish()?;
        Ok(fact)
    }

    pub(crate) fn read(d: &mut Decoder<'_>) -> Result<Fact<P>, Malformed> {
        let kind = Kind::from_code::<P>(d.byte()?).ok_or(Malformed { expected: "kind of effect" })?;
        Ok(match kind {
            Kind::Posting => Fact::Posting(Posting::decode(d)?),
            Kind::Hold => Fact::Hold(HoldLeg::decode(d)?),
            Kind::LedgerOpened => Fact::LedgerOpened(LedgerRules::decode(d)?),
            Kind::DefaultAssetSet => Fact::DefaultAssetSet { no: AssetNo(d.number()?) },
            Kind::AssetRescaled => Fact::AssetRescaled { no: AssetNo(d.number()?), scale: d.byte()? },
            Kind::ArchivedSet => Fact::ArchivedSet { archived: d.flag()? },
            Kind::LedgerDeleted => Fact::LedgerDeleted(Box::new(Tombstone::decode(d)?)),
            Kind::AssetAdded => {
                Fact::AssetAdded { no: AssetNo(d.number()?), terms: AssetTerms { code: d.name()?, scale: d.byte()? } }
            }
            Kind::AccountOpened => Fact::AccountOpened(Box::new(AccountOpened {
                account: AccountNo(d.number()?),
                name: d.name()?,
                asset: AssetNo(d.number()?),
                limits: decode_limits(d)?,
                metadata: Metadata::decode(d)?,
            })),
            Kind::AccountChanged => Fact::AccountChanged(Box::new(AccountChanged {
                account: AccountNo(d.number()?),
                limits: d.option(|d| Ok((AssetNo(d.number()?), decode_limits(d)?)))?,
                metadata: Metadata::decode(d)?,
                frozen: d.flag()?,
                closed: d.flag()?,
            })),
            Kind::HoldVoided => Fact::HoldVoided { transaction: Id(d.wide()?), hold: Seq(d.number()?) },
            Kind::HoldExpired => Fact::HoldExpired { transaction: Id(d.wide()?), hold: Seq(d.number()?) },
            Kind::Refused => Fact::Refused(Box::new(Rejection::decode(d)?)),
            Kind::Deferred => Fact::Deferred { request: d.blob()?.into() },
            Kind::Resolved => Fact::Resolved { deferred: Seq(d.number()?), answer: d.blob()?.into() },
            Kind::Product(kind) if kind == P::IMPORTED.kind && d.remaining().starts_with(&P::IMPORTED.first) => {
                Fact::decode_imported(d)?
            }
            Kind::Product(code) => Fact::Product(Box::new(P::Fact::decode(code, d)?)),
        })
    }
}

impl<P: Product> Effect<P> {
    /// Writes the canonical bytes: what a batch's hash is made over.
    pub fn encode(&self, e: &mut Encoder) {
        e.number(self.seq.0);
        e.instant(self.at);
        match &self.command {
            None => e.byte(0),
            Some(command) => {
                e.byte(1);
                e.id(command.id);
                e.fixed(&command.fingerprint.0);
            }
        }
        self.fact.encode(e);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Effect<P>, Malformed> {
        Ok(Effect {
            seq: Seq(d.number()?),
            at: d.instant()?,
            command: d.option(|d| Ok(CommandKey { id: d.id()?, fingerprint: Fingerprint(d.fixed()?) }))?,
            fact: Fact::read(d)?,
        })
    }
}

impl Posting {
    /// The two sides of the posting as entries, each with its signed amount.
    #[must_use]
    pub fn entries(&self) -> [(Side, i128); 2] {
        let amount = self.amount.signed();
        [(self.source, amount.saturating_neg()), (self.destination, amount)]
    }

    fn encode(&self, e: &mut Encoder) {
        e.id(self.transaction);
        e.number(u64::from(self.leg));
        e.number(u64::from(self.legs));
        e.number(self.asset.0);
        e.wide(self.amount.minor_units());
        for side in [&self.source, &self.destination] {
            e.number(side.account.0);
            e.number(side.previous.map_or(0, |seq| seq.0));
            e.number(side.entry);
            e.signed(side.balance.minor_units());
        }
        e.option(self.effective_at, Encoder::instant);
        e.number(self.hold.map_or(0, |seq| seq.0));
        e.option(self.detail.as_deref(), |e, detail| detail.encode(e));
    }

    fn decode(d: &mut Decoder<'_>) -> Result<Posting, Malformed> {
        Ok(Posting {
            transaction: d.id()?,
            leg: decode_leg(d)?,
            legs: decode_leg(d)?,
            asset: AssetNo(d.number()?),
            amount: Amount::new(d.wide()?),
            source: Side::decode(d)?,
            destination: Side::decode(d)?,
            effective_at: d.option(Decoder::instant)?,
            hold: decode_seq(d)?,
            detail: d.option(|d| Detail::decode(d).map(Box::new))?,
        })
    }
}

impl Side {
    fn decode(d: &mut Decoder<'_>) -> Result<Side, Malformed> {
        Ok(Side {
            account: AccountNo(d.number()?),
            previous: decode_seq(d)?,
            entry: d.number()?,
            balance: Balance::new(d.signed()?).ok_or(Malformed { expected: "balance" })?,
        })
    }
}

fn decode_leg(d: &mut Decoder<'_>) -> Result<u32, Malformed> {
    u32::try_from(d.number()?).map_err(|_| Malformed { expected: "place of a leg" })
}

/// A place in the journal, which 0 is none.
fn decode_seq(d: &mut Decoder<'_>) -> Result<Option<Seq>, Malformed> {
    d.number().map(|seq| (seq > 0).then_some(Seq(seq)))
}

impl HoldLeg {
    fn encode(&self, e: &mut Encoder) {
        e.id(self.transaction);
        e.number(u64::from(self.leg));
        e.number(u64::from(self.legs));
        e.number(self.asset.0);
        e.wide(self.amount.minor_units());
        e.number(self.source.0);
        e.number(self.destination.0);
        e.option(self.expires_at, Encoder::instant);
        e.option(self.detail.as_deref(), |e, detail| detail.encode(e));
    }

    fn decode(d: &mut Decoder<'_>) -> Result<HoldLeg, Malformed> {
        Ok(HoldLeg {
            transaction: d.id()?,
            leg: decode_leg(d)?,
            legs: decode_leg(d)?,
            asset: AssetNo(d.number()?),
            amount: Amount::new(d.wide()?),
            source: AccountNo(d.number()?),
            destination: AccountNo(d.number()?),
            expires_at: d.option(Decoder::instant)?,
            detail: d.option(|d| Detail::decode(d).map(Box::new))?,
        })
    }
}

fn encode_limits(e: &mut Encoder, limits: Limits) {
    e.option(limits.min, |e, limit| e.signed(limit.minor_units()));
    e.option(limits.max, |e, limit| e.signed(limit.minor_units()));
}

fn decode_limits(d: &mut Decoder<'_>) -> Result<Limits, Malformed> {
    let mut limit = || d.option(|d| Balance::new(d.signed()?).ok_or(Malformed { expected: "limit within 10^38" }));
    Ok(Limits { min: limit()?, max: limit()? })
}
