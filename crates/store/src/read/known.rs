//! Rows that a page of transactions is made of, read in a few questions and not in some for each transaction.
//!
//! What was not read ahead is asked for when it is needed, so reading ahead never changes what is found. It is bounded,
//! whatever a damaged row says.

use std::collections::{BTreeSet, HashMap};

use ducat_domain::ledger::rows::TransactionState;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq};
use ducat_domain::{Effect, Fact};

use super::{CHUNK, effect_at, leg_count, missing};
use crate::{Fault, Snapshot};

/// Rows of one ledger that were read ahead.
#[derive(Default)]
pub(super) struct Known {
    effects: HashMap<Seq, Effect>,
    /// Of the transactions that begin at these effects.
    states: HashMap<Seq, Option<TransactionState>>,
    /// Where the outcomes of these ids stand.
    outcomes: HashMap<Id, Seq>,
}

impl Known {
    /// Forgets everything and reads what the transactions that begin at these effects are made of: in five questions at
    /// most, on a store that is asked over a network.
    pub fn read(&mut self, snapshot: &dyn Snapshot, ledger: &Name, firsts: &[Seq]) -> Result<(), Fault> {
        *self = Known::default();
        self.read_effects(snapshot, ledger, firsts.iter().copied())?;
        let states = snapshot.states_at(ledger, firsts)?;
        self.states = firsts.iter().copied().zip(states.into_iter().map(|row| row.map(|(_, state)| state))).collect();
        let reversals: Vec<Id> = self.states.values().filter_map(|state| reversal(state.as_ref())).collect();
        let found = if reversals.is_empty() { Vec::new() } else { snapshot.outcomes(ledger, &reversals)? };
        self.outcomes = reversals.into_iter().zip(found).filter_map(|(id, row)| Some((id, row?.seq))).collect();
        // What ended a hold, and the transactions that reversed others last.
        let more = self.states.values().filter_map(|state| last(state.as_ref())).chain(self.outcomes.values().copied());
        self.read_effects(snapshot, ledger, more.collect::<Vec<Seq>>().into_iter())?;
        let shown = firsts.iter().map(|first| self.shown(*first)).filter_map(|seq| self.effects.get(&seq));
        let legs: Vec<Seq> = shown.flat_map(further_legs).take(CHUNK).collect();
        self.read_effects(snapshot, ledger, legs.into_iter())
    }

    /// The effect whose legs show a transaction: its posting, or what holds money.
    fn shown(&self, first: Seq) -> Seq {
        match self.states.get(&first) {
            Some(Some(TransactionState::HoldPosted { seq, .. })) => *seq,
            Some(_) | None => first,
        }
    }

    fn read_effects(
        &mut self,
        snapshot: &dyn Snapshot,
        ledger: &Name,
        seqs: impl Iterator<Item = Seq>,
    ) -> Result<(), Fault> {
        let unknown: BTreeSet<Seq> = seqs.filter(|seq| !self.effects.contains_key(seq)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let unknown: Vec<Seq> = unknown.into_iter().collect();
        let found = snapshot.effects_at(ledger, &unknown)?;
        self.effects.extend(found.into_iter().flatten().map(|effect| (effect.seq, effect)));
        Ok(())
    }

    /// The effects that were read.
    pub fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.effects.values()
    }

    pub fn effect(&self, snapshot: &dyn Snapshot, ledger: &Name, seq: Seq) -> Result<Effect, Fault> {
        match self.effects.get(&seq) {
            Some(effect) => Ok(effect.clone()),
            None => effect_at(snapshot, ledger, seq),
        }
    }

    /// The effects of a transaction's act, by the first of them.
    pub fn legs(&self, snapshot: &dyn Snapshot, ledger: &Name, first: &Effect) -> Result<Vec<Effect>, Fault> {
        let known: Option<Vec<Effect>> = further_legs(first).map(|seq| self.effects.get(&seq).cloned()).collect();
        match known {
            Some(further) => Ok([vec![first.clone()], further].concat()),
            None => super::run_from(snapshot, ledger, first, leg_count(first).max(1)),
        }
    }

    pub fn state(&self, snapshot: &dyn Snapshot, ledger: &Name, first: Seq) -> Result<Option<TransactionState>, Fault> {
        match self.states.get(&first) {
            Some(state) => Ok(*state),
            None => Ok(snapshot.state(ledger, first)?.map(|(_, state)| state)),
        }
    }

    /// Where the outcome of an id stands, which has one.
    pub fn outcome(&self, snapshot: &dyn Snapshot, ledger: &Name, id: Id) -> Result<Seq, Fault> {
        match self.outcomes.get(&id) {
            Some(seq) => Ok(*seq),
            None => Ok(snapshot.outcome(ledger, id)?.ok_or_else(|| missing("journal", id))?.seq),
        }
    }
}

/// The places of a transaction's legs behind its first.
fn further_legs(first: &Effect) -> impl Iterator<Item = Seq> + use<> {
    let is_first = match &first.fact {
        Fact::Posting(posting) => posting.leg == 0,
        Fact::Hold(leg) => leg.leg == 0,
        _ => false,
    };
    let count = if is_first { u64::from(leg_count(first)) } else { 0 };
    let first = first.seq.0;
    (1..count).map(move |ahead| Seq(first.saturating_add(ahead)))
}

fn reversal(state: Option<&TransactionState>) -> Option<Id> {
    match state {
        Some(TransactionState::Posted { reversed_by } | TransactionState::HoldPosted { reversed_by, .. }) => {
            *reversed_by
        }
        Some(TransactionState::Pending { .. } | TransactionState::Voided { .. } | TransactionState::Expired { .. })
        | None => None,
    }
}

/// Where a hold ended.
fn last(state: Option<&TransactionState>) -> Option<Seq> {
    match state {
        Some(
            TransactionState::HoldPosted { seq, .. }
            | TransactionState::Voided { seq }
            | TransactionState::Expired { seq },
        ) => Some(*seq),
        Some(TransactionState::Posted { .. } | TransactionState::Pending { .. }) | None => None,
    }
}
