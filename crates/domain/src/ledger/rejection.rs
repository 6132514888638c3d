//! Why a command is refused, in order of precedence.
//!
//! A rejection is a value and part of the response: nothing changed, and asking again changes nothing either. Of several
//! reasons the first in this list is given; of several postings the first that fails names it.

use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::{Amount, Balance};
use crate::names::Name;
use crate::numbers::Id;
use crate::product::{Product, ProductRejection as _, Tagged as _};

/// A rule that the command would break.
#[expect(missing_docs, reason = "a variant says what it is, and its fields say so by their names")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection<P: Product> {
    /// The id was used for another command.
    IdReused { id: Id },
    /// There is no such ledger.
    LedgerNotFound,
    /// The ledger exists and is another one.
    LedgerExists,
    /// The asset exists with another scale.
    AssetExists { asset: Name },
    /// The account exists with other limits or metadata.
    AccountExists { account: Name },
    /// The account is not as it was expected to be.
    AccountChanged { account: Name },
    /// The asset was left out, and the ledger has none.
    AssetRequired,
    /// More postings than a transaction may have.
    TooManyPostings { count: u64, limit: u64 },
    /// The ledger has as many assets as it may have.
    TooManyAssets { limit: u64 },
    /// Another transaction has this reference.
    ReferenceTaken { reference: String },
    /// There is no such transaction.
    TransactionNotFound { id: Id },
    /// The transaction was never held.
    NotPending { id: Id },
    /// The hold was posted already.
    AlreadyPosted { id: Id },
    /// The hold was voided already.
    AlreadyVoided { id: Id },
    /// The hold's time is over.
    HoldExpired { id: Id },
    /// The transaction moved nothing yet, or never will: a hold that is not posted.
    NotPosted { id: Id },
    /// All of the transaction was reversed already.
    AlreadyReversed { id: Id, by: Id },
    /// The transaction has no such posting.
    PostingNotFound { id: Id, posting: u32 },
    /// More than is left of a posting to be reversed.
    ExceedsOriginal { id: Id, posting: u32, left: Amount, asked: Amount, asset: Option<Name> },
    /// An amount for a hold of several postings.
    AmountForManyPostings { id: Id },
    /// A posting of nothing.
    AmountZero,
    /// An amount of 10^36 or more.
    AmountTooLarge,
    /// More than the hold has.
    ExceedsHold { held: Amount, asked: Amount, asset: Option<Name> },
    /// Source and destination are one account.
    SameAccount { account: Name },
    /// The ledger has no such asset.
    AssetNotFound { asset: Name },
    /// The account is not open for this asset.
    AccountNotFound { account: Name, asset: Name },
    /// The account is closed.
    AccountClosed { account: Name },
    /// The account refuses new debits and credits.
    AccountFrozen { account: Name },
    /// The source would fall below its floor.
    InsufficientFunds { account: Name, asset: Name, available: Balance, needed: Amount },
    /// The destination would rise above its ceiling.
    BalanceAboveMax { account: Name, asset: Name, room: Balance, amount: Amount },
    /// A balance would leave the range of 10^38 either way.
    BalanceOverflow { account: Name, asset: Name },
    /// The balance is outside the new limits already, or not zero where it must be.
    BalanceOutside { account: Name, asset: Name, posted: Balance },
    /// An account that is to be closed is not empty.
    NotEmpty { account: Name, asset: Name, posted: Balance },
    /// Amounts of the asset are recorded in its scale.
    AssetInUse { asset: Name, scale: u8 },
    /// The ledger is read-only.
    LedgerArchived,
    /// The ledger was deleted, and its name is not used again.
    LedgerDeleted,
    /// The default asset of the ledger changed as often as it may.
    TooManyDefaults { limit: u64 },
    /// The floor would be above the ceiling.
    LimitsCrossed { account: Name, asset: Name },
    /// `world` has no limits and no states.
    WorldIsFixed,
    /// The account is a product's.
    AccountReserved { account: Name },
    /// The rows before these were not taken yet, or were others.
    ImportOutOfOrder,
    /// A rule of a product.
    Product(P::Rejection),
}

impl<P: Product> Rejection<P> {
    /// The stable code that clients match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Rejection::IdReused { .. } => "id_reused",
            Rejection::LedgerNotFound => "ledger_not_found",
            Rejection::LedgerExists => "ledger_exists",
            Rejection::AssetExists { .. } => "asset_exists",
            Rejection::AccountExists { .. } => "account_exists",
            Rejection::AccountChanged { .. } => "account_changed",
            Rejection::TooManyPostings { .. } => "too_many_postings",
            Rejection::TooManyAssets { .. } => "too_many_assets",
            Rejection::ReferenceTaken { .. } => "reference_taken",
            Rejection::TransactionNotFound { .. } => "transaction_not_found",
            Rejection::NotPending { .. } => "not_pending",
            Rejection::AlreadyPosted { .. } => "already_posted",
            Rejection::AlreadyVoided { .. } => "already_voided",
            Rejection::HoldExpired { .. } => "hold_expired",
            Rejection::NotPosted { .. } => "not_posted",
            Rejection::AlreadyReversed { .. } => "already_reversed",
            Rejection::ExceedsOriginal { .. } => "exceeds_original",
            Rejection::AmountZero => "amount_zero",
            Rejection::AmountTooLarge => "amount_too_large",
            Rejection::ExceedsHold { .. } => "exceeds_hold",
            Rejection::SameAccount { .. } => "same_account",
            Rejection::AssetNotFound { .. } => "asset_not_found",
            Rejection::AccountNotFound { .. } => "account_not_found",
            Rejection::AccountClosed { .. } => "account_closed",
            Rejection::AccountFrozen { .. } => "account_frozen",
            Rejection::InsufficientFunds { .. } => "insufficient_funds",
            Rejection::BalanceAboveMax { .. } => "balance_above_max",
            Rejection::BalanceOverflow { .. } => "balance_overflow",
            Rejection::BalanceOutside { .. } | Rejection::NotEmpty { .. } => "balance_outside",
            Rejection::LimitsCrossed { .. } => "limits_crossed",
            Rejection::TooManyDefaults { .. } => "too_many_defaults",
            Rejection::AssetInUse { .. } => "asset_in_use",
            Rejection::LedgerArchived => "ledger_archived",
            Rejection::LedgerDeleted => "ledger_deleted",
            Rejection::AccountReserved { .. } => "account_reserved",
            Rejection::ImportOutOfOrder => "import_out_of_order",
            Rejection::Product(rejection) => rejection.code(),
            Rejection::AssetRequired => "asset_required",
            Rejection::AmountForManyPostings { .. } | Rejection::PostingNotFound { .. } | Rejection::WorldIsFixed => {
                "malformed"
            }
        }
    }

    /// Whether the refusal is kept under the command's id, so that a repetition gets the same response. What the client
    /// wrote wrongly, what belongs to another command or to no ledger or program, and what is to be read, or divided,
    /// and asked anew, is not kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        let is_passing = matches!(
            self,
            Rejection::IdReused { .. }
                | Rejection::LedgerNotFound
                | Rejection::LedgerArchived
                | Rejection::LedgerDeleted
                | Rejection::AssetRequired
                | Rejection::AccountChanged { .. }
                | Rejection::ImportOutOfOrder
        );
        let is_of_product = matches!(self, Rejection::Product(rejection) if !rejection.is_kept());
        !is_passing && !is_of_product && self.code() != "malformed"
    }

    /// Writes the canonical bytes.
    #[expect(clippy::too_many_lines, reason = "a table: one arm for each")]
    pub fn encode(&self, e: &mut Encoder) {
        match self {
            Rejection::IdReused { id } => tag_id(e, 1, *id),
            Rejection::LedgerNotFound => e.byte(2),
            Rejection::LedgerExists => e.byte(3),
            Rejection::AssetExists { asset } => tag_name(e, 4, asset),
            Rejection::AccountExists { account } => tag_name(e, 5, account),
            Rejection::AssetRequired => e.byte(6),
            Rejection::TooManyPostings { count, limit } => {
                e.byte(7);
                e.number(*count);
                e.number(*limit);
            }
            Rejection::TooManyAssets { limit } => {
                e.byte(30);
                e.number(*limit);
            }
            Rejection::ReferenceTaken { reference } => {
                e.byte(8);
                e.text(reference);
            }
            Rejection::TransactionNotFound { id } => tag_id(e, 9, *id),
            Rejection::NotPending { id } => tag_id(e, 10, *id),
            Rejection::AlreadyPosted { id } => tag_id(e, 11, *id),
            Rejection::AlreadyVoided { id } => tag_id(e, 12, *id),
            Rejection::HoldExpired { id } => tag_id(e, 13, *id),
            Rejection::NotPosted { id } => tag_id(e, 14, *id),
            Rejection::AlreadyReversed { id, by } => {
                tag_id(e, 15, *id);
                e.wide(by.0);
            }
            Rejection::AmountForManyPostings { id } => tag_id(e, 16, *id),
            Rejection::AmountZero => e.byte(17),
            Rejection::AmountTooLarge => e.byte(18),
            Rejection::ExceedsHold { held, asked, asset: Some(asset) } => {
                tag_name(e, 68, asset);
                e.wide(held.minor_units());
                e.wide(asked.minor_units());
            }
            Rejection::ExceedsOriginal { id, posting, left, asked, asset: Some(asset) } => {
                tag_name(e, 69, asset);
                e.wide(id.0);
                e.number(u64::from(*posting));
                e.wide(left.minor_units());
                e.wide(asked.minor_units());
            }
            // Up to release 0.1 the asset was not recorded.
            Rejection::ExceedsHold { held, asked, asset: None } => {
                e.byte(19);
                e.wide(held.minor_units());
                e.wide(asked.minor_units());
            }
            Rejection::SameAccount { account } => tag_name(e, 20, account),
            Rejection::AssetNotFound { asset } => tag_name(e, 21, asset),
            Rejection::AccountNotFound { account, asset } => tag_names(e, 22, account, asset),
            Rejection::AccountClosed { account } => tag_name(e, 23, account),
            Rejection::AccountFrozen { account } => tag_name(e, 24, account),
            Rejection::InsufficientFunds { account, asset, available, needed } => {
                tag_names(e, 25, account, asset);
                e.signed(available.minor_units());
                e.wide(needed.minor_units());
            }
            Rejection::BalanceAboveMax { account, asset, room, amount } => {
                tag_names(e, 26, account, asset);
                e.signed(room.minor_units());
                e.wide(amount.minor_units());
            }
            Rejection::BalanceOverflow { account, asset } => tag_names(e, 27, account, asset),
            Rejection::BalanceOutside { account, asset, posted } => {
                tag_names(e, 28, account, asset);
                e.signed(posted.minor_units());
            }
            Rejection::NotEmpty { account, asset, posted } => {
                tag_names(e, 60, account, asset);
                e.signed(posted.minor_units());
            }
            Rejection::LimitsCrossed { account, asset } => tag_names(e, 61, account, asset),
            Rejection::TooManyDefaults { limit } => {
                e.byte(62);
                e.number(*limit);
            }
            Rejection::AssetInUse { asset, scale } => {
                tag_name(e, 65, asset);
                e.byte(*scale);
            }
            Rejection::LedgerArchived => e.byte(66),
            Rejection::LedgerDeleted => e.byte(67),
            Rejection::ExceedsOriginal { id, posting, left, asked, asset: None } => {
                tag_id(e, 63, *id);
                e.number(u64::from(*posting));
                e.wide(left.minor_units());
                e.wide(asked.minor_units());
            }
            Rejection::PostingNotFound { id, posting } => {
                tag_id(e, 64, *id);
                e.number(u64::from(*posting));
            }
            Rejection::WorldIsFixed => e.byte(29),
            Rejection::AccountChanged { account } => tag_name(e, 31, account),
            Rejection::AccountReserved { account } => tag_name(e, 32, account),
            Rejection::ImportOutOfOrder => e.byte(40),
            Rejection::Product(rejection) => rejection.encode(e),
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Rejection<P>, Malformed> {
        Ok(match d.byte()? {
            1 => Rejection::IdReused { id: read_id(d)? },
            2 => Rejection::LedgerNotFound,
            3 => Rejection::LedgerExists,
            4 => Rejection::AssetExists { asset: d.name()? },
            5 => Rejection::AccountExists { account: d.name()? },
            6 => Rejection::AssetRequired,
            7 => Rejection::TooManyPostings { count: d.number()?, limit: d.number()? },
            8 => Rejection::ReferenceTaken { reference: d.text()?.to_owned() },
            9 => Rejection::TransactionNotFound { id: read_id(d)? },
            10 => Rejection::NotPending { id: read_id(d)? },
            11 => Rejection::AlreadyPosted { id: read_id(d)? },
            12 => Rejection::AlreadyVoided { id: read_id(d)? },
            13 => Rejection::HoldExpired { id: read_id(d)? },
            14 => Rejection::NotPosted { id: read_id(d)? },
            15 => Rejection::AlreadyReversed { id: read_id(d)?, by: read_id(d)? },
            16 => Rejection::AmountForManyPostings { id: read_id(d)? },
            17 => Rejection::AmountZero,
            18 => Rejection::AmountTooLarge,
            19 => Rejection::ExceedsHold { held: read_amount(d)?, asked: read_amount(d)?, asset: None },
            20 => Rejection::SameAccount { account: d.name()? },
            21 => Rejection::AssetNotFound { asset: d.name()? },
            22 => Rejection::AccountNotFound { account: d.name()?, asset: d.name()? },
            23 => Rejection::AccountClosed { account: d.name()? },
            24 => Rejection::AccountFrozen { account: d.name()? },
            25 => Rejection::InsufficientFunds {
                account: d.name()?,
                asset: d.name()?,
                available: read_balance(d)?,
                needed: read_amount(d)?,
            },
            26 => Rejection::BalanceAboveMax {
                account: d.name()?,
                asset: d.name()?,
                room: read_balance(d)?,
                amount: read_amount(d)?,
            },
            27 => Rejection::BalanceOverflow { account: d.name()?, asset: d.name()? },
            28 => Rejection::BalanceOutside { account: d.name()?, asset: d.name()?, posted: read_balance(d)? },
            29 => Rejection::WorldIsFixed,
            30 => Rejection::TooManyAssets { limit: d.number()? },
            31 => Rejection::AccountChanged { account: d.name()? },
            32 => Rejection::AccountReserved { account: d.name()? },
            40 => Rejection::ImportOutOfOrder,
            60 => Rejection::NotEmpty { account: d.name()?, asset: d.name()?, posted: read_balance(d)? },
            63 => Rejection::ExceedsOriginal {
                id: read_id(d)?,
                posting: read_place(d)?,
                left: read_amount(d)?,
                asked: read_amount(d)?,
                asset: None,
            },
            64 => Rejection::PostingNotFound { id: read_id(d)?, posting: read_place(d)? },
            65 => Rejection::AssetInUse { asset: d.name()?, scale: d.byte()? },
            66 => Rejection::LedgerArchived,
            67 => Rejection::LedgerDeleted,
            68 => Rejection::ExceedsHold { asset: Some(d.name()?), held: read_amount(d)?, asked: read_amount(d)? },
            69 => Rejection::ExceedsOriginal {
                asset: Some(d.name()?),
                id: read_id(d)?,
                posting: read_place(d)?,
                left: read_amount(d)?,
                asked: read_amount(d)?,
            },
            62 => Rejection::TooManyDefaults { limit: d.number()? },
            61 => Rejection::LimitsCrossed { account: d.name()?, asset: d.name()? },
            tag => Rejection::Product(P::Rejection::decode(tag, d)?),
        })
    }
}

fn tag_id(e: &mut Encoder, tag: u8, id: Id) {
    e.byte(tag);
    e.wide(id.0);
}

fn tag_name(e: &mut Encoder, tag: u8, name: &Name) {
    e.byte(tag);
    e.text(name.as_str());
}

fn tag_names(e: &mut Encoder, tag: u8, account: &Name, asset: &Name) {
    tag_name(e, tag, account);
    e.text(asset.as_str());
}

fn read_id(d: &mut Decoder<'_>) -> Result<Id, Malformed> {
    Ok(Id(d.wide()?))
}

fn read_place(d: &mut Decoder<'_>) -> Result<u32, Malformed> {
    u32::try_from(d.number()?).map_err(|_| Malformed { expected: "place of a posting" })
}

fn read_amount(d: &mut Decoder<'_>) -> Result<Amount, Malformed> {
    Ok(Amount::new(d.wide()?))
}

fn read_balance(d: &mut Decoder<'_>) -> Result<Balance, Malformed> {
    Balance::new(d.signed()?).ok_or(Malformed { expected: "balance" })
}
