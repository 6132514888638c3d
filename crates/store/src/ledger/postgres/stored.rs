//! Rows of a PostgreSQL database as they are stored.

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Row as SqlRow, types::FromSql};
use uuid::Uuid;

use ducat_domain::numbers::Seq;

use super::reader::{PostgresSnapshot, Value, bound, early_heads};
use super::rows::pair;
use crate::Fault;
use crate::postgres::numeric::Wide;
use crate::stored::{Cell, LEDGER_COLUMNS, LedgerAt, Row, Stored, Table};

/// Texts that are kept as bytes, because they may hold any character.
const TEXTS: [&str; 2] = ["reference", "transaction_id"];

/// The columns of the key as they are here, without the ledger.
const fn key_columns(table: Table) -> &'static [&'static str] {
    match table {
        Table::TransactionMetadata => &["pair", "seq"],
        _ => table.key(),
    }
}

fn parameter(cell: &Cell, column: &str) -> Box<dyn ToSql + Sync + Send> {
    match cell {
        Cell::Null => Box::new(None::<i64>),
        Cell::Number(number) => Box::new(i64::try_from(*number).unwrap_or(i64::MAX)),
        Cell::Text(text) => Box::new(text.clone().into_bytes()),
        Cell::Bytes(bytes) if column == "pair" => Box::new(Uuid::from_slice(bytes).unwrap_or_default()),
        Cell::Bytes(bytes) => Box::new(bytes.clone()),
    }
}

/// The type that a column of a key is compared as.
fn kind(column: &str) -> &'static str {
    match column {
        "pair" => "uuid",
        "reference" | "transaction_id" => "bytea",
        _ => "int8",
    }
}

/// Cells of one column, as an array.
fn array(cells: &[&Cell], column: &str) -> Box<dyn ToSql + Sync + Send> {
    let bytes = |cell: &&Cell| match cell {
        Cell::Text(text) => text.clone().into_bytes(),
        Cell::Bytes(bytes) => bytes.clone(),
        Cell::Null | Cell::Number(_) => Vec::new(),
    };
    let number = |cell: &&Cell| match cell {
        Cell::Number(number) => i64::try_from(*number).unwrap_or(i64::MAX),
        Cell::Null | Cell::Text(_) | Cell::Bytes(_) => -1,
    };
    match kind(column) {
        "uuid" => {
            let ids = cells.iter().map(|cell| Uuid::from_slice(&bytes(cell)).unwrap_or_default());
            Box::new(ids.collect::<Vec<_>>())
        }
        "bytea" => Box::new(cells.iter().map(bytes).collect::<Vec<_>>()),
        _ => Box::new(cells.iter().map(number).collect::<Vec<_>>()),
    }
}

fn cell(row: &SqlRow, place: usize, column: &str) -> Cell {
    fn read<'a, T: FromSql<'a>>(row: &'a SqlRow, place: usize, cell: impl FnOnce(T) -> Cell) -> Cell {
        match row.try_get::<_, Option<T>>(place) {
            Ok(value) => value.map_or(Cell::Null, cell),
            Err(_) => Cell::Text("a value beyond what there is".to_owned()),
        }
    }
    match *row.columns()[place].type_() {
        Type::INT8 => read(row, place, |number: i64| Cell::Number(i128::from(number))),
        Type::INT4 => read(row, place, |number: i32| Cell::Number(i128::from(number))),
        Type::BOOL => read(row, place, |flag: bool| Cell::Number(i128::from(flag))),
        Type::NUMERIC => read(row, place, |wide: Wide| Cell::Number(wide.0)),
        Type::UUID => read(row, place, |id: Uuid| Cell::Bytes(id.as_bytes().to_vec())),
        Type::BYTEA => read(row, place, |bytes: Vec<u8>| match String::from_utf8(bytes) {
            Ok(text) if TEXTS.contains(&column) => Cell::Text(text),
            Ok(text) => Cell::Bytes(text.into_bytes()),
            Err(error) => Cell::Bytes(error.into_bytes()),
        }),
        _ => read(row, place, Cell::Text),
    }
}

/// A row of key and other columns, from a place on.
fn read_row(table: Table, row: &SqlRow, first: usize) -> Row {
    let (key, columns) = (key_columns(table), table.columns());
    let all = key.iter().chain(columns).zip(first..).map(|(column, place)| cell(row, place, column));
    let mut cells: Vec<Cell> = all.collect();
    let rest = cells.split_off(key.len());
    Row::new(cells, rest)
}

fn columns(table: Table) -> String {
    [key_columns(table), table.columns()].concat().iter().map(|column| format!(", t.{column}")).collect()
}

/// The columns of a key under a name of the table, in parentheses.
fn key_of(table: Table) -> String {
    let key: Vec<String> = key_columns(table).iter().map(|column| format!("t.{column}")).collect();
    key.join(", ")
}

impl PostgresSnapshot<'_> {
    fn stored_rows(&self, sql: &str, values: &[Box<dyn ToSql + Sync + Send>]) -> Result<Vec<SqlRow>, Fault> {
        let values: Vec<Value<'_>> = values.iter().map(|value| &**value as Value<'_>).collect();
        self.rows(sql, &values)
    }
}

fn ledger(of: &LedgerAt) -> Box<dyn ToSql + Sync + Send> {
    Box::new(i32::try_from(of.no).unwrap_or(-1))
}

/// Outcomes are an index of the journal here.
pub(crate) fn is_kept(table: Table) -> bool {
    table != Table::Outcomes
}

impl Stored for PostgresSnapshot<'_> {
    fn ledger_rows(&self, after: i64, limit: usize) -> Result<Vec<(i64, Vec<Cell>)>, Fault> {
        let columns = LEDGER_COLUMNS.join(", ");
        let from = if self.reader.is_early { early_heads!() } else { "ledgers" };
        let sql = format!("SELECT no, {columns} FROM {from} WHERE no > $1 ORDER BY no LIMIT $2");
        let after = i32::try_from(after).unwrap_or(i32::MIN);
        let rows = self.rows(&sql, &[&after, &bound(limit)])?;
        let read = |row: &SqlRow| {
            let cells = LEDGER_COLUMNS.iter().zip(1..).map(|(column, place)| cell(row, place, column));
            (i64::from(row.get::<_, i32>(0)), cells.collect())
        };
        Ok(rows.iter().map(read).collect())
    }

    fn stored(&self, table: Table, of: &LedgerAt, after: Option<&Row>, limit: usize) -> Result<Vec<Row>, Fault> {
        let key = key_of(table);
        let mut values = vec![ledger(of), Box::new(bound(limit)) as Box<dyn ToSql + Sync + Send>];
        let mut beyond = String::new();
        if let Some(after) = after {
            if after.key.is_empty() {
                return Ok(Vec::new());
            }
            let marks = key_columns(table).iter().zip(3..).map(|(column, place)| format!("${place}::{}", kind(column)));
            beyond = format!("AND ({key}) > ({})", marks.collect::<Vec<_>>().join(", "));
            values.extend(after.key.iter().zip(key_columns(table)).map(|(cell, column)| parameter(cell, column)));
        }
        let order = if key.is_empty() { String::new() } else { format!("ORDER BY {key}") };
        let (columns, name) = (columns(table), table.name());
        let sql = format!("SELECT t.ledger{columns} FROM {name} t WHERE t.ledger = $1 {beyond} {order} LIMIT $2");
        Ok(self.stored_rows(&sql, &values)?.iter().map(|row| read_row(table, row, 1)).collect())
    }

    fn stored_at(&self, table: Table, of: &LedgerAt, keys: &[Vec<Cell>]) -> Result<Vec<Option<Row>>, Fault> {
        let mut found = vec![None; keys.len()];
        let key = key_columns(table);
        let arrays = key.iter().zip(2..).map(|(column, place)| format!("${place}::{}[]", kind(column)));
        let equal = key.iter().map(|column| format!(" AND t.{column} = asked.{column}"));
        let sql = format!(
            "SELECT asked.place{columns} FROM unnest({arrays}) WITH ORDINALITY AS asked ({names}, place)
             CROSS JOIN LATERAL (SELECT * FROM {name} t WHERE t.ledger = $1{equal} OFFSET 0) t",
            columns = columns(table),
            arrays = arrays.collect::<Vec<_>>().join(", "),
            names = key.join(", "),
            name = table.name(),
            equal = equal.collect::<String>(),
        );
        let mut values = vec![ledger(of)];
        for (place, column) in key.iter().enumerate() {
            let cells: Vec<&Cell> = keys.iter().map(|key| key.get(place).unwrap_or(&Cell::Null)).collect();
            values.push(array(&cells, column));
        }
        for row in self.stored_rows(&sql, &values)? {
            let place = usize::try_from(row.get::<_, i64>(0)).unwrap_or(usize::MAX);
            if let Some(found) = found.get_mut(place.saturating_sub(1)) {
                *found = Some(read_row(table, &row, 1));
            }
        }
        Ok(found)
    }

    fn stored_count(&self, table: Table, of: &LedgerAt) -> Result<u64, Fault> {
        self.count_of(&format!("SELECT count(*) FROM {} WHERE ledger = $1", table.name()), of.no)
    }

    fn strays(&self, table: Table) -> Result<Vec<i64>, Fault> {
        // From one ledger to the next by one descent of the key each. A row that no one opened has no rows elsewhere.
        let sql = format!(
            "WITH RECURSIVE found (no) AS (
               SELECT min(ledger) FROM {name}
               UNION ALL
               SELECT (SELECT min(ledger) FROM {name} WHERE ledger > found.no) FROM found WHERE found.no IS NOT NULL)
             SELECT no FROM found
             WHERE no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledgers l WHERE l.no = found.no AND l.seq > 0)",
            name = table.name()
        );
        Ok(self.rows(&sql, &[])?.iter().map(|row| i64::from(row.get::<_, i32>(0))).collect())
    }

    fn hold_expiries(&self, after: Option<&(i64, Row)>, limit: usize) -> Result<Vec<(i64, Row)>, Fault> {
        let table = Table::HoldExpiries;
        let no = after.map_or(i32::MIN, |(no, _)| i32::try_from(*no).unwrap_or(i32::MAX));
        let seq = match after.and_then(|(_, row)| row.key.get(1)) {
            Some(Cell::Number(seq)) => i64::try_from(*seq).unwrap_or(i64::MAX),
            Some(Cell::Null | Cell::Text(_) | Cell::Bytes(_)) | None => i64::MIN,
        };
        let sql = format!(
            "SELECT t.ledger{} FROM hold_expiries t WHERE (t.ledger, t.seq) > ($1, $2) ORDER BY t.ledger, t.seq LIMIT $3",
            columns(table)
        );
        let rows = self.rows(&sql, &[&no, &seq, &bound(limit)])?;
        Ok(rows.iter().map(|row| (i64::from(row.get::<_, i32>(0)), read_row(table, row, 1))).collect())
    }

    /// Outcomes are found by an index of the journal.
    fn keeps(&self, table: Table) -> bool {
        is_kept(table)
    }

    fn metadata_key(&self, key: &str, value: &str, seq: Seq) -> Vec<Cell> {
        vec![Cell::Bytes(pair(key, value).as_bytes().to_vec()), Cell::Number(i128::from(seq.0))]
    }
}
