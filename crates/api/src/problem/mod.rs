//! Problem documents (RFC 9457): what every response that is not a success looks like.

use std::panic::Location;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Extension;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_domain::Rejection;
use ducat_domain::ledger::rows::AssetRow;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_engine::ask::AskError;
use ducat_engine::executor::{Failure, Refusal};
use ducat_store::Fault;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::values::write_time;

pub(crate) mod shown;

use self::shown::{Amounts, Shown};

/// The code of a store that is damaged.
pub const DAMAGED: &str = "store_damaged";

/// Marks a response that repeats an earlier one.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Seconds after which to come back when the server has too much to do: batches take milliseconds.
const RETRY_AFTER_SECONDS: &str = "1";

/// The one 503 that does not pass by itself.
const PROCESSOR_NOT_CONFIGURED: &str = "processor_not_configured";

/// No key was shown.
pub(crate) const UNAUTHORIZED: &str = "unauthorized";

/// The key that was shown is not taken.
pub(crate) const INVALID_KEY: &str = "invalid_key";

/// What a client without a key is asked for (RFC 9110, section 11.6.1).
const CHALLENGE: &str = r#"Bearer realm="ducat""#;

/// The same with a key that is not taken (RFC 6750, section 3.1).
const INVALID: &str = r#"Bearer realm="ducat", error="invalid_token""#;

/// A response that is not a success.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem: `urn:ducat:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: Box<str>,
    /// The kind in words.
    #[schema(value_type = String)]
    title: Box<str>,
    /// The status code, as in the response's first line.
    status: u16,
    /// What to match on.
    code: &'static str,
    /// What happened here, and what to do about it.
    #[schema(value_type = String)]
    detail: Box<str>,
    /// What the sentence names, to be read by machines.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    extra: Map<String, Value>,
    /// The rule that was broken, where its sentence has amounts that are still to be written in the scales of their
    /// assets.
    #[serde(skip)]
    unscaled: Option<Box<Rejection>>,
    /// When this was answered first, where it repeats that.
    #[serde(skip)]
    replayed: Option<Timestamp>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("urn:ducat:problem:{code}").into(),
            title: code.replace('_', " ").into(),
            status: status.as_u16(),
            code,
            detail: detail.into().into(),
            extra: Map::new(),
            unscaled: None,
            replayed: None,
        }
    }

    /// Something that the client wrote wrongly: where, and why.
    pub fn malformed(place: impl std::fmt::Display, reason: impl std::fmt::Display) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "malformed", format!("{place}: {reason}"))
    }

    /// Something that is not there.
    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// Something that stands in the way of what is asked for.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, code, detail)
    }

    /// Something that a rule refuses.
    pub fn unprocessable(code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// No key was shown.
    pub fn unauthorized(detail: &str) -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, UNAUTHORIZED, detail)
    }

    /// The key that was shown is not taken.
    pub fn invalid_key(detail: &str) -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, INVALID_KEY, detail)
    }

    /// A path at which there is nothing.
    pub fn no_such_path(path: &str) -> Problem {
        Problem::not_found("not_found", format!("there is nothing at {path}; GET / names every entry point"))
    }

    /// A path that does not take this method, but others, which the Allow header says.
    pub fn no_such_method(path: &str, method: &Method, allowed: &str) -> Problem {
        let detail = format!("{path} does not take {method}; the Allow header says what it takes");
        let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
        // Where it is empty the router says them.
        if allowed.is_empty() { problem } else { problem.with("allow", json!(allowed)) }
    }

    /// A body of another type.
    pub fn unsupported_media_type(found: &str, expected: &str) -> Problem {
        let detail = match found {
            "" => format!("the body does not say what it is; send it with Content-Type: {expected}"),
            found => format!("the body is {found:?}; send {expected}"),
        };
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    }

    /// A body in an encoding that is not read here.
    pub fn unsupported_encoding(found: &str) -> Problem {
        let detail = format!("the body is encoded as {found:?}; send it as it is, or with Content-Encoding: gzip");
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_encoding", detail)
    }

    /// A body over the limit.
    pub fn body_too_large(limit: usize) -> Problem {
        let detail = format!("the body is over the limit of {limit} bytes; send less at once");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail).with("limit", json!(limit))
    }

    /// All bodies together are over their limit.
    pub fn bodies_too_large() -> Problem {
        Problem::unavailable(
            "overloaded",
            "the server has as many request bodies in memory as it takes; nothing was done; retry the request",
        )
    }

    /// A batch over the limit.
    pub fn batch_too_large(count: usize, limit: usize) -> Problem {
        let detail = format!("the batch has {count} transactions, the limit is {limit}; send it in parts");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "batch_too_large", detail).with("limit", json!(limit))
    }

    /// A body that takes too long to arrive.
    pub fn body_timeout() -> Problem {
        Problem::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", "the body took too long to arrive; nothing was done")
    }

    /// A command was taken and its outcome is still awaited.
    pub fn outcome_unknown(id: Option<Id>) -> Problem {
        let detail = "the command was accepted, and its outcome is not known yet; retry under the same id";
        let problem = Problem::new(StatusCode::GATEWAY_TIMEOUT, "outcome_unknown", detail);
        match id {
            Some(id) => problem.with("id", json!(id.to_string())),
            None => problem,
        }
    }

    /// What a problem becomes that came up after a command was taken: whatever failed since, no one may say that
    /// nothing was done. A batch has no id of its own.
    #[must_use]
    pub fn after_commit(self, id: Option<Id>) -> Problem {
        if self.status < 500 { self } else { Problem::outcome_unknown(id) }
    }

    /// A bug of ours: logged once, with the place where it showed.
    #[track_caller]
    pub fn bug(what: &str) -> Problem {
        let place = Location::caller();
        tracing::error!(%place, what, "a bug");
        Problem::logged_bug(what)
    }

    fn logged_bug(what: &str) -> Problem {
        let detail =
            format!("the server has a bug here: {what}; its log says where. Repeat the request under the same id");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// The server cannot serve now, and nothing was done.
    pub fn unavailable(code: &'static str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
    }

    /// Nothing can be sent: the operator changes that, not time.
    pub fn processor_not_configured() -> Problem {
        let reason = "no processor is configured; start the server with --processor-url";
        Problem::unavailable(PROCESSOR_NOT_CONFIGURED, reason)
    }

    /// The store holds what cannot be. No retry helps, so none is asked for.
    pub fn damaged(reason: impl Into<String>) -> Problem {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, DAMAGED, reason)
    }

    /// Nothing came of a request, for certain.
    pub fn from_failure(failure: &Failure) -> Problem {
        let detail = format!("{failure}; nothing was done; retry the request");
        match failure {
            Failure::Store(fault) if fault.is_damage() => Problem::damaged(fault.to_string()),
            Failure::Store(_)
            | Failure::Deposed
            | Failure::Unavailable
            | Failure::Elsewhere { .. }
            | Failure::Refused { refusal: Refusal::Unavailable, .. } => {
                Problem::unavailable("store_unavailable", detail)
            }
            Failure::Unreachable { owner, .. } => {
                Problem::unavailable("store_unavailable", detail).with("owner", json!(owner))
            }
            Failure::Refused { refusal: Refusal::TooLarge, .. } => {
                let detail = format!("{failure}; nothing was done; send less at once");
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
            }
            Failure::Overloaded | Failure::Refused { refusal: Refusal::Overloaded, .. } => {
                Problem::unavailable("overloaded", detail)
            }
            Failure::Closed => Problem::unavailable("shutting_down", detail),
        }
    }

    /// Adds something that the sentence names.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Problem {
        self.extra.insert(name.to_owned(), value);
        self
    }

    /// The same kind of problem with another sentence, and without anything that a sentence would name.
    #[must_use]
    pub fn bare(self, detail: &str) -> Problem {
        Problem { detail: detail.into(), extra: Map::new(), unscaled: None, ..self }
    }

    /// Says that this repeats the response that was given at an instant.
    #[must_use]
    pub fn replayed(self, at: Timestamp) -> Problem {
        let problem = self.with("replayed", json!(true)).with("at", json!(write_time(at)));
        Problem { replayed: Some(at), ..problem }
    }

    /// Writes the amounts in its sentence as people do, in the scales of these assets.
    #[must_use]
    pub fn in_scales(self, assets: &[AssetRow]) -> Problem {
        match &self.unscaled {
            Some(rejection) => Problem { detail: Problem::shown_in(rejection, assets).detail, ..self },
            None => self,
        }
    }

    /// Whether its sentence has amounts in minor units, which people write in the scale of their asset.
    #[must_use]
    pub fn has_amounts(&self) -> bool {
        self.unscaled.is_some()
    }

    /// What happened here, in a sentence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Something that the sentence names, as text.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<String> {
        self.extra.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A rule that the command would break.
    #[must_use]
    pub fn from_rejection(rejection: &Rejection) -> Problem {
        Problem::shown_in(rejection, &[])
    }

    /// A rule refused it, now or before.
    #[must_use]
    pub fn refused(rejection: &Rejection, before: Option<Timestamp>) -> Problem {
        let problem = Problem::from_rejection(rejection);
        match before {
            Some(at) => problem.replayed(at),
            None => problem,
        }
    }

    fn shown_in(rejection: &Rejection, assets: &[AssetRow]) -> Problem {
        let amounts = Amounts::new(assets);
        let Shown { status, detail, members } = crate::v1::ledger::problem::shown(rejection, &amounts);
        let rejection_kept = amounts.is_unscaled().then(|| Box::new(rejection.clone()));
        let problem = Problem { unscaled: rejection_kept, ..Problem::new(status, rejection.code(), detail) };
        members.into_iter().fold(problem, |problem, (name, value)| problem.with(name, value))
    }
}

/// Whether the last time was over a second ago: a store that is away fails every read, and one line a second says so.
fn is_time_to_log() -> bool {
    static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
    static LAST_S: AtomicU64 = AtomicU64::new(u64::MAX);
    let now_s = STARTED.elapsed().as_secs();
    LAST_S.swap(now_s, Ordering::Relaxed) != now_s
}

impl From<Fault> for Problem {
    /// The store could not be read.
    fn from(fault: Fault) -> Problem {
        if is_time_to_log() {
            tracing::error!(%fault, "the store could not be read");
        }
        if fault.is_damage() {
            Problem::damaged(fault.to_string())
        } else {
            Problem::unavailable("store_unavailable", fault.to_string())
        }
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Problem {
        match error {
            AskError::Read(fault) => fault.into(),
            AskError::Failed(failure) => Problem::from_failure(&failure),
            AskError::Unknown(id) => Problem::outcome_unknown(id),
            AskError::Bug(what) => Problem::logged_bug(what),
        }
    }
}

pub(crate) use ducat_engine::ask::OTHER_KIND;

/// A name that the server itself chose.
#[track_caller]
pub(crate) fn fixed_name(text: &str) -> Result<Name, Problem> {
    Ok(ducat_engine::ask::fixed_name(text)?)
}

/// What must be there is: anything else is a bug, logged where it showed.
pub trait OrBug<T> {
    /// The value.
    ///
    /// # Errors
    /// A bug, when there is none.
    fn or_bug(self, what: &str) -> Result<T, Problem>;
}

impl<T> OrBug<T> for Option<T> {
    #[track_caller]
    fn or_bug(self, what: &str) -> Result<T, Problem> {
        match self {
            Some(value) => Ok(value),
            None => Err(Problem::bug(what)),
        }
    }
}

impl<T, E> OrBug<T> for Result<T, E> {
    #[track_caller]
    fn or_bug(self, what: &str) -> Result<T, Problem> {
        match self {
            Ok(value) => Ok(value),
            Err(_) => Err(Problem::bug(what)),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.code == "unsupported_encoding" {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, identity"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE && self.code != PROCESSOR_NOT_CONFIGURED {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
        }
        if let Some(allowed) = self.extra.get("allow").and_then(Value::as_str) {
            headers.extend(HeaderValue::from_str(allowed).ok().map(|allowed| (header::ALLOW, allowed)));
        }
        if let Some(wait_ms) = self.extra.get("retry_after_ms").and_then(Value::as_u64) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait_ms.div_ceil(1_000)));
        }
        let code = ProblemCode(self.code);
        match (status, self.code) {
            (StatusCode::UNAUTHORIZED, INVALID_KEY) => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(INVALID));
            }
            (StatusCode::UNAUTHORIZED, _) => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
            }
            (StatusCode::FORBIDDEN, _) if let Some(Value::String(scope)) = self.extra.get("scope") => {
                let challenge = format!(r#"{}, error="insufficient_scope", scope="{scope}""#, CHALLENGE);
                headers.extend(HeaderValue::try_from(challenge).ok().map(|value| (header::WWW_AUTHENTICATE, value)));
            }
            (_, _) => {}
        }
        if self.replayed.is_some() {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        let body = serde_json::to_vec(&self).unwrap_or_default();
        (status, Extension(code), headers, body).into_response()
    }
}

/// The code of a problem, on the response that it became.
#[derive(Debug, Clone, Copy)]
pub struct ProblemCode(pub &'static str);
