//! The OpenAPI document: what handlers say of themselves, and what holds for every operation by a rule.
//!
//! A handler describes what it alone does: its own refusals, its own parameters. What follows from the shape of an
//! operation (it takes a body, it names a ledger, it writes) is added here, so that it can be neither forgotten nor
//! described in two ways.

use ducat_domain::advances::Status as AdvanceStatus;
use ducat_store::read::Status;
use utoipa::PartialSchema as _;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ArrayItems, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder, Schema};

use crate::ApiLimits;
use crate::door;
use crate::door::needs::Demand;
use crate::schemas::{id, instant, integer, name, party, string, word};
use crate::values::{JsonDay, REFERENCE_BYTES_MAX};

/// Operations that look at nothing but their path.
const WITHOUT_QUERY: [&str; 6] = ["/", "/livez", "/healthz", "/readyz", "/metrics", "/ping"];

/// Operations that need no store.
const WITHOUT_STORE: [&str; 5] = ["/", "/livez", "/healthz", "/metrics", "/ping"];

/// The tag of the API that answers in sentences.
const IN_SENTENCES: &str = "points of one member";

/// Visible ASCII, with spaces and tabs in between: what a header's value can be.
const HEADER_PATTERN: &str = r"^[!-~]([ -~\t]*[!-~])?$";

/// A cursor, as base64 of a URL writes it.
const CURSOR_PATTERN: &str = "^[A-Za-z0-9_-]+$";

/// Adds to every operation what holds for it by a rule.
pub(crate) fn complete(document: &mut OpenApi, limits: &ApiLimits) {
    name_rows(document);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            add_path_parameters(path, operation);
            refine_parameters(path, operation, limits);
            if !WITHOUT_QUERY.contains(&path.as_str()) {
                add_parameter(operation, consistency());
            }
            add_responses(path, method, operation);
        }
        for (method, operation) in named(item) {
            add_security(path, method, operation);
        }
    }
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("ducat_<id>_<secret>");
    let description =
        "A key, made by `ducat keys create` or `POST /v1/keys`. Each operation says which scope it needs.";
    document
        .components
        .get_or_insert_default()
        .add_security_scheme(SCHEME, SecurityScheme::Http(scheme.description(Some(description)).build()));
}

/// Names the schema of the rows of each page: what is derived for a generic type has a copy of it.
fn name_rows(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    for (name, schema) in &mut components.schemas {
        let (Some(row), RefOr::T(Schema::Object(page))) = (name.strip_prefix("Page_"), schema) else { continue };
        if let Some(RefOr::T(Schema::Array(rows))) = page.properties.get_mut("data") {
            rows.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(row).into()));
        }
    }
}

/// The name of the one security scheme.
const SCHEME: &str = "key";

fn named(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let operations = [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ];
    operations.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Says which scope an operation needs, and how it is refused without. Where there are no keys, nothing is needed.
fn add_security(path: &str, method: &str, operation: &mut Operation) {
    let scopes: &[&str] = match door::demand_of(method, path) {
        None | Some(Demand::Nothing) => return,
        Some(Demand::AnyKey) => &[],
        Some(Demand::Of(need, _)) => &[door::scope_of(need)],
    };
    operation.security =
        Some(vec![SecurityRequirement::new(SCHEME, scopes.iter().copied()), SecurityRequirement::default()]);
    for (status, description) in [
        ("401", "`unauthorized`, `invalid_key`: there are keys, and none that is taken was shown"),
        ("429", "`rate_limited`: the key makes more requests a second than it may; nothing was done; retry later"),
        ("403", "`forbidden`: the key is for something else; `cross_site`: a web page of another site sent it"),
    ] {
        let known = &mut operation.responses.responses;
        known.entry(status.to_owned()).or_insert_with(|| RefOr::T(refusal(status, description, false)));
    }
}

/// How an operation is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    /// POST, PUT, PATCH or DELETE: it may change something.
    Writing,
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let writing = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
    let writing = writing.into_iter().flatten().map(|operation| (Method::Writing, operation));
    item.get.iter_mut().map(|operation| (Method::Get, operation)).chain(writing)
}

/// The longest name of a stream, in bytes: a prefix, and the longest name of a ledger with each of its letters encoded.
const STREAM_BYTES_MAX: usize = 512;

/// What the parts of a path are that mean the same in every path. Others are described by their handlers.
const PATH_PARTS: [(&str, &str); 8] = [
    ("stream", "The name of the stream at the broker"),
    ("webhook", "The id of the webhook"),
    ("key", "The id of the key"),
    ("ledger", "The ledger"),
    ("account", "The account"),
    ("asset", "The code of the asset"),
    ("member", "The member"),
    ("name", "The account's name"),
];

/// Adds the parameters that stand in the path, in their order there, before the others.
fn add_path_parameters(path: &str, operation: &mut Operation) {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let described = names.filter_map(|name| match name {
        "id" if path.starts_with("/v2/accounts") => Some(&("id", "The account's id")),
        _ => PATH_PARTS.iter().find(|(known, _)| *known == name),
    });
    let mut all = Vec::new();
    for (name, description) in described {
        if parameters(operation).any(|known| known.parameter_in == ParameterIn::Path && known.name == *name) {
            continue;
        }
        let parameter = ParameterBuilder::new()
            .name(*name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(*description))
            .schema(Some(ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))));
        all.push(RefOr::T(parameter.build()));
    }
    let own = operation.parameters.take().unwrap_or_default();
    all.extend(own);
    operation.parameters = (!all.is_empty()).then_some(all);
}

/// Gives each parameter the schema that its name stands for.
fn refine_parameters(path: &str, operation: &mut Operation, limits: &ApiLimits) {
    let has_key = parameters(operation).any(|parameter| parameter.name == "Idempotency-Key");
    for parameter in parameters(operation) {
        if let Some(schema) = schema_of(path, parameter, limits) {
            parameter.schema = Some(schema);
        }
    }
    if has_key {
        for (_, response) in successes(operation) {
            let header = HeaderBuilder::new()
                .schema(Some(word(&["true"])))
                .description(Some("This response repeats an earlier one that was given under the same id or key"));
            response.headers.insert("Idempotent-Replayed".to_owned(), RefOr::T(header.build()));
        }
    }
}

fn schema_of(path: &str, parameter: &Parameter, limits: &ApiLimits) -> Option<RefOr<Schema>> {
    let is_bank = path.contains("/accounts/{name}") || path.starts_with("/v2/");
    Some(match (&parameter.parameter_in, parameter.name.as_str()) {
        (ParameterIn::Path, "ledger" | "account" | "asset")
        | (ParameterIn::Query, "ledger" | "account" | "asset" | "prefix") => name().into(),
        (ParameterIn::Path, "key" | "webhook") => string(16, 16).pattern(Some("^[0-9a-f]{16}$")).into(),
        (ParameterIn::Path, "stream") => string(1, STREAM_BYTES_MAX).into(),
        (ParameterIn::Path, "member") | (ParameterIn::Query, "customer") => party().into(),
        (ParameterIn::Path, "name" | "other") if is_bank => string(1, REFERENCE_BYTES_MAX).into(),
        (ParameterIn::Path, "id" | "request" | "transaction_id" | "account_id")
        | (ParameterIn::Header, "Transaction-Id") => id().into(),
        (ParameterIn::Query, "at" | "from" | "to") => instant().into(),
        (ParameterIn::Query, "limit") => {
            let max = i64::try_from(limits.page_max).unwrap_or(i64::MAX);
            integer(Some(1), Some(max)).default(Some(limits.page_default().into())).into()
        }
        (ParameterIn::Query, "cursor") => string(1, 400).pattern(Some(CURSOR_PATTERN)).into(),
        (ParameterIn::Query, "after") | (ParameterIn::Header, "Last-Event-ID") => {
            integer(Some(0), Some(i64::MAX)).into()
        }
        (ParameterIn::Query, "as_of") => JsonDay::schema(),
        (ParameterIn::Query, "import") => string(1, REFERENCE_BYTES_MAX).into(),
        (ParameterIn::Query, "status") if path.ends_with("/transactions") => {
            word(&Status::ALL.map(Status::word)).into()
        }
        (ParameterIn::Query, "status") => word(&AdvanceStatus::ALL.map(AdvanceStatus::word)).into(),
        (ParameterIn::Header, "Content-Encoding") => word(&["gzip", "identity"]).into(),
        (ParameterIn::Query, "by") => word(&["recorded", "effective"]).default(Some("recorded".into())).into(),
        (ParameterIn::Header, "Idempotency-Key") => string(1, REFERENCE_BYTES_MAX).pattern(Some(HEADER_PATTERN)).into(),
        _ => return None,
    })
}

fn consistency() -> Parameter {
    ParameterBuilder::new()
        .name("consistency")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some("What every response is: it includes all that was acknowledged before the request"))
        .schema(Some(word(&["acknowledged"])))
        .build()
}

/// Adds the responses that follow from what an operation takes and does.
fn add_responses(path: &str, method: Method, operation: &mut Operation) {
    let takes_body = operation.request_body.is_some();
    let needs_store = !WITHOUT_STORE.contains(&path);
    let names_ledger = path.contains("{ledger}");
    let is_of_bank = path.starts_with("/accounts") || path.starts_with("/v2/accounts");
    let rules = [
        (
            !WITHOUT_QUERY.contains(&path),
            "400",
            "`malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused",
        ),
        (names_ledger, "404", "`ledger_not_found`"),
        (is_of_bank, "409", "`ledger_exists`: the ledger `bank` was opened with other assets"),
        (takes_body, "408", "`body_timeout`: the body took too long to arrive; nothing was done"),
        (takes_body, "413", "`body_too_large`"),
        (takes_body, "415", "`unsupported_media_type`"),
        (needs_store, "503", "`store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry"),
        (method == Method::Writing, "504", "`outcome_unknown`: retry under the same id or key"),
    ];
    let in_sentences = operation.tags.iter().flatten().any(|tag| tag == IN_SENTENCES);
    for (status, response) in &mut operation.responses.responses {
        // What is no success is a problem document, unless its handler describes something else or says that it has no
        // body.
        if let RefOr::T(response) = response
            && matches!(status.as_bytes(), [b'4' | b'5', ..])
            && response.content.is_empty()
            && !response.description.ends_with("no body")
        {
            *response = refusal(status, &std::mem::take(&mut response.description), in_sentences);
        }
    }
    for (holds, status, description) in rules {
        let known = &mut operation.responses.responses;
        if holds && !known.contains_key(status) {
            known.insert(status.to_owned(), RefOr::T(refusal(status, description, in_sentences)));
        }
    }
}

fn refusal(status: &str, description: &str, in_sentences: bool) -> Response {
    let (content_type, content) = match in_sentences {
        true => ("text/plain", Content::new(Some(ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))))),
        false => ("application/problem+json", Content::new(Some(Ref::from_schema_name("Problem")))),
    };
    let response = ResponseBuilder::new().description(description).content(content_type, content);
    match status {
        "429" | "503" => {
            let header = HeaderBuilder::new().schema(Some(integer(Some(0), None)));
            response.header("Retry-After", header.description(Some("Seconds to wait before a retry")).build()).build()
        }
        _ => response.build(),
    }
}

fn add_parameter(operation: &mut Operation, parameter: Parameter) {
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
}

fn parameters(operation: &mut Operation) -> impl Iterator<Item = &mut Parameter> {
    operation.parameters.iter_mut().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

/// Responses of a status from 200 to 299.
fn successes(operation: &mut Operation) -> impl Iterator<Item = (&String, &mut Response)> {
    operation.responses.responses.iter_mut().filter_map(|(status, response)| match response {
        RefOr::T(response) if status.starts_with('2') => Some((status, response)),
        RefOr::T(_) | RefOr::Ref(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn operation_ids_are_unique() {
        let mut document = crate::openapi(&ApiLimits::default());
        let mut ids = BTreeSet::new();
        for (path, item) in &mut document.paths.paths {
            for (_, operation) in operations(item) {
                let id = operation.operation_id.clone().expect("every operation has an id");
                assert!(ids.insert(id.clone()), "{id} of {path} is another operation's too");
            }
        }
    }

    #[test]
    fn every_operation_is_in_the_table_of_what_it_needs() {
        let mut document = crate::openapi(&ApiLimits::default());
        let mut known: BTreeSet<(String, String)> = BTreeSet::new();
        for (path, item) in &mut document.paths.paths {
            for (method, _) in named(item) {
                assert!(door::demand_of(method, path).is_some(), "{method} {path} has no rule: no key could use it");
                known.insert((method.to_owned(), path.clone()));
            }
        }
        let without_description =
            ["/openapi.json", "/asyncapi.json", "/docs", "/docs/{*file}", door::needs::PAGES, door::needs::PAGES_BELOW];
        for rule in door::needs::RULES {
            let is_known = known.contains(&(rule.method.to_owned(), rule.path.to_owned()));
            assert!(
                is_known || without_description.contains(&rule.path),
                "{} {} is no operation",
                rule.method,
                rule.path
            );
        }
    }

    #[test]
    fn no_schema_has_the_name_of_another() {
        // Two types of one name would leave one schema, which fits only one of them. The parts are compared before they
        // are merged.
        let mut known = std::collections::BTreeMap::new();
        for part in crate::parts() {
            let components = part.into_openapi().components.expect("it has schemas");
            for (name, schema) in components.schemas {
                let before = known.insert(name.clone(), schema.clone());
                assert!(before.is_none_or(|before| before == schema), "two schemas are called {name}");
            }
        }
    }

    #[test]
    fn every_path_of_v1_is_linked_from_the_root() {
        let linked: BTreeSet<&str> =
            crate::v1::server::LINKS.iter().filter_map(|(_, href)| href.split("{?").next()).collect();
        for path in crate::openapi(&ApiLimits::default()).paths.paths.keys() {
            assert!(linked.contains(path.as_str()) || !path.starts_with("/v1/"), "GET / does not lead to {path}");
        }
    }

    #[test]
    fn every_operation_says_what_it_refuses() {
        let mut document = crate::openapi(&ApiLimits::default());
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                let statuses: BTreeSet<&str> = operation.responses.responses.keys().map(String::as_str).collect();
                let has = |status| statuses.contains(status);
                assert!(has("400") || WITHOUT_QUERY.contains(&path.as_str()), "{path}");
                assert!(has("404") || !path.contains('{'), "{path}");
                assert!(has("415") && has("413") && has("408") || operation.request_body.is_none(), "{path}");
                assert!(has("504") || method == Method::Get, "{path}");
            }
        }
    }
}
