//! What the names of streams and subjects begin with, so that several deployments have room on one broker.

/// The longest prefix, in bytes: names of streams have its place, and that of a ledger.
const PREFIX_BYTES_MAX: usize = 32;

/// The prefix where none is set.
pub const PREFIX_DEFAULT: &str = "ducat";

/// What the names of streams and subjects begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// Parses one.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Prefix, String> {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if text.is_empty() || text.len() > PREFIX_BYTES_MAX || !text.bytes().all(is_letter) {
            return Err(format!("{text:?} is no prefix: write 1 to {PREFIX_BYTES_MAX} of A-Z a-z 0-9 - _"));
        }
        Ok(Prefix(text.to_owned()))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes() {
        assert!(Prefix::parse("ducat-eu_1").is_ok());
        for text in ["", "a.b", "a b", "a*", "\u{e4}", &"x".repeat(PREFIX_BYTES_MAX + 1)] {
            assert!(Prefix::parse(text).is_err(), "{text}");
        }
    }
}
