//! What is found, as a table that fits the terminal, as JSON, or as CSV.

use std::io::{IsTerminal as _, Write as _};

use clap::Args;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};
use ducat_console::money::Money;
use ducat_console::record::Record;
use ducat_console::unseen;

/// As what it is printed.
#[derive(Debug, Clone, Copy, Args)]
#[group(multiple = false)]
pub struct OutputArguments {
    /// Print the API's documents, one a line.
    #[arg(long)]
    json: bool,
    /// Print CSV.
    #[arg(long)]
    csv: bool,
}

/// A column: its title, and what is in it.
pub struct Column(&'static str, Kind);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    /// It is read or copied as a whole, so it is never broken.
    Id,
}

/// A column of text.
pub const fn text(title: &'static str) -> Column {
    Column(title, Kind::Text)
}

/// A column of numbers.
pub const fn number(title: &'static str) -> Column {
    Column(title, Kind::Number)
}

/// A column of instants.
pub const fn instants(title: &'static str) -> Column {
    Column(title, Kind::Id)
}

/// A column of identifiers.
pub const fn id(title: &'static str) -> Column {
    Column(title, Kind::Id)
}

/// Columns of a terminal whose width is not known.
const WIDTH_DEFAULT: u16 = 140;

/// An amount, as it is printed.
pub fn shown(money: Option<Money>) -> String {
    money.map_or_else(String::new, |money| format!("{} {}", money.plain(), money.code))
}

/// An instant, to the second: the rest stands in the documents.
pub fn when(record: &Record, field: &str) -> String {
    record.text(field).get(..19).map_or_else(String::new, |time| time.replace('T', " "))
}

impl OutputArguments {
    /// Prints rows; `documents` are what they were made of.
    pub fn print(self, columns: &[Column], rows: &[Vec<String>], documents: &[Record]) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if self.json {
            for document in documents {
                writeln!(out, "{}", document.json())?;
            }
            return Ok(());
        }
        if self.csv {
            let mut writer = csv::Writer::from_writer(out);
            writer.write_record(columns.iter().map(|Column(title, _)| title.to_lowercase().replace(' ', "_")))?;
            for row in rows {
                writer.write_record(row)?;
            }
            return Ok(writer.flush()?);
        }
        if rows.is_empty() {
            return Ok(writeln!(out, "nothing")?);
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width());
        table.set_header(columns.iter().map(|Column(title, _)| *title));
        for row in rows {
            table.add_row(row.iter().map(|cell| visible(cell)));
        }
        for (column, Column(_, kind)) in table.column_iter_mut().zip(columns) {
            match kind {
                Kind::Text => {}
                Kind::Number => {
                    column.set_cell_alignment(CellAlignment::Right);
                    column.set_constraint(ColumnConstraint::ContentWidth);
                }
                Kind::Id => {
                    column.set_constraint(ColumnConstraint::ContentWidth);
                }
            }
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Prints one thing: its facts, one a line.
    pub fn show(self, facts: &[(&str, String)], document: &Record) -> anyhow::Result<()> {
        if self.json || self.csv {
            let columns: Vec<Column> = facts.iter().map(|_| text("")).collect();
            let row: Vec<String> = facts.iter().map(|(_, fact)| fact.clone()).collect();
            if self.json {
                return self.print(&columns, &[row], std::slice::from_ref(document));
            }
            let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
            writer.write_record(facts.iter().map(|(name, _)| name.to_lowercase().replace(' ', "_")))?;
            writer.write_record(&row)?;
            return Ok(writer.flush()?);
        }
        let longest = facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let mut out = std::io::stdout().lock();
        for (name, fact) in facts.iter().filter(|(_, fact)| !fact.is_empty()) {
            writeln!(out, "{name:longest$}  {}", visible(fact))?;
        }
        Ok(())
    }
}

/// How wide the terminal is. A pipe gets no shorter lines than a wide one.
fn width() -> u16 {
    let out = std::io::stdout();
    let seen = if out.is_terminal() { rustix::termios::tcgetwinsize(&out).ok().map(|size| size.ws_col) } else { None };
    seen.filter(|width| *width > 0).unwrap_or(WIDTH_DEFAULT)
}

/// Text of users, with what would move the cursor or turn the line around drawn as `<U+202E>`.
fn visible(text: &str) -> String {
    unseen::drawn(text, '<', '>')
}
