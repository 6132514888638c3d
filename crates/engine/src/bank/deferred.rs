//! Orders taken now and performed later (`Prefer: respond-async`, RFC 7240): durably, in order for each account.
//!
//! 1. An order that is taken is a fact of the journal.
//! 2. It waits until a second fact says that it is done, in the same commit as the money, or why it was refused.
//! 3. It is performed under an id derived from its own, so performing it again, after a crash or on another node, finds
//!    it done.
//! 4. Orders that share an account are performed one after another, as they were taken; the others at the same time.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use ducat_domain::ledger::command::CommandId;
use ducat_domain::numbers::{Id, Seq, Timestamp};
use ducat_domain::{Action, Command, Fact, Outcome};
use ducat_store::Snapshot;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use uuid::Uuid;

use super::{Bank, BankError, Execution, Kind, Order, OrderRefusal, Refused, ledger};
use crate::ask::{AskError, ItemResult, OTHER_KIND};
use crate::clock::fresh_id;
use crate::obstacle::Obstacle;

/// How often a node that does not serve the ledger looks for orders that no one performs.
const STRANDED_INTERVAL: Duration = Duration::from_secs(5);

/// How long an order waits before a node that does not serve the ledger thinks that no one performs it.
const STRANDED_MICROS: i64 = 5_000_000;

/// How often the node that serves the ledger looks for orders that other nodes took, or that could not be performed.
const INTERVAL: Duration = Duration::from_millis(250);

/// Orders read at a time, and performed at the same time at most: what a commit takes in without effort.
const PAGE: usize = 512;

/// What is done for an order has an id derived from the order's own and one of these.
const TRANSACTION: &str = "transaction";
const ANSWER: &str = "answer";

/// The id of something that is done for a request, derived from the request's own.
fn derived(request: Id, what: &str) -> Id {
    Id(Uuid::new_v5(&Uuid::from_u128(request.0), what.as_bytes()).as_u128())
}

/// An order that was taken and is still to be performed.
struct Waiting {
    seq: Seq,
    request: Id,
    /// `None` for bytes that no release writes.
    order: Option<Order>,
}

impl Waiting {
    /// Says that it waits no longer: nothing more where it was done, otherwise why not.
    fn resolve(&self, id: Id, answer: &[u8]) -> Command {
        Command::new(CommandId::Client(id), Action::Resolve { deferred: self.seq, answer: answer.into() })
    }
}

/// How far an order is.
#[derive(Debug)]
pub enum OrderStatus {
    /// It waits.
    Accepted,
    /// It is done; its transaction begins at this place.
    Done(Seq),
    /// It was refused.
    Refused(OrderRefusal),
}

/// How far an order of an account is; `None` when there is none.
///
/// # Errors
/// When the store cannot be read, or holds what no release writes.
pub fn order_status(snapshot: &dyn Snapshot, account: Id, request: Id) -> Result<Option<OrderStatus>, BankError> {
    let ledger = ledger()?;
    let fact = |id| -> Result<Option<(Seq, Fact)>, BankError> {
        let Some(outcome) = snapshot.outcome(&ledger, id)? else { return Ok(None) };
        Ok(snapshot.effect(&ledger, outcome.seq)?.map(|effect| (outcome.seq, effect.fact)))
    };
    let Some((taken_at, Fact::Deferred { request: bytes })) = fact(request)? else { return Ok(None) };
    if Order::read(&bytes).is_none_or(|order| order.account != account) {
        return Ok(None);
    }
    Ok(Some(match (fact(derived(request, ANSWER))?, fact(derived(request, TRANSACTION))?) {
        (Some((_, Fact::Resolved { deferred, answer })), _) if deferred == taken_at && !answer.is_empty() => {
            let refusal = OrderRefusal::read(&answer);
            OrderStatus::Refused(refusal.map_err(|_| AskError::bug("a refusal of ours cannot be read back"))?)
        }
        (Some((_, Fact::Resolved { deferred, .. })), Some((first, Fact::Posting(_)))) if deferred == taken_at => {
            OrderStatus::Done(first)
        }
        _ => OrderStatus::Accepted,
    }))
}

impl Bank {
    /// Takes an order; the request is what counts as the same under its id. Says whether it was taken before.
    ///
    /// # Errors
    /// When a rule refuses it, or there is no reply.
    pub async fn defer(&self, id: Id, request: &[u8], order: &Order) -> Result<bool, BankError> {
        let action = Action::Defer { request: order.write().into() };
        let is_repeated = match self.alone(Command::standing_for(request, CommandId::Client(id), action)).await? {
            ItemResult::Refused(rejection, before) => {
                return Err(Refused::error(rejection, before));
            }
            ItemResult::Done(outcomes) => match outcomes.first() {
                Some(Outcome::Done { .. }) => false,
                Some(Outcome::Replayed { .. }) => true,
                _ => return Err(AskError::bug(OTHER_KIND).into()),
            },
        };
        self.orders.notify_one();
        Ok(is_repeated)
    }

    /// Performs orders for as long as the engine is open: at once where this node serves the ledger, and elsewhere only
    /// what no one performs.
    pub async fn work(self) {
        let Ok(ledger) = ledger() else { return };
        let mut obstacle = Obstacle::of_job(self.engine(), "orders of the bank");
        while self.engine().is_open() {
            let (interval, before) = match self.engine().serves(&ledger) {
                true => (INTERVAL, Timestamp::MAX),
                // What was taken just now its owner performs.
                false => (STRANDED_INTERVAL, self.engine().now().plus_micros(-STRANDED_MICROS)),
            };
            match self.perform_deferred(before).await {
                Ok(0) => obstacle.passed(),
                Ok(performed) => tracing::debug!(performed, "orders performed"),
                Err(error) => obstacle.met(&error),
            }
            // An order was taken here, or it is time to look for what was taken elsewhere.
            drop(tokio::time::timeout(interval, self.orders.notified()).await);
        }
    }

    /// Performs what waits and was taken before an instant, in order, and says how much it was. What cannot be
    /// performed now keeps only those waiting that share an account with it.
    ///
    /// # Errors
    /// When the store cannot be read, or an outcome could not be recorded. Orders that were performed stay so.
    pub async fn perform_deferred(&self, before: Timestamp) -> Result<usize, BankError> {
        let (mut performed, mut after) = (0, Seq(0));
        let mut stuck: BTreeSet<Id> = BTreeSet::new();
        let mut failed = None;
        loop {
            let waiting = self.read(move |snapshot| waiting(snapshot, after, before)).await?;
            let Some(last) = waiting.last().map(|waiting| waiting.seq) else { break };
            after = last;
            let mut turns = Turns::new(self.with_accounts(waiting).await?);
            let mut under_way = FuturesUnordered::new();
            let start = |place: usize, waiting: Waiting| async move { (place, self.perform_one(&waiting).await) };
            loop {
                while let Some((place, waiting)) = turns.next(&mut stuck) {
                    under_way.push(start(place, waiting));
                }
                let Some((place, done)) = under_way.next().await else { break };
                match done {
                    Ok(()) => performed += 1,
                    Err(error) => {
                        stuck.extend(turns.accounts(place));
                        failed = Some(error);
                    }
                }
                turns.done(place);
            }
        }
        failed.map_or(Ok(performed), Err)
    }

    /// The accounts of each order: those that it names, and those that it may draw on.
    async fn with_accounts(&self, all: Vec<Waiting>) -> Result<Vec<(Waiting, BTreeSet<Id>)>, BankError> {
        let mut found = Vec::with_capacity(all.len());
        for waiting in all {
            let mut accounts: BTreeSet<Id> = waiting.order.iter().flat_map(Order::accounts).collect();
            if let Some(order) = waiting.order.as_ref().filter(|order| order.kind != Kind::Deposit)
                && let Some(account) = self.account_ever(order.account).await?
            {
                accounts.extend(account.links);
            }
            found.push((waiting, accounts));
        }
        Ok(found)
    }

    /// Performs one order and says in the same commit that it is done, or afterwards why it was refused. What cannot be
    /// known now is an error, and waits on.
    async fn perform_one(&self, waiting: &Waiting) -> Result<(), BankError> {
        let refusal = match &waiting.order {
            None => OrderRefusal::Unreadable,
            Some(order) => {
                let execution = Execution {
                    id: derived(waiting.request, TRANSACTION),
                    request: order.write(),
                    beside: Some(waiting.resolve(derived(waiting.request, ANSWER), &[])),
                };
                match self.perform(&execution, order).await {
                    Ok(_) => return Ok(()),
                    Err(BankError::Unknown) => OrderRefusal::Unknown,
                    Err(BankError::Refused(refused)) => OrderRefusal::Refused(*refused),
                    Err(BankError::OtherAssets) => OrderRefusal::OtherAssets,
                    Err(error) => return Err(error),
                }
            }
        };
        let answer = refusal.write();
        if let ItemResult::Done(_) = self.alone(waiting.resolve(derived(waiting.request, ANSWER), &answer)).await? {
            return Ok(());
        }
        // The id is another command's, or another node has recorded it in other words.
        match self.alone(waiting.resolve(fresh_id(), &answer)).await? {
            ItemResult::Done(_) => Ok(()),
            ItemResult::Refused(rejection, before) => Err(Refused::error(rejection, before)),
        }
    }
}

/// The oldest orders that wait, after one of them, taken before an instant.
fn waiting(snapshot: &dyn Snapshot, after: Seq, before: Timestamp) -> Result<Vec<Waiting>, BankError> {
    let ledger = ledger()?;
    let mut found = Vec::new();
    for seq in snapshot.deferred(&ledger, after, PAGE)? {
        let effect =
            snapshot.effect(&ledger, seq)?.ok_or_else(|| AskError::bug("an effect that is referred to is missing"))?;
        if effect.at >= before {
            break;
        }
        let request = effect.command.ok_or_else(|| AskError::bug(OTHER_KIND))?.id;
        let Fact::Deferred { request: bytes } = effect.fact else {
            return Err(AskError::bug("a fact is of another kind than its command makes").into());
        };
        found.push(Waiting { seq, request, order: Order::read(&bytes) });
    }
    Ok(found)
}

/// Whose turn it is: an order's comes when all that were taken before it and share an account with it are performed.
struct Turns<T> {
    orders: Vec<Option<T>>,
    accounts: Vec<BTreeSet<Id>>,
    /// How many each still waits for.
    before: Vec<usize>,
    /// Who waits for each.
    behind: Vec<Vec<usize>>,
    ready: VecDeque<usize>,
}

impl<T> Turns<T> {
    fn new(all: Vec<(T, BTreeSet<Id>)>) -> Turns<T> {
        let (orders, accounts): (Vec<Option<T>>, Vec<BTreeSet<Id>>) =
            all.into_iter().map(|(order, accounts)| (Some(order), accounts)).unzip();
        let (mut before, mut behind) = (vec![0; orders.len()], vec![Vec::new(); orders.len()]);
        let mut last: HashMap<Id, usize> = HashMap::new();
        for (place, accounts) in accounts.iter().enumerate() {
            // The last on each account waited for all before it there.
            let ahead: BTreeSet<usize> = accounts.iter().filter_map(|account| last.insert(*account, place)).collect();
            before[place] = ahead.len();
            ahead.into_iter().for_each(|ahead| behind[ahead].push(place));
        }
        let ready = before.iter().enumerate().filter(|(_, before)| **before == 0).map(|(place, _)| place).collect();
        Turns { orders, accounts, before, behind, ready }
    }

    /// The next whose turn has come. One that shares an account with what is stuck is passed over, and its accounts are
    /// stuck.
    fn next(&mut self, stuck: &mut BTreeSet<Id>) -> Option<(usize, T)> {
        while let Some(place) = self.ready.pop_front() {
            match self.orders[place].take() {
                Some(order) if self.accounts[place].is_disjoint(stuck) => return Some((place, order)),
                _ => {
                    stuck.extend(self.accounts(place));
                    self.done(place);
                }
            }
        }
        None
    }

    fn accounts(&self, place: usize) -> BTreeSet<Id> {
        self.accounts[place].clone()
    }

    /// Lets those behind it take their turn.
    fn done(&mut self, place: usize) {
        for next in std::mem::take(&mut self.behind[place]) {
            self.before[next] -= 1;
            if self.before[next] == 0 {
                self.ready.push_back(next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Orders by the accounts that they share, and whose turn it is when all before them are performed.
    #[test]
    fn orders_that_share_an_account_keep_their_order() {
        for (orders, expected) in [
            (&["a", "b", "c"][..], "0 1 2"),
            (&["a", "a", "a"], "0 / 1 / 2"),
            (&["a", "ab", "b"], "0 / 1 / 2"),
            // The third shares nothing with the first, and must not overtake the second.
            (&["a", "ab", "bc", "d", "c"], "0 3 / 1 / 2 / 4"),
            (&[], ""),
        ] {
            let accounts = |order: &str| order.bytes().map(|byte| Id(u128::from(byte))).collect();
            let all = orders.iter().enumerate().map(|(place, order)| (place, accounts(order))).collect();
            let (mut turns, mut stuck) = (Turns::new(all), BTreeSet::new());
            let mut waves = Vec::new();
            loop {
                let wave: Vec<usize> = std::iter::from_fn(|| turns.next(&mut stuck)).map(|(place, _)| place).collect();
                if wave.is_empty() {
                    break;
                }
                wave.iter().for_each(|place| turns.done(*place));
                waves.push(wave.iter().map(usize::to_string).collect::<Vec<_>>().join(" "));
            }
            assert_eq!(waves.join(" / "), expected, "{orders:?}");
        }
    }
}
