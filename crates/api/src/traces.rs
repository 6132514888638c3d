//! A request as those who watch see it: its id, and its place in a trace.
//!
//! - Every response of an operation has an `X-Request-Id`: the one that the client sent, if it can be one, else a new one.
//! - `traceparent` and `tracestate` (W3C Trace Context) go on to other nodes, whether or not this one records spans.
//! - A span names the operation, never a path: paths hold names of accounts.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::global::BoxedTracer;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry::trace::{SpanBuilder, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::propagation::TraceContextPropagator;

use crate::door::Operation;

/// The header of a request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over.
const ID_LENGTH_MAX: usize = 128;

/// The id of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// The one that a client sent, or a new one.
    pub fn of(headers: &HeaderMap) -> RequestId {
        let is_id = |id: &&HeaderValue| {
            (1..=ID_LENGTH_MAX).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
        };
        RequestId(headers.get(&REQUEST_ID).filter(is_id).cloned().unwrap_or_else(fresh))
    }

    /// As a header.
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// As a text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// Different in each process, and in each request of it.
fn fresh() -> HeaderValue {
    static FIRST: std::sync::LazyLock<u64> =
        std::sync::LazyLock::new(|| u64::from_le_bytes(ducat_engine::clock::random()));
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // Odd, so that all numbers of 64 bits come once.
    let number = FIRST.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    HeaderValue::try_from(format!("{number:016x}")).unwrap_or(HeaderValue::from_static("0"))
}

/// Headers, as propagators read and write them.
struct Headers<H>(H);

impl Extractor for Headers<&HeaderMap> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

impl Injector for Headers<&mut HeaderMap> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

/// What spans are recorded with, if they are.
#[derive(Default)]
pub(crate) struct Traces {
    tracer: Option<BoxedTracer>,
}

impl Traces {
    /// With a tracer.
    pub fn new(tracer: BoxedTracer) -> Traces {
        Traces { tracer: Some(tracer) }
    }

    /// The context in which a request is served; `None` where no one asked for one.
    pub fn begin(&self, headers: &HeaderMap, operation: Option<Operation>, id: &RequestId) -> Option<Context> {
        let remote = headers.contains_key("traceparent");
        if self.tracer.is_none() && !remote {
            return None;
        }
        let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers));
        let Some(tracer) = &self.tracer else { return Some(parent.with_value(id.clone())) };
        let (method, route) = operation.unwrap_or(("HTTP", ""));
        let attributes = vec![
            KeyValue::new("http.request.method", method),
            KeyValue::new("http.route", route),
            KeyValue::new("ducat.request_id", id.as_str().to_owned()),
        ];
        let name = if route.is_empty() { method.to_owned() } else { format!("{method} {route}") };
        let span = SpanBuilder::from_name(name).with_kind(SpanKind::Server).with_attributes(attributes);
        let span = tracer.build_with_context(span, &parent);
        Some(parent.with_span(span).with_value(id.clone()))
    }
}

/// The response is there.
pub(crate) fn end(context: &Context, status: u16, problem: Option<&'static str>) {
    let span = context.span();
    if !span.is_recording() {
        return;
    }
    span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
    if let Some(code) = problem {
        span.set_attribute(KeyValue::new("error.type", code));
    }
    if status >= 500 {
        span.set_status(Status::error(problem.unwrap_or_default()));
    }
    span.end();
}

/// The trace that a context belongs to, for log lines.
pub(crate) fn trace_id(context: &Context) -> Option<String> {
    context.has_active_span().then(|| context.span().span_context().trace_id().to_string())
}

/// What goes on to another node with a request that is being served.
pub(crate) fn outgoing() -> HeaderMap {
    let mut headers = HeaderMap::new();
    Context::map_current(|context| {
        if context.has_active_span() {
            TraceContextPropagator::new().inject_context(context, &mut Headers(&mut headers));
        }
        if let Some(id) = context.get::<RequestId>() {
            headers.insert(REQUEST_ID, id.header());
        }
    });
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::try_from(*value).expect("a header")))
            .collect()
    }

    #[test]
    fn ids_are_taken_over_or_made() {
        assert_eq!(RequestId::of(&headers(&[("x-request-id", "till-7/42")])).as_str(), "till-7/42");
        let long = "x".repeat(ID_LENGTH_MAX + 1);
        for wrong in ["", "a b", long.as_str(), "ü"] {
            let id = RequestId::of(&headers(&[("x-request-id", wrong)]));
            assert_eq!(id.as_str().len(), 16, "{wrong}");
        }
        assert_ne!(RequestId::of(&HeaderMap::new()).as_str(), RequestId::of(&HeaderMap::new()).as_str());
    }

    #[test]
    fn a_trace_goes_on_without_spans() {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let sent = headers(&[("traceparent", trace), ("tracestate", "vendor=1"), ("x-request-id", "r1")]);
        let id = RequestId::of(&sent);
        let context = Traces::default().begin(&sent, None, &id).expect("it has a trace");
        assert_eq!(trace_id(&context).as_deref(), Some("0af7651916cd43dd8448eb211c80319c"));
        let guard = context.attach();
        let on = outgoing();
        assert_eq!(
            (&on["traceparent"], &on["tracestate"], &on["x-request-id"]),
            (&sent["traceparent"], &sent["tracestate"], &sent["x-request-id"])
        );
        drop(guard);
        assert!(outgoing().is_empty());
        for wrong in ["", "00-0-0-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "zz"] {
            let context = Traces::default().begin(&headers(&[("traceparent", wrong)]), None, &id).expect("it was sent");
            assert_eq!(trace_id(&context), None, "{wrong}");
        }
    }
}
