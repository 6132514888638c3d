//! What goes wrong.

use crate::Problem;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused it.
    #[error("{}: {}", .0.code, .0.detail)]
    Refused(Box<Problem>),
    /// No response came for as long as it was tried; it is not known whether anything was done.
    #[error("no response came ({0}); it is not known whether anything was done")]
    NoResponse(#[source] reqwest::Error),
    /// What came last says nothing of an earlier attempt that had no response; it is not known whether anything was done.
    #[error("{0}; an attempt before had no response, and it is not known whether anything was done")]
    Unknown(#[source] Box<Error>),
    /// A success that is that of another command; it is not known whether this one was done.
    #[error("the response is of another command")]
    AnotherResponse,
    /// A response that is not one of this API.
    #[error("the response is none of this API: {0}")]
    Unreadable(String),
    /// The client cannot be made, or a request cannot be written.
    #[error("{0}")]
    Settings(String),
}

impl Error {
    /// What to match on: `insufficient_funds`, `outcome_unknown`, …; `None` where no problem was sent.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Error::Refused(problem) => Some(&problem.code),
            Error::Unknown(last) => last.code(),
            _ => None,
        }
    }

    /// Whether it is not known if the command was done. Submit the same command again: it counts once.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self, Error::NoResponse(_) | Error::Unknown(_) | Error::AnotherResponse)
    }
}
