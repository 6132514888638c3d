//! Points from files: what is wrong is named, what was imported is not imported twice, whatever happened in between.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{DUCAT, ducat, text, verify_clean};

const ROWS: &str = "\
member,payer,points,timestamp
mary,DANNON,300,2022-10-31T10:00:00Z
mary,UNILEVER,200,2022-10-31T11:00:00Z
mary,DANNON,-200,2022-10-31T15:00:00Z
mary,MILLER COORS,10000,2022-11-01T14:00:00Z
mary,DANNON,1000,2022-11-02T14:00:00Z
";

fn import(folder: &Path, file: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let done = ducat(folder, &[&["points", "import", file, "--ledger", "shop"], more].concat());
    (done.status.code(), text(&done.stdout), text(&done.stderr))
}

#[test]
fn rows_are_imported_once_and_wrong_ones_are_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    std::fs::write(folder.join("rows.csv"), ROWS).expect("it can be written");
    let (status, out, err) = import(folder, "rows.csv", &[]);
    assert_eq!((status, out.as_str()), (Some(0), "5 rows imported, 0 were there already, 0 refused\n"), "{err}");
    let (status, out, _) = import(folder, "rows.csv", &[]);
    assert_eq!((status, out.as_str()), (Some(0), "0 rows imported, 5 were there already, 0 refused\n"));
    // Taken back before it was earned, and two lines that are no rows.
    let wrong = "marc,A,-1,2022-10-31T10:00:00Z\nmarc,A\nmarc,A,1,2022-10-31T10:00:00Z\nmarc,A,1.5,today\n";
    std::fs::write(folder.join("wrong.csv"), wrong).expect("it can be written");
    let (status, out, err) = import(folder, "wrong.csv", &[]);
    assert_eq!((status, out.as_str()), (Some(1), "1 rows imported, 0 were there already, 3 refused\n"), "{err}");
    assert_eq!(
        err,
        "line 1: marc has 0 points of A, 1 would be taken back\n\
         line 2: it has 2 fields, expected member,payer,points,timestamp\n\
         line 4: points: expected a whole number, found \"1.5\"\n"
    );
    // The same rows under a name are another import.
    let (status, out, _) = import(folder, "rows.csv", &["--import", "november"]);
    assert_eq!((status, out.as_str()), (Some(0), "5 rows imported, 0 were there already, 0 refused\n"));
    let balances = ducat(folder, &["export", "balances", "--ledger", "shop"]);
    let balances = text(&balances.stdout);
    assert!(balances.contains("points:members:mary:DANNON,PTS,2200\n"), "{balances}");
    assert!(balances.contains("points:payers:MILLER.20COORS,PTS,-20000\n"), "{balances}");
    verify_clean(folder, "ducat.db");
    for (arguments, said) in [
        (["points", "import", "none.csv", "--ledger", "shop"], "none.csv cannot be opened"),
        (["points", "import", "rows.csv", "--ledger", "a b"], "--ledger"),
    ] {
        let refused = ducat(folder, &arguments);
        assert_eq!(refused.status.code(), Some(2));
        assert!(text(&refused.stderr).contains(said), "{}", text(&refused.stderr));
    }
}

/// A thousand rows behind a quote that is left open, and a line that is not UTF-8: each is named, and nothing else is
/// lost.
#[test]
fn a_quote_left_open_loses_no_row() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let row = |place: u64| format!("m{place},A,1,2026-01-01T00:00:00Z\n");
    let mut file = b"mary,\"DANNON,300,2022-10-31T10:00:00Z\nm\xfc,A,1,2026-01-01T00:00:00Z\n".to_vec();
    file.extend((0..1_000).map(row).collect::<String>().bytes());
    std::fs::write(folder.join("rows.csv"), &file).expect("it can be written");
    let (status, out, err) = import(folder, "rows.csv", &[]);
    assert_eq!((status, out.as_str()), (Some(1), "1000 rows imported, 0 were there already, 2 refused\n"), "{err}");
    assert_eq!(err, "line 1: a quote is opened and not closed; is a quote left open?\nline 2: it is not UTF-8\n");
}

/// An import that is killed wherever it is, three times, and then left alone: each row counts once.
#[test]
fn an_import_that_is_killed_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let row = |place: u64| {
        let (minute, second) = (place / 60 % 60, place % 60);
        format!("m{},p{},{},2026-01-01T00:{minute:02}:{second:02}Z\n", place % 211, place % 3, place % 50 + 1)
    };
    let count = 100_000;
    std::fs::write(folder.join("rows.csv"), (0..count).map(row).collect::<String>()).expect("it can be written");
    let file = folder.join("ducat.db");
    let grown = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let wal = folder.join("ducat.db-wal");
    for kill in 1..=3 {
        let mut import = Command::new(DUCAT)
            .args(["points", "import", "rows.csv", "--ledger", "shop"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let before = grown(&file) + grown(&wal);
        while grown(&file) + grown(&wal) < before + kill * 700_000 && import.try_wait().expect("it runs").is_none() {
            std::thread::yield_now();
        }
        import.kill().expect("it can be killed");
        import.wait().expect("it is gone");
    }
    let (status, out, err) = import(folder, "rows.csv", &[]);
    assert_eq!(status, Some(0), "{err}");
    let counts: Vec<u64> = out.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect();
    let [imported, repeated, 0] = counts.as_slice() else { panic!("{out}") };
    assert_eq!(imported + repeated, count);
    assert!(*repeated > 0, "nothing was there before: {out}");
    let expected: u64 = (0..count).map(|place| place % 50 + 1).sum();
    let balances = text(&ducat(folder, &["export", "balances", "--ledger", "shop"]).stdout);
    let of_members = balances.lines().filter(|line| line.starts_with("points:members:"));
    let sum: u64 = of_members.filter_map(|line| line.rsplit(',').next()?.parse::<u64>().ok()).sum();
    assert_eq!(sum, expected);
    verify_clean(folder, "ducat.db");
}
