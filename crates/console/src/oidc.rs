//! Signing in at a provider: OpenID Connect, with the authorization code and PKCE (RFC 7636).
//!
//! 1. The browser is sent to the provider, with a state that its cookie holds too. Nothing is signed in.
//! 2. It comes back with a code. The state must be that of its cookie, and is used once.
//! 3. The code is exchanged for tokens. The ID token says who it is; the access token is what the API is asked with, so
//!    its scopes are those of any client.
//!
//! The session ends when the access token does: none is refreshed, and the provider decides again.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use parking_lot::Mutex;

use crate::client::Credential;

/// The cookie that binds a browser to its way to the provider and back.
pub const COOKIE: &str = "__Host-ducat-signing-in";

/// How long one may take at the provider.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// Browsers at once that are on their way.
const WAITING_MAX: usize = 1_000;

/// Why the provider cannot be reached.
#[derive(Debug)]
pub struct Unreachable(pub String);

impl std::fmt::Display for Unreachable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}

/// What sends a request to the provider.
pub type Fetch = Arc<
    dyn Fn(http::Request<Vec<u8>>) -> BoxFuture<'static, Result<http::Response<Vec<u8>>, Unreachable>> + Send + Sync,
>;

/// The same, as the library asks for it.
struct Sender(Fetch);

impl<'c> AsyncHttpClient<'c> for Sender {
    type Error = Unreachable;
    type Future = BoxFuture<'c, Result<HttpResponse, Unreachable>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        (self.0)(request)
    }
}

/// A provider at which people sign in.
pub struct OidcSettings {
    /// Its issuer identifier.
    pub issuer: String,
    /// As which client the console is known there.
    pub client_id: String,
    /// The client's secret, if it has one.
    pub client_secret: Option<String>,
    /// The scopes that are asked for, besides `openid`.
    pub scopes: Vec<String>,
    /// For which resource the access token is to be (RFC 8707), where the provider needs to be told.
    pub resource: Option<String>,
    /// What sends requests.
    pub fetch: Fetch,
}

/// A client whose provider said where it is asked, and that people can be sent back to.
type ProviderClient =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The provider, and who is on the way to it.
pub struct Oidc {
    settings: OidcSettings,
    waiting: Mutex<HashMap<String, Waiting>>,
}

struct Waiting {
    verifier: PkceCodeVerifier,
    nonce: Nonce,
    back: String,
    origin: String,
    at: Timestamp,
}

/// Someone who signed in.
pub struct SignedIn {
    pub credential: Credential,
    pub person: String,
    /// The page that was wanted.
    pub back: String,
}

impl Oidc {
    /// Of these settings.
    pub fn new(settings: OidcSettings) -> Oidc {
        Oidc { settings, waiting: Mutex::default() }
    }

    fn sender(&self) -> Sender {
        Sender(Arc::clone(&self.settings.fetch))
    }

    /// The console as a client of the provider, which sends people back to this origin.
    async fn client(&self, origin: &str) -> Result<ProviderClient, String> {
        let settings = &self.settings;
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| error.to_string())?;
        let provider = CoreProviderMetadata::discover_async(issuer, &self.sender()).await;
        let provider = provider.map_err(|error| format!("the provider {} cannot be read: {error}", settings.issuer))?;
        let back = RedirectUrl::new(format!("{origin}/console/signed-in")).map_err(|error| error.to_string())?;
        let (id, secret) = (ClientId::new(settings.client_id.clone()), settings.client_secret.clone());
        let client = CoreClient::from_provider_metadata(provider, id, secret.map(ClientSecret::new));
        Ok(client.set_redirect_uri(back))
    }

    /// Step 1: the address at the provider, and the state for the cookie.
    ///
    /// # Errors
    /// When the provider cannot be reached, or too many are on their way.
    pub async fn begin(&self, origin: &str, back: String, now: Timestamp) -> Result<(String, String), String> {
        let client = self.client(origin).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let asked =
            client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        let scopes = self.settings.scopes.iter().cloned().map(Scope::new);
        let mut asked = asked.add_scopes(scopes).set_pkce_challenge(challenge);
        if let Some(resource) = &self.settings.resource {
            asked = asked.add_extra_param("resource", resource);
        }
        let (url, state, nonce) = asked.url();
        let mut waiting = self.waiting.lock();
        waiting.retain(|_, one| now.duration_since(one.at) < PATIENCE);
        if waiting.len() >= WAITING_MAX {
            return Err("too many people are signing in at once; try again in a minute".to_owned());
        }
        let origin = origin.to_owned();
        waiting.insert(state.secret().clone(), Waiting { verifier, nonce, back, origin, at: now });
        Ok((url.to_string(), state.secret().clone()))
    }

    /// Steps 2 and 3: who came back.
    ///
    /// # Errors
    /// When it is not the browser that went, or the provider does not vouch for it.
    pub async fn finish(
        &self,
        code: &str,
        state: &str,
        cookie: Option<&str>,
        now: Timestamp,
    ) -> Result<SignedIn, String> {
        let lost = || "this way to sign in was begun in another browser, or too long ago; sign in again".to_owned();
        if cookie != Some(state) {
            return Err(lost());
        }
        let waiting = self.waiting.lock().remove(state);
        let waiting = waiting.filter(|one| now.duration_since(one.at) < PATIENCE).ok_or_else(lost)?;
        let client = self.client(&waiting.origin).await?;
        let exchange =
            client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|error| error.to_string())?;
        let mut exchange = exchange.set_pkce_verifier(waiting.verifier);
        if let Some(resource) = &self.settings.resource {
            exchange = exchange.add_extra_param("resource", resource);
        }
        let tokens = exchange.request_async(&self.sender()).await;
        let tokens = tokens.map_err(|error| format!("the provider gives no tokens: {error}"))?;
        let id_token =
            tokens.id_token().ok_or("the provider gives no ID token; its client must be one of OpenID Connect")?;
        let claims = id_token.claims(&client.id_token_verifier(), &waiting.nonce);
        let claims = claims.map_err(|error| format!("the provider's ID token is not taken: {error}"))?;
        let named = claims.preferred_username().map(|name| name.as_str().to_owned());
        let named = named.or_else(|| claims.email().map(|email| email.as_str().to_owned()));
        Ok(SignedIn {
            credential: Credential(tokens.access_token().secret().clone()),
            person: named.unwrap_or_else(|| claims.subject().as_str().to_owned()),
            back: waiting.back,
        })
    }
}
