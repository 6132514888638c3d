//! Bank accounts: every line of it, on every store. Each post has a key, so that every store makes the same ids.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Step::{Call, Perform};
use crate::{Server, Step, story};

const OPEN: &str = "POST /accounts";
const SAVINGS: &str = r#"{"name":"Savings"}"#;
const CHECKING: &str = r#"{"name":"Checking"}"#;

/// The id of the account that is opened with the key `savings`, and of the one with `checking`.
const SAVINGS_ID: &str = "/v2/accounts/{savings}";

type Headers = &'static [(&'static str, &'static str)];

const fn post(line: &'static str, key: Headers, body: &'static str) -> Step {
    Call(line, key, body)
}

macro_rules! key {
    ($key:literal) => {
        &[("Idempotency-Key", $key)]
    };
}

#[tokio::test]
async fn accounts_have_names() {
    let steps = [
        // Before anything was opened.
        Call("GET /accounts/Savings", &[], ""),
        Call("GET /accounts", &[], ""),
        Call("DELETE /accounts/Savings", &[], ""),
        post("POST /accounts/Savings/deposit", &[], r#"{"amount":5}"#),
        post(OPEN, key!("savings"), SAVINGS),
        Call("GET /accounts/Savings", &[], ""),
        Call("GET /account/Savings", &[], ""),
        // The key gets the first answer; another request under it is refused; the name is taken.
        post(OPEN, key!("savings"), SAVINGS),
        post(OPEN, key!("savings"), CHECKING),
        post(OPEN, key!("again"), SAVINGS),
        post("POST /account", key!("trimmed"), r#"{"name":"  Savings "}"#),
        post("POST /account", key!("checking"), r#"{"name":" Checking account/1 "}"#),
        Call("GET /accounts/Checking%20account%2F1", &[], ""),
        post(OPEN, key!("long"), r#"{"name":"Ünï ✓ Ünï ✓ Ünï ✓ Ünï ✓ Ünï ✓ Ünï ✓ Ünï ✓ Ünï ✓"}"#),
        Call(
            "GET /accounts/%C3%9Cn%C3%AF%20%E2%9C%93%20%C3%9Cn%C3%AF%20%E2%9C%93%20%C3%9Cn%C3%AF%20%E2%9C%93%20%C3%9Cn%C3%AF%20%E2%9C%93%20%C3%9Cn%C3%AF%20%E2%9C%93%20%C3%9Cn%C3%AF%20%E2%9C%93%20%C3%9Cn%C3%AF%20%E2%9C%93%20%C3%9Cn%C3%AF%20%E2%9C%93",
            &[],
            "",
        ),
        post(OPEN, &[], r#"{"name":"   "}"#),
        post(OPEN, &[], r#"{"name":7}"#),
        post(OPEN, &[], r#"{"name":"tab\there"}"#),
        post(OPEN, &[], r#"{}"#),
        post(OPEN, &[], r#"{"name":"x","owner":"y"}"#),
        post(OPEN, &[], r#"["x"]"#),
        post(OPEN, &[("Content-Type", "text/plain")], "x"),
        Call("GET /accounts/savings", &[], ""),
        Call("GET /accounts/Savings?x=1", &[], ""),
        Call("GET /accounts/savings?x=1", &[], ""),
        post("POST /accounts/savings/deposit?x=1", key!("in"), r#"{"amount":1}"#),
        Call("PUT /accounts/Savings", &[], "{}"),
        Call("GET /accounts?limit=2", &[], ""),
        // Closing: not with money in it; then it is gone, and its name is free under a new id.
        post("POST /accounts/Savings/deposit", key!("in"), r#"{"amount":1}"#),
        Call("DELETE /accounts/Savings", &[], ""),
        post("POST /accounts/Savings/withdraw", key!("much"), r#"{"amount":100}"#),
        post("POST /accounts/Savings/withdraw", key!("out"), r#"{"amount":1}"#),
        Call("DELETE /accounts/Savings", &[], ""),
        Call("DELETE /accounts/Savings", &[], ""),
        Call("GET /accounts/Savings", &[], ""),
        Call("GET /accounts/Savings/transactions", &[], ""),
        Call("GET /accounts/Savings/links", &[], ""),
        post("POST /accounts/Savings/deposit", key!("late"), r#"{"amount":1}"#),
        post("POST /accounts/Savings/withdraw", key!("late"), r#"{"amount":1}"#),
        post("POST /accounts/Savings/transfer", key!("late"), r#"{"to":"Checking account/1","amount":1}"#),
        post("POST /accounts/Savings/links", &[], r#"{"name":"Checking account/1"}"#),
        post("POST /accounts/Checking%20account%2F1/transfer", key!("late"), r#"{"to":"Savings","amount":1}"#),
        post("POST /accounts/Checking%20account%2F1/links", &[], r#"{"name":"Savings"}"#),
        // The first answer stays the first answer: of the opening, and of what was paid before the account was closed.
        post(OPEN, key!("savings"), SAVINGS),
        post("POST /accounts/Savings/withdraw", key!("out"), r#"{"amount":1}"#),
        post("POST /accounts/Savings/withdraw", key!("much"), r#"{"amount":100}"#),
        post("POST /accounts/Savings/withdraw", key!("out"), r#"{"amount":2}"#),
        post("POST /accounts/Savings/withdraw", key!("out"), r#"{"amount":"x"}"#),
        post(OPEN, key!("anew"), SAVINGS),
        Call("GET /accounts/Savings", &[], ""),
        Call("GET /accounts/Savings/transactions", &[], ""),
        // Nor does it change when the name is another account's.
        post("POST /accounts/Savings/withdraw", key!("out"), r#"{"amount":1}"#),
        Call("GET /accounts/Savings", &[], ""),
        Call("GET /accounts", &[], ""),
    ];
    story("bank_accounts", &steps).await;
}

#[tokio::test]
async fn names_have_255_characters_at_most() {
    let server = Server::on_memory();
    for (length, status) in [(255, 201), (256, 400)] {
        let answer = server.post("/accounts", &format!(r#"{{"name":"{}"}}"#, "é".repeat(length))).await;
        assert_eq!(answer.status, status, "{length}");
    }
    let path = format!("/accounts/{}", "%C3%A9".repeat(255));
    assert_eq!(server.get(&path).await.status, 200);
    server.finish().await;
}

#[tokio::test]
async fn amounts_are_exact() {
    const IN: &str = "POST /accounts/Savings/deposit";
    const OUT: &str = "POST /accounts/Savings/withdraw";
    let steps = [
        post(OPEN, key!("savings"), SAVINGS),
        post(IN, key!("1"), r#"{"amount":5}"#),
        post(IN, key!("2"), r#"{"amount":0.25}"#),
        post(IN, key!("3"), r#"{"amount":"5.0"}"#),
        post(IN, key!("4"), r#"{"amount":0.129}"#),
        post(IN, key!("5"), r#"{"amount":1e1}"#),
        post(IN, key!("6"), r#"{"amount":"9007199254740993.01"}"#),
        post(OUT, key!("7"), r#"{"amount":9007199254740993.01}"#),
        Call("GET /accounts/Savings", &[], ""),
        post(IN, &[], r#"{"amount":0}"#),
        post(IN, &[], r#"{"amount":0.009}"#),
        post(IN, &[], r#"{"amount":-5}"#),
        post(IN, &[], r#"{"amount":"-5"}"#),
        post(IN, &[], r#"{"amount":"five"}"#),
        post(IN, &[], r#"{"amount":null}"#),
        post(IN, &[], r#"{"amount":true}"#),
        post(IN, &[], r#"{"amount":[5]}"#),
        post(IN, &[], r#"{"amount":1e400}"#),
        post(IN, &[], r#"{"amount":10000000000000000000000000000000000}"#),
        post(IN, &[], r#"{}"#),
        post(IN, &[], ""),
        post(IN, &[], r#"{"amount":5,"note":"x"}"#),
        post(OUT, &[], r#"{"amount":0}"#),
        post("POST /accounts/Savings/transfer", &[], r#"{"to":"Savings","amount":0}"#),
        post("POST /accounts/Nobody/deposit", &[], r#"{"amount":"five"}"#),
        // The floor: exactly -50.00 is allowed. 20.37 is in it.
        post(OUT, key!("8"), r#"{"amount":70.38}"#),
        post(OUT, key!("9"), r#"{"amount":70.37}"#),
        post(OUT, key!("10"), r#"{"amount":0.01}"#),
        // Keys: the first answer again, refusals too; another request under one is refused.
        post(OUT, key!("9"), r#"{"amount":70.37}"#),
        post(OUT, key!("8"), r#"{"amount":70.38}"#),
        post(IN, key!("9"), r#"{"amount":70.37}"#),
        post(OUT, key!("9"), r#"{"amount":"70.370"}"#),
        Call("GET /accounts/Savings/transactions?limit=3", &[], ""),
        Call("GET /accounts/Savings/transactions?limit=0", &[], ""),
        Call("GET /accounts/Savings/transactions?cursor=x", &[], ""),
    ];
    story("bank_amounts", &steps).await;
}

#[tokio::test]
async fn accounts_draw_on_those_linked_to_them() {
    const OUT: &str = "POST /accounts/Checking/withdraw";
    let steps = [
        post(OPEN, key!("savings"), SAVINGS),
        post(OPEN, key!("checking"), CHECKING),
        post(OPEN, key!("gift"), r#"{"name":"Gift"}"#),
        post("POST /accounts/Savings/deposit", key!("s"), r#"{"amount":20}"#),
        post("POST /accounts/Gift/deposit", key!("g"), r#"{"amount":30}"#),
        post("POST /accounts/Checking/links", &[], r#"{"name":"Gift"}"#),
        post("POST /accounts/Checking/links", &[], SAVINGS),
        post("POST /accounts/Checking/links", &[], SAVINGS),
        post("POST /accounts/Checking/links", &[], CHECKING),
        post("POST /accounts/Checking/links", &[], r#"{"name":"Nobody"}"#),
        Call("GET /accounts/Checking/links", &[], ""),
        // Links go one way, and are not followed further.
        Call("GET /accounts/Gift/links", &[], ""),
        post("POST /accounts/Gift/links", &[], SAVINGS),
        // Checking down to -50.00, then Gift down to 0.00, then Savings.
        post(OUT, key!("1"), r#"{"amount":45}"#),
        post(OUT, key!("2"), r#"{"amount":40}"#),
        post(OUT, key!("3"), r#"{"amount":15.01}"#),
        post(OUT, key!("4"), r#"{"amount":1}"#),
        post(OUT, key!("2"), r#"{"amount":40}"#),
        Call("GET /accounts/Checking", &[], ""),
        Call("GET /accounts/Gift", &[], ""),
        Call("GET /accounts/Savings", &[], ""),
        post(OUT, key!("5"), r#"{"amount":14}"#),
        // A transfer draws too; who is paid pays nothing.
        post("POST /accounts/Gift/deposit", key!("g2"), r#"{"amount":3}"#),
        post("POST /accounts/Checking/transfer", key!("6"), r#"{"to":"Savings","amount":2}"#),
        post("POST /accounts/Checking/transfer", key!("7"), r#"{"to":"Savings","amount":2}"#),
        post("POST /accounts/Checking/transfer", key!("8"), r#"{"to":"Checking","amount":2}"#),
        post("POST /accounts/Checking/transfer", key!("9"), r#"{"to":"Nobody","amount":2}"#),
        post("POST /accounts/Savings/transfer", key!("10"), r#"{"to":"Checking","amount":1.5}"#),
        Call("GET /accounts/Checking/transactions", &[], ""),
        Call("GET /accounts/Gift/transactions", &[], ""),
        Call("GET /accounts/Savings/transactions", &[], ""),
        // A link asked for under a key is made once: removed since, it is not there again by a repetition.
        Call("DELETE /accounts/Checking/links/Gift", &[], ""),
        post("POST /accounts/Checking/links", key!("link"), r#"{"name":"Gift"}"#),
        Call("DELETE /accounts/Checking/links/Gift", &[], ""),
        post("POST /accounts/Checking/links", key!("link"), r#"{"name":"Gift"}"#),
        post("POST /accounts/Checking/links", key!("link"), SAVINGS),
        Call("DELETE /accounts/Checking/links/Gift", &[], ""),
        Call("DELETE /accounts/Checking/links/Nobody", &[], ""),
        post(OUT, key!("11"), r#"{"amount":60}"#),
        // One that is frozen gives nothing and stands in no one's way.
        post("POST /accounts/Checking/deposit", key!("14"), r#"{"amount":3}"#),
        Call("PATCH /v1/ledgers/bank/accounts/bank:9608cd17-b5f8-503a-b346-87bb541d544c", &[], r#"{"frozen":true}"#),
        post(OUT, key!("15"), r#"{"amount":3}"#),
        Call("PATCH /v1/ledgers/bank/accounts/bank:9608cd17-b5f8-503a-b346-87bb541d544c", &[], r#"{"frozen":false}"#),
        // One that is closed gives nothing and is shown no more.
        post("POST /accounts/Savings/withdraw", key!("12"), r#"{"amount":0.5}"#),
        Call("DELETE /accounts/Savings", &[], ""),
        Call("GET /accounts/Checking/links", &[], ""),
        post(OUT, key!("13"), r#"{"amount":1.5}"#),
    ];
    story("bank_links", &steps).await;
}

/// What by-id paths answer depends on ids that the keys make: they are read first.
#[tokio::test]
async fn everything_goes_by_id_too() {
    for server in [Server::on_memory(), Server::on_sqlite()] {
        by_id(server).await;
    }
    by_id(tokio::task::spawn_blocking(Server::on_postgres).await.expect("it starts")).await;
}

async fn by_id(server: Server) {
    let open = |body| server.post("/accounts", body);
    let id = |answer: crate::Answer| json(&answer.body)["id"].as_str().expect("an id").to_owned();
    let (savings, checking) = (id(open(SAVINGS).await), id(open(CHECKING).await));
    let path = |rest: &str| format!("{}{rest}", SAVINGS_ID.replace("{savings}", &savings));
    let shown = server.get(&path("")).await;
    assert_eq!((shown.status, &json(&shown.body)["name"]), (200, &Value::from("Savings")));
    assert_eq!(json(&shown.body)["_links"]["self"]["href"], path(""));
    let paid = server.post(&path("/deposit"), r#"{"amount":7}"#).await;
    assert_eq!((paid.status, json(&paid.body)["balance"].to_string()), (201, "7.00".to_owned()));
    assert!(paid.body.contains(r#""amount":7.00,"balance":7.00,"#), "{}", paid.body);
    // Digits that no float keeps are strings.
    for (way, balance) in [("/deposit", "\"9007199254740993.01\""), ("/withdraw", "-10.01")] {
        let amount = if way == "/deposit" { "9007199254740986.01" } else { "9007199254741003.02" };
        let moved = server.post(&path(way), &format!(r#"{{"amount":{amount}}}"#)).await;
        assert!(moved.body.contains(&format!(r#""amount":"{amount}","balance":{balance},"#)), "{}", moved.body);
    }
    assert_eq!(server.post(&path("/deposit"), r#"{"amount":"17.01"}"#).await.status, 201);
    assert_eq!(server.post(&path("/withdraw"), r#"{"amount":1}"#).await.status, 201);
    // The other account goes by its id too.
    for to in [checking.as_str(), "Checking"] {
        let paid = server.post(&path("/transfer"), &format!(r#"{{"to":"{to}","amount":1}}"#)).await;
        assert_eq!((paid.status, &json(&paid.body)["to"]), (201, &Value::from("Checking")));
    }
    assert_eq!(server.post(&path("/links"), &format!(r#"{{"name":"{checking}"}}"#)).await.status, 201);
    assert_eq!(json(&server.get(&path("/links")).await.body)["links"][0]["name"], "Checking");
    let removed = server.call(&format!("DELETE {}", path(&format!("/links/{checking}"))), &[], "").await;
    assert_eq!(removed.status, 204);
    let listed = json(&server.get(&path("/transactions?limit=3")).await.body);
    assert_eq!(listed["transactions"].as_array().map(Vec::len), Some(3));
    let rest = json(&server.get(listed["_links"]["next"]["href"].as_str().expect("there is more")).await.body);
    assert_eq!((rest["transactions"][0]["type"].as_str(), rest["_links"]["next"].is_null()), (Some("deposit"), false));
    assert_eq!(server.post(&path("/withdraw"), r#"{"amount":4}"#).await.status, 201);
    assert_eq!(server.call(&format!("DELETE {}", path("")), &[], "").await.status, 204);
    // An account whose name looks like that id is another one.
    assert_eq!(server.post("/accounts", &format!(r#"{{"name":"{savings}"}}"#)).await.status, 201);
    let pay = |to: &str| format!(r#"{{"to":"{to}","amount":1}}"#);
    assert_eq!(server.post(&format!("/v2/accounts/{checking}/transfer"), &pay(&savings)).await.status, 404);
    assert_eq!(server.post("/accounts/Checking/transfer", &pay(&savings)).await.status, 201);
    for unknown in
        [path(""), "/v2/accounts/7".to_owned(), "/v2/accounts/00000000-0000-4000-8000-000000000000".to_owned()]
    {
        let answer = server.get(&unknown).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, ""), "{unknown}");
        assert_eq!(server.post(&format!("{unknown}/deposit"), r#"{"amount":7}"#).await.status, 404);
        assert_eq!(server.get(&format!("{unknown}/transactions")).await.status, 404);
    }
    server.finish().await;
}

fn json(body: &str) -> Value {
    serde_json::from_str(body).expect("JSON")
}

const LATER: &str = "respond-async";

#[tokio::test]
async fn orders_are_taken_now_and_performed_later() {
    let steps = [
        post(OPEN, key!("savings"), SAVINGS),
        post(OPEN, key!("checking"), CHECKING),
        post("POST /accounts/Savings/deposit", &[("Idempotency-Key", "1"), ("Prefer", LATER)], r#"{"amount":5}"#),
        post(
            "POST /accounts/Savings/withdraw",
            &[("Idempotency-Key", "2"), ("Prefer", "wait=5, Respond-Async;x=1")],
            r#"{"amount":55}"#,
        ),
        post("POST /accounts/Savings/withdraw", &[("Idempotency-Key", "3"), ("Prefer", LATER)], r#"{"amount":0.01}"#),
        post(
            "POST /accounts/Checking/transfer",
            &[("Idempotency-Key", "4"), ("Prefer", LATER)],
            r#"{"to":"Savings","amount":2}"#,
        ),
        // Taken once under a key, and for one order.
        post("POST /accounts/Savings/deposit", &[("Idempotency-Key", "1"), ("Prefer", LATER)], r#"{"amount":5}"#),
        post("POST /accounts/Savings/deposit", &[("Idempotency-Key", "1"), ("Prefer", LATER)], r#"{"amount":6}"#),
        post("POST /accounts/Savings/deposit", key!("1"), r#"{"amount":5}"#),
        // Now and later are not the same request.
        post("POST /accounts/Savings/deposit", key!("now"), r#"{"amount":0.01}"#),
        post("POST /accounts/Savings/deposit", &[("Idempotency-Key", "now"), ("Prefer", LATER)], r#"{"amount":0.01}"#),
        // What is wrong is said at once.
        post("POST /accounts/Savings/deposit", &[("Prefer", LATER)], r#"{"amount":0}"#),
        post("POST /accounts/Nobody/deposit", &[("Prefer", LATER)], r#"{"amount":5}"#),
        Call("GET /accounts/Savings", &[], ""),
        Perform,
        Call("GET /accounts/Savings", &[], ""),
        Call("GET /accounts/Savings/transactions", &[], ""),
        Perform,
        // What is closed in between is refused when its turn comes.
        post("POST /accounts/Checking/deposit", key!("5"), r#"{"amount":2}"#),
        post("POST /accounts/Checking/withdraw", &[("Idempotency-Key", "6"), ("Prefer", LATER)], r#"{"amount":2}"#),
        Call("DELETE /accounts/Checking", &[], ""),
        Perform,
        Call("GET /accounts/Savings/requests/00000000-0000-4000-8000-000000000000", &[], ""),
        Call("GET /accounts/Savings/requests/x", &[], ""),
        // By id it is shown although its account is closed.
        Call(
            "GET /v2/accounts/9a1996a2-a00f-55e5-b9df-b333afa78a3c/requests/3fb644d6-72fe-51bf-b4fa-e77494c439e3",
            &[],
            "",
        ),
        Call("GET /accounts/Savings/requests/3fb644d6-72fe-51bf-b4fa-e77494c439e3", &[], ""),
    ];
    story("bank_orders", &steps).await;
}

/// Each order's status, by the link that its 202 gave.
#[tokio::test]
async fn a_link_tells_what_came_of_an_order() {
    let server = Server::on_sqlite();
    server.post("/accounts", SAVINGS).await;
    let mut links = Vec::new();
    for (what, amount) in [("deposit", "5"), ("withdraw", "55"), ("withdraw", "0.01")] {
        let body = format!(r#"{{"amount":{amount}}}"#);
        let taken = server.call(&format!("POST /accounts/Savings/{what}"), &[("Prefer", LATER)], &body).await;
        assert_eq!(taken.status, 202, "{}", taken.body);
        links.push(json(&taken.body)["_links"]["status"]["href"].as_str().expect("a link").to_owned());
    }
    for link in &links {
        assert_eq!(json(&server.get(link).await.body)["status"], "accepted");
    }
    assert_eq!(
        server.api.bank().perform_deferred(ducat_domain::numbers::Timestamp::MAX).await.expect("they can be performed"),
        3
    );
    let mut told = Vec::new();
    for link in &links {
        told.push(json(&server.get(link).await.body));
    }
    assert_eq!(told[0]["transaction"]["balance"].to_string(), "5.00");
    assert_eq!(
        (&told[1]["status"], told[1]["transaction"]["balance"].to_string()),
        (&"done".into(), "-50.00".to_owned())
    );
    assert_eq!((&told[2]["status"], &told[2]["error"]["code"]), (&"refused".into(), &"insufficient_funds".into()));
    server.finish().await;
}

/// A client that knows `GET /` alone opens an account, pays in and reads its history, by links.
#[tokio::test]
async fn links_lead_everywhere() {
    let server = Server::on_memory();
    let follow = |from: &Value, relation: &str| -> String {
        let href = from["_links"][relation]["href"].as_str().unwrap_or_else(|| panic!("no link {relation}: {from}"));
        // What is in braces may be left out (RFC 6570, `{?…}`).
        href.split("{?").next().unwrap_or_default().to_owned()
    };
    let root = json(&server.get("/").await.body);
    let opened = server.post(&follow(&root, "bank-accounts"), SAVINGS).await;
    assert_eq!(opened.status, 201);
    let account = json(&opened.body);
    let paid = server.post(&follow(&account, "deposit"), r#"{"amount":5.25}"#).await;
    assert_eq!(paid.status, 201);
    let history = json(&server.get(&follow(&json(&paid.body), "transactions")).await.body);
    assert_eq!(history["transactions"][0]["amount"].to_string(), "5.25");
    // And everything that any of these answers links to is there.
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut next = vec![follow(&account, "self")];
    while let Some(path) = next.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let answer = server.get(&path).await;
        assert!([200, 405].contains(&answer.status), "{path}: {}", answer.status);
        if let Ok(body) = serde_json::from_str::<Value>(&answer.body) {
            for link in body["_links"].as_object().into_iter().flat_map(|links| links.values()) {
                let href = link["href"].as_str().expect("a link has a target");
                let href = href.split("{?").next().unwrap_or_default();
                if !href.contains('{') {
                    next.push(href.to_owned());
                }
            }
        }
    }
    assert!(seen.len() >= 8, "{seen:?}");
    server.finish().await;
}

/// Opened twice at the same moment under one key, and by many under keys of their own: one account, one id.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_taken_once() {
    let server = Server::on_sqlite();
    let open = |key: &str| {
        let key = key.to_owned();
        let server = &server;
        async move { server.call("POST /accounts", &[("Idempotency-Key", &key)], SAVINGS).await }
    };
    for round in 0..20 {
        let (mine, other) = (format!("mine {round}"), format!("other {round}"));
        let all = [open(&mine), open(&mine), open(&other), open(&mine), open(&other)];
        let answers = futures_util::future::join_all(all).await;
        let ids: BTreeSet<String> = answers
            .iter()
            .filter(|answer| answer.status == 201)
            .map(|answer| json(&answer.body)["id"].to_string())
            .collect();
        assert_eq!(ids.len(), 1, "round {round}");
        let by_key = |places: &[usize]| places.iter().map(|place| answers[*place].status).collect::<BTreeSet<_>>();
        assert!([&[0, 1, 3][..], &[2, 4]].iter().all(|places| by_key(places).len() == 1), "a key has one answer");
        assert_eq!(server.call("DELETE /accounts/Savings", &[], "").await.status, 204);
    }
    server.finish().await;
}

/// A ledger of that name that someone opened by other means is left alone.
#[tokio::test]
async fn another_bank_is_not_taken_over() {
    let server = Server::on_memory();
    server.post("/v1/ledgers", r#"{"name":"bank","assets":[{"code":"USD","scale":0}]}"#).await;
    let refused = server.post("/accounts", SAVINGS).await;
    assert_eq!((refused.status, &json(&refused.body)["code"]), (409, &"ledger_exists".into()), "{}", refused.body);
    server.finish().await;
    // One without postings of nothing will do: an account that gives nothing has no posting of its own then.
    let server = Server::on_memory();
    server.post("/v1/ledgers", r#"{"name":"bank","assets":[{"code":"USD","scale":2}]}"#).await;
    for name in ["a", "b"] {
        server.post("/accounts", &format!(r#"{{"name":"{name}"}}"#)).await;
    }
    server.post("/accounts/a/links", r#"{"name":"b"}"#).await;
    server.post("/accounts/b/deposit", r#"{"amount":5}"#).await;
    server.post("/accounts/a/withdraw", r#"{"amount":50}"#).await;
    let drawn = server.post("/accounts/a/withdraw", r#"{"amount":1}"#).await;
    assert!(drawn.status == 201 && drawn.body.contains(r#""balance":-50.00"#), "{}", drawn.body);
    server.finish().await;
}
