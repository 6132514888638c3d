//! `ducat ledgers delete`: removes a ledger in which nothing was ever posted.
//!
//! A journal with a posting, a hold, an order, points or advances in it is never deleted; it can be archived. What is
//! left of a deleted ledger is a tombstone in the system ledger: its name, which is not used again, its last batch and
//! the hash of that.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use ducat_api::values::hex;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::Tombstone;
use ducat_domain::ledger::terms::{LedgerRules, LedgerTerms};
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;
use ducat_domain::product::ProductFact as _;
use ducat_domain::products::AnyFact;
use ducat_domain::{Action, Command, Fact, Item, ItemOutcome, Outcome};
use ducat_engine::clock::SystemClock;
use ducat_engine::executor::{Executor, Request};
use ducat_engine::keys;
use ducat_engine::published::Published;
use ducat_store::read::find_effect;

use crate::store::StoreArguments;

/// Which ledger to delete.
#[derive(Debug, Args)]
pub struct DeleteArguments {
    /// The ledger.
    ledger: String,
    #[command(flatten)]
    store: StoreArguments,
}

/// Does it, and says what is left.
pub fn delete(arguments: &DeleteArguments) -> anyhow::Result<ExitCode> {
    let ledger = Name::parse(&arguments.ledger).context("the ledger")?;
    let mut opened = arguments.store.url()?.open_existing()?;
    if opened.reader.snapshot()?.head(&ledger)?.is_none() {
        bail!("there is no ledger {ledger} in this store");
    }
    // Asking the writing side takes the ledger's lease, or finds a server that has it.
    let head = opened.store.ledger(&ledger).context("a server runs on the store; stop it first")?.head;
    if let Some(what) = find_effect(opened.reader.as_ref(), &ledger, |effect| kept(&effect.fact))? {
        bail!(
            "ledger {ledger} has {what}, and such a journal is never deleted; archive it instead: \
             PATCH /v1/ledgers/{ledger} with {{\"archived\": true}}"
        );
    }
    let tombstone = Tombstone::of(&head);
    let mut executor = Executor::new(opened.store, Arc::new(SystemClock), Arc::new(Published::default()));
    let terms = LedgerTerms { assets: Vec::new(), default_asset: None, rules: LedgerRules::default() };
    let actions = [Action::OpenLedger(terms), Action::DeleteLedger(tombstone.clone())];
    let items = actions.map(|action| {
        let id = CommandId::Server(Id(uuid::Uuid::now_v7().as_u128()));
        Item::Single(Command::new(id, action))
    });
    let by = keys::operator(opened.reader.as_ref())?;
    let request = Request { ledger: Name::system(), items: Arc::new(items.into()), by };
    let committed = executor.turn(&[request]).into_iter().next().context("nothing was decided")??;
    if let Some(ItemOutcome::Single(Outcome::Refused(rejection))) = committed.outcomes.last() {
        bail!("ledger {ledger} was not deleted: {}", rejection.code());
    }
    println!(
        "deleted {ledger}; its tombstone in the system ledger says: batch {}, hash {}",
        tombstone.batch,
        hex(&tombstone.hash)
    );
    Ok(ExitCode::SUCCESS)
}

/// What an effect records that may not be lost: everything but how the ledger is set up, and refusals.
fn kept(fact: &Fact) -> Option<&'static str> {
    match fact {
        Fact::Posting(_) => Some("postings"),
        Fact::Hold(_) | Fact::HoldVoided { .. } | Fact::HoldExpired { .. } => Some("holds"),
        Fact::Deferred { .. } | Fact::Resolved { .. } => Some("orders that were taken to be performed later"),
        Fact::Imported { .. } => Some("imported rows"),
        Fact::Product(fact) if fact.is_setup() => None,
        Fact::Product(fact) => match fact.as_ref() {
            AnyFact::Points(_) => Some("points"),
            AnyFact::Advances(_) => Some("advances or reports"),
        },
        Fact::LedgerOpened(_)
        | Fact::DefaultAssetSet { .. }
        | Fact::AssetRescaled { .. }
        | Fact::ArchivedSet { .. }
        | Fact::LedgerDeleted(_)
        | Fact::Redacted(_)
        | Fact::AssetAdded { .. }
        | Fact::AccountOpened(_)
        | Fact::AccountChanged(_)
        | Fact::Refused(_) => None,
    }
}
