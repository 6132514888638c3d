//! Search: an exact transaction id, reference, member, customer, or the beginning of an account's name. No substring scan.

use maud::html;

use crate::address::{segment, with};
use crate::page::Page;
use crate::parts::notice::empty;
use crate::parts::table::{Cell, Row, Table, column};
use crate::visit::{Stop, Visit};

/// Accounts that are listed; the page of accounts has the rest.
const ACCOUNTS: &str = "20";

/// Where something was found.
struct Hit {
    kind: &'static str,
    what: String,
    href: String,
}

/// The page; one hit is gone to at once.
pub async fn find(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let wanted = visit.query.get("q");
    let mut hits: Vec<Hit> = Vec::new();
    if !wanted.is_empty() {
        let mut found = async |path: String, kind, href: String| {
            if visit.client.look(&path).await.is_ok() {
                hits.push(Hit { kind, what: wanted.to_owned(), href });
            }
        };
        let part = segment(wanted);
        for (kind, rest) in [
            ("Transaction", format!("/transactions/{part}")),
            ("Account", format!("/accounts/{part}")),
            ("Advance", format!("/advances/{part}")),
        ] {
            // Other words stand there for something else.
            if kind == "Advance" && wanted.parse::<uuid::Uuid>().is_err() {
                continue;
            }
            found(ledger.api(&rest), kind, visit.href(&ledger.page(&rest))).await;
        }
        found(
            ledger.api(&format!("/points/members/{part}")),
            "Member",
            visit.href(&ledger.page(&format!("/points/{part}"))),
        )
        .await;
        let list = async |path: &str| visit.client.look(path).await.map(|page| page.list("data")).unwrap_or_default();
        for one in list(&with(&ledger.api("/transactions"), &[("reference", wanted), ("limit", "2")])).await {
            let href = ledger.transaction_page(one.text("id"));
            hits.push(Hit { kind: "Reference", what: wanted.to_owned(), href });
        }
        if !list(&with(&ledger.api("/advances"), &[("customer", wanted), ("limit", "1")])).await.is_empty() {
            let href = with(&ledger.page("/advances"), &[("customer", wanted)]);
            hits.push(Hit { kind: "Customer", what: wanted.to_owned(), href });
        }
        for one in list(&with(&ledger.api("/accounts"), &[("prefix", wanted), ("limit", ACCOUNTS)])).await {
            let name = one.text("name").to_owned();
            if name != wanted {
                let href = visit.href(&crate::parts::path::href(&ledger.name, &name));
                hits.push(Hit { kind: "Account", what: name, href });
            }
        }
    }
    if let [only] = hits.as_slice() {
        return Err(Stop::Elsewhere(only.href.clone()));
    }
    let mut page = Page::new("Search");
    page.heading = Some(html! { "Search for " (crate::parts::text::user(wanted)) });
    let row = |hit: &Hit| Row {
        cells: vec![Cell::Words(hit.kind.to_owned()), Cell::Link(hit.what.clone(), hit.href.clone())],
        href: Some(hit.href.clone()),
    };
    let table = Table {
        name: "hits",
        caption: "What was found".to_owned(),
        columns: vec![column("Kind"), column("Name")],
        rows: hits.iter().map(row).collect(),
    };
    let nothing = empty(
        "Nothing in this ledger has this id, reference, member or customer, and no account begins so. Only whole ids and the beginnings of account names are searched for.",
        None,
    );
    page.table(visit, "Found", table, &html! {}, &nothing);
    Ok(page)
}
