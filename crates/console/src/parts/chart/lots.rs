//! Lots of points as bars, in the order in which they are spent: all of a lot, and what is left of it.

use maud::{Markup, html};

use super::{Size, figure, rows, scaled};
use crate::parts::table::grouped;

/// A lot.
pub struct Lot {
    pub payer: String,
    pub earned: String,
    pub expires: String,
    pub points: u64,
    pub left: u64,
    pub is_expiring: bool,
}

const ROW: i64 = 44;

/// The chart; nothing where there are no lots.
pub fn lots(title: &str, lots: &[Lot]) -> Markup {
    let most = lots.iter().map(|lot| lot.points).max().unwrap_or_default();
    if most == 0 {
        return html! {};
    }
    let expiring = lots.iter().filter(|lot| lot.is_expiring).count();
    let left: u64 = lots.iter().map(|lot| lot.left).sum();
    let said = format!("{} points left in {} lots; {expiring} expire within 30 days", grouped(left), lots.len());
    let height = ROW * i64::try_from(lots.len()).unwrap_or(1);
    let draw = |size: &Size| {
        let room = size.width - 8;
        let length = |points: u64| scaled(i128::from(points), i128::from(most), room).max(2);
        html! {
            @for (lot, y) in lots.iter().zip((0..).map(|row| row * ROW)) {
                text.ink x="0" y=(y + 14) { (lot.payer) @if size.width > 600 { ", earned " (lot.earned) } }
                text.axis x=(room) y=(y + 14) text-anchor="end" { (grouped(lot.left)) " of " (grouped(lot.points)) " \u{b7} " (lot.expires) }
                rect.whole x="0" y=(y + 20) width=(length(lot.points)) height="12" rx="2" {}
                rect class=(if lot.is_expiring { "left soon" } else { "left" }) x="0" y=(y + 20) width=(length(lot.left)) height="12" rx="2" {}
                @if lot.is_expiring {
                    @for at in (6..length(lot.left)).step_by(8) { line.hatch x1=(at - 6) y1=(y + 32) x2=(at) y2=(y + 20) {} }
                }
            }
        }
    };
    let row = |lot: &Lot| {
        (format!("{}, earned {}", lot.payer, lot.earned), format!("{} of {}, {}", lot.left, lot.points, lot.expires))
    };
    let values: Vec<(String, String)> = lots.iter().map(row).collect();
    figure(title, &said, draw, |_| height, &rows(["Lot", "Left"], &values))
}
