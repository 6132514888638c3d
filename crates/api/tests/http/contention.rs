//! Many clients at once: what is answered is what is counted, on one account and on many.

use std::collections::HashMap;

use crate::Server;

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
const FUNDS: &str = r#"{"postings":[{"source":"world","destination":"pot","amount":3200}]}"#;
const WITHDRAWAL: &str = r#"{"postings":[{"source":"pot","destination":"world","amount":10}]}"#;

async fn funded() -> Server {
    let server = Server::on_sqlite();
    server.post("/v1/ledgers", LEDGER).await;
    assert_eq!(server.post("/v1/ledgers/shop/transactions", FUNDS).await.status, 201);
    server
}

async fn is_empty(server: Server) {
    let balance = server.get("/v1/ledgers/shop/accounts/pot/balance").await;
    assert!(balance.body.contains(r#""posted":0,"#), "{}", balance.body);
    server.finish().await;
}

/// 64 clients, ten withdrawals each, one after another: 640 are asked for, 320 are funded.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_by_one() {
    let server = funded().await;
    let clients = (0..64).map(|_| async {
        let mut made = 0;
        for _ in 0..10 {
            match server.post("/v1/ledgers/shop/transactions", WITHDRAWAL).await.status {
                201 => made += 1,
                422 => {}
                other => panic!("{other}"),
            }
        }
        made
    });
    let made: u32 = futures_util::future::join_all(clients).await.into_iter().sum();
    assert_eq!(made, 320);
    is_empty(server).await;
}

/// The same in batches of ten.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_batches() {
    let server = funded().await;
    let batch = format!(r#"{{"transactions":[{}]}}"#, [WITHDRAWAL; 10].join(","));
    let clients = (0..64).map(|_| async {
        let answer = server.post("/v1/ledgers/shop/transactions/batch", &batch).await;
        assert_eq!(answer.status, 200);
        let answer: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        let results = answer["results"].as_array().expect("results").clone();
        assert_eq!(results.len(), 10);
        results.iter().filter(|result| result["status"] == 201).count()
    });
    let made: usize = futures_util::future::join_all(clients).await.into_iter().sum();
    assert_eq!(made, 320);
    is_empty(server).await;
}

/// 200 clients, each with fifty deposits and fifty withdrawals of its own amounts, spread over so many accounts: each
/// balance is the exact sum of what was answered with 201.
async fn pay_in_and_out(server: Server, accounts: usize) {
    for account in 0..accounts {
        assert_eq!(server.post("/accounts", &format!(r#"{{"name":"a{account}"}}"#)).await.status, 201);
    }
    let clients = (0..200).map(|client| {
        let server = &server;
        async move {
            let mut sums: HashMap<usize, i64> = HashMap::new();
            for round in 0..100 {
                let account = (client + round * 7) % accounts;
                let cents = 1 + i64::try_from((client * 31 + round * 17) % 900).expect("small");
                let (way, sign) = if round % 2 == 0 { ("deposit", 1) } else { ("withdraw", -1) };
                let body = format!(r#"{{"amount":"{}.{:02}"}}"#, cents / 100, cents % 100);
                match server.post(&format!("/accounts/a{account}/{way}"), &body).await.status {
                    201 => *sums.entry(account).or_default() += sign * cents,
                    422 if sign < 0 => {}
                    other => panic!("{way}: {other}"),
                }
            }
            sums
        }
    });
    let mut sums: HashMap<usize, i64> = HashMap::new();
    for (account, sum) in futures_util::future::join_all(clients).await.into_iter().flatten() {
        *sums.entry(account).or_default() += sum;
    }
    for account in 0..accounts {
        let sum = sums.get(&account).copied().unwrap_or_default();
        assert!(sum >= -5_000, "the floor holds");
        let sign = if sum < 0 { "-" } else { "" };
        let shown = format!(r#""balance":{sign}{}.{:02},"#, sum.abs() / 100, sum.abs() % 100);
        let answer = server.get(&format!("/accounts/a{account}")).await;
        assert!(answer.body.contains(&shown), "{} is not {shown}", answer.body);
    }
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bank_one_account() {
    pay_in_and_out(Server::on_sqlite(), 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bank_a_hundred_accounts() {
    pay_in_and_out(Server::on_sqlite(), 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bank_on_postgres() {
    for accounts in [1, 100] {
        pay_in_and_out(tokio::task::spawn_blocking(Server::on_postgres).await.expect("it starts"), accounts).await;
    }
}

/// 200 clients, a hundred amounts each, every request sent twice at the same moment: each is counted once.
async fn amounts_sent_twice(server: Server, accounts: u128) {
    let name = |account: u128| uuid::Uuid::from_u128((0x4000_8000_0000_0000_0000 << 48) | account).to_string();
    let clients = (0..200_u128).map(|client| {
        let (server, name) = (&server, &name);
        async move {
            let mut sums: HashMap<u128, i128> = HashMap::new();
            for round in 0..100_u128 {
                let account = (client + round * 7) % accounts;
                let size = i128::try_from((client * 31 + round * 17) % 900).expect("small");
                let amount = if round % 2 == 0 { size } else { -size };
                let id = uuid::Uuid::now_v7().to_string();
                let body = format!(r#"{{"account_id":"{}","amount":{amount}}}"#, name(account));
                let headers = [("Transaction-Id", id.as_str())];
                let send = || server.call("POST /amount", &headers, &body);
                let (one, other) = futures_util::future::join(send(), send()).await;
                assert_eq!((one.status, other.status), (200, 200), "{} {}", one.body, other.body);
                *sums.entry(account).or_default() += amount;
            }
            sums
        }
    });
    let mut sums: HashMap<u128, i128> = HashMap::new();
    for (account, sum) in futures_util::future::join_all(clients).await.into_iter().flatten() {
        *sums.entry(account).or_default() += sum;
    }
    for (account, sum) in sums {
        let answer = server.get(&format!("/balance/{}", name(account))).await;
        assert_eq!(answer.body, format!(r#"{{"balance":{sum}}}"#));
    }
    // Each account had as many transactions as were sent for it, not twice as many.
    let busiest = server.get("/max_transaction_volume").await.body;
    let volume = 200 * 100 / accounts;
    assert!(busiest.starts_with(&format!(r#"{{"maxVolume":{volume},"#)), "{busiest}");
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_on_one_account_and_on_a_hundred() {
    for accounts in [1, 100] {
        amounts_sent_twice(Server::on_sqlite(), accounts).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_on_postgres() {
    for accounts in [1, 100] {
        amounts_sent_twice(tokio::task::spawn_blocking(Server::on_postgres).await.expect("it starts"), accounts).await;
    }
}
