//! What the processor calls a transaction, and what it says became of it.

use std::fmt;
use std::sync::Arc;

use super::day::Day;
use crate::codec::{Decoder, Encoder, Malformed};

/// The longest name of a transaction: more than any processor's, little enough to keep with an installment.
pub const TRANSACTION_LENGTH_MAX: usize = 128;

/// The processor's name for a transaction: 1 to [`TRANSACTION_LENGTH_MAX`] visible ASCII characters. Cloning shares the
/// text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransactionId(Arc<str>);

/// A text that names no transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionIdError;

impl fmt::Display for TransactionIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a transaction_id has 1 to {TRANSACTION_LENGTH_MAX} visible ASCII characters")
    }
}

impl std::error::Error for TransactionIdError {}

impl TransactionId {
    /// Checks a text and takes it as the name of a transaction.
    ///
    /// # Errors
    /// When the text is not 1 to [`TRANSACTION_LENGTH_MAX`] visible ASCII characters.
    pub fn parse(text: &str) -> Result<TransactionId, TransactionIdError> {
        let is_one = (1..=TRANSACTION_LENGTH_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if is_one { Ok(TransactionId(Arc::from(text))) } else { Err(TransactionIdError) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        e.text(&self.0);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<TransactionId, Malformed> {
        TransactionId::parse(d.text()?).map_err(|_| Malformed { expected: "name of a transaction" })
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a report says of a transaction. Results only rise: nothing, success, fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransactionResult {
    /// It worked.
    Success,
    /// It did not, or was returned. That is final.
    Fail,
}

impl TransactionResult {
    /// The word for it in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            TransactionResult::Success => "success",
            TransactionResult::Fail => "fail",
        }
    }

    /// The result of a word, in letters of either case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<TransactionResult> {
        let all = [TransactionResult::Success, TransactionResult::Fail];
        all.into_iter().find(|result| result.word().eq_ignore_ascii_case(word))
    }

    /// Writes the canonical bytes.
    pub fn encode(self, e: &mut Encoder) {
        e.flag(self == TransactionResult::Fail);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<TransactionResult, Malformed> {
        Ok(if d.flag()? { TransactionResult::Fail } else { TransactionResult::Success })
    }
}

/// How far a transaction has come that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Whether the processor has it is not known: it is asked for again, under the same key.
    Calling,
    /// The processor has it, since a day.
    UnderWay(TransactionId, Day),
    /// It has it, and said nothing of it for longer than its reports reach, but not all of them were read: a person
    /// must look.
    Silent(TransactionId, Day),
    /// It has it, and said nothing of it in any report: it is taken to have failed.
    TimedOut(TransactionId, Day),
    /// It worked.
    Succeeded(TransactionId, Day),
    /// It did not work.
    Failed(TransactionId, Day),
    /// The processor refused it for good, on a day: it has no name for it, and does nothing.
    Refused(Day),
}

impl Progress {
    /// What the processor calls it, once that is known.
    #[must_use]
    pub const fn transaction(&self) -> Option<&TransactionId> {
        match self {
            Progress::Calling | Progress::Refused(_) => None,
            Progress::UnderWay(transaction, _)
            | Progress::Silent(transaction, _)
            | Progress::TimedOut(transaction, _)
            | Progress::Succeeded(transaction, _)
            | Progress::Failed(transaction, _) => Some(transaction),
        }
    }

    /// The day on which it was sent, once it is known to have been.
    #[must_use]
    pub const fn sent(&self) -> Option<Day> {
        match self {
            Progress::Calling | Progress::Refused(_) => None,
            Progress::UnderWay(_, day)
            | Progress::Silent(_, day)
            | Progress::TimedOut(_, day)
            | Progress::Succeeded(_, day)
            | Progress::Failed(_, day) => Some(*day),
        }
    }

    /// The day on which the processor refused it for good, if it did.
    #[must_use]
    pub const fn refused(&self) -> Option<Day> {
        match self {
            Progress::Refused(day) => Some(*day),
            Progress::Calling
            | Progress::UnderWay(..)
            | Progress::Silent(..)
            | Progress::TimedOut(..)
            | Progress::Succeeded(..)
            | Progress::Failed(..) => None,
        }
    }

    /// Whether money is held for it: nothing is taken to have become of it yet.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        match self {
            Progress::Calling | Progress::UnderWay(..) | Progress::Silent(..) => true,
            Progress::TimedOut(..) | Progress::Succeeded(..) | Progress::Failed(..) | Progress::Refused(_) => false,
        }
    }

    /// Whether it worked, as far as is known.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self, Progress::Succeeded(..))
    }

    /// Whether it did not work, or is taken not to have.
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(self, Progress::TimedOut(..) | Progress::Failed(..) | Progress::Refused(_))
    }

    /// What a result makes of it; nothing where it says nothing new.
    #[must_use]
    pub fn after(&self, result: TransactionResult) -> Option<Progress> {
        match (self, result) {
            (Progress::Calling | Progress::Failed(..) | Progress::Refused(_), _) => None,
            (Progress::Succeeded(..), TransactionResult::Success) => None,
            (
                Progress::UnderWay(transaction, day)
                | Progress::Silent(transaction, day)
                | Progress::TimedOut(transaction, day),
                TransactionResult::Success,
            ) => Some(Progress::Succeeded(transaction.clone(), *day)),
            (
                Progress::UnderWay(transaction, day)
                | Progress::Silent(transaction, day)
                | Progress::TimedOut(transaction, day)
                | Progress::Succeeded(transaction, day),
                TransactionResult::Fail,
            ) => Some(Progress::Failed(transaction.clone(), *day)),
        }
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        let (tag, known) = match self {
            Progress::Refused(day) => {
                e.byte(6);
                return day.encode(e);
            }
            Progress::Calling => (0, None),
            Progress::UnderWay(transaction, day) => (1, Some((transaction, day))),
            Progress::Silent(transaction, day) => (2, Some((transaction, day))),
            Progress::TimedOut(transaction, day) => (3, Some((transaction, day))),
            Progress::Succeeded(transaction, day) => (4, Some((transaction, day))),
            Progress::Failed(transaction, day) => (5, Some((transaction, day))),
        };
        e.byte(tag);
        if let Some((transaction, day)) = known {
            transaction.encode(e);
            day.encode(e);
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Progress, Malformed> {
        let tag = d.byte()?;
        match tag {
            0 => return Ok(Progress::Calling),
            6 => return Ok(Progress::Refused(Day::decode(d)?)),
            _ => {}
        }
        let (transaction, day) = (TransactionId::decode(d)?, Day::decode(d)?);
        Ok(match tag {
            1 => Progress::UnderWay(transaction, day),
            2 => Progress::Silent(transaction, day),
            3 => Progress::TimedOut(transaction, day),
            4 => Progress::Succeeded(transaction, day),
            5 => Progress::Failed(transaction, day),
            _ => return Err(Malformed { expected: "progress of a transaction" }),
        })
    }
}
