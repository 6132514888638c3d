//! What was done to keys, signers and ledgers as a whole, and by whom; and who was refused.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use ducat_domain::{Effect, Fact};
use ducat_engine::heads::SIGNERS;
use ducat_engine::keys::ring::Ring;
use ducat_engine::keys::{KEYS, described};
use ducat_store::{Fault, Snapshot};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::query::Query;
use crate::values::{JsonTime, hex};
use crate::{Api, body};

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_acts))
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActBody {
    /// Its place in the journal of the system ledger.
    seq: u64,
    /// When.
    at: JsonTime,
    /// Who asked for it: the name of an actor; null where no one was asked who he is.
    by: Option<String>,
    /// What: `key_created`, `key_rotated`, `key_revoked`, `signer_added` or `ledger_deleted`.
    #[schema(example = "key_created")]
    act: &'static str,
    /// To what: the id of the key, the public key of the signer, or the name of the ledger.
    of: String,
    /// What is recorded of it, without secrets.
    #[schema(value_type = Object)]
    detail: serde_json::Map<String, serde_json::Value>,
}

/// Refusals of access at this node since it started.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusalBody {
    /// The beginning of the hour.
    hour: JsonTime,
    /// The id of the key; null where none was taken.
    key: Option<String>,
    /// Without a key that is taken (401).
    unauthorized: u64,
    /// With a key that is for something else (403).
    forbidden: u64,
}

/// A page of acts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Acts {
    /// What was done, in order.
    data: Vec<ActBody>,
    /// What to give as `after` to go on; null at the end.
    next: Option<u64>,
    /// Who was refused, the latest hour first.
    refusals: Vec<RefusalBody>,
}

/// List what was done to keys, signers and ledgers as a whole, in order.
///
/// What is done in a ledger (opened, limits changed, accounts frozen) is among its own events, which say `by` whom.
#[utoipa::path(get, path = "/v1/audit", tag = "keys",
    params(("after" = Option<u64>, Query, description = "Go on after this `seq`"), ("limit" = Option<u32>, Query, description = "Rows of the page")),
    responses((status = 200, description = "Acts", body = Acts)))]
pub(crate) async fn list_acts(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut query = Query::new(query.as_deref());
    let after = query.seq("after")?.unwrap_or(Seq(0));
    let limit = query.limit(api.limits.page_max)?;
    query.finish()?;
    let engine = api.engine.clone();
    let (data, next) = api
        .read(move |snapshot| {
            let effects = snapshot.effects(&Name::system(), after, limit)?;
            let next = effects.last().filter(|_| effects.len() == limit).map(|effect| effect.seq.0);
            let acts: Result<Vec<_>, Fault> =
                effects.iter().map(|effect| act(snapshot, engine.ring(), effect)).collect();
            Ok((acts?.into_iter().flatten().collect(), next))
        })
        .await?;
    let refusals = api.knocks.counts().into_iter().map(|(hour, key, count)| RefusalBody {
        hour: JsonTime(hour),
        key: key.map(|key| key.to_string()),
        unauthorized: count.unauthorized,
        forbidden: count.forbidden,
    });
    Ok(body::json(StatusCode::OK, &Acts { data, next, refusals: refusals.collect() }))
}

/// The act that an effect of the system ledger is, if it is one.
fn act(snapshot: &dyn Snapshot, ring: &Ring, effect: &Effect) -> Result<Option<ActBody>, Fault> {
    let none = Metadata::default();
    let (name, metadata, is_opened, is_closed) = match &effect.fact {
        Fact::AccountOpened(opened) => (opened.name.clone(), &opened.metadata, true, false),
        Fact::AccountChanged(changed) => match snapshot.account_name(&Name::system(), changed.account)? {
            Some(name) => (name, &changed.metadata, false, changed.closed),
            None => return Ok(None),
        },
        Fact::LedgerDeleted(tombstone) => {
            let detail = [("hash".to_owned(), hex(&tombstone.hash).into())].into_iter().collect();
            return Ok(Some(body_of(ring, effect, "ledger_deleted", tombstone.ledger.to_string(), detail)));
        }
        _ => return Ok(None),
    };
    let (act, of, metadata) = match (name.as_str().strip_prefix(KEYS), name.as_str().strip_prefix(SIGNERS)) {
        (Some(key), _) if is_opened => ("key_created", key, metadata),
        (Some(key), _) if is_closed => ("key_revoked", key, metadata),
        (Some(key), _) => ("key_rotated", key, metadata),
        (None, Some(signer)) => ("signer_added", signer, &none),
        (None, None) => return Ok(None),
    };
    let detail = described(metadata).map(|(key, value)| (key.to_owned(), value.into())).collect();
    Ok(Some(body_of(ring, effect, act, of.to_owned(), detail)))
}

fn body_of(
    ring: &Ring,
    effect: &Effect,
    act: &'static str,
    of: String,
    detail: serde_json::Map<String, serde_json::Value>,
) -> ActBody {
    let by = effect.by.map(|actor| ring.described(actor));
    ActBody { seq: effect.seq.0, at: JsonTime(effect.at), by, act, of, detail }
}
