//! When actors were used: beside all journals, and to the hour, so that nothing is committed for each request.

use ducat_domain::numbers::{ActorNo, Timestamp};

/// When an actor asked for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// Which one.
    pub actor: ActorNo,
    /// The first time.
    pub first: Timestamp,
    /// The last time.
    pub last: Timestamp,
}
