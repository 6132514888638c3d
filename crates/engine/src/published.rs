//! Accounts as last committed, kept in memory for readers.
//!
//! A read of an account that is here touches neither the executor nor the store. What is here changes after each commit
//! and before its replies, so a client always reads its own acknowledged writes. What a turn shows is made when it is
//! decided, because the working rows are a turn ahead by the time it is committed. A reader that fills a
//! gap does so under a placeholder; a commit that passes meanwhile removes it, so nothing stale ever stays. Where
//! several nodes share a store, all that is kept is kept under the term in which it was read, and serves only in that
//! term.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::rows::{AssetRow, Head};
use ducat_domain::ledger::working::ROWS_MAX;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AssetNo, Seq, Timestamp};
use ducat_domain::{Delta, Working};
use ducat_store::{Fault, LeaseChanges, Reader, SoleOwner, Tenure};
use parking_lot::Mutex;
use quick_cache::Equivalent;
use quick_cache::sync::{Cache, GuardResult};
use tokio::sync::watch;

use crate::clock::Ahead;
use crate::health::Health;
use crate::meters::Meters;

/// Accounts kept for readers: as many as the executor keeps, some 800 MB when all are taken. A read of one that is kept
/// costs a third of one that is not.
const ACCOUNTS_MAX: usize = ROWS_MAX;

/// Ledgers whose assets are kept.
const LEDGERS_MAX: usize = 10_000;

/// While what is kept serves: a term of the tenure, and an era that ends when something was committed of which no one
/// knew that it would be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Term {
    of_tenure: u64,
    era: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    term: Term,
    ledger: Name,
    account: Name,
}

#[derive(Hash)]
struct KeyRef<'a> {
    term: Term,
    ledger: &'a str,
    account: &'a str,
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.term == key.term && self.ledger == key.ledger.as_str() && self.account == key.account.as_str()
    }
}

impl From<&KeyRef<'_>> for Key {
    /// # Panics
    /// Never: both texts come from names.
    fn from(key: &KeyRef<'_>) -> Key {
        let name = |text| Name::parse(text).expect("it was a name before");
        Key { term: key.term, ledger: name(key.ledger), account: name(key.account) }
    }
}

/// The assets of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    rows: Vec<AssetRow>,
    default: AssetNo,
}

impl Assets {
    /// Those of a ledger with this head.
    #[must_use]
    pub fn new(rows: Vec<AssetRow>, head: &Head) -> Assets {
        Assets { rows, default: head.defaults.now() }
    }

    /// Their rows; none where they are not known.
    #[must_use]
    pub fn rows(assets: Option<&Assets>) -> &[AssetRow] {
        assets.map_or(&[], |assets| &assets.rows)
    }

    /// The one that is meant where none is named; `None` while there is none.
    #[must_use]
    pub fn default_asset(&self) -> Option<&AssetRow> {
        self.rows.iter().find(|row| row.no == self.default)
    }
}

impl Deref for Assets {
    type Target = [AssetRow];

    fn deref(&self) -> &[AssetRow] {
        &self.rows
    }
}

/// What readers find without asking the store.
pub struct Published {
    accounts: Cache<Key, Arc<LoadedAccount>>,
    /// With the term in which they were read.
    assets: Cache<Name, (u64, Arc<Assets>)>,
    tenure: Arc<dyn Tenure>,
    commits: watch::Sender<u64>,
    /// Ledgers whose effects someone follows, each with its last effect that is known here.
    followed: Mutex<HashMap<Name, watch::Sender<Seq>>>,
    /// The instants of the last commits of ledgers.
    lasts: Cache<Name, Timestamp>,
    /// Ledgers that are ahead of the clock.
    pub(crate) ahead: Ahead,
    /// What is counted and timed.
    pub(crate) meters: Arc<Meters>,
    /// How the store does.
    health: watch::Sender<Health>,
    settling: AtomicBool,
    /// Whether any account was ever asked for. It is set before the store is read, so who finds it unset after a commit
    /// knows that every later reader sees that commit.
    was_read: AtomicBool,
    era: AtomicU64,
}

/// What a turn changes of what readers find, in one ledger.
#[derive(Debug)]
pub struct Publication {
    ledger: Name,
    seq: Seq,
    at: Timestamp,
    /// The term that it is committed in. Of a store with leases it is the epoch, which every taking raises.
    term: u64,
    changes_assets: bool,
    /// The accounts that it changes, as they become where readers know them; nothing where no account was ever read.
    accounts: Option<Vec<(Name, Option<Arc<LoadedAccount>>)>>,
}

impl Default for Published {
    fn default() -> Published {
        Published::new(Arc::new(SoleOwner))
    }
}

impl Published {
    /// Nothing kept yet. What is kept serves while `tenure` says so.
    #[must_use]
    pub fn new(tenure: Arc<dyn Tenure>) -> Published {
        Published {
            accounts: Cache::new(ACCOUNTS_MAX),
            assets: Cache::new(LEDGERS_MAX),
            tenure,
            commits: watch::Sender::new(0),
            followed: Mutex::default(),
            lasts: Cache::new(LEDGERS_MAX),
            ahead: Ahead::default(),
            meters: Arc::default(),
            health: watch::Sender::new(Health::Good),
            settling: AtomicBool::new(false),
            was_read: AtomicBool::new(false),
            era: AtomicU64::new(0),
        }
    }

    /// Whether the store knows of a lease of this ledger that is ours, however short.
    pub(crate) fn is_held(&self, ledger: &Name) -> bool {
        self.tenure.is_held(ledger.as_str())
    }

    pub(crate) fn may_serve(&self) -> bool {
        self.tenure.may_serve()
    }

    pub(crate) fn lease_changes(&self) -> LeaseChanges {
        self.tenure.lease_changes()
    }

    pub(crate) fn leases(&self) -> usize {
        self.tenure.held_count()
    }

    /// An account that is here.
    #[must_use]
    pub fn account(&self, ledger: &str, account: &str) -> Option<Arc<LoadedAccount>> {
        let term = self.tenure.term(ledger).map(|of_tenure| self.term(of_tenure));
        term.and_then(|term| self.accounts.get(&KeyRef { term, ledger, account }))
    }

    /// The assets of a ledger that is here.
    #[must_use]
    pub fn assets(&self, ledger: &str) -> Option<Arc<Assets>> {
        let term = self.tenure.term(ledger)?;
        self.assets.get(ledger).filter(|(read_in, _)| *read_in == term).map(|(_, assets)| assets)
    }

    /// Whether the executor is finding out what became of a commit: nothing else is done meanwhile.
    #[must_use]
    pub fn is_settling(&self) -> bool {
        self.settling.load(Ordering::Relaxed)
    }

    pub(crate) fn set_settling(&self, settling: bool) {
        self.settling.store(settling, Ordering::Relaxed);
    }

    /// An account, read from the store and kept if it is not here.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn load_account(
        &self,
        reader: &dyn Reader,
        ledger: &Name,
        account: &Name,
    ) -> Result<Option<Arc<LoadedAccount>>, Fault> {
        self.was_read.store(true, Ordering::SeqCst);
        let read = || reader.snapshot()?.account(ledger, account).map(|found| found.map(Arc::new));
        let Some(term) = self.tenure.term(ledger.as_str()) else { return read() };
        let key = Key { term: self.term(term), ledger: ledger.clone(), account: account.clone() };
        match self.accounts.get_value_or_guard(&key, None) {
            GuardResult::Value(found) => Ok(Some(found)),
            GuardResult::Timeout => read(),
            GuardResult::Guard(guard) => {
                let Some(found) = read()? else { return Ok(None) };
                // A commit that passed meanwhile has removed the placeholder; then this is not kept.
                drop(guard.insert(Arc::clone(&found)));
                Ok(Some(found))
            }
        }
    }

    /// A ledger's assets, read from the store and kept if they are not here; none for a ledger that no one opened.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn load_assets(&self, reader: &dyn Reader, ledger: &Name) -> Result<Option<Arc<Assets>>, Fault> {
        let read = || -> Result<Option<Arc<Assets>>, Fault> {
            let snapshot = reader.snapshot()?;
            let Some(head) = snapshot.head(ledger)? else { return Ok(None) };
            Ok(Some(Arc::new(Assets::new(snapshot.assets(ledger)?, &head))))
        };
        let Some(term) = self.tenure.term(ledger.as_str()) else { return read() };
        if let Some((read_in, _)) = self.assets.get(ledger)
            && read_in != term
        {
            self.assets.remove(ledger);
        }
        match self.assets.get_value_or_guard(ledger, None) {
            GuardResult::Value((read_in, found)) if read_in == term => Ok(Some(found)),
            GuardResult::Value(_) | GuardResult::Timeout => read(),
            GuardResult::Guard(guard) => {
                let Some(found) = read()? else { return Ok(None) };
                drop(guard.insert((term, Arc::clone(&found))));
                Ok(Some(found))
            }
        }
    }

    /// A counter that changes with every commit.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    /// The instant of the last commit of a ledger that is known here.
    pub(crate) fn last(&self, ledger: &Name) -> Option<Timestamp> {
        self.lasts.get(ledger)
    }

    /// How the store does, as the last attempts to write and read it showed.
    #[must_use]
    pub fn health(&self) -> Health {
        self.health.borrow().clone()
    }

    /// Waits until the store is found to be damaged.
    pub(crate) async fn damaged(&self) {
        let mut health = self.health.subscribe();
        // The sender is this object's own, so it is there for as long as this waits.
        drop(health.wait_for(|health| matches!(health, Health::Damaged { .. })).await);
    }

    /// Adds to what is known of the damage where it is.
    pub(crate) fn note_places(&self, places: &[String]) {
        self.health.send_if_modified(|health| match health {
            Health::Damaged { reason } => {
                *reason = format!("{reason}; {}", places.join("; "));
                true
            }
            Health::Good | Health::Failing { .. } => false,
        });
    }

    /// Notes what an attempt showed. What is damaged stays damaged.
    /// Notes what a fault says of the store. That a ledger is another node's says nothing of it.
    pub(crate) fn note_fault(&self, fault: &Fault) {
        if !matches!(fault, Fault::Elsewhere { .. } | Fault::Withdrawn { .. }) {
            self.note_health(Health::of(fault));
        }
    }

    pub(crate) fn note_health(&self, found: Health) {
        self.health.send_if_modified(|health| {
            if *health == found || matches!(health, Health::Damaged { .. }) {
                return false;
            }
            match &found {
                Health::Good => tracing::info!("the store takes commits again"),
                Health::Failing { reason } => {
                    tracing::error!(reason, "the store takes no commits; tried again each second")
                }
                Health::Damaged { reason } => {
                    tracing::error!(reason, "the store is damaged; nothing more is written to it")
                }
            }
            *health = found;
            true
        });
    }

    /// Wakes when a ledger has effects after the last that it saw. Commits of other ledgers wake it never.
    #[must_use]
    pub fn follow(&self, ledger: &Name) -> watch::Receiver<Seq> {
        self.followed.lock().entry(ledger.clone()).or_insert_with(|| watch::Sender::new(Seq(0))).subscribe()
    }

    /// The ledgers that are followed.
    pub(crate) fn followed(&self) -> Vec<Name> {
        let mut followed = self.followed.lock();
        followed.retain(|_, followers| followers.receiver_count() > 0);
        followed.keys().cloned().collect()
    }

    /// Wakes those who follow a ledger, if it has effects that they do not know of.
    pub(crate) fn wake(&self, ledger: &Name, last: Seq) {
        let mut followed = self.followed.lock();
        let Some(followers) = followed.get(ledger) else { return };
        if followers.receiver_count() == 0 {
            followed.remove(ledger);
        } else {
            followers.send_if_modified(|known| last > std::mem::replace(known, last.max(*known)));
        }
    }

    fn term(&self, of_tenure: u64) -> Term {
        Term { of_tenure, era: self.era.load(Ordering::SeqCst) }
    }

    /// What a batch will change, while the working rows are just after it.
    pub(crate) fn prepare(&self, delta: &Delta, working: &Working) -> Publication {
        let term = self.tenure.term_at(delta.head.epoch);
        Publication {
            ledger: delta.head.ledger.clone(),
            seq: delta.head.seq,
            at: delta.head.at,
            term,
            changes_assets: !delta.assets.is_empty() || delta.base.defaults != delta.head.defaults,
            accounts: self.was_read.load(Ordering::SeqCst).then(|| self.changed(self.term(term), delta, working)),
        }
    }

    fn changed(&self, term: Term, delta: &Delta, working: &Working) -> Vec<(Name, Option<Arc<LoadedAccount>>)> {
        let ledger = delta.head.ledger.as_str();
        let changed = delta.balances.iter().map(|row| row.account).chain(delta.accounts.iter().map(|row| row.no));
        let mut accounts = Vec::with_capacity(delta.balances.len());
        let mut last = None;
        for account in changed {
            if last == Some(account) {
                continue;
            }
            last = Some(account);
            let Some(name) = working.account_name(account) else { continue };
            let is_known = self.accounts.peek(&KeyRef { term, ledger, account: name.as_str() }).is_some();
            let becomes = if is_known { working.account_snapshot(account) } else { None };
            accounts.push((name.clone(), becomes.map(Arc::new)));
        }
        accounts
    }

    /// Makes a committed batch visible. Rows that no one reads are only made sure not to be filled in stale.
    pub(crate) fn publish(&self, publication: Publication) {
        let Publication { ledger, seq, at, term, changes_assets, accounts } = publication;
        if changes_assets {
            self.assets.remove(&ledger);
        }
        self.commits.send_modify(|commits| *commits += 1);
        self.lasts.insert(ledger.clone(), at);
        self.wake(&ledger, seq);
        let Some(accounts) = accounts else {
            if self.was_read.load(Ordering::SeqCst) {
                // The first reader came between decision and commit: what it may have found is older.
                self.era.fetch_add(1, Ordering::SeqCst);
            }
            return;
        };
        let term = self.term(term);
        for (name, becomes) in accounts {
            let key = KeyRef { term, ledger: ledger.as_str(), account: name.as_str() };
            // Removing also ends the placeholder of a reader that is filling this gap right now.
            self.accounts.remove(&key);
            if let Some(account) = becomes {
                self.accounts.insert(Key { term, ledger: ledger.clone(), account: name }, account);
            }
        }
    }
}
