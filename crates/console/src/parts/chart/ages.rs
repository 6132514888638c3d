//! What is owed, by how long it has been due: one bar for each age.

use maud::{Markup, html};

use super::{Size, figure, rows, scaled};
use crate::money::{Asset, Money, total};

/// What is owed of one age.
pub struct Age {
    pub days: String,
    pub installments: u64,
    pub minor: i128,
}

const ROW: i64 = 32;

/// The chart; nothing where nothing is owed.
pub fn ages(title: &str, ages: &[Age], asset: &Asset) -> Markup {
    let most = ages.iter().map(|age| age.minor).max().unwrap_or_default();
    if most == 0 {
        return html! {};
    }
    let shown = |minor| Money::new(minor, asset).shown();
    let late = total(ages.iter().skip(1).map(|age| age.minor));
    let said = format!("{} is overdue of {} owed", shown(late), shown(total(ages.iter().map(|age| age.minor))));
    let draw = |size: &Size| {
        let (left, right) = (88, if size.width < 600 { 112 } else { 160 });
        html! {
            @for (place, age) in ages.iter().enumerate() {
                @let y = ROW * i64::try_from(place).unwrap_or(0);
                text.ink x="0" y=(y + 20) { (label(&age.days)) }
                rect class=(if place == 0 { "whole" } else { "left" }) x=(left) y=(y + 6) width=(scaled(age.minor, most, size.width - left - right).max(1)) height="20" rx="2" {}
                text.axis x=(size.width) y=(y + 20) text-anchor="end" { (shown(age.minor)) }
            }
        }
    };
    let row = |age: &Age| (label(&age.days), format!("{} in {} installments", shown(age.minor), age.installments));
    let values: Vec<(String, String)> = ages.iter().map(row).collect();
    let height = ROW * i64::try_from(ages.len()).unwrap_or(1);
    figure(title, &said, draw, |_| height, &rows(["Days due", "Owed"], &values))
}

fn label(days: &str) -> String {
    match days {
        "not due" => "Not due".to_owned(),
        "over 90" => "Over 90 days".to_owned(),
        days => format!("{} days", days.replace('-', "\u{2013}")),
    }
}
