//! `ducat export`: balances or the journal on standard output, streamed.
//!
//! CSV is for people and other programs, and says on standard error what it leaves out; NDJSON has everything, see
//! [`full`].
//!
//! Always true: a page is read under a snapshot and written without one, so a reader of the pipe that stalls keeps
//! nothing from being cleaned up; and every page is as of the head with which the export began, whatever is recorded
//! meanwhile.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{BufWriter, Write, stdout};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::{Args, ValueEnum};
use ducat_api::values::{parse_time, write_time};
use ducat_domain::ledger::effect::Posting;
use ducat_domain::ledger::rows::AssetRow;
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use ducat_domain::{Effect, Fact};
use ducat_store::read::{AccountReader, Names, seq_at};
use ducat_store::{Reader, Snapshot};

use crate::formulas::{self, Formulas};
use crate::full;
use crate::import::transactions::COLUMNS;
use crate::store::StoreArguments;
use ducat_domain::decimal;

/// What stands for a description that was erased.
const REDACTED: &str = "[redacted]";

/// Rows read at a time, so that no snapshot is held for long.
const CHUNK: usize = 4_096;

/// What to export. The store is only read: a server may go on serving it.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// What to export.
    what: What,
    /// The ledger.
    #[arg(long)]
    ledger: String,
    #[command(flatten)]
    store: StoreArguments,
    /// Only what was so at this instant, such as 2015-12-31T23:59:59Z.
    #[arg(long, value_parser = parse_time)]
    at: Option<Timestamp>,
    /// On which calendar that instant is.
    #[arg(long, default_value = "recorded")]
    by: By,
    /// How to write it.
    #[arg(long, default_value = "csv")]
    format: Format,
    /// What becomes of texts that a spreadsheet would take for formulas: guard puts a `'` in front, which import takes
    /// off.
    #[arg(long, default_value = "guard")]
    formulas: Formulas,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// account,asset,balance: by name, zeros left out.
    Balances,
    /// A leg a row, as import reads it.
    Journal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Rows for people and other programs.
    Csv,
    /// Of the journal: every recorded batch, to be taken over by import as it is.
    Ndjson,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    /// When postings were recorded.
    Recorded,
    /// When they count in the books.
    Effective,
}

/// Writes it.
pub fn run(arguments: &ExportArguments) -> anyhow::Result<ExitCode> {
    let ledger = Name::parse(&arguments.ledger).context("--ledger")?;
    let reader = arguments.store.url()?.open_reader()?;
    if arguments.format == Format::Ndjson {
        ensure!(matches!(arguments.what, What::Journal), "--format ndjson is for the journal; balances are CSV");
        ensure!(arguments.at.is_none(), "--at: a full export has the whole journal; leave it out");
        let Some(head) = reader.snapshot()?.head(&ledger)? else { bail!("there is no ledger {ledger}") };
        let written = full::write(reader.as_ref(), &head, &mut BufWriter::new(stdout().lock()));
        return done(written);
    }
    let export = Export::of(reader.as_ref(), ledger, arguments)?;
    let mut out = stdout().lock();
    let written = match arguments.what {
        What::Balances => export.balances(&mut out),
        What::Journal => export.journal(&mut out),
    };
    let written = written.and_then(|()| Ok(out.flush()?));
    export.say(arguments.what);
    done(written)
}

fn done(written: anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    match written {
        // The reader of this has read enough.
        Err(error) if is_closed_pipe(&error) => Ok(ExitCode::SUCCESS),
        other => other.map(|()| ExitCode::SUCCESS),
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(kind)
            || cause.downcast_ref::<csv::Error>().is_some_and(|error| match error.kind() {
                csv::ErrorKind::Io(error) => kind(error),
                _ => false,
            })
    })
}

/// Rows as CSV, made under a snapshot and written when it is gone.
type Page = csv::Writer<Vec<u8>>;

fn page() -> Page {
    csv::Writer::from_writer(Vec::new())
}

fn write_page(page: Page, out: &mut impl Write) -> anyhow::Result<()> {
    let rows = page.into_inner().context("rows are kept in memory")?;
    Ok(out.write_all(&rows)?)
}

struct Export<'a> {
    reader: &'a dyn Reader,
    ledger: Name,
    assets: Vec<AssetRow>,
    /// The journal ended here when the export began.
    last: Seq,
    /// What was recorded at the instant that is asked for ends here.
    recorded: Seq,
    at: Option<Timestamp>,
    by: By,
    formulas: Formulas,
    /// Texts that got a `'`.
    guarded: Cell<u64>,
}

impl<'a> Export<'a> {
    fn of(reader: &'a dyn Reader, ledger: Name, arguments: &ExportArguments) -> anyhow::Result<Export<'a>> {
        let snapshot = reader.snapshot()?;
        let Some(head) = snapshot.head(&ledger)? else { bail!("there is no ledger {ledger}") };
        let recorded = match arguments.at {
            Some(at) => seq_at(snapshot.as_ref(), &ledger, at)?,
            None => head.seq,
        };
        let assets = snapshot.assets(&ledger)?;
        let (at, by, formulas) = (arguments.at, arguments.by, arguments.formulas);
        Ok(Export { reader, assets, ledger, last: head.seq, recorded, at, by, formulas, guarded: Cell::new(0) })
    }

    /// A text as it is written.
    fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let written = formulas::write(text, self.formulas);
        self.guarded.set(self.guarded.get() + u64::from(matches!(written, Cow::Owned(_))));
        written
    }

    /// Says what is not as a reader may think.
    fn say(&self, what: What) {
        if matches!(what, What::Journal) {
            eprintln!(
                "left out of CSV: references, metadata, links of reversals, open holds, limits; --format ndjson has everything"
            );
        }
        match self.guarded.get() {
            0 => {}
            count => eprintln!(
                "{count} texts begin as a formula does and got a ' in front, which ducat import takes off; --formulas keep leaves them"
            ),
        }
    }

    fn asset(&self, no: AssetNo) -> anyhow::Result<&AssetRow> {
        self.assets.iter().find(|asset| asset.no == no).context("a posting in an asset that the ledger does not have")
    }

    fn balances(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let mut header = page();
        header.write_record(["account", "asset", "balance"])?;
        write_page(header, out)?;
        let mut after = None;
        while let Some((rows, last)) = self.balances_page(after.as_ref())? {
            write_page(rows, out)?;
            after = Some(last);
        }
        Ok(())
    }

    /// The next accounts, and the last of them.
    fn balances_page(&self, after: Option<&Name>) -> anyhow::Result<Option<(Page, Name)>> {
        let snapshot = self.reader.snapshot()?;
        let accounts = snapshot.accounts(&self.ledger, "", after, CHUNK)?;
        let Some(last) = accounts.last().map(|account| account.row.name.clone()) else { return Ok(None) };
        let mut out = page();
        for account in &accounts {
            let mut rows = Vec::with_capacity(account.balances.len());
            for row in &account.balances {
                let reader = AccountReader { snapshot: snapshot.as_ref(), ledger: &self.ledger, row };
                let balance = self.balance(&reader)?;
                let balance =
                    balance.with_context(|| format!("the balance of {} is out of range", account.row.name))?;
                let asset = self.asset(row.asset)?;
                rows.push((asset.code.as_str(), decimal::write(balance.minor_units(), asset.scale), balance));
            }
            rows.sort();
            for (asset, balance, _) in rows.iter().filter(|(.., balance)| balance.minor_units() != 0) {
                out.write_record([&*self.text(account.row.name.as_str()), &*self.text(asset), balance])?;
            }
        }
        Ok(Some((out, last)))
    }

    fn balance(&self, reader: &AccountReader<'_>) -> anyhow::Result<Option<Balance>> {
        Ok(match (self.at, self.by) {
            (Some(at), By::Effective) => reader.effective_as_of(at, self.last)?,
            // All that was recorded is effective at some instant.
            (Some(_) | None, By::Recorded) | (None, By::Effective) => Some(reader.recorded_up_to(self.recorded)?),
        })
    }

    fn journal(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let mut header = page();
        header.write_record(COLUMNS)?;
        write_page(header, out)?;
        let mut after = Seq(0);
        let mut transaction = Legs::default();
        while after < self.last {
            let Some((rows, last)) = self.journal_page(after, &mut transaction)? else { break };
            write_page(rows, out)?;
            after = last;
        }
        Ok(())
    }

    /// The next effects, and where they end. A transaction may begin on one page and end on the next.
    fn journal_page(&self, after: Seq, transaction: &mut Legs) -> anyhow::Result<Option<(Page, Seq)>> {
        let snapshot = self.reader.snapshot()?;
        let mut names = Names::new(snapshot.as_ref(), &self.ledger)?;
        let effects = snapshot.effects(&self.ledger, after, CHUNK)?;
        let Some(last) = effects.last().map(|effect| effect.seq) else { return Ok(None) };
        names.expect_of(&effects)?;
        let mut out = page();
        for effect in effects.iter().filter(|effect| effect.seq <= self.last) {
            let Fact::Posting(posting) = &effect.fact else { continue };
            if posting.leg == 0 {
                *transaction = Legs::new(effect, posting, snapshot.as_ref(), &self.ledger)?;
            }
            transaction.add(posting);
            if posting.leg + 1 == posting.legs && self.is_wanted(transaction) {
                self.write(transaction, &mut names, &mut out)?;
            }
        }
        Ok(Some((out, last)))
    }

    fn is_wanted(&self, transaction: &Legs) -> bool {
        let Some(at) = self.at else { return true };
        match self.by {
            By::Recorded => transaction.recorded_at <= at,
            By::Effective => transaction.effective_at <= at,
        }
    }

    fn write(&self, transaction: &Legs, names: &mut Names<'_>, out: &mut Page) -> anyhow::Result<()> {
        let id = transaction.id.to_string();
        let effective_at = write_time(transaction.effective_at).replace(".000000Z", "Z");
        for (account, asset, amount) in transaction.legs.iter().filter(|(.., amount)| *amount != 0) {
            let asset = self.asset(*asset)?;
            let amount = decimal::write(*amount, asset.scale);
            let account = names.account(*account)?;
            out.write_record([
                id.as_str(),
                &effective_at,
                &*self.text(&transaction.description),
                &*self.text(account.as_str()),
                &*self.text(asset.code.as_str()),
                &amount,
            ])?;
        }
        Ok(())
    }
}

/// A transaction's legs, netted by account and asset, in order of first mention.
struct Legs {
    id: Id,
    recorded_at: Timestamp,
    effective_at: Timestamp,
    description: String,
    legs: Vec<(AccountNo, AssetNo, i128)>,
}

impl Default for Legs {
    fn default() -> Legs {
        let at = Timestamp(0);
        Legs { id: Id(0), recorded_at: at, effective_at: at, description: String::new(), legs: Vec::new() }
    }
}

impl Legs {
    fn new(effect: &Effect, posting: &Posting, snapshot: &dyn Snapshot, ledger: &Name) -> anyhow::Result<Legs> {
        let held = posting.hold.map(|hold| snapshot.effect(ledger, hold)).transpose()?.flatten();
        let told = held.as_ref().unwrap_or(effect);
        let description = match told.fact.detail() {
            _ if told.is_redacted() => Some(REDACTED.to_owned()),
            detail => detail.and_then(|detail| detail.description.clone()),
        };
        Ok(Legs {
            id: posting.transaction,
            recorded_at: effect.at,
            effective_at: posting.effective_at.unwrap_or(effect.at),
            description: description.unwrap_or_default(),
            legs: Vec::new(),
        })
    }

    fn add(&mut self, posting: &Posting) {
        for (side, amount) in posting.entries() {
            let known =
                self.legs.iter_mut().find(|(account, asset, _)| (*account, *asset) == (side.account, posting.asset));
            match known {
                Some((.., sum)) => *sum = sum.saturating_add(amount),
                None => self.legs.push((side.account, posting.asset, amount)),
            }
        }
    }
}
