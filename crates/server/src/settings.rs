//! Settings: a flag wins over the environment, the environment over the file, the file over the default.

mod door;
mod nats;

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use ducat_api::ApiLimits;
use ducat_api::cluster::CLIENT_BYTES_MAX;
use ducat_api::connections::ConnectionLimits;
use ducat_api::v1::ledger::events::EventSource;
use ducat_api::v1::webhooks::WebhookSettings;
use ducat_engine::EngineOptions;
use ducat_engine::advances::CollectorOptions;
use ducat_store::postgres::{CONNECTIONS_MAX, CONNECTIONS_MIN};
use ducat_store::standing::CLOCK_SKEW_MAX;
use serde::Deserialize;

use crate::address::{LISTEN_DEFAULT, listen_address, parse_advertise, parse_origin};
use crate::config::{AdvancesConfig, ServeConfig, Waiver};
use crate::dollars::Dollars;
use crate::store::{Loss, StoreUrl};
use crate::telemetry::LogFormat;

/// Settings of `ducat serve`. The same names, with `_` for `-`, are the keys of the file.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// A file with settings, in TOML.
    #[arg(long, env = "DUCAT_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Where to serve: HOST:PORT, or a port of 127.0.0.1 [default: 127.0.0.1:8000].
    #[arg(long, env = "DUCAT_LISTEN", value_name = "ADDRESS")]
    listen: Option<String>,
    /// Threads that serve requests, where the server shares a machine [default: one per processor]. Two more decide and
    /// commit.
    #[arg(long, env = "DUCAT_WORKERS", value_name = "COUNT")]
    workers: Option<NonZeroUsize>,
    /// A name under which this server is asked, beside localhost, the address it listens at and the one it advertises;
    /// may be given several times; * is any.
    #[arg(long = "host", env = "DUCAT_HOSTS", value_name = "NAME", value_delimiter = ',')]
    #[serde(default)]
    hosts: Vec<String>,
    /// An origin whose web pages may ask: a scheme and a host; may be given several times.
    #[arg(long = "cors-origin", env = "DUCAT_CORS_ORIGINS", value_name = "ORIGIN", value_delimiter = ',')]
    #[serde(default)]
    cors_origins: Vec<String>,
    /// What is waived of what a server needs that others can reach: no-keys, no-tls (a proxy does TLS), cluster (nodes
    /// send each other a secret in the clear); may be given several times.
    #[arg(long, env = "DUCAT_INSECURE", value_name = "WHAT", value_delimiter = ',')]
    #[serde(default)]
    insecure: Vec<Waiver>,
    /// The certificate of this server, with what leads to its root, in PEM. With it the server speaks TLS, HTTP/1.1 and
    /// HTTP/2, and reads the file again when it changes.
    #[arg(long, env = "DUCAT_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key, in PEM.
    #[arg(long, env = "DUCAT_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Roots in PEM: every client must show a certificate of one of them, besides its key.
    #[arg(long, env = "DUCAT_TLS_CLIENT_CA", value_name = "FILE", requires = "tls_cert")]
    tls_client_ca: Option<PathBuf>,
    /// The key that signs heads of ledgers (GET /v1/ledgers/{ledger}/head), in PEM. It is made where it is not there.
    /// Keep it apart from the store.
    #[arg(long, env = "DUCAT_HEAD_KEY", value_name = "FILE")]
    head_key: Option<PathBuf>,
    /// What names this deployment in events (`source`), so that those of two servers are told apart on one bus: the
    /// beginning of a URI, with its scheme.
    #[arg(long, env = "DUCAT_EVENT_SOURCE", value_name = "URI")]
    event_source: Option<String>,
    /// The key that the secrets of webhooks are derived from. It is made where it is not there. Keep it apart from the store,
    /// and give all nodes the same one. Without it there are no webhooks.
    #[arg(long, env = "DUCAT_WEBHOOK_KEY", value_name = "FILE")]
    webhook_key: Option<PathBuf>,
    /// A folder with secrets of webhooks that someone else made, a file each.
    #[arg(long, env = "DUCAT_WEBHOOK_SECRETS", value_name = "FOLDER")]
    webhook_secrets: Option<PathBuf>,
    /// Sends to private addresses too, and over http: for webhooks within a network of your own.
    #[arg(long, env = "DUCAT_WEBHOOK_ALLOW_PRIVATE")]
    #[serde(default)]
    webhook_allow_private: bool,
    /// Publishes events to NATS JetStream: nats://HOST:PORT or tls://HOST:PORT, several of one cluster with commas between.
    #[arg(long, env = "DUCAT_NATS_URL", value_name = "URL", hide_env_values = true)]
    nats_url: Option<String>,
    /// A file with credentials for NATS, as nsc makes it.
    #[arg(long, env = "DUCAT_NATS_CREDS", value_name = "FILE")]
    nats_creds: Option<PathBuf>,
    /// Roots in PEM by which the certificate of NATS is judged [default: those of the system].
    #[arg(long, env = "DUCAT_NATS_CA", value_name = "FILE")]
    nats_ca: Option<PathBuf>,
    /// What the names of streams and subjects begin with [default: ducat].
    #[arg(long, env = "DUCAT_NATS_PREFIX", value_name = "PREFIX")]
    nats_prefix: Option<String>,
    /// Ledgers whose events are published, by name or with a * at the end; may be given several times [default: *].
    #[arg(long, env = "DUCAT_NATS_LEDGERS", value_name = "LEDGER", value_delimiter = ',')]
    #[serde(default)]
    nats_ledgers: Vec<String>,
    /// Those of them that share one stream, for thousands of small ones; may be given several times [default: none].
    #[arg(long, env = "DUCAT_NATS_SHARED", value_name = "LEDGER", value_delimiter = ',')]
    #[serde(default)]
    nats_shared: Vec<String>,
    /// Copies of each stream in a cluster, 1 to 5 [default: 1].
    #[arg(long, env = "DUCAT_NATS_REPLICAS", value_name = "COUNT")]
    nats_replicas: Option<usize>,
    /// Does the commands that come from a stream of NATS: "stream=NAME key=ID path=PATH consumer=NAME filter=SUBJECT
    /// in-flight=COUNT", of which the stream must be there, and the key where there are keys; may be given several times.
    #[arg(long, env = "DUCAT_NATS_COMMANDS", value_name = "WORDS", value_delimiter = ',')]
    #[serde(default)]
    nats_commands: Vec<String>,
    /// A file with a key that `ducat keys generate` printed. At start it becomes an admin key for every ledger, unless
    /// the store already has a key with its id.
    #[arg(long, env = "DUCAT_ADMIN_KEY_FILE", value_name = "FILE")]
    admin_key_file: Option<PathBuf>,
    /// The same for a key that may only read /metrics.
    #[arg(long, env = "DUCAT_METRICS_KEY_FILE", value_name = "FILE")]
    metrics_key_file: Option<PathBuf>,
    /// An OpenID Connect provider whose access tokens are taken besides keys: its issuer, a URL with https.
    #[arg(long, env = "DUCAT_OIDC_ISSUER", value_name = "URL", requires = "oidc_audience")]
    oidc_issuer: Option<String>,
    /// For whom its tokens must be.
    #[arg(long, env = "DUCAT_OIDC_AUDIENCE", value_name = "NAME", requires = "oidc_issuer")]
    oidc_audience: Option<String>,
    /// As which client of that provider people sign in to the console, with an authorization code and PKCE. Its redirect
    /// address is https://THIS-SERVER/console/signed-in.
    #[arg(long, env = "DUCAT_OIDC_CLIENT_ID", value_name = "NAME", requires = "oidc_issuer")]
    oidc_client_id: Option<String>,
    /// A file with that client's secret, in one line, if it has one.
    #[arg(long, env = "DUCAT_OIDC_CLIENT_SECRET_FILE", value_name = "FILE")]
    oidc_client_secret_file: Option<PathBuf>,
    /// Scopes that are asked for when people sign in, as ledger:read:*; commas between them.
    #[arg(long, env = "DUCAT_OIDC_SCOPES", value_name = "SCOPES", value_delimiter = ',')]
    #[serde(default)]
    oidc_scopes: Vec<String>,
    /// The resource for which tokens are asked for (RFC 8707), where the provider needs to be told.
    #[arg(long, env = "DUCAT_OIDC_RESOURCE", value_name = "URI")]
    oidc_resource: Option<String>,
    /// Asks no one for a key, on a loopback address: for trying things out on a store that has keys.
    #[arg(long)]
    #[serde(skip)]
    dev: bool,
    /// Where the ledgers are: sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE [default: sqlite:ducat.db].
    #[arg(long, env = "DUCAT_STORE", hide_env_values = true)]
    store: Option<String>,
    /// A file that says where the ledgers are, in one line: a password in it stands in no list of processes. It counts
    /// more than --store and DUCAT_STORE.
    #[arg(long, value_name = "FILE")]
    store_file: Option<PathBuf>,
    /// Goes on with a SQLite file that has lost acknowledged commits, without them.
    #[arg(long, env = "DUCAT_ACCEPT_LOSS")]
    #[serde(skip)]
    accept_loss: bool,
    /// Where other nodes on the same PostgreSQL reach this one [default: http:// and the address it listens at].
    #[arg(long, env = "DUCAT_ADVERTISE")]
    advertise: Option<String>,
    /// Connections to PostgreSQL at most, 4 or more: one commits, one loads, one keeps the leases, the rest read
    /// [default: 11].
    #[arg(long, env = "DUCAT_STORE_CONNECTIONS_MAX", value_name = "COUNT")]
    store_connections_max: Option<usize>,
    /// Seconds that this machine's clock may be from the database's while it serves ledgers there [default: 5].
    #[arg(long, env = "DUCAT_CLOCK_SKEW_MAX_S", value_name = "SECONDS")]
    clock_skew_max_s: Option<u64>,
    /// What to log, as in RUST_LOG: error, warn, info, debug, or by module [default: info].
    #[arg(long, env = "DUCAT_LOG")]
    log: Option<String>,
    /// How log lines are written [default: text].
    #[arg(long, env = "DUCAT_LOG_FORMAT", value_enum, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    /// Logs every request, and not only those that were refused or failed.
    #[arg(long, env = "DUCAT_ACCESS_LOG")]
    #[serde(default)]
    access_log: bool,
    /// Bytes of a body at most [default: 16777216].
    #[arg(long, env = "DUCAT_BODY_BYTES_MAX")]
    body_bytes_max: Option<usize>,
    /// Bytes of all bodies in memory at once at most [default: 268435456].
    #[arg(long, env = "DUCAT_BODIES_BYTES_MAX")]
    bodies_bytes_max: Option<usize>,
    /// Event streams open at once at most [default: 1000].
    #[arg(long, env = "DUCAT_STREAMS_MAX")]
    streams_max: Option<usize>,
    /// Requests a second that each key may make at this node [default: as many as it makes].
    #[arg(long, env = "DUCAT_KEY_RATE", value_name = "PER_SECOND")]
    key_rate: Option<NonZeroU32>,
    /// Connections open at once of one address at most [default: as many as in all].
    #[arg(long, env = "DUCAT_CONNECTIONS_PER_ADDRESS_MAX", value_name = "COUNT")]
    connections_per_address_max: Option<NonZeroUsize>,
    /// Connections open at once at most; fewer where the limit of open files is lower [default: 10000].
    #[arg(long, env = "DUCAT_CONNECTIONS_MAX")]
    connections_max: Option<usize>,
    /// Seconds in which the head of a request must arrive [default: 10].
    #[arg(long, env = "DUCAT_HEAD_TIMEOUT_S")]
    head_timeout_s: Option<u64>,
    /// Seconds for which a connection may be idle between requests [default: 75].
    #[arg(long, env = "DUCAT_IDLE_TIMEOUT_S")]
    idle_timeout_s: Option<u64>,
    /// Seconds in which a client must read something of its response [default: 30].
    #[arg(long, env = "DUCAT_WRITE_TIMEOUT_S")]
    write_timeout_s: Option<u64>,
    /// Seconds for which requests under way are finished after SIGTERM [default: 30].
    #[arg(long, env = "DUCAT_DRAIN_TIMEOUT_S")]
    drain_timeout_s: Option<u64>,
    /// Transactions of a batch at most, up to 8190 [default: 8190].
    #[arg(long, env = "DUCAT_BATCH_MAX")]
    batch_max: Option<usize>,
    /// Rows of a page at most [default: 1000].
    #[arg(long, env = "DUCAT_PAGE_MAX")]
    page_max: Option<usize>,
    /// Postings queued or under way at most [default: 131040].
    #[arg(long, env = "DUCAT_QUEUE_POSTINGS_MAX")]
    queue_postings_max: Option<u32>,
    /// How far below 0.00 a bank account may go that is opened from now on, in dollars [default: 50.00].
    #[arg(long, env = "DUCAT_BANK_MAX_OVERDRAFT", value_name = "DOLLARS")]
    bank_max_overdraft: Option<Dollars>,
    /// Seconds in which a body must arrive [default: 30].
    #[arg(long, env = "DUCAT_BODY_TIMEOUT_S")]
    body_timeout_s: Option<u64>,
    /// Seconds after which an outcome that is still awaited is answered 504 [default: 30].
    #[arg(long, env = "DUCAT_OUTCOME_TIMEOUT_S")]
    outcome_timeout_s: Option<u64>,
    /// Seconds that a request for an advance waits for the processor before it is answered 202 [default: 2].
    #[arg(long, env = "DUCAT_CREDIT_WAIT_S", value_name = "SECONDS")]
    credit_wait_s: Option<u64>,
    /// Where the payment processor is that pays advances out and collects them: http://HOST:PORT or https://HOST.
    #[arg(long, env = "DUCAT_PROCESSOR_URL", value_name = "URL")]
    processor_url: Option<String>,
    /// Our bank account at the processor [default: ducat].
    #[arg(long, env = "DUCAT_PROCESSOR_ACCOUNT", value_name = "ACCOUNT")]
    processor_account: Option<String>,
    /// Transactions under way at the processor at most [default: 64].
    #[arg(long, env = "DUCAT_PROCESSOR_CONCURRENCY", value_name = "COUNT")]
    processor_concurrency: Option<usize>,
    /// Transactions a second asked of the processor at most [default: as many as it takes].
    #[arg(long, env = "DUCAT_PROCESSOR_RATE", value_name = "PER_SECOND")]
    processor_rate: Option<u32>,
    /// When the daily run of advances begins, in UTC or in a time zone, as "06:30 America/New_York"
    /// [default: it does not by itself].
    #[arg(long, env = "DUCAT_ADVANCES_RUN_AT", value_name = "HH:MM [ZONE]")]
    advances_run_at: Option<String>,
}

/// Whether a filter says what it means: a word that is no level would be taken for a module, and log nothing.
fn check_log(filter: &str) -> anyhow::Result<()> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    for directive in filter.split(',').map(str::trim) {
        let level = directive.rsplit_once('=').map_or(directive, |(_, level)| level);
        if !LEVELS.contains(&level.to_ascii_lowercase().as_str()) {
            bail!(
                "log is {filter:?}, and {level:?} is no level; write off, error, warn, info, debug or trace, or MODULE=LEVEL"
            );
        }
    }
    Ok(())
}

impl ServeArguments {
    /// Reads the file, if there is one, and fills in what is not given.
    pub fn resolve(&self) -> anyhow::Result<ServeConfig> {
        let file = match &self.config {
            None => Settings::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("the settings file {} cannot be read", path.display()))?;
                toml::from_str(&text).with_context(|| format!("the settings file {} is wrong", path.display()))?
            }
        };
        let given = &self.settings;
        let limits = ApiLimits::default();
        let engine = EngineOptions::default();
        let batch_max = given.batch_max.or(file.batch_max).unwrap_or(limits.batch_max);
        if !(1..=limits.batch_max).contains(&batch_max) {
            bail!("batch-max is {batch_max}; a batch has from 1 to {} transactions", limits.batch_max);
        }
        let page_max = given.page_max.or(file.page_max).unwrap_or(limits.page_max);
        if !(1..=100_000).contains(&page_max) {
            bail!("page-max is {page_max}; a page has from 1 to 100000 rows");
        }
        given.refuse_zeros(&file)?;
        let seconds =
            |given: Option<u64>, file: Option<u64>, default| given.or(file).map_or(default, Duration::from_secs);
        let listen = listen_address(given.listen.as_deref().or(file.listen.as_deref()).unwrap_or(LISTEN_DEFAULT))?;
        let log = given.log.clone().or(file.log.clone()).unwrap_or_else(|| "info".to_owned());
        check_log(&log)?;
        let connections = given.connections(&file);
        let origins = if given.cors_origins.is_empty() { &file.cors_origins } else { &given.cors_origins };
        let origins = origins.iter().map(|origin| parse_origin(origin)).collect::<anyhow::Result<_>>()?;
        let hosts = if given.hosts.is_empty() { file.hosts.clone() } else { given.hosts.clone() };
        let names_store = if given.store.is_some() || given.store_file.is_some() { given } else { &file };
        let store = StoreUrl::named(names_store.store.as_deref(), names_store.store_file.as_deref())?;
        let advances = given.advances(&file)?;
        let advertise = given.advertise.as_ref().or(file.advertise.as_ref());
        let advertise = advertise.map(|url| parse_advertise(url)).transpose()?;
        let store_connections_max = given.store_connections_max(&file)?;
        let body_bytes_max = given.body_bytes_max.or(file.body_bytes_max).unwrap_or(limits.body_bytes_max);
        if body_bytes_max > CLIENT_BYTES_MAX {
            bail!("body-bytes-max is {body_bytes_max}; it is at most {CLIENT_BYTES_MAX}, which nodes send each other");
        }
        let is_everywhere = listen.starts_with("0.0.0.0:") || listen.starts_with("[::]:");
        if advertise.is_none() && is_everywhere && matches!(store, StoreUrl::Postgres(_)) {
            bail!(
                "listen is {listen}, where no other node can reach this one; say where with --advertise http://HOST:PORT or https://HOST:PORT"
            );
        }
        let tls = given.tls(&file)?;
        let workers = given.workers.or(file.workers).unwrap_or(engine.workers);
        let queue = given.queue_postings_max.or(file.queue_postings_max).unwrap_or(engine.queue_postings_max);
        Ok(ServeConfig {
            listen,
            workers,
            hosts,
            origins,
            waived: if given.insecure.is_empty() { file.insecure.clone() } else { given.insecure.clone() },
            dev: given.dev,
            oidc: given.oidc(&file)?,
            sign_in: given.sign_in(&file)?,
            admin_key_file: given.admin_key_file.clone().or(file.admin_key_file.clone()),
            metrics_key_file: given.metrics_key_file.clone().or(file.metrics_key_file.clone()),
            head_key: given.head_key.clone().or(file.head_key.clone()),
            event_source: given.event_source(&file)?,
            webhook_key: given.webhook_key.clone().or(file.webhook_key.clone()),
            webhooks: WebhookSettings {
                key: None,
                secrets: given.webhook_secrets.clone().or(file.webhook_secrets.clone()),
                allows_private: given.webhook_allow_private || file.webhook_allow_private,
            },
            nats: given.nats(&file)?,
            tls,
            connections,
            store,
            loss: if given.accept_loss { Loss::Accepted } else { Loss::Refused },
            advertise,
            store_connections_max,
            clock_skew_max: seconds(given.clock_skew_max_s, file.clock_skew_max_s, CLOCK_SKEW_MAX),
            log,
            log_format: given.log_format.or(file.log_format).unwrap_or(LogFormat::Text),
            access_log: given.access_log || file.access_log,
            limits: ApiLimits {
                body_bytes_max,
                bodies_bytes_max: given.bodies_bytes_max.or(file.bodies_bytes_max).unwrap_or(limits.bodies_bytes_max),
                streams_max: given.streams_max.or(file.streams_max).unwrap_or(limits.streams_max),
                batch_max,
                page_max,
                key_rate: given.key_rate.or(file.key_rate),
                bank_max_overdraft: match given.bank_max_overdraft.or(file.bank_max_overdraft) {
                    Some(Dollars(cents)) => cents,
                    None => limits.bank_max_overdraft,
                },
                body_timeout: seconds(given.body_timeout_s, file.body_timeout_s, limits.body_timeout),
                outcome_timeout: seconds(given.outcome_timeout_s, file.outcome_timeout_s, limits.outcome_timeout),
                credit_wait: seconds(given.credit_wait_s, file.credit_wait_s, limits.credit_wait),
            },
            engine: EngineOptions { queue_postings_max: queue, workers },
            advances,
        })
    }
}

impl Settings {
    /// Refuses limits with which nothing could be served.
    fn refuse_zeros(&self, file: &Settings) -> anyhow::Result<()> {
        for (name, is_zero) in [
            ("body-bytes-max", self.body_bytes_max.or(file.body_bytes_max) == Some(0)),
            ("queue-postings-max", self.queue_postings_max.or(file.queue_postings_max) == Some(0)),
            ("bodies-bytes-max", self.bodies_bytes_max.or(file.bodies_bytes_max) == Some(0)),
            ("connections-max", self.connections_max.or(file.connections_max) == Some(0)),
            ("head-timeout-s", self.head_timeout_s.or(file.head_timeout_s) == Some(0)),
            ("idle-timeout-s", self.idle_timeout_s.or(file.idle_timeout_s) == Some(0)),
            ("write-timeout-s", self.write_timeout_s.or(file.write_timeout_s) == Some(0)),
            ("body-timeout-s", self.body_timeout_s.or(file.body_timeout_s) == Some(0)),
            ("outcome-timeout-s", self.outcome_timeout_s.or(file.outcome_timeout_s) == Some(0)),
            ("clock-skew-max-s", self.clock_skew_max_s.or(file.clock_skew_max_s) == Some(0)),
        ] {
            if is_zero {
                bail!("{name} is 0; with it nothing could be served");
            }
        }
        Ok(())
    }

    /// How many connections to PostgreSQL there may be.
    fn store_connections_max(&self, file: &Settings) -> anyhow::Result<usize> {
        let max = self.store_connections_max.or(file.store_connections_max).unwrap_or(CONNECTIONS_MAX);
        if max < CONNECTIONS_MIN {
            bail!("store-connections-max is {max}; a node needs {CONNECTIONS_MIN} or more");
        }
        Ok(max)
    }

    fn event_source(&self, file: &Settings) -> anyhow::Result<EventSource> {
        match self.event_source.as_deref().or(file.event_source.as_deref()) {
            Some(text) => EventSource::parse(text).map_err(|reason| anyhow::anyhow!("event-source: {reason}")),
            None => Ok(EventSource::default()),
        }
    }

    fn connections(&self, file: &Settings) -> ConnectionLimits {
        let defaults = ConnectionLimits::default();
        let seconds =
            |given: Option<u64>, file: Option<u64>, default| given.or(file).map_or(default, Duration::from_secs);
        ConnectionLimits {
            per_address_max: self.connections_per_address_max.or(file.connections_per_address_max),
            connections_max: self.connections_max.or(file.connections_max).unwrap_or(defaults.connections_max),
            head_timeout: seconds(self.head_timeout_s, file.head_timeout_s, defaults.head_timeout),
            idle_timeout: seconds(self.idle_timeout_s, file.idle_timeout_s, defaults.idle_timeout),
            write_timeout: seconds(self.write_timeout_s, file.write_timeout_s, defaults.write_timeout),
            drain_timeout: seconds(self.drain_timeout_s, file.drain_timeout_s, defaults.drain_timeout),
        }
    }

    fn advances(&self, file: &Settings) -> anyhow::Result<AdvancesConfig> {
        let defaults = CollectorOptions::default();
        let concurrency = self.processor_concurrency.or(file.processor_concurrency).unwrap_or(defaults.concurrency);
        let rate = self.processor_rate.or(file.processor_rate);
        if concurrency == 0 || rate == Some(0) {
            bail!("processor-concurrency or processor-rate is 0; with it nothing could be sent");
        }
        let daily_at = self.advances_run_at.as_ref().or(file.advances_run_at.as_ref());
        let daily_at = daily_at.map(|text| text.parse()).transpose().context("advances-run-at")?;
        let account = self.processor_account.as_ref().or(file.processor_account.as_ref());
        Ok(AdvancesConfig {
            url: self.processor_url.clone().or(file.processor_url.clone()),
            account: account.cloned().unwrap_or_else(|| "ducat".to_owned()),
            options: CollectorOptions { concurrency, rate, daily_at, ..defaults },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ducat_domain::money::Amount;

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("ducat.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:9000\"\npage_max = 7\n").expect("it can be written");
        let settings = Settings { page_max: Some(8), ..Settings::default() };
        let config = ServeArguments { config: Some(path.clone()), settings }.resolve().expect("it is right");
        assert_eq!((config.listen.as_str(), config.limits.page_max), ("127.0.0.1:9000", 8));
        std::fs::write(&path, "lisen = \"127.0.0.1:9000\"\n").expect("it can be written");
        let wrong = ServeArguments { config: Some(path), settings: Settings::default() }.resolve();
        assert!(format!("{:#}", wrong.expect_err("an unknown key")).contains("lisen"));
    }

    /// The file that packages install: it says every setting, and each as it would be read.
    #[test]
    fn the_file_of_the_packages_says_every_setting() {
        let text = include_str!("../../../deploy/ducat.toml");
        toml::from_str::<Settings>(text).expect("it is right as it is installed");
        let is_setting = |line: &&str| line.split_once(" = ").is_some_and(|(name, _)| !name.contains("# "));
        let all: Vec<&str> = text.lines().filter(is_setting).map(|line| line.trim_start_matches('#')).collect();
        toml::from_str::<Settings>(&all.join("\n")).expect("it is right with everything in it");
        let command = Settings::augment_args(clap::Command::new("serve"));
        for argument in
            command.get_arguments().filter(|argument| !["dev", "accept_loss"].contains(&argument.get_id().as_str()))
        {
            let said = format!("{} = ", argument.get_id());
            assert!(all.iter().any(|line| line.starts_with(&said)), "deploy/ducat.toml does not say {said}");
        }
    }

    #[test]
    fn what_to_log() {
        for filter in ["info", "DEBUG", "ducat_api=debug,warn", "off"] {
            assert!(check_log(filter).is_ok(), "{filter}");
        }
        for filter in ["verbose", "", "ducat_api", "ducat_api=loud"] {
            assert!(check_log(filter).is_err(), "{filter}");
        }
    }

    #[test]
    fn dollars_in_a_file_are_numbers_or_texts() {
        for (text, cents) in [("50.00", 5_000), ("\"50.00\"", 5_000), ("50", 5_000), ("0.1", 10)] {
            let settings: Settings = toml::from_str(&format!("bank_max_overdraft = {text}")).expect("dollars");
            assert_eq!(settings.bank_max_overdraft, Some(Dollars(Amount::new(cents))), "{text}");
        }
        assert!(toml::from_str::<Settings>("bank_max_overdraft = 0.001").is_err());
        assert!(toml::from_str::<Settings>("bank_max_overdraft = -1").is_err());
    }
}
