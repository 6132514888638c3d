//! Messages that the client of NATS cannot read.
//!
//! JetStream stores a message whose headers are not well formed, such as one with bytes that are no UTF-8. The client ends its
//! connection when such a message is delivered, so the message would be delivered again for ever, and keep the others from being
//! delivered. What is under way when a connection was lost is therefore read one by one, in a way in which a message cannot end the
//! connection; and one that cannot be read is moved to the dead ones without its headers, and deleted.

use std::error::Error as _;

use async_nats::HeaderMap;
use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::context::RequestError;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use super::super::trouble::said;
use super::Commands;

/// How many messages are looked at, from the last that was delivered back: more than are under way at a time by default.
const LOOK_MAX: u64 = 4_096;

/// What is said of such a message.
const REASON: &str = "its headers cannot be read: names are made of visible characters, and values are UTF-8";

/// Moves what cannot be read out of the way, of what was delivered and not acknowledged.
pub async fn take_out(commands: &Commands, stream: &Stream, consumer: &PullConsumer) -> Result<(), String> {
    let info = consumer.cached_info();
    if info.num_ack_pending == 0 {
        return Ok(());
    }
    // The one that ended the connection is among those that were delivered last.
    let last = info.delivered.stream_sequence;
    let first = (info.ack_floor.stream_sequence + 1).max(last.saturating_sub(LOOK_MAX));
    for sequence in first..=last {
        let Err(error) = stream.get_raw_message(sequence).await else { continue };
        // What was not answered says nothing of the message.
        let is_unanswered = error.source().is_some_and(|source| source.is::<RequestError>());
        if is_unanswered || error.kind() != RawMessageErrorKind::Other {
            continue;
        }
        // It is there, and only its headers stand in the way.
        let Some((subject, body)) = message_of(commands, sequence).await else { continue };
        if !commands.source.takes(&subject) {
            continue;
        }
        let mut headers = HeaderMap::new();
        headers.insert("Ducat-Stream", commands.source.stream.as_str());
        headers.insert("Ducat-Sequence", sequence.to_string());
        headers.insert("Ducat-Reason", REASON);
        let subject = commands.source.dead(&commands.settings.prefix);
        let published = commands.publish(subject, headers, body).await;
        published.map_err(|(_, reason)| format!("a message that cannot be read cannot be moved: {reason}"))?;
        let deleted = stream.delete_message(sequence).await;
        deleted
            .map_err(|error| said(&format!("message {sequence}, which cannot be read, cannot be deleted"), &error))?;
        tracing::warn!(stream = commands.source.stream, sequence, REASON, "a message is moved to the dead ones");
        commands.meters.count_command("unreadable");
    }
    Ok(())
}

/// The subject and the body of a message of the stream; nothing where it is not there, or no one answers.
async fn message_of(commands: &Commands, sequence: u64) -> Option<(String, Bytes)> {
    let to = format!("STREAM.MSG.GET.{}", commands.source.stream);
    let found: Value = commands.connection.context.request(to, &json!({ "seq": sequence })).await.ok()?;
    let message = found.get("message")?;
    let body = message.get("data").and_then(Value::as_str).unwrap_or_default();
    let body = BASE64_STANDARD.decode(body).ok()?;
    Some((message.get("subject")?.as_str()?.to_owned(), Bytes::from(body)))
}
