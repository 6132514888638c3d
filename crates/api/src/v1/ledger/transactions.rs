//! Transactions: made, found, posted, voided, reversed.

use std::fmt;

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::transaction::{Draw, Part, Source, Timing, Transaction, Transfer};
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Seq};
use ducat_domain::{Action, Command, Item, Rejection};
use ducat_engine::published::Assets;
use ducat_store::read::{Names, PostingView, Status, TransactionFilter, transaction_view, transactions};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ledgers::{Succeeded, ledger_not_found, single};
use super::render::{Page, Success, TransactionBody, Unnamed, fresh_transaction, success_of, transaction_of};
use crate::body::{self, Delivery};
use crate::idempotency::KeyHeader;
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, Query, UrlPath, path_name, window};
use crate::values::{
    DESCRIPTION_BYTES_MAX, JsonAmount, JsonBalance, JsonId, JsonMetadata, JsonName, JsonText, JsonTime, Object,
    REFERENCE_BYTES_MAX, parse_id, posting_amount,
};
use crate::{Api, cursor};

/// A transaction to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransactionRequest {
    /// Its id, best a UUIDv7; one is made when it is left out.
    pub(super) id: Option<JsonId>,
    /// Its postings, applied in order, all or none.
    #[schema(value_type = Vec<PostingRequest>, min_items = 1)]
    postings: Vec<Object<PostingRequest>>,
    /// Given when the transaction is a hold, to be posted or voided later.
    #[schema(value_type = Option<PendingRequest>)]
    pending: Option<Object<PendingRequest>>,
    /// When it counts in the books; when it is recorded, if left out.
    effective_at: Option<JsonTime>,
    /// What for.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1024)]
    description: Option<JsonText<DESCRIPTION_BYTES_MAX>>,
    /// Your own name for it, unique in its ledger.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255)]
    reference: Option<JsonText<REFERENCE_BYTES_MAX>>,
    /// What to keep with it: texts, 4 KiB in all.
    #[serde(default)]
    metadata: JsonMetadata,
}

/// A posting to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostingRequest {
    /// Who is debited. One of `source` and `sources` is given.
    #[schema(example = "users:alice")]
    source: Option<JsonName>,
    /// Who is debited, in order: each gives what it may, until there is enough, and each that gives has a posting of
    /// its own.
    #[schema(value_type = Option<Vec<SourceRequest>>)]
    sources: Option<Vec<Object<SourceRequest>>>,
    /// Who is credited.
    #[schema(example = "shop:sales")]
    destination: JsonName,
    /// In what; the default asset when left out.
    #[schema(example = "USD")]
    asset: Option<JsonName>,
    /// How much, in minor units.
    #[serde(deserialize_with = "posting_amount")]
    #[schema(example = 1250)]
    amount: JsonAmount,
}

/// An account that may be debited for a part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRequest {
    /// The account.
    #[schema(example = "users:alice")]
    account: JsonName,
    /// What must stay in it, in minor units, where that is above its floor.
    #[schema(example = 0)]
    keep: Option<JsonBalance>,
}

impl PostingRequest {
    fn into_transfer(self) -> Result<Transfer, &'static str> {
        let mut draws = self
            .sources
            .unwrap_or_default()
            .into_iter()
            .map(|Object(source)| Draw { account: source.account.0, keep: source.keep.map(|keep| keep.0) });
        let source = match (self.source, draws.next()) {
            (Some(JsonName(account)), None) => Source::One(account),
            (None, Some(first)) => Source::InOrder { first, then: draws.collect() },
            (Some(_), Some(_)) => return Err("it has a source and sources; send one of the two"),
            (None, None) => return Err("it has no source; send source or sources"),
        };
        let asset = self.asset.map(|asset| asset.0);
        Ok(Transfer { source, destination: self.destination.0, asset, amount: self.amount.0 })
    }
}

/// How long a hold lasts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PendingRequest {
    /// In seconds; without a limit when left out.
    timeout_s: Option<u64>,
}

impl TransactionRequest {
    /// The transaction asked for; `place` is where it stands in the body.
    pub(super) fn into_transaction(self, place: fmt::Arguments<'_>) -> Result<Transaction, Problem> {
        if self.postings.is_empty() {
            return Err(Problem::malformed(format!("{place}postings"), "a transaction has at least one posting"));
        }
        let mut postings = Vec::with_capacity(self.postings.len());
        for (leg, Object(posting)) in self.postings.into_iter().enumerate() {
            let transfer = posting.into_transfer();
            postings.push(transfer.map_err(|reason| Problem::malformed(format!("{place}postings[{leg}]"), reason))?);
        }
        Ok(Transaction {
            postings,
            timing: match self.pending {
                None => Timing::Posted,
                Some(Object(pending)) => Timing::Pending { timeout_s: pending.timeout_s },
            },
            effective_at: self.effective_at.map(|at| at.0),
            description: self.description.map(|text| text.0),
            reference: self.reference.map(|text| text.0),
            metadata: self.metadata.0,
        })
    }
}

/// How much of a hold to post.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostRequest {
    /// Part of it, where it has one posting; all of it when left out.
    amount: Option<JsonAmount>,
}

/// Under which id to void.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdRequest {
    /// The id of the command; one is made when it is left out.
    id: Option<JsonId>,
}

/// How much of a transaction to reverse, and under which id.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReverseRequest {
    /// The id of the reversing transaction; one is made when it is left out.
    id: Option<JsonId>,
    /// So much of it, where it has one posting; all that is left when both this and `postings` are left out.
    amount: Option<JsonAmount>,
    /// So much of some of its postings.
    #[schema(value_type = Option<Vec<ReversedPosting>>)]
    postings: Option<Vec<Object<ReversedPosting>>>,
}

/// A part of a posting to reverse.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversedPosting {
    /// Its place in the transaction, from 0.
    posting: u32,
    /// How much of it, in minor units.
    amount: JsonAmount,
}

impl ReverseRequest {
    fn part(self) -> Result<Part, Problem> {
        match (self.amount, self.postings) {
            (None, None) => Ok(Part::Rest),
            (Some(JsonAmount(amount)), None) => Ok(Part::Amount(amount)),
            (None, Some(postings)) => {
                Ok(Part::Postings(postings.into_iter().map(|Object(one)| (one.posting, one.amount.0)).collect()))
            }
            (Some(_), Some(_)) => Err(Problem::malformed("body: postings", "send amount or postings, not both")),
        }
    }
}

/// Make a transaction.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/transactions", tag = "transactions",
    params(
        ("dry_run" = Option<bool>, Query, description = "Decide and change nothing"),
        ("Idempotency-Key" = Option<String>, Header, description = "Up to 255 characters, instead of an id")),
    request_body = TransactionRequest, responses(
    (status = 201, description = "Made", body = TransactionBody),
    (status = 200, description = "Made before under this id (`Idempotent-Replayed: true`), or a dry run", body = TransactionBody),
    (status = 422, description = "A rule refuses it, such as `insufficient_funds`"),
    (status = 409, description = "`id_reused`, `reference_taken`"),
    (status = 404, description = "`account_not_found`, `asset_not_found`, `ledger_not_found`"),
    (status = 400, description = "`malformed`"),
    (status = 503, description = "Nothing was done; retry the request"),
    (status = 504, description = "`outcome_unknown`: ask again under the same id"),
))]
pub(crate) async fn transact(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let dry_run = query.flag("dry_run")?;
    query.finish()?;
    let request: TransactionRequest = api.json(&headers, body).await?;
    let id = api.command_id(&headers, request.id.map(|id| id.0), &ledger).await?;
    let transaction = request.into_transaction(format_args!("body: "))?;
    api.visitor.check_sources(&transaction)?;
    if dry_run {
        api.visitor.check_trial(&transaction)?;
    }
    let command = Command::new(id, Action::Transact(transaction.clone()));
    let item = if dry_run { Item::DryRun(command) } else { Item::Single(command) };
    // Read before anything is done: what fails here has changed nothing.
    let mut assets = api.assets(&ledger).await?;
    let committed = api.submit(&ledger, vec![item], Some(id.id())).await?;
    let known = |asset: &Name| assets.iter().flat_map(|assets| assets.iter()).any(|row| row.code == *asset);
    if assets.is_none()
        || transaction.postings.iter().filter_map(|posting| posting.asset.as_ref()).any(|asset| !known(asset))
    {
        // The ledger or the asset came to be in between.
        assets = api.assets(&ledger).await.map_err(|problem| problem.after_commit(Some(id.id())))?;
    }
    let success = match success_of(single(committed.outcomes)?) {
        Ok(success) => success,
        Err(problem) => return Err(api.visitor.shown(api.in_scales(&ledger, problem).await)),
    };
    let effects = match &success {
        Success::Done(range) => committed.effects.get(range.clone()).unwrap_or_default(),
        Success::WouldDo(effects) => effects,
        Success::Replayed(_) | Success::Same => &[],
    };
    let givers = api.givers(&ledger, Unnamed::of([&transaction], effects)).await;
    let givers = givers.map_err(|problem| problem.after_commit(Some(id.id())))?;
    let fresh = || {
        let assets = Assets::rows(assets.as_deref());
        let made = fresh_transaction(&transaction, effects, assets, &givers).or_bug(OTHER_KIND);
        made.map(|view| api.transaction(view))
    };
    match success {
        Success::Done(_) => Ok(body::json(StatusCode::CREATED, &fresh()?)),
        Success::WouldDo(_) => Ok(body::json(StatusCode::OK, &TransactionBody { seq: 0, ..fresh()? })),
        Success::Replayed(seq) => {
            let success = api.show_outcome(ledger, seq, StatusCode::CREATED, Delivery::Replay).await;
            success.map_err(|problem| problem.after_commit(Some(id.id())))
        }
        Success::Same => Err(Problem::bug(OTHER_KIND)),
    }
}

/// Show a transaction as it is now.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/transactions/{id}", tag = "transactions",
    params(("id" = uuid::Uuid, Path, description = "Its id")), responses(
    (status = 200, description = "The transaction", body = TransactionBody),
    (status = 404, description = "`transaction_not_found`"),
))]
pub(crate) async fn get_transaction(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let (ledger, id) = (path_name("ledger", &ledger)?, path_id(&id)?);
    let (of, visitor) = (api.clone(), api.visitor.clone());
    let body = api.read(move |snapshot| {
        if snapshot.head(&ledger)?.is_none() {
            return Err(ledger_not_found());
        }
        let row = ducat_store::read::transaction_row(snapshot, &ledger, id)?;
        let absent = || Problem::from_rejection(&Rejection::TransactionNotFound { id });
        let row = row.ok_or_else(absent)?;
        let mut names = Names::new(snapshot, &ledger)?;
        let view = transaction_view(&mut names, row.seq)?;
        let is_shown = match visitor.is_prefixed() {
            true => visitor.is_concerned(&view.postings),
            false => visitor.is_own(snapshot, &ledger, row.seq)?,
        };
        if is_shown { Ok(of.transaction(view)) } else { Err(absent()) }
    });
    Ok(body::json(StatusCode::OK, &body.await?))
}

/// List transactions, newest first.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/transactions", tag = "transactions",
    description = "Filters narrow each other. `account` lists what was posted on an account; its open holds are found \
                   with `status=pending`. Any `metadata.KEY=VALUE` is a filter too. A page may be short, even empty, \
                   and still have a `next`: go on until it is null.",
    params(
        ("account" = Option<String>, Query, description = "With postings on this account"),
        ("reference" = Option<String>, Query, description = "With this reference"),
        ("status" = Option<String>, Query, description = "posted, pending, voided, expired or reversed"),
        ("from" = Option<String>, Query, description = "Recorded at or after this instant"),
        ("to" = Option<String>, Query, description = "Recorded before this instant"),
        ("limit" = Option<u32>, Query, description = "Rows of the page"),
        ("cursor" = Option<String>, Query, description = "Where to go on")),
    responses((status = 200, description = "Transactions", body = Page<TransactionBody>)))]
pub(crate) async fn list_transactions(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let (from, to) = window(&mut query)?;
    let filter = TransactionFilter {
        account: query.name("account")?,
        reference: query.text("reference")?,
        metadata: query.prefixed("metadata."),
        status: query.parsed("status", |text| {
            let found = Status::ALL.into_iter().find(|status| status.word() == text);
            found.ok_or_else(|| "expected posted, pending, voided, expired or reversed".to_owned())
        })?,
        from,
        to,
    };
    let limit = query.limit(api.limits.page_max)?;
    let before = cursor::seq(&mut query, 't')?;
    query.finish()?;
    if api.visitor.is_prefixed() {
        let account = filter.account.as_ref();
        let account =
            account.ok_or_else(|| Problem::malformed("query: account", "this key must name one of its own"))?;
        api.visitor.check_account(account)?;
    }
    let (of, visitor) = (api.clone(), api.visitor.clone());
    let page = api.read(move |snapshot| {
        if snapshot.head(&ledger)?.is_none() {
            return Err(ledger_not_found());
        }
        let (views, next) = transactions(snapshot, &ledger, &filter, before, limit)?;
        // A hold that is found by its state may concern no account of the filter.
        let shown = views.into_iter().filter(|view| visitor.is_concerned(&view.postings));
        let data = shown.map(|view| of.transaction(view)).collect();
        Ok(Page { data, next: next.map(|seq| cursor::at_seq('t', seq)) })
    });
    Ok(body::json(StatusCode::OK, &page.await?))
}

/// Post a hold, in full or in part; the rest is released.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/transactions/{id}/post", tag = "transactions",
    params(("id" = uuid::Uuid, Path, description = "The hold"), KeyHeader),
    request_body(content = Option<PostRequest>), responses(
    (status = 200, description = "Posted", body = TransactionBody),
    (status = 404, description = "`transaction_not_found`"),
    (status = 409, description = "`not_pending`, `already_posted`, `already_voided`, `hold_expired`"),
    (status = 422, description = "`exceeds_hold`"),
))]
pub(crate) async fn post_hold(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (ledger, hold) = (path_name("ledger", &ledger)?, path_id(&id)?);
    let request: PostRequest = api.optional_json(&headers, body).await?;
    let id = api.command_id(&headers, None, &ledger).await?;
    let action = Action::PostHold { hold, amount: request.amount.map(|amount| amount.0) };
    api.act_on_transaction(ledger, id, action, StatusCode::OK).await
}

/// Give a hold up.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/transactions/{id}/void", tag = "transactions",
    params(("id" = uuid::Uuid, Path, description = "The hold"), KeyHeader),
    request_body(content = Option<IdRequest>), responses(
    (status = 200, description = "Voided", body = TransactionBody),
    (status = 404, description = "`transaction_not_found`"),
    (status = 409, description = "`not_pending`, `already_posted`, `hold_expired`"),
))]
pub(crate) async fn void_hold(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (ledger, hold) = (path_name("ledger", &ledger)?, path_id(&id)?);
    let request: IdRequest = api.optional_json(&headers, body).await?;
    let id = api.command_id(&headers, request.id.map(|id| id.0), &ledger).await?;
    api.act_on_transaction(ledger, id, Action::VoidHold { hold }, StatusCode::OK).await
}

/// Undo a transaction by its opposite, whole or in part, linked both ways. What is reversed in all never exceeds it,
/// posting by posting.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/transactions/{id}/reverse", tag = "transactions",
    params(("id" = uuid::Uuid, Path, description = "The transaction"), KeyHeader),
    request_body(content = Option<ReverseRequest>), responses(
    (status = 201, description = "The reversing transaction", body = TransactionBody),
    (status = 422, description = "`exceeds_original`: more than is left of a posting; `insufficient_funds`"),
    (status = 200, description = "Reversed before under this id (`Idempotent-Replayed: true`)", body = TransactionBody),
    (status = 404, description = "`transaction_not_found`"),
    (status = 409, description = "`already_reversed`, `not_posted`"),
))]
pub(crate) async fn reverse(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (ledger, original) = (path_name("ledger", &ledger)?, path_id(&id)?);
    let request: ReverseRequest = api.optional_json(&headers, body).await?;
    let id = api.command_id(&headers, request.id.as_ref().map(|id| id.0), &ledger).await?;
    let action = Action::Reverse { original, part: request.part()? };
    api.act_on_transaction(ledger, id, action, StatusCode::CREATED).await
}

fn path_id(text: &str) -> Result<Id, Problem> {
    parse_id(text).map_err(|reason| Problem::malformed("path: id", reason))
}

impl Api {
    async fn act_on_transaction(
        &self,
        ledger: Name,
        id: CommandId,
        action: Action,
        status: StatusCode,
    ) -> Result<Response, Problem> {
        if self.visitor.is_prefixed() {
            self.check_original(&ledger, &action).await?;
        }
        let one = self.one(&ledger, Command::new(id, action)).await.map_err(|problem| self.visitor.shown(problem))?;
        let success = self.tell(ledger, one, status).await;
        success.map_err(|problem| problem.after_commit(Some(id.id())))
    }

    /// Whether the transaction that is ended or undone is one that this visitor may end or undo.
    async fn check_original(&self, ledger: &Name, action: &Action) -> Result<(), Problem> {
        // What was given is taken back from who got it.
        let (id, taken_from): (_, fn(&PostingView) -> &Name) = match action {
            Action::PostHold { hold, .. } | Action::VoidHold { hold } => (hold, |posting| &posting.source),
            Action::Reverse { original, .. } => (original, |posting| &posting.destination),
            _ => return Err(Problem::bug(OTHER_KIND)),
        };
        let (ledger, id, visitor) = (ledger.clone(), *id, self.visitor.clone());
        self.read(move |snapshot| {
            let row = ducat_store::read::transaction_row(snapshot, &ledger, id)?;
            let view = match row {
                Some(row) => Some(transaction_view(&mut Names::new(snapshot, &ledger)?, row.seq)?),
                None => None,
            };
            visitor.check_original(id, view.as_ref(), taken_from)
        })
        .await
    }

    async fn tell(&self, ledger: Name, one: Succeeded, status: StatusCode) -> Result<Response, Problem> {
        let (seq, delivery) = match one.success {
            Success::Done(range) => {
                (one.effects.get(range.start).or_bug("an effect that is referred to is missing")?.seq, Delivery::First)
            }
            Success::Replayed(seq) => (seq, Delivery::Replay),
            Success::Same | Success::WouldDo(_) => {
                return Err(Problem::bug(OTHER_KIND));
            }
        };
        self.show_outcome(ledger, seq, status, delivery).await
    }

    /// Shows the outcome that stands at an effect.
    async fn show_outcome(
        &self,
        ledger: Name,
        seq: Seq,
        status: StatusCode,
        delivery: Delivery,
    ) -> Result<Response, Problem> {
        let of = ledger.clone();
        let visitor = self.visitor.clone();
        let view = self.read(move |snapshot| visitor.own_outcome(snapshot, &of, seq)?.and_then(transaction_of));
        match view.await {
            Ok(view) => Ok(body::outcome(status, delivery, &self.transaction(view))),
            Err(problem) => Err(self.visitor.shown(self.in_scales(&ledger, problem).await)),
        }
    }
}
