//! Account management: accounts are UUIDs that come to be with their first transaction; amounts are integers of either
//! sign; balances have no floor.
//!
//! All of it is the ledger `accounts`, one asset, `UNIT`/0: a positive amount is a posting from `world` to the account,
//! a negative one the way back. Opening the account and posting are one atomic batch under the transaction's id.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::WORLD;
use ducat_domain::ledger::terms::{
    AccountTerms, AssetTerms, ImplicitAccounts, LedgerRules, LedgerTerms, Limits, Metadata, Ranking, ZeroAmounts,
};
use ducat_domain::ledger::transaction::{Source, Timing, Transaction, Transfer};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use ducat_domain::{Action, Command, Fact, Item, Rejection};
use ducat_store::Snapshot;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use ducat_engine::ask::ItemResult;

use super::Number;
use crate::idempotency::{MessageKey, fresh};
use crate::problem::{OrBug as _, Problem, fixed_name};
use crate::query::{NoQuery, UrlPath};
use crate::v1::ledger::statements::busiest_accounts;
use crate::values::{JsonName, parse_id, parse_new_id};
use crate::{Api, body};

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(ping))
        .routes(routes!(post_amount))
        .routes(routes!(get_transaction))
        .routes(routes!(get_balance))
        .routes(routes!(get_max_transaction_volume))
}

/// The ledger of this API.
const LEDGER: &str = "accounts";

/// Its asset.
const ASSET: &str = "UNIT";

/// The header with a transaction's id.
const TRANSACTION_ID: HeaderName = HeaderName::from_static("transaction-id");

/// Digits of an amount: what every client's number type holds exactly.
const AMOUNT_DIGITS_MAX: usize = 15;

/// An amount to post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostAmountRequest {
    /// The account, which need not exist yet.
    account_id: AccountId,
    /// Positive is paid in, negative is taken out; an integer of at most 15 digits.
    amount: SignedAmount,
}

/// A transaction as it was posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostedAmountBody {
    /// The account.
    account_id: String,
    /// The amount.
    amount: Number,
}

/// A balance.
#[derive(Debug, Serialize, ToSchema)]
pub struct AmountBalanceBody {
    /// The sum of all amounts.
    balance: Number,
}

/// The busiest accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct VolumeBody {
    /// The greatest number of transactions of any account.
    #[serde(rename = "maxVolume")]
    max_volume: u64,
    /// Every account that has as many, in any order.
    accounts: Vec<JsonName>,
}

/// The UUID of an account.
#[derive(Debug)]
pub(crate) struct AccountId(Name);

impl AccountId {
    fn parse(text: &str) -> Result<AccountId, String> {
        let uuid = Uuid::from_u128(parse_id(text)?.0);
        Name::parse(&uuid.hyphenated().to_string()).map(AccountId).map_err(|error| error.to_string())
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<AccountId, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_new_id(&text).and_then(|_| AccountId::parse(&text)).map_err(serde::de::Error::custom)
    }
}

/// An amount read as its digits, never through a float.
#[derive(Debug)]
pub(crate) struct SignedAmount(i128);

impl<'de> Deserialize<'de> for SignedAmount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<SignedAmount, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let digits = raw.strip_prefix('-').unwrap_or(raw);
        let is_whole = (1..=AMOUNT_DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let number = raw.parse().ok().filter(|_| is_whole);
        number.map(SignedAmount).ok_or_else(|| serde::de::Error::custom("expected an integer of at most 15 digits"))
    }
}

/// Whether the server answers.
#[utoipa::path(get, path = "/ping", tag = "account management", responses((status = 200, description = "It does")))]
pub async fn ping() -> StatusCode {
    StatusCode::OK
}

/// Post an amount to an account.
#[utoipa::path(post, path = "/amount", tag = "account management",
    params(("Transaction-Id" = Uuid, Header, description = "Retries of the same id with the same body count once")),
    request_body = PostAmountRequest, responses(
    (status = 200, description = "It is counted, now or before", body = PostedAmountBody),
    (status = 400, description = "`malformed`: the body or the Transaction-Id"),
    (status = 409, description = "`id_reused`: the id was used with another body"),
    (status = 415, description = "`unsupported_media_type`"),
))]
pub(crate) async fn post_amount(
    api: Api,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    // The content type is looked at first.
    let request: PostAmountRequest = api.json(&headers, body).await?;
    query?;
    let id = transaction_id(&headers, api.message.as_ref())?;
    api.check_scale(&ledger()?, ASSET, 0).await?;
    let settled = match api.post(id, &request).await? {
        ItemResult::Refused(Rejection::LedgerNotFound, _) => {
            api.open().await?;
            api.post(id, &request).await?
        }
        settled => settled,
    };
    match settled {
        ItemResult::Done(_) => {
            let (account_id, amount) = (request.account_id.0.as_str().to_owned(), Number(request.amount.0));
            Ok(body::json(StatusCode::OK, &PostedAmountBody { account_id, amount }))
        }
        ItemResult::Refused(rejection, before) => Err(Problem::refused(&rejection, before)),
    }
}

/// A transaction by its id.
#[utoipa::path(get, operation_id = "get_amount", path = "/transaction/{transaction_id}", tag = "account management",
    params(("transaction_id" = String, Path, description = "Its id")), responses(
    (status = 200, description = "The transaction", body = PostedAmountBody),
    (status = 404, description = "`transaction_not_found`"),
))]
pub(crate) async fn get_transaction(
    api: Api,
    path: Result<UrlPath<String>, Problem>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let text = text_of(path);
    let not_found = || Problem::not_found("transaction_not_found", format!("there is no transaction {text}"));
    let id = parse_id(&text).map_err(|_| not_found())?;
    let found = api.read(move |snapshot| transaction(snapshot, id)).await?;
    found.map(|transaction| body::json(StatusCode::OK, &transaction)).ok_or_else(not_found)
}

/// The balance of an account.
#[utoipa::path(get, operation_id = "get_amount_balance", path = "/balance/{account_id}", tag = "account management",
    params(("account_id" = String, Path, description = "Its UUID")), responses(
    (status = 200, description = "The balance", body = AmountBalanceBody),
    (status = 404, description = "`account_not_found`"),
))]
pub(crate) async fn get_balance(
    api: Api,
    path: Result<UrlPath<String>, Problem>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let text = text_of(path);
    let not_found = || Problem::not_found("account_not_found", format!("there is no account {text}"));
    let AccountId(account) = AccountId::parse(&text).map_err(|_| not_found())?;
    let (account, _) = match api.account(&ledger()?, &account).await {
        Err(problem) if problem.status() == StatusCode::NOT_FOUND.as_u16() => return Err(not_found()),
        found => found?,
    };
    let balance = account.balances.first().map_or(Balance::ZERO, |row| row.posted);
    Ok(body::json(StatusCode::OK, &AmountBalanceBody { balance: Number(balance.minor_units()) }))
}

/// The busiest accounts.
#[utoipa::path(get, path = "/max_transaction_volume", tag = "account management", responses(
    (status = 200, description = "The greatest number of transactions of any account, and every account that has it", body = VolumeBody),
    (status = 409, description = "`not_ranked`: the ledger was opened by other means, without a ranking"),
))]
pub(crate) async fn get_max_transaction_volume(api: Api, _: NoQuery) -> Result<Response, Problem> {
    let ledger = ledger()?;
    let (max_volume, accounts) = api.read(move |snapshot| busiest_accounts(snapshot, &ledger)).await?;
    let accounts = accounts.into_iter().map(JsonName).collect();
    Ok(body::json(StatusCode::OK, &VolumeBody { max_volume, accounts }))
}

/// What a path names; what is no text there names nothing that there is.
fn text_of(path: Result<UrlPath<String>, Problem>) -> String {
    path.map(|UrlPath(text)| text).unwrap_or_default()
}

fn ledger() -> Result<Name, Problem> {
    fixed_name(LEDGER)
}

fn asset() -> Result<Name, Problem> {
    fixed_name(ASSET)
}

fn transaction_id(headers: &HeaderMap, message: Option<&MessageKey>) -> Result<Id, Problem> {
    let wrong = |reason: &str| Problem::malformed("header: Transaction-Id", reason);
    let mut values = headers.get_all(TRANSACTION_ID).iter();
    let Some(value) = values.next() else {
        // A message has an id, whatever its headers.
        let id = message.map(|message| Ok(message.id(&ledger()?)));
        return id.unwrap_or_else(|| Err(wrong("it is missing; send a UUID")));
    };
    if values.next().is_some() {
        return Err(wrong("it is given twice"));
    }
    let text = value.to_str().map_err(|_| wrong("expected a UUID"))?;
    parse_new_id(text).map_err(|reason| wrong(&reason))
}

impl Api {
    /// Opens the account if need be and posts the amount, both or neither. Gives the outcome of the posting.
    async fn post(&self, id: Id, request: &PostAmountRequest) -> Result<ItemResult, Problem> {
        let PostAmountRequest { account_id: AccountId(account), amount: SignedAmount(amount) } = request;
        let (source, destination) = match *amount < 0 {
            true => (account.clone(), Name::world()),
            false => (Name::world(), account.clone()),
        };
        let terms = AccountTerms {
            name: account.clone(),
            asset: Some(asset()?),
            limits: Limits::NONE,
            metadata: Metadata::default(),
        };
        let transaction = Transaction {
            postings: vec![Transfer {
                source: Source::One(source),
                destination,
                asset: Some(asset()?),
                amount: Amount::new(amount.unsigned_abs()),
            }],
            timing: Timing::Posted,
            effective_at: None,
            description: None,
            reference: None,
            metadata: Metadata::default(),
        };
        let both = Item::Atomic(vec![
            Command::new(CommandId::Server(fresh()), Action::OpenAccount(terms)),
            Command::new(CommandId::Client(id), Action::Transact(transaction)),
        ]);
        let ledger = ledger()?;
        let committed = self.submit(&ledger, vec![both], Some(id)).await?;
        let result = self.engine.result_of(&ledger, committed.outcomes).await;
        Ok(result.map_err(|error| error.after_commit(id))?)
    }

    async fn open(&self) -> Result<(), Problem> {
        let terms = LedgerTerms {
            default_asset: None,
            assets: vec![AssetTerms { code: asset()?, scale: 0 }],
            rules: LedgerRules {
                implicit_accounts: ImplicitAccounts::Refused,
                zero_amounts: ZeroAmounts::Record,
                ranking: Ranking::ByEntries,
            },
        };
        self.one(&ledger()?, Command::new(CommandId::Server(fresh()), Action::OpenLedger(terms))).await.map(drop)
    }
}

fn transaction(snapshot: &dyn Snapshot, id: Id) -> Result<Option<PostedAmountBody>, Problem> {
    let ledger = ledger()?;
    let Some(outcome) = snapshot.outcome(&ledger, id)? else { return Ok(None) };
    let effect = snapshot.effect(&ledger, outcome.seq)?;
    // The id may be another command's, or of a transaction that this API does not make.
    let Some(Fact::Posting(posting)) = effect.map(|effect| effect.fact) else { return Ok(None) };
    let (source, destination) = (posting.source.account, posting.destination.account);
    let (account, amount) = match (source == WORLD, posting.legs) {
        (true, 1) => (destination, posting.amount.signed()),
        (false, 1) => (source, -posting.amount.signed()),
        _ => return Ok(None),
    };
    let name = snapshot.account_name(&ledger, account)?.or_bug("an account that was just found is missing")?;
    Ok(Some(PostedAmountBody { account_id: name.as_str().to_owned(), amount: Number(amount) }))
}
