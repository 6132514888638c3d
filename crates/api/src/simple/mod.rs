//! Small fixed APIs over the same ledgers: each is a thin face, and no rule of theirs is anywhere but in the ledger.

pub mod advances;
pub mod amounts;
pub mod bank;
pub mod points;

use ducat_domain::ledger::rows::Verdict;
use ducat_domain::ledger::{ItemOutcome, Outcome, Rejection};
use ducat_domain::names::Name;
use ducat_store::read::{OutcomeView, outcome_view};
use serde::{Serialize, Serializer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::body::Telling;
use crate::problem::Problem;
use crate::values::write_digits;

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(amounts::ping))
        .routes(routes!(amounts::post_amount))
        .routes(routes!(amounts::get_transaction))
        .routes(routes!(amounts::get_balance))
        .routes(routes!(amounts::get_max_transaction_volume))
        .merge(bank::routes())
        .routes(routes!(points::add))
        .routes(routes!(points::spend))
        .routes(routes!(points::get_balance))
        .routes(routes!(advances::perform_advance))
}

/// A whole number of any size, as a JSON number.
#[derive(Debug)]
struct Number(i128);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_digits(self.0.to_string(), serializer)
    }
}

/// What came of one item, a refusal told again being a refusal.
enum Settled {
    /// Each command was done, now or before.
    Done(Vec<Outcome>),
    /// One was refused, and nothing was done.
    Refused(Rejection, Telling),
}

impl Settled {
    /// The refusal as an answer.
    fn problem(rejection: &Rejection, telling: Telling) -> Problem {
        let problem = Problem::from_rejection(rejection);
        if telling == Telling::Again { problem.replayed() } else { problem }
    }
}

impl Api {
    /// What came of the only item of a request.
    async fn settled(&self, ledger: &Name, outcomes: Vec<ItemOutcome>) -> Result<Settled, Problem> {
        let outcome = match outcomes.into_iter().next() {
            Some(ItemOutcome::Atomic(outcomes)) => return Ok(Settled::Done(outcomes)),
            Some(ItemOutcome::Single(outcome) | ItemOutcome::AtomicRefused { outcome, .. }) => outcome,
            None => return Err(Problem::internal()),
        };
        match outcome {
            Outcome::Refused(rejection) => Ok(Settled::Refused(rejection, Telling::First)),
            Outcome::Replayed { seq, verdict: Verdict::Refused } => {
                let ledger = ledger.clone();
                let view = self.read(move |snapshot| {
                    outcome_view(snapshot, &ledger, seq).map_err(|fault| Problem::from_fault(&fault))
                });
                match view.await? {
                    OutcomeView::Refused(rejection) => Ok(Settled::Refused(rejection, Telling::Again)),
                    _ => Err(Problem::internal()),
                }
            }
            done => Ok(Settled::Done(vec![done])),
        }
    }
}
