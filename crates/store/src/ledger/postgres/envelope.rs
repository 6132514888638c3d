//! What stands in front of a payload: who asked, and what the row keeps of its private texts.
//!
//! A payload of release 0.1.0 begins with a kind of fact, or with the flag of a description. Neither is [`MARK`]. So the
//! rows of every release are read alike, and the table stays as it was.

use ducat_domain::Effect;
use ducat_domain::codec::{Decoder, Encoder, Malformed};
use ducat_domain::numbers::ActorNo;
use ducat_domain::private::{Digest, Private, Salt};

/// With what a payload begins that has an envelope.
const MARK: u8 = 0xFF;

/// What an envelope holds.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    pub by: Option<ActorNo>,
    pub private: Option<Box<Private>>,
}

impl Envelope {
    /// Writes that of an effect, if it needs one.
    pub fn write(effect: &Effect, e: &mut Encoder) {
        if effect.by.is_none() && effect.private.is_none() {
            return;
        }
        e.byte(MARK);
        e.option(effect.by, Encoder::actor);
        match effect.private.as_deref() {
            None => e.byte(0),
            Some(Private::Salted(salt)) => {
                e.byte(1);
                e.fixed(&salt.0);
            }
            Some(Private::Redacted(digest)) => {
                e.byte(2);
                e.fixed(&digest.0);
            }
        }
    }

    /// Reads one, if there is one.
    pub fn read(d: &mut Decoder<'_>) -> Result<Envelope, Malformed> {
        if d.remaining().first() != Some(&MARK) {
            return Ok(Envelope::default());
        }
        d.byte()?;
        let by = d.option(Decoder::actor)?;
        let private = match d.byte()? {
            0 if by.is_some() => None,
            1 => Some(Private::Salted(Salt(d.fixed()?))),
            2 => Some(Private::Redacted(Digest(d.fixed()?))),
            _ => return Err(Malformed { expected: "envelope" }),
        };
        Ok(Envelope { by, private: private.map(Box::new) })
    }

    /// Whether the texts of what follows are erased, and no bytes of them are there.
    pub fn is_redacted(&self) -> bool {
        matches!(self.private.as_deref(), Some(Private::Redacted(_)))
    }
}
