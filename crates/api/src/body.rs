//! Bodies in and out: bounded in size and time, JSON, every field known.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_processor::client::Pieces;
use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;

use crate::Api;
use crate::encoding;
use crate::problem::{Problem, REPLAYED};
use crate::values::Object;

/// A body of any length must go on arriving: so many bytes in so much time spent waiting for them. A slower client
/// would hold one of few places for nothing.
const PACE_BYTES: usize = 16 << 10;
const PACE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client may take to read the next piece of a streamed response.
pub(crate) const PIECE_TIMEOUT: Duration = Duration::from_secs(30);

/// A body in memory, with its part of what all bodies together may take. The part is given back when this goes.
pub(crate) struct Held {
    bytes: Bytes,
    room: Option<OwnedSemaphorePermit>,
}

impl std::ops::Deref for Held {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Api {
    /// Reads a body that says it is JSON.
    pub(crate) async fn body(&self, headers: &HeaderMap, body: Body) -> Result<Held, Problem> {
        if headers.get(header::CONTENT_TYPE).is_none() && http_body::Body::size_hint(&body).exact() == Some(0) {
            return Err(missing());
        }
        check_content_type(headers, "application/json")?;
        let encoding = encoding::of(headers)?;
        // A body that announces itself as too large need not arrive first.
        if http_body::Body::size_hint(&body).lower() > self.limits.body_bytes_max as u64 {
            return Err(Problem::body_too_large(self.limits.body_bytes_max));
        }
        let read = tokio::time::timeout(self.limits.body_timeout, self.hold(body)).await;
        let Held { bytes, room } = read.unwrap_or_else(|_| Err(Problem::body_timeout()))?;
        let sent = bytes.len();
        let bytes = encoding.decoded(bytes, self.limits.body_bytes_max).await?;
        // What was unpacked takes its part too.
        let more = self.room(bytes.len().saturating_sub(sent))?;
        Ok(Held { bytes, room: merged(room, more) })
    }

    /// A part of what all bodies together may take.
    fn room(&self, bytes: usize) -> Result<Option<OwnedSemaphorePermit>, Problem> {
        if bytes == 0 {
            return Ok(None);
        }
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.bodies).try_acquire_many_owned(bytes);
        room.map(Some).map_err(|_| Problem::bodies_too_large())
    }

    /// Reads a body to its end. Each piece takes its part of what all bodies may take when it arrives, so that a client
    /// that only announces a body takes nothing.
    async fn hold(&self, body: Body) -> Result<Held, Problem> {
        let limit = self.limits.body_bytes_max;
        let (mut pieces, mut length) = (Vec::new(), 0usize);
        let mut room: Option<OwnedSemaphorePermit> = None;
        let mut stream = body.into_data_stream();
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(|error| Problem::malformed("body", error))?;
            length += piece.len();
            if length > limit {
                return Err(Problem::body_too_large(limit));
            }
            room = merged(room, self.room(piece.len())?);
            pieces.push(piece);
        }
        let bytes = if let [piece] = pieces.as_slice() { piece.clone() } else { pieces.concat().into() };
        Ok(Held { bytes, room })
    }

    /// Reads and parses a body.
    pub(crate) async fn json<T: DeserializeOwned>(&self, headers: &HeaderMap, body: Body) -> Result<T, Problem> {
        parse(&self.body(headers, body).await?)
    }

    /// Reads and parses a body that may be left out.
    pub(crate) async fn optional_json<T: DeserializeOwned + Default>(
        &self,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<T, Problem> {
        if headers.get(header::CONTENT_TYPE).is_none() && http_body::Body::size_hint(&body).exact() == Some(0) {
            return Ok(T::default());
        }
        let bytes = self.body(headers, body).await?;
        // Left out, or null, which is the same.
        match bytes.trim_ascii() {
            b"" | b"null" => Ok(T::default()),
            _ => parse(&bytes),
        }
    }
}

/// Both parts as one.
fn merged(room: Option<OwnedSemaphorePermit>, more: Option<OwnedSemaphorePermit>) -> Option<OwnedSemaphorePermit> {
    match (room, more) {
        (Some(mut room), Some(more)) => {
            room.merge(more);
            Some(room)
        }
        (room, more) => room.or(more),
    }
}

/// A body of any length, read where that may block.
pub(crate) fn pieces(body: Body) -> Pieces {
    let (sender, pieces) = mpsc::channel(4);
    tokio::spawn(async move {
        let mut stream = body.into_data_stream();
        // Bytes that arrived, and the time left for as many as must.
        let (mut arrived, mut left) = (0usize, PACE_TIMEOUT);
        loop {
            let asked = Instant::now();
            let piece = match tokio::time::timeout(left, stream.next()).await {
                Ok(None) => Ok(Bytes::new()),
                Ok(Some(Ok(piece))) if piece.is_empty() => continue,
                Ok(Some(piece)) => piece.map_err(io::Error::other),
                Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the rest of the body does not arrive")),
            };
            left = left.saturating_sub(asked.elapsed());
            arrived += piece.as_ref().map_or(0, Bytes::len);
            if arrived >= PACE_BYTES {
                (arrived, left) = (0, PACE_TIMEOUT);
            }
            let is_over = piece.as_ref().map_or(true, Bytes::is_empty);
            if sender.send(piece).await.is_err() || is_over {
                return;
            }
        }
    });
    Pieces::new(pieces)
}

/// Whether a body says that it is of the type that is read here.
pub(crate) fn check_content_type(headers: &HeaderMap, expected: &'static str) -> Result<(), Problem> {
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = found.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) { Ok(()) } else { Err(Problem::unsupported_media_type(found, expected)) }
}

fn missing() -> Problem {
    Problem::malformed("body", "a body is missing; send a JSON object, with Content-Type: application/json")
}

/// Parses a JSON object; when that fails, parses once more to find the place.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(missing());
    }
    serde_json::from_slice::<Object<T>>(bytes).map(|object| object.0).map_err(|_| {
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        match serde_path_to_error::deserialize::<_, Object<T>>(&mut deserializer) {
            Ok(_) => Problem::malformed("body", "something follows the JSON object"),
            Err(error) => {
                let path = error.path().to_string();
                let path = path.trim_end_matches(['.', '?']);
                let place = if path.is_empty() { "body".to_owned() } else { format!("body: {path}") };
                Problem::malformed(place, error.into_inner())
            }
        }
    })
}

/// Whether a response is the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// It is.
    First,
    /// It repeats an earlier one.
    Replay,
}

/// A response in JSON.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response()
}

/// A response with this status, whether it is the first one or not.
pub(crate) fn respond(status: StatusCode, delivery: Delivery, body: &impl Serialize) -> Response {
    let mut response = json(status, body);
    if delivery == Delivery::Replay {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// The response to a command that was done: with its own status the first time, 200 and a header again.
pub(crate) fn outcome(status: StatusCode, delivery: Delivery, body: &impl Serialize) -> Response {
    match delivery {
        Delivery::First => json(status, body),
        Delivery::Replay => respond(StatusCode::OK, delivery, body),
    }
}
