//! How products decide, with the ledger's own means.

use super::command::Command;
use super::decider::{Decided, Decider};
use super::footprint::Footprint;
use super::working::Working;
use crate::numbers::Id;
use crate::product::Product;

/// The rules of the products of a ledger.
pub trait Rules: Product {
    /// Adds the rows that an action needs by itself.
    fn add_action(
        footprint: &mut Footprint<Self>,
        demand: &mut Self::Demand,
        working: &Working<Self>,
        action: &Self::Action,
    );

    /// Adds the rows that all commands of a turn need together.
    fn add_demand<'a>(
        footprint: &mut Footprint<Self>,
        demand: &Self::Demand,
        working: &Working<Self>,
        commands: impl Iterator<Item = &'a Command<Self>>,
    );

    /// Adds the rows that a recorded fact changes.
    fn add_recorded(footprint: &mut Footprint<Self>, working: &Working<Self>, fact: &Self::Fact);

    /// Decides one action: all checks, no change.
    ///
    /// # Errors
    /// The refusal.
    fn decide(decider: Decider<'_, Self>, id: Id, action: &Self::Action) -> Decided<Self>;
}
