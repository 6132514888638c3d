//! Keys: who may do what, as a matrix of every operation of the OpenAPI document, and what is refused how.

use std::fmt::Write as _;
use std::num::NonZeroU32;

use ducat_api::ApiLimits;
use ducat_api::door::Hosts;
use serde_json::{Value, json};

use super::{Answer, Server};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

/// A server with a ledger and an admin key for everything.
struct Guarded {
    server: Server,
    admin: String,
}

impl Guarded {
    async fn new(server: Server) -> Guarded {
        assert_eq!(server.post("/v1/ledgers", LEDGER).await.status, 201);
        let made = server.post("/v1/keys", r#"{"name":"root","scope":"admin","ledgers":["*"]}"#).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let admin = made.json()["key"].as_str().expect("a key").to_owned();
        Guarded { server, admin }
    }

    /// Sends a request with a key.
    async fn call(&self, key: Option<&str>, line: &str, body: &str) -> Answer {
        let bearer = key.map(|key| format!("Bearer {key}"));
        let headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("Authorization", bearer.as_str())).collect();
        self.server.call(line, &headers, body).await
    }

    async fn admin(&self, line: &str, body: &str) -> Answer {
        self.call(Some(&self.admin), line, body).await
    }

    /// Makes a key: its id and the key itself.
    async fn key(&self, scope: &str, ledgers: &[&str], more: Value) -> (String, String) {
        let mut request = json!({ "name": scope, "scope": scope, "ledgers": ledgers });
        let fields = request.as_object_mut().expect("an object");
        fields.extend(more.as_object().cloned().unwrap_or_default());
        let made = self.admin("POST /v1/keys", &request.to_string()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let made = made.json();
        let text = |name: &str| made[name].as_str().expect("text").to_owned();
        (text("id"), text("key"))
    }
}

/// An operation of the document with its path filled in.
fn filled(path: &str) -> String {
    let mut filled = path.to_owned();
    for (part, with) in [
        ("{ledger}", "shop"),
        ("{account}", "users:42:cash"),
        ("{asset}", "USD"),
        ("{key}", "0000000000000000"),
        ("{member}", "ada"),
        ("{name}", "Ada"),
        ("{other}", "Bob"),
    ] {
        filled = filled.replace(part, with);
    }
    let id = "01900000-0000-7000-8000-000000000001";
    for part in ["{id}", "{request}", "{transaction_id}", "{account_id}"] {
        filled = filled.replace(part, id);
    }
    filled
}

/// What the door makes of a request: anything but 401 and 403 was let in.
fn word(answer: &Answer) -> &'static str {
    match answer.status {
        401 => "401",
        403 => "403",
        500.. if answer.status != 503 => "bug",
        _ => "in",
    }
}

#[tokio::test]
async fn every_operation_by_every_scope() {
    let guarded = Guarded::new(Server::on_memory()).await;
    let own = ["shop", "bank", "points", "advances", "accounts"];
    let mut keys = vec![("none".to_owned(), None)];
    for scope in ["post-only", "read", "write", "admin"] {
        keys.push((scope.to_owned(), Some(guarded.key(scope, &own, json!({})).await.1)));
    }
    let prefixes = json!({ "accounts": ["users:42:"] });
    keys.push(("write users:42:".to_owned(), Some(guarded.key("write", &own, prefixes).await.1)));
    keys.push(("admin elsewhere".to_owned(), Some(guarded.key("admin", &["else-*"], json!({})).await.1)));
    keys.push(("metrics *".to_owned(), Some(guarded.key("metrics", &["*"], json!({})).await.1)));
    keys.push(("admin *".to_owned(), Some(guarded.admin.clone())));
    let document = serde_json::to_value(ducat_api::openapi(&ApiLimits::default())).expect("a document");
    let mut matrix = String::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in ["get", "post", "put", "patch", "delete"] {
            if item.get(method).is_none() {
                continue;
            }
            let line = format!("{} {}", method.to_uppercase(), filled(path));
            let body = match (method, path.as_str()) {
                ("post", "/v1/ledgers") => LEDGER,
                ("post", "/v1/ledgers/{ledger}/accounts") => r#"{"name":"users:42:cash"}"#,
                ("patch", "/v1/ledgers/{ledger}/accounts/{account}") => r#"{"frozen":false}"#,
                ("get", _) => "",
                _ => "{}",
            };
            write!(matrix, "{:<7}{path}", method.to_uppercase()).expect("text");
            for (name, key) in &keys {
                let answer = guarded.call(key.as_deref(), &line, body).await;
                write!(matrix, " | {name}: {}", word(&answer)).expect("text");
            }
            matrix.push('\n');
        }
    }
    insta::assert_snapshot!("every_operation_by_every_scope", matrix);
    guarded.server.finish().await;
}

#[tokio::test]
async fn nothing_is_said_of_other_ledgers() {
    let guarded = Guarded::new(Server::on_sqlite()).await;
    let (_, key) = guarded.key("admin", &["mine", "mine-*"], json!({})).await;
    for path in [
        "",
        "/accounts",
        "/accounts/a/balance",
        "/transactions",
        "/events",
        "/cloudevents",
        "/points/program",
        "/advances",
    ] {
        let there = guarded.call(Some(&key), &format!("GET /v1/ledgers/shop{path}"), "").await;
        let absent = guarded.call(Some(&key), &format!("GET /v1/ledgers/none{path}"), "").await;
        assert_eq!((there.status, &there.body), (403, &absent.body), "{path}");
        assert_eq!(absent.status, 403);
    }
    // What is not covered is in no list, and cannot be opened.
    let listed = guarded.call(Some(&key), "GET /v1/ledgers", "").await.json();
    assert_eq!(listed["data"], json!([]));
    let opened = guarded.call(Some(&key), "POST /v1/ledgers", r#"{"name":"shop-2","assets":[]}"#).await;
    assert_eq!(opened.status, 403);
    let opened = guarded.call(Some(&key), "POST /v1/ledgers", r#"{"name":"mine-2","assets":[]}"#).await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    // No pattern reaches the ledger that keys are in, and no key is shown in any list of ledgers.
    let system = guarded.admin("GET /v1/ledgers/$system", "").await;
    assert_eq!(system.status, 403, "{}", system.body);
    let listed = guarded.admin("GET /v1/ledgers", "").await;
    assert!(!listed.body.contains("system"));
    guarded.server.finish().await;
}

#[tokio::test]
async fn the_life_of_a_key() {
    let guarded = Guarded::new(Server::on_sqlite()).await;
    let (id, first) = guarded.key("write", &["shop"], json!({})).await;
    let read = "GET /v1/ledgers/shop";
    assert_eq!(guarded.call(Some(&first), read, "").await.status, 200);
    // Both secrets are taken for a while, then the new one alone.
    let rotated = guarded.admin(&format!("POST /v1/keys/{id}/rotate"), r#"{"grace_s":60}"#).await.json();
    let second = rotated["key"].as_str().expect("a key").to_owned();
    for key in [&first, &second] {
        assert_eq!(guarded.call(Some(key), read, "").await.status, 200);
    }
    guarded.server.pass(61).await;
    assert_eq!(guarded.call(Some(&first), read, "").await.status, 401);
    assert_eq!(guarded.call(Some(&second), read, "").await.status, 200);
    let shown = guarded.admin(&format!("GET /v1/keys/{id}"), "").await;
    assert!(!shown.body.contains(&second[30..60]), "no secret is shown twice");
    assert!(shown.json()["last_used_at"].is_string());
    // It is revoked for good.
    for _ in 0..2 {
        assert_eq!(guarded.admin(&format!("DELETE /v1/keys/{id}"), "").await.json()["revoked"], json!(true));
    }
    assert_eq!(guarded.call(Some(&second), read, "").await.status, 401);
    assert_eq!(guarded.admin(&format!("POST /v1/keys/{id}/rotate"), "").await.status, 409);
    let (_, short) = guarded.key("read", &["shop"], json!({ "expires_at": "2026-11-01T00:05:00Z" })).await;
    assert_eq!(guarded.call(Some(&short), read, "").await.status, 200);
    guarded.server.pass(300).await;
    let expired = guarded.call(Some(&short), read, "").await;
    assert_eq!(expired.status, 401);
    assert!(expired.body.contains("expired"), "{}", expired.body);
    assert_eq!(expired.headers["www-authenticate"], r#"Bearer realm="ducat", error="invalid_token""#);
    let audit = guarded.admin("GET /v1/audit", "").await;
    let acts = audit.json()["data"].as_array().cloned().unwrap_or_default();
    let of_key = |of: &str| -> Vec<String> {
        let acts = acts.iter().filter(|act| act["of"] == of);
        acts.map(|act| act["act"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(of_key(&id), ["key_created", "key_rotated", "key_revoked"], "{}", audit.body);
    assert_eq!(acts[0]["by"], Value::Null, "the first key was made when there was no door");
    assert!(acts[1]["by"].as_str().is_some_and(|by| by.starts_with("key:")), "{}", audit.body);
    assert!(!audit.body.contains("secret") && !audit.body.contains("retir"), "{}", audit.body);
    assert!(audit.json()["refusals"][0]["unauthorized"].as_u64() > Some(2), "{}", audit.body);
    assert!(acts.iter().any(|act| act["of"] == id && act["detail"]["first_used_at"].is_string()), "{}", audit.body);
    let frozen = guarded.admin("PATCH /v1/ledgers/shop/accounts/world", r#"{"metadata":{"a":"b"}}"#).await;
    assert_eq!(frozen.status, 400);
    assert_eq!(guarded.admin("POST /v1/ledgers/shop/accounts", r#"{"name":"due","min_balance":-5}"#).await.status, 201);
    assert_eq!(guarded.admin("PATCH /v1/ledgers/shop/accounts/due", r#"{"max_balance":7}"#).await.status, 200);
    assert_eq!(guarded.admin("POST /v1/ledgers/shop/accounts", r#"{"name":"plain"}"#).await.status, 201);
    let erase = r#"{"account":"due","reason":"none"}"#;
    assert_eq!(guarded.admin("POST /v1/ledgers/shop/redactions", erase).await.status, 200);
    // Pages count acts, and the last one says that it is the last.
    let (mut paged, mut after) = (Vec::new(), json!(0));
    while !after.is_null() {
        let page = guarded.admin(&format!("GET /v1/audit?limit=1&after={after}"), "").await.json();
        let data = page["data"].as_array().cloned().unwrap_or_default();
        assert_eq!(data.len(), 1, "{page}");
        paged.extend(data);
        after = page["next"].clone();
    }
    assert_eq!(paged.len(), acts.len());
    let within = guarded.admin("GET /v1/audit?ledger=shop", "").await;
    let acts = within.json()["data"].as_array().cloned().unwrap_or_default();
    let told: Vec<_> =
        acts.iter().map(|act| (act["act"].as_str(), act["of"].as_str(), act["by"].is_string())).collect();
    let expected = [
        (Some("ledger_opened"), Some("shop"), false),
        (Some("asset_added"), Some("USD"), false),
        (Some("account_opened"), Some("world"), false),
        (Some("account_opened"), Some("due"), true),
        (Some("account_changed"), Some("due"), true),
    ];
    assert_eq!(told, expected, "{}", within.body);
    let first = guarded.admin("GET /v1/audit?ledger=shop&limit=1", "").await.json();
    assert_eq!((first["data"].as_array().map(Vec::len), first["next"].clone()), (Some(1), json!(1)));
    assert_eq!(guarded.admin("GET /v1/audit?ledger=none", "").await.status, 404);
    let late = r#"{"name":"x","scope":"read","ledgers":["*"],"expires_at":"2026-01-01T00:00:00Z"}"#;
    assert_eq!(guarded.admin("POST /v1/keys", late).await.status, 400);
    guarded.server.finish().await;
}

/// Each row: what is asked, and how it is refused. Nobody learns more than what is wrong with what they sent.
#[tokio::test]
async fn what_is_refused_and_how() {
    let server = Server::on_sqlite();
    let narrow = server.post("/v1/keys", r#"{"name":"a","scope":"write","ledgers":["*"]}"#).await;
    assert_eq!((narrow.status, narrow.json()["code"].clone()), (422, json!("admin_key_first")));
    let guarded = Guarded::new(server).await;
    let (_, read) = guarded.key("read", &["shop"], json!({})).await;
    let wrong = format!("{}{}", &read[..40], &guarded.admin[40..]);
    let mut table = String::new();
    for (what, headers, line) in [
        ("no key", vec![], "GET /v1/ledgers/shop".to_owned()),
        ("no key, no such path", vec![], "GET /nowhere".to_owned()),
        ("no key, open", vec![], "GET /healthz".to_owned()),
        ("a wrong secret", vec![format!("Bearer {wrong}")], "GET /v1/ledgers/shop".to_owned()),
        ("Basic", vec!["Basic YTpi".to_owned()], "GET /v1/ledgers/shop".to_owned()),
        ("empty", vec!["Bearer ".to_owned()], "GET /v1/ledgers/shop".to_owned()),
        ("100 kB", vec![format!("Bearer {}", "x".repeat(100_000))], "GET /v1/ledgers/shop".to_owned()),
        ("two", vec![format!("Bearer {read}"), format!("Bearer {read}")], "GET /v1/ledgers/shop".to_owned()),
        ("in the URL", vec![], format!("GET /v1/ledgers/shop?access_token={read}")),
        ("a smaller scope", vec![format!("Bearer {read}")], "POST /v1/ledgers/shop/transactions".to_owned()),
        ("another ledger", vec![format!("Bearer {read}")], "GET /v1/ledgers/bank".to_owned()),
        ("keys", vec![format!("Bearer {read}")], "GET /v1/keys".to_owned()),
        ("in the path", vec![], format!("DELETE /v1/keys/{read}")),
        ("a key, no such method", vec![format!("Bearer {read}")], "DELETE /v1/ledgers".to_owned()),
        ("a key, no such path", vec![format!("Bearer {read}")], "GET /nowhere".to_owned()),
    ] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|value| ("Authorization", value.as_str())).collect();
        let answer = guarded.server.call(&line, &headers, "").await;
        let challenge = answer.headers.get("www-authenticate").map(|value| value.to_str().expect("text"));
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        writeln!(table, "{what}: {} {} {detail}", answer.status, challenge.unwrap_or("-")).expect("text");
    }
    insta::assert_snapshot!("what_is_refused_and_how", table);
    guarded.server.finish().await;
}

fn transfer(id: u8, from: &str, to: &str, amount: u32) -> String {
    json!({ "id": format!("01900000-0000-7000-8000-0000000000{id:02}"),
            "postings": [{ "source": from, "destination": to, "amount": amount }] })
    .to_string()
}

/// What the key of some accounts may end and undo.
async fn ends_and_reversals(guarded: &Guarded, key: &str) {
    let (transactions, post) = ("/v1/ledgers/shop/transactions", "POST /v1/ledgers/shop/transactions");
    let id = |id: u8| format!("01900000-0000-7000-8000-0000000000{id:02}");
    // Who made the original does not matter, whom it takes from does.
    let pending = |id: u8, from: &str, to: &str| {
        let transfer = transfer(id, from, to, 2);
        transfer.replacen('{', r#"{"pending":{"timeout_s":3600},"#, 1)
    };
    for (id, from, to) in [
        (20, "users:42:cash", "b"),
        (21, "users:4:cash", "b"),
        (22, "users:4:cash", "users:42:cash"),
        (23, "users:42:cash", "b"),
    ] {
        assert_eq!(guarded.admin(post, &pending(id, from, to)).await.status, 201);
    }
    for (one, act, status) in [
        (20, "post", 200),
        (21, "post", 404),
        (22, "void", 403),
        (23, "void", 200),
        // What was paid to others is theirs to give back; what was paid to it is not others' to take.
        (3, "reverse", 403),
        (1, "reverse", 422),
        (2, "reverse", 404),
        (99, "reverse", 404),
    ] {
        let answer = guarded.call(Some(key), &format!("POST {transactions}/{}/{act}", id(one)), "").await;
        assert_eq!(answer.status, status, "{one} {act}: {}", answer.body);
    }
}

/// A key that is kept to some accounts takes from these alone, and learns nothing of others.
#[tokio::test]
async fn keys_of_some_accounts() {
    let guarded = Guarded::new(Server::on_sqlite()).await;
    let (_, key) = guarded.key("write", &["shop"], json!({ "accounts": ["users:42:"] })).await;
    let post = "POST /v1/ledgers/shop/transactions";
    for (id, to) in [(1, "users:42:cash"), (2, "users:4:cash")] {
        assert_eq!(guarded.admin(post, &transfer(id, "world", to, 100)).await.status, 201);
    }
    let opened = r#"{"name":"full","max_balance":0}"#;
    assert_eq!(guarded.admin("POST /v1/ledgers/shop/accounts", opened).await.status, 201);
    for (id, from, to, amount, status) in [
        (3, "users:42:cash", "users:4:cash", 10, 201),
        (4, "users:4:cash", "users:42:cash", 10, 403),
        (5, "world", "users:42:cash", 10, 403),
        (6, "users:42:cash", "users:4:cash", 1_000, 422),
        (7, "users:42:cash", "full", 1, 422),
        // Made by another key: nothing of it is shown.
        (1, "users:42:cash", "users:4:cash", 5, 409),
    ] {
        let answer = guarded.call(Some(&key), post, &transfer(id, from, to, amount)).await;
        assert_eq!(answer.status, status, "{id}: {}", answer.body);
        assert!(id != 7 || answer.json()["code"] == "other_side_refused", "{}", answer.body);
    }
    let batch = json!({ "transactions": [
        { "postings": [{ "source": "users:42:cash", "destination": "b", "amount": 1 }] },
        { "postings": [{ "sources": [{ "account": "users:42:cash" }, { "account": "users:4:cash" }], "destination": "b", "amount": 1 }] },
    ] });
    let answer = guarded.call(Some(&key), "POST /v1/ledgers/shop/transactions/batch", &batch.to_string()).await;
    assert_eq!((answer.status, answer.json()["index"].clone()), (403, json!(1)), "{}", answer.body);
    for (line, body, status) in [
        ("GET /v1/ledgers/shop/accounts/users:42:cash", "", 200),
        ("GET /v1/ledgers/shop/accounts/users:42:cash/balance", "", 200),
        ("GET /v1/ledgers/shop/accounts/users:4:cash", "", 403),
        ("GET /v1/ledgers/shop/accounts/users:4:none", "", 403),
        ("GET /v1/ledgers/shop/accounts/users%3A4%3Acash/balance", "", 403),
        ("POST /v1/ledgers/shop/accounts", r#"{"name":"users:42:savings"}"#, 201),
        ("POST /v1/ledgers/shop/accounts", r#"{"name":"users:42:loan","min_balance":-5}"#, 403),
        ("POST /v1/ledgers/shop/accounts", r#"{"name":"users:43:savings"}"#, 403),
        ("PATCH /v1/ledgers/shop/accounts/users:42:cash", r#"{"metadata":{"a":"b"}}"#, 200),
        ("PATCH /v1/ledgers/shop/accounts/users:42:cash", r#"{"min_balance":-100}"#, 403),
        ("PATCH /v1/ledgers/shop/accounts/users:4:cash", r#"{"metadata":{"a":"b"}}"#, 403),
        ("GET /v1/ledgers/shop/transactions", "", 400),
        ("GET /v1/ledgers/shop/transactions?account=users:4:cash", "", 403),
        ("GET /v1/ledgers/shop/points/program", "", 403),
        ("GET /v1/ledgers/shop/busiest", "", 403),
    ] {
        let answer = guarded.call(Some(&key), line, body).await;
        assert_eq!(answer.status, status, "{line}: {}", answer.body);
    }
    // A page at a time, no name of another account is in a cursor.
    let page = guarded.call(Some(&key), "GET /v1/ledgers/shop/accounts?limit=1", "").await.json();
    let next = page["next"].as_str().expect("there is another");
    let rest =
        guarded.call(Some(&key), &format!("GET /v1/ledgers/shop/accounts?limit=1&cursor={next}"), "").await.json();
    assert_eq!((rest["data"][0]["name"].clone(), rest["next"].clone()), (json!("users:42:savings"), Value::Null));
    let none = guarded.call(Some(&key), "GET /v1/ledgers/shop/accounts?prefix=full", "").await.json();
    assert_eq!(none, json!({ "data": [], "next": null }));
    // Only to try would say what is elsewhere, and leave no trace.
    let trial = transfer(30, "users:42:cash", "users:4:none", 1);
    assert_eq!(guarded.call(Some(&key), &format!("{post}?dry_run=true"), &trial).await.status, 403);
    let listed = guarded.call(Some(&key), "GET /v1/ledgers/shop/accounts", "").await.json();
    let names: Vec<&str> =
        listed["data"].as_array().expect("rows").iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["users:42:cash", "users:42:savings"]);
    // What concerns its accounts it sees, and of the other side neither name nor balance.
    let id = |id: u8| format!("01900000-0000-7000-8000-0000000000{id:02}");
    let transactions = "/v1/ledgers/shop/transactions";
    for path in [
        format!("{transactions}/{}", id(3)),
        format!("{transactions}?account=users:42:cash"),
        "/v1/ledgers/shop/accounts/users:42:cash/statement".to_owned(),
        "/v1/ledgers/shop/events".to_owned(),
        "/v1/ledgers/shop/cloudevents".to_owned(),
    ] {
        let shown = guarded.call(Some(&key), &format!("GET {path}"), "").await;
        assert_eq!(shown.status, 200, "{path}: {}", shown.body);
        assert!(shown.body.contains(r#""*""#), "{path}: {}", shown.body);
        for hidden in ["users:4:cash", "full", "world", r#""destination_balance":110"#] {
            assert!(!shown.body.contains(hidden), "{path} says {hidden}: {}", shown.body);
        }
    }
    let made = guarded.call(Some(&key), post, &transfer(8, "users:42:cash", "users:4:cash", 1)).await;
    assert!(made.status == 201 && !made.body.contains("destination_balance"), "{}", made.body);
    ends_and_reversals(&guarded, &key).await;
    guarded.server.finish().await;
}

/// A key that submits sees what it submitted, and what each effect was asked for by is recorded.
#[tokio::test]
async fn who_did_what() {
    let guarded = Guarded::new(Server::on_sqlite()).await;
    let (id, till) = guarded.key("post-only", &["shop"], json!({})).await;
    let post = "POST /v1/ledgers/shop/transactions";
    let by_till =
        r#"{"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"a","amount":7}]}"#;
    let by_admin =
        r#"{"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"world","destination":"a","amount":9}]}"#;
    let made = guarded.call(Some(&till), post, by_till).await;
    assert!(made.status == 201 && !made.body.contains("_balance"), "{}", made.body);
    assert_eq!(guarded.call(Some(&till), post, by_till).await.status, 200, "its own again");
    let made = guarded.admin(post, by_admin).await;
    assert!(made.status == 201 && made.json()["by"].as_str().is_some_and(|by| by.starts_with("key:")), "{}", made.body);
    let shown = guarded.admin("GET /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001", "").await;
    assert_eq!(shown.json()["by"], json!(format!("key:{id}")));
    let again = guarded.call(Some(&till), post, by_admin).await;
    assert_eq!((again.status, again.json()["code"].clone()), (409, json!("id_reused")), "{}", again.body);
    let one = "GET /v1/ledgers/shop/transactions/01900000-0000-7000-8000-00000000000";
    assert_eq!(guarded.call(Some(&till), &format!("{one}1"), "").await.status, 200);
    assert_eq!(guarded.call(Some(&till), &format!("{one}2"), "").await.status, 404);
    assert_eq!(guarded.call(Some(&till), "GET /v1/ledgers/shop/accounts/a/balance", "").await.status, 403);
    let trial = guarded.call(Some(&till), &format!("{post}?dry_run=true"), by_admin).await;
    assert_eq!(trial.status, 403);
    let several = r#"{"postings":[{"sources":[{"account":"a"},{"account":"world"}],"destination":"b","amount":99}]}"#;
    assert_eq!(guarded.call(Some(&till), post, several).await.status, 403);
    let poor = r#"{"postings":[{"source":"a","destination":"b","amount":500}]}"#;
    let refused = guarded.call(Some(&till), post, poor).await;
    assert_eq!((refused.status, refused.json()["code"].clone()), (422, json!("insufficient_funds")));
    assert!(!refused.body.contains("16"), "what is in the account is not said: {}", refused.body);
    let events = guarded.admin("GET /v1/ledgers/shop/events", "").await.json();
    let by = |kind: &str, amount: u64| {
        let events = events["data"].as_array().expect("events").iter();
        let mut of = events.filter(|event| event["type"] == kind && event["data"]["amount"] == amount);
        of.next().map(|event| event["by"].clone())
    };
    assert_eq!(by("posting", 7), Some(json!(format!("key:{id}"))));
    assert_eq!(by("posting", 9).map(|by| by != json!(format!("key:{id}")) && by.is_string()), Some(true));
    assert_eq!(events["data"][0]["by"], Value::Null, "there was no door when the ledger was opened");
    guarded.server.finish().await;
}

/// Whoever is refused with a key that is taken is counted under it, also where the door refuses.
#[tokio::test]
async fn who_was_refused() {
    let guarded = Guarded::new(Server::on_sqlite()).await;
    let (id, key) = guarded.key("read", &["shop"], json!({})).await;
    for (line, status) in [
        ("POST /v1/ledgers/shop/transactions", 403),
        ("GET /v1/ledgers/bank", 403),
        ("GET /v1/keys", 403),
        ("GET /v1/ledgers/shop", 200),
        ("GET /nowhere", 404),
    ] {
        assert_eq!(guarded.call(Some(&key), line, "").await.status, status, "{line}");
    }
    assert_eq!(guarded.call(None, "GET /v1/ledgers/shop", "").await.status, 401);
    let refusals = guarded.admin("GET /v1/audit", "").await.json()["refusals"].clone();
    let hour = "2026-11-01T00:00:00.000000Z";
    let expected = json!([
        { "hour": hour, "key": id, "unauthorized": 0, "forbidden": 3 },
        { "hour": hour, "key": null, "unauthorized": 1, "forbidden": 0 },
    ]);
    assert_eq!(refusals, expected);
    guarded.server.finish().await;
}

/// Every response to a key says what is left, refusals too; what comes on top is refused until there is more.
#[tokio::test]
async fn the_rate_of_a_key() {
    let guarded = Guarded::new(Server::on_sqlite().with_key_rate(NonZeroU32::MIN)).await;
    let (_, key) = guarded.key("read", &["shop"], json!({})).await;
    let refused = guarded.call(Some(&key), "GET /v1/ledgers/bank", "").await;
    assert_eq!((refused.status, &refused.headers["ratelimit"]), (403, &r#""key";r=0;t=1"#.parse().expect("a value")));
    assert_eq!(refused.headers["ratelimit-policy"], r#""key";q=1;w=1"#);
    // It earns one a second meanwhile, which a slow machine may take.
    let limited = loop {
        let response = guarded.call(Some(&key), "GET /v1/ledgers/shop", "").await;
        if response.status != 200 {
            break response;
        }
    };
    assert_eq!((limited.status, limited.json()["code"].clone()), (429, json!("rate_limited")));
    assert_eq!(limited.headers["retry-after"], "1");
    guarded.server.finish().await;
}

/// A report's effects are those of who sent it, and what the server sends to a processor is its own.
#[tokio::test]
async fn who_reported() {
    let guarded = Guarded::new(Server::on_sqlite()).await;
    let (id, desk) = guarded.key("admin", &["*"], json!({})).await;
    let bearer = format!("Bearer {desk}");
    let call = async |line: &str, header: (&str, &str), body: &str| {
        guarded.server.call(line, &[("Authorization", &bearer), header], body).await
    };
    let advance = r#"{"dst_bank_account":"ada","amount":1.00}"#;
    let made = call("POST /perform_advance", ("Idempotency-Key", "ada"), advance).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let rows = "s1-000000000001,success\nnobody,fail\n";
    let read = call("POST /v1/ledgers/advances/advances/reports", ("Content-Type", "text/csv"), rows).await;
    assert_eq!(read.status, 200, "{}", read.body);
    let events = guarded.admin("GET /v1/ledgers/advances/events", "").await.json();
    let by = |kind: &str| {
        let of = events["data"].as_array().expect("events").iter().filter(|event| event["type"] == kind);
        of.map(|event| event["by"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let (desk, server) = (format!("key:{id}"), "actor:server".to_owned());
    for kind in ["advance_opened", "posting", "advances_unknown_transaction", "advances_report_read"] {
        assert_eq!(by(kind), std::slice::from_ref(&desk), "{kind}: {events}");
    }
    assert_eq!(by("advance_changed"), [server, desk], "sent, and reported: {events}");
    guarded.server.finish().await;
}

/// Pages of listed origins ask with a key of their own; all others are refused.
#[tokio::test]
async fn pages_of_listed_origins() {
    let server = Server::on_sqlite();
    let hosts = Hosts::of(([127, 0, 0, 1], 8000).into()).and_origin("https://shop.example");
    let server = Server { service: ducat_api::service(server.api.clone(), hosts), ..server };
    let guarded = Guarded::new(server).await;
    let page = |origin: &'static str| [("Origin", origin), ("Sec-Fetch-Site", "cross-site")];
    let asks = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization")];
    let (listed, other) = (page("https://shop.example"), page("https://evil.example"));
    let line = "OPTIONS /v1/ledgers/shop/transactions";
    let leave = guarded.server.call(line, &[&listed[..], &asks].concat(), "").await;
    assert_eq!(
        (leave.status, &leave.headers["access-control-allow-origin"]),
        (204, &"https://shop.example".parse().expect("a value"))
    );
    assert!(leave.headers["access-control-allow-headers"].to_str().expect("text").contains("authorization"));
    assert!(!leave.headers.contains_key("access-control-allow-credentials"));
    let bearer = format!("Bearer {}", guarded.admin);
    for (headers, status, is_read) in [
        ([&listed[..], &[("Authorization", bearer.as_str())]].concat(), 200, true),
        (listed.to_vec(), 401, true),
        ([&other[..], &[("Authorization", bearer.as_str())]].concat(), 403, false),
    ] {
        let response = guarded.server.call("GET /v1/ledgers/shop", &headers, "").await;
        assert_eq!(response.status, status, "{}", response.body);
        assert_eq!(response.headers.contains_key("access-control-allow-origin"), is_read);
    }
    let leave = guarded.server.call(line, &[&other[..], &asks].concat(), "").await;
    assert_eq!((leave.status, leave.headers.contains_key("access-control-allow-origin")), (403, false));
    guarded.server.finish().await;
}
