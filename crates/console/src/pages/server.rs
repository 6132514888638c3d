//! The server itself: its jobs, its nodes, and whether its books are proven and kept.

use maud::{Markup, html};

use crate::address::segment;
use crate::page::Page;
use crate::parts::card::{facts, figure, section};
use crate::parts::frame::Reach;
use crate::parts::id;
use crate::parts::notice::{Kind, empty, notice};
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, grouped, number};
use crate::record::Record;
use crate::times::instant;
use crate::visit::{Stop, Visit};

/// Why someone sees nothing of the server.
const OF_THE_SERVER: &str = "This is of the server as a whole. A key of scope admin for all ledgers sees it.";

/// What happens by itself.
pub fn jobs(visit: &Visit, reach: &Reach) -> Page {
    let mut page = Page::new("Jobs");
    if !reach.sees_keys {
        page.add(empty(OF_THE_SERVER, None));
        return page;
    }
    let sample = visit.figures.last();
    let failures = sample.by_label("ducat_background_failures_total", "task");
    let row = |(task, blocked): &(String, f64)| {
        let failed = failures.iter().find(|(known, _)| known == task).map_or(0.0, |(_, count)| *count);
        let state = if *blocked > 0.0 { State::of("stopped") } else { State::of("running") };
        Row {
            cells: vec![
                Cell::Words(crate::parts::state::capital(task)),
                Cell::State(state),
                Cell::Count(failed as u64),
            ],
            href: None,
        }
    };
    let rows: Vec<Row> = sample.by_label("ducat_background_blocked", "task").iter().map(row).collect();
    let table = Table {
        name: "jobs",
        caption: "Jobs of this node".to_owned(),
        columns: vec![column("Job"), column("State"), number("Failures since the server started")],
        rows,
    };
    page.table(
        visit,
        "Jobs of this node",
        table,
        &html! {},
        &empty("No figures yet: they are read every ten seconds.", None),
    );
    page
}

/// This node, and whom it serves.
pub async fn nodes(visit: &Visit, reach: &Reach) -> Result<Page, Stop> {
    let mut page = Page::new("Nodes");
    let ready = visit.client.get("/readyz").await;
    let sample = visit.figures.last();
    let value = |name: &str| sample.value(name).unwrap_or_default();
    match &ready {
        Ok(ready) => {
            for note in ready.texts("notes") {
                page.add(notice(Kind::Waits, &html! { (note) }));
            }
        }
        Err(refused) => page.add(notice(Kind::Fault, &html! { (refused.detail) })),
    }
    let state = State::of(if ready.is_ok() { "ready" } else { "degraded" });
    if !reach.sees_keys {
        page.add(html! { div.cards { (figure("This node", &state.markup(), &html! {})) } });
        page.add(empty(OF_THE_SERVER, None));
        return Ok(page);
    }
    let megabytes = |name: &str| format!("{} MB", grouped((value(name) / 1_000_000.0) as u64));
    page.add(html! { div.cards {
        (figure("This node", &state.markup(), &html! { p.quiet { @if value("ducat_node_serving") > 0.0 { "Serving" } @else { "Not serving" } } }))
        (figure("Commands a second", &html! { (format!("{:.1}", sample.commands_per_second)) }, &html! { p.quiet { (format!("{:.0}", sample.queue_postings)) " postings wait" } }))
        (figure("Store", &html! { (megabytes("ducat_store_size_bytes")) }, &html! { p.quiet { (megabytes("ducat_store_wal_bytes")) " of log" } }))
    } });
    let build =
        sample.values.iter().find(|(name, _)| name.starts_with("ducat_build_info{")).map(|(name, _)| name.clone());
    let label = |name: &str| {
        let rest = build.as_deref()?.split(&format!("{name}=\"")).nth(1)?;
        Some(rest.split('"').next().unwrap_or_default().to_owned())
    };
    let version =
        html! { (label("version").unwrap_or_default()) @if let Some(commit) = label("commit") { " (" (commit) ")" } };
    let leases: Vec<(&str, Markup)> = sample
        .values
        .iter()
        .filter(|(name, _)| name.starts_with("ducat_leases"))
        .map(|(name, value)| ("Leases", html! { (name) " " (value) }))
        .collect();
    let mut list = vec![
        ("Version", version),
        ("Clock ahead of the system clock", html! { (format!("{:.3}", value("ducat_clock_ahead_seconds"))) " s" }),
        ("Measured", crate::parts::instant::instant(sample.at, &visit.zone, visit.now)),
    ];
    list.extend(leases);
    page.add(section("About", &html! {}, &facts(&list)));
    Ok(page)
}

/// What the last verification found.
fn verdict(visit: &Visit, last: &Record) -> Markup {
    let at = |field: &str| {
        instant(last.text(field))
            .map_or(html! { "\u{2013}" }, |at| crate::parts::instant::instant(at, &visit.zone, visit.now))
    };
    let effects = grouped(last.count("effects"));
    let (state, said) = match last.text("status") {
        "never" => (State::waiting("not verified"), html! { "This node has verified nothing since it began." }),
        "running" => (State::of("running"), html! { (effects) " events read so far, since " (at("started_at")) }),
        "clean" => (
            State::of("clean"),
            html! { (effects) " events of " (last.count("ledgers")) " ledgers agree with every balance and hash. Ended " (at("ended_at")) },
        ),
        "different" => (
            State::of("failed"),
            html! { (grouped(last.count("differences_total"))) " differences. Stop writing, and keep the file." },
        ),
        _ => (State::of("failed"), html! { (crate::parts::text::visible(last.text("reason"))) }),
    };
    let differences = last.texts("differences");
    html! {
        div.cards { (figure("Last verification", &state.markup(), &html! { p { (said) } })) }
        @if !differences.is_empty() { (notice(Kind::Fault, &html! { ul { @for one in &differences { li { (crate::parts::text::visible(one)) } } } })) }
    }
}

/// Whether the books are proven and kept.
pub async fn verify(visit: &Visit, reach: &Reach) -> Result<Page, Stop> {
    let mut page = Page::new("Verify and backup");
    match visit.client.get("/v1/verification").await {
        Ok(last) => {
            page.tools = html! { a.button.primary href="/console/do/verify" { "Verify now" } };
            let is_running = last.text("status") == "running";
            page.add(html! { div data-live="run" data-source=[is_running.then(|| visit.path())] { (verdict(visit, &last)) } });
        }
        Err(refused) if refused.status == axum::http::StatusCode::FORBIDDEN => {}
        Err(refused) => return Err(refused.into()),
    }
    let mut rows = Vec::new();
    for ledger in &reach.ledgers {
        let Ok(head) = visit.client.get(&format!("/v1/ledgers/{}/head", segment(ledger))).await else { continue };
        rows.push(Row {
            cells: vec![
                Cell::Link(ledger.clone(), format!("/console/l/{}", segment(ledger))),
                Cell::Count(head.count("batch")),
                Cell::Count(head.count("seq")),
                Cell::at(instant(head.text("at"))),
                Cell::Drawn(id::id(head.text("hash"), None), head.text("hash").to_owned()),
                Cell::Words(if head.maybe("signature").is_some() { "Yes" } else { "No head key is set" }.to_owned()),
            ],
            href: None,
        });
    }
    let table = Table {
        name: "heads",
        caption: "Heads of the ledgers".to_owned(),
        columns: vec![
            column("Ledger"),
            number("Batch"),
            number("Event"),
            column("At"),
            column("Hash"),
            column("Signed"),
        ],
        rows,
    };
    page.table(visit, "Heads", table, &html! {}, &empty("There is no ledger whose head your key may see.", None));
    let backup = html! {
        p { "A backup is made by another process while the server runs, so this page does not know the last one: its own metrics do. It holds every batch up to its head, and is verified when it is restored." }
        (crate::parts::curl::block("ducat backup --store sqlite:ducat.db --to /var/backups/ducat --follow"))
    };
    page.add(section("Backup", &html! {}, &backup));
    Ok(page)
}
