//! The pages. Each answers one question, shows its main figure first, and leads from any number to what is behind it.
//!
//! A page asks the API and puts parts together. It decides nothing and has no markup for what is a part.

pub mod account;
pub mod accounts;
pub mod advance;
pub mod advances;
pub mod bank;
pub mod keys;
pub mod ledgers;
pub mod overview;
pub mod points;
pub mod runs;
pub mod search;
pub mod server;
pub mod streams;
pub mod transaction;
pub mod transactions;
pub mod webhooks;
