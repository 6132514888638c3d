//! Groups of accounts: the next segments of the names below a prefix, each with how many accounts begin so.
//!
//! A group is found by one look behind the group before, and counted up to a bound, so a ledger of millions is as quick as
//! one of ten.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::names::{NAME_LENGTH_MAX, Name};
use ducat_store::Snapshot;
use serde::Serialize;
use utoipa::ToSchema;

use super::ledgers::ledger_not_found;
use crate::problem::Problem;
use crate::query::{Query, UrlPath, path_name};
use crate::{Api, body};

/// What separates the segments of a name.
const SEPARATOR: char = ':';

/// The last character of all that stand in names, as they are ordered.
const LAST: char = 'z';

/// Accounts of a group that are counted: more tell no more, and each is a step in the index of names.
const COUNTED_MAX: usize = 1_000;

/// Names that are looked at for further groups: below some prefixes names have no further segment.
const LOOKS_MAX: usize = 100;

/// Accounts whose names begin alike.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupBody {
    /// How their names begin, up to and with the `:`.
    #[schema(example = "users:")]
    prefix: String,
    /// How many there are, counted up to 1,000.
    accounts: u64,
    /// Whether there are more than were counted.
    more: bool,
}

/// Groups by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupsBody {
    /// The groups, by name.
    data: Vec<GroupBody>,
    /// Whether names were left that were not looked at.
    more: bool,
}

/// List the beginnings of account names: the next segment behind a prefix, with how many accounts begin so.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/account-groups", tag = "accounts",
    params(
        ("prefix" = Option<String>, Query, description = "Only names that begin with it"),
        ("limit" = Option<u32>, Query, description = "Groups at most")),
    responses((status = 200, description = "Groups", body = GroupsBody)))]
pub(crate) async fn list_groups(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let prefix = query.name("prefix")?;
    let limit = query.limit(api.limits.page_max)?.min(LOOKS_MAX);
    query.finish()?;
    api.assets(&ledger).await?.ok_or_else(ledger_not_found)?;
    let groups = api.read(move |snapshot| groups(snapshot, &ledger, prefix.as_ref().map_or("", Name::as_str), limit));
    Ok(body::json(StatusCode::OK, &groups.await?))
}

fn groups(snapshot: &dyn Snapshot, ledger: &Name, prefix: &str, limit: usize) -> Result<GroupsBody, Problem> {
    let mut found = GroupsBody { data: Vec::new(), more: false };
    let mut after: Option<Name> = None;
    for _ in 0..LOOKS_MAX {
        let next = snapshot.accounts(ledger, prefix, after.as_ref(), 1)?.pop();
        let Some(name) = next.map(|account| account.row.name) else { return Ok(found) };
        let segment = name.as_str().get(prefix.len()..).and_then(|rest| rest.find(SEPARATOR));
        after = match segment {
            None => Some(name),
            Some(_) if found.data.len() == limit => break,
            Some(end) => {
                let begins = name.as_str().get(..=prefix.len() + end).unwrap_or_default().to_owned();
                let counted = snapshot.account_count(ledger, &begins, COUNTED_MAX + 1)?;
                let behind = behind(&begins);
                found.data.push(GroupBody {
                    prefix: begins,
                    accounts: u64::try_from(counted.min(COUNTED_MAX)).unwrap_or(u64::MAX),
                    more: counted > COUNTED_MAX,
                });
                behind
            }
        };
    }
    found.more = true;
    Ok(found)
}

/// The last name that could begin so.
fn behind(begins: &str) -> Option<Name> {
    let room = NAME_LENGTH_MAX.saturating_sub(begins.len());
    Name::parse(&format!("{begins}{}", LAST.to_string().repeat(room))).ok()
}
