//! Points: every line of both APIs, on every store; and many clients who spend one member's points at once.

use axum::body::Body;
use axum::http::Request;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::money::Amount;
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::points::{self, Earning, Holding};
use ducat_domain::{Action, Command, Item};
use serde_json::Value;

use crate::Step::{Call, Wait};
use crate::{Server, story};

const KEY_1: &[(&str, &str)] = &[("Idempotency-Key", "one")];
const KEY_2: &[(&str, &str)] = &[("Idempotency-Key", "two")];
const CSV: &[(&str, &str)] = &[("Content-Type", "text/csv")];

#[tokio::test]
async fn one_members_points_are_spent_oldest_first() {
    let steps = [
        Call("GET /balance", &[], ""),
        Call("POST /spend", &[], r#"{"points":1}"#),
        Call("POST /add", &[], r#"{"payer":"DANNON","points":300,"timestamp":"2022-10-31T10:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"UNILEVER","points":200,"timestamp":"2022-10-31T11:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"DANNON","points":-200,"timestamp":"2022-10-31T15:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"MILLER COORS","points":10000,"timestamp":"2022-11-01T14:00:00Z"}"#),
        Call("POST /add", KEY_1, r#"{"payer":"DANNON","points":1000,"timestamp":"2022-11-02T14:00:00Z"}"#),
        // The same again under the same key counts once.
        Call("POST /add", KEY_1, r#"{"payer":"DANNON","points":1000,"timestamp":"2022-11-02T14:00:00Z"}"#),
        Call("POST /add", KEY_1, r#"{"payer":"DANNON","points":1001,"timestamp":"2022-11-02T14:00:00Z"}"#),
        Call("GET /balance", &[], ""),
        Call("POST /spend", KEY_2, r#"{"points":5000}"#),
        Call("POST /spend", KEY_2, r#"{"points":5000}"#),
        Call("GET /balance", &[], ""),
        // More than there is, of all payers or of one: nothing changes.
        Call("POST /spend", &[], r#"{"points":6301}"#),
        Call("POST /add", &[], r#"{"payer":"UNILEVER","points":-1,"timestamp":"2022-11-03T00:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"NOBODY","points":-1,"timestamp":"2022-11-03T00:00:00Z"}"#),
        Call("GET /balance", &[], ""),
        // Whatever is wrong is said in a sentence.
        Call("POST /add", &[], r#"{"payer":"DANNON","timestamp":"2022-11-02T14:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"","points":1,"timestamp":"2022-11-02T14:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"DANNON","points":0,"timestamp":"2022-11-02T14:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"DANNON","points":"1","timestamp":"2022-11-02T14:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"DANNON","points":1.5,"timestamp":"2022-11-02T14:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"DANNON","points":1,"timestamp":"yesterday"}"#),
        Call("POST /add", &[], r#"{"payer":"DANNON","points":1,"timestamp":"2022-11-02T14:00:00Z","colour":1}"#),
        Call("POST /add", &[], r#"{"payer":7,"points":1,"timestamp":"2022-11-02T14:00:00Z"}"#),
        Call("POST /spend", &[], r#"{"points":0}"#),
        Call("POST /spend", &[], r#"{"points":-5}"#),
        Call("POST /spend", &[], r#"{}"#),
        Call("POST /spend", &[], r#"[5]"#),
        Call("POST /spend", &[], r#"{"points":1e2}"#),
        Call("POST /spend", &[], "{"),
        Call("GET /balance?colour=1", &[], ""),
        Call("GET /balance", &[], ""),
        Call("POST /spend", &[], r#"{"points":6300}"#),
        Call("GET /balance", &[], ""),
        Call("POST /spend", &[], r#"{"points":1}"#),
        // It is a ledger like any other, but its points move by earning and spending alone.
        Call("GET /v1/ledgers/points/points/program", &[], ""),
        Call("GET /v1/ledgers/points/accounts/points:members:default:MILLER.20COORS", &[], ""),
        Call(
            "POST /v1/ledgers/points/transactions",
            &[],
            r#"{"postings":[{"source":"world","destination":"points:members:default:DANNON","amount":5}]}"#,
        ),
        Call("POST /v1/ledgers/points/accounts", &[], r#"{"name":"points:members:default:MINE"}"#),
        Call("PATCH /v1/ledgers/points/accounts/points:members:default:DANNON", &[], r#"{"frozen":true}"#),
    ];
    story("points_of_one_member", &steps).await;
}

#[tokio::test]
async fn the_same_in_another_order_of_arrival() {
    let steps = [
        Call("POST /add", &[], r#"{"payer":"DANNON","points":1000,"timestamp":"2022-11-02T14:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"UNILEVER","points":200,"timestamp":"2022-10-31T11:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"DANNON","points":-200,"timestamp":"2022-10-31T15:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"MILLER COORS","points":10000,"timestamp":"2022-11-01T14:00:00Z"}"#),
        Call("POST /add", &[], r#"{"payer":"DANNON","points":300,"timestamp":"2022-10-31T10:00:00Z"}"#),
        Call("POST /spend", &[], r#"{"points":5000}"#),
        Call("GET /balance", &[], ""),
    ];
    story("points_in_another_order", &steps).await;
}

const SHOP: &str = r#"{"name":"shop","assets":[{"code":"PTS","scale":0},{"code":"USD","scale":2}]}"#;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a story, in order")]
async fn members_earn_spend_and_get_back() {
    let steps = [
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#),
        Call("POST /v1/ledgers", &[], SHOP),
        Call("GET /v1/ledgers/shop/points/program", &[], ""),
        Call("POST /v1/ledgers/shop/points/members/mary/earn", &[], r#"{"payer":"A","points":5}"#),
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"EUR","order":"earned"}"#),
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"latest"}"#),
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned","lifetime_days":0}"#),
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned","lifetime_days":365}"#),
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned","lifetime_days":365}"#),
        Call("GET /v1/ledgers/shop/points/program", &[], ""),
        Call("GET /v1/ledgers/shop/points/members/mary", &[], ""),
        Call("GET /v1/ledgers/shop/points/members/mary/lots", &[], ""),
        Call("GET /v1/ledgers/shop/points/members/mary/history", &[], ""),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/earn",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000001","payer":"A","points":300,"earned_at":"2026-10-01T00:00:00Z","metadata":{"order":"17"}}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/earn",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000001","payer":"A","points":300,"earned_at":"2026-10-01T00:00:00Z","metadata":{"order":"17"}}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/earn",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000002","payer":"B & sons","points":200,"earned_at":"2026-10-02T00:00:00Z","expires_at":"2026-11-20T00:00:00Z"}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/earn",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000003","payer":"A","points":"50","earned_at":"2026-10-03T00:00:00Z"}"#,
        ),
        // It arrives too late: it is lost whole.
        Call(
            "POST /v1/ledgers/shop/points/members/mary/earn",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000004","payer":"A","points":7,"earned_at":"2024-01-01T00:00:00Z"}"#,
        ),
        Call("GET /v1/ledgers/shop/points/members/mary", &[], ""),
        Call("GET /v1/ledgers/shop/points/members/mary/lots?limit=2", &[], ""),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/spend",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000005","points":520,"dry_run":true}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/spend",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000005","points":520}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/spend",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000005","points":520}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/spend",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000006","points":31}"#,
        ),
        // A refusal is repeated, whatever has changed since.
        Call(
            "POST /v1/ledgers/shop/points/members/mary/spend",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000006","points":31}"#,
        ),
        Call("POST /v1/ledgers/shop/points/members/mary/spend", &[], r#"{"points":0}"#),
        Call("POST /v1/ledgers/shop/points/members/marc/spend", &[], r#"{"points":1}"#),
        Call("GET /v1/ledgers/shop/points/members/mary/lots", &[], ""),
        Call(
            "POST /v1/ledgers/shop/points/spends/00000000-0000-4000-8000-000000000005/refund",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000007","points":120}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/points/spends/00000000-0000-4000-8000-000000000005/refund",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000007","points":120}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/points/spends/00000000-0000-4000-8000-000000000005/refund",
            &[],
            r#"{"points":401}"#,
        ),
        Call("POST /v1/ledgers/shop/points/spends/00000000-0000-4000-8000-000000000001/refund", &[], ""),
        Call("POST /v1/ledgers/shop/points/spends/nonsense/refund", &[], ""),
        Call("GET /v1/ledgers/shop/points/members/mary", &[], ""),
        Call("POST /v1/ledgers/shop/points/expire", &[], ""),
        // Twenty days on, what B gave has expired: what was left of it is lost, and what comes back of it too.
        Wait(20 * 86_400),
        Call("GET /v1/ledgers/shop/points/members/mary", &[], ""),
        Call(
            "POST /v1/ledgers/shop/points/spends/00000000-0000-4000-8000-000000000005/refund",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000008"}"#,
        ),
        Call("POST /v1/ledgers/shop/points/spends/00000000-0000-4000-8000-000000000005/refund", &[], ""),
        Call("GET /v1/ledgers/shop/points/members/mary/lots", &[], ""),
        Call("POST /v1/ledgers/shop/points/expire", &[], r#"{"as_of":"2028-01-01T00:00:00Z"}"#),
        Call("GET /v1/ledgers/shop/points/members/mary", &[], ""),
        // A transaction of points is not undone by other means.
        Call("POST /v1/ledgers/shop/transactions/00000000-0000-4000-8000-000000000001/reverse", &[], ""),
        Call("GET /v1/ledgers/shop/transactions/00000000-0000-4000-8000-000000000005", &[], ""),
        // Asset and order are fixed now, the rest is not.
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"expiring"}"#),
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"USD","order":"earned"}"#),
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned","pending_days":3}"#),
    ];
    story("points_of_members", &steps).await;
}

#[tokio::test]
async fn points_wait_until_they_can_be_spent() {
    let steps = [
        Call("POST /v1/ledgers", &[], SHOP),
        Call(
            "PUT /v1/ledgers/shop/points/program",
            &[],
            r#"{"asset":"PTS","order":"expiring","lifetime_days":30,"pending_days":10}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/earn",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000001","payer":"A","points":10,"earned_at":"2026-10-30T00:00:00Z"}"#,
        ),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/earn",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000002","payer":"B","points":20,"earned_at":"2026-10-20T00:00:00Z"}"#,
        ),
        Call("GET /v1/ledgers/shop/points/members/mary", &[], ""),
        Call("POST /v1/ledgers/shop/points/members/mary/spend", &[], r#"{"points":21}"#),
        Call("POST /v1/ledgers/shop/transactions/00000000-0000-4000-8000-000000000001/post", &[], ""),
        Call("POST /v1/ledgers/shop/transactions/00000000-0000-4000-8000-000000000001/void", &[], ""),
        // Eight days on, what was pending can be spent.
        Wait(8 * 86_400 + 3_600),
        Call("GET /v1/ledgers/shop/points/members/mary", &[], ""),
        Call("GET /v1/ledgers/shop/points/members/mary/lots", &[], ""),
        Call(
            "POST /v1/ledgers/shop/points/members/mary/spend",
            &[],
            r#"{"id":"00000000-0000-4000-8000-000000000003","points":25}"#,
        ),
        Call("GET /v1/ledgers/shop/points/members/mary/history?limit=2", &[], ""),
        Wait(30 * 86_400),
        Call("GET /v1/ledgers/shop/points/members/mary", &[], ""),
    ];
    story("points_that_wait", &steps).await;
}

#[tokio::test]
async fn rows_are_imported_once() {
    let steps = [
        Call("POST /v1/ledgers/shop/points/import", CSV, "mary,A,1,2026-01-01T00:00:00Z\n"),
        Call("POST /v1/ledgers", &[], SHOP),
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#),
        Call("POST /v1/ledgers/shop/points/import", &[], "{}"),
        Call("POST /v1/ledgers/shop/points/import", CSV, ""),
        Call(
            "POST /v1/ledgers/shop/points/import",
            CSV,
            "member,payer,points,timestamp\nmary,A,300,2026-01-01T00:00:00Z\nmary,B,200,2026-01-02T00:00:00Z\n\
             mary,A,-100,2026-01-03T00:00:00Z\nmary,A,-201,2026-01-03T00:00:00Z\n\"marc, the second\",A,5,2026-01-03T00:00:00+01:00\n\
             mary,A\n,A,5,2026-01-03T00:00:00Z\nmary,A,five,2026-01-03T00:00:00Z\nmary,A,0,2026-01-03T00:00:00Z\nmary,A,5,today\n",
        ),
        // The same again changes nothing and gets the same response; what has grown goes on where it ended.
        Call(
            "POST /v1/ledgers/shop/points/import",
            CSV,
            "member,payer,points,timestamp\nmary,A,300,2026-01-01T00:00:00Z\nmary,B,200,2026-01-02T00:00:00Z\n\
             mary,A,-100,2026-01-03T00:00:00Z\nmary,A,-201,2026-01-03T00:00:00Z\n\"marc, the second\",A,5,2026-01-03T00:00:00+01:00\n\
             mary,A\n,A,5,2026-01-03T00:00:00Z\nmary,A,five,2026-01-03T00:00:00Z\nmary,A,0,2026-01-03T00:00:00Z\nmary,A,5,today\n",
        ),
        Call(
            "POST /v1/ledgers/shop/points/import",
            CSV,
            "member,payer,points,timestamp\nmary,A,300,2026-01-01T00:00:00Z\nmary,B,200,2026-01-02T00:00:00Z\n\
             mary,A,-100,2026-01-03T00:00:00Z\nmary,A,-201,2026-01-03T00:00:00Z\n\"marc, the second\",A,5,2026-01-03T00:00:00+01:00\n\
             mary,A\n,A,5,2026-01-03T00:00:00Z\nmary,A,five,2026-01-03T00:00:00Z\nmary,A,0,2026-01-03T00:00:00Z\nmary,A,5,today\n\
             mary,C,1,2026-01-04T00:00:00Z\n",
        ),
        Call("GET /v1/ledgers/shop/points/members/mary", &[], ""),
        Call("GET /v1/ledgers/shop/points/members/marc%2C%20the%20second", &[], ""),
        // Another import of the same rows has a name of its own.
        Call("POST /v1/ledgers/shop/points/import?import=b", CSV, "mary,A,300,2026-01-01T00:00:00Z\n"),
        Call("POST /v1/ledgers/shop/points/import?import=c", CSV, "mary,A,300,2026-01-01T00:00:00Z\n"),
        Call("POST /v1/ledgers/shop/points/import?import=", CSV, "mary,A,300,2026-01-01T00:00:00Z\n"),
        Call("GET /v1/ledgers/shop/points/members/mary", &[], ""),
    ];
    story("points_imported", &steps).await;
}

/// Files as people bring them: joined, saved again by another program, with a quote left open.
#[tokio::test]
async fn files_are_read_as_they_come() {
    const IMPORT: &str = "POST /v1/ledgers/shop/points/import";
    let steps = [
        Call("POST /v1/ledgers", &[], SHOP),
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#),
        Call(
            IMPORT,
            CSV,
            "member,payer,points,timestamp\nm1,A,1,2026-01-01T00:00:00Z\nm2,A,2,2026-01-02T00:00:00Z\n\
             \u{feff}member,payer,points,timestamp\n\u{feff}m3,A,3,2026-01-03T00:00:00Z\n",
        ),
        // Other bytes, the same rows: nothing counts twice.
        Call(
            IMPORT,
            CSV,
            "\u{feff}\"m1\", A ,01,2026-01-01T01:00:00+01:00\r\nm2,A,2,2026-01-02T00:00:00.000Z\r\nm3,A,3,2026-01-03T00:00:00Z",
        ),
        Call("GET /v1/ledgers/shop/points/members/m3", &[], ""),
        // A quote that is left open takes none of the rows behind it with it, and the answer says so.
        Call(
            IMPORT,
            CSV,
            "q1,A,1,2026-02-01T00:00:00Z\nq2,\"A,2,2026-02-01T00:00:00Z\nq3,A,3,2026-02-01T00:00:00Z\nq4,\"A\",4,2026-02-01T00:00:00Z\n",
        ),
        Call("GET /v1/ledgers/shop/points/members/q3", &[], ""),
        Call("GET /v1/ledgers/shop/points/members/q4", &[], ""),
        // Names with what cannot be seen, and a line that is not UTF-8 is in a test of its own.
        Call(
            IMPORT,
            CSV,
            "v1\u{200b},A,1,2026-03-01T00:00:00Z\nv2,\u{202e}A,2,2026-03-01T00:00:00Z\nv3,A,3,2026-03-01T00:00:00Z\n",
        ),
    ];
    story("points_files_as_they_come", &steps).await;
}

const ONE: &[(&str, &str)] = &[("Idempotency-Key", "nfc-1")];

/// A name in two forms is one name, in every API; what cannot be seen is in none.
#[tokio::test]
async fn names_are_compared_after_normalisation() {
    let steps = [
        Call("POST /v1/ledgers", &[], SHOP),
        Call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#),
        Call(
            "POST /v1/ledgers/shop/points/members/Mu%CC%88ller/earn",
            ONE,
            "{\"payer\":\"Cafe\u{301}\",\"points\":5,\"earned_at\":\"2026-01-01T00:00:00Z\"}",
        ),
        Call(
            "POST /v1/ledgers/shop/points/members/M%C3%BCller/earn",
            ONE,
            "{\"payer\":\"Caf\u{e9}\",\"points\":5,\"earned_at\":\"2026-01-01T00:00:00Z\"}",
        ),
        Call("POST /v1/ledgers/shop/points/members/Mu%CC%88ller/spend", KEY_2, r#"{"points":1,"dry_run":true}"#),
        Call("GET /v1/ledgers/shop/points/members/Mu%CC%88ller", &[], ""),
        Call("GET /v1/ledgers/shop/points/members/M%C3%BCller", &[], ""),
        Call("POST /v1/ledgers/shop/points/members/%EF%BB%BFm3/earn", &[], r#"{"payer":"A","points":1}"#),
        Call("POST /v1/ledgers/shop/points/members/m3/earn", &[], r#"{"payer":"A\u200b","points":1}"#),
        Call("POST /add", &[], r#"{"payer":"\u202eA","points":1,"timestamp":"2022-11-02T14:00:00Z"}"#),
        Call("POST /perform_advance", &[], r#"{"dst_bank_account":"bank\ufeff1","amount":1}"#),
        Call("POST /accounts", KEY_1, "{\"name\":\"Cafe\u{301}\"}"),
        Call("POST /accounts", KEY_1, "{\"name\":\"Caf\u{e9}\"}"),
        Call("POST /accounts", &[], "{\"name\":\"Caf\u{e9}\"}"),
        Call("POST /accounts/Caf%C3%A9/deposit", ONE, r#"{"amount":5}"#),
        Call("POST /accounts/Cafe%CC%81/withdraw", KEY_2, r#"{"amount":2}"#),
        Call("POST /accounts", &[], r#"{"name":"Cafe\u2060"}"#),
        Call("DELETE /accounts/Cafe%CC%81", &[], ""),
    ];
    story("names_in_two_forms", &steps).await;
}

/// What an earlier release recorded under a name that was not normalised is still found, and its commands are replayed.
#[tokio::test]
async fn names_that_were_recorded_in_another_form_are_found() {
    let server = Server::on_sqlite();
    server.post("/v1/ledgers", SHOP).await;
    let program = server.call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#).await;
    assert_eq!(program.status, 200);
    let ledger = Name::parse("shop").expect("a name");
    let party = |text: &str| Party::parse(text).expect("a name");
    let old = |number: u128, action: points::Action| {
        Item::Single(Command::new(CommandId::Client(Id(0x4000_8000_0000_0000_0000 + number)), Action::from(action)))
    };
    let earn = |member: &str| {
        points::Action::Earn(Earning {
            holding: Holding::new(party(member), party("Cafe\u{301}")),
            points: Amount::new(10),
            earned_at: Some(Timestamp(0)),
            expires_at: None,
            metadata: Metadata::default(),
        })
    };
    let spend = points::Action::Spend { member: party("Nobody\u{308}"), points: Amount::new(1) };
    let items = vec![old(1, earn("Mu\u{308}ller")), old(2, earn("\u{feff}m3")), old(3, spend)];
    server.engine.submit(ledger, items).await.expect("it is committed");
    let id = |number: u32| format!("00000000-0000-4000-8000-{number:012}");
    let body = |number: u32| {
        format!(
            "{{\"id\":\"{}\",\"payer\":\"Cafe\u{301}\",\"points\":10,\"earned_at\":\"1970-01-01T00:00:00Z\"}}",
            id(number)
        )
    };
    let base = "/v1/ledgers/shop/points/members";
    // The same commands again get the same answers.
    for (path, body, status) in [
        (format!("{base}/Mu%CC%88ller/earn"), body(1), 200),
        (format!("{base}/%EF%BB%BFm3/earn"), body(2), 200),
        (format!("{base}/Nobody%CC%88/spend"), format!("{{\"id\":\"{}\",\"points\":1}}", id(3)), 422),
    ] {
        let answer = server.post(&path, &body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert_eq!(
            answer.headers.get("idempotent-replayed").map(|value| value.as_bytes()),
            Some(&b"true"[..]),
            "{path}"
        );
    }
    // New ones are for the one who is known, in whatever form; the name stays what it is.
    for member in ["M%C3%BCller", "Mu%CC%88ller"] {
        let more = server.post(&format!("{base}/{member}/earn"), r#"{"payer":"Café","points":1}"#).await;
        assert_eq!(more.status, 201, "{}", more.body);
    }
    let shown: Value = serde_json::from_str(&server.get(&format!("{base}/M%C3%BCller")).await.body).expect("JSON");
    assert_eq!(shown["member"], "Mu\u{308}ller");
    assert_eq!(shown["payers"], serde_json::json!([{"payer": "Cafe\u{301}", "points": 12, "pending": 0}]));
    let csv = "M\u{fc}ller,Caf\u{e9},5,2026-01-01T00:00:00Z\n\"\u{feff}m3\",Cafe\u{301},5,2026-01-01T00:00:00Z\n";
    let imported = server.call("POST /v1/ledgers/shop/points/import", CSV, csv).await;
    assert!(imported.body.contains(r#""imported":2"#), "{}", imported.body);
    for (member, total) in [("M%C3%BCller", 17), ("%EF%BB%BFm3", 15)] {
        let shown: Value = serde_json::from_str(&server.get(&format!("{base}/{member}")).await.body).expect("JSON");
        assert_eq!(shown["total"], total);
    }
    server.finish().await;
}

/// A line that is not UTF-8 is named and takes no other with it; a body may be packed, and limits count what comes out.
#[tokio::test]
async fn bodies_may_be_packed() {
    let server = Server::on_memory();
    let packed = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, bytes).expect("memory takes all");
        packer.finish().expect("memory takes all")
    };
    let send = async |path: &str, content_type: &str, encoding: &str, body: Vec<u8>| {
        let request = Request::builder().method("POST").uri(path).header("Content-Type", content_type);
        let request = request.header("Content-Encoding", encoding).body(Body::from(body)).expect("a request");
        server.send(request).await
    };
    let json = "application/json";
    assert_eq!(send("/v1/ledgers", json, "gzip", packed(SHOP.as_bytes())).await.status, 201);
    server.call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#).await;
    let path = "/v1/ledgers/shop/points/import";
    let rows = b"m1,A,1,2026-01-01T00:00:00Z\nm\xfc,A,2,2026-01-01T00:00:00Z\nm3,A,3,2026-01-01T00:00:00Z\n";
    let imported = send(path, "text/csv", "gzip", packed(rows)).await;
    assert!(imported.body.contains(r#""imported":2"#), "{}", imported.body);
    assert!(imported.body.contains(r#""line":2,"reason":"it is not UTF-8""#), "{}", imported.body);
    let again = send(path, "text/csv", "identity", rows.to_vec()).await;
    assert!(again.body.contains(r#""repeated":2"#), "{}", again.body);
    let bomb = packed(&vec![b' '; 17 << 20]);
    for (path, content_type, encoding, body, expected) in [
        ("/v1/ledgers", json, "gzip", bomb.clone(), (413, "body_too_large")),
        ("/v1/ledgers", json, "br", bomb.clone(), (415, "unsupported_encoding")),
        ("/v1/ledgers", json, "gzip", SHOP.as_bytes().to_vec(), (400, "malformed")),
        (path, "text/csv", "zstd", rows.to_vec(), (415, "unsupported_encoding")),
        (path, "text/csv", "gzip", rows.to_vec(), (400, "malformed")),
        ("/amount", json, "deflate", b"{}".to_vec(), (415, "unsupported_encoding")),
    ] {
        let refused = send(path, content_type, encoding, body).await;
        let problem: Value = serde_json::from_str(&refused.body).unwrap_or_default();
        assert_eq!(
            (refused.status, problem["code"].as_str()),
            (expected.0, Some(expected.1)),
            "{path} {encoding}: {}",
            refused.body
        );
    }
    // One line of any length is named, and kept by no one.
    let long = send(path, "text/csv", "gzip", bomb).await;
    assert!(long.body.contains(r#""code":"rows_unread""#), "{}", long.body);
    server.finish().await;
}

/// Rows as they would be in a file.
fn rows(count: usize) -> String {
    let row = |place: usize| {
        format!(
            "m{},p{},{},2026-01-01T00:{:02}:{:02}Z\n",
            place % 97,
            place % 3,
            place % 50 + 1,
            place / 60 % 60,
            place % 60
        )
    };
    (0..count).map(row).collect()
}

/// A file of several chunks, cut off in the middle, sent again whole: each row counts once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_where_it_stopped() {
    let server = Server::on_sqlite();
    server.post("/v1/ledgers", SHOP).await;
    server.call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#).await;
    let file = rows(20_000);
    let half = &file[..file.len() * 2 / 3];
    let import = async |text: &str| {
        let answer = server.call("POST /v1/ledgers/shop/points/import", CSV, text).await;
        let answered = serde_json::from_str::<Value>(&answer.body).expect("JSON");
        match answer.status {
            200 => answered,
            _ => serde_json::json!({ "imported": 0, "error": answered }),
        }
    };
    let first = import(half).await;
    let taken = first["imported"].as_u64().expect("a count");
    assert!(taken > 12_000 && taken < 14_000, "{first}");
    let whole = import(&file).await;
    // It goes on behind the last row that was taken, wherever in a chunk that was.
    assert_eq!(whole["rows"], 20_000);
    assert_eq!(whole["repeated"].as_u64(), Some(taken));
    assert_eq!(whole["imported"].as_u64(), Some(20_000 - taken));
    let again = import(&file).await;
    assert_eq!((again["imported"].as_u64(), again["repeated"].as_u64()), (Some(0), Some(20_000)));
    // Fewer rows than there were, and others in their place: nothing is done.
    let fewer = import(&file[..1_000]).await;
    assert_eq!((fewer["imported"].as_u64(), fewer["error"]["code"].as_str()), (Some(0), Some("import_changed")));
    let changed = import(&file.replacen(",7,", ",8,", 1)).await;
    assert_eq!((changed["imported"].as_u64(), changed["error"]["code"].as_str()), (Some(0), Some("import_changed")));
    // A row in the middle is another: what was taken stays once, and nothing behind it is taken.
    let corrected = import(&file.replacen("m64,p1,11,", "m64,p1,12,", 1)).await;
    assert_eq!(
        (corrected["imported"].as_u64(), corrected["error"]["code"].as_str()),
        (Some(0), Some("import_changed"))
    );
    // Nor may two files go on differently behind the same rows.
    let grown = import(&format!("{file}m1,p1,5,2026-01-02T00:00:00Z\n")).await;
    assert_eq!((grown["imported"].as_u64(), grown["error"].as_str()), (Some(1), None));
    let forked = import(&format!("{file}m1,p1,6,2026-01-02T00:00:00Z\n")).await;
    assert_eq!((forked["imported"].as_u64(), forked["error"]["code"].as_str()), (Some(0), Some("import_changed")));
    let turned = import("payer,member,points,timestamp\nA,m,5,2026-01-01T00:00:00Z\n").await;
    assert_eq!((turned["imported"].as_u64(), turned["error"]["code"].as_str()), (Some(0), Some("malformed")));
    let expected: u64 = (0..20_000).map(|place| place % 50 + 1).sum::<u64>() + 5;
    let issued = async |payer: &str| {
        let account = server.get(&format!("/v1/ledgers/shop/accounts/points:payers:{payer}/balance?asset=PTS")).await;
        let account: Value = serde_json::from_str(&account.body).expect("JSON");
        account["posted"].as_i64().unwrap_or_else(|| panic!("{account}"))
    };
    let sum = issued("p0").await + issued("p1").await + issued("p2").await;
    assert_eq!(sum.unsigned_abs(), expected);
    server.finish().await;
}

async fn spends(server: Server, expiry: Option<&str>) {
    server.post("/v1/ledgers", SHOP).await;
    server.call("PUT /v1/ledgers/shop/points/program", &[], r#"{"asset":"PTS","order":"earned"}"#).await;
    let expires = |place: usize| match expiry {
        Some(at) if place.is_multiple_of(4) => format!(r#","expires_at":"{at}""#),
        _ => String::new(),
    };
    for place in 0..400usize {
        let earning = format!(
            r#"{{"payer":"P{}","points":8,"earned_at":"2026-10-{:02}T00:00:{:02}Z"{}}}"#,
            place % 5,
            place % 28 + 1,
            place % 60,
            expires(place)
        );
        assert_eq!(server.post("/v1/ledgers/shop/points/members/mary/earn", &earning).await.status, 201);
    }
    // 3,200 points; 64 clients ask for 10 x 7 each, which is more.
    let clients = (0..64).map(|_| async {
        let mut lots: Vec<(String, String, u64)> = Vec::new();
        for _ in 0..10 {
            let answer = server.post("/v1/ledgers/shop/points/members/mary/spend", r#"{"points":7}"#).await;
            let spent: Value = serde_json::from_str(&answer.body).expect("JSON");
            match answer.status {
                201 => {
                    for deduction in spent["deductions"].as_array().expect("deductions") {
                        let payer = deduction["payer"].as_str().expect("a payer").to_owned();
                        for lot in deduction["lots"].as_array().expect("lots") {
                            let earned_at = lot["earned_at"].as_str().expect("a date").to_owned();
                            lots.push((payer.clone(), earned_at, lot["points"].as_u64().expect("points")));
                        }
                    }
                }
                422 => assert_eq!(spent["code"], "insufficient_points"),
                other => panic!("{other}: {}", answer.body),
            }
        }
        lots
    });
    let expiring = async {
        let mut lost = 0;
        for _ in 0..10 {
            if expiry.is_some() {
                let answer = server.post("/v1/ledgers/shop/points/expire", r#"{"as_of":"2027-02-01T00:00:00Z"}"#).await;
                let expired: Value = serde_json::from_str(&answer.body).expect("JSON");
                lost += expired["points"].as_u64().expect("points");
            }
            tokio::task::yield_now().await;
        }
        lost
    };
    let (spent, lost) = futures_util::future::join(futures_util::future::join_all(clients), expiring).await;
    let mut of_lots: std::collections::BTreeMap<(String, String), u64> = std::collections::BTreeMap::new();
    for (payer, earned_at, points) in spent.into_iter().flatten() {
        *of_lots.entry((payer, earned_at)).or_default() += points;
    }
    let sum: u64 = of_lots.values().sum();
    let member = server.get("/v1/ledgers/shop/points/members/mary").await;
    let member: Value = serde_json::from_str(&member.body).expect("JSON");
    let left = member["total"].as_u64().expect("a total");
    assert_eq!(sum + left + lost, 3_200, "spent {sum}, left {left}, lost {lost}");
    assert!(left < 7, "{left} are left, and somebody was refused");
    // Lots of one payer and date share a line: 400 lots fall on 140 dates of five payers, and none gave more than it
    // had.
    let mut had: std::collections::BTreeMap<(String, String), u64> = std::collections::BTreeMap::new();
    for place in 0..400usize {
        let date = format!("2026-10-{:02}T00:00:{:02}.000000Z", place % 28 + 1, place % 60);
        *had.entry((format!("P{}", place % 5), date)).or_default() += 8;
    }
    for (lot, points) in of_lots {
        assert!(points <= had[&lot], "{lot:?} gave {points} of {}", had[&lot]);
    }
    server.finish().await;
}

/// 64 clients spend one member's points at once: no point twice, none below zero, the sum exact.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spends_at_once() {
    spends(Server::on_sqlite(), None).await;
    spends(tokio::task::spawn_blocking(Server::on_postgres).await.expect("it starts"), None).await;
}

/// The same while lots expire.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spends_while_lots_expire() {
    let at = Some("2027-01-01T00:00:00Z");
    spends(Server::on_sqlite(), at).await;
    spends(tokio::task::spawn_blocking(Server::on_postgres).await.expect("it starts"), at).await;
}

/// Rows that had expired before they came are counted: none of their points can be spent.
#[tokio::test]
async fn rows_that_had_expired_are_counted() {
    let server = Server::on_memory();
    server.post("/v1/ledgers", SHOP).await;
    let program = r#"{"asset":"PTS","order":"earned","lifetime_days":30}"#;
    server.call("PUT /v1/ledgers/shop/points/program", &[], program).await;
    let csv = "m1,A,1,2020-01-01T00:00:00Z\nm1,A,2,2026-10-30T00:00:00Z\nm2,A,3,2021-01-01T00:00:00Z\n";
    for counts in [(3, 2, 0), (0, 0, 3)] {
        let imported = server.call("POST /v1/ledgers/shop/points/import", CSV, csv).await;
        let imported: Value = serde_json::from_str(&imported.body).expect("JSON");
        let found = ["imported", "expired", "repeated"].map(|name| imported[name].as_u64().expect("a count"));
        assert_eq!((found[0], found[1], found[2]), counts);
    }
    server.finish().await;
}
