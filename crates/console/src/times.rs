//! Instants and dates as the reader sees them, in the reader's time zone.
//!
//! The API speaks RFC 3339 in UTC. Nothing here reads a clock.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Zoned};

/// The zone in which someone reads.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Zone {
        Zone(TimeZone::UTC)
    }
}

impl Zone {
    /// A zone of the IANA database, by name.
    pub fn named(name: &str) -> Option<Zone> {
        TimeZone::get(name).ok().map(Zone)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    fn at(&self, instant: Timestamp) -> Zoned {
        instant.to_zoned(self.0.clone())
    }

    /// `25 Nov 2026, 14:03:07`.
    pub fn shown(&self, instant: Timestamp) -> String {
        self.at(instant).strftime("%-d %b %Y, %H:%M:%S").to_string()
    }

    /// `14:03:07`.
    pub fn time(&self, instant: Timestamp) -> String {
        self.at(instant).strftime("%H:%M:%S").to_string()
    }

    /// The day that an instant is in.
    pub fn day(&self, instant: Timestamp) -> Date {
        self.at(instant).date()
    }

    /// The last microsecond of a day.
    pub fn end_of(&self, day: Date) -> Option<Timestamp> {
        let next = day.checked_add(1.day()).ok()?;
        let begins = next.to_zoned(self.0.clone()).ok()?.timestamp();
        begins.checked_sub(Span::new().microseconds(1)).ok()
    }

    /// The first instant of a day.
    pub fn begin_of(&self, day: Date) -> Option<Timestamp> {
        day.to_zoned(self.0.clone()).ok().map(|zoned| zoned.timestamp())
    }
}

/// The instant after the last one of a day: the API's periods end before it.
pub fn just_after(instant: Timestamp) -> Option<Timestamp> {
    instant.checked_add(Span::new().microseconds(1)).ok()
}

/// An instant of the API.
pub fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// An instant as the API takes it.
pub fn rfc3339(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// `25 Nov 2026`.
pub fn shown_day(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

/// A date of the API, `2026-11-25`, as `25 Nov 2026`; what is none stays as it is.
pub fn day_text(text: &str) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), shown_day)
}

/// How long ago, in the largest unit that fits.
pub fn age(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - then.as_second();
    let (ahead, seconds) = (seconds < 0, seconds.unsigned_abs());
    let (count, unit) = match seconds {
        0..60 => (seconds, "s"),
        60..3_600 => (seconds / 60, "min"),
        3_600..172_800 => (seconds / 3_600, "h"),
        172_800..63_072_000 => (seconds / 86_400, "days"),
        _ => (seconds / 31_536_000, "years"),
    };
    if ahead { format!("in {count} {unit}") } else { format!("{count} {unit} ago") }
}

/// The last day of what someone typed.
///
/// # Errors
/// What can be typed.
pub fn parse_day(typed: &str, today: Date) -> Result<Date, String> {
    parse_span(typed, today).map(|(_, last)| last)
}

/// The first and the last day of what someone typed: `2026-11-25`, `today`, `yesterday`, `day-7`, `2026-Q1`, `2026-03`,
/// `2026`, `month` or `year`.
///
/// # Errors
/// What can be typed.
pub fn parse_span(typed: &str, today: Date) -> Result<(Date, Date), String> {
    let typed = typed.trim().to_lowercase();
    let of_year = |year: i16| Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?));
    let found = match typed.as_str() {
        "today" | "day" => Some((today, today)),
        "yesterday" => today.yesterday().ok().map(|day| (day, day)),
        "month" => Some((today.first_of_month(), today.last_of_month())),
        "year" => of_year(today.year()),
        _ => day(&typed, today).map(|day| (day, day)).or_else(|| {
            let (year, rest) = typed.split_once('-').map_or((typed.as_str(), None), |(year, rest)| (year, Some(rest)));
            let year: i16 = year.parse().ok()?;
            let of_month = |month: i8| Date::new(year, month, 1).ok();
            match rest {
                None => of_year(year),
                Some(rest) => match rest.strip_prefix('q') {
                    Some(quarter) => {
                        let quarter: i8 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
                        Some((of_month(quarter * 3 - 2)?, of_month(quarter * 3)?.last_of_month()))
                    }
                    None => of_month(rest.parse().ok()?).map(|first| (first, first.last_of_month())),
                },
            }
        }),
    };
    found.ok_or_else(|| {
        format!("{typed:?} is not a date. Write 2026-03-31, 2026-Q1, 2026-03, yesterday, month or day-7.")
    })
}

/// A day, or so many days ago.
fn day(typed: &str, today: Date) -> Option<Date> {
    let Some(days) = typed.strip_prefix("day-") else { return typed.parse().ok() };
    today.checked_sub(Span::new().try_days(days.parse::<i64>().ok()?).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_typed_in_many_ways() {
        let today: Date = "2026-11-25".parse().expect("a date");
        for (typed, day) in [
            ("2026-11-20", Some("2026-11-20")),
            ("today", Some("2026-11-25")),
            ("Yesterday", Some("2026-11-24")),
            ("day-7", Some("2026-11-18")),
            ("month", Some("2026-11-30")),
            ("2026-Q1", Some("2026-03-31")),
            ("2024-02", Some("2024-02-29")),
            ("2025", Some("2025-12-31")),
            ("2026-Q5", None),
            ("2026-q", None),
            ("day-99999999999", None),
            ("soon", None),
            ("", None),
        ] {
            let expected = day.map(|day| day.parse().expect("a date"));
            assert_eq!(parse_day(typed, today).ok(), expected, "{typed}");
        }
    }

    #[test]
    fn a_period_has_a_first_day_too() {
        let today: Date = "2026-11-25".parse().expect("a date");
        for (typed, first) in
            [("2026-Q1", "2026-01-01"), ("2026-02", "2026-02-01"), ("2025", "2025-01-01"), ("day-1", "2026-11-24")]
        {
            assert_eq!(parse_span(typed, today).map(|(first, _)| first.to_string()), Ok(first.to_owned()), "{typed}");
        }
    }

    #[test]
    fn a_day_ends_in_its_zone() {
        let berlin = Zone::named("Europe/Berlin").expect("a zone");
        let end = berlin.end_of("2025-12-31".parse().expect("a date")).expect("it ends");
        assert_eq!(rfc3339(end), "2025-12-31T22:59:59.999999Z");
        assert_eq!(berlin.shown(end), "31 Dec 2025, 23:59:59");
        // What ends with it ends before the next day begins: what is recorded in its last microsecond is of it.
        assert_eq!(just_after(end), berlin.begin_of("2026-01-01".parse().expect("a date")));
    }
}
