//! The flow of a transaction: who gives on the left, who gets on the right.

use maud::{Markup, html};

use super::chart::{Size, WIDTHS};
use super::text::visible;
use crate::money::Money;

/// One posting.
pub struct Leg {
    pub source: String,
    pub destination: String,
    pub money: Money,
}

/// The most postings that are drawn; a table says more.
pub const LEGS_MAX: usize = 8;

const ROW: i64 = 44;

/// The drawing. Each account stands once on its side.
pub fn flow(legs: &[Leg]) -> Markup {
    let names = |of: fn(&Leg) -> &String| {
        let mut names: Vec<&str> = Vec::new();
        for leg in legs {
            if !names.contains(&of(leg).as_str()) {
                names.push(of(leg));
            }
        }
        names
    };
    let (sources, destinations) = (names(|leg| &leg.source), names(|leg| &leg.destination));
    let rows = i64::try_from(legs.len()).unwrap_or(1);
    let height = rows * ROW + 8;
    let place = |names: &[&str], name: &str| {
        let index = names.iter().position(|one| *one == name).unwrap_or_default();
        let (index, count) = (i64::try_from(index).unwrap_or(0), i64::try_from(names.len()).unwrap_or(1));
        (2 * index + 1) * height / (2 * count)
    };
    let said: Vec<String> = legs
        .iter()
        .map(|leg| format!("{} from {} to {}", leg.money.shown(), visible(&leg.source), visible(&leg.destination)))
        .collect();
    let draw = |size: &Size| {
        let (left, right) = (size.width * 32 / 100, size.width * 68 / 100);
        let room = usize::try_from(left / 8).unwrap_or(8);
        html! {
            svg class=(size.class) viewBox=(format!("0 0 {} {height}", size.width)) width=(size.width) height=(height) role="img" aria-label=(said.join("; ")) {
                title { "Flow" } desc { (said.join("; ")) }
                @for name in &sources { text.ink x=(left - 8) y=(place(&sources, name) + 4) text-anchor="end" { (cut(name, room)) } }
                @for name in &destinations { text.ink x=(right + 8) y=(place(&destinations, name) + 4) { (cut(name, room)) } }
                @for (row, leg) in legs.iter().enumerate() {
                    @let (from, to) = (place(&sources, &leg.source), place(&destinations, &leg.destination));
                    @let middle = (2 * i64::try_from(row).unwrap_or(0) + 1) * height / (2 * rows);
                    @let (third, bend) = ((left + right) / 2, (right - left) / 4);
                    path.line d=(format!("M{left} {from} C{} {from} {} {middle} {third} {middle} S{} {to} {right} {to}", left + bend, third - bend, right - bend)) {}
                    circle.dot cx=(right) cy=(to) r="3" {}
                    text.label x=(third) y=(middle - 6) text-anchor="middle" { (leg.money.shown()) }
                }
            }
        }
    };
    html! { figure.chart { @for size in &WIDTHS { (draw(size)) } } }
}

/// A name that fits; all of it stands in the description and in the table.
fn cut(name: &str, room: usize) -> String {
    let name = visible(name);
    let characters: Vec<char> = name.chars().collect();
    if characters.len() <= room {
        return name;
    }
    let end = characters.len() - room.saturating_sub(1);
    format!("\u{2026}{}", characters[end..].iter().collect::<String>())
}
