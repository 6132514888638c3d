//! Balances and ids that are written behind the journal: whoever reads them, and whenever, finds what is committed.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::ledger::working::Heads;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq};
use ducat_domain::{Action, Command, Footprint, Item};
use ducat_store::sqlite::SqliteOptions;
use ducat_store::verify::verify;
use ducat_store::{MemoryStore, Reader, Snapshot, SqliteReader, SqliteStore, Store as _};
use fastrand::Rng;

use crate::stream::batches;
use crate::{Subject, Writer, memory, name, transaction};

/// Effects of a generation: each commit writes, some do, and none does.
const GENERATIONS: [usize; 5] = [1, 7, 40, 300, usize::MAX];

/// Balances, and who has the most entries.
type State = (Vec<BalanceRow>, (u64, Vec<Name>));

fn state(snapshot: &dyn Snapshot, ledger: &Name) -> State {
    let (most, mut names) = snapshot.busiest(ledger).expect("it can be read");
    names.sort();
    (balances(snapshot, ledger), (most, names))
}

fn balances(snapshot: &dyn Snapshot, ledger: &Name) -> Vec<BalanceRow> {
    // Some at a time: a page must go on where the one before it ended.
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|row: &BalanceRow| (row.account, row.asset));
        let page = snapshot.balances(ledger, after, 5).expect("they can be read");
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    // By account they are the same.
    let accounts = snapshot.accounts(ledger, "", None, usize::MAX).expect("they can be read");
    // A page begins behind a name, wherever that is to the prefix.
    let names: Vec<&Name> = accounts.iter().map(|account| &account.row.name).collect();
    for prefix in ["", "a", "p", "no such"] {
        for after in names.iter().step_by(7) {
            let page = snapshot.accounts(ledger, prefix, Some(after), 3).expect("they can be read");
            let page: Vec<&Name> = page.iter().map(|account| &account.row.name).collect();
            let is_next = |name: &&&Name| name.as_str().starts_with(prefix) && **name > *after;
            let next: Vec<&Name> = names.iter().filter(is_next).take(3).copied().collect();
            assert_eq!(page, next, "{prefix:?} after {after}");
        }
    }
    for (prefix, max) in [("", usize::MAX), ("", 1), ("a", usize::MAX), ("no such", 5)] {
        let listed = snapshot.accounts(ledger, prefix, None, max).expect("they can be read").len();
        assert_eq!(snapshot.account_count(ledger, prefix, max).expect("they can be counted"), listed, "{prefix}");
    }
    let mut by_account: Vec<BalanceRow> = accounts.into_iter().flat_map(|account| account.balances).collect();
    by_account.sort_by_key(|row| (row.account, row.asset));
    assert_eq!(all, by_account);
    all
}

/// Ids of up to what a snapshot sees are found, and others are not.
fn check_ids(snapshot: &dyn Snapshot, ledger: &Name, model: &MemoryStore) {
    let head = snapshot.head(ledger).expect("it can be read").map_or(Seq(0), |head| head.seq);
    let all = model.snapshot().and_then(|model| model.effects(ledger, Seq(0), usize::MAX)).expect("they can be read");
    for effect in all {
        let Some(key) = effect.command else { continue };
        let found = snapshot.outcome(ledger, key.id).expect("it can be read").map(|row| row.seq);
        assert_eq!(found, (effect.seq <= head).then_some(effect.seq), "{} at {head}", key.id);
    }
}

fn now(reader: &dyn Reader, ledger: &Name) -> State {
    state(reader.snapshot().expect("it can be read").as_ref(), ledger)
}

fn is_clean(reader: &dyn Reader) {
    let report = verify(reader, &mut |_| {}).expect("it can be read");
    assert!(report.is_clean(), "{:?}", report.differences);
}

/// What a killed server leaves: the file and its log as they are.
fn killed(path: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for suffix in ["", "-wal"] {
        let from = format!("{}{suffix}", path.display());
        if Path::new(&from).exists() {
            std::fs::copy(&from, folder.path().join(format!("test.db{suffix}"))).expect("it can be copied");
        }
    }
    folder
}

/// Plays the same commands into memory and into a file, and compares what all kinds of readers find.
fn check(seed: u64, generation_effects: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    // Parts so small that runs are merged, and so large that all ids are inserted into the tree.
    let part_ids = [3, 8, 20, SqliteOptions::new(&path).part_ids][usize::try_from(seed).expect("small") % 4];
    let options = SqliteOptions { generation_effects, part_ids, ..SqliteOptions::new(&path) };
    let store = SqliteStore::open(options.clone()).expect("a new file");
    let inside = store.reader();
    let reader = Box::new(store.reader());
    let mut rng = Rng::with_seed(seed);
    let model = MemoryStore::new();
    let in_memory = Subject { store: Box::new(model.clone()), reader: Box::new(model.clone()), ..memory() };
    let mut expected = Writer::new(in_memory, "book");
    let subject = Subject { kind: "sqlite", store: Box::new(store), reader, _folder: Some(folder) };
    let mut writer = Writer::new(subject, "book");
    let ledger = name("book");
    let outside = SqliteReader::open(&path).expect("it can be read");
    let mut held: Vec<(Box<dyn Snapshot + '_>, State)> = Vec::new();
    for batch in batches(seed, 400) {
        expected.run(&batch);
        if rng.u8(..4) == 0 {
            writer.forget();
        }
        writer.run(&batch);
        match rng.u8(..6) {
            0 => held.push((inside.snapshot().expect("it can be read"), now(&model, &ledger))),
            1 => {
                let snapshot = outside.snapshot().expect("it can be read");
                // The first read fixes what it sees.
                snapshot.head(&ledger).expect("it can be read");
                held.push((snapshot, now(&model, &ledger)));
            }
            2 if !held.is_empty() => {
                let (snapshot, then) = held.swap_remove(rng.usize(..held.len()));
                assert_eq!(state(snapshot.as_ref(), &ledger), then, "of {generation_effects}, seed {seed}");
                check_ids(snapshot.as_ref(), &ledger, &model);
            }
            3 => {
                let copy = killed(&path);
                let store = SqliteStore::open(SqliteOptions { path: copy.path().join("test.db"), ..options.clone() })
                    .expect("it opens");
                assert_eq!(now(&store.reader(), &ledger), now(&model, &ledger), "of {generation_effects}, seed {seed}");
                check_ids(store.reader().snapshot().expect("it can be read").as_ref(), &ledger, &model);
            }
            _ => {}
        }
    }
    for (snapshot, then) in held.drain(..) {
        check_ids(snapshot.as_ref(), &ledger, &model);
        assert_eq!(state(snapshot.as_ref(), &ledger), then, "of {generation_effects}, seed {seed}");
    }
    check_ids(inside.snapshot().expect("it can be read").as_ref(), &ledger, &model);
    is_clean(&inside);
    is_clean(&outside);
    // One that has derived nothing before.
    is_clean(&SqliteReader::open(&path).expect("it can be read"));
    let copy = killed(&path);
    let killed =
        SqliteStore::open(SqliteOptions { path: copy.path().join("test.db"), ..options.clone() }).expect("it opens");
    is_clean(&killed.reader());
    let Writer { subject: Subject { store, _folder, .. }, .. } = writer;
    drop(store);
    let connection = rusqlite::Connection::open(&path).expect("it opens");
    let behind: i64 = connection
        .query_row(
            "SELECT count(*) FROM ledgers l LEFT JOIN rows_behind b ON b.ledger = l.no
             WHERE l.seq > coalesce(b.seq, 0) OR b.next_seq IS NOT NULL",
            [],
            |row| row.get(0),
        )
        .expect("it can be read");
    assert_eq!(behind, 0, "a file that is closed has all its rows");
    let levels: i64 = connection
        .query_row("SELECT count(DISTINCT level) FROM id_parts", [], |row| row.get(0))
        .expect("it can be read");
    let are_merged = generation_effects < 40 && part_ids < 100;
    assert_eq!(levels > 1, are_merged, "{levels} levels of runs, of {generation_effects} and {part_ids}");
    drop(connection);
    assert_eq!(now(&outside, &ledger), now(&model, &ledger));
    let again = SqliteStore::open(options).expect("it opens");
    assert_eq!(now(&again.reader(), &ledger), now(&model, &ledger));
    is_clean(&again.reader());
}

#[test]
fn every_reader_finds_the_rows_of_its_moment() {
    for seed in 0..4 {
        for generation_effects in GENERATIONS {
            check(seed, generation_effects);
        }
    }
}

/// While a writer commits, and generations and runs of ids come and go, every snapshot is of one state: balances sum to
/// zero, the last entry of each is in the journal and says its balance, and every id of an effect is found.
#[test]
fn readers_beside_a_writer_see_one_state() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    let options = SqliteOptions { generation_effects: 20, part_ids: 4, ..SqliteOptions::new(&path) };
    let store = SqliteStore::open(options).expect("a new file");
    let (inside, outside) = (store.reader(), SqliteReader::open(&path).expect("it can be read"));
    let subject =
        Subject { kind: "sqlite", store: Box::new(store), reader: Box::new(MemoryStore::new()), _folder: None };
    let mut writer = Writer::new(subject, "book");
    writer.open_ledger(&[("USD", 2)]);
    let (is_over, ledger) = (AtomicBool::new(false), name("book"));
    let (ledger, is_over) = (&ledger, &is_over);
    let read = |reader: &dyn Reader| {
        let mut states = 0;
        while !is_over.load(Ordering::SeqCst) {
            let snapshot = reader.snapshot().expect("it can be read");
            let head = snapshot.head(ledger).expect("it can be read").expect("it is open");
            // Before balances are read: it takes a while, and runs may change meanwhile.
            let mut rng = Rng::with_seed(head.seq.0);
            for _ in 0..20 {
                let seq = Seq(rng.u64(1..=head.seq.0));
                let effect = snapshot.effect(ledger, seq).expect("it can be read").expect("it is there");
                let Some(key) = effect.command else { continue };
                let found = snapshot.outcome(ledger, key.id).expect("it can be read").map(|row| row.seq);
                assert_eq!(found, Some(seq), "at {}", head.seq);
            }
            let rows = balances(snapshot.as_ref(), ledger);
            assert_eq!(rows.iter().map(|row| row.posted.minor_units()).sum::<i128>(), 0, "at {}", head.seq);
            for row in rows {
                let Some(last) = row.last else { continue };
                let effect = snapshot.effect(ledger, last).expect("it can be read").expect("it is there");
                let posting = ducat_domain::ledger::delta::posting(&effect).expect("it is a posting").1;
                let side = posting.entries().into_iter().find(|(side, _)| side.account == row.account);
                assert_eq!(side.map(|(side, _)| (side.entry, side.balance)), Some((row.entries, row.posted)));
            }
            states += 1;
        }
        states
    };
    std::thread::scope(|scope| {
        let readers = [scope.spawn(|| read(&inside)), scope.spawn(|| read(&inside)), scope.spawn(|| read(&outside))];
        let mut rng = Rng::with_seed(5);
        for _ in 0..600 {
            let items: Vec<Item> = (0..1 + rng.usize(..6))
                .map(|_| {
                    let (source, destination) = (format!("a{}", rng.u8(..9)), format!("b{}", rng.u8(..9)));
                    let source = if rng.bool() { "world".to_owned() } else { source };
                    let transact = Action::Transact(transaction(&source, &destination, u128::from(rng.u8(1..))));
                    Item::Single(Command::new(CommandId::Client(Id(rng.u128(..))), transact))
                })
                .collect();
            writer.run(&items);
        }
        is_over.store(true, Ordering::SeqCst);
        for reader in readers {
            assert!(reader.join().expect("what it reads is of one state") > 10, "it read while the writer wrote");
        }
    });
}

/// Whoever decides asks for ids during commits. One that was committed is found at any time: missing it would be a payment
/// made twice.
#[test]
fn a_loader_finds_every_id_during_commits() {
    const BATCHES: u64 = 800;
    let model = MemoryStore::new();
    let in_memory = Subject { store: Box::new(model.clone()), reader: Box::new(model), ..memory() };
    let mut writer = Writer::new(in_memory, "book");
    let absent = writer.working.head().clone();
    let mut deltas = Vec::new();
    let mut decide = |writer: &mut Writer, items: &[Item]| {
        let delta = writer.decide(items).1.expect("something was decided");
        writer.subject.store.commit(std::slice::from_ref(&delta)).expect("it commits");
        deltas.push(delta);
    };
    let open = writer.command(Action::OpenLedger(writer.terms(&[("USD", 2)])));
    decide(&mut writer, &[open]);
    let mut rng = Rng::with_seed(6);
    for _ in 0..BATCHES {
        let transact = || Action::Transact(transaction("world", "a", 1));
        let items: Vec<Item> = (0..1 + rng.usize(..6))
            .map(|_| Item::Single(Command::new(CommandId::Client(Id(rng.u128(..))), transact())))
            .collect();
        decide(&mut writer, &items);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    let options = SqliteOptions { generation_effects: 20, part_ids: 4, ..SqliteOptions::new(&path) };
    let store = SqliteStore::open(options).expect("a new file");
    let reader = store.reader();
    let (mut loader, mut committer) = Box::new(store).split();
    let landed = parking_lot::Mutex::new(Vec::<(Id, Seq)>::new());
    std::thread::scope(|scope| {
        let (landed, deltas) = (&landed, &deltas);
        let committing = scope.spawn(move || {
            for delta in deltas {
                committer.commit(std::slice::from_ref(delta)).expect("it commits");
                landed.lock().extend(delta.outcomes().map(|(key, seq)| (key.id, seq)));
            }
            landed.lock().push((Id(0), Seq(0)));
            // It closes the file, which the loader still reads.
            committer
        });
        let (mut rng, mut loads) = (Rng::with_seed(7), 0);
        loop {
            let known = landed.lock().clone();
            if known.last().is_some_and(|(id, _)| *id == Id(0)) {
                break;
            }
            if known.is_empty() {
                continue;
            }
            let mut asked: Vec<(Id, Option<Seq>)> = (0..1 + rng.usize(..8))
                .map(|_| known[rng.usize(..known.len())])
                .map(|(id, seq)| (id, Some(seq)))
                .collect();
            asked.push((Id(rng.u128(..)), None));
            let footprint = Footprint { ids: asked.iter().map(|(id, _)| *id).collect(), ..Footprint::default() };
            let rows = loader.load(Heads { before: &absent, after: &absent }, &footprint).expect("it can be read");
            let found = rows.expect("the file is ours").ids.into_iter().map(|(id, row)| (id, row.map(|row| row.seq)));
            assert_eq!(found.collect::<Vec<_>>(), asked);
            loads += 1;
        }
        assert!(loads > 100, "{loads} loads during the commits");
        drop(committing.join().expect("it commits"));
    });
    is_clean(&reader);
}

/// Another ledger's commits write this one's rows. A snapshot from before that still needs what a later one does not.
#[test]
fn snapshots_of_one_reader_have_tails_of_their_own() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    let options = SqliteOptions { generation_effects: 40, part_ids: 4, ..SqliteOptions::new(&path) };
    let store = SqliteStore::open(options).expect("a new file");
    let reader = Box::new(store.reader());
    let subject = Subject { kind: "sqlite", store: Box::new(store), reader, _folder: Some(folder) };
    let mut writer = Writer::new(subject, "book");
    let mut rng = Rng::with_seed(8);
    let mut transact = |writer: &mut Writer, count: usize| {
        for _ in 0..count {
            let transact = Action::Transact(transaction("world", "a", 1));
            writer.run(&[Item::Single(Command::new(CommandId::Client(Id(rng.u128(..))), transact))]);
        }
    };
    writer.open_ledger(&[("USD", 2)]);
    // A generation, of which nothing is written yet, and a little of the next one.
    while writer.working.head().seq < Seq(43) {
        transact(&mut writer, 1);
    }
    writer.turn_to(name("other"));
    writer.open_ledger(&[("USD", 2)]);
    let (outside, ledger) = (SqliteReader::open(&path).expect("it can be read"), name("book"));
    let begin = || {
        let snapshot = outside.snapshot().expect("it can be read");
        // The first read fixes what it sees.
        snapshot.head(&ledger).expect("it can be read");
        snapshot
    };
    let mut snapshots = Vec::new();
    for _ in 0..30 {
        snapshots.push(begin());
        transact(&mut writer, 1);
    }
    for snapshot in snapshots.iter().rev().chain(&snapshots) {
        let effects = snapshot.effects(&ledger, Seq(0), usize::MAX).expect("they can be read");
        for effect in effects {
            let Some(key) = effect.command else { continue };
            let found = snapshot.outcome(&ledger, key.id).expect("it can be read").map(|row| row.seq);
            assert_eq!(found, Some(effect.seq));
        }
        assert_eq!(balances(snapshot.as_ref(), &ledger), balances(begin().as_ref(), &ledger));
    }
}
