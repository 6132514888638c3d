//! Accounts: opened, changed, read; their balances at any instant, their statements.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::rows::{AssetRow, BalanceRow};
use ducat_domain::ledger::terms::{AccountChange, AccountTerms, Expectation, Limits, Ranking};
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_domain::{Action, Command, Fact, Item, Rejection};
use ducat_engine::published::Assets;
use ducat_store::Snapshot;
use ducat_store::read::{AccountReader, Entry, Names, OutcomeView, outcome_view};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ledgers::{Succeeded, last, ledger_not_found};
use super::render::{self, AccountBody, Page, Success, again, success_of};
use crate::body::{self, Delivery};
use crate::caching::{Lasting, is_match, tag, tagged, weak_tag};
use crate::idempotency::{KeyHeader, command_id, fresh};
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, Query, UrlPath, path_name, window};
use crate::values::{JsonBalance, JsonId, JsonMetadata, JsonName, JsonTime, given};
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

/// A balance at an instant.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceAt {
    /// The asset.
    asset: JsonName,
    /// Credits less debits.
    posted: JsonBalance,
    /// The instant.
    at: JsonTime,
    /// By which calendar: `recorded` or `effective`.
    by: By,
}

/// Which calendar an instant is on.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// When postings were recorded.
    Recorded,
    /// When they count in the books.
    Effective,
}

/// Entries of an account, newest first, with the balances around them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statement {
    /// The balance just before `from`.
    opening: JsonBalance,
    /// The balance just before `to`.
    closing: JsonBalance,
    /// The entries.
    data: Vec<EntryBody>,
    /// The cursor to go on with; null at the end.
    next: Option<String>,
}

/// One side of a posting.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryBody {
    /// Its place in the journal.
    seq: u64,
    /// Its transaction.
    transaction: JsonId,
    /// The other side.
    counterparty: JsonName,
    /// Positive when credited, negative when debited.
    amount: JsonBalance,
    /// The balance after it.
    balance: JsonBalance,
    /// When it was recorded.
    at: JsonTime,
    /// When it counts in the books.
    effective_at: JsonTime,
    /// What for.
    description: Option<String>,
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
    State(api): State<Api>,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let request: AccountRequest = api.json(&headers, body).await?;
    let id = command_id(&headers, None, &ledger)?;
    let name = request.name.0.clone();
    let min = request.min_balance.unwrap_or(Some(JsonBalance(Balance::ZERO)));
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
    State(api): State<Api>,
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
    let page = api.read(move |snapshot| {
        let prefix = prefix.as_ref().map_or("", Name::as_str);
        let found = snapshot.accounts(&ledger, prefix, after.as_ref(), limit + 1);
        let mut found = found?;
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

/// The busiest accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct BusiestBody {
    /// The most entries that an account has in an asset.
    entries: u64,
    /// Every account that has as many.
    accounts: Vec<JsonName>,
}

/// Show the busiest accounts of a ledger that ranks them.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/busiest", tag = "accounts", responses(
    (status = 200, description = "The most entries of any account, and every account that has as many", body = BusiestBody),
    (status = 404, description = "`ledger_not_found`"),
    (status = 409, description = "`not_ranked`: it was opened without `rank_by_entries`"),
))]
pub(crate) async fn get_busiest(
    State(api): State<Api>,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    api.assets(&ledger).await?.ok_or_else(ledger_not_found)?;
    let (entries, accounts) = api.read(move |snapshot| busiest_accounts(snapshot, &ledger)).await?;
    let accounts = accounts.into_iter().map(JsonName).collect();
    Ok(body::json(StatusCode::OK, &BusiestBody { entries, accounts }))
}

/// The busiest accounts of a ledger; a problem where no one is ranked.
pub(crate) fn busiest_accounts(snapshot: &dyn Snapshot, ledger: &Name) -> Result<(u64, Vec<Name>), Problem> {
    let (most, names) = snapshot.busiest(ledger)?;
    if most == 0
        && let Some(head) = snapshot.head(ledger)?
        && head.rules.ranking == Ranking::None
    {
        let detail = format!("the ledger {ledger} was opened without rank_by_entries, so its accounts are not ranked");
        return Err(Problem::conflict("not_ranked", detail));
    }
    Ok((most, names))
}

/// Show an account.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/accounts/{account}", tag = "accounts", responses(
    (status = 200, description = "The account", body = AccountBody),
    (status = 404, description = "`account_not_found`, `ledger_not_found`"),
))]
pub(crate) async fn get_account(
    State(api): State<Api>,
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
    State(api): State<Api>,
    UrlPath((ledger, account)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (ledger, name) = (path_name("ledger", &ledger)?, path_name("account", &account)?);
    let patch: AccountPatch = api.json(&headers, body).await?;
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

/// A balance, now or at any past instant.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/accounts/{account}/balance", tag = "accounts",
    params(
        ("asset" = Option<String>, Query, description = "The asset; the default one when left out"),
        ("at" = Option<String>, Query, description = "The instant; now when left out"),
        ("by" = Option<String>, Query, description = "`recorded` (default) or `effective`")),
    responses((status = 200, description = "The balance", body = BalanceAt)))]
pub(crate) async fn get_balance(
    State(api): State<Api>,
    UrlPath((ledger, account)): UrlPath<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut query = Query::new(query.as_deref());
    let asset = query.name("asset")?;
    let at = query.time("at")?;
    let by = query.parsed("by", |text| match text {
        "recorded" => Ok(By::Recorded),
        "effective" => Ok(By::Effective),
        _ => Err("expected recorded or effective".to_owned()),
    })?;
    query.finish()?;
    let by = by.unwrap_or(By::Recorded);
    let published = api.engine.published();
    let (account, assets) = match (published.account(&ledger, &account), published.assets(&ledger)) {
        (Some(account), Some(assets)) => (account, assets),
        _ => api.account(&path_name("ledger", &ledger)?, &path_name("account", &account)?).await?,
    };
    let asset = find_asset(&assets, asset.as_ref())?;
    let of = path_name("ledger", &ledger)?;
    let (posted, lasting) = match (at, by) {
        (None, By::Recorded) => (balance_row(&account, asset)?.posted, Lasting::Passing),
        (asked, by) => {
            let (ledger, name) = (of.clone(), account.row.name.clone());
            let (asset, now) = (asset.clone(), api.engine.now_in(&ledger));
            api.read(move |snapshot| balance_at(snapshot, &ledger, &name, &asset, (asked, now), by)).await?
        }
    };
    let (code, asked) = (asset.code.clone(), at);
    let at = at.unwrap_or_else(|| api.engine.now_in(&of));
    let body = BalanceAt { asset: JsonName(code.clone()), posted: JsonBalance(posted), at: JsonTime(at), by };
    let response = lasting.mark(body::json(StatusCode::OK, &body));
    match asked {
        Some(_) => Ok(response),
        // The instant is another each time; the balance is the same as long as this is.
        None => Ok(tagged(&weak_tag(format!("{code} {posted} {by:?}").as_bytes()), response)),
    }
}

/// Reads at an instant, from the account's chain as this snapshot has it.
fn balance_at(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    account: &Name,
    asset: &AssetRow,
    (asked, now): (Option<Timestamp>, Timestamp),
    by: By,
) -> Result<(Balance, Lasting), Problem> {
    let account = snapshot.account(ledger, account)?.or_bug("an account that was just found is missing")?;
    let row = balance_row(&account, asset)?;
    let reader = AccountReader { snapshot, ledger, row };
    // Now is never before what was recorded last, whatever the clock did meanwhile.
    let head = snapshot.head(ledger)?.ok_or_else(ledger_not_found)?;
    let at = asked.unwrap_or(now.max(head.at));
    match by {
        // Whatever is recorded from now on has the head's instant or a later one.
        By::Recorded => {
            let lasting = if at < head.at { Lasting::Immutable } else { Lasting::Passing };
            Ok((reader.recorded_at(at)?, lasting))
        }
        By::Effective => {
            let balance = reader.effective_at(at)?.ok_or_else(|| {
                let (account, asset) = (account.row.name.clone(), asset.code.clone());
                Problem::from_rejection(&Rejection::BalanceOverflow { account, asset })
            })?;
            Ok((balance, Lasting::Passing))
        }
    }
}

/// An account's entries, newest first.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/accounts/{account}/statement", tag = "accounts",
    params(
        ("asset" = Option<String>, Query, description = "The asset; the default one when left out"),
        ("from" = Option<String>, Query, description = "Entries recorded at or after this instant"),
        ("to" = Option<String>, Query, description = "Entries recorded before this instant"),
        ("limit" = Option<u32>, Query, description = "Rows of the page"),
        ("cursor" = Option<String>, Query, description = "Where to go on")),
    responses((status = 200, description = "The statement", body = Statement)))]
pub(crate) async fn get_statement(
    State(api): State<Api>,
    UrlPath((ledger, account)): UrlPath<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let (ledger, name) = (path_name("ledger", &ledger)?, path_name("account", &account)?);
    let mut query = Query::new(query.as_deref());
    let asset = query.name("asset")?;
    let (from, to) = window(&mut query)?;
    let limit = query.limit(api.limits.page_max)?;
    let next = cursor::seq(&mut query, 's')?;
    query.finish()?;
    let (_, assets) = api.account(&ledger, &name).await?;
    let asset = find_asset(&assets, asset.as_ref())?.clone();
    let window = (from.unwrap_or(Timestamp::MIN), to.unwrap_or(Timestamp::MAX));
    let (statement, lasting) = api
        .read(move |snapshot| {
            let head = snapshot.head(&ledger)?.ok_or_else(ledger_not_found)?;
            let lasting = if window.1 <= head.at { Lasting::Immutable } else { Lasting::Passing };
            Ok((statement(snapshot, &ledger, &name, &asset, window, next, limit)?, lasting))
        })
        .await?;
    Ok(lasting.mark(body::json(StatusCode::OK, &statement)))
}

fn statement(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    account: &Name,
    asset: &AssetRow,
    (from, to): (Timestamp, Timestamp),
    next: Option<Seq>,
    limit: usize,
) -> Result<Statement, Problem> {
    let account = snapshot.account(ledger, account)?.or_bug("an account that was just found is missing")?;
    let row = balance_row(&account, asset)?;
    let reader = AccountReader { snapshot, ledger, row };
    let closing = reader.newest_at(to.plus_micros(-1))?;
    let opening = reader.recorded_at(from.plus_micros(-1))?;
    let first = match next {
        None => closing.as_ref().map(|entry| entry.effect.seq),
        // A cursor leads to an entry of this account or was not given out here.
        Some(seq) => match reader.entry(seq)? {
            Some(entry) => Some(entry.effect.seq),
            None => return Err(Problem::malformed("query: cursor", "it belongs to another statement")),
        },
    };
    let (entries, next) = reader.page(first, from, limit)?;
    let mut names = Names::new(snapshot, ledger)?;
    names.expect(entries.iter().map(|entry| entry.counterparty))?;
    let mut data = Vec::with_capacity(entries.len());
    for entry in entries {
        data.push(entry_body(snapshot, ledger, &mut names, &entry)?);
    }
    Ok(Statement {
        opening: JsonBalance(opening),
        closing: JsonBalance(closing.map(|entry| entry.side.balance).unwrap_or_default()),
        data,
        next: next.map(|seq| cursor::at_seq('s', seq)),
    })
}

fn entry_body(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    names: &mut Names<'_>,
    entry: &Entry,
) -> Result<EntryBody, Problem> {
    let posting = entry.posting().or_bug("an entry has no posting")?;
    // What a transaction says of itself stands on its first posting, or on the hold that was posted.
    let first = Seq(entry.effect.seq.0 - u64::from(posting.leg));
    let description = match posting.hold.unwrap_or(first) {
        seq if seq == entry.effect.seq => entry.effect.fact.detail().and_then(|detail| detail.description.clone()),
        seq => {
            let effect = snapshot.effect(ledger, seq)?;
            effect.and_then(|effect| effect.fact.detail().and_then(|detail| detail.description.clone()))
        }
    };
    Ok(EntryBody {
        seq: entry.effect.seq.0,
        transaction: JsonId(posting.transaction),
        counterparty: JsonName(names.account(entry.counterparty)?),
        amount: JsonBalance(Balance::new(entry.amount).unwrap_or_default()),
        balance: JsonBalance(entry.side.balance),
        at: JsonTime(entry.effect.at),
        effective_at: JsonTime(posting.effective_at.unwrap_or(entry.effect.at)),
        description,
    })
}

/// The asset that is named, or the default one.
fn find_asset<'a>(assets: &'a Assets, code: Option<&Name>) -> Result<&'a AssetRow, Problem> {
    let refused = |rejection| Problem::from_rejection(&rejection);
    match code {
        Some(code) => {
            let found = assets.iter().find(|asset| asset.code == *code);
            found.ok_or_else(|| refused(Rejection::AssetNotFound { asset: code.clone() }))
        }
        None => assets.default_asset().ok_or_else(|| refused(Rejection::AssetRequired)),
    }
}

fn balance_row<'a>(account: &'a LoadedAccount, asset: &AssetRow) -> Result<&'a BalanceRow, Problem> {
    account.balances.iter().find(|row| row.asset == asset.no).ok_or_else(|| {
        let (account, asset) = (account.row.name.clone(), asset.code.clone());
        Problem::from_rejection(&Rejection::AccountNotFound { account, asset })
    })
}

impl Api {
    /// An account and its ledger's assets, from memory or the store.
    pub(crate) async fn account(
        &self,
        ledger: &Name,
        name: &Name,
    ) -> Result<(Arc<LoadedAccount>, Arc<Assets>), Problem> {
        let assets = self.assets(ledger).await?.ok_or_else(ledger_not_found)?;
        if let Some(account) = self.engine.published().account(ledger.as_str(), name.as_str()) {
            return Ok((account, assets));
        }
        let (at, wanted) = (ledger.clone(), name.clone());
        let found = self.blocking(move |engine| {
            let found = engine.published().load_account(engine.reader().as_ref(), &at, &wanted);
            found.map_err(Problem::from)
        });
        let found = found.await?;
        let account = found.ok_or_else(|| {
            Problem::not_found("account_not_found", format!("there is no account {name}; open it with POST …/accounts"))
                .with("account", serde_json::json!(name.as_str()))
        })?;
        Ok((account, assets))
    }
}
