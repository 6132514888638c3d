//! Whether the store can be written to: what readiness is made of.
//!
//! Always true: health follows the outcome of the last commit. After one that failed, a commit that changes nothing is
//! tried, at most once a second, until one succeeds; a reader never causes one. Damage is for good.

use ducat_store::Fault;

/// How the store does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// The last commit succeeded, or there was none yet.
    Good,
    /// The last commit failed.
    Failing {
        /// What the store said.
        reason: String,
    },
    /// The store holds what cannot be: no retry helps.
    Damaged {
        /// What was found, and where.
        reason: String,
    },
}

impl Health {
    /// What a fault shows.
    #[must_use]
    pub fn of(fault: &Fault) -> Health {
        let reason = fault.to_string();
        if fault.is_damage() { Health::Damaged { reason } } else { Health::Failing { reason } }
    }
}
