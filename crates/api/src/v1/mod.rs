//! The API of everything, `/v1`: a folder a product, each with its routes, bodies and problems.

pub mod advances;
pub mod audit;
pub mod health;
pub mod keys;
pub mod ledger;
pub mod points;
pub mod redactions;
pub mod server;
pub mod streams;
pub mod verification;
pub mod webhooks;
