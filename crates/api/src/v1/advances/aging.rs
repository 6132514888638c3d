//! What is owed, by how long it has been due.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::advances::Day;
use ducat_domain::money::Amount;
use ducat_domain::numbers::Seq;
use serde::Serialize;
use utoipa::ToSchema;

use super::book_of;
use crate::problem::Problem;
use crate::query::{Query, UrlPath, path_name};
use crate::values::{JsonAmount, JsonDay, parse_day};
use crate::{Api, body};

/// Advances read at once, so that no snapshot is held for long.
const CHUNK: usize = 8_192;

/// From how many days on what is due is this old, youngest first; what is not due yet stands before them.
const AGES: [(u32, &str); 5] = [(0, "0-7"), (8, "8-30"), (31, "31-60"), (61, "61-90"), (91, "over 90")];

/// What is owed, by age.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgingBody {
    /// The day as of which it is old.
    as_of: JsonDay,
    /// What is owed, in all.
    owed: JsonAmount,
    /// What is not due yet, and what has been due for so many days, by the date of the installment itself: a
    /// replacement is as old as what it replaces.
    ages: Vec<AgeBody>,
}

/// What is owed of an age.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgeBody {
    /// `not due`, `0-7`, `8-30`, `31-60`, `61-90` or `over 90`.
    days: &'static str,
    /// How many installments.
    installments: u64,
    /// How much.
    amount: JsonAmount,
}

/// Show what is owed, by how long it has been due.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/advances/aging", tag = "advances",
    params(("as_of" = Option<String>, Query, description = "The day; today, in UTC, when missing")), responses(
    (status = 200, description = "What is owed now. Every open advance is read: a million take seconds, and what changes meanwhile may count either way", body = AgingBody),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`"),
))]
pub(crate) async fn get_aging(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let as_of = query.parsed("as_of", parse_day)?.unwrap_or_else(|| api.collector.today());
    query.finish()?;
    let of = ledger.clone();
    api.read(move |snapshot| book_of(snapshot, &of)).await?;
    let mut ages = [(0u64, 0u128); AGES.len() + 1];
    let mut after: Option<(Day, Seq)> = None;
    loop {
        let of = ledger.clone();
        // What is owed is under way or due some day: every advance with something owed is found by that day.
        let read = api.read(move |snapshot| snapshot.advances_due(&of, Day::LAST, after, CHUNK).map_err(Problem::from));
        let due = read.await?;
        let Some((day, last)) = due.last() else { break };
        after = Some((*day, last.no));
        for (due, amount) in due.iter().flat_map(|(_, advance)| advance.unpaid()) {
            let (count, sum) = &mut ages[age(due, as_of)];
            *count += 1;
            *sum += amount.minor_units();
        }
    }
    let names = std::iter::once("not due").chain(AGES.map(|(_, name)| name));
    let shown = names.zip(ages).map(|(days, (installments, sum))| AgeBody {
        days,
        installments,
        amount: JsonAmount(Amount::new(sum)),
    });
    let owed = ages.iter().map(|(_, sum)| sum).sum();
    let shown = AgingBody { as_of: JsonDay(as_of), owed: JsonAmount(Amount::new(owed)), ages: shown.collect() };
    Ok(body::json(StatusCode::OK, &shown))
}

/// The place of an age among all.
fn age(due: Day, as_of: Day) -> usize {
    match as_of.0.checked_sub(due.0) {
        None => 0,
        Some(days) => AGES.iter().filter(|(from, _)| *from <= days).count(),
    }
}
