//! Signing in at a real provider, [oidc-provider](https://github.com/panva/node-oidc-provider): with a code and PKCE.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::browser::{Browser, ENTER, Script, node};
use super::drive;
use crate::http::Client;
use crate::{DUCAT, Server, ducat, text};

/// A provider, ended with the test.
struct Provider {
    process: Child,
    issuer: String,
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn provider() -> Provider {
    // Beside what it imports.
    let script = node().join("console-provider.mjs");
    std::fs::write(&script, include_str!("provider.mjs")).expect("it can be written");
    let mut command = Command::new("node");
    let mut process = command.arg(script).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("node runs");
    let mut issuer = String::new();
    let mut output = BufReader::new(process.stdout.take().expect("it has an output"));
    output.read_line(&mut issuer).expect("it says where it is");
    // It ends when no one reads what else it says.
    std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(drop));
    Provider { process, issuer: issuer.trim().to_owned() }
}

#[test]
fn who_signs_in_elsewhere_may_do_what_the_provider_says() {
    let provider = provider();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = ducat(
        folder.path(),
        &["keys", "create", "--name", "root", "--scope", "admin", "--ledger", "*", "--store", "sqlite:oidc.db"],
    );
    let key = text(&made.stdout).split_whitespace().find(|word| word.starts_with("ducat_")).expect("a key").to_owned();
    std::fs::write(folder.path().join("secret"), "of-the-console").expect("it can be written");
    let mut command = Command::new(DUCAT);
    command.args(["serve", "--listen", "127.0.0.1:0", "--log", "error", "--store", "sqlite:oidc.db"]);
    command.args(["--oidc-issuer", &provider.issuer, "--oidc-audience", "ledger", "--oidc-client-id", "console"]);
    command.args([
        "--oidc-client-secret-file",
        "secret",
        "--oidc-scopes",
        "ledger:read:shop",
        "--oidc-resource",
        "urn:ledger",
    ]);
    let server = Server::spawn(command.current_dir(folder.path()));
    let mut client = Client::connect(&server.address).expect("it listens");
    let ledger = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
    assert_eq!(
        client
            .call_with(&format!("Authorization: Bearer {key}\r\n"), "POST", "/v1/ledgers", ledger)
            .expect("it responds")
            .0,
        201
    );
    drive(async {
        let browser = Browser::open(&server.address, Script::On).await;
        browser.go("/l/shop/transactions").await;
        browser.wait_for("h1", "Sign in").await;
        browser.tab_to("Sign in at the provider").await;
        browser.press(&ENTER.to_string()).await;
        browser.wait_for("body", "Sign-in").await;
        browser.value("document.querySelector('[name=login]').value = 'ada'; document.querySelector('[name=password]').value = 'x'; document.querySelector('form').submit()").await;
        browser.wait_for("body", "Authorize").await;
        browser.value("document.querySelector('form').submit()").await;
        // Back where one wanted to go, as who one is.
        browser.wait_for("h1", "Transactions").await;
        browser.wait_for(".person", "ada").await;
        browser.go("/l/shop/do/transfer?source=world&destination=ada&amount=1").await;
        browser.tab_to("Review").await;
        browser.press(&ENTER.to_string()).await;
        browser.wait_for(".notice.fault", "Nothing was done").await;
        // A code that comes back to another browser signs no one in.
        let other = Browser::open(&server.address, Script::On).await;
        other.go("/signed-in?code=stolen&state=stolen").await;
        other.wait_for(".notice.fault", "another browser").await;
        for browser in [browser, other] {
            browser.close().await;
        }
    });
}
