//! The overview of a ledger: does anything need me, where is the money, what happens now?

use jiff::ToSpan as _;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::money::{Asset, Money};
use crate::page::Page;
use crate::pages::transactions;
use crate::parts::amount::{Sign, amount};
use crate::parts::card::{figure, section};
use crate::parts::chart::{Point, Unit, sparkline};
use crate::parts::frame::{Reach, on};
use crate::parts::notice::empty;
use crate::parts::state::State;
use crate::parts::table::{Cell, Row, Table, column, grouped};
use crate::times::{age, instant, rfc3339, shown_day};
use crate::visit::{Ledger, Stop, Visit};

/// Transactions that are shown.
const LATEST: usize = 12;

/// Rows that are looked through for what needs someone, and for what is on hold.
const LOOKED_AT: usize = 1_000;

/// Other ledgers that are looked at.
const LEDGERS_MAX: usize = 20;

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
    page.heading = Some(html! { "Overview" (on(visit)) });
    page.tools = html! { a.button.primary href=(ledger.page("/do/transfer")) { "New transfer" } };
    let mut needs = needs(visit, reach, ledger).await;
    needs.extend(elsewhere(visit, reach, ledger).await);
    page.add(needs_markup(visit, &needs));
    page.tables.push(needs_table(&needs));
    page.add(section("Money", &html! {}, &html! { div.cards { (money(visit, reach, ledger).await?) } }));
    let latest = latest(visit, ledger).await?;
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
pub async fn latest(visit: &Visit, ledger: &Ledger) -> Result<Markup, Stop> {
    let until = visit.as_of_instant().map(rfc3339).unwrap_or_default();
    let path = crate::client::with(&ledger.api("/transactions"), &[("to", &until)]);
    let listed = visit.client.list(&path, None, LATEST, false).await?;
    let table = transactions::latest(ledger, &listed.rows, visit);
    let nothing = empty("No transactions yet. Make one with New transfer, or through the API.", None);
    Ok(table.markup(&visit.zone, visit.now).unwrap_or(nothing))
}

/// How the server is, as the page and its live part show it.
pub async fn health(visit: &Visit, reach: &Reach, ledger: &Ledger) -> Markup {
    let head = visit.client.look(&ledger.api("/head")).await.unwrap_or_default();
    let sample = visit.figures.last();
    let rates = visit.figures.rates();
    let most = rates.iter().copied().fold(0.0, f64::max);
    let p99 = sample.p99_ms.map_or("\u{2013}".to_owned(), |ms| format!("{ms} ms or less"));
    let state = if matches!(reach.health.as_str(), "" | "ready") { "ready" } else { "degraded" };
    crate::parts::card::facts(&[
        ("Server", State::of(state).markup()),
        (
            "Commands",
            html! { (format!("{:.1}", sample.commands_per_second)) " a second; at most " (format!("{most:.1}")) " in the last hour" },
        ),
        ("Commits, p99", html! { (p99) }),
        ("Queue", html! { (format!("{:.0}", sample.queue_postings)) " postings wait" }),
        ("Events", html! { (grouped(head.count("seq"))) }),
        (
            "Last event",
            instant(head.text("at"))
                .map_or(html! { "\u{2013}" }, |at| crate::parts::instant::instant(at, &visit.zone, visit.now)),
        ),
    ])
}

/// What waits for a person in a ledger.
async fn of_ledger(visit: &Visit, ledger: &Ledger) -> Vec<Need> {
    let client = &visit.client;
    let mut needs = Vec::new();
    if let Ok(listed) = client.list(&ledger.api("/advances/exceptions"), None, LOOKED_AT, false).await {
        let open: Vec<_> = listed.rows.iter().filter(|one| !one.flag("settled")).collect();
        let mut kinds: Vec<&str> = open.iter().map(|one| one.text("kind")).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let of: Vec<_> = open.iter().filter(|one| one.text("kind") == kind).collect();
            let what = format!("{} {}", of.len(), super::advances::kind_words(kind, of.len()));
            let href = crate::client::with(&ledger.page("/advances/exceptions"), &[("kind", kind)]);
            let oldest = of.last().and_then(|one| instant(one.text("at"))).map(|at| age(at, visit.now));
            needs.push(Need { oldest: oldest.unwrap_or_default(), ..Need::new(of.len(), what, href, "Resolve") });
        }
        needs.extend(missing_run(visit, ledger).await);
    }
    if let Ok(listed) = client.list(&ledger.api("/webhooks"), None, LOOKED_AT, false).await {
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
        let other = Ledger { name: name.clone(), assets: Vec::new(), default: None };
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
        if let Ok(listed) = client.list("/v1/streams", None, LOOKED_AT, false).await {
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

/// A card for each asset, and one for each product.
async fn money(visit: &Visit, reach: &Reach, ledger: &Ledger) -> Result<Markup, Stop> {
    let holds = visit.client.list(&ledger.api("/transactions?status=pending"), None, LOOKED_AT, false).await?;
    let mut cards = Vec::new();
    if reach.has_advances
        && let Ok(aging) = visit.client.get(&ledger.api("/advances/aging")).await
    {
        let terms = visit.client.look(&ledger.api("/advances/terms")).await.unwrap_or_default();
        let asset = ledger.asset(terms.text("asset"));
        let overdue: i128 = aging
            .list("ages")
            .iter()
            .filter(|age| age.text("days") != "not due")
            .filter_map(|age| age.amount("amount"))
            .sum();
        let below = html! { p { (amount(&Money::new(overdue, &asset), Sign::Minus)) " " span.quiet { "overdue" } } p { a href=(ledger.page("/advances")) { "The book" } } };
        let owed = Money::new(aging.amount("owed").unwrap_or_default(), &asset);
        cards.push(figure("Owed on advances", &amount(&owed, Sign::Minus), &below));
    }
    for asset in &ledger.assets {
        let issuers = issuers(visit, reach, ledger).await;
        if issuers.is_empty() {
            continue;
        }
        let points = issued(visit, ledger, asset, &issuers).await;
        let [.., before, last] = points.as_slice() else { continue };
        let held: i128 = holds
            .rows
            .iter()
            .flat_map(|one| one.list("postings"))
            .filter(|posting| posting.text("asset") == asset.code)
            .filter_map(|posting| posting.amount("amount"))
            .sum();
        if held == 0 && points.iter().all(|point| point.minor == 0) {
            continue;
        }
        let money = |minor| Money::new(minor, asset);
        let below = html! {
            p { (amount(&money(last.minor - before.minor), Sign::Both)) " " span.quiet { "today" } }
            p { (amount(&money(held), Sign::Minus)) " " span.quiet { "on hold" @if holds.next.is_some() { ", of the newest 1,000 holds" } } }
            (sparkline(&points, &Unit::Money(asset)))
        };
        let label = format!("{} issued", asset.code);
        cards.push(figure(&label, &amount(&money(last.minor), Sign::Minus), &below));
    }
    Ok(match cards.is_empty() {
        true => empty("Nothing was issued yet: no transaction has taken from world.", None),
        false => html! { @for card in &cards { (card) } },
    })
}

/// The accounts from which an asset comes: `world`, and the payers of points.
async fn issuers(visit: &Visit, reach: &Reach, ledger: &Ledger) -> Vec<String> {
    let mut issuers = Vec::new();
    if visit.client.look(&ledger.api("/accounts/world")).await.is_ok() {
        issuers.push("world".to_owned());
    }
    if reach.has_points
        && let Ok(payers) = visit.client.list(&ledger.api("/accounts?prefix=points:payers:"), None, 100, false).await
    {
        issuers.extend(payers.rows.iter().map(|payer| payer.text("name").to_owned()));
    }
    issuers
}

/// What was issued of an asset at the end of each of the last days.
async fn issued(visit: &Visit, ledger: &Ledger, asset: &Asset, issuers: &[String]) -> Vec<Point> {
    let last = visit.as_of().unwrap_or_else(|| visit.today());
    let mut points = Vec::new();
    // Several issuers are looked at for fewer days: each look is one row.
    let days = if issuers.len() > 3 { 7 } else { DAYS };
    for back in (0..=days).rev() {
        let Ok(day) = last.checked_sub(back.days()) else { continue };
        let at = visit.zone.end_of(day).map(|end| end.min(visit.now)).map(rfc3339).unwrap_or_default();
        let mut minor = 0i128;
        for issuer in issuers {
            let path = ledger.api(&format!("/accounts/{}/balance", crate::client::segment(issuer)));
            let path = crate::client::with(&path, &[("asset", &asset.code), ("at", &at)]);
            let balance = visit.client.look(&path).await.ok().and_then(|balance| balance.amount("posted"));
            minor -= balance.unwrap_or_default();
        }
        points.push(Point { day, minor });
    }
    points
}
