//! The command line against a running server: the same things that the API and the console show.
//!
//! - One grammar: a noun, a verb, names. `--server` names a server, `--store` a file; no command takes both.
//! - A key is never an argument: it comes from a file, from DUCAT_KEY, or from a profile that `ducat login` wrote.
//! - Tables are for people and fit the terminal; `--json` gives the API's own documents, one a line, and `--csv` rows.

pub mod accounts;
pub mod advances;
pub mod events;
pub mod holds;
pub mod ledgers;
pub mod login;
mod output;
pub mod points;
mod profiles;
pub mod session;
pub mod top;
pub mod transactions;
