//! Points from CSV, a row an earning or an adjustment: streamed in, taken a chunk at a time, each chunk once.
//!
//! A chunk's id is made from all that was read up to its end, so a file that is sent again finds its chunks done, however far
//! it came before; and a file that has grown goes on where it ended. What is in a chunk is one commit. The answer is one JSON
//! object, streamed too: each refused line as it is found, the counts at the end. Memory does not grow with the file.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use csv::StringRecord;
use ducat_domain::ledger::batch::points_fact;
use ducat_domain::ledger::command::{Action, Command, CommandId, Fingerprint, Metadata};
use ducat_domain::ledger::{Effect, Item, ItemOutcome, Outcome, Rejection};
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::points::{self, Adjustment, Earning, Fact, Holding, ImportRow, Party};
use ducat_engine::Engine;
use ducat_store::Snapshot;
use futures_util::StreamExt;
use serde_json::json;
use tokio::sync::mpsc;

use super::program::program_not_found;
use crate::Api;
use crate::idempotency::fresh;
use crate::problem::Problem;
use crate::query::{Query, UrlPath, path_name};
use crate::values::{REFERENCE_BYTES_MAX, parse_time};

/// The columns, in this order; a first line that names them is left out.
pub const COLUMNS: [&str; 4] = ["member", "payer", "points", "timestamp"];

/// Rows taken at once. Others are served in between, and what is done once a commit is shared by so many.
const CHUNK_ROWS: usize = 4_096;

/// Chunks that are read while others commit, and go into one commit where they are there: together they fill it.
const CHUNKS_AHEAD: usize = 2;

/// Bytes of a line: four fields at their longest are far below.
const LINE_BYTES_MAX: u64 = 64 << 10;

/// The buffer of the CSV reader, which reads so far ahead.
const BUFFER_BYTES: usize = 64 << 10;

/// How long the next piece of a body may take: who sends slower than that has gone.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);

/// A line that was refused, and why.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The line, from 1.
    pub line: u64,
    /// Such as `malformed`.
    pub code: &'static str,
    /// What is wrong, and what to do about it.
    pub reason: String,
}

/// What came of a part of an import.
#[derive(Debug, Default)]
pub struct Taken {
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were done now.
    pub imported: u64,
    /// Rows that had been done before.
    pub repeated: u64,
    /// Lines that were refused, now or before.
    pub refused: Vec<Refused>,
    /// Bytes read so far.
    pub bytes: u64,
}

/// Why an import came to an end. What was taken stays; the same file sent again goes on behind it.
#[derive(Debug)]
pub enum Stopped {
    /// The input could not be read.
    Read(io::Error),
    /// Nothing more is taken now.
    Refused(Problem),
}

/// Rows that go in together.
struct Chunk {
    id: Id,
    fingerprint: [u8; 32],
    rows: Vec<ImportRow>,
    wrong: Vec<Refused>,
    bytes: u64,
}

/// Counts the bytes of a line, and stops where there are too many.
struct Bounded<R> {
    inner: R,
    read: Arc<AtomicU64>,
    line_began: Arc<AtomicU64>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.read.load(Ordering::Relaxed);
        if read.saturating_sub(self.line_began.load(Ordering::Relaxed)) > LINE_BYTES_MAX + BUFFER_BYTES as u64 {
            let reason = format!("a line has more than {LINE_BYTES_MAX} bytes; is a quote left open?");
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Reads CSV into chunks, on a thread that may block, until the receiver is gone.
fn read_chunks(input: impl Read, seed: &str, chunks: &mpsc::Sender<io::Result<Chunk>>) {
    let (read, line_began) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let bounded = Bounded { inner: input, read: Arc::clone(&read), line_began: Arc::clone(&line_began) };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(BUFFER_BYTES).from_reader(bounded);
    let mut hasher = blake3::Hasher::new();
    hasher.update(format!("ducat points import\0{seed}\0").as_bytes());
    let mut record = StringRecord::new();
    let (mut rows, mut wrong) = (Vec::with_capacity(CHUNK_ROWS), Vec::new());
    let mut count = 0usize;
    let mut is_first = true;
    let mut ids = RowIds(fresh());
    loop {
        let (line, more) = (reader.position().line(), reader.read_record(&mut record));
        line_began.store(reader.position().byte(), Ordering::Relaxed);
        let more = match more {
            Ok(more) => more,
            Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => {
                let error = io::Error::other(error.to_string());
                drop(chunks.blocking_send(Err(error)));
                return;
            }
            Err(_) => {
                hasher.update(b"\0not text\0");
                wrong.push(malformed(line, "it is not UTF-8".to_owned()));
                count += 1;
                true
            }
        };
        let is_header = std::mem::take(&mut is_first) && more && record.iter().map(str::trim).eq(COLUMNS);
        if more && !is_header && !record.is_empty() {
            for field in &record {
                hasher.update(field.as_bytes());
                hasher.update(b"\x1f");
            }
            hasher.update(b"\x1e");
            count += 1;
            match parse(line_of(&record, line), &record, &mut ids) {
                Ok(row) => rows.push(row),
                Err(refused) => wrong.push(refused),
            }
        }
        record.clear();
        if count == CHUNK_ROWS || !more && count > 0 {
            let fingerprint = *hasher.finalize().as_bytes();
            let mut id = [0; 16];
            id.copy_from_slice(&fingerprint[..16]);
            let chunk = Chunk {
                id: Id(uuid::Builder::from_custom_bytes(id).into_uuid().as_u128()),
                fingerprint,
                rows: std::mem::replace(&mut rows, Vec::with_capacity(CHUNK_ROWS)),
                wrong: std::mem::take(&mut wrong),
                bytes: reader.position().byte(),
            };
            count = 0;
            ids = RowIds(fresh());
            if chunks.blocking_send(Ok(chunk)).is_err() {
                return;
            }
        }
        if !more {
            return;
        }
    }
}

/// The ids of a chunk's rows: a fresh one, and those that follow it.
struct RowIds(Id);

impl RowIds {
    fn next(&mut self) -> Id {
        self.0 = Id(self.0.0.wrapping_add(1));
        self.0
    }
}

fn line_of(record: &StringRecord, otherwise: u64) -> u64 {
    record.position().map_or(otherwise, csv::Position::line)
}

fn malformed(line: u64, reason: String) -> Refused {
    Refused { line, code: "malformed", reason }
}

/// Takes a row for what it asks.
fn parse(line: u64, record: &StringRecord, ids: &mut RowIds) -> Result<ImportRow, Refused> {
    let wrong = |reason: String| malformed(line, reason);
    let fields: Vec<&str> = record.iter().map(str::trim).collect();
    let [member, payer, points, timestamp] = fields.as_slice() else {
        return Err(wrong(format!("it has {} fields, expected {}", fields.len(), COLUMNS.join(","))));
    };
    let party = |name: &str, text: &str| Party::parse(text).map_err(|error| wrong(format!("{name} {error}")));
    let holding = Holding::new(party("member", member)?, party("payer", payer)?);
    let digits = points.strip_prefix('-').unwrap_or(points);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let amount = Some(digits).filter(|_| is_whole).and_then(|digits| digits.parse().ok()).map(Amount::new);
    let points_of = amount.ok_or_else(|| wrong(format!("points: expected a whole number, found {points:?}")))?;
    let at: Timestamp = parse_time(timestamp).map_err(|reason| wrong(format!("timestamp: {reason}")))?;
    let action = Action::Points(if digits.len() < points.len() {
        points::Action::Adjust(Adjustment { holding, points: points_of })
    } else {
        let (earned_at, metadata) = (Some(at), Metadata::default());
        points::Action::Earn(Earning { holding, points: points_of, earned_at, expires_at: None, metadata })
    });
    // What is repeated is the chunk: nobody asks for a row's own id.
    let command = Command { id: CommandId::Server(ids.next()), fingerprint: Fingerprint([0; 16]), action };
    Ok(ImportRow { line, command })
}

/// An import under way.
pub struct Import {
    engine: Engine,
    ledger: Name,
    chunks: mpsc::Receiver<io::Result<Chunk>>,
}

impl Import {
    /// Imports into a ledger that keeps points. `name` tells imports of the same rows apart.
    pub fn start(engine: Engine, ledger: Name, name: &str, input: impl Read + Send + 'static) -> Import {
        let (sender, chunks) = mpsc::channel(CHUNKS_AHEAD);
        let seed = format!("{ledger}\0{name}");
        tokio::task::spawn_blocking(move || read_chunks(input, &seed, &sender));
        Import { engine, ledger, chunks }
    }

    /// What came of the next part; `None` at the end. A part is whole before the next is asked for: what is taken back in one
    /// may have been earned in the one before.
    pub async fn next(&mut self) -> Result<Option<Taken>, Stopped> {
        let Some(first) = self.chunks.recv().await else { return Ok(None) };
        let mut chunks = vec![first.map_err(Stopped::Read)?];
        while chunks.len() < CHUNKS_AHEAD
            && let Ok(chunk) = self.chunks.try_recv()
        {
            chunks.push(chunk.map_err(Stopped::Read)?);
        }
        let items = chunks.iter_mut().map(|chunk| {
            let rows = std::mem::take(&mut chunk.rows);
            let action = Action::Points(points::Action::Import { rows });
            Item::Single(Command::standing_for(&chunk.fingerprint, CommandId::Client(chunk.id), action))
        });
        let items = items.collect();
        let committed = self.engine.submit(self.ledger.clone(), items).await;
        let committed = committed.map_err(|failure| Stopped::Refused(Problem::from_failure(&failure)))?;
        let mut all = Taken::default();
        for (chunk, outcome) in chunks.into_iter().zip(committed.outcomes) {
            let taken = self.taken(chunk, outcome, &committed.effects).await.map_err(Stopped::Refused)?;
            all.rows += taken.rows;
            all.imported += taken.imported;
            all.repeated += taken.repeated;
            all.refused.extend(taken.refused);
            all.bytes = taken.bytes;
        }
        Ok(Some(all))
    }

    async fn taken(&self, chunk: Chunk, outcome: ItemOutcome, effects: &[Effect]) -> Result<Taken, Problem> {
        let ItemOutcome::Single(outcome) = outcome else { return Err(Problem::internal()) };
        let (is_repeat, (rows, refused)) = match outcome {
            Outcome::Done { first, count } => {
                (false, imported(effects.get(first..first + count).and_then(<[Effect]>::last))?)
            }
            Outcome::Replayed { seq, .. } => {
                let (reader, ledger) = (Arc::clone(self.engine.reader()), self.ledger.clone());
                let read = move || reader.snapshot()?.effect(&ledger, seq);
                let effect = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::internal())?;
                (true, imported(effect.map_err(|fault| Problem::from_fault(&fault))?.as_ref())?)
            }
            Outcome::Refused(rejection) => return Err(Problem::from_rejection(&rejection)),
            Outcome::Same | Outcome::WouldDo(_) => return Err(Problem::internal()),
        };
        let done = rows.saturating_sub(refused.len() as u64);
        let by_rule = refused.into_iter().map(|(line, rejection)| {
            let reason = Problem::from_rejection(&rejection).detail().to_owned();
            Refused { line, code: rejection.code(), reason }
        });
        let mut refused: Vec<Refused> = chunk.wrong.into_iter().chain(by_rule).collect();
        refused.sort_by_key(|refused| refused.line);
        Ok(Taken {
            rows: done + refused.len() as u64,
            imported: if is_repeat { 0 } else { done },
            repeated: if is_repeat { done } else { 0 },
            refused,
            bytes: chunk.bytes,
        })
    }
}

type ImportedRows = (u64, Vec<(u64, Rejection)>);

fn imported(effect: Option<&Effect>) -> Result<ImportedRows, Problem> {
    match effect.and_then(points_fact) {
        Some(Fact::Imported { rows, refused }) => Ok((*rows, refused.clone())),
        _ => Err(Problem::internal()),
    }
}

/// The body of a request, read where that may block.
struct BodyReader {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    piece: Bytes,
}

impl Read for BodyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.pieces.blocking_recv() {
                None => return Ok(0),
                Some(piece) => self.piece = piece?,
            }
        }
        let count = buffer.len().min(self.piece.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

fn body_reader(body: Body) -> BodyReader {
    let (sender, pieces) = mpsc::channel(4);
    tokio::spawn(async move {
        let mut stream = body.into_data_stream();
        loop {
            let piece = match tokio::time::timeout(PIECE_TIMEOUT, stream.next()).await {
                Ok(None) => return,
                Ok(Some(piece)) => piece.map_err(io::Error::other),
                Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the rest of the body does not arrive")),
            };
            let is_over = piece.is_err();
            if sender.send(piece).await.is_err() || is_over {
                return;
            }
        }
    });
    BodyReader { pieces, piece: Bytes::new() }
}

/// Import points from CSV.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/points/import", tag = "points",
    params(("ledger" = String, Path, description = "Its name"),
        ("import" = Option<String>, Query, description = "A name that tells imports of the same rows apart")),
    request_body(content = String, content_type = "text/csv", description = "Rows of `member,payer,points,timestamp`, with or without that line first. Negative points are taken back."),
    responses(
    (status = 200, description = "`{\"refused\":[{\"line\",\"code\",\"reason\"},…],\"rows\",\"imported\",\"repeated\",\"refused_count\"}`, streamed. If it could not go on to the end there is an `error` too; sent again, the same rows go on where it stopped.", content_type = "application/json"),
    (status = 404, description = "`program_not_found`: the ledger keeps no points", body = Problem, content_type = "application/problem+json"),
    (status = 415, description = "`unsupported_media_type`: send text/csv", body = Problem, content_type = "application/problem+json"),
))]
pub async fn import_points(
    State(api): State<Api>,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let name = query.parsed("import", |text| match text.len() {
        1..=REFERENCE_BYTES_MAX => Ok(text.to_owned()),
        _ => Err(format!("it has 1 to {REFERENCE_BYTES_MAX} bytes")),
    })?;
    query.finish()?;
    check_content_type(&headers)?;
    let of = ledger.clone();
    let has_program = move |snapshot: &dyn Snapshot| snapshot.program(&of).map_err(|fault| Problem::from_fault(&fault));
    api.read(has_program).await?.ok_or_else(program_not_found)?;
    let import = Import::start(api.engine.clone(), ledger, &name.unwrap_or_default(), body_reader(body));
    let (sender, pieces) = mpsc::channel(4);
    // What was sent is taken, whether or not anybody waits for the answer.
    tokio::spawn(answer(import, sender));
    let pieces = tokio_stream::wrappers::ReceiverStream::new(pieces).map(Ok::<Bytes, std::convert::Infallible>);
    let headers = [(header::CONTENT_TYPE, "application/json")];
    Ok((StatusCode::OK, headers, Body::from_stream(pieces)).into_response())
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = found.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("text/csv") {
        return Ok(());
    }
    Err(Problem::unsupported_media_type(found, "text/csv"))
}

/// Writes the answer, piece by piece.
async fn answer(mut import: Import, sender: mpsc::Sender<Bytes>) {
    let mut all = Taken::default();
    let mut refused_count = 0usize;
    let mut piece = String::from("{\"refused\":[");
    let error = loop {
        match import.next().await {
            Ok(None) => break None,
            Ok(Some(taken)) => {
                all.rows += taken.rows;
                all.imported += taken.imported;
                all.repeated += taken.repeated;
                for Refused { line, code, reason } in taken.refused {
                    if refused_count > 0 {
                        piece.push(',');
                    }
                    refused_count += 1;
                    piece.push_str(&json!({ "line": line, "code": code, "reason": reason }).to_string());
                }
                if !piece.is_empty() {
                    drop(sender.send(Bytes::from(std::mem::take(&mut piece))).await);
                }
            }
            Err(Stopped::Refused(problem)) => break Some(json!(problem)),
            Err(Stopped::Read(error)) => break Some(json!(Problem::malformed("body", error))),
        }
    };
    let counts = json!({
        "rows": all.rows,
        "imported": all.imported,
        "repeated": all.repeated,
        "refused_count": refused_count,
        "error": error,
    });
    let counts = counts.to_string();
    piece.push_str("],");
    piece.push_str(counts.strip_prefix('{').unwrap_or(&counts));
    drop(sender.send(Bytes::from(piece)).await);
}
