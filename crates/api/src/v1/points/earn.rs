//! Earning.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::points::{self, Earning, Fact, Fate, Holding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Trial, path_party};
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, UrlPath, path_name};
use crate::values::JsonParty;
use crate::values::{JsonAmount, JsonId, JsonMetadata, JsonTime, whole_points};
use crate::{Api, body};
use ducat_engine::names::Kind;

/// Points to give a member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarnRequest {
    /// The client's own id for it; repeats of the same id with the same content count once.
    #[serde(default)]
    id: Option<JsonId>,
    /// From whom.
    #[schema(example = "DANNON")]
    payer: JsonParty,
    /// How many.
    #[serde(deserialize_with = "whole_points")]
    points: JsonAmount,
    /// The date on them, by which they are spent; now when missing.
    #[serde(default)]
    earned_at: Option<JsonTime>,
    /// When they are lost; as the program says when missing.
    #[serde(default)]
    expires_at: Option<JsonTime>,
    /// What the client keeps with it.
    #[serde(default)]
    metadata: JsonMetadata,
}

/// Points as they were given.
#[derive(Debug, Serialize, ToSchema)]
pub struct EarningBody {
    /// The id of the transaction.
    id: JsonId,
    /// To whom.
    member: JsonParty,
    /// From whom.
    payer: JsonParty,
    /// How many.
    points: JsonAmount,
    /// `available`, `pending` or, where they arrived too late, `expired`.
    status: &'static str,
    /// The date on them.
    earned_at: JsonTime,
    /// From when on they can be spent, where that is later.
    #[serde(skip_serializing_if = "Option::is_none")]
    available_at: Option<JsonTime>,
    /// When they are lost; never when null.
    expires_at: Option<JsonTime>,
}

/// Give a member points of a payer.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/points/members/{member}/earn", tag = "points",
    params(("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters, instead of an id")),
    request_body = EarnRequest, responses(
    (status = 201, description = "Given", body = EarningBody),
    (status = 200, description = "Given before under this id (`Idempotent-Replayed: true`)", body = EarningBody),
    (status = 404, description = "`ledger_not_found`, `program_not_found`"),
    (status = 409, description = "`id_reused`"),
    (status = 422, description = "`amount_zero`, `amount_too_large`, `too_many_payers`"),
))]
pub(crate) async fn earn(
    api: Api,
    UrlPath((ledger, member)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let member = path_party("member", &member)?;
    let request: EarnRequest = api.json(&headers, body).await?;
    let id = api.command_id(&headers, request.id.map(|id| id.0), &ledger).await?;
    let payer = api.party(&ledger, (Kind::Payer, "body: payer"), &request.payer.0, id).await?;
    let known = api.party(&ledger, (Kind::Member, "path: member"), &member, id).await?;
    let holding = Holding::new(known, payer);
    let earn = |holding: &Holding| {
        points::Action::Earn(Earning {
            holding: holding.clone(),
            points: request.points.0,
            earned_at: request.earned_at.map(|at| at.0),
            expires_at: request.expires_at.map(|at| at.0),
            metadata: request.metadata.0.clone(),
        })
    };
    let actions = (earn(&holding), earn(&Holding::new(member, request.payer.0.clone())));
    let happened = api.points_of(&ledger, id, actions, Trial::Real).await?.or_bug(OTHER_KIND)?;
    let Fact::Earned { lot, fate, .. } = happened.fact else {
        return Err(Problem::bug("a fact is of another kind than its command makes"));
    };
    let (status, available_at) = match fate {
        Fate::Open(_) => ("available", None),
        Fate::Pending(until) => ("pending", Some(JsonTime(until))),
        Fate::Lost => ("expired", None),
    };
    let earning = EarningBody {
        id: JsonId(id.id()),
        member: JsonParty(holding.member),
        payer: JsonParty(holding.payer),
        points: JsonAmount(lot.lot.points),
        status,
        earned_at: JsonTime(lot.lot.key.earned_at),
        available_at,
        expires_at: lot.expires_at.map(JsonTime),
    };
    Ok(body::outcome(StatusCode::CREATED, happened.delivery, &earning))
}
