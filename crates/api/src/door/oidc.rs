//! Bearer tokens of an OpenID Connect provider (RFC 9068, RFC 8725): who signed in elsewhere may ask here.
//!
//! - A token is taken if the provider signed it with RS256, ES256 or EdDSA, for this audience, for no longer than a day, and
//!   for use here: what only says who someone is (an ID token) is not taken.
//! - The provider's keys are fetched beside requests, never on their way: every ten minutes, and at most once a minute when
//!   a token names a key that is not known.
//! - What a token may do stands in its `scope`: `ledger:write:shop`, as scopes and patterns of keys are written.
//! - Whoever shows a token is an actor of the system ledger. Issuer and subject stand in its metadata, where they can be
//!   erased.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ducat_domain::numbers::{ActorNo, Timestamp};
use ducat_engine::Engine;
use ducat_engine::keys::access::{Access, Pattern, Scope};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use parking_lot::RwLock;
use quick_cache::sync::Cache;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::problem::Problem;
use crate::urls::is_loopback;

/// The longest token that is read: those of real providers have one or two kilobytes.
const TOKEN_BYTES_MAX: usize = 16 << 10;

/// Signatures that are taken. What is symmetric would let whoever knows the public key sign.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// How far the clocks of the provider and of this machine may be apart, in seconds.
const LEEWAY_S: u64 = 30;

/// The longest that a token may be taken: a day.
const LIFETIME_MAX_S: u64 = 86_400;

/// How often the provider's keys are fetched.
const REFRESH_INTERVAL: Duration = Duration::from_secs(600);

/// How often they are fetched at most.
const REFRESH_PAUSE: Duration = Duration::from_secs(60);

/// How long the provider may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes that it may send.
const DOCUMENT_BYTES_MAX: u64 = 1 << 20;

/// Tokens that were found good and are remembered: to check a signature takes longer than a request does.
const REMEMBERED_MAX: usize = 10_000;

/// A provider whose tokens are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcOptions {
    /// Its issuer identifier: a URL.
    pub issuer: String,
    /// For whom its tokens must be.
    pub audience: String,
}

/// Who signed in, and what that allows.
#[derive(Debug)]
pub(crate) struct Subject {
    /// The number of its account in the system ledger.
    pub actor: ActorNo,
    /// What it may do.
    pub grants: Vec<Access>,
    /// Until when, in seconds since 1970.
    pub expires_s: u64,
}

/// The provider as this server knows it.
pub struct Oidc {
    options: OidcOptions,
    client: Client,
    keys: RwLock<Arc<HashMap<String, (Algorithm, DecodingKey)>>>,
    /// Rung when a token names a key that is not known.
    wanted: Notify,
    remembered: Cache<[u8; 32], Arc<Subject>>,
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc").field("options", &self.options).finish_non_exhaustive()
    }
}

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
#[derive(Debug, Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// What a token says (RFC 9068, section 2.2).
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: u64,
    iat: Option<u64>,
    nbf: Option<u64>,
    #[serde(default)]
    scope: Option<String>,
    /// Marks of an ID token (OpenID Connect Core 1.0, sections 2 and 3.3.2.11), and what one provider calls it.
    nonce: Option<serde_json::Value>,
    at_hash: Option<serde_json::Value>,
    c_hash: Option<serde_json::Value>,
    typ: Option<String>,
}

/// Whether a URL may be asked for keys: others must not be able to put theirs in between.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// The algorithm that a key is for, where it is one of ours.
fn algorithm_of(jwk: &Jwk) -> Option<Algorithm> {
    let is_for_signatures = jwk.common.public_key_use.as_ref().is_none_or(|use_| *use_ == PublicKeyUse::Signature);
    let family = DecodingKey::from_jwk(jwk).ok()?.family();
    let named = jwk.common.key_algorithm.map(|algorithm| algorithm.to_string());
    let fits = |algorithm: &Algorithm| {
        family.algorithms().contains(algorithm) && named.as_ref().is_none_or(|named| *named == format!("{algorithm:?}"))
    };
    ALGORITHMS.into_iter().find(fits).filter(|_| is_for_signatures)
}

/// What a scope allows: each word that begins with `ledger:` is a scope and a pattern. Others are for others.
fn grants(scope: &str) -> Vec<Access> {
    let grant = |word: &str| {
        let (scope, pattern) = word.strip_prefix("ledger:")?.split_once(':')?;
        let (scope, pattern) = (scope.parse::<Scope>().ok()?, pattern.parse::<Pattern>().ok()?);
        Some(Access { scope, ledgers: vec![pattern], accounts: Vec::new() })
    };
    scope.split_ascii_whitespace().filter_map(grant).collect()
}

impl Oidc {
    /// A provider, whose keys are not known yet.
    ///
    /// # Errors
    /// When the issuer is no URL over https, or on this machine.
    ///
    /// # Panics
    /// When the system has nothing to make connections with.
    pub fn new(options: OidcOptions) -> Result<Oidc, String> {
        let url = Url::parse(&options.issuer).ok().filter(is_safe);
        url.ok_or_else(|| format!("the issuer {:?} is no URL with https://", options.issuer))?;
        let client = Client::builder().tls_backend_preconfigured(ducat_trust::client_config());
        let client = client.timeout(FETCH_TIMEOUT).redirect(reqwest::redirect::Policy::none());
        Ok(Oidc {
            options,
            client: client.build().expect("a client with roots alone can be built"),
            keys: RwLock::default(),
            wanted: Notify::new(),
            remembered: Cache::new(REMEMBERED_MAX),
        })
    }

    async fn fetch<T: DeserializeOwned>(&self, url: &str) -> Result<T, String> {
        let url = Url::parse(url).ok().filter(is_safe).ok_or_else(|| format!("{url:?} is no URL with https://"))?;
        let sent = self.client.get(url.clone()).send().await.and_then(reqwest::Response::error_for_status);
        let mut response = sent.map_err(|error| format!("{url}: {}", error.without_url()))?;
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| format!("{url}: {}", error.without_url()))? {
            bytes.extend_from_slice(&piece);
            if bytes.len() as u64 > DOCUMENT_BYTES_MAX {
                return Err(format!("{url} sends more than {DOCUMENT_BYTES_MAX} bytes"));
            }
        }
        serde_json::from_slice(&bytes).map_err(|error| format!("{url}: {error}"))
    }

    /// Fetches the provider's keys.
    ///
    /// # Errors
    /// Why they cannot be had. Those before stay.
    pub async fn refresh(&self) -> Result<(), String> {
        let issuer = self.options.issuer.trim_end_matches('/');
        let discovery: Discovery = self.fetch(&format!("{issuer}/.well-known/openid-configuration")).await?;
        if discovery.issuer != self.options.issuer {
            return Err(format!("{issuer} says that it is {:?}", discovery.issuer));
        }
        let set: JwkSet = self.fetch(&discovery.jwks_uri).await?;
        let known = set.keys.iter().filter_map(|jwk| {
            let (algorithm, key) = (algorithm_of(jwk)?, DecodingKey::from_jwk(jwk).ok()?);
            Some((jwk.common.key_id.clone().unwrap_or_default(), (algorithm, key)))
        });
        *self.keys.write() = Arc::new(known.collect());
        Ok(())
    }

    /// Fetches keys for as long as it is polled.
    pub async fn follow(&self) {
        loop {
            match self.refresh().await {
                Ok(()) => tracing::debug!("the keys of the issuer are known"),
                Err(reason) => tracing::warn!(reason, "the keys of the issuer cannot be fetched; those before go on"),
            }
            let fetched = Instant::now();
            tokio::select! {
                () = tokio::time::sleep(REFRESH_INTERVAL) => {}
                () = self.wanted.notified() => tokio::time::sleep_until(fetched + REFRESH_PAUSE).await,
            }
        }
    }

    /// Who shows a token.
    ///
    /// # Errors
    /// Why it is not taken; who shows a bad one learns no more than that.
    pub(crate) async fn subject(&self, token: &str, engine: &Engine) -> Result<Arc<Subject>, Problem> {
        let hash = *blake3::hash(token.as_bytes()).as_bytes();
        let now_s = u64::try_from(engine.now().0 / 1_000_000).unwrap_or(0);
        if let Some(known) = self.remembered.get(&hash) {
            return if now_s < known.expires_s { Ok(known) } else { Err(invalid("the token has expired")) };
        }
        let claims = self.claims(token, now_s)?;
        let grants = grants(claims.scope.as_deref().unwrap_or_default());
        let actor = engine.subject(&claims.iss, &claims.sub).await?;
        let subject = Arc::new(Subject { actor, grants, expires_s: claims.exp });
        self.remembered.insert(hash, Arc::clone(&subject));
        Ok(subject)
    }

    fn claims(&self, token: &str, now_s: u64) -> Result<Claims, Problem> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(invalid("the token is too long"));
        }
        let header =
            decode_header(token).map_err(|_| invalid("what stands behind Bearer is neither a key nor a token"))?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(invalid("the token is not signed with RS256, ES256 or EdDSA"));
        }
        let keys = Arc::clone(&self.keys.read());
        let Some((algorithm, key)) = keys.get(header.kid.as_deref().unwrap_or_default()) else {
            self.wanted.notify_one();
            return Err(invalid("the token is signed with a key that the issuer is not known to have"));
        };
        if *algorithm != header.alg {
            return Err(invalid("the token names another algorithm than its key is for"));
        }
        let mut validation = Validation::new(*algorithm);
        // Times are held against this server's clock below.
        validation.validate_exp = false;
        validation.set_audience(&[&self.options.audience]);
        validation.set_issuer(&[&self.options.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let decoded = decode::<Claims>(token, key, &validation);
        let claims = decoded.map_err(|_| invalid("the token is not good here"))?.claims;
        let typ = header.typ.as_deref().map(|typ| typ.trim_start_matches("application/").to_ascii_lowercase());
        let is_marked = claims.nonce.is_some() || claims.at_hash.is_some() || claims.c_hash.is_some();
        let is_id = is_marked || claims.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case("id"));
        match typ.as_deref() {
            Some("at+jwt") => {}
            Some("jwt") | None if !is_id => {}
            _ => return Err(invalid("the token says who someone is (an ID token); send an access token")),
        }
        if claims.exp.saturating_add(LEEWAY_S) <= now_s {
            return Err(invalid("the token has expired"));
        }
        if claims.nbf.is_some_and(|nbf| nbf > now_s.saturating_add(LEEWAY_S)) {
            return Err(invalid("the token is not good yet"));
        }
        let is_from_later = claims.iat.is_some_and(|iat| iat > now_s.saturating_add(LEEWAY_S));
        let begun_s = claims.iat.unwrap_or(now_s).min(now_s);
        if is_from_later || claims.exp.saturating_sub(begun_s) > LIFETIME_MAX_S {
            return Err(invalid("the token is from the future, or is good for longer than a day"));
        }
        Ok(claims)
    }
}

fn invalid(detail: &str) -> Problem {
    Problem::invalid_key(detail)
}

impl Subject {
    /// Whether it is still taken.
    pub fn is_live(&self, now: Timestamp) -> bool {
        u64::try_from(now.0 / 1_000_000).is_ok_and(|now_s| now_s < self.expires_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_scope_allows() {
        let granted =
            grants("openid ledger:write:shop ledger:read:* profile ledger:root:x ledger:read: ledger:write:a b");
        let written: Vec<String> =
            granted.iter().map(|access| format!("{} {}", access.scope.word(), access.ledgers[0])).collect();
        assert_eq!(written, ["write shop", "read *", "write a"]);
        assert!(grants("").is_empty() && grants("ledger:write:$system").is_empty());
    }

    #[test]
    fn where_keys_are_fetched() {
        for (url, is_taken) in [
            ("https://issuer.example", true),
            ("http://127.0.0.1:8080/realm", true),
            ("http://issuer.example", false),
            ("http://localhost.evil.example", false),
            ("ftp://127.0.0.1", false),
            ("issuer.example", false),
        ] {
            let options = OidcOptions { issuer: url.to_owned(), audience: "ledger".to_owned() };
            assert_eq!(Oidc::new(options).is_ok(), is_taken, "{url}");
        }
    }
}
