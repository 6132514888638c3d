//! Points from CSV, a row an earning or an adjustment: streamed in, taken a chunk at a time, each row once.
//!
//! Every row has a hash of all rows up to it. A chunk is named by what came before it (the first of a file by its first
//! row), and is what it is by its last row: so a file that is sent again finds its chunks done, however far it came before;
//! one that was cut off or has grown goes on behind the last row that was taken; and one that was changed is refused. Lines
//! that are no rows are told each time, and are nothing else. What is in a chunk is one commit. The answer is one JSON
//! object, streamed too: each refused line as it is found, the counts at the end. Memory does not grow with the file.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use csv::StringRecord;
use ducat_domain::ledger::batch::points_fact;
use ducat_domain::ledger::command::{Action, Command, CommandId, Fingerprint, Metadata};
use ducat_domain::ledger::{Effect, Item, ItemOutcome, Outcome, Rejection};
use ducat_domain::money::Amount;
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::points::command::IMPORT_ROWS_MAX;
use ducat_domain::points::{self, Adjustment, Earning, Fact, Holding, ImportRow};
use ducat_engine::Engine;
use ducat_engine::executor::Committed;
use ducat_store::Fault;
use futures_util::StreamExt;
use serde_json::json;
use tokio::sync::mpsc;

use super::program::program_of;
use crate::idempotency::fresh;
use crate::problem::Problem;
use crate::query::{Query, UrlPath, path_name};
use crate::values::{REFERENCE_BYTES_MAX, parse_time};
use crate::{Api, body};

/// The columns, in this order; a first line that names them is left out.
pub const COLUMNS: [&str; 4] = ["member", "payer", "points", "timestamp"];

/// Rows of a chunk.
const CHUNK_ROWS: usize = IMPORT_ROWS_MAX;

/// Chunks that are read while others commit, and go into one commit where they are there: purses are written once a commit,
/// and others wait for some 200 ms at most.
const CHUNKS_AHEAD: usize = 4;

/// Bytes of a line: four fields at their longest are far below.
const LINE_BYTES_MAX: u64 = 64 << 10;

/// The buffer of the CSV reader, which reads so far ahead.
const BUFFER_BYTES: usize = 64 << 10;

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

/// Rows that go in together, each with the hash of all rows up to it; and lines between them that are none.
struct Chunk {
    /// All rows before it; none before the first of a file.
    before: Option<[u8; 32]>,
    rows: VecDeque<(ImportRow, [u8; 32])>,
    wrong: Vec<Refused>,
    bytes: u64,
}

impl Chunk {
    /// Its name: the rows before it, and of a file's first chunk its first row. So whatever goes on behind the same rows has
    /// the same name, and only one of it is taken.
    fn id(&self) -> Id {
        let named = match (&self.before, self.rows.front()) {
            (Some(before), _) => *blake3::hash(before).as_bytes(),
            (None, Some((_, first))) => *first,
            (None, None) => [0; 32],
        };
        let mut id = [0; 16];
        id.copy_from_slice(&named[..16]);
        Id(uuid::Builder::from_custom_bytes(id).into_uuid().as_u128())
    }

    /// What it is: all rows up to its last.
    fn fingerprint(&self) -> Fingerprint {
        self.rows.back().map_or(Fingerprint([0; 16]), |(_, hash)| fingerprint(hash))
    }

    /// The command that takes it, after another.
    fn item(&self, after: Option<(Id, Fingerprint)>) -> Item {
        let rows = self.rows.iter().map(|(row, _)| row.clone()).collect();
        let action = Action::Points(points::Action::Import { after, rows });
        Item::Single(Command { id: CommandId::Client(self.id()), fingerprint: self.fingerprint(), action })
    }

    /// Takes off its first rows, which were done; says whether they are those that were.
    fn take_off(&mut self, count: u64, last: Fingerprint) -> bool {
        let Ok(count) = usize::try_from(count) else { return false };
        let end = count.checked_sub(1).and_then(|place| self.rows.get(place));
        let Some((_, hash)) = end.filter(|(_, hash)| fingerprint(hash) == last) else { return false };
        self.before = Some(*hash);
        self.rows.drain(..count);
        true
    }
}

/// What all rows up to one are.
fn fingerprint(hash: &[u8; 32]) -> Fingerprint {
    let mut fingerprint = [0; 16];
    fingerprint.copy_from_slice(&hash[16..]);
    Fingerprint(fingerprint)
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
    let mut hash = *blake3::hash(format!("ducat points import\0{seed}").as_bytes()).as_bytes();
    let mut before = None;
    let mut record = StringRecord::new();
    let (mut rows, mut wrong) = (VecDeque::with_capacity(CHUNK_ROWS), Vec::new());
    let mut is_first = true;
    let mut ids = RowIds(fresh());
    loop {
        let (line, more) = (reader.position().line(), reader.read_record(&mut record));
        line_began.store(reader.position().byte(), Ordering::Relaxed);
        let row = match more {
            Ok(false) => None,
            Ok(true) if std::mem::take(&mut is_first) && names_columns(&record) => match record.iter().map(str::trim) {
                names if names.clone().map(str::to_lowercase).eq(COLUMNS) => continue,
                _ => {
                    let reason =
                        format!("the first line names other columns than {}, in this order", COLUMNS.join(","));
                    drop(chunks.blocking_send(Err(io::Error::new(io::ErrorKind::InvalidData, reason))));
                    return;
                }
            },
            Ok(true) => Some(parse(record.position().map_or(line, csv::Position::line), &record, &mut ids)),
            Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => {
                drop(chunks.blocking_send(Err(io::Error::other(error.to_string()))));
                return;
            }
            Err(_) => Some(Err(malformed(line, "it is not UTF-8".to_owned()))),
        };
        let is_over = row.is_none();
        match row {
            Some(Ok(row)) => {
                hash = following(&hash, &record);
                rows.push_back((row, hash));
            }
            Some(Err(refused)) => wrong.push(refused),
            None => {}
        }
        let is_full = rows.len() == CHUNK_ROWS || wrong.len() == CHUNK_ROWS;
        if is_full || is_over && !(rows.is_empty() && wrong.is_empty()) {
            let rows = std::mem::replace(&mut rows, VecDeque::with_capacity(CHUNK_ROWS));
            let is_row = !rows.is_empty();
            let chunk = Chunk { before, rows, wrong: std::mem::take(&mut wrong), bytes: reader.position().byte() };
            before = if is_row { Some(hash) } else { before };
            ids = RowIds(fresh());
            if chunks.blocking_send(Ok(chunk)).is_err() {
                return;
            }
        }
        if is_over {
            return;
        }
    }
}

/// Whether a line names columns instead of having values: two of the names are enough to tell.
fn names_columns(record: &StringRecord) -> bool {
    record.iter().filter(|field| COLUMNS.contains(&field.trim().to_lowercase().as_str())).count() >= 2
}

/// The hash of all rows up to one, by the hash of all before it.
fn following(before: &[u8; 32], record: &StringRecord) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before);
    for field in record {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// The ids of a chunk's rows: a fresh one, and those that follow it.
struct RowIds(Id);

impl RowIds {
    fn next(&mut self) -> Id {
        self.0 = Id(self.0.0.wrapping_add(1));
        self.0
    }
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
        points::Action::Adjust(Adjustment { holding, points: points_of, metadata: Metadata::default() })
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
    /// The last chunk that is done.
    last: Option<(Id, Fingerprint)>,
    stopped: Option<Stopped>,
}

impl Import {
    /// Imports into a ledger that keeps points. `name` tells imports of the same rows apart.
    pub fn start(engine: Engine, ledger: Name, name: &str, input: impl Read + Send + 'static) -> Import {
        let (sender, chunks) = mpsc::channel(CHUNKS_AHEAD);
        let seed = format!("{ledger}\0{name}");
        tokio::task::spawn_blocking(move || read_chunks(input, &seed, &sender));
        Import { engine, ledger, chunks, last: None, stopped: None }
    }

    /// What came of the next part; `None` at the end. Each chunk is taken after the one before it only: what is taken back in
    /// one may have been earned there.
    pub async fn next(&mut self) -> Result<Option<Taken>, Stopped> {
        if let Some(stopped) = self.stopped.take() {
            return Err(stopped);
        }
        let Some(first) = self.chunks.recv().await else { return Ok(None) };
        let mut chunks = vec![first.map_err(Stopped::Read)?];
        while chunks.len() < CHUNKS_AHEAD
            && let Ok(chunk) = self.chunks.try_recv()
        {
            match chunk {
                Ok(chunk) => chunks.push(chunk),
                // What was read before it is taken first.
                Err(error) => self.stopped = Some(Stopped::Read(error)),
            }
        }
        let mut all = Taken::default();
        match self.take(chunks, &mut all).await {
            Err(problem) if all.rows == 0 => return Err(Stopped::Refused(problem)),
            Err(problem) => self.stopped = Some(Stopped::Refused(problem)),
            Ok(()) => {}
        }
        Ok(Some(all))
    }

    /// Asks for chunks until all their rows are done, and counts what came of them.
    async fn take(&mut self, mut chunks: Vec<Chunk>, all: &mut Taken) -> Result<(), Problem> {
        for chunk in &mut chunks {
            all.bytes = chunk.bytes;
            all.rows += chunk.wrong.len() as u64;
            all.refused.append(&mut chunk.wrong);
        }
        chunks.retain(|chunk| !chunk.rows.is_empty());
        while !chunks.is_empty() {
            let mut after = self.last;
            let items = chunks.iter().map(|chunk| {
                let item = chunk.item(after);
                after = Some((chunk.id(), chunk.fingerprint()));
                item
            });
            let items = items.collect();
            let committed = self.engine.submit(self.ledger.clone(), items).await;
            let Committed { outcomes, effects, .. } = committed.map_err(|failure| Problem::from_failure(&failure))?;
            let mut is_behind = false;
            for (chunk, outcome) in chunks.iter_mut().zip(outcomes) {
                // One before it was done in part: what is left of that comes first.
                let is_early = matches!(outcome, ItemOutcome::Single(Outcome::Refused(Rejection::ImportOutOfOrder)));
                if is_early && is_behind {
                    break;
                }
                is_behind = true;
                let (imported, was_done) = self.imported(chunk, outcome, &effects).await?;
                self.last = Some((chunk.id(), imported.last));
                if !chunk.take_off(imported.rows, imported.last) {
                    return Err(changed());
                }
                let done = imported.rows.saturating_sub(imported.refused.len() as u64);
                all.rows += imported.rows;
                all.imported += if was_done { 0 } else { done };
                all.repeated += if was_done { done } else { 0 };
                all.refused.extend(imported.refused.into_iter().map(|(line, rejection)| Refused {
                    line,
                    code: rejection.code(),
                    reason: Problem::from_rejection(&rejection).detail().to_owned(),
                }));
            }
            // Of one whose beginning was done before, the rest is another chunk.
            chunks.retain(|chunk| !chunk.rows.is_empty());
        }
        all.refused.sort_by_key(|refused| refused.line);
        Ok(())
    }

    /// What a chunk came to, and whether that was before. Where it was, fewer or other rows may have been asked for.
    async fn imported(
        &self,
        chunk: &Chunk,
        outcome: ItemOutcome,
        effects: &[Effect],
    ) -> Result<(Imported, bool), Problem> {
        let ItemOutcome::Single(outcome) = outcome else { return Err(Problem::internal()) };
        match outcome {
            Outcome::Done { first, count } => {
                let effect = effects.get(first..first + count).and_then(<[Effect]>::last);
                return Ok((Imported::of(effect)?, false));
            }
            Outcome::Replayed { .. } | Outcome::Refused(Rejection::IdReused { .. }) => {}
            Outcome::Refused(rejection) => return Err(Problem::from_rejection(&rejection)),
            Outcome::Same | Outcome::WouldDo(_) => return Err(Problem::internal()),
        }
        let (reader, ledger, id) = (Arc::clone(self.engine.reader()), self.ledger.clone(), chunk.id());
        let read = move || -> Result<Option<Effect>, Fault> {
            let snapshot = reader.snapshot()?;
            let seq = snapshot.outcome(&ledger, id)?.map(|row| row.seq);
            seq.map_or(Ok(None), |seq| snapshot.effect(&ledger, seq))
        };
        let effect = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::internal())?;
        Ok((Imported::of(effect.map_err(|fault| Problem::from_fault(&fault))?.as_ref())?, true))
    }
}

/// What is recorded of a chunk.
struct Imported {
    rows: u64,
    refused: Vec<(u64, Rejection)>,
    /// What all rows up to its last were.
    last: Fingerprint,
}

impl Imported {
    fn of(effect: Option<&Effect>) -> Result<Imported, Problem> {
        let effect = effect.ok_or_else(Problem::internal)?;
        match (points_fact(effect), effect.command) {
            (Some(Fact::Imported { rows, refused }), Some(key)) => {
                Ok(Imported { rows: *rows, refused: refused.clone(), last: key.fingerprint })
            }
            _ => Err(changed()),
        }
    }
}

/// The file is not the one that was imported before.
fn changed() -> Problem {
    let reason = "rows that begin as these do were imported before, and then were others, or more; send them as they were, \
                  or name another import (?import=NAME)";
    Problem::conflict("import_changed", reason)
}

/// Import points from CSV.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/points/import", tag = "points",
    params(("ledger" = String, Path, description = "Its name"),
        ("import" = Option<String>, Query, description = "A name that tells imports of the same rows apart")),
    request_body(content = String, content_type = "text/csv", description = "Rows of `member,payer,points,timestamp`, with or without that line first. Negative points are taken back."),
    responses(
    (status = 200, description = "`{\"refused\":[{\"line\",\"code\",\"reason\"},…],\"rows\",\"imported\",\"repeated\",\"refused_count\"}`, streamed. If it could not go on to the end there is an `error` too; sent again, the same rows go on where it stopped.", content_type = "application/json"),
    (status = 400, description = "`malformed`: the columns have other names, or an unknown parameter", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`ledger_not_found`, `program_not_found`", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`import_changed`: rows that begin so were imported, and then were others", body = Problem, content_type = "application/problem+json"),
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
    body::check_content_type(&headers, "text/csv")?;
    let of = ledger.clone();
    api.read(move |snapshot| program_of(snapshot, &of)).await?;
    let busy = |_| Problem::unavailable("overloaded", "as many imports as this server takes at once are under way");
    let turn = Arc::clone(&api.imports).try_acquire_owned().map_err(busy)?;
    let import = Import::start(api.engine.clone(), ledger, &name.unwrap_or_default(), body::pieces(body));
    let (sender, mut pieces) = mpsc::channel(4);
    // What was sent is taken, whether or not anybody waits for the answer.
    tokio::spawn(async move {
        answer(import, sender).await;
        drop(turn);
    });
    // What is refused from the start is a problem like any other.
    let first = pieces.recv().await.ok_or_else(Problem::internal)??;
    let rest = tokio_stream::wrappers::ReceiverStream::new(pieces)
        .filter_map(async |piece: Result<Bytes, Problem>| piece.ok());
    let pieces = futures_util::stream::iter([first]).chain(rest).map(Ok::<Bytes, std::convert::Infallible>);
    let headers = [(header::CONTENT_TYPE, "application/json")];
    Ok((StatusCode::OK, headers, Body::from_stream(pieces)).into_response())
}

/// Writes the answer, piece by piece.
async fn answer(mut import: Import, sender: mpsc::Sender<Result<Bytes, Problem>>) {
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
                    // Who does not read the answer is not waited for.
                    let sent = sender.send_timeout(Ok(Bytes::from(std::mem::take(&mut piece))), body::PIECE_TIMEOUT);
                    drop(sent.await);
                }
            }
            Err(stopped) => {
                let problem = match stopped {
                    Stopped::Refused(problem) => problem,
                    Stopped::Read(error) => Problem::malformed("body", error),
                };
                if all.rows == 0 {
                    drop(sender.send(Err(problem)).await);
                    return;
                }
                break Some(json!(problem));
            }
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
    drop(sender.send_timeout(Ok(Bytes::from(piece)), body::PIECE_TIMEOUT).await);
}
