//! Advances with real processes: a processor that fails in every way, a server that is killed in the middle of its
//! runs, two who begin the same run at once. Everyone is charged what they owe, once.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::http::Client;
use crate::{Server, ducat, text, verify_clean};

/// Days that pass: eight weeks of debits, and some more for what is reported late.
const DAYS: u32 = 75;

const ADVANCES: usize = 40;

/// Times the server is killed.
const KILLS: usize = 25;

fn processor(more: &[&str]) -> Server {
    Server::run(&[&["processor", "--listen", "127.0.0.1:0", "--seed", "11"][..], more].concat())
}

fn serve(store: &Path, processor: &Server) -> Server {
    let store = format!("sqlite:{}", store.display());
    let url = format!("http://{}", processor.address);
    Server::run(&["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", &store, "--processor-url", &url])
}

fn call(address: &str, method: &str, path: &str, body: &Value) -> std::io::Result<(u16, Value)> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (status, body) = Client::connect(address)?.call(method, path, &body)?;
    Ok((status, serde_json::from_str(&body).unwrap_or(Value::Null)))
}

/// The day so many after a first of January.
fn day(number: u32) -> String {
    let months = [("01", 31), ("02", 28), ("03", 31), ("04", 30)];
    let mut left = number;
    for (month, days) in months {
        if left < days {
            return format!("2030-{month}-{:02}", left + 1);
        }
        left -= days;
    }
    panic!("{number} days are too many")
}

/// What comes of the run of a day, begun by two at once.
fn run(address: &str, as_of: &str) -> std::io::Result<Value> {
    let path = "/v1/ledgers/advances/advances/runs";
    let begin = || call(address, "POST", path, &json!({ "as_of": as_of }));
    let begun = std::thread::scope(|scope| {
        let other = scope.spawn(begin);
        let one = begin();
        other.join().expect("it asks").and(one)
    });
    let (status, begun) = begun?;
    assert_eq!(status, 202, "{begun}");
    Ok(begun)
}

fn look(address: &str, run: &Value) -> std::io::Result<Value> {
    let path = format!("/v1/ledgers/advances/advances/runs/{}", run["id"].as_str().expect("an id"));
    Ok(call(address, "GET", &path, &Value::Null)?.1)
}

#[test]
fn killed_servers_charge_nobody_twice() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("advances.db");
    let faults = ["--fail", "0.1", "--late", "0.05", "--twice", "0.1", "--never", "0.03", "--mind", "0.05"];
    let away = ["--after-work", "0.1", "--down", "0.02", "--cut", "0.05", "--refuse", "0.03"];
    let processor = processor(&[&faults[..], &away[..]].concat());
    let mut server = serve(&store, &processor);
    let clock = |day: &str| {
        let now = json!({ "now": format!("{day}T00:00:00Z") });
        assert_eq!(call(&processor.address, "POST", "/clock", &now).expect("it answers").0, 204);
    };
    clock(&day(0));
    let mut rng = fastrand::Rng::with_seed(3);
    for number in 0..ADVANCES {
        let body = json!({ "dst_bank_account": format!("bank-{}", number / 2), "amount": rng.u32(1..2_000) });
        let key = format!("Idempotency-Key: a{number}\r\n");
        let mut client = Client::connect(&server.address).expect("it listens");
        let (status, said) = client.call_with(&key, "POST", "/perform_advance", &body.to_string()).expect("it answers");
        assert!(matches!(status, 200 | 202), "{said}");
    }
    let mut kills = 0;
    for number in 1..=DAYS {
        let as_of = day(number);
        clock(&as_of);
        let mut begun = run(&server.address, &as_of).expect("it answers");
        // The moment to kill is an event: so many looks at the run while it goes on.
        let looks = (kills < KILLS && rng.u8(0..3) == 0).then(|| rng.u32(0..4));
        if let Some(looks) = looks {
            for _ in 0..looks {
                drop(look(&server.address, &begun));
            }
            server.kill();
            kills += 1;
            server = serve(&store, &processor);
        }
        // The owner of the ledger's lease carries its run on; one for which there was no report is begun again.
        loop {
            let now = look(&server.address, &begun).expect("it answers");
            match now["status"].as_str() {
                Some("done") => break,
                Some("failed") => begun = run(&server.address, &as_of).expect("it answers"),
                _ => std::thread::yield_now(),
            }
        }
    }
    assert!(kills >= 15, "it was killed {kills} times");
    check(&server.address, &processor.address);
    assert_eq!(server.terminate(), Some(0));
    verify_clean(folder.path(), "advances.db");
}

/// What the ledger asked for is what the processor took, each once, and the sums agree.
fn check(server: &str, processor: &str) {
    let (_, taken) = call(processor, "GET", "/transactions", &Value::Null).expect("it answers");
    let taken = taken.as_array().expect("a list");
    let mut by_key: BTreeMap<&str, &Value> = BTreeMap::new();
    for one in taken {
        assert!(by_key.insert(one["key"].as_str().expect("a key"), one).is_none(), "{one} is there twice");
    }
    let path = "/v1/ledgers/advances/advances?limit=1000";
    let (_, page) = call(server, "GET", path, &Value::Null).expect("it answers");
    let advances = page["data"].as_array().expect("a page");
    assert_eq!(advances.len(), ADVANCES);
    let units = |value: &Value| value.as_u64().expect("a small amount");
    let (mut known, mut paid_out, mut sums) = (0, 0, [0; 3]);
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    for advance in advances {
        let succeeded = advance["credit"]["result"] == "success";
        paid_out += if succeeded { units(&advance["amount"]) } else { 0 };
        for (sum, name) in sums.iter_mut().zip(["collected", "owed", "overpaid"]) {
            *sum += units(&advance[name]);
        }
        let credit = (&advance["credit"], &advance["amount"], "credit");
        let debits = advance["plan"].as_array().expect("a plan").iter();
        let debits = debits.map(|one| (&one["attempt"], &one["amount"], "debit"));
        for (attempt, amount, direction) in std::iter::once(credit).chain(debits) {
            let Some(one) = attempt["key"].as_str().and_then(|key| by_key.get(key)) else { continue };
            known += 1;
            assert_eq!((&one["direction"], &one["amount"]), (&json!(direction), &json!(amount.to_string())));
            let results = one["results"].as_array().expect("results");
            assert!(attempt["result"].is_null() || results.contains(&attempt["result"]), "{attempt}: {one}");
        }
        *statuses.entry(advance["status"].to_string()).or_default() += 1;
    }
    assert_eq!(known, taken.len(), "nothing was asked for that is not known");
    let [collected, owed, overpaid] = sums;
    assert_eq!(paid_out + overpaid, collected + owed, "{statuses:?}");
    let path = "/v1/ledgers/advances/accounts/advances:cash/balance";
    let (_, cash) = call(server, "GET", path, &Value::Null).expect("it answers");
    let signed = |units: u64| i64::try_from(units).expect("a small amount");
    assert_eq!(cash["posted"].as_i64(), Some(signed(collected) - signed(paid_out)));
    assert!(collected > 0 && statuses.len() > 1, "{statuses:?}");
}

#[test]
fn a_run_is_made_from_a_shell() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let processor = processor(&[]);
    let server = serve(&folder.path().join("shell.db"), &processor);
    let url = format!("http://{}", server.address);
    let unknown = ducat(folder.path(), &["advances", "run", "--as-of", "2030-01-01", "--server", &url]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("there is no such ledger"), "{}", text(&unknown.stderr));
    let body = json!({ "dst_bank_account": "ada", "amount": "10.00" });
    assert_eq!(call(&server.address, "POST", "/perform_advance", &body).expect("it answers").0, 200);
    let done = ducat(folder.path(), &["advances", "run", "--as-of", "2030-01-01", "--server", &url]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stdout).starts_with("run of 2030-01-01: done\n"), "{}", text(&done.stdout));
    let early = ducat(folder.path(), &["advances", "run", "--as-of", "2029-12-31", "--server", &url]);
    assert_eq!(early.status.code(), Some(2));
    assert!(text(&early.stderr).contains("a run was made for 2030-01-01"), "{}", text(&early.stderr));
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn reports_are_made_of_any_length() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = ducat(folder.path(), &["processor", "--make-report", "5", "--transactions", "2", "--seed", "4"]);
    let rows = "s4-000000000001,success\ns4-000000000002,success\n";
    assert_eq!(text(&made.stdout), format!("{rows}{rows}s4-000000000001,success\n"));
}

#[test]
fn a_processor_is_checked_before_it_is_trusted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let good = processor(&[]);
    let url = format!("http://{}", good.address);
    let checked = ducat(folder.path(), &["processor", "check", &url]);
    let said = text(&checked.stdout);
    assert_eq!(checked.status.code(), Some(0), "{said}{}", text(&checked.stderr));
    assert!(said.contains("pass  another body under the key is refused\n"), "{said}");
    assert!(said.ends_with("12 rules are kept: Ducat can work with this processor\n"), "{said}");
    // One that refuses everything takes no credit.
    let refusing = processor(&["--refuse", "1"]);
    let checked = ducat(folder.path(), &["processor", "check", &format!("http://{}", refusing.address)]);
    let said = text(&checked.stdout);
    assert_eq!(checked.status.code(), Some(1), "{said}");
    assert!(said.contains("FAIL  a credit is taken and named\n      it answers 422"), "{said}");
    // No one is there.
    drop(good);
    let checked = ducat(folder.path(), &["processor", "check", &url]);
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked.stdout));
    assert!(text(&checked.stdout).contains("there is no response"), "{}", text(&checked.stdout));
}
