//! Many clients, one account, funds for half of them: exactly half succeed.

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
