//! HTTP in and out. A handler is parse, submit, render: no rule, no SQL, no clock.
//!
//! Everything from outside is parsed here, once, into the domain's own types, or refused with the place and the reason.
//! Every response that is not a success is a problem document (RFC 9457) with a stable `code`.

mod asyncapi;
pub mod body;
mod caching;
pub mod cluster;
pub mod connections;
pub mod cursor;
mod customer;
mod document;
mod documents;
pub mod door;
pub mod encoding;
pub mod idempotency;
pub mod metrics;
mod party;
mod prefer;
pub mod problem;
pub mod query;
pub mod records;
mod schemas;
pub mod service;
pub mod simple;
pub mod state;
mod traces;
mod urls;
pub mod v1;
pub mod values;

use axum::http::{HeaderMap, Method, Uri};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use asyncapi::asyncapi;
use door::Hosts;
use problem::Problem;
use service::Service;
pub use state::{About, Api, ApiLimits};
pub use urls::is_loopback;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ducat",
        description = "A ledger server: double entry over HTTP. Amounts are whole minor units: a JSON number up to \
                       2^53 - 1, a string above; both are accepted. Times are RFC 3339 UTC with microseconds. Errors \
                       are problem documents (RFC 9457) with a stable `code`. Every answer includes all that any node \
                       acknowledged before it was asked for; `?consistency=acknowledged` insists on that, and is the only \
                       one there is.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "ledgers", description = "Books of their own: nothing atomic spans two of them."),
        (name = "accounts", description = "Names in a ledger, with one balance for each asset."),
        (name = "transactions", description = "Postings, all or nothing; holds; reversals."),
        (name = "points", description = "Earned from payers and spent oldest first, whatever order they arrive in."),
        (name = "advances", description = "Paid out through a processor, collected in installments by a daily run that trusts only the \
         processor's report."),
        (name = "events", description = "The journal itself, in order."),
        (name = "webhooks", description = "Events are sent to an address, signed, until they are accepted."),
        (name = "streams", description = "Events are published to streams of NATS JetStream, each once and in order."),
        (name = "account management", description = "A small API: accounts are UUIDs, amounts are integers."),
        (name = "bank accounts", description = "A small API: accounts have names, amounts are dollars and cents. What is \
         under `/accounts` is under `/account` too."),
        (name = "points of one member", description = "A small API: points are added by payer and date, and spent oldest \
         first. What is not a success is a sentence in plain text."),
        (name = "cash advances", description = "A small API: one call pays an advance out, in dollars and cents."),
        (name = "keys", description = "Who may do what. Without keys everyone may do everything; from the first key on each request \
         needs one."),
        (name = "server", description = "About the server.")
    )
)]
struct Document;

/// All described routes, in the parts that each have schemas of their own.
fn parts() -> [OpenApiRouter<Api>; 15] {
    [
        v1::server::routes(),
        v1::health::routes(),
        v1::keys::routes(),
        v1::audit::routes(),
        v1::redactions::routes(),
        v1::ledger::routes(),
        v1::webhooks::routes(),
        v1::streams::routes(),
        v1::verification::routes(),
        v1::points::routes(),
        v1::advances::routes(),
        simple::amounts::routes(),
        simple::bank::routes(),
        simple::points::routes(),
        simple::advances::routes(),
    ]
}

fn described() -> OpenApiRouter<Api> {
    parts().into_iter().fold(OpenApiRouter::with_openapi(Document::openapi()), OpenApiRouter::merge)
}

/// The OpenAPI document of a server with these limits, as `/openapi.json` serves it.
#[must_use]
pub fn openapi(limits: &ApiLimits) -> utoipa::openapi::OpenApi {
    let mut document = described().into_openapi();
    simple::bank::describe_by_id(&mut document);
    asyncapi::add_webhooks(&mut document);
    document::complete(&mut document, limits);
    document
}

/// All routes, and what holds for each request, on a server of these names.
pub fn service(api: Api, hosts: Hosts) -> Service {
    let (routes, _) = described().split_for_parts();
    let docs = documents::routes(&api.limits);
    let routes = routes
        .merge(simple::bank::other_routes())
        .merge(docs)
        .route(cluster::ITEMS_PATH, axum::routing::post(cluster::take))
        .route(cluster::IDENTITY_PATH, axum::routing::get(cluster::identify))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .with_state(api.clone());
    Service::new(api, routes, hosts)
}

async fn no_such_path(uri: Uri) -> Problem {
    Problem::no_such_path(uri.path())
}

async fn no_such_method(method: Method, uri: Uri, _: HeaderMap) -> Problem {
    Problem::no_such_method(uri.path(), &method, "")
}
