//! Acts on keys, webhooks and streams.

use axum::http::Method;
use maud::html;
use serde_json::json;

use super::{Asked, AskedKind, Plan, Then, Wrong};
use crate::address::segment;
use crate::ledger::Ledger;
use crate::parts::text::user;
use crate::visit::Form;

/// Scopes, with what each is for.
const SCOPES: [(&str, &str); 5] = [
    ("read", "read: see everything in its ledgers"),
    ("write", "write: and make transactions"),
    ("admin", "admin: and change ledgers, keys and webhooks"),
    ("post-only", "post-only: only submit transactions"),
    ("metrics", "metrics: only the counts for Prometheus"),
];

/// The form of an act.
pub fn act(word: &str) -> Option<(&'static str, Vec<Asked>)> {
    let of = || vec![Asked::fixed("of")];
    Some(match word {
        "make-key" => {
            let scopes = SCOPES.map(|(scope, shown)| (scope.to_owned(), shown.to_owned())).into();
            let fields = vec![
                Asked::text("name", "Name", "Who or what it is for"),
                Asked { kind: AskedKind::Choice(scopes), ..Asked::text("scope", "Scope", "") },
                Asked::text("ledgers", "Ledgers", "Names with commas between; * is any end of a name, and all"),
                Asked::text("accounts", "Accounts", "Empty for all; otherwise how their names begin").optional(),
            ];
            ("Make a key", fields)
        }
        "rotate-key" => ("Rotate a key", of()),
        "revoke-key" => ("Revoke a key", of()),
        "verify" => ("Verify", Vec::new()),
        "continue" => ("Continue a stream", of()),
        "test-webhook" => ("Send a test", of()),
        "disable-webhook" => ("Disable a webhook", of()),
        "enable-webhook" => ("Enable a webhook", of()),
        _ => return None,
    })
}

/// What an act will do.
pub fn plan(ledger: Option<&Ledger>, word: &str, form: &Form) -> Result<Plan, Wrong> {
    let of = form.get("of");
    let key = format!("/v1/keys/{}", segment(of));
    Ok(match (word, ledger) {
        ("make-key", _) => make_key(form),
        ("rotate-key", _) => {
            let sentence = html! { "The key gets another secret, shown once. The one before is taken for a while, so that whoever uses it can change." };
            Plan::of("Rotate the key", sentence, Method::POST, format!("{key}/rotate"), json!({}), Then::Secret)
        }
        ("revoke-key", _) => {
            let sentence = html! { "Whoever uses this key is refused within a second, also who is signed in here with it. This cannot be undone." };
            let then = Then::At(format!("/console/keys/{}", segment(of)));
            Plan {
                typed: Some(of.to_owned()),
                ..Plan::of("Revoke the key", sentence, Method::DELETE, key, json!({}), then)
            }
        }
        ("verify", _) => {
            let sentence = html! { "The whole journal is read, every balance derived again, and each row and hash compared with what is stored. The server goes on meanwhile." };
            let then = Then::At("/console/verify".to_owned());
            Plan::of("Verify all ledgers", sentence, Method::POST, "/v1/verification".to_owned(), json!({}), then)
        }
        ("continue", _) => {
            let sentence = html! { "The stream " (user(of)) " goes on with what it has now. What was lost of it stays lost there; the journal has it." };
            let path = format!("/v1/streams/{}/continue", segment(of));
            Plan::of(
                "Continue the stream",
                sentence,
                Method::POST,
                path,
                json!({}),
                Then::At("/console/streams".to_owned()),
            )
        }
        (_, Some(ledger)) => webhook(ledger, word, of),
        (_, None) => return Err(Wrong::Typed("This act is of a ledger.".to_owned())),
    })
}

fn make_key(form: &Form) -> Plan {
    let names = |field: &str| -> Vec<&str> {
        form.get(field).split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
    };
    let (ledgers, accounts) = (names("ledgers"), names("accounts"));
    let mut body = json!({"name": form.get("name"), "scope": form.get("scope"), "ledgers": ledgers});
    if !accounts.is_empty() {
        body["accounts"] = accounts.into();
    }
    let sentence = html! {
        "A key named " (user(form.get("name"))) " for scope " strong { (form.get("scope")) } " in "
        (user(&ledgers.join(", "))) ". It is shown once, after this."
    };
    let button = format!("Make the key {}", form.get("name"));
    Plan::of(button, sentence, Method::POST, "/v1/keys".to_owned(), body, Then::Secret)
}

fn webhook(ledger: &Ledger, word: &str, of: &str) -> Plan {
    let path = ledger.api(&format!("/webhooks/{}", segment(of)));
    let then = Then::At(ledger.page(&format!("/webhooks/{}", segment(of))));
    match word {
        "test-webhook" => {
            let sentence = html! { "A test event is sent once, at once. What came of it is among the deliveries." };
            Plan::of("Send a test event", sentence, Method::POST, format!("{path}/test"), json!({}), then)
        }
        "disable-webhook" => {
            let sentence = html! { "Nothing is sent until it is enabled again. Events wait." };
            Plan::of("Disable the webhook", sentence, Method::PATCH, path, json!({"disabled": true}), then)
        }
        _ => {
            let sentence = html! { "What waits is sent now." };
            Plan::of("Enable the webhook", sentence, Method::PATCH, path, json!({"disabled": false}), then)
        }
    }
}
