//! Why nothing is published.

use std::error::Error;

use ducat_api::problem::Problem;

/// Why a ledger's events are not published.
#[derive(Debug)]
pub enum Trouble {
    /// The stream is not what it was left as: someone must look at it.
    Stopped(String),
    /// The broker or the store did not do something: it is tried again.
    Failed(String),
    /// There is no such ledger any more.
    Deleted,
}

/// The code of a ledger that is not there.
const LEDGER_NOT_FOUND: &str = "ledger_not_found";

impl Trouble {
    /// Something that the broker did not do.
    pub fn failed(what: &str, error: &dyn Error) -> Trouble {
        Trouble::Failed(said(what, error))
    }

    /// The journal cannot be read.
    pub fn unread(problem: Problem) -> Trouble {
        match problem.code() {
            LEDGER_NOT_FOUND => Trouble::Deleted,
            code => Trouble::Failed(format!("events cannot be read: {code}")),
        }
    }
}

/// What failed and why, in one sentence, with what is behind it.
pub fn said(what: &str, error: &dyn Error) -> String {
    let mut reason = format!("{what}: {error}");
    let mut source = error.source();
    while let Some(error) = source {
        let said = error.to_string();
        if !reason.contains(&said) {
            reason.push_str(": ");
            reason.push_str(&said);
        }
        source = error.source();
    }
    reason
}
