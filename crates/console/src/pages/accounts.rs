//! The accounts of a ledger: which begin so, and how much is in each?

use maud::{Markup, html};

use crate::address::with;
use crate::ledger::{Ledger, state_of};
use crate::page::Page;
use crate::parts::amount::Sign;
use crate::parts::field::{Field, Kind, as_of};
use crate::parts::frame::on;
use crate::parts::notice::empty;
use crate::parts::path;
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, grouped, number};
use crate::parts::text::user;
use crate::record::Record;
use crate::times::instant;
use crate::visit::{Stop, Visit};

/// Groups of names that are shown: what fits above the list on one screen.
const GROUPS_MAX: usize = 12;

/// The page.
pub async fn list(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let prefix = visit.query.get("prefix");
    let mut page = Page::new("Accounts");
    page.heading = Some(html! { "Accounts" (on(visit)) });
    page.add(filter(visit, prefix));
    if visit.cursor().is_none() && visit.file().is_none() {
        // A key that is kept to some accounts has no groups, and its list all the same.
        page.add(groups(visit, ledger, prefix).await.unwrap_or_default());
    }
    let api = with(&ledger.api("/accounts"), &[("prefix", prefix)]);
    let listed = visit.list(&api).await?;
    let mut rows = Vec::new();
    for account in &listed.rows {
        rows.extend(rows_of(visit, ledger, account).await);
    }
    let table = Table {
        name: "accounts",
        caption: "Accounts by name".to_owned(),
        columns: vec![
            column("Account"),
            number("Posted"),
            number("Available"),
            number("Entries"),
            column("State"),
            column("Opened"),
        ],
        rows,
    };
    let nothing =
        empty("No account begins so. An account is opened with its first transaction, or by POST …/accounts.", None);
    page.list(visit, "By name", table, &listed, &nothing);
    Ok(page)
}

/// An account, a row for each of its assets.
async fn rows_of(visit: &Visit, ledger: &Ledger, account: &Record) -> Vec<Row> {
    let name = account.text("name");
    let state = state_of(account);
    let mut rows = Vec::new();
    for (code, balance) in account.fields("balances") {
        let (posted, available) = match visit.as_of_instant() {
            None => (balance.amount("posted"), balance.amount("available")),
            Some(at) => (visit.balance(ledger, name, &code, at).await.ok().flatten(), None),
        };
        rows.push(Row {
            cells: vec![
                Cell::Account(ledger.name.clone(), name.to_owned()),
                ledger.money(posted, &code).map_or(Cell::None, |money| Cell::Money(money, Sign::Minus)),
                ledger.money(available, &code).map_or(Cell::None, |money| Cell::Money(money, Sign::Minus)),
                Cell::Count(balance.count("entries")),
                Cell::State(State::of(state)),
                Cell::at(instant(account.text("created_at"))),
            ],
            href: Some(visit.href(&path::href(&ledger.name, name))),
        });
    }
    rows
}

fn filter(visit: &Visit, prefix: &str) -> Markup {
    let field = Field {
        name: "prefix",
        label: "Begins with",
        value: prefix,
        hint: "For example customers: or shops:anna",
        kind: Kind::Text,
        needed: false,
    };
    html! {
        form.filters method="get" action=(visit.path()) {
            (field.markup())
            (as_of(visit))
            div.acts { button type="submit" data-key="f" { "Show" } @if !prefix.is_empty() { a.button href=(visit.path()) { "All accounts" } } }
        }
    }
}

/// What the next segments of the names are, with how many accounts begin so.
async fn groups(visit: &Visit, ledger: &Ledger, prefix: &str) -> Result<Markup, Stop> {
    let base = prefix.rfind(':').map_or("", |end| &prefix[..=end]);
    let path = with(&ledger.api("/account-groups"), &[("prefix", base), ("limit", &GROUPS_MAX.to_string())]);
    let found = visit.client.look(&path).await?;
    let groups = found.list("data");
    let count = |group: &Record| {
        let more = if group.flag("more") { " or more" } else { "" };
        format!("{}{more}", grouped(group.count("accounts")))
    };
    Ok(html! {
        @if !groups.is_empty() {
            ul.tree aria-label="Names by segment" {
                @for group in &groups {
                    li { a href=(visit.here(&[("prefix", group.text("prefix"))])) { (user(group.text("prefix"))) } " " span.quiet { (count(group)) } }
                }
                @if found.flag("more") { li { span.quiet { "and more" } } }
            }
        }
    })
}
