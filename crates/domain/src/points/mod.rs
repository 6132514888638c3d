//! Points: a member earns them from payers and spends them oldest first, whatever order they arrive in.
//!
//! Always true of the points that a member has of one payer, its [`Purse`]: they are its open lots in the order of
//! their keys, less a prefix as long as what was used. So a lot that arrives late takes its place at the front, and is
//! used up before what came after it. No payer ever goes below zero. Points use the ledger's money and numbers, and
//! know no other product.
//!
//! Nothing here keeps a whole history: every rule works on a [`Window`] of neighbouring lots, and says in which
//! direction it would have to be wider. What a rule costs is the lots that it moves over.
//!
//! `lot`, `window`, `purse` and `spend` are the rules; `command`, `footprint`, `working`, `decide` and `fact`
//! put them on the ledger, each beside its namesake there; [`oracle`] has the rules a second time, naively.

pub mod accounts;
pub mod command;
pub(crate) mod decide;
pub mod fact;
pub mod footprint;
pub mod lot;
pub mod oracle;
pub mod program;
pub mod purse;
pub mod rejection;
pub mod replay;
pub mod rows;
pub mod spend;
pub mod window;
pub mod working;

use crate::product::Product;
use footprint::PointsFootprint;
use working::PointsWorking;

/// A list of products that points are one of.
pub trait Host: Product<Fact: From<Fact>, Rejection: From<Rejection>> {
    /// What is known of points.
    fn points(known: &Self::Working) -> &PointsWorking;

    /// The keys of rows of points in a footprint.
    fn points_keys(keys: &mut Self::Footprint) -> &mut PointsFootprint;
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test that fails by a panic is a test that fails"
)]
mod tests;

pub use accounts::Holding;
pub use command::{Action, Adjustment, Earning};
pub use fact::{Fact, Fate};
pub use lot::{Lot, LotKey, LotRow, Order};
pub use program::{Program, ProgramRow};
pub use purse::{Closed, Place, Purse};
pub use rejection::Rejection;
pub use rows::{Direction, Due, PurseRow, SpendRow, Stretch};
pub use spend::{Deduction, Refund, Spend, SpendError, by_payer, last_of, not_given_back, refund, spend};
pub use window::{Beyond, Window};
