//! Tokens of a real OpenID Connect provider, [oidc-provider](https://github.com/panva/node-oidc-provider), against the
//! server: what it signs must be what the server takes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::serving::Server;
use crate::{root, tools};

/// A provider, ended when it is dropped.
struct Provider {
    process: Child,
    issuer: String,
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is over.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Provider {
    fn start(folder: &Path) -> anyhow::Result<Provider> {
        let script = folder.join("provider.mjs");
        // Beside what it imports.
        fs::copy(root().join("xtask/oidc/provider.mjs"), &script)?;
        let log = fs::File::create(folder.join("provider.log"))?;
        let mut process = Command::new("node").arg(script).stdout(Stdio::piped()).stderr(log).spawn()?;
        let mut issuer = String::new();
        let output = process.stdout.take().context("the provider has an output")?;
        BufReader::new(output).read_line(&mut issuer)?;
        Ok(Provider { process, issuer: issuer.trim().to_owned() })
    }

    /// An access token of its one client.
    fn token(&self) -> anyhow::Result<String> {
        let asked = "grant_type=client_credentials&scope=ledger:write:shop ledger:read:*&resource=urn:ledger";
        let (status, body) = curl(&["--user", "till:till", "--data", asked, &format!("{}/token", self.issuer)])?;
        ensure!(status == 200, "the provider gives no token: {status} {body}");
        Ok(body["access_token"].as_str().context("it gives no token")?.to_owned())
    }
}

/// Asks with curl: the status and the body.
fn curl(arguments: &[&str]) -> anyhow::Result<(u16, Value)> {
    let base = ["--silent", "--show-error", "--max-time", "20", "--write-out", "\n%{http_code}"];
    let run = Command::new("curl").args(base).args(arguments).output()?;
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    let (body, status) = said.rsplit_once('\n').context("curl says no status")?;
    Ok((status.parse()?, serde_json::from_str(body).unwrap_or_default()))
}

/// Asks with what may be a key or a token, and holds the status to what it must be.
fn ask(bearer: &str, arguments: &[&str], must: u16) -> anyhow::Result<Value> {
    let header = format!("Authorization: Bearer {bearer}");
    let (status, body) = curl(&[&["--header", &header], arguments].concat())?;
    ensure!(status == must, "{arguments:?}: {status} and not {must}: {body}");
    Ok(body)
}

/// Holds the server to a real provider's tokens.
pub fn check(folder: &Path) -> anyhow::Result<()> {
    let provider = Provider::start(&tools::node()?)?;
    let (server, key) =
        Server::guarded(folder, "oidc", &["--oidc-issuer", &provider.issuer, "--oidc-audience", "ledger"])?;
    let at = |path: &str| format!("{}{path}", server.url);
    let ledger = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
    ask(&key, &["--json", ledger, &at("/v1/ledgers")], 201)?;
    // The provider's keys are fetched beside requests: the first may come before them.
    let token = provider.token()?;
    let shown = ["--retry", "20", "--retry-all-errors", "--retry-delay", "1", "--fail"];
    ask(&token, &[&shown[..], &[&at("/v1/ledgers/shop")]].concat(), 200)?;
    let transfer = r#"{"postings":[{"source":"world","destination":"a","amount":5}]}"#;
    let made = ask(&token, &["--json", transfer, &at("/v1/ledgers/shop/transactions")], 201)?;
    ensure!(made["by"].as_str().is_some_and(|by| by.starts_with("subject:")), "it is not said who asked: {made}");
    ask(&token, &["--json", transfer, &at("/v1/ledgers/bank/transactions")], 403)?;
    ask(&token, &[&at("/v1/keys")], 403)?;
    ask(&token[..token.len() - 4], &[&at("/v1/ledgers/shop")], 401)?;
    println!("\na real provider's tokens are taken for what they are for");
    Ok(())
}
