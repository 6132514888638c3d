//! The book as it is served: every page of the summary, the reference, and the files that pages load.

use std::collections::HashMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use rust_embed::RustEmbed;
use serde_json::Value;

use crate::markdown::{self, Outline};
use crate::reference::Reference;
use crate::{Link, Part, ROOT, href, summary};

/// The files of the documents.
#[derive(RustEmbed)]
#[folder = "../../docs"]
#[include = "*.md"]
#[include = "**/*.md"]
#[include = "**/*.svg"]
struct Files;

/// What every page is styled with.
const STYLE: &str = include_str!("../assets/style.css");

/// The page of which the reference takes its examples.
const EXAMPLES: &str = "examples.md";

/// Something that is served.
#[derive(Debug, Clone)]
pub struct Served {
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// All that is served, by its path below [`ROOT`], which is empty for the first page.
#[derive(Debug)]
pub struct Book {
    served: HashMap<String, Served>,
}

impl Book {
    /// The book of a server whose OpenAPI document this is.
    #[must_use]
    pub fn new(openapi: &Value) -> Book {
        let parts = summary(&text("SUMMARY.md").unwrap_or_default());
        let reference = Reference::new(openapi, &text(EXAMPLES).unwrap_or_default());
        let mut book = Book { served: HashMap::new() };
        book.add("style.css", "text/css; charset=utf-8", STYLE);
        for file in Files::iter().filter(|file| file.ends_with(".svg")) {
            let bytes = Files::get(&file).map(|file| file.data.into_owned()).unwrap_or_default();
            book.served.insert(file.to_string(), Served { content_type: "image/svg+xml", bytes });
        }
        for chapter in parts.iter().flat_map(|part| &part.chapters) {
            let Some(markdown) = text(&chapter.file) else { continue };
            let rendered = markdown::render(&markdown, |target| lead(&chapter.file, target));
            let path = path_of(&chapter.file);
            let page = shell(&parts, &reference, &path, &rendered.outline, &PreEscaped(rendered.html));
            book.add(&path, HTML, &page.into_string());
        }
        for page in reference.pages() {
            let outline = Outline { title: page.title.clone(), sections: page.sections.clone(), ..Outline::default() };
            let shown = shell(&parts, &reference, &page.path, &outline, &page.body);
            book.add(&page.path, HTML, &shown.into_string());
        }
        book
    }

    fn add(&mut self, path: &str, content_type: &'static str, text: &str) {
        self.served.insert(path.to_owned(), Served { content_type, bytes: text.as_bytes().to_vec() });
    }

    /// What is at a path below [`ROOT`].
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Served> {
        self.served.get(path.trim_end_matches('/'))
    }

    /// All paths below [`ROOT`].
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.served.keys().map(String::as_str)
    }
}

const HTML: &str = "text/html; charset=utf-8";

/// A document.
fn text(file: &str) -> Option<String> {
    String::from_utf8(Files::get(file)?.data.into_owned()).ok()
}

/// The path of a page: its file without its ending, and its folder for a `README.md`.
fn path_of(file: &str) -> String {
    let path = file.strip_suffix(".md").unwrap_or(file);
    path.strip_suffix("README").unwrap_or(path).trim_end_matches('/').to_owned()
}

/// Where a link on a page leads here; nowhere if it leads out of the documents.
fn lead(from: &str, target: &str) -> Option<String> {
    if target.starts_with('#') {
        return Some(target.to_owned());
    }
    let Some((file, heading)) = Link::leads_to(from, target).ok()? else { return Some(target.to_owned()) };
    if matches!(file.as_str(), "openapi.json" | "asyncapi.json") {
        return Some(format!("/{file}"));
    }
    Files::get(&file)?;
    let anchor = if heading.is_empty() { String::new() } else { format!("#{heading}") };
    Some(format!("{}{anchor}", href(&path_of(&file))))
}

/// A page around its content.
fn shell(parts: &[Part], reference: &Reference, path: &str, outline: &Outline, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (outline.title) @if outline.title != "Ducat" { " · Ducat" } }
                link rel="stylesheet" href={ (ROOT) "/style.css" };
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header { a.name href=(ROOT) { "Ducat" } a href="/openapi.json" { "OpenAPI" } a href="/asyncapi.json" { "AsyncAPI" } }
                div.page {
                    details.menu {
                        summary { "Contents" }
                        (navigation(parts, reference, path))
                    }
                    div.side { (navigation(parts, reference, path)) }
                    main #content { (content) }
                    @if outline.sections.len() > 1 {
                        aside {
                            nav aria-label="On this page" {
                                p { "On this page" }
                                ul {
                                    @for (title, anchor) in &outline.sections {
                                        li { a href={ "#" (anchor) } { (title) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Where one can go. Parts with many pages are open where the page is among them.
fn navigation(parts: &[Part], reference: &Reference, path: &str) -> Markup {
    let is_here = |to: &str| (to == path).then_some("page");
    html! {
        nav aria-label="Contents" {
            @for part in parts {
                @let is_in = part.chapters.iter().any(|chapter| path_of(&chapter.file) == path);
                @let list = html! {
                    ul {
                        @for chapter in &part.chapters {
                            @let to = path_of(&chapter.file);
                            li.deep[chapter.depth > 0] {
                                a href=(href(&to)) aria-current=[is_here(&to)] { (chapter.title) }
                            }
                        }
                    }
                };
                @if part.chapters.len() > MANY {
                    details open[is_in] { summary { (part.title) } (list) }
                } @else {
                    @if !part.title.is_empty() { p { (part.title) } }
                    (list)
                }
                @if part.title == BEFORE_REFERENCE {
                    p { "Reference" }
                    ul {
                        @for page in reference.pages() {
                            li { a href=(href(&page.path)) aria-current=[is_here(&page.path)] { (page.title) } }
                        }
                    }
                }
            }
        }
    }
}

/// More pages than these are folded.
const MANY: usize = 20;

/// The part after which the reference comes.
const BEFORE_REFERENCE: &str = "Use";

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Files")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_pages() {
        for (from, target, expected) in [
            ("README.md", "operations.md", Some("/docs/operations")),
            ("design/lease.md", "../operations.md#clocks", Some("/docs/operations#clocks")),
            ("design/lease.md", "executor.md", Some("/docs/design/executor")),
            ("design/lease.md", "README.md", Some("/docs/design")),
            ("operations.md", "#clocks", Some("#clocks")),
            ("operations.md", "https://example.com/a", Some("https://example.com/a")),
            ("performance.md", "plots/growth.svg", Some("/docs/plots/growth.svg")),
            ("api.md", "openapi.json", Some("/openapi.json")),
            ("README.md", "../README.md", None),
            ("README.md", "../deploy/ducat.toml", None),
        ] {
            assert_eq!(lead(from, target).as_deref(), expected, "{target} on {from}");
        }
    }
}
