//! `ducat serve`: opens the store, starts the engine, listens until it is signalled to stop.
//!
//! Always true: no log line can stop anything, and a job that ends ends the process, so that a server that answers is
//! whole.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use ducat_api::cluster::{self, HttpForwarder, Peers, Plain};
use ducat_api::connections::tls::Tls;
use ducat_api::connections::{self, socket};
use ducat_api::door::Hosts;
use ducat_api::door::oidc::Oidc;
use ducat_api::service::Service;
use ducat_api::{About, Api};
use ducat_domain::names::Name;
use ducat_domain::numbers::Timestamp;
use ducat_engine::advances::Collector;
use ducat_engine::clock::{Clock, SteadyClock, SystemClock};
use ducat_engine::cluster::Cluster;
use ducat_engine::jobs::Jobs;
use ducat_engine::{Company, Engine};
use ducat_processor::Processor;
use ducat_processor::client::HttpProcessor;
use ducat_store::Fault;
use ducat_store::postgres::{Node, NodeClock, Proof};
use ducat_store::standing::{Hindrance, Standing};
use ducat_streams::nats::Nats;
use ducat_streams::webhooks::{ATTEMPTS_MAX, Webhooks};
use sd_notify::NotifyState;
use tokio::net::{TcpListener, UnixListener};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::config::{ServeConfig, Waiver};
use crate::remote::socket_of;
use crate::settings::ServeArguments;
use crate::store::{Opened, StoreUrl};
use crate::telemetry::Spans;
use crate::{console, deployed, descriptors, heads, telemetry, version, webhook_key};

/// Serves until a signal comes, then finishes what was taken.
pub fn run(arguments: &ServeArguments) -> anyhow::Result<ExitCode> {
    let config = arguments.resolve()?;
    telemetry::log(&config.log, config.log_format)?;
    let spans = Spans::start(version::build().version)?;
    if SystemClock.now() < Timestamp(0) {
        bail!("the system's clock says that it is before 1970, which HTTP has no dates for; set the clock");
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(config.workers.get());
    let runtime = runtime.enable_all().on_thread_start(connections::prepare_thread).build()?;
    let served = runtime.block_on(serve(config, spans.as_ref()));
    drop(runtime);
    if let Some(spans) = spans {
        spans.finish();
    }
    served?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(mut config: ServeConfig, spans: Option<&Spans>) -> anyhow::Result<()> {
    config.webhooks.key = config.webhook_key.as_deref().map(webhook_key::load).transpose()?;
    let processor = match &config.advances.url {
        None => None,
        Some(url) => Some(Arc::new(HttpProcessor::new(url, &config.advances.account)?) as Arc<dyn Processor>),
    };
    let oidc =
        config.oidc.clone().map(Oidc::new).transpose().map_err(|reason| anyhow::anyhow!("oidc-issuer: {reason}"))?;
    let oidc = oidc.map(Arc::new);
    let tls = config.tls.clone().map(Tls::load).transpose()?.map(Arc::new);
    let (listener, address) = listen(&config.listen).await?;
    let hosts = hosts_of(&config, address);
    let sends = config.webhooks.key.is_some() || config.webhooks.secrets.is_some();
    let outgoing = config.advances.options.concurrency + if sends { ATTEMPTS_MAX } else { 0 };
    let connections = descriptors::bounded(config.connections.clone(), outgoing)?;
    let clock = Arc::new(SteadyClock::new(SystemClock));
    let plain = if config.waived.contains(&Waiver::Cluster) { Plain::Anywhere } else { Plain::Loopback };
    let peers = Peers { tls: tls.clone(), plain };
    let opened = open_as_node(&config, &listener, &peers, Arc::clone(&clock) as Arc<dyn Clock>).await?;
    let standing = opened.standing.clone();
    let forwarder = |standing| Cluster::new(Arc::new(HttpForwarder::new(Arc::clone(&standing), &peers)), standing);
    let company = Company { tenure: opened.tenure, cluster: opened.standing.map(forwarder).map(Arc::new) };
    let engine = Engine::start_among(opened.store, opened.reader, Arc::clone(&clock) as _, &config.engine, company);
    if let Some(spans) = spans {
        engine.meters().record_spans(spans.tracer());
    }
    let is_new = look_around(engine.clone()).await?;
    deployed::admit(&engine, &config).await?;
    let door = door_of(&config, address, engine.ring().is_closed())?;
    let (stop, stopping) = watch::channel(false);
    let collector = Collector::new(engine.clone(), processor, config.advances.options);
    let signer = match &config.head_key {
        None => None,
        Some(path) => {
            let signer = heads::signer(path)?;
            engine.announce(&signer).await.context("the public half of the head key cannot be journaled")?;
            Some(signer)
        }
    };
    let (event_source, webhooks) = (config.event_source, config.webhooks.clone());
    let about = About { signer, event_source, webhooks, build: version::build() };
    let api = Api::of_server(engine.clone(), config.limits, stopping, collector.clone(), about);
    let jobs = Jobs::of(&engine)
        .and("advances", collector.work())
        .and_finish("webhooks", Webhooks::new(api.clone(), engine.clone(), config.webhooks)?.work())
        .and("orders of the bank", api.bank().clone().work())
        .and("standing among nodes", follow_standing(standing, peers))
        .and("keys of the issuer", follow_issuer(oidc.clone()))
        .and("certificates", follow_certificates(tls.clone()))
        .and("signal to accept the clock", accept_clock(engine.clone(), clock, signal(SignalKind::hangup())?));
    // Who reads the greeting may ask through the socket at once.
    let beside = bind_beside(&config.store);
    // From here on a signal stops the server in good order; the greeting says that it may be sent.
    let signals = Signals::new()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    notify(&[NotifyState::Ready, NotifyState::Status(&format!("serving {scheme}://{address}"))]);
    if let Err(error) = greet(&format!("{scheme}://{address}"), &config.store, is_new, door) {
        tracing::warn!(%error, "the greeting cannot be written");
    }
    let nats = match config.nats {
        None => None,
        Some(settings) => Some(Nats::connect(api.clone(), engine.clone(), settings).await?),
    };
    let service = match door {
        DoorState::Waived => ducat_api::service(api, hosts).without_keys(),
        DoorState::Keys | DoorState::NoKeys => ducat_api::service(api, hosts),
    };
    let service = match spans {
        Some(spans) => service.with_tracer(spans.tracer()),
        None => service,
    };
    let service = if config.access_log { service.with_access_log() } else { service };
    let service = oidc.iter().fold(service, |service, oidc| service.with_oidc(Arc::clone(oidc)));
    let (service, console) = console::beside(service, &engine, config.sign_in, stop.subscribe())?;
    let jobs = jobs.and("figures of the console", console.work());
    let jobs = match nats {
        None => jobs,
        Some(nats) => {
            let commands = nats.take_commands(&service).await?;
            jobs.and_finish("streams of NATS", nats.work()).and_finish("commands from NATS", commands)
        }
    };
    let socket = serve_beside(beside, service.clone(), stop.subscribe());
    let serving = connections::serve(listener, service, tls.clone(), connections, stop.subscribe());
    let serving = async { futures_util::future::join(serving, socket).await.0 };
    let ended = serve_until_stopped(serving, jobs, signals, &stop).await;
    tokio::task::spawn_blocking(move || engine.close()).await?;
    tracing::info!("stopped");
    ended
}

/// Tells systemd, where that has started the server.
fn notify(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd cannot be told how the server is");
    }
}

/// Serves until a signal comes or a job ends, then finishes what was taken. A second signal ends the process.
async fn serve_until_stopped(
    serving: impl Future<Output = std::io::Result<()>>,
    mut jobs: Jobs,
    mut signals: Signals,
    stop: &watch::Sender<bool>,
) -> anyhow::Result<()> {
    tokio::pin!(serving);
    let ended = tokio::select! {
        served = &mut serving => return Ok(served?),
        () = signals.next() => None,
        job = jobs.ended() => Some(job),
    };
    match ended {
        None => tracing::info!("stopping: finishing what was taken; a second signal stops at once"),
        Some(job) => tracing::error!(job, "a job ended; the server stops, since it would serve only in part"),
    }
    notify(&[NotifyState::Stopping]);
    stop.send_replace(true);
    tokio::select! {
        served = &mut serving => served?,
        () = signals.next() => {
            tracing::warn!("stopped at once: what was taken and not answered may or may not be done");
            std::process::exit(1);
        }
    }
    jobs.end().await;
    match ended {
        None => Ok(()),
        Some(job) => bail!("a job of the server ended: {job}; its log says why"),
    }
}

/// Whether whoever asks must show a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DoorState {
    /// There are keys.
    Keys,
    /// There is none yet. From the first one on each request needs one.
    NoKeys,
    /// No one is asked for one, whether there are any or not.
    Waived,
}

/// Refuses to be reached by others without what they need, unless that is waived by name.
fn door_of(config: &ServeConfig, address: SocketAddr, has_keys: bool) -> anyhow::Result<DoorState> {
    let waives = |waiver| config.waived.contains(&waiver);
    if config.dev && !address.ip().is_loopback() {
        bail!("--dev asks no one for a key, so it serves at a loopback address alone; listen is {address}");
    }
    if !address.ip().is_loopback() {
        if !has_keys && config.oidc.is_none() && !waives(Waiver::NoKeys) {
            bail!(
                "listen is {address}, which others can reach, and there are no keys: make one first \
                 (ducat keys create --name root --scope admin --ledger '*', or --admin-key-file FILE), or waive them \
                 (--insecure no-keys)"
            );
        }
        if config.tls.is_none() && !waives(Waiver::NoTls) {
            bail!(
                "listen is {address}, which others can reach, and keys would be sent in the clear: give a certificate \
                 (--tls-cert FILE --tls-key FILE), or say that a proxy in front does TLS (--insecure no-tls)"
            );
        }
    }
    // Keys that are there are asked for, whatever is waived: a waiver that was forgotten must open no door.
    Ok(match has_keys {
        _ if config.dev => DoorState::Waived,
        _ if config.oidc.is_some() => DoorState::Keys,
        true => DoorState::Keys,
        false => DoorState::NoKeys,
    })
}

/// Makes the socket beside a file. From then on whoever asks there waits for his turn.
fn bind_beside(store: &StoreUrl) -> Option<(UnixListener, PathBuf)> {
    let StoreUrl::Sqlite(file) = store else { return None };
    let path = socket_of(file);
    match socket::listen(&path) {
        Ok(listener) => Some((listener, path)),
        Err(error) => {
            let path = path.display();
            tracing::warn!(%error, %path, "no socket can be made beside the store; ducat keys needs --server");
            None
        }
    }
}

/// Serves at the socket beside a file, until the server stops.
async fn serve_beside(beside: Option<(UnixListener, PathBuf)>, service: Service, stopping: watch::Receiver<bool>) {
    let Some((listener, path)) = beside else { return };
    socket::serve(listener, service, stopping).await;
    drop(std::fs::remove_file(path));
}

/// Finds ledgers that are ahead of the clock, and keys. Says whether there are none at all.
async fn look_around(engine: Engine) -> anyhow::Result<bool> {
    let look = move || -> Result<bool, Fault> {
        engine.find_ahead()?;
        engine.refresh_system()?;
        // The system ledger is none that anyone opened.
        Ok(engine.reader().snapshot()?.ledgers(Some(&Name::system()), 1)?.is_empty())
    };
    Ok(tokio::task::spawn_blocking(look).await??)
}

/// Watches how this node stands among others; a node alone has nothing to watch.
async fn follow_standing(standing: Option<Arc<Standing>>, peers: Peers) {
    match standing {
        Some(standing) => cluster::watch(standing, peers).await,
        None => std::future::pending().await,
    }
}

/// Fetches the keys of the issuer; a server without one has none.
async fn follow_issuer(oidc: Option<Arc<Oidc>>) {
    match oidc {
        Some(oidc) => oidc.follow().await,
        None => std::future::pending().await,
    }
}

/// Reads certificates again when their files change; a server without TLS has none.
async fn follow_certificates(tls: Option<Arc<Tls>>) {
    match tls {
        Some(tls) => tls.follow().await,
        None => std::future::pending().await,
    }
}

/// The names under which the server is asked.
fn hosts_of(config: &ServeConfig, address: SocketAddr) -> Hosts {
    let advertised = config.advertise.as_deref().and_then(|url| url.split_once("://").map(|(_, host)| host));
    let hosts = config.hosts.iter().map(String::as_str).chain(advertised).fold(Hosts::of(address), Hosts::and);
    config.origins.iter().fold(hosts, |hosts, origin| hosts.and_origin(origin))
}

/// Opens the store. A node among others finds itself under its own address before it takes a lease.
async fn open_as_node(
    config: &ServeConfig,
    listener: &TcpListener,
    peers: &Peers,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Opened> {
    let url = match &config.advertise {
        Some(url) => url.clone(),
        None => {
            let scheme = if peers.tls.is_some() { "https" } else { "http" };
            format!("{scheme}://{}", listener.local_addr()?)
        }
    };
    let node = Node {
        proof: Proof::Needed,
        clock: Some(NodeClock::new(move || clock.now())),
        clock_skew_max: config.clock_skew_max,
        settings: config.shared_settings(),
        connections_max: config.store_connections_max,
        ..Node::server(url)
    };
    let (store, loss) = (config.store.clone(), config.loss);
    let opened = tokio::task::spawn_blocking(move || store.open(Some(node), loss)).await??;
    if let Some(standing) = opened.standing.clone() {
        if let Err(reason) = cluster::prove(listener, &standing, peers).await {
            // It leaves the others, which waits for the database.
            tokio::task::spawn_blocking(move || drop(opened)).await?;
            bail!(reason);
        }
        standing.clear(Hindrance::Unproven);
    }
    Ok(opened)
}

/// Listens at an address, or says what stands in the way.
async fn listen(at: &str) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(at).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow::anyhow!(
                "cannot listen at {at}: another program listens there; stop it, or choose a port with --listen {at}"
            )
        }
        _ => anyhow::Error::new(error).context(format!("cannot listen at {at}")),
    })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Adopts the system's clock whenever an operator says so, by SIGHUP.
async fn accept_clock(engine: Engine, clock: Arc<SteadyClock>, mut hangup: Signal) {
    while hangup.recv().await.is_some() {
        let ahead_us = clock.accept();
        tracing::warn!(ahead_us, "the system's clock is adopted at once, as asked");
        let of = engine.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || of.find_ahead()).await {
            tracing::warn!(%error, "ledgers that are ahead of the clock now are found when they are written to");
        }
    }
}

/// The signals that stop a server.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Says where it listens, and where nothing was ever done, what to try first.
fn greet(url: &str, store: &StoreUrl, is_new: bool, door: DoorState) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ducat listens at {url} and keeps its ledgers in {store}")?;
    match door {
        DoorState::Keys => {}
        DoorState::NoKeys => writeln!(out, "No door: without keys whoever reaches this address may do everything.")?,
        DoorState::Waived => {
            writeln!(out, "No door: keys are waived, so whoever reaches this address may do everything.")?
        }
    }
    if !is_new {
        return out.flush();
    }
    writeln!(out, "\nOpen a ledger, move money, look at a balance:\n")?;
    // An address that stands for all of this machine is none to ask at.
    let url = &url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
    let key = if door == DoorState::Keys { "-H \"Authorization: Bearer $DUCAT_KEY\" " } else { "" };
    let read_key = if key.is_empty() { String::new() } else { format!(" {}", key.trim_end()) };
    let post = format!("{key}-H 'Content-Type: application/json' -d");
    let ledger = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
    let transfer = r#"{"postings":[{"source":"world","destination":"users:alice","amount":1250}]}"#;
    writeln!(out, "  curl -s {url}/v1/ledgers {post} '{ledger}'")?;
    writeln!(out, "  curl -s {url}/v1/ledgers/shop/transactions {post} '{transfer}'")?;
    writeln!(out, "  curl -s {url}/v1/ledgers/shop/accounts/users:alice/balance{read_key}")?;
    writeln!(out, "\nEverything else: {url}/docs")?;
    out.flush()
}
