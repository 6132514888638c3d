//! The connection to NATS: one a server, which comes back by itself.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_nats::jetstream::context::{Context, ContextBuilder};
use async_nats::{Client, ConnectOptions, Event};
use ducat_engine::meters::Meters;

use super::settings::NatsSettings;

/// How long an answer of the broker is waited for.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// How long it takes at most until the connection is tried again.
const RECONNECT_MAX: Duration = Duration::from_secs(2);

/// Answers that are waited for at once, of all ledgers.
const ANSWERS_MAX: usize = 64 * 1024;

/// Connects to NATS, or goes on trying while it cannot be reached.
///
/// # Errors
/// A file that is named cannot be read.
pub async fn connect(settings: &NatsSettings, meters: Arc<Meters>) -> anyhow::Result<Client> {
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
            note(&meters, &event);
            std::future::ready(())
        });
    if let Some(file) = &settings.creds {
        options = options.credentials_file(file).await.with_context(|| format!("nats-creds {}", file.display()))?;
    }
    if let Some(file) = &settings.ca {
        std::fs::metadata(file).with_context(|| format!("nats-ca {}", file.display()))?;
        options = options.add_root_certificates(file.clone());
    }
    options.connect(settings.servers.as_slice()).await.context("nats-url")
}

/// What publishes to streams, and asks for them.
pub fn context(client: &Client) -> Context {
    ContextBuilder::new()
        .timeout(ANSWER_TIMEOUT)
        .ack_timeout(ANSWER_TIMEOUT)
        .max_ack_inflight(ANSWERS_MAX)
        .backpressure_on_inflight(true)
        .build(client.clone())
}

fn note(meters: &Meters, event: &Event) {
    match event {
        Event::Connected => {
            meters.nats_connected.set(1);
            tracing::info!("connected to NATS");
        }
        Event::Disconnected => {
            meters.nats_connected.set(0);
            tracing::warn!("the connection to NATS is lost; it is made again");
        }
        Event::ServerError(error) => tracing::warn!(%error, "NATS reports an error"),
        Event::ClientError(error) => tracing::warn!(%error, "NATS cannot be used"),
        other => tracing::debug!(event = %other, "NATS"),
    }
}
