//! Links: from which other accounts an account may draw what it cannot give itself. They go one way and are not
//! followed further.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::numbers::Id;
use ducat_domain::{Action, Command, Item, Rejection};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::super::ItemResult;
use super::accounts::change_metadata;
use super::perform::performed;
use super::wire::{Dollars, base, link as to, titled};
use super::{ATTEMPTS_MAX, Account, LINKS, NAME, Place, Refusal, Target, contended, kept, ledger, pair};
use crate::Api;
use crate::body::{self, Delivery};
use crate::idempotency::{command_id, fresh};
use crate::problem::Problem;
use crate::query::NoQuery;

/// Accounts that one account may draw on: each withdrawal names them all.
const LINKS_MAX: usize = 16;

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
pub(crate) async fn list_links(
    State(api): State<Api>,
    place: Place,
    query: Result<NoQuery, Problem>,
) -> Result<Response, Refusal> {
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
    State(api): State<Api>,
    place: Place,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    query?;
    let request: LinkRequest = api.json(&headers, body).await?;
    let asked = KeyedLink {
        id: command_id(&headers, None, &ledger()?)?,
        // What counts as the same: this must never change.
        request: json!(["link", place.account.written(), request.name]).to_string().into_bytes(),
    };
    if api.was_done(&asked).await? {
        let body = api.links_body(&place.account, &account).await?;
        return Ok(performed(StatusCode::CREATED, Delivery::Replay, &body));
    }
    let other = api.bank_other(&place.account, &request.name).await?;
    let changed = api.change_links(&place.account, &asked, |account, open| {
        if other.id == account.id {
            return Err(Problem::unprocessable("same_account", "an account does not draw on itself"));
        }
        if open.contains(&other.id) {
            return Ok(None);
        }
        if open.len() >= LINKS_MAX {
            let detail = format!("an account draws on at most {LINKS_MAX} others; remove one first");
            return Err(Problem::unprocessable("too_many_links", detail).with("limit", json!(LINKS_MAX)));
        }
        Ok(Some(open.iter().copied().chain([other.id]).collect()))
    });
    let (account, changed) = changed.await?;
    let status = if changed { StatusCode::CREATED } else { StatusCode::OK };
    Ok(body::json(status, &api.links_body(&place.account, &account).await?))
}

/// Let an account not draw on another any more.
#[utoipa::path(delete, path = "/accounts/{name}/links/{other}", tag = "bank accounts",
    params(("other" = String, Path, description = "The other's name, or by id its id too")), responses(
    (status = 204, description = "It does not, from now on"),
    (status = 404, description = "There is no such account, or no link to it; no body"),
))]
pub(crate) async fn unlink(
    State(api): State<Api>,
    place: Place,
    query: Result<NoQuery, Problem>,
) -> Result<Response, Refusal> {
    api.bank_account(&place.account).await?;
    query?;
    let other = api.bank_other(&place.account, &place.other).await?;
    let asked = KeyedLink { id: CommandId::Server(fresh()), request: Vec::new() };
    let changed = api.change_links(&place.account, &asked, |_, open| {
        let rest = || open.iter().copied().filter(|id| *id != other.id).collect();
        Ok(open.contains(&other.id).then(rest))
    });
    match changed.await? {
        (_, true) => Ok(StatusCode::NO_CONTENT.into_response()),
        (_, false) => Err(Refusal::Unknown),
    }
}

/// Under which id links are changed, and for which request.
struct KeyedLink {
    id: CommandId,
    request: Vec<u8>,
}

impl Api {
    /// Whether this was done under its key before.
    async fn was_done(&self, asked: &KeyedLink) -> Result<bool, Problem> {
        let CommandId::Client(id) = asked.id else { return Ok(false) };
        let request = asked.request.clone();
        Ok(self.read(move |snapshot| kept(snapshot, id, &request)).await?.is_some())
    }

    /// Changes the links of an account from what they are when it is done; `None` leaves them. Says whether they
    /// changed.
    async fn change_links(
        &self,
        target: &Target,
        asked: &KeyedLink,
        change: impl Fn(&Account, &[Id]) -> Result<Option<Vec<Id>>, Problem>,
    ) -> Result<(Account, bool), Refusal> {
        for _ in 0..ATTEMPTS_MAX {
            let account = self.bank_account(target).await?;
            // Accounts that were closed since take up no room.
            let mut open = Vec::new();
            for id in &account.links {
                if self.bank_account_by_id(*id).await?.is_some() {
                    open.push(*id);
                }
            }
            let Some(links) = change(&account, &open)? else { return Ok((account, false)) };
            let ids: Vec<String> = links.iter().map(Id::to_string).collect();
            let linked = (!ids.is_empty()).then(|| pair(LINKS, ids.join(" ")));
            let metadata = Metadata::new([pair(NAME, &account.name)].into_iter().chain(linked));
            let changing = Action::ChangeAccount(change_metadata(account.ledger_name(), metadata));
            let changing = Command::standing_for(&asked.request, asked.id, changing);
            let ledger = ledger()?;
            let items = vec![Item::Atomic(vec![account.expectation(None), changing])];
            let committed = self.submit(&ledger, items, Some(asked.id.id())).await?;
            match self.settled(&ledger, committed.outcomes).await? {
                ItemResult::Done(_) => return Ok((self.bank_account(target).await?, true)),
                ItemResult::Refused(Rejection::AccountChanged { .. }, _) => {}
                ItemResult::Refused(rejection, before) => return Err(ItemResult::problem(&rejection, before).into()),
            }
        }
        Err(contended("account").into())
    }

    async fn links_body(&self, target: &Target, account: &Account) -> Result<LinksBody, Problem> {
        let own = base(target, account.id, &account.name);
        let mut links = Vec::new();
        for id in &account.links {
            let Some(other) = self.bank_account_by_id(*id).await? else { continue };
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
