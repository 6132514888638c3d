//! The socket beside the store: whoever may open the file that it is may do everything, without a key. It is the way in
//! that does not need one.
//!
//! - The socket has mode 0600, and a connection is taken from the server's own user and from root alone.
//! - It is on this machine by its nature; no browser and no other machine reaches it.

use std::convert::Infallible;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::Path;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch as channel;
use tokio::task::JoinSet;

use crate::service::Service;

/// Connections at once: whoever administers a server needs few.
const CONNECTIONS_MAX: usize = 16;

/// Listens at a path. What an earlier server left there is removed: who calls this owns the store.
///
/// # Errors
/// When there is something else at the path, or no socket can be made there.
pub fn listen(path: &Path) -> io::Result<UnixListener> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() => std::fs::remove_file(path)?,
        Ok(_) => return Err(io::Error::new(io::ErrorKind::AlreadyExists, "something that is no socket is there")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Whether a peer is the server's own user, or root: the mode of the socket is set a moment after it is made.
fn is_trusted(stream: &UnixStream) -> bool {
    let own = rustix::process::geteuid().as_raw();
    stream.peer_cred().is_ok_and(|peer| peer.uid() == own || peer.uid() == 0)
}

/// Serves until `stopping` turns true.
pub async fn serve(listener: UnixListener, service: Service, mut stopping: channel::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept(), if connections.len() < CONNECTIONS_MAX => accepted,
            Some(_) = connections.join_next() => continue,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        let Ok((stream, _)) = accepted else { continue };
        if !is_trusted(&stream) {
            tracing::warn!(target: "ducat::access", "a connection of another user to the socket is closed");
            continue;
        }
        let service = service.clone();
        connections.spawn(async move {
            let respond = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let service = service.clone();
                async move { Ok::<_, Infallible>(service.respond_to_operator(request.map(Body::new)).await) }
            });
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).auto_date_header(false);
            drop(builder.serve_connection(TokioIo::new(stream), respond).await);
        });
    }
    connections.shutdown().await;
}
