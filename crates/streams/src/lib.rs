//! Events go out, to receivers of webhooks and to streams of NATS; commands come in from streams of NATS.
//!
//! - The journal is the outbox. No commit waits for a receiver, and none writes anything for one.
//! - A receiver of a webhook gets each event at least once, in order if it asks for that, under an id that stays the same.
//! - A stream has each event once, in order. A command is executed once, however often its message is delivered.

use std::time::Duration;

mod claims;
mod holding;
pub mod nats;
pub mod webhooks;

/// How long the journal is not read again once its end was reached: what is committed meanwhile is read together.
const READ_INTERVAL: Duration = Duration::from_millis(25);

/// How long whoever has nothing to send waits at most. A commit wakes him.
const IDLE_INTERVAL: Duration = Duration::from_secs(30);
