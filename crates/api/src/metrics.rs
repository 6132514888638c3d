//! Counts for Prometheus, served at `/metrics` in the OpenMetrics text format.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ducat_engine::Engine;
use ducat_engine::advances::Totals;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct StatusLabel {
    status: u16,
}

/// What was done for advances since the start.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Advances {
    what: &'static str,
}

/// How a node stands among those that share its database.
#[derive(Debug, Default)]
struct Nodes {
    serves: Gauge,
    leases: Gauge,
    others: Gauge,
    unreachable: Gauge,
    clock: Gauge<f64, AtomicU64>,
}

impl Nodes {
    fn register(registry: &mut Registry) -> Nodes {
        let nodes = Nodes::default();
        let serves = "1 while this node takes ledgers, 0 while something keeps it from that";
        registry.register("node_serves", serves, nodes.serves.clone());
        registry.register("node_leases", "Ledgers that this node has the lease of", nodes.leases.clone());
        registry.register("nodes_others", "Other nodes that are alive", nodes.others.clone());
        let unreachable = "Other nodes that are alive and cannot be reached from here";
        registry.register("nodes_unreachable", unreachable, nodes.unreachable.clone());
        let clock = "Seconds that this machine's clock is ahead of the database's";
        registry.register("clock_offset_seconds", clock, nodes.clock.clone());
        nodes
    }

    fn set(&self, engine: &Engine) {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.serves.set(i64::from(engine.may_serve()));
        self.leases.set(count(engine.leases()));
        let Some(standing) = engine.standing() else { return };
        self.others.set(count(standing.others().len()));
        self.unreachable.set(count(standing.all_unreachable().len()));
        if let Some(offset) = standing.clock() {
            self.clock
                .set(Duration::from_micros(offset.micros.unsigned_abs()).as_secs_f64().copysign(sign(offset.micros)));
        }
    }
}

fn sign(micros: i64) -> f64 {
    if micros < 0 { -1.0 } else { 1.0 }
}

/// The counts.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    answers: Family<StatusLabel, Counter>,
    queued: Gauge,
    queue_limit: Gauge,
    commits: Gauge,
    store_is_good: Gauge,
    clock_ahead_us: Gauge,
    ledger_ahead_us: Gauge,
    advances: Family<Advances, Gauge>,
    nodes: Nodes,
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub fn new() -> Metrics {
        let (answers, queued, queue_limit, commits) =
            (Family::<StatusLabel, Counter>::default(), Gauge::default(), Gauge::default(), Gauge::default());
        let advances = Family::<Advances, Gauge>::default();
        let mut registry = Registry::with_prefix("ducat");
        registry.register("http_answers", "Answers, by status", answers.clone());
        registry.register("queue_postings", "Postings queued or under way", queued.clone());
        registry.register("queue_postings_max", "Postings that may be queued or under way", queue_limit.clone());
        registry.register("commits", "Batches committed since the start", commits.clone());
        let help = "What was done for advances since the start: rows of reports, transactions, daily runs";
        registry.register("advances", help, advances.clone());
        let (store_is_good, clock_ahead_us, ledger_ahead_us) = (Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("store_is_good", "1 while the last commit succeeded, else 0", store_is_good.clone());
        let help =
            "Microseconds by which the server's clock is ahead of the system's, which was set back; below 0 behind it";
        registry.register("clock_ahead_us", help, clock_ahead_us.clone());
        let help = "Microseconds by which the ledger that is furthest ahead of the server's clock is";
        registry.register("ledger_ahead_us", help, ledger_ahead_us.clone());
        let nodes = Nodes::register(&mut registry);
        Metrics {
            registry,
            answers,
            queued,
            queue_limit,
            commits,
            store_is_good,
            clock_ahead_us,
            ledger_ahead_us,
            advances,
            nodes,
        }
    }

    /// Sets what is known of the store and the clocks.
    pub fn set_store(&self, is_good: bool, (clock_us, ledger_us): (i64, i64)) {
        self.store_is_good.set(i64::from(is_good));
        self.clock_ahead_us.set(clock_us);
        self.ledger_ahead_us.set(ledger_us);
    }

    /// Counts a response.
    pub fn count(&self, status: u16) {
        self.answers.get_or_create(&StatusLabel { status }).inc();
    }

    /// Notes how the node of an engine stands among the others.
    pub fn note_nodes(&self, engine: &Engine) {
        self.nodes.set(engine);
    }

    /// The text that Prometheus reads.
    #[must_use]
    pub fn text(&self, queued: (u32, u32), commits: u64, advances: &Totals) -> String {
        for (what, count) in [
            ("report_rows", &advances.rows),
            ("report_rows_repeated", &advances.repeated),
            ("report_lines_unreadable", &advances.unreadable),
            ("transactions_sent", &advances.sent),
            ("transactions_unanswered", &advances.unanswered),
            ("transactions_refused", &advances.refused),
            ("runs_done", &advances.runs_done),
            ("runs_failed", &advances.runs_failed),
        ] {
            let count = i64::try_from(count.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
            self.advances.get_or_create(&Advances { what }).set(count);
        }
        self.queued.set(i64::from(queued.0));
        self.queue_limit.set(i64::from(queued.1));
        self.commits.set(i64::try_from(commits).unwrap_or(i64::MAX));
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            // Writing into a String does not fail.
            Err(std::fmt::Error) => String::new(),
        }
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}
