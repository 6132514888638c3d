//! Acts that move money: a transfer, a reversal, the end of a hold, and what is paid back.

use axum::http::Method;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::{Asked, AskedKind, Change, Plan, Then, Wrong};
use crate::client::segment;
use crate::money::Money;
use crate::parts::amount::{Sign, amount};
use crate::parts::path::account;
use crate::parts::text::user;
use crate::record::Record;
use crate::visit::{Form, Ledger, Visit};

/// The form of an act.
pub fn act(visit: &Visit, word: &str) -> Option<(&'static str, Vec<Asked>)> {
    let of = || vec![Asked::fixed("of")];
    Some(match word {
        "transfer" => {
            let assets = visit.ledger.iter().flat_map(|ledger| &ledger.assets);
            let choices = assets.map(|asset| (asset.code.clone(), asset.code.clone())).collect();
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
    let asset = match form.get("asset") {
        "" => ledger.default_asset(),
        code => ledger.asset(code),
    };
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
    post(visit, ledger, "Transfer", &money, source, destination, body).await
}

async fn pay_back(visit: &Visit, ledger: &Ledger, form: &Form) -> Result<Plan, Wrong> {
    let advance = visit.client.look(&ledger.api(&format!("/advances/{}", segment(form.get("of"))))).await?;
    let terms = visit.client.look(&ledger.api("/advances/terms")).await?;
    let asset = ledger.asset(terms.text("asset"));
    let minor = advance.amount("overpaid").filter(|minor| *minor > 0);
    let minor = minor.ok_or_else(|| Wrong::Typed("Nothing of this advance is overpaid any more.".to_owned()))?;
    let prefix = ledger.api("/accounts?prefix=advances:overpaid:&limit=1000");
    let accounts = visit.client.look(&prefix).await?.list("data");
    let is_of =
        |one: &&Record| one.part("metadata").is_some_and(|known| known.text("customer") == advance.text("customer"));
    let destination = accounts.iter().find(is_of).map(|one| one.text("name").to_owned());
    let destination =
        destination.ok_or_else(|| Wrong::Typed("No account holds what this customer overpaid.".to_owned()))?;
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
    Ok(Plan {
        heading: format!("Reverse {}", money.shown()),
        sentence: html! {
            (account(&ledger.name, &source)) " pays " (amount(&money, Sign::Minus)) " back to " (account(&ledger.name, &destination)) "."
            @if count > 1 { " All " (count) " postings of the transaction are undone." }
            @if let Some(what) = original.maybe("description") { " It was: " (user(what)) "." }
        },
        button: format!("Reverse {}", money.shown()),
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
    let posting = held.list("postings").first().cloned().unwrap_or_default();
    let asset = ledger.asset(posting.text("asset"));
    let money = Money::new(posting.amount("amount").unwrap_or_default(), &asset);
    let (source, destination) = (posting.text("source"), posting.text("destination"));
    let mut changes = Vec::new();
    if word == "post" {
        for (name, moved) in [(source, -money.minor), (destination, money.minor)] {
            let read = visit.client.look(&ledger.api(&format!("/accounts/{}", segment(name)))).await?;
            let balance = read.part("balances").and_then(|all| all.part(&asset.code)).unwrap_or_default();
            let posted = balance.amount("posted").unwrap_or_default();
            let (before, after) = (Money::new(posted, &asset), Money::new(posted + moved, &asset));
            changes.push(Change { account: name.to_owned(), before, after });
        }
    }
    let verb = if word == "post" { "Post" } else { "Void" };
    let said = if word == "post" {
        sentence(ledger, &money, source, destination)
    } else {
        html! { (amount(&money, Sign::Minus)) " is not held any more, and " (account(&ledger.name, source)) " can use it again." }
    };
    Ok(Plan {
        heading: format!("{verb} {}", money.shown()),
        sentence: said,
        button: format!("{verb} {}", money.shown()),
        method: Method::POST,
        path: ledger.api(&format!("/transactions/{}/{word}", segment(form.get("of")))),
        body: json!({}),
        changes,
        typed: None,
        then: Then::At(ledger.page(&format!("/transactions/{}", segment(form.get("of"))))),
    })
}
