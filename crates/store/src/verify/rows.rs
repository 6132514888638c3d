//! Rows as they must be stored: what each means, written down column by column.

use ducat_domain::advances::{Advance, Book, Day, Run, TransactionId, TransactionRow};
use ducat_domain::codec::{Decoder, Encoder, Malformed};
use ducat_domain::ledger::derived::DerivedBalance;
use ducat_domain::ledger::rows::{
    AccountRow, AssetRow, BalanceRow, BucketKey, DateSum, Head, OffDateRow, TransactionState,
};
use ducat_domain::ledger::terms::{ImplicitAccounts, Metadata, Ranking, ZeroAmounts};
use ducat_domain::money::Amount;
use ducat_domain::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use ducat_domain::points::{Due, LotKey, LotRow, Order, ProgramRow, PurseRow};

use crate::stored::{Cell, Row, Table};

pub(crate) fn number(number: u64) -> Cell {
    Cell::Number(i128::from(number))
}

fn at(at: Timestamp) -> Cell {
    Cell::Number(i128::from(at.0))
}

fn flag(flag: bool) -> Cell {
    Cell::Number(i128::from(flag))
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn id(id: Id) -> Cell {
    Cell::Bytes(id.0.to_be_bytes().to_vec())
}

fn optional<T>(value: Option<T>, cell: impl FnOnce(T) -> Cell) -> Cell {
    value.map_or(Cell::Null, cell)
}

fn bytes(encode: impl FnOnce(&mut Encoder)) -> Cell {
    let mut encoder = Encoder::new();
    encode(&mut encoder);
    Cell::Bytes(encoder.into_bytes())
}

/// The columns of `ledgers`.
pub(crate) fn head(head: &Head) -> Vec<Cell> {
    vec![
        text(head.ledger.as_str()),
        number(head.batch.0),
        number(head.epoch),
        number(head.seq.0),
        at(head.at),
        Cell::Bytes(head.hash.to_vec()),
        number(head.accounts.0),
        flag(head.rules.implicit_accounts == ImplicitAccounts::Opened),
        flag(head.rules.zero_amounts == ZeroAmounts::Record),
        flag(head.rules.ranking == Ranking::ByEntries),
        flag(head.arriving),
        bytes(|e| head.defaults.encode(e)),
        number(u64::from(head.state.code())),
    ]
}

/// A row that is no more than its place in the journal.
pub(crate) fn seq(seq: Seq) -> Row {
    Row::new(vec![number(seq.0)], Vec::new())
}

pub(crate) fn asset(row: &AssetRow) -> Row {
    Row::new(vec![number(row.no.0)], vec![text(row.code.as_str()), number(u64::from(row.scale))])
}

pub(crate) fn account(row: &AccountRow) -> Row {
    let metadata = if row.metadata.is_empty() { Cell::Null } else { bytes(|e| row.metadata.encode(e)) };
    let columns = vec![text(row.name.as_str()), metadata, at(row.opened_at), flag(row.frozen), flag(row.closed)];
    Row::new(vec![number(row.no.0)], columns)
}

pub(crate) fn balance(row: &BalanceRow) -> Row {
    let derived = DerivedBalance {
        posted: row.posted.minor_units(),
        pending_in: row.pending_in.minor_units(),
        pending_out: row.pending_out.minor_units(),
        entries: row.entries,
        last: row.last,
        off_date: row.off_date,
        limits: row.limits,
    };
    derived_balance((row.account, row.asset), &derived)
}

pub(crate) fn derived_balance((account, asset): (AccountNo, AssetNo), row: &DerivedBalance) -> Row {
    let columns = vec![
        optional(row.limits.min, |limit| Cell::Number(limit.minor_units())),
        optional(row.limits.max, |limit| Cell::Number(limit.minor_units())),
        Cell::Number(row.posted),
        Cell::Number(row.pending_in),
        Cell::Number(row.pending_out),
        number(row.entries),
        optional(row.last, |seq| number(seq.0)),
        Cell::Number(row.off_date.0),
    ];
    Row::new(vec![number(account.0), number(asset.0)], columns)
}

pub(crate) fn rank(row: &BalanceRow) -> Row {
    derived_rank((row.account, row.asset), row.entries)
}

pub(crate) fn derived_rank((account, asset): (AccountNo, AssetNo), entries: u64) -> Row {
    Row::new(vec![number(account.0), number(asset.0)], vec![number(entries)])
}

pub(crate) fn outcome(of: Id, seq: Seq) -> Row {
    Row::new(vec![id(of)], vec![number(seq.0)])
}

pub(crate) fn reference(reference: &str, seq: Seq) -> Row {
    Row::new(vec![text(reference)], vec![number(seq.0)])
}

/// A pair of metadata as its own key.
pub(crate) fn pair(key: &str, value: &str, seq: Seq) -> Vec<Cell> {
    vec![text(key), text(value), number(seq.0)]
}

pub(crate) fn state(seq: Seq, of: Id, state: TransactionState) -> Row {
    let (code, expires_at, resolved, amount, reversed_by) = match state {
        TransactionState::Posted { reversed_by } => (0, None, None, None, reversed_by),
        TransactionState::Pending { expires_at } => (1, expires_at, None, None, None),
        TransactionState::HoldPosted { seq, amount, reversed_by } => (2, None, Some(seq), Some(amount), reversed_by),
        TransactionState::Voided { seq } => (3, None, Some(seq), None, None),
        TransactionState::Expired { seq } => (4, None, Some(seq), None, None),
    };
    let columns = vec![
        id(of),
        number(code),
        optional(expires_at, at),
        optional(resolved, |seq| number(seq.0)),
        optional(amount, |amount| Cell::Number(amount.signed())),
        optional(reversed_by, id),
    ];
    Row::new(vec![number(seq.0)], columns)
}

pub(crate) fn expiry(expires_at: Timestamp, seq: Seq) -> Row {
    Row::new(vec![at(expires_at), number(seq.0)], Vec::new())
}

pub(crate) fn milestone(account: AccountNo, asset: AssetNo, reached: Timestamp, seq: Seq) -> Row {
    Row::new(vec![number(account.0), number(asset.0), at(reached), number(seq.0)], Vec::new())
}

pub(crate) fn off_date(row: &OffDateRow) -> Row {
    Row::new(vec![number(row.account.0), number(row.asset.0), number(row.seq.0)], vec![Cell::Number(row.sum.0)])
}

pub(crate) fn bucket(key: &BucketKey, sum: DateSum) -> Row {
    let (level, index) = (number(u64::from(key.level)), Cell::Number(i128::from(key.index)));
    Row::new(vec![number(key.account.0), number(key.asset.0), level, index], vec![Cell::Number(sum.0)])
}

pub(crate) fn program(row: &ProgramRow) -> Row {
    let program = &row.program;
    let columns = vec![
        text(program.asset.as_str()),
        flag(program.order == Order::Expiring),
        optional(program.lifetime_days, |days| number(u64::from(days))),
        number(u64::from(program.pending_days)),
        flag(row.has_lots),
    ];
    Row::new(Vec::new(), columns)
}

pub(crate) fn purse(row: &PurseRow) -> Row {
    Row::new(vec![number(row.account.0)], vec![bytes(|e| row.encode(e))])
}

pub(crate) fn lot(account: AccountNo, row: &LotRow) -> Row {
    let LotKey { expires_first, earned_at, arrival } = row.lot.key;
    let key = vec![number(account.0), at(expires_first), at(earned_at), number(arrival.0)];
    Row::new(key, vec![optional(row.expires_at, at), Cell::Number(row.lot.points.signed())])
}

pub(crate) fn due(due: &Due) -> Row {
    Row::new(vec![at(due.at), number(due.arrival.0)], Vec::new())
}

pub(crate) fn refund(seq: Seq, points: Amount) -> Row {
    Row::new(vec![number(seq.0)], vec![Cell::Number(points.signed())])
}

pub(crate) fn book(book: &Book) -> Row {
    Row::new(Vec::new(), vec![bytes(|e| book.encode(e))])
}

pub(crate) fn advance(advance: &Advance) -> Row {
    Row::new(vec![number(advance.no.0)], vec![number(advance.account.0), bytes(|e| advance.encode(e))])
}

pub(crate) fn advance_due(day: Day, no: Seq) -> Row {
    Row::new(vec![number(u64::from(day.0)), number(no.0)], Vec::new())
}

pub(crate) fn known(of: &TransactionId, row: &TransactionRow) -> Row {
    Row::new(vec![text(of.as_str())], vec![bytes(|e| row.encode(e))])
}

pub(crate) fn run(run: &Run) -> Row {
    Row::new(vec![number(run.no.0)], vec![bytes(|e| run.encode(e))])
}

/// A row with its canonical bytes as this release writes them: earlier ones may have written the same otherwise. What
/// cannot be read stays as it is, and is no row's.
pub(crate) fn canonical(table: Table, row: &mut Row) {
    let no = Seq(match row.key.first() {
        Some(Cell::Number(number)) => u64::try_from(*number).unwrap_or(0),
        Some(Cell::Null | Cell::Text(_) | Cell::Bytes(_)) | None => 0,
    });
    for (cell, column) in row.columns.iter_mut().zip(table.columns()) {
        let Cell::Bytes(stored) = &*cell else { continue };
        let again = match (table, *column) {
            (Table::Accounts, "metadata") => again(stored, Metadata::decode, Metadata::encode),
            (Table::AdvancesBooks, "book") => again(stored, Book::decode, Book::encode),
            (Table::Advances, "advance") => again(stored, |d| Advance::decode(no, d), Advance::encode),
            (Table::AdvancesRuns, "run") => again(stored, |d| Run::decode(no, d), Run::encode),
            (Table::AdvancesTransactions, "known") => {
                TransactionRow::decode(stored).map(|row| bytes(|e| row.encode(e))).ok()
            }
            _ => None,
        };
        if let Some(again) = again {
            *cell = again;
        }
    }
}

fn again<T>(
    stored: &[u8],
    decode: impl FnOnce(&mut Decoder<'_>) -> Result<T, Malformed>,
    encode: impl FnOnce(&T, &mut Encoder),
) -> Option<Cell> {
    let mut d = Decoder::new(stored);
    let value = decode(&mut d).ok()?;
    d.finish().ok()?;
    Some(bytes(|e| encode(&value, e)))
}
