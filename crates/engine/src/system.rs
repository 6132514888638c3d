//! The system ledger: accounts that never have a balance, each of which says something in its metadata. Keys, signers and
//! endpoints of webhooks are kept so.
//!
//! - It is written like every ledger, so it is moved, verified and recovered with the store; no request reaches it.
//! - What was committed is in the ring before anyone is told.

use std::time::Duration;

use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::{
    AccountChange, AccountTerms, AssetTerms, Expectation, LedgerRules, LedgerTerms, Limits, Metadata,
};
use ducat_domain::names::Name;
use ducat_domain::{Action, Command, Item, Rejection};
use ducat_store::Fault;

use crate::Engine;
use crate::ask::{AskError, fixed_name};
use crate::clock::fresh_id;
use crate::meters::refusal;

/// The server itself: what its jobs ask for.
pub const SERVER: &str = "actor:server";

/// Whoever uses the command line where the store is.
pub const OPERATOR: &str = "actor:operator";

/// An account is opened for an asset; no amount of this one is ever recorded.
const ASSET: &str = "KEY";

/// How long an outcome is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why something that was asked of the system ledger is not done.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// A rule of the ledger refuses it.
    #[error("it is refused: {}", .0.code())]
    Refused(Box<Rejection>),
    /// There is no reply.
    #[error(transparent)]
    Ask(#[from] AskError),
}

/// What came of a change to an account that was read before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Replaced {
    /// It is changed.
    Done,
    /// Someone else changed it since it was read.
    ChangedMeanwhile,
}

/// A value of metadata.
pub(crate) fn value<'a>(metadata: &'a Metadata, key: &str) -> Option<&'a str> {
    metadata.pairs().iter().find(|(found, _)| found == key).map(|(_, value)| value.as_str())
}

fn command(action: Action) -> Command {
    Command::new(CommandId::Server(fresh_id()), action)
}

/// Opens an account that says something.
pub(crate) fn opening(name: Name, metadata: Metadata) -> Item {
    let terms = AccountTerms { name, asset: None, limits: Limits::DEFAULT, metadata };
    Item::Single(command(Action::OpenAccount(terms)))
}

/// What the system ledger must have before the first account. Where it has it, each of these does nothing or is refused.
pub(crate) fn groundwork() -> Result<Vec<Item>, AskError> {
    let terms = LedgerTerms { assets: Vec::new(), default_asset: None, rules: LedgerRules::default() };
    let actions = [Action::OpenLedger(terms), Action::AddAsset(AssetTerms { code: fixed_name(ASSET)?, scale: 0 })];
    let mut items: Vec<Item> = actions.into_iter().map(|action| Item::Single(command(action))).collect();
    for actor in [SERVER, OPERATOR] {
        items.push(opening(fixed_name(actor)?, Metadata::default()));
    }
    Ok(items)
}

/// A change of an account that changes nothing yet.
pub(crate) fn unchanged(name: Name) -> AccountChange {
    AccountChange { name, asset: None, min: None, max: None, metadata: None, frozen: None, closed: None }
}

/// Reads what changed of the keys and of the endpoints.
///
/// # Errors
/// When the store cannot be read.
pub async fn refresh(engine: &Engine) -> Result<(), AskError> {
    let of = engine.clone();
    let taken = tokio::task::spawn_blocking(move || of.refresh_system());
    Ok(taken.await.map_err(|_| AskError::bug("a task died"))??)
}

impl Engine {
    /// Reads what changed of the keys and of the endpoints, on this thread.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn refresh_system(&self) -> Result<(), Fault> {
        self.ring().refresh(self.reader().as_ref())?;
        self.endpoints().refresh(self.reader().as_ref())
    }

    /// Opens an account, if it is not there.
    ///
    /// # Errors
    /// When it is there otherwise, or there is no reply.
    pub(crate) async fn open_in_system(&self, name: Name, metadata: Metadata) -> Result<(), SystemError> {
        let mut items = groundwork()?;
        items.push(opening(name, metadata));
        self.ask_system(items).await
    }

    /// Changes an account of which the caller knows the metadata, if it is open and they are still so.
    ///
    /// # Errors
    /// When a rule refuses it, or there is no reply.
    pub(crate) async fn replace_in_system(
        &self,
        known: Metadata,
        change: AccountChange,
    ) -> Result<Replaced, SystemError> {
        let expected = Action::Expect(Expectation {
            account: change.name.clone(),
            metadata: known,
            frozen: None,
            closed: Some(false),
            limits: Vec::new(),
        });
        let both = vec![command(expected), command(Action::ChangeAccount(change))];
        match self.ask_system(vec![Item::Atomic(both)]).await {
            Err(SystemError::Refused(rejection)) if matches!(*rejection, Rejection::AccountChanged { .. }) => {
                Ok(Replaced::ChangedMeanwhile)
            }
            done => done.map(|()| Replaced::Done),
        }
    }

    /// Changes an account, whatever it says.
    ///
    /// # Errors
    /// When a rule refuses it, or there is no reply.
    pub(crate) async fn change_in_system(&self, change: AccountChange) -> Result<(), SystemError> {
        self.ask_system(vec![Item::Single(command(Action::ChangeAccount(change)))]).await
    }

    /// Asks the system ledger, and takes what came of it into the ring.
    ///
    /// # Errors
    /// When the last item is refused, or there is no reply.
    pub(crate) async fn ask_system(&self, items: Vec<Item>) -> Result<(), SystemError> {
        let committed = self.ask(&Name::system(), items, None, PATIENCE).await?;
        // What lays the ground may have been done before, otherwise.
        if let Some(rejection) = committed.outcomes.last().and_then(refusal) {
            return Err(SystemError::Refused(Box::new(rejection.clone())));
        }
        Ok(refresh(self).await?)
    }
}
