//! Who is where: a node finds itself under its own address before it serves, and the others for as long as it does.
//!
//! 1. Before it takes a lease a node calls itself under the address that it gives to the others, and must be answered
//!    by its own process (`prove`). Otherwise it does not start.
//! 2. Each lease's length it calls every other node that the database says is alive, and notes which cannot be reached
//!    (`watch`). The keeper of its leases writes that into the database, where a node finds that most of the others
//!    cannot reach it, and gives its ledgers up.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use ducat_store::postgres::LEASE;
use ducat_store::standing::Standing;
use reqwest::Method;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::forwarder::answers;
use super::peers::{PeerClient, Peers};
use super::{IDENTITY_PATH, marked, refusal, sentence};
use crate::problem::Problem;

/// How long a node may take to say who it is: what takes longer would not answer commands either.
const IDENTITY_TIMEOUT: Duration = Duration::from_secs(4);

/// How long a node that starts looks for itself where nothing answers: an address may need a moment.
const PROOF_MAX: Duration = Duration::from_secs(5);

/// The pause between two attempts.
const PROOF_PAUSE: Duration = Duration::from_millis(250);

/// Times in a row that a node must not be found before that is believed: one that starts again is not there for a
/// moment.
const MISSES_MAX: u32 = 2;

/// What was found under an address.
enum Found {
    /// The node that was looked for.
    Itself,
    /// Another process, and who it says it is.
    Other(String),
    /// Nothing that says who it is, and why.
    Nothing(String),
}

/// Asks who is at an address.
async fn ask(client: &PeerClient, standing: &Standing, url: &str, process: Uuid) -> Found {
    let prepared = match client.request(Method::GET, url, IDENTITY_PATH, standing) {
        Ok(prepared) => prepared,
        Err(reason) => return Found::Nothing(reason),
    };
    let response = match prepared.send().await {
        Ok(response) => response,
        Err(error) => return Found::Nothing(sentence(&error.without_url())),
    };
    let status = response.status();
    let Some(node) = answers(response.headers()) else {
        return Found::Nothing(format!("something that is no node of this database answers, with status {status}"));
    };
    match status {
        StatusCode::OK if response.text().await.is_ok_and(|answer| answer == process.to_string()) => Found::Itself,
        StatusCode::UNAUTHORIZED => Found::Nothing("it does not take this node's secret".to_owned()),
        _ => Found::Other(node),
    }
}

/// Finds this node under its own address, while nothing but its identity is served at `listener`.
///
/// # Errors
/// When another node or nothing answers there, in a sentence with the remedy.
pub async fn prove(listener: &TcpListener, standing: &Arc<Standing>, peers: &Peers) -> Result<(), String> {
    peers.check(standing.url())?;
    let door = twin(listener).map_err(|error| format!("the listener cannot be shared: {error}"))?;
    let of_door = Arc::clone(standing);
    let identity = get(move |headers: HeaderMap| async move {
        refusal(Some(&of_door), &headers)
            .unwrap_or_else(|| marked(Some(&of_door), of_door.process().to_string().into_response()))
    });
    let (close, closed) = oneshot::channel::<()>();
    let router = Router::new().route(IDENTITY_PATH, identity).fallback(starting);
    let ended = async move { drop(closed.await) };
    match &peers.tls {
        None => {
            let serving = axum::serve(door, router).with_graceful_shutdown(ended);
            tokio::spawn(async move { drop(serving.await) });
        }
        Some(tls) => {
            let serving = axum::serve(tls.listening(door), router).with_graceful_shutdown(ended);
            tokio::spawn(async move { drop(serving.await) });
        }
    }
    let found = find_itself(standing, peers).await;
    drop(close);
    let url = standing.url();
    let reason = match found {
        Found::Itself => return Ok(()),
        Found::Other(node) => format!("another node answers there, {node}"),
        Found::Nothing(reason) => reason,
    };
    Err(format!(
        "this node does not find itself at {url}, where the others would send it commands: {reason}; give the address at which \
         they reach this node with --advertise http://HOST:PORT"
    ))
}

async fn find_itself(standing: &Standing, peers: &Peers) -> Found {
    let client = peers.client(IDENTITY_TIMEOUT);
    let begun = tokio::time::Instant::now();
    loop {
        match ask(&client, standing, standing.url(), standing.process()).await {
            Found::Nothing(_) if begun.elapsed() < PROOF_MAX => tokio::time::sleep(PROOF_PAUSE).await,
            found => return found,
        }
    }
}

/// The same listener once more.
fn twin(listener: &TcpListener) -> std::io::Result<TcpListener> {
    use std::os::fd::AsFd as _;
    TcpListener::from_std(std::net::TcpListener::from(listener.as_fd().try_clone_to_owned()?))
}

async fn starting() -> axum::response::Response {
    let problem = Problem::unavailable("starting", "the server is starting; nothing was done; retry the request");
    ([(header::CONNECTION, "close")], problem).into_response()
}

/// Looks for the other nodes, for as long as the process runs.
pub async fn watch(standing: Arc<Standing>, peers: Peers) {
    let client = peers.client(IDENTITY_TIMEOUT);
    let mut tick = tokio::time::interval(LEASE);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut misses: BTreeMap<String, u32> = BTreeMap::new();
    loop {
        tick.tick().await;
        let others = standing.others();
        misses.retain(|url, _| others.iter().any(|peer| peer.url == *url));
        let asked = others.iter().map(|peer| ask(&client, &standing, &peer.url, peer.process));
        let found = futures_util::future::join_all(asked).await;
        for (peer, found) in others.iter().zip(found) {
            let missing = match found {
                Found::Itself => {
                    misses.remove(&peer.url);
                    standing.found(&peer.url, Ok(()));
                    continue;
                }
                Found::Other(node) => format!("{node} answers there, another node"),
                Found::Nothing(reason) => reason,
            };
            let count = misses.entry(peer.url.clone()).or_default();
            *count += 1;
            if *count >= MISSES_MAX {
                standing.found(&peer.url, Err(missing));
            }
        }
    }
}
