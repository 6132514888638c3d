//! Bank accounts that are known by a name: the ledger `bank`, asset USD/2.
//!
//! An account is the ledger's account `bank:<uuid>`; its name and its links stand in its metadata. A name is an account
//! as well, `name:<segment>`, which never holds money: while the name is taken, its metadata says by whom. So a name is
//! unique by the ledger's own rules, is taken in the same atomic batch that opens the account, and is free again by the
//! batch that closes it. Whatever depends on what was read of an account begins with an expectation of just that; when
//! it has changed meanwhile, all is read again.

pub mod accounts;
pub mod deferred;
pub mod history;
pub mod links;
pub mod moves;
mod perform;
pub(crate) mod wire;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use ducat_domain::codec::Fingerprint;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::AssetRow;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::terms::{AssetTerms, Expectation, LedgerRules, LedgerTerms, Metadata, ZeroAmounts};
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Id, Seq};
use ducat_domain::{Action, Command, Rejection};
use ducat_store::Snapshot;
use serde_json::json;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::idempotency::fresh;
use crate::names;
use crate::problem::{Problem, fixed_name};
use crate::values::parse_id;

/// The ledger of this API.
const LEDGER: &str = "bank";

/// Its asset, and how many decimals it has.
const ASSET: &str = "USD";
const SCALE: u8 = 2;

/// Times that something is read and asked again because an account changed in between: each time someone else's change
/// was done.
const ATTEMPTS_MAX: usize = 32;

/// The keys of metadata.
const NAME: &str = "name";
const LINKS: &str = "links";
const OWNER: &str = "account";

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

/// An account, as read.
#[derive(Debug, Clone)]
struct Account {
    id: Id,
    name: String,
    /// Accounts that it draws on, in order.
    links: Vec<Id>,
    loaded: Arc<LoadedAccount>,
}

impl Account {
    /// `None` when it is no bank account.
    fn of(loaded: Arc<LoadedAccount>) -> Option<Account> {
        let row = &loaded.row;
        let id = parse_id(row.name.as_str().strip_prefix("bank:")?).ok()?;
        let name = value(&row.metadata, NAME)?.to_owned();
        let links = value(&row.metadata, LINKS).unwrap_or_default();
        let links = links.split_whitespace().filter_map(|link| parse_id(link).ok()).collect();
        Some(Account { id, name, links, loaded: Arc::clone(&loaded) })
    }

    fn is_open(&self) -> bool {
        !self.loaded.row.closed
    }

    fn no(&self) -> AccountNo {
        self.loaded.row.no
    }

    fn ledger_name(&self) -> &Name {
        &self.loaded.row.name
    }

    fn balance(&self) -> Balance {
        self.loaded.balances.first().map_or(Balance::ZERO, |row| row.posted)
    }

    /// That it is still as it was read: its name, its links, and open; frozen or not, where that was looked at.
    fn expectation(&self, frozen: Option<bool>) -> Command {
        let expectation = Expectation {
            account: self.ledger_name().clone(),
            metadata: self.loaded.row.metadata.clone(),
            frozen,
            closed: Some(false),
            limits: Vec::new(),
        };
        Command::new(CommandId::Server(fresh()), Action::Expect(expectation))
    }
}

/// What is kept with an account under a key.
fn value<'a>(metadata: &'a Metadata, key: &str) -> Option<&'a str> {
    metadata.pairs().iter().find(|(found, _)| found == key).map(|(_, value)| value.as_str())
}

fn pair(key: &str, value: impl Into<String>) -> (String, String) {
    (key.to_owned(), value.into())
}

fn ledger() -> Result<Name, Problem> {
    fixed_name(LEDGER)
}

fn asset() -> Result<Name, Problem> {
    fixed_name(ASSET)
}

fn account_name(id: Id) -> Result<Name, Problem> {
    fixed_name(&format!("bank:{id}"))
}

/// The account that stands for a name.
fn name_row(name: &str) -> Result<Name, Problem> {
    fixed_name(&format!("name:{}", Name::segment(name)))
}

/// Where the outcome stands that a request had under its id before; another request's id is refused.
fn kept(snapshot: &dyn Snapshot, id: Id, request: &[u8]) -> Result<Option<Seq>, Problem> {
    let outcome = snapshot.outcome(&ledger()?, id)?;
    match outcome {
        Some(outcome) if outcome.fingerprint != Fingerprint::of(request) => {
            Err(Problem::from_rejection(&Rejection::IdReused { id }))
        }
        outcome => Ok(outcome.map(|outcome| outcome.seq)),
    }
}

/// Something changed each time between reading it and asking.
fn contended(what: &str) -> Problem {
    Problem::unavailable("overloaded", format!("others keep changing this {what}; nothing was done, try again"))
}

/// A ledger of this name may have been opened by other means; cents must not be taken for something else.
fn fits(assets: &[AssetRow]) -> Result<(), Problem> {
    match assets {
        [sole] if sole.code.as_str() == ASSET && sole.scale == SCALE => Ok(()),
        _ => {
            let detail =
                format!("the ledger {LEDGER} has other assets than {ASSET} with {SCALE} decimals; move it away");
            Err(Problem::conflict("ledger_exists", detail))
        }
    }
}

impl Api {
    /// An account of the ledger, closed or not.
    async fn bank_row(&self, name: &Name) -> Result<Option<Arc<LoadedAccount>>, Problem> {
        let ledger = ledger()?;
        let Some(assets) = self.assets(&ledger).await? else { return Ok(None) };
        fits(&assets)?;
        match self.account(&ledger, name).await {
            Ok((loaded, _)) => Ok(Some(loaded)),
            Err(problem) if problem.status() == StatusCode::NOT_FOUND.as_u16() => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// An account that is or was.
    async fn bank_account_ever(&self, id: Id) -> Result<Option<Account>, Problem> {
        Ok(self.bank_row(&account_name(id)?).await?.and_then(Account::of))
    }

    async fn bank_account_by_id(&self, id: Id) -> Result<Option<Account>, Problem> {
        Ok(self.bank_account_ever(id).await?.filter(Account::is_open))
    }

    async fn bank_account_by_name(&self, name: &str) -> Result<Option<Account>, Problem> {
        match self.bank_owner(name.trim()).await? {
            Some(owner) => self.bank_account_by_id(owner).await,
            None => Ok(None),
        }
    }

    /// The account that has a name, in whatever form it was recorded.
    async fn bank_owner(&self, name: &str) -> Result<Option<Id>, Problem> {
        let mut looked: Vec<String> = Vec::with_capacity(3);
        for form in names::forms(name) {
            if looked.contains(&form) {
                continue;
            }
            let row = self.bank_row(&name_row(&form)?).await?;
            if let Some(owner) = row.and_then(|row| value(&row.row.metadata, OWNER).and_then(|id| parse_id(id).ok())) {
                return Ok(Some(owner));
            }
            looked.push(form);
        }
        Ok(None)
    }

    async fn bank_account(&self, target: &Target) -> Result<Account, Refusal> {
        let found = match target {
            Target::Name(name) => self.bank_account_by_name(name).await?,
            Target::Id(id) => match parse_id(id) {
                Ok(id) => self.bank_account_by_id(id).await?,
                Err(_) => None,
            },
        };
        found.ok_or(Refusal::Unknown)
    }

    /// Another account that a request names: by name, or by id where the first is named by its id.
    async fn bank_other(&self, beside: &Target, text: &str) -> Result<Account, Refusal> {
        let found = match (beside, parse_id(text)) {
            // Never the one that has this id for a name.
            (Target::Id(_), Ok(id)) => self.bank_account_by_id(id).await?,
            (Target::Id(_), Err(_)) | (Target::Name(_), _) => self.bank_account_by_name(text).await?,
        };
        found.ok_or(Refusal::Unknown)
    }

    async fn open_bank(&self) -> Result<(), Problem> {
        let terms = LedgerTerms {
            default_asset: None,
            assets: vec![AssetTerms { code: asset()?, scale: SCALE }],
            // A withdrawal that is all drawn from linked accounts still stands in the account's own history.
            rules: LedgerRules { zero_amounts: ZeroAmounts::Record, ..LedgerRules::default() },
        };
        self.one(&ledger()?, Command::new(CommandId::Server(fresh()), Action::OpenLedger(terms))).await.map(drop)
    }
}
