//! Streams of a broker: are events getting out, and how far behind is each?

use maud::html;

use crate::address::with;
use crate::page::Page;
use crate::parts::notice::empty;
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, number};
use crate::record::Record;
use crate::visit::{Stop, Visit};

/// The page.
pub async fn list(visit: &Visit) -> Result<Page, Stop> {
    let mut page = Page::new("Streams");
    let listed = visit.list("/v1/streams").await?;
    let row = |stream: &Record| {
        let act = with("/console/do/continue", &[("of", stream.text("stream"))]);
        let is_stopped = stream.text("status") == "stopped";
        let remedy = html! { @if is_stopped { a.button.small href=(act) { "Continue" } } };
        Row {
            cells: vec![
                Cell::User(stream.text("stream").to_owned()),
                Cell::User(stream.text("ledger").to_owned()),
                Cell::State(State::of(stream.text("status"))),
                Cell::Count(stream.count("sequence")),
                Cell::Words(stream.written("lag")),
                Cell::User(stream.text("reason").to_owned()),
                Cell::Drawn(remedy, String::new()),
            ],
            href: None,
        }
    };
    let table = Table {
        name: "streams",
        caption: "Streams".to_owned(),
        columns: vec![
            column("Stream"),
            column("Ledger"),
            column("State"),
            number("Sequence"),
            number("Events behind"),
            column("Why"),
            column("Act"),
        ],
        rows: listed.rows.iter().map(row).collect(),
    };
    let nothing = empty(
        "No NATS server is connected. Start the server with one:",
        Some("ducat serve --nats nats://127.0.0.1:4222"),
    );
    page.list(visit, "Streams of events at NATS", table, &listed, &nothing);
    Ok(page)
}
