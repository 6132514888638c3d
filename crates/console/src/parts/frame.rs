//! The frame around every page: where one is, where one can go, and who one is.

use maud::{DOCTYPE, Markup, html};

use super::instant::instant;
use super::notice::{Kind, notice};
use super::text::{user, visible};
use crate::assets::asset;
use crate::ledger::Ledger;
use crate::page::Page;
use crate::times::shown_day;
use crate::visit::Visit;

/// What the navigation leads to, for this reader in this ledger.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    pub ledgers: Vec<String>,
    /// The ledger that the navigation is about: that of the page, or the first.
    pub ledger: Option<Ledger>,
    pub has_points: bool,
    pub has_advances: bool,
    pub has_bank: bool,
    /// Whether the reader may see keys, and what is of the server as a whole.
    pub sees_keys: bool,
    /// Whether a key is asked for.
    pub asks_for_key: bool,
    /// `ready`, or why not.
    pub health: String,
}

/// A link of the navigation: what it says, where it leads, and the letter that goes there.
type Link<'a> = (&'a str, String, Option<char>);

/// The whole document.
pub fn document(visit: &Visit, reach: &Reach, page: &Page) -> Markup {
    let heading = page.heading.clone().unwrap_or_else(|| html! { (page.title) });
    html! {
        (head(&page.title))
        body {
            a.skip href="#main" { "Skip to the page" }
            (top(visit, reach))
            div.under {
                nav.side aria-label="Console" { (navigation(visit, reach)) }
                div.right {
                    (band(visit))
                    main id="main" tabindex="-1" {
                        div.bar.head { h1 { (heading) } div.tools { (page.tools) } }
                        @if let Some(done) = &visit.done { (notice(Kind::Done, &html! { (visible(done)) ": done." })) }
                        (page.markup())
                        (super::curl::calls(&visit.origin, &visit.client.calls(), reach.asks_for_key))
                    }
                }
            }
            (keys())
        }
    }
}

/// A document without navigation: to sign in, and where something went wrong before one could.
pub fn plain(title: &str, body: &Markup) -> Markup {
    html! {
        (head(title))
        body.alone { main id="main" { p.mark { (coin()) " Ducat" } h1 { (title) } (body) } }
    }
}

fn head(title: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en";
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " \u{b7} Ducat" }
            link rel="icon" type="image/svg+xml" href=(asset("coin.svg"));
            link rel="stylesheet" href=(asset("console.css"));
            script src=(asset("console.js")) defer {}
        }
    }
}

/// The mark: a small coin.
fn coin() -> Markup {
    html! { svg.coin viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" { circle cx="10" cy="10" r="8" {} path d="M8 6h2a4 4 0 0 1 0 8H8z" {} } }
}

fn top(visit: &Visit, reach: &Reach) -> Markup {
    let action = reach.ledger.as_ref().map_or("/console/search".to_owned(), |ledger| ledger.page("/search"));
    let (word, shape, class) = match reach.health.as_str() {
        "" | "ready" => ("Ready", "\u{25cf}", "health"),
        _ => ("Degraded", "\u{25b2}", "health wrong"),
    };
    html! {
        header.top {
            a.mark href="/console" { (coin()) span { "Ducat" } }
            form.search role="search" action=(action) method="get" {
                label.unseen for="search" { "Search" }
                input id="search" name="q" type="search" autocomplete="off" spellcheck="false" data-focus="/"
                    placeholder="Transaction id, reference, member, customer, or an account's beginning";
                (super::field::as_of(visit))
            }
            form.asof action=(visit.path()) method="get" {
                @for (name, value) in visit.query.fields().iter().filter(|(name, _)| name != "as_of" && name != "cursor" && name != "done" && name != "id") {
                    input type="hidden" name=(name) value=(value);
                }
                label for="as_of" { "As of" }
                input id="as_of" name="as_of" value=(visit.query.get("as_of")) placeholder="now" autocomplete="off" spellcheck="false"
                    title="2026-03-31, 2026-Q1, 2026-03, yesterday, month or day-7";
            }
            a class=(class) href="/console/nodes" title=(reach.health) { span.shape aria-hidden="true" { (shape) } " " (word) }
            a.person href="/console/you" title="You, and your time zone" { (user(&visit.session.person)) }
        }
    }
}

fn band(visit: &Visit) -> Markup {
    let typed = visit.query.get("as_of");
    if typed.is_empty() {
        return html! {};
    }
    let shows_past = visit.parts.first().is_some_and(|part| part == "l");
    match (visit.as_of(), visit.as_of_instant()) {
        (Some(_), Some(_)) if !shows_past => html! {
            div.band role="status" { "This page has no past form: it is shown as now. " a href=(visit.here(&[("as_of", "")])) { "Return to now" } }
        },
        (Some(_), Some(at)) => html! {
            div.band role="status" {
                "Balances as of " (instant(at, &visit.zone, visit.now)) " " (visit.zone.name()) ". "
                a href=(visit.here(&[("as_of", "")])) { "Return to now" }
            }
        },
        _ => notice(
            Kind::Fault,
            &html! { (typed) " is not a date, so this is shown as now. Write 2026-03-31, 2026-Q1, 2026-03, yesterday, month or day-7." },
        ),
    }
}

fn navigation(visit: &Visit, reach: &Reach) -> Markup {
    let mut groups: Vec<(&str, Vec<Link<'_>>)> = Vec::new();
    if let Some(ledger) = &reach.ledger {
        let page = |rest: &str| visit.href(&ledger.page(rest));
        let money = vec![
            ("Overview", page(""), Some('o')),
            ("Accounts", page("/accounts"), Some('a')),
            ("Transactions", page("/transactions"), Some('t')),
            ("Holds", page("/holds"), Some('h')),
        ];
        groups.push(("Money", money));
        let mut products = Vec::new();
        if reach.has_points {
            products.push(("Points", page("/points"), Some('p')));
        }
        if reach.has_advances {
            products.push(("Advances", page("/advances"), Some('d')));
        }
        if reach.has_bank {
            products.push(("Bank", visit.href("/console/bank"), Some('b')));
        }
        if !products.is_empty() {
            groups.push(("Products", products));
        }
    }
    let mut operate = vec![("Ledgers", "/console/ledgers".to_owned(), Some('l'))];
    if let Some(ledger) = &reach.ledger {
        operate.push(("Webhooks", ledger.page("/webhooks"), Some('w')));
    }
    if reach.sees_keys {
        operate.push(("Streams", "/console/streams".to_owned(), Some('s')));
    }
    operate.push(("Jobs", "/console/jobs".to_owned(), Some('j')));
    operate.push(("Nodes", "/console/nodes".to_owned(), Some('n')));
    operate.push(("Verify and backup", "/console/verify".to_owned(), Some('v')));
    groups.push(("Operate", operate));
    if reach.sees_keys {
        groups.push((
            "Access",
            vec![("Keys", "/console/keys".to_owned(), Some('k')), ("Audit", "/console/audit".to_owned(), Some('u'))],
        ));
    }
    let here = visit.path();
    let links = html! {
        @for (group, links) in &groups {
            h2 { (group) }
            ul {
                @for (word, href, key) in links {
                    li { a href=(href) aria-current=[is_here(&here, href).then_some("page")] data-go=[*key] { (word) } }
                }
            }
        }
        @if reach.asks_for_key {
            form.out action="/console/logout" method="post" { (super::field::hidden(&[("token", &visit.form_token)])) button.link type="submit" { "Sign out" } }
        }
    };
    html! {
        (switcher(visit, reach))
        div.links { (links) }
        details.menu { summary { "Menu" } div { (links) } }
    }
}

/// Whether a link leads to this page, or to what it is a part of.
fn is_here(here: &str, href: &str) -> bool {
    let path = href.split('?').next().unwrap_or_default();
    let depth = path.matches('/').count();
    // The overview is the beginning of every other page.
    if depth == 3 && path.starts_with("/console/l/") {
        here == path
    } else {
        here == path || here.starts_with(&format!("{path}/"))
    }
}

fn switcher(visit: &Visit, reach: &Reach) -> Markup {
    let current = reach.ledger.as_ref().map(|ledger| ledger.name.as_str());
    html! {
        @if let Some(current) = current {
            details.switcher {
                summary { span.quiet { "Ledger" } " " strong { (user(current)) } }
                ul {
                    @for ledger in &reach.ledgers {
                        li { a href=(visit.href(&format!("/console/l/{}", crate::address::segment(ledger)))) aria-current=[(ledger == current).then_some("true")] { (user(ledger)) } }
                    }
                }
            }
        }
    }
}

/// The keys, as a dialog that `?` opens; without script it stays closed.
fn keys() -> Markup {
    let keys = [
        ("/", "Search"),
        ("?", "This list"),
        ("g then o a t h p d", "Overview, accounts, transactions, holds, points, advances"),
        ("g then l w s j n v k u b", "Ledgers, webhooks, streams, jobs, nodes, verify, keys, audit, bank"),
        ("j k", "Down and up in a table"),
        ("Enter", "Open the row"),
        ("[ ]", "Page before and after"),
        ("f", "Filters"),
        ("c", "Copy the identifier of the page"),
        ("e", "CSV of the first table"),
        ("Esc", "Close"),
    ];
    html! {
        dialog id="keys" aria-labelledby="keys-title" {
            h2 id="keys-title" { "Keys" }
            dl.facts { @for (key, what) in keys { div { dt { kbd { (key) } } dd { (what) } } } }
            p { label { input type="checkbox" id="keys-on" checked; " Single keys act" } }
            form method="dialog" { button { "Close" } }
        }
    }
}

/// A day, as a heading says it.
pub fn on(visit: &Visit) -> String {
    visit.as_of().map_or_else(String::new, |day| format!(" on {}", shown_day(day)))
}
