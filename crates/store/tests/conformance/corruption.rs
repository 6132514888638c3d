//! Verification names what was altered behind the ledger's back: by table, key and column. `mutations.rs` does the same
//! to every column there is; here stand those of which it matters what is said.

use ducat_store::sqlite::SqliteOptions;
use ducat_store::verify::verify;
use ducat_store::{SqliteReader, SqliteStore};

use ducat_domain::Action;
use ducat_domain::advances::{self, Day, TransactionId, TransactionResult};
use ducat_domain::ledger::terms::{LedgerRules, LedgerTerms, Metadata, Ranking};
use ducat_domain::ledger::transaction::{Part, Timing, Transaction};
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
    let reader = SqliteReader::new(&path);
    match verify(&reader, &mut |_| {}) {
        Ok(report) => report.differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Err(fault) => fault.to_string(),
    }
}

fn money(writer: &mut Writer) {
    let terms = writer.terms(&[("USD", 2)]);
    let rules = LedgerRules { ranking: Ranking::ByEntries, ..terms.rules };
    writer.act(Action::OpenLedger(LedgerTerms { rules, ..terms }));
    let first = writer.transfer("world", "a", 5);
    for _ in 0..69 {
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
    writer.act(Action::Transact(Transaction { effective_at: Some(Timestamp(0)), ..transaction("world", "a", 5) }));
    writer.act(Action::Reverse { original: first, part: Part::Rest });
    let timing = Timing::Pending { timeout_s: Some(60) };
    writer.act(Action::Transact(Transaction { timing, ..transaction("world", "a", 5) }));
}

/// Twenty lots, of which seventeen have rows; some are spent and given back, and the last expires.
fn points(writer: &mut Writer) {
    writer.open_ledger(&[("PTS", 0)]);
    writer.act(Action::from(points::Action::SetProgram(program(Order::Earned))));
    let holding = || Holding::new(party("mary"), party("A"));
    for place in 0..20 {
        let earned_at = Some(START.plus_micros(place));
        let expires_at = (place == 19).then(|| START.plus_seconds(1_000_000));
        let metadata = Metadata::default();
        let earning = Earning { holding: holding(), points: Amount::new(10), earned_at, expires_at, metadata };
        writer.act(Action::from(points::Action::Earn(earning)));
    }
    let spend = points::Action::Spend { member: party("mary"), points: Amount::new(35) };
    writer.act_as(Id(1), Action::from(spend));
    writer.act(Action::from(points::Action::Refund { spend: Id(1), points: Some(Amount::new(5)) }));
}

fn advances(writer: &mut Writer) {
    crate::advances::begin(writer);
    let advance = crate::advances::paid_out(writer, "ada");
    let as_of = Day::of(writer.at).plus(7);
    let transaction = TransactionId::parse("odd").expect("a name");
    for action in [
        advances::Action::StartRun { as_of },
        advances::Action::AskDebit { advance, number: 1, as_of },
        advances::Action::Report { transaction, result: TransactionResult::Fail, of: None },
    ] {
        writer.act(Action::from(action));
    }
}

#[test]
fn alterations_are_named_by_table_key_and_column() {
    for (alteration, named) in [
        // The last byte of the balance of its destination, and the second of its instant.
        (
            "UPDATE journal SET effects = CAST(substr(effects, 1, length(effects) - 4) || x'02' || x'000000' AS BLOB)
             WHERE key & 1023 = 20",
            "ledger book, journal 1:20: it says",
        ),
        (
            "UPDATE journal SET effects = CAST(substr(effects, 1, 2) || x'8A' || substr(effects, 4) AS BLOB)
             WHERE key & 1023 = 20",
            "its hash is not that of effects 20 to 20 of the journal",
        ),
        ("DELETE FROM journal WHERE key & 1023 = 20", "ledger book, journal 1:21: it follows effect 19"),
        ("UPDATE journal SET effects = x'77' WHERE key & 1023 = 20", "journal 1:20 lengths: it holds what no release"),
        (
            "UPDATE journal SET effects = zeroblob(length(effects)) WHERE key & 1023 = 20",
            "journal 1:20 effects: it holds what no release writes",
        ),
        ("UPDATE journal SET lengths = x'' WHERE key & 1023 = 20", "journal 1:20 lengths: it holds what no release"),
        (
            "UPDATE balances SET posted = 1 WHERE key >> 12 & 1023 = 2",
            "balances 1:2:1 posted: it is 1, the journal makes it 360",
        ),
        ("DELETE FROM balances WHERE key >> 12 & 1023 = 2", "balances 1:2:1: it is missing"),
        ("UPDATE batches SET hash = zeroblob(32) WHERE key & 1023 = 9", "ledger book, batches 1:9: its hash is not"),
        ("UPDATE ledgers SET seq = seq + 1", "ledger book, ledgers 1 seq: it is"),
        ("UPDATE ledgers SET name = 'cook'", "ledger cook, ledgers 1 name: no batch has the hash"),
        ("UPDATE ledgers SET arriving = 1", "ledger book, ledgers 1 arriving: it is still arriving"),
        ("DELETE FROM ledgers", "journal 1: rows of ledger 1, which has none in ledgers"),
        ("UPDATE accounts SET opened_at = opened_at + 1 WHERE name = 'a'", "accounts 1:2 opened_at: it is"),
        ("UPDATE accounts SET name = 'b' WHERE name = 'a'", "accounts 1:2 name: it is b, the journal makes it a"),
        ("UPDATE milestones SET seq = seq - 1 WHERE account = 2", "milestones 1:2:1:"),
        ("DELETE FROM off_dates WHERE account = 2 AND seq = (SELECT min(seq) FROM off_dates)", "off_dates 1:2:1:"),
        (
            "UPDATE off_date_buckets SET sum = 7 WHERE account = 2 AND level = 3",
            "off_date_buckets 1:2:1:3:0 sum: it is 7",
        ),
        ("DELETE FROM transaction_references", "transaction_references 1:r-1: it is missing"),
        ("DELETE FROM transaction_states WHERE state = 0", "transaction_states 1:5: it is missing"),
        (
            "UPDATE transaction_states SET reversed_by = x'00' WHERE state = 0",
            "transaction_states 1:5 reversed_by: it is 00, the",
        ),
        ("UPDATE transaction_states SET state = 4 WHERE state = 3", "state: it is 4, the journal makes it 3"),
        ("DELETE FROM hold_expiries", "it is missing: the journal makes it"),
        ("UPDATE hold_expiries SET expires_at = expires_at + 1", "the journal makes no such row"),
        ("DELETE FROM outcomes WHERE seq = 20", "outcomes 1:"),
        ("UPDATE entry_ranks SET entries = 1", "entry_ranks 1:2:1 entries: it is 1"),
        ("DELETE FROM deferred", "deferred 1:"),
        (
            "INSERT INTO transaction_metadata SELECT ledger, 'other', value, seq FROM transaction_metadata",
            "transaction_metadata 1:other:v:",
        ),
    ] {
        let said = altered(money, alteration);
        assert!(said.contains(named), "{alteration}\nsaid: {said}");
    }
}

#[test]
fn alterations_of_points_are_named() {
    let first = "WHERE earned_at = (SELECT min(earned_at) FROM points_lots)";
    for (alteration, named) in [
        (format!("UPDATE points_lots SET points = 11 {first}"), "points: it is 11, the journal makes it 10"),
        (format!("DELETE FROM points_lots {first}"), "ledger book, points_lots 1:3:0:"),
        ("UPDATE points_purses SET purse = x'000000'".to_owned(), "points_purses 1:3 purse: it is Purse"),
        (
            "UPDATE points_purses SET purse = x'01'".to_owned(),
            "points_purses 1:3 purse: it holds what no release writes",
        ),
        ("DELETE FROM points_purses".to_owned(), "points_purses 1:3: it is missing"),
        ("UPDATE points_programs SET expiring = 1".to_owned(), "points_programs 1 expiring: it is 1"),
        ("DELETE FROM points_due".to_owned(), "ledger book, points_due 1:"),
        ("UPDATE points_refunds SET refunded = 6".to_owned(), "refunded: it is 6, the journal makes it 5"),
        ("DELETE FROM points_refunds".to_owned(), "ledger book, points_refunds 1:"),
    ] {
        let said = altered(points, &alteration);
        assert!(said.contains(named), "{alteration}\nsaid: {said}");
    }
}

#[test]
fn alterations_of_advances_are_named() {
    for (alteration, named) in [
        ("UPDATE advances_books SET book = x'02'", "advances_books 1 book: it is 02, the journal makes it"),
        ("DELETE FROM advances_books", "advances_books 1: it is missing"),
        ("DELETE FROM advances", "ledger book, advances 1:"),
        ("UPDATE advances SET owed = owed + 1", "owed: it is"),
        ("UPDATE advances SET advance = x'01'", "advance: it is 01, the journal makes it"),
        ("UPDATE advances_due SET day = day + 1", "ledger book, advances_due 1:"),
        (
            "DELETE FROM advances_transactions WHERE transaction_id = 'odd'",
            "advances_transactions 1:odd: it is missing",
        ),
        ("DELETE FROM advances_runs", "ledger book, advances_runs 1:"),
        ("DELETE FROM advances_exceptions", "ledger book, advances_exceptions 1:"),
    ] {
        let said = altered(advances, alteration);
        assert!(said.contains(named), "{alteration}\nsaid: {said}");
    }
}

/// A row that cannot be read is a difference, and the next ledger is verified all the same.
#[test]
fn what_cannot_be_read_does_not_hide_the_next_ledger() {
    let build = |writer: &mut Writer| {
        writer.open_ledger(&[("USD", 2)]);
        let other = std::mem::replace(&mut writer.ledger, crate::name("next"));
        writer.forget();
        writer.open_ledger(&[("USD", 2)]);
        writer.ledger = other;
    };
    let said = altered(build, "UPDATE journal SET lengths = x'' WHERE key = (1 << 40) + 1");
    assert!(said.contains("ledger book, journal 1:1 lengths: it holds what no release writes"), "{said}");
    let said = altered(build, "UPDATE assets SET scale = 3 WHERE ledger = 2");
    assert!(said.contains("ledger next, assets 2:1 scale: it is 3, the journal makes it 2"), "{said}");
}
