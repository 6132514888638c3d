//! Names of accounts: a path whose segments are links to what begins so.

use maud::{Markup, html};

use super::text::{user, visible};
use crate::address::{segment, with};

/// Where an account is shown.
pub fn href(ledger: &str, account: &str) -> String {
    format!("/console/l/{}/accounts/{}", segment(ledger), segment(account))
}

/// An account, as a link to its page.
pub fn account(ledger: &str, name: &str) -> Markup {
    html! { a.account href=(href(ledger, name)) title=[long(name)] { (broken(name)) } }
}

/// A name that may wrap behind its segments.
fn broken(name: &str) -> Markup {
    let shown = visible(name);
    let parts: Vec<&str> = shown.split_inclusive(':').collect();
    html! { bdi { @for (place, part) in parts.iter().enumerate() { @if place > 0 { wbr; } (part) } } }
}

fn long(name: &str) -> Option<String> {
    (name.chars().count() > 40).then(|| visible(name))
}

/// The name at the head of an account's page.
pub fn heading(ledger: &str, name: &str) -> Markup {
    let accounts = format!("/console/l/{}/accounts", segment(ledger));
    let parts: Vec<&str> = name.split(':').collect();
    let last = parts.len().saturating_sub(1);
    html! {
        @for (place, part) in parts.iter().enumerate() {
            @if place < last {
                a href=(with(&accounts, &[("prefix", &format!("{}:", parts[..=place].join(":")))])) { (user(part)) }
                span.quiet aria-hidden="true" { ":" } wbr;
            } @else {
                (user(part))
            }
        }
    }
}
