//! Settings: a flag wins over the environment, the environment over the file, the file over the default.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use ducat_api::ApiLimits;
use ducat_domain::decimal::{self, Excess};
use ducat_domain::money::Amount;
use ducat_engine::EngineOptions;
use ducat_engine::advances::CollectorOptions;
use serde::Deserialize;

use crate::store::{STORE_DEFAULT, StoreUrl};

/// Where to serve when nothing is said.
const LISTEN_DEFAULT: &str = "127.0.0.1:8000";

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
    /// The address to serve at [default: 127.0.0.1:8000].
    #[arg(long, env = "DUCAT_LISTEN")]
    listen: Option<SocketAddr>,
    /// Where the ledgers are: sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE [default: sqlite:ducat.db].
    #[arg(long, env = "DUCAT_STORE", hide_env_values = true)]
    store: Option<String>,
    /// Where other nodes on the same PostgreSQL reach this one [default: http:// and the address it listens at].
    #[arg(long, env = "DUCAT_ADVERTISE")]
    advertise: Option<String>,
    /// What to log, as in RUST_LOG: error, warn, info, debug, or by module [default: info].
    #[arg(long, env = "DUCAT_LOG")]
    log: Option<String>,
    /// Bytes of a body at most [default: 16777216].
    #[arg(long, env = "DUCAT_BODY_BYTES_MAX")]
    body_bytes_max: Option<usize>,
    /// Transactions of a batch at most, up to 8190 [default: 8190].
    #[arg(long, env = "DUCAT_BATCH_MAX")]
    batch_max: Option<usize>,
    /// Rows of a page at most [default: 1000].
    #[arg(long, env = "DUCAT_PAGE_MAX")]
    page_max: Option<usize>,
    /// Postings queued or under way at most [default: 65520].
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
    /// When the daily run of advances begins, in UTC [default: it does not by itself].
    #[arg(long, env = "DUCAT_ADVANCES_RUN_AT", value_name = "HH:MM")]
    advances_run_at: Option<String>,
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

/// Dollars and cents, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Dollars(Amount);

impl FromStr for Dollars {
    type Err = String;

    fn from_str(text: &str) -> Result<Dollars, String> {
        let cents = decimal::parse(text, 2, Excess::Refused)?;
        let amount = u128::try_from(cents).map_err(|_| format!("{text} is negative"))?;
        Some(Dollars(Amount::new(amount)))
            .filter(|dollars| dollars.0.is_within_limit())
            .ok_or_else(|| format!("{text} is too large"))
    }
}

impl TryFrom<String> for Dollars {
    type Error = String;

    fn try_from(text: String) -> Result<Dollars, String> {
        text.parse()
    }
}

/// What `ducat serve` goes by.
#[derive(Debug)]
pub struct ServeConfig {
    /// The address to serve at.
    pub listen: SocketAddr,
    /// Where the ledgers are.
    pub store: StoreUrl,
    /// Where other nodes reach this one, where that was said.
    pub advertise: Option<String>,
    /// What to log.
    pub log: String,
    /// Limits of requests.
    pub limits: ApiLimits,
    /// Limits of the queue.
    pub engine: EngineOptions,
    /// The processor, and the daily run.
    pub advances: AdvancesConfig,
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
        for (name, is_zero) in [
            ("body-bytes-max", given.body_bytes_max.or(file.body_bytes_max) == Some(0)),
            ("queue-postings-max", given.queue_postings_max.or(file.queue_postings_max) == Some(0)),
            ("body-timeout-s", given.body_timeout_s.or(file.body_timeout_s) == Some(0)),
            ("outcome-timeout-s", given.outcome_timeout_s.or(file.outcome_timeout_s) == Some(0)),
        ] {
            if is_zero {
                bail!("{name} is 0; with it nothing could be served");
            }
        }
        let seconds =
            |given: Option<u64>, file: Option<u64>, default| given.or(file).map_or(default, Duration::from_secs);
        let listen = match given.listen.or(file.listen) {
            Some(listen) => listen,
            None => LISTEN_DEFAULT.parse()?,
        };
        let store = StoreUrl::parse(given.store.as_deref().or(file.store.as_deref()).unwrap_or(STORE_DEFAULT))?;
        let advances = given.advances(&file)?;
        let advertise = given.advertise.clone().or(file.advertise);
        if let Some(url) = &advertise
            && !url.starts_with("http://")
        {
            bail!("advertise is {url:?}; write http://HOST:PORT");
        }
        if advertise.is_none() && listen.ip().is_unspecified() && matches!(store, StoreUrl::Postgres(_)) {
            bail!(
                "listen is {listen}, where no other node can reach this one; say where with --advertise http://HOST:PORT"
            );
        }
        let queue = given.queue_postings_max.or(file.queue_postings_max).unwrap_or(engine.queue_postings_max);
        Ok(ServeConfig {
            listen,
            store,
            advertise,
            log: given.log.clone().or(file.log).unwrap_or_else(|| "info".to_owned()),
            limits: ApiLimits {
                body_bytes_max: given.body_bytes_max.or(file.body_bytes_max).unwrap_or(limits.body_bytes_max),
                batch_max,
                page_max,
                bank_max_overdraft: match given.bank_max_overdraft.or(file.bank_max_overdraft) {
                    Some(Dollars(cents)) => cents,
                    None => limits.bank_max_overdraft,
                },
                body_timeout: seconds(given.body_timeout_s, file.body_timeout_s, limits.body_timeout),
                outcome_timeout: seconds(given.outcome_timeout_s, file.outcome_timeout_s, limits.outcome_timeout),
                credit_wait: seconds(given.credit_wait_s, file.credit_wait_s, limits.credit_wait),
            },
            engine: EngineOptions { queue_postings_max: queue },
            advances,
        })
    }
}

impl Settings {
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

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("ducat.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:9000\"\npage_max = 7\n").expect("it can be written");
        let settings = Settings { page_max: Some(8), ..Settings::default() };
        let config = ServeArguments { config: Some(path.clone()), settings }.resolve().expect("it is right");
        assert_eq!((config.listen.port(), config.limits.page_max), (9000, 8));
        std::fs::write(&path, "lisen = \"127.0.0.1:9000\"\n").expect("it can be written");
        let wrong = ServeArguments { config: Some(path), settings: Settings::default() }.resolve();
        assert!(format!("{:#}", wrong.expect_err("an unknown key")).contains("lisen"));
    }
}
