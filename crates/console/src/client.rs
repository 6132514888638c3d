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

use crate::record::Record;

/// What responds to requests of the API.
pub type Respond = Arc<dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync>;

/// A response is at most a page of rows, some megabytes.
const RESPONSE_BYTES_MAX: usize = 64 << 20;

/// Rows asked for at a time when all of a list is wanted.
const PAGE_ROWS: usize = 1_000;

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
    pub rows: Vec<Record>,
    pub next: Option<String>,
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

    /// Reads a page of a list; all of it, up to the rows of a file, where `whole` is set.
    ///
    /// # Errors
    /// When the API refuses.
    pub async fn list(&self, path: &str, cursor: Option<&str>, limit: usize, whole: bool) -> Result<Listed, Refused> {
        let limit = if whole { PAGE_ROWS } else { limit };
        let first = with(path, &[("limit", &limit.to_string())]);
        let first = cursor.map_or_else(|| first.clone(), |cursor| with(&first, &[("cursor", cursor)]));
        let mut page = self.get(&first).await?;
        let mut listed = Listed { rows: page.list("data"), next: page.maybe("next").map(str::to_owned) };
        while whole && listed.rows.len() < FILE_ROWS_MAX {
            let Some(next) = listed.next.clone() else { break };
            page = self.look(&with(path, &[("limit", &limit.to_string()), ("cursor", &next)])).await?;
            listed.rows.extend(page.list("data"));
            listed.next = page.maybe("next").map(str::to_owned);
        }
        if whole && listed.next.is_some() {
            let detail = format!(
                "there are more than {FILE_ROWS_MAX} rows, and a file that is cut off would look whole; narrow the filter, or use ducat export"
            );
            return Err(Refused::of(StatusCode::UNPROCESSABLE_ENTITY, detail));
        }
        Ok(listed)
    }

    /// All of a list that is beside the page's own question.
    ///
    /// # Errors
    /// When the API refuses.
    pub async fn aside_list(&self, path: &str) -> Result<Vec<Record>, Refused> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.look(&with(path, &[("limit", &PAGE_ROWS.to_string()), ("cursor", &cursor)])).await?;
            rows.extend(page.list("data"));
            match page.maybe("next") {
                Some(next) if rows.len() < FILE_ROWS_MAX => next.clone_into(&mut cursor),
                _ => return Ok(rows),
            }
        }
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

/// A path with more parameters; empty ones are left out.
pub fn with(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}{}{query}", if path.contains('?') { '&' } else { '?' }),
    }
}

/// A part of a path.
pub fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
