//! A stream of NATS, as Ducat writes it.
//!
//! - The last message of a stream is the cursor: it names its event, its batch and the hash of that, which must be the journal's.
//! - A stream that is not what it was when it was left stops: one that is gone, shorter, emptied, of another history, or
//!   written to by someone else. It goes on when an operator says so.
//! - Only the stream that was never there is made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_nats::HeaderMap;
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, Info, RawMessageErrorKind, State, StorageType, Stream};
use ducat_api::v1::ledger::events::{Feed, Place, Proof};
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq, Timestamp};
use tokio::sync::Mutex;

use super::connection::Connection;
use super::names::StreamOf;
use super::settings::NatsSettings;
use super::trouble::Trouble;
use crate::holding::Holding;

/// The headers of a message that name the event, its batch, and the hash of that.
pub const SEQ: &str = "Ducat-Seq";
pub const BATCH: &str = "Ducat-Batch";
pub const HASH: &str = "Ducat-Hash";

/// How long a look at a stream serves for all ledgers in it.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// A stream that this node writes to.
pub struct Channel {
    pub of: StreamOf,
    pub name: String,
    pub connection: Connection,
    pub settings: Arc<NatsSettings>,
    pub holding: Arc<Holding>,
    /// The instant of the last event that the store knows it to have.
    seen_at: Timestamp,
    /// Whether an operator had it go on with what it has, and it was not looked at since.
    accepts: AtomicBool,
    looked: Mutex<Option<Instant>>,
}

/// What is known of a ledger's events in a stream before they are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Whether an operator has it go on with what is there: that messages are missing is no reason to stop.
    pub accepts: bool,
    /// Whether the ledger was opened since this node writes to the stream.
    pub is_newborn: bool,
    /// The last event that the stream accepted from this node.
    pub acked: Seq,
}

/// The end of a ledger's events in a stream.
#[derive(Debug, Clone, Copy)]
pub struct Tail {
    /// The last event.
    pub place: Place,
    /// The sequence of its message.
    pub sequence: u64,
}

impl Channel {
    pub fn new(of: StreamOf, connection: Connection, settings: Arc<NatsSettings>, holding: Arc<Holding>) -> Channel {
        let (name, seen_at) = (of.name(&settings.prefix), holding.progress().seen_at);
        let (accepts, looked) = (AtomicBool::new(false), Mutex::new(None));
        Channel { of, name, connection, settings, holding, seen_at, accepts, looked }
    }

    /// Goes on with what it has, whatever it had.
    pub fn accept(&self) {
        self.accepts.store(true, Ordering::SeqCst);
    }

    /// Finds where the events of a ledger end in the stream, and proves that it is this ledger's history that ends there.
    pub async fn tail(&self, ledger: &Name, feed: &Feed, known: Known) -> Result<Tail, Trouble> {
        match &self.of {
            StreamOf::Ledger(_) => self.own_tail(&self.find().await?, feed, known.accepts).await,
            StreamOf::Shared => {
                self.look().await?;
                self.shared_tail(ledger, feed, known).await
            }
        }
    }

    /// Looks at a stream that ledgers share. One look serves for all who ask at the same time.
    async fn look(&self) -> Result<(), Trouble> {
        let mut looked = self.looked.lock().await;
        if looked.is_none_or(|at| at.elapsed() >= LOOK_INTERVAL) {
            self.find().await?;
            *looked = Some(Instant::now());
        }
        Ok(())
    }

    /// Looks at the stream, or makes it where it never was.
    async fn find(&self) -> Result<State, Trouble> {
        let (name, progress) = (&self.name, self.holding.progress());
        let accepts = self.accepts.load(Ordering::SeqCst);
        let was_there = progress.attempts > 0 && !accepts;
        let state = match self.connection.context.get_stream(name).await {
            Ok(stream) => stream.cached_info().state.clone(),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                    if was_there {
                        return Err(Trouble::Stopped(format!(
                            "the stream {name} is gone, and events up to sequence {} were in it; restore it, or have it begin \
                             anew (continue)",
                            progress.seq
                        )));
                    }
                    self.make().await?.state
                }
                _ => return Err(Trouble::failed("the stream cannot be looked at", &error)),
            },
        };
        if was_there && state.last_sequence < progress.seq.0 {
            return Err(Trouble::Stopped(format!(
                "the stream {name} ends at sequence {}, and messages up to {} were accepted by it: the broker has lost some; \
                 restore it, or have it go on with what is there (continue)",
                state.last_sequence, progress.seq
            )));
        }
        self.holding.change(|progress| {
            if accepts {
                progress.seq = progress.seq.min(Seq(state.last_sequence));
            }
            // It is there: whoever does not find it later knows that.
            progress.attempts = progress.attempts.max(1);
        });
        if accepts {
            self.accepts.store(false, Ordering::SeqCst);
        }
        Ok(state)
    }

    async fn make(&self) -> Result<Info, Trouble> {
        let config = Config {
            name: self.name.clone(),
            subjects: vec![self.of.subjects(&self.settings.prefix)],
            description: Some(match &self.of {
                StreamOf::Ledger(ledger) => format!("Events of the ledger {ledger}, by Ducat"),
                StreamOf::Shared => "Events of several ledgers, by Ducat".to_owned(),
            }),
            storage: StorageType::File,
            num_replicas: self.settings.replicas,
            ..Config::default()
        };
        match self.connection.context.create_stream(config).await {
            Ok(stream) => {
                tracing::info!(stream = self.name, "a stream is made");
                Ok(stream.cached_info().clone())
            }
            Err(error) => match error.kind() {
                CreateStreamErrorKind::JetStreamUnavailable => {
                    Err(Trouble::Failed("JetStream is off there: start nats-server with -js".to_owned()))
                }
                CreateStreamErrorKind::JetStream(said) => {
                    Err(Trouble::Failed(format!("the stream {} cannot be made: {said}", self.name)))
                }
                _ => Err(Trouble::failed("the stream cannot be made", &error)),
            },
        }
    }

    async fn stream(&self) -> Result<Stream<()>, Trouble> {
        let found = self.connection.context.get_stream_no_info(&self.name).await;
        found.map_err(|error| Trouble::failed("the stream cannot be looked at", &error))
    }

    /// In a stream of its own an event's sequence is its `seq`.
    async fn own_tail(&self, state: &State, feed: &Feed, accepts: bool) -> Result<Tail, Trouble> {
        let (name, last) = (&self.name, state.last_sequence);
        if last == 0 {
            return Ok(Tail { place: Place::BEGINNING, sequence: 0 });
        }
        let found = match self.stream().await?.get_raw_message(last).await {
            Ok(message) => Some(message),
            Err(error) if is_no_message(error.kind()) => None,
            Err(error) => return Err(Trouble::failed("the last message of the stream cannot be read", &error)),
        };
        let Some(message) = found else {
            if !accepts {
                return Err(Trouble::Stopped(format!(
                    "the stream {name} has no message {last} any more, by which it would be known that it is of this ledger: it \
                     was emptied, by its limits or by someone; have it go on after {last} (continue)"
                )));
            }
            if last > self.holding.progress().seq.0 {
                return Err(Trouble::Stopped(format!(
                    "the stream {name} has given out the sequence {last}, which is not known to have been an event of Ducat: someone else \
                     wrote to it. An event has its seq as its sequence, so one would be missing; delete the stream, and have it begin \
                     anew (continue)"
                )));
            }
            let proof = self.proof_of(Seq(last), feed).await?;
            return Ok(Tail { place: Place { seq: Seq(last), batch: proof.batch }, sequence: last });
        };
        let (seq, proof) = self.read(&message.headers, last)?;
        if seq.0 != last {
            return Err(Trouble::Stopped(format!(
                "message {last} of the stream {name} is event {seq}: someone else wrote to it, or its messages were numbered \
                 anew; delete it and have it begin anew (continue)"
            )));
        }
        self.prove(seq, proof, last, feed).await
    }

    /// In a stream that ledgers share, the last message of a ledger's subject says where it is.
    async fn shared_tail(&self, ledger: &Name, feed: &Feed, known: Known) -> Result<Tail, Trouble> {
        let subject = self.of.subject(&self.settings.prefix, ledger, "");
        match self.stream().await?.get_last_raw_message_by_subject(&subject).await {
            Ok(message) => {
                let (seq, proof) = self.read(&message.headers, message.sequence)?;
                self.prove(seq, proof, message.sequence, feed).await
            }
            Err(error) if is_no_message(error.kind()) => {
                // What the stream was before the message was looked for says nothing.
                let state = self.find().await?;
                let has_lost = state.messages != state.last_sequence;
                let may_have_had = !known.is_newborn && self.is_older(feed).await?;
                if !known.accepts && (known.acked > Seq(0) || (has_lost && may_have_had)) {
                    return Err(Trouble::Stopped(format!(
                        "the stream {} has lost messages, and has none of the ledger {ledger}, which may have had some; have it begin \
                         at its first event (continue)",
                        self.name
                    )));
                }
                Ok(Tail { place: Place::BEGINNING, sequence: 0 })
            }
            Err(error) => Err(Trouble::failed("the last message of the ledger cannot be read", &error)),
        }
    }

    /// Whether a ledger was opened before the last event that the stream is known to have had: then its own may have been in it.
    async fn is_older(&self, feed: &Feed) -> Result<bool, Trouble> {
        let opened_at = feed.instant(Seq(1)).await.map_err(Trouble::unread)?;
        Ok(opened_at.is_some_and(|at| at <= self.seen_at))
    }

    /// Reads which event a message is.
    fn read(&self, headers: &HeaderMap, sequence: u64) -> Result<(Seq, Proof), Trouble> {
        let text = |name: &str| headers.get(name).map(|value| value.as_str());
        let number = |name: &str| text(name)?.parse().ok();
        let read = || Some((Seq(number(SEQ)?), Proof { batch: BatchNo(number(BATCH)?), hash: unhex(text(HASH)?)? }));
        read().ok_or_else(|| {
            Trouble::Stopped(format!(
                "message {sequence} of the stream {} is none of Ducat: someone else wrote to it; delete the stream, and have it begin \
                 anew (continue)",
                self.name
            ))
        })
    }

    async fn prove(&self, seq: Seq, proof: Proof, sequence: u64, feed: &Feed) -> Result<Tail, Trouble> {
        if self.proof_of(seq, feed).await? != proof {
            return Err(Trouble::Stopped(format!(
                "the stream {} has another history: the hash of event {seq} in it is not the journal's. The ledger was restored to an \
                 earlier moment or opened anew: delete the stream, and have it begin anew (continue). Or another deployment publishes \
                 under this prefix: give one of them another --nats-prefix",
                self.name
            )));
        }
        Ok(Tail { place: Place { seq, batch: proof.batch }, sequence })
    }

    /// What proves an event of the stream, by the journal.
    async fn proof_of(&self, seq: Seq, feed: &Feed) -> Result<Proof, Trouble> {
        let proof = feed.proof_of(seq).await.map_err(Trouble::unread)?;
        proof.ok_or_else(|| self.is_ahead(seq))
    }

    fn is_ahead(&self, seq: Seq) -> Trouble {
        Trouble::Stopped(format!(
            "the stream {} is ahead: it has event {seq}, and the ledger ends before. The ledger was restored to an earlier moment; \
             delete the stream, and have it begin anew (continue). Or another deployment publishes under this prefix: give one of \
             them another --nats-prefix",
            self.name
        ))
    }
}

fn is_no_message(kind: RawMessageErrorKind) -> bool {
    match kind {
        RawMessageErrorKind::NoMessageFound => true,
        RawMessageErrorKind::JetStream(error) => error.error_code() == ErrorCode::NO_MESSAGE_FOUND,
        RawMessageErrorKind::InvalidSubject | RawMessageErrorKind::Other => false,
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    blake3::Hash::from_hex(text).ok().map(Into::into)
}
