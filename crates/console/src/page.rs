//! A page as it is put together, before the frame is drawn around it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use crate::client::Listed;
use crate::parts::pager::pager;
use crate::parts::table::Table;
use crate::visit::Visit;

/// A page.
pub struct Page {
    /// The title in the browser's tab, without the product's name.
    pub title: String,
    /// The heading; the title where there is none.
    pub heading: Option<Markup>,
    /// What stands beside the heading: acts.
    pub tools: Markup,
    /// What is on it, in order.
    pub body: Vec<Markup>,
    /// Its tables, which are given as files too.
    pub tables: Vec<Table>,
}

impl Page {
    /// A page of this title, with nothing on it.
    pub fn new(title: impl Into<String>) -> Page {
        Page { title: title.into(), heading: None, tools: html! {}, body: Vec::new(), tables: Vec::new() }
    }

    /// Adds something.
    pub fn add(&mut self, markup: Markup) {
        self.body.push(markup);
    }

    /// Adds a table with its title and its file; `empty` is said where it has no rows.
    pub fn table(&mut self, visit: &Visit, title: &str, table: Table, below: &Markup, empty: &Markup) {
        let body = match table.markup(&visit.zone, visit.now) {
            Some(markup) => html! { (markup) (below) },
            None => html! { (empty) },
        };
        let tools = html! {
            @if !table.rows.is_empty() { a.button.small href=(visit.here(&[("file", table.name)])) download data-key="e" { "CSV" } }
        };
        self.body.push(crate::parts::card::section(title, &tools, &body));
        self.tables.push(table);
    }

    /// Adds a page of a list, with the ways to what follows and back to its beginning.
    pub fn list(&mut self, visit: &Visit, title: &str, table: Table, listed: &Listed, empty: &Markup) {
        self.table(visit, title, table, &follow(visit, listed), empty);
    }

    /// All that is on it.
    pub fn markup(&self) -> Markup {
        html! { @for part in &self.body { (part) } }
    }
}

/// The ways to what follows in a list, and back to its beginning.
pub fn follow(visit: &Visit, listed: &Listed) -> Markup {
    let next = listed.next.as_deref().map(|next| visit.here(&[("cursor", next)]));
    let first = visit.cursor().map(|_| visit.here(&[]));
    pager(next.as_deref(), listed.rows.len(), first.as_deref())
}

/// What a request comes to.
pub enum Shown {
    Page(Page),
    Response(Response),
}

/// To another page.
pub fn see_other(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/console"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}
