//! Counts for Prometheus, served at `/metrics` in the OpenMetrics text format.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
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

/// The counts.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    answers: Family<Answer, Counter>,
    queued: Gauge,
    queue_limit: Gauge,
    commits: Gauge,
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub fn new() -> Metrics {
        let (answers, queued, queue_limit, commits) =
            (Family::<Answer, Counter>::default(), Gauge::default(), Gauge::default(), Gauge::default());
        let mut registry = Registry::with_prefix("ducat");
        registry.register("http_answers", "Answers, by status", answers.clone());
        registry.register("queue_postings", "Postings queued or under way", queued.clone());
        registry.register("queue_postings_max", "Postings that may be queued or under way", queue_limit.clone());
        registry.register("commits", "Batches committed since the start", commits.clone());
        Metrics { registry, answers, queued, queue_limit, commits }
    }

    /// The text that Prometheus reads.
    #[must_use]
    pub fn text(&self, queued: (u32, u32), commits: u64) -> String {
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
