//! Forms that were sent: a second click gets what the first one got.
//!
//! - A form is of a session, an act and what was typed. Another session, or other words under the same id, is another form.
//! - Where the API keeps ids itself this only saves a call. For what it keeps no id of, such as a new key, it is what makes
//!   two clicks one.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use tokio::sync::Mutex as Turn;

use super::Outcome;
use crate::session::Session;
use crate::visit::Form;

/// How long what came of a form is kept. It may hold a new key, so not for longer than a second click takes.
const KEPT: SignedDuration = SignedDuration::from_secs(60);

/// Forms at once; further ones are sent without this protection of a second click.
const FORMS_MAX: usize = 10_000;

/// Fields that are of the review, and not of what is done.
const OF_THE_REVIEW: [&str; 6] = ["token", "step", "seen", "moves", "again", "typed"];

/// The place of a form: what came of it, held by whoever does it.
pub type Place = Arc<Turn<Option<Outcome>>>;

/// The forms of the last minute, and what is said of them.
#[derive(Default)]
pub struct Forms {
    places: Mutex<HashMap<[u8; 32], (Timestamp, Place)>>,
    said: Mutex<HashMap<[u8; 32], (Timestamp, String)>>,
}

impl Forms {
    /// The place of a form.
    pub fn place(&self, session: &Session, path: &str, form: &Form, now: Timestamp) -> Place {
        let mut hasher = blake3::Hasher::new();
        hasher.update(session.id()).update(path.as_bytes());
        for (name, value) in form.fields().iter().filter(|(name, _)| !OF_THE_REVIEW.contains(&name.as_str())) {
            hasher.update(&[0]).update(name.as_bytes()).update(&[1]).update(value.as_bytes());
        }
        let mut places = self.places.lock();
        fresh(&mut places, now);
        if places.len() >= FORMS_MAX {
            return Place::default();
        }
        Arc::clone(&places.entry(*hasher.finalize().as_bytes()).or_insert_with(|| (now, Place::default())).1)
    }

    /// Keeps what a page is to say to a session, under the id of the form that did it.
    pub fn say(&self, session: &Session, id: &str, said: String, now: Timestamp) {
        let mut known = self.said.lock();
        fresh(&mut known, now);
        if known.len() < FORMS_MAX {
            known.insert(key(session, id), (now, said));
        }
    }

    /// What a page is to say. Only what was done is said, whatever an address claims.
    pub fn said(&self, session: &Session, id: &str, now: Timestamp) -> Option<String> {
        let mut known = self.said.lock();
        fresh(&mut known, now);
        known.get(&key(session, id)).map(|(_, said)| said.clone())
    }
}

fn key(session: &Session, id: &str) -> [u8; 32] {
    *blake3::Hasher::new().update(session.id()).update(id.as_bytes()).finalize().as_bytes()
}

fn fresh<K: Hash + Eq, V>(known: &mut HashMap<K, (Timestamp, V)>, now: Timestamp) {
    known.retain(|_, (at, _)| now.duration_since(*at) < KEPT);
}
