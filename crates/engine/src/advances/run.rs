//! The daily run: read the report, time out what was silent for too long, send what is due. The steps and what a crash
//! leaves of each: `docs/design/daily-run.md`.
//!
//! - Every step may be repeated. The node that serves the ledger carries its run on, wherever it was started.
//! - A run that was overtaken by a later one is refused at its next step.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ducat_domain::Outcome;
use ducat_domain::advances::Rejection::RunOver;
use ducat_domain::advances::fact::REASON_LENGTH_MAX;
use ducat_domain::advances::{Action, Advance, Book, Credit, Day, Extent, Progress as Standing, Reading, Run, RunEnd};
use ducat_domain::ledger::rows::LedgerState;
use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use ducat_store::{Fault, Snapshot};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::send::Answers;
use super::{COMMANDS_MAX, CollectError, Collector, Progress, add};
use crate::obstacle::Obstacle;
use crate::work::Ticks;

/// How often this node looks for runs to carry on and credits to send: what it started itself it learns of at once.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// Times that a report is asked for in one run, when it does not come or breaks off.
const REPORT_TRIES_MAX: u32 = 3;

/// Advances that are looked at at once: their debits are in one commit, and are sent together.
const PAGE: usize = 2_048;

/// The longest wait before credits are tried again that the processor did not take.
const CREDIT_PAUSE_MAX: Duration = Duration::from_secs(30);

/// The first such wait; it doubles.
const CREDIT_PAUSE_MIN: Duration = Duration::from_millis(500);

/// The wait before a run that failed is begun again, where runs begin by themselves.
const FAILED_PAUSE_S: u64 = 15 * 60;

impl Collector {
    /// Begins the run of a day, or finds it under way. It is carried on where the ledger is served.
    ///
    /// # Errors
    /// When a rule refuses it ([`CollectError::Refused`]), or it could not be recorded.
    pub async fn start_run(&self, ledger: &Name, as_of: Day) -> Result<(), CollectError> {
        self.ask(ledger, Action::StartRun { as_of }).await?;
        self.wake();
        Ok(())
    }

    /// Carries on the run of a ledger, if one is under way, to its end.
    ///
    /// # Errors
    /// When a step could not be made. The run is then carried on later, from the last recorded step.
    pub async fn carry_on(&self, ledger: &Name) -> Result<(), CollectError> {
        let Some(here) = self.take_on(ledger) else { return Ok(()) };
        match self.steps(ledger, &here.progress).await {
            // A later run goes on, or another node has ended this one.
            Err(CollectError::Refused(rejection)) if rejection == RunOver.into() => Ok(()),
            carried => carried,
        }
    }

    /// One run of a ledger goes on here at a time.
    fn take_on(&self, ledger: &Name) -> Option<RunGuard<'_>> {
        let mut runs = self.inner.runs.lock();
        if runs.contains_key(ledger) {
            return None;
        }
        let progress = Arc::new(Progress::default());
        runs.insert(ledger.clone(), Arc::clone(&progress));
        Some(RunGuard { collector: self, ledger: ledger.clone(), progress })
    }

    async fn steps(&self, ledger: &Name, progress: &Progress) -> Result<(), CollectError> {
        let of = ledger.clone();
        let Some(book) = self.read(move |snapshot| snapshot.book(&of)).await? else { return Ok(()) };
        let Some(run) = book.running() else { return Ok(()) };
        let as_of = run.as_of;
        tracing::info!(%ledger, day = %as_of, "a run of advances goes on");
        if let Err(reason) = self.learn(ledger, run, progress).await? {
            add(&self.inner.totals.runs_failed, 1);
            tracing::error!(%ledger, %reason, "a run of advances fails");
            let reason = reason.chars().take(REASON_LENGTH_MAX).collect();
            self.ask(ledger, Action::EndRun { as_of, end: RunEnd::Failed { reason } }).await?;
            return Ok(());
        }
        self.time_out(ledger, as_of, progress).await?;
        let is_left = self.send_waiting(ledger, Some(as_of)).await?;
        let missing = self.collect(ledger, as_of, progress).await?;
        let given_up = self.given_up(ledger, as_of, is_left || missing > 0).await?;
        self.ask(ledger, Action::EndRun { as_of, end: RunEnd::Done { given_up } }).await?;
        add(&self.inner.totals.runs_done, 1);
        tracing::info!(%ledger, day = %as_of, given_up, "a run of advances is done");
        Ok(())
    }

    /// Reads the report, unless that was done. Says why there is none, where there is none.
    async fn learn(&self, ledger: &Name, run: &Run, progress: &Progress) -> Result<Result<(), String>, CollectError> {
        if run.report.is_some() {
            return Ok(Ok(()));
        }
        let mut last: Option<Reading> = None;
        let mut reason = String::new();
        for attempt in 1..=REPORT_TRIES_MAX {
            match self.processor()?.report().await {
                Ok(report) => {
                    let reading = self.read_rows(ledger, Some(run.as_of), report, progress).await?;
                    last = Some(reading);
                    // What was read to its end says the same again.
                    if reading.extent != Extent::Broken {
                        break;
                    }
                }
                Err(error) => reason = error.to_string(),
            }
            if attempt < REPORT_TRIES_MAX {
                tokio::time::sleep(self.inner.options.report_pause).await;
            }
        }
        let Some(reading) = last else { return Ok(Err(reason)) };
        self.ask(ledger, Action::NoteReport { as_of: Some(run.as_of), reading }).await?;
        Ok(Ok(()))
    }

    /// What was silent for too long, of all advances.
    async fn time_out(&self, ledger: &Name, as_of: Day, progress: &Progress) -> Result<(), CollectError> {
        let of = ledger.clone();
        let Some(book) = self.read(move |snapshot| snapshot.book(&of)).await? else { return Ok(()) };
        let mut after = None;
        loop {
            let page = self.due_page(ledger, as_of, &mut after).await?;
            if page.is_empty() {
                return Ok(());
            }
            add(&progress.advances, page.len() as u64);
            let silent = page.iter().filter(|advance| is_silent(&book, advance, as_of));
            let actions: Vec<Action> = silent.map(|advance| Action::TimeOut { advance: advance.no, as_of }).collect();
            self.all(ledger, actions).await?;
        }
    }

    /// Asks for all that is due, and sends it; says how many responses did not come.
    async fn collect(&self, ledger: &Name, as_of: Day, progress: &Progress) -> Result<u64, CollectError> {
        let scale = self.scale(ledger).await?;
        let mut after = None;
        let mut all = Answers::default();
        loop {
            let page = self.due_page(ledger, as_of, &mut after).await?;
            if page.is_empty() {
                break;
            }
            let mut actions = Vec::new();
            for advance in &page {
                let due = advance.due(as_of).into_iter();
                actions.extend(due.map(|(number, _)| Action::AskDebit { advance: advance.no, number, as_of }));
            }
            self.all(ledger, actions).await?;
            let (of, numbers) = (ledger.clone(), page.iter().map(|advance| advance.no).collect::<Vec<Seq>>());
            let asked = self.read(move |snapshot| {
                numbers.iter().filter_map(|no| snapshot.advance(&of, *no).transpose()).collect::<Result<Vec<_>, _>>()
            });
            let asked = asked.await?;
            add(&progress.asked, asked.iter().map(|advance| advance.calling().count() as u64).sum());
            let answers = self.send_all(ledger, &asked, scale, as_of).await?;
            all.missing += answers.missing;
            if answers.is_away() {
                tracing::warn!(%ledger, "the processor is away; what is due is given up for the day");
                break;
            }
        }
        Ok(all.missing)
    }

    /// How many credits and debits the processor refused in this run, and how many are due and not known to be with it,
    /// if any are left. What was left on an earlier day too is written down, for people to see.
    async fn given_up(&self, ledger: &Name, as_of: Day, is_any_left: bool) -> Result<u64, CollectError> {
        let of = ledger.clone();
        let book = self.read(move |snapshot| snapshot.book(&of)).await?;
        let mut count = book.and_then(|book| Some(book.running()?.counts.refused)).unwrap_or(0);
        if !is_any_left {
            return Ok(count);
        }
        let mut after = None;
        loop {
            let page = self.due_page(ledger, as_of, &mut after).await?;
            if page.is_empty() {
                return Ok(count);
            }
            count += page.iter().map(|advance| left(advance, as_of) as u64).sum::<u64>();
            let unanswered = page.iter().filter(|advance| advance.unanswered(as_of).next().is_some());
            let actions = unanswered.map(|advance| Action::NoteUnanswered { advance: advance.no, as_of }).collect();
            self.all(ledger, actions).await?;
        }
    }

    /// The next advances with which something is to be done on a day.
    async fn due_page(
        &self,
        ledger: &Name,
        as_of: Day,
        after: &mut Option<(Day, Seq)>,
    ) -> Result<Vec<Advance>, CollectError> {
        let (of, from) = (ledger.clone(), *after);
        let page = self.read(move |snapshot| snapshot.advances_due(&of, as_of, from, PAGE)).await?;
        *after = page.last().map(|(day, advance)| (*day, advance.no)).or(*after);
        Ok(page.into_iter().map(|(_, advance)| advance).collect())
    }

    /// Asks for all of these, unless the run is over.
    async fn all(&self, ledger: &Name, actions: Vec<Action>) -> Result<(), CollectError> {
        let mut actions = actions.into_iter().peekable();
        while actions.peek().is_some() {
            let some: Vec<Action> = actions.by_ref().take(COMMANDS_MAX).collect();
            for outcome in self.submit(ledger, some).await? {
                match outcome {
                    Outcome::Refused(rejection) if rejection == RunOver.into() => {
                        return Err(CollectError::Refused(rejection));
                    }
                    // One advance keeps no other waiting.
                    Outcome::Refused(rejection) => {
                        tracing::error!(%ledger, code = rejection.code(), "a step of a run is refused");
                    }
                    Outcome::Done { .. } | Outcome::Same | Outcome::Replayed { .. } | Outcome::WouldDo(_) => {}
                }
            }
        }
        Ok(())
    }

    /// Carries on what is under way and sends what waits, for as long as the engine is open.
    pub async fn work(self) {
        let mut ticks = Ticks::every(&self.engine, LOOK_INTERVAL);
        let credits = Arc::new(Mutex::new(HashMap::new()));
        let mut obstacle = Obstacle::of_job(&self.engine, "advances");
        while ticks.next_or(&self.inner.wake).await {
            let books = match self.read(open_books).await {
                Ok(books) => books,
                Err(error) => {
                    obstacle.met(&error);
                    continue;
                }
            };
            obstacle.passed();
            for (ledger, book) in books {
                if !self.has_processor() {
                    continue;
                }
                self.begin_daily(&ledger, &book).await;
                if book.running().is_some() && self.progress(&ledger).is_none() {
                    let (collector, ledger) = (self.clone(), ledger.clone());
                    tokio::spawn(async move {
                        if let Err(error) = collector.carry_on(&ledger).await {
                            tracing::warn!(%ledger, %error, "the run of advances goes on in a moment");
                        }
                    });
                }
                tokio::spawn(self.clone().send_credits(ledger, Arc::clone(&credits)));
            }
        }
    }

    /// Sends the credits of a ledger that wait, unless that is going on, or no response came a moment ago: then later and
    /// later.
    async fn send_credits(self, ledger: Name, credits: Arc<Mutex<HashMap<Name, Pause>>>) {
        {
            let mut credits = credits.lock();
            let pause = credits.entry(ledger.clone()).or_default();
            if pause.is_busy || pause.until.is_some_and(|until| Instant::now() < until) {
                return;
            }
            pause.is_busy = true;
        }
        let is_left = self.send_waiting(&ledger, None).await.unwrap_or(true);
        let mut credits = credits.lock();
        let pause = credits.entry(ledger).or_default();
        let longer = (pause.length * 2).clamp(CREDIT_PAUSE_MIN, CREDIT_PAUSE_MAX);
        *pause = match is_left {
            true => Pause { is_busy: false, until: Some(Instant::now() + longer), length: longer },
            false => Pause::default(),
        };
    }

    /// Begins the run of today when its time has come, if runs begin by themselves.
    async fn begin_daily(&self, ledger: &Name, book: &Book) {
        let now = self.engine.now();
        let Some(day) = self.inner.options.daily_at.as_ref().and_then(|at| at.last_before(now)) else { return };
        let is_time = match &book.run {
            None => true,
            Some(run) if run.as_of < day => true,
            Some(Run { ended: Some((RunEnd::Failed { .. }, at)), as_of, .. }) => {
                *as_of == day && at.plus_seconds(FAILED_PAUSE_S) <= now
            }
            Some(_) => false,
        };
        if is_time && let Err(error) = self.start_run(ledger, day).await {
            tracing::warn!(%ledger, %error, "the daily run of advances is begun again in a moment");
        }
    }
}

/// What every ledger keeps of advances as a whole, but for archived ledgers: nothing is sent or collected in them.
fn open_books(snapshot: &dyn Snapshot) -> Result<Vec<(Name, Book)>, Fault> {
    let mut open = Vec::new();
    for (ledger, book) in snapshot.books()? {
        if snapshot.head(&ledger)?.is_some_and(|head| head.state == LedgerState::Open) {
            open.push((ledger, book));
        }
    }
    Ok(open)
}

/// How long credits wait that found no response.
#[derive(Debug, Default)]
struct Pause {
    is_busy: bool,
    until: Option<Instant>,
    length: Duration,
}

/// A run that goes on here, for as long as someone is at it.
struct RunGuard<'a> {
    collector: &'a Collector,
    ledger: Name,
    progress: Arc<Progress>,
}

impl Drop for RunGuard<'_> {
    fn drop(&mut self) {
        self.collector.inner.runs.lock().remove(&self.ledger);
    }
}

/// How many of an advance's credit and debits are due and not known to be with the processor.
fn left(advance: &Advance, as_of: Day) -> usize {
    let is_waiting = advance.credit == Credit::Waiting;
    usize::from(is_waiting) + advance.calling().count() + advance.due(as_of).len()
}

/// Whether silence about something of an advance means more than it did.
fn is_silent(book: &Book, advance: &Advance, as_of: Day) -> bool {
    let is_silent = |number| matches!(advance.progress(number), Some(Standing::Silent(..)));
    advance.overdue(as_of, &book.reports).any(|(number, is_told)| is_told || !is_silent(number))
}
