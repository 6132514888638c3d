//! The connection to NATS: one a server, which comes back by itself.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_nats::jetstream::context::{Context, ContextBuilder};
use async_nats::{Client, ConnectOptions, Event};
use ducat_engine::meters::Meters;
use parking_lot::Mutex;
use percent_encoding::percent_decode_str;

use tokio::sync::{Semaphore, watch};

use super::settings::NatsSettings;

/// How long an answer of the broker is waited for.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// How long it takes at most until the connection is tried again.
const RECONNECT_MAX: Duration = Duration::from_secs(2);

/// Pages of events in memory at once, of all ledgers: with the longest events, half a gigabyte; usually some twenty megabytes.
const PAGES_MAX: usize = 64;

/// Answers that are waited for at once: more than events of all pages, so that no publisher waits for another one.
const ANSWERS_MAX: usize = 64 * 1024;

/// What connections are for.
pub const EVENTS: &str = "events";
pub const COMMANDS: &str = "commands";

/// A connection, which comes back by itself.
#[derive(Clone)]
pub struct Connection {
    /// What publishes to streams, and asks for them.
    pub context: Context,
    /// Places of pages of events in memory.
    pub pages: Arc<Semaphore>,
    /// How often it was made.
    pub connects: watch::Receiver<u64>,
    /// How often it was lost: what was under way then may have arrived or not.
    pub losses: watch::Receiver<u64>,
}

/// Connects to NATS, or goes on trying while it cannot be reached. `of` says what the connection is for: events and commands have one
/// each, so that nothing that comes in keeps anything from going out.
///
/// # Errors
/// A file that is named cannot be read.
pub async fn connect(settings: &NatsSettings, of: &'static str, meters: Arc<Meters>) -> anyhow::Result<Connection> {
    let ((lost, losses), (made, connects)) = (watch::channel(0), watch::channel(0));
    let said = Said { of, at: hosts(settings), last: Mutex::default() };
    let mut options = ConnectOptions::new()
        .name("ducat")
        .retry_on_initial_connect()
        .max_reconnects(None)
        .request_timeout(Some(ANSWER_TIMEOUT))
        .connection_timeout(ANSWER_TIMEOUT)
        .reconnect_delay_callback(|attempts| {
            let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
            Duration::from_millis(50).saturating_mul(attempts).min(RECONNECT_MAX)
        })
        .event_callback(move |event| {
            said.note(&meters, &event);
            match event {
                Event::Disconnected => lost.send_modify(|losses| *losses += 1),
                Event::Connected => made.send_modify(|connects| *connects += 1),
                _ => {}
            }
            std::future::ready(())
        });
    if let Some(file) = &settings.creds {
        options = options.credentials_file(file).await.with_context(|| format!("nats-creds {}", file.display()))?;
    }
    ducat_trust::ready();
    options = match &settings.ca {
        Some(file) => {
            std::fs::metadata(file).with_context(|| format!("nats-ca {}", file.display()))?;
            options.add_root_certificates(file.clone())
        }
        None => options.tls_client_config(ducat_trust::client_config()),
    };
    // The client does not read these of addresses.
    let named = settings.servers.iter().find_map(|server| Some((server.username()?, server.password())));
    options = match named {
        None => options,
        Some((token, None)) => options.token(decoded(token)),
        Some((user, Some(password))) => options.user_and_password(decoded(user), decoded(password)),
    };
    let client = options.connect(settings.servers.as_slice()).await.context("nats-url")?;
    let pages = Arc::new(Semaphore::new(PAGES_MAX));
    Ok(Connection { context: context(&client), pages, connects, losses })
}

/// A part of a URL as it was meant.
fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

fn context(client: &Client) -> Context {
    ContextBuilder::new()
        .timeout(ANSWER_TIMEOUT)
        .ack_timeout(ANSWER_TIMEOUT)
        .max_ack_inflight(ANSWERS_MAX)
        .backpressure_on_inflight(true)
        .build(client.clone())
}

/// The servers, without what must not be said of them.
fn hosts(settings: &NatsSettings) -> String {
    let hosts: Vec<String> =
        settings.servers.iter().map(|server| format!("{}:{}", server.host(), server.port())).collect();
    hosts.join(",")
}

/// What was said of the connection last: an error that comes again with each attempt is said once.
struct Said {
    of: &'static str,
    at: String,
    last: Mutex<Option<String>>,
}

impl Said {
    fn note(&self, meters: &Meters, event: &Event) {
        let Said { of, at, last } = self;
        match event {
            Event::Connected => {
                self.note_standing(meters, 1);
                *last.lock() = None;
                tracing::info!(at, "connected to NATS, for {of}");
            }
            Event::Disconnected => {
                self.note_standing(meters, 0);
                tracing::warn!(at, "the connection to NATS for {of} is lost; it is made again");
            }
            Event::ServerError(error) => self.warn(&error.to_string()),
            Event::ClientError(error) => self.warn(&error.to_string()),
            other => tracing::debug!(event = %other, "NATS"),
        }
    }

    /// Shows how the connection for events is.
    fn note_standing(&self, meters: &Meters, standing: i64) {
        if self.of == EVENTS {
            meters.nats_connected.set(standing);
        }
    }

    fn warn(&self, error: &str) {
        if self.last.lock().replace(error.to_owned()).as_deref() != Some(error) {
            tracing::warn!(at = self.at, error, "NATS cannot be used; it is tried again until it works");
        }
    }
}
