//! Advances as they are.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::advances::accounts::receivable;
use ducat_domain::advances::{Advance, Status};
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::Seq;
use ducat_store::Snapshot;

use super::render::AdvanceBody;
use super::{book_of, find};
use crate::problem::Problem;
use crate::query::{NoQuery, Query, UrlPath, path_name};
use crate::v1::ledger::render::Page;
use crate::values::parse_id;
use crate::{Api, body, cursor};
use ducat_engine::names::{Kind, recorded};

/// Advances looked at for one page of a filtered list: a page may be short, and says where to go on.
const SCAN_MAX: usize = 10_000;

/// Show an advance: its plan, what was asked of the processor and what became of it, what is owed.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/advances/{id}", tag = "advances",
    params(("id" = String, Path, description = "The advance")), responses(
    (status = 200, description = "The advance", body = AdvanceBody),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`, `advance_not_found`"),
))]
pub(crate) async fn get_advance(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let id = parse_id(&id).map_err(|reason| Problem::malformed("path: id", reason))?;
    let advance = api.read(move |snapshot| find(snapshot, &ledger, id)).await?;
    Ok(body::json(StatusCode::OK, &AdvanceBody::from(&advance)))
}

/// List advances, oldest first.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/advances", tag = "advances",
    params(("customer" = Option<String>, Query, description = "Those of a customer"),
        ("status" = Option<String>, Query, description = "Those that are `accepted`, `sent`, `unresolved`, `failed`, `refused`, `cancelled`, `collecting`, `repaid` or `written_off`"),
        ("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")), responses(
    (status = 200, description = "Advances; a page of a filtered list may be short, `next` says whether there are more", body = Page<AdvanceBody>),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`"),
))]
pub(crate) async fn list_advances(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let customer = query.parsed("customer", |text| Party::parse(text).map_err(|error| error.to_string()))?;
    let status = query.parsed("status", |text| {
        let known = Status::ALL.into_iter().find(|status| status.word() == text);
        known.ok_or_else(|| format!("expected one of {}", Status::ALL.map(Status::word).join(", ")))
    })?;
    let limit = query.limit(api.limits.page_max)?;
    let after = cursor::seq(&mut query, 'a')?.unwrap_or(Seq(0));
    query.finish()?;
    let customer = match customer {
        Some(given) => Some(api.customer(&ledger, &given).await?),
        None => None,
    };
    let page = api.read(move |snapshot| {
        book_of(snapshot, &ledger)?;
        // Of a filtered list as many are looked at as one reading may take.
        let scanned = if status.is_some() { SCAN_MAX } else { limit };
        let advances = read(snapshot, &ledger, customer.as_ref(), after, scanned)?;
        let more = advances.last().filter(|_| advances.len() == scanned).map(|advance| advance.no);
        let mut shown = advances.into_iter().filter(|advance| status.is_none_or(|status| advance.status() == status));
        let page: Vec<Advance> = shown.by_ref().take(limit).collect();
        let next = match shown.next() {
            Some(_) => page.last().map(|advance| advance.no),
            None => more,
        };
        Ok(Page { data: page.iter().map(AdvanceBody::from).collect(), next: next.map(|seq| cursor::at_seq('a', seq)) })
    });
    Ok(body::json(StatusCode::OK, &page.await?))
}

fn read(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    customer: Option<&Party>,
    after: Seq,
    limit: usize,
) -> Result<Vec<Advance>, Problem> {
    let Some(customer) = customer else { return snapshot.advances(ledger, after, limit).map_err(Problem::from) };
    let known = recorded(snapshot, ledger, Kind::Customer, customer)?;
    let customer = known.as_ref().unwrap_or(customer);
    let Some(account) = snapshot.account(ledger, &receivable(customer))? else { return Ok(Vec::new()) };
    snapshot.advances_of(ledger, account.row.no, after, limit).map_err(Problem::from)
}
