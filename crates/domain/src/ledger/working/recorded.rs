//! Effects of earlier batches, as they are now: a redaction changes them.

use super::Working;
use crate::ledger::effect::Effect;
use crate::numbers::Seq;
use crate::product::Product;

impl<P: Product> Working<P> {
    /// An effect of an earlier batch.
    pub(crate) fn recorded(&self, seq: Seq) -> Option<Option<&Effect<P>>> {
        self.recorded.get(&seq).map(Option::as_ref)
    }

    /// Erases the texts of an effect of an earlier batch.
    pub(super) fn redact(&mut self, effect: Effect<P>) {
        let Some(redacted) = effect.redacted() else { return };
        if let Some((id, row)) = redacted.outcome() {
            self.ids.record(id, row);
        }
        self.recorded.insert(effect.seq, Some(redacted));
        self.changes.redacted.push(effect);
    }
}
