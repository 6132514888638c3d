//! Pages of a list: on from where this one ends. Back is the browser's.

use maud::{Markup, html};

/// The link to what follows, if there is more.
pub fn pager(next: Option<&str>, shown: usize, first: Option<&str>) -> Markup {
    html! {
        @if next.is_some() || first.is_some() {
            nav.pager aria-label="Pages" {
                @if let Some(first) = first { a.button href=(first) { "First page" } }
                span.quiet { (shown) " rows on this page" }
                @if let Some(next) = next { a.button rel="next" href=(next) { "Next page" } }
            }
        }
    }
}
