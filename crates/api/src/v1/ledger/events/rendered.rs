//! Effects rendered once, whatever the shape of their events.

use ducat_domain::advances::Fact as AdvancesFact;
use ducat_domain::ledger::effect::Redacted;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_domain::points::Fact as PointsFact;
use ducat_domain::products::AnyFact;
use ducat_domain::{Effect, Fact};
use ducat_engine::keys::ring::Ring;
use ducat_store::read::Names;
use ducat_store::{Fault, Snapshot};
use serde_json::Value;

use super::EventBody;
use super::data::data_of;
use super::kinds::type_of;
use crate::door::Visitor;
use crate::v1::ledger::seen;

/// An effect with everything that an event may show of it.
#[derive(Debug)]
pub struct Rendered {
    /// Its place.
    pub(super) seq: Seq,
    /// The instant of its command.
    pub(super) at: Timestamp,
    /// Who asked for it.
    pub(super) by: Option<String>,
    /// The word for what happened, in the shape of the first release.
    pub(super) word: &'static str,
    /// The name of its type.
    pub(super) kind: &'static str,
    /// To what it happened, as a path below the ledger.
    pub(super) subject: Option<String>,
    /// Whether texts of it were erased since.
    pub(super) redacted: bool,
    /// What happened.
    pub(super) data: Value,
}

impl Rendered {
    fn of(ledger: &Name, names: &mut Names<'_>, effect: &Effect) -> Result<Rendered, Fault> {
        Ok(Rendered {
            seq: effect.seq,
            at: effect.at,
            by: effect.by.map(|actor| actor.0.to_string()),
            word: effect.fact.word(),
            kind: type_of(&effect.fact),
            subject: subject_of(names, effect)?,
            redacted: effect.is_redacted(),
            data: data_of(ledger, names, effect)?,
        })
    }
}

/// An effect, whoever reads it.
///
/// # Errors
/// The store cannot be read, or names nothing that the effect does.
pub fn render(ledger: &Name, names: &mut Names<'_>, effect: &Effect) -> Result<EventBody, Fault> {
    Rendered::of(ledger, names, effect).map(EventBody::from)
}

/// Effects of the types that are wanted, as far as someone may see them.
pub(super) fn seen_by(
    wants: &dyn Fn(&str) -> bool,
    visitor: &Visitor,
    ring: &Ring,
    snapshot: &dyn Snapshot,
    ledger: &Name,
    effects: &[Effect],
) -> Result<Vec<Rendered>, Fault> {
    let mut names = Names::new(snapshot, ledger)?;
    names.expect_of(effects.iter().filter(|effect| wants(type_of(&effect.fact))))?;
    let mut seen = Vec::with_capacity(effects.len());
    for effect in effects {
        if wants(type_of(&effect.fact)) && seen::concerns(visitor, snapshot, ledger, &mut names, effect)? {
            let whole = Rendered::of(ledger, &mut names, effect)?;
            let by = visitor.shown_actor(ring, effect.by);
            seen.push(Rendered { data: seen::by(visitor, whole.data), by, ..whole });
        }
    }
    Ok(seen)
}

/// To what an effect happened; nothing where that is the ledger itself.
fn subject_of(names: &mut Names<'_>, effect: &Effect) -> Result<Option<String>, Fault> {
    let command = || effect.command.map(|command| command.id);
    Ok(Some(match &effect.fact {
        Fact::Posting(posting) => format!("transactions/{}", posting.transaction),
        Fact::Hold(leg) => format!("transactions/{}", leg.transaction),
        Fact::HoldVoided { transaction, .. } | Fact::HoldExpired { transaction, .. } => {
            format!("transactions/{transaction}")
        }
        Fact::AccountOpened(opened) => format!("accounts/{}", opened.name),
        Fact::AccountChanged(changed) => format!("accounts/{}", names.account(changed.account)?),
        Fact::AssetAdded { terms, .. } => format!("assets/{}", terms.code),
        Fact::AssetRescaled { no, .. } => format!("assets/{}", names.asset(*no)?),
        Fact::Redacted(redaction) => match redaction.of {
            Redacted::Transaction(id) => format!("transactions/{id}"),
            Redacted::Account(account) | Redacted::Earlier(account) => format!("accounts/{}", names.account(account)?),
        },
        Fact::Refused(_) | Fact::Deferred { .. } | Fact::Imported { .. } => {
            return Ok(command().map(|id| format!("commands/{id}")));
        }
        Fact::Product(fact) => match &**fact {
            AnyFact::Points(PointsFact::Spent { .. }) => {
                return Ok(command().map(|id| format!("points/spends/{id}")));
            }
            AnyFact::Points(PointsFact::Refunded { spend, .. }) => format!("points/spends/{spend}"),
            AnyFact::Points(fact) => match fact.purses().as_slice() {
                [purse] => format!("accounts/{}", names.account(*purse)?),
                _ => return Ok(None),
            },
            AnyFact::Advances(AdvancesFact::Opened { id, .. }) => format!("advances/{id}"),
            AnyFact::Advances(AdvancesFact::Changed { advance, .. }) => {
                format!("advances/{}", names.transaction(*advance)?)
            }
            AnyFact::Advances(AdvancesFact::RunStarted { id, .. }) => format!("advances/runs/{id}"),
            AnyFact::Advances(_) => return Ok(None),
        },
        Fact::LedgerOpened(_)
        | Fact::DefaultAssetSet { .. }
        | Fact::ArchivedSet { .. }
        | Fact::LedgerDeleted(_)
        | Fact::Resolved { .. } => return Ok(None),
    }))
}
