//! Accounts: opened, changed, listed, read.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::terms::{AccountChange, AccountTerms, Expectation, Limits};
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::{Action, Command, Fact, Item, Rejection};
use ducat_engine::keys::access::Need;
use ducat_engine::published::Assets;
use ducat_store::read::{OutcomeView, outcome_view};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ledgers::{Succeeded, last, ledger_not_found};
use super::render::{self, AccountBody, Page, Success, again, success_of};
use super::statements::find_asset;
use crate::body::{self, Delivery};
use crate::caching::{is_match, tag};
use crate::idempotency::{KeyHeader, fresh};
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, Query, UrlPath, path_name};
use crate::values::{JsonBalance, JsonMetadata, JsonName, given};
use crate::{Api, cursor};

/// What an account is opened with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountRequest {
    /// Its name.
    #[schema(example = "users:alice")]
    name: JsonName,
    /// The asset that it is opened for; the default one when left out.
    #[schema(example = "USD")]
    asset: Option<JsonName>,
    /// The floor: 0 when left out, none when null, negative for an overdraft.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<JsonBalance>)]
    min_balance: Option<Option<JsonBalance>>,
    /// The ceiling; none when left out or null.
    max_balance: Option<JsonBalance>,
    /// What to keep with it.
    #[serde(default)]
    metadata: JsonMetadata,
}

/// What to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    /// The asset whose limits change; only with limits.
    asset: Option<JsonName>,
    /// The new floor; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<JsonBalance>)]
    min_balance: Option<Option<JsonBalance>>,
    /// The new ceiling; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<JsonBalance>)]
    max_balance: Option<Option<JsonBalance>>,
    /// The new metadata, whole.
    metadata: Option<JsonMetadata>,
    /// Whether new debits and credits are refused.
    frozen: Option<bool>,
    /// Whether the account is closed.
    closed: Option<bool>,
    /// The metadata as it was read: if it is other by now, nothing is changed.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = JsonMetadata, required = false)]
    if_metadata: Option<Option<JsonMetadata>>,
}

/// Open an account for an asset.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/accounts", tag = "accounts", params(KeyHeader),
    request_body = AccountRequest, responses(
    (status = 201, description = "Opened", body = AccountBody),
    (status = 200, description = "It is open already, with the same limits and metadata", body = AccountBody),
    (status = 422, description = "`limits_crossed`, `asset_required`, `account_closed`"),
    (status = 409, description = "`account_exists`, `account_reserved`, `id_reused`"),
))]
pub(crate) async fn open_account(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let request: AccountRequest = api.json(&headers, body).await?;
    let id = api.command_id(&headers, None, &ledger).await?;
    let name = request.name.0.clone();
    let min = request.min_balance.unwrap_or(Some(JsonBalance(Balance::ZERO)));
    api.visitor.check_account(&name)?;
    if min.as_ref().is_none_or(|min| min.0 < Balance::ZERO) {
        api.visitor.check(Need::Admin, &ledger)?;
    }
    let action = Action::OpenAccount(AccountTerms {
        name: request.name.0,
        asset: request.asset.map(|asset| asset.0),
        limits: Limits { min: min.map(|limit| limit.0), max: request.max_balance.map(|limit| limit.0) },
        metadata: request.metadata.0,
    });
    let one = api.one(&ledger, Command::new(id, action)).await?;
    let success = show_opened(&api, ledger, name, one).await;
    success.map_err(|problem| problem.after_commit(Some(id.id())))
}

async fn show_opened(api: &Api, ledger: Name, name: Name, one: Succeeded) -> Result<Response, Problem> {
    match one.success {
        Success::Done(effects) => {
            let assets = api.assets(&ledger).await?.ok_or_else(ledger_not_found)?;
            let opened = one.effects.get(effects).unwrap_or_default().iter().find_map(|effect| match &effect.fact {
                Fact::AccountOpened(opened) => Some((opened, effect.at)),
                _ => None,
            });
            let (opened, at) = opened.or_bug(OTHER_KIND)?;
            let asset = assets
                .iter()
                .find(|asset| asset.no == opened.asset)
                .or_bug("an asset that is referred to is missing")?;
            Ok(body::json(StatusCode::CREATED, &render::opened_account(opened, &asset.code, at)))
        }
        Success::Same | Success::WouldDo(_) => {
            let (account, assets) = api.account(&ledger, &name).await?;
            Ok(body::json(StatusCode::OK, &render::account(&account, &assets)))
        }
        Success::Replayed(seq) => {
            let view = api.read(move |snapshot| outcome_view(snapshot, &ledger, seq).map_err(Problem::from));
            match view.await? {
                OutcomeView::Account(opened, asset, at) => {
                    let body = render::opened_account(&opened, &asset, at);
                    Ok(body::outcome(StatusCode::CREATED, Delivery::Replay, &body))
                }
                OutcomeView::Refused(rejection, at) => Err(again(&rejection, at)),
                OutcomeView::Transaction(_)
                | OutcomeView::Changed
                | OutcomeView::Asset(_)
                | OutcomeView::Ledger
                | OutcomeView::Request => Err(Problem::bug(OTHER_KIND)),
            }
        }
    }
}

/// List accounts by name.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/accounts", tag = "accounts",
    params(
        ("prefix" = Option<String>, Query, description = "Only names that begin with it"),
        ("asset" = Option<String>, Query, description = "Only accounts open for it"),
        ("limit" = Option<u32>, Query, description = "Rows of the page"),
        ("cursor" = Option<String>, Query, description = "Where to go on")),
    responses((status = 200, description = "Accounts", body = Page<AccountBody>)))]
pub(crate) async fn list_accounts(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let prefix = query.name("prefix")?;
    let asset = query.name("asset")?;
    let limit = query.limit(api.limits.page_max)?;
    let after = cursor::name(&mut query)?;
    query.finish()?;
    let assets = api.assets(&ledger).await?.ok_or_else(ledger_not_found)?;
    let only = match &asset {
        None => None,
        Some(code) => Some(find_asset(&assets, Some(code))?.no),
    };
    let visitor = api.visitor.clone();
    let page = api.read(move |snapshot| {
        let prefix = prefix.as_ref().map_or("", Name::as_str);
        let mut found = Vec::new();
        for below in visitor.below(prefix) {
            let missing = (limit + 1).saturating_sub(found.len());
            if missing > 0 {
                found.extend(snapshot.accounts(&ledger, &below, after.as_ref(), missing)?);
            }
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|account| cursor::after_name(&account.row.name));
        let open = found
            .iter()
            .filter(|account| only.is_none_or(|asset| account.balances.iter().any(|row| row.asset == asset)));
        Ok(Page { data: open.map(|account| render::account(account, &assets)).collect(), next })
    });
    Ok(body::json(StatusCode::OK, &page.await?))
}

/// Show an account.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/accounts/{account}", tag = "accounts", responses(
    (status = 200, description = "The account", body = AccountBody),
    (status = 404, description = "`account_not_found`, `ledger_not_found`"),
))]
pub(crate) async fn get_account(
    api: Api,
    UrlPath((ledger, account)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let (account, assets) = api.account(&path_name("ledger", &ledger)?, &path_name("account", &account)?).await?;
    Ok(body::json(StatusCode::OK, &render::account(&account, &assets)))
}

/// Change limits, metadata or state.
#[utoipa::path(patch, path = "/v1/ledgers/{ledger}/accounts/{account}", tag = "accounts",
    params(("If-Match" = Option<String>, Header, description = "The `ETag` of the account as it was read: if it is another by now, nothing is changed")),
    request_body = AccountPatch, responses(
    (status = 200, description = "Changed", body = AccountBody),
    (status = 404, description = "`account_not_found`, `asset_not_found`, `ledger_not_found`"),
    (status = 409, description = "`account_reserved`: it is one of points or advances"),
    (status = 412, description = "`account_changed`: the metadata is not `if_metadata`, or the account has not the tag of `If-Match` any more"),
    (status = 422, description = "`balance_outside`: the balance is outside the new limits already"),
))]
pub(crate) async fn change_account(
    api: Api,
    UrlPath((ledger, account)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (ledger, name) = (path_name("ledger", &ledger)?, path_name("account", &account)?);
    let patch: AccountPatch = api.json(&headers, body).await?;
    api.visitor.check_account(&name)?;
    let has_limits = patch.min_balance.is_some() || patch.max_balance.is_some();
    if has_limits || patch.frozen.is_some() || patch.closed.is_some() {
        api.visitor.check(Need::Admin, &ledger)?;
    }
    if patch.asset.is_some() && patch.min_balance.is_none() && patch.max_balance.is_none() {
        return Err(Problem::malformed("body: asset", "only limits belong to an asset; leave it out"));
    }
    let action = Action::ChangeAccount(AccountChange {
        name: name.clone(),
        asset: patch.asset.map(|asset| asset.0),
        min: patch.min_balance.map(|limit| limit.map(|limit| limit.0)),
        max: patch.max_balance.map(|limit| limit.map(|limit| limit.0)),
        metadata: patch.metadata.map(|metadata| metadata.0),
        frozen: patch.frozen,
        closed: patch.closed,
    });
    let id = fresh();
    let change = Command::new(CommandId::Server(id), action);
    let success = match api.expected(&ledger, &name, &headers, patch.if_metadata).await? {
        None => api.one(&ledger, change).await?.success,
        Some(expectation) => {
            let expected = Command::new(CommandId::Server(fresh()), Action::Expect(expectation));
            let committed = api.submit(&ledger, vec![Item::Atomic(vec![expected, change])], Some(id)).await?;
            match success_of(last(committed.outcomes)?) {
                Ok(success) => success,
                Err(problem) => return Err(api.in_scales(&ledger, problem).await),
            }
        }
    };
    // Only what was sent on to another node and asked for again has had a response before.
    if let Success::Replayed(seq) = success {
        let at = ledger.clone();
        let view = api.read(move |snapshot| outcome_view(snapshot, &at, seq).map_err(Problem::from));
        if let OutcomeView::Refused(rejection, refused_at) =
            view.await.map_err(|problem| problem.after_commit(Some(id)))?
        {
            return Err(again(&rejection, refused_at));
        }
    }
    let (account, assets) = api.account(&ledger, &name).await.map_err(|problem| problem.after_commit(Some(id)))?;
    Ok(body::json(StatusCode::OK, &render::account(&account, &assets)))
}

impl Api {
    /// What a change insists on: the metadata that it names, and the account as it was when it had the tag that it
    /// names. Balances are part of the tag, and are looked at here only; limits, metadata and states are looked at
    /// again when it is done.
    async fn expected(
        &self,
        ledger: &Name,
        name: &Name,
        headers: &HeaderMap,
        metadata: Option<Option<JsonMetadata>>,
    ) -> Result<Option<Expectation>, Problem> {
        let is_conditional = headers.contains_key(header::IF_MATCH);
        let metadata = match metadata {
            Some(None) => {
                let reason = "it is an object; leave it out to insist on nothing";
                return Err(Problem::malformed("body: if_metadata", reason));
            }
            Some(Some(JsonMetadata(metadata))) => Some(metadata),
            None if is_conditional => None,
            None => return Ok(None),
        };
        // One that is not there is said to be so, not to have changed.
        let (account, assets) = self.account(ledger, name).await?;
        if !is_conditional {
            let metadata = metadata.unwrap_or_default();
            return Ok(Some(Expectation {
                account: name.clone(),
                metadata,
                frozen: None,
                closed: None,
                limits: Vec::new(),
            }));
        }
        let body = serde_json::to_vec(&render::account(&account, &assets)).unwrap_or_default();
        let row = &account.row;
        if !is_match(headers, &tag(&body))? || metadata.is_some_and(|metadata| metadata != row.metadata) {
            return Err(Problem::from_rejection(&Rejection::AccountChanged { account: name.clone() }));
        }
        let limits = account.balances.iter().filter_map(|balance| {
            let asset = assets.iter().find(|asset| asset.no == balance.asset)?;
            Some((asset.code.clone(), balance.limits))
        });
        Ok(Some(Expectation {
            account: name.clone(),
            metadata: row.metadata.clone(),
            frozen: Some(row.frozen),
            closed: Some(row.closed),
            limits: limits.collect(),
        }))
    }
}

impl Api {
    /// An account and its ledger's assets, from memory or the store.
    pub(crate) async fn account(
        &self,
        ledger: &Name,
        name: &Name,
    ) -> Result<(Arc<LoadedAccount>, Arc<Assets>), Problem> {
        let assets = self.assets(ledger).await?.ok_or_else(ledger_not_found)?;
        let found = self.engine.account(ledger, name).await?;
        let account = found.ok_or_else(|| {
            Problem::not_found("account_not_found", format!("there is no account {name}; open it with POST …/accounts"))
                .with("account", serde_json::json!(name.as_str()))
        })?;
        Ok((account, assets))
    }
}
