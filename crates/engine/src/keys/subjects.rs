//! Who signed in at a provider: an account `subject:<number>` of the system ledger, with issuer and subject in its metadata.
//!
//! - The number is drawn, so that nothing is left of who it was when issuer and subject are erased.
//! - One subject is one actor. Where two nodes meet someone for the first time at once, the first account counts.

use std::collections::HashMap;

use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::numbers::ActorNo;

use super::KeysError;
use crate::Engine;
use crate::ask::{AskError, fixed_name};
use crate::clock::random;
use crate::system;

/// What the names of their accounts begin with.
pub const SUBJECTS: &str = "subject:";

const ISSUER: &str = "issuer";
const SUBJECT: &str = "subject";

/// Issuer and subject, in memory alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Identity([u8; 32]);

impl Identity {
    fn new(issuer: &str, subject: &str) -> Identity {
        let mut hasher = blake3::Hasher::new();
        // The issuer is a URL, which has no zero byte.
        hasher.update(issuer.as_bytes()).update(&[0]).update(subject.as_bytes());
        Identity(*hasher.finalize().as_bytes())
    }

    /// That of an account; `None` where it is no subject's, or was erased.
    pub fn of(account: &LoadedAccount) -> Option<Identity> {
        let row = &account.row;
        let value = |key| system::value(&row.metadata, key);
        let is_subject = row.name.as_str().starts_with(SUBJECTS);
        if is_subject { Some(Identity::new(value(ISSUER)?, value(SUBJECT)?)) } else { None }
    }
}

/// The actors of all subjects.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    actors: HashMap<Identity, ActorNo>,
    identities: HashMap<ActorNo, Identity>,
}

impl Subjects {
    /// Takes in whom an actor's account names now, if anyone.
    pub fn take(&mut self, actor: ActorNo, identity: Option<Identity>) {
        if let Some(before) = self.identities.remove(&actor)
            && self.actors.get(&before) == Some(&actor)
        {
            self.actors.remove(&before);
        }
        if let Some(identity) = identity {
            self.identities.insert(actor, identity);
            let known = self.actors.entry(identity).or_insert(actor);
            *known = actor.min(*known);
        }
    }

    pub fn actor(&self, identity: &Identity) -> Option<ActorNo> {
        self.actors.get(identity).copied()
    }
}

impl Engine {
    /// The number of whoever signed in; the first time he gets one.
    ///
    /// # Errors
    /// When the store cannot be read or written, or there is no reply.
    pub async fn subject(&self, issuer: &str, subject: &str) -> Result<ActorNo, KeysError> {
        let identity = Identity::new(issuer, subject);
        if let Some(actor) = self.ring().subject(&identity) {
            return Ok(actor);
        }
        let _one = self.ring().signing_in.lock().await;
        if let Some(actor) = self.ring().subject(&identity) {
            return Ok(actor);
        }
        let name = fixed_name(&format!("{SUBJECTS}{:032x}", u128::from_le_bytes(random())))?;
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        self.open_in_system(name, Metadata::new([pair(ISSUER, issuer), pair(SUBJECT, subject)])).await?;
        let actor = self.ring().subject(&identity);
        Ok(actor.ok_or_else(|| AskError::bug("an actor that was just made is missing"))?)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn the_first_account_counts_until_it_is_erased() {
        let actor = |no| ActorNo(NonZeroU32::new(no).expect("not 0"));
        let (ada, bob) = (Identity::new("https://id.example", "ada"), Identity::new("https://id.example", "bob"));
        let mut subjects = Subjects::default();
        for (no, identity) in [(5, Some(ada)), (4, Some(ada)), (6, Some(bob)), (7, None)] {
            subjects.take(actor(no), identity);
        }
        assert_eq!((subjects.actor(&ada), subjects.actor(&bob)), (Some(actor(4)), Some(actor(6))));
        subjects.take(actor(4), None);
        assert_eq!((subjects.actor(&ada), subjects.actor(&bob)), (None, Some(actor(6))));
        subjects.take(actor(8), Some(ada));
        assert_eq!(subjects.actor(&ada), Some(actor(8)));
    }
}
