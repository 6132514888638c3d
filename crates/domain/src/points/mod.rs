//! Points: a member earns them from payers and spends them oldest first, whatever order they arrive in.
//!
//! Always true of the points that a member has of one payer, its [`Purse`]: they are its open lots in the order of their keys,
//! less a prefix as long as what was used. So a lot that arrives late takes its place at the front, and is used up before what
//! came after it. No payer ever goes below zero. Points use the ledger's money and numbers, and know no other product.
//!
//! Nothing here keeps a whole history: every rule works on a [`Window`] of neighbouring lots, and says in which direction it
//! would have to be wider. What a rule costs is the lots that it moves over.

pub mod lot;
pub mod purse;
pub mod spend;

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test that fails by a panic is a test that fails"
)]
mod tests;

pub use lot::{Lot, LotKey, Order};
pub use purse::{Beyond, Closed, Place, Purse, Window};
pub use spend::{Deduction, InsufficientPoints, Refund, by_payer, not_given_back, refund, spend};
