//! Links: from which other accounts an account may draw what it cannot give itself. They go one way and are not
//! followed further.

use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::numbers::Id;
use ducat_domain::{Action, Command, Rejection};

use super::{ATTEMPTS_MAX, Account, Bank, BankError, LINKS, NAME, Refused, change_metadata, kept, pair};
use crate::ask::ItemResult;
use crate::clock::fresh_id;

/// Accounts that one account may draw on: each withdrawal names them all.
pub const LINKS_MAX: usize = 16;

impl Bank {
    /// The open accounts that an account draws on, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn linked(&self, account: &Account) -> Result<Vec<Account>, BankError> {
        let mut open = Vec::new();
        for id in &account.links {
            open.extend(self.by_id(*id).await?);
        }
        Ok(open)
    }

    /// Whether a request was done under its id before.
    ///
    /// # Errors
    /// When the store cannot be read, or the id is another request's.
    pub async fn was_done(&self, id: CommandId, request: &[u8]) -> Result<bool, BankError> {
        let CommandId::Client(id) = id else { return Ok(false) };
        let request = request.to_vec();
        Ok(self.read(move |snapshot| kept(snapshot, id, &request)).await?.is_some())
    }

    /// Lets an account draw on another, behind those that it draws on already. Says whether that is new.
    ///
    /// # Errors
    /// When it is the same account, or draws on as many as it may, or is not open; or there is no reply.
    pub async fn link(&self, account: Id, other: Id, id: CommandId, request: &[u8]) -> Result<bool, BankError> {
        self.change_links(account, id, request, |open| {
            if other == account {
                return Err(BankError::DrawsOnItself);
            }
            if open.contains(&other) {
                return Ok(None);
            }
            if open.len() >= LINKS_MAX {
                return Err(BankError::TooManyLinks);
            }
            Ok(Some(open.iter().copied().chain([other]).collect()))
        })
        .await
    }

    /// Lets an account not draw on another any more. Says whether it did.
    ///
    /// # Errors
    /// When the account is not open, or there is no reply.
    pub async fn unlink(&self, account: Id, other: Id) -> Result<bool, BankError> {
        self.change_links(account, CommandId::Server(fresh_id()), &[], |open| {
            let rest = || open.iter().copied().filter(|id| *id != other).collect();
            Ok(open.contains(&other).then(rest))
        })
        .await
    }

    /// Changes the links of an account from what they are when it is done; `None` leaves them. Says whether they
    /// changed.
    async fn change_links(
        &self,
        account: Id,
        id: CommandId,
        request: &[u8],
        change: impl Fn(&[Id]) -> Result<Option<Vec<Id>>, BankError>,
    ) -> Result<bool, BankError> {
        for _ in 0..ATTEMPTS_MAX {
            let account = self.by_id(account).await?.ok_or(BankError::Unknown)?;
            // Accounts that were closed since take up no room.
            let open: Vec<Id> = self.linked(&account).await?.iter().map(|other| other.id).collect();
            let Some(links) = change(&open)? else { return Ok(false) };
            let ids: Vec<String> = links.iter().map(Id::to_string).collect();
            let linked = (!ids.is_empty()).then(|| pair(LINKS, ids.join(" ")));
            let metadata = Metadata::new([pair(NAME, &account.name)].into_iter().chain(linked));
            let changing = Action::ChangeAccount(change_metadata(account.ledger_name(), metadata));
            let commands = vec![account.expectation(None), Command::standing_for(request, id, changing)];
            match self.together(commands, id.id()).await? {
                (ItemResult::Done(_), _) => return Ok(true),
                (ItemResult::Refused(Rejection::AccountChanged { .. }, _), _) => {}
                (ItemResult::Refused(rejection, before), _) => {
                    return Err(Refused::error(rejection, before));
                }
            }
        }
        Err(BankError::Contended("account"))
    }
}
