//! Tables: the same rows on a page and in a file.
//!
//! - A cell is a value, not markup: a page shows it for people, a CSV file gives it for machines.
//! - The points of a column of amounts stand below each other.

use jiff::Timestamp;
use maud::{Markup, html};

use super::amount::{Sign, aligned};
use super::text::user;
use super::{id, instant, path, state::State};
use crate::money::Money;
use crate::times::{Zone, day_text, rfc3339};

/// A table.
pub struct Table {
    /// Its name in the address of its file.
    pub name: &'static str,
    /// What it lists, for those who do not see it.
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// A column.
pub struct Column {
    pub title: &'static str,
    is_number: bool,
}

/// A row: its cells, and the page of what it is about.
pub struct Row {
    pub cells: Vec<Cell>,
    pub href: Option<String>,
}

/// What stands in a cell.
pub enum Cell {
    None,
    /// Our own words.
    Words(String),
    /// Text that a user wrote.
    User(String),
    /// Text that a user wrote, with its page.
    Link(String, String),
    Count(u64),
    Money(Money, Sign),
    At(Timestamp),
    Day(String),
    State(State),
    /// An identifier, and its page.
    Id(String, Option<String>),
    /// A ledger and an account in it.
    Account(String, String),
    /// What has a form of its own on the page, and a text for the file.
    Drawn(Markup, String),
}

/// A column of text.
pub fn column(title: &'static str) -> Column {
    Column { title, is_number: false }
}

/// A column of numbers.
pub fn number(title: &'static str) -> Column {
    Column { title, is_number: true }
}

impl Cell {
    /// An amount, if there is one.
    pub fn money(money: Option<Money>) -> Cell {
        money.map_or(Cell::None, |money| Cell::Money(money, Sign::Minus))
    }

    /// An instant, if there is one.
    pub fn at(at: Option<Timestamp>) -> Cell {
        at.map_or(Cell::None, Cell::At)
    }

    /// An identifier, if there is one.
    pub fn id(id: &str, href: Option<String>) -> Cell {
        if id.is_empty() { Cell::None } else { Cell::Id(id.to_owned(), href) }
    }

    fn markup(&self, zone: &Zone, now: Timestamp, scale: usize) -> Markup {
        match self {
            Cell::None => html! {},
            Cell::Words(words) => html! { (words) },
            Cell::User(text) => user(text),
            Cell::Link(text, href) => html! { a href=(href) { (user(text)) } },
            Cell::Count(count) => html! { (grouped(*count)) },
            Cell::Money(money, sign) => aligned(money, *sign, scale),
            Cell::At(at) => instant::instant(*at, zone, now),
            Cell::Day(day) => html! { (day_text(day)) },
            Cell::State(state) => state.markup(),
            Cell::Id(text, href) => id::id(text, href.as_deref()),
            Cell::Account(ledger, name) => path::account(ledger, name),
            Cell::Drawn(markup, _) => html! { (markup) },
        }
    }

    fn plain(&self) -> String {
        match self {
            Cell::None => String::new(),
            Cell::Words(text) | Cell::Day(text) | Cell::Id(text, _) => text.clone(),
            Cell::User(text) | Cell::Link(text, _) | Cell::Account(_, text) | Cell::Drawn(_, text) => harmless(text),
            Cell::Count(count) => count.to_string(),
            Cell::Money(money, _) => money.plain(),
            Cell::At(at) => rfc3339(*at),
            Cell::State(state) => state.word.clone(),
        }
    }
}

/// A text that no spreadsheet takes for a formula (OWASP, "CSV Injection").
fn harmless(text: &str) -> String {
    if text.trim_start_matches(['\n', ' ']).starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A count, in groups of three.
pub fn grouped(count: u64) -> String {
    Money { minor: i128::from(count), scale: 0, code: String::new() }.whole()
}

impl Table {
    /// The table on a page; `None` where it has no rows.
    pub fn markup(&self, zone: &Zone, now: Timestamp) -> Option<Markup> {
        if self.rows.is_empty() {
            return None;
        }
        let scales: Vec<usize> = (0..self.columns.len()).map(|place| self.scale(place)).collect();
        let class = |column: &Column| column.is_number.then_some("number");
        Some(html! {
            div.table tabindex="0" role="region" aria-label=(self.caption) {
                table {
                    caption.unseen { (self.caption) }
                    thead { tr { @for column in &self.columns { th scope="col" class=[class(column)] { (column.title) } } } }
                    tbody {
                        @for row in &self.rows {
                            tr data-href=[row.href.as_deref()] {
                                @for ((cell, column), scale) in row.cells.iter().zip(&self.columns).zip(&scales) {
                                    td class=[class(column)] data-title=(column.title) { @if !matches!(cell, Cell::None) { div { (cell.markup(zone, now, *scale)) } } }
                                }
                            }
                        }
                    }
                }
            }
        })
    }

    /// The most digits behind the point in a column.
    fn scale(&self, place: usize) -> usize {
        let scale = |row: &Row| match row.cells.get(place) {
            Some(Cell::Money(money, _)) => money.scale,
            _ => 0,
        };
        self.rows.iter().map(scale).max().unwrap_or_default()
    }

    /// The table as a file (RFC 4180). A column of amounts has one of their assets after it.
    pub fn csv(&self) -> Vec<u8> {
        let is_money =
            |place: &usize| self.rows.iter().any(|row| matches!(row.cells.get(*place), Some(Cell::Money(..))));
        let money: Vec<bool> = (0..self.columns.len()).map(|place| is_money(&place)).collect();
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let mut head = Vec::new();
        for (column, is_money) in self.columns.iter().zip(&money) {
            head.push(column.title.to_owned());
            head.extend(is_money.then(|| format!("{} asset", column.title)));
        }
        // A vector takes all that is written.
        let mut write = |record: Vec<String>| drop(writer.write_record(record));
        write(head);
        for row in &self.rows {
            let mut record = Vec::new();
            for (cell, is_money) in row.cells.iter().zip(&money) {
                record.push(cell.plain());
                let asset = if let Cell::Money(money, _) = cell { harmless(&money.code) } else { String::new() };
                record.extend(is_money.then_some(asset));
            }
            write(record);
        }
        writer.into_inner().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_for_machines_and_holds_no_formula() {
        let money = Money { minor: -125_000, scale: 2, code: "USD".to_owned() };
        let cells = vec![Cell::User("=1+1, \"x\"".to_owned()), Cell::Money(money, Sign::Both)];
        let table = Table {
            name: "entries",
            caption: String::new(),
            columns: vec![column("Description"), number("Amount")],
            rows: vec![Row { cells, href: None }],
        };
        let csv = String::from_utf8(table.csv()).expect("text");
        assert_eq!(csv, "Description,Amount,Amount asset\r\n\"'=1+1, \"\"x\"\"\",-1250.00,USD\r\n");
    }
}
