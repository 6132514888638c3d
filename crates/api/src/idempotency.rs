//! One mechanism for idempotency: every command has an id, from the body, from an `Idempotency-Key`, or made here.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use ducat_engine::clock::fresh_id;
use uuid::Uuid;

use crate::Api;
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

/// What a message is known by that brings a request: its commands have their ids from it, where they have none. A message that
/// is delivered again has the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageKey(Arc<str>);

impl MessageKey {
    /// Of a key as a client writes it, in quotes or not: the same as over HTTP.
    ///
    /// # Errors
    /// Why it is none.
    pub fn written(written: &str) -> Result<MessageKey, String> {
        let quoted = between_quotes(written);
        let key = quoted.as_deref().unwrap_or(written);
        let is_visible = key.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if key.is_empty() || key.len() > REFERENCE_BYTES_MAX || !is_visible {
            return Err(format!("it is made of 1 to {REFERENCE_BYTES_MAX} visible ASCII characters"));
        }
        Ok(MessageKey(key.into()))
    }

    /// Of an id that only the messages of a stream have to themselves. No key of a client is the same.
    #[must_use]
    pub fn within(stream: &str, id: &str) -> MessageKey {
        MessageKey(format!("\0{stream}\0{id}").into())
    }

    /// The id of its one command.
    pub(crate) fn id(&self, ledger: &Name) -> Id {
        from_key(ledger, &self.0)
    }

    /// The id of one of its commands, by its place.
    pub(crate) fn id_of(&self, ledger: &Name, place: usize) -> Id {
        from_key(ledger, &format!("{}\0{place}", self.0))
    }
}

/// A key as a client wrote it.
struct Key<'a> {
    /// As it stands in the header.
    written: &'a str,
    /// What is between the quotes, where it is a string as the draft standard writes one (RFC 9651).
    quoted: Option<String>,
}

fn key(headers: &HeaderMap) -> Result<Option<Key<'_>>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let wrong = |reason: &str| Problem::malformed("header: Idempotency-Key", reason);
    if values.next().is_some() {
        return Err(wrong("it is given twice"));
    }
    let written = value.to_str().map_err(|_| wrong("it is made of visible ASCII characters"))?;
    let quoted = between_quotes(written);
    let length = quoted.as_deref().unwrap_or(written).len();
    if length == 0 || length > REFERENCE_BYTES_MAX {
        return Err(wrong("it has 1 to 255 characters"));
    }
    Ok(Some(Key { written, quoted }))
}

/// What is between the quotes of a string; nothing where it is no such string.
fn between_quotes(written: &str) -> Option<String> {
    let inner = written.strip_prefix('"')?.strip_suffix('"')?;
    let (mut text, mut characters) = (String::new(), inner.chars());
    while let Some(character) = characters.next() {
        text.push(match character {
            '"' => return None,
            '\\' => characters.next().filter(|escaped| matches!(escaped, '"' | '\\'))?,
            other => other,
        });
    }
    Some(text)
}

/// The header of a key, as the document describes it; it is read where a command gets its id.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it is a description")]
pub struct KeyHeader {
    /// Up to 255 characters, in quotes or not: retries get the first response
    #[param(rename = "Idempotency-Key")]
    key: Option<String>,
}

impl Api {
    /// The id of a command: the body's or the key's, that of the message which brings it, or a fresh one. A key in quotes is the
    /// same as one without.
    ///
    /// # Errors
    /// When there is both an id and a key, or the key is no text of 1 to 255 characters.
    pub(crate) async fn command_id(
        &self,
        headers: &HeaderMap,
        in_body: Option<Id>,
        ledger: &Name,
    ) -> Result<CommandId, Problem> {
        let key = key(headers)?;
        match (key, in_body) {
            (Some(_), Some(_)) => {
                let reason = "the body has an id already; send one of the two";
                Err(Problem::malformed("header: Idempotency-Key", reason))
            }
            (Some(Key { written, quoted: None }), None) => Ok(CommandId::Client(from_key(ledger, written))),
            (Some(Key { written, quoted: Some(quoted) }), None) => {
                // Release 0.1.0 took the quotes for a part of the key. What it recorded is repeated.
                let earlier = from_key(ledger, written);
                let of = ledger.clone();
                let is_recorded = self.read(move |snapshot| Ok(snapshot.outcome(&of, earlier)?.is_some())).await?;
                Ok(CommandId::Client(if is_recorded { earlier } else { from_key(ledger, &quoted) }))
            }
            (None, Some(id)) => Ok(CommandId::Client(id)),
            (None, None) => Ok(match &self.message {
                Some(message) => CommandId::Client(message.id(ledger)),
                None => CommandId::Server(fresh()),
            }),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_between_quotes() {
        for (written, quoted) in [
            ("abc", None),
            ("\"abc\"", Some("abc")),
            (r#""a\"b\\c""#, Some(r#"a"b\c"#)),
            ("\"\"", Some("")),
            ("\"", None),
            ("\"abc", None),
            ("abc\"", None),
            ("\"a\"b\"", None),
            (r#""a\""#, None),
            (r#""a\x""#, None),
        ] {
            assert_eq!(between_quotes(written).as_deref(), quoted, "{written}");
        }
    }
}
