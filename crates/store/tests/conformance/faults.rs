//! One writer at a time, whatever happens: compare-and-set, fencing, ownership, a full disk.

use ducat_domain::hashing::Seed;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::recover::{Arrival, named_by_redactions, recover, recovery_footprint};
use ducat_domain::ledger::rows::Head;
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Id, Seq};
use ducat_domain::private::Salts;
use ducat_domain::{Action, Command, Draft, Effect, Item, ItemOutcome, LoadedLedger, Outcome, Rejection, Working};
use ducat_store::SqliteStore;
use ducat_store::sqlite::SqliteOptions;
use ducat_store::{CommitError, Fault};

use crate::{Writer, balance, memory, name, on_every_store, postgres_alone, sqlite, transaction};

fn transfer(id: u128, amount: u128) -> Item {
    let action = Action::Transact(transaction("world", "a", amount));
    Item::Single(Command::new(CommandId::Client(Id(id)), action))
}

#[test]
fn a_commit_finds_the_head_it_started_from_or_lands_nowhere() {
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        writer.transfer("world", "a", 5);
        let (_, late) = writer.decide(&[transfer(1, 7)]);
        writer.forget();
        writer.transfer("world", "a", 1);
        let refused = writer.subject.store.commit(&[late.expect("a change")]);
        assert!(matches!(refused, Err(CommitError::Deposed { .. })), "{refused:?}");
        assert_eq!(writer.posted("a"), Some(balance(6)));
        writer.forget();
    });
}

#[test]
fn what_is_settled_as_lost_cannot_land_any_more() {
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        let (_, late) = writer.decide(&[transfer(1, 7)]);
        let late = [late.expect("a change")];
        assert!(!writer.subject.store.settle(&late).expect("it can be settled"));
        let refused = writer.subject.store.commit(&late);
        assert!(matches!(refused, Err(CommitError::Deposed { .. } | CommitError::Refused(_))), "{refused:?}");
        writer.forget();
        assert_eq!(writer.posted("a"), None);
        writer.transfer("world", "a", 1);
    });
}

#[test]
fn what_landed_is_settled_so_however_much_came_after() {
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        let (_, delta) = writer.decide(&[transfer(1, 7)]);
        let landed = [delta.expect("a change")];
        writer.subject.store.commit(&landed).expect("it commits");
        writer.forget();
        writer.transfer("world", "a", 1);
        assert!(writer.subject.store.settle(&landed).expect("it can be settled"));
        writer.forget();
        writer.transfer("world", "a", 1);
        assert_eq!(writer.posted("a"), Some(balance(9)));
    });
}

#[test]
fn the_opening_of_a_ledger_can_be_settled_too() {
    on_every_store(|writer| {
        let terms = writer.terms(&[("USD", 2)]);
        let open = Item::Single(Command::new(CommandId::Client(Id(1)), Action::OpenLedger(terms.clone())));
        let (_, delta) = writer.decide(&[open]);
        let lost = [delta.expect("a change")];
        assert!(!writer.subject.store.settle(&lost).expect("it can be settled"));
        writer.forget();
        writer.open_ledger(&[("USD", 2)]);
        writer.transfer("world", "a", 1);
        assert_eq!(writer.posted("a"), Some(balance(1)));
    });
}

#[test]
fn batches_of_several_ledgers_commit_together_or_not_at_all() {
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        let (_, first) = writer.decide(&[transfer(1, 7)]);
        let first = first.expect("a change");
        // A second ledger that pretends to exist already.
        let mut second = first.clone();
        second.head.ledger = Name::parse("other").expect("a name");
        second.base.ledger = second.head.ledger.clone();
        let refused = writer.subject.store.commit(&[first.clone(), second]);
        assert!(matches!(refused, Err(CommitError::Deposed { .. })), "{refused:?}");
        assert_eq!(writer.posted("a"), None);
        writer.subject.store.commit(&[first]).expect("alone it commits");
        assert_eq!(writer.posted("a"), Some(balance(7)));
    });
}

#[test]
fn a_ledger_that_is_still_arriving_is_seen_by_nobody() {
    let mut source = Writer::new(memory(), "book");
    source.open_ledger(&[("USD", 2)]);
    source.transfer("world", "a", 5);
    let effects =
        source.subject.reader.snapshot().and_then(|s| s.effects(&source.ledger, Seq(0), 100)).expect("effects");
    let batches =
        source.subject.reader.snapshot().and_then(|s| s.batches(&source.ledger, BatchNo(0), 9)).expect("batches");
    for subject in [memory(), sqlite(), postgres_alone()] {
        let mut writer =
            Writer { working: Working::new(absent("book"), Seed::default()), ..Writer::new(subject, "book") };
        for (place, batch) in batches.iter().enumerate() {
            let is_last = place + 1 == batches.len();
            let from = if place == 0 { Seq(0) } else { batches[place - 1].last };
            let own: Vec<_> = effects.iter().filter(|e| e.seq > from && e.seq <= batch.last).cloned().collect();
            let arrival = if is_last { Arrival::Last } else { Arrival::More };
            recover_in(&mut writer, &own, arrival);
            let snapshot = writer.subject.reader.snapshot().expect("it can be read");
            let seen = [
                snapshot.head(&writer.ledger).expect("it can be read").is_some(),
                !snapshot.ledgers(None, 9).expect("they can be read").is_empty(),
                !snapshot.assets(&writer.ledger).expect("they can be read").is_empty(),
                snapshot.account(&writer.ledger, &name("world")).expect("it can be read").is_some(),
                !snapshot.effects(&writer.ledger, Seq(0), 9).expect("they can be read").is_empty(),
            ];
            assert_eq!(seen, [is_last; 5], "{}", writer.subject.kind);
            drop(snapshot);
            writer.forget();
            if !is_last {
                let (outcomes, delta) = writer.decide(&[transfer(1, 1)]);
                let refused = ItemOutcome::Single(Outcome::Refused(Rejection::LedgerNotFound));
                assert_eq!((outcomes, delta.is_none()), (vec![refused], true), "{}", writer.subject.kind);
                writer.forget();
            }
        }
        writer.act_as(Id(1), Action::Transact(transaction("world", "a", 1)));
        assert_eq!(writer.posted("a"), Some(balance(6)));
    }
}

pub fn absent(ledger: &str) -> LoadedLedger {
    LoadedLedger {
        head: Head::absent(name(ledger)),
        assets: Vec::new(),
        last_time_ordered: None,
        product: ducat_domain::products::LoadedProducts::default(),
    }
}

pub fn recover_in(writer: &mut Writer, effects: &[Effect], arrival: Arrival) {
    loop {
        let needed = recovery_footprint(&writer.working, effects);
        if needed.is_empty() {
            break;
        }
        let rows = writer.subject.store.load(writer.working.heads(), &needed).expect("rows can be loaded");
        writer.working.absorb(rows.expect("nobody else writes"));
    }
    writer.working.absorb(named_by_redactions(effects));
    recover(&mut writer.working, effects, arrival, &mut Draft::new(Salts::of([7; 32]))).expect("it happened");
    let delta = writer.working.take_delta().expect("a change");
    writer.subject.store.commit(&[delta]).expect("it commits");
}

#[test]
fn a_file_has_one_owner() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteOptions::new(folder.path().join("owned.db"));
    let first = SqliteStore::open(options.clone()).expect("a new file");
    let second = SqliteStore::open(options.clone());
    assert!(matches!(second, Err(Fault::Owned { .. })), "{second:?}");
    drop(first);
    SqliteStore::open(options).expect("the file is free again");
}

#[test]
fn a_file_of_a_newer_release_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteOptions::new(folder.path().join("newer.db"));
    drop(SqliteStore::open(options.clone()).expect("a new file"));
    let connection = rusqlite::Connection::open(&options.path).expect("it opens");
    connection
        .execute(
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
             SELECT 99, 'later', applied_on, checksum FROM refinery_schema_history LIMIT 1",
            [],
        )
        .expect("a later migration");
    let refused = SqliteStore::open(options);
    assert!(matches!(refused, Err(Fault::Newer { found: 99, .. })), "{refused:?}");
}

#[test]
fn a_full_disk_refuses_and_takes_up_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("full.db");
    let options = SqliteOptions { pages_max: Some(46), ..SqliteOptions::new(&path) };
    let store = SqliteStore::open(options).expect("a new file");
    let reader = Box::new(store.reader());
    let subject = crate::Subject { kind: "sqlite", store: Box::new(store), reader, _folder: Some(folder) };
    let mut writer = Writer::new(subject, "book");
    writer.open_ledger(&[("USD", 2)]);
    let mut acknowledged = 0;
    let refused = loop {
        let items: Vec<Item> = (0..200).map(|n| transfer(1 + acknowledged * 200 + n, 1)).collect();
        let (_, delta) = writer.decide(&items);
        match writer.subject.store.commit(&[delta.expect("a change")]) {
            Ok(()) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, CommitError::Refused(Fault::Full)), "{refused:?}");
    assert!(acknowledged > 0);
    assert_eq!(writer.posted("a"), Some(balance(i128::try_from(acknowledged).expect("few") * 200)));
    // There is space again: the same file with a higher bound.
    let Writer { subject, .. } = writer;
    drop(subject.store);
    let store = SqliteStore::open(SqliteOptions::new(&path)).expect("it opens again");
    let reader = Box::new(store.reader());
    let subject = crate::Subject { kind: "sqlite", store: Box::new(store), reader, _folder: subject._folder };
    let mut writer = Writer::new(subject, "book");
    writer.act_as(Id(u128::MAX), Action::Transact(transaction("world", "a", 1)));
    let report = ducat_store::verify::verify(writer.subject.reader.as_ref(), &mut |_| {}).expect("it can be read");
    assert!(report.is_clean(), "{:?}", report.differences);
}

/// What brings a store up to date is done whole or not at all: a table that is in the way of the last step leaves nothing
/// of the others.
#[test]
fn a_schema_is_made_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteOptions::new(folder.path().join("half.db"));
    drop(SqliteStore::open(options.clone()).expect("a new file"));
    let connection = rusqlite::Connection::open(&options.path).expect("it opens");
    let tables =
        "SELECT 'DROP TABLE \"' || name || '\"' FROM sqlite_schema WHERE type = 'table' AND name <> 'deliveries'";
    let drops: Vec<String> = {
        let mut statement = connection.prepare(tables).expect("SQL");
        let rows = statement.query_map([], |row| row.get(0)).expect("tables");
        rows.collect::<Result<_, _>>().expect("texts")
    };
    for drop in &drops {
        connection.execute_batch(drop).expect("it goes");
    }
    std::fs::remove_file(options.path.with_extension("db.head")).ok();
    assert!(SqliteStore::open(options.clone()).is_err(), "a table is in the way");
    let left = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('deliveries', 'refinery_schema_history')";
    let left: i64 = connection.query_row(left, [], |row| row.get(0)).expect("a count");
    assert_eq!(left, 0, "nothing is half done");
    connection.execute_batch("DROP TABLE deliveries").expect("it goes");
    drop(connection);
    SqliteStore::open(options).expect("it is made");

    let database = ducat_test_postgres::database();
    ducat_test_postgres::sql(&database, "CREATE TABLE deliveries (x integer)").expect("it is made");
    let open = || ducat_store::PostgresStore::open(&database, ducat_store::postgres::Node::server("http://half"));
    assert!(open().is_err(), "a table is in the way");
    let left = "SELECT count(*) FROM pg_tables WHERE tablename IN ('ledgers', 'journal', 'nodes')";
    assert_eq!(ducat_test_postgres::sql(&database, left).expect("a count").trim(), "0");
    ducat_test_postgres::sql(&database, "DROP TABLE deliveries").expect("it goes");
    open().expect("it is made");
}
