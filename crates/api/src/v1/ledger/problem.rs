//! How the ledger's own refusals are shown: one table, a refusal per arm.

use ducat_domain::Rejection;
use ducat_domain::products::AnyRejection;

use crate::problem::shown::{Amounts, Shown};
use crate::v1::advances::problem as advances;
use crate::v1::points::problem as points;

/// Status, sentence and members of a refusal.
#[expect(clippy::too_many_lines, reason = "a table: one arm for each")]
pub(crate) fn shown(rejection: &Rejection, amounts: &Amounts<'_>) -> Shown {
    match rejection {
        Rejection::IdReused { id } => Shown::conflict(format!(
            "id {id}, or the key that it stands for, was used for another command; use a new one for a new command"
        ))
        .id(*id),
        Rejection::LedgerNotFound => Shown::not_found("there is no such ledger; open it with POST /v1/ledgers"),
        Rejection::LedgerExists => Shown::conflict("the ledger exists with other assets or settings"),
        Rejection::LedgerArchived => Shown::conflict(
            "the ledger is archived and read-only; PATCH /v1/ledgers/{ledger} with {\"archived\": false} opens it again",
        ),
        Rejection::LedgerDeleted => Shown::conflict("a ledger of this name was deleted; its name is not used again"),
        Rejection::AssetExists { asset } => Shown::conflict(format!(
            "asset {asset} exists with another scale, or is named twice; PATCH …/assets/{asset} changes a scale"
        ))
        .asset(asset),
        Rejection::AccountExists { account } => {
            Shown::conflict(format!("account {account} exists with other limits or metadata; PATCH changes them"))
                .account(account)
        }
        Rejection::AccountChanged { account } => Shown::precondition_failed(format!(
            "account {account} is not as it was expected to be; read it again and decide anew"
        ))
        .account(account),
        Rejection::AssetRequired => {
            Shown::unprocessable("the ledger has no asset yet; add one with POST /v1/ledgers/{ledger}/assets")
        }
        Rejection::TooManyPostings { count, limit } => {
            Shown::unprocessable(format!("the transaction has {count} postings, the limit is {limit}; split it"))
                .with("limit", *limit)
        }
        Rejection::TooManyAssets { limit } => {
            Shown::unprocessable(format!("a ledger has at most {limit} assets")).with("limit", *limit)
        }
        Rejection::TooManyDefaults { limit } => Shown::unprocessable(format!(
            "the default asset of a ledger changes at most {limit} times; name the asset in each request instead"
        ))
        .with("limit", *limit),
        Rejection::AssetInUse { asset, scale } => Shown::conflict(format!(
            "amounts of {asset} are recorded with {scale} decimals, so its scale stays; to change it, export the journal \
             (ducat export journal) and import it into a new ledger (ducat import --scale {asset}=DECIMALS)"
        ))
        .asset(asset)
        .with("scale", *scale),
        Rejection::ReferenceTaken { reference } => {
            Shown::conflict(format!("another transaction has the reference {reference:?}"))
                .with("reference", reference.as_str())
        }
        Rejection::TransactionNotFound { id } => Shown::not_found(format!("there is no transaction {id}")).id(*id),
        Rejection::NotPending { id } => {
            Shown::conflict(format!("transaction {id} was posted at once and never held")).id(*id)
        }
        Rejection::AlreadyPosted { id } => Shown::conflict(format!("the hold {id} is posted already")).id(*id),
        Rejection::AlreadyVoided { id } => Shown::conflict(format!("the hold {id} is voided already")).id(*id),
        Rejection::HoldExpired { id } => {
            Shown::conflict(format!("the time of the hold {id} is over; its funds are back")).id(*id)
        }
        Rejection::NotPosted { id } => {
            Shown::conflict(format!("transaction {id} moved nothing; a hold is voided, not reversed")).id(*id)
        }
        Rejection::AlreadyReversed { id, by } => {
            Shown::conflict(format!("transaction {id} was reversed by {by}")).id(*id).with("reversed_by", by.to_string())
        }
        Rejection::PostingNotFound { id, posting } => Shown::malformed(format!(
            "postings: transaction {id} has no posting {posting}; they are counted from 0"
        ))
        .id(*id)
        .with("posting", *posting),
        Rejection::ExceedsOriginal { id, posting, left, asked, asset } => {
            let asset = asset.as_ref();
            let [shown_left, shown_asked] = [left, asked].map(|amount| amounts.write(amount.signed(), asset));
            Shown::unprocessable(format!(
                "of posting {posting} of transaction {id}, {shown_left} are left to reverse, {shown_asked} are asked"
            ))
            .id(*id)
            .with("posting", *posting)
            .asset(asset)
            .amount("left", *left)
            .amount("asked", *asked)
        }
        Rejection::AmountForManyPostings { id } => Shown::malformed(format!(
            "amount: transaction {id} has several postings; a hold is posted whole, a reversal names its postings"
        ))
        .id(*id),
        Rejection::AmountZero => Shown::unprocessable("a posting of 0 moves nothing; this ledger refuses it"),
        Rejection::AmountTooLarge => Shown::unprocessable("amounts are below 10^36 minor units"),
        Rejection::ExceedsHold { held, asked, asset } => {
            let asset = asset.as_ref();
            let [shown_held, shown_asked] = [held, asked].map(|amount| amounts.write(amount.signed(), asset));
            Shown::unprocessable(format!("the hold has {shown_held}, {shown_asked} are asked"))
                .asset(asset)
                .amount("held", *held)
                .amount("asked", *asked)
        }
        Rejection::SameAccount { account } => {
            Shown::unprocessable(format!("{account} is both source and destination")).account(account)
        }
        Rejection::AssetNotFound { asset } => {
            Shown::not_found(format!("the ledger has no asset {asset}; add it with POST …/assets")).asset(asset)
        }
        Rejection::AccountNotFound { account, asset } => {
            Shown::not_found(format!("there is no account {account} for {asset}; open it with POST …/accounts"))
                .account(account)
                .asset(asset)
        }
        Rejection::AccountClosed { account } => {
            Shown::unprocessable(format!("account {account} is closed")).account(account)
        }
        Rejection::AccountFrozen { account } => {
            Shown::unprocessable(format!("account {account} is frozen")).account(account)
        }
        Rejection::InsufficientFunds { account, asset, available, needed } => {
            let has = amounts.write(available.minor_units(), asset);
            let needs = amounts.write(needed.signed(), asset);
            Shown::unprocessable(format!("account {account} has {has} available, {needs} are needed"))
                .account(account)
                .asset(asset)
                .balance("available", *available)
                .amount("needed", *needed)
        }
        Rejection::BalanceAboveMax { account, asset, room, amount } => {
            let has = amounts.write(room.minor_units(), asset);
            let gets = amounts.write(amount.signed(), asset);
            Shown::unprocessable(format!("account {account} has room for {has}, {gets} would be credited"))
                .account(account)
                .asset(asset)
                .balance("room", *room)
                .amount("amount", *amount)
        }
        Rejection::BalanceOverflow { account, asset } => {
            Shown::unprocessable(format!("the balance of {account} in {asset} would leave the range of 10^38 either way"))
                .account(account)
                .asset(asset)
        }
        Rejection::BalanceOutside { account, asset, posted } => {
            let has = amounts.write(posted.minor_units(), asset);
            Shown::unprocessable(format!(
                "account {account} has {has}, which is outside the new limits, counted with what is held"
            ))
            .account(account)
            .asset(asset)
            .balance("posted", *posted)
        }
        Rejection::NotEmpty { account, asset, posted } => {
            let has = amounts.write(posted.minor_units(), asset);
            Shown::unprocessable(format!(
                "account {account} has {has}; an account can be closed once it has nothing and no open holds"
            ))
            .account(account)
            .asset(asset)
            .balance("posted", *posted)
        }
        Rejection::LimitsCrossed { account, asset } => Shown::unprocessable(format!(
            "min_balance would be above max_balance, so that no balance of {account} would be allowed"
        ))
        .account(account)
        .asset(asset),
        Rejection::WorldIsFixed => Shown::malformed("the account world has no limits and no states to change"),
        Rejection::AccountReserved { account } => {
            let reserved = advances::reserved(account).unwrap_or_else(|| points::reserved(account));
            Shown::conflict(reserved).account(account)
        }
        Rejection::ImportOutOfOrder => {
            Shown::conflict("the rows before these were not taken yet; send them all again")
        }
        Rejection::Product(AnyRejection::Points(rejection)) => points::shown(rejection),
        Rejection::Product(AnyRejection::Advances(rejection)) => advances::shown(rejection),
    }
}
