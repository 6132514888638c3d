//! Making an advance, and what a person may do with one: give it up, write it off, ask for the rest at once.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::advances::{Action, Advance, Status, credit_key};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::OutcomeKind;
use ducat_domain::money::Amount;
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::Seq;
use ducat_domain::products::advances_fact;
use ducat_domain::{Action as LedgerAction, Command, Item, Outcome};
use ducat_engine::advances::{Attempt, UnderWay};
use ducat_store::read::{OutcomeView, outcome_view};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::render::AdvanceBody;
use crate::body::Delivery;
use crate::prefer;
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, UrlPath, path_name};
use crate::v1::ledger::ledgers::single;
use crate::v1::ledger::render::again;
use crate::values::{JsonAmount, JsonId, JsonParty, parse_id};
use crate::{Api, body};
use ducat_engine::names::Kind;

/// An advance to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdvanceRequest {
    /// Its id; one is made when missing.
    #[serde(default)]
    #[schema(format = Uuid)]
    id: Option<JsonId>,
    /// The bank account that it is paid to and collected from: 1 to 200 bytes.
    customer: JsonParty,
    /// How much, in minor units.
    amount: JsonAmount,
}

/// A customer to try a credit again for.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryRequest {
    /// The bank account that it is paid to and collected from instead; the same when missing.
    #[serde(default)]
    customer: Option<JsonParty>,
}

/// How long a request waits for the processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Not at all.
    Not,
    /// Up to this long.
    UpTo(Duration),
}

/// The code of what was asked for under an id that is another command's.
const ID_REUSED: &str = "id_reused";

impl Api {
    /// Makes an advance and sends its credit. Says whether it was made now or before. The customer is the one that the
    /// ledger knows; what was recorded under the name as it was sent is found under that.
    pub(crate) async fn pay_out(
        &self,
        ledger: &Name,
        id: CommandId,
        (given, place): (&Party, &'static str),
        amount: Amount,
        wait: Wait,
    ) -> Result<(Delivery, Advance), Problem> {
        self.check_processor()?;
        let customer = self.customer(ledger, given).await?;
        let customer = self.party(ledger, (Kind::Customer, place), &customer, id).await?;
        let open = |customer| self.ask_credit(ledger, id, Action::Open { customer, amount }, wait);
        match open(customer.clone()).await {
            // Earlier releases recorded customers as they were given, and what was asked for with them.
            Err(problem) if problem.code() == ID_REUSED && customer != *given => open(given.clone()).await,
            opened => opened,
        }
    }

    /// Asks for something that holds a credit, and sends it.
    async fn ask_credit(
        &self,
        ledger: &Name,
        id: CommandId,
        action: Action,
        wait: Wait,
    ) -> Result<(Delivery, Advance), Problem> {
        // No one here sends it but this request, as long as it goes on.
        let mine = self.collector.take_up(credit_key(ledger, id.id()));
        let asked = if let Action::Retry { advance, .. } = &action { Some(*advance) } else { None };
        let command = Command::new(id, LedgerAction::from(action));
        let committed = self.submit(ledger, vec![Item::Single(command)], Some(id.id())).await?;
        let (delivery, no) = match single(committed.outcomes)? {
            Outcome::Done { first, count } => {
                let effects = committed.effects.iter().skip(first).take(count);
                let opened = effects.filter_map(advances_fact).find_map(|fact| fact.advance());
                (Delivery::First, opened.or_bug(OTHER_KIND)?)
            }
            Outcome::Replayed { seq, kind: OutcomeKind::Done } => (Delivery::Replay, asked.unwrap_or(seq)),
            Outcome::Replayed { seq, kind: OutcomeKind::Refused } => {
                return Err(self.refused_before(ledger, seq).await?);
            }
            Outcome::Refused(rejection) => return Err(Problem::from_rejection(&rejection)),
            Outcome::Same | Outcome::WouldDo(_) => {
                return Err(Problem::bug(OTHER_KIND));
            }
        };
        match (delivery, mine) {
            (Delivery::First, Some(mine)) => self.send(ledger, no, mine, wait).await,
            // Another request under this key is at it, or was: what it leaves is sent in a moment.
            (Delivery::First, None) => self.collector.wake(),
            (Delivery::Replay, _) => {}
        }
        let advance = self.advance(ledger, no).await.map_err(|problem| problem.after_commit(Some(id.id())))?;
        Ok((delivery, advance))
    }

    /// How long a request waits for the processor.
    pub(crate) fn credit_wait(&self, headers: &HeaderMap) -> Wait {
        if prefer::is_async(headers) { Wait::Not } else { Wait::UpTo(self.limits.credit_wait) }
    }

    async fn refused_before(&self, ledger: &Name, seq: Seq) -> Result<Problem, Problem> {
        let ledger = ledger.clone();
        let view = self.read(move |snapshot| outcome_view(snapshot, &ledger, seq).map_err(Problem::from));
        match view.await? {
            OutcomeView::Refused(rejection, at) => Ok(again(&rejection, at)),
            _ => Err(Problem::bug(OTHER_KIND)),
        }
    }

    /// Sends a credit. It was taken: a caller that goes away does not end it.
    async fn send(&self, ledger: &Name, no: Seq, mine: UnderWay, wait: Wait) {
        let (collector, of) = (self.collector.clone(), ledger.clone());
        let sending = tokio::spawn(async move {
            if let Err(error) = collector.send_credit(&of, no, mine, (Attempt::First, None)).await {
                tracing::warn!(ledger = %of, %error, "a credit is sent in a moment");
            }
        });
        if let Wait::UpTo(bound) = wait {
            drop(tokio::time::timeout(bound, sending).await);
        }
    }

    /// What a person does with an advance.
    async fn decide_on(
        &self,
        (ledger, id): (String, String),
        action: impl FnOnce(Seq) -> Action,
    ) -> Result<Response, Problem> {
        let ledger = path_name("ledger", &ledger)?;
        let id = parse_id(&id).map_err(|reason| Problem::malformed("path: id", reason))?;
        let no = self.advance_no(&ledger, id).await?;
        self.advances(&ledger, action(no)).await?;
        let advance = self.advance(&ledger, no).await?;
        Ok(body::json(StatusCode::OK, &AdvanceBody::from(&advance)))
    }
}

/// The response to an advance that was made: 202 as long as the processor is not known to have it, made now or before,
/// and where the client did not want to wait.
pub(crate) fn answer(
    status: StatusCode,
    (delivery, wait): (Delivery, Wait),
    advance: &Advance,
    shown: &impl Serialize,
) -> Response {
    match (wait, delivery, advance.status()) {
        (Wait::Not, Delivery::First, _) => prefer::applied(body::respond(StatusCode::ACCEPTED, delivery, shown)),
        (_, _, Status::Accepted) => body::respond(StatusCode::ACCEPTED, delivery, shown),
        _ => body::outcome(status, delivery, shown),
    }
}

/// Make an advance: its credit is sent at once, and its plan is made when a report says that it succeeded.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/advances", tag = "advances",
    params(("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters, instead of an id"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: 202 without waiting for the processor")),
    request_body = AdvanceRequest, responses(
    (status = 201, description = "The processor has its credit, or refuses it for good: then `status` is `refused`", body = AdvanceBody),
    (status = 202, description = "Recorded durably; its credit is sent as soon as the processor is available. Also when the processor takes over two seconds", body = AdvanceBody),
    (status = 200, description = "Made before under this id, as it is now (`Idempotent-Replayed: true`)", body = AdvanceBody),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`"),
    (status = 409, description = "`id_reused`"),
    (status = 422, description = "`amount_zero`, `amount_too_large`"),
    (status = 503, description = "`processor_not_configured`"),
))]
pub(crate) async fn open_advance(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let request: AdvanceRequest = api.json(&headers, body).await?;
    let id = api.command_id(&headers, request.id.map(|id| id.0), &ledger).await?;
    let (customer, wait) = ((&request.customer.0, "body: customer"), api.credit_wait(&headers));
    let (delivery, advance) = api.pay_out(&ledger, id, customer, request.amount.0, wait).await?;
    Ok(answer(StatusCode::CREATED, (delivery, wait), &advance, &AdvanceBody::from(&advance)))
}

/// Try a credit again that the processor refused for good, under a new key; for another bank account, if one is given.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/advances/{id}/retry", tag = "advances",
    params(("id" = String, Path, description = "The advance"),
        ("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters: retries try it once"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: 202 without waiting for the processor")),
    request_body(content = Option<RetryRequest>), responses(
    (status = 200, description = "The processor has its credit now, or refuses it again: see `status`", body = AdvanceBody),
    (status = 202, description = "Its credit is held again, durably, and sent as soon as the processor is there", body = AdvanceBody),
    (status = 404, description = "`advance_not_found`"),
    (status = 409, description = "`not_refused`: it was not refused, or was tried again already"),
    (status = 503, description = "`processor_not_configured`"),
))]
pub(crate) async fn retry(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let id = parse_id(&id).map_err(|reason| Problem::malformed("path: id", reason))?;
    let request: RetryRequest = api.optional_json(&headers, body).await?;
    api.check_processor()?;
    let advance = api.advance_no(&ledger, id).await?;
    let customer = match request.customer {
        Some(JsonParty(given)) => Some(api.customer(&ledger, &given).await?),
        None => None,
    };
    let (command, wait) = (api.command_id(&headers, None, &ledger).await?, api.credit_wait(&headers));
    let (delivery, advance) = api.ask_credit(&ledger, command, Action::Retry { advance, customer }, wait).await?;
    Ok(answer(StatusCode::OK, (delivery, wait), &advance, &AdvanceBody::from(&advance)))
}

/// Give an advance up of which nothing has reached the processor, or which it refused for good.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/advances/{id}/cancel", tag = "advances",
    params(("id" = String, Path, description = "The advance")), responses(
    (status = 200, description = "It is cancelled", body = AdvanceBody),
    (status = 404, description = "`advance_not_found`"),
    (status = 409, description = "`credit_sent`: the processor may have its credit"),
))]
pub(crate) async fn cancel(
    api: Api,
    UrlPath(path): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    api.decide_on(path, |advance| Action::Cancel { advance }).await
}

/// Ask for nothing more: what is open is written off, and so is what is under way where it fails.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/advances/{id}/write-off", tag = "advances",
    params(("id" = String, Path, description = "The advance")), responses(
    (status = 200, description = "It is written off", body = AdvanceBody),
    (status = 404, description = "`advance_not_found`"),
    (status = 409, description = "`not_collected`: it was not paid out"),
))]
pub(crate) async fn write_off(
    api: Api,
    UrlPath(path): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    api.decide_on(path, |advance| Action::WriteOff { advance }).await
}

/// Ask for the rest at once: what was not asked for yet is due today, and asked for by the next run.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/advances/{id}/pay-off", tag = "advances",
    params(("id" = String, Path, description = "The advance")), responses(
    (status = 200, description = "The rest is due", body = AdvanceBody),
    (status = 404, description = "`advance_not_found`"),
    (status = 409, description = "`not_collected`: it was not paid out, or is written off"),
))]
pub(crate) async fn pay_off(
    api: Api,
    UrlPath(path): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    api.decide_on(path, |advance| Action::PayOff { advance }).await
}
