//! A client for Ducat, the ledger server.
//!
//! - Amounts are whole minor units, as [`Amount`]: integers of 128 bits.
//! - A transaction is a [`Command`] before it is sent: its path, its id and its bytes. Store it, submit it, and after a crash
//!   submit what you stored. However often it is submitted, it counts once.
//! - Requests are repeated while the server is away or busy, but only those that change nothing or have an id.

mod amount;
mod error;
mod pages;
mod types;
mod webhooks;

use std::sync::Arc;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use amount::{Amount, Difference};
pub use error::Error;
pub use pages::Pages;
pub use types::{
    Account, Asset, Balance, BalanceAt, Entry, Event, LedgerTerms, NewAccount, NewPosting, NewTransaction, Pending,
    Posting, Problem, Reversal, Transaction,
};
pub use webhooks::{WebhookError, verify_webhook};

/// What stands in a path as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Waits between attempts: from the first, twice as long each time, up to the second.
const WAITS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// The longest wait that a server may ask for.
const RETRY_AFTER_MAX: u64 = 3_600;

/// Responses that say what became of a command.
const SETTLED: [u16; 7] = [400, 404, 409, 412, 413, 415, 422];

/// A server.
#[derive(Debug, Clone)]
pub struct Ducat {
    client: Client,
    url: String,
    key: Option<String>,
    retry: Duration,
}

/// A command as it is sent. Store it before you submit it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Where to.
    pub path: String,
    /// Under which id.
    pub id: Uuid,
    /// Its bytes.
    pub body: String,
}

/// What came of a command.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The transaction.
    pub transaction: Transaction,
    /// Whether it had been done before: this is the response of then.
    pub is_replay: bool,
}

impl Ducat {
    /// A server at a URL such as `http://127.0.0.1:8000`, which is shown a key if there is one.
    ///
    /// # Errors
    /// When no client can be made for it.
    pub fn new(url: &str, key: Option<&str>) -> Result<Ducat, Error> {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Settings(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder().tls_backend_preconfigured(tls).timeout(Duration::from_secs(30));
        // A redirect would make a GET of a POST.
        let client = client.redirect(reqwest::redirect::Policy::none()).build();
        let client = client.map_err(|error| Error::Settings(error.to_string()))?;
        Ok(Ducat::with_client(client, url, key))
    }

    /// The same, by a client of your own: with other roots, a proxy, other times.
    #[must_use]
    pub fn with_client(client: Client, url: &str, key: Option<&str>) -> Ducat {
        let url = url.trim_end_matches('/').to_owned();
        Ducat { client, url, key: key.map(str::to_owned), retry: Duration::from_secs(60) }
    }

    /// For how long a request is tried again while the server is away or busy.
    #[must_use]
    pub fn retrying_for(mut self, retry: Duration) -> Ducat {
        self.retry = retry;
        self
    }

    /// A ledger. Nothing is asked of the server.
    #[must_use]
    pub fn ledger(&self, name: &str) -> Ledger {
        let path = format!("/v1/ledgers/{}", utf8_percent_encode(name, PATH));
        Ledger { server: self.clone(), name: name.to_owned(), path }
    }

    /// Opens a ledger. One that is open with the same terms stays as it is.
    ///
    /// # Errors
    /// When it is refused, or no response comes.
    pub async fn open_ledger(&self, terms: &LedgerTerms) -> Result<Ledger, Error> {
        self.post("/v1/ledgers", &encode(terms)?).await?;
        Ok(self.ledger(&terms.name))
    }

    /// Submits a command. It is sent again while the server is away.
    ///
    /// # Errors
    /// When it is refused, or its outcome is not known ([`Error::is_outcome_unknown`]): then submit it again.
    pub async fn submit(&self, command: &Command) -> Result<Outcome, Error> {
        let response = self.post(&command.path, &command.body).await?;
        let transaction: Transaction = response.read()?;
        if transaction.id != command.id {
            return Err(Error::AnotherResponse);
        }
        Ok(Outcome { transaction, is_replay: response.is_replay })
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> Result<T, Error> {
        let pairs = query.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, PATH)));
        let query = pairs.collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        let request = self.client.request(Method::GET, format!("{}{path}{mark}{query}", self.url));
        self.send(&request).await?.read()
    }

    /// Sends a body that has an id, or whose path finds what it made before.
    async fn post(&self, path: &str, body: &str) -> Result<Response, Error> {
        let request = self.client.request(Method::POST, format!("{}{path}", self.url));
        self.send(&request.header("Content-Type", "application/json").body(body.to_owned())).await
    }

    /// Sends a request until there is a response that counts. Whatever is sent here counts once.
    async fn send(&self, request: &RequestBuilder) -> Result<Response, Error> {
        let until = Instant::now() + self.retry;
        let mut may_be_done = false;
        for attempt in 0u32.. {
            let Some(again) = request.try_clone() else { break };
            let again = if let Some(key) = &self.key { again.bearer_auth(key) } else { again };
            let outcome = once(again).await;
            let (after, is_final) = match &outcome {
                Ok(response) => (response.retry_after, !response.is_to_be_repeated()),
                Err(_) => (None, false),
            };
            may_be_done |=
                outcome.as_ref().map_or(true, |response| matches!(response.status.as_u16(), 500 | 502 | 504));
            let own = WAITS.1.min(WAITS.0 * 2u32.pow(attempt.min(10)));
            let wait = after.unwrap_or_default().max(own.mul_f64(0.5 + fastrand::f64() / 2.0));
            if is_final || Instant::now() + wait > until {
                let response = outcome.map_err(Error::NoResponse)?;
                let is_settled = SETTLED.contains(&response.status.as_u16());
                let checked = response.checked();
                let is_unknown = may_be_done && !is_settled;
                return checked.map_err(|error| if is_unknown { Error::Unknown(Box::new(error)) } else { error });
            }
            tokio::time::sleep(wait).await;
        }
        Err(Error::Settings("a request that cannot be sent twice".to_owned()))
    }
}

/// A ledger of a server.
#[derive(Debug, Clone)]
pub struct Ledger {
    server: Ducat,
    name: String,
    path: String,
}

impl Ledger {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A transaction as a command, to be stored and then submitted. It gets a new id (UUIDv7) if it has none.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn prepare(&self, transaction: &NewTransaction) -> Result<Command, Error> {
        let id = transaction.id.unwrap_or_else(Uuid::now_v7);
        let body = encode(&NewTransaction { id: Some(id), ..transaction.clone() })?;
        Ok(Command { path: format!("{}/transactions", self.path), id, body })
    }

    /// Posts a hold, all of it or a part.
    ///
    /// # Errors
    /// When it is refused, or no response comes.
    pub async fn post_hold(&self, hold: Uuid, amount: Option<Amount>) -> Result<Transaction, Error> {
        let body =
            amount.map_or_else(|| Ok("{}".to_owned()), |amount| encode(&serde_json::json!({ "amount": amount })))?;
        let path = format!("{}/transactions/{hold}/post", self.path);
        self.server.post(&path, &body).await?.read()
    }

    /// Ends a hold without posting it.
    ///
    /// # Errors
    /// When it is refused, or no response comes.
    pub async fn void_hold(&self, hold: Uuid) -> Result<Transaction, Error> {
        let path = format!("{}/transactions/{hold}/void", self.path);
        self.server.post(&path, "{}").await?.read()
    }

    /// Reverses a transaction, all of it or a part, under an id that you have stored.
    ///
    /// # Errors
    /// When it is refused, or no response comes.
    pub async fn reverse(&self, transaction: Uuid, reversal: &Reversal) -> Result<Transaction, Error> {
        let path = format!("{}/transactions/{transaction}/reverse", self.path);
        self.server.post(&path, &encode(reversal)?).await?.read()
    }

    /// Opens an account. One that is open with the same terms stays as it is.
    ///
    /// # Errors
    /// When it is refused, or no response comes.
    pub async fn open_account(&self, account: &NewAccount) -> Result<Account, Error> {
        self.server.post(&format!("{}/accounts", self.path), &encode(account)?).await?.read()
    }

    /// An account, with its balances by asset: what is posted, held and available now.
    ///
    /// # Errors
    /// When there is none, or no response comes.
    pub async fn account(&self, name: &str) -> Result<Account, Error> {
        self.server.get(&format!("{}/accounts/{}", self.path, utf8_percent_encode(name, PATH)), &[]).await
    }

    /// What is posted of the default asset.
    ///
    /// # Errors
    /// When there is none, or no response comes.
    pub async fn balance(&self, account: &str) -> Result<BalanceAt, Error> {
        self.server.get(&format!("{}/accounts/{}/balance", self.path, utf8_percent_encode(account, PATH)), &[]).await
    }

    /// A transaction, by its id.
    ///
    /// # Errors
    /// When there is none, or no response comes.
    pub async fn transaction(&self, id: Uuid) -> Result<Transaction, Error> {
        self.server.get(&format!("{}/transactions/{id}", self.path), &[]).await
    }

    /// All transactions that a query finds, the latest first, such as those of an account: `&[("account", "users:alice")]`.
    #[must_use]
    pub fn transactions(&self, query: &[(&'static str, &str)]) -> Pages<Transaction> {
        Pages::new(self.server.clone(), format!("{}/transactions", self.path), query, "cursor")
    }

    /// All entries of an account.
    #[must_use]
    pub fn statement(&self, account: &str, query: &[(&'static str, &str)]) -> Pages<Entry> {
        let path = format!("{}/accounts/{}/statement", self.path, utf8_percent_encode(account, PATH));
        Pages::new(self.server.clone(), path, query, "cursor")
    }

    /// All events after one of them, to the end of the journal as it is then.
    #[must_use]
    pub fn events(&self, after: u64) -> Pages<Event> {
        Pages::new(self.server.clone(), format!("{}/events", self.path), &[("after", &after.to_string())], "after")
    }
}

/// The bytes of a request: the same value always gives the same bytes.
fn encode(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Settings(error.to_string()))
}

struct Response {
    status: StatusCode,
    is_replay: bool,
    retry_after: Option<Duration>,
    bytes: Vec<u8>,
}

/// Sends once. A response that breaks off is none.
async fn once(request: RequestBuilder) -> Result<Response, reqwest::Error> {
    let response = request.send().await?;
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let is_replay = header("idempotent-replayed") == Some("true");
    let retry_after = header("retry-after").and_then(|text| text.parse::<u64>().ok());
    let retry_after = retry_after.map(|seconds| Duration::from_secs(seconds.min(RETRY_AFTER_MAX)));
    let status = response.status();
    Ok(Response { status, is_replay, retry_after, bytes: response.bytes().await?.to_vec() })
}

impl Response {
    /// Whether the same request may succeed later, or has succeeded already.
    fn is_to_be_repeated(&self) -> bool {
        match self.status.as_u16() {
            408 | 429 | 502 | 504 => true,
            // Without a time to wait there is nothing to wait for.
            503 => self.retry_after.is_some(),
            _ => false,
        }
    }

    fn checked(self) -> Result<Response, Error> {
        if self.status.is_success() {
            return Ok(self);
        }
        match serde_json::from_slice(&self.bytes) {
            Ok(problem) => Err(Error::Refused(Box::new(problem))),
            Err(_) => Err(Error::Unreadable(format!("status {}", self.status))),
        }
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.bytes).map_err(|error| Error::Unreadable(error.to_string()))
    }
}
