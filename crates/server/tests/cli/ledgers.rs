//! A ledger's end: deleted where nothing was posted, archived otherwise.

use std::path::Path;

use crate::http::Client;
use crate::{Server, ducat, text};

/// What `ducat` said, and its exit status.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = ducat(folder, arguments);
    (output.status.code(), format!("{}{}", text(&output.stdout), text(&output.stderr)))
}

fn on(store: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let store =
        if store.is_empty() { format!("sqlite:{}", folder.join("ducat.db").display()) } else { store.to_owned() };
    let server = Server::start_at(&store, "127.0.0.1:0");
    let mut client = Client::connect(&server.address).expect("it answers");
    for name in ["paid", "empty", "other", "held", "points"] {
        let terms = format!(r#"{{"name":"{name}","assets":[{{"code":"USD","scale":2}}],"implicit_accounts":true}}"#);
        assert_eq!(client.call("POST", "/v1/ledgers", &terms).expect("a response").0, 201);
    }
    let payment = r#"{"postings":[{"source":"world","destination":"a","amount":5}]}"#;
    assert_eq!(client.call("POST", "/v1/ledgers/paid/transactions", payment).expect("a response").0, 201);
    let hold = r#"{"postings":[{"source":"world","destination":"a","amount":5}],"pending":{}}"#;
    assert_eq!(client.call("POST", "/v1/ledgers/held/transactions", hold).expect("a response").0, 201);
    let pts = r#"{"code":"PTS","scale":0}"#;
    assert_eq!(client.call("POST", "/v1/ledgers/points/assets", pts).expect("a response").0, 201);
    let program = r#"{"asset":"PTS","order":"earned","pending_days":9}"#;
    assert_eq!(client.call("PUT", "/v1/ledgers/points/points/program", program).expect("a response").0, 200);
    let earning = r#"{"payer":"A","points":5}"#;
    let earned = client.call("POST", "/v1/ledgers/points/points/members/m/earn", earning).expect("a response");
    assert_eq!(earned.0, 201, "{}", earned.1);
    let delete = |ledger: &str| run(folder, &["ledger", "delete", ledger, "--store", &store]);

    let (status, said) = delete("empty");
    assert_eq!(status, Some(2), "a server runs: {said}");
    drop(client);
    assert_eq!(server.terminate(), Some(0));

    let (status, said) = delete("paid");
    assert!(status == Some(2) && said.contains("archive it instead"), "{said}");
    for (ledger, what) in [("held", "has holds"), ("points", "has holds")] {
        let (status, said) = delete(ledger);
        assert!(status == Some(2) && said.contains(what), "{said}");
    }
    let (status, said) = delete("missing");
    assert!(status == Some(2) && said.contains("there is no ledger missing"), "{said}");
    let (status, said) = delete("$system");
    assert!(status == Some(2) && said.contains("a name is made of"), "{said}");
    let (status, said) = delete("empty");
    assert!(status == Some(0) && said.starts_with("deleted empty; its tombstone"), "{said}");
    let (status, said) = delete("empty");
    assert!(status == Some(2) && said.contains("there is no ledger empty"), "{said}");

    let verified = run(folder, &["verify", "--store", &store]);
    assert_eq!(verified.0, Some(0), "{}", verified.1);
    let exported = run(folder, &["export", "journal", "--ledger", "empty", "--store", &store]);
    assert_eq!(exported.0, Some(2), "{}", exported.1);

    // The tombstone goes where the store goes, and the name is used nowhere again.
    let moved = run(folder, &["move", "--from", &store, "--to", "sqlite:moved.db"]);
    assert_eq!(moved.0, Some(0), "{}", moved.1);
    let verified = run(folder, &["verify", "--store", "sqlite:moved.db"]);
    assert_eq!(verified.0, Some(0), "{}", verified.1);
    std::fs::write(folder.join("other.csv"), "").expect("it can be written");
    for store in [store.as_str(), &format!("sqlite:{}", folder.join("moved.db").display())] {
        let server = Server::start_at(store, "127.0.0.1:0");
        let mut client = Client::connect(&server.address).expect("it answers");
        assert_eq!(client.call("GET", "/v1/ledgers/empty", "").expect("a response").0, 404);
        let (status, body) = client.call("POST", "/v1/ledgers", r#"{"name":"empty"}"#).expect("a response");
        assert!(status == 409 && body.contains("ledger_deleted"), "{body}");
        let (_, listed) = client.call("GET", "/v1/ledgers", "").expect("a response");
        assert!(listed.contains("paid") && !listed.contains("empty") && !listed.contains("system"), "{listed}");
        drop(client);
        assert_eq!(server.terminate(), Some(0));
    }
    let csv = "transaction_id,effective_at,description,account,asset,amount\n\
               t1,2015-01-01T00:00:00Z,,a,USD,1.00\nt1,2015-01-01T00:00:00Z,,b,USD,-1.00\n";
    std::fs::write(folder.join("book.csv"), csv).expect("it can be written");
    let imported = run(folder, &["import", "book.csv", "--ledger", "empty", "--store", &store]);
    assert!(imported.0 == Some(2) && imported.1.contains("not used again"), "{}", imported.1);

    // A second store with a system ledger of its own keeps it.
    let other = run(folder, &["ledger", "delete", "other", "--store", &store]);
    assert_eq!(other.0, Some(0), "{}", other.1);
    let moved = run(folder, &["move", "--from", &store, "--to", "sqlite:moved.db"]);
    assert!(moved.0 == Some(0), "{}", moved.1);
}

#[test]
fn an_empty_ledger_is_deleted_from_a_file() {
    on("");
}

#[test]
fn an_empty_ledger_is_deleted_from_a_database() {
    on(&ducat_test_postgres::database());
}
