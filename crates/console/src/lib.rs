//! The console: pages for those who run a ledger, made on the server.
//!
//! - It is a client of the API in the same process and has no other way to a ledger: whoever signs in may do here what
//!   the key may do by HTTP, and nothing else.
//! - A page is whole without script. The script adds keys, copying, and what is live.
//! - Pages load nothing from elsewhere. No style and no script stands in a page, so the policy allows neither.
//! - Whatever changes something is a form with a token of the session, shown as what it will do before it is done.

mod acts;
pub mod address;
mod assets;
mod client;
pub mod figures;
pub mod ledger;
mod live;
pub mod money;
mod oidc;
mod page;
mod pages;
mod parts;
pub mod record;
mod routes;
mod session;
mod signing;
mod times;
pub mod unseen;
mod visit;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use axum::routing::any;
use jiff::Timestamp;
use tokio::sync::{Semaphore, watch};

pub use client::{Aside, Respond};
use figures::Figures;
pub use oidc::{Fetch, OidcSettings, Unreachable};
use session::Sessions;

/// What a page may load and where its forms may go: this server, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// How often the metrics are read for the last hour's figures.
const SAMPLE_INTERVAL: Duration = Duration::from_secs(10);

/// Live pages at once: each asks for a head a second.
const LIVE_MAX: usize = 256;

/// Forms that are read at once.
const FORMS_MAX: usize = 256;

/// The most bytes that `/metrics` has.
const METRICS_BYTES_MAX: usize = 16 << 20;

/// The console of a server. Clones are the same.
#[derive(Clone)]
pub struct Console(Arc<Shared>);

struct Shared {
    api: Respond,
    /// Asks as an operator: only for the server's own metrics.
    operator: Respond,
    clock: Box<dyn Fn() -> i64 + Send + Sync>,
    sessions: Sessions,
    figures: Arc<Figures>,
    live: Arc<Semaphore>,
    reading: Semaphore,
    forms: acts::Forms,
    oidc: Option<oidc::Oidc>,
    stopping: watch::Receiver<bool>,
}

impl Console {
    /// A console of the API that `api` responds for; `operator` responds to requests for metrics, and `clock` gives
    /// microseconds since 1970. Where a provider is named, people sign in there too. Live pages end when `stopping` turns
    /// true.
    pub fn new(
        api: Respond,
        operator: Respond,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
        oidc: Option<OidcSettings>,
        stopping: watch::Receiver<bool>,
    ) -> Console {
        let (sessions, figures, live) = (Sessions::default(), Arc::default(), Arc::new(Semaphore::new(LIVE_MAX)));
        let forms = acts::Forms::default();
        Console(Arc::new(Shared {
            api,
            operator,
            clock: Box::new(clock),
            sessions,
            figures,
            live,
            reading: Semaphore::new(FORMS_MAX),
            forms,
            oidc: oidc.map(oidc::Oidc::new),
            stopping,
        }))
    }

    /// What responds to everything below `/console`.
    pub fn routes(&self) -> Router {
        let (one, other) = (self.clone(), self.clone());
        Router::new()
            .route("/console", any(async move |request: Request| one.respond(request).await))
            .route("/console/{*page}", any(async move |request: Request| other.respond(request).await))
    }

    /// Reads the metrics now and then, for as long as the server runs.
    pub async fn work(self) {
        let mut ticks = tokio::time::interval(SAMPLE_INTERVAL);
        loop {
            ticks.tick().await;
            self.sample().await;
        }
    }

    async fn sample(&self) {
        let request =
            Request::builder().uri("/metrics").header(header::HOST, "localhost").extension(Aside).body(Body::empty());
        let Ok(request) = request else { return };
        let response = (self.0.operator)(request).await;
        if let Ok(bytes) = to_bytes(response.into_body(), METRICS_BYTES_MAX).await {
            self.0.figures.take(&String::from_utf8_lossy(&bytes), self.now());
        }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond((self.0.clock)()).unwrap_or_default()
    }

    async fn respond(&self, request: Request) -> Response {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let mut response = if reads || request.method() == Method::POST {
            self.respond_to(request).await
        } else {
            signing::not_allowed()
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        // Under no-referrer browsers call the origin of a form null, and the door takes it for another site.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
        // Other people's money is in no cache.
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        response
    }
}
