//! All endpoints in memory, as last read from the system ledger.

use std::collections::BTreeMap;
use std::sync::Arc;

use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use ducat_store::{Fault, Reader};
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;

use super::WEBHOOKS;
use super::endpoint::{Endpoint, EndpointId};

/// Accounts read at a time.
const READ_MAX: usize = 1_000;

/// All endpoints.
#[derive(Debug)]
pub struct Endpoints {
    known: RwLock<BTreeMap<EndpointId, Arc<Endpoint>>>,
    /// Up to which effect of the system ledger they are known. One refresh at a time, so that what is read later is also
    /// kept later.
    refreshed: Mutex<Seq>,
    changes: watch::Sender<Seq>,
}

impl Default for Endpoints {
    fn default() -> Endpoints {
        let (known, refreshed) = (RwLock::default(), Mutex::new(Seq(0)));
        Endpoints { known, refreshed, changes: watch::Sender::new(Seq(0)) }
    }
}

impl Endpoints {
    /// One by its id.
    #[must_use]
    pub fn get(&self, id: EndpointId) -> Option<Arc<Endpoint>> {
        self.known.read().get(&id).cloned()
    }

    /// All of them, closed ones too, by id.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Endpoint>> {
        self.known.read().values().cloned().collect()
    }

    /// Those of a ledger, closed ones too, by id.
    #[must_use]
    pub fn of_ledger(&self, ledger: &Name) -> Vec<Arc<Endpoint>> {
        self.known.read().values().filter(|endpoint| endpoint.record.ledger == *ledger).cloned().collect()
    }

    /// Wakes when they may have changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Seq> {
        self.changes.subscribe()
    }

    /// Reads them again, where the system ledger has changed. What each of them says is read whole: they are few, and change
    /// seldom.
    ///
    /// # Errors
    /// When the store cannot be read. What is known stays as it was.
    pub fn refresh(&self, reader: &dyn Reader) -> Result<(), Fault> {
        let mut refreshed = self.refreshed.lock();
        let snapshot = reader.snapshot()?;
        let seq = snapshot.head(&Name::system())?.map_or(Seq(0), |head| head.seq);
        if seq <= *refreshed {
            return Ok(());
        }
        let (mut all, mut after): (BTreeMap<EndpointId, Arc<Endpoint>>, Option<Name>) = (BTreeMap::new(), None);
        loop {
            let page = snapshot.accounts(&Name::system(), WEBHOOKS, after.as_ref(), READ_MAX)?;
            let endpoints = page.iter().filter_map(Endpoint::of);
            all.extend(endpoints.map(|endpoint| (endpoint.id, Arc::new(endpoint))));
            if page.len() < READ_MAX {
                break;
            }
            after = page.last().map(|account| account.row.name.clone());
        }
        *self.known.write() = all;
        *refreshed = seq;
        self.changes.send_replace(seq);
        Ok(())
    }
}
