//! Money in, out and across: one order, performed now or later in the same way.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use ducat_domain::ledger::command::{
    Action, Command, CommandId, Draw, Fingerprint, Metadata, Source, Timing, Transaction, Transfer,
};
use ducat_domain::ledger::{Effect, Fact, Item, Outcome, Rejection};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Id};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::super::Settled;
use super::history::{Movement, MovementBody, Party};
use super::wire::{Dollars, PositiveDollars};
use super::{ATTEMPTS_MAX, Account, Place, Refusal, Target, asset, ledger};
use crate::body::{self, Telling};
use crate::idempotency::{IDEMPOTENCY_KEY, command_id};
use crate::problem::{Problem, REPLAYED};
use crate::query::NoQuery;
use crate::{Api, values};

/// Money to move in or out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountRequest {
    /// How much: a number or a text, more than 0; digits past the second decimal are cut off.
    #[schema(value_type = f64, example = 5.25)]
    amount: PositiveDollars,
}

/// Money to move across.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferRequest {
    /// The account that gets it: its name, or by id its id too.
    #[schema(example = "Checking")]
    to: String,
    /// How much: a number or a text, more than 0; digits past the second decimal are cut off.
    #[schema(value_type = f64, example = 1.5)]
    amount: PositiveDollars,
}

/// What somebody asked for, with every account known by its id: it may be performed later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub kind: Kind,
    pub account: Id,
    pub amount: Amount,
}

/// Which way money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Deposit,
    Withdrawal,
    Transfer {
        /// The account that gets it.
        to: Id,
    },
}

impl Order {
    /// The order as it is kept, and as what counts as the same.
    pub fn write(&self) -> Vec<u8> {
        let Order { account, amount, .. } = self;
        let text = match self.kind {
            Kind::Deposit => format!("deposit {account} {amount}"),
            Kind::Withdrawal => format!("withdraw {account} {amount}"),
            Kind::Transfer { to } => format!("transfer {account} {amount} {to}"),
        };
        text.into_bytes()
    }

    /// The order that was kept; `None` for bytes that are none.
    pub fn read(bytes: &[u8]) -> Option<Order> {
        let words: Vec<&str> = std::str::from_utf8(bytes).ok()?.split(' ').collect();
        let (kind, account, amount) = match words.as_slice() {
            ["deposit", account, amount] => (Kind::Deposit, account, amount),
            ["withdraw", account, amount] => (Kind::Withdrawal, account, amount),
            ["transfer", account, amount, to] => (Kind::Transfer { to: values::parse_id(to).ok()? }, account, amount),
            _ => return None,
        };
        let amount = Amount::new(amount.parse().ok()?);
        Some(Order { kind, account: values::parse_id(account).ok()?, amount })
    }

    /// The accounts that must be as the orders before left them.
    pub fn accounts(&self) -> impl Iterator<Item = Id> {
        let to = match self.kind {
            Kind::Transfer { to } => Some(to),
            Kind::Deposit | Kind::Withdrawal => None,
        };
        std::iter::once(self.account).chain(to)
    }
}

/// Pay in.
#[utoipa::path(post, path = "/accounts/{name}/deposit", tag = "bank accounts",
    params(
        ("name" = String, Path, description = "The account's name"),
        ("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters: repeats get the first answer"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: taken durably, done in order, told by a link")),
    request_body = AmountRequest, responses(
    (status = 201, description = "Done", body = MovementBody),
    (status = 202, description = "Taken: `_links.status` tells what came of it", body = Object),
    (status = 400, description = "`malformed`: an amount is more than 0", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "There is no such account; no body"),
    (status = 409, description = "`id_reused`: the key was used for something else", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`account_frozen`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn deposit(
    State(api): State<Api>,
    place: Place,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    api.order(place, query, (headers, body), Way::Deposit).await
}

/// Take out. What the account cannot give down to its floor, the accounts linked to it give, in order, down to 0.00.
#[utoipa::path(post, path = "/accounts/{name}/withdraw", tag = "bank accounts",
    params(
        ("name" = String, Path, description = "The account's name"),
        ("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters: repeats get the first answer"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: taken durably, done in order, told by a link")),
    request_body = AmountRequest, responses(
    (status = 201, description = "Done", body = MovementBody),
    (status = 202, description = "Taken: `_links.status` tells what came of it", body = Object),
    (status = 400, description = "`malformed`: an amount is more than 0", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "There is no such account; no body"),
    (status = 409, description = "`id_reused`: the key was used for something else", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`insufficient_funds`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn withdraw(
    State(api): State<Api>,
    place: Place,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    api.order(place, query, (headers, body), Way::Withdraw).await
}

/// Pay another account. Linked accounts give what is missing, as in a withdrawal.
#[utoipa::path(post, path = "/accounts/{name}/transfer", tag = "bank accounts",
    params(
        ("name" = String, Path, description = "The account's name"),
        ("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters: repeats get the first answer"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: taken durably, done in order, told by a link")),
    request_body = TransferRequest, responses(
    (status = 201, description = "Done", body = MovementBody),
    (status = 202, description = "Taken: `_links.status` tells what came of it", body = Object),
    (status = 400, description = "`malformed`: an amount is more than 0", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "There is no such account, on either side; no body"),
    (status = 409, description = "`id_reused`: the key was used for something else", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`insufficient_funds`, `same_account`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn transfer(
    State(api): State<Api>,
    place: Place,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    api.order(place, query, (headers, body), Way::Transfer).await
}

fn same_account(name: &str) -> Problem {
    Problem::unprocessable("same_account", format!("{name:?} cannot pay itself"))
}

/// What a path asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Deposit,
    Withdraw,
    Transfer,
}

/// A request as it was written: what counts as the same under a key, whatever its names mean by then.
struct Asked {
    id: Id,
    way: Way,
    target: Target,
    to: Option<String>,
    amount: Amount,
    when: When,
}

/// When the client would have an order performed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Now,
    /// At any time, in its turn.
    Later,
}

impl Asked {
    /// What counts as the same: this must never change, or keys that were used would be refused.
    fn request(&self) -> Vec<u8> {
        let way = match self.way {
            Way::Deposit => "deposit",
            Way::Withdraw => "withdraw",
            Way::Transfer => "transfer",
        };
        let when = match self.when {
            When::Now => "now",
            When::Later => "later",
        };
        json!([way, when, self.target.written(), self.to, self.amount.to_string()]).to_string().into_bytes()
    }
}

/// What came of an order, and whether this is the first time that it is told.
pub(super) struct Performed {
    pub body: MovementBody,
    telling: Telling,
}

impl Performed {
    fn response(&self) -> Response {
        told(StatusCode::CREATED, self.telling, &self.body)
    }
}

/// An answer that says when it repeats an earlier one, with the same status.
pub(super) fn told(status: StatusCode, telling: Telling, body: &impl Serialize) -> Response {
    let mut response = body::json(status, body);
    if telling == Telling::Again {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

impl Api {
    /// Takes a request for money to move.
    async fn order(
        &self,
        place: Place,
        query: Result<NoQuery, Problem>,
        (headers, body): (HeaderMap, Body),
        way: Way,
    ) -> Result<Response, Refusal> {
        let account = self.bank_account(&place.account).await;
        let is_unknown = matches!(account, Err(Refusal::Unknown));
        if is_unknown && !headers.contains_key(IDEMPOTENCY_KEY) {
            return Err(Refusal::Unknown);
        }
        let asked = match (self.asked(place.account, query, (&headers, body), way).await, is_unknown) {
            // Of an account that is not there nothing else is wrong.
            (Err(_), true) => return Err(Refusal::Unknown),
            (asked, _) => asked?,
        };
        let answered = match account {
            Ok(account) => self.take(&asked, account).await,
            Err(refusal) => Err(refusal),
        };
        match answered {
            // What was answered under this key once is answered so still, though an account of it is gone.
            Err(Refusal::Unknown) => self.recall(&asked).await?.ok_or(Refusal::Unknown),
            answered => answered,
        }
    }

    /// Reads what a request asks for.
    async fn asked(
        &self,
        target: Target,
        query: Result<NoQuery, Problem>,
        (headers, body): (&HeaderMap, Body),
        way: Way,
    ) -> Result<Asked, Problem> {
        query?;
        let read = match way {
            Way::Deposit | Way::Withdraw => {
                self.json(headers, body).await.map(|request: AmountRequest| (None, request.amount.0))
            }
            Way::Transfer => {
                self.json(headers, body).await.map(|request: TransferRequest| (Some(request.to), request.amount.0))
            }
        };
        let (to, amount) = read?;
        // Asked again after it was refused for what changed meanwhile, it must be known: it has an id of the client's.
        let id = command_id(headers, None, &ledger()?)?.id();
        Ok(Asked { id, way, target, to, amount, when: super::deferred::preferred(headers) })
    }

    /// Performs an order now, or keeps it where the client prefers that.
    async fn take(&self, asked: &Asked, account: Account) -> Result<Response, Refusal> {
        let kind = match (asked.way, &asked.to) {
            (Way::Deposit, _) => Kind::Deposit,
            (Way::Withdraw, _) => Kind::Withdrawal,
            (Way::Transfer, to) => {
                let to = self.bank_other(&asked.target, to.as_deref().unwrap_or_default()).await?;
                if to.id == account.id {
                    return Err(same_account(&account.name).into());
                }
                Kind::Transfer { to: to.id }
            }
        };
        let order = Order { kind, account: account.id, amount: asked.amount };
        match asked.when {
            When::Later => self.defer(asked.id, &asked.request(), &order).await,
            When::Now => {
                let doing = Doing { id: asked.id, request: asked.request(), beside: None };
                Ok(self.perform(&asked.target, doing, &order).await?.response())
            }
        }
    }

    /// What was answered to this request under its id before, if it was.
    async fn recall(&self, asked: &Asked) -> Result<Option<Response>, Refusal> {
        let (id, target, fingerprint) = (asked.id, asked.target.clone(), Fingerprint::of(&asked.request()));
        let found = self.read(move |snapshot| {
            let fault = |fault| Problem::from_fault(&fault);
            let ledger = ledger()?;
            let Some(outcome) = snapshot.outcome(&ledger, id).map_err(fault)? else { return Ok(None) };
            if outcome.fingerprint != fingerprint {
                return Err(Problem::from_rejection(&Rejection::IdReused { id }));
            }
            let fact = snapshot.effect(&ledger, outcome.seq).map_err(fault)?.map(|effect| effect.fact);
            Ok(match fact {
                Some(Fact::Posting(_)) => {
                    let body = Movement::stored(snapshot, &target, outcome.seq)?;
                    Some(told(StatusCode::CREATED, Telling::Again, &body))
                }
                Some(Fact::Deferred { request }) => {
                    Order::read(&request).map(|order| super::deferred::taken(order.account, id, Telling::Again))
                }
                Some(Fact::Refused(rejection)) => match refusal("the account", "", &rejection) {
                    Refusal::Unknown => None,
                    Refusal::Problem(problem) => return Err(problem.replayed()),
                },
                _ => None,
            })
        });
        Ok(found.await?)
    }

    /// Performs an order: reads who draws on whom, asks the ledger, and reads again when that has changed meanwhile.
    pub(super) async fn perform(&self, target: &Target, doing: Doing, order: &Order) -> Result<Performed, Refusal> {
        let (id, ledger) = (doing.id, ledger()?);
        for _ in 0..ATTEMPTS_MAX {
            let parties = self.parties(order).await?;
            let (item, place) = parties.item(&doing, order)?;
            let committed = self.submit(&ledger, vec![item], Some(id)).await?;
            let settled = self.settled(&ledger, committed.outcomes).await;
            let outcomes = match settled.map_err(|problem| problem.after_commit(Some(id)))? {
                Settled::Done(outcomes) => outcomes,
                // Only what is open is expected to stay as it is.
                Settled::Refused(Rejection::AccountChanged { .. }, _) if parties.are_open() => continue,
                Settled::Refused(Rejection::AccountChanged { .. }, _) => return Err(Refusal::Unknown),
                Settled::Refused(rejection, telling) => return Err(parties.refusal(&rejection, telling)),
            };
            match outcomes.into_iter().nth(place) {
                Some(Outcome::Done { first, count }) => {
                    let effects = committed.effects.get(first..first + count).unwrap_or_default();
                    let body = parties.tell(target, effects).ok_or_else(Problem::internal)?;
                    return Ok(Performed { body, telling: Telling::First });
                }
                Some(Outcome::Replayed { seq, .. }) => {
                    let target = target.clone();
                    let body = self.read(move |snapshot| Movement::stored(snapshot, &target, seq)).await;
                    let body = body.map_err(|problem| problem.after_commit(Some(id)))?;
                    return Ok(Performed { body, telling: Telling::Again });
                }
                _ => return Err(Problem::internal().into()),
            }
        }
        Err(Problem::unavailable("overloaded", "others keep changing this account; nothing was done, try again").into())
    }

    /// Whether they are closed by now is for the ledger to say: the order may have been performed before.
    async fn parties(&self, order: &Order) -> Result<Parties, Refusal> {
        let account = self.bank_account_ever(order.account).await?.ok_or(Refusal::Unknown)?;
        let to = match order.kind {
            Kind::Transfer { to } => Some(self.bank_account_ever(to).await?.ok_or(Refusal::Unknown)?),
            Kind::Deposit | Kind::Withdrawal => None,
        };
        let mut linked = Vec::new();
        if order.kind != Kind::Deposit {
            for id in &account.links {
                // One that is closed or frozen gives nothing, and the one that is paid pays nothing.
                if to.as_ref().is_none_or(|to| to.id != *id)
                    && let Some(other) = self.bank_account_by_id(*id).await?
                    && !other.loaded.row.frozen
                {
                    linked.push(other);
                }
            }
        }
        Ok(Parties { account, to, linked })
    }
}

/// Under which id an order is performed, for which request, and what is done in the same breath.
#[derive(Debug, Clone)]
pub(super) struct Doing {
    pub id: Id,
    pub request: Vec<u8>,
    pub beside: Option<Command>,
}

/// The accounts of an order, as read.
struct Parties {
    account: Account,
    to: Option<Account>,
    linked: Vec<Account>,
}

impl Parties {
    fn are_open(&self) -> bool {
        self.account.is_open() && self.to.as_ref().is_none_or(Account::is_open)
    }

    /// What to do, and where among the commands the transaction stands.
    fn item(&self, doing: &Doing, order: &Order) -> Result<(Item, usize), Problem> {
        let own = self.account.ledger_name().clone();
        let (source, destination) = match (order.kind, &self.to) {
            (Kind::Deposit, _) => (Source::One(Name::world()), own),
            (_, None) => (self.source(), Name::world()),
            (_, Some(to)) => (self.source(), to.ledger_name().clone()),
        };
        let transaction = Transaction {
            postings: vec![Transfer { source, destination, asset: Some(asset()?), amount: order.amount }],
            timing: Timing::Posted,
            effective_at: None,
            description: None,
            reference: None,
            metadata: Metadata::default(),
        };
        let transact = Action::Transact(transaction);
        let command = Command::standing_for(&doing.request, CommandId::Client(doing.id), transact);
        let mut commands = Vec::new();
        if order.kind != Kind::Deposit {
            commands.push(self.account.expectation(None));
            commands.extend(self.linked.iter().map(|other| other.expectation(Some(false))));
        }
        let place = commands.len();
        commands.push(command);
        commands.extend(doing.beside.clone());
        Ok((Item::Atomic(commands), place))
    }

    fn source(&self) -> Source {
        let own = self.account.ledger_name().clone();
        if self.linked.is_empty() {
            return Source::One(own);
        }
        let draw = |other: &Account| Draw { account: other.ledger_name().clone(), keep: Some(Balance::ZERO) };
        Source::InOrder { first: Draw { account: own, keep: None }, then: self.linked.iter().map(draw).collect() }
    }

    /// What was just done, from its effects alone.
    fn tell(&self, target: &Target, effects: &[Effect]) -> Option<MovementBody> {
        let everyone = std::iter::once(&self.account).chain(&self.to).chain(&self.linked);
        let names: HashMap<AccountNo, Party> =
            everyone.map(|account| (account.no(), Party::Account(account.name.clone()))).collect();
        Movement::of(effects, &self.account)?
            .tell(target, &self.account, |no| Ok(names.get(&no).cloned().unwrap_or(Party::World)))
            .ok()
    }

    fn refusal(&self, rejection: &Rejection, telling: Telling) -> Refusal {
        let with = if self.linked.is_empty() { "" } else { " with the accounts linked to it" };
        match (refusal(&format!("{:?}", self.account.name), with, rejection), telling) {
            (Refusal::Problem(problem), Telling::Again) => problem.replayed().into(),
            (refusal, _) => refusal,
        }
    }
}

/// A rejection in the bank's words.
fn refusal(account: &str, with: &str, rejection: &Rejection) -> Refusal {
    match rejection {
        Rejection::AccountClosed { .. } | Rejection::AccountNotFound { .. } => Refusal::Unknown,
        Rejection::AccountFrozen { .. } => {
            let detail = format!("{account}, or who is paid, is frozen: nothing is taken out of it or paid into it");
            Problem::unprocessable("account_frozen", detail).into()
        }
        Rejection::InsufficientFunds { available, needed, .. } => {
            let (available, needed) = (Dollars::from(*available), Dollars::from(*needed));
            let detail = format!("{account} can give {available}{with}, {needed} is needed");
            let problem = Problem::unprocessable("insufficient_funds", detail);
            let problem = problem.with("available", json!(available));
            problem.with("needed", json!(needed)).into()
        }
        other => Problem::from_rejection(other).into(),
    }
}
