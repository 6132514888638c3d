//! `ducat processor check URL`: tries a processor against what Ducat needs of one (docs/processor.md).
//!
//! Each check asks what the daily run would ask, and says what was seen and what to do where a rule is broken. A check
//! that needs another one to have passed is left out when it has not.

use std::io::Cursor;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use ducat_domain::advances::TransactionId;
use ducat_processor::Format;
use ducat_processor::report::{Line, read};
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use reqwest::{Client, Response, StatusCode, Url, Version};
use serde_json::{Value, json};

/// How long a response may take: as long as the daily run would wait.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// What to check.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The processor's address. Transactions of 0.01 and 0.02 are made there: give a sandbox.
    url: String,
    /// Our bank account there.
    #[arg(long, env = "DUCAT_PROCESSOR_ACCOUNT", default_value = "ducat", value_name = "ACCOUNT")]
    account: String,
    /// A customer's bank account that it takes.
    #[arg(long, default_value = "ducat-check", value_name = "ACCOUNT")]
    customer: String,
}

/// Checks a processor; status 1 where it breaks a rule.
pub fn run(arguments: &CheckArguments) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let checks = runtime.block_on(async {
        let checked = Checked::new(arguments)?;
        anyhow::Ok(checked.all().await)
    })?;
    let mut broken = 0;
    for Check { rule, outcome } in &checks {
        match outcome {
            Ok(()) => println!("pass  {rule}"),
            Err(seen) => {
                broken += 1;
                println!("FAIL  {rule}\n      {seen}");
            }
        }
    }
    match broken {
        0 => println!("{} rules are kept: Ducat can work with this processor", checks.len()),
        _ => println!("{broken} of {} rules are broken; see docs/processor.md", checks.len()),
    }
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// A rule, and the outcome of trying it.
struct Check {
    rule: &'static str,
    outcome: Result<(), String>,
}

/// What was asked for: a direction and an amount as it is written.
type Asked = (&'static str, &'static str);

const CREDIT: Asked = ("credit", "0.01");
const OTHER_CREDIT: Asked = ("credit", "0.02");
const DEBIT: Asked = ("debit", "0.01");

/// A processor that is checked.
struct Checked<'a> {
    client: Client,
    base: Url,
    arguments: &'a CheckArguments,
}

impl<'a> Checked<'a> {
    fn new(arguments: &'a CheckArguments) -> anyhow::Result<Checked<'a>> {
        let client = Client::builder().tls_backend_preconfigured(ducat_trust::client_config()).no_proxy();
        let client = client.timeout(ANSWER_TIMEOUT).redirect(reqwest::redirect::Policy::none()).build()?;
        let base = Url::parse(&format!("{}/", arguments.url.trim_end_matches('/')));
        let base = base.context("the processor's address is no URL; write http://HOST:PORT or https://HOST")?;
        Ok(Checked { client, base, arguments })
    }

    async fn all(&self) -> Vec<Check> {
        let mut checks = self.transactions().await;
        checks.extend(self.refusals().await);
        for format in [Format::Csv, Format::Ndjson, Format::Json] {
            let rule = match format {
                Format::Csv => "a report is read as CSV, to an end that is named",
                Format::Ndjson => "a report is read as NDJSON, to an end that is named",
                Format::Json => "a report is read as a JSON array, to an end that is named",
            };
            checks.push(Check { rule, outcome: self.report(format).await });
        }
        checks
    }

    /// What is taken, and what a key means.
    async fn transactions(&self) -> Vec<Check> {
        let key = uuid::Uuid::now_v7().to_string();
        let first = self.taken(Some(&key), CREDIT).await;
        let mut checks = vec![Check {
            rule: "a credit is taken and named",
            outcome: first.as_ref().map(drop).map_err(Clone::clone),
        }];
        let Ok(first) = first else { return checks };
        let again = self.taken(Some(&key), CREDIT).await;
        checks.push(Check { rule: "the same key gives the same transaction_id", outcome: is_same(again, &first) });
        let other = self.is_refused(Some(&key), &self.body(OTHER_CREDIT)).await;
        let outcome =
            other.map_err(|seen| format!("{seen}: refuse another body under a key with 409 or 422, and do nothing"));
        checks.push(Check { rule: "another body under the key is refused", outcome });
        let after = self.taken(Some(&key), CREDIT).await;
        checks.push(Check { rule: "the key keeps its transaction after that", outcome: is_same(after, &first) });
        let debit = self.taken(Some(&uuid::Uuid::now_v7().to_string()), DEBIT).await;
        let outcome = debit.and_then(|debit| match debit == first {
            true => Err(format!("it is called {debit}, as the credit is: give each transaction a name of its own")),
            false => Ok(()),
        });
        checks.push(Check { rule: "a debit is taken, under a name of its own", outcome });
        checks
    }

    /// What must not be taken.
    async fn refusals(&self) -> Vec<Check> {
        let final_status = "answer 400 or 422, which end the attempt";
        let mut checks = Vec::new();
        let mut check = |rule, refused: Result<(), String>| {
            checks.push(Check { rule, outcome: refused.map_err(|seen| format!("{seen}: {final_status}")) });
        };
        let key = || uuid::Uuid::now_v7().to_string();
        check("a body that is no JSON is refused", self.is_refused(Some(&key()), "{\"amount\":").await);
        let mut body: Value = serde_json::from_str(&self.body(CREDIT)).unwrap_or_default();
        body["direction"] = json!("sideways");
        check("an unknown direction is refused", self.is_refused(Some(&key()), &body.to_string()).await);
        check("an amount of 0 is refused", self.is_refused(Some(&key()), &self.body(("credit", "0.00"))).await);
        check("a transaction without a key is refused", self.is_refused(None, &self.body(CREDIT)).await);
        checks
    }

    fn body(&self, (direction, amount): Asked) -> String {
        let CheckArguments { account, customer, .. } = self.arguments;
        let (source, destination) = if direction == "credit" { (account, customer) } else { (customer, account) };
        let (source, destination) = (json!(source), json!(destination));
        format!(
            r#"{{"src_bank_account":{source},"dst_bank_account":{destination},"amount":{amount},"direction":"{direction}"}}"#
        )
    }

    async fn ask(&self, key: Option<&str>, body: &str) -> Result<Response, String> {
        let url = self.base.join("transactions").map_err(|error| error.to_string())?;
        let request = self.client.post(url).header(CONTENT_TYPE, "application/json").body(body.to_owned());
        let request = match key {
            Some(key) => request.header("Idempotency-Key", key),
            None => request,
        };
        request.send().await.map_err(|error| format!("there is no response: {error}"))
    }

    /// What a transaction is called that must be taken.
    async fn taken(&self, key: Option<&str>, asked: Asked) -> Result<String, String> {
        let answer = self.ask(key, &self.body(asked)).await?;
        let (status, body) = (answer.status(), answer.text().await.unwrap_or_default());
        if !status.is_success() {
            return Err(format!(
                "it answers {status} {body}: give an account that it takes with --customer or --account"
            ));
        }
        let answer: Value = serde_json::from_str(&body).unwrap_or_default();
        let name =
            answer["transaction_id"].as_str().ok_or("the response has no transaction_id, which is a JSON string")?;
        TransactionId::parse(name).map_err(|error| error.to_string())?;
        Ok(name.to_owned())
    }

    async fn is_refused(&self, key: Option<&str>, body: &str) -> Result<(), String> {
        let status = self.ask(key, body).await?.status();
        match status {
            // Those are asked again without end.
            StatusCode::UNAUTHORIZED | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {}
            status if status.is_client_error() => return Ok(()),
            _ => {}
        }
        Err(format!("it answers {status}"))
    }

    async fn report(&self, format: Format) -> Result<(), String> {
        let url = self.base.join("report").map_err(|error| error.to_string())?;
        let answer = self.client.get(url).header(ACCEPT, format.content_type()).send().await;
        let answer = answer.map_err(|error| format!("there is no response: {error}"))?;
        if answer.status() != StatusCode::OK {
            return Err(format!("it answers {}: answer 200", answer.status()));
        }
        let content_type = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if Format::from_content_type(content_type) != Some(format) {
            return Err(format!(
                "its Content-Type is {content_type:?}: send {} where Accept asks for it",
                format.content_type()
            ));
        }
        let is_named = answer.version() > Version::HTTP_11
            || answer.headers().contains_key(CONTENT_LENGTH)
            || answer.headers().contains_key(TRANSFER_ENCODING);
        if !is_named {
            return Err("it ends when the connection does: send Content-Length, or chunks".to_owned());
        }
        let bytes = answer.bytes().await.map_err(|error| format!("it breaks off: {error}"))?;
        let mut unreadable = None;
        let read = read(format, false, Cursor::new(bytes), |place, line| {
            if let Line::Unreadable(reason) = line {
                unreadable.get_or_insert_with(|| format!("line {place}: {reason}"));
            }
            Ok(())
        });
        read.map_err(|error| error.to_string())?;
        unreadable.map_or(Ok(()), Err)
    }
}

fn is_same(again: Result<String, String>, first: &str) -> Result<(), String> {
    match again? {
        again if again == first => Ok(()),
        again => Err(format!("it was called {first}, and is called {again}: do what is asked under one key once")),
    }
}
