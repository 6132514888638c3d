//! Reports of a processor: rows of a transaction and what became of it, as CSV, NDJSON or one JSON array, gzip or not.
//!
//! A report is never held whole: each row is handed on as it is read, and so is each line that cannot be read, with its
//! place. What programs put around rows is read over: a BOM, blank lines, a header, commas behind the last field, any
//! ends of lines. Lines and elements are bounded. An error means that the rest cannot be read; what came before it
//! stands.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use ducat_domain::advances::{TransactionId, TransactionResult};
use flate2::read::MultiGzDecoder;
use serde::Deserialize;

/// Bytes of a line, or of an element of an array: a row has under 200.
pub const LINE_BYTES_MAX: usize = 4_096;

/// What is read at once.
const BUFFER_BYTES: usize = 256 << 10;

/// How much of a line is shown when it cannot be read.
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

/// Reads a report; hands on every line with its place, from 1, until no one wants more of them.
///
/// # Errors
/// When the bytes cannot be read or decompressed, or `take` fails. What was taken until then stays taken.
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
            read_lines(bytes, take, |line| csv.line(line))
        }
        Format::Ndjson => read_lines(bytes, take, |line| Some(json_line(line))),
        Format::Json => read_array(bytes, take),
    }
}

/// Reads lines; blank ones are none, and one that is too long is left out as far as its end.
fn read_lines(bytes: impl Read, take: &mut Take<'_>, mut parse: impl FnMut(&[u8]) -> Option<Line>) -> io::Result<()> {
    let mut lines = Lines { reader: BufReader::with_capacity(BUFFER_BYTES, bytes), line: Vec::new(), is_open: false };
    for place in 1.. {
        match lines.next()? {
            None => return Ok(()),
            Some(Size::TooLong) => take(place, too_long())?,
            Some(Size::Fits) => {
                let text = lines.line.strip_prefix(BOM).unwrap_or(&lines.line);
                if let Some(line) = (!is_blank(text)).then(|| parse(text)).flatten() {
                    take(place, line)?;
                }
            }
        }
    }
    Ok(())
}

/// What some programs write in front of UTF-8, and leave between files that are joined.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Spreadsheets write rows without a word in them as commas.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b',')
}

fn too_long() -> Line {
    Line::Unreadable(format!("it has more than {LINE_BYTES_MAX} bytes"))
}

/// Whether a line or an element is short enough to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Fits,
    TooLong,
}

impl Size {
    fn of(length: usize) -> Size {
        if length > LINE_BYTES_MAX { Size::TooLong } else { Size::Fits }
    }
}

/// Lines that end with LF, CR LF or CR.
struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    /// Whether the line before ended with a CR: an LF behind it is of the same end.
    is_open: bool,
}

impl<R: Read> Lines<R> {
    /// Reads the next line, as far as it fits.
    fn next(&mut self) -> io::Result<Option<Size>> {
        self.line.clear();
        let mut length = 0;
        loop {
            let buffer = self.reader.fill_buf()?;
            if std::mem::take(&mut self.is_open) && buffer.first() == Some(&b'\n') {
                self.reader.consume(1);
                continue;
            }
            if buffer.is_empty() {
                return Ok((length > 0).then(|| Size::of(length)));
            }
            let end = buffer.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let part = &buffer[..end.unwrap_or(buffer.len())];
            length += part.len();
            if Size::of(length) == Size::Fits {
                self.line.extend_from_slice(part);
            }
            self.is_open = end.is_some_and(|end| buffer[end] == b'\r');
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                return Ok(Some(Size::of(length)));
            }
        }
    }
}

/// Lines of CSV, read one by one: a quote that is left open ends with its line.
struct Csv {
    reader: csv_core::Reader,
    fields: Vec<u8>,
    ends: [usize; 3],
    has_rows: bool,
}

impl Csv {
    fn new() -> Csv {
        Csv { reader: csv_core::Reader::new(), fields: vec![0; LINE_BYTES_MAX], ends: [0; 3], has_rows: false }
    }

    /// A row; a line before all rows that names the columns is none.
    fn line(&mut self, line: &[u8]) -> Option<Line> {
        self.reader.reset();
        let line = without_commas(line);
        let (_, _, _, ends) = self.reader.read_record(line, &mut self.fields, &mut self.ends);
        // The end of the line, seen when nothing more can be read, ends its last field and the row.
        let written = if ends == 0 { 0 } else { self.ends[ends - 1] };
        let (end, _, _, more) = self.reader.read_record(&[], &mut self.fields[written..], &mut self.ends[ends..]);
        let field = |from: usize, to: usize| std::str::from_utf8(self.fields.get(from..to)?).ok().map(str::trim);
        let [first, second, _] = self.ends;
        match (ends + more, end, field(0, first), field(first, second)) {
            (2, csv_core::ReadRecordResult::Record, Some(id), Some(word)) => {
                if !self.has_rows && id.eq_ignore_ascii_case("transaction_id") {
                    return None;
                }
                self.has_rows = true;
                Some(row(id, word, line))
            }
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

/// A line or an element without commas behind it.
fn without_commas(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !byte.is_ascii_whitespace() && *byte != b',');
    end.map_or(&[], |end| &line[..=end])
}

fn json_line(line: &[u8]) -> Line {
    let line = without_commas(line).trim_ascii_start();
    // An array of as many values would be taken for one.
    if !line.starts_with(b"{") {
        return unreadable("expected {\"transaction_id\",\"status\"}", line);
    }
    let object: Cow<'_, [u8]> = match line.strip_suffix(b"}") {
        Some(fields) if fields.trim_ascii_end().ends_with(b",") => [without_commas(fields), b"}"].concat().into(),
        _ => line.into(),
    };
    match serde_json::from_slice::<JsonRow<'_>>(&object) {
        Ok(read) => row(read.transaction_id.trim(), read.status.trim(), line),
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

/// Reads the elements of an array, each as it comes. A comma too many is none, and nothing at all is an array of
/// nothing.
fn read_array(bytes: impl Read, take: &mut Take<'_>) -> io::Result<()> {
    let reader = BufReader::with_capacity(BUFFER_BYTES, bytes);
    let mut elements = Elements { reader, element: Vec::new(), depth: 0, is_text: false, is_escaped: false };
    match elements.skip_space()? {
        None => return Ok(()),
        Some(b'[') => elements.reader.consume(1),
        Some(_) => return Err(wrong("it is no array")),
    }
    let mut place = 0;
    loop {
        let (size, behind) = elements.next()?;
        if behind == Behind::Cut && !elements.is_closed() {
            return Err(wrong("the array breaks off"));
        }
        if !is_blank(&elements.element) {
            place += 1;
            let line = if size == Size::Fits { json_line(&elements.element) } else { too_long() };
            take(place, line)?;
        }
        match behind {
            Behind::Another => {}
            Behind::Nothing => break,
            Behind::Cut => return Err(wrong("the array breaks off")),
        }
    }
    match elements.skip_space()? {
        None => Ok(()),
        Some(_) => Err(wrong("there is something behind the array")),
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the report cannot be read on: {what}"))
}

/// What is behind an element of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    Another,
    Nothing,
    /// The bytes are over, and the array is not.
    Cut,
}

/// The elements of an array, separated by brackets and quotes alone: one that is nonsense keeps no other from being
/// read.
struct Elements<R> {
    reader: BufReader<R>,
    element: Vec<u8>,
    depth: usize,
    is_text: bool,
    is_escaped: bool,
}

impl<R: Read> Elements<R> {
    /// The next byte that is no space, and no BOM; none at the end.
    fn skip_space(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffer = self.reader.fill_buf()?;
            match buffer.first() {
                None => return Ok(None),
                Some(byte) if byte.is_ascii_whitespace() || BOM.contains(byte) => self.reader.consume(1),
                Some(byte) => return Ok(Some(*byte)),
            }
        }
    }

    /// Whether what was read last is an element as a whole.
    fn is_closed(&self) -> bool {
        self.depth == 0 && !self.is_text && self.element.trim_ascii_end().ends_with(b"}")
    }

    /// Reads the next element, as far as it fits.
    fn next(&mut self) -> io::Result<(Size, Behind)> {
        self.element.clear();
        let mut length = 0;
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok((Size::of(length), Behind::Cut));
            }
            let (mut used, mut ended) = (0, None);
            for byte in buffer {
                used += 1;
                ended = ends(*byte, &mut self.depth, &mut self.is_text, &mut self.is_escaped);
                if ended.is_some() {
                    break;
                }
                length += 1;
                if Size::of(length) == Size::Fits {
                    self.element.push(*byte);
                }
            }
            self.reader.consume(used);
            if let Some(behind) = ended {
                return Ok((Size::of(length), behind));
            }
        }
    }
}

/// Whether a byte ends an element, and what is behind it.
fn ends(byte: u8, depth: &mut usize, is_text: &mut bool, is_escaped: &mut bool) -> Option<Behind> {
    match (*is_text, byte) {
        (true, _) if std::mem::take(is_escaped) => {}
        (true, b'\\') => *is_escaped = true,
        (_, b'"') => *is_text = !*is_text,
        (true, _) => {}
        (false, b',') if *depth == 0 => return Some(Behind::Another),
        (false, b']') if *depth == 0 => return Some(Behind::Nothing),
        (false, b'{' | b'[') => *depth += 1,
        (false, b'}' | b']') => *depth = depth.saturating_sub(1),
        (false, _) => {}
    }
    None
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
    fn what_programs_put_around_rows_is_read_over() {
        let rows = |lines: &[&str]| (lines.iter().map(ToString::to_string).collect::<Vec<String>>(), true);
        let csv = [
            "\u{feff}a,success\nb,fail\n",
            "a,Success\nb,FAIL\n",
            " a , success \nb,fail,\n",
            "a,success,,\r\nb,fail,,\r\n",
            "a,success\rb,fail\r",
            "\"a\",\"success\"\n\"b\",\"fail\"",
        ];
        for text in csv {
            assert_eq!(told(Format::Csv, false, text.as_bytes()), rows(&["1 a success", "2 b fail"]), "{text:?}");
        }
        let fronts = [
            "\n\ntransaction_id,status\n",
            " \n,\nTransaction_ID,Status,\n",
            "\u{feff}\n\r\n\"transaction_id\",status\n",
        ];
        for front in fronts {
            let text = format!("{front}a,success\n \nb,fail\n\u{feff}c,fail\n,,\n");
            let found = told(Format::Csv, false, text.as_bytes());
            assert_eq!(found, rows(&["4 a success", "6 b fail", "7 c fail"]), "{front:?}");
        }
        // Behind a row it is one that cannot be read.
        check(Format::Csv, "a,success\ntransaction_id,status\n", &["1 a success", &format!("2 ? {WORD}")], true);
        // CR LF across a piece that is read is one end.
        let long = format!("{},x\r\nb,fail", "a".repeat(BUFFER_BYTES - 3));
        check(Format::Csv, long, &["1 ? it has more than 4096 bytes", "2 b fail"], true);
        let json = [
            "\u{feff}{\"transaction_id\":\"a\",\"status\":\"Success\"}\r\n\r\n{\"transaction_id\":\"b\",\"status\":\"fail\"},\n",
            "\n{\"transaction_id\":\"a\",\"status\":\"success\",}\r \r{\"transaction_id\":\" b\",\"status\":\"fail \"}",
        ];
        for text in json {
            let (lines, is_read) = told(Format::Ndjson, false, text.as_bytes());
            let said: Vec<&str> = lines.iter().filter_map(|line| line.split_once(' ')).map(|(_, said)| said).collect();
            assert_eq!((said, is_read), (vec!["a success", "b fail"], true), "{text:?}");
        }
        let arrays = [
            "\u{feff}[{\"transaction_id\":\"a\",\"status\":\"success\"},{\"transaction_id\":\"b\",\"status\":\"FAIL\"},]",
            "\r\n[ ,{\"transaction_id\":\"a\",\"status\":\"success\",},\r\n\r\n,{\"transaction_id\":\"b\",\"status\":\"fail\"} ]\n",
        ];
        for text in arrays {
            assert_eq!(told(Format::Json, false, text.as_bytes()), rows(&["1 a success", "2 b fail"]), "{text:?}");
        }
    }

    #[test]
    fn one_element_that_is_nonsense_keeps_no_other_from_being_read() {
        let one = r#"{"transaction_id":"a]}","status":"success"}"#;
        let text = format!(r#"[{one},total 7,["a","fail"],{{"transaction_id":"x\"],","status":"fail"}},{one}]"#);
        let (lines, is_read) = told(Format::Json, false, text.as_bytes());
        let first: Vec<&str> = lines.iter().map(|line| &line[..3]).collect();
        assert_eq!((first, is_read), (vec!["1 a", "2 ?", "3 ?", "4 x", "5 a"], true), "{lines:?}");
        let long = format!("[\"{}\",{one}]", "x".repeat(2 * BUFFER_BYTES));
        let (lines, is_read) = told(Format::Json, false, long.as_bytes());
        assert_eq!((lines.len(), is_read), (2, true), "{lines:?}");
        check(Format::Json, "", &[], true);
        assert!(!told(Format::Json, false, b"[] []").1, "there is more than one array");
        assert!(!told(Format::Json, false, b"{}").1, "it is no array");
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
