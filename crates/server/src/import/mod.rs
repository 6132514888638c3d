//! `ducat import`: a journal from CSV, a leg a row, streamed.
//!
//! The legs of a transaction follow each other. In each asset they sum to zero and are paired in file order, the first
//! unpaid debit with the first unpaid credit. A line that is wrong leaves its whole transaction out, and the rest goes
//! in. Transactions go in under their own ids, so importing again changes nothing.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use csv::StringRecord;
use ducat_api::idempotency;
use ducat_api::problem::Problem;
use ducat_api::values::{DESCRIPTION_BYTES_MAX, parse_id, parse_time};
use ducat_domain::ledger::batch::BATCH_COMMANDS_MAX;
use ducat_domain::ledger::command::{
    AccountTerms, Action, AssetTerms, Command, CommandId, LedgerRules, LedgerTerms, Limits, Metadata, POSTINGS_MAX,
    Source, Timing, Transaction, Transfer,
};
use ducat_domain::ledger::{Item, ItemOutcome, Outcome, Rejection};
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_engine::clock::SystemClock;
use ducat_engine::{Engine, EngineOptions};
use ducat_store::Reader;
use indicatif::{ProgressBar, ProgressStyle};

use crate::store::{STORE_DEFAULT, StoreUrl};
use ducat_domain::decimal::{self, Excess};

/// The columns, in this order.
pub const COLUMNS: [&str; 6] = ["transaction_id", "effective_at", "description", "account", "asset", "amount"];

/// Lines named as wrong before the rest is only counted.
const NAMED_MAX: usize = 100;

/// What to import.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// A CSV file with the columns transaction_id, effective_at, description, account, asset, amount.
    file: PathBuf,
    /// The ledger, opened if there is none.
    #[arg(long)]
    ledger: String,
    /// Where the ledgers are: sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE.
    #[arg(long, env = "DUCAT_STORE", hide_env_values = true, default_value = STORE_DEFAULT)]
    store: String,
    /// The decimals of an asset, such as USD=2; where not given, the most that the file has.
    #[arg(long = "scale", value_name = "CODE=N", value_parser = parse_scale)]
    scales: Vec<(String, u8)>,
}

fn parse_scale(text: &str) -> Result<(String, u8), String> {
    let (code, scale) = text.split_once('=').ok_or("write CODE=N, such as USD=2")?;
    match scale.parse() {
        Ok(scale) if scale <= 36 => Ok((code.to_owned(), scale)),
        _ => Err("a scale is a number from 0 to 36".to_owned()),
    }
}

/// How much there is to do.
pub enum Total {
    /// So many bytes.
    Bytes(u64),
    /// So many of something.
    Count(u64),
    /// Nobody knows.
    Unknown,
}

/// A bar when the terminal can show it.
pub fn progress_bar(total: Total, unit: &str) -> ProgressBar {
    let (bar, template) = match total {
        Total::Bytes(total) => (ProgressBar::new(total), "{bar:40} {bytes}/{total_bytes} {eta}".to_owned()),
        Total::Count(total) => {
            (ProgressBar::new(total), format!("{{bar:40}} {{human_pos}}/{{human_len}} {unit} {{eta}}"))
        }
        Total::Unknown => (ProgressBar::new_spinner(), format!("{{spinner}} {{human_pos}} {unit} {{elapsed}}")),
    };
    match ProgressStyle::with_template(&template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Imports, says how much, and names every line that is wrong; the status is 1 if there is any.
pub fn run(arguments: &ImportArguments) -> anyhow::Result<ExitCode> {
    let ledger = Name::parse(&arguments.ledger).context("--ledger")?;
    let found = scan(&arguments.file)?;
    let opened = StoreUrl::parse(&arguments.store)?.open(None)?;
    let reader = opened.reader;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let engine = Engine::start(opened.store, Arc::clone(&reader), Arc::new(SystemClock), &EngineOptions::default());
    let mut import = Import {
        engine: &engine,
        runtime: &runtime,
        ledger,
        scales: BTreeMap::new(),
        opened: HashSet::new(),
        batch: Vec::new(),
        tally: Tally::default(),
    };
    import.prepare(reader.as_ref(), found, &arguments.scales)?;
    import.read(&arguments.file)?;
    let tally = import.tally;
    engine.close();
    println!(
        "{} transactions imported, {} were there already, {} left out ({} lines wrong)",
        tally.imported, tally.known, tally.left_out, tally.wrong
    );
    Ok(if tally.left_out == 0 && tally.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn open(path: &Path) -> anyhow::Result<csv::Reader<File>> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let headers = reader.headers().with_context(|| format!("{} is not CSV", path.display()))?;
    if headers.iter().ne(COLUMNS) {
        bail!("{}: the first line must be {}", path.display(), COLUMNS.join(","));
    }
    Ok(reader)
}

/// The assets of a file, each with the most decimals that it has anywhere.
fn scan(path: &Path) -> anyhow::Result<BTreeMap<String, u8>> {
    let mut reader = open(path)?;
    let mut scales: BTreeMap<String, u8> = BTreeMap::new();
    let mut record = StringRecord::new();
    loop {
        // Lines that are no CSV are named when they are read for good.
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(scales),
            Err(error) if error.is_io_error() => return Err(error.into()),
            Err(_) => continue,
            Ok(true) => {}
        }
        if let (Some(asset), Some(amount)) = (record.get(4), record.get(5))
            && Name::parse(asset).is_ok()
        {
            let decimals = u8::try_from(decimal::decimals(amount)).unwrap_or(u8::MAX).min(36);
            let scale = scales.entry(asset.to_owned()).or_default();
            *scale = decimals.max(*scale);
        }
    }
}

#[derive(Debug, Default)]
struct Tally {
    imported: u64,
    known: u64,
    left_out: u64,
    wrong: u64,
}

/// One leg as read.
struct Leg {
    account: Name,
    asset: Name,
    /// Positive goes into the account.
    amount: i128,
}

/// The legs of one transaction so far.
struct Group {
    key: String,
    line: u64,
    id: Id,
    effective_at: Timestamp,
    description: Option<String>,
    legs: Vec<Leg>,
    is_wrong: bool,
}

struct Import<'a> {
    engine: &'a Engine,
    runtime: &'a tokio::runtime::Runtime,
    ledger: Name,
    scales: BTreeMap<Name, u8>,
    opened: HashSet<(Name, Name)>,
    /// Items with the line of the transaction that each belongs to; none for what opens accounts.
    batch: Vec<(Item, Option<u64>)>,
    tally: Tally,
}

impl Import<'_> {
    /// Opens the ledger and adds the assets that it does not have.
    fn prepare(
        &mut self,
        reader: &dyn Reader,
        found: BTreeMap<String, u8>,
        given: &[(String, u8)],
    ) -> anyhow::Result<()> {
        let terms = LedgerTerms { assets: Vec::new(), rules: LedgerRules::default() };
        // A ledger that is there, with whatever settings, is the one that was meant.
        self.act(Action::OpenLedger(terms), |rejection| matches!(rejection, Rejection::LedgerExists))?;
        let known = reader.snapshot()?.assets(&self.ledger)?;
        for (code, found) in found {
            let code = Name::parse(&code)?;
            let known = known.iter().find(|asset| asset.code == code).map(|asset| asset.scale);
            let given = given.iter().find(|(name, _)| name == code.as_str()).map(|(_, scale)| *scale);
            let scale = given.or(known).unwrap_or(found);
            self.act(Action::AddAsset(AssetTerms { code: code.clone(), scale }), |_| false)?;
            self.scales.insert(code, scale);
        }
        Ok(())
    }

    fn act(&self, action: Action, is_fine: impl Fn(&Rejection) -> bool) -> anyhow::Result<()> {
        let command = Command::new(CommandId::Server(idempotency::fresh()), action);
        let committed = self.runtime.block_on(self.engine.submit(self.ledger.clone(), vec![Item::Single(command)]))?;
        for outcome in committed.outcomes {
            if let ItemOutcome::Single(Outcome::Refused(rejection)) = outcome
                && !is_fine(&rejection)
            {
                bail!("{}", Problem::from_rejection(&rejection).detail());
            }
        }
        Ok(())
    }

    fn read(&mut self, path: &Path) -> anyhow::Result<()> {
        let bar = progress_bar(Total::Bytes(std::fs::metadata(path)?.len()), "bytes");
        let mut reader = open(path)?;
        let mut record = StringRecord::new();
        let mut group: Option<Group> = None;
        loop {
            let line = reader.position().line();
            bar.set_position(reader.position().byte());
            let more = match reader.read_record(&mut record) {
                Ok(more) => more,
                Err(error) if error.is_io_error() => return Err(error.into()),
                Err(error) => {
                    self.wrong(&bar, line, &error.to_string());
                    // Whose leg this was cannot be read, so the transaction around it cannot be trusted.
                    group = group.map(|group| Group { is_wrong: true, ..group });
                    continue;
                }
            };
            if !more {
                break;
            }
            // The csv crate counts the line that a record ends on; its position is where it begins.
            let line = record.position().map_or(line, csv::Position::line);
            let key = record.get(0).unwrap_or_default();
            if group.as_ref().is_none_or(|group| group.key != key) {
                if let Some(done) = group.take() {
                    self.finish(&bar, done)?;
                }
                group = Some(Group::new(key, line, &self.ledger));
            }
            if let Some(group) = &mut group
                && let Err(reason) = group.add(&record, line, &self.scales)
            {
                self.wrong(&bar, line, &reason);
                group.is_wrong = true;
            }
        }
        if let Some(done) = group {
            self.finish(&bar, done)?;
        }
        self.flush(&bar)?;
        bar.finish_and_clear();
        Ok(())
    }

    fn wrong(&mut self, bar: &ProgressBar, line: u64, reason: &str) {
        self.tally.wrong += 1;
        if self.tally.wrong <= NAMED_MAX as u64 {
            bar.suspend(|| eprintln!("line {line}: {reason}"));
        } else if self.tally.wrong == NAMED_MAX as u64 + 1 {
            bar.suspend(|| eprintln!("more lines are wrong; they are counted"));
        }
    }

    fn finish(&mut self, bar: &ProgressBar, group: Group) -> anyhow::Result<()> {
        if group.is_wrong {
            self.tally.left_out += 1;
            return Ok(());
        }
        let line = group.line;
        let accounts: Vec<(Name, Name)> =
            group.legs.iter().map(|leg| (leg.account.clone(), leg.asset.clone())).collect();
        let (id, transaction) = match group.into_transaction() {
            Ok(made) => made,
            Err(reason) => {
                self.wrong(bar, line, &reason);
                self.tally.left_out += 1;
                return Ok(());
            }
        };
        for (account, asset) in accounts {
            if self.opened.insert((account.clone(), asset.clone())) && !account.is_world() {
                let terms = AccountTerms {
                    name: account,
                    asset: Some(asset),
                    limits: Limits::NONE,
                    metadata: Metadata::default(),
                };
                let id = CommandId::Server(idempotency::fresh());
                self.batch.push((Item::Single(Command::new(id, Action::OpenAccount(terms))), None));
            }
        }
        let command = Command::new(CommandId::Client(id), Action::Transact(transaction));
        self.batch.push((Item::Single(command), Some(line)));
        if self.batch.len() >= BATCH_COMMANDS_MAX { self.flush(bar) } else { Ok(()) }
    }

    fn flush(&mut self, bar: &ProgressBar) -> anyhow::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        let mut batch = batch.into_iter().peekable();
        while batch.peek().is_some() {
            let (items, lines): (Vec<_>, Vec<_>) = batch.by_ref().take(BATCH_COMMANDS_MAX).unzip();
            let committed = self.runtime.block_on(self.engine.submit(self.ledger.clone(), items))?;
            for (outcome, line) in committed.outcomes.into_iter().zip(lines) {
                let (Some(line), ItemOutcome::Single(outcome)) = (line, outcome) else { continue };
                match outcome {
                    Outcome::Done { .. } => self.tally.imported += 1,
                    Outcome::Replayed { verdict: ducat_domain::ledger::rows::Verdict::Done, .. } => {
                        self.tally.known += 1;
                    }
                    Outcome::Refused(rejection) => {
                        self.tally.left_out += 1;
                        self.wrong(bar, line, Problem::from_rejection(&rejection).detail());
                    }
                    Outcome::Replayed { .. } | Outcome::Same | Outcome::WouldDo(_) => {
                        self.tally.left_out += 1;
                        self.wrong(bar, line, "its id was refused before, and stays refused");
                    }
                }
            }
        }
        Ok(())
    }
}

impl Group {
    fn new(key: &str, line: u64, ledger: &Name) -> Group {
        // Ids that are no UUIDs become one, as idempotency keys do.
        let id = parse_id(key).unwrap_or_else(|_| idempotency::from_key(ledger, key));
        Group {
            key: key.to_owned(),
            line,
            id,
            effective_at: Timestamp(0),
            description: None,
            legs: Vec::new(),
            is_wrong: false,
        }
    }

    fn add(&mut self, record: &StringRecord, line: u64, scales: &BTreeMap<Name, u8>) -> Result<(), String> {
        let fields: Vec<&str> = record.iter().collect();
        let [key, effective_at, description, account, asset, amount] = fields.as_slice() else {
            return Err(format!("it has {} fields, {} belong there", fields.len(), COLUMNS.len()));
        };
        if key.is_empty() {
            return Err("transaction_id: it is empty".to_owned());
        }
        let effective_at = parse_time(effective_at).map_err(|reason| format!("effective_at: {reason}"));
        let description_length = description.len();
        let description = (!description.is_empty()).then(|| (*description).to_owned());
        if line == self.line {
            self.effective_at = effective_at.as_ref().copied().unwrap_or(Timestamp(0));
            self.description.clone_from(&description);
        }
        let effective_at = effective_at?;
        if description_length > DESCRIPTION_BYTES_MAX {
            return Err(format!(
                "description: it has {} bytes, the limit is {DESCRIPTION_BYTES_MAX}",
                description_length
            ));
        }
        let name = |what, text: &str| Name::parse(text).map_err(|reason| format!("{what}: {reason}"));
        let (account, asset) = (name("account", account)?, name("asset", asset)?);
        let scale = scales.get(&asset).copied().unwrap_or(0);
        let amount = decimal::parse(amount, scale, Excess::Refused).map_err(|reason| format!("amount: {reason}"))?;
        if self.effective_at != effective_at || self.description != description {
            return Err(format!(
                "effective_at and description differ from line {}, of the same transaction",
                self.line
            ));
        }
        if amount != 0 {
            self.legs.push(Leg { account, asset, amount });
        }
        Ok(())
    }

    /// Pairs the legs. An account's debit that meets its own credit moves nothing and is left away.
    fn into_transaction(self) -> Result<(Id, Transaction), String> {
        let mut postings = Vec::new();
        let mut assets: Vec<&Name> = Vec::new();
        for leg in &self.legs {
            if !assets.contains(&&leg.asset) {
                assets.push(&leg.asset);
            }
        }
        for asset in assets {
            let of_asset = || self.legs.iter().filter(|leg| leg.asset == *asset);
            let sum: i128 = of_asset().map(|leg| leg.amount).fold(0, i128::saturating_add);
            if sum != 0 {
                return Err(format!(
                    "the legs in {asset} do not sum to zero: {sum} minor units are left over (the legs of a transaction follow each other)"
                ));
            }
            let unpaid = |leg: &Leg| (leg.account.clone(), leg.amount.unsigned_abs());
            let mut debits = of_asset().filter(|leg| leg.amount < 0).map(unpaid);
            let mut credits = of_asset().filter(|leg| leg.amount > 0).map(unpaid);
            let (mut debit, mut credit) = (debits.next(), credits.next());
            while let (Some((source, owed)), Some((destination, due))) = (&mut debit, &mut credit) {
                let amount = (*owed).min(*due);
                if source != destination {
                    postings.push(Transfer {
                        source: Source::One(source.clone()),
                        destination: destination.clone(),
                        asset: Some(asset.clone()),
                        amount: Amount::new(amount),
                    });
                }
                *owed -= amount;
                *due -= amount;
                let (paid, received) = (*owed == 0, *due == 0);
                if paid {
                    debit = debits.next();
                }
                if received {
                    credit = credits.next();
                }
            }
        }
        match postings.len() {
            0 => Err("the transaction moves nothing".to_owned()),
            count if count > POSTINGS_MAX => {
                Err(format!("the transaction makes {count} postings, the limit is {POSTINGS_MAX}"))
            }
            _ => Ok((
                self.id,
                Transaction {
                    postings,
                    timing: Timing::Posted,
                    effective_at: Some(self.effective_at),
                    description: self.description,
                    reference: None,
                    metadata: Metadata::default(),
                },
            )),
        }
    }
}
