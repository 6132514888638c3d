//! Webhooks as they are opened, changed and closed. How they are sent to is tried with real receivers elsewhere.

use ducat_api::v1::webhooks::WebhookSettings;
use ducat_api::{About, Api, ApiLimits};
use ducat_engine::webhooks::{ENDPOINTS_MAX, SecretKey};
use serde_json::{Value, json};

use crate::{Server, service};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
const HOOKS: &str = "/v1/ledgers/shop/webhooks";

impl Server {
    /// A server with a key for webhooks.
    fn with_webhooks(self) -> Server {
        let webhooks = WebhookSettings { key: Some(SecretKey::new([7; 32])), ..WebhookSettings::default() };
        let about = About { webhooks, ..About::default() };
        let (stopping, collector) = (self.stop.subscribe(), self.collector.clone());
        let api = Api::of_server(self.engine.clone(), ApiLimits::default(), stopping, collector, about);
        Server { service: service(&api), api, ..self }
    }
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let server = Server::on_sqlite().with_webhooks();
    server.post("/v1/ledgers", LEDGER).await;
    let many = vec!["ducat.points.*"; 33];
    for (body, status, code) in [
        (json!({}), 400, "malformed"),
        (json!({"url": "https://example.com/", "extra": 1}), 400, "malformed"),
        (json!({"url": "http://example.com/"}), 422, "url_not_allowed"),
        (json!({"url": "https://10.0.0.1/"}), 422, "url_not_allowed"),
        (json!({"url": "https://user:secret@example.com/"}), 422, "url_not_allowed"),
        (json!({"url": "example"}), 422, "url_not_allowed"),
        (json!({"url": "https://example.com/", "types": ["posting"]}), 422, "unknown_event_type"),
        (json!({"url": "https://example.com/", "types": ["ducat.transaction.posted.v9"]}), 422, "unknown_event_type"),
        (json!({"url": "https://example.com/", "types": ["*"]}), 400, "malformed"),
        (json!({"url": "https://example.com/", "types": many}), 400, "malformed"),
        (json!({"url": "https://example.com/", "accounts": ["users"]}), 400, "malformed"),
        (json!({"url": "https://example.com/", "after": 99}), 400, "malformed"),
        (json!({"url": "https://example.com/", "after": -1}), 400, "malformed"),
        (json!({"url": "https://example.com/", "description": "x".repeat(201)}), 400, "malformed"),
        (json!({"url": "https://example.com/", "secret_file": "../key"}), 422, "secret_unusable"),
    ] {
        let refused = server.post(HOOKS, &body.to_string()).await;
        assert_eq!((refused.status, refused.json()["code"].clone()), (status, json!(code)), "{body}: {}", refused.body);
    }
    let example = json!({"url": "https://example.com/"}).to_string();
    let absent = server.post("/v1/ledgers/none/webhooks", &example).await;
    assert_eq!((absent.status, absent.json()["code"].clone()), (404, json!("ledger_not_found")));
    assert_eq!(server.get("/v1/ledgers/none/webhooks").await.status, 404);
    assert_eq!(server.get(&format!("{HOOKS}/0123456789abcdef")).await.json()["code"], "webhook_not_found");
    assert_eq!(server.get(&format!("{HOOKS}/nothing")).await.status, 400);
    assert_eq!(server.get(HOOKS).await.json()["data"], json!([]), "nothing was opened");
    for _ in 0..ENDPOINTS_MAX {
        assert_eq!(server.post(HOOKS, &example).await.status, 201);
    }
    let refused = server.post(HOOKS, &example).await;
    assert_eq!((refused.status, refused.json()["code"].clone()), (422, json!("too_many_webhooks")));
    let page = server.get(&format!("{HOOKS}?limit=60")).await.json();
    let rest = server.get(&format!("{HOOKS}?limit=60&cursor={}", page["next"].as_str().expect("more"))).await.json();
    let count = |page: &Value| page["data"].as_array().map(Vec::len);
    assert_eq!((count(&page), count(&rest), &rest["next"]), (Some(60), Some(ENDPOINTS_MAX - 60), &Value::Null));
    server.finish().await;
}

/// The same request under one key opens one webhook, on every store, and what is done to it is shown.
#[tokio::test]
async fn a_webhook_is_opened_once_and_changed() {
    let on_postgres = tokio::task::spawn_blocking(Server::on_postgres).await.expect("it starts");
    for server in [Server::on_memory(), Server::on_sqlite(), on_postgres] {
        let server = server.with_webhooks();
        server.post("/v1/ledgers", LEDGER).await;
        server.post("/v1/ledgers", &LEDGER.replace("shop", "market")).await;
        let body =
            json!({"url": "https://example.com/a?b=c", "types": ["ducat.transaction.*"], "accounts": ["users:1:"]});
        let open = format!("POST {HOOKS}");
        let key = [("Idempotency-Key", "one")];
        let first = server.call(&open, &key, &body.to_string()).await;
        assert_eq!(first.status, 201, "{}", first.body);
        server.pass(5).await;
        let again = server.call(&open, &key, &body.to_string()).await;
        assert_eq!((again.status, again.json()["id"].clone()), (200, first.json()["id"].clone()), "{}", again.body);
        assert_eq!(again.json()["secret"], first.json()["secret"]);
        let other = server.call(&open, &key, r#"{"url":"https://example.com/b"}"#).await;
        assert_eq!((other.status, other.json()["code"].clone()), (409, json!("id_reused")));
        let path = format!("{HOOKS}/{}", first.json()["id"].as_str().expect("an id"));
        assert_eq!(server.get(&path.replace("shop", "market")).await.status, 404, "it is another ledger's");
        let shown = server.get(&path).await.json();
        assert_eq!(
            (&shown["seq"], &shown["lag"], &shown["status"]),
            (&json!(3), &json!(0), &json!("active")),
            "{shown}"
        );
        let patch = format!("PATCH {path}");
        let changed = server.call(&patch, &[], r#"{"ordered":false,"types":[],"description":"till"}"#).await.json();
        assert_eq!((&changed["ordered"], &changed["types"]), (&json!(false), &json!([])), "{changed}");
        assert_eq!((&changed["description"], &changed["accounts"]), (&json!("till"), &json!(["users:1:"])));
        let secret = server.get(&format!("{path}/secret")).await.json();
        assert_eq!((&secret["secret"], &secret["retiring"]), (&first.json()["secret"], &Value::Null));
        let rotated = server.post(&format!("{path}/rotate"), r#"{"grace_s":10}"#).await.json();
        assert_eq!(rotated["retiring"], first.json()["secret"]);
        server.pass(11).await;
        let secret = server.get(&format!("{path}/secret")).await.json();
        assert_eq!((&secret["secret"], &secret["retiring"]), (&rotated["secret"], &Value::Null));
        let replayed = server.post(&format!("{path}/replay"), r#"{"after":1}"#).await.json();
        assert_eq!((&replayed["seq"], &replayed["lag"]), (&json!(1), &json!(2)), "{replayed}");
        assert_eq!(server.post(&format!("{path}/replay"), r#"{"after":4}"#).await.status, 400);
        assert_eq!(server.post(&format!("{path}/skip"), r#"{"seq":2}"#).await.json()["code"], "not_failing");
        let disabled = server.call(&patch, &[], r#"{"disabled":true}"#).await.json();
        assert_eq!(disabled["status"], "disabled");
        let tested = server.call(&format!("POST {path}/test"), &[], "").await.json();
        assert_eq!(tested["code"], "webhook_disabled");
        assert_eq!(server.get(&format!("{path}/deliveries")).await.json()["data"], json!([]));
        for _ in 0..2 {
            let closed = server.call(&format!("DELETE {path}"), &[], "").await;
            assert_eq!((closed.status, closed.json()["status"].clone()), (200, json!("closed")));
        }
        assert_eq!(server.call(&patch, &[], r#"{"disabled":false}"#).await.json()["code"], "webhook_closed");
        server.finish().await;
    }
}
