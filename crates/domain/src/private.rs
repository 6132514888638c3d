//! Texts that can be erased later, although a hash is made over them.
//!
//! - Descriptions, metadata and fingerprints of commands are *private*: a hash is made over a salted digest of them, never
//!   over the texts themselves. Who erases texts and salt keeps the digest, and every hash stays as it was.
//! - What is erased reads as nothing: no description, no metadata, and a fingerprint that no command has.
//! - A salt is made for one effect and is used for no other. It cannot be guessed, so neither can a short text.
//! - Random bytes are an argument, as time is: the same salts give the same hashes.

use crate::codec::first_half;

/// What is hashed in front of private texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

/// What stands for private texts where they are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub [u8; 32]);

/// What an effect keeps of its private texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Private {
    /// The texts, and what is hashed in front of them.
    Salted(Salt),
    /// The digest alone: the texts are erased.
    Redacted(Digest),
}

/// For what the digest is made, so that it is no digest of anything else.
const CONTEXT: &str = "Ducat 2026-11-27 private texts of an effect";

impl Salt {
    /// What stands for these texts in hashed bytes.
    #[must_use]
    pub fn digest(&self, texts: &[u8]) -> Digest {
        Digest(*blake3::Hasher::new_derive_key(CONTEXT).update(&self.0).update(texts).finalize().as_bytes())
    }
}

/// Gives one salt after another, all from one key: BLAKE3 of a counter.
#[derive(Debug)]
pub struct Salts {
    key: [u8; 32],
    next: u64,
}

impl Salts {
    /// Those of a key, which must come from the system's random bytes wherever texts matter, and must not be stored.
    #[must_use]
    pub const fn of(key: [u8; 32]) -> Salts {
        Salts { key, next: 0 }
    }

    /// The next salt.
    pub fn draw(&mut self) -> Salt {
        let hash = blake3::keyed_hash(&self.key, &self.next.to_le_bytes());
        self.next = self.next.wrapping_add(1);
        Salt(first_half(&hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salts_differ_and_depend_on_their_key() {
        let (mut some, mut others) = (Salts::of([1; 32]), Salts::of([2; 32]));
        let (first, second) = (some.draw(), some.draw());
        assert_ne!(first, second);
        assert_ne!(first, others.draw());
        assert_eq!(first, Salts::of([1; 32]).draw());
        assert_ne!(first.digest(b"rent"), second.digest(b"rent"));
        assert_ne!(first.digest(b"rent"), first.digest(b"rant"));
    }
}
