//! Whether a client would rather not wait for what it asks for (`Prefer: respond-async`, RFC 7240).

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const RESPOND_ASYNC: &str = "respond-async";

/// Whether the client asks for a response before the work is done.
pub(crate) fn is_async(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    let mut preferences = preferences.flat_map(|value| value.split(','));
    preferences.any(|preference| {
        let token = preference.split(';').next().unwrap_or_default().trim();
        token.eq_ignore_ascii_case(RESPOND_ASYNC)
    })
}

/// Says that the preference was followed.
pub(crate) fn applied(mut response: Response) -> Response {
    response.headers_mut().insert(PREFERENCE_APPLIED, HeaderValue::from_static(RESPOND_ASYNC));
    response
}
