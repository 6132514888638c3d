//! The bank over HTTP: parses requests, asks [`ducat_engine::bank`], and renders what it says.

pub mod accounts;
pub mod deferred;
pub mod history;
pub mod links;
pub mod moves;
pub(crate) mod wire;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use ducat_domain::Rejection;
use ducat_engine::ask::AskError;
use ducat_engine::bank::{Account, BankError, LINKS_MAX, Refused};
use serde::Serialize;
use serde_json::json;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::wire::Dollars;
use crate::Api;
use crate::body::{self, Delivery};
use crate::problem::{Problem, REPLAYED};
use crate::values::parse_id;

/// The routes by name, described.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(accounts::list_accounts, accounts::open_account))
        .routes(routes!(accounts::get_account, accounts::close_account))
        .routes(routes!(moves::deposit))
        .routes(routes!(moves::withdraw))
        .routes(routes!(moves::transfer))
        .routes(routes!(links::list_links, links::link))
        .routes(routes!(links::unlink))
        .routes(routes!(history::list_transactions))
        .routes(routes!(deferred::get_request))
}

/// The same under `/account`, and by id under `/v2/accounts`.
pub fn other_routes() -> Router<Api> {
    let one = |base: &str| {
        Router::new()
            .route(base, get(accounts::get_account).delete(accounts::close_account))
            .route(&format!("{base}/deposit"), post(moves::deposit))
            .route(&format!("{base}/withdraw"), post(moves::withdraw))
            .route(&format!("{base}/transfer"), post(moves::transfer))
            .route(&format!("{base}/links"), get(links::list_links).post(links::link))
            .route(&format!("{base}/links/{{other}}"), delete(links::unlink))
            .route(&format!("{base}/transactions"), get(history::list_transactions))
            .route(&format!("{base}/requests/{{request}}"), get(deferred::get_request))
    };
    Router::new()
        .route("/account", get(accounts::list_accounts).post(accounts::open_account))
        .merge(one("/account/{name}"))
        .merge(one("/v2/accounts/{id}"))
}

/// Describes the routes by id as those by name are.
pub fn describe_by_id(document: &mut OpenApi) {
    let by_name = document.paths.paths.iter().filter_map(|(path, item)| {
        let rest = path.strip_prefix("/accounts/{name}")?;
        Some((format!("/v2/accounts/{{id}}{rest}"), item.clone()))
    });
    for (path, mut item) in by_name.collect::<Vec<_>>() {
        let operations = [&mut item.get, &mut item.post, &mut item.delete];
        operations.into_iter().flatten().for_each(by_id);
        document.paths.paths.insert(path, item);
    }
}

fn by_id(operation: &mut Operation) {
    operation.operation_id = operation.operation_id.as_ref().map(|id| format!("{id}_by_id"));
}

/// How a request names an account.
#[derive(Debug, Clone)]
pub enum Target {
    /// By its name.
    Name(String),
    /// By its id.
    Id(String),
}

impl Target {
    /// The target as it counts in what is the same under a key: this must never change.
    fn written(&self) -> [&str; 2] {
        match self {
            Target::Name(name) => ["name", name],
            Target::Id(id) => ["id", id],
        }
    }
}

/// The parts of a path.
pub struct Place {
    /// The account.
    pub account: Target,
    /// What stands behind it: another account, a request.
    pub other: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Place, Response> {
        let path = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        // A path that is no text names no account.
        let Ok(Path(path)) = path else { return Err(Refusal::Unknown.into_response()) };
        let part = |wanted: &str| path.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.clone());
        let account = match (part("name"), part("id")) {
            (Some(name), _) => Target::Name(name),
            // One id is one target, in letters of either case.
            (None, id) => Target::Id(id.map(|id| parse_id(&id).map_or(id, |id| id.to_string())).unwrap_or_default()),
        };
        Ok(Place { account, other: part("other").or_else(|| part("request")).unwrap_or_default() })
    }
}

/// Why a request to the bank is not answered with success.
#[derive(Debug)]
pub enum Refusal {
    /// There is no such account: 404 with no body.
    Unknown,
    /// Anything else.
    Problem(Box<Problem>),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Refusal {
        Refusal::Problem(Box::new(problem))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Refusal::Unknown => (StatusCode::NOT_FOUND, [(header::CONTENT_LENGTH, "0")]).into_response(),
            Refusal::Problem(problem) => {
                let links = json!({ "index": wire::link("/"), "accounts": wire::link("/accounts") });
                problem.with("_links", links).into_response()
            }
        }
    }
}

impl From<AskError> for Refusal {
    fn from(error: AskError) -> Refusal {
        Problem::from(error).into()
    }
}

impl From<BankError> for Refusal {
    fn from(error: BankError) -> Refusal {
        match error {
            BankError::Unknown => Refusal::Unknown,
            BankError::Refused(refused) => refusal(&refused),
            BankError::NameTaken(name) => {
                let detail = format!("there is an account {name:?} already; choose another name");
                Problem::conflict("name_taken", detail).into()
            }
            BankError::Invisible(invisible) => Problem::malformed("body: name", invisible).into(),
            BankError::NotEmpty(name, posted) => {
                let balance = Dollars::from(posted);
                let detail = format!("{name:?} has a balance of {balance}, or holds; bring it to 0.00 first");
                Problem::conflict("balance_not_zero", detail).with("balance", json!(balance)).into()
            }
            BankError::DrawsOnItself => {
                Problem::unprocessable("same_account", "an account does not draw on itself").into()
            }
            BankError::TooManyLinks => {
                let detail = format!("an account draws on at most {LINKS_MAX} others; remove one first");
                Problem::unprocessable("too_many_links", detail).with("limit", json!(LINKS_MAX)).into()
            }
            BankError::Contended(what) => {
                let detail = format!("this {what} keeps changing; nothing was done; retry the request");
                Problem::unavailable("overloaded", detail).into()
            }
            BankError::OtherAssets => other_assets().into(),
            BankError::Ask(error) => error.into(),
        }
    }
}

/// Someone opened the bank's ledger by other means.
fn other_assets() -> Problem {
    let detail = "the ledger bank has other assets than USD with 2 decimals; move it away";
    Problem::conflict("ledger_exists", detail)
}

/// A rejection in the bank's words.
fn refusal(refused: &Refused) -> Refusal {
    let Refused { rejection, account, is_linked, before } = refused;
    let account = account.as_ref().map_or_else(|| "the account".to_owned(), |name| format!("{name:?}"));
    let problem = match rejection {
        Rejection::AccountClosed { .. } | Rejection::AccountNotFound { .. } => return Refusal::Unknown,
        Rejection::AccountFrozen { .. } => {
            let detail = format!("{account}, or who is paid, is frozen: nothing is taken out of it or paid into it");
            Problem::unprocessable("account_frozen", detail)
        }
        Rejection::InsufficientFunds { available, needed, .. } => {
            let with = if *is_linked { " with the accounts linked to it" } else { "" };
            let (available, needed) = (Dollars::from(*available), Dollars::from(*needed));
            let detail = format!("{account} can give {available} USD{with}, {needed} USD are needed");
            let problem = Problem::unprocessable("insufficient_funds", detail);
            problem.with("available", json!(available)).with("needed", json!(needed))
        }
        other => Problem::from_rejection(other),
    };
    match before {
        Some(at) => problem.replayed(*at).into(),
        None => problem.into(),
    }
}

/// A response that says when it repeats an earlier one, with the same status.
fn performed(status: StatusCode, delivery: Delivery, body: &impl Serialize) -> Response {
    let mut response = body::json(status, body);
    if delivery == Delivery::Replay {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

impl Api {
    async fn bank_account(&self, target: &Target) -> Result<Account, Refusal> {
        let found = match target {
            Target::Name(name) => self.bank.by_name(name).await?,
            Target::Id(id) => match parse_id(id) {
                Ok(id) => self.bank.by_id(id).await?,
                Err(_) => None,
            },
        };
        found.ok_or(Refusal::Unknown)
    }

    /// Another account that a request names: by name, or by id where the first is named by its id.
    async fn bank_other(&self, beside: &Target, text: &str) -> Result<Account, Refusal> {
        let found = match (beside, parse_id(text)) {
            // Never the one that has this id for a name.
            (Target::Id(_), Ok(id)) => self.bank.by_id(id).await?,
            (Target::Id(_), Err(_)) | (Target::Name(_), _) => self.bank.by_name(text).await?,
        };
        found.ok_or(Refusal::Unknown)
    }
}
