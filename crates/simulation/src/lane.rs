//! A lane on which commits are late: a turn is committed when the seed says so, at the latest when it is waited for.
//!
//! The thread that commits may be as slow as it likes, so a commit lands before, between or after the loads of the next
//! turn, or never, when the process is killed.

use std::sync::Arc;

use ducat_domain::ledger::working::Heads;
use ducat_domain::names::Name;
use ducat_domain::{Footprint, LoadedLedger, Rows};
use ducat_engine::committing::{Chore, Committing, Finished, Lane};
use ducat_engine::turn::Turn;
use ducat_store::{Fault, Loader};
use parking_lot::Mutex;

use crate::faulty::Faults;

struct State {
    committing: Committing,
    turn: Option<Turn>,
    finished: Option<Finished>,
}

/// The lane. Clones are the same lane.
#[derive(Clone)]
pub(super) struct Late {
    state: Arc<Mutex<State>>,
    faults: Faults,
}

impl Late {
    pub fn new(committing: Committing, faults: Faults) -> Late {
        Late { state: Arc::new(Mutex::new(State { committing, turn: None, finished: None })), faults }
    }

    /// Commits the turn under way now, if it is not committed yet.
    pub fn commit(&self) {
        let State { committing, turn, finished } = &mut *self.state.lock();
        if let Some(turn) = turn.take() {
            *finished = Some(committing.carry_out(turn));
        }
    }

    fn perhaps_commit(&self) {
        if self.faults.draw(4) == 0 {
            self.commit();
        }
    }
}

impl Lane for Late {
    fn start(&mut self, turn: Turn) {
        self.state.lock().turn = Some(turn);
        self.perhaps_commit();
    }

    fn wait(&mut self) -> Option<Finished> {
        self.commit();
        self.state.lock().finished.take()
    }

    fn attend(&mut self, chore: Chore) {
        self.state.lock().committing.attend(chore);
    }
}

/// A loading half during whose loads commits land.
pub(super) struct DuringCommits {
    pub loader: Box<dyn Loader>,
    pub late: Late,
}

impl Loader for DuringCommits {
    fn ledger(&mut self, name: &Name) -> Result<LoadedLedger, Fault> {
        self.late.perhaps_commit();
        self.loader.ledger(name)
    }

    fn load(&mut self, heads: Heads<'_>, footprint: &Footprint) -> Result<Option<Rows>, Fault> {
        self.late.perhaps_commit();
        let loaded = self.loader.load(heads, footprint);
        self.late.perhaps_commit();
        loaded
    }
}
