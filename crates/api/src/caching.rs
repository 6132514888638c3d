//! Caching over the wire (RFC 9110, section 13; RFC 9111; RFC 8246).
//!
//! - What can never change says so: `immutable`. It is a balance as it was recorded before the ledger's last instant. A
//!   transaction may still be reversed, a balance by effective dates may still be moved by postings with an earlier date,
//!   and texts of transactions, statements and events may be erased, so none of those is among it.
//! - Everything else that is read has an `ETag`, is to be revalidated before it is used again, and is answered 304
//!   where the client has it already. Tags follow from what is answered, so they are the same on every node.
//! - All of it is `private`: balances are no one else's business, a shared cache's least of all.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// What never changes is kept for a year, the longest that caches are asked for.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// What may change is asked for again, with its tag.
const REVALIDATED: HeaderValue = HeaderValue::from_static("private, no-cache");

/// What is not a success says nothing about the next time.
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");

/// Bodies above this are sent without a tag: to hash one takes a millisecond by then.
const TAGGED_BYTES_MAX: u64 = 1 << 20;

/// Whether what is answered can ever change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// It was recorded before the ledger's last instant.
    Immutable,
    /// It may be another the next time.
    Passing,
}

impl Lasting {
    /// A response that says so.
    pub(crate) fn mark(self, mut response: Response) -> Response {
        if self == Lasting::Immutable {
            response.headers_mut().insert(header::CACHE_CONTROL, IMMUTABLE);
        }
        response
    }
}

/// The tag of these bytes.
pub(crate) fn tag(bytes: &[u8]) -> String {
    let hash = blake3::hash(bytes).to_hex();
    format!("\"{}\"", &hash[..32])
}

/// The tag of a response whose bytes differ each time (it names the instant) though it says the same as long as these
/// bytes, which it is made of, are the same.
pub(crate) fn weak_tag(made_of: &[u8]) -> String {
    format!("W/{}", tag(made_of))
}

/// A response with a tag of its own.
pub(crate) fn tagged(tag: &str, mut response: Response) -> Response {
    if let Ok(value) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// What a request insists on with `If-Match`, against the resource's tag as it is now (RFC 9110, section 13.1.1: a weak
/// tag never matches).
pub(crate) fn is_match(headers: &HeaderMap, tag: &str) -> Result<bool, Problem> {
    let mut is_asked = false;
    for value in headers.get_all(header::IF_MATCH) {
        is_asked = true;
        let text =
            value.to_str().map_err(|_| Problem::malformed("header: If-Match", "expected tags in quotes, or *"))?;
        if text.split(',').map(str::trim).any(|one| one == "*" || one == tag) {
            return Ok(true);
        }
    }
    Ok(!is_asked)
}

/// What a request has of the resource already.
pub(crate) enum Conditions {
    /// It reads, and these are the tags that it knows.
    Reads(Vec<HeaderValue>),
    /// It does not.
    Writes,
}

impl Conditions {
    pub(crate) fn of(request: &Request) -> Conditions {
        if request.method() != Method::GET {
            return Conditions::Writes;
        }
        Conditions::Reads(request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect())
    }

    /// Gives what is read a tag, and answers 304 where the client has it already.
    pub(crate) async fn applied(self, response: Response) -> Response {
        let Conditions::Reads(known) = self else { return response };
        if response.status() != StatusCode::OK {
            return kept(NOT_KEPT, response);
        }
        let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json");
        let size = http_body::Body::size_hint(response.body()).exact();
        if !is_json || size.is_none_or(|size| size > TAGGED_BYTES_MAX) {
            return response;
        }
        let (mut parts, mut body) = response.into_parts();
        if !parts.headers.contains_key(header::ETAG) {
            // It is in memory already, and not over the limit.
            let Ok(bytes) = to_bytes(body, usize::MAX).await else {
                return Problem::bug("a response of ours cannot be read back").into_response();
            };
            if let Ok(tag) = HeaderValue::from_str(&tag(&bytes)) {
                parts.headers.insert(header::ETAG, tag);
            }
            body = Body::from(bytes);
        }
        parts.headers.entry(header::CACHE_CONTROL).or_insert(REVALIDATED);
        if !known.is_empty() && parts.headers.get(header::ETAG).is_some_and(|tag| is_known(&known, tag)) {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            return Response::from_parts(parts, Body::empty());
        }
        Response::from_parts(parts, body)
    }
}

fn kept(how: HeaderValue, mut response: Response) -> Response {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(how);
    response
}

/// Whether a client has what a tag stands for (RFC 9110, section 13.1.2: weak tags count).
fn is_known(known: &[HeaderValue], tag: &HeaderValue) -> bool {
    let opaque = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let Ok(tag) = tag.to_str().map(opaque) else { return false };
    known.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|one| {
        let one = opaque(one);
        one == "*" || one == tag
    })
}
