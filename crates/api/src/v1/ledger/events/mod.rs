//! The journal as events: pages of JSON, or a stream that goes on (server-sent events).
//!
//! - Each effect is one event. It has two shapes: that of CloudEvents, in which events leave the server in every way, and that
//!   of the first release, which has pages of its own.
//! - What a reader may not see of a ledger is left out of its events, in either shape.

mod cloud;
mod data;
mod feed;
mod kinds;
mod rendered;

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::ToSchema;

pub use self::cloud::{CloudEvent, EVENT_BYTES_MAX, EventSource, Sent};
pub(crate) use self::data::data_of;
pub use self::feed::{Batch, Feed, Place, Proof, ProvenBatch};
pub use self::kinds::{DataSchema, EVENT_TYPES, EventType, WEBHOOK_TEST};
pub use self::rendered::{Rendered, render};
use super::ledgers::ledger_not_found;
use crate::problem::Problem;
use crate::query::{NoQuery, Query, UrlPath, path_name, seq};
use crate::values::write_time;
use crate::{Api, body};

/// Events fetched at a time for a stream.
const STREAM_CHUNK: usize = 256;

/// An effect of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventBody {
    /// Its place.
    seq: u64,
    /// The instant of its command.
    #[schema(format = DateTime)]
    at: String,
    /// Who asked for it: the name of an actor, such as `key:0123456789abcdef`; null where no one was asked who he is.
    by: Option<String>,
    /// What kind of effect it is.
    #[serde(rename = "type")]
    #[schema(example = "posting")]
    kind: &'static str,
    /// Whether texts of it were erased since. Left out where not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    redacted: bool,
    /// What happened.
    data: Value,
}

impl From<Rendered> for EventBody {
    fn from(rendered: Rendered) -> EventBody {
        let Rendered { seq, at, by, word, redacted, data, .. } = rendered;
        EventBody { seq: seq.0, at: write_time(at), by, kind: word, redacted, data }
    }
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct Events {
    /// The events, in order.
    data: Vec<EventBody>,
    /// What to give as `after` to go on; null at the end of the journal.
    next: Option<u64>,
}

/// A page of events in the shape of CloudEvents.
#[derive(Debug, Serialize, ToSchema)]
pub struct CloudEvents {
    /// The events, in order.
    #[schema(value_type = Vec<CloudEvent>)]
    data: Vec<Box<RawValue>>,
    /// What to give as `after` to go on; null at the end of the journal.
    next: Option<u64>,
}

/// A shape of events.
trait Shape: Sized + Send + 'static {
    /// An event in it.
    fn of(rendered: Rendered, ledger: &Name, source: &EventSource) -> Self;
    /// Its place, the name of its type, and the event in JSON, for a stream.
    fn in_stream(&self) -> (Seq, &'static str, String);
    /// A page of them.
    fn page(events: Vec<Self>, next: Option<u64>) -> Response;
}

impl Shape for EventBody {
    fn of(rendered: Rendered, _: &Name, _: &EventSource) -> EventBody {
        EventBody::from(rendered)
    }

    fn in_stream(&self) -> (Seq, &'static str, String) {
        (Seq(self.seq), self.kind, serde_json::to_string(self).unwrap_or_default())
    }

    fn page(data: Vec<EventBody>, next: Option<u64>) -> Response {
        body::json(StatusCode::OK, &Events { data, next })
    }
}

impl Shape for Sent {
    fn of(rendered: Rendered, ledger: &Name, source: &EventSource) -> Sent {
        CloudEvent::sent(rendered, ledger, source)
    }

    fn in_stream(&self) -> (Seq, &'static str, String) {
        (self.seq, self.kind, self.json.get().to_owned())
    }

    fn page(events: Vec<Sent>, next: Option<u64>) -> Response {
        let data = events.into_iter().map(|event| event.json).collect();
        body::json(StatusCode::OK, &CloudEvents { data, next })
    }
}

/// Every effect in order of `seq`, in the shape of the first release.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/events", tag = "events",
    description = "New programs read `/cloudevents`: the same events, in the shape in which they are also sent. With `Accept: \
                   text/event-stream` the answer is a stream that goes on with new effects as they are committed; \
                   `Last-Event-ID` takes it up again where it ended.",
    params(
        ("after" = Option<u64>, Query, description = "Go on after this `seq`"),
        ("limit" = Option<u32>, Query, description = "Rows of the page"),
        ("Last-Event-ID" = Option<u64>, Header, description = "As `after`, for streams")),
    responses((status = 200, description = "Events", body = Events)))]
pub(crate) async fn list_events(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    list::<EventBody>(api, &ledger, query.as_deref(), &headers).await
}

/// Every event in order of `seq`, as CloudEvents 1.0.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/cloudevents", tag = "events",
    description = "With `Accept: text/event-stream` the answer is a stream that goes on with new events as they are \
                   committed; `Last-Event-ID` takes it up again where it ended. An event over 20,000 bytes has `dataref`, the \
                   address of the whole event, in place of `data`.",
    params(
        ("after" = Option<u64>, Query, description = "Go on after this `seq`"),
        ("limit" = Option<u32>, Query, description = "Rows of the page"),
        ("Last-Event-ID" = Option<u64>, Header, description = "As `after`, for streams")),
    responses((status = 200, description = "Events", body = CloudEvents)))]
pub(crate) async fn list_cloud_events(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    list::<Sent>(api, &ledger, query.as_deref(), &headers).await
}

/// One event whole, however long it is, as a CloudEvent.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/cloudevents/{seq}", tag = "events",
    params(("seq" = u64, Path, description = "The event's place in the ledger")),
    responses(
        (status = 200, description = "The event", body = CloudEvent, content_type = "application/cloudevents+json"),
        (status = 404, description = "`ledger_not_found`, `event_not_found`")))]
pub(crate) async fn get_cloud_event(
    api: Api,
    UrlPath((ledger, place)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let place = seq(&place).map_err(|reason| Problem::malformed("path: seq", reason))?;
    let not_found = || Problem::not_found("event_not_found", format!("ledger {ledger} has no event {}", place.0));
    let before = place.0.checked_sub(1).ok_or_else(not_found)?;
    let page = api.events(ledger.clone(), Seq(before), 1).await?;
    let rendered = page.data.into_iter().next().filter(|event| event.seq == place).ok_or_else(not_found)?;
    let event = CloudEvent::whole(rendered, &ledger, &api.event_source);
    let mut response = body::json(StatusCode::OK, &event);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(MEDIA_TYPE));
    Ok(response)
}

/// The media type of one event in the shape of CloudEvents.
pub const MEDIA_TYPE: &str = "application/cloudevents+json";

async fn list<S: Shape>(api: Api, ledger: &str, query: Option<&str>, headers: &HeaderMap) -> Result<Response, Problem> {
    let ledger = path_name("ledger", ledger)?;
    let mut query = Query::new(query);
    let after = query.seq("after")?;
    let limit = query.limit(api.limits.page_max)?;
    query.finish()?;
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let last = headers.get("last-event-id").map(|value| seq(value.to_str().unwrap_or_default()));
    let last = last.transpose().map_err(|reason| Problem::malformed("header: Last-Event-ID", reason))?;
    if accepts.contains("text/event-stream") {
        return stream::<S>(api, ledger, last.or(after).unwrap_or(Seq(0))).await;
    }
    let EventPage { data, last, head } = api.events(ledger.clone(), after.unwrap_or(Seq(0)), limit).await?;
    let next = last.filter(|(last, _)| *last < head).map(|(seq, _)| seq.0);
    let events = data.into_iter().map(|event| S::of(event, &ledger, &api.event_source)).collect();
    Ok(S::page(events, next))
}

/// Events, and how far they go: some of what was read may not be shown.
struct EventPage {
    data: Vec<Rendered>,
    last: Option<(Seq, Timestamp)>,
    head: Seq,
}

impl Api {
    /// Events after a place, as far as whoever asks may see them.
    async fn events(&self, ledger: Name, after: Seq, limit: usize) -> Result<EventPage, Problem> {
        self.events_of(|_| true, ledger, after, limit).await
    }

    /// Those of the types that are wanted. Others are not rendered.
    async fn events_of(
        &self,
        wants: impl Fn(&str) -> bool + Send + 'static,
        ledger: Name,
        after: Seq,
        limit: usize,
    ) -> Result<EventPage, Problem> {
        let visitor = self.visitor.clone();
        let engine = self.engine.clone();
        self.read(move |snapshot| {
            let head = snapshot.head(&ledger)?.ok_or_else(ledger_not_found)?;
            let effects = snapshot.effects(&ledger, after, limit)?;
            let data = rendered::seen_by(&wants, &visitor, engine.ring(), snapshot, &ledger, &effects)?;
            Ok(EventPage { data, last: effects.last().map(|effect| (effect.seq, effect.at)), head: head.seq })
        })
        .await
    }
}

async fn stream<S: Shape>(api: Api, ledger: Name, after: Seq) -> Result<Response, Problem> {
    // The first page is read here, so that a ledger that is not there is a problem and no stream.
    drop(api.events(ledger.clone(), after, 1).await?);
    let full = |_| {
        Problem::unavailable("overloaded", "the server has as many event streams as it takes; read pages meanwhile")
    };
    let place = Arc::clone(&api.streams).try_acquire_owned().map_err(full)?;
    let (events, receiver) = mpsc::channel(STREAM_CHUNK);
    tokio::spawn(async move {
        let _place = place;
        let (visitor, engine) = (api.visitor.clone(), api.engine.clone());
        // Whoever is not let in any more sees nothing more.
        tokio::select! {
            () = feed::<S>(api, ledger, after, events) => {}
            () = visitor.ended(&engine) => {}
        }
    });
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default()).into_response())
}

/// Sends events as they come, until the client or the server goes.
async fn feed<S: Shape>(api: Api, ledger: Name, after: Seq, events: mpsc::Sender<Result<Event, Infallible>>) {
    let mut commits = api.engine.published().follow(&ledger);
    let mut stopping = api.stopping.clone();
    let mut after = after;
    loop {
        commits.mark_unchanged();
        let Ok(EventPage { data: page, last, .. }) = api.events(ledger.clone(), after, STREAM_CHUNK).await else {
            return;
        };
        let Some((last, _)) = last else {
            tokio::select! {
                changed = commits.changed() => if changed.is_err() { return },
                _ = stopping.wait_for(|stopping| *stopping) => return,
                () = events.closed() => return,
            }
            continue;
        };
        after = last;
        for event in page {
            let (seq, kind, json) = S::of(event, &ledger, &api.event_source).in_stream();
            let event = Event::default().id(seq.0.to_string()).event(kind).data(json);
            tokio::select! {
                sent = events.send(Ok(event)) => if sent.is_err() { return },
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }
}
