//! What happened to points: one fact after the postings that moved them. Each says what the purses became, so it can be
//! made true again without deciding anything.

use super::lot::{LotKey, LotRow};
use super::program::Program;
use super::purse::Purse;
use super::rows::Due;
use super::spend::Deduction;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Amount;
use crate::numbers::{AccountNo, Id, Seq, Timestamp};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Points are kept on these terms from now on.
    ProgramSet(Program),
    /// Points were earned, in full by the postings before this.
    Earned {
        /// Whose they are.
        purse: AccountNo,
        /// The lot.
        lot: LotRow,
        /// What became of it.
        fate: Fate,
    },
    /// Points were taken back.
    Adjusted {
        /// Whose they were.
        purse: AccountNo,
        /// How many.
        points: Amount,
        /// What the purse became.
        after: Purse,
    },
    /// Points were spent.
    Spent {
        /// What was taken of what, in order.
        deductions: Vec<Deduction<AccountNo>>,
        /// What the purses became.
        after: Vec<(AccountNo, Purse)>,
    },
    /// Points of a spend were given back.
    Refunded {
        /// The spend.
        spend: Id,
        /// Where it is said what it took.
        spent_at: Seq,
        /// How many.
        points: Amount,
        /// How many of them were lost.
        lost: Amount,
        /// How many of the spend's points were given back by now, in all.
        refunded: Amount,
        /// What the purses became.
        after: Vec<(AccountNo, Purse)>,
    },
    /// A lot expired.
    Closed {
        /// Whose it was.
        purse: AccountNo,
        /// The lot.
        lot: LotRow,
        /// What was left of it, and was lost.
        left: Amount,
        /// What the purse became.
        after: Purse,
    },
    /// Points that were pending can be spent.
    Matured {
        /// The earning.
        earning: Id,
        /// Since when.
        matured_at: Timestamp,
        /// Whose they are.
        purse: AccountNo,
        /// The lot.
        lot: LotRow,
        /// What became of it.
        fate: Fate,
    },
}

/// What became of a lot when it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is open, and the purse became this.
    Open(Purse),
    /// It can be spent from an instant on, and is no lot until then.
    Pending(Timestamp),
    /// It had expired already, and was lost whole.
    Lost,
}

impl Fate {
    fn encode(self, e: &mut Encoder) {
        match self {
            Fate::Open(after) => {
                e.byte(0);
                after.encode(e);
            }
            Fate::Pending(until) => {
                e.byte(1);
                e.instant(until);
            }
            Fate::Lost => e.byte(2),
        }
    }

    fn decode(d: &mut Decoder<'_>) -> Result<Fate, Malformed> {
        Ok(match d.byte()? {
            0 => Fate::Open(Purse::decode(d)?),
            1 => Fate::Pending(d.instant()?),
            2 => Fate::Lost,
            _ => return Err(Malformed { expected: "fate of a lot" }),
        })
    }
}

impl Fact {
    /// The word for it in events.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Fact::ProgramSet(_) => "points_program_set",
            Fact::Earned { .. } => "points_earned",
            Fact::Adjusted { .. } => "points_adjusted",
            Fact::Spent { .. } => "points_spent",
            Fact::Refunded { .. } => "points_refunded",
            Fact::Closed { .. } => "points_expired",
            Fact::Matured { .. } => "points_matured",
        }
    }

    /// The purses that it is about.
    #[must_use]
    pub fn purses(&self) -> Vec<AccountNo> {
        match self {
            Fact::ProgramSet(_) => Vec::new(),
            Fact::Earned { purse, .. }
            | Fact::Adjusted { purse, .. }
            | Fact::Closed { purse, .. }
            | Fact::Matured { purse, .. } => vec![*purse],
            Fact::Spent { after, .. } | Fact::Refunded { after, .. } => after.iter().map(|(purse, _)| *purse).collect(),
        }
    }

    /// Where it is recorded what a spend took, of which this gives some back.
    #[must_use]
    pub fn refers_to(&self) -> Option<Seq> {
        self.refunded().map(|(spent_at, _)| spent_at)
    }

    /// How much of a spend was given back by now, where this gives some back.
    #[must_use]
    pub fn refunded(&self) -> Option<(Seq, Amount)> {
        match self {
            Fact::Refunded { spent_at, refunded, .. } => Some((*spent_at, *refunded)),
            Fact::ProgramSet(_)
            | Fact::Earned { .. }
            | Fact::Adjusted { .. }
            | Fact::Spent { .. }
            | Fact::Closed { .. }
            | Fact::Matured { .. } => None,
        }
    }

    /// What is to be done with its lot at some instant, and what is not any more.
    #[must_use]
    pub fn dues(&self) -> Vec<(Due, bool)> {
        let open = |lot: &LotRow, fate: Fate| match fate {
            Fate::Open(_) => lot.expires_at.map(|at| (Due { at, arrival: lot.lot.key.arrival }, true)),
            Fate::Pending(at) => Some((Due { at, arrival: lot.lot.key.arrival }, true)),
            Fate::Lost => None,
        };
        let done = |at, lot: &LotRow| (Due { at, arrival: lot.lot.key.arrival }, false);
        match self {
            Fact::Earned { lot, fate, .. } => open(lot, *fate).into_iter().collect(),
            Fact::Matured { lot, fate, matured_at, .. } => {
                std::iter::once(done(*matured_at, lot)).chain(open(lot, *fate)).collect()
            }
            Fact::Closed { lot, .. } => lot.expires_at.map(|at| done(at, lot)).into_iter().collect(),
            Fact::ProgramSet(_) | Fact::Adjusted { .. } | Fact::Spent { .. } | Fact::Refunded { .. } => Vec::new(),
        }
    }

    /// Writes the canonical bytes: kind and version, then what it says.
    pub fn encode(&self, e: &mut Encoder) {
        let kind = match self {
            Fact::ProgramSet(_) => 1,
            Fact::Earned { .. } => 2,
            Fact::Adjusted { .. } => 3,
            Fact::Spent { .. } => 4,
            Fact::Refunded { .. } => 5,
            Fact::Closed { .. } => 6,
            Fact::Matured { .. } => 7,
        };
        e.byte(kind);
        e.byte(VERSION);
        match self {
            Fact::ProgramSet(program) => program.encode(e),
            Fact::Earned { purse, lot, fate } => {
                e.number(purse.0);
                lot.encode(e);
                fate.encode(e);
            }
            Fact::Adjusted { purse, points, after } => {
                e.number(purse.0);
                e.wide(points.minor_units());
                after.encode(e);
            }
            Fact::Spent { deductions, after } => {
                e.length(deductions.len());
                for deduction in deductions {
                    e.number(deduction.payer.0);
                    deduction.lot.encode(e);
                    e.wide(deduction.points.minor_units());
                }
                encode_purses(e, after);
            }
            Fact::Refunded { spend, spent_at, points, lost, refunded, after } => {
                e.wide(spend.0);
                e.number(spent_at.0);
                e.wide(points.minor_units());
                e.wide(lost.minor_units());
                e.wide(refunded.minor_units());
                encode_purses(e, after);
            }
            Fact::Closed { purse, lot, left, after } => {
                e.number(purse.0);
                lot.encode(e);
                e.wide(left.minor_units());
                after.encode(e);
            }
            Fact::Matured { earning, matured_at, purse, lot, fate } => {
                e.wide(earning.0);
                e.instant(*matured_at);
                e.number(purse.0);
                lot.encode(e);
                fate.encode(e);
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
            return Err(Malformed { expected: "version of a fact of points" });
        }
        let amount = |d: &mut Decoder<'_>| d.wide().map(Amount::new);
        let purse = |d: &mut Decoder<'_>| d.number().map(AccountNo);
        Ok(match kind {
            1 => Fact::ProgramSet(Program::decode(d)?),
            2 => Fact::Earned { purse: purse(d)?, lot: LotRow::decode(d)?, fate: Fate::decode(d)? },
            3 => Fact::Adjusted { purse: purse(d)?, points: amount(d)?, after: Purse::decode(d)? },
            4 => {
                let mut deductions = Vec::new();
                for _ in 0..d.length()? {
                    deductions.push(Deduction { payer: purse(d)?, lot: LotKey::decode(d)?, points: amount(d)? });
                }
                Fact::Spent { deductions, after: decode_purses(d)? }
            }
            5 => Fact::Refunded {
                spend: Id(d.wide()?),
                spent_at: Seq(d.number()?),
                points: amount(d)?,
                lost: amount(d)?,
                refunded: amount(d)?,
                after: decode_purses(d)?,
            },
            6 => Fact::Closed { purse: purse(d)?, lot: LotRow::decode(d)?, left: amount(d)?, after: Purse::decode(d)? },
            7 => Fact::Matured {
                earning: Id(d.wide()?),
                matured_at: d.instant()?,
                purse: purse(d)?,
                lot: LotRow::decode(d)?,
                fate: Fate::decode(d)?,
            },
            _ => return Err(Malformed { expected: "kind of a fact of points" }),
        })
    }
}

/// Of the bytes of a fact: raised when what a kind says changes, so that old facts stay readable.
const VERSION: u8 = 1;

fn encode_purses(e: &mut Encoder, purses: &[(AccountNo, Purse)]) {
    e.length(purses.len());
    for (account, purse) in purses {
        e.number(account.0);
        purse.encode(e);
    }
}

fn decode_purses(d: &mut Decoder<'_>) -> Result<Vec<(AccountNo, Purse)>, Malformed> {
    let mut purses = Vec::new();
    for _ in 0..d.length()? {
        purses.push((AccountNo(d.number()?), Purse::decode(d)?));
    }
    Ok(purses)
}
