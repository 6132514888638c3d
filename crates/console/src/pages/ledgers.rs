//! All ledgers: which books are there?

use crate::ledger::Ledger;
use crate::page::Page;
use crate::parts::notice::empty;
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, number};
use crate::times::instant;
use crate::visit::{Stop, Visit};

const OPEN: &str = "curl -X POST \"$DUCAT/v1/ledgers\" -H 'Content-Type: application/json' \\\n  -d '{\"name\":\"shop\",\"assets\":[{\"code\":\"USD\",\"scale\":2}]}'";

/// The page.
pub async fn show(visit: &Visit) -> Result<Page, Stop> {
    let mut page = Page::new("Ledgers");
    let listed = visit.list("/v1/ledgers").await?;
    // Those that are archived come behind the last one that is open.
    let archived = match listed.next {
        Some(_) => Vec::new(),
        None => visit.client.look_through("/v1/ledgers?archived=true").await.unwrap_or_default(),
    };
    let mut shown = Vec::new();
    for ledger in listed.rows.iter().chain(&archived).map(Ledger::of) {
        let head = visit.client.look(&ledger.api("/head")).await.unwrap_or_default();
        let assets: Vec<&str> = ledger.assets.iter().map(|asset| asset.code.as_str()).collect();
        let href = ledger.page("");
        shown.push(Row {
            cells: vec![
                Cell::Link(ledger.name.clone(), href.clone()),
                Cell::Words(assets.join(", ")),
                Cell::Count(head.count("seq")),
                Cell::at(instant(head.text("at"))),
                Cell::State(State::of(if ledger.is_archived { "archived" } else { "open" })),
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
    page.list(visit, "All ledgers", table, &listed, &empty("There is no ledger yet. Open one:", Some(OPEN)));
    Ok(page)
}
