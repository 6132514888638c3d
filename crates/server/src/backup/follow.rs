//! `ducat backup --follow`: what is new is backed up twice a second, and how far behind that is can be read.
//!
//! A store or a repository that is away is tried again; what was backed up stays. A run that another one deposed ends.

use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use ducat_api::metrics::{OPEN_METRICS, Process, text_of};
use ducat_api::values::parse_time;
use ducat_domain::names::Name;
use ducat_domain::numbers::Timestamp;
use ducat_engine::clock::{Clock as _, SystemClock};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};
use tokio::signal::unix::{SignalKind, signal};

use super::repository::{Address, Deposed, Repository};
use super::{Backup, Done, Run};
use crate::store::StoreUrl;

/// How often what is new is looked for. A backup that takes longer begins the next one at once.
const INTERVAL: Duration = Duration::from_millis(500);

/// How often a manifest is written where nothing is new.
const RENEWAL: Duration = Duration::from_secs(60);

/// So many times as long as looking took, nothing is looked for: a store of very many ledgers is not read all the time.
const REST: u32 = 5;

/// How long files stay that the manifest names no more, for those who read by an earlier one. What was erased goes at once.
const GRACE: Duration = Duration::from_secs(3_600);

/// How long to wait after a failure.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Backs up until it is interrupted.
pub fn follow(
    store: &StoreUrl,
    to: &Address,
    only: Option<&Name>,
    metrics_listen: Option<SocketAddr>,
) -> anyhow::Result<()> {
    let figures = Figures::new();
    metrics_listen.map_or(Ok(()), |address| serve(address, &figures))?;
    let repository = to.create()?;
    let asked_to_end = signals()?;
    let (mut run, mut has_shown) = (Run::new(), false);
    loop {
        let ended = go_on(store, repository.as_ref(), only, &figures, &mut run, &mut has_shown, &asked_to_end);
        let Err(error) = ended else { return Ok(()) };
        // What is wrong from the beginning is a mistake of whoever started it, and two runs would take a repository from each
        // other for ever.
        ensure!(run.has_begun && !error.is::<Deposed>(), error);
        figures.failures.inc();
        eprintln!("ducat: tried again in a second: {error:#}");
        let is_asked = asked_to_end.recv_timeout(RETRY_INTERVAL).is_ok();
        ensure!(!is_asked, error.context("ended before everything was backed up"));
    }
}

/// Opens the store, and backs up what is new until something fails or someone asks to end.
fn go_on(
    store: &StoreUrl,
    repository: &dyn Repository,
    only: Option<&Name>,
    figures: &Figures,
    run: &mut Run,
    has_shown: &mut bool,
    asked_to_end: &Receiver<()>,
) -> anyhow::Result<()> {
    let identity = store.identity()?;
    let reader = store.open_reader()?;
    let mut backup = Backup::begin(reader.as_ref(), repository, only, run)?;
    let mut is_first = !std::mem::replace(has_shown, true);
    if is_first {
        figures.begin(&backup);
    }
    let mut is_last = false;
    loop {
        let begun = Instant::now();
        // A connection goes on reading a file that is not there any more.
        ensure!(store.identity()? == identity, "another file was put in the place of {store}");
        let done = backup.pass(RENEWAL)?;
        if let Err(error) = backup.remove_unnamed(GRACE) {
            figures.failures.inc();
            eprintln!("ducat: the backup is whole, but it holds more than it should: {error:#}");
        }
        figures.note(&done);
        if std::mem::take(&mut is_first) || done.effects > 0 {
            println!("{repository}: {done}");
        }
        if is_last {
            return Ok(());
        }
        // What was committed before one asks is backed up.
        let rest = INTERVAL.saturating_sub(begun.elapsed()).max(done.looking * REST);
        is_last = asked_to_end.recv_timeout(rest).is_ok();
    }
}

/// Says when someone asks to end, by SIGTERM or SIGINT. Whoever asks twice does not want to wait.
fn signals() -> anyhow::Result<Receiver<()>> {
    let (asked, asked_to_end) = mpsc::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut terminated, mut interrupted) = {
        let _guard = runtime.enter();
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?)
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            for _ in 0..2 {
                tokio::select! {
                    _ = terminated.recv() => {}
                    _ = interrupted.recv() => {}
                }
                if asked.send(()).is_err() {
                    break;
                }
            }
        });
        std::process::exit(130);
    });
    Ok(asked_to_end)
}

/// What `/metrics` shows.
#[derive(Debug, Clone, Default)]
struct Figures {
    covered: Covered,
    effects: Counter,
    bytes: Counter,
    failures: Counter,
}

impl Figures {
    fn new() -> Figures {
        let figures = Figures::default();
        figures.covered.set(SystemClock.now());
        figures
    }

    /// A backup of before covers what was committed before it.
    fn begin(&self, backup: &Backup<'_>) {
        if let Ok(at) = parse_time(&backup.manifest.written_at) {
            self.covered.set(at);
        }
    }

    fn note(&self, done: &Done) {
        self.covered.set(done.begun_at);
        self.effects.inc_by(done.effects);
        self.bytes.inc_by(done.bytes);
    }

    fn registry(&self) -> Registry {
        let mut registry = Registry::default();
        let ours = registry.sub_registry_with_prefix("ducat_backup");
        ours.register("effects", "Effects backed up", self.effects.clone());
        ours.register_with_unit("written", "Put into the repository", Unit::Bytes, self.bytes.clone());
        ours.register("failures", "Attempts that failed and were made again", self.failures.clone());
        ours.register_collector(Box::new(self.covered.clone()));
        registry.sub_registry_with_prefix("process").register_collector(Box::new(Process));
        registry
    }
}

/// Until when everything that was committed is backed up, in microseconds since 1970.
#[derive(Debug, Clone, Default)]
struct Covered(Arc<AtomicI64>);

impl Covered {
    fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::Relaxed);
    }
}

impl Collector for Covered {
    #[expect(clippy::cast_precision_loss, reason = "Prometheus keeps floating point alone")]
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let lag = SystemClock.now().0.saturating_sub(self.0.load(Ordering::Relaxed));
        let help = "How long ago that is by which everything committed was backed up";
        let descriptor = encoder.encode_descriptor("lag", help, Some(&Unit::Seconds), MetricType::Gauge)?;
        ConstGauge::new(lag as f64 / 1e6).encode(descriptor)
    }
}

/// Serves metrics on a thread of its own.
fn serve(address: SocketAddr, figures: &Figures) -> anyhow::Result<()> {
    let place = || format!("--metrics-listen {address}");
    let listener = TcpListener::bind(address).with_context(place)?;
    listener.set_nonblocking(true).with_context(place)?;
    println!("metrics are served at http://{}", listener.local_addr().with_context(place)?);
    let registry = Arc::new(figures.registry());
    let page = move || std::future::ready(([(CONTENT_TYPE, OPEN_METRICS)], text_of(&registry)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        let served = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, Router::new().route("/metrics", get(page))).await
        });
        if let Err(error) = served {
            eprintln!("ducat: metrics are served no more: {error}");
        }
    });
    Ok(())
}
