//! Reports that a person sends, instead of the processor.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use ducat_domain::advances::Extent;
use ducat_domain::advances::fact::REASON_LENGTH_MAX;
use ducat_engine::advances::CollectError;
use ducat_processor::{Ending, Format, Report};
use opentelemetry::context::FutureExt as _;

use super::book_of;
use super::render::ReadingBody;
use crate::encoding::{self, Encoding};
use crate::problem::{OrBug as _, Problem};
use crate::query::{Query, UrlPath, path_name};
use crate::v1::ledger::ledgers::check_open;
use crate::values::parse_day;
use crate::{Api, body};

/// Read a report of the processor: the results of transactions. What was reported before changes nothing.
///
/// With `as_of` it counts as the whole report of that day, if every line of it can be read and it is not empty while
/// transactions are awaited: silence about a transaction then means what it means in the processor's own. With
/// `accept_as_whole` a person says that whatever is known of that day's report is all that it had to say, and why: that
/// is written down, and counts alike.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/advances/reports", tag = "advances",
    params(("as_of" = Option<String>, Query, description = "The day of which it is the whole report"),
        ("accept_as_whole" = Option<String>, Query, description = "Why it is to count as whole though it is not, in up to 300 bytes; with `as_of`. The body may be empty"),
        ("Content-Encoding" = Option<String>, Header, description = "`gzip`, where it is compressed")),
    request_body(content = String, content_type = "text/csv", description = "Rows of `transaction_id,success` or `transaction_id,fail`; or NDJSON (application/x-ndjson) or an array (application/json) of `{\"transaction_id\",\"status\"}`"),
    responses(
    (status = 200, description = "What was in it. Where `complete` is false, it breaks off: what could be read counts, and the same report may be sent again. Where `whole` is false, silence in it proves nothing", body = ReadingBody),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`"),
    (status = 415, description = "`unsupported_media_type`, `unsupported_encoding`"),
))]
pub(crate) async fn read_report(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let as_of = query.parsed("as_of", parse_day)?.map(|day| api.check_day("query: as_of", day)).transpose()?;
    let accepted = query.parsed("accept_as_whole", reason)?;
    query.finish()?;
    let accepted = match (as_of, accepted) {
        (Some(day), Some(reason)) => Some((day, reason)),
        (None, Some(_)) => {
            return Err(Problem::malformed("query: accept_as_whole", "name the day of the report with as_of"));
        }
        (_, None) => None,
    };
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let format = Format::from_content_type(content_type).ok_or_else(|| {
        Problem::unsupported_media_type(content_type, "text/csv, application/x-ndjson or application/json")
    })?;
    let is_gzip = encoding::of(&headers)? == Encoding::Gzip;
    let of = ledger.clone();
    api.read(move |snapshot| book_of(snapshot, &of).and_then(|_| check_open(snapshot, &of))).await?;
    let busy = |_| Problem::unavailable("overloaded", "as many imports as this server takes at once are under way");
    let turn = Arc::clone(&api.imports).try_acquire_owned().map_err(busy)?;
    let report = Report { format, is_gzip, ending: Ending::Named, bytes: Box::new(body::pieces(body)) };
    let collector = api.collector.asked_by(api.visitor.asker());
    // What was sent is read to its end, whether or not the client waits for the response.
    let read = tokio::spawn(
        async move {
            let _turn = turn;
            let reading = collector.read_report(&ledger, as_of, report).await?;
            let mut shown = ReadingBody::from(reading);
            // What breaks off was not all that was to be sent.
            if let Some((day, reason)) = accepted.filter(|_| reading.extent != Extent::Broken) {
                collector.accept_report(&ledger, day, reason.clone()).await?;
                shown.accepted_as_whole = Some(reason);
            }
            Ok::<_, CollectError>(shown)
        }
        .with_current_context(),
    );
    let shown = read.await.or_bug("a task died")??;
    Ok(body::json(StatusCode::OK, &shown))
}

/// Why a report is taken for whole.
fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why it is to count as whole".to_owned()),
        reason if reason.len() > REASON_LENGTH_MAX => Err(format!("the reason has over {REASON_LENGTH_MAX} bytes")),
        reason => Ok(reason.to_owned()),
    }
}
