//! The payment processor: a black box outside that moves money between bank accounts. It takes a transaction and gives
//! an id; whether that worked is known later, from its reports.
//!
//! [`Processor`] is what the ledger asks of it. [`client`] asks a real one over HTTP; [`simulator`] is one that fails
//! in every way that a real one does, in memory or with an HTTP face of its own. [`report`] reads reports, whoever
//! sends them.

pub mod client;
pub mod report;
pub mod simulator;

use std::io::Read;
use std::pin::Pin;

use ducat_domain::advances::TransactionId;
use ducat_domain::money::Amount;
use ducat_domain::names::Party;
use ducat_domain::numbers::Id;

pub use report::Format;

/// Which way money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the customer.
    Credit,
    /// From the customer.
    Debit,
}

impl Direction {
    /// The word for it on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Direction::Credit => "credit",
            Direction::Debit => "debit",
        }
    }
}

/// What a processor is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// The key of it: however often it is asked for under one key, it is done once.
    pub key: Id,
    /// Which way.
    pub direction: Direction,
    /// The customer's bank account.
    pub customer: Party,
    /// How much, in minor units.
    pub amount: Amount,
    /// How many decimals the asset has.
    pub scale: u8,
}

/// Why a processor gave no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// Nothing of it reached the processor, for certain.
    #[error("the processor is not reached: {0}")]
    NotSent(String),
    /// The processor may have done it. Asked again under its key, it returns the id.
    #[error("the processor gave no id: {0}")]
    Unknown(String),
    /// The processor did not do it, and never will under this key.
    #[error("the processor refuses it: {0}")]
    Refused(String),
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[error("the report cannot be had: {0}")]
pub struct ReportError(pub String);

/// A report as it comes in.
pub struct Report {
    /// How it is written.
    pub format: Format,
    /// Whether it is compressed with gzip.
    pub is_gzip: bool,
    /// What says that it is over.
    pub ending: Ending,
    /// Its bytes, read where that may block.
    pub bytes: Box<dyn Read + Send>,
}

/// What says that a report is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its transport names the end: a length, the last chunk or frame, the end of a gzip stream. What ends before is
    /// broken off.
    Named,
    /// Nothing but that the connection was closed: a processor that died in the middle does the same.
    Closed,
}

/// Something that comes later.
pub type Promised<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A payment processor.
pub trait Processor: Send + Sync {
    /// Asks for a transaction, a few times if need be, always under its key.
    fn submit<'a>(&'a self, transaction: &'a Transaction) -> Promised<'a, Result<TransactionId, SubmitError>>;

    /// Asks for what became of the transactions of the last days.
    fn report(&self) -> Promised<'_, Result<Report, ReportError>>;
}
