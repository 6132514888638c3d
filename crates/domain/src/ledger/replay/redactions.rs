//! Erased texts: each is named by a redaction behind it, and each redaction erased what it names.

use super::{Found, Replay};
use crate::ledger::derived::Difference;
use crate::ledger::effect::{Effect, Redacted, Redaction};
use crate::ledger::terms::Metadata;
use crate::numbers::{AccountNo, Id, Seq};
use crate::product::Product;

/// Whose texts an effect had that are erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    account: Option<AccountNo>,
    ids: [Option<Id>; 2],
}

impl Erased {
    pub(super) fn of<P: Product>(effect: &Effect<P>) -> Erased {
        let ids = [effect.fact.transaction(), effect.command.map(|key| key.id)];
        Erased { account: effect.described_account(), ids }
    }

    /// The rules say it too, in words of their own: see [`Effect::is_of`].
    fn is_of(&self, of: Redacted) -> bool {
        match of {
            Redacted::Transaction(id) => self.account.is_none() && self.ids.contains(&Some(id)),
            Redacted::Account(no) | Redacted::Earlier(no) => self.account == Some(no),
        }
    }
}

impl<P: Product> Replay<P> {
    /// Texts that were erased without being redacted, or the other way round.
    pub(super) fn unredacted(&self) -> impl Iterator<Item = Difference> {
        let say =
            |what: &'static str| move |seq: &Seq| Difference { place: format!("effect {seq}"), what: what.to_owned() };
        let erased = self.erased.keys().map(say("its texts are erased, and no redaction names it"));
        erased.chain(self.unerased.iter().map(say("a redaction names it, and its texts are still there")))
    }

    /// Takes in which texts were erased.
    pub(super) fn redact(&mut self, seq: Seq, redaction: &Redaction) -> Found {
        for named in &redaction.effects {
            if *named >= seq {
                return vec![format!("it erases texts of effect {named}, which is not earlier")];
            }
            match self.erased.remove(named) {
                Some(erased) if !erased.is_of(redaction.of) => {
                    return vec![format!("it erases texts of effect {named}, which is another's")];
                }
                Some(_) => {}
                None => drop(self.unerased.insert(*named)),
            }
        }
        match redaction.of {
            Redacted::Transaction(_) | Redacted::Earlier(_) => Found::new(),
            Redacted::Account(no) => match self.accounts.get_mut(&no) {
                Some(account) => {
                    account.metadata = Metadata::default();
                    Found::new()
                }
                None => vec![format!("it erases texts of account {no}, which is not there")],
            },
        }
    }
}
