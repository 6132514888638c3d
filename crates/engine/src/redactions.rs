//! Erasing texts: found in the journal, and erased by commands.
//!
//! - Texts of an account are erased in a few rounds: what was recorded while the journal was read is found by the next.
//! - Erasing is safe to ask for again: what is erased already is left alone, and what an interrupted request left is done.

use std::time::Duration;

use ducat_domain::ledger::command::{CommandId, REDACTED_MAX, Redact, RedactOf};
use ducat_domain::ledger::rows::AccountRow;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, BatchNo, Id, Seq};
use ducat_domain::{Action, Command, Effect, Fact, Item, ItemOutcome, Outcome, Rejection};
use ducat_store::read::{Texts, add_texts_of, batch_of, before_account, texts_under};

use crate::Engine;
use crate::ask::{AskError, OTHER_KIND};
use crate::clock::fresh_id;

/// Commands that are asked for at a time.
const ITEMS_MAX: usize = 64;

/// Why nothing was erased, or not all.
#[derive(Debug)]
pub enum RedactError {
    /// A rule of the ledger refuses it.
    Refused(Box<Rejection>),
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
    /// The effects whose texts were erased now, in order.
    pub redacted: Vec<Seq>,
    /// How many had been erased before.
    pub before: u64,
    /// The effects whose texts cannot be erased, because they are in hashed bytes, each with its batch.
    pub fixed: Vec<(Seq, BatchNo)>,
}

/// Texts to erase, of one account or under one id.
struct Erasing {
    of: RedactOf,
    texts: Texts,
    /// Up to where texts of it are to be looked for: where its last redaction stands.
    until: Seq,
}

impl Engine {
    /// Erases the texts of what was asked for under an id; `None` when nothing was.
    ///
    /// # Errors
    /// When it is refused, the store cannot be read, or there is no reply.
    pub async fn redact_under(
        &self,
        ledger: &Name,
        id: Id,
        reason: &str,
        patience: Duration,
    ) -> Result<Option<Redactions>, RedactError> {
        let of = ledger.clone();
        let Some(texts) = self.read(move |snapshot| texts_under(snapshot, &of, id)).await? else { return Ok(None) };
        let mut done = Redactions::default();
        self.note(ledger, &texts, &mut done).await?;
        if !texts.redactable.is_empty() {
            let mut erasing = [Erasing { of: RedactOf::Transaction(id), texts, until: Seq(0) }];
            self.erase(ledger, &mut erasing, reason, patience, &mut done).await?;
        }
        Ok(Some(done))
    }

    /// Erases the texts of accounts.
    ///
    /// # Errors
    /// When it is refused, the store cannot be read, or there is no reply.
    pub async fn redact_accounts(
        &self,
        ledger: &Name,
        accounts: Vec<AccountRow>,
        reason: &str,
        patience: Duration,
    ) -> Result<Redactions, RedactError> {
        let mut done = Redactions::default();
        let Some(first) = accounts.iter().min_by_key(|row| row.opened_at).cloned() else { return Ok(done) };
        let of = ledger.clone();
        let mut after = self.read(move |snapshot| before_account(snapshot, &of, &first)).await?;
        let numbers: Vec<AccountNo> = accounts.iter().map(|row| row.no).collect();
        let of = |row: AccountRow| RedactOf::Account(row.name);
        let mut erasing: Vec<Erasing> = accounts
            .into_iter()
            .map(|row| Erasing { of: of(row), texts: Texts::default(), until: Seq(u64::MAX) })
            .collect();
        loop {
            after = self.find(ledger, &numbers, after, &mut erasing).await?;
            for erasing in &erasing {
                self.note(ledger, &erasing.texts, &mut done).await?;
            }
            // The first round erases metadata too, of which the journal may have no text that can be erased.
            let is_first = erasing.iter().any(|erasing| erasing.until == Seq(u64::MAX));
            if !is_first && erasing.iter().all(|erasing| erasing.texts.redactable.is_empty()) {
                done.redacted.sort_unstable();
                return Ok(done);
            }
            self.erase(ledger, &mut erasing, reason, patience, &mut done).await?;
        }
    }

    /// Reads the journal on from an effect to its end, and finds texts; gives the last effect that was read.
    async fn find(
        &self,
        ledger: &Name,
        numbers: &[AccountNo],
        after: Seq,
        erasing: &mut [Erasing],
    ) -> Result<Seq, AskError> {
        let (mut after, mut texts): (Seq, Vec<Texts>) = (after, erasing.iter().map(|_| Texts::default()).collect());
        loop {
            let (of, accounts) = (ledger.clone(), numbers.to_vec());
            let page = move |snapshot: &dyn ducat_store::Snapshot| {
                let read = add_texts_of(snapshot, &of, &accounts, after, &mut texts)?;
                Ok((read, texts))
            };
            let (read, found) = self.read(page).await?;
            texts = found;
            match read {
                Some(last) => after = last,
                None => break,
            }
        }
        for (erasing, mut found) in erasing.iter_mut().zip(texts) {
            // What it was given after its texts were erased is another matter.
            found.redactable.retain(|seq| *seq < erasing.until);
            erasing.texts = found;
        }
        Ok(after)
    }

    /// Takes down which texts are not to be erased.
    async fn note(&self, ledger: &Name, texts: &Texts, done: &mut Redactions) -> Result<(), AskError> {
        done.before += texts.redacted;
        for seq in texts.fixed.iter().copied() {
            let of = ledger.clone();
            let batch = self.read(move |snapshot| batch_of(snapshot, &of, seq)).await?;
            done.fixed.extend(batch.map(|batch| (seq, batch)));
        }
        Ok(())
    }

    /// Erases what was found.
    async fn erase(
        &self,
        ledger: &Name,
        erasing: &mut [Erasing],
        reason: &str,
        patience: Duration,
        done: &mut Redactions,
    ) -> Result<(), RedactError> {
        let mut commands = Vec::new();
        for (place, one) in erasing.iter().enumerate() {
            let mut chunks: Vec<Vec<Seq>> = one.texts.redactable.chunks(REDACTED_MAX).map(<[Seq]>::to_vec).collect();
            if chunks.is_empty() && one.until == Seq(u64::MAX) {
                chunks.push(Vec::new());
            }
            for effects in chunks {
                let redact = Redact { of: one.of.clone(), effects, reason: reason.to_owned() };
                let command = Command::new(CommandId::Server(fresh_id()), Action::Redact(redact));
                commands.push((place, Item::Single(command)));
            }
        }
        while !commands.is_empty() {
            let rest = commands.split_off(commands.len().min(ITEMS_MAX));
            let (places, items): (Vec<usize>, Vec<Item>) = std::mem::replace(&mut commands, rest).into_iter().unzip();
            let committed = self.ask(ledger, items, None, patience).await?;
            for (place, outcome) in places.into_iter().zip(committed.outcomes) {
                let seq = erased(outcome, &committed.effects, &mut done.redacted)?;
                if let Some(one) = erasing.get_mut(place) {
                    one.until = seq.unwrap_or(Seq(0));
                }
            }
        }
        Ok(())
    }
}

/// Takes down what a command erased; gives where that stands, if it erased anything.
fn erased(outcome: ItemOutcome, effects: &[Effect], redacted: &mut Vec<Seq>) -> Result<Option<Seq>, RedactError> {
    let (first, count) = match outcome {
        ItemOutcome::Single(Outcome::Done { first, count }) => (first, count),
        ItemOutcome::Single(Outcome::Same) => return Ok(None),
        ItemOutcome::Single(Outcome::Refused(rejection)) => return Err(RedactError::Refused(Box::new(rejection))),
        _ => return Err(AskError::bug(OTHER_KIND).into()),
    };
    let of_command = effects.iter().skip(first).take(count);
    let mut at = None;
    for effect in of_command {
        if let Fact::Redacted(redaction) = &effect.fact {
            redacted.extend(&redaction.effects);
            at = Some(effect.seq);
        }
    }
    Ok(at)
}
