//! What happened, in order.

use jiff::Timestamp;
use maud::{Markup, html};

use super::instant::instant;
use crate::times::Zone;

/// One thing that happened, or that will.
pub struct Moment {
    /// When; nothing where it is still to come.
    pub at: Option<Timestamp>,
    /// What.
    pub what: Markup,
}

/// The moments, in the order given.
pub fn timeline(moments: &[Moment], zone: &Zone, now: Timestamp) -> Markup {
    html! {
        ol.timeline {
            @for moment in moments {
                li { @match moment.at { Some(at) => (instant(at, zone, now)), None => span.quiet { "\u{2013}" } } div { (moment.what) } }
            }
        }
    }
}
