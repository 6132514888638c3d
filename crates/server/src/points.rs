//! `ducat points import`: earnings and adjustments from CSV, a row each, streamed into a store that no server has open.
//!
//! It takes the same rows in the same chunks as the route does, so a file that was sent half to a server may be
//! finished here, and the other way round.

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use ducat_api::idempotency;
use ducat_api::problem::Problem;
use ducat_api::records::lines;
use ducat_api::v1::points::import::{Import, Stopped, Taken};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::{AssetTerms, LedgerRules, LedgerTerms};
use ducat_domain::names::Name;
use ducat_domain::points::{self, Order, Program};
use ducat_domain::{Action, Command, Item, ItemOutcome, Outcome, Rejection};
use ducat_engine::clock::SystemClock;
use ducat_engine::{Engine, EngineOptions};
use indicatif::ProgressBar;

use crate::client;
use crate::progress::{Total, progress_bar};
use crate::store::{Loss, StoreArguments};

/// Lines named as refused before the rest is only counted.
const NAMED_MAX: u64 = 100;

/// What to do with points.
#[derive(Debug, Args)]
pub struct PointsArguments {
    #[command(subcommand)]
    command: PointsCommand,
}

#[derive(Debug, Subcommand)]
enum PointsCommand {
    /// Import rows of member,payer,points,timestamp; a file that was imported in part goes on where it stopped.
    Import(ImportArguments),
    /// Show what a member has of each payer, on a server.
    Show(client::points::MemberArguments),
    /// List what came to a member and what went, newest first, on a server.
    History(client::points::HistoryArguments),
}

/// What to import.
#[derive(Debug, Args)]
struct ImportArguments {
    /// A CSV file with the columns member, payer, points, timestamp; negative points are taken back.
    file: PathBuf,
    /// The ledger. If it keeps no points yet, it begins to, in --asset and --order.
    #[arg(long)]
    ledger: String,
    #[command(flatten)]
    store: StoreArguments,
    /// A name that distinguishes imports of the same rows.
    #[arg(long, default_value = "")]
    import: String,
    /// In which asset points are kept, where the ledger keeps none yet.
    #[arg(long, default_value = "PTS")]
    asset: String,
    /// Which points are spent first, where the ledger keeps none yet.
    #[arg(long, default_value = "earned")]
    order: OrderWord,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OrderWord {
    /// What was earned first, by the date on it.
    Earned,
    /// What expires soonest.
    Expiring,
}

/// Does what is asked.
pub fn run(arguments: &PointsArguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        PointsCommand::Import(arguments) => import(arguments),
        PointsCommand::Show(arguments) => client::points::show(arguments).map(|()| ExitCode::SUCCESS),
        PointsCommand::History(arguments) => client::points::history(arguments).map(|()| ExitCode::SUCCESS),
    }
}

/// Imports, says how much, and names every line that was refused; the status is 1 if there is any.
fn import(arguments: &ImportArguments) -> anyhow::Result<ExitCode> {
    let ledger = Name::parse(&arguments.ledger).context("--ledger")?;
    let file = File::open(&arguments.file).with_context(|| format!("{} cannot be opened", arguments.file.display()))?;
    let bar = progress_bar(Total::Bytes(file.metadata()?.len()), "bytes");
    let opened = arguments.store.url()?.open(None, Loss::Refused)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let options = EngineOptions::default();
    let engine = Engine::start(opened.store, Arc::clone(&opened.reader), Arc::new(SystemClock), &options);
    let engine = engine.for_operator()?;
    let taken = runtime.block_on(async {
        begin(&engine, &ledger, arguments).await?;
        let import = Import::start(engine.clone(), ledger, &arguments.import, file);
        take_all(import, &bar).await
    });
    engine.close();
    bar.finish_and_clear();
    let Taken { rows, imported, expired, repeated, .. } = taken?;
    let refused = rows - imported - repeated;
    let lost = if expired == 0 { String::new() } else { format!(" ({expired} of them had expired already)") };
    println!("{imported} rows imported{lost}, {repeated} were there already, {refused} refused");
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn take_all(mut import: Import, bar: &ProgressBar) -> anyhow::Result<Taken> {
    let mut all = Taken::default();
    let mut named = 0;
    loop {
        match import.next().await {
            Ok(None) => return Ok(all),
            Ok(Some(taken)) => {
                all.rows += taken.rows;
                all.imported += taken.imported;
                all.expired += taken.expired;
                all.repeated += taken.repeated;
                all.unread = all.unread.or(taken.unread);
                bar.set_position(taken.bytes);
                for refused in taken.refused {
                    named += 1;
                    if named <= NAMED_MAX {
                        let place = lines(refused.line, refused.last_line);
                        bar.suspend(|| eprintln!("{place}: {}", refused.reason));
                    }
                }
            }
            Err(stopped) => {
                let done = all.imported + all.repeated;
                match stopped {
                    Stopped::Read(error) => bail!("{error}; {done} rows are in"),
                    // Such as a disk that is full: nothing is wrong with the file.
                    Stopped::Refused(problem) if problem.status() >= 500 => {
                        bail!("{}; {done} rows are in, and the same command goes on behind them", problem.detail());
                    }
                    Stopped::Refused(problem) => bail!("{}; {done} rows are in", problem.detail()),
                }
            }
        }
    }
}

/// Opens the ledger and begins to keep points in it, where that is not so already.
async fn begin(engine: &Engine, ledger: &Name, arguments: &ImportArguments) -> anyhow::Result<()> {
    let (reader, of) = (Arc::clone(engine.reader()), ledger.clone());
    let program = tokio::task::spawn_blocking(move || reader.snapshot()?.program(&of)).await??;
    if program.is_some() {
        return Ok(());
    }
    let asset = Name::parse(&arguments.asset).context("--asset")?;
    let order = match arguments.order {
        OrderWord::Earned => Order::Earned,
        OrderWord::Expiring => Order::Expiring,
    };
    let terms = AssetTerms { code: asset.clone(), scale: 0 };
    let program = Program { asset, order, lifetime_days: None, pending_days: 0 };
    let open = LedgerTerms { assets: vec![terms.clone()], rules: LedgerRules::default(), default_asset: None };
    // A ledger that is there keeps what it has, and gets the asset.
    for action in [Action::OpenLedger(open), Action::AddAsset(terms), Action::from(points::Action::SetProgram(program))]
    {
        let item = Item::Single(Command::new(CommandId::Server(idempotency::fresh()), action));
        let committed = engine.submit(ledger.clone(), vec![item]).await?;
        for outcome in committed.outcomes {
            match outcome {
                ItemOutcome::Single(Outcome::Refused(Rejection::LedgerExists | Rejection::AssetExists { .. })) => {}
                ItemOutcome::Single(Outcome::Refused(rejection)) => {
                    bail!("{}", Problem::from_rejection(&rejection).detail());
                }
                ItemOutcome::Single(_) | ItemOutcome::Atomic(_) | ItemOutcome::AtomicRefused { .. } => {}
            }
        }
    }
    Ok(())
}
