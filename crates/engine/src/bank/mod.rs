//! The bank: accounts that are known by a name, on the ledger `bank`, in its asset USD/2.
//!
//! An account is the ledger's account `bank:<uuid>`; its name and its links stand in its metadata. A name is an account
//! as well, `name:<segment>`, which never holds money: while the name is taken, its metadata says by which account.
//!
//! - A name is unique by the ledger's own rules. It is taken in the atomic batch that opens the account, and is free
//!   again by the batch that closes it.
//! - Whatever depends on what was read of an account begins with an expectation of just that. When that has changed
//!   meanwhile, all is read again.
//! - The bank has no rows of its own: everything it knows are accounts, metadata and facts of its ledger.

mod accounts;
mod deferred;
mod links;
mod order;
mod perform;

use std::sync::Arc;
use std::time::Duration;

use ducat_domain::codec::Fingerprint;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::{AssetRow, LoadedAccount};
use ducat_domain::ledger::terms::{
    AccountChange, AssetTerms, Expectation, LedgerRules, LedgerTerms, Metadata, ZeroAmounts,
};
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Id, Seq};
use ducat_domain::{Action, Command, Effect, Item, Rejection};
use ducat_store::Snapshot;
use tokio::sync::Notify;

use crate::ask::{AskError, ItemResult, fixed_name};
use crate::clock::fresh_id;
use crate::names::{self, Invisible};
use crate::{Asker, Engine};

pub use accounts::{Opened, Opening};
pub use deferred::{OrderStatus, order_status};
pub use links::LINKS_MAX;
pub use order::{Kind, Order, OrderRefusal, Refused};
pub use perform::{Execution, Parties, Performed};

/// The ledger of the bank.
const LEDGER: &str = "bank";

/// Its asset.
const ASSET: &str = "USD";

/// How many decimals the asset has.
pub const SCALE: u8 = 2;

/// What the names of its accounts begin with.
pub const ACCOUNTS: &str = "bank:";

/// Times that something is read and asked again because an account changed in between: each time another's change was
/// done.
const ATTEMPTS_MAX: usize = 32;

/// The keys of metadata.
const NAME: &str = "name";
const LINKS: &str = "links";
const OWNER: &str = "account";

/// Why something that was asked of the bank is not done.
#[derive(Debug)]
pub enum BankError {
    /// There is no such account.
    Unknown,
    /// A rule of the ledger refuses it.
    Refused(Box<Refused>),
    /// Another account has this name.
    NameTaken(String),
    /// A new name has a character that cannot be seen.
    Invisible(Invisible),
    /// The account of this name has money or holds, and cannot be closed.
    NotEmpty(String, Balance),
    /// An account does not draw on itself.
    DrawsOnItself,
    /// An account draws on as many others as it may.
    TooManyLinks,
    /// Others changed the account, or the name, each time between reading it and asking. Nothing was done.
    Contended(&'static str),
    /// A ledger of the bank's name was opened by other means, with other assets.
    OtherAssets,
    /// There is no reply.
    Ask(AskError),
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            BankError::Ask(error) => error.fmt(f),
            BankError::Refused(refused) => write!(f, "it is refused: {}", refused.rejection.code()),
            BankError::Contended(what) => write!(f, "others keep changing this {what}"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl<E: Into<AskError>> From<E> for BankError {
    fn from(error: E) -> BankError {
        BankError::Ask(error.into())
    }
}

/// The bank on an engine. Clones are the same.
#[derive(Clone)]
pub struct Bank {
    engine: Engine,
    /// How long an outcome is waited for.
    patience: Duration,
    /// Rung when an order was taken to be performed later.
    orders: Arc<Notify>,
}

/// An account, as read.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Accounts that it draws on, in order.
    pub links: Vec<Id>,
    /// What the ledger has of it.
    pub loaded: Arc<LoadedAccount>,
}

impl Account {
    /// The account that the ledger's is; `None` when it is none of the bank.
    #[must_use]
    pub fn of(loaded: Arc<LoadedAccount>) -> Option<Account> {
        let row = &loaded.row;
        let id = row.name.as_str().strip_prefix(ACCOUNTS)?.parse().ok()?;
        let name = recorded_name(&row.metadata)?.to_owned();
        let links = value(&row.metadata, LINKS).unwrap_or_default();
        let links = links.split_whitespace().filter_map(|link| link.parse().ok()).collect();
        Some(Account { id, name, links, loaded: Arc::clone(&loaded) })
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.loaded.row.closed
    }

    /// Its number in the ledger.
    #[must_use]
    pub fn no(&self) -> AccountNo {
        self.loaded.row.no
    }

    /// Its name in the ledger.
    #[must_use]
    pub fn ledger_name(&self) -> &Name {
        &self.loaded.row.name
    }

    /// What is in it.
    #[must_use]
    pub fn balance(&self) -> Balance {
        self.loaded.balances.first().map_or(Balance::ZERO, |row| row.posted)
    }

    /// That it is still as it was read: its name, its links, and open; frozen or not, where that was looked at.
    fn expectation(&self, frozen: Option<bool>) -> Command {
        let metadata = self.loaded.row.metadata.clone();
        by_server(expectation(self.ledger_name().clone(), metadata, frozen))
    }
}

/// The name that the bank recorded with an account of its ledger.
#[must_use]
pub fn recorded_name(metadata: &Metadata) -> Option<&str> {
    value(metadata, NAME)
}

/// Whether the bank works with an account's metadata: it is an open account's, or that of a name which is taken.
#[must_use]
pub fn needs_metadata(account: &LoadedAccount) -> bool {
    let row = &account.row;
    (row.name.as_str().starts_with(ACCOUNTS) && !row.closed) || value(&row.metadata, OWNER).is_some()
}

/// The ledger of the bank.
///
/// # Errors
/// A bug, when its name is none.
pub fn ledger() -> Result<Name, AskError> {
    fixed_name(LEDGER)
}

/// Where the outcome stands that a request had under its id before.
///
/// # Errors
/// When the store cannot be read, or the id is another request's.
pub fn kept(snapshot: &dyn Snapshot, id: Id, request: &[u8]) -> Result<Option<Seq>, BankError> {
    match snapshot.outcome(&ledger()?, id)? {
        Some(outcome) if outcome.fingerprint != Fingerprint::of(request) => {
            Err(Refused::error(Rejection::IdReused { id }, None))
        }
        outcome => Ok(outcome.map(|outcome| outcome.seq)),
    }
}

fn asset() -> Result<Name, AskError> {
    fixed_name(ASSET)
}

fn account_name(id: Id) -> Result<Name, AskError> {
    fixed_name(&format!("{ACCOUNTS}{id}"))
}

/// The ledger's account that stands for a name.
fn name_row(name: &str) -> Result<Name, AskError> {
    fixed_name(&format!("name:{}", Name::segment(name)))
}

/// What is kept with an account under a key.
fn value<'a>(metadata: &'a Metadata, key: &str) -> Option<&'a str> {
    metadata.pairs().iter().find(|(found, _)| found == key).map(|(_, value)| value.as_str())
}

fn pair(key: &str, value: impl Into<String>) -> (String, String) {
    (key.to_owned(), value.into())
}

/// That an account is open and has this metadata.
fn expectation(account: Name, metadata: Metadata, frozen: Option<bool>) -> Action {
    Action::Expect(Expectation { account, metadata, frozen, closed: Some(false), limits: Vec::new() })
}

/// Other metadata, and everything else as it is.
fn change_metadata(account: &Name, metadata: Metadata) -> AccountChange {
    AccountChange {
        name: account.clone(),
        asset: None,
        min: None,
        max: None,
        metadata: Some(metadata),
        frozen: None,
        closed: None,
    }
}

/// A command that no request names.
fn by_server(action: Action) -> Command {
    Command::new(CommandId::Server(fresh_id()), action)
}

/// Cents must not be taken for something else.
fn check_assets(assets: &[AssetRow]) -> Result<(), BankError> {
    match assets {
        [sole] if sole.code.as_str() == ASSET && sole.scale == SCALE => Ok(()),
        _ => Err(BankError::OtherAssets),
    }
}

impl Bank {
    /// The bank on an engine, which waits so long for an outcome.
    #[must_use]
    pub fn new(engine: Engine, patience: Duration) -> Bank {
        Bank { engine, patience, orders: Arc::default() }
    }

    /// The same bank, for someone else who asks.
    #[must_use]
    pub fn asked_by(&self, asker: Asker) -> Bank {
        Bank { engine: self.engine.asked_by(asker), orders: Arc::clone(&self.orders), ..*self }
    }

    fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Reads what is committed.
    ///
    /// # Errors
    /// When the store cannot be read, or `read` refuses.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Snapshot) -> Result<T, BankError> + Send + 'static,
    ) -> Result<T, BankError> {
        self.engine()
            .read(move |snapshot| match read(snapshot) {
                // What cannot be read is the engine's to note.
                Err(BankError::Ask(AskError::Read(fault))) => Err(fault),
                read => Ok(read),
            })
            .await?
    }

    /// Submits commands that are done together or not at all: their result, and what was committed.
    async fn together(&self, commands: Vec<Command>, id: Id) -> Result<(ItemResult, Arc<Vec<Effect>>), BankError> {
        let (ledger, items) = (ledger()?, vec![Item::Atomic(commands)]);
        let committed = self.engine().ask(&ledger, items, Some(id), self.patience).await?;
        let result = self.engine().result_of(&ledger, committed.outcomes).await;
        Ok((result.map_err(|error| error.after_commit(id))?, committed.effects))
    }

    /// Submits a command that stands alone.
    async fn alone(&self, command: Command) -> Result<ItemResult, BankError> {
        let (ledger, id) = (ledger()?, command.id.id());
        let items = vec![Item::Single(command)];
        let committed = self.engine().ask(&ledger, items, Some(id), self.patience).await?;
        let result = self.engine().result_of(&ledger, committed.outcomes).await;
        Ok(result.map_err(|error| error.after_commit(id))?)
    }

    /// An account of the ledger, closed or not.
    async fn row(&self, name: &Name) -> Result<Option<Arc<LoadedAccount>>, BankError> {
        let ledger = ledger()?;
        let Some(assets) = self.engine().assets(&ledger).await? else { return Ok(None) };
        check_assets(&assets)?;
        Ok(self.engine().account(&ledger, name).await?)
    }

    /// An account that is or was.
    async fn account_ever(&self, id: Id) -> Result<Option<Account>, BankError> {
        Ok(self.row(&account_name(id)?).await?.and_then(Account::of))
    }

    /// An open account by its id; `None` when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn by_id(&self, id: Id) -> Result<Option<Account>, BankError> {
        Ok(self.account_ever(id).await?.filter(Account::is_open))
    }

    /// An open account by its name, in whatever form that was recorded; `None` when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn by_name(&self, name: &str) -> Result<Option<Account>, BankError> {
        match self.owner(name.trim()).await? {
            Some(owner) => self.by_id(owner).await,
            None => Ok(None),
        }
    }

    /// The account that has a name, in whatever form it was recorded.
    async fn owner(&self, name: &str) -> Result<Option<Id>, BankError> {
        let mut looked: Vec<String> = Vec::with_capacity(3);
        for form in names::forms(name) {
            if looked.contains(&form) {
                continue;
            }
            let row = self.row(&name_row(&form)?).await?;
            if let Some(owner) = row.and_then(|row| value(&row.row.metadata, OWNER).and_then(|id| id.parse().ok())) {
                return Ok(Some(owner));
            }
            looked.push(form);
        }
        Ok(None)
    }

    /// Opens the ledger.
    async fn open_ledger(&self) -> Result<(), BankError> {
        let terms = LedgerTerms {
            default_asset: None,
            assets: vec![AssetTerms { code: asset()?, scale: SCALE }],
            // A withdrawal that is all drawn from linked accounts still stands in the account's own history.
            rules: LedgerRules { zero_amounts: ZeroAmounts::Record, ..LedgerRules::default() },
        };
        match self.alone(by_server(Action::OpenLedger(terms))).await? {
            ItemResult::Done(_) => Ok(()),
            ItemResult::Refused(rejection, before) => Err(Refused::error(rejection, before)),
        }
    }
}
