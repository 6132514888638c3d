//! Alerts of deploy/prometheus: each fires on what a real server shows while its cause is there, and none on a healthy one.
//!
//! A test makes the cause and reads `/metrics` before and meanwhile. promtool then lives through twenty minutes of that: gauges
//! stay as they are, counters go on at the pace of what was seen. So nobody waits for minutes, and no number is made up.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use ducat_test_postgres::{database, sql};

use crate::broker::Broker;
use crate::http::Client;
use crate::neighbours::{Node, ledger_of, wait_for, wrong_clock};
use crate::nodes::addresses;
use crate::proxy::Proxy;
use crate::receiver::{Behavior, Receiver};
use crate::{DUCAT, Server, ducat, text};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
const TRANSFER: &str = r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#;

/// The rules.
const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/prometheus/alerts.yml");

/// What Prometheus reads at a server at one time.
type Scrape = BTreeMap<String, f64>;

/// Reads metrics as Prometheus does. A server that does not respond is down, and nothing else is known of it.
fn scrape(address: &str) -> Scrape {
    let read = Client::connect(address).and_then(|mut client| client.call("GET", "/metrics", ""));
    scrape_of("ducat", &read.map(|(_, text)| text).unwrap_or_default())
}

/// Reads metrics of a backup.
fn scrape_backup(address: &str) -> Scrape {
    let read = Client::connect(address).and_then(|mut client| client.call("GET", "/metrics", ""));
    scrape_of("ducat-backup", &read.map(|(_, text)| text).unwrap_or_default())
}

fn scrape_of(job: &str, text: &str) -> Scrape {
    let of_target = format!(r#"job="{job}",instance="node""#);
    let mut scrape = Scrape::from([(format!("up{{{of_target}}}"), f64::from(u8::from(!text.is_empty())))]);
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').expect("a value");
        let series = match series.split_once('{') {
            Some((name, labels)) => format!("{name}{{{of_target},{labels}"),
            None => format!("{series}{{{of_target}}}"),
        };
        scrape.insert(series, value.parse().expect("a number"));
    }
    scrape
}

/// Twenty minutes of a cause, as promtool reads them.
fn history(before: &Scrape, meanwhile: &Scrape) -> String {
    let mut series = String::new();
    for (name, value) in meanwhile {
        let family = name.split('{').next().unwrap_or_default();
        let is_counter = ["_total", "_count", "_sum", "_bucket"].iter().any(|end| family.ends_with(end));
        // A process that was started anew counts from 0.
        let step = if is_counter { (value - before.get(name).copied().unwrap_or(0.0)).max(0.0) } else { 0.0 };
        let name = name.replace('\'', "''");
        writeln!(series, "      - series: '{name}'\n        values: '{value}+{step}x20'").expect("text");
    }
    series
}

/// Holds rules to a history: how many alerts of a name fire after twenty minutes of it, or at any time.
fn check(folder: &Path, before: &Scrape, meanwhile: &Scrape, fires: &[&str]) {
    let mut expected = String::new();
    for alert in fires {
        write!(
            expected,
            "      - expr: 'count(ALERTS{{alertname=\"{alert}\",alertstate=\"firing\"}}) > bool 0'\n        eval_time: 20m\n        \
             exp_samples:\n          - labels: '{{}}'\n            value: 1\n"
        )
        .expect("text");
    }
    if fires.is_empty() {
        expected.push_str("      - expr: 'ALERTS'\n        eval_time: 20m\n        exp_samples: []\n");
    }
    let series = history(before, meanwhile);
    let test = format!(
        "rule_files: ['{RULES}']\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n{series}    promql_expr_test:\n{expected}"
    );
    let file = folder.join("alerts-test.yml");
    std::fs::write(&file, &test).expect("it can be written");
    let run = Command::new("promtool").args(["test", "rules"]).arg(&file).output();
    let run = run.expect("promtool is there: `cargo xtask test` installs it");
    assert!(run.status.success(), "{fires:?}: {}{}\n{series}", text(&run.stdout), text(&run.stderr));
}

fn serve(folder: &Path, store: &str, more: &[&str]) -> Server {
    let mut command = Command::new(DUCAT);
    command.current_dir(folder).args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", store]);
    Server::spawn(command.args(more))
}

fn post(address: &str, path: &str, body: &str) -> u16 {
    Client::connect(address).and_then(|mut client| client.call("POST", path, body)).expect("it responds").0
}

#[test]
fn nothing_fires_on_a_server_that_is_well() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for store in ["sqlite:well.db", &database()] {
        let server = serve(folder.path(), store, &[]);
        let before = scrape(&server.address);
        assert_eq!(post(&server.address, "/v1/ledgers", LEDGER), 201);
        for _ in 0..20 {
            assert_eq!(post(&server.address, "/v1/ledgers/shop/transactions", TRANSFER), 201);
        }
        // Mistakes of clients are no one's alarm.
        assert_eq!(post(&server.address, "/v1/ledgers/shop/transactions", "{}"), 400);
        let meanwhile = scrape(&server.address);
        check(folder.path(), &before, &meanwhile, &[]);
        assert_eq!(server.terminate(), Some(0));
    }
}

#[test]
fn a_server_that_is_gone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = serve(folder.path(), "sqlite:gone.db", &[]);
    let (before, address) = (scrape(&server.address), server.address.clone());
    server.kill();
    check(folder.path(), &before, &scrape(&address), &["DucatDown"]);
}

#[test]
fn a_store_that_takes_no_commits() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let server = serve(at, "sqlite:down.db", &[]);
    assert_eq!(post(&server.address, "/v1/ledgers", LEDGER), 201);
    assert_eq!(post(&server.address, "/v1/ledgers/shop/transactions", TRANSFER), 201);
    let hold = r#"{"postings":[{"source":"a","destination":"b","amount":1}],"pending":{"timeout_s":1}}"#;
    assert_eq!(post(&server.address, "/v1/ledgers/shop/transactions", hold), 201);
    let before = scrape(&server.address);
    std::fs::rename(at.join("down.db"), at.join("away.db")).expect("it can be moved");
    let blocked = r#"ducat_background_blocked{job="ducat",instance="node",task="expiry of holds"}"#;
    wait_for("the hold cannot be ended", || {
        assert_eq!(post(&server.address, "/v1/ledgers/shop/transactions", TRANSFER), 503);
        scrape(&server.address).get(blocked) == Some(&1.0)
    });
    let fires = ["DucatStoreDown", "DucatErrors", "DucatBackgroundBlocked"];
    check(at, &before, &scrape(&server.address), &fires);
    std::fs::rename(at.join("away.db"), at.join("down.db")).expect("it can be moved");
    assert_eq!(server.terminate(), Some(0));
}

/// Someone locks the journal of a PostgreSQL for some seconds.
#[test]
fn commits_that_wait() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = database();
    let server = serve(folder.path(), &store, &["--queue-postings-max", "8"]);
    let address = server.address.clone();
    assert_eq!(post(&address, "/v1/ledgers", LEDGER), 201);
    let before = scrape(&address);
    let other = store.clone();
    let locked = std::thread::spawn(move || sql(&store, "BEGIN; LOCK TABLE batches; SELECT pg_sleep(3); COMMIT"));
    let held = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                WHERE d.datname = current_database() AND l.mode = 'AccessExclusiveLock' AND l.granted";
    wait_for("it is locked", || sql(&other, held).is_ok_and(|count| count.trim() != "0"));
    let mut queued = Scrape::new();
    std::thread::scope(|scope| {
        // Some are taken and wait; there is no room for the others.
        let posts: Vec<_> =
            (0..24).map(|_| scope.spawn(|| post(&address, "/v1/ledgers/shop/transactions", TRANSFER))).collect();
        let queue = r#"ducat_queue_postings{job="ducat",instance="node"}"#;
        wait_for("the queue is full", || {
            queued = scrape(&address);
            queued.get(queue).is_some_and(|postings| *postings > 4.0)
        });
        let statuses: Vec<u16> = posts.into_iter().map(|post| post.join().expect("it responds")).collect();
        assert!(statuses.contains(&201), "{statuses:?}");
    });
    assert!(locked.join().expect("it ends").is_ok());
    check(folder.path(), &before, &queued, &["DucatQueueFilling"]);
    let meanwhile = scrape(&address);
    let mut fires = vec!["DucatCommitsSlow", "DucatRequestsSlow"];
    let refused = r#"ducat_queue_refusals_total{job="ducat",instance="node"}"#;
    assert!(meanwhile[refused] > 0.0, "no one was refused: {meanwhile:?}");
    fires.push("DucatOverloaded");
    check(folder.path(), &before, &meanwhile, &fires);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_node_whose_clock_is_wrong() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let library = wrong_clock(folder.path());
    let wrong = [("LD_PRELOAD", library.as_str()), ("CLOCK_AHEAD_S", "3600")];
    let node = Node::start_with(&database(), &addresses(1)[0], &[], &wrong);
    let scraped = scrape(&node.server.address);
    check(folder.path(), &scraped, &scraped, &["DucatNodeNotServing", "DucatClockSkew"]);
    assert_eq!(node.server.terminate(), Some(0));
    // And one whose clock was an hour ahead, and was set back while it did not run.
    let mut command = Command::new(DUCAT);
    command.current_dir(folder.path()).args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--log",
        "off",
        "--store",
        "sqlite:ahead.db",
    ]);
    let server = Server::spawn(command.envs(wrong));
    assert_eq!(post(&server.address, "/v1/ledgers", LEDGER), 201);
    assert_eq!(server.terminate(), Some(0));
    let server = serve(folder.path(), "sqlite:ahead.db", &[]);
    let scraped = scrape(&server.address);
    check(folder.path(), &scraped, &scraped, &["DucatClockSetBack"]);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_node_that_cannot_be_reached() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (store, listen) = (database(), addresses(2));
    let mut way = Proxy::to(&listen[0]);
    let hidden = Node::start(&store, &listen[0], &["--advertise", &way.url()]);
    let other = Node::start(&store, &listen[1], &[]);
    let ledger = ledger_of(&hidden, &way.url(), &format!("http://{}", listen[1]));
    assert_eq!(other.pay(&ledger, "a").0, 201);
    way.close();
    wait_for("it is found out", || other.gauge("peers_unreachable") == 1.0);
    let scraped = scrape(&other.server.address);
    check(folder.path(), &scraped, &scraped, &["DucatPeerUnreachable"]);
    drop((hidden, other));
}

/// Reads metrics with a key.
fn scrape_with(address: &str, key: &str) -> Scrape {
    let header = format!("Authorization: Bearer {}\r\n", key.trim());
    let read = Client::connect(address).and_then(|mut client| client.call_with(&header, "GET", "/metrics", ""));
    scrape_of("ducat", &read.ok().filter(|(status, _)| *status == 200).map(|(_, text)| text).unwrap_or_default())
}

/// The database is away: nothing can be committed, and keys cannot be compared with it. No one asks for anything else.
#[test]
fn a_database_that_is_away() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = database();
    let create = ["keys", "create", "--name", "root", "--scope", "admin", "--ledger", "*", "--store", &store];
    let key = text(&ducat(folder.path(), &create).stdout);
    let (start, rest) = store.split_once('@').expect("a user");
    let (host, name) = rest.split_once('/').expect("a database");
    let mut way = Proxy::to(host);
    let node = serve(folder.path(), &format!("{start}@{}/{name}", way.address), &[]);
    let before = scrape_with(&node.address, &key);
    let [fresh, is_up] =
        ["keys_fresh", "store_up"].map(|name| format!("ducat_{name}{{job=\"ducat\",instance=\"node\"}}"));
    assert_eq!((before[&fresh], before[&is_up]), (1.0, 1.0));
    way.close();
    wait_for("it is found out", || {
        let scraped = scrape_with(&node.address, &key);
        (scraped.get(&fresh), scraped.get(&is_up)) == (Some(&0.0), Some(&0.0))
    });
    check(folder.path(), &before, &scrape_with(&node.address, &key), &["DucatKeysStale", "DucatStoreDown"]);
    node.kill();
}

#[test]
fn refusals_for_want_of_a_key() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let made = ducat(
        at,
        &["keys", "create", "--name", "root", "--scope", "admin", "--ledger", "*", "--store", "sqlite:door.db"],
    );
    let key = text(&made.stdout);
    let server = serve(at, "sqlite:door.db", &[]);
    let before = scrape_with(&server.address, &key);
    for _ in 0..100 {
        assert_eq!(post(&server.address, "/v1/ledgers", LEDGER), 401);
    }
    check(at, &before, &scrape_with(&server.address, &key), &["DucatRefusals"]);
    assert_eq!(server.terminate(), Some(0));
}

/// A receiver that accepts nothing.
#[test]
fn a_webhook_that_fails() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let receiver = Receiver::start();
    receiver.behave(Behavior::Respond(500));
    let more = ["--webhook-key", "webhook.key", "--webhook-allow-private"];
    let server = serve(folder.path(), "sqlite:hooks.db", &more);
    assert_eq!(post(&server.address, "/v1/ledgers", LEDGER), 201);
    let before = scrape(&server.address);
    let webhook = format!(r#"{{"url":"{}"}}"#, receiver.url());
    assert_eq!(post(&server.address, "/v1/ledgers/shop/webhooks", &webhook), 201);
    assert_eq!(post(&server.address, "/v1/ledgers/shop/transactions", TRANSFER), 201);
    let failing = r#"ducat_webhooks_failing{job="ducat",instance="node"}"#;
    wait_for("it fails", || scrape(&server.address)[failing] > 0.0);
    check(folder.path(), &before, &scrape(&server.address), &["DucatWebhookFailing"]);
    receiver.behave(Behavior::Respond(410));
    let opened = post(&server.address, "/v1/ledgers/shop/webhooks", &webhook);
    assert_eq!((opened, post(&server.address, "/v1/ledgers/shop/transactions", TRANSFER)), (201, 201));
    let disabled = r#"ducat_webhooks_disabled{job="ducat",instance="node"}"#;
    wait_for("it is disabled", || scrape(&server.address)[disabled] > 0.0);
    let now = scrape(&server.address);
    let both = ["DucatWebhookFailing", "DucatWebhookDisabled"];
    check(folder.path(), &before, &now, if now[failing] > 0.0 { &both } else { &both[1..] });
    assert_eq!(server.terminate(), Some(0));
}

/// A stream that was robbed, a broker that is gone, and a message that is no command.
#[test]
fn streams_that_stop_and_fall_behind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut broker = Broker::start();
    broker.make("orders", &["orders"]);
    let (url, commands) = (broker.url(), "stream=orders");
    let server = serve(folder.path(), "sqlite:streams.db", &["--nats-url", &url, "--nats-commands", commands]);
    assert_eq!(post(&server.address, "/v1/ledgers", LEDGER), 201);
    let gauge = |name: &str| format!(r#"{name}{{job="ducat",instance="node"}}"#);
    wait_for("it is published", || broker.last("ducat-events-shop") > 0);
    let before = scrape(&server.address);
    broker.publish("orders", vec![(Vec::new(), b"hello".to_vec())]);
    wait_for("it is moved", || broker.last("ducat-dead-orders") == 1);
    check(folder.path(), &before, &scrape(&server.address), &["DucatCommandUnreadable"]);
    broker.rob();
    let before = scrape(&server.address);
    let one = r#"{"postings":[{"source":"world","destination":"a","amount":1}]}"#;
    let batch = format!(r#"{{"results":"rejected","transactions":[{}]}}"#, vec![one; 6_000].join(","));
    for _ in 0..2 {
        assert_eq!(post(&server.address, "/v1/ledgers/shop/transactions/batch", &batch), 200);
    }
    let behind = || scrape(&server.address)[&gauge("ducat_nats_lag_events")];
    wait_for("it is behind", || behind() > 10_000.0 && scrape(&server.address)[&gauge("ducat_nats_connected")] == 0.0);
    check(folder.path(), &before, &scrape(&server.address), &["DucatStreamBehind"]);
    broker.restart();
    wait_for("it stops", || scrape(&server.address)[&gauge("ducat_nats_streams_stopped")] > 0.0);
    check(folder.path(), &before, &scrape(&server.address), &["DucatStreamStopped", "DucatStreamBehind"]);
    assert_eq!(server.terminate(), Some(0));
}

/// A processor that does not respond: a credit is not taken, and the daily run gets no report.
#[test]
fn a_processor_that_is_silent() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = serve(folder.path(), "sqlite:silent.db", &["--processor-url", "http://127.0.0.1:9"]);
    let address = server.address.clone();
    let before = scrape(&address);
    let advance = r#"{"dst_bank_account":"DE89370400440532013000","amount":1200.00}"#;
    assert!(matches!(post(&address, "/perform_advance", advance), 200..=299));
    assert!(matches!(post(&address, "/v1/ledgers/advances/advances/runs", "{}"), 200..=299));
    let failed = r#"ducat_advances_runs_total{job="ducat",instance="node",result="failed"}"#;
    let unanswered = r#"ducat_advances_transactions_total{job="ducat",instance="node",result="unanswered"}"#;
    wait_for("the run fails", || {
        let scraped = scrape(&address);
        [failed, unanswered].iter().all(|series| scraped.get(*series).is_some_and(|count| *count > 0.0))
    });
    check(folder.path(), &before, &scrape(&address), &["DucatRunFailed", "DucatProcessorSilent"]);
    assert_eq!(server.terminate(), Some(0));
}

/// The disk of the backup has been full for an hour; then the backup is killed.
#[test]
fn a_backup_that_is_behind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (at, library) = (folder.path(), wrong_clock(folder.path()));
    let server = serve(at, "sqlite:shop.db", &[]);
    assert_eq!(post(&server.address, "/v1/ledgers", LEDGER), 201);
    let with_server = |backup: Scrape| -> Scrape { scrape(&server.address).into_iter().chain(backup).collect() };
    let follow = |limit: &str, ahead: &str| {
        let script = format!(
            r#"trap "" XFSZ; {limit} exec "$0" backup --store sqlite:shop.db --to backup --follow --metrics-listen 127.0.0.1:0"#
        );
        let mut command = Command::new("sh");
        command.current_dir(at).args(["-c", &script, DUCAT]).env("LD_PRELOAD", &library).env("CLOCK_AHEAD_S", ahead);
        Server::spawn(command.stderr(std::process::Stdio::null()))
    };
    let well = follow("", "0");
    let lag = r#"ducat_backup_lag_seconds{job="ducat-backup",instance="node"}"#;
    wait_for("it is backed up", || at.join("backup/manifest.json").exists() && scrape_backup(&well.address)[lag] < 5.0);
    let before = with_server(scrape_backup(&well.address));
    check(at, &before, &before, &[]);
    well.kill();
    let described = format!(r#"{{"description":"{}","#, "long".repeat(100));
    let long = TRANSFER.replacen('{', &described, 1);
    for _ in 0..40 {
        assert_eq!(post(&server.address, "/v1/ledgers/shop/transactions", &long), 201);
    }
    let full = follow("ulimit -f 16;", "3600");
    let failures = r#"ducat_backup_failures_total{job="ducat-backup",instance="node"}"#;
    wait_for("it fails", || scrape_backup(&full.address)[failures] > 0.0);
    check(at, &before, &with_server(scrape_backup(&full.address)), &["DucatBackupBehind"]);
    let address = full.address.clone();
    full.kill();
    check(at, &before, &with_server(scrape_backup(&address)), &["DucatBackupDown"]);
    assert_eq!(server.terminate(), Some(0));
}

/// The names of metrics in an expression.
fn metrics_in(expression: &str) -> impl Iterator<Item = &str> {
    let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| ["ducat_", "http_server_", "process_"].iter().any(|prefix| word.starts_with(prefix)))
}

/// Every alert has a test here and a section in the operator's page, and what rules, dashboard and page name is there.
#[test]
fn what_alerts_and_the_dashboard_name_is_there() {
    let file = |path: &str| {
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).expect(path)
    };
    let (rules, page, dashboard) =
        (file("deploy/prometheus/alerts.yml"), file("docs/watching.md"), file("deploy/grafana/ducat.json"));
    let alerts: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() >= 18, "{alerts:?}");
    for alert in alerts {
        assert!(page.contains(&format!("\n### {alert}\n")), "docs/watching.md does not say what to do about {alert}");
        assert!(include_str!("alerts.rs").contains(&format!("\"{alert}\"")), "no test makes the cause of {alert}");
        assert!(rules.contains(&format!("runbook: docs/watching.md#{}\n", alert.to_lowercase())), "{alert}");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut known = std::collections::BTreeSet::new();
    for store in ["sqlite:named.db", &database()] {
        let server = serve(folder.path(), store, &[]);
        assert_eq!(post(&server.address, "/v1/ledgers", LEDGER), 201);
        post(&server.address, "/v1/ledgers/shop/transactions", &TRANSFER.replace("world", "nobody"));
        wait_for("the store is looked at", || {
            scrape(&server.address).keys().any(|name| name.starts_with("ducat_store_size"))
        });
        // From the first key on, and only where others may revoke one.
        if !store.starts_with("sqlite") {
            known.insert("ducat_keys_fresh".to_owned());
        }
        // Measured a moment after the start.
        let is_known = |name: &str| scrape(&server.address).keys().any(|series| series.starts_with(name));
        wait_for("the clock is compared", || store.starts_with("sqlite") || is_known("ducat_clock_skew_seconds"));
        known.extend(scrape(&server.address).into_keys().filter_map(|name| Some(name.split('{').next()?.to_owned())));
        assert_eq!(server.terminate(), Some(0));
    }
    let mut command = Command::new(DUCAT);
    let arguments = ["backup", "--store", "sqlite:named.db", "--to", "backup", "--follow"];
    command.current_dir(folder.path()).args(arguments).args(["--metrics-listen", "127.0.0.1:0"]);
    let backup = Server::spawn(&mut command);
    let shown = scrape_backup(&backup.address);
    known.extend(shown.into_keys().filter_map(|name| Some(name.split('{').next()?.to_owned())));
    backup.kill();
    let panels: serde_json::Value = serde_json::from_str(&dashboard).expect("JSON");
    let targets = panels["panels"].as_array().expect("panels").iter().filter_map(|panel| panel["targets"].as_array());
    let shown: Vec<&str> = targets.flatten().filter_map(|target| target["expr"].as_str()).collect();
    assert!(shown.len() > 30, "{shown:?}");
    for name in shown.iter().flat_map(|expression| metrics_in(expression)).chain(metrics_in(&rules)) {
        assert!(known.contains(name), "{name} is in the dashboard or in a rule, and no server shows it");
    }
    // What a server shows is in the page, and the other way round.
    let bare = |name: &str| {
        ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()
    };
    for name in known.iter().filter(|name| *name != "up").map(|name| bare(name)) {
        assert!(page.contains(&format!("`{name}`")), "docs/watching.md does not say what {name} is");
    }
    for name in page.split('`').skip(1).step_by(2).flat_map(metrics_in) {
        assert!(known.iter().any(|known| bare(known) == name), "{name} is in docs/watching.md, and no server shows it");
    }
}
