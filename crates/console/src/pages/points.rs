//! Points: what is outstanding of whom, and what does a member have?

use jiff::ToSpan as _;
use maud::{Markup, html};

use crate::address::{segment, with};
use crate::client::Refused;
use crate::ledger::Ledger;
use crate::money::{Asset, Money};
use crate::page::Page;
use crate::parts::amount::{Sign, amount};
use crate::parts::card::{facts, figure, section};
use crate::parts::chart::{Lot, lots};
use crate::parts::field::{Field, Kind, as_of};
use crate::parts::notice::empty;
use crate::parts::table::{Cell, Row, Table, column, grouped, number};
use crate::record::Record;
use crate::times::instant;
use crate::visit::{Stop, Visit};

/// Lots that are drawn: the next that are spent.
const LOTS_MAX: usize = 12;

/// Characters that stand in a segment of an account's name as they are; others are written `.XX`.
fn payer_of(account: &Record, prefix: &str) -> String {
    let of = account.part("metadata").and_then(|metadata| metadata.maybe("payer").map(str::to_owned));
    of.unwrap_or_else(|| account.text("name").strip_prefix(prefix).unwrap_or_default().to_owned())
}

/// What there is of a payer.
#[derive(Default, Clone)]
struct Payer {
    issued: i128,
    redeemed: i128,
    expired: i128,
}

/// The programme.
pub async fn program(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let program = visit.client.get(&ledger.api("/points/program")).await?;
    let asset = ledger.asset(program.text("asset"));
    let mut page = Page::new("Points");
    let mut payers: Vec<(String, Payer)> = Vec::new();
    for (prefix, put) in [
        ("points:payers:", (|payer: &mut Payer, minor| payer.issued = -minor) as fn(&mut Payer, i128)),
        ("points:redeemed:", |payer, minor| payer.redeemed = minor),
        ("points:breakage:", |payer, minor| payer.expired = minor),
    ] {
        let path = with(&ledger.api("/accounts"), &[("prefix", prefix)]);
        for account in visit.client.all(&path).await?.rows {
            let name = payer_of(&account, prefix);
            let minor = posted(visit, ledger, &account, &asset).await?;
            match payers.iter_mut().find(|(known, _)| *known == name) {
                Some((_, payer)) => put(payer, minor),
                None => {
                    let mut payer = Payer::default();
                    put(&mut payer, minor);
                    payers.push((name, payer));
                }
            }
        }
    }
    payers.sort_by(|(one, _), (other, _)| one.cmp(other));
    let sum = |of: fn(&Payer) -> i128| {
        let minor = crate::money::sum(payers.iter().map(|(_, payer)| of(payer)));
        Money::new(minor.unwrap_or(i128::MAX), &asset)
    };
    page.add(html! { div.cards {
        (figure("Outstanding", &amount(&sum(|payer| payer.issued - payer.redeemed - payer.expired), Sign::Minus), &html! { p.quiet { "Members can spend these" } }))
        (figure("Issued", &amount(&sum(|payer| payer.issued), Sign::Minus), &html! { p.quiet { "Earned, since the beginning" } }))
        (figure("Redeemed", &amount(&sum(|payer| payer.redeemed), Sign::Minus), &html! { p.quiet { "Spent" } }))
        (figure("Expired", &amount(&sum(|payer| payer.expired), Sign::Minus), &html! { p.quiet { "Not spent in time (breakage)" } }))
    } });
    page.add(member_form(visit, ledger));
    let row = |(name, payer): &(String, Payer)| {
        let money = |minor| Cell::Money(Money::new(minor, &asset), Sign::Minus);
        Row {
            cells: vec![
                Cell::User(name.clone()),
                money(payer.issued),
                money(payer.redeemed),
                money(payer.expired),
                money(payer.issued - payer.redeemed - payer.expired),
            ],
            href: None,
        }
    };
    let table = Table {
        name: "payers",
        caption: "Payers".to_owned(),
        columns: vec![column("Payer"), number("Issued"), number("Redeemed"), number("Expired"), number("Outstanding")],
        rows: payers.iter().map(row).collect(),
    };
    page.table(visit, "Payers", table, &html! {}, &empty("No points were earned yet.", None));
    let lifetime = match program.count("lifetime_days") {
        0 => html! { "never expire" },
        days => html! { "expire " (days) " days after the date on them" },
    };
    page.add(section(
        "Terms",
        &html! {},
        &facts(&[
            ("Asset", html! { (asset.code) }),
            ("Order of spending", html! { "by date " (program.text("order")) }),
            ("Points", lifetime),
            (
                "Can be spent",
                html! { @match program.count("pending_days") { 0 => "at once", days => { "after " (days) " days" } } },
            ),
        ]),
    ));
    Ok(page)
}

/// What was posted, now or then; 0 where there was no such account. What cannot be read is no 0.
async fn posted(visit: &Visit, ledger: &Ledger, account: &Record, asset: &Asset) -> Result<i128, Refused> {
    let posted = match visit.as_of_instant() {
        None => account.part("balances").and_then(|all| all.part(&asset.code)).and_then(|one| one.amount("posted")),
        Some(at) => visit.balance(ledger, account.text("name"), &asset.code, at).await?,
    };
    Ok(posted.unwrap_or_default())
}

fn member_form(visit: &Visit, ledger: &Ledger) -> Markup {
    let field = Field {
        name: "q",
        label: "Member",
        value: "",
        hint: "All of the name, for example m-00001",
        kind: Kind::Text,
        needed: true,
    };
    html! {
        form.filters method="get" action=(ledger.page("/search")) {
            (field.markup())
            (as_of(visit))
            div.acts { button type="submit" { "Show member" } }
        }
    }
}

/// A member.
pub async fn member(visit: &Visit) -> Result<Page, Stop> {
    let ledger = visit.ledger()?;
    let name = visit.part(3).to_owned();
    let api = ledger.api(&format!("/points/members/{}", segment(&name)));
    let member = visit.client.get(&api).await?;
    let program = visit.client.look(&ledger.api("/points/program")).await?;
    let asset = ledger.asset(program.text("asset"));
    let mut page = Page::new(name.clone());
    page.heading = Some(html! { "Member " (crate::parts::text::user(&name)) });
    if visit.as_of().is_none() {
        page.tools =
            html! { a.button.primary href=(with(&ledger.page("/do/spend"), &[("of", &name)])) { "Spend points" } };
    }
    let money = |field: &str| amount(&Money::new(member.amount(field).unwrap_or_default(), &asset), Sign::Minus);
    let shown_as_now = visit.as_of().map(|_| html! { p.quiet { "Shown as now: lots have no past form." } });
    page.body.extend(shown_as_now);
    page.add(html! { div.cards {
        (figure("Can be spent", &money("total"), &html! { p.quiet { (member.list("payers").len()) " payers" } }))
        (figure("Expires within 30 days", &money("expiring_30_days"), &html! {}))
        (figure("Pending", &money("pending"), &html! { p.quiet { "Earned, and not spendable yet" } }))
    } });
    let found = visit.client.page(&format!("{api}/lots"), None, LOTS_MAX).await?;
    let lot = |lot: &Record| drawn_lot(visit, lot);
    let drawn: Vec<Lot> = found.rows.iter().map(lot).collect();
    let note = found.next.is_some().then(|| html! { p.quiet { "The next " (LOTS_MAX) " lots; there are more." } });
    let body = html! { @if drawn.is_empty() { (empty("No lot has points left.", None)) } @else { (lots("Lots in the order of spending", &drawn)) @if let Some(note) = note { (note) } } };
    page.add(section("Lots, in the order of spending", &html! {}, &body));
    history(visit, ledger, &asset, &name, &mut page).await?;
    Ok(page)
}

fn drawn_lot(visit: &Visit, lot: &Record) -> Lot {
    let day = |field: &str| instant(lot.text(field)).map(|at| visit.zone.day(at));
    let expires = day("expires_at");
    let soon = visit.today().checked_add(30.days()).ok();
    Lot {
        payer: crate::parts::text::visible(lot.text("payer")),
        earned: day("earned_at").map_or_else(String::new, crate::times::shown_day),
        expires: expires
            .map_or_else(|| "never expires".to_owned(), |day| format!("expires {}", crate::times::shown_day(day))),
        points: lot.count("points"),
        left: lot.count("left"),
        is_expiring: expires.zip(soon).is_some_and(|(day, soon)| day <= soon),
    }
}

/// What undoes a spend.
fn refund(ledger: &Ledger, member: &str, entry: &Record) -> Markup {
    let of = [("of", entry.text("id")), ("member", member)];
    html! { @if entry.text("type") == "spent" { a.button.small href=(with(&ledger.page("/do/refund"), &of)) { "Refund" } } }
}

async fn history(visit: &Visit, ledger: &Ledger, asset: &Asset, member: &str, page: &mut Page) -> Result<(), Stop> {
    let api = ledger.api(&format!("/points/members/{}", segment(member)));
    let listed = visit.list(&format!("{api}/history")).await?;
    let row = |entry: &Record| {
        let href = ledger.transaction_page(entry.text("id"));
        let money = |field: &str, sign| {
            entry.amount(field).map_or(Cell::None, |minor| Cell::Money(Money::new(minor, asset), sign))
        };
        Row {
            cells: vec![
                Cell::at(instant(entry.text("at"))),
                Cell::Words(crate::parts::state::capital(entry.text("type"))),
                Cell::User(entry.text("payer").to_owned()),
                money("points", Sign::Both),
                money("balance", Sign::Minus),
                Cell::Id(entry.text("id").to_owned(), Some(href.clone())),
                Cell::Drawn(refund(ledger, member, entry), String::new()),
            ],
            href: Some(href),
        }
    };
    let table = Table {
        name: "history",
        caption: "History of the member, newest first".to_owned(),
        columns: vec![
            column("When"),
            column("What"),
            column("Payer"),
            number("Points"),
            number("Payer's points after"),
            column("Transaction"),
            column("Act"),
        ],
        rows: listed.rows.iter().map(row).collect(),
    };
    page.list(visit, "History", table, &listed, &empty("Nothing happened yet.", None));
    Ok(())
}

/// Points, as a sentence says them.
pub fn points(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "point" } else { "points" })
}
