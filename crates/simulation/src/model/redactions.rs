//! What is erased, naively: under an erased id nothing is known any more of what was asked for.

use ducat_domain::Action;
use ducat_domain::ledger::command::{Redact, RedactOf};

use super::Model;
use crate::points::Refusal;

impl Model {
    pub(super) fn redact(&mut self, redact: &Redact) -> Result<&'static str, Refusal> {
        let id = match &redact.of {
            RedactOf::Transaction(id) => id,
            // No one here keeps anything with an account of his own.
            RedactOf::Account(name) | RedactOf::Earlier(name) => {
                return if self.accounts.contains_key(name.as_str()) { Ok("same") } else { Err("account_not_found") };
            }
        };
        let has_texts = match self.outcomes.get(id) {
            Some((Action::Transact(transaction), _, true)) => transaction.description.is_some(),
            Some((_, _, done)) => !done,
            None => false,
        };
        Ok(if has_texts && !redact.effects.is_empty() && self.erased.insert(*id) { "done" } else { "same" })
    }
}
