//! Which rows must be known before commands are decided.
//!
//! A footprint names only what is not loaded yet. Some rows are named by others (the accounts of a hold, the buckets of
//! an account, the lots of a purse), so footprints are taken until one is empty: three rounds, and as many more as the lots
//! of points that are used at once take, a few times more lots each time.

use super::batch::Item;
use super::command::{Action, Command, CommandId, POSTINGS_MAX, Transaction};
use super::rows::{BUCKET_LEVELS, BucketKey, bucket_index};
use super::working::{Working, distinct};
use crate::advances;
use crate::advances::footprint::AdvancesFootprint;
use crate::names::Name;
use crate::numbers::{AccountNo, AssetNo, Id, Seq, Timestamp};
use crate::points::footprint::{Demand, PointsFootprint, add_action, add_given_back};

/// The keys of rows that are not loaded yet, each once, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Accounts by name.
    pub names: Vec<Name>,
    /// Accounts by number.
    pub accounts: Vec<AccountNo>,
    /// Outcomes by id.
    pub ids: Vec<Id>,
    /// References.
    pub references: Vec<String>,
    /// Transactions by id.
    pub transactions: Vec<Id>,
    /// Sums of off-date postings.
    pub buckets: Vec<BucketKey>,
    /// Where requests were taken.
    pub deferred: Vec<Seq>,
    /// Assets of which it must be known whether any amount is recorded.
    pub asset_amounts: Vec<AssetNo>,
    /// What points need.
    pub points: PointsFootprint,
    /// What advances need.
    pub advances: AdvancesFootprint,
}

impl Footprint {
    /// Whether everything is loaded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
            && self.accounts.is_empty()
            && self.ids.is_empty()
            && self.references.is_empty()
            && self.transactions.is_empty()
            && self.buckets.is_empty()
            && self.deferred.is_empty()
            && self.asset_amounts.is_empty()
            && self.points.is_empty()
            && self.advances.is_empty()
    }
}

/// The rows that these commands need and that are not loaded. All commands of a batch must be named at once: what one of
/// them makes, another may need, and no store has it yet.
#[must_use]
pub fn footprint<'a>(working: &Working, items: impl IntoIterator<Item = &'a Item, IntoIter: Clone>) -> Footprint {
    let mut footprint = Footprint::default();
    let mut demand = Demand::default();
    let items = items.into_iter();
    for command in items.clone().flat_map(Item::commands) {
        if let Action::SetDefaultAsset { asset } = &command.action {
            demand.defaults.push(asset.clone());
        }
    }
    for command in items.clone().flat_map(Item::commands) {
        footprint.add(&mut demand, working, command);
    }
    if demand.gives_back() {
        let commands = items.flat_map(Item::commands);
        commands.for_each(|command| add_given_back(&mut footprint, &demand, working, command));
    }
    demand.ask(&mut footprint, working);
    distinct(&mut footprint.names);
    distinct(&mut footprint.accounts);
    distinct(&mut footprint.ids);
    distinct(&mut footprint.references);
    distinct(&mut footprint.transactions);
    distinct(&mut footprint.buckets);
    distinct(&mut footprint.deferred);
    distinct(&mut footprint.asset_amounts);
    footprint.points.distinct();
    footprint.advances.distinct();
    footprint
}

impl Footprint {
    fn add(&mut self, demand: &mut Demand, working: &Working, command: &Command) {
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
            Action::Points(action) => add_action(self, demand, working, action),
            Action::Advances(action) => advances::footprint::add_action(self, working, action),
        }
    }

    fn add_transaction(&mut self, demand: &Demand, working: &Working, transaction: &Transaction) {
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

    pub(crate) fn add_name(&mut self, working: &Working, name: &Name) {
        if working.account_by_name(name).is_none() {
            self.names.push(name.clone());
        }
    }

    fn add_buckets(&mut self, working: &Working, name: &Name, asset: AssetNo, at: Timestamp) {
        let Some(Some(slot)) = working.account_by_name(name) else { return };
        let Some(account) = working.account(slot).map(|account| account.row.no) else { return };
        for key in bucket_keys(account, asset, at) {
            if !working.has_bucket(&key) {
                self.buckets.push(key);
            }
        }
    }

    /// A transaction made before, and the accounts that it names.
    pub(crate) fn add_made(&mut self, working: &Working, id: Id) {
        match working.transaction(id) {
            None => self.transactions.push(id),
            Some(None) => {}
            Some(Some(transaction)) => {
                for leg in &transaction.legs {
                    for account in [leg.source, leg.destination] {
                        if working.account_by_no(account).is_none() {
                            self.accounts.push(account);
                        }
                    }
                }
            }
        }
    }
}

/// The buckets of an instant, one a level.
pub(crate) fn bucket_keys(account: AccountNo, asset: AssetNo, at: Timestamp) -> impl Iterator<Item = BucketKey> {
    (0..=BUCKET_LEVELS).map(move |level| BucketKey { account, asset, level, index: bucket_index(level, at) })
}
