//! Performing an order: what it asks of the ledger, and its outcome.
//!
//! An order names every account by its id. Who draws on whom is read anew each time, and expected in the same batch to
//! be so still; when it is not, it is read again. Performed again under the same id, an order has the outcome that it
//! had.

use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::ledger::transaction::{Draw, Source, Timing, Transaction, Transfer};
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Id, Seq, Timestamp};
use ducat_domain::{Action, Command, Effect, Outcome, Rejection};

use super::{ATTEMPTS_MAX, Account, Bank, BankError, Kind, Order, Refused, asset};
use crate::ask::{AskError, ItemResult, OTHER_KIND};

/// Under which id an order is performed, for which request, and what is done in the same commit.
#[derive(Debug, Clone)]
pub struct Execution {
    /// The id of the transaction.
    pub id: Id,
    /// What counts as the same under that id.
    pub request: Vec<u8>,
    /// A command that is done with it, or not at all.
    pub beside: Option<Command>,
}

/// The outcome of an order that was performed.
#[derive(Debug)]
pub enum Performed {
    /// It was performed now: its effects, and the accounts that they name.
    Now(Vec<Effect>, Box<Parties>),
    /// It was performed before; its transaction begins at this place.
    Before(Seq),
}

/// The accounts of an order, as read.
#[derive(Debug)]
pub struct Parties {
    /// The account that asks.
    pub account: Account,
    to: Option<Account>,
    linked: Vec<Account>,
}

impl Bank {
    /// Performs an order: reads who draws on whom, asks the ledger, and reads again when that has changed meanwhile.
    ///
    /// # Errors
    /// When an account is not there, a rule refuses it, or there is no reply.
    pub async fn perform(&self, execution: &Execution, order: &Order) -> Result<Performed, BankError> {
        for _ in 0..ATTEMPTS_MAX {
            let parties = self.parties(order).await?;
            let (commands, place) = parties.commands(execution, order)?;
            let (result, effects) = self.together(commands, execution.id).await?;
            let outcomes = match result {
                ItemResult::Done(outcomes) => outcomes,
                // Only what is open is expected to stay as it is.
                ItemResult::Refused(Rejection::AccountChanged { .. }, _) if parties.are_open() => continue,
                ItemResult::Refused(Rejection::AccountChanged { .. }, _) => return Err(BankError::Unknown),
                ItemResult::Refused(rejection, before) => return Err(parties.refusal(rejection, before)),
            };
            return match outcomes.into_iter().nth(place) {
                Some(Outcome::Done { first, count }) => {
                    let effects = effects.get(first..first + count).unwrap_or_default();
                    Ok(Performed::Now(effects.to_vec(), Box::new(parties)))
                }
                Some(Outcome::Replayed { seq, .. }) => Ok(Performed::Before(seq)),
                _ => Err(AskError::bug(OTHER_KIND).into()),
            };
        }
        Err(BankError::Contended("account"))
    }

    /// Whether they are closed by now is for the ledger to say: the order may have been performed before.
    async fn parties(&self, order: &Order) -> Result<Parties, BankError> {
        let account = self.account_ever(order.account).await?.ok_or(BankError::Unknown)?;
        let to = match order.kind {
            Kind::Transfer { to } => Some(self.account_ever(to).await?.ok_or(BankError::Unknown)?),
            Kind::Deposit | Kind::Withdrawal => None,
        };
        let mut linked = Vec::new();
        if order.kind != Kind::Deposit {
            for id in &account.links {
                // One that is closed or frozen gives nothing, and the one that is paid pays nothing.
                if to.as_ref().is_none_or(|to| to.id != *id)
                    && let Some(other) = self.by_id(*id).await?
                    && !other.loaded.row.frozen
                {
                    linked.push(other);
                }
            }
        }
        Ok(Parties { account, to, linked })
    }
}

impl Parties {
    /// The name of one of them, by its number; `None` for any other.
    #[must_use]
    pub fn name(&self, no: AccountNo) -> Option<&str> {
        let mut all = std::iter::once(&self.account).chain(&self.to).chain(&self.linked);
        all.find(|account| account.no() == no).map(|account| account.name.as_str())
    }

    fn are_open(&self) -> bool {
        self.account.is_open() && self.to.as_ref().is_none_or(Account::is_open)
    }

    /// What to do, and where among the commands the transaction stands.
    fn commands(&self, execution: &Execution, order: &Order) -> Result<(Vec<Command>, usize), BankError> {
        let own = self.account.ledger_name().clone();
        let (source, destination) = match (order.kind, &self.to) {
            (Kind::Deposit, _) => (Source::One(Name::world()), own),
            (_, None) => (self.source(), Name::world()),
            (_, Some(to)) => (self.source(), to.ledger_name().clone()),
        };
        let transaction = Transaction {
            postings: vec![Transfer { source, destination, asset: Some(asset()?), amount: order.amount }],
            timing: Timing::Posted,
            effective_at: None,
            description: None,
            reference: None,
            metadata: Metadata::default(),
        };
        let transact = Action::Transact(transaction);
        let command = Command::standing_for(&execution.request, CommandId::Client(execution.id), transact);
        let mut commands = Vec::new();
        if order.kind != Kind::Deposit {
            commands.push(self.account.expectation(None));
            commands.extend(self.linked.iter().map(|other| other.expectation(Some(false))));
        }
        let place = commands.len();
        commands.push(command);
        commands.extend(execution.beside.clone());
        Ok((commands, place))
    }

    fn source(&self) -> Source {
        let own = self.account.ledger_name().clone();
        if self.linked.is_empty() {
            return Source::One(own);
        }
        let draw = |other: &Account| Draw { account: other.ledger_name().clone(), keep: Some(Balance::ZERO) };
        Source::InOrder { first: Draw { account: own, keep: None }, then: self.linked.iter().map(draw).collect() }
    }

    fn refusal(&self, rejection: Rejection, before: Option<Timestamp>) -> BankError {
        let (account, is_linked) = (Some(self.account.name.clone()), !self.linked.is_empty());
        Refused { rejection, account, is_linked, before }.into()
    }
}

impl From<Refused> for BankError {
    /// Of an account that is closed or was never there, the bank says only that.
    fn from(refused: Refused) -> BankError {
        match refused.rejection {
            Rejection::AccountClosed { .. } | Rejection::AccountNotFound { .. } => BankError::Unknown,
            _ => BankError::Refused(Box::new(refused)),
        }
    }
}
