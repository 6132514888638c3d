//! Canonical bytes: the one way a fact is written down for hashing, and kept where a column would be too many.
//!
//! Numbers are LEB128 varints, signed ones zig-zag; texts and lists carry their length first; options a 0 or 1.
//! Every value has exactly one encoding, so equal facts have equal bytes on every store.

use std::num::NonZeroU32;

use crate::names::Name;
use crate::numbers::{ActorNo, Id, Timestamp};

/// Bytes being written.
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
    /// Where private texts go, if not among the others.
    apart: Option<Vec<u8>>,
}

impl Encoder {
    /// An empty encoder.
    #[must_use]
    pub fn new() -> Encoder {
        Encoder::default()
    }

    /// An encoder that keeps private texts apart.
    #[must_use]
    pub fn parting() -> Encoder {
        Encoder { bytes: Vec::new(), apart: Some(Vec::new()) }
    }

    /// What was written, and what is private of it.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u8>, Vec<u8>) {
        (self.bytes, self.apart.unwrap_or_default())
    }

    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What was written so far.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets what was written and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Something private.
    pub fn private(&mut self, write: impl FnOnce(&mut Encoder)) {
        let Some(apart) = self.apart.take() else { return write(self) };
        let others = std::mem::replace(&mut self.bytes, apart);
        write(self);
        self.apart = Some(std::mem::replace(&mut self.bytes, others));
    }

    /// One byte: a kind, a flag.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Bytes of a fixed length.
    pub fn fixed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// An unsigned number.
    pub fn number(&mut self, number: u64) {
        let mut rest = number;
        while rest >= 0x80 {
            let [low, ..] = rest.to_le_bytes();
            self.byte(low | 0x80);
            rest >>= 7u32;
        }
        let [low, ..] = rest.to_le_bytes();
        self.byte(low);
    }

    /// An unsigned number of up to 128 bits.
    pub fn wide(&mut self, number: u128) {
        match u64::try_from(number) {
            Ok(small) => self.number(small),
            Err(_) => {
                let mut rest = number;
                while rest >= 0x80 {
                    let [low, ..] = rest.to_le_bytes();
                    self.byte(low | 0x80);
                    rest >>= 7u32;
                }
                let [low, ..] = rest.to_le_bytes();
                self.byte(low);
            }
        }
    }

    /// A signed number of up to 128 bits.
    pub fn signed(&mut self, number: i128) {
        let folded = (number << 1u32) ^ (number >> 127u32);
        self.wide(u128::from_le_bytes(folded.to_le_bytes()));
    }

    /// An id.
    pub fn id(&mut self, id: Id) {
        self.fixed(&id.0.to_be_bytes());
    }

    /// The number of who asked.
    pub fn actor(&mut self, by: ActorNo) {
        self.number(u64::from(by.0.get()));
    }

    /// An instant.
    pub fn instant(&mut self, at: Timestamp) {
        self.signed(i128::from(at.0));
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.length(text.len());
        self.fixed(text.as_bytes());
    }

    /// Bytes of any length.
    pub fn blob(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.fixed(bytes);
    }

    /// The length of a list that follows.
    pub fn length(&mut self, length: usize) {
        self.number(u64::try_from(length).unwrap_or(u64::MAX));
    }

    /// A flag.
    pub fn flag(&mut self, flag: bool) {
        self.byte(u8::from(flag));
    }

    /// A value that may be missing.
    pub fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Encoder, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }
}

/// Bytes that are not what this version of the ledger writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What was being read.
    pub expected: &'static str,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the stored bytes hold no {} where one belongs", self.expected)
    }
}

impl std::error::Error for Malformed {}

/// Bytes being read.
#[derive(Debug)]
pub struct Decoder<'a> {
    rest: &'a [u8],
    private: Texts<'a>,
}

/// Where private texts are.
#[derive(Debug, Clone, Copy)]
enum Texts<'a> {
    /// Among the other bytes.
    Within,
    /// Apart; this is left of them.
    Apart(&'a [u8]),
    /// Nowhere: they are erased.
    Erased,
}

impl<'a> Decoder<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Decoder<'a> {
        Decoder { rest: bytes, private: Texts::Within }
    }

    /// Reads something whose private texts stand apart, all of them.
    ///
    /// # Errors
    /// When it cannot be read, or private texts are left.
    pub fn parted<T>(
        &mut self,
        texts: &'a [u8],
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, Malformed>,
    ) -> Result<T, Malformed> {
        let mut parted = Decoder { rest: self.rest, private: Texts::Apart(texts) };
        let value = read(&mut parted)?;
        self.rest = parted.rest;
        if matches!(parted.private, Texts::Apart(left) if !left.is_empty()) {
            return Err(Malformed { expected: "end of private texts" });
        }
        Ok(value)
    }

    /// Reads something whose private texts are erased.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn erased<T>(&mut self, read: impl FnOnce(&mut Decoder<'a>) -> Result<T, Malformed>) -> Result<T, Malformed> {
        let mut erased = Decoder { rest: self.rest, private: Texts::Erased };
        let value = read(&mut erased)?;
        self.rest = erased.rest;
        Ok(value)
    }

    /// Reads something private; nothing where it is erased.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn private<T: Default>(
        &mut self,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, Malformed>,
    ) -> Result<T, Malformed> {
        match self.private {
            Texts::Within => read(self),
            Texts::Apart(texts) => {
                let mut apart = Decoder::new(texts);
                let value = read(&mut apart)?;
                self.private = Texts::Apart(apart.rest);
                Ok(value)
            }
            Texts::Erased => Ok(T::default()),
        }
    }

    /// What was not read yet.
    #[must_use]
    pub const fn remaining(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether everything was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Everything must have been read.
    ///
    /// # Errors
    /// When bytes are left.
    pub fn finish(self) -> Result<(), Malformed> {
        if self.is_empty() { Ok(()) } else { Err(Malformed { expected: "end" }) }
    }

    /// One byte.
    ///
    /// # Errors
    /// When no byte is left.
    pub fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.rest.split_first().ok_or(Malformed { expected: "byte" })?;
        self.rest = rest;
        Ok(*first)
    }

    /// Bytes of a fixed length.
    ///
    /// # Errors
    /// When fewer bytes are left.
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(Malformed { expected: "bytes" })?;
        self.rest = rest;
        Ok(*head)
    }

    /// An unsigned number of up to 128 bits. A number has one form: the shortest.
    ///
    /// # Errors
    /// When the bytes end within the number, it exceeds 128 bits, or it is longer than it need be.
    pub fn wide(&mut self) -> Result<u128, Malformed> {
        let mut number = 0u128;
        for shift in (0u32..128).step_by(7) {
            let byte = self.byte()?;
            let part = u128::from(byte & 0x7F);
            let is_shortest = shift == 0 || byte != 0;
            let is_whole = shift < 126 || byte <= 3;
            if !is_shortest || !is_whole {
                break;
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Malformed { expected: "number" })
    }

    /// An unsigned number.
    ///
    /// # Errors
    /// When the bytes end within the number, it exceeds 64 bits, or it is longer than it need be.
    pub fn number(&mut self) -> Result<u64, Malformed> {
        u64::try_from(self.wide()?).map_err(|_| Malformed { expected: "number of 64 bits" })
    }

    /// A signed number.
    ///
    /// # Errors
    /// When the bytes end within the number, or it exceeds 128 bits.
    pub fn signed(&mut self) -> Result<i128, Malformed> {
        let folded = self.wide()?;
        let half = i128::from_le_bytes((folded >> 1u32).to_le_bytes());
        Ok(if folded & 1 == 0 { half } else { !half })
    }

    /// An id.
    ///
    /// # Errors
    /// When fewer than 16 bytes are left.
    pub fn id(&mut self) -> Result<Id, Malformed> {
        self.fixed().map(u128::from_be_bytes).map(Id)
    }

    /// The number of who asked.
    ///
    /// # Errors
    /// When the bytes end within the number, it is 0, or it exceeds 32 bits.
    pub fn actor(&mut self) -> Result<ActorNo, Malformed> {
        let no = u32::try_from(self.number()?).ok().and_then(NonZeroU32::new);
        no.map(ActorNo).ok_or(Malformed { expected: "number of who asked" })
    }

    /// An instant.
    ///
    /// # Errors
    /// When the bytes end within the number, or it is no instant.
    pub fn instant(&mut self) -> Result<Timestamp, Malformed> {
        i64::try_from(self.signed()?).map(Timestamp).map_err(|_| Malformed { expected: "instant" })
    }

    /// Bytes of any length.
    ///
    /// # Errors
    /// When fewer bytes are left than the length says.
    pub fn blob(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.length()?;
        let (head, rest) = self.rest.split_at_checked(length).ok_or(Malformed { expected: "bytes" })?;
        self.rest = rest;
        Ok(head)
    }

    /// A text.
    ///
    /// # Errors
    /// When fewer bytes are left than the length says, or they are not UTF-8.
    pub fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.blob()?).map_err(|_| Malformed { expected: "text in UTF-8" })
    }

    /// A name.
    ///
    /// # Errors
    /// When there is no text, or no release records it as a name.
    pub fn name(&mut self) -> Result<Name, Malformed> {
        Name::recorded(self.text()?).map_err(|_| Malformed { expected: "name" })
    }

    /// A length.
    ///
    /// # Errors
    /// When the bytes end within the number, or it exceeds the address space.
    pub fn length(&mut self) -> Result<usize, Malformed> {
        usize::try_from(self.number()?).map_err(|_| Malformed { expected: "length" })
    }

    /// A flag.
    ///
    /// # Errors
    /// When the byte is neither 0 nor 1, or none is left.
    pub fn flag(&mut self) -> Result<bool, Malformed> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed { expected: "flag" }),
        }
    }

    /// A value that may be missing.
    ///
    /// # Errors
    /// When the flag is neither 0 nor 1, or the value cannot be read.
    pub fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        if self.flag()? { read(self).map(Some) } else { Ok(None) }
    }
}

/// The first 16 bytes of a hash.
pub(crate) fn first_half(hash: &blake3::Hash) -> [u8; 16] {
    let mut half = [0; 16];
    for (to, from) in half.iter_mut().zip(hash.as_bytes()) {
        *to = *from;
    }
    half
}

/// 16 bytes of BLAKE3 over the canonical bytes of a command: enough that no two commands ever meet by accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// That of no command: what is left where it was erased.
    pub const ERASED: Fingerprint = Fingerprint([0; 16]);

    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Fingerprint {
        Fingerprint(first_half(&blake3::hash(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, -1, 63, 64, -65, i128::from(i64::MAX), i128::MIN, i128::MAX, 10i128.pow(38)] {
            let mut encoder = Encoder::new();
            encoder.signed(number);
            let mut decoder = Decoder::new(encoder.bytes());
            assert_eq!(decoder.signed(), Ok(number));
            assert!(decoder.finish().is_ok());
        }
    }

    #[test]
    fn cut_bytes_are_refused() {
        let mut encoder = Encoder::new();
        encoder.text("hello");
        let whole = encoder.into_bytes();
        for end in 0..whole.len() {
            let mut decoder = Decoder::new(whole.get(..end).unwrap_or_default());
            assert!(decoder.text().is_err(), "cut at {end}");
        }
    }
}
