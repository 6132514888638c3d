//! Endpoints of webhooks: where events of a ledger are sent. They live in the system ledger, written like everything else.
//!
//! - An endpoint is the account `webhook:<id>` of the system ledger: frozen while it is disabled, closed when it is closed.
//!   So every change to it is in a journal, with who asked for it.
//! - Secrets are in no journal. They are derived from a key that the servers have, the endpoint's id and the number of
//!   the secret; only the number is recorded.
//! - How far an endpoint is, is no fact. That it is to go on from somewhere else is: that is asked for by someone.

mod endpoint;
mod endpoints;
mod secret;

use std::sync::Arc;
use std::time::Duration;

use ducat_domain::Rejection;
use ducat_domain::ledger::terms::AccountChange;
use ducat_domain::names::Name;
use ducat_domain::numbers::Timestamp;

use crate::Engine;
use crate::ask::{AskError, fixed_name};
use crate::clock::random;
use crate::system::{Replaced, SystemError, refresh, unchanged};

pub use endpoint::{
    Act, Endpoint, EndpointId, Order, Position, Record, SecretNumbers, Skip, State, TypePattern, described,
};
pub use endpoints::Endpoints;
pub use secret::{Secret, SecretKey};

/// What the names of endpoints' accounts begin with.
pub const WEBHOOKS: &str = "webhook:";

/// Endpoints of a ledger that are not closed: each is sent to on its own.
pub const ENDPOINTS_MAX: usize = 64;

/// Times that an endpoint is read and asked about again because it changed in between.
const ATTEMPTS_MAX: usize = 8;

/// Why something that was asked of the endpoints is not done.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There is no such endpoint.
    #[error("there is no webhook {0}")]
    Unknown(EndpointId),
    /// It was closed, and stays so.
    #[error("webhook {0} was closed permanently; open another one")]
    Closed(EndpointId),
    /// The ledger has as many as it may have.
    #[error("the ledger has {ENDPOINTS_MAX} webhooks, which is the most; close one first")]
    TooMany,
    /// There is another one of this id.
    #[error("webhook {0} was opened with another content under the same key")]
    Exists(EndpointId),
    /// A rule of the ledger refuses it.
    #[error("it is refused: {}", .0.code())]
    Refused(Box<Rejection>),
    /// Others changed it each time.
    #[error("others keep changing webhook {0}")]
    Contended(EndpointId),
    /// There is no reply.
    #[error(transparent)]
    Ask(#[from] AskError),
}

impl From<SystemError> for WebhookError {
    fn from(error: SystemError) -> WebhookError {
        match error {
            SystemError::Refused(rejection) => WebhookError::Refused(rejection),
            SystemError::Ask(error) => WebhookError::Ask(error),
        }
    }
}

/// Whether an endpoint was opened just now, or was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It was opened.
    New,
    /// It had been opened with the same content.
    Repeated,
}

/// What becomes of an endpoint.
#[derive(Debug, Clone)]
pub struct Change {
    /// What is recorded of it from now on.
    pub record: Record,
    /// Whether it is disabled from now on.
    pub disabled: bool,
    /// Whether it is closed permanently.
    pub closed: bool,
}

impl Change {
    /// None yet.
    #[must_use]
    pub fn of(endpoint: &Endpoint) -> Change {
        let disabled = endpoint.state == State::Disabled;
        Change { record: endpoint.record.clone(), disabled, closed: false }
    }
}

fn account_of(id: EndpointId) -> Result<Name, AskError> {
    fixed_name(&format!("{WEBHOOKS}{id}"))
}

impl Engine {
    /// Opens an endpoint, under an id of its own or a random one.
    ///
    /// # Errors
    /// When it cannot be opened, or there is no reply.
    pub async fn open_webhook(
        &self,
        id: Option<EndpointId>,
        record: Record,
    ) -> Result<(Arc<Endpoint>, Opening), WebhookError> {
        let id = id.unwrap_or_else(|| EndpointId::from_bytes(random()));
        refresh(self).await?;
        if let Some(known) = self.endpoints().get(id) {
            return if known.record.asked == record.asked {
                Ok((known, Opening::Repeated))
            } else {
                Err(WebhookError::Exists(id))
            };
        }
        let open = self.endpoints().of_ledger(&record.ledger);
        if open.iter().filter(|endpoint| endpoint.state != State::Closed).count() >= ENDPOINTS_MAX {
            return Err(WebhookError::TooMany);
        }
        match self.open_in_system(account_of(id)?, record.metadata()).await {
            Ok(()) => Ok((self.known_webhook(id).await?, Opening::New)),
            // Another request under the same key may have been first.
            Err(SystemError::Refused(rejection)) => match self.known_webhook(id).await {
                Ok(known) if known.record.asked == record.asked => Ok((known, Opening::Repeated)),
                Ok(_) => Err(WebhookError::Exists(id)),
                Err(_) => Err(WebhookError::Refused(rejection)),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Changes an endpoint. The change is made of what the endpoint is then, and may refuse it.
    ///
    /// # Errors
    /// When there is no such endpoint, it was closed, the change refuses it, or there is no reply.
    pub async fn change_webhook<E: From<WebhookError>>(
        &self,
        id: EndpointId,
        change: impl Fn(&Endpoint) -> Result<Change, E>,
    ) -> Result<Arc<Endpoint>, E> {
        for _ in 0..ATTEMPTS_MAX {
            let known = self.known_webhook(id).await?;
            if known.state == State::Closed {
                return Err(WebhookError::Closed(id).into());
            }
            let Change { record, disabled, closed } = change(&known)?;
            let name = account_of(id).map_err(WebhookError::from)?;
            let changed = AccountChange {
                metadata: Some(record.metadata()),
                frozen: Some(disabled),
                closed: closed.then_some(true),
                ..unchanged(name)
            };
            let replaced = self.replace_in_system(known.record.metadata(), changed).await;
            match replaced.map_err(WebhookError::from)? {
                Replaced::Done => return Ok(self.known_webhook(id).await?),
                Replaced::ChangedMeanwhile => {}
            }
        }
        Err(WebhookError::Contended(id).into())
    }

    /// An endpoint, also one that another node opened just now.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub async fn known_webhook(&self, id: EndpointId) -> Result<Arc<Endpoint>, WebhookError> {
        refresh(self).await?;
        self.endpoints().get(id).ok_or(WebhookError::Unknown(id))
    }

    /// The next secret of an endpoint, with the one before for as long as `grace` says.
    #[must_use]
    pub fn next_secret(&self, numbers: SecretNumbers, grace: Duration) -> SecretNumbers {
        let until = self.now().plus(grace);
        SecretNumbers { current: numbers.current.saturating_add(1), retiring: Some((numbers.current, until)) }
    }

    /// The instant of another order to an endpoint. It is after those of all orders before.
    #[must_use]
    pub fn next_order(&self, record: &Record) -> Timestamp {
        let skipped_at = record.skipped.as_ref().map(|of| of.ordered_at);
        let before = [skipped_at, record.retried_at, record.tested_at];
        let last = before.into_iter().flatten().fold(record.position.ordered_at, Timestamp::max);
        self.now().max(Timestamp(last.0.saturating_add(1)))
    }
}
