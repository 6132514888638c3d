//! How the refusals of points are shown.

use ducat_domain::names::Name;
use ducat_domain::points::Rejection;

use crate::problem::shown::Shown;

/// Status, sentence and members of a refusal.
pub(crate) fn shown(rejection: &Rejection) -> Shown {
    match rejection {
        Rejection::ProgramNotFound => Shown::not_found("the ledger keeps no points; begin with PUT …/points/program"),
        Rejection::ProgramFixed => Shown::conflict("asset and order are fixed once points were earned"),
        Rejection::TooManyPayers { limit } => {
            Shown::unprocessable(format!("a member has points of at most {limit} payers")).with("limit", *limit)
        }
        Rejection::InsufficientPoints { member, payer, available, needed } => {
            let detail = match payer {
                None => format!("{member} has {available} points, {needed} are asked"),
                Some(payer) => format!("{member} has {available} points of {payer}, {needed} would be taken back"),
            };
            let shown = Shown::unprocessable(detail).with("member", member.as_str());
            let shown = match payer {
                None => shown,
                Some(payer) => shown.with("payer", payer.as_str()),
            };
            shown.amount("available", *available).amount("needed", *needed)
        }
        Rejection::SpendNotFound { spend } => Shown::not_found(format!("there is no spend {spend}")).id(*spend),
        Rejection::ExceedsSpend { spend, available } => {
            Shown::unprocessable(format!("of the spend {spend}, {available} points are left to give back"))
                .id(*spend)
                .amount("available", *available)
        }
        Rejection::TooManyLots { limit } => {
            Shown::unprocessable(format!("this would move over more than {limit} lots at once; do it in smaller parts"))
                .with("limit", *limit)
        }
    }
}

/// What moves the points in an account.
pub(crate) fn reserved(account: &Name) -> String {
    format!("account {account} is one of points, which move by earning and spending alone; see …/points")
}
