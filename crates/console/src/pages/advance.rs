//! An advance: what is its plan, what became of each debit, and what can be done?

use maud::{Markup, html};

use crate::address::{segment, with};
use crate::ledger::Ledger;
use crate::money::{Asset, Money};
use crate::page::Page;
use crate::pages::advances::exceptions_table;
use crate::parts::amount::{Sign, amount};
use crate::parts::card::{facts, figure, section};
use crate::parts::chart::{Mark, plan};
use crate::parts::id;
use crate::parts::notice::empty;
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, number};
use crate::parts::text::user;
use crate::record::Record;
use crate::times::day_text;
use crate::visit::{Stop, Visit};

/// Exceptions that are looked through for those of this advance.
const LOOKED_AT: usize = 1_000;

/// The page.
pub async fn show(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let key = visit.part(3).to_owned();
    let advance = visit.client.get(&ledger.api(&format!("/advances/{}", segment(&key)))).await?;
    let asset = super::advances::asset(visit, ledger).await?;
    let mut page = Page::new(format!("Advance {}", id::short(&key)));
    page.heading = Some(html! { "Advance to " (user(advance.text("customer"))) });
    if visit.as_of().is_some() {
        page.add(html! { p.quiet { "Shown as now: an advance has no past form here." } });
    } else {
        page.tools = tools(ledger, &advance);
    }
    exceptions(visit, ledger, &key, &mut page).await;
    let money = |field: &str| amount(&Money::new(advance.amount(field).unwrap_or_default(), &asset), Sign::Minus);
    page.add(html! { div.cards {
        (figure("Owed", &money("owed"), &State::of(advance.text("status")).markup()))
        (figure("Collected", &money("collected"), &html! { p.quiet { "of " (money("amount")) " paid out" } }))
        @if advance.amount("overpaid").unwrap_or_default() > 0 { (figure("Overpaid", &money("overpaid"), &html! { p.quiet { "To be paid back" } })) }
        @if advance.amount("written_off").unwrap_or_default() > 0 { (figure("Written off", &money("written_off"), &html! {})) }
    } });
    let installments = advance.list("plan");
    let marks: Vec<Mark> = installments.iter().map(|one| mark(one, &asset)).collect();
    let drawn = html! { @if marks.is_empty() { (empty("There is no plan yet: it is made when a report says that the credit succeeded.", None)) } @else { (plan("Plan", &marks)) } };
    page.add(section("Plan", &html! {}, &drawn));
    let table = attempts(ledger, &installments, &asset);
    page.table(visit, "Debits and their results", table, &html! {}, &html! {});
    page.add(section("About", &html! {}, &about(&advance)));
    Ok(page)
}

async fn exceptions(visit: &Visit, ledger: &Ledger, key: &str, page: &mut Page) {
    let found =
        visit.client.look(&with(&ledger.api("/advances/exceptions"), &[("limit", &LOOKED_AT.to_string())])).await;
    let found = found.map(|found| found.list("data")).unwrap_or_default();
    let open: Vec<&Record> = found.iter().filter(|one| one.text("advance") == key && !one.flag("settled")).collect();
    if open.is_empty() {
        return;
    }
    let table = exceptions_table(visit, ledger, &open).await;
    page.table(visit, "Needs a person", table, &html! {}, &html! {});
}

fn mark(one: &Record, asset: &Asset) -> Mark {
    Mark {
        number: one.written("number"),
        due: day_text(one.text("due")),
        status: one.text("status").to_owned(),
        amount: Money::new(one.amount("amount").unwrap_or_default(), asset).shown(),
        attempt: one.part("attempt").map_or_else(String::new, |attempt| result_of(&attempt)),
    }
}

/// What is known of an attempt.
fn result_of(attempt: &Record) -> String {
    let day = |field: &str| attempt.maybe(field).map(day_text);
    let sent = day("sent_on").map(|day| format!("sent {day}"));
    let refused = day("refused_on").map(|day| format!("refused {day}"));
    let result = attempt.maybe("result").map(|result| format!("reported as {result}"));
    [sent, refused, result].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn attempts(ledger: &Ledger, installments: &[Record], asset: &Asset) -> Table {
    let row = |one: &Record| {
        let attempt = one.part("attempt").unwrap_or_default();
        let replaces = one.written("replaces");
        Row {
            cells: vec![
                Cell::Count(one.count("number")),
                Cell::Words(if replaces.is_empty() { "Plan".to_owned() } else { format!("Again, for no. {replaces}") }),
                Cell::Day(one.text("due").to_owned()),
                Cell::money(one.amount("amount").map(|minor| Money::new(minor, asset))),
                Cell::State(if one.text("status") == "open" {
                    State::coming("open")
                } else {
                    State::of(one.text("status"))
                }),
                Cell::Day(attempt.text("sent_on").to_owned()),
                Cell::Words(attempt.text("result").to_owned()),
                Cell::id(attempt.text("transaction_id"), None),
                Cell::id(attempt.text("key"), attempt.maybe("key").map(|key| ledger.transaction_page(key))),
            ],
            href: None,
        }
    };
    Table {
        name: "debits",
        caption: "Debits of the plan".to_owned(),
        columns: vec![
            number("No."),
            column("Kind"),
            column("Due"),
            number("Amount"),
            column("State"),
            column("Sent"),
            column("Reported"),
            column("Processor's id"),
            column("In the ledger"),
        ],
        rows: installments.iter().map(row).collect(),
    }
}

fn about(advance: &Record) -> Markup {
    let terms = advance.part("terms").unwrap_or_default();
    let credit = advance.part("credit");
    facts(&[
        ("Opened", html! { (day_text(advance.text("opened_on"))) }),
        ("Credit", credit.as_ref().map_or(html! { "not sent" }, |credit| html! { (result_of(credit)) })),
        (
            "Terms",
            html! { (terms.count("count")) " debits, every " (terms.count("interval_days")) " days, the first after " (terms.count("first_after_days")) " days" },
        ),
        ("Customer", user(advance.text("customer"))),
        ("Advance", id::whole(advance.text("id"))),
    ])
}

fn tools(ledger: &Ledger, advance: &Record) -> Markup {
    let act = |act: &str| with(&ledger.page(&format!("/do/{act}")), &[("of", advance.text("id"))]);
    match advance.text("status") {
        "refused" => {
            html! { a.button.primary href=(act("retry")) { "Try again" } " " a.button href=(act("cancel")) { "Cancel" } }
        }
        "collecting" => {
            html! { a.button href=(act("pay-off")) { "Collect the rest now" } " " a.button href=(act("write-off")) { "Write off" } }
        }
        "accepted" => html! { a.button href=(act("cancel")) { "Cancel" } },
        _ => html! { span.quiet { "Nothing can be done in this state" } },
    }
}
