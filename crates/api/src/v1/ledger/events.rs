//! The journal as events: pages of JSON, or a stream that goes on (server-sent events).

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use ducat_domain::ledger::effect::Redacted;
use ducat_domain::ledger::terms::{ImplicitAccounts, Limits, Ranking, ZeroAmounts};
use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use ducat_domain::products::AnyFact;
use ducat_domain::{Effect, Fact};
use ducat_store::Fault;
use ducat_store::read::Names;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::ToSchema;

use super::ledgers::ledger_not_found;
use super::seen;
use crate::problem::Problem;
use crate::query::{Query, UrlPath, path_name, seq};
use crate::values::{JsonAmount, JsonBalance, JsonMetadata, hex, write_time};
use crate::{Api, body};

/// Events fetched at a time for a stream.
const STREAM_CHUNK: usize = 256;

/// An effect of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventBody {
    /// Its place.
    seq: u64,
    /// The instant of its command.
    #[schema(format = DateTime)]
    at: String,
    /// Who asked for it: the name of an actor, such as `key:0123456789abcdef`; null where no one was asked who he is.
    by: Option<String>,
    /// What kind of effect it is.
    #[serde(rename = "type")]
    #[schema(example = "posting")]
    kind: &'static str,
    /// Whether texts of it were erased since. Left out where not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    redacted: bool,
    /// What happened.
    data: Value,
}

impl EventBody {
    /// What happened.
    pub(crate) fn into_data(self) -> Value {
        self.data
    }
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct Events {
    /// The events, in order.
    data: Vec<EventBody>,
    /// What to give as `after` to go on; null at the end of the journal.
    next: Option<u64>,
}

/// Events, and how far they go: some of what was read may not be shown.
struct EventPage {
    data: Vec<EventBody>,
    last: Option<Seq>,
    more: bool,
}

/// Every effect in order of `seq`.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/events", tag = "events",
    description = "With `Accept: text/event-stream` the answer is a stream that goes on with new effects as they are \
                   committed; `Last-Event-ID` takes it up again where it ended.",
    params(
        ("after" = Option<u64>, Query, description = "Go on after this `seq`"),
        ("limit" = Option<u32>, Query, description = "Rows of the page"),
        ("Last-Event-ID" = Option<u64>, Header, description = "As `after`, for streams")),
    responses((status = 200, description = "Events", body = Events)))]
pub(crate) async fn list_events(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let after = query.seq("after")?;
    let limit = query.limit(api.limits.page_max)?;
    query.finish()?;
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let last = headers.get("last-event-id").map(|value| seq(value.to_str().unwrap_or_default()));
    let last = last.transpose().map_err(|reason| Problem::malformed("header: Last-Event-ID", reason))?;
    if accepts.contains("text/event-stream") {
        return stream(api, ledger, last.or(after).unwrap_or(Seq(0))).await;
    }
    let EventPage { data, last, more } = api.events(ledger, after.unwrap_or(Seq(0)), limit).await?;
    let next = last.filter(|_| more).map(|seq| seq.0);
    Ok(body::json(StatusCode::OK, &Events { data, next }))
}

impl Api {
    /// Events after a place, as far as whoever asks may see them.
    async fn events(&self, ledger: Name, after: Seq, limit: usize) -> Result<EventPage, Problem> {
        let visitor = self.visitor.clone();
        let engine = self.engine.clone();
        self.read(move |snapshot| {
            let head = snapshot.head(&ledger)?.ok_or_else(ledger_not_found)?;
            let effects = snapshot.effects(&ledger, after, limit)?;
            let more = effects.last().is_some_and(|effect| effect.seq < head.seq);
            let mut names = Names::new(snapshot, &ledger)?;
            names.expect_of(&effects)?;
            let mut data = Vec::with_capacity(effects.len());
            for effect in &effects {
                if seen::concerns(&visitor, snapshot, &ledger, &mut names, effect)? {
                    let event = render(&ledger, &mut names, effect)?;
                    let by = visitor.shown_actor(engine.ring(), effect.by);
                    data.push(EventBody { data: seen::by(&visitor, event.data), by, ..event });
                }
            }
            Ok(EventPage { data, last: effects.last().map(|effect| effect.seq), more })
        })
        .await
    }
}

async fn stream(api: Api, ledger: Name, after: Seq) -> Result<Response, Problem> {
    // The first page is read here, so that a ledger that is not there is a problem and no stream.
    drop(api.events(ledger.clone(), after, 1).await?);
    let full = |_| {
        Problem::unavailable("overloaded", "the server has as many event streams as it takes; read pages meanwhile")
    };
    let place = Arc::clone(&api.streams).try_acquire_owned().map_err(full)?;
    let (events, receiver) = mpsc::channel(STREAM_CHUNK);
    tokio::spawn(async move {
        let _place = place;
        let (visitor, engine) = (api.visitor.clone(), api.engine.clone());
        // Whoever is not let in any more sees nothing more.
        tokio::select! {
            () = feed(api, ledger, after, events) => {}
            () = visitor.ended(&engine) => {}
        }
    });
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default()).into_response())
}

/// Sends events as they come, until the client or the server goes.
async fn feed(api: Api, ledger: Name, after: Seq, events: mpsc::Sender<Result<Event, Infallible>>) {
    let mut commits = api.engine.published().follow(&ledger);
    let mut stopping = api.stopping.clone();
    let mut after = after;
    loop {
        commits.mark_unchanged();
        let Ok(EventPage { data: page, last, .. }) = api.events(ledger.clone(), after, STREAM_CHUNK).await else {
            return;
        };
        let Some(last) = last else {
            tokio::select! {
                changed = commits.changed() => if changed.is_err() { return },
                _ = stopping.wait_for(|stopping| *stopping) => return,
                () = events.closed() => return,
            }
            continue;
        };
        after = last;
        for event in page {
            let rendered = Event::default().id(event.seq.to_string()).event(event.kind);
            let Ok(rendered) = rendered.json_data(&event) else { return };
            tokio::select! {
                sent = events.send(Ok(rendered)) => if sent.is_err() { return },
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }
}

fn limits(limits: Limits) -> (Value, Value) {
    (json!(limits.min.map(JsonBalance)), json!(limits.max.map(JsonBalance)))
}

/// An effect as an event.
///
/// # Errors
/// The store cannot be read, or names nothing that the effect does.
pub fn render(ledger: &Name, names: &mut Names<'_>, effect: &Effect) -> Result<EventBody, Fault> {
    let data = match &effect.fact {
        Fact::Posting(posting) => json!({
            "transaction": posting.transaction.to_string(),
            "leg": posting.leg,
            "legs": posting.legs,
            "source": names.account(posting.source.account)?.as_str(),
            "destination": names.account(posting.destination.account)?.as_str(),
            "asset": names.asset(posting.asset)?.as_str(),
            "amount": JsonAmount(posting.amount),
            "source_balance": JsonBalance(posting.source.balance),
            "destination_balance": JsonBalance(posting.destination.balance),
            "effective_at": write_time(posting.effective_at.unwrap_or(effect.at)),
            "hold": posting.hold.map(|seq| seq.0),
            "detail": effect.fact.detail().map(detail),
        }),
        Fact::Hold(leg) => json!({
            "transaction": leg.transaction.to_string(),
            "leg": leg.leg,
            "legs": leg.legs,
            "source": names.account(leg.source)?.as_str(),
            "destination": names.account(leg.destination)?.as_str(),
            "asset": names.asset(leg.asset)?.as_str(),
            "amount": JsonAmount(leg.amount),
            "expires_at": leg.expires_at.map(write_time),
            "detail": effect.fact.detail().map(detail),
        }),
        Fact::HoldVoided { transaction, hold } | Fact::HoldExpired { transaction, hold } => {
            json!({ "transaction": transaction.to_string(), "hold": hold.0 })
        }
        Fact::AccountOpened(opened) => {
            let (min, max) = limits(opened.limits);
            json!({
                "account": opened.name.as_str(),
                "asset": names.asset(opened.asset)?.as_str(),
                "min_balance": min,
                "max_balance": max,
                "metadata": JsonMetadata(opened.metadata.clone()),
            })
        }
        Fact::AccountChanged(changed) => {
            let limited = match changed.limits {
                None => Value::Null,
                Some((asset, changed)) => {
                    let (min, max) = limits(changed);
                    json!({ "asset": names.asset(asset)?.as_str(), "min_balance": min, "max_balance": max })
                }
            };
            json!({
                "account": names.account(changed.account)?.as_str(),
                "limits": limited,
                "metadata": JsonMetadata(changed.metadata.clone()),
                "frozen": changed.frozen,
                "closed": changed.closed,
            })
        }
        Fact::AssetAdded { terms, .. } => json!({ "code": terms.code.as_str(), "scale": terms.scale }),
        Fact::DefaultAssetSet { no } => json!({ "asset": names.asset(*no)?.to_string() }),
        Fact::AssetRescaled { no, scale } => json!({ "asset": names.asset(*no)?.to_string(), "scale": scale }),
        Fact::ArchivedSet { archived } => json!({ "archived": archived }),
        Fact::LedgerDeleted(tombstone) => json!({
            "ledger": tombstone.ledger.as_str(),
            "batch": tombstone.batch.0,
            "hash": hex(&tombstone.hash),
        }),
        Fact::Redacted(redaction) => {
            let (of, whose) = match redaction.of {
                Redacted::Transaction(id) => ("transaction", id.to_string()),
                Redacted::Account(account) | Redacted::Earlier(account) => {
                    ("account", names.account(account)?.to_string())
                }
            };
            let effects: Vec<u64> = redaction.effects.iter().map(|seq| seq.0).collect();
            json!({ of: whose, "effects": effects, "reason": redaction.reason })
        }
        Fact::LedgerOpened(rules) => json!({
            "ledger": ledger.as_str(),
            "implicit_accounts": rules.implicit_accounts == ImplicitAccounts::Opened,
            "zero_amounts": if rules.zero_amounts == ZeroAmounts::Record { "record" } else { "refuse" },
            "rank_by_entries": rules.ranking == Ranking::ByEntries,
        }),
        Fact::Deferred { .. } => json!({ "id": effect.command.map(|command| command.id.to_string()) }),
        Fact::Resolved { deferred, .. } => json!({ "deferred": deferred.0 }),
        Fact::Imported { rows, refused } => json!({
            "id": effect.command.map(|command| command.id.to_string()),
            "rows": rows,
            "refused": refused.len(),
        }),
        Fact::Product(fact) => match &**fact {
            AnyFact::Points(fact) => crate::v1::points::render::event(names, fact)?,
            AnyFact::Advances(fact) => crate::v1::advances::render::event(names, fact)?,
        },
        Fact::Refused(rejection) => json!({
            "id": effect.command.map(|command| command.id.to_string()),
            "error": Problem::from_rejection(rejection),
        }),
    };
    let kind = effect.fact.word();
    let by = effect.by.map(|actor| actor.0.to_string());
    Ok(EventBody { seq: effect.seq.0, at: write_time(effect.at), by, kind, redacted: effect.is_redacted(), data })
}

fn detail(detail: &ducat_domain::ledger::effect::Detail) -> Value {
    json!({
        "description": detail.description,
        "reference": detail.reference,
        "metadata": JsonMetadata(detail.metadata.clone()),
        "reverses": detail.reverses.map(|id| id.to_string()),
    })
}
