//! Small fixed APIs over the same ledgers: each is a thin face, and no rule of theirs is anywhere but in the ledger.

pub mod advances;
pub mod amounts;
pub mod bank;
pub mod points;

use ducat_domain::ledger::rows::Verdict;
use ducat_domain::names::Name;
use ducat_domain::numbers::Timestamp;
use ducat_domain::{ItemOutcome, Outcome, Rejection};
use ducat_store::read::{OutcomeView, outcome_view};
use serde::{Serialize, Serializer};

pub(crate) use self::amounts::{AccountId, SignedAmount};
pub(crate) use self::points::SignedPoints;
use crate::Api;
use crate::problem::{OTHER_KIND, Problem};
use crate::values::write_units;

impl Api {
    /// A ledger of a small API may have been opened, or its scale changed, by other means: amounts of one scale must
    /// not be taken for amounts of another.
    async fn check_scale(&self, ledger: &Name, code: &str, scale: u8) -> Result<(), Problem> {
        let assets = self.assets(ledger).await?;
        let found = assets.iter().flat_map(|assets| assets.iter()).find(|asset| asset.code.as_str() == code);
        match found {
            Some(asset) if asset.scale != scale => {
                let detail = format!(
                    "the ledger {ledger} has {code} with {} decimals, and this API needs {scale}; change its scale, or \
                     use another ledger under /v1",
                    asset.scale
                );
                Err(Problem::conflict("ledger_exists", detail))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// A whole number: a JSON number up to 2^53 - 1, a string above.
#[derive(Debug)]
pub(crate) struct Number(i128);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_units(self.0.unsigned_abs(), self.0.to_string(), serializer)
    }
}

/// The outcome of one item; a repeated refusal is a refusal.
enum ItemResult {
    /// Each command was done, now or before.
    Done(Vec<Outcome>),
    /// One was refused, and nothing was done; when, if that was before.
    Refused(Rejection, Option<Timestamp>),
}

impl ItemResult {
    /// The refusal as an answer.
    fn problem(rejection: &Rejection, before: Option<Timestamp>) -> Problem {
        let problem = Problem::from_rejection(rejection);
        match before {
            Some(at) => problem.replayed(at),
            None => problem,
        }
    }
}

impl Api {
    /// The outcome of the only item of a request.
    async fn settled(&self, ledger: &Name, outcomes: Vec<ItemOutcome>) -> Result<ItemResult, Problem> {
        let outcome = match outcomes.into_iter().next() {
            Some(ItemOutcome::Atomic(outcomes)) => return Ok(ItemResult::Done(outcomes)),
            Some(ItemOutcome::Single(outcome) | ItemOutcome::AtomicRefused { outcome, .. }) => outcome,
            None => return Err(Problem::bug(OTHER_KIND)),
        };
        match outcome {
            Outcome::Refused(rejection) => Ok(ItemResult::Refused(rejection, None)),
            Outcome::Replayed { seq, verdict: Verdict::Refused } => {
                let ledger = ledger.clone();
                let view = self.read(move |snapshot| outcome_view(snapshot, &ledger, seq).map_err(Problem::from));
                match view.await? {
                    OutcomeView::Refused(rejection, at) => Ok(ItemResult::Refused(rejection, Some(at))),
                    _ => Err(Problem::bug(OTHER_KIND)),
                }
            }
            done => Ok(ItemResult::Done(vec![done])),
        }
    }
}
