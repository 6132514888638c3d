//! The rows that stores keep for advances. All of them can be derived from the journal again.

use super::advance::Advance;
use super::day::Day;
use super::plan::number;
use super::transaction::TransactionResult;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::numbers::Seq;

/// What is known under the processor's name for a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionRow {
    /// The advance, and the number of its credit or debit; none while no one is known to have asked for it.
    pub of: Option<(Seq, u32)>,
    /// What reports said of it so far.
    pub result: Option<TransactionResult>,
}

impl TransactionRow {
    /// Whether a report of this result brings something new.
    #[must_use]
    pub fn is_news(&self, result: TransactionResult) -> bool {
        self.result.is_none_or(|known| known < result)
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        e.byte(match self.result {
            None => 0,
            Some(TransactionResult::Success) => 1,
            Some(TransactionResult::Fail) => 2,
        });
        if let Some((advance, number)) = self.of {
            e.number(advance.0);
            e.number(u64::from(number));
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(bytes: &[u8]) -> Result<TransactionRow, Malformed> {
        let mut d = Decoder::new(bytes);
        let result = match d.byte()? {
            0 => None,
            1 => Some(TransactionResult::Success),
            2 => Some(TransactionResult::Fail),
            _ => return Err(Malformed { expected: "result of a transaction" }),
        };
        let of = if d.is_empty() { None } else { Some((Seq(d.number()?), number(&mut d)?)) };
        Ok(TransactionRow { of, result })
    }
}

/// An advance that changed, and on which day something was to be done with it before, and is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvanceChange {
    /// As it is now.
    pub advance: Advance,
    /// Whether stores do not have it yet.
    pub is_new: bool,
    /// The day that stores have.
    pub before: Option<Day>,
    /// The day that it is now: [`Advance::next`].
    pub next: Option<Day>,
}
