//! Instants, in the reader's zone; UTC and the age are one hover away.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::times::{Zone, age, rfc3339};

/// An instant in a table or a line.
pub fn instant(at: Timestamp, zone: &Zone, now: Timestamp) -> Markup {
    let utc = rfc3339(at);
    html! { time datetime=(utc) title=(format!("{utc}, {}", age(at, now))) { (zone.shown(at)) } }
}

/// An instant of today as its time, any other as its day too.
pub fn time(at: Timestamp, zone: &Zone, now: Timestamp) -> Markup {
    let utc = rfc3339(at);
    let is_today = zone.day(at) == zone.day(now);
    let shown = if is_today { zone.time(at) } else { zone.shown(at) };
    html! { time datetime=(utc) title=(format!("{utc}, {}", age(at, now))) { (shown) } }
}

/// An instant on a page of details, with UTC beside it.
pub fn precise(at: Timestamp, zone: &Zone, now: Timestamp) -> Markup {
    html! { (instant(at, zone, now)) " " span.quiet { (age(at, now)) ", " (rfc3339(at)) } }
}
