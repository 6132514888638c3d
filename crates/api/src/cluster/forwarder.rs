//! The way to other nodes, over HTTP.
//!
//! Always true: what is said to have been done was said by the node that the request was for; what is said to have
//! *not* been done was refused by it, or never reached it. Everything else may have been done, and is asked for again.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use ducat_domain::numbers::Id;
use ducat_engine::cluster::{Forwarded, Forwarder, decode_committed, encode_request};
use ducat_engine::executor::{Failure, Refusal, Request};
use ducat_store::standing::Standing;
use parking_lot::Mutex;
use reqwest::Method;

use crate::traces;

use super::peers::{PeerClient, Peers};
use super::{ATTEMPT, CONTENT_TYPE, ITEMS_PATH, MARK, sentence};

/// How long a reply is awaited before it counts as lost: longer than any batch takes, and about as long as it takes
/// until another node has the lease of one that stopped.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// The way to other nodes.
pub struct HttpForwarder {
    client: PeerClient,
    standing: Arc<Standing>,
    /// What is wrong with a node: only a change is logged.
    troubles: Mutex<BTreeMap<String, String>>,
}

impl HttpForwarder {
    /// The way of a node to the others that share its secret.
    ///
    /// # Panics
    /// When the system has nothing to make connections with.
    #[must_use]
    pub fn new(standing: Arc<Standing>, peers: &Peers) -> HttpForwarder {
        HttpForwarder { client: peers.client(ANSWER_TIMEOUT), standing, troubles: Mutex::default() }
    }

    async fn send(&self, owner: &str, request: &Request, attempt: Id) -> Forwarded {
        let path = ITEMS_PATH.replace("{ledger}", request.ledger.as_str());
        let prepared = match self.client.request(Method::POST, owner, &path, &self.standing) {
            Ok(prepared) => prepared,
            Err(reason) => return self.unreachable(owner, reason),
        };
        let sent = prepared
            .header(header::CONTENT_TYPE, CONTENT_TYPE)
            .header(ATTEMPT, attempt.to_string())
            .headers(traces::outgoing())
            .body(encode_request(request))
            .send()
            .await;
        match sent {
            Ok(response) => self.read(owner, response).await,
            Err(error) if error.is_connect() || error.is_builder() => {
                self.unreachable(owner, sentence(&error.without_url()))
            }
            Err(error) => self.lost(owner, sentence(&error.without_url())),
        }
    }

    async fn read(&self, owner: &str, response: reqwest::Response) -> Forwarded {
        let (status, answers) = (response.status(), answers(response.headers()));
        match answers.as_deref() {
            Some(node) if node == owner => {}
            // A node refuses what is not meant for it before it does anything.
            Some(node) => return self.unreachable(owner, format!("{node} answers there, another node")),
            None => return self.lost(owner, format!("something that is no node answers there, with status {status}")),
        }
        let Ok(bytes) = response.bytes().await else {
            return self.lost(owner, "its response broke off".to_owned());
        };
        let refused = |refusal| {
            let reason = reason(&bytes).unwrap_or_else(|| format!("status {status}"));
            Forwarded::Answered(Err(Failure::Refused { owner: owner.to_owned(), refusal, reason }))
        };
        match status {
            StatusCode::OK => match decode_committed(&bytes) {
                Ok(committed) => {
                    self.well(owner);
                    Forwarded::Answered(Ok(committed))
                }
                Err(error) => {
                    self.lost(owner, format!("its response cannot be read ({error}); do all run one release?"))
                }
            },
            StatusCode::MISDIRECTED_REQUEST => Forwarded::NotThere,
            StatusCode::UNAUTHORIZED => {
                let reason =
                    "it does not take this node's secret; do both use one database, and has it one row in secrets?";
                self.unreachable(owner, reason.to_owned())
            }
            StatusCode::PAYLOAD_TOO_LARGE => refused(Refusal::TooLarge),
            StatusCode::TOO_MANY_REQUESTS => refused(Refusal::Overloaded),
            StatusCode::SERVICE_UNAVAILABLE if code(&bytes).as_deref() == Some("overloaded") => {
                refused(Refusal::Overloaded)
            }
            StatusCode::SERVICE_UNAVAILABLE => refused(Refusal::Unavailable),
            other if other.is_client_error() => refused(Refusal::Unavailable),
            other => self.lost(owner, format!("it cannot tell, with status {other}")),
        }
    }

    fn unreachable(&self, owner: &str, reason: String) -> Forwarded {
        self.trouble(owner, &reason);
        Forwarded::Unreachable(reason)
    }

    fn lost(&self, owner: &str, reason: String) -> Forwarded {
        self.trouble(owner, &reason);
        Forwarded::Lost
    }

    fn trouble(&self, owner: &str, reason: &str) {
        let before = self.troubles.lock().insert(owner.to_owned(), reason.to_owned());
        if before.as_deref() != Some(reason) {
            tracing::warn!(owner, reason, "a command could not be sent on");
        }
    }

    fn well(&self, owner: &str) {
        let mut troubles = self.troubles.lock();
        if !troubles.is_empty() && troubles.remove(owner).is_some() {
            tracing::info!(owner, "commands are sent on again");
        }
    }
}

impl Forwarder for HttpForwarder {
    fn forward<'a>(
        &'a self,
        owner: &'a str,
        request: &'a Request,
        attempt: Id,
    ) -> Pin<Box<dyn Future<Output = Forwarded> + Send + 'a>> {
        Box::pin(self.send(owner, request, attempt))
    }
}

/// The node that says it answers.
pub(super) fn answers(headers: &HeaderMap) -> Option<String> {
    headers.get(MARK).and_then(|mark| mark.to_str().ok()).map(str::to_owned)
}

fn code(bytes: &[u8]) -> Option<String> {
    field(bytes, "code")
}

/// A refusal's own words: `reason` where the node gave one, which says nothing of what to do here.
fn reason(bytes: &[u8]) -> Option<String> {
    field(bytes, "reason").or_else(|| field(bytes, "detail"))
}

fn field(bytes: &[u8], name: &str) -> Option<String> {
    let problem: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    problem.get(name)?.as_str().map(str::to_owned)
}
