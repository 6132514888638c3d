//! What can be asked of advances.

use super::day::Day;
use super::plan::number;
use super::reading::{Reading, RunEnd};

use super::terms::Terms;
use super::transaction::{TransactionId, TransactionResult};
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Amount;
use crate::names::{Name, Party};
use crate::numbers::{Id, Seq};

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Begin to make advances, or change the terms of those that are made from now on.
    SetTerms {
        /// In which asset.
        asset: Name,
        /// The terms.
        terms: Terms,
    },
    /// Pay an amount out, to be collected in installments. Its credit is then to be sent under the command's id.
    Open {
        /// Who gets it.
        customer: Party,
        /// How much.
        amount: Amount,
    },
    /// Send a credit that is waiting, or try one again of which it is not known what became of it.
    AskCredit {
        /// The advance.
        advance: Seq,
    },
    /// Nothing of a credit reached the processor, as far as its first try goes: only then does it wait.
    KeepCredit {
        /// The advance.
        advance: Seq,
    },
    /// Give an advance up of which nothing reached the processor.
    Cancel {
        /// The advance.
        advance: Seq,
    },
    /// Hold the debit of an installment that is due, to be sent under the command's id.
    AskDebit {
        /// The advance.
        advance: Seq,
        /// The installment.
        number: u32,
        /// The day of the run.
        as_of: Day,
    },
    /// The processor took a credit or a debit.
    Send {
        /// The advance.
        advance: Seq,
        /// The credit, which is 0, or the debit.
        number: u32,
        /// What the processor calls it.
        transaction: TransactionId,
        /// The day of the run; outside of one, the day it is.
        as_of: Option<Day>,
    },
    /// A report has the result of a transaction.
    Report {
        /// The transaction.
        transaction: TransactionId,
        /// What became of it.
        result: TransactionResult,
        /// The credit or debit that it is, where that was looked up.
        of: Option<(Seq, u32)>,
    },
    /// A line of a report could not be read.
    NoteUnreadable {
        /// The day of the report, where it is one's.
        as_of: Option<Day>,
        /// Its place in the report, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A report was read.
    NoteReport {
        /// The day that it was the report of, where it is one's.
        as_of: Option<Day>,
        /// What was in it.
        reading: Reading,
    },
    /// The processor refuses a credit or a debit for good.
    Refuse {
        /// The advance.
        advance: Seq,
        /// The credit, which is 0, or the debit.
        number: u32,
        /// The key under which it was asked for.
        key: Id,
        /// What the processor said.
        reason: String,
        /// The day of the run; outside of one, the day it is.
        as_of: Option<Day>,
    },
    /// Hold a credit that was refused again, to be sent under another key.
    Retry {
        /// The advance.
        advance: Seq,
        /// Who gets it instead.
        customer: Option<Party>,
    },
    /// Whatever was tried before the day of a run has no response yet.
    NoteUnanswered {
        /// The advance.
        advance: Seq,
        /// The day of the run.
        as_of: Day,
    },
    /// Silence in the report of a day counts, whatever was read of it: a person says so.
    AcceptReport {
        /// The day.
        as_of: Day,
        /// Why.
        reason: String,
    },
    /// Whatever was silent for too long has timed out, or is unresolved.
    TimeOut {
        /// The advance.
        advance: Seq,
        /// The day of the run.
        as_of: Day,
    },
    /// Ask for nothing more.
    WriteOff {
        /// The advance.
        advance: Seq,
    },
    /// Ask now for all that was not asked for yet.
    PayOff {
        /// The advance.
        advance: Seq,
    },
    /// Begin the run of a day.
    StartRun {
        /// The day.
        as_of: Day,
    },
    /// The run of a day is over.
    EndRun {
        /// The day.
        as_of: Day,
        /// How it ended.
        end: RunEnd,
    },
}

impl Action {
    /// The advance that it is about, where it says so.
    #[must_use]
    pub const fn advance(&self) -> Option<Seq> {
        match self {
            Action::AskCredit { advance }
            | Action::KeepCredit { advance }
            | Action::Cancel { advance }
            | Action::AskDebit { advance, .. }
            | Action::Send { advance, .. }
            | Action::Report { of: Some((advance, _)), .. }
            | Action::Refuse { advance, .. }
            | Action::Retry { advance, .. }
            | Action::NoteUnanswered { advance, .. }
            | Action::TimeOut { advance, .. }
            | Action::WriteOff { advance }
            | Action::PayOff { advance } => Some(*advance),
            Action::SetTerms { .. }
            | Action::Open { .. }
            | Action::Report { of: None, .. }
            | Action::NoteUnreadable { .. }
            | Action::NoteReport { .. }
            | Action::AcceptReport { .. }
            | Action::StartRun { .. }
            | Action::EndRun { .. } => None,
        }
    }

    /// Whether it makes a transaction that is found by the command's id.
    #[must_use]
    pub const fn makes_transaction(&self) -> bool {
        matches!(self, Action::Open { .. } | Action::AskDebit { .. } | Action::Retry { .. })
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        let of = |e: &mut Encoder, tag: u8, advance: Seq| {
            e.byte(tag);
            e.number(advance.0);
        };
        match self {
            Action::SetTerms { asset, terms } => {
                e.byte(1);
                e.text(asset.as_str());
                terms.encode(e);
            }
            Action::Open { customer, amount } => {
                e.byte(2);
                e.text(customer.as_str());
                e.wide(amount.minor_units());
            }
            Action::AskCredit { advance } => of(e, 3, *advance),
            Action::KeepCredit { advance } => of(e, 4, *advance),
            Action::Cancel { advance } => of(e, 5, *advance),
            Action::AskDebit { advance, number, as_of } => {
                of(e, 6, *advance);
                e.number(u64::from(*number));
                as_of.encode(e);
            }
            Action::Send { advance, number, transaction, as_of } => {
                of(e, 7, *advance);
                e.number(u64::from(*number));
                transaction.encode(e);
                e.option(*as_of, |e, day| day.encode(e));
            }
            Action::Report { transaction, result, of } => {
                e.byte(8);
                transaction.encode(e);
                result.encode(e);
                e.option(*of, |e, (advance, number)| {
                    e.number(advance.0);
                    e.number(u64::from(number));
                });
            }
            Action::NoteUnreadable { as_of, line, reason } => {
                e.byte(9);
                e.option(*as_of, |e, day| day.encode(e));
                e.number(*line);
                e.text(reason);
            }
            Action::NoteReport { as_of, reading } => {
                e.byte(10);
                e.option(*as_of, |e, day| day.encode(e));
                reading.encode(e);
            }
            Action::TimeOut { advance, as_of } => {
                of(e, 11, *advance);
                as_of.encode(e);
            }
            Action::WriteOff { advance } => of(e, 12, *advance),
            Action::PayOff { advance } => of(e, 13, *advance),
            Action::StartRun { as_of } => {
                e.byte(14);
                as_of.encode(e);
            }
            Action::EndRun { as_of, end } => {
                e.byte(15);
                as_of.encode(e);
                end.encode(e);
            }
            Action::Refuse { advance, number, key, reason, as_of } => {
                of(e, 16, *advance);
                e.number(u64::from(*number));
                e.id(*key);
                e.text(reason);
                e.option(*as_of, |e, day| day.encode(e));
            }
            Action::Retry { advance, customer } => {
                of(e, 17, *advance);
                e.option(customer.as_ref(), |e, customer| e.text(customer.as_str()));
            }
            Action::NoteUnanswered { advance, as_of } => {
                of(e, 18, *advance);
                as_of.encode(e);
            }
            Action::AcceptReport { as_of, reason } => {
                e.byte(19);
                as_of.encode(e);
                e.text(reason);
            }
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Action, Malformed> {
        let seq = |d: &mut Decoder<'_>| d.number().map(Seq);
        Ok(match d.byte()? {
            1 => Action::SetTerms { asset: d.name()?, terms: Terms::decode(d)? },
            2 => Action::Open { customer: customer(d)?, amount: Amount::new(d.wide()?) },
            3 => Action::AskCredit { advance: seq(d)? },
            4 => Action::KeepCredit { advance: seq(d)? },
            5 => Action::Cancel { advance: seq(d)? },
            6 => Action::AskDebit { advance: seq(d)?, number: number(d)?, as_of: Day::decode(d)? },
            7 => Action::Send {
                advance: seq(d)?,
                number: number(d)?,
                transaction: TransactionId::decode(d)?,
                as_of: d.option(Day::decode)?,
            },
            8 => Action::Report {
                transaction: TransactionId::decode(d)?,
                result: TransactionResult::decode(d)?,
                of: d.option(|d| Ok((seq(d)?, number(d)?)))?,
            },
            9 => Action::NoteUnreadable {
                as_of: d.option(Day::decode)?,
                line: d.number()?,
                reason: d.text()?.to_owned(),
            },
            10 => Action::NoteReport { as_of: d.option(Day::decode)?, reading: Reading::decode(d)? },
            11 => Action::TimeOut { advance: seq(d)?, as_of: Day::decode(d)? },
            12 => Action::WriteOff { advance: seq(d)? },
            13 => Action::PayOff { advance: seq(d)? },
            14 => Action::StartRun { as_of: Day::decode(d)? },
            15 => Action::EndRun { as_of: Day::decode(d)?, end: RunEnd::decode(d)? },
            16 => Action::Refuse {
                advance: seq(d)?,
                number: number(d)?,
                key: d.id()?,
                reason: d.text()?.to_owned(),
                as_of: d.option(Day::decode)?,
            },
            17 => Action::Retry { advance: seq(d)?, customer: d.option(customer)? },
            18 => Action::NoteUnanswered { advance: seq(d)?, as_of: Day::decode(d)? },
            19 => Action::AcceptReport { as_of: Day::decode(d)?, reason: d.text()?.to_owned() },
            _ => return Err(Malformed { expected: "action on advances" }),
        })
    }
}

fn customer(d: &mut Decoder<'_>) -> Result<Party, Malformed> {
    Party::parse(d.text()?).map_err(|_| Malformed { expected: "name of a customer" })
}
