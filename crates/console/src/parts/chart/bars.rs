//! In and out by day: above and below one line, which is zero.

use jiff::civil::Date;
use maud::{Markup, html};

use super::{Size, figure, rows, scaled};
use crate::money::{Asset, Money, total};
use crate::times::shown_day;

/// What came in and what went out in a day.
#[derive(Debug, Clone, Copy)]
pub struct Bar {
    pub day: Date,
    pub came: i128,
    pub went: i128,
}

const HEIGHT: i64 = 180;
const TOP: i64 = 20;
const BOTTOM: i64 = 152;

/// The chart; nothing where nothing moved.
pub fn bars(title: &str, bars: &[Bar], asset: &Asset) -> Markup {
    let came = bars.iter().map(|bar| bar.came).max().unwrap_or_default();
    let went = bars.iter().map(|bar| bar.went).max().unwrap_or_default();
    let both = came.saturating_add(went);
    if both == 0 {
        return html! {};
    }
    let shown = |minor| Money::new(minor, asset).shown();
    let sum = |of: fn(&Bar) -> i128| total(bars.iter().map(of));
    let said = format!("{} came in, {} went out", shown(sum(|bar| bar.came)), shown(sum(|bar| bar.went)));
    let zero = TOP + scaled(came, both, BOTTOM - TOP);
    let height = |minor| scaled(minor, both, BOTTOM - TOP);
    let count = i64::try_from(bars.len()).unwrap_or(1).max(1);
    let draw = |size: &Size| {
        let step = (size.width / count).max(2);
        html! {
            @if came > 0 { text.axis x="0" y=(TOP - 6) { "In, up to " (shown(came)) } }
            @if went > 0 { text.axis x="0" y=(BOTTOM + 16) { "Out, up to " (shown(went)) } }
            @for (bar, left) in bars.iter().zip((0..).map(|place| place * size.width / count)) {
                @if bar.came > 0 { rect.came x=(left) y=(zero - height(bar.came)) width=(step - 1) height=(height(bar.came).max(1)) {} }
                @if bar.went > 0 { rect.went x=(left) y=(zero) width=(step - 1) height=(height(bar.went).max(1)) {} }
            }
            line.zero x1="0" y1=(zero) x2=(size.width) y2=(zero) {}
            @if let Some(last) = bars.last() { text.axis x=(size.width) y=(BOTTOM + 16) text-anchor="end" { "to " (shown_day(last.day)) } }
        }
    };
    let moved = bars.iter().rev().filter(|bar| (bar.came, bar.went) != (0, 0));
    let values: Vec<(String, String)> =
        moved.map(|bar| (shown_day(bar.day), format!("{} in, {} out", shown(bar.came), shown(bar.went)))).collect();
    figure(title, &said, draw, |_| HEIGHT, &rows(["Day", "In and out"], &values))
}
