//! The writing session's statements, and the arrays that they are given: one statement for one question a batch.

use ducat_domain::codec::Encoder;
use ducat_domain::ledger::effect::Kind;
use ducat_domain::ledger::rows::{BucketKey, Deferral, Head, TransactionState};
use ducat_domain::ledger::terms::{ImplicitAccounts, Ranking, ZeroAmounts};
use ducat_domain::ledger::transaction::POSTINGS_MAX;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Id, Seq};
use ducat_domain::{Delta, Footprint};
use uuid::Uuid;

use super::journal::{insert_journal, is_copied};
use super::reader::EFFECTS_AT;
use super::rows::{LedgerNo, OUTCOMES, integer, pair, uuid};
use crate::advances::postgres as advances;
use crate::points::postgres as points;
use crate::postgres::lease::Node;
use crate::postgres::numeric::Wide;
use crate::postgres::session::Call;

/// By ledgers_by_name. One row if the lease was free, lapsed or ours already: then no one else commits any more.
pub(crate) const TAKE_LEASE: &str = "\
UPDATE ledgers SET owner = $2, lease_until = now() + $3::float8 * interval '1 second', epoch = epoch + 1,
  fence = fence + 1
WHERE name = $1 AND (owner IS NULL OR owner = $2 OR lease_until IS NULL OR lease_until < now())
RETURNING no, name, batch, epoch, seq, at, hash, accounts, implicit_accounts, zero_amounts, rank_by_entries, arriving,
  default_assets, state";

/// By ledgers_by_name.
pub(crate) const OWNER: &str = "SELECT owner FROM ledgers WHERE name = $1";

/// By ledgers_by_name. Who has a lease that has not lapsed.
pub(crate) const LEASED: &str =
    "SELECT owner FROM ledgers WHERE name = $1 AND owner IS NOT NULL AND lease_until > now()";

/// By ledgers_by_name. A lease that was handed over to a node that takes none.
pub(crate) const RELEASE: &str = "\
UPDATE ledgers SET owner = NULL, lease_until = NULL, epoch = epoch + 1, fence = fence + 1 WHERE name = $1 AND owner = $2";

pub(crate) const ASSETS_BY_NAME: &str = "\
SELECT a.no, a.code, a.scale FROM ledgers l JOIN assets a ON a.ledger = l.no WHERE l.name = $1 ORDER BY a.no";

/// The right edge of the time-ordered ids: one descent of journal_by_outcome.
pub(crate) const LAST_ID: &str = "\
SELECT j.outcome_id FROM journal j
WHERE j.ledger = (SELECT no FROM ledgers WHERE name = $1) AND j.outcome_id < $2 ORDER BY j.outcome_id DESC LIMIT 1";

/// By ledgers_by_name.
pub(crate) const HEADS: &str = "SELECT name, batch, epoch FROM ledgers WHERE name = ANY($1::text[])";

// Of each row asked for, LATERAL and OFFSET 0 make one descent of the named key. Left to itself, the planner reads all
// of a ledger where it believes that there is little.

/// By accounts_by_name, then the key of balances.
const ACCOUNTS_BY_NAME: &str = "\
SELECT a.no, a.name, a.metadata, a.opened_at, a.frozen, a.closed,
  b.account, b.asset, b.min_balance, b.max_balance, b.posted, b.pending_in, b.pending_out, b.entries, b.last, b.off_date
FROM unnest($2::text[]) AS asked (name)
CROSS JOIN LATERAL (SELECT * FROM accounts a WHERE a.ledger = $1 AND a.name = asked.name OFFSET 0) a
LEFT JOIN LATERAL (SELECT * FROM balances b WHERE b.ledger = $1 AND b.account = a.no OFFSET 0) b ON true
ORDER BY a.no, b.asset";

/// By the keys of accounts and balances.
const ACCOUNTS_BY_NUMBER: &str = "\
SELECT a.no, a.name, a.metadata, a.opened_at, a.frozen, a.closed,
  b.account, b.asset, b.min_balance, b.max_balance, b.posted, b.pending_in, b.pending_out, b.entries, b.last, b.off_date
FROM unnest($2::int8[]) AS asked (no)
CROSS JOIN LATERAL (SELECT * FROM accounts a WHERE a.ledger = $1 AND a.no = asked.no OFFSET 0) a
LEFT JOIN LATERAL (SELECT * FROM balances b WHERE b.ledger = $1 AND b.account = a.no OFFSET 0) b ON true
ORDER BY a.no, b.asset";

/// By the key of transaction_references.
const REFERENCES: &str = "\
SELECT r.reference FROM unnest($2::bytea[]) AS asked (reference)
CROSS JOIN LATERAL (
  SELECT * FROM transaction_references r WHERE r.ledger = $1 AND r.reference = asked.reference OFFSET 0) r";

/// By journal_by_outcome, then the key of the journal: the first effect of each transaction, and as many behind it as
/// it has legs.
const TRANSACTIONS: &str = "\
SELECT j.seq, j.kind, j.at, j.transaction_id, j.outcome_id, j.fingerprint, j.leg, j.legs, j.asset, j.amount,
  j.source, j.source_previous, j.source_entry, j.source_balance, j.destination, j.destination_previous,
  j.destination_entry, j.destination_balance, j.effective_at, j.hold, j.payload,
  f.outcome_id, s.seq, s.id, s.state, s.expires_at, s.resolved, s.amount, s.reversed_by
FROM unnest($2::uuid[]) AS asked (id)
CROSS JOIN LATERAL (SELECT * FROM journal f WHERE f.ledger = $1 AND f.outcome_id = asked.id OFFSET 0) f
CROSS JOIN LATERAL (
  SELECT * FROM journal j WHERE j.ledger = $1 AND j.seq >= f.seq AND j.seq < f.seq + coalesce(f.legs, 1) OFFSET 0) j
LEFT JOIN LATERAL (SELECT * FROM transaction_states s WHERE s.ledger = $1 AND s.seq = f.seq OFFSET 0) s ON true
ORDER BY f.outcome_id, j.seq";

/// By the key of off_date_buckets; each with its place in the question.
pub(crate) const BUCKETS: &str = "\
SELECT asked.place, b.sum
FROM unnest($2::int8[], $3::int8[], $4::int4[], $5::int8[]) WITH ORDINALITY AS asked (account, asset, level, bucket, place)
CROSS JOIN LATERAL (
  SELECT b.sum FROM off_date_buckets b WHERE b.ledger = $1 AND b.account = asked.account AND b.asset = asked.asset
    AND b.level = asked.level AND b.bucket = asked.bucket OFFSET 0) b";

/// By the key of deferred.
const DEFERRED: &str = "SELECT d.seq FROM deferred d WHERE d.ledger = $1 AND d.seq = ANY($2::int8[])";

/// Whether any amount of an asset is recorded: at worst all balances and all holds of the ledger are walked, when a
/// scale is to change. Holds that ended left nothing in their balances.
const ASSET_AMOUNTS: &str = "\
SELECT asked.asset FROM unnest($2::int8[]) AS asked (asset)
WHERE EXISTS (SELECT 1 FROM balances b WHERE b.ledger = $1 AND b.asset = asked.asset AND (b.entries > 0
    OR b.pending_in <> 0 OR b.pending_out <> 0 OR b.min_balance <> 0 OR b.max_balance <> 0))
  OR EXISTS (SELECT 1 FROM transaction_states s JOIN journal j ON j.ledger = $1 AND j.seq >= s.seq AND j.seq < s.seq + $3::int8
    AND j.transaction_id = s.id AND j.kind = $4::int4 WHERE s.ledger = $1 AND j.asset = asked.asset)";

/// By the key of ledgers.
const HEAD: &str = "SELECT batch, epoch, hash FROM ledgers WHERE no = $1 AND name = $2";

/// Everything that a footprint names, points and advances only where it names any, and the head behind it.
pub(crate) fn loads(no: LedgerNo, name: &Name, footprint: &Footprint) -> Vec<Call> {
    let names: Vec<String> = footprint.names.iter().map(|name| name.as_str().to_owned()).collect();
    let ids: Vec<Uuid> = footprint.ids.iter().map(|id| uuid(*id)).collect();
    let references: Vec<Vec<u8>> = footprint.references.iter().map(|text| text.as_bytes().to_vec()).collect();
    let transactions: Vec<Uuid> = footprint.transactions.iter().map(|id| uuid(*id)).collect();
    let buckets = BucketArrays::of(no, &footprint.buckets);
    let deferred: Vec<i64> = footprint.deferred.iter().map(|seq| integer(seq.0)).collect();
    let ledger = no.0;
    let mut calls = vec![
        Call::new(ACCOUNTS_BY_NAME, vec![Box::new(ledger), Box::new(names)]),
        Call::new(ACCOUNTS_BY_NUMBER, vec![Box::new(ledger), Box::new(account_numbers(&footprint.accounts))]),
        Call::new(OUTCOMES, vec![Box::new(ledger), Box::new(ids)]),
        Call::new(REFERENCES, vec![Box::new(ledger), Box::new(references)]),
        Call::new(TRANSACTIONS, vec![Box::new(ledger), Box::new(transactions)]),
        Call::new(
            BUCKETS,
            vec![
                Box::new(ledger),
                Box::new(buckets.account),
                Box::new(buckets.asset),
                Box::new(buckets.level),
                Box::new(buckets.bucket),
            ],
        ),
        Call::new(DEFERRED, vec![Box::new(ledger), Box::new(deferred)]),
    ];
    if !footprint.asset_amounts.is_empty() {
        let assets: Vec<i64> = footprint.asset_amounts.iter().map(|asset| integer(asset.0)).collect();
        let legs_max = i64::try_from(POSTINGS_MAX).unwrap_or(i64::MAX);
        let hold = i32::from(Kind::Hold.code());
        calls.push(Call::new(
            ASSET_AMOUNTS,
            vec![Box::new(ledger), Box::new(assets), Box::new(legs_max), Box::new(hold)],
        ));
    }
    if !footprint.recorded.is_empty() {
        let recorded: Vec<i64> = footprint.recorded.iter().map(|seq| integer(seq.0)).collect();
        calls.push(Call::new(EFFECTS_AT, vec![Box::new(ledger), Box::new(recorded)]));
    }
    if !footprint.product.points.is_empty() {
        calls.extend(points::loads(no, &footprint.product.points));
    }
    if !footprint.product.advances.is_empty() {
        calls.extend(advances::loads(no, &footprint.product.advances));
    }
    calls.push(Call::new(HEAD, vec![Box::new(ledger), Box::new(name.as_str().to_owned())]));
    calls
}

/// Numbers of accounts as the database takes them.
fn account_numbers(accounts: &[AccountNo]) -> Vec<i64> {
    accounts.iter().map(|account| integer(account.0)).collect()
}

/// A ledger's rules as flags: implicit accounts, amounts of nothing, ranking.
fn rules(head: &Head) -> [bool; 3] {
    [
        head.rules.implicit_accounts == ImplicitAccounts::Opened,
        head.rules.zero_amounts == ZeroAmounts::Record,
        head.rules.ranking == Ranking::ByEntries,
    ]
}

/// By the key of locks. Held until the commit: opening ledgers gives them the next numbers, and finds those that
/// were given before. Without it nodes that open ledgers at the same time take each other's numbers, and one of them
/// begins again and again.
pub(crate) const LOCK_OPENING: &str = "SELECT name FROM locks WHERE name = 'opening' FOR UPDATE";

/// The default assets of a ledger in canonical bytes.
fn defaults(head: &Head) -> Vec<u8> {
    let mut encoder = Encoder::new();
    head.defaults.encode(&mut encoder);
    encoder.into_bytes()
}

/// No row when the name is taken, or another ledger took the number first: the turn is repeated.
const OPEN_LEDGER: &str = "\
INSERT INTO ledgers (no, name, batch, epoch, seq, at, hash, accounts, implicit_accounts, zero_amounts, rank_by_entries,
  arriving, default_assets, state, owner, lease_until, fence)
SELECT coalesce(max(no), 0) + 1, $1::text, $2::int8, $15::int8, $3::int8, $4::int8, $5::bytea, $6::int8, $7::bool, $8::bool,
  $12::bool, $11::bool, $13::bytea, $14::int4, $9::text, now() + $10::float8 * interval '1 second',
  $2::int8 + $15::int8 + 9
FROM ledgers
ON CONFLICT DO NOTHING
RETURNING no";

pub(crate) fn open_ledger(node: &Node, delta: &Delta) -> Call {
    let head = &delta.head;
    let [implicit_accounts, zero_amounts, rank_by_entries] = rules(head);
    Call::new(
        OPEN_LEDGER,
        vec![
            Box::new(head.ledger.as_str().to_owned()),
            Box::new(integer(head.batch.0)),
            Box::new(integer(head.seq.0)),
            Box::new(head.at.0),
            Box::new(head.hash.to_vec()),
            Box::new(integer(head.accounts.0)),
            Box::new(implicit_accounts),
            Box::new(zero_amounts),
            Box::new(node.url.clone()),
            Box::new(node.lease.as_secs_f64()),
            Box::new(head.arriving),
            Box::new(rank_by_entries),
            Box::new(defaults(head)),
            Box::new(i32::from(head.state.code())),
            Box::new(integer(head.epoch)),
        ],
    )
}

/// Rows are locked in order of their key, as everywhere: no one waits in a circle.
const LOCK_HEADS: &str = "SELECT no FROM ledgers WHERE no = ANY($1::int4[]) ORDER BY no FOR UPDATE";

pub(crate) fn lock_heads(moved: &[(LedgerNo, &Delta)]) -> Call {
    let numbers: Vec<i32> = moved.iter().map(|(no, _)| no.0).collect();
    Call::new(LOCK_HEADS, vec![Box::new(numbers)])
}

/// By the key of ledgers. Compares batch, epoch and hash, and says which heads were where they should be. The hash tells apart
/// ledgers of one name, of before a restore and after it. The fence keeps releases out that do not write it
/// (`migrations/V9__fence.sql`).
const MOVE_HEADS: &str = "\
UPDATE ledgers AS l SET batch = d.batch, fence = d.batch + l.epoch + 9, seq = d.seq, at = d.at, hash = d.hash, accounts = d.accounts,
  implicit_accounts = d.implicit_accounts, zero_amounts = d.zero_amounts, rank_by_entries = d.rank_by_entries,
  arriving = d.arriving, default_assets = d.default_assets, state = d.state,
  lease_until = greatest(l.lease_until, now() + $12::float8 * interval '1 second')
FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::bytea[], $8::int8[],
  $9::bool[], $10::bool[], $11::bool[], $13::bool[], $14::bytea[], $15::int4[], $16::bytea[])
  AS d (no, base_batch, base_epoch, batch, seq, at, hash, accounts, implicit_accounts, zero_amounts, arriving,
    rank_by_entries, default_assets, state, base_hash)
WHERE l.no = d.no AND l.batch = d.base_batch AND l.epoch = d.base_epoch AND l.hash = d.base_hash
RETURNING l.no";

pub(crate) fn move_heads(node: &Node, moved: &[(LedgerNo, &Delta)]) -> Call {
    let column =
        |read: fn(&Delta) -> i64| -> Box<Vec<i64>> { Box::new(moved.iter().map(|(_, delta)| read(delta)).collect()) };
    let flag = |read: fn([bool; 3]) -> bool| -> Box<Vec<bool>> {
        Box::new(moved.iter().map(|(_, delta)| read(rules(&delta.head))).collect())
    };
    let numbers: Vec<i32> = moved.iter().map(|(no, _)| no.0).collect();
    let hashes: Vec<Vec<u8>> = moved.iter().map(|(_, delta)| delta.head.hash.to_vec()).collect();
    Call::new(
        MOVE_HEADS,
        vec![
            Box::new(numbers),
            column(|delta| integer(delta.base.batch.0)),
            column(|delta| integer(delta.base.epoch)),
            column(|delta| integer(delta.head.batch.0)),
            column(|delta| integer(delta.head.seq.0)),
            column(|delta| delta.head.at.0),
            Box::new(hashes),
            column(|delta| integer(delta.head.accounts.0)),
            flag(|[implicit_accounts, _, _]| implicit_accounts),
            flag(|[_, zero_amounts, _]| zero_amounts),
            Box::new(moved.iter().map(|(_, delta)| delta.head.arriving).collect::<Vec<bool>>()),
            Box::new(node.lease.as_secs_f64()),
            flag(|[_, _, rank_by_entries]| rank_by_entries),
            Box::new(moved.iter().map(|(_, delta)| defaults(&delta.head)).collect::<Vec<Vec<u8>>>()),
            Box::new(moved.iter().map(|(_, delta)| i32::from(delta.head.state.code())).collect::<Vec<i32>>()),
            Box::new(moved.iter().map(|(_, delta)| delta.base.hash.to_vec()).collect::<Vec<Vec<u8>>>()),
        ],
    )
}

const INSERT_BATCHES: &str = "\
INSERT INTO batches (ledger, batch, last, at, hash)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], $5::bytea[])";

/// By the key of assets.
const INSERT_ASSETS: &str = "\
INSERT INTO assets (ledger, no, code, scale) SELECT * FROM unnest($1::int4[], $2::int8[], $3::text[], $4::int4[])
ON CONFLICT (ledger, no) DO UPDATE SET scale = excluded.scale";

/// By the key of accounts.
const UPSERT_ACCOUNTS: &str = "\
INSERT INTO accounts (ledger, no, name, metadata, opened_at, frozen, closed)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::text[], $4::bytea[], $5::int8[], $6::bool[], $7::bool[])
ON CONFLICT (ledger, no) DO UPDATE SET metadata = excluded.metadata, frozen = excluded.frozen, closed = excluded.closed";

/// By the key of balances.
const UPSERT_BALANCES: &str = "\
INSERT INTO balances (ledger, account, asset, min_balance, max_balance, posted, pending_in, pending_out, entries, last,
  off_date)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[],
  $8::numeric[], $9::int8[], $10::int8[], $11::numeric[])
ON CONFLICT (ledger, account, asset) DO UPDATE SET min_balance = excluded.min_balance,
  max_balance = excluded.max_balance, posted = excluded.posted, pending_in = excluded.pending_in,
  pending_out = excluded.pending_out, entries = excluded.entries, last = excluded.last, off_date = excluded.off_date";

const INSERT_REFERENCES: &str = "\
INSERT INTO transaction_references (ledger, reference, seq) SELECT * FROM unnest($1::int4[], $2::bytea[], $3::int8[])";

const INSERT_METADATA: &str = "\
INSERT INTO transaction_metadata (ledger, pair, seq) SELECT * FROM unnest($1::int4[], $2::uuid[], $3::int8[])
ON CONFLICT DO NOTHING";

/// By the key of transaction_states.
const UPSERT_STATES: &str = "\
INSERT INTO transaction_states (ledger, seq, id, state, expires_at, resolved, amount, reversed_by)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::uuid[], $4::int4[], $5::int8[], $6::int8[], $7::numeric[], $8::uuid[])
ON CONFLICT (ledger, seq) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at,
  resolved = excluded.resolved, amount = excluded.amount, reversed_by = excluded.reversed_by";

const INSERT_EXPIRIES: &str = "\
INSERT INTO hold_expiries (ledger, seq, expires_at) SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[])";

/// By the key of hold_expiries.
const DELETE_EXPIRIES: &str = "\
DELETE FROM hold_expiries h USING unnest($1::int4[], $2::int8[]) AS d (ledger, seq)
WHERE h.ledger = d.ledger AND h.seq = d.seq";

const INSERT_MILESTONES: &str = "\
INSERT INTO milestones (ledger, account, asset, at, seq)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], $5::int8[])";

const INSERT_OFF_DATES: &str = "\
INSERT INTO off_dates (ledger, account, asset, seq, sum)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[], $5::numeric[])";

/// By the key of off_date_buckets.
const UPSERT_BUCKETS: &str = "\
INSERT INTO off_date_buckets (ledger, account, asset, level, bucket, sum)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int4[], $5::int8[], $6::numeric[])
ON CONFLICT (ledger, account, asset, level, bucket) DO UPDATE SET sum = excluded.sum";

/// Every row of a commit but the heads and a copied journal, for all its ledgers: one statement a table that has any.
pub(crate) fn writes(all: &[(LedgerNo, &Delta)]) -> Vec<Call> {
    let mut calls = Vec::new();
    if !is_copied(all) {
        calls.push(insert_journal(all));
    }
    calls.push(insert_batches(all));
    calls.extend(insert_assets(all));
    calls.extend(upsert_accounts(all));
    calls.extend(upsert_balances(all));
    calls.extend(insert_details(all));
    calls.extend(upsert_states(all));
    calls.extend(insert_milestones(all));
    calls.extend(insert_dates(all));
    calls.extend(upsert_ranks(all));
    calls.extend(write_deferrals(all));
    calls.extend(points::writes(all));
    calls.extend(advances::writes(all));
    calls
}

fn insert_batches(all: &[(LedgerNo, &Delta)]) -> Call {
    let rows = || all.iter().flat_map(|(no, delta)| delta.batches.iter().map(move |row| (*no, row)));
    Call::new(
        INSERT_BATCHES,
        vec![
            Box::new(rows().map(|(no, _)| no.0).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| integer(row.batch.0)).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| integer(row.last.0)).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| row.at.0).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| row.hash.to_vec()).collect::<Vec<_>>()),
        ],
    )
}

fn insert_assets(all: &[(LedgerNo, &Delta)]) -> Option<Call> {
    let (mut ledger, mut no, mut code, mut scale) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (ledger_no, delta) in all {
        for asset in &delta.assets {
            ledger.push(ledger_no.0);
            no.push(integer(asset.no.0));
            code.push(asset.code.as_str().to_owned());
            scale.push(i32::from(asset.scale));
        }
    }
    (!ledger.is_empty())
        .then(|| Call::new(INSERT_ASSETS, vec![Box::new(ledger), Box::new(no), Box::new(code), Box::new(scale)]))
}

fn upsert_accounts(all: &[(LedgerNo, &Delta)]) -> Option<Call> {
    let (mut ledger, mut no, mut name, mut metadata) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut opened_at, mut frozen, mut closed) = (Vec::new(), Vec::new(), Vec::new());
    for (ledger_no, delta) in all {
        for row in &delta.accounts {
            ledger.push(ledger_no.0);
            no.push(integer(row.no.0));
            name.push(row.name.as_str().to_owned());
            metadata.push((!row.metadata.is_empty()).then(|| {
                let mut encoder = Encoder::new();
                row.metadata.encode(&mut encoder);
                encoder.into_bytes()
            }));
            opened_at.push(row.opened_at.0);
            frozen.push(row.frozen);
            closed.push(row.closed);
        }
    }
    (!ledger.is_empty()).then(|| {
        Call::new(
            UPSERT_ACCOUNTS,
            vec![
                Box::new(ledger),
                Box::new(no),
                Box::new(name),
                Box::new(metadata),
                Box::new(opened_at),
                Box::new(frozen),
                Box::new(closed),
            ],
        )
    })
}

fn upsert_balances(all: &[(LedgerNo, &Delta)]) -> Option<Call> {
    let rows = || all.iter().flat_map(|(no, delta)| delta.balances.iter().map(move |row| (*no, row)));
    rows().next()?;
    Some(Call::new(
        UPSERT_BALANCES,
        vec![
            Box::new(rows().map(|(no, _)| no.0).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| integer(row.account.0)).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| integer(row.asset.0)).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| row.limits.min.map(|b| Wide(b.minor_units()))).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| row.limits.max.map(|b| Wide(b.minor_units()))).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| Wide(row.posted.minor_units())).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| Wide(row.pending_in.minor_units())).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| Wide(row.pending_out.minor_units())).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| integer(row.entries)).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| row.last.map(|seq| integer(seq.0))).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| Wide(row.off_date.0)).collect::<Vec<_>>()),
        ],
    ))
}

/// By the key of entry_ranks.
const UPSERT_RANKS: &str = "\
INSERT INTO entry_ranks AS r (ledger, account, asset, entries)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int8[])
ON CONFLICT (ledger, account, asset) DO UPDATE SET entries = excluded.entries WHERE r.entries <> excluded.entries";

/// Only ledgers that rank their accounts pay for it.
fn upsert_ranks(all: &[(LedgerNo, &Delta)]) -> Option<Call> {
    let rows = || all.iter().flat_map(|(no, delta)| delta.ranked().map(move |row| (*no, row)));
    rows().next()?;
    Some(Call::new(
        UPSERT_RANKS,
        vec![
            Box::new(rows().map(|(no, _)| no.0).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| integer(row.account.0)).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| integer(row.asset.0)).collect::<Vec<_>>()),
            Box::new(rows().map(|(_, row)| integer(row.entries)).collect::<Vec<_>>()),
        ],
    ))
}

const INSERT_DEFERRED: &str = "INSERT INTO deferred (ledger, seq) SELECT * FROM unnest($1::int4[], $2::int8[])";

/// By the key of deferred.
const DELETE_DEFERRED: &str = "\
DELETE FROM deferred d USING unnest($1::int4[], $2::int8[]) AS done (ledger, seq)
WHERE d.ledger = done.ledger AND d.seq = done.seq";

/// Requests that were taken, then those that were done: a batch may do what it took.
fn write_deferrals(all: &[(LedgerNo, &Delta)]) -> Vec<Call> {
    let write = |sql, kind: Deferral| {
        let (mut ledger, mut seq) = (Vec::new(), Vec::new());
        for (no, delta) in all {
            for (at, _) in delta.deferrals().filter(|(_, deferral)| *deferral == kind) {
                ledger.push(no.0);
                seq.push(integer(at.0));
            }
        }
        (!ledger.is_empty()).then(|| Call::new(sql, vec![Box::new(ledger) as _, Box::new(seq) as _]))
    };
    let taken = write(INSERT_DEFERRED, Deferral::Waiting);
    taken.into_iter().chain(write(DELETE_DEFERRED, Deferral::Resolved)).collect()
}

/// References and metadata: only transactions that have them pay for them.
fn insert_details(all: &[(LedgerNo, &Delta)]) -> Vec<Call> {
    let (mut reference_ledger, mut reference, mut reference_seq) = (Vec::new(), Vec::new(), Vec::new());
    let (mut pair_ledger, mut pairs, mut pair_seq) = (Vec::new(), Vec::new(), Vec::new());
    for (no, delta) in all {
        for effect in delta.effects.iter() {
            let Some(detail) = effect.fact.detail() else { continue };
            if let Some(text) = &detail.reference {
                reference_ledger.push(no.0);
                reference.push(text.as_bytes().to_vec());
                reference_seq.push(integer(effect.seq.0));
            }
            for (key, value) in detail.metadata.pairs() {
                pair_ledger.push(no.0);
                pairs.push(pair(key, value));
                pair_seq.push(integer(effect.seq.0));
            }
        }
    }
    let mut calls = Vec::new();
    if !reference.is_empty() {
        let values = vec![Box::new(reference_ledger) as _, Box::new(reference) as _, Box::new(reference_seq) as _];
        calls.push(Call::new(INSERT_REFERENCES, values));
    }
    if !pairs.is_empty() {
        let values = vec![Box::new(pair_ledger) as _, Box::new(pairs) as _, Box::new(pair_seq) as _];
        calls.push(Call::new(INSERT_METADATA, values));
    }
    calls
}

#[derive(Default)]
struct StateArrays {
    ledger: Vec<i32>,
    seq: Vec<i64>,
    id: Vec<Uuid>,
    state: Vec<i32>,
    expires_at: Vec<Option<i64>>,
    resolved: Vec<Option<i64>>,
    amount: Vec<Option<Wide>>,
    reversed_by: Vec<Option<Uuid>>,
}

impl StateArrays {
    fn push(&mut self, no: LedgerNo, seq: Seq, id: Id, state: TransactionState) {
        let (code, expires_at, resolved, amount, reversed_by) = match state {
            TransactionState::Posted { reversed_by } => (0, None, None, None, reversed_by),
            TransactionState::Pending { expires_at } => (1, expires_at, None, None, None),
            TransactionState::HoldPosted { seq, amount, reversed_by } => {
                (2, None, Some(seq), Some(amount), reversed_by)
            }
            TransactionState::Voided { seq } => (3, None, Some(seq), None, None),
            TransactionState::Expired { seq } => (4, None, Some(seq), None, None),
        };
        self.ledger.push(no.0);
        self.seq.push(integer(seq.0));
        self.id.push(uuid(id));
        self.state.push(code);
        self.expires_at.push(expires_at.map(|at| at.0));
        self.resolved.push(resolved.map(|seq| integer(seq.0)));
        self.amount.push(amount.map(|amount| Wide(amount.signed())));
        self.reversed_by.push(reversed_by.map(uuid));
    }
}

/// States as they are after the batch, and the queue of holds that expire.
fn upsert_states(all: &[(LedgerNo, &Delta)]) -> Vec<Call> {
    let mut states = StateArrays::default();
    let (mut waiting_ledger, mut waiting, mut waiting_at) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ended_ledger, mut ended) = (Vec::new(), Vec::new());
    for (no, delta) in all {
        // One statement changes a row once: of a transaction that changed twice, the last state counts.
        let mut last = std::collections::BTreeMap::new();
        for (seq, id, state) in &delta.states {
            last.insert(*seq, (*id, *state));
        }
        for (seq, (id, state)) in last {
            states.push(*no, seq, id, state);
            match state {
                TransactionState::Pending { expires_at: Some(expires_at) } => {
                    waiting_ledger.push(no.0);
                    waiting.push(integer(seq.0));
                    waiting_at.push(expires_at.0);
                }
                TransactionState::Pending { expires_at: None } => {}
                TransactionState::Posted { .. }
                | TransactionState::HoldPosted { .. }
                | TransactionState::Voided { .. }
                | TransactionState::Expired { .. } => {
                    ended_ledger.push(no.0);
                    ended.push(integer(seq.0));
                }
            }
        }
    }
    let mut calls = Vec::new();
    if !waiting.is_empty() {
        let values = vec![Box::new(waiting_ledger) as _, Box::new(waiting) as _, Box::new(waiting_at) as _];
        calls.push(Call::new(INSERT_EXPIRIES, values));
    }
    if !ended.is_empty() {
        calls.push(Call::new(DELETE_EXPIRIES, vec![Box::new(ended_ledger), Box::new(ended)]));
    }
    if !states.seq.is_empty() {
        calls.push(Call::new(
            UPSERT_STATES,
            vec![
                Box::new(states.ledger),
                Box::new(states.seq),
                Box::new(states.id),
                Box::new(states.state),
                Box::new(states.expires_at),
                Box::new(states.resolved),
                Box::new(states.amount),
                Box::new(states.reversed_by),
            ],
        ));
    }
    calls
}

fn insert_milestones(all: &[(LedgerNo, &Delta)]) -> Option<Call> {
    let (mut ledger, mut account, mut asset) = (Vec::new(), Vec::new(), Vec::new());
    let (mut at, mut seq) = (Vec::new(), Vec::new());
    for (no, delta) in all {
        for milestone in delta.milestones() {
            ledger.push(no.0);
            account.push(integer(milestone.account.0));
            asset.push(integer(milestone.asset.0));
            at.push(milestone.at.0);
            seq.push(integer(milestone.seq.0));
        }
    }
    (!ledger.is_empty()).then(|| {
        let values = vec![
            Box::new(ledger) as _,
            Box::new(account) as _,
            Box::new(asset) as _,
            Box::new(at) as _,
            Box::new(seq) as _,
        ];
        Call::new(INSERT_MILESTONES, values)
    })
}

/// Keys of buckets, as arrays.
#[derive(Default)]
pub(crate) struct BucketArrays {
    pub ledger: Vec<i32>,
    pub account: Vec<i64>,
    pub asset: Vec<i64>,
    pub level: Vec<i32>,
    pub bucket: Vec<i64>,
}

impl BucketArrays {
    pub fn of(no: LedgerNo, keys: &[BucketKey]) -> BucketArrays {
        let mut arrays = BucketArrays::default();
        keys.iter().for_each(|key| arrays.push(no, key));
        arrays
    }

    fn push(&mut self, no: LedgerNo, key: &BucketKey) {
        self.ledger.push(no.0);
        self.account.push(integer(key.account.0));
        self.asset.push(integer(key.asset.0));
        self.level.push(i32::from(key.level));
        self.bucket.push(key.index);
    }
}

/// Off-date postings, and their sums by effective date.
fn insert_dates(all: &[(LedgerNo, &Delta)]) -> Vec<Call> {
    let (mut ledger, mut account, mut asset) = (Vec::new(), Vec::new(), Vec::new());
    let (mut seq, mut sum) = (Vec::new(), Vec::new());
    let (mut buckets, mut bucket_sum) = (BucketArrays::default(), Vec::new());
    for (no, delta) in all {
        for row in &delta.off_dates {
            ledger.push(no.0);
            account.push(integer(row.account.0));
            asset.push(integer(row.asset.0));
            seq.push(integer(row.seq.0));
            sum.push(Wide(row.sum.0));
        }
        for (key, total) in &delta.buckets {
            buckets.push(*no, key);
            bucket_sum.push(Wide(total.0));
        }
    }
    if ledger.is_empty() {
        return Vec::new();
    }
    vec![
        Call::new(
            INSERT_OFF_DATES,
            vec![Box::new(ledger), Box::new(account), Box::new(asset), Box::new(seq), Box::new(sum)],
        ),
        Call::new(
            UPSERT_BUCKETS,
            vec![
                Box::new(buckets.ledger),
                Box::new(buckets.account),
                Box::new(buckets.asset),
                Box::new(buckets.level),
                Box::new(buckets.bucket),
                Box::new(bucket_sum),
            ],
        ),
    ]
}

/// Makes sure that a name has a row, after waiting for another that is making one. Says how many were seen or made.
pub(crate) const STUB: &str = "\
WITH made AS (
  INSERT INTO ledgers (no, name, batch, epoch, seq, at, hash, accounts, implicit_accounts, zero_amounts, arriving,
    fence)
  SELECT coalesce(max(no), 0) + 1, $1::text, 0, 0, 0, -9223372036854775808, decode(repeat('00', 32), 'hex'), 0, false, false, false,
    9
  FROM ledgers ON CONFLICT DO NOTHING RETURNING no)
SELECT (SELECT count(*) FROM made) + (SELECT count(*) FROM ledgers WHERE name = $1::text)";

/// By ledgers_by_name. Waits for every transaction under way on these heads.
pub(crate) const LOCK_NAMES: &str = "SELECT no FROM ledgers WHERE name = ANY($1::text[]) ORDER BY no FOR UPDATE";

/// By ledgers_by_name.
pub(crate) const RAISE_EPOCHS: &str =
    "UPDATE ledgers SET epoch = epoch + 1, fence = fence + 1 WHERE name = ANY($1::text[])";

/// By ledgers_by_name, then the key of batches.
const LANDED: &str = "\
SELECT b.batch FROM unnest($1::text[], $2::int8[], $3::bytea[]) AS asked (name, batch, hash)
JOIN ledgers l ON l.name = asked.name
JOIN batches b ON b.ledger = l.no AND b.batch = asked.batch AND b.hash = asked.hash";

/// One row for each ledger whose last batch is stored: the others were stored with it.
pub(crate) fn landed(deltas: &[Delta]) -> Call {
    let names: Vec<String> = deltas.iter().map(|delta| delta.head.ledger.as_str().to_owned()).collect();
    let batches: Vec<i64> = deltas.iter().map(|delta| integer(delta.head.batch.0)).collect();
    let hashes: Vec<Vec<u8>> = deltas.iter().map(|delta| delta.head.hash.to_vec()).collect();
    Call::new(LANDED, vec![Box::new(names), Box::new(batches), Box::new(hashes)])
}
