//! The events of a ledger for those who are sent them.

use std::collections::VecDeque;
use std::sync::Arc;

use ducat_domain::ledger::rows::BatchRow;
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq, Timestamp};
use ducat_engine::keys::access::{Access, Pattern, Prefix, Scope};
use ducat_engine::webhooks::TypePattern;
use ducat_store::read::batch_of;
use tokio::sync::watch;

use super::{CloudEvent, Sent, rendered};
use crate::Api;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::v1::ledger::ledgers::ledger_not_found;

/// The events of a ledger, as far as a receiver may see them.
#[derive(Clone)]
pub struct Feed {
    api: Api,
    ledger: Name,
    /// The types that are for the receiver; all where there are none.
    types: Arc<[TypePattern]>,
}

/// Events that follow each other, but for those that are not for the receiver.
#[derive(Debug)]
pub struct Batch {
    /// Those that are, in order.
    pub events: Vec<Sent>,
    /// The last event that was looked at, and its instant; none at the end of the journal.
    pub last: Option<(Seq, Timestamp)>,
    /// The last event of the ledger.
    pub head: Seq,
}

/// A batch of the journal, by which an event is proven to be of this history: its hash is chained to all batches before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// Its number.
    pub batch: BatchNo,
    /// Its hash.
    pub hash: [u8; 32],
}

impl Proof {
    fn of(row: &BatchRow) -> Proof {
        Proof { batch: row.batch, hash: row.hash }
    }
}

/// A place in the journal: behind an event, and in its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The event; 0 for the beginning.
    pub seq: Seq,
    /// The batch that it is in; 0 for the beginning.
    pub batch: BatchNo,
}

impl Place {
    /// Before the first event.
    pub const BEGINNING: Place = Place { seq: Seq(0), batch: BatchNo(0) };
}

/// Events that follow each other, each with the batch that proves it.
#[derive(Debug)]
pub struct ProvenBatch {
    /// The events, in order.
    pub events: Vec<(Sent, Proof)>,
    /// The last event of the ledger.
    pub head: Seq,
}

impl Feed {
    /// The events of a ledger of some types that concern some accounts; of all, where none are named.
    #[must_use]
    pub fn new(api: &Api, ledger: Name, accounts: Vec<Prefix>, types: &[TypePattern]) -> Feed {
        let access = Access { scope: Scope::Read, ledgers: vec![Pattern::Exactly(ledger.clone())], accounts };
        Feed { api: api.asked_by(Visitor::Subscriber(Arc::new(access))), ledger, types: types.into() }
    }

    /// Events after one of them.
    ///
    /// # Errors
    /// There is no such ledger, or the store cannot be read.
    pub async fn after(&self, seq: Seq, limit: usize) -> Result<Batch, Problem> {
        let types = Arc::clone(&self.types);
        let wants = move |kind: &str| types.is_empty() || types.iter().any(|pattern| pattern.covers(kind));
        let page = self.api.events_of(wants, self.ledger.clone(), seq, limit).await?;
        let sent = |event| CloudEvent::sent(event, &self.ledger, &self.api.event_source);
        Ok(Batch { events: page.data.into_iter().map(sent).collect(), last: page.last, head: page.head })
    }

    /// One event; none where it is not there, or is not for the receiver.
    ///
    /// # Errors
    /// As [`Feed::after`].
    pub async fn at(&self, seq: Seq) -> Result<Option<Sent>, Problem> {
        let batch = self.after(Seq(seq.0.saturating_sub(1)), 1).await?;
        Ok(batch.events.into_iter().find(|event| event.seq == seq))
    }

    /// The instant of an event; none where it is not there.
    ///
    /// # Errors
    /// As [`Feed::after`].
    pub async fn instant(&self, seq: Seq) -> Result<Option<Timestamp>, Problem> {
        let ledger = self.ledger.clone();
        let read = self.api.read(move |snapshot| {
            snapshot.head(&ledger)?.ok_or_else(ledger_not_found)?;
            Ok(snapshot.effect(&ledger, seq)?.map(|effect| effect.at))
        });
        read.await
    }

    /// Events after a place, whatever their types, each with its batch.
    ///
    /// # Errors
    /// As [`Feed::after`].
    pub async fn proven_after(&self, place: Place, limit: usize) -> Result<ProvenBatch, Problem> {
        let (ledger, visitor, engine) = (self.ledger.clone(), self.api.visitor.clone(), self.api.engine.clone());
        let source = self.api.event_source.clone();
        let read = self.api.read(move |snapshot| {
            let head = snapshot.head(&ledger)?.ok_or_else(ledger_not_found)?;
            let effects = snapshot.effects(&ledger, place.seq, limit)?;
            let rendered = rendered::seen_by(&|_| true, &visitor, engine.ring(), snapshot, &ledger, &effects)?;
            let (mut rows, mut last) = (VecDeque::<BatchRow>::new(), place.batch.0.saturating_sub(1));
            let mut events = Vec::with_capacity(rendered.len());
            for event in rendered {
                let row = loop {
                    match rows.front() {
                        Some(row) if row.last >= event.seq => break row,
                        Some(_) => drop(rows.pop_front()),
                        None => {
                            // About as many batches as have so many events in this ledger.
                            let left = effects.len() - events.len();
                            let per_batch = usize::try_from(head.seq.0 / head.batch.0.max(1)).unwrap_or(limit).max(1);
                            rows = snapshot.batches(&ledger, BatchNo(last), left / per_batch + 2)?.into();
                            // A batch is committed with its effects.
                            let Some(newest) = rows.back() else { return Ok(ProvenBatch { events, head: head.seq }) };
                            last = newest.batch.0;
                        }
                    }
                };
                let proof = Proof::of(row);
                events.push((CloudEvent::sent(event, &ledger, &source), proof));
            }
            Ok(ProvenBatch { events, head: head.seq })
        });
        read.await
    }

    /// The batch that an event is in; none where the ledger ends before.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn proof_of(&self, seq: Seq) -> Result<Option<Proof>, Problem> {
        let ledger = self.ledger.clone();
        let read = self.api.read(move |snapshot| {
            let Some(batch) = batch_of(snapshot, &ledger, seq)? else { return Ok(None) };
            let row = snapshot.batches(&ledger, BatchNo(batch.0.saturating_sub(1)), 1)?.into_iter().next();
            Ok(row.as_ref().map(Proof::of))
        });
        read.await
    }

    /// A test event, which is in no journal.
    #[must_use]
    pub fn test(&self, id: &str, webhook: &str) -> Sent {
        CloudEvent::test(id, webhook, &self.ledger, self.api.engine.now(), &self.api.event_source)
    }

    /// Wakes when there are more.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<Seq> {
        self.api.engine.published().follow(&self.ledger)
    }
}
