//! Effects as canonical bytes: what is stored, and what is hashed.
//!
//! - An effect has one form in which it is stored and sent. What a batch's hash is made over is the same bytes, unless
//!   the effect has texts: they are hashed as a salted digest ([`crate::private`]), so that they can be erased.
//! - What is hashed says nothing of whether they were erased, so no hash changes when they are.
//! - A byte of flags says what stands in front of the fact. A release that knows a flag reads all effects without it.

use super::{AccountChanged, AccountOpened, CommandKey, Detail, Effect, Fact, HoldLeg, Kind, Posting, Redaction, Side};
use crate::codec::{Decoder, Encoder, Fingerprint, Malformed};
use crate::ledger::rejection::Rejection;
use crate::ledger::rows::Tombstone;
use crate::ledger::terms::{AssetTerms, LedgerRules, Limits, Metadata};
use crate::money::{Amount, Balance};
use crate::numbers::{AccountNo, AssetNo, Id, Seq};
use crate::private::{Digest, Private, Salt};
use crate::product::{Product, Tagged as _};

/// A command's id follows, and its fingerprint, unless that is private.
const HAS_COMMAND: u8 = 1;

/// Its private texts follow: as a digest in hashed bytes, and as a salt with the texts otherwise.
const IS_SALTED: u8 = 2;

/// The digest of its private texts follows, which are erased. Hashed bytes do not say this.
const IS_REDACTED: u8 = 8;

/// The number of who asked follows.
const HAS_ACTOR: u8 = 4;

/// For whom bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Stored,
    Hashed,
}

impl<P: Product> Effect<P> {
    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        self.write(e, Form::Stored);
    }

    /// Writes what a batch's hash is made over.
    pub fn encode_hashed(&self, e: &mut Encoder) {
        self.write(e, Form::Hashed);
    }

    fn write(&self, e: &mut Encoder, form: Form) {
        e.number(self.seq.0);
        e.instant(self.at);
        let flag = |flag, is_set| if is_set { flag } else { 0 };
        e.byte(
            flag(HAS_COMMAND, self.command.is_some())
                | flag(HAS_ACTOR, self.by.is_some())
                | match (self.private.as_deref(), form) {
                    (None, _) => 0,
                    (Some(Private::Redacted(_)), Form::Stored) => IS_REDACTED,
                    (Some(Private::Salted(_) | Private::Redacted(_)), _) => IS_SALTED,
                },
        );
        if let Some(by) = self.by {
            e.actor(by);
        }
        if let Some(command) = &self.command {
            e.id(command.id);
        }
        let Some(private) = self.private.as_deref() else {
            self.write_private(e);
            return;
        };
        let (fact, texts) = self.parts();
        match (private, form) {
            (Private::Salted(salt), Form::Stored) => {
                e.fixed(&salt.0);
                e.blob(&texts);
            }
            (Private::Salted(salt), Form::Hashed) => e.fixed(&salt.digest(&texts).0),
            // Its texts read as nothing, and are not written.
            (Private::Redacted(digest), _) => e.fixed(&digest.0),
        }
        e.fixed(&fact);
    }

    /// The bytes that always stay, and those of private texts.
    pub(super) fn parts(&self) -> (Vec<u8>, Vec<u8>) {
        let mut parting = Encoder::parting();
        self.write_private(&mut parting);
        parting.into_parts()
    }

    /// The fingerprint, which would confirm a guess of the texts, and the fact.
    fn write_private(&self, e: &mut Encoder) {
        if let Some(command) = &self.command {
            e.private(|e| e.fixed(&command.fingerprint.0));
        }
        self.fact.encode(e);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Effect<P>, Malformed> {
        let (seq, at, flags) = (Seq(d.number()?), d.instant()?, d.byte()?);
        let has = |flag| flags & flag != 0;
        let is_known = flags & !(HAS_COMMAND | IS_SALTED | HAS_ACTOR | IS_REDACTED) == 0;
        if !is_known || has(IS_SALTED) && has(IS_REDACTED) {
            return Err(Malformed { expected: "flags of an effect" });
        }
        let by = if has(HAS_ACTOR) { Some(d.actor()?) } else { None };
        let id = if has(HAS_COMMAND) { Some(d.id()?) } else { None };
        let read = |d: &mut Decoder<'_>| {
            let command = match id {
                Some(id) => Some(CommandKey { id, fingerprint: Fingerprint(d.private(Decoder::fixed)?) }),
                None => None,
            };
            Ok((command, Fact::read(d)?))
        };
        let (private, (command, fact)) = if has(IS_SALTED) {
            let (salt, texts) = (Salt(d.fixed()?), d.blob()?);
            (Some(Private::Salted(salt)), d.parted(texts, read)?)
        } else if has(IS_REDACTED) {
            (Some(Private::Redacted(Digest(d.fixed()?))), d.erased(read)?)
        } else {
            (None, read(d)?)
        };
        Ok(Effect { seq, at, command, by, private: private.map(Box::new), fact })
    }
}

impl<P: Product> Fact<P> {
    fn decode_imported(d: &mut Decoder<'_>) -> Result<Fact<P>, Malformed> {
        for _ in P::IMPORTED.first {
            d.byte()?;
        }
        let rows = d.number()?;
        let mut refused = Vec::new();
        for _ in 0..d.length()? {
            refused.push((d.number()?, Rejection::decode(d)?));
        }
        Ok(Fact::Imported { rows, refused })
    }

    /// Writes the canonical bytes, kind first.
    pub fn encode(&self, e: &mut Encoder) {
        e.byte(self.kind().code());
        match self {
            Fact::LedgerOpened(rules) => rules.encode(e),
            Fact::DefaultAssetSet { no } => e.number(no.0),
            Fact::AssetRescaled { no, scale } => {
                e.number(no.0);
                e.byte(*scale);
            }
            Fact::ArchivedSet { archived } => e.flag(*archived),
            Fact::LedgerDeleted(tombstone) => tombstone.encode(e),
            Fact::Redacted(redaction) => redaction.encode(e),
            Fact::AssetAdded { no, terms } => {
                e.number(no.0);
                e.text(terms.code.as_str());
                e.byte(terms.scale);
            }
            Fact::AccountOpened(opened) => {
                e.number(opened.account.0);
                e.text(opened.name.as_str());
                e.number(opened.asset.0);
                encode_limits(e, opened.limits);
                e.private(|e| opened.metadata.encode(e));
            }
            Fact::AccountChanged(changed) => {
                e.number(changed.account.0);
                e.option(changed.limits, |e, (asset, limits)| {
                    e.number(asset.0);
                    encode_limits(e, limits);
                });
                e.private(|e| changed.metadata.encode(e));
                e.flag(changed.frozen);
                e.flag(changed.closed);
            }
            Fact::Posting(posting) => posting.encode(e),
            Fact::Hold(leg) => leg.encode(e),
            Fact::HoldVoided { transaction, hold } | Fact::HoldExpired { transaction, hold } => {
                e.wide(transaction.0);
                e.number(hold.0);
            }
            Fact::Refused(rejection) => rejection.encode(e),
            Fact::Deferred { request } => e.blob(request),
            Fact::Resolved { deferred, answer } => {
                e.number(deferred.0);
                e.blob(answer);
            }
            Fact::Imported { rows, refused } => {
                P::IMPORTED.first.into_iter().for_each(|byte| e.byte(byte));
                e.number(*rows);
                e.length(refused.len());
                for (line, rejection) in refused {
                    e.number(*line);
                    rejection.encode(e);
                }
            }
            Fact::Product(fact) => fact.encode(e),
        }
    }

    /// Reads the canonical bytes, all of them.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(bytes: &[u8]) -> Result<Fact<P>, Malformed> {
        let mut d = Decoder::new(bytes);
        let fact = Fact::read(&mut d)?;
        d.finish()?;
        Ok(fact)
    }

    /// Reads the canonical bytes, and no more.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn read(d: &mut Decoder<'_>) -> Result<Fact<P>, Malformed> {
        let kind = Kind::from_code::<P>(d.byte()?).ok_or(Malformed { expected: "kind of effect" })?;
        Ok(match kind {
            Kind::Posting => Fact::Posting(Posting::decode(d)?),
            Kind::Hold => Fact::Hold(HoldLeg::decode(d)?),
            Kind::LedgerOpened => Fact::LedgerOpened(LedgerRules::decode(d)?),
            Kind::DefaultAssetSet => Fact::DefaultAssetSet { no: AssetNo(d.number()?) },
            Kind::AssetRescaled => Fact::AssetRescaled { no: AssetNo(d.number()?), scale: d.byte()? },
            Kind::ArchivedSet => Fact::ArchivedSet { archived: d.flag()? },
            Kind::LedgerDeleted => Fact::LedgerDeleted(Box::new(Tombstone::decode(d)?)),
            Kind::Redacted => Fact::Redacted(Box::new(Redaction::decode(d)?)),
            Kind::AssetAdded => {
                Fact::AssetAdded { no: AssetNo(d.number()?), terms: AssetTerms { code: d.name()?, scale: d.byte()? } }
            }
            Kind::AccountOpened => Fact::AccountOpened(Box::new(AccountOpened {
                account: AccountNo(d.number()?),
                name: d.name()?,
                asset: AssetNo(d.number()?),
                limits: decode_limits(d)?,
                metadata: d.private(Metadata::decode)?,
            })),
            Kind::AccountChanged => Fact::AccountChanged(Box::new(AccountChanged {
                account: AccountNo(d.number()?),
                limits: d.option(|d| Ok((AssetNo(d.number()?), decode_limits(d)?)))?,
                metadata: d.private(Metadata::decode)?,
                frozen: d.flag()?,
                closed: d.flag()?,
            })),
            Kind::HoldVoided => Fact::HoldVoided { transaction: Id(d.wide()?), hold: Seq(d.number()?) },
            Kind::HoldExpired => Fact::HoldExpired { transaction: Id(d.wide()?), hold: Seq(d.number()?) },
            Kind::Refused => Fact::Refused(Box::new(Rejection::decode(d)?)),
            Kind::Deferred => Fact::Deferred { request: d.blob()?.into() },
            Kind::Resolved => Fact::Resolved { deferred: Seq(d.number()?), answer: d.blob()?.into() },
            Kind::Product(kind) if kind == P::IMPORTED.kind && d.remaining().starts_with(&P::IMPORTED.first) => {
                Fact::decode_imported(d)?
            }
            Kind::Product(code) => Fact::Product(Box::new(P::Fact::decode(code, d)?)),
        })
    }
}

impl Detail {
    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        e.private(|e| e.option(self.description.as_deref(), Encoder::text));
        e.option(self.reference.as_deref(), Encoder::text);
        e.private(|e| self.metadata.encode(e));
        match self.reverses {
            None => e.byte(0),
            Some(id) => {
                e.byte(if self.reversed.is_empty() { 1 } else { 2 });
                e.wide(id.0);
                if !self.reversed.is_empty() {
                    e.length(self.reversed.len());
                    self.reversed.iter().for_each(|amount| e.wide(amount.minor_units()));
                }
            }
        }
        e.option(self.asked_effective_at, Encoder::instant);
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Detail, Malformed> {
        let description = d.private(|d| d.option(|d| d.text().map(str::to_owned)))?;
        let reference = d.option(|d| d.text().map(str::to_owned))?;
        let metadata = d.private(Metadata::decode)?;
        let mut reversed = Vec::new();
        let reverses = match d.byte()? {
            0 => None,
            1 => Some(Id(d.wide()?)),
            2 => {
                let id = Id(d.wide()?);
                for _ in 0..d.length()? {
                    reversed.push(Amount::new(d.wide()?));
                }
                Some(id)
            }
            _ => return Err(Malformed { expected: "whether it reverses a transaction" }),
        };
        Ok(Detail {
            description,
            reference,
            metadata,
            reverses,
            reversed,
            asked_effective_at: d.option(Decoder::instant)?,
        })
    }
}

impl Posting {
    fn encode(&self, e: &mut Encoder) {
        e.id(self.transaction);
        e.number(u64::from(self.leg));
        e.number(u64::from(self.legs));
        e.number(self.asset.0);
        e.wide(self.amount.minor_units());
        for side in [&self.source, &self.destination] {
            e.number(side.account.0);
            e.number(side.previous.map_or(0, |seq| seq.0));
            e.number(side.entry);
            e.signed(side.balance.minor_units());
        }
        e.option(self.effective_at, Encoder::instant);
        e.number(self.hold.map_or(0, |seq| seq.0));
        e.option(self.detail.as_deref(), |e, detail| detail.encode(e));
    }

    fn decode(d: &mut Decoder<'_>) -> Result<Posting, Malformed> {
        Ok(Posting {
            transaction: d.id()?,
            leg: decode_leg(d)?,
            legs: decode_leg(d)?,
            asset: AssetNo(d.number()?),
            amount: Amount::new(d.wide()?),
            source: Side::decode(d)?,
            destination: Side::decode(d)?,
            effective_at: d.option(Decoder::instant)?,
            hold: decode_seq(d)?,
            detail: d.option(|d| Detail::decode(d).map(Box::new))?,
        })
    }
}

impl Side {
    fn decode(d: &mut Decoder<'_>) -> Result<Side, Malformed> {
        Ok(Side {
            account: AccountNo(d.number()?),
            previous: decode_seq(d)?,
            entry: d.number()?,
            balance: Balance::new(d.signed()?).ok_or(Malformed { expected: "balance" })?,
        })
    }
}

fn decode_leg(d: &mut Decoder<'_>) -> Result<u32, Malformed> {
    u32::try_from(d.number()?).map_err(|_| Malformed { expected: "place of a leg" })
}

/// A place in the journal, which 0 is none.
fn decode_seq(d: &mut Decoder<'_>) -> Result<Option<Seq>, Malformed> {
    d.number().map(|seq| (seq > 0).then_some(Seq(seq)))
}

impl HoldLeg {
    fn encode(&self, e: &mut Encoder) {
        e.id(self.transaction);
        e.number(u64::from(self.leg));
        e.number(u64::from(self.legs));
        e.number(self.asset.0);
        e.wide(self.amount.minor_units());
        e.number(self.source.0);
        e.number(self.destination.0);
        e.option(self.expires_at, Encoder::instant);
        e.option(self.detail.as_deref(), |e, detail| detail.encode(e));
    }

    fn decode(d: &mut Decoder<'_>) -> Result<HoldLeg, Malformed> {
        Ok(HoldLeg {
            transaction: d.id()?,
            leg: decode_leg(d)?,
            legs: decode_leg(d)?,
            asset: AssetNo(d.number()?),
            amount: Amount::new(d.wide()?),
            source: AccountNo(d.number()?),
            destination: AccountNo(d.number()?),
            expires_at: d.option(Decoder::instant)?,
            detail: d.option(|d| Detail::decode(d).map(Box::new))?,
        })
    }
}

fn encode_limits(e: &mut Encoder, limits: Limits) {
    e.option(limits.min, |e, limit| e.signed(limit.minor_units()));
    e.option(limits.max, |e, limit| e.signed(limit.minor_units()));
}

fn decode_limits(d: &mut Decoder<'_>) -> Result<Limits, Malformed> {
    let mut limit = || d.option(|d| Balance::new(d.signed()?).ok_or(Malformed { expected: "limit within 10^38" }));
    Ok(Limits { min: limit()?, max: limit()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    use crate::Effect;
    use crate::numbers::{ActorNo, Timestamp};

    fn effect(salt: Option<[u8; 16]>) -> Effect {
        let changed = AccountChanged {
            account: AccountNo(7),
            limits: None,
            metadata: Metadata::new([("name".to_owned(), "Ada".to_owned())]),
            frozen: false,
            closed: true,
        };
        Effect {
            seq: Seq(9),
            at: Timestamp(3),
            command: Some(CommandKey { id: Id(1), fingerprint: Fingerprint([0xF0; 16]) }),
            by: NonZeroU32::new(5).map(ActorNo),
            private: salt.map(|salt| Box::new(Private::Salted(Salt(salt)))),
            fact: Fact::AccountChanged(Box::new(changed)),
        }
    }

    fn bytes(write: impl FnOnce(&mut Encoder)) -> Vec<u8> {
        let mut encoder = Encoder::new();
        write(&mut encoder);
        encoder.into_bytes()
    }

    fn read(bytes: &[u8]) -> Result<Effect, Malformed> {
        let mut decoder = Decoder::new(bytes);
        let effect = Effect::decode(&mut decoder)?;
        decoder.finish().map(|()| effect)
    }

    #[test]
    fn the_layout_never_changes() {
        let id = Id(1).0.to_be_bytes();
        let metadata = [&[1, 4][..], b"name", &[3], b"Ada"].concat();
        let texts = [&[0xF0; 16][..], &metadata].concat();
        let head = [&[9, 6][..], &[HAS_COMMAND | IS_SALTED | HAS_ACTOR, 5], &id].concat();
        let fact = [5, 7, 0, 0, 1];
        let stored = [&head[..], &[8; 16], &[26], &texts, &fact].concat();
        let hashed = [&head[..], &Salt([8; 16]).digest(&texts).0, &fact].concat();
        let salted = effect(Some([8; 16]));
        assert_eq!(bytes(|e| salted.encode(e)), stored);
        assert_eq!(bytes(|e| salted.encode_hashed(e)), hashed);
        assert_eq!(read(&stored), Ok(salted.clone()));

        let redacted = salted.redacted().expect("it has texts");
        let head = [&[9, 6][..], &[HAS_COMMAND | HAS_ACTOR | IS_REDACTED, 5], &id].concat();
        let stored = [&head[..], &Salt([8; 16]).digest(&texts).0, &fact].concat();
        assert_eq!(bytes(|e| redacted.encode(e)), stored);
        assert_eq!(bytes(|e| redacted.encode_hashed(e)), hashed);
        assert_eq!(read(&stored), Ok(redacted.clone()));
        assert_eq!(redacted.redacted(), None);

        let plain = effect(None);
        let flags = HAS_COMMAND | HAS_ACTOR;
        let stored = [&[9, 6, flags, 5][..], &id, &[0xF0; 16], &[5, 7, 0], &metadata, &[0, 1]].concat();
        assert_eq!(bytes(|e| plain.encode(e)), stored);
        assert_eq!(bytes(|e| plain.encode_hashed(e)), stored);
        assert_eq!(read(&stored), Ok(plain));
    }

    #[test]
    fn what_no_release_writes_is_refused() {
        let stored = bytes(|e| effect(Some([8; 16])).encode(e));
        let changed = |place: usize, to: u8| {
            let mut changed = stored.clone();
            changed.splice(place..=place, [to]);
            read(&changed)
        };
        assert_eq!(changed(2, 16), Err(Malformed { expected: "flags of an effect" }));
        assert_eq!(changed(2, IS_SALTED | IS_REDACTED), Err(Malformed { expected: "flags of an effect" }));
        assert_eq!(changed(3, 0), Err(Malformed { expected: "number of who asked" }));
        // A text more than the fact has: its length says so, and one text less.
        let place = 2 + 2 + 16 + 16;
        let mut longer = stored.clone();
        longer.splice(place..=place, [27]);
        longer.insert(place + 27, b'!');
        assert_eq!(read(&longer), Err(Malformed { expected: "end of private texts" }));
        let mut shorter = stored.clone();
        shorter.splice(place..=place, [25]);
        shorter.remove(place + 26);
        assert!(read(&shorter).is_err());
    }
}
