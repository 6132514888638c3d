//! The simulator as a service: `POST /transactions`, `GET /report`, what it took at `GET /transactions`, and `POST
//! /clock` for those who cannot wait for tomorrow.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use ducat_domain::advances::{Day, TransactionId, TransactionResult};
use ducat_domain::decimal::{self, Excess};
use ducat_domain::money::Amount;
use ducat_domain::names::Party;
use ducat_domain::numbers::Id;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::{Answer, ReportRows, Simulator};
use crate::report::Format;
use crate::{Direction, Transaction};

/// Decimals of an amount.
const SCALE: u8 = 2;

/// Rows that are written at once.
const PIECE_ROWS: usize = 4_096;

/// Bytes of a file that are read at once.
const FILE_PIECE_BYTES: usize = 256 << 10;

/// What the service is made of.
#[derive(Clone)]
pub struct HttpState {
    simulator: Arc<Simulator>,
    /// What reads an instant: the day of it.
    parse_day: fn(&str) -> Option<Day>,
    /// A report that is served instead of its own.
    report: Option<Arc<Path>>,
}

#[derive(Deserialize)]
struct TransactionBody<'a> {
    #[serde(borrow)]
    src_bank_account: Cow<'a, str>,
    #[serde(borrow)]
    dst_bank_account: Cow<'a, str>,
    #[serde(borrow)]
    amount: &'a RawValue,
    #[serde(borrow)]
    direction: Cow<'a, str>,
}

#[derive(Deserialize)]
struct ClockBody {
    now: String,
}

/// All routes of a simulator.
pub fn router(simulator: Arc<Simulator>, parse_day: fn(&str) -> Option<Day>, stored: Option<&Path>) -> Router {
    Router::new()
        .route("/transactions", get(taken).post(transact))
        .route("/report", get(report))
        .route("/clock", post(set_clock))
        .with_state(HttpState { simulator, parse_day, report: stored.map(Arc::from) })
}

fn refused(status: StatusCode, reason: impl Into<String>) -> Response {
    (status, Json(json!({ "error": reason.into() }))).into_response()
}

async fn transact(State(face): State<HttpState>, headers: HeaderMap, body: Bytes) -> Response {
    let transaction = match read(&headers, &body) {
        Ok(transaction) => transaction,
        Err(reason) => return refused(StatusCode::BAD_REQUEST, reason),
    };
    match face.simulator.take(&transaction) {
        Answer::Taken(id) => Json(json!({ "transaction_id": id.as_str() })).into_response(),
        Answer::Silence => refused(StatusCode::GATEWAY_TIMEOUT, "the response was lost"),
        Answer::Down => refused(StatusCode::SERVICE_UNAVAILABLE, "the processor is down"),
        Answer::Refused => refused(StatusCode::UNPROCESSABLE_ENTITY, "the account is closed"),
        Answer::KeyReused => refused(StatusCode::CONFLICT, "the key is another transaction's"),
    }
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Transaction, String> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).ok_or("Idempotency-Key is missing")?;
    let key = u128::from_str_radix(&key.replace('-', ""), 16).map_err(|_| "Idempotency-Key is no UUID")?;
    let body: TransactionBody<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let (direction, customer) = match &*body.direction {
        "credit" => (Direction::Credit, &body.dst_bank_account),
        "debit" => (Direction::Debit, &body.src_bank_account),
        other => return Err(format!("direction is {other:?}; it is credit or debit")),
    };
    let customer = Party::parse(customer).map_err(|error| format!("the bank account {error}"))?;
    let amount = decimal::parse(body.amount.get(), SCALE, Excess::Refused)?;
    let amount = u128::try_from(amount).ok().filter(|amount| *amount > 0).ok_or("amount is more than 0")?;
    Ok(Transaction { key: Id(key), direction, customer, amount: Amount::new(amount), scale: SCALE })
}

/// Everything that was taken, for the tests alone: its results, reported or not, in order.
async fn taken(State(face): State<HttpState>) -> Response {
    let one = |taken: super::Taken| {
        json!({
            "key": taken.transaction.key.to_string(),
            "transaction_id": taken.id.as_str(),
            "direction": taken.transaction.direction.word(),
            "amount": taken.transaction.amount.to_string(),
            "results": taken.results().map(TransactionResult::word).collect::<Vec<_>>(),
        })
    };
    Json(face.simulator.taken().into_iter().map(one).collect::<Vec<_>>()).into_response()
}

async fn report(State(face): State<HttpState>, headers: HeaderMap) -> Response {
    if let Some(path) = &face.report {
        return stored(path);
    }
    let accepts = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepted = accepts(header::ACCEPT).split(',').find_map(Format::from_content_type);
    let format = accepted.unwrap_or(Format::Csv);
    let is_gzip = accepts(header::ACCEPT_ENCODING).contains("gzip");
    let Some(ReportRows { rows, is_cut }) = face.simulator.rows() else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "the processor is down");
    };
    let encoder = is_gzip.then(|| GzEncoder::new(Vec::new(), Compression::fast()));
    let pieces = Pieces { rows: rows.into_iter(), format, encoder, at: At::Beginning, is_cut };
    let mut response = Body::from_stream(tokio_stream::iter(pieces)).into_response();
    let content_type = header::HeaderValue::from_static(format.content_type());
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    if is_gzip {
        response.headers_mut().insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
    }
    response
}

/// A report that was made before, as CSV.
fn stored(path: &Path) -> Response {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return refused(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    };
    let (sender, pieces) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        let mut piece = vec![0; FILE_PIECE_BYTES];
        loop {
            let read = file.read(&mut piece).map(|count| Bytes::copy_from_slice(&piece[..count]));
            let is_over = read.as_ref().map_or(true, Bytes::is_empty);
            // Who does not listen any more needs no more.
            if sender.blocking_send(read).is_err() || is_over {
                return;
            }
        }
    });
    let body = Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(pieces));
    ([(header::CONTENT_TYPE, Format::Csv.content_type())], body).into_response()
}

/// A report, a piece at a time.
struct Pieces {
    rows: std::vec::IntoIter<(TransactionId, TransactionResult)>,
    format: Format,
    encoder: Option<GzEncoder<Vec<u8>>>,
    at: At,
    is_cut: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Beginning,
    Middle,
    End,
}

impl Pieces {
    /// The next rows as text, and whether they are the last.
    fn text(&mut self) -> io::Result<(Vec<u8>, bool)> {
        let is_array = self.format == Format::Json;
        let mut text = Vec::new();
        let mut is_first = self.at == At::Beginning;
        if is_first && is_array {
            text.push(b'[');
        }
        let mut count = 0;
        for (id, result) in self.rows.by_ref().take(PIECE_ROWS) {
            let word = result.word();
            count += 1;
            if is_array && !std::mem::take(&mut is_first) {
                text.push(b',');
            }
            match self.format {
                Format::Csv => writeln!(text, "{id},{word}")?,
                Format::Ndjson => writeln!(text, "{}", json!({ "transaction_id": id.as_str(), "status": word }))?,
                Format::Json => write!(text, "{}", json!({ "transaction_id": id.as_str(), "status": word }))?,
            }
        }
        let is_last = count < PIECE_ROWS;
        if is_last && is_array {
            text.push(b']');
        }
        Ok((text, is_last))
    }

    fn piece(&mut self) -> io::Result<Bytes> {
        let (text, is_last) = self.text()?;
        if is_last && self.is_cut {
            self.at = At::End;
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it breaks off"));
        }
        self.at = if is_last { At::End } else { At::Middle };
        let Some(encoder) = &mut self.encoder else { return Ok(text.into()) };
        encoder.write_all(&text)?;
        if is_last {
            encoder.try_finish()?;
        }
        Ok(std::mem::take(encoder.get_mut()).into())
    }
}

impl Iterator for Pieces {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<io::Result<Bytes>> {
        (self.at != At::End).then(|| self.piece())
    }
}

async fn set_clock(State(face): State<HttpState>, body: Bytes) -> Response {
    let day = serde_json::from_slice::<ClockBody>(&body).ok().and_then(|clock| (face.parse_day)(&clock.now));
    match day {
        None => refused(StatusCode::BAD_REQUEST, "expected {\"now\":\"2026-12-01T00:00:00Z\"}"),
        Some(day) => {
            face.simulator.set_day(day);
            StatusCode::NO_CONTENT.into_response()
        }
    }
}
