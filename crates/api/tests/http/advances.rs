//! Advances over HTTP: made, collected day by day, read about, given up.

use std::sync::Arc;

use ducat_processor::simulator::{Faults, Simulator};

use crate::Step::{Call, Day as Today, Down, Run};
use crate::{Server, story};

const CSV: (&str, &str) = ("Content-Type", "text/csv");
const KEY_ADA: (&str, &str) = ("Idempotency-Key", "ada");

#[tokio::test]
async fn an_advance_is_paid_out_and_collected() {
    story(
        "an_advance_is_paid_out_and_collected",
        &[
            Call("POST /perform_advance", &[KEY_ADA], r#"{"dst_bank_account":"ada","amount":100.00}"#),
            Call("POST /perform_advance", &[KEY_ADA], r#"{"dst_bank_account":"ada","amount":100.00}"#),
            Call("POST /perform_advance", &[KEY_ADA], r#"{"dst_bank_account":"ada","amount":100.01}"#),
            Call("GET /v1/ledgers/advances/advances/terms", &[], ""),
            Today("2026-11-02"),
            Call("POST /v1/ledgers/advances/advances/runs", &[("Idempotency-Key", "r1")], r#"{"as_of":"2026-11-02"}"#),
            Call("POST /v1/ledgers/advances/advances/runs", &[], r#"{"as_of":"2026-11-02"}"#),
            Run,
            Call("GET /v1/ledgers/advances/advances?customer=ada", &[], ""),
            Today("2026-11-08"),
            Call("POST /v1/ledgers/advances/advances/runs", &[("Idempotency-Key", "r2")], ""),
            Run,
            Call("GET /v1/ledgers/advances/advances/runs?limit=1", &[], ""),
            Call("GET /v1/ledgers/advances/advances?status=collecting&limit=1", &[], ""),
            Call("GET /v1/ledgers/advances/advances?status=repaid", &[], ""),
            Call("GET /v1/ledgers/advances/advances/aging?as_of=2026-11-20", &[], ""),
            Call("POST /v1/ledgers/advances/advances/runs", &[], r#"{"as_of":"2026-11-07"}"#),
            Call("GET /v1/ledgers/advances/accounts/advances:receivable:ada/balance", &[], ""),
            Call("GET /v1/ledgers/advances/accounts/advances:cash/balance", &[], ""),
        ],
    )
    .await;
}

#[tokio::test]
async fn requests_that_are_wrong_are_refused() {
    story(
        "requests_about_advances_that_are_wrong_are_refused",
        &[
            Call("POST /perform_advance", &[], r#"{"dst_bank_account":"ada","amount":0}"#),
            Call("POST /perform_advance", &[], r#"{"dst_bank_account":"ada","amount":-5}"#),
            Call("POST /perform_advance", &[], r#"{"dst_bank_account":"ada","amount":1.005}"#),
            Call("POST /perform_advance", &[], r#"{"dst_bank_account":"ada","amount":"all"}"#),
            Call("POST /perform_advance", &[], r#"{"dst_bank_account":"ada","amount":1e40}"#),
            Call("POST /perform_advance", &[], r#"{"dst_bank_account":"","amount":1}"#),
            Call("POST /perform_advance", &[], r#"{"amount":1}"#),
            Call("POST /perform_advance", &[], r#"{"dst_bank_account":"ada","amount":1,"fee":2}"#),
            Call("POST /perform_advance?fast=true", &[], r#"{"dst_bank_account":"ada","amount":1}"#),
            Call("GET /v1/ledgers/shop/advances", &[], ""),
            Call("POST /v1/ledgers", &[], r#"{"name":"shop","assets":[{"code":"USD","scale":2}]}"#),
            Call("GET /v1/ledgers/shop/advances", &[], ""),
            Call("POST /v1/ledgers/shop/advances", &[], r#"{"customer":"ada","amount":100}"#),
            Call("PUT /v1/ledgers/shop/advances/terms", &[], r#"{"count":0}"#),
            Call("PUT /v1/ledgers/shop/advances/terms", &[], r#"{"asset":"EUR"}"#),
            Call(
                "PUT /v1/ledgers/shop/advances/terms",
                &[],
                r#"{"count":3,"interval_days":30,"rounding":"larger_last"}"#,
            ),
            Call(
                "PUT /v1/ledgers/shop/advances/terms",
                &[],
                r#"{"count":3,"interval_days":30,"rounding":"larger_last"}"#,
            ),
            Call("POST /v1/ledgers/shop/advances", &[], r#"{"customer":"ada","amount":0}"#),
            Call("POST /v1/ledgers/shop/advances/runs", &[], r#"{"as_of":"yesterday"}"#),
            Call("GET /v1/ledgers/shop/advances/01900000-0000-7000-8000-000000000001", &[], ""),
            Call("GET /v1/ledgers/shop/advances/runs/01900000-0000-7000-8000-000000000001", &[], ""),
            Call("GET /v1/ledgers/shop/advances/me", &[], ""),
            Call("GET /v1/ledgers/shop/advances?status=lost", &[], ""),
            Call("POST /v1/ledgers/shop/advances/reports", &[("Content-Type", "text/html")], "<p>"),
            Call(
                "POST /v1/ledgers/shop/advances/reports",
                &[("Content-Type", "text/csv"), ("Content-Encoding", "br")],
                "a,fail",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn reports_are_read_as_far_as_they_go() {
    story(
        "reports_of_advances_are_read_as_far_as_they_go",
        &[
            Call("POST /perform_advance", &[KEY_ADA], r#"{"dst_bank_account":"ada","amount":1.00}"#),
            Call(
                "POST /v1/ledgers/advances/advances/reports",
                &[CSV],
                "s1-000000000001,success\nnobody,fail\nwhat,is this\n\ns1-000000000001,success",
            ),
            Call("POST /v1/ledgers/advances/advances/reports", &[CSV], "s1-000000000001,success\nnobody,fail\n"),
            Call(
                "POST /v1/ledgers/advances/advances/reports?as_of=2026-11-01",
                &[("Content-Type", "application/json")],
                r#"[{"transaction_id":"s1-000000000001","status":"fail"},{"transaction_id":"#,
            ),
            Call(
                "POST /v1/ledgers/advances/advances/reports?as_of=2026-11-01",
                &[("Content-Type", "application/x-ndjson")],
                "{\"transaction_id\":\"s1-000000000001\",\"status\":\"fail\"}\n",
            ),
            Call("GET /v1/ledgers/advances/advances/exceptions?limit=2", &[], ""),
            Call("GET /v1/ledgers/advances/advances", &[], ""),
            Call("GET /v1/ledgers/advances/events?after=4", &[], ""),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_a_person_decides() {
    story(
        "what_a_person_decides_on_advances",
        &[
            Down(true),
            Call("POST /perform_advance", &[KEY_ADA], r#"{"dst_bank_account":"ada","amount":12}"#),
            Call("POST /v1/ledgers/advances/{ada}/write-off", &[], ""),
            Call("POST /v1/ledgers/advances/{ada}/cancel", &[], ""),
            Call("POST /v1/ledgers/advances/{ada}/cancel", &[], ""),
            Down(false),
            Call("POST /perform_advance", &[("Idempotency-Key", "bob")], r#"{"dst_bank_account":"bob","amount":12}"#),
            Call("POST /v1/ledgers/advances/{bob}/cancel", &[], ""),
            Today("2026-11-02"),
            Call("POST /v1/ledgers/advances/advances/runs", &[("Idempotency-Key", "r1")], r#"{"as_of":"2026-11-02"}"#),
            Run,
            Call("POST /v1/ledgers/advances/{bob}/pay-off", &[], ""),
            Call("POST /v1/ledgers/advances/{bob}/write-off", &[], ""),
            Call("POST /v1/ledgers/advances/{bob}/pay-off", &[], ""),
            Call("GET /v1/ledgers/advances/accounts/advances:written_off/balance", &[], ""),
        ],
    )
    .await;
}

#[tokio::test]
async fn without_a_processor_nothing_is_taken() {
    let server = Server::on_memory().without_processor();
    let answer = server.post("/perform_advance", r#"{"dst_bank_account":"ada","amount":1}"#).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("processor_not_configured"), "{}", answer.body);
    assert_eq!(server.get("/v1/ledgers/advances").await.status, 404, "nothing was made");
    server.finish().await;
}

/// The processor is asked under one key, however the request for it is repeated.
#[tokio::test]
async fn a_key_pays_out_once() {
    let server = Server::on_memory();
    let body = r#"{"dst_bank_account":"ada","amount":5}"#;
    let sent = (0..20).map(|_| server.call("POST /perform_advance", &[KEY_ADA], body));
    let answers = futures_util::future::join_all(sent).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 202)));
    let simulator: &Arc<Simulator> = &server.simulator;
    assert_eq!(simulator.taken().len(), 1);
    server.finish().await;
}

#[tokio::test]
async fn a_processor_that_is_down_is_asked_again() {
    let server = Server::on_memory();
    server.simulator.set_faults(Faults { down: 1.0, ..Faults::default() });
    let body = r#"{"dst_bank_account":"ada","amount":5}"#;
    let answer = server.call("POST /perform_advance", &[KEY_ADA], body).await;
    assert_eq!(answer.status, 202);
    assert!(answer.body.contains(r#""transaction_id":null,"status":"accepted""#), "{}", answer.body);
    server.simulator.set_faults(Faults::default());
    // What is waiting is sent by whoever serves the ledger.
    let working = tokio::spawn(server.collector.clone().work());
    let mut commits = server.engine.published().commits();
    while server.simulator.taken().is_empty() {
        commits.changed().await.expect("the engine is open");
    }
    let answer = loop {
        let answer = server.call("POST /perform_advance", &[KEY_ADA], body).await;
        if answer.status == 200 {
            break answer;
        }
        commits.changed().await.expect("the engine is open");
    };
    assert!(answer.body.contains(r#""status":"sent""#), "{}", answer.body);
    working.abort();
    server.finish().await;
}

/// Clients choose ids, in two ledgers perhaps the same; the processor knows no ledgers.
#[tokio::test]
async fn one_id_in_two_ledgers_pays_out_twice() {
    let server = Server::on_memory();
    for ledger in ["north", "south"] {
        let body = format!(r#"{{"name":"{ledger}","assets":[{{"code":"USD","scale":2}}]}}"#);
        assert_eq!(server.post("/v1/ledgers", &body).await.status, 201);
        let path = format!("PUT /v1/ledgers/{ledger}/advances/terms");
        assert_eq!(server.call(&path, &[], "{}").await.status, 200);
        let body = r#"{"id":"01900000-0000-7000-8000-000000000001","customer":"ada","amount":500}"#;
        let answer = server.post(&format!("/v1/ledgers/{ledger}/advances"), body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    assert_eq!(server.simulator.taken().len(), 2);
    server.finish().await;
}
