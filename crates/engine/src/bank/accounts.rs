//! Opening and closing accounts: an account and its name, both or neither.

use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::{AccountChange, AccountTerms, Limits, Metadata};
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::{Action, Command, Fact, Outcome, Rejection};

use super::{
    ATTEMPTS_MAX, Account, Bank, BankError, NAME, OWNER, Refused, account_name, asset, by_server, change_metadata,
    expectation, kept, ledger, name_row, pair, recorded_name,
};
use crate::ask::{AskError, ItemResult, OTHER_KIND};
use crate::clock::fresh_id;
use crate::names::{check_visible, normal};

/// An account to open.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The id of the request, and the account's own.
    pub id: CommandId,
    /// The name as it was sent.
    pub sent: String,
    /// How far below 0.00 it may go.
    pub floor: Balance,
    /// What counts as the same under its id: by the name as recorded, and by the name as it was sent, by which release
    /// 0.1.0 recorded it.
    pub requests: [Vec<u8>; 2],
}

/// An account that was opened, as it was then.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its id.
    pub id: Id,
    /// Its name, as recorded.
    pub name: String,
    /// When it was opened.
    pub at: Timestamp,
    /// Whether it was opened by an earlier request of the same id.
    pub is_repeated: bool,
}

impl Opening {
    /// The name in the form in which it is recorded.
    fn name(&self) -> String {
        normal(&self.sent).into_owned()
    }

    /// Opens the account itself. Retried, it is done already: then it must still be as it was opened, or its name is
    /// another's by now.
    fn commands(&self) -> Result<Vec<Command>, BankError> {
        let (name, recorded) = (account_name(self.id.id())?, self.name());
        let metadata = Metadata::new([pair(NAME, &recorded)]);
        let limits = Limits { min: Some(self.floor), max: None };
        let terms = AccountTerms { name: name.clone(), asset: Some(asset()?), limits, metadata: metadata.clone() };
        Ok(vec![
            Command::standing_for(&self.requests[0], self.id, Action::OpenAccount(terms)),
            by_server(expectation(name, metadata, None)),
        ])
    }

    /// Takes the name, which no account had yet, or which one gave up.
    fn claim(&self, row: &Name, free: Option<Metadata>) -> Result<Vec<Command>, BankError> {
        let taken = Metadata::new([pair(NAME, self.name()), pair(OWNER, self.id.id().to_string())]);
        Ok(match free {
            None => vec![by_server(Action::OpenAccount(AccountTerms {
                name: row.clone(),
                asset: Some(asset()?),
                limits: Limits { min: Some(Balance::ZERO), max: Some(Balance::ZERO) },
                metadata: taken,
            }))],
            Some(metadata) => vec![
                by_server(expectation(row.clone(), metadata, None)),
                by_server(Action::ChangeAccount(change_metadata(row, taken))),
            ],
        })
    }
}

impl Bank {
    /// Opens an account and takes its name, both or neither. Retries under the same id get what was opened first.
    ///
    /// # Errors
    /// When another account has the name, it has what cannot be seen, the id is another request's, or there is no
    /// answer.
    pub async fn open(&self, opening: &Opening) -> Result<Opened, BankError> {
        for _ in 0..ATTEMPTS_MAX {
            if let Some(opened) = self.try_to_open(opening).await? {
                return Ok(opened);
            }
        }
        Err(BankError::Contended("name"))
    }

    /// `None` when another request did something to the name.
    async fn try_to_open(&self, opening: &Opening) -> Result<Option<Opened>, BankError> {
        let name = opening.name();
        let row = name_row(&name)?;
        if matches!(opening.id, CommandId::Client(_))
            && let Some(opened) = self.opened_before(opening).await?
        {
            return Ok(Some(opened));
        }
        let known = self.row(&row).await?.map(|loaded| loaded.row.metadata.clone());
        match self.owner(&opening.sent).await? {
            // The same request was faster than its repetition, by a moment.
            Some(owner) if owner == opening.id.id() => return Ok(None),
            Some(_) => return Err(BankError::NameTaken(name)),
            None => {}
        }
        check_visible(&name).map_err(BankError::Invisible)?;
        let mut commands = opening.commands()?;
        commands.extend(opening.claim(&row, known)?);
        let id = opening.id.id();
        match self.together(commands, id).await? {
            (ItemResult::Done(outcomes), effects) => match outcomes.first() {
                Some(Outcome::Done { first, .. }) => {
                    let at = effects.get(*first).map_or(Timestamp::MIN, |effect| effect.at);
                    Ok(Some(Opened { id, name, at, is_repeated: false }))
                }
                Some(Outcome::Replayed { .. }) => self.opened_before(opening).await,
                _ => Err(AskError::bug(OTHER_KIND).into()),
            },
            (ItemResult::Refused(rejection, before), _) => match rejection {
                Rejection::LedgerNotFound => self.open_ledger().await.map(|()| None),
                Rejection::AccountExists { .. } | Rejection::AccountChanged { .. } => Ok(None),
                rejection => Err(Refused::error(rejection, before)),
            },
        }
    }

    /// What was opened under this id before, as it was then, whatever became of it.
    async fn opened_before(&self, opening: &Opening) -> Result<Option<Opened>, BankError> {
        let (id, [request, sent]) = (opening.id.id(), opening.requests.clone());
        self.read(move |snapshot| {
            let found = kept(snapshot, id, &request).or_else(|_| kept(snapshot, id, &sent))?;
            let Some(seq) = found else { return Ok(None) };
            let effect = snapshot.effect(&ledger()?, seq)?;
            Ok(effect.and_then(|effect| match &effect.fact {
                Fact::AccountOpened(opened) => {
                    let name = recorded_name(&opened.metadata)?.to_owned();
                    Some(Opened { id, name, at: effect.at, is_repeated: true })
                }
                _ => None,
            }))
        })
        .await
    }

    /// Closes an account whose balance is 0.00. Its name is free again by the same commit.
    ///
    /// # Errors
    /// When it has money or holds, is not as it was read, or there is no reply.
    pub async fn close(&self, account: &Account) -> Result<(), BankError> {
        let row = name_row(&account.name)?;
        let taken = Metadata::new([pair(NAME, &account.name), pair(OWNER, account.id.to_string())]);
        let own = change_metadata(account.ledger_name(), Metadata::default());
        let actions = [
            Action::ChangeAccount(AccountChange { metadata: None, closed: Some(true), ..own }),
            expectation(row.clone(), taken, None),
            Action::ChangeAccount(change_metadata(&row, Metadata::new([pair(NAME, &account.name)]))),
        ];
        let commands = actions.into_iter().map(by_server).collect();
        match self.together(commands, fresh_id()).await? {
            (ItemResult::Done(_), _) => Ok(()),
            (ItemResult::Refused(rejection, before), _) => Err(match rejection {
                Rejection::NotEmpty { posted, .. } | Rejection::BalanceOutside { posted, .. } => {
                    BankError::NotEmpty(account.name.clone(), posted)
                }
                // Another request closed it.
                Rejection::AccountChanged { .. } => BankError::Unknown,
                rejection => Refused::error(rejection, before),
            }),
        }
    }
}
