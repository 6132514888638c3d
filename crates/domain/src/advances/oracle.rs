//! The rules of advances a second time, on what is shown of an advance: who is charged for what, and what it comes
//! to. Tests, the simulation and `verify` hold every advance against it.

use std::collections::BTreeMap;

use super::advance::{Advance, Credit, INSTALLMENTS_MAX};
use super::day::Day;
use super::plan::Installment;
use super::transaction::Progress;

/// What became of one obligation.
#[derive(Debug, Default)]
struct Charged {
    amounts: Vec<u128>,
    paid: u128,
    under_way: u128,
    open: u128,
    failed: u128,
    /// Whether it is none of the advance's parts, but what was paid back of what was overpaid.
    is_again: bool,
}

/// What the customer owes: the sum of the installments that are open or under way, or that no one asks for any more
/// though they were not paid.
#[must_use]
pub fn owed(advance: &Advance) -> u128 {
    let charged = charged(advance);
    let is_owed =
        |one: &&Charged| is_due(advance, one) && one.paid == 0 && (one.under_way > 0 || !advance.is_written_off);
    charged.values().filter(is_owed).filter_map(|one| one.amounts.first()).sum()
}

/// What was paid too much.
#[must_use]
pub fn overpaid(advance: &Advance) -> u128 {
    let extra = |one: &Charged| {
        let due = u128::from(is_due(advance, one));
        one.paid.saturating_sub(due).saturating_mul(amount_of(one))
    };
    charged(advance).values().map(extra).sum()
}

fn is_due(advance: &Advance, charged: &Charged) -> bool {
    is_paid_out(advance) || charged.is_again
}

fn amount_of(charged: &Charged) -> u128 {
    charged.amounts.first().copied().unwrap_or_default()
}

fn is_paid_out(advance: &Advance) -> bool {
    matches!(advance.credit, Credit::Asked(Progress::Succeeded(..)))
}

fn charged(advance: &Advance) -> BTreeMap<u32, Charged> {
    let mut obligations: BTreeMap<u32, Charged> = BTreeMap::new();
    for (_, installment) in advance.installments() {
        let one = obligations.entry(installment.of).or_default();
        one.amounts.push(installment.amount.minor_units());
        one.is_again |= installment.is_owed_again;
        let count = match installment.debit.map(|debit| debit.progress) {
            None => &mut one.open,
            Some(Progress::Calling | Progress::UnderWay(..) | Progress::Silent(..)) => &mut one.under_way,
            Some(Progress::Succeeded(..)) => &mut one.paid,
            Some(Progress::TimedOut(..) | Progress::Failed(..) | Progress::Refused(_)) => &mut one.failed,
        };
        *count = count.saturating_add(1);
    }
    obligations
}

/// Which rules an advance breaks.
#[must_use]
pub fn faults(advance: &Advance) -> Vec<String> {
    let mut found = Vec::new();
    let obligations = charged(advance);
    for (of, one) in &obligations {
        if one.amounts.iter().any(|amount| *amount != amount_of(one)) {
            found.push(format!("replacements of installment {of} are for other amounts"));
        }
        let waiting = one.open.saturating_add(one.under_way);
        // A plan that has failed as often as a plan may is for people.
        let is_full = advance.installments().len() >= INSTALLMENTS_MAX && waiting == 0;
        if is_due(advance, one) && !advance.is_written_off && one.paid == 0 && waiting != 1 && !is_full {
            found.push(format!("installment {of} is unpaid, and {waiting} debits of it are open or under way"));
        }
        if one.paid > 0 && one.open > 0 {
            found.push(format!("installment {of} is paid, and is to be asked for again"));
        }
        if one.under_way > 1 {
            found.push(format!("installment {of} is under way {} times at once", one.under_way));
        }
    }
    let parts = || obligations.values().filter(|one| !one.is_again).map(amount_of);
    let planned: u128 = parts().sum();
    if is_paid_out(advance) && planned != advance.amount.minor_units() {
        found.push(format!("its plan is for {planned}, it is for {}", advance.amount));
    }
    if !is_paid_out(advance) && advance.plan.iter().all(|one| one.debit.is_none()) && !advance.plan.is_empty() {
        found.push("it has a plan, though nothing was paid out".to_owned());
    }
    let (smallest, largest) = (parts().min(), parts().max());
    if smallest.zip(largest).is_some_and(|(smallest, largest)| largest > smallest.saturating_add(1)) {
        found.push(format!("its installments are between {smallest:?} and {largest:?}"));
    }
    let last = advance.plan.iter().map(|installment| installment.due).max().unwrap_or(Day::FIRST);
    let dues: Vec<Day> = advance.replacements().iter().map(|one: &Installment| one.due).collect();
    let step = advance.terms.interval_days;
    let expected: Vec<Day> = (1u32..).take(dues.len()).map(|n| last.plus(step.saturating_mul(n))).collect();
    if dues != expected {
        found.push(format!("its replacements are due on {dues:?}, the plan ends on {last:?}"));
    }
    let shares = advance.shares();
    if shares.receivable != i128::try_from(owed(advance)).unwrap_or(i128::MAX) {
        found.push(format!("{} is owed, its installments make {}", shares.receivable, owed(advance)));
    }
    let again: u128 = obligations.values().filter(|one| one.is_again).map(amount_of).sum();
    let (overpaid, left) = (overpaid(advance), shares.overpaid.unsigned_abs());
    if left != overpaid.saturating_add(again) {
        found.push(format!("{left} is overpaid and paid back, its installments make {overpaid} and {again}"));
    }
    found
}
