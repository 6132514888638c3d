//! Text that users wrote: it is isolated from the text around it, and what cannot be seen in it is drawn.

use maud::{Markup, html};

/// Whether a character changes how others are shown, or is not shown at all.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The text, with what cannot be seen written as `⟨U+202E⟩`.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unseen(character) {
            shown.push_str(&format!("\u{27e8}U+{:04X}\u{27e9}", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    shown
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
