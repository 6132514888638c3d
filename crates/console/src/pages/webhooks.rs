//! Webhooks of a ledger: is everything delivered, and what was not?

use maud::html;

use crate::address::{segment, with};
use crate::page::Page;
use crate::parts::card::{facts, figure, section};
use crate::parts::id;
use crate::parts::notice::{Kind, empty, notice};
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, grouped, number};
use crate::parts::text::{user, visible};
use crate::record::Record;
use crate::times::instant;
use crate::visit::{Stop, Visit};

/// All of them.
pub async fn list(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let mut page = Page::new("Webhooks");
    let listed = visit.list(&ledger.api("/webhooks")).await?;
    let row = |webhook: &Record| {
        let href = ledger.page(&format!("/webhooks/{}", segment(webhook.text("id"))));
        Row {
            cells: vec![
                Cell::Link(webhook.text("url").to_owned(), href.clone()),
                Cell::User(webhook.text("description").to_owned()),
                Cell::State(State::of(webhook.text("status"))),
                Cell::Count(webhook.count("lag")),
                Cell::Count(u64::try_from(webhook.list("retries").len()).unwrap_or_default()),
                Cell::at(instant(webhook.text("created_at"))),
                Cell::Id(webhook.text("id").to_owned(), Some(href.clone())),
            ],
            href: Some(href),
        }
    };
    let table = Table {
        name: "webhooks",
        caption: "Webhooks".to_owned(),
        columns: vec![
            column("Address"),
            column("Description"),
            column("State"),
            number("Events behind"),
            number("To be retried"),
            column("Opened"),
            column("Webhook"),
        ],
        rows: listed.rows.iter().map(row).collect(),
    };
    let open = format!("curl \"$DUCAT{}\" --json '{{\"url\":\"https://example.com/hook\"}}'", ledger.api("/webhooks"));
    page.list(
        visit,
        "Webhooks of this ledger",
        table,
        &listed,
        &empty("No events are sent anywhere. Open a webhook:", Some(&open)),
    );
    Ok(page)
}

/// One of them.
pub async fn show(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let key = visit.part(3).to_owned();
    let api = ledger.api(&format!("/webhooks/{}", segment(&key)));
    let webhook = visit.client.get(&api).await?;
    let mut page = Page::new(format!("Webhook {key}"));
    let act = |act: &str| with(&ledger.page(&format!("/do/{act}")), &[("of", &key)]);
    page.tools = match webhook.text("status") {
        "active" => {
            html! { a.button href=(act("test-webhook")) { "Send a test" } " " a.button href=(act("disable-webhook")) { "Disable" } }
        }
        "disabled" => html! { a.button.primary href=(act("enable-webhook")) { "Enable" } },
        _ => html! {},
    };
    if let Some(reason) = webhook.maybe("reason") {
        page.add(notice(Kind::Waits, &html! { (visible(reason)) }));
    }
    page.add(html! { div.cards {
        (figure("Events behind", &html! { (grouped(webhook.count("lag"))) }, &State::of(webhook.text("status")).markup()))
        (figure("To be retried", &html! { (webhook.list("retries").len()) }, &html! { p.quiet { (grouped(webhook.count("attempts"))) " attempts in all" } }))
    } });
    let listed = visit.list(&format!("{api}/deliveries")).await?;
    let row = |delivery: &Record| Row {
        cells: vec![
            Cell::at(instant(delivery.text("at"))),
            Cell::Words(delivery.written("seq")),
            Cell::Count(delivery.count("attempt")),
            Cell::State(State::of(if delivery.flag("delivered") { "delivered" } else { "failed" })),
            Cell::Words(delivery.written("status")),
            Cell::User(delivery.text("reason").to_owned()),
            Cell::Count(delivery.count("duration_ms")),
        ],
        href: None,
    };
    let table = Table {
        name: "deliveries",
        caption: "Deliveries, newest first".to_owned(),
        columns: vec![
            column("When"),
            number("Event"),
            number("Attempt"),
            column("Result"),
            number("Status"),
            column("Why"),
            number("Took, ms"),
        ],
        rows: listed.rows.iter().map(row).collect(),
    };
    page.list(visit, "Deliveries", table, &listed, &empty("Nothing was sent yet.", None));
    let types = webhook.texts("types");
    page.add(section(
        "About",
        &html! {},
        &facts(&[
            ("Address", user(webhook.text("url"))),
            ("Description", user(webhook.text("description"))),
            ("Types", html! { @if types.is_empty() { "all" } @else { (types.join(", ")) } }),
            ("In order", html! { @if webhook.flag("ordered") { "yes" } @else { "no" } }),
            ("Accepted up to event", html! { (grouped(webhook.count("seq"))) }),
            ("Webhook", id::whole(&key)),
        ]),
    ));
    Ok(page)
}
