//! Erasing texts: the journal itself, and the rows that repeat them.

use ducat_domain::Effect;

use super::Book;

impl Book {
    /// Erases the texts of an effect.
    pub(super) fn redact(&mut self, effect: &Effect) {
        let Some(redacted) = effect.redacted() else { return };
        self.outcomes.extend(redacted.outcome());
        for pair in effect.fact.detail().map(|detail| detail.metadata.pairs()).unwrap_or_default() {
            if let Some(seqs) = self.metadata.get_mut(pair) {
                seqs.retain(|seq| *seq != effect.seq);
            }
        }
        self.metadata.retain(|_, seqs| !seqs.is_empty());
        if let Some(stored) = self.effects.iter_mut().find(|stored| stored.seq == effect.seq) {
            *stored = redacted;
        }
    }
}
