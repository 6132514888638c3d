//! What a connection is doing, seen at its socket and around its requests, so that each thing it may wait for has a
//! limit.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Weak};
use std::task::{Context, Poll};
use std::time::{Duration, UNIX_EPOCH};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, Request, Response, header};
use ducat_engine::clock::since_1970;
use futures_util::future::BoxFuture;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::body;
use crate::service::Service;

/// How often a connection is looked at: limits are whole seconds.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// Milliseconds since the first connection; never 0.
fn now_ms() -> u64 {
    static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(STARTED.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

/// What a connection waits for, and since when. An instant of 0 is none.
#[derive(Debug)]
pub(super) struct Activity {
    /// Requests whose responses are not sent yet.
    requests: AtomicUsize,
    idle_since_ms: AtomicU64,
    /// Since when the beginning of a head is there.
    head_since_ms: AtomicU64,
    /// Since when the client reads nothing.
    blocked_since_ms: AtomicU64,
    wrote: AtomicBool,
    /// Whether what is read between requests is the beginning of one. In HTTP/2 it may be a frame of the connection.
    has_heads: bool,
    /// The bodies of responses under way in HTTP/2, each with the instant since which the client takes nothing of it; 0
    /// while it waits for us. A client there can leave a response unread without ever blocking the socket.
    bodies: Mutex<Vec<Weak<AtomicU64>>>,
}

impl Activity {
    /// Of a connection that speaks HTTP/1.1.
    pub fn new() -> Activity {
        Activity {
            has_heads: true,
            bodies: Mutex::default(),
            requests: AtomicUsize::new(0),
            idle_since_ms: AtomicU64::new(now_ms()),
            head_since_ms: AtomicU64::new(0),
            blocked_since_ms: AtomicU64::new(0),
            wrote: AtomicBool::new(false),
        }
    }

    /// Of a connection that speaks HTTP/2.
    pub fn of_frames() -> Activity {
        Activity { has_heads: false, ..Activity::new() }
    }

    /// Whether anything was written: then what the client may still read must reach it.
    pub fn was_refused(&self) -> bool {
        self.wrote.load(Ordering::Relaxed)
    }

    /// Comes back when the connection has waited for too long, and says for what.
    pub async fn expired(&self, head: Duration, idle: Duration, write: Duration) -> &'static str {
        let is_over = |since_ms: &AtomicU64, limit: Duration| match since_ms.load(Ordering::Relaxed) {
            0 => false,
            since_ms => now_ms().saturating_sub(since_ms) >= u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
        };
        loop {
            if is_over(&self.blocked_since_ms, write) || self.bodies().iter().any(|since_ms| is_over(since_ms, write)) {
                return "the client does not read its response";
            }
            if self.requests.load(Ordering::Relaxed) == 0 {
                if is_over(&self.head_since_ms, head) {
                    return "the head of a request does not arrive";
                }
                if is_over(&self.idle_since_ms, idle) {
                    return "it was idle";
                }
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }

    /// The bodies under way; those that have gone are forgotten.
    fn bodies(&self) -> Vec<Arc<AtomicU64>> {
        let mut bodies = self.bodies.lock();
        let under_way = bodies.iter().filter_map(Weak::upgrade).collect();
        bodies.retain(|body| body.strong_count() > 0);
        under_way
    }

    /// Follows the body of a response, from now on untaken.
    fn follow(&self) -> Option<Arc<AtomicU64>> {
        if self.has_heads {
            return None;
        }
        let since_ms = Arc::new(AtomicU64::new(now_ms()));
        self.bodies.lock().push(Arc::downgrade(&since_ms));
        Some(since_ms)
    }

    fn begin(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.head_since_ms.store(0, Ordering::Relaxed);
        self.idle_since_ms.store(0, Ordering::Relaxed);
    }

    fn end(&self) {
        self.idle_since_ms.store(now_ms(), Ordering::Relaxed);
        self.requests.fetch_sub(1, Ordering::Relaxed);
    }

    fn has_read(&self) {
        if self.has_heads && self.requests.load(Ordering::Relaxed) == 0 {
            // Only the first piece of a head counts: a byte now and then must not keep it alive.
            let _ = self.head_since_ms.compare_exchange(0, now_ms(), Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    fn has_written<T>(&self, written: &Poll<io::Result<T>>) {
        match written {
            Poll::Ready(_) => {
                self.blocked_since_ms.store(0, Ordering::Relaxed);
                self.wrote.store(true, Ordering::Relaxed);
            }
            Poll::Pending => {
                let _ = self.blocked_since_ms.compare_exchange(0, now_ms(), Ordering::Relaxed, Ordering::Relaxed);
            }
        }
    }
}

/// A socket whose activity is noted.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
}

impl<S> Watched<S> {
    pub fn new(stream: S, activity: Arc<Activity>) -> Watched<S> {
        Watched { stream, activity }
    }

    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = to.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, to);
        if to.filled().len() > before {
            self.activity.has_read();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, from);
        self.activity.has_written(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, from);
        self.activity.has_written(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The service as one connection sees it, whose requests are noted from head to the end of the response.
#[derive(Clone)]
pub(super) struct Counted {
    service: Service,
    activity: Arc<Activity>,
}

impl Counted {
    pub fn new(service: Service, activity: Arc<Activity>) -> Counted {
        Counted { service, activity }
    }
}

impl tower_service::Service<Request<Incoming>> for Counted {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        self.activity.begin();
        let noted = Noted(Arc::clone(&self.activity));
        let service = self.service.clone();
        Box::pin(async move {
            let respond = async |request| service.respond(request).await;
            let mut response = body::settle(request.map(Body::new), respond).await;
            // hyper's own Date panics while the clock is before 1970.
            let date = httpdate::fmt_http_date(UNIX_EPOCH + since_1970());
            if let Ok(date) = HeaderValue::try_from(date) {
                response.headers_mut().insert(header::DATE, date);
            }
            let untaken_since_ms = noted.0.follow();
            Ok(response.map(|body| Body::new(Sent { body, untaken_since_ms, _noted: noted })))
        })
    }
}

/// Ends a request when it goes: with the response's body, or with a handler that was dropped.
struct Noted(Arc<Activity>);

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The body of a response.
struct Sent {
    body: Body,
    /// Since when no one asks for more of it, in HTTP/2; 0 while someone waits for more.
    untaken_since_ms: Option<Arc<AtomicU64>>,
    _noted: Noted,
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Some(since_ms) = &self.untaken_since_ms {
            since_ms.store(if polled.is_ready() { now_ms() } else { 0 }, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
