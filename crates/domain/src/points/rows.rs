//! The rows that stores keep for points. All of them can be derived from the journal again.

use super::lot::{LotKey, LotRow};
use super::purse::Purse;
use super::spend::Deduction;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Amount;
use crate::numbers::{AccountNo, Id, Seq, Timestamp};

/// The most lots that a purse keeps with itself. Lots of many purses arrive mixed: written one by one, each would touch
/// a page of its own, so they are written so many at a time. Twice as many gain little more, and cost every reading of
/// a purse.
pub const FRESH_MAX: usize = 16;

/// What a member has of a payer: how far its lots are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurseRow {
    /// The account that the points are in.
    pub account: AccountNo,
    /// How far lots are used.
    pub purse: Purse,
    /// No lot's place is after this one.
    pub last: Option<LotKey>,
    /// Lots that have no row of their own yet, in order of their keys.
    pub fresh: Vec<LotRow>,
}

impl PurseRow {
    /// A purse that nothing was earned in yet.
    #[must_use]
    pub const fn opened(account: AccountNo) -> PurseRow {
        PurseRow { account, purse: Purse { used: Amount::ZERO, place: None }, last: None, fresh: Vec::new() }
    }

    /// Writes its canonical bytes, without its account.
    pub fn encode(&self, e: &mut Encoder) {
        self.purse.encode(e);
        e.option(self.last, |e, last| last.encode(e));
        self.fresh.iter().for_each(|lot| lot.encode(e));
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(account: AccountNo, bytes: &[u8]) -> Result<PurseRow, Malformed> {
        let mut d = Decoder::new(bytes);
        let purse = Purse::decode(&mut d)?;
        let last = d.option(LotKey::decode)?;
        let mut fresh = Vec::new();
        while !d.is_empty() {
            fresh.push(LotRow::decode(&mut d)?);
        }
        Ok(PurseRow { account, purse, last, fresh })
    }
}

/// A spend as a refund needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendRow {
    /// Its id.
    pub id: Id,
    /// Where it is said what it took.
    pub spent_at: Seq,
    /// What it took, in order.
    pub deductions: Vec<Deduction<AccountNo>>,
    /// How many of its points were given back already.
    pub refunded: Amount,
}

/// Something that is to be done with a lot at an instant: it expires, or its points can be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Due {
    /// When.
    pub at: Timestamp,
    /// Where in the journal the lot was recorded.
    pub arrival: Seq,
}

/// Lots of a purse in a row, to be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stretch {
    /// Whose.
    pub account: AccountNo,
    /// Which way.
    pub direction: Direction,
    /// From this place on, a lot that is there included.
    pub from: LotKey,
    /// As many.
    pub limit: usize,
}

/// Which way lots are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the first that are used to the last.
    Forward,
    /// The other way.
    Backward,
}
