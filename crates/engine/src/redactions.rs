//! Erasing texts: found in the journal, and erased by commands.
//!
//! - Texts of an account are erased in rounds: what was recorded while the journal was read is found by the next. Only the
//!   first takes the account's metadata away: what it gets after that stays.
//! - Erasing is safe to ask for again: what is erased already is left alone, and what an interrupted request left is done.

use std::sync::Arc;
use std::time::Duration;

use ducat_domain::ledger::command::{CommandId, REDACTED_MAX, Redact, RedactOf};
use ducat_domain::ledger::rows::{AccountRow, OutcomeKind};
use ducat_domain::ledger::terms::Expectation;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, BatchNo, Id, Seq};
use ducat_domain::{Action, Command, Effect, Fact, Item, ItemOutcome, Outcome, Rejection};
use ducat_store::Snapshot;
use ducat_store::read::{Texts, Under, add_texts_of, batch_of, before_account, texts_under};

use crate::Engine;
use crate::ask::{AskError, OTHER_KIND};
use crate::clock::fresh_id;

/// Why nothing was erased, or not all.
#[derive(Debug)]
pub enum RedactError {
    /// A rule of the ledger refuses it.
    Refused(Box<Rejection>),
    /// What was asked for under the id opened or changed an account.
    IsAccount(AccountNo),
    /// There is no reply.
    Ask(AskError),
}

impl<E: Into<AskError>> From<E> for RedactError {
    fn from(error: E) -> RedactError {
        RedactError::Ask(error.into())
    }
}

/// What became of texts.
#[derive(Debug, Default)]
pub struct Redactions {
    /// Whether anything was erased now, be it metadata alone.
    pub is_done: bool,
    /// The effects whose texts were erased now, in order.
    pub redacted: Vec<Seq>,
    /// How many had been erased before.
    pub before: u64,
    /// The effects whose texts cannot be erased, because they are in hashed bytes, each with its batch.
    pub fixed: Vec<(Seq, BatchNo)>,
}

/// Whether an account must be as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// It is redacted as it is.
    None,
    /// It is redacted only while its metadata, and whether it is closed, are as they were read.
    AsRead,
}

/// Texts to erase, of one account.
struct Erasing {
    row: AccountRow,
    texts: Texts,
    /// Where its metadata was taken away; none yet in the first round.
    until: Option<Seq>,
}

/// Who erases texts, of which ledger and why.
#[derive(Clone)]
pub struct Eraser {
    /// Where it is asked for.
    pub engine: Engine,
    /// The ledger.
    pub ledger: Name,
    /// Why.
    pub reason: String,
    /// How long each outcome is waited for.
    pub patience: Duration,
}

impl Eraser {
    /// Erases the texts of what was asked for under an id; `None` when nothing was.
    ///
    /// # Errors
    /// When it is refused, the id is that of an account, the store cannot be read, or there is no reply.
    pub async fn erase_under(self, id: Id) -> Result<Option<Redactions>, RedactError> {
        let of = self.ledger.clone();
        let texts = match self.engine.read(move |snapshot| texts_under(snapshot, &of, id)).await? {
            None => return Ok(None),
            Some(Under::Account(account)) => return Err(RedactError::IsAccount(account)),
            Some(Under::Texts(texts)) => texts,
        };
        let mut done = Redactions::default();
        self.note(&texts, &mut done).await?;
        if !texts.redactable.is_empty() {
            let item = Item::Single(self.command(RedactOf::Transaction(id), texts.redactable));
            self.ask(item, &mut done).await?;
        }
        Ok(Some(done))
    }

    /// Erases the texts of accounts.
    ///
    /// # Errors
    /// When it is refused, an account is not as it was read, the store cannot be read, or there is no reply.
    pub async fn erase_of(self, accounts: Vec<AccountRow>, guard: Guard) -> Result<Redactions, RedactError> {
        let mut done = Redactions::default();
        let Some(first) = accounts.iter().min_by_key(|row| row.opened_at).cloned() else { return Ok(done) };
        let of = self.ledger.clone();
        let mut after = self.engine.read(move |snapshot| before_account(snapshot, &of, &first)).await?;
        let mut erasing: Vec<Erasing> =
            accounts.into_iter().map(|row| Erasing { row, texts: Texts::default(), until: None }).collect();
        loop {
            after = self.find(after, &mut erasing).await?;
            let is_over = erasing.iter().all(|one| one.until.is_some() && one.texts.redactable.is_empty());
            for one in &mut erasing {
                self.note(&one.texts, &mut done).await?;
                self.erase(one, guard, &mut done).await?;
            }
            if is_over {
                done.redacted.sort_unstable();
                return Ok(done);
            }
        }
    }

    /// Reads the journal on from an effect to its end, and finds texts; gives the last effect that was read.
    async fn find(&self, after: Seq, erasing: &mut [Erasing]) -> Result<Seq, AskError> {
        let numbers: Arc<[AccountNo]> = erasing.iter().map(|one| one.row.no).collect();
        let (mut after, mut texts): (Seq, Vec<Texts>) = (after, erasing.iter().map(|_| Texts::default()).collect());
        loop {
            let (of, accounts) = (self.ledger.clone(), Arc::clone(&numbers));
            let page = move |snapshot: &dyn Snapshot| {
                let read = add_texts_of(snapshot, &of, &accounts, after, &mut texts)?;
                Ok((read, texts))
            };
            let (read, found) = self.engine.read(page).await?;
            texts = found;
            match read {
                Some(last) => after = last,
                None => break,
            }
        }
        for (one, mut found) in erasing.iter_mut().zip(texts) {
            // What it was given after its texts were erased is another matter.
            found.redactable.retain(|seq| one.until.is_none_or(|until| *seq < until));
            one.texts = found;
        }
        Ok(after)
    }

    /// Takes down which texts are not to be erased.
    async fn note(&self, texts: &Texts, done: &mut Redactions) -> Result<(), AskError> {
        done.before += texts.redacted;
        for seq in texts.fixed.iter().copied() {
            let of = self.ledger.clone();
            let batch = self.engine.read(move |snapshot| batch_of(snapshot, &of, seq)).await?;
            done.fixed.extend(batch.map(|batch| (seq, batch)));
        }
        Ok(())
    }

    /// Erases what was found of an account: in the first round its metadata too, of which the journal may have no text
    /// that can be erased.
    async fn erase(&self, one: &mut Erasing, guard: Guard, done: &mut Redactions) -> Result<(), RedactError> {
        let mut chunks = one.texts.redactable.chunks(REDACTED_MAX);
        if one.until.is_none() {
            let name = one.row.name.clone();
            let first = chunks.next().unwrap_or_default().to_vec();
            let command = self.command(RedactOf::Account(name), first);
            let item = match guard {
                Guard::None => Item::Single(command),
                Guard::AsRead => Item::Atomic(vec![as_read(&one.row), command]),
            };
            // Where nothing was to be taken away, nothing that is found later is earlier than that.
            one.until = Some(self.ask(item, done).await?.unwrap_or(Seq(0)));
        }
        for effects in chunks {
            let command = self.command(RedactOf::Earlier(one.row.name.clone()), effects.to_vec());
            self.ask(Item::Single(command), done).await?;
        }
        Ok(())
    }

    fn command(&self, of: RedactOf, effects: Vec<Seq>) -> Command {
        let redact = Redact { of, effects, reason: self.reason.clone() };
        Command::new(CommandId::Server(fresh_id()), Action::Redact(redact))
    }

    /// Has something erased, and takes down what; gives where that stands, if anything was.
    async fn ask(&self, item: Item, done: &mut Redactions) -> Result<Option<Seq>, RedactError> {
        let committed = self.engine.ask(&self.ledger, vec![item], None, self.patience).await?;
        let outcome = match committed.outcomes.into_iter().next() {
            Some(ItemOutcome::Atomic(outcomes)) => outcomes.into_iter().next_back(),
            Some(ItemOutcome::Single(outcome) | ItemOutcome::AtomicRefused { outcome, .. }) => Some(outcome),
            None => None,
        };
        let at = match outcome {
            Some(Outcome::Done { first, count }) => {
                let effects = committed.effects.iter().skip(first).take(count);
                effects.filter_map(|effect| take_down(effect, done)).next_back()
            }
            Some(Outcome::Same) => None,
            // Another node did it, and died before it could say so.
            Some(Outcome::Replayed { seq, kind: OutcomeKind::Done }) => {
                let of = self.ledger.clone();
                let effect = self.engine.read(move |snapshot| snapshot.effect(&of, seq)).await?;
                effect.as_ref().and_then(|effect| take_down(effect, done))
            }
            Some(Outcome::Refused(rejection)) => return Err(RedactError::Refused(Box::new(rejection))),
            _ => return Err(AskError::bug(OTHER_KIND).into()),
        };
        Ok(at)
    }
}

/// That an account is as it was read.
fn as_read(row: &AccountRow) -> Command {
    let expectation = Expectation {
        account: row.name.clone(),
        metadata: row.metadata.clone(),
        frozen: None,
        closed: Some(row.closed),
        limits: Vec::new(),
    };
    Command::new(CommandId::Server(fresh_id()), Action::Expect(expectation))
}

/// Takes down what an effect says was erased; gives where it stands.
fn take_down(effect: &Effect, done: &mut Redactions) -> Option<Seq> {
    let Fact::Redacted(redaction) = &effect.fact else { return None };
    done.is_done = true;
    done.redacted.extend(&redaction.effects);
    Some(effect.seq)
}
