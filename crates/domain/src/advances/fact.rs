//! What happened to advances: facts, from which everything else is derived. Postings that moved money for one stand
//! before it.

use super::day::Day;
use super::plan::{Hold, number};
use super::reading::{Extent, Reading, RunEnd};
use super::terms::Terms;
use super::transaction::{TransactionId, TransactionResult};
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Amount;
use crate::names::{Name, Party};
use crate::numbers::{AccountNo, Id, Seq};

/// The longest text of a line that cannot be read, and of why a run failed, that is kept.
pub const REASON_LENGTH_MAX: usize = 300;

/// Of so many debits of one obligation that are refused in a row, the last is something that a person must see.
pub const REFUSALS_IN_A_ROW: u32 = 3;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Advances are made on these terms from now on.
    TermsSet {
        /// In which asset.
        asset: Name,
        /// The terms.
        terms: Terms,
    },
    /// An advance was asked for: its credit is held, and is being sent.
    Opened {
        /// Where it begins.
        advance: Seq,
        /// Its id.
        id: Id,
        /// The key under which its credit is asked for.
        key: Id,
        /// Who gets it.
        customer: Party,
        /// What they owe.
        account: AccountNo,
        /// How much it is.
        amount: Amount,
        /// On what terms.
        terms: Terms,
        /// On which day.
        day: Day,
    },
    /// Something happened to an advance.
    Changed {
        /// The advance.
        advance: Seq,
        /// What.
        event: Event,
        /// Its outcome for the plan.
        changes: Vec<PlanChange>,
    },
    /// A report named a transaction that was not asked for, as far as is known: it is kept for people, and for the
    /// time when the transaction is known.
    Unknown {
        /// The transaction.
        transaction: TransactionId,
        /// What became of it.
        result: TransactionResult,
    },
    /// A line of a report could not be read.
    Unreadable {
        /// The day of the report, where it is one's.
        as_of: Option<Day>,
        /// Its place in the report, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A daily run began; one that was still under way is over.
    RunStarted {
        /// Its id.
        id: Id,
        /// For which day.
        as_of: Day,
    },
    /// A report was read to its end, or as far as it went.
    ReportRead {
        /// The day that it was the report of, where it is one's.
        as_of: Option<Day>,
        /// What was in it.
        reading: Reading,
    },
    /// A daily run is over.
    RunEnded {
        /// For which day.
        as_of: Day,
        /// How it ended.
        end: RunEnd,
    },
    /// A person says that what is known of a day's report is all that it had to say: silence in it counts.
    ReportAccepted {
        /// The day of the report.
        as_of: Day,
        /// Why.
        reason: String,
    },
}

/// What happened to one advance. The credit has number 0, installments have theirs from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The credit that was waiting is being sent; or one that was being sent is tried again.
    CreditAsked,
    /// Nothing of the credit reached the processor: it waits.
    CreditWaits,
    /// It was given up before anything reached the processor.
    CreditCancelled,
    /// The debit of an installment is held, and is being sent.
    DebitAsked {
        /// The installment.
        number: u32,
        /// The installment that it is, or replaces.
        of: u32,
        /// When it was due.
        due: Day,
        /// How much it is.
        amount: Amount,
        /// The key under which it is asked for.
        key: Id,
        /// Where it is held.
        hold: Seq,
        /// The day of the run.
        asked: Day,
    },
    /// The processor has it.
    Sent {
        /// The credit or the debit.
        number: u32,
        /// What the processor calls it.
        transaction: TransactionId,
        /// The day on which it was sent.
        day: Day,
    },
    /// A report has its result.
    Reported {
        /// The credit or the debit.
        number: u32,
        /// What.
        result: TransactionResult,
    },
    /// No report named a debit: it is taken to have failed.
    TimedOut {
        /// The debit.
        number: u32,
    },
    /// Nothing was reported of it, but not every report that might have named it was read; or it is a credit, which is
    /// never sent again.
    Silent {
        /// The credit or the debit.
        number: u32,
    },
    /// The processor refused it for good: nothing is held for it any more.
    Refused {
        /// The credit or the debit.
        number: u32,
        /// The key under which it was asked for.
        key: Id,
        /// On which day.
        day: Day,
        /// How many debits of its obligation were refused in a row, with this one; 1 for a credit.
        times: u32,
        /// What the processor said.
        reason: String,
    },
    /// A credit that was refused is held again and asked for under another key, perhaps from another customer's account
    /// on.
    CreditRetried {
        /// The key.
        key: Id,
        /// Where it is held.
        hold: Hold,
        /// Who gets it now.
        customer: Party,
        /// What they owe.
        account: AccountNo,
        /// On which day.
        day: Day,
    },
    /// It was tried for a day without a response, and is tried on.
    Unanswered {
        /// The credit or the debit.
        number: u32,
    },
    /// What was paid back of what was overpaid is owed again, because the debit that had been too much was returned
    /// since.
    OwedAgain {
        /// The installment that collects it.
        number: u32,
        /// When it is due.
        due: Day,
        /// How much it is.
        amount: Amount,
    },
    /// Nothing more is asked for.
    WrittenOff,
    /// What was not asked for yet is due now.
    PaidOff {
        /// The day.
        day: Day,
    },
}

/// What an event changed of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanChange {
    /// These are its installments; none where there is no plan any more.
    Planned(Vec<(Day, Amount)>),
    /// These replacements are still to be asked for: which installment each is for, when it is due, how much it is.
    Replacements(Vec<(u32, Day, Amount)>),
    /// So much is overpaid, in all.
    Overpaid(Amount),
    /// So many installments are unpaid and not asked for any more: the plan has as many as it may.
    Stopped(u32),
}

impl Event {
    /// The word for it in events.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Event::CreditAsked => "credit_asked",
            Event::CreditWaits => "credit_waits",
            Event::CreditCancelled => "cancelled",
            Event::DebitAsked { .. } => "debit_asked",
            Event::Sent { .. } => "sent",
            Event::Reported { result: TransactionResult::Success, .. } => "succeeded",
            Event::Reported { result: TransactionResult::Fail, .. } => "failed",
            Event::TimedOut { .. } => "timed_out",
            Event::Silent { .. } => "unresolved",
            Event::Refused { .. } => "refused",
            Event::CreditRetried { .. } => "credit_retried",
            Event::Unanswered { .. } => "unanswered",
            Event::OwedAgain { .. } => "owed_again",
            Event::WrittenOff => "written_off",
            Event::PaidOff { .. } => "paid_off",
        }
    }

    /// Whether a person must see it.
    #[must_use]
    pub const fn is_exception(&self) -> bool {
        match self {
            Event::Silent { .. } | Event::Unanswered { .. } | Event::OwedAgain { .. } => true,
            Event::Refused { number, times, .. } => *number == 0 || times.is_multiple_of(REFUSALS_IN_A_ROW),
            Event::CreditAsked
            | Event::CreditWaits
            | Event::CreditCancelled
            | Event::DebitAsked { .. }
            | Event::Sent { .. }
            | Event::Reported { .. }
            | Event::TimedOut { .. }
            | Event::CreditRetried { .. }
            | Event::WrittenOff
            | Event::PaidOff { .. } => false,
        }
    }

    fn encode(&self, e: &mut Encoder) {
        let numbered = |e: &mut Encoder, tag: u8, number: u32| {
            e.byte(tag);
            e.number(u64::from(number));
        };
        match self {
            Event::CreditAsked => e.byte(1),
            Event::CreditWaits => e.byte(2),
            Event::CreditCancelled => e.byte(3),
            Event::DebitAsked { number, of, due, amount, key, hold, asked } => {
                numbered(e, 4, *number);
                e.number(u64::from(*of));
                due.encode(e);
                e.wide(amount.minor_units());
                e.id(*key);
                e.number(hold.0);
                asked.encode(e);
            }
            Event::Sent { number, transaction, day } => {
                numbered(e, 5, *number);
                transaction.encode(e);
                day.encode(e);
            }
            Event::Reported { number, result } => {
                numbered(e, 6, *number);
                result.encode(e);
            }
            Event::TimedOut { number } => numbered(e, 7, *number),
            Event::Silent { number } => numbered(e, 8, *number),
            Event::WrittenOff => e.byte(9),
            Event::PaidOff { day } => {
                e.byte(10);
                day.encode(e);
            }
            Event::Refused { number, key, day, times, reason } => {
                numbered(e, 11, *number);
                e.id(*key);
                day.encode(e);
                e.number(u64::from(*times));
                e.text(reason);
            }
            Event::CreditRetried { key, hold, customer, account, day } => {
                e.byte(12);
                e.id(*key);
                hold.encode(e);
                e.text(customer.as_str());
                e.number(account.0);
                day.encode(e);
            }
            Event::Unanswered { number } => numbered(e, 13, *number),
            Event::OwedAgain { number, due, amount } => {
                numbered(e, 14, *number);
                due.encode(e);
                e.wide(amount.minor_units());
            }
        }
    }

    fn decode(d: &mut Decoder<'_>) -> Result<Event, Malformed> {
        Ok(match d.byte()? {
            1 => Event::CreditAsked,
            2 => Event::CreditWaits,
            3 => Event::CreditCancelled,
            4 => Event::DebitAsked {
                number: number(d)?,
                of: number(d)?,
                due: Day::decode(d)?,
                amount: Amount::new(d.wide()?),
                key: d.id()?,
                hold: Seq(d.number()?),
                asked: Day::decode(d)?,
            },
            5 => Event::Sent { number: number(d)?, transaction: TransactionId::decode(d)?, day: Day::decode(d)? },
            6 => Event::Reported { number: number(d)?, result: TransactionResult::decode(d)? },
            7 => Event::TimedOut { number: number(d)? },
            8 => Event::Silent { number: number(d)? },
            9 => Event::WrittenOff,
            10 => Event::PaidOff { day: Day::decode(d)? },
            11 => Event::Refused {
                number: number(d)?,
                key: d.id()?,
                day: Day::decode(d)?,
                times: number(d)?,
                reason: d.text()?.to_owned(),
            },
            12 => Event::CreditRetried {
                key: d.id()?,
                hold: Hold::decode(d)?,
                customer: customer(d)?,
                account: AccountNo(d.number()?),
                day: Day::decode(d)?,
            },
            13 => Event::Unanswered { number: number(d)? },
            14 => Event::OwedAgain { number: number(d)?, due: Day::decode(d)?, amount: Amount::new(d.wide()?) },
            _ => return Err(Malformed { expected: "what happened to an advance" }),
        })
    }
}

impl PlanChange {
    /// Whether a person must see it.
    #[must_use]
    pub fn is_exception(&self) -> bool {
        match self {
            PlanChange::Overpaid(sum) => *sum > Amount::ZERO,
            PlanChange::Stopped(_) => true,
            PlanChange::Planned(_) | PlanChange::Replacements(_) => false,
        }
    }

    fn encode(&self, e: &mut Encoder) {
        match self {
            PlanChange::Planned(installments) => {
                e.byte(0);
                e.length(installments.len());
                for (due, amount) in installments {
                    due.encode(e);
                    e.wide(amount.minor_units());
                }
            }
            PlanChange::Replacements(replacements) => {
                e.byte(1);
                e.length(replacements.len());
                for (of, due, amount) in replacements {
                    e.number(u64::from(*of));
                    due.encode(e);
                    e.wide(amount.minor_units());
                }
            }
            PlanChange::Overpaid(amount) => {
                e.byte(2);
                e.wide(amount.minor_units());
            }
            PlanChange::Stopped(count) => {
                e.byte(3);
                e.number(u64::from(*count));
            }
        }
    }

    fn decode(d: &mut Decoder<'_>) -> Result<PlanChange, Malformed> {
        Ok(match d.byte()? {
            0 => {
                let mut installments = Vec::new();
                for _ in 0..d.length()? {
                    installments.push((Day::decode(d)?, Amount::new(d.wide()?)));
                }
                PlanChange::Planned(installments)
            }
            1 => {
                let mut replacements = Vec::new();
                for _ in 0..d.length()? {
                    replacements.push((number(d)?, Day::decode(d)?, Amount::new(d.wide()?)));
                }
                PlanChange::Replacements(replacements)
            }
            2 => PlanChange::Overpaid(Amount::new(d.wide()?)),
            3 => PlanChange::Stopped(number(d)?),
            _ => return Err(Malformed { expected: "change of a plan" }),
        })
    }
}

impl Fact {
    /// The word for it in events.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Fact::TermsSet { .. } => "advances_terms_set",
            Fact::Opened { .. } => "advance_opened",
            Fact::Changed { .. } => "advance_changed",
            Fact::Unknown { .. } => "advances_unknown_transaction",
            Fact::Unreadable { .. } => "advances_unreadable_line",
            Fact::RunStarted { .. } => "advances_run_started",
            Fact::ReportRead { .. } => "advances_report_read",
            Fact::RunEnded { .. } => "advances_run_ended",
            Fact::ReportAccepted { .. } => "advances_report_accepted",
        }
    }

    /// The advance that it is about, if it is about one.
    #[must_use]
    pub const fn advance(&self) -> Option<Seq> {
        match self {
            Fact::Opened { advance, .. } | Fact::Changed { advance, .. } => Some(*advance),
            Fact::TermsSet { .. }
            | Fact::Unknown { .. }
            | Fact::Unreadable { .. }
            | Fact::RunStarted { .. }
            | Fact::ReportRead { .. }
            | Fact::RunEnded { .. }
            | Fact::ReportAccepted { .. } => None,
        }
    }

    /// Whether a person must see it.
    #[must_use]
    pub fn is_exception(&self) -> bool {
        match self {
            Fact::Unknown { .. } | Fact::Unreadable { .. } => true,
            Fact::Changed { event, changes, .. } => {
                event.is_exception() || changes.iter().any(PlanChange::is_exception)
            }
            // Of a report of its own day only: others prove nothing.
            Fact::ReportRead { as_of, reading } => as_of.is_some() && reading.extent == Extent::Readable,
            Fact::TermsSet { .. }
            | Fact::Opened { .. }
            | Fact::RunStarted { .. }
            | Fact::RunEnded { .. }
            | Fact::ReportAccepted { .. } => false,
        }
    }

    /// Writes the canonical bytes: kind and version, then what it says.
    pub fn encode(&self, e: &mut Encoder) {
        let kind = match self {
            Fact::TermsSet { .. } => 1,
            Fact::Opened { .. } => 2,
            Fact::Changed { .. } => 3,
            Fact::Unknown { .. } => 4,
            Fact::Unreadable { .. } => 5,
            Fact::RunStarted { .. } => 6,
            Fact::ReportRead { .. } => 7,
            Fact::RunEnded { .. } => 8,
            Fact::ReportAccepted { .. } => 9,
        };
        e.byte(kind);
        e.byte(VERSION);
        match self {
            Fact::TermsSet { asset, terms } => {
                e.text(asset.as_str());
                terms.encode(e);
            }
            Fact::Opened { advance, id, key, customer, account, amount, terms, day } => {
                e.number(advance.0);
                e.id(*id);
                e.id(*key);
                e.text(customer.as_str());
                e.number(account.0);
                e.wide(amount.minor_units());
                terms.encode(e);
                day.encode(e);
            }
            Fact::Changed { advance, event, changes } => {
                e.number(advance.0);
                event.encode(e);
                e.length(changes.len());
                changes.iter().for_each(|change| change.encode(e));
            }
            Fact::Unknown { transaction, result } => {
                transaction.encode(e);
                result.encode(e);
            }
            Fact::Unreadable { as_of, line, reason } => {
                e.option(*as_of, |e, day| day.encode(e));
                e.number(*line);
                e.text(reason);
            }
            Fact::RunStarted { id, as_of } => {
                e.id(*id);
                as_of.encode(e);
            }
            Fact::ReportRead { as_of, reading } => {
                e.option(*as_of, |e, day| day.encode(e));
                reading.encode(e);
            }
            Fact::RunEnded { as_of, end } => {
                as_of.encode(e);
                end.encode(e);
            }
            Fact::ReportAccepted { as_of, reason } => {
                as_of.encode(e);
                e.text(reason);
            }
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Fact, Malformed> {
        let kind = d.byte()?;
        if d.byte()? != VERSION {
            return Err(Malformed { expected: "version of a fact of advances" });
        }
        Ok(match kind {
            1 => Fact::TermsSet { asset: d.name()?, terms: Terms::decode(d)? },
            2 => Fact::Opened {
                advance: Seq(d.number()?),
                id: d.id()?,
                key: d.id()?,
                customer: customer(d)?,
                account: AccountNo(d.number()?),
                amount: Amount::new(d.wide()?),
                terms: Terms::decode(d)?,
                day: Day::decode(d)?,
            },
            3 => {
                let (advance, event) = (Seq(d.number()?), Event::decode(d)?);
                let mut changes = Vec::new();
                for _ in 0..d.length()? {
                    changes.push(PlanChange::decode(d)?);
                }
                Fact::Changed { advance, event, changes }
            }
            4 => Fact::Unknown { transaction: TransactionId::decode(d)?, result: TransactionResult::decode(d)? },
            5 => Fact::Unreadable { as_of: d.option(Day::decode)?, line: d.number()?, reason: d.text()?.to_owned() },
            6 => Fact::RunStarted { id: d.id()?, as_of: Day::decode(d)? },
            7 => Fact::ReportRead { as_of: d.option(Day::decode)?, reading: Reading::decode(d)? },
            8 => Fact::RunEnded { as_of: Day::decode(d)?, end: RunEnd::decode(d)? },
            9 => Fact::ReportAccepted { as_of: Day::decode(d)?, reason: d.text()?.to_owned() },
            _ => return Err(Malformed { expected: "kind of a fact of advances" }),
        })
    }
}

fn customer(d: &mut Decoder<'_>) -> Result<Party, Malformed> {
    Party::parse(d.text()?).map_err(|_| Malformed { expected: "name of a customer" })
}

/// Of the bytes of a fact: raised when what a kind says changes, so that old facts stay readable.
const VERSION: u8 = 1;
