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

mod outcome;
mod poison;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::stream::Config;
use async_nats::jetstream::{AckKind, Message};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use bytes::Bytes;
use ducat_api::idempotency::MessageKey;
use ducat_api::service::Service;
use ducat_engine::meters::Meters;
use futures_util::StreamExt as _;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::NatsSettings;
use super::connection::Connection;
use super::source::Source;
use super::trouble::said;
use outcome::{About, Answer, Fate, ID, KEY, fate_of, header_of, return_after};

/// The header that says where a message is posted to.
const PATH: &str = "Ducat-Path";

/// Headers of a message that its request has too.
const PASSED: [HeaderName; 3] =
    [header::CONTENT_TYPE, HeaderName::from_static("transaction-id"), HeaderName::from_static("traceparent")];

/// How long the broker waits until it delivers a message again of which it hears nothing: what a node that died was at.
const ACK_WAIT: Duration = Duration::from_secs(10);

/// How often the broker is told that a message is still worked on.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(3);

/// How long a pull waits for messages, and how often the broker says meanwhile that it is there.
const PULL_EXPIRES: Duration = Duration::from_secs(30);
const PULL_HEARTBEAT: Duration = Duration::from_secs(10);

/// How long it takes until messages are asked for again after something failed.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// How long the outcomes of refused commands are kept at the broker.
const OUTCOMES_KEPT: Duration = Duration::from_secs(7 * 86_400);

/// Nodes that may work on a stream at the same time with all that each of them takes at once.
const NODES_MAX: usize = 16;

/// What brings commands from one stream.
#[derive(Clone)]
pub struct Commands {
    pub source: Arc<Source>,
    pub settings: Arc<NatsSettings>,
    pub connection: Connection,
    pub service: Service,
    pub meters: Arc<Meters>,
    /// Whether it was said that the key is not taken.
    pub is_refused: Arc<AtomicBool>,
    /// What was said last of a message that was no command, or of what cannot be published.
    pub said: Arc<Mutex<String>>,
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
        let (mut under_way, mut losses) = (JoinSet::new(), self.connection.losses.clone());
        losses.mark_unchanged();
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
                // A message that the client cannot read ends the connection, each time that it is delivered.
                Ok(()) = losses.changed() => return Some("the connection was lost".to_owned()),
                _ = stopping.wait_for(|stopping| *stopping) => break,
            }
        }
        while under_way.join_next().await.is_some() {}
        if let Err(error) = self.connection.context.client().flush().await {
            tracing::debug!(%error, "the last acknowledgements could not be sent; those messages come again");
        }
        None
    }

    /// Asks the broker for messages. All nodes share one durable consumer, and each message goes to one of them.
    async fn messages(&self) -> Result<pull::Stream, String> {
        let Source { stream: name, filter, in_flight, .. } = &*self.source;
        let consumer = self.source.consumer(&self.settings.prefix);
        self.make_all().await?;
        let stream = self.connection.context.get_stream(name).await;
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
            durable_name: Some(consumer.to_owned()),
            description: Some("Commands to Ducat".to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            filter_subject: filter.clone().unwrap_or_default(),
            max_ack_pending: i64::try_from(pending).unwrap_or(i64::MAX),
            ..pull::Config::default()
        };
        // One that is there is changed to what is said now.
        let found: Result<PullConsumer, _> = stream.create_consumer(config).await;
        let found = found.map_err(|error| said(&format!("the consumer {consumer} cannot be made"), &error))?;
        poison::take_out(self, &stream, &found).await?;
        let pull = found.stream().max_messages_per_batch(*in_flight).expires(PULL_EXPIRES).heartbeat(PULL_HEARTBEAT);
        pull.messages().await.map_err(|error| said("messages cannot be asked for", &error))
    }

    /// Makes the streams for what is published about messages, where they are not there.
    async fn make_all(&self) -> Result<(), String> {
        let (dead, outcomes) = (self.source.dead(&self.settings.prefix), self.source.outcomes(&self.settings.prefix));
        self.make(dead, Duration::ZERO).await?;
        self.make(outcomes, OUTCOMES_KEPT).await
    }

    /// Makes a stream for what is published about messages, where there is none.
    async fn make(&self, subject: String, max_age: Duration) -> Result<(), String> {
        let name = subject.replace('.', "-");
        let config = Config {
            name: name.clone(),
            subjects: vec![subject],
            max_age,
            num_replicas: self.settings.replicas,
            ..Config::default()
        };
        let made = self.connection.context.get_or_create_stream(config).await;
        made.map(drop).map_err(|error| said(&format!("the stream {name} cannot be made"), &error))
    }

    /// Does what a message says, and tells the broker.
    async fn take(&self, message: Message) {
        let (stream, sequence, delivered, own) = match message.info() {
            Ok(info) => {
                // A stream that is made anew numbers its messages as before, and stores them at other instants.
                let own = format!("{}:{}", info.stream_sequence, info.published.unix_timestamp_nanos());
                (info.stream.to_owned(), info.stream_sequence, info.delivered, own)
            }
            Err(error) => return tracing::warn!(%error, "a message of NATS is of no stream; it is left alone"),
        };
        let answer = match self.request(&message, &stream, &own) {
            Ok((request, key)) => Ok(self.answer(&message, request, key).await),
            Err(reason) => Err(reason),
        };
        let fate = match &answer {
            Ok(answer) => fate_of(answer),
            Err(_) => Fate::Unreadable,
        };
        self.report_key(answer.as_ref().ok());
        let about = About { stream, sequence, answer };
        let told = match &fate {
            Fate::Refused => self.publish_outcome(&message, &about).await,
            Fate::Unreadable => self.publish_dead(&message, &about).await,
            Fate::Done | Fate::Returned(_) => Ok(()),
        };
        let fate = match told {
            Ok(()) => fate,
            Err(reason) => {
                self.say_once(&about, &reason, "what became of a message cannot be published; it comes again");
                Fate::Returned(None)
            }
        };
        self.meters.count_command(fate.word());
        if fate == Fate::Unreadable {
            self.say_once(&about, &about.reason(), "a message is no command; it is moved to the dead ones");
        }
        let kind = match fate {
            Fate::Returned(after) => AckKind::Nak(Some(after.unwrap_or_else(|| return_after(delivered)))),
            Fate::Done | Fate::Refused | Fate::Unreadable => AckKind::Ack,
        };
        // An acknowledgement that is lost has the message delivered again, and then it is a repetition.
        if let Err(error) = message.ack_with(kind).await {
            tracing::debug!(%error, sequence, "a message could not be acknowledged; it comes again");
        }
    }

    /// Says something of a message, unless it was said of the one before.
    fn say_once(&self, about: &About, reason: &str, what: &str) {
        let mut said = self.said.lock();
        if *said != reason {
            reason.clone_into(&mut said);
            tracing::warn!(stream = about.stream, sequence = about.sequence, reason, "{what}");
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
    fn request(&self, message: &Message, stream: &str, own: &str) -> Result<(Request, MessageKey), String> {
        let none = HeaderMap::new();
        let headers = message.headers.as_ref().unwrap_or(&none);
        let named = header_of(headers, PATH);
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
            let Some(value) = header_of(headers, name.as_str()) else { continue };
            let value =
                HeaderValue::from_str(value).map_err(|_| format!("the header {name} is no text of a header"))?;
            passed.insert(name, value);
        }
        let key = match (header_of(headers, KEY), header_of(headers, ID)) {
            (Some(key), _) => MessageKey::written(key).map_err(|reason| format!("the header {KEY}: {reason}"))?,
            (None, Some(id)) => MessageKey::within(stream, &format!("id:{id}")),
            (None, None) => MessageKey::within(stream, own),
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

    /// Publishes how a command was refused. A response that is longer than any message may be is left out: its status is said.
    async fn publish_outcome(&self, message: &Message, about: &About) -> Result<(), String> {
        let subject = self.source.outcomes(&self.settings.prefix);
        let body = about.answer.as_ref().map(|answer| answer.body.clone()).unwrap_or_default();
        let attempts = [(about.headers(message, false), body), (about.headers(message, false), Bytes::new())];
        self.publish_first(&subject, attempts).await
    }

    /// Publishes a message that is no command, with the reason: with its headers, else without, else its place alone.
    async fn publish_dead(&self, message: &Message, about: &About) -> Result<(), String> {
        let subject = self.source.dead(&self.settings.prefix);
        let attempts = [
            (about.headers(message, true), message.payload.clone()),
            (about.place(message), message.payload.clone()),
            (about.headers(message, false), Bytes::new()),
        ];
        self.publish_first(&subject, attempts).await
    }

    /// Publishes the first of these that is not too long.
    async fn publish_first<const N: usize>(
        &self,
        subject: &str,
        attempts: [(HeaderMap, Bytes); N],
    ) -> Result<(), String> {
        let mut failure = String::new();
        for (headers, body) in attempts {
            match self.publish(subject.to_owned(), headers, body).await {
                Err((PublishErrorKind::MaxPayloadExceeded, reason)) => failure = reason,
                // Someone deleted its stream.
                Err((PublishErrorKind::StreamNotFound, reason)) => {
                    self.make_all().await?;
                    return Err(format!("no stream takes {subject}: {reason}"));
                }
                done => return done.map_err(|(_, reason)| format!("{subject}: {reason}")),
            }
        }
        Err(failure)
    }

    async fn publish(
        &self,
        subject: String,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<(), (PublishErrorKind, String)> {
        let failed = |error: async_nats::jetstream::context::PublishError| (error.kind(), error.to_string());
        let sent = self.connection.context.publish_with_headers(subject, headers, body).await.map_err(failed)?;
        sent.await.map(drop).map_err(failed)
    }
}
