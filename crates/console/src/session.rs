//! Sessions: who signed in, in the memory of this node.
//!
//! - The cookie is 256 random bits; only their hash is kept. `__Host-` binds it to this host, HTTPS (or loopback) and no
//!   script.
//! - A session is as good as its key: each request of a page asks the API with it, so a key that is revoked ends its
//!   sessions with their next request, and a page that is live within a second.
//! - Every form carries a token that follows from the session; a form without it does nothing.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

use crate::client::Credential;

/// The cookie.
pub const COOKIE: &str = "__Host-ducat-session";

/// The cookie of the time zone.
pub const ZONE_COOKIE: &str = "__Host-ducat-zone";

/// A session ends so long after it was opened, whatever is done: a working day.
const LIFETIME: SignedDuration = SignedDuration::from_hours(12);

/// And so long after it was last used.
const IDLE: SignedDuration = SignedDuration::from_hours(2);

/// Sessions at once. Each is some 200 bytes; beyond this the oldest ends.
const SESSIONS_MAX: usize = 10_000;

/// Sessions of one credential at once, so that whoever has one ends no one else's.
const SESSIONS_PER_CREDENTIAL: usize = 50;

/// What stands for whoever did not sign in.
const ANYONE: [u8; 32] = [0; 32];

/// All sessions of this node.
pub struct Sessions {
    open: Mutex<HashMap<[u8; 32], Open>>,
    /// What tokens of forms are made with.
    secret: [u8; 32],
}

struct Open {
    session: Session,
    opened_at: Timestamp,
    used_at: Timestamp,
}

/// Someone who signed in, or anyone where no key is asked for.
#[derive(Clone)]
pub struct Session {
    /// With what the API is asked.
    pub credential: Option<Credential>,
    /// Who it is, as the page's corner says.
    pub person: String,
    /// The hash of its cookie.
    id: [u8; 32],
}

impl Session {
    /// What it is known by; nothing that a cookie follows from.
    pub fn id(&self) -> &[u8; 32] {
        &self.id
    }
}

impl Default for Sessions {
    fn default() -> Sessions {
        Sessions { open: Mutex::default(), secret: random() }
    }
}

impl Sessions {
    /// Opens a session; gives the value of its cookie.
    pub fn open(&self, credential: Option<Credential>, person: String, now: Timestamp) -> (String, Session) {
        let cookie = hex(&random());
        let id = *blake3::hash(cookie.as_bytes()).as_bytes();
        let session = Session { credential, person, id };
        let mut open = self.open.lock();
        open.retain(|_, one| one.is_live(now));
        let is_of_same = |one: &Open| one.session.credential == session.credential;
        let of_same = open.values().filter(|one| is_of_same(one)).count();
        if of_same >= SESSIONS_PER_CREDENTIAL || open.len() >= SESSIONS_MAX {
            let ends = open.iter().filter(|(_, one)| of_same < SESSIONS_PER_CREDENTIAL || is_of_same(one));
            let oldest = ends.min_by_key(|(_, one)| one.used_at).map(|(id, _)| *id);
            oldest.map(|id| open.remove(&id));
        }
        open.insert(id, Open { session: session.clone(), opened_at: now, used_at: now });
        (cookie, session)
    }

    /// The session of a cookie.
    pub fn find(&self, cookie: &str, now: Timestamp) -> Option<Session> {
        let id = *blake3::hash(cookie.as_bytes()).as_bytes();
        let mut open = self.open.lock();
        let found = open.get_mut(&id)?;
        if !found.is_live(now) {
            open.remove(&id);
            return None;
        }
        found.used_at = now;
        Some(found.session.clone())
    }

    /// Whether a session is still open. Looking does not prolong it.
    pub fn is_open(&self, session: &Session, now: Timestamp) -> bool {
        session.id == ANYONE || self.open.lock().get(&session.id).is_some_and(|one| one.is_live(now))
    }

    /// Whoever did not sign in. Where the API asks for a key, that is no one.
    pub fn anyone(&self) -> Session {
        Session { credential: None, person: "Anyone".to_owned(), id: ANYONE }
    }

    /// Ends a session.
    pub fn end(&self, session: &Session) {
        self.open.lock().remove(&session.id);
    }

    /// The token of a session's forms.
    pub fn form_token(&self, session: &Session) -> String {
        hex(blake3::keyed_hash(&self.secret, &session.id).as_bytes())
    }

    /// Whether a form is of this session.
    pub fn is_form_of(&self, session: &Session, token: &str) -> bool {
        // Hashes are compared, so how long it takes says nothing about the token.
        blake3::hash(token.as_bytes()) == blake3::hash(self.form_token(session).as_bytes())
    }
}

impl Open {
    fn is_live(&self, now: Timestamp) -> bool {
        now.duration_since(self.opened_at) < LIFETIME && now.duration_since(self.used_at) < IDLE
    }
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

fn hex(bytes: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_not_used_and_after_a_day_of_work() {
        let sessions = Sessions::default();
        let hour = |hours: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        let (cookie, session) = sessions.open(None, "anyone".to_owned(), hour(0));
        assert!(sessions.is_form_of(&session, &sessions.form_token(&session)));
        assert!(!sessions.is_form_of(&session, ""));
        for at in 1..12 {
            assert!(sessions.find(&cookie, hour(at)).is_some(), "{at}");
        }
        assert!(sessions.find(&cookie, hour(12)).is_none());
        let (cookie, _) = sessions.open(None, String::new(), hour(20));
        assert!(sessions.find(&cookie, hour(22)).is_none());
        let (cookie, session) = sessions.open(None, String::new(), hour(30));
        sessions.end(&session);
        assert!(sessions.find(&cookie, hour(30)).is_none());
        assert!(sessions.find("", hour(30)).is_none());
    }
}
