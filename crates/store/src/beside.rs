//! What a store keeps beside all journals: when actors were used, and how far events were delivered. No batch has it in its
//! hash, no one verifies it, and whatever is lost of it can be done again.

use ducat_domain::names::Name;

use crate::sinks::{Delivery, Noted, Progress};
use crate::{Fault, Use};

/// The writing side of it.
pub trait WriteBeside: Send {
    /// Takes down when actors were used, beside all journals: the earliest first time and the latest last time count.
    ///
    /// # Errors
    /// When the store cannot be written. Some may have been taken down then.
    fn note_uses(&mut self, uses: &[Use]) -> Result<(), Fault>;

    /// Claims sinks for this node for [`SINK_LEASE`](crate::sinks::SINK_LEASE). Gives how far those are that it has; the others are another
    /// node's.
    ///
    /// # Errors
    /// When the store cannot be written. Some may have been claimed then.
    fn claim_sinks(&mut self, sinks: &[Name]) -> Result<Vec<Progress>, Fault>;

    /// Takes down how far sinks are, beside all journals. Where another node has claimed one since, nothing changes.
    ///
    /// # Errors
    /// When the store cannot be written. Some may have been taken down then.
    fn note_deliveries(&mut self, noted: &[Noted]) -> Result<(), Fault>;
}

/// The reading side of it, for any number of threads.
pub trait ReadBeside: Send + Sync {
    /// When actors were used, as far as it was taken down.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn uses(&self) -> Result<Vec<Use>, Fault>;

    /// How far sinks are, in their order.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn progress(&self, sinks: &[Name]) -> Result<Vec<Progress>, Fault>;

    /// What was delivered to a sink last, newest first, before one of its numbers.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn deliveries(&self, sink: &Name, before: u64, limit: usize) -> Result<Vec<Delivery>, Fault>;
}
