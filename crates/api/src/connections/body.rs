//! Bodies that a response does not wait for: read to their end where that is soon, else the connection says that it
//! closes.
//!
//! HTTP/1.1 has no way to skip a body (RFC 9112, section 9.3): the next request on the connection begins behind it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::StreamExt as _;
use http_body::{Frame, SizeHint};
use parking_lot::Mutex;

/// Bytes of a body that are read and dropped to keep its connection: a small request, refused by its head.
const DROPPED_MAX: u64 = 64 << 10;

/// How long the response waits for them.
const DROP_TIME: Duration = Duration::from_secs(1);

/// Where a body is.
enum Place {
    /// With the handler.
    Out,
    /// It was read to its end.
    Finished,
    /// The handler let it go before that.
    Back(Body),
}

/// A body that comes back when it is let go.
struct Lent {
    body: Option<Body>,
    is_read: bool,
    place: Arc<Mutex<(Place, bool)>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.is_read = true;
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(context);
        if let Poll::Ready(None | Some(Err(_))) = &polled {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let place = match self.body.take() {
            Some(body) if !body.is_end_stream() => Place::Back(body),
            Some(_) | None => Place::Finished,
        };
        *self.place.lock() = (place, self.is_read);
    }
}

/// Lets a handler respond, and sees to what it did not read of the body.
pub(super) async fn settle<R: Future<Output = Response>>(
    request: Request,
    respond: impl FnOnce(Request) -> R,
) -> Response {
    if request.body().is_end_stream() {
        return respond(request).await;
    }
    // A client that asked for leave to send its body and gets a final response may or may not send it (RFC 9110,
    // 10.1.1).
    let is_waiting = request.headers().contains_key(header::EXPECT);
    let place = Arc::new(Mutex::new((Place::Out, false)));
    let lent = Arc::clone(&place);
    let request = request.map(|body| Body::new(Lent { body: Some(body), is_read: false, place: lent }));
    let mut response = respond(request).await;
    let (place, is_read) = std::mem::replace(&mut *place.lock(), (Place::Out, false));
    let is_over = match place {
        Place::Finished => true,
        Place::Out => false,
        Place::Back(_) if is_waiting && !is_read => false,
        Place::Back(body) => is_dropped(body).await,
    };
    if !is_over {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Reads the rest of a body, if it is short and comes soon.
async fn is_dropped(body: Body) -> bool {
    if body.size_hint().lower() > DROPPED_MAX {
        return false;
    }
    let dropped = async {
        let mut left = DROPPED_MAX;
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            let Ok(piece) = piece else { return false };
            let Some(less) = left.checked_sub(piece.len() as u64) else { return false };
            left = less;
        }
        true
    };
    tokio::time::timeout(DROP_TIME, dropped).await.unwrap_or(false)
}
