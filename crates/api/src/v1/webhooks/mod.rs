//! Webhooks of a ledger: opened, changed, looked at and closed by whoever administers it. Who sends is another crate.

mod body;
mod orders;
mod target;

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use ducat_domain::ledger::command::CommandId;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_engine::webhooks::{
    Act, Change, Endpoint, EndpointId, Opening, Position, Record, Secret, SecretKey, SecretNumbers, State, WebhookError,
};
use ducat_store::sinks::Progress;
use std::path::PathBuf;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::body::{WebhookBody, WebhookPatch, WebhookRequest, WebhookSecretBody, WebhookWithSecret};
pub use self::target::check_target;
use crate::idempotency::KeyHeader;
use crate::problem::Problem;
use crate::query::{NoQuery, Query, UrlPath, path_name};
use crate::v1::ledger::ledgers::ledger_not_found;
use crate::v1::ledger::render::Page;
use crate::{Api, body as respond, cursor};

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, open_webhook))
        .routes(routes!(get_webhook, change_webhook, close_webhook))
        .routes(routes!(get_webhook_secret))
        .routes(routes!(orders::rotate_webhook))
        .routes(routes!(orders::replay_webhook))
        .routes(routes!(orders::skip_event))
        .routes(routes!(orders::retry_webhook))
        .routes(routes!(orders::test_webhook))
        .routes(routes!(orders::list_deliveries))
}

/// What a server needs to send to webhooks.
#[derive(Debug, Clone, Default)]
pub struct WebhookSettings {
    /// What secrets are derived from. Without it, only webhooks with secrets in files are opened and sent to.
    pub key: Option<SecretKey>,
    /// The folder with secrets that someone else made, in a folder for each ledger.
    pub secrets: Option<PathBuf>,
    /// Whether private addresses, and http without TLS, are allowed.
    pub allows_private: bool,
}

impl WebhookSettings {
    /// The secrets that sign what is sent to an endpoint now: the current one first.
    ///
    /// # Errors
    /// Why there are none.
    pub fn secrets_of(&self, endpoint: &Endpoint, now: Timestamp) -> Result<Vec<Secret>, String> {
        let record = &endpoint.record;
        if let Some(file) = &record.secret_file {
            return target::secrets_in(self.secrets.as_deref(), &record.ledger, file);
        }
        let key = self.key.as_ref().ok_or("the server has no key for webhooks (--webhook-key)")?;
        if key.fingerprint() != record.secret_key {
            return Err(
                "the key for webhooks (--webhook-key) is not the one that its secret was derived from; start the \
                        server with that one, or rotate the webhook's secret"
                    .to_owned(),
            );
        }
        let SecretNumbers { current, retiring } = record.secrets;
        let retiring = retiring.filter(|(_, until)| now < *until).map(|(number, _)| number);
        Ok([Some(current), retiring].into_iter().flatten().map(|number| key.secret(endpoint.id, number)).collect())
    }
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Problem {
        match error {
            WebhookError::Unknown(_) => Problem::not_found("webhook_not_found", error.to_string()),
            WebhookError::Closed(_) => Problem::conflict("webhook_closed", error.to_string()),
            WebhookError::TooMany => Problem::unprocessable("too_many_webhooks", error.to_string()),
            WebhookError::Exists(_) => Problem::conflict("id_reused", error.to_string()),
            WebhookError::Refused(rejection) => Problem::from_rejection(&rejection),
            WebhookError::Contended(_) => Problem::unavailable("contended", error.to_string()),
            WebhookError::Ask(error) => error.into(),
        }
    }
}

/// A server without a key for webhooks.
fn without_key() -> Problem {
    Problem::unprocessable(
        "webhooks_off",
        "this server has no key for webhooks: start it with --webhook-key FILE, which is made where it does not exist",
    )
}

impl Api {
    /// The webhook of a path. One of another ledger is not there.
    async fn webhook(&self, ledger: &str, id: &str) -> Result<Arc<Endpoint>, Problem> {
        let ledger = path_name("ledger", ledger)?;
        let id: EndpointId = id.parse().map_err(|reason| Problem::malformed("path: webhook", reason))?;
        let endpoint = self.engine.known_webhook(id).await?;
        if endpoint.record.ledger == ledger { Ok(endpoint) } else { Err(WebhookError::Unknown(id).into()) }
    }

    /// Webhooks of a ledger with how far they are.
    async fn webhook_bodies(&self, ledger: Name, endpoints: Vec<Arc<Endpoint>>) -> Result<Vec<WebhookBody>, Problem> {
        self.blocking(move |engine| {
            let head = engine.reader().snapshot()?.head(&ledger)?.map_or(Seq(0), |head| head.seq);
            let sinks: Vec<Name> = endpoints.iter().map(|endpoint| endpoint.sink.clone()).collect();
            let progress = engine.reader().progress(&sinks)?;
            let both = endpoints.iter().zip(&progress);
            Ok(both.map(|(endpoint, progress)| WebhookBody::of(endpoint, progress, head)).collect())
        })
        .await
    }

    async fn webhook_body(&self, endpoint: Arc<Endpoint>) -> Result<WebhookBody, Problem> {
        let ledger = endpoint.record.ledger.clone();
        let bodies = self.webhook_bodies(ledger, vec![endpoint]).await?;
        bodies.into_iter().next().ok_or_else(|| Problem::bug("a webhook is missing"))
    }

    /// The secrets that sign what is sent to a webhook now.
    fn shown_secrets(&self, endpoint: &Endpoint) -> Result<Response, Problem> {
        let now = self.engine.now();
        let secrets = self.webhooks.secrets_of(endpoint, now);
        let secrets = secrets.map_err(|reason| Problem::unprocessable("webhooks_off", reason))?;
        Ok(unstored(respond::json(StatusCode::OK, &WebhookSecretBody::of(endpoint, &secrets, now))))
    }

    /// Changes a webhook, and shows it.
    async fn with_webhook(
        &self,
        endpoint: &Endpoint,
        change: impl Fn(&Endpoint) -> Result<Change, Problem>,
    ) -> Result<Response, Problem> {
        let changed = self.engine.change_webhook(endpoint.id, change).await?;
        Ok(respond::json(StatusCode::OK, &self.webhook_body(changed).await?))
    }
}

/// From where on a webhook is sent events: what was ordered, or what is stored.
fn seq_of(endpoint: &Endpoint, progress: &Progress) -> Seq {
    let ordered = endpoint.record.position;
    if ordered.ordered_at > progress.ordered_at { ordered.seq } else { progress.seq }
}

/// Open a webhook: events of the ledger are sent to an address.
#[utoipa::path(post, path = "/v1/ledgers/{ledger}/webhooks", tag = "webhooks", params(KeyHeader),
    request_body = WebhookRequest, responses(
    (status = 201, description = "Opened, with its secret", body = WebhookWithSecret),
    (status = 200, description = "It was opened before under the same key", body = WebhookWithSecret),
    (status = 404, description = "`ledger_not_found`"),
    (status = 409, description = "`id_reused`: under the key another webhook was opened"),
    (status = 422, description = "`webhooks_off`: the server has no key for webhooks; `url_not_allowed`: the address is not one \
     of the public Internet, or not https; `unknown_event_type`; `secret_unusable`: the file is not there, or has no secrets; \
     `too_many_webhooks`"),
))]
pub(crate) async fn open_webhook(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let id = match api.command_id(&headers, None, &ledger).await? {
        CommandId::Client(id) => Some(EndpointId::from_bytes(*blake3::hash(&id.0.to_be_bytes()).as_bytes())),
        CommandId::Server(_) => None,
    };
    let asked = api.json::<WebhookRequest>(&headers, body).await?.parsed(&ledger, &api.webhooks)?;
    let secret_key = match (&asked.secret_file, &api.webhooks.key) {
        (None, Some(key)) => key.fingerprint(),
        _ => String::new(),
    };
    let of = ledger.clone();
    let head = api.read(move |snapshot| snapshot.head(&of)?.ok_or_else(ledger_not_found)).await?;
    let now = api.engine.now();
    let after = asked.after.unwrap_or(head.seq);
    if after > head.seq {
        let reason = format!("the last event of the ledger is {}", head.seq);
        return Err(Problem::malformed("body: after", reason));
    }
    let record = Record {
        ledger,
        url: asked.url,
        description: asked.description,
        types: asked.types,
        accounts: asked.accounts,
        order: asked.order,
        secrets: SecretNumbers { current: 1, retiring: None },
        secret_key,
        secret_file: asked.secret_file,
        position: Position { seq: after, ordered_at: now },
        skipped: None,
        retried_at: None,
        tested_at: None,
        created_at: now,
        reason: String::new(),
        act: Act::Opened,
        asked: asked.digest,
    };
    let (endpoint, opening) = api.engine.open_webhook(id, record).await?;
    let status = match opening {
        Opening::New => StatusCode::CREATED,
        Opening::Repeated => StatusCode::OK,
    };
    let is_ours = endpoint.record.secret_file.is_none();
    let secrets = if is_ours { api.webhooks.secrets_of(&endpoint, now).unwrap_or_default() } else { Vec::new() };
    let secret = secrets.first().map(Secret::reveal);
    let of = api.webhook_body(endpoint).await?;
    Ok(unstored(respond::json(status, &WebhookWithSecret { secret, of })))
}

/// A response that no cache keeps.
fn unstored(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

/// Secrets in a file are shown to no one: who wrote it has them.
fn check_derived(endpoint: &Endpoint) -> Result<(), Problem> {
    let Some(file) = &endpoint.record.secret_file else { return Ok(()) };
    let detail = format!("its secrets are in the file {file}; whoever writes the file has them and replaces them");
    Err(Problem::unprocessable("secret_in_file", detail))
}

/// List the webhooks of a ledger, closed ones too.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/webhooks", tag = "webhooks",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")),
    responses(
        (status = 200, description = "Webhooks", body = Page<WebhookBody>),
        (status = 404, description = "`ledger_not_found`")))]
pub(crate) async fn list_webhooks(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let after = cursor::webhook(&mut query)?;
    query.finish()?;
    let of = ledger.clone();
    api.read(move |snapshot| snapshot.head(&of)?.map(drop).ok_or_else(ledger_not_found)).await?;
    ducat_engine::system::refresh(&api.engine).await?;
    let mut endpoints = api.engine.endpoints().of_ledger(&ledger);
    endpoints.retain(|endpoint| after.is_none_or(|after| after < endpoint.id));
    let more = endpoints.len() > limit;
    endpoints.truncate(limit);
    let next = endpoints.last().filter(|_| more).map(|endpoint| cursor::after_webhook(endpoint.id));
    let data = api.webhook_bodies(ledger, endpoints).await?;
    Ok(respond::json(StatusCode::OK, &Page { data, next }))
}

/// Show a webhook, and how far it is.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/webhooks/{webhook}", tag = "webhooks", responses(
    (status = 200, description = "The webhook", body = WebhookBody),
    (status = 404, description = "`webhook_not_found`"),
))]
pub(crate) async fn get_webhook(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let endpoint = api.webhook(&ledger, &id).await?;
    Ok(respond::json(StatusCode::OK, &api.webhook_body(endpoint).await?))
}

/// Change a webhook, disable it, or enable it again.
#[utoipa::path(patch, path = "/v1/ledgers/{ledger}/webhooks/{webhook}", tag = "webhooks", request_body = WebhookPatch,
    responses(
    (status = 200, description = "Changed", body = WebhookBody),
    (status = 404, description = "`webhook_not_found`"),
    (status = 409, description = "`webhook_closed`"),
    (status = 422, description = "`url_not_allowed`: the address is not one of the public Internet, or not https; \
     `unknown_event_type`"),
))]
pub(crate) async fn change_webhook(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let endpoint = api.webhook(&ledger, &id).await?;
    let patch = api.json::<WebhookPatch>(&headers, body).await?.parsed(&api.webhooks)?;
    api.with_webhook(&endpoint, |known| Ok(patch.applied(known, api.engine.next_order(&known.record)))).await
}

/// Close a webhook permanently. What was not delivered is not sent any more.
#[utoipa::path(delete, path = "/v1/ledgers/{ledger}/webhooks/{webhook}", tag = "webhooks", responses(
    (status = 200, description = "Closed", body = WebhookBody),
    (status = 404, description = "`webhook_not_found`"),
))]
pub(crate) async fn close_webhook(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let endpoint = api.webhook(&ledger, &id).await?;
    if endpoint.state == State::Closed {
        return Ok(respond::json(StatusCode::OK, &api.webhook_body(endpoint).await?));
    }
    let closed = |known: &Endpoint| {
        let record = Record { act: Act::Closed, ..known.record.clone() };
        Ok(Change { record, closed: true, ..Change::of(known) })
    };
    api.with_webhook(&endpoint, closed).await
}

/// Show the secrets that sign what is sent to a webhook.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/webhooks/{webhook}/secret", tag = "webhooks", responses(
    (status = 200, description = "The secrets", body = WebhookSecretBody),
    (status = 404, description = "`webhook_not_found`"),
    (status = 422, description = "`webhooks_off`: the server has not the key for webhooks that they are derived from; \
     `secret_in_file`: whoever writes the file has them"),
))]
pub(crate) async fn get_webhook_secret(
    api: Api,
    UrlPath((ledger, id)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let endpoint = api.webhook(&ledger, &id).await?;
    check_derived(&endpoint)?;
    api.shown_secrets(&endpoint)
}
