//! Cursors: where a list goes on. Opaque to clients; only this server reads them.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_domain::points::LotKey;
use ducat_engine::keys::token::KeyId;
use ducat_engine::webhooks::EndpointId;

use crate::problem::Problem;
use crate::query::Query;

fn encode(kind: char, place: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{kind}{place}"))
}

fn decode<T>(query: &mut Query, kind: char, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Problem> {
    query.parsed("cursor", |text| {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        let place = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let place = place.as_deref().and_then(|place| place.strip_prefix(kind)).and_then(parse);
        place.ok_or_else(|| "it is not a cursor that this list gave out; start again without it".to_owned())
    })
}

/// The cursor that goes on after a name.
#[must_use]
pub fn after_name(name: &Name) -> String {
    encode('n', name.as_str())
}

/// The name that the request's cursor goes on after.
///
/// # Errors
/// When the cursor is none that this server made.
pub fn name(query: &mut Query) -> Result<Option<Name>, Problem> {
    decode(query, 'n', |place| Name::parse(place).ok())
}

/// The cursor that goes on after a key.
#[must_use]
pub fn after_key(id: KeyId) -> String {
    encode('k', &id.to_string())
}

/// The key that the request's cursor goes on after.
///
/// # Errors
/// When the cursor is none that this server made.
pub fn key(query: &mut Query) -> Result<Option<KeyId>, Problem> {
    decode(query, 'k', |place| place.parse().ok())
}

/// The cursor that goes on after a webhook.
#[must_use]
pub fn after_webhook(id: EndpointId) -> String {
    encode('w', &id.to_string())
}

/// The webhook that the request's cursor goes on after.
///
/// # Errors
/// When the cursor is none that this server made.
pub fn webhook(query: &mut Query) -> Result<Option<EndpointId>, Problem> {
    decode(query, 'w', |place| place.parse().ok())
}

/// The cursor that goes on at a place of the journal, in a list of its own kind.
#[must_use]
pub fn at_seq(kind: char, seq: Seq) -> String {
    encode(kind, &seq.to_string())
}

/// The cursor that goes on at a lot.
#[must_use]
pub fn at_lot(key: LotKey) -> String {
    encode('l', &format!("{} {} {}", key.expires_first.0, key.earned_at.0, key.arrival))
}

/// The lot that the request's cursor goes on at.
///
/// # Errors
/// When the cursor is none that this server made.
pub fn lot(query: &mut Query) -> Result<Option<LotKey>, Problem> {
    decode(query, 'l', |place| {
        let mut numbers = place.split(' ');
        let key = LotKey {
            expires_first: Timestamp(numbers.next()?.parse().ok()?),
            earned_at: Timestamp(numbers.next()?.parse().ok()?),
            arrival: Seq(numbers.next()?.parse().ok()?),
        };
        numbers.next().is_none().then_some(key)
    })
}

/// The place of the journal that the request's cursor goes on at.
///
/// # Errors
/// When the cursor is none that this server made.
pub fn seq(query: &mut Query, kind: char) -> Result<Option<Seq>, Problem> {
    decode(query, kind, |place| place.parse().ok().map(Seq))
}
