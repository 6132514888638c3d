//! The ring: all keys in memory, as last read from the system ledger.
//!
//! - A request is judged by the ring alone: no store is asked.
//! - The ring is read again when the system ledger changes: at once on the node that changed it, and within a quarter of
//!   a second on the others.
//! - Where several nodes share a store, a ring that could not be compared with it for five seconds takes no key at
//!   all: one that was revoked meanwhile must not go on.
//! - Once there was a key, there is a door, even when every key is revoked. Where a provider's tokens are taken there is one
//!   from the start.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ducat_domain::Fact;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{ActorNo, Seq, Timestamp};
use ducat_store::{Fault, Reader, Snapshot, Use};
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;

use super::key::{Key, Refusal, key_id};
use super::subjects::{Identity, Subjects};
use super::token::{KeyId, SecretHash, Token};
use super::{OPERATOR, SERVER, actor_of};

/// How long a ring may go without being compared with a store that others write to.
const STALE_AFTER: Duration = Duration::from_secs(5);

/// Rows and effects read at a time.
const READ_MAX: usize = 1_000;

/// Effects behind which all accounts are read again instead.
const EFFECTS_MAX: u64 = 10_000;

/// All keys.
#[derive(Debug)]
pub struct Ring {
    known: RwLock<Known>,
    /// One refresh at a time, so that what is read later is also kept later.
    refreshing: Mutex<()>,
    /// One new subject at a time.
    pub(super) signing_in: tokio::sync::Mutex<()>,
    /// Rung after each change.
    changes: watch::Sender<Seq>,
}

#[derive(Debug)]
struct Known {
    keys: HashMap<KeyId, Arc<Key>>,
    names: HashMap<ActorNo, Name>,
    subjects: Subjects,
    server: Option<ActorNo>,
    operator: Option<ActorNo>,
    /// Whether whoever asks must show something.
    is_closed: bool,
    seq: Seq,
    compared_at: Instant,
}

impl Default for Ring {
    fn default() -> Ring {
        let known = Known {
            keys: HashMap::new(),
            names: HashMap::new(),
            subjects: Subjects::default(),
            server: None,
            operator: None,
            is_closed: false,
            seq: Seq(0),
            compared_at: Instant::now(),
        };
        Ring {
            known: RwLock::new(known),
            refreshing: Mutex::new(()),
            signing_in: tokio::sync::Mutex::default(),
            changes: watch::Sender::new(Seq(0)),
        }
    }
}

/// What an account of the system ledger says.
struct Reading {
    name: Name,
    actor: Option<ActorNo>,
    subject: Option<Identity>,
    key: Option<Key>,
}

impl From<LoadedAccount> for Reading {
    fn from(account: LoadedAccount) -> Reading {
        let (actor, subject) = (actor_of(account.row.no), Identity::of(&account));
        Reading { actor, subject, key: Key::of(&account), name: account.row.name }
    }
}

impl Known {
    /// Takes an account of the system ledger as it was read.
    fn take(&mut self, reading: Reading) {
        let Reading { name, actor, subject, key } = reading;
        let id = key_id(&name);
        self.is_closed |= id.is_some();
        match key {
            Some(key) => {
                if let Some(before) = self.keys.get(&key.id) {
                    key.uses.go_on_from(&before.uses);
                }
                self.keys.insert(key.id, Arc::new(key));
            }
            // Where it was one and cannot be read any more, no one may go on with it.
            None => {
                if let Some(id) = id {
                    self.keys.remove(&id);
                }
            }
        }
        let Some(actor) = actor else { return };
        self.subjects.take(actor, subject);
        match name.as_str() {
            SERVER => self.server = Some(actor),
            OPERATOR => self.operator = Some(actor),
            _ => {}
        }
        self.names.insert(actor, name);
    }
}

impl Ring {
    /// Whether whoever asks must show a key, or a token of a provider.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.known.read().is_closed
    }

    /// Closes the door before there is a key: something else is asked for.
    pub fn close(&self) {
        self.known.write().is_closed = true;
    }

    /// The key that a token proves, and by which secret.
    ///
    /// # Errors
    /// Why it proves none.
    pub fn find(&self, token: &Token, now: Timestamp) -> Result<(Arc<Key>, SecretHash), Refusal> {
        let key = self.known.read().keys.get(&token.id).cloned().ok_or(Refusal::Unknown)?;
        key.check(token, now).map(|secret| (key, secret))
    }

    /// When keys were used, of those of which that is not stored.
    #[must_use]
    pub fn unstored(&self) -> Vec<Use> {
        let known = self.known.read();
        known.keys.values().filter_map(|key| key.uses.unstored(key.actor)).collect()
    }

    /// Takes in when keys were used, as it is stored.
    pub(super) fn take_uses(&self, uses: &[Use]) {
        let known = self.known.read();
        let by_actor: HashMap<ActorNo, &Arc<Key>> = known.keys.values().map(|key| (key.actor, key)).collect();
        for stored in uses {
            if let Some(key) = by_actor.get(&stored.actor) {
                key.uses.merge(stored);
            }
        }
    }

    /// A key by its id.
    #[must_use]
    pub fn key(&self, id: KeyId) -> Option<Arc<Key>> {
        self.known.read().keys.get(&id).cloned()
    }

    /// All keys, by id.
    #[must_use]
    pub fn keys(&self) -> Vec<Arc<Key>> {
        let mut keys: Vec<_> = self.known.read().keys.values().cloned().collect();
        keys.sort_unstable_by_key(|key| key.id);
        keys
    }

    /// The name of who asked for something; its number where it has no name.
    #[must_use]
    pub fn described(&self, actor: ActorNo) -> String {
        self.known.read().names.get(&actor).map_or_else(|| actor.0.to_string(), Name::to_string)
    }

    /// The number of whoever signed in.
    pub(super) fn subject(&self, identity: &Identity) -> Option<ActorNo> {
        self.known.read().subjects.actor(identity)
    }

    /// The number of the server itself, once there are keys.
    #[must_use]
    pub fn server(&self) -> Option<ActorNo> {
        self.known.read().server
    }

    /// The number of whoever uses the command line, once there are keys.
    #[must_use]
    pub fn operator(&self) -> Option<ActorNo> {
        self.known.read().operator
    }

    /// Whether it was compared with a store that others write to, lately.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.known.read().compared_at.elapsed() < STALE_AFTER
    }

    /// Wakes when keys change.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Seq> {
        self.changes.subscribe()
    }

    /// Takes what changed since the last time.
    ///
    /// # Errors
    /// When the store cannot be read. The ring stays as it was.
    pub fn refresh(&self, reader: &dyn Reader) -> Result<(), Fault> {
        let _one = self.refreshing.lock();
        let begun = Instant::now();
        let snapshot = reader.snapshot()?;
        let seq = snapshot.head(&Name::system())?.map_or(Seq(0), |head| head.seq);
        let known = self.known.read().seq;
        if seq > known {
            let is_far = known == Seq(0) || seq.0.saturating_sub(known.0) > EFFECTS_MAX;
            // Requests are judged meanwhile: nothing is read under the lock.
            let uses = if known == Seq(0) { reader.uses()? } else { Vec::new() };
            let readings = if is_far { all(snapshot.as_ref())? } else { changed(snapshot.as_ref(), known)? };
            let mut next = self.known.write();
            readings.into_iter().for_each(|reading| next.take(reading));
            next.seq = seq;
            drop(next);
            self.take_uses(&uses);
        }
        self.known.write().compared_at = begun;
        self.changes.send_if_modified(|told| seq > std::mem::replace(told, seq));
        Ok(())
    }
}

/// All accounts of the system ledger.
fn all(snapshot: &dyn Snapshot) -> Result<Vec<Reading>, Fault> {
    let mut readings: Vec<Reading> = Vec::new();
    loop {
        let after = readings.last().map(|reading| &reading.name);
        let page = snapshot.accounts(&Name::system(), "", after, READ_MAX)?;
        let is_last = page.len() < READ_MAX;
        readings.extend(page.into_iter().map(Reading::from));
        if is_last {
            return Ok(readings);
        }
    }
}

/// The accounts that changed after an effect, as they are now.
fn changed(snapshot: &dyn Snapshot, after: Seq) -> Result<Vec<Reading>, Fault> {
    let (mut names, mut after) = (BTreeSet::new(), after);
    loop {
        let effects = snapshot.effects(&Name::system(), after, READ_MAX)?;
        for effect in &effects {
            match &effect.fact {
                Fact::AccountOpened(opened) => drop(names.insert(opened.name.clone())),
                Fact::AccountChanged(changed) => {
                    names.extend(snapshot.account_name(&Name::system(), changed.account)?);
                }
                Fact::Redacted(redaction) => {
                    if let Some(account) = redaction.of.account() {
                        names.extend(snapshot.account_name(&Name::system(), account)?);
                    }
                }
                _ => {}
            }
        }
        match effects.last() {
            Some(last) if effects.len() == READ_MAX => after = last.seq,
            Some(_) | None => break,
        }
    }
    let mut readings = Vec::with_capacity(names.len());
    for name in &names {
        readings.extend(snapshot.account(&Name::system(), name)?.map(Reading::from));
    }
    Ok(readings)
}
