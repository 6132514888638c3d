//! Values in JSON: amounts read as digits, never through a float; names, ids and instants checked where they stand.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use ducat_domain::advances::Day;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::money::{Amount, Balance, Difference};
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::{Id, NotAnId, Timestamp};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

/// The largest whole number that every JSON reader keeps exactly: 2^53 - 1 (RFC 8259, section 6).
const JSON_NUMBER_MAX: u128 = (1 << 53) - 1;

/// What an amount is.
const NOT_NEGATIVE: &str = "it is 0 or more";

/// Bytes of metadata, keys and values together: a note, not a document.
const METADATA_BYTES_MAX: usize = 4_096;

/// Bytes of a description: a paragraph.
pub const DESCRIPTION_BYTES_MAX: usize = 1_024;

/// Bytes of a reference and of an idempotency key: any identifier that other systems make.
pub const REFERENCE_BYTES_MAX: usize = 255;

/// Writes so many minor units, in digits of their own scale: as a number where every reader keeps it exactly, as a
/// string above.
pub(crate) fn write_units<S: Serializer>(units: u128, digits: String, serializer: S) -> Result<S::Ok, S::Error> {
    if units > JSON_NUMBER_MAX {
        return serializer.serialize_str(&digits);
    }
    RawValue::from_string(digits).map_err(serde::ser::Error::custom)?.serialize(serializer)
}

/// The digits of a whole number written as a number or a string, and whether it is negative.
fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(bool, Cow<'de, str>), D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?.get();
    let text: Cow<'de, str> =
        if raw.starts_with('"') { serde_json::from_str(raw).map_err(D::Error::custom)? } else { Cow::Borrowed(raw) };
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.len()),
        None => (false, text.len()),
    };
    let number = &text[text.len() - unsigned..];
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        let shown: String = raw.chars().take(40).collect();
        return Err(D::Error::custom(format!(
            "expected whole minor units, as digits in a number or a string, found {shown}"
        )));
    }
    Ok((negative, Cow::Owned(number.to_owned())))
}

/// An amount in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonAmount(pub Amount);

impl<'de> Deserialize<'de> for JsonAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonAmount, D::Error> {
        let (negative, digits) = digits(deserializer)?;
        // What does not fit 128 bits is far over the limit that the rules know, and they say so.
        let number = digits.parse().unwrap_or(u128::MAX);
        if negative && number != 0 {
            return Err(D::Error::custom(NOT_NEGATIVE));
        }
        Ok(JsonAmount(Amount::new(number)))
    }
}

impl Serialize for JsonAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match u64::try_from(self.0.minor_units()) {
            Ok(small) if u128::from(small) <= JSON_NUMBER_MAX => serializer.serialize_u64(small),
            _ => serializer.collect_str(&self.0),
        }
    }
}

/// A balance or a limit in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonBalance(pub Balance);

impl<'de> Deserialize<'de> for JsonBalance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonBalance, D::Error> {
        let (negative, digits) = digits(deserializer)?;
        let number: Option<i128> = digits.parse().ok();
        let number = number.map(|number| if negative { -number } else { number }).and_then(Balance::new);
        number.map(JsonBalance).ok_or_else(|| D::Error::custom("a limit is within 10^38 of zero"))
    }
}

impl Serialize for JsonBalance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = self.0.minor_units();
        match i64::try_from(number) {
            Ok(small) if number.unsigned_abs() <= JSON_NUMBER_MAX => serializer.serialize_i64(small),
            _ => serializer.collect_str(&self.0),
        }
    }
}

/// How far a balance is above its floor, in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonDifference(pub Difference);

impl Serialize for JsonDifference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_units(self.0.distance, self.0.to_string(), serializer)
    }
}

/// Reads an amount, and says in the reader's words why it is not negative.
fn amount_or<'de, D: Deserializer<'de>>(deserializer: D, hint: &str) -> Result<JsonAmount, D::Error> {
    JsonAmount::deserialize(deserializer).map_err(|error| match error.to_string() {
        reason if reason.starts_with(NOT_NEGATIVE) => D::Error::custom(format!("{NOT_NEGATIVE}; {hint}")),
        reason => D::Error::custom(reason),
    })
}

/// The amount of a posting.
///
/// # Errors
/// When it is no amount.
pub fn posting_amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<JsonAmount, D::Error> {
    amount_or(deserializer, "to move money the other way, swap source and destination")
}

/// Points that are given or spent.
///
/// # Errors
/// When it is no whole number of points.
pub fn whole_points<'de, D: Deserializer<'de>>(deserializer: D) -> Result<JsonAmount, D::Error> {
    amount_or(deserializer, "to take points back, adjust them")
}

/// Points of an adjustment: given where positive, taken back where negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonSigned {
    /// Whether they are taken back.
    pub is_negative: bool,
    /// How many.
    pub amount: Amount,
}

impl<'de> Deserialize<'de> for JsonSigned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonSigned, D::Error> {
        let (is_negative, digits) = digits(deserializer)?;
        Ok(JsonSigned { is_negative, amount: Amount::new(digits.parse().unwrap_or(u128::MAX)) })
    }
}

impl Serialize for JsonSigned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sign = if self.is_negative { "-" } else { "" };
        write_units(self.amount.minor_units(), format!("{sign}{}", self.amount), serializer)
    }
}

/// Reads a text and makes a value of it, without keeping the text.
struct Text<T> {
    expected: &'static str,
    parse: fn(&str) -> Result<T, String>,
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).map_err(E::custom)
    }
}

/// Reads a name that may be a new one: a path never leads to `.` and `..`, so nothing is called so any more.
fn parse_name(text: &str) -> Result<Name, String> {
    if matches!(text, "." | "..") {
        return Err(format!("{text:?} is a step in a path and no name"));
    }
    Name::parse(text).map_err(|error| error.to_string())
}

/// A name in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonName(pub Name);

impl<'de> Deserialize<'de> for JsonName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonName, D::Error> {
        let parse = |text: &str| parse_name(text).map(JsonName);
        deserializer.deserialize_str(Text { expected: "a name", parse })
    }
}

impl Serialize for JsonName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// The name of an account as someone may see it: `*` where it is not his to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownName(pub Option<Name>);

impl Serialize for ShownName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_ref().map_or(HIDDEN, Name::as_str))
    }
}

/// What stands for the name of an account that a key is not for.
pub const HIDDEN: &str = "*";

/// An id in JSON: a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonId(pub Id);

/// Reads a UUID in its standard text (RFC 9562, section 4), in letters of either case.
///
/// # Errors
/// A phrase that says what was expected, when the text is no UUID.
pub fn parse_id(text: &str) -> Result<Id, String> {
    text.parse().map_err(|error: NotAnId| error.to_string())
}

/// Reads the id of something new, which the nil UUID (RFC 9562, section 5.9) is not: programs send it when they have
/// none.
///
/// # Errors
/// A phrase that says what was expected, when the text is no UUID, or is the nil UUID.
pub fn parse_new_id(text: &str) -> Result<Id, String> {
    match parse_id(text)? {
        Id(0) => Err("the nil UUID is no id; make one, or leave it out".to_owned()),
        id => Ok(id),
    }
}

impl<'de> Deserialize<'de> for JsonId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonId, D::Error> {
        deserializer.deserialize_str(Text { expected: "a UUID", parse: |text| parse_new_id(text).map(JsonId) })
    }
}

impl Serialize for JsonId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut buffer = uuid::Uuid::encode_buffer();
        serializer.serialize_str(uuid::Uuid::from_u128(self.0.0).hyphenated().encode_lower(&mut buffer))
    }
}

/// An instant in JSON: RFC 3339, microseconds at most, answered in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonTime(pub Timestamp);

/// The first and the last instant that RFC 3339 can write in UTC and that a calendar of the common era has: years 1 to
/// 9999.
const YEARS: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;

/// Reads an instant; what is finer than a microsecond is cut off.
///
/// # Errors
/// A phrase that says what was expected, when the text is no instant of RFC 3339 in the years 1 to 9999.
pub fn parse_time(text: &str) -> Result<Timestamp, String> {
    if text.get(17..19) == Some("60") {
        return Err("leap seconds are not counted here; write the second before or after".to_owned());
    }
    let parsed = OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|_| "expected an instant as in RFC 3339, such as 2026-11-01T00:00:00Z".to_owned())?;
    let micros = parsed.unix_timestamp_nanos().div_euclid(1_000);
    let micros = i64::try_from(micros).ok().filter(|micros| YEARS.contains(micros));
    micros.map(Timestamp).ok_or_else(|| "the instant is out of range: years 1 to 9999, in UTC".to_owned())
}

/// Someone outside in JSON: 1 to 200 bytes of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonParty(pub Party);

impl<'de> Deserialize<'de> for JsonParty {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonParty, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Party::parse(&text).map(JsonParty).map_err(serde::de::Error::custom)
    }
}

impl Serialize for JsonParty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// A day in JSON, such as `2026-12-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonDay(pub Day);

impl<'de> Deserialize<'de> for JsonDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonDay, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        parse_day(&text).map(JsonDay).map_err(D::Error::custom)
    }
}

impl Serialize for JsonDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&write_day(self.0))
    }
}

/// Reads a day from 1970 on.
///
/// # Errors
/// A phrase that says what was expected, when the text is no day.
pub fn parse_day(text: &str) -> Result<Day, String> {
    let date = Date::parse(text, DAY).map_err(|_| "expected a day such as 2026-12-01".to_owned())?;
    let days = date.to_julian_day() - EPOCH_JULIAN;
    u32::try_from(days).map(Day).map_err(|_| "expected a day from 1970 on".to_owned())
}

/// Writes a day.
#[must_use]
pub fn write_day(day: Day) -> String {
    let julian = i32::try_from(day.0).unwrap_or(i32::MAX).saturating_add(EPOCH_JULIAN);
    let date = Date::from_julian_day(julian).unwrap_or(Date::MAX);
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// A day as ISO 8601 writes it.
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// The Julian day of 1970-01-01.
const EPOCH_JULIAN: i32 = 2_440_588;

/// Bytes, such as a hash, as people write them.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes an instant in UTC with microseconds.
#[must_use]
pub fn write_time(at: Timestamp) -> String {
    match OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.0) * 1_000) {
        Ok(time) => format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            time.year(),
            u8::from(time.month()),
            time.day(),
            time.hour(),
            time.minute(),
            time.second(),
            time.microsecond()
        ),
        // A hold of a million years.
        Err(_) if at.0 > 0 => "9999-12-31T23:59:59.999999Z".to_owned(),
        Err(_) => "0000-01-01T00:00:00.000000Z".to_owned(),
    }
}

impl<'de> Deserialize<'de> for JsonTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonTime, D::Error> {
        deserializer.deserialize_str(Text { expected: "an instant", parse: |text| parse_time(text).map(JsonTime) })
    }
}

impl Serialize for JsonTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&write_time(self.0))
    }
}

/// Metadata in JSON: an object of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonMetadata(pub Metadata);

impl<'de> Deserialize<'de> for JsonMetadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonMetadata, D::Error> {
        let pairs = deserializer.deserialize_map(Pairs)?;
        let bytes: usize = pairs.iter().map(|(key, value)| key.len() + value.len()).sum();
        if bytes > METADATA_BYTES_MAX {
            let error = format!("metadata has {bytes} bytes, the limit is {METADATA_BYTES_MAX}");
            return Err(D::Error::custom(error));
        }
        if pairs.keys().any(String::is_empty) {
            return Err(D::Error::custom("a key of metadata has at least one character"));
        }
        Ok(JsonMetadata(Metadata::new(pairs)))
    }
}

/// Pairs of texts, each key once.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BTreeMap<String, String>, A::Error> {
        let mut pairs = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<String, String>()? {
            if pairs.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {key:?} is given twice")));
            }
            pairs.insert(key, value);
        }
        Ok(pairs)
    }
}

impl Serialize for JsonMetadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.pairs().iter().map(|(key, value)| (key, value)))
    }
}

/// An object, and nothing else: the derived readers of structs would also take a list, its fields in order.
#[derive(Debug, Clone, Default)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<T>, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_map(Fields(PhantomData)).map(Object)
    }
}

/// A text of bounded length that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonText<const MAX: usize>(pub String);

impl<'de, const MAX: usize> Deserialize<'de> for JsonText<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonText<MAX>, D::Error> {
        let parse = |text: &str| match text.len() {
            0 => Err("the text is empty; leave the field out".to_owned()),
            length if length > MAX => Err(format!("the text has {length} bytes, the limit is {MAX}")),
            _ => Ok(JsonText(text.to_owned())),
        };
        deserializer.deserialize_str(Text { expected: "a text", parse })
    }
}

/// A field that may be left out, null, or given: the first two are not the same.
///
/// # Errors
/// When the value is not of its type.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(json: &str) -> Result<String, String> {
        serde_json::from_str::<JsonAmount>(json)
            .map(|amount| serde_json::to_string(&amount).expect("it can be written"))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn amounts_are_read_as_digits() {
        for (json, written) in [
            ("0", "0"),
            ("1250", "1250"),
            ("\"1250\"", "1250"),
            ("9007199254740991", "9007199254740991"),
            ("9007199254740992", "\"9007199254740992\""),
            ("\"999999999999999999999999999999999999\"", "\"999999999999999999999999999999999999\""),
            ("999999999999999999999999999999999999", "\"999999999999999999999999999999999999\""),
        ] {
            assert_eq!(amount(json).as_deref(), Ok(written), "{json}");
        }
        for json in ["1.0", "1e3", "-1", "\"\"", "\"1.0\"", "\" 1\"", "\"+1\"", "true", "null", "[]", "\"0x10\""] {
            assert!(amount(json).is_err(), "{json}");
        }
    }

    #[test]
    fn instants_are_rfc_3339() {
        for (text, written) in [
            ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00.000000Z"),
            ("2026-11-01T01:00:00.123456789+01:00", "2026-11-01T00:00:00.123456Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(parse_time(text).map(write_time).as_deref(), Ok(written));
        }
        for text in ["0000-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00", "2026-06-30T23:59:60Z"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
        for text in ["", "2026-11-01", "yesterday", "2026-13-01T00:00:00Z", "2026-11-01T00:00:00"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
