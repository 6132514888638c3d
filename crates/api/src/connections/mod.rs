//! Connections: accepted up to a limit, each bounded in time, drained when the server stops.
//!
//! Always true:
//! - A connection that the limit has no room for gets 503 and is closed; it never waits unanswered.
//! - A response to a request whose body was not read to its end says `Connection: close`, and the rest of the body is
//!   read and dropped for a while, so that the client sees the response and not a reset.
//! - A head, an idle connection and a client that does not read its response each have a time limit.
//! - With TLS the same holds after the handshake, which has a time limit too.
//! - Stopping takes at most the drain limit, whatever clients do.

mod addresses;
mod body;
pub mod socket;
pub mod tls;
mod watch;

use std::io;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use futures_util::FutureExt as _;
use futures_util::future::poll_fn;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch as channel};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::service::Service;
use addresses::Addresses;
use tls::Tls;
use watch::{Activity, Watched};

/// What connections may take. Each limit is a setting.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// Connections open at once. Each holds a descriptor, so this must stay below the process's own limit of them.
    pub connections_max: usize,
    /// Connections open at once of one address; as many as in all where there is no limit.
    pub per_address_max: Option<NonZeroUsize>,
    /// How long a request's head may take to arrive: a client sends it in one piece.
    pub head_timeout: Duration,
    /// How long a connection may stay open between requests. Longer than the minute for which most proxies and client
    /// pools keep theirs, so that they close first.
    pub idle_timeout: Duration,
    /// How long a client may take to read anything of its response.
    pub write_timeout: Duration,
    /// How long requests under way may take when the server stops: as long as service managers wait.
    pub drain_timeout: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> ConnectionLimits {
        ConnectionLimits {
            connections_max: 10_000,
            per_address_max: None,
            head_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(30),
        }
    }
}

/// Connections beyond the limit that are being refused with a response at once; the rest of them is closed without a
/// word.
pub const REFUSALS_MAX: usize = 16;

/// Requests at once over one connection of HTTP/2.
const STREAMS_MAX: u32 = 128;

/// Streams of one connection that a client reset, or that were reset for its errors, before the connection is closed:
/// a client that resets what it asks for makes the server work for nothing (CVE-2023-44487).
const RESETS_MAX: usize = 20;

/// Bytes of one response that are kept for a client who does not take them.
const SEND_BYTES_MAX: usize = 64 << 10;

/// Bytes of a head in HTTP/2. HTTP/1.1 has hyper's own limit.
const HEAD_BYTES_MAX: u32 = 64 << 10;

/// How long a refused connection is kept to see that the client reads the refusal.
const REFUSAL_TIME: Duration = Duration::from_secs(1);

/// After an accept that failed for want of descriptors or memory, the next one waits this long.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Once the server stops, a head that has begun to arrive has this long to be complete.
const LAST_HEAD_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a body that no one reads is dropped before the connection closes, in all and between two pieces. They are
/// nginx's (`lingering_time`, `lingering_timeout`).
const LINGER_TIME: Duration = Duration::from_secs(30);
const LINGER_PAUSE: Duration = Duration::from_secs(5);

/// What a connection beyond the limit gets.
static FULL: LazyLock<String> = LazyLock::new(|| {
    let body = concat!(
        r#"{"type":"urn:ducat:problem:overloaded","title":"overloaded","status":503,"code":"overloaded","#,
        r#""detail":"the server has as many connections as it takes; nothing was done; retry the request"}"#,
    );
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 1\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
});

/// Serves until `stopping` turns true, then finishes what is under way, within the drain limit.
///
/// # Errors
/// Never now: what fails in one connection is that connection's alone.
pub async fn serve(
    listener: TcpListener,
    service: Service,
    tls: Option<Arc<Tls>>,
    limits: ConnectionLimits,
    mut stopping: channel::Receiver<bool>,
) -> io::Result<()> {
    let limits = Arc::new(limits);
    let (room, refusals) = (Arc::new(Semaphore::new(limits.connections_max)), Arc::new(Semaphore::new(REFUSALS_MAX)));
    let addresses = Addresses::default();
    let mut connections = JoinSet::new();
    let mut was_full = false;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_of_the_client(&error) => continue,
            Err(error) => {
                tracing::error!(%error, "a connection cannot be accepted; raise the limit of open files (ulimit -n)");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let place = Arc::clone(&room).try_acquire_owned().ok();
        match place.zip(addresses.enter(peer.ip(), limits.per_address_max)) {
            Some(place) => {
                was_full = false;
                let (service, limits, stopping) = (service.clone(), Arc::clone(&limits), stopping.clone());
                let tls = tls.clone();
                connections.spawn(async move {
                    let _place = place;
                    connection(stream, tls.as_deref(), service, &limits, stopping).await;
                });
            }
            None => {
                if !std::mem::replace(&mut was_full, true) {
                    let limit = limits.connections_max;
                    let detail = "all connections are taken, of this address or in all; further ones are refused \
                                  (--connections-max, --connections-per-address-max)";
                    tracing::warn!(limit, %peer, detail);
                }
                // Who expects TLS does not read plain text.
                if tls.is_none()
                    && let Ok(turn) = Arc::clone(&refusals).try_acquire_owned()
                {
                    tokio::spawn(async move {
                        let _turn = turn;
                        refuse(stream).await;
                    });
                }
            }
        }
    }
    drop(listener);
    drain(connections, limits.drain_timeout).await;
    Ok(())
}

/// Prepares a thread that will serve connections. hyper formats the date once for each thread when it first serves one,
/// and panics where that date is before 1970; a thread that was prepared survives a clock that is set to such a date
/// later.
pub fn prepare_thread() {
    let service = TowerToHyperService::new(Router::new());
    let connection = http1::Builder::new().serve_connection(TokioIo::new(tokio::io::empty()), service);
    // There is nothing to read, so it ends at once.
    drop(connection.now_or_never());
}

/// A client that goes away before it is accepted is no fault of this machine.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn drain(mut connections: JoinSet<()>, limit: Duration) {
    let drained = tokio::time::timeout(limit, async { while connections.join_next().await.is_some() {} });
    if drained.await.is_err() {
        let left = connections.len();
        tracing::warn!(left, "clients took too long; their connections are closed");
        connections.shutdown().await;
    }
}

/// Serves one connection to its end: in the clear, or after shaking hands.
async fn connection(
    stream: TcpStream,
    tls: Option<&Tls>,
    service: Service,
    limits: &ConnectionLimits,
    stopping: channel::Receiver<bool>,
) {
    // Responses are small and whole: sending them at once beats waiting for more.
    drop(stream.set_nodelay(true));
    let Some(tls) = tls else { return speak_http_1(stream, service, limits, stopping).await };
    // Who shakes hands slowly is as slow as who sends a head slowly.
    match tokio::time::timeout(limits.head_timeout, tls.accept(stream)).await {
        Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(tls::HTTP_2) => {
            speak_http_2(stream, service, limits, stopping).await;
        }
        Ok(Ok(stream)) => speak_http_1(stream, service, limits, stopping).await,
        Ok(Err(error)) => tracing::debug!(%error, "a client does not get as far as TLS"),
        Err(_) => tracing::debug!("a client takes too long to shake hands"),
    }
}

/// Serves a connection over which HTTP/1.1 is spoken.
async fn speak_http_1<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    stream: S,
    service: Service,
    limits: &ConnectionLimits,
    mut stopping: channel::Receiver<bool>,
) {
    let activity = Arc::new(Activity::new());
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&activity)));
    let service = TowerToHyperService::new(watch::Counted::new(service, Arc::clone(&activity)));
    let mut served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .auto_date_header(false)
        .serve_connection(io, service);
    let mut is_last = *stopping.borrow();
    loop {
        if is_last {
            Pin::new(&mut served).graceful_shutdown();
        }
        let head_timeout = if is_last { LAST_HEAD_TIMEOUT.min(limits.head_timeout) } else { limits.head_timeout };
        tokio::select! {
            ended = poll_fn(|context| served.poll_without_shutdown(context)) => match ended {
                Ok(()) => break,
                // A client that goes away, or that does not speak HTTP and was refused.
                Err(_) if !activity.was_refused() => return,
                Err(_) => break,
            },
            reason = activity.expired(head_timeout, limits.idle_timeout, limits.write_timeout) => {
                tracing::debug!(reason, "a connection is closed");
                return;
            }
            _ = stopping.wait_for(|stopping| *stopping), if !is_last => is_last = true,
        }
    }
    linger(served.into_parts().io.into_inner().into_inner(), LINGER_TIME, LINGER_PAUSE).await;
}

/// Serves a connection over which HTTP/2 is spoken. Streams, heads and resets of one connection are bounded.
async fn speak_http_2<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    stream: S,
    service: Service,
    limits: &ConnectionLimits,
    mut stopping: channel::Receiver<bool>,
) {
    let activity = Arc::new(Activity::of_frames());
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&activity)));
    let service = TowerToHyperService::new(watch::Counted::new(service, Arc::clone(&activity)));
    let mut served = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .auto_date_header(false)
        .max_concurrent_streams(STREAMS_MAX)
        .max_pending_accept_reset_streams(RESETS_MAX)
        .max_local_error_reset_streams(RESETS_MAX)
        .max_header_list_size(HEAD_BYTES_MAX)
        .max_send_buf_size(SEND_BYTES_MAX)
        .serve_connection(io, service);
    let mut is_last = *stopping.borrow();
    loop {
        if is_last {
            Pin::new(&mut served).graceful_shutdown();
        }
        tokio::select! {
            _ = &mut served => return,
            reason = activity.expired(limits.head_timeout, limits.idle_timeout, limits.write_timeout) => {
                tracing::debug!(reason, "a connection is closed");
                return;
            }
            _ = stopping.wait_for(|stopping| *stopping), if !is_last => is_last = true,
        }
    }
}

/// Refuses a connection for which there is no room.
async fn refuse(mut stream: TcpStream) {
    // It fits the socket's buffer, which is empty.
    if stream.try_write(FULL.as_bytes()).is_ok() {
        drop(stream.shutdown().await);
        linger(stream, REFUSAL_TIME, REFUSAL_TIME).await;
    }
}

/// Closes a connection whose client may still be sending. Closing at once would reset it, and the response that waits
/// in the client's buffer would be lost.
async fn linger<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, time: Duration, pause: Duration) {
    let until = Instant::now() + time;
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut dropped = [0; 16 << 10];
    loop {
        let next = (Instant::now() + pause).min(until);
        match tokio::time::timeout_at(next, stream.read(&mut dropped)).await {
            Ok(Ok(1..)) if Instant::now() < until => {}
            _ => return,
        }
    }
}
