//! Data that would do something on a page that took it for more than text.

use serde_json::{Value, json};

use super::browser::{Browser, Script};
use super::drive;
use crate::Server;
use crate::http::Client;

/// A script, quotes, a text that runs the other way, and what cannot be seen.
const NASTY: &str =
    "<script>document.title='taken'</script>\"'><img src=x onerror=\"document.title='taken'\">\u{202e}txt.exe\u{200b}";

#[test]
fn what_users_wrote_is_text() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(&folder.path().join("hostile.db"));
    let mut client = Client::connect(&server.address).expect("it listens");
    let mut post = |path: &str, body: Value| {
        let (status, said) = client.call("POST", path, &body.to_string()).expect("it responds");
        assert!((200..300).contains(&status), "{path}: {status} {said}");
        serde_json::from_str::<Value>(&said).unwrap_or_default()
    };
    let assets = json!([{"code": "USD", "scale": 2}, {"code": "BIG", "scale": 0}]);
    post("/v1/ledgers", json!({"name": "shop", "assets": assets, "default_asset": "USD", "implicit_accounts": true}));
    let long = "a".repeat(120);
    let amount = "100000000000000000000000000000000000";
    let mut metadata = json!({ NASTY: NASTY });
    metadata["much"] = "x".repeat(3_000).into();
    let postings = json!([
        {"source": "world", "destination": long, "asset": "BIG", "amount": amount},
        {"source": "world", "destination": long, "asset": "USD", "amount": 1}
    ]);
    let body = json!({"postings": postings, "description": NASTY, "reference": NASTY, "metadata": metadata});
    let id = post("/v1/ledgers/shop/transactions", body)["id"].as_str().expect("an id").to_owned();
    post("/v1/ledgers", json!({"name": "rewards", "assets": [{"code": "PTS", "scale": 0}]}));
    let (status, _) = client
        .call("PUT", "/v1/ledgers/rewards/points/program", r#"{"asset":"PTS","order":"earned"}"#)
        .expect("it responds");
    assert_eq!(status, 200);
    let member = "<b>m</b>&";
    let encoded = "%3Cb%3Em%3C%2Fb%3E%26";
    let earned = client.call(
        "POST",
        &format!("/v1/ledgers/rewards/points/members/{encoded}/earn"),
        &json!({"payer": member, "points": 5}).to_string(),
    );
    let (status, said) = earned.expect("it responds");
    assert_eq!(status, 201, "{said}");
    drive(async {
        let browser = Browser::open(&server.address, Script::On).await;
        let pages = [
            "/l/shop".to_owned(),
            "/l/shop/accounts".to_owned(),
            format!("/l/shop/accounts/{long}"),
            format!("/l/shop/accounts/{long}?asset=BIG"),
            "/l/shop/transactions".to_owned(),
            format!("/l/shop/transactions/{id}"),
            format!("/l/shop/do/reverse?of={id}"),
            format!("/l/rewards/points/{encoded}"),
            "/l/shop/search?q=%3Cscript%3Edocument.title%3D'taken'%3C%2Fscript%3E".to_owned(),
            "/l/shop?done=%3Cscript%3Edocument.title%3D'taken'%3C%2Fscript%3E".to_owned(),
            "/l/shop/transactions?account=%3Cscript%3E&as_of=%3Cscript%3E".to_owned(),
            "/l/shop/nothing%3Cscript%3E".to_owned(),
        ];
        for page in &pages {
            browser.go(page).await;
            for width in [390, 1280] {
                browser.resize(width, 900).await;
                let found = browser
                    .value("return [document.title.includes('taken'), document.querySelector('main script, main img') !== null, document.documentElement.scrollWidth - innerWidth]")
                    .await;
                assert_eq!(found, json!([false, false, 0]), "{page} at {width}");
            }
            let name = format!("hostile{}", page.replace(|character: char| !character.is_ascii_alphanumeric(), "-"));
            browser.picture(&name.chars().take(60).collect::<String>()).await;
        }
        browser.go(&format!("/l/shop/transactions/{id}")).await;
        let text = browser.text("main").await;
        assert!(
            text.contains("<script>")
                && text.contains("\u{27e8}U+202E\u{27e9}")
                && text.contains("\u{27e8}U+200B\u{27e9}"),
            "{text}"
        );
        assert!(!text.contains('\u{202e}'), "{text}");
        let complaints = browser.complaints().await;
        // A page that is not there, and a filter that is no name; nothing else.
        let is_expected = |one: &String| one.contains("status of 404") || one.contains("status of 400");
        assert!(complaints.iter().all(is_expected), "{complaints:?}");
        browser.close().await;
    });
}
