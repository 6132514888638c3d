//! Charts, drawn as SVG on the server.
//!
//! - Each is drawn for two widths, of which the style shows one: text is never scaled.
//! - Colours are classes, so light and dark are the style's alone. Lengths are attributes, so no style stands in the page.
//! - What a chart shows is said in words, and stands in a table below it.

mod ages;
mod bars;
mod lots;
mod plan;
mod step;

pub use ages::{Age, ages};
pub use bars::{Bar, bars};
pub use lots::{Lot, lots};
pub use plan::{Mark, plan};
pub use step::{Point, sparkline, step};

use maud::{Markup, html};

/// A width in which charts are drawn.
pub struct Size {
    pub class: &'static str,
    pub width: i64,
}

/// The two widths: a phone's and a page's.
pub const WIDTHS: [Size; 2] = [Size { class: "narrow", width: 360 }, Size { class: "wide", width: 960 }];

/// A chart with its words, and the table of what it shows.
fn figure(
    title: &str,
    said: &str,
    draw: impl Fn(&Size) -> Markup,
    height: impl Fn(&Size) -> i64,
    table: &Markup,
) -> Markup {
    html! {
        figure.chart {
            @for size in &WIDTHS {
                svg class=(size.class) viewBox=(format!("0 0 {} {}", size.width, height(size))) width=(size.width) height=(height(size)) role="img" aria-label=(format!("{title}. {said}")) {
                    title { (title) }
                    desc { (said) }
                    (draw(size))
                }
            }
            details { summary { "Show as table" } (table) }
        }
    }
}

/// Rows of a chart's table.
fn rows(head: [&str; 2], rows: &[(String, String)]) -> Markup {
    html! {
        div.table tabindex="0" role="region" aria-label=(format!("{} by {}", head[1], head[0].to_lowercase())) {
            table {
                thead { tr { th scope="col" { (head[0]) } th.number scope="col" { (head[1]) } } }
                tbody { @for (what, value) in rows { tr { td { (what) } td.number { (value) } } } }
            }
        }
    }
}

/// Part of a whole, in pixels. Charts alone may round.
fn scaled(part: i128, whole: i128, pixels: i64) -> i64 {
    if whole == 0 {
        return 0;
    }
    // 10^38 times some hundred does not fit: the same ratio in fewer digits does.
    let shift = whole.unsigned_abs().checked_ilog10().unwrap_or(0).saturating_sub(18);
    let by = 10i128.pow(shift);
    i64::try_from((part / by) * i128::from(pixels) / (whole / by).max(1)).unwrap_or(pixels)
}
