//! Spending, and giving back.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::numbers::AccountNo;
use ducat_domain::points::{self, Fact};
use ducat_domain::{Action, Command};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::render::{DeductionBody, PayerPointsBody, deductions};
use super::{RecordedPoints, Trial, path_party};
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, UrlPath, path_name};
use crate::values::JsonParty;
use crate::values::{JsonAmount, JsonId, parse_id, whole_points};
use crate::{Api, body};
use ducat_engine::names::Kind;

/// Points to spend.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpendRequest {
    /// The client's own id for it; repeats of the same id with the same content count once.
    #[serde(default)]
    id: Option<JsonId>,
    /// How many.
    #[serde(deserialize_with = "whole_points")]
    points: JsonAmount,
    /// Whether to say what would be taken, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

/// A spend.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpendBody {
    /// Its id.
    id: JsonId,
    /// What was taken of whom, in the order in which they were first drawn on.
    deductions: Vec<DeductionBody>,
}

/// Points to give back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundRequest {
    /// The client's own id for it; repeats of the same id with the same content count once.
    #[serde(default)]
    id: Option<JsonId>,
    /// How many; all that were not given back yet when missing.
    #[serde(default)]
    points: Option<JsonAmount>,
}

/// Points as they were given back: to the lots that they were taken of.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefundBody {
    /// The id of the refund.
    id: JsonId,
    /// The spend.
    spend: JsonId,
    /// How many points.
    points: JsonAmount,
    /// What can be spent again.
    returned: Vec<PayerPointsBody>,
    /// What had expired meanwhile.
    expired: Vec<PayerPointsBody>,
}

/// Spend a member's points, the oldest of all payers first.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/points/members/{member}/spend", tag = "points",
    params(("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters, instead of an id")),
    request_body = SpendRequest, responses(
    (status = 201, description = "Spent", body = SpendBody),
    (status = 200, description = "Spent before under this id (`Idempotent-Replayed: true`), or a dry run", body = SpendBody),
    (status = 404, description = "`ledger_not_found`, `program_not_found`"),
    (status = 409, description = "`id_reused`"),
    (status = 422, description = "`insufficient_points`, `amount_zero`, `too_many_lots`"),
))]
pub(crate) async fn spend(
    api: Api,
    UrlPath((ledger, member)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let member = path_party("member", &member)?;
    let request: SpendRequest = api.json(&headers, body).await?;
    let id = api.command_id(&headers, request.id.map(|id| id.0), &ledger).await?;
    let known = api.party(&ledger, (Kind::Member, "path: member"), &member, id).await?;
    let spend = |member| points::Action::Spend { member, points: request.points.0 };
    let trial = if request.dry_run { Trial::Dry } else { Trial::Real };
    let happened = api.points_of(&ledger, id, (spend(known), spend(member)), trial).await?;
    let Some(RecordedPoints { delivery, fact: Fact::Spent { deductions: taken, .. }, .. }) = happened else {
        return Err(Problem::bug(OTHER_KIND));
    };
    let payers = api.payers(&ledger, taken.iter().map(|one| one.payer)).await;
    let payers = payers.map_err(|problem| problem.after_commit(Some(id.id())))?;
    let spent = SpendBody { id: JsonId(id.id()), deductions: deductions(&taken, &payers)? };
    let status = if request.dry_run { StatusCode::OK } else { StatusCode::CREATED };
    Ok(body::outcome(status, delivery, &spent))
}

/// Give back what a spend took, the last first; dates are kept, and what has expired meanwhile is lost.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/points/spends/{id}/refund", tag = "points",
    params(("id" = uuid::Uuid, Path, description = "The spend"),
        ("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters, instead of an id")),
    request_body(content = Option<RefundRequest>), responses(
    (status = 201, description = "Given back", body = RefundBody),
    (status = 200, description = "Given back before under this id (`Idempotent-Replayed: true`)", body = RefundBody),
    (status = 404, description = "`spend_not_found`"),
    (status = 409, description = "`id_reused`"),
    (status = 422, description = "`exceeds_spend`, `amount_zero`"),
))]
pub(crate) async fn refund(
    api: Api,
    UrlPath((ledger, spend)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let spend = parse_id(&spend).map_err(|reason| Problem::malformed("path: id", reason))?;
    let request: RefundRequest = api.optional_json(&headers, body).await?;
    let id = api.command_id(&headers, request.id.map(|id| id.0), &ledger).await?;
    let action = points::Action::Refund { spend, points: request.points.map(|points| points.0) };
    let happened = api.points(&ledger, Command::new(id, Action::from(action)), Trial::Real).await?;
    let Some(RecordedPoints { delivery, fact: Fact::Refunded { points, after, .. }, postings }) = happened else {
        return Err(Problem::bug(OTHER_KIND));
    };
    // Each posting goes to a purse or to breakage; the purses are named in what happened.
    let to: Vec<AccountNo> = postings.iter().map(|posting| posting.destination.account).collect();
    let payers = api.payers(&ledger, to).await.map_err(|problem| problem.after_commit(Some(id.id())))?;
    let is_purse = |account: AccountNo| after.iter().any(|(purse, _)| *purse == account);
    let of = |wanted: bool| {
        let wanted = postings.iter().filter(move |posting| is_purse(posting.destination.account) == wanted);
        wanted
            .map(|posting| {
                let payer = payers.get(&posting.destination.account).or_bug("an account of points has no payer")?;
                Ok(PayerPointsBody { payer: JsonParty(payer.clone()), points: JsonAmount(posting.amount) })
            })
            .collect::<Result<Vec<_>, Problem>>()
    };
    let refunded = RefundBody {
        id: JsonId(id.id()),
        spend: JsonId(spend),
        points: JsonAmount(points),
        returned: of(true)?,
        expired: of(false)?,
    };
    Ok(body::outcome(StatusCode::CREATED, delivery, &refunded))
}
