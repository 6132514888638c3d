//! The numbers a ledger gives out, and the two it is given: instants and identifiers.
//!
//! Accounts, assets and journal rows are numbered from 1, in order of their making, by the rules and never by a store;
//! so the same commands give the same numbers everywhere.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

macro_rules! counted {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// The first number.
            pub const FIRST: $name = $name(1);

            /// The number after this one.
            #[must_use]
            pub const fn next(self) -> $name {
                // 64 bits last 500,000 years at a million a second.
                $name(self.0.saturating_add(1))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

counted! {
    /// The place of an effect in its ledger's journal.
    Seq
}
counted! {
    /// The number of an account in its ledger.
    AccountNo
}
counted! {
    /// The number of an asset in its ledger.
    AssetNo
}
counted! {
    /// The number of a batch in its ledger.
    BatchNo
}

/// The number of who asked for a command: a key, a person, a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorNo(pub NonZeroU32);

/// An instant: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Before everything.
    pub const MIN: Timestamp = Timestamp(i64::MIN);
    /// After everything.
    pub const MAX: Timestamp = Timestamp(i64::MAX);

    /// The instant so many microseconds later.
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(micros))
    }

    /// The instant so much later, to the microsecond.
    #[must_use]
    pub fn plus(self, wait: Duration) -> Timestamp {
        self.plus_micros(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
    }

    /// The instant so many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: u64) -> Timestamp {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        self.plus_micros(seconds.saturating_mul(1_000_000))
    }
}

/// A text that is no UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a UUID such as 01900000-0000-7000-8000-000000000001")
    }
}

impl std::error::Error for NotAnId {}

/// A 128-bit identifier, written as a UUID: of a command, and of the transaction that the command makes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u128);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        write!(f, "{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
    }
}

impl FromStr for Id {
    type Err = NotAnId;

    /// Reads a UUID (RFC 9562) with its hyphens, in letters of either case.
    fn from_str(text: &str) -> Result<Id, NotAnId> {
        let text: &[u8; 36] = text.as_bytes().try_into().map_err(|_| NotAnId)?;
        let mut read = 0u128;
        // What is no digit has bits above the four of a digit.
        let mut bad = 0u8;
        for (place, byte) in text.iter().enumerate() {
            if matches!(place, 8 | 13 | 18 | 23) {
                bad |= u8::from(*byte != b'-') << 4u8;
            } else {
                let digit = digit(*byte);
                bad |= digit;
                read = (read << 4u8) | u128::from(digit & 0x0F);
            }
        }
        if bad > 0x0F { Err(NotAnId) } else { Ok(Id(read)) }
    }
}

/// The value of a hexadecimal digit; of what is none, bits above those of a digit.
const fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte.wrapping_sub(b'0'),
        b'a'..=b'f' => byte.wrapping_sub(b'a').wrapping_add(10),
        b'A'..=b'F' => byte.wrapping_sub(b'A').wrapping_add(10),
        _ => 0xF0,
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_as_uuids() {
        let id = Id(0x0190_0000_0000_7abc_8000_0000_0000_0001);
        assert_eq!(id.to_string(), "01900000-0000-7abc-8000-000000000001");
        for text in ["01900000-0000-7abc-8000-000000000001", "01900000-0000-7ABC-8000-000000000001"] {
            assert_eq!(text.parse(), Ok(id));
        }
        for text in [
            "",
            "0190000000007abc8000000000000001",
            "01900000-0000-7abc-8000-00000000000g",
            "01900000-0000-7abc-8000-0000000000012",
            "01900000-0000-7abc-80000-00000000001",
            "{1900000-0000-7abc-8000-00000000001}",
            "01900000-0000-7abc-8000-+00000000001",
            "01900000-0000-7abc-8000-00000000000é",
        ] {
            assert_eq!(text.parse::<Id>(), Err(NotAnId), "{text:?}");
        }
    }
}
