//! One attempt to deliver one message: a POST, signed, within bounds.
//!
//! - Redirects are not followed, no proxy is asked, and of a response no more than 64 kB is read: its status says enough.
//! - The signature is made for each attempt, because it is made over its time.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ducat_engine::clock::{Clock as _, SystemClock};
use ducat_engine::webhooks::Secret;
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};
use tokio::sync::Semaphore;
use url::Url;

use super::resolver::Resolver;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an attempt may take in all: as long as Standard Webhooks recommends.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Attempts under way at a time, of all webhooks: each has a connection.
pub const ATTEMPTS_MAX: usize = 128;

/// How long a connection is kept for the next attempt.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest that a receiver is left alone because it asks for it: as long as the longest wait.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 3_600);

/// How long the body of a response is waited for.
const BODY_TIMEOUT: Duration = Duration::from_secs(1);

/// Bytes of a response that are read at most, so that its connection can be used again.
const RESPONSE_BYTES_MAX: usize = 64 << 10;

/// The longest reason that is kept, in characters.
const REASON_MAX: usize = 300;

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The status of the response, if there was one.
    pub status: Option<u16>,
    /// Whether the message was accepted.
    pub result: Result<(), Failure>,
}

/// Why a message was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why, in a sentence.
    pub reason: String,
    /// Whose fault it is, and what follows.
    pub kind: FailureKind,
    /// How long the receiver wants to be left alone at least.
    pub retry_after: Duration,
}

/// What follows from a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The message is sent again by the schedule.
    NotAccepted,
    /// The receiver wants nothing more (410).
    Gone,
    /// Nothing was sent, because of something here: the receiver has not failed.
    NotSent,
}

impl Failure {
    fn new(kind: FailureKind, reason: &str) -> Failure {
        Failure { reason: reason.chars().take(REASON_MAX).collect(), kind, retry_after: Duration::ZERO }
    }

    /// Nothing was sent, for this reason.
    pub fn not_sent(reason: &str) -> Failure {
        Failure::new(FailureKind::NotSent, reason)
    }
}

/// What sends.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    /// Places for attempts under way.
    places: Arc<Semaphore>,
}

/// A message.
pub struct Message {
    /// Its id, the same at each attempt.
    pub id: String,
    /// The media type of its bytes.
    pub content_type: &'static str,
    /// What it says.
    pub bytes: Bytes,
}

impl Client {
    /// A client that reaches the public Internet, or private addresses too.
    ///
    /// # Errors
    /// When none can be made.
    pub fn new(allows_private: bool) -> Result<Client, reqwest::Error> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(ducat_trust::client_config())
            .dns_resolver(Resolver::of_system(allows_private))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .user_agent(concat!("ducat/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Client { http, places: Arc::new(Semaphore::new(ATTEMPTS_MAX)) })
    }

    /// Sends a message once, when there is a place. Receivers refuse what seems old, so the time is the system's.
    pub async fn send(&self, to: &Url, message: &Message, secrets: &[Secret]) -> Outcome {
        let Ok(_place) = self.places.acquire().await else {
            return Outcome { status: None, result: Err(Failure::not_sent("the server stops")) };
        };
        let now_s = SystemClock.now().0.div_euclid(1_000_000);
        let signatures: Vec<String> =
            secrets.iter().map(|secret| secret.sign(&message.id, now_s, &message.bytes)).collect();
        let request = self
            .http
            .post(to.clone())
            .header("content-type", message.content_type)
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", now_s)
            .header("webhook-signature", signatures.join(" "))
            .body(message.bytes.clone());
        match request.send().await {
            Ok(response) => {
                let status = response.status();
                let result = judge(status, retry_after(&response));
                // Its status has decided.
                drop(tokio::time::timeout(BODY_TIMEOUT, read_some(response)).await);
                Outcome { status: Some(status.as_u16()), result }
            }
            Err(error) => {
                let failure = Failure::new(FailureKind::NotAccepted, &sentence(error));
                Outcome { status: None, result: Err(failure) }
            }
        }
    }
}

/// How long a receiver wants to be left alone, if it says so in seconds.
fn retry_after(response: &Response) -> Duration {
    let text = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let seconds = text.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_secs(seconds).min(RETRY_AFTER_MAX)
}

fn judge(status: StatusCode, retry_after: Duration) -> Result<(), Failure> {
    if status.is_success() {
        return Ok(());
    }
    let reason = if status.is_redirection() {
        format!("it responded {status}; redirects are not followed")
    } else {
        format!("it responded {status}")
    };
    let kind = if status == StatusCode::GONE { FailureKind::Gone } else { FailureKind::NotAccepted };
    Err(Failure { retry_after, ..Failure::new(kind, &reason) })
}

/// Reads a response as far as it is read. One that is longer loses its connection.
async fn read_some(mut response: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read > RESPONSE_BYTES_MAX {
            return;
        }
    }
}

/// Why there is no response. The address is not in it: it may have a secret in it.
fn sentence(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    match (error.is_timeout(), error.is_connect()) {
        (true, true) => format!("no connection within {} s", CONNECT_TIMEOUT.as_secs()),
        (true, false) => format!("no response within {} s", TIMEOUT.as_secs()),
        (false, true) => format!("no connection: {cause}"),
        (false, false) => format!("no response: {cause}"),
    }
}
