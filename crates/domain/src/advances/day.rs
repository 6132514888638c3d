//! Days, in UTC: what advances count in.

use std::fmt;

use crate::codec::{Decoder, Encoder, Malformed};
use crate::numbers::Timestamp;

const DAY_MICROS: i64 = 86_400_000_000;

/// A day: how many days after 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u32);

impl Day {
    /// Before every day on which anything was done.
    pub const FIRST: Day = Day(0);
    /// The last day that calendars write with four digits of the year: 9999-12-31.
    pub const LAST: Day = Day(2_932_896);

    /// The day of an instant; those before 1970 are the first, those after 9999 the last.
    #[must_use]
    pub fn of(at: Timestamp) -> Day {
        let days = at.0.div_euclid(DAY_MICROS).max(0);
        u32::try_from(days).map_or(Day::LAST, Day).min(Day::LAST)
    }

    /// So many days later.
    #[must_use]
    pub fn plus(self, days: u32) -> Day {
        Day(self.0.saturating_add(days)).min(Day::LAST)
    }

    /// The instant at which it begins.
    #[must_use]
    pub fn begins(self) -> Timestamp {
        Timestamp(i64::from(self.0).saturating_mul(DAY_MICROS))
    }

    /// Year, month and day of the calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms":
    /// `civil_from_days`). The year begins with March there, so that a leap day is its last.
    #[must_use]
    pub const fn civil(self) -> (u32, u32, u32) {
        let days = self.0.saturating_add(719_468);
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let leaps = (of_era.div_euclid(1_460).saturating_add(of_era.div_euclid(146_096)))
            .saturating_sub(of_era.div_euclid(36_524));
        let year = of_era.saturating_sub(leaps).div_euclid(365);
        let before = year.saturating_mul(365).saturating_add(year.div_euclid(4)).saturating_sub(year.div_euclid(100));
        let of_year = of_era.saturating_sub(before);
        let month = of_year.saturating_mul(5).saturating_add(2).div_euclid(153);
        let day = of_year.saturating_sub(month.saturating_mul(153).saturating_add(2).div_euclid(5)).saturating_add(1);
        let year = era.saturating_mul(400).saturating_add(year);
        if month < 10 {
            (year, month.saturating_add(3), day)
        } else {
            (year.saturating_add(1), month.saturating_sub(9), day)
        }
    }

    /// Writes the canonical bytes.
    pub fn encode(self, e: &mut Encoder) {
        e.number(u64::from(self.0));
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Day, Malformed> {
        let day = u32::try_from(d.number()?).map(Day);
        day.ok().filter(|day| *day <= Day::LAST).ok_or(Malformed { expected: "day" })
    }
}

impl fmt::Display for Day {
    /// As ISO 8601 writes it, such as `2026-11-26`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A set of days as spans of neighbours: a day a day is one span, however many years it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Days(Vec<(Day, Day)>);

impl Days {
    /// Whether a day is in it.
    #[must_use]
    pub fn has(&self, day: Day) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= day);
        after.checked_sub(1).and_then(|place| self.0.get(place)).is_some_and(|(_, last)| *last >= day)
    }

    /// Whether every day from one to another is in it.
    #[must_use]
    pub fn has_all(&self, from: Day, to: Day) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= from);
        after.checked_sub(1).and_then(|place| self.0.get(place)).is_some_and(|(_, last)| *last >= to.max(from))
    }

    /// Takes a day in.
    pub fn insert(&mut self, day: Day) {
        if self.has(day) {
            return;
        }
        let place = self.0.partition_point(|(first, _)| *first <= day);
        self.0.insert(place, (day, day));
        self.0.dedup_by(|next, before| {
            let touches = before.1.plus(1) == next.0;
            if touches {
                before.1 = next.1;
            }
            touches
        });
    }

    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        e.length(self.0.len());
        for (first, last) in &self.0 {
            first.encode(e);
            last.encode(e);
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Days, Malformed> {
        let mut spans = Vec::new();
        for _ in 0..d.length()? {
            spans.push((Day::decode(d)?, Day::decode(d)?));
        }
        Ok(Days(spans))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_of_utc() {
        for (at, day) in [(-1, 0), (0, 0), (DAY_MICROS - 1, 0), (DAY_MICROS, 1), (i64::MAX, Day::LAST.0)] {
            assert_eq!(Day::of(Timestamp(at)), Day(day), "{at}");
        }
        assert_eq!(Day::of(Day(20_000).begins()), Day(20_000));
        assert_eq!(Day::LAST.plus(1), Day::LAST);
    }

    #[test]
    fn days_are_written_as_calendars_do() {
        let written =
            [(0, "1970-01-01"), (58, "1970-02-28"), (59, "1970-03-01"), (789, "1972-02-29"), (20_783, "2026-11-26")];
        let far = [(11_016, "2000-02-29"), (47_540, "2100-02-28"), (47_541, "2100-03-01"), (Day::LAST.0, "9999-12-31")];
        for (day, text) in written.into_iter().chain(far) {
            assert_eq!(Day(day).to_string(), text);
        }
    }

    #[test]
    fn neighbours_are_one_span() {
        let mut days = Days::default();
        for day in [5, 3, 9, 4, 4, 8, 1] {
            days.insert(Day(day));
        }
        assert_eq!(days.0, [(Day(1), Day(1)), (Day(3), Day(5)), (Day(8), Day(9))]);
        let found: Vec<u32> = (0..12).filter(|day| days.has(Day(*day))).collect();
        assert_eq!(found, [1, 3, 4, 5, 8, 9]);
        for (from, to, has) in [(3, 5, true), (4, 4, true), (3, 6, false), (5, 8, false), (2, 3, false), (9, 9, true)] {
            assert_eq!(days.has_all(Day(from), Day(to)), has, "{from} to {to}");
        }
    }
}
