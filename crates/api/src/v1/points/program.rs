//! The terms on which a ledger keeps points.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::Name;
use ducat_domain::points::program::DAYS_MAX;
use ducat_domain::points::{self, Order, Program, ProgramRow};
use ducat_domain::{Action, Command, Rejection};
use ducat_store::Snapshot;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Trial;
use super::render::{OrderWord, ProgramBody};
use crate::idempotency::fresh;
use crate::problem::Problem;
use crate::query::{NoQuery, UrlPath, path_name};
use crate::values::JsonName;
use crate::{Api, body};

/// The terms of a program.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramRequest {
    /// In which asset of the ledger points are kept.
    #[schema(example = "PTS")]
    asset: JsonName,
    /// Which points are spent first. It cannot change once anything was earned.
    order: OrderWord,
    /// After how many days from the date on them points are lost; never when null.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 36525)]
    lifetime_days: Option<u32>,
    /// For how many days from the date on them points cannot be spent.
    #[serde(default)]
    #[schema(maximum = 36525)]
    pending_days: u32,
}

impl ProgramRequest {
    fn program(self) -> Result<Program, Problem> {
        let bounded = |place: &str, days: u32, least: u32| match days {
            days if (least..=DAYS_MAX).contains(&days) => Ok(days),
            _ => Err(Problem::malformed(format!("body: {place}"), format!("expected {least} to {DAYS_MAX} days"))),
        };
        Ok(Program {
            asset: self.asset.0,
            order: match self.order {
                OrderWord::Earned => Order::Earned,
                OrderWord::Expiring => Order::Expiring,
            },
            lifetime_days: self.lifetime_days.map(|days| bounded("lifetime_days", days, 1)).transpose()?,
            pending_days: bounded("pending_days", self.pending_days, 0)?,
        })
    }
}

/// Begin to keep points, or change the terms for what is earned from now on.
#[utoipa::path(put, path = "/v1/ledgers/{ledger}/points/program", tag = "points",
    request_body = ProgramRequest, responses(
    (status = 200, description = "The terms from now on", body = ProgramBody),
    (status = 404, description = "`ledger_not_found`, `asset_not_found`"),
    (status = 409, description = "`program_fixed`: asset and order are fixed once points were earned; `account_exists`: accounts are named `points:…` already"),
))]
pub(crate) async fn set_program(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let request: ProgramRequest = api.json(&headers, body).await?;
    let program = request.program()?;
    // What is put again is so already: it needs no id.
    let action = Action::from(points::Action::SetProgram(program.clone()));
    api.points(&ledger, Command::new(CommandId::Server(fresh()), action), Trial::Real).await?;
    Ok(body::json(StatusCode::OK, &ProgramBody::from(&program)))
}

/// Show the terms.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/points/program", tag = "points", responses(
    (status = 200, description = "The terms", body = ProgramBody),
    (status = 404, description = "`ledger_not_found`, `program_not_found`"),
))]
pub(crate) async fn get_program(api: Api, UrlPath(ledger): UrlPath<String>, _: NoQuery) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let row = api.read(move |snapshot| program_of(snapshot, &ledger)).await?;
    Ok(body::json(StatusCode::OK, &ProgramBody::from(&row.program)))
}

/// The program of a ledger that keeps points.
pub(crate) fn program_of(snapshot: &dyn Snapshot, ledger: &Name) -> Result<ProgramRow, Problem> {
    if let Some(row) = snapshot.program(ledger)? {
        return Ok(row);
    }
    let is_open = snapshot.head(ledger)?.is_some();
    let missing = if is_open { points::Rejection::ProgramNotFound.into() } else { Rejection::LedgerNotFound };
    Err(Problem::from_rejection(&missing))
}
