//! A segment of a backup: recorded batches with their effects, in the canonical bytes that hashes are made over.
//!
//! `DUCATSG1`, then of each batch its number, its instant, its hash, how many effects it has, and each effect as a blob.

use anyhow::{Context, ensure};
use ducat_domain::Effect;
use ducat_domain::codec::{Decoder, Encoder};
use ducat_domain::ledger::canonical::Canonical;
use ducat_domain::ledger::rows::BatchRow;
use ducat_domain::numbers::BatchNo;
use ducat_engine::executor::Recorded;

/// What every segment begins with: its form and the version of that.
const MAGIC: &[u8; 8] = b"DUCATSG1";

/// A segment while batches are added to it.
pub struct Growing {
    bytes: Encoder,
    first: Option<BatchRow>,
    last: Option<BatchRow>,
    effects: u64,
}

impl Growing {
    /// One without batches.
    pub fn new() -> Growing {
        let mut bytes = Encoder::new();
        bytes.fixed(MAGIC);
        Growing { bytes, first: None, last: None, effects: 0 }
    }

    /// Adds a batch, which follows the last one.
    pub fn add(&mut self, (effects, row): &Recorded) {
        let e = &mut self.bytes;
        e.number(row.batch.0);
        e.instant(row.at);
        e.fixed(&row.hash);
        e.length(effects.len());
        let mut one = Encoder::new();
        for effect in effects {
            one.clear();
            effect.encode(&mut one);
            e.blob(one.bytes());
        }
        self.first.get_or_insert_with(|| row.clone());
        self.last = Some(row.clone());
        self.effects += effects.len() as u64;
    }

    /// The first batch.
    pub fn first(&self) -> Option<&BatchRow> {
        self.first.as_ref()
    }

    /// The last batch.
    pub fn last(&self) -> Option<&BatchRow> {
        self.last.as_ref()
    }

    /// How many effects it has.
    pub fn effects(&self) -> u64 {
        self.effects
    }

    /// How many bytes.
    pub fn length(&self) -> usize {
        self.bytes.bytes().len()
    }

    /// Its bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.into_bytes()
    }
}

/// The batches of bytes.
pub fn decode(bytes: &[u8]) -> anyhow::Result<Vec<Recorded>> {
    let body = bytes.strip_prefix(MAGIC).context("it is no segment of a backup, or one of a later release")?;
    let mut d = Decoder::new(body);
    let mut batches = Vec::new();
    while !d.is_empty() {
        let batch = BatchNo(d.number()?);
        let (at, hash, count) = (d.instant()?, d.fixed()?, d.length()?);
        let mut effects = Vec::new();
        for _ in 0..count {
            let mut one = Decoder::new(d.blob()?);
            effects.push(Effect::decode(&mut one)?);
            one.finish()?;
        }
        let last = effects.last().context("a batch without effects")?.seq;
        ensure!(effects.windows(2).all(|two| two[0].seq.0 + 1 == two[1].seq.0), "effects of batch {batch} are missing");
        batches.push((effects, BatchRow { batch, last, at, hash }));
    }
    Ok(batches)
}

/// The bytes that a batch's hash is made over.
pub fn hashed(effects: &[Effect]) -> Vec<u8> {
    Canonical::of(effects).hashed(effects).into()
}
