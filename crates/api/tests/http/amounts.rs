//! Account management: every line of it, on every store.

use crate::Step::Call;
use crate::story;

const A: &str = "POST /amount";

#[tokio::test]
async fn amounts_are_posted_once_and_found_again() {
    let steps = [
        Call("GET /ping", &[], ""),
        Call("GET /max_transaction_volume", &[], ""),
        Call("GET /balance/11111111-1111-4111-8111-111111111111", &[], ""),
        Call("GET /transaction/00000000-0000-4000-8000-000000000001", &[], ""),
        Call(
            A,
            &[("Transaction-Id", "00000000-0000-4000-8000-000000000001")],
            r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":7}"#,
        ),
        Call("GET /balance/11111111-1111-4111-8111-111111111111", &[], ""),
        Call("GET /transaction/00000000-0000-4000-8000-000000000001", &[], ""),
        // The same again is counted once; another body under the same id changes nothing.
        Call(
            A,
            &[("Transaction-Id", "00000000-0000-4000-8000-000000000001")],
            r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":7}"#,
        ),
        Call(
            A,
            &[("Transaction-Id", "00000000-0000-4000-8000-000000000001")],
            r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":8}"#,
        ),
        Call(
            A,
            &[("Transaction-Id", "00000000-0000-4000-8000-000000000001")],
            r#"{"account_id":"22222222-2222-4222-8222-222222222222","amount":7}"#,
        ),
        Call("GET /balance/22222222-2222-4222-8222-222222222222", &[], ""),
        // Negative amounts withdraw, below nothing too; the letters of a UUID may be of either case.
        Call(
            A,
            &[
                ("Transaction-Id", "00000000-0000-4000-8000-000000000002"),
                ("Content-Type", "application/json; charset=utf-8"),
            ],
            r#"{"account_id":"AAAAAAAA-1111-4111-8111-111111111111","amount":-999999999999999}"#,
        ),
        Call("GET /balance/aaaaaaaa-1111-4111-8111-111111111111", &[], ""),
        Call("GET /transaction/00000000-0000-4000-8000-000000000002", &[], ""),
        // Nothing is a transaction too.
        Call(
            A,
            &[("Transaction-Id", "00000000-0000-4000-8000-000000000003")],
            r#"{"account_id":"33333333-3333-4333-8333-333333333333","amount":0}"#,
        ),
        Call("GET /balance/33333333-3333-4333-8333-333333333333", &[], ""),
        Call("GET /transaction/00000000-0000-4000-8000-000000000003", &[], ""),
        // Three accounts have one transaction each; what was refused or repeated is no volume.
        Call("GET /max_transaction_volume", &[], ""),
        Call(
            A,
            &[("Transaction-Id", "00000000-0000-4000-8000-000000000004")],
            r#"{"account_id":"33333333-3333-4333-8333-333333333333","amount":0}"#,
        ),
        Call("GET /max_transaction_volume", &[], ""),
        Call(
            A,
            &[("Transaction-Id", "00000000-0000-4000-8000-000000000005")],
            r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":-7}"#,
        ),
        Call("GET /max_transaction_volume", &[], ""),
        Call("POST /max_transaction_volume", &[], "{}"),
        Call("GET /max_transaction_volume?top=1", &[], ""),
    ];
    story("amounts", &steps).await;
}

#[tokio::test]
async fn amounts_that_are_wrong_are_refused_in_order() {
    const ID: &[(&str, &str)] = &[("Transaction-Id", "00000000-0000-4000-8000-000000000001")];
    const GOOD: &str = r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":7}"#;
    let steps = [
        Call("PUT /amount", ID, GOOD),
        Call("DELETE /balance/11111111-1111-4111-8111-111111111111", &[], ""),
        Call(A, &[("Content-Type", "text/plain")], "7"),
        Call(A, ID, "{"),
        Call(A, ID, "[]"),
        Call(A, ID, r#"{"amount":7}"#),
        Call(A, ID, r#"{"account_id":"11111111-1111-4111-8111-111111111111"}"#),
        Call(A, ID, r#"{"account_id":7,"amount":7}"#),
        Call(A, ID, r#"{"account_id":"someone","amount":7}"#),
        Call(A, ID, r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":"7"}"#),
        Call(A, ID, r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":7.0}"#),
        Call(A, ID, r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":1e3}"#),
        Call(A, ID, r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":1000000000000000}"#),
        Call(A, ID, r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":null}"#),
        Call(A, ID, r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":7,"note":"x"}"#),
        Call(A, &[], GOOD),
        Call(A, &[("Transaction-Id", "one")], GOOD),
        Call("POST /amount?dry_run=true", ID, GOOD),
        Call("POST /amount?dry_run=true", &[("Content-Type", "text/plain")], "7"),
        Call(A, ID, r#"{"account_id":"{11111111-1111-4111-8111-111111111111}","amount":7}"#),
        Call(A, ID, r#"{"account_id":"11111111111141118111111111111111","amount":7}"#),
        Call(A, &[("Transaction-Id", "urn:uuid:00000000-0000-4000-8000-000000000001")], GOOD),
        // Nothing of all that was counted.
        Call("GET /balance/11111111-1111-4111-8111-111111111111", &[], ""),
        Call("GET /transaction/00000000-0000-4000-8000-000000000001", &[], ""),
        Call("GET /transaction/one", &[], ""),
        Call("GET /balance/someone", &[], ""),
        Call("GET /balance/%FF", &[], ""),
        Call("GET /transaction/%FF", &[], ""),
        Call("GET /max_transaction_volume", &[], ""),
    ];
    story("amounts_refused", &steps).await;
}

#[tokio::test]
async fn a_ledger_that_ranks_nobody_says_so() {
    let steps = [
        Call(
            "POST /v1/ledgers",
            &[],
            r#"{"name":"accounts","assets":[{"code":"UNIT","scale":0}],"zero_amounts":"record"}"#,
        ),
        Call(
            A,
            &[("Transaction-Id", "00000000-0000-4000-8000-000000000001")],
            r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":7}"#,
        ),
        Call("GET /max_transaction_volume", &[], ""),
        Call("GET /v1/ledgers/accounts/busiest", &[], ""),
        Call("GET /v1/ledgers/nowhere/busiest", &[], ""),
        Call(
            "POST /v1/ledgers",
            &[],
            r#"{"name":"ranked","assets":[{"code":"USD","scale":2}],"implicit_accounts":true,"rank_by_entries":true}"#,
        ),
        Call("GET /v1/ledgers/ranked/busiest", &[], ""),
        Call(
            "POST /v1/ledgers/ranked/transactions",
            &[("Idempotency-Key", "one")],
            r#"{"postings":[{"source":"world","destination":"a","amount":5},{"source":"a","destination":"b","amount":1}]}"#,
        ),
        Call("GET /v1/ledgers/ranked/busiest", &[], ""),
        // A refusal that is kept is the same refusal again.
        Call("PATCH /v1/ledgers/accounts/accounts/11111111-1111-4111-8111-111111111111", &[], r#"{"frozen":true}"#),
        Call(
            A,
            &[("Transaction-Id", "00000000-0000-4000-8000-000000000002")],
            r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":7}"#,
        ),
        Call(
            A,
            &[("Transaction-Id", "00000000-0000-4000-8000-000000000002")],
            r#"{"account_id":"11111111-1111-4111-8111-111111111111","amount":7}"#,
        ),
    ];
    story("amounts_unranked", &steps).await;
}
