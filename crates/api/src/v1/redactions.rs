//! Redactions: texts that are erased, of transactions, accounts and members, and of who signed in.
//!
//! - What is erased is the description and metadata of a transaction, or the metadata of an account. Amounts, accounts,
//!   ids, references and names are part of the books and stay.
//! - The digest of the texts stays too, so every hash stays as it was.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::ledger::rows::{AccountRow, LoadedAccount};
use ducat_domain::names::Name;
use ducat_domain::points::accounts::member as accounts_of;
use ducat_domain::points::command::PAYERS_MAX;
use ducat_engine::keys::subjects::SUBJECTS;
use ducat_engine::names::{Kind, recorded};
use ducat_engine::redactions::{Eraser, Guard, RedactError, Redactions};
use ducat_engine::{bank, keys};
use ducat_store::Snapshot;
use opentelemetry::context::FutureExt as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ledger::ledgers::ledger_not_found;
use crate::problem::Problem;
use crate::query::{NoQuery, UrlPath, path_name};
use crate::values::{JsonId, JsonName, JsonParty, JsonText};
use crate::{Api, body};

/// Bytes of a reason.
const REASON_BYTES_MAX: usize = 500;

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(redact)).routes(routes!(redact_actor))
}

/// Whose texts to erase: one of `transaction`, `account` and `member`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
// The reason, and one of the others.
#[schema(min_properties = 2, max_properties = 2)]
pub struct RedactionRequest {
    /// A transaction, or what else was asked for under an id, refused or not.
    #[schema(value_type = JsonId, required = false)]
    #[serde(default, deserialize_with = "present")]
    transaction: Option<JsonId>,
    /// An account. It has no metadata afterwards.
    #[schema(value_type = JsonName, required = false, example = "users:42")]
    #[serde(default, deserialize_with = "present")]
    account: Option<JsonName>,
    /// A member of a points program: all its accounts. The names of payers stay.
    #[schema(value_type = JsonParty, required = false)]
    #[serde(default, deserialize_with = "present")]
    member: Option<JsonParty>,
    /// Why. It is recorded as it is and cannot be erased: name no person in it.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "request 1729 of a customer")]
    reason: JsonText<REASON_BYTES_MAX>,
}

/// Whose name to erase.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActorRequest {
    /// Who signed in at a provider, as `by` names him, or a key that was revoked.
    #[schema(example = "subject:0123456789abcdef0123456789abcdef")]
    actor: JsonName,
    /// Why. It is recorded as it is and cannot be erased: name no person in it.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "request 1729 of a customer")]
    reason: JsonText<REASON_BYTES_MAX>,
}

/// An effect whose texts cannot be erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct FixedBody {
    /// Its place.
    seq: u64,
    /// Its batch: the hash is made over the texts themselves, as release 0.1.0 did.
    batch: u64,
}

/// What was erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedactionBody {
    /// The effects whose texts were erased by this request.
    redacted: Vec<u64>,
    /// How many others had been erased before.
    redacted_before: u64,
    /// The effects whose texts cannot be erased.
    not_redactable: Vec<FixedBody>,
    /// Why.
    reason: String,
}

/// A field that may be left out, and is not null.
///
/// # Errors
/// When the value is not of its type.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Whose texts.
enum Subject {
    Transaction(JsonId),
    Account(Name),
    Member(JsonParty),
}

impl RedactionRequest {
    fn subject(self) -> Result<(Subject, String), Problem> {
        let subject = match (self.transaction, self.account, self.member) {
            (Some(id), None, None) => Subject::Transaction(id),
            (None, Some(account), None) => Subject::Account(account.0),
            (None, None, Some(member)) => Subject::Member(member),
            _ => return Err(Problem::malformed("body", "expected one of transaction, account and member")),
        };
        Ok((subject, self.reason.0))
    }
}

/// Erase texts of a transaction, an account or a member.
///
/// The description and metadata of a transaction, or all metadata that an account ever had, are erased from the journal
/// and from everything that is derived from it. Their digest stays, so the journal still proves itself. The id of a
/// transaction whose texts were erased is not used again: a retry is `id_reused`. For an account the journal is read from
/// where it was opened, which goes on when the client does not wait. It is safe to ask again.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/redactions", tag = "ledgers", request_body = RedactionRequest, responses(
    (status = 200, description = "What was erased, now or before, and what cannot be", body = RedactionBody),
    (status = 404, description = "`ledger_not_found`, `transaction_not_found`, `account_not_found`, `member_not_found`"),
    (status = 412, description = "`account_changed`: the bank changed it meanwhile; try again"),
    (status = 409, description = "`not_redactable`: its texts are in batches of release 0.1.0; `account_in_use`: the bank works with its metadata; `not_a_transaction`: the id is that of an account"),
))]
pub(crate) async fn redact(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let (subject, reason) = api.json::<RedactionRequest>(&headers, body).await?.subject()?;
    let accounts = match subject {
        Subject::Transaction(JsonId(id)) => {
            let of = ledger.clone();
            api.read(move |snapshot| snapshot.head(&of)?.map(drop).ok_or_else(ledger_not_found)).await?;
            let eraser = api.eraser(&ledger, &reason);
            let done = api.to_the_end(async move { eraser.erase_under(id).await }, &ledger).await?;
            let missing = || Problem::not_found("transaction_not_found", format!("there is no transaction {id}"));
            return show(done.ok_or_else(missing)?, reason);
        }
        Subject::Account(account) => {
            let of = ledger.clone();
            api.read(move |snapshot| Ok(vec![account_of(snapshot, &of, &account)?.row])).await?
        }
        Subject::Member(member) => {
            let of = ledger.clone();
            api.read(move |snapshot| accounts_of_member(snapshot, &of, member)).await?
        }
    };
    // An account of the bank that is opened or taken meanwhile is in use.
    let guard = if ledger == bank::ledger()? { Guard::AsRead } else { Guard::None };
    api.redact_accounts(&ledger, accounts, guard, reason).await
}

/// Erase the name of who signed in at a provider, or what is recorded of a key that was revoked.
///
/// What was done stays recorded as done by the same actor, of whom only the number and a hash are left.
#[utoipa::path(post, path = "/v1/redactions", tag = "keys", request_body = ActorRequest, responses(
    (status = 200, description = "What was erased, now or before, and what cannot be", body = RedactionBody),
    (status = 404, description = "`actor_not_found`"),
    (status = 409, description = "`key_in_use`: revoke the key first"),
))]
pub(crate) async fn redact_actor(api: Api, _: NoQuery, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let request: ActorRequest = api.json(&headers, body).await?;
    let actor = request.actor.0;
    let accounts = api.read(move |snapshot| Ok(vec![actor_of(snapshot, &actor)?])).await?;
    api.redact_accounts(&Name::system(), accounts, Guard::None, request.reason.0).await
}

impl Api {
    fn eraser(&self, ledger: &Name, reason: &str) -> Eraser {
        let (engine, patience) = (self.engine.clone(), self.limits.outcome_timeout);
        Eraser { engine, ledger: ledger.clone(), reason: reason.to_owned(), patience }
    }

    async fn redact_accounts(
        &self,
        ledger: &Name,
        accounts: Vec<AccountRow>,
        guard: Guard,
        reason: String,
    ) -> Result<Response, Problem> {
        let eraser = self.eraser(ledger, &reason);
        let done = self.to_the_end(async move { eraser.erase_of(accounts, guard).await }, ledger).await?;
        show(done, reason)
    }

    /// Goes on to the end when the client does not wait, one request after another: to read a journal takes its time.
    async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, RedactError>> + Send + 'static,
        ledger: &Name,
    ) -> Result<T, Problem> {
        let turn = Arc::clone(&self.redactions);
        let task = tokio::spawn(
            async move {
                // The semaphore is never closed.
                let _turn = turn.acquire_owned().await;
                work.await
            }
            .with_current_context(),
        );
        match task.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(self.redact_problem(ledger, error).await),
            Err(_) => Err(Problem::bug("a task died")),
        }
    }

    async fn redact_problem(&self, ledger: &Name, error: RedactError) -> Problem {
        match error {
            RedactError::Refused(rejection) => Problem::from_rejection(&rejection),
            RedactError::Ask(error) => error.into(),
            RedactError::IsAccount(account) => {
                let of = ledger.clone();
                let name = self.read(move |snapshot| Ok(snapshot.account_name(&of, account)?)).await;
                let name = name.ok().flatten().map_or_else(String::new, |name| name.to_string());
                let detail = format!("the id opened or changed account {name}; name that account instead");
                Problem::conflict("not_a_transaction", detail)
            }
        }
    }
}

fn show(done: Redactions, reason: String) -> Result<Response, Problem> {
    let is_nothing = !done.is_done && done.before == 0;
    if let (true, Some((seq, batch))) = (is_nothing, done.fixed.first()) {
        let detail = format!(
            "the texts of effect {seq} are in batch {batch}, whose hash is made over them, as release 0.1.0 did; they stay"
        );
        return Err(Problem::conflict("not_redactable", detail));
    }
    let body = RedactionBody {
        redacted: done.redacted.iter().map(|seq| seq.0).collect(),
        redacted_before: done.before,
        not_redactable: done.fixed.iter().map(|(seq, batch)| FixedBody { seq: seq.0, batch: batch.0 }).collect(),
        reason,
    };
    Ok(body::json(StatusCode::OK, &body))
}

/// An account whose metadata nothing works with.
fn account_of(snapshot: &dyn Snapshot, ledger: &Name, name: &Name) -> Result<LoadedAccount, Problem> {
    snapshot.head(ledger)?.ok_or_else(ledger_not_found)?;
    let account = snapshot.account(ledger, name)?;
    let account =
        account.ok_or_else(|| Problem::not_found("account_not_found", format!("there is no account {name}")))?;
    if *ledger == bank::ledger()? && bank::needs_metadata(&account) {
        let detail = format!("the bank knows an open account by the metadata of {name}; close that account first");
        return Err(Problem::conflict("account_in_use", detail));
    }
    Ok(account)
}

fn accounts_of_member(snapshot: &dyn Snapshot, ledger: &Name, member: JsonParty) -> Result<Vec<AccountRow>, Problem> {
    snapshot.head(ledger)?.ok_or_else(ledger_not_found)?;
    let known = recorded(snapshot, ledger, Kind::Member, &member.0)?.unwrap_or(member.0);
    let accounts = snapshot.accounts(ledger, accounts_of(&known).as_str(), None, PAYERS_MAX)?;
    if accounts.is_empty() {
        return Err(Problem::not_found("member_not_found", format!("{known} never earned anything here")));
    }
    Ok(accounts.into_iter().map(|account| account.row).collect())
}

/// The account of an actor that nothing is to be known of any more.
fn actor_of(snapshot: &dyn Snapshot, name: &Name) -> Result<AccountRow, Problem> {
    let is_actor = [SUBJECTS, keys::KEYS].iter().any(|kind| name.as_str().starts_with(kind));
    let account = if is_actor { snapshot.account(&Name::system(), name)? } else { None };
    let account = account.ok_or_else(|| Problem::not_found("actor_not_found", format!("no one is known as {name}")))?;
    if name.as_str().starts_with(keys::KEYS) && !account.row.closed {
        return Err(Problem::conflict("key_in_use", format!("{name} is not revoked; revoke it first")));
    }
    Ok(account.row)
}
