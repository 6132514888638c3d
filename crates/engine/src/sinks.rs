//! How far sinks of events are, as the one writer of the store claims and notes it between two commits.

use ducat_domain::names::Name;
use ducat_store::Fault;
use ducat_store::sinks::{Noted, Progress};
use tokio::sync::oneshot;

use crate::Engine;
use crate::committing::Chore;

impl Engine {
    /// Claims sinks for this node. Gives how far those are that it has.
    ///
    /// # Errors
    /// When the store cannot be written, or the engine is closed.
    pub async fn claim_sinks(&self, sinks: Vec<Name>) -> Result<Vec<Progress>, Fault> {
        let (reply, claimed) = oneshot::channel();
        self.attend(Chore::ClaimSinks(sinks, reply));
        claimed.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Takes down how far sinks are.
    ///
    /// # Errors
    /// When the store cannot be written, or the engine is closed.
    pub async fn note_deliveries(&self, noted: Vec<Noted>) -> Result<(), Fault> {
        let (reply, done) = oneshot::channel();
        self.attend(Chore::NoteDeliveries(noted, reply));
        done.await.unwrap_or_else(|_| Err(closed()))
    }
}

/// Nothing is written any more.
fn closed() -> Fault {
    Fault::Database("the engine is closed".to_owned())
}
