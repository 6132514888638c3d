//! Keys: who may ask for what. They live in the system ledger, written like everything else.
//!
//! - A key is the account `key:<id>` of the system ledger. Its account's number is the number under which its acts are
//!   recorded, so an effect says who asked for it in a byte or two.
//! - The server itself and whoever uses its command line are actors too: `actor:server` and `actor:operator`, opened
//!   with the first key.
//! - Keys are moved, verified and recovered with the store, and no request reaches the ledger that they are in.

pub mod access;
pub mod key;
pub mod ring;
pub mod subjects;
pub mod token;
pub mod uses;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use ducat_domain::ledger::terms::{AccountChange, Metadata};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, ActorNo, Timestamp};
use ducat_domain::{Item, Rejection};
use ducat_store::{Fault, Reader};

use crate::ask::{AskError, fixed_name};
pub use crate::system::{OPERATOR, SERVER, refresh};
use crate::system::{Replaced, SystemError, groundwork, opening, unchanged};
use crate::work::Ticks;
use crate::{Asker, Engine};
use access::Access;
pub use key::described;
use key::{Key, Record, Secrets};
use token::{KeyId, SecretHash, Token};

/// What the names of keys' accounts begin with.
pub const KEYS: &str = "key:";

/// The longest name of a key, in bytes.
pub const NAME_BYTES_MAX: usize = 200;

/// How often it is stored when keys were used.
const USES_INTERVAL: Duration = Duration::from_secs(3_600);

/// How often nodes look for keys that others made or revoked.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);

/// Times that a key is read and asked about again because it changed in between.
const ATTEMPTS_MAX: usize = 8;

/// Why something that was asked of the keys is not done.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There is no such key.
    #[error("there is no key {0}")]
    Unknown(KeyId),
    /// It was revoked, and stays so.
    #[error("key {0} was revoked, which is for good; make a new one")]
    Revoked(KeyId),
    /// What is asked for cannot be.
    #[error("{0}")]
    Invalid(String),
    /// A rule of the ledger refuses it.
    #[error("it is refused: {}", .0.code())]
    Refused(Box<Rejection>),
    /// Others changed the key each time.
    #[error("others keep changing key {0}")]
    Contended(KeyId),
    /// There is no reply.
    #[error(transparent)]
    Ask(#[from] AskError),
}

impl From<SystemError> for KeysError {
    fn from(error: SystemError) -> KeysError {
        match error {
            SystemError::Refused(rejection) => KeysError::Refused(rejection),
            SystemError::Ask(error) => KeysError::Ask(error),
        }
    }
}

/// What a new key is to be.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub access: Access,
    /// From when on it is not taken any more.
    pub expires_at: Option<Timestamp>,
}

/// The number of an account of the system ledger as an actor's.
pub(crate) fn actor_of(no: AccountNo) -> Option<ActorNo> {
    u32::try_from(no.0).ok().and_then(NonZeroU32::new).map(ActorNo)
}

fn key_account(id: KeyId) -> Result<Name, AskError> {
    fixed_name(&format!("{KEYS}{id}"))
}

/// What the names of actors of another store begin with, whose acts were imported.
const FOREIGN: &str = "foreign:";

/// Keeps the numbers of actors of another store, up to one of them, from being given to keys of this one: what they did was
/// imported.
///
/// # Errors
/// A bug, when a fixed name is none.
pub fn foreign(last: ActorNo, known: AccountNo) -> Result<Vec<Item>, AskError> {
    let mut items = groundwork()?;
    // The first are those of every store: world, the server and the operator.
    for no in known.0.max(OWN_ACTORS).saturating_add(1)..=u64::from(last.0.get()) {
        items.push(opening(fixed_name(&format!("{FOREIGN}{no}"))?, Metadata::default()));
    }
    Ok(items)
}

/// Accounts that the system ledger has before the first key: world, the server and the operator.
const OWN_ACTORS: u64 = 3;

/// Follows the system ledger for as long as the engine is open, so that keys count as they are.
pub async fn work(engine: Engine) {
    let mut commits = engine.published().follow(&Name::system());
    let mut ticks = Ticks::every(&engine, LOOK_INTERVAL);
    loop {
        if engine.is_among_others() {
            if !ticks.next().await {
                return;
            }
        } else if commits.changed().await.is_err() || !engine.is_open() {
            return;
        }
        // A key that was revoked must not go on because the store could not be read once.
        while let Err(error) = refresh(&engine).await {
            tracing::warn!(%error, "keys cannot be read; they are read again in a moment");
            if !ticks.next().await {
                return;
            }
        }
    }
}

/// Stores when keys were used, and takes in what other nodes stored, for as long as the engine is open.
pub async fn keep_uses(engine: Engine) {
    let mut ticks = Ticks::every(&engine, USES_INTERVAL);
    // The first time is at once: what an earlier server stored.
    while ticks.next().await {
        engine.store_uses();
        if let Err(error) = take_uses(&engine).await {
            tracing::warn!(%error, "when keys were used cannot be read; it is read again in an hour");
        }
    }
}

/// Takes in when keys were used, as it is stored.
///
/// # Errors
/// When the store cannot be read.
pub async fn take_uses(engine: &Engine) -> Result<(), AskError> {
    read(engine, |engine| engine.reader().uses().map(|uses| engine.ring().take_uses(&uses))).await
}

/// Takes something of the store into the ring, on a thread that may wait for the store.
async fn read(
    engine: &Engine,
    take: impl FnOnce(&Engine) -> Result<(), Fault> + Send + 'static,
) -> Result<(), AskError> {
    let engine = engine.clone();
    let taken = tokio::task::spawn_blocking(move || take(&engine));
    Ok(taken.await.map_err(|_| AskError::bug("a task died"))??)
}

/// Whoever uses the command line where a store is, as its effects record him; no one before there are keys.
///
/// # Errors
/// When the store cannot be read.
pub fn operator(reader: &dyn Reader) -> Result<Option<ActorNo>, Fault> {
    let name = Name::parse(OPERATOR).map_err(|_| Fault::Database("a fixed name is no name".to_owned()))?;
    let account = reader.snapshot()?.account(&Name::system(), &name)?;
    Ok(account.and_then(|account| actor_of(account.row.no)))
}

impl Engine {
    /// The same engine for whoever uses the command line where the store is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn for_operator(&self) -> Result<Engine, Fault> {
        let operator = operator(self.reader().as_ref())?;
        Ok(self.asked_by(operator.map_or(Asker::Anyone, Asker::Actor)))
    }

    /// Makes a key. Its token is known to no one but who asked for it.
    ///
    /// # Errors
    /// When it cannot be, or there is no reply.
    pub async fn create_key(&self, new: NewKey) -> Result<(Arc<Key>, Token), KeysError> {
        let made = self.create_keys(vec![new]).await?;
        made.into_iter().next().ok_or_else(|| AskError::bug("a key that was made is missing").into())
    }

    /// Makes several keys in one commit.
    ///
    /// # Errors
    /// When one of them cannot be, or there is no reply.
    pub async fn create_keys(&self, new: Vec<NewKey>) -> Result<Vec<(Arc<Key>, Token)>, KeysError> {
        let mut items = groundwork()?;
        let mut tokens = Vec::with_capacity(new.len());
        for new in new {
            let token = Token::draw();
            let record = self.record(new, &token)?;
            items.push(opening(key_account(token.id)?, record.metadata()));
            tokens.push(token);
        }
        self.ask_system(items).await?;
        let key = |token: Token| self.ring().key(token.id).map(|key| (key, token));
        let made: Option<Vec<_>> = tokens.into_iter().map(key).collect();
        Ok(made.ok_or_else(|| AskError::bug("a key that was made is missing"))?)
    }

    /// Takes a key that was drawn elsewhere. Where the store has one of its id already, that stays as it is.
    ///
    /// # Errors
    /// When it cannot be, or there is no reply.
    pub async fn admit_key(&self, new: NewKey, token: &Token) -> Result<Arc<Key>, KeysError> {
        match self.known_key(token.id).await {
            Err(KeysError::Unknown(_)) => {}
            known => return known,
        }
        let mut items = groundwork()?;
        items.push(opening(key_account(token.id)?, self.record(new, token)?.metadata()));
        match self.ask_system(items).await {
            // Another node may have been first.
            Err(refused @ SystemError::Refused(_)) => self.known_key(token.id).await.map_err(|_| refused.into()),
            Err(error) => Err(error.into()),
            Ok(()) => self.known_key(token.id).await,
        }
    }

    /// What is recorded of a new key.
    fn record(&self, new: NewKey, token: &Token) -> Result<Record, KeysError> {
        let name = new.name.trim();
        if name.is_empty() || name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control) {
            let limit = NAME_BYTES_MAX;
            return Err(KeysError::Invalid(format!(
                "the name of a key has 1 to {limit} bytes and no control characters"
            )));
        }
        let created_at = self.now();
        if new.expires_at.is_some_and(|at| at <= created_at) {
            return Err(KeysError::Invalid("the key would have expired already".to_owned()));
        }
        Ok(Record {
            name: name.to_owned(),
            access: new.access.checked().map_err(KeysError::Invalid)?,
            secrets: Secrets { current: token.hash(), retiring: None },
            created_at,
            expires_at: new.expires_at,
        })
    }

    /// Gives a key another secret. The one before is taken for as long as `grace` says.
    ///
    /// # Errors
    /// When there is no such key, it was revoked, or there is no reply.
    pub async fn rotate_key(&self, id: KeyId, grace: Duration) -> Result<(Arc<Key>, Token), KeysError> {
        let token = Token::new(id, &crate::clock::random());
        let until = self.now().plus(grace);
        let changed = self.change_key(id, |record| Record {
            secrets: Secrets { current: token.hash(), retiring: Some((record.secrets.current, until)) },
            ..record.clone()
        });
        Ok((changed.await?, token))
    }

    /// Waits until a key is not taken any more with this secret.
    pub async fn key_ended(&self, id: KeyId, secret: SecretHash) {
        let mut changes = self.ring().changes();
        loop {
            changes.mark_unchanged();
            let now = self.now();
            let Some(until) = self.ring().key(id).and_then(|key| key.taken_until(&secret, now)) else { return };
            let until = until.and_then(|at| u64::try_from(at.0.saturating_sub(now.0)).ok());
            let expiry = async {
                match until {
                    Some(micros) => tokio::time::sleep(Duration::from_micros(micros)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = expiry => {}
            }
        }
    }

    async fn change_key(&self, id: KeyId, change: impl Fn(&Record) -> Record) -> Result<Arc<Key>, KeysError> {
        for _ in 0..ATTEMPTS_MAX {
            let key = self.known_key(id).await?;
            if key.is_revoked {
                return Err(KeysError::Revoked(id));
            }
            let metadata = change(&key.record).metadata();
            let change = AccountChange { metadata: Some(metadata), ..unchanged(key_account(id)?) };
            match self.replace_in_system(key.record.metadata(), change).await? {
                Replaced::Done => return self.known_key(id).await,
                Replaced::ChangedMeanwhile => {}
            }
        }
        Err(KeysError::Contended(id))
    }

    /// Revokes a key, for good. To revoke it again changes nothing.
    ///
    /// # Errors
    /// When there is no such key, or no reply.
    pub async fn revoke_key(&self, id: KeyId) -> Result<Arc<Key>, KeysError> {
        self.known_key(id).await?;
        self.change_in_system(AccountChange { closed: Some(true), ..unchanged(key_account(id)?) }).await?;
        self.known_key(id).await
    }

    /// A key, also one that another node made just now.
    async fn known_key(&self, id: KeyId) -> Result<Arc<Key>, KeysError> {
        refresh(self).await?;
        self.ring().key(id).ok_or(KeysError::Unknown(id))
    }
}
