//! Advances on SQLite: writing them with a commit, and reading them.

use ducat_domain::Delta;
use ducat_domain::advances::{Advance, AdvanceChange, Book, Day, Run, TransactionId, TransactionRow};
use ducat_domain::codec::{Decoder, Encoder};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq};
use rusqlite::{Connection, Row, params};

use super::AdvancesSnapshot;
use crate::Fault;
use crate::ledger::sqlite::reader::{SqliteSnapshot, bound};
use crate::ledger::sqlite::rows::{Columns, LedgerNo, SEQ_MAX, inconsistent, integer, number_of};

/// What a commit writes of advances: each row once, in order of its key.
pub(crate) fn write(connection: &Connection, no: LedgerNo, delta: &Delta) -> rusqlite::Result<()> {
    let advances = &delta.product.advances;
    let mut encoder = Encoder::new();
    if let Some(book) = &advances.book {
        book.encode(&mut encoder);
        let sql = "REPLACE INTO advances_books (ledger, book) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute(params![no.0, encoder.bytes()])?;
    }
    if !advances.advances.is_empty() {
        write_advances(connection, no, &advances.advances)?;
    }
    if !advances.transactions.is_empty() {
        let sql = "REPLACE INTO advances_transactions (ledger, transaction_id, known) VALUES (?1, ?2, ?3)";
        let mut known = connection.prepare_cached(sql)?;
        for (transaction, row) in &advances.transactions {
            encoder.clear();
            row.encode(&mut encoder);
            known.execute(params![no.0, transaction.as_str(), encoder.bytes()])?;
        }
    }
    for run in &advances.runs {
        encoder.clear();
        run.encode(&mut encoder);
        let sql = "REPLACE INTO advances_runs (key, run) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute(params![no.key(run.no.0), encoder.bytes()])?;
    }
    for seq in delta.exceptions() {
        let sql = "INSERT INTO advances_exceptions (key) VALUES (?1)";
        connection.prepare_cached(sql)?.execute([no.key(seq.0)])?;
    }
    Ok(())
}

fn write_advances(connection: &Connection, no: LedgerNo, changes: &[AdvanceChange]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached("INSERT INTO advances (key, owed, advance) VALUES (?1, ?2, ?3)")?;
    let mut update = connection.prepare_cached("UPDATE advances SET owed = ?2, advance = ?3 WHERE key = ?1")?;
    let mut encoder = Encoder::new();
    for AdvanceChange { advance, is_new, .. } in changes {
        encoder.clear();
        advance.encode(&mut encoder);
        let key = no.key(advance.no.0);
        let statement = if *is_new { &mut insert } else { &mut update };
        statement.execute(params![key, no.key(advance.account.0), encoder.bytes()])?;
    }
    // One key after another on each side of the move: a batch's advances are neighbours on most days.
    let moved = || changes.iter().filter(|change| change.before != change.next);
    let mut delete =
        connection.prepare_cached("DELETE FROM advances_due WHERE ledger = ?1 AND day = ?2 AND advance = ?3")?;
    for (day, advance) in moved().filter_map(|change| Some((change.before?, change.advance.no))) {
        delete.execute(params![no.0, day.0, integer(advance.0)])?;
    }
    let mut due = connection.prepare_cached("INSERT INTO advances_due (ledger, day, advance) VALUES (?1, ?2, ?3)")?;
    for (day, advance) in moved().filter_map(|change| Some((change.next?, change.advance.no))) {
        due.execute(params![no.0, day.0, integer(advance.0)])?;
    }
    Ok(())
}

pub(crate) fn read_book(connection: &Connection, no: LedgerNo) -> Result<Option<Book>, Fault> {
    let mut statement = connection.prepare_cached("SELECT book FROM advances_books WHERE ledger = ?1")?;
    let mut rows = statement.query([no.0])?;
    rows.next()?.map(|row| book(row, 0)).transpose()
}

fn book(row: &Row<'_>, column: usize) -> Result<Book, Fault> {
    let wrong = || inconsistent("advances_books", "book", column);
    let bytes = row.get_ref(column)?.as_blob().map_err(|_| wrong())?;
    Book::decode(&mut Decoder::new(bytes)).map_err(|_| wrong())
}

/// Of `key, advance`, from a column on.
fn advance(row: &Row<'_>, first: usize) -> Result<Advance, Fault> {
    let no = number_of(row.get(first)?);
    let wrong = || inconsistent("advances", "advance", no);
    let bytes = row.get_ref(first + 1)?.as_blob().map_err(|_| wrong())?;
    Advance::decode(Seq(no), &mut Decoder::new(bytes)).map_err(|_| wrong())
}

fn run(row: &Row<'_>) -> Result<Run, Fault> {
    let no = number_of(row.get(0)?);
    let wrong = || inconsistent("advances_runs", "run", no);
    let bytes = row.get_ref(1)?.as_blob().map_err(|_| wrong())?;
    Run::decode(Seq(no), &mut Decoder::new(bytes)).map_err(|_| wrong())
}

impl AdvancesSnapshot for SqliteSnapshot<'_> {
    fn book(&self, ledger: &Name) -> Result<Option<Book>, Fault> {
        self.in_ledger(ledger, |no| read_book(self.connection(), no))
    }

    fn books(&self) -> Result<Vec<(Name, Book)>, Fault> {
        let sql = "SELECT l.name, b.book FROM advances_books b JOIN ledgers l ON l.no = b.ledger WHERE l.arriving = 0";
        self.rows(sql, [], |row| Ok((Columns::new(row, "ledgers", "name").name("name")?, book(row, 1)?)))
    }

    fn advance(&self, ledger: &Name, no: Seq) -> Result<Option<Advance>, Fault> {
        let sql = "SELECT key, advance FROM advances WHERE key = ?1";
        self.in_ledger(ledger, |ledger| {
            let mut statement = self.connection().prepare_cached(sql)?;
            let mut rows = statement.query([ledger.key(no.0.min(SEQ_MAX))])?;
            rows.next()?.map(|row| advance(row, 0)).transpose()
        })
    }

    fn advances(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Advance>, Fault> {
        let sql = "SELECT key, advance FROM advances WHERE key > ?1 AND key <= ?2 ORDER BY key LIMIT ?3";
        self.in_ledger(ledger, |no| {
            let key = params![no.key(after.0.min(SEQ_MAX)), no.key(SEQ_MAX), bound(limit)];
            self.rows(sql, key, |row| advance(row, 0))
        })
    }

    /// By advances_by_owed, which ends with the key.
    fn advances_of(&self, ledger: &Name, owed: AccountNo, after: Seq, limit: usize) -> Result<Vec<Advance>, Fault> {
        let sql = "SELECT key, advance FROM advances WHERE owed = ?1 AND key > ?2 ORDER BY key LIMIT ?3";
        self.in_ledger(ledger, |no| {
            let key = params![no.key(owed.0), no.key(after.0.min(SEQ_MAX)), bound(limit)];
            self.rows(sql, key, |row| advance(row, 0))
        })
    }

    /// By the key of advances_due, then that of advances.
    fn advances_due(
        &self,
        ledger: &Name,
        until: Day,
        after: Option<(Day, Seq)>,
        limit: usize,
    ) -> Result<Vec<(Day, Advance)>, Fault> {
        let sql = "SELECT d.day, a.key, a.advance FROM advances_due d JOIN advances a ON a.key = (?1 << 40) + d.advance
                   WHERE d.ledger = ?1 AND d.day <= ?2 AND (d.day, d.advance) > (?3, ?4)
                   ORDER BY d.day, d.advance LIMIT ?5";
        let (day, no) = after.unwrap_or((Day::FIRST, Seq(0)));
        self.in_ledger(ledger, |ledger| {
            let key = params![ledger.0, until.0, day.0, integer(no.0), bound(limit)];
            self.rows(sql, key, |row| {
                let day = Columns::new(row, "advances_due", ledger.0).unsigned("day")?;
                let wrong = |_| inconsistent("advances_due", "day", day);
                Ok((Day(u32::try_from(day).map_err(wrong)?), advance(row, 1)?))
            })
        })
    }

    fn transactions(&self, ledger: &Name, ids: &[TransactionId]) -> Result<Vec<Option<TransactionRow>>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(vec![None; ids.len()]) };
        let sql = "SELECT known FROM advances_transactions WHERE ledger = ?1 AND transaction_id = ?2";
        let mut statement = self.connection().prepare_cached(sql)?;
        let one = |id: &TransactionId| {
            let mut rows = statement.query(params![no.0, id.as_str()])?;
            rows.next()?.map(|row| known(row, 0, id)).transpose()
        };
        ids.iter().map(one).collect()
    }

    fn run(&self, ledger: &Name, no: Seq) -> Result<Option<Run>, Fault> {
        self.in_ledger(ledger, |ledger| {
            let sql = "SELECT key, run FROM advances_runs WHERE key = ?1";
            Ok(self.rows(sql, [ledger.key(no.0.min(SEQ_MAX))], run)?.into_iter().next())
        })
    }

    fn runs(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Run>, Fault> {
        let sql = "SELECT key, run FROM advances_runs WHERE key > ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3";
        self.in_ledger(ledger, |no| {
            self.rows(sql, params![no.key(0), no.key(before.0.min(SEQ_MAX)), bound(limit)], run)
        })
    }

    fn exceptions(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Seq>, Fault> {
        let sql = "SELECT key FROM advances_exceptions WHERE key > ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3";
        self.in_ledger(ledger, |no| {
            let key = params![no.key(0), no.key(before.0.min(SEQ_MAX)), bound(limit)];
            self.rows(sql, key, |row| Ok(Seq(number_of(row.get(0)?))))
        })
    }
}

fn known(row: &Row<'_>, column: usize, id: &TransactionId) -> Result<TransactionRow, Fault> {
    let wrong = || inconsistent("advances_transactions", "known", id);
    let bytes = row.get_ref(column)?.as_blob().map_err(|_| wrong())?;
    TransactionRow::decode(bytes).map_err(|_| wrong())
}
