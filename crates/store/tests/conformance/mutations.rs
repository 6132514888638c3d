//! The mutation table: every column of every table changed, a row of every table deleted, a row added; verification
//! names the table of each.
//!
//! The subject is the store of the first release, which has all products in it. Tables and columns are read from the
//! schema itself, so a new one that verification does not know fails here.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ducat_domain::Action;
use ducat_domain::ledger::rows::Tombstone;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq};
use ducat_store::PostgresReader;
use ducat_store::Reader;
use ducat_store::sqlite::{SqliteOptions, Watcher};
use ducat_store::verify::verify;
use ducat_store::{SqliteReader, SqliteStore};
use rusqlite::Connection;

/// Tables that hold nothing of a ledger.
const NOT_OF_LEDGERS: [(&str, &str); 10] = [
    ("refinery_schema_history", "which migrations ran"),
    ("migration_lock", "who migrates"),
    ("nodes", "which nodes are alive, which says each node itself"),
    ("node_complaints", "which nodes cannot reach which"),
    ("locks", "who opens ledgers"),
    ("secrets", "what nodes show each other"),
    ("uses", "when keys were used, which is in no journal"),
    ("sinks", "how far events were delivered, which is in no journal"),
    ("deliveries", "what was delivered last, which is in no journal"),
    ("probes", "where a commit is tried; always empty"),
];

/// Columns of which any value is right.
const MEANINGLESS: [(&str, &str, &str); 4] = [
    ("ledgers", "fence", "a constraint holds it to batch and epoch"),
    ("ledgers", "epoch", "counts writers: each compares it with what it read itself"),
    ("ledgers", "owner", "which node serves the ledger now"),
    ("ledgers", "lease_until", "until when it does"),
];

#[derive(Debug, Clone)]
struct Column {
    name: String,
    kind: String,
    is_nullable: bool,
    is_key: bool,
}

/// A store whose rows can be altered, by SQL of its own.
trait Subject {
    fn tables(&self) -> BTreeMap<String, Vec<Column>>;
    /// A value that is another than a column's.
    fn other(&self, column: &Column) -> Vec<String>;
    /// Says how two values differ, null being one.
    fn is_distinct(&self, column: &str, value: &str) -> String;
    fn kinds(&self, table: &str, column: &str) -> Vec<String>;
    /// Alters the store as it was at first; gives how many rows that changed, and `None` where it may not be.
    fn alter(&mut self, table: &str, statement: &str) -> Option<usize>;
    fn reader(&self) -> &dyn Reader;
}

/// Records what the release's store does not have: requests that wait, under ids that come in no order, and a ledger that
/// was deleted.
fn fill(store: crate::Subject) {
    let mut writer = crate::Writer::new(store, "book");
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..160 {
        writer.act_as(Id(random.u128(..)), Action::Defer { request: b"one".as_slice().into() });
    }
    writer.turn_to(Name::system());
    writer.open_ledger(&[]);
    writer.turn_to(crate::name("gone"));
    writer.open_ledger(&[("USD", 2)]);
    let tombstone = Tombstone::of(writer.working.head());
    writer.turn_to(Name::system());
    writer.act(Action::DeleteLedger(tombstone));
}

fn release() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/tests/releases/0.1.0")
}

struct Sqlite {
    original: PathBuf,
    altered: PathBuf,
    reader: SqliteReader,
    folder: tempfile::TempDir,
}

impl Sqlite {
    fn new() -> Sqlite {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let original = folder.path().join("original.db");
        std::fs::copy(release().join("ducat.db"), &original).expect("it can be copied");
        // So small that some runs of ids are merged, and some are not.
        let options = SqliteOptions { generation_effects: 14, part_ids: 6, ..SqliteOptions::new(&original) };
        let store = SqliteStore::open(options).expect("it is brought up to date");
        let reader = Box::new(store.reader());
        fill(crate::Subject { kind: "sqlite", store: Box::new(store), reader, _folder: None });
        let levels = "SELECT count(DISTINCT level) FROM id_parts";
        let connection = Connection::open(&original).expect("it opens");
        assert_eq!(connection.query_row(levels, [], |row| row.get(0)), Ok(2), "some runs are merged");
        drop(connection);
        let altered = folder.path().join("altered.db");
        std::fs::copy(&original, &altered).expect("it can be copied");
        let reader = SqliteReader::new(&altered);
        Sqlite { original, altered, reader, folder }
    }

    fn connection(&self) -> Connection {
        Connection::open(&self.original).expect("it opens")
    }
}

impl Subject for Sqlite {
    fn tables(&self) -> BTreeMap<String, Vec<Column>> {
        let connection = self.connection();
        let sql = "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema t
                   JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'";
        let mut statement = connection.prepare(sql).expect("a statement");
        let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
        let mut rows = statement.query([]).expect("the schema");
        while let Some(row) = rows.next().expect("a row") {
            let (not_null, pk): (bool, i64) = (row.get(3).expect("a flag"), row.get(4).expect("a place"));
            let (name, kind) = (row.get(1).expect("a name"), row.get(2).expect("a type"));
            let column = Column { name, kind, is_nullable: !not_null && pk == 0, is_key: pk > 0 };
            tables.entry(row.get(0).expect("a name")).or_default().push(column);
        }
        tables
    }

    fn other(&self, column: &Column) -> Vec<String> {
        let name = &column.name;
        let blob = format!(
            "CAST(CASE WHEN substr({name}, 1, 1) = x'01' THEN x'02' ELSE x'01' END || substr({name}, 2) AS BLOB)"
        );
        match column.kind.as_str() {
            "INTEGER" => vec![format!("coalesce(1 - {name}, 1)"), format!("coalesce({name} + 1000, 1)")],
            "TEXT" => vec![format!("coalesce({name} || 'x', 'x')")],
            "BLOB" => vec![format!("coalesce({blob}, x'01020304050607080102030405060708')")],
            "ANY" => {
                vec![format!("CASE typeof({name}) WHEN 'integer' THEN {name} + 1 WHEN 'blob' THEN {blob} ELSE 1 END")]
            }
            kind => panic!("no value is another for {kind}"),
        }
    }

    fn is_distinct(&self, column: &str, value: &str) -> String {
        format!("{column} IS NOT ({value})")
    }

    fn kinds(&self, table: &str, column: &str) -> Vec<String> {
        let connection = self.connection();
        let mut statement = connection.prepare(&format!("SELECT DISTINCT {column} FROM {table}")).expect("a statement");
        let kinds = statement.query_map([], |row| row.get::<_, i64>(0)).expect("kinds");
        kinds.map(|kind| kind.expect("a number").to_string()).collect()
    }

    fn alter(&mut self, _: &str, statement: &str) -> Option<usize> {
        // Its readers of before see another file.
        self.reader = SqliteReader::new(&self.altered);
        std::fs::copy(&self.original, &self.altered).expect("it can be copied");
        let connection = Connection::open(&self.altered).expect("it opens");
        connection.execute(statement, []).ok()
    }

    fn reader(&self) -> &dyn Reader {
        &self.reader
    }
}

struct Postgres {
    url: String,
    reader: PostgresReader,
}

impl Postgres {
    fn new() -> Postgres {
        let url = ducat_test_postgres::database();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let dump = std::fs::File::open(release().join("ducat.sql.gz")).expect("it is there");
        let mut sql = Vec::new();
        flate2::read::GzDecoder::new(dump).read_to_end(&mut sql).expect("it is whole");
        let path = folder.path().join("ducat.sql");
        std::fs::write(&path, sql).expect("it can be written");
        ducat_test_postgres::restore(&url, &path).expect("it can be restored");
        fill(crate::postgres_at(&url, "http://mutations"));
        let reader = PostgresReader::open(&url).expect("it can be read");
        let postgres = Postgres { url, reader };
        postgres.sql("ALTER TABLE ledgers DROP CONSTRAINT fence").expect("batches can be altered then");
        postgres.sql("CREATE SCHEMA saved").expect("a place for what was");
        for table in postgres.tables().keys() {
            postgres.sql(&format!("CREATE TABLE saved.{table} AS TABLE public.{table}")).expect("it is kept");
        }
        postgres
    }

    fn sql(&self, sql: &str) -> Option<String> {
        ducat_test_postgres::sql(&self.url, sql).ok()
    }
}

impl Subject for Postgres {
    fn tables(&self) -> BTreeMap<String, Vec<Column>> {
        let sql = "SELECT c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES',
                     EXISTS (SELECT 1 FROM information_schema.table_constraints k
                       JOIN information_schema.key_column_usage u USING (constraint_schema, constraint_name)
                       WHERE k.constraint_type = 'PRIMARY KEY' AND u.table_schema = 'public'
                         AND u.table_name = c.table_name AND u.column_name = c.column_name)
                   FROM information_schema.columns c WHERE c.table_schema = 'public' ORDER BY 1, c.ordinal_position";
        let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
        for line in self.sql(sql).expect("the schema").lines() {
            let [table, name, kind, is_nullable, is_key] = line.split('|').collect::<Vec<_>>()[..] else {
                panic!("five columns: {line}")
            };
            let (is_nullable, is_key) = (is_nullable == "t", is_key == "t");
            let column = Column { name: name.to_owned(), kind: kind.to_owned(), is_nullable, is_key };
            tables.entry(table.to_owned()).or_default().push(column);
        }
        tables
    }

    fn other(&self, column: &Column) -> Vec<String> {
        let name = &column.name;
        match column.kind.as_str() {
            "integer" | "bigint" => vec![format!("coalesce(1 - {name}, 1)"), format!("coalesce({name} + 1000, 1)")],
            "numeric" => vec![format!("coalesce({name} + 1, 1)")],
            "boolean" => vec![format!("NOT {name}")],
            "text" => vec![format!("coalesce({name} || 'x', 'x')")],
            "uuid" => vec![format!("md5(coalesce({name}::text, 'x'))::uuid")],
            // What is behind a payload's end counts as well.
            "bytea" if name == "payload" => vec![format!("coalesce({name} || '\\x00'::bytea, '\\x')")],
            "bytea" => vec![format!("coalesce('\\x01'::bytea || {name}, '\\x01')")],
            kind => panic!("no value is another for {kind}"),
        }
    }

    fn is_distinct(&self, column: &str, value: &str) -> String {
        format!("{column} IS DISTINCT FROM ({value})")
    }

    fn kinds(&self, table: &str, column: &str) -> Vec<String> {
        let kinds = self.sql(&format!("SELECT DISTINCT {column} FROM {table}")).expect("kinds");
        kinds.lines().map(str::to_owned).collect()
    }

    fn alter(&mut self, table: &str, statement: &str) -> Option<usize> {
        let undo = format!("DELETE FROM public.{table}; INSERT INTO public.{table} SELECT * FROM saved.{table};");
        if statement.is_empty() {
            return self.sql(&undo).map(|_| 0);
        }
        let counted = format!("WITH altered AS ({statement} RETURNING 1) SELECT count(*) FROM altered");
        self.sql(&format!("{undo} {counted}"))?.parse().ok()
    }

    fn reader(&self) -> &dyn Reader {
        &self.reader
    }
}

/// What was altered and not named.
#[derive(Default)]
struct Tally {
    count: usize,
    unnamed: Vec<String>,
}

impl Tally {
    fn check(&mut self, subject: &mut dyn Subject, table: &str, statements: &[String]) {
        // The first that may be: some values are another row's already.
        let Some(statement) = statements.iter().find(|one| subject.alter(table, one).is_some_and(|rows| rows > 0))
        else {
            return;
        };
        self.count += 1;
        let said = match verify(subject.reader(), &mut |_| {}) {
            Ok(report) => report.differences.iter().map(|one| format!("{one}\n")).collect::<String>(),
            Err(fault) => format!("stopped: {fault}"),
        };
        // One of the ledgers is called as a table is.
        let words = said.replace("ledger advances, ", "");
        let mut words = words.split(|at: char| !at.is_ascii_alphanumeric() && at != '_');
        if !words.any(|word| word == table) || said.starts_with("stopped") {
            self.unnamed.push(format!("{statement}\nsaid: {}", said.lines().take(5).collect::<Vec<_>>().join("\n")));
        }
    }
}

/// Conditions that name a row each: the first and the last of a table, or one of each kind.
fn samples(subject: &dyn Subject, table: &str, columns: &[Column]) -> Vec<String> {
    let key: Vec<&str> = columns.iter().filter(|one| one.is_key).map(|one| one.name.as_str()).collect();
    let key = key.join(", ");
    let row = |filter: &str, direction: &str| {
        let order: Vec<String> = key.split(", ").map(|column| format!("{column} {direction}")).collect();
        format!("({key}) = (SELECT {key} FROM {table} {filter} ORDER BY {} LIMIT 1)", order.join(", "))
    };
    let of_kinds = |column: &str| {
        let kinds = subject.kinds(table, column).into_iter();
        kinds.map(|kind| row(&format!("WHERE {column} = {kind}"), "DESC")).collect()
    };
    match table {
        "journal" if columns.iter().any(|one| one.name == "kind") => of_kinds("kind"),
        "transaction_states" => of_kinds("state"),
        "ledgers" => vec![row("WHERE state = 0", "ASC"), row("WHERE state = 2", "ASC")],
        _ => vec![row("", "ASC"), row("", "DESC")],
    }
}

fn mutate(subject: &mut dyn Subject) -> Tally {
    let mut tally = Tally::default();
    let clean = verify(subject.reader(), &mut |_| {}).map(|report| report.differences);
    assert_eq!(clean.ok(), Some(Vec::new()), "it is clean at first");
    for (table, columns) in subject.tables() {
        if NOT_OF_LEDGERS.iter().any(|(name, _)| *name == table) {
            continue;
        }
        let samples = samples(subject, &table, &columns);
        let before = tally.count;
        for (place, column) in columns.iter().enumerate() {
            let name = &column.name;
            if MEANINGLESS.iter().any(|(of, column, _)| (*of, *column) == (&table, name)) {
                continue;
            }
            // Of each kind on its turn, so that there are not more than there is time for. A deleted ledger has no rows
            // elsewhere, so its number means nothing.
            let [first, last] = match (table.as_str(), name.as_str()) {
                ("ledgers", "no") => [0, 0],
                _ => [place % samples.len(), (place + 1) % samples.len()],
            };
            let changed = tally.count;
            for row in [&samples[first], &samples[last]] {
                let update = |value: &String| {
                    let is_distinct = subject.is_distinct(name, value);
                    format!("UPDATE {table} SET {name} = {value} WHERE {row} AND {is_distinct}")
                };
                let others: Vec<String> = subject.other(column).iter().map(update).collect();
                let nothing: Vec<String> = std::iter::once("NULL".to_owned()).map(|null| update(&null)).collect();
                tally.check(subject, &table, &others);
                if column.is_nullable {
                    tally.check(subject, &table, &nothing);
                }
            }
            assert!(tally.count > changed, "{table}.{name} was not changed");
        }
        for row in &samples {
            tally.check(subject, &table, &[format!("DELETE FROM {table} WHERE {row}")]);
        }
        let added = added(subject, &table, &columns, samples.last().expect("a row"));
        tally.check(subject, &table, &added);
        assert!(tally.count > before + columns.len(), "{table}: only {} alterations", tally.count - before);
        subject.alter(&table, "");
    }
    tally
}

/// A row like another, under another key: with the last column of its key changed, or all of those that must be unique.
fn added(subject: &dyn Subject, table: &str, columns: &[Column], row: &str) -> Vec<String> {
    let last = columns.iter().rposition(|one| one.is_key).expect("a key");
    let copy = |is_changed: &dyn Fn(usize, &Column) -> bool| {
        let value = |(place, column): (usize, &Column)| match is_changed(place, column) {
            true => subject.other(column).pop().expect("a value"),
            false => column.name.clone(),
        };
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let values: Vec<String> = columns.iter().enumerate().map(value).collect();
        format!("INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE {row}", names.join(", "), values.join(", "))
    };
    let is_unique = |column: &Column| matches!(column.name.as_str(), "name" | "outcome_id");
    let is_last = |place: usize, _: &Column| place == last;
    let is_any = |place: usize, column: &Column| place == last || is_unique(column) && !column.is_key;
    vec![copy(&is_last), copy(&is_any)]
}

fn check(mut subject: impl Subject, kind: &str) {
    let tally = mutate(&mut subject);
    println!("{kind}: {} alterations, {} not named", tally.count, tally.unnamed.len());
    assert!(tally.unnamed.is_empty(), "{kind}: not named:\n{}", tally.unnamed.join("\n"));
}

#[test]
fn every_column_of_a_file_is_verified() {
    check(Sqlite::new(), "sqlite");
}

#[test]
fn every_column_of_a_database_is_verified() {
    check(Postgres::new(), "postgres");
}

/// Every byte of a segment is in a hash or must fit one that is.
#[test]
fn every_byte_of_a_segment_is_verified() {
    let mut sqlite = Sqlite::new();
    let mut random = fastrand::Rng::with_seed(17);
    let sizes: Vec<(i64, u32)> = {
        let connection = sqlite.connection();
        let mut statement = connection.prepare("SELECT key, length(effects) FROM journal").expect("a statement");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("segments");
        rows.map(|row| row.expect("a segment")).collect()
    };
    for round in 0..200 {
        let (key, size) = sizes[random.usize(..sizes.len())];
        let (place, bit) = (random.u32(..size), 1 << random.u8(..8));
        sqlite.alter("journal", "");
        let connection = Connection::open(&sqlite.altered).expect("it opens");
        let read = |row: &rusqlite::Row<'_>| row.get::<_, Vec<u8>>(0);
        let mut bytes = connection.query_row("SELECT effects FROM journal WHERE key = ?1", [key], read).expect("bytes");
        bytes[place as usize] ^= bit;
        connection
            .execute("UPDATE journal SET effects = ?1 WHERE key = ?2", rusqlite::params![bytes, key])
            .expect("it can be altered");
        drop(connection);
        let report = verify(sqlite.reader(), &mut |_| {}).expect("what cannot be read is a difference");
        assert!(!report.is_clean(), "round {round}: bit {bit} of byte {place} of segment {key} means nothing");
    }
}

fn effects_of(reader: &SqliteReader) -> Vec<ducat_domain::Effect> {
    let snapshot = reader.snapshot().expect("it can be read");
    let ledgers = snapshot.ledgers(None, 100).expect("it can be read");
    let all = ledgers.iter().map(|head| snapshot.effects(&head.ledger, Seq(0), usize::MAX).expect("it can be read"));
    all.flatten().collect()
}

/// The journal of an earlier release is made into segments. Wherever that is cut off, readers find everything, and the
/// next start goes on.
#[test]
fn an_upgrade_goes_on_wherever_it_was_cut_off() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("ducat.db");
    let original = release().join("ducat.db");
    std::fs::copy(&original, &path).expect("it can be copied");
    let before = effects_of(&SqliteReader::open(&path).expect("an earlier release's file is read as it is"));
    for stop in [1, 2, 50, 400] {
        std::fs::copy(&original, &path).expect("it can be copied");
        let mut stops = 0;
        loop {
            let options = SqliteOptions { upgrade_stops_after: Some(stop), ..SqliteOptions::new(&path) };
            let opened = SqliteStore::open(options);
            let reader = SqliteReader::open(&path).expect("it can be read");
            assert!(effects_of(&reader) == before, "after stop {stops} of {stop} effects, others are read");
            if stops % 20 == 0 {
                let report = verify(&reader, &mut |_| {}).expect("it can be read");
                assert!(report.is_clean(), "{stops}: {:?}", report.differences);
                let snapshot = reader.snapshot().expect("it can be read");
                let book = Name::parse("shop").expect("a name");
                let backwards = snapshot.effects_before(&book, Seq(300), 300).expect("it can be read");
                let one_by_one = (1..300).rev().map(|seq| snapshot.effect(&book, Seq(seq)).expect("it can be read"));
                assert!(backwards.into_iter().map(Some).eq(one_by_one), "{stops}: {stop}");
            }
            match opened {
                Ok(_) => break,
                Err(fault) => assert!(fault.to_string().contains("it was stopped"), "{fault}"),
            }
            stops += 1;
        }
        assert!(stops > 0 && stops <= before.len() / stop + 10, "{stops} stops of {stop} effects");
    }
}

/// A disk that is too full is named before anything is changed, and a watcher hears of all effects.
#[test]
fn an_upgrade_looks_for_space_and_says_how_far_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("ducat.db");
    std::fs::copy(release().join("ducat.db"), &path).expect("it can be copied");
    let bytes = std::fs::metadata(&path).expect("it is there").len();
    let version = |path: &Path| -> i64 {
        let connection = Connection::open(path).expect("it opens");
        let sql = "SELECT max(version) FROM refinery_schema_history";
        connection.query_row(sql, [], |row| row.get(0)).expect("a version")
    };
    let before = version(&path);
    let refused = SqliteStore::open(SqliteOptions { bytes_free: Some(bytes), ..SqliteOptions::new(&path) });
    let refused = refused.expect_err("an eighth is missing").to_string();
    assert!(refused.contains("MB free on its disk"), "{refused}");
    assert_eq!(version(&path), before, "the earlier release still opens it");
    let (heard, told) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
    let (all, last) = (Arc::clone(&heard), Arc::clone(&told));
    let watcher = Watcher::new(move |done, total| {
        all.lock().expect("no one panics").push(done);
        *last.lock().expect("no one panics") = total;
    });
    let options = SqliteOptions { upgrade_watcher: Some(watcher), ..SqliteOptions::new(&path) };
    drop(SqliteStore::open(options).expect("it is brought up to date"));
    let (heard, total) = (heard.lock().expect("no one panics"), *told.lock().expect("no one panics"));
    assert!(heard.is_sorted() && heard.last() == Some(&total) && total > 0, "{heard:?} of {total}");
}

/// A batch whose rows were altered is not stored in another form: the file stays as it is, and says which.
#[test]
fn an_upgrade_refuses_rows_that_have_not_their_hash() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("ducat.db");
    std::fs::copy(release().join("ducat.db"), &path).expect("it can be copied");
    let connection = Connection::open(&path).expect("it opens");
    connection.execute("UPDATE journal SET amount = amount + 1 WHERE key = (1 << 40) + 30", []).expect("altered");
    drop(connection);
    let refused = SqliteStore::open(SqliteOptions::new(&path)).expect_err("it is refused");
    assert!(refused.to_string().contains("batches"), "{refused}");
    let report = verify(&SqliteReader::open(&path).expect("it can be read"), &mut |_| {}).expect("it can be read");
    assert!(!report.is_clean());
}

/// A page that cannot be read is named by the rows that are on it.
#[test]
fn an_unreadable_page_is_named_by_its_table() {
    let sqlite = Sqlite::new();
    for table in ["journal", "balances", "transaction_states", "points_lots"] {
        let sql = format!("SELECT rootpage FROM sqlite_schema WHERE name = '{table}'");
        let root: i64 = sqlite.connection().query_row(&sql, [], |row| row.get(0)).expect("a page");
        let mut bytes = std::fs::read(&sqlite.original).expect("it can be read");
        let first = usize::try_from(root - 1).expect("a place") * 8_192;
        bytes[first..first + 8_192].fill(0xA5);
        let path = sqlite.folder.path().join("torn.db");
        std::fs::write(&path, bytes).expect("it can be written");
        let report = verify(&SqliteReader::new(&path), &mut |_| {}).expect("what cannot be read is a difference");
        let said: Vec<String> = report.differences.iter().map(ToString::to_string).collect();
        let named = format!("file: {table}: rows between its beginning and its end cannot be read");
        assert!(said.contains(&named), "{table}: {said:?}");
    }
}
