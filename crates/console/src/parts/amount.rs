//! Amounts. Digits stand in columns: the point of each is below the point of the one above.

use maud::{Markup, html};

use crate::money::Money;

/// How the sign of an amount is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A minus where it is negative.
    Minus,
    /// A plus too, and money in has its own colour.
    Both,
}

/// An amount in a line or a card.
pub fn amount(money: &Money, sign: Sign) -> Markup {
    aligned(money, sign, money.scale)
}

/// An amount in a column in which others have up to so many digits behind the point.
pub fn aligned(money: &Money, sign: Sign, scale: usize) -> Markup {
    let mark = match (money.minor.signum(), sign) {
        (-1, _) => "\u{2212}",
        (1, Sign::Both) => "+",
        _ => "",
    };
    let class = if money.minor > 0 && sign == Sign::Both { "amount in" } else { "amount" };
    html! {
        span class=(class) data-minor=(money.minor) {
            span.int { (mark) (broken(&money.whole())) }
            span class=(format!("frac f{}", scale.min(18))) { (money.fraction()) }
            " " span.code { (money.code) }
        }
    }
}

/// Digits that may wrap at their commas, where they are more than any column holds.
fn broken(whole: &str) -> Markup {
    if whole.len() < 20 {
        return html! { (whole) };
    }
    let groups: Vec<&str> = whole.split(',').collect();
    let last = groups.len().saturating_sub(1);
    html! { @for (place, group) in groups.iter().enumerate() { (group) @if place < last { "," wbr; } } }
}
