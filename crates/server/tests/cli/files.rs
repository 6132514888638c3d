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

/// The assets of a ledger, each with its scale, in the order in which they were added.
fn assets(folder: &Path, ledger: &str) -> Vec<String> {
    let full = export(folder, &["journal", "--ledger", ledger, "--format", "ndjson"]);
    let events = full.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let added = events.filter(|event| event["type"] == "asset_added").map(|event| event["data"].clone());
    added.map(|asset| format!("{}/{}", asset["code"].as_str().expect("a code"), asset["scale"])).collect()
}

const OK: &str = "ok,2015-01-01T00:00:00Z,,a,USD,1.25\nok,2015-01-01T00:00:00Z,,b,USD,-1.25\n";

#[test]
fn a_wrong_line_decides_nothing() {
    let day = "2015-01-01T00:00:00Z";
    let forty = format!("0.{}1", "0".repeat(39));
    for (rows, status, later) in [
        (format!("bad,{day},,a,USD,0.0.66962\nbad,{day},,b,USD,-0.0.66962\n"), 1, 1),
        // Files that were joined have their first line once more.
        (HEADER.to_owned(), 0, 1),
        (format!("bad,noon,,a,EUR,1.2345\nbad,{day},,b,EUR,-1.2345\n"), 1, 1),
        (format!("bad,{day},,a,USD,{forty}\nbad,{day},,b,USD,-{forty}\n"), 1, 1),
        (format!("bad,{day},,a,USD,1.2345\nbad,{day},,b,USD,-1.2344\n"), 1, 1),
        (format!("bad,{day},,a,GBP,1.2345\n"), 1, 1),
        (format!("bad,{day},,a b,GBP,1.2345\nbad,{day},,b,GBP,-1.2345\n"), 1, 1),
        (format!("bad,{day},,a,GBP,1.2345\nbad,{day},other,b,GBP,-1.2345\n"), 1, 1),
        // Under an id that is taken.
        (format!("ok,{day},,c,GBP,1\nok,{day},,d,GBP,-1\n").replacen("ok", "x", 0), 1, 1),
        // With so many decimals the lines before could not be held any more.
        (format!("bad,{day},,a,USD,0.{0}1\nbad,{day},,b,USD,-0.{0}1\n", "0".repeat(35)), 1, 1),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path();
        // A transaction in between, so that the same id does not go on.
        let between = "between,2015-01-01T00:00:00Z,,a,USD,1\nbetween,2015-01-01T00:00:00Z,,b,USD,-1\n";
        write(folder, "book.csv", &format!("{OK}{between}{rows}"));
        let imported = ducat(folder, &["import", "book.csv", "--ledger", "book"]);
        assert_eq!(imported.status.code(), Some(status), "{rows}: {}", text(&imported.stderr));
        assert!(text(&imported.stdout).starts_with("2 transactions imported"), "{rows}: {}", text(&imported.stdout));
        assert_eq!(assets(folder, "book"), ["USD/2"], "{rows}");
        assert!(export(folder, &["balances", "--ledger", "book"]).contains("a,USD,2.25\n"), "{rows}");
        // A correct file goes in later.
        write(folder, "later.csv", &OK.replace("ok,", "later,"));
        let imported = ducat(folder, &["import", "later.csv", "--ledger", "book"]);
        assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
        assert!(text(&imported.stdout).starts_with(&format!("{later} transactions imported")), "{rows}");
        verify_clean(folder, "ducat.db");
    }
}

#[test]
fn scales_are_those_of_iso_4217() {
    let rows = |asset: &str, amount: &str| {
        let day = "2015-01-01T00:00:00Z";
        format!("{asset},{day},,a,{asset},{amount}\n{asset},{day},,b,{asset},-{amount}\n")
    };
    let book = [("USD", "3"), ("JPY", "500"), ("BHD", "1.5"), ("EUR", "1.2345"), ("GBP", "2.0000"), ("VEA", "3.00")];
    let file: String = book.iter().map(|(asset, amount)| rows(asset, amount)).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    write(folder, "book.csv", &file);
    let imported = ducat(folder, &["import", "book.csv", "--ledger", "book"]);
    assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
    assert_eq!(assets(folder, "book"), ["BHD/3", "EUR/4", "GBP/2", "JPY/0", "USD/2", "VEA/2"]);
    // What is asked for counts before the standard; what is finer then is named.
    let given = ["import", "book.csv", "--ledger", "other", "--scale", "JPY=3", "--scale", "EUR=2"];
    let imported = ducat(folder, &given);
    assert_eq!(imported.status.code(), Some(1));
    let said = text(&imported.stderr);
    assert!(said.contains("line 8: amount: 1.2345 has 4 decimals, its asset has 2"), "{said}");
    assert_eq!(assets(folder, "other"), ["BHD/3", "GBP/2", "JPY/3", "USD/2", "VEA/2"]);
}

#[test]
fn a_line_that_is_not_utf_8_takes_no_other_with_it() {
    let day = "2015-01-01T00:00:00Z";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let mut file = format!("{HEADER}t1,{day},,a,USD,1\nt1,{day},,b,USD,-1\n").into_bytes();
    file.extend(format!("t2,{day},M").bytes().chain([0o374]).chain(format!("ller,a,USD,5\nt2,{day},M").bytes()));
    file.extend([0o374].into_iter().chain("ller,b,USD,-5\n".bytes()));
    // Whose these are cannot be read: nothing but they is left out.
    file.extend([0o374].into_iter().chain(format!("3,{day},,a,USD,7\n").bytes()));
    file.extend(format!("t4,{day},,a,USD,2\nt4,{day},,b,USD,-2\n").bytes());
    std::fs::write(folder.join("book.csv"), file).expect("it can be written");
    let imported = ducat(folder, &["import", "book.csv", "--ledger", "book"]);
    assert_eq!(imported.status.code(), Some(1));
    let said = text(&imported.stdout);
    assert!(said.starts_with("2 transactions imported, 0 were there already, 1 left out (3 lines wrong)"), "{said}");
    assert_eq!(
        text(&imported.stderr).lines().take(3).collect::<Vec<_>>(),
        [
            "line 4: description: it is not UTF-8",
            "line 5: description: it is not UTF-8",
            "line 6: transaction_id: it is not UTF-8"
        ]
    );
    assert!(export(folder, &["balances", "--ledger", "book"]).contains("a,USD,3.00\n"));
}

#[test]
fn a_quote_left_open_takes_no_other_line_with_it() {
    let day = "2015-01-01T00:00:00Z";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let legs = |place: usize| format!("t{place},{day},row {place},a,USD,1\nt{place},{day},row {place},b,USD,-1\n");
    let open = format!("t0,{day},\"row 0,a,USD,1\nt0,{day},row 0,b,USD,-1\n");
    let two_lines = format!("u,{day},\"Bread,\nmilk\",a,USD,1\nu,{day},\"Bread,\nmilk\",b,USD,-1\n");
    let rows: String = (1..500).map(legs).collect();
    write(folder, "book.csv", &format!("{two_lines}{open}{rows}"));
    let imported = ducat(folder, &["import", "book.csv", "--ledger", "book"]);
    assert_eq!(imported.status.code(), Some(1));
    let said = text(&imported.stdout);
    assert!(said.starts_with("500 transactions imported, 0 were there already, 1 left out (1 lines wrong)"), "{said}");
    let said = text(&imported.stderr);
    assert!(said.starts_with("line 6: a quote is opened and not closed; is a quote left open?\n"), "{said}");
    assert!(export(folder, &["balances", "--ledger", "book"]).contains("a,USD,500.00\n"));
}

#[test]
fn accounts_get_the_floor_that_the_book_allows() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    write(folder, "book.csv", BOOK);
    for (ledger, asked, without, spent) in [
        ("book", &[][..], Some("2 accounts go below 0 in the file and got no floor: Equity:Opening (USD), "), 1),
        ("fifty", &["--min-balance", "-50.00", "--scale", "VEA=2"], Some("1 account goes below -50.00 "), 1),
        ("none", &["--min-balance", "none"], None, 0),
    ] {
        let imported = ducat(folder, &[&["import", "book.csv", "--ledger", ledger], asked].concat());
        assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
        let said = text(&imported.stderr);
        assert_eq!(said.is_empty(), without.is_none(), "{said}");
        assert!(said.starts_with(without.unwrap_or_default()), "{said}");
        // No one pays out of it what is not in it.
        let more = "pay,2017-01-01T00:00:00Z,,Assets:Bank,USD,-999999\npay,2017-01-01T00:00:00Z,,shop,USD,999999\n";
        write(folder, "more.csv", more);
        let paid = ducat(folder, &["import", "more.csv", "--ledger", ledger]);
        assert_eq!(paid.status.code(), Some(spent), "{}", text(&paid.stderr));
    }
    for (floor, said) in [("5", "above 0"), ("much", "not a decimal"), ("-0.001", "--min-balance, in USD")] {
        let refused = ducat(folder, &["import", "book.csv", "--ledger", "book", "--min-balance", floor]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(text(&refused.stderr).contains(said), "{}", text(&refused.stderr));
    }
}

#[test]
fn texts_that_look_like_formulas_are_guarded_and_come_back() {
    let day = "2015-01-01T00:00:00Z";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let texts = ["=1+1", "+49 30", "-5", "@sum", "'=quoted", "'plain'", "a=b"];
    let legs =
        |(place, text): (usize, &&str)| format!("t{place},{day},{text},a,USD,1\nt{place},{day},{text},-b,USD,-1\n");
    let rows: String = texts.iter().enumerate().map(legs).collect();
    write(folder, "book.csv", &rows);
    assert_eq!(ducat(folder, &["import", "book.csv", "--ledger", "book", "--formulas", "keep"]).status.code(), Some(0));
    let exported = ducat(folder, &["export", "journal", "--ledger", "book"]);
    let journal = text(&exported.stdout);
    for (written, count) in
        [(",'=1+1,", 2), (",'-b,", 7), (",''=quoted,", 2), (",'plain',", 2), (",a=b,", 2), (",-1.00\n", 7)]
    {
        assert_eq!(journal.matches(written).count(), count, "{written}: {journal}");
    }
    let said = text(&exported.stderr);
    assert_eq!(said.matches("17 texts begin as a formula does").count(), 1, "{said}");
    assert_eq!(said.matches("left out of CSV: references, metadata").count(), 1, "{said}");
    // It is the same journal, once more, and elsewhere.
    std::fs::write(folder.join("out.csv"), &journal).expect("it can be written");
    let again = ducat(folder, &["import", "out.csv", "--ledger", "book"]);
    assert!(
        text(&again.stdout).starts_with("0 transactions imported, 7 were there already"),
        "{}",
        text(&again.stderr)
    );
    assert_eq!(ducat(folder, &["import", "out.csv", "--ledger", "copy"]).status.code(), Some(0));
    let kept = |ledger: &str| {
        let exported = export(folder, &["journal", "--ledger", ledger, "--formulas", "keep"]);
        exported.lines().map(|line| line[36..].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kept("book"), kept("copy"));
    assert!(kept("copy").iter().any(|line| line.contains(",=1+1,-b,")));
}

/// Everything of a ledger goes into another store as it is: holds, references, links, limits.
#[test]
fn a_full_export_is_taken_over_with_its_hashes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let release = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/releases/0.1.0/ducat.db");
    std::fs::copy(release, folder.join("ducat.db")).expect("it can be copied");
    let database = ducat_test_postgres::database();
    for ledger in ["shop", "points", "bank", "advances", "book"] {
        let full =
            |store: &str| export(folder, &["journal", "--ledger", ledger, "--format", "ndjson", "--store", store]);
        let file = format!("{ledger}.ndjson");
        let journal = full("sqlite:ducat.db");
        std::fs::write(folder.join(&file), &journal).expect("it can be written");
        for store in ["sqlite:copy.db", database.as_str()] {
            let import = || ducat(folder, &["import", &file, "--ledger", ledger, "--store", store]);
            let imported = import();
            assert_eq!(imported.status.code(), Some(0), "{}", text(&imported.stderr));
            assert!(full(store) == journal, "{ledger} in {store} is exported otherwise");
            let again = import();
            assert!(text(&again.stdout).contains(" 0 taken over now"), "{}", text(&again.stdout));
        }
        // One that was cut off goes on where it ended, and is not to be seen until then.
        let half: String =
            journal.lines().take(journal.lines().count() * 2 / 3).map(|line| format!("{line}\n")).collect();
        std::fs::write(folder.join("half.ndjson"), half).expect("it can be written");
        let cut = ducat(folder, &["import", "half.ndjson", "--ledger", ledger, "--store", "sqlite:cut.db"]);
        assert_eq!(cut.status.code(), Some(2), "{}", text(&cut.stdout));
        assert!(text(&cut.stderr).contains("it was cut off"), "{}", text(&cut.stderr));
        let whole = ducat(folder, &["import", &file, "--ledger", ledger, "--store", "sqlite:cut.db"]);
        assert_eq!(whole.status.code(), Some(0), "{}", text(&whole.stderr));
        assert!(full("sqlite:cut.db") == journal, "{ledger} is exported otherwise");
    }
    for store in ["copy.db", "cut.db"] {
        verify_clean(folder, store);
    }
    let verified = ducat(folder, &["verify", "--store", &database]);
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
    // Nothing of what is not what it was.
    let journal = std::fs::read_to_string(folder.join("book.ndjson")).expect("it is there");
    let first = journal.lines().next().expect("a line");
    let other = journal.replacen("\"bytes\":\"", "\"bytes\":\"AAAA", 1);
    for (name, file, said) in [
        ("book", other, "line 2: it is neither an effect nor a batch"),
        ("book", journal.replacen(&hash_of(&journal), &"0".repeat(64), 2), "has another hash"),
        ("copy", journal.clone(), "import it as --ledger book"),
        ("book", first.replace("\"version\":1", "\"version\":9"), "has version 9"),
        ("book", "{}\n".to_owned(), "line 1: expected"),
    ] {
        std::fs::write(folder.join("wrong.ndjson"), file).expect("it can be written");
        let refused = ducat(folder, &["import", "wrong.ndjson", "--ledger", name, "--store", "sqlite:wrong.db"]);
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stdout));
        assert!(text(&refused.stderr).contains(said), "{said}\nsaid: {}", text(&refused.stderr));
    }
    // A ledger of this name that is another stays as it is.
    write(folder, "book.csv", BOOK);
    assert_eq!(
        ducat(folder, &["import", "book.csv", "--ledger", "book", "--store", "sqlite:other.db"]).status.code(),
        Some(0)
    );
    let refused = ducat(folder, &["import", "book.ndjson", "--ledger", "book", "--store", "sqlite:other.db"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("there is another ledger book"), "{}", text(&refused.stderr));
}

/// The hash of a journal's first batch.
fn hash_of(journal: &str) -> String {
    let batch = journal.lines().find(|line| line.starts_with("{\"at\"") && line.contains("\"batch\":1,"));
    let batch: serde_json::Value = serde_json::from_str(batch.expect("a batch")).expect("JSON");
    batch["hash"].as_str().expect("a hash").to_owned()
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
        (&["serve", "--listen", "127.0.0.1:0", "--store", "sqlite:none/x.db"], "x.db cannot be opened"),
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
