//! The events in documents for programs: an AsyncAPI 3 document (<https://www.asyncapi.com/docs/reference/specification/v3.0.0>),
//! and the `webhooks` of the OpenAPI document. Both are made of the one list of types of events.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathItem, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder, Schema};
use utoipa::{PartialSchema as _, ToSchema as _};

use crate::schemas::word;
use crate::v1::ledger::events::{CloudEvent, EVENT_TYPES, EventType, MEDIA_TYPE, WEBHOOK_TEST};

/// The AsyncAPI document.
#[must_use]
pub fn asyncapi() -> Value {
    let reference = |event: &EventType| {
        let name = event.name;
        (name.to_owned(), json!({ "$ref": format!("#/components/messages/{name}") }))
    };
    let all: BTreeMap<String, Value> = EVENT_TYPES.iter().map(reference).collect();
    // A test is in no journal.
    let mut of_journal = all.clone();
    of_journal.remove(WEBHOOK_TEST);
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Ducat: events",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What happens in a ledger, as CloudEvents 1.0. Each effect in the journal is one event, in order of \
                            its seq. Source and id together name one event.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": MEDIA_TYPE,
        "channels": {
            "stream": {
                "address": "/v1/ledgers/{ledger}/cloudevents",
                "title": "Server-sent events",
                "description": "A GET with Accept: text/event-stream. The id of each server-sent event is the seq, and \
                                Last-Event-ID resumes after it.",
                "parameters": { "ledger": { "description": "The ledger" } },
                "messages": of_journal,
            },
            "nats": {
                "address": "ducat.events.{ledger}.{type}",
                "title": "NATS JetStream",
                "description": "The stream of a ledger (--nats-url): each event once, in order, and its sequence is the seq. The \
                                last part of the subject is the type without ducat. at its beginning; ducat is the prefix \
                                (--nats-prefix). Ducat-Seq, Ducat-Batch and Ducat-Hash name the event, its batch and the hash \
                                of that. Ledgers that share a stream have the subject ducat.shared.{ledger} each.",
                "parameters": {
                    "ledger": { "description": "The ledger; characters other than A-Z a-z 0-9 - _ as = and two digits" },
                    "type": { "description": "The type, such as transaction.posted.v1" },
                },
                "messages": of_journal.clone(),
            },
            "webhook": {
                "address": null,
                "title": "Webhooks",
                "description": "A POST to the address of a webhook, which POST /v1/ledgers/{ledger}/webhooks opens. The headers \
                                webhook-id, webhook-timestamp and webhook-signature are those of Standard Webhooks.",
                "messages": all,
            },
        },
        "operations": {
            "sendWebhooks": {
                "action": "send",
                "summary": "The server sends events to a webhook, signed after Standard Webhooks 1.0, until they are accepted.",
                "channel": { "$ref": "#/channels/webhook" },
            },
            "publishEvents": {
                "action": "send",
                "summary": "The server publishes every event of a ledger to a stream of NATS JetStream, once and in order.",
                "channel": { "$ref": "#/channels/nats" },
            },
            "streamEvents": {
                "action": "send",
                "summary": "The server sends every event of a ledger in order, from a seq on.",
                "channel": { "$ref": "#/channels/stream" },
            },
        },
        "components": {
            "messages": EVENT_TYPES.iter().map(|event| (event.name.to_owned(), message(event))).collect::<BTreeMap<_, _>>(),
            "schemas": schemas(),
        },
    })
}

fn message(event: &EventType) -> Value {
    json!({
        "name": event.name,
        "title": event.name,
        "summary": event.summary,
        "contentType": MEDIA_TYPE,
        "payload": payload(event),
    })
}

/// An event of a type: what all have, and its own data.
fn payload(event: &EventType) -> Schema {
    let own = ObjectBuilder::new()
        .property("type", word(&[event.name]))
        .required("type")
        .property("data", Ref::from_schema_name(event.data.name));
    AllOfBuilder::new().item(Ref::from_schema_name(CloudEvent::name())).item(own).build().into()
}

/// The schemas of all events.
fn schemas() -> BTreeMap<String, RefOr<Schema>> {
    let mut all: Vec<(String, RefOr<Schema>)> = vec![(CloudEvent::name().into_owned(), CloudEvent::schema())];
    CloudEvent::schemas(&mut all);
    all.extend(EVENT_TYPES.iter().flat_map(|event| (event.data.collect)()));
    all.into_iter().collect()
}

/// Adds to the OpenAPI document what is sent to receivers of webhooks.
pub(crate) fn add_webhooks(document: &mut OpenApi) {
    let webhooks = EVENT_TYPES.iter().fold(PathsBuilder::new(), |webhooks, event| {
        let content = ContentBuilder::new().schema(Some(payload(event))).build();
        let body = RequestBodyBuilder::new().content(MEDIA_TYPE, content).required(Some(Required::True)).build();
        let taken = ResponseBuilder::new().description("Any status of 2xx: the event was taken").build();
        let operation = OperationBuilder::new()
            .tag("events")
            .summary(Some(event.summary))
            .request_body(Some(body))
            .response("2XX", taken);
        webhooks.path(event.name, PathItem::new(HttpMethod::Post, operation.build()))
    });
    document.webhooks = Some(webhooks.build());
    document.components.get_or_insert_default().schemas.extend(schemas());
}
