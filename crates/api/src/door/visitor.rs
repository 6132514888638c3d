//! Who asks, and what that lets a handler do.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use ducat_domain::Rejection;
use ducat_domain::ledger::transaction::{Source, Transaction, Transfer};
use ducat_domain::names::Name;
use ducat_domain::numbers::{ActorNo, Id, Seq};
use ducat_engine::keys::access::{Access, Need, Scope};
use ducat_engine::keys::key::Key;
use ducat_engine::keys::ring::Ring;
use ducat_engine::keys::token::SecretHash;
use ducat_engine::{Asker, Engine};
use ducat_store::read::{OutcomeView, PostingView, TransactionView, outcome_view};
use ducat_store::{Fault, Snapshot};
use serde_json::json;

use super::oidc::Subject;
use crate::problem::Problem;

/// How often it is looked whether a token has expired.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Visitor {
    /// Anyone: there are no keys, so there is no door.
    Anyone,
    /// Whoever has this key, by this secret of it.
    Key(Arc<Key>, SecretHash),
    /// Whoever signed in elsewhere, and what that allows for this request.
    Subject(Arc<Subject>, Access),
    /// Whoever may open the socket beside the store.
    Operator(Option<ActorNo>),
    /// Whoever is sent events, and what of them he may see. He asks for nothing.
    Subscriber(Arc<Access>),
}

impl Visitor {
    /// As whom its commands are recorded.
    pub fn asker(&self) -> Asker {
        match self {
            Visitor::Anyone | Visitor::Operator(None) | Visitor::Subscriber(_) => Asker::Anyone,
            Visitor::Key(key, _) => Asker::Actor(key.actor),
            Visitor::Subject(subject, _) => Asker::Actor(subject.actor),
            Visitor::Operator(Some(actor)) => Asker::Actor(*actor),
        }
    }

    /// Waits until it is not let in any more.
    pub async fn ended(&self, engine: &Engine) {
        match self {
            Visitor::Key(key, secret) => engine.key_ended(key.id, *secret).await,
            Visitor::Subject(subject, _) => {
                while subject.is_live(engine.now()) {
                    tokio::time::sleep(LOOK_INTERVAL).await;
                }
            }
            Visitor::Anyone | Visitor::Operator(_) | Visitor::Subscriber(_) => std::future::pending().await,
        }
    }

    /// What it may do; everything where this is nothing.
    pub fn access(&self) -> Option<&Access> {
        match self {
            Visitor::Anyone | Visitor::Operator(_) => None,
            Visitor::Key(key, _) => Some(&key.record.access),
            Visitor::Subject(_, access) => Some(access),
            Visitor::Subscriber(access) => Some(access),
        }
    }

    /// Whether it may know how the server is.
    pub fn sees_server(&self) -> bool {
        match self {
            Visitor::Anyone | Visitor::Subscriber(_) => false,
            Visitor::Operator(_) => true,
            Visitor::Key(..) | Visitor::Subject(..) => {
                self.access().is_some_and(|access| access.includes(Need::Measure) && access.covers_all())
            }
        }
    }

    /// Whether it is kept to some accounts.
    pub fn is_prefixed(&self) -> bool {
        self.access().is_some_and(|access| !access.accounts.is_empty())
    }

    /// Whether it sees only what it did itself, or what concerns its accounts.
    pub fn is_guarded(&self) -> bool {
        self.access().is_some_and(|access| access.scope == Scope::PostOnly || !access.accounts.is_empty())
    }

    /// Whether it may know what is in an account.
    pub fn sees_balance(&self, account: &Name) -> bool {
        !self.is_guarded() || (self.is_prefixed() && self.covers_account(account))
    }

    /// Whether a transaction concerns it: it touches one of the accounts that it is kept to.
    pub fn is_concerned(&self, postings: &[PostingView]) -> bool {
        let covers =
            |posting: &PostingView| self.covers_account(&posting.source) || self.covers_account(&posting.destination);
        !self.is_prefixed() || postings.iter().any(covers)
    }

    /// Refuses to end or undo a transaction where that takes from accounts that this one is kept from; one that does not
    /// concern it is not there.
    ///
    /// # Errors
    /// 403, or 404.
    pub fn check_original(
        &self,
        id: Id,
        original: Option<&TransactionView>,
        taken_from: impl Fn(&PostingView) -> &Name,
    ) -> Result<(), Problem> {
        let absent = || Problem::from_rejection(&Rejection::TransactionNotFound { id });
        let original = original.filter(|view| self.is_concerned(&view.postings)).ok_or_else(absent)?;
        original.postings.iter().try_for_each(|posting| self.check_account(taken_from(posting)))
    }

    /// Whether it is who asked for something.
    pub fn is_actor(&self, by: Option<ActorNo>) -> bool {
        match self {
            Visitor::Key(key, _) => by == Some(key.actor),
            Visitor::Subject(subject, _) => by == Some(subject.actor),
            Visitor::Anyone | Visitor::Operator(_) | Visitor::Subscriber(_) => false,
        }
    }

    /// Refuses to only try a transaction where that would say what is in accounts that this one is kept from: a trial
    /// leaves no trace, so it could be repeated until all is known.
    ///
    /// # Errors
    /// 403.
    pub fn check_trial(&self, transaction: &Transaction) -> Result<(), Problem> {
        let is_own = |posting: &Transfer| self.sees_balance(&posting.destination);
        match transaction.postings.iter().all(is_own) {
            true => Ok(()),
            false => Err(forbidden("this key cannot only try transactions with accounts that it is not for")),
        }
    }

    /// Refuses a transaction that takes from accounts that this one is kept from.
    ///
    /// # Errors
    /// 403.
    pub fn check_sources(&self, transaction: &Transaction) -> Result<(), Problem> {
        for posting in &transaction.postings {
            match &posting.source {
                Source::One(account) => self.check_account(account)?,
                Source::InOrder { .. } if self.is_guarded() && !self.is_prefixed() => {
                    return Err(forbidden(
                        "this key names one source for each posting: several would say what is in them",
                    ));
                }
                Source::InOrder { first, then } => {
                    for draw in std::iter::once(first).chain(then) {
                        self.check_account(&draw.account)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether what stands at an effect may be seen: one that is guarded sees what it asked for itself.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_own(&self, snapshot: &dyn Snapshot, ledger: &Name, seq: Seq) -> Result<bool, Fault> {
        Ok(!self.is_guarded() || snapshot.effect(ledger, seq)?.is_some_and(|effect| self.is_actor(effect.by)))
    }

    /// Who asked for something, as this one may know it: the name of the actor; its number where it has no name.
    pub fn shown_actor(&self, ring: &Ring, by: Option<ActorNo>) -> Option<String> {
        let by = by.filter(|by| !self.is_guarded() || self.is_actor(Some(*by)))?;
        Some(ring.described(by))
    }

    /// The outcome at an effect, which an earlier request under the same id had. Where that was another's, its content
    /// is not this one's to see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn own_outcome(
        &self,
        snapshot: &dyn Snapshot,
        ledger: &Name,
        seq: Seq,
    ) -> Result<Result<OutcomeView, Problem>, Fault> {
        if self.is_own(snapshot, ledger, seq)? {
            return outcome_view(snapshot, ledger, seq).map(Ok);
        }
        let effect = snapshot.effect(ledger, seq)?;
        let id = effect.and_then(|effect| effect.command).map_or(Id(0), |command| command.id);
        Ok(Err(Problem::from_rejection(&Rejection::IdReused { id })))
    }

    /// A refusal as this one may see it: of accounts that it is kept from, no more than that they are why.
    pub fn shown(&self, problem: Problem) -> Problem {
        if !self.is_guarded() {
            return problem;
        }
        let account = problem.named("account").and_then(|account| Name::parse(&account).ok());
        match account {
            Some(account) if self.is_prefixed() && self.covers_account(&account) => problem,
            Some(_) if self.is_prefixed() => {
                Problem::unprocessable("other_side_refused", "it is refused for an account that this key is not for")
            }
            // What is in an account is not for a key that may submit and no more.
            Some(_) => problem.bare("it is refused for one of its accounts; this key is not told more"),
            None => problem,
        }
    }

    /// Whether an account is among those that it is kept to.
    pub fn covers_account(&self, account: &Name) -> bool {
        self.access().is_none_or(|access| access.covers_account(account.as_str()))
    }

    /// The beginnings of accounts' names below this one that it may know, in order. No two of them have a name in common.
    pub fn below(&self, beginning: &str) -> Vec<String> {
        let Some(access) = self.access().filter(|access| !access.accounts.is_empty()) else {
            return vec![beginning.to_owned()];
        };
        let narrower = access.accounts.iter().filter_map(|prefix| match prefix.as_str() {
            prefix if prefix.starts_with(beginning) => Some(prefix.to_owned()),
            prefix if beginning.starts_with(prefix) => Some(beginning.to_owned()),
            _ => None,
        });
        let mut sorted: Vec<String> = narrower.collect();
        sorted.sort();
        // What begins with an earlier one is among its names.
        let mut below: Vec<String> = Vec::new();
        for one in sorted {
            if below.last().is_none_or(|last| !one.starts_with(last.as_str())) {
                below.push(one);
            }
        }
        below
    }

    /// Whether it may know of a ledger.
    pub fn covers_ledger(&self, ledger: &Name) -> bool {
        self.access().is_none_or(|access| access.covers_ledger(ledger.as_str()))
    }

    /// Whether it may do this in a ledger.
    pub fn may(&self, need: Need, ledger: &Name) -> bool {
        self.covers_ledger(ledger) && self.access().is_none_or(|access| access.includes(need))
    }

    /// Refuses what needs more in a ledger than this one may.
    ///
    /// # Errors
    /// 403.
    pub fn check(&self, need: Need, ledger: &Name) -> Result<(), Problem> {
        match self.covers_ledger(ledger) {
            false => Err(other_ledger()),
            true if self.may(need, ledger) => Ok(()),
            true => Err(insufficient(need)),
        }
    }

    /// Refuses an account that this one is kept from.
    ///
    /// # Errors
    /// 403.
    pub fn check_account(&self, account: &Name) -> Result<(), Problem> {
        if self.covers_account(account) { Ok(()) } else { Err(other_account()) }
    }
}

fn forbidden(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "forbidden", detail)
}

/// The word for what is needed, as scopes are called.
pub(crate) const fn scope_of(need: Need) -> &'static str {
    match need {
        Need::Read | Need::SeeOwn => "read",
        Need::Submit | Need::Write => "write",
        Need::Admin => "admin",
        Need::Measure => "metrics",
    }
}

/// The scope is too small.
pub(crate) fn insufficient(need: Need) -> Problem {
    let scope = scope_of(need);
    forbidden(format!("this needs a key of scope {scope}")).with("scope", json!(scope))
}

/// The key is not for the server as a whole.
pub(crate) fn not_the_server() -> Problem {
    forbidden("this needs a key for all ledgers (--ledger '*'), without prefixes of accounts")
}

/// The key is for other ledgers. Whether there is this one is not said.
pub(crate) fn other_ledger() -> Problem {
    forbidden("this key is not for this ledger")
}

/// The key is for other accounts. Whether there is this one is not said.
pub(crate) fn other_account() -> Problem {
    forbidden("this key is for other accounts: every source of a posting must be below one of its prefixes")
}

/// The key has prefixes of accounts, which mean nothing there.
pub(crate) fn no_prefixes() -> Problem {
    forbidden("a key with prefixes of accounts cannot be used here")
}
