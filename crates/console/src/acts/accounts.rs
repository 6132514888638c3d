//! Acts on an account: its limits, and whether anything may happen in it.

use axum::http::Method;
use maud::html;
use serde_json::{Value, json};

use super::{Asked, AskedKind, Plan, Then, Wrong};
use crate::address::segment;
use crate::ledger::Ledger;
use crate::money::{Asset, Money};
use crate::parts::path::{account, href};
use crate::visit::{Form, Visit};

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
            let fields = vec![
                Asked::fixed("of"),
                Asked::fixed("asset"),
                limit("min", "Lowest balance"),
                limit("max", "Highest balance"),
            ];
            ("Change the limits", fields)
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
        "limits" => return Some(limits(visit, ledger, form).await),
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
    let (path, then) = (ledger.api(&format!("/accounts/{}", segment(name))), Then::At(href(&ledger.name, name)));
    Plan::of(format!("{verb} {name}"), sentence, Method::PATCH, path, body, then)
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

/// Only a limit that was changed is asked for: what the form shows is what there is.
async fn limits(visit: &Visit, ledger: &Ledger, form: &Form) -> Result<Plan, Wrong> {
    let asset = ledger.asset_or_default(form.get("asset"));
    let name = form.get("of");
    let read = visit.client.look(&ledger.api(&format!("/accounts/{}", segment(name)))).await?;
    let balance = read.part("balances").and_then(|all| all.part(&asset.code)).unwrap_or_default();
    let mut body = json!({"asset": asset.code});
    let mut said = Vec::new();
    for (field, of, words) in [("min", "min_balance", "Lowest balance"), ("max", "max_balance", "Highest balance")] {
        let (before, after) = (balance.amount(of), typed(&asset, form.get(field))?);
        if before == after {
            continue;
        }
        body[of] = after.map_or(Value::Null, |minor| minor.to_string().into());
        let shown = |limit: Option<i128>| limit.map_or("none".to_owned(), |minor| Money::new(minor, &asset).shown());
        said.push(format!("{words}: {} becomes {}.", shown(before), shown(after)));
    }
    if said.is_empty() {
        return Err(Wrong::Typed("These are the limits that it has.".to_owned()));
    }
    let sentence = html! { (account(&ledger.name, name)) ", " (asset.code) ". " (said.join(" ")) };
    Ok(change(ledger, name, "Limit", sentence, body))
}

/// A limit as it was typed; none where nothing was.
fn typed(asset: &Asset, typed: &str) -> Result<Option<i128>, Wrong> {
    if typed.is_empty() {
        return Ok(None);
    }
    let (sign, digits) = typed.strip_prefix(['-', '\u{2212}']).map_or((1, typed), |rest| (-1, rest));
    let minor = asset.parse(digits).map_err(Wrong::Typed)?;
    let minor = i128::try_from(minor).map_err(|_| Wrong::Typed("The limit is larger than any.".to_owned()))?;
    Ok(Some(sign * minor))
}
