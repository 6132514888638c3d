//! A store that fails in every way that the contract allows, by seed.

use std::sync::Arc;

use ducat_domain::ledger::rows::Head;
use ducat_domain::ledger::working::Heads;
use ducat_domain::names::Name;
use ducat_domain::{Delta, Footprint, LoadedLedger, Rows};
use ducat_store::MemoryStore;
use ducat_store::beside::WriteBeside;
use ducat_store::sinks::{Noted, Progress};
use ducat_store::{CommitError, Committer, Fault, Loader, Store, Use};
use fastrand::Rng;
use parking_lot::Mutex;

#[derive(Debug)]
struct State {
    rng: Rng,
    unknown: usize,
}

/// When to fail. Clones draw from the same seed.
#[derive(Debug, Clone)]
pub(super) struct Faults(Arc<Mutex<State>>);

impl Faults {
    pub fn new(seed: u64) -> Faults {
        Faults(Arc::new(Mutex::new(State { rng: Rng::with_seed(seed ^ 0xFA17), unknown: 0 })))
    }

    /// Commits so far whose answer was lost.
    pub fn unknown(&self) -> usize {
        self.0.lock().unknown
    }

    pub fn draw(&self, sides: u8) -> u8 {
        self.0.lock().rng.u8(..sides)
    }

    fn lose(&self) {
        self.0.lock().unknown += 1;
    }
}

fn broken() -> Fault {
    Fault::Database("simulated".to_owned())
}

/// The memory store behind a connection that breaks.
pub(super) struct FaultyStore {
    store: MemoryStore,
    faults: Faults,
}

impl FaultyStore {
    pub fn new(store: MemoryStore, faults: Faults) -> FaultyStore {
        FaultyStore { store, faults }
    }
}

impl Store for FaultyStore {
    fn split(self: Box<Self>) -> (Box<dyn Loader>, Box<dyn Committer>) {
        (Box::new(FaultyStore::new(self.store.clone(), self.faults.clone())), self)
    }
}

impl Loader for FaultyStore {
    fn ledger(&mut self, name: &Name) -> Result<LoadedLedger, Fault> {
        if self.faults.draw(40) == 0 { Err(broken()) } else { self.store.ledger(name) }
    }

    fn load(&mut self, heads: Heads<'_>, footprint: &Footprint) -> Result<Option<Rows>, Fault> {
        if self.faults.draw(40) == 0 { Err(broken()) } else { self.store.load(heads, footprint) }
    }
}

impl Committer for FaultyStore {
    fn commit(&mut self, deltas: &[Delta]) -> Result<(), CommitError> {
        match self.faults.draw(24) {
            0 => Err(CommitError::Refused(broken())),
            1 => {
                self.faults.lose();
                Err(CommitError::Unknown(broken()))
            }
            2 | 3 => {
                self.store.commit(deltas)?;
                self.faults.lose();
                Err(CommitError::Unknown(broken()))
            }
            _ => self.store.commit(deltas),
        }
    }

    fn confirm(&mut self, heads: &[Head]) -> Result<bool, Fault> {
        if self.faults.draw(60) == 0 { Err(broken()) } else { self.store.confirm(heads) }
    }

    fn settle(&mut self, deltas: &[Delta]) -> Result<bool, Fault> {
        if self.faults.draw(3) == 0 { Err(broken()) } else { self.store.settle(deltas) }
    }

    fn probe(&mut self) -> Result<(), Fault> {
        self.store.probe()
    }
}

impl WriteBeside for FaultyStore {
    fn note_uses(&mut self, uses: &[Use]) -> Result<(), Fault> {
        self.store.note_uses(uses)
    }

    fn claim_sinks(&mut self, sinks: &[Name]) -> Result<Vec<Progress>, Fault> {
        self.store.claim_sinks(sinks)
    }

    fn note_deliveries(&mut self, noted: &[Noted]) -> Result<(), Fault> {
        self.store.note_deliveries(noted)
    }
}
