//! A store in memory: for tests and the simulation, and as the plainest form of what a store does.
//!
//! Nothing here is clever. It keeps every row in a sorted map, holds one lock, and forgets all when it is dropped.

use std::collections::BTreeMap;
use std::sync::Arc;

use ducat_domain::ledger::effect::Kind;
use ducat_domain::ledger::rows::{
    AssetRow, BalanceRow, BatchRow, BucketKey, DateSum, Head, IdRow, LedgerState, LoadedAccount, OffDateRow, Tombstone,
    TransactionState,
};
use ducat_domain::ledger::working::{Heads, TIME_ORDERED_END};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, ActorNo, AssetNo, BatchNo, Id, Seq, Timestamp};
use ducat_domain::products::{LoadedProducts, ProductsRows};
use ducat_domain::{Delta, Effect, Footprint, LoadedLedger, Rows};
use parking_lot::{RwLock, RwLockReadGuard};

use crate::beside::{ReadBeside, WriteBeside};
use crate::sinks::{Delivery, Noted, Progress, kept};
use crate::{CommitError, Committer, Fault, Loader, Reader, Snapshot, Store, Use, absent, points};

mod book;
mod redactions;
mod stored;

pub(crate) use book::Book;

/// The store. Clones share their rows, so a clone is what a new connection is elsewhere.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    books: Arc<RwLock<BTreeMap<Name, Book>>>,
    uses: Arc<RwLock<BTreeMap<ActorNo, Use>>>,
    sinks: Arc<RwLock<BTreeMap<Name, Noted>>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }
}

impl Loader for MemoryStore {
    fn ledger(&mut self, name: &Name) -> Result<LoadedLedger, Fault> {
        let books = self.books.read();
        Ok(match books.get(name) {
            None => absent::ledger(name),
            Some(book) => LoadedLedger {
                head: book.head.clone(),
                assets: book.assets.clone(),
                last_time_ordered: book.outcomes.range(..TIME_ORDERED_END).next_back().map(|(id, _)| *id),
                product: LoadedProducts { program: book.points.program.clone(), book: book.advances.book.clone() },
            },
        })
    }

    fn load(&mut self, heads: Heads<'_>, footprint: &Footprint) -> Result<Option<Rows>, Fault> {
        let books = self.books.read();
        let ledger = heads.ledger();
        let absent = Head::absent(ledger.clone());
        let head = books.get(ledger).map_or(&absent, |book| &book.head);
        if !heads.include(head.batch, head.epoch, &head.hash) {
            return Ok(None);
        }
        let Some(book) = books.get(ledger) else { return Ok(Some(absent::rows(footprint))) };
        let name = |name: &Name| (name.clone(), book.names.get(name).and_then(|no| book.loaded(*no)));
        let mut rows = Rows {
            names: footprint.names.iter().map(name).collect(),
            accounts: footprint.accounts.iter().filter_map(|no| book.loaded(*no)).collect(),
            ids: footprint.ids.iter().map(|id| (*id, book.outcomes.get(id).copied())).collect(),
            references: footprint
                .references
                .iter()
                .map(|reference| (reference.clone(), book.references.contains_key(reference)))
                .collect(),
            buckets: footprint
                .buckets
                .iter()
                .map(|key| (*key, book.buckets.get(key).copied().unwrap_or_default()))
                .collect(),
            transactions: Vec::new(),
            deferred: footprint.deferred.iter().map(|seq| (*seq, book.deferred.contains(seq))).collect(),
            recorded: footprint.recorded.iter().map(|seq| (*seq, book.effect(*seq).cloned())).collect(),
            asset_amounts: footprint.asset_amounts.iter().map(|no| (*no, book.has_amounts(*no))).collect(),
            product: ProductsRows::default(),
        };
        let snapshot = MemorySnapshot { books, sees: Sees::All };
        rows.product.points = points::load(&snapshot, ledger, &footprint.product.points)?;
        rows.product.advances = crate::advances::load(&snapshot, ledger, &footprint.product.advances)?;
        for id in &footprint.transactions {
            rows.transactions.push((*id, crate::read::transaction_row(&snapshot, ledger, *id)?));
        }
        Ok(Some(rows))
    }
}

impl Committer for MemoryStore {
    fn commit(&mut self, deltas: &[Delta]) -> Result<(), CommitError> {
        let mut books = self.books.write();
        for delta in deltas {
            if !is_at(&books, &delta.base) {
                return Err(CommitError::Deposed { ledger: delta.head.ledger.clone() });
            }
        }
        for tombstone in deltas.iter().flat_map(Delta::tombstones) {
            let refused = |reason| {
                let ledger = tombstone.ledger.clone();
                Err(CommitError::Refused(Fault::NotDeletable { ledger, reason }))
            };
            if let Some(book) = books.get(&tombstone.ledger) {
                if book.head.state == LedgerState::Deleted || Tombstone::of(&book.head) != *tombstone {
                    return refused("it was changed meanwhile");
                }
                if book.effects.iter().any(|effect| Kind::LASTING.contains(&effect.fact.kind())) {
                    return refused("it has postings, holds or orders");
                }
            }
        }
        for tombstone in deltas.iter().flat_map(Delta::tombstones) {
            books.insert(tombstone.ledger.clone(), Book::new(tombstone.head()));
        }
        for delta in deltas {
            let ledger = delta.head.ledger.clone();
            books.entry(ledger).or_insert_with(|| Book::new(delta.base.clone())).apply(delta);
        }
        Ok(())
    }

    fn confirm(&mut self, heads: &[Head]) -> Result<bool, Fault> {
        let books = self.books.read();
        Ok(heads.iter().all(|head| is_at(&books, head)))
    }

    fn settle(&mut self, deltas: &[Delta]) -> Result<bool, Fault> {
        let mut books = self.books.write();
        let mut landed = true;
        for delta in deltas {
            landed &= match books.get_mut(&delta.head.ledger) {
                None => false,
                Some(book) => {
                    book.head.epoch += 1;
                    delta.batches.iter().all(|batch| book.batches.contains(batch))
                }
            };
        }
        Ok(landed)
    }

    fn probe(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

impl WriteBeside for MemoryStore {
    fn note_uses(&mut self, uses: &[Use]) -> Result<(), Fault> {
        let mut known = self.uses.write();
        for of in uses {
            let at = known.entry(of.actor).or_insert(*of);
            (at.first, at.last) = (at.first.min(of.first), at.last.max(of.last));
        }
        Ok(())
    }

    fn claim_sinks(&mut self, sinks: &[Name]) -> Result<Vec<Progress>, Fault> {
        self.progress(sinks)
    }

    fn note_deliveries(&mut self, noted: &[Noted]) -> Result<(), Fault> {
        let mut known = self.sinks.write();
        for one in noted {
            let mut deliveries = known.remove(&one.progress.sink).map_or_else(Vec::new, |before| before.deliveries);
            deliveries.extend(one.deliveries.iter().cloned());
            let all = Noted { progress: one.progress.clone(), deliveries };
            let deliveries = kept(&all).cloned().collect();
            known.insert(one.progress.sink.clone(), Noted { deliveries, ..all });
        }
        Ok(())
    }
}

impl Store for MemoryStore {
    fn split(self: Box<Self>) -> (Box<dyn Loader>, Box<dyn Committer>) {
        (Box::new((*self).clone()), self)
    }
}

fn is_at(books: &BTreeMap<Name, Book>, head: &Head) -> bool {
    let stored = books.get(&head.ledger).map_or((BatchNo(0), 0), |book| (book.head.batch, book.head.epoch));
    stored == (head.batch, head.epoch)
}

impl Reader for MemoryStore {
    fn snapshot(&self) -> Result<Box<dyn Snapshot + '_>, Fault> {
        Ok(Box::new(MemorySnapshot { books: self.books.read(), sees: Sees::Arrived }))
    }
}

impl ReadBeside for MemoryStore {
    fn uses(&self) -> Result<Vec<Use>, Fault> {
        Ok(self.uses.read().values().copied().collect())
    }

    fn progress(&self, sinks: &[Name]) -> Result<Vec<Progress>, Fault> {
        let known = self.sinks.read();
        let of = |sink: &Name| known.get(sink).map_or_else(|| Progress::new(sink.clone()), |of| of.progress.clone());
        Ok(sinks.iter().map(of).collect())
    }

    fn deliveries(&self, sink: &Name, before: u64, limit: usize) -> Result<Vec<Delivery>, Fault> {
        let known = self.sinks.read();
        let all = known.get(sink).map_or(&[][..], |of| &of.deliveries);
        Ok(all.iter().rev().filter(|delivery| delivery.number < before).take(limit).cloned().collect())
    }
}

pub(crate) struct MemorySnapshot<'a> {
    pub books: RwLockReadGuard<'a, BTreeMap<Name, Book>>,
    sees: Sees,
}

/// Which ledgers a snapshot shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sees {
    /// All: it is the writer's own.
    All,
    /// Those that are whole.
    Arrived,
}

impl MemorySnapshot<'_> {
    pub fn of<T: Default>(&self, ledger: &Name, read: impl FnOnce(&Book) -> T) -> Result<T, Fault> {
        Ok(self.books.get(ledger).filter(|book| self.shows(book)).map(read).unwrap_or_default())
    }

    pub fn shows(&self, book: &Book) -> bool {
        self.sees == Sees::All || !book.head.arriving && !book.head.is_absent()
    }
}

impl Snapshot for MemorySnapshot<'_> {
    fn ledgers(&self, after: Option<&Name>, limit: usize) -> Result<Vec<Head>, Fault> {
        let shown = self.books.values().filter(|book| self.shows(book));
        let later = shown.filter(|book| after.is_none_or(|after| book.head.ledger > *after));
        Ok(later.take(limit).map(|book| book.head.clone()).collect())
    }

    fn head(&self, ledger: &Name) -> Result<Option<Head>, Fault> {
        self.of(ledger, |book| Some(book.head.clone()))
    }

    fn assets(&self, ledger: &Name) -> Result<Vec<AssetRow>, Fault> {
        self.of(ledger, |book| book.assets.clone())
    }

    fn account(&self, ledger: &Name, name: &Name) -> Result<Option<LoadedAccount>, Fault> {
        self.of(ledger, |book| book.names.get(name).and_then(|no| book.loaded(*no)))
    }

    fn account_name(&self, ledger: &Name, no: AccountNo) -> Result<Option<Name>, Fault> {
        self.of(ledger, |book| book.accounts.get(&no).map(|row| row.name.clone()))
    }

    fn accounts(
        &self,
        ledger: &Name,
        prefix: &str,
        after: Option<&Name>,
        limit: usize,
    ) -> Result<Vec<LoadedAccount>, Fault> {
        self.of(ledger, |book| {
            let matching = book
                .names
                .iter()
                .filter(|(name, _)| name.as_str().starts_with(prefix) && after.is_none_or(|after| *name > after));
            matching.take(limit).filter_map(|(_, no)| book.loaded(*no)).collect()
        })
    }

    fn account_count(&self, ledger: &Name, prefix: &str, max: usize) -> Result<usize, Fault> {
        self.of(ledger, |book| book.names.keys().filter(|name| name.as_str().starts_with(prefix)).take(max).count())
    }

    fn effects(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Effect>, Fault> {
        self.of(ledger, |book| book.effects_after(after, limit).to_vec())
    }

    fn effects_before(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Effect>, Fault> {
        self.of(ledger, |book| {
            let to = usize::try_from(before.0.saturating_sub(1)).unwrap_or(usize::MAX).min(book.effects.len());
            book.effects[to.saturating_sub(limit)..to].iter().rev().cloned().collect()
        })
    }

    fn effect(&self, ledger: &Name, seq: Seq) -> Result<Option<Effect>, Fault> {
        self.of(ledger, |book| book.effect(seq).cloned())
    }

    fn outcome(&self, ledger: &Name, id: Id) -> Result<Option<IdRow>, Fault> {
        self.of(ledger, |book| book.outcomes.get(&id).copied())
    }

    fn reference(&self, ledger: &Name, reference: &str) -> Result<Option<Seq>, Fault> {
        self.of(ledger, |book| book.references.get(reference).copied())
    }

    fn metadata(&self, ledger: &Name, key: &str, value: &str, before: Seq, limit: usize) -> Result<Vec<Seq>, Fault> {
        self.of(ledger, |book| {
            let seqs = book.metadata.get(&(key.to_owned(), value.to_owned())).map(Vec::as_slice).unwrap_or_default();
            seqs.iter().rev().filter(|seq| **seq < before).take(limit).copied().collect()
        })
    }

    fn state(&self, ledger: &Name, seq: Seq) -> Result<Option<(Id, TransactionState)>, Fault> {
        self.of(ledger, |book| book.states.get(&seq).copied())
    }

    fn states(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<(Seq, Id, TransactionState)>, Fault> {
        self.of(ledger, |book| {
            let later = book.states.range(after.next()..).take(limit);
            later.map(|(seq, (id, state))| (*seq, *id, *state)).collect()
        })
    }

    fn states_before(
        &self,
        ledger: &Name,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<(Seq, Id, TransactionState)>, Fault> {
        self.of(ledger, |book| {
            let earlier = book.states.range(..before).rev().take(limit);
            earlier.map(|(seq, (id, state))| (*seq, *id, *state)).collect()
        })
    }

    fn due_holds(&self, of: Option<&Name>, now: Timestamp, limit: usize) -> Result<Vec<(Name, Id)>, Fault> {
        let mut due = Vec::new();
        let is_asked = |book: &&Book| of.is_none_or(|of| *of == book.head.ledger);
        for book in self.books.values().filter(|book| self.shows(book)).filter(is_asked) {
            for (id, state) in book.states.values() {
                if let TransactionState::Pending { expires_at: Some(expires_at) } = state
                    && *expires_at <= now
                {
                    due.push((*expires_at, book.head.ledger.clone(), *id));
                }
            }
        }
        due.sort();
        Ok(due.into_iter().take(limit).map(|(_, ledger, id)| (ledger, id)).collect())
    }

    fn milestone(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        after: Timestamp,
    ) -> Result<Option<Seq>, Fault> {
        self.of(ledger, |book| {
            let first = (account, asset, after.plus_micros(1), Seq(0));
            let next = book.milestones.range(first..).next();
            next.filter(|((a, s, ..), ())| *a == account && *s == asset).map(|((_, _, _, seq), ())| *seq)
        })
    }

    fn off_date(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        up_to: Seq,
    ) -> Result<Option<OffDateRow>, Fault> {
        self.of(ledger, |book| {
            let mut range = book.off_dates.range((account, asset, Seq(0))..=(account, asset, up_to));
            range.next_back().map(|(_, row)| *row)
        })
    }

    fn buckets(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        level: u8,
        range: std::ops::Range<i64>,
    ) -> Result<Vec<(i64, DateSum)>, Fault> {
        let key = |index| BucketKey { account, asset, level, index };
        if range.is_empty() {
            return Ok(Vec::new());
        }
        self.of(ledger, |book| {
            let buckets = book.buckets.range(key(range.start)..key(range.end));
            buckets.map(|(key, sum)| (key.index, *sum)).collect()
        })
    }

    fn busiest(&self, ledger: &Name) -> Result<(u64, Vec<Name>), Fault> {
        self.of(ledger, |book| {
            let most = book.ranked().map(|row| row.entries).max().unwrap_or_default();
            let of_most = book.ranked().filter(|row| row.entries == most);
            let mut names: Vec<Name> =
                of_most.filter_map(|row| book.accounts.get(&row.account)).map(|row| row.name.clone()).collect();
            names.dedup();
            (most, names)
        })
    }

    fn deferred(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Seq>, Fault> {
        self.of(ledger, |book| book.deferred.range(after.next()..).take(limit).copied().collect())
    }

    fn balances(
        &self,
        ledger: &Name,
        after: Option<(AccountNo, AssetNo)>,
        limit: usize,
    ) -> Result<Vec<BalanceRow>, Fault> {
        self.of(ledger, |book| {
            let rows = book.balances.iter().filter(|(key, _)| after.is_none_or(|after| **key > after));
            rows.take(limit).map(|(_, row)| *row).collect()
        })
    }

    fn batches(&self, ledger: &Name, after: BatchNo, limit: usize) -> Result<Vec<BatchRow>, Fault> {
        self.of(ledger, |book| book.batches.iter().filter(|row| row.batch > after).take(limit).cloned().collect())
    }
}
