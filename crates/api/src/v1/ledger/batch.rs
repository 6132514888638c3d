//! Many transactions in one request: each alone, or all of them or none.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::rows::OutcomeKind;
use ducat_domain::ledger::transaction::Transaction;
use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use ducat_domain::{Action, Command, Effect, Item, ItemOutcome, Outcome, Rejection};
use ducat_engine::executor::Committed;
use ducat_engine::published::Assets;
use ducat_store::read::TransactionView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ledgers::ledger_not_found;
use super::render::{Givers, TransactionBody, Unnamed, fresh_transaction, transaction_of};
use super::transactions::TransactionRequest;
use crate::idempotency::{fresh, refuse_key};
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, UrlPath, path_name};
use crate::values::Object;
use crate::{Api, body};

/// Transactions to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchRequest {
    /// At most 8,190, decided in order.
    #[schema(value_type = Vec<TransactionRequest>)]
    transactions: Vec<Object<TransactionRequest>>,
    /// Whether all of them are made or none.
    #[serde(default)]
    atomic: bool,
    /// Which results to answer.
    #[serde(default)]
    results: Results,
}

/// Which results to answer.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Results {
    /// All, in order.
    #[default]
    All,
    /// Only refusals, each with its index.
    Rejected,
}

/// The outcome of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchBody {
    /// The outcome of its transactions.
    results: Vec<ResultBody>,
}

/// The outcome of one transaction.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultBody {
    /// Its place in the batch, from 0; where only refusals are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    /// The status that it would have had alone.
    status: u16,
    /// The transaction, where it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<TransactionBody>,
    /// Why not, where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

/// Make many transactions.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/transactions/batch", tag = "transactions",
    request_body = BatchRequest, responses(
    (status = 200, description = "The outcome of each", body = BatchBody),
    (status = 422, description = "An atomic batch is refused: the first rejection, with its `index`"),
    (status = 413, description = "`batch_too_large`, `body_too_large`"),
))]
pub(crate) async fn transact_batch(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    refuse_key(&headers, "a batch has none; give each transaction an id instead")?;
    let request: BatchRequest = api.json(&headers, body).await?;
    let count = request.transactions.len();
    if count > api.limits.batch_max {
        return Err(Problem::batch_too_large(count, api.limits.batch_max));
    }
    let (atomic, results) = (request.atomic, request.results);
    let mut commands = Vec::with_capacity(count);
    for (index, Object(transaction)) in request.transactions.into_iter().enumerate() {
        let id = match (&transaction.id, &api.message) {
            (Some(id), _) => CommandId::Client(id.0),
            (None, Some(message)) => CommandId::Client(message.id_of(&ledger, index)),
            (None, None) => CommandId::Server(fresh()),
        };
        let transaction = transaction.into_transaction(format_args!("body: transactions[{index}]."))?;
        api.visitor.check_sources(&transaction).map_err(|problem| problem.with("index", serde_json::json!(index)))?;
        commands.push(Command::new(id, Action::Transact(transaction)));
    }
    if commands.is_empty() {
        return Ok(body::json(StatusCode::OK, &BatchBody { results: Vec::new() }));
    }
    // Names are needed again only where transactions are shown.
    let asked: Vec<Transaction> = match results {
        Results::All => commands.iter().filter_map(transaction_asked).collect(),
        Results::Rejected => Vec::new(),
    };
    let items = match atomic {
        true => vec![Item::Atomic(commands)],
        false => commands.into_iter().map(Item::Single).collect(),
    };
    let committed = api.submit(&ledger, items, None).await?;
    let answered = answer(&api, ledger, committed, asked, results).await;
    // No one may say that nothing was done; sent again, what has ids is answered as it was.
    answered.map_err(|problem| problem.after_commit(None))
}

async fn answer(
    api: &Api,
    ledger: Name,
    committed: Committed,
    asked: Vec<Transaction>,
    results: Results,
) -> Result<Response, Problem> {
    let outcomes = api.outcomes(&ledger, committed.outcomes).await?;
    if outcomes.iter().all(|outcome| *outcome == Outcome::Refused(Rejection::LedgerNotFound)) {
        return Err(ledger_not_found());
    }
    let assets = api.assets(&ledger).await?;
    let own = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Done { first, count } => committed.effects.get(*first..*first + *count),
        Outcome::Same | Outcome::Replayed { .. } | Outcome::Refused(_) | Outcome::WouldDo(_) => None,
    });
    let unnamed = Unnamed::of(&asked, own.flatten());
    let givers = api.givers(&ledger, unnamed).await?;
    let rendering = Rendering { asked, effects: committed.effects, assets, givers, results };
    api.render_batch(ledger, outcomes, rendering).await
}

fn transaction_asked(command: &Command) -> Option<Transaction> {
    match &command.action {
        Action::Transact(transaction) => Some(transaction.clone()),
        _ => None,
    }
}

struct Rendering {
    asked: Vec<Transaction>,
    effects: Arc<Vec<Effect>>,
    assets: Option<Arc<Assets>>,
    givers: Givers,
    results: Results,
}

impl Api {
    /// The outcomes one by one. A refused atomic batch is a problem that names the guilty index.
    async fn outcomes(&self, ledger: &Name, outcomes: Vec<ItemOutcome>) -> Result<Vec<Outcome>, Problem> {
        let mut singles = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            match outcome {
                ItemOutcome::Single(outcome) => singles.push(outcome),
                ItemOutcome::Atomic(all) => singles.extend(all),
                ItemOutcome::AtomicRefused { index, outcome } => {
                    let problem = match outcome {
                        Outcome::Refused(rejection) => Problem::from_rejection(&rejection),
                        Outcome::Replayed { seq, .. } => {
                            let earlier = self.earlier(ledger.clone(), vec![seq]).await?;
                            match earlier.into_values().next() {
                                Some(Err(problem)) => problem,
                                Some(Ok(_)) | None => Problem::bug(OTHER_KIND),
                            }
                        }
                        Outcome::Done { .. } | Outcome::Same | Outcome::WouldDo(_) => Problem::bug(OTHER_KIND),
                    };
                    let problem = self.visitor.shown(self.in_scales(ledger, problem).await);
                    return Err(problem.with("index", serde_json::json!(index)));
                }
            }
        }
        Ok(singles)
    }

    /// Outcomes given before, by where they stand.
    async fn earlier(
        &self,
        ledger: Name,
        seqs: Vec<Seq>,
    ) -> Result<HashMap<Seq, Result<TransactionView, Problem>>, Problem> {
        if seqs.is_empty() {
            return Ok(HashMap::new());
        }
        let visitor = self.visitor.clone();
        self.read(move |snapshot| {
            let mut found = HashMap::with_capacity(seqs.len());
            for seq in seqs {
                found.insert(seq, visitor.own_outcome(snapshot, &ledger, seq)?.and_then(transaction_of));
            }
            Ok(found)
        })
        .await
    }

    async fn render_batch(
        &self,
        ledger: Name,
        outcomes: Vec<Outcome>,
        rendering: Rendering,
    ) -> Result<Response, Problem> {
        let listed = |outcome: &&Outcome| match outcome {
            Outcome::Replayed { kind: OutcomeKind::Refused, .. } => true,
            Outcome::Replayed { .. } => rendering.results == Results::All,
            Outcome::Done { .. } | Outcome::Same | Outcome::Refused(_) | Outcome::WouldDo(_) => false,
        };
        let seqs = outcomes.iter().filter(listed).filter_map(|outcome| match outcome {
            Outcome::Replayed { seq, .. } => Some(*seq),
            _ => None,
        });
        let earlier = self.earlier(ledger, seqs.collect()).await?;
        let mut results = Vec::new();
        for (index, outcome) in outcomes.into_iter().enumerate() {
            let result = match outcome {
                Outcome::Done { .. } | Outcome::Replayed { kind: OutcomeKind::Done, .. }
                    if rendering.results == Results::Rejected =>
                {
                    continue;
                }
                Outcome::Done { first, count } => Ok((StatusCode::CREATED, rendering.fresh(index, first, count)?)),
                Outcome::Replayed { seq, .. } => match earlier.get(&seq) {
                    Some(success) => success.clone().map(|transaction| (StatusCode::OK, transaction)),
                    None => Err(Problem::bug(OTHER_KIND)),
                },
                Outcome::Refused(rejection) => Err(Problem::from_rejection(&rejection)),
                Outcome::Same | Outcome::WouldDo(_) => Err(Problem::bug(OTHER_KIND)),
            };
            let index = (rendering.results == Results::Rejected).then_some(index);
            let result = result
                .map_err(|problem| self.visitor.shown(problem.in_scales(Assets::rows(rendering.assets.as_deref()))));
            results.push(match result {
                Ok((status, transaction)) => {
                    let transaction = self.transaction(transaction);
                    ResultBody { index, status: status.as_u16(), transaction: Some(transaction), error: None }
                }
                Err(error) => ResultBody { index, status: error.status(), transaction: None, error: Some(error) },
            });
        }
        Ok(body::json(StatusCode::OK, &BatchBody { results }))
    }
}

impl Rendering {
    fn fresh(&self, index: usize, first: usize, count: usize) -> Result<TransactionView, Problem> {
        let asked = self.asked.get(index).or_bug(OTHER_KIND)?;
        let effects = self.effects.get(first..first + count).unwrap_or_default();
        let assets = Assets::rows(self.assets.as_deref());
        fresh_transaction(asked, effects, assets, &self.givers).or_bug(OTHER_KIND)
    }
}
