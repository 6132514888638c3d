//! Forms that were sent: a second click gets what the first one got.
//!
//! Where the API keeps ids itself this only saves a call. For what it keeps no id of, such as a new key, it is what makes
//! two clicks one.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use tokio::sync::Mutex as Turn;
use uuid::Uuid;

use super::Outcome;

/// How long what came of a form is kept. It may hold a new key, so not for longer than a second click takes.
const KEPT: SignedDuration = SignedDuration::from_secs(60);

/// Forms at once; further ones are sent without this protection of a second click.
const FORMS_MAX: usize = 10_000;

type Place = Arc<Turn<Option<Outcome>>>;

/// The forms of the last minute.
#[derive(Default)]
pub struct Forms(Mutex<HashMap<Uuid, (Timestamp, Place)>>);

impl Forms {
    /// The place of a form, which whoever sends it holds while it is done.
    pub fn place(&self, id: Uuid, now: Timestamp) -> Place {
        let mut forms = self.0.lock();
        forms.retain(|_, (at, _)| now.duration_since(*at) < KEPT);
        if forms.len() >= FORMS_MAX {
            return Place::default();
        }
        Arc::clone(&forms.entry(id).or_insert_with(|| (now, Place::default())).1)
    }
}
