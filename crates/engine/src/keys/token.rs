//! Tokens: what a client shows to prove that it has a key.
//!
//! `ducat_<id>_<secret><checksum>`, the id in 16, the secret in 64 and the checksum in 8 hexadecimal digits. The prefix
//! and the checksum let scanners of secrets find one, and a text that was cut off or mistyped is refused without a look
//! at the keys.
//!
//! - A secret is 256 random bits, so one hash is enough: no one guesses it, whatever a guess costs.
//! - Only hashes are stored, and they are compared in constant time.
//! - A token is shown where it is made, and in no log or error.

use std::fmt;
use std::str::FromStr;

/// What every token begins with.
pub const PREFIX: &str = "ducat_";

/// Digits of an id.
pub const ID_DIGITS: usize = 16;
/// Digits of a secret and of a checksum.
const SECRET_DIGITS: usize = 64;
const CHECKSUM_DIGITS: usize = 8;

/// The longest text that may be a token.
pub const TOKEN_LENGTH: usize = PREFIX.len() + ID_DIGITS + 1 + SECRET_DIGITS + CHECKSUM_DIGITS;

/// For what the hash of a secret is made, so that it is no hash of anything else.
const HASH_CONTEXT: &str = "Ducat 2026-11-27 secret of a key";

/// Which key it is. It is no secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u64);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl FromStr for KeyId {
    type Err = String;

    fn from_str(text: &str) -> Result<KeyId, String> {
        let is_id = text.len() == ID_DIGITS && text.bytes().all(is_digit);
        let id = is_id.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        id.map(KeyId).ok_or_else(|| format!("the id of a key is {ID_DIGITS} hexadecimal digits"))
    }
}

/// The hash of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretHash(blake3::Hash);

impl SecretHash {
    /// As it is stored.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.to_hex().to_string()
    }

    /// Reads a stored one.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<SecretHash> {
        blake3::Hash::from_hex(text).ok().map(SecretHash)
    }
}

/// A token. Its secret is in no debug output.
#[derive(Clone)]
pub struct Token {
    /// Which key it is of.
    pub id: KeyId,
    secret: [u8; SECRET_DIGITS],
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({PREFIX}{}_…)", self.id)
    }
}

impl Token {
    /// A token of a new key.
    #[must_use]
    pub fn draw() -> Token {
        Token::new(KeyId(u64::from_be_bytes(crate::clock::random())), &crate::clock::random())
    }

    /// A token of a key, with a secret of random bytes.
    #[must_use]
    pub fn new(id: KeyId, secret: &[u8; 32]) -> Token {
        let mut digits = [b'0'; SECRET_DIGITS];
        digits.copy_from_slice(blake3::Hash::from_bytes(*secret).to_hex().as_bytes());
        Token { id, secret: digits }
    }

    /// Reads what a client shows; `None` where it is no token, or one that was cut off or mistyped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Token> {
        let rest = text.strip_prefix(PREFIX)?;
        let (id, rest) = rest.split_once('_')?;
        let (secret, checksum) = rest.split_at_checked(SECRET_DIGITS)?;
        let token = Token { id: id.parse().ok()?, secret: secret.as_bytes().try_into().ok()? };
        (secret.bytes().all(is_digit) && checksum == token.checksum()).then_some(token)
    }

    /// The text that its owner keeps. It is made once and stored nowhere.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{}{}", self.body(), self.checksum())
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        let mut hasher = blake3::Hasher::new_derive_key(HASH_CONTEXT);
        hasher.update(&self.id.0.to_be_bytes()).update(&self.secret);
        SecretHash(hasher.finalize())
    }

    fn body(&self) -> String {
        format!("{PREFIX}{}_{}", self.id, std::str::from_utf8(&self.secret).unwrap_or_default())
    }

    fn checksum(&self) -> String {
        blake3::hash(self.body().as_bytes()).to_hex()[..CHECKSUM_DIGITS].to_owned()
    }
}

/// Lower case only: one token has one text.
fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_nothing_near_it_is() {
        let token = Token::new(KeyId(0x1234), &[7; 32]);
        let text = token.reveal();
        assert_eq!(text.len(), TOKEN_LENGTH);
        let read = Token::parse(&text).expect("it was made just now");
        assert_eq!((read.id, read.hash()), (token.id, token.hash()));
        assert_eq!(SecretHash::from_hex(&token.hash().to_hex()), Some(token.hash()));
        assert_ne!(token.hash(), Token::new(KeyId(0x1235), &[7; 32]).hash(), "a secret is of one key");
        for place in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[place] = if other[place] == b'0' { b'1' } else { b'0' };
            let other = String::from_utf8(other).expect("it is ASCII");
            assert!(Token::parse(&other).is_none(), "{other}");
        }
        for wrong in ["", "ducat_", &text[1..], &text[..text.len() - 1], &format!("{text}0"), &text.to_uppercase()] {
            assert!(Token::parse(wrong).is_none(), "{wrong:?}");
        }
        assert!(!format!("{token:?}").contains(&text[30..40]));
    }
}
