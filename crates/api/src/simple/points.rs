//! Points of one member, `default`, in the ledger `points`: what comes from whom is added, and spent oldest first.
//!
//! The ledger and its program come to be with the first request that needs them. Everything that is not a success is a
//! sentence in plain text.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::{AssetTerms, LedgerRules, LedgerTerms, Metadata};
use ducat_domain::money::Amount;
use ducat_domain::names::{Name, Party};
use ducat_domain::points::{self, Adjustment, Earning, Fact, Holding, Order, Program, by_payer};
use ducat_domain::{Action, Command, Rejection};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Number;
use crate::idempotency::{KeyHeader, fresh};
use crate::problem::{OTHER_KIND, OrBug as _, Problem, fixed_name};
use crate::query::NoQuery;
use crate::v1::points::members::purses;
use crate::v1::points::render::sum;
use crate::v1::points::{RecordedPoints, Trial};
use crate::values::JsonParty;
use crate::values::JsonTime;
use crate::{Api, body};
use ducat_engine::names::Kind;

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(add)).routes(routes!(spend)).routes(routes!(get_balance))
}

/// The ledger of this API.
const LEDGER: &str = "points";

/// Its asset.
const ASSET: &str = "PTS";

/// Its one member.
const MEMBER: &str = "default";

/// Points of a payer to add or, where negative, to take back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddRequest {
    /// From whom.
    #[schema(example = "DANNON")]
    payer: JsonParty,
    /// How many; negative takes back.
    #[schema(example = 300)]
    points: SignedPoints,
    /// The date on them.
    #[schema(example = "2022-10-31T10:00:00Z")]
    timestamp: JsonTime,
}

/// Points to spend.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpendPointsRequest {
    /// How many.
    #[schema(example = 5000)]
    points: SignedPoints,
}

/// What was spent of a payer's points.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpentBody {
    /// The payer.
    payer: JsonParty,
    /// How many, negative.
    #[schema(example = -100)]
    points: Number,
}

/// A whole number of points, read as its digits.
#[derive(Debug)]
pub(crate) struct SignedPoints(i128);

impl<'de> Deserialize<'de> for SignedPoints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SignedPoints, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let digits = raw.strip_prefix('-').unwrap_or(raw);
        let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = raw.parse().ok().filter(|_| is_whole);
        number.map(SignedPoints).ok_or_else(|| serde::de::Error::custom("expected a whole number"))
    }
}

/// What each payer's part is, in the order in which they came.
struct Balances(Vec<(Party, Amount)>);

impl Serialize for Balances {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (payer, points) in &self.0 {
            map.serialize_entry(payer.as_str(), &Number(points.signed()))?;
        }
        map.end()
    }
}

/// A problem as a sentence. What a rule refuses is a bad request here.
pub struct Sentence(Problem);

impl Sentence {
    /// What happened, as someone sees it who knows of one member only.
    fn text(problem: &Problem) -> String {
        let of = |payer: &str| format!(" of {payer}");
        match (problem.named("available"), problem.named("needed")) {
            (Some(available), Some(needed)) if problem.code() == "insufficient_points" => {
                let payer = problem.named("payer").map_or_else(String::new, |payer| of(&payer));
                format!("not enough points{payer}: {available}, asked {needed}")
            }
            _ => problem.detail().to_owned(),
        }
    }
}

impl From<Problem> for Sentence {
    fn from(problem: Problem) -> Sentence {
        Sentence(problem)
    }
}

impl IntoResponse for Sentence {
    fn into_response(self) -> Response {
        let text = format!("{}\n", Sentence::text(&self.0));
        let is_refused = self.0.status() == StatusCode::UNPROCESSABLE_ENTITY.as_u16();
        let mut response = self.0.into_response();
        if is_refused {
            *response.status_mut() = StatusCode::BAD_REQUEST;
        }
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/plain; charset=utf-8"));
        *response.body_mut() = Body::from(text);
        response
    }
}

fn ledger() -> Result<Name, Problem> {
    fixed_name(LEDGER)
}

fn asset() -> Result<Name, Problem> {
    fixed_name(ASSET)
}

fn member() -> Result<Party, Problem> {
    Party::parse(MEMBER).or_bug("a fixed name is no name")
}

/// Add points of a payer, or take some back.
#[utoipa::path(post, operation_id = "add_points", path = "/add", tag = "points of one member",
    params(("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters: retries count once")),
    request_body = AddRequest, responses(
    (status = 200, description = "Done, now or before"),
    (status = 409, description = "A sentence: the key was used for another request", body = String, content_type = "text/plain"),
    (status = 400, description = "A sentence: what is wrong with the body, or that the payer has fewer points than are taken back", body = String, content_type = "text/plain"),
))]
pub(crate) async fn add(
    api: Api,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Sentence> {
    query?;
    let request: AddRequest = api.json(&headers, body).await?;
    let points = Amount::new(request.points.0.unsigned_abs());
    if points == Amount::ZERO {
        return Err(Problem::malformed("body: points", "0 points are nothing to add").into());
    }
    api.check_scale(&ledger()?, ASSET, 0).await?;
    let id = api.command_id(&headers, None, &ledger()?).await?;
    let payer = api.party(&ledger()?, (Kind::Payer, "body: payer"), &request.payer.0, id).await?;
    let member = member()?;
    let action = |payer: Party| {
        let holding = Holding::new(member.clone(), payer);
        if request.points.0 < 0 {
            return points::Action::Adjust(Adjustment { holding, points, metadata: Metadata::default() });
        }
        let (earned_at, metadata) = (Some(request.timestamp.0), Metadata::default());
        points::Action::Earn(Earning { holding, points, earned_at, expires_at: None, metadata })
    };
    api.in_default_program(id, (action(payer), action(request.payer.0.clone()))).await?;
    Ok(StatusCode::OK)
}

/// Spend points, the oldest of all payers first.
#[utoipa::path(post, operation_id = "spend_points", path = "/spend", tag = "points of one member",
    params(KeyHeader),
    request_body = SpendPointsRequest, responses(
    (status = 200, description = "What was spent of whom, in the order in which they were first drawn on", body = Vec<SpentBody>),
    (status = 409, description = "A sentence: the key was used for another request", body = String, content_type = "text/plain"),
    (status = 400, description = "A sentence: what is wrong with the body, or that there are fewer points", body = String, content_type = "text/plain"),
))]
pub(crate) async fn spend(
    api: Api,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Sentence> {
    query?;
    let request: SpendPointsRequest = api.json(&headers, body).await?;
    if request.points.0 <= 0 {
        return Err(Problem::malformed("body: points", "spend at least 1 point").into());
    }
    let ledger = ledger()?;
    api.check_scale(&ledger, ASSET, 0).await?;
    let id = api.command_id(&headers, None, &ledger).await?;
    let action = points::Action::Spend { member: member()?, points: Amount::new(request.points.0.unsigned_abs()) };
    let happened = api.in_default_program(id, (action.clone(), action)).await?;
    let Some(RecordedPoints { delivery, fact: Fact::Spent { deductions, .. }, .. }) = happened else {
        return Err(Problem::bug(OTHER_KIND).into());
    };
    let payers = api.payers(&ledger, deductions.iter().map(|one| one.payer)).await;
    let payers = payers.map_err(|problem| problem.after_commit(Some(id.id())))?;
    let spent = by_payer(&deductions).into_iter().map(|(account, lots)| {
        let payer = payers.get(&account).or_bug("an account of points has no payer")?;
        let points = sum(lots.iter().map(|lot| lot.points)).signed();
        Ok(SpentBody { payer: JsonParty(payer.clone()), points: Number(-points) })
    });
    let spent: Vec<SpentBody> = spent.collect::<Result<_, Problem>>()?;
    Ok(body::outcome(StatusCode::OK, delivery, &spent))
}

/// What is left of each payer.
#[utoipa::path(get, operation_id = "get_points_by_payer", path = "/balance", tag = "points of one member", responses(
    (status = 200, description = "Payers with their points; one at 0 stays", body = std::collections::BTreeMap<String, Number>),
))]
pub(crate) async fn get_balance(api: Api, query: Result<NoQuery, Problem>) -> Result<Response, Sentence> {
    query?;
    let (ledger, member) = (ledger()?, member()?);
    let read = api.read(move |snapshot| match purses(snapshot, &ledger, &member) {
        Ok(purses) => Ok(purses.into_iter().map(|purse| (purse.payer.clone(), purse.points())).collect()),
        // No one has added anything.
        Err(problem) if problem.status() == StatusCode::NOT_FOUND.as_u16() => Ok(Vec::new()),
        Err(problem) => Err(problem),
    });
    Ok(body::json(StatusCode::OK, &Balances(read.await?)))
}

impl Api {
    /// Does something in this API's own ledger and program, which are made if they are missing; with names as the
    /// ledger has them, and as they were sent.
    async fn in_default_program(
        &self,
        id: CommandId,
        actions: (points::Action, points::Action),
    ) -> Result<Option<RecordedPoints>, Problem> {
        let ledger = ledger()?;
        let missing =
            [Rejection::LedgerNotFound, points::Rejection::ProgramNotFound.into()].map(|missing| missing.code());
        match self.points_of(&ledger, id, actions.clone(), Trial::Real).await {
            Err(problem) if missing.contains(&problem.code()) => {
                self.make_default_program(&ledger).await?;
                self.points_of(&ledger, id, actions, Trial::Real).await
            }
            happened => happened,
        }
    }

    async fn make_default_program(&self, ledger: &Name) -> Result<(), Problem> {
        let terms = LedgerTerms {
            assets: vec![AssetTerms { code: asset()?, scale: 0 }],
            rules: LedgerRules::default(),
            default_asset: None,
        };
        let open = Command::new(CommandId::Server(fresh()), Action::OpenLedger(terms));
        match self.one(ledger, open).await {
            // Someone opened it otherwise: it need only have the asset.
            Err(problem) if problem.code() == Rejection::LedgerExists.code() => {}
            opened => drop(opened?),
        }
        let program = Program { asset: asset()?, order: Order::Earned, lifetime_days: None, pending_days: 0 };
        let set = Command::new(CommandId::Server(fresh()), Action::from(points::Action::SetProgram(program)));
        self.points(ledger, set, Trial::Real).await.map(drop)
    }
}
