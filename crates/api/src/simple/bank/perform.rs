//! Performing an order: what it asks of the ledger, and its outcome in the bank's words.
//!
//! An order names every account by its id. Who draws on whom is read anew each time, and expected in the same batch to
//! be so still; when it is not, it is read again. Performed again under the same id, an order is shown as it was done.

use std::collections::HashMap;

use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::ledger::transaction::{Draw, Source, Timing, Transaction, Transfer};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Id, Timestamp};
use ducat_domain::{Action, Command, Effect, Item, Outcome, Rejection};
use serde::Serialize;
use serde_json::json;

use super::super::ItemResult;
use super::history::{Movement, MovementBody, Party};
use super::wire::Dollars;
use super::{ATTEMPTS_MAX, Account, Refusal, Target, asset, contended, ledger};
use crate::body::{self, Delivery};
use crate::problem::{OTHER_KIND, OrBug as _, Problem, REPLAYED};
use crate::{Api, values};

/// What someone asked for, with every account known by its id: it may be performed later.
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

/// The outcome of an order, and whether this is the first response with it.
pub(super) struct Performed {
    pub body: MovementBody,
    delivery: Delivery,
}

impl Performed {
    pub fn response(&self) -> Response {
        performed(StatusCode::CREATED, self.delivery, &self.body)
    }
}

/// An answer that says when it repeats an earlier one, with the same status.
pub(super) fn performed(status: StatusCode, delivery: Delivery, body: &impl Serialize) -> Response {
    let mut response = body::json(status, body);
    if delivery == Delivery::Replay {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

impl Api {
    /// Performs an order: reads who draws on whom, asks the ledger, and reads again when that has changed meanwhile.
    pub(super) async fn perform(
        &self,
        target: &Target,
        execution: Execution,
        order: &Order,
    ) -> Result<Performed, Refusal> {
        let (id, ledger) = (execution.id, ledger()?);
        for _ in 0..ATTEMPTS_MAX {
            let parties = self.parties(order).await?;
            let (item, place) = parties.item(&execution, order)?;
            let committed = self.submit(&ledger, vec![item], Some(id)).await?;
            let settled = self.settled(&ledger, committed.outcomes).await;
            let outcomes = match settled.map_err(|problem| problem.after_commit(Some(id)))? {
                ItemResult::Done(outcomes) => outcomes,
                // Only what is open is expected to stay as it is.
                ItemResult::Refused(Rejection::AccountChanged { .. }, _) if parties.are_open() => continue,
                ItemResult::Refused(Rejection::AccountChanged { .. }, _) => return Err(Refusal::Unknown),
                ItemResult::Refused(rejection, before) => return Err(parties.refusal(&rejection, before)),
            };
            match outcomes.into_iter().nth(place) {
                Some(Outcome::Done { first, count }) => {
                    let effects = committed.effects.get(first..first + count).unwrap_or_default();
                    let body = parties.tell(target, effects).or_bug(OTHER_KIND)?;
                    return Ok(Performed { body, delivery: Delivery::First });
                }
                Some(Outcome::Replayed { seq, .. }) => {
                    let target = target.clone();
                    let body = self.read(move |snapshot| Movement::stored(snapshot, &target, seq)).await;
                    let body = body.map_err(|problem| problem.after_commit(Some(id)))?;
                    return Ok(Performed { body, delivery: Delivery::Replay });
                }
                _ => return Err(Problem::bug(OTHER_KIND).into()),
            }
        }
        Err(contended("account").into())
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
pub(super) struct Execution {
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
    fn item(&self, execution: &Execution, order: &Order) -> Result<(Item, usize), Problem> {
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
        let command = Command::standing_for(&execution.request, CommandId::Client(execution.id), transact);
        let mut commands = Vec::new();
        if order.kind != Kind::Deposit {
            commands.push(self.account.expectation(None));
            commands.extend(self.linked.iter().map(|other| other.expectation(Some(false))));
        }
        let place = commands.len();
        commands.push(command);
        commands.extend(execution.beside.clone());
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

    fn refusal(&self, rejection: &Rejection, before: Option<Timestamp>) -> Refusal {
        let with = if self.linked.is_empty() { "" } else { " with the accounts linked to it" };
        match (refusal(&format!("{:?}", self.account.name), with, rejection), before) {
            (Refusal::Problem(problem), Some(at)) => problem.replayed(at).into(),
            (refusal, _) => refusal,
        }
    }
}

/// A rejection in the bank's words.
pub(super) fn refusal(account: &str, with: &str, rejection: &Rejection) -> Refusal {
    match rejection {
        Rejection::AccountClosed { .. } | Rejection::AccountNotFound { .. } => Refusal::Unknown,
        Rejection::AccountFrozen { .. } => {
            let detail = format!("{account}, or who is paid, is frozen: nothing is taken out of it or paid into it");
            Problem::unprocessable("account_frozen", detail).into()
        }
        Rejection::InsufficientFunds { available, needed, .. } => {
            let (available, needed) = (Dollars::from(*available), Dollars::from(*needed));
            let detail = format!("{account} can give {available} USD{with}, {needed} USD are needed");
            let problem = Problem::unprocessable("insufficient_funds", detail);
            let problem = problem.with("available", json!(available));
            problem.with("needed", json!(needed)).into()
        }
        other => Problem::from_rejection(other).into(),
    }
}
