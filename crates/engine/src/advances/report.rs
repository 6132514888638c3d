//! Reading a report: rows are looked up in batches, what brings something new is submitted to the ledger, the rest is
//! counted.
//!
//! The report is never held whole. One thread reads, parses and looks up; what is new goes on to be committed
//! meanwhile, a few batches ahead. Rows that come again, in the same report or another, are found recorded already, or
//! are submitted again in vain.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use ducat_domain::advances::fact::REASON_LENGTH_MAX;
use ducat_domain::advances::{Action, Day, Extent, Reading, TransactionId, TransactionResult};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use ducat_domain::{Item, Outcome};
use ducat_processor::report::{Line, read};
use ducat_processor::{Ending, Report};
use ducat_store::{Fault, Reader};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{COMMANDS_MAX, CollectError, Collector, Progress, add, item};
use crate::clock::fresh_id;
use crate::executor::Failure;

/// Rows that are looked up at once.
const CHUNK_ROWS: usize = COMMANDS_MAX;

/// Batches that are read while one commits, and that are being committed.
const BATCHES_AHEAD: usize = 2;

/// Lines of one report that cannot be read and are kept for people; more of them are only counted.
const UNREADABLE_MAX: u64 = 1_000;

/// Part of a report: what is to be asked of the ledger, and what was counted.
struct Part {
    items: Vec<Item>,
    reading: Reading,
}

/// What reads a report.
struct Lines {
    reader: Arc<dyn Reader>,
    ledger: Name,
    as_of: Option<Day>,
    rows: Vec<(TransactionId, TransactionResult)>,
    unreadable: Vec<Item>,
    reading: Reading,
    parts: mpsc::Sender<Result<Part, Fault>>,
}

impl Lines {
    fn take(&mut self, place: u64, line: Line) -> io::Result<()> {
        match line {
            Line::Row(transaction, result) => {
                self.reading.rows += 1;
                self.rows.push((transaction, result));
            }
            Line::Unreadable(reason) => {
                self.reading.unreadable += 1;
                if self.reading.unreadable <= UNREADABLE_MAX {
                    self.unreadable.push(self.unreadable(place, &reason));
                }
            }
        }
        if self.rows.len() + self.unreadable.len() >= CHUNK_ROWS { self.pass_on() } else { Ok(()) }
    }

    /// The same line of a day's report, read again, is the same exception.
    fn unreadable(&self, place: u64, reason: &str) -> Item {
        let reason: String = reason.chars().take(REASON_LENGTH_MAX).collect();
        let name = format!("{}\0{:?}\0{place}\0{reason}", self.ledger, self.as_of.map(|day| day.0));
        let id = Id(uuid::Uuid::new_v5(&UNREADABLE, name.as_bytes()).as_u128());
        let id = if self.as_of.is_some() { CommandId::Client(id) } else { CommandId::Server(fresh_id()) };
        item(id, Action::NoteUnreadable { as_of: self.as_of, line: place, reason })
    }

    /// Looks the rows up, and hands on those that bring something new.
    fn pass_on(&mut self) -> io::Result<()> {
        let part = self.look_up();
        let is_fault = part.is_err();
        let gone = self.parts.blocking_send(part).is_err();
        if is_fault || gone { Err(io::Error::other("the reader is gone")) } else { Ok(()) }
    }

    fn look_up(&mut self) -> Result<Part, Fault> {
        // In order of the names, so that the store walks from one to the next.
        self.rows.sort_unstable();
        let (ids, results): (Vec<TransactionId>, Vec<TransactionResult>) = self.rows.drain(..).unzip();
        let known = self.reader.snapshot()?.transactions(&self.ledger, &ids)?;
        let mut items = std::mem::take(&mut self.unreadable);
        for ((transaction, result), known) in ids.into_iter().zip(results).zip(known) {
            if known.is_some_and(|known| !known.is_news(result)) {
                self.reading.repeated += 1;
                continue;
            }
            let of = known.and_then(|known| known.of);
            items.push(item(CommandId::Server(fresh_id()), Action::Report { transaction, result, of }));
        }
        Ok(Part { items, reading: std::mem::take(&mut self.reading) })
    }
}

/// The namespace of ids of lines that cannot be read (UUIDv5). It must never change.
const UNREADABLE: uuid::Uuid = uuid::Uuid::from_u128(0xd0ca_7000_1e9d_5e12_8f00_1494_1494_1495);

impl Collector {
    /// Reads a report to its end, or as far as it goes, and writes down that it was. With a day, it is the report of
    /// that day.
    ///
    /// # Errors
    /// When a part of it could not be recorded. What was recorded stays, and the report can be read again.
    pub async fn read_report(
        &self,
        ledger: &Name,
        as_of: Option<Day>,
        report: Report,
    ) -> Result<Reading, CollectError> {
        let progress = self.progress(ledger).unwrap_or_default();
        let reading = self.read_rows(ledger, as_of, report, &progress).await?;
        self.submit(ledger, vec![Action::NoteReport { as_of, reading }]).await?;
        Ok(reading)
    }

    /// Takes silence in the report of a day to count, because a person says so.
    ///
    /// # Errors
    /// When a rule refuses it, or it could not be recorded.
    pub async fn accept_report(&self, ledger: &Name, as_of: Day, reason: String) -> Result<(), CollectError> {
        self.ask(ledger, Action::AcceptReport { as_of, reason }).await.map(drop)
    }

    pub(super) async fn read_rows(
        &self,
        ledger: &Name,
        as_of: Option<Day>,
        report: Report,
        progress: &Progress,
    ) -> Result<Reading, CollectError> {
        let (parts, mut received) = mpsc::channel(BATCHES_AHEAD);
        let mut lines = Lines {
            reader: Arc::clone(self.engine.reader()),
            ledger: ledger.clone(),
            as_of,
            rows: Vec::with_capacity(CHUNK_ROWS),
            unreadable: Vec::new(),
            reading: Reading::default(),
            parts,
        };
        let ending = report.ending;
        let read = tokio::task::spawn_blocking(move || {
            let Report { format, is_gzip, bytes, .. } = report;
            let read = read(format, is_gzip, bytes, |place, line| lines.take(place, line));
            // What was read before it broke off counts.
            let rest = lines.pass_on();
            read.and(rest)
        });
        let mut all = Reading::default();
        let mut committing: VecDeque<JoinHandle<Result<Reading, CollectError>>> = VecDeque::new();
        while let Some(part) = received.recv().await {
            let Part { items, reading } = part?;
            count(&mut all, reading);
            add(&progress.rows, reading.rows);
            add(&progress.repeated, reading.repeated);
            add(&self.inner.totals.new, reading.rows.saturating_sub(reading.repeated));
            add(&self.inner.totals.repeated, reading.repeated);
            add(&self.inner.totals.unreadable, reading.unreadable);
            if committing.len() >= BATCHES_AHEAD
                && let Some(first) = committing.pop_front()
            {
                count(&mut all, finished(first).await?);
            }
            if !items.is_empty() {
                let (collector, ledger) = (self.clone(), ledger.clone());
                committing.push_back(tokio::spawn(async move { collector.tell(&ledger, items).await }));
            }
        }
        for rest in committing {
            count(&mut all, finished(rest).await?);
        }
        let read = read.await.map_err(|_| CollectError::Submit(Failure::Closed))?;
        if let Err(error) = &read {
            tracing::warn!(%ledger, rows = all.rows, %error, "a report breaks off");
        }
        let is_missing = read.is_ok() && all.rows == 0 && self.awaits(ledger, as_of).await?;
        all.extent = match read {
            Err(_) => Extent::Broken,
            Ok(()) if all.unreadable > 0 || ending == Ending::Closed || is_missing => Extent::Readable,
            Ok(()) => Extent::Whole,
        };
        Ok(all)
    }

    /// Whether the processor has had anything since before a day of which no report was read yet: then one without a
    /// row is none.
    async fn awaits(&self, ledger: &Name, as_of: Option<Day>) -> Result<bool, CollectError> {
        let (mut after, day_of) = (None, as_of.unwrap_or(Day::LAST));
        loop {
            let (of, from) = (ledger.clone(), after);
            let page = self.read(move |snapshot| snapshot.advances_due(&of, Day::LAST, from, CHUNK_ROWS)).await?;
            let Some((day, last)) = page.last() else { return Ok(false) };
            after = Some((*day, last.no));
            if page.iter().any(|(_, advance)| advance.is_awaited(day_of)) {
                return Ok(true);
            }
        }
    }

    /// Submits rows; returns how many were already known and how many were refused. A refused row does not block the
    /// rest.
    async fn tell(&self, ledger: &Name, items: Vec<Item>) -> Result<Reading, CollectError> {
        let committed = self.submit_items(ledger, items).await?;
        let mut told = Reading::default();
        for outcome in super::outcomes(committed) {
            match outcome {
                Outcome::Same => told.repeated += 1,
                Outcome::Refused(rejection) => {
                    told.unreadable += 1;
                    tracing::error!(%ledger, code = rejection.code(), "a row of a report is refused");
                }
                Outcome::Done { .. } | Outcome::Replayed { .. } | Outcome::WouldDo(_) => {}
            }
        }
        Ok(told)
    }
}

fn count(all: &mut Reading, more: Reading) {
    all.rows += more.rows;
    all.repeated += more.repeated;
    all.unreadable += more.unreadable;
}

async fn finished(task: JoinHandle<Result<Reading, CollectError>>) -> Result<Reading, CollectError> {
    task.await.map_err(|_| CollectError::Submit(Failure::Closed))?
}
