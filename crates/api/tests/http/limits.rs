//! Too much, too large, too slow; a store that fails and comes back; a stream that ends.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ducat_engine::{Engine, EngineOptions};
use ducat_store::SqliteStore;
use ducat_store::sqlite::SqliteOptions;
use ducat_store::{Fault, Reader};

use crate::Server;

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let server = Server::on_memory();
    let body = format!(r#"{{"name":"{}"}}"#, "x".repeat(16 << 20));
    let answer = server.post("/v1/ledgers", &body).await;
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("16777216"), "{}", answer.body);
}

#[tokio::test]
async fn a_batch_over_the_limit_is_413_and_says_the_limit() {
    let server = Server::on_memory();
    server.post("/v1/ledgers", LEDGER).await;
    let one = r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#;
    for (count, status) in [(8_190, 200), (8_191, 413)] {
        let batch = format!(r#"{{"results":"rejected","transactions":[{}]}}"#, vec![one; count].join(","));
        let answer = server.post("/v1/ledgers/shop/transactions/batch", &batch).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(status == 200 || answer.body.contains("8190"), "{}", answer.body);
    }
    server.finish().await;
}

#[tokio::test]
async fn too_many_postings_are_refused() {
    let server = Server::on_memory();
    server.post("/v1/ledgers", LEDGER).await;
    let one = r#"{"source":"world","destination":"a","amount":1}"#;
    for (count, status) in [(1_024, 201), (1_025, 422)] {
        let body = format!(r#"{{"postings":[{}]}}"#, vec![one; count].join(","));
        assert_eq!(server.post("/v1/ledgers/shop/transactions", &body).await.status, status);
    }
    server.finish().await;
}

#[tokio::test]
async fn a_full_queue_is_503_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = SqliteStore::open(SqliteOptions::new(folder.path().join("test.db"))).expect("a new file");
    let reader: Arc<dyn Reader> = Arc::new(store.reader());
    let options = EngineOptions { queue_postings_max: 2, ..EngineOptions::default() };
    let server = Server::start(|clock| Engine::start(Box::new(store), reader, clock, &options), Some(folder));
    server.post("/v1/ledgers", LEDGER).await;
    let body = r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#;
    let answers: Vec<_> = (0..64).map(|_| server.post("/v1/ledgers/shop/transactions", body)).collect();
    let mut made = 0;
    for answer in futures_util::future::join_all(answers).await {
        match answer.status {
            201 => made += 1,
            503 => assert_eq!(answer.headers.get("retry-after").map(|value| value.as_bytes()), Some(&b"1"[..])),
            other => panic!("{other}: {}", answer.body),
        }
    }
    let balance = server.get("/v1/ledgers/shop/accounts/a/balance").await;
    assert!(balance.body.contains(&format!(r#""posted":{made},"#)), "{made}: {}", balance.body);
    server.finish().await;
}

#[tokio::test]
async fn a_full_disk_is_503_and_reads_go_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    let options = SqliteOptions { pages_max: Some(60), ..SqliteOptions::new(&path) };
    let store = SqliteStore::open(options).expect("a new file");
    let reader: Arc<dyn Reader> = Arc::new(store.reader());
    let server =
        Server::start(|clock| Engine::start(Box::new(store), reader, clock, &EngineOptions::default()), Some(folder));
    server.post("/v1/ledgers", LEDGER).await;
    let mut made = 0u64;
    loop {
        let mut batch = r#"{"transactions":["#.to_owned();
        for place in 0..100 {
            let comma = if place == 0 { "" } else { "," };
            write!(batch, r#"{comma}{{"postings":[{{"source":"world","destination":"a","amount":1}}]}}"#)
                .expect("a string takes all");
        }
        batch.push_str("]}");
        let answer = server.post("/v1/ledgers/shop/transactions/batch", &batch).await;
        if answer.status == 503 {
            assert!(
                answer.body.contains("store_unavailable") && answer.body.contains("disk is full"),
                "{}",
                answer.body
            );
            break;
        }
        assert_eq!(answer.status, 200);
        made += 100;
    }
    let balance = server.get("/v1/ledgers/shop/accounts/a/balance").await;
    assert!(balance.body.contains(&format!(r#""posted":{made},"#)), "{made}: {}", balance.body);
    // Readiness follows the last commit, and a commit that is tried finds no room either.
    let ready = server.get("/readyz").await;
    assert_eq!(ready.status, 503, "{}", ready.body);
    assert!(ready.body.contains("disk is full"), "{}", ready.body);
    server.engine.probe();
    server.post("/v1/ledgers", LEDGER).await;
    assert_eq!(server.get("/readyz").await.status, 503);
    server.finish().await;
}

/// A page that cannot be read is damage: no retry is asked for, and nothing that reads it is answered as if it were
/// there.
#[tokio::test]
async fn a_damaged_file_is_final() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    // A process that another test starts has the lock too, from fork to exec.
    let open = || {
        let begun = Instant::now();
        loop {
            match SqliteStore::open(SqliteOptions::new(&path)) {
                Err(Fault::Owned { .. }) if begun.elapsed() < Duration::from_secs(10) => std::thread::yield_now(),
                opened => return opened,
            }
        }
    };
    let serve = |store: SqliteStore| {
        let reader: Arc<dyn Reader> = Arc::new(store.reader());
        Server::start(|clock| Engine::start(Box::new(store), reader, clock, &EngineOptions::default()), None)
    };
    let server = serve(open().expect("a new file"));
    server.post("/v1/ledgers", LEDGER).await;
    let body = r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#;
    for _ in 0..300 {
        assert_eq!(server.post("/v1/ledgers/shop/transactions", body).await.status, 201);
    }
    server.finish().await;
    let whole = std::fs::read(&path).expect("a file");
    let mut found = 0;
    for page in whole.chunks(8_192).enumerate().map(|(page, _)| page).skip(1) {
        let mut bytes = whole.clone();
        bytes[8_192 * page..8_192 * (page + 1)].fill(0x5a);
        std::fs::write(&path, bytes).expect("it can be written");
        // What is needed at once is found at once.
        let store = match open() {
            Ok(store) => store,
            Err(fault) => {
                assert!(fault.is_damage() || fault.to_string().contains("malformed"), "page {page}: {fault}");
                continue;
            }
        };
        let server = serve(store);
        let locating = tokio::spawn(ducat_engine::jobs::locate_damage(server.engine.clone()));
        assert_eq!(server.get("/readyz").await.status, 200);
        let mut is_found = false;
        for path in ["events?limit=1000", "accounts", "accounts/a", "transactions?limit=1000"] {
            let answer = server.get(&format!("/v1/ledgers/shop/{path}")).await;
            if answer.status != 200 {
                assert_eq!(answer.status, 500, "page {page}, {path}: {}", answer.body);
                assert!(answer.body.contains("store_damaged") && !answer.headers.contains_key("retry-after"));
                is_found = true;
            }
        }
        if is_found {
            found += 1;
            let ready = server.get("/readyz").await;
            assert_eq!(ready.status, 503, "{}", ready.body);
            assert!(ready.body.contains("store_damaged"), "{}", ready.body);
            // The table and its rows are named once the file was read through.
            let mut named = ready.body;
            while !named.contains("cannot be read") {
                tokio::task::yield_now().await;
                named = server.get("/readyz").await.body;
            }
        }
        locating.abort();
        server.stop.send_replace(true);
        let engine = server.engine.clone();
        tokio::task::spawn_blocking(move || engine.close()).await.expect("it closes");
    }
    assert!(found > 3, "{found} damaged pages were found by reading");
}

/// The document names every path that the router serves, and pages load nothing from elsewhere and no script.
#[tokio::test]
async fn the_api_describes_itself() {
    let server = Server::on_memory();
    let document = server.get("/openapi.json").await;
    let document: serde_json::Value = serde_json::from_str(&document.body).expect("JSON");
    assert!(document["paths"]["/v1/ledgers/{ledger}/transactions/batch"]["post"].is_object());
    let book = ducat_docs::Book::new(&document);
    for path in book.paths() {
        let page = server.get(&format!("/docs/{path}")).await;
        assert_eq!(page.status, 200, "{path}");
        let policy = page.headers.get("content-security-policy").and_then(|policy| policy.to_str().ok());
        assert_eq!(policy, Some(ducat_docs::CONTENT_SECURITY_POLICY), "{path}");
        let loads = |what: &str| page.body.contains(what);
        let is_svg = path.ends_with(".svg");
        assert!(
            is_svg
                || !["<script", "src=\"http", "@import", "url(", " style=", " onclick="].iter().any(|what| loads(what)),
            "{path}"
        );
    }
    assert_eq!(server.get("/docs/nowhere").await.status, 404);
}

/// Every link of a page leads to a page, and to a place on it.
#[test]
fn links_of_pages_lead_somewhere() {
    let document = serde_json::to_value(ducat_api::openapi(&ducat_api::ApiLimits::default())).expect("JSON");
    let book = ducat_docs::Book::new(&document);
    let text = |path: &str| book.get(path).map(|served| String::from_utf8_lossy(&served.bytes).into_owned());
    let mut followed = 0;
    for path in book.paths().filter(|path| !path.ends_with(".svg")) {
        let page = text(path).expect("it is there");
        for target in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if target.starts_with("http") || ["/openapi.json", "/asyncapi.json"].contains(&target) {
                continue;
            }
            let (to, anchor) = target.split_once('#').unwrap_or((target, ""));
            let to =
                if to.is_empty() { path } else { to.strip_prefix("/docs").expect("a page").trim_start_matches('/') };
            let there = text(to).unwrap_or_else(|| panic!("{target} on {path}"));
            assert!(anchor.is_empty() || there.contains(&format!("id=\"{anchor}\"")), "{target} on {path}");
            followed += 1;
        }
    }
    assert!(followed > 1_000, "{followed}");
}
