//! Small fixed APIs over the same ledgers: each is a thin face, and no rule of theirs is anywhere but in the ledger.

pub mod amounts;
pub mod bank;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(amounts::ping))
        .routes(routes!(amounts::post_amount))
        .routes(routes!(amounts::get_transaction))
        .routes(routes!(amounts::get_balance))
        .routes(routes!(amounts::get_max_transaction_volume))
        .merge(bank::routes())
}
