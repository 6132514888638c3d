//! What the server says of itself while it runs: its log, and spans over OTLP.
//!
//! - No log line and no span can stop anything: one that cannot be written is dropped.
//! - Spans are sent where the variables of OpenTelemetry say, and only where they name a place.

use std::io::IsTerminal as _;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use opentelemetry::KeyValue;
use opentelemetry::global::{self, BoxedTracer};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

/// How long is waited for spans that are still to be sent when the server stops.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a collector may take to be reached, and to take spans unless the environment says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const EXPORT_TIMEOUT: Duration = Duration::from_secs(10);

/// The module of the client of NATS.
const NATS_CLIENT: &str = "async_nats";

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line, for collectors.
    Json,
}

/// Begins to log to standard error.
pub fn log(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    // What its client says of NATS is said again by whoever uses it, once for each cause.
    let named = if filter.contains(NATS_CLIENT) { filter.to_owned() } else { format!("{filter},{NATS_CLIENT}=off") };
    let filter = EnvFilter::try_new(named).with_context(|| format!("log is {filter:?}"))?;
    // Where lines cannot be written, nothing is said about that: saying it would panic.
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}

/// Spans that are being sent.
pub struct Spans(SdkTracerProvider);

impl Spans {
    /// Begins to send spans, where the environment says where to.
    ///
    /// It must not be called within a runtime: the exporter has a thread of its own that waits.
    pub fn start(version: &'static str) -> anyhow::Result<Option<Spans>> {
        if !is_wanted()? {
            return Ok(None);
        }
        let client = reqwest::blocking::Client::builder().tls_backend_preconfigured(ducat_trust::client_config());
        // The exporter's own limit is between attempts; this one is of an attempt.
        let client = client.no_proxy().connect_timeout(CONNECT_TIMEOUT).timeout(timeout()).build()?;
        let exporter = SpanExporter::builder().with_http().with_http_client(client).build();
        let exporter = exporter.context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
        let resource = Resource::builder().with_attribute(KeyValue::new("service.version", version));
        let is_named = var("OTEL_SERVICE_NAME").is_some()
            || var("OTEL_RESOURCE_ATTRIBUTES").is_some_and(|attributes| attributes.contains("service.name="));
        let resource = if is_named { resource } else { resource.with_service_name("ducat") };
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build();
        global::set_tracer_provider(provider.clone());
        Ok(Some(Spans(provider)))
    }

    /// What records them.
    pub fn tracer(&self) -> BoxedTracer {
        global::tracer("ducat")
    }

    /// Sends what is left.
    pub fn finish(self) {
        if let Err(error) = self.0.shutdown_with_timeout(FLUSH_TIMEOUT) {
            tracing::warn!(%error, "the last spans could not be sent");
        }
    }
}

/// How long a collector may take, in milliseconds as OpenTelemetry says it.
fn timeout() -> Duration {
    let said = var("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT").or_else(|| var("OTEL_EXPORTER_OTLP_TIMEOUT"));
    said.and_then(|said| said.parse().ok()).map_or(EXPORT_TIMEOUT, Duration::from_millis)
}

fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether the variables of OpenTelemetry ask for spans. What they ask for and cannot be had is refused.
fn is_wanted() -> anyhow::Result<bool> {
    if var("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(false);
    }
    let has_place = var("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").or_else(|| var("OTEL_EXPORTER_OTLP_ENDPOINT")).is_some();
    let is_wanted = match var("OTEL_TRACES_EXPORTER").as_deref() {
        None => has_place,
        Some("none") => false,
        Some("otlp") => true,
        Some(other) => bail!("OTEL_TRACES_EXPORTER is {other:?}; this server has otlp, and none"),
    };
    let protocol = var("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL").or_else(|| var("OTEL_EXPORTER_OTLP_PROTOCOL"));
    match protocol.as_deref() {
        Some(other) if is_wanted && other != "http/protobuf" => {
            bail!("OTEL_EXPORTER_OTLP_PROTOCOL is {other:?}; this server speaks http/protobuf, usually at port 4318")
        }
        _ => Ok(is_wanted),
    }
}
