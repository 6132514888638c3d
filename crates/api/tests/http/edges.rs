//! Requests at the edge of what is meant: refused in the words of their sender.

use super::Step::Call;
use super::{Server, story};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

#[tokio::test]
async fn wrong_requests_are_told_what_to_do() {
    story(
        "wrong_requests",
        &[
            Call("POST /v1/ledgers/", &[], LEDGER),
            Call("GET /v1/ledgers/shop/?consistency=acknowledged", &[], ""),
            Call("GET /v1/ledgers/shop//", &[], ""),
            // A body is missing, whatever it would have been.
            Call("POST /v1/ledgers", &[], ""),
            Call("POST /v1/ledgers/shop/transactions", &[("Content-Type", "application/json")], " "),
            Call("POST /amount", &[], ""),
            Call("POST /accounts", &[], ""),
            // The nil UUID is no id, and steps of a path are no names.
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"00000000-0000-0000-0000-000000000000","postings":[{"source":"world","destination":"a","amount":1}]}"#,
            ),
            Call(
                "POST /amount",
                &[("Transaction-Id", "00000000-0000-0000-0000-000000000000")],
                r#"{"account_id":"01900000-0000-7000-8000-000000000001","amount":1}"#,
            ),
            Call(
                "POST /amount",
                &[("Transaction-Id", "01900000-0000-7000-8000-000000000002")],
                r#"{"account_id":"00000000-0000-0000-0000-000000000000","amount":1}"#,
            ),
            Call("POST /v1/ledgers/shop/accounts", &[], r#"{"name":".."}"#),
            Call("POST /v1/ledgers", &[], r#"{"name":"."}"#),
            Call("POST /v1/ledgers/shop/accounts", &[], r#"{"name":"m","min_balance":5,"max_balance":4}"#),
            Call("POST /v1/ledgers/shop/accounts", &[], r#"{"name":"b","max_balance":2500}"#),
            Call("PATCH /v1/ledgers/shop/accounts/b", &[], r#"{"min_balance":2501}"#),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"postings":[{"source":"world","destination":"b","amount":-1}]}"#,
            ),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"01900000-0000-7000-8000-000000000003","postings":[{"source":"world","destination":"b","amount":2000}]}"#,
            ),
            // Amounts are shown as people write them, and a refusal that is repeated says so.
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"01900000-0000-7000-8000-000000000004","postings":[{"source":"b","destination":"a","amount":2500}]}"#,
            ),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"01900000-0000-7000-8000-000000000004","postings":[{"source":"b","destination":"a","amount":2500}]}"#,
            ),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"postings":[{"source":"world","destination":"b","amount":501}]}"#,
            ),
            Call("PATCH /v1/ledgers/shop/accounts/b", &[], r#"{"max_balance":1999}"#),
            Call("PATCH /v1/ledgers/shop/accounts/b", &[], r#"{"closed":true}"#),
            Call("GET /v1/ledgers/shop/accounts/b/balance?at=2026-11-01T01:00:00+01:00", &[], ""),
            Call("GET /v1/ledgers/shop/accounts/b/balance?at=2026-11-01T01:00:00%2B01:00", &[], ""),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_ledger_has_a_default_asset() {
    story(
        "default_assets",
        &[
            Call("POST /v1/ledgers", &[], LEDGER),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[("Idempotency-Key", "one")],
                r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#,
            ),
            Call("POST /v1/ledgers/shop/assets", &[], r#"{"code":"EUR","scale":2}"#),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"a","amount":2}]}"#,
            ),
            Call("GET /v1/ledgers/shop/accounts/a/balance", &[], ""),
            Call("PATCH /v1/ledgers/shop", &[], r#"{"default_asset":"JPY"}"#),
            Call("PATCH /v1/ledgers/shop", &[("Idempotency-Key", "two")], r#"{"default_asset":"EUR"}"#),
            Call("PATCH /v1/ledgers/shop", &[("Idempotency-Key", "two")], r#"{"default_asset":"EUR"}"#),
            // What was decided keeps the asset that it meant.
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[("Idempotency-Key", "one")],
                r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#,
            ),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[("Idempotency-Key", "one")],
                r#"{"postings":[{"source":"world","destination":"a","asset":"USD","amount":1}]}"#,
            ),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[("Idempotency-Key", "one")],
                r#"{"postings":[{"source":"world","destination":"a","asset":"EUR","amount":1}]}"#,
            ),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"world","destination":"a","amount":3}]}"#,
            ),
            Call("GET /v1/ledgers/shop/accounts/a/balance", &[], ""),
            Call("GET /v1/ledgers/shop/accounts/a/balance?asset=USD", &[], ""),
            Call("GET /v1/ledgers/shop", &[], ""),
            Call("GET /v1/ledgers/shop/events?after=9", &[], ""),
            Call(
                "POST /v1/ledgers",
                &[],
                r#"{"name":"mall","assets":[{"code":"USD","scale":2},{"code":"EUR","scale":2}],"default_asset":"EUR"}"#,
            ),
            Call(
                "POST /v1/ledgers",
                &[],
                r#"{"name":"mall","assets":[{"code":"USD","scale":2},{"code":"EUR","scale":2}],"default_asset":"USD"}"#,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn points_are_put_right() {
    story(
        "points_adjusted",
        &[
            Call("POST /v1/ledgers", &[], r#"{"name":"club","assets":[{"code":"PTS","scale":0}]}"#),
            Call("PUT /v1/ledgers/club/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#),
            Call(
                "POST /v1/ledgers/club/points/members/ada/adjust",
                &[("Idempotency-Key", "up")],
                r#"{"payer":"DANNON","points":300,"timestamp":"2026-10-01T00:00:00Z","reason":"a call"}"#,
            ),
            Call(
                "POST /v1/ledgers/club/points/members/ada/adjust",
                &[("Idempotency-Key", "down")],
                r#"{"payer":"DANNON","points":-200,"reason":"a mistake"}"#,
            ),
            Call(
                "POST /v1/ledgers/club/points/members/ada/adjust",
                &[("Idempotency-Key", "down")],
                r#"{"payer":"DANNON","points":-200,"reason":"a mistake"}"#,
            ),
            Call("POST /v1/ledgers/club/points/members/ada/adjust", &[], r#"{"payer":"DANNON","points":-101}"#),
            Call("POST /v1/ledgers/club/points/members/ada/adjust", &[], r#"{"payer":"DANNON","points":0}"#),
            Call("POST /v1/ledgers/club/points/members/ada/earn", &[], r#"{"payer":"DANNON","points":-1}"#),
            Call("POST /v1/ledgers/club/points/members/ada/spend", &[], r#"{"points":-1}"#),
            Call("GET /v1/ledgers/club/points/members/ada", &[], ""),
            // As the small API's user sees it.
            Call("POST /add", &[], r#"{"payer":"DANNON","points":1000,"timestamp":"2026-10-01T00:00:00Z"}"#),
            Call("POST /spend", &[], r#"{"points":3000}"#),
            Call("POST /add", &[], r#"{"payer":"DANNON","points":-3000,"timestamp":"2026-10-01T00:00:00Z"}"#),
        ],
    )
    .await;
}

/// Sums beyond 128 bits, and differences beyond the range of balances, are shown exactly.
#[tokio::test]
async fn the_largest_numbers_are_exact() {
    let server = Server::on_memory();
    let bound = format!("1{}", "0".repeat(38));
    server.post("/v1/ledgers", LEDGER).await;
    let opened = format!(r#"{{"name":"deep","min_balance":-{bound}}}"#);
    assert_eq!(server.post("/v1/ledgers/shop/accounts", &opened).await.status, 201);
    let most = "9".repeat(36);
    let transfer = format!(r#"{{"postings":[{{"source":"world","destination":"deep","amount":{most}}}]}}"#);
    for _ in 0..80 {
        assert_eq!(server.post("/v1/ledgers/shop/transactions", &transfer).await.status, 201);
    }
    let account = server.get("/v1/ledgers/shop/accounts/deep").await.body;
    let available = format!("\"available\":\"179{}20\"", "9".repeat(34));
    assert!(account.contains(&available), "{account}");
    server.finish().await;
}

#[tokio::test]
async fn a_scale_changes_until_amounts_are_recorded() {
    story(
        "scales",
        &[
            Call("POST /v1/ledgers", &[], r#"{"name":"shop","assets":[{"code":"USD","scale":0}],"implicit_accounts":true}"#),
            Call("PATCH /v1/ledgers/shop/assets/USD", &[("Idempotency-Key", "one")], r#"{"scale":2}"#),
            Call("PATCH /v1/ledgers/shop/assets/USD", &[("Idempotency-Key", "one")], r#"{"scale":2}"#),
            Call("PATCH /v1/ledgers/shop/assets/USD", &[("Idempotency-Key", "one")], r#"{"scale":3}"#),
            Call("PATCH /v1/ledgers/shop/assets/USD", &[], r#"{"scale":37}"#),
            Call("PATCH /v1/ledgers/shop/assets/EUR", &[], r#"{"scale":2}"#),
            Call("PATCH /v1/ledgers/mall/assets/USD", &[], r#"{"scale":2}"#),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"a","amount":250}]}"#,
            ),
            Call("PATCH /v1/ledgers/shop/assets/USD", &[("Idempotency-Key", "two")], r#"{"scale":3}"#),
            Call("PATCH /v1/ledgers/shop/assets/USD", &[("Idempotency-Key", "two")], r#"{"scale":3}"#),
            Call("GET /v1/ledgers/shop", &[], ""),
            Call("GET /v1/ledgers/shop/events", &[], ""),
            // Refusals name amounts as people write them.
            Call(
                "POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000001/reverse",
                &[],
                r#"{"amount":251}"#,
            ),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[],
                r#"{"id":"01900000-0000-7000-8000-000000000002","postings":[{"source":"a","destination":"b","amount":50}],"pending":{}}"#,
            ),
            Call(
                "POST /v1/ledgers/shop/transactions/01900000-0000-7000-8000-000000000002/post",
                &[],
                r#"{"amount":51}"#,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn small_apis_refuse_ledgers_of_another_scale() {
    story(
        "scales_of_small_apis",
        &[
            Call("POST /v1/ledgers", &[], r#"{"name":"advances","assets":[{"code":"USD","scale":2}]}"#),
            Call("PATCH /v1/ledgers/advances/assets/USD", &[], r#"{"scale":0}"#),
            Call("POST /perform_advance", &[], r#"{"dst_bank_account":"alice","amount":12.34}"#),
            Call("POST /v1/ledgers", &[], r#"{"name":"points","assets":[{"code":"PTS","scale":3}]}"#),
            Call("POST /add", &[], r#"{"payer":"A","points":300,"timestamp":"2022-10-31T10:00:00Z"}"#),
            Call("POST /spend", &[], r#"{"points":1}"#),
            Call("POST /v1/ledgers", &[], r#"{"name":"accounts","assets":[{"code":"UNIT","scale":2}]}"#),
            Call(
                "POST /amount",
                &[("Transaction-Id", "00000000-0000-4000-8000-000000000001")],
                r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":7}"#,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_archived_ledger_expires_nothing_early_and_takes_no_report() {
    story(
        "archived_products",
        &[
            Call(
                "POST /v1/ledgers",
                &[],
                r#"{"name":"shop","assets":[{"code":"PTS","scale":0},{"code":"USD","scale":2}]}"#,
            ),
            Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#),
            Call("PUT /v1/ledgers/shop/advances/terms", &[], r#"{"asset":"USD"}"#),
            Call("PATCH /v1/ledgers/shop", &[], r#"{"archived":true}"#),
            Call("POST /v1/ledgers/shop/points/expire", &[], r#"{"as_of":"2030-01-01T00:00:00Z"}"#),
            Call("POST /v1/ledgers/shop/advances/reports", &[("Content-Type", "text/csv")], "t1,success\n"),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_archived_ledger_is_read_only() {
    story(
        "archived",
        &[
            Call("POST /v1/ledgers", &[], r#"{"name":"mall","assets":[{"code":"USD","scale":2}]}"#),
            Call("POST /v1/ledgers", &[], LEDGER),
            Call("PATCH /v1/ledgers/shop", &[("Idempotency-Key", "one")], r#"{"archived":true}"#),
            Call("PATCH /v1/ledgers/shop", &[("Idempotency-Key", "one")], r#"{"archived":true}"#),
            Call("PATCH /v1/ledgers/shop", &[], r#"{"archived":true}"#),
            Call("PATCH /v1/ledgers/shop", &[], "{}"),
            Call("GET /v1/ledgers", &[], ""),
            Call("GET /v1/ledgers?archived=true", &[], ""),
            Call("GET /v1/ledgers?archived=maybe", &[], ""),
            Call("GET /v1/ledgers/shop", &[], ""),
            Call("GET /v1/ledgers/shop/accounts/world/balance", &[], ""),
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[("Idempotency-Key", "pay")],
                r#"{"postings":[{"source":"world","destination":"a","amount":2}]}"#,
            ),
            Call("POST /v1/ledgers/shop/assets", &[], r#"{"code":"EUR","scale":2}"#),
            Call("POST /v1/ledgers", &[], LEDGER),
            Call("PATCH /v1/ledgers/shop", &[], r#"{"default_asset":"USD"}"#),
            // Both at once, in the order in which each is allowed.
            Call(
                "PATCH /v1/ledgers/shop",
                &[("Idempotency-Key", "both")],
                r#"{"archived":false,"default_asset":"JPY"}"#,
            ),
            Call("POST /v1/ledgers/shop/assets", &[], r#"{"code":"JPY","scale":0}"#),
            Call("PATCH /v1/ledgers/shop", &[], r#"{"archived":false,"default_asset":"USD"}"#),
            Call("POST /v1/ledgers/shop/assets", &[], r#"{"code":"JPY","scale":0}"#),
            Call("PATCH /v1/ledgers/shop", &[("Idempotency-Key", "two")], r#"{"archived":true,"default_asset":"JPY"}"#),
            Call("PATCH /v1/ledgers/shop", &[("Idempotency-Key", "two")], r#"{"archived":true,"default_asset":"JPY"}"#),
            Call("PATCH /v1/ledgers/shop", &[("Idempotency-Key", "two")], r#"{"archived":true,"default_asset":"USD"}"#),
            Call("PATCH /v1/ledgers/shop", &[], r#"{"archived":false}"#),
            // What was refused meanwhile was not kept.
            Call(
                "POST /v1/ledgers/shop/transactions",
                &[("Idempotency-Key", "pay")],
                r#"{"postings":[{"source":"world","destination":"a","amount":2}]}"#,
            ),
            Call("GET /v1/ledgers/shop/events?after=2", &[], ""),
            // The system ledger is not to be reached.
            Call("GET /v1/ledgers/$system", &[], ""),
            Call("GET /v1/ledgers/%24system/events", &[], ""),
            Call("POST /v1/ledgers", &[], r#"{"name":"$system"}"#),
        ],
    )
    .await;
}
