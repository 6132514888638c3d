//! Deciding which texts are erased.
//!
//! - Only texts that are hashed as a digest can be erased. What is erased already, or cannot be, is left alone.
//! - An account whose texts are erased has no metadata from then on, but for what a product keeps there to work with.

use super::{Decided, Decider, SAME, changed};
use crate::ledger::command::{Redact, RedactOf};
use crate::ledger::effect::{AccountChanged, Effect, Fact, Redacted, Redaction};
use crate::ledger::rejection::Rejection;
use crate::ledger::rows::AccountRow;
use crate::ledger::terms::Metadata;
use crate::ledger::working::AccountSlot;
use crate::names::Name;
use crate::product::Product;

impl<P: Product> Decider<'_, P> {
    pub(crate) fn redact(self, redact: &Redact) -> Decided<P> {
        match &redact.of {
            RedactOf::Transaction(id) => {
                let of = Redacted::Transaction(*id);
                let effects = self.redactable(redact, of);
                self.record_redaction(of, effects, &redact.reason)
            }
            RedactOf::Account(name) => {
                let slot = self.draft.account(self.working, name).ok_or_else(|| self.unknown(name))?;
                self.redact_account(redact, slot)
            }
            RedactOf::Earlier(name) => {
                let slot = self.draft.account(self.working, name).ok_or_else(|| self.unknown(name))?;
                let row = self.draft.account_row(self.working, slot);
                self.redact_before(redact, &row)
            }
        }
    }

    fn redact_account(self, redact: &Redact, slot: AccountSlot) -> Decided<P> {
        let row = self.draft.account_row(self.working, slot);
        let is_kept = |(key, _): &&(String, String)| P::keeps(self.working.product(), &row.name, key);
        let kept = Metadata::new(row.metadata.pairs().iter().filter(is_kept).cloned());
        if kept == row.metadata {
            // What it has may stay, so only what it had before can be erased.
            return self.redact_before(redact, &row);
        }
        let of = Redacted::Account(row.no);
        let effects = self.redactable(redact, of);
        let (working, at) = (self.working, self.at);
        let draft = &mut *self.draft;
        let decided = Decider { working, draft, at }.record_redaction(of, effects, &redact.reason);
        if !kept.is_empty() {
            let changed = AccountChanged {
                account: row.no,
                limits: None,
                metadata: kept.clone(),
                frozen: row.frozen,
                closed: row.closed,
            };
            draft.push(working, at, Fact::AccountChanged(Box::new(changed)));
        }
        draft.changed_accounts.push((slot, AccountRow { metadata: kept, ..row }));
        decided
    }

    /// Erases what an account had before it had what it has now.
    fn redact_before(self, redact: &Redact, row: &AccountRow) -> Decided<P> {
        let of = Redacted::Earlier(row.no);
        let mut effects = self.redactable(redact, of);
        effects.retain(|effect| effect.described().map(|(_, metadata)| metadata) != Some(&row.metadata));
        self.record_redaction(of, effects, &redact.reason)
    }

    fn record_redaction(self, of: Redacted, effects: Vec<Effect<P>>, reason: &str) -> Decided<P> {
        // An account's metadata may be all that is erased: what 0.1.0 recorded stays in the journal.
        if effects.is_empty() && !matches!(of, Redacted::Account(_)) {
            return Ok(SAME);
        }
        let seqs = effects.iter().map(|effect| effect.seq).collect();
        self.draft.redacted.extend(effects);
        let redaction = Redaction { of, effects: seqs, reason: reason.to_owned() };
        changed(self.draft.push(self.working, self.at, Fact::Redacted(Box::new(redaction))))
    }

    /// The effects, as they are, that are named and whose texts can be erased.
    ///
    /// # Panics
    /// When they were not looked up.
    fn redactable(&self, redact: &Redact, of: Redacted) -> Vec<Effect<P>> {
        let mut seqs = redact.effects.clone();
        seqs.sort_unstable();
        seqs.dedup();
        let known =
            seqs.iter().map(|seq| self.working.recorded(*seq).expect("effects of commands are in the footprint"));
        let is_open = |effect: &&Effect<P>| {
            effect.is_redactable()
                && effect.is_of(of)
                && !self.draft.redacted.iter().any(|other| other.seq == effect.seq)
        };
        known.flatten().filter(is_open).cloned().collect()
    }

    fn unknown(&self, account: &Name) -> Rejection<P> {
        let asset = self.working.assets().first().map_or_else(Name::world, |asset| asset.code.clone());
        Rejection::AccountNotFound { account: account.clone(), asset }
    }
}
