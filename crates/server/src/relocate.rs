//! `ducat move`: ledgers from one store to another, batch by batch, with their numbers, times and hashes.
//!
//! Nothing is decided again and nothing is lost: each recorded batch is taken over whole, and must get the hash that it
//! had. What is stored there already is not sent again, so an interrupted move is taken up where it ended. The source
//! is only read; no one may write to it meanwhile. Until the last batch is there no one sees the ledger at its new
//! place.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use clap::Args;
use ducat_api::values::hex;
use ducat_domain::Effect;
use ducat_domain::ledger::recover::Arrival;
use ducat_domain::ledger::rows::{BatchRow, Head};
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq};
use ducat_engine::clock::SystemClock;
use ducat_engine::executor::{AdoptError, Executor, Recorded};
use ducat_engine::heads::store_id;
use ducat_engine::published::Published;
use ducat_engine::webhooks::Endpoints;
use ducat_store::sinks::{Noted, Progress};
use ducat_store::{Reader, Store};
use indicatif::ProgressBar;

use crate::progress::{Total, progress_bar};
use crate::store::{Loss, Opened, StoreUrl, TargetArguments};
use crate::verify::summarize;

/// Effects committed at a time, unless one batch has more: as many as a busy server's batch.
const EFFECTS_AT_ONCE: usize = 8_190;

/// Batches looked at for one commit: of a ledger that was written one transaction at a time.
const BATCHES_AT_ONCE: usize = 1_000;

/// Rows compared at a time.
const CHUNK: usize = 4_096;

/// From where, and where to.
#[derive(Debug, Args)]
pub struct MoveArguments {
    /// The store to move from. No server may run on it.
    #[arg(long, required_unless_present = "from_file")]
    from: Option<String>,
    /// A file that names the store to move from.
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    from_file: Option<PathBuf>,
    #[command(flatten)]
    target: TargetArguments,
    /// The ledger to move; all of them when missing.
    #[arg(long)]
    ledger: Option<String>,
}

/// Moves, verifies both sides, and compares them.
pub fn run(arguments: &MoveArguments) -> anyhow::Result<ExitCode> {
    let from = StoreUrl::named(arguments.from.as_deref(), arguments.from_file.as_deref()).context("--from")?;
    let to = arguments.target.url()?;
    ensure!(from != to, "--from and --to are the same store");
    let only = arguments.ledger.as_deref().map(Name::parse).transpose().context("--ledger")?;
    let mut source = from.open_existing()?;
    let target = to.open(None, Loss::Refused)?;
    let mut heads = heads_to_move(&mut source, only.as_ref())?;
    ensure!(
        heads.iter().any(|head| only.is_none() || !head.ledger.is_system()),
        "there is no ledger to move in {from}"
    );
    let published = Arc::new(Published::default());
    let mut executor = Executor::new(target.store, Arc::new(SystemClock), published);
    check_actors(source.reader.as_ref(), target.reader.as_ref())?;
    heads.retain(|head| is_movable(head, target.reader.as_ref()));
    let bar = progress_bar(Total::Count(heads.iter().map(|head| head.seq.0).sum()), "effects");
    for head in &heads {
        let moved = Moving { source: source.reader.as_ref(), head, executor: &mut executor, bar: &bar }.run();
        moved.with_context(|| format!("ledger {}", head.ledger))?;
    }
    let unmoved = source.store.confirm(&heads)?;
    drop(executor);
    if heads.iter().any(|head| head.ledger.is_system()) {
        move_progress(source.reader.as_ref(), to.open(None, Loss::Refused)?.store.as_mut())?;
    }
    bar.finish_and_clear();
    ensure!(unmoved, "{from} was written to meanwhile; stop its server and move again: what was moved stays");
    let mut differences = 0;
    for (name, reader) in [(&from, &source.reader), (&to, &target.reader)] {
        differences += summarize(name, reader.as_ref())?;
    }
    for head in &heads {
        differences += usize::from(!same(source.reader.as_ref(), target.reader.as_ref(), head)?);
    }
    Ok(if differences == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Moves how far webhooks are, which is in no journal: without it, every event since they were opened would be sent again.
fn move_progress(source: &dyn Reader, target: &mut dyn Store) -> anyhow::Result<()> {
    let endpoints = Endpoints::default();
    endpoints.refresh(source)?;
    let sinks: Vec<Name> = endpoints.all().iter().map(|endpoint| endpoint.sink.clone()).collect();
    let known: HashMap<Name, Progress> =
        source.progress(&sinks)?.into_iter().map(|progress| (progress.sink.clone(), progress)).collect();
    let claimed = target.claim_sinks(&sinks)?.into_iter();
    let noted = claimed.filter_map(|Progress { sink, epoch, .. }| {
        let progress = Progress { epoch, ..known.get(&sink)?.clone() };
        Some(Noted { progress, deliveries: Vec::new() })
    });
    Ok(target.note_deliveries(&noted.collect::<Vec<_>>())?)
}

/// The heads of what is to be moved. Asking the writing side takes each ledger's lease, or finds a server that has it.
fn heads_to_move(source: &mut Opened, only: Option<&Name>) -> anyhow::Result<Vec<Head>> {
    let mut heads = Vec::new();
    let mut after: Option<Name> = None;
    loop {
        let page = source.reader.snapshot()?.ledgers(after.as_ref(), CHUNK)?;
        let Some(last) = page.last() else { return Ok(heads) };
        after = Some(last.ledger.clone());
        // Who asked for something is a number that the system ledger gives a name to: it goes along.
        let is_moved = |ledger: &Name| ledger.is_system() || only.is_none_or(|only| only == ledger);
        for head in page.iter().filter(|head| is_moved(&head.ledger)) {
            let loaded = source.store.ledger(&head.ledger);
            heads.push(loaded.context("a server runs on the source; stop it first")?.head);
        }
    }
}

/// Refuses to move what was asked for by actors of one store into another that has keys of its own: the same number would
/// be another's there.
fn check_actors(source: &dyn Reader, target: &dyn Reader) -> anyhow::Result<()> {
    let (source, target) = (source.snapshot()?, target.snapshot()?);
    let (here, there) = (store_id(source.as_ref())?, store_id(target.as_ref())?);
    let has_actors = source.head(&Name::system())?.is_some_and(|head| head.accounts.0 > 0);
    ensure!(
        !has_actors || there.is_none() || here == there,
        "both stores have a system ledger of their own, and effects of the source say who asked by numbers of its own; move into \
         a store that has no keys and no ledger deleted yet"
    );
    Ok(())
}

/// A store that has a system ledger keeps its own: names that were deleted at the source may be used there.
fn is_movable(head: &Head, target: &dyn Reader) -> bool {
    let is_kept = head.ledger.is_system()
        && target
            .snapshot()
            .and_then(|snapshot| snapshot.head(&head.ledger))
            .is_ok_and(|there| there.is_some_and(|there| (there.batch, there.hash) != (head.batch, head.hash)));
    if is_kept {
        eprintln!("the target keeps its own system ledger: tombstones of the source are not moved");
    }
    !is_kept
}

struct Moving<'a> {
    source: &'a dyn Reader,
    head: &'a Head,
    executor: &'a mut Executor,
    bar: &'a ProgressBar,
}

impl Moving<'_> {
    fn run(self) -> anyhow::Result<()> {
        let ledger = &self.head.ledger;
        let there = self.executor.head(ledger)?;
        let mut next = self.common(&there)?;
        let begun = self.bar.position();
        while next.0 < self.head.batch {
            let batches = recorded(self.source, ledger, next)?;
            let Some((_, last)) = batches.last() else { bail!("batch {} is missing from the source", next.0.next()) };
            next = (last.batch, last.last);
            let arrival = if next.0 < self.head.batch { Arrival::More } else { Arrival::Last };
            self.executor.adopt(ledger, &batches, arrival)?;
            self.bar.set_position(begun + next.1.0);
        }
        Ok(())
    }

    /// How far the target has this very ledger already.
    fn common(&self, there: &Head) -> anyhow::Result<(BatchNo, Seq)> {
        if there.batch == BatchNo(0) {
            return Ok((BatchNo(0), Seq(0)));
        }
        let before = BatchNo(there.batch.0 - 1);
        let here = self.source.snapshot()?.batches(&there.ledger, before, 1)?;
        let same = here.first().is_some_and(|row| row.batch == there.batch && row.hash == there.hash);
        ensure!(same, "the target has another ledger of this name, which goes its own way at batch {}", there.batch);
        Ok((there.batch, there.seq))
    }
}

/// Recorded batches on their way into a store: as many are committed together as fit.
#[derive(Default)]
pub struct Arriving {
    waiting: Vec<Recorded>,
    effects: usize,
}

impl Arriving {
    /// Takes the next batch of a ledger over, now or with those that follow it.
    pub fn take(
        &mut self,
        executor: &mut Executor,
        ledger: &Name,
        batch: Recorded,
        arrival: Arrival,
    ) -> Result<(), AdoptError> {
        self.effects += batch.0.len();
        self.waiting.push(batch);
        let is_full = self.effects >= EFFECTS_AT_ONCE || self.waiting.len() >= BATCHES_AT_ONCE;
        if is_full || arrival == Arrival::Last {
            executor.adopt(ledger, &self.waiting, arrival)?;
            *self = Arriving::default();
        }
        Ok(())
    }
}

/// The next recorded batches of a ledger after one of them, with their effects.
pub fn recorded(source: &dyn Reader, ledger: &Name, (batch, seq): (BatchNo, Seq)) -> anyhow::Result<Vec<Recorded>> {
    let snapshot = source.snapshot()?;
    let mut rows = snapshot.batches(ledger, batch, BATCHES_AT_ONCE)?;
    let fits = |row: &BatchRow| row.last.0.saturating_sub(seq.0) <= EFFECTS_AT_ONCE as u64;
    let count = rows.iter().take_while(|row| fits(row)).count().max(1);
    rows.truncate(count);
    let last = rows.last().map_or(seq, |row| row.last);
    let wanted = usize::try_from(last.0.saturating_sub(seq.0))?;
    let mut effects = snapshot.effects(ledger, seq, wanted)?.into_iter().peekable();
    let mut batches = Vec::with_capacity(rows.len());
    for row in rows {
        let own: Vec<Effect> = std::iter::from_fn(|| effects.next_if(|effect| effect.seq <= row.last)).collect();
        batches.push((own, row));
    }
    Ok(batches)
}

/// Whether a ledger has the same last batch and the same balances on both sides; says so. Where it is served at its new
/// place already, what was done there since stands behind that batch.
fn same(from: &dyn Reader, to: &dyn Reader, head: &Head) -> anyhow::Result<bool> {
    let ledger = &head.ledger;
    let (from, to) = (from.snapshot()?, to.snapshot()?);
    let there = to.head(ledger)?.context("the target has no such ledger")?;
    let last = to.batches(ledger, BatchNo(head.batch.0.saturating_sub(1)), 1)?;
    let mut same = last.first().is_some_and(|row| (row.batch, row.last, row.hash) == (head.batch, head.seq, head.hash));
    let is_served = there.batch > head.batch;
    let mut after = None;
    let mut balances = 0;
    while same && !is_served {
        let (here, there) = (from.balances(ledger, after, CHUNK)?, to.balances(ledger, after, CHUNK)?);
        same = here == there;
        balances += here.len();
        match here.last() {
            Some(last) => after = Some((last.account, last.asset)),
            None => break,
        }
    }
    let hash = hex(&head.hash[..8]);
    let verdict = match (same, is_served) {
        (true, false) => "the same on both",
        (true, true) => "the same on both, and served since",
        (false, _) => "DIFFERENT",
    };
    println!("{ledger}: {} batches, last hash {hash}…, {balances} balances, {verdict}", head.batch);
    Ok(same)
}
