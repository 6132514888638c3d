//! About the server: where everything is, and what it counts.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::metrics::OPEN_METRICS;
use crate::{Api, body};

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(entry_points)).routes(routes!(metrics))
}

/// Where everything is, by name. What has braces is a template (RFC 6570).
pub(crate) const LINKS: [(&str, &str); 81] = [
    ("self", "/"),
    ("audit", "/v1/audit{?ledger,after,limit}"),
    ("keys", "/v1/keys{?limit,cursor}"),
    ("key", "/v1/keys/{key}"),
    ("key-rotate", "/v1/keys/{key}/rotate"),
    ("actor-redactions", "/v1/redactions"),
    ("verification", "/v1/verification"),
    ("console", "/console"),
    ("streams", "/v1/streams{?limit,cursor}"),
    ("stream", "/v1/streams/{stream}"),
    ("stream-continue", "/v1/streams/{stream}/continue"),
    ("ledgers", "/v1/ledgers"),
    ("ledger", "/v1/ledgers/{ledger}"),
    ("assets", "/v1/ledgers/{ledger}/assets"),
    ("asset", "/v1/ledgers/{ledger}/assets/{asset}"),
    ("accounts", "/v1/ledgers/{ledger}/accounts{?prefix,asset,limit,cursor}"),
    ("account-groups", "/v1/ledgers/{ledger}/account-groups{?prefix,limit}"),
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
    ("cloudevents", "/v1/ledgers/{ledger}/cloudevents{?after,limit}"),
    ("cloudevent", "/v1/ledgers/{ledger}/cloudevents/{seq}"),
    ("webhooks", "/v1/ledgers/{ledger}/webhooks{?limit,cursor}"),
    ("webhook", "/v1/ledgers/{ledger}/webhooks/{webhook}"),
    ("webhook-deliveries", "/v1/ledgers/{ledger}/webhooks/{webhook}/deliveries{?limit,cursor}"),
    ("webhook-replay", "/v1/ledgers/{ledger}/webhooks/{webhook}/replay"),
    ("webhook-retry", "/v1/ledgers/{ledger}/webhooks/{webhook}/retry"),
    ("webhook-rotate", "/v1/ledgers/{ledger}/webhooks/{webhook}/rotate"),
    ("webhook-secret", "/v1/ledgers/{ledger}/webhooks/{webhook}/secret"),
    ("webhook-skip", "/v1/ledgers/{ledger}/webhooks/{webhook}/skip"),
    ("webhook-test", "/v1/ledgers/{ledger}/webhooks/{webhook}/test"),
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
    ("asyncapi", "/asyncapi.json"),
    ("docs", "/docs"),
    ("health", "/livez"),
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

/// Counts, for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "server", responses((status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8")))]
pub async fn metrics(api: Api) -> Response {
    let text = api.metrics.text();
    ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response()
}
