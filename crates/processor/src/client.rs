//! A processor over HTTP: bounded times, a few tries with growing pauses, always under the transaction's key.

use std::io;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use bytes::Bytes;
use ducat_domain::advances::TransactionId;
use ducat_domain::decimal;
use futures_util::StreamExt;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING,
};
use reqwest::{Client, StatusCode, Url, Version};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use crate::report::Format;
use crate::{Direction, Ending, Processor, Promised, Report, ReportError, SubmitError, Transaction};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the response to a transaction may take: what takes longer is asked again under its key.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the next piece of a report may take.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a report may take in all: ten million rows take half a minute.
const REPORT_TIMEOUT: Duration = Duration::from_secs(2 * 3_600);

/// Tries of one transaction before the caller hears of it.
const TRIES_MAX: usize = 4;

/// Bytes of a response to a transaction: an id and some words.
const RESPONSE_BYTES_MAX: usize = 16 << 10;

/// Characters that are kept of what a processor says when it refuses: a sentence.
const REASON_CHARS_MAX: usize = 250;

/// Pieces of a report that are read ahead.
const PIECES_AHEAD: usize = 8;

/// The first pause before a transaction is tried again; it doubles each time, and is drawn at random between that and
/// twice it.
const PAUSE_MIN: Duration = Duration::from_millis(50);

/// Where a processor is, and who we are there.
#[derive(Debug, Clone)]
pub struct HttpProcessor {
    client: Client,
    transactions: Url,
    report: Url,
    account: String,
}

#[derive(Serialize)]
struct TransactionBody<'a> {
    src_bank_account: &'a str,
    dst_bank_account: &'a str,
    amount: &'a RawValue,
    direction: &'static str,
}

#[derive(Deserialize)]
struct AnswerBody {
    transaction_id: String,
}

/// Why a processor's address is none.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It is no URL.
    #[error("{0:?} is no address of a processor; write http://HOST:PORT or https://HOST")]
    Url(String),
    /// The system has nothing to make connections with.
    #[error("no connections can be made: {0}")]
    Client(#[from] reqwest::Error),
}

impl HttpProcessor {
    /// A processor at a URL; `account` is our bank account there.
    ///
    /// # Errors
    /// When the URL is none that can be asked over HTTP, with the reason.
    pub fn new(url: &str, account: &str) -> Result<HttpProcessor, AddressError> {
        let wrong = || AddressError::Url(url.to_owned());
        let base = Url::parse(&format!("{}/", url.trim_end_matches('/'))).map_err(|_| wrong())?;
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
            return Err(wrong());
        }
        let client = Client::builder()
            .tls_backend_preconfigured(ducat_trust::client_config())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(PIECE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(HttpProcessor {
            client,
            transactions: base.join("transactions").map_err(|_| wrong())?,
            report: base.join("report").map_err(|_| wrong())?,
            account: account.to_owned(),
        })
    }

    async fn try_once(&self, transaction: &Transaction) -> Result<TransactionId, SubmitError> {
        let amount = decimal::write(transaction.amount.signed(), transaction.scale);
        let amount = RawValue::from_string(amount).map_err(|error| SubmitError::NotSent(error.to_string()))?;
        let (ours, theirs) = (self.account.as_str(), transaction.customer.as_str());
        let (src_bank_account, dst_bank_account) = match transaction.direction {
            Direction::Credit => (ours, theirs),
            Direction::Debit => (theirs, ours),
        };
        let direction = transaction.direction.word();
        let body = TransactionBody { src_bank_account, dst_bank_account, amount: &amount, direction };
        let body = serde_json::to_vec(&body).map_err(|error| SubmitError::NotSent(error.to_string()))?;
        let asked = self
            .client
            .post(self.transactions.clone())
            .timeout(ANSWER_TIMEOUT)
            .header(CONTENT_TYPE, Format::Json.content_type())
            .header("Idempotency-Key", transaction.key.to_string())
            .body(body)
            .send();
        let answer = asked.await.map_err(|error| match error.is_connect() || error.is_builder() {
            true => SubmitError::NotSent(sentence(&error)),
            false => SubmitError::Unknown(sentence(&error)),
        })?;
        let status = answer.status();
        let bytes = bounded(answer).await;
        if !status.is_success() {
            return Err(refusal(status, &bytes.unwrap_or_default()));
        }
        let bytes = bytes?;
        let answer: AnswerBody = serde_json::from_slice(&bytes)
            .map_err(|error| SubmitError::Unknown(format!("its response is no transaction: {error}")))?;
        TransactionId::parse(&answer.transaction_id).map_err(|error| SubmitError::Unknown(error.to_string()))
    }

    async fn ask_report(&self) -> Result<Report, ReportError> {
        let accepted = "text/csv, application/x-ndjson;q=0.9, application/json;q=0.8";
        let asked = self.client.get(self.report.clone()).header(ACCEPT, accepted).header(ACCEPT_ENCODING, "gzip");
        let answer = asked.send().await.map_err(|error| ReportError(sentence(&error)))?;
        if answer.status() != StatusCode::OK {
            return Err(ReportError(format!("the processor answers {}", answer.status())));
        }
        let (format, is_gzip) = kind(answer.headers())?;
        let ending = if is_gzip { Ending::Named } else { ending(&answer) };
        let mut pieces = answer.bytes_stream();
        let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
        tokio::spawn(async move {
            let deadline = tokio::time::Instant::now() + REPORT_TIMEOUT;
            loop {
                let piece = match tokio::time::timeout_at(deadline, pieces.next()).await {
                    Ok(None) => Ok(Bytes::new()),
                    Ok(Some(Ok(piece))) if piece.is_empty() => continue,
                    Ok(Some(piece)) => piece.map_err(|error| io::Error::other(sentence(&error))),
                    Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the report takes too long")),
                };
                let is_over = piece.as_ref().map_or(true, Bytes::is_empty);
                if sender.send(piece).await.is_err() || is_over {
                    return;
                }
            }
        });
        Ok(Report { format, is_gzip, ending, bytes: Box::new(Pieces::new(receiver)) })
    }
}

/// How a response is written.
fn kind(headers: &HeaderMap) -> Result<(Format, bool), ReportError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (content_type, encoding) = (text(CONTENT_TYPE), text(CONTENT_ENCODING));
    let is_gzip = match encoding.trim() {
        "" | "identity" => false,
        "gzip" | "x-gzip" => true,
        other => return Err(ReportError(format!("the processor sends it encoded as {other:?}"))),
    };
    let format = Format::from_content_type(content_type);
    let format = format.ok_or_else(|| ReportError(format!("the processor sends it as {content_type:?}")))?;
    Ok((format, is_gzip))
}

/// What says that the body of a response is over (RFC 9112, section 6.3; streams of later versions end by a frame).
fn ending(answer: &reqwest::Response) -> Ending {
    let headers = answer.headers();
    let is_chunked = headers.get(TRANSFER_ENCODING).is_some_and(|coding| coding.as_bytes().ends_with(b"chunked"));
    match answer.version() > Version::HTTP_11 || headers.contains_key(CONTENT_LENGTH) || is_chunked {
        true => Ending::Named,
        false => Ending::Closed,
    }
}

/// What a response that is no success says of a transaction: whether it is refused for good, or to be asked again.
fn refusal(status: StatusCode, body: &[u8]) -> SubmitError {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = ["detail", "error", "message", "title"].iter().find_map(|name| body[*name].as_str());
    let reason: String = match said {
        Some(said) => format!("it answers {status}: {said}").chars().take(REASON_CHARS_MAX).collect(),
        None => format!("it answers {status}"),
    };
    let is_final = match status.as_u16() {
        400 | 402 | 403 | 404 | 410 | 422 => true,
        // It is also what some answer while another request under the key goes on.
        409 => body["final"] == Value::Bool(true),
        _ => false,
    };
    if is_final { SubmitError::Refused(reason) } else { SubmitError::Unknown(reason) }
}

async fn bounded(answer: reqwest::Response) -> Result<Vec<u8>, SubmitError> {
    let mut bytes = Vec::new();
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.next().await {
        bytes.extend_from_slice(&piece.map_err(|error| SubmitError::Unknown(sentence(&error)))?);
        if bytes.len() > RESPONSE_BYTES_MAX {
            return Err(SubmitError::Unknown(format!("its response has more than {RESPONSE_BYTES_MAX} bytes")));
        }
    }
    Ok(bytes)
}

/// An error with what caused it, and without the URL.
fn sentence(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    let kind = if error.is_timeout() { "it takes too long" } else { "the connection fails" };
    if text.is_empty() { kind.to_owned() } else { format!("{kind}: {text}") }
}

impl Processor for HttpProcessor {
    fn submit<'a>(&'a self, transaction: &'a Transaction) -> Promised<'a, Result<TransactionId, SubmitError>> {
        Box::pin(async move {
            let pauses =
                ExponentialBuilder::default().with_jitter().with_min_delay(PAUSE_MIN).with_max_times(TRIES_MAX - 1);
            // What may have arrived once may have been done, whatever the later tries say.
            let unknown = parking_lot::Mutex::new(None);
            let tried = (|| self.try_once(transaction)).retry(pauses).when(is_passing);
            let tried = tried.notify(|error, _| note(&unknown, error)).await;
            tried.map_err(|error| match error {
                // It is said of the key, and so of every try.
                SubmitError::Refused(_) => error,
                SubmitError::NotSent(_) | SubmitError::Unknown(_) => {
                    note(&unknown, &error);
                    unknown.into_inner().unwrap_or(error)
                }
            })
        })
    }

    fn report(&self) -> Promised<'_, Result<Report, ReportError>> {
        Box::pin(self.ask_report())
    }
}

fn is_passing(error: &SubmitError) -> bool {
    !matches!(error, SubmitError::Refused(_))
}

fn note(unknown: &parking_lot::Mutex<Option<SubmitError>>, error: &SubmitError) {
    if matches!(error, SubmitError::Unknown(_)) {
        *unknown.lock() = Some(error.clone());
    }
}

/// Pieces that arrive, read where that may block. An empty one is the end; where none comes, it breaks off.
pub struct Pieces {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    piece: Bytes,
    is_over: bool,
}

impl Pieces {
    /// What comes out of a channel.
    #[must_use]
    pub fn new(pieces: mpsc::Receiver<io::Result<Bytes>>) -> Pieces {
        Pieces { pieces, piece: Bytes::new(), is_over: false }
    }
}

impl io::Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.is_over {
            let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "it breaks off");
            self.piece = self.pieces.blocking_recv().ok_or_else(broken)??;
            self.is_over = self.piece.is_empty();
        }
        let count = buffer.len().min(self.piece.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_whether_to_ask_again() {
        let is_refused = |status: u16, body: &str| {
            let status = StatusCode::from_u16(status).expect("a status");
            matches!(refusal(status, body.as_bytes()), SubmitError::Refused(_))
        };
        for status in [400, 402, 403, 404, 410, 422] {
            assert!(is_refused(status, "") && is_refused(status, "<p>no</p>"), "{status} is final");
        }
        for status in [301, 401, 405, 408, 409, 425, 429, 500, 502, 503, 504] {
            assert!(!is_refused(status, r#"{"error":"no"}"#), "{status} passes");
        }
        assert!(is_refused(409, r#"{"error":"the account is closed","final":true}"#));
        assert!(!is_refused(409, r#"{"error":"a request under this key goes on","final":false}"#));
        let said = refusal(StatusCode::UNPROCESSABLE_ENTITY, br#"{"error":"the account is closed"}"#);
        assert_eq!(
            said.to_string(),
            "the processor refuses it: it answers 422 Unprocessable Entity: the account is closed"
        );
    }
}
