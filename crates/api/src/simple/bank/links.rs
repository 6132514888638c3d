//! Links: from which other accounts an account may draw what it cannot give itself. They go one way and are not
//! followed further.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use ducat_engine::bank::{self, Account};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::wire::{Dollars, base, link as to, titled};
use super::{Place, Refusal, Target, performed};
use crate::Api;
use crate::body::{self, Delivery};
use crate::problem::Problem;
use crate::query::NoQuery;

/// An account to draw on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// Its name, or by id its id too.
    #[schema(example = "Checking")]
    name: String,
}

/// A linked account.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkedBody {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Its name.
    name: String,
    /// What is in it.
    balance: Dollars,
    /// Where to go from here.
    #[serde(rename = "_links")]
    #[schema(value_type = Object)]
    links: Value,
}

/// The accounts that an account draws on.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinksBody {
    /// In the order in which they give.
    links: Vec<LinkedBody>,
    /// Where to go from here.
    #[serde(rename = "_links")]
    #[schema(value_type = Object)]
    hal: Value,
}

/// List the accounts that an account draws on, in order.
#[utoipa::path(get, path = "/accounts/{name}/links", tag = "bank accounts", responses(
    (status = 200, description = "The accounts that it draws on", body = LinksBody),
    (status = 404, description = "There is no such account; no body"),
))]
pub(crate) async fn list_links(api: Api, place: Place, query: Result<NoQuery, Problem>) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    query?;
    Ok(body::json(StatusCode::OK, &api.links_body(&place.account, &account).await?))
}

/// Let an account draw on another, behind those that it draws on already.
#[utoipa::path(post, path = "/accounts/{name}/links", tag = "bank accounts",
    params(("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters: a retry links nothing again")),
    request_body = LinkRequest, responses(
    (status = 201, description = "Linked", body = LinksBody),
    (status = 200, description = "It was linked already", body = LinksBody),
    (status = 404, description = "There is no such account, on either side; no body"),
    (status = 400, description = "`malformed`"),
    (status = 409, description = "`id_reused`: the key was used for something else"),
    (status = 422, description = "`same_account`, `too_many_links`"),
))]
pub(crate) async fn link(
    api: Api,
    place: Place,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    query?;
    let request: LinkRequest = api.json(&headers, body).await?;
    let id = api.command_id(&headers, None, &bank::ledger()?).await?;
    // What counts as the same: this must never change.
    let keyed = json!(["link", place.account.written(), request.name]).to_string().into_bytes();
    if api.bank.was_done(id, &keyed).await? {
        let body = api.links_body(&place.account, &account).await?;
        return Ok(performed(StatusCode::CREATED, Delivery::Replay, &body));
    }
    let other = api.bank_other(&place.account, &request.name).await?;
    let is_new = api.bank.link(account.id, other.id, id, &keyed).await?;
    let account = api.bank_account(&place.account).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(body::json(status, &api.links_body(&place.account, &account).await?))
}

/// Let an account not draw on another any more.
#[utoipa::path(delete, path = "/accounts/{name}/links/{other}", tag = "bank accounts",
    params(("other" = String, Path, description = "The other's name, or by id its id too")), responses(
    (status = 204, description = "It does not, from now on"),
    (status = 404, description = "There is no such account, or no link to it; no body"),
))]
pub(crate) async fn unlink(api: Api, place: Place, query: Result<NoQuery, Problem>) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    query?;
    let other = api.bank_other(&place.account, &place.other).await?;
    match api.bank.unlink(account.id, other.id).await? {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(Refusal::Unknown),
    }
}

impl Api {
    async fn links_body(&self, target: &Target, account: &Account) -> Result<LinksBody, Refusal> {
        let own = base(target, account.id, &account.name);
        let mut links = Vec::new();
        for other in self.bank.linked(account).await? {
            let there = base(target, other.id, &other.name);
            let named = there.rsplit('/').next().unwrap_or_default();
            links.push(LinkedBody {
                id: other.id.to_string(),
                name: other.name.clone(),
                balance: other.balance().into(),
                links: json!({
                    "self": titled(format!("{own}/links/{named}"), "DELETE removes the link"),
                    "account": to(&there),
                }),
            });
        }
        let hal = json!({
            "self": titled(format!("{own}/links"), "POST {\"name\":\"Checking\"} adds one"),
            "account": to(&own),
        });
        Ok(LinksBody { links, hal })
    }
}
