//! Why advances refuse a command.

use super::day::Day;
use super::transaction::TransactionId;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::numbers::Id;

/// A rule of advances that a command would break.
#[expect(missing_docs, reason = "a variant says what it is, and its fields say so by their names")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The ledger makes no advances.
    TermsNotFound,
    /// The asset of advances is fixed once there is one.
    TermsFixed,
    /// There is no such advance.
    AdvanceNotFound,
    /// The credit of the advance may have reached the processor.
    CreditSent { id: Id },
    /// The credit of the advance was not refused: there is nothing to retry.
    NotRefused { id: Id },
    /// Nothing of the advance is collected: it was not paid out, or is written off.
    NotCollected { id: Id },
    /// The processor calls two transactions by one name, or one by two.
    TransactionTaken { transaction: TransactionId },
    /// A run of a later day was done, or is under way.
    RunBeforeLast { last: Day },
    /// The run is over, or was overtaken by another.
    RunOver,
}

impl Rejection {
    /// The stable code that clients match on.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Rejection::TermsNotFound => "terms_not_found",
            Rejection::TermsFixed => "terms_fixed",
            Rejection::AdvanceNotFound => "advance_not_found",
            Rejection::CreditSent { .. } => "credit_sent",
            Rejection::NotRefused { .. } => "not_refused",
            Rejection::NotCollected { .. } => "not_collected",
            Rejection::TransactionTaken { .. } => "transaction_taken",
            Rejection::RunBeforeLast { .. } => "run_before_last",
            Rejection::RunOver => "run_over",
        }
    }

    /// Whether it is kept under the command's id. What another run or a report may change is not.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        !matches!(
            self,
            Rejection::TermsNotFound
                | Rejection::TransactionTaken { .. }
                | Rejection::RunBeforeLast { .. }
                | Rejection::RunOver
        )
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        let of = |e: &mut Encoder, tag: u8, id: Id| {
            e.byte(tag);
            e.wide(id.0);
        };
        match self {
            Rejection::TermsNotFound => e.byte(41),
            Rejection::TermsFixed => e.byte(42),
            Rejection::AdvanceNotFound => e.byte(43),
            Rejection::CreditSent { id } => of(e, 44, *id),
            Rejection::NotCollected { id } => of(e, 45, *id),
            Rejection::TransactionTaken { transaction } => {
                e.byte(46);
                transaction.encode(e);
            }
            Rejection::RunBeforeLast { last } => {
                e.byte(47);
                last.encode(e);
            }
            Rejection::RunOver => e.byte(48),
            Rejection::NotRefused { id } => of(e, 49, *id),
        }
    }

    /// Reads the canonical bytes behind their tag.
    ///
    /// # Errors
    /// When they are not such bytes.
    pub fn decode(tag: u8, d: &mut Decoder<'_>) -> Result<Rejection, Malformed> {
        Ok(match tag {
            41 => Rejection::TermsNotFound,
            42 => Rejection::TermsFixed,
            43 => Rejection::AdvanceNotFound,
            44 => Rejection::CreditSent { id: Id(d.wide()?) },
            45 => Rejection::NotCollected { id: Id(d.wide()?) },
            46 => Rejection::TransactionTaken { transaction: TransactionId::decode(d)? },
            47 => Rejection::RunBeforeLast { last: Day::decode(d)? },
            48 => Rejection::RunOver,
            49 => Rejection::NotRefused { id: Id(d.wide()?) },
            _ => return Err(Malformed { expected: "rejection" }),
        })
    }
}
