//! Effects as canonical bytes, one after another: what a store may keep as it is, and what is hashed.
//!
//! An effect has one form in bytes, so bytes that are read back and written again are the same. What is hashed is the
//! same too, unless an effect has texts.

use std::borrow::Cow;

use super::effect::Effect;
use crate::codec::Encoder;
use crate::product::Product;

/// Canonical bytes of effects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Canonical {
    bytes: Vec<u8>,
    /// Where each effect ends.
    ends: Vec<usize>,
}

impl Canonical {
    /// Those of these effects.
    #[must_use]
    pub fn of<P: Product>(effects: &[Effect<P>]) -> Canonical {
        let mut encoder = Encoder::new();
        let mut ends = Vec::with_capacity(effects.len());
        for effect in effects {
            effect.encode(&mut encoder);
            ends.push(encoder.bytes().len());
        }
        Canonical { bytes: encoder.into_bytes(), ends }
    }

    /// These, and those that follow them.
    #[must_use]
    pub fn followed_by(mut self, next: &Canonical) -> Canonical {
        let before = self.bytes.len();
        self.bytes.extend_from_slice(&next.bytes);
        self.ends.extend(next.ends.iter().map(|end| before.saturating_add(*end)));
        self
    }

    /// How many effects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// What is hashed of these effects, of which this is.
    #[must_use]
    pub fn hashed<P: Product>(&self, effects: &[Effect<P>]) -> Cow<'_, [u8]> {
        if effects.iter().all(|effect| effect.private.is_none()) {
            return Cow::Borrowed(&self.bytes);
        }
        let mut encoder = Encoder::new();
        effects.iter().for_each(|effect| effect.encode_hashed(&mut encoder));
        Cow::Owned(encoder.into_bytes())
    }

    /// How many effects from one on, at most so many, have so many bytes together at most. One always counts.
    #[must_use]
    pub fn fitting(&self, first: usize, count_max: usize, bytes_max: usize) -> usize {
        let end = first.saturating_add(count_max).min(self.ends.len());
        let ends = self.ends.get(first..end).unwrap_or_default();
        let start = self.start(first);
        ends.partition_point(|end| end.saturating_sub(start) <= bytes_max).clamp(1, ends.len().max(1))
    }

    /// Where an effect begins.
    fn start(&self, place: usize) -> usize {
        place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0)
    }

    /// The bytes of some neighbouring effects, and the length of each. There are none beyond the last.
    pub fn run(&self, first: usize, count: usize) -> (&[u8], impl Iterator<Item = usize> + use<'_>) {
        let end = first.saturating_add(count).min(self.ends.len());
        let ends = self.ends.get(first..end).unwrap_or_default();
        let start = self.start(first);
        let bytes = ends.last().and_then(|end| self.bytes.get(start..*end)).unwrap_or_default();
        let starts = std::iter::once(start).chain(ends.iter().copied());
        (bytes, ends.iter().zip(starts).map(|(end, start)| end.saturating_sub(start)))
    }
}
