//! Advances over HTTP: made, collected day by day, read about, given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ducat_domain::advances::{Action, TransactionId};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::money::Amount;
use ducat_domain::names::{Name, Party};
use ducat_domain::{Action as LedgerAction, Command, Item};
use ducat_processor::simulator::{Faults, Simulator};
use ducat_processor::{Ending, Format, Processor, Promised, Report, ReportError, SubmitError, Transaction};

use crate::Step::{Call, Day as Today, Down, Refuse, Run};
use crate::{Server, story};

const CSV: (&str, &str) = ("Content-Type", "text/csv");
const JSON: (&str, &str) = ("Content-Type", "application/json");
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
async fn what_a_processor_refuses_for_good_waits_for_a_person() {
    story(
        "what_a_processor_refuses_for_good_waits_for_a_person",
        &[
            Refuse(true),
            Call("POST /perform_advance", &[KEY_ADA], r#"{"dst_bank_account":"ada","amount":12}"#),
            Call("POST /perform_advance", &[("Idempotency-Key", "bob")], r#"{"dst_bank_account":"bob","amount":12}"#),
            Call("GET /v1/ledgers/advances/advances?status=refused&limit=1", &[], ""),
            Call("GET /v1/ledgers/advances/advances/exceptions", &[], ""),
            Call("GET /v1/ledgers/advances/accounts/advances:cash/balance", &[], ""),
            Call("POST /v1/ledgers/advances/{bob}/cancel", &[], ""),
            Call("POST /v1/ledgers/advances/{ada}/retry", &[("Idempotency-Key", "again")], ""),
            Refuse(false),
            Call("POST /v1/ledgers/advances/{ada}/retry", &[("Idempotency-Key", "else")], r#"{"customer":"eve"}"#),
            Call("POST /v1/ledgers/advances/{ada}/retry", &[("Idempotency-Key", "else")], r#"{"customer":"eve"}"#),
            Call("POST /v1/ledgers/advances/{ada}/retry", &[], ""),
            Call("POST /v1/ledgers/advances/{ada}/retry", &[], r#"{"amount":5}"#),
            Call("GET /v1/ledgers/advances/advances/exceptions", &[], ""),
            Today("2026-11-02"),
            Call("POST /v1/ledgers/advances/advances/runs", &[("Idempotency-Key", "r1")], r#"{"as_of":"2026-11-02"}"#),
            Run,
            Refuse(true),
            Today("2026-11-09"),
            Call("POST /v1/ledgers/advances/advances/runs", &[("Idempotency-Key", "r2")], r#"{"as_of":"2026-11-09"}"#),
            Run,
            Call("GET /v1/ledgers/advances/advances/runs?limit=1", &[], ""),
            Call("GET /v1/ledgers/advances/{ada}", &[], ""),
        ],
    )
    .await;
}

#[tokio::test]
async fn silence_is_proved_by_whole_reports() {
    story(
        "silence_is_proved_by_whole_reports",
        &[
            Call("POST /perform_advance", &[KEY_ADA], r#"{"dst_bank_account":"ada","amount":1.00}"#),
            Call("POST /v1/ledgers/advances/advances/reports?as_of=2026-11-01", &[CSV], ""),
            Call("POST /v1/ledgers/advances/advances/reports?as_of=2026-11-02", &[JSON], "[]"),
            Call(
                "POST /v1/ledgers/advances/advances/reports?as_of=2026-11-03",
                &[CSV],
                "\u{feff}\ntransaction_id,status\r\ns1-000000000001,Success,\r\ntotal,1\r\n",
            ),
            Call("GET /v1/ledgers/advances/advances/exceptions", &[], ""),
            Call("POST /v1/ledgers/advances/advances/reports?as_of=2026-11-03&accept_as_whole=", &[CSV], "a,b"),
            Call("POST /v1/ledgers/advances/advances/reports?accept_as_whole=seen", &[CSV], "a,b"),
            Call(
                "POST /v1/ledgers/advances/advances/reports?as_of=2026-11-03&accept_as_whole=only%20totals",
                &[CSV],
                "",
            ),
            Call("POST /v1/ledgers/advances/advances/reports?as_of=9999-12-31", &[CSV], ""),
            Call("POST /v1/ledgers/advances/advances/runs", &[], r#"{"as_of":"9999-12-31"}"#),
            Call("GET /v1/ledgers/advances/advances/exceptions", &[], ""),
            Call("GET /v1/ledgers/advances/events?after=12", &[], ""),
        ],
    )
    .await;
}

#[tokio::test]
async fn one_iban_is_one_customer() {
    let server = Server::on_memory();
    for (key, account) in
        [("1", "DE89 3704 0044 0532 0130 00"), ("2", "de89370400440532013000"), ("3", "DE89370400440532013000")]
    {
        let body = format!(r#"{{"dst_bank_account":"{account}","amount":1}}"#);
        let answer = server.call("POST /perform_advance", &[("Idempotency-Key", key)], &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let again = server.call("POST /perform_advance", &[("Idempotency-Key", key)], &body).await;
        assert_eq!((again.status, &again.body), (200, &answer.body));
    }
    for customer in ["DE89370400440532013000", "DE89%203704%200044%200532%200130%2000"] {
        let of = server.get(&format!("/v1/ledgers/advances/advances?customer={customer}")).await;
        assert_eq!(of.body.matches(r#""customer":"DE89370400440532013000""#).count(), 3, "{}", of.body);
    }
    let asked: Vec<String> =
        server.simulator.taken().iter().map(|taken| taken.transaction.customer.to_string()).collect();
    assert_eq!(asked, ["DE89370400440532013000"; 3]);
    server.finish().await;
}

/// Earlier releases took customers as they were written.
#[tokio::test]
async fn a_customer_that_was_recorded_as_written_keeps_its_name() {
    let server = Server::on_memory();
    assert_eq!(server.post("/perform_advance", r#"{"dst_bank_account":"ada","amount":1}"#).await.status, 200);
    let ledger = Name::parse("advances").expect("a name");
    let printed = Party::parse("DE89 3704 0044 0532 0130 00").expect("a name");
    let id = CommandId::Client(ducat_api::idempotency::from_key(&ledger, "old"));
    let open = Action::Open { customer: printed, amount: Amount::new(100) };
    let open = Command::new(id, LedgerAction::from(open));
    server.engine.submit(ledger, vec![Item::Single(open)]).await.expect("it is taken");
    let old = r#"{"dst_bank_account":"DE89 3704 0044 0532 0130 00","amount":1}"#;
    let again = server.call("POST /perform_advance", &[("Idempotency-Key", "old")], old).await;
    assert_eq!(again.status, 202, "{}", again.body);
    let other = r#"{"dst_bank_account":"DE89370400440532013000","amount":1}"#;
    assert_eq!(server.post("/perform_advance", other).await.status, 200);
    let of = server.get("/v1/ledgers/advances/advances?customer=DE89370400440532013000").await;
    assert_eq!(of.body.matches(r#""customer":"DE89 3704 0044 0532 0130 00""#).count(), 2, "{}", of.body);
    server.finish().await;
}

/// A processor that responds when the test says so.
struct Slow(tokio::sync::Semaphore);

impl Processor for Slow {
    fn submit<'a>(&'a self, _: &'a Transaction) -> Promised<'a, Result<TransactionId, SubmitError>> {
        Box::pin(async {
            self.0.acquire().await.expect("it is open").forget();
            Ok(TransactionId::parse("slow").expect("a name"))
        })
    }

    fn report(&self) -> Promised<'_, Result<Report, ReportError>> {
        Box::pin(std::future::ready(Err(ReportError("none".to_owned()))))
    }
}

#[tokio::test]
async fn a_slow_processor_is_not_waited_for() {
    let slow = Arc::new(Slow(tokio::sync::Semaphore::new(0)));
    let server = Server::on_memory().with_processor(Arc::clone(&slow) as _, Duration::from_millis(20));
    let body = r#"{"dst_bank_account":"ada","amount":5}"#;
    let later = server.call("POST /perform_advance", &[KEY_ADA, ("Prefer", "respond-async")], body).await;
    assert_eq!(later.status, 202, "{}", later.body);
    assert_eq!(later.headers["preference-applied"], "respond-async");
    // It is over the bound.
    let late = server.call("POST /perform_advance", &[("Idempotency-Key", "bob")], body).await;
    assert_eq!(late.status, 202, "{}", late.body);
    assert!(!late.headers.contains_key("preference-applied"));
    let path = "/v1/ledgers/advances/advances";
    let request = r#"{"customer":"eve","amount":5}"#;
    let full = server.call(&format!("POST {path}"), &[("Prefer", "respond-async")], request).await;
    assert_eq!(full.status, 202, "{}", full.body);
    // What was accepted is sent, whether a client waits or not.
    let commits = server.engine.published().commits();
    slow.0.add_permits(1);
    until_sent(&server, commits).await;
    server.finish().await;
}

/// Waits until an advance is sent. The commits are followed from before that may happen.
async fn until_sent(server: &Server, mut commits: tokio::sync::watch::Receiver<u64>) {
    loop {
        let shown = server.get("/v1/ledgers/advances/advances").await;
        if shown.body.contains(r#""status":"sent""#) {
            return;
        }
        commits.changed().await.expect("the engine is open");
    }
}

/// A processor that has one report, and counts how often it is asked for it.
struct Reporting {
    rows: &'static str,
    ending: Ending,
    asked: AtomicUsize,
}

impl Processor for Reporting {
    fn submit<'a>(&'a self, _: &'a Transaction) -> Promised<'a, Result<TransactionId, SubmitError>> {
        Box::pin(std::future::ready(Ok(TransactionId::parse("t1").expect("a name"))))
    }

    fn report(&self) -> Promised<'_, Result<Report, ReportError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let bytes = Box::new(self.rows.as_bytes());
        Box::pin(std::future::ready(Ok(Report { format: Format::Json, is_gzip: false, ending: self.ending, bytes })))
    }
}

#[tokio::test]
async fn a_report_that_was_read_to_its_end_is_asked_for_once() {
    const WHOLE: &str = r#"[{"transaction_id":"t1","status":"success"}]"#;
    const CUT: &str = r#"[{"transaction_id":"t1","status":"success"},"#;
    const TOTALS: &str = r#"[{"transaction_id":"t1","status":"success"},{"total":1}]"#;
    for (rows, ending, asked, is_complete, is_whole) in [
        (WHOLE, Ending::Named, 1, true, true),
        (WHOLE, Ending::Closed, 1, true, false),
        (TOTALS, Ending::Named, 1, true, false),
        (CUT, Ending::Named, 3, false, false),
        ("", Ending::Named, 1, true, false),
    ] {
        let processor = Arc::new(Reporting { rows, ending, asked: AtomicUsize::new(0) });
        let server = Server::on_memory().with_processor(Arc::clone(&processor) as _, Duration::from_secs(60));
        assert_eq!(server.post("/perform_advance", r#"{"dst_bank_account":"ada","amount":5}"#).await.status, 200);
        let path = "/v1/ledgers/advances/advances/runs";
        assert_eq!(server.post(path, r#"{"as_of":"2026-11-02"}"#).await.status, 202);
        let ledger = Name::parse("advances").expect("a name");
        server.collector.carry_on(&ledger).await.expect("it can be carried through");
        let run = server.get(path).await.body;
        let told = format!(r#""complete":{is_complete},"whole":{is_whole}"#);
        assert!(run.contains(&told), "{rows}, {ending:?}: {run}");
        assert_eq!(processor.asked.load(Ordering::SeqCst), asked, "{rows}, {ending:?}");
        server.finish().await;
    }
}

#[tokio::test]
async fn accounts_of_advances_are_said_to_be_theirs() {
    let server = Server::on_memory();
    assert_eq!(server.post("/perform_advance", r#"{"dst_bank_account":"ada","amount":5}"#).await.status, 200);
    let body = r#"{"postings":[{"source":"world","destination":"advances:receivable:ada","amount":5}]}"#;
    let refused = server.post("/v1/ledgers/advances/transactions", body).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(refused.body.contains("advances:receivable:ada is one of advances"), "{}", refused.body);
    server.finish().await;
}

#[tokio::test]
async fn without_a_processor_nothing_is_taken() {
    let server = Server::on_memory().without_processor();
    let answer = server.post("/perform_advance", r#"{"dst_bank_account":"ada","amount":1}"#).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("processor_not_configured"), "{}", answer.body);
    assert!(!answer.headers.contains_key("retry-after"), "time does not mend it");
    assert_eq!(server.get("/v1/ledgers/advances").await.status, 404, "nothing was made");
    server.finish().await;
}

/// The processor is asked under one key, however the request for it is repeated.
#[tokio::test]
async fn a_key_pays_out_once() {
    let server = Server::on_memory();
    let body = r#"{"dst_bank_account":"ada","amount":5}"#;
    let commits = server.engine.published().commits();
    // Where the request that sends is not the one that was first, the work that a server does by itself sends.
    let working = tokio::spawn(server.collector.clone().work());
    let sent = (0..20).map(|_| server.call("POST /perform_advance", &[KEY_ADA], body));
    let answers = futures_util::future::join_all(sent).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 202)));
    until_sent(&server, commits).await;
    let simulator: &Arc<Simulator> = &server.simulator;
    assert_eq!(simulator.taken().len(), 1);
    working.abort();
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
    // What is waiting is sent by the owner of the ledger's lease.
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
