//! Records of CSV as people send it: read in bounded memory, each with the lines that it stands on.
//!
//! - Every line that is not empty is in exactly one [`Record`] or [`Torn`]: no row is lost without being named.
//! - A quoted field may span lines, but no line in it may begin a record itself. Where one does, or where the record
//!   gets too long, a quote was left open: the record is torn, and reading goes on at that line.
//! - A byte order mark in front of a record is no part of it: files that were joined have some in their middle.
//!
//! What a record begins like is the caller's to say, and a wrong guess is never silent: a text that quotes a whole row
//! of its own file is refused and named.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use csv::ByteRecord;
use csv_core::ReadRecordResult;

/// Bytes of a record: what any row of ours may have is far below.
pub const RECORD_BYTES_MAX: usize = 64 << 10;

/// Bytes that are read ahead.
const BUFFER_BYTES: usize = 64 << 10;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A record that could be read.
#[derive(Debug)]
pub struct Record {
    /// The line that it begins on, from 1.
    pub first: u64,
    /// The line that it ends on.
    pub last: u64,
    /// Its fields, of any bytes.
    pub fields: ByteRecord,
    /// Byte order marks that stood in front of it. The one that a file may begin with is not counted.
    pub marks: usize,
}

/// Why lines are no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tear {
    /// A quote was opened on the first of them and not closed on any.
    QuoteOpen,
    /// There are too many bytes.
    TooLong,
}

/// Lines that are no record.
#[derive(Debug)]
pub struct Torn {
    /// The first of them, from 1.
    pub first: u64,
    /// The last of them.
    pub last: u64,
    /// Why.
    pub tear: Tear,
    /// What the first and the last of them begin with, up to the first comma: whose they seem to be.
    pub keys: [Vec<u8>; 2],
}

impl Torn {
    /// What is wrong, in a sentence without the lines.
    #[must_use]
    pub fn reason(&self) -> String {
        match self.tear {
            Tear::QuoteOpen if self.first == self.last => {
                "a quote is opened and not closed; is a quote left open?".to_owned()
            }
            Tear::QuoteOpen => format!(
                "a quote that is opened on line {} is not closed by line {}; is a quote left open? Nothing on these lines was read",
                self.first, self.last
            ),
            Tear::TooLong => {
                format!("it has more than {RECORD_BYTES_MAX} bytes, which no row has; is a quote left open?")
            }
        }
    }
}

/// Names lines: `line 4`, or `lines 4 to 7`.
#[must_use]
pub fn lines(first: u64, last: u64) -> String {
    if first == last { format!("line {first}") } else { format!("lines {first} to {last}") }
}

/// A line as it stands in the input, with what ends it.
struct Line {
    number: u64,
    bytes: Vec<u8>,
    marks: usize,
    is_whole: bool,
}

impl Line {
    fn is_empty(&self) -> bool {
        self.bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'))
    }

    fn key(&self) -> Vec<u8> {
        let key = self.bytes.split(|byte| matches!(byte, b',' | b'\r' | b'\n')).next().unwrap_or_default();
        key.strip_prefix(b"\"").unwrap_or(key).to_vec()
    }
}

/// Cuts input into lines. A line ends with `\n`, `\r\n` or `\r`.
struct Lines<R> {
    input: BufReader<R>,
    count: u64,
    bytes_read: u64,
}

impl<R: Read> Lines<R> {
    /// The next line; what is beyond the limit is read and dropped.
    fn next(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut is_whole = true;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                if bytes.is_empty() {
                    return Ok(None);
                }
                break;
            }
            let end = buffer.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let (ends_with, count) = end.map_or((None, buffer.len()), |at| (buffer.get(at).copied(), at + 1));
            is_whole &= bytes.len() + count <= RECORD_BYTES_MAX;
            bytes.extend_from_slice(&buffer[..count.min((RECORD_BYTES_MAX + 1).saturating_sub(bytes.len()))]);
            self.consume(count);
            match ends_with {
                None => {}
                Some(b'\r') => {
                    if self.input.fill_buf()?.first() == Some(&b'\n') {
                        bytes.push(b'\n');
                        self.consume(1);
                    }
                    break;
                }
                Some(_) => break,
            }
        }
        self.count += 1;
        let mut marks = 0;
        while bytes[marks * BYTE_ORDER_MARK.len()..].starts_with(BYTE_ORDER_MARK) {
            marks += 1;
        }
        bytes.drain(..marks * BYTE_ORDER_MARK.len());
        // The first line's own mark says that the file is UTF-8, and nothing else.
        let marks = if self.count == 1 { marks.saturating_sub(1) } else { marks };
        Ok(Some(Line { number: self.count, bytes, marks, is_whole }))
    }

    fn consume(&mut self, count: usize) {
        self.input.consume(count);
        self.bytes_read += count as u64;
    }
}

/// Parses one record, a line at a time.
struct Parser {
    reader: csv_core::Reader,
    text: Vec<u8>,
    text_length: usize,
    ends: Vec<usize>,
    ends_count: usize,
}

impl Parser {
    fn new() -> Parser {
        Parser {
            reader: csv_core::Reader::new(),
            text: vec![0; 1_024],
            text_length: 0,
            ends: vec![0; 16],
            ends_count: 0,
        }
    }

    fn begin(&mut self) {
        self.reader.reset();
        (self.text_length, self.ends_count) = (0, 0);
    }

    /// Adds a line; gives the fields when the record ends with it.
    fn add(&mut self, line: &[u8]) -> Option<ByteRecord> {
        // The end of the input ends a line too.
        let ended = line.ends_with(b"\n") || line.ends_with(b"\r");
        let mut input = line;
        let mut is_last = ended;
        loop {
            let (text, ends) = (&mut self.text[self.text_length..], &mut self.ends[self.ends_count..]);
            let (result, read, written, fields) = self.reader.read_record(input, text, ends);
            input = &input[read..];
            self.text_length += written;
            self.ends_count += fields;
            match result {
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty if is_last => return None,
                ReadRecordResult::InputEmpty => {
                    input = b"\n";
                    is_last = true;
                }
                ReadRecordResult::Record | ReadRecordResult::End => return Some(self.fields()),
            }
        }
    }

    fn fields(&self) -> ByteRecord {
        let mut begin = 0;
        let mut record = ByteRecord::with_capacity(self.text_length, self.ends_count);
        for end in &self.ends[..self.ends_count] {
            record.push_field(&self.text[begin..*end]);
            begin = *end;
        }
        record
    }
}

/// Reads records one after the other.
pub struct Records<R> {
    lines: Lines<R>,
    /// Lines that were looked at and belong to records to come.
    ahead: VecDeque<Line>,
    parser: Parser,
    probe: Parser,
    begins: fn(&ByteRecord) -> bool,
}

impl<R: Read> Records<R> {
    /// Reads records of an input. `begins` says whether fields are those of a plausible record: as many as it has, and
    /// what is an instant or a number in its place.
    pub fn new(input: R, begins: fn(&ByteRecord) -> bool) -> Records<R> {
        let input = BufReader::with_capacity(BUFFER_BYTES, input);
        let lines = Lines { input, count: 0, bytes_read: 0 };
        Records { lines, ahead: VecDeque::new(), parser: Parser::new(), probe: Parser::new(), begins }
    }

    /// Bytes taken so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.lines.bytes_read
    }

    /// The next record, or lines that are none; `None` at the end.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn read(&mut self) -> io::Result<Option<Result<Record, Torn>>> {
        let first = loop {
            match self.line()? {
                None => return Ok(None),
                Some(line) if line.is_empty() => {}
                Some(line) => break line,
            }
        };
        if !first.is_whole {
            return Ok(Some(Err(torn(Tear::TooLong, &first, None))));
        }
        self.parser.begin();
        let mut length = first.bytes.len();
        let mut last = None;
        let mut fields = self.parser.add(&first.bytes);
        while fields.is_none() {
            let Some(line) = self.line()? else { return Ok(Some(Err(torn(Tear::QuoteOpen, &first, last.as_ref())))) };
            length += line.bytes.len();
            if self.is_beginning(&line) {
                self.ahead.push_front(line);
                return Ok(Some(Err(torn(Tear::QuoteOpen, &first, last.as_ref()))));
            }
            if length > RECORD_BYTES_MAX {
                return Ok(Some(Err(torn(Tear::TooLong, &first, Some(&line)))));
            }
            fields = self.parser.add(&line.bytes);
            last = Some(line);
        }
        let (number, marks) = (first.number, first.marks);
        let last = last.map_or(number, |line| line.number);
        Ok(fields.map(|fields| Ok(Record { first: number, last, fields, marks })))
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        match self.ahead.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next(),
        }
    }

    /// Whether a line inside a quoted field is a plausible record of its own.
    fn is_beginning(&mut self, line: &Line) -> bool {
        self.probe.begin();
        let fields = if line.is_whole { self.probe.add(&line.bytes) } else { None };
        // What ends a quoted field has its quote in the first of what seem to be fields.
        fields.is_some_and(|fields| !fields.get(0).unwrap_or_default().contains(&b'"') && (self.begins)(&fields))
    }
}

fn torn(tear: Tear, first: &Line, last: Option<&Line>) -> Torn {
    let last = last.unwrap_or(first);
    Torn { first: first.number, last: last.number, tear, keys: [first.key(), last.key()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three fields, the last a number.
    fn begins(fields: &ByteRecord) -> bool {
        fields.len() == 3
            && fields.get(2).is_some_and(|field| !field.is_empty() && field.iter().all(u8::is_ascii_digit))
    }

    /// What is read, a line a record: its lines and its fields, or why it is torn.
    fn read(input: &[u8]) -> Vec<String> {
        // A byte at a time: nothing may depend on where the input is cut.
        let mut records = Records::new(Trickle(input), begins);
        let mut all = Vec::new();
        while let Some(record) = records.read().expect("it can be read") {
            all.push(match record {
                Ok(record) => {
                    let fields: Vec<_> = record.fields.iter().map(String::from_utf8_lossy).collect();
                    format!("{}-{} {}", record.first, record.last, fields.join("|"))
                }
                Err(torn) => format!("{}-{} {:?}", torn.first, torn.last, torn.tear),
            });
        }
        assert_eq!(records.bytes_read(), input.len() as u64);
        all
    }

    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = buffer.len().min(1);
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn records_have_their_lines() {
        for (input, expected) in [
            ("a,b,1\nc,d,2\n", &["1-1 a|b|1", "2-2 c|d|2"][..]),
            ("a,b,1\r\nc,d,2", &["1-1 a|b|1", "2-2 c|d|2"]),
            ("a,b,1\rc,d,2\r", &["1-1 a|b|1", "2-2 c|d|2"]),
            ("\n\na,b,1\n\n\nc,d,2\n\n", &["3-3 a|b|1", "6-6 c|d|2"]),
            ("a,\"b\r\n c\",1\nc,d,2\n", &["1-2 a|b\r\n c|1", "3-3 c|d|2"]),
            ("a,\"b \"\"c\"\"\",1\n", &["1-1 a|b \"c\"|1"]),
            ("\u{feff}a,b,1\n\u{feff}c,d,2\n", &["1-1 a|b|1", "2-2 c|d|2"]),
            ("", &[]),
            ("a", &["1-1 a"]),
            ("a,b,\n", &["1-1 a|b|"]),
        ] {
            assert_eq!(read(input.as_bytes()), expected, "{input:?}");
        }
    }

    #[test]
    fn a_quote_left_open_takes_nothing_with_it() {
        for (input, expected) in [
            // The next line is a record.
            ("a,\"b,1\nc,d,2\ne,f,3\n", &["1-1 QuoteOpen", "2-2 c|d|2", "3-3 e|f|3"][..]),
            // So it is where it has quotes of its own, which would close the one that is open.
            ("a,\"b,1\nc,\"d\",2\ne,f,3\n", &["1-1 QuoteOpen", "2-2 c|d|2", "3-3 e|f|3"]),
            // Lines between that are no record either are named with it.
            ("a,\"b,1\nwhat,is,this\nc,d,2\n", &["1-2 QuoteOpen", "3-3 c|d|2"]),
            // On the last line.
            ("a,b,1\nc,\"d,2\n", &["1-1 a|b|1", "2-2 QuoteOpen"]),
            ("a,b,1\nc,d,\"2", &["1-1 a|b|1", "2-2 QuoteOpen"]),
            // A field of several lines that ends as it should.
            ("a,\"b\nc,d\ne\",1\nf,g,2\n", &["1-3 a|b\nc,d\ne|1", "4-4 f|g|2"]),
            ("\"a\nb\",c,1\n", &["1-2 a\nb|c|1"]),
        ] {
            assert_eq!(read(input.as_bytes()), expected, "{input:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_named_and_dropped() {
        let long = "x".repeat(2 * RECORD_BYTES_MAX);
        assert_eq!(read(format!("a,b,1\n{long},b,2\nc,d,3\n").as_bytes()), ["1-1 a|b|1", "2-2 TooLong", "3-3 c|d|3"]);
        // Over many lines: what follows is read as what it is.
        let many = "no record\n".repeat(RECORD_BYTES_MAX / 10 + 2);
        let all = read(format!("a,\"{many}c,d,3\n").as_bytes());
        assert_eq!(all.first().map(String::as_str), Some("1-6554 TooLong"));
        assert_eq!(all.last().map(String::as_str), Some("6556-6556 c|d|3"));
    }
}
