//! What was in a report, and how a run ended.

use crate::codec::{Decoder, Encoder, Malformed};

/// What was in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// Rows.
    pub rows: u64,
    /// Those that brought nothing new.
    pub repeated: u64,
    /// Lines that could not be read.
    pub unreadable: u64,
    /// How far it was read, and whether what it does not say counts.
    pub extent: Extent,
}

/// How far a report was read, and whether it proves silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// It breaks off, or the rest of it cannot be read: the same report may be read again.
    #[default]
    Broken,
    /// It was read to its end, and may have said more: lines of it could not be read, it is empty while transactions
    /// are awaited, or nothing but the end of the connection says that this was all.
    Readable,
    /// It was read to the end that its transport names, every line of it: what it does not say was not to be said.
    Whole,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEnd {
    /// Every debit that was due was sent, or given up for the day: so many were given up.
    Done {
        /// Credits and debits that have no response of the processor, or that it refused.
        given_up: u64,
    },
    /// It could not go on.
    Failed {
        /// Why.
        reason: String,
    },
}

impl Reading {
    /// Writes the canonical bytes.
    pub fn encode(self, e: &mut Encoder) {
        for count in [self.rows, self.repeated, self.unreadable] {
            e.number(count);
        }
        self.extent.encode(e);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Reading, Malformed> {
        Ok(Reading { rows: d.number()?, repeated: d.number()?, unreadable: d.number()?, extent: Extent::decode(d)? })
    }
}

impl Extent {
    /// Writes the canonical bytes. Earlier releases knew the first two.
    pub fn encode(self, e: &mut Encoder) {
        e.byte(match self {
            Extent::Broken => 0,
            Extent::Whole => 1,
            Extent::Readable => 2,
        });
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Extent, Malformed> {
        Ok(match d.byte()? {
            0 => Extent::Broken,
            1 => Extent::Whole,
            2 => Extent::Readable,
            _ => return Err(Malformed { expected: "extent of a report" }),
        })
    }
}

impl RunEnd {
    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        match self {
            RunEnd::Done { given_up } => {
                e.byte(0);
                e.number(*given_up);
            }
            RunEnd::Failed { reason } => {
                e.byte(1);
                e.text(reason);
            }
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<RunEnd, Malformed> {
        Ok(match d.byte()? {
            0 => RunEnd::Done { given_up: d.number()? },
            1 => RunEnd::Failed { reason: d.text()?.to_owned() },
            _ => return Err(Malformed { expected: "end of a run" }),
        })
    }
}
