//! Why points refuse a command.

use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Amount;
use crate::names::Party;
use crate::numbers::Id;

/// A rule of points that a command would break.
#[expect(missing_docs, reason = "a variant says what it is, and its fields say so by their names")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The ledger keeps no points.
    ProgramNotFound,
    /// Asset and order of a program are fixed once there is a lot.
    ProgramFixed,
    /// A member has points of as many payers as it may.
    TooManyPayers { limit: u64 },
    /// The member has fewer points, of all payers or of one.
    InsufficientPoints { member: Party, payer: Option<Party>, available: Amount, needed: Amount },
    /// There is no such spend.
    SpendNotFound { spend: Id },
    /// More than the spend took and was not given back yet.
    ExceedsSpend { spend: Id, available: Amount },
    /// More lots than one command moves over.
    TooManyLots { limit: u64 },
}

impl Rejection {
    /// The stable code that clients match on.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Rejection::ProgramNotFound => "program_not_found",
            Rejection::ProgramFixed => "program_fixed",
            Rejection::TooManyPayers { .. } => "too_many_payers",
            Rejection::InsufficientPoints { .. } => "insufficient_points",
            Rejection::SpendNotFound { .. } => "spend_not_found",
            Rejection::ExceedsSpend { .. } => "exceeds_spend",
            Rejection::TooManyLots { .. } => "too_many_lots",
        }
    }

    /// Whether it is kept under the command's id. What belongs to no program, or is to be divided and asked anew, is
    /// not.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        !matches!(self, Rejection::ProgramNotFound | Rejection::TooManyLots { .. })
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        match self {
            Rejection::ProgramNotFound => e.byte(33),
            Rejection::ProgramFixed => e.byte(34),
            Rejection::TooManyPayers { limit } => {
                e.byte(35);
                e.number(*limit);
            }
            Rejection::InsufficientPoints { member, payer, available, needed } => {
                e.byte(36);
                e.text(member.as_str());
                e.option(payer.as_ref(), |e, payer| e.text(payer.as_str()));
                e.wide(available.minor_units());
                e.wide(needed.minor_units());
            }
            Rejection::SpendNotFound { spend } => {
                e.byte(37);
                e.wide(spend.0);
            }
            Rejection::ExceedsSpend { spend, available } => {
                e.byte(38);
                e.wide(spend.0);
                e.wide(available.minor_units());
            }
            Rejection::TooManyLots { limit } => {
                e.byte(39);
                e.number(*limit);
            }
        }
    }

    /// Reads the canonical bytes behind their tag.
    ///
    /// # Errors
    /// When they are not such bytes.
    pub fn decode(tag: u8, d: &mut Decoder<'_>) -> Result<Rejection, Malformed> {
        Ok(match tag {
            33 => Rejection::ProgramNotFound,
            34 => Rejection::ProgramFixed,
            35 => Rejection::TooManyPayers { limit: d.number()? },
            36 => Rejection::InsufficientPoints {
                member: party(d)?,
                payer: d.option(party)?,
                available: Amount::new(d.wide()?),
                needed: Amount::new(d.wide()?),
            },
            37 => Rejection::SpendNotFound { spend: Id(d.wide()?) },
            38 => Rejection::ExceedsSpend { spend: Id(d.wide()?), available: Amount::new(d.wide()?) },
            39 => Rejection::TooManyLots { limit: d.number()? },
            _ => return Err(Malformed { expected: "rejection" }),
        })
    }
}

fn party(d: &mut Decoder<'_>) -> Result<Party, Malformed> {
    Party::parse(d.text()?).map_err(|_| Malformed { expected: "name of a member or a payer" })
}
