//! Between nodes: commands sent on to the node that has the lease, commands taken from others, and who is where.
//!
//! Always true: a request between nodes shows the secret that stands in the database, which only its nodes can read,
//! and names the node that it is for, so that what another node answers under a wrong address is never taken for an
//! answer. The secret is sent over TLS or within a machine, unless that is waived. What was sent on is never sent on
//! again: a node that has not the lease answers 421.

mod forwarder;
mod kept;
mod peers;
mod take;
mod watch;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_store::standing::Standing;

use crate::problem::Problem;
use crate::values::hex;

pub use forwarder::HttpForwarder;
pub(crate) use kept::Kept;
pub use peers::{Peers, Plain};
pub(crate) use take::{identify, take};
pub use watch::{prove, watch};

/// Where all of this is.
pub(crate) const PATHS: &str = "/cluster/v1/";

/// Where nodes take commands from each other.
pub const ITEMS_PATH: &str = "/cluster/v1/ledgers/{ledger}/items";

/// Where a node says who it is.
pub const IDENTITY_PATH: &str = "/cluster/v1/identity";

/// What the bytes are, and of which kind: nodes of another release that writes them differently refuse each other.
const CONTENT_TYPE: &str = "application/vnd.ducat.items; version=4";

/// The node that a request is for, and, in a node's own replies, the node that answers. Whatever stands between nodes
/// and answers in their place knows nothing of it.
const MARK: HeaderName = HeaderName::from_static("ducat-node");

/// The name of an attempt: sent again under it, a request that was done is answered as the first time.
const ATTEMPT: HeaderName = HeaderName::from_static("ducat-attempt");

/// The largest body that a client may be allowed to send: what a node takes from a client, every other must take from
/// it.
pub const CLIENT_BYTES_MAX: usize = 256 << 20;

/// Bytes that a node takes from another, whatever its own limits are: a command takes fewer bytes than its JSON, but
/// its defaults are filled in; and what the server itself asks for at once, such as 8,190 rows of a report, takes some
/// more.
const ITEMS_BYTES_MAX: usize = 2 * CLIENT_BYTES_MAX + (64 << 20);

/// The secret as a header.
fn authorization(standing: &Standing) -> String {
    format!("Bearer {}", hex(&standing.secret()))
}

/// The refusal of everyone who does not show the secret, and of what is meant for another node.
fn refusal(standing: Option<&Standing>, headers: &HeaderMap) -> Option<Response> {
    let nothing = || Problem::not_found("not_found", "there is nothing here for clients").into_response();
    let (Some(standing), Some(shown)) = (standing, headers.get(header::AUTHORIZATION)) else { return Some(nothing()) };
    let expected = authorization(standing);
    // Every byte is looked at, whichever is wrong: the time it takes reveals nothing.
    let differences = shown.as_bytes().iter().zip(expected.as_bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    if shown.len() != expected.len() || differences != 0 {
        return Some(marked(Some(standing), StatusCode::UNAUTHORIZED.into_response()));
    }
    let is_for_us = headers.get(MARK).is_some_and(|url| url.as_bytes() == standing.url().as_bytes());
    (!is_for_us).then(|| marked(Some(standing), StatusCode::MISDIRECTED_REQUEST.into_response()))
}

/// A node's own reply.
fn marked(standing: Option<&Standing>, mut response: Response) -> Response {
    let mark = standing.and_then(|standing| HeaderValue::from_str(standing.url()).ok());
    if let Some(mark) = mark {
        response.headers_mut().insert(MARK, mark);
    }
    response
}

/// An error with its causes, in one sentence.
fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}
