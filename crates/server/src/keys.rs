//! `ducat keys`: made, listed, rotated and revoked, on a server that runs or in a store that no one serves.
//!
//! Without `--server` they are those of a store: through the socket beside its file while a server has it open, else in
//! the store itself. That is the way back for whoever lost every key.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use comfy_table::Table;
use ducat_api::values::write_time;
use ducat_engine::clock::{Clock as _, SystemClock};
use ducat_engine::keys::token::{KeyId, Token};
use reqwest::Method;
use serde_json::{Value, json};

use crate::remote::{KeyArguments, Missing, Server};
use crate::store::StoreArguments;

/// Rows read at a time.
const PAGE: usize = 1_000;

/// What to do with keys.
#[derive(Debug, Args)]
pub struct KeysArguments {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Make a key. It is printed this once.
    Create(CreateArguments),
    /// Print a key that no store has yet, for `ducat serve --admin-key-file` or `--metrics-key-file`.
    Generate,
    /// List keys.
    List(ListArguments),
    /// Give a key another secret, which is printed this once. The one before is taken for a while too.
    Rotate(RotateArguments),
    /// Revoke a key, for good.
    Revoke(RevokeArguments),
}

/// Whose keys.
#[derive(Debug, Args)]
struct Whose {
    /// Where the server is: its URL. It is shown an admin key.
    #[arg(long, env = "DUCAT_SERVER", value_name = "URL")]
    server: Option<String>,
    #[command(flatten)]
    key: KeyArguments,
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Debug, Args)]
struct CreateArguments {
    /// What people call it.
    #[arg(long)]
    name: String,
    /// What it is for: read, write, admin, post-only or metrics.
    #[arg(long)]
    scope: String,
    /// A ledger that it is for: a name, or the beginning of names with a * behind it; * is all. It may be given several
    /// times.
    #[arg(long = "ledger", value_name = "LEDGER", required = true)]
    ledgers: Vec<String>,
    /// Accounts that it is kept to: the beginning of names, which ends with a colon. It may be given several times.
    #[arg(long = "account", value_name = "PREFIX")]
    accounts: Vec<String>,
    /// For how long it is taken: 90d, 12h or 30m [default: until it is revoked].
    #[arg(long, value_name = "TIME", value_parser = time)]
    expires: Option<Duration>,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
struct ListArguments {
    /// Print JSON, an object a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
struct RotateArguments {
    /// The id of the key.
    #[arg(value_parser = id)]
    id: String,
    /// For how long the secret before is taken too: 24h, 30m or 0m.
    #[arg(long, default_value = "24h", value_name = "TIME", value_parser = time)]
    grace: Duration,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
struct RevokeArguments {
    /// The id of the key.
    #[arg(value_parser = id)]
    id: String,
    #[command(flatten)]
    whose: Whose,
}

/// A number with a unit.
fn time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no time; write 90d, 12h, 30m or 45s");
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let seconds: u64 = match unit {
        "d" => 86_400,
        "h" => 3_600,
        "m" => 60,
        "s" => 1,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number
        .checked_mul(seconds)
        .filter(|seconds| *seconds <= 100 * 366 * 86_400)
        .map(Duration::from_secs)
        .ok_or_else(wrong)
}

/// Does what is asked.
pub fn run(arguments: &KeysArguments) -> anyhow::Result<ExitCode> {
    let (KeysCommand::Create(CreateArguments { whose, .. })
    | KeysCommand::List(ListArguments { whose, .. })
    | KeysCommand::Rotate(RotateArguments { whose, .. })
    | KeysCommand::Revoke(RevokeArguments { whose, .. })) = &arguments.command
    else {
        writeln!(std::io::stdout(), "{}", Token::draw().reveal())?;
        return Ok(ExitCode::SUCCESS);
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = match &whose.server {
            Some(url) => Server::new(url, whose.key.key()?)?,
            None => {
                // The first key may come before the server, which does not listen to others without one.
                let is_first = matches!(arguments.command, KeysCommand::Create(_));
                let missing = if is_first { Missing::Created } else { Missing::Refused };
                Server::of_store(&whose.store.url()?, missing).await?
            }
        };
        let done = match &arguments.command {
            KeysCommand::Generate => Ok(()),
            KeysCommand::Create(arguments) => create(&server, arguments).await,
            KeysCommand::List(arguments) => list(&server, arguments).await,
            KeysCommand::Rotate(arguments) => rotate(&server, arguments).await,
            KeysCommand::Revoke(arguments) => revoke(&server, arguments).await,
        };
        server.close().await?;
        done
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn create(server: &Server, arguments: &CreateArguments) -> anyhow::Result<()> {
    let expires_at = arguments.expires.map(|expires| write_time(SystemClock.now().plus_seconds(expires.as_secs())));
    let body = json!({
        "name": arguments.name,
        "scope": arguments.scope,
        "ledgers": arguments.ledgers,
        "accounts": arguments.accounts,
        "expires_at": expires_at,
    });
    let made = server.ask(Method::POST, "v1/keys", Some(&body)).await?;
    reveal(&made)
}

/// The id of a key. A key itself is refused here: it would stand in a URL.
fn id(text: &str) -> Result<String, String> {
    text.parse::<KeyId>().map(|id| id.to_string())
}

async fn rotate(server: &Server, arguments: &RotateArguments) -> anyhow::Result<()> {
    let path = format!("v1/keys/{}/rotate", arguments.id);
    let made = server.ask(Method::POST, &path, Some(&json!({ "grace_s": arguments.grace.as_secs() }))).await?;
    reveal(&made)
}

/// The key goes to the output, so that a script can take it; what else there is to say does not.
fn reveal(made: &Value) -> anyhow::Result<()> {
    let key = made["key"].as_str().context("the server made no key")?;
    eprintln!("key {}: {}. It is shown this once:", text(&made["id"]), described(made));
    Ok(writeln!(std::io::stdout(), "{key}")?)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn joined(value: &Value) -> String {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}

fn described(key: &Value) -> String {
    let accounts = joined(&key["accounts"]);
    let accounts = if accounts.is_empty() { String::new() } else { format!(", accounts {accounts}") };
    let expires = key["expires_at"].as_str().map_or_else(String::new, |at| format!(", until {at}"));
    format!("{}, {} on {}{accounts}{expires}", text(&key["name"]), text(&key["scope"]), joined(&key["ledgers"]))
}

async fn list(server: &Server, arguments: &ListArguments) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.set_header(["id", "name", "scope", "ledgers", "accounts", "expires", "last used", "state"]);
    let mut cursor: Option<String> = None;
    let mut out = std::io::stdout().lock();
    loop {
        let path = match &cursor {
            None => format!("v1/keys?limit={PAGE}"),
            Some(cursor) => format!("v1/keys?limit={PAGE}&cursor={cursor}"),
        };
        let page = server.ask(Method::GET, &path, None).await?;
        let Some(keys) = page["data"].as_array() else { bail!("the server gave no list of keys") };
        for key in keys {
            if arguments.json {
                writeln!(out, "{key}")?;
                continue;
            }
            let state = if key["revoked"] == json!(true) { "revoked" } else { "" };
            table.add_row([
                text(&key["id"]),
                text(&key["name"]),
                text(&key["scope"]),
                &joined(&key["ledgers"]),
                &joined(&key["accounts"]),
                text(&key["expires_at"]),
                text(&key["last_used_at"]),
                state,
            ]);
        }
        cursor = page["next"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    if !arguments.json {
        writeln!(out, "{table}")?;
    }
    Ok(())
}

async fn revoke(server: &Server, arguments: &RevokeArguments) -> anyhow::Result<()> {
    let revoked = server.ask(Method::DELETE, &format!("v1/keys/{}", arguments.id), None).await?;
    Ok(writeln!(std::io::stdout(), "revoked {}: {}", text(&revoked["id"]), described(&revoked))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        for (text, seconds) in [("90d", Some(7_776_000)), ("12h", Some(43_200)), ("30m", Some(1_800)), ("0s", Some(0))]
        {
            assert_eq!(time(text).ok().map(|time| time.as_secs()), seconds, "{text}");
        }
        for wrong in ["", "d", "90", "-1d", "1.5h", "99999999999999d", "3w", "é"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
