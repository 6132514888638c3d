//! Orders taken now and performed later (`Prefer: respond-async`, RFC 7240): durably, in order for each account.
//!
//! An order that is taken is a fact of the journal. It waits until a second fact says that it is done, in the same
//! commit as the money, or why it was refused. It is performed under an id made from its own, so that whoever performs
//! it again, after a crash or on another node, finds it done. Orders that share an account are performed one after
//! another, as they were taken; the others at the same time.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::numbers::{Id, Seq, Timestamp};
use ducat_domain::{Action, Command, Fact};
use ducat_engine::obstacle::Obstacle;
use ducat_store::Snapshot;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use uuid::Uuid;

use super::history::Movement;
use super::perform::{Execution, Kind, Order, performed};
use super::wire::link;
use super::{Place, Refusal, Target, ledger};
use crate::Api;
use crate::body::{self, Delivery};
use crate::idempotency::fresh;
use crate::prefer;
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::NoQuery;
use crate::v1::render::Success;
use crate::values::parse_id;

/// How often a node that does not serve the ledger looks for orders that no one performs.
const STRANDED_INTERVAL: Duration = Duration::from_secs(5);

/// How long an order waits before a node that does not serve the ledger thinks that no one performs it.
const STRANDED_MICROS: i64 = 5_000_000;

/// How often the node that serves the ledger looks for orders that other nodes took, or that could not be performed.
const INTERVAL: Duration = Duration::from_millis(250);

/// Orders read at a time, and performed at the same time at most: what a commit takes in without effort.
const PAGE: usize = 512;

/// The id of something that is done for a request, made from the request's own.
fn derived(request: Id, what: &str) -> Id {
    Id(Uuid::new_v5(&Uuid::from_u128(request.0), what.as_bytes()).as_u128())
}

fn status_link(account: Id, request: Id) -> String {
    format!("/v2/accounts/{account}/requests/{request}")
}

fn body_of(account: Id, request: Id, status: &str) -> Value {
    json!({
        "id": request.to_string(),
        "status": status,
        "_links": {
            "status": link(status_link(account, request)),
            "account": link(format!("/v2/accounts/{account}")),
        },
    })
}

/// The answer to an order that is taken.
pub(super) fn taken(account: Id, request: Id, delivery: Delivery) -> Response {
    let mut response = performed(StatusCode::ACCEPTED, delivery, &body_of(account, request, "accepted"));
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(&status_link(account, request)) {
        headers.insert(header::LOCATION, location);
    }
    prefer::applied(response)
}

impl Api {
    /// Takes an order; the request is what counts as the same under its id.
    pub(super) async fn defer(&self, id: Id, request: &[u8], order: &Order) -> Result<Response, Refusal> {
        let action = Action::Defer { request: order.write().into() };
        let command = Command::standing_for(request, CommandId::Client(id), action);
        let delivery = match self.one(&ledger()?, command).await?.success {
            Success::Done(_) => Delivery::First,
            Success::Replayed(_) => Delivery::Replay,
            Success::Same | Success::WouldDo(_) => {
                return Err(Problem::bug(OTHER_KIND).into());
            }
        };
        self.orders.notify_one();
        Ok(taken(order.account, id, delivery))
    }

    /// Performs what waits and was taken before an instant, in order, and says how much it was. What cannot be
    /// performed now keeps only those waiting that share an account with it.
    ///
    /// # Errors
    /// When the store cannot be read, or an outcome could not be recorded. Orders that were performed stay so.
    pub async fn perform_deferred(&self, before: Timestamp) -> Result<usize, Problem> {
        let (mut performed, mut after) = (0, Seq(0));
        let mut stuck: BTreeSet<Id> = BTreeSet::new();
        let mut failed = None;
        loop {
            let waiting = self.read(move |snapshot| waiting(snapshot, after, before)).await?;
            let Some(last) = waiting.last().map(|waiting| waiting.seq) else { break };
            after = last;
            let mut turns = Turns::new(self.with_accounts(waiting).await?);
            let mut under_way = FuturesUnordered::new();
            let start = |place: usize, waiting: Waiting| async move { (place, self.perform_one(&waiting).await) };
            loop {
                while let Some((place, waiting)) = turns.next(&mut stuck) {
                    under_way.push(start(place, waiting));
                }
                let Some((place, done)) = under_way.next().await else { break };
                match done {
                    Ok(()) => {
                        performed += 1;
                        turns.done(place);
                    }
                    Err(problem) => {
                        stuck.extend(turns.accounts(place));
                        turns.done(place);
                        failed = Some(problem);
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

    /// Performs one order and says in the same commit that it is done, or afterwards why it was refused. What cannot be
    /// known now is an error, and waits on.
    async fn perform_one(&self, waiting: &Waiting) -> Result<(), Problem> {
        let refusal = match &waiting.order {
            None => Problem::bug(OTHER_KIND),
            Some(order) => {
                let execution = Execution {
                    id: derived(waiting.request, TRANSACTION),
                    request: order.write(),
                    beside: Some(waiting.resolve(derived(waiting.request, ANSWER), &[])),
                };
                match self.perform(&Target::Id(order.account.to_string()), execution, order).await {
                    Ok(_) => return Ok(()),
                    Err(Refusal::Unknown) => {
                        Problem::not_found("account_not_found", "an account of this order is closed")
                    }
                    Err(Refusal::Problem(problem)) if problem.status() >= 500 => return Err(*problem),
                    Err(Refusal::Problem(problem)) => *problem,
                }
            }
        };
        let answer = serde_json::to_vec(&refusal).unwrap_or_default();
        let ledger = ledger()?;
        match self.one(&ledger, waiting.resolve(derived(waiting.request, ANSWER), &answer)).await {
            Ok(_) => Ok(()),
            // Another node has recorded it, in other words; or the id is another command's, and it waits no longer.
            Err(problem) if problem.status() == StatusCode::CONFLICT.as_u16() => {
                self.one(&ledger, waiting.resolve(fresh(), &answer)).await.map(drop)
            }
            Err(problem) => Err(problem),
        }
    }
}

/// What is done for an order has an id made from the order's own and one of these.
const TRANSACTION: &str = "transaction";
const ANSWER: &str = "answer";

/// An order that was taken and is still to be performed.
struct Waiting {
    seq: Seq,
    request: Id,
    /// `None` for bytes that no release writes.
    order: Option<Order>,
}

impl Waiting {
    /// Says that it waits no longer: nothing more where it was done, otherwise why not.
    fn resolve(&self, id: Id, answer: &[u8]) -> Command {
        Command::new(CommandId::Client(id), Action::Resolve { deferred: self.seq, answer: answer.into() })
    }
}

/// The oldest orders that wait, after one of them, taken before an instant.
fn waiting(snapshot: &dyn Snapshot, after: Seq, before: Timestamp) -> Result<Vec<Waiting>, Problem> {
    let ledger = ledger()?;
    let mut found = Vec::new();
    for seq in snapshot.deferred(&ledger, after, PAGE)? {
        let effect = snapshot.effect(&ledger, seq)?.or_bug("an effect that is referred to is missing")?;
        if effect.at >= before {
            break;
        }
        let request = effect.command.or_bug(OTHER_KIND)?.id;
        let Fact::Deferred { request: bytes } = effect.fact else {
            return Err(Problem::bug("a fact is of another kind than its command makes"));
        };
        found.push(Waiting { seq, request, order: Order::read(&bytes) });
    }
    Ok(found)
}

/// Whose turn it is: an order's comes when all that were taken before it and share an account with it are performed.
struct Turns<T> {
    orders: Vec<Option<T>>,
    accounts: Vec<BTreeSet<Id>>,
    /// How many each still waits for.
    before: Vec<usize>,
    /// Who waits for each.
    behind: Vec<Vec<usize>>,
    ready: VecDeque<usize>,
}

impl<T> Turns<T> {
    fn new(all: Vec<(T, BTreeSet<Id>)>) -> Turns<T> {
        let (orders, accounts): (Vec<Option<T>>, Vec<BTreeSet<Id>>) =
            all.into_iter().map(|(order, accounts)| (Some(order), accounts)).unzip();
        let (mut before, mut behind) = (vec![0; orders.len()], vec![Vec::new(); orders.len()]);
        let mut last: HashMap<Id, usize> = HashMap::new();
        for (place, accounts) in accounts.iter().enumerate() {
            // The last on each account waited for all before it there.
            let ahead: BTreeSet<usize> = accounts.iter().filter_map(|account| last.insert(*account, place)).collect();
            before[place] = ahead.len();
            ahead.into_iter().for_each(|ahead| behind[ahead].push(place));
        }
        let ready = before.iter().enumerate().filter(|(_, before)| **before == 0).map(|(place, _)| place).collect();
        Turns { orders, accounts, before, behind, ready }
    }

    /// The next whose turn has come. One that shares an account with what is stuck is passed over, and its accounts are
    /// stuck.
    fn next(&mut self, stuck: &mut BTreeSet<Id>) -> Option<(usize, T)> {
        while let Some(place) = self.ready.pop_front() {
            match self.orders[place].take() {
                Some(order) if self.accounts[place].is_disjoint(stuck) => return Some((place, order)),
                _ => {
                    stuck.extend(self.accounts(place));
                    self.done(place);
                }
            }
        }
        None
    }

    fn accounts(&self, place: usize) -> BTreeSet<Id> {
        self.accounts[place].clone()
    }

    /// Lets those behind it take their turn.
    fn done(&mut self, place: usize) {
        for next in std::mem::take(&mut self.behind[place]) {
            self.before[next] -= 1;
            if self.before[next] == 0 {
                self.ready.push_back(next);
            }
        }
    }
}

/// Performs orders for as long as the engine is open: at once where this node serves the ledger, and elsewhere only
/// what no one performs.
pub async fn run(api: Api) {
    let Ok(ledger) = ledger() else { return };
    let mut obstacle = Obstacle::of("orders of the bank");
    while api.engine.is_open() {
        let (patience, before) = match api.engine.serves(&ledger) {
            true => (INTERVAL, Timestamp::MAX),
            // What was taken just now its owner performs.
            false => (STRANDED_INTERVAL, api.engine.now().plus_micros(-STRANDED_MICROS)),
        };
        match api.perform_deferred(before).await {
            Ok(0) => obstacle.passed(),
            Ok(performed) => tracing::debug!(performed, "orders performed"),
            Err(problem) => obstacle.met(&problem.detail()),
        }
        // An order was taken here, or it is time to look for what was taken elsewhere.
        drop(tokio::time::timeout(patience, api.orders.notified()).await);
    }
}

/// The outcome of an order that was taken.
#[utoipa::path(get, path = "/accounts/{name}/requests/{request}", tag = "bank accounts",
    params(("request" = uuid::Uuid, Path, description = "The order's id")), responses(
    (status = 200, description = "`status` is `accepted`, `done` with the `transaction`, or `refused` with the `error`", body = Object),
    (status = 404, description = "There is no such account or order; no body"),
))]
pub(crate) async fn get_request(
    State(api): State<Api>,
    place: Place,
    query: Result<NoQuery, Problem>,
) -> Result<Response, Refusal> {
    let account = match &place.account {
        // The outcome of an order is shown when its account is closed, too.
        Target::Id(id) => parse_id(id).map_err(|_| Refusal::Unknown)?,
        by_name @ Target::Name(_) => api.bank_account(by_name).await?.id,
    };
    let request = parse_id(&place.other).map_err(|_| Refusal::Unknown)?;
    let found = api.read(move |snapshot| status(snapshot, account, request)).await?;
    let status = found.ok_or(Refusal::Unknown)?;
    query?;
    Ok(body::json(StatusCode::OK, &status))
}

fn status(snapshot: &dyn Snapshot, account: Id, request: Id) -> Result<Option<Value>, Problem> {
    let ledger = ledger()?;
    let fact = |id| -> Result<Option<(Seq, Fact)>, Problem> {
        let Some(outcome) = snapshot.outcome(&ledger, id)? else { return Ok(None) };
        Ok(snapshot.effect(&ledger, outcome.seq)?.map(|effect| (outcome.seq, effect.fact)))
    };
    let Some((taken_at, Fact::Deferred { request: bytes })) = fact(request)? else { return Ok(None) };
    if Order::read(&bytes).is_none_or(|order| order.account != account) {
        return Ok(None);
    }
    let mut status = body_of(account, request, "accepted");
    match (fact(derived(request, ANSWER))?, fact(derived(request, TRANSACTION))?) {
        (Some((_, Fact::Resolved { deferred, answer })), _) if deferred == taken_at && !answer.is_empty() => {
            let error: Value = serde_json::from_slice(&answer).or_bug("a response of ours cannot be read back")?;
            status["status"] = "refused".into();
            status["error"] = error;
        }
        (Some((_, Fact::Resolved { deferred, .. })), Some((first, Fact::Posting(_)))) if deferred == taken_at => {
            status["status"] = "done".into();
            status["transaction"] = json!(Movement::stored(snapshot, &Target::Id(account.to_string()), first)?);
        }
        _ => {}
    }
    Ok(Some(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Orders by the accounts that they share, and whose turn it is when all before them are performed.
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
            let all = orders.iter().enumerate().map(|(place, order)| (place, accounts(order))).collect();
            let (mut turns, mut stuck) = (Turns::new(all), BTreeSet::new());
            let mut waves = Vec::new();
            loop {
                let wave: Vec<usize> = std::iter::from_fn(|| turns.next(&mut stuck)).map(|(place, _)| place).collect();
                if wave.is_empty() {
                    break;
                }
                wave.iter().for_each(|place| turns.done(*place));
                waves.push(wave.iter().map(usize::to_string).collect::<Vec<_>>().join(" "));
            }
            assert_eq!(waves.join(" / "), expected, "{orders:?}");
        }
    }
}
