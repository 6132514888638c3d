//! Characters that change how others are shown, or that are not shown at all, in text that users wrote.

/// Whether a character is one of them.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The text with the code point of each in its place, between these brackets.
#[must_use]
pub fn drawn(text: &str, open: char, close: char) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unseen(character) {
            shown.push_str(&format!("{open}U+{:04X}{close}", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    shown
}
