//! The terms on which advances are collected, and how an amount is split.

use super::day::Day;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Amount;

/// The most installments of a plan: ten years of weeks. A plan is one row.
pub const COUNT_MAX: u32 = 520;

/// The most days between two installments, and from the credit to the first: a year.
pub const INTERVAL_DAYS_MAX: u32 = 366;

/// The most days for which a processor reports on a transaction: a quarter.
pub const WINDOW_DAYS_MAX: u32 = 92;

/// What holds for an advance from the day it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How many installments.
    pub count: u32,
    /// Days between two of them.
    pub interval_days: u32,
    /// Days from the credit to the first.
    pub first_after_days: u32,
    /// For how many days after the day it was sent a transaction is in reports.
    pub report_window_days: u32,
    /// Which installments are larger, where the amount cannot be split evenly.
    pub rounding: Rounding,
}

/// Which installments get the minor units that are left over: they differ by one at most, and sum exactly (the method
/// of the largest remainder, with equal remainders).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// The first.
    LargerFirst,
    /// The last.
    LargerLast,
}

impl Terms {
    /// Twelve weekly installments, the first a week after the credit; reports of five days.
    pub const DEFAULT: Terms = Terms {
        count: 12,
        interval_days: 7,
        first_after_days: 7,
        report_window_days: 5,
        rounding: Rounding::LargerFirst,
    };

    /// Whether every number is within its bounds.
    #[must_use]
    pub fn are_bounded(&self) -> bool {
        (1..=COUNT_MAX).contains(&self.count)
            && (1..=INTERVAL_DAYS_MAX).contains(&self.interval_days)
            && self.first_after_days <= INTERVAL_DAYS_MAX
            && (1..=WINDOW_DAYS_MAX).contains(&self.report_window_days)
    }

    /// The first day on which silence about a transaction that was sent on a day means that it timed out.
    #[must_use]
    pub fn times_out(&self, sent: Day) -> Day {
        sent.plus(self.report_window_days.saturating_add(1))
    }

    /// The last day whose report still names a transaction that was sent on a day.
    #[must_use]
    pub fn last_told(&self, sent: Day) -> Day {
        sent.plus(self.report_window_days)
    }

    /// The installments of an amount that was paid out on a day: when each is due, and how much it is. There are no
    /// more of them than minor units.
    #[must_use]
    pub fn plan(&self, amount: Amount, paid_out: Day) -> Vec<(Day, Amount)> {
        let units = amount.minor_units();
        let count = u128::from(self.count).min(units);
        let (Some(base), Some(left)) = (units.checked_div(count), units.checked_rem(count)) else { return Vec::new() };
        let mut due = paid_out.plus(self.first_after_days);
        let mut plan = Vec::new();
        for place in 0..count {
            let is_larger = match self.rounding {
                Rounding::LargerFirst => place < left,
                Rounding::LargerLast => place.saturating_add(left) >= count,
            };
            plan.push((due, Amount::new(base.saturating_add(u128::from(is_larger)))));
            due = due.plus(self.interval_days);
        }
        plan
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        for number in [self.count, self.interval_days, self.first_after_days, self.report_window_days] {
            e.number(u64::from(number));
        }
        e.flag(self.rounding == Rounding::LargerLast);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Terms, Malformed> {
        let mut number = || u32::try_from(d.number()?).map_err(|_| Malformed { expected: "terms of advances" });
        let [count, interval_days, first_after_days, report_window_days] = [number()?, number()?, number()?, number()?];
        let rounding = if d.flag()? { Rounding::LargerLast } else { Rounding::LargerFirst };
        let terms = Terms { count, interval_days, first_after_days, report_window_days, rounding };
        if terms.are_bounded() { Ok(terms) } else { Err(Malformed { expected: "terms of advances" }) }
    }
}
