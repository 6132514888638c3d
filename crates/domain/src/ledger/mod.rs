//! Double entry: ledgers, assets, accounts, transactions of many postings, holds, reversals.
//!
//! Always true: every posting takes from one account what it gives to another, in one asset, so the balances of an
//! asset sum to zero; every limit of every account holds after every posting; the first outcome of a command with an id
//! is its outcome for good.

pub mod batch;
pub mod canonical;
pub mod command;
pub mod decide;
pub mod decider;
pub mod delta;
pub mod derived;
pub mod draft;
pub mod effect;
pub mod footprint;
pub mod gather;
pub mod item;
pub mod recover;
pub mod rejection;
pub mod replay;
pub mod rows;
pub mod rules;
pub mod tail;
pub mod terms;
pub mod transaction;
pub mod working;

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "a test that fails by a panic is a test that fails"
)]
mod tests;

pub use batch::apply;
pub use command::CommandId;
pub use effect::Posting;
pub use gather::footprint;
