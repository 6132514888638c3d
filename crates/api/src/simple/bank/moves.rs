//! Money in, out and across: requests become orders, which are performed now, or kept to be performed later.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::Fact;
use ducat_domain::money::Amount;
use ducat_domain::numbers::Id;
use ducat_engine::bank::{self, Account, Execution, Kind, Order, Performed, Refused};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::history::{Movement, MovementBody};
use super::wire::PositiveDollars;
use super::{Place, Refusal, Target, performed, refusal};
use crate::Api;
use crate::body::Delivery;
use crate::idempotency::{IDEMPOTENCY_KEY, KeyHeader};
use crate::prefer;
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::NoQuery;

/// Money to move in or out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveRequest {
    /// How much: a number or a text, more than 0; digits past the second decimal are cut off.
    #[schema(example = 5.25)]
    amount: PositiveDollars,
}

/// Money to move across.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferRequest {
    /// The account that gets it: its name, or by id its id too.
    #[schema(example = "Checking", min_length = 1)]
    to: String,
    /// How much: a number or a text, more than 0; digits past the second decimal are cut off.
    #[schema(example = 1.5)]
    amount: PositiveDollars,
}

/// Pay in.
#[utoipa::path(post, path = "/accounts/{name}/deposit", tag = "bank accounts",
    params(
        KeyHeader,
        ("Prefer" = Option<String>, Header, description = "`respond-async`: stored durably, performed in order, its outcome under a link")),
    request_body = MoveRequest, responses(
    (status = 201, description = "Done", body = MovementBody),
    (status = 202, description = "Accepted: `_links.status` has its outcome", body = Object),
    (status = 400, description = "`malformed`: an amount is more than 0"),
    (status = 404, description = "There is no such account; no body"),
    (status = 409, description = "`id_reused`: the key was used for something else"),
    (status = 422, description = "`account_frozen`"),
))]
pub(crate) async fn deposit(
    api: Api,
    place: Place,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    api.order(place, query, (headers, body), MoveKind::Deposit).await
}

/// Take out. What the account cannot give down to its floor, the accounts linked to it give, in order, down to 0.00.
#[utoipa::path(post, path = "/accounts/{name}/withdraw", tag = "bank accounts",
    params(
        KeyHeader,
        ("Prefer" = Option<String>, Header, description = "`respond-async`: stored durably, performed in order, its outcome under a link")),
    request_body = MoveRequest, responses(
    (status = 201, description = "Done", body = MovementBody),
    (status = 202, description = "Accepted: `_links.status` has its outcome", body = Object),
    (status = 400, description = "`malformed`: an amount is more than 0"),
    (status = 404, description = "There is no such account; no body"),
    (status = 409, description = "`id_reused`: the key was used for something else"),
    (status = 422, description = "`insufficient_funds`"),
))]
pub(crate) async fn withdraw(
    api: Api,
    place: Place,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    api.order(place, query, (headers, body), MoveKind::Withdraw).await
}

/// Pay another account. Linked accounts give what is missing, as in a withdrawal.
#[utoipa::path(post, path = "/accounts/{name}/transfer", tag = "bank accounts",
    params(
        KeyHeader,
        ("Prefer" = Option<String>, Header, description = "`respond-async`: stored durably, performed in order, its outcome under a link")),
    request_body = TransferRequest, responses(
    (status = 201, description = "Done", body = MovementBody),
    (status = 202, description = "Accepted: `_links.status` has its outcome", body = Object),
    (status = 400, description = "`malformed`: an amount is more than 0"),
    (status = 404, description = "There is no such account, on either side; no body"),
    (status = 409, description = "`id_reused`: the key was used for something else"),
    (status = 422, description = "`insufficient_funds`, `same_account`"),
))]
pub(crate) async fn transfer(
    api: Api,
    place: Place,
    query: Result<NoQuery, Problem>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    api.order(place, query, (headers, body), MoveKind::Transfer).await
}

fn same_account(name: &str) -> Problem {
    Problem::unprocessable("same_account", format!("{name:?} cannot pay itself"))
}

/// What a path asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MoveKind {
    Deposit,
    Withdraw,
    Transfer,
}

/// A request as it was written: what counts as the same under a key, whatever its names mean by then.
struct KeyedMove {
    id: Id,
    kind: MoveKind,
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

/// Whether the client would rather not wait.
pub(super) fn preferred(headers: &HeaderMap) -> When {
    if prefer::is_async(headers) { When::Later } else { When::Now }
}

impl KeyedMove {
    /// What counts as the same: this must never change, or keys that were used would be refused.
    fn request(&self) -> Vec<u8> {
        let kind = match self.kind {
            MoveKind::Deposit => "deposit",
            MoveKind::Withdraw => "withdraw",
            MoveKind::Transfer => "transfer",
        };
        let when = match self.when {
            When::Now => "now",
            When::Later => "later",
        };
        json!([kind, when, self.target.written(), self.to, self.amount.to_string()]).to_string().into_bytes()
    }
}

impl Api {
    /// Takes a request for money to move.
    async fn order(
        &self,
        place: Place,
        query: Result<NoQuery, Problem>,
        (headers, body): (HeaderMap, Body),
        kind: MoveKind,
    ) -> Result<Response, Refusal> {
        let account = self.bank_account(&place.account).await;
        let is_unknown = matches!(account, Err(Refusal::Unknown));
        if is_unknown && !headers.contains_key(IDEMPOTENCY_KEY) {
            return Err(Refusal::Unknown);
        }
        let asked = match (self.asked(place.account, query, (&headers, body), kind).await, is_unknown) {
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
        kind: MoveKind,
    ) -> Result<KeyedMove, Problem> {
        query?;
        let read = match kind {
            MoveKind::Deposit | MoveKind::Withdraw => {
                self.json(headers, body).await.map(|request: MoveRequest| (None, request.amount.0))
            }
            MoveKind::Transfer => {
                self.json(headers, body).await.map(|request: TransferRequest| (Some(request.to), request.amount.0))
            }
        };
        let (to, amount) = read?;
        // Asked again after it was refused for what changed meanwhile, it must be known: it has an id of the client's.
        let id = self.command_id(headers, None, &bank::ledger()?).await?.id();
        Ok(KeyedMove { id, kind, target, to, amount, when: preferred(headers) })
    }

    /// Performs an order now, or keeps it where the client prefers that.
    async fn take(&self, asked: &KeyedMove, account: Account) -> Result<Response, Refusal> {
        let kind = match (asked.kind, &asked.to) {
            (MoveKind::Deposit, _) => Kind::Deposit,
            (MoveKind::Withdraw, _) => Kind::Withdrawal,
            (MoveKind::Transfer, to) => {
                let to = self.bank_other(&asked.target, to.as_deref().unwrap_or_default()).await?;
                if to.id == account.id {
                    return Err(same_account(&account.name).into());
                }
                Kind::Transfer { to: to.id }
            }
        };
        let order = Order { kind, account: account.id, amount: asked.amount };
        match asked.when {
            When::Later => {
                let is_repeated = self.bank.defer(asked.id, &asked.request(), &order).await?;
                let delivery = if is_repeated { Delivery::Replay } else { Delivery::First };
                Ok(super::deferred::taken(order.account, asked.id, delivery))
            }
            When::Now => {
                let execution = Execution { id: asked.id, request: asked.request(), beside: None };
                let performed = self.bank.perform(&execution, &order).await?;
                self.show(&asked.target, asked.id, performed).await
            }
        }
    }

    /// The outcome of an order, as a response.
    async fn show(&self, target: &Target, id: Id, outcome: Performed) -> Result<Response, Refusal> {
        match outcome {
            Performed::Now(effects, parties) => {
                let body = Movement::now(target, &effects, &parties).or_bug(OTHER_KIND)?;
                Ok(performed(StatusCode::CREATED, Delivery::First, &body))
            }
            Performed::Before(seq) => {
                let target = target.clone();
                let body = self.read(move |snapshot| Movement::stored(snapshot, &target, seq)).await;
                let body = body.map_err(|problem| problem.after_commit(Some(id)))?;
                Ok(performed(StatusCode::CREATED, Delivery::Replay, &body))
            }
        }
    }

    /// The response to this request under its id before, if there was one.
    async fn recall(&self, asked: &KeyedMove) -> Result<Option<Response>, Refusal> {
        let (id, request) = (asked.id, asked.request());
        let found = self.bank.read(move |snapshot| {
            let Some(seq) = bank::kept(snapshot, id, &request)? else { return Ok(None) };
            Ok(snapshot.effect(&bank::ledger()?, seq)?)
        });
        let Some(effect) = found.await? else { return Ok(None) };
        match effect.fact {
            Fact::Posting(_) => self.show(&asked.target, id, Performed::Before(effect.seq)).await.map(Some),
            Fact::Deferred { request } => {
                Ok(Order::read(&request).map(|order| super::deferred::taken(order.account, id, Delivery::Replay)))
            }
            Fact::Refused(rejection) => {
                let refused =
                    Refused { rejection: *rejection, account: None, is_linked: false, before: Some(effect.at) };
                match refusal(&refused) {
                    Refusal::Unknown => Ok(None),
                    refusal => Err(refusal),
                }
            }
            _ => Ok(None),
        }
    }
}
