//! Texts that are erased: which effects have some, what is left of one, and what is recorded of it.

use super::{CommandKey, Effect, Fact};
use crate::codec::{Decoder, Encoder, Fingerprint, Malformed};
use crate::ledger::terms::Metadata;
use crate::numbers::{AccountNo, Id, Seq};
use crate::private::Private;
use crate::product::Product;

/// Texts that were erased. The effects keep everything else, and their digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redaction {
    /// Of what.
    pub of: Redacted,
    /// The effects whose texts were erased, in order.
    pub effects: Vec<Seq>,
    /// Why. This is no private text.
    pub reason: String,
}

/// Whose texts were erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redacted {
    /// Those of a transaction, or of what else was asked for under an id.
    Transaction(Id),
    /// Those of an account, which has no metadata from here on.
    Account(AccountNo),
    /// Earlier ones of an account, whose metadata stays as it is.
    Earlier(AccountNo),
}

impl Redacted {
    /// The account whose texts were erased.
    #[must_use]
    pub const fn account(self) -> Option<AccountNo> {
        match self {
            Redacted::Account(no) | Redacted::Earlier(no) => Some(no),
            Redacted::Transaction(_) => None,
        }
    }
}

impl<P: Product> Effect<P> {
    /// Whether its texts are erased.
    #[must_use]
    pub fn is_redacted(&self) -> bool {
        matches!(self.private.as_deref(), Some(Private::Redacted(_)))
    }

    /// Whether its texts can be erased.
    #[must_use]
    pub fn is_redactable(&self) -> bool {
        matches!(self.private.as_deref(), Some(Private::Salted(_)))
    }

    /// The account whose metadata it tells, and that metadata.
    #[must_use]
    pub fn described(&self) -> Option<(AccountNo, &Metadata)> {
        if let Fact::AccountOpened(opened) = &self.fact {
            Some((opened.account, &opened.metadata))
        } else if let Fact::AccountChanged(changed) = &self.fact {
            Some((changed.account, &changed.metadata))
        } else {
            None
        }
    }

    /// The account whose metadata it tells.
    #[must_use]
    pub fn described_account(&self) -> Option<AccountNo> {
        self.described().map(|(account, _)| account)
    }

    /// Whether its texts are among those that a redaction erases: what opens or changes an account has an account's.
    #[must_use]
    pub fn is_of(&self, of: Redacted) -> bool {
        match of {
            Redacted::Transaction(id) => {
                let is_asked = self.command.is_some_and(|key| key.id == id);
                self.described_account().is_none() && (is_asked || self.fact.transaction() == Some(id))
            }
            Redacted::Account(no) | Redacted::Earlier(no) => self.described_account() == Some(no),
        }
    }

    /// The same without its texts, and with their digest; `None` where it has none to erase.
    ///
    /// # Panics
    /// Never: what was just written is read.
    #[must_use]
    pub fn redacted(&self) -> Option<Effect<P>> {
        let Some(Private::Salted(salt)) = self.private.as_deref() else { return None };
        let (fact, texts) = self.parts();
        let private = Some(Box::new(Private::Redacted(salt.digest(&texts))));
        let fact = Decoder::new(&fact).erased(Fact::read).expect("what was just written is read");
        let command = self.command.map(|key| CommandKey { id: key.id, fingerprint: Fingerprint::ERASED });
        Some(Effect { seq: self.seq, at: self.at, command, by: self.by, private, fact })
    }
}

impl Redaction {
    pub(super) fn encode(&self, e: &mut Encoder) {
        match self.of {
            Redacted::Transaction(id) => {
                e.byte(1);
                e.id(id);
            }
            Redacted::Account(no) => {
                e.byte(2);
                e.number(no.0);
            }
            Redacted::Earlier(no) => {
                e.byte(3);
                e.number(no.0);
            }
        }
        e.length(self.effects.len());
        self.effects.iter().for_each(|seq| e.number(seq.0));
        e.text(&self.reason);
    }

    pub(super) fn decode(d: &mut Decoder<'_>) -> Result<Redaction, Malformed> {
        let of = match d.byte()? {
            1 => Redacted::Transaction(d.id()?),
            2 => Redacted::Account(AccountNo(d.number()?)),
            3 => Redacted::Earlier(AccountNo(d.number()?)),
            _ => return Err(Malformed { expected: "whose texts were erased" }),
        };
        let mut effects = Vec::new();
        for _ in 0..d.length()? {
            effects.push(Seq(d.number()?));
        }
        Ok(Redaction { of, effects, reason: d.text()?.to_owned() })
    }
}
