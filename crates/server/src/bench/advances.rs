//! The load on advances: as many are paid out, then one daily run reads a report in which each credit is reported once
//! and then again and again, then another asks for a debit of each. Server and processor are processes of their own;
//! the server is started anew before the runs, so its memory is theirs.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use ducat_api::values::write_day;
use ducat_domain::advances::Day;
use ducat_engine::clock::{Clock as _, SystemClock};
use indicatif::ProgressBar;
use reqwest::Method;
use serde_json::{Value, json};

use super::BenchArguments;
use super::load::Load;
use crate::process::ServerProcess;
use crate::remote::Server;

/// Rows of the report for each advance: once new, then repeated.
const ROWS_PER_ADVANCE: u64 = 10;

/// How often a run is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// How often each result was there of the rows that were read, by the time since the start.
#[derive(Debug, Default)]
struct Watched {
    /// When rows were first repeated, and how many had been reported by then.
    news_over: Option<(Duration, u64)>,
    took: Duration,
    run: Value,
}

/// Measures and prints; the status is 1 if the sums are wrong.
pub fn run(arguments: &BenchArguments, folder: &Path) -> anyhow::Result<ExitCode> {
    let advances = arguments.accounts;
    let rows = arguments.transfers.unwrap_or(advances * ROWS_PER_ADVANCE);
    let store = match &arguments.store {
        Some(store) => store.clone(),
        None => format!("sqlite:{}", folder.join("bench.db").display()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let processor = ["processor", "--listen", "127.0.0.1:0", "--seed", "1"];
    let processor = ServerProcess::start(&processor)?;
    let mut server = ServerProcess::serve(&store, &["--processor-url", &processor.url])?;
    let load = Load::new(arguments.clone(), &server.url, Vec::new())?;
    let paid_out = runtime.block_on(load.pay_out(advances))?;
    println!("{advances} advances paid out: {paid_out:.0}/s");
    server.stop()?;
    drop(processor);

    let report = folder.join("report.csv");
    let made = Command::new(std::env::current_exe()?)
        .args(["processor", "--seed", "1", "--make-report", &rows.to_string(), "--transactions", &advances.to_string()])
        .stdout(Stdio::from(File::create(&report)?))
        .status()?;
    ensure!(made.success(), "the report cannot be made");
    let report = report.to_str().context("a folder whose name is text")?;
    let processor = ServerProcess::start(&["processor", "--listen", "127.0.0.1:0", "--seed", "2", "--report", report])?;
    let mut server = ServerProcess::serve(&store, &["--processor-url", &processor.url])?;
    let today = Day::of(SystemClock.now());
    let client = Server::new(&server.url, None)?;
    let read = runtime.block_on(watch(&client, &load.ledger, today.plus(1)))?;
    let report = &read.run["report"];
    let (told, news) = (report["rows"].as_u64().unwrap_or(0), read.run["counts"]["succeeded"].as_u64().unwrap_or(0));
    ensure!((told, news) == (rows, advances), "{told} rows were read, {news} brought something new");
    let (news_took, news_rows) = read.news_over.unwrap_or((read.took, rows));
    let rate = |count: u64, took: Duration| count as f64 / took.as_secs_f64().max(f64::EPSILON);
    println!("rows that bring a new result: {:.0}/s ({news_rows} rows)", rate(news_rows, news_took));
    let again = rows.saturating_sub(news_rows);
    println!("rows repeated: {:.0}/s ({again} rows)", rate(again, read.took.saturating_sub(news_took)));
    println!("the run of {rows} rows: {:.1} s, {:.0} MB at most", read.took.as_secs_f64(), server.peak_memory_mb()?);

    let sent = runtime.block_on(watch(&client, &load.ledger, today.plus(7)))?;
    let charged = sent.run["counts"]["sent"].as_u64().unwrap_or(0);
    println!("debits asked for and sent: {:.0}/s ({charged})", rate(charged, sent.took));
    println!("both runs: {:.0} MB at most", server.peak_memory_mb()?);
    server.stop()?;
    let verified = Command::new(std::env::current_exe()?).args(["verify", "--store", &store]).status()?;
    let is_right = verified.success() && charged == advances;
    Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Makes a run, and sees when rows began to bring nothing new.
async fn watch(server: &Server, ledger: &str, day: Day) -> anyhow::Result<Watched> {
    let started = Instant::now();
    let path = format!("v1/ledgers/{ledger}/advances/runs");
    let (_, begun) = server.call(Method::POST, &path, Some(&json!({ "as_of": write_day(day) }))).await?;
    let path = format!("{path}/{}", begun["id"].as_str().context("a run")?);
    let mut news_over = None;
    loop {
        let (_, run) = server.call(Method::GET, &path, None).await?;
        let progress = &run["progress"];
        if progress["repeated"].as_u64().is_some_and(|count| count > 0) && news_over.is_none() {
            let told = progress["rows"].as_u64().unwrap_or(0) - progress["repeated"].as_u64().unwrap_or(0);
            news_over = Some((started.elapsed(), told));
        }
        if run["status"] != "running" {
            ensure!(run["status"] == "done", "the run ends as {run}");
            return Ok(Watched { news_over, took: started.elapsed(), run });
        }
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}

impl Load {
    /// Pays out so many advances, each to a customer of its own; says how many a second.
    async fn pay_out(&self, advances: u64) -> anyhow::Result<f64> {
        let mut connection = self.connect().await?;
        let body = format!(r#"{{"name":"{}","assets":[{{"code":"USD","scale":2}}]}}"#, self.ledger);
        let send = super::client::request("POST", "/v1/ledgers", &self.host, body.as_bytes());
        ensure!(connection.send(&send).await? == 201, "the ledger cannot be opened");
        let path = format!("/v1/ledgers/{}/advances/terms", self.ledger);
        let send = super::client::request("PUT", &path, &self.host, b"{}");
        ensure!(connection.send(&send).await? == 200, "no terms can be set");
        let path = format!("/v1/ledgers/{}/advances", self.ledger);
        let next = std::cell::Cell::new(0u64);
        let pay = |_: &super::load::Shared| {
            next.set(next.get() + 1);
            let body = format!(r#"{{"customer":"bank-{:09}","amount":120000}}"#, next.get());
            super::client::request("POST", &path, &self.host, body.as_bytes())
        };
        let bar = ProgressBar::new_spinner().with_message("paying out");
        bar.enable_steady_tick(Duration::from_millis(200));
        let (phase, _) = self.drive((advances, None), (201, 1), &pay).await?;
        bar.finish_and_clear();
        Ok(phase.requests_per_s)
    }
}
