//! Identifiers: the first eight and the last four characters, and all of it to copy.

use maud::{Markup, html};

/// The short form.
pub fn short(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    if characters.len() <= 16 {
        return id.to_owned();
    }
    let (first, last) = (&characters[..8], &characters[characters.len() - 4..]);
    format!("{}\u{2026}{}", first.iter().collect::<String>(), last.iter().collect::<String>())
}

/// An identifier, with a button that copies it. Without script the whole of it stands in the title.
pub fn id(id: &str, href: Option<&str>) -> Markup {
    html! {
        span.id title=(id) {
            @match href {
                Some(href) => a.mono href=(href) { (short(id)) },
                None => span.mono { (short(id)) },
            }
            (copy(id))
        }
    }
}

/// A button that copies a text; it is there only with script.
pub fn copy(text: &str) -> Markup {
    html! { button.copy type="button" hidden data-copy=(text) aria-label=(format!("Copy {text}")) title="Copy" { (pages()) } }
}

/// Two sheets, one behind the other.
fn pages() -> Markup {
    html! { svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" { path d="M5 5h8v8H5zM3 11V3h8" {} } }
}

/// All of an identifier.
pub fn whole(id: &str) -> Markup {
    html! { span.id { span.mono.wrap { (id) } (copy(id)) } }
}
