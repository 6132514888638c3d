//! Transactions and holds: what happened, and what is waiting?

use maud::{Markup, html};

use crate::address::with;
use crate::ledger::Ledger;
use crate::money::Money;
use crate::page::Page;
use crate::parts::amount::Sign;
use crate::parts::field::{Field, Kind, as_of};
use crate::parts::notice::{self, empty, notice};
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, number};
use crate::record::Record;
use crate::times::instant;
use crate::visit::{Stop, Visit};

/// A hold that is older than a week is shown as late: most are posted within days.
const OLD_HOURS: i64 = 7 * 24;

/// All transactions.
pub async fn list(visit: &Visit) -> Result<Page, Stop> {
    show(visit, "Transactions", "").await
}

/// What is on hold.
pub async fn holds(visit: &Visit) -> Result<Page, Stop> {
    show(visit, "Holds", "pending").await
}

async fn show(visit: &Visit, title: &'static str, status: &str) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let mut page = Page::new(title);
    if title != "Holds" && visit.as_of().is_none() {
        page.tools = html! { a.button.primary href=(ledger.page("/do/transfer")) { "New transfer" } };
    }
    let status = if status.is_empty() { visit.query.get("status") } else { status };
    page.add(filters(visit, title));
    let (from, to) = visit.period().unwrap_or_else(|said| {
        page.add(notice(notice::Kind::Fault, &html! { (said) }));
        Default::default()
    });
    let (account, reference) = (visit.query.get("account"), visit.query.get("reference"));
    let path = with(
        &ledger.api("/transactions"),
        &[("account", account), ("reference", reference), ("status", status), ("from", &from), ("to", &to)],
    );
    let mut listed = visit.list(&path).await?;
    visit.until_then(&mut listed.rows);
    let table = match title {
        "Holds" => held(visit, ledger, &listed.rows),
        _ if visit.file().is_some() => postings(ledger, &listed.rows),
        _ => Table { name: "transactions", ..entries(listed.rows.iter().map(|one| row_of(ledger, one)).collect()) },
    };
    let nothing = match title {
        "Holds" => {
            empty("Nothing is on hold. A hold is a transaction with pending set; it is posted or voided later.", None)
        }
        _ => empty("No transactions in this period. Widen the dates, or make one with New transfer.", None),
    };
    page.list(visit, if title == "Holds" { "On hold, newest first" } else { "Newest first" }, table, &listed, &nothing);
    Ok(page)
}

fn filters(visit: &Visit, title: &str) -> Markup {
    let value = |name: &str| visit.query.get(name).to_owned();
    let (account, reference, from, to) = (value("account"), value("reference"), value("from"), value("to"));
    let text = |name, label, value, hint| Field { name, label, value, hint, kind: Kind::Text, needed: false }.markup();
    let choices: Vec<(String, String)> = [
        ("", "Any"),
        ("posted", "Posted"),
        ("pending", "Pending"),
        ("voided", "Voided"),
        ("expired", "Expired"),
        ("reversed", "Reversed"),
    ]
    .map(|(value, shown)| (value.to_owned(), shown.to_owned()))
    .into();
    let status = value("status");
    let kind = Kind::Choice(&choices);
    html! {
        details.filters open[!account.is_empty() || !reference.is_empty() || !from.is_empty() || !to.is_empty() || !status.is_empty()] {
            summary data-key="f" { "Filters" }
            form method="get" action=(visit.path()) {
                (text("account", "Account", &account, "Its whole name"))
                (text("reference", "Reference", &reference, "All of it"))
                @if title != "Holds" { (Field { name: "status", label: "State", value: &status, hint: "", kind, needed: false }.markup()) }
                (text("from", "From", &from, "2026-03-01 or day-7"))
                (text("to", "To", &to, "2026-03-31 or 2026-Q1"))
                (as_of(visit))
                div.acts { button type="submit" { "Show" } a.button href=(visit.path()) { "Clear" } }
            }
        }
    }
}

/// A transaction in short: who gave most and who got most of its first asset, all postings together. What only passes
/// through an account in between is neither.
pub struct Gist {
    pub source: String,
    pub destination: String,
    pub money: Option<Money>,
    /// Other accounts that gave or got something.
    pub others: usize,
}

impl Gist {
    /// Of a transaction.
    pub fn of(ledger: &Ledger, transaction: &Record) -> Gist {
        let postings = transaction.list("postings");
        let code = postings.first().map_or("", |posting| posting.text("asset")).to_owned();
        let mut nets: Vec<(String, i128)> = Vec::new();
        for posting in postings.iter().filter(|posting| posting.text("asset") == code) {
            let minor = posting.amount("amount").unwrap_or_default();
            for (side, moved) in [("source", -minor), ("destination", minor)] {
                let name = posting.text(side);
                match nets.iter_mut().find(|(known, _)| known == name) {
                    Some((_, net)) => *net += moved,
                    None => nets.push((name.to_owned(), moved)),
                }
            }
        }
        nets.retain(|(_, net)| *net != 0);
        let first = postings.first().cloned().unwrap_or_default();
        let (gave, got) = (nets.iter().min_by_key(|(_, net)| *net), nets.iter().max_by_key(|(_, net)| *net));
        let (Some((source, net)), Some((destination, _))) = (gave, got) else {
            // It comes back to where it was.
            let money = ledger.money(first.amount("amount"), &code);
            let (source, destination) = (first.text("source").to_owned(), first.text("destination").to_owned());
            return Gist { source, destination, money, others: 0 };
        };
        let money = ledger.money(Some(-net), &code);
        Gist { source: source.clone(), destination: destination.clone(), money, others: nets.len() - 2 }
    }
}

/// A transaction as one line.
pub fn row_of(ledger: &Ledger, transaction: &Record) -> Row {
    let Gist { source, destination, money, others } = Gist::of(ledger, transaction);
    let href = ledger.transaction_page(transaction.text("id"));
    let description = transaction.maybe("description").or(transaction.maybe("reference")).unwrap_or_default();
    let to = if others == 0 {
        Cell::Account(ledger.name.clone(), destination)
    } else {
        let shown = html! { (crate::parts::path::account(&ledger.name, &destination)) " " span.quiet { "and " (others) " more" } };
        Cell::Drawn(shown, format!("{destination} and {others} more"))
    };
    Row {
        cells: vec![
            Cell::at(instant(transaction.text("at"))),
            Cell::Account(ledger.name.clone(), source),
            to,
            Cell::User(description.to_owned()),
            money.map_or(Cell::None, |money: Money| Cell::Money(money, Sign::Minus)),
            Cell::State(State::of(transaction.text("status"))),
            Cell::Id(transaction.text("id").to_owned(), Some(href.clone())),
        ],
        href: Some(href),
    }
}

/// Every posting of transactions, for a file whose sums are right.
fn postings(ledger: &Ledger, transactions: &[Record]) -> Table {
    let mut rows = Vec::new();
    for transaction in transactions {
        for posting in transaction.list("postings") {
            let account = |side: &str| Cell::Account(ledger.name.clone(), posting.text(side).to_owned());
            let cells = vec![
                Cell::at(instant(transaction.text("at"))),
                Cell::at(instant(transaction.text("effective_at"))),
                account("source"),
                account("destination"),
                Cell::User(transaction.text("description").to_owned()),
                Cell::User(transaction.text("reference").to_owned()),
                Cell::money(ledger.money(posting.amount("amount"), posting.text("asset"))),
                Cell::State(State::of(transaction.text("status"))),
                Cell::id(transaction.text("id"), None),
            ];
            rows.push(Row { cells, href: None });
        }
    }
    Table {
        name: "transactions",
        caption: "Postings, newest first".to_owned(),
        columns: vec![
            column("When"),
            column("Effective"),
            column("From"),
            column("To"),
            column("Description"),
            column("Reference"),
            number("Amount"),
            column("State"),
            column("Transaction"),
        ],
        rows,
    }
}

/// What is on hold, with how long it has been and until when it is.
fn held(visit: &Visit, ledger: &Ledger, transactions: &[Record]) -> Table {
    let row = |transaction: &Record| {
        let Row { mut cells, href } = row_of(ledger, transaction);
        let id = cells.pop();
        cells.truncate(5);
        let (at, until) = (instant(transaction.text("at")), instant(transaction.text("expires_at")));
        let age = at.map_or_else(String::new, |at| crate::times::age(at, visit.now));
        let is_old = at.is_some_and(|at| visit.now.duration_since(at).as_hours() >= OLD_HOURS);
        let shown = if is_old {
            html! { span.late { (age) } }
        } else {
            html! { (age) }
        };
        cells.insert(1, Cell::Drawn(shown, age));
        cells.push(until.map_or(Cell::Words("no limit".to_owned()), Cell::At));
        cells.extend(id);
        Row { cells, href }
    };
    Table {
        name: "holds",
        caption: "Holds, newest first".to_owned(),
        columns: vec![
            column("Held"),
            column("Age"),
            column("From"),
            column("To"),
            column("Description"),
            number("Amount"),
            column("Until"),
            column("Transaction"),
        ],
        rows: transactions.iter().map(row).collect(),
    }
}

/// The newest transactions in the room that the overview has: no more than tells them apart.
pub fn latest(ledger: &Ledger, transactions: &[Record], visit: &Visit) -> Table {
    let row = |transaction: &Record| {
        let Row { mut cells, href } = row_of(ledger, transaction);
        let when = html! { @if let (Some(at), Some(href)) = (instant(transaction.text("at")), &href) { a href=(href) { (crate::parts::instant::time(at, &visit.zone, visit.now)) } } };
        // Without the description and the identifier, which are a key away.
        cells.truncate(6);
        cells.remove(3);
        cells[0] = Cell::Drawn(when, transaction.text("at").to_owned());
        Row { cells, href }
    };
    Table {
        name: "latest",
        caption: "The latest transactions".to_owned(),
        columns: vec![column("When"), column("From"), column("To"), number("Amount"), column("State")],
        rows: transactions.iter().map(row).collect(),
    }
}

/// A table of transactions.
pub fn entries(rows: Vec<Row>) -> Table {
    Table {
        name: "latest",
        caption: "Transactions, newest first".to_owned(),
        columns: vec![
            column("When"),
            column("From"),
            column("To"),
            column("Description"),
            number("Amount"),
            column("State"),
            column("Transaction"),
        ],
        rows,
    }
}
