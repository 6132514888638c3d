//! The API as the console asks it: in the same process, with the key of whoever signed in.
//!
//! - The console has no other way to a ledger, so what a key may not do by HTTP it may not do here.
//! - Each page's requests are remembered, so that the page can show them as commands to copy.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use serde_json::Value;

use crate::address::with;
use crate::record::Record;

/// What responds to requests of the API.
pub type Respond = Arc<dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync>;

/// A response is at most a page of rows, some megabytes.
const RESPONSE_BYTES_MAX: usize = 64 << 20;

/// Rows asked for at a time when all of a list is wanted.
pub const PAGE_ROWS: usize = 1_000;

/// Rows of a file at most: some ten megabytes.
pub const FILE_ROWS_MAX: usize = 50_000;

/// Why the API did not do something.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The status of the response.
    pub status: StatusCode,
    /// The code of the problem.
    pub code: String,
    /// What is wrong, in a sentence.
    pub detail: String,
}

/// A key, or a token of a provider. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential(pub String);

/// The API, for one request of the console.
pub struct Client {
    respond: Respond,
    credential: Option<Credential>,
    calls: Mutex<Vec<String>>,
}

/// Marks a request that a page makes beside its own question: it is neither counted for the key nor noted where it is
/// refused, because no one asked for it.
#[derive(Debug, Clone, Copy)]
pub struct Aside;

/// A list, and the cursor of what follows.
#[derive(Debug, Default)]
pub struct Listed {
    /// The document that the first rows came in, which may say more than they do.
    pub document: Record,
    pub rows: Vec<Record>,
    pub next: Option<String>,
}

impl From<Record> for Listed {
    fn from(document: Record) -> Listed {
        let (rows, next) = (document.list("data"), document.maybe("next").map(str::to_owned));
        Listed { document, rows, next }
    }
}

impl Client {
    /// The API for whoever has this credential.
    pub fn new(respond: Respond, credential: Option<Credential>) -> Client {
        Client { respond, credential, calls: Mutex::default() }
    }

    /// The paths that were read, in order, each once.
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().clone()
    }

    /// Reads a document, and remembers that the page is made of it.
    ///
    /// # Errors
    /// When the API refuses.
    pub async fn get(&self, path: &str) -> Result<Record, Refused> {
        self.remember(path);
        self.ask(Method::GET, path, None, None).await
    }

    fn remember(&self, path: &str) {
        let mut calls = self.calls.lock();
        if !calls.iter().any(|call| call == path) {
            calls.push(path.to_owned());
        }
    }

    /// Reads a document that is beside the page's own question.
    ///
    /// # Errors
    /// When the API refuses.
    pub async fn look(&self, path: &str) -> Result<Record, Refused> {
        self.ask(Method::GET, path, None, Some(Aside)).await
    }

    /// Reads a page of a list.
    ///
    /// # Errors
    /// When the API refuses.
    pub async fn page(&self, path: &str, cursor: Option<&str>, limit: usize) -> Result<Listed, Refused> {
        let page = with(path, &[("limit", &limit.to_string()), ("cursor", cursor.unwrap_or_default())]);
        Ok(self.get(&page).await?.into())
    }

    /// Reads all of a list. One that has more rows than a file is refused: cut off it would look whole.
    ///
    /// # Errors
    /// When the API refuses, or there are too many rows.
    pub async fn all(&self, path: &str) -> Result<Listed, Refused> {
        let mut listed = self.page(path, None, PAGE_ROWS).await?;
        self.go_on(path, &mut listed).await?;
        if listed.next.is_some() {
            let detail = format!(
                "there are more than {FILE_ROWS_MAX} rows, and a file that is cut off would look whole; narrow the filter, or use ducat export"
            );
            return Err(Refused::of(StatusCode::UNPROCESSABLE_ENTITY, detail));
        }
        Ok(listed)
    }

    /// The rows of a list that is beside the page's own question, as many as a file has at most.
    ///
    /// # Errors
    /// When the API refuses.
    pub async fn look_through(&self, path: &str) -> Result<Vec<Record>, Refused> {
        let page = self.look(&with(path, &[("limit", &PAGE_ROWS.to_string())])).await?;
        let mut listed = Listed::from(page);
        self.go_on(path, &mut listed).await?;
        Ok(listed.rows)
    }

    /// Reads what follows, to the end or to the rows of a file.
    async fn go_on(&self, path: &str, listed: &mut Listed) -> Result<(), Refused> {
        while listed.rows.len() < FILE_ROWS_MAX
            && let Some(next) = &listed.next
        {
            let page = self.look(&with(path, &[("limit", &PAGE_ROWS.to_string()), ("cursor", next)])).await?;
            listed.rows.extend(page.list("data"));
            listed.next = page.maybe("next").map(str::to_owned);
        }
        Ok(())
    }

    /// Asks for something to be done.
    ///
    /// # Errors
    /// When the API refuses.
    pub async fn act(&self, method: Method, path: &str, body: &Value) -> Result<Record, Refused> {
        self.ask(method, path, Some(body), None).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        aside: Option<Aside>,
    ) -> Result<Record, Refused> {
        // The API is asked under a name that it always has: the name of the page was judged already.
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if let Some(Credential(credential)) = &self.credential {
            request = request.header(header::AUTHORIZATION, format!("Bearer {credential}"));
        }
        let body = match body {
            None => Body::empty(),
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
        };
        if let Some(aside) = aside {
            request = request.extension(aside);
        }
        let request = request.body(body).map_err(|error| Refused::of(StatusCode::BAD_REQUEST, error.to_string()))?;
        let response = (self.respond)(request).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), RESPONSE_BYTES_MAX).await;
        let bytes = bytes.map_err(|error| Refused::of(StatusCode::BAD_GATEWAY, error.to_string()))?;
        let said: Value = match serde_json::from_slice(&bytes) {
            Ok(said) => said,
            Err(_) => Value::String(String::from_utf8_lossy(&bytes).into_owned()),
        };
        let record = Record::from(said);
        if status.is_success() {
            return Ok(record);
        }
        let (code, detail) = (record.text("code").to_owned(), record.text("detail").to_owned());
        Err(Refused { status, code, detail })
    }
}

impl Refused {
    /// A refusal that is not the API's own.
    pub fn of(status: StatusCode, detail: impl Into<String>) -> Refused {
        Refused { status, code: String::new(), detail: detail.into() }
    }
}
