//! How values look in the OpenAPI document: each pattern and bound stands here once, whatever body or parameter has it.
//!
//! A schema never allows what the reader of the value refuses, save where a bound counts bytes and a schema characters.

use std::borrow::Cow;

use ducat_domain::names::{NAME_LENGTH_MAX, PARTY_LENGTH_MAX};
use utoipa::openapi::schema::{AdditionalProperties, AnyOfBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::simple::bank::wire::{Dollars, PositiveDollars};
use crate::simple::{AccountId, Number, SignedAmount, SignedPoints};
use crate::v1::points::render::JsonTotal;
use crate::values::{
    JsonAmount, JsonBalance, JsonDay, JsonDifference, JsonId, JsonMetadata, JsonName, JsonParty, JsonSigned, JsonTime,
    ShownName,
};

/// A name; the steps `.` and `..` of a path are none.
const NAME_PATTERN: &str = r"^(?!\.{1,2}$)[A-Za-z0-9_.:-]+$";

/// The same, or what stands for a name that is not shown.
const SHOWN_PATTERN: &str = r"^(\*|(?!\.{1,2}$)[A-Za-z0-9_.:-]+)$";
const SHOWN: &str = "The name of an account; `*` where the key is kept to some accounts and this is none of them";

/// Text that has something to see, and none of the characters that cannot be seen.
const PARTY_PATTERN: &str = concat!(
    r"^[^\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]*",
    r"[^\s\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]",
    r"[^\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]*$",
);

/// A UUID; the nil UUID is no id.
const ID_PATTERN: &str = "^(?!00000000-0000-0000-0000-000000000000$)\
                          [0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";

/// A day of 1970 or later.
const DAY_PATTERN: &str = "^(19[7-9][0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}$";

/// Names a value in the document and gives its schema.
macro_rules! described {
    ($($value:ty as $name:literal: $schema:expr;)+) => {$(
        impl PartialSchema for $value {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $value {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )+};
}

described! {
    JsonName as "Name": name();
    ShownName as "ShownName": string(1, NAME_LENGTH_MAX).pattern(Some(SHOWN_PATTERN)).description(Some(SHOWN));
    JsonParty as "Party": party();
    JsonId as "Id": id();
    JsonTime as "Instant": instant();
    JsonDay as "Day": text(KnownFormat::Date).pattern(Some(DAY_PATTERN)).description(Some("A day, from 1970 on"));
    JsonAmount as "Amount": units(Some(0), "^[0-9]{1,36}$", "Whole minor units");
    JsonBalance as "Balance": units(None, "^-?[0-9]{1,38}$", "Whole minor units, negative below 0");
    JsonDifference as "Difference": units(None, "^-?[0-9]{1,39}$", "Whole minor units, up to 2*10^38");
    JsonSigned as "SignedPoints": units(None, "^-?[0-9]{1,36}$", "Whole points of either sign");
    JsonTotal as "Total": units(Some(0), "^[0-9]{1,42}$", "Whole points");
    JsonMetadata as "Metadata": metadata();
    AccountId as "AccountId": text(KnownFormat::Uuid).description(Some("The UUID of an account"));
    Number as "WholeNumber": units(None, "^-?[0-9]+$", "A whole number");
    SignedAmount as "SignedAmount": integer(Some(-999_999_999_999_999), Some(999_999_999_999_999));
    SignedPoints as "PointsNumber": integer(None, None).description(Some("A whole number of points"));
    Dollars as "Dollars": dollars(r"^-?[0-9]+\.[0-9]{2}$", None);
    PositiveDollars as "PositiveDollars": dollars(r"^0*[1-9][0-9]{0,32}(\.[0-9]*)?$", Some(0.01));
}

/// A name of a ledger, an account or an asset.
pub(crate) fn name() -> ObjectBuilder {
    let described = "`A-Z a-z 0-9 _ . : -`, and neither `.` nor `..`";
    string(1, NAME_LENGTH_MAX).pattern(Some(NAME_PATTERN)).description(Some(described))
}

/// The name of a member, a payer or a customer.
pub(crate) fn party() -> ObjectBuilder {
    let described = "1 to 200 bytes of text without characters that cannot be seen; space around it is removed";
    string(1, PARTY_LENGTH_MAX).pattern(Some(PARTY_PATTERN)).description(Some(described))
}

/// An id.
pub(crate) fn id() -> ObjectBuilder {
    text(KnownFormat::Uuid).pattern(Some(ID_PATTERN)).description(Some("A UUID other than the nil UUID"))
}

/// An instant.
pub(crate) fn instant() -> ObjectBuilder {
    text(KnownFormat::DateTime).description(Some("RFC 3339, years 1 to 9999; microseconds are kept"))
}

/// Text of so many characters.
pub(crate) fn string(length_min: usize, length_max: usize) -> ObjectBuilder {
    plain(Type::String).min_length(Some(length_min)).max_length(Some(length_max))
}

/// A whole number within bounds.
pub(crate) fn integer(min: Option<i64>, max: Option<i64>) -> ObjectBuilder {
    plain(Type::Integer).minimum(min).maximum(max)
}

/// One of these words.
pub(crate) fn word(words: &[&str]) -> ObjectBuilder {
    plain(Type::String).enum_values(Some(words.iter().copied()))
}

fn plain(of: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(of))
}

fn text(format: KnownFormat) -> ObjectBuilder {
    plain(Type::String).format(Some(SchemaFormat::KnownFormat(format)))
}

/// A whole number, or its digits in a string: numbers of any size are read, those above 2^53 - 1 are written as
/// strings.
fn units(min: Option<i64>, pattern: &str, described: &str) -> AnyOfBuilder {
    let number = integer(min, None);
    let digits = plain(Type::String).pattern(Some(pattern));
    AnyOfBuilder::new()
        .item(number)
        .item(digits)
        .description(Some(format!("{described}: a number up to 2^53 - 1, a string above; both are read")))
}

/// Dollars and cents as a number, or in a string.
fn dollars(pattern: &str, min: Option<f64>) -> AnyOfBuilder {
    let max = min.map(|_| 1e32);
    let number = plain(Type::Number).minimum(min).maximum(max).examples([serde_json::json!(5.25)]);
    AnyOfBuilder::new().item(number).item(plain(Type::String).pattern(Some(pattern))).description(Some(
        "Dollars with two decimals: a number up to 2^53 - 1 cents, a string above; both are read, digit by digit",
    ))
}

/// Texts under keys.
fn metadata() -> ObjectBuilder {
    plain(Type::Object)
        .additional_properties(Some(AdditionalProperties::from(plain(Type::String))))
        .property_names(Some(plain(Type::String).min_length(Some(1)).build()))
        .description(Some("Strings under keys, 4 KiB in all"))
}
