//! Where rows live: the journal, the head of each ledger, and what is derived from them.
//!
//! A [`Store`] has one writer and two halves. The [`Loader`] loads the rows of a footprint. The [`Committer`] commits a
//! batch by comparing the head, and settles a commit whose outcome is not known. A [`Reader`] reads what was committed,
//! at the same time. The kinds here, in memory, on SQLite and on PostgreSQL, pass the same conformance suite. Only this
//! crate contains SQL.
//!
//! [`ledger`], [`points`] and [`advances`] hold the rows of a product each, in every dialect side by side; [`sqlite`] and
//! [`postgres`] hold what a dialect needs whatever its rows are: opening, syncing, connecting, leases, migrations.

use ducat_domain::ledger::footprint;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::rows::{AssetRow, BalanceRow, BatchRow, DateSum, Head, IdRow, OffDateRow, TransactionState};
use ducat_domain::ledger::working::Heads;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, BatchNo, Id, Seq, Timestamp};
use ducat_domain::{Delta, Effect, Fact, Footprint, Item, LoadedLedger, Rows, Working};

mod absent;
pub mod advances;
pub mod beside;
mod fault;
mod figures;
pub mod ledger;
pub mod points;
pub mod postgres;
pub mod read;
pub mod sinks;
pub mod sqlite;
pub mod standing;
pub mod stored;
mod uses;
pub mod verify;

pub use advances::AdvancesSnapshot;
pub use fault::{CommitError, Fault};
pub use figures::{Figures, Flushed, LeaseChanges};
pub use ledger::memory::MemoryStore;
pub use ledger::postgres::{PostgresReader, PostgresStore};
pub use ledger::sqlite::{Ceiling, SqliteReader, SqliteStore, ceiling, locate_corruption};
pub use points::PointsSnapshot;
pub use stored::Stored;
pub use uses::Use;

use beside::{ReadBeside, WriteBeside};
use sinks::{Noted, Progress};

/// The loading half of the writing side: what commands are decided on.
pub trait Loader: Send {
    /// A ledger as a whole; one that no one opened has an absent head. Where several nodes share a store, this takes
    /// the ledger's lease, or says which node has it. No batch of the ledger may be under way.
    ///
    /// # Errors
    /// When the store cannot be read, or another node holds the lease ([`Fault::Elsewhere`]).
    fn ledger(&mut self, name: &Name) -> Result<LoadedLedger, Fault>;

    /// The rows that a footprint names, absent ones said to be so; `None` when the head is none of these. While a batch
    /// is under way a row may be as of before it or after it: rows that the batch touches are not asked for.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn load(&mut self, heads: Heads<'_>, footprint: &Footprint) -> Result<Option<Rows>, Fault>;
}

/// The committing half of the writing side.
pub trait Committer: WriteBeside {
    /// Commits the batches of several ledgers, each once, in one transaction: all of them or none. Each must find the
    /// head that it started from.
    ///
    /// # Errors
    /// [`CommitError`] says whether it is certain that nothing landed.
    fn commit(&mut self, deltas: &[Delta]) -> Result<(), CommitError>;

    /// Whether these heads are still the stored ones: what changed nothing is answered only then.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn confirm(&mut self, heads: &[Head]) -> Result<bool, Fault>;

    /// Settles whether a commit landed: raises the epoch of its ledgers in a transaction of its own, on a new
    /// connection, so that the commit cannot land after it, and looks for its batches. Others may have committed more
    /// behind them, so a batch's own row decides, not the head.
    ///
    /// # Errors
    /// When the store cannot be reached: then the outcome is still unknown, and this is to be called again.
    fn settle(&mut self, deltas: &[Delta]) -> Result<bool, Fault>;

    /// Commits what changes nothing that anyone reads, to learn whether the store takes commits.
    ///
    /// # Errors
    /// What a commit would have met.
    fn probe(&mut self) -> Result<(), Fault>;
}

/// The writing side: one writer at a time, which every commit proves by the head.
pub trait Store: Loader + Committer {
    /// Its halves, which work at the same time: the rows of the next batch are loaded while one is committed.
    fn split(self: Box<Self>) -> (Box<dyn Loader>, Box<dyn Committer>);
}

/// A store of two halves that work apart from each other.
#[derive(Debug)]
pub struct Halves<L, C> {
    pub(crate) loader: L,
    pub(crate) committer: C,
}

impl<L: Loader, C: Send> Loader for Halves<L, C> {
    fn ledger(&mut self, name: &Name) -> Result<LoadedLedger, Fault> {
        self.loader.ledger(name)
    }

    fn load(&mut self, heads: Heads<'_>, footprint: &Footprint) -> Result<Option<Rows>, Fault> {
        self.loader.load(heads, footprint)
    }
}

impl<L: Send, C: Committer> Committer for Halves<L, C> {
    fn commit(&mut self, deltas: &[Delta]) -> Result<(), CommitError> {
        self.committer.commit(deltas)
    }

    fn confirm(&mut self, heads: &[Head]) -> Result<bool, Fault> {
        self.committer.confirm(heads)
    }

    fn settle(&mut self, deltas: &[Delta]) -> Result<bool, Fault> {
        self.committer.settle(deltas)
    }

    fn probe(&mut self) -> Result<(), Fault> {
        self.committer.probe()
    }
}

impl<L: Send, C: WriteBeside> WriteBeside for Halves<L, C> {
    fn note_uses(&mut self, uses: &[Use]) -> Result<(), Fault> {
        self.committer.note_uses(uses)
    }

    fn claim_sinks(&mut self, sinks: &[Name]) -> Result<Vec<Progress>, Fault> {
        self.committer.claim_sinks(sinks)
    }

    fn note_deliveries(&mut self, noted: &[Noted]) -> Result<(), Fault> {
        self.committer.note_deliveries(noted)
    }
}

impl<L: Loader + 'static, C: Committer + 'static> Store for Halves<L, C> {
    fn split(self: Box<Self>) -> (Box<dyn Loader>, Box<dyn Committer>) {
        (Box::new(self.loader), Box::new(self.committer))
    }
}

/// What came of loading a footprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Loaded {
    /// All of it is known.
    Whole,
    /// Another writer has been here: rows kept and rows just loaded do not belong together.
    Moved,
    /// Some rows can only be loaded once the batch under way is committed. The others are known.
    OnlyAlone,
}

/// What else is done while rows are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum During {
    /// Nothing.
    Nothing,
    /// A batch of the ledger is being committed.
    Commit,
}

/// Loads what all commands of a batch need and the working rows do not have, in rounds: some rows are named by others.
///
/// # Errors
/// When the store cannot be read, or a row holds what no release writes.
pub fn load_footprint<'a>(
    store: &mut dyn Loader,
    working: &mut Working,
    items: impl IntoIterator<Item = &'a Item, IntoIter: Clone> + Clone,
    during: During,
) -> Result<Loaded, Fault> {
    for _ in 0..ROUNDS_MAX {
        let needed = footprint(working, items.clone());
        if needed.is_empty() {
            return Ok(Loaded::Whole);
        }
        if during == During::Commit && !needed.may_load_during_commit() {
            return Ok(Loaded::OnlyAlone);
        }
        match store.load(working.heads(), &needed)? {
            Some(rows) => working.absorb(rows),
            None => return Ok(Loaded::Moved),
        }
        if needed.is_last {
            return Ok(Loaded::Whole);
        }
    }
    // Rows that are asked for are there or absent; only numbers of accounts can lead nowhere.
    Err(Fault::Inconsistent {
        table: "journal",
        column: "source or destination",
        key: working.head().ledger.to_string(),
    })
}

/// Rounds in which a footprint is loaded at most. The rules of money need three; lots of points are read some more each
/// round, of twice as many payers, until there are enough: some twenty for the largest spend that there may be.
const ROUNDS_MAX: usize = 256;

/// Which ledgers this node may answer for from memory, without asking the store.
pub trait Tenure: Send + Sync {
    /// A number that changes whenever another writer may have been there meanwhile; `None` while the store must be
    /// asked.
    fn term(&self, ledger: &str) -> Option<u64>;

    /// Whether there is a lease of ours at all, however little of it is left.
    fn is_held(&self, ledger: &str) -> bool;

    /// Whether ledgers are served here at all.
    fn may_serve(&self) -> bool {
        true
    }

    /// How many leases there are; none where there is no other node.
    fn held_count(&self) -> usize {
        0
    }

    /// How often leases changed hands; never where there is no other node.
    fn lease_changes(&self) -> LeaseChanges {
        LeaseChanges::default()
    }

    /// The term of a head of this epoch: taking a lease raises the epoch.
    fn term_at(&self, epoch: u64) -> u64 {
        epoch
    }
}

/// A store that no one else writes to.
#[derive(Debug, Clone, Copy)]
pub struct SoleOwner;

impl Tenure for SoleOwner {
    fn term(&self, _: &str) -> Option<u64> {
        Some(0)
    }

    fn is_held(&self, _: &str) -> bool {
        true
    }

    fn term_at(&self, _: u64) -> u64 {
        0
    }
}

/// The reading side, for any number of threads.
pub trait Reader: ReadBeside {
    /// What is committed now. Hold it for less than a second: a store cannot clean up behind it.
    ///
    /// # Errors
    /// When the store cannot be reached, or all its connections are taken.
    fn snapshot(&self) -> Result<Box<dyn Snapshot + '_>, Fault>;

    /// Its size and pace.
    ///
    /// # Errors
    /// When the store cannot be reached.
    fn figures(&self) -> Result<Figures, Fault> {
        Ok(Figures::default())
    }

    /// After a fault: of each table that cannot be read whole, its name and where that is.
    fn unreadable(&self) -> Vec<String> {
        Vec::new()
    }
}

/// One consistent view of everything committed. Names of ledgers that no one opened have no rows, nor have those that
/// are still arriving from another store.
pub trait Snapshot: PointsSnapshot + AdvancesSnapshot + Stored {
    /// Ledgers by name, after one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn ledgers(&self, after: Option<&Name>, limit: usize) -> Result<Vec<Head>, Fault>;
    /// A ledger's head.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn head(&self, ledger: &Name) -> Result<Option<Head>, Fault>;
    /// All assets of a ledger, by number.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn assets(&self, ledger: &Name) -> Result<Vec<AssetRow>, Fault>;
    /// An account by name.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn account(&self, ledger: &Name, name: &Name) -> Result<Option<LoadedAccount>, Fault>;
    /// The name of an account.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn account_name(&self, ledger: &Name, no: AccountNo) -> Result<Option<Name>, Fault>;
    /// The names of accounts, in the order of their numbers.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn account_names(&self, ledger: &Name, numbers: &[AccountNo]) -> Result<Vec<Option<Name>>, Fault> {
        numbers.iter().map(|no| self.account_name(ledger, *no)).collect()
    }
    /// Accounts in order of their names, after one of them, that begin with a prefix.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn accounts(
        &self,
        ledger: &Name,
        prefix: &str,
        after: Option<&Name>,
        limit: usize,
    ) -> Result<Vec<LoadedAccount>, Fault>;
    /// How many accounts begin with a prefix, counted up to a bound. None of them is loaded.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn account_count(&self, ledger: &Name, prefix: &str, max: usize) -> Result<usize, Fault>;
    /// Effects in order, after one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn effects(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Effect>, Fault>;
    /// Effects in reverse order, before one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn effects_before(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Effect>, Fault>;
    /// One effect.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn effect(&self, ledger: &Name, seq: Seq) -> Result<Option<Effect>, Fault>;
    /// Effects by their places, in the order of these.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn effects_at(&self, ledger: &Name, seqs: &[Seq]) -> Result<Vec<Option<Effect>>, Fault> {
        seqs.iter().map(|seq| self.effect(ledger, *seq)).collect()
    }
    /// Postings of a balance from one on, back along its chain: as many as come in one question, up to a limit, and
    /// none when the effect is no posting of the balance.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn chain(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        from: Seq,
        _limit: usize,
    ) -> Result<Vec<Effect>, Fault> {
        let is_of = |effect: &Effect| match &effect.fact {
            Fact::Posting(posting) => {
                posting.asset == asset && posting.entries().iter().any(|(side, _)| side.account == account)
            }
            _ => false,
        };
        Ok(self.effect(ledger, from)?.filter(is_of).into_iter().collect())
    }
    /// The outcome kept under an id.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn outcome(&self, ledger: &Name, id: Id) -> Result<Option<IdRow>, Fault>;
    /// The outcomes kept under ids, in the order of the ids.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn outcomes(&self, ledger: &Name, ids: &[Id]) -> Result<Vec<Option<IdRow>>, Fault> {
        ids.iter().map(|id| self.outcome(ledger, *id)).collect()
    }
    /// The first effect of the transaction that has a reference.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn reference(&self, ledger: &Name, reference: &str) -> Result<Option<Seq>, Fault>;
    /// The first effects of transactions whose metadata has a value, newest first, before one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn metadata(&self, ledger: &Name, key: &str, value: &str, before: Seq, limit: usize) -> Result<Vec<Seq>, Fault>;
    /// What became of the transaction that begins at an effect, if it was held or reversed.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn state(&self, ledger: &Name, seq: Seq) -> Result<Option<(Id, TransactionState)>, Fault>;
    /// The same for several, in the order of these.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn states_at(&self, ledger: &Name, seqs: &[Seq]) -> Result<Vec<Option<(Id, TransactionState)>>, Fault> {
        seqs.iter().map(|seq| self.state(ledger, *seq)).collect()
    }
    /// States in order of their transactions, after one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn states(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<(Seq, Id, TransactionState)>, Fault>;
    /// States in reverse order of their transactions, before one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn states_before(
        &self,
        ledger: &Name,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<(Seq, Id, TransactionState)>, Fault>;
    /// Holds whose time is over, oldest first: of one ledger, or of all.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn due_holds(&self, of: Option<&Name>, now: Timestamp, limit: usize) -> Result<Vec<(Name, Id)>, Fault>;
    /// The entry of the first milestone of a balance after an instant.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn milestone(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        after: Timestamp,
    ) -> Result<Option<Seq>, Fault>;
    /// The last off-date row of a balance up to an effect.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn off_date(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        up_to: Seq,
    ) -> Result<Option<OffDateRow>, Fault>;
    /// Off-date sums of a level, from one index to before another.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn buckets(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        level: u8,
        range: std::ops::Range<i64>,
    ) -> Result<Vec<(i64, DateSum)>, Fault>;
    /// The most entries that a ranked account has, and the names of all that have as many; none where no one is ranked.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn busiest(&self, ledger: &Name) -> Result<(u64, Vec<Name>), Fault>;
    /// Where requests were taken that are still to be done, in order, after one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn deferred(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Seq>, Fault>;
    /// Balances by account and asset, after one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn balances(
        &self,
        ledger: &Name,
        after: Option<(AccountNo, AssetNo)>,
        limit: usize,
    ) -> Result<Vec<BalanceRow>, Fault>;
    /// Batches in order, after one of them.
    ///
    /// # Errors
    /// When the store cannot be read, or a row holds what no release writes.
    fn batches(&self, ledger: &Name, after: BatchNo, limit: usize) -> Result<Vec<BatchRow>, Fault>;
}
