//! One request on its way to the owner of its ledger's lease: what was sent, and what may have been done with it.
//!
//! Once a reply was lost, no failure says that nothing was done; the request goes on under the same ids until its
//! outcome is known.

use std::time::Instant;

use ducat_domain::numbers::Id;

use crate::clock::fresh_id;
use crate::cluster::{Cluster, Forwarded, TAKEOVER_MAX, repeatable};
use crate::executor::{Failure, Reply, Request};

/// One request on its way to the owner of its ledger's lease.
pub(crate) struct Journey<'a> {
    pub original: &'a Request,
    /// What is sent on: the same, under ids whose outcomes are kept.
    sent_on: Option<Request>,
    /// The name under which the reply is asked for again.
    pub attempt: Id,
    pub begun: Instant,
    /// Since when the owner cannot be reached.
    unreachable: Option<Instant>,
    /// Whether it may have been done without a reply.
    pub is_lost: bool,
    /// The node that may have done it, and still know its reply.
    pub may_know: Option<String>,
}

impl Journey<'_> {
    pub fn new(original: &Request) -> Journey<'_> {
        let attempt = fresh_id();
        let begun = Instant::now();
        Journey { original, sent_on: None, attempt, begun, unreachable: None, is_lost: false, may_know: None }
    }

    /// What is asked here: after it was sent on once, the same that was sent.
    pub fn request(&self) -> &Request {
        self.sent_on.as_ref().unwrap_or(self.original)
    }

    pub fn sendable(&mut self) -> &Request {
        self.sent_on.get_or_insert_with(|| repeatable(self.original))
    }

    /// What a reply ends the journey with: once a reply was lost, a failure says nothing about what was done
    /// before.
    pub fn answered(&self, answer: Reply) -> Option<Reply> {
        match answer {
            Err(failure) if self.is_lost => {
                tracing::debug!(%failure, "a command whose reply was lost is asked about again");
                None
            }
            answer => Some(answer),
        }
    }

    /// The outcome of sending it to an owner.
    pub fn arrived(&mut self, cluster: &Cluster, owner: String, sent: Forwarded) -> Option<Reply> {
        match sent {
            Forwarded::Answered(answer) => return self.answered(answer),
            Forwarded::NotThere => self.may_know = None,
            Forwarded::Unreachable(reason) => {
                let since = *self.unreachable.get_or_insert_with(Instant::now);
                // A node that lives keeps its lease, reached or not; one that has stopped loses it.
                let is_kept = cluster.standing.is_alive(&owner) && cluster.standing.unreachable(&owner).is_some();
                self.may_know = None;
                if !self.is_lost && (is_kept || since.elapsed() > TAKEOVER_MAX) {
                    cluster.forget(&self.original.ledger);
                    return Some(Err(Failure::Unreachable { owner, reason }));
                }
            }
            Forwarded::Lost => {
                self.is_lost = true;
                self.may_know = Some(owner);
            }
        }
        cluster.forget(&self.original.ledger);
        None
    }
}
