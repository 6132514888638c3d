//! Rows of a SQLite file as they are stored.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::numbers::{AccountNo, AssetNo, Id};

use rusqlite::types::{Value, ValueRef};
use rusqlite::{OptionalExtension, Row as SqlRow, params_from_iter};

use super::ids::written_places;
use super::lookup::read_outcome_places;
use super::reader::{SqliteSnapshot, between, bound};
use super::rows::{LedgerNo, SEQ_MAX, account_of, asset_of, ledger_of, number_of};
use super::runs::{self, Runs};
use super::tail::{Tables, contradiction};
use crate::Fault;
use crate::sqlite::{open_fault, open_reader};
use crate::stored::{Cell, LEDGER_COLUMNS, LedgerAt, Row, Stored, Table};
use crate::verify::rows::{balance, outcome, rank};

/// How a table is keyed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keyed {
    /// One integer: ledger and number.
    Number,
    /// One integer: ledger, account and asset.
    Balance,
    /// One integer, ledger and account, then the other columns of the key.
    Lot,
    /// The instant, then one integer, ledger and number.
    Expiry,
    /// The ledger, then the columns of the key.
    Columns,
}

const fn keyed(table: Table) -> Keyed {
    match table {
        Table::Accounts
        | Table::Advances
        | Table::AdvancesExceptions
        | Table::AdvancesRuns
        | Table::Batches
        | Table::Deferred
        | Table::Journal
        | Table::PointsPurses
        | Table::PointsRefunds
        | Table::TransactionStates => Keyed::Number,
        Table::Balances | Table::EntryRanks => Keyed::Balance,
        Table::PointsLots => Keyed::Lot,
        Table::HoldExpiries => Keyed::Expiry,
        Table::AdvancesBooks
        | Table::AdvancesDue
        | Table::AdvancesTransactions
        | Table::Assets
        | Table::Milestones
        | Table::OffDateBuckets
        | Table::OffDates
        | Table::Outcomes
        | Table::PointsDue
        | Table::PointsPrograms
        | Table::TransactionMetadata
        | Table::TransactionReferences => Keyed::Columns,
    }
}

/// Columns that repeat a part of the key.
const fn repeated(table: Table) -> &'static [&'static str] {
    match table {
        Table::Accounts => &["ledger"],
        Table::EntryRanks => &["ledger", "account"],
        _ => &[],
    }
}

/// Columns of 128 bits, which are blobs where 64 are too few.
const WIDE: [&str; 10] = [
    "amount",
    "max_balance",
    "min_balance",
    "off_date",
    "pending_in",
    "pending_out",
    "points",
    "posted",
    "refunded",
    "sum",
];

/// The columns of the key as they are here, in order.
fn key_columns(table: Table) -> Vec<&'static str> {
    match keyed(table) {
        Keyed::Number | Keyed::Balance => vec!["key"],
        Keyed::Lot => [&["purse"], &table.key()[1..]].concat(),
        Keyed::Expiry => vec!["expires_at", "key"],
        Keyed::Columns => [&["ledger"], table.key()].concat(),
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Number(number) => Value::Integer(small(*number)),
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Bytes(bytes) => Value::Blob(bytes.clone()),
    }
}

fn small(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

fn number(cell: Option<&Cell>) -> u64 {
    match cell {
        Some(Cell::Number(number)) => u64::try_from(*number).unwrap_or(SEQ_MAX),
        Some(Cell::Null | Cell::Text(_) | Cell::Bytes(_)) | None => 0,
    }
}

/// A key as it is here.
fn key_values(table: Table, no: LedgerNo, key: &[Cell]) -> Vec<Value> {
    let packed = |cell: Option<&Cell>| Value::Integer(no.key(number(cell).min(SEQ_MAX)));
    match keyed(table) {
        Keyed::Number => vec![packed(key.first())],
        Keyed::Balance => vec![Value::Integer(no.balance_key(number(key.first()), number(key.get(1))))],
        Keyed::Lot => std::iter::once(packed(key.first())).chain(key.iter().skip(1).map(value)).collect(),
        Keyed::Expiry => vec![key.first().map_or(Value::Null, value), packed(key.get(1))],
        Keyed::Columns => std::iter::once(Value::Integer(no.0)).chain(key.iter().map(value)).collect(),
    }
}

fn cell(row: &SqlRow<'_>, place: usize, column: &str) -> Result<Cell, Fault> {
    Ok(match row.get_ref(place)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Number(i128::from(number)),
        ValueRef::Real(number) => Cell::Text(number.to_string()),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => match bytes.try_into() {
            Ok(wide) if WIDE.contains(&column) => Cell::Number(i128::from_be_bytes(wide)),
            _ => Cell::Bytes(bytes.to_vec()),
        },
    })
}

/// A row of all columns: key, others, repeated ones. Gives the number of its ledger too.
fn read_row(table: Table, row: &SqlRow<'_>) -> Result<(i64, Row), Fault> {
    let mut place = 0;
    let mut next = |column: &str| {
        place += 1;
        cell(row, place - 1, column)
    };
    let mut key = Vec::with_capacity(4);
    for column in key_columns(table) {
        key.push(next(column)?);
    }
    let as_number = |cell: &Cell| match cell {
        Cell::Number(number) => small(*number),
        Cell::Null | Cell::Text(_) | Cell::Bytes(_) => 0,
    };
    let count = |number: u64| Cell::Number(i128::from(number));
    let no = match keyed(table) {
        Keyed::Number | Keyed::Lot => {
            let packed = as_number(&key[0]);
            key[0] = count(number_of(packed));
            ledger_of(packed).0
        }
        Keyed::Balance => {
            let packed = as_number(&key[0]);
            key = vec![count(account_of(packed).0), count(asset_of(packed).0)];
            LedgerNo::of_balance(packed).0
        }
        Keyed::Expiry => {
            let packed = as_number(&key[1]);
            key[1] = count(number_of(packed));
            ledger_of(packed).0
        }
        Keyed::Columns => as_number(&key.remove(0)),
    };
    let mut columns = Vec::with_capacity(table.columns().len());
    for column in table.columns() {
        columns.push(next(column)?);
    }
    if table == Table::Advances && ledger_of(as_number(&columns[0])).0 == no {
        // The account that keeps what is owed is one of the ledger's, as in accounts.
        columns[0] = count(number_of(as_number(&columns[0])));
    }
    let mut contradictions = Vec::new();
    for column in repeated(table) {
        let found = next(column)?;
        let right = match (*column, key.first()) {
            ("account", Some(Cell::Number(account))) => (i128::from(no) << 40) | account,
            _ => i128::from(no),
        };
        if found != Cell::Number(right) {
            contradictions.push((*column, found));
        }
    }
    Ok((no, Row { key, columns, contradictions }))
}

fn select(table: Table) -> String {
    let all = [key_columns(table).as_slice(), table.columns(), repeated(table)].concat();
    format!("SELECT {} FROM {}", all.join(", "), table.name())
}

/// `?1, ?2, …`, from a number on.
fn marks(from: usize, count: usize) -> String {
    let marks: Vec<String> = (from..from + count).map(|place| format!("?{place}")).collect();
    marks.join(", ")
}

/// Numbers of ledgers that have rows in a table and none in `ledgers`: from one ledger to the next by one descent of the
/// key each.
fn stray_numbers(table: &str, column: &str, bits: u32) -> String {
    let last = i64::MAX >> bits;
    format!(
        "WITH RECURSIVE found (no) AS (
           SELECT min({column}) >> {bits} FROM {table}
           UNION ALL
           SELECT (SELECT min({column}) >> {bits} FROM {table} WHERE {column} >= (found.no + 1) << {bits})
           FROM found WHERE found.no < {last})
         SELECT no FROM found WHERE no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledgers l WHERE l.no = found.no)"
    )
}

/// What is of a ledger in a table, with ?1 and ?2 the ends of its range; both are the ledger where it has a column.
pub(crate) fn range(table: Table, no: LedgerNo) -> (&'static str, [i64; 2]) {
    let next = LedgerNo(no.0 + 1);
    match keyed(table) {
        Keyed::Number => ("key >= ?1 AND key < ?2", [no.key(0), next.key(0)]),
        Keyed::Balance => ("key >= ?1 AND key < ?2", [no.balance_key(0, 0), next.balance_key(0, 0)]),
        Keyed::Lot => ("purse >= ?1 AND purse < ?2", [no.key(0), next.key(0)]),
        Keyed::Expiry => ("key >= ?1 AND key < ?2", [no.key(0), next.key(0)]),
        Keyed::Columns => ("ledger >= ?1 AND ledger <= ?2", [no.0, no.0]),
    }
}

/// Rows of a table that are newer than those in it: what waits of balances says them.
struct Newer {
    balances: Rc<Vec<BalanceRow>>,
    row: fn(&BalanceRow) -> Option<Row>,
}

/// The account and asset that are the key of a balance.
fn balance_in(key: &[Cell]) -> (AccountNo, AssetNo) {
    (AccountNo(number(key.first())), AssetNo(number(key.get(1))))
}

impl Newer {
    fn rows(&self) -> impl Iterator<Item = Row> {
        self.balances.iter().filter_map(self.row)
    }

    fn at(&self, key: &[Cell]) -> Option<Row> {
        let found = self.balances.binary_search_by_key(&balance_in(key), |row| (row.account, row.asset));
        found.ok().and_then(|place| (self.row)(&self.balances[place]))
    }

    /// A page of rows as the table has them, with these.
    fn with(&self, stored: Vec<Row>, after: Option<&Row>, limit: usize) -> Vec<Row> {
        let place = |row: &Row| balance_in(&row.key);
        let end = stored.last().filter(|_| stored.len() >= limit).map(place);
        let newer = between(&self.balances, |row| (row.account, row.asset), after.map(place), end);
        in_order(stored.into_iter().chain(newer.iter().filter_map(self.row)), limit)
    }
}

/// The id that is the key of an outcome.
fn id_in(key: &[Cell]) -> Option<Id> {
    match key {
        [Cell::Bytes(bytes)] => Some(Id(u128::from_be_bytes(bytes.as_slice().try_into().ok()?))),
        _ => None,
    }
}

/// A page of outcomes as the tree has them, with those in runs and those that wait. What is written is shown as it is
/// there.
fn with_other_ids(
    snapshot: &SqliteSnapshot<'_>,
    no: LedgerNo,
    stored: Vec<Row>,
    after: Option<&Row>,
    limit: usize,
) -> Result<Vec<Row>, Fault> {
    let after = after.and_then(|row| id_in(&row.key));
    let newer = snapshot.newer_ids(no)?;
    let waiting = between(&newer, |(id, _)| *id, after, None).iter().take(limit);
    let in_runs = match snapshot.seen().runs(snapshot.connection(), no)? {
        Some(runs) => runs.page(snapshot.connection(), after, limit)?,
        None => Vec::new(),
    };
    let others = waiting.chain(&in_runs).map(|(id, seq)| outcome(*id, *seq));
    Ok(in_order(others.chain(stored), limit))
}

/// Rows in order of their keys; of two with the same key, the later one.
fn in_order(rows: impl Iterator<Item = Row>, limit: usize) -> Vec<Row> {
    let rows: BTreeMap<Vec<Cell>, Row> = rows.map(|row| (row.key.clone(), row)).collect();
    rows.into_values().take(limit).collect()
}

impl SqliteSnapshot<'_> {
    fn newer_rows(&self, table: Table, no: LedgerNo) -> Result<Newer, Fault> {
        Ok(match table {
            Table::Balances => Newer { balances: self.newer(no)?, row: |of| Some(balance(of)) },
            Table::EntryRanks if self.ranks(no)? => {
                Newer { balances: self.newer(no)?, row: |of| of.is_ranked().then(|| rank(of)) }
            }
            _ => Newer { balances: Rc::default(), row: |_| None },
        })
    }
}

impl Stored for SqliteSnapshot<'_> {
    fn ledger_rows(&self, after: i64, limit: usize) -> Result<Vec<(i64, Vec<Cell>)>, Fault> {
        // A file of an earlier release that was never served by this one lacks some columns: nothing was ever set
        // there.
        let mut columns = Vec::with_capacity(LEDGER_COLUMNS.len());
        for name in LEDGER_COLUMNS {
            columns.push(match (name, self.connection().column_exists(None, "ledgers", name)?) {
                ("default_assets", false) => "x''",
                ("state", false) => "0",
                (name, _) => name,
            });
        }
        let columns = columns.join(", ");
        let sql = format!("SELECT no, {columns} FROM ledgers WHERE no > ?1 ORDER BY no LIMIT ?2");
        self.rows(&sql, [after, bound(limit)], |row| {
            let cells: Result<Vec<Cell>, Fault> =
                LEDGER_COLUMNS.iter().zip(1..).map(|(column, place)| cell(row, place, column)).collect();
            Ok((row.get(0)?, cells?))
        })
    }

    fn stored(&self, table: Table, of: &LedgerAt, after: Option<&Row>, limit: usize) -> Result<Vec<Row>, Fault> {
        let no = LedgerNo(of.no);
        let (range, ends) = range(table, no);
        let key = key_columns(table).join(", ");
        let mut values = vec![Value::Integer(ends[0]), Value::Integer(ends[1]), Value::Integer(bound(limit))];
        let mut beyond = String::new();
        if let Some(after) = after {
            let last = key_values(table, no, &after.key);
            beyond = format!("AND ({key}) > ({})", marks(4, last.len()));
            values.extend(last);
        }
        let sql = format!("{} WHERE {range} {beyond} ORDER BY {key} LIMIT ?3", select(table));
        let rows = self.rows(&sql, params_from_iter(values), |row| Ok(read_row(table, row)?.1))?;
        match table {
            Table::Balances | Table::EntryRanks => Ok(self.newer_rows(table, no)?.with(rows, after, limit)),
            Table::Outcomes => with_other_ids(self, no, rows, after, limit),
            _ => Ok(rows),
        }
    }

    fn stored_at(&self, table: Table, of: &LedgerAt, keys: &[Vec<Cell>]) -> Result<Vec<Option<Row>>, Fault> {
        let equal: Vec<String> =
            key_columns(table).iter().zip(1..).map(|(column, place)| format!("{column} = ?{place}")).collect();
        let no = LedgerNo(of.no);
        let newer = self.newer_rows(table, no)?;
        let sql = format!("{} WHERE {}", select(table), equal.join(" AND "));
        let mut statement = self.connection().prepare_cached(&sql)?;
        let one = |key: &Vec<Cell>| {
            if let Some(row) = newer.at(key) {
                return Ok(Some(row));
            }
            let mut rows = statement.query(params_from_iter(key_values(table, no, key)))?;
            rows.next()?.map(|row| Ok(read_row(table, row)?.1)).transpose()
        };
        if table == Table::Outcomes {
            let ids: Vec<Id> = keys.iter().filter_map(|key| id_in(key)).collect();
            let mut places = ids.iter().zip(read_outcome_places(self.connection(), self.seen(), no, &ids)?);
            let one =
                |key: &Vec<Cell>| id_in(key).and_then(|_| places.next()).and_then(|(id, seq)| Some(outcome(*id, seq?)));
            return Ok(keys.iter().map(one).collect());
        }
        keys.iter().map(one).collect()
    }

    fn stored_count(&self, table: Table, of: &LedgerAt) -> Result<u64, Fault> {
        let (range, ends) = range(table, LedgerNo(of.no));
        let sql = format!("SELECT count(*) FROM {} WHERE {range}", table.name());
        let count: i64 = self.connection().prepare_cached(&sql)?.query_row(ends, |row| row.get(0))?;
        let count = u64::try_from(count).unwrap_or(0);
        let no = LedgerNo(of.no);
        if table == Table::EntryRanks {
            let mut written = self.connection().prepare_cached("SELECT 1 FROM entry_ranks WHERE key = ?1")?;
            let newer = self.newer_rows(table, no)?;
            let is_new = |row: Row| Ok::<_, Fault>(!written.exists(params_from_iter(key_values(table, no, &row.key)))?);
            let new: Result<Vec<bool>, Fault> = newer.rows().map(is_new).collect();
            return Ok(count + new?.into_iter().filter(|is_new| *is_new).count() as u64);
        }
        if table != Table::Outcomes {
            return Ok(count);
        }
        let runs = self.seen().runs(self.connection(), no)?;
        let in_runs = runs.as_ref().map_or(Ok(0), |runs| runs.count(self.connection()))?;
        // Those that wait, unless they are written already.
        let waiting: Vec<Id> = self.newer_ids(no)?.iter().map(|(id, _)| *id).collect();
        let written = written_places(self.connection(), runs.as_deref(), no, &waiting)?;
        Ok(count + in_runs + written.iter().filter(|place| place.is_none()).count() as u64)
    }

    fn contradiction(&self, of: &LedgerAt) -> Result<Option<(&'static str, &'static str)>, Fault> {
        let (tables, no) = (Tables::of(self.connection())?, LedgerNo(of.no));
        if tables.behind
            && let Some(what) = contradiction(self.connection(), no)?
        {
            return Ok(Some(("rows_behind", what)));
        }
        if !tables.runs {
            return Ok(None);
        }
        match Runs::read(self.connection(), no, &Runs::default()) {
            Ok(runs) => runs.contradiction(self.connection(), no),
            Err(Fault::Inconsistent { table, .. }) => Ok(Some((table, "a part has not its sum"))),
            Err(fault) => Err(fault),
        }
    }

    fn strays(&self, table: Table) -> Result<Vec<i64>, Fault> {
        let (column, bits) = match keyed(table) {
            Keyed::Number => ("key", 40),
            Keyed::Balance => ("key", 44),
            Keyed::Lot => ("purse", 40),
            Keyed::Columns => ("ledger", 0),
            // Its rows are looked at one by one.
            Keyed::Expiry => return Ok(Vec::new()),
        };
        self.rows(&stray_numbers(table.name(), column, bits), [], |row| Ok(row.get(0)?))
    }

    fn stray_notes(&self) -> Result<Vec<(&'static str, i64)>, Fault> {
        let tables = Tables::of(self.connection())?;
        let mut strays = Vec::new();
        if tables.behind {
            let sql =
                "SELECT ledger FROM rows_behind b WHERE NOT EXISTS (SELECT 1 FROM ledgers l WHERE l.no = b.ledger)";
            strays.extend(self.rows(sql, [], |row| Ok(("rows_behind", row.get(0)?)))?);
        }
        for table in runs::TABLES.into_iter().filter(|_| tables.runs) {
            let found = self.rows(&stray_numbers(table, "key", 40), [], |row| Ok((table, row.get(0)?)))?;
            strays.extend(found);
        }
        Ok(strays)
    }

    fn hold_expiries(&self, after: Option<&(i64, Row)>, limit: usize) -> Result<Vec<(i64, Row)>, Fault> {
        let table = Table::HoldExpiries;
        let last = match after {
            Some((no, row)) => key_values(table, LedgerNo(*no), &row.key),
            None => vec![Value::Integer(i64::MIN), Value::Integer(i64::MIN)],
        };
        let sql = format!(
            "{} WHERE (expires_at, key) > (?1, ?2) ORDER BY expires_at, key LIMIT {}",
            select(table),
            bound(limit)
        );
        self.rows(&sql, params_from_iter(last), |row| read_row(table, row))
    }
}

/// Whether a file's pages can be read: gives, of each table and index that cannot be read whole, where that begins and
/// ends. `path` is the database; it is opened for reading only.
///
/// # Errors
/// When it cannot even be opened.
pub(crate) fn locate(connection: &rusqlite::Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT type, name, tbl_name FROM sqlite_schema WHERE rootpage > 0")?;
    let objects: Vec<(String, String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut places = Vec::new();
    for (kind, name, table) in objects {
        let place = match kind.as_str() {
            "table" => unreadable_rows(connection, &name)?,
            // What an index has can be made again from its table.
            _ if name.starts_with("sqlite_autoindex") => None,
            _ => unreadable_index(connection, &name, &table)?,
        };
        places.extend(place);
    }
    Ok(places)
}

fn unreadable_rows(connection: &rusqlite::Connection, table: &str) -> rusqlite::Result<Option<String>> {
    let sql = format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk");
    let mut statement = connection.prepare(&sql)?;
    let key: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    if key.is_empty() {
        return Ok(None);
    }
    let down: Vec<String> = key.iter().map(|column| format!("{column} DESC")).collect();
    let (first, is_whole) = read_until(connection, table, &key, &key.join(", "))?;
    if is_whole {
        return Ok(None);
    }
    let (last, _) = read_until(connection, table, &key, &down.join(", "))?;
    let shown = |place: Option<String>, none: &str| place.unwrap_or_else(|| none.to_owned());
    let (first, last) = (shown(first, "its beginning"), shown(last, "its end"));
    Ok(Some(format!("{table}: rows between {first} and {last} cannot be read")))
}

/// Reads a table in an order until it ends, or a page cannot be read; gives the last key, and whether it was the end.
fn read_until(
    connection: &rusqlite::Connection,
    table: &str,
    key: &[String],
    order: &str,
) -> rusqlite::Result<(Option<String>, bool)> {
    let mut statement = connection.prepare(&format!("SELECT {}, * FROM {table} ORDER BY {order}", key.join(", ")))?;
    let is_packed = key.iter().map(|column| column == "key" || column == "purse").collect::<Vec<_>>();
    let columns = statement.column_count();
    let mut last = None;
    let mut rows = statement.query([])?;
    loop {
        match rows.next() {
            Ok(None) => return Ok((last, true)),
            Err(_) => return Ok((last, false)),
            Ok(Some(row)) => {
                // Long values are on pages of their own.
                let mut is_read = (0..columns).map(|place| row.get_ref(place).is_ok());
                if !is_read.all(|is_read| is_read) {
                    return Ok((last, false));
                }
                let part = |(place, is_packed): (usize, &bool)| match row.get_ref(place) {
                    Ok(ValueRef::Integer(packed)) if *is_packed => {
                        let no = if matches!(table, "balances" | "entry_ranks") {
                            LedgerNo::of_balance(packed)
                        } else {
                            ledger_of(packed)
                        };
                        match table {
                            "balances" | "entry_ranks" => {
                                format!("{}:{}:{}", no.0, account_of(packed), asset_of(packed))
                            }
                            _ => format!("{}:{}", no.0, number_of(packed)),
                        }
                    }
                    _ => cell(row, place, "").map_or_else(|_| String::new(), |cell| cell.to_string()),
                };
                last = Some(is_packed.iter().enumerate().map(|(at, is)| part((at, is))).collect::<Vec<_>>().join(":"));
            }
        }
    }
}

fn unreadable_index(connection: &rusqlite::Connection, index: &str, table: &str) -> rusqlite::Result<Option<String>> {
    let filter: Option<String> = connection
        .query_row("SELECT sql FROM sqlite_schema WHERE name = ?1", [index], |row| row.get::<_, Option<String>>(0))
        .optional()?
        .flatten()
        .and_then(|sql| sql.split_once(" WHERE ").map(|(_, filter)| format!(" WHERE {filter}")));
    let sql = format!("SELECT count(*) FROM {table} INDEXED BY {index}{}", filter.unwrap_or_default());
    let counted = connection.query_row(&sql, [], |_| Ok(()));
    Ok(counted.err().map(|_| format!("{table}: its index {index} cannot be read")))
}

/// Where pages of a file cannot be read: of each table or index that cannot be read whole, its name and the keys
/// between which that is so. It reads all of the file, and nothing of it is changed.
///
/// # Errors
/// When the file cannot be opened, or nothing of it can be read.
pub fn locate_corruption(path: &Path) -> Result<Vec<String>, Fault> {
    locate(&open_reader(path)?).map_err(|error| open_fault(path, &error))
}
