//! Problem documents (RFC 9457): what every answer that is not a success looks like.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_domain::advances::accounts::is_of_advances;
use ducat_domain::decimal;
use ducat_domain::ledger::Rejection;
use ducat_domain::ledger::rows::AssetRow;
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use ducat_domain::numbers::Timestamp;
use ducat_engine::executor::{Failure, Refusal};
use ducat_store::Fault;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::values::{JsonAmount, JsonBalance, JsonDay, write_day, write_time};

/// The code of a store that is damaged.
pub const DAMAGED: &str = "store_damaged";

/// Tells that an answer repeats an earlier one.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Seconds after which to come back when the server has too much to do: batches take milliseconds.
const RETRY_AFTER_SECONDS: &str = "1";

/// The one 503 that does not pass by itself.
const PROCESSOR_NOT_CONFIGURED: &str = "processor_not_configured";

/// An answer that is not a success.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem: `urn:ducat:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: Box<str>,
    /// The kind in words.
    #[schema(value_type = String)]
    title: Box<str>,
    /// The status code, as in the answer's first line.
    status: u16,
    /// What to match on.
    code: &'static str,
    /// What happened here, and what to do about it.
    #[schema(value_type = String)]
    detail: Box<str>,
    /// What the sentence names, to be read by machines.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    extra: Map<String, Value>,
    /// The rule that was broken, where it was one: amounts are told once it is known how its assets are written.
    #[serde(skip)]
    rejection: Option<Box<Rejection>>,
    /// When this was answered first, where it repeats that.
    #[serde(skip)]
    replayed: Option<Timestamp>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("urn:ducat:problem:{code}").into(),
            title: code.replace('_', " ").into(),
            status: status.as_u16(),
            code,
            detail: detail.into().into(),
            extra: Map::new(),
            rejection: None,
            replayed: None,
        }
    }

    /// Something that the client wrote wrongly: where, and why.
    pub fn malformed(place: impl std::fmt::Display, reason: impl std::fmt::Display) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "malformed", format!("{place}: {reason}"))
    }

    /// Something that is not there.
    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// Something that stands in the way of what is asked for.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, code, detail)
    }

    /// Something that a rule refuses.
    pub fn unprocessable(code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// A path that does not take this method.
    pub fn method_not_allowed(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
    }

    /// A body of another type.
    pub fn unsupported_media_type(found: &str, expected: &str) -> Problem {
        let detail = match found {
            "" => format!("the body does not say what it is; send it with Content-Type: {expected}"),
            found => format!("the body is {found:?}; send {expected}"),
        };
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    }

    /// A body in an encoding that is not read here.
    pub fn unsupported_encoding(found: &str) -> Problem {
        let detail = format!("the body is encoded as {found:?}; send it as it is, or with Content-Encoding: gzip");
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_encoding", detail)
    }

    /// A body over the limit.
    pub fn body_too_large(limit: usize) -> Problem {
        let detail = format!("the body is over the limit of {limit} bytes; send less at once");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail).with("limit", json!(limit))
    }

    /// All bodies together are over their limit.
    pub fn bodies_too_large() -> Problem {
        Problem::unavailable(
            "overloaded",
            "the server has as many request bodies in memory as it takes; nothing was done, try again",
        )
    }

    /// A batch over the limit.
    pub fn batch_too_large(count: usize, limit: usize) -> Problem {
        let detail = format!("the batch has {count} transactions, the limit is {limit}; send it in parts");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "batch_too_large", detail).with("limit", json!(limit))
    }

    /// A body that takes too long to arrive.
    pub fn body_timeout() -> Problem {
        Problem::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", "the body took too long to arrive; nothing was done")
    }

    /// A command was taken and its outcome is still awaited.
    pub fn outcome_unknown(id: Option<Id>) -> Problem {
        let detail = "the command was taken, and its outcome cannot be told now; ask again under the same id";
        let problem = Problem::new(StatusCode::GATEWAY_TIMEOUT, "outcome_unknown", detail);
        match id {
            Some(id) => problem.with("id", json!(id.to_string())),
            None => problem,
        }
    }

    /// What a problem becomes that came up after a command was taken: whatever failed since, nobody may say that nothing
    /// was done. A batch has no id of its own.
    #[must_use]
    pub fn after_commit(self, id: Option<Id>) -> Problem {
        if self.status < 500 { self } else { Problem::outcome_unknown(id) }
    }

    /// A bug of ours.
    pub fn internal() -> Problem {
        let detail = "the server has a bug here; its log says where. Repeat the request under the same id";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// The server cannot serve now, and nothing was done.
    pub fn unavailable(code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
    }

    /// Nothing can be sent: it is for whoever starts the server to change that, not for time.
    pub fn processor_not_configured() -> Problem {
        let reason = "no processor is configured; start the server with --processor-url";
        Problem::unavailable(PROCESSOR_NOT_CONFIGURED, reason)
    }

    /// The store could not be read.
    pub fn from_fault(fault: &Fault) -> Problem {
        if is_time_to_log() {
            tracing::error!(%fault, "the store could not be read");
        }
        if fault.is_damage() {
            Problem::damaged(fault.to_string())
        } else {
            Problem::unavailable("store_unavailable", fault.to_string())
        }
    }

    /// The store holds what cannot be. No retry helps, so none is asked for.
    pub fn damaged(reason: impl Into<String>) -> Problem {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, DAMAGED, reason)
    }

    /// Nothing came of a request, for certain.
    pub fn from_failure(failure: &Failure) -> Problem {
        let detail = format!("{failure}; nothing was done, try again");
        match failure {
            Failure::Store(fault) if fault.is_damage() => Problem::damaged(fault.to_string()),
            Failure::Store(_)
            | Failure::Deposed
            | Failure::Unavailable
            | Failure::Elsewhere { .. }
            | Failure::Refused { refusal: Refusal::Unavailable, .. } => {
                Problem::unavailable("store_unavailable", detail)
            }
            Failure::Unreachable { owner, .. } => {
                Problem::unavailable("store_unavailable", detail).with("owner", json!(owner))
            }
            Failure::Refused { refusal: Refusal::TooLarge, .. } => {
                let detail = format!("{failure}; nothing was done, send less at once");
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
            }
            Failure::Overloaded | Failure::Refused { refusal: Refusal::Overloaded, .. } => {
                Problem::unavailable("overloaded", detail)
            }
            Failure::Closed => Problem::unavailable("shutting_down", detail),
        }
    }

    /// Adds something that the sentence names.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Problem {
        self.extra.insert(name.to_owned(), value);
        self
    }

    fn with_some(self, name: &str, value: Option<Value>) -> Problem {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Says that this repeats the answer that was given at an instant.
    #[must_use]
    pub fn replayed(self, at: Timestamp) -> Problem {
        let problem = self.with("replayed", json!(true)).with("at", json!(write_time(at)));
        Problem { replayed: Some(at), ..problem }
    }

    /// Writes the amounts in its sentence as people do, in the scales of these assets.
    #[must_use]
    pub fn in_scales(self, assets: &[AssetRow]) -> Problem {
        let Some(rejection) = &self.rejection else { return self };
        Problem { detail: sentence(rejection, assets).into(), ..self }
    }

    /// Whether its sentence has amounts, which are written in the scale of their asset.
    #[must_use]
    pub fn has_amounts(&self) -> bool {
        matches!(
            self.rejection.as_deref(),
            Some(
                Rejection::InsufficientFunds { .. }
                    | Rejection::BalanceAboveMax { .. }
                    | Rejection::BalanceOutside { .. }
                    | Rejection::NotEmpty { .. }
                    | Rejection::ExceedsHold { .. }
                    | Rejection::ExceedsOriginal { .. }
            )
        )
    }

    /// What happened here, in a sentence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Something that the sentence names, as text.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<String> {
        self.extra.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A rule that the command would break.
    #[must_use]
    pub fn from_rejection(rejection: &Rejection) -> Problem {
        let status = status_of(rejection);
        let problem = Problem {
            rejection: Some(Box::new(rejection.clone())),
            ..Problem::new(status, rejection.code(), sentence(rejection, &[]))
        };
        let name = |name: &ducat_domain::names::Name| json!(name.as_str());
        let id = |id: &Id| json!(id.to_string());
        match rejection {
            Rejection::IdReused { id: it }
            | Rejection::TransactionNotFound { id: it }
            | Rejection::NotPending { id: it }
            | Rejection::AlreadyPosted { id: it }
            | Rejection::AlreadyVoided { id: it }
            | Rejection::HoldExpired { id: it }
            | Rejection::NotPosted { id: it }
            | Rejection::AmountForManyPostings { id: it } => problem.with("id", id(it)),
            Rejection::PostingNotFound { id: it, posting } => {
                problem.with("id", id(it)).with("posting", json!(posting))
            }
            Rejection::ExceedsOriginal { id: it, posting, left, asked, asset } => problem
                .with("id", id(it))
                .with("posting", json!(posting))
                .with_some("asset", asset.as_ref().map(name))
                .with("left", json!(JsonAmount(*left)))
                .with("asked", json!(JsonAmount(*asked))),
            Rejection::AlreadyReversed { id: it, by } => problem.with("id", id(it)).with("reversed_by", id(by)),
            Rejection::AssetExists { asset } | Rejection::AssetNotFound { asset } => problem.with("asset", name(asset)),
            Rejection::AccountExists { account }
            | Rejection::AccountChanged { account }
            | Rejection::SameAccount { account }
            | Rejection::AccountClosed { account }
            | Rejection::AccountReserved { account }
            | Rejection::AccountFrozen { account } => problem.with("account", name(account)),
            Rejection::AccountNotFound { account, asset } | Rejection::BalanceOverflow { account, asset } => {
                problem.with("account", name(account)).with("asset", name(asset))
            }
            Rejection::TooManyAssets { limit }
            | Rejection::TooManyDefaults { limit }
            | Rejection::TooManyPayers { limit }
            | Rejection::TooManyLots { limit }
            | Rejection::TooManyPostings { limit, .. } => problem.with("limit", json!(limit)),
            Rejection::ReferenceTaken { reference } => problem.with("reference", json!(reference)),
            Rejection::ExceedsHold { held, asked, asset } => problem
                .with_some("asset", asset.as_ref().map(name))
                .with("held", json!(JsonAmount(*held)))
                .with("asked", json!(JsonAmount(*asked))),
            Rejection::AssetInUse { asset, scale } => problem.with("asset", name(asset)).with("scale", json!(scale)),
            Rejection::InsufficientFunds { account, asset, available, needed } => problem
                .with("account", name(account))
                .with("asset", name(asset))
                .with("available", json!(JsonBalance(*available)))
                .with("needed", json!(JsonAmount(*needed))),
            Rejection::BalanceAboveMax { account, asset, room, amount } => problem
                .with("account", name(account))
                .with("asset", name(asset))
                .with("room", json!(JsonBalance(*room)))
                .with("amount", json!(JsonAmount(*amount))),
            Rejection::LimitsCrossed { account, asset } => {
                problem.with("account", name(account)).with("asset", name(asset))
            }
            Rejection::BalanceOutside { account, asset, posted } | Rejection::NotEmpty { account, asset, posted } => {
                problem
                    .with("account", name(account))
                    .with("asset", name(asset))
                    .with("posted", json!(JsonBalance(*posted)))
            }
            Rejection::InsufficientPoints { member, payer, available, needed } => {
                let problem = problem.with("member", json!(member.as_str()));
                let problem = match payer {
                    Some(payer) => problem.with("payer", json!(payer.as_str())),
                    None => problem,
                };
                problem.with("available", json!(JsonAmount(*available))).with("needed", json!(JsonAmount(*needed)))
            }
            Rejection::CreditSent { id: it }
            | Rejection::NotRefused { id: it }
            | Rejection::NotCollected { id: it } => problem.with("id", id(it)),
            Rejection::TransactionTaken { transaction } => problem.with("transaction_id", json!(transaction.as_str())),
            Rejection::RunBeforeLast { last } => problem.with("last", json!(JsonDay(*last))),
            Rejection::SpendNotFound { spend } => problem.with("id", id(spend)),
            Rejection::ExceedsSpend { spend, available } => {
                problem.with("id", id(spend)).with("available", json!(JsonAmount(*available)))
            }
            Rejection::LedgerNotFound
            | Rejection::LedgerExists
            | Rejection::LedgerArchived
            | Rejection::LedgerDeleted
            | Rejection::ProgramNotFound
            | Rejection::ProgramFixed
            | Rejection::ImportOutOfOrder
            | Rejection::TermsNotFound
            | Rejection::TermsFixed
            | Rejection::AdvanceNotFound
            | Rejection::RunOver
            | Rejection::AssetRequired
            | Rejection::AmountZero
            | Rejection::AmountTooLarge
            | Rejection::WorldIsFixed => problem,
        }
    }
}

/// Whether the last time was over a second ago: a store that is away fails every read, and one line a second says so.
fn is_time_to_log() -> bool {
    static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
    static LAST_S: AtomicU64 = AtomicU64::new(u64::MAX);
    let now_s = STARTED.elapsed().as_secs();
    LAST_S.swap(now_s, Ordering::Relaxed) != now_s
}

fn status_of(rejection: &Rejection) -> StatusCode {
    match rejection {
        Rejection::LedgerNotFound
        | Rejection::ProgramNotFound
        | Rejection::SpendNotFound { .. }
        | Rejection::TermsNotFound
        | Rejection::AdvanceNotFound
        | Rejection::AccountNotFound { .. }
        | Rejection::AssetNotFound { .. }
        | Rejection::TransactionNotFound { .. } => StatusCode::NOT_FOUND,
        Rejection::IdReused { .. }
        | Rejection::LedgerExists
        | Rejection::LedgerArchived
        | Rejection::LedgerDeleted
        | Rejection::AssetInUse { .. }
        | Rejection::ProgramFixed
        | Rejection::ImportOutOfOrder
        | Rejection::TermsFixed
        | Rejection::CreditSent { .. }
        | Rejection::NotRefused { .. }
        | Rejection::NotCollected { .. }
        | Rejection::TransactionTaken { .. }
        | Rejection::RunBeforeLast { .. }
        | Rejection::RunOver
        | Rejection::AssetExists { .. }
        | Rejection::AccountExists { .. }
        | Rejection::AccountReserved { .. }
        | Rejection::ReferenceTaken { .. }
        | Rejection::NotPending { .. }
        | Rejection::AlreadyPosted { .. }
        | Rejection::AlreadyVoided { .. }
        | Rejection::HoldExpired { .. }
        | Rejection::NotPosted { .. }
        | Rejection::AlreadyReversed { .. } => StatusCode::CONFLICT,
        Rejection::AccountChanged { .. } => StatusCode::PRECONDITION_FAILED,
        Rejection::AmountForManyPostings { .. } | Rejection::PostingNotFound { .. } | Rejection::WorldIsFixed => {
            StatusCode::BAD_REQUEST
        }
        Rejection::TooManyPostings { .. }
        | Rejection::TooManyAssets { .. }
        | Rejection::TooManyDefaults { .. }
        | Rejection::AssetRequired
        | Rejection::TooManyPayers { .. }
        | Rejection::TooManyLots { .. }
        | Rejection::InsufficientPoints { .. }
        | Rejection::ExceedsSpend { .. }
        | Rejection::AmountZero
        | Rejection::AmountTooLarge
        | Rejection::ExceedsHold { .. }
        | Rejection::ExceedsOriginal { .. }
        | Rejection::SameAccount { .. }
        | Rejection::AccountClosed { .. }
        | Rejection::AccountFrozen { .. }
        | Rejection::InsufficientFunds { .. }
        | Rejection::BalanceAboveMax { .. }
        | Rejection::BalanceOverflow { .. }
        | Rejection::BalanceOutside { .. }
        | Rejection::NotEmpty { .. }
        | Rejection::LimitsCrossed { .. } => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// An amount as people write it; in minor units, which are named, where its asset is not among these.
fn amount(minor_units: i128, asset: &Name, assets: &[AssetRow]) -> String {
    match assets.iter().find(|row| row.code == *asset) {
        Some(row) => format!("{} {asset}", decimal::write(minor_units, row.scale)),
        None => format!("{minor_units} minor units of {asset}"),
    }
}

/// What happened, and what to do about it where that is not plain.
fn sentence(rejection: &Rejection, assets: &[AssetRow]) -> String {
    let amount = |minor_units: i128, asset: &Name| amount(minor_units, asset, assets);
    // Refusals of release 0.1 do not name the asset.
    let maybe = |minor_units: i128, asset: Option<&Name>| match asset {
        Some(asset) => amount(minor_units, asset),
        None => format!("{minor_units} minor units"),
    };
    match rejection {
        Rejection::IdReused { id } => {
            format!(
                "id {id}, or the key that it stands for, was used for another command; use a new one for a new command"
            )
        }
        Rejection::LedgerNotFound => "there is no such ledger; open it with POST /v1/ledgers".to_owned(),
        Rejection::LedgerExists => "the ledger exists with other assets or settings".to_owned(),
        Rejection::LedgerArchived => {
            "the ledger is archived and read-only; PATCH /v1/ledgers/{ledger} with {\"archived\": false} opens it again"
                .to_owned()
        }
        Rejection::LedgerDeleted => "a ledger of this name was deleted; its name is not used again".to_owned(),
        Rejection::AssetInUse { asset, scale } => {
            format!(
                "amounts of {asset} are recorded with {scale} decimals, so its scale stays; to change it, export the journal \
                 (ducat export journal) and import it into a new ledger (ducat import --scale {asset}=DECIMALS)"
            )
        }
        Rejection::AssetExists { asset } => {
            format!(
                "asset {asset} exists with another scale, or is named twice; PATCH …/assets/{asset} changes a scale"
            )
        }
        Rejection::AccountExists { account } => {
            format!("account {account} exists with other limits or metadata; PATCH changes them")
        }
        Rejection::AccountChanged { account } => {
            format!("account {account} is not as it was expected to be; read it again and decide anew")
        }
        Rejection::AssetRequired => {
            "the ledger has no asset yet; add one with POST /v1/ledgers/{ledger}/assets".to_owned()
        }
        Rejection::TooManyPostings { count, limit } => {
            format!("the transaction has {count} postings, the limit is {limit}; split it")
        }
        Rejection::TooManyDefaults { limit } => {
            format!(
                "the default asset of a ledger changes at most {limit} times; name the asset in each request instead"
            )
        }
        Rejection::TooManyAssets { limit } => format!("a ledger has at most {limit} assets"),
        Rejection::ReferenceTaken { reference } => format!("another transaction has the reference {reference:?}"),
        Rejection::TransactionNotFound { id } => format!("there is no transaction {id}"),
        Rejection::NotPending { id } => format!("transaction {id} was posted at once and never held"),
        Rejection::AlreadyPosted { id } => format!("the hold {id} is posted already"),
        Rejection::AlreadyVoided { id } => format!("the hold {id} is voided already"),
        Rejection::HoldExpired { id } => format!("the time of the hold {id} is over; its funds are back"),
        Rejection::NotPosted { id } => format!("transaction {id} moved nothing; a hold is voided, not reversed"),
        Rejection::PostingNotFound { id, posting } => {
            format!("postings: transaction {id} has no posting {posting}; they are counted from 0")
        }
        Rejection::ExceedsOriginal { id, posting, left, asked, asset } => {
            let (left, asked) = (maybe(left.signed(), asset.as_ref()), maybe(asked.signed(), asset.as_ref()));
            format!("of posting {posting} of transaction {id}, {left} are left to reverse, {asked} are asked")
        }
        Rejection::AlreadyReversed { id, by } => format!("transaction {id} was reversed by {by}"),
        Rejection::AmountForManyPostings { id } => {
            format!(
                "amount: transaction {id} has several postings; a hold is posted whole, a reversal names its postings"
            )
        }
        Rejection::AmountZero => "a posting of 0 moves nothing; this ledger refuses it".to_owned(),
        Rejection::AmountTooLarge => "amounts are below 10^36 minor units".to_owned(),
        Rejection::ExceedsHold { held, asked, asset } => {
            let (held, asked) = (maybe(held.signed(), asset.as_ref()), maybe(asked.signed(), asset.as_ref()));
            format!("the hold has {held}, {asked} are asked")
        }
        Rejection::SameAccount { account } => format!("{account} is both source and destination"),
        Rejection::AssetNotFound { asset } => format!("the ledger has no asset {asset}; add it with POST …/assets"),
        Rejection::AccountNotFound { account, asset } => {
            format!("there is no account {account} for {asset}; open it with POST …/accounts")
        }
        Rejection::AccountClosed { account } => format!("account {account} is closed"),
        Rejection::AccountFrozen { account } => format!("account {account} is frozen"),
        Rejection::InsufficientFunds { account, asset, available, needed } => {
            let available = amount(available.minor_units(), asset);
            format!("account {account} has {available} available, {} are needed", amount(needed.signed(), asset))
        }
        Rejection::BalanceAboveMax { account, asset, room, amount: credited } => {
            let room = amount(room.minor_units(), asset);
            format!("account {account} has room for {room}, {} would be credited", amount(credited.signed(), asset))
        }
        Rejection::BalanceOverflow { account, asset } => {
            format!("the balance of {account} in {asset} would leave the range of 10^38 either way")
        }
        Rejection::BalanceOutside { account, asset, posted } => {
            let posted = amount(posted.minor_units(), asset);
            format!("account {account} has {posted}, which is outside the new limits, counted with what is held")
        }
        Rejection::NotEmpty { account, asset, posted } => {
            let posted = amount(posted.minor_units(), asset);
            format!("account {account} has {posted}; an account can be closed once it has nothing and no open holds")
        }
        Rejection::LimitsCrossed { account, .. } => {
            format!("min_balance would be above max_balance, so that no balance of {account} would be allowed")
        }
        Rejection::WorldIsFixed => "the account world has no limits and no states to change".to_owned(),
        Rejection::AccountReserved { account } => reserved(account),
        Rejection::ProgramNotFound => "the ledger keeps no points; begin with PUT …/points/program".to_owned(),
        Rejection::ProgramFixed => "asset and order hold for ever once points were earned".to_owned(),
        Rejection::TooManyPayers { limit } => format!("a member has points of at most {limit} payers"),
        Rejection::InsufficientPoints { member, payer: None, available, needed } => {
            format!("{member} has {available} points, {needed} are asked")
        }
        Rejection::InsufficientPoints { member, payer: Some(payer), available, needed } => {
            format!("{member} has {available} points of {payer}, {needed} would be taken back")
        }
        Rejection::SpendNotFound { spend } => format!("there is no spend {spend}"),
        Rejection::ExceedsSpend { spend, available } => {
            format!("of the spend {spend}, {available} points are left to give back")
        }
        Rejection::TermsNotFound => {
            "the ledger makes no advances; say on what terms it does: PUT /v1/ledgers/{ledger}/advances/terms"
                .to_owned()
        }
        Rejection::TermsFixed => "advances were made in another asset, which holds for ever".to_owned(),
        Rejection::AdvanceNotFound => "there is no such advance".to_owned(),
        Rejection::CreditSent { id } => {
            format!("the credit of advance {id} may have reached the processor; what was paid out is collected")
        }
        Rejection::NotRefused { id } => {
            format!(
                "the credit of advance {id} was not refused, so there is nothing to try again; GET it to see what it is"
            )
        }
        Rejection::NotCollected { id } => {
            format!("nothing of advance {id} is being collected: it was not paid out, or is written off")
        }
        Rejection::TransactionTaken { transaction } => {
            format!("the processor calls two transactions {transaction}, or one by two names")
        }
        Rejection::RunBeforeLast { last } => {
            format!("a run was made for {}; one for that day or a later one may follow", write_day(*last))
        }
        Rejection::RunOver => "the run is over, or another one began".to_owned(),
        Rejection::ImportOutOfOrder => "the rows before these were not taken yet; send them all again".to_owned(),
        Rejection::TooManyLots { limit } => {
            format!("this would move over more than {limit} lots at once; do it in smaller parts")
        }
    }
}

/// Whose an account is, and what moves it instead.
fn reserved(account: &Name) -> String {
    if is_of_advances(account) {
        return format!(
            "account {account} is one of advances: they open it, and what is owed and written off moves by advances and reports \
             alone; see …/advances. Cash is funded, and an overpayment that is there is paid back, by transactions"
        );
    }
    format!("account {account} is one of points, which move by earning and spending alone; see …/points")
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.code == "unsupported_encoding" {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, identity"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE && self.code != PROCESSOR_NOT_CONFIGURED {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
        }
        if self.replayed.is_some() {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        let body = serde_json::to_vec(&self).unwrap_or_default();
        (status, headers, body).into_response()
    }
}
