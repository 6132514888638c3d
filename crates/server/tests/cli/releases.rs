//! Stores of earlier releases: each opens, verifies, gives the responses that it gave, and goes on.
//!
//! `tests/releases/make.py` made them, with a binary of the release, or of the day, that they are named after. A store
//! may have a log that is not folded into the file yet, and a ledger whose last batch has not arrived. A response may have
//! gained members since; those that it had are there, with the values that they had. Sentences for people are not
//! compared.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::http::Client;
use crate::{Server, ducat, text};

/// Members whose values are sentences for people.
const SENTENCES: [&str; 3] = ["detail", "reason", "title"];

pub(crate) fn releases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/releases");
    let entries = std::fs::read_dir(folder).expect("releases are there").flatten();
    let mut releases: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    releases.sort();
    assert!(!releases.is_empty());
    releases
}

/// Whether everything that was said then is still said.
fn is_kept(then: &Value, now: &Value) -> bool {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => then.iter().all(|(name, value)| {
            SENTENCES.contains(&name.as_str()) || now.get(name).is_some_and(|now| is_kept(value, now))
        }),
        (Value::Array(then), Value::Array(now)) => {
            then.len() == now.len() && then.iter().zip(now).all(|(then, now)| is_kept(then, now))
        }
        // The script that recorded them wrote 100000.00 as 100000.0.
        (Value::Number(then), Value::Number(now)) if then != now => then.as_f64() == now.as_f64() && !then.is_u64(),
        _ => then == now,
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

fn get(client: &mut Client, path: &str) -> Value {
    let (status, body) = client.call("GET", path, "").expect("it responds");
    assert_eq!(status, 200, "GET {path}: {body}");
    json(&body)
}

fn pages(client: &mut Client, path: &str) -> Value {
    let page = get(client, &format!("{path}?limit=1000"));
    assert!(page["next"].is_null(), "{path} has more than a page");
    page["data"].clone()
}

fn check_state(client: &mut Client, state: &Value) {
    let kept = |what: &str, then: &Value, now: &Value| assert!(is_kept(then, now), "{what}:\nthen {then}\nnow {now}");
    let mut ledgers = pages(client, "/v1/ledgers");
    // One had not arrived when the state was recorded.
    ledgers.as_array_mut().expect("a list").retain(|ledger| ledger["name"] != "half");
    kept("ledgers", &state["ledgers"], &ledgers);
    for (ledger, accounts) in state["accounts"].as_object().expect("accounts by ledger") {
        kept(ledger, accounts, &pages(client, &format!("/v1/ledgers/{ledger}/accounts")));
    }
    for (place, points) in state["points"].as_object().expect("members by ledger") {
        let (ledger, member) = place.split_once('/').expect("a ledger and a member");
        let path = format!("/v1/ledgers/{ledger}/points/members/{member}");
        kept(place, &points["member"], &get(client, &path));
        for list in ["lots", "history"] {
            kept(place, &points[list], &pages(client, &format!("{path}/{list}")));
        }
    }
    let base = "/v1/ledgers/advances/advances";
    for advance in state["advances"].as_array().expect("advances") {
        let path = format!("{base}/{}", advance["id"].as_str().expect("an id"));
        let mut now = get(client, &path);
        if advance["status"] == "accepted" {
            // Its credit is being sent, again and again, to a processor that is not there.
            now["credit"] = advance["credit"].clone();
        }
        kept(&path, advance, &now);
    }
    kept("exceptions", &state["exceptions"], &pages(client, &format!("{base}/exceptions")));
    for (order, then) in state["orders"].as_object().into_iter().flatten() {
        kept(order, then, &get(client, order));
    }
}

/// Sends every command again: it is known, and its response is what it was.
fn repeat(client: &mut Client, commands: &str) {
    for line in commands.lines() {
        let recorded = json(line);
        let word = |name: &str| recorded[name].as_str().unwrap_or_default();
        let mut headers = String::new();
        for (name, value) in recorded["headers"].as_object().expect("headers") {
            headers.push_str(&format!("{name}: {}\r\n", value.as_str().expect("a text")));
        }
        let (method, path, body) = (word("method"), word("path"), word("body"));
        let (status, response) = client.send(&headers, method, path, body).expect("it responds");
        let place = format!("{method} {path} {body}");
        assert_eq!(Some(u64::from(status)), recorded["status"].as_u64(), "{place}: {response}");
        let (then, now) = (json(word("response")), json(&response));
        // A response that had no body may have one now, and a text is a sentence for people.
        let then = if then.is_string() { now.clone() } else { then };
        assert!(is_kept(&then, &now), "{place}:\nthen {then}\nnow {now}");
    }
}

/// Texts that the release recorded stay, and are named; those that are recorded now are erased.
fn redact(client: &mut Client) {
    let transactions = pages(client, "/v1/ledgers/shop/transactions");
    let told = |transaction: &&Value| transaction["description"].is_string() || transaction["metadata"] != json("{}");
    let told = transactions.as_array().and_then(|all| all.iter().find(told)).expect("a transaction with texts");
    let mut ask = |body: Value| {
        let (status, said) =
            client.call("POST", "/v1/ledgers/shop/redactions", &body.to_string()).expect("it responds");
        (status, json(&said))
    };
    let (status, said) = ask(serde_json::json!({ "transaction": told["id"], "reason": "asked for" }));
    assert_eq!((status, &said["code"]), (409, &"not_redactable".into()), "{said}");
    let sentence = format!("the texts of effect {} are in batch ", told["seq"]);
    assert!(said["detail"].as_str().is_some_and(|detail| detail.starts_with(&sentence)), "{said}");
    // The accounts of a member have his name no more, whatever the journal goes on to say.
    let (status, said) = ask(serde_json::json!({ "member": "mary", "reason": "asked for" }));
    assert_eq!((status, &said["redacted"]), (200, &json("[]")), "{said}");
    assert!(said["not_redactable"].as_array().is_some_and(|fixed| !fixed.is_empty()), "{said}");
    let (status, said) = ask(serde_json::json!({ "account": "new", "reason": "asked for" }));
    let erased = said["redacted"].as_array().map(Vec::len);
    assert_eq!((status, erased, &said["not_redactable"]), (200, Some(1), &json("[]")), "{said}");
}

/// The file's journal is repeated by the command that imported it.
fn import_again(folder: &Path, release: &Path, store: &str) {
    let journal = release.join("journal.csv");
    let imported = ducat(folder, &["import", &journal.display().to_string(), "--ledger", "book", "--store", store]);
    let said = text(&imported.stdout);
    assert!(said.starts_with("0 transactions imported, 80 were there already"), "{said}{}", text(&imported.stderr));
}

/// Puts the store of a release into a folder, as it was when its server was killed.
pub(crate) fn put_down(release: &Path, folder: &Path) -> String {
    for name in ["ducat.db", "ducat.db-wal"] {
        let from = release.join(name);
        if from.exists() {
            std::fs::copy(from, folder.join(name)).expect("it can be copied");
        }
    }
    format!("sqlite:{}", folder.join("ducat.db").display())
}

/// The same into a database.
pub(crate) fn put_down_dump(release: &Path, folder: &Path) -> String {
    let database = ducat_test_postgres::database();
    let dump = std::fs::File::open(release.join("ducat.sql.gz")).expect("it is there");
    let mut sql = Vec::new();
    flate2::read::GzDecoder::new(dump).read_to_end(&mut sql).expect("it is whole");
    let path = folder.join("ducat.sql");
    std::fs::write(&path, sql).expect("it can be written");
    ducat_test_postgres::restore(&database, &path).expect("it can be restored");
    database
}

/// Brings what has not arrived of a ledger, where there is one.
fn finish_the_move(folder: &Path, release: &Path, store: &str) {
    let Ok(half) = std::fs::File::open(release.join("half.db.gz")) else { return };
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(half).read_to_end(&mut bytes).expect("it is whole");
    let source = folder.join("half.db");
    std::fs::write(&source, bytes).expect("it can be written");
    let source = format!("sqlite:{}", source.display());
    let moved = ducat(folder, &["move", "--from", &source, "--to", store]);
    assert_eq!(moved.status.code(), Some(0), "{}{}", text(&moved.stdout), text(&moved.stderr));
    assert!(text(&moved.stdout).contains("half: 4 batches"), "{}", text(&moved.stdout));
}

fn verify(folder: &Path, store: &str) {
    let verified = ducat(folder, &["verify", "--store", store]);
    assert_eq!(verified.status.code(), Some(0), "{}{}", text(&verified.stdout), text(&verified.stderr));
}

fn live_on(folder: &Path, release: &Path, store: &str) {
    let read = |name: &str| std::fs::read_to_string(release.join(name)).expect("it is there");
    let state = json(&read("state.json"));
    finish_the_move(folder, release, store);
    verify(folder, store);
    // A processor that is not there: what was sent to it is not sent again.
    let processor = ["--processor-url", "http://127.0.0.1:9"];
    let serve = ["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", store];
    let server = Server::run(&[&serve[..], &processor].concat());
    let mut client = Client::connect(&server.address).expect("it listens");
    check_state(&mut client, &state);
    repeat(&mut client, &read("commands.ndjson"));
    check_state(&mut client, &state);
    let (status, response) = client
        .call("POST", "/v1/ledgers/shop/accounts", r#"{"name":"new","metadata":{"who":"Ada"}}"#)
        .expect("it responds");
    assert_eq!(status, 201, "{response}");
    for (path, body) in [
        (
            "/v1/ledgers/shop/transactions",
            r#"{"postings":[{"source":"world","destination":"new","asset":"USD","amount":1}]}"#,
        ),
        ("/v1/ledgers/shop/points/members/mary/spend", r#"{"points":7}"#),
        ("/v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000011/post", "{}"),
        ("/v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000003/reverse", "{}"),
        ("/accounts/Savings/withdraw", r#"{"amount":1}"#),
        ("/add", r#"{"payer":"DANNON","points":5,"timestamp":"2020-01-01T00:00:00Z"}"#),
        ("/amount", r#"{"account_id":"11111111-1111-4111-8111-000000000001","amount":1}"#),
    ] {
        let header = "Transaction-Id: 99999999-0000-4000-8000-000000000001\r\n";
        let (status, response) = client.call_with(header, "POST", path, body).expect("it responds");
        assert!(matches!(status, 200 | 201), "POST {path}: {status} {response}");
    }
    redact(&mut client);
    assert_eq!(server.terminate(), Some(0));
    import_again(folder, release, store);
    verify(folder, store);
}

#[test]
fn files_of_earlier_releases_live_on() {
    for release in releases() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = put_down(&release, folder.path());
        live_on(folder.path(), &release, &store);
    }
}

#[test]
fn dumps_of_earlier_releases_live_on() {
    for release in releases() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = put_down_dump(&release, folder.path());
        // Readers alone change nothing in a database.
        verify(folder.path(), &database);
        let exported = ducat(folder.path(), &["export", "journal", "--ledger", "book", "--store", &database]);
        assert_eq!(exported.status.code(), Some(0), "{}", text(&exported.stderr));
        // What a node of the release had decided lands no more.
        let epochs =
            || ducat_test_postgres::sql(&database, "SELECT name, epoch FROM ledgers ORDER BY name").expect("epochs");
        let before = epochs();
        let upgraded = ducat(folder.path(), &["upgrade", "--store", &database]);
        assert_eq!(upgraded.status.code(), Some(0), "{}{}", text(&upgraded.stdout), text(&upgraded.stderr));
        assert!(text(&upgraded.stdout).ends_with("clean\n"), "{}", text(&upgraded.stdout));
        let raised = before.lines().zip(epochs().lines()).all(|(before, after)| before != after);
        assert!(raised && !before.is_empty(), "{before}");
        live_on(folder.path(), &release, &database);
    }
}

/// The heads are compared by the reader, before anything else is written.
#[test]
fn heads_of_earlier_releases_are_what_they_were() {
    use ducat_store::Reader as _;
    for release in releases() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        put_down(&release, folder.path());
        let path = folder.path().join("ducat.db");
        let state = json(&std::fs::read_to_string(release.join("state.json")).expect("it is there"));
        let reader = ducat_store::SqliteReader::open(&path).expect("it can be read");
        let heads = reader.snapshot().and_then(|snapshot| snapshot.ledgers(None, 100)).expect("it can be read");
        let found: Vec<String> = heads
            .iter()
            .map(|head| {
                let hash: String = head.hash.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{} {} {} {hash}", head.ledger, head.batch, head.seq)
            })
            .collect();
        let number = |value: &Value| value.as_u64().expect("a number").to_string();
        let word = |value: &Value| value.as_str().expect("a text").to_owned();
        let recorded = state["heads"].as_array().expect("heads").iter();
        let recorded: Vec<String> = recorded
            .map(|head| {
                [word(&head["ledger"]), number(&head["batch"]), number(&head["seq"]), word(&head["hash"])].join(" ")
            })
            .collect();
        assert_eq!(found, recorded);
    }
}
