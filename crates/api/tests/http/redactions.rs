//! Redactions: texts that are erased, of every kind and on every store.

use serde_json::json;

use crate::Step::Call;
use crate::{Server, story};

const REFUSED: &str = r#"{"id":"01900000-0000-7000-8000-000000000003","postings":[{"source":"ada","destination":"bob","amount":5000}],"description":"from Ada"}"#;
const SENT: &str = r#"{"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"ada","amount":100}],"description":"for Ada","reference":"R-1","metadata":{"who":"Ada"}}"#;
const HELD: &str = r#"{"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"ada","destination":"bob","amount":5}],"pending":{},"description":"from Ada"}"#;

#[tokio::test]
async fn redactions() {
    let steps = [
        Call(
            "POST /v1/ledgers",
            &[],
            r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#,
        ),
        Call("POST /v1/ledgers/shop/accounts", &[], r#"{"name":"ada","metadata":{"name":"Ada"}}"#),
        Call("POST /v1/ledgers/shop/transactions", &[], SENT),
        Call("POST /v1/ledgers/shop/transactions", &[], HELD),
        Call("POST /v1/ledgers/shop/transactions", &[], REFUSED),
        Call("PATCH /v1/ledgers/shop/accounts/ada", &[], r#"{"frozen":true}"#),
        Call("PATCH /v1/ledgers/shop/accounts/ada", &[], r#"{"frozen":false,"metadata":{"name":"Ada K."}}"#),
        Call(
            "POST /v1/ledgers/shop/redactions",
            &[],
            r#"{"transaction":"01900000-0000-7000-8000-000000000001","reason":"request 7"}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/redactions",
            &[],
            r#"{"transaction":"01900000-0000-7000-8000-000000000001","reason":"request 7"}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/redactions",
            &[],
            r#"{"transaction":"01900000-0000-7000-8000-000000000002","reason":"request 8"}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/redactions",
            &[],
            r#"{"transaction":"01900000-0000-7000-8000-000000000003","reason":"request 9"}"#,
        ),
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"account":"ada","reason":"request 10"}"#),
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"account":"ada","reason":"request 10"}"#),
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"account":"bob","reason":"he has none"}"#),
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"account":"world","reason":"it has none"}"#),
        Call("GET /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/ada", &[], ""),
        Call("GET /v1/ledgers/shop/transactions?metadata.who=Ada", &[], ""),
        Call("GET /v1/ledgers/shop/transactions?reference=R-1", &[], ""),
        // The same again is another: what it was is not known any more.
        Call("POST /v1/ledgers/shop/transactions", &[], SENT),
        Call("POST /v1/ledgers/shop/transactions", &[], REFUSED),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000002/post", &[], ""),
        Call("GET /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000002", &[], ""),
        Call("GET /v1/ledgers/shop/events?after=3", &[], ""),
        // An archived ledger is redacted too.
        Call("PATCH /v1/ledgers/shop/accounts/ada", &[], r#"{"metadata":{"name":"Ada"}}"#),
        Call("PATCH /v1/ledgers/shop", &[], r#"{"archived":true}"#),
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"account":"ada","reason":"request 11"}"#),
        Call("GET /v1/ledgers/shop/accounts/ada", &[], ""),
        // The id of a request that opened or changed an account is no transaction's.
        Call("PATCH /v1/ledgers/shop", &[], r#"{"archived":false}"#),
        Call(
            "POST /v1/ledgers/shop/accounts",
            &[("Idempotency-Key", "o-1")],
            r#"{"name":"eve","metadata":{"name":"Eve"}}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/redactions",
            &[],
            r#"{"transaction":"e354900b-ec49-5ab7-b779-e558d2c1f567","reason":"request 14"}"#,
        ),
        Call("GET /v1/ledgers/shop/accounts/eve", &[], ""),
        // What is wrong with a request.
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"account":"ada"}"#),
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"account":"ada","reason":""}"#),
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"reason":"no one"}"#),
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"account":"ada","member":"ada","reason":"two"}"#),
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"account":"nobody","reason":"unknown"}"#),
        Call("POST /v1/ledgers/shop/redactions", &[], r#"{"member":"nobody","reason":"unknown"}"#),
        Call(
            "POST /v1/ledgers/shop/redactions",
            &[],
            r#"{"transaction":"01900000-0000-7000-8000-000000000009","reason":"unknown"}"#,
        ),
        Call("POST /v1/ledgers/nowhere/redactions", &[], r#"{"account":"ada","reason":"unknown"}"#),
        Call("POST /v1/ledgers/$system/redactions", &[], r#"{"account":"ada","reason":"reserved"}"#),
        Call("POST /v1/redactions", &[], r#"{"actor":"subject:1","reason":"unknown"}"#),
        Call("POST /v1/redactions", &[], r#"{"actor":"actor:server","reason":"no person"}"#),
    ];
    story("redactions", &steps).await;
}

#[tokio::test]
async fn redactions_of_products() {
    let steps = [
        Call("POST /v1/ledgers", &[], r#"{"name":"p","assets":[{"code":"PTS","scale":0}]}"#),
        Call("PUT /v1/ledgers/p/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#),
        Call(
            "POST /v1/ledgers/p/points/members/ada/earn",
            &[("Idempotency-Key", "p-1")],
            r#"{"payer":"ACME","points":50,"metadata":{"who":"Ada"}}"#,
        ),
        Call(
            "POST /v1/ledgers/p/points/members/ada/earn",
            &[("Idempotency-Key", "p-2")],
            r#"{"payer":"Bolt & Co","points":7}"#,
        ),
        Call("POST /v1/ledgers/p/redactions", &[], r#"{"member":"ada","reason":"request 12"}"#),
        Call("POST /v1/ledgers/p/redactions", &[], r#"{"member":"ada","reason":"request 12"}"#),
        Call("POST /v1/ledgers/p/redactions", &[], r#"{"account":"points:payers:ACME","reason":"a firm"}"#),
        Call("GET /v1/ledgers/p/points/members/ada", &[], ""),
        Call("GET /v1/ledgers/p/accounts?prefix=points:", &[], ""),
        Call("POST /v1/ledgers/p/points/members/ada/spend", &[("Idempotency-Key", "p-3")], r#"{"points":52}"#),
        Call("GET /v1/ledgers/p/points/members/ada/history", &[], ""),
        // The bank knows its accounts by their metadata.
        Call("POST /accounts", &[("Idempotency-Key", "b-1")], r#"{"name":"Ada King"}"#),
        Call("GET /v1/ledgers/bank/accounts?prefix=name:", &[], ""),
    ];
    story("redactions_of_products", &steps).await;
}

/// An account of the bank is redacted once it is closed, and its name too; its history goes on to be shown.
#[tokio::test]
async fn a_closed_account_of_the_bank() {
    let on_postgres = tokio::task::spawn_blocking(Server::on_postgres).await.expect("it starts");
    for server in [Server::on_memory(), Server::on_sqlite(), on_postgres] {
        for name in ["Ada King", "Bob"] {
            assert_eq!(server.post("/accounts", &json!({ "name": name }).to_string()).await.status, 201);
        }
        let listed = server.get("/v1/ledgers/bank/accounts").await.json();
        let name_of = |wanted: &str, of: &str| -> String {
            let found = listed["data"].as_array().expect("accounts").iter().find(|account| {
                account["name"].as_str().is_some_and(|name| name.starts_with(of))
                    && account["metadata"]["name"] == wanted
            });
            found.and_then(|account| account["name"].as_str()).expect("an account").to_owned()
        };
        let (account, row) = (name_of("Ada King", "bank:"), name_of("Ada King", "name:"));
        let redact = async |account: &str| {
            let body = json!({ "account": account, "reason": "request 13" }).to_string();
            server.post("/v1/ledgers/bank/redactions", &body).await
        };
        for used in [&account, &row] {
            let refused = redact(used).await;
            assert_eq!((refused.status, &refused.json()["code"]), (409, &json!("account_in_use")), "{}", refused.body);
        }
        let put_in = server.post("/accounts/Ada%20King/deposit", r#"{"amount":5.00}"#).await;
        assert!(put_in.status < 300, "{}", put_in.body);
        let moved = server.post("/accounts/Ada%20King/transfer", r#"{"to":"Bob","amount":5.00}"#).await;
        assert!(moved.status < 300, "{}", moved.body);
        assert_eq!(server.call("DELETE /accounts/Ada%20King", &[], "").await.status, 204);
        for used in [&account, &row] {
            let done = redact(used).await;
            assert_eq!(done.status, 200, "{}", done.body);
            assert_ne!(done.json()["redacted"], json!([]), "{}", done.body);
        }
        let events = server.get("/v1/ledgers/bank/events?limit=1000").await;
        assert!(!events.body.contains("Ada King"), "{}", events.body);
        let history = server.get("/accounts/Bob/transactions").await;
        assert_eq!(history.status, 200, "{}", history.body);
        assert!(!history.body.contains("Ada King"), "{}", history.body);
        // The name is free, as that of any closed account.
        assert_eq!(server.post("/accounts", r#"{"name":"Ada King"}"#).await.status, 201);
        server.finish().await;
    }
}
