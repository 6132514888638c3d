//! Streams of a broker to which journals are published: which there are, how far this node is with them, and what was ordered.
//!
//! - How far a stream is, is no fact, and stands beside the journals ([`ducat_store::sinks`]).
//! - That one goes on which had stopped is: someone asked for it. It is in the account `stream:<sink>` of the system ledger, with
//!   the instant of the stop that it answers. So an order is carried out for one stop, and for no later one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ducat_domain::ledger::terms::{AccountChange, Metadata};
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_store::{Fault, Reader};
use parking_lot::RwLock;
use tokio::sync::watch;

use crate::Engine;
use crate::ask::fixed_name;
use crate::system::{SystemError, unchanged, value};

/// What the names of streams' accounts begin with.
pub const STREAMS: &str = "stream:";

/// The keys of metadata.
const STREAM: &str = "stream";
const STOPPED_AT: &str = "stopped_at";

/// A stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamView {
    /// Its name at the broker.
    pub name: String,
    /// The name under which the store knows it.
    pub sink: Name,
    /// Whose events are in it; none where several ledgers share it.
    pub ledger: Option<Name>,
    /// How this node is with it; none where another node publishes.
    pub here: Option<Publishing>,
}

/// How a node is with a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publishing {
    /// The sequence of the last message that the broker accepted.
    pub sequence: Seq,
    /// Events of its ledgers that are not in it yet.
    pub lag: u64,
    /// That nothing more is published, until someone has it go on.
    pub stopped: Option<Stop>,
    /// Why nothing is published now, which is tried again.
    pub failing: Option<String>,
}

/// That a stream stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

impl Stop {
    /// The stop that was noted last of a sink, if it did not go on since.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn noted(reader: &dyn Reader, sink: &Name) -> Result<Option<Stop>, Fault> {
        let last = reader.deliveries(sink, u64::MAX, 1)?.into_iter().next();
        let stopped = last.filter(|last| !last.reason.is_empty());
        Ok(stopped.map(|last| Stop { at: last.at, reason: last.reason }))
    }
}

/// How long those are waited for that were opened just now.
const LOOK_MAX: Duration = Duration::from_secs(2);

/// All streams that this server knows of, by the names under which the store knows them.
#[derive(Debug)]
pub struct Streams {
    known: RwLock<Vec<StreamView>>,
    /// Whether anyone looks at them.
    is_watched: AtomicBool,
    /// How often it was asked for a look; it wakes whoever looks.
    asked: watch::Sender<u64>,
    /// Up to which of these the last look answers.
    answered: watch::Sender<u64>,
}

impl Default for Streams {
    fn default() -> Streams {
        let (asked, answered) = (watch::Sender::new(0), watch::Sender::new(0));
        Streams { known: RwLock::default(), is_watched: AtomicBool::new(false), asked, answered }
    }
}

impl Streams {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<StreamView> {
        self.known.read().clone()
    }

    /// One by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<StreamView> {
        self.known.read().iter().find(|stream| stream.name == name).cloned()
    }

    /// Takes down what there is now, as a look found it that began when it had been asked for so often.
    pub fn set(&self, mut streams: Vec<StreamView>, asked: u64) {
        streams.sort_by(|one, other| one.sink.cmp(&other.sink));
        *self.known.write() = streams;
        self.is_watched.store(true, Ordering::SeqCst);
        self.answered.send_replace(asked);
    }

    /// Has them looked at anew, and waits for that, where anyone looks at them at all.
    pub async fn look(&self) {
        if !self.is_watched.load(Ordering::SeqCst) {
            return;
        }
        let mut number = 0;
        self.asked.send_modify(|asked| {
            *asked += 1;
            number = *asked;
        });
        let mut answered = self.answered.subscribe();
        drop(tokio::time::timeout(LOOK_MAX, answered.wait_for(|answered| *answered >= number)).await);
    }

    /// How often it was asked for a look. It wakes when someone asks.
    pub fn asked(&self) -> watch::Receiver<u64> {
        self.asked.subscribe()
    }
}

/// The stops for which it was ordered last that streams go on, by their sinks.
///
/// # Errors
/// When the store cannot be read.
pub fn answered(reader: &dyn Reader, sinks: &[Name]) -> Result<Vec<Option<Timestamp>>, Fault> {
    let snapshot = reader.snapshot()?;
    let one = |sink: &Name| -> Result<Option<Timestamp>, Fault> {
        let Ok(name) = fixed_name(&format!("{STREAMS}{sink}")) else { return Ok(None) };
        let account = snapshot.account(&Name::system(), &name)?;
        Ok(account.and_then(|account| value(&account.row.metadata, STOPPED_AT)?.parse().ok()).map(Timestamp))
    };
    sinks.iter().map(one).collect()
}

/// What is shown of an order: the name of the stream.
#[must_use]
pub fn described(metadata: &Metadata) -> Option<&str> {
    value(metadata, STREAM)
}

impl Engine {
    /// Orders that a stream goes on with what it has, after a stop.
    ///
    /// # Errors
    /// When a rule refuses it, or there is no reply.
    pub async fn continue_stream(&self, stream: &StreamView, stop: &Stop) -> Result<(), SystemError> {
        let account = fixed_name(&format!("{STREAMS}{}", stream.sink))?;
        let pairs = [(STREAM, stream.name.clone()), (STOPPED_AT, stop.at.0.to_string())];
        let metadata = Metadata::new(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)));
        match self.open_in_system(account.clone(), metadata.clone()).await {
            // It was ordered before.
            Err(SystemError::Refused(_)) => {
                self.change_in_system(AccountChange { metadata: Some(metadata), ..unchanged(account) }).await
            }
            done => done,
        }
    }
}
