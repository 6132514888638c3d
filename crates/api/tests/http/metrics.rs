//! What Prometheus reads: names by its conventions, labels without names of clients, and a bounded number of series.

use std::collections::{BTreeMap, BTreeSet};

use ducat_api::ApiLimits;
use ducat_api::metrics::SERIES_MAX;

use crate::Server;

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

/// A series: its name, and its labels as they are written.
fn series(line: &str) -> (&str, &str) {
    let (series, _) = line.rsplit_once(' ').expect("a value");
    series.split_once('{').map_or((series, ""), |(name, labels)| (name, labels.trim_end_matches('}')))
}

/// What a text promises of each metric: its type and its unit.
fn families(text: &str) -> (BTreeMap<&str, &str>, BTreeMap<&str, &str>) {
    let of = |word: &str| -> BTreeMap<&str, &str> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(word)?.trim_start().split_once(' '));
        lines.collect()
    };
    (of("# TYPE"), of("# UNIT"))
}

#[tokio::test]
async fn metrics_count_what_happens() {
    let server = Server::on_sqlite();
    server.post("/v1/ledgers", LEDGER).await;
    server.get("/v1/ledgers/nowhere").await;
    server.get("/v1/ledgers/nowhere/").await;
    server.get("/nowhere").await;
    server.post("/v1/ledgers/shop/transactions", r#"{"postings":[{"source":"a","destination":"b","amount":1}]}"#).await;
    let text = server.get("/metrics").await.body;
    for counted in [
        r#"http_server_request_duration_seconds_count{http_request_method="POST",http_route="/v1/ledgers",http_response_status_code="201"} 1"#,
        r#"http_server_request_duration_seconds_count{http_request_method="GET",http_route="/v1/ledgers/{ledger}",http_response_status_code="404"} 2"#,
        r#"http_server_request_duration_seconds_count{http_request_method="other",http_route="other",http_response_status_code="404"} 1"#,
        r#"ducat_http_problems_total{code="ledger_not_found"} 2"#,
        r#"ducat_rejections_total{code="insufficient_funds"} 1"#,
        r#"ducat_commits_total{outcome="landed"} 1"#,
        "ducat_commit_duration_seconds_count 1",
        "ducat_commit_commands_sum 1.0",
        "ducat_queue_wait_seconds_count 2",
        "ducat_store_up 1.0",
        r#"ducat_build_info{version="#,
        // This very request.
        "http_server_active_requests 1",
    ] {
        assert!(text.lines().any(|line| line.starts_with(counted)), "{counted}\n{text}");
    }
    assert!(text.ends_with("# EOF\n"));
    server.finish().await;
}

/// After everything was asked that there is, and things that there are not.
#[tokio::test]
async fn names_labels_and_series_keep_to_the_conventions() {
    let server = Server::on_sqlite();
    server.post("/v1/ledgers", LEDGER).await;
    let document = serde_json::to_value(ducat_api::openapi(&ApiLimits::default())).expect("a document");
    let hostile = "zz-client-chosen";
    for (path, item) in document["paths"].as_object().expect("paths") {
        let parts = path.split('/').map(|part| if part.starts_with('{') { hostile } else { part });
        let filled = parts.collect::<Vec<_>>().join("/");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"] {
            // A stream would not end.
            if item.get(method.to_lowercase()).is_none() || !filled.ends_with("/events") {
                server.call(&format!("{method} {filled}"), &[], "{}").await;
            }
        }
    }
    for n in 0..500 {
        server.get(&format!("/{hostile}/{n}")).await;
    }
    let text = server.get("/metrics").await.body;
    let (types, units) = families(&text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() <= SERIES_MAX, "{} series", lines.len());
    let mut seen = BTreeSet::new();
    for line in &lines {
        let (name, labels) = series(line);
        assert!(seen.insert((name, labels)), "{line} is there twice");
        assert!(!labels.contains(hostile) && !labels.contains("shop"), "{line} names what a client chose");
        let family = ["_bucket", "_count", "_sum", "_total", "_info"].iter().find_map(|end| name.strip_suffix(end));
        let family = family.filter(|family| types.contains_key(family)).unwrap_or(name);
        let kind = types.get(family).unwrap_or_else(|| panic!("{name} has no type"));
        assert_eq!(*kind == "counter", name.ends_with("_total"), "{name} is a {kind}");
        assert!(!name.contains("_ms") && !name.contains("_us") && !name.contains("milli"), "{name} is in no base unit");
        for unit in ["seconds", "bytes"] {
            let says = family.ends_with(&format!("_{unit}"));
            assert!(!says || units.get(family) == Some(&unit), "{name} does not say its unit");
        }
        assert!(
            name.starts_with("ducat_") || name.starts_with("http_server_") || name.starts_with("process_"),
            "{name}"
        );
    }
    for (name, kind) in &types {
        assert!(!name.ends_with("_total"), "{name} is a {kind}, and the end of its name is that of counters");
    }
    server.finish().await;
}
