//! Counts for Prometheus, served at `/metrics` in the OpenMetrics text format.

use std::sync::atomic::Ordering;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use ducat_engine::advances::Totals;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::Api;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answer {
    status: u16,
}

/// What was done for advances since the start.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Advances {
    what: &'static str,
}

/// The counts.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    answers: Family<Answer, Counter>,
    queued: Gauge,
    queue_limit: Gauge,
    commits: Gauge,
    advances: Family<Advances, Gauge>,
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub fn new() -> Metrics {
        let (answers, queued, queue_limit, commits) =
            (Family::<Answer, Counter>::default(), Gauge::default(), Gauge::default(), Gauge::default());
        let advances = Family::<Advances, Gauge>::default();
        let mut registry = Registry::with_prefix("ducat");
        registry.register("http_answers", "Answers, by status", answers.clone());
        registry.register("queue_postings", "Postings queued or under way", queued.clone());
        registry.register("queue_postings_max", "Postings that may be queued or under way", queue_limit.clone());
        registry.register("commits", "Batches committed since the start", commits.clone());
        let help = "What was done for advances since the start: rows of reports, transactions, daily runs";
        registry.register("advances", help, advances.clone());
        Metrics { registry, answers, queued, queue_limit, commits, advances }
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

/// Counts every answer.
pub async fn count(State(api): State<Api>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    api.metrics.answers.get_or_create(&Answer { status: response.status().as_u16() }).inc();
    response
}
