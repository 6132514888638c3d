//! Ceilings: how fast this machine writes with no rules, no HTTP and no one else.
//!
//! One thread, WAL, `synchronous=FULL`, batches of 8,190. A benchmark that is run beside them says which share of each
//! the whole server reaches. The *row ceiling* writes what release 0.1.0 wrote, so its shares can be compared over time. The
//! *segment ceiling* writes what a commit of plain transfers writes now.

use std::time::Instant;

use ducat_domain::codec::Fingerprint;
use ducat_domain::ledger::canonical::Canonical;
use ducat_domain::ledger::effect::{CommandKey, Posting, Side};
use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::ledger::terms::Limits;
use ducat_domain::money::{Amount, Balance};
use ducat_domain::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use ducat_domain::{Effect, Fact};
use rusqlite::Connection;

use super::journal_rows::{INSERT_EFFECT, insert_effect};
use super::rows::{INSERT_OUTCOME, LedgerNo, REPLACE_BALANCE, insert_outcome, replace_balance};
use super::segments;
use crate::Fault;
use crate::sqlite::checkpoint::Checkpointer;
use crate::sqlite::witness::Witness;
use crate::sqlite::{SqliteOptions, open_io, open_writer};

/// Balances written in each batch.
const BALANCES: u64 = 10_000;

/// Effects of each batch.
const BATCH_EFFECTS: u64 = 8_190;

const LEDGER: LedgerNo = LedgerNo(1);

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceiling {
    /// A row for each effect, the id index, and 10,000 balances a batch.
    Rows,
    /// Segments of canonical bytes, and the id index.
    Segments,
}

/// Effects a second into a new file, over so many batches.
///
/// # Errors
/// When the file cannot be written.
pub fn ceiling(options: &SqliteOptions, batches: u64, of: Ceiling) -> Result<f64, Fault> {
    let connection = open_writer(options)?;
    let witness = Witness::open(&options.path).and_then(|witness| witness.file());
    let witness = witness.map_err(|error| open_io(&options.path, &error))?;
    let mut checkpointer = Checkpointer::start(&options.path, &connection, witness)?;
    let mut first = Seq::FIRST;
    let started = Instant::now();
    for _ in 0..batches {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let last = Seq(first.0 + BATCH_EFFECTS - 1);
        match of {
            Ceiling::Rows => write_rows(&connection, first, last)?,
            Ceiling::Segments => {
                let effects: Vec<Effect> = (first.0..=last.0).map(|seq| effect(Seq(seq))).collect();
                segments::write(&connection, LEDGER, first, &Canonical::of(&effects), std::iter::once(last))?;
            }
        }
        let mut outcomes = connection.prepare_cached(INSERT_OUTCOME)?;
        for seq in (first.0..=last.0).map(Seq) {
            insert_outcome(&mut outcomes, LEDGER, id(seq), seq)?;
        }
        connection.execute_batch("COMMIT")?;
        checkpointer.after_commit(&connection);
        first = last.next();
    }
    let seconds = started.elapsed().as_secs_f64();
    Ok((batches * BATCH_EFFECTS) as f64 / seconds.max(f64::EPSILON))
}

fn write_rows(connection: &Connection, first: Seq, last: Seq) -> rusqlite::Result<()> {
    let mut journal = connection.prepare_cached(INSERT_EFFECT)?;
    for seq in (first.0..=last.0).map(Seq) {
        insert_effect(&mut journal, LEDGER, &effect(seq))?;
    }
    let mut balances = connection.prepare_cached(REPLACE_BALANCE)?;
    for account in 1..=BALANCES {
        replace_balance(&mut balances, LEDGER, &balance(account, last))?;
    }
    Ok(())
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
        private: None,
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
