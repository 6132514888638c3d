//! Reports of a processor: rows of a transaction and what became of it, as CSV, NDJSON or one JSON array, gzip or not.
//!
//! A report is never held whole: each row is handed on as it is read, and so is each line that cannot be read, with its place.
//! Lines and elements are bounded. An error means that the rest cannot be read; what came before it stands.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use ducat_domain::advances::{TransactionId, TransactionResult};
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Bytes of a line, or of an element of an array: a row has under 200.
pub const LINE_BYTES_MAX: usize = 4_096;

/// What is read at once.
const BUFFER_BYTES: usize = 256 << 10;

/// How much of a line is told when it cannot be read.
const SHOWN_CHARS: usize = 60;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `transaction_id,success` or `transaction_id,fail`, without names of columns.
    Csv,
    /// `{"transaction_id","status"}` a line.
    Ndjson,
    /// An array of the same.
    Json,
}

impl Format {
    /// The content type of a format.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv",
            Format::Ndjson => "application/x-ndjson",
            Format::Json => "application/json",
        }
    }

    /// The format of a content type, its parameters left out.
    #[must_use]
    pub fn from_content_type(content_type: &str) -> Option<Format> {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "text/csv" => Some(Format::Csv),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Some(Format::Ndjson),
            "application/json" => Some(Format::Json),
            _ => None,
        }
    }
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// What became of a transaction.
    Row(TransactionId, TransactionResult),
    /// It cannot be read.
    Unreadable(String),
}

/// Reads a report; hands on every line with its place, from 1, until nobody wants more of them.
pub fn read(
    format: Format,
    is_gzip: bool,
    bytes: impl Read,
    mut take: impl FnMut(u64, Line) -> io::Result<()>,
) -> io::Result<()> {
    match is_gzip {
        false => read_plain(format, bytes, &mut take),
        true => read_plain(format, MultiGzDecoder::new(BufReader::with_capacity(BUFFER_BYTES, bytes)), &mut take),
    }
}

/// Takes lines, each with its place.
type Take<'a> = dyn FnMut(u64, Line) -> io::Result<()> + 'a;

fn read_plain(format: Format, bytes: impl Read, take: &mut Take<'_>) -> io::Result<()> {
    match format {
        Format::Csv => {
            let mut csv = Csv::new();
            read_lines(bytes, take, |place, line| csv.line(place, line))
        }
        Format::Ndjson => read_lines(bytes, take, |_, line| Some(json_line(line))),
        Format::Json => read_array(bytes, take),
    }
}

/// Reads lines; empty ones are none, and one that is too long is left out as far as its end.
fn read_lines(
    bytes: impl Read,
    take: &mut Take<'_>,
    mut parse: impl FnMut(u64, &[u8]) -> Option<Line>,
) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, bytes);
    let mut line = Vec::new();
    for place in 1.. {
        line.clear();
        let mut is_too_long = false;
        loop {
            let buffer = reader.fill_buf()?;
            let end = memchr(buffer);
            let part = &buffer[..end.unwrap_or(buffer.len())];
            is_too_long |= line.len() + part.len() > LINE_BYTES_MAX;
            if !is_too_long {
                line.extend_from_slice(part);
            }
            let is_over = buffer.is_empty();
            let used = part.len() + usize::from(end.is_some());
            reader.consume(used);
            if is_over && line.is_empty() && !is_too_long {
                return Ok(());
            }
            if is_over || end.is_some() {
                break;
            }
        }
        let text = line.strip_suffix(b"\r").unwrap_or(&line);
        if is_too_long {
            take(place, Line::Unreadable(format!("it has more than {LINE_BYTES_MAX} bytes")))?;
        } else if !text.is_empty()
            && let Some(line) = parse(place, text)
        {
            take(place, line)?;
        }
    }
    Ok(())
}

fn memchr(buffer: &[u8]) -> Option<usize> {
    buffer.iter().position(|byte| *byte == b'\n')
}

/// Lines of CSV, read one by one: a quote that is left open ends with its line.
struct Csv {
    reader: csv_core::Reader,
    fields: Vec<u8>,
    ends: [usize; 3],
}

impl Csv {
    fn new() -> Csv {
        Csv { reader: csv_core::Reader::new(), fields: vec![0; LINE_BYTES_MAX], ends: [0; 3] }
    }

    /// A row; a first line that names the columns is none.
    fn line(&mut self, place: u64, line: &[u8]) -> Option<Line> {
        self.reader.reset();
        let (_, _, _, ends) = self.reader.read_record(line, &mut self.fields, &mut self.ends);
        // The end of the line, told by nothing more to read, ends its last field and the row.
        let written = if ends == 0 { 0 } else { self.ends[ends - 1] };
        let (end, _, _, more) = self.reader.read_record(&[], &mut self.fields[written..], &mut self.ends[ends..]);
        let field = |from: usize, to: usize| std::str::from_utf8(self.fields.get(from..to)?).ok().map(str::trim);
        let [first, second, _] = self.ends;
        match (ends + more, end, field(0, first), field(first, second)) {
            (2, csv_core::ReadRecordResult::Record, Some("transaction_id"), _) if place == 1 => None,
            (2, csv_core::ReadRecordResult::Record, Some(id), Some(word)) => Some(row(id, word, line)),
            _ => Some(unreadable("expected transaction_id,success or transaction_id,fail", line)),
        }
    }
}

/// A row as JSON writes it.
#[derive(Deserialize)]
struct JsonRow<'a> {
    #[serde(borrow)]
    transaction_id: Cow<'a, str>,
    #[serde(borrow)]
    status: Cow<'a, str>,
}

fn json_line(line: &[u8]) -> Line {
    // An array of as many values would be taken for one.
    if !line.trim_ascii_start().starts_with(b"{") {
        return unreadable("expected {\"transaction_id\",\"status\"}", line);
    }
    match serde_json::from_slice::<JsonRow<'_>>(line) {
        Ok(read) => row(&read.transaction_id, &read.status, line),
        Err(error) => unreadable(&format!("expected {{\"transaction_id\",\"status\"}}: {error}"), line),
    }
}

fn row(id: &str, word: &str, line: &[u8]) -> Line {
    match (TransactionId::parse(id), TransactionResult::from_word(word)) {
        (Ok(id), Some(result)) => Line::Row(id, result),
        (Err(error), _) => unreadable(&error.to_string(), line),
        (Ok(_), None) => unreadable("it says neither success nor fail", line),
    }
}

/// What is wrong with a line, and the beginning of it.
fn unreadable(what: &str, line: &[u8]) -> Line {
    let shown: String = String::from_utf8_lossy(line).chars().take(SHOWN_CHARS).collect();
    Line::Unreadable(format!("{what}; it begins {shown:?}"))
}

/// Reads the elements of an array, each as it comes.
fn read_array(bytes: impl Read, take: &mut Take<'_>) -> io::Result<()> {
    let since = Rc::new(Cell::new(0));
    let bounded = Bounded { inner: bytes, since: Rc::clone(&since) };
    let reader = BufReader::with_capacity(BUFFER_BYTES, bounded);
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let mut taken = Ok(());
    let rows = Rows { take, taken: &mut taken, since: &since };
    let read = rows.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    taken?;
    read.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("the array cannot be read on: {error}")))
}

/// Counts what is read of an element, and stops where there is too much.
struct Bounded<R> {
    inner: R,
    since: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A buffer is read ahead.
        if self.since.get() > LINE_BYTES_MAX + 2 * BUFFER_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "an element is too long"));
        }
        let count = self.inner.read(buffer)?;
        self.since.set(self.since.get() + count);
        Ok(count)
    }
}

struct Rows<'a, 'b> {
    take: &'a mut Take<'b>,
    /// What came of taking them.
    taken: &'a mut io::Result<()>,
    since: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Rows<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        let mut place = 0;
        while let Some(element) = rows.next_element::<Box<RawValue>>()? {
            place += 1;
            self.since.set(0);
            let line = match element.get().len() {
                ..=LINE_BYTES_MAX => json_line(element.get().as_bytes()),
                _ => Line::Unreadable(format!("it has more than {LINE_BYTES_MAX} bytes")),
            };
            *self.taken = (self.take)(place, line);
            if self.taken.is_err() {
                return Err(serde::de::Error::custom("nobody wants more of it"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// What is read of a report, and whether it was read to its end.
    fn told(format: Format, is_gzip: bool, bytes: &[u8]) -> (Vec<String>, bool) {
        let mut lines = Vec::new();
        let read = read(format, is_gzip, bytes, |place, line| {
            lines.push(match line {
                Line::Row(id, result) => format!("{place} {id} {}", result.word()),
                Line::Unreadable(reason) => format!("{place} ? {}", reason.split(';').next().unwrap_or_default()),
            });
            Ok(())
        });
        (lines, read.is_ok())
    }

    fn check(format: Format, bytes: impl AsRef<[u8]>, lines: &[&str], is_whole: bool) {
        assert_eq!(told(format, false, bytes.as_ref()), (lines.iter().map(ToString::to_string).collect(), is_whole));
    }

    const WORD: &str = "it says neither success nor fail";
    const FIELDS: &str = "expected transaction_id,success or transaction_id,fail";
    const NAME: &str = "a transaction_id has 1 to 128 visible ASCII characters";

    #[test]
    fn lines_of_csv() {
        check(Format::Csv, "a,success\nb,fail\r\n\nc,success", &["1 a success", "2 b fail", "4 c success"], true);
        check(Format::Csv, "", &[], true);
        check(Format::Csv, "transaction_id,status\n\"a,b\",fail\n", &["2 a,b fail"], true);
        check(
            Format::Csv,
            "a,maybe\nb\n,fail\nc,fail,x\n",
            &[&format!("1 ? {WORD}"), &format!("2 ? {FIELDS}"), &format!("3 ? {NAME}"), &format!("4 ? {FIELDS}")],
            true,
        );
        let long = format!("{},fail\nb,fail\n\"open,fail\n\u{e9},fail\nz,fai", "x".repeat(300_000));
        check(
            Format::Csv,
            long,
            &[
                "1 ? it has more than 4096 bytes",
                "2 b fail",
                &format!("3 ? {FIELDS}"),
                &format!("4 ? {NAME}"),
                &format!("5 ? {WORD}"),
            ],
            true,
        );
    }

    #[test]
    fn lines_and_arrays_of_json() {
        let one = r#"{"transaction_id":"a","status":"success"}"#;
        let other = r#"{"status":"fail","transaction_id":"b","at":"2026-12-01"}"#;
        check(
            Format::Ndjson,
            format!("{one}\n{other}\n[\"a\",\"fail\"]\n"),
            &["1 a success", "2 b fail", "3 ? expected {\"transaction_id\",\"status\"}"],
            true,
        );
        check(Format::Json, format!(" [{one},\n {other}] "), &["1 a success", "2 b fail"], true);
        check(Format::Json, "[]", &[], true);
        let (lines, is_whole) = told(Format::Json, false, format!("[{one},7,{other}").as_bytes());
        assert_eq!((lines.len(), is_whole), (3, false), "it is cut off behind the third");
        assert!(!told(Format::Json, false, one.as_bytes()).1, "it is no array");
        let endless = format!("[{one},\"{}", "x".repeat(3_000_000));
        assert_eq!(told(Format::Json, false, endless.as_bytes()), (vec!["1 a success".to_owned()], false));
    }

    #[test]
    fn compressed_reports_are_read_as_far_as_they_go() {
        let rows: String = (0..50_000).map(|n| format!("t{n},success\n")).collect();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(rows.as_bytes()).expect("memory takes it");
        let bytes = encoder.finish().expect("memory takes it");
        let (lines, is_whole) = told(Format::Csv, true, &bytes);
        assert_eq!((lines.len(), is_whole), (50_000, true));
        let (lines, is_whole) = told(Format::Csv, true, &bytes[..bytes.len() / 2]);
        assert!(lines.len() > 10_000 && !is_whole, "{} lines", lines.len());
        assert!(!told(Format::Csv, true, rows.as_bytes()).1, "it is not compressed");
    }
}
