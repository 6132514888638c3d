//! A sink that this node holds: how far it is, what was attempted, until when it may be sent to, and how it ended.
//!
//! The one who sends and the one who claims share it.

use std::collections::VecDeque;
use std::time::Instant;

use ducat_store::sinks::{Delivery, Noted, Progress};
use parking_lot::Mutex;

/// Attempts that are kept until they are noted; of more, the oldest go.
const UNNOTED_MAX: usize = 256;

/// How a sink ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Until someone has it go on.
    Disabled,
    /// Permanently.
    Closed,
}

/// A sink that this node has claimed.
pub struct Holding {
    pub(crate) state: Mutex<Shown>,
}

pub(crate) struct Shown {
    pub progress: Progress,
    pub deliveries: VecDeque<Delivery>,
    pub is_changed: bool,
    /// Until when it may send.
    until: Instant,
    pub ending: Option<(Ending, String)>,
    /// Whether the ending is being recorded.
    is_taken: bool,
    /// Whether another sender has taken its place: what this one does late is done by that one too.
    pub is_replaced: bool,
}

impl Holding {
    pub fn new(progress: Progress, until: Instant) -> Holding {
        Holding::of(progress, VecDeque::new(), false, until)
    }

    /// What a sender in the place of this one begins with.
    pub fn replace(&self) -> Holding {
        let mut before = self.state.lock();
        let until = before.until;
        before.is_replaced = true;
        let deliveries = std::mem::take(&mut before.deliveries);
        let (progress, is_changed) = (before.progress.clone(), before.is_changed);
        Holding::of(progress, deliveries, is_changed, until)
    }

    fn of(progress: Progress, deliveries: VecDeque<Delivery>, is_changed: bool, until: Instant) -> Holding {
        let (ending, is_taken, is_replaced) = (None, false, false);
        Holding { state: Mutex::new(Shown { progress, deliveries, is_changed, until, ending, is_taken, is_replaced }) }
    }

    pub fn epoch(&self) -> u64 {
        self.state.lock().progress.epoch
    }

    pub fn progress(&self) -> Progress {
        self.state.lock().progress.clone()
    }

    pub fn extend(&self, until: Instant) {
        self.state.lock().until = until;
    }

    /// Whether nothing more is sent.
    pub fn has_ended(&self) -> bool {
        self.state.lock().ending.is_some()
    }

    /// How it ends, once: whoever gets it has it recorded. A claim that has ended says nothing of the endpoint any more.
    pub fn take_ending(&self) -> Option<(Ending, String)> {
        let may_send = self.may_send();
        let mut state = self.state.lock();
        let ending = state.ending.clone().filter(|_| may_send && !state.is_taken);
        state.is_taken |= ending.is_some();
        ending
    }

    /// What was done since the last time, if anything was.
    pub fn take_changes(&self) -> Option<Noted> {
        let mut state = self.state.lock();
        if !std::mem::take(&mut state.is_changed) {
            return None;
        }
        let deliveries = std::mem::take(&mut state.deliveries).into();
        Some(Noted { progress: state.progress.clone(), deliveries })
    }

    /// What was taken was not noted.
    pub fn give_back(&self, noted: Noted) {
        let mut state = self.state.lock();
        for delivery in noted.deliveries.into_iter().rev() {
            state.deliveries.push_front(delivery);
        }
        state.is_changed = true;
    }

    /// Whether an event was not accepted.
    pub fn is_failing(&self) -> bool {
        self.state.lock().progress.retries.iter().any(|retry| retry.failures > 0)
    }

    /// Whether its claim has not ended, and no other sender is in its place.
    pub fn may_send(&self) -> bool {
        let state = self.state.lock();
        !state.is_replaced && Instant::now() < state.until
    }

    pub fn end(&self, ending: Ending, reason: String) {
        self.state.lock().ending = Some((ending, reason));
    }

    pub fn change(&self, change: impl FnOnce(&mut Progress)) {
        let mut state = self.state.lock();
        if state.is_replaced {
            return;
        }
        change(&mut state.progress);
        state.is_changed = true;
    }
}

impl Shown {
    /// Takes down an attempt. Of those that are not noted yet, the oldest give way.
    pub fn push(&mut self, delivery: Delivery) {
        self.deliveries.push_back(delivery);
        while self.deliveries.len() > UNNOTED_MAX {
            self.deliveries.pop_front();
        }
        self.is_changed = true;
    }
}
