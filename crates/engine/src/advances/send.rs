//! Sending credits and debits. Each was committed with its key before; what the processor calls it is committed after.

use ducat_domain::Outcome;
use ducat_domain::advances::fact::REASON_LENGTH_MAX;
use ducat_domain::advances::{Action, Advance, Credit, Day, Progress, Rejection, TransactionId};
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq};
use ducat_processor::{Direction, SubmitError, Transaction};
use ducat_store::Snapshot;
use futures_util::{StreamExt, stream};

use super::{CollectError, Collector, add};

/// Answers that are committed at once: they come one by one, and each waits for those that come with it.
const ANSWERS_MAX: usize = 1_024;

/// Transactions in a row without a response after which the processor is taken to be away: more than are under way at
/// once by default, so none of them was answered.
const AWAY_MIN: u64 = 128;

/// Credits that wait and are read at once.
const WAITING_MAX: usize = 256;

/// What became of a credit that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The processor has it, and calls it this.
    Taken(TransactionId),
    /// It is not known whether the processor has it: it is asked again, under the same key.
    Waiting,
    /// The processor refuses it for good: a person decides what becomes of it.
    Refused,
}

/// Whether someone may have tried to send a credit before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// No one has: it was just opened here.
    First,
    /// Perhaps.
    Again,
}

/// What is to be sent: the credit, which is number 0, or the debit of an installment.
#[derive(Debug, Clone)]
pub(super) struct Due {
    advance: Seq,
    number: u32,
    transaction: Transaction,
}

/// What the processor is to be asked for of an advance, with the keys that were committed.
pub(super) fn calling(advance: &Advance, scale: u8) -> impl Iterator<Item = Due> {
    advance.calling().filter_map(move |number| {
        let (key, direction, amount) = match number {
            0 => (advance.key, Direction::Credit, advance.amount),
            number => {
                let installment = advance.installment(number)?;
                (installment.debit.as_ref()?.key, Direction::Debit, installment.amount)
            }
        };
        let transaction = Transaction { key, direction, customer: advance.customer.clone(), amount, scale };
        Some(Due { advance: advance.no, number, transaction })
    })
}

/// What a refusal of the processor is for the ledger.
fn refusal(due: &Due, reason: &str, as_of: Option<Day>) -> Action {
    let reason = reason.chars().take(REASON_LENGTH_MAX).collect();
    Action::Refuse { advance: due.advance, number: due.number, key: due.transaction.key, reason, as_of }
}

/// How many responses to what was sent did not come.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Answers {
    pub missing: u64,
    /// How many did not, in a row.
    in_vain: u64,
}

impl Answers {
    pub fn is_away(&self) -> bool {
        self.in_vain >= AWAY_MIN
    }
}

/// Something that this node asks the processor for: no one else here does meanwhile.
#[derive(Debug)]
pub struct UnderWay {
    collector: Collector,
    key: Id,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.collector.inner.under_way.lock().remove(&self.key);
    }
}

impl Collector {
    /// Takes up what the processor is asked for under a key, unless it is under way here. Opening an advance takes it
    /// up before: then no one comes between.
    #[must_use]
    pub fn take_up(&self, key: Id) -> Option<UnderWay> {
        // Made only where it was taken up: letting it go gives the key back.
        let is_mine = self.inner.under_way.lock().insert(key);
        is_mine.then(|| UnderWay { collector: self.clone(), key })
    }

    /// How many decimals the asset of a ledger's advances has.
    pub(super) async fn scale(&self, ledger: &Name) -> Result<u8, CollectError> {
        let of = ledger.clone();
        let scale = self.read(move |snapshot| {
            let asset = snapshot.book(&of)?.map(|book| book.asset);
            Ok(snapshot.assets(&of)?.into_iter().find(|row| Some(&row.code) == asset.as_ref()).map(|row| row.scale))
        });
        scale.await?.ok_or(CollectError::Refused(Rejection::TermsNotFound.into()))
    }

    /// Asks the processor for one transaction.
    async fn call(&self, due: &Due) -> Result<Result<TransactionId, SubmitError>, CollectError> {
        if let Some(pace) = &self.inner.pace {
            pace.lock().await.next().await;
        }
        let answer = self.processor()?.submit(&due.transaction).await;
        match &answer {
            Ok(_) => add(&self.inner.totals.sent, 1),
            Err(error) => {
                let is_refused = matches!(error, SubmitError::Refused(_));
                let totals = &self.inner.totals;
                add(if is_refused { &totals.refused } else { &totals.unanswered }, 1);
                tracing::debug!(key = %due.transaction.key, %error, "a transaction has no id yet");
            }
        }
        Ok(answer)
    }

    /// Sends the credit of an advance. Where nothing of its only try reached the processor, for certain, that is
    /// written down: then it may still be cancelled.
    ///
    /// # Errors
    /// When it could not be recorded, or no processor is configured. A processor that fails is an outcome, not an
    /// error.
    pub async fn send_credit(
        &self,
        ledger: &Name,
        no: Seq,
        mine: UnderWay,
        (attempt, as_of): (Attempt, Option<Day>),
    ) -> Result<Sent, CollectError> {
        // A try is written down before it is made: then no other one can say that there was none.
        if attempt == Attempt::Again {
            self.ask(ledger, Action::AskCredit { advance: no }).await?;
        }
        let scale = self.scale(ledger).await?;
        let of = ledger.clone();
        let read = move |snapshot: &dyn Snapshot| snapshot.advance(&of, no);
        let Some(advance) = self.read(read).await? else { return Ok(Sent::Waiting) };
        if advance.key != mine.key {
            return Ok(Sent::Waiting);
        }
        if let Credit::Asked(progress) = &advance.credit
            && let Some(transaction) = progress.transaction()
        {
            return Ok(Sent::Taken(transaction.clone()));
        }
        if advance.credit != Credit::Asked(Progress::Calling) {
            return Ok(Sent::Waiting);
        }
        let Some(due) = calling(&advance, scale).find(|due| due.number == 0) else { return Ok(Sent::Waiting) };
        match self.call(&due).await? {
            Ok(transaction) => {
                let sent = Action::Send { advance: no, number: 0, transaction: transaction.clone(), as_of };
                self.ask(ledger, sent).await?;
                Ok(Sent::Taken(transaction))
            }
            Err(SubmitError::NotSent(_)) => {
                self.ask(ledger, Action::KeepCredit { advance: no }).await?;
                Ok(Sent::Waiting)
            }
            Err(SubmitError::Unknown(_)) => Ok(Sent::Waiting),
            Err(SubmitError::Refused(reason)) => {
                tracing::warn!(%ledger, advance = %advance.id, %reason, "a credit is refused; a person must decide");
                self.ask(ledger, refusal(&due, &reason, as_of)).await?;
                Ok(Sent::Refused)
            }
        }
    }

    /// Sends the debits that these advances are being called for, some at a time, and writes the responses down as they
    /// come. A processor that answers nothing for long is taken to be away.
    pub(super) async fn send_all(
        &self,
        ledger: &Name,
        advances: &[Advance],
        scale: u8,
        as_of: Day,
    ) -> Result<Answers, CollectError> {
        let due = advances.iter().flat_map(|advance| calling(advance, scale)).filter(|due| due.number > 0);
        let due: Vec<Due> = due.collect();
        let calls = stream::iter(due).map(async |due| {
            let Some(_mine) = self.take_up(due.transaction.key) else { return Ok(None) };
            let answer = self.call(&due).await?;
            Ok::<_, CollectError>(Some((due, answer)))
        });
        let mut answers = calls.buffer_unordered(self.inner.options.concurrency.max(1)).ready_chunks(ANSWERS_MAX);
        let mut all = Answers::default();
        while let Some(answered) = answers.next().await {
            let mut sent = Vec::with_capacity(answered.len());
            for answer in answered {
                let Some((due, answer)) = answer? else { continue };
                match answer {
                    Ok(transaction) => {
                        all.in_vain = 0;
                        let Due { advance, number, .. } = due;
                        sent.push(Action::Send { advance, number, transaction, as_of: Some(as_of) });
                    }
                    Err(SubmitError::Refused(reason)) => {
                        all.in_vain = 0;
                        sent.push(refusal(&due, &reason, Some(as_of)));
                    }
                    // It keeps its key, and is tried again in the next run.
                    Err(SubmitError::NotSent(_) | SubmitError::Unknown(_)) => {
                        all.missing += 1;
                        all.in_vain += 1;
                    }
                }
            }
            for outcome in self.submit(ledger, sent).await? {
                if let Outcome::Refused(rejection) = outcome {
                    // The processor answers nonsense: it is asked again in the next run.
                    all.missing += 1;
                    tracing::error!(code = rejection.code(), "a response of the processor is refused");
                }
            }
            if all.is_away() {
                break;
            }
        }
        Ok(all)
    }

    /// Sends credits that wait, some at a time; those that were sent on the day of a run say so. Says whether any is
    /// left for which no response came.
    ///
    /// # Errors
    /// When it could not be recorded, or no processor is configured. A processor that fails is an outcome, not an
    /// error.
    pub async fn send_waiting(&self, ledger: &Name, as_of: Option<Day>) -> Result<bool, CollectError> {
        let (mut after, mut is_left) = (None, false);
        loop {
            let of = ledger.clone();
            let page = self.read(move |snapshot| snapshot.advances_due(&of, Day::FIRST, after, WAITING_MAX)).await?;
            let Some((day, last)) = page.last() else { return Ok(is_left) };
            after = Some((*day, last.no));
            is_left |= self.send_page(ledger, page, as_of).await;
        }
    }

    async fn send_page(&self, ledger: &Name, waiting: Vec<(Day, Advance)>, as_of: Option<Day>) -> bool {
        // One that is being sent here already is left alone.
        let mine = waiting.into_iter().filter_map(|(_, advance)| Some((advance.no, self.take_up(advance.key)?)));
        let mine: Vec<(Seq, UnderWay)> = mine.collect();
        let mut sent = stream::iter(mine)
            .map(async |(no, mine)| self.send_credit(ledger, no, mine, (Attempt::Again, as_of)).await)
            .buffer_unordered(self.inner.options.concurrency.max(1));
        let mut is_left = false;
        while let Some(sent) = sent.next().await {
            match sent {
                Ok(sent) => is_left |= sent == Sent::Waiting,
                // One that cannot be sent keeps no other waiting.
                Err(error) => {
                    is_left = true;
                    tracing::warn!(%ledger, %error, "a credit is sent in a moment");
                }
            }
        }
        is_left
    }
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Collector").field("options", &self.inner.options).finish_non_exhaustive()
    }
}
