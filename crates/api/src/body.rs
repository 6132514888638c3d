//! Bodies in and out: bounded in size and time, JSON, every field known.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_processor::client::Pieces;
use futures_util::StreamExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use crate::Api;
use crate::encoding;
use crate::problem::{Problem, REPLAYED};
use crate::values::Object;

/// How long the next piece of a body of any length may take: who sends slower than that has gone.
pub(crate) const PIECE_TIMEOUT: Duration = Duration::from_secs(30);

impl Api {
    /// Reads a body that says it is JSON.
    pub(crate) async fn body(&self, headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
        check_content_type(headers, "application/json")?;
        let encoding = encoding::of(headers)?;
        let limit = self.limits.body_bytes_max;
        // A body that announces itself as too large need not arrive first.
        if http_body::Body::size_hint(&body).lower() > limit as u64 {
            return Err(Problem::body_too_large(limit));
        }
        let read = Limited::new(body, limit).collect();
        match tokio::time::timeout(self.limits.body_timeout, read).await {
            Ok(Ok(collected)) => encoding.decoded(collected.to_bytes(), limit).await,
            Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => Err(Problem::body_too_large(limit)),
            Ok(Err(error)) => Err(Problem::malformed("body", error)),
            Err(_) => Err(Problem::body_timeout()),
        }
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
        if bytes.is_empty() { Ok(T::default()) } else { parse(&bytes) }
    }
}

/// A body of any length, read where that may block.
pub(crate) fn pieces(body: Body) -> Pieces {
    let (sender, pieces) = mpsc::channel(4);
    tokio::spawn(async move {
        let mut stream = body.into_data_stream();
        loop {
            let piece = match tokio::time::timeout(PIECE_TIMEOUT, stream.next()).await {
                Ok(None) => Ok(Bytes::new()),
                Ok(Some(Ok(piece))) if piece.is_empty() => continue,
                Ok(Some(piece)) => piece.map_err(io::Error::other),
                Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the rest of the body does not arrive")),
            };
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

/// Parses a JSON object; when that fails, parses once more to find the place.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
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

/// Whether an answer is the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// It is.
    First,
    /// It repeats an earlier one.
    Again,
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response()
}

/// An answer with this status, whether it is the first one or not.
pub(crate) fn told(status: StatusCode, telling: Telling, body: &impl Serialize) -> Response {
    let mut response = json(status, body);
    if telling == Telling::Again {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// The answer to a command that was done: with its own status the first time, 200 and a header again.
pub(crate) fn outcome(status: StatusCode, telling: Telling, body: &impl Serialize) -> Response {
    match telling {
        Telling::First => json(status, body),
        Telling::Again => told(StatusCode::OK, telling, body),
    }
}
