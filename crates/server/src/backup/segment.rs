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

/// The bytes of batches.
pub fn encode(batches: &[Recorded]) -> Vec<u8> {
    let mut e = Encoder::new();
    e.fixed(MAGIC);
    for (effects, row) in batches {
        e.number(row.batch.0);
        e.instant(row.at);
        e.fixed(&row.hash);
        e.length(effects.len());
        for effect in effects {
            let mut one = Encoder::new();
            effect.encode(&mut one);
            e.blob(one.bytes());
        }
    }
    e.into_bytes()
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
