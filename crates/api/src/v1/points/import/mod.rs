//! Points from CSV, a row an earning or an adjustment: streamed in, taken a chunk at a time, each row once.
//!
//! A file that is sent again finds its chunks done, however far it came before; one that was cut off or has grown goes
//! on behind the last row that was taken; and one that was changed is refused. Lines that are no rows are listed each
//! time, and are nothing else. What is in a chunk is one commit. The response is one JSON object, streamed too: each
//! refused line as it is found, the counts at the end.

mod chunks;

use std::io::{self, Read};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ducat_domain::codec::Fingerprint;
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use ducat_domain::points::{Fact, Fate};
use ducat_domain::products::points_fact;
use ducat_domain::{Effect, Fact as LedgerFact, ItemOutcome, Outcome, Rejection};
use ducat_engine::Engine;
use ducat_engine::executor::Committed;
use ducat_store::Fault;
use futures_util::StreamExt;
use serde_json::json;
use tokio::sync::mpsc;

use self::chunks::{Chunk, Chunks, Form};
use super::program::program_of;
use crate::encoding;
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{Query, UrlPath, path_name};
use crate::values::REFERENCE_BYTES_MAX;
use crate::{Api, body};
use ducat_engine::names::Resolver;
use opentelemetry::context::FutureExt as _;

/// The columns, in this order; a first line that names them is left out.
pub const COLUMNS: [&str; 4] = ["member", "payer", "points", "timestamp"];

/// Chunks that are read while others commit, and go into one commit where they are there: purses are written once a
/// commit, and others wait for some 200 ms at most.
const CHUNKS_AHEAD: usize = 4;

/// A line that was refused, and why.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The line, from 1.
    pub line: u64,
    /// The last line, where it is several.
    pub last_line: u64,
    /// Such as `malformed`.
    pub code: &'static str,
    /// What is wrong, and what to do about it.
    pub reason: String,
}

/// The outcome of a part of an import.
#[derive(Debug, Default)]
pub struct Taken {
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were done now.
    pub imported: u64,
    /// How many of those had expired before they were recorded, so that none of their points can be spent.
    pub expired: u64,
    /// Rows that had been done before.
    pub repeated: u64,
    /// Lines that were refused, now or before.
    pub refused: Vec<Refused>,
    /// The first and the last of the lines in which rows may have been lost: a quote was left open there.
    pub unread: Option<(u64, u64)>,
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

/// An import under way.
pub struct Import {
    engine: Engine,
    ledger: Name,
    chunks: mpsc::Receiver<Result<Chunk, Stopped>>,
    /// The last chunk that is done.
    last: Option<(Id, Fingerprint)>,
    stopped: Option<Stopped>,
}

impl Import {
    /// Imports into a ledger that keeps points. `name` distinguishes imports of the same rows.
    pub fn start(engine: Engine, ledger: Name, name: &str, input: impl Read + Send + 'static) -> Import {
        let (sender, chunks) = mpsc::channel(CHUNKS_AHEAD);
        let seed = format!("{ledger}\0{name}");
        let resolver = Resolver::new(Arc::clone(engine.reader()), ledger.clone());
        tokio::task::spawn_blocking(move || Chunks::new(input, resolver, &seed).send(&sender));
        Import { engine, ledger, chunks, last: None, stopped: None }
    }

    /// The outcome of the next part; `None` at the end. Each chunk is taken after the one before it only: what is taken
    /// back in one may have been earned there.
    ///
    /// # Errors
    /// When the import cannot go on; what was recorded until then stays.
    pub async fn next(&mut self) -> Result<Option<Taken>, Stopped> {
        if let Some(stopped) = self.stopped.take() {
            return Err(stopped);
        }
        let Some(first) = self.chunks.recv().await else { return Ok(None) };
        let mut chunks = vec![first?];
        while chunks.len() < CHUNKS_AHEAD
            && let Ok(chunk) = self.chunks.try_recv()
        {
            match chunk {
                Ok(chunk) => chunks.push(chunk),
                // What was read before it is taken first.
                Err(stopped) => self.stopped = Some(stopped),
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

    /// Asks for chunks until all their rows are done, and counts their outcomes.
    async fn take(&mut self, mut chunks: Vec<Chunk>, all: &mut Taken) -> Result<(), Problem> {
        for chunk in &mut chunks {
            all.bytes = chunk.bytes;
            all.rows += chunk.wrong.len() as u64;
            all.refused.append(&mut chunk.wrong);
            all.unread = joined(all.unread, chunk.unread);
        }
        chunks.retain(|chunk| !chunk.rows.is_empty());
        while !chunks.is_empty() {
            self.find_forms(&mut chunks).await?;
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
                all.expired += imported.expired;
                all.repeated += if was_done { done } else { 0 };
                all.refused.extend(imported.refused.into_iter().map(|(line, rejection)| Refused {
                    line,
                    last_line: line,
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

    /// Finds out by which hash chunks are known: by that of their bytes where an earlier release took them.
    async fn find_forms(&self, chunks: &mut [Chunk]) -> Result<(), Problem> {
        let (reader, ledger) = (Arc::clone(self.engine.reader()), self.ledger.clone());
        let ids: Vec<Id> = chunks.iter().map(|chunk| chunk.id_by(Form::Bytes)).collect();
        let read = move || reader.snapshot()?.outcomes(&ledger, &ids);
        let known = tokio::task::spawn_blocking(read).await.or_bug("a task died")?;
        let known = known.map_err(Problem::from)?;
        for (chunk, known) in chunks.iter_mut().zip(known) {
            chunk.form = if known.is_some() { Form::Bytes } else { Form::Meaning };
        }
        Ok(())
    }

    /// What a chunk came to, and whether that was before. Where it was, fewer or other rows may have been asked for.
    async fn imported(
        &self,
        chunk: &Chunk,
        outcome: ItemOutcome,
        effects: &[Effect],
    ) -> Result<(Imported, bool), Problem> {
        let ItemOutcome::Single(outcome) = outcome else {
            return Err(Problem::bug(OTHER_KIND));
        };
        match outcome {
            Outcome::Done { first, count } => {
                let effects = effects.get(first..first + count).unwrap_or_default();
                let expired = effects.iter().filter(|effect| is_expired(effect)).count() as u64;
                return Ok((Imported { expired, ..Imported::of(effects.last())? }, false));
            }
            Outcome::Replayed { .. } | Outcome::Refused(Rejection::IdReused { .. }) => {}
            Outcome::Refused(rejection) => return Err(Problem::from_rejection(&rejection)),
            Outcome::Same | Outcome::WouldDo(_) => {
                return Err(Problem::bug(OTHER_KIND));
            }
        }
        let (reader, ledger, id) = (Arc::clone(self.engine.reader()), self.ledger.clone(), chunk.id());
        let read = move || -> Result<Option<Effect>, Fault> {
            let snapshot = reader.snapshot()?;
            let seq = snapshot.outcome(&ledger, id)?.map(|row| row.seq);
            seq.map_or(Ok(None), |seq| snapshot.effect(&ledger, seq))
        };
        let effect = tokio::task::spawn_blocking(read).await.or_bug("a task died")?;
        Ok((Imported::of(effect?.as_ref())?, true))
    }
}

/// What is recorded of a chunk.
struct Imported {
    rows: u64,
    refused: Vec<(u64, Rejection)>,
    /// How many of them expired at once; counted only when they are done.
    expired: u64,
    /// What all rows up to its last were.
    last: Fingerprint,
}

impl Imported {
    fn of(effect: Option<&Effect>) -> Result<Imported, Problem> {
        let effect = effect.or_bug("an effect that is referred to is missing")?;
        match (&effect.fact, effect.command) {
            (LedgerFact::Imported { rows, refused }, Some(key)) => {
                Ok(Imported { rows: *rows, refused: refused.clone(), expired: 0, last: key.fingerprint })
            }
            _ => Err(changed()),
        }
    }
}

/// Whether points were earned that had expired already.
fn is_expired(effect: &Effect) -> bool {
    matches!(points_fact(effect), Some(Fact::Earned { fate: Fate::Lost, .. }))
}

/// From the first to the last of all lines.
fn joined(one: Option<(u64, u64)>, other: Option<(u64, u64)>) -> Option<(u64, u64)> {
    match (one, other) {
        (Some((first, last)), Some((also_first, also_last))) => Some((first.min(also_first), last.max(also_last))),
        (one, other) => one.or(other),
    }
}

/// Rows may have been lost: no one may take what was imported for the whole file.
fn rows_unread((first, last): (u64, u64), taken: &Taken) -> Problem {
    let lines = if first == last { format!("line {first}") } else { format!("some of lines {first} to {last}") };
    let reason = format!(
        "{lines} could not be read as rows, as `refused` says: is a quote left open there? Everything else was read, {} rows are \
         in; send the rows of those lines in a file of their own",
        taken.imported + taken.repeated
    );
    Problem::unprocessable("rows_unread", reason)
}

/// The file is not the one that was imported before.
fn changed() -> Problem {
    let reason = "rows that begin as these do were imported before, and then were others, or more; send them as they were, \
                  or name another import (?import=NAME)";
    Problem::conflict("import_changed", reason)
}

/// Import points from CSV.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/points/import", tag = "points",
    params(("import" = Option<String>, Query, description = "A name that distinguishes imports of the same rows")),
    request_body(content = String, content_type = "text/csv", description = "Rows of `member,payer,points,timestamp`, with or without that line first. Negative points are taken back."),
    responses(
    (status = 200, description = "`{\"refused\":[{\"line\",\"code\",\"reason\"},…],\"rows\",\"imported\",\"expired\",\"repeated\",\"refused_count\",\"error\"}`, streamed. `expired` says how many of the imported rows had expired already. `error` is null when all of the body was read. If it could not go on to the end, `error` says why; sent again, the same rows go on where it stopped. Where a quote was left open, it is `rows_unread`, and the refused entry has a `last_line`.", content_type = "application/json"),
    (status = 400, description = "`malformed`: the columns have other names, or an unknown parameter"),
    (status = 404, description = "`ledger_not_found`, `program_not_found`"),
    (status = 409, description = "`import_changed`: rows that begin so were imported, and then were others"),
    (status = 415, description = "`unsupported_media_type`: send text/csv"),
))]
pub(crate) async fn import_points(
    api: Api,
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
    let encoding = encoding::of(&headers)?;
    let of = ledger.clone();
    api.read(move |snapshot| program_of(snapshot, &of)).await?;
    let busy = |_| Problem::unavailable("overloaded", "as many imports as this server takes at once are under way");
    let turn = Arc::clone(&api.imports).try_acquire_owned().map_err(busy)?;
    let import =
        Import::start(api.engine.clone(), ledger, &name.unwrap_or_default(), encoding.reader(body::pieces(body)));
    let (sender, mut pieces) = mpsc::channel(4);
    // What was sent is taken, whether or not the client waits for the response.
    tokio::spawn(
        async move {
            answer(import, sender).await;
            drop(turn);
        }
        .with_current_context(),
    );
    // What is refused from the start is a problem like any other.
    let first = pieces.recv().await.or_bug(OTHER_KIND)??;
    let rest = tokio_stream::wrappers::ReceiverStream::new(pieces)
        .filter_map(async |piece: Result<Bytes, Problem>| piece.ok());
    let pieces = futures_util::stream::iter([first]).chain(rest).map(Ok::<Bytes, std::convert::Infallible>);
    let headers = [(header::CONTENT_TYPE, "application/json")];
    Ok((StatusCode::OK, headers, Body::from_stream(pieces)).into_response())
}

/// Writes the response, piece by piece.
async fn answer(mut import: Import, sender: mpsc::Sender<Result<Bytes, Problem>>) {
    let mut all = Taken::default();
    let mut refused_count = 0usize;
    let mut piece = String::from("{\"refused\":[");
    let error = loop {
        match import.next().await {
            Ok(None) => break all.unread.map(|lines| json!(rows_unread(lines, &all))),
            Ok(Some(taken)) => {
                all.rows += taken.rows;
                all.imported += taken.imported;
                all.expired += taken.expired;
                all.repeated += taken.repeated;
                all.unread = joined(all.unread, taken.unread);
                for Refused { line, last_line, code, reason } in taken.refused {
                    if refused_count > 0 {
                        piece.push(',');
                    }
                    refused_count += 1;
                    let mut refused = json!({ "line": line, "code": code, "reason": reason });
                    if last_line != line {
                        refused["last_line"] = json!(last_line);
                    }
                    piece.push_str(&refused.to_string());
                }
                if !piece.is_empty() {
                    // Who does not read the response is not waited for.
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
        "expired": all.expired,
        "repeated": all.repeated,
        "refused_count": refused_count,
        "error": error,
    });
    let counts = counts.to_string();
    piece.push_str("],");
    piece.push_str(counts.strip_prefix('{').unwrap_or(&counts));
    drop(sender.send_timeout(Ok(Bytes::from(piece)), body::PIECE_TIMEOUT).await);
}
