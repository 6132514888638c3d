//! The parts of a plan: what is held, and what is collected by one debit each.

use super::day::Day;
use super::transaction::Progress;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Amount;
use crate::numbers::{Id, Seq};

/// Where money is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The id of the hold.
    pub id: Id,
    /// Where in the journal it is.
    pub seq: Seq,
}

/// A part of an advance that is collected by one debit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installment {
    /// The number of the installment that it is, or replaces: of the obligation.
    pub of: u32,
    /// When it is to be asked for.
    pub due: Day,
    /// How much.
    pub amount: Amount,
    /// Whether it is an overpayment that was paid back and whose debit was returned then: it is owed beside the
    /// advance.
    pub is_owed_again: bool,
    /// The debit, once it was asked for.
    pub debit: Option<Debit>,
}

/// A debit that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debit {
    /// The key under which it is asked for, and the id of its hold.
    pub key: Id,
    /// Where it is held.
    pub hold: Seq,
    /// The day on which it was first asked for.
    pub asked: Day,
    /// How far it is.
    pub progress: Progress,
    /// Whether people know that it was tried for a day without a response.
    pub is_unanswered: bool,
}

impl Hold {
    /// Writes the canonical bytes.
    pub fn encode(self, e: &mut Encoder) {
        e.id(self.id);
        e.number(self.seq.0);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Hold, Malformed> {
        Ok(Hold { id: d.id()?, seq: Seq(d.number()?) })
    }
}

pub(super) fn number(d: &mut Decoder<'_>) -> Result<u32, Malformed> {
    u32::try_from(d.number()?).map_err(|_| Malformed { expected: "number of an installment" })
}
