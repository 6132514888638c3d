//! What a person must see.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::advances::{Event, Fact, PlanChange, Progress};
use ducat_domain::ledger::batch::advances_fact;
use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use ducat_store::Snapshot;
use serde::Serialize;
use utoipa::ToSchema;

use super::book_of;
use crate::problem::Problem;
use crate::query::{Query, UrlPath, path_name};
use crate::v1::render::Page;
use crate::values::{JsonAmount, JsonDay, JsonTime};
use crate::{Api, body, cursor};

/// Something that a person must see.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ExceptionBody {
    /// Where in the journal it stands.
    seq: u64,
    /// When it was found.
    at: Option<JsonTime>,
    /// `unknown_transaction`, `unreadable_line`, `unresolved` or `overpaid`.
    kind: &'static str,
    /// Whether it is so no more: the transaction is known now, a report told of it, or nothing is overpaid any more.
    #[serde(rename = "settled")]
    is_settled: bool,
    /// The advance that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    advance: Option<String>,
    /// The installment; 0 is the credit.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    /// The transaction, as the processor calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<String>,
    /// What a report said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'static str>,
    /// The day of the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<JsonDay>,
    /// The line of the report, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// What is wrong with the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// How much was overpaid, in all, by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    overpaid: Option<JsonAmount>,
}

/// List what a person must see, newest first.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/advances/exceptions", tag = "advances",
    params(("ledger" = String, Path, description = "Its name"),
        ("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")), responses(
    (status = 200, description = "Exceptions: settled or not, they stay", body = Page<ExceptionBody>),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list_exceptions(
    State(api): State<Api>,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let before = cursor::seq(&mut query, 'e')?.unwrap_or(Seq(u64::MAX));
    query.finish()?;
    let page = api.read(move |snapshot| {
        book_of(snapshot, &ledger)?;
        let seqs = snapshot.exceptions(&ledger, before, limit).map_err(|fault| Problem::from_fault(&fault))?;
        let next = seqs.last().filter(|_| seqs.len() == limit).map(|seq| cursor::at_seq('e', *seq));
        let data: Result<Vec<ExceptionBody>, Problem> =
            seqs.iter().map(|seq| exception(snapshot, &ledger, *seq)).collect();
        Ok(Page { data: data?, next })
    });
    Ok(body::json(StatusCode::OK, &page.await?))
}

fn exception(snapshot: &dyn Snapshot, ledger: &Name, seq: Seq) -> Result<ExceptionBody, Problem> {
    let fault = |fault| Problem::from_fault(&fault);
    let effect = snapshot.effect(ledger, seq).map_err(fault)?.ok_or_else(Problem::internal)?;
    let found = ExceptionBody { seq: seq.0, at: Some(JsonTime(effect.at)), ..ExceptionBody::default() };
    match advances_fact(&effect).ok_or_else(Problem::internal)? {
        Fact::Unknown { transaction, result } => {
            let known = snapshot.transactions(ledger, std::slice::from_ref(transaction)).map_err(fault)?;
            let is_settled = known.first().copied().flatten().is_some_and(|row| row.of.is_some());
            Ok(ExceptionBody {
                kind: "unknown_transaction",
                is_settled,
                transaction_id: Some(transaction.to_string()),
                result: Some(result.word()),
                ..found
            })
        }
        Fact::Unreadable { as_of, line, reason } => Ok(ExceptionBody {
            kind: "unreadable_line",
            as_of: as_of.map(JsonDay),
            line: Some(*line),
            reason: Some(reason.clone()),
            ..found
        }),
        Fact::Changed { advance: no, event, changes } => {
            let advance = snapshot.advance(ledger, *no).map_err(fault)?.ok_or_else(Problem::internal)?;
            let found = ExceptionBody { advance: Some(advance.id.to_string()), ..found };
            if let Event::Silent { number } = event {
                let progress = advance.progress(*number);
                return Ok(ExceptionBody {
                    kind: "unresolved",
                    is_settled: !matches!(progress, Some(Progress::Silent(..))),
                    number: Some(*number),
                    transaction_id: progress.and_then(Progress::transaction).map(ToString::to_string),
                    ..found
                });
            }
            let overpaid = changes.iter().find_map(|change| match change {
                PlanChange::Overpaid(sum) => Some(JsonAmount(*sum)),
                PlanChange::Planned(_) | PlanChange::Replacements(_) => None,
            });
            Ok(ExceptionBody { kind: "overpaid", is_settled: advance.shares().overpaid == 0, overpaid, ..found })
        }
        Fact::TermsSet { .. }
        | Fact::Opened { .. }
        | Fact::RunStarted { .. }
        | Fact::ReportRead { .. }
        | Fact::RunEnded { .. } => Err(Problem::internal()),
    }
}
