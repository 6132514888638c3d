//! Deciding the end of holds, and reversals.

use super::{Decided, Decider, Guard, Route, SAME, changed, leg_number, replay, sum};
use crate::ledger::effect::{Detail, Fact};
use crate::ledger::rejection::Rejection;
use crate::ledger::rows::{Leg, TransactionRow, TransactionState};
use crate::ledger::transaction::Part;
use crate::money::Amount;
use crate::names::Name;
use crate::numbers::{AssetNo, Id};
use crate::product::Product;

impl<P: Product> Decider<'_, P> {
    pub(crate) fn post_hold(mut self, id: Id, asked: Option<Amount>) -> Decided<P> {
        let hold = self.transaction(id)?;
        self.check_made(&hold)?;
        let single = match hold.legs.as_slice() {
            [leg] => Some(leg.amount),
            _ => None,
        };
        if asked.is_some() && single.is_none() {
            return Err(Rejection::AmountForManyPostings { id });
        }
        let first_held = hold.legs.first().map_or(Amount::ZERO, |leg| leg.amount);
        let amount = asked.unwrap_or(first_held);
        match hold.state {
            TransactionState::Posted { .. } => return Err(Rejection::NotPending { id }),
            TransactionState::HoldPosted { seq, amount: posted, .. } if posted == amount => return replay(&hold, seq),
            TransactionState::HoldPosted { .. } => return Err(Rejection::AlreadyPosted { id }),
            TransactionState::Voided { .. } => return Err(Rejection::AlreadyVoided { id }),
            TransactionState::Expired { .. } => return Err(Rejection::HoldExpired { id }),
            TransactionState::Pending { expires_at } => {
                if expires_at.is_some_and(|expires_at| expires_at <= self.at) {
                    return Err(Rejection::HoldExpired { id });
                }
            }
        }
        if !amount.is_within_limit() {
            return Err(Rejection::AmountTooLarge);
        }
        if amount == Amount::ZERO && first_held != Amount::ZERO {
            return Err(Rejection::AmountZero);
        }
        if let ([leg], true) = (hold.legs.as_slice(), amount > first_held) {
            let asset = Some(self.code(leg.asset));
            return Err(Rejection::ExceedsHold { held: first_held, asked: amount, asset });
        }
        changed(self.post_held(id, &hold, asked.map(|_| amount))?)
    }

    pub(crate) fn void_hold(mut self, id: Id) -> Decided<P> {
        let hold = self.transaction(id)?;
        self.check_made(&hold)?;
        match hold.state {
            TransactionState::Posted { .. } => Err(Rejection::NotPending { id }),
            TransactionState::HoldPosted { .. } => Err(Rejection::AlreadyPosted { id }),
            TransactionState::Voided { seq } => replay(&hold, seq),
            TransactionState::Expired { .. } => Err(Rejection::HoldExpired { id }),
            TransactionState::Pending { .. } => changed(self.void_held(id, &hold)),
        }
    }

    pub(crate) fn expire_hold(mut self, id: Id) -> Decided<P> {
        let hold = self.transaction(id)?;
        match hold.state {
            TransactionState::Pending { expires_at: Some(expires_at) } if expires_at <= self.at => {
                self.release(&hold);
                let fact = Fact::HoldExpired { transaction: id, hold: hold.seq };
                let seq = self.draft.push(self.working, self.at, fact);
                self.draft.states.push((hold.seq, id, TransactionState::Expired { seq }));
                changed(seq)
            }
            TransactionState::Pending { .. }
            | TransactionState::Posted { .. }
            | TransactionState::HoldPosted { .. }
            | TransactionState::Voided { .. }
            | TransactionState::Expired { .. } => Ok(SAME),
        }
    }

    /// The opposite postings in the opposite order, of all that is left of the transaction or of a part of it.
    pub(crate) fn reverse(mut self, id: Id, original: Id, part: &Part) -> Decided<P> {
        let row = self.transaction(original)?;
        self.check_made(&row)?;
        let mut posted = row.legs.clone();
        let state = match row.state {
            TransactionState::Posted { .. } => TransactionState::Posted { reversed_by: Some(id) },
            TransactionState::HoldPosted { seq, amount, .. } => {
                if let [leg] = posted.as_mut_slice() {
                    leg.amount = amount;
                }
                TransactionState::HoldPosted { seq, amount, reversed_by: Some(id) }
            }
            TransactionState::Pending { .. } | TransactionState::Voided { .. } | TransactionState::Expired { .. } => {
                return Err(Rejection::NotPosted { id: original });
            }
        };
        let before = self.reversed_before(&row, &posted)?;
        let parts = parts_of(original, &posted, &before, part, |no| self.code(no))?;
        let sums: Vec<Amount> = before.iter().zip(&parts).map(|(before, part)| sum(*before, *part)).collect();
        let is_whole = parts.iter().zip(&posted).all(|(part, leg)| *part == leg.amount);
        // A posting of nothing goes back only with the whole.
        let goes_back =
            |(part, leg): &(&Amount, &Leg)| **part != Amount::ZERO || (is_whole && leg.amount == Amount::ZERO);
        let back: Vec<Leg> = parts
            .iter()
            .zip(&posted)
            .rev()
            .filter(goes_back)
            .map(|(part, leg)| Leg { source: leg.destination, destination: leg.source, amount: *part, ..*leg })
            .collect();
        let legs = self.resolve_legs(&back, Guard::New)?;
        let reversed = if is_whole { Vec::new() } else { sums };
        let detail = Detail { reverses: Some(original), reversed, ..Detail::default() }.boxed();
        let seq = self.post_legs(Route { transaction: id, effective_at: None, hold: None, detail, legs: &legs })?;
        self.draft.states.push((row.seq, original, state));
        changed(seq)
    }

    /// How much of each posting was reversed before.
    ///
    /// # Panics
    /// When the transaction that reversed it last was not looked up.
    fn reversed_before(&self, row: &TransactionRow, posted: &[Leg]) -> Result<Vec<Amount>, Rejection<P>> {
        let Some(by) = row.state.reversed_by() else { return Ok(vec![Amount::ZERO; posted.len()]) };
        let last = self.working.transaction(by).expect("what reversed a transaction is in the footprint");
        let sums = last.map(|last| last.reversed.clone()).unwrap_or_default();
        // One that says nothing of parts took all of it.
        if sums.len() != posted.len() || sums.iter().zip(posted).all(|(sum, leg)| *sum == leg.amount) {
            return Err(Rejection::AlreadyReversed { id: row.id, by });
        }
        Ok(sums)
    }
}

/// How much of each posting is asked for. What is asked for beyond what is left of one is refused, and so is nothing at
/// all.
fn parts_of<P: Product>(
    original: Id,
    posted: &[Leg],
    before: &[Amount],
    part: &Part,
    code: impl Fn(AssetNo) -> Name,
) -> Result<Vec<Amount>, Rejection<P>> {
    let left = |place: usize| {
        let (posted, before) = (posted.get(place).map(|leg| leg.amount), before.get(place));
        let units = |amount: Option<Amount>| amount.map_or(0, Amount::minor_units);
        Amount::new(units(posted).saturating_sub(units(before.copied())))
    };
    let mut parts = vec![Amount::ZERO; posted.len()];
    match part {
        Part::Rest => return Ok((0..posted.len()).map(left).collect()),
        Part::Amount(amount) => match parts.as_mut_slice() {
            [only] => *only = *amount,
            _ => return Err(Rejection::AmountForManyPostings { id: original }),
        },
        Part::Postings(asked) => {
            for (place, amount) in asked {
                let slot = usize::try_from(*place).ok().and_then(|place| parts.get_mut(place));
                let slot = slot.ok_or(Rejection::PostingNotFound { id: original, posting: *place })?;
                *slot = sum(*slot, *amount);
            }
        }
    }
    for (place, asked) in parts.iter().enumerate() {
        let left = left(place);
        if *asked > left {
            let (posting, asset) = (leg_number(place), posted.get(place).map(|leg| code(leg.asset)));
            return Err(Rejection::ExceedsOriginal { id: original, posting, left, asked: *asked, asset });
        }
    }
    if parts.iter().all(|part| *part == Amount::ZERO) {
        return Err(Rejection::AmountZero);
    }
    Ok(parts)
}
