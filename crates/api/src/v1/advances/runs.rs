//! Daily runs: begun here, carried on by the owner of the ledger's lease.

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::advances::{Action, Run};
use ducat_domain::ledger::rows::OutcomeKind;
use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use ducat_domain::{Action as LedgerAction, Command, Item, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::book_of;
use super::render::RunBody;
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, Query, UrlPath, path_name};
use crate::v1::ledger::ledgers::single;
use crate::v1::ledger::render::Page;
use crate::values::{JsonDay, parse_id};
use crate::{Api, body, cursor};

/// For which day.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunRequest {
    /// The day; today, in UTC, when missing.
    #[serde(default)]
    #[schema(example = "2026-12-01")]
    as_of: Option<JsonDay>,
}

/// A run, and how far it is where it goes on on this node.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunShown {
    #[serde(flatten)]
    run: RunBody,
    /// How far it is; null where it is over, or goes on on another node.
    progress: Option<ProgressBody>,
}

/// How far a run is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressBody {
    /// Rows of its report that were read.
    rows: u64,
    /// Those that brought nothing new.
    repeated: u64,
    /// Advances that were looked at.
    advances: u64,
    /// Transactions that the processor was asked for.
    asked: u64,
}

/// Begin the run of a day: read the report, then ask for all that is due.
///
/// A run of the same day that is under way is this one; one that was done may be made again.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/advances/runs", tag = "advances",
    params(("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters: retries find the same run")),
    request_body(content = Option<RunRequest>), responses(
    (status = 202, description = "It goes on", body = RunShown),
    (status = 400, description = "`malformed`: such as a day that is more than ten years ahead"),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`"),
    (status = 409, description = "`run_before_last`: a run of a later day was done, or is under way"),
    (status = 503, description = "`processor_not_configured`"),
))]
pub(crate) async fn start_run(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let request: RunRequest = api.optional_json(&headers, body).await?;
    api.check_processor()?;
    let as_of = match request.as_of {
        Some(JsonDay(day)) => api.check_day("body: as_of", day)?,
        None => api.collector.today(),
    };
    let id = api.command_id(&headers, None, &ledger).await?;
    let command = Command::new(id, LedgerAction::from(Action::StartRun { as_of }));
    let committed = api.submit(&ledger, vec![Item::Single(command)], Some(id.id())).await?;
    let no = match single(committed.outcomes)? {
        Outcome::Done { first, .. } => {
            Some(committed.effects.get(first).or_bug("an effect that is referred to is missing")?.seq)
        }
        Outcome::Replayed { seq, kind: OutcomeKind::Done } => Some(seq),
        Outcome::Same => None,
        Outcome::Refused(rejection) => return Err(Problem::from_rejection(&rejection)),
        Outcome::Replayed { .. } | Outcome::WouldDo(_) => {
            return Err(Problem::bug(OTHER_KIND));
        }
    };
    api.collector.wake();
    let of = ledger.clone();
    let run = api.read(move |snapshot| match no {
        Some(no) => snapshot.run(&of, no).map_err(Problem::from),
        None => book_of(snapshot, &of).map(|book| book.run),
    });
    let run = run.await.map_err(|problem| problem.after_commit(Some(id.id())))?.or_bug("a task died")?;
    Ok(body::json(StatusCode::ACCEPTED, &api.shown(&ledger, &run)))
}

impl Api {
    fn shown(&self, ledger: &Name, run: &Run) -> RunShown {
        let progress = self.collector.progress(ledger).filter(|_| run.ended.is_none()).map(|progress| ProgressBody {
            rows: progress.rows.load(Ordering::Relaxed),
            repeated: progress.repeated.load(Ordering::Relaxed),
            advances: progress.advances.load(Ordering::Relaxed),
            asked: progress.asked.load(Ordering::Relaxed),
        });
        RunShown { run: RunBody::from(run), progress }
    }
}

/// Show a run.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/advances/runs/{id}", tag = "advances",
    params(("id" = String, Path, description = "The run")), responses(
    (status = 200, description = "The run", body = RunShown),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`, `run_not_found`"),
))]
pub(crate) async fn get_run(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let id = parse_id(&id).map_err(|reason| Problem::malformed("path: id", reason))?;
    let of = ledger.clone();
    let run = api.read(move |snapshot| {
        let book = book_of(snapshot, &of)?;
        if let Some(run) = book.run.filter(|run| run.id == id) {
            return Ok(run);
        }
        // Runs are one a day: the newest are asked for.
        let mut before = Seq(u64::MAX);
        loop {
            let runs = snapshot.runs(&of, before, RUNS_A_TIME)?;
            let Some(last) = runs.last() else {
                return Err(Problem::not_found("run_not_found", format!("there is no run {id}")));
            };
            before = last.no;
            if let Some(run) = runs.into_iter().find(|run| run.id == id) {
                return Ok(run);
            }
        }
    });
    let run = run.await?;
    Ok(body::json(StatusCode::OK, &api.shown(&ledger, &run)))
}

/// Runs looked at at once: three years of them.
const RUNS_A_TIME: usize = 1_000;

/// List runs, newest first.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/advances/runs", tag = "advances",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")), responses(
    (status = 200, description = "Runs", body = Page<RunShown>),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`"),
))]
pub(crate) async fn list_runs(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let before = cursor::seq(&mut query, 'r')?.unwrap_or(Seq(u64::MAX));
    query.finish()?;
    let of = ledger.clone();
    let runs = api.read(move |snapshot| {
        book_of(snapshot, &of)?;
        snapshot.runs(&of, before, limit).map_err(Problem::from)
    });
    let runs = runs.await?;
    let next = runs.last().filter(|_| runs.len() == limit).map(|run| cursor::at_seq('r', run.no));
    Ok(body::json(StatusCode::OK, &Page { data: runs.iter().map(|run| api.shown(&ledger, run)).collect(), next }))
}
