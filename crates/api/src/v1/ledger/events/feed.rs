//! The events of a ledger for those who are sent them.

use std::sync::Arc;

use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_engine::keys::access::{Access, Pattern, Prefix, Scope};
use ducat_engine::webhooks::TypePattern;
use tokio::sync::watch;

use super::{CloudEvent, Sent};
use crate::Api;
use crate::door::Visitor;
use crate::problem::Problem;

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
