//! Keys: made, listed, rotated and revoked by whoever has an admin key for every ledger.

use std::time::Duration;

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use ducat_domain::numbers::Timestamp;
use ducat_engine::keys::access::{Access, Pattern, Prefix, Scope};
use ducat_engine::keys::key::Key;
use ducat_engine::keys::token::{KeyId, Token};
use ducat_engine::keys::{KeysError, NewKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::idempotency;
use crate::problem::Problem;
use crate::query::{NoQuery, Query, UrlPath};
use crate::v1::ledger::render::Page;
use crate::values::JsonTime;
use crate::{Api, body, cursor};

/// For how long the secret before is taken after a rotation, when nothing is said: a day, in which every client gets the
/// new one.
const GRACE_DEFAULT_S: u32 = 86_400;

/// The longest that it may be: 90 days.
const GRACE_MAX_S: u32 = 90 * 86_400;

/// All routes, with their descriptions.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_keys, create_key))
        .routes(routes!(get_key, revoke_key))
        .routes(routes!(rotate_key))
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeWord {
    /// To read.
    Read,
    /// To read, to open accounts, and to move money.
    Write,
    /// Everything.
    Admin,
    /// To submit transactions, and to see those that it submitted.
    PostOnly,
    /// To read the server's metrics; for all ledgers (`*`) alone.
    Metrics,
}

impl From<ScopeWord> for Scope {
    fn from(word: ScopeWord) -> Scope {
        match word {
            ScopeWord::Read => Scope::Read,
            ScopeWord::Write => Scope::Write,
            ScopeWord::Admin => Scope::Admin,
            ScopeWord::PostOnly => Scope::PostOnly,
            ScopeWord::Metrics => Scope::Metrics,
        }
    }
}

impl From<Scope> for ScopeWord {
    fn from(scope: Scope) -> ScopeWord {
        match scope {
            Scope::Read => ScopeWord::Read,
            Scope::Write => ScopeWord::Write,
            Scope::Admin => ScopeWord::Admin,
            Scope::PostOnly => ScopeWord::PostOnly,
            Scope::Metrics => ScopeWord::Metrics,
        }
    }
}

/// A key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// What people call it.
    #[schema(example = "till-7", min_length = 1, max_length = 200)]
    name: String,
    /// What it is for.
    scope: ScopeWord,
    /// The ledgers that it is for: names, or beginnings of names with a `*` behind them; `*` is all of them.
    #[schema(example = json!(["shop", "shop-*"]), min_items = 1, max_items = 32)]
    ledgers: Vec<String>,
    /// The accounts that it is kept to, as beginnings of names that end with a `:`; all where there are none. For `read`
    /// and `write` alone.
    #[serde(default)]
    #[schema(example = json!(["users:42:"]), max_items = 32)]
    accounts: Vec<String>,
    /// From when on it is not taken any more; never when left out.
    #[serde(default)]
    expires_at: Option<JsonTime>,
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyBody {
    /// Its id, which also stands in the key itself.
    #[schema(example = "0123456789abcdef")]
    id: String,
    /// What people call it.
    name: String,
    /// What it is for.
    scope: ScopeWord,
    /// The ledgers that it is for.
    ledgers: Vec<String>,
    /// The accounts that it is kept to; all where there are none.
    accounts: Vec<String>,
    /// When it was made.
    created_at: JsonTime,
    /// From when on it is not taken any more; null for never.
    expires_at: Option<JsonTime>,
    /// Until when the secret before the last rotation is taken; null where there is none.
    retiring_until: Option<JsonTime>,
    /// When it was used first; null where it was not. Other nodes' uses are known within two hours.
    first_used_at: Option<JsonTime>,
    /// When it was used last; null where it was not. Other nodes' uses are known within two hours.
    last_used_at: Option<JsonTime>,
    /// Whether it was revoked.
    revoked: bool,
}

/// A key with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecretBody {
    /// What a client sends, as `Authorization: Bearer KEY`. It is shown this once, and stored as a hash.
    #[schema(example = "ducat_0123456789abcdef_…")]
    key: String,
    /// The key, without its secret.
    #[serde(flatten)]
    of: KeyBody,
}

/// How a key gets another secret.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateRequest {
    /// Seconds for which the secret before is taken too; a day when left out.
    #[schema(example = 86_400, maximum = 7_776_000)]
    grace_s: Option<u32>,
}

impl KeyRequest {
    fn new_key(self) -> Result<NewKey, Problem> {
        fn each<T: std::str::FromStr<Err = String>>(field: &str, texts: &[String]) -> Result<Vec<T>, Problem> {
            let parsed = texts.iter().enumerate().map(|(index, text)| {
                text.parse().map_err(|reason| Problem::malformed(format!("body: {field}[{index}]"), reason))
            });
            parsed.collect()
        }
        let access = Access {
            scope: self.scope.into(),
            ledgers: each::<Pattern>("ledgers", &self.ledgers)?,
            accounts: each::<Prefix>("accounts", &self.accounts)?,
        };
        let access = access.checked().map_err(|reason| Problem::malformed("body", reason))?;
        Ok(NewKey { name: self.name, access, expires_at: self.expires_at.map(|at| at.0) })
    }
}

impl KeyBody {
    fn of(key: &Key, now: Timestamp) -> KeyBody {
        let (record, access) = (&key.record, &key.record.access);
        KeyBody {
            id: key.id.to_string(),
            name: record.name.clone(),
            scope: access.scope.into(),
            ledgers: access.ledgers.iter().map(ToString::to_string).collect(),
            accounts: access.accounts.iter().map(|prefix| prefix.as_str().to_owned()).collect(),
            created_at: JsonTime(record.created_at),
            expires_at: record.expires_at.map(JsonTime),
            retiring_until: record.secrets.retiring.map(|(_, until)| until).filter(|until| now < *until).map(JsonTime),
            first_used_at: key.uses.first().map(JsonTime),
            last_used_at: key.uses.last().map(JsonTime),
            revoked: key.is_revoked,
        }
    }
}

impl From<KeysError> for Problem {
    fn from(error: KeysError) -> Problem {
        match error {
            KeysError::Unknown(_) => Problem::not_found("key_not_found", error.to_string()),
            KeysError::Revoked(_) => Problem::conflict("key_revoked", error.to_string()),
            KeysError::Invalid(reason) => Problem::malformed("body", reason),
            KeysError::Refused(rejection) => Problem::from_rejection(&rejection),
            KeysError::Contended(_) => Problem::unavailable("contended", error.to_string()),
            KeysError::Ask(error) => error.into(),
        }
    }
}

fn path_key(text: &str) -> Result<KeyId, Problem> {
    text.parse().map_err(|reason| Problem::malformed("path: key", reason))
}

fn with_secret(status: StatusCode, key: &Key, token: &Token, now: Timestamp) -> Response {
    body::json(status, &SecretBody { key: token.reveal(), of: KeyBody::of(key, now) })
}

/// Make a key.
#[utoipa::path(post, path = "/v1/keys", tag = "keys", request_body = KeyRequest, responses(
    (status = 201, description = "Made. The key itself is shown this once", body = SecretBody),
    (status = 422, description = "`admin_key_first`: the first key must be an admin key for all ledgers, or no one could make another"),
))]
pub(crate) async fn create_key(api: Api, _: NoQuery, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    idempotency::refuse_key(&headers, "a key is shown once, so no response is kept; leave it out")?;
    let new = api.json::<KeyRequest>(&headers, body).await?.new_key()?;
    let is_for_all = new.access.scope == Scope::Admin && new.access.covers_all();
    if !api.engine.ring().is_closed() && !is_for_all {
        let detail = "from the first key on every request needs one, so the first must be an admin key for all ledgers: \
                      {\"scope\": \"admin\", \"ledgers\": [\"*\"]}";
        return Err(Problem::unprocessable("admin_key_first", detail));
    }
    let (key, token) = api.engine.create_key(new).await?;
    Ok(with_secret(StatusCode::CREATED, &key, &token, api.engine.now()))
}

/// List keys by id, revoked ones too.
#[utoipa::path(get, path = "/v1/keys", tag = "keys",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")),
    responses((status = 200, description = "Keys, without their secrets", body = Page<KeyBody>)))]
pub(crate) async fn list_keys(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let after = cursor::key(&mut query)?;
    query.finish()?;
    let now = api.engine.now();
    let mut keys = api.engine.ring().keys();
    keys.retain(|key| after.is_none_or(|after| after < key.id));
    let more = keys.len() > limit;
    keys.truncate(limit);
    let next = keys.last().filter(|_| more).map(|key| cursor::after_key(key.id));
    Ok(body::json(StatusCode::OK, &Page { data: keys.iter().map(|key| KeyBody::of(key, now)).collect(), next }))
}

/// Show a key.
#[utoipa::path(get, path = "/v1/keys/{key}", tag = "keys", responses(
    (status = 200, description = "The key, without its secret", body = KeyBody),
    (status = 404, description = "`key_not_found`"),
))]
pub(crate) async fn get_key(api: Api, UrlPath(key): UrlPath<String>, _: NoQuery) -> Result<Response, Problem> {
    let id = path_key(&key)?;
    let key = api.engine.ring().key(id).ok_or(KeysError::Unknown(id))?;
    Ok(body::json(StatusCode::OK, &KeyBody::of(&key, api.engine.now())))
}

/// Revoke a key, for good. Other nodes refuse it within a second.
#[utoipa::path(delete, path = "/v1/keys/{key}", tag = "keys", responses(
    (status = 200, description = "Revoked", body = KeyBody),
    (status = 404, description = "`key_not_found`"),
))]
pub(crate) async fn revoke_key(api: Api, UrlPath(key): UrlPath<String>, _: NoQuery) -> Result<Response, Problem> {
    let key = api.engine.revoke_key(path_key(&key)?).await?;
    Ok(body::json(StatusCode::OK, &KeyBody::of(&key, api.engine.now())))
}

/// Give a key another secret. The one before is taken for a while too.
#[utoipa::path(post, path = "/v1/keys/{key}/rotate", tag = "keys", request_body(content = Option<RotateRequest>), responses(
    (status = 200, description = "The key with its new secret, shown this once", body = SecretBody),
    (status = 404, description = "`key_not_found`"),
    (status = 409, description = "`key_revoked`"),
))]
pub(crate) async fn rotate_key(
    api: Api,
    UrlPath(key): UrlPath<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let id = path_key(&key)?;
    let request: RotateRequest = api.optional_json(&headers, body).await?;
    let grace_s = request.grace_s.unwrap_or(GRACE_DEFAULT_S);
    if grace_s > GRACE_MAX_S {
        return Err(Problem::malformed("body: grace_s", format!("it is at most {GRACE_MAX_S}, which are 90 days")));
    }
    let (key, token) = api.engine.rotate_key(id, Duration::from_secs(grace_s.into())).await?;
    Ok(with_secret(StatusCode::OK, &key, &token, api.engine.now()))
}
