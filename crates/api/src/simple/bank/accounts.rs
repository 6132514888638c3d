//! Bank accounts: opened, shown, listed, closed.

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_domain::numbers::{Id, Seq, Timestamp};
use ducat_engine::bank::{self, ACCOUNTS, Account, Opened, Opening};
use ducat_engine::names::normal;
use ducat_store::Snapshot;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::wire::{Dollars, base, link, titled};
use super::{Place, Refusal, Target, performed};
use crate::body::{self, Delivery};
use crate::idempotency::KeyHeader;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::values::JsonTime;
use crate::{Api, cursor};

/// The most characters of a name.
const NAME_CHARACTERS_MAX: usize = 255;

/// An account to open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenRequest {
    /// Its name: 1 to 255 characters, spaces around it cut off, unique among open accounts.
    #[schema(
        example = "Savings",
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$"
    )]
    name: String,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankAccountBody {
    /// Its id, which never changes.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Its name.
    name: String,
    /// What is in it.
    balance: Dollars,
    /// When it was opened.
    created: JsonTime,
    /// When its balance changed last.
    updated: JsonTime,
    /// Where to go from here.
    #[serde(rename = "_links")]
    #[schema(value_type = Object)]
    links: Value,
}

impl BankAccountBody {
    fn new(target: &Target, account: &Account, updated: Timestamp) -> BankAccountBody {
        BankAccountBody {
            id: account.id.to_string(),
            name: account.name.clone(),
            balance: account.balance().into(),
            created: JsonTime(account.loaded.row.opened_at),
            updated: JsonTime(updated),
            links: links(target, account.id, &account.name),
        }
    }
}

/// Everything that can be done with an account.
fn links(target: &Target, id: Id, name: &str) -> Value {
    let base = base(target, id, name);
    json!({
        "self": titled(&base, "GET shows it, DELETE closes it once its balance is 0.00"),
        "by-id": link(format!("/v2/accounts/{id}")),
        "deposit": titled(format!("{base}/deposit"), "POST {\"amount\":5.00}"),
        "withdraw": titled(format!("{base}/withdraw"), "POST {\"amount\":5.00}"),
        "transfer": titled(format!("{base}/transfer"), "POST {\"to\":\"Checking\",\"amount\":1.50}"),
        "links": titled(format!("{base}/links"), "GET lists accounts that it draws on, POST {\"name\":\"Checking\"} adds one"),
        "transactions": titled(format!("{base}/transactions{{?limit,cursor}}"), "GET, newest first"),
        "accounts": link("/accounts"),
    })
}

/// Open an account.
#[utoipa::path(post, operation_id = "open_bank_account", path = "/accounts", tag = "bank accounts",
    params(KeyHeader),
    request_body = OpenRequest, responses(
    (status = 201, description = "Opened", body = BankAccountBody),
    (status = 400, description = "`malformed`: the name has 1 to 255 characters"),
    (status = 409, description = "`name_taken`, or `id_reused`: the key was used for something else"),
))]
pub(crate) async fn open_account(api: Api, _: NoQuery, headers: HeaderMap, body: Body) -> Result<Response, Refusal> {
    let request: OpenRequest = api.json(&headers, body).await?;
    let name = request.name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
        let reason = "a name has 1 to 255 characters, spaces around it not counted";
        return Err(Problem::malformed("body: name", reason).into());
    }
    if name.chars().any(char::is_control) {
        return Err(
            Problem::malformed("body: name", "a name has no control characters, because they cannot be seen").into()
        );
    }
    // What counts as the same: this must never change.
    let request = |name: &str| json!(["open", name]).to_string().into_bytes();
    let opening = Opening {
        id: api.command_id(&headers, None, &bank::ledger()?).await?,
        sent: name.to_owned(),
        floor: api.limits.bank_floor(),
        requests: [request(&normal(name)), request(name)],
    };
    Ok(opened(&api.bank.open(&opening).await?))
}

fn opened(Opened { id, name, at, is_repeated }: &Opened) -> Response {
    let target = Target::Name(name.clone());
    let body = BankAccountBody {
        id: id.to_string(),
        name: name.clone(),
        balance: Dollars(0),
        created: JsonTime(*at),
        updated: JsonTime(*at),
        links: links(&target, *id, name),
    };
    let delivery = if *is_repeated { Delivery::Replay } else { Delivery::First };
    let mut response = performed(StatusCode::CREATED, delivery, &body);
    // What is percent-encoded is always a header's value.
    if let Ok(location) = HeaderValue::from_str(&base(&target, *id, name)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Show an account.
#[utoipa::path(get, operation_id = "get_bank_account", path = "/accounts/{name}", tag = "bank accounts", responses(
    (status = 200, description = "The account", body = BankAccountBody),
    (status = 404, description = "There is no such account; no body"),
))]
pub(crate) async fn get_account(api: Api, place: Place, query: Result<NoQuery, Problem>) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    query?;
    let (read, opened_at) = (account.clone(), account.loaded.row.opened_at);
    let updated = match account.loaded.balances.first().and_then(|row| row.last) {
        None => opened_at,
        Some(last) => api.read(move |snapshot| updated(snapshot, last, &read)).await?,
    };
    Ok(body::json(StatusCode::OK, &BankAccountBody::new(&place.account, &account, updated)))
}

/// When the balance of an account changed last.
fn updated(snapshot: &dyn Snapshot, last: Seq, account: &Account) -> Result<Timestamp, Problem> {
    let effect = snapshot.effect(&bank::ledger()?, last)?;
    Ok(effect.map_or(account.loaded.row.opened_at, |effect| effect.at))
}

/// List accounts, in the order of their ids.
#[utoipa::path(get, operation_id = "list_bank_accounts", path = "/accounts", tag = "bank accounts",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")),
    responses((status = 200, description = "Open accounts: `accounts`, and `_links.next` where there are more", body = Object)))]
pub(crate) async fn list_accounts(api: Api, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let after = cursor::name(&mut query)?;
    query.finish()?;
    let page = api.read(move |snapshot| {
        let mut found = snapshot.accounts(&bank::ledger()?, ACCOUNTS, after.as_ref(), limit + 1)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|account| cursor::after_name(&account.row.name));
        let mut accounts = Vec::with_capacity(found.len());
        let accounts_found = found.into_iter().filter_map(|loaded| Account::of(std::sync::Arc::new(loaded)));
        for account in accounts_found.filter(Account::is_open) {
            let updated = match account.loaded.balances.first().and_then(|row| row.last) {
                None => account.loaded.row.opened_at,
                Some(last) => updated(snapshot, last, &account)?,
            };
            accounts.push(BankAccountBody::new(&Target::Name(String::new()), &account, updated));
        }
        let mut links = json!({
            "self": titled("/accounts{?limit,cursor}", "GET lists accounts, POST {\"name\":\"Savings\"} opens one"),
            "account": link("/accounts/{name}"),
            "account-by-id": link("/v2/accounts/{id}"),
        });
        if let Some(next) = next {
            links["next"] = link(format!("/accounts?limit={limit}&cursor={next}"));
        }
        Ok(json!({ "accounts": accounts, "_links": links }))
    });
    Ok(body::json(StatusCode::OK, &page.await?))
}

/// Close an account whose balance is 0.00. Its name is free again.
#[utoipa::path(delete, operation_id = "close_bank_account", path = "/accounts/{name}", tag = "bank accounts", responses(
    (status = 204, description = "Closed; what happened to it is kept"),
    (status = 404, description = "There is no such account; no body"),
    (status = 409, description = "`balance_not_zero`"),
))]
pub(crate) async fn close_account(
    api: Api,
    place: Place,
    query: Result<NoQuery, Problem>,
) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    query?;
    api.bank.close(&account).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
