//! Money in, out and across: one order, performed now or later in the same way.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use ducat_domain::ledger::command::{
    Action, Command, CommandId, Draw, Metadata, Source, Timing, Transaction, Transfer,
};
use ducat_domain::ledger::rows::Verdict;
use ducat_domain::ledger::{Effect, Item, Outcome, Rejection};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Id, Seq};
use ducat_store::read::{OutcomeView, outcome_view};
use serde::Deserialize;
use utoipa::ToSchema;

use super::history::{Movement, MovementBody, Party};
use super::wire::{Dollars, PositiveDollars};
use super::{ATTEMPTS_MAX, Account, Place, Refusal, Target, asset, ledger};
use crate::body::{self, Telling};
use crate::idempotency::command_id;
use crate::problem::{Problem, REPLAYED};
use crate::query::NoQuery;
use crate::v1::ledgers::last;
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
))]
pub async fn deposit(
    State(api): State<Api>,
    place: Place,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    let request: AmountRequest = api.json(&headers, body).await?;
    let order = Order { kind: Kind::Deposit, account: account.id, amount: request.amount.0 };
    api.take(&place.account, &headers, order).await
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
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    let request: AmountRequest = api.json(&headers, body).await?;
    let order = Order { kind: Kind::Withdrawal, account: account.id, amount: request.amount.0 };
    api.take(&place.account, &headers, order).await
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
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    let request: TransferRequest = api.json(&headers, body).await?;
    let to = api.bank_other(&place.account, &request.to).await?;
    if to.id == account.id {
        return Err(same_account(&account.name).into());
    }
    let order = Order { kind: Kind::Transfer { to: to.id }, account: account.id, amount: request.amount.0 };
    api.take(&place.account, &headers, order).await
}

fn same_account(name: &str) -> Problem {
    Problem::unprocessable("same_account", format!("{name:?} cannot pay itself"))
}

/// What came of an order, and whether this is the first time that it is told.
pub(super) struct Performed {
    pub body: MovementBody,
    telling: Telling,
}

impl Api {
    /// Performs an order now, or keeps it where the client prefers that.
    async fn take(&self, target: &Target, headers: &HeaderMap, order: Order) -> Result<Response, Refusal> {
        // Asked again after it was refused for what changed meanwhile, it must be known: it has an id of the client's.
        let id = CommandId::Client(command_id(headers, None, &ledger()?)?.id());
        if super::deferred::is_preferred(headers) {
            return self.defer(id, &order).await;
        }
        let performed = self.perform(target, id, &order).await?;
        let mut response = body::json(StatusCode::CREATED, &performed.body);
        if performed.telling == Telling::Again {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(response)
    }

    /// Performs an order: reads who draws on whom, asks the ledger, and reads again when that has changed meanwhile.
    pub(super) async fn perform(&self, target: &Target, id: CommandId, order: &Order) -> Result<Performed, Refusal> {
        for _ in 0..ATTEMPTS_MAX {
            let parties = self.parties(order).await?;
            let item = parties.item(id, order)?;
            let committed = self.submit(&ledger()?, vec![item], Some(id.id())).await?;
            match last(committed.outcomes)? {
                Outcome::Done { first, count } => {
                    let effects = committed.effects.get(first..first + count).unwrap_or_default();
                    let body = parties.tell(target, effects).ok_or_else(Problem::internal)?;
                    return Ok(Performed { body, telling: Telling::First });
                }
                Outcome::Replayed { seq, verdict: Verdict::Done } => {
                    let told = self.told_before(target, &parties, seq).await;
                    return told.map_err(|problem| problem.after_commit(Some(id.id())).into());
                }
                Outcome::Replayed { seq, verdict: Verdict::Refused } => {
                    let rejection = self.refused_before(seq).await?;
                    return Err(match parties.refusal(&rejection) {
                        Refusal::Problem(problem) => problem.replayed().into(),
                        Refusal::Unknown => Refusal::Unknown,
                    });
                }
                // Only what is open is expected to stay as it is.
                Outcome::Refused(Rejection::AccountChanged { .. }) if parties.are_open() => {}
                Outcome::Refused(Rejection::AccountChanged { .. }) => return Err(Refusal::Unknown),
                Outcome::Refused(rejection) => return Err(parties.refusal(&rejection)),
                Outcome::Same | Outcome::WouldDo(_) => return Err(Problem::internal().into()),
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
                // One that was closed gives nothing, and the one that is paid pays nothing.
                if to.as_ref().is_none_or(|to| to.id != *id)
                    && let Some(other) = self.bank_account_by_id(*id).await?
                {
                    linked.push(other);
                }
            }
        }
        Ok(Parties { account, to, linked })
    }

    async fn told_before(&self, target: &Target, parties: &Parties, seq: Seq) -> Result<Performed, Problem> {
        let (target, account) = (target.clone(), parties.account.clone());
        let body = self.read(move |snapshot| Movement::stored(snapshot, &target, &account, seq)).await?;
        Ok(Performed { body, telling: Telling::Again })
    }

    async fn refused_before(&self, seq: Seq) -> Result<Rejection, Problem> {
        let view = self
            .read(move |snapshot| outcome_view(snapshot, &ledger()?, seq).map_err(|fault| Problem::from_fault(&fault)));
        match view.await? {
            OutcomeView::Refused(rejection) => Ok(rejection),
            _ => Err(Problem::internal()),
        }
    }
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

    fn item(&self, id: CommandId, order: &Order) -> Result<Item, Problem> {
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
        let command = Command::standing_for(&order.write(), id, Action::Transact(transaction));
        if order.kind == Kind::Deposit {
            return Ok(Item::Single(command));
        }
        let read = std::iter::once(&self.account).chain(&self.linked);
        Ok(Item::Atomic(read.map(Account::expectation).chain([command]).collect()))
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

    fn refusal(&self, rejection: &Rejection) -> Refusal {
        let name = &self.account.name;
        match rejection {
            Rejection::AccountClosed { .. } | Rejection::AccountNotFound { .. } => Refusal::Unknown,
            Rejection::InsufficientFunds { available, needed, .. } => {
                let (available, needed) = (Dollars::from(*available), Dollars::from(*needed));
                let with = if self.linked.is_empty() { "" } else { " with the accounts linked to it" };
                let detail = format!("{name:?} can give {available}{with}, {needed} is needed");
                let problem = Problem::unprocessable("insufficient_funds", detail);
                let problem = problem.with("available", serde_json::json!(available));
                problem.with("needed", serde_json::json!(needed)).into()
            }
            Rejection::SameAccount { .. } => same_account(name).into(),
            other => Problem::from_rejection(other).into(),
        }
    }
}
