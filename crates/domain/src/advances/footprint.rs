//! Which rows of advances must be known before commands are decided.

use super::Host;
use super::accounts::{cash, overpaid, receivable, written_off};
use super::advance::Advance;
use super::command::Action;
use super::fact::Fact;
use super::transaction::TransactionId;
use super::working::AdvancesWorking;
use crate::ledger::footprint::Footprint;
use crate::ledger::working::{Working, distinct};
use crate::numbers::Seq;

/// The keys of rows of advances that are not loaded yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AdvancesFootprint {
    /// Advances by where they begin.
    pub advances: Vec<Seq>,
    /// Transactions by the processor's name.
    pub transactions: Vec<TransactionId>,
    /// Whether any account is named as those of advances are.
    pub taken: bool,
}

impl AdvancesFootprint {
    /// Whether everything is loaded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.advances.is_empty() && self.transactions.is_empty() && !self.taken
    }

    pub(crate) fn distinct(&mut self) {
        distinct(&mut self.advances);
        distinct(&mut self.transactions);
    }
}

/// What is known of advances.
pub(crate) fn known<P: Host>(working: &Working<P>) -> &AdvancesWorking {
    P::advances(working.product())
}

fn keys<P: Host>(footprint: &mut Footprint<P>) -> &mut AdvancesFootprint {
    P::advances_keys(&mut footprint.product)
}

/// What a recorded fact changes; what is opened by it is known from it.
pub(crate) fn add_recorded<P: Host>(footprint: &mut Footprint<P>, working: &Working<P>, fact: &Fact) {
    if let Fact::Changed { advance, .. } = fact
        && known(working).advance(*advance).is_none()
        && *advance <= working.head().seq
    {
        keys(footprint).advances.push(*advance);
    }
}

/// The rows that one command needs.
pub(crate) fn add_action<P: Host>(footprint: &mut Footprint<P>, working: &Working<P>, action: &Action) {
    match action {
        Action::SetTerms { .. } => {
            keys(footprint).taken |= known(working).book().is_none() && known(working).taken().is_none();
        }
        Action::Open { customer, .. } => {
            footprint.add_name(working, &cash());
            footprint.add_name(working, &receivable(customer));
        }
        Action::AskCredit { advance } | Action::KeepCredit { advance } | Action::PayOff { advance } => {
            known_advance(footprint, working, *advance);
        }
        Action::Retry { advance, customer } => {
            let Some(advance) = known_advance(footprint, working, *advance) else { return };
            footprint.add_name(working, &cash());
            footprint.add_name(working, &receivable(customer.as_ref().unwrap_or(&advance.customer)));
        }
        Action::NoteUnanswered { advance, .. } => {
            known_advance(footprint, working, *advance);
        }
        Action::Cancel { advance } | Action::WriteOff { advance } | Action::TimeOut { advance, .. } => {
            add_accounts(footprint, working, *advance, 0);
        }
        Action::AskDebit { advance, number, .. } | Action::Refuse { advance, number, .. } => {
            add_accounts(footprint, working, *advance, *number)
        }
        Action::Send { advance, number, transaction, .. } => {
            if known(working).transaction(transaction).is_none() {
                keys(footprint).transactions.push(transaction.clone());
            }
            add_accounts(footprint, working, *advance, *number);
        }
        Action::Report { of: Some((advance, number)), .. } => add_accounts(footprint, working, *advance, *number),
        Action::Report { of: None, transaction, .. } => match known(working).transaction(transaction) {
            None => keys(footprint).transactions.push(transaction.clone()),
            Some(row) => {
                if let Some((advance, number)) = row.and_then(|row| row.of) {
                    add_accounts(footprint, working, advance, number);
                }
            }
        },
        Action::NoteUnreadable { .. }
        | Action::NoteReport { .. }
        | Action::AcceptReport { .. }
        | Action::StartRun { .. }
        | Action::EndRun { .. } => {}
    }
}

fn known_advance<'a, P: Host>(footprint: &mut Footprint<P>, working: &'a Working<P>, no: Seq) -> Option<&'a Advance> {
    let known = known(working).advance(no);
    if known.is_none() {
        keys(footprint).advances.push(no);
    }
    known.flatten()
}

/// The accounts between which money may move when something becomes of a credit or a debit.
fn add_accounts<P: Host>(footprint: &mut Footprint<P>, working: &Working<P>, no: Seq, number: u32) {
    let Some(advance) = known_advance(footprint, working, no) else { return };
    footprint.add_name(working, &cash());
    if working.account_by_no(advance.account).is_none() {
        footprint.accounts.push(advance.account);
    }
    if !is_plain(advance, number) {
        footprint.add_name(working, &overpaid(&advance.customer));
        footprint.add_name(working, &written_off());
    }
}

/// Whether a debit is the only one of its obligation, and what it collects is owed: then money goes from what is owed
/// to cash or back, and nowhere else, unless something else of the batch asks for more.
fn is_plain(advance: &Advance, number: u32) -> bool {
    let of_number = |debits: usize| debits == 1 && advance.installment(number).is_some_and(|one| one.of == number);
    advance.is_paid_out()
        && !advance.is_written_off
        && of_number(advance.plan.iter().filter(|installment| installment.of == number).count())
}
