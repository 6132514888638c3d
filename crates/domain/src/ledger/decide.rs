//! Deciding a command: all checks, no change.
//!
//! `decide` borrows the working rows and writes what would change into a draft; a rejection leaves only a draft that
//! is thrown away. The checks stand in the order of precedence of [`Rejection`].

use super::command::{Action, Command, CommandId};
use super::decider::{Decider, Decision, default_asset};
use super::draft::Draft;
use super::effect::{CommandKey, Fact};
use super::rejection::Rejection;
use super::rows::{IdRow, LedgerState, OutcomeKind};
use super::rules::Rules;
use super::transaction::Part;
use super::working::Working;
use crate::names::Name;
use crate::numbers::{Id, Seq, Timestamp};
use crate::product::ProductAction as _;

/// Decides one command at one instant.
///
/// # Panics
/// When a row of the command's footprint is not loaded.
pub(crate) fn decide<P: Rules>(
    working: &Working<P>,
    command: &Command<P>,
    at: Timestamp,
    draft: &mut Draft<P>,
) -> Result<Decision, Rejection<P>> {
    if let Some(row) = recorded(working, command, draft)? {
        return Ok(Decision::Replay(row));
    }
    check_standing(working, draft.archived, &command.action)?;
    // What it means is what it means now, whatever it does to that.
    let fingerprint = command.fingerprint_in(default_asset(working, draft));
    let decider = Decider { working, draft, at };
    let (decision, key_seq) = match &command.action {
        Action::OpenLedger(terms) => decider.open_ledger(terms)?,
        Action::AddAsset(terms) => decider.add_asset(terms)?,
        Action::SetDefaultAsset { asset } => decider.set_default_asset(asset)?,
        Action::RescaleAsset(terms) => decider.rescale_asset(terms)?,
        Action::SetArchived { archived } => decider.set_archived(*archived)?,
        Action::DeleteLedger(tombstone) => decider.delete_ledger(tombstone)?,
        Action::Redact(redact) => decider.redact(redact)?,
        Action::OpenAccount(terms) => decider.open_account(terms)?,
        Action::ChangeAccount(change) => decider.change_account(change)?,
        Action::Transact(transaction) => decider.transact(command.id.id(), transaction)?,
        Action::PostHold { hold, amount } => decider.post_hold(*hold, *amount)?,
        Action::VoidHold { hold } => decider.void_hold(*hold)?,
        Action::ExpireHold { hold } => decider.expire_hold(*hold)?,
        Action::Reverse { original, part } => decider.reverse(command.id.id(), *original, part)?,
        Action::Expect(expectation) => decider.expect(expectation)?,
        Action::Defer { request } => decider.record(Fact::Deferred { request: request.clone() })?,
        Action::Resolve { deferred, answer } => decider.answer(*deferred, answer)?,
        Action::Product(action) => P::decide(decider, command.id.id(), action)?,
    };
    if let Some(seq) = key_seq
        && is_kept(command)
    {
        let key = CommandKey { id: command.id.id(), fingerprint };
        draft.keep_outcome(seq, key, OutcomeKind::Done);
    }
    Ok(decision)
}

/// Whether the ledger as a whole takes a command: one that is not open takes only what opens it, one that is archived
/// only what ends what it took before.
pub(crate) fn check_standing<P: Rules>(
    working: &Working<P>,
    archived: Option<bool>,
    action: &Action<P>,
) -> Result<(), Rejection<P>> {
    let head = working.head();
    let opens = matches!(action, Action::OpenLedger(_));
    if head.arriving {
        return Err(if opens { Rejection::LedgerExists } else { Rejection::LedgerNotFound });
    }
    let archived = archived.unwrap_or(head.state == LedgerState::Archived);
    match head.state {
        LedgerState::Deleted => Err(if opens { Rejection::LedgerDeleted } else { Rejection::LedgerNotFound }),
        LedgerState::Open | LedgerState::Archived if head.is_absent() && !opens => Err(Rejection::LedgerNotFound),
        LedgerState::Open | LedgerState::Archived if archived && !action.is_of_archived() => {
            Err(Rejection::LedgerArchived)
        }
        LedgerState::Open | LedgerState::Archived => Ok(()),
    }
}

/// Writes a refusal into an empty draft, when the client may ask for it again.
pub(crate) fn keep_refusal<P: Rules>(
    working: &Working<P>,
    command: &Command<P>,
    rejection: &Rejection<P>,
    at: Timestamp,
    draft: &mut Draft<P>,
) -> bool {
    let CommandId::Client(id) = command.id else { return false };
    if working.head().is_absent() || working.head().arriving || !rejection.is_kept() {
        return false;
    }
    draft.begin(working);
    let fingerprint = command.fingerprint_in(default_asset(working, draft));
    let seq = draft.push(working, at, Fact::Refused(Box::new(rejection.clone())));
    draft.keep_outcome(seq, CommandKey { id, fingerprint }, OutcomeKind::Refused);
    true
}

/// The outcome that the command's id already has.
pub(crate) fn recorded<P: Rules>(
    working: &Working<P>,
    command: &Command<P>,
    draft: &Draft<P>,
) -> Result<Option<IdRow>, Rejection<P>> {
    let CommandId::Client(id) = command.id else { return Ok(None) };
    let known = working.outcome(id).expect("ids of commands are in the footprint");
    match known.or_else(|| draft.outcome(id)) {
        None => Ok(None),
        Some(row) if command.means(row.fingerprint, default_at(working, draft, row.seq)) => Ok(Some(row)),
        Some(row) if other_spelling(working, command).is_some_and(|action| action.fingerprint() == row.fingerprint) => {
            Ok(Some(row))
        }
        Some(_) => Err(Rejection::IdReused { id }),
    }
}

/// The same with the whole amount of a transaction of one posting spelled out, or left out.
fn other_spelling<P: Rules>(working: &Working<P>, command: &Command<P>) -> Option<Action<P>> {
    let amount_of = |id: Id| match working.transaction(id)??.legs.as_slice() {
        [leg] => Some(leg.amount),
        _ => None,
    };
    match &command.action {
        Action::PostHold { hold, amount: None } => {
            Some(Action::PostHold { hold: *hold, amount: Some(amount_of(*hold)?) })
        }
        Action::PostHold { hold, amount } if *amount == amount_of(*hold) => {
            Some(Action::PostHold { hold: *hold, amount: None })
        }
        Action::Reverse { original, part: Part::Rest } => {
            Some(Action::Reverse { original: *original, part: Part::Amount(amount_of(*original)?) })
        }
        Action::Reverse { original, part: Part::Amount(amount) } if Some(*amount) == amount_of(*original) => {
            Some(Action::Reverse { original: *original, part: Part::Rest })
        }
        Action::OpenLedger(_)
        | Action::AddAsset(_)
        | Action::SetDefaultAsset { .. }
        | Action::RescaleAsset(_)
        | Action::SetArchived { .. }
        | Action::DeleteLedger(_)
        | Action::Redact(_)
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
        | Action::Product(_) => None,
    }
}

/// The asset that was meant where an outcome stands.
fn default_at<'a, P: Rules>(working: &'a Working<P>, draft: &Draft<P>, seq: Seq) -> Option<&'a Name> {
    let no = match draft.default_asset {
        Some((since, asset)) if since < seq => asset,
        Some(_) | None => working.head().defaults.at(seq),
    };
    working.asset_by_no(no).map(|asset| &asset.code)
}

/// Transactions are found by their ids, whether the client or the server chose them; of other commands only the
/// client's ids are kept.
fn is_kept<P: Rules>(command: &Command<P>) -> bool {
    match &command.action {
        Action::Transact(_) | Action::Reverse { .. } => true,
        Action::Product(action) if action.makes_transaction() => true,
        Action::OpenLedger(_)
        | Action::AddAsset(_)
        | Action::SetDefaultAsset { .. }
        | Action::RescaleAsset(_)
        | Action::SetArchived { .. }
        | Action::DeleteLedger(_)
        | Action::Redact(_)
        | Action::OpenAccount(_)
        | Action::ChangeAccount(_)
        | Action::PostHold { .. }
        | Action::VoidHold { .. }
        | Action::ExpireHold { .. }
        | Action::Expect(_)
        | Action::Defer { .. }
        | Action::Resolve { .. }
        | Action::Product(_) => matches!(command.id, CommandId::Client(_)),
    }
}
