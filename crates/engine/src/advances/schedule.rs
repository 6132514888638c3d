//! When the daily run begins: once each day of UTC, at a time of day in UTC or in a zone.
//!
//! Days of advances are days of UTC. A zone moves the instant of a day's run within that day and never adds or leaves
//! out a run: each day of UTC has exactly one, also where a zone's clocks are changed.

use std::str::FromStr;

use ducat_domain::advances::Day;
use ducat_domain::numbers::Timestamp;
use jiff::tz::TimeZone;

const DAY_MINUTES: i64 = 24 * 60;

/// A time of day in a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyAt {
    /// From midnight.
    minute: i64,
    zone: TimeZone,
}

/// A text that is no time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// It has another form.
    #[error(
        "{0:?} is no time of day; write HH:MM in UTC, or HH:MM and a time zone, such as \"06:30 America/New_York\""
    )]
    Form(String),
    /// Nothing is known of its zone.
    #[error("no time zone {0:?} is known; write its name in the IANA database, such as America/New_York")]
    Zone(String),
}

impl FromStr for DailyAt {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<DailyAt, ScheduleError> {
        let wrong = || ScheduleError::Form(text.to_owned());
        let (time, zone) = text.split_once(' ').map_or((text, None), |(time, zone)| (time, Some(zone)));
        let (hour, minute) =
            time.split_once(':').filter(|two| two.0.len() == 2 && two.1.len() == 2).ok_or_else(wrong)?;
        let number = |digits: &str, end: i64| {
            let is_plain = digits.bytes().all(|digit| digit.is_ascii_digit());
            digits.parse::<i64>().ok().filter(|number| is_plain && *number < end).ok_or_else(wrong)
        };
        let minute = number(hour, 24)? * 60 + number(minute, 60)?;
        let known = |name: &str| TimeZone::get(name).map_err(|_| ScheduleError::Zone(name.to_owned()));
        Ok(DailyAt { minute, zone: zone.map_or(Ok(TimeZone::UTC), known)? })
    }
}

impl DailyAt {
    /// The day of which the run was to begin last.
    #[must_use]
    pub fn last_before(&self, now: Timestamp) -> Option<Day> {
        let today = Day::of(now);
        [today, Day(today.0.saturating_sub(1))]
            .into_iter()
            .find(|day| self.begins(*day).is_some_and(|begin| begin <= now))
    }

    /// When the run of a day begins. The zone's distance from UTC is that at noon of the day.
    fn begins(&self, day: Day) -> Option<Timestamp> {
        let start = day.begins();
        let noon = jiff::Timestamp::from_microsecond(start.0 + DAY_MINUTES * 30_000_000).ok()?;
        let offset = i64::from(self.zone.to_offset(noon).seconds()) / 60;
        Some(Timestamp(start.0 + (self.minute - offset).rem_euclid(DAY_MINUTES) * 60_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(day: u32, minute: i64) -> Timestamp {
        Timestamp(Day(day).begins().0 + minute * 60_000_000)
    }

    #[test]
    fn a_day_begins_at_its_time() {
        let at: DailyAt = "06:30".parse().expect("a time");
        for (now, day) in [(minute(20_000, 389), 19_999), (minute(20_000, 390), 20_000), (minute(20_001, 0), 20_000)] {
            assert_eq!(at.last_before(now), Some(Day(day)));
        }
        for wrong in [
            "",
            "6:30",
            "24:00",
            "06:60",
            "06-30",
            "0a:30",
            "06:300",
            "1:034",
            "006:5",
            "+6:30",
            "06:30 ",
            "06:30 Atlantis",
        ] {
            assert!(wrong.parse::<DailyAt>().is_err(), "{wrong}");
        }
    }

    /// Winter, the days around both changes of clocks, and summer, of 2026; days since 1970.
    #[test]
    fn a_zone_moves_the_time_and_keeps_one_run_a_day() {
        let (winter, forward, summer, back) = (20_468, 20_520, 20_650, 20_758);
        let zones = [("06:30 America/New_York", 690, 630), ("06:30 Pacific/Auckland", 1_050, 1_110)];
        for (text, january, july) in zones {
            let at: DailyAt = text.parse().expect("a time in a zone");
            assert_eq!(at.begins(Day(winter)), Some(minute(winter, january)), "{text}");
            assert_eq!(at.begins(Day(summer)), Some(minute(summer, july)), "{text}");
        }
        let at: DailyAt = "01:00 Europe/Berlin".parse().expect("a time in a zone");
        for day in (forward - 3..forward + 30).chain(back - 3..back + 30) {
            let begin = at.begins(Day(day)).expect("it begins");
            assert_eq!(Day::of(begin), Day(day), "a run of each day, within it");
            assert_eq!(at.last_before(begin), Some(Day(day)));
            assert_eq!(at.last_before(Timestamp(begin.0 - 1)), Some(Day(day - 1)));
        }
    }
}
