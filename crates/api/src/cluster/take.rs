//! What a node does for others: it takes their commands for ledgers that it serves, and says who it is.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use ducat_engine::cluster::decode_request;
use ducat_engine::executor::Failure;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::json;

use super::{ATTEMPT, CONTENT_TYPE, ITEMS_BYTES_MAX, marked, refusal};
use crate::Api;
use crate::idempotency::fresh;
use crate::problem::Problem;
use crate::values::parse_id;

/// Says who this node is, to another.
pub(crate) async fn identify(api: Api, headers: HeaderMap) -> Response {
    let standing = api.engine.standing().map(Arc::as_ref);
    refusal(standing, &headers).unwrap_or_else(|| {
        marked(standing, standing.map(|own| own.process().to_string()).unwrap_or_default().into_response())
    })
}

/// Takes commands from another node.
pub(crate) async fn take(api: Api, Path(ledger): Path<String>, headers: HeaderMap, body: Body) -> Response {
    let standing = api.engine.standing().cloned();
    if let Some(refusal) = refusal(standing.as_deref(), &headers) {
        return refusal;
    }
    marked(standing.as_deref(), answer(api, ledger, headers, body).await.into_response())
}

/// The reply. A limit of this node's does not apply: the node that a client spoke to has judged what it sent.
async fn answer(api: Api, ledger: String, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let expected = headers.get(header::CONTENT_TYPE).is_some_and(|value| value == CONTENT_TYPE);
    if !expected {
        return Err(Problem::unsupported_media_type("another release's", "this release's"));
    }
    // Nodes send each other what is asked of the system ledger too.
    let ledger = Name::recorded(&ledger).map_err(|error| Problem::malformed("path: ledger", error))?;
    let attempt = attempt(&headers)?;
    let collected = Limited::new(body, ITEMS_BYTES_MAX).collect();
    // A node that stalls is asked again by its own rules, and nothing was done.
    let collected = tokio::time::timeout(api.limits.body_timeout, collected).await;
    let bytes = collected.map_err(|_| Problem::body_timeout())?.map_err(|error| {
        match error.downcast_ref::<LengthLimitError>() {
            Some(_) => Problem::body_too_large(ITEMS_BYTES_MAX),
            None => Problem::malformed("body", error),
        }
    })?;
    let bytes = bytes.to_bytes();
    let request = decode_request(ledger, &bytes).map_err(|error| Problem::malformed("body", error))?;
    let awaited = api.kept.answer(attempt, bytes.len(), || api.engine.enqueue_here(request));
    let outcome = match awaited {
        // What takes too long goes on, and is asked for again.
        Ok(awaited) => tokio::time::timeout(api.limits.outcome_timeout, awaited).await.ok().flatten(),
        Err(failure) => Some(Err(failure)),
    };
    match outcome {
        Some(Ok(bytes)) => Ok(bytes.into_response()),
        Some(Err(Failure::Elsewhere { .. } | Failure::Closed)) => Ok(StatusCode::MISDIRECTED_REQUEST.into_response()),
        Some(Err(failure)) => Err(Problem::from_failure(&failure).with("reason", json!(failure.to_string()))),
        None => Err(Problem::outcome_unknown(None)),
    }
}

/// The name of the attempt.
fn attempt(headers: &HeaderMap) -> Result<Id, Problem> {
    let Some(value) = headers.get(ATTEMPT) else { return Ok(fresh()) };
    let parsed = value.to_str().map_err(|error| error.to_string()).and_then(parse_id);
    parsed.map_err(|reason| Problem::malformed("header: ducat-attempt", reason))
}
