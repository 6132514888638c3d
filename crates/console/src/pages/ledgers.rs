//! All ledgers: which books are there?

use crate::client::{Listed, segment};
use crate::page::Page;
use crate::pages::ROWS;
use crate::parts::notice::empty;
use crate::parts::pager::pager;
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, number};
use crate::times::instant;
use crate::visit::{Stop, Visit};

const OPEN: &str = "curl -X POST \"$DUCAT/v1/ledgers\" -H 'Content-Type: application/json' \\\n  -d '{\"name\":\"shop\",\"assets\":[{\"code\":\"USD\",\"scale\":2}]}'";

/// The page.
pub async fn show(visit: &Visit) -> Result<Page, Stop> {
    let mut page = Page::new("Ledgers");
    let Listed { rows, next } = visit.client.list("/v1/ledgers", visit.cursor(), ROWS, visit.file().is_some()).await?;
    // Those that are archived come last.
    let archived = visit.client.aside_list("/v1/ledgers?archived=true").await.unwrap_or_default();
    let archived = if next.is_none() { archived } else { Vec::new() };
    let mut shown = Vec::new();
    for ledger in rows.iter().chain(&archived) {
        let name = ledger.text("name");
        let head = visit.client.look(&format!("/v1/ledgers/{}/head", segment(name))).await.unwrap_or_default();
        let assets: Vec<String> = ledger.list("assets").iter().map(|asset| asset.text("code").to_owned()).collect();
        let href = format!("/console/l/{}", segment(name));
        shown.push(Row {
            cells: vec![
                Cell::Link(name.to_owned(), href.clone()),
                Cell::Words(assets.join(", ")),
                Cell::Count(head.count("seq")),
                Cell::at(instant(head.text("at"))),
                Cell::State(State::of(if ledger.flag("archived") { "archived" } else { "open" })),
            ],
            href: Some(href),
        });
    }
    let table = Table {
        name: "ledgers",
        caption: "Ledgers".to_owned(),
        columns: vec![column("Ledger"), column("Assets"), number("Events"), column("Last event"), column("State")],
        rows: shown,
    };
    let below = pager(next.as_deref().map(|next| visit.here(&[("cursor", next)])).as_deref(), rows.len(), None);
    page.table(visit, "All ledgers", table, &below, &empty("There is no ledger yet. Open one:", Some(OPEN)));
    Ok(page)
}
