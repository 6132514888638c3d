//! Names of people and firms: members, payers, customers, owners of bank accounts.
//!
//! - Names are compared after normalisation (NFC, UAX #15), and a new one is recorded in that form.
//! - What cannot be seen is refused in a new name, and named by its code point.
//! - A name that is recorded in another form stays what it is, and is found in every form: the one that was sent first,
//!   then NFC, then NFD. A stored name is never changed.
//!
//! The domain takes names as they are: names from outside come through here first.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use ducat_domain::advances::accounts::receivable;
use ducat_domain::names::{Name, Party};
use ducat_domain::points::Holding;
use ducat_domain::points::accounts::member;
use ducat_store::{Fault, Reader, Snapshot};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Names that a [`Resolver`] remembers: a few megabytes.
const REMEMBERED_MAX: usize = 20_000;

/// A character that cannot be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invisible {
    found: char,
    before: String,
    is_last: bool,
}

impl fmt::Display for Invisible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, name) = (u32::from(self.found), character_name(self.found));
        let place = match (self.before.as_str(), self.is_last) {
            ("", _) => "at its beginning".to_owned(),
            (_, true) => "at its end".to_owned(),
            (before, false) => format!("behind {before:?}"),
        };
        write!(f, "the name has U+{code:04X} ({name}) {place}, which cannot be seen; take it out")
    }
}

/// The name of a character that cannot be seen: those of Unicode that are ignored by default, or that only direct text.
/// Selectors of variants are none of them: they show in what they follow.
fn character_name(character: char) -> &'static str {
    match character {
        '\u{ad}' => "soft hyphen",
        '\u{34f}' => "combining grapheme joiner",
        '\u{61c}' => "arabic letter mark",
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => "hangul filler",
        '\u{17b4}' | '\u{17b5}' => "khmer inherent vowel",
        '\u{180e}' => "mongolian vowel separator",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2061}'..='\u{2065}' => "invisible operator",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{206a}'..='\u{206f}' => "format character",
        '\u{feff}' => "zero width no-break space",
        '\u{fff0}'..='\u{fffb}' => "annotation mark",
        '\u{1bca0}'..='\u{1bca3}' => "shorthand format control",
        '\u{1d173}'..='\u{1d17a}' => "musical format control",
        '\u{e0000}'..='\u{e007f}' => "tag character",
        _ => "",
    }
}

/// Whether everything in a name can be seen. U+200C and U+200D shape the letters between which they stand.
///
/// # Errors
/// The first character that cannot be seen.
pub fn check_visible(text: &str) -> Result<(), Invisible> {
    let mut before: Option<char> = None;
    for (place, found) in text.char_indices() {
        let rest = text.get(place + found.len_utf8()..).unwrap_or_default();
        let follows_letter = before.is_some_and(|before| before.is_alphabetic() || is_combining_mark(before));
        let shapes = matches!(found, '\u{200c}' | '\u{200d}')
            && follows_letter
            && rest.chars().next().is_some_and(char::is_alphabetic);
        if !shapes && !character_name(found).is_empty() {
            let before = text.get(..place).unwrap_or_default().to_owned();
            return Err(Invisible { found, before, is_last: rest.is_empty() });
        }
        before = Some(found);
    }
    Ok(())
}

/// A name in the form in which it is compared.
#[must_use]
pub fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// The forms of a name in the order in which they are looked for; the second is the one to record.
#[must_use]
pub fn forms(text: &str) -> [String; 3] {
    [text.to_owned(), text.nfc().collect(), text.nfd().collect()]
}

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Someone who earns points.
    Member,
    /// Someone who gives points.
    Payer,
    /// Someone who gets advances.
    Customer,
}

impl Kind {
    fn is_recorded(self, snapshot: &dyn Snapshot, ledger: &Name, party: &Party) -> Result<bool, Fault> {
        match self {
            Kind::Member => Ok(!snapshot.accounts(ledger, member(party).as_str(), None, 1)?.is_empty()),
            Kind::Payer => {
                // What a payer issued is the same for all members.
                let issued = Holding::new(party.clone(), party.clone()).issued;
                Ok(snapshot.account(ledger, &issued)?.is_some())
            }
            Kind::Customer => Ok(snapshot.account(ledger, &receivable(party))?.is_some()),
        }
    }
}

/// The name that the ledger has for someone, in whatever form; none where there is no one of this name.
///
/// # Errors
/// The store cannot be read.
pub fn recorded(snapshot: &dyn Snapshot, ledger: &Name, kind: Kind, asked: &Party) -> Result<Option<Party>, Fault> {
    if asked.as_str().is_ascii() {
        return Ok(None);
    }
    let mut looked: Vec<Party> = Vec::with_capacity(3);
    // A form that is too long cannot be recorded.
    for form in forms(asked.as_str()).iter().filter_map(|form| Party::parse(form).ok()) {
        if looked.contains(&form) {
            continue;
        }
        if kind.is_recorded(snapshot, ledger, &form)? {
            return Ok(Some(form));
        }
        looked.push(form);
    }
    Ok(None)
}

/// A name to record of someone who is not known yet.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub fn new_party(asked: &Party) -> Result<Party, String> {
    check_visible(asked.as_str()).map_err(|invisible| invisible.to_string())?;
    Party::parse(&normal(asked.as_str())).map_err(|error| format!("the name {error}"))
}

/// Names of one ledger, many after each other.
pub struct Resolver {
    reader: Arc<dyn Reader>,
    ledger: Name,
    remembered: HashMap<(Kind, Party), Result<Party, String>>,
}

impl Resolver {
    /// Of a ledger.
    #[must_use]
    pub fn new(reader: Arc<dyn Reader>, ledger: Name) -> Resolver {
        Resolver { reader, ledger, remembered: HashMap::new() }
    }

    /// Someone as the ledger knows them, or under the name to record; or what is wrong with that.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn party(&mut self, kind: Kind, asked: Party) -> Result<Result<Party, String>, Fault> {
        if asked.as_str().is_ascii() {
            return Ok(Ok(asked));
        }
        let key = (kind, asked);
        if let Some(known) = self.remembered.get(&key) {
            return Ok(known.clone());
        }
        let snapshot = self.reader.snapshot()?;
        let known = recorded(snapshot.as_ref(), &self.ledger, kind, &key.1)?.map_or_else(|| new_party(&key.1), Ok);
        if self.remembered.len() >= REMEMBERED_MAX {
            self.remembered.clear();
        }
        self.remembered.insert(key, known.clone());
        Ok(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_named() {
        for (text, said) in [
            (
                "\u{feff}m3",
                "the name has U+FEFF (zero width no-break space) at its beginning, which cannot be seen; take it out",
            ),
            ("m3\u{200b}", "the name has U+200B (zero width space) at its end, which cannot be seen; take it out"),
            (
                "m\u{202e}3",
                "the name has U+202E (right-to-left override) behind \"m\", which cannot be seen; take it out",
            ),
            ("m\u{200d}3", "the name has U+200D (zero width joiner) behind \"m\", which cannot be seen; take it out"),
            ("\u{e0041}", "the name has U+E0041 (tag character) at its beginning, which cannot be seen; take it out"),
        ] {
            assert_eq!(check_visible(text).map_err(|invisible| invisible.to_string()), Err(said.to_owned()));
        }
        // Persian and Sinhala are written with them; a heart is followed by what makes it red.
        for text in ["m3", "می\u{200c}خواهم", "ක\u{dca}\u{200d}රීඩා", "❤\u{fe0f}", "Müller & Söhne", "山田"]
        {
            assert_eq!(check_visible(text), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn names_are_compared_after_nfc() {
        assert_eq!(normal("Mu\u{308}ller"), "M\u{fc}ller");
        assert_eq!(normal("plain"), "plain");
        assert_eq!(forms("M\u{fc}ller"), ["M\u{fc}ller", "M\u{fc}ller", "Mu\u{308}ller"]);
    }
}
