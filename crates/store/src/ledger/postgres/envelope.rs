//! What stands in front of a payload: who asked, and the salt of the row's texts.
//!
//! A payload of release 0.1.0 begins with a kind of fact, or with the flag of a description. Neither is [`MARK`]. So the
//! rows of every release are read alike, and the table stays as it was.

use ducat_domain::Effect;
use ducat_domain::codec::{Decoder, Encoder, Malformed};
use ducat_domain::numbers::ActorNo;
use ducat_domain::private::Salt;

/// With what a payload begins that has an envelope.
const MARK: u8 = 0xFF;

/// What an envelope holds.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    pub by: Option<ActorNo>,
    pub salt: Option<Box<Salt>>,
}

impl Envelope {
    /// Writes that of an effect, if it needs one.
    pub fn write(effect: &Effect, e: &mut Encoder) {
        if effect.by.is_none() && effect.salt.is_none() {
            return;
        }
        e.byte(MARK);
        e.option(effect.by, Encoder::actor);
        e.option(effect.salt.as_deref(), |e, salt| e.fixed(&salt.0));
    }

    /// Reads one, if there is one.
    pub fn read(d: &mut Decoder<'_>) -> Result<Envelope, Malformed> {
        if d.remaining().first() != Some(&MARK) {
            return Ok(Envelope::default());
        }
        d.byte()?;
        let (by, salt) = (d.option(Decoder::actor)?, d.option(|d| Ok(Box::new(Salt(d.fixed()?))))?);
        if by.is_none() && salt.is_none() { Err(Malformed { expected: "envelope" }) } else { Ok(Envelope { by, salt }) }
    }
}
