//! Answers to other nodes, kept for as long as they may be asked for again.
//!
//! Always true: a request that comes a second time under the name of its attempt is not enqueued again while it is
//! under way, and is answered as the first time once it was done. A failure is not kept: nothing was done, so it may be
//! tried again.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use ducat_domain::numbers::Id;
use ducat_engine::cluster::{FORWARD_MAX, encode_committed};
use ducat_engine::executor::Failure;
use ducat_engine::executor::Reply;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use parking_lot::Mutex;
use tokio::sync::oneshot;

/// How long a reply is kept: longer than anyone asks for it.
const AGE_MAX: Duration = FORWARD_MAX.saturating_add(Duration::from_secs(5));

/// Bytes of the requests whose replies are kept: a reply is about as long as its request. Beyond that the oldest go,
/// and what is asked for again is answered as a repetition.
const BYTES_MAX: usize = 32 << 20;

/// What a request takes up at least.
const BYTES_MIN: usize = 512;

/// A reply in its bytes, or the failure; `None` when the outcome is unknown.
pub(crate) type Answer = Option<Result<Bytes, Failure>>;

type Awaited = Shared<BoxFuture<'static, Answer>>;

/// The replies.
#[derive(Default)]
pub(crate) struct Kept {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    answers: HashMap<Id, Awaited>,
    order: VecDeque<(Id, Instant, usize)>,
    bytes: usize,
}

impl Kept {
    /// The reply to an attempt: the one that it had or will have, or that of `enqueue`.
    pub fn answer(
        &self,
        attempt: Id,
        bytes: usize,
        enqueue: impl FnOnce() -> Result<oneshot::Receiver<Reply>, Failure>,
    ) -> Result<Awaited, Failure> {
        let mut inner = self.inner.lock();
        let failed = |answer: &Answer| matches!(answer, Some(Err(_)));
        if let Some(kept) = inner.answers.get(&attempt).filter(|kept| !kept.peek().is_some_and(failed)) {
            return Ok(kept.clone());
        }
        let outcome = enqueue()?;
        let awaited = async move { outcome.await.ok().map(|reply| reply.map(|done| encode_committed(&done).into())) };
        let awaited = awaited.boxed().shared();
        inner.keep(attempt, bytes.max(BYTES_MIN), awaited.clone());
        Ok(awaited)
    }
}

impl Inner {
    fn keep(&mut self, attempt: Id, bytes: usize, awaited: Awaited) {
        self.answers.insert(attempt, awaited);
        self.order.push_back((attempt, Instant::now(), bytes));
        self.bytes += bytes;
        while let Some((oldest, since, its)) = self.order.front().copied() {
            if self.bytes <= BYTES_MAX && since.elapsed() < AGE_MAX {
                break;
            }
            self.order.pop_front();
            self.bytes -= its;
            // An attempt that failed and was made again stands in the order twice, and is forgotten with the first.
            self.answers.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ducat_domain::numbers::Timestamp;
    use ducat_engine::executor::Committed;

    fn done(at: i64) -> Reply {
        Ok(Committed { outcomes: Vec::new(), effects: Vec::new().into(), at: Timestamp(at) })
    }

    #[tokio::test]
    async fn an_attempt_is_made_once_and_answered_the_same_every_time() {
        let kept = Kept::default();
        let (reply, outcome) = oneshot::channel();
        let first = kept.answer(Id(1), 10, || Ok(outcome)).expect("it is taken");
        // The first caller has gone, and another asks while it is under way, and when it is over.
        drop(first);
        let second = kept.answer(Id(1), 10, || unreachable!("it is under way")).expect("it is known");
        reply.send(done(7)).expect("somebody listens");
        let bytes = second.await.expect("it is told").expect("it was done");
        let third = kept.answer(Id(1), 10, || unreachable!("it was done")).expect("it is known").await;
        assert_eq!(third.expect("it is told").expect("it was done"), bytes);
        // What failed changed nothing, and is tried again.
        let failing = || {
            let (reply, outcome) = oneshot::channel();
            drop(reply.send(Err(Failure::Deposed)));
            Ok(outcome)
        };
        let failed = kept.answer(Id(2), 10, failing).expect("it is taken").await;
        assert!(matches!(failed, Some(Err(Failure::Deposed))));
        let (reply, outcome) = oneshot::channel();
        drop(reply.send(done(8)));
        let better = kept.answer(Id(2), 10, || Ok(outcome)).expect("it is taken").await;
        assert!(matches!(better, Some(Ok(_))));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let kept = Kept::default();
        for attempt in 0..100 {
            drop(kept.answer(Id(attempt), BYTES_MAX / 10, || Ok(oneshot::channel().1)));
        }
        let inner = kept.inner.lock();
        assert!(inner.bytes <= BYTES_MAX && inner.answers.len() <= 11, "{} {}", inner.bytes, inner.answers.len());
    }
}
