//! A server as the command line reaches it: over HTTP with a key, through the socket beside its file, or, where none
//! runs, within this process. Each is asked in the same way.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use axum::body::{Body, Bytes};
use axum::http::Request;
use clap::Args;
use ducat_api::door::Hosts;
use ducat_api::service::Service;
use ducat_api::{Api, ApiLimits};
use ducat_engine::advances::{Collector, CollectorOptions};
use ducat_engine::clock::SystemClock;
use ducat_engine::{Engine, EngineOptions};
use reqwest::{Client, ClientBuilder, Method, StatusCode, Url};
use serde_json::Value;
use tokio::sync::watch;

use crate::line;
use crate::store::{Loss, StoreUrl};

/// The key with which a server is asked.
#[derive(Debug, Clone, Default, Args)]
pub struct KeyArguments {
    /// A file with the key to show, in one line. It counts more than DUCAT_KEY, which may hold the key itself.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl KeyArguments {
    /// The key, if there is one.
    pub fn key(&self) -> anyhow::Result<Option<String>> {
        let Some(file) = &self.key_file else {
            return Ok(std::env::var("DUCAT_KEY").ok().filter(|key| !key.is_empty()));
        };
        let place = || format!("the file {} has no key in it", file.display());
        let key = line::read(file).with_context(place)?;
        ensure!(!key.contains(char::is_whitespace), "{}: a key has no spaces", place());
        Ok(Some(key))
    }
}

/// A server.
pub struct Server {
    way: Way,
}

enum Way {
    /// Over HTTP, or through a socket.
    Http { client: Client, url: Url, key: Option<String> },
    /// In this process.
    Within { service: Service, engine: Engine, _stop: watch::Sender<bool> },
}

/// What becomes of a store that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nothing.
    Refused,
    /// It is created.
    Created,
}

/// Where the socket beside a file is.
pub fn socket_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".sock");
    PathBuf::from(name)
}

fn client() -> ClientBuilder {
    Client::builder().tls_backend_preconfigured(ducat_trust::client_config()).no_proxy()
}

impl Server {
    /// A server at a URL, which is shown a key.
    pub fn new(url: &str, key: Option<String>) -> anyhow::Result<Server> {
        let client = client().build()?;
        let url = Url::parse(&format!("{}/", url.trim_end_matches('/')));
        let url = url.context("the server's address is no URL; write http://HOST:PORT")?;
        Ok(Server { way: Way::Http { client, url, key } })
    }

    /// The server that has a store open, through the socket beside its file; or else the store itself.
    pub async fn of_store(store: &StoreUrl, missing: Missing) -> anyhow::Result<Server> {
        if let StoreUrl::Sqlite(file) = store {
            let socket = socket_of(file);
            if tokio::net::UnixStream::connect(&socket).await.is_ok() {
                let client = client().unix_socket(socket.as_path()).build()?;
                let url = Url::parse("http://localhost/")?;
                return Ok(Server { way: Way::Http { client, url, key: None } });
            }
        }
        let store = store.clone();
        let start = move || -> anyhow::Result<Engine> {
            let opened = match missing {
                Missing::Refused => store.open_existing()?,
                Missing::Created => store.open(None, Loss::Refused)?,
            };
            let (clock, options) = (Arc::new(SystemClock), EngineOptions::default());
            let engine = Engine::start(opened.store, opened.reader, clock, &options);
            engine.ring().refresh(engine.reader().as_ref())?;
            Ok(engine)
        };
        let engine = tokio::task::spawn_blocking(start).await??;
        let (stop, stopping) = watch::channel(false);
        let collector = Collector::new(engine.clone(), None, CollectorOptions::default());
        let api = Api::new(engine.clone(), ApiLimits::default(), stopping, collector);
        let service = ducat_api::service(api, Hosts::default());
        Ok(Server { way: Way::Within { service, engine, _stop: stop } })
    }

    /// Sends a request; gives status and body.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<(StatusCode, Value)> {
        let (status, bytes) = self.send(method, path, body).await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    /// Reads a text.
    pub async fn text(&self, path: &str) -> anyhow::Result<String> {
        let (status, bytes) = self.send(Method::GET, path, None).await?;
        ensure!(
            status.is_success(),
            "{path} responds {status}; it takes a key of scope metrics or admin for all ledgers"
        );
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<(StatusCode, Bytes)> {
        let path = path.trim_start_matches('/');
        match &self.way {
            Way::Http { client, url, key } => {
                let mut request = client.request(method, url.join(path)?);
                if let Some(key) = key {
                    request = request.bearer_auth(key);
                }
                if let Some(body) = body {
                    request = request.header("Content-Type", "application/json").body(body.to_string());
                }
                let response = request.send().await.with_context(|| format!("{url} does not respond"))?;
                Ok((response.status(), response.bytes().await?))
            }
            Way::Within { service, .. } => {
                let request = Request::builder().method(method).uri(format!("/{path}"));
                let request = request.header("Content-Type", "application/json");
                let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
                let response = service.respond_to_operator(request.body(body)?).await;
                let status = response.status();
                Ok((status, axum::body::to_bytes(response.into_body(), usize::MAX).await?))
            }
        }
    }

    /// Sends a request that must succeed; gives the body.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let (status, answer) = self.call(method, path, body).await?;
        if !status.is_success() {
            let detail = answer["detail"].as_str().map_or_else(|| format!("status {status}"), str::to_owned);
            match status {
                StatusCode::UNAUTHORIZED => bail!("{detail} (--key-file FILE, or DUCAT_KEY)"),
                _ => bail!("{detail}"),
            }
        }
        Ok(answer)
    }

    /// Closes a store that was opened here.
    pub async fn close(self) -> anyhow::Result<()> {
        if let Way::Within { engine, .. } = self.way {
            tokio::task::spawn_blocking(move || engine.close()).await?;
        }
        Ok(())
    }
}
