//! `ducat import`: a journal from CSV, a leg a row, streamed; or a full export, taken over as it is.
//!
//! A file is read three times, each time by [`transactions`]: for the decimals of its assets, for the floors of its
//! accounts, and to submit it. A line that is wrong leaves its whole transaction out, and the rest goes in.
//! Transactions go in under their own ids, so importing again changes nothing.

pub mod transactions;

mod survey;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use clap::Args;
use ducat_api::idempotency;
use ducat_api::problem::Problem;
use ducat_domain::decimal::{self, Excess};
use ducat_domain::ledger::batch::BATCH_COMMANDS_MAX;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::OutcomeKind;
use ducat_domain::ledger::terms::{AccountTerms, AssetTerms, LedgerRules, LedgerTerms, Limits, Metadata};
use ducat_domain::ledger::transaction::Transfer;
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::{Action, Command, Item, ItemOutcome, Outcome, Rejection};
use ducat_engine::clock::SystemClock;
use ducat_engine::{Engine, EngineOptions};
use ducat_store::Reader;
use indicatif::ProgressBar;

use crate::formulas::Formulas;
use crate::full;
use crate::progress::{Total, progress_bar};
use crate::store::{Loss, StoreArguments};
use survey::{Lows, Scales};
use transactions::{Part, SCALE_MAX, Transactions, Whole};

/// Lines named as wrong before the rest is only counted.
const NAMED_MAX: usize = 100;

/// Accounts without a floor that are named before the rest is only counted.
const ACCOUNTS_NAMED_MAX: usize = 10;

/// What to import.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// A CSV file with the columns transaction_id, effective_at, description, account, asset, amount; or what
    /// `ducat export journal --format ndjson` wrote.
    file: PathBuf,
    /// The ledger, opened if there is none. A full export needs one that is not there.
    #[arg(long)]
    ledger: String,
    #[command(flatten)]
    store: StoreArguments,
    /// The decimals of an asset, such as USD=2. Where not given, those of ISO 4217 or, if the file has more, those; of
    /// what ISO 4217 does not know, the most that the file has.
    #[arg(long = "scale", value_name = "CODE=N", value_parser = parse_scale)]
    scales: Vec<(String, u8)>,
    /// The lowest balance that accounts are opened with, 0 or below, or `none`. An account that goes below it in the
    /// file is opened without.
    #[arg(long, value_name = "AMOUNT", default_value = "0", allow_hyphen_values = true, value_parser = parse_floor)]
    min_balance: Floor,
    /// Whether texts that a spreadsheet would take for formulas have a `'` in front, as `ducat export` writes them.
    #[arg(long, default_value = "guard")]
    formulas: Formulas,
}

fn parse_scale(text: &str) -> Result<(String, u8), String> {
    let (code, scale) = text.split_once('=').ok_or("write CODE=N, such as USD=2")?;
    match scale.parse() {
        Ok(scale) if scale <= SCALE_MAX => Ok((code.to_owned(), scale)),
        _ => Err(format!("a scale is a number from 0 to {SCALE_MAX}")),
    }
}

/// The lowest balance of accounts, as a decimal.
#[derive(Debug, Clone)]
struct Floor(Option<String>);

fn parse_floor(text: &str) -> Result<Floor, String> {
    if text == "none" {
        return Ok(Floor(None));
    }
    let is_above = !text.starts_with('-') && text.contains(|digit: char| matches!(digit, '1'..='9'));
    match decimal::parse(text, 0, Excess::CutOff) {
        Ok(_) if is_above => Err("it is above 0, and accounts begin at 0".to_owned()),
        Ok(_) => Ok(Floor(Some(text.to_owned()))),
        Err(reason) => Err(format!("{reason}; write an amount such as -50.00, or none")),
    }
}

impl Floor {
    /// The floor in minor units; none where none is asked for.
    fn minor_units(&self, asset: &Name, scale: u8) -> anyhow::Result<Option<i128>> {
        let read = |text: &String| {
            let floor = decimal::parse(text, scale, Excess::Refused);
            floor.map_err(|reason| anyhow::anyhow!("--min-balance, in {asset}: {reason}"))
        };
        self.0.as_ref().map(read).transpose()
    }
}

/// Imports what the file is.
pub fn run(arguments: &ImportArguments) -> anyhow::Result<ExitCode> {
    let ledger = Name::parse(&arguments.ledger).context("--ledger")?;
    if full::is_full_export(&arguments.file)? {
        ensure!(arguments.scales.is_empty(), "--scale: a full export has its scales in it; leave it out");
        return full::import(&arguments.file, &ledger, &arguments.store.url()?);
    }
    import_csv(arguments, ledger)
}

/// Imports, says how much, and names every line that is wrong; the status is 1 if there is any.
fn import_csv(arguments: &ImportArguments, ledger: Name) -> anyhow::Result<ExitCode> {
    let file = File { path: &arguments.file, ledger: &ledger, formulas: arguments.formulas };
    // Nothing is made for a file that is none of ours.
    drop(file.open()?);
    let opened = arguments.store.url()?.open(None, Loss::Refused)?;
    let reader = opened.reader;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let engine = Engine::start(opened.store, Arc::clone(&reader), Arc::new(SystemClock), &EngineOptions::default());
    let engine = engine.for_operator()?;
    let scales = file.scales(reader.as_ref(), &arguments.scales)?;
    let (needed, scales) = (scales.needed(), scales.decimals());
    let mut import = Import {
        engine: &engine,
        runtime: &runtime,
        ledger: ledger.clone(),
        floors: Floors::of(&arguments.min_balance, &needed, &scales, file.lows(&scales)?)?,
        scales,
        opened: HashSet::new(),
        batch: Vec::new(),
        tally: Tally::default(),
    };
    import.prepare(&needed)?;
    import.read(&file)?;
    let tally = import.tally;
    engine.close();
    tally.say_without_floor(&arguments.min_balance);
    println!(
        "{} transactions imported, {} were there already, {} left out ({} lines wrong)",
        tally.imported, tally.known, tally.left_out, tally.wrong
    );
    Ok(if tally.left_out == 0 && tally.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// A file as every pass reads it.
struct File<'a> {
    path: &'a Path,
    ledger: &'a Name,
    formulas: Formulas,
}

impl File<'_> {
    fn open(&self) -> anyhow::Result<Transactions> {
        Transactions::open(self.path, self.ledger, self.formulas)
    }

    fn each(&self, mut count: impl FnMut(&Whole) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut transactions = self.open()?;
        while let Some(part) = transactions.next()? {
            if let Part::Whole(whole) = part {
                count(&whole)?;
            }
        }
        Ok(())
    }

    /// The decimals of assets: those that they have in the ledger, those asked for, or those needed.
    fn scales(&self, reader: &dyn Reader, given: &[(String, u8)]) -> anyhow::Result<Scales> {
        let known = reader.snapshot()?.assets(self.ledger)?.into_iter().map(|asset| (asset.code, asset.scale));
        let given = given.iter().map(|(code, scale)| Ok((Name::parse(code).context("--scale")?, *scale)));
        let given: Vec<(Name, u8)> = given.collect::<anyhow::Result<_>>()?;
        let mut scales = Scales::fixed(known.chain(given));
        self.each(|whole| scales.count(whole, |id| Ok(reader.snapshot()?.outcome(self.ledger, id)?.is_some())))?;
        Ok(scales)
    }

    fn lows(&self, scales: &BTreeMap<Name, u8>) -> anyhow::Result<Lows> {
        let mut lows = Lows::default();
        let mut seen = HashSet::new();
        self.each(|whole| {
            // A second one under the same id is not taken.
            if let Ok(postings) = postings(whole, scales)
                && seen.insert(whole.id)
            {
                lows.count(&postings);
            }
            Ok(())
        })?;
        Ok(lows)
    }
}

/// The postings of a transaction at the scales that were decided. In an asset that is not there the ledger refuses it.
fn postings(whole: &Whole, scales: &BTreeMap<Name, u8>) -> Result<Vec<Transfer>, String> {
    whole.postings(|asset| scales.get(asset).copied().unwrap_or_else(|| whole.decimals(asset)))
}

/// The floors that accounts are opened with.
struct Floors {
    of_assets: BTreeMap<Name, i128>,
    lows: Lows,
}

impl Floors {
    fn of(floor: &Floor, needed: &[Name], scales: &BTreeMap<Name, u8>, lows: Lows) -> anyhow::Result<Floors> {
        let mut of_assets = BTreeMap::new();
        for asset in needed {
            let scale = scales.get(asset).copied().unwrap_or_default();
            if let Some(floor) = floor.minor_units(asset, scale)? {
                of_assets.insert(asset.clone(), floor);
            }
        }
        Ok(Floors { of_assets, lows })
    }

    /// The floor of an account; none where it goes below it.
    fn limits(&self, account: &Name, asset: &Name) -> Limits {
        let lowest = self.lows.lowest(account, asset);
        let floor = self.of_assets.get(asset).filter(|floor| lowest >= **floor);
        Limits { min: floor.copied().and_then(Balance::new), max: None }
    }
}

#[derive(Debug, Default)]
struct Tally {
    imported: u64,
    known: u64,
    left_out: u64,
    wrong: u64,
    /// Accounts that were opened without a floor: how many, and the first of them.
    without_floor: (usize, Vec<String>),
}

impl Tally {
    fn say_without_floor(&self, floor: &Floor) {
        let (count, named) = &self.without_floor;
        let (Some(floor), 1..) = (&floor.0, *count) else { return };
        let more = count.saturating_sub(named.len());
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let accounts = if *count == 1 { "account goes" } else { "accounts go" };
        eprintln!("{count} {accounts} below {floor} in the file and got no floor: {}{more}", named.join(", "));
    }
}

/// What an item of a batch is for.
enum Purpose {
    /// To open an account, in an asset, with or without a floor.
    Open(String, Limits),
    /// A transaction, with the line of its first leg.
    Transact(u64),
}

struct Import<'a> {
    engine: &'a Engine,
    runtime: &'a tokio::runtime::Runtime,
    ledger: Name,
    scales: BTreeMap<Name, u8>,
    floors: Floors,
    opened: HashSet<(Name, Name)>,
    batch: Vec<(Item, Purpose)>,
    tally: Tally,
}

impl Import<'_> {
    /// Opens the ledger and adds the assets that it does not have.
    fn prepare(&self, needed: &[Name]) -> anyhow::Result<()> {
        let terms = LedgerTerms { assets: Vec::new(), rules: LedgerRules::default(), default_asset: None };
        // A ledger that is there, with whatever settings, is the one that was meant.
        self.act(Action::OpenLedger(terms), |rejection| matches!(rejection, Rejection::LedgerExists))?;
        for code in needed {
            let scale = self.scales.get(code).copied().unwrap_or_default();
            self.act(Action::AddAsset(AssetTerms { code: code.clone(), scale }), |_| false)?;
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

    fn read(&mut self, file: &File<'_>) -> anyhow::Result<()> {
        let bar = progress_bar(Total::Bytes(std::fs::metadata(file.path)?.len()), "bytes");
        let mut transactions = file.open()?;
        while let Some(part) = transactions.next()? {
            bar.set_position(transactions.bytes_read());
            match part {
                Part::Whole(whole) => self.take(&bar, &whole)?,
                Part::Wrong(place, reason) => self.wrong(&bar, &place, &reason),
                Part::LeftOut => self.tally.left_out += 1,
            }
        }
        self.flush(&bar)?;
        bar.finish_and_clear();
        Ok(())
    }

    fn wrong(&mut self, bar: &ProgressBar, place: &str, reason: &str) {
        self.tally.wrong += 1;
        if self.tally.wrong <= NAMED_MAX as u64 {
            bar.suspend(|| eprintln!("{place}: {reason}"));
        } else if self.tally.wrong == NAMED_MAX as u64 + 1 {
            bar.suspend(|| eprintln!("more lines are wrong; they are counted"));
        }
    }

    fn refused(&mut self, bar: &ProgressBar, line: u64, reason: &str) {
        self.tally.left_out += 1;
        self.wrong(bar, &format!("line {line}"), reason);
    }

    fn take(&mut self, bar: &ProgressBar, whole: &Whole) -> anyhow::Result<()> {
        let postings = match postings(whole, &self.scales) {
            Ok(postings) => postings,
            Err(reason) => {
                self.refused(bar, whole.line, &reason);
                return Ok(());
            }
        };
        for leg in &whole.legs {
            let (account, asset) = (leg.account.clone(), leg.asset.clone());
            if self.opened.insert((account.clone(), asset.clone())) && !account.is_world() {
                let limits = self.floors.limits(&account, &asset);
                let opened = Purpose::Open(format!("{account} ({asset})"), limits);
                let terms = AccountTerms { name: account, asset: Some(asset), limits, metadata: Metadata::default() };
                let id = CommandId::Server(idempotency::fresh());
                self.batch.push((Item::Single(Command::new(id, Action::OpenAccount(terms))), opened));
            }
        }
        let command = Command::new(CommandId::Client(whole.id), Action::Transact(whole.transaction(postings)));
        self.batch.push((Item::Single(command), Purpose::Transact(whole.line)));
        if self.batch.len() >= BATCH_COMMANDS_MAX { self.flush(bar) } else { Ok(()) }
    }

    fn flush(&mut self, bar: &ProgressBar) -> anyhow::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        let mut batch = batch.into_iter().peekable();
        while batch.peek().is_some() {
            let (items, purposes): (Vec<_>, Vec<_>) = batch.by_ref().take(BATCH_COMMANDS_MAX).unzip();
            let committed = self.runtime.block_on(self.engine.submit(self.ledger.clone(), items))?;
            for (outcome, purpose) in committed.outcomes.into_iter().zip(purposes) {
                let ItemOutcome::Single(outcome) = outcome else { continue };
                match purpose {
                    Purpose::Transact(line) => self.tell(bar, line, outcome),
                    Purpose::Open(account, Limits { min: None, .. }) if matches!(outcome, Outcome::Done { .. }) => {
                        let (count, named) = &mut self.tally.without_floor;
                        *count += 1;
                        if named.len() < ACCOUNTS_NAMED_MAX {
                            named.push(account);
                        }
                    }
                    // It was there before, or a transaction in it will say what is wrong.
                    Purpose::Open(..) => {}
                }
            }
        }
        Ok(())
    }

    fn tell(&mut self, bar: &ProgressBar, line: u64, outcome: Outcome) {
        match outcome {
            Outcome::Done { .. } => self.tally.imported += 1,
            Outcome::Replayed { kind: OutcomeKind::Done, .. } => self.tally.known += 1,
            Outcome::Refused(rejection) => self.refused(bar, line, Problem::from_rejection(&rejection).detail()),
            Outcome::Replayed { .. } | Outcome::Same | Outcome::WouldDo(_) => {
                self.refused(bar, line, "its id was refused before, and stays refused");
            }
        }
    }
}
