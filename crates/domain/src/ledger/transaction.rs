//! Transactions as they are asked for: postings, sources in order, holds, and parts of reversals.

use super::terms::{Metadata, decode_limit, decode_list, encode_limit, encode_name};
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::{Amount, Balance};
use crate::names::Name;
use crate::numbers::Timestamp;

/// The most postings in one transaction: more than any invoice has lines, little enough to decide in well under a
/// millisecond.
pub const POSTINGS_MAX: usize = 1024;

/// How much of a transaction to reverse. What is reversed in all never exceeds it, posting by posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All that was not reversed yet.
    Rest,
    /// So much of its only posting.
    Amount(Amount),
    /// So much of some of its postings, each by its place from 0.
    Postings(Vec<(u32, Amount)>),
}

/// Money to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// At least one, in the order in which they apply.
    pub postings: Vec<Transfer>,
    /// Whether it is held first, and for how long.
    pub timing: Timing,
    /// When it counts in the books, if not when it is recorded.
    pub effective_at: Option<Timestamp>,
    /// What for.
    pub description: Option<String>,
    /// The client's own unique name for it.
    pub reference: Option<String>,
    /// What the client keeps with it.
    pub metadata: Metadata,
}

/// Whether a transaction moves money at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// At once.
    Posted,
    /// It is held until it is posted, voided, or its time is over.
    Pending {
        /// How long it is held, in seconds; without a limit when missing.
        timeout_s: Option<u64>,
    },
}

/// From one account to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Who is debited.
    pub source: Source,
    /// Who is credited.
    pub destination: Name,
    /// In what; the default asset when missing.
    pub asset: Option<Name>,
    /// How much, in minor units.
    pub amount: Amount,
}

/// Who is debited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// One account, for all of it.
    One(Name),
    /// Each account gives what it may until there is enough, with a posting of its own. One that gives nothing has
    /// none, save the first in a ledger that records postings of nothing.
    InOrder {
        /// Who gives first.
        first: Draw,
        /// Who gives what is missing, in order.
        then: Vec<Draw>,
    },
}

/// An account that may be debited for a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// The account.
    pub account: Name,
    /// What must stay in it, where that is above its floor.
    pub keep: Option<Balance>,
}

impl Source {
    /// The accounts that may be debited, in order.
    pub fn accounts(&self) -> impl Iterator<Item = &Name> {
        let (first, then) = match self {
            Source::One(account) => (account, [].as_slice()),
            Source::InOrder { first, then } => (&first.account, then.as_slice()),
        };
        std::iter::once(first).chain(then.iter().map(|draw| &draw.account))
    }
}

impl Transaction {
    /// The most postings that it may come to.
    #[must_use]
    pub fn postings_max(&self) -> usize {
        let sources = self.postings.iter().map(|transfer| match &transfer.source {
            Source::One(_) => 1,
            Source::InOrder { then, .. } => then.len().saturating_add(1),
        });
        sources.fold(0, usize::saturating_add)
    }
}

impl Transaction {
    pub(super) fn encode(&self, encoder: &mut Encoder, default: Option<&Name>) {
        encoder.length(self.postings.len());
        for posting in &self.postings {
            posting.source.encode(encoder);
            encoder.text(posting.destination.as_str());
            encode_name(encoder, posting.asset.as_ref().or(default));
            encoder.wide(posting.amount.minor_units());
        }
        match self.timing {
            Timing::Posted => encoder.byte(0),
            Timing::Pending { timeout_s } => {
                encoder.byte(1);
                encoder.option(timeout_s, Encoder::number);
            }
        }
        encoder.option(self.effective_at, Encoder::instant);
        encoder.option(self.description.as_deref(), Encoder::text);
        encoder.option(self.reference.as_deref(), Encoder::text);
        self.metadata.encode(encoder);
    }

    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<Transaction, Malformed> {
        let posting = |d: &mut Decoder<'_>| {
            Ok(Transfer {
                source: Source::decode(d)?,
                destination: d.name()?,
                asset: d.option(Decoder::name)?,
                amount: Amount::new(d.wide()?),
            })
        };
        Ok(Transaction {
            postings: decode_list(d, posting)?,
            timing: match d.flag()? {
                false => Timing::Posted,
                true => Timing::Pending { timeout_s: d.option(Decoder::number)? },
            },
            effective_at: d.option(Decoder::instant)?,
            description: d.option(|d| d.text().map(str::to_owned))?,
            reference: d.option(|d| d.text().map(str::to_owned))?,
            metadata: Metadata::decode(d)?,
        })
    }
}

impl Source {
    /// One account is its name; several are an empty text, which no name is, then the first, then a list.
    pub(super) fn encode(&self, encoder: &mut Encoder) {
        match self {
            Source::One(account) => encoder.text(account.as_str()),
            Source::InOrder { first, then } => {
                encoder.text("");
                first.encode(encoder);
                encoder.length(then.len());
                then.iter().for_each(|draw| draw.encode(encoder));
            }
        }
    }

    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<Source, Malformed> {
        match d.text()? {
            "" => Ok(Source::InOrder { first: Draw::decode(d)?, then: decode_list(d, Draw::decode)? }),
            text => Name::parse(text).map(Source::One).map_err(|_| Malformed { expected: "name" }),
        }
    }
}

impl Draw {
    pub(super) fn encode(&self, encoder: &mut Encoder) {
        encoder.text(self.account.as_str());
        encode_limit(encoder, self.keep);
    }

    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<Draw, Malformed> {
        Ok(Draw { account: d.name()?, keep: decode_limit(d)? })
    }
}

pub(super) fn decode_part(d: &mut Decoder<'_>) -> Result<(u32, Amount), Malformed> {
    let place = u32::try_from(d.number()?).map_err(|_| Malformed { expected: "place of a posting" })?;
    Ok((place, Amount::new(d.wide()?)))
}
