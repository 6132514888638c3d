//! Names of accounts and assets, and what was read ahead for a page of transactions.

use std::collections::{BTreeSet, HashMap};

use ducat_domain::advances::Advance;
use ducat_domain::ledger::rows::AssetRow;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, Id, Seq};
use ducat_domain::{Effect, Fact};

use super::known::Known;
use super::missing;
use crate::{Fault, Snapshot};

/// Names of accounts and assets by number, each looked up once, and what was read ahead for a page.
pub struct Names<'a> {
    pub(super) snapshot: &'a dyn Snapshot,
    pub(super) ledger: &'a Name,
    accounts: HashMap<AccountNo, Name>,
    assets: Vec<AssetRow>,
    pub(super) known: Known,
}

impl<'a> Names<'a> {
    /// Nothing looked up but the assets.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn new(snapshot: &'a dyn Snapshot, ledger: &'a Name) -> Result<Names<'a>, Fault> {
        let assets = snapshot.assets(ledger)?;
        Ok(Names { snapshot, ledger, accounts: HashMap::new(), assets, known: Known::default() })
    }

    /// Looks up the names of accounts that will be asked for, all in one question.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn expect(&mut self, accounts: impl Iterator<Item = AccountNo>) -> Result<(), Fault> {
        let unknown: BTreeSet<AccountNo> = accounts.filter(|no| !self.accounts.contains_key(no)).collect();
        let unknown: Vec<AccountNo> = unknown.into_iter().collect();
        for (no, name) in unknown.iter().zip(self.snapshot.account_names(self.ledger, &unknown)?) {
            self.accounts.insert(*no, name.ok_or_else(|| missing("accounts", no))?);
        }
        Ok(())
    }

    /// The same for the accounts that effects name.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn expect_of<'e>(&mut self, effects: impl IntoIterator<Item = &'e Effect>) -> Result<(), Fault> {
        self.expect(effects.into_iter().flat_map(|effect| match &effect.fact {
            Fact::Posting(posting) => vec![posting.source.account, posting.destination.account],
            Fact::Hold(leg) => vec![leg.source, leg.destination],
            Fact::AccountChanged(changed) => vec![changed.account],
            _ => Vec::new(),
        }))
    }

    /// Reads ahead what the transactions that begin at these effects are made of, and forgets what was read ahead before.
    /// Where that fails, each is read when it is looked at, and says itself what it cannot be.
    pub fn expect_transactions(&mut self, firsts: &[Seq]) {
        let mut known = std::mem::take(&mut self.known);
        if known.read(self.snapshot, self.ledger, firsts).and_then(|()| self.expect_of(known.effects())).is_ok() {
            self.known = known;
        }
    }

    pub(super) fn effect(&self, seq: Seq) -> Result<Effect, Fault> {
        self.known.effect(self.snapshot, self.ledger, seq)
    }

    /// An account's name.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn account(&mut self, no: AccountNo) -> Result<Name, Fault> {
        if let Some(name) = self.accounts.get(&no) {
            return Ok(name.clone());
        }
        let name = self.snapshot.account_name(self.ledger, no)?.ok_or_else(|| missing("accounts", no))?;
        self.accounts.insert(no, name.clone());
        Ok(name)
    }

    /// The transaction that an effect moves or holds money for.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn transaction(&self, seq: Seq) -> Result<Id, Fault> {
        match self.effect(seq)?.fact {
            Fact::Posting(posting) => Ok(posting.transaction),
            Fact::Hold(leg) => Ok(leg.transaction),
            _ => Err(missing("journal", seq)),
        }
    }

    /// An advance as it is now.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn advance(&self, no: Seq) -> Result<Option<Advance>, Fault> {
        self.snapshot.advance(self.ledger, no)
    }

    /// An asset's code.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    pub fn asset(&self, no: AssetNo) -> Result<Name, Fault> {
        let asset = self.assets.iter().find(|asset| asset.no == no);
        asset.map(|asset| asset.code.clone()).ok_or_else(|| missing("assets", no))
    }

    /// Forgets accounts when they are many: for those who read whole journals.
    pub fn trim(&mut self) {
        if self.accounts.len() > 100_000 {
            self.accounts.clear();
        }
    }
}
