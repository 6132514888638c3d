//! Events as CloudEvents: on pages, in streams, one by one; and the documents that are made of their types.

use axum::body::Body;
use axum::http::Request;
use ducat_api::v1::ledger::events::{EVENT_BYTES_MAX, EVENT_TYPES};
use http_body_util::BodyExt as _;
use serde_json::Value;

use super::Step::Call;
use super::{Server, story};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

#[tokio::test]
async fn events_are_cloud_events() {
    story(
        "cloud_events",
        &[
            Call("POST /v1/ledgers", &[], LEDGER),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"01900000-0000-7000-8000-000000000001","description":"salary","postings":[{"source":"world","destination":"a","amount":2},{"source":"world","destination":"b","amount":3}]}"#,
            ),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"01900000-0000-7000-8000-000000000002","pending":{},"postings":[{"source":"a","destination":"b","amount":1}]}"#,
            ),
            Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000002/void", &[], ""),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"01900000-0000-7000-8000-000000000003","postings":[{"source":"a","destination":"b","amount":99}]}"#,
            ),
            Call("PATCH /v1/ledgers/shop/accounts/a", &[], r#"{"frozen":true}"#),
            Call("GET /v1/ledgers/shop/cloudevents", &[], ""),
            Call("GET /v1/ledgers/shop/cloudevents?after=3&limit=1", &[], ""),
            Call("GET /v1/ledgers/shop/cloudevents/1", &[], ""),
            Call("GET /v1/ledgers/shop/cloudevents/0", &[], ""),
            Call("GET /v1/ledgers/shop/cloudevents/99", &[], ""),
            Call("GET /v1/ledgers/shop/cloudevents/one", &[], ""),
            Call("GET /v1/ledgers/none/cloudevents", &[], ""),
            Call("GET /v1/ledgers/none/cloudevents/1", &[], ""),
            Call("GET /v1/ledgers/%24system/cloudevents/1", &[], ""),
        ],
    )
    .await;
}

/// An event that is too long for a message has a link in place of its data, and the link leads to all of it.
#[tokio::test]
async fn long_events_are_links() {
    let server = Server::on_sqlite();
    server.post("/v1/ledgers", r#"{"name":"shop","assets":[{"code":"PTS","scale":0}]}"#).await;
    let program = r#"{"asset":"PTS","order":"earned"}"#;
    server.call("PUT /v1/ledgers/shop/points/program", &[], program).await;
    let earned: String =
        (0..400).map(|of| format!("mary,A,1,2026-01-01T00:{:02}:{:02}Z\n", of / 60, of % 60)).collect();
    let csv = [("Content-Type", "text/csv")];
    let imported = server.call("POST /v1/ledgers/shop/points/import", &csv, &earned).await;
    assert_eq!(imported.status, 200, "{}", imported.body);
    let spent = server.post("/v1/ledgers/shop/points/members/mary/spend", r#"{"points":400}"#).await;
    assert_eq!(spent.status, 201, "{}", spent.body);
    let page = server.get("/v1/ledgers/shop/cloudevents?after=400&limit=1000").await.json();
    let mut events = page["data"].as_array().expect("events").iter();
    let event = events.find(|event| event["type"] == "ducat.points.spent.v1").expect("it is there");
    assert_eq!(event.get("data"), None, "{event}");
    let dataref = event["dataref"].as_str().expect("a link");
    let whole = server.get(dataref).await;
    assert_eq!(whole.headers["content-type"], "application/cloudevents+json");
    assert!(whole.body.len() > EVENT_BYTES_MAX, "{}", whole.body.len());
    assert_eq!(whole.json()["data"]["deductions"].as_array().map(Vec::len), Some(400));
    assert_eq!((&whole.json()["id"], whole.json().get("dataref")), (&event["id"], None));
    server.finish().await;
}

/// A stream sends what is there, then what comes, and ends with the server. It is the same in either shape.
#[tokio::test]
async fn events_stream_on() {
    for (path, kind) in [("events", "posting"), ("cloudevents", "ducat.transaction.posted.v1")] {
        let server = Server::on_sqlite();
        server.post("/v1/ledgers", LEDGER).await;
        let request = Request::get(format!("/v1/ledgers/shop/{path}")).header("Host", "localhost");
        let request = request.header("Accept", "text/event-stream").header("Last-Event-ID", "1");
        let response = server.service.respond(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut body = response.into_body();
        let mut told = String::new();
        while !told.contains("id: 3") {
            told.push_str(&next_text(&mut body).await.expect("more comes"));
        }
        assert!(!told.contains("id: 1\n"), "{told}");
        let paid = r#"{"postings":[{"source":"world","destination":"a","amount":7}]}"#;
        server.post("/v1/ledgers/shop/transactions", paid).await;
        while !told.contains("id: 5") {
            told.push_str(&next_text(&mut body).await.expect("more comes"));
        }
        assert!(told.contains(&format!("event: {kind}\n")) && told.contains(r#""amount":7"#), "{told}");
        server.stop.send_replace(true);
        while next_text(&mut body).await.is_some() {}
        server.finish().await;
    }
}

async fn next_text(body: &mut Body) -> Option<String> {
    let frame = body.frame().await?.expect("a frame");
    Some(String::from_utf8_lossy(frame.data_ref().map_or(&[][..], |data| data)).into_owned())
}

/// The types are in the AsyncAPI document and among the webhooks of the OpenAPI document, each with data of its own, and on
/// the page about events. Every reference leads somewhere.
#[tokio::test]
async fn types_are_documented() {
    let server = Server::on_memory();
    let asyncapi = server.get("/asyncapi.json").await.json();
    let openapi = server.get("/openapi.json").await.json();
    let page = include_str!("../../../../docs/events.md");
    let mut names: Vec<&str> = EVENT_TYPES.iter().map(|event| event.name).collect();
    for event in EVENT_TYPES {
        let (name, data) = (event.name, format!("#/components/schemas/{}", event.data.name));
        let payload = &asyncapi["components"]["messages"][name]["payload"];
        assert_eq!(payload["allOf"][1]["properties"]["data"]["$ref"], data, "{name}");
        let sent = &openapi["webhooks"][name]["post"]["requestBody"]["content"]["application/cloudevents+json"];
        assert_eq!(&sent["schema"], payload, "{name}");
        assert!(page.contains(&format!("| `{name}` | {}", event.summary)), "{name} is not on the page about events");
    }
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "two types have one name");
    for document in [&asyncapi, &openapi] {
        let mut references = Vec::new();
        collect_references(document, &mut references);
        for reference in references {
            let pointer = reference.strip_prefix('#').expect("one within the document");
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
    }
    server.finish().await;
}

fn collect_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}
