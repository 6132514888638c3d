//! What is submitted, and what comes of it: with their canonical bytes, which nodes send each other.

use super::command::{Command, CommandId};
use super::effect::Effect;
use super::rejection::Rejection;
use super::rows::OutcomeKind;
use crate::codec::{Decoder, Encoder, Fingerprint, Malformed};
use crate::numbers::{Id, Seq};
use crate::product::Product;

/// What is submitted as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item<P: Product> {
    /// A command that stands alone.
    Single(Command<P>),
    /// Commands of which all are done or none. Each sees what those before it did to accounts and their balances; a
    /// ledger or a hold that another one of them makes is not there yet.
    Atomic(Vec<Command<P>>),
    /// A command that is decided and changes nothing.
    DryRun(Command<P>),
    /// Rows of a file, each alone, with one outcome for all of them.
    Import(Import<P>),
}

/// Rows that are taken one by one, in one commit: a retry finds all of them or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import<P: Product> {
    /// Under which id its outcome is kept.
    pub id: CommandId,
    /// What its rows ask for, hashed.
    pub fingerprint: Fingerprint,
    /// The rows before these, by the id and the content under which they were taken: these come after them only.
    pub after: Option<(Id, Fingerprint)>,
    /// The rows, in order.
    pub rows: Vec<ImportRow<P>>,
}

/// A row of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow<P: Product> {
    /// Its line in what is imported, from 1.
    pub line: u64,
    /// What it asks for, under an id of the server's.
    pub command: Command<P>,
}

/// The most rows of an import that are taken at once: few enough that other commands are served in between, enough that
/// what is done once a batch is not noticed.
pub const IMPORT_ROWS_MAX: usize = 4_096;

impl<P: Product> Import<P> {
    /// Writes the canonical bytes: what one node sends another.
    fn encode(&self, e: &mut Encoder) {
        self.id.encode(e);
        e.fixed(&self.fingerprint.0);
        e.option(self.after, |e, (id, fingerprint)| {
            e.wide(id.0);
            e.fixed(&fingerprint.0);
        });
        e.length(self.rows.len());
        for row in &self.rows {
            e.number(row.line);
            row.command.encode(e);
        }
    }

    fn decode(d: &mut Decoder<'_>) -> Result<Import<P>, Malformed> {
        let (id, fingerprint) = (CommandId::decode(d)?, Fingerprint(d.fixed()?));
        let after = d.option(|d| Ok((Id(d.wide()?), Fingerprint(d.fixed()?))))?;
        let count = d.length()?;
        if count > IMPORT_ROWS_MAX {
            return Err(Malformed { expected: "as many rows of an import as are taken at once" });
        }
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            rows.push(ImportRow { line: d.number()?, command: Command::decode(d)? });
        }
        Ok(Import { id, fingerprint, after, rows })
    }
}

impl<P: Product> Item<P> {
    /// Its commands.
    pub fn commands(&self) -> impl Iterator<Item = &Command<P>> + Clone {
        let (commands, rows): (&[Command<P>], &[ImportRow<P>]) = match self {
            Item::Single(command) | Item::DryRun(command) => (std::slice::from_ref(command), &[]),
            Item::Atomic(commands) => (commands, &[]),
            Item::Import(import) => (&[], &import.rows),
        };
        commands.iter().chain(rows.iter().map(|row| &row.command))
    }

    /// How many commands it stands for: each row of an import is one, and each effect that is redacted.
    #[must_use]
    pub fn weight(&self) -> usize {
        match self {
            Item::Single(command) | Item::DryRun(command) => command.weight(),
            Item::Atomic(commands) => commands.iter().map(Command::weight).sum(),
            Item::Import(import) => import.rows.len().max(1),
        }
    }

    /// Writes the canonical bytes: what one node sends another.
    pub fn encode(&self, e: &mut Encoder) {
        match self {
            Item::Single(command) => {
                e.byte(0);
                command.encode(e);
            }
            Item::Atomic(commands) => {
                e.byte(1);
                e.length(commands.len());
                commands.iter().for_each(|command| command.encode(e));
            }
            Item::DryRun(command) => {
                e.byte(2);
                command.encode(e);
            }
            Item::Import(import) => {
                e.byte(3);
                import.encode(e);
            }
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Item<P>, Malformed> {
        match d.byte()? {
            0 => Command::decode(d).map(Item::Single),
            1 => {
                let mut commands = Vec::new();
                for _ in 0..d.length()? {
                    commands.push(Command::decode(d)?);
                }
                Ok(Item::Atomic(commands))
            }
            2 => Command::decode(d).map(Item::DryRun),
            3 => Import::decode(d).map(Item::Import),
            _ => Err(Malformed { expected: "kind of item" }),
        }
    }
}

/// The outcome of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<P: Product> {
    /// It was done: its effects are so many, from this place of the batch's effects on.
    Done {
        /// The place of the first.
        first: usize,
        /// How many.
        count: usize,
    },
    /// What it asks for was so already.
    Same,
    /// It was decided before, and that outcome stands at this place of the journal.
    Replayed {
        /// The effect that stands for it.
        seq: Seq,
        /// Whether it was done then.
        kind: OutcomeKind,
    },
    /// It was refused.
    Refused(Rejection<P>),
    /// It would have had these effects.
    WouldDo(Vec<Effect<P>>),
}

/// The outcome of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemOutcome<P: Product> {
    /// Of a command alone.
    Single(Outcome<P>),
    /// Of all commands of an atomic batch, none of which was refused.
    Atomic(Vec<Outcome<P>>),
    /// Nothing of an atomic batch was done, because of this one.
    AtomicRefused {
        /// The place of the guilty command, from 0.
        index: usize,
        /// Why.
        outcome: Outcome<P>,
    },
}

impl<P: Product> Outcome<P> {
    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        match self {
            Outcome::Done { first, count } => {
                e.byte(0);
                e.length(*first);
                e.length(*count);
            }
            Outcome::Same => e.byte(1),
            Outcome::Replayed { seq, kind } => {
                e.byte(2);
                e.number(seq.0);
                e.flag(*kind == OutcomeKind::Done);
            }
            Outcome::Refused(rejection) => {
                e.byte(3);
                rejection.encode(e);
            }
            Outcome::WouldDo(effects) => {
                e.byte(4);
                e.length(effects.len());
                effects.iter().for_each(|effect| effect.encode(e));
            }
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<Outcome<P>, Malformed> {
        Ok(match d.byte()? {
            0 => Outcome::Done { first: d.length()?, count: d.length()? },
            1 => Outcome::Same,
            2 => Outcome::Replayed {
                seq: Seq(d.number()?),
                kind: if d.flag()? { OutcomeKind::Done } else { OutcomeKind::Refused },
            },
            3 => Outcome::Refused(Rejection::decode(d)?),
            4 => {
                let mut effects = Vec::new();
                for _ in 0..d.length()? {
                    effects.push(Effect::decode(d)?);
                }
                Outcome::WouldDo(effects)
            }
            _ => return Err(Malformed { expected: "kind of outcome" }),
        })
    }
}

impl<P: Product> ItemOutcome<P> {
    /// Writes the canonical bytes.
    pub fn encode(&self, e: &mut Encoder) {
        match self {
            ItemOutcome::Single(outcome) => {
                e.byte(0);
                outcome.encode(e);
            }
            ItemOutcome::Atomic(outcomes) => {
                e.byte(1);
                e.length(outcomes.len());
                outcomes.iter().for_each(|outcome| outcome.encode(e));
            }
            ItemOutcome::AtomicRefused { index, outcome } => {
                e.byte(2);
                e.length(*index);
                outcome.encode(e);
            }
        }
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not what `encode` writes.
    pub fn decode(d: &mut Decoder<'_>) -> Result<ItemOutcome<P>, Malformed> {
        Ok(match d.byte()? {
            0 => ItemOutcome::Single(Outcome::decode(d)?),
            1 => {
                let mut outcomes = Vec::new();
                for _ in 0..d.length()? {
                    outcomes.push(Outcome::decode(d)?);
                }
                ItemOutcome::Atomic(outcomes)
            }
            2 => ItemOutcome::AtomicRefused { index: d.length()?, outcome: Outcome::decode(d)? },
            _ => return Err(Malformed { expected: "kind of outcome" }),
        })
    }

    /// The outcomes of its commands.
    pub fn outcomes_mut(&mut self) -> &mut [Outcome<P>] {
        match self {
            ItemOutcome::Single(outcome) | ItemOutcome::AtomicRefused { outcome, .. } => std::slice::from_mut(outcome),
            ItemOutcome::Atomic(outcomes) => outcomes,
        }
    }
}
