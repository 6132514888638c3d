//! `ducat health`: whether a server of this machine is ready, for containers and scripts.
//!
//! It shows no key and learns no more than `/readyz` tells everyone. The certificate of a server of this machine is not
//! checked: it is made out for other names than localhost.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Args;
use reqwest::{Client, Url};

use crate::address::{LISTEN_DEFAULT, listen_address};

/// Which server to ask.
#[derive(Debug, Args)]
pub struct HealthArguments {
    /// Where it listens on this machine [default: http://127.0.0.1:8000, or as DUCAT_LISTEN and DUCAT_TLS_CERT say].
    #[arg(long, env = "DUCAT_HEALTH_URL")]
    url: Option<String>,
    #[arg(long, env = "DUCAT_LISTEN", hide = true)]
    listen: Option<String>,
    #[arg(long, env = "DUCAT_TLS_CERT", hide = true)]
    tls_cert: Option<PathBuf>,
    /// Seconds to wait for its response.
    #[arg(long, default_value_t = 5)]
    timeout_s: u64,
}

impl HealthArguments {
    fn url(&self) -> anyhow::Result<String> {
        if let Some(url) = &self.url {
            return Ok(url.clone());
        }
        let scheme = if self.tls_cert.is_some() { "https" } else { "http" };
        let listen = listen_address(self.listen.as_deref().unwrap_or(LISTEN_DEFAULT))?;
        let (_, port) = listen.rsplit_once(':').context("an address to listen at has a port")?;
        Ok(format!("{scheme}://127.0.0.1:{port}"))
    }
}

/// Asks it; the status is 1 where it responds that it is not ready.
pub fn run(arguments: &HealthArguments) -> anyhow::Result<ExitCode> {
    let url = Url::parse(&format!("{}/readyz", arguments.url()?.trim_end_matches('/')));
    let url = url.context("--url is no URL; write http://127.0.0.1:PORT")?;
    ensure!(ducat_api::is_loopback(&url), "--url {url} is not on this machine; write http://127.0.0.1:PORT");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        ducat_trust::ready();
        let client = Client::builder().no_proxy().danger_accept_invalid_certs(true);
        let client = client.timeout(Duration::from_secs(arguments.timeout_s)).build()?;
        let response = client.get(url.clone()).send().await.with_context(|| format!("{url} does not respond"))?;
        let is_ready = response.status().is_success();
        println!("{}", response.text().await?.trim());
        Ok(if is_ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
