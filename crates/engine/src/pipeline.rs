//! The two threads of an engine and what they hand each other.
//!
//! One decides, the other commits. The one that decides takes all that is queued as soon as nothing is being committed:
//! what arrives meanwhile forms the next turn. It does not wait for the commit where deciding takes time by itself,
//! which is when [`AHEAD_COMMANDS_MIN`] commands are queued.

use std::collections::VecDeque;
use std::sync::Arc;

use ducat_domain::ledger::batch::BATCH_COMMANDS_MAX;
use parking_lot::{Condvar, Mutex};

use crate::committing::{Chore, Committing, Finished, Lane};
use crate::executor::Executor;
use crate::turn::{Ask, Turn};

/// Commands that are decided during a commit. Fewer are decided in less time than it takes to split what would be one
/// commit into two.
const AHEAD_COMMANDS_MIN: usize = 128;

/// Commands of a turn at most: four full batches. What is queued by many clients is committed at once, so that a row that
/// several batches change is written once.
const TURN_COMMANDS_MAX: usize = 4 * BATCH_COMMANDS_MAX;

/// What one thread asks the other.
enum Job {
    Commit(Turn),
    Attend(Chore),
}

#[derive(Default)]
struct State {
    asked: VecDeque<Ask>,
    /// How many commands are asked.
    commands: usize,
    /// What is to be done that is no commit.
    chores: VecDeque<Chore>,
    /// Nothing more is taken.
    is_closed: bool,
    /// The one that decides has gone.
    has_ended: bool,
    job: Option<Job>,
    /// From when a job is handed over until it is done.
    is_committing: bool,
    /// Whether the one that decides waits for that.
    is_awaited: bool,
    finished: Option<Finished>,
}

impl State {
    /// Whether the one that decides has something to do.
    fn is_ready(&self) -> bool {
        let is_free = !self.is_committing;
        let asks = !self.asked.is_empty() && (is_free || self.commands >= AHEAD_COMMANDS_MIN);
        let is_lost = !matches!(self.finished, None | Some(Finished::Landed));
        asks || is_lost || !self.chores.is_empty() || (self.is_closed && self.asked.is_empty())
    }

    fn take(&mut self) -> Vec<Ask> {
        let (mut asks, mut commands) = (Vec::new(), 0);
        while let Some(ask) = self.asked.pop_front() {
            if !asks.is_empty() && commands + ask.commands > TURN_COMMANDS_MAX {
                self.asked.push_front(ask);
                break;
            }
            commands += ask.commands;
            asks.push(ask);
        }
        self.commands -= commands;
        asks
    }
}

/// What the one that decides does next.
enum Next {
    Turn(Vec<Ask>),
    Attend(Chore),
    /// What was under way did not land: it may have to be decided again.
    Finish,
    End,
}

/// What the threads share.
#[derive(Default)]
pub(crate) struct Pipeline {
    state: Mutex<State>,
    /// The one that decides waits here.
    to_decide: Condvar,
    /// The one that commits waits here.
    to_commit: Condvar,
}

impl Pipeline {
    /// Queues a request; it is given back when nothing more is taken.
    pub fn ask(&self, ask: Ask) -> Result<(), Ask> {
        let mut state = self.state.lock();
        if state.is_closed {
            return Err(ask);
        }
        state.commands += ask.commands;
        state.asked.push_back(ask);
        self.wake(&state);
        Ok(())
    }

    /// Asks for something that is no commit.
    pub fn attend(&self, chore: Chore) {
        let mut state = self.state.lock();
        state.chores.push_back(chore);
        self.wake(&state);
    }

    /// Takes nothing more.
    pub fn close(&self) {
        let mut state = self.state.lock();
        state.is_closed = true;
        self.wake(&state);
    }

    /// Whether requests are taken.
    pub fn is_open(&self) -> bool {
        !self.state.lock().is_closed
    }

    fn wake(&self, state: &State) {
        if state.is_ready() {
            self.to_decide.notify_one();
        }
    }

    fn next(&self) -> Next {
        let mut state = self.state.lock();
        while !state.is_ready() {
            self.to_decide.wait(&mut state);
        }
        if let Some(chore) = state.chores.pop_front() {
            return Next::Attend(chore);
        }
        match state.asked.is_empty() {
            false => Next::Turn(state.take()),
            true if state.is_closed => Next::End,
            true => Next::Finish,
        }
    }

    /// Decides what is asked until nothing more is taken, and finishes what was.
    pub fn run_deciding(&self, mut executor: Executor) {
        loop {
            match self.next() {
                Next::Turn(asks) => executor.take(asks),
                Next::Attend(chore) => executor.attend(chore),
                Next::Finish => executor.finish(),
                Next::End => break,
            }
        }
        executor.finish();
        // The loading half is closed before the committing one, which owns the store.
        drop(executor);
        self.state.lock().has_ended = true;
        self.to_commit.notify_one();
    }

    /// Commits what is decided until no one decides any more.
    pub fn run_committing(&self, mut committing: Committing) {
        loop {
            let job = {
                let mut state = self.state.lock();
                loop {
                    match state.job.take() {
                        Some(job) => break job,
                        None if state.has_ended => return,
                        None => self.to_commit.wait(&mut state),
                    }
                }
            };
            let finished = match job {
                Job::Commit(turn) => Some(committing.carry_out(turn)),
                Job::Attend(chore) => {
                    committing.attend(chore);
                    None
                }
            };
            let mut state = self.state.lock();
            state.is_committing = false;
            state.finished = finished;
            if state.is_awaited || state.is_ready() {
                self.to_decide.notify_one();
            }
        }
    }

    fn hand_over(&self, job: Job) {
        let mut state = self.state.lock();
        state.job = Some(job);
        state.is_committing = true;
        self.to_commit.notify_one();
    }
}

/// The lane to the thread that commits.
pub(crate) struct Threaded(pub Arc<Pipeline>);

impl Lane for Threaded {
    fn start(&mut self, turn: Turn) {
        self.0.hand_over(Job::Commit(turn));
    }

    fn wait(&mut self) -> Option<Finished> {
        let mut state = self.0.state.lock();
        state.is_awaited = true;
        while state.is_committing {
            self.0.to_decide.wait(&mut state);
        }
        state.is_awaited = false;
        state.finished.take()
    }

    fn attend(&mut self, chore: Chore) {
        self.0.hand_over(Job::Attend(chore));
    }
}
