//! Advances: what is owed, what is late, and what must a person see?

use maud::{Markup, html};

use crate::address::{segment, with};
use crate::client::Refused;
use crate::ledger::Ledger;
use crate::money::{Asset, Money, total};
use crate::page::Page;
use crate::parts::amount::{Sign, amount};
use crate::parts::card::{figure, section};
use crate::parts::chart::{Age, ages};
use crate::parts::field::{Field, Kind};
use crate::parts::notice::empty;
use crate::parts::pager::pager;
use crate::parts::state::{State, capital};
use crate::parts::table::{Cell, Row, Table, column, number};
use crate::record::Record;
use crate::times::instant;
use crate::visit::{Stop, Visit};

/// The states of an advance, by which the book is filtered.
const STATES: [&str; 9] =
    ["accepted", "sent", "unresolved", "failed", "refused", "cancelled", "collecting", "repaid", "written_off"];

/// Exceptions that are looked through when one kind is wanted.
const LOOKED_AT: usize = 1_000;

/// Exceptions whose advance is looked up.
const LOOKED_UP: usize = 60;

/// The asset in which advances are made.
///
/// # Errors
/// When the API refuses.
pub async fn asset(visit: &Visit, ledger: &Ledger) -> Result<Asset, Refused> {
    let terms = visit.client.look(&ledger.api("/advances/terms")).await?;
    Ok(ledger.asset(terms.text("asset")))
}

/// The book.
pub async fn book(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let asset = asset(visit, ledger).await?;
    let mut page = Page::new("Advances");
    page.tools = html! {
        a.button href=(ledger.page("/advances/exceptions")) { "Exceptions" }
        " " a.button href=(ledger.page("/advances/runs")) { "Runs" }
    };
    if visit.as_of().is_some() {
        page.add(html! { p.quiet { "Shown as now: the book has no past form." } });
    }
    let aging = visit.client.get(&ledger.api("/advances/aging")).await?;
    let found: Vec<Age> = aging
        .list("ages")
        .iter()
        .map(|age| Age {
            days: age.text("days").to_owned(),
            installments: age.count("installments"),
            minor: age.amount("amount").unwrap_or_default(),
        })
        .collect();
    let overdue = total(found.iter().skip(1).map(|age| age.minor));
    let money = |minor| amount(&Money::new(minor, &asset), Sign::Minus);
    page.add(html! { div.cards {
        (figure("Owed", &money(aging.amount("owed").unwrap_or_default()), &html! { p.quiet { "On " (crate::times::day_text(aging.text("as_of"))) } }))
        (figure("Overdue", &money(overdue), &html! { p.quiet { "Due, and not paid" } }))
    } });
    let chart = ages("What is owed, by how long it has been due", &found, &asset);
    page.add(section("Ageing", &html! {}, &html! { (chart) @if overdue == 0 { p.quiet { "Nothing is overdue." } } }));
    page.add(filter(visit));
    let path = with(&ledger.api("/advances"), &[("customer", visit.query.get("customer")), ("status", status(visit))]);
    let listed = visit.list(&path).await?;
    let row = |advance: &Record| {
        let href = ledger.page(&format!("/advances/{}", segment(advance.text("id"))));
        let money = |field: &str| Cell::money(advance.amount(field).map(|minor| Money::new(minor, &asset)));
        Row {
            cells: vec![
                Cell::Link(advance.text("customer").to_owned(), href.clone()),
                Cell::Day(advance.text("opened_on").to_owned()),
                money("amount"),
                money("collected"),
                money("owed"),
                advance.amount("overpaid").filter(|minor| *minor > 0).map_or(Cell::None, |_| money("overpaid")),
                Cell::State(State::of(advance.text("status"))),
                Cell::Id(advance.text("id").to_owned(), Some(href.clone())),
            ],
            href: Some(href),
        }
    };
    let table = Table {
        name: "advances",
        caption: "Advances, oldest first".to_owned(),
        columns: vec![
            column("Customer"),
            column("Opened"),
            number("Amount"),
            number("Collected"),
            number("Owed"),
            number("Overpaid"),
            column("State"),
            column("Advance"),
        ],
        rows: listed.rows.iter().map(row).collect(),
    };
    page.list(visit, "Book", table, &listed, &empty("No advance is in this state, or of this customer.", None));
    Ok(page)
}

/// The state that is shown: those who owe, where nothing else is asked for.
fn status(visit: &Visit) -> &str {
    match (visit.query.get("status"), visit.query.get("customer")) {
        ("", "") => "collecting",
        ("any", _) => "",
        (status, _) => status,
    }
}

fn filter(visit: &Visit) -> Markup {
    let customer = visit.query.get("customer");
    let mut choices = vec![("any".to_owned(), "Any".to_owned())];
    choices.extend(STATES.map(|state| (state.to_owned(), capital(&state.replace('_', " ")))));
    let field = Field {
        name: "customer",
        label: "Customer",
        value: customer,
        hint: "All of the account's number",
        kind: Kind::Text,
        needed: false,
    };
    let state = Field {
        name: "status",
        label: "State",
        value: if status(visit).is_empty() { "any" } else { status(visit) },
        hint: "",
        kind: Kind::Choice(&choices),
        needed: false,
    };
    html! {
        form.filters method="get" action=(visit.path()) {
            (field.markup()) (state.markup())
            div.acts { button type="submit" data-key="f" { "Show" } a.button href=(visit.path()) { "Clear" } }
        }
    }
}

/// What a person must see.
pub async fn exceptions(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let kind = visit.query.get("kind");
    let shows_all = visit.query.get("settled") == "yes";
    let mut page = Page::new("Exceptions");
    page.tools = html! {
        @if shows_all { a.button href=(visit.here(&[("settled", "")])) { "Show open ones only" } }
        @else { a.button href=(visit.here(&[("settled", "yes")])) { "Show settled ones" } }
        @if !kind.is_empty() { " " a.button href=(visit.here(&[("kind", "")])) { "All kinds" } }
    };
    let path = ledger.api("/advances/exceptions");
    let listed = match visit.file() {
        None => visit.client.page(&path, visit.cursor(), LOOKED_AT).await?,
        Some(_) => visit.client.all(&path).await?,
    };
    let wanted = |one: &&Record| (kind.is_empty() || one.text("kind") == kind) && (shows_all || !one.flag("settled"));
    let shown: Vec<&Record> = listed.rows.iter().filter(wanted).collect();
    let table = exceptions_table(visit, ledger, &shown).await;
    let next = listed.next.as_deref().map(|next| visit.here(&[("cursor", next)]));
    let below = pager(next.as_deref(), shown.len(), None);
    let title = format!("{} {}", shown.len(), if shown.len() == 1 { "exception" } else { "exceptions" });
    page.table(visit, &title, table, &below, &empty("Nothing waits for a person.", None));
    Ok(page)
}

/// A table of exceptions.
pub async fn exceptions_table(visit: &Visit, ledger: &Ledger, shown: &[&Record]) -> Table {
    let asset = asset(visit, ledger).await.unwrap_or_else(|_| ledger.default_asset());
    let mut rows = Vec::new();
    for (place, one) in shown.iter().enumerate() {
        // Each advance is one look, so not more than fit a page.
        let advance = match one.text("advance") {
            key if !key.is_empty() && place < LOOKED_UP => {
                visit.client.look(&ledger.api(&format!("/advances/{}", segment(key)))).await.ok()
            }
            _ => None,
        };
        rows.push(exception_row(visit, ledger, &asset, one, advance.as_ref()));
    }
    Table {
        name: "exceptions",
        caption: "Exceptions, newest first".to_owned(),
        columns: vec![
            column("Since"),
            column("Customer"),
            column("What"),
            number("Amount"),
            column("Why"),
            column("What to do"),
            column("State"),
        ],
        rows,
    }
}

/// An exception, as a line.
fn exception_row(visit: &Visit, ledger: &Ledger, asset: &Asset, one: &Record, advance: Option<&Record>) -> Row {
    let href = one.maybe("advance").map(|advance| ledger.page(&format!("/advances/{}", segment(advance))));
    let (kind, settled) = (one.text("kind"), one.flag("settled"));
    let minor = one.amount("overpaid").or(one.amount("amount")).or_else(|| advance?.amount("amount"));
    let customer = advance.map(|advance| advance.text("customer").to_owned());
    let since = instant(one.text("at"));
    let age = since.map_or_else(String::new, |at| crate::times::age(at, visit.now));
    Row {
        cells: vec![
            Cell::Drawn(
                html! { @if let Some(at) = since { (crate::parts::instant::instant(at, &visit.zone, visit.now)) br; span.quiet { (age) } } },
                one.text("at").to_owned(),
            ),
            match (customer, &href) {
                (Some(customer), Some(href)) => Cell::Link(customer, href.clone()),
                _ => Cell::id(one.text("advance"), href.clone()),
            },
            Cell::Words(capital(&kind_words(kind, 1))),
            Cell::money(minor.map(|minor| Money::new(minor, asset))),
            Cell::User(one.text("reason").to_owned()),
            Cell::Drawn(remedies(ledger, one), one.text("what_to_do").to_owned()),
            Cell::State(if settled { State::of("settled") } else { State::waiting("open") }),
        ],
        href,
    }
}

/// The acts that resolve an exception.
fn remedies(ledger: &Ledger, one: &Record) -> Markup {
    if one.flag("settled") {
        return html! { span.quiet { "Nothing more" } };
    }
    let act = |act: &str| with(&ledger.page(&format!("/do/{act}")), &[("of", one.text("advance"))]);
    match one.text("kind") {
        "credit_refused" => {
            html! { a.button.small href=(act("retry")) { "Try again" } " " a.button.small href=(act("cancel")) { "Cancel" } }
        }
        "overpaid" => html! { a.button.small href=(act("pay-back")) { "Pay back" } },
        "unresolved" => html! { "Ask the processor. Its next report settles it." },
        _ => html! { (one.text("what_to_do")) },
    }
}

/// A kind of exception in words, of one or of several.
pub fn kind_words(kind: &str, count: usize) -> String {
    let one = count == 1;
    let words = match kind {
        "credit_refused" if one => "credit was refused",
        "credit_refused" => "credits were refused",
        "debits_refused" if one => "debit was refused",
        "debits_refused" => "debits were refused",
        "overpaid" if one => "customer paid too much",
        "overpaid" => "customers paid too much",
        "unresolved" if one => "transaction has no result",
        "unresolved" => "transactions have no result",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}
