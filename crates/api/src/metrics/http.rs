//! Requests: how long each took, by operation and status, and what was wrong with those that were refused.

use std::collections::HashSet;
use std::time::Instant;

use parking_lot::RwLock;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::door::Operation;

/// Seconds: of a read from memory, of a commit, of a client who feels it.
const BUCKETS: [f64; 5] = [0.001, 0.005, 0.025, 0.1, 1.0];

/// Operations and statuses of which there is a histogram: eight series each. Those that come later are counted under
/// the operation [`OTHER`].
const HISTOGRAMS_MAX: usize = 150;

/// Stands for an operation that has no histogram of its own, and for paths that are none.
const OTHER: &str = "other";

/// By the names of OpenTelemetry's semantic conventions for HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    http_request_method: &'static str,
    http_route: &'static str,
    http_response_status_code: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Problem {
    code: &'static str,
}

/// The meters of requests.
#[derive(Debug)]
pub(super) struct Http {
    durations: Family<Labels, Histogram>,
    /// Those that have histograms.
    known: RwLock<HashSet<Labels>>,
    active: Gauge,
    problems: Family<Problem, Counter>,
}

/// A request that is being served.
pub(crate) struct Served<'a> {
    http: &'a Http,
    begun: Instant,
}

impl Http {
    pub fn register(registry: &mut Registry) -> Http {
        let durations = Family::<Labels, Histogram>::new_with_constructor(|| Histogram::new(BUCKETS));
        let http = Http { durations, known: RwLock::default(), active: Gauge::default(), problems: Family::default() };
        let help = "From the head of a request to its response, without its body";
        registry.register_with_unit("http_server_request_duration", help, Unit::Seconds, http.durations.clone());
        registry.register("http_server_active_requests", "Requests that are being served", http.active.clone());
        http
    }

    pub fn register_problems(&self, registry: &mut Registry) {
        let help = "Requests that were refused or failed, by the code of the problem";
        registry.register("http_problems", help, self.problems.clone());
    }

    pub fn serve(&self, begun: Instant) -> Served<'_> {
        self.active.inc();
        Served { http: self, begun }
    }

    /// The labels under which a response is counted.
    fn labels(&self, wanted: Labels) -> Labels {
        if self.known.read().contains(&wanted) {
            return wanted;
        }
        let mut known = self.known.write();
        let other = Labels { http_request_method: OTHER, http_route: OTHER, ..wanted };
        let is_known = known.contains(&wanted) || (known.len() < HISTOGRAMS_MAX && known.insert(wanted));
        if is_known { wanted } else { other }
    }
}

impl Served<'_> {
    /// The response is there. `operation` is the method and the template of the path.
    pub fn responded(self, operation: Option<Operation>, status: u16, problem: Option<&'static str>) {
        let (http_request_method, http_route) = operation.unwrap_or((OTHER, OTHER));
        let labels = self.http.labels(Labels { http_request_method, http_route, http_response_status_code: status });
        self.http.durations.get_or_create(&labels).observe(self.begun.elapsed().as_secs_f64());
        if let Some(code) = problem {
            self.http.problems.get_or_create(&Problem { code }).inc();
        }
    }
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        self.http.active.dec();
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    /// Whatever is asked and responded, there are so many series and no more.
    #[test]
    fn histograms_are_bounded() {
        let mut registry = Registry::default();
        let http = Http::register(&mut registry);
        let paths: Vec<&'static str> = crate::door::needs::RULES.iter().map(|rule| rule.path).collect();
        for status in 400..430 {
            for path in &paths {
                http.serve(Instant::now()).responded(Some(("GET", path)), status, None);
            }
        }
        let mut text = String::new();
        encode(&mut text, &registry).expect("text");
        let series = text.lines().filter(|line| !line.starts_with('#')).count();
        assert!(series <= (HISTOGRAMS_MAX + 30) * 8 + 1, "{series}");
        let count: u64 = text
            .lines()
            .filter(|line| line.contains("_count{"))
            .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
            .sum();
        assert_eq!(count, 30 * paths.len() as u64, "every request is counted");
    }
}
