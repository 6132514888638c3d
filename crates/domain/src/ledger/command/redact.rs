//! The command that erases texts.

use crate::codec::{Decoder, Encoder, Malformed};
use crate::ledger::terms::decode_list;
use crate::names::Name;
use crate::numbers::{Id, Seq};

/// Texts to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redact {
    /// Whose texts.
    pub of: RedactOf,
    /// The effects that have them, as whoever asks has read them: at most [`REDACTED_MAX`]. Others are left alone.
    pub effects: Vec<Seq>,
    /// Why.
    pub reason: String,
}

/// Whose texts to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedactOf {
    /// Those of a transaction, or of what else was asked for under an id.
    Transaction(Id),
    /// Those of an account, of which no metadata is left but what a product needs.
    Account(Name),
    /// Earlier ones of an account, whose metadata stays as it is.
    Earlier(Name),
}

/// Effects that one command redacts at most.
pub const REDACTED_MAX: usize = 1_000;

impl Redact {
    pub(super) fn encode(&self, e: &mut Encoder) {
        match &self.of {
            RedactOf::Transaction(id) => {
                e.byte(1);
                e.wide(id.0);
            }
            RedactOf::Account(name) => {
                e.byte(2);
                e.text(name.as_str());
            }
            RedactOf::Earlier(name) => {
                e.byte(3);
                e.text(name.as_str());
            }
        }
        e.length(self.effects.len());
        self.effects.iter().for_each(|seq| e.number(seq.0));
        e.text(&self.reason);
    }

    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<Redact, Malformed> {
        let of = match d.byte()? {
            1 => RedactOf::Transaction(Id(d.wide()?)),
            2 => RedactOf::Account(d.name()?),
            3 => RedactOf::Earlier(d.name()?),
            _ => return Err(Malformed { expected: "whose texts to erase" }),
        };
        let effects = decode_list(d, |d| d.number().map(Seq))?;
        if effects.len() > REDACTED_MAX {
            return Err(Malformed { expected: "as many effects as one command redacts" });
        }
        Ok(Redact { of, effects, reason: d.text()?.to_owned() })
    }
}
