//! A balance over time: it steps, because balances do not go up and down between two transactions.

use jiff::civil::Date;
use maud::{Markup, html};

use super::{Size, figure, rows, scaled};
use crate::money::{Asset, Money};
use crate::times::shown_day;

/// What there was at the end of a day.
#[derive(Debug, Clone, Copy)]
pub struct Point {
    pub day: Date,
    pub minor: i128,
}

const HEIGHT: i64 = 220;
const TOP: i64 = 16;
const BOTTOM: i64 = 192;

/// The chart; nothing where there are fewer than two points.
pub fn step(title: &str, points: &[Point], asset: &Asset) -> Markup {
    let shown = |minor| Money::new(minor, asset).shown();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return html! {} };
    if points.len() < 2 {
        return html! {};
    }
    let said = finding(first, last, asset);
    let (low, high) = bounds(points);
    let y = |minor: i128| BOTTOM - scaled(minor.saturating_sub(low), high.saturating_sub(low), BOTTOM - TOP);
    let draw = |size: &Size| {
        let right = size.width - 8;
        let x = |index: usize| span(index, points.len() - 1, right);
        let labels = if size.width < 600 { 2 } else { 4 };
        html! {
            @for minor in round(low, high) {
                line.grid x1="0" y1=(y(minor)) x2=(right) y2=(y(minor)) {}
                text.axis x="0" y=(y(minor) - 4) { (shown(minor)) }
            }
            path.line d=(path(points, x, y)) {}
            circle.dot cx=(x(points.len() - 1)) cy=(y(last.minor)) r="3" {}
            @for label in 0..=labels {
                @let index = (points.len() - 1) * label / labels;
                @let anchor = if label == 0 { "start" } else if label == labels { "end" } else { "middle" };
                text.axis x=(x(index)) y="212" text-anchor=(anchor) { (shown_day(points[index].day)) }
            }
        }
    };
    let values: Vec<(String, String)> =
        points.iter().rev().map(|point| (shown_day(point.day), shown(point.minor))).collect();
    figure(title, &said, draw, |_| HEIGHT, &rows(["Day", "Balance"], &values))
}

/// The last weeks in a few pixels, beside a figure that says what it is.
pub fn sparkline(points: &[Point], asset: &Asset) -> Markup {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return html! {} };
    if points.len() < 2 {
        return html! {};
    }
    let (low, high) = bounds(points);
    let y = |minor: i128| 22 - scaled(minor.saturating_sub(low), high.saturating_sub(low), 20);
    let said = finding(first, last, asset);
    html! {
        svg.spark viewBox="0 0 96 24" width="96" height="24" role="img" aria-label=(said) {
            title { (said) }
            path.line d=(path(points, |index| span(index, points.len() - 1, 94), y)) {}
        }
    }
}

/// Round values between two: 1, 2 or 5 times a power of ten apart, as people count.
fn round(low: i128, high: i128) -> Vec<i128> {
    let wanted = (high.saturating_sub(low) / 3).max(1);
    let power = 10i128.pow(wanted.checked_ilog10().unwrap_or(0));
    let step = [1, 2, 5, 10]
        .map(|times| i128::saturating_mul(times, power))
        .into_iter()
        .find(|step| *step >= wanted)
        .unwrap_or(wanted);
    let first = low.div_euclid(step) * step;
    (0..8)
        .map(|at| step.saturating_mul(at).saturating_add(first))
        .filter(|value| (low..=high).contains(value))
        .collect()
}

/// The lowest and the highest value, apart from each other.
fn bounds(points: &[Point]) -> (i128, i128) {
    let low = points.iter().map(|point| point.minor).min().unwrap_or_default();
    let high = points.iter().map(|point| point.minor).max().unwrap_or_default();
    if low == high { (low.min(0), high.max(low.min(0) + 1)) } else { (low, high) }
}

fn span(index: usize, last: usize, width: i64) -> i64 {
    let (index, last) = (i64::try_from(index).unwrap_or(0), i64::try_from(last).unwrap_or(1).max(1));
    index * width / last
}

fn path(points: &[Point], x: impl Fn(usize) -> i64, y: impl Fn(i128) -> i64) -> String {
    let mut path = String::new();
    for (index, point) in points.iter().enumerate() {
        let (x, y) = (x(index), y(point.minor));
        path.push_str(&if index == 0 { format!("M{x} {y}") } else { format!("H{x}V{y}") });
    }
    path
}

/// What a reader would say who saw it.
fn finding(first: &Point, last: &Point, asset: &Asset) -> String {
    let verb = match last.minor.cmp(&first.minor) {
        std::cmp::Ordering::Less => "fell",
        std::cmp::Ordering::Equal => "stayed",
        std::cmp::Ordering::Greater => "rose",
    };
    let (from, to) = (Money::new(first.minor, asset).shown(), Money::new(last.minor, asset).shown());
    match verb {
        "stayed" => format!("Stayed at {to} from {} to {}", shown_day(first.day), shown_day(last.day)),
        _ => format!("{verb} from {from} on {} to {to} on {}", shown_day(first.day), shown_day(last.day)),
    }
}
