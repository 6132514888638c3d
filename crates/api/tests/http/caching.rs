//! What may be kept of an answer, and for how long: tags, revalidation, and what never changes.

use super::Server;

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
const TRANSFER: &str = r#"{"postings":[{"source":"world","destination":"a","amount":100}]}"#;

async fn shop(server: &Server) {
    assert_eq!(server.post("/v1/ledgers", LEDGER).await.status, 201);
    assert_eq!(server.post("/v1/ledgers/shop/transactions", TRANSFER).await.status, 201);
}

/// A header of the answer to a GET.
async fn header(server: &Server, path: &str, name: &str) -> String {
    let answer = server.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    for server in [Server::on_memory(), Server::on_sqlite()] {
        shop(&server).await;
        for path in [
            "/v1/ledgers",
            "/v1/ledgers/shop",
            "/v1/ledgers/shop/accounts/a",
            "/v1/ledgers/shop/accounts/a/balance",
            "/v1/ledgers/shop/accounts/a/statement",
            "/v1/ledgers/shop/transactions",
            "/v1/ledgers/shop/events",
        ] {
            let tag = header(&server, path, "etag").await;
            assert_eq!(header(&server, path, "etag").await, tag, "{path}");
            assert_eq!(header(&server, path, "cache-control").await, "private, no-cache", "{path}");
            let again = server.call(&format!("GET {path}"), &[("If-None-Match", &format!("\"x\", {tag}"))], "").await;
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
            assert_eq!(again.headers["etag"], tag.as_str());
        }
        let path = "/v1/ledgers/shop/accounts/a/balance";
        let tag = header(&server, path, "etag").await;
        assert_eq!(server.post("/v1/ledgers/shop/transactions", TRANSFER).await.status, 201);
        let changed = server.call(&format!("GET {path}"), &[("If-None-Match", &tag)], "").await;
        assert_eq!(changed.status, 200);
        assert!(changed.body.contains("\"posted\":200"), "{}", changed.body);
        let missing = server.get("/v1/ledgers/shop/accounts/nobody").await;
        assert_eq!(missing.status, 404);
        assert_eq!(missing.headers["cache-control"], "no-store");
        server.finish().await;
    }
}

/// What was recorded before the ledger's last instant; not what may still be moved, reversed or followed.
#[tokio::test]
async fn only_what_never_changes_is_immutable() {
    let server = Server::on_memory();
    shop(&server).await;
    let made = server.post("/v1/ledgers/shop/transactions", TRANSFER).await;
    let made: serde_json::Value = serde_json::from_str(&made.body).expect("JSON");
    let (at, id) = (made["at"].as_str().expect("an instant"), made["id"].as_str().expect("an id"));
    let account = "/v1/ledgers/shop/accounts/a";
    let immutable = "private, max-age=31536000, immutable";
    let revalidated = "private, no-cache";
    for (path, expected) in [
        (format!("{account}/balance?at=2026-11-01T00:00:00Z"), immutable),
        // Their texts may be erased.
        (format!("{account}/statement?to={at}"), revalidated),
        ("/v1/ledgers/shop/events?limit=2".to_owned(), revalidated),
        // Another posting may still be recorded at this very instant, or be effective before it.
        (format!("{account}/balance?at={at}"), revalidated),
        (format!("{account}/balance?at=2026-11-01T00:00:00Z&by=effective"), revalidated),
        (format!("{account}/statement?from={at}"), revalidated),
        ("/v1/ledgers/shop/events".to_owned(), revalidated),
        (format!("/v1/ledgers/shop/transactions/{id}"), revalidated),
    ] {
        assert_eq!(header(&server, &path, "cache-control").await, expected, "{path}");
    }
    server.finish().await;
}

#[tokio::test]
async fn an_account_is_changed_only_as_it_was_read() {
    let server = Server::on_sqlite();
    shop(&server).await;
    let path = "/v1/ledgers/shop/accounts/a";
    let tag = header(&server, path, "etag").await;
    let change = |tag: String, body: &'static str| {
        let server = &server;
        async move { server.call(&format!("PATCH {path}"), &[("If-Match", &tag)], body).await.status }
    };
    assert_eq!(change(tag.clone(), r#"{"max_balance":1000}"#).await, 200);
    assert_eq!(change(tag, r#"{"max_balance":2000}"#).await, 412);
    let tag = header(&server, path, "etag").await;
    assert_eq!(change(format!("\"x\", {tag}"), r#"{"frozen":true}"#).await, 200);
    assert_eq!(change("*".to_owned(), r#"{"frozen":false}"#).await, 200);
    assert_eq!(change("\"x\"".to_owned(), r#"{"frozen":true}"#).await, 412);
    server.finish().await;
}
