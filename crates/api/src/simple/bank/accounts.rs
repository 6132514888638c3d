//! Bank accounts: opened, shown, listed, closed.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::{AccountChange, AccountTerms, Expectation, Limits, Metadata};
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq, Timestamp};
use ducat_domain::{Action, Command, Fact, Item, Outcome, Rejection};
use ducat_store::Snapshot;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::super::ItemResult;
use super::perform::performed;
use super::wire::{Dollars, base, link, titled};
use super::{
    ATTEMPTS_MAX, Account, NAME, OWNER, Place, Refusal, Target, account_name, asset, contended, kept, ledger, name_row,
    pair, value,
};
use crate::body::{self, Delivery};
use crate::idempotency::{KeyHeader, command_id, fresh};
use crate::names::{self, check_visible};
use crate::problem::{OTHER_KIND, Problem};
use crate::query::{NoQuery, Query};
use crate::values::JsonTime;
use crate::{Api, cursor};

/// The most characters of a name.
const NAME_CHARACTERS_MAX: usize = 255;

/// An account to open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenRequest {
    /// Its name: 1 to 255 characters, spaces around it cut off, unique among open accounts.
    #[schema(
        example = "Savings",
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$"
    )]
    name: String,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankAccountBody {
    /// Its id, which never changes.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Its name.
    name: String,
    /// What is in it.
    balance: Dollars,
    /// When it was opened.
    created: JsonTime,
    /// When its balance changed last.
    updated: JsonTime,
    /// Where to go from here.
    #[serde(rename = "_links")]
    #[schema(value_type = Object)]
    links: Value,
}

impl BankAccountBody {
    fn new(target: &Target, account: &Account, updated: Timestamp) -> BankAccountBody {
        BankAccountBody {
            id: account.id.to_string(),
            name: account.name.clone(),
            balance: account.balance().into(),
            created: JsonTime(account.loaded.row.opened_at),
            updated: JsonTime(updated),
            links: links(target, account.id, &account.name),
        }
    }
}

/// Everything that can be done with an account.
fn links(target: &Target, id: Id, name: &str) -> Value {
    let base = base(target, id, name);
    json!({
        "self": titled(&base, "GET shows it, DELETE closes it once its balance is 0.00"),
        "by-id": link(format!("/v2/accounts/{id}")),
        "deposit": titled(format!("{base}/deposit"), "POST {\"amount\":5.00}"),
        "withdraw": titled(format!("{base}/withdraw"), "POST {\"amount\":5.00}"),
        "transfer": titled(format!("{base}/transfer"), "POST {\"to\":\"Checking\",\"amount\":1.50}"),
        "links": titled(format!("{base}/links"), "GET lists accounts that it draws on, POST {\"name\":\"Checking\"} adds one"),
        "transactions": titled(format!("{base}/transactions{{?limit,cursor}}"), "GET, newest first"),
        "accounts": link("/accounts"),
    })
}

/// Open an account.
#[utoipa::path(post, operation_id = "open_bank_account", path = "/accounts", tag = "bank accounts",
    params(KeyHeader),
    request_body = OpenRequest, responses(
    (status = 201, description = "Opened", body = BankAccountBody),
    (status = 400, description = "`malformed`: the name has 1 to 255 characters"),
    (status = 409, description = "`name_taken`, or `id_reused`: the key was used for something else"),
))]
pub(crate) async fn open_account(
    State(api): State<Api>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let request: OpenRequest = api.json(&headers, body).await?;
    let name = request.name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
        let reason = "a name has 1 to 255 characters, spaces around it not counted";
        return Err(Problem::malformed("body: name", reason).into());
    }
    if name.chars().any(char::is_control) {
        return Err(
            Problem::malformed("body: name", "a name has no control characters, because they cannot be seen").into()
        );
    }
    let opening = Opening { id: command_id(&headers, None, &ledger()?)?, sent: name, name: &names::normal(name) };
    for _ in 0..ATTEMPTS_MAX {
        if let Some(response) = api.try_to_open(&opening).await? {
            return Ok(response);
        }
    }
    Err(contended("name").into())
}

/// An account to open, and under which id: the account's own too.
struct Opening<'a> {
    id: CommandId,
    /// The name as it was sent.
    sent: &'a str,
    /// The name in the form in which it is recorded.
    name: &'a str,
}

impl Opening<'_> {
    /// What counts as the same: this must never change.
    fn request(&self) -> Vec<u8> {
        Opening::request_of(self.name)
    }

    fn request_of(name: &str) -> Vec<u8> {
        json!(["open", name]).to_string().into_bytes()
    }

    /// Opens the account itself. Retried, it is done already: then it must still be as it was opened, or its name is
    /// another's by now.
    fn commands(&self, floor: Balance) -> Result<Vec<Command>, Problem> {
        let name = account_name(self.id.id())?;
        let metadata = Metadata::new([pair(NAME, self.name)]);
        let expectation = Expectation {
            account: name.clone(),
            metadata: metadata.clone(),
            frozen: None,
            closed: Some(false),
            limits: Vec::new(),
        };
        let limits = Limits { min: Some(floor), max: None };
        let open = Action::OpenAccount(AccountTerms { name, asset: Some(asset()?), limits, metadata });
        Ok(vec![
            Command::standing_for(&self.request(), self.id, open),
            Command::new(CommandId::Server(fresh()), Action::Expect(expectation)),
        ])
    }

    /// Takes the name, which no one had yet, or which someone gave up.
    fn claim(&self, row: &Name, free: Option<Metadata>) -> Result<Vec<Command>, Problem> {
        let taken = Metadata::new([pair(NAME, self.name), pair(OWNER, self.id.id().to_string())]);
        let actions = match free {
            None => vec![Action::OpenAccount(AccountTerms {
                name: row.clone(),
                asset: Some(asset()?),
                limits: Limits { min: Some(Balance::ZERO), max: Some(Balance::ZERO) },
                metadata: taken,
            })],
            Some(metadata) => vec![
                Action::Expect(Expectation {
                    account: row.clone(),
                    metadata,
                    frozen: None,
                    closed: Some(false),
                    limits: Vec::new(),
                }),
                Action::ChangeAccount(change_metadata(row, taken)),
            ],
        };
        Ok(actions.into_iter().map(|action| Command::new(CommandId::Server(fresh()), action)).collect())
    }
}

/// Other metadata, and everything else as it is.
pub(super) fn change_metadata(account: &Name, metadata: Metadata) -> AccountChange {
    AccountChange {
        name: account.clone(),
        asset: None,
        min: None,
        max: None,
        metadata: Some(metadata),
        frozen: None,
        closed: None,
    }
}

impl Api {
    /// Opens the account and takes its name, both or neither; `None` when someone else did something to the name.
    async fn try_to_open(&self, opening: &Opening<'_>) -> Result<Option<Response>, Problem> {
        let (ledger, row) = (ledger()?, name_row(opening.name)?);
        if matches!(opening.id, CommandId::Client(_))
            && let Some(response) = self.opened_before(opening).await?
        {
            return Ok(Some(response));
        }
        let known = self.bank_row(&row).await?.map(|loaded| loaded.row.metadata.clone());
        match self.bank_owner(opening.sent).await? {
            // The same request was faster than its repetition, by a moment.
            Some(owner) if owner == opening.id.id() => return Ok(None),
            Some(_) => return Err(name_taken(opening.name)),
            None => {}
        }
        check_visible(opening.name).map_err(|invisible| Problem::malformed("body: name", invisible))?;
        let mut commands = opening.commands(self.limits.bank_floor())?;
        commands.extend(opening.claim(&row, known)?);
        let id = opening.id.id();
        let committed = self.submit(&ledger, vec![Item::Atomic(commands)], Some(id)).await?;
        match self.settled(&ledger, committed.outcomes).await? {
            ItemResult::Done(outcomes) => match outcomes.first() {
                Some(Outcome::Done { first, .. }) => {
                    let at = committed.effects.get(*first).map_or(Timestamp::MIN, |effect| effect.at);
                    Ok(Some(opened(opening.name, id, at, Delivery::First)))
                }
                Some(Outcome::Replayed { .. }) => self.opened_before(opening).await,
                _ => Err(Problem::bug(OTHER_KIND)),
            },
            ItemResult::Refused(rejection, before) => match rejection {
                Rejection::LedgerNotFound => self.open_bank().await.map(|()| None),
                Rejection::AccountExists { .. } | Rejection::AccountChanged { .. } => Ok(None),
                rejection => Err(ItemResult::problem(&rejection, before)),
            },
        }
    }

    /// What was answered under this id, if it opened this account before: as it was then, whatever became of it.
    async fn opened_before(&self, opening: &Opening<'_>) -> Result<Option<Response>, Problem> {
        // Release 0.1.0 recorded the name as it was sent.
        let (id, request, sent) = (opening.id.id(), opening.request(), Opening::request_of(opening.sent));
        let found = self.read(move |snapshot| {
            let found = kept(snapshot, id, &request).or_else(|_| kept(snapshot, id, &sent))?;
            let Some(seq) = found else { return Ok(None) };
            let effect = snapshot.effect(&ledger()?, seq)?;
            let opened = effect.and_then(|effect| match &effect.fact {
                Fact::AccountOpened(opened) => Some((value(&opened.metadata, NAME)?.to_owned(), effect.at)),
                _ => None,
            });
            Ok(opened)
        });
        Ok(found.await?.map(|(name, at)| opened(&name, id, at, Delivery::Replay)))
    }
}

fn opened(name: &str, id: Id, at: Timestamp, delivery: Delivery) -> Response {
    let target = Target::Name(name.to_owned());
    let body = BankAccountBody {
        id: id.to_string(),
        name: name.to_owned(),
        balance: Dollars(0),
        created: JsonTime(at),
        updated: JsonTime(at),
        links: links(&target, id, name),
    };
    let mut response = performed(StatusCode::CREATED, delivery, &body);
    // What is percent-encoded is always a header's value.
    if let Ok(location) = HeaderValue::from_str(&base(&target, id, name)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn name_taken(name: &str) -> Problem {
    Problem::conflict("name_taken", format!("there is an account {name:?} already; choose another name"))
}

/// Show an account.
#[utoipa::path(get, operation_id = "get_bank_account", path = "/accounts/{name}", tag = "bank accounts", responses(
    (status = 200, description = "The account", body = BankAccountBody),
    (status = 404, description = "There is no such account; no body"),
))]
pub(crate) async fn get_account(
    State(api): State<Api>,
    place: Place,
    query: Result<NoQuery, Problem>,
) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    query?;
    let (read, opened_at) = (account.clone(), account.loaded.row.opened_at);
    let updated = match account.loaded.balances.first().and_then(|row| row.last) {
        None => opened_at,
        Some(last) => api.read(move |snapshot| updated(snapshot, last, &read)).await?,
    };
    Ok(body::json(StatusCode::OK, &BankAccountBody::new(&place.account, &account, updated)))
}

/// When the balance of an account changed last.
fn updated(snapshot: &dyn Snapshot, last: Seq, account: &Account) -> Result<Timestamp, Problem> {
    let effect = snapshot.effect(&ledger()?, last)?;
    Ok(effect.map_or(account.loaded.row.opened_at, |effect| effect.at))
}

/// List accounts, in the order of their ids.
#[utoipa::path(get, operation_id = "list_bank_accounts", path = "/accounts", tag = "bank accounts",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")),
    responses((status = 200, description = "Open accounts: `accounts`, and `_links.next` where there are more", body = Object)))]
pub(crate) async fn list_accounts(State(api): State<Api>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let after = cursor::name(&mut query)?;
    query.finish()?;
    let page = api.read(move |snapshot| {
        let mut found = snapshot.accounts(&ledger()?, "bank:", after.as_ref(), limit + 1)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|account| cursor::after_name(&account.row.name));
        let mut accounts = Vec::with_capacity(found.len());
        let accounts_found = found.into_iter().filter_map(|loaded| Account::of(std::sync::Arc::new(loaded)));
        for account in accounts_found.filter(Account::is_open) {
            let updated = match account.loaded.balances.first().and_then(|row| row.last) {
                None => account.loaded.row.opened_at,
                Some(last) => updated(snapshot, last, &account)?,
            };
            accounts.push(BankAccountBody::new(&Target::Name(String::new()), &account, updated));
        }
        let mut links = json!({
            "self": titled("/accounts{?limit,cursor}", "GET lists accounts, POST {\"name\":\"Savings\"} opens one"),
            "account": link("/accounts/{name}"),
            "account-by-id": link("/v2/accounts/{id}"),
        });
        if let Some(next) = next {
            links["next"] = link(format!("/accounts?limit={limit}&cursor={next}"));
        }
        Ok(json!({ "accounts": accounts, "_links": links }))
    });
    Ok(body::json(StatusCode::OK, &page.await?))
}

/// Close an account whose balance is 0.00. Its name is free again.
#[utoipa::path(delete, operation_id = "close_bank_account", path = "/accounts/{name}", tag = "bank accounts", responses(
    (status = 204, description = "Closed; what happened to it is kept"),
    (status = 404, description = "There is no such account; no body"),
    (status = 409, description = "`balance_not_zero`"),
))]
pub(crate) async fn close_account(
    State(api): State<Api>,
    place: Place,
    query: Result<NoQuery, Problem>,
) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    query?;
    let row = name_row(&account.name)?;
    let taken = Metadata::new([pair(NAME, &account.name), pair(OWNER, account.id.to_string())]);
    let closed = AccountChange {
        metadata: None,
        closed: Some(true),
        ..change_metadata(account.ledger_name(), Metadata::default())
    };
    let actions = [
        Action::ChangeAccount(closed),
        Action::Expect(Expectation {
            account: row.clone(),
            metadata: taken,
            frozen: None,
            closed: Some(false),
            limits: Vec::new(),
        }),
        Action::ChangeAccount(change_metadata(&row, Metadata::new([pair(NAME, &account.name)]))),
    ];
    let id = fresh();
    let commands = actions.into_iter().map(|action| Command::new(CommandId::Server(fresh()), action)).collect();
    let ledger = ledger()?;
    let committed = api.submit(&ledger, vec![Item::Atomic(commands)], Some(id)).await?;
    match api.settled(&ledger, committed.outcomes).await? {
        ItemResult::Done(_) => Ok(StatusCode::NO_CONTENT.into_response()),
        ItemResult::Refused(rejection, before) => match rejection {
            Rejection::NotEmpty { posted, .. } | Rejection::BalanceOutside { posted, .. } => {
                Err(balance_not_zero(&account.name, posted).into())
            }
            // Someone else closed it.
            Rejection::AccountChanged { .. } => Err(Refusal::Unknown),
            rejection => Err(ItemResult::problem(&rejection, before).into()),
        },
    }
}

fn balance_not_zero(name: &str, posted: Balance) -> Problem {
    let balance = Dollars::from(posted);
    let detail = format!("{name:?} has a balance of {balance}, or holds; bring it to 0.00 first");
    Problem::conflict("balance_not_zero", detail).with("balance", json!(balance))
}
