//! When the daily run begins: once a day at a time in UTC.

use std::str::FromStr;

use croner::Cron;
use ducat_domain::advances::Day;
use ducat_domain::numbers::Timestamp;
use jiff::tz::TimeZone;

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyAt {
    hour: u8,
    minute: u8,
}

/// A text that is no time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time of day; write HH:MM, in UTC")]
pub struct ScheduleError(String);

impl FromStr for DailyAt {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<DailyAt, ScheduleError> {
        let wrong = || ScheduleError(text.to_owned());
        let (hour, minute) = text.split_once(':').filter(|_| text.len() == 5).ok_or_else(wrong)?;
        let number = |digits: &str, end: u8| digits.parse().ok().filter(|number| *number < end).ok_or_else(wrong);
        Ok(DailyAt { hour: number(hour, 24)?, minute: number(minute, 60)? })
    }
}

impl DailyAt {
    /// The day on which it was this time last.
    #[must_use]
    pub fn last_before(self, now: Timestamp) -> Option<Day> {
        let pattern = Cron::from_str(&format!("{} {} * * *", self.minute, self.hour)).ok()?;
        let now = jiff::Timestamp::from_microsecond(now.0).ok()?.to_zoned(TimeZone::UTC);
        let last = pattern.find_previous_occurrence(&now, true).ok()?;
        Some(Day::of(Timestamp(last.timestamp().as_microsecond())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_its_time() {
        let at: DailyAt = "06:30".parse().expect("a time");
        let minute = |day: i64, minute: i64| Timestamp((day * 1_440 + minute) * 60_000_000);
        for (now, day) in [(minute(20_000, 389), 19_999), (minute(20_000, 390), 20_000), (minute(20_001, 0), 20_000)] {
            assert_eq!(at.last_before(now), Some(Day(day)));
        }
        for wrong in ["", "6:30", "24:00", "06:60", "06-30", "0a:30", "06:300"] {
            assert!(wrong.parse::<DailyAt>().is_err(), "{wrong}");
        }
    }
}
