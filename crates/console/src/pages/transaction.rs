//! A transaction: what did it move, where did it come from, and what can be done with it?

use maud::{Markup, html};

use crate::address::{segment, with};
use crate::ledger::Ledger;
use crate::money::{Money, sum};
use crate::page::Page;
use crate::pages::transactions::Gist;
use crate::parts::amount::{Sign, amount};
use crate::parts::card::{facts, section};
use crate::parts::flow::{LEGS_MAX, Leg, flow};
use crate::parts::path::account;
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, number};
use crate::parts::text::user;
use crate::parts::timeline::{Moment, timeline};
use crate::parts::{id, instant};
use crate::record::Record;
use crate::times;
use crate::visit::{Stop, Visit};

/// The page.
pub async fn show(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let key = visit.part(3).to_owned();
    let transaction = visit.client.get(&ledger.api(&format!("/transactions/{}", segment(&key)))).await?;
    let mut page = Page::new(format!("Transaction {}", id::short(&key)));
    let named = transaction.maybe("description").map_or(html! { "Transaction" }, user);
    page.heading = Some(html! { (named) " " span.quiet.mono { (id::short(&key)) } });
    page.tools = tools(visit, ledger, &transaction);
    let postings = transaction.list("postings");
    page.add(sentence(ledger, &transaction));
    page.add(section("About", &html! {}, &about(visit, ledger, &transaction)));
    let legs: Vec<Leg> = postings.iter().filter_map(|posting| leg(ledger, posting)).collect();
    if (2..=LEGS_MAX).contains(&legs.len()) {
        page.add(section("Flow", &html! {}, &flow(&legs)));
    }
    let table = entries(ledger, &postings);
    let is_void = matches!(transaction.text("status"), "voided" | "expired");
    page.table(
        visit,
        if is_void { "Entries that were held, and did not happen" } else { "Entries" },
        table,
        &totals(ledger, &postings),
        &html! {},
    );
    page.add(section(
        "What happened",
        &html! {},
        &timeline(&moments(visit, ledger, &transaction).await, &visit.zone, visit.now),
    ));
    let metadata = transaction.fields("metadata");
    if !metadata.is_empty() {
        page.add(section("Metadata", &html! {}, &metadata_markup(&metadata)));
    }
    Ok(page)
}

/// Metadata, as a user wrote it.
pub fn metadata_markup(metadata: &[(String, Record)]) -> Markup {
    html! { dl.facts { @for (name, value) in metadata { div { dt { (user(name)) } dd.wrap { (user(&value.shown())) } } } } }
}

fn leg(ledger: &Ledger, posting: &Record) -> Option<Leg> {
    let money = ledger.money(posting.amount("amount"), posting.text("asset"))?;
    let (source, destination) = (posting.text("source").to_owned(), posting.text("destination").to_owned());
    Some(Leg { source, destination, money })
}

fn sentence(ledger: &Ledger, transaction: &Record) -> Markup {
    let Gist { source, destination, money, others } = Gist::of(ledger, transaction);
    html! {
        p.sentence {
            @if let Some(money) = money { span.figure { (amount(&money, Sign::Minus)) } }
            span { "from " (account(&ledger.name, &source)) " to " (account(&ledger.name, &destination)) }
            @if others > 0 { span.quiet { "and " (others) @if others == 1 { " other account" } @else { " other accounts" } } }
            (State::of(transaction.text("status")).markup())
        }
    }
}

fn about(visit: &Visit, ledger: &Ledger, transaction: &Record) -> Markup {
    let mut list: Vec<(&str, Markup)> = Vec::new();
    let at = times::instant(transaction.text("at"));
    if let Some(at) = at {
        list.push(("Booked", instant::precise(at, &visit.zone, visit.now)));
    }
    let effective = times::instant(transaction.text("effective_at"));
    if let Some(effective) = effective.filter(|effective| Some(*effective) != at) {
        list.push(("Effective", instant::precise(effective, &visit.zone, visit.now)));
    }
    if let Some(until) = times::instant(transaction.text("expires_at")) {
        list.push(("Held until", instant::precise(until, &visit.zone, visit.now)));
    }
    let other = |field: &str| {
        let key = transaction.maybe(field)?;
        Some(id::id(key, Some(&ledger.transaction_page(key))))
    };
    for (term, field) in [("Reverses", "reverses"), ("Reversed by", "reversed_by")] {
        list.extend(other(field).map(|shown| (term, shown)));
    }
    for (term, field) in [("Description", "description"), ("Reference", "reference")] {
        list.extend(transaction.maybe(field).map(|text| (term, user(text))));
    }
    list.push(("Asked by", transaction.maybe("by").map_or(html! { "No key was asked for" }, user)));
    list.push(("Transaction", id::whole(transaction.text("id"))));
    list.push(("Event", html! { (crate::parts::table::grouped(transaction.count("seq"))) }));
    facts(&list)
}

fn entries(ledger: &Ledger, postings: &[Record]) -> Table {
    let mut rows = Vec::new();
    for posting in postings {
        let asset = posting.text("asset");
        let money = |field: &str| ledger.money(posting.amount(field), asset);
        let row = |account: &str, debit, credit, after| Row {
            cells: vec![
                Cell::Account(ledger.name.clone(), account.to_owned()),
                Cell::money(debit),
                Cell::money(credit),
                Cell::money(after),
            ],
            href: Some(crate::parts::path::href(&ledger.name, account)),
        };
        rows.push(row(posting.text("source"), money("amount"), None, money("source_balance")));
        rows.push(row(posting.text("destination"), None, money("amount"), money("destination_balance")));
    }
    Table {
        name: "entries",
        caption: "Entries of the transaction".to_owned(),
        columns: vec![column("Account"), number("Debit"), number("Credit"), number("Balance after")],
        rows,
    }
}

/// Debits and credits are equal, and the page says so.
fn totals(ledger: &Ledger, postings: &[Record]) -> Markup {
    let mut codes: Vec<&str> = postings.iter().map(|posting| posting.text("asset")).collect();
    codes.sort_unstable();
    codes.dedup();
    let of = |code: &str| {
        let of = postings.iter().filter(|posting| posting.text("asset") == code);
        let minor = sum(of.filter_map(|posting| posting.amount("amount")))?;
        Some(Money::new(minor, &ledger.asset(code)))
    };
    html! {
        p.totals {
            @for money in codes.into_iter().filter_map(of) {
                span { "Debits " (amount(&money, Sign::Minus)) " = credits " (amount(&money, Sign::Minus)) }
            }
        }
    }
}

/// For whom, where that was asked.
fn asked_by(transaction: &Record) -> Markup {
    html! { @if let Some(by) = transaction.maybe("by") { " for " (user(by)) } }
}

/// Asked, committed, reversed: what the journal says of it.
async fn moments(visit: &Visit, ledger: &Ledger, transaction: &Record) -> Vec<Moment> {
    let mut moments = Vec::new();
    let at = times::instant(transaction.text("at"));
    let by = asked_by(transaction);
    let is_held = matches!(transaction.text("status"), "pending" | "voided" | "expired");
    let verb = if is_held { "Held" } else { "Posted" };
    moments.push(Moment {
        at,
        what: html! { (verb) (by) ", as event " (crate::parts::table::grouped(transaction.count("seq"))) },
    });
    if let Some(key) = transaction.maybe("reversed_by") {
        let path = format!("/transactions/{}", segment(key));
        if let Ok(other) = visit.client.look(&ledger.api(&path)).await {
            let by = asked_by(&other);
            let what = html! { "Reversed" (by) ", by " (id::id(key, Some(&ledger.page(&path)))) };
            moments.push(Moment { at: times::instant(other.text("at")), what });
        }
    }
    match transaction.text("status") {
        "voided" => moments.push(Moment { at: None, what: html! { "Voided: nothing of it moved" } }),
        "expired" => moments.push(Moment {
            at: times::instant(transaction.text("expires_at")),
            what: html! { "Expired: nothing of it moved" },
        }),
        _ => {}
    }
    if let Some(until) = transaction.maybe("expires_at")
        && transaction.text("status") == "pending"
    {
        moments
            .push(Moment { at: times::instant(until), what: html! { "Voided by itself, if it is not posted before" } });
    }
    moments
}

/// What may be done now, and why something may not.
fn tools(visit: &Visit, ledger: &Ledger, transaction: &Record) -> Markup {
    let act = |act: &str| with(&ledger.page(&format!("/do/{act}")), &[("of", transaction.text("id"))]);
    let is_products = transaction.list("postings").iter().any(|posting| {
        ["source", "destination"].iter().any(|side| {
            let name = posting.text(side);
            name.starts_with("points:") || name.starts_with("advances:")
        })
    });
    if visit.as_of().is_some() {
        return html! { span.quiet { "No changes while a past day is shown" } };
    }
    match transaction.text("status") {
        "pending" => {
            html! { a.button.primary href=(act("post")) { "Post" } " " a.button href=(act("void")) { "Void" } }
        }
        "posted" if is_products => html! { span.quiet { "A product made this; it is undone there" } },
        "posted" if transaction.maybe("reverses").is_some() => html! { span.quiet { "A reversal is not reversed" } },
        "posted" => html! { a.button href=(act("reverse")) { "Reverse" } },
        "reversed" => html! { span.quiet { "It is reversed already" } },
        _ => html! {},
    }
}
