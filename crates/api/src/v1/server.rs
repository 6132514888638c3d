//! About the server: where everything is, and whether it is well.

use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_engine::clock::NOTABLE;
use ducat_engine::health::Health;
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::{DAMAGED, Problem};
use crate::{Api, body};

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(entry_points))
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(metrics))
}

/// Where everything is, by name. What has braces is a template (RFC 6570).
pub(crate) const LINKS: [(&str, &str); 63] = [
    ("self", "/"),
    ("audit", "/v1/audit{?ledger,after,limit}"),
    ("keys", "/v1/keys{?limit,cursor}"),
    ("key", "/v1/keys/{key}"),
    ("key-rotate", "/v1/keys/{key}/rotate"),
    ("actor-redactions", "/v1/redactions"),
    ("ledgers", "/v1/ledgers"),
    ("ledger", "/v1/ledgers/{ledger}"),
    ("assets", "/v1/ledgers/{ledger}/assets"),
    ("asset", "/v1/ledgers/{ledger}/assets/{asset}"),
    ("accounts", "/v1/ledgers/{ledger}/accounts{?prefix,asset,limit,cursor}"),
    ("account", "/v1/ledgers/{ledger}/accounts/{account}"),
    ("busiest", "/v1/ledgers/{ledger}/busiest"),
    ("balance", "/v1/ledgers/{ledger}/accounts/{account}/balance{?asset,at,by}"),
    ("statement", "/v1/ledgers/{ledger}/accounts/{account}/statement{?asset,from,to,limit,cursor}"),
    ("transactions", "/v1/ledgers/{ledger}/transactions{?account,reference,status,from,to,limit,cursor}"),
    ("transaction", "/v1/ledgers/{ledger}/transactions/{id}"),
    ("transaction-post", "/v1/ledgers/{ledger}/transactions/{id}/post"),
    ("transaction-void", "/v1/ledgers/{ledger}/transactions/{id}/void"),
    ("transaction-reverse", "/v1/ledgers/{ledger}/transactions/{id}/reverse"),
    ("batch", "/v1/ledgers/{ledger}/transactions/batch"),
    ("head", "/v1/ledgers/{ledger}/head"),
    ("redactions", "/v1/ledgers/{ledger}/redactions"),
    ("events", "/v1/ledgers/{ledger}/events{?after,limit}"),
    ("points-program", "/v1/ledgers/{ledger}/points/program"),
    ("points-member", "/v1/ledgers/{ledger}/points/members/{member}"),
    ("points-lots", "/v1/ledgers/{ledger}/points/members/{member}/lots{?limit,cursor}"),
    ("points-history", "/v1/ledgers/{ledger}/points/members/{member}/history{?limit,cursor}"),
    ("points-adjust", "/v1/ledgers/{ledger}/points/members/{member}/adjust"),
    ("points-earn", "/v1/ledgers/{ledger}/points/members/{member}/earn"),
    ("points-spend", "/v1/ledgers/{ledger}/points/members/{member}/spend"),
    ("points-refund", "/v1/ledgers/{ledger}/points/spends/{id}/refund"),
    ("points-expire", "/v1/ledgers/{ledger}/points/expire"),
    ("points-import", "/v1/ledgers/{ledger}/points/import{?import}"),
    ("advances-terms", "/v1/ledgers/{ledger}/advances/terms"),
    ("advances", "/v1/ledgers/{ledger}/advances{?customer,status,limit,cursor}"),
    ("advance", "/v1/ledgers/{ledger}/advances/{id}"),
    ("advance-cancel", "/v1/ledgers/{ledger}/advances/{id}/cancel"),
    ("advance-pay-off", "/v1/ledgers/{ledger}/advances/{id}/pay-off"),
    ("advance-retry", "/v1/ledgers/{ledger}/advances/{id}/retry"),
    ("advance-write-off", "/v1/ledgers/{ledger}/advances/{id}/write-off"),
    ("advances-runs", "/v1/ledgers/{ledger}/advances/runs{?limit,cursor}"),
    ("advances-run", "/v1/ledgers/{ledger}/advances/runs/{id}"),
    ("advances-reports", "/v1/ledgers/{ledger}/advances/reports{?as_of}"),
    ("advances-exceptions", "/v1/ledgers/{ledger}/advances/exceptions{?limit,cursor}"),
    ("advances-aging", "/v1/ledgers/{ledger}/advances/aging{?as_of}"),
    ("perform-advance", "/perform_advance"),
    ("add-points", "/add"),
    ("spend-points", "/spend"),
    ("points-balance", "/balance"),
    ("bank-accounts", "/accounts{?limit,cursor}"),
    ("bank-account", "/accounts/{name}"),
    ("bank-account-by-id", "/v2/accounts/{id}"),
    ("ping", "/ping"),
    ("amount", "/amount"),
    ("amount-transaction", "/transaction/{transaction_id}"),
    ("amount-balance", "/balance/{account_id}"),
    ("max-transaction-volume", "/max_transaction_volume"),
    ("openapi", "/openapi.json"),
    ("docs", "/docs"),
    ("health", "/healthz"),
    ("readiness", "/readyz"),
    ("metrics", "/metrics"),
];

/// A link (draft-kelly-json-hal), with what to do there where that is the first thing to know.
fn link(href: &str) -> Value {
    match href {
        "/accounts{?limit,cursor}" => {
            let title = "GET lists bank accounts, POST {\"name\":\"Savings\"} opens one";
            json!({ "href": href, "templated": true, "title": title })
        }
        _ if href.contains('{') => json!({ "href": href, "templated": true }),
        _ => json!({ "href": href }),
    }
}

/// Every entry point, with its link.
#[utoipa::path(get, path = "/", tag = "server", responses((status = 200, description = "Links", body = Object)))]
pub async fn entry_points() -> Response {
    let mut links = serde_json::Map::new();
    for (name, href) in LINKS {
        links.insert(name.to_owned(), link(href));
    }
    let version = env!("CARGO_PKG_VERSION");
    body::json(StatusCode::OK, &json!({ "name": "ducat", "version": version, "_links": links }))
}

/// Whether the process runs.
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, description = "It runs", body = Object)))]
pub async fn healthz() -> Response {
    body::json(StatusCode::OK, &json!({ "status": "ok" }))
}

/// Whether it can serve: commands are taken and the store can be read.
#[utoipa::path(get, path = "/readyz", tag = "server", responses(
    (status = 200, description = "It can serve", body = Object),
    (status = 503, description = "It cannot"),
))]
pub(crate) async fn readyz(api: Api) -> Result<Response, Problem> {
    if !api.engine.is_open() || *api.stopping.borrow() {
        return Err(Problem::unavailable("shutting_down", "the server is shutting down"));
    }
    // Who has no key need not know why.
    let is_bare = api.engine.ring().is_closed();
    match api.engine.published().health() {
        Health::Good => {}
        Health::Failing { .. } | Health::Damaged { .. } if is_bare => {
            return Err(Problem::unavailable("store_unavailable", "the store takes no commits; the log says why"));
        }
        Health::Failing { reason } => return Err(Problem::unavailable("store_unavailable", reason)),
        Health::Damaged { reason } => return Err(Problem::unavailable(DAMAGED, reason)),
    }
    if api.engine.published().is_settling() {
        return Err(Problem::unavailable("store_unavailable", "the outcome of a commit is being found out"));
    }
    api.read(|snapshot| snapshot.ledgers(None, 1).map(drop).map_err(Problem::from)).await?;
    if is_bare {
        return Ok(body::json(StatusCode::OK, &json!({ "status": "ready" })));
    }
    let (clock_us, ledger_us) = api.engine.clock_offsets_us();
    let notable = |offset_us: i64| (Duration::from_micros(offset_us.unsigned_abs()) >= NOTABLE).then_some(offset_us);
    let body = json!({
        "status": "ready",
        "clock_ahead_us": notable(clock_us),
        "ledger_ahead_us": notable(ledger_us),
    });
    Ok(body::json(StatusCode::OK, &body))
}

/// Counts, for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "server", responses((status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8")))]
pub async fn metrics(api: Api) -> Response {
    let text = api.metrics.text();
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}
