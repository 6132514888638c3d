//! What an engine counts and times of itself, for whoever serves metrics.
//!
//! - A meter decides nothing, and waits for no store.
//! - Labels are words of this program: never names of ledgers or accounts, so there are as many series as there are words.

use std::sync::OnceLock;

use ducat_domain::{ItemOutcome, Outcome, Rejection};
use ducat_store::Figures;
use opentelemetry::global::BoxedTracer;
use parking_lot::Mutex;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Seconds, from a tenth of a millisecond to 6.6 s: a commit takes a few milliseconds on a good disk.
fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.000_1, 4.0, 9))
}

/// Commands of a commit, up to the most that there may be.
fn commands() -> Histogram {
    Histogram::new([1.0, 4.0, 16.0, 64.0, 256.0, 1_024.0, 4_096.0, 16_384.0, 32_760.0])
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CodeLabel {
    /// The code of the rejection.
    pub code: &'static str,
}

/// What became of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OutcomeLabel {
    /// `landed`, `deposed`, `refused` or `unknown`; of an attempt to deliver `accepted` or `failed`.
    pub outcome: &'static str,
}

/// Which job.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct TaskLabel {
    /// Its name. `job` is a label of Prometheus itself.
    pub task: &'static str,
}

/// The meters of an engine.
#[derive(Debug)]
pub struct Meters {
    /// From being asked to being decided, in seconds.
    pub queue_wait: Histogram,
    /// Requests that were refused because the queue was full.
    pub queue_refusals: Counter,
    /// What the store takes for a commit, in seconds.
    pub commit_time: Histogram,
    /// Commands of a commit.
    pub commit_commands: Histogram,
    /// Commits by their outcomes.
    pub commits: Family<OutcomeLabel, Counter>,
    /// Commands that were refused.
    pub rejections: Family<CodeLabel, Counter>,
    /// Reads of an account that were served from memory.
    pub cache_hits: Counter,
    /// Reads of an account that went to the store.
    pub cache_misses: Counter,
    /// Holds given up when their time was over.
    pub holds_expired: Counter,
    /// Lots of points closed when their time was over.
    pub lots_expired: Counter,
    /// Attempts of jobs in vain.
    pub job_failures: Family<TaskLabel, Counter>,
    /// Attempts to deliver to webhooks, by their outcomes.
    pub webhook_attempts: Family<OutcomeLabel, Counter>,
    /// Webhooks that this node sends to and of which an event is to be sent again.
    pub webhooks_failing: Gauge,
    /// 1 while the server is connected to NATS.
    pub nats_connected: Gauge,
    /// Events that streams of NATS have accepted.
    pub nats_published: Counter,
    /// Events that the streams to which this node publishes do not have yet.
    pub nats_lag: Gauge,
    /// Streams to which nothing more is published by this node, until someone has them go on.
    pub nats_stopped: Gauge,
    /// Messages of commands, by what became of them.
    pub nats_commands: Family<OutcomeLabel, Counter>,
    /// 1 while a job cannot do its work.
    pub jobs_blocked: Family<TaskLabel, Gauge>,
    /// The store, as it was looked at last.
    figures: Mutex<Option<Figures>>,
    tracer: OnceLock<BoxedTracer>,
}

impl Default for Meters {
    fn default() -> Meters {
        Meters {
            queue_wait: seconds(),
            queue_refusals: Counter::default(),
            commit_time: seconds(),
            commit_commands: commands(),
            commits: Family::default(),
            rejections: Family::default(),
            cache_hits: Counter::default(),
            cache_misses: Counter::default(),
            holds_expired: Counter::default(),
            lots_expired: Counter::default(),
            webhook_attempts: Family::default(),
            webhooks_failing: Gauge::default(),
            nats_connected: Gauge::default(),
            nats_published: Counter::default(),
            nats_lag: Gauge::default(),
            nats_stopped: Gauge::default(),
            nats_commands: Family::default(),
            job_failures: Family::default(),
            jobs_blocked: Family::default(),
            figures: Mutex::default(),
            tracer: OnceLock::new(),
        }
    }
}

impl Meters {
    /// Gives them their names.
    pub fn register(&self, registry: &mut Registry) {
        let unit = || Unit::Seconds;
        registry.register_with_unit("queue_wait", "From being asked to being decided", unit(), self.queue_wait.clone());
        registry.register_with_unit(
            "commit_duration",
            "What the store takes for a commit",
            unit(),
            self.commit_time.clone(),
        );
        let help = "Requests that were refused because the queue was full";
        registry.register("queue_refusals", help, self.queue_refusals.clone());
        registry.register("commit_commands", "Commands that are committed together", self.commit_commands.clone());
        registry.register("commits", "Commits, by outcome", self.commits.clone());
        registry.register("rejections", "Commands that were refused, by code", self.rejections.clone());
        registry.register("cache_hits", "Reads of an account from memory", self.cache_hits.clone());
        registry.register("cache_misses", "Reads of an account from the store", self.cache_misses.clone());
        registry.register("holds_expired", "Holds that expired", self.holds_expired.clone());
        registry.register("lots_expired", "Lots of points that expired", self.lots_expired.clone());
        let help = "Attempts to deliver an event to a webhook, by outcome";
        for outcome in ["accepted", "failed"] {
            drop(self.webhook_attempts.get_or_create(&OutcomeLabel { outcome }));
        }
        registry.register("webhook_attempts", help, self.webhook_attempts.clone());
        let help = "Webhooks of this node that have not accepted an event";
        registry.register("webhooks_failing", help, self.webhooks_failing.clone());
        self.register_nats(registry);
        registry.register("background_failures", "Attempts of background tasks that failed", self.job_failures.clone());
        let help = "1 while a background task cannot do its work and tries again";
        registry.register("background_blocked", help, self.jobs_blocked.clone());
    }

    fn register_nats(&self, registry: &mut Registry) {
        registry.register("nats_connected", "1 while the server is connected to NATS", self.nats_connected.clone());
        registry.register("nats_published_events", "Events that NATS has accepted", self.nats_published.clone());
        let help = "Events that the streams of this node do not have yet";
        registry.register("nats_lag_events", help, self.nats_lag.clone());
        let help = "Streams of this node to which nothing more is published until someone has them go on";
        registry.register("nats_streams_stopped", help, self.nats_stopped.clone());
        for outcome in ["done", "refused", "unreadable", "returned"] {
            drop(self.nats_commands.get_or_create(&OutcomeLabel { outcome }));
        }
        let help = "Messages of commands from NATS, by outcome";
        registry.register("nats_commands", help, self.nats_commands.clone());
    }

    /// Counts what became of a message of commands.
    pub fn count_command(&self, outcome: &'static str) {
        self.nats_commands.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Counts a commit.
    pub(crate) fn count_commit(&self, outcome: &'static str) {
        self.commits.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Counts an attempt to deliver to a webhook.
    pub fn count_attempt(&self, is_accepted: bool) {
        let outcome = if is_accepted { "accepted" } else { "failed" };
        self.webhook_attempts.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// Counts what was refused.
    pub(crate) fn count_refusals(&self, outcomes: &[ItemOutcome]) {
        for outcome in outcomes {
            if let Some(rejection) = refusal(outcome) {
                self.rejections.get_or_create(&CodeLabel { code: rejection.code() }).inc();
            }
        }
    }

    /// Notes how the store is.
    pub(crate) fn note_figures(&self, figures: Option<Figures>) {
        *self.figures.lock() = figures;
    }

    /// Records spans of commits from now on.
    pub fn record_spans(&self, tracer: BoxedTracer) {
        drop(self.tracer.set(tracer));
    }

    /// What records spans, if anything does.
    pub(crate) fn tracer(&self) -> Option<&BoxedTracer> {
        self.tracer.get()
    }

    /// How the store was when it was looked at last.
    #[must_use]
    pub fn figures(&self) -> Option<Figures> {
        *self.figures.lock()
    }

    /// What a job notes of itself.
    pub(crate) fn of_job(&self, job: &'static str) -> JobMeters {
        JobMeters {
            failures: self.job_failures.get_or_create(&TaskLabel { task: job }).clone(),
            blocked: self.jobs_blocked.get_or_create(&TaskLabel { task: job }).clone(),
        }
    }
}

/// The meters of one job.
#[derive(Debug, Default)]
pub struct JobMeters {
    failures: Counter,
    blocked: Gauge,
}

impl JobMeters {
    /// It could not do its work.
    pub fn failed(&self) {
        self.failures.inc();
        self.blocked.set(1);
    }

    /// It did its work.
    pub fn passed(&self) {
        self.blocked.set(0);
    }
}

/// The refusal in an outcome, if it is one.
pub(crate) fn refusal(outcome: &ItemOutcome) -> Option<&Rejection> {
    match outcome {
        ItemOutcome::Single(Outcome::Refused(rejection))
        | ItemOutcome::AtomicRefused { outcome: Outcome::Refused(rejection), .. } => Some(rejection),
        ItemOutcome::Single(_) | ItemOutcome::Atomic(_) | ItemOutcome::AtomicRefused { .. } => None,
    }
}
