//! Verification names what was altered behind the ledger's back.

use ducat_store::sqlite::{SqliteOptions, SqliteReader, SqliteStore};
use ducat_store::verify::verify;

use ducat_domain::advances::{self, Day, TransactionId, TransactionResult};
use ducat_domain::ledger::command::{Action, LedgerRules, LedgerTerms, Metadata, Ranking, Timing, Transaction};
use ducat_domain::money::Amount;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::points::{self, Earning, Holding, Order};

use crate::points::{party, program};
use crate::{START, Subject, Writer, transaction};

/// Builds a ledger, alters one thing in the file, and gives what verification says.
fn altered(build: fn(&mut Writer), alteration: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("altered.db");
    let store = SqliteStore::open(SqliteOptions::new(&path)).expect("a new file");
    let reader = Box::new(store.reader());
    let subject = Subject { kind: "sqlite", store: Box::new(store), reader, _folder: None };
    let mut writer = Writer::new(subject, "book");
    build(&mut writer);
    drop(writer);
    let connection = rusqlite::Connection::open(&path).expect("it opens");
    assert_eq!(connection.execute(alteration, []).expect("it can be altered"), 1, "{alteration}");
    let reader = SqliteReader::open(&path).expect("it opens");
    match verify(&reader, &mut |_| {}) {
        Ok(report) => report.differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Err(fault) => fault.to_string(),
    }
}

fn money(writer: &mut Writer) {
    let terms = writer.terms(&[("USD", 2)]);
    let rules = LedgerRules { ranking: Ranking::ByEntries, ..terms.rules };
    writer.act(Action::OpenLedger(LedgerTerms { rules, ..terms }));
    for _ in 0..70 {
        writer.transfer("world", "a", 5);
    }
    // After the plain ones: an off-date posting with a reference and metadata, a hold posted, a hold voided.
    let told = Transaction {
        effective_at: Some(Timestamp(0)),
        reference: Some("r-1".to_owned()),
        metadata: Metadata::new([("k".to_owned(), "v".to_owned())]),
        ..transaction("world", "a", 0)
    };
    let told = Transaction { postings: transaction("world", "a", 5).postings, ..told };
    writer.act(Action::Transact(told));
    for (id, end) in [(1, true), (2, false)] {
        let hold = Transaction { timing: Timing::Pending { timeout_s: None }, ..transaction("world", "a", 5) };
        writer.act_as(Id(id), Action::Transact(hold));
        let hold = Id(id);
        writer.act(if end { Action::PostHold { hold, amount: None } } else { Action::VoidHold { hold } });
    }
    writer.act(Action::Defer { request: b"later".as_slice().into() });
}

/// Twenty lots, of which seventeen have rows; some are spent and given back, and the last expires.
fn points(writer: &mut Writer) {
    writer.open_ledger(&[("PTS", 0)]);
    writer.act(Action::Points(points::Action::SetProgram(program(Order::Earned))));
    let holding = || Holding::new(party("mary"), party("A"));
    for place in 0..20 {
        let earned_at = Some(START.plus_micros(place));
        let expires_at = (place == 19).then(|| START.plus_seconds(1_000_000));
        let metadata = Metadata::default();
        let earning = Earning { holding: holding(), points: Amount::new(10), earned_at, expires_at, metadata };
        writer.act(Action::Points(points::Action::Earn(earning)));
    }
    let spend = points::Action::Spend { member: party("mary"), points: Amount::new(35) };
    writer.act_as(Id(1), Action::Points(spend));
    writer.act(Action::Points(points::Action::Refund { spend: Id(1), points: Some(Amount::new(5)) }));
}

fn advances(writer: &mut Writer) {
    crate::advances::begin(writer);
    let advance = crate::advances::paid_out(writer, "ada");
    let as_of = Day::of(writer.at).plus(7);
    let transaction = TransactionId::parse("odd").expect("a name");
    for action in [
        advances::Action::StartRun { as_of },
        advances::Action::AskDebit { advance, number: 1, as_of },
        advances::Action::Tell { transaction, result: TransactionResult::Fail, of: None },
    ] {
        writer.act(Action::Advances(action));
    }
}

#[test]
fn every_alteration_of_advances_is_named() {
    for (alteration, named) in [
        ("UPDATE advances_books SET book = x'02'", "book holds what no release writes"),
        ("DELETE FROM advances_books", "book of advances: the row says None"),
        ("DELETE FROM advances", "advances: there are 0 rows, the journal has 1"),
        ("UPDATE advances SET advance = x'01'", "advance holds what no release writes"),
        ("DELETE FROM advances_due", "advances that are due: 0 are stored, the journal has 1"),
        ("UPDATE advances_due SET day = day + 1", "advances that are due: 1 are stored"),
        ("UPDATE advances_transactions SET known = x'02' WHERE transaction_id != 'odd'", "its row says TransactionRow"),
        (
            "DELETE FROM advances_transactions WHERE transaction_id = 'odd'",
            "transactions of advances: there are 1 rows",
        ),
        ("DELETE FROM advances_runs", "runs of advances: 0 are stored, the journal has 1"),
        ("DELETE FROM advances_exceptions", "exceptions of advances: 0 are stored, the journal has 1"),
    ] {
        let said = altered(advances, alteration);
        assert!(said.contains(named), "{alteration}\nsaid: {said}");
    }
}

#[test]
fn every_alteration_is_named() {
    for (alteration, named) in [
        ("UPDATE journal SET amount = 6 WHERE key & 1023 = 20", "effect 20: it says"),
        ("UPDATE journal SET at = at + 1 WHERE key & 1023 = 20", "its hash is not the hash of its effects"),
        ("UPDATE journal SET fingerprint = zeroblob(16) WHERE key & 1023 = 20", "its hash is not"),
        ("DELETE FROM journal WHERE key & 1023 = 20", "effect 21: it follows effect 19"),
        ("UPDATE balances SET posted = 1 WHERE key >> 12 & 1023 = 2", "account 2, asset 1: the row says"),
        ("UPDATE balances SET max_balance = 1 WHERE key >> 12 & 1023 = 2", "360 is outside its limits"),
        ("DELETE FROM balances WHERE key >> 12 & 1023 = 2", "there are 1 rows, the journal opens 2"),
        ("UPDATE batches SET hash = zeroblob(32) WHERE key & 1023 = 9", "batch 9: its hash"),
        ("UPDATE ledgers SET seq = seq + 1", "ledger book: its row says"),
        ("UPDATE ledgers SET implicit_accounts = 0", "ledger book: its row says"),
        ("UPDATE accounts SET name = 'b' WHERE name = 'a'", "account 2 (b): its row says"),
        ("UPDATE accounts SET frozen = 1 WHERE name = 'a'", "account 2 (a): its row says"),
        ("UPDATE balances SET min_balance = -1000 WHERE key >> 12 & 1023 = 2", "account 2, asset 1: the row says"),
        ("UPDATE assets SET scale = 3", "assets: the rows are"),
        (
            "UPDATE milestones SET at = at + 60000000, seq = seq + 1 WHERE account = 2",
            "milestones of account 2: effect",
        ),
        ("UPDATE off_dates SET sum = 7 WHERE account = 2", "its off-date postings do not add up"),
        ("UPDATE off_date_buckets SET sum = 7 WHERE account = 2 AND level = 3", "level: 3"),
        ("DELETE FROM transaction_references", "reference \"r-1\": it does not lead"),
        ("DELETE FROM transaction_metadata", "metadata \"k\": it does not lead"),
        ("UPDATE transaction_states SET amount = 6 WHERE state = 2", "its row says HoldPosted"),
        ("UPDATE transaction_states SET state = 4 WHERE state = 3", "its row says Expired"),
        ("DELETE FROM outcomes WHERE seq = 20", "does not lead to effect 20"),
        ("UPDATE entry_ranks SET entries = 1", "ranking by entries: the row says"),
        ("DELETE FROM entry_ranks", "ranking by entries: the row says None"),
        ("DELETE FROM deferred", "it is waiting: the rows say false, the journal true"),
        ("DELETE FROM milestones WHERE account = 2", "milestones: 1 are stored, the journal reaches 2"),
        ("UPDATE journal SET kind = 77 WHERE key & 1023 = 20", "kind holds what no release writes"),
        ("UPDATE journal SET source_balance = x'00' WHERE key & 1023 = 20", "source_balance holds what no release"),
    ] {
        let said = altered(money, alteration);
        assert!(said.contains(named), "{alteration}\nsaid: {said}");
    }
    let first = "WHERE earned_at = (SELECT min(earned_at) FROM points_lots)";
    for (alteration, named) in [
        (format!("UPDATE points_lots SET points = 11 {first}"), "purse 3: a lot is stored as"),
        (format!("DELETE FROM points_lots {first}"), "purse 3: a lot is stored as"),
        ("UPDATE points_purses SET purse = x'000000'".to_owned(), "purse 3: its row says"),
        ("UPDATE points_purses SET purse = x'01'".to_owned(), "purse holds what no release writes"),
        ("DELETE FROM points_purses".to_owned(), "purses: there are 0 rows, the journal has 1"),
        ("UPDATE points_programs SET expiring = 1".to_owned(), "program of points: the row says"),
        ("UPDATE points_programs SET pending_days = -1".to_owned(), "pending_days holds what no release writes"),
        ("DELETE FROM points_due".to_owned(), "lots that are due: 0 are stored, the journal has 1"),
        ("UPDATE points_refunds SET refunded = 6".to_owned(), "its row says Some(Amount(6)) were given back"),
        ("DELETE FROM points_refunds".to_owned(), "refunds: of 0 spends points were given back"),
        ("UPDATE balances SET posted = 1 WHERE key >> 12 & 1023 = 3".to_owned(), "account 3, asset 1: the row says"),
    ] {
        let said = altered(points, &alteration);
        assert!(said.contains(named), "{alteration}\nsaid: {said}");
    }
}
