//! An account: how much is in it, and why?

use jiff::ToSpan as _;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::address::{segment, with};
use crate::ledger::{Ledger, state_of};
use crate::money::{Asset, Money};
use crate::page::{Page, follow};
use crate::pages::transaction::metadata_markup;
use crate::parts::amount::{Sign, amount};
use crate::parts::card::{facts, figure, section};
use crate::parts::chart::{Bar, Point, bars, step};
use crate::parts::field::{Field, Kind, hidden};
use crate::parts::notice::{self, empty, notice};
use crate::parts::path;
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, number};
use crate::record::Record;
use crate::times::{instant, rfc3339, shown_day};
use crate::visit::{Stop, Visit};

/// Points of a line: more than a phone has room for, and each is one look.
const POINTS: i64 = 60;

/// Entries of the last month from which in and out by day are added up.
const ADDED_UP_MAX: usize = 1_000;

/// What a line covers: its name in the address, its words, and its days.
const PERIODS: [(&str, &str, i64); 3] = [("30d", "30 days", 30), ("1y", "A year", 365), ("all", "All", 0)];

/// The page.
pub async fn show(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let name = visit.part(3).to_owned();
    let account = visit.client.get(&ledger.api(&format!("/accounts/{}", segment(&name)))).await?;
    let mut page = Page::new(name.clone());
    page.heading = Some(html! { (path::heading(&ledger.name, &name)) });
    page.tools = html! {};
    let balances = account.fields("balances");
    let wanted = visit.query.get("asset");
    let chosen = balances.iter().find(|(code, _)| code == wanted).or(balances.first());
    let Some((code, balance)) = chosen else {
        page.add(empty("This account has no balance in any asset yet.", None));
        return Ok(page);
    };
    let asset = ledger.asset(code);
    page.tools = tools(visit, ledger, &account, &asset, balance);
    page.add(assets(visit, &balances, code));
    page.add(figures(visit, ledger, &name, &asset, balance).await?);
    page.add(chart(visit, ledger, &account, &asset).await);
    page.add(by_day(visit, ledger, &name, &asset).await);
    statement(visit, ledger, &name, &asset, &mut page).await?;
    page.add(section("About", &html! {}, &about(visit, &account, &asset, balance)));
    Ok(page)
}

/// The assets of an account that has several.
fn assets(visit: &Visit, balances: &[(String, Record)], chosen: &str) -> Markup {
    html! {
        @if balances.len() > 1 {
            nav.tabs aria-label="Assets" {
                @for (code, _) in balances { a href=(visit.here(&[("asset", code)])) aria-current=[(code == chosen).then_some("true")] { (code) } }
            }
        }
    }
}

async fn figures(visit: &Visit, ledger: &Ledger, name: &str, asset: &Asset, balance: &Record) -> Result<Markup, Stop> {
    let money = |minor: i128| Money::new(minor, asset);
    if let Some(day) = visit.as_of() {
        let posted = balance_at(visit, ledger, name, asset, day).await;
        let posted = posted.map_or(html! { "not known" }, |posted| amount(&money(posted), Sign::Minus));
        return Ok(
            html! { div.cards { (figure(&format!("Posted on {}", shown_day(day)), &posted, &html! { p.quiet { "At the end of the day. Holds and limits are shown as now, below." } })) } },
        );
    }
    let of = |field: &str| balance.amount(field).unwrap_or_default();
    let (posted, out, coming) = (of("posted"), of("pending_out"), of("pending_in"));
    let available =
        balance.amount("available").map_or(html! { "no limit" }, |available| amount(&money(available), Sign::Minus));
    Ok(html! {
        div.cards {
            (figure("Posted", &amount(&money(posted), Sign::Minus), &html! { p.quiet { (crate::parts::table::grouped(balance.count("entries"))) " entries" } }))
            (figure("Available", &available, &html! { p.quiet { "What can be taken now" } }))
            (figure("On hold", &amount(&money(out), Sign::Minus), &html! { p.quiet { (amount(&money(coming), Sign::Minus)) " on the way in" } }))
        }
    })
}

/// What was in it at the end of a day.
async fn balance_at(visit: &Visit, ledger: &Ledger, name: &str, asset: &Asset, day: Date) -> Option<i128> {
    visit.balance(ledger, name, &asset.code, visit.zone.end_of(day)?).await.ok()?
}

async fn chart(visit: &Visit, ledger: &Ledger, account: &Record, asset: &Asset) -> Markup {
    let wanted = visit.query.get("period");
    let (period, _, days) = PERIODS.iter().find(|(period, ..)| *period == wanted).unwrap_or(&PERIODS[0]);
    let last = visit.as_of().unwrap_or_else(|| visit.today());
    let opened = instant(account.text("created_at")).map_or(last, |at| visit.zone.day(at));
    let span = match days {
        0 => i64::from((last - opened).get_days()).clamp(1, 36_500),
        days => *days,
    };
    let (step_days, mut points) = ((span / POINTS).max(1), Vec::new());
    let mut back = span;
    loop {
        if let Ok(day) = last.checked_sub(back.days())
            && let Some(minor) = balance_at(visit, ledger, account.text("name"), asset, day).await
        {
            points.push(Point { day, minor });
        }
        if back == 0 {
            break;
        }
        back = (back - step_days).max(0);
    }
    let tools = html! {
        nav.tabs aria-label="Period" {
            @for (name, words, _) in PERIODS { a href=(visit.here(&[("period", name)])) aria-current=[(name == *period).then_some("true")] { (words) } }
        }
    };
    section(
        "Balance at the end of each day",
        &tools,
        &html! { (step("Balance at the end of each day", &points, asset)) },
    )
}

/// In and out of the last month, where there are few enough entries to add up.
async fn by_day(visit: &Visit, ledger: &Ledger, name: &str, asset: &Asset) -> Markup {
    let last = visit.as_of().unwrap_or_else(|| visit.today());
    let Some(first) = last.checked_sub(29.days()).ok() else { return html! {} };
    let from = visit.zone.begin_of(first).map(rfc3339).unwrap_or_default();
    let to = visit.zone.end_of(last).map(rfc3339).unwrap_or_default();
    let path = ledger.api(&format!("/accounts/{}/statement", segment(name)));
    let path =
        with(&path, &[("asset", &asset.code), ("from", &from), ("to", &to), ("limit", &ADDED_UP_MAX.to_string())]);
    let Ok(statement) = visit.client.look(&path).await else { return html! {} };
    if statement.maybe("next").is_some() {
        return section(
            "In and out by day",
            &html! {},
            &html! { p.quiet { "There are more than 1,000 entries in these 30 days, so they are not drawn. The statement below has them all." } },
        );
    }
    let mut days: Vec<Bar> =
        (0..30).filter_map(|add| first.checked_add(add.days()).ok()).map(|day| Bar { day, came: 0, went: 0 }).collect();
    for entry in statement.list("data") {
        let (Some(minor), Some(at)) = (entry.amount("amount"), instant(entry.text("at"))) else { continue };
        let day = visit.zone.day(at);
        if let Some(bar) = days.iter_mut().find(|bar| bar.day == day) {
            if minor > 0 { bar.came += minor } else { bar.went -= minor }
        }
    }
    let drawn = bars("In and out by day, the last 30 days", &days, asset);
    let nothing = html! { p.quiet { "Nothing came in or went out in these 30 days." } };
    let moved = days.iter().any(|bar| (bar.came, bar.went) != (0, 0));
    section("In and out by day", &html! {}, if moved { &drawn } else { &nothing })
}

async fn statement(visit: &Visit, ledger: &Ledger, name: &str, asset: &Asset, page: &mut Page) -> Result<(), Stop> {
    page.add(period(visit));
    let (from, to) = visit.period().unwrap_or_else(|said| {
        page.add(notice(notice::Kind::Fault, &html! { (said) }));
        Default::default()
    });
    let path = ledger.api(&format!("/accounts/{}/statement", segment(name)));
    let path = with(&path, &[("asset", &asset.code), ("from", &from), ("to", &to)]);
    let listed = visit.list(&path).await?;
    let money = |minor: i128| Money::new(minor, asset);
    let row = |entry: &Record| {
        let minor = entry.amount("amount").unwrap_or_default();
        let href = ledger.transaction_page(entry.text("transaction"));
        let (out, come) = if minor < 0 {
            (Cell::Money(money(-minor), Sign::Minus), Cell::None)
        } else {
            (Cell::None, Cell::Money(money(minor), Sign::Both))
        };
        Row {
            cells: vec![
                Cell::at(instant(entry.text("at"))),
                Cell::Account(ledger.name.clone(), entry.text("counterparty").to_owned()),
                Cell::User(entry.text("description").to_owned()),
                out,
                come,
                Cell::money(entry.amount("balance").map(money)),
                Cell::Id(entry.text("transaction").to_owned(), Some(href.clone())),
            ],
            href: Some(href),
        }
    };
    let table = Table {
        name: "statement",
        caption: format!("Statement of {name} in {}, newest first", asset.code),
        columns: vec![
            column("When"),
            column("Counterparty"),
            column("Description"),
            number("Out"),
            number("In"),
            number("Balance"),
            column("Transaction"),
        ],
        rows: listed.rows.iter().map(row).collect(),
    };
    let below = html! {
        p.totals {
            span { "Opening " (amount(&money(listed.document.amount("opening").unwrap_or_default()), Sign::Minus)) }
            span { "Closing " (amount(&money(listed.document.amount("closing").unwrap_or_default()), Sign::Minus)) }
        }
        (follow(visit, &listed))
    };
    let nothing = empty("There are no entries in this period.", None);
    page.table(visit, "Statement", table, &below, &nothing);
    Ok(())
}

/// From when to when the statement is.
fn period(visit: &Visit) -> Markup {
    let field = |name, label, hint| {
        Field { name, label, value: visit.query.get(name), hint, kind: Kind::Text, needed: false }.markup()
    };
    let is_set = !visit.query.get("from").is_empty() || !visit.query.get("to").is_empty();
    html! {
        details.filters open[is_set] {
            summary data-key="f" { "Period of the statement" }
            form method="get" action=(visit.path()) {
                (field("from", "From", "2026-03-01 or day-7"))
                (field("to", "To", "2026-03-31 or 2026-Q1"))
                @for name in ["asset", "period", "as_of"] { @if !visit.query.get(name).is_empty() { (hidden(&[(name, visit.query.get(name))])) } }
                div.acts { button type="submit" { "Show" } a.button href=(visit.path()) { "Clear" } }
            }
        }
    }
}

fn about(visit: &Visit, account: &Record, asset: &Asset, balance: &Record) -> Markup {
    let limit = |field: &str| {
        balance.amount(field).map_or(html! { "none" }, |minor| amount(&Money::new(minor, asset), Sign::Minus))
    };
    let opened = instant(account.text("created_at"));
    let mut list = vec![
        ("State", State::of(state_of(account)).markup()),
        ("Lowest balance", limit("min_balance")),
        ("Highest balance", limit("max_balance")),
    ];
    list.extend(opened.map(|at| ("Opened", crate::parts::instant::precise(at, &visit.zone, visit.now))));
    let metadata = account.fields("metadata");
    html! { (facts(&list)) @if !metadata.is_empty() { h3 { "Metadata" } (metadata_markup(&metadata)) } }
}

fn tools(visit: &Visit, ledger: &Ledger, account: &Record, asset: &Asset, balance: &Record) -> Markup {
    if visit.as_of().is_some() {
        return html! { span.quiet { "No changes while a past day is shown" } };
    }
    let act = |act: &str, field: &str| with(&ledger.page(&format!("/do/{act}")), &[(field, account.text("name"))]);
    let limit = |field: &str| balance.amount(field).map_or_else(String::new, |minor| Money::new(minor, asset).plain());
    let (min, max) = (limit("min_balance"), limit("max_balance"));
    let limits = with(&act("limits", "of"), &[("asset", &asset.code), ("min", &min), ("max", &max)]);
    html! {
        @if account.flag("closed") { a.button href=(act("reopen", "of")) { "Open again" } }
        @else {
            a.button.primary href=(with(&act("transfer", "source"), &[("asset", &asset.code)])) { "Transfer from here" }
            " " a.button href=(limits) { "Limits" }
            @if account.flag("frozen") { " " a.button href=(act("thaw", "of")) { "Unfreeze" } } @else { " " a.button href=(act("freeze", "of")) { "Freeze" } }
            " " a.button href=(act("close", "of")) { "Close" }
        }
    }
}
