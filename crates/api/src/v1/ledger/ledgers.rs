//! Ledgers and their assets.

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::{AssetRow, Head, LedgerState};
use ducat_domain::ledger::terms::{AssetTerms, ImplicitAccounts, LedgerRules, LedgerTerms, Ranking, ZeroAmounts};
use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use ducat_domain::{Action, Command, Item, ItemOutcome, Outcome, Rejection};
use ducat_engine::keys::access::Need;
use ducat_store::read::{OutcomeView, outcome_view};
use ducat_store::{Fault, Snapshot};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::render::{AssetBody, Page, Success, again, success_of};
use crate::body::{self, Delivery};
use crate::door::Visitor;
use crate::idempotency::{KeyHeader, fresh};
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, Query, UrlPath, path_name};
use crate::values::{JsonName, Object};
use crate::{Api, cursor};

/// The most decimals of an asset: as many as an amount has digits.
const SCALE_MAX: u8 = 36;

/// What a ledger is opened with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerRequest {
    /// Its name.
    #[schema(example = "shop")]
    name: JsonName,
    /// Its first assets.
    #[serde(default)]
    #[schema(value_type = Vec<AssetRequest>)]
    assets: Vec<Object<AssetRequest>>,
    /// The asset that requests mean which leave it out; the first one when left out.
    #[schema(example = "USD")]
    default_asset: Option<JsonName>,
    /// Whether a missing account is opened, with a floor of 0, by the first transaction that names it.
    #[serde(default)]
    implicit_accounts: bool,
    /// What becomes of a posting of 0.
    #[serde(default)]
    zero_amounts: ZeroAmountsWord,
    /// Whether its accounts are kept in order of how many entries they have, which costs every posting a little.
    #[serde(default)]
    rank_by_entries: bool,
}

/// What becomes of a posting of 0.
#[derive(Debug, Default, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZeroAmountsWord {
    /// It is refused.
    #[default]
    Refuse,
    /// It is an ordinary posting.
    Record,
}

/// An asset to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetRequest {
    /// Its code.
    #[schema(example = "USD")]
    code: JsonName,
    /// How many decimals its minor unit has: 2 when it is a hundredth.
    #[schema(example = 2, maximum = 36)]
    scale: u8,
}

impl AssetRequest {
    fn terms(self, place: &str) -> Result<AssetTerms, Problem> {
        if self.scale > SCALE_MAX {
            return Err(Problem::malformed(place, format!("a scale is at most {SCALE_MAX}")));
        }
        Ok(AssetTerms { code: self.code.0, scale: self.scale })
    }
}

/// A ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerBody {
    /// Its name.
    name: JsonName,
    /// Its assets.
    assets: Vec<AssetBody>,
    /// The asset that requests mean which leave it out; null while there is none.
    default_asset: Option<JsonName>,
    /// Whether missing accounts are opened by themselves.
    implicit_accounts: bool,
    /// What becomes of a posting of 0.
    zero_amounts: ZeroAmountsWord,
    /// Whether its accounts are kept in order of how many entries they have.
    rank_by_entries: bool,
    /// Whether it is archived: read-only, and left out of lists.
    archived: bool,
}

/// The asset that requests mean which leave it out.
pub(crate) fn default_of<'a>(head: &Head, assets: &'a [AssetRow]) -> Option<&'a AssetRow> {
    assets.iter().find(|asset| asset.no == head.defaults.now())
}

/// What to change of a ledger.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerPatch {
    /// The asset that requests mean from now on which leave it out.
    #[schema(example = "EUR")]
    default_asset: Option<JsonName>,
    /// Whether the ledger is archived: read-only, and left out of lists.
    #[schema(example = false)]
    archived: Option<bool>,
}

impl LedgerPatch {
    /// The commands in the order in which each is allowed: nothing else changes in an archived ledger. An id stands for
    /// the whole request.
    fn commands(self, id: CommandId) -> Vec<Command> {
        let archive = self.archived.map(|archived| Action::SetArchived { archived });
        let default = self.default_asset.map(|asset| Action::SetDefaultAsset { asset: asset.0 });
        match (archive, default) {
            (Some(archive), Some(default)) => {
                let request: Vec<u8> = [&archive, &default].iter().flat_map(|action| action.fingerprint().0).collect();
                let is_archived = matches!(archive, Action::SetArchived { archived: true });
                let (first, then) = if is_archived { (default, archive) } else { (archive, default) };
                vec![Command::standing_for(&request, id, first), Command::new(CommandId::Server(fresh()), then)]
            }
            (Some(action), None) | (None, Some(action)) => vec![Command::new(id, action)],
            (None, None) => Vec::new(),
        }
    }
}

/// What to change of an asset.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetPatch {
    /// How many decimals its minor unit has.
    #[schema(example = 2, maximum = 36)]
    scale: u8,
}

fn render(head: &Head, assets: &[AssetRow]) -> LedgerBody {
    LedgerBody {
        name: JsonName(head.ledger.clone()),
        assets: assets.iter().map(AssetBody::from).collect(),
        default_asset: default_of(head, assets).map(|asset| JsonName(asset.code.clone())),
        implicit_accounts: head.rules.implicit_accounts == ImplicitAccounts::Opened,
        zero_amounts: match head.rules.zero_amounts {
            ZeroAmounts::Refuse => ZeroAmountsWord::Refuse,
            ZeroAmounts::Record => ZeroAmountsWord::Record,
        },
        rank_by_entries: head.rules.ranking == Ranking::ByEntries,
        archived: head.state == LedgerState::Archived,
    }
}

/// Open a ledger.
#[utoipa::path(post, path = "/v1/ledgers", tag = "ledgers", params(KeyHeader), request_body = LedgerRequest, responses(
    (status = 201, description = "Opened", body = LedgerBody),
    (status = 200, description = "It is open already, with the same settings", body = LedgerBody),
    (status = 404, description = "`asset_not_found`: the default asset is none of its assets"),
    (status = 409, description = "`ledger_exists`: it is open with other settings; `ledger_archived`; `ledger_deleted`: its name is not used again"),
))]
pub(crate) async fn open_ledger(api: Api, _: NoQuery, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let request: LedgerRequest = api.json(&headers, body).await?;
    let ledger = request.name.0;
    api.visitor.check(Need::Admin, &ledger)?;
    let id = api.command_id(&headers, None, &ledger).await?;
    let assets: Result<Vec<_>, _> = request.assets.into_iter().map(|asset| asset.0.terms("body: assets")).collect();
    let terms = LedgerTerms {
        assets: assets?,
        default_asset: request.default_asset.map(|asset| asset.0),
        rules: LedgerRules {
            implicit_accounts: match request.implicit_accounts {
                true => ImplicitAccounts::Opened,
                false => ImplicitAccounts::Refused,
            },
            zero_amounts: match request.zero_amounts {
                ZeroAmountsWord::Refuse => ZeroAmounts::Refuse,
                ZeroAmountsWord::Record => ZeroAmounts::Record,
            },
            ranking: if request.rank_by_entries { Ranking::ByEntries } else { Ranking::None },
        },
    };
    let success = api.one(&ledger, Command::new(id, Action::OpenLedger(terms))).await?;
    let (status, delivery) = match success.success {
        Success::Done(_) | Success::WouldDo(_) => (StatusCode::CREATED, Delivery::First),
        Success::Same => (StatusCode::OK, Delivery::First),
        Success::Replayed(seq) => {
            api.check_first_response(&ledger, seq, id).await?;
            (StatusCode::OK, Delivery::Replay)
        }
    };
    let body = api.ledger_body(ledger).await.map_err(|problem| problem.after_commit(Some(id.id())))?;
    Ok(body::outcome(status, delivery, &body))
}

/// List ledgers by name.
#[utoipa::path(get, path = "/v1/ledgers", tag = "ledgers",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on"),
        ("archived" = Option<bool>, Query, description = "`true` lists the archived ones, and nothing else does")),
    responses((status = 200, description = "Ledgers", body = Page<LedgerBody>)))]
pub(crate) async fn list_ledgers(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let after = cursor::name(&mut query)?;
    let state = if query.flag("archived")? { LedgerState::Archived } else { LedgerState::Open };
    query.finish()?;
    let visitor = api.visitor.clone();
    let page = api.read(move |snapshot| {
        let mut heads = listed(snapshot, state, &visitor, after, limit + 1)?;
        let more = heads.len() > limit;
        heads.truncate(limit);
        let next = heads.last().filter(|_| more).map(|head| cursor::after_name(&head.ledger));
        let mut data = Vec::with_capacity(heads.len());
        for head in &heads {
            data.push(render(head, &snapshot.assets(&head.ledger)?));
        }
        Ok(Page { data, next })
    });
    Ok(body::json(StatusCode::OK, &page.await?))
}

/// Ledgers in a state that a visitor may know of, in order of their names, after one of them.
fn listed(
    snapshot: &dyn Snapshot,
    state: LedgerState,
    visitor: &Visitor,
    mut after: Option<Name>,
    limit: usize,
) -> Result<Vec<Head>, Fault> {
    let mut listed = Vec::with_capacity(limit);
    loop {
        let heads = snapshot.ledgers(after.as_ref(), limit)?;
        let is_last = heads.len() < limit;
        after = heads.last().map(|head| head.ledger.clone());
        listed.extend(
            heads
                .into_iter()
                .filter(|head| head.state == state && !head.ledger.is_system() && visitor.covers_ledger(&head.ledger)),
        );
        if is_last || listed.len() >= limit {
            listed.truncate(limit);
            return Ok(listed);
        }
    }
}

/// Show a ledger.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}", tag = "ledgers", responses(
    (status = 200, description = "The ledger", body = LedgerBody),
    (status = 404, description = "`ledger_not_found`"),
))]
pub(crate) async fn get_ledger(api: Api, UrlPath(ledger): UrlPath<String>, _: NoQuery) -> Result<Response, Problem> {
    let body = api.ledger_body(path_name("ledger", &ledger)?).await?;
    Ok(body::json(StatusCode::OK, &body))
}

/// Change the default asset, archive the ledger, or open it again.
///
/// What was decided before keeps the asset that it meant. An archived ledger is read-only and left out of lists; holds
/// still expire in it.
#[utoipa::path(patch, path = "/v1/ledgers/{ledger}", tag = "ledgers", params(KeyHeader),
    request_body = LedgerPatch, responses(
    (status = 200, description = "Changed", body = LedgerBody),
    (status = 404, description = "`asset_not_found`, `ledger_not_found`"),
    (status = 409, description = "`id_reused`, `ledger_archived`"),
    (status = 422, description = "`too_many_defaults`"),
))]
pub(crate) async fn change_ledger(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let request: LedgerPatch = api.json(&headers, body).await?;
    let id = api.command_id(&headers, None, &ledger).await?;
    let commands = request.commands(id);
    let delivery = if commands.is_empty() {
        Delivery::First
    } else {
        let committed = api.submit(&ledger, vec![Item::Atomic(commands)], Some(id.id())).await?;
        match success_of(keyed(committed.outcomes)?)? {
            Success::Done(_) | Success::WouldDo(_) | Success::Same => Delivery::First,
            Success::Replayed(seq) => {
                api.check_first_response(&ledger, seq, id).await?;
                Delivery::Replay
            }
        }
    };
    let body = api.ledger_body(ledger).await.map_err(|problem| problem.after_commit(Some(id.id())))?;
    Ok(body::respond(StatusCode::OK, delivery, &body))
}

/// Add an asset.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/assets", tag = "ledgers", params(KeyHeader),
    request_body = AssetRequest, responses(
    (status = 201, description = "Added", body = AssetBody),
    (status = 200, description = "It is there already, with the same scale", body = AssetBody),
    (status = 409, description = "`asset_exists`: with another scale"),
))]
pub(crate) async fn add_asset(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let terms = api.json::<AssetRequest>(&headers, body).await?.terms("body: scale")?;
    let id = api.command_id(&headers, None, &ledger).await?;
    let body = AssetBody { code: JsonName(terms.code.clone()), scale: terms.scale };
    let success = api.one(&ledger, Command::new(id, Action::AddAsset(terms))).await?;
    match success.success {
        Success::Done(_) | Success::WouldDo(_) => Ok(body::json(StatusCode::CREATED, &body)),
        Success::Same => Ok(body::json(StatusCode::OK, &body)),
        Success::Replayed(seq) => {
            api.check_first_response(&ledger, seq, id).await?;
            Ok(body::outcome(StatusCode::CREATED, Delivery::Replay, &body))
        }
    }
}

/// Change the scale of an asset.
///
/// Amounts are recorded in minor units, so a scale changes only while no posting, hold or limit other than 0 is
/// recorded.
#[utoipa::path(patch, path = "/v1/ledgers/{ledger}/assets/{asset}", tag = "ledgers", params(KeyHeader),
    request_body = AssetPatch, responses(
    (status = 200, description = "Changed", body = AssetBody),
    (status = 404, description = "`asset_not_found`, `ledger_not_found`"),
    (status = 409, description = "`asset_in_use`, `id_reused`, `ledger_archived`"),
))]
pub(crate) async fn change_asset(
    api: Api,
    UrlPath((ledger, asset)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (ledger, code) = (path_name("ledger", &ledger)?, path_name("asset", &asset)?);
    let scale = api.json::<AssetPatch>(&headers, body).await?.scale;
    let terms = AssetRequest { code: JsonName(code), scale }.terms("body: scale")?;
    let id = api.command_id(&headers, None, &ledger).await?;
    let body = AssetBody { code: JsonName(terms.code.clone()), scale };
    let success = api.one(&ledger, Command::new(id, Action::RescaleAsset(terms))).await?;
    let delivery = match success.success {
        Success::Done(_) | Success::WouldDo(_) | Success::Same => Delivery::First,
        Success::Replayed(seq) => {
            api.check_first_response(&ledger, seq, id).await?;
            Delivery::Replay
        }
    };
    Ok(body::respond(StatusCode::OK, delivery, &body))
}

/// Refuses what is asked of an archived ledger where the server itself may still do it.
pub(crate) fn check_open(snapshot: &dyn Snapshot, ledger: &Name) -> Result<(), Problem> {
    match snapshot.head(ledger)?.map(|head| head.state) {
        Some(LedgerState::Archived) => Err(Problem::from_rejection(&Rejection::LedgerArchived)),
        _ => Ok(()),
    }
}

/// The successful outcome of one command, with the batch that it was in.
pub(crate) struct Succeeded {
    pub success: Success,
    pub effects: std::sync::Arc<Vec<ducat_domain::Effect>>,
}

impl Api {
    /// Submits one command; a fresh refusal is a problem.
    pub(crate) async fn one(&self, ledger: &Name, command: Command) -> Result<Succeeded, Problem> {
        let id = command.id.id();
        let committed = self.submit(ledger, vec![Item::Single(command)], Some(id)).await?;
        let success = match success_of(single(committed.outcomes)?) {
            Ok(success) => success,
            Err(problem) => return Err(self.in_scales(ledger, problem).await),
        };
        Ok(Succeeded { success, effects: committed.effects })
    }

    /// Whether what was decided before under an id was a refusal: then it is the response again.
    async fn check_first_response(&self, ledger: &Name, seq: Seq, id: CommandId) -> Result<(), Problem> {
        let ledger = ledger.clone();
        let view = self.read(move |snapshot| outcome_view(snapshot, &ledger, seq).map_err(Problem::from));
        match view.await.map_err(|problem| problem.after_commit(Some(id.id())))? {
            OutcomeView::Refused(rejection, refused_at) => Err(again(&rejection, refused_at)),
            _ => Ok(()),
        }
    }

    async fn ledger_body(&self, ledger: Name) -> Result<LedgerBody, Problem> {
        self.read(move |snapshot| {
            let head = snapshot.head(&ledger)?.ok_or_else(ledger_not_found)?;
            Ok(render(&head, &snapshot.assets(&ledger)?))
        })
        .await
    }
}

/// The outcome of the only item.
pub(crate) fn single(outcomes: Vec<ItemOutcome>) -> Result<Outcome, Problem> {
    match outcomes.into_iter().next() {
        Some(ItemOutcome::Single(outcome)) => Ok(outcome),
        Some(ItemOutcome::Atomic(_) | ItemOutcome::AtomicRefused { .. }) | None => Err(Problem::bug(OTHER_KIND)),
    }
}

/// The outcome of the first command of the only item, which has the request's id, or of the one for which it was
/// refused.
fn keyed(outcomes: Vec<ItemOutcome>) -> Result<Outcome, Problem> {
    match outcomes.into_iter().next() {
        Some(ItemOutcome::Single(outcome) | ItemOutcome::AtomicRefused { outcome, .. }) => Ok(outcome),
        Some(ItemOutcome::Atomic(outcomes)) => outcomes.into_iter().next().or_bug(OTHER_KIND),
        None => Err(Problem::bug(OTHER_KIND)),
    }
}

/// The outcome of the last command of the only item, or of the one for which an atomic batch was refused.
pub(crate) fn last(outcomes: Vec<ItemOutcome>) -> Result<Outcome, Problem> {
    match outcomes.into_iter().next() {
        Some(ItemOutcome::Single(outcome) | ItemOutcome::AtomicRefused { outcome, .. }) => Ok(outcome),
        Some(ItemOutcome::Atomic(outcomes)) => outcomes.into_iter().next_back().or_bug(OTHER_KIND),
        None => Err(Problem::bug(OTHER_KIND)),
    }
}

/// No one opened the ledger.
pub(crate) fn ledger_not_found() -> Problem {
    Problem::from_rejection(&ducat_domain::Rejection::LedgerNotFound)
}
