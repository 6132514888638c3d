//! `ducat serve`: opens the store, starts the engine, listens until it is told to stop.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use axum::serve::ListenerExt as _;
use ducat_api::Api;
use ducat_api::cluster::{self, HttpForwarder};
use ducat_api::simple::bank;
use ducat_engine::advances::Collector;
use ducat_engine::clock::{Clock, SystemClock};
use ducat_engine::cluster::Cluster;
use ducat_engine::{Company, Engine, jobs};
use ducat_processor::Processor;
use ducat_processor::client::HttpProcessor;
use ducat_store::postgres::{Node, NodeClock, Proof};
use ducat_store::standing::Hindrance;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use crate::config::{ServeArguments, ServeConfig};
use crate::store::{Opened, StoreUrl};

/// Serves until a signal comes, then finishes what was taken.
pub fn run(arguments: &ServeArguments) -> anyhow::Result<ExitCode> {
    let config = arguments.resolve()?;
    let filter = EnvFilter::try_new(&config.log).with_context(|| format!("log is {:?}", config.log))?;
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(config))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: ServeConfig) -> anyhow::Result<()> {
    let processor = match &config.advances.url {
        None => None,
        Some(url) => Some(Arc::new(HttpProcessor::new(url, &config.advances.account)?) as Arc<dyn Processor>),
    };
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.with_context(|| format!("cannot listen at {}", config.listen))?;
    let address = listener.local_addr()?;
    let clock = Arc::new(SystemClock);
    let opened = open_as_node(&config, &listener, Arc::clone(&clock) as Arc<dyn Clock>).await?;
    let cluster = opened.standing.clone().map(|standing| {
        tokio::spawn(cluster::watch(Arc::clone(&standing)));
        Arc::new(Cluster::new(Arc::new(HttpForwarder::new(Arc::clone(&standing))), standing))
    });
    let company = Company { tenure: opened.tenure, cluster };
    let engine = Engine::start_among(opened.store, opened.reader, clock, &config.engine, company);
    let (stop, stopping) = watch::channel(false);
    let api = Api::new(engine.clone(), config.limits, stopping);
    let collector = Collector::new(engine.clone(), processor, config.advances.options);
    let api = api.collecting(collector.clone());
    let advances = tokio::spawn(collector.work());
    let expiry = tokio::spawn(jobs::run(engine.clone()));
    let orders = tokio::spawn(bank::deferred::run(api.clone()));
    let router = ducat_api::router(api);
    if let Err(error) = greet(address, &config.store) {
        tracing::warn!(%error, "nobody reads the greeting");
    }
    // Answers are small and whole: sending them at once beats waiting for more.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            signalled().await;
            tracing::info!("stopping: finishing what was taken");
            stop.send_replace(true);
        })
        .await?;
    expiry.abort();
    orders.abort();
    advances.abort();
    tokio::task::spawn_blocking(move || engine.close()).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Opens the store. A node among others finds itself under its own address before it takes a lease.
async fn open_as_node(config: &ServeConfig, listener: &TcpListener, clock: Arc<dyn Clock>) -> anyhow::Result<Opened> {
    let url = match &config.advertise {
        Some(url) => url.clone(),
        None => format!("http://{}", listener.local_addr()?),
    };
    let node = Node {
        proof: Proof::Needed,
        clock: Some(NodeClock::new(move || clock.now())),
        clock_skew_max: config.clock_skew_max,
        settings: config.shared_settings(),
        connections_max: config.store_connections_max,
        ..Node::server(url)
    };
    let store = config.store.clone();
    let opened = tokio::task::spawn_blocking(move || store.open(Some(node))).await??;
    if let Some(standing) = opened.standing.clone() {
        if let Err(reason) = cluster::prove(listener, &standing).await {
            // It leaves the others, which waits for the database.
            tokio::task::spawn_blocking(move || drop(opened)).await?;
            bail!(reason);
        }
        standing.clear(Hindrance::Unproven);
    }
    Ok(opened)
}

/// Says where it listens, and what to try first.
fn greet(address: SocketAddr, store: &StoreUrl) -> std::io::Result<()> {
    let url = format!("http://{address}");
    let mut out = std::io::stdout().lock();
    writeln!(out, "ducat listens at {url} and keeps its ledgers in {store}")?;
    writeln!(out, "\nOpen a ledger, move money, look at a balance:\n")?;
    let post = "-H 'Content-Type: application/json' -d";
    let ledger = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
    let transfer = r#"{"postings":[{"source":"world","destination":"users:alice","amount":1250}]}"#;
    writeln!(out, "  curl -s {url}/v1/ledgers {post} '{ledger}'")?;
    writeln!(out, "  curl -s {url}/v1/ledgers/shop/transactions {post} '{transfer}'")?;
    writeln!(out, "  curl -s {url}/v1/ledgers/shop/accounts/users:alice/balance")?;
    writeln!(out, "\nEverything else: {url}/docs")?;
    out.flush()
}

async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
