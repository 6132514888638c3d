//! Where texts are that may have to be erased: descriptions, metadata, and fingerprints made over them.
//!
//! There is no index of them. Those of a transaction are one look-up; those of an account are found by reading the journal
//! since the account was opened, a page at a time.

use ducat_domain::Effect;
use ducat_domain::ledger::rows::AccountRow;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, BatchNo, Id, Seq};

use super::{effect_at, seq_at};
use crate::{Fault, Snapshot};

/// Effects read at a time, so that no snapshot is held for long.
const CHUNK: usize = 8_192;

/// Effects with texts.
#[derive(Debug, Default)]
pub struct Texts {
    /// Those whose texts can be erased.
    pub redactable: Vec<Seq>,
    /// Those whose texts are in hashed bytes as they are: what release 0.1.0 recorded.
    pub fixed: Vec<Seq>,
    /// How many texts are erased already.
    pub redacted: u64,
}

impl Texts {
    fn add(&mut self, effect: &Effect) {
        if effect.is_redacted() {
            self.redacted += 1;
        } else if effect.is_redactable() {
            self.redactable.push(effect.seq);
        } else if effect.fact.has_texts() {
            self.fixed.push(effect.seq);
        }
    }
}

/// What was asked for under an id.
#[derive(Debug)]
pub enum Under {
    /// A transaction, or what else may have texts.
    Texts(Texts),
    /// An account was opened or changed: its texts are that account's.
    Account(AccountNo),
}

/// The texts of what was asked for under an id; `None` when nothing was.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn texts_under(snapshot: &dyn Snapshot, ledger: &Name, id: Id) -> Result<Option<Under>, Fault> {
    let Some(outcome) = snapshot.outcome(ledger, id)? else { return Ok(None) };
    let effect = effect_at(snapshot, ledger, outcome.seq)?;
    if let Some(account) = effect.described_account() {
        return Ok(Some(Under::Account(account)));
    }
    let mut texts = Texts::default();
    // A transaction tells of itself where its outcome stands.
    texts.add(&effect);
    Ok(Some(Under::Texts(texts)))
}

/// Where the texts of an account may begin.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn before_account(snapshot: &dyn Snapshot, ledger: &Name, account: &AccountRow) -> Result<Seq, Fault> {
    seq_at(snapshot, ledger, account.opened_at.plus_micros(-1))
}

/// Adds the texts of accounts that stand in a page of the journal; gives the last effect of the page, and none at the end.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn add_texts_of(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    accounts: &[AccountNo],
    after: Seq,
    texts: &mut [Texts],
) -> Result<Option<Seq>, Fault> {
    let effects = snapshot.effects(ledger, after, CHUNK)?;
    for effect in &effects {
        let place = effect.described_account().and_then(|no| accounts.iter().position(|account| *account == no));
        if let Some(texts) = place.and_then(|place| texts.get_mut(place)) {
            texts.add(effect);
        }
    }
    Ok(effects.last().map(|effect| effect.seq))
}

/// The batch that an effect is in: batches are in order, so this is a binary search.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn batch_of(snapshot: &dyn Snapshot, ledger: &Name, seq: Seq) -> Result<Option<BatchNo>, Fault> {
    let Some(head) = snapshot.head(ledger)?.filter(|head| seq <= head.seq) else { return Ok(None) };
    let (mut before, mut last) = (0, head.batch.0);
    while last - before > 1 {
        let middle = before + (last - before) / 2;
        let Some(row) = snapshot.batches(ledger, BatchNo(middle - 1), 1)?.into_iter().next() else { return Ok(None) };
        if row.last < seq {
            before = middle;
        } else {
            last = middle;
        }
    }
    Ok(Some(BatchNo(last)))
}
