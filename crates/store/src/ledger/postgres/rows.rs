//! Rows to columns and back. A row that no release writes is an inconsistency that names table and column.
//!
//! Each table's columns are selected in one order, in which a [`Columns`] takes them.

use ducat_domain::codec::Fingerprint;
use ducat_domain::codec::{Decoder, Encoder, Malformed};
use ducat_domain::ledger::effect::{CommandKey, Detail, HoldLeg, Kind, Posting, Side};
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::rows::{
    AccountRow, AssetRow, BalanceRow, BatchRow, DateSum, Defaults, Head, IdRow, LedgerState, OutcomeKind,
    TransactionState,
};
use ducat_domain::ledger::terms::{ImplicitAccounts, LedgerRules, Limits, Metadata, Ranking, ZeroAmounts};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, BatchNo, Id, Seq, Timestamp};
use ducat_domain::{Effect, Fact, Products};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

use super::envelope::Envelope;
use crate::Fault;
use crate::postgres::numeric::Wide;
pub(crate) use crate::postgres::numeric::integer;

/// How many columns an account has: balances are selected behind it.
const ACCOUNT_WIDTH: usize = 6;

/// The columns of the journal, in their order, that only postings and holds use.
const LEGGED: [&str; 14] = [
    "leg",
    "legs",
    "asset",
    "amount",
    "source",
    "source_previous",
    "source_entry",
    "source_balance",
    "destination",
    "destination_previous",
    "destination_entry",
    "destination_balance",
    "effective_at",
    "hold",
];

/// A value of any kind.
struct Something;

impl FromSql<'_> for Something {
    fn from_sql(_: &Type, _: &[u8]) -> Result<Something, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Something)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// How many columns the journal has, without its ledger.
pub(crate) const JOURNAL_WIDTH: usize = 21;

/// By journal_by_outcome.
pub(crate) const OUTCOMES: &str = "\
SELECT j.outcome_id, j.seq, j.fingerprint, j.kind
FROM unnest($2::uuid[]) AS asked (id)
CROSS JOIN LATERAL (SELECT * FROM journal j WHERE j.ledger = $1 AND j.outcome_id = asked.id OFFSET 0) j";

pub(crate) fn uuid(id: Id) -> Uuid {
    Uuid::from_u128(id.0)
}

/// Names the place of pairs in the table of metadata. It must never change.
const PAIRS: Uuid = Uuid::from_u128(0xd0ca_7000_1e9d_5e12_8f00_1494_1494_1495);

/// The hash that stands for a pair of metadata.
pub(crate) fn pair(key: &str, value: &str) -> Uuid {
    Uuid::new_v5(&PAIRS, format!("{}\0{key}{value}", key.len()).as_bytes())
}

/// A row being read from a place on: columns are taken one after another.
pub(crate) struct Columns<'a> {
    row: &'a Row,
    next: usize,
    table: &'static str,
}

impl<'a> Columns<'a> {
    pub fn new(row: &'a Row, table: &'static str) -> Columns<'a> {
        Columns::after(row, 0, table)
    }

    /// Begins behind the columns of another table.
    pub fn after(row: &'a Row, first: usize, table: &'static str) -> Columns<'a> {
        Columns { row, next: first, table }
    }

    fn wrong(&self, column: &'static str) -> Fault {
        // The row's own key is its first column in every list.
        let key = self.row.try_get::<_, i64>(0).map_or_else(|_| String::new(), |key| key.to_string());
        Fault::Inconsistent { table: self.table, column, key }
    }

    pub fn get<T: FromSql<'a>>(&mut self, column: &'static str) -> Result<T, Fault> {
        let value = self.row.try_get(self.next).map_err(|_| self.wrong(column));
        self.next += 1;
        value
    }

    pub fn unsigned(&mut self, column: &'static str) -> Result<u64, Fault> {
        self.optional_unsigned(column)?.ok_or_else(|| self.wrong(column))
    }

    fn optional_unsigned(&mut self, column: &'static str) -> Result<Option<u64>, Fault> {
        let value: Option<i64> = self.get(column)?;
        value.map(|number| u64::try_from(number).map_err(|_| self.wrong(column))).transpose()
    }

    fn optional_seq(&mut self, column: &'static str) -> Result<Option<Seq>, Fault> {
        Ok(self.optional_unsigned(column)?.map(Seq))
    }

    pub fn seq(&mut self, column: &'static str) -> Result<Seq, Fault> {
        self.unsigned(column).map(Seq)
    }

    pub fn timestamp(&mut self, column: &'static str) -> Result<Timestamp, Fault> {
        self.get(column).map(Timestamp)
    }

    pub fn optional_timestamp(&mut self, column: &'static str) -> Result<Option<Timestamp>, Fault> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp))
    }

    pub fn id(&mut self, column: &'static str) -> Result<Id, Fault> {
        self.get::<Uuid>(column).map(|id| Id(id.as_u128()))
    }

    fn optional_id(&mut self, column: &'static str) -> Result<Option<Id>, Fault> {
        Ok(self.get::<Option<Uuid>>(column)?.map(|id| Id(id.as_u128())))
    }

    pub fn name(&mut self, column: &'static str) -> Result<Name, Fault> {
        let text: &str = self.get(column)?;
        Name::recorded(text).map_err(|_| self.wrong(column))
    }

    pub fn hash(&mut self, column: &'static str) -> Result<[u8; 32], Fault> {
        let bytes: &[u8] = self.get(column)?;
        bytes.try_into().map_err(|_| self.wrong(column))
    }

    fn optional_balance(&mut self, column: &'static str) -> Result<Option<Balance>, Fault> {
        let wide: Option<Wide> = self.get(column)?;
        wide.map(|wide| Balance::new(wide.0).ok_or_else(|| self.wrong(column))).transpose()
    }

    fn balance(&mut self, column: &'static str) -> Result<Balance, Fault> {
        self.optional_balance(column)?.ok_or_else(|| self.wrong(column))
    }

    pub fn amount(&mut self, column: &'static str) -> Result<Amount, Fault> {
        self.optional_amount(column)?.ok_or_else(|| self.wrong(column))
    }

    pub fn optional_amount(&mut self, column: &'static str) -> Result<Option<Amount>, Fault> {
        let wide: Option<Wide> = self.get(column)?;
        let amount = |wide: Wide| u128::try_from(wide.0).ok().map(Amount::new).filter(|a| a.is_within_limit());
        wide.map(|wide| amount(wide).ok_or_else(|| self.wrong(column))).transpose()
    }

    pub fn date_sum(&mut self, column: &'static str) -> Result<DateSum, Fault> {
        self.get::<Wide>(column).map(|wide| DateSum(wide.0))
    }

    /// `no, name, batch, epoch, seq, at, hash, accounts, implicit_accounts, zero_amounts, rank_by_entries, arriving,
    /// default_assets, state`.
    pub fn head(mut self) -> Result<(LedgerNo, Head), Fault> {
        let no = LedgerNo(self.get("no")?);
        let head = Head {
            ledger: self.name("name")?,
            batch: BatchNo(self.unsigned("batch")?),
            epoch: self.unsigned("epoch")?,
            seq: self.seq("seq")?,
            at: self.timestamp("at")?,
            hash: self.hash("hash")?,
            accounts: AccountNo(self.unsigned("accounts")?),
            rules: LedgerRules {
                implicit_accounts: match self.get("implicit_accounts")? {
                    true => ImplicitAccounts::Opened,
                    false => ImplicitAccounts::Refused,
                },
                zero_amounts: match self.get("zero_amounts")? {
                    true => ZeroAmounts::Record,
                    false => ZeroAmounts::Refuse,
                },
                ranking: match self.get("rank_by_entries")? {
                    true => Ranking::ByEntries,
                    false => Ranking::None,
                },
            },
            arriving: self.get("arriving")?,
            defaults: self.defaults()?,
            state: self.ledger_state()?,
        };
        Ok((no, head))
    }

    fn defaults(&mut self) -> Result<Defaults, Fault> {
        let bytes: Vec<u8> = self.get("default_assets")?;
        Defaults::decode(&mut Decoder::new(&bytes)).map_err(|_| self.wrong("default_assets"))
    }

    fn ledger_state(&mut self) -> Result<LedgerState, Fault> {
        let code: i32 = self.get("state")?;
        u8::try_from(code).ok().and_then(LedgerState::from_code).ok_or_else(|| self.wrong("state"))
    }

    /// `no, code, scale`.
    pub fn asset(mut self) -> Result<AssetRow, Fault> {
        let (no, code) = (AssetNo(self.unsigned("no")?), self.name("code")?);
        let scale: i32 = self.get("scale")?;
        Ok(AssetRow { no, code, scale: u8::try_from(scale).map_err(|_| self.wrong("scale"))? })
    }

    /// `no, name, metadata, opened_at, frozen, closed`.
    pub fn account(&mut self) -> Result<AccountRow, Fault> {
        let (no, name) = (AccountNo(self.unsigned("no")?), self.name("name")?);
        let metadata = match self.get::<Option<&[u8]>>("metadata")? {
            None => Metadata::default(),
            Some(bytes) => Metadata::decode(&mut Decoder::new(bytes)).map_err(|_| self.wrong("metadata"))?,
        };
        Ok(AccountRow {
            no,
            name,
            metadata,
            opened_at: self.timestamp("opened_at")?,
            frozen: self.get("frozen")?,
            closed: self.get("closed")?,
        })
    }

    /// `account, asset, min_balance, max_balance, posted, pending_in, pending_out, entries, last, off_date`; `None`
    /// where there is none beside an account.
    pub fn balance_row(&mut self) -> Result<Option<BalanceRow>, Fault> {
        let Some(account) = self.optional_unsigned("account")? else { return Ok(None) };
        Ok(Some(BalanceRow {
            account: AccountNo(account),
            asset: AssetNo(self.unsigned("asset")?),
            limits: Limits { min: self.optional_balance("min_balance")?, max: self.optional_balance("max_balance")? },
            posted: self.balance("posted")?,
            pending_in: self.balance("pending_in")?,
            pending_out: self.balance("pending_out")?,
            entries: self.unsigned("entries")?,
            last: self.optional_seq("last")?,
            off_date: self.date_sum("off_date")?,
        }))
    }

    /// `batch, last, at, hash`.
    pub fn batch(mut self) -> Result<BatchRow, Fault> {
        Ok(BatchRow {
            batch: BatchNo(self.unsigned("batch")?),
            last: self.seq("last")?,
            at: self.timestamp("at")?,
            hash: self.hash("hash")?,
        })
    }

    /// `seq, fingerprint, kind`, behind an id.
    pub fn outcome(&mut self) -> Result<IdRow, Fault> {
        let seq = self.seq("seq")?;
        let fingerprint = Fingerprint(self.get::<Uuid>("fingerprint")?.into_bytes());
        let refused = self.get::<i32>("kind")? == i32::from(Kind::Refused.code());
        Ok(IdRow { seq, fingerprint, kind: if refused { OutcomeKind::Refused } else { OutcomeKind::Done } })
    }

    /// `seq, id, state, expires_at, resolved, amount, reversed_by`; `None` where there is none beside a transaction.
    pub fn state(&mut self) -> Result<Option<(Seq, Id, TransactionState)>, Fault> {
        let Some(seq) = self.optional_seq("seq")? else { return Ok(None) };
        let (id, code): (Id, i32) = (self.id("id")?, self.get("state")?);
        let (expires_at, resolved) = (self.optional_timestamp("expires_at")?, self.optional_seq("resolved")?);
        let (amount, reversed_by) = (self.optional_amount("amount")?, self.optional_id("reversed_by")?);
        let state = match (code, resolved, amount) {
            (0, _, _) => TransactionState::Posted { reversed_by },
            (1, _, _) => TransactionState::Pending { expires_at },
            (2, Some(seq), Some(amount)) => TransactionState::HoldPosted { seq, amount, reversed_by },
            (3, Some(seq), _) => TransactionState::Voided { seq },
            (4, Some(seq), _) => TransactionState::Expired { seq },
            _ => return Err(self.wrong("state")),
        };
        Ok(Some((seq, id, state)))
    }

    /// All columns of the journal but the ledger, in the order in which the statements name them.
    pub fn effect(&mut self) -> Result<Effect, Fault> {
        let payload = self.payload(self.next + JOURNAL_WIDTH - 1)?;
        let (seq, code): (Seq, i32) = (self.seq("seq")?, self.get("kind")?);
        let kind = u8::try_from(code).ok().and_then(Kind::from_code::<Products>);
        let kind = kind.ok_or_else(|| self.wrong("kind"))?;
        let at = self.timestamp("at")?;
        let transaction = self.optional_id("transaction_id")?;
        let outcome = self.optional_id("outcome_id")?;
        let fingerprint = self.get::<Option<Uuid>>("fingerprint")?;
        let command = match (fingerprint, outcome) {
            (Some(bytes), Some(id)) => Some(CommandKey { id, fingerprint: Fingerprint(bytes.into_bytes()) }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(self.wrong("outcome_id")),
        };
        if payload.envelope.is_redacted() && command.is_some_and(|key| key.fingerprint != Fingerprint::ERASED) {
            return Err(self.wrong("fingerprint"));
        }
        let fact = match (kind, transaction) {
            (Kind::Posting, Some(transaction)) => Fact::Posting(self.posting(transaction, &payload)?),
            (Kind::Hold, Some(transaction)) => Fact::Hold(self.hold(transaction, &payload)?),
            (Kind::Posting | Kind::Hold, None) => return Err(self.wrong("transaction_id")),
            _ => self.told(kind, transaction, &payload)?,
        };
        let Envelope { by, private } = payload.envelope;
        Ok(Effect { seq, at, command, by, private, fact })
    }

    /// The payload, which is the column at a place.
    fn payload(&self, place: usize) -> Result<Payload<'a>, Fault> {
        let bytes: Option<&[u8]> = self.row.try_get(place).map_err(|_| self.wrong("payload"))?;
        // What is missing is null.
        if bytes.is_some_and(<[u8]>::is_empty) {
            return Err(self.wrong("payload"));
        }
        let mut decoder = Decoder::new(bytes.unwrap_or_default());
        let envelope = Envelope::read(&mut decoder).map_err(|_| self.wrong("payload"))?;
        Ok(Payload { envelope, rest: decoder.remaining() })
    }

    /// A fact that stands in its payload and nowhere else, of the effect of a number.
    pub fn fact(&mut self, seq: Seq) -> Result<Fact, Fault> {
        let wrong = || Fault::Inconsistent { table: "journal", column: "payload", key: seq.to_string() };
        let payload = self.payload(self.next).map_err(|_| wrong())?;
        self.next += 1;
        payload.read(Fact::read).map_err(|_| wrong())
    }

    /// What stands in its payload and nowhere else; only the end of a hold names its transaction in a column too.
    fn told(&mut self, kind: Kind, transaction: Option<Id>, payload: &Payload<'_>) -> Result<Fact, Fault> {
        for column in LEGGED {
            self.nothing_in(column)?;
        }
        let fact = payload.read(Fact::read).map_err(|_| self.wrong("payload"))?;
        if fact.kind() != kind {
            return Err(self.wrong("kind"));
        }
        if transaction != fact.ended() {
            return Err(self.wrong("transaction_id"));
        }
        Ok(fact)
    }

    /// A column that a kind of row has nothing in.
    fn nothing_in(&mut self, column: &'static str) -> Result<(), Fault> {
        match self.get::<Option<Something>>(column)? {
            None => Ok(()),
            Some(Something) => Err(self.wrong(column)),
        }
    }

    fn leg(&mut self) -> Result<Leg, Fault> {
        let (leg, legs): (i32, i32) = (self.get("leg")?, self.get("legs")?);
        let small = |number: i32| u32::try_from(number).map_err(|_| self.wrong("leg"));
        let (leg, legs) = (small(leg)?, small(legs)?);
        let asset = AssetNo(self.unsigned("asset")?);
        Ok(Leg { leg, legs, asset, amount: self.optional_amount("amount")?.ok_or_else(|| self.wrong("amount"))? })
    }

    fn side(&mut self) -> Result<Side, Fault> {
        Ok(Side {
            account: AccountNo(self.unsigned("source or destination")?),
            previous: self.optional_seq("previous")?,
            entry: self.unsigned("entry")?,
            balance: self.balance("balance")?,
        })
    }

    /// An account of a hold, which is in no chain yet.
    fn held_account(&mut self, chain: &[&'static str; 3]) -> Result<AccountNo, Fault> {
        let account = AccountNo(self.unsigned("source or destination")?);
        chain.iter().try_for_each(|column| self.nothing_in(column))?;
        Ok(account)
    }

    fn detail(&self, payload: &Payload<'_>) -> Result<Option<Box<Detail>>, Fault> {
        if payload.rest.is_empty() {
            return Ok(None);
        }
        payload.read(Detail::decode).map(|detail| Some(Box::new(detail))).map_err(|_| self.wrong("payload"))
    }

    fn posting(&mut self, transaction: Id, payload: &Payload<'_>) -> Result<Posting, Fault> {
        let Leg { leg, legs, asset, amount } = self.leg()?;
        Ok(Posting {
            transaction,
            leg,
            legs,
            asset,
            amount,
            source: self.side()?,
            destination: self.side()?,
            effective_at: self.optional_timestamp("effective_at")?,
            hold: self.optional_seq("hold")?,
            detail: self.detail(payload)?,
        })
    }

    fn hold(&mut self, transaction: Id, payload: &Payload<'_>) -> Result<HoldLeg, Fault> {
        let Leg { leg, legs, asset, amount } = self.leg()?;
        let source = self.held_account(&["source_previous", "source_entry", "source_balance"])?;
        let destination = self.held_account(&["destination_previous", "destination_entry", "destination_balance"])?;
        let expires_at = self.optional_timestamp("effective_at")?;
        self.nothing_in("hold")?;
        let detail = self.detail(payload)?;
        Ok(HoldLeg { transaction, leg, legs, asset, amount, source, destination, expires_at, detail })
    }
}

/// A payload: what stands in front of it, and the rest.
struct Payload<'a> {
    envelope: Envelope,
    rest: &'a [u8],
}

impl<'a> Payload<'a> {
    /// Reads all of the rest.
    fn read<T>(&self, read: impl FnOnce(&mut Decoder<'a>) -> Result<T, Malformed>) -> Result<T, Malformed> {
        let mut decoder = Decoder::new(self.rest);
        let value = if self.envelope.is_redacted() { decoder.erased(read)? } else { read(&mut decoder)? };
        decoder.finish().map(|()| value)
    }
}

struct Leg {
    leg: u32,
    legs: u32,
    asset: AssetNo,
    amount: Amount,
}

/// Accounts with their balances, one row a balance.
pub(crate) fn loaded_accounts(rows: &[Row]) -> Result<Vec<LoadedAccount>, Fault> {
    let mut accounts: Vec<LoadedAccount> = Vec::new();
    for row in rows {
        let account = Columns::new(row, "accounts").account()?;
        let balance = Columns::after(row, ACCOUNT_WIDTH, "balances").balance_row()?;
        if accounts.last().is_none_or(|last| last.row.no != account.no) {
            accounts.push(LoadedAccount { row: account, balances: Vec::with_capacity(1) });
        }
        if let Some(last) = accounts.last_mut() {
            last.balances.extend(balance);
        }
    }
    Ok(accounts)
}

/// A sum behind its place, from 1, in the question.
pub(crate) fn place_sum(row: &Row, sums: &mut [Option<DateSum>]) -> Result<(), Fault> {
    let mut columns = Columns::new(row, "off_date_buckets");
    let place = usize::try_from(columns.get::<i64>("place")?).unwrap_or(usize::MAX);
    if let Some(sum) = sums.get_mut(place.saturating_sub(1)) {
        *sum = Some(columns.date_sum("sum")?);
    }
    Ok(())
}

/// The number that the database gave a ledger. It appears in no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LedgerNo(pub i32);

/// The journal's columns, to be written as arrays.
#[derive(Debug, Default)]
pub(crate) struct JournalArrays {
    pub ledger: Vec<i32>,
    pub seq: Vec<i64>,
    pub kind: Vec<i32>,
    pub at: Vec<i64>,
    pub transaction_id: Vec<Option<Uuid>>,
    pub outcome_id: Vec<Option<Uuid>>,
    pub fingerprint: Vec<Option<Uuid>>,
    pub leg: Vec<Option<i32>>,
    pub legs: Vec<Option<i32>>,
    pub asset: Vec<Option<i64>>,
    pub amount: Vec<Option<Wide>>,
    pub sides: [SideArrays; 2],
    pub effective_at: Vec<Option<i64>>,
    pub hold: Vec<Option<i64>>,
    pub payload: Vec<Option<Vec<u8>>>,
}

/// One side of the postings.
#[derive(Debug, Default)]
pub(crate) struct SideArrays {
    pub account: Vec<Option<i64>>,
    pub previous: Vec<Option<i64>>,
    pub entry: Vec<Option<i64>>,
    pub balance: Vec<Option<Wide>>,
}

impl SideArrays {
    fn push(&mut self, account: Option<AccountNo>, side: Option<&Side>) {
        self.account.push(account.map(|account| integer(account.0)));
        self.previous.push(side.and_then(|side| side.previous).map(|seq| integer(seq.0)));
        self.entry.push(side.map(|side| integer(side.entry)));
        self.balance.push(side.map(|side| Wide(side.balance.minor_units())));
    }
}

/// What a row of the journal has in columns, where its kind has them.
#[derive(Default)]
struct Legged<'a> {
    leg: Option<(u32, u32, AssetNo, Amount)>,
    accounts: Option<(AccountNo, AccountNo)>,
    sides: Option<(&'a Side, &'a Side)>,
    effective_at: Option<Timestamp>,
    hold: Option<Seq>,
}

impl JournalArrays {
    pub fn push(&mut self, no: LedgerNo, effect: &Effect) {
        self.ledger.push(no.0);
        self.seq.push(integer(effect.seq.0));
        self.kind.push(i32::from(effect.fact.kind().code()));
        self.at.push(effect.at.0);
        let mut encoder = Encoder::new();
        Envelope::write(effect, &mut encoder);
        // Of what is erased not even the places are written.
        let mut told = if effect.is_redacted() { Encoder::parting() } else { Encoder::new() };
        let legged = if let Fact::Posting(posting) = &effect.fact {
            Legged {
                leg: Some((posting.leg, posting.legs, posting.asset, posting.amount)),
                accounts: Some((posting.source.account, posting.destination.account)),
                sides: Some((&posting.source, &posting.destination)),
                effective_at: posting.effective_at,
                hold: posting.hold,
            }
        } else if let Fact::Hold(leg) = &effect.fact {
            Legged {
                leg: Some((leg.leg, leg.legs, leg.asset, leg.amount)),
                accounts: Some((leg.source, leg.destination)),
                effective_at: leg.expires_at,
                ..Legged::default()
            }
        } else {
            effect.fact.encode(&mut told);
            Legged::default()
        };
        if let Some(detail) = effect.fact.detail() {
            detail.encode(&mut told);
        }
        encoder.fixed(&told.into_parts().0);
        self.transaction_id.push(effect.fact.transaction().map(uuid));
        self.outcome_id.push(effect.command.map(|key| uuid(key.id)));
        self.fingerprint.push(effect.command.map(|key| Uuid::from_bytes(key.fingerprint.0)));
        self.push_legged(legged);
        let payload = encoder.into_bytes();
        self.payload.push((!payload.is_empty()).then_some(payload));
    }

    fn push_legged(&mut self, legged: Legged<'_>) {
        let small = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        self.leg.push(legged.leg.map(|leg| small(leg.0)));
        self.legs.push(legged.leg.map(|leg| small(leg.1)));
        self.asset.push(legged.leg.map(|leg| integer(leg.2.0)));
        self.amount.push(legged.leg.map(|leg| Wide(leg.3.signed())));
        let [source, destination] = &mut self.sides;
        source.push(legged.accounts.map(|accounts| accounts.0), legged.sides.map(|sides| sides.0));
        destination.push(legged.accounts.map(|accounts| accounts.1), legged.sides.map(|sides| sides.1));
        self.effective_at.push(legged.effective_at.map(|at| at.0));
        self.hold.push(legged.hold.map(|seq| integer(seq.0)));
    }
}
