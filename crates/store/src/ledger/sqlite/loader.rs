//! The loading half: what commands are decided on.
//!
//! It reads on the writing connection while that is idle, because its pages are in memory, and on its own connection
//! during a commit.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use ducat_domain::Fact;
use ducat_domain::ledger::rows::DateSum;
use ducat_domain::ledger::working::Heads;
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AssetNo, Seq};
use ducat_domain::products::LoadedProducts;
use ducat_domain::{Footprint, LoadedLedger, Rows};
use parking_lot::{MappedMutexGuard, Mutex, MutexGuard};
use rusqlite::{Connection, params};

use super::ids::last_time_ordered;
use super::lookup::{
    ledger_no, read_account, read_account_by_no, read_assets, read_head, read_outcomes, read_reference,
};
use super::reader::{SqliteSnapshot, fix_state};
use super::rows::{Columns, LedgerNo, SEQ_MAX, integer, number_of};
use super::seen::Seen;
use super::segments;
use super::waiting::Waiting;
use crate::advances::sqlite as advances;
use crate::points::sqlite as points;
use crate::sqlite::open_reader;
use crate::{Fault, Loader, absent};

/// The connections of the writing side.
#[derive(Debug)]
pub(super) struct Connections {
    /// The one that writes. It is taken for as long as a commit lasts.
    pub writing: Mutex<Connection>,
    /// The one that loads during a commit; none once the file is closed.
    loading: Mutex<Option<Connection>>,
}

impl Connections {
    pub fn new(path: &Path, writing: Connection) -> Result<Arc<Connections>, Fault> {
        let loading = Mutex::new(Some(open_reader(path)?));
        Ok(Arc::new(Connections { writing: Mutex::new(writing), loading }))
    }

    /// The writing connection unless a commit is under way, otherwise the other.
    fn idle(&self) -> Result<MappedMutexGuard<'_, Connection>, Fault> {
        if let Some(writing) = self.writing.try_lock() {
            return Ok(MutexGuard::map(writing, |connection| connection));
        }
        let closed = |_| Fault::Database("the file is closed".to_owned());
        MutexGuard::try_map(self.loading.lock(), Option::as_mut).map_err(closed)
    }

    /// Closes the one that loads, so that the one that writes is the last and leaves the file whole.
    pub fn close_loading(&self) {
        self.loading.lock().take();
    }
}

/// The loading half of a file.
#[derive(Debug)]
pub struct SqliteLoader {
    connections: Arc<Connections>,
    waiting: Arc<Waiting>,
    numbers: HashMap<Name, LedgerNo>,
}

impl SqliteLoader {
    pub(super) fn new(connections: Arc<Connections>, waiting: Arc<Waiting>) -> SqliteLoader {
        SqliteLoader { connections, waiting, numbers: HashMap::new() }
    }
}

fn number(
    connection: &Connection,
    numbers: &mut HashMap<Name, LedgerNo>,
    name: &Name,
) -> Result<Option<LedgerNo>, Fault> {
    if let Some(no) = numbers.get(name) {
        return Ok(Some(*no));
    }
    let found = ledger_no(connection, name)?;
    if let Some(no) = found {
        numbers.insert(name.clone(), no);
    }
    Ok(found)
}

impl Loader for SqliteLoader {
    fn ledger(&mut self, name: &Name) -> Result<LoadedLedger, Fault> {
        let SqliteLoader { connections, numbers, .. } = self;
        let connection = &*connections.idle()?;
        let Some((no, head)) = read_head(connection, name)? else { return Ok(absent::ledger(name)) };
        numbers.insert(name.clone(), no);
        // An id that waits is less than that.
        let last = last_time_ordered(connection, no)?;
        let product = LoadedProducts {
            program: points::read_program(connection, no)?,
            book: advances::read_book(connection, no)?,
        };
        Ok(LoadedLedger { head, assets: read_assets(connection, no)?, last_time_ordered: last, product })
    }

    fn load(&mut self, heads: Heads<'_>, footprint: &Footprint) -> Result<Option<Rows>, Fault> {
        // The file is ours: no one else can have moved the head.
        let ledger = heads.ledger();
        let SqliteLoader { connections, waiting, numbers } = self;
        let connection = &*connections.idle()?;
        // One state for all questions, and one taking of SQLite's locks. A row that leaves memory after the view was
        // taken is in its table then, and runs that change after that are looked at again.
        let (seen, _state) = loop {
            let view = waiting.view();
            let state = connection.unchecked_transaction()?;
            fix_state(connection)?;
            if waiting.is_current(&view) {
                break (Seen::All(view), state);
            }
        };
        let seen = &seen;
        let Some(no) = number(connection, numbers, ledger)? else { return Ok(Some(absent::rows(footprint))) };
        let mut rows = Rows::default();
        for name in &footprint.names {
            rows.names.push((name.clone(), read_account(connection, seen, no, name)?));
        }
        for account in &footprint.accounts {
            rows.accounts.extend(read_account_by_no(connection, seen, no, account.0)?);
        }
        rows.ids = footprint.ids.iter().copied().zip(read_outcomes(connection, seen, no, &footprint.ids)?).collect();
        for seq in &footprint.deferred {
            let mut statement = connection.prepare_cached("SELECT 1 FROM deferred WHERE key = ?1")?;
            rows.deferred.push((*seq, statement.exists([no.key(seq.0.min(SEQ_MAX))])?));
        }
        for seq in &footprint.recorded {
            rows.recorded.push((*seq, segments::effect(connection, no, *seq)?));
        }
        for reference in &footprint.references {
            let taken = read_reference(connection, no, reference)?.is_some();
            rows.references.push((reference.clone(), taken));
        }
        if !footprint.transactions.is_empty() {
            let snapshot = SqliteSnapshot::borrowed(connection, seen);
            for id in &footprint.transactions {
                rows.transactions.push((*id, crate::read::transaction_row(&snapshot, ledger, *id)?));
            }
        }
        for asset in &footprint.asset_amounts {
            rows.asset_amounts.push((*asset, has_amounts(connection, seen, no, *asset)?));
        }
        if !footprint.buckets.is_empty() {
            let mut statement = connection.prepare_cached(
                "SELECT sum FROM off_date_buckets
                 WHERE ledger = ?1 AND account = ?2 AND asset = ?3 AND level = ?4 AND bucket = ?5",
            )?;
            for key in &footprint.buckets {
                let place = params![no.0, integer(key.account.0), integer(key.asset.0), key.level, key.index];
                let mut found = statement.query(place)?;
                let sum = match found.next()? {
                    Some(row) => Columns::new(row, "off_date_buckets", format!("{key:?}")).date_sum("sum")?,
                    None => DateSum::ZERO,
                };
                rows.buckets.push((*key, sum));
            }
        }
        if !footprint.product.points.is_empty() {
            let snapshot = SqliteSnapshot::borrowed(connection, seen);
            rows.product.points = crate::points::load(&snapshot, ledger, &footprint.product.points)?;
        }
        if !footprint.product.advances.is_empty() {
            let snapshot = SqliteSnapshot::borrowed(connection, seen);
            rows.product.advances = crate::advances::load(&snapshot, ledger, &footprint.product.advances)?;
        }
        Ok(Some(rows))
    }
}

/// Whether any amount of an asset is recorded. Both questions walk all balances, or all holds, of the ledger at worst:
/// they are asked only when a scale is to change. Holds that ended left nothing in their balances.
fn has_amounts(connection: &Connection, seen: &Seen, no: LedgerNo, asset: AssetNo) -> Result<bool, Fault> {
    let is_set = |limit: Option<Balance>| limit.is_some_and(|limit| limit != Balance::ZERO);
    let newer = seen.of_ledger(connection, no)?;
    let mut of_asset = newer.iter().filter(|row| row.asset == asset);
    if of_asset.any(|row| row.entries > 0 || !row.is_empty() || is_set(row.limits.min) || is_set(row.limits.max)) {
        return Ok(true);
    }
    let newer: HashSet<i64> = newer.iter().map(|row| no.balance_key(row.account.0, row.asset.0)).collect();
    let next = LedgerNo(no.0 + 1);
    let mut statement = connection.prepare_cached(
        "SELECT key FROM balances WHERE key >= ?1 AND key < ?2 AND (key & 4095) = ?3
           AND (entries > 0 OR pending_in <> 0 OR pending_out <> 0 OR min_balance <> 0 OR max_balance <> 0)",
    )?;
    let mut rows = statement.query(params![no.balance_key(0, 0), next.balance_key(0, 0), integer(asset.0)])?;
    while let Some(row) = rows.next()? {
        if !newer.contains(&row.get(0)?) {
            return Ok(true);
        }
    }
    has_holds(connection, no, asset)
}

/// Whether any hold of an asset is recorded.
fn has_holds(connection: &Connection, no: LedgerNo, asset: AssetNo) -> Result<bool, Fault> {
    let mut statement = connection.prepare_cached("SELECT key FROM transaction_states WHERE key >= ?1 AND key < ?2")?;
    let mut states = statement.query([no.key(0), LedgerNo(no.0 + 1).key(0)])?;
    while let Some(row) = states.next()? {
        let first = Seq(number_of(row.get(0)?));
        let legs = match segments::effect(connection, no, first)?.map(|effect| effect.fact) {
            Some(Fact::Hold(leg)) => usize::try_from(leg.legs).unwrap_or(usize::MAX),
            _ => continue,
        };
        let effects = segments::effects(connection, no, Seq(first.0.saturating_sub(1)), legs)?;
        if effects.iter().any(|effect| matches!(&effect.fact, Fact::Hold(leg) if leg.asset == asset)) {
            return Ok(true);
        }
    }
    Ok(false)
}
