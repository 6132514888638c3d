//! The same page from a terminal: each request that it is made of, to copy.

use maud::{Markup, html};

/// The requests of a page.
pub fn calls(origin: &str, calls: &[String], asks_for_key: bool) -> Markup {
    html! {
        @if !calls.is_empty() {
            details.curl {
                summary { "This page as curl" }
                @for call in calls { (block(&command(origin, call, asks_for_key))) }
            }
        }
    }
}

/// A request as a command.
pub fn command(origin: &str, path: &str, asks_for_key: bool) -> String {
    let key = if asks_for_key { " -H \"Authorization: Bearer $DUCAT_KEY\"" } else { "" };
    // A quote cannot stand in a path: it is written %27.
    format!("curl -s{key} '{origin}{}'", path.replace('\'', "%27"))
}

/// A command to copy.
pub fn block(command: &str) -> Markup {
    html! { div.command { pre tabindex="0" { code { (command) } } (super::id::copy(command)) } }
}
