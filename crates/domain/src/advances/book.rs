//! What a ledger keeps of its advances as a whole: the terms, which days' reports were read whole, and the daily run.

use super::day::{Day, Days};
use super::fact::{Event, Fact};
use super::reading::{Extent, Reading, RunEnd};
use super::terms::Terms;
use super::transaction::TransactionResult;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::names::Name;
use crate::numbers::{Id, Seq, Timestamp};

/// The advances of a ledger as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// In which asset.
    pub asset: Name,
    /// On what terms advances are made from now on.
    pub terms: Terms,
    /// How often the terms were set.
    pub version: u64,
    /// Whether there is any advance: then the asset is fixed.
    pub has_advances: bool,
    /// The day of the last run that was done.
    pub last_done: Option<Day>,
    /// The days whose reports were read whole.
    pub reports: Days,
    /// The last run, under way or over.
    pub run: Option<Run>,
}

/// A daily run, as far as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Where in the journal it began: what it is found by.
    pub no: Seq,
    /// Its id.
    pub id: Id,
    /// For which day.
    pub as_of: Day,
    /// When it began.
    pub started_at: Timestamp,
    /// What was in its report, once that was read.
    pub report: Option<Reading>,
    /// What was done while it was under way.
    pub counts: Counts,
    /// How and when it ended, once it has.
    pub ended: Option<(RunEnd, Timestamp)>,
}

/// What was done while a run was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Credits and debits that were reported to have succeeded.
    pub succeeded: u64,
    /// Credits and debits that were reported to have failed.
    pub failed: u64,
    /// Debits that timed out.
    pub timed_out: u64,
    /// Credits and debits that became unresolved.
    pub unresolved: u64,
    /// Debits that were asked for.
    pub charged: u64,
    /// Credits and debits that the processor took.
    pub sent: u64,
    /// Transactions that no one knows.
    pub unknown: u64,
    /// Credits and debits that the processor refused for good.
    pub refused: u64,
}

impl Book {
    /// The run that is under way for a day.
    #[must_use]
    pub fn running(&self) -> Option<&Run> {
        self.run.as_ref().filter(|run| run.ended.is_none())
    }

    /// Makes a fact true. A run that a fact ends, though it is not the last one any more, is given back.
    pub(crate) fn evolve(&mut self, seq: Seq, at: Timestamp, fact: &Fact) -> Option<Run> {
        let mut superseded = None;
        match fact {
            Fact::TermsSet { asset, terms } => {
                self.asset = asset.clone();
                self.terms = *terms;
                self.version = self.version.saturating_add(1);
            }
            Fact::Opened { .. } => self.has_advances = true,
            Fact::RunStarted { id, as_of } => {
                superseded = self.run.take().filter(|run| run.ended.is_none()).map(|run| {
                    let end = RunEnd::Failed { reason: "a later run began".to_owned() };
                    Run { ended: Some((end, at)), ..run }
                });
                let (no, id, as_of, started_at) = (seq, *id, *as_of, at);
                let counts = Counts::default();
                self.run = Some(Run { no, id, as_of, started_at, report: None, counts, ended: None });
            }
            Fact::ReportRead { as_of, reading } => {
                if let Some(day) = as_of
                    && reading.extent == Extent::Whole
                {
                    self.reports.insert(*day);
                }
                if let Some(run) = self.run.as_mut().filter(|run| run.ended.is_none() && Some(run.as_of) == *as_of) {
                    run.report = Some(*reading);
                }
            }
            Fact::ReportAccepted { as_of, .. } => self.reports.insert(*as_of),
            Fact::RunEnded { as_of, end } => {
                if matches!(end, RunEnd::Done { .. }) {
                    self.last_done = self.last_done.max(Some(*as_of));
                }
                if let Some(run) = &mut self.run {
                    run.ended = Some((end.clone(), at));
                }
            }
            Fact::Changed { event, .. } => {
                if let Some(counts) = self.counts() {
                    counts.add(event);
                }
            }
            Fact::Unknown { .. } => {
                if let Some(counts) = self.counts() {
                    counts.unknown = counts.unknown.saturating_add(1);
                }
            }
            Fact::Unreadable { .. } => {}
        }
        superseded
    }

    fn counts(&mut self) -> Option<&mut Counts> {
        self.run.as_mut().filter(|run| run.ended.is_none()).map(|run| &mut run.counts)
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        e.byte(VERSION);
        e.text(self.asset.as_str());
        self.terms.encode(e);
        e.number(self.version);
        e.flag(self.has_advances);
        e.option(self.last_done, |e, day| day.encode(e));
        self.reports.encode(e);
        e.option(self.run.as_ref(), |e, run| {
            e.number(run.no.0);
            run.encode(e);
        });
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Book, Malformed> {
        if d.byte()? != VERSION {
            return Err(Malformed { expected: "version of a book of advances" });
        }
        Ok(Book {
            asset: d.name()?,
            terms: Terms::decode(d)?,
            version: d.number()?,
            has_advances: d.flag()?,
            last_done: d.option(Day::decode)?,
            reports: Days::decode(d)?,
            run: d.option(|d| {
                let no = Seq(d.number()?);
                Run::decode(no, d)
            })?,
        })
    }
}

impl Counts {
    fn add(&mut self, event: &Event) {
        let count = match event {
            Event::Reported { result: TransactionResult::Success, .. } => &mut self.succeeded,
            Event::Reported { result: TransactionResult::Fail, .. } => &mut self.failed,
            Event::TimedOut { .. } => &mut self.timed_out,
            Event::Silent { .. } => &mut self.unresolved,
            Event::DebitAsked { .. } => &mut self.charged,
            Event::Sent { .. } => &mut self.sent,
            Event::Refused { .. } => &mut self.refused,
            Event::CreditAsked
            | Event::CreditWaits
            | Event::CreditCancelled
            | Event::CreditRetried { .. }
            | Event::Unanswered { .. }
            | Event::OwedAgain { .. }
            | Event::WrittenOff
            | Event::PaidOff { .. } => return,
        };
        *count = count.saturating_add(1);
    }
}

impl Run {
    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        e.id(self.id);
        self.as_of.encode(e);
        e.instant(self.started_at);
        e.option(self.report, |e, reading| reading.encode(e));
        let Counts { succeeded, failed, timed_out, unresolved, charged, sent, unknown, refused } = self.counts;
        for count in [succeeded, failed, timed_out, unresolved, charged, sent, unknown] {
            e.number(count);
        }
        e.option(self.ended.as_ref(), |e, (end, at)| {
            end.encode(e);
            e.instant(*at);
        });
        // Runs of earlier releases end before it.
        e.number(refused);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(no: Seq, d: &mut Decoder<'_>) -> Result<Run, Malformed> {
        let mut run = Run {
            no,
            id: d.id()?,
            as_of: Day::decode(d)?,
            started_at: d.instant()?,
            report: d.option(Reading::decode)?,
            counts: Counts {
                succeeded: d.number()?,
                failed: d.number()?,
                timed_out: d.number()?,
                unresolved: d.number()?,
                charged: d.number()?,
                sent: d.number()?,
                unknown: d.number()?,
                refused: 0,
            },
            ended: d.option(|d| Ok((RunEnd::decode(d)?, d.instant()?)))?,
        };
        if !d.is_empty() {
            run.counts.refused = d.number()?;
        }
        Ok(run)
    }
}

/// Of the bytes of a book.
const VERSION: u8 = 1;
