//! Acts of products: points that are spent, advances that are tried again, given up or written off, and the daily run.

use axum::http::Method;
use maud::html;
use serde_json::json;

use super::{Asked, AskedKind, Plan, Then, Wrong};
use crate::address::segment;
use crate::ledger::Ledger;
use crate::money::Money;
use crate::pages::advances;
use crate::pages::points::points;
use crate::parts::amount::{Sign, amount};
use crate::parts::text::user;
use crate::times::Zone;
use crate::visit::{Form, Visit};

/// The form of an act.
pub fn act(word: &str) -> Option<(&'static str, Vec<Asked>)> {
    let of = || vec![Asked::fixed("of")];
    Some(match word {
        "spend" => {
            let points = Asked {
                kind: AskedKind::Amount,
                ..Asked::text("points", "Points", "The oldest of all payers go first")
            };
            ("Spend points", vec![Asked::fixed("of"), points])
        }
        "refund" => {
            let points = Asked {
                kind: AskedKind::Amount,
                ..Asked::text("points", "Points", "Empty for all that is left of the spend")
            };
            ("Refund points", vec![Asked::fixed("of"), Asked::fixed("member"), points.optional()])
        }
        "retry" => {
            let customer = Asked::text("customer", "Other bank account", "Empty for the same one").optional();
            ("Try a credit again", vec![Asked::fixed("of"), customer])
        }
        "cancel" => ("Cancel an advance", of()),
        "pay-off" => ("Ask for the rest now", of()),
        "write-off" => ("Write off an advance", of()),
        "run" => {
            let day = Asked::text("day", "Day", "In UTC, for example 2026-11-25; empty for today").optional();
            ("Begin a run", vec![day])
        }
        _ => return None,
    })
}

/// What an act will do.
pub async fn plan(visit: &Visit, word: &str, form: &Form) -> Option<Result<Plan, Wrong>> {
    let ledger = visit.ledger.as_ref()?;
    Some(match word {
        "spend" => spend(visit, ledger, form).await,
        "refund" => refund(ledger, form),
        "retry" | "cancel" | "pay-off" | "write-off" => advance(visit, ledger, word, form).await,
        "run" => run(visit, ledger, form),
        _ => return None,
    })
}

async fn spend(visit: &Visit, ledger: &Ledger, form: &Form) -> Result<Plan, Wrong> {
    let member = form.get("of");
    let count = typed(form.get("points"))?;
    let path = ledger.api(&format!("/points/members/{}/spend", segment(member)));
    let tried = visit.client.act(Method::POST, &path, &json!({"points": count, "dry_run": true})).await?;
    let deductions = tried.list("deductions");
    let sentence = html! {
        (points(count)) " of " (user(member)) ", oldest first: "
        @for (place, one) in deductions.iter().enumerate() {
            @if place > 0 { ", " }
            (points(one.count("points"))) " of " (user(one.text("payer")))
        }
        "."
    };
    let body = json!({"points": count, "id": form.get("id")});
    let then = Then::At(ledger.page(&format!("/points/{}", segment(member))));
    Ok(Plan::of(format!("Spend {}", points(count)), sentence, Method::POST, path, body, then))
}

/// Points, as they were typed.
fn typed(text: &str) -> Result<u64, Wrong> {
    text.replace(',', "").parse().map_err(|_| Wrong::Typed("Write a whole number of points.".to_owned()))
}

/// The last that the spend took comes back first, and the dates on it are kept.
fn refund(ledger: &Ledger, form: &Form) -> Result<Plan, Wrong> {
    let (spend, member) = (form.get("of"), form.get("member"));
    let mut body = json!({"id": form.get("id")});
    let button = match form.get("points") {
        "" => "Refund the spend".to_owned(),
        wanted => {
            let count = typed(wanted)?;
            body["points"] = count.into();
            format!("Refund {}", points(count))
        }
    };
    let sentence = html! {
        "What the spend took of " (user(member)) " comes back, the last first. Dates are kept, and what has expired meanwhile is lost."
    };
    let path = ledger.api(&format!("/points/spends/{}/refund", segment(spend)));
    let then = Then::At(ledger.page(&format!("/points/{}", segment(member))));
    Ok(Plan::of(button, sentence, Method::POST, path, body, then))
}

async fn advance(visit: &Visit, ledger: &Ledger, word: &str, form: &Form) -> Result<Plan, Wrong> {
    let key = form.get("of");
    let advance = visit.client.look(&ledger.api(&format!("/advances/{}", segment(key)))).await?;
    let asset = advances::asset(visit, ledger).await?;
    let money = |field: &str| Money::new(advance.amount(field).unwrap_or_default(), &asset);
    let (whole, owed) = (money("amount"), money("owed"));
    let customer = user(advance.text("customer"));
    let other = form.get("customer");
    let body = if other.is_empty() { json!({}) } else { json!({ "customer": other }) };
    let (button, sentence) = match word {
        "retry" => (
            format!("Pay out {}", whole.shown()),
            html! { (amount(&whole, Sign::Minus)) " is sent to " @if other.is_empty() { (customer) } @else { (user(other)) } " again, under a new key." },
        ),
        "cancel" => (
            format!("Cancel {}", whole.shown()),
            html! { "The advance of " (amount(&whole, Sign::Minus)) " to " (customer) " is given up. Nothing of it is sent any more." },
        ),
        "pay-off" => (
            format!("Ask for {}", owed.shown()),
            html! { "All that " (customer) " owes, " (amount(&owed, Sign::Minus)) ", is due today and asked for by the next run." },
        ),
        _ => (
            format!("Write off {}", owed.shown()),
            html! { (amount(&owed, Sign::Minus)) " that " (customer) " owes is written off. Nothing more is asked for. This cannot be undone." },
        ),
    };
    let path = ledger.api(&format!("/advances/{}/{word}", segment(key)));
    let then = Then::At(ledger.page(&format!("/advances/{}", segment(key))));
    // What is written off is not asked for again.
    let typed = (word == "write-off").then(|| advance.text("customer").to_owned());
    Ok(Plan { typed, ..Plan::of(button, sentence, Method::POST, path, body, then) })
}

fn run(visit: &Visit, ledger: &Ledger, form: &Form) -> Result<Plan, Wrong> {
    // Runs are of days in UTC, wherever the reader is.
    let today = Zone::default().day(visit.now);
    let day = match form.get("day") {
        "" => today,
        typed => crate::times::parse_day(typed, today).map_err(Wrong::Typed)?,
    };
    if day > today {
        return Err(Wrong::Typed(format!("{day} has not come yet: in UTC it is {today}.")));
    }
    let shown = crate::times::shown_day(day);
    let sentence = html! { "The processor's report of " (shown) " is read, and then all that is due is asked for. A run that was begun for this day goes on; nothing is asked for twice." };
    let (path, body) = (ledger.api("/advances/runs"), json!({ "as_of": day.to_string() }));
    let plan = Plan::of(format!("Begin the run of {shown}"), sentence, Method::POST, path, body, Then::Run);
    Ok(Plan { heading: format!("Run of {shown}"), ..plan })
}
