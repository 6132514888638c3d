//! The overview of a ledger: does anything need me, where is the money, what happens now?

use axum::http::StatusCode;
use jiff::ToSpan as _;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::client::Listed;
use crate::ledger::Ledger;
use crate::money::{Asset, Money, total};
use crate::page::Page;
use crate::pages::transactions;
use crate::parts::amount::{Sign, amount};
use crate::parts::card::{figure, section};
use crate::parts::chart::{Point, sparkline};
use crate::parts::frame::{Reach, on};
use crate::parts::notice::empty;
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, grouped};
use crate::times::{age, instant, shown_day};
use crate::visit::{Stop, Visit};

/// Transactions that are shown.
const LATEST: usize = 12;

/// Rows that are looked through for what needs someone, and for what is on hold.
const LOOKED_AT: usize = 1_000;

/// Other ledgers that are looked at: each is three looks, and a page is waited for.
const LEDGERS_MAX: usize = 20;

/// Payers whose balances are added up: each is a look for each day of the line.
const PAYERS_MAX: usize = 100;

/// Assets that have a card: each is some thirty looks.
const ASSETS_MAX: usize = 12;

/// Days of the small line.
const DAYS: i64 = 30;

/// Something that waits for a person.
struct Need {
    count: usize,
    what: String,
    oldest: String,
    href: String,
    verb: &'static str,
}

impl Need {
    fn new(count: usize, what: String, href: String, verb: &'static str) -> Need {
        Need { count, what, oldest: String::new(), href, verb }
    }
}

/// The page.
pub async fn show(visit: &Visit, reach: &Reach) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let mut page = Page::new(format!("Overview of {}", ledger.name));
    page.heading =
        Some(html! { "Overview" (on(visit)) @if ledger.is_archived { " " (State::of("archived").markup()) } });
    if !ledger.is_archived {
        page.tools = html! { a.button.primary href=(ledger.page("/do/transfer")) { "New transfer" } };
    }
    // What needs someone needs him now.
    if visit.as_of().is_none() {
        let mut needs = needs(visit, reach, ledger).await;
        needs.extend(elsewhere(visit, reach, ledger).await);
        page.add(needs_markup(visit, &needs));
        page.tables.push(needs_table(&needs));
    }
    page.add(section("Money", &html! {}, &html! { div.cards { (money(visit, reach, ledger).await) } }));
    let latest = latest(visit, ledger).await;
    let all = html! { a.button.small href=(visit.href(&ledger.page("/transactions"))) { "All transactions" } };
    page.add(html! {
        div.two {
            (section("Latest transactions", &all, &html! {
                div data-live="latest" data-source=(visit.as_of().map_or(ledger.page("/live"), |_| String::new())) { (latest) }
            }))
            (section("Health", &html! { a.button.small href="/console/nodes" { "Nodes" } }, &html! { div data-live="health" { (health(visit, reach, ledger).await) } }))
        }
    });
    Ok(page)
}

/// The latest transactions, as the page and its live part show them.
pub async fn latest(visit: &Visit, ledger: &Ledger) -> Markup {
    let path = crate::address::with(&ledger.api("/transactions"), &[("to", &visit.until())]);
    match visit.client.page(&path, None, LATEST).await {
        Ok(mut listed) => {
            visit.until_then(&mut listed.rows);
            let table = transactions::latest(ledger, &listed.rows, visit);
            let nothing = empty("No transactions yet. Make one with New transfer, or through the API.", None);
            table.markup(&visit.zone, visit.now).unwrap_or(nothing)
        }
        // A key that is kept to some accounts asks for one of them.
        Err(refused) => empty(&crate::parts::state::capital(&crate::parts::text::visible(&refused.detail)), None),
    }
}

/// How the server is, as the page and its live part show it.
pub async fn health(visit: &Visit, reach: &Reach, ledger: &Ledger) -> Markup {
    let ready = visit.client.look("/readyz").await;
    let head = visit.client.look(&ledger.api("/head")).await.unwrap_or_default();
    let sample = visit.figures.last();
    let rates = visit.figures.rates();
    let most = rates.iter().copied().fold(0.0, f64::max);
    let p99 = sample.p99_ms.map_or("\u{2013}".to_owned(), |ms| format!("{ms} ms or less"));
    let state = if ready.is_ok() { "ready" } else { "degraded" };
    let last = instant(head.text("at"));
    let last = last.map_or(html! { "\u{2013}" }, |at| crate::parts::instant::instant(at, &visit.zone, visit.now));
    let mut list = vec![("Server", State::of(state).markup())];
    // Rates are of the server as a whole: who may not see that sees the ledger alone.
    if reach.sees_keys {
        list.push(("Commands", html! { (format!("{:.1}", sample.commands_per_second)) " a second; at most " (format!("{most:.1}")) " in the last hour" }));
        list.push(("Commits, p99", html! { (p99) }));
        list.push(("Queue", html! { (format!("{:.0}", sample.queue_postings)) " postings wait" }));
    }
    list.push(("Events", html! { (grouped(head.count("seq"))) }));
    list.push(("Last event", last));
    crate::parts::card::facts(&list)
}

/// What waits for a person in a ledger.
async fn of_ledger(visit: &Visit, ledger: &Ledger) -> Vec<Need> {
    let client = &visit.client;
    let mut needs = Vec::new();
    if let Ok(listed) = client.page(&ledger.api("/advances/exceptions"), None, LOOKED_AT).await {
        let open: Vec<_> = listed.rows.iter().filter(|one| !one.flag("settled")).collect();
        let mut kinds: Vec<&str> = open.iter().map(|one| one.text("kind")).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let of: Vec<_> = open.iter().filter(|one| one.text("kind") == kind).collect();
            let what = format!("{} {}", of.len(), super::advances::kind_words(kind, of.len()));
            let href = crate::address::with(&ledger.page("/advances/exceptions"), &[("kind", kind)]);
            let oldest = of.last().and_then(|one| instant(one.text("at"))).map(|at| age(at, visit.now));
            needs.push(Need { oldest: oldest.unwrap_or_default(), ..Need::new(of.len(), what, href, "Resolve") });
        }
        needs.extend(missing_run(visit, ledger).await);
    }
    if let Ok(listed) = client.page(&ledger.api("/webhooks"), None, LOOKED_AT).await {
        let disabled = listed.rows.iter().filter(|one| one.text("status") == "disabled").count();
        if disabled > 0 {
            let what = format!("{disabled} {} disabled", if disabled == 1 { "webhook is" } else { "webhooks are" });
            needs.push(Need::new(disabled, what, ledger.page("/webhooks"), "Inspect"));
        }
    }
    needs
}

/// A daily run that did not begin yesterday or today, or failed.
async fn missing_run(visit: &Visit, ledger: &Ledger) -> Option<Need> {
    let runs = visit.client.look(&ledger.api("/advances/runs?limit=1")).await.ok()?.list("data");
    let run = runs.first()?;
    let day: Date = run.text("as_of").parse().ok()?;
    let what = match run.text("status") {
        "failed" => format!("The run of {} failed", shown_day(day)),
        _ if (visit.today() - day).get_days() > 1 => format!("No daily run since {}", shown_day(day)),
        _ => return None,
    };
    Some(Need::new(1, what, ledger.page("/advances/runs"), "Inspect"))
}

/// What waits for a person in the other ledgers, as one line for each.
async fn elsewhere(visit: &Visit, reach: &Reach, here: &Ledger) -> Vec<Need> {
    let mut needs = Vec::new();
    for name in reach.ledgers.iter().filter(|name| **name != here.name).take(LEDGERS_MAX) {
        let other = Ledger { name: name.clone(), assets: Vec::new(), default: None, is_archived: false };
        let count: usize = of_ledger(visit, &other).await.iter().map(|need| need.count).sum();
        if count > 0 {
            let wait = if count == 1 { "1 matter waits".to_owned() } else { format!("{count} matters wait") };
            let what = format!("{wait} in the ledger {}", crate::parts::text::visible(name));
            needs.push(Need::new(count, what, other.page(""), "Look"));
        }
    }
    needs
}

/// What waits for a person, the most pressing first.
async fn needs(visit: &Visit, reach: &Reach, ledger: &Ledger) -> Vec<Need> {
    let client = &visit.client;
    let mut needs = of_ledger(visit, ledger).await;
    if !reach.asks_for_key && reach.sees_keys {
        let what = "No key is asked for: whoever reaches this server may do everything".to_owned();
        needs.push(Need::new(1, what, "/console/keys".to_owned(), "Make a key"));
    }
    if reach.sees_keys {
        if let Ok(listed) = client.page("/v1/streams", None, LOOKED_AT).await {
            let stopped = listed.rows.iter().filter(|one| one.text("status") == "stopped").count();
            if stopped > 0 {
                let what = format!("{stopped} {} stopped", if stopped == 1 { "stream has" } else { "streams have" });
                needs.push(Need::new(stopped, what, "/console/streams".to_owned(), "Inspect"));
            }
        }
        if let Ok(audit) = client.look("/v1/audit?limit=1").await {
            let count = |one: &crate::record::Record| one.count("unauthorized") + one.count("forbidden");
            let refused: u64 = audit.list("refusals").iter().map(count).sum();
            if refused > 0 {
                let requests = if refused == 1 { "request was" } else { "requests were" };
                let what = format!("{} {requests} refused at this node in the last day", grouped(refused));
                needs.push(Need::new(1, what, "/console/audit".to_owned(), "Inspect"));
            }
        }
    }
    for (task, blocked) in visit.figures.last().by_label("ducat_background_blocked", "task") {
        if blocked > 0.0 {
            let what = format!("The job {task} makes no progress");
            needs.push(Need::new(1, what, "/console/jobs".to_owned(), "Inspect"));
        }
    }
    needs
}

fn needs_markup(visit: &Visit, needs: &[Need]) -> Markup {
    let title = "Needs a person";
    let body = html! {
        @if needs.is_empty() {
            p.calm { span.shape aria-hidden="true" { "\u{25cf}" } " Nothing needs you. Checked " (visit.zone.time(visit.now)) "." }
        } @else {
            ul.needs {
                @for need in needs {
                    li {
                        span.shape aria-hidden="true" { "\u{25b2}" }
                        span.what { (need.what) }
                        span.quiet { @if !need.oldest.is_empty() { "oldest " (need.oldest) } }
                        a.button.small href=(need.href) aria-label=(format!("{}: {}", need.verb, need.what)) { (need.verb) }
                    }
                }
            }
        }
    };
    let tools =
        html! { @if !needs.is_empty() { a.button.small href=(visit.here(&[("file", "needs")])) download { "CSV" } } };
    section(title, &tools, &body)
}

fn needs_table(needs: &[Need]) -> Table {
    let row = |need: &Need| Row {
        cells: vec![Cell::Words(need.what.clone()), Cell::Words(need.oldest.clone())],
        href: Some(need.href.clone()),
    };
    Table {
        name: "needs",
        caption: "What needs a person".to_owned(),
        columns: vec![column("What"), column("Oldest")],
        rows: needs.iter().map(row).collect(),
    }
}

/// A card for what is owed on advances, and one for each asset.
async fn money(visit: &Visit, reach: &Reach, ledger: &Ledger) -> Markup {
    let mut cards = Vec::new();
    if reach.has_advances && visit.as_of().is_none() {
        cards.extend(owed(visit, ledger).await);
    }
    let Some(issuers) = issuers(visit, reach, ledger).await else {
        return html! {
            @for card in &cards { (card) }
            @if cards.is_empty() { (empty("Balances of this ledger are not shown here: it has more payers than fit, or your key may not see it as a whole.", None)) }
        };
    };
    let holds = visit.client.page(&ledger.api("/transactions?status=pending"), None, LOOKED_AT).await;
    let holds = holds.ok().filter(|_| visit.as_of().is_none());
    for asset in ledger.assets.iter().take(ASSETS_MAX) {
        cards.extend(asset_card(visit, ledger, asset, &issuers, holds.as_ref()).await);
    }
    let more = ledger.assets.len().saturating_sub(ASSETS_MAX);
    html! {
        @for card in &cards { (card) }
        @if more > 0 { (empty(&format!("And {more} more assets. Their accounts are in the list of accounts."), None)) }
        @if cards.is_empty() { (empty("Nothing was issued yet: no transaction has taken from world.", None)) }
    }
}

async fn owed(visit: &Visit, ledger: &Ledger) -> Option<Markup> {
    let aging = visit.client.get(&ledger.api("/advances/aging")).await.ok()?;
    let asset = super::advances::asset(visit, ledger).await.ok()?;
    let ages = aging.list("ages");
    let late = ages.iter().filter(|age| age.text("days") != "not due");
    let overdue = Money::new(total(late.filter_map(|age| age.amount("amount"))), &asset);
    let below = html! {
        p { (amount(&overdue, Sign::Minus)) " " span.quiet { "overdue" } }
        p { a href=(ledger.page("/advances")) { "The book" } }
    };
    Some(figure("Owed on advances", &amount(&Money::new(aging.amount("owed")?, &asset), Sign::Minus), &below))
}

async fn asset_card(
    visit: &Visit,
    ledger: &Ledger,
    asset: &Asset,
    issuers: &[String],
    holds: Option<&Listed>,
) -> Option<Markup> {
    let points = issued(visit, ledger, asset, issuers).await?;
    let [.., before, last] = points.as_slice() else { return None };
    let held = holds.map(|holds| {
        let postings = holds.rows.iter().flat_map(|one| one.list("postings"));
        let of = postings.filter(|posting| posting.text("asset") == asset.code);
        total(of.filter_map(|posting| posting.amount("amount")))
    });
    if held.unwrap_or_default() == 0 && points.iter().all(|point| point.minor == 0) {
        return None;
    }
    let money = |minor| Money::new(minor, asset);
    let day = if visit.as_of().is_some() { "that day" } else { "today" };
    let below = html! {
        p { (amount(&money(last.minor.saturating_sub(before.minor)), Sign::Both)) " " span.quiet { (day) } }
        @if let Some(held) = held {
            p { (amount(&money(held), Sign::Minus)) " " span.quiet { "on hold" @if holds.is_some_and(|holds| holds.next.is_some()) { ", of the newest 1,000 holds" } } }
        }
        (sparkline(&points, asset))
    };
    Some(figure(&format!("{} issued", asset.code), &amount(&money(last.minor), Sign::Minus), &below))
}

/// The accounts from which an asset comes: `world`, and the payers of points. Nothing where they are too many, or where the
/// reader may not see them.
async fn issuers(visit: &Visit, reach: &Reach, ledger: &Ledger) -> Option<Vec<String>> {
    let mut issuers = Vec::new();
    match visit.client.look(&ledger.api("/accounts/world")).await {
        Ok(_) => issuers.push("world".to_owned()),
        Err(refused) if refused.status == StatusCode::NOT_FOUND => {}
        Err(_) => return None,
    }
    if reach.has_points {
        let path = ledger.api(&format!("/accounts?prefix=points:payers:&limit={PAYERS_MAX}"));
        let payers = visit.client.look(&path).await.ok()?;
        if payers.maybe("next").is_some() {
            return None;
        }
        issuers.extend(payers.list("data").iter().map(|payer| payer.text("name").to_owned()));
    }
    Some(issuers)
}

/// What was issued of an asset at the end of each of the last days; nothing where a day cannot be looked at.
async fn issued(visit: &Visit, ledger: &Ledger, asset: &Asset, issuers: &[String]) -> Option<Vec<Point>> {
    let last = visit.as_of().unwrap_or_else(|| visit.today());
    let mut points = Vec::new();
    // Several issuers are looked at for fewer days: each look is one row.
    let days = match issuers.len() {
        0..=3 => DAYS,
        4..=20 => 7,
        _ => 1,
    };
    for back in (0..=days).rev() {
        let Ok(day) = last.checked_sub(back.days()) else { continue };
        let at = visit.zone.end_of(day).unwrap_or(visit.now);
        let mut minor = 0i128;
        for issuer in issuers {
            // One that has none of this asset issued none.
            let posted = visit.balance(ledger, issuer, &asset.code, at).await.ok()?;
            minor = minor.saturating_sub(posted.unwrap_or_default());
        }
        points.push(Point { day, minor });
    }
    Some(points)
}
