//! Ledgers over HTTP: ledgers themselves, their accounts, transactions and events. One list of routes.

pub mod accounts;
pub mod batch;
pub mod events;
pub mod groups;
pub mod head;
pub mod ledgers;
pub(crate) mod problem;
pub mod render;
mod seen;
pub mod statements;
pub mod transactions;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(ledgers::list_ledgers, ledgers::open_ledger))
        .routes(routes!(ledgers::get_ledger, ledgers::change_ledger))
        .routes(routes!(ledgers::add_asset))
        .routes(routes!(ledgers::change_asset))
        .routes(routes!(accounts::list_accounts, accounts::open_account))
        .routes(routes!(accounts::get_account, accounts::change_account))
        .routes(routes!(groups::list_groups))
        .routes(routes!(statements::get_busiest))
        .routes(routes!(statements::get_balance))
        .routes(routes!(statements::get_statement))
        .routes(routes!(transactions::list_transactions, transactions::transact))
        .routes(routes!(batch::transact_batch))
        .routes(routes!(transactions::get_transaction))
        .routes(routes!(transactions::post_hold))
        .routes(routes!(transactions::void_hold))
        .routes(routes!(transactions::reverse))
        .routes(routes!(events::list_events))
        .routes(routes!(events::list_cloud_events))
        .routes(routes!(events::get_cloud_event))
        .routes(routes!(head::get_head))
}
