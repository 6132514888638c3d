//! When things happen: one executor commits, in batches that grow by themselves; a clock that never goes back; jobs.
//!
//! Every write goes `submit -> queue -> executor -> committing -> reply`. What arrives while one batch commits is the
//! next batch: no timer. Only [`committing`] commits, only [`clock`] reads the clock, and no one learns that something
//! failed that landed.

pub mod advances;
pub mod ask;
pub mod bank;
pub mod brokers;
pub mod clock;
pub mod cluster;
pub mod committing;
pub mod executor;
pub mod heads;
pub mod health;
pub mod holds;
pub mod jobs;
mod journey;
pub mod keys;
pub mod meters;
pub mod names;
pub mod obstacle;
mod pipeline;
pub mod points;
pub mod published;
pub mod queue;
pub mod redactions;
mod sinks;
pub mod system;
pub mod turn;
pub mod webhooks;
pub mod work;

pub use queue::{Asker, Company, Engine, EngineOptions};
