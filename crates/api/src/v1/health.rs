//! Whether the process runs, and whether it can serve.
//!
//! - `/livez` (and `/healthz`, its earlier name) says that the process responds. What it depends on is not looked at: to start
//!   it again would not help.
//! - `/readyz` says every reason why it cannot serve. Once there are keys, whoever shows none for the server learns
//!   their codes alone.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use ducat_engine::clock::NOTABLE;
use ducat_engine::health::Health;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::{DAMAGED, Problem};
use crate::{Api, body};

/// How long a look at the store may take: less than whoever asks waits for a response.
const READ_TIMEOUT: Duration = Duration::from_secs(1);

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(livez)).routes(routes!(readyz))
}

/// Whether the process runs: the earlier name of `/livez`.
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, description = "It runs", body = Object)))]
pub async fn healthz() -> Response {
    livez().await
}

/// Whether the process runs.
#[utoipa::path(get, path = "/livez", tag = "server", responses((status = 200, description = "It runs", body = Object)))]
pub async fn livez() -> Response {
    body::json(StatusCode::OK, &json!({ "status": "ok" }))
}

/// Something that an operator should know.
struct Reason {
    code: &'static str,
    detail: String,
}

impl Reason {
    fn new(code: &'static str, detail: impl Into<String>) -> Reason {
        Reason { code, detail: detail.into() }
    }

    fn shown(&self) -> Value {
        json!({ "code": self.code, "detail": self.detail })
    }
}

/// Why it cannot serve, the most important first.
async fn hindrances(api: &Api) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if !api.engine.is_open() || *api.stopping.borrow() {
        reasons.push(Reason::new("shutting_down", "the server is shutting down"));
    }
    match api.engine.published().health() {
        Health::Good if api.engine.published().is_settling() => {
            reasons.push(Reason::new("store_unavailable", "the outcome of a commit is being found out"));
        }
        Health::Good => {}
        Health::Failing { reason } => reasons.push(Reason::new("store_unavailable", reason)),
        Health::Damaged { reason } => reasons.push(Reason::new(DAMAGED, reason)),
    }
    // One that takes no commits need not be asked whether it can be read: that may take long.
    if reasons.is_empty() {
        let read = api.read(|snapshot| snapshot.ledgers(None, 1).map(drop).map_err(Problem::from));
        match tokio::time::timeout(READ_TIMEOUT, read).await {
            Ok(Ok(())) => {}
            Ok(Err(problem)) => reasons.push(Reason::new(problem.code(), problem.detail())),
            Err(_) => reasons.push(Reason::new("store_unavailable", "the store cannot be read within a second")),
        }
    }
    let ring = api.engine.ring();
    if api.engine.is_among_others() && ring.is_closed() && !ring.is_fresh() {
        reasons.push(Reason::new("keys_stale", "the keys could not be compared with the database for 5 seconds"));
    }
    reasons
}

/// What is not as it should be, and keeps it from nothing.
fn notes(api: &Api) -> Vec<Value> {
    let Some(standing) = api.engine.standing() else { return Vec::new() };
    let hindrance = standing.hindrance().map(|reason| Reason::new("takes_no_ledgers", reason));
    let unreachable = standing.all_unreachable().into_iter();
    let unreachable = unreachable.map(|(node, reason)| Reason::new("peer_unreachable", format!("{node}: {reason}")));
    hindrance.into_iter().chain(unreachable).map(|reason| reason.shown()).collect()
}

/// Whether it can serve: commands are taken and the store can be read.
#[utoipa::path(get, path = "/readyz", tag = "server", responses(
    (status = 200, description = "It can serve. `notes` says what is not as it should be", body = Object),
    (status = 503, description = "It cannot; `reasons` has every reason"),
))]
pub(crate) async fn readyz(api: Api) -> Result<Response, Problem> {
    // Who has no key for the server need not know why.
    let is_bare = api.engine.ring().is_closed() && !api.visitor.sees_server();
    let reasons = hindrances(&api).await;
    if let Some(first) = reasons.first() {
        if is_bare {
            let codes: Vec<&str> = reasons.iter().map(|reason| reason.code).collect();
            let detail = "the server is not ready; its log says why";
            return Err(Problem::unavailable(first.code, detail).with("reasons", json!(codes)));
        }
        let shown: Vec<Value> = reasons.iter().map(Reason::shown).collect();
        return Err(Problem::unavailable(first.code, first.detail.clone()).with("reasons", json!(shown)));
    }
    if is_bare {
        return Ok(body::json(StatusCode::OK, &json!({ "status": "ready" })));
    }
    let (clock_us, ledger_us) = api.engine.clock_offsets_us();
    let notable = |offset_us: i64| (Duration::from_micros(offset_us.unsigned_abs()) >= NOTABLE).then_some(offset_us);
    let body = json!({
        "status": "ready",
        "clock_ahead_us": notable(clock_us),
        "ledger_ahead_us": notable(ledger_us),
        "notes": notes(&api),
    });
    Ok(body::json(StatusCode::OK, &body))
}
