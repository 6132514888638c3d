//! Names that come from outside: of ledgers, accounts and assets, and of people and firms.
//!
//! A [`Name`] is 1 to 128 bytes of `A-Z a-z 0-9 _ . : -`; there is no other way to make one. Names of people and firms,
//! each a [`Party`], enter account names through [`Name::segment`] alone, so that no one can smuggle a separator in.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The longest name: long enough for three nested identifiers, short enough to index.
pub const NAME_LENGTH_MAX: usize = 128;

/// A segment longer than this is replaced by its hash, so that a composed name stays under [`NAME_LENGTH_MAX`].
pub const SEGMENT_LENGTH_MAX: usize = 48;

/// The name of the system ledger: `$` is in no name that a client can give.
const SYSTEM: &str = "$system";

/// Names of up to so many bytes are kept in place: most are, and to compare them touches no other memory.
const INLINE_LENGTH_MAX: usize = 22;

/// A checked name. Cloning copies a short one and shares the text of a long one.
#[derive(Clone)]
pub struct Name(Text);

/// Texts are equal, ordered and hashed as texts: a short one is always kept in place.
#[derive(Clone)]
enum Text {
    Inline { length: u8, bytes: [u8; INLINE_LENGTH_MAX] },
    Shared(Arc<str>),
}

impl Text {
    fn of(text: &str) -> Text {
        let mut bytes = [0; INLINE_LENGTH_MAX];
        match (u8::try_from(text.len()), bytes.get_mut(..text.len())) {
            (Ok(length), Some(place)) => {
                place.copy_from_slice(text.as_bytes());
                Text::Inline { length, bytes }
            }
            (_, _) => Text::Shared(Arc::from(text)),
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match self {
            Text::Inline { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Text::Shared(text) => text.as_bytes(),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            // It was a text when it was put there.
            Text::Inline { .. } => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Text::Shared(text) => text,
        }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.0.as_bytes() == other.0.as_bytes()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        self.0.as_bytes().cmp(other.0.as_bytes())
    }
}

impl Hash for Name {
    /// As its text is hashed, by which it is found.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameError {
    /// Nothing was given.
    Empty,
    /// More than [`NAME_LENGTH_MAX`] bytes.
    TooLong {
        /// How many bytes were given.
        length: usize,
    },
    /// A character that names do not have.
    Character {
        /// The character.
        found: char,
        /// Its place in the text, in bytes from 0.
        position: usize,
    },
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameError::Empty => write!(f, "a name has at least one character"),
            NameError::TooLong { length } => {
                write!(f, "a name has at most {NAME_LENGTH_MAX} characters, this one has {length}")
            }
            NameError::Character { found, position } => {
                write!(f, "a name is made of A-Z a-z 0-9 _ . : - and has no {found:?} (at {position})")
            }
        }
    }
}

impl std::error::Error for NameError {}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-')
}

impl Name {
    /// Checks a text and takes it as a name.
    ///
    /// # Errors
    /// When the text is empty, too long, or has characters that are not allowed in it, with the first of them.
    pub fn parse(text: &str) -> Result<Name, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if let Some(position) = text.bytes().position(|byte| !is_name_byte(byte)) {
            let found = text.get(position..).and_then(|rest| rest.chars().next()).unwrap_or('?');
            return Err(NameError::Character { found, position });
        }
        if text.len() > NAME_LENGTH_MAX {
            return Err(NameError::TooLong { length: text.len() });
        }
        Ok(Name(Text::of(text)))
    }

    /// The system ledger, which keeps what belongs to the whole store. Its name cannot be parsed, so no request, import
    /// or export reaches it.
    #[must_use]
    pub fn system() -> Name {
        Name(Text::of(SYSTEM))
    }

    /// Whether this is the system ledger.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.as_str() == SYSTEM
    }

    /// Reads a name that was recorded: one that [`Name::parse`] accepts, or the system ledger.
    ///
    /// # Errors
    /// When it is neither.
    pub fn recorded(text: &str) -> Result<Name, NameError> {
        if text == SYSTEM { Ok(Name::system()) } else { Name::parse(text) }
    }

    /// The account `world`, which exists in every ledger, in every asset, without a floor.
    #[must_use]
    pub fn world() -> Name {
        Name(Text::of("world"))
    }

    /// Whether this is the account `world`.
    #[must_use]
    pub fn is_world(&self) -> bool {
        self.0.as_bytes() == b"world"
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Writes an outside name as one segment of an account name: bytes outside `A-Za-z0-9_-` become `.XX`, and a result
    /// over [`SEGMENT_LENGTH_MAX`] characters becomes `.h` and 40 hex digits of the BLAKE3 hash of the original.
    #[must_use]
    pub fn segment(outside: &str) -> String {
        let mut segment = String::with_capacity(outside.len());
        for byte in outside.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') {
                segment.push(char::from(byte));
            } else {
                segment.push_str(&format!(".{byte:02X}"));
            }
        }
        if segment.len() > SEGMENT_LENGTH_MAX {
            let hash = blake3::hash(outside.as_bytes()).to_hex();
            segment = format!(".h{}", hash.as_str().get(..40).unwrap_or_default());
        }
        segment
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

/// The longest name of a party: more than any firm has, little enough to keep with an account.
pub const PARTY_LENGTH_MAX: usize = 200;

/// Someone outside, as others call them (a member, a payer, a customer): 1 to [`PARTY_LENGTH_MAX`] bytes of any text.
/// Cloning shares the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Party(Arc<str>);

/// Why a text is not the name of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartyError {
    /// Nothing was given.
    Empty,
    /// More than [`PARTY_LENGTH_MAX`] bytes.
    TooLong {
        /// How many bytes were given.
        length: usize,
    },
    /// It has characters that cannot be seen.
    Control,
}

impl fmt::Display for PartyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartyError::Empty => write!(f, "is empty"),
            PartyError::TooLong { length } => write!(f, "has {length} bytes, at most {PARTY_LENGTH_MAX} are allowed"),
            PartyError::Control => write!(f, "has a control character"),
        }
    }
}

impl std::error::Error for PartyError {}

impl Party {
    /// Checks a text and takes it as a party's name; space around it is none of it.
    ///
    /// # Errors
    /// When the text is empty, too long, or has characters that are not allowed in it, with the first of them.
    pub fn parse(text: &str) -> Result<Party, PartyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PartyError::Empty);
        }
        if text.len() > PARTY_LENGTH_MAX {
            return Err(PartyError::TooLong { length: text.len() });
        }
        if text.chars().any(char::is_control) {
            return Err(PartyError::Control);
        }
        Ok(Party(Arc::from(text)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_and_plain() {
        for good in ["a", "users:alice", "USD", "A_b.c:d-9", &"x".repeat(128)] {
            assert!(Name::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Name::parse(""), Err(NameError::Empty));
        assert_eq!(Name::parse(&"x".repeat(129)), Err(NameError::TooLong { length: 129 }));
        for (bad, found, position) in [("a b", ' ', 1), ("a/b", '/', 1), ("né", 'é', 1), ("a\0", '\0', 1)] {
            assert_eq!(Name::parse(bad), Err(NameError::Character { found, position }), "{bad}");
        }
    }

    #[test]
    fn short_and_long_names_are_equal_ordered_and_hashed_as_their_texts() {
        let hash = |value: &dyn Fn(&mut std::hash::DefaultHasher)| {
            let mut hasher = std::hash::DefaultHasher::new();
            value(&mut hasher);
            hasher.finish()
        };
        let texts = ["a", "b", &"x".repeat(21), &"x".repeat(22), &"x".repeat(23), &"x".repeat(128)];
        for one in texts {
            let name = Name::parse(one).expect("a name");
            assert_eq!((name.as_str(), name.clone() == name), (one, true));
            assert_eq!(hash(&|hasher| name.hash(hasher)), hash(&|hasher| one.hash(hasher)));
            for other in texts {
                assert_eq!(name.cmp(&Name::parse(other).expect("a name")), one.cmp(other), "{one} {other}");
            }
        }
        assert_eq!(std::mem::size_of::<Name>(), 24);
    }

    #[test]
    fn outside_names_become_segments_without_separators() {
        assert_eq!(Name::segment("DANNON"), "DANNON");
        assert_eq!(Name::segment("MILLER COORS"), "MILLER.20COORS");
        assert_eq!(Name::segment("a:b.c"), "a.3Ab.2Ec");
        assert_eq!(Name::segment(&"é".repeat(30)).len(), 42);
        assert_ne!(Name::segment(&"é".repeat(30)), Name::segment(&"é".repeat(31)));
    }
}
