//! Gathering the footprint of what was submitted: first what each command needs by itself, then what all of them need
//! together.

use super::command::{Action, Command, CommandId, RedactOf};
use super::footprint::{Footprint, bucket_keys};
use super::item::Item;
use super::rules::Rules;
use super::transaction::{POSTINGS_MAX, Transaction};
use super::working::Working;
use crate::names::Name;
use crate::numbers::{AssetNo, Timestamp};

/// What the commands of a turn may need together, beyond what each needs by itself.
struct Demand<P: Rules> {
    /// Assets that they make the default.
    defaults: Vec<Name>,
    product: P::Demand,
}

/// The rows that these commands need and that are not loaded. All commands of a batch must be named at once: what one
/// of them makes, another may need, and no store has it yet.
#[must_use]
pub fn footprint<'a, P: Rules>(
    working: &Working<P>,
    items: impl IntoIterator<Item = &'a Item<P>, IntoIter: Clone>,
) -> Footprint<P> {
    let mut footprint = Footprint::default();
    let mut demand = Demand::<P> { defaults: Vec::new(), product: P::Demand::default() };
    let items = items.into_iter();
    for command in items.clone().flat_map(Item::commands) {
        if let Action::SetDefaultAsset { asset } = &command.action {
            demand.defaults.push(asset.clone());
        }
    }
    for item in items.clone() {
        if let Item::Import(import) = item {
            let ids = [Some(import.id.id()), import.after.map(|(id, _)| id)].into_iter().flatten();
            footprint.ids.extend(ids.filter(|id| working.outcome(*id).is_none()));
        }
    }
    for command in items.clone().flat_map(Item::commands) {
        footprint.add(&mut demand, working, command);
    }
    P::add_demand(&mut footprint, &demand.product, working, items.clone().flat_map(Item::commands));
    // Names and ids lead nowhere.
    footprint.is_last = footprint.may_load_during_commit()
        && footprint.accounts.is_empty()
        && items.flat_map(Item::commands).all(names_all);
    footprint.distinct();
    footprint
}

/// Whether a command itself names all rows that it needs. Others are found only with rows that it names.
fn names_all<P: Rules>(command: &Command<P>) -> bool {
    match &command.action {
        Action::Transact(transaction) => transaction.effective_at.is_none(),
        Action::OpenLedger(_)
        | Action::AddAsset(_)
        | Action::OpenAccount(_)
        | Action::ChangeAccount(_)
        | Action::Expect(_)
        | Action::Defer { .. } => true,
        Action::SetDefaultAsset { .. }
        | Action::SetArchived { .. }
        | Action::DeleteLedger(_)
        | Action::Redact(_)
        | Action::RescaleAsset(_)
        | Action::PostHold { .. }
        | Action::VoidHold { .. }
        | Action::ExpireHold { .. }
        | Action::Reverse { .. }
        | Action::Resolve { .. }
        | Action::Product(_) => false,
    }
}

impl<P: Rules> Footprint<P> {
    fn add(&mut self, demand: &mut Demand<P>, working: &Working<P>, command: &Command<P>) {
        if let CommandId::Client(id) = command.id
            && working.outcome(id).is_none()
        {
            self.ids.push(id);
        }
        match &command.action {
            // Every asset opens `world`.
            Action::OpenLedger(_) | Action::AddAsset(_) => self.add_name(working, &Name::world()),
            Action::SetDefaultAsset { .. } | Action::SetArchived { .. } | Action::DeleteLedger(_) => {}
            Action::RescaleAsset(terms) => {
                let asset = working.asset(&terms.code).map(|asset| asset.no);
                self.asset_amounts.extend(asset.filter(|no| !working.knows_amounts(*no)));
            }
            Action::Redact(redact) => {
                match &redact.of {
                    RedactOf::Account(name) | RedactOf::Earlier(name) => self.add_name(working, name),
                    RedactOf::Transaction(_) => {}
                }
                self.recorded.extend(redact.effects.iter().filter(|seq| working.recorded(**seq).is_none()));
            }
            Action::OpenAccount(terms) => self.add_name(working, &terms.name),
            Action::ChangeAccount(change) => self.add_name(working, &change.name),
            Action::Transact(transaction) => self.add_transaction(demand, working, transaction),
            Action::PostHold { hold, .. } | Action::VoidHold { hold } | Action::ExpireHold { hold } => {
                self.add_made(working, *hold);
            }
            Action::Reverse { original, .. } => {
                self.add_made(working, *original);
                // How much of it was reversed before stands with the last transaction that did.
                let by = working.transaction(*original).flatten().and_then(|row| row.state.reversed_by());
                if let Some(by) = by
                    && working.transaction(by).is_none()
                {
                    self.transactions.push(by);
                }
            }
            Action::Expect(expectation) => self.add_name(working, &expectation.account),
            Action::Defer { .. } => {}
            Action::Resolve { deferred, .. } => {
                if working.is_waiting(*deferred).is_none() {
                    self.deferred.push(*deferred);
                }
            }
            Action::Product(action) => P::add_action(self, &mut demand.product, working, action),
        }
    }

    fn add_transaction(&mut self, demand: &Demand<P>, working: &Working<P>, transaction: &Transaction) {
        // It is refused for its size before anything else of it is looked at.
        if transaction.postings_max() > POSTINGS_MAX {
            return;
        }
        for posting in &transaction.postings {
            posting.source.accounts().for_each(|account| self.add_name(working, account));
            self.add_name(working, &posting.destination);
            if let Some(effective_at) = transaction.effective_at {
                let asset = match &posting.asset {
                    Some(code) => working.asset(code),
                    None => working.asset_by_no(working.head().defaults.now()),
                };
                // What these commands make the default may be meant as well.
                let may_be_meant = demand.defaults.iter().filter(|_| posting.asset.is_none());
                let may_be_meant = may_be_meant.filter_map(|code| working.asset(code));
                for asset in asset.into_iter().chain(may_be_meant) {
                    for account in posting.source.accounts() {
                        self.add_buckets(working, account, asset.no, effective_at);
                    }
                    self.add_buckets(working, &posting.destination, asset.no, effective_at);
                }
            }
        }
        if let Some(reference) = &transaction.reference
            && working.reference(reference).is_none()
        {
            self.references.push(reference.clone());
        }
    }

    fn add_buckets(&mut self, working: &Working<P>, name: &Name, asset: AssetNo, at: Timestamp) {
        let Some(Some(slot)) = working.account_by_name(name) else { return };
        let Some(account) = working.account(slot).map(|account| account.row.no) else { return };
        for key in bucket_keys(account, asset, at) {
            if !working.has_bucket(&key) {
                self.buckets.push(key);
            }
        }
    }
}
