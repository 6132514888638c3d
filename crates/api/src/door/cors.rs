//! Pages of other origins that may ask, where they are listed (CORS, as Fetch defines it).
//!
//! - No origin is allowed that is not listed by name: `*` is none.
//! - Credentials of the browser are never asked for: a page shows a key of its own, as every client does.
//! - Without keys a listed page may do everything, as whoever reaches the server may.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

/// What a page may send besides what needs no leave.
const ALLOWED: HeaderValue = HeaderValue::from_static(
    "authorization, content-encoding, content-type, idempotency-key, if-match, if-none-match, last-event-id, prefer, \
     traceparent, tracestate, transaction-id, x-request-id",
);

/// What a page may read besides what needs no leave.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "allow, etag, idempotent-replayed, location, preference-applied, ratelimit, ratelimit-policy, retry-after, \
     www-authenticate, x-request-id",
);

/// How long a browser may remember: Chromium's limit is two hours.
const MAX_AGE_S: HeaderValue = HeaderValue::from_static("7200");

/// The origins that are listed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origins(BTreeSet<String>);

impl Origins {
    /// Lists one more, as browsers write it: a scheme and a host, and a port where it is not the scheme's own.
    pub fn add(&mut self, origin: &str) {
        self.0.insert(origin.to_ascii_lowercase());
    }

    /// The origin that a request names, if it is listed.
    pub fn listed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN).filter(|_| !self.0.is_empty())?;
        let is_listed = origin.to_str().is_ok_and(|origin| self.0.contains(&origin.to_ascii_lowercase()));
        is_listed.then(|| origin.clone())
    }
}

/// The response to a browser that asks whether a listed page may send something; `None` where it asks for the thing
/// itself.
pub(crate) fn preflight(request: &Request) -> Option<Response> {
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
    if request.method() != Method::OPTIONS {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, asked.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_S);
    Some(response)
}

/// Lets the page of a listed origin read a response.
pub(crate) fn allow(origin: HeaderValue, headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    headers.append(header::VARY, HeaderValue::from_static("origin"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_origins_are_allowed() {
        let mut origins = Origins::default();
        let headers = |origin: &'static str| HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static(origin))]);
        assert_eq!(origins.listed(&headers("https://shop.example")), None);
        origins.add("https://Shop.example");
        for (origin, is_listed) in [
            ("https://shop.example", true),
            ("https://SHOP.example", true),
            ("http://shop.example", false),
            ("https://shop.example:8443", false),
            ("https://shop.example.evil.example", false),
            ("null", false),
            ("*", false),
        ] {
            assert_eq!(origins.listed(&headers(origin)).is_some(), is_listed, "{origin}");
        }
        assert_eq!(origins.listed(&HeaderMap::new()), None);
    }
}
