//! What responds to a request: the routes, and around them what holds for every request.
//!
//! - A request that may not be asked is refused before its path is looked at.
//! - A path with a slash at its end is the same path without it.
//! - A handler that panics is a response of 500, and the next request is served.
//! - Whatever the response is, it is counted, and says whether it may be kept.
//!
//! This is one function and no stack of layers: a layer is copied and boxed for each request.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use tower_service::Service as _;
use tracing::Level;

use crate::door::oidc::Oidc;
use crate::door::{Admission, Door, Hosts, Visitor, bearer, cors};
use crate::problem::{Problem, ProblemCode};
use crate::{Api, DOCS, caching};

/// The whole API. Clones are the same.
#[derive(Clone)]
pub struct Service(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    api: Api,
    routes: Router,
    door: Door,
}

impl Service {
    pub(crate) fn new(api: Api, routes: Router, hosts: Hosts) -> Service {
        let door = Door::new(api.engine.clone(), hosts, api.limits.key_rate);
        Service(Arc::new(Parts { api, routes, door }))
    }

    /// The same, which asks no one for a key.
    #[must_use]
    pub fn without_keys(self) -> Service {
        let Parts { api, routes, door } = Arc::unwrap_or_clone(self.0);
        Service(Arc::new(Parts { api, routes, door: door.without_keys() }))
    }

    /// The same, which takes tokens of a provider besides keys.
    #[must_use]
    pub fn with_oidc(self, oidc: Arc<Oidc>) -> Service {
        let Parts { api, routes, door } = Arc::unwrap_or_clone(self.0);
        Service(Arc::new(Parts { api, routes, door: door.with_oidc(oidc) }))
    }

    /// Responds to a request, whatever it is and whoever sent it.
    pub async fn respond(&self, request: Request) -> Response {
        let origin = self.0.door.listed_origin(request.headers());
        let mut response = match origin.as_ref().and_then(|_| cors::preflight(&request)) {
            Some(response) => response,
            None => {
                // A body cannot be shared while it is waited for something.
                let (head, body) = request.into_parts();
                let admission = self.0.door.admit(&head).await;
                self.respond_to(admission, Request::from_parts(head, body)).await
            }
        };
        if let Some(origin) = origin {
            cors::allow(origin, response.headers_mut());
        }
        response
    }

    /// Responds to a request of someone who may do everything, because he may open the socket or the store itself.
    pub async fn respond_to_operator(&self, request: Request) -> Response {
        let operator = Visitor::Operator(self.0.api.engine.ring().operator());
        self.respond_to(operator.into(), request).await
    }

    async fn respond_to(&self, admission: Admission, mut request: Request) -> Response {
        let served = self.0.api.metrics.serve();
        let begun = tracing::enabled!(Level::DEBUG).then(Instant::now);
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let path = || if bearer::is_in_path(&uri) { "(a key)" } else { uri.path() };
        let conditions = caching::Conditions::of(&request);
        let Admission { key, left, visitor } = admission;
        let response = match visitor {
            Err(problem) => problem.into_response(),
            Ok(visitor) => {
                request.extensions_mut().insert(visitor);
                self.route(without_trailing_slash(request)).await
            }
        };
        let mut response = conditions.applied(response).await;
        if let Some(left) = left {
            left.write(response.headers_mut());
        }
        let status = response.status().as_u16();
        if matches!(status, 401 | 403) {
            self.0.api.knocks.note(self.0.api.engine.now(), key, status);
            tracing::info!(target: "ducat::access", %method, path = path(), status, key = key.map(|key| key.to_string()), "refused");
        }
        if let Some(begun) = begun {
            tracing::debug!(%method, path = path(), status, us = begun.elapsed().as_micros(), "request");
        }
        let problem = response.extensions().get::<ProblemCode>().map(|code| code.0);
        served.responded(self.0.door.operation(&method, uri.path()), status, problem);
        response
    }

    async fn route(&self, request: Request) -> Response {
        let mut routes = self.0.routes.clone();
        match AssertUnwindSafe(routes.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response,
            Err(_) => Problem::bug("a handler panicked").into_response(),
        }
    }
}

/// The same request for the path without a slash at its end, save for the documentation's own root.
fn without_trailing_slash(mut request: Request) -> Request {
    let path = request.uri().path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() == path.len() || trimmed.is_empty() || trimmed == DOCS {
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
