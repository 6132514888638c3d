//! Points on PostgreSQL: the statements that load a footprint and write a commit, with the arrays that they are given.

mod reader;

use std::collections::{BTreeMap, HashMap};

use ducat_domain::codec::Encoder;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::money::Amount;
use ducat_domain::numbers::{AccountNo, Id, Seq};
use ducat_domain::points::footprint::PointsFootprint;
use ducat_domain::points::working::PointsRows;
use ducat_domain::points::{
    Direction, Fact, Lot, LotKey, LotRow, Order, Program, ProgramRow, PurseRow, SpendRow, Stretch,
};
use ducat_domain::products::AnyFact;
use ducat_domain::{Delta, Fact as LedgerFact};
use tokio_postgres::Row;
use uuid::Uuid;

use super::MEMBER_ACCOUNTS_MAX;
use crate::Fault;
use crate::ledger::postgres::rows::{Columns, LedgerNo, integer, loaded_accounts, uuid};
use crate::postgres::numeric::Wide;
use crate::postgres::session::Call;

/// By ledgers_by_name, then the key of points_programs.
pub(crate) const PROGRAM_BY_NAME: &str = "\
SELECT p.asset, p.expiring, p.lifetime_days, p.pending_days, p.has_lots
FROM ledgers l JOIN points_programs p ON p.ledger = l.no WHERE l.name = $1";

pub(crate) fn program(row: &Row) -> Result<ProgramRow, Fault> {
    let mut columns = Columns::new(row, "points_programs");
    let asset = columns.name("asset")?;
    let order = if columns.get::<bool>("expiring")? { Order::Expiring } else { Order::Earned };
    let days = |days: i32| {
        let wrong = |_| Fault::Inconsistent { table: "points_programs", column: "days", key: asset.to_string() };
        u32::try_from(days).map_err(wrong)
    };
    let lifetime_days = columns.get::<Option<i32>>("lifetime_days")?.map(days).transpose()?;
    let pending_days = days(columns.get("pending_days")?)?;
    let program = Program { asset, order, lifetime_days, pending_days };
    Ok(ProgramRow { program, has_lots: columns.get("has_lots")? })
}

/// By accounts_by_name: the names that begin so, up to the next text of the same length. Then the key of balances.
const MEMBERS: &str = "\
SELECT a.no, a.name, a.metadata, a.opened_at, a.frozen, a.closed,
  b.account, b.asset, b.min_balance, b.max_balance, b.posted, b.pending_in, b.pending_out, b.entries, b.last, b.off_date
FROM unnest($2::text[], $3::text[]) AS asked (first, beyond)
CROSS JOIN LATERAL (
  SELECT * FROM accounts a WHERE a.ledger = $1 AND a.name >= asked.first AND a.name < asked.beyond
  ORDER BY a.name LIMIT $4) a
LEFT JOIN LATERAL (SELECT * FROM balances b WHERE b.ledger = $1 AND b.account = a.no OFFSET 0) b ON true
ORDER BY a.no, b.asset";

/// By the key of points_purses.
pub(crate) const PURSES: &str = "\
SELECT p.account, p.purse FROM unnest($2::int8[]) AS asked (account)
CROSS JOIN LATERAL (SELECT * FROM points_purses p WHERE p.ledger = $1 AND p.account = asked.account OFFSET 0) p";

/// By the key of points_lots, which is the order in which lots are used; each with its place in the question.
const FORWARD: &str = "\
SELECT asked.place, l.expires_first, l.earned_at, l.arrival, l.expires_at, l.points
FROM unnest($2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])
  WITH ORDINALITY AS asked (account, expires_first, earned_at, arrival, lots_max, place)
CROSS JOIN LATERAL (
  SELECT * FROM points_lots l WHERE l.ledger = $1 AND l.account = asked.account
    AND (l.expires_first, l.earned_at, l.arrival) >= (asked.expires_first, asked.earned_at, asked.arrival)
  ORDER BY l.expires_first, l.earned_at, l.arrival LIMIT asked.lots_max) l
ORDER BY asked.place, l.expires_first, l.earned_at, l.arrival";

const BACKWARD: &str = "\
SELECT asked.place, l.expires_first, l.earned_at, l.arrival, l.expires_at, l.points
FROM unnest($2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])
  WITH ORDINALITY AS asked (account, expires_first, earned_at, arrival, lots_max, place)
CROSS JOIN LATERAL (
  SELECT * FROM points_lots l WHERE l.ledger = $1 AND l.account = asked.account
    AND (l.expires_first, l.earned_at, l.arrival) <= (asked.expires_first, asked.earned_at, asked.arrival)
  ORDER BY l.expires_first DESC, l.earned_at DESC, l.arrival DESC LIMIT asked.lots_max) l
ORDER BY asked.place, l.expires_first DESC, l.earned_at DESC, l.arrival DESC";

/// By the key of points_lots; each with its place in the question.
const LOTS: &str = "\
SELECT asked.place, l.expires_first, l.earned_at, l.arrival, l.expires_at, l.points
FROM unnest($2::int8[], $3::int8[], $4::int8[], $5::int8[])
  WITH ORDINALITY AS asked (account, expires_first, earned_at, arrival, place)
CROSS JOIN LATERAL (
  SELECT * FROM points_lots l WHERE l.ledger = $1 AND l.account = asked.account
    AND l.expires_first = asked.expires_first AND l.earned_at = asked.earned_at AND l.arrival = asked.arrival
  OFFSET 0) l";

/// By journal_by_outcome, then the key of the journal: what was spent is recorded behind the spend's postings.
const SPENDS: &str = "\
SELECT asked.id, f.seq, f.payload, r.refunded
FROM unnest($2::uuid[]) AS asked (id)
CROSS JOIN LATERAL (SELECT * FROM journal j WHERE j.ledger = $1 AND j.outcome_id = asked.id OFFSET 0) j
CROSS JOIN LATERAL (
  SELECT * FROM journal f WHERE f.ledger = $1 AND f.seq = j.seq + coalesce(j.legs, 0) AND f.kind = 11 OFFSET 0) f
LEFT JOIN LATERAL (SELECT * FROM points_refunds r WHERE r.ledger = $1 AND r.seq = f.seq OFFSET 0) r ON true";

/// How many questions a footprint of points is.
pub(crate) const LOADS: usize = 6;

/// Keys of lots, as arrays.
#[derive(Default)]
struct KeyArrays {
    account: Vec<i64>,
    expires_first: Vec<i64>,
    earned_at: Vec<i64>,
    arrival: Vec<i64>,
}

impl KeyArrays {
    fn push(&mut self, account: AccountNo, key: LotKey) {
        self.account.push(integer(account.0));
        self.expires_first.push(key.expires_first.0);
        self.earned_at.push(key.earned_at.0);
        self.arrival.push(integer(key.arrival.0));
    }

    fn of(keys: impl IntoIterator<Item = (AccountNo, LotKey)>) -> KeyArrays {
        let mut arrays = KeyArrays::default();
        keys.into_iter().for_each(|(account, key)| arrays.push(account, key));
        arrays
    }
}

fn stretches(ledger: i32, footprint: &PointsFootprint, direction: Direction) -> Call {
    let asked: Vec<&Stretch> = footprint.stretches.iter().filter(|stretch| stretch.direction == direction).collect();
    let keys = KeyArrays::of(asked.iter().map(|stretch| (stretch.account, stretch.from)));
    let limits: Vec<i64> = asked.iter().map(|stretch| integer(stretch.limit as u64)).collect();
    let sql = match direction {
        Direction::Forward => FORWARD,
        Direction::Backward => BACKWARD,
    };
    Call::new(
        sql,
        vec![
            Box::new(ledger),
            Box::new(keys.account),
            Box::new(keys.expires_first),
            Box::new(keys.earned_at),
            Box::new(keys.arrival),
            Box::new(limits),
        ],
    )
}

/// What a footprint asks of points.
pub(crate) fn loads(no: LedgerNo, footprint: &PointsFootprint) -> [Call; LOADS] {
    let ledger = no.0;
    let first: Vec<String> = footprint.members.clone();
    // Names end with a colon here, and a semicolon is the next character.
    let beyond: Vec<String> = first.iter().map(|member| format!("{};", member.trim_end_matches(':'))).collect();
    let purses: Vec<i64> = footprint.purses.iter().map(|account| integer(account.0)).collect();
    let keys = KeyArrays::of(footprint.lots.iter().copied());
    let spends: Vec<Uuid> = footprint.spends.iter().map(|id| uuid(*id)).collect();
    let limit = integer(MEMBER_ACCOUNTS_MAX as u64);
    [
        Call::new(MEMBERS, vec![Box::new(ledger), Box::new(first), Box::new(beyond), Box::new(limit)]),
        Call::new(PURSES, vec![Box::new(ledger), Box::new(purses)]),
        stretches(ledger, footprint, Direction::Forward),
        stretches(ledger, footprint, Direction::Backward),
        Call::new(
            LOTS,
            vec![
                Box::new(ledger),
                Box::new(keys.account),
                Box::new(keys.expires_first),
                Box::new(keys.earned_at),
                Box::new(keys.arrival),
            ],
        ),
        Call::new(SPENDS, vec![Box::new(ledger), Box::new(spends)]),
    ]
}

/// The results of these queries.
pub(crate) fn loaded(footprint: &PointsFootprint, answers: &[Vec<Row>]) -> Result<PointsRows, Fault> {
    let [members, purses, forward, backward, lots, spends] = answers else {
        return Ok(crate::points::absent(footprint));
    };
    let accounts = loaded_accounts(members)?.into_iter().map(|account| (account.row.name.to_string(), account));
    let accounts: BTreeMap<String, LoadedAccount> = accounts.collect();
    let of_member = |member: &String| -> Vec<LoadedAccount> {
        let from = accounts.range(member.clone()..).take_while(|(name, _)| name.starts_with(member.as_str()));
        from.map(|(_, account)| account.clone()).collect()
    };
    let mut by_account: HashMap<AccountNo, PurseRow> = HashMap::new();
    for row in purses {
        let row = purse(row)?;
        by_account.insert(row.account, row);
    }
    let (mut forward, mut backward) = (placed(forward)?, placed(backward)?);
    let (mut forward_place, mut backward_place) = (0, 0);
    let mut stretches = Vec::with_capacity(footprint.stretches.len());
    for stretch in &footprint.stretches {
        let (place, found) = match stretch.direction {
            Direction::Forward => (&mut forward_place, &mut forward),
            Direction::Backward => (&mut backward_place, &mut backward),
        };
        *place += 1;
        stretches.push((*stretch, found.remove(&*place).unwrap_or_default()));
    }
    let mut by_key = placed(lots)?;
    let lots = footprint.lots.iter().zip(1..).map(|(key, place)| {
        let found = by_key.remove(&place).unwrap_or_default();
        (*key, found.into_iter().next())
    });
    let mut by_id: HashMap<Id, SpendRow> = HashMap::new();
    for row in spends {
        by_id.extend(spend(row)?.map(|row| (row.id, row)));
    }
    Ok(PointsRows {
        members: footprint.members.iter().map(|member| (member.clone(), of_member(member))).collect(),
        purses: footprint.purses.iter().map(|account| (*account, by_account.remove(account))).collect(),
        stretches,
        lots: lots.collect(),
        spends: footprint.spends.iter().map(|id| (*id, by_id.remove(id))).collect(),
    })
}

/// Lots by their places, from 1, in the question.
fn placed(rows: &[Row]) -> Result<HashMap<i64, Vec<LotRow>>, Fault> {
    let mut found: HashMap<i64, Vec<LotRow>> = HashMap::new();
    for row in rows {
        found.entry(row.get(0)).or_default().push(lot(row, 1)?);
    }
    Ok(found)
}

/// Of `account, purse`.
pub(crate) fn purse(row: &Row) -> Result<PurseRow, Fault> {
    let mut columns = Columns::new(row, "points_purses");
    let account = AccountNo(columns.unsigned("account")?);
    let wrong = |_| Fault::Inconsistent { table: "points_purses", column: "purse", key: account.to_string() };
    PurseRow::decode(account, columns.get("purse")?).map_err(wrong)
}

/// Of `expires_first, earned_at, arrival, expires_at, points`, from a column on.
pub(crate) fn lot(row: &Row, first: usize) -> Result<LotRow, Fault> {
    let mut columns = Columns::after(row, first, "points_lots");
    let key = LotKey {
        expires_first: columns.timestamp("expires_first")?,
        earned_at: columns.timestamp("earned_at")?,
        arrival: columns.seq("arrival")?,
    };
    let expires_at = columns.optional_timestamp("expires_at")?;
    Ok(LotRow { lot: Lot { key, points: columns.amount("points")? }, expires_at })
}

fn spend(row: &Row) -> Result<Option<SpendRow>, Fault> {
    let mut columns = Columns::new(row, "journal");
    let (id, spent_at) = (columns.id("id")?, columns.seq("seq")?);
    let fact = columns.fact(spent_at)?;
    let refunded = columns.optional_amount("refunded")?.unwrap_or(Amount::ZERO);
    let LedgerFact::Product(fact) = fact else { return Ok(None) };
    Ok(match *fact {
        AnyFact::Points(Fact::Spent { deductions, .. }) => Some(SpendRow { id, spent_at, deductions, refunded }),
        AnyFact::Points(_) | AnyFact::Advances(_) => None,
    })
}

const UPSERT_PROGRAMS: &str = "\
INSERT INTO points_programs (ledger, asset, expiring, lifetime_days, pending_days, has_lots)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (ledger) DO UPDATE SET asset = excluded.asset, expiring = excluded.expiring,
  lifetime_days = excluded.lifetime_days, pending_days = excluded.pending_days, has_lots = excluded.has_lots";

/// By the key of points_purses.
const UPSERT_PURSES: &str = "\
INSERT INTO points_purses (ledger, account, purse) SELECT * FROM unnest($1::int4[], $2::int8[], $3::bytea[])
ON CONFLICT (ledger, account) DO UPDATE SET purse = excluded.purse";

const INSERT_LOTS: &str = "\
INSERT INTO points_lots (ledger, account, expires_first, earned_at, arrival, expires_at, points)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::numeric[])";

/// By the key of points_lots.
const DELETE_LOTS: &str = "\
DELETE FROM points_lots l
USING unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], $5::int8[])
  AS closed (ledger, account, expires_first, earned_at, arrival)
WHERE l.ledger = closed.ledger AND l.account = closed.account AND l.expires_first = closed.expires_first
  AND l.earned_at = closed.earned_at AND l.arrival = closed.arrival";

const INSERT_DUE: &str = "\
INSERT INTO points_due (ledger, at, arrival) SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[])";

/// By the key of points_due.
const DELETE_DUE: &str = "\
DELETE FROM points_due d USING unnest($1::int4[], $2::int8[], $3::int8[]) AS done (ledger, at, arrival)
WHERE d.ledger = done.ledger AND d.at = done.at AND d.arrival = done.arrival";

/// By the key of points_refunds.
const UPSERT_REFUNDS: &str = "\
INSERT INTO points_refunds (ledger, seq, refunded) SELECT * FROM unnest($1::int4[], $2::int8[], $3::numeric[])
ON CONFLICT (ledger, seq) DO UPDATE SET refunded = excluded.refunded";

/// What a commit writes of points: lots that are new before those that are closed, since a batch may close what it
/// wrote.
pub(crate) fn writes(all: &[(LedgerNo, &Delta)]) -> Vec<Call> {
    let mut calls: Vec<Call> = all.iter().filter_map(|(no, delta)| upsert_program(*no, delta)).collect();
    calls.extend(upsert_purses(all));
    calls.extend(insert_lots(all));
    calls.extend(delete_lots(all));
    calls.extend([(INSERT_DUE, true), (DELETE_DUE, false)].into_iter().filter_map(|(sql, kind)| dues(all, sql, kind)));
    calls.extend(upsert_refunds(all));
    calls
}

fn upsert_program(no: LedgerNo, delta: &Delta) -> Option<Call> {
    let row = delta.product.points.program.as_ref()?;
    let days = |days: u32| i32::try_from(days).unwrap_or(i32::MAX);
    let Program { asset, order, lifetime_days, pending_days } = &row.program;
    Some(Call::new(
        UPSERT_PROGRAMS,
        vec![
            Box::new(no.0),
            Box::new(asset.as_str().to_owned()),
            Box::new(*order == Order::Expiring),
            Box::new(lifetime_days.map(days)),
            Box::new(days(*pending_days)),
            Box::new(row.has_lots),
        ],
    ))
}

fn upsert_purses(all: &[(LedgerNo, &Delta)]) -> Option<Call> {
    let rows = || all.iter().flat_map(|(no, delta)| delta.product.points.purses.iter().map(move |row| (*no, row)));
    rows().next()?;
    let bytes = |row: &PurseRow| {
        let mut encoder = Encoder::new();
        row.encode(&mut encoder);
        encoder.into_bytes()
    };
    Some(Call::new(
        UPSERT_PURSES,
        vec![
            Box::new(rows().map(|(no, _)| no.0).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| integer(row.account.0)).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| bytes(row)).collect::<Vec<_>>()),
        ],
    ))
}

fn insert_lots(all: &[(LedgerNo, &Delta)]) -> Option<Call> {
    let rows = || all.iter().flat_map(|(no, delta)| delta.product.points.lots.iter().map(move |row| (*no, row)));
    rows().next()?;
    let keys = KeyArrays::of(rows().map(|(_, (account, row))| (*account, row.lot.key)));
    Some(Call::new(
        INSERT_LOTS,
        vec![
            Box::new(rows().map(|(no, _)| no.0).collect::<Vec<_>>()),
            Box::new(keys.account),
            Box::new(keys.expires_first),
            Box::new(keys.earned_at),
            Box::new(keys.arrival),
            Box::new(rows().map(|(_, (_, row))| row.expires_at.map(|at| at.0)).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, (_, row))| Wide(row.lot.points.signed())).collect::<Vec<_>>()),
        ],
    ))
}

fn delete_lots(all: &[(LedgerNo, &Delta)]) -> Option<Call> {
    let rows = || all.iter().flat_map(|(no, delta)| delta.product.points.closed.iter().map(move |key| (*no, *key)));
    rows().next()?;
    let keys = KeyArrays::of(rows().map(|(_, key)| key));
    Some(Call::new(
        DELETE_LOTS,
        vec![
            Box::new(rows().map(|(no, _)| no.0).collect::<Vec<_>>()),
            Box::new(keys.account),
            Box::new(keys.expires_first),
            Box::new(keys.earned_at),
            Box::new(keys.arrival),
        ],
    ))
}

fn dues(all: &[(LedgerNo, &Delta)], sql: &'static str, kind: bool) -> Option<Call> {
    let (mut ledger, mut at, mut arrival) = (Vec::new(), Vec::new(), Vec::new());
    for (no, delta) in all {
        for (due, _) in delta.dues().filter(|(_, is_due)| *is_due == kind) {
            ledger.push(no.0);
            at.push(due.at.0);
            arrival.push(integer(due.arrival.0));
        }
    }
    (!ledger.is_empty()).then(|| Call::new(sql, vec![Box::new(ledger), Box::new(at), Box::new(arrival)]))
}

fn upsert_refunds(all: &[(LedgerNo, &Delta)]) -> Option<Call> {
    // One statement changes a row once: of a spend that was given back twice, the last sum counts.
    let mut last: BTreeMap<(LedgerNo, Seq), Amount> = BTreeMap::new();
    for (no, delta) in all {
        last.extend(delta.refunds().map(|(seq, refunded)| ((*no, seq), refunded)));
    }
    if last.is_empty() {
        return None;
    }
    Some(Call::new(
        UPSERT_REFUNDS,
        vec![
            Box::new(last.keys().map(|(no, _)| no.0).collect::<Vec<_>>()),
            Box::new(last.keys().map(|(_, seq)| integer(seq.0)).collect::<Vec<_>>()),
            Box::new(last.values().map(|refunded| Wide(refunded.signed())).collect::<Vec<_>>()),
        ],
    ))
}
