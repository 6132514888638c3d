//! The same stories on every store: whatever passes here may hold other people's money.
//!
//! A story takes a [`Subject`], which is a store with its reader; [`on_every_store`] runs it on each kind. The random
//! stream at the end runs the same commands on all kinds, with rows coming and going, and compares outcomes, batch
//! hashes and balances.

#![expect(missing_docs, reason = "a test is its own documentation")]

mod advances;
mod behind;
mod corruption;
mod faults;
mod ledgers;
mod mutations;
mod points;
mod postgres;
mod proxy;
mod reads;
mod redactions;
mod sinks;
mod stream;
mod uses;

use std::num::NonZeroU32;

use ducat_domain::hashing::Seed;
use ducat_domain::ledger::apply;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::{
    AccountTerms, AssetTerms, ImplicitAccounts, LedgerRules, LedgerTerms, Limits, Metadata,
};
use ducat_domain::ledger::transaction::{Source, Timing, Transaction, Transfer};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::Name;
use ducat_domain::numbers::{ActorNo, Id, Timestamp};
use ducat_domain::private::Salts;
use ducat_domain::{Action, Command, Delta, Draft, Item, ItemOutcome, Outcome, Working};
use ducat_store::MemoryStore;
use ducat_store::PostgresStore;
use ducat_store::SqliteStore;
use ducat_store::postgres::Node;
use ducat_store::sqlite::SqliteOptions;
use ducat_store::{During, Loaded, Reader, Store, load_footprint};

/// When every story begins: 2026-01-01.
pub const START: Timestamp = Timestamp(1_767_225_600_000_000);

/// A store under test.
pub struct Subject {
    pub kind: &'static str,
    pub store: Box<dyn Store>,
    pub reader: Box<dyn Reader>,
    _folder: Option<tempfile::TempDir>,
}

pub fn memory() -> Subject {
    let store = MemoryStore::new();
    Subject { kind: "memory", store: Box::new(store.clone()), reader: Box::new(store), _folder: None }
}

pub fn sqlite() -> Subject {
    sqlite_of("sqlite", usize::MAX)
}

/// A file of which balances begin to be written after so many effects.
pub fn sqlite_of(kind: &'static str, generation_effects: usize) -> Subject {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options =
        SqliteOptions { generation_effects, part_ids: 8, ..SqliteOptions::new(folder.path().join("test.db")) };
    let store = SqliteStore::open(options).expect("a new file");
    let reader = Box::new(store.reader());
    Subject { kind, store: Box::new(store), reader, _folder: Some(folder) }
}

pub fn postgres_alone() -> Subject {
    postgres_at(&ducat_test_postgres::database(), "http://test")
}

pub fn postgres_at(database: &str, node: &str) -> Subject {
    let store = PostgresStore::open(database, Node::server(node)).expect("a database");
    let reader = Box::new(store.reader().expect("it can be read"));
    Subject { kind: "postgres", store: Box::new(store), reader, _folder: None }
}

pub fn on_every_store(story: impl Fn(&mut Writer)) {
    for subject in [memory(), sqlite(), sqlite_of("sqlite that writes each balance", 1), postgres_alone()] {
        let kind = subject.kind;
        let mut writer = Writer::new(subject, "book");
        story(&mut writer);
        let report = ducat_store::verify::verify(writer.subject.reader.as_ref(), &mut |_| {}).expect("it can be read");
        assert!(report.is_clean(), "{kind}: {:?}", report.differences);
    }
}

/// One writer of one ledger, committing batch by batch at times of its own.
pub struct Writer {
    pub subject: Subject,
    pub ledger: Name,
    pub working: Working,
    pub at: Timestamp,
    draft: Draft,
    ids: u128,
}

impl Writer {
    pub fn new(mut subject: Subject, ledger: &str) -> Writer {
        let ledger = name(ledger);
        let working = Working::new(subject.store.ledger(&ledger).expect("it can be read"), Seed::default());
        let at = START.max(working.head().at.plus_micros(1));
        Writer { subject, ledger, working, at, draft: Draft::new(Salts::of([7; 32])), ids: 0x019A << 112 }
    }

    /// Decides a batch without committing it.
    pub fn decide(&mut self, items: &[Item]) -> (Vec<ItemOutcome>, Option<Delta>) {
        let loaded = load_footprint(&mut *self.subject.store, &mut self.working, items, During::Nothing);
        assert_eq!(loaded.expect("rows can be loaded"), Loaded::Whole, "nobody else writes");
        // Every third batch is asked for by someone.
        let by = (self.at.0 % 180_000_000 == 0).then_some(ActorNo(NonZeroU32::MAX));
        let outcomes = apply(&mut self.working, items, self.at, by, &mut self.draft);
        self.at = self.at.plus_seconds(60);
        (outcomes, self.working.take_delta())
    }

    pub fn run(&mut self, items: &[Item]) -> Vec<ItemOutcome> {
        let (outcomes, delta) = self.decide(items);
        if let Some(delta) = delta {
            self.subject.store.commit(&[delta]).expect("it commits");
        }
        self.working.trim();
        if self.working.is_full() {
            self.working.sweep();
        }
        outcomes
    }

    /// Forgets all rows, as after a fault.
    pub fn forget(&mut self) {
        let loaded = self.subject.store.ledger(&self.ledger).expect("it can be read");
        self.working = Working::new(loaded, Seed::default());
    }

    /// Goes on with another ledger of the store.
    pub fn turn_to(&mut self, ledger: Name) {
        self.ledger = ledger;
        self.forget();
    }

    /// One command under a fresh id of the client's.
    pub fn command(&mut self, action: Action) -> Item {
        self.ids += 1;
        Item::Single(Command::new(CommandId::Client(Id(self.ids)), action))
    }

    /// Runs one action under a fresh id of the client's and says its outcome.
    pub fn act(&mut self, action: Action) -> Outcome {
        self.ids += 1;
        self.act_as(Id(self.ids), action)
    }

    pub fn act_as(&mut self, id: Id, action: Action) -> Outcome {
        let outcomes = self.run(&[Item::Single(Command::new(CommandId::Client(id), action))]);
        match outcomes.into_iter().next() {
            Some(ItemOutcome::Single(outcome)) => outcome,
            other => panic!("one command, one outcome: {other:?}"),
        }
    }

    pub fn terms(&self, assets: &[(&str, u8)]) -> LedgerTerms {
        let assets = assets.iter().map(|(code, scale)| AssetTerms { code: name(code), scale: *scale }).collect();
        let rules = LedgerRules { implicit_accounts: ImplicitAccounts::Opened, ..LedgerRules::default() };
        LedgerTerms { assets, rules, default_asset: None }
    }

    pub fn open_ledger(&mut self, assets: &[(&str, u8)]) {
        let terms = self.terms(assets);
        assert!(matches!(self.act(Action::OpenLedger(terms)), Outcome::Done { .. }));
    }

    pub fn open_account(&mut self, account: &str, limits: Limits) {
        self.open_account_for(account, None, limits);
    }

    pub fn open_account_in(&mut self, account: &str, asset: &str, limits: Limits) {
        self.open_account_for(account, Some(name(asset)), limits);
    }

    fn open_account_for(&mut self, account: &str, asset: Option<Name>, limits: Limits) {
        let terms = AccountTerms { name: name(account), asset, limits, metadata: Metadata::default() };
        assert!(matches!(self.act(Action::OpenAccount(terms)), Outcome::Done { .. }));
    }

    /// Moves money and gives the id of the transaction.
    pub fn transfer(&mut self, source: &str, destination: &str, amount: u128) -> Id {
        let outcome = self.act(Action::Transact(transaction(source, destination, amount)));
        assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
        Id(self.ids)
    }

    /// Holds money of an asset and gives the id of the transaction.
    pub fn hold_in(&mut self, source: &str, destination: &str, asset: &str, amount: u128) -> Id {
        let mut transaction = transaction(source, destination, amount);
        transaction.timing = Timing::Pending { timeout_s: None };
        transaction.postings[0].asset = Some(name(asset));
        let outcome = self.act(Action::Transact(transaction));
        assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
        Id(self.ids)
    }

    pub fn posted(&self, account: &str) -> Option<Balance> {
        let snapshot = self.subject.reader.snapshot().expect("it can be read");
        let account = snapshot.account(&self.ledger, &name(account)).expect("it can be read")?;
        account.balances.first().map(|row| row.posted)
    }
}

pub fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

pub fn transaction(source: &str, destination: &str, amount: u128) -> Transaction {
    Transaction {
        postings: vec![Transfer {
            source: Source::One(name(source)),
            destination: name(destination),
            asset: None,
            amount: Amount::new(amount),
        }],
        timing: Timing::Posted,
        effective_at: None,
        description: None,
        reference: None,
        metadata: Metadata::default(),
    }
}

pub fn balance(minor_units: i128) -> Balance {
    Balance::new(minor_units).expect("in range")
}
