//! What only a store for several nodes can show: leases, takeovers, lost connections, refusals at the start.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::{Action, Command, Delta, Item};
use ducat_store::postgres::{LEASE, Node, NodeClock};
use ducat_store::verify::verify;
use ducat_store::{CommitError, Fault, Loader, Reader, Store};
use ducat_store::{PostgresReader, PostgresStore};
use ducat_test_postgres::{Durability, Server, VARIABLE, database, new_database, sql};

use crate::proxy::Proxy;
use crate::{Subject, Writer, balance, name, postgres_at, transaction};

fn node(url: &str, lease: Duration) -> Node {
    Node { lease, ..Node::guest(url) }
}

fn subject(database: &str, node: Node) -> Subject {
    let store = PostgresStore::open(database, node).expect("a database");
    let reader = Box::new(store.reader().expect("it can be read"));
    Subject { kind: "postgres", store: Box::new(store), reader, _folder: None }
}

fn transfer(id: u128, amount: u128) -> Item {
    let action = Action::Transact(transaction("world", "a", amount));
    Item::Single(Command::new(CommandId::Client(Id(id)), action))
}

/// Tries until the lease has lapsed.
fn taken_over(store: &mut dyn Store, ledger: &Name) -> u64 {
    let begun = Instant::now();
    loop {
        match store.ledger(ledger) {
            Ok(loaded) => return loaded.head.epoch,
            Err(Fault::Elsewhere { .. }) => assert!(begun.elapsed() < Duration::from_secs(30), "a lease ends"),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_lease_keeps_others_away_and_its_end_lets_them_in() {
    let database = database();
    let mut first = Writer::new(postgres_at(&database, "http://first"), "book");
    first.open_ledger(&[("USD", 2)]);
    first.transfer("world", "a", 1);
    let mut second = PostgresStore::open(&database, node("http://second", LEASE)).expect("a database");
    match second.ledger(&first.ledger) {
        Err(Fault::Elsewhere { owner, .. }) => assert_eq!(owner, "http://first"),
        other => panic!("{other:?}"),
    }
    let epoch = first.working.head().epoch;
    // A node that goes away in good order leaves its leases at once.
    drop(first);
    let taken = second.ledger(&name("book")).expect("it is free");
    assert!(taken.head.epoch > epoch);
}

#[test]
fn a_node_takes_its_own_ledgers_again_at_once() {
    let database = database();
    let mut first = Writer::new(postgres_at(&database, "http://same"), "book");
    first.open_ledger(&[("USD", 2)]);
    let (_, late) = first.decide(&[transfer(1, 7)]);
    let mut again = PostgresStore::open(&database, node("http://same", LEASE)).expect("a database");
    again.ledger(&first.ledger).expect("the lease is under its own name");
    // What it was before can commit no more.
    let refused = first.subject.store.commit(&[late.expect("a change")]);
    assert!(matches!(refused, Err(CommitError::Deposed { .. })), "{refused:?}");
}

#[test]
fn a_lease_that_lapsed_is_taken_over_and_the_deposed_owner_commits_nothing() {
    let database = database();
    // A lease so short that its keeper is always late.
    let short = node("http://first", Duration::from_micros(1));
    let mut first = Writer::new(subject(&database, short), "book");
    first.open_ledger(&[("USD", 2)]);
    first.transfer("world", "a", 1);
    let (_, late) = first.decide(&[transfer(1, 7)]);
    let mut second = Writer { ..Writer::new(subject(&database, node("http://second", LEASE)), "other") };
    assert!(taken_over(second.subject.store.as_mut(), &first.ledger) > first.working.head().epoch);
    let refused = first.subject.store.commit(&[late.expect("a change")]);
    assert!(matches!(refused, Err(CommitError::Deposed { .. })), "{refused:?}");
    assert_eq!(first.posted("a"), Some(balance(1)));
}

#[test]
fn rows_in_memory_answer_only_under_a_lease() {
    let database = database();
    let store = PostgresStore::open(&database, node("http://first", LEASE)).expect("a database");
    let tenure = store.tenure();
    let reader = Box::new(store.reader().expect("it can be read"));
    let subject = Subject { kind: "postgres", store: Box::new(store), reader, _folder: None };
    let mut writer = Writer::new(subject, "book");
    assert_eq!(tenure.term("book"), None, "nobody has opened it");
    writer.open_ledger(&[("USD", 2)]);
    let first = tenure.term("book").expect("whoever opens a ledger has its lease");
    writer.forget();
    let second = tenure.term("book").expect("it is held");
    assert!(second > first, "another term");
    drop(writer);
    assert_eq!(tenure.term("book"), None, "it is given back");
}

#[test]
fn an_address_has_one_process_alive() {
    let database = database();
    let server = || Node { lease: Duration::from_millis(600), ..Node::server("http://one") };
    let first = PostgresStore::open(&database, server()).expect("a database");
    let refused = PostgresStore::open(&database, server()).map(drop).expect_err("the first is alive");
    assert!(refused.to_string().contains("--advertise"), "{refused}");
    drop(first);
    PostgresStore::open(&database, server()).map(drop).expect("the first has left");
}

#[test]
fn several_nodes_migrate_an_empty_database_once() {
    let database = database();
    let starting: Vec<_> = (0..6)
        .map(|n| {
            let database = database.clone();
            std::thread::spawn(move || PostgresStore::open(&database, node(&format!("http://{n}"), LEASE)).map(drop))
        })
        .collect();
    for thread in starting {
        thread.join().expect("it does not panic").expect("it starts");
    }
    let twice = "SELECT count(*) - count(DISTINCT version) FROM refinery_schema_history";
    assert_eq!(sql(&database, twice).expect("rows"), "0");
}

#[test]
fn what_cannot_hold_ledgers_is_refused_with_the_remedy() {
    let server = std::env::var(VARIABLE).expect("a server");
    let place = server.rsplit('@').next().expect("user@host").to_owned();
    let database = database();
    let base = database.rsplit('/').next().expect("a name");
    let open = |url: &str| match PostgresStore::open(url, node("http://a", LEASE)) {
        Ok(_) => panic!("{url} is refused"),
        Err(fault) => fault.to_string(),
    };
    let says = |url: &str, words: &[&str]| {
        let text = open(url);
        assert!(words.iter().all(|word| text.contains(word)), "{url}: {text}");
    };
    says("postgres://127.0.0.1:1/none", &["127.0.0.1:1", "cannot be opened"]);
    says(&format!("{server}/no_such_database"), &["no_such_database", "does not exist", "CREATE DATABASE"]);
    says(&format!("postgres://nobody@{place}/{base}"), &["nobody", "does not exist"]);
    // A database whose texts are no UTF-8.
    let latin = format!("{base}_latin");
    sql(&database, &format!("CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1'")).expect("it is made");
    says(&format!("{server}/{latin}"), &["LATIN1", "ENCODING 'UTF8'"]);
    // A user who may not create tables: nothing is written.
    let user = format!("{base}_user");
    sql(&database, &format!("CREATE USER {user}")).expect("it is made");
    says(&format!("postgres://{user}@{place}/{base}"), &[&user, "GRANT CREATE ON SCHEMA public"]);
    let tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'";
    assert_eq!(sql(&database, tables).expect("rows"), "0");
    let empty = PostgresReader::open(&database).map(drop).expect_err("nothing to read");
    assert!(empty.to_string().contains("ducat serve"), "{empty}");
    // The same user on tables that others made.
    drop(PostgresStore::open(&database, node("http://a", LEASE)).expect("it is prepared"));
    says(&format!("postgres://{user}@{place}/{base}"), &["permission denied", "GRANT SELECT"]);
    // A schema of a later release.
    let later = "INSERT INTO refinery_schema_history SELECT 99, 'later', applied_on, checksum FROM refinery_schema_history LIMIT 1";
    sql(&database, later).expect("a later migration");
    says(&database, &["newer release", "99"]);
}

#[test]
fn a_wrong_password_is_said_so() {
    let server = Server::start(Durability::Memory).expect("a server");
    let database = new_database(&server.url());
    let roles = "CREATE ROLE guarded; CREATE USER teller PASSWORD 'right' IN ROLE guarded";
    sql(&database, roles).expect("they are made");
    sql(&database, "GRANT CREATE ON SCHEMA public TO teller").expect("it is granted");
    let name = database.rsplit('/').next().expect("a name");
    let url = |password: &str| format!("postgres://teller:{password}@127.0.0.1:{}/{name}", server.port());
    let refused = PostgresStore::open(&url("wr%40ng"), node("http://a", LEASE)).map(drop).expect_err("it is wrong");
    let said = refused.to_string();
    assert!(said.contains("password") && said.contains("in the URL") && !said.contains("wr"), "{said}");
    PostgresStore::open(&url("right"), node("http://a", LEASE)).map(drop).expect("it is right");
}

/// Cuts the connection behind every single message of a commit, and compares what is said with what happened.
#[test]
fn a_connection_cut_anywhere_in_a_commit_is_settled_to_what_happened() {
    let database = database();
    let (place, base) = database.rsplit('@').next().and_then(|rest| rest.split_once('/')).expect("host/database");
    let proxy = Proxy::start(place);
    let through = format!("postgres://postgres@127.0.0.1:{}/{base}?sslmode=disable", proxy.port);
    let mut writer = Writer::new(subject(&through, node("http://cut", LEASE)), "book");
    writer.open_ledger(&[("USD", 2)]);
    writer.transfer("world", "a", 1);
    let direct = PostgresReader::open(&database).expect("a reader of its own");
    let (mut expected, mut unknown, mut refused, mut landed_after_all) = (1, 0, 0, 0);
    for messages in 0.. {
        let (_, delta) = writer.decide(&[transfer(1_000 + u128::try_from(messages).expect("small"), 1)]);
        let deltas = [delta.expect("a change")];
        proxy.cut_after(messages);
        let said = writer.subject.store.commit(&deltas);
        let was_cut = proxy.mend();
        let landed = match said {
            Ok(()) => true,
            Err(CommitError::Refused(_)) => {
                refused += 1;
                false
            }
            Err(CommitError::Unknown(_)) => {
                unknown += 1;
                let landed = settled(writer.subject.store.as_mut(), &deltas);
                landed_after_all += i32::from(landed);
                landed
            }
            Err(CommitError::Deposed { ledger }) => panic!("nobody else writes to {ledger}"),
        };
        expected += i128::from(landed);
        let snapshot = direct.snapshot().expect("it can be read");
        let account = snapshot.account(&writer.ledger, &name("a")).expect("it can be read").expect("it is open");
        assert_eq!(
            account.balances[0].posted,
            balance(expected),
            "cut after {messages} messages, said landed: {landed}"
        );
        writer.forget();
        if !was_cut {
            break;
        }
    }
    assert!(unknown > 0 && landed_after_all > 0, "{unknown} were unknown, {landed_after_all} of them had landed");
    // Before COMMIT is sent nothing can have landed, so the commit is simply made again on a new connection.
    assert_eq!(refused, 0, "a lost connection before COMMIT is no failure");
    assert!(verify(&direct, &mut |_| {}).expect("it can be read").is_clean());
}

fn settled(store: &mut dyn Store, deltas: &[Delta]) -> bool {
    store.settle(deltas).expect("the database is there")
}

#[test]
fn nodes_that_open_ledgers_at_the_same_time_do_not_take_each_others_numbers() {
    let database = database();
    let opening: Vec<_> = (0..3)
        .map(|n| {
            let database = database.clone();
            std::thread::spawn(move || {
                let subject = subject(&database, node(&format!("http://{n}"), LEASE));
                let mut writer = Writer::new(subject, &format!("l{n}"));
                for ledger in 0..40 {
                    writer.ledger = name(&format!("l{n}-{ledger}"));
                    writer.forget();
                    // Another node's number would be a commit that is deposed.
                    writer.open_ledger(&[("USD", 2)]);
                }
            })
        })
        .collect();
    for thread in opening {
        thread.join().expect("every commit is the first");
    }
    assert_eq!(sql(&database, "SELECT count(*) || ' ' || max(no) FROM ledgers").expect("rows"), "120 120");
}

/// A clock that is as many seconds ahead as is said.
fn clock(seconds_ahead: &Arc<AtomicI64>) -> Option<NodeClock> {
    let seconds = Arc::clone(seconds_ahead);
    let now = || std::process::Command::new("date").arg("+%s%6N").output().expect("date runs").stdout;
    Some(NodeClock::new(move || {
        let micros: i64 = String::from_utf8_lossy(&now()).trim().parse().expect("microseconds");
        Timestamp(micros).plus_micros(seconds.load(Ordering::SeqCst) * 1_000_000)
    }))
}

#[test]
fn a_node_whose_clock_is_wrong_takes_no_lease_and_gives_up_those_it_has() {
    let database = database();
    let ahead = Arc::new(AtomicI64::new(3_600));
    let wrong = Node { clock: clock(&ahead), ..Node::server("http://wrong") };
    let mut first = PostgresStore::open(&database, wrong).expect("it starts all the same");
    match first.ledger(&name("book")) {
        Err(Fault::Withdrawn { reason }) => assert!(reason.contains("ahead of the database's"), "{reason}"),
        other => panic!("{other:?}"),
    }
    // Another node would serve it.
    let second = PostgresStore::open(&database, Node::server("http://right")).expect("a database");
    let begun = Instant::now();
    while !matches!(first.ledger(&name("book")), Err(Fault::Elsewhere { owner, .. }) if owner == "http://right") {
        assert!(begun.elapsed() < Duration::from_secs(30), "it hears of the other");
    }
    drop(second);
    ahead.store(0, Ordering::SeqCst);
    let (tenure, standing) = (first.tenure(), first.standing());
    let wait_for = |may_serve: bool| {
        let begun = Instant::now();
        while standing.may_serve() != may_serve {
            assert!(begun.elapsed() < Duration::from_secs(30), "each beat compares the clocks");
            std::thread::yield_now();
        }
    };
    wait_for(true);
    let reader = Box::new(first.reader().expect("it can be read"));
    let mut writer = Writer::new(Subject { kind: "postgres", store: Box::new(first), reader, _folder: None }, "book");
    writer.open_ledger(&[("USD", 2)]);
    let (_, late) = writer.decide(&[transfer(1, 7)]);
    ahead.store(-3_600, Ordering::SeqCst);
    wait_for(false);
    assert_eq!(tenure.term("book"), None, "nothing is answered from memory");
    // What was decided by the wrong clock does not land.
    let refused = writer.subject.store.commit(&[late.expect("a change")]);
    assert!(matches!(refused, Err(CommitError::Deposed { .. })), "{refused:?}");
    let begun = Instant::now();
    while sql(&database, "SELECT owner IS NULL FROM ledgers").expect("rows") != "t" {
        assert!(begun.elapsed() < Duration::from_secs(30), "the lease is given up");
    }
    assert!(standing.clock().is_some_and(|offset| offset.micros < -3_500_000_000));
}

/// What a release does that does not know of the fence: it moves a head, takes a lease, or opens a ledger.
#[test]
fn a_node_of_an_earlier_release_commits_nothing() {
    let database = database();
    let mut writer = Writer::new(postgres_at(&database, "http://new"), "book");
    writer.open_ledger(&[("USD", 2)]);
    let batches = || sql(&database, "SELECT batch, epoch FROM ledgers ORDER BY no").expect("it can be read");
    let before = batches();
    for statement in [
        "UPDATE ledgers SET batch = batch + 1, seq = seq + 1",
        "UPDATE ledgers SET owner = 'http://old', epoch = epoch + 1",
        "INSERT INTO ledgers (no, name, batch, epoch, seq, at, hash, accounts, implicit_accounts, zero_amounts, arriving)
         SELECT max(no) + 1, 'other', 1, 0, 1, 0, ''::bytea, 0, false, false, false FROM ledgers",
    ] {
        let refused = sql(&database, statement).expect_err("the fence is in the way").to_string();
        assert!(refused.contains("fence"), "{refused}");
    }
    assert_eq!(batches(), before);
    writer.transfer("world", "a", 1);
    assert_ne!(batches(), before);
}
