//! What Prometheus reads at `/metrics`, in the OpenMetrics text format.
//!
//! - Names follow Prometheus's conventions: base units, `_total` at the end of counters and of nothing else.
//! - Labels hold words of this program: templates of paths, statuses, codes. None holds the name of a ledger or an account,
//!   so there are at most [`SERIES_MAX`] series, whatever clients do.
//! - Reading them waits for no store.

mod http;
mod node;
mod process;

use std::time::Instant;

use ducat_engine::Engine;
use ducat_engine::advances::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use http::Http;
pub(crate) use http::Served;
pub use process::Process;

/// The type of the text.
pub const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Series at most: what a server is worth to whoever keeps them.
pub const SERIES_MAX: usize = 2_000;

/// Which binary this is.
#[derive(Debug, Clone)]
pub struct Build {
    /// Its release.
    pub version: &'static str,
    /// The commit that it is made of.
    pub commit: &'static str,
}

impl Default for Build {
    fn default() -> Build {
        Build { version: env!("CARGO_PKG_VERSION"), commit: "unknown" }
    }
}

/// All metrics of a server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    http: Http,
}

impl Metrics {
    /// Those of an engine, and of what sends for its advances.
    #[must_use]
    pub fn new(engine: &Engine, collector: &Collector, build: &Build) -> Metrics {
        let mut registry = Registry::default();
        let http = Http::register(&mut registry);
        let ducat = registry.sub_registry_with_prefix("ducat");
        http.register_problems(ducat);
        engine.meters().register(ducat);
        let (sqlite, postgres) = (ducat_store::sqlite::schema(), ducat_store::postgres::schema());
        let about = vec![
            ("version", build.version.to_owned()),
            ("commit", build.commit.to_owned()),
            ("sqlite_schema", sqlite.to_string()),
            ("postgres_schema", postgres.to_string()),
        ];
        ducat.register("build", "The binary", Info::new(about));
        ducat.register_collector(Box::new(node::Node::new(engine.clone(), collector.clone())));
        registry.sub_registry_with_prefix("process").register_collector(Box::new(Process));
        Metrics { registry, http }
    }

    /// A request is being served since then.
    pub(crate) fn serve(&self, begun: Instant) -> Served<'_> {
        self.http.serve(begun)
    }

    /// The text that Prometheus reads.
    #[must_use]
    pub fn text(&self) -> String {
        text_of(&self.registry)
    }
}

/// A registry as Prometheus reads it.
#[must_use]
pub fn text_of(registry: &Registry) -> String {
    let mut text = String::new();
    match encode(&mut text, registry) {
        Ok(()) => text,
        // Writing into a String does not fail.
        Err(std::fmt::Error) => String::new(),
    }
}
