//! What people come for, by the keyboard alone.

use std::process::{Command, Stdio};

use super::browser::{Browser, ENTER, Script};
use super::{drive, world};
use crate::http::Client;
use crate::{DUCAT, Server};

#[test]
fn what_people_come_for_is_done_by_keys_alone() {
    let server = world();
    drive(async {
        let browser = Browser::open(&server.address, Script::On).await;
        a_payment_is_found_and_reversed(&server, &browser).await;
        an_exception_is_understood_and_resolved(&browser).await;
        a_run_is_begun_and_followed(&browser).await;
        a_balance_of_last_year_is_looked_at(&server, &browser).await;
        assert_eq!(browser.complaints().await, Vec::<String>::new());
        browser.close().await;
    });
}

/// Confirms a review by its button. Where balances moved meanwhile it is shown once more, and confirmed again.
async fn confirm(browser: &Browser) -> String {
    let button = browser.text("button[data-once]").await;
    browser.tab_to(&button).await;
    browser.press(&ENTER.to_string()).await;
    let said = browser.text(".notice").await;
    if said.contains("Balances have moved") {
        browser.tab_to(&button).await;
        browser.press(&ENTER.to_string()).await;
    }
    browser.wait_for(".notice.done", &button).await;
    button
}

async fn a_payment_is_found_and_reversed(server: &Server, browser: &Browser) {
    browser.go("/l/market").await;
    browser.wait_for("h1", "Overview").await;
    // The customer who paid last: the shop has not been paid out since.
    let newest = call(server, "/v1/ledgers/market/transactions?limit=1");
    let wallet = newest["data"][0]["postings"][0]["destination"].as_str().expect("an account").to_owned();
    browser.press(&format!("/{wallet}{ENTER}")).await;
    browser.wait_for("h1", &wallet).await;
    browser.press(&format!("j{ENTER}")).await;
    browser.wait_for("main", "What happened").await;
    browser.tab_to("Reverse").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait_for("h1", "Reverse").await;
    browser.wait_for("main", "What changes").await;
    let action = browser.value("return document.querySelector('main form').action").await;
    let form =
        browser.value("return new URLSearchParams(new FormData(document.querySelector('main form'))).toString()").await;
    confirm(browser).await;
    // It is said where it was done, and where it came from.
    browser.wait_for("dl.facts", "Reverses").await;
    let first = browser.page.current_url().await.expect("an address");
    // The same form once more leads to the same reversal.
    let again = "const done = arguments[arguments.length - 1]; fetch(arguments[0], {method: 'POST', body: new URLSearchParams(arguments[1])}).then(answer => done(answer.url))";
    let landed = browser.page.execute_async(again, vec![action, form]).await.expect("it is sent");
    assert_eq!(landed, first.as_str());
    let id = first.path().rsplit('/').next().expect("an id").to_owned();
    let reversal = call(server, &format!("/v1/ledgers/market/transactions/{id}"));
    let original =
        call(server, &format!("/v1/ledgers/market/transactions/{}", reversal["reverses"].as_str().unwrap_or_default()));
    assert_eq!(original["status"], "reversed");
    assert_eq!(original["reversed_by"], id.as_str());
}

async fn an_exception_is_understood_and_resolved(browser: &Browser) {
    browser.go("/l/market").await;
    browser.wait_for(".needs", "in the ledger advances").await;
    browser.tab_to("Look").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait_for(".needs", "paid too much").await;
    browser.tab_to("Resolve").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait_for("h1", "Exceptions").await;
    browser.go("/l/advances/advances/exceptions?kind=overpaid").await;
    browser.tab_to("Pay back").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait_for("main", "What changes").await;
    let done = confirm(browser).await;
    assert!(done.starts_with("Pay back "), "{done}");
}

async fn a_run_is_begun_and_followed(browser: &Browser) {
    browser.go("/l/advances/advances/runs").await;
    browser.tab_to("Begin a run").await;
    browser.press(&ENTER.to_string()).await;
    browser.tab_to("Review").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait_for("main", "is read, and then all that is due is asked for").await;
    browser.tab_to("Begin the run").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait_for(".notice.done", "Run of").await;
    browser.wait_for("main", "Done").await;
}

async fn a_balance_of_last_year_is_looked_at(server: &Server, browser: &Browser) {
    let account = "shops:cafe-lumen:sales";
    browser.go(&format!("/l/market/accounts/{account}")).await;
    browser.tab_to("As of").await;
    browser.press(&format!("2025-12-31{ENTER}")).await;
    browser.wait_for(".band", "31 Dec 2025, 23:59:59 UTC").await;
    let path = format!("/v1/ledgers/market/accounts/{account}/balance?at=2025-12-31T23:59:59.999999Z");
    let posted = call(server, &path)["posted"].as_i64().expect("an amount");
    let shown = browser.value("return document.querySelector('.figure .amount').dataset.minor").await;
    assert_eq!(shown, posted.to_string());
    let text = browser.text("main").await;
    assert!(text.contains("No changes while a past day is shown"), "{text}");
    // The statement ends there too.
    let newest = browser.value("return document.querySelector('tbody time').dateTime").await;
    assert!(newest.as_str().is_some_and(|at| at < "2026-01-01"), "{newest}");
    browser.tab_to("Return to now").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait_for("main", "Transfer from here").await;
}

#[test]
fn a_key_is_made_used_and_revoked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(DUCAT);
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--log", "error", "--store", "sqlite:keys.db"];
    let server = Server::spawn(command.current_dir(folder.path()).args(arguments).stderr(Stdio::inherit()));
    let mut client = Client::connect(&server.address).expect("it listens");
    let ledger = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
    assert_eq!(client.call("POST", "/v1/ledgers", ledger).expect("it responds").0, 201);
    drive(async {
        let browser = Browser::open(&server.address, Script::On).await;
        browser.go("/keys").await;
        browser.wait_for("main", "There are no keys").await;
        let admin = make_key(&browser, "root", "admin", "*").await;
        // The first key closes the door, for this browser too.
        browser.go("/l/shop").await;
        sign_in(&browser, &admin).await;
        browser.wait_for("h1", "Overview").await;
        browser.wait_for(".person", "root").await;
        browser.go("/keys").await;
        let reader = make_key(&browser, "reader", "read", "shop").await;
        let other = Browser::open(&server.address, Script::On).await;
        other.go("/l/shop").await;
        sign_in(&other, &reader).await;
        other.wait_for("h1", "Overview").await;
        let seen = other.text(".side").await;
        assert!(!seen.contains("Keys") && !seen.contains("Audit"), "{seen}");
        other.go("/keys").await;
        other.wait_for("h1", "Your key does not allow this").await;
        other.go("/l/shop").await;
        other.wait_for("h1", "Overview").await;
        // It is live, and nothing happens in it until the key is revoked.
        let id = reader.split('_').nth(1).expect("an id").to_owned();
        browser.go(&format!("/keys/{id}")).await;
        browser.tab_to("Revoke").await;
        browser.press(&ENTER.to_string()).await;
        browser.tab_to("Name").await;
        browser.press(&format!("{id}{ENTER}")).await;
        browser.wait_for(".notice.done", "Revoke").await;
        other.wait_for("main", "Your session has ended").await;
        assert_eq!(browser.complaints().await, Vec::<String>::new());
        for browser in [browser, other] {
            browser.close().await;
        }
    });
    assert_eq!(server.terminate(), Some(0));
}

/// Makes a key on the page of keys; gives it.
async fn make_key(browser: &Browser, name: &str, scope: &str, ledgers: &str) -> String {
    browser.tab_to("Make a key").await;
    browser.press(&ENTER.to_string()).await;
    browser.tab_to("Name").await;
    browser.press(name).await;
    browser.tab_to("Scope").await;
    browser.press(scope).await;
    browser.tab_to("Ledgers").await;
    browser.press(&format!("{ledgers}{ENTER}")).await;
    browser.wait_for("h1", &format!("Make the key {name}")).await;
    browser.tab_to("Make the key").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait_for("main", "It is shown this once").await;
    browser.text(".command code").await
}

async fn sign_in(browser: &Browser, key: &str) {
    browser.wait_for("h1", "Sign in").await;
    browser.tab_to("Key").await;
    browser.press(&format!("{key}{ENTER}")).await;
}

fn call(server: &Server, path: &str) -> serde_json::Value {
    let mut client = Client::connect(&server.address).expect("it listens");
    let (status, body) = client.call("GET", path, "").expect("it responds");
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).expect("JSON")
}
