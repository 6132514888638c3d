//! The writing side: ledger and load on one session, commit and settle on another.
//!
//! Every operation is a constant number of round trips, whatever its size: arrays in, rows out. A commit is two. The
//! first sends BEGIN, the comparison of the heads and every row; while it is not answered nothing can have landed. A large
//! commit copies its journal, in two more. The last is COMMIT, and only its response decides; if it is lost, [`Committer::settle`] asks again. A transaction
//! that the database wants repeated (40001, 40P01), or whose session was lost before COMMIT, is repeated whole.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::rows::{Head, IdRow, TransactionRow};
use ducat_domain::ledger::working::{Heads, TIME_ORDERED_END};
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Id, Seq};
use ducat_domain::products::{LoadedProducts, ProductsRows};
use ducat_domain::{Delta, Effect, Footprint, LoadedLedger, Rows};
use parking_lot::Mutex;
use tokio::runtime::Runtime;
use tokio_postgres::Row;

use super::journal::{copy_journal, is_copied};
use super::reader::PostgresReader;
use super::redactions::redactions;
use super::rows::{Columns, JOURNAL_WIDTH, LedgerNo, integer, loaded_accounts, place_sum, uuid};
use super::statements::{self, writes};
use super::tombstones;
use crate::advances::postgres as advances;
use crate::beside::WriteBeside;
use crate::points::postgres as points;
use crate::postgres::connect::Target;
use crate::postgres::keeper::Keeper;
use crate::postgres::lease::{LeaseBook, Node, Renewal, Role, preferred};
use crate::postgres::roster;
use crate::postgres::session::{Attempt, Begin, Call, ROUND_TRIP_MAX, ROW_MAX, Session, SessionError, wants_repeating};
use crate::postgres::{sinks, uses};
use crate::sinks::{Noted, Progress};
use crate::standing::{Hindrance, Standing};
use crate::{CommitError, Committer, Fault, Halves, Loader, Tenure, Use, absent};

/// Times that a transaction is repeated which the database wants repeated, or whose session was lost.
const ATTEMPTS_MAX: u32 = 8;

/// The longest wait before the first repetition; it doubles with each.
const PAUSE_MAX: Duration = Duration::from_millis(4);

/// The store on a database, for one node.
pub type PostgresStore = Halves<PostgresLoader, PostgresCommitter>;

/// What both halves of a node know.
struct Shared {
    target: Target,
    node: Node,
    book: Arc<LeaseBook>,
    standing: Arc<Standing>,
    /// The numbers of ledgers: found when their leases are taken, and when they are opened.
    numbers: Mutex<HashMap<Name, LedgerNo>>,
}

/// A half's own session, and the runtime that it lives on.
struct Link {
    runtime: Runtime,
    session: Option<Session>,
}

/// The loading half of a node. It takes leases.
pub struct PostgresLoader {
    shared: Arc<Shared>,
    link: Link,
}

/// The committing half of a node.
pub struct PostgresCommitter {
    // Dropped first: leases are released while the database is still spoken to.
    keeper: Option<Keeper>,
    shared: Arc<Shared>,
    link: Link,
}

impl std::fmt::Debug for PostgresLoader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresLoader").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for PostgresCommitter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Shared { target, node, .. } = &*self.shared;
        f.debug_struct("PostgresCommitter").field("target", target).field("node", node).finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Brings the database up to this release's schema, and joins the nodes that serve it.
    ///
    /// # Errors
    /// When the URL is refused, the database cannot be reached or migrated, or a newer release wrote it.
    pub fn open(url: &str, node: Node) -> Result<PostgresStore, Fault> {
        let target = Target::parse(url)?;
        let runtime = crate::postgres::runtime_here()?;
        runtime.block_on(crate::postgres::prepare(&target, crate::postgres::migrate::Schema::BringUp))?;
        let standing = Arc::new(roster::standing(&node));
        if node.role == Role::Guest {
            runtime.block_on(measure(&target, &node, &standing))?;
        }
        let book = Arc::new(LeaseBook::new(&node, Arc::clone(&standing)));
        let keeper = Keeper::start(target.clone(), node.clone(), Arc::clone(&book), Arc::clone(&standing))?;
        let shared = Arc::new(Shared { target, node, book, standing, numbers: Mutex::default() });
        let loading = Link { runtime: crate::postgres::runtime_here()?, session: None };
        let committing = Link { runtime, session: None };
        Ok(Halves {
            loader: PostgresLoader { shared: Arc::clone(&shared), link: loading },
            committer: PostgresCommitter { keeper: Some(keeper), shared, link: committing },
        })
    }

    /// Readers of the same database.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn reader(&self) -> Result<PostgresReader, Fault> {
        let Shared { target, node, .. } = &*self.committer.shared;
        PostgresReader::new(target, node.readers_max(), Some(node))
    }

    /// Which ledgers this node may answer for from memory.
    #[must_use]
    pub fn tenure(&self) -> Arc<dyn Tenure> {
        Arc::clone(&self.committer.shared.book) as Arc<dyn Tenure>
    }

    /// How this node stands among the others.
    #[must_use]
    pub fn standing(&self) -> Arc<Standing> {
        Arc::clone(&self.committer.shared.standing)
    }
}

impl Link {
    /// Runs statements that change nothing when repeated, on another session if this one is lost.
    fn ask(&mut self, target: &Target, calls: &[Call]) -> Result<Vec<Vec<Row>>, Fault> {
        let Link { runtime, session } = self;
        runtime.block_on(async {
            let mut attempt = 0;
            loop {
                attempt += 1;
                match opened(target, session).await?.rows(calls).await {
                    Ok(rows) => return Ok(rows),
                    Err(error) => {
                        let lost = matches!(error, SessionError::Lost(_));
                        if lost {
                            *session = None;
                        }
                        if attempt >= ATTEMPTS_MAX || !(lost && attempt == 1 || wants_repeating(&error)) {
                            return Err(error.fault());
                        }
                        pause(attempt).await;
                    }
                }
            }
        })
    }
}

/// Compares the clock of a node that works for itself, before it takes its first lease.
async fn measure(target: &Target, node: &Node, standing: &Standing) -> Result<(), Fault> {
    if node.clock.is_none() {
        return Ok(());
    }
    let client = target.connect().await?;
    roster::compare_clock(&client, node, standing).await.map_err(|error| target.open_fault(&error))
}

impl Drop for PostgresCommitter {
    fn drop(&mut self) {
        self.keeper = None;
    }
}

async fn opened<'a>(target: &Target, session: &'a mut Option<Session>) -> Result<&'a mut Session, Fault> {
    let kept = match session.take() {
        Some(kept) if !kept.is_lost() => kept,
        _ => Session::open(target).await?,
    };
    Ok(session.insert(kept))
}

async fn pause(attempt: u32) {
    let longest = PAUSE_MAX * 2u32.pow(attempt.min(ATTEMPTS_MAX));
    tokio::time::sleep(longest.mul_f64(fastrand::f64())).await;
}

impl PostgresLoader {
    /// A ledger that this node may not serve: who does, or should.
    fn elsewhere(&mut self, ledger: &Name) -> Result<LoadedLedger, Fault> {
        self.shared.book.drop_lease(ledger);
        let name = || Box::new(ledger.as_str().to_owned());
        let mut calls = Vec::new();
        if !self.shared.standing.is_hindered_by(Hindrance::Replaced) {
            // It was handed over before the others knew.
            calls.push(Call::new(statements::RELEASE, vec![name(), Box::new(self.shared.node.url.clone())]));
        }
        calls.push(Call::new(statements::LEASED, vec![name()]));
        let rows = self.link.ask(&self.shared.target, &calls)?;
        let leased = rows.last().and_then(|rows| rows.first()).map(|row| row.get::<_, String>(0));
        let candidates = self.shared.standing.candidates();
        let candidates: Vec<&str> = candidates.iter().map(String::as_str).collect();
        let successor = match self.shared.node.role {
            Role::Server => preferred(&candidates, ledger).map(str::to_owned),
            Role::Guest => None,
        };
        match leased.or(successor) {
            Some(owner) => Err(Fault::Elsewhere { ledger: ledger.clone(), owner }),
            None => Err(Fault::Withdrawn { reason: self.shared.standing.hindrance().unwrap_or_default() }),
        }
    }
}

impl Loader for PostgresLoader {
    fn ledger(&mut self, name: &Name) -> Result<LoadedLedger, Fault> {
        if !self.shared.standing.may_serve() {
            return self.elsewhere(name);
        }
        let until = Instant::now() + self.shared.node.lease;
        let text = || Box::new(name.as_str().to_owned());
        let rows = self.link.ask(
            &self.shared.target,
            &[
                Call::new(
                    statements::TAKE_LEASE,
                    vec![
                        text(),
                        Box::new(self.shared.node.url.clone()),
                        Box::new(self.shared.node.lease.as_secs_f64()),
                    ],
                ),
                Call::new(statements::OWNER, vec![text()]),
                Call::new(statements::ASSETS_BY_NAME, vec![text()]),
                Call::new(statements::LAST_ID, vec![text(), Box::new(uuid(TIME_ORDERED_END))]),
                Call::new(points::PROGRAM_BY_NAME, vec![text()]),
                Call::new(advances::BOOK_BY_NAME, vec![text()]),
            ],
        )?;
        let [taken, owner, assets, last, program, book] = rows.as_slice() else { return Err(short_answer()) };
        let Some(row) = taken.first() else {
            self.shared.book.drop_lease(name);
            return match owner.first().map(|row| row.get::<_, Option<String>>(0)) {
                None => Ok(absent::ledger(name)),
                Some(owner) => Err(Fault::Elsewhere { ledger: name.clone(), owner: owner.unwrap_or_default() }),
            };
        };
        let (no, head) = Columns::new(row, "ledgers").head()?;
        self.shared.numbers.lock().insert(name.clone(), no);
        self.shared.book.take(name, head.epoch, until);
        let assets: Result<Vec<_>, Fault> = assets.iter().map(|row| Columns::new(row, "assets").asset()).collect();
        let last = last.first().map(|row| Columns::new(row, "journal").id("id")).transpose()?;
        let product = LoadedProducts {
            program: program.first().map(points::program).transpose()?,
            book: book.first().map(|row| advances::book(row, 0)).transpose()?,
        };
        Ok(LoadedLedger { head, assets: assets?, last_time_ordered: last, product })
    }

    fn load(&mut self, heads: Heads<'_>, footprint: &Footprint) -> Result<Option<Rows>, Fault> {
        let ledger = heads.ledger();
        let Some(no) = self.shared.numbers.lock().get(ledger).copied() else {
            // It was not open when its head was read; a commit that opens it meanwhile fails the comparison.
            return Ok(Some(absent::rows(footprint)));
        };
        let found = self.link.ask(&self.shared.target, &statements::loads(no, ledger, footprint))?;
        let [names, accounts, ids, references, transactions, buckets, deferred, of_products @ .., stored] =
            found.as_slice()
        else {
            return Err(short_answer());
        };
        // Asked last: if no one else has moved the head by then, all rows before it are of these heads.
        let Some(stored) = stored.first() else { return Ok(None) };
        let mut columns = Columns::new(stored, "ledgers");
        let (batch, epoch) = (BatchNo(columns.unsigned("batch")?), columns.unsigned("epoch")?);
        if !heads.include(batch, epoch, &columns.hash("hash")?) {
            self.shared.book.drop_lease(ledger);
            return Ok(None);
        }
        let amounts = usize::from(!footprint.asset_amounts.is_empty());
        let (amounts, of_products) = of_products.split_at_checked(amounts).ok_or_else(short_answer)?;
        let recorded = usize::from(!footprint.recorded.is_empty());
        let (effects, of_products) = of_products.split_at_checked(recorded).ok_or_else(short_answer)?;
        let mut effects: HashMap<Seq, Effect> = effects
            .iter()
            .flatten()
            .map(|row| Columns::new(row, "journal").effect().map(|effect| (effect.seq, effect)))
            .collect::<Result<_, _>>()?;
        let used: Vec<i64> = amounts.iter().flatten().map(|row| row.get(0)).collect();
        let points = if footprint.product.points.is_empty() { 0 } else { points::LOADS };
        let (of_points, of_advances) = of_products.split_at_checked(points).ok_or_else(short_answer)?;
        let mut by_name: HashMap<Name, LoadedAccount> =
            loaded_accounts(names)?.into_iter().map(|account| (account.row.name.clone(), account)).collect();
        let mut by_id: HashMap<Id, IdRow> = HashMap::new();
        for row in ids {
            let mut columns = Columns::new(row, "journal");
            by_id.insert(columns.id("id")?, columns.outcome()?);
        }
        let taken: Vec<&[u8]> = references.iter().map(|row| row.get(0)).collect();
        let waiting: Vec<i64> = deferred.iter().map(|row| row.get(0)).collect();
        let mut made = loaded_transactions(transactions)?;
        let mut sums = vec![None; footprint.buckets.len()];
        for row in buckets {
            place_sum(row, &mut sums)?;
        }
        Ok(Some(Rows {
            names: footprint.names.iter().map(|name| (name.clone(), by_name.remove(name))).collect(),
            accounts: loaded_accounts(accounts)?,
            ids: footprint.ids.iter().map(|id| (*id, by_id.get(id).copied())).collect(),
            references: footprint.references.iter().map(|r| (r.clone(), taken.contains(&r.as_bytes()))).collect(),
            transactions: footprint.transactions.iter().map(|id| (*id, made.remove(id))).collect(),
            buckets: footprint.buckets.iter().copied().zip(sums.into_iter().map(Option::unwrap_or_default)).collect(),
            deferred: footprint.deferred.iter().map(|seq| (*seq, waiting.contains(&integer(seq.0)))).collect(),
            recorded: footprint.recorded.iter().map(|seq| (*seq, effects.remove(seq))).collect(),
            asset_amounts: footprint.asset_amounts.iter().map(|no| (*no, used.contains(&integer(no.0)))).collect(),
            product: ProductsRows {
                points: points::loaded(&footprint.product.points, of_points)?,
                advances: advances::loaded(&footprint.product.advances, of_advances)?,
            },
        }))
    }
}

impl Committer for PostgresCommitter {
    fn commit(&mut self, deltas: &[Delta]) -> Result<(), CommitError> {
        if let (false, Some(delta)) = (self.shared.standing.may_serve(), deltas.first()) {
            // Decided while nothing hindered this node: the owner of the lease now decides it again.
            return Err(CommitError::Deposed { ledger: delta.head.ledger.clone() });
        }
        let Shared { target, node, book, numbers, .. } = &*self.shared;
        let until = Instant::now() + node.lease;
        let Link { runtime, session } = &mut self.link;
        let written = runtime.block_on(async {
            let mut attempt = 0;
            loop {
                attempt += 1;
                match transaction(target, session, numbers, node, deltas).await {
                    Err(Attempt::Again(fault)) if attempt >= ATTEMPTS_MAX => return Err(CommitError::Refused(fault)),
                    Err(Attempt::Again(_)) => pause(attempt).await,
                    Err(Attempt::Over(error)) => return Err(error),
                    Ok(()) => return Ok(()),
                }
            }
        });
        for delta in deltas {
            match &written {
                // The node that opens a ledger has its lease.
                Ok(()) if is_new(delta) => book.take(&delta.head.ledger, delta.head.epoch, until),
                Ok(()) => book.extend(&delta.head.ledger, delta.head.epoch, until, Renewal::Use),
                Err(CommitError::Deposed { ledger }) if *ledger == delta.head.ledger => book.drop_lease(ledger),
                Err(_) => {}
            }
        }
        written
    }

    fn confirm(&mut self, heads: &[Head]) -> Result<bool, Fault> {
        if heads.is_empty() {
            return Ok(true);
        }
        let names: Vec<String> = heads.iter().map(|head| head.ledger.as_str().to_owned()).collect();
        let rows = self.link.ask(&self.shared.target, &[Call::new(statements::HEADS, vec![Box::new(names)])])?;
        let mut stored: HashMap<&str, (i64, i64)> = HashMap::new();
        for row in rows.iter().flatten() {
            stored.insert(row.get(0), (row.get(1), row.get(2)));
        }
        Ok(heads.iter().all(|head| {
            let stored = stored.get(head.ledger.as_str()).copied().unwrap_or_default();
            stored == (integer(head.batch.0), integer(head.epoch))
        }))
    }

    fn settle(&mut self, deltas: &[Delta]) -> Result<bool, Fault> {
        self.link.session = None;
        self.shared.numbers.lock().clear();
        for delta in deltas {
            self.shared.book.drop_lease(&delta.head.ledger);
        }
        let (target, Link { runtime, session }) = (&self.shared.target, &mut self.link);
        runtime.block_on(async {
            let new = session.insert(Session::open(target).await?);
            settled(new, deltas).await.map_err(|error| error.fault())
        })
    }

    fn probe(&mut self) -> Result<(), Fault> {
        let (target, Link { runtime, session }) = (&self.shared.target, &mut self.link);
        runtime.block_on(async {
            let new = session.insert(Session::open(target).await?);
            // A transaction that has an id is written to the log when it commits, though it changes nothing.
            new.plain("BEGIN; SELECT pg_current_xact_id(); COMMIT").await.map_err(|error| error.fault())
        })
    }
}

impl WriteBeside for PostgresCommitter {
    fn note_uses(&mut self, uses: &[Use]) -> Result<(), Fault> {
        self.link.ask(&self.shared.target, &[uses::note(uses)]).map(drop)
    }

    fn claim_sinks(&mut self, of: &[Name]) -> Result<Vec<Progress>, Fault> {
        // Another process at the same address is another sender.
        let owner = format!("{} {}", self.shared.standing.url(), self.shared.standing.process());
        let rows = self.link.ask(&self.shared.target, &[sinks::claim(of, owner)])?;
        sinks::progress(rows.first().ok_or_else(short_answer)?)
    }

    fn note_deliveries(&mut self, noted: &[Noted]) -> Result<(), Fault> {
        self.link.ask(&self.shared.target, &sinks::note(noted)).map(drop)
    }
}

/// Whether a batch opens a ledger that has no row at all.
fn is_new(delta: &Delta) -> bool {
    delta.base.is_absent() && delta.base.epoch == 0
}

fn short_answer() -> Fault {
    Fault::Database("the database sent fewer results than it was asked for".to_owned())
}

/// Transactions with their legs, one row a leg.
fn loaded_transactions(rows: &[Row]) -> Result<HashMap<Id, TransactionRow>, Fault> {
    let mut legs: HashMap<Id, Vec<_>> = HashMap::new();
    let mut states = HashMap::new();
    for row in rows {
        let effect = Columns::new(row, "journal").effect()?;
        let id = Columns::after(row, JOURNAL_WIDTH, "journal").id("id")?;
        let state = Columns::after(row, JOURNAL_WIDTH + 1, "transaction_states").state()?;
        legs.entry(id).or_default().push(effect);
        states.insert(id, state.map(|(_, _, state)| state));
    }
    let mut found = HashMap::new();
    for (id, effects) in legs {
        let state = states.remove(&id).flatten();
        if let Some(row) = crate::read::transaction_of(id, &effects, state) {
            found.insert(id, row);
        }
    }
    Ok(found)
}

async fn transaction(
    target: &Target,
    session: &mut Option<Session>,
    numbers: &Mutex<HashMap<Name, LedgerNo>>,
    node: &Node,
    deltas: &[Delta],
) -> Result<(), Attempt> {
    let open = opened(target, session).await.map_err(|fault| Attempt::Over(CommitError::Refused(fault)))?;
    match write(open, numbers, node, deltas).await {
        Ok(opened) => match open.plain("COMMIT").await {
            Ok(()) => {
                numbers.lock().extend(opened);
                Ok(())
            }
            // The database itself says that it took everything back.
            Err(error) if wants_repeating(&error) => Err(Attempt::Again(error.fault())),
            Err(error) => Err(Attempt::Over(CommitError::Unknown(error.fault()))),
        },
        Err(attempt) => {
            // COMMIT was not sent, so nothing landed, whatever the rollback says.
            if open.plain("ROLLBACK").await.is_err() {
                *session = None;
            }
            Err(attempt)
        }
    }
}

/// Everything but COMMIT. Gives the numbers of ledgers that were opened.
async fn write(
    session: &mut Session,
    numbers: &Mutex<HashMap<Name, LedgerNo>>,
    node: &Node,
    deltas: &[Delta],
) -> Result<Vec<(Name, LedgerNo)>, Attempt> {
    let deposed = |ledger: &Name| Attempt::Over(CommitError::Deposed { ledger: ledger.clone() });
    let mut all: Vec<(LedgerNo, &Delta)> = Vec::with_capacity(deltas.len());
    let mut opened = Vec::new();
    let new: Vec<&Delta> = deltas.iter().filter(|delta| is_new(delta)).collect();
    let mut begin = Begin::Transaction;
    if !new.is_empty() {
        // One round trip more, for ledgers that are opened: their rows must know their numbers.
        let lock = std::iter::once(Call::new(statements::LOCK_OPENING, Vec::new()));
        let calls: Vec<Call> = lock.chain(new.iter().map(|delta| statements::open_ledger(node, delta))).collect();
        let mut rows = session.all(&calls, begin, ROUND_TRIP_MAX).await?.into_iter();
        rows.next().transpose().map_err(SessionError::from)?;
        begin = Begin::Nothing;
        for (delta, rows) in new.iter().zip(rows) {
            let rows = rows.map_err(SessionError::from)?;
            let row = rows.first().ok_or_else(|| deposed(&delta.head.ledger))?;
            opened.push((delta.head.ledger.clone(), LedgerNo(row.get(0))));
        }
    }
    for delta in deltas {
        let ledger = &delta.head.ledger;
        let fresh = opened.iter().find(|(name, _)| name == ledger).map(|(_, no)| *no);
        let no = fresh.or_else(|| numbers.lock().get(ledger).copied()).ok_or_else(|| deposed(ledger))?;
        all.push((no, delta));
    }
    let moved: Vec<(LedgerNo, &Delta)> = all.iter().filter(|(_, delta)| !is_new(delta)).copied().collect();
    let mut calls = Vec::new();
    if !moved.is_empty() {
        if moved.len() > 1 {
            calls.push(statements::lock_heads(&moved));
        }
        calls.push(statements::move_heads(node, &moved));
    }
    let heads = calls.len();
    calls.extend(writes(&all));
    let effects = deltas.iter().map(|delta| delta.effects.len() + delta.redacted.len()).sum::<usize>();
    let time = ROUND_TRIP_MAX + ROW_MAX * u32::try_from(effects).unwrap_or(u32::MAX);
    let mut rows = session.all(&calls, begin, time).await?.into_iter();
    for answer in rows.by_ref().take(heads) {
        let answer = answer.map_err(SessionError::from)?;
        // The lock finds the heads there are; the move says which were where they should be.
        if let Some((_, delta)) = moved.iter().find(|(no, _)| !answer.iter().any(|row| row.get::<_, i32>(0) == no.0)) {
            return Err(deposed(&delta.head.ledger));
        }
    }
    for answer in rows {
        answer.map_err(SessionError::from)?;
    }
    if is_copied(&all) {
        copy_journal(session, &all, time).await?;
    }
    let redactions = redactions(&all);
    if !redactions.is_empty() {
        for answer in session.all(&redactions, Begin::Nothing, time).await? {
            answer.map_err(SessionError::from)?;
        }
    }
    for tombstone in deltas.iter().flat_map(Delta::tombstones) {
        tombstones::bury(session, tombstone).await?;
    }
    Ok(opened)
}

/// Raises the epochs, which waits for whatever is under way, and looks for the batches.
async fn settled(session: &mut Session, deltas: &[Delta]) -> Result<bool, SessionError> {
    let names: Vec<String> = deltas.iter().map(|delta| delta.head.ledger.as_str().to_owned()).collect();
    for delta in deltas.iter().filter(|delta| delta.base.is_absent()) {
        // A ledger that is being opened has no row to wait for: this makes one, once the other attempt is over.
        loop {
            let stub = Call::new(statements::STUB, vec![Box::new(delta.head.ledger.as_str().to_owned())]);
            let calls = [Call::new(statements::LOCK_OPENING, Vec::new()), stub];
            let rows: Result<Vec<Vec<Row>>, _> =
                session.all(&calls, Begin::Transaction, ROUND_TRIP_MAX).await?.into_iter().collect();
            let rows = rows?;
            session.plain("COMMIT").await?;
            if rows.last().and_then(|rows| rows.first()).is_some_and(|row| row.get::<_, i64>(0) > 0) {
                break;
            }
        }
    }
    let calls = [
        Call::new(statements::LOCK_NAMES, vec![Box::new(names.clone())]),
        Call::new(statements::RAISE_EPOCHS, vec![Box::new(names)]),
        statements::landed(deltas),
    ];
    let rows: Result<Vec<Vec<Row>>, _> =
        session.all(&calls, Begin::Transaction, ROUND_TRIP_MAX).await?.into_iter().collect();
    let rows = rows?;
    session.plain("COMMIT").await?;
    let landed: usize = rows.last().map_or(0, Vec::len);
    Ok(landed == deltas.len())
}
