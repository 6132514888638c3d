//! The documents and the reference at `/docs`, and the OpenAPI and AsyncAPI documents. They are made once, when someone
//! first reads one.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use ducat_docs::Book;

use crate::problem::Problem;
use crate::{Api, ApiLimits, asyncapi, openapi};

const JSON: &str = "application/json";

/// What is read of it, made when it is first asked for.
#[derive(Debug)]
struct Documents {
    limits: ApiLimits,
    openapi: OnceLock<Bytes>,
    asyncapi: OnceLock<Bytes>,
    book: OnceLock<Book>,
}

impl Documents {
    fn openapi(&self) -> &Bytes {
        self.openapi.get_or_init(|| openapi(&self.limits).to_json().unwrap_or_default().into())
    }

    fn asyncapi(&self) -> &Bytes {
        self.asyncapi.get_or_init(|| asyncapi().to_string().into())
    }

    fn book(&self) -> &Book {
        self.book.get_or_init(|| Book::new(&serde_json::from_slice(self.openapi()).unwrap_or_default()))
    }
}

/// The routes.
pub(crate) fn routes(limits: &ApiLimits) -> Router<Api> {
    let (openapi, asyncapi, book) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
    let documents = Arc::new(Documents { limits: limits.clone(), openapi, asyncapi, book });
    let [for_pages, for_openapi, for_asyncapi] = std::array::from_fn(|_| Arc::clone(&documents));
    let page = async move |Path(path): Path<String>, uri: Uri| show(&for_pages, &path, &uri);
    Router::new()
        .route(ducat_docs::ROOT, get(async move |uri: Uri| show(&documents, "", &uri)))
        .route(&format!("{}/{{*file}}", ducat_docs::ROOT), get(page))
        .route("/openapi.json", get(async move || ([(CONTENT_TYPE, JSON)], for_openapi.openapi().clone())))
        .route("/asyncapi.json", get(async move || ([(CONTENT_TYPE, JSON)], for_asyncapi.asyncapi().clone())))
}

fn show(documents: &Documents, path: &str, uri: &Uri) -> Response {
    let Some(served) = documents.book().get(path) else { return Problem::no_such_path(uri.path()).into_response() };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(served.content_type)),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(ducat_docs::CONTENT_SECURITY_POLICY)),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (StatusCode::OK, headers, served.bytes.clone()).into_response()
}
