//! Acts that move money: a transfer, a reversal, the end of a hold, and what is paid back.

use axum::http::Method;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::{Asked, AskedKind, Change, Plan, Then, Wrong};
use crate::address::segment;
use crate::ledger::Ledger;
use crate::money::Money;
use crate::pages::advances;
use crate::parts::amount::{Sign, amount};
use crate::parts::path::account;
use crate::parts::text::user;
use crate::record::Record;
use crate::visit::{Form, Visit};

/// The form of an act.
pub fn act(visit: &Visit, word: &str) -> Option<(&'static str, Vec<Asked>)> {
    let of = || vec![Asked::fixed("of")];
    Some(match word {
        "transfer" => {
            let assets = visit.ledger.iter().flat_map(|ledger| &ledger.assets);
            let mut choices: Vec<_> = assets.map(|asset| (asset.code.clone(), asset.code.clone())).collect();
            // The one that is meant where none is named comes first, so it is chosen.
            let default = visit.ledger.as_ref().map(|ledger| ledger.default_asset().code);
            choices.sort_by_key(|(code, _)| Some(code) != default.as_ref());
            let fields = vec![
                Asked::text("source", "From", "The whole name of an account"),
                Asked::text("destination", "To", "The whole name of an account"),
                Asked { kind: AskedKind::Amount, ..Asked::text("amount", "Amount", "For example 20 or 20.50") },
                Asked { kind: AskedKind::Choice(choices), ..Asked::text("asset", "Asset", "") },
                Asked::text("description", "Description", "It is shown in the statements of both accounts").optional(),
                Asked::text("reference", "Reference", "Unique in this ledger, as an order's number").optional(),
            ];
            ("New transfer", fields)
        }
        "reverse" => ("Reverse a transaction", of()),
        "post" => ("Post a hold", of()),
        "void" => ("Void a hold", of()),
        "pay-back" => ("Pay back", of()),
        _ => return None,
    })
}

/// What an act will do.
pub async fn plan(visit: &Visit, word: &str, form: &Form) -> Option<Result<Plan, Wrong>> {
    let ledger = visit.ledger.as_ref()?;
    Some(match word {
        "transfer" => transfer(visit, ledger, form).await,
        "reverse" => reverse(visit, ledger, form).await,
        "post" | "void" => end_hold(visit, ledger, form, word).await,
        "pay-back" => pay_back(visit, ledger, form).await,
        _ => return None,
    })
}

async fn transfer(visit: &Visit, ledger: &Ledger, form: &Form) -> Result<Plan, Wrong> {
    let asset = ledger.asset_or_default(form.get("asset"));
    let minor = asset.parse(form.get("amount")).map_err(Wrong::Typed)?;
    let money = Money::new(
        i128::try_from(minor).map_err(|_| Wrong::Typed("The amount is larger than any.".to_owned()))?,
        &asset,
    );
    let (source, destination) = (form.get("source"), form.get("destination"));
    let posting =
        json!({"source": source, "destination": destination, "asset": asset.code, "amount": minor.to_string()});
    let mut body = json!({"id": form.get("id"), "postings": [posting]});
    for name in ["description", "reference"] {
        if !form.get(name).is_empty() {
            body[name] = form.get(name).into();
        }
    }
    let mut plan = post(visit, ledger, "Transfer", &money, source, destination, body).await?;
    let said = |label: &str, name: &str| html! { @if !form.get(name).is_empty() { " " (label) ": " (user(form.get(name))) "." } };
    plan.sentence = html! { (plan.sentence) (said("Description", "description")) (said("Reference", "reference")) };
    Ok(plan)
}

/// What a customer overpaid is in an account of his, which owes it to him: what is still in there is paid back, and no more.
async fn pay_back(visit: &Visit, ledger: &Ledger, form: &Form) -> Result<Plan, Wrong> {
    let advance = visit.client.look(&ledger.api(&format!("/advances/{}", segment(form.get("of"))))).await?;
    let asset = advances::asset(visit, ledger).await?;
    let customer = advance.text("customer");
    let owed = |account: &Record| {
        let balance = account.part("balances").and_then(|all| all.part(&asset.code)).unwrap_or_default();
        -balance.amount("posted").unwrap_or_default() - balance.amount("pending_in").unwrap_or_default()
    };
    let is_of = |one: &&Record| one.part("metadata").is_some_and(|known| known.text("customer") == customer);
    let accounts = visit.client.look_through(&ledger.api("/accounts?prefix=advances:overpaid:")).await?;
    let account = accounts.iter().find(is_of);
    let minor = account.map(owed).unwrap_or_default().min(advance.amount("overpaid").unwrap_or_default());
    let Some(account) = account.filter(|_| minor > 0) else {
        return Err(Wrong::Typed("Nothing is owed to this customer any more: it was paid back.".to_owned()));
    };
    let destination = account.text("name").to_owned();
    let posting = json!({"source": "advances:cash", "destination": destination, "asset": asset.code, "amount": minor.to_string()});
    let body = json!({"id": form.get("id"), "postings": [posting], "description": "Overpayment paid back"});
    post(visit, ledger, "Pay back", &Money::new(minor, &asset), "advances:cash", &destination, body).await
}

/// A plan to make a transaction of one posting.
async fn post(
    visit: &Visit,
    ledger: &Ledger,
    verb: &str,
    money: &Money,
    source: &str,
    destination: &str,
    body: Value,
) -> Result<Plan, Wrong> {
    let changes = dry_run(visit, ledger, &body["postings"]).await?;
    Ok(Plan {
        heading: format!("{verb} {}", money.shown()),
        sentence: sentence(ledger, money, source, destination),
        button: format!("{verb} {}", money.shown()),
        method: Method::POST,
        path: ledger.api("/transactions"),
        body,
        changes,
        typed: None,
        then: Then::Transaction,
    })
}

fn sentence(ledger: &Ledger, money: &Money, source: &str, destination: &str) -> Markup {
    html! { (amount(money, Sign::Minus)) " from " (account(&ledger.name, source)) " to " (account(&ledger.name, destination)) "." }
}

/// What postings would change, as the ledger itself says.
async fn dry_run(visit: &Visit, ledger: &Ledger, postings: &Value) -> Result<Vec<Change>, Wrong> {
    let body = json!({ "postings": postings });
    let tried = visit.client.act(Method::POST, &ledger.api("/transactions?dry_run=true"), &body).await?;
    let mut changes: Vec<Change> = Vec::new();
    for posting in tried.list("postings") {
        let asset = ledger.asset(posting.text("asset"));
        let minor = posting.amount("amount").unwrap_or_default();
        for (side, moved) in [("source", -minor), ("destination", minor)] {
            let Some(after) = posting.amount(&format!("{side}_balance")) else { continue };
            let (name, after) = (posting.text(side), Money::new(after, &asset));
            match changes.iter_mut().find(|one| one.account == name && one.after.code == asset.code) {
                Some(change) => change.after = after,
                None => changes.push(Change {
                    account: name.to_owned(),
                    before: Money::new(after.minor - moved, &asset),
                    after,
                }),
            }
        }
    }
    Ok(changes)
}

async fn transaction(visit: &Visit, ledger: &Ledger, form: &Form) -> Result<Record, Wrong> {
    Ok(visit.client.look(&ledger.api(&format!("/transactions/{}", segment(form.get("of"))))).await?)
}

async fn reverse(visit: &Visit, ledger: &Ledger, form: &Form) -> Result<Plan, Wrong> {
    let original = transaction(visit, ledger, form).await?;
    let mut postings = Vec::new();
    let mut first = None;
    for posting in original.list("postings") {
        let left = posting.amount("amount").unwrap_or_default() - posting.amount("reversed").unwrap_or_default();
        if left <= 0 {
            continue;
        }
        let (source, destination) = (posting.text("destination").to_owned(), posting.text("source").to_owned());
        let asset = posting.text("asset").to_owned();
        postings
            .push(json!({"source": source, "destination": destination, "asset": asset, "amount": left.to_string()}));
        first.get_or_insert((Money::new(left, &ledger.asset(&asset)), source, destination));
    }
    let (money, source, destination) =
        first.ok_or_else(|| Wrong::Typed("All of it is reversed already.".to_owned()))?;
    let count = postings.len();
    // What was given on must come back first, so the last posting is undone before the first.
    postings.reverse();
    let changes = dry_run(visit, ledger, &Value::Array(postings)).await?;
    // What the whole of it comes to: the most that any account gets back.
    let gist = changes.iter().max_by_key(|change| change.after.minor.saturating_sub(change.before.minor));
    let whole =
        gist.map_or(money.clone(), |change| Money { minor: change.after.minor - change.before.minor, ..money.clone() });
    Ok(Plan {
        heading: format!("Reverse {}", whole.shown()),
        sentence: html! {
            @if count == 1 { (account(&ledger.name, &source)) " pays " (amount(&money, Sign::Minus)) " back to " (account(&ledger.name, &destination)) "." }
            @else { "All " (count) " postings are undone, the last first. What each account gives and gets in all stands below." }
            " It undoes " (crate::parts::id::id(form.get("of"), Some(&ledger.transaction_page(form.get("of"))))) "."
            @if let Some(what) = original.maybe("description") { " It was: " (user(what)) "." }
        },
        button: format!("Reverse {}", whole.shown()),
        method: Method::POST,
        path: ledger.api(&format!("/transactions/{}/reverse", segment(form.get("of")))),
        body: json!({ "id": form.get("id") }),
        changes,
        typed: None,
        then: Then::Transaction,
    })
}

async fn end_hold(visit: &Visit, ledger: &Ledger, form: &Form, word: &str) -> Result<Plan, Wrong> {
    let held = transaction(visit, ledger, form).await?;
    let mut moves: Vec<(Money, String, String)> = Vec::new();
    for posting in held.list("postings") {
        let asset = ledger.asset(posting.text("asset"));
        let money = Money::new(posting.amount("amount").unwrap_or_default(), &asset);
        moves.push((money, posting.text("source").to_owned(), posting.text("destination").to_owned()));
    }
    let changes = if word == "post" { posted(visit, ledger, &moves).await? } else { Vec::new() };
    let verb = if word == "post" { "Post" } else { "Void" };
    let button = match moves.as_slice() {
        [(money, ..)] => format!("{verb} {}", money.shown()),
        moves => format!("{verb} {} postings", moves.len()),
    };
    let said = html! {
        @if word == "void" { "Nothing of this is held any more, and those who gave can use it again: " } @else { "All that is held is posted: " }
        @for (place, (money, source, destination)) in moves.iter().enumerate() {
            @if place > 0 { "; " }
            (amount(money, Sign::Minus)) " from " (account(&ledger.name, source)) " to " (account(&ledger.name, destination))
        }
        "."
    };
    Ok(Plan {
        heading: button.clone(),
        sentence: said,
        button,
        method: Method::POST,
        path: ledger.api(&format!("/transactions/{}/{word}", segment(form.get("of")))),
        body: json!({}),
        changes,
        typed: None,
        then: Then::At(ledger.transaction_page(form.get("of"))),
    })
}

/// What posting these would change.
async fn posted(visit: &Visit, ledger: &Ledger, moves: &[(Money, String, String)]) -> Result<Vec<Change>, Wrong> {
    let mut changes: Vec<Change> = Vec::new();
    for (money, source, destination) in moves {
        for (name, moved) in [(source, -money.minor), (destination, money.minor)] {
            if let Some(change) = changes.iter_mut().find(|one| one.account == *name && one.after.code == money.code) {
                change.after.minor = change.after.minor.saturating_add(moved);
                continue;
            }
            let read = visit.client.look(&ledger.api(&format!("/accounts/{}", segment(name)))).await?;
            let balance = read.part("balances").and_then(|all| all.part(&money.code)).unwrap_or_default();
            let before = Money { minor: balance.amount("posted").unwrap_or_default(), ..money.clone() };
            let after = Money { minor: before.minor.saturating_add(moved), ..money.clone() };
            changes.push(Change { account: name.clone(), before, after });
        }
    }
    Ok(changes)
}
