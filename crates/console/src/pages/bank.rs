//! The bank: accounts by the names of people, what they may draw on, and what happened in each.

use maud::html;

use crate::address::{segment, with};
use crate::client::{FILE_ROWS_MAX, Listed, PAGE_ROWS};
use crate::money::{Asset, Money};
use crate::page::Page;
use crate::parts::amount::{Sign, amount};
use crate::parts::card::{facts, figure, section};
use crate::parts::id;
use crate::parts::notice::empty;
use crate::parts::pager::pager;
use crate::parts::table::{Cell, Row, Table, column, number};
use crate::parts::text::user;
use crate::record::Record;
use crate::times::instant;
use crate::visit::{ROWS, Stop, Visit};

/// The bank's ledger holds dollars and cents.
fn dollars() -> Asset {
    Asset { code: "USD".to_owned(), scale: 2 }
}

/// An amount of the bank: it is written with a point.
fn money(record: &Record, field: &str) -> Option<Money> {
    let written = record.written(field);
    let (sign, digits) = written.strip_prefix('-').map_or((1, written.as_str()), |rest| (-1, rest));
    let minor = dollars().parse(digits).ok().and_then(|minor| i128::try_from(minor).ok())?;
    Some(Money::new(sign * minor, &dollars()))
}

/// The cursor of the next page, as the bank's links say it.
fn next_of(page: &Record) -> Option<String> {
    let links = page.part("_links")?.part("next")?;
    let query = links.text("href").split_once('?')?.1.to_owned();
    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "cursor").map(|(_, value)| value.into_owned())
}

/// A page of a list of the bank; all of it for a file.
async fn pages(visit: &Visit, path: &str, list: &str) -> Result<Listed, Stop> {
    let limit = if visit.file().is_some() { PAGE_ROWS } else { ROWS };
    let mut cursor = visit.cursor().unwrap_or_default().to_owned();
    let mut found = Listed::default();
    loop {
        let page = visit.client.get(&with(path, &[("limit", &limit.to_string()), ("cursor", &cursor)])).await?;
        found.rows.extend(page.list(list));
        found.next = next_of(&page);
        match &found.next {
            Some(next) if visit.file().is_some() && found.rows.len() < FILE_ROWS_MAX => next.clone_into(&mut cursor),
            _ => return Ok(found),
        }
    }
}

/// All accounts.
pub async fn list(visit: &Visit) -> Result<Page, Stop> {
    let mut page = Page::new("Bank");
    let found = pages(visit, "/accounts", "accounts").await?;
    let row = |account: &Record| {
        let href = format!("/console/bank/{}", segment(account.text("name")));
        Row {
            cells: vec![
                Cell::Link(account.text("name").to_owned(), href.clone()),
                Cell::money(money(account, "balance")),
                Cell::at(instant(account.text("created"))),
                Cell::at(instant(account.text("updated"))),
                Cell::id(account.text("id"), None),
            ],
            href: Some(href),
        }
    };
    let rows: Vec<Row> = found.rows.iter().map(row).collect();
    let next = found.next.map(|next| visit.here(&[("cursor", &next)]));
    let first = visit.cursor().map(|_| visit.here(&[]));
    let below = pager(next.as_deref(), rows.len(), first.as_deref());
    let table = Table {
        name: "accounts",
        caption: "Bank accounts".to_owned(),
        columns: vec![column("Name"), number("Balance"), column("Opened"), column("Last changed"), column("Id")],
        rows,
    };
    let nothing = empty(
        "There is no bank account yet. Open one:",
        Some("curl \"$DUCAT/accounts\" --json '{\"name\":\"Savings\"}'"),
    );
    page.table(visit, "Accounts", table, &below, &nothing);
    Ok(page)
}

/// An account.
pub async fn show(visit: &Visit) -> Result<Page, Stop> {
    let name = visit.part(1).to_owned();
    let api = format!("/accounts/{}", segment(&name));
    let account = visit.client.get(&api).await?;
    let mut page = Page::new(name.clone());
    page.heading = Some(html! { (user(&name)) });
    if let Some(balance) = money(&account, "balance") {
        page.add(html! { div.cards { (figure("Balance", &amount(&balance, Sign::Minus), &html! {})) } });
    }
    let links = visit.client.get(&format!("{api}/links")).await?.list("links");
    let body = html! {
        @if links.is_empty() { p.quiet { "It draws on no other account." } } @else {
            ol { @for link in &links { li { a href=(format!("/console/bank/{}", segment(link.text("name")))) { (user(link.text("name"))) } @if let Some(balance) = money(link, "balance") { ", " (amount(&balance, Sign::Minus)) } } } }
        }
    };
    page.add(section("Draws on, in this order", &html! {}, &body));
    let found = pages(visit, &format!("{api}/transactions"), "transactions").await?;
    let row = |one: &Record| {
        let other = one.maybe("to").or(one.maybe("from")).unwrap_or_default();
        let drawn: Vec<String> = one
            .list("drawn")
            .iter()
            .map(|drawn| format!("{} of {}", drawn.written("amount"), drawn.text("account")))
            .collect();
        Row {
            cells: vec![
                Cell::at(instant(one.text("created"))),
                Cell::Words(crate::parts::state::capital(one.text("type"))),
                Cell::User(other.to_owned()),
                Cell::User(drawn.join(", ")),
                Cell::money(money(one, "amount")),
                Cell::money(money(one, "balance")),
                Cell::id(one.text("id"), None),
            ],
            href: None,
        }
    };
    let rows: Vec<Row> = found.rows.iter().map(row).collect();
    let next = found.next.map(|next| visit.here(&[("cursor", &next)]));
    let below = pager(next.as_deref(), rows.len(), None);
    let table = Table {
        name: "transactions",
        caption: "What happened in the account, newest first".to_owned(),
        columns: vec![
            column("When"),
            column("What"),
            column("Other side"),
            column("Drawn"),
            number("Amount"),
            number("Balance"),
            column("Id"),
        ],
        rows,
    };
    page.table(visit, "Transactions", table, &below, &empty("Nothing happened yet.", None));
    let opened = instant(account.text("created"));
    page.add(section(
        "About",
        &html! {},
        &facts(&[
            ("Opened", opened.map_or(html! {}, |at| crate::parts::instant::precise(at, &visit.zone, visit.now))),
            ("Id", id::whole(account.text("id"))),
        ]),
    ));
    Ok(page)
}
