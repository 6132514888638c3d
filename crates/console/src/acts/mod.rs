//! Acts: what a form does, in three steps: the form, the review, done.
//!
//! 1. The form is shown with an id of its own. Nothing has happened.
//! 2. It is sent, and the review shows what will change, made of a dry run at a head that is named. Nothing has happened.
//! 3. It is confirmed. The review is made again; where it says something else by now, it is shown anew and nothing has
//!    happened. Otherwise the API is asked once, under the form's id, and a second click gets what the first one got.
//!
//! A refusal at any step keeps what was typed.

mod accounts;
mod forms;
mod money;
mod products;
mod server;

use std::sync::Arc;

use axum::http::Method;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

pub use forms::Forms;

use crate::Console;
use crate::address::with;
use crate::client::{Client, Refused};
use crate::ledger::Ledger;
use crate::money::Money;
use crate::page::{Page, Shown, see_other};
use crate::parts::amount::{Sign, amount};
use crate::parts::card::section;
use crate::parts::field::{Field, Kind, hidden};
use crate::parts::notice::{self, notice};
use crate::parts::path::account;
use crate::parts::text::{user, visible};
use crate::record::Record;
use crate::session::Session;
use crate::visit::{Form, Stop, Visit};

/// What an act will do.
pub struct Plan {
    /// What it is about, as the page's heading.
    pub heading: String,
    /// What happens, in a sentence.
    pub sentence: Markup,
    /// The verb and the amount.
    pub button: String,
    pub method: Method,
    pub path: String,
    pub body: Value,
    /// Balances before and after.
    pub changes: Vec<Change>,
    /// What must be typed first: the name of what cannot be brought back.
    pub typed: Option<String>,
    /// Where it is seen afterwards.
    pub then: Then,
}

impl Plan {
    /// A plan that moves no balance and can be undone.
    fn of(button: impl Into<String>, sentence: Markup, method: Method, path: String, body: Value, then: Then) -> Plan {
        let button = button.into();
        Plan { heading: button.clone(), sentence, button, method, path, body, changes: Vec::new(), typed: None, then }
    }

    /// Where one goes who does not want it after all.
    fn back(&self, visit: &Visit) -> String {
        match (&self.then, &visit.ledger) {
            (Then::At(page), _) => page.clone(),
            (_, Some(ledger)) if visit.part(0) == "l" => match visit.query.get("of") {
                "" => ledger.page(""),
                of => ledger.page(&format!("/transactions/{of}")),
            },
            (Then::Transaction | Then::Secret | Then::Run, _) => "/console".to_owned(),
        }
    }
}

/// Where an act is seen afterwards.
pub enum Then {
    /// A page, whatever the response is.
    At(String),
    /// The page of the transaction that the response names.
    Transaction,
    /// A secret, which is shown this once, and the page of its key.
    Secret,
    /// The page of the run that the response names.
    Run,
}

/// A balance before and after.
pub struct Change {
    pub account: String,
    pub before: Money,
    pub after: Money,
}

impl Change {
    /// What the act adds or takes.
    fn moved(&self) -> Money {
        Money { minor: self.after.minor.saturating_sub(self.before.minor), ..self.after.clone() }
    }
}

/// Why there is no plan.
pub enum Wrong {
    /// Something that was typed cannot be read.
    Typed(String),
    /// The API refuses.
    Refused(Refused),
}

impl From<Refused> for Wrong {
    fn from(refused: Refused) -> Wrong {
        Wrong::Refused(refused)
    }
}

/// A field of a form, with what stands in it.
pub struct Asked {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub kind: AskedKind,
    pub needed: bool,
}

/// What is typed into it.
pub enum AskedKind {
    Text,
    Amount,
    Choice(Vec<(String, String)>),
    /// It was chosen by the link that led here, and is sent along.
    Fixed,
}

impl Asked {
    pub fn text(name: &'static str, label: &'static str, hint: &'static str) -> Asked {
        Asked { name, label, hint, kind: AskedKind::Text, needed: true }
    }

    pub fn optional(self) -> Asked {
        Asked { needed: false, ..self }
    }

    pub fn fixed(name: &'static str) -> Asked {
        Asked { kind: AskedKind::Fixed, ..Asked::text(name, "", "") }
    }

    fn markup(&self, value: &str) -> Markup {
        let kind = match &self.kind {
            AskedKind::Fixed => return hidden(&[(self.name, value)]),
            AskedKind::Text => Kind::Text,
            AskedKind::Amount => Kind::Amount,
            AskedKind::Choice(choices) => Kind::Choice(choices),
        };
        Field { name: self.name, label: self.label, value, hint: self.hint, kind, needed: self.needed }.markup()
    }
}

/// An act, by the word in its address.
struct Act {
    heading: &'static str,
    fields: Vec<Asked>,
}

fn act(visit: &Visit, word: &str) -> Result<Act, Stop> {
    let found = money::act(visit, word)
        .or_else(|| accounts::act(word))
        .or_else(|| products::act(word))
        .or_else(|| server::act(word));
    let absent = || Stop::Absent(visit.path());
    found.map(|(heading, fields)| Act { heading, fields }).ok_or_else(absent)
}

async fn plan(visit: &Visit, word: &str, form: &Form) -> Result<Plan, Wrong> {
    if let Some(plan) = money::plan(visit, word, form).await {
        return plan;
    }
    if let Some(plan) = accounts::plan(visit, word, form).await {
        return plan;
    }
    if let Some(plan) = products::plan(visit, word, form).await {
        return plan;
    }
    server::plan(visit.ledger.as_ref(), word, form)
}

/// Step 1, and at once step 2 where there is nothing to fill in.
pub async fn begin(visit: &Visit, word: &str) -> Result<Shown, Stop> {
    if visit.as_of().is_some() {
        return Err(Stop::Elsewhere(visit.here(&[("as_of", "")])));
    }
    let act = act(visit, word)?;
    let id = Uuid::new_v7(uuid_time(visit)).to_string();
    // Only what the act asks for is taken from the address: an id is made here.
    let is_asked = |name: &String| act.fields.iter().any(|field| field.name == name);
    let mut fields: Vec<_> = visit.query.fields().iter().filter(|(name, _)| is_asked(name)).cloned().collect();
    fields.push(("id".to_owned(), id.clone()));
    let form = Form::of(fields);
    if act.fields.iter().all(|field| matches!(field.kind, AskedKind::Fixed)) {
        return Ok(Shown::Page(review(visit, word, &act, &form, None).await));
    }
    Ok(Shown::Page(form_page(visit, word, &act, &form, &id, None)))
}

/// Steps 2 and 3.
pub async fn take(console: &Console, visit: &Visit, word: &str, form: &Form) -> Result<Shown, Stop> {
    let act = act(visit, word)?;
    if form.get("step") != "do" {
        return Ok(Shown::Page(review(visit, word, &act, form, None).await));
    }
    if form.get("id").parse::<Uuid>().is_err() {
        let said = "The form has lost its id. Open it again.";
        return Ok(Shown::Page(form_page(visit, word, &act, form, "", Some(said))));
    }
    // A second click waits for the first one here, and gets what that got.
    let place = console.0.forms.place(&visit.session, &visit.path(), form, visit.now).lock_owned().await;
    if let Some(outcome) = place.as_ref() {
        return Ok(Shown::Response(outcome.response()));
    }
    let plan = match plan(visit, word, form).await {
        Ok(plan) => plan,
        Err(wrong) => {
            return Ok(Shown::Page(form_page(visit, word, &act, form, form.get("id"), Some(&sentence_of(&wrong)))));
        }
    };
    if plan.typed.as_deref().is_some_and(|typed| typed != form.get("typed")) {
        let said = "What was typed is not the name. Nothing was done.";
        return Ok(Shown::Page(review(visit, word, &act, form, Some(said)).await));
    }
    if let Some(said) = outdated(&plan, form) {
        return Ok(Shown::Page(review(visit, word, &act, form, Some(said)).await));
    }
    let doing = Doing {
        console: console.clone(),
        session: visit.session.clone(),
        ledger: visit.ledger.clone(),
        id: form.get("id").to_owned(),
        place,
        plan,
    };
    // A browser that is clicked twice drops the first request: what it asked for goes on, and is kept for the second.
    match tokio::spawn(doing.run()).await {
        Ok(Ok(response)) => Ok(Shown::Response(response)),
        Ok(Err(refused)) => {
            let said = sentence_of(&Wrong::Refused(refused));
            Ok(Shown::Page(form_page(visit, word, &act, form, form.get("id"), Some(&said))))
        }
        Err(_) => {
            let said = "The server failed at this. It may have happened: look before you try again.";
            Ok(Shown::Page(form_page(visit, word, &act, form, form.get("id"), Some(said))))
        }
    }
}

/// An act that is being done, whoever waits for it.
struct Doing {
    console: Console,
    session: Session,
    ledger: Option<Ledger>,
    id: String,
    place: OwnedMutexGuard<Option<Outcome>>,
    plan: Plan,
}

impl Doing {
    async fn run(mut self) -> Result<Response, Refused> {
        let shared = &self.console.0;
        let client = Client::new(Arc::clone(&shared.api), self.session.credential.clone());
        let plan = &self.plan;
        let record = client.act(plan.method.clone(), &plan.path, &plan.body).await?;
        shared.forms.say(&self.session, &self.id, plan.heading.clone(), self.console.now());
        let outcome = self.outcome(&record);
        let response = outcome.response();
        *self.place = Some(outcome);
        Ok(response)
    }

    fn outcome(&self, record: &Record) -> Outcome {
        let page = match (&self.plan.then, &self.ledger) {
            (Then::At(page), _) => page.clone(),
            (Then::Transaction, Some(ledger)) => ledger.page(&format!("/transactions/{}", record.text("id"))),
            (Then::Run, Some(ledger)) => ledger.page(&format!("/advances/runs/{}", record.text("id"))),
            (Then::Transaction | Then::Run, None) => "/console".to_owned(),
            (Then::Secret, _) => return secret(&self.plan.heading, record),
        };
        Outcome::Elsewhere(with(&page, &[("done", &self.id)]))
    }
}

/// A page with a new key, which is shown this once.
fn secret(heading: &str, record: &Record) -> Outcome {
    let page = format!("/console/keys/{}", record.text("id"));
    let body = html! {
        (notice(notice::Kind::Waits, &html! { "This is the key. It is shown this once and cannot be found out again: keep it where secrets are kept." }))
        (crate::parts::curl::block(record.text("key")))
        p { a.button href=(page) { "To the key" } }
    };
    Outcome::Page(crate::parts::frame::plain(heading, &body).into_string())
}

/// What came of an act, for whoever clicks twice.
pub enum Outcome {
    Elsewhere(String),
    /// A page that is shown this once.
    Page(String),
}

impl Outcome {
    fn response(&self) -> Response {
        match self {
            Outcome::Elsewhere(to) => see_other(to),
            Outcome::Page(page) => maud::PreEscaped(page.clone()).into_response(),
        }
    }
}

/// What cannot be done, in a sentence that says what to do.
fn sentence_of(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Typed(said) => said.clone(),
        Wrong::Refused(refused) => match refused.code.as_str() {
            "outcome_unknown" => {
                "The server did not answer in time. It may have happened: look before you try again.".to_owned()
            }
            _ if refused.detail.is_empty() => format!("The server refused this: {}.", refused.status),
            _ => {
                let mut said = crate::parts::state::capital(&visible(&refused.detail));
                if !said.ends_with('.') {
                    said.push('.');
                }
                format!("{said} Nothing was done.")
            }
        },
    }
}

fn form_page(visit: &Visit, word: &str, act: &Act, form: &Form, id: &str, wrong: Option<&str>) -> Page {
    let mut page = Page::new(act.heading);
    if let Some(wrong) = wrong {
        page.add(notice(notice::Kind::Fault, &html! { (wrong) }));
    }
    page.add(html! {
        form.form method="post" action=(visit.path()) {
            (hidden(&[("token", &visit.form_token), ("id", id), ("step", "review")]))
            @for field in &act.fields { (field.markup(form.get(field.name))) }
            div.acts { button.primary type="submit" { "Review" } a.button href=(back(visit, word)) { "Cancel" } }
        }
    });
    page
}

fn back(visit: &Visit, word: &str) -> String {
    match &visit.ledger {
        Some(ledger) if visit.part(0) == "l" => ledger.page(""),
        _ => {
            if word.ends_with("key") {
                "/console/keys".to_owned()
            } else {
                "/console".to_owned()
            }
        }
    }
}

async fn review(visit: &Visit, word: &str, act: &Act, form: &Form, changed: Option<&str>) -> Page {
    let plan = match plan(visit, word, form).await {
        Ok(plan) => plan,
        Err(wrong) => return form_page(visit, word, act, form, form.get("id"), Some(&sentence_of(&wrong))),
    };
    let head = match &visit.ledger {
        Some(ledger) => visit.client.look(&ledger.api("/head")).await.unwrap_or_default(),
        None => Record::default(),
    };
    let mut page = Page::new(plan.heading.clone());
    if let Some(changed) = changed {
        page.add(notice(notice::Kind::Waits, &html! { (changed) }));
    }
    let typed = plan.typed.as_deref();
    let is_filled = act.fields.iter().any(|field| !matches!(field.kind, AskedKind::Fixed));
    let sent: Vec<(&str, &str)> = act.fields.iter().map(|field| (field.name, form.get(field.name))).collect();
    page.add(html! { p.lead { (plan.sentence) } });
    if !plan.changes.is_empty() {
        let note = html! { @if head.count("seq") > 0 { span.quiet { "As of event " (crate::parts::table::grouped(head.count("seq"))) } } };
        page.add(section("What changes", &note, &changes(visit, &plan)));
    }
    page.add(html! {
        form.form method="post" action=(visit.path()) {
            (hidden(&[("token", &visit.form_token), ("id", form.get("id")), ("step", "do"), ("seen", &digest(&plan, Seen::Balances)), ("moves", &digest(&plan, Seen::Moves))]))
            @if changed.is_some() { (hidden(&[("again", "yes")])) }
            (hidden(&sent))
            @if let Some(typed) = typed {
                p { "This cannot be undone. Type " strong { (user(typed)) } " to go on." }
                (Field { name: "typed", label: "Name", value: "", hint: "", kind: Kind::Text, needed: true }.markup())
            }
            div.acts {
                button class=(if typed.is_some() { "danger" } else { "primary" }) type="submit" data-once { (plan.button) }
                @if is_filled { a.button href=(with(&visit.path(), &sent)) { "Change" } }
                a.button href=(plan.back(visit)) { "Cancel" }
            }
        }
    });
    page
}

fn changes(visit: &Visit, plan: &Plan) -> Markup {
    let ledger = visit.ledger.as_ref().map_or("", |ledger| ledger.name.as_str());
    html! {
        div.table {
            table.review {
                thead { tr { th scope="col" { "Account" } th.number scope="col" { "Now" } th.number scope="col" { "Change" } th.number scope="col" { "After" } } }
                tbody {
                    @for change in &plan.changes {
                        tr {
                            td data-title="Account" { (account(ledger, &change.account)) }
                            td.number data-title="Now" { (amount(&change.before, Sign::Minus)) }
                            td.number data-title="Change" { (amount(&change.moved(), Sign::Both)) }
                            td.number data-title="After" { (amount(&change.after, Sign::Minus)) }
                        }
                    }
                }
            }
        }
    }
}

/// Why a review is not what would happen now. Balances of busy accounts move all the time: that they did is shown once,
/// and then only what the act itself moves can stop it.
fn outdated(plan: &Plan, form: &Form) -> Option<&'static str> {
    match (digest(plan, Seen::Balances) == form.get("seen"), digest(plan, Seen::Moves) == form.get("moves")) {
        (true, _) => None,
        (false, true) if form.get("again") == "yes" => None,
        (false, true) => Some(
            "Balances have moved since you looked at this. Nothing was done. This is how they are now; the act itself is the same.",
        ),
        (false, false) => {
            Some("Something has changed since you looked at this. Nothing was done. This is what would happen now.")
        }
    }
}

/// What of a review is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// Everything.
    Balances,
    /// What moves, and not where it comes to.
    Moves,
}

/// What a review said: another digest is another review.
fn digest(plan: &Plan, seen: Seen) -> String {
    let mut said = format!("{} {} {} {}", plan.method, plan.path, plan.body, plan.button);
    for change in &plan.changes {
        let moved = change.moved();
        said.push_str(&format!("|{} {} {}", change.account, moved.code, moved.minor));
        if seen == Seen::Balances {
            said.push_str(&format!(" {}", change.before.plain()));
        }
    }
    blake3::hash(said.as_bytes()).to_hex().to_string()
}

/// The time of an id that is made now.
fn uuid_time(visit: &Visit) -> uuid::Timestamp {
    let (seconds, nanos) = (visit.now.as_second(), visit.now.subsec_nanosecond());
    uuid::Timestamp::from_unix(
        uuid::NoContext,
        seconds.try_into().unwrap_or_default(),
        nanos.try_into().unwrap_or_default(),
    )
}
