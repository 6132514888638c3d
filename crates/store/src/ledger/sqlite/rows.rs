//! Rows to columns and back. A row that no release writes is an inconsistency that names table and column.

use ducat_domain::codec::Decoder;
use ducat_domain::codec::Fingerprint;
use ducat_domain::ledger::rows::{
    AccountRow, AssetRow, BalanceRow, BatchRow, DateSum, Defaults, Head, LedgerState, TransactionState,
};
use ducat_domain::ledger::terms::{ImplicitAccounts, LedgerRules, Limits, Metadata, Ranking, ZeroAmounts};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, BatchNo, Id, Seq, Timestamp};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Row, Statement, ToSql, params};

use crate::Fault;
pub(crate) use crate::sqlite::integer;

/// Bits for a number within its ledger: a million million rows.
const NUMBER_BITS: u32 = 40;

/// The number that SQLite gave a ledger. It appears in no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LedgerNo(pub i64);

impl LedgerNo {
    /// The integer key of a row of this ledger.
    pub fn key(self, number: u64) -> i64 {
        (self.0 << NUMBER_BITS) | integer(number)
    }
}

/// Ledgers of one file: what is left of 63 bits above accounts and assets.
pub(crate) const LEDGERS_MAX: i64 = (1 << (63 - ACCOUNT_BITS - ASSET_BITS)) - 2;

/// Accounts of one ledger, so that the key after an account's last is still the ledger's own.
pub(crate) const ACCOUNTS_MAX: u64 = (1 << ACCOUNT_BITS) - 2;

/// The greatest number that a key of the journal holds.
pub(crate) const SEQ_MAX: u64 = (1 << NUMBER_BITS) - 1;

/// Bits for an asset within its ledger, in the keys of balances: the rules stop at 4,000 assets.
const ASSET_BITS: u32 = 12;

/// Bits for an account within its ledger, in the keys of balances: four thousand million accounts a ledger.
const ACCOUNT_BITS: u32 = 32;

impl LedgerNo {
    /// The integer key of a balance of this ledger.
    pub fn balance_key(self, account: u64, asset: u64) -> i64 {
        (self.0 << (ACCOUNT_BITS + ASSET_BITS)) | (integer(account) << ASSET_BITS) | integer(asset)
    }
}

impl LedgerNo {
    /// The ledger of a balance's key.
    pub fn of_balance(key: i64) -> LedgerNo {
        LedgerNo(key >> (ACCOUNT_BITS + ASSET_BITS))
    }
}

pub(crate) fn account_of(key: i64) -> AccountNo {
    let account = (key >> ASSET_BITS) & ((1 << ACCOUNT_BITS) - 1);
    AccountNo(u64::try_from(account).unwrap_or_default())
}

pub(crate) fn asset_of(key: i64) -> AssetNo {
    AssetNo(u64::try_from(key & ((1 << ASSET_BITS) - 1)).unwrap_or_default())
}

/// The number within its ledger of a row's key.
pub(crate) fn number_of(key: i64) -> u64 {
    u64::try_from(key & ((1 << NUMBER_BITS) - 1)).unwrap_or_default()
}

/// The ledger of a row's key.
pub(crate) fn ledger_of(key: i64) -> LedgerNo {
    LedgerNo(key >> NUMBER_BITS)
}

pub(crate) fn inconsistent(table: &'static str, column: &'static str, key: impl ToString) -> Fault {
    Fault::Inconsistent { table, column, key: key.to_string() }
}

/// A 128-bit number as SQLite keeps it.
pub(crate) struct Wide(pub i128);

impl ToSql for Wide {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match i64::try_from(self.0) {
            Ok(small) => ToSqlOutput::Owned(Value::Integer(small)),
            Err(_) => ToSqlOutput::Owned(Value::Blob(self.0.to_be_bytes().to_vec())),
        })
    }
}

fn wide_value(value: ValueRef<'_>) -> Option<i128> {
    match value {
        ValueRef::Integer(small) => Some(i128::from(small)),
        ValueRef::Blob(bytes) => bytes.try_into().ok().map(i128::from_be_bytes),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Text(_) => None,
    }
}

/// A row being read: where it is, to name the place of what is wrong.
pub(crate) struct Columns<'a> {
    pub row: &'a Row<'a>,
    pub table: &'static str,
    pub key: String,
    /// The columns in their order, where that is known.
    order: &'static [&'static str],
}

impl<'a> Columns<'a> {
    pub fn new(row: &'a Row<'a>, table: &'static str, key: impl ToString) -> Columns<'a> {
        Columns { row, table, key: key.to_string(), order: &[] }
    }

    /// A row of which all columns were selected, in their order. SQLite finds a name by comparing it with every column's,
    /// which takes half the time where rows are many and wide.
    pub fn in_order(row: &'a Row<'a>, table: &'static str, order: &'static [&'static str]) -> Columns<'a> {
        Columns { row, table, key: String::new(), order }
    }

    pub fn wrong(&self, column: &'static str) -> Fault {
        // Rows of a list say themselves which they are.
        match self.row.get::<_, i64>("key") {
            Ok(key) if self.table != "balances" => {
                inconsistent(self.table, column, format!("{}:{}", ledger_of(key).0, number_of(key)))
            }
            _ => inconsistent(self.table, column, &self.key),
        }
    }

    /// Columns that a kind of row has nothing in.
    pub fn nothing_in(&self, columns: &[&'static str]) -> Result<(), Fault> {
        for column in columns {
            if self.value(column)? != ValueRef::Null {
                return Err(self.wrong(column));
            }
        }
        Ok(())
    }

    pub fn value(&self, column: &'static str) -> Result<ValueRef<'a>, Fault> {
        let place = self.order.iter().position(|name| *name == column);
        place.map_or_else(|| self.row.get_ref(column), |place| self.row.get_ref(place)).map_err(Fault::from)
    }

    pub fn signed(&self, column: &'static str) -> Result<i64, Fault> {
        self.value(column)?.as_i64().map_err(|_| self.wrong(column))
    }

    pub fn unsigned(&self, column: &'static str) -> Result<u64, Fault> {
        u64::try_from(self.signed(column)?).map_err(|_| self.wrong(column))
    }

    pub fn optional<T>(
        &self,
        column: &'static str,
        read: impl FnOnce(&Self) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        match self.value(column)? {
            ValueRef::Null => Ok(None),
            _ => read(self).map(Some),
        }
    }

    pub fn small(&self, column: &'static str) -> Result<u32, Fault> {
        u32::try_from(self.signed(column)?).map_err(|_| self.wrong(column))
    }

    fn flag(&self, column: &'static str) -> Result<bool, Fault> {
        match self.signed(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong(column)),
        }
    }

    pub fn balance(&self, column: &'static str) -> Result<Balance, Fault> {
        wide_value(self.value(column)?).and_then(Balance::new).ok_or_else(|| self.wrong(column))
    }

    pub fn date_sum(&self, column: &'static str) -> Result<DateSum, Fault> {
        wide_value(self.value(column)?).map(DateSum).ok_or_else(|| self.wrong(column))
    }

    pub fn amount(&self, column: &'static str) -> Result<Amount, Fault> {
        let wide = wide_value(self.value(column)?).and_then(|wide| u128::try_from(wide).ok());
        wide.map(Amount::new).filter(|amount| amount.is_within_limit()).ok_or_else(|| self.wrong(column))
    }

    fn bytes<const N: usize>(&self, column: &'static str) -> Result<[u8; N], Fault> {
        let blob = self.value(column)?.as_blob().map_err(|_| self.wrong(column))?;
        blob.try_into().map_err(|_| self.wrong(column))
    }

    pub fn id(&self, column: &'static str) -> Result<Id, Fault> {
        self.bytes(column).map(|bytes| Id(u128::from_be_bytes(bytes)))
    }

    pub fn name(&self, column: &'static str) -> Result<Name, Fault> {
        let text = self.value(column)?.as_str().map_err(|_| self.wrong(column))?;
        Name::recorded(text).map_err(|_| self.wrong(column))
    }

    pub fn timestamp(&self, column: &'static str) -> Result<Timestamp, Fault> {
        self.signed(column).map(Timestamp)
    }

    pub fn seq(&self, column: &'static str) -> Result<Seq, Fault> {
        self.unsigned(column).map(Seq)
    }

    pub fn fingerprint(&self) -> Result<Fingerprint, Fault> {
        self.bytes("fingerprint").map(Fingerprint)
    }

    pub fn head(&self) -> Result<(LedgerNo, Head), Fault> {
        let head = Head {
            ledger: self.name("name")?,
            batch: BatchNo(self.unsigned("batch")?),
            epoch: self.unsigned("epoch")?,
            seq: self.seq("seq")?,
            at: self.timestamp("at")?,
            hash: self.bytes("hash")?,
            accounts: AccountNo(self.unsigned("accounts")?),
            rules: LedgerRules {
                implicit_accounts: match self.flag("implicit_accounts")? {
                    true => ImplicitAccounts::Opened,
                    false => ImplicitAccounts::Refused,
                },
                zero_amounts: match self.flag("zero_amounts")? {
                    true => ZeroAmounts::Record,
                    false => ZeroAmounts::Refuse,
                },
                ranking: match self.flag("rank_by_entries")? {
                    true => Ranking::ByEntries,
                    false => Ranking::None,
                },
            },
            defaults: self.defaults()?,
            arriving: self.flag("arriving")?,
            state: self.ledger_state()?,
        };
        Ok((LedgerNo(self.signed("no")?), head))
    }

    /// A file that is only read may be an earlier release's, which has no such column: the first asset was meant all
    /// along.
    fn defaults(&self) -> Result<Defaults, Fault> {
        if let Err(rusqlite::Error::InvalidColumnName(_)) = self.row.get_ref("default_assets") {
            return Ok(Defaults::default());
        }
        let bytes = self.value("default_assets")?.as_blob().map_err(|_| self.wrong("default_assets"))?;
        Defaults::decode(&mut Decoder::new(bytes)).map_err(|_| self.wrong("default_assets"))
    }

    /// A file that is only read may be an earlier release's, which has no such column: every ledger was open.
    fn ledger_state(&self) -> Result<LedgerState, Fault> {
        if let Err(rusqlite::Error::InvalidColumnName(_)) = self.row.get_ref("state") {
            return Ok(LedgerState::Open);
        }
        let code = u8::try_from(self.signed("state")?).ok();
        code.and_then(LedgerState::from_code).ok_or_else(|| self.wrong("state"))
    }

    pub fn asset(&self) -> Result<AssetRow, Fault> {
        Ok(AssetRow {
            no: AssetNo(self.unsigned("no")?),
            code: self.name("code")?,
            scale: u8::try_from(self.signed("scale")?).map_err(|_| self.wrong("scale"))?,
        })
    }

    pub fn account(&self) -> Result<AccountRow, Fault> {
        let metadata = match self.value("metadata")? {
            ValueRef::Null => Metadata::default(),
            value => {
                let blob = value.as_blob().map_err(|_| self.wrong("metadata"))?;
                Metadata::decode(&mut Decoder::new(blob)).map_err(|_| self.wrong("metadata"))?
            }
        };
        Ok(AccountRow {
            no: AccountNo(number_of(self.signed("key")?)),
            name: self.name("name")?,
            metadata,
            opened_at: self.timestamp("opened_at")?,
            frozen: self.flag("frozen")?,
            closed: self.flag("closed")?,
        })
    }

    pub fn balance_row(&self) -> Result<BalanceRow, Fault> {
        let key = self.signed("key")?;
        Ok(BalanceRow {
            account: account_of(key),
            asset: asset_of(key),
            limits: Limits {
                min: self.optional("min_balance", |c| c.balance("min_balance"))?,
                max: self.optional("max_balance", |c| c.balance("max_balance"))?,
            },
            posted: self.balance("posted")?,
            pending_in: self.balance("pending_in")?,
            pending_out: self.balance("pending_out")?,
            entries: self.unsigned("entries")?,
            last: self.optional("last", |c| c.seq("last"))?,
            off_date: self.date_sum("off_date")?,
        })
    }

    pub fn batch(&self) -> Result<BatchRow, Fault> {
        Ok(BatchRow {
            batch: BatchNo(number_of(self.signed("key")?)),
            last: self.seq("last")?,
            at: self.timestamp("at")?,
            hash: self.bytes("hash")?,
        })
    }

    pub fn state(&self) -> Result<(Seq, Id, TransactionState), Fault> {
        let reversed_by = self.optional("reversed_by", |c| c.id("reversed_by"))?;
        let state = match self.signed("state")? {
            0 => TransactionState::Posted { reversed_by },
            1 => TransactionState::Pending { expires_at: self.optional("expires_at", |c| c.timestamp("expires_at"))? },
            2 => {
                TransactionState::HoldPosted { seq: self.seq("resolved")?, amount: self.amount("amount")?, reversed_by }
            }
            3 => TransactionState::Voided { seq: self.seq("resolved")? },
            4 => TransactionState::Expired { seq: self.seq("resolved")? },
            _ => return Err(self.wrong("state")),
        };
        Ok((Seq(number_of(self.signed("key")?)), self.id("id")?, state))
    }
}

/// Binds by position, and leaves what is missing NULL: a statement's bindings are cleared once a row.
pub(crate) struct Binder<'a, 'c> {
    pub statement: &'a mut Statement<'c>,
}

impl Binder<'_, '_> {
    pub fn set(&mut self, place: usize, value: impl ToSql) -> rusqlite::Result<()> {
        self.statement.raw_bind_parameter(place, value)
    }

    pub fn blob(&mut self, place: usize, bytes: &[u8]) -> rusqlite::Result<()> {
        self.statement.raw_bind_parameter(place, bytes)
    }
}

pub(crate) const REPLACE_BALANCE: &str = "\
REPLACE INTO balances (key, min_balance, max_balance, posted, pending_in, pending_out, entries, last, off_date)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

/// Writes one balance, new or changed.
pub(crate) fn replace_balance(
    statement: &mut Statement<'_>,
    ledger: LedgerNo,
    row: &BalanceRow,
) -> rusqlite::Result<()> {
    let mut b = Binder { statement };
    b.set(1, ledger.balance_key(row.account.0, row.asset.0))?;
    b.set(2, row.limits.min.map(|limit| Wide(limit.minor_units())))?;
    b.set(3, row.limits.max.map(|limit| Wide(limit.minor_units())))?;
    b.set(4, Wide(row.posted.minor_units()))?;
    b.set(5, Wide(row.pending_in.minor_units()))?;
    b.set(6, Wide(row.pending_out.minor_units()))?;
    b.set(7, integer(row.entries))?;
    b.set(8, row.last.map(|seq| integer(seq.0)))?;
    b.set(9, Wide(row.off_date.0))?;
    b.statement.raw_execute().map(drop)
}

pub(crate) const INSERT_OUTCOME: &str = "INSERT INTO outcomes (ledger, id, seq) VALUES (?1, ?2, ?3)";

/// Writes how many entries a balance has, if it is ranked. Only ledgers that rank their accounts pay for it.
pub(crate) fn replace_rank(connection: &Connection, ledger: LedgerNo, row: &BalanceRow) -> rusqlite::Result<()> {
    if !row.is_ranked() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO entry_ranks (key, ledger, entries, account) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (key) DO UPDATE SET entries = excluded.entries WHERE entries != excluded.entries",
    )?;
    let key = ledger.balance_key(row.account.0, row.asset.0);
    statement.execute(params![key, ledger.0, integer(row.entries), ledger.key(row.account.0)])?;
    Ok(())
}

/// Writes one that may be there already.
pub(crate) const ADD_OUTCOME: &str = "INSERT OR IGNORE INTO outcomes (ledger, id, seq) VALUES (?1, ?2, ?3)";

/// Writes where the outcome of an id is.
pub(crate) fn insert_outcome(
    statement: &mut Statement<'_>,
    ledger: LedgerNo,
    id: Id,
    seq: Seq,
) -> rusqlite::Result<()> {
    let mut b = Binder { statement };
    b.set(1, ledger.0)?;
    b.blob(2, &id.0.to_be_bytes())?;
    b.set(3, integer(seq.0))?;
    b.statement.raw_execute().map(drop)
}
