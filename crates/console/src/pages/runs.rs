//! Daily runs: did it run, and what did it do?

use maud::html;

use crate::address::segment;
use crate::page::Page;
use crate::parts::card::{facts, figure, section};
use crate::parts::id;
use crate::parts::notice::{Kind, empty, notice};
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, grouped, number};
use crate::record::Record;
use crate::times::{day_text, instant};
use crate::visit::{Stop, Visit};

/// All runs.
pub async fn list(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let mut page = Page::new("Runs");
    if visit.as_of().is_none() {
        page.tools = html! { a.button.primary href=(ledger.page("/do/run")) { "Begin a run" } };
    }
    let listed = visit.list(&ledger.api("/advances/runs")).await?;
    let row = |run: &Record| {
        let href = ledger.page(&format!("/advances/runs/{}", segment(run.text("id"))));
        let counts = run.part("counts").unwrap_or_default();
        Row {
            cells: vec![
                Cell::Link(day_text(run.text("as_of")), href.clone()),
                Cell::State(State::of(run.text("status"))),
                Cell::at(instant(run.text("started_at"))),
                Cell::Count(run.part("report").map_or(0, |report| report.count("rows"))),
                Cell::Count(counts.count("succeeded")),
                Cell::Count(counts.count("failed") + counts.count("timed_out")),
                Cell::Count(counts.count("sent")),
            ],
            href: Some(href),
        }
    };
    let table = Table {
        name: "runs",
        caption: "Runs, newest first".to_owned(),
        columns: vec![
            column("Day"),
            column("State"),
            column("Began"),
            number("Rows reported"),
            number("Succeeded"),
            number("Failed or timed out"),
            number("Debits sent"),
        ],
        rows: listed.rows.iter().map(row).collect(),
    };
    page.list(visit, "Runs by day", table, &listed, &empty("No run has begun yet.", None));
    Ok(page)
}

/// A run. While it is under way the page is live.
pub async fn show(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let key = visit.part(4).to_owned();
    let run = visit.client.get(&ledger.api(&format!("/advances/runs/{}", segment(&key)))).await?;
    let mut page = Page::new(format!("Run of {}", day_text(run.text("as_of"))));
    if let Some(reason) = run.maybe("reason") {
        page.add(notice(Kind::Fault, &html! { (crate::parts::text::visible(reason)) }));
    }
    let is_running = run.text("status") == "running";
    let counts = run.part("counts").unwrap_or_default();
    let progress = run.part("progress");
    let count = |field: &str| html! { (grouped(counts.count(field))) };
    let body = html! { div.cards {
        (figure("State", &State::of(run.text("status")).markup(), &html! { @if let Some(at) = instant(run.text("started_at")) { p.quiet { "Began " (crate::parts::instant::instant(at, &visit.zone, visit.now)) } } }))
        (figure("Results reported", &html! { (grouped(counts.count("succeeded") + counts.count("failed"))) }, &html! { p.quiet { (count("succeeded")) " succeeded, " (count("failed")) " failed, " (count("timed_out")) " timed out" } }))
        (figure("Debits sent", &count("sent"), &html! { p.quiet { (count("charged")) " due, " (count("refused")) " refused" } }))
        @if let Some(progress) = &progress {
            (figure("So far", &html! { (grouped(progress.count("rows"))) " rows" }, &html! { p.quiet { (grouped(progress.count("advances"))) " advances looked at, " (grouped(progress.count("asked"))) " debits asked for" } }))
        }
    } };
    page.add(html! { div data-live="run" data-source=[is_running.then(|| visit.path())] { (body) } });
    let report = run.part("report").unwrap_or_default();
    let yes = |field: &str| html! { @if report.flag(field) { "yes" } @else { "no" } };
    page.add(section(
        "Report",
        &html! {},
        &facts(&[
            ("Rows", html! { (grouped(report.count("rows"))) }),
            ("Reported before", html! { (grouped(report.count("repeated"))) }),
            ("Unreadable", html! { (grouped(report.count("unreadable"))) }),
            ("Read completely", yes("complete")),
            ("Covers the whole day", yes("whole")),
            ("Timed out", count("timed_out")),
            ("Without result", count("unresolved")),
            ("Unmatched", count("unknown")),
            ("Run", id::whole(&key)),
        ]),
    ));
    Ok(page)
}
