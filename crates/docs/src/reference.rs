//! The reference: what the OpenAPI document says, one page for each tag, and one for the shapes of bodies.
//!
//! Each operation shows the example that stands under its name in the documents, which a test runs.

use std::collections::HashMap;

use maud::{Markup, PreEscaped, html};
use serde_json::Value;

use crate::markdown::render;
use crate::{blocks, href};

/// The methods that operations have, in the order in which they are shown.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Where the shapes are.
const SHAPES: &str = "reference/schemas";

/// All pages of the reference.
pub(crate) struct Reference {
    pages: Vec<ReferencePage>,
}

/// A page of the reference.
pub(crate) struct ReferencePage {
    pub path: String,
    pub title: String,
    /// Titles and anchors of what is on it.
    pub sections: Vec<(String, String)>,
    pub body: Markup,
}

/// An operation.
struct Operation<'a> {
    method: &'static str,
    path: &'a str,
    id: &'a str,
    of: &'a Value,
}

impl Reference {
    /// That of an OpenAPI document, with the examples of a page.
    pub fn new(openapi: &Value, examples: &str) -> Reference {
        let examples: HashMap<String, String> =
            blocks(examples).into_iter().map(|block| (block.heading, block.text)).collect();
        let all = operations(openapi);
        let mut pages = Vec::new();
        for tag in list(openapi, "tags") {
            let name = word(tag, "name");
            let own: Vec<&Operation<'_>> =
                all.iter().filter(|operation| list(operation.of, "tags").any(|of| of == name)).collect();
            let title = capital(name);
            pages.push(ReferencePage {
                path: format!("reference/{}", name.replace(' ', "-")),
                sections: Vec::new(),
                body: of_tag(&title, word(tag, "description"), &own, &examples),
                title,
            });
        }
        pages.push(shapes(openapi));
        Reference { pages }
    }

    /// Its pages, in order.
    pub fn pages(&self) -> &[ReferencePage] {
        &self.pages
    }
}

fn operations(openapi: &Value) -> Vec<Operation<'_>> {
    let paths = openapi["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| {
                let of = item.get(*method)?;
                Some(Operation { method, path, id: word(of, "operationId"), of })
            })
        })
        .collect()
}

/// The operations of one tag.
fn of_tag(title: &str, description: &str, own: &[&Operation<'_>], examples: &HashMap<String, String>) -> Markup {
    html! {
        h1 { (title) }
        (prose(description))
        div.wide {
            table.index {
                tbody {
                    @for operation in own {
                        tr {
                            td { (method(operation.method)) }
                            td { a href={ "#" (operation.id) } { (path(operation.path)) } }
                            td { (inline(word(operation.of, "summary"))) }
                        }
                    }
                }
            }
        }
        @for operation in own { (of_operation(operation, examples.get(operation.id).map(String::as_str))) }
    }
}

fn of_operation(operation: &Operation<'_>, example: Option<&str>) -> Markup {
    let of = operation.of;
    let parameters: Vec<&Value> = list(of, "parameters").collect();
    html! {
        section.operation id=(operation.id) {
            h2 { a href={ "#" (operation.id) } { (inline(word(of, "summary").trim_end_matches('.'))) } }
            p.call { (method(operation.method)) " " (path(operation.path)) }
            div.columns {
                div {
                    (prose(word(of, "description")))
                    (scope(of))
                    @if !parameters.is_empty() {
                        h3 { "Parameters" }
                        div.wide { table { tbody { @for parameter in &parameters { (of_parameter(parameter)) } } } }
                    }
                    @if let Some(body) = of.get("requestBody") {
                        h3 { "Body" }
                        (prose(word(body, "description")))
                        @for (kind, content) in body["content"].as_object().into_iter().flatten() {
                            p { code { (kind) } ": " (kind_of(&content["schema"])) }
                        }
                    }
                    h3 { "Responses" }
                    div.wide { table { tbody {
                        @for (status, response) in of["responses"].as_object().into_iter().flatten() {
                            tr {
                                td.status { code { (status) } }
                                td {
                                    (inline(word(response, "description")))
                                    @for (_, content) in response["content"].as_object().into_iter().flatten() {
                                        @if status.starts_with('2') { " " (kind_of(&content["schema"])) }
                                    }
                                }
                            }
                        }
                    } } }
                }
                @if let Some(example) = example {
                    div.example { p { "Example" } pre { code { (example.trim_end()) } } }
                }
            }
        }
    }
}

/// Who may ask for it.
fn scope(operation: &Value) -> Markup {
    let needed = list(operation, "security").find_map(|way| way.as_object()?.values().next());
    html! {
        @match needed.and_then(Value::as_array).map(Vec::as_slice) {
            Some([]) => p.scope { "Any key." },
            Some([scope, ..]) => p.scope { "A key with scope " code { (scope.as_str().unwrap_or_default()) } "." },
            None => p.scope { "No key." },
        }
    }
}

fn of_parameter(parameter: &Value) -> Markup {
    html! {
        tr {
            td {
                code { (word(parameter, "name")) }
                p.kind { (word(parameter, "in")) @if parameter["required"] == true { ", required" } }
            }
            td {
                (inline(word(parameter, "description")))
                p.kind { (kind_of(&parameter["schema"])) (limits(&parameter["schema"])) }
            }
        }
    }
}

/// The page of all shapes.
fn shapes(openapi: &Value) -> ReferencePage {
    let all = openapi["components"]["schemas"].as_object();
    let body = html! {
        h1 { "Shapes of bodies" }
        p { "What requests and responses consist of. A field that may be left out says so." }
        @for (name, shape) in all.into_iter().flatten() {
            section.shape id=(name) {
                h2 { a href={ "#" (name) } { (name) } }
                (prose(word(shape, "description")))
                (of_shape(shape))
            }
        }
    };
    ReferencePage { path: SHAPES.to_owned(), title: "Shapes of bodies".to_owned(), sections: Vec::new(), body }
}

fn of_shape(shape: &Value) -> Markup {
    let required: Vec<&str> = list(shape, "required").filter_map(Value::as_str).collect();
    let fields = shape["properties"].as_object();
    html! {
        @if let Some(fields) = fields {
            div.wide { table { tbody {
                @for (name, field) in fields {
                    tr {
                        td {
                            code { (name) }
                            @if !required.contains(&name.as_str()) { p.kind { "may be left out" } }
                        }
                        td {
                            (inline(description(field)))
                            p.kind { (kind_of(field)) (limits(field)) }
                        }
                    }
                }
            } } }
        } @else {
            @for part in list(shape, "allOf") { (of_shape(part)) }
            @if shape.get("allOf").is_none() { p.kind { (kind_of(shape)) (limits(shape)) } }
        }
    }
}

/// What a field is for. Where it may be null, that stands with the other thing that it may be.
fn description(field: &Value) -> &str {
    let own = word(field, "description");
    if !own.is_empty() {
        return own;
    }
    let inner = list(field, "oneOf").map(|one| word(one, "description"));
    inner.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

/// What values are like, in words, with links to shapes.
fn kind_of(schema: &Value) -> Markup {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        return html! { a href={ (href(SHAPES)) "#" (name) } { (name) } };
    }
    let ways: Vec<&Value> = ["oneOf", "anyOf", "allOf"].iter().flat_map(|key| list(schema, key)).collect();
    if !ways.is_empty() {
        return html! {
            @for (place, way) in ways.iter().enumerate() {
                @if place > 0 { " or " }
                (kind_of(way))
            }
        };
    }
    let words: Vec<&str> = list(schema, "enum").filter_map(Value::as_str).collect();
    if !words.is_empty() {
        return html! { @for (place, one) in words.iter().enumerate() { @if place > 0 { ", " } code { (one) } } };
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    html! {
        @for (place, one) in types.iter().enumerate() {
            @if place > 0 { " or " }
            @match *one {
                "array" => { "array of " (kind_of(&schema["items"])) },
                one => (one),
            }
        }
        @if types.is_empty() { "any value" }
    }
}

/// How long and how large.
fn limits(schema: &Value) -> String {
    let number = |key: &str| schema.get(key).filter(|value| value.is_number()).map(ToString::to_string);
    let between = |least: Option<String>, most: Option<String>, unit: &str| match (least, most) {
        (Some(least), Some(most)) if least == most => format!(", {least}{unit}"),
        (Some(least), Some(most)) => format!(", {least} to {most}{unit}"),
        (Some(least), None) => format!(", at least {least}{unit}"),
        (None, Some(most)) => format!(", at most {most}{unit}"),
        (None, None) => String::new(),
    };
    between(number("minimum"), number("maximum"), "")
        + &between(number("minLength"), number("maxLength"), " characters")
        + &between(number("minItems"), number("maxItems"), " of them")
}

fn method(method: &str) -> Markup {
    html! { span class={ "method " (method) } { (method.to_uppercase()) } }
}

/// A path, its variable parts set apart.
fn path(path: &str) -> Markup {
    html! {
        code.path {
            @for (place, part) in path.split('/').enumerate() {
                @if place > 0 { "/" wbr; }
                @if part.starts_with('{') { var { (part) } } @else { (part) }
            }
        }
    }
}

/// Text with paragraphs.
fn prose(text: &str) -> Markup {
    PreEscaped(render(text, |target| Some(target.to_owned())).html)
}

/// A line of text.
fn inline(text: &str) -> Markup {
    let html = prose(text).into_string();
    let line = html.trim().strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>"));
    PreEscaped(line.filter(|line| !line.contains("<p>")).unwrap_or(&html).to_owned())
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

fn word<'a>(of: &'a Value, key: &str) -> &'a str {
    of.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(of: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    of.get(key).and_then(Value::as_array).into_iter().flatten()
}
