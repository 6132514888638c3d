//! Maps by numbers that the rules give out, and by names and ids that clients choose.
//!
//! No order of a map ever decides anything. A map by what clients choose is under a seed that they cannot know, so that
//! they cannot choose keys that collide. The seed is an argument, as all random bytes are.

#[expect(clippy::disallowed_types, reason = "with a hasher that is handed in")]
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

/// A map by numbers that the rules gave out. No one can choose them so that they collide, so they need no seed.
#[expect(clippy::disallowed_types, reason = "its hasher has no seed")]
pub type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

/// 2^64 over the golden ratio (Knuth, The Art of Computer Programming, volume 3, section 6.4).
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads numbers in order over all 64 bits by one multiplication.
#[derive(Debug, Default, Clone, Copy)]
pub struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(32) ^ number).wrapping_mul(GOLDEN);
    }
}

/// A map by what clients choose.
#[expect(clippy::disallowed_types, reason = "its seed is handed in")]
pub type SeededMap<K, V> = HashMap<K, V, Seed>;

/// What clients cannot know. The default is for tests: everyone knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Default for Seed {
    fn default() -> Seed {
        Seed(GOLDEN)
    }
}

impl BuildHasher for Seed {
    type Hasher = SeededHasher;

    fn build_hasher(&self) -> SeededHasher {
        SeededHasher { state: self.0, seed: self.0.rotate_left(32) | 1 }
    }
}

/// Folds one word after another into 64 bits: the two halves of a product of 128 bits, as wyhash does (Wang Yi, 2019).
/// Some 2 ns for a name, where the standard library's takes 15.
#[derive(Debug, Clone, Copy)]
pub struct SeededHasher {
    state: u64,
    seed: u64,
}

fn folded(one: u64, other: u64) -> u64 {
    let product = u128::from(one).wrapping_mul(u128::from(other));
    let [low, high] = halves(product);
    low ^ high
}

/// The low and the high half.
fn halves(number: u128) -> [u64; 2] {
    [number, number >> 64u32].map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or_default())
}

impl Hasher for SeededHasher {
    fn finish(&self) -> u64 {
        folded(self.state, self.seed)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.write_u64(u64::from_le_bytes(*word)));
        let mut last = [0; 8];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        // With its length, so that zeros at its end count.
        self.write_u64(u64::from_le_bytes(last));
        self.write_u64(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_u64(&mut self, word: u64) {
        self.state = folded(self.state ^ word, GOLDEN ^ self.seed);
    }

    fn write_u128(&mut self, number: u128) {
        halves(number).into_iter().for_each(|half| self.write_u64(half));
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(u64::try_from(number).unwrap_or(u64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn names() -> impl Iterator<Item = String> {
        (0..20_000).map(|number| format!("accounts:{number}"))
    }

    #[test]
    fn names_and_ids_are_spread_over_all_bits() {
        let seed = Seed(0x1234_5678_9ABC_DEF0);
        let of_names: Vec<u64> = names().map(|name| seed.hash_one(name)).collect();
        let of_ids: Vec<u64> = (0..20_000_u128).map(|id| seed.hash_one((0x019A << 112) | id)).collect();
        for hashes in [of_names, of_ids] {
            let distinct: BTreeSet<&u64> = hashes.iter().collect();
            assert_eq!(distinct.len(), hashes.len(), "no two are the same");
            for bit in 0..64_u32 {
                let set = hashes.iter().filter(|hash| (**hash >> bit) & 1 == 1).count();
                assert!((9_000..11_000).contains(&set), "bit {bit} is set in {set} of 20000");
            }
        }
    }

    #[test]
    fn hashes_depend_on_the_seed_the_length_and_every_byte() {
        let (one, other) = (Seed(1), Seed(2));
        assert_ne!(one.hash_one("a"), other.hash_one("a"));
        let mut hashes = BTreeSet::new();
        for text in ["", "\0", "\0\0", "a", "a\0", "aaaaaaaa", "aaaaaaaaa", "aaaaaaaa\0", "baaaaaaa", "aaaaaaab"] {
            assert!(hashes.insert(one.hash_one(text.as_bytes())), "{text:?}");
        }
    }
}
