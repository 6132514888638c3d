//! Applying what was submitted, one command after another.

use super::command::{Action, Command};
use super::decide::{check_standing, decide, keep_refusal, recorded};
use super::decider::Decision;
use super::draft::Draft;
use super::effect::{CommandKey, Fact};
use super::item::{Import, Item, ItemOutcome, Outcome};
use super::rejection::Rejection;
use super::rows::{IdRow, OutcomeKind};
use super::rules::Rules;
use super::working::Working;
use crate::numbers::{ActorNo, Timestamp};

/// The most commands that one commit takes: as many as TigerBeetle's batch, so that both can be compared.
pub const BATCH_COMMANDS_MAX: usize = 8_190;

/// Applies items in order, each command at its own instant, the first at `at`. What they do is recorded as asked for `by`
/// someone.
///
/// # Panics
/// When a row of their footprint is not loaded.
pub fn apply<P: Rules>(
    working: &mut Working<P>,
    items: &[Item<P>],
    at: Timestamp,
    by: Option<ActorNo>,
    draft: &mut Draft<P>,
) -> Vec<ItemOutcome<P>> {
    let mut at = at;
    draft.asked_by(by);
    working.reserve(items.len());
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
            Item::Import(import) => {
                let outcome = apply_import(working, import, at, draft);
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

fn apply_single<P: Rules>(
    working: &mut Working<P>,
    command: &Command<P>,
    at: Timestamp,
    draft: &mut Draft<P>,
) -> Outcome<P> {
    draft.begin(working);
    match decide(working, command, at, draft) {
        Ok(Decision::Change) => {
            let (first, count) = (working.effects().len(), draft.effects.len());
            working.evolve(draft);
            Outcome::Done { first, count }
        }
        Ok(Decision::Same) => Outcome::Same,
        Ok(Decision::Replay(row)) => Outcome::Replayed { seq: row.seq, kind: row.kind },
        Err(rejection) => {
            if keep_refusal(working, command, &rejection, at, draft) {
                working.evolve(draft);
            }
            Outcome::Refused(rejection)
        }
    }
}

/// Takes the rows of an import, each alone, and then records under its id their outcomes. They are in one commit, so
/// a retry finds all of them or none.
///
/// # Panics
/// When a row of its footprint is not loaded.
fn apply_import<P: Rules>(
    working: &mut Working<P>,
    import: &Import<P>,
    at: Timestamp,
    draft: &mut Draft<P>,
) -> Outcome<P> {
    draft.begin(working);
    match recorded_import(working, import) {
        Ok(None) => {}
        Ok(Some(row)) => return Outcome::Replayed { seq: row.seq, kind: row.kind },
        Err(rejection) => return Outcome::Refused(rejection),
    }
    if let Err(rejection) = check_import(working, import) {
        return Outcome::Refused(rejection);
    }
    let first = working.effects().len();
    let mut refused = Vec::new();
    for row in &import.rows {
        match apply_single(working, &row.command, at, draft) {
            Outcome::Refused(rejection) => refused.push((row.line, rejection)),
            Outcome::Done { .. } | Outcome::Same | Outcome::Replayed { .. } | Outcome::WouldDo(_) => {}
        }
    }
    draft.begin(working);
    let rows = u64::try_from(import.rows.len()).unwrap_or(u64::MAX);
    let seq = draft.push(working, at, Fact::Imported { rows, refused });
    draft.keep_outcome(seq, CommandKey { id: import.id.id(), fingerprint: import.fingerprint }, OutcomeKind::Done);
    working.evolve(draft);
    Outcome::Done { first, count: working.effects().len().saturating_sub(first) }
}

/// The outcome that an import's id already has.
fn recorded_import<P: Rules>(working: &Working<P>, import: &Import<P>) -> Result<Option<IdRow>, Rejection<P>> {
    let id = import.id.id();
    match working.outcome(id).expect("ids of imports are in the footprint") {
        Some(row) if row.fingerprint == import.fingerprint => Ok(Some(row)),
        Some(_) => Err(Rejection::IdReused { id }),
        None => Ok(None),
    }
}

/// Whether the rows may be taken now. What is taken back in them may be given in the rows before: those come first.
fn check_import<P: Rules>(working: &Working<P>, import: &Import<P>) -> Result<(), Rejection<P>> {
    if let Some(row) = import.rows.first() {
        check_standing(working, None, &row.command.action)?;
    }
    P::check_import(working.product()).map_err(Rejection::Product)?;
    match import.after {
        None => Ok(()),
        Some((id, fingerprint)) => {
            let before = working.outcome(id).expect("ids of imports are in the footprint");
            let is_before = |row: IdRow| row.fingerprint == fingerprint && row.kind == OutcomeKind::Done;
            if before.is_some_and(is_before) { Ok(()) } else { Err(Rejection::ImportOutOfOrder) }
        }
    }
}

fn dry_run<P: Rules>(working: &Working<P>, command: &Command<P>, at: Timestamp, draft: &mut Draft<P>) -> Outcome<P> {
    draft.begin(working);
    match decide(working, command, at, draft) {
        Ok(Decision::Change) => Outcome::WouldDo(std::mem::take(&mut draft.effects)),
        Ok(Decision::Same) => Outcome::Same,
        Ok(Decision::Replay(row)) => Outcome::Replayed { seq: row.seq, kind: row.kind },
        Err(rejection) => Outcome::Refused(rejection),
    }
}

fn apply_atomic<P: Rules>(
    working: &mut Working<P>,
    commands: &[Command<P>],
    at: Timestamp,
    draft: &mut Draft<P>,
) -> ItemOutcome<P> {
    draft.begin(working);
    // A batch that was refused once stays refused for the same reason, whatever has changed since.
    for (index, command) in commands.iter().enumerate() {
        if let Ok(Some(row)) = recorded(working, command, draft)
            && row.kind == OutcomeKind::Refused
        {
            let outcome = Outcome::Replayed { seq: row.seq, kind: row.kind };
            return ItemOutcome::AtomicRefused { index, outcome };
        }
    }
    // What one of them does to a product, the next would not see: the interface offers no such batch.
    let is_of_product = |command: &Command<P>| matches!(command.action, Action::Product(_));
    assert!(!commands.iter().any(is_of_product), "actions on products are submitted one by one");
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
                outcomes.push(Outcome::Replayed { seq: row.seq, kind: row.kind });
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
fn is_repeat<P: Rules>(working: &Working<P>, commands: &[Command<P>], draft: &Draft<P>) -> bool {
    let mut acts = commands.iter().filter(|command| !matches!(command.action, Action::Expect(_))).peekable();
    let expects = commands.iter().any(|command| matches!(command.action, Action::Expect(_)));
    expects && acts.peek().is_some() && acts.all(|command| matches!(recorded(working, command, draft), Ok(Some(_))))
}
