//! What `ducat serve` goes by, once its settings are read (`settings.rs`).

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use ducat_api::ApiLimits;
use ducat_api::connections::ConnectionLimits;
use ducat_api::connections::tls::TlsFiles;
use ducat_api::door::oidc::OidcOptions;
use ducat_api::v1::ledger::events::EventSource;
use ducat_api::v1::webhooks::WebhookSettings;
use ducat_engine::EngineOptions;
use ducat_engine::advances::CollectorOptions;
use ducat_engine::webhooks::SecretKey;
use ducat_streams::nats::NatsSettings;
use serde::Deserialize;

use crate::store::{Loss, StoreUrl};
use crate::telemetry::LogFormat;

/// What `ducat serve` goes by.
#[derive(Debug)]
pub struct ServeConfig {
    /// The address to serve at.
    pub listen: String,
    /// Threads that serve requests.
    pub workers: NonZeroUsize,
    /// Names of this server, beside those that it knows by itself.
    pub hosts: Vec<String>,
    /// Origins whose pages may ask.
    pub origins: Vec<String>,
    /// What is waived.
    pub waived: Vec<Waiver>,
    /// Whether no one is asked for a key.
    pub dev: bool,
    /// Whose tokens are taken besides keys.
    pub oidc: Option<OidcOptions>,
    /// As which client people sign in to the console at that provider.
    pub sign_in: Option<SignIn>,
    /// A file with an admin key that is made where it is not there.
    pub admin_key_file: Option<PathBuf>,
    /// A file with a key for metrics that is made where it is not there.
    pub metrics_key_file: Option<PathBuf>,
    /// The key that signs heads.
    pub head_key: Option<PathBuf>,
    /// What names this deployment in events.
    pub event_source: EventSource,
    /// The file with the key that the secrets of webhooks are derived from.
    pub webhook_key: Option<PathBuf>,
    /// How webhooks are sent to. The key is read when the server starts.
    pub webhooks: WebhookSettings,
    /// How NATS is reached, and what is published there.
    pub nats: Option<NatsSettings>,
    /// Where certificates are, where it speaks TLS.
    pub tls: Option<TlsFiles>,
    /// Limits of connections.
    pub connections: ConnectionLimits,
    /// Where the ledgers are.
    pub store: StoreUrl,
    /// What becomes of a file that has lost commits.
    pub loss: Loss,
    /// Where other nodes reach this one, where that was said.
    pub advertise: Option<String>,
    /// Connections to PostgreSQL at most.
    pub store_connections_max: usize,
    /// How far this machine's clock may be from the database's.
    pub clock_skew_max: Duration,
    /// What to log.
    pub log: String,
    /// How.
    pub log_format: LogFormat,
    /// Whether every request is logged.
    pub access_log: bool,
    /// Limits of requests.
    pub limits: ApiLimits,
    /// Limits of the queue.
    pub engine: EngineOptions,
    /// The processor, and the daily run.
    pub advances: AdvancesConfig,
}

/// What a server that others can reach needs, and an operator may waive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Waiver {
    /// Keys.
    NoKeys,
    /// TLS: something in front of the server does it.
    NoTls,
    /// TLS between nodes.
    Cluster,
}

/// What `ducat serve` goes by in advances.
#[derive(Debug)]
pub struct AdvancesConfig {
    /// Where the processor is, if there is one.
    pub url: Option<String>,
    /// Our bank account there.
    pub account: String,
    /// How much is asked of it at once, and when runs begin.
    pub options: CollectorOptions,
}

impl ServeConfig {
    /// What all nodes of one database should have alike, `name=value`, one per line.
    #[must_use]
    pub fn shared_settings(&self) -> String {
        let (limits, webhooks) = (&self.limits, &self.webhooks);
        let lines: [(&str, String); 13] = [
            ("release", env!("CARGO_PKG_VERSION").to_owned()),
            ("body-bytes-max", limits.body_bytes_max.to_string()),
            ("batch-max", limits.batch_max.to_string()),
            ("page-max", limits.page_max.to_string()),
            ("queue-postings-max", self.engine.queue_postings_max.to_string()),
            ("bank-max-overdraft", limits.bank_max_overdraft.minor_units().to_string()),
            ("body-timeout-s", limits.body_timeout.as_secs().to_string()),
            ("outcome-timeout-s", limits.outcome_timeout.as_secs().to_string()),
            ("clock-skew-max-s", self.clock_skew_max.as_secs().to_string()),
            ("event-source", self.event_source.to_string()),
            ("webhook-key", webhooks.key.as_ref().map_or_else(String::new, SecretKey::fingerprint)),
            ("nats", self.nats.as_ref().map_or_else(String::new, NatsSettings::shared)),
            ("webhook-allow-private", webhooks.allows_private.to_string()),
        ];
        let lines: Vec<String> = lines.iter().map(|(name, value)| format!("{name}={value}")).collect();
        lines.join("\n")
    }
}

/// How people sign in to the console at a provider.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The provider.
    pub issuer: String,
    /// As which client the console is known there.
    pub client_id: String,
    /// The client's secret, if it has one.
    pub client_secret: Option<String>,
    /// The scopes that are asked for, besides `openid`.
    pub scopes: Vec<String>,
    /// For which resource tokens are asked for.
    pub resource: Option<String>,
}
