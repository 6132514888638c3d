//! `ducat demo advances`: a server and a processor that fails in every way, a thousand advances, twenty weeks in half a
//! minute; and then the sums of the ledger and of the processor.

use std::collections::HashMap;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail, ensure};
use clap::Args;
use comfy_table::{CellAlignment, Table};
use ducat_api::values::write_day;
use ducat_domain::advances::Day;
use ducat_domain::decimal;
use ducat_engine::clock::{Clock as _, SystemClock};
use futures_util::{StreamExt as _, stream};
use indicatif::ProgressBar;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::process::ServerProcess;
use crate::remote::Server;

/// How much of it.
#[derive(Debug, Args)]
pub struct AdvancesDemo {
    /// How many advances.
    #[arg(long, default_value_t = 1_000)]
    advances: u32,
    /// How many weeks pass.
    #[arg(long, default_value_t = 20)]
    weeks: u32,
    /// What becomes of each transaction follows from this.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Requests under way at once.
const CLIENTS: usize = 32;

/// Shows it.
pub fn run(demo: &AdvancesDemo) -> anyhow::Result<ExitCode> {
    let folder = tempfile::tempdir()?;
    let store = format!("sqlite:{}", folder.path().join("demo.db").display());
    let seed = demo.seed.to_string();
    let faults = ["--fail", "0.1", "--late", "0.08", "--twice", "0.1", "--never", "0.02", "--mind", "0.03"];
    let away = ["--after-work", "0.05", "--down", "0.02", "--cut", "0.02"];
    let listen = ["processor", "--listen", "127.0.0.1:0", "--seed", &seed];
    let processor = ServerProcess::start(&[&listen[..], &faults[..], &away[..]].concat())?;
    let mut server = ServerProcess::serve(&store, &["--processor-url", &processor.url])?;
    println!("a server at {}, a processor at {} where {}\n", server.url, processor.url, faults.join(" "));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let books = runtime.block_on(live(demo, &server.url, &processor.url))?;
    server.stop()?;
    println!("{}\n", books.table());
    let is_right = books.prove();
    let verified = Command::new(std::env::current_exe()?).args(["verify", "--store", &store]).status()?;
    Ok(if is_right && verified.success() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn live(demo: &AdvancesDemo, server: &str, processor: &str) -> anyhow::Result<Books> {
    let (server, processor) = (Server::new(server, None)?, Server::new(processor, None)?);
    let today = Day::of(SystemClock.now());
    let mut random = fastrand::Rng::with_seed(demo.seed);
    let bar = ProgressBar::new(u64::from(demo.advances)).with_message("advances");
    let wanted: Vec<(u32, String)> = (0..demo.advances)
        .map(|number| (number, format!("{}.{:02}", random.u32(50..5_000), random.u32(0..100))))
        .collect();
    let opened = stream::iter(wanted).map(async |(number, amount)| {
        let amount: Value = serde_json::from_str(&amount)?;
        let body = json!({ "dst_bank_account": format!("bank-{number:05}"), "amount": amount });
        let (status, answer) = server.call(Method::POST, "perform_advance", Some(&body)).await?;
        ensure!(matches!(status, StatusCode::OK | StatusCode::ACCEPTED), "an advance is answered {status}: {answer}");
        bar.inc(1);
        anyhow::Ok(())
    });
    let mut opened = opened.buffer_unordered(CLIENTS);
    while let Some(done) = opened.next().await {
        done?;
    }
    bar.finish_and_clear();
    let days = demo.weeks * 7;
    let bar = ProgressBar::new(u64::from(days));
    let quiet = ProgressBar::hidden();
    for day in 1..=days {
        let as_of = write_day(today.plus(day));
        let now = json!({ "now": format!("{as_of}T06:00:00Z") });
        processor.call(Method::POST, "clock", Some(&now)).await?;
        // A processor that is away makes a run fail: it is begun again.
        let mut tries = 0;
        while server.run("advances", Some(&as_of), &quiet).await?["status"] != "done" {
            tries += 1;
            ensure!(tries < 100, "the run of {as_of} is never done");
        }
        bar.set_position(u64::from(day));
    }
    bar.finish_and_clear();
    Books::read(&server, &processor).await
}

/// What the ledger and the processor say at the end.
#[derive(Debug, Default)]
struct Books {
    advances: u64,
    /// Of each kind of advance, how many.
    statuses: HashMap<String, u64>,
    paid_out: u128,
    collected: u128,
    owed: u128,
    overpaid: u128,
    /// Of each kind of debit, how many and how much.
    debits: HashMap<String, (u64, u128)>,
    replacements: u64,
    cash: i128,
    /// By the processor: what it took, by key.
    taken: HashMap<String, Value>,
    /// What the ledger asked for, by key.
    asked: HashMap<String, (u128, Option<String>)>,
}

impl Books {
    async fn read(server: &Server, processor: &Server) -> anyhow::Result<Books> {
        let mut books = Books::default();
        let mut cursor = String::new();
        loop {
            let path = format!("v1/ledgers/advances/advances?limit=1000{cursor}");
            let (_, page) = server.call(Method::GET, &path, None).await?;
            for advance in page["data"].as_array().context("a page of advances")? {
                books.add(advance);
            }
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let (_, balance) = server.call(Method::GET, "v1/ledgers/advances/accounts/advances:cash/balance", None).await?;
        books.cash = units(&balance["posted"]);
        let (_, taken) = processor.call(Method::GET, "transactions", None).await?;
        for one in taken.as_array().context("what the processor took")? {
            if books.taken.insert(one["key"].as_str().unwrap_or_default().to_owned(), one.clone()).is_some() {
                bail!("the processor took {} twice", one["key"]);
            }
        }
        Ok(books)
    }

    fn add(&mut self, advance: &Value) {
        let amount = |value: &Value| units(value).unsigned_abs();
        let status = advance["status"].as_str().unwrap_or_default();
        self.advances += 1;
        *self.statuses.entry(status.to_owned()).or_default() += 1;
        self.collected += amount(&advance["collected"]);
        self.owed += amount(&advance["owed"]);
        self.overpaid += amount(&advance["overpaid"]);
        if advance["credit"]["result"] == "success" {
            self.paid_out += amount(&advance["amount"]);
        }
        self.ask(&advance["credit"], amount(&advance["amount"]));
        for installment in advance["plan"].as_array().into_iter().flatten() {
            let status = installment["status"].as_str().unwrap_or_default();
            let (count, sum) = self.debits.entry(status.to_owned()).or_default();
            *count += 1;
            *sum += amount(&installment["amount"]);
            self.replacements += u64::from(!installment["replaces"].is_null());
            self.ask(&installment["attempt"], amount(&installment["amount"]));
        }
    }

    fn ask(&mut self, attempt: &Value, amount: u128) {
        if let Some(key) = attempt["key"].as_str() {
            let result = attempt["result"].as_str().map(str::to_owned);
            self.asked.insert(key.to_owned(), (amount, result));
        }
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.set_header(["", "how many", "dollars"]);
        let of = |status: &str| self.statuses.get(status).copied().unwrap_or(0);
        let paid_out = of("collecting") + of("repaid");
        table.add_row(["advances", &self.advances.to_string(), ""]);
        table.add_row(["paid out", &paid_out.to_string(), &dollars(self.paid_out)]);
        table.add_row(["credits that failed", &of("failed").to_string(), ""]);
        table.add_row(["credits without a word", &(of("unresolved") + of("sent") + of("accepted")).to_string(), ""]);
        table.add_row(["paid back in full", &of("repaid").to_string(), ""]);
        let debits = [
            ("paid", "debits collected"),
            ("failed", "debits that failed"),
            ("timed_out", "debits that timed out"),
            ("unresolved", "debits without a word"),
            ("under_way", "debits under way"),
            ("sending", "debits being sent"),
            ("open", "installments open"),
            ("cancelled", "installments cancelled"),
        ];
        for (status, name) in debits {
            let (count, sum) = self.debits.get(status).copied().unwrap_or_default();
            table.add_row([name, &count.to_string(), &dollars(sum)]);
        }
        table.add_row(["of all these, moved to the end", &self.replacements.to_string(), ""]);
        table.add_row(["collected", "", &dollars(self.collected)]);
        table.add_row(["owed", "", &dollars(self.owed)]);
        table.add_row(["overpaid, to be paid back", "", &dollars(self.overpaid)]);
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    /// Whether the sums agree; says each.
    fn prove(&self) -> bool {
        let mut is_right = true;
        let mut say = |is_so: bool, what: String| {
            is_right &= is_so;
            println!("{} {what}", if is_so { "ok  " } else { "NOT " });
        };
        let [paid_out, collected, owed, overpaid] =
            [self.paid_out, self.collected, self.owed, self.overpaid].map(|sum| sum.cast_signed());
        say(
            paid_out + overpaid == collected + owed,
            format!(
                "paid out + overpaid = collected + owed: {} = {}",
                dollars(self.paid_out + self.overpaid),
                dollars(self.collected + self.owed)
            ),
        );
        say(self.cash == collected - paid_out, "cash is what was collected less what was paid out".to_owned());
        let unasked = self.taken.keys().filter(|key| !self.asked.contains_key(*key)).count();
        say(
            unasked == 0,
            format!("the processor took {} transactions, each once, {unasked} of them unasked", self.taken.len()),
        );
        let differing = self.taken.iter().filter(|(key, taken)| {
            let asked = self.asked.get(*key);
            asked.is_some_and(|(amount, result)| {
                let is_other = result
                    .as_deref()
                    .is_some_and(|told| !taken["results"].as_array().into_iter().flatten().any(|one| one == told));
                units(&taken["amount"]).unsigned_abs() != *amount || is_other
            })
        });
        let differing = differing.count();
        say(differing == 0, format!("amounts and results are the processor's own, {differing} are not"));
        is_right
    }
}

/// Minor units, as a number or a text.
fn units(value: &Value) -> i128 {
    match value {
        Value::String(text) => text.parse().unwrap_or(0),
        other => other.to_string().parse().unwrap_or(0),
    }
}

fn dollars(cents: u128) -> String {
    decimal::write(cents.cast_signed(), 2)
}
