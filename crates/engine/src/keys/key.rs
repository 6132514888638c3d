//! A key as the system ledger keeps it: an account `key:<id>` that never has a balance, with everything else in its
//! metadata. It is closed when it is revoked.

use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::names::Name;
use ducat_domain::numbers::{ActorNo, Timestamp};

use super::access::Access;
use super::token::{KeyId, SecretHash, Token};
use super::uses::Uses;
use super::{KEYS, actor_of};
use crate::system;

/// The keys of metadata.
const NAME: &str = "name";
const SCOPE: &str = "scope";
const LEDGERS: &str = "ledgers";
const ACCOUNTS: &str = "accounts";
const CREATED_AT: &str = "created_at";
const EXPIRES_AT: &str = "expires_at";
const SECRET: &str = "secret";
const RETIRING: &str = "retiring";
const RETIRES_AT: &str = "retires_at";

/// Which secrets a key has: one, and for a while after a rotation the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secrets {
    /// The one that was made last.
    pub current: SecretHash,
    /// The one before, and until when it is taken.
    pub retiring: Option<(SecretHash, Timestamp)>,
}

/// What is recorded of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub access: Access,
    /// What proves it.
    pub secrets: Secrets,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is not taken any more.
    pub expires_at: Option<Timestamp>,
}

/// A key.
#[derive(Debug)]
pub struct Key {
    /// Which it is.
    pub id: KeyId,
    /// Under which number its acts are recorded.
    pub actor: ActorNo,
    /// What is recorded of it.
    pub record: Record,
    /// Whether it was revoked.
    pub is_revoked: bool,
    /// When it was used.
    pub uses: Uses,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such key, or it has another secret.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

impl Record {
    /// As metadata of an account.
    pub(super) fn metadata(&self) -> Metadata {
        let join = |parts: Vec<String>| parts.join(" ");
        let micros = |at: Timestamp| at.0.to_string();
        let mut pairs = vec![
            (NAME, self.name.clone()),
            (SCOPE, self.access.scope.word().to_owned()),
            (LEDGERS, join(self.access.ledgers.iter().map(ToString::to_string).collect())),
            (CREATED_AT, micros(self.created_at)),
            (SECRET, self.secrets.current.to_hex()),
        ];
        if !self.access.accounts.is_empty() {
            pairs
                .push((ACCOUNTS, join(self.access.accounts.iter().map(|prefix| prefix.as_str().to_owned()).collect())));
        }
        pairs.extend(self.expires_at.map(|at| (EXPIRES_AT, micros(at))));
        if let Some((hash, until)) = self.secrets.retiring {
            pairs.extend([(RETIRING, hash.to_hex()), (RETIRES_AT, micros(until))]);
        }
        Metadata::new(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)))
    }

    /// Reads metadata; `None` where it is no key's.
    fn read(metadata: &Metadata) -> Option<Record> {
        let value = |key: &str| system::value(metadata, key);
        let micros = |key: &str| value(key).and_then(|text| text.parse().ok()).map(Timestamp);
        let hash = |key: &str| value(key).and_then(SecretHash::from_hex);
        let ledgers = value(LEDGERS)?.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        let accounts = value(ACCOUNTS).unwrap_or_default().split_whitespace().map(str::parse);
        let access =
            Access { scope: value(SCOPE)?.parse().ok()?, ledgers, accounts: accounts.collect::<Result<_, _>>().ok()? };
        Some(Record {
            name: value(NAME)?.to_owned(),
            access,
            secrets: Secrets { current: hash(SECRET)?, retiring: hash(RETIRING).zip(micros(RETIRES_AT)) },
            created_at: micros(CREATED_AT)?,
            // An end that cannot be read must not become none.
            expires_at: match value(EXPIRES_AT) {
                None => None,
                Some(text) => Some(Timestamp(text.parse().ok()?)),
            },
        })
    }
}

/// What may be shown of a key's metadata: its name and what it may do.
pub fn described(metadata: &Metadata) -> impl Iterator<Item = (&str, &str)> {
    let shown = [NAME, SCOPE, LEDGERS, ACCOUNTS];
    let pairs = metadata.pairs().iter().map(|(key, value)| (key.as_str(), value.as_str()));
    pairs.filter(move |(key, _)| shown.contains(key))
}

impl Key {
    /// The key that an account of the system ledger is; `None` where it is none.
    pub(super) fn of(account: &LoadedAccount) -> Option<Key> {
        let row = &account.row;
        let id = key_id(&row.name)?;
        let record = Record::read(&row.metadata)?;
        let actor = actor_of(row.no)?;
        Some(Key { id, actor, record, is_revoked: row.closed, uses: Uses::default() })
    }

    /// Whether a token proves this key at an instant, and by which secret.
    ///
    /// # Errors
    /// Why not. Who has not the right secret learns no more than that.
    pub fn check(&self, token: &Token, now: Timestamp) -> Result<SecretHash, Refusal> {
        let (shown, secrets) = (token.hash(), &self.record.secrets);
        let is_retiring = secrets.retiring.is_some_and(|(hash, until)| (hash == shown) & (now < until));
        // Hashes are compared in constant time, and both always are.
        if !((secrets.current == shown) | is_retiring) {
            return Err(Refusal::Unknown);
        }
        self.check_unshown(now)?;
        Ok(shown)
    }

    /// Whether the key is taken at an instant where it need not be shown: by something that is bound to it.
    ///
    /// # Errors
    /// Why not.
    pub fn check_unshown(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.is_revoked {
            return Err(Refusal::Revoked);
        }
        if self.record.expires_at.is_some_and(|at| at <= now) {
            return Err(Refusal::Expired);
        }
        self.uses.note(now);
        Ok(())
    }

    /// Until when it is taken with this secret; `None` where it is not taken, and no end where there is none.
    #[must_use]
    pub fn taken_until(&self, secret: &SecretHash, now: Timestamp) -> Option<Option<Timestamp>> {
        let secrets = &self.record.secrets;
        let retires_at = match secrets.retiring {
            _ if secrets.current == *secret => None,
            Some((hash, until)) if hash == *secret => Some(until),
            Some(_) | None => return None,
        };
        let until = [self.record.expires_at, retires_at].into_iter().flatten().min();
        (!self.is_revoked && until.is_none_or(|until| now < until)).then_some(until)
    }
}

/// The id in the name of a key's account.
pub(super) fn key_id(name: &Name) -> Option<KeyId> {
    name.as_str().strip_prefix(KEYS)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::access::Scope;

    fn record() -> Record {
        let access = Access {
            scope: Scope::Write,
            ledgers: vec!["shop".parse().expect("a name"), "shop-*".parse().expect("a pattern")],
            accounts: vec!["users:42:".parse().expect("a prefix")],
        };
        let token = Token::new(KeyId(1), &[1; 32]);
        Record {
            name: "till 7".to_owned(),
            access,
            secrets: Secrets { current: token.hash(), retiring: None },
            created_at: Timestamp(5),
            expires_at: Some(Timestamp(100)),
        }
    }

    #[test]
    fn a_record_is_read_back() {
        let retiring = Some((Token::new(KeyId(1), &[2; 32]).hash(), Timestamp(50)));
        for record in [
            record(),
            Record { expires_at: None, ..record() },
            Record { secrets: Secrets { retiring, ..record().secrets }, ..record() },
            Record { access: Access::all(), ..record() },
        ] {
            assert_eq!(Record::read(&record.metadata()), Some(record));
        }
        let broken = |key: &str, value: &str| {
            let pairs = record().metadata().pairs().to_vec();
            Metadata::new(pairs.into_iter().chain([(key.to_owned(), value.to_owned())]))
        };
        for (key, value) in
            [(EXPIRES_AT, "soon"), (SCOPE, "root"), (LEDGERS, "a b$"), (ACCOUNTS, "users"), (SECRET, "0")]
        {
            assert_eq!(Record::read(&broken(key, value)), None, "{key}");
        }
    }

    #[test]
    fn which_tokens_prove_it_and_when() {
        let (current, old) = (Token::new(KeyId(1), &[1; 32]), Token::new(KeyId(1), &[2; 32]));
        let secrets = Secrets { current: current.hash(), retiring: Some((old.hash(), Timestamp(50))) };
        let actor = ActorNo(std::num::NonZeroU32::MIN);
        let key = |is_revoked| Key {
            id: KeyId(1),
            actor,
            record: Record { secrets, ..record() },
            is_revoked,
            uses: Uses::default(),
        };
        for (is_revoked, token, now, result) in [
            (false, &current, 10, Ok(())),
            (false, &current, 99, Ok(())),
            (false, &current, 100, Err(Refusal::Expired)),
            (false, &old, 49, Ok(())),
            (false, &old, 50, Err(Refusal::Unknown)),
            (true, &current, 10, Err(Refusal::Revoked)),
            (true, &Token::new(KeyId(1), &[3; 32]), 10, Err(Refusal::Unknown)),
            (false, &Token::new(KeyId(1), &[3; 32]), 100, Err(Refusal::Unknown)),
        ] {
            let key = key(is_revoked);
            assert_eq!(key.check(token, Timestamp(now)).map(drop), result, "{is_revoked} {now}");
            assert_eq!(key.uses.last().is_some(), result.is_ok());
        }
    }
}
