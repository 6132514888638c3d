//! What responds to a request: the routes, and around them what holds for every request.
//!
//! - A request that may not be asked is refused before its path is looked at.
//! - A path with a slash at its end is the same path without it.
//! - A handler that panics is a response of 500, and the next request is served.
//! - Whatever the response is, it is counted, has an id, and says whether it may be kept.
//!
//! This is one function and no stack of layers: a layer is copied and boxed for each request.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse as _, Response};
use ducat_engine::keys::token::KeyId;
use futures_util::FutureExt as _;
use opentelemetry::Context;
use opentelemetry::context::FutureExt as _;
use opentelemetry::global::BoxedTracer;
use tower_service::Service as _;
use tracing::Level;

use crate::door::oidc::Oidc;
use crate::door::{Admission, Door, Hosts, Inward, bearer, cors};
use crate::idempotency::MessageKey;
use crate::problem::{Problem, ProblemCode};
use crate::traces::{self, REQUEST_ID, RequestId, Traces};
use crate::{Api, caching};

/// The whole API. Clones are the same.
#[derive(Clone)]
pub struct Service(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    api: Api,
    routes: Router,
    door: Door,
    traces: Arc<Traces>,
    /// Whether every request is logged.
    logs_access: bool,
}

impl Service {
    pub(crate) fn new(api: Api, routes: Router, hosts: Hosts) -> Service {
        let door = Door::new(api.engine.clone(), hosts, api.limits.key_rate);
        let traces = Arc::default();
        Service(Arc::new(Parts { api, routes, door, traces, logs_access: false }))
    }

    /// The same, which records a span of each request.
    #[must_use]
    pub fn with_tracer(self, tracer: BoxedTracer) -> Service {
        let parts = Arc::unwrap_or_clone(self.0);
        Service(Arc::new(Parts { traces: Arc::new(Traces::new(tracer)), ..parts }))
    }

    /// The same, which logs every request.
    #[must_use]
    pub fn with_access_log(self) -> Service {
        let parts = Arc::unwrap_or_clone(self.0);
        Service(Arc::new(Parts { logs_access: true, ..parts }))
    }

    /// The same, which serves these pages too, at `/console` and below.
    #[must_use]
    pub fn with_pages(self, pages: Router) -> Service {
        let parts = Arc::unwrap_or_clone(self.0);
        Service(Arc::new(Parts { routes: parts.routes.merge(pages), ..parts }))
    }

    /// The same, which asks no one for a key.
    #[must_use]
    pub fn without_keys(self) -> Service {
        let parts = Arc::unwrap_or_clone(self.0);
        Service(Arc::new(Parts { door: parts.door.without_keys(), ..parts }))
    }

    /// The same, which takes tokens of a provider besides keys.
    #[must_use]
    pub fn with_oidc(self, oidc: Arc<Oidc>) -> Service {
        let parts = Arc::unwrap_or_clone(self.0);
        Service(Arc::new(Parts { door: parts.door.with_oidc(oidc), ..parts }))
    }

    /// Responds to a request, whatever it is and whoever sent it.
    pub async fn respond(&self, request: Request) -> Response {
        let origin = self.0.door.listed_origin(request.headers());
        let mut response = match origin.as_ref().and_then(|_| cors::preflight(&request)) {
            Some(response) => response,
            None => {
                let begun = Instant::now();
                // A body cannot be shared while it is waited for something.
                let (head, body) = request.into_parts();
                let admission = self.0.door.admit(&head).await;
                self.respond_to(admission, Request::from_parts(head, body), begun).await
            }
        };
        if let Some(origin) = origin {
            cors::allow(origin, response.headers_mut());
        }
        response
    }

    /// Responds to a request of someone who may do everything, because he may open the socket or the store itself.
    pub async fn respond_to_operator(&self, request: Request) -> Response {
        let begun = Instant::now();
        let (head, body) = request.into_parts();
        let admission = self.0.door.admit_operator(&head);
        self.respond_to(admission, Request::from_parts(head, body), begun).await
    }

    /// Whether a message may be posted to a path.
    #[must_use]
    pub fn has_command(&self, path: &str) -> bool {
        self.0.door.has_command(path)
    }

    /// Responds to a request that a message brings, for the key that whatever brings messages is bound to; for anyone, where there
    /// are no keys.
    pub async fn respond_to_message(&self, request: Request, key: Option<KeyId>, message: MessageKey) -> Response {
        let begun = Instant::now();
        let (head, body) = request.into_parts();
        let admission = self.0.door.admit_message(&head, key);
        let mut request = Request::from_parts(head, body);
        request.extensions_mut().insert(message);
        self.respond_to(admission, request, begun).await
    }

    async fn respond_to(&self, admission: Admission, mut request: Request, begun: Instant) -> Response {
        let Parts { api, traces, .. } = &*self.0;
        let Admission { key, left, operation, visitor } = admission;
        let served = api.metrics.serve(begun);
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let id = RequestId::of(request.headers());
        let context = traces.begin(request.headers(), operation, &id);
        let conditions = caching::Conditions::of(&request);
        // Whoever is refused at the door may ask for everything in every way: that must not use up the places of others.
        let is_inward = request.extensions().get::<Inward>().is_some();
        let counted = operation.filter(|_| visitor.is_ok());
        let responding = async {
            let response = match visitor {
                Err(problem) => problem.into_response(),
                Ok(visitor) => {
                    request.extensions_mut().insert(visitor);
                    self.route(without_trailing_slash(request)).await
                }
            };
            conditions.applied(response).await
        };
        let mut response = match &context {
            Some(context) => responding.with_context(context.clone()).await,
            None => responding.await,
        };
        if let Some(left) = left {
            left.write(response.headers_mut());
        }
        let status = response.status().as_u16();
        if matches!(status, 401 | 403) && !is_inward {
            api.knocks.note(api.engine.now(), key, status);
        }
        let problem = response.extensions().get::<ProblemCode>().map(|code| code.0);
        let took = begun.elapsed();
        let line = Line { method: &method, uri: &uri, status, problem, key, took, id: &id, context: context.as_ref() };
        // No one asked for it, so it is no access; a fault is one all the same.
        if !is_inward || status >= 500 {
            self.log(&line);
        }
        if let Some(context) = &context {
            traces::end(context, status, problem);
        }
        served.responded(counted, status, problem);
        response.headers_mut().insert(REQUEST_ID, id.header());
        response
    }

    /// One line, for every request or for those that someone should know of.
    fn log(&self, line: &Line<'_>) {
        let is_notable = self.0.logs_access || matches!(line.status, 401 | 403 | 500..);
        if !is_notable && !tracing::enabled!(target: "ducat::access", Level::DEBUG) {
            return;
        }
        let Line { method, uri, status, problem, key, took, id, context } = *line;
        let path = if bearer::is_in_path(uri) { "(a key)" } else { uri.path() };
        let (key, trace_id) = (key.map(|key| key.to_string()), context.and_then(traces::trace_id));
        let (request_id, duration_us) = (id.as_str(), u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        // The level of an event is fixed where it stands.
        macro_rules! say {
            ($level:expr, $message:literal) => {
                tracing::event!(target: "ducat::access", $level, %method, path, status, problem, duration_us, request_id, key, trace_id, $message)
            };
        }
        match status {
            500.. => say!(Level::WARN, "failed"),
            401 | 403 => say!(Level::INFO, "refused"),
            _ if is_notable => say!(Level::INFO, "request"),
            _ => say!(Level::DEBUG, "request"),
        }
    }

    async fn route(&self, request: Request) -> Response {
        let mut routes = self.0.routes.clone();
        match AssertUnwindSafe(routes.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response,
            Err(_) => Problem::bug("a handler panicked").into_response(),
        }
    }
}

/// What is logged of a request.
struct Line<'a> {
    method: &'a Method,
    uri: &'a Uri,
    status: u16,
    problem: Option<&'static str>,
    key: Option<KeyId>,
    took: Duration,
    id: &'a RequestId,
    context: Option<&'a Context>,
}

/// The same request for the path without a slash at its end.
fn without_trailing_slash(mut request: Request) -> Request {
    let path = request.uri().path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() == path.len() || trimmed.is_empty() {
        return request;
    }
    let path_and_query = match request.uri().query() {
        Some(query) => format!("{trimmed}?{query}"),
        None => trimmed.to_owned(),
    };
    let mut parts = request.uri().clone().into_parts();
    // A part of a path that was read is a path.
    parts.path_and_query = path_and_query.parse().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}
