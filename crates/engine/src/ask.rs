//! How a service asks the ledger and reads the store, each within bounds.
//!
//! - A read waits for its turn, so that more of them than the store can use never wait for each other inside it.
//! - An outcome is waited for no longer than the asker says. After that it is unknown, and never said to have failed.
//! - A reader that finds the store damaged says so to all.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use ducat_domain::ledger::rows::{LoadedAccount, OutcomeKind};
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::{Item, ItemOutcome, Outcome, Rejection};
use ducat_store::read::{OutcomeView, outcome_view};
use ducat_store::{Fault, Snapshot};

use crate::Engine;
use crate::executor::{Committed, Failure};
use crate::published::Assets;

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The store could not be read.
    #[error("{0}")]
    Read(#[from] Fault),
    /// The commands were not taken, and nothing was done.
    #[error("{0}")]
    Failed(#[from] Failure),
    /// The commands were taken and their outcome is still awaited.
    #[error("the outcome is not known yet")]
    Unknown(Option<Id>),
    /// A bug of ours, which was logged.
    #[error("the server has a bug here: {0}")]
    Bug(&'static str),
}

/// The bug of an outcome that no command of its kind can have.
pub const OTHER_KIND: &str = "an outcome is of another kind than its command has";

impl AskError {
    /// A bug: logged once, with the place where it showed.
    #[track_caller]
    #[must_use]
    pub fn bug(what: &'static str) -> AskError {
        let place = Location::caller();
        tracing::error!(%place, what, "a bug");
        AskError::Bug(what)
    }

    /// What an error becomes that came up after commands were taken: no one may say that nothing was done.
    #[must_use]
    pub fn after_commit(self, id: Id) -> AskError {
        AskError::Unknown(Some(id))
    }
}

/// The outcome of one item; a repeated refusal is a refusal.
#[derive(Debug)]
pub enum ItemResult {
    /// Each command was done, now or before.
    Done(Vec<Outcome>),
    /// One was refused, and nothing was done; when, if that was before.
    Refused(Rejection, Option<Timestamp>),
}

/// A name that the server itself chose.
///
/// # Errors
/// A bug, when it is none.
#[track_caller]
pub fn fixed_name(text: &str) -> Result<Name, AskError> {
    match Name::parse(text) {
        Ok(name) => Ok(name),
        Err(_) => Err(AskError::bug("a fixed name is no name")),
    }
}

impl Engine {
    /// Submits items and waits for their outcomes for so long. `id` is named if the wait is too long.
    ///
    /// # Errors
    /// When nothing was done, or it is not known whether something was.
    pub async fn ask(
        &self,
        ledger: &Name,
        items: Vec<Item>,
        id: Option<Id>,
        patience: Duration,
    ) -> Result<Committed, AskError> {
        let outcome = self.enqueue(ledger.clone(), items)?;
        match tokio::time::timeout(patience, outcome).await {
            Ok(Ok(reply)) => Ok(reply?),
            // Who should answer went away without one, or takes too long.
            Ok(Err(_)) | Err(_) => Err(AskError::Unknown(id)),
        }
    }

    /// Runs something that waits for the store, on a thread where that is allowed, when its turn has come. `None` when
    /// it panicked.
    pub async fn take_turn<T: Send + 'static>(&self, work: impl FnOnce(&Engine) -> T + Send + 'static) -> Option<T> {
        // The semaphore is never closed.
        let turn = Arc::clone(self.readers()).acquire_owned().await.ok()?;
        let engine = self.clone();
        // The turn goes with the work: a client that hangs up does not end it.
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&engine)
        });
        task.await.ok()
    }

    /// Reads what is committed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Snapshot) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, AskError> {
        self.read_from(move |engine| read(engine.reader().snapshot()?.as_ref())).await
    }

    async fn read_from<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Engine) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, AskError> {
        let read = self.take_turn(read).await.ok_or_else(|| AskError::bug("a task died"))?;
        if let Err(fault) = &read
            && fault.is_damage()
        {
            self.note_damage(fault.to_string());
        }
        Ok(read?)
    }

    /// The assets of a ledger, from memory or the store; `None` when no one opened it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn assets(&self, ledger: &Name) -> Result<Option<Arc<Assets>>, AskError> {
        if let Some(assets) = self.published().assets(ledger.as_str()) {
            return Ok(Some(assets));
        }
        let ledger = ledger.clone();
        self.read_from(move |engine| engine.published().load_assets(engine.reader().as_ref(), &ledger)).await
    }

    /// An account, from memory or the store; `None` when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn account(&self, ledger: &Name, account: &Name) -> Result<Option<Arc<LoadedAccount>>, AskError> {
        if let Some(found) = self.published().account(ledger.as_str(), account.as_str()) {
            self.meters().cache_hits.inc();
            return Ok(Some(found));
        }
        self.meters().cache_misses.inc();
        let (ledger, account) = (ledger.clone(), account.clone());
        self.read_from(move |engine| engine.published().load_account(engine.reader().as_ref(), &ledger, &account)).await
    }

    /// The outcome of the only item of a request.
    ///
    /// # Errors
    /// When the store cannot be read, where the outcome repeats one from before.
    pub async fn result_of(&self, ledger: &Name, outcomes: Vec<ItemOutcome>) -> Result<ItemResult, AskError> {
        let outcome = match outcomes.into_iter().next() {
            Some(ItemOutcome::Atomic(outcomes)) => return Ok(ItemResult::Done(outcomes)),
            Some(ItemOutcome::Single(outcome) | ItemOutcome::AtomicRefused { outcome, .. }) => outcome,
            None => return Err(AskError::bug(OTHER_KIND)),
        };
        match outcome {
            Outcome::Refused(rejection) => Ok(ItemResult::Refused(rejection, None)),
            Outcome::Replayed { seq, kind: OutcomeKind::Refused } => {
                let ledger = ledger.clone();
                match self.read(move |snapshot| outcome_view(snapshot, &ledger, seq)).await? {
                    OutcomeView::Refused(rejection, at) => Ok(ItemResult::Refused(rejection, Some(at))),
                    _ => Err(AskError::bug(OTHER_KIND)),
                }
            }
            done => Ok(ItemResult::Done(vec![done])),
        }
    }
}
