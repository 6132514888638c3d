//! What only an admin key may do, and who did it: to keys, signers and ledgers as a whole, and within a ledger; and who was
//! refused.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::ledger::effect::Redacted;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use ducat_domain::product::ProductFact as _;
use ducat_domain::{Effect, Fact};
use ducat_engine::brokers::{self, STREAMS};
use ducat_engine::heads::SIGNERS;
use ducat_engine::keys::ring::Ring;
use ducat_engine::keys::{KEYS, described};
use ducat_engine::webhooks::{self, Act, WEBHOOKS};
use ducat_store::read::Names;
use ducat_store::{Fault, Snapshot};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ledger::events::data_of;
use super::ledger::ledgers::ledger_not_found;
use crate::problem::Problem;
use crate::query::Query;
use crate::values::{JsonTime, hex};
use crate::{Api, body};

/// Effects read at a time within a ledger.
const CHUNK: usize = 1_000;

/// Times that many are read for a page.
const CHUNKS_MAX: usize = 20;

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_acts))
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActBody {
    /// Its place in the journal of the ledger, or of the system ledger.
    seq: u64,
    /// When.
    at: JsonTime,
    /// Who asked for it: the name of an actor; null where no one was asked who he is.
    by: Option<String>,
    /// What: `key_created`, `key_rotated`, `key_revoked`, `signer_added`, `ledger_deleted`, `redacted`, `stream_continued`, or
    /// `webhook_` and what was done to it; within a ledger, the type of the event.
    #[schema(example = "key_created")]
    act: &'static str,
    /// To what: the id of the key or the webhook, the public key of the signer, the name of the stream, the ledger, the account or
    /// the asset.
    of: String,
    /// What is recorded of it, without secrets; of a key that was made also when it was used first (`first_used_at`).
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

/// List what was done to keys, signers and ledgers as a whole, or within a ledger, in order.
///
/// With `ledger` it is what only an admin key may do there: opened and archived, assets, programs and terms, accounts
/// opened with an overdraft and changed, texts erased. A page may be short, or empty, while `next` leads on.
#[utoipa::path(get, path = "/v1/audit", tag = "keys",
    params(("ledger" = Option<String>, Query, description = "Within this ledger"), ("after" = Option<u64>, Query, description = "Go on after this `seq`"), ("limit" = Option<u32>, Query, description = "Rows of the page")),
    responses(
        (status = 200, description = "Acts", body = Acts),
        (status = 404, description = "`ledger_not_found`"),
    ))]
pub(crate) async fn list_acts(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut query = Query::new(query.as_deref());
    let after = query.seq("after")?.unwrap_or(Seq(0));
    let limit = query.limit(api.limits.page_max)?;
    let ledger = query.name("ledger")?;
    query.finish()?;
    let engine = api.engine.clone();
    let (data, next) = api
        .read(move |snapshot| {
            let ring = engine.ring();
            let Some(ledger) = ledger else {
                return page(snapshot, &Name::system(), after, limit, |effect| Ok(act(snapshot, ring, effect)?));
            };
            snapshot.head(&ledger)?.ok_or_else(ledger_not_found)?;
            let mut names = Names::new(snapshot, &ledger)?;
            page(snapshot, &ledger, after, limit, |effect| Ok(act_within(ring, &ledger, &mut names, effect)?))
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

/// The next acts among the effects of a ledger, and where to go on. So many effects are looked at for a page.
fn page(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    mut after: Seq,
    limit: usize,
    mut act: impl FnMut(&Effect) -> Result<Option<ActBody>, Problem>,
) -> Result<(Vec<ActBody>, Option<u64>), Problem> {
    let mut acts = Vec::new();
    for _ in 0..CHUNKS_MAX {
        let effects = snapshot.effects(ledger, after, CHUNK)?;
        for effect in &effects {
            let Some(act) = act(effect)? else {
                after = effect.seq;
                continue;
            };
            // That there is one more says that the page is not the last.
            if acts.len() == limit {
                return Ok((acts, Some(after.0)));
            }
            after = effect.seq;
            acts.push(act);
        }
        if effects.len() < CHUNK {
            return Ok((acts, None));
        }
    }
    Ok((acts, Some(after.0)))
}

/// What only an admin key may do within a ledger, if an effect is that.
fn act_within(ring: &Ring, ledger: &Name, names: &mut Names<'_>, effect: &Effect) -> Result<Option<ActBody>, Fault> {
    let Some(of) = admin_act(ledger, names, effect)? else { return Ok(None) };
    let data = match data_of(ledger, names, effect)? {
        serde_json::Value::Object(data) => data,
        _ => serde_json::Map::new(),
    };
    Ok(Some(body_of(ring, effect, effect.fact.word(), of, data)))
}

/// To what an effect is an admin's act, if it is one.
fn admin_act(ledger: &Name, names: &mut Names<'_>, effect: &Effect) -> Result<Option<String>, Fault> {
    Ok(match &effect.fact {
        Fact::LedgerOpened(_) | Fact::ArchivedSet { .. } => Some(ledger.to_string()),
        Fact::AssetAdded { terms, .. } => Some(terms.code.to_string()),
        Fact::DefaultAssetSet { no } | Fact::AssetRescaled { no, .. } => Some(names.asset(*no)?.to_string()),
        Fact::AccountOpened(opened) if opened.limits.min.is_none_or(|min| min < Balance::ZERO) => {
            Some(opened.name.to_string())
        }
        Fact::AccountChanged(changed) => Some(names.account(changed.account)?.to_string()),
        Fact::Redacted(redaction) => Some(match redaction.of {
            Redacted::Transaction(id) => id.to_string(),
            Redacted::Account(account) | Redacted::Earlier(account) => names.account(account)?.to_string(),
        }),
        Fact::Product(fact) if fact.is_setup() => Some(ledger.to_string()),
        _ => None,
    })
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
        Fact::Redacted(redaction) => {
            let Some(account) = redaction.of.account() else { return Ok(None) };
            let of = snapshot.account_name(&Name::system(), account)?.map_or_else(String::new, |name| name.to_string());
            let detail = [("reason".to_owned(), redaction.reason.clone().into())].into_iter().collect();
            return Ok(Some(body_of(ring, effect, "redacted", of, detail)));
        }
        _ => return Ok(None),
    };
    if let Some(webhook) = name.as_str().strip_prefix(WEBHOOKS) {
        let Some((act, detail)) = webhooks::described(metadata) else { return Ok(None) };
        let detail = detail.map(|(key, value)| (key.to_owned(), shown_of(key, value).into())).collect();
        return Ok(Some(body_of(ring, effect, webhook_act(act), webhook.to_owned(), detail)));
    }
    if name.as_str().starts_with(STREAMS) {
        let stream = brokers::described(metadata).unwrap_or_default().to_owned();
        return Ok(Some(body_of(ring, effect, "stream_continued", stream, serde_json::Map::new())));
    }
    let first_used_at = |key: &str| ring.key(key.parse().ok()?)?.uses.first().map(JsonTime);
    let (act, of, metadata) = match (name.as_str().strip_prefix(KEYS), name.as_str().strip_prefix(SIGNERS)) {
        (Some(key), _) if is_opened => ("key_created", key, metadata),
        (Some(key), _) if is_closed => ("key_revoked", key, metadata),
        (Some(key), _) => ("key_rotated", key, metadata),
        (None, Some(signer)) => ("signer_added", signer, &none),
        (None, None) => return Ok(None),
    };
    let mut detail: serde_json::Map<_, _> =
        described(metadata).map(|(key, value)| (key.to_owned(), value.into())).collect();
    if act == "key_created" {
        detail.insert("first_used_at".to_owned(), json!(first_used_at(of)));
    }
    Ok(Some(body_of(ring, effect, act, of.to_owned(), detail)))
}

/// What is shown of a webhook: of its URL where it leads, because the rest may have a secret in it.
fn shown_of(key: &str, value: &str) -> String {
    if key != "url" {
        return value.to_owned();
    }
    match url::Url::parse(value) {
        Ok(url) => url.origin().ascii_serialization(),
        Err(_) => value.to_owned(),
    }
}

/// The word for what was done to a webhook.
const fn webhook_act(act: Act) -> &'static str {
    match act {
        Act::Opened => "webhook_opened",
        Act::Changed => "webhook_changed",
        Act::Rotated => "webhook_rotated",
        Act::Replayed => "webhook_replayed",
        Act::Skipped => "webhook_skipped",
        Act::Retried => "webhook_retried",
        Act::Tested => "webhook_tested",
        Act::Disabled => "webhook_disabled",
        Act::Enabled => "webhook_enabled",
        Act::Closed => "webhook_closed",
    }
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
