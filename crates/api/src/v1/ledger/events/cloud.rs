//! Events in the shape of CloudEvents 1.0 (<https://github.com/cloudevents/spec>): the one shape in which they leave the
//! server, on pages, in streams and in messages.
//!
//! - `source` and `id` together name one event for ever: a reader that sees a pair again has seen the event.
//! - An event that would be too long for a message carries a link to its data in place of them (the extension `dataref`).

use std::fmt;
use std::sync::Arc;

use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Rendered;
use super::kinds::WEBHOOK_TEST;
use crate::values::JsonTime;

/// The longest event that is sent whole, in bytes of JSON. What message brokers and receivers of webhooks take is 64 kB
/// and more; a page of a thousand stays below 20 MB.
pub const EVENT_BYTES_MAX: usize = 20_000;

/// The longest name of a deployment, in bytes.
const SOURCE_BYTES_MAX: usize = 200;

/// What names this deployment in events, so that those of two servers are told apart on one bus.
#[derive(Debug, Clone, Default)]
pub struct EventSource(Arc<str>);

impl EventSource {
    /// Parses the beginning of a URI, such as `https://ledger.example.com` or `urn:example:ledger`.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<EventSource, String> {
        let is_of_uri = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/@!$&'()*+,;=%[]".contains(&byte);
        let has_scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
            let mut letters = scheme.bytes();
            let begins = letters.next().is_some_and(|byte| byte.is_ascii_alphabetic());
            begins && letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) && !rest.is_empty()
        });
        if !has_scheme || !text.bytes().all(is_of_uri) || text.ends_with('/') || text.len() > SOURCE_BYTES_MAX {
            return Err(format!(
                "{text:?} is no beginning of a URI: write a scheme and a name, at most {SOURCE_BYTES_MAX} bytes, without a / \
                 at the end, such as https://ledger.example.com"
            ));
        }
        Ok(EventSource(text.into()))
    }

    /// The source of the events of a ledger.
    #[must_use]
    pub fn of(&self, ledger: &Name) -> String {
        format!("{self}/v1/ledgers/{ledger}")
    }
}

impl fmt::Display for EventSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An event, as CloudEvents 1.0 has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CloudEvent {
    /// The version of CloudEvents.
    #[schema(example = "1.0")]
    specversion: &'static str,
    /// The ledger and the event's `seq` in it.
    #[schema(example = "shop:7")]
    pub id: String,
    /// The ledger, as a path below the name of the deployment (`--event-source`).
    #[schema(example = "/v1/ledgers/shop")]
    source: String,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "ducat.transaction.posted.v1")]
    pub kind: &'static str,
    /// To what it happened, as a path below the ledger; left out where that is the ledger itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "transactions/018f5e9c-7a80-7000-8000-000000000001")]
    subject: Option<String>,
    /// When.
    time: JsonTime,
    /// What `data` is.
    #[schema(example = "application/json")]
    datacontenttype: &'static str,
    /// Who asked for it: the name of an actor, such as `key:0123456789abcdef`. Left out where that was not recorded, or is
    /// not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// Whether texts of it were erased since. Left out where not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    redacted: bool,
    /// Where an event of more than 20,000 bytes is found whole, in place of `data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    dataref: Option<String>,
    /// What happened, in the members of its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
}

impl CloudEvent {
    /// An event whole, however long it is.
    pub(super) fn whole(rendered: Rendered, ledger: &Name, source: &EventSource) -> CloudEvent {
        CloudEvent {
            specversion: "1.0",
            id: format!("{ledger}:{}", rendered.seq.0),
            source: source.of(ledger),
            kind: rendered.kind,
            subject: rendered.subject,
            time: JsonTime(rendered.at),
            datacontenttype: "application/json",
            by: rendered.by,
            redacted: rendered.redacted,
            dataref: None,
            data: Some(rendered.data),
        }
    }

    /// An event that says no more than that a receiver gets it.
    pub(super) fn test(id: &str, webhook: &str, ledger: &Name, at: Timestamp, source: &EventSource) -> Sent {
        let event = CloudEvent {
            specversion: "1.0",
            id: format!("{ledger}:test:{id}"),
            source: source.of(ledger),
            kind: WEBHOOK_TEST,
            subject: Some(format!("webhooks/{webhook}")),
            time: JsonTime(at),
            datacontenttype: "application/json",
            by: None,
            redacted: false,
            dataref: None,
            data: Some(json!({ "webhook": webhook })),
        };
        Sent { seq: Seq(0), at, message_id: event.message_id(), kind: event.kind, json: written(&event) }
    }

    /// An event as it is sent, in JSON.
    pub(super) fn sent(rendered: Rendered, ledger: &Name, source: &EventSource) -> Sent {
        let (seq, at) = (rendered.seq, rendered.at);
        let event = CloudEvent::whole(rendered, ledger, source);
        let (message_id, kind) = (event.message_id(), event.kind);
        let mut json = written(&event);
        if json.get().len() > EVENT_BYTES_MAX {
            let dataref = Some(format!("{}/cloudevents/{}", event.source, seq.0));
            json = written(&CloudEvent { dataref, data: None, ..event });
        }
        Sent { seq, at, message_id, kind, json }
    }
}

impl CloudEvent {
    /// The id of a message that brings the event. After a ledger was restored to an earlier moment its seqs are given out again:
    /// another event has another instant, and so another id here. It has no dot in it, as Standard Webhooks wants.
    fn message_id(&self) -> String {
        let named = format!("{}\0{}\0{}", self.source, self.id, self.time.0.0);
        format!("evt_{}", &blake3::hash(named.as_bytes()).to_hex()[..32])
    }
}

/// An event that is written is never refused: it has no keys but texts, and no floats.
fn written(event: &CloudEvent) -> Box<serde_json::value::RawValue> {
    serde_json::value::to_raw_value(event).unwrap_or_default()
}

/// An event as it is sent.
#[derive(Debug)]
pub struct Sent {
    /// Its place in the ledger; 0 for a test.
    pub seq: Seq,
    /// Its instant.
    pub at: Timestamp,
    /// The id of a message that brings it, the same each time.
    pub message_id: String,
    /// The name of its type.
    pub kind: &'static str,
    /// The event, in JSON.
    pub json: Box<serde_json::value::RawValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_deployments() {
        for text in ["https://ledger.example.com", "urn:example:ledger", "https://example.com/eu/1"] {
            assert!(EventSource::parse(text).is_ok(), "{text}");
        }
        let long = format!("https://{}", "x".repeat(SOURCE_BYTES_MAX));
        for text in [
            "",
            "ledger",
            "https:",
            "https://ledger/",
            "1:a",
            ":a",
            "urn:a b",
            "urn:a?b",
            "urn:a#b",
            "urn:\u{e4}",
            &long,
        ] {
            assert!(EventSource::parse(text).is_err(), "{text}");
        }
        let source = EventSource::parse("https://ledger.example.com").expect("a name");
        let ledger = Name::parse("shop").expect("a name");
        assert_eq!(source.of(&ledger), "https://ledger.example.com/v1/ledgers/shop");
        assert_eq!(EventSource::default().of(&ledger), "/v1/ledgers/shop");
    }
}
