//! What an account has: its balance now and at past instants, its statement, and which accounts are the busiest.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::Rejection;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::rows::{AssetRow, BalanceRow};
use ducat_domain::ledger::terms::Ranking;
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_engine::published::Assets;
use ducat_store::Snapshot;
use ducat_store::read::{AccountReader, Entry, Names};
use serde::Serialize;
use utoipa::ToSchema;

use super::ledgers::ledger_not_found;
use crate::body;
use crate::caching::{Lasting, tagged, weak_tag};
use crate::door::Visitor;
use crate::problem::{OrBug as _, Problem};
use crate::query::{NoQuery, Query, UrlPath, path_name, window};
use crate::values::{JsonBalance, JsonId, JsonName, JsonTime, ShownName};
use crate::{Api, cursor};

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
    counterparty: ShownName,
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
pub(crate) async fn get_busiest(api: Api, UrlPath(ledger): UrlPath<String>, _: NoQuery) -> Result<Response, Problem> {
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

/// A balance, now or at any past instant.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/accounts/{account}/balance", tag = "accounts",
    params(
        ("asset" = Option<String>, Query, description = "The asset; the default one when left out"),
        ("at" = Option<String>, Query, description = "The instant; now when left out"),
        ("by" = Option<String>, Query, description = "`recorded` (default) or `effective`")),
    responses((status = 200, description = "The balance", body = BalanceAt)))]
pub(crate) async fn get_balance(
    api: Api,
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
        (Some(account), Some(assets)) => {
            api.engine.meters().cache_hits.inc();
            (account, assets)
        }
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
    api: Api,
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
    let visitor = api.visitor.clone();
    let read = api.read(move |snapshot| statement(snapshot, &ledger, &name, &asset, window, (next, limit), &visitor));
    Ok(body::json(StatusCode::OK, &read.await?))
}

fn statement(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    account: &Name,
    asset: &AssetRow,
    (from, to): (Timestamp, Timestamp),
    (next, limit): (Option<Seq>, usize),
    visitor: &Visitor,
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
        let mut body = entry_body(snapshot, ledger, &mut names, &entry)?;
        body.counterparty.0 = body.counterparty.0.filter(|account| visitor.covers_account(account));
        data.push(body);
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
        counterparty: ShownName(Some(names.account(entry.counterparty)?)),
        amount: JsonBalance(Balance::new(entry.amount).unwrap_or_default()),
        balance: JsonBalance(entry.side.balance),
        at: JsonTime(entry.effect.at),
        effective_at: JsonTime(posting.effective_at.unwrap_or(entry.effect.at)),
        description,
    })
}

/// The asset that is named, or the default one.
pub(super) fn find_asset<'a>(assets: &'a Assets, code: Option<&Name>) -> Result<&'a AssetRow, Problem> {
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
