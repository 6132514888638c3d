//! Whole numbers of 128 bits as PostgreSQL's `numeric`, in its binary form.
//!
//! The form: how many digits, the weight of the first, a sign, the scale, then the digits, each of base 10,000. Scale
//! is always 0 here; anything else is not ours. Source: `numeric_send` and `numeric_recv` of PostgreSQL.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

const BASE: u128 = 10_000;

/// Digits of base 10,000 in 128 bits, at most.
const DIGITS_MAX: usize = 10;

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;

/// A 128-bit number as PostgreSQL keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wide(pub i128);

impl ToSql for Wide {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let mut digits = [0i16; DIGITS_MAX];
        let mut count = 0;
        let mut rest = self.0.unsigned_abs();
        while rest != 0 {
            digits[count] = i16::try_from(rest % BASE)?;
            rest /= BASE;
            count += 1;
        }
        let places = i16::try_from(count)?;
        out.put_i16(places);
        out.put_i16((places - 1).max(0));
        out.put_u16(if self.0 < 0 { NEGATIVE } else { POSITIVE });
        out.put_i16(0);
        for digit in digits[..count].iter().rev() {
            out.put_i16(*digit);
        }
        Ok(IsNull::No)
    }

    accepts!(NUMERIC);
    to_sql_checked!();
}

impl<'a> FromSql<'a> for Wide {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Wide, Box<dyn Error + Sync + Send>> {
        let mut words = raw.chunks_exact(2).map(|word| u16::from_be_bytes([word[0], word[1]]));
        let mut next = || words.next().ok_or("a numeric is cut off");
        let (count, weight, sign, scale) = (next()?, i16::from_be_bytes(next()?.to_be_bytes()), next()?, next()?);
        if scale != 0 || count > 0 && i32::from(weight) + 1 < i32::from(count) {
            return Err("a numeric is not whole".into());
        }
        let mut magnitude = 0u128;
        for place in 0..=weight.max(-1) {
            let digit = if u16::try_from(place)? < count { u128::from(next()?) } else { 0 };
            if count == 0 {
                break;
            }
            magnitude =
                magnitude.checked_mul(BASE).and_then(|m| m.checked_add(digit)).ok_or("a numeric is too large")?;
        }
        match sign {
            POSITIVE => Ok(Wide(i128::try_from(magnitude)?)),
            NEGATIVE if magnitude == i128::MIN.unsigned_abs() => Ok(Wide(i128::MIN)),
            NEGATIVE => Ok(Wide(-i128::try_from(magnitude)?)),
            _ => Err("a numeric is not a number".into()),
        }
    }

    accepts!(NUMERIC);
}

/// Numbers of the domain as PostgreSQL keeps them.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let wide = [0, 1, -1, 9_999, 10_000, 10_001, -123_450_000, 10i128.pow(36), i128::MAX, i128::MIN];
        for number in wide {
            let mut bytes = BytesMut::new();
            Wide(number).to_sql(&Type::NUMERIC, &mut bytes).expect("it can be written");
            assert_eq!(Wide::from_sql(&Type::NUMERIC, &bytes).ok(), Some(Wide(number)), "{number}");
        }
    }

    #[test]
    fn trailing_zeros_may_be_left_out_as_the_server_does() {
        let stripped = [0, 1, 0, 2, 0, 0, 0, 0, 0, 7];
        assert_eq!(Wide::from_sql(&Type::NUMERIC, &stripped).ok(), Some(Wide(700_000_000)));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let half = [0, 1, 255, 255, 0, 0, 0, 1, 19, 136];
        assert!(Wide::from_sql(&Type::NUMERIC, &half).is_err());
        assert!(Wide::from_sql(&Type::NUMERIC, &[0, 1, 0, 0]).is_err());
    }
}
