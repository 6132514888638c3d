//! Events as a key that is kept to some accounts sees them.
//!
//! - It sees what concerns its accounts, and of a posting the other side's name and balance as little as anywhere else.
//! - Refusals, products, imports and orders are left out: they say things of other accounts.

use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq};
use ducat_domain::{Effect, Fact};
use ducat_store::read::Names;
use ducat_store::{Fault, Snapshot};
use serde_json::Value;

use crate::door::Visitor;
use crate::values::HIDDEN;

/// The accounts in an event, each with the balance that is said of it.
const SIDES: [(&str, &str); 3] =
    [("source", "source_balance"), ("destination", "destination_balance"), ("account", "balance")];

/// Whether an effect is shown.
pub(super) fn concerns(
    visitor: &Visitor,
    snapshot: &dyn Snapshot,
    ledger: &Name,
    names: &mut Names<'_>,
    effect: &Effect,
) -> Result<bool, Fault> {
    if !visitor.is_prefixed() {
        return Ok(true);
    }
    let mut covers = |accounts: &[AccountNo]| -> Result<bool, Fault> {
        for account in accounts {
            if visitor.covers_account(&names.account(*account)?) {
                return Ok(true);
            }
        }
        Ok(false)
    };
    match &effect.fact {
        Fact::Posting(posting) => covers(&[posting.source.account, posting.destination.account]),
        Fact::Hold(leg) => covers(&[leg.source, leg.destination]),
        Fact::HoldVoided { hold, .. } | Fact::HoldExpired { hold, .. } => covers(&held(snapshot, ledger, *hold)?),
        Fact::AccountOpened(opened) => Ok(visitor.covers_account(&opened.name)),
        Fact::AccountChanged(changed) => covers(&[changed.account]),
        Fact::LedgerOpened(_)
        | Fact::DefaultAssetSet { .. }
        | Fact::AssetRescaled { .. }
        | Fact::ArchivedSet { .. }
        | Fact::AssetAdded { .. } => Ok(true),
        Fact::LedgerDeleted(_)
        | Fact::Redacted(_)
        | Fact::Refused(_)
        | Fact::Deferred { .. }
        | Fact::Resolved { .. }
        | Fact::Imported { .. }
        | Fact::Product(_) => Ok(false),
    }
}

/// The accounts of all legs of a hold, which follow each other.
fn held(snapshot: &dyn Snapshot, ledger: &Name, hold: Seq) -> Result<Vec<AccountNo>, Fault> {
    let Some(Fact::Hold(first)) = snapshot.effect(ledger, hold)?.map(|effect| effect.fact) else {
        return Ok(Vec::new());
    };
    let (mut accounts, legs) =
        (vec![first.source, first.destination], usize::try_from(first.legs).unwrap_or(usize::MAX));
    if legs > 1 {
        for effect in snapshot.effects(ledger, hold, legs - 1)? {
            if let Fact::Hold(leg) = effect.fact
                && leg.transaction == first.transaction
            {
                accounts.extend([leg.source, leg.destination]);
            }
        }
    }
    Ok(accounts)
}

/// What an event says, without what is said of accounts that a visitor is kept from.
pub(super) fn by(visitor: &Visitor, mut data: Value) -> Value {
    let Some(fields) = data.as_object_mut().filter(|_| visitor.is_prefixed()) else { return data };
    for (account, balance) in SIDES {
        let name = fields.get(account).and_then(Value::as_str).and_then(|name| Name::parse(name).ok());
        if name.is_some_and(|name| !visitor.covers_account(&name)) {
            fields.insert(account.to_owned(), HIDDEN.into());
            if let Some(balance) = fields.get_mut(balance) {
                *balance = Value::Null;
            }
        }
    }
    data
}
