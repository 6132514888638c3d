//! What events say: the data of each type, and how it is made of an effect.

use ducat_domain::ledger::effect::{AccountChanged, Detail, HoldLeg, Posting, Redacted, Redaction};
use ducat_domain::ledger::terms::{ImplicitAccounts, LedgerRules, Limits, Ranking, ZeroAmounts};
use ducat_domain::names::Name;
use ducat_domain::products::AnyFact;
use ducat_domain::{Effect, Fact};
use ducat_store::Fault;
use ducat_store::read::Names;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::v1::{advances, points};
use crate::values::{JsonAmount, JsonBalance, JsonId, JsonMetadata, JsonName, JsonTime, hex};

/// What a transaction says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct DetailData {
    /// What for.
    description: Option<String>,
    /// The client's own unique name for it.
    reference: Option<String>,
    /// What the client keeps with it.
    metadata: JsonMetadata,
    /// The transaction that it reverses.
    reverses: Option<JsonId>,
}

/// A posting. A transaction with several has an event for each.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostingData {
    /// Its transaction.
    transaction: JsonId,
    /// Its place in the transaction, from 0.
    leg: u32,
    /// How many postings the transaction has.
    legs: u32,
    /// The account that was debited.
    source: JsonName,
    /// The account that was credited.
    destination: JsonName,
    /// The asset.
    asset: JsonName,
    /// The amount, in minor units.
    amount: JsonAmount,
    /// The balance of the source after it; null where it is not shown to the reader.
    #[schema(nullable)]
    source_balance: JsonBalance,
    /// The balance of the destination after it; null where it is not shown to the reader.
    #[schema(nullable)]
    destination_balance: JsonBalance,
    /// When it counts in the books.
    effective_at: JsonTime,
    /// The seq of the hold that it posts.
    hold: Option<u64>,
    /// What the transaction says of itself, with its first posting.
    detail: Option<DetailData>,
}

/// A posting that is held.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldData {
    /// Its transaction.
    transaction: JsonId,
    /// Its place in the transaction, from 0.
    leg: u32,
    /// How many postings the transaction has.
    legs: u32,
    /// The account that will be debited.
    source: JsonName,
    /// The account that will be credited.
    destination: JsonName,
    /// The asset.
    asset: JsonName,
    /// The amount, in minor units.
    amount: JsonAmount,
    /// When it expires; null for never.
    expires_at: Option<JsonTime>,
    /// What the transaction says of itself, with its first posting.
    detail: Option<DetailData>,
}

/// A hold that ended without being posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldEndedData {
    /// Its transaction.
    transaction: JsonId,
    /// The seq of the hold.
    hold: u64,
}

/// An account opened for an asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountOpenedData {
    /// The account.
    account: JsonName,
    /// The asset.
    asset: JsonName,
    /// The lowest balance; null for no limit.
    min_balance: Option<JsonBalance>,
    /// The highest balance; null for no limit.
    max_balance: Option<JsonBalance>,
    /// What the client keeps with it.
    metadata: JsonMetadata,
}

/// Limits of a balance that were changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitsData {
    /// The asset.
    asset: JsonName,
    /// The lowest balance; null for no limit.
    min_balance: Option<JsonBalance>,
    /// The highest balance; null for no limit.
    max_balance: Option<JsonBalance>,
}

/// The state of an account after a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountChangedData {
    /// The account.
    account: JsonName,
    /// The limits that changed; null where none did.
    limits: Option<LimitsData>,
    /// What the client keeps with it.
    metadata: JsonMetadata,
    /// Whether new debits and credits are refused.
    frozen: bool,
    /// Whether it is closed.
    closed: bool,
}

/// An asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssetData {
    /// Its code.
    code: JsonName,
    /// How many decimals its minor unit has.
    scale: u8,
}

/// An asset with another scale.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssetRescaledData {
    /// The asset.
    asset: JsonName,
    /// How many decimals its minor unit has from now on.
    scale: u8,
}

/// The asset that is meant where none is named.
#[derive(Debug, Serialize, ToSchema)]
pub struct DefaultAssetData {
    /// The asset.
    asset: JsonName,
}

/// Whether a ledger is archived.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArchivedData {
    /// Whether it is archived from now on.
    archived: bool,
}

/// A ledger that was opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerOpenedData {
    /// Its name.
    ledger: JsonName,
    /// Whether transactions open the accounts that they name.
    implicit_accounts: bool,
    /// What happens to amounts of zero.
    #[schema(example = "refuse")]
    zero_amounts: &'static str,
    /// Whether accounts are ranked by their entries.
    rank_by_entries: bool,
}

/// Texts that were erased: of a transaction or of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedactedData {
    /// The transaction whose texts were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<JsonId>,
    /// The account whose texts were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<JsonName>,
    /// The seq of each event that had them.
    effects: Vec<u64>,
    /// Why.
    reason: String,
}

/// A refusal that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedData {
    /// The id of the command.
    id: Option<JsonId>,
    /// The problem document that its response had.
    #[schema(value_type = Object)]
    error: Problem,
}

/// A request that was stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestData {
    /// Its id.
    id: Option<JsonId>,
}

/// A stored request that was performed or refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestCompletedData {
    /// The seq of the event with which it was stored.
    deferred: u64,
}

/// Rows of an import.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedData {
    /// The id of the command.
    id: Option<JsonId>,
    /// How many rows were recorded.
    rows: u64,
    /// How many were refused.
    refused: usize,
}

/// A test.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookTestData {
    /// The id of the webhook.
    webhook: String,
}

/// What happened to points or to advances, as the pages on them describe it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(value_type = Object)]
pub struct ProductData(Value);

/// What happened, as an event says it.
///
/// # Errors
/// The store cannot be read, or names nothing that the effect does.
pub(crate) fn data_of(ledger: &Name, names: &mut Names<'_>, effect: &Effect) -> Result<Value, Fault> {
    Ok(match &effect.fact {
        Fact::Posting(posting) => json!(posted(names, effect, posting)?),
        Fact::Hold(leg) => json!(held(names, leg)?),
        Fact::HoldVoided { transaction, hold } | Fact::HoldExpired { transaction, hold } => {
            json!(HoldEndedData { transaction: JsonId(*transaction), hold: hold.0 })
        }
        Fact::AccountOpened(opened) => {
            let (min_balance, max_balance) = bounds(opened.limits);
            json!(AccountOpenedData {
                account: JsonName(opened.name.clone()),
                asset: JsonName(names.asset(opened.asset)?),
                min_balance,
                max_balance,
                metadata: JsonMetadata(opened.metadata.clone()),
            })
        }
        Fact::AccountChanged(changed) => json!(account_changed(names, changed)?),
        Fact::AssetAdded { terms, .. } => json!(AssetData { code: JsonName(terms.code.clone()), scale: terms.scale }),
        Fact::DefaultAssetSet { no } => json!(DefaultAssetData { asset: JsonName(names.asset(*no)?) }),
        Fact::AssetRescaled { no, scale } => {
            json!(AssetRescaledData { asset: JsonName(names.asset(*no)?), scale: *scale })
        }
        Fact::ArchivedSet { archived } => json!(ArchivedData { archived: *archived }),
        Fact::LedgerDeleted(tombstone) => json!({
            "ledger": tombstone.ledger.as_str(),
            "batch": tombstone.batch.0,
            "hash": hex(&tombstone.hash),
        }),
        Fact::Redacted(redaction) => json!(redacted(names, redaction)?),
        Fact::LedgerOpened(rules) => json!(opened(ledger, rules)),
        Fact::Deferred { .. } => json!(RequestData { id: command(effect) }),
        Fact::Resolved { deferred, .. } => json!(RequestCompletedData { deferred: deferred.0 }),
        Fact::Imported { rows, refused } => {
            json!(ImportedData { id: command(effect), rows: *rows, refused: refused.len() })
        }
        Fact::Product(fact) => match &**fact {
            AnyFact::Points(fact) => points::render::event(names, fact)?,
            AnyFact::Advances(fact) => advances::render::event(names, fact)?,
        },
        Fact::Refused(rejection) => {
            json!(RefusedData { id: command(effect), error: Problem::from_rejection(rejection) })
        }
    })
}

fn command(effect: &Effect) -> Option<JsonId> {
    effect.command.map(|command| JsonId(command.id))
}

fn bounds(limits: Limits) -> (Option<JsonBalance>, Option<JsonBalance>) {
    (limits.min.map(JsonBalance), limits.max.map(JsonBalance))
}

fn detail(detail: &Detail) -> DetailData {
    DetailData {
        description: detail.description.clone(),
        reference: detail.reference.clone(),
        metadata: JsonMetadata(detail.metadata.clone()),
        reverses: detail.reverses.map(JsonId),
    }
}

fn posted(names: &mut Names<'_>, effect: &Effect, posting: &Posting) -> Result<PostingData, Fault> {
    Ok(PostingData {
        transaction: JsonId(posting.transaction),
        leg: posting.leg,
        legs: posting.legs,
        source: JsonName(names.account(posting.source.account)?),
        destination: JsonName(names.account(posting.destination.account)?),
        asset: JsonName(names.asset(posting.asset)?),
        amount: JsonAmount(posting.amount),
        source_balance: JsonBalance(posting.source.balance),
        destination_balance: JsonBalance(posting.destination.balance),
        effective_at: JsonTime(posting.effective_at.unwrap_or(effect.at)),
        hold: posting.hold.map(|seq| seq.0),
        detail: posting.detail.as_deref().map(detail),
    })
}

fn held(names: &mut Names<'_>, leg: &HoldLeg) -> Result<HoldData, Fault> {
    Ok(HoldData {
        transaction: JsonId(leg.transaction),
        leg: leg.leg,
        legs: leg.legs,
        source: JsonName(names.account(leg.source)?),
        destination: JsonName(names.account(leg.destination)?),
        asset: JsonName(names.asset(leg.asset)?),
        amount: JsonAmount(leg.amount),
        expires_at: leg.expires_at.map(JsonTime),
        detail: leg.detail.as_deref().map(detail),
    })
}

fn account_changed(names: &mut Names<'_>, changed: &AccountChanged) -> Result<AccountChangedData, Fault> {
    let limits = match changed.limits {
        None => None,
        Some((asset, limits)) => {
            let (min_balance, max_balance) = bounds(limits);
            Some(LimitsData { asset: JsonName(names.asset(asset)?), min_balance, max_balance })
        }
    };
    Ok(AccountChangedData {
        account: JsonName(names.account(changed.account)?),
        limits,
        metadata: JsonMetadata(changed.metadata.clone()),
        frozen: changed.frozen,
        closed: changed.closed,
    })
}

fn redacted(names: &mut Names<'_>, redaction: &Redaction) -> Result<RedactedData, Fault> {
    let (transaction, account) = match redaction.of {
        Redacted::Transaction(id) => (Some(JsonId(id)), None),
        Redacted::Account(account) | Redacted::Earlier(account) => (None, Some(JsonName(names.account(account)?))),
    };
    let effects = redaction.effects.iter().map(|seq| seq.0).collect();
    Ok(RedactedData { transaction, account, effects, reason: redaction.reason.clone() })
}

fn opened(ledger: &Name, rules: &LedgerRules) -> LedgerOpenedData {
    LedgerOpenedData {
        ledger: JsonName(ledger.clone()),
        implicit_accounts: rules.implicit_accounts == ImplicitAccounts::Opened,
        zero_amounts: if rules.zero_amounts == ZeroAmounts::Record { "record" } else { "refuse" },
        rank_by_entries: rules.ranking == Ranking::ByEntries,
    }
}
