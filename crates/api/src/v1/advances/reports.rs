//! Reports that a person sends, instead of the processor.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use ducat_processor::{Format, Report};

use super::book_of;
use super::render::ReadingBody;
use crate::problem::Problem;
use crate::query::{Query, UrlPath, path_name};
use crate::values::parse_day;
use crate::{Api, body};

/// Read a report of the processor: what became of which transaction. What was told before changes nothing.
///
/// With `as_of` it counts as the whole report of that day, if all of it can be read: silence about a transaction then means what
/// it means in the processor's own.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/advances/reports", tag = "advances",
    params(("ledger" = String, Path, description = "Its name"),
        ("as_of" = Option<String>, Query, description = "The day of which it is the whole report"),
        ("Content-Encoding" = Option<String>, Header, description = "`gzip`, where it is compressed")),
    request_body(content = String, content_type = "text/csv", description = "Rows of `transaction_id,success` or `transaction_id,fail`; or NDJSON (application/x-ndjson) or an array (application/json) of `{\"transaction_id\",\"status\"}`"),
    responses(
    (status = 200, description = "What was in it. Where `complete` is false, some of it could not be read: what could counts, and the same report may be sent again", body = ReadingBody),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`", body = Problem, content_type = "application/problem+json"),
    (status = 415, description = "`unsupported_media_type`", body = Problem, content_type = "application/problem+json"),
))]
pub async fn read_report(
    State(api): State<Api>,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let as_of = query.parsed("as_of", parse_day)?;
    query.finish()?;
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = text(header::CONTENT_TYPE);
    let format = Format::from_content_type(content_type).ok_or_else(|| {
        Problem::unsupported_media_type(content_type, "text/csv, application/x-ndjson or application/json")
    })?;
    let is_gzip = match text(header::CONTENT_ENCODING).trim() {
        "" | "identity" => false,
        "gzip" | "x-gzip" => true,
        other => return Err(Problem::unsupported_media_type(other, "a body that is not encoded, or with gzip")),
    };
    let of = ledger.clone();
    api.read(move |snapshot| book_of(snapshot, &of)).await?;
    let busy = |_| Problem::unavailable("overloaded", "as many imports as this server takes at once are under way");
    let turn = Arc::clone(&api.imports).try_acquire_owned().map_err(busy)?;
    let report = Report { format, is_gzip, bytes: Box::new(body::pieces(body)) };
    let collector = api.collector.clone();
    // What was sent is read to its end, whether or not anybody waits for the answer.
    let read = tokio::spawn(async move {
        let _turn = turn;
        collector.read_report(&ledger, as_of, report).await
    });
    let reading = read.await.map_err(|_| Problem::internal())??;
    Ok(body::json(StatusCode::OK, &ReadingBody::from(reading)))
}
