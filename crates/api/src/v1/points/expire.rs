//! Expiry, when someone asks for it. A job asks for it by itself.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_engine::work::JobError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::program::program_of;
use crate::problem::Problem;
use crate::query::{NoQuery, UrlPath, path_name};
use crate::v1::ledger::ledgers::check_open;
use crate::values::{JsonAmount, JsonTime};
use crate::{Api, body};

/// Until when lots have expired.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpireRequest {
    /// The instant; now when missing. A later one closes lots before their time.
    #[serde(default)]
    as_of: Option<JsonTime>,
}

/// What expired.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpiredBody {
    /// The instant.
    as_of: JsonTime,
    /// How many lots were closed.
    lots: u64,
    /// How many points were lost with them.
    points: JsonAmount,
}

/// Close every lot that has expired.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/points/expire", tag = "points", request_body(content = Option<ExpireRequest>), responses(
    (status = 200, description = "What expired: nothing that the server's own job, which does the same all the time, had done already", body = ExpiredBody),
    (status = 404, description = "`program_not_found`: the ledger keeps no points"),
))]
pub(crate) async fn expire(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let request: ExpireRequest = api.optional_json(&headers, body).await?;
    let as_of = request.as_of.map_or_else(|| api.engine.now_in(&ledger), |at| at.0);
    let of = ledger.clone();
    api.read(move |snapshot| program_of(snapshot, &of).and_then(|_| check_open(snapshot, &of))).await?;
    let expired =
        ducat_engine::points::expire_lots(&api.engine, &ledger, as_of).await.map_err(|error| match error {
            JobError::Read(fault) => fault.into(),
            JobError::Submit(failure) => Problem::from_failure(&failure),
        })?;
    let points = JsonAmount(expired.points);
    Ok(body::json(StatusCode::OK, &ExpiredBody { as_of: JsonTime(as_of), lots: expired.lots, points }))
}
