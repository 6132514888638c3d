//! The transactions of a CSV file, each whole or left out, in the order of the file.
//!
//! Every pass over a file reads it here, so that what one pass counts on is what the next one submits.
//!
//! - The legs of a transaction follow each other. In each asset they sum to zero, exactly.
//! - A wrong line is named and leaves out its own transaction, if it can be read whose it is.
//! - Amounts keep the decimals that they have in the file: a scale is chosen by the caller.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::{Context, bail};
use csv::ByteRecord;
use ducat_api::idempotency;
use ducat_api::records::{Record, Records, Torn, lines};
use ducat_api::values::{DESCRIPTION_BYTES_MAX, parse_id, parse_time};
use ducat_domain::decimal::{self, Excess};
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::ledger::transaction::{POSTINGS_MAX, Source, Timing, Transaction, Transfer};
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};

use crate::formulas::{self, Formulas};

/// The columns, in this order.
pub const COLUMNS: [&str; 6] = ["transaction_id", "effective_at", "description", "account", "asset", "amount"];

/// The most decimals that an asset can have.
pub const SCALE_MAX: u8 = 36;

/// One leg as read.
pub struct Leg {
    /// Whose balance changes.
    pub account: Name,
    /// In which asset.
    pub asset: Name,
    /// A decimal; positive goes into the account.
    pub amount: String,
    /// The decimals that it needs: without zeros at the end.
    pub decimals: u8,
    /// The decimals that are written.
    pub written: u8,
}

/// A transaction whose legs are all there and sum to zero.
pub struct Whole {
    /// Its id.
    pub id: Id,
    /// The line of its first leg.
    pub line: u64,
    /// When it counts in the books.
    pub effective_at: Timestamp,
    /// What it is.
    pub description: Option<String>,
    /// Its legs, none of 0.
    pub legs: Vec<Leg>,
}

/// What is next in a file.
pub enum Part {
    /// A transaction.
    Whole(Whole),
    /// Lines that are wrong, such as `line 4`, and why.
    Wrong(String, String),
    /// A transaction that is left out, for lines that were named before.
    LeftOut,
}

/// Reads the transactions of a file.
pub struct Transactions {
    records: Records<File>,
    ledger: Name,
    formulas: Formulas,
    group: Option<Group>,
    ready: VecDeque<Part>,
}

/// The legs of one transaction so far.
struct Group {
    key: Vec<u8>,
    line: u64,
    /// What its first line that can be read says of all of it, and where.
    terms: Option<(u64, Timestamp, Option<String>)>,
    legs: Vec<Leg>,
    is_wrong: bool,
}

/// Whether fields are plausibly a leg: an instant stands where one belongs.
fn is_leg(fields: &ByteRecord) -> bool {
    let at = fields.get(1).and_then(|field| std::str::from_utf8(field).ok());
    fields.len() == COLUMNS.len() && (at.is_some_and(|at| parse_time(at).is_ok()) || is_header(fields))
}

fn is_header(fields: &ByteRecord) -> bool {
    fields.iter().eq(COLUMNS.map(str::as_bytes))
}

impl Transactions {
    /// Opens a file, whose first line must name the columns.
    ///
    /// # Errors
    /// It cannot be opened, or its first line is another.
    pub fn open(path: &Path, ledger: &Name, formulas: Formulas) -> anyhow::Result<Transactions> {
        let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
        let mut records = Records::new(file, is_leg);
        let first = records.read().with_context(|| format!("{} cannot be read", path.display()))?;
        if !matches!(first, Some(Ok(record)) if is_header(&record.fields)) {
            bail!("{}: the first line must be {}", path.display(), COLUMNS.join(","));
        }
        Ok(Transactions { records, ledger: ledger.clone(), formulas, group: None, ready: VecDeque::new() })
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.records.bytes_read()
    }

    /// What comes next; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn next(&mut self) -> io::Result<Option<Part>> {
        loop {
            if let Some(part) = self.ready.pop_front() {
                return Ok(Some(part));
            }
            match self.records.read()? {
                // Files that were joined have their first line more than once.
                Some(Ok(record)) if is_header(&record.fields) => {}
                Some(Ok(record)) => self.take(&record),
                Some(Err(torn)) => self.take_torn(torn),
                None if self.group.is_none() => return Ok(None),
                None => self.finish(),
            }
        }
    }

    fn take(&mut self, record: &Record) {
        let key = record.fields.get(0).unwrap_or_default();
        let place = || lines(record.first, record.last);
        if std::str::from_utf8(key).is_err() {
            // Whose leg this was cannot be read. If it belongs to the transaction around it, that does not sum to zero.
            self.wrong(place(), "transaction_id: it is not UTF-8".to_owned());
            return;
        }
        let formulas = self.formulas;
        if let Err(reason) = self.group_of(key, record.first).add(record, formulas) {
            self.wrong(place(), reason);
            self.group_of(key, record.first).is_wrong = true;
        }
    }

    fn take_torn(&mut self, torn: Torn) {
        self.wrong(lines(torn.first, torn.last), torn.reason());
        for (key, line) in torn.keys.iter().zip([torn.first, torn.last]) {
            self.group_of(key, line).is_wrong = true;
        }
    }

    fn wrong(&mut self, place: String, reason: String) {
        self.ready.push_back(Part::Wrong(place, reason));
    }

    /// The transaction that a line belongs to: the one under way, or a new one.
    fn group_of(&mut self, key: &[u8], line: u64) -> &mut Group {
        if self.group.as_ref().is_some_and(|group| group.key != key) {
            self.finish();
        }
        self.group.get_or_insert_with(|| Group {
            key: key.to_vec(),
            line,
            terms: None,
            legs: Vec::new(),
            is_wrong: false,
        })
    }

    fn finish(&mut self) {
        let Some(group) = self.group.take() else { return };
        let line = group.line;
        match group.into_whole(&self.ledger) {
            Ok(None) => self.ready.push_back(Part::LeftOut),
            Ok(Some(whole)) => self.ready.push_back(Part::Whole(whole)),
            Err(reason) => {
                self.wrong(lines(line, line), reason);
                self.ready.push_back(Part::LeftOut);
            }
        }
    }
}

impl Group {
    fn add(&mut self, record: &Record, formulas: Formulas) -> Result<(), String> {
        if record.fields.len() != COLUMNS.len() {
            return Err(format!("it has {} fields, {} belong there", record.fields.len(), COLUMNS.len()));
        }
        let text = |place: usize| {
            let field = record.fields.get(place).unwrap_or_default();
            std::str::from_utf8(field).map_err(|_| format!("{}: it is not UTF-8", COLUMNS[place]))
        };
        if self.key.is_empty() {
            return Err("transaction_id: it is empty".to_owned());
        }
        let effective_at = parse_time(text(1)?).map_err(|reason| format!("effective_at: {reason}"))?;
        let description = formulas::read(text(2)?, formulas);
        if description.len() > DESCRIPTION_BYTES_MAX {
            let length = description.len();
            return Err(format!("description: it has {length} bytes, the limit is {DESCRIPTION_BYTES_MAX}"));
        }
        let description = (!description.is_empty()).then(|| description.to_owned());
        let name = |place: usize| {
            let named = Name::parse(formulas::read(text(place)?, formulas));
            named.map_err(|reason| format!("{}: {reason}", COLUMNS[place]))
        };
        let leg = leg(name(3)?, name(4)?, text(5)?).map_err(|reason| format!("amount: {reason}"))?;
        match &self.terms {
            None => self.terms = Some((record.first, effective_at, description)),
            Some((line, at, what)) if (*at, what) != (effective_at, &description) => {
                return Err(format!("effective_at and description differ from line {line}, of the same transaction"));
            }
            Some(_) => {}
        }
        self.legs.extend(leg);
        Ok(())
    }

    /// The transaction; none where a line of it was wrong.
    fn into_whole(self, ledger: &Name) -> Result<Option<Whole>, String> {
        let Some((_, effective_at, description)) = self.terms.filter(|_| !self.is_wrong) else { return Ok(None) };
        let key = String::from_utf8_lossy(&self.key);
        // Ids that are no UUIDs become one, as idempotency keys do.
        let id = parse_id(&key).unwrap_or_else(|_| idempotency::from_key(ledger, &key));
        let whole = Whole { id, line: self.line, effective_at, description, legs: self.legs };
        // As fine as it is itself, nothing is rounded: what does not sum to zero then never does.
        whole.postings(|asset| whole.decimals(asset))?;
        Ok(Some(whole))
    }
}

/// A leg; none where it moves nothing.
fn leg(account: Name, asset: Name, amount: &str) -> Result<Option<Leg>, String> {
    let fraction = amount.split_once('.').map_or("", |(_, fraction)| fraction);
    let needed = fraction.trim_end_matches('0').len();
    let bounded = |decimals: usize| u8::try_from(decimals).unwrap_or(u8::MAX).min(SCALE_MAX);
    let (decimals, written) = (bounded(needed), bounded(fraction.len()));
    // Whether it is a decimal at all is asked first.
    let number = decimal::parse(amount, decimals, Excess::CutOff)?;
    if needed > usize::from(SCALE_MAX) {
        return Err(format!("it has {needed} decimals, at most {SCALE_MAX} are kept"));
    }
    Ok((number != 0).then(|| Leg { account, asset, amount: amount.to_owned(), decimals, written }))
}

impl Leg {
    /// Its amount in minor units.
    pub fn minor_units(&self, scale: u8) -> Result<i128, String> {
        decimal::parse(&self.amount, scale, Excess::Refused).map_err(|reason| format!("amount: {reason}"))
    }
}

impl Whole {
    /// The decimals that its own legs need in an asset.
    pub fn decimals(&self, asset: &Name) -> u8 {
        let of_asset = self.legs.iter().filter(|leg| leg.asset == *asset);
        of_asset.map(|leg| leg.decimals).max().unwrap_or_default()
    }

    /// Pairs the legs at the scale of each asset: in file order, the first unpaid debit with the first unpaid credit.
    /// An account's debit that meets its own credit moves nothing and is left away.
    ///
    /// # Errors
    /// The legs do not sum to zero, move nothing, are too many, or an amount is finer than its asset.
    pub fn postings(&self, scale_of: impl Fn(&Name) -> u8) -> Result<Vec<Transfer>, String> {
        let mut postings = Vec::new();
        let mut assets: Vec<&Name> = Vec::new();
        for leg in &self.legs {
            if !assets.contains(&&leg.asset) {
                assets.push(&leg.asset);
            }
        }
        for asset in assets {
            self.pair(asset, scale_of(asset), &mut postings)?;
        }
        match postings.len() {
            0 => Err("the transaction moves nothing".to_owned()),
            count if count > POSTINGS_MAX => {
                Err(format!("the transaction makes {count} postings, the limit is {POSTINGS_MAX}"))
            }
            _ => Ok(postings),
        }
    }

    fn pair(&self, asset: &Name, scale: u8, postings: &mut Vec<Transfer>) -> Result<(), String> {
        let (mut debits, mut credits) = (VecDeque::new(), VecDeque::new());
        let mut sum: i128 = 0;
        for leg in self.legs.iter().filter(|leg| leg.asset == *asset) {
            let amount = leg.minor_units(scale)?;
            sum = sum.checked_add(amount).ok_or_else(|| format!("the legs in {asset} are too large"))?;
            let side = if amount < 0 { &mut debits } else { &mut credits };
            side.push_back((&leg.account, amount.unsigned_abs()));
        }
        if sum != 0 {
            let sum = decimal::write(sum, scale);
            return Err(format!(
                "the legs in {asset} do not sum to zero: {sum} is left over (the legs of a transaction follow each other)"
            ));
        }
        while let (Some((source, owed)), Some((destination, due))) = (debits.front_mut(), credits.front_mut()) {
            let amount = (*owed).min(*due);
            if source != destination {
                postings.push(Transfer {
                    source: Source::One((*source).clone()),
                    destination: (*destination).clone(),
                    asset: Some(asset.clone()),
                    amount: Amount::new(amount),
                });
            }
            *owed -= amount;
            *due -= amount;
            let (paid, received) = (*owed == 0, *due == 0);
            if paid {
                debits.pop_front();
            }
            if received {
                credits.pop_front();
            }
        }
        Ok(())
    }

    /// The transaction with its postings.
    pub fn transaction(&self, postings: Vec<Transfer>) -> Transaction {
        Transaction {
            postings,
            timing: Timing::Posted,
            effective_at: Some(self.effective_at),
            description: self.description.clone(),
            reference: None,
            metadata: Metadata::default(),
        }
    }
}
