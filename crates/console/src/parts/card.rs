//! Figures in cards, and lists of facts.

use maud::{Markup, html};

/// A figure with its label, and what stands below it.
pub fn figure(label: &str, figure: &Markup, below: &Markup) -> Markup {
    html! { div.card { p.label { (label) } p.figure { (figure) } div.below { (below) } } }
}

/// Facts: a term and what it is.
pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! { dl.facts { @for (term, fact) in facts { div { dt { (term) } dd { (fact) } } } } }
}

/// A section of a page, with its title and what can be done there.
pub fn section(title: &str, tools: &Markup, body: &Markup) -> Markup {
    html! { section.part { div.bar { h2 { (title) } div.tools { (tools) } } (body) } }
}
