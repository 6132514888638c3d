//! Several nodes: a command goes to the node that has its ledger's lease, from whichever node took it, in one hop.
//!
//! A node asks its own executor first, which takes a lease that is free or has lapsed, or says who has it. A command
//! that is sent on carries an id under which its outcome is kept, so it is sent again, with the same id, when the
//! answer is lost: by then someone has the lease, and its owner knows the outcome. No client gets "failed"
//! for a command whose response was lost, nor "unknown" for one that was never sent.
//!
//! A request also carries the name of the attempt. The node that took it keeps its reply for a while under that name,
//! and gives the same reply again: a command that was done once is shown as done, and not as a retry, although its
//! answer was asked for twice.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ducat_domain::codec::{Decoder, Encoder, Malformed};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use ducat_domain::{Action, Command, Effect, Import, Item, ItemOutcome, Outcome};
use ducat_store::standing::Standing;
use parking_lot::Mutex;

use crate::executor::{Committed, Failure, Request};

/// How long a command is sent on again and again: longer than any lease, and as long as a client is kept waiting.
pub const FORWARD_MAX: Duration = Duration::from_secs(30);

/// The wait before a command is sent again: a lease resolves within seconds.
pub const FORWARD_PAUSE: Duration = Duration::from_millis(100);

/// How long a command waits for the owner of its ledger that cannot be reached: if it has stopped, its lease lapses
/// within that time, and another node takes the ledger over.
pub const TAKEOVER_MAX: Duration = Duration::from_secs(4);

/// Ledgers whose owner is remembered.
const OWNERS_MAX: usize = 100_000;

/// How long an owner is remembered that nothing was sent to: a stale one costs a hop that goes nowhere.
const OWNER_AGE_MAX: Duration = Duration::from_secs(10);

/// What became of a request sent to another node.
#[derive(Debug)]
pub enum Forwarded {
    /// That node's reply.
    Answered(Result<Committed, Failure>),
    /// Nothing was done there: it has not the lease.
    NotThere,
    /// Nothing was done: the node could not be reached, or does not know us. Why, in words.
    Unreachable(String),
    /// It may have been done: the reply was lost.
    Lost,
}

/// The way to other nodes.
pub trait Forwarder: Send + Sync {
    /// Sends a request to a node, which answers it or says that it has not the lease. A request that is sent again
    /// carries the same name of its attempt.
    fn forward<'a>(
        &'a self,
        owner: &'a str,
        request: &'a Request,
        attempt: Id,
    ) -> Pin<Box<dyn Future<Output = Forwarded> + Send + 'a>>;
}

/// What a node knows of the others.
pub struct Cluster {
    pub(crate) forwarder: Arc<dyn Forwarder>,
    /// How this node and the others stand.
    pub(crate) standing: Arc<Standing>,
    owners: Mutex<HashMap<Name, (String, Instant)>>,
}

impl Cluster {
    /// A node among others.
    #[must_use]
    pub fn new(forwarder: Arc<dyn Forwarder>, standing: Arc<Standing>) -> Cluster {
        Cluster { forwarder, standing, owners: Mutex::default() }
    }

    /// Who had the ledger's lease a moment ago, if that is another node.
    pub(crate) fn owner(&self, ledger: &Name) -> Option<String> {
        let owners = self.owners.lock();
        let (owner, since) = owners.get(ledger)?;
        (since.elapsed() < OWNER_AGE_MAX).then(|| owner.clone())
    }

    pub(crate) fn remember(&self, ledger: &Name, owner: &str) {
        let mut owners = self.owners.lock();
        if owners.len() >= OWNERS_MAX {
            owners.clear();
        }
        owners.insert(ledger.clone(), (owner.to_owned(), Instant::now()));
    }

    pub(crate) fn forget(&self, ledger: &Name) {
        self.owners.lock().remove(ledger);
    }
}

/// The same request under ids whose outcomes are kept, so that it may be sent twice. What the server itself asks for
/// carries another's id, and does nothing when it is done twice.
pub(crate) fn repeatable(request: &Request) -> Request {
    let kept = |command: &Command| match (&command.action, command.id) {
        (Action::ExpireHold { .. }, _) | (_, CommandId::Client(_)) => command.clone(),
        (_, CommandId::Server(id)) => Command { id: CommandId::Client(id), ..command.clone() },
    };
    let items = request.items.iter().map(|item| match item {
        Item::Single(command) => Item::Single(kept(command)),
        Item::Atomic(commands) => Item::Atomic(commands.iter().map(kept).collect()),
        Item::DryRun(command) => Item::DryRun(command.clone()),
        Item::Import(import) => Item::Import(Import { id: CommandId::Client(import.id.id()), ..import.clone() }),
    });
    Request { items: Arc::new(items.collect()), ..request.clone() }
}

/// A request as bytes, but for its ledger.
#[must_use]
pub fn encode_request(request: &Request) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.option(request.by, |e, by| e.actor(by));
    encoder.length(request.items.len());
    request.items.iter().for_each(|item| item.encode(&mut encoder));
    encoder.into_bytes()
}

/// A request for a ledger from bytes.
///
/// # Errors
/// When the bytes are not what `encode_request` writes.
pub fn decode_request(ledger: Name, bytes: &[u8]) -> Result<Request, Malformed> {
    let mut decoder = Decoder::new(bytes);
    let by = decoder.option(Decoder::actor)?;
    let mut items = Vec::new();
    for _ in 0..decoder.length()? {
        items.push(Item::decode(&mut decoder)?);
    }
    decoder.finish()?;
    Ok(Request { ledger, items: Arc::new(items), by })
}

/// A reply as bytes: of the batch's effects only those that its outcomes point to.
#[must_use]
pub fn encode_committed(committed: &Committed) -> Vec<u8> {
    let mut outcomes = committed.outcomes.clone();
    let mut effects: Vec<&Effect> = Vec::new();
    for outcome in outcomes.iter_mut().flat_map(ItemOutcome::outcomes_mut) {
        if let Outcome::Done { first, count } = outcome {
            let own = committed.effects.get(*first..first.saturating_add(*count)).unwrap_or_default();
            *first = effects.len();
            effects.extend(own);
        }
    }
    let mut encoder = Encoder::new();
    encoder.instant(committed.at);
    encoder.length(outcomes.len());
    outcomes.iter().for_each(|outcome| outcome.encode(&mut encoder));
    encoder.length(effects.len());
    effects.iter().for_each(|effect| effect.encode(&mut encoder));
    encoder.into_bytes()
}

/// A reply from bytes.
///
/// # Errors
/// When the bytes are not what `encode_committed` writes.
pub fn decode_committed(bytes: &[u8]) -> Result<Committed, Malformed> {
    let mut decoder = Decoder::new(bytes);
    let at = decoder.instant()?;
    let mut outcomes = Vec::new();
    for _ in 0..decoder.length()? {
        outcomes.push(ItemOutcome::decode(&mut decoder)?);
    }
    let mut effects = Vec::new();
    for _ in 0..decoder.length()? {
        effects.push(Effect::decode(&mut decoder)?);
    }
    decoder.finish()?;
    Ok(Committed { outcomes, effects: Arc::new(effects), at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ducat_domain::numbers::{Id, Seq, Timestamp};

    #[test]
    fn an_answer_carries_its_own_effects_alone() {
        let effect = |seq| Effect {
            seq: Seq(seq),
            at: Timestamp(seq.cast_signed()),
            command: None,
            by: None,
            private: None,
            fact: ducat_domain::ledger::effect::Fact::HoldVoided { transaction: Id(1), hold: Seq(1) },
        };
        let committed = Committed {
            outcomes: vec![
                ItemOutcome::Single(Outcome::Same),
                ItemOutcome::Atomic(vec![Outcome::Done { first: 3, count: 2 }]),
            ],
            effects: Arc::new((0..9).map(effect).collect()),
            at: Timestamp(7),
        };
        let sent = decode_committed(&encode_committed(&committed)).expect("it comes back");
        assert_eq!(sent.outcomes[1], ItemOutcome::Atomic(vec![Outcome::Done { first: 0, count: 2 }]));
        assert_eq!(sent.effects.iter().map(|effect| effect.seq.0).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(sent.at, Timestamp(7));
    }
}
