//! Erased texts: each is named by a redaction behind it, and each redaction erased what it names.

use super::{Found, Replay};
use crate::ledger::derived::Difference;
use crate::ledger::effect::{Redacted, Redaction};
use crate::ledger::terms::Metadata;
use crate::numbers::Seq;
use crate::product::Product;

impl<P: Product> Replay<P> {
    /// Texts that were erased without being redacted, or the other way round.
    pub(super) fn unredacted(&self) -> impl Iterator<Item = Difference> {
        let say =
            |what: &'static str| move |seq: &Seq| Difference { place: format!("effect {seq}"), what: what.to_owned() };
        let erased = self.erased.iter().map(say("its texts are erased, and no redaction names it"));
        erased.chain(self.unerased.iter().map(say("a redaction names it, and its texts are still there")))
    }

    /// Takes in which texts were erased.
    pub(super) fn redact(&mut self, seq: Seq, redaction: &Redaction) -> Found {
        for named in &redaction.effects {
            if *named >= seq {
                return vec![format!("it erases texts of effect {named}, which is not earlier")];
            }
            if !self.erased.remove(named) {
                self.unerased.insert(*named);
            }
        }
        match redaction.of {
            Redacted::Transaction(_) => Found::new(),
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
