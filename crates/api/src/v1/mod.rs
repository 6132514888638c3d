//! The ledger API, `/v1`: everything a ledger can do. One list of routes.

pub mod accounts;
pub mod advances;
pub mod batch;
pub mod events;
pub mod ledgers;
pub mod points;
pub mod render;
pub mod server;
pub mod transactions;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;

/// The routes of ledgers themselves, with their descriptions; points and advances have their own.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(server::entry_points))
        .routes(routes!(server::healthz))
        .routes(routes!(server::readyz))
        .routes(routes!(server::metrics))
        .routes(routes!(ledgers::list_ledgers, ledgers::open_ledger))
        .routes(routes!(ledgers::get_ledger, ledgers::change_ledger))
        .routes(routes!(ledgers::add_asset))
        .routes(routes!(ledgers::change_asset))
        .routes(routes!(accounts::list_accounts, accounts::open_account))
        .routes(routes!(accounts::get_account, accounts::change_account))
        .routes(routes!(accounts::get_busiest))
        .routes(routes!(accounts::get_balance))
        .routes(routes!(accounts::get_statement))
        .routes(routes!(transactions::list_transactions, transactions::transact))
        .routes(routes!(batch::transact_batch))
        .routes(routes!(transactions::get_transaction))
        .routes(routes!(transactions::post_hold))
        .routes(routes!(transactions::void_hold))
        .routes(routes!(transactions::reverse))
        .routes(routes!(events::list_events))
}
