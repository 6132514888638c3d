//! One mechanism for idempotency: every command has an id, from the body, from an `Idempotency-Key`, or made here.

use axum::http::{HeaderMap, HeaderName};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use ducat_engine::clock::fresh_id;
use uuid::Uuid;

use crate::problem::Problem;
use crate::values::REFERENCE_BYTES_MAX;

/// The header of the draft standard "The Idempotency-Key HTTP Header Field".
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The namespace of ids made from keys (UUIDv5). It must never change.
const NAMESPACE: Uuid = Uuid::from_u128(0xd0ca_7000_1e9d_5e12_8f00_1494_1494_1494);

/// A fresh id in order of time.
#[must_use]
pub fn fresh() -> Id {
    fresh_id()
}

/// The id that a key stands for in a ledger (UUIDv5).
#[must_use]
pub fn from_key(ledger: &Name, key: &str) -> Id {
    Id(Uuid::new_v5(&NAMESPACE, format!("{ledger}\0{key}").as_bytes()).as_u128())
}

fn key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let wrong = |reason: &str| Problem::malformed("header: Idempotency-Key", reason);
    if values.next().is_some() {
        return Err(wrong("it is given twice"));
    }
    let text = value.to_str().map_err(|_| wrong("it is made of visible ASCII characters"))?;
    if text.is_empty() || text.len() > REFERENCE_BYTES_MAX {
        return Err(wrong("it has 1 to 255 characters"));
    }
    Ok(Some(text))
}

/// The header of a key, as the document describes it; it is read by [`command_id`].
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it is a description")]
pub struct KeyHeader {
    /// Up to 255 characters: retries get the first response
    #[param(rename = "Idempotency-Key")]
    key: Option<String>,
}

/// The id of a command: the body's or the key's, or a fresh one.
///
/// # Errors
/// When there is both an id and a key, or the key is no text of 1 to 255 characters.
pub fn command_id(headers: &HeaderMap, in_body: Option<Id>, ledger: &Name) -> Result<CommandId, Problem> {
    match (key(headers)?, in_body) {
        (Some(_), Some(_)) => {
            let reason = "the body has an id already; send one of the two";
            Err(Problem::malformed("header: Idempotency-Key", reason))
        }
        (Some(key), None) => Ok(CommandId::Client(from_key(ledger, key))),
        (None, Some(id)) => Ok(CommandId::Client(id)),
        (None, None) => Ok(CommandId::Server(fresh())),
    }
}

/// A batch carries ids in its transactions, not in a header.
///
/// # Errors
/// When there is a key.
pub fn refuse_key(headers: &HeaderMap, reason: &str) -> Result<(), Problem> {
    match key(headers)? {
        None => Ok(()),
        Some(_) => Err(Problem::malformed("header: Idempotency-Key", reason)),
    }
}
