//! What answers look like.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ducat_domain::ledger::effect::AccountOpened;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::rows::{AssetRow, BalanceRow};
use ducat_domain::ledger::terms::Limits;
use ducat_domain::ledger::transaction::{Source, Transaction, Transfer};
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::{AccountNo, Seq, Timestamp};
use ducat_domain::{Effect, Fact, Outcome, Rejection};
use ducat_engine::keys::ring::Ring;
use ducat_store::read::{OutcomeView, PostingView, Status, TransactionView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::door::Visitor;
use crate::problem::{OTHER_KIND, Problem};
use crate::values::{JsonAmount, JsonBalance, JsonDifference, JsonId, JsonMetadata, JsonName, JsonTime, ShownName};

/// A transaction.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TransactionBody {
    /// Its id.
    pub id: JsonId,
    /// Its place in the journal; 0 in a dry run.
    pub seq: u64,
    /// What became of it.
    #[schema(example = "posted")]
    pub status: &'static str,
    /// When that was recorded.
    pub at: JsonTime,
    /// Who asked for that: the name of an actor, such as `key:0123456789abcdef`; left out where it was not recorded, or is
    /// not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When it counts in the books.
    pub effective_at: JsonTime,
    /// Until when it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<JsonTime>,
    /// Its postings, in order.
    pub postings: Vec<PostingBody>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The client's own unique name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What the client keeps with it.
    pub metadata: JsonMetadata,
    /// Whether description and metadata were erased. Left out where not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub redacted: bool,
    /// The transaction that it reverses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverses: Option<JsonId>,
    /// The last transaction that reversed it, whole or in part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversed_by: Option<JsonId>,
}

/// A posting, with both balances after it once it is posted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PostingBody {
    /// Who is debited.
    pub source: ShownName,
    /// Who is credited.
    pub destination: ShownName,
    /// In what.
    pub asset: JsonName,
    /// How much, in minor units.
    pub amount: JsonAmount,
    /// The source's balance after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_balance: Option<JsonBalance>,
    /// The destination's balance after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_balance: Option<JsonBalance>,
    /// How much of it was reversed; left out where that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversed: Option<JsonAmount>,
}

impl TransactionBody {
    /// A transaction as someone may see it: of accounts that he is kept from neither names nor balances.
    fn shown(view: TransactionView, visitor: &Visitor, ring: &Ring) -> TransactionBody {
        let by = visitor.shown_actor(ring, view.by);
        let mut body = TransactionBody { by, ..TransactionBody::from(view) };
        if visitor.is_guarded() {
            for posting in &mut body.postings {
                hide(visitor, &mut posting.source, &mut posting.source_balance);
                hide(visitor, &mut posting.destination, &mut posting.destination_balance);
            }
        }
        body
    }
}

impl Api {
    /// A transaction as whoever asks may see it.
    pub(crate) fn transaction(&self, view: TransactionView) -> TransactionBody {
        TransactionBody::shown(view, &self.visitor, self.engine.ring())
    }
}

impl From<TransactionView> for TransactionBody {
    fn from(view: TransactionView) -> TransactionBody {
        TransactionBody {
            id: JsonId(view.id),
            seq: view.seq.0,
            status: view.status.word(),
            at: JsonTime(view.at),
            by: None,
            effective_at: JsonTime(view.effective_at),
            expires_at: view.expires_at.map(JsonTime),
            postings: view.postings.into_iter().map(PostingBody::from).collect(),
            description: view.detail.description,
            reference: view.detail.reference,
            metadata: JsonMetadata(view.detail.metadata),
            redacted: view.is_redacted,
            reverses: view.detail.reverses.map(JsonId),
            reversed_by: view.reversed_by.map(JsonId),
        }
    }
}

impl From<PostingView> for PostingBody {
    fn from(view: PostingView) -> PostingBody {
        PostingBody {
            source: ShownName(Some(view.source)),
            destination: ShownName(Some(view.destination)),
            asset: JsonName(view.asset),
            amount: JsonAmount(view.amount),
            source_balance: view.balances.map(|(source, _)| JsonBalance(source)),
            destination_balance: view.balances.map(|(_, destination)| JsonBalance(destination)),
            reversed: Some(view.reversed).filter(|reversed| *reversed != Amount::ZERO).map(JsonAmount),
        }
    }
}

fn hide(visitor: &Visitor, name: &mut ShownName, balance: &mut Option<JsonBalance>) {
    let Some(account) = &name.0 else { return };
    if !visitor.sees_balance(account) {
        *balance = None;
    }
    if !visitor.covers_account(account) {
        name.0 = None;
    }
}

/// The names of accounts that gave, where a request named several.
pub type Givers = HashMap<AccountNo, Name>;

/// The accounts that gave, where requests left it open which of several do.
#[derive(Default)]
pub struct Unnamed {
    known: Givers,
    unknown: BTreeSet<AccountNo>,
}

impl Unnamed {
    /// Those of these requests, by their effects.
    pub fn of<'a>(
        requests: impl IntoIterator<Item = &'a Transaction>,
        effects: impl IntoIterator<Item = &'a Effect>,
    ) -> Unnamed {
        let mut unnamed = Unnamed::default();
        let is_open = |transfer: &Transfer| matches!(transfer.source, Source::InOrder { .. });
        if !requests.into_iter().flat_map(|request| &request.postings).any(is_open) {
            return unnamed;
        }
        for effect in effects {
            match &effect.fact {
                // No one else knows it yet where this only would be done.
                Fact::AccountOpened(opened) => drop(unnamed.known.insert(opened.account, opened.name.clone())),
                Fact::Posting(posting) => drop(unnamed.unknown.insert(posting.source.account)),
                Fact::Hold(leg) => drop(unnamed.unknown.insert(leg.source)),
                _ => {}
            }
        }
        unnamed
    }
}

impl Api {
    /// Their names.
    pub(crate) async fn givers(&self, ledger: &Name, unnamed: Unnamed) -> Result<Givers, Problem> {
        if unnamed.unknown.is_empty() {
            return Ok(unnamed.known);
        }
        let (ledger, mut givers) = (ledger.clone(), unnamed.known);
        let unknown: Vec<AccountNo> = unnamed.unknown.into_iter().collect();
        self.read(move |snapshot| {
            let names = snapshot.account_names(&ledger, &unknown)?;
            givers.extend(unknown.into_iter().zip(names).filter_map(|(no, name)| Some((no, name?))));
            Ok(givers)
        })
        .await
    }
}

/// A transaction that was just made, from its effects and the names that the request gave. `None` when the effects are
/// not those of the request.
pub fn fresh_transaction(
    request: &Transaction,
    effects: &[Effect],
    assets: &[AssetRow],
    givers: &Givers,
) -> Option<TransactionView> {
    let mut view: Option<TransactionView> = None;
    let mut transfers = request.postings.iter();
    // The transfer under way, and how much of it is still to be given.
    let mut current = transfers.next()?;
    let mut missing = Some(current.amount.minor_units());
    for effect in effects {
        let (id, expires_at, effective_at, asset, amount, giver, balances) = match &effect.fact {
            Fact::Posting(posting) => (
                posting.transaction,
                None,
                posting.effective_at,
                posting.asset,
                posting.amount,
                posting.source.account,
                Some((posting.source.balance, posting.destination.balance)),
            ),
            Fact::Hold(leg) => {
                (leg.transaction, leg.expires_at, request.effective_at, leg.asset, leg.amount, leg.source, None)
            }
            _ => continue,
        };
        if missing.is_none() {
            current = transfers.next()?;
            missing = Some(current.amount.minor_units());
        }
        let view = view.get_or_insert_with(|| TransactionView {
            id,
            seq: effect.seq,
            status: if balances.is_some() { Status::Posted } else { Status::Pending },
            at: effect.at,
            by: effect.by,
            effective_at: effective_at.unwrap_or(effect.at),
            expires_at,
            postings: Vec::with_capacity(request.postings.len()),
            detail: effect.fact.detail().cloned().unwrap_or_default(),
            is_redacted: false,
            reversed_by: None,
        });
        missing = missing?.checked_sub(amount.minor_units()).filter(|missing| *missing > 0);
        view.postings.push(PostingView {
            source: match &current.source {
                Source::One(account) => account.clone(),
                Source::InOrder { .. } => givers.get(&giver)?.clone(),
            },
            destination: current.destination.clone(),
            asset: assets.iter().find(|row| row.no == asset)?.code.clone(),
            amount,
            balances,
            reversed: Amount::ZERO,
        });
    }
    view
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountBody {
    /// Its name.
    pub name: JsonName,
    /// Its balance in each asset that it is open for.
    #[schema(value_type = BTreeMap<String, BalanceBody>)]
    pub balances: BTreeMap<String, BalanceBody>,
    /// What the client keeps with it.
    pub metadata: JsonMetadata,
    /// Whether new debits and credits are refused.
    pub frozen: bool,
    /// Whether it is closed.
    pub closed: bool,
    /// When it was opened.
    pub created_at: JsonTime,
}

/// A balance and its limits.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceBody {
    /// Credits less debits.
    posted: JsonBalance,
    /// What holds will credit.
    pending_in: JsonBalance,
    /// What holds will debit.
    pending_out: JsonBalance,
    /// What may still be debited; null without a floor.
    available: Option<JsonDifference>,
    /// The floor, if there is one.
    min_balance: Option<JsonBalance>,
    /// The ceiling, if there is one.
    max_balance: Option<JsonBalance>,
    /// How many postings it has been a side of.
    entries: u64,
}

impl From<&BalanceRow> for BalanceBody {
    fn from(row: &BalanceRow) -> BalanceBody {
        BalanceBody {
            posted: JsonBalance(row.posted),
            pending_in: JsonBalance(row.pending_in),
            pending_out: JsonBalance(row.pending_out),
            available: row.headroom().map(JsonDifference),
            min_balance: row.limits.min.map(JsonBalance),
            max_balance: row.limits.max.map(JsonBalance),
            entries: row.entries,
        }
    }
}

/// An account as it is.
pub fn account(account: &LoadedAccount, assets: &[AssetRow]) -> AccountBody {
    let code = |row: &BalanceRow| assets.iter().find(|asset| asset.no == row.asset).map(|asset| asset.code.to_string());
    let balances = account.balances.iter().filter_map(|row| Some((code(row)?, BalanceBody::from(row))));
    AccountBody {
        name: JsonName(account.row.name.clone()),
        balances: balances.collect(),
        metadata: JsonMetadata(account.row.metadata.clone()),
        frozen: account.row.frozen,
        closed: account.row.closed,
        created_at: JsonTime(account.row.opened_at),
    }
}

/// An account as it was opened.
pub fn opened_account(opened: &AccountOpened, asset: &Name, at: Timestamp) -> AccountBody {
    let limits: Limits = opened.limits;
    let row = BalanceRow::opened(opened.account, opened.asset, limits);
    AccountBody {
        name: JsonName(opened.name.clone()),
        balances: [(asset.to_string(), BalanceBody::from(&row))].into(),
        metadata: JsonMetadata(opened.metadata.clone()),
        frozen: false,
        closed: false,
        created_at: JsonTime(at),
    }
}

/// An asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssetBody {
    /// Its code.
    #[schema(example = "USD")]
    pub code: JsonName,
    /// How many decimals its minor unit has.
    #[schema(example = 2)]
    pub scale: u8,
}

impl From<&AssetRow> for AssetBody {
    fn from(row: &AssetRow) -> AssetBody {
        AssetBody { code: JsonName(row.code.clone()), scale: row.scale }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// The cursor to go on with; null at the end.
    pub next: Option<String>,
}

/// The successful outcome of a command, before it is rendered.
pub enum Success {
    /// It was done, by these effects of the batch.
    Done(std::ops::Range<usize>),
    /// What it asks for was so already.
    Same,
    /// Its outcome was given before and stands at this effect.
    Replayed(Seq),
    /// It would be done, by these effects.
    WouldDo(Vec<Effect>),
}

/// Sorts an outcome; a fresh refusal is a problem.
///
/// # Errors
/// The refusal, when the command was refused.
pub fn success_of(outcome: Outcome) -> Result<Success, Problem> {
    match outcome {
        Outcome::Done { first, count } => Ok(Success::Done(first..first + count)),
        Outcome::Same => Ok(Success::Same),
        Outcome::Replayed { seq, .. } => Ok(Success::Replayed(seq)),
        Outcome::Refused(rejection) => Err(Problem::from_rejection(&rejection)),
        Outcome::WouldDo(effects) => Ok(Success::WouldDo(effects)),
    }
}

/// The transaction that an outcome shows; a refusal is a problem that says it repeats an earlier response.
///
/// # Errors
/// The refusal as it was given before, or a bug when the outcome is of another kind.
pub fn transaction_of(view: OutcomeView) -> Result<TransactionView, Problem> {
    match view {
        OutcomeView::Transaction(view) => Ok(*view),
        OutcomeView::Refused(rejection, at) => Err(again(&rejection, at)),
        OutcomeView::Account(..)
        | OutcomeView::Changed
        | OutcomeView::Asset(_)
        | OutcomeView::Ledger
        | OutcomeView::Request => Err(Problem::bug(OTHER_KIND)),
    }
}

/// A refusal of an instant, repeated.
pub fn again(rejection: &Rejection, at: Timestamp) -> Problem {
    Problem::from_rejection(rejection).replayed(at)
}
