//! The bare ceiling: how fast this machine writes these rows with no rules, no HTTP and no one else.
//!
//! One thread, WAL, `synchronous=FULL`, the real journal rows, the id index and 10,000 balances a batch, batches of
//! 8,190. A benchmark that is run beside it says which share of it the whole server reaches.

use std::time::Instant;

use ducat_domain::codec::Fingerprint;
use ducat_domain::ledger::effect::{CommandKey, Posting, Side};
use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::ledger::terms::Limits;
use ducat_domain::money::{Amount, Balance};
use ducat_domain::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use ducat_domain::{Effect, Fact};

use super::journal_rows::{INSERT_EFFECT, insert_effect};
use super::rows::{INSERT_OUTCOME, LedgerNo, REPLACE_BALANCE, insert_outcome, replace_balance};
use crate::Fault;
use crate::sqlite::checkpoint::Checkpointer;
use crate::sqlite::witness::Witness;
use crate::sqlite::{SqliteOptions, open_io, open_writer};

/// Balances written in each batch.
const BALANCES: u64 = 10_000;

/// Journal rows in each batch.
const BATCH_ROWS: u64 = 8_190;

/// Rows a second into a new file, over so many batches.
///
/// # Errors
/// When the file cannot be written.
pub fn bare_ceiling(options: &SqliteOptions, batches: u64) -> Result<f64, Fault> {
    let connection = open_writer(options)?;
    let witness = Witness::open(&options.path).and_then(|witness| witness.file());
    let witness = witness.map_err(|error| open_io(&options.path, &error))?;
    let mut checkpointer = Checkpointer::start(&options.path, &connection, witness)?;
    let ledger = LedgerNo(1);
    let mut seq = Seq(0);
    let started = Instant::now();
    for _ in 0..batches {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut journal = connection.prepare_cached(INSERT_EFFECT)?;
        let first = seq.next();
        for _ in 0..BATCH_ROWS {
            seq = seq.next();
            insert_effect(&mut journal, ledger, &effect(seq))?;
        }
        let mut outcomes = connection.prepare_cached(INSERT_OUTCOME)?;
        for seq in (first.0..=seq.0).map(Seq) {
            insert_outcome(&mut outcomes, ledger, id(seq), seq)?;
        }
        let mut balances = connection.prepare_cached(REPLACE_BALANCE)?;
        for account in 1..=BALANCES {
            replace_balance(&mut balances, ledger, &balance(account, seq))?;
        }
        connection.execute_batch("COMMIT")?;
        checkpointer.after_commit(&connection);
    }
    let seconds = started.elapsed().as_secs_f64();
    Ok((batches * BATCH_ROWS) as f64 / seconds.max(f64::EPSILON))
}

fn id(seq: Seq) -> Id {
    Id((0x019A_0000_0000_7000 << 64) | u128::from(seq.0))
}

fn effect(seq: Seq) -> Effect {
    let side = |account: u64| Side {
        account: AccountNo(account),
        previous: Some(Seq(seq.0.saturating_sub(BALANCES / 2).max(1))),
        entry: seq.0 / (BALANCES / 2) + 1,
        balance: Balance::new(i128::from(seq.0) * 7).unwrap_or_default(),
    };
    Effect {
        seq,
        at: Timestamp(1_795_000_000_000_000).plus_micros(i64::try_from(seq.0).unwrap_or(0)),
        command: Some(CommandKey { id: id(seq), fingerprint: Fingerprint([7; 16]) }),
        by: None,
        salt: None,
        fact: Fact::Posting(Posting {
            transaction: id(seq),
            leg: 0,
            legs: 1,
            asset: AssetNo(1),
            amount: Amount::new(100 + u128::from(seq.0 % 900)),
            source: side(seq.0 % BALANCES + 1),
            destination: side((seq.0 + BALANCES / 2) % BALANCES + 1),
            effective_at: None,
            hold: None,
            detail: None,
        }),
    }
}

fn balance(account: u64, last: Seq) -> BalanceRow {
    BalanceRow {
        posted: Balance::new(i128::from(last.0)).unwrap_or_default(),
        entries: last.0 / 5_000 + 1,
        last: Some(last),
        ..BalanceRow::opened(AccountNo(account), AssetNo(1), Limits::DEFAULT)
    }
}
