//! Between nodes: commands sent on to the node that has the lease, and taken from others.
//!
//! The body is the domain's canonical bytes. Whoever sends shows the secret that stands in the database, which only its
//! nodes can read. What was sent on is never sent on again: a node that has not the lease answers 421.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_domain::names::Name;
use ducat_engine::cluster::{Forwarded, Forwarder, decode_committed, decode_items, encode_committed, encode_items};
use ducat_engine::executor::{Failure, Request};
use ducat_store::Fault;
use http_body_util::{BodyExt as _, Limited};

use crate::Api;
use crate::problem::Problem;

/// Where nodes take commands from each other.
pub const PATH: &str = "/cluster/v1/ledgers/{ledger}/items";

/// What the bytes are, and of which kind: nodes of another release that writes them differently refuse each other.
const CONTENT_TYPE: &str = "application/vnd.ducat.items; version=2";

/// What a node's own answers carry: whatever stands between nodes and answers in their place knows nothing of it.
const MARK: HeaderName = HeaderName::from_static("ducat-node");

/// How long a node may be unreachable before its ledgers are looked for elsewhere.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// How long an answer is awaited before it counts as lost: longer than any batch takes, and about as long as it takes
/// until another node has the lease of one that stopped.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// The secret of a cluster, as a header.
#[derive(Clone)]
pub struct Secret(Arc<str>);

impl Secret {
    /// The secret that the store keeps.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Secret {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Secret(format!("Bearer {hex}").into())
    }

    fn is_shown(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(header::AUTHORIZATION).map(header::HeaderValue::as_bytes).unwrap_or_default();
        // Every byte is looked at, whichever is wrong: how long it takes tells nothing.
        let differences = shown.iter().zip(self.0.as_bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
        shown.len() == self.0.len() && differences == 0
    }
}

/// The way to other nodes, over HTTP.
pub struct HttpForwarder {
    client: reqwest::Client,
    secret: Secret,
}

impl HttpForwarder {
    /// A way for nodes that share a secret.
    ///
    /// # Panics
    /// When the system has nothing to make connections with.
    #[must_use]
    pub fn new(secret: Secret) -> HttpForwarder {
        ducat_processor::client::ready_tls();
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client without certificates can be built");
        HttpForwarder { client, secret }
    }

    async fn send(&self, owner: &str, request: &Request) -> Forwarded {
        let url = format!("{}{}", owner.trim_end_matches('/'), PATH.replace("{ledger}", request.ledger.as_str()));
        let sent = self
            .client
            .post(url)
            .header(header::AUTHORIZATION, &*self.secret.0)
            .header(header::CONTENT_TYPE, CONTENT_TYPE)
            .body(encode_items(&request.items))
            .send()
            .await;
        let response = match sent {
            Ok(response) => response,
            Err(error) if error.is_connect() || error.is_builder() => return Forwarded::NotThere,
            Err(_) => return Forwarded::Lost,
        };
        let status = response.status();
        if !response.headers().contains_key(MARK) {
            tracing::error!(%status, owner, "something that is no node of this release answers for one");
            return Forwarded::Lost;
        }
        let Ok(bytes) = response.bytes().await else { return Forwarded::Lost };
        match status {
            StatusCode::OK => match decode_committed(&bytes) {
                Ok(committed) => Forwarded::Answered(Ok(committed)),
                Err(error) => {
                    tracing::error!(%error, owner, "another node's answer cannot be read; do all run one release?");
                    Forwarded::Lost
                }
            },
            StatusCode::MISDIRECTED_REQUEST => Forwarded::NotThere,
            StatusCode::SERVICE_UNAVAILABLE => Forwarded::Answered(Err(failure(&bytes))),
            other => {
                tracing::error!(%other, owner, "another node cannot tell; do all run one release on one database?");
                Forwarded::Lost
            }
        }
    }
}

impl Forwarder for HttpForwarder {
    fn forward<'a>(
        &'a self,
        owner: &'a str,
        request: &'a Request,
    ) -> Pin<Box<dyn Future<Output = Forwarded> + Send + 'a>> {
        Box::pin(self.send(owner, request))
    }
}

/// What a 503 of another node means here.
fn failure(bytes: &[u8]) -> Failure {
    let problem: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    match problem["code"].as_str() {
        Some("overloaded") => Failure::Overloaded,
        _ => {
            let detail = problem["detail"].as_str().unwrap_or("the node that serves the ledger cannot now");
            Failure::Store(Arc::new(Fault::Database(detail.to_owned())))
        }
    }
}

/// Takes commands from another node.
pub(crate) async fn take(
    State(api): State<Api>,
    Path(ledger): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut response = answer(api, ledger, headers, body).await.into_response();
    response.headers_mut().insert(MARK, HeaderValue::from_static("1"));
    response
}

async fn answer(api: Api, ledger: String, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let known = api.secret.as_ref().is_some_and(|secret| secret.is_shown(&headers));
    if !known {
        return Err(Problem::not_found("not_found", "there is nothing here for clients"));
    }
    let expected = headers.get(header::CONTENT_TYPE).is_some_and(|value| value == CONTENT_TYPE);
    if !expected {
        return Err(Problem::unsupported_media_type("another release's", "this release's"));
    }
    let ledger = Name::parse(&ledger).map_err(|error| Problem::malformed("path: ledger", error))?;
    // A command takes fewer bytes than its JSON, but its defaults are filled in.
    let limit = api.limits.body_bytes_max.saturating_mul(2);
    let bytes = Limited::new(body, limit).collect().await.map_err(|error| Problem::malformed("body", error))?;
    let items = decode_items(&bytes.to_bytes()).map_err(|error| Problem::malformed("body", error))?;
    let request = Request { ledger, items: items.into() };
    let queued = api.engine.enqueue_here(request);
    let outcome = match queued {
        Ok(outcome) => api.outcome(outcome, None).await,
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(Ok(committed)) => Ok(encode_committed(&committed).into_response()),
        Ok(Err(problem)) => Err(problem),
        Err(Failure::Elsewhere { .. } | Failure::Closed) => Ok(StatusCode::MISDIRECTED_REQUEST.into_response()),
        Err(failure) => Err(Problem::from_failure(&failure)),
    }
}
