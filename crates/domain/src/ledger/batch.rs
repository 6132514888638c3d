//! Applying commands one after another, and what a store must commit of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::command::{Action, Command, Fingerprint, Ranking};
use super::decide::{Decision, check_standing, decide, keep_refusal, recorded};
use super::draft::Draft;
use super::effect::{CommandKey, Effect, Fact, MILESTONE_ENTRIES, Posting};
use super::rejection::Rejection;
use super::rows::{
    AccountRow, AssetRow, BalanceRow, BatchRow, BucketKey, DateSum, Deferral, Head, OffDateRow, Tombstone,
    TransactionState, Verdict,
};
use super::working::Working;
use crate::advances::working::AdvancesDelta;
use crate::codec::{Decoder, Encoder, Malformed};
use crate::money::Amount;
use crate::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use crate::points::Due;
use crate::points::working::PointsDelta;
use crate::{advances, points};

/// The most commands that one commit takes: as many as TigerBeetle's batch, so that both can be compared.
pub const BATCH_COMMANDS_MAX: usize = 8_190;

/// What is submitted as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A command that stands alone.
    Single(Command),
    /// Commands of which all are done or none. Each sees what those before it did to accounts and their balances; a
    /// ledger or a hold that another one of them makes is not there yet.
    Atomic(Vec<Command>),
    /// A command that is decided and changes nothing.
    DryRun(Command),
}

impl Item {
    /// Its commands.
    pub fn commands(&self) -> impl Iterator<Item = &Command> + Clone {
        match self {
            Item::Single(command) | Item::DryRun(command) => std::slice::from_ref(command).iter(),
            Item::Atomic(commands) => commands.iter(),
        }
    }
}

impl Item {
    /// How many commands it stands for: each row of an import is one.
    #[must_use]
    pub fn weight(&self) -> usize {
        let weight = |command: &Command| match &command.action {
            Action::Points(action) => action.rows().max(1),
            Action::OpenLedger(_)
            | Action::AddAsset(_)
            | Action::SetDefaultAsset { .. }
            | Action::RescaleAsset(_)
            | Action::SetArchived { .. }
            | Action::DeleteLedger(_)
            | Action::OpenAccount(_)
            | Action::ChangeAccount(_)
            | Action::Transact(_)
            | Action::PostHold { .. }
            | Action::VoidHold { .. }
            | Action::ExpireHold { .. }
            | Action::Reverse { .. }
            | Action::Expect(_)
            | Action::Defer { .. }
            | Action::Resolve { .. }
            | Action::Advances(_) => 1,
        };
        self.commands().map(weight).fold(0, usize::saturating_add)
    }

    /// Writes the canonical bytes: what one node sends another.
    pub fn encode(&self, e: &mut Encoder) {
        match self {
            Item::Single(command) => {
                e.byte(0);
                command.encode(e);
            }
            Item::Atomic(commands) => {
                e.byte(1);
                e.length(commands.len());
                commands.iter().for_each(|command| command.encode(e));
            }
            Item::DryRun(command) => {
                e.byte(2);
                command.encode(e);
            }
        }
    }

    /// Reads the canonical bytes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Item, Malformed> {
        match d.byte()? {
            0 => Command::decode(d).map(Item::Single),
            1 => {
                let mut commands = Vec::new();
                for _ in 0..d.length()? {
                    commands.push(Command::decode(d)?);
                }
                Ok(Item::Atomic(commands))
            }
            2 => Command::decode(d).map(Item::DryRun),
            _ => Err(Malformed { expected: "kind of item" }),
        }
    }
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done: its effects are so many, from this place of the batch's effects on.
    Done {
        /// The place of the first.
        first: usize,
        /// How many.
        count: usize,
    },
    /// What it asks for was so already.
    Same,
    /// It was decided before, and that outcome stands at this place of the journal.
    Replayed {
        /// The effect that stands for it.
        seq: Seq,
        /// Whether it was done then.
        verdict: Verdict,
    },
    /// It was refused.
    Refused(Rejection),
    /// It would have had these effects.
    WouldDo(Vec<Effect>),
}

/// What came of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemOutcome {
    /// Of a command alone.
    Single(Outcome),
    /// Of all commands of an atomic batch, none of which was refused.
    Atomic(Vec<Outcome>),
    /// Nothing of an atomic batch was done, because of this one.
    AtomicRefused {
        /// The place of the guilty command, from 0.
        index: usize,
        /// Why.
        outcome: Outcome,
    },
}

impl Outcome {
    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        match self {
            Outcome::Done { first, count } => {
                e.byte(0);
                e.length(*first);
                e.length(*count);
            }
            Outcome::Same => e.byte(1),
            Outcome::Replayed { seq, verdict } => {
                e.byte(2);
                e.number(seq.0);
                e.flag(*verdict == Verdict::Done);
            }
            Outcome::Refused(rejection) => {
                e.byte(3);
                rejection.encode(e);
            }
            Outcome::WouldDo(effects) => {
                e.byte(4);
                e.length(effects.len());
                effects.iter().for_each(|effect| effect.encode(e));
            }
        }
    }

    /// Reads the canonical bytes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Outcome, Malformed> {
        Ok(match d.byte()? {
            0 => Outcome::Done { first: d.length()?, count: d.length()? },
            1 => Outcome::Same,
            2 => Outcome::Replayed {
                seq: Seq(d.number()?),
                verdict: if d.flag()? { Verdict::Done } else { Verdict::Refused },
            },
            3 => Outcome::Refused(Rejection::decode(d)?),
            4 => {
                let mut effects = Vec::new();
                for _ in 0..d.length()? {
                    effects.push(Effect::decode(d)?);
                }
                Outcome::WouldDo(effects)
            }
            _ => return Err(Malformed { expected: "kind of outcome" }),
        })
    }
}

impl ItemOutcome {
    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        match self {
            ItemOutcome::Single(outcome) => {
                e.byte(0);
                outcome.encode(e);
            }
            ItemOutcome::Atomic(outcomes) => {
                e.byte(1);
                e.length(outcomes.len());
                outcomes.iter().for_each(|outcome| outcome.encode(e));
            }
            ItemOutcome::AtomicRefused { index, outcome } => {
                e.byte(2);
                e.length(*index);
                outcome.encode(e);
            }
        }
    }

    /// Reads the canonical bytes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<ItemOutcome, Malformed> {
        Ok(match d.byte()? {
            0 => ItemOutcome::Single(Outcome::decode(d)?),
            1 => {
                let mut outcomes = Vec::new();
                for _ in 0..d.length()? {
                    outcomes.push(Outcome::decode(d)?);
                }
                ItemOutcome::Atomic(outcomes)
            }
            2 => ItemOutcome::AtomicRefused { index: d.length()?, outcome: Outcome::decode(d)? },
            _ => return Err(Malformed { expected: "kind of outcome" }),
        })
    }

    /// The outcomes of its commands.
    pub fn outcomes_mut(&mut self) -> &mut [Outcome] {
        match self {
            ItemOutcome::Single(outcome) | ItemOutcome::AtomicRefused { outcome, .. } => std::slice::from_mut(outcome),
            ItemOutcome::Atomic(outcomes) => outcomes,
        }
    }
}

/// Applies items in order, each command at its own instant, the first at `at`.
///
/// # Panics
/// When a row of their footprint is not loaded.
pub fn apply(working: &mut Working, items: &[Item], at: Timestamp, draft: &mut Draft) -> Vec<ItemOutcome> {
    let mut at = at;
    let mut outcomes = Vec::with_capacity(items.len());
    for item in items {
        outcomes.push(match item {
            Item::Single(command) => {
                let outcome = apply_single(working, command, at, draft);
                at = at.plus_micros(1);
                ItemOutcome::Single(outcome)
            }
            Item::DryRun(command) => {
                let outcome = dry_run(working, command, at, draft);
                at = at.plus_micros(1);
                ItemOutcome::Single(outcome)
            }
            Item::Atomic(commands) => {
                let outcome = apply_atomic(working, commands, at, draft);
                at = at.plus_micros(i64::try_from(commands.len()).unwrap_or(i64::MAX));
                outcome
            }
        });
    }
    outcomes
}

fn apply_single(working: &mut Working, command: &Command, at: Timestamp, draft: &mut Draft) -> Outcome {
    if let Action::Points(points::Action::Import { after, rows }) = &command.action {
        return apply_import(working, command, (*after, rows), at, draft);
    }
    draft.begin(working);
    match decide(working, command, at, draft) {
        Ok(Decision::Change) => {
            let (first, count) = (working.effects().len(), draft.effects.len());
            working.evolve(draft);
            Outcome::Done { first, count }
        }
        Ok(Decision::Same) => Outcome::Same,
        Ok(Decision::Replay(row)) => Outcome::Replayed { seq: row.seq, verdict: row.verdict },
        Err(rejection) => {
            if keep_refusal(working, command, &rejection, at, draft) {
                working.evolve(draft);
            }
            Outcome::Refused(rejection)
        }
    }
}

/// Takes the rows of an import, each alone, and then says under the command's id what came of them. They are in one commit,
/// so a repetition finds all of them or none.
///
/// # Panics
/// When a row of its footprint is not loaded.
fn apply_import(
    working: &mut Working,
    command: &Command,
    (after, rows): (Option<(Id, Fingerprint)>, &[points::ImportRow]),
    at: Timestamp,
    draft: &mut Draft,
) -> Outcome {
    draft.begin(working);
    match recorded(working, command, draft) {
        Ok(None) => {}
        Ok(Some(row)) => return Outcome::Replayed { seq: row.seq, verdict: row.verdict },
        Err(rejection) => return Outcome::Refused(rejection),
    }
    if let Err(rejection) = check_standing(working, draft, &command.action) {
        return Outcome::Refused(rejection);
    }
    if working.points().program().is_none() {
        return Outcome::Refused(Rejection::ProgramNotFound);
    }
    // What is taken back here may be earned in the rows before: they come first.
    if let Some((id, fingerprint)) = after {
        let before = working.outcome(id).expect("ids of commands are in the footprint");
        if before.is_none_or(|row| row.fingerprint != fingerprint || row.verdict != Verdict::Done) {
            return Outcome::Refused(Rejection::ImportOutOfOrder);
        }
    }
    let first = working.effects().len();
    let mut refused = Vec::new();
    for row in rows {
        match apply_single(working, &row.command, at, draft) {
            Outcome::Refused(rejection) => refused.push((row.line, rejection)),
            Outcome::Done { .. } | Outcome::Same | Outcome::Replayed { .. } | Outcome::WouldDo(_) => {}
        }
    }
    draft.begin(working);
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let fact = Fact::Points(Box::new(points::Fact::Imported { rows: count, refused }));
    let seq = draft.push(working, at, fact);
    draft.keep_outcome(seq, CommandKey { id: command.id.id(), fingerprint: command.fingerprint }, Verdict::Done);
    working.evolve(draft);
    Outcome::Done { first, count: working.effects().len().saturating_sub(first) }
}

fn dry_run(working: &Working, command: &Command, at: Timestamp, draft: &mut Draft) -> Outcome {
    draft.begin(working);
    match decide(working, command, at, draft) {
        Ok(Decision::Change) => Outcome::WouldDo(std::mem::take(&mut draft.effects)),
        Ok(Decision::Same) => Outcome::Same,
        Ok(Decision::Replay(row)) => Outcome::Replayed { seq: row.seq, verdict: row.verdict },
        Err(rejection) => Outcome::Refused(rejection),
    }
}

fn apply_atomic(working: &mut Working, commands: &[Command], at: Timestamp, draft: &mut Draft) -> ItemOutcome {
    draft.begin(working);
    // A batch that was refused once stays refused for the same reason, whatever has changed since.
    for (index, command) in commands.iter().enumerate() {
        if let Ok(Some(row)) = recorded(working, command, draft)
            && row.verdict == Verdict::Refused
        {
            let outcome = Outcome::Replayed { seq: row.seq, verdict: row.verdict };
            return ItemOutcome::AtomicRefused { index, outcome };
        }
    }
    // What one of them does to points or advances, the next would not see: nobody asks for such a batch.
    let is_of_product = |command: &Command| matches!(command.action, Action::Points(_) | Action::Advances(_));
    assert!(!commands.iter().any(is_of_product), "points and advances are asked for one by one");
    let is_repeat = is_repeat(working, commands, draft);
    let mut outcomes = Vec::with_capacity(commands.len());
    let mut at = at;
    for (index, command) in commands.iter().enumerate() {
        if is_repeat && matches!(command.action, Action::Expect(_)) {
            outcomes.push(Outcome::Same);
            continue;
        }
        let first = draft.effects.len();
        match decide(working, command, at, draft) {
            Ok(Decision::Change) => {
                let count = draft.effects.len().saturating_sub(first);
                outcomes.push(Outcome::Done { first: working.effects().len().saturating_add(first), count });
                draft.index_for_group();
            }
            Ok(Decision::Same) => outcomes.push(Outcome::Same),
            Ok(Decision::Replay(row)) => {
                outcomes.push(Outcome::Replayed { seq: row.seq, verdict: row.verdict });
            }
            Err(rejection) => {
                if keep_refusal(working, command, &rejection, at, draft) {
                    working.evolve(draft);
                }
                return ItemOutcome::AtomicRefused { index, outcome: Outcome::Refused(rejection) };
            }
        }
        at = at.plus_micros(1);
    }
    working.evolve(draft);
    ItemOutcome::Atomic(outcomes)
}

/// Whether all that a batch does was done before under its ids: what it expected was so then.
fn is_repeat(working: &Working, commands: &[Command], draft: &Draft) -> bool {
    let mut acts = commands.iter().filter(|command| !matches!(command.action, Action::Expect(_))).peekable();
    let expects = commands.iter().any(|command| matches!(command.action, Action::Expect(_)));
    expects && acts.peek().is_some() && acts.all(|command| matches!(recorded(working, command, draft), Ok(Some(_))))
}

/// What batches change of one ledger: committed whole or not at all, by comparing `base` with the stored head. A decision
/// makes one batch; only recorded batches are committed several at a time.
#[derive(Debug, Clone)]
pub struct Delta {
    /// The head as it must be.
    pub base: Head,
    /// The head as it becomes.
    pub head: Head,
    /// The batches, in order.
    pub batches: Vec<BatchRow>,
    /// New rows of the journal, in order.
    pub effects: Arc<[Effect]>,
    /// New assets, and those whose scale changed.
    pub assets: Vec<AssetRow>,
    /// New and changed accounts.
    pub accounts: Vec<AccountRow>,
    /// New and changed balances, by account and asset.
    pub balances: Vec<BalanceRow>,
    /// New states of transactions that were held or reversed, in order.
    pub states: Vec<(Seq, Id, TransactionState)>,
    /// New off-date postings, in order.
    pub off_dates: Vec<OffDateRow>,
    /// Changed sums of off-date postings.
    pub buckets: Vec<(BucketKey, DateSum)>,
    /// What changes of points.
    pub points: PointsDelta,
    /// What changes of advances.
    pub advances: AdvancesDelta,
}

/// The balance of an account at every 64th of its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone {
    /// The account.
    pub account: AccountNo,
    /// The asset.
    pub asset: AssetNo,
    /// The instant of the entry.
    pub at: Timestamp,
    /// The entry.
    pub seq: Seq,
}

impl Delta {
    /// This and what follows it, as one: of a row that both change, the last state counts.
    #[must_use]
    pub fn followed_by(self, next: Delta) -> Delta {
        let accounts = last_of(self.accounts, next.accounts, |row| row.no);
        let balances = last_of(self.balances, next.balances, |row| (row.account, row.asset));
        let buckets = last_of(self.buckets, next.buckets, |(key, _)| *key);
        Delta {
            base: self.base,
            head: next.head,
            batches: self.batches.into_iter().chain(next.batches).collect(),
            effects: self.effects.iter().chain(next.effects.iter()).cloned().collect(),
            assets: last_of(self.assets, next.assets, |row| row.no),
            accounts,
            balances,
            states: self.states.into_iter().chain(next.states).collect(),
            off_dates: self.off_dates.into_iter().chain(next.off_dates).collect(),
            buckets,
            points: self.points.followed_by(next.points),
            advances: self.advances.followed_by(next.advances),
        }
    }

    /// The requests that were taken, and those of which it was said what came of them, in order.
    pub fn deferrals(&self) -> impl Iterator<Item = (Seq, Deferral)> {
        self.effects.iter().filter_map(|effect| match &effect.fact {
            Fact::Deferred { .. } => Some((effect.seq, Deferral::Waiting)),
            Fact::Resolved { deferred, .. } => Some((*deferred, Deferral::Resolved)),
            Fact::LedgerOpened(_)
            | Fact::DefaultAssetSet { .. }
            | Fact::AssetRescaled { .. }
            | Fact::ArchivedSet { .. }
            | Fact::LedgerDeleted(_)
            | Fact::AssetAdded { .. }
            | Fact::AccountOpened(_)
            | Fact::AccountChanged(_)
            | Fact::Posting(_)
            | Fact::Hold(_)
            | Fact::HoldVoided { .. }
            | Fact::HoldExpired { .. }
            | Fact::Refused(_)
            | Fact::Points(_)
            | Fact::Advances(_) => None,
        })
    }

    /// What happened to points, in order.
    pub fn points_facts(&self) -> impl Iterator<Item = (Seq, &points::Fact)> {
        self.effects.iter().filter_map(|effect| Some((effect.seq, points_fact(effect)?)))
    }

    /// The ledgers that it deletes.
    pub fn tombstones(&self) -> impl Iterator<Item = &Tombstone> {
        self.effects.iter().filter_map(|effect| match &effect.fact {
            Fact::LedgerDeleted(tombstone) => Some(&**tombstone),
            Fact::LedgerOpened(_)
            | Fact::DefaultAssetSet { .. }
            | Fact::AssetRescaled { .. }
            | Fact::ArchivedSet { .. }
            | Fact::AssetAdded { .. }
            | Fact::AccountOpened(_)
            | Fact::AccountChanged(_)
            | Fact::Posting(_)
            | Fact::Hold(_)
            | Fact::HoldVoided { .. }
            | Fact::HoldExpired { .. }
            | Fact::Refused(_)
            | Fact::Deferred { .. }
            | Fact::Resolved { .. }
            | Fact::Points(_)
            | Fact::Advances(_) => None,
        })
    }

    /// What is to be done with lots at some instant, and what is not any more, in order.
    pub fn dues(&self) -> impl Iterator<Item = (Due, bool)> {
        self.points_facts().flat_map(|(_, fact)| fact.dues())
    }

    /// How much of spends was given back by now, in order.
    pub fn refunds(&self) -> impl Iterator<Item = (Seq, Amount)> {
        self.points_facts().filter_map(|(_, fact)| match fact {
            points::Fact::Refunded { spent_at, refunded, .. } => Some((*spent_at, *refunded)),
            points::Fact::ProgramSet(_)
            | points::Fact::Earned { .. }
            | points::Fact::Adjusted { .. }
            | points::Fact::Spent { .. }
            | points::Fact::Closed { .. }
            | points::Fact::Matured { .. }
            | points::Fact::Imported { .. } => None,
        })
    }

    /// Where something happened to advances that a person must see, in order.
    pub fn exceptions(&self) -> impl Iterator<Item = Seq> {
        let is_one = |effect: &&Effect| advances_fact(effect).is_some_and(advances::Fact::is_exception);
        self.effects.iter().filter(is_one).map(|effect| effect.seq)
    }

    /// The balances whose place in the ranking moves; none in a ledger that ranks nobody.
    pub fn ranked(&self) -> impl Iterator<Item = &BalanceRow> {
        let rows = match self.head.rules.ranking {
            Ranking::ByEntries => self.balances.as_slice(),
            Ranking::None => &[],
        };
        rows.iter().filter(|row| row.is_ranked())
    }

    /// The outcomes to find by id, in order: id, effect, content, verdict.
    pub fn outcomes(&self) -> impl Iterator<Item = (CommandKey, Seq)> {
        self.effects.iter().filter_map(|effect| effect.command.map(|key| (key, effect.seq)))
    }

    /// The milestones that the new postings reach.
    pub fn milestones(&self) -> impl Iterator<Item = Milestone> {
        self.effects.iter().filter_map(posting).flat_map(|(effect, posting)| {
            posting.entries().into_iter().filter_map(move |(side, _)| {
                side.entry.is_multiple_of(MILESTONE_ENTRIES).then_some(Milestone {
                    account: side.account,
                    asset: posting.asset,
                    at: effect.at,
                    seq: effect.seq,
                })
            })
        })
    }
}

/// The last row of each key, in order of the keys.
fn last_of<T, K: Ord>(first: Vec<T>, last: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let rows: BTreeMap<K, T> = first.into_iter().chain(last).map(|row| (key(&row), row)).collect();
    rows.into_values().collect()
}

/// The posting of an effect that is one.
#[must_use]
pub fn posting(effect: &Effect) -> Option<(&Effect, &Posting)> {
    if let Fact::Posting(posting) = &effect.fact { Some((effect, posting)) } else { None }
}

/// What happened to points, where that is what the effect says.
#[must_use]
pub fn points_fact(effect: &Effect) -> Option<&points::Fact> {
    if let Fact::Points(fact) = &effect.fact { Some(fact) } else { None }
}

/// What happened to advances, where that is what the effect says.
#[must_use]
pub fn advances_fact(effect: &Effect) -> Option<&advances::Fact> {
    if let Fact::Advances(fact) = &effect.fact { Some(fact) } else { None }
}
