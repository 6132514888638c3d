//! Sinks: where events of a ledger are delivered, and how far each of them is. Both are kept beside all journals, because a
//! delivery is no effect and makes no event.
//!
//! - One sender at a time has a sink. Taking it over raises its epoch, and what a sender of an earlier epoch notes changes
//!   nothing. Two senders may deliver an event twice at a change; none goes back behind what the other one noted.
//! - Only the last deliveries of a sink are kept ([`DELIVERIES_KEPT`]).

use std::time::Duration;

use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};

use crate::Fault;

/// Deliveries that are kept of each sink: enough to see what has been going on, some 30 kB.
pub const DELIVERIES_KEPT: u64 = 256;

/// How long a sender has a sink that it does not claim again. It claims every two seconds.
pub const SINK_LEASE: Duration = Duration::from_secs(6);

/// How far a sink is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Which one.
    pub sink: Name,
    /// Grows with each change of the sender.
    pub epoch: u64,
    /// When the order was given that was carried out last; 0 before the first.
    pub ordered_at: Timestamp,
    /// All events up to this one were delivered, or are to be delivered again.
    pub seq: Seq,
    /// The instant of that event, by which another history is noticed; 0 where it is not known.
    pub seen_at: Timestamp,
    /// How many deliveries were attempted in all.
    pub attempts: u64,
    /// Events up to there that are to be delivered again, by seq.
    pub retries: Vec<Retry>,
}

impl Progress {
    /// A sink to which nothing was delivered yet.
    #[must_use]
    pub fn new(sink: Name) -> Progress {
        Progress {
            sink,
            epoch: 1,
            ordered_at: Timestamp(0),
            seq: Seq(0),
            seen_at: Timestamp(0),
            attempts: 0,
            retries: Vec::new(),
        }
    }
}

/// An event that could not be delivered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Which one.
    pub seq: Seq,
    /// How often it was attempted.
    pub failures: u32,
    /// When it is attempted again.
    pub next_at: Timestamp,
}

/// An attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The number of the attempt among those of its sink, counted from 1.
    pub number: u64,
    /// Which event; none for a test.
    pub seq: Option<Seq>,
    /// The number of the attempt among those for this event, counted from 1.
    pub attempt: u32,
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in microseconds.
    pub took_us: u64,
    /// The status of the response, if there was one.
    pub status: Option<u16>,
    /// Why it failed; empty where it did not.
    pub reason: String,
}

/// What a sender notes of a sink: how far it is, and what it attempted since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// How far it is.
    pub progress: Progress,
    /// What was attempted, in order.
    pub deliveries: Vec<Delivery>,
}

/// Bytes of a retry as it is stored.
const RETRY_BYTES: usize = 20;

/// Retries as they are stored: seq, failures and instant of each, big-endian.
pub(crate) fn encode_retries(retries: &[Retry]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(retries.len() * RETRY_BYTES);
    for retry in retries {
        bytes.extend(retry.seq.0.to_be_bytes());
        bytes.extend(retry.failures.to_be_bytes());
        bytes.extend(retry.next_at.0.to_be_bytes());
    }
    bytes
}

/// Retries from stored bytes.
pub(crate) fn decode_retries(sink: &Name, bytes: &[u8]) -> Result<Vec<Retry>, Fault> {
    let one = |chunk: &[u8]| -> Option<Retry> {
        let (seq, rest) = chunk.split_first_chunk()?;
        let (failures, rest) = rest.split_first_chunk()?;
        let (next_at, rest) = rest.split_first_chunk()?;
        let (seq, failures) = (Seq(u64::from_be_bytes(*seq)), u32::from_be_bytes(*failures));
        rest.is_empty().then_some(Retry { seq, failures, next_at: Timestamp(i64::from_be_bytes(*next_at)) })
    };
    let retries: Option<Vec<Retry>> = bytes.chunks(RETRY_BYTES).map(one).collect();
    retries.ok_or_else(|| inconsistent("retries", sink))
}

/// A name that a store has for a sink.
pub(crate) fn sink_name(text: &str) -> Result<Name, Fault> {
    Name::parse(text).map_err(|_| Fault::Inconsistent { table: "sinks", column: "name", key: text.to_owned() })
}

pub(crate) fn inconsistent(column: &'static str, sink: &Name) -> Fault {
    Fault::Inconsistent { table: "sinks", column, key: sink.to_string() }
}

/// The row in which a delivery is kept: the oldest one gives way.
pub(crate) fn slot_of(number: u64) -> u64 {
    number % DELIVERIES_KEPT
}

/// The deliveries that are still kept after all of them are noted: one for each slot.
pub(crate) fn kept(noted: &Noted) -> impl Iterator<Item = &Delivery> {
    let last = noted.deliveries.last().map_or(0, |delivery| delivery.number);
    let mut before = 0;
    noted.deliveries.iter().filter(move |delivery| {
        let is_kept = delivery.number > before && delivery.number.saturating_add(DELIVERIES_KEPT) > last;
        before = before.max(delivery.number);
        is_kept
    })
}
