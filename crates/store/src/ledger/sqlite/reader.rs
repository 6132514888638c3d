//! Reading what is committed, on connections of its own.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use ducat_domain::Effect;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::rows::{AssetRow, BalanceRow, BatchRow, DateSum, Head, IdRow, OffDateRow, TransactionState};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, BatchNo, Id, Seq, Timestamp};
use parking_lot::Mutex;
use rusqlite::{Connection, Params, Row, params};

use super::journal_rows::JOURNAL;
use super::lookup::{
    count_accounts, ledger_no, outcome_row, ranks, read_account, read_assets, read_busiest, read_head,
    read_outcome_places, read_reference, with_balances,
};
use super::rows::{Columns, LedgerNo, SEQ_MAX, inconsistent, integer, ledger_of, number_of};
use super::seen::{Kept, Seen, Tails};
use super::segments::{self, Segment};
use super::waiting::Waiting;
use crate::sqlite::{Owner, check_log, check_ours, check_witness, open_io, open_reader, wal};
use crate::{Fault, Figures, Reader, Snapshot};

/// Connections kept open for the next reader: as many as read at once on a busy machine.
const IDLE_MAX: usize = 16;

/// Reads a file, owned or not.
#[derive(Debug)]
pub struct SqliteReader {
    pub(super) path: PathBuf,
    idle: Idle,
    /// The form of the journal, where the file was brought up to date before.
    form: Option<Form>,
    /// What waits in this process; nothing where the file is another's.
    waiting: Option<Arc<Waiting>>,
    /// What was derived of the journal, where the file is another's.
    tails: Tails,
}

/// Reads something: what a transaction sees is fixed by its first read.
pub(super) fn fix_state(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("SELECT 1 FROM ledgers LIMIT 1")?.exists([]).map(drop)
}

/// Connections that wait for the next reader.
pub(crate) type Idle = Arc<Mutex<Vec<Connection>>>;

impl SqliteReader {
    /// Reads a file. Nothing is opened yet.
    #[must_use]
    pub fn new(path: &Path) -> SqliteReader {
        SqliteReader {
            path: path.to_owned(),
            idle: Idle::default(),
            form: None,
            waiting: None,
            tails: Tails::default(),
        }
    }

    /// Reads a file that its store has brought up to date, by connections that the store sees.
    pub(crate) fn among(path: &Path, idle: Idle, waiting: Arc<Waiting>) -> SqliteReader {
        let (form, waiting) = (Some(Form::Segments), Some(waiting));
        SqliteReader { path: path.to_owned(), idle, form, waiting, tails: Tails::default() }
    }

    /// Begins a transaction, and says what it sees besides the tables.
    fn begin(&self, connection: &Connection) -> Result<Seen, Fault> {
        let begin = || connection.prepare_cached("BEGIN").and_then(|mut s| s.execute([]));
        let Some(waiting) = &self.waiting else {
            begin()?;
            return Ok(Seen::derived(&self.tails));
        };
        loop {
            let (window, view) = (waiting.window(), waiting.view());
            begin()?;
            fix_state(connection)?;
            // All that is seen was put into the view's generations, if they are the last.
            if waiting.is_current(&view) {
                return Ok(Seen::Window { view, _window: window, last: Cell::new(None), runs: Kept::default() });
            }
            connection.prepare_cached("COMMIT")?.execute([])?;
        }
    }

    /// Reads a file that exists and holds ledgers.
    ///
    /// # Errors
    /// When the file is missing, is another program's, is damaged, or was written by a newer release.
    pub fn open(path: &Path) -> Result<SqliteReader, Fault> {
        let reader = SqliteReader::new(path);
        check_ours(path)?;
        // What a server has open is changing, and was checked when it was opened.
        let is_free = Owner::of(path) == Owner::NoOne;
        if is_free {
            check_log(path)?;
        }
        let connection = open_reader(path)?;
        if is_free {
            check_witness(path, &connection)?;
        }
        connection
            .query_row("SELECT count(*) FROM ledgers WHERE no < 0", [], |_| Ok(()))
            .map_err(|error| crate::sqlite::open_fault(path, &error))?;
        reader.idle.lock().push(connection);
        Ok(reader)
    }
}

impl Reader for SqliteReader {
    fn snapshot(&self) -> Result<Box<dyn Snapshot + '_>, Fault> {
        let idle = self.idle.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.path)?,
        };
        let seen = self.begin(&connection)?;
        let connection = Held::Lent { connection: Some(connection), reader: self };
        Ok(Box::new(SqliteSnapshot::new(connection, MaybeOwned::Owned(seen))))
    }

    fn figures(&self) -> Result<Figures, Fault> {
        let bytes = |path: &Path| std::fs::metadata(path).map(|found| found.len());
        let size = bytes(&self.path).map_err(|error| open_io(&self.path, &error))?;
        let flush = self.waiting.as_ref().map(|waiting| waiting.pace.flushed());
        Ok(Figures { bytes: size, log_bytes: Some(bytes(&wal::path_of(&self.path)).unwrap_or(0)), flush })
    }

    fn unreadable(&self) -> Vec<String> {
        super::locate_corruption(&self.path).unwrap_or_default()
    }
}

#[derive(Debug)]
enum Held<'a> {
    Lent { connection: Option<Connection>, reader: &'a SqliteReader },
    Borrowed(&'a Connection),
}

/// One read transaction.
#[derive(Debug)]
pub(crate) struct SqliteSnapshot<'a> {
    connection: Held<'a>,
    /// The ledger that was asked about last: most snapshots are of one.
    last: RefCell<Option<(Name, LedgerNo)>>,
    /// The segment that was read last: effects that are asked for one by one are often neighbours.
    segment: RefCell<Option<Segment>>,
    form: OnceCell<Form>,
    seen: MaybeOwned<'a>,
    newer: Kept<Vec<BalanceRow>>,
    newer_ids: Kept<Vec<(Id, Seq)>>,
}

/// What is seen besides the tables: the snapshot's own, or that of the one whose connection it borrows.
#[derive(Debug)]
enum MaybeOwned<'a> {
    Owned(Seen),
    Borrowed(&'a Seen),
}

/// In which form a file has its journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As segments.
    Segments,
    /// As rows: an earlier release's file, which no server of this one has opened yet.
    Rows,
    /// As segments up to some batch, and as rows behind it: the file was being brought up to date.
    Both,
}

impl Form {
    /// The table that has rows.
    fn rows(self) -> &'static str {
        if self == Form::Rows { "journal" } else { "journal_rows" }
    }
}

impl Drop for SqliteSnapshot<'_> {
    fn drop(&mut self) {
        if let Held::Lent { connection, reader } = &mut self.connection
            && let Some(connection) = connection.take()
            && connection.prepare_cached("COMMIT").and_then(|mut s| s.execute([])).is_ok()
        {
            let mut idle = reader.idle.lock();
            if idle.len() < IDLE_MAX {
                idle.push(connection);
            }
        }
    }
}

impl<'a> SqliteSnapshot<'a> {
    fn new(connection: Held<'a>, seen: MaybeOwned<'a>) -> SqliteSnapshot<'a> {
        // The writer's own file is brought up to date.
        let known = match &connection {
            Held::Lent { reader, .. } => reader.form,
            Held::Borrowed(_) => Some(Form::Segments),
        };
        let (last, segment) = (RefCell::default(), RefCell::default());
        let form = known.map(OnceCell::from).unwrap_or_default();
        let (newer, newer_ids) = (Kept::default(), Kept::default());
        SqliteSnapshot { connection, last, segment, form, seen, newer, newer_ids }
    }

    pub(crate) fn seen(&self) -> &Seen {
        match &self.seen {
            MaybeOwned::Owned(seen) => seen,
            MaybeOwned::Borrowed(seen) => seen,
        }
    }

    /// The balances of a ledger that are newer than those in the table, by account and asset.
    pub(crate) fn newer(&self, no: LedgerNo) -> Result<Rc<Vec<BalanceRow>>, Fault> {
        self.newer.of(no, || self.seen().of_ledger(self.connection(), no))
    }

    /// The ids of a ledger that may not be in their table, in order.
    pub(crate) fn newer_ids(&self, no: LedgerNo) -> Result<Rc<Vec<(Id, Seq)>>, Fault> {
        self.newer_ids.of(no, || self.seen().ids(self.connection(), no))
    }

    /// Whether a ledger ranks its accounts.
    pub(crate) fn ranks(&self, no: LedgerNo) -> Result<bool, Fault> {
        ranks(self.connection(), no)
    }

    /// In which form the file has its journal.
    fn form(&self) -> Result<Form, Fault> {
        if let Some(form) = self.form.get() {
            return Ok(*form);
        }
        // The schema as this snapshot has it: what a connection remembers of it may be older.
        let sql = "SELECT name, instr(sql, 'lengths') > 0 FROM sqlite_schema WHERE name IN ('journal', 'journal_rows')";
        let tables = self.rows(sql, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)))?;
        let has_rows = tables.iter().any(|(name, _)| name == "journal_rows");
        let form = match tables.iter().any(|(name, has_lengths)| name == "journal" && *has_lengths) {
            false => Form::Rows,
            true if has_rows => Form::Both,
            true => Form::Segments,
        };
        Ok(*self.form.get_or_init(|| form))
    }

    fn journal_rows(&self, form: Form, filter: &str, params: impl Params) -> Result<Vec<Effect>, Fault> {
        let sql = format!("SELECT * FROM {} WHERE {filter}", form.rows());
        self.rows(&sql, params, |row| Columns::in_order(row, "journal", &JOURNAL).effect())
    }

    /// What a connection sees, inside its own transaction or none.
    pub fn borrowed(connection: &'a Connection, seen: &'a Seen) -> SqliteSnapshot<'a> {
        SqliteSnapshot::new(Held::Borrowed(connection), MaybeOwned::Borrowed(seen))
    }

    /// # Panics
    /// Never: the connection is taken when the snapshot is dropped.
    pub(crate) fn connection(&self) -> &Connection {
        match &self.connection {
            Held::Lent { connection, .. } => connection.as_ref().expect("it is taken on drop"),
            Held::Borrowed(connection) => connection,
        }
    }

    pub(crate) fn no(&self, ledger: &Name) -> Result<Option<LedgerNo>, Fault> {
        if let Some((_, no)) = self.last.borrow().as_ref().filter(|(name, _)| name == ledger) {
            return Ok(Some(*no));
        }
        let found = match self.connection {
            // The writer's own rows.
            Held::Borrowed(connection) => ledger_no(connection, ledger)?,
            Held::Lent { .. } => {
                let sql = "SELECT no FROM ledgers WHERE name = ?1 AND arriving = 0";
                let found = self.rows(sql, [ledger.as_str()], |row| Ok(LedgerNo(row.get(0)?)))?;
                found.into_iter().next()
            }
        };
        *self.last.borrow_mut() = found.map(|no| (ledger.clone(), no));
        Ok(found)
    }

    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut statement = self.connection().prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }

    fn ledger_name(&self, no: LedgerNo, hold: i64) -> Result<Name, Fault> {
        let heads = self.rows("SELECT * FROM ledgers WHERE no = ?1", [no.0], |row| {
            Columns::new(row, "ledgers", no.0).head().map(|(_, head)| head)
        })?;
        let head = heads.into_iter().next();
        head.map(|head| head.ledger).ok_or_else(|| inconsistent("hold_expiries", "key", number_of(hold)))
    }

    /// Of a ledger that no one opened there is nothing.
    pub(crate) fn in_ledger<T: Default>(
        &self,
        ledger: &Name,
        read: impl FnOnce(LedgerNo) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.no(ledger)?.map_or_else(|| Ok(T::default()), read)
    }
}

/// Of rows that wait, in order, those for one page of the table: after a key, up to its last one. Behind a full page,
/// those that wait are for a later page.
pub(crate) fn between<T, K: Ord>(rows: &[T], key: impl Fn(&T) -> K, after: Option<K>, end: Option<K>) -> &[T] {
    let place = |bound: &K| rows.partition_point(|row| key(row) <= *bound);
    let (first, last) = (after.as_ref().map_or(0, place), end.as_ref().map_or(rows.len(), place));
    rows.get(first..last).unwrap_or_default()
}

pub(crate) fn bound(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn seq_column(row: &Row<'_>) -> Result<Seq, Fault> {
    let seq: i64 = row.get(0)?;
    u64::try_from(seq).map(Seq).map_err(|_| inconsistent("journal", "seq", seq))
}

impl Snapshot for SqliteSnapshot<'_> {
    fn ledgers(&self, after: Option<&Name>, limit: usize) -> Result<Vec<Head>, Fault> {
        let after = after.map_or("", Name::as_str);
        let sql = "SELECT * FROM ledgers WHERE name > ?1 AND arriving = 0 AND seq > 0 ORDER BY name LIMIT ?2";
        self.rows(sql, params![after, bound(limit)], |row| {
            Columns::new(row, "ledgers", after).head().map(|(_, head)| head)
        })
    }

    fn head(&self, ledger: &Name) -> Result<Option<Head>, Fault> {
        Ok(read_head(self.connection(), ledger)?
            .map(|(_, head)| head)
            .filter(|head| !head.arriving && !head.is_absent()))
    }

    fn assets(&self, ledger: &Name) -> Result<Vec<AssetRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        read_assets(self.connection(), no)
    }

    fn account(&self, ledger: &Name, name: &Name) -> Result<Option<LoadedAccount>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        read_account(self.connection(), self.seen(), no, name)
    }

    fn account_name(&self, ledger: &Name, account: AccountNo) -> Result<Option<Name>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let names = self.rows("SELECT name FROM accounts WHERE key = ?1", [no.key(account.0)], |row| {
            Columns::new(row, "accounts", account).name("name")
        })?;
        Ok(names.into_iter().next())
    }

    fn accounts(
        &self,
        ledger: &Name,
        prefix: &str,
        after: Option<&Name>,
        limit: usize,
    ) -> Result<Vec<LoadedAccount>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        // '~' sorts after every byte that a name may have. One lower bound: SQLite begins at the first that it is given,
        // and would step over everything before the other.
        let (end, after) = (format!("{prefix}~"), after.map_or("", Name::as_str));
        let rows = self.rows(
            "SELECT * FROM accounts WHERE ledger = ?1 AND name >= ?2 AND name < ?3 AND +name <> ?4 ORDER BY name LIMIT ?5",
            params![no.0, prefix.max(after), end, after, bound(limit)],
            |row| Columns::new(row, "accounts", prefix).account(),
        )?;
        rows.into_iter().map(|row| with_balances(self.connection(), self.seen(), no, row)).collect()
    }

    fn account_count(&self, ledger: &Name, prefix: &str, max: usize) -> Result<usize, Fault> {
        self.no(ledger)?.map_or(Ok(0), |no| count_accounts(self.connection(), no, prefix, max))
    }

    fn effects(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Effect>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let form = self.form()?;
        let mut found = match form {
            Form::Rows => Vec::new(),
            Form::Segments | Form::Both => segments::effects(self.connection(), no, after, limit)?,
        };
        if form != Form::Segments && found.len() < limit {
            let after = found.last().map_or(after, |effect| effect.seq);
            let ends = params![no.key(after.0.min(SEQ_MAX)), LedgerNo(no.0 + 1).key(0), bound(limit - found.len())];
            found.extend(self.journal_rows(form, "key > ?1 AND key < ?2 ORDER BY key LIMIT ?3", ends)?);
        }
        Ok(found)
    }

    fn effects_before(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Effect>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let form = self.form()?;
        let mut found = Vec::new();
        if form != Form::Segments {
            let ends = params![no.key(before.0.min(SEQ_MAX)), no.key(0), bound(limit)];
            found = self.journal_rows(form, "key < ?1 AND key > ?2 ORDER BY key DESC LIMIT ?3", ends)?;
        }
        if form != Form::Rows && found.len() < limit {
            let before = found.last().map_or(before, |effect| effect.seq);
            found.extend(segments::effects_before(self.connection(), no, before, limit - found.len())?);
        }
        Ok(found)
    }

    fn effect(&self, ledger: &Name, seq: Seq) -> Result<Option<Effect>, Fault> {
        let Some(no) = self.no(ledger)?.filter(|_| seq.0 <= SEQ_MAX) else { return Ok(None) };
        if let Some(segment) = self.segment.borrow().as_ref().filter(|segment| segment.has(no, seq)) {
            return segment.effect(seq).map(Some);
        }
        let form = self.form()?;
        if form != Form::Rows
            && let Some(segment) = segments::segment_of(self.connection(), no, seq)?
        {
            let effect = segment.effect(seq)?;
            *self.segment.borrow_mut() = Some(segment);
            return Ok(Some(effect));
        }
        match form {
            Form::Segments => Ok(None),
            Form::Rows | Form::Both => Ok(self.journal_rows(form, "key = ?1", [no.key(seq.0)])?.pop()),
        }
    }

    fn outcome(&self, ledger: &Name, id: Id) -> Result<Option<IdRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let places = read_outcome_places(self.connection(), self.seen(), no, &[id])?;
        let Some(seq) = places.into_iter().next().flatten() else { return Ok(None) };
        let effect = self.effect(ledger, seq)?.ok_or_else(|| inconsistent("outcomes", "seq", id))?;
        outcome_row(&effect, id).map(Some)
    }

    fn reference(&self, ledger: &Name, reference: &str) -> Result<Option<Seq>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        read_reference(self.connection(), no, reference)
    }

    fn metadata(&self, ledger: &Name, key: &str, value: &str, before: Seq, limit: usize) -> Result<Vec<Seq>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        self.rows(
            "SELECT seq FROM transaction_metadata WHERE ledger = ?1 AND key = ?2 AND value = ?3 AND seq < ?4
             ORDER BY seq DESC LIMIT ?5",
            params![no.0, key, value, integer(before.0), bound(limit)],
            seq_column,
        )
    }

    fn state(&self, ledger: &Name, seq: Seq) -> Result<Option<(Id, TransactionState)>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let found = self.rows("SELECT * FROM transaction_states WHERE key = ?1", [no.key(seq.0)], |row| {
            Columns::new(row, "transaction_states", seq).state()
        })?;
        Ok(found.into_iter().next().map(|(_, id, state)| (id, state)))
    }

    fn states(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<(Seq, Id, TransactionState)>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        self.rows(
            "SELECT * FROM transaction_states WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3",
            params![no.key(after.0.min(SEQ_MAX)), LedgerNo(no.0 + 1).key(0), bound(limit)],
            |row| Columns::new(row, "transaction_states", after).state(),
        )
    }

    fn states_before(
        &self,
        ledger: &Name,
        before: Seq,
        limit: usize,
    ) -> Result<Vec<(Seq, Id, TransactionState)>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        self.rows(
            "SELECT * FROM transaction_states WHERE key < ?1 AND key > ?2 ORDER BY key DESC LIMIT ?3",
            params![no.key(before.0.min(SEQ_MAX)), no.key(0), bound(limit)],
            |row| Columns::new(row, "transaction_states", before).state(),
        )
    }

    fn due_holds(&self, of: Option<&Name>, now: Timestamp, limit: usize) -> Result<Vec<(Name, Id)>, Fault> {
        let of = match of {
            None => None,
            Some(ledger) => match self.no(ledger)? {
                None => return Ok(Vec::new()),
                Some(no) => Some(no.0),
            },
        };
        // hold_expiries is read from its left edge: one descent, however many holds wait.
        let due = self.rows(
            "SELECT h.key, s.id FROM hold_expiries h JOIN transaction_states s ON s.key = h.key
             WHERE h.expires_at <= ?1 AND (?3 IS NULL OR h.key >> 40 = ?3)
               AND (SELECT arriving FROM ledgers WHERE no = h.key >> 40) = 0
             ORDER BY h.expires_at, h.key LIMIT ?2",
            params![now.0, bound(limit), of],
            |row| Ok((row.get::<_, i64>(0)?, Columns::new(row, "transaction_states", "").id("id")?)),
        )?;
        let mut names: HashMap<i64, Name> = HashMap::new();
        let mut found = Vec::with_capacity(due.len());
        for (key, id) in due {
            let no = ledger_of(key);
            let name = match names.entry(no.0) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => entry.insert(self.ledger_name(no, key)?),
            };
            found.push((name.clone(), id));
        }
        Ok(found)
    }

    fn milestone(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        after: Timestamp,
    ) -> Result<Option<Seq>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let found = self.rows(
            "SELECT seq FROM milestones WHERE ledger = ?1 AND account = ?2 AND asset = ?3 AND at > ?4
             ORDER BY at, seq LIMIT 1",
            params![no.0, integer(account.0), integer(asset.0), after.0],
            seq_column,
        )?;
        Ok(found.first().copied())
    }

    fn off_date(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        up_to: Seq,
    ) -> Result<Option<OffDateRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let found = self.rows(
            "SELECT seq, sum FROM off_dates WHERE ledger = ?1 AND account = ?2 AND asset = ?3 AND seq <= ?4
             ORDER BY seq DESC LIMIT 1",
            params![no.0, integer(account.0), integer(asset.0), integer(up_to.0)],
            |row| {
                let sum = Columns::new(row, "off_dates", account).date_sum("sum")?;
                Ok(OffDateRow { account, asset, seq: seq_column(row)?, sum })
            },
        )?;
        Ok(found.first().copied())
    }

    fn buckets(
        &self,
        ledger: &Name,
        account: AccountNo,
        asset: AssetNo,
        level: u8,
        range: std::ops::Range<i64>,
    ) -> Result<Vec<(i64, DateSum)>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        self.rows(
            "SELECT bucket, sum FROM off_date_buckets
             WHERE ledger = ?1 AND account = ?2 AND asset = ?3 AND level = ?4 AND bucket >= ?5 AND bucket < ?6
             ORDER BY bucket",
            params![no.0, integer(account.0), integer(asset.0), level, range.start, range.end],
            |row| {
                let columns = Columns::new(row, "off_date_buckets", account);
                Ok((columns.signed("bucket")?, columns.date_sum("sum")?))
            },
        )
    }

    fn busiest(&self, ledger: &Name) -> Result<(u64, Vec<Name>), Fault> {
        let Some(no) = self.no(ledger)? else { return Ok((0, Vec::new())) };
        let busiest = read_busiest(self.connection(), self.seen(), no)?;
        let accounts: BTreeSet<AccountNo> = busiest.accounts.into_iter().collect();
        let mut statement = self.connection().prepare_cached("SELECT name FROM accounts WHERE key = ?1")?;
        let mut names = Vec::with_capacity(accounts.len());
        for account in accounts {
            let mut rows = statement.query([no.key(account.0)])?;
            let row = rows.next()?.ok_or_else(|| inconsistent("entry_ranks", "account", account))?;
            names.push(Columns::new(row, "accounts", account).name("name")?);
        }
        Ok((busiest.entries, names))
    }

    fn deferred(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Seq>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        self.rows(
            "SELECT key FROM deferred WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3",
            params![no.key(after.0.min(SEQ_MAX)), LedgerNo(no.0 + 1).key(0), bound(limit)],
            |row| Ok(Seq(number_of(row.get(0)?))),
        )
    }

    fn balances(
        &self,
        ledger: &Name,
        after: Option<(AccountNo, AssetNo)>,
        limit: usize,
    ) -> Result<Vec<BalanceRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let after = after.unwrap_or((AccountNo(0), AssetNo(0)));
        let (account, asset) = after;
        let stored = self.rows(
            "SELECT * FROM balances WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3",
            params![no.balance_key(account.0, asset.0), LedgerNo(no.0 + 1).balance_key(0, 0), bound(limit)],
            |row| Columns::new(row, "balances", account).balance_row(),
        )?;
        let newer = self.newer(no)?;
        let key = |row: &BalanceRow| (row.account, row.asset);
        let end = stored.last().filter(|_| stored.len() >= limit).map(key);
        let newer = between(&newer, key, Some(after), end).iter().copied();
        let rows: BTreeMap<_, BalanceRow> = stored.into_iter().chain(newer).map(|row| (key(&row), row)).collect();
        Ok(rows.into_values().take(limit).collect())
    }

    fn batches(&self, ledger: &Name, after: BatchNo, limit: usize) -> Result<Vec<BatchRow>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        self.rows(
            "SELECT * FROM batches WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3",
            params![no.key(after.0.min(SEQ_MAX)), LedgerNo(no.0 + 1).key(0), bound(limit)],
            |row| Columns::new(row, "batches", after).batch(),
        )
    }
}
