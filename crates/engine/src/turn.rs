//! What is asked of the ledger, what came of it, and a turn: what is decided and committed together.

use std::sync::Arc;
use std::time::Instant;

use ducat_domain::ledger::rows::Head;
use ducat_domain::names::Name;
use ducat_domain::numbers::{ActorNo, Timestamp};
use ducat_domain::{Delta, Effect, Item, ItemOutcome};
use ducat_store::Fault;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceState};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::published::Publication;

/// What is asked of one ledger.
#[derive(Debug, Clone)]
pub struct Request {
    /// The ledger.
    pub ledger: Name,
    /// What to do, in order.
    pub items: Arc<Vec<Item>>,
    /// Who asks.
    pub by: Option<ActorNo>,
}

/// The outcome of a request.
#[derive(Debug, Clone)]
pub struct Committed {
    /// Of each item, in order.
    pub outcomes: Vec<ItemOutcome>,
    /// The effects of the ledger's whole batch, which outcomes point into.
    pub effects: Arc<Vec<Effect>>,
    /// The instant of the first command.
    pub at: Timestamp,
}

/// Why nothing came of a request, for certain.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// The store failed, and nothing of the request landed.
    #[error("{0}")]
    Store(Arc<Fault>),
    /// Other writers kept coming first, and nothing of the request landed.
    #[error("other writers kept coming first")]
    Deposed,
    /// Another node has the ledger's lease, and nothing of the request landed.
    #[error("the ledger is served by {owner}")]
    Elsewhere {
        /// Where that node is.
        owner: String,
    },
    /// Another node has the ledger's lease and cannot be reached. Nothing of the request was sent to it.
    #[error("the ledger is served by {owner}, which cannot be reached: {reason}")]
    Unreachable {
        /// Where that node should be.
        owner: String,
        /// The outcome of the attempt.
        reason: String,
    },
    /// The node that has the ledger's lease refused the request, and nothing of it landed.
    #[error("{owner}, which serves the ledger, refused the request: {reason}")]
    Refused {
        /// Where that node is.
        owner: String,
        /// How.
        refusal: Refusal,
        /// Why, in its own words.
        reason: String,
    },
    /// The outcome of a commit before it is not settled yet.
    #[error("the store does not answer")]
    Unavailable,
    /// More is asked than can be done now.
    #[error("the queue is full")]
    Overloaded,
    /// The server is going down.
    #[error("the server is shutting down")]
    Closed,
}

/// How a node refuses a request of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It has too much to do.
    Overloaded,
    /// The request has more bytes than it takes.
    TooLarge,
    /// It cannot serve now, or cannot read what it was sent.
    Unavailable,
}

/// The outcome of a request.
pub type Reply = Result<Committed, Failure>;

/// A request and the one who waits for its reply.
#[derive(Debug)]
pub struct Ask {
    /// What is asked.
    pub request: Request,
    /// How many commands it has.
    pub(crate) commands: usize,
    /// When it was asked.
    pub(crate) asked_at: Instant,
    /// The span of the request that asks, if there is one.
    pub(crate) span: Option<Box<SpanContext>>,
    reply: oneshot::Sender<Reply>,
    /// What it takes up of the queue, for as long as it is under way.
    _room: Option<OwnedSemaphorePermit>,
}

impl Ask {
    /// A request, and the place where its reply will be. Nothing comes there when the outcome is unknown.
    #[must_use]
    pub fn new(request: Request, room: Option<OwnedSemaphorePermit>) -> (Ask, oneshot::Receiver<Reply>) {
        let (reply, outcome) = oneshot::channel();
        let commands = request.items.iter().map(Item::weight).sum();
        (Ask { request, commands, asked_at: Instant::now(), span: current_span(), reply, _room: room }, outcome)
    }

    /// A caller that does not listen any more has been served all the same.
    pub(crate) fn reply(self, reply: Reply) {
        drop(self.reply.send(reply));
    }
}

fn current_span() -> Option<Box<SpanContext>> {
    // What the client wrote beside it (`tracestate`) is for those whom requests are sent on to, and not for links.
    let bare = |span: &SpanContext| {
        let flags = span.trace_flags();
        Box::new(SpanContext::new(span.trace_id(), span.span_id(), flags, span.is_remote(), TraceState::NONE))
    };
    Context::map_current(|context| context.has_active_span().then(|| bare(context.span().span_context())))
}

/// Requests that are decided together, and how often other writers came first.
#[derive(Debug)]
pub struct Attempt {
    pub(crate) asks: Vec<Ask>,
    pub(crate) number: usize,
}

impl Attempt {
    /// Nothing came of any of them.
    pub(crate) fn fail(self, failure: &Failure) {
        self.asks.into_iter().for_each(|ask| ask.reply(Err(failure.clone())));
    }
}

/// A turn that is decided: what is to be committed, then published, then replied. All of it was made when the working
/// rows were at this very turn; they may be a turn ahead by the time it is committed.
#[derive(Debug)]
pub struct Turn {
    pub(crate) attempt: Attempt,
    /// To each request, in their order. Effects are added once they are committed.
    pub(crate) replies: Vec<Reply>,
    pub(crate) deltas: Vec<Delta>,
    /// The heads of ledgers in which nothing changed, which must still be theirs.
    pub(crate) unchanged: Vec<Head>,
    /// What readers are shown, of each delta.
    pub(crate) publications: Vec<Publication>,
}
