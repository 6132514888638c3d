//! Verification while the server runs: one at a time, on a thread of its own.
//!
//! - It reads each ledger as it is when its turn comes, and stops nothing.
//! - What came of the last one is kept in memory: a server that begins has verified nothing.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::numbers::Timestamp;
use ducat_store::verify::{Report, verify};
use parking_lot::Mutex;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::query::NoQuery;
use crate::values::JsonTime;
use crate::{Api, body};

/// Differences that are shown; all of them are counted.
const SHOWN_MAX: usize = 100;

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(get_verification, begin_verification))
}

/// The last verification of this node.
#[derive(Debug, Default)]
pub(crate) struct Verification(Mutex<State>);

#[derive(Debug, Default, Clone)]
enum State {
    #[default]
    Never,
    Running {
        started_at: Timestamp,
        effects: u64,
    },
    Ended {
        started_at: Timestamp,
        ended_at: Timestamp,
        /// What was found, or why nothing could be.
        found: Result<Arc<Report>, String>,
    },
}

/// A verification: every row is derived again from the journal and compared.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationBody {
    /// `never`, `running`, `clean`, `different` or `failed`.
    #[schema(example = "clean")]
    status: &'static str,
    /// When it began.
    started_at: Option<JsonTime>,
    /// When it ended.
    ended_at: Option<JsonTime>,
    /// Effects that were read; while it runs, those so far.
    effects: u64,
    /// Ledgers that were read.
    ledgers: Option<u64>,
    /// What does not agree: the first 100 of them, each with its place.
    differences: Vec<String>,
    /// How many differences there are in all.
    differences_total: u64,
    /// Why it could not be ended.
    reason: Option<String>,
}

impl State {
    fn body(&self) -> VerificationBody {
        let empty = VerificationBody {
            status: "never",
            started_at: None,
            ended_at: None,
            effects: 0,
            ledgers: None,
            differences: Vec::new(),
            differences_total: 0,
            reason: None,
        };
        match self {
            State::Never => empty,
            State::Running { started_at, effects } => VerificationBody {
                status: "running",
                started_at: Some(JsonTime(*started_at)),
                effects: *effects,
                ..empty
            },
            State::Ended { started_at, ended_at, found } => {
                let times = VerificationBody {
                    started_at: Some(JsonTime(*started_at)),
                    ended_at: Some(JsonTime(*ended_at)),
                    ..empty
                };
                match found {
                    Err(reason) => VerificationBody { status: "failed", reason: Some(reason.clone()), ..times },
                    Ok(report) => VerificationBody {
                        status: if report.is_clean() { "clean" } else { "different" },
                        effects: report.effects,
                        ledgers: Some(report.ledgers),
                        differences: report.differences.iter().take(SHOWN_MAX).map(ToString::to_string).collect(),
                        differences_total: u64::try_from(report.differences.len()).unwrap_or(u64::MAX) + report.unnamed,
                        ..times
                    },
                }
            }
        }
    }
}

/// Show the last verification of this node, or how far the one under way is.
#[utoipa::path(get, path = "/v1/verification", tag = "server", responses(
    (status = 200, description = "The verification", body = VerificationBody),
))]
pub(crate) async fn get_verification(api: Api, _: NoQuery) -> Response {
    body::json(StatusCode::OK, &api.verification.0.lock().body())
}

/// Begin to verify every ledger on this node, or join the verification under way.
#[utoipa::path(post, path = "/v1/verification", tag = "server",
    description = "Every row is derived again from the journal and compared, as `ducat verify` does. The server goes on \
                   meanwhile. It reads the whole journal on one thread.",
    responses((status = 202, description = "It is under way", body = VerificationBody)))]
pub(crate) async fn begin_verification(api: Api, _: NoQuery) -> Result<Response, Problem> {
    let started_at = api.engine.now();
    let mut state = api.verification.0.lock();
    if !matches!(*state, State::Running { .. }) {
        *state = State::Running { started_at, effects: 0 };
        let (kept, engine) = (Arc::clone(&api.verification), api.engine.clone());
        // A thread of its own: a server that stops does not wait for it.
        let work = move || {
            let progress = &mut |read| *kept.0.lock() = State::Running { started_at, effects: read };
            let found = verify(engine.reader().as_ref(), progress).map(Arc::new).map_err(|fault| fault.to_string());
            *kept.0.lock() = State::Ended { started_at, ended_at: engine.now(), found };
        };
        if let Err(error) = std::thread::Builder::new().name("verification".to_owned()).spawn(work) {
            *state = State::Never;
            return Err(Problem::unavailable("overloaded", format!("no thread can be made: {error}")));
        }
    }
    Ok(body::json(StatusCode::ACCEPTED, &state.body()))
}
