//! Streams of a broker: how far events are published, what stopped, and that it goes on.

use std::collections::HashMap;

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::names::Name;
use ducat_engine::brokers::{Stop, StreamView};
use ducat_engine::system::SystemError;
use ducat_store::Fault;
use ducat_store::sinks::Progress;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::query::{NoQuery, Query, UrlPath};
use crate::v1::ledger::render::Page;
use crate::values::JsonTime;
use crate::{Api, body, cursor};

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_streams)).routes(routes!(get_stream)).routes(routes!(continue_stream))
}

/// A stream of NATS to which events are published.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreamBody {
    /// Its name at the broker.
    #[schema(example = "ducat-events-shop")]
    stream: String,
    /// The ledger whose events are in it; null where several ledgers share it.
    ledger: Option<String>,
    /// The sequence of the last message that the broker accepted. In a stream of one ledger it is the event's `seq`.
    sequence: u64,
    /// Events that are not in it yet, as the node that publishes knows; null at other nodes.
    lag: Option<u64>,
    /// Whether this node publishes.
    here: bool,
    /// Whether events are published: `active`, `waiting` while the broker takes none, or `stopped` until someone has it go on.
    /// Only the node that publishes knows of `waiting`.
    #[schema(example = "active")]
    status: &'static str,
    /// Why it waits or stopped; null where it does not.
    reason: Option<String>,
    /// When it stopped; null where it did not.
    stopped_at: Option<JsonTime>,
}

impl StreamBody {
    fn of(stream: StreamView, progress: Option<&Progress>, noted: Option<Stop>) -> StreamBody {
        let StreamView { name, ledger, here, .. } = stream;
        // The node that publishes knows better than the store.
        let (sequence, stop, failing) = match &here {
            Some(here) => (here.sequence.0, here.stopped.clone(), here.failing.clone()),
            None => (progress.map_or(0, |progress| progress.seq.0), noted, None),
        };
        let status = match (&stop, &failing) {
            (Some(_), _) => "stopped",
            (None, Some(_)) => "waiting",
            (None, None) => "active",
        };
        StreamBody {
            stream: name,
            ledger: ledger.map(|ledger| ledger.to_string()),
            sequence,
            lag: here.as_ref().map(|here| here.lag),
            here: here.is_some(),
            status,
            stopped_at: stop.as_ref().map(|stop| JsonTime(stop.at)),
            reason: stop.map(|stop| stop.reason).or(failing),
        }
    }
}

impl Api {
    async fn stream_bodies(&self, streams: Vec<StreamView>) -> Result<Vec<StreamBody>, Problem> {
        self.blocking(move |engine| {
            let reader = engine.reader();
            let sinks: Vec<Name> = streams.iter().map(|stream| stream.sink.clone()).collect();
            let progress: HashMap<Name, Progress> =
                reader.progress(&sinks)?.into_iter().map(|progress| (progress.sink.clone(), progress)).collect();
            let body = |stream: StreamView| -> Result<StreamBody, Fault> {
                let noted = Stop::noted(reader.as_ref(), &stream.sink)?;
                let progress = progress.get(&stream.sink);
                Ok(StreamBody::of(stream, progress, noted))
            };
            Ok(streams.into_iter().map(body).collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn stream_body(&self, name: &str) -> Result<StreamBody, Problem> {
        if self.engine.streams().get(name).is_none() {
            // Its ledger may have been opened just now.
            self.engine.streams().look().await;
        }
        let bodies = self.stream_bodies(vec![self.stream(name)?]).await?;
        bodies.into_iter().next().ok_or_else(|| Problem::bug("a stream is missing"))
    }

    fn stream(&self, name: &str) -> Result<StreamView, Problem> {
        let not_found =
            || Problem::not_found("stream_not_found", format!("no events are published to a stream {name:?}"));
        self.engine.streams().get(name).ok_or_else(not_found)
    }
}

impl From<SystemError> for Problem {
    fn from(error: SystemError) -> Problem {
        match error {
            SystemError::Refused(rejection) => Problem::from_rejection(&rejection),
            SystemError::Ask(error) => error.into(),
        }
    }
}

/// List the streams to which events are published.
#[utoipa::path(get, path = "/v1/streams", tag = "streams",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")),
    responses((status = 200, description = "Streams", body = Page<StreamBody>)))]
pub(crate) async fn list_streams(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let after = cursor::name(&mut query)?;
    query.finish()?;
    let mut streams = api.engine.streams().all();
    streams.retain(|stream| after.as_ref().is_none_or(|after| stream.sink > *after));
    let more = streams.len() > limit;
    streams.truncate(limit);
    let next = streams.last().filter(|_| more).map(|stream| cursor::after_name(&stream.sink));
    let data = api.stream_bodies(streams).await?;
    Ok(body::json(StatusCode::OK, &Page { data, next }))
}

/// Show a stream, and how far it is.
#[utoipa::path(get, path = "/v1/streams/{stream}", tag = "streams", responses(
    (status = 200, description = "The stream", body = StreamBody),
    (status = 404, description = "`stream_not_found`"),
))]
pub(crate) async fn get_stream(api: Api, UrlPath(name): UrlPath<String>, _: NoQuery) -> Result<Response, Problem> {
    Ok(body::json(StatusCode::OK, &api.stream_body(&name).await?))
}

/// Have a stream that stopped go on with what it has.
#[utoipa::path(post, path = "/v1/streams/{stream}/continue", tag = "streams",
    description = "A stream that has lost messages goes on after its last one, and one that is gone or empty begins at the first \
                   event. Where its messages are of another history, it stops again: delete the stream first. The order is \
                   recorded (`/v1/audit`), and carried out within seconds.",
    responses(
    (status = 200, description = "It is ordered", body = StreamBody),
    (status = 404, description = "`stream_not_found`"),
    (status = 409, description = "`not_stopped`"),
))]
pub(crate) async fn continue_stream(api: Api, UrlPath(name): UrlPath<String>, _: NoQuery) -> Result<Response, Problem> {
    let shown = api.stream_body(&name).await?;
    let (Some(at), Some(reason)) = (&shown.stopped_at, shown.reason.clone()) else {
        return Err(Problem::conflict("not_stopped", format!("the stream {name} has not stopped")));
    };
    api.engine.continue_stream(&api.stream(&name)?, &Stop { at: at.0, reason }).await?;
    Ok(body::json(StatusCode::OK, &shown))
}
