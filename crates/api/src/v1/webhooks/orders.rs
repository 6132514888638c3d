//! What is ordered of a webhook besides changes to it: another secret, events again, an event no more, a test. Each is recorded
//! with who ordered it, and carried out by the node that sends.

use std::time::Duration;

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_engine::webhooks::{Act, Change, Endpoint, Position, Record, Skip};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{DeliveryBody, WebhookBody, WebhookSecretBody};
use crate::problem::Problem;
use crate::query::{NoQuery, Query, UrlPath};
use crate::v1::ledger::render::Page;
use crate::values::write_time;
use crate::{Api, body as respond, cursor};

/// For how long the secret before signs after a rotation, when nothing is said: a day.
const GRACE_DEFAULT_S: u32 = 86_400;

/// The longest that it may be: 90 days.
const GRACE_MAX_S: u32 = 90 * 86_400;

/// How a webhook gets another secret.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookRotateRequest {
    /// Seconds for which the secret before signs too; a day when left out.
    #[schema(example = 86_400, maximum = 7_776_000)]
    grace_s: Option<u32>,
}

/// From where on events are sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayRequest {
    /// The seq after which they are sent; 0 for all of them.
    #[schema(example = 0)]
    after: u64,
}

/// An event that is not to be sent any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkipRequest {
    /// Which one: one of `retries`.
    #[schema(example = 7)]
    seq: u64,
}

/// Give a webhook another secret. The one before signs too for a while.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/webhooks/{webhook}/rotate", tag = "webhooks",
    request_body(content = Option<WebhookRotateRequest>), responses(
    (status = 200, description = "The secrets", body = WebhookSecretBody),
    (status = 404, description = "`webhook_not_found`"),
    (status = 409, description = "`webhook_closed`; `rotation_pending`: the secret before the last rotation still signs"),
    (status = 422, description = "`webhooks_off`: the server has no key for webhooks; `secret_in_file`: its secrets are in a file, \
     which is to be changed instead"),
))]
pub(crate) async fn rotate_webhook(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let endpoint = api.webhook(&ledger, &id).await?;
    let request: WebhookRotateRequest = api.optional_json(&headers, body).await?;
    let grace_s = request.grace_s.unwrap_or(GRACE_DEFAULT_S);
    if grace_s > GRACE_MAX_S {
        return Err(Problem::malformed("body: grace_s", format!("it is at most {GRACE_MAX_S}, which are 90 days")));
    }
    super::check_derived(&endpoint)?;
    let key = api.webhooks.key.as_ref().ok_or_else(super::without_key)?;
    let grace = Duration::from_secs(grace_s.into());
    let rotated = |known: &Endpoint| -> Result<Change, Problem> {
        let retiring = known.record.secrets.retiring.filter(|(_, until)| api.engine.now() < *until);
        if let Some((_, until)) = retiring.filter(|_| grace_s > 0) {
            // A retry whose response was lost must not end the secret that receivers have.
            let detail = format!(
                "the secret was rotated before, and the one before signs until {}; GET …/secret shows both. To rotate again at \
                 once, send \"grace_s\": 0",
                write_time(until)
            );
            return Err(Problem::conflict("rotation_pending", detail));
        }
        let secrets = api.engine.next_secret(known.record.secrets, grace);
        let record = Record { secrets, secret_key: key.fingerprint(), act: Act::Rotated, ..known.record.clone() };
        Ok(Change { record, ..Change::of(known) })
    };
    let changed = api.engine.change_webhook(endpoint.id, rotated).await?;
    api.shown_secrets(&changed)
}

/// Send events again, or leave some out: those after a seq are sent next.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/webhooks/{webhook}/replay", tag = "webhooks",
    request_body = ReplayRequest, responses(
    (status = 200, description = "Ordered", body = WebhookBody),
    (status = 404, description = "`webhook_not_found`"),
    (status = 409, description = "`webhook_closed`"),
))]
pub(crate) async fn replay_webhook(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let endpoint = api.webhook(&ledger, &id).await?;
    let ReplayRequest { after } = api.json(&headers, body).await?;
    let of = endpoint.record.ledger.clone();
    let head = api.read(move |snapshot| Ok(snapshot.head(&of)?.map_or(Seq(0), |head| head.seq))).await?;
    if after > head.0 {
        let reason = format!("the last event of the ledger is {head}", head = head.0);
        return Err(Problem::malformed("body: after", reason));
    }
    api.with_webhook(&endpoint, |known| {
        let position = Position { seq: Seq(after), ordered_at: api.engine.next_order(&known.record) };
        let record = Record { position, act: Act::Replayed, ..known.record.clone() };
        Ok(Change { record, ..Change::of(known) })
    })
    .await
}

/// Skip an event that was not accepted: it is not sent any more.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/webhooks/{webhook}/skip", tag = "webhooks",
    request_body = SkipRequest, responses(
    (status = 200, description = "Ordered", body = WebhookBody),
    (status = 404, description = "`webhook_not_found`"),
    (status = 409, description = "`webhook_closed`; `not_failing`: no attempt to deliver this event has failed"),
))]
pub(crate) async fn skip_event(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let endpoint = api.webhook(&ledger, &id).await?;
    let SkipRequest { seq } = api.json(&headers, body).await?;
    let sink = endpoint.sink.clone();
    let read = move |engine: &ducat_engine::Engine| Ok(engine.reader().progress(&[sink])?);
    let progress = api.blocking(read).await?;
    let carried_out = progress.iter().map(|progress| progress.ordered_at).max().unwrap_or(Timestamp(0));
    let mut retries = progress.iter().flat_map(|progress| &progress.retries);
    if !retries.any(|retry| retry.seq.0 == seq && retry.failures > 0) {
        let detail = format!("no attempt to deliver event {seq} has failed; the webhook's retries are those that have");
        return Err(Problem::conflict("not_failing", detail));
    }
    api.with_webhook(&endpoint, |known| {
        // What was ordered before and is not carried out yet stays ordered.
        let before = known.record.skipped.as_ref().filter(|before| before.ordered_at > carried_out);
        let mut seqs = before.map_or_else(Vec::new, |before| before.seqs.clone());
        seqs.retain(|known| known.0 != seq);
        seqs.push(Seq(seq));
        let skipped = Some(Skip { seqs, ordered_at: api.engine.next_order(&known.record) });
        let record = Record { skipped, act: Act::Skipped, ..known.record.clone() };
        Ok(Change { record, ..Change::of(known) })
    })
    .await
}

/// Send again at once what was not accepted.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/webhooks/{webhook}/retry", tag = "webhooks", responses(
    (status = 200, description = "Ordered", body = WebhookBody),
    (status = 404, description = "`webhook_not_found`"),
    (status = 409, description = "`webhook_closed`; `webhook_disabled`: enable it first, which sends it again too"),
))]
pub(crate) async fn retry_webhook(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let endpoint = api.webhook(&ledger, &id).await?;
    api.with_webhook(&endpoint, |known| {
        let change = active(known)?;
        let retried_at = Some(api.engine.next_order(&known.record));
        Ok(Change { record: Record { retried_at, act: Act::Retried, ..known.record.clone() }, ..change })
    })
    .await
}

/// A change of a webhook that is sent to.
fn active(known: &Endpoint) -> Result<Change, Problem> {
    let change = Change::of(known);
    match change.disabled {
        false => Ok(change),
        true => Err(Problem::conflict("webhook_disabled", "nothing is sent to it; enable it first")),
    }
}

/// Send a test event, once. What came of it is among the deliveries.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/webhooks/{webhook}/test", tag = "webhooks", responses(
    (status = 200, description = "Ordered", body = WebhookBody),
    (status = 404, description = "`webhook_not_found`"),
    (status = 409, description = "`webhook_closed`; `webhook_disabled`: enable it first"),
))]
pub(crate) async fn test_webhook(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let endpoint = api.webhook(&ledger, &id).await?;
    api.with_webhook(&endpoint, |known| {
        let change = active(known)?;
        let tested_at = Some(api.engine.next_order(&known.record));
        Ok(Change { record: Record { tested_at, act: Act::Tested, ..known.record.clone() }, ..change })
    })
    .await
}

/// List the last attempts to deliver, newest first. The last 256 are kept.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/webhooks/{webhook}/deliveries", tag = "webhooks",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")),
    responses(
        (status = 200, description = "Attempts", body = Page<DeliveryBody>),
        (status = 404, description = "`webhook_not_found`")))]
pub(crate) async fn list_deliveries(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let before = cursor::seq(&mut query, 'd')?.map_or(u64::MAX, |seq| seq.0);
    query.finish()?;
    let sink = api.webhook(&ledger, &id).await?.sink.clone();
    let read = move |engine: &ducat_engine::Engine| Ok(engine.reader().deliveries(&sink, before, limit + 1)?);
    let mut deliveries = api.blocking(read).await?;
    let more = deliveries.len() > limit;
    deliveries.truncate(limit);
    let next = deliveries.last().filter(|_| more).map(|last| cursor::at_seq('d', Seq(last.number)));
    let data = deliveries.into_iter().map(DeliveryBody::from).collect();
    Ok(respond::json(StatusCode::OK, &Page { data, next }))
}
