//! The server itself: its jobs, its nodes, and whether its books are proven and kept.

use maud::html;

use crate::client::segment;
use crate::page::Page;
use crate::parts::card::{facts, figure, section};
use crate::parts::frame::Reach;
use crate::parts::id;
use crate::parts::notice::{Kind, empty, notice};
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, grouped, number};
use crate::times::instant;
use crate::visit::{Stop, Visit};

/// What happens by itself.
pub fn jobs(visit: &Visit) -> Page {
    let mut page = Page::new("Jobs");
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
        columns: vec![column("Job"), column("State"), number("Failures since it began")],
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
pub async fn nodes(visit: &Visit) -> Result<Page, Stop> {
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
    let megabytes = |name: &str| format!("{} MB", grouped((value(name) / 1_000_000.0) as u64));
    page.add(html! { div.cards {
        (figure("This node", &state.markup(), &html! { p.quiet { @if value("ducat_node_serving") > 0.0 { "It serves" } @else { "It serves nothing now" } } }))
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
    let leases: Vec<(&str, maud::Markup)> = sample
        .values
        .iter()
        .filter(|(name, _)| name.starts_with("ducat_leases"))
        .map(|(name, value)| ("Leases", html! { (name) " " (value) }))
        .collect();
    let mut list = vec![
        ("Version", version),
        ("Clock ahead of the system's", html! { (format!("{:.3}", value("ducat_clock_ahead_seconds"))) " s" }),
        ("Figures of", crate::parts::instant::instant(sample.at, &visit.zone, visit.now)),
    ];
    list.extend(leases);
    page.add(section("About", &html! {}, &facts(&list)));
    Ok(page)
}

/// Whether the books are proven and kept.
pub async fn verify(visit: &Visit, reach: &Reach) -> Result<Page, Stop> {
    let mut page = Page::new("Verify and backup");
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
                Cell::Words(if head.maybe("signature").is_some() { "Signed" } else { "Not signed" }.to_owned()),
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
            column("Signature"),
        ],
        rows,
    };
    page.table(visit, "Heads", table, &html! {}, &empty("There is no ledger yet.", None));
    let verify = html! {
        p { "Verification reads the whole journal, computes every balance again and compares each row and hash with what is stored. It needs no downtime." }
        (crate::parts::curl::block("ducat verify --store sqlite:ducat.db"))
    };
    page.add(section("Verify", &html! {}, &verify));
    let backup = html! {
        p { "A backup is taken while the server runs, holds every batch up to its head, and is verified when it is restored." }
        (crate::parts::curl::block("ducat backup --store sqlite:ducat.db --to file:///var/backups/ducat --follow"))
    };
    page.add(section("Backup", &html! {}, &backup));
    Ok(page)
}
