//! Every line of the ledger API, as stories.

use crate::Step::{Call, Wait};
use crate::story;

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}]}"#;
const KEY: &[(&str, &str)] = &[("Idempotency-Key", "k-1")];
const KEY_2: &[(&str, &str)] = &[("Idempotency-Key", "k-2")];

#[tokio::test]
async fn ledgers_and_assets() {
    let steps = [
        Call("GET /v1/ledgers", &[], ""),
        Call("POST /v1/ledgers", &[], LEDGER),
        Call("POST /v1/ledgers", &[], LEDGER),
        Call("POST /v1/ledgers", &[], r#"{"name":"shop","assets":[{"code":"USD","scale":3}]}"#),
        Call("POST /v1/ledgers", KEY, r#"{"name":"other","implicit_accounts":true,"zero_amounts":"record"}"#),
        Call("POST /v1/ledgers", KEY, r#"{"name":"other","implicit_accounts":true,"zero_amounts":"record"}"#),
        Call("POST /v1/ledgers", KEY, r#"{"name":"other"}"#),
        Call("POST /v1/ledgers/shop/assets", &[], r#"{"code":"EUR","scale":2}"#),
        Call("POST /v1/ledgers/shop/assets", &[], r#"{"code":"EUR","scale":2}"#),
        Call("POST /v1/ledgers/shop/assets", &[], r#"{"code":"EUR","scale":3}"#),
        Call("POST /v1/ledgers/shop/assets", KEY_2, r#"{"code":"JPY","scale":0}"#),
        Call("POST /v1/ledgers/shop/assets", KEY_2, r#"{"code":"JPY","scale":0}"#),
        Call("POST /v1/ledgers/nowhere/assets", &[], r#"{"code":"EUR","scale":2}"#),
        Call("GET /v1/ledgers/shop", &[], ""),
        Call("GET /v1/ledgers/nowhere", &[], ""),
        Call("GET /v1/ledgers?limit=1", &[], ""),
        Call("GET /v1/ledgers?limit=1&cursor=bm90aGVy", &[], ""),
    ];
    story("ledgers_and_assets", &steps).await;
}

#[tokio::test]
async fn accounts() {
    let steps = [
        Call("POST /v1/ledgers", &[], LEDGER),
        Call("POST /v1/ledgers/shop/accounts", &[], r#"{"name":"users:alice","metadata":{"tier":"gold"}}"#),
        Call("POST /v1/ledgers/shop/accounts", &[], r#"{"name":"users:alice","metadata":{"tier":"gold"}}"#),
        Call("POST /v1/ledgers/shop/accounts", &[], r#"{"name":"users:alice","min_balance":-5}"#),
        Call("POST /v1/ledgers/shop/accounts", KEY, r#"{"name":"users:bob","min_balance":-500,"max_balance":"1000"}"#),
        Call("POST /v1/ledgers/shop/accounts", KEY, r#"{"name":"users:bob","min_balance":-500,"max_balance":"1000"}"#),
        Call("POST /v1/ledgers/shop/accounts", &[], r#"{"name":"shop:sales","min_balance":null}"#),
        Call("GET /v1/ledgers/shop/accounts/users:alice", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/users%3Aalice", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/users%2Falice", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/nobody", &[], ""),
        Call("GET /v1/ledgers/nowhere/accounts/users:alice", &[], ""),
        Call("GET /v1/ledgers/shop/accounts?prefix=users:&limit=1", &[], ""),
        Call("GET /v1/ledgers/shop/accounts?prefix=users:&limit=1&cursor=bnVzZXJzOmFsaWNl", &[], ""),
        Call("GET /v1/ledgers/shop/accounts?asset=EUR", &[], ""),
        Call("PATCH /v1/ledgers/shop/accounts/users:alice", &[], r#"{"min_balance":-100,"max_balance":100}"#),
        Call("PATCH /v1/ledgers/shop/accounts/users:alice", &[], r#"{"max_balance":null,"metadata":{}}"#),
        Call("PATCH /v1/ledgers/shop/accounts/users:alice", &[], r#"{"min_balance":1}"#),
        Call("PATCH /v1/ledgers/shop/accounts/users:alice", &[], r#"{"if_metadata":{},"metadata":{"tier":"tin"}}"#),
        Call("PATCH /v1/ledgers/shop/accounts/users:alice", &[], r#"{"if_metadata":{},"metadata":{"tier":"zinc"}}"#),
        Call("PATCH /v1/ledgers/shop/accounts/users:alice", &[], r#"{"if_metadata":{"tier":"tin"},"min_balance":1}"#),
        Call("PATCH /v1/ledgers/shop/accounts/nobody", &[], r#"{"if_metadata":{},"frozen":true}"#),
        Call("PATCH /v1/ledgers/shop/accounts/users:alice", &[], r#"{"asset":"USD"}"#),
        Call("PATCH /v1/ledgers/shop/accounts/users:alice", &[], r#"{"frozen":true}"#),
        Call("PATCH /v1/ledgers/shop/accounts/users:alice", &[], r#"{"frozen":false,"closed":true}"#),
        Call("PATCH /v1/ledgers/shop/accounts/world", &[], r#"{"frozen":true}"#),
        Call("PATCH /v1/ledgers/shop/accounts/nobody", &[], r#"{"frozen":true}"#),
    ];
    story("accounts", &steps).await;
}

const T1: &str = r#"{"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"alice","asset":"USD","amount":1250}],"description":"order 17","reference":"order-17","metadata":{"k":"v"}}"#;
const T2: &str = r#"{"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"alice","destination":"shop","amount":"1251"}]}"#;

#[tokio::test]
async fn transactions() {
    let steps = [
        Call(
            "POST /v1/ledgers",
            &[],
            r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#,
        ),
        Call("POST /v1/ledgers/shop/transactions?dry_run=true", &[], T1),
        Call("POST /v1/ledgers/shop/transactions", &[], T1),
        Call("POST /v1/ledgers/shop/transactions", &[], T1),
        Call("POST /v1/ledgers/shop/transactions", &[], T2),
        Call("POST /v1/ledgers/shop/transactions", &[], T2),
        Call(
            "POST /v1/ledgers/shop/transactions",
            &[],
            r#"{"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"alice","destination":"shop","amount":1}]}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/transactions",
            KEY,
            r#"{"postings":[{"source":"alice","destination":"shop","amount":100},{"source":"shop","destination":"tax","amount":20}],"effective_at":"2026-10-31T23:00:00+01:00"}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/transactions",
            KEY,
            r#"{"postings":[{"source":"alice","destination":"shop","amount":100},{"source":"shop","destination":"tax","amount":20}],"effective_at":"2026-10-31T22:00:00Z"}"#,
        ),
        Call("POST /v1/ledgers/shop/transactions", KEY, T1),
        Call(
            "POST /v1/ledgers/shop/transactions",
            KEY_2,
            r#"{"postings":[{"source":"world","destination":"alice","amount":1}],"reference":"order-17"}"#,
        ),
        Call("GET /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001", &[], ""),
        Call("GET /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000002", &[], ""),
        Call("GET /v1/ledgers/shop/transactions/17", &[], ""),
        Call("GET /v1/ledgers/shop/transactions?reference=order-17", &[], ""),
        Call("GET /v1/ledgers/shop/transactions?metadata.k=v", &[], ""),
        Call("GET /v1/ledgers/shop/transactions?account=tax", &[], ""),
        Call("GET /v1/ledgers/shop/transactions?limit=1", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/alice/balance", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/alice/balance?at=2026-10-31T23:00:00Z&by=effective", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/alice/balance?at=2026-10-31T23:00:00Z", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/alice/statement", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/shop/statement?limit=1", &[], ""),
        Call(
            "POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001/reverse",
            &[],
            r#"{"id":"01900000-0000-7000-8000-000000000009"}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/transactions",
            &[],
            r#"{"id":"01900000-0000-7000-8000-000000000010","postings":[{"source":"world","destination":"alice","amount":100}]}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000010/reverse",
            &[],
            r#"{"id":"01900000-0000-7000-8000-000000000011"}"#,
        ),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000010/reverse", KEY_2, ""),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000010/reverse", &[], ""),
        Call("GET /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000010", &[], ""),
        Call("GET /v1/ledgers/shop/transactions?status=reversed", &[], ""),
        Call("GET /v1/ledgers/shop/events?after=3&limit=3", &[], ""),
    ];
    story("transactions", &steps).await;
}

#[tokio::test]
async fn holds() {
    const HOLD: &str = r#"{"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"alice","destination":"shop","amount":60}],"pending":{"timeout_s":3600},"description":"a room"}"#;
    const SHORT: &str = r#"{"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"alice","destination":"shop","amount":40}],"pending":{"timeout_s":10}}"#;
    const PAIR: &str = r#"{"id":"01900000-0000-7000-8000-000000000003","postings":[{"source":"alice","destination":"shop","amount":1},{"source":"alice","destination":"tax","amount":1}],"pending":{}}"#;
    let steps = [
        Call(
            "POST /v1/ledgers",
            &[],
            r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/transactions",
            KEY,
            r#"{"postings":[{"source":"world","destination":"alice","amount":100}]}"#,
        ),
        Call("POST /v1/ledgers/shop/transactions", &[], HOLD),
        Call("POST /v1/ledgers/shop/transactions", &[], SHORT),
        Call("GET /v1/ledgers/shop/accounts/alice", &[], ""),
        Call("GET /v1/ledgers/shop/transactions?status=pending", &[], ""),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001/post", &[], r#"{"amount":61}"#),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001/post", KEY_2, r#"{"amount":50}"#),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001/post", KEY_2, r#"{"amount":50}"#),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001/post", &[], r#"{"amount":50}"#),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001/post", &[], ""),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001/void", &[], "{}"),
        Wait(9),
        Wait(2),
        Call("GET /v1/ledgers/shop/accounts/alice", &[], ""),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000002/post", &[], ""),
        Call("GET /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000002", &[], ""),
        Call("POST /v1/ledgers/shop/transactions", &[], PAIR),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000003/post", &[], r#"{"amount":1}"#),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000003/void", &[], ""),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000003/void", &[], ""),
        Call("GET /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000003", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/shop/statement", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/alice", &[], ""),
    ];
    story("holds", &steps).await;
}

#[tokio::test]
async fn batches() {
    const MIXED: &str = r#"{"transactions":[
        {"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"alice","amount":5}]},
        {"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"alice","destination":"bob","amount":6}]},
        {"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"alice","amount":5}]},
        {"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"alice","amount":6}]}]}"#;
    const TWICE: &str = r#"{"transactions":[
        {"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"alice","destination":"bob","amount":6}]},
        {"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"alice","destination":"bob","amount":6}]}]}"#;
    const REJECTED: &str = r#"{"results":"rejected","transactions":[
        {"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"alice","amount":5}]},
        {"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"alice","destination":"bob","amount":6}]},
        {"id":"01900000-0000-7000-8000-000000000003","postings":[{"source":"alice","destination":"bob","amount":6}]}]}"#;
    const ATOMIC: &str = r#"{"atomic":true,"transactions":[
        {"id":"01900000-0000-7000-8000-000000000004","postings":[{"source":"world","destination":"alice","amount":1}]},
        {"id":"01900000-0000-7000-8000-000000000005","postings":[{"source":"alice","destination":"bob","amount":7}]}]}"#;
    const WHOLE: &str = r#"{"atomic":true,"transactions":[
        {"id":"01900000-0000-7000-8000-000000000004","postings":[{"source":"world","destination":"alice","amount":1}]},
        {"id":"01900000-0000-7000-8000-000000000006","postings":[{"source":"alice","destination":"bob","amount":6}]}]}"#;
    let steps = [
        Call(
            "POST /v1/ledgers",
            &[],
            r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#,
        ),
        Call("POST /v1/ledgers/shop/transactions/batch", &[], MIXED),
        Call("POST /v1/ledgers/shop/transactions/batch", &[], TWICE),
        Call("POST /v1/ledgers/shop/transactions/batch", &[], REJECTED),
        Call("POST /v1/ledgers/shop/transactions/batch", &[], ATOMIC),
        Call("POST /v1/ledgers/shop/transactions/batch", &[], ATOMIC),
        Call("POST /v1/ledgers/shop/transactions/batch", &[], WHOLE),
        Call("POST /v1/ledgers/shop/transactions/batch", &[], r#"{"transactions":[]}"#),
        Call("POST /v1/ledgers/shop/transactions/batch", KEY, r#"{"transactions":[]}"#),
        Call("POST /v1/ledgers/shop/transactions/batch", &[], r#"{"transactions":[{"postings":[]}]}"#),
        Call(
            "POST /v1/ledgers/nowhere/transactions/batch",
            &[],
            r#"{"transactions":[{"postings":[{"source":"a","destination":"b","amount":1}]}]}"#,
        ),
        Call("GET /v1/ledgers/shop/accounts/bob/balance", &[], ""),
    ];
    story("batches", &steps).await;
}

#[tokio::test]
async fn malformed_requests_name_place_and_reason() {
    const T: &str = "POST /v1/ledgers/shop/transactions";
    let steps = [
        Call("POST /v1/ledgers", &[], LEDGER),
        Call(T, &[], "{"),
        Call(T, &[], "[]"),
        Call(T, &[], "{} x"),
        Call(T, &[], r#"{"postings":[]}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":1.0}]}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":1e3}]}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":-1}]}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":true}]}"#),
        Call(T, &[], r#"{"postings":[{"source":"a b","destination":"b","amount":1}]}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":1,"fee":1}]}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":1}],"id":"17"}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":1}],"effective_at":"yesterday"}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":1}],"metadata":{"k":1}}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":1}],"pending":{"timeout_s":-1}}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":1}],"reference":""}"#),
        Call(T, &[("Idempotency-Key", "")], r#"{"postings":[{"source":"a","destination":"b","amount":1}]}"#),
        Call(T, KEY, T1),
        Call(T, &[("Content-Type", "text/plain")], T1),
        Call(
            T,
            &[("Content-Type", "application/json; charset=utf-8")],
            r#"{"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"alice","amount":1}]}"#,
        ),
        Call("POST /v1/ledgers/shop/transactions?dry=true", &[], T1),
        Call("POST /v1/ledgers/sh%20op/transactions", &[], T1),
        Call("POST /v1/ledgers?dry_run=true", &[], r#"{"name":"q"}"#),
        Call("POST /v1/ledgers/shop/accounts?dry_run=true", &[], r#"{"name":"q"}"#),
        Call("PATCH /v1/ledgers/shop/accounts/q?x=1", &[], r#"{"frozen":true}"#),
        Call("POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001/post?dry_run=true", &[], ""),
        Call(T, &[], r#"{"postings":[["a","b","USD",3]]}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":1}],"pending":[5]}"#),
        Call(T, &[], r#"{"postings":[{"source":"a","destination":"b","amount":1}],"metadata":{"k":"1","k":"2"}}"#),
        Call("POST /v1/ledgers", &[], r#"["arr",[["USD",2]],false,"refuse"]"#),
        Call("POST /v1/ledgers/shop/transactions/batch", &[], r#"{"transactions":[[null,[]]]}"#),
        Call("GET /v1/ledgers/%ff", &[], ""),
        Call(
            "GET /v1/ledgers/shop/accounts/world/statement?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z",
            &[],
            "",
        ),
        Call("GET /v1/ledgers/shop/transactions?cursor=dDE4NDQ2NzQ0MDczNzA5NTUxNjE1", &[], ""),
        Call("PUT /v1/ledgers/shop/transactions", &[], T1),
        Call("DELETE /v1/ledgers/shop/accounts/alice", &[], ""),
        Call("GET /v2/ledgers", &[], ""),
        Call("GET /v1/ledgers/shop/accounts?limit=0", &[], ""),
        Call("GET /v1/ledgers/shop/accounts?limit=1001", &[], ""),
        Call("GET /v1/ledgers/shop/accounts?cursor=x", &[], ""),
        Call("GET /v1/ledgers/shop/accounts?colour=red", &[], ""),
        Call("GET /v1/ledgers/shop/accounts?limit=1&limit=2", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/world/balance?at=noon", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/world/balance?by=weight", &[], ""),
        Call("GET /v1/ledgers/shop/transactions?status=lost", &[], ""),
        Call("GET /v1/ledgers/shop/events?after=x", &[], ""),
        Call("GET /v1/ledgers/shop/accounts/world", &[], ""),
    ];
    story("malformed", &steps).await;
}

#[tokio::test]
async fn the_server_says_where_everything_is() {
    let steps = [Call("GET /", &[], ""), Call("GET /healthz", &[], ""), Call("GET /readyz", &[], "")];
    story("server", &steps).await;
}

#[tokio::test]
async fn several_sources_give_in_order() {
    const T: &str = "POST /v1/ledgers/shop/transactions";
    const ONE: &str = r#"{"postings":[{"sources":[{"account":"checking"},{"account":"savings","keep":0},{"account":"gift"}],"destination":"shop","amount":100}]}"#;
    let steps = [
        Call(
            "POST /v1/ledgers",
            &[],
            r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#,
        ),
        Call("POST /v1/ledgers/shop/accounts", &[], r#"{"name":"savings","min_balance":-1000}"#),
        Call(
            T,
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000001","postings":[{"source":"world","destination":"checking","amount":30},{"source":"world","destination":"savings","amount":60},{"source":"world","destination":"gift","amount":50}]}"#,
        ),
        Call("POST /v1/ledgers/shop/transactions?dry_run=true", &[("Idempotency-Key", "dry")], ONE),
        Call(T, &[("Idempotency-Key", "one")], ONE),
        Call(T, &[("Idempotency-Key", "one")], ONE),
        Call("GET /v1/ledgers/shop/accounts/savings/balance", &[], ""),
        Call(T, &[("Idempotency-Key", "two")], ONE),
        Call(
            "POST /v1/ledgers/shop/transactions/batch",
            &[],
            r#"{"atomic":true,"transactions":[
              {"id":"00000000-0000-4000-8000-000000000002","postings":[{"source":"world","destination":"checking","amount":5},{"sources":[{"account":"checking"},{"account":"gift"}],"destination":"shop","amount":7}]},
              {"id":"00000000-0000-4000-8000-000000000003","postings":[{"sources":[{"account":"gift"},{"account":"savings"}],"destination":"shop","amount":100}],"pending":{}}]}"#,
        ),
        Call(
            T,
            &[],
            r#"{"postings":[{"source":"a","destination":"b","amount":1},{"source":"a","sources":[{"account":"a"}],"destination":"b","amount":1}]}"#,
        ),
        Call(T, &[], r#"{"postings":[{"sources":[],"destination":"b","amount":1}]}"#),
        Call(T, &[], r#"{"postings":[{"destination":"b","amount":1}]}"#),
        Call(T, &[], r#"{"postings":[{"sources":["a"],"destination":"b","amount":1}]}"#),
        Call(T, &[], r#"{"postings":[{"sources":[{"account":"a","keep":0.5}],"destination":"b","amount":1}]}"#),
        Call(
            T,
            &[("Idempotency-Key", "three")],
            r#"{"postings":[{"sources":[{"account":"a"},{"account":"b"}],"destination":"b","amount":1}]}"#,
        ),
    ];
    story("sources", &steps).await;
}
