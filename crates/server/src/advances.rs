//! `ducat advances run`: the daily run of a server, begun from a shell and watched to its end.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client;
use crate::remote::{KeyArguments, Server};

/// How often a run is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// What to do with advances.
#[derive(Debug, Args)]
pub struct AdvancesArguments {
    #[command(subcommand)]
    command: AdvancesCommand,
}

#[derive(Debug, Subcommand)]
enum AdvancesCommand {
    /// Begin the run of a day on a server, or find it under way, and wait for its end.
    Run(RunArguments),
    /// List advances, oldest first.
    List(client::advances::ListArguments),
    /// List the debits of an advance.
    Show(client::session::IdArguments),
    /// List what a person must see, newest first.
    Exceptions(client::advances::ExceptionsArguments),
}

/// Which run.
#[derive(Debug, Args)]
struct RunArguments {
    /// The day, such as 2026-12-01 [default: today, in UTC].
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// The ledger.
    #[arg(long, default_value = "advances")]
    ledger: String,
    /// Where the server is.
    #[arg(long, env = "DUCAT_SERVER", default_value = "http://127.0.0.1:8000", value_name = "URL")]
    server: String,
    #[command(flatten)]
    key: KeyArguments,
}

/// Does what is asked.
pub fn run(arguments: &AdvancesArguments) -> anyhow::Result<ExitCode> {
    let arguments = match &arguments.command {
        AdvancesCommand::Run(arguments) => arguments,
        AdvancesCommand::List(arguments) => return client::advances::list(arguments).map(|()| ExitCode::SUCCESS),
        AdvancesCommand::Show(arguments) => return client::advances::show(arguments).map(|()| ExitCode::SUCCESS),
        AdvancesCommand::Exceptions(arguments) => {
            return client::advances::exceptions(arguments).map(|()| ExitCode::SUCCESS);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::with_template("{spinner} {elapsed} {msg}")?);
    let run = runtime.block_on(async {
        let server = Server::new(&arguments.server, arguments.key.key()?)?;
        server.run(&arguments.ledger, arguments.as_of.as_deref(), &bar).await
    });
    bar.finish_and_clear();
    let run = run?;
    println!("{}", summary(&run));
    Ok(if run["status"] == "done" { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn summary(run: &Value) -> String {
    let counts = &run["counts"];
    let mut text = format!("run of {}: {}", text_of(&run["as_of"]), text_of(&run["status"]));
    if let Some(reason) = run["reason"].as_str() {
        text.push_str(&format!(", {reason}"));
    }
    if let Some(report) = run["report"].as_object() {
        let rows = [&report["rows"], &report["repeated"], &report["unreadable"]];
        let [rows, repeated, unreadable] = rows.map(|count| count.as_u64().unwrap_or(0));
        text.push_str(&format!("\n{rows} rows read, {repeated} brought nothing new, {unreadable} could not be read"));
        match (&report["complete"], &report["whole"]) {
            (Value::Bool(true), Value::Bool(true)) => {}
            (Value::Bool(true), _) => text.push_str(
                "; silence in the report proves nothing: send the whole one to /advances/reports, or accept it as whole there",
            ),
            _ => text.push_str("; the report broke off: read it again, or send it to /advances/reports"),
        }
    }
    let names = ["succeeded", "failed", "timed_out", "unresolved", "unknown", "charged", "sent", "refused"];
    let counts: Vec<String> = names.iter().map(|name| format!("{} {name}", counts[name])).collect();
    text.push_str(&format!("\n{}, {} given up for the day", counts.join(", "), run["given_up"].as_u64().unwrap_or(0)));
    text
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Server {
    /// Begins the run of a day and waits for its end.
    pub async fn run(&self, ledger: &str, as_of: Option<&str>, bar: &ProgressBar) -> anyhow::Result<Value> {
        let path = format!("v1/ledgers/{ledger}/advances/runs");
        let body = as_of.map_or_else(|| json!({}), |day| json!({ "as_of": day }));
        let (status, begun) = self.call(Method::POST, &path, Some(&body)).await?;
        if status != StatusCode::ACCEPTED {
            bail!("{}", begun["detail"].as_str().unwrap_or("the run is refused"));
        }
        let path = format!("{path}/{}", text_of(&begun["id"]));
        loop {
            let (status, run) = self.call(Method::GET, &path, None).await?;
            if status != StatusCode::OK {
                bail!("{}", run["detail"].as_str().unwrap_or("the run is not there"));
            }
            if run["status"] != "running" {
                return Ok(run);
            }
            let progress = &run["progress"];
            let count = |name: &str| progress[name].as_u64().unwrap_or(0);
            bar.set_message(format!(
                "{} rows read, {} advances looked at, {} transactions sent",
                count("rows"),
                count("advances"),
                count("asked")
            ));
            bar.tick();
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }
}
