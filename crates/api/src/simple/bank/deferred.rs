//! Orders taken now and performed later (`Prefer: respond-async`, RFC 7240): durably, in order for each account.
//!
//! An order that is taken is a fact of the journal. It waits until a second fact says what came of it. In between it is
//! performed under an id of its own, made from its first, so that whoever performs it again, after a crash or on another
//! node, finds it done. Orders that share an account are performed one after another, as they were taken; the others at
//! the same time.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use ducat_domain::ledger::command::{Action, Command, CommandId};
use ducat_domain::ledger::effect::Fact;
use ducat_domain::ledger::rows::Verdict;
use ducat_domain::numbers::{Id, Seq};
use ducat_store::Snapshot;
use serde_json::{Value, json};
use uuid::Uuid;

use super::moves::{Kind, Order};
use super::wire::link;
use super::{Place, Refusal, Target, ledger};
use crate::Api;
use crate::body;
use crate::problem::Problem;
use crate::query::NoQuery;
use crate::v1::render::Told;
use crate::values::parse_id;

/// How often a node that does not serve the ledger looks for orders that nobody performs.
const STRANDED_INTERVAL: Duration = Duration::from_secs(5);

/// How often the node that serves the ledger looks for orders that other nodes took, or that could not be performed.
const INTERVAL: Duration = Duration::from_millis(250);

/// Orders read at a time, and performed at the same time at most: what a commit takes in without effort.
const PAGE: usize = 512;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const RESPOND_ASYNC: HeaderValue = HeaderValue::from_static("respond-async");

/// Whether the client would rather not wait.
pub(super) fn is_preferred(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    let mut preferences = preferences.flat_map(|value| value.split(','));
    preferences.any(|preference| {
        let token = preference.split(';').next().unwrap_or_default().trim();
        token.eq_ignore_ascii_case("respond-async")
    })
}

/// The id of something that is done for a request, made from the request's own.
fn derived(request: Id, what: &str) -> Id {
    Id(Uuid::new_v5(&Uuid::from_u128(request.0), what.as_bytes()).as_u128())
}

fn status_link(account: Id, request: Id) -> String {
    format!("/v2/accounts/{account}/requests/{request}")
}

fn told(account: Id, request: Id, status: &str) -> Value {
    json!({
        "id": request.to_string(),
        "status": status,
        "_links": {
            "status": link(status_link(account, request)),
            "account": link(format!("/v2/accounts/{account}")),
        },
    })
}

impl Api {
    /// Takes an order.
    pub(super) async fn defer(&self, id: CommandId, order: &Order) -> Result<Response, Refusal> {
        let ledger = ledger()?;
        let action = Action::Defer { request: order.write().into() };
        match self.one(&ledger, Command::new(id, action)).await?.told {
            Told::Done(_) | Told::Again(_) => {}
            Told::Same | Told::WouldDo(_) => return Err(Problem::internal().into()),
        }
        self.orders.notify_one();
        let (account, request) = (order.account, id.id());
        let mut response = body::json(StatusCode::ACCEPTED, &told(account, request, "accepted"));
        let headers = response.headers_mut();
        headers.insert(PREFERENCE_APPLIED, RESPOND_ASYNC);
        if let Ok(location) = HeaderValue::from_str(&status_link(account, request)) {
            headers.insert(header::LOCATION, location);
        }
        Ok(response)
    }

    /// Performs what waits, in order, and says how much it was. What cannot be performed now keeps only those waiting that
    /// share an account with it.
    pub async fn perform_deferred(&self) -> Result<usize, Problem> {
        let (mut performed, mut after) = (0, Seq(0));
        let mut stuck: BTreeSet<Id> = BTreeSet::new();
        let mut failed = None;
        loop {
            let waiting = self.read(move |snapshot| waiting(snapshot, after)).await?;
            let Some(last) = waiting.last().map(|waiting| waiting.seq) else { break };
            after = last;
            for wave in waves(self.with_accounts(waiting).await?) {
                let free = wave.into_iter().filter(|(_, accounts)| {
                    let is_free = accounts.is_disjoint(&stuck);
                    if !is_free {
                        stuck.extend(accounts);
                    }
                    is_free
                });
                let wave: Vec<_> = free.collect();
                let all = wave.iter().map(|(waiting, _)| self.perform_one(waiting));
                for (done, (_, accounts)) in futures_util::future::join_all(all).await.into_iter().zip(&wave) {
                    match done {
                        Ok(()) => performed += 1,
                        Err(problem) => {
                            stuck.extend(accounts);
                            failed = Some(problem);
                        }
                    }
                }
            }
        }
        failed.map_or(Ok(performed), Err)
    }

    /// The accounts of each order: those that it names, and those that it may draw on.
    async fn with_accounts(&self, all: Vec<Waiting>) -> Result<Vec<(Waiting, BTreeSet<Id>)>, Problem> {
        let mut found = Vec::with_capacity(all.len());
        for waiting in all {
            let mut accounts: BTreeSet<Id> = waiting.order.iter().flat_map(Order::accounts).collect();
            if let Some(order) = waiting.order.as_ref().filter(|order| order.kind != Kind::Deposit)
                && let Some(account) = self.bank_account_ever(order.account).await?
            {
                accounts.extend(account.links);
            }
            found.push((waiting, accounts));
        }
        Ok(found)
    }

    /// Performs one order and says what came of it. What cannot be told now is an error, and waits on.
    async fn perform_one(&self, waiting: &Waiting) -> Result<(), Problem> {
        let answer = match &waiting.order {
            None => json!({ "status": "refused", "error": Problem::internal() }),
            Some(order) => {
                let target = Target::Id(order.account.to_string());
                let id = CommandId::Client(derived(waiting.request, "transaction"));
                match self.perform(&target, id, order).await {
                    Ok(performed) => json!({ "status": "done", "transaction": performed.body }),
                    Err(Refusal::Unknown) => {
                        let gone = Problem::not_found("account_not_found", "an account of this order is closed");
                        json!({ "status": "refused", "error": gone })
                    }
                    Err(Refusal::Problem(problem)) if problem.status() >= 500 => return Err(*problem),
                    Err(Refusal::Problem(problem)) => json!({ "status": "refused", "error": problem }),
                }
            }
        };
        let answer = serde_json::to_vec(&answer).unwrap_or_default().into();
        let id = CommandId::Client(derived(waiting.request, "answer"));
        let action = Action::Resolve { deferred: waiting.seq, answer };
        match self.one(&ledger()?, Command::new(id, action)).await {
            Ok(_) => Ok(()),
            // Another node has told it, in other words.
            Err(problem) if problem.status() == StatusCode::CONFLICT.as_u16() => Ok(()),
            Err(problem) => Err(problem),
        }
    }
}

/// An order that was taken and is still to be performed.
struct Waiting {
    seq: Seq,
    request: Id,
    /// `None` for bytes that no release writes.
    order: Option<Order>,
}

/// The oldest orders that wait, after one of them.
fn waiting(snapshot: &dyn Snapshot, after: Seq) -> Result<Vec<Waiting>, Problem> {
    let fault = |fault| Problem::from_fault(&fault);
    let ledger = ledger()?;
    let mut found = Vec::new();
    for seq in snapshot.deferred(&ledger, after, PAGE).map_err(fault)? {
        let effect = snapshot.effect(&ledger, seq).map_err(fault)?.ok_or_else(Problem::internal)?;
        let request = effect.command.ok_or_else(Problem::internal)?.id;
        let Fact::Deferred { request: bytes } = effect.fact else { return Err(Problem::internal()) };
        found.push(Waiting { seq, request, order: Order::read(&bytes) });
    }
    Ok(found)
}

/// What can be performed at the same time, wave after wave: no two orders of a wave share an account, and none overtakes
/// an earlier one that it shares an account with.
fn waves<T>(waiting: Vec<(T, BTreeSet<Id>)>) -> Vec<Vec<(T, BTreeSet<Id>)>> {
    let mut waves = Vec::new();
    let mut rest = waiting;
    while !rest.is_empty() {
        let mut taken: BTreeSet<Id> = BTreeSet::new();
        let (mut wave, mut later) = (Vec::new(), Vec::new());
        for (order, accounts) in rest {
            let is_free = accounts.is_disjoint(&taken);
            taken.extend(&accounts);
            if is_free { wave.push((order, accounts)) } else { later.push((order, accounts)) }
        }
        waves.push(wave);
        rest = later;
    }
    waves
}

/// Performs orders for as long as the engine is open: at once where this node serves the ledger, and elsewhere only what
/// nobody performs.
pub async fn run(api: Api) {
    let Ok(ledger) = ledger() else { return };
    while api.engine.is_open() {
        let patience = if api.engine.serves(&ledger) { INTERVAL } else { STRANDED_INTERVAL };
        match api.perform_deferred().await {
            Ok(0) => {}
            Ok(performed) => tracing::debug!(performed, "orders performed"),
            Err(problem) => tracing::warn!(problem = problem.detail(), "orders wait, and are tried again in a moment"),
        }
        // An order was taken here, or it is time to look for what was taken elsewhere.
        drop(tokio::time::timeout(patience, api.orders.notified()).await);
    }
}

/// What came of an order that was taken.
#[utoipa::path(get, path = "/accounts/{name}/requests/{request}", tag = "bank accounts",
    params(("name" = String, Path, description = "The account's name"), ("request" = uuid::Uuid, Path, description = "The order's id")), responses(
    (status = 200, description = "`status` is `accepted`, `done` with the `transaction`, or `refused` with the `error`", body = Object),
    (status = 404, description = "There is no such account or order; no body"),
))]
pub async fn get_request(State(api): State<Api>, place: Place, _: NoQuery) -> Result<Response, Refusal> {
    let account = match &place.account {
        // What came of an order is told when its account is closed, too.
        Target::Id(id) => parse_id(id).map_err(|_| Refusal::Unknown)?,
        by_name @ Target::Name(_) => api.bank_account(by_name).await?.id,
    };
    let request = parse_id(&place.other).map_err(|_| Refusal::Unknown)?;
    let found = api.read(move |snapshot| status(snapshot, account, request)).await?;
    found.map(|status| body::json(StatusCode::OK, &status)).ok_or(Refusal::Unknown)
}

fn status(snapshot: &dyn Snapshot, account: Id, request: Id) -> Result<Option<Value>, Problem> {
    let fault = |fault| Problem::from_fault(&fault);
    let ledger = ledger()?;
    let fact = |id| -> Result<Option<Fact>, Problem> {
        let Some(outcome) = snapshot.outcome(&ledger, id).map_err(fault)? else { return Ok(None) };
        if outcome.verdict == Verdict::Refused {
            return Ok(None);
        }
        Ok(snapshot.effect(&ledger, outcome.seq).map_err(fault)?.map(|effect| effect.fact))
    };
    let Some(Fact::Deferred { request: bytes }) = fact(request)? else { return Ok(None) };
    if Order::read(&bytes).is_none_or(|order| order.account != account) {
        return Ok(None);
    }
    let mut status = told(account, request, "accepted");
    if let Some(Fact::Resolved { answer, .. }) = fact(derived(request, "answer"))? {
        let answer: Value = serde_json::from_slice(&answer).map_err(|_| Problem::internal())?;
        for (key, value) in answer.as_object().into_iter().flatten() {
            status[key] = value.clone();
        }
    }
    Ok(Some(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Orders by the accounts that they share, and the waves that come of them.
    #[test]
    fn orders_that_share_an_account_keep_their_order() {
        for (orders, expected) in [
            (&["a", "b", "c"][..], "0 1 2"),
            (&["a", "a", "a"], "0 / 1 / 2"),
            (&["a", "ab", "b"], "0 / 1 / 2"),
            // The third shares nothing with the first, and must not overtake the second.
            (&["a", "ab", "bc", "d", "c"], "0 3 / 1 / 2 / 4"),
            (&[], ""),
        ] {
            let accounts = |order: &str| order.bytes().map(|byte| Id(u128::from(byte))).collect();
            let waiting = orders.iter().enumerate().map(|(place, order)| (place, accounts(order))).collect();
            let told = waves(waiting).into_iter().map(|wave| {
                let places: Vec<String> = wave.iter().map(|(place, _)| place.to_string()).collect();
                places.join(" ")
            });
            assert_eq!(told.collect::<Vec<_>>().join(" / "), expected, "{orders:?}");
        }
    }
}
