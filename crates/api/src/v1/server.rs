//! About the server: where everything is, and whether it is well.

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_engine::clock::NOTABLE;
use ducat_engine::health::Health;
use serde_json::json;

use crate::problem::{DAMAGED, Problem};
use crate::{Api, body};

/// Every entry point, with its link.
#[utoipa::path(get, path = "/", tag = "server", responses((status = 200, description = "Links", body = Object)))]
pub async fn entry_points() -> Response {
    let link = |href: &str| json!({ "href": href });
    let templated = |href: &str| json!({ "href": href, "templated": true });
    let links = json!({
        "self": link("/"),
        "ledgers": link("/v1/ledgers"),
        "ledger": templated("/v1/ledgers/{ledger}"),
        "assets": templated("/v1/ledgers/{ledger}/assets"),
        "accounts": templated("/v1/ledgers/{ledger}/accounts{?prefix,asset,limit,cursor}"),
        "account": templated("/v1/ledgers/{ledger}/accounts/{account}"),
        "busiest": templated("/v1/ledgers/{ledger}/busiest"),
        "balance": templated("/v1/ledgers/{ledger}/accounts/{account}/balance{?asset,at,by}"),
        "statement": templated("/v1/ledgers/{ledger}/accounts/{account}/statement{?asset,from,to,limit,cursor}"),
        "transactions": templated("/v1/ledgers/{ledger}/transactions{?account,reference,status,from,to,limit,cursor}"),
        "transaction": templated("/v1/ledgers/{ledger}/transactions/{id}"),
        "batch": templated("/v1/ledgers/{ledger}/transactions/batch"),
        "events": templated("/v1/ledgers/{ledger}/events{?after,limit}"),
        "points-program": templated("/v1/ledgers/{ledger}/points/program"),
        "points-member": templated("/v1/ledgers/{ledger}/points/members/{member}"),
        "points-lots": templated("/v1/ledgers/{ledger}/points/members/{member}/lots{?limit,cursor}"),
        "points-history": templated("/v1/ledgers/{ledger}/points/members/{member}/history{?limit,cursor}"),
        "points-earn": templated("/v1/ledgers/{ledger}/points/members/{member}/earn"),
        "points-spend": templated("/v1/ledgers/{ledger}/points/members/{member}/spend"),
        "points-refund": templated("/v1/ledgers/{ledger}/points/spends/{id}/refund"),
        "points-expire": templated("/v1/ledgers/{ledger}/points/expire"),
        "points-import": templated("/v1/ledgers/{ledger}/points/import{?import}"),
        "add-points": link("/add"),
        "spend-points": link("/spend"),
        "points-balance": link("/balance"),
        "bank-accounts": json!({
            "href": "/accounts{?limit,cursor}",
            "templated": true,
            "title": "GET lists bank accounts, POST {\"name\":\"Savings\"} opens one",
        }),
        "bank-account": templated("/accounts/{name}"),
        "bank-account-by-id": templated("/v2/accounts/{id}"),
        "ping": link("/ping"),
        "amount": link("/amount"),
        "amount-transaction": templated("/transaction/{transaction_id}"),
        "amount-balance": templated("/balance/{account_id}"),
        "max-transaction-volume": link("/max_transaction_volume"),
        "openapi": link("/openapi.json"),
        "docs": link("/docs"),
        "health": link("/healthz"),
        "readiness": link("/readyz"),
        "metrics": link("/metrics"),
    });
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
    (status = 503, description = "It cannot", body = Problem, content_type = "application/problem+json"),
))]
pub async fn readyz(State(api): State<Api>) -> Result<Response, Problem> {
    if !api.engine.is_open() || *api.stopping.borrow() {
        return Err(Problem::unavailable("shutting_down", "the server is shutting down"));
    }
    match api.engine.published().health() {
        Health::Good => {}
        Health::Failing { reason } => return Err(Problem::unavailable("store_unavailable", reason)),
        Health::Damaged { reason } => return Err(Problem::unavailable(DAMAGED, reason)),
    }
    if api.engine.published().is_settling() {
        return Err(Problem::unavailable("store_unavailable", "the outcome of a commit is being found out"));
    }
    api.read(|snapshot| snapshot.ledgers(None, 1).map(drop).map_err(|fault| Problem::from_fault(&fault))).await?;
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
#[utoipa::path(get, path = "/metrics", tag = "server", responses((status = 200, description = "OpenMetrics text", body = String)))]
pub async fn metrics(State(api): State<Api>) -> Response {
    api.metrics.note_nodes(&api.engine);
    let commits = *api.engine.published().commits().borrow();
    api.metrics.set_store(api.engine.published().health() == Health::Good, api.engine.clock_offsets_us());
    let text = api.metrics.text(api.engine.queue_depth(), commits, api.collector.totals());
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}
