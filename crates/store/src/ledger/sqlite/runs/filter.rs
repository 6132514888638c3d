//! What says of most ids that they are not in a part, without a look at the part.
//!
//! It is the split block Bloom filter of the Parquet format (`BloomFilter.md` there): eight words of 32 bits a block, one
//! bit in each. An id that was put in is always found; one that was not is found once in about a thousand times.

use ducat_domain::numbers::Id;

/// Bytes for each id.
const BYTES: usize = 2;

/// Words of a block.
const WORDS: usize = 8;

/// Odd numbers that choose a bit in each word, as the Parquet format has them.
const SALTS: [u32; WORDS] =
    [0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31];

/// The bits of a part's ids.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Filter(Box<[[u32; WORDS]]>);

/// Where an id is in every filter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hash(u64);

impl Hash {
    /// Stored filters were made with this function. It is the finalizer of SplitMix64, over both halves.
    pub fn of(id: Id) -> Hash {
        let mix = |mut bits: u64| {
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^ (bits >> 31)
        };
        let [high, low] = [(id.0 >> 64) as u64, id.0 as u64];
        Hash(mix(low ^ mix(high.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    fn mask(self) -> [u32; WORDS] {
        SALTS.map(|salt| 1 << ((self.0 as u32).wrapping_mul(salt) >> 27))
    }
}

impl Filter {
    /// One for so many ids.
    pub fn new(ids: usize) -> Filter {
        Filter(vec![[0; WORDS]; (ids * BYTES).div_ceil(WORDS * 4).max(1)].into())
    }

    fn block(&self, hash: Hash) -> usize {
        let blocks = self.0.len() as u64;
        usize::try_from(((hash.0 >> 32) * blocks) >> 32).unwrap_or(0)
    }

    pub fn insert(&mut self, hash: Hash) {
        let block = self.block(hash);
        for (word, bit) in self.0[block].iter_mut().zip(hash.mask()) {
            *word |= bit;
        }
    }

    /// Whether an id may have been put in.
    pub fn may_have(&self, hash: Hash) -> bool {
        self.0[self.block(hash)].iter().zip(hash.mask()).all(|(word, bit)| word & bit != 0)
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flatten().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// The filter that bytes are; none if they are not whole blocks.
    pub fn from_bytes(bytes: &[u8]) -> Option<Filter> {
        let (words, []) = bytes.as_chunks::<4>() else { return None };
        let words: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
        match words.as_chunks::<WORDS>() {
            (blocks, []) if !blocks.is_empty() => Some(Filter(blocks.into())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_found_and_little_else() {
        let ids =
            |from: u128| (from..from + 16_000).map(|id| Id(id.wrapping_mul(0x0123_4567_89ab_cdef_0011_2233_4455_6677)));
        let mut filter = Filter::new(16_000);
        ids(1).for_each(|id| filter.insert(Hash::of(id)));
        let filter = Filter::from_bytes(&filter.to_bytes()).expect("its own bytes");
        assert!(ids(1).all(|id| filter.may_have(Hash::of(id))));
        let others = ids(100_000).filter(|id| filter.may_have(Hash::of(*id))).count();
        assert!(others < 64, "{others} of 16,000 others are found");
        // Numbers that follow each other are as far apart as any.
        let others = (0..16_000).filter(|id| filter.may_have(Hash::of(Id(*id)))).count();
        assert!(others < 64, "{others} of 16,000 others are found");
    }

    #[test]
    fn stored_filters_stay_readable() {
        let mut filter = Filter::new(2);
        filter.insert(Hash::of(Id(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff)));
        filter.insert(Hash::of(Id(1)));
        let bytes: String = filter.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(bytes, "0400000800800040200000080002200000a00000010080000004080001080000");
        assert_eq!((Filter::from_bytes(&[0; 31]), Filter::from_bytes(&[])), (None, None));
    }
}
