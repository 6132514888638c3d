//! Events go out: to receivers of webhooks.
//!
//! - The journal is the outbox. No commit waits for a receiver, and none writes anything for one.
//! - A receiver gets each event at least once, in order if it asks for that, under an id that stays the same.

mod claims;
mod holding;
pub mod nats;
pub mod webhooks;
