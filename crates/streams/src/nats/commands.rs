//! Commands that come from a stream of NATS: each is done once, however often it is delivered.
//!
//! - A message is the body of a POST, and stands for a key that is named by configuration: no message carries a secret. It passes
//!   the same door and the same rules as a request.
//! - Its commands have their ids from their body, else from a header, else from the message itself: its stream, its place there
//!   and the instant when it was stored. So one that is delivered again is a repetition, and a stream that is made anew brings
//!   new commands.
//! - It is acknowledged after the commit. What is refused for good is committed too where it has an id, its outcome is published,
//!   and then it is acknowledged. What is no command at all goes to a stream of its own, with the reason. What cannot be done now
//!   is handed back, to be delivered again.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::context::{Context, PublishErrorKind};
use async_nats::jetstream::stream::Config;
use async_nats::jetstream::{AckKind, Message};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use axum::response::Response;
use bytes::Bytes;
use ducat_api::idempotency::MessageKey;
use ducat_api::problem::ProblemCode;
use ducat_api::service::Service;
use ducat_engine::meters::Meters;
use futures_util::StreamExt as _;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::NatsSettings;
use super::source::Source;
use super::trouble::said;

/// The header that says where a message is posted to.
const PATH: &str = "Ducat-Path";

/// Headers of a message that give its commands their ids, the first of them first.
const IDS: [&str; 2] = ["Idempotency-Key", "Nats-Msg-Id"];

/// The longest id in a header, as it is for requests.
const ID_BYTES_MAX: usize = 255;

/// Headers of a message that its request has too.
const PASSED: [HeaderName; 3] =
    [header::CONTENT_TYPE, HeaderName::from_static("transaction-id"), HeaderName::from_static("traceparent")];

/// How long the broker waits until it delivers a message again of which it hears nothing: what a node that died was at.
const ACK_WAIT: Duration = Duration::from_secs(10);

/// How often the broker is told that a message is still worked on.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(3);

/// How long it takes until a message is delivered again that could not be done, the first time and at most.
const RETURN_FIRST: Duration = Duration::from_millis(500);
const RETURN_MAX: Duration = Duration::from_secs(60);

/// How long a pull waits for messages, and how often the broker says meanwhile that it is there.
const PULL_EXPIRES: Duration = Duration::from_secs(30);
const PULL_HEARTBEAT: Duration = Duration::from_secs(10);

/// How long it takes until messages are asked for again after something failed.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// How long the outcomes of refused commands are kept at the broker.
const OUTCOMES_KEPT: Duration = Duration::from_secs(7 * 86_400);

/// Nodes that may work on a stream at the same time with all that each of them takes at once.
const NODES_MAX: usize = 16;

/// A response is read whole: no command has a longer one than this.
const RESPONSE_BYTES_MAX: usize = 64 << 20;

/// What brings commands from one stream.
#[derive(Clone)]
pub struct Commands {
    pub source: Arc<Source>,
    pub settings: Arc<NatsSettings>,
    pub context: Context,
    pub service: Service,
    pub meters: Arc<Meters>,
    /// Whether it was said that the key is not taken.
    pub is_refused: Arc<AtomicBool>,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    /// It is done.
    Done,
    /// It is refused for good.
    Refused,
    /// It is no command.
    Unreadable,
    /// It cannot be done now.
    Returned(Option<Duration>),
}

impl Fate {
    const fn word(&self) -> &'static str {
        match self {
            Fate::Done => "done",
            Fate::Refused => "refused",
            Fate::Unreadable => "unreadable",
            Fate::Returned(_) => "returned",
        }
    }
}

/// An answer to a message.
struct Answer {
    status: u16,
    /// The code of the problem, where it is one.
    code: Option<&'static str>,
    retry_after: Option<Duration>,
    body: Bytes,
}

impl Commands {
    /// Does what messages say, until the server stops.
    pub async fn work(self, mut stopping: watch::Receiver<bool>) {
        let mut is_failing = false;
        while !*stopping.borrow() {
            let messages = tokio::select! {
                messages = self.messages() => messages,
                _ = stopping.wait_for(|stopping| *stopping) => return,
            };
            let failure = match messages {
                Ok(messages) => {
                    if std::mem::take(&mut is_failing) {
                        tracing::info!(stream = self.source.stream, "commands are taken from NATS again");
                    }
                    self.take_all(messages, &mut stopping).await
                }
                Err(reason) => Some(reason),
            };
            let Some(reason) = failure else { return };
            if !is_failing {
                tracing::warn!(stream = self.source.stream, reason, "no commands are taken from NATS now; tried again");
            }
            is_failing = true;
            tokio::time::sleep(RETRY_INTERVAL.mul_f64(0.5 + fastrand::f64())).await;
        }
    }

    /// Does what messages say until that fails, and says why; nothing where the server stops. What is under way then is finished.
    async fn take_all(&self, mut messages: pull::Stream, stopping: &mut watch::Receiver<bool>) -> Option<String> {
        let mut under_way = JoinSet::new();
        loop {
            let has_room = under_way.len() < self.source.in_flight;
            tokio::select! {
                message = messages.next(), if has_room => match message {
                    Some(Ok(message)) => {
                        let this = self.clone();
                        under_way.spawn(async move { this.take(message).await });
                    }
                    Some(Err(error)) => return Some(format!("messages cannot be read: {error}")),
                    None => return Some("the broker sends no more messages".to_owned()),
                },
                Some(_) = under_way.join_next() => {}
                _ = stopping.wait_for(|stopping| *stopping) => break,
            }
        }
        while under_way.join_next().await.is_some() {}
        if let Err(error) = self.context.client().flush().await {
            tracing::debug!(%error, "the last acknowledgements could not be sent; those messages come again");
        }
        None
    }

    /// Asks the broker for messages. All nodes share one durable consumer, and each message goes to one of them.
    async fn messages(&self) -> Result<pull::Stream, String> {
        let Source { stream: name, consumer, filter, in_flight, .. } = &*self.source;
        let (dead, outcomes) = (self.source.dead(&self.settings.prefix), self.source.outcomes(&self.settings.prefix));
        self.make(&dead.replace('.', "-"), &dead, Duration::ZERO).await?;
        self.make(&outcomes.replace('.', "-"), &outcomes, OUTCOMES_KEPT).await?;
        let stream = self.context.get_stream(name).await;
        let stream = stream.map_err(|error| {
            said(
                &format!(
                    "the stream {name} cannot be found; make it, with the subjects that commands are published to"
                ),
                &error,
            )
        })?;
        // One at a time means one at all nodes together.
        let pending = if *in_flight == 1 { 1 } else { in_flight.saturating_mul(NODES_MAX) };
        let config = pull::Config {
            durable_name: Some(consumer.clone()),
            description: Some("Commands to Ducat".to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            filter_subject: filter.clone().unwrap_or_default(),
            max_ack_pending: i64::try_from(pending).unwrap_or(i64::MAX),
            ..pull::Config::default()
        };
        let found: Result<PullConsumer, _> = stream.get_or_create_consumer(consumer, config).await;
        let found = found.map_err(|error| said(&format!("the consumer {consumer} cannot be made"), &error))?;
        let pull = found.stream().max_messages_per_batch(*in_flight).expires(PULL_EXPIRES).heartbeat(PULL_HEARTBEAT);
        pull.messages().await.map_err(|error| said("messages cannot be asked for", &error))
    }

    /// Makes a stream for what is published about messages, where there is none.
    async fn make(&self, name: &str, subject: &str, max_age: Duration) -> Result<(), String> {
        let config = Config {
            name: name.to_owned(),
            subjects: vec![subject.to_owned()],
            max_age,
            num_replicas: self.settings.replicas,
            ..Config::default()
        };
        let made = self.context.get_or_create_stream(config).await;
        made.map(drop).map_err(|error| said(&format!("the stream {name} cannot be made"), &error))
    }

    /// Does what a message says, and tells the broker.
    async fn take(&self, message: Message) {
        let (stream, sequence, delivered, key) = match message.info() {
            Ok(info) => {
                let (stream, sequence, stored) =
                    (info.stream, info.stream_sequence, info.published.unix_timestamp_nanos());
                let of_message = format!("nats:{stream}:{sequence}:{stored}");
                (stream.to_owned(), sequence, info.delivered, of_message)
            }
            Err(error) => return tracing::warn!(%error, "a message of NATS is of no stream; it is left alone"),
        };
        let answer = match self.request(&message, &key) {
            Ok((request, key)) => Ok(self.answer(&message, request, key).await),
            Err(reason) => Err(reason),
        };
        let fate = match &answer {
            Ok(answer) => fate_of(answer),
            Err(_) => Fate::Unreadable,
        };
        self.meters.count_command(fate.word());
        self.report_key(answer.as_ref().ok());
        let about = About { stream, sequence, answer };
        let told = match &fate {
            Fate::Done => Ok(()),
            Fate::Refused => self.publish_outcome(&message, &about).await,
            Fate::Unreadable => self.publish_dead(&message, &about).await,
            Fate::Returned(_) => Ok(()),
        };
        let kind = match (fate, told) {
            (Fate::Returned(after), _) => AckKind::Nak(Some(after.unwrap_or_else(|| return_after(delivered)))),
            (_, Ok(())) => AckKind::Ack,
            (_, Err(reason)) => {
                tracing::warn!(
                    stream = about.stream,
                    sequence,
                    reason,
                    "what became of a message cannot be published; it comes again"
                );
                AckKind::Nak(Some(return_after(delivered)))
            }
        };
        // An acknowledgement that is lost has the message delivered again, and then it is a repetition.
        if let Err(error) = message.ack_with(kind).await {
            tracing::debug!(%error, sequence, "a message could not be acknowledged; it comes again");
        }
    }

    /// Says once that the key is not taken, until it is.
    fn report_key(&self, answer: Option<&Answer>) {
        let Some(answer) = answer else { return };
        let is_refused = answer.status == 401;
        if self.is_refused.swap(is_refused, Ordering::Relaxed) != is_refused && is_refused {
            let (stream, reason) = (&self.source.stream, answer.sentence());
            tracing::error!(stream, reason, "the key of nats-commands is not taken; messages are handed back");
        }
    }

    /// The request that a message is, and what its commands have their ids from.
    fn request(&self, message: &Message, key: &str) -> Result<(Request, MessageKey), String> {
        let none = HeaderMap::new();
        let headers = message.headers.as_ref().unwrap_or(&none);
        let named = headers.get(PATH).map(|path| path.as_str());
        let path = match (self.source.path.as_deref(), named) {
            (Some(path), None) => path,
            (Some(path), Some(named)) if path == named => path,
            (Some(path), Some(named)) => {
                return Err(format!(
                    "the header {PATH} is {named:?}, and all messages of this stream are posted to {path}"
                ));
            }
            (None, Some(named)) => named,
            (None, None) => {
                return Err(format!("the header {PATH} is missing, which says where the message is posted to"));
            }
        };
        let uri: Uri = path.parse().map_err(|_| format!("the header {PATH} is {path:?}, which is no path"))?;
        if uri.scheme().is_some() || uri.query().is_some() || !path.starts_with('/') {
            return Err(format!(
                "the header {PATH} is {path:?}; write a path alone, such as /v1/ledgers/shop/transactions"
            ));
        }
        let mut request = Request::new(Body::from(message.payload.clone()));
        (*request.method_mut(), *request.uri_mut()) = (Method::POST, uri);
        let passed = request.headers_mut();
        passed.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for name in PASSED {
            // Names of headers keep their case in NATS.
            let found = headers.iter().find(|(found, _)| found.to_string().eq_ignore_ascii_case(name.as_str()));
            let Some(value) = found.and_then(|(_, values)| values.first()) else { continue };
            let value = HeaderValue::from_str(value.as_str())
                .map_err(|_| format!("the header {name} is no text of a header"))?;
            passed.insert(name, value);
        }
        let given = IDS.iter().find_map(|name| headers.get(*name).map(|value| (*name, value.as_str())));
        let key = match given {
            Some((name, id)) if id.is_empty() || id.len() > ID_BYTES_MAX => {
                return Err(format!("the header {name} has 1 to {ID_BYTES_MAX} bytes"));
            }
            Some((_, id)) => MessageKey::new(id),
            None => MessageKey::new(key),
        };
        Ok((request, key))
    }

    /// The answer to a request. While it is waited for, the broker is told so.
    async fn answer(&self, message: &Message, request: Request, key: MessageKey) -> Answer {
        let mut responding = pin!(self.service.respond_to_message(request, self.source.key, key));
        loop {
            match tokio::time::timeout(PROGRESS_INTERVAL, &mut responding).await {
                Ok(response) => return Answer::of(response).await,
                Err(_) => drop(message.ack_with(AckKind::Progress).await),
            }
        }
    }

    /// Publishes how a command was refused.
    async fn publish_outcome(&self, message: &Message, about: &About) -> Result<(), String> {
        let subject = self.source.outcomes(&self.settings.prefix);
        let headers = about.headers(message, false);
        let body = about.answer.as_ref().map(|answer| answer.body.clone()).unwrap_or_default();
        self.publish(subject, headers, body).await.map_err(|trouble| trouble.1)
    }

    /// Publishes a message that is no command, whole, with the reason.
    async fn publish_dead(&self, message: &Message, about: &About) -> Result<(), String> {
        let subject = self.source.dead(&self.settings.prefix);
        let headers = about.headers(message, true);
        match self.publish(subject.clone(), headers.clone(), message.payload.clone()).await {
            // With what is said about it, it is longer than any message may be: its place must do.
            Err((PublishErrorKind::MaxPayloadExceeded, _)) => {
                self.publish(subject, about.headers(message, false), Bytes::new()).await.map_err(|trouble| trouble.1)
            }
            done => done.map_err(|trouble| trouble.1),
        }
    }

    async fn publish(
        &self,
        subject: String,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<(), (PublishErrorKind, String)> {
        let failed = |error: async_nats::jetstream::context::PublishError| (error.kind(), error.to_string());
        let sent = self.context.publish_with_headers(subject, headers, body).await.map_err(failed)?;
        sent.await.map(drop).map_err(failed)
    }
}

/// A message, and what was answered.
struct About {
    stream: String,
    sequence: u64,
    answer: Result<Answer, String>,
}

impl About {
    /// What is said of a message, with its own headers or those alone that name it.
    fn headers(&self, message: &Message, with_all: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, values) in message.headers.iter().flat_map(HeaderMap::iter) {
            let text = name.to_string();
            // What the broker goes by was for the first stream.
            if with_all && !text.to_ascii_lowercase().starts_with("nats-") {
                values.iter().for_each(|value| headers.append(name.clone(), value.clone()));
            }
        }
        headers.insert("Ducat-Stream", self.stream.as_str());
        headers.insert("Ducat-Sequence", self.sequence.to_string());
        headers.insert("Ducat-Subject", message.subject.as_str());
        for name in IDS {
            if let Some(value) = message.headers.as_ref().and_then(|headers| headers.get(name)) {
                headers.insert("Ducat-Message-Id", value.clone());
                break;
            }
        }
        match &self.answer {
            Ok(answer) => {
                headers.insert("Ducat-Status", answer.status.to_string());
                if let Some(code) = answer.code {
                    headers.insert("Ducat-Code", code);
                }
                if with_all {
                    headers.insert("Ducat-Reason", one_line(&answer.sentence()).as_str());
                }
            }
            Err(reason) => headers.insert("Ducat-Reason", one_line(reason).as_str()),
        }
        headers
    }
}

/// A text as a header takes it: in one line, and not too long.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).take(2_000).collect()
}

impl Answer {
    /// The sentence of a problem document, or what was answered in its place.
    fn sentence(&self) -> String {
        let document: Option<serde_json::Value> = serde_json::from_slice(&self.body).ok();
        let detail = document.as_ref().and_then(|document| document.get("detail")?.as_str());
        detail.map_or_else(|| String::from_utf8_lossy(&self.body).into_owned(), str::to_owned)
    }

    async fn of(response: Response) -> Answer {
        let (head, body) = response.into_parts();
        let retry_after = head.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let code = head.extensions.get::<ProblemCode>().map(|code| code.0);
        // It was made here, and is whole.
        let body = to_bytes(body, RESPONSE_BYTES_MAX).await.unwrap_or_default();
        Answer { status: head.status.as_u16(), code, retry_after: retry_after.map(Duration::from_secs), body }
    }
}

/// What becomes of a message that was answered so.
fn fate_of(answer: &Answer) -> Fate {
    match (answer.status, answer.code) {
        // One of a batch was refused. No text of a response can look so: in texts, quotes are escaped.
        (200, None) if holds(&answer.body, br#""error":{"#) => Fate::Refused,
        (200..=299, _) => Fate::Done,
        // The key may be made, or time may pass until there are fewer requests.
        (401 | 408 | 429 | 500.., _) => Fate::Returned(answer.retry_after),
        (404, Some("ledger_not_found" | "no_such_command" | "no_such_path")) => Fate::Unreadable,
        (402 | 404 | 409 | 410 | 412 | 422, _) => Fate::Refused,
        _ => Fate::Unreadable,
    }
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// How long it takes until a message is delivered again that was delivered so often.
fn return_after(delivered: i64) -> Duration {
    let doublings = u32::try_from(delivered.clamp(1, 8)).unwrap_or(1) - 1;
    RETURN_FIRST.saturating_mul(1 << doublings).min(RETURN_MAX).mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_of_messages() {
        for (status, code, fate) in [
            (201, None, Fate::Done),
            (200, None, Fate::Done),
            (202, None, Fate::Done),
            (400, Some("malformed"), Fate::Unreadable),
            (403, Some("forbidden"), Fate::Unreadable),
            (404, Some("ledger_not_found"), Fate::Unreadable),
            (404, Some("account_not_found"), Fate::Refused),
            (409, Some("id_reused"), Fate::Refused),
            (413, Some("body_too_large"), Fate::Unreadable),
            (422, Some("insufficient_funds"), Fate::Refused),
            (401, Some("invalid_key"), Fate::Returned(None)),
            (429, Some("too_many_requests"), Fate::Returned(None)),
            (503, Some("overloaded"), Fate::Returned(None)),
            (504, Some("unknown_outcome"), Fate::Returned(None)),
        ] {
            let answer = Answer { status, code, retry_after: None, body: Bytes::new() };
            assert_eq!(fate_of(&answer), fate, "{status} {code:?}");
        }
    }

    #[test]
    fn what_cannot_be_done_comes_again_later_and_later() {
        let longest = |delivered| (0..50).map(|_| return_after(delivered)).max();
        assert!(longest(1) <= Some(RETURN_FIRST));
        assert!(longest(4) > longest(1) && longest(i64::MAX) <= Some(RETURN_MAX));
    }
}
