//! Advances: an amount is paid out at once through a processor outside, and collected in installments that the
//! processor debits.
//!
//! Always true: what was asked for is written down before it is asked for, under the key with which it is asked for, so
//! it is asked for once whatever fails when. What became of it is believed from reports alone. Results only rise, and
//! everything that is owed, replaced, overpaid or written off is derived from them: the same reports in any order leave
//! the same advance. Advances use the ledger's money and numbers, and know no other product.
//!
//! `day`, `terms`, `transaction`, `advance` and `book` are the rules; `command`, `footprint`, `working`, `decide` and
//! `fact` put them on the ledger, each beside its namesake there; [`oracle`] has the rules a second time, naively.

pub mod accounts;
pub mod advance;
pub mod book;
pub mod command;
pub mod day;
pub(crate) mod decide;
pub mod fact;
pub mod footprint;
mod obligation;
pub mod oracle;
pub mod plan;
pub mod reading;
pub mod rejection;
pub mod replay;
pub mod rows;
pub mod terms;
pub mod transaction;
pub mod working;

use crate::product::Product;
use footprint::AdvancesFootprint;
use working::AdvancesWorking;

/// A list of products that advances are one of.
pub trait Host: Product<Fact: From<Fact>, Rejection: From<Rejection>> {
    /// What is known of advances.
    fn advances(known: &Self::Working) -> &AdvancesWorking;

    /// The keys of rows of advances in a footprint.
    fn advances_keys(keys: &mut Self::Footprint) -> &mut AdvancesFootprint;
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that fails by a panic is a test that fails")]
mod tests;

pub use advance::{Advance, Credit, INSTALLMENTS_MAX, Shares, Status, credit_key};
pub use book::{Book, Counts, Run};
pub use command::Action;
pub use day::{Day, Days};
pub use fact::{Event, Fact, PlanChange};
pub use plan::{Debit, Hold, Installment};
pub use reading::{Extent, Reading, RunEnd};
pub use rejection::Rejection;
pub use rows::{AdvanceChange, TransactionRow};
pub use terms::{Rounding, Terms};
pub use transaction::{Progress, TransactionId, TransactionIdError, TransactionResult};
