//! The simulator's face is what docs/processor-openapi.json says: every answer has a status, a type and fields that
//! stand there.

use std::sync::Arc;

use ducat_domain::advances::Day;
use ducat_processor::simulator::{Faults, Simulator, http};
use reqwest::Client;
use serde_json::{Value, json};

const DOCUMENT: &str = include_str!("../../../docs/processor-openapi.json");

fn document() -> Value {
    serde_json::from_str(DOCUMENT).expect("the document is JSON")
}

/// What a reference stands for.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).expect("what is referred to is there"),
        None => value,
    }
}

/// Whether a value has what a schema asks for, as far as the document goes.
fn fits(document: &Value, schema: &Value, value: &Value) -> bool {
    let schema = resolved(document, schema);
    let is_typed = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        other => panic!("a type that this test does not know: {other:?}"),
    };
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let has_all = required.iter().all(|name| value.get(name.as_str().expect("a name")).is_some());
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let fit = properties.iter().all(|(name, schema)| value.get(name).is_none_or(|value| fits(document, schema, value)));
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let words = schema["enum"].as_array();
    is_typed
        && has_all
        && fit
        && words.is_none_or(|words| words.contains(value))
        && items.iter().all(|item| fits(document, &schema["items"], item))
}

/// Holds an answer to the document; gives its body.
async fn documented(path: &str, method: &str, answer: reqwest::Response) -> String {
    let document = document();
    let status = answer.status().as_u16().to_string();
    let of_status = &document["paths"][path][method]["responses"][&status];
    assert!(of_status.is_object(), "{method} {path}: {status} is not documented");
    let headers = answer.headers().get("content-type").expect("a type").to_str().expect("a text").to_owned();
    let content = &resolved(&document, of_status)["content"][&headers];
    assert!(content.is_object(), "{method} {path}: {status} as {headers} is not documented");
    let body = answer.text().await.expect("it is read to its end");
    if headers == "application/json" {
        let value: Value = serde_json::from_str(&body).expect("it is JSON");
        assert!(fits(&document, &content["schema"], &value), "{method} {path}: {status} {body}");
    }
    body
}

struct TestServer {
    client: Client,
    url: String,
    simulator: Arc<Simulator>,
}

impl TestServer {
    async fn serve() -> TestServer {
        ducat_trust::ready();
        let simulator = Arc::new(Simulator::new(1, Faults::default(), Day(20_000)));
        let router = http::router(Arc::clone(&simulator), |_| None, None);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = Client::builder().no_proxy().build().expect("a client");
        TestServer { client, url, simulator }
    }

    async fn ask(&self, key: u32, body: &Value) -> reqwest::Response {
        let key = format!("01900000-0000-7000-8000-{key:012}");
        let request = self.client.post(format!("{}/transactions", self.url)).header("Idempotency-Key", key);
        let request = request.header("Content-Type", "application/json").body(body.to_string());
        request.send().await.expect("it answers")
    }
}

fn transaction(amount: f64) -> Value {
    json!({ "src_bank_account": "ducat", "dst_bank_account": "ada", "amount": amount, "direction": "credit" })
}

#[tokio::test]
async fn every_answer_of_the_simulator_is_documented() {
    let face = TestServer::serve().await;
    let faults = |faults| face.simulator.set_faults(faults);
    let mut seen = Vec::new();
    for (key, fault, body) in [
        (1, Faults::default(), transaction(8.34)),
        (1, Faults::default(), transaction(8.35)),
        (2, Faults::default(), transaction(0.0)),
        (3, Faults { refuse: 1.0, ..Faults::default() }, transaction(8.34)),
        (4, Faults { down: 1.0, ..Faults::default() }, transaction(8.34)),
        (5, Faults { after_work: 1.0, ..Faults::default() }, transaction(8.34)),
    ] {
        faults(fault);
        let answer = face.ask(key, &body).await;
        seen.push(answer.status().as_u16());
        documented("/transactions", "post", answer).await;
    }
    assert_eq!(seen, [200, 409, 400, 422, 503, 504]);
    faults(Faults::default());
    face.simulator.set_day(Day(20_002));
    for content_type in ["text/csv", "application/x-ndjson", "application/json"] {
        let request = face.client.get(format!("{}/report", face.url)).header("Accept", content_type);
        let body = documented("/report", "get", request.send().await.expect("it answers")).await;
        assert_eq!(body.matches("s1-").count(), 2, "{content_type}: {body}");
    }
    faults(Faults { down: 1.0, ..Faults::default() });
    let answer = face.client.get(format!("{}/report", face.url)).send().await.expect("it answers");
    assert_eq!(answer.status(), 503);
    documented("/report", "get", answer).await;
}
