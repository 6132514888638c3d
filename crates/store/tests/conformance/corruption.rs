//! Verification names what was altered behind the ledger's back.

use ducat_store::sqlite::{SqliteOptions, SqliteReader, SqliteStore};
use ducat_store::verify::verify;

use ducat_domain::ledger::command::{Action, LedgerRules, LedgerTerms, Metadata, Ranking, Timing, Transaction};
use ducat_domain::numbers::{Id, Timestamp};

use crate::{Subject, Writer, transaction};

/// Builds a small ledger, alters one thing in the file, and gives what verification says.
fn after(alteration: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("altered.db");
    let store = SqliteStore::open(SqliteOptions::new(&path)).expect("a new file");
    let reader = Box::new(store.reader());
    let subject = Subject { kind: "sqlite", store: Box::new(store), reader, _folder: None };
    let mut writer = Writer::new(subject, "book");
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
    drop(writer);
    let connection = rusqlite::Connection::open(&path).expect("it opens");
    assert_eq!(connection.execute(alteration, []).expect("it can be altered"), 1, "{alteration}");
    let reader = SqliteReader::open(&path).expect("it opens");
    match verify(&reader, &mut |_| {}) {
        Ok(report) => report.differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Err(fault) => fault.to_string(),
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
        let said = after(alteration);
        assert!(said.contains(named), "{alteration}\nsaid: {said}");
    }
}
