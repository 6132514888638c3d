//! What a page says about itself: notes, faults, and that there is nothing.

use maud::{Markup, html};

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It worked.
    Done,
    /// Someone must look.
    Waits,
    /// It did not work.
    Fault,
}

/// A notice.
pub fn notice(kind: Kind, said: &Markup) -> Markup {
    let (class, role, shape) = match kind {
        Kind::Done => ("notice done", "status", "\u{25cf}"),
        Kind::Waits => ("notice waits", "status", "\u{25b2}"),
        Kind::Fault => ("notice fault", "alert", "\u{2715}"),
    };
    html! { div class=(class) role=(role) { span.shape aria-hidden="true" { (shape) } div { (said) } } }
}

/// That there is nothing here, and what to do.
pub fn empty(said: &str, command: Option<&str>) -> Markup {
    html! { div.empty { p { (said) } @if let Some(command) = command { (super::curl::block(command)) } } }
}
