//! Adjusting: points of a payer put right, up or down.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::points::{self, Adjustment, Earning, Holding};
use ducat_domain::{Action, Command};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Trial, path_party};
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, UrlPath, path_name};
use crate::values::{DESCRIPTION_BYTES_MAX, JsonId, JsonParty, JsonSigned, JsonText, JsonTime};
use crate::{Api, body};

/// The key of a reason among what is kept with an adjustment.
const REASON: &str = "reason";

/// Points to put right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustRequest {
    /// The client's own id for it; repeats of the same id with the same content count once.
    #[serde(default)]
    id: Option<JsonId>,
    /// Whose points.
    #[schema(example = "DANNON")]
    payer: JsonParty,
    /// How many: given where positive, taken back where negative.
    #[schema(example = -200)]
    points: JsonSigned,
    /// The date on points that are given, by which they are spent; now when missing. On points that are taken back it
    /// has no effect: they come off the payer's oldest points.
    #[serde(default)]
    timestamp: Option<JsonTime>,
    /// Why, for readers of the journal.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1024)]
    reason: Option<JsonText<DESCRIPTION_BYTES_MAX>>,
}

/// Points as they were put right.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdjustmentBody {
    /// The id of the transaction.
    id: JsonId,
    /// Whose they are.
    member: JsonParty,
    /// From whom.
    payer: JsonParty,
    /// How many: given where positive, taken back where negative.
    points: JsonSigned,
}

/// Put a member's points of a payer right, up or down.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/points/members/{member}/adjust", tag = "points",
    params(("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters, instead of an id")),
    request_body = AdjustRequest, responses(
    (status = 201, description = "Put right", body = AdjustmentBody),
    (status = 200, description = "Put right before under this id (`Idempotent-Replayed: true`)", body = AdjustmentBody),
    (status = 404, description = "`ledger_not_found`, `program_not_found`"),
    (status = 409, description = "`id_reused`"),
    (status = 422, description = "`insufficient_points`: the payer has fewer than are taken back; `amount_zero`, `amount_too_large`, `too_many_payers`"),
))]
pub(crate) async fn adjust(
    api: Api,
    UrlPath((ledger, member)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let member = path_party("member", &member)?;
    let request: AdjustRequest = api.json(&headers, body).await?;
    let id = api.command_id(&headers, request.id.map(|id| id.0), &ledger).await?;
    let holding = Holding::new(member, request.payer.0);
    let metadata = Metadata::new(request.reason.map(|JsonText(reason)| (REASON.to_owned(), reason)));
    let (points, earned_at) = (request.points.amount, request.timestamp.map(|at| at.0));
    let action = match request.points.is_negative {
        true => points::Action::Adjust(Adjustment { holding: holding.clone(), points, metadata }),
        false => {
            points::Action::Earn(Earning { holding: holding.clone(), points, earned_at, expires_at: None, metadata })
        }
    };
    let happened = api.points(&ledger, Command::new(id, Action::from(action)), Trial::Real).await?;
    let happened = happened.or_bug(OTHER_KIND)?;
    let adjustment = AdjustmentBody {
        id: JsonId(id.id()),
        member: JsonParty(holding.member),
        payer: JsonParty(holding.payer),
        points: request.points,
    };
    Ok(body::outcome(StatusCode::CREATED, happened.delivery, &adjustment))
}
