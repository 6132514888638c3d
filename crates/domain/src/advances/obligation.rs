//! Obligations: an installment of a plan with the debits that replaced it, as far as its debits say.
//!
//! Always true: an obligation is known by the number of its first installment, and its debits stand in the plan in the
//! order in which they were asked for.

use super::plan::Installment;
use super::transaction::Progress;
use crate::money::Amount;

/// An installment with what replaced it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Obligation {
    /// The number of its installment.
    pub of: u32,
    pub amount: Amount,
    /// Whether it is an overpayment that was paid back and then returned, rather than a part of the advance.
    pub is_owed_again: bool,
    /// How many of its debits succeeded.
    pub successes: u128,
    /// Whether a debit of it is pending.
    pub is_pending: bool,
    /// The number of its last debit; none before the first.
    pub last: Option<u32>,
}

impl Obligation {
    const fn new(of: u32, installment: &Installment) -> Obligation {
        let (amount, is_owed_again) = (installment.amount, installment.is_owed_again);
        Obligation { of, amount, is_owed_again, successes: 0, is_pending: false, last: None }
    }

    fn add(&mut self, number: u32, progress: &Progress) {
        self.successes = self.successes.saturating_add(u128::from(progress.is_success()));
        self.is_pending |= progress.is_pending();
        self.last = Some(number);
    }

    /// Whether every debit of it failed.
    pub const fn has_failed(&self) -> bool {
        self.successes == 0 && !self.is_pending && self.last.is_some()
    }

    /// How much it is, so many times.
    pub fn times(&self, count: u128) -> i128 {
        Amount::new(self.amount.minor_units().saturating_mul(count)).signed()
    }
}

/// The obligations of a plan, in order of their numbers.
pub(super) fn obligations(plan: &[Installment]) -> Vec<Obligation> {
    let mut obligations: Vec<Obligation> = Vec::with_capacity(plan.len());
    for (number, installment) in (1u32..).zip(plan) {
        if installment.of == number {
            obligations.push(Obligation::new(number, installment));
        }
        let Some(debit) = &installment.debit else { continue };
        let place = obligations.binary_search_by_key(&installment.of, |obligation| obligation.of);
        if let Some(obligation) = place.ok().and_then(|place| obligations.get_mut(place)) {
            obligation.add(number, &debit.progress);
        }
    }
    obligations
}
