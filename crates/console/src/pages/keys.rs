//! Keys and audit: who can do what, and who did?

use maud::html;

use crate::address::{segment, with};
use crate::client::{FILE_ROWS_MAX, PAGE_ROWS};
use crate::page::Page;
use crate::parts::card::{facts, section};
use crate::parts::id;
use crate::parts::notice::empty;
use crate::parts::pager::pager;
use crate::parts::state::{State, capital};
use crate::parts::table::{Cell, Row, Table, column, number};
use crate::parts::text::user;
use crate::record::Record;
use crate::times::instant;
use crate::visit::{ROWS, Stop, Visit};

/// All keys.
pub async fn list(visit: &Visit) -> Result<Page, Stop> {
    let mut page = Page::new("Keys");
    page.tools = html! { a.button.primary href="/console/do/make-key" { "Make a key" } };
    let listed = visit.list("/v1/keys").await?;
    let row = |key: &Record| {
        let href = format!("/console/keys/{}", segment(key.text("id")));
        Row {
            cells: vec![
                Cell::Link(key.text("name").to_owned(), href.clone()),
                Cell::Words(key.text("scope").to_owned()),
                Cell::User(key.texts("ledgers").join(", ")),
                Cell::State(state_of(visit, key)),
                Cell::at(instant(key.text("last_used_at"))),
                Cell::at(instant(key.text("created_at"))),
                Cell::Id(key.text("id").to_owned(), Some(href.clone())),
            ],
            href: Some(href),
        }
    };
    let table = Table {
        name: "keys",
        caption: "Keys".to_owned(),
        columns: vec![
            column("Name"),
            column("Scope"),
            column("Ledgers"),
            column("State"),
            column("Last used"),
            column("Made"),
            column("Key"),
        ],
        rows: listed.rows.iter().map(row).collect(),
    };
    let nothing = empty(
        "There are no keys, so whoever reaches this server may do everything. Make a key of scope admin for all ledgers (*): from then on every request needs a key.",
        None,
    );
    page.list(visit, "Who may do what", table, &listed, &nothing);
    Ok(page)
}

fn state_of(visit: &Visit, key: &Record) -> State {
    let is_over = instant(key.text("expires_at")).is_some_and(|at| at <= visit.now);
    match () {
        () if key.flag("revoked") => State::of("revoked"),
        () if is_over => State::of("expired"),
        () => State::of("active"),
    }
}

/// A key.
pub async fn show(visit: &Visit) -> Result<Page, Stop> {
    let key = visit.client.get(&format!("/v1/keys/{}", segment(visit.part(1)))).await?;
    let mut page = Page::new(key.text("name"));
    page.heading = Some(html! { "Key " (user(key.text("name"))) });
    if !key.flag("revoked") {
        let act = |act: &str| with(&format!("/console/do/{act}"), &[("of", key.text("id"))]);
        page.tools = html! { a.button href=(act("rotate-key")) { "Rotate" } " " a.button.danger href=(act("revoke-key")) { "Revoke" } };
    }
    let at = |field: &str| {
        instant(key.text(field))
            .map_or(html! { "never" }, |at| crate::parts::instant::precise(at, &visit.zone, visit.now))
    };
    let accounts = key.texts("accounts");
    page.add(section(
        "About",
        &html! {},
        &facts(&[
            ("State", state_of(visit, &key).markup()),
            ("Scope", html! { (key.text("scope")) }),
            ("Ledgers", user(&key.texts("ledgers").join(", "))),
            ("Accounts", html! { @if accounts.is_empty() { "all" } @else { (user(&accounts.join(", "))) } }),
            ("Made", at("created_at")),
            ("Expires", at("expires_at")),
            ("First used", at("first_used_at")),
            ("Last used", at("last_used_at")),
            ("The secret before is taken until", at("retiring_until")),
            ("Key", id::whole(key.text("id"))),
        ]),
    ));
    Ok(page)
}

/// What was done to keys, signers and ledgers, and who was refused.
pub async fn audit(visit: &Visit) -> Result<Page, Stop> {
    let mut page = Page::new("Audit");
    let after = visit.query.get("after");
    let limit = if visit.file().is_some() { PAGE_ROWS } else { ROWS };
    let found = visit.client.get(&with("/v1/audit", &[("limit", &limit.to_string()), ("after", after)])).await?;
    let mut recorded = found.list("data");
    let mut next = found.written("next");
    while visit.file().is_some() && !next.is_empty() && recorded.len() < FILE_ROWS_MAX {
        let more = visit.client.look(&with("/v1/audit", &[("limit", &limit.to_string()), ("after", &next)])).await?;
        recorded.extend(more.list("data"));
        next = more.written("next");
    }
    let row = |act: &Record| Row {
        cells: vec![
            Cell::at(instant(act.text("at"))),
            Cell::Words(capital(&act.text("act").replace('_', " "))),
            Cell::User(act.text("of").to_owned()),
            Cell::User(act.maybe("by").unwrap_or("anyone").to_owned()),
            Cell::Drawn(detail(act), act.part("detail").unwrap_or_default().json().to_string()),
        ],
        href: None,
    };
    let acts: Vec<Row> = recorded.iter().map(row).collect();
    let next = (!next.is_empty()).then(|| visit.here(&[("after", &next)]));
    let first = (!after.is_empty()).then(|| visit.here(&[("after", "")]));
    let below = pager(next.as_deref(), acts.len(), first.as_deref());
    let table = Table {
        name: "acts",
        caption: "Acts, oldest first".to_owned(),
        columns: vec![column("When"), column("Act"), column("Of"), column("By"), column("Detail")],
        rows: acts,
    };
    page.table(
        visit,
        "Acts, oldest first",
        table,
        &below,
        &empty("No key, signer, webhook or stream was changed yet.", None),
    );
    let refusal = |one: &Record| Row {
        cells: vec![
            Cell::at(instant(one.text("hour"))),
            Cell::Words(one.maybe("key").unwrap_or("without a key that is taken").to_owned()),
            Cell::Count(one.count("unauthorized")),
            Cell::Count(one.count("forbidden")),
        ],
        href: None,
    };
    let table = Table {
        name: "refusals",
        caption: "Refused requests by hour".to_owned(),
        columns: vec![column("Hour"), column("Key"), number("Without a key (401)"), number("Not allowed (403)")],
        rows: found.list("refusals").iter().map(refusal).collect(),
    };
    page.table(visit, "Refused at this node in the last day", table, &html! {}, &empty("No one was refused.", None));
    Ok(page)
}

/// What is recorded of an act, as words.
fn detail(act: &Record) -> maud::Markup {
    let fields = act.fields("detail");
    html! {
        @for (place, (name, value)) in fields.iter().enumerate() {
            @if place > 0 { ", " }
            span.quiet { (name.replace('_', " ")) " " } (user(&value.shown()))
        }
    }
}
