//! How the refusals of advances are shown.

use ducat_domain::advances::Rejection;
use ducat_domain::advances::accounts::is_of_advances;
use ducat_domain::names::Name;
use serde_json::json;

use crate::problem::shown::Shown;
use crate::values::{JsonDay, write_day};

/// Status, sentence and members of a refusal.
pub(crate) fn shown(rejection: &Rejection) -> Shown {
    match rejection {
        Rejection::TermsNotFound => Shown::not_found(
            "the ledger makes no advances; say on what terms it does: PUT /v1/ledgers/{ledger}/advances/terms",
        ),
        Rejection::TermsFixed => Shown::conflict("advances were made in another asset, which is fixed"),
        Rejection::AdvanceNotFound => Shown::not_found("there is no such advance"),
        Rejection::CreditSent { id } => Shown::conflict(format!(
            "the credit of advance {id} may have reached the processor; what was paid out is collected"
        ))
        .id(*id),
        Rejection::NotRefused { id } => Shown::conflict(format!(
            "the credit of advance {id} was not refused, so there is nothing to try again; GET it to see what it is"
        ))
        .id(*id),
        Rejection::NotCollected { id } => Shown::conflict(format!(
            "nothing of advance {id} is being collected: it was not paid out, or is written off"
        ))
        .id(*id),
        Rejection::TransactionTaken { transaction } => {
            Shown::conflict(format!("the processor calls two transactions {transaction}, or one by two names"))
                .with("transaction_id", transaction.as_str())
        }
        Rejection::RunBeforeLast { last } => Shown::conflict(format!(
            "a run was made for {}; one for that day or a later one may follow",
            write_day(*last)
        ))
        .with("last", json!(JsonDay(*last))),
        Rejection::RunOver => Shown::conflict("the run is over, or another one began"),
    }
}

/// What moves the money in an account, where it is one of advances.
pub(crate) fn reserved(account: &Name) -> Option<String> {
    is_of_advances(account).then(|| {
        format!(
            "account {account} is one of advances: they open it, and what is owed and written off moves by advances and reports \
             alone; see …/advances. Cash is funded, and an overpayment that is there is paid back, by transactions"
        )
    })
}
