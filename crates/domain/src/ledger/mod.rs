//! Double entry: ledgers, assets, accounts, transactions of many postings, holds, reversals.
//!
//! Always true: every posting takes from one account what it gives to another, in one asset, so the balances of an asset
//! sum to zero; every limit of every account holds after every posting; the first outcome of a command with an id
//! is its outcome for ever.

pub mod batch;
pub mod command;
pub mod decide;
pub mod draft;
pub mod effect;
pub mod footprint;
pub mod recover;
pub mod rejection;
pub mod replay;
pub mod rows;
pub mod working;

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "a test that fails by a panic is a test that fails"
)]
mod tests;

pub use batch::{Delta, Item, ItemOutcome, Outcome, apply};
pub use command::{Action, Command, CommandId};
pub use effect::{Effect, Fact, Posting};
pub use footprint::{Footprint, footprint};
pub use rejection::Rejection;
pub use working::Working;
