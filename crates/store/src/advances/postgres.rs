//! Advances on PostgreSQL: the statements that write and read them, with the arrays that they are given.

use std::collections::HashMap;

use ducat_domain::Delta;
use ducat_domain::advances::accounts::PREFIX;
use ducat_domain::advances::footprint::AdvancesFootprint;
use ducat_domain::advances::working::AdvancesRows;
use ducat_domain::advances::{Advance, AdvanceChange, Book, Day, Run, TransactionId, TransactionRow};
use ducat_domain::codec::{Decoder, Encoder};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq};
use tokio_postgres::Row;

use super::{AdvancesSnapshot, TAKEN_MAX};
use crate::Fault;
use crate::ledger::postgres::reader::{PostgresSnapshot, Value, bound};
use crate::ledger::postgres::rows::{Columns, LedgerNo, integer};
use crate::postgres::session::Call;

/// By ledgers_by_name, then the key of advances_books.
pub(crate) const BOOK_BY_NAME: &str = "\
SELECT b.book FROM ledgers l JOIN advances_books b ON b.ledger = l.no WHERE l.name = $1";

/// By the key of advances.
const ADVANCES: &str = "\
SELECT a.seq, a.advance FROM unnest($2::int8[]) AS asked (seq)
CROSS JOIN LATERAL (SELECT * FROM advances a WHERE a.ledger = $1 AND a.seq = asked.seq OFFSET 0) a";

/// By the key of advances_transactions.
const TRANSACTIONS: &str = "\
SELECT t.transaction_id, t.known FROM unnest($2::bytea[]) AS asked (transaction_id)
CROSS JOIN LATERAL (
  SELECT * FROM advances_transactions t WHERE t.ledger = $1 AND t.transaction_id = asked.transaction_id OFFSET 0) t";

/// By accounts_by_name: the names that begin so, up to the next text of the same length.
const TAKEN: &str = "\
SELECT a.name FROM accounts a WHERE a.ledger = $1 AND a.name >= $2 AND a.name < $3 ORDER BY a.name LIMIT $4";

/// How many questions a footprint of advances is.
pub(crate) const LOADS: usize = 3;

/// What a footprint asks of advances.
pub(crate) fn loads(no: LedgerNo, footprint: &AdvancesFootprint) -> [Call; LOADS] {
    let advances: Vec<i64> = footprint.advances.iter().map(|seq| integer(seq.0)).collect();
    let (first, beyond) = (PREFIX.to_owned(), format!("{};", PREFIX.trim_end_matches(':')));
    let taken = if footprint.taken { integer(TAKEN_MAX as u64) } else { 0 };
    [
        Call::new(ADVANCES, vec![Box::new(no.0), Box::new(advances)]),
        Call::new(TRANSACTIONS, vec![Box::new(no.0), Box::new(names(&footprint.transactions))]),
        Call::new(TAKEN, vec![Box::new(no.0), Box::new(first), Box::new(beyond), Box::new(taken)]),
    ]
}

fn names(transactions: &[TransactionId]) -> Vec<Vec<u8>> {
    transactions.iter().map(|id| id.as_str().as_bytes().to_vec()).collect()
}

/// The results of these queries.
pub(crate) fn loaded(footprint: &AdvancesFootprint, answers: &[Vec<Row>]) -> Result<AdvancesRows, Fault> {
    let [advances, transactions, taken] = answers else { return Ok(crate::advances::absent(footprint)) };
    let mut by_no: HashMap<Seq, Advance> = HashMap::new();
    for row in advances {
        let advance = advance(row, 0)?;
        by_no.insert(advance.no, advance);
    }
    let mut by_id = by_id(transactions)?;
    let taken: Result<Vec<Name>, Fault> = taken.iter().map(|row| Columns::new(row, "accounts").name("name")).collect();
    let taken = taken?;
    Ok(AdvancesRows {
        advances: footprint.advances.iter().map(|no| (*no, by_no.remove(no))).collect(),
        transactions: footprint.transactions.iter().map(|id| (id.clone(), by_id.remove(id))).collect(),
        taken: footprint.taken.then_some(taken),
    })
}

fn by_id(rows: &[Row]) -> Result<HashMap<TransactionId, TransactionRow>, Fault> {
    rows.iter().map(transaction).collect()
}

/// Of `transaction_id, known`.
fn transaction(row: &Row) -> Result<(TransactionId, TransactionRow), Fault> {
    let id: &[u8] = row.get(0);
    let wrong = |column| Fault::Inconsistent {
        table: "advances_transactions",
        column,
        key: String::from_utf8_lossy(id).into_owned(),
    };
    let text = std::str::from_utf8(id).map_err(|_| wrong("transaction_id"))?;
    let parsed = TransactionId::parse(text).map_err(|_| wrong("transaction_id"))?;
    Ok((parsed, TransactionRow::decode(row.get(1)).map_err(|_| wrong("known"))?))
}

pub(crate) fn book(row: &Row, column: usize) -> Result<Book, Fault> {
    let wrong = |_| Fault::Inconsistent { table: "advances_books", column: "book", key: String::new() };
    Book::decode(&mut Decoder::new(row.get(column))).map_err(wrong)
}

/// Of `seq, advance`, from a column on.
fn advance(row: &Row, first: usize) -> Result<Advance, Fault> {
    let mut columns = Columns::after(row, first, "advances");
    let no = columns.seq("seq")?;
    let wrong = |_| Fault::Inconsistent { table: "advances", column: "advance", key: no.to_string() };
    Advance::decode(no, &mut Decoder::new(columns.get("advance")?)).map_err(wrong)
}

/// Of `seq, run`.
fn run(row: &Row) -> Result<Run, Fault> {
    let mut columns = Columns::new(row, "advances_runs");
    let no = columns.seq("seq")?;
    let wrong = |_| Fault::Inconsistent { table: "advances_runs", column: "run", key: no.to_string() };
    Run::decode(no, &mut Decoder::new(columns.get("run")?)).map_err(wrong)
}

const UPSERT_BOOKS: &str = "\
INSERT INTO advances_books (ledger, book) SELECT * FROM unnest($1::int4[], $2::bytea[])
ON CONFLICT (ledger) DO UPDATE SET book = excluded.book";

/// By the key of advances.
const UPSERT_ADVANCES: &str = "\
INSERT INTO advances (ledger, seq, owed, advance) SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::bytea[])
ON CONFLICT (ledger, seq) DO UPDATE SET owed = excluded.owed, advance = excluded.advance";

/// By the key of advances_due.
const DELETE_DUE: &str = "\
DELETE FROM advances_due d USING unnest($1::int4[], $2::int4[], $3::int8[]) AS done (ledger, day, advance)
WHERE d.ledger = done.ledger AND d.day = done.day AND d.advance = done.advance";

const INSERT_DUE: &str = "\
INSERT INTO advances_due (ledger, day, advance) SELECT * FROM unnest($1::int4[], $2::int4[], $3::int8[])";

/// By the key of advances_transactions.
const UPSERT_TRANSACTIONS: &str = "\
INSERT INTO advances_transactions (ledger, transaction_id, known)
SELECT * FROM unnest($1::int4[], $2::bytea[], $3::bytea[])
ON CONFLICT (ledger, transaction_id) DO UPDATE SET known = excluded.known";

const UPSERT_RUNS: &str = "\
INSERT INTO advances_runs (ledger, seq, run) SELECT * FROM unnest($1::int4[], $2::int8[], $3::bytea[])
ON CONFLICT (ledger, seq) DO UPDATE SET run = excluded.run";

const INSERT_EXCEPTIONS: &str = "\
INSERT INTO advances_exceptions (ledger, seq) SELECT * FROM unnest($1::int4[], $2::int8[])";

fn bytes(encode: impl FnOnce(&mut Encoder)) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encode(&mut encoder);
    encoder.into_bytes()
}

/// What a commit writes of advances: where something was due goes before where it is due now.
pub(crate) fn writes(all: &[(LedgerNo, &Delta)]) -> Vec<Call> {
    let mut calls = Vec::new();
    let books = || all.iter().filter_map(|(no, delta)| Some((*no, delta.product.advances.book.as_ref()?)));
    if books().next().is_some() {
        let ledgers: Vec<i32> = books().map(|(no, _)| no.0).collect();
        let rows: Vec<Vec<u8>> = books().map(|(_, book)| bytes(|e| book.encode(e))).collect();
        calls.push(Call::new(UPSERT_BOOKS, vec![Box::new(ledgers), Box::new(rows)]));
    }
    let changes =
        || all.iter().flat_map(|(no, delta)| delta.product.advances.advances.iter().map(move |row| (*no, row)));
    if changes().next().is_some() {
        calls.push(Call::new(
            UPSERT_ADVANCES,
            vec![
                Box::new(changes().map(|(no, _)| no.0).collect::<Vec<_>>()),
                Box::new(changes().map(|(_, row)| integer(row.advance.no.0)).collect::<Vec<_>>()),
                Box::new(changes().map(|(_, row)| integer(row.advance.account.0)).collect::<Vec<_>>()),
                Box::new(changes().map(|(_, row)| bytes(|e| row.advance.encode(e))).collect::<Vec<_>>()),
            ],
        ));
        let moved: Vec<(LedgerNo, &AdvanceChange)> =
            changes().filter(|(_, change)| change.before != change.next).collect();
        calls.extend(due(DELETE_DUE, &moved, |change| change.before));
        calls.extend(due(INSERT_DUE, &moved, |change| change.next));
    }
    let known =
        || all.iter().flat_map(|(no, delta)| delta.product.advances.transactions.iter().map(move |row| (*no, row)));
    if known().next().is_some() {
        let ids: Vec<Vec<u8>> = known().map(|(_, (id, _))| id.as_str().as_bytes().to_vec()).collect();
        let rows: Vec<Vec<u8>> = known().map(|(_, (_, row))| bytes(|e| row.encode(e))).collect();
        let ledgers: Vec<i32> = known().map(|(no, _)| no.0).collect();
        calls.push(Call::new(UPSERT_TRANSACTIONS, vec![Box::new(ledgers), Box::new(ids), Box::new(rows)]));
    }
    let runs = || all.iter().flat_map(|(no, delta)| delta.product.advances.runs.iter().map(move |run| (*no, run)));
    if runs().next().is_some() {
        let ledgers: Vec<i32> = runs().map(|(no, _)| no.0).collect();
        let seqs: Vec<i64> = runs().map(|(_, run)| integer(run.no.0)).collect();
        let rows: Vec<Vec<u8>> = runs().map(|(_, run)| bytes(|e| run.encode(e))).collect();
        calls.push(Call::new(UPSERT_RUNS, vec![Box::new(ledgers), Box::new(seqs), Box::new(rows)]));
    }
    let exceptions = || all.iter().flat_map(|(no, delta)| delta.exceptions().map(move |seq| (*no, seq)));
    if exceptions().next().is_some() {
        let ledgers: Vec<i32> = exceptions().map(|(no, _)| no.0).collect();
        let seqs: Vec<i64> = exceptions().map(|(_, seq)| integer(seq.0)).collect();
        calls.push(Call::new(INSERT_EXCEPTIONS, vec![Box::new(ledgers), Box::new(seqs)]));
    }
    calls
}

fn due(
    sql: &'static str,
    moved: &[(LedgerNo, &AdvanceChange)],
    day: impl Fn(&AdvanceChange) -> Option<Day>,
) -> Option<Call> {
    let (mut ledgers, mut days, mut advances) = (Vec::new(), Vec::new(), Vec::new());
    for (no, change) in moved {
        if let Some(day) = day(change) {
            ledgers.push(no.0);
            days.push(day_column(day));
            advances.push(integer(change.advance.no.0));
        }
    }
    (!ledgers.is_empty()).then(|| Call::new(sql, vec![Box::new(ledgers), Box::new(days), Box::new(advances)]))
}

fn day_column(day: Day) -> i32 {
    i32::try_from(day.0).unwrap_or(i32::MAX)
}

/// A node asks for the books of those ledgers that it serves or no one does.
const BOOKS: &str = "\
SELECT l.name, b.book FROM advances_books b JOIN ledgers l ON l.no = b.ledger
WHERE NOT l.arriving AND ($1::text IS NULL OR l.owner IS NULL OR l.owner = $1 OR l.lease_until < now())";

/// By the key of advances_due, then that of advances.
const DUE: &str = "\
SELECT d.day, a.seq, a.advance
FROM (SELECT * FROM advances_due d WHERE d.ledger = $1 AND d.day <= $2 AND (d.day, d.advance) > ($3, $4)
      ORDER BY d.day, d.advance LIMIT $5) d
JOIN advances a ON a.ledger = $1 AND a.seq = d.advance
ORDER BY d.day, d.advance";

impl AdvancesSnapshot for PostgresSnapshot<'_> {
    fn book(&self, ledger: &Name) -> Result<Option<Book>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(None) };
        let row = self.first("SELECT book FROM advances_books WHERE ledger = $1", &[&no.0])?;
        row.map(|row| book(&row, 0)).transpose()
    }

    fn books(&self) -> Result<Vec<(Name, Book)>, Fault> {
        let rows = self.rows(BOOKS, &[&self.reader.node])?;
        rows.iter().map(|row| Ok((Columns::new(row, "ledgers").name("name")?, book(row, 1)?))).collect()
    }

    fn advance(&self, ledger: &Name, no: Seq) -> Result<Option<Advance>, Fault> {
        let Some(ledger) = self.no(ledger)? else { return Ok(None) };
        let sql = "SELECT seq, advance FROM advances WHERE ledger = $1 AND seq = $2";
        self.first(sql, &[&ledger.0, &integer(no.0)])?.map(|row| advance(&row, 0)).transpose()
    }

    fn advances(&self, ledger: &Name, after: Seq, limit: usize) -> Result<Vec<Advance>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql = "SELECT seq, advance FROM advances WHERE ledger = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let rows = self.rows(sql, &[&no.0, &integer(after.0), &bound(limit)])?;
        rows.iter().map(|row| advance(row, 0)).collect()
    }

    /// By advances_by_owed.
    fn advances_of(&self, ledger: &Name, owed: AccountNo, after: Seq, limit: usize) -> Result<Vec<Advance>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql =
            "SELECT seq, advance FROM advances WHERE ledger = $1 AND owed = $2 AND seq > $3 ORDER BY seq LIMIT $4";
        let rows = self.rows(sql, &[&no.0, &integer(owed.0), &integer(after.0), &bound(limit)])?;
        rows.iter().map(|row| advance(row, 0)).collect()
    }

    fn advances_due(
        &self,
        ledger: &Name,
        until: Day,
        after: Option<(Day, Seq)>,
        limit: usize,
    ) -> Result<Vec<(Day, Advance)>, Fault> {
        let Some(ledger) = self.no(ledger)? else { return Ok(Vec::new()) };
        let (day, no) = after.unwrap_or((Day::FIRST, Seq(0)));
        let key: [Value<'_>; 5] = [&ledger.0, &day_column(until), &day_column(day), &integer(no.0), &bound(limit)];
        let one = |row: &Row| {
            let wrong = |_| Fault::Inconsistent { table: "advances_due", column: "day", key: ledger.0.to_string() };
            let day = u32::try_from(row.get::<_, i32>(0)).map_err(wrong)?;
            Ok((Day(day), advance(row, 1)?))
        };
        self.rows(DUE, &key)?.iter().map(one).collect()
    }

    fn transactions(&self, ledger: &Name, ids: &[TransactionId]) -> Result<Vec<Option<TransactionRow>>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(vec![None; ids.len()]) };
        let found = by_id(&self.rows(TRANSACTIONS, &[&no.0, &names(ids)])?)?;
        Ok(ids.iter().map(|id| found.get(id).copied()).collect())
    }

    fn run(&self, ledger: &Name, no: Seq) -> Result<Option<Run>, Fault> {
        let Some(ledger) = self.no(ledger)? else { return Ok(None) };
        let sql = "SELECT seq, run FROM advances_runs WHERE ledger = $1 AND seq = $2";
        self.first(sql, &[&ledger.0, &integer(no.0)])?.map(|row| run(&row)).transpose()
    }

    fn runs(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Run>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql = "SELECT seq, run FROM advances_runs WHERE ledger = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
        self.rows(sql, &[&no.0, &integer(before.0), &bound(limit)])?.iter().map(run).collect()
    }

    fn exceptions(&self, ledger: &Name, before: Seq, limit: usize) -> Result<Vec<Seq>, Fault> {
        let Some(no) = self.no(ledger)? else { return Ok(Vec::new()) };
        let sql = "SELECT seq FROM advances_exceptions WHERE ledger = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
        self.seqs(sql, &[&no.0, &integer(before.0), &bound(limit)])
    }
}
