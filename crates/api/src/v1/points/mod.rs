//! Points over HTTP: programs, earning, spending, giving back, members, expiry, imports. One list of routes.

pub mod adjust;
pub mod earn;
pub mod expire;
pub mod import;
pub mod members;
pub(crate) mod problem;
pub mod program;
pub mod render;
pub mod spend;

use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::delta::posting;
use ducat_domain::ledger::effect::Posting;
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::Seq;
use ducat_domain::points::{self, Fact};
use ducat_domain::products::points_fact;
use ducat_domain::{Action, Command, Effect, Fact as LedgerFact, Item, Rejection};
use ducat_store::points::effects_of;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::body::Delivery;
use crate::problem::{OrBug as _, Problem};
use crate::v1::ledger::ledgers::single;
use crate::v1::ledger::render::{Success, again, success_of};

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(program::get_program, program::set_program))
        .routes(routes!(earn::earn))
        .routes(routes!(adjust::adjust))
        .routes(routes!(spend::spend))
        .routes(routes!(spend::refund))
        .routes(routes!(members::get_member))
        .routes(routes!(members::list_lots))
        .routes(routes!(members::list_history))
        .routes(routes!(expire::expire))
        .routes(routes!(import::import_points))
}

/// What was done to points: the postings of its transaction, and what they meant.
pub(crate) struct RecordedPoints {
    pub delivery: Delivery,
    pub postings: Vec<Posting>,
    pub fact: Fact,
}

impl RecordedPoints {
    fn new(delivery: Delivery, effects: &[Effect]) -> Result<RecordedPoints, Problem> {
        let fact =
            effects.iter().rev().find_map(points_fact).or_bug("a fact is of another kind than its command makes")?;
        let postings = effects.iter().filter_map(posting).map(|(_, posting)| posting.clone());
        Ok(RecordedPoints { delivery, postings: postings.collect(), fact: fact.clone() })
    }
}

/// Whether something is done, or only decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    /// It is done.
    Real,
    /// It changes nothing.
    Dry,
}

impl Api {
    /// Asks with names as the ledger has them. What was recorded under them as they were sent is found by asking so.
    pub(crate) async fn points_of(
        &self,
        ledger: &Name,
        id: CommandId,
        (known, sent): (points::Action, points::Action),
        trial: Trial,
    ) -> Result<Option<RecordedPoints>, Problem> {
        let is_same = known == sent;
        match self.points(ledger, Command::new(id, Action::from(known)), trial).await {
            Err(problem) if !is_same && problem.code() == (Rejection::IdReused { id: id.id() }).code() => {
                self.points(ledger, Command::new(id, Action::from(sent)), trial).await
            }
            happened => happened,
        }
    }

    /// Asks something of points; says what happened, now or before. `None` where it was so already.
    pub(crate) async fn points(
        &self,
        ledger: &Name,
        command: Command,
        trial: Trial,
    ) -> Result<Option<RecordedPoints>, Problem> {
        let id = command.id.id();
        let item = if trial == Trial::Dry { Item::DryRun(command) } else { Item::Single(command) };
        let committed = self.submit(ledger, vec![item], Some(id)).await?;
        match success_of(single(committed.outcomes)?)? {
            Success::Done(range) => {
                let effects = committed.effects.get(range).unwrap_or_default();
                RecordedPoints::new(Delivery::First, effects).map(Some)
            }
            Success::WouldDo(effects) => RecordedPoints::new(Delivery::First, &effects).map(Some),
            Success::Same => Ok(None),
            Success::Replayed(seq) => {
                let ledger = ledger.clone();
                let read = self.read(move |snapshot| happened_at(snapshot, &ledger, seq)).await;
                read.map(Some).map_err(|problem| problem.after_commit(Some(id)))
            }
        }
    }
}

/// What happened before, by the effect that its outcome is kept at.
fn happened_at(snapshot: &dyn ducat_store::Snapshot, ledger: &Name, seq: Seq) -> Result<RecordedPoints, Problem> {
    let effects = effects_of(snapshot, ledger, seq)?;
    if let [Effect { fact: LedgerFact::Refused(rejection), at, .. }] = effects.as_slice() {
        return Err(again(rejection, *at));
    }
    RecordedPoints::new(Delivery::Replay, &effects)
}

/// A member in a path.
pub(crate) fn path_party(part: &str, text: &str) -> Result<Party, Problem> {
    Party::parse(text).map_err(|error| Problem::malformed(format!("path: {part}"), error))
}
