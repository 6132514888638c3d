//! Advances over HTTP: terms, advances and what a person may do with them, daily runs, reports, exceptions, aging. One
//! list of routes.

pub mod aging;
pub mod exceptions;
pub mod open;
pub(crate) mod problem;
pub mod render;
pub mod reports;
pub mod runs;
pub mod shown;
pub mod terms;

use ducat_domain::advances::{Action, Advance, Book, Day};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq};
use ducat_domain::{Action as LedgerAction, Command, Item, Rejection};
use ducat_engine::advances::CollectError;
use ducat_store::Snapshot;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::idempotency::fresh;
use crate::problem::Problem;
use crate::v1::ledger::ledgers::single;
use crate::v1::ledger::render::{Success, success_of};

/// Days that a run, or a report, may be ahead of today: ten years, the longest plan of weeks. A run that is further
/// ahead asks for nothing that one within them does not.
const AHEAD_DAYS_MAX: u32 = 3_653;

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(terms::get_terms, terms::set_terms))
        .routes(routes!(shown::list_advances, open::open_advance))
        .routes(routes!(shown::get_advance))
        .routes(routes!(open::cancel))
        .routes(routes!(open::retry))
        .routes(routes!(open::write_off))
        .routes(routes!(open::pay_off))
        .routes(routes!(runs::list_runs, runs::start_run))
        .routes(routes!(runs::get_run))
        .routes(routes!(reports::read_report))
        .routes(routes!(exceptions::list_exceptions))
        .routes(routes!(aging::get_aging))
}

impl Api {
    /// Asks something of advances; a refusal is a problem.
    pub(crate) async fn advances(&self, ledger: &Name, action: Action) -> Result<Success, Problem> {
        let command = Command::new(CommandId::Server(fresh()), LedgerAction::from(action));
        let id = command.id.id();
        let committed = self.submit(ledger, vec![Item::Single(command)], Some(id)).await?;
        success_of(single(committed.outcomes)?)
    }

    /// An advance as it is now.
    pub(crate) async fn advance(&self, ledger: &Name, no: Seq) -> Result<Advance, Problem> {
        let ledger = ledger.clone();
        let read = self.read(move |snapshot| {
            let found = snapshot.advance(&ledger, no)?;
            found.ok_or_else(|| Problem::from_rejection(&ducat_domain::advances::Rejection::AdvanceNotFound.into()))
        });
        read.await
    }

    /// Where the advance of an id begins.
    pub(crate) async fn advance_no(&self, ledger: &Name, id: Id) -> Result<Seq, Problem> {
        let ledger = ledger.clone();
        self.read(move |snapshot| find(snapshot, &ledger, id).map(|advance| advance.no)).await
    }

    /// Nothing can be sent without a processor.
    pub(crate) fn check_processor(&self) -> Result<(), Problem> {
        if self.collector.has_processor() {
            return Ok(());
        }
        Err(Problem::processor_not_configured())
    }

    /// A day of a run or of a report. One that is far ahead is a slip of the pen, and would be the last: no run of an
    /// earlier day may follow it.
    pub(crate) fn check_day(&self, place: &str, day: Day) -> Result<Day, Problem> {
        let last = self.collector.today().plus(AHEAD_DAYS_MAX);
        if day <= last {
            return Ok(day);
        }
        let reason =
            format!("{day} is more than ten years ahead; no run of a day before it could follow. Is the year right?");
        Err(Problem::malformed(place, reason))
    }
}

/// An advance by its id: the id of its credit's hold.
pub(crate) fn find(snapshot: &dyn Snapshot, ledger: &Name, id: Id) -> Result<Advance, Problem> {
    book_of(snapshot, ledger)?;
    let outcome = snapshot.outcome(ledger, id)?;
    let found = match outcome {
        Some(outcome) => snapshot.advance(ledger, outcome.seq)?,
        None => None,
    };
    found.ok_or_else(|| Problem::from_rejection(&ducat_domain::advances::Rejection::AdvanceNotFound.into()))
}

/// What a ledger that makes advances keeps of them as a whole.
pub(crate) fn book_of(snapshot: &dyn Snapshot, ledger: &Name) -> Result<Book, Problem> {
    if let Some(book) = snapshot.book(ledger)? {
        return Ok(book);
    }
    let is_open = snapshot.head(ledger)?.is_some();
    let missing =
        if is_open { ducat_domain::advances::Rejection::TermsNotFound.into() } else { Rejection::LedgerNotFound };
    Err(Problem::from_rejection(&missing))
}

impl From<CollectError> for Problem {
    fn from(error: CollectError) -> Problem {
        match error {
            CollectError::Read(fault) => fault.into(),
            CollectError::Submit(failure) => Problem::from_failure(&failure),
            CollectError::Refused(rejection) => Problem::from_rejection(&rejection),
            CollectError::NoProcessor => Problem::processor_not_configured(),
        }
    }
}
