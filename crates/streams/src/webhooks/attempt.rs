//! One attempt to deliver one message: a POST, signed, within bounds.
//!
//! - Redirects are not followed, no proxy is asked, and of a response no more than 64 kB is read: its status says enough.
//! - The signature is made for each attempt, because it is made over its time.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use ducat_engine::webhooks::Secret;
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};
use url::Url;

use super::resolver::Resolver;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an attempt may take in all: as long as Standard Webhooks recommends.
const TIMEOUT: Duration = Duration::from_secs(20);

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
    /// Whether the receiver wants nothing more (410).
    pub is_gone: bool,
}

impl Failure {
    pub fn new(reason: impl Into<String>) -> Failure {
        let reason: String = reason.into();
        Failure { reason: reason.chars().take(REASON_MAX).collect(), is_gone: false }
    }
}

/// What sends.
#[derive(Clone)]
pub struct Client(reqwest::Client);

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
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(ducat_trust::client_config())
            .dns_resolver(Resolver::of_system(allows_private))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .user_agent(concat!("ducat/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Client(client))
    }

    /// Sends a message once.
    pub async fn send(&self, to: &Url, message: &Message, secrets: &[Secret], now_s: i64) -> Outcome {
        let signatures: Vec<String> =
            secrets.iter().map(|secret| secret.sign(&message.id, now_s, &message.bytes)).collect();
        let request = self
            .0
            .post(to.clone())
            .header("content-type", message.content_type)
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", now_s)
            .header("webhook-signature", signatures.join(" "))
            .body(message.bytes.clone());
        match request.send().await {
            Ok(response) => {
                let status = response.status();
                read_some(response).await;
                Outcome { status: Some(status.as_u16()), result: judge(status) }
            }
            Err(error) => Outcome { status: None, result: Err(Failure::new(sentence(&error))) },
        }
    }
}

fn judge(status: StatusCode) -> Result<(), Failure> {
    if status.is_success() {
        return Ok(());
    }
    let reason = if status.is_redirection() {
        format!("it responded {status}; redirects are not followed")
    } else {
        format!("it responded {status}")
    };
    Err(Failure { is_gone: status == StatusCode::GONE, ..Failure::new(reason) })
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

/// Why there is no response.
fn sentence(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
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
