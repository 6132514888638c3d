//! What a program of points can be asked to do.

use super::accounts::Holding;
use super::lot::{LotKey, LotRow};
use super::program::Program;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::ledger::terms::Metadata;
use crate::money::Amount;
use crate::names::Party;
use crate::numbers::{AccountNo, Id, Timestamp};

/// The most lots that one spend draws on: it fits a row of the journal, and a purchase of so many earnings is one at
/// all.
pub const LOTS_MAX: usize = 8_192;

/// The most payers of one member: as many as a transaction has postings, since a spend may draw on all of them.
pub const PAYERS_MAX: usize = 1_024;

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Begin to keep points, or change the terms.
    SetProgram(Program),
    /// Give a member points of a payer.
    Earn(Earning),
    /// Take points back that a member has of a payer.
    Adjust(Adjustment),
    /// Spend a member's points, the first of all payers first.
    Spend {
        /// The member.
        member: Party,
        /// How many.
        points: Amount,
    },
    /// Give back what a spend took, the last first.
    Refund {
        /// The spend.
        spend: Id,
        /// How many; all that were not given back yet when missing.
        points: Option<Amount>,
    },
    /// Close a lot that has expired. The server alone asks for this.
    Close {
        /// Whose it is.
        purse: AccountNo,
        /// The lot.
        lot: LotKey,
        /// It has expired at this instant.
        as_of: Timestamp,
    },
    /// Let points be spent that were pending. The server alone asks for this.
    Mature {
        /// The earning.
        earning: Id,
        /// Whose they are.
        purse: AccountNo,
        /// The lot that there will be.
        lot: LotRow,
        /// From when on.
        matures_at: Timestamp,
    },
}

/// Points that a member is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earning {
    /// To whom, and from whom.
    pub holding: Holding,
    /// How many.
    pub points: Amount,
    /// The date on them; when they are recorded if missing.
    pub earned_at: Option<Timestamp>,
    /// When they are lost; as the program says if missing.
    pub expires_at: Option<Timestamp>,
    /// What the client keeps with the earning.
    pub metadata: Metadata,
}

/// Points that are taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// From whom, and whose points.
    pub holding: Holding,
    /// How many.
    pub points: Amount,
    /// What the client keeps with it.
    pub metadata: Metadata,
}

impl Earning {
    fn encode(&self, e: &mut Encoder) {
        encode_holding(e, &self.holding);
        e.wide(self.points.minor_units());
        e.option(self.earned_at, Encoder::instant);
        e.option(self.expires_at, Encoder::instant);
        self.metadata.encode(e);
    }

    fn decode(d: &mut Decoder<'_>) -> Result<Earning, Malformed> {
        Ok(Earning {
            holding: decode_holding(d)?,
            points: Amount::new(d.wide()?),
            earned_at: d.option(Decoder::instant)?,
            expires_at: d.option(Decoder::instant)?,
            metadata: Metadata::decode(d)?,
        })
    }
}

impl Action {
    /// Whether the server alone asks for it, when the time has come.
    #[must_use]
    pub const fn is_of_server(&self) -> bool {
        match self {
            Action::Close { .. } | Action::Mature { .. } => true,
            Action::SetProgram(_)
            | Action::Earn(_)
            | Action::Adjust(_)
            | Action::Spend { .. }
            | Action::Refund { .. } => false,
        }
    }

    /// Whether it makes a transaction that is found by the command's id.
    #[must_use]
    pub const fn makes_transaction(&self) -> bool {
        matches!(self, Action::Earn(_) | Action::Adjust(_) | Action::Spend { .. } | Action::Refund { .. })
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        match self {
            Action::SetProgram(program) => {
                e.byte(1);
                program.encode(e);
            }
            Action::Earn(earning) => {
                e.byte(2);
                earning.encode(e);
            }
            Action::Adjust(adjustment) => {
                // Without metadata it has the bytes that it had when there was none to keep.
                e.byte(if adjustment.metadata.is_empty() { 3 } else { 9 });
                encode_holding(e, &adjustment.holding);
                e.wide(adjustment.points.minor_units());
                if !adjustment.metadata.is_empty() {
                    adjustment.metadata.encode(e);
                }
            }
            Action::Spend { member, points } => {
                e.byte(4);
                e.text(member.as_str());
                e.wide(points.minor_units());
            }
            Action::Refund { spend, points } => {
                e.byte(5);
                e.wide(spend.0);
                e.option(*points, |e, points| e.wide(points.minor_units()));
            }
            Action::Close { purse, lot, as_of } => {
                e.byte(6);
                e.number(purse.0);
                lot.encode(e);
                e.instant(*as_of);
            }
            Action::Mature { earning, purse, lot, matures_at } => {
                e.byte(7);
                e.wide(earning.0);
                e.number(purse.0);
                lot.encode(e);
                e.instant(*matures_at);
            }
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Action, Malformed> {
        let amount = |d: &mut Decoder<'_>| d.wide().map(Amount::new);
        Ok(match d.byte()? {
            1 => Action::SetProgram(Program::decode(d)?),
            2 => Action::Earn(Earning::decode(d)?),
            3 => Action::Adjust(Adjustment {
                holding: decode_holding(d)?,
                points: amount(d)?,
                metadata: Metadata::default(),
            }),
            9 => Action::Adjust(Adjustment {
                holding: decode_holding(d)?,
                points: amount(d)?,
                metadata: Metadata::decode(d)?,
            }),
            4 => Action::Spend { member: party(d)?, points: amount(d)? },
            5 => Action::Refund { spend: Id(d.wide()?), points: d.option(amount)? },
            6 => Action::Close { purse: AccountNo(d.number()?), lot: LotKey::decode(d)?, as_of: d.instant()? },
            7 => Action::Mature {
                earning: Id(d.wide()?),
                purse: AccountNo(d.number()?),
                lot: LotRow::decode(d)?,
                matures_at: d.instant()?,
            },
            _ => return Err(Malformed { expected: "action on points" }),
        })
    }
}

fn encode_holding(e: &mut Encoder, holding: &Holding) {
    e.text(holding.member.as_str());
    e.text(holding.payer.as_str());
}

fn decode_holding(d: &mut Decoder<'_>) -> Result<Holding, Malformed> {
    Ok(Holding::new(party(d)?, party(d)?))
}

fn party(d: &mut Decoder<'_>) -> Result<Party, Malformed> {
    Party::parse(d.text()?).map_err(|_| Malformed { expected: "name of a member or a payer" })
}
