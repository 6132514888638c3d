//! Text that users wrote: it is isolated from the text around it, and what cannot be seen in it is drawn.

use maud::{Markup, html};

use crate::unseen;

/// The text, with what cannot be seen written as `⟨U+202E⟩`.
pub fn visible(text: &str) -> String {
    unseen::drawn(text, '\u{27e8}', '\u{27e9}')
}

/// The text on a page.
pub fn user(text: &str) -> Markup {
    html! { bdi { (visible(text)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_drawn() {
        assert_eq!(user("a<b>\u{202e}c\u{0}").into_string(), "<bdi>a&lt;b&gt;⟨U+202E⟩c⟨U+0000⟩</bdi>");
    }
}
