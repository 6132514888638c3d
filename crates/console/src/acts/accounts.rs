//! Acts on an account: its limits, and whether anything may happen in it.

use axum::http::Method;
use maud::html;
use serde_json::{Value, json};

use super::{Asked, AskedKind, Plan, Then, Wrong};
use crate::client::segment;
use crate::parts::path::{account, href};
use crate::visit::{Form, Ledger, Visit};

/// Where the reason for which an account was frozen is kept.
const REASON: &str = "frozen_because";

/// The form of an act.
pub fn act(word: &str) -> Option<(&'static str, Vec<Asked>)> {
    let of = || vec![Asked::fixed("of")];
    Some(match word {
        "freeze" => {
            let reason = Asked::text("reason", "Reason", "It is kept with the account, as frozen_because");
            ("Freeze an account", vec![Asked::fixed("of"), reason])
        }
        "thaw" => ("Unfreeze an account", of()),
        "close" => ("Close an account", of()),
        "reopen" => ("Open an account again", of()),
        "limits" => {
            let limit = |name, label| {
                Asked {
                    kind: AskedKind::Amount,
                    ..Asked::text(name, label, "Empty for none; a minus for an overdraft")
                }
                .optional()
            };
            (
                "Change the limits",
                vec![Asked::fixed("of"), limit("min", "Lowest balance"), limit("max", "Highest balance")],
            )
        }
        _ => return None,
    })
}

/// What an act will do.
pub async fn plan(visit: &Visit, word: &str, form: &Form) -> Option<Result<Plan, Wrong>> {
    let ledger = visit.ledger.as_ref()?;
    let name = form.get("of");
    let shown = account(&ledger.name, name);
    let (verb, sentence, body) = match word {
        "freeze" => return Some(freeze(visit, ledger, form).await),
        "limits" => return Some(limits(ledger, form)),
        "thaw" => {
            ("Unfreeze", html! { "Debits and credits of " (shown) " are taken again." }, json!({"frozen": false}))
        }
        "close" => (
            "Close",
            html! { (shown) " takes nothing any more. Its balance must be 0. It can be opened again." },
            json!({"closed": true}),
        ),
        "reopen" => ("Open", html! { (shown) " takes debits and credits again." }, json!({"closed": false})),
        _ => return None,
    };
    Some(Ok(change(ledger, name, verb, sentence, body)))
}

fn change(ledger: &Ledger, name: &str, verb: &str, sentence: maud::Markup, body: Value) -> Plan {
    Plan {
        heading: format!("{verb} {name}"),
        sentence,
        button: format!("{verb} {name}"),
        method: Method::PATCH,
        path: ledger.api(&format!("/accounts/{}", segment(name))),
        body,
        changes: Vec::new(),
        typed: None,
        then: Then::At(href(&ledger.name, name)),
    }
}

async fn freeze(visit: &Visit, ledger: &Ledger, form: &Form) -> Result<Plan, Wrong> {
    let name = form.get("of");
    if form.get("reason").is_empty() {
        return Err(Wrong::Typed("A reason is needed: whoever asks later must find it.".to_owned()));
    }
    let read = visit.client.look(&ledger.api(&format!("/accounts/{}", segment(name)))).await?;
    let before = read.part("metadata").map_or(json!({}), |metadata| metadata.json().clone());
    let mut metadata = before.clone();
    metadata[REASON] = form.get("reason").into();
    let sentence = html! { "Nothing is taken from " (account(&ledger.name, name)) " or paid into it until it is unfrozen. Holds that are there stay." };
    // If someone changes the metadata meanwhile, nothing is overwritten.
    let body = json!({"frozen": true, "metadata": metadata, "if_metadata": before});
    Ok(change(ledger, name, "Freeze", sentence, body))
}

fn limits(ledger: &Ledger, form: &Form) -> Result<Plan, Wrong> {
    let asset = ledger.default_asset();
    let limit = |name: &str| -> Result<Value, Wrong> {
        let typed = form.get(name);
        if typed.is_empty() {
            return Ok(Value::Null);
        }
        let (sign, digits) = typed.strip_prefix(['-', '\u{2212}']).map_or(("", typed), |rest| ("-", rest));
        let minor = asset.parse(digits).map_err(Wrong::Typed)?;
        Ok(format!("{sign}{minor}").into())
    };
    let name = form.get("of");
    let body = json!({"asset": asset.code, "min_balance": limit("min")?, "max_balance": limit("max")?});
    let said = |name: &str| {
        if form.get(name).is_empty() { "none".to_owned() } else { format!("{} {}", form.get(name), asset.code) }
    };
    let sentence = html! { "The lowest balance of " (account(&ledger.name, name)) " becomes " (said("min")) ", the highest " (said("max")) "." };
    Ok(change(ledger, name, "Limit", sentence, body))
}
