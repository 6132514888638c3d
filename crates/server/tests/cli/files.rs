//! Import, export, verify: what goes in comes out, and what is wrong is named.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::http::Client;
use crate::{Server, ducat, text, verify_clean};

const HEADER: &str = "transaction_id,effective_at,description,account,asset,amount\n";

const BOOK: &str = "\
019d0000-0000-7000-8000-000000000001,2015-01-01T00:00:00Z,Opening,Assets:Bank,USD,100.00
019d0000-0000-7000-8000-000000000001,2015-01-01T00:00:00Z,Opening,Equity:Opening,USD,-100.00
019d0000-0000-7000-8000-000000000002,2016-01-02T00:00:00Z,\"Bread, milk\",Expenses:Food,USD,7.25
019d0000-0000-7000-8000-000000000002,2016-01-02T00:00:00Z,\"Bread, milk\",Expenses:Fees,USD,0.25
019d0000-0000-7000-8000-000000000002,2016-01-02T00:00:00Z,\"Bread, milk\",Assets:Bank,USD,-7.50
invoice-3,2015-06-01T12:30:00.5Z,,Assets:Shares,VEA,3
invoice-3,2015-06-01T12:30:00.5Z,,Equity:Conversions:VEA,VEA,-3
";

const BALANCES: &str = "\
account,asset,balance
Assets:Bank,USD,92.50
Assets:Shares,VEA,3
Equity:Conversions:VEA,VEA,-3
Equity:Opening,USD,-100.00
Expenses:Fees,USD,0.25
Expenses:Food,USD,7.25
";

fn write(folder: &Path, name: &str, rows: &str) {
    std::fs::write(folder.join(name), format!("{HEADER}{rows}")).expect("it can be written");
}

fn export(folder: &Path, arguments: &[&str]) -> String {
    let exported = ducat(folder, &[&["export"], arguments].concat());
    assert_eq!(exported.status.code(), Some(0), "{}", text(&exported.stderr));
    text(&exported.stdout)
}

#[test]
fn a_book_goes_in_and_comes_out_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    write(folder, "book.csv", BOOK);
    let imported = ducat(folder, &["import", "book.csv", "--ledger", "book"]);
    assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
    assert!(text(&imported.stdout).starts_with("3 transactions imported, 0 were there already"));
    assert_eq!(export(folder, &["balances", "--ledger", "book"]), BALANCES);

    let again = ducat(folder, &["import", "book.csv", "--ledger", "book"]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert!(text(&again.stdout).starts_with("0 transactions imported, 3 were there already"));
    assert_eq!(export(folder, &["balances", "--ledger", "book"]), BALANCES);

    let journal = export(folder, &["journal", "--ledger", "book"]);
    assert!(journal.starts_with(HEADER), "{journal}");
    std::fs::write(folder.join("out.csv"), &journal).expect("it can be written");
    let round = ducat(folder, &["import", "out.csv", "--ledger", "book", "--store", "sqlite:two.db"]);
    assert_eq!(round.status.code(), Some(0), "{}", text(&round.stderr));
    assert_eq!(export(folder, &["balances", "--ledger", "book", "--store", "sqlite:two.db"]), BALANCES);
    assert_eq!(export(folder, &["journal", "--ledger", "book", "--store", "sqlite:two.db"]), journal);

    let in_2015 =
        export(folder, &["balances", "--ledger", "book", "--at", "2015-12-31T23:59:59Z", "--by", "effective"]);
    let expected = "account,asset,balance\nAssets:Bank,USD,100.00\nAssets:Shares,VEA,3\n\
                    Equity:Conversions:VEA,VEA,-3\nEquity:Opening,USD,-100.00\n";
    assert_eq!(in_2015, expected);
    let recorded = export(folder, &["balances", "--ledger", "book", "--at", "2015-12-31T23:59:59Z"]);
    assert_eq!(recorded, "account,asset,balance\n");
    verify_clean(folder, "ducat.db");
    verify_clean(folder, "two.db");
}

#[test]
fn wrong_lines_are_named_and_leave_their_transaction_out() {
    let t = |id: &str| format!("019d0000-0000-7000-8000-0000000000{id}");
    let day = "2015-01-01T00:00:00Z";
    for (rows, named) in [
        (
            format!("{},{day},,a,USD,x\n{},{day},,b,USD,-1\n", t("11"), t("11")),
            "line 2: amount: \"x\" is not a decimal",
        ),
        (
            format!("{},{day},,a,USD,1\n{},{day},,b,USD,-2\n", t("11"), t("11")),
            "line 2: the legs in USD do not sum to zero",
        ),
        (
            format!("{},noon,,a,USD,1\n{},{day},,b,USD,-1\n", t("11"), t("11")),
            "line 2: effective_at: expected an instant",
        ),
        (format!("{},{day},,a b,USD,1\n{},{day},,b,USD,-1\n", t("11"), t("11")), "line 2: account: a name is made of"),
        (format!("{},{day},,a,USD,1\n{},{day},,b,USD\n", t("11"), t("11")), "line 3: it has 5 fields, 6 belong there"),
        (
            format!("{},{day},,a,USD,1\n{},{day},x,b,USD,-1\n", t("11"), t("11")),
            "line 3: effective_at and description differ",
        ),
        (format!("{},{day},,a,USD,0\n{},{day},,b,USD,0\n", t("11"), t("11")), "line 2: the transaction moves nothing"),
        (format!(",{day},,a,USD,1\n,{day},,b,USD,-1\n"), "line 2: transaction_id: it is empty"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path();
        write(folder, "book.csv", &format!("{rows}{BOOK}"));
        let imported = ducat(folder, &["import", "book.csv", "--ledger", "book"]);
        let said = text(&imported.stderr);
        assert_eq!(imported.status.code(), Some(1), "{said}");
        assert!(said.contains(named), "{named}\nsaid: {said}");
        assert!(text(&imported.stdout).contains("3 transactions imported"), "{}", text(&imported.stdout));
        assert_eq!(export(folder, &["balances", "--ledger", "book"]), BALANCES);
    }
}

#[test]
fn what_cannot_be_done_is_said_in_a_sentence_with_status_2() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    std::fs::write(folder.join("other.csv"), "date,amount\n").expect("it can be written");
    std::fs::write(folder.join("text.db"), "this is no database, it is a text that is long enough\n".repeat(9))
        .expect("it can be written");
    for (arguments, said) in [
        (&["import", "none.csv", "--ledger", "book"][..], "none.csv cannot be opened"),
        (&["import", "other.csv", "--ledger", "book"], "the first line must be transaction_id,effective_at"),
        (&["import", "other.csv", "--ledger", "b/k"], "has no '/'"),
        (&["export", "balances", "--ledger", "book"], "ducat.db cannot be opened"),
        (&["verify", "--store", "sqlite:text.db"], "text.db belongs to another program"),
        (&["serve", "--store", "mysql:db"], "write sqlite:FILE"),
        (&["serve", "--store", "sqlite:none/x.db"], "x.db cannot be opened"),
        (&["serve", "--page-max", "0"], "a page has from 1"),
    ] {
        let refused = ducat(folder, arguments);
        let stderr = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
}

#[test]
fn ledgers_move_to_another_store_and_back_with_their_hashes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let database = ducat_test_postgres::database();
    write(folder, "book.csv", BOOK);
    for ledger in ["book", "second"] {
        assert_eq!(ducat(folder, &["import", "book.csv", "--ledger", ledger]).status.code(), Some(0));
    }
    let journal = export(folder, &["journal", "--ledger", "book"]);
    let moves = |from: &str, to: &str| ducat(folder, &["move", "--from", from, "--to", to]);
    // One ledger first: what is there already is not sent again.
    let one = ducat(folder, &["move", "--from", "sqlite:ducat.db", "--to", &database, "--ledger", "book"]);
    assert_eq!(one.status.code(), Some(0), "{}", text(&one.stderr));
    for (from, to) in [("sqlite:ducat.db", database.as_str()), (&database, "sqlite:back.db")] {
        let moved = moves(from, to);
        let said = text(&moved.stdout);
        assert_eq!(moved.status.code(), Some(0), "{said}{}", text(&moved.stderr));
        assert_eq!(said.matches("the same on both").count(), 2, "{said}");
        assert_eq!(said.matches("clean").count(), 2, "{said}");
        assert_eq!(export(folder, &["journal", "--ledger", "book", "--store", to]), journal);
        assert_eq!(export(folder, &["balances", "--ledger", "second", "--store", to]), BALANCES);
    }
    // A ledger of the same name that went its own way is left alone.
    write(folder, "other.csv", &BOOK.replace("100.00", "200.00"));
    let other = ducat(folder, &["import", "other.csv", "--ledger", "book", "--store", "sqlite:other.db"]);
    assert_eq!(other.status.code(), Some(0), "{}", text(&other.stderr));
    let refused = moves("sqlite:other.db", &database);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("another ledger of this name"), "{}", text(&refused.stderr));
    let missing = moves("sqlite:nothing.db", &database);
    assert_eq!(missing.status.code(), Some(2), "{}", text(&missing.stdout));
    assert!(!folder.join("nothing.db").exists(), "nothing is made of a source that is not there");
}

/// The bench measures in every mode, prints every figure it promises, and its balances add up.
#[test]
fn bench_runs_in_every_mode() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for mode in [
        &["--mode", "bulk", "--transfers", "2000", "--batch", "500"][..],
        &["--mode", "bulk", "--transfers", "2000", "--batch", "500", "--ids", "random", "--pending"],
        &["--mode", "single", "--transfers", "500", "--clients", "8"],
        &["--mode", "read", "--transfers", "2000", "--seconds", "1", "--clients", "4"],
        &["--mode", "single", "--transfers", "500", "--clients", "8", "--hot"],
        &["--mode", "accounts", "--transfers", "12000", "--seconds", "1", "--clients", "8"],
        &["--mode", "bank", "--seconds", "1", "--clients", "8", "--hot"],
    ] {
        let run = ducat(folder.path(), &[&["bench", "--accounts", "20", "--json"], mode].concat());
        assert_eq!(run.status.code(), Some(0), "{mode:?}: {}", text(&run.stderr));
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).expect("one JSON object");
        for figure in [
            "transfers_per_s",
            "requests_per_s",
            "p50_ms",
            "p99_ms",
            "p999_ms",
            "max_ms",
            "server_cpu_s",
            "server_peak_mb",
            "bytes_per_transfer",
            "ceiling_rows_per_s",
            "share_of_ceiling",
        ] {
            assert!(report[figure].is_number(), "{figure}: {report}");
        }
    }
}

#[test]
fn bench_puts_another_store_beside_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = ducat_test_postgres::database();
    let arguments =
        ["bench", "--accounts", "20", "--json", "--transfers", "2000", "--batch", "500", "--store", &database];
    let run = ducat(folder.path(), &arguments);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).expect("one JSON object");
    for store in ["sqlite", "postgres"] {
        assert!(report[store]["transfers_per_s"].as_f64().is_some_and(|speed| speed > 0.0), "{report}");
    }
}

/// As many transactions as fill more than a page of an export, and more than a pipe.
fn long_book() -> String {
    let mut rows = String::new();
    for number in 0..5_000 {
        let head = format!("019d0000-0000-7000-8000-{number:012x},2015-01-01T00:00:00Z,");
        rows.push_str(&format!("{head},Assets:Bank,USD,1\n{head},Equity:Opening,USD,-1\n"));
    }
    rows
}

#[test]
fn an_export_that_nobody_reads_keeps_no_page_of_the_wal() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    write(path, "book.csv", &long_book());
    let imported = ducat(path, &["import", "book.csv", "--ledger", "book"]);
    assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
    let server = Server::start(&path.join("ducat.db"));
    let mut client = Client::connect(&server.address).expect("it listens");
    let mut export = Command::new(env!("CARGO_BIN_EXE_ducat"))
        .args(["export", "journal", "--ledger", "book"])
        .current_dir(path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    // Its first line has come, so it is writing a page, of which the pipe takes a part.
    let mut out = BufReader::new(export.stdout.take().expect("a pipe"));
    let mut journal = String::new();
    out.read_line(&mut journal).expect("it can be read");
    let body = r#"{"account_id":"11111111-1111-4111-8111-000000000001","amount":1}"#;
    let header = "Transaction-Id: 11111111-0000-4000-8000-000000000001\r\n";
    let (status, said) = client.call_with(header, "POST", "/amount", body).expect("it responds");
    assert_eq!(status, 200, "{said}");
    drop(client);
    assert_eq!(server.terminate(), Some(0));
    // What it put down is whole without the WAL: no reader was in the way.
    let wal = path.join("ducat.db-wal").metadata().map_or(0, |wal| wal.len());
    assert_eq!(wal, 0, "bytes of the WAL are kept for a reader that stalls");
    out.read_to_string(&mut journal).expect("it can be read");
    assert_eq!(export.wait().expect("it ends").code(), Some(0));
    assert_eq!(journal.lines().count(), 10_001);
}

/// A user who may read and not write: root itself is stopped by no mode.
fn read_only(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ducat"));
    command.args(arguments).current_dir("/").stdin(Stdio::null());
    let own = folder.metadata().expect("it is there").uid();
    if own == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.output().expect("it runs")
}

const NOBODY: u32 = 65_534;

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("modes can be set");
}

#[test]
fn a_copy_is_read_where_nothing_may_be_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    set_mode(folder.path(), 0o755);
    let copy = folder.path().join("copy #1?");
    std::fs::create_dir(&copy).expect("a folder");
    write(&copy, "book.csv", BOOK);
    let imported = ducat(&copy, &["import", "book.csv", "--ledger", "book"]);
    assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
    std::fs::remove_file(copy.join("ducat.db.lock")).expect("it is there");
    let file = copy.join("ducat.db");
    set_mode(&file, 0o444);
    set_mode(&copy, 0o555);
    let store = format!("sqlite:{}", file.display());
    let verified = read_only(&copy, &["verify", "--store", &store]);
    assert_eq!(verified.status.code(), Some(0), "{}{}", text(&verified.stdout), text(&verified.stderr));
    assert!(text(&verified.stdout).ends_with("clean\n"), "{}", text(&verified.stdout));
    let exported = read_only(&copy, &["export", "balances", "--ledger", "book", "--store", &store]);
    assert_eq!(text(&exported.stdout), BALANCES, "{}", text(&exported.stderr));
    // With a WAL that holds pages it would be an older state.
    set_mode(&copy, 0o755);
    std::fs::write(copy.join("ducat.db-wal"), [0; 33]).expect("it can be written");
    set_mode(&copy, 0o555);
    let refused = read_only(&copy, &["verify", "--store", &store]);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stdout));
    let said = text(&refused.stderr);
    assert!(said.contains("ducat.db-wal") && said.contains("copy both into a folder that may be written"), "{said}");
    set_mode(&copy, 0o755);
}
