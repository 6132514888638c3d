//! What happened: the rows of the journal, one an effect, numbered by [`Seq`], changed only where texts are erased.
//!
//! Only postings carry chain fields and balances; a hold joins no chain until it is posted, which appends postings that
//! name it. The first effect of a command that has an outcome to keep carries the command's id and fingerprint.

mod codec;
mod redaction;

pub use redaction::{Redacted, Redaction};

use super::rejection::Rejection;
use super::rows::{IdRow, OutcomeKind, Tombstone};
use super::terms::{AssetTerms, LedgerRules, Limits, Metadata};
use crate::codec::Fingerprint;
use crate::money::{Amount, Balance};
use crate::names::Name;
use crate::numbers::{AccountNo, ActorNo, AssetNo, Id, Seq, Timestamp};
use crate::private::Private;
use crate::product::{Product, ProductFact as _};

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
    /// Who asked for it, where that was recorded.
    pub by: Option<ActorNo>,
    /// What the digest of its texts is made with, or that digest. Without either the texts themselves are hashed: effects
    /// without texts, and those of release 0.1.0.
    pub private: Option<Box<Private>>,
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
    /// Texts of earlier effects were erased.
    Redacted(Box<Redaction>),
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
    /// [`Fact::Redacted`].
    Redacted,
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
    const ALL: [Kind; 16] = [
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
        Kind::Redacted,
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
            Kind::Redacted => 17,
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
            Kind::Redacted => "redacted",
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
            Fact::Redacted(_) => Kind::Redacted,
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

    /// Whether it has texts that may have to be erased one day. What is refused or imported has none itself, but the
    /// fingerprint of its command is made over texts.
    #[must_use]
    pub fn has_texts(&self) -> bool {
        let metadata = match (self, self.detail()) {
            (Fact::Refused(_) | Fact::Imported { .. }, _) => return true,
            (_, Some(detail)) if detail.description.is_some() => return true,
            (_, Some(detail)) => &detail.metadata,
            (Fact::AccountOpened(opened), None) => &opened.metadata,
            (Fact::AccountChanged(changed), None) => &changed.metadata,
            (_, None) => return false,
        };
        !metadata.is_empty()
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
            | Fact::Redacted(_)
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
}

impl<P: Product> Effect<P> {
    /// How its outcome is found under its command's id.
    #[must_use]
    pub fn outcome(&self) -> Option<(Id, IdRow)> {
        let kind = if matches!(self.fact, Fact::Refused(_)) { OutcomeKind::Refused } else { OutcomeKind::Done };
        self.command.map(|key| (key.id, IdRow { seq: self.seq, fingerprint: key.fingerprint, kind }))
    }
}

impl Posting {
    /// The two sides of the posting as entries, each with its signed amount.
    #[must_use]
    pub fn entries(&self) -> [(Side, i128); 2] {
        let amount = self.amount.signed();
        [(self.source, amount.saturating_neg()), (self.destination, amount)]
    }
}
