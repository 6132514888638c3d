//! Which page an address is, and what holds for each: someone is signed in, a file is a file, a refusal is a page.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use percent_encoding::percent_decode_str;

use crate::address::segment;
use crate::client::{Client, Refused};
use crate::ledger::Ledger;
use crate::page::{Page, Shown, see_other};
use crate::parts::frame::{self, Reach};
use crate::parts::notice::{Kind, notice};
use crate::session::{COOKIE, ZONE_COOKIE};
use crate::times::Zone;
use crate::visit::{Form, Stop, Visit};
use crate::{Console, acts, assets, live, oidc, pages, signing};

/// A form is short.
const FORM_BYTES_MAX: usize = 256 << 10;

/// The form by which one signs in holds a key, or nothing that is one.
const LOGIN_BYTES_MAX: usize = 4 << 10;

/// How long a form may take to arrive.
const FORM_TIMEOUT: Duration = Duration::from_secs(10);

impl Console {
    /// Responds to a request of a page.
    pub(crate) async fn respond_to(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let parts = parts_of(head.uri.path());
        let words: Vec<&str> = parts.iter().map(String::as_str).collect();
        if let ["assets", ..] = words.as_slice() {
            return assets::serve(&parts[1..]);
        }
        let is_login = words == ["login"];
        match words.as_slice() {
            ["login"] if head.method != Method::POST => return self.login(&head, None).await,
            ["sign-in"] => return self.sign_in_elsewhere(&head, &origin(&head.headers)).await,
            ["signed-in"] => {
                let cookie = Cookies(&head.headers).get(oidc::COOKIE);
                return self.signed_in_elsewhere(&head, cookie.as_deref()).await;
            }
            _ => {}
        }
        // Who is not signed in has no form read, but for the one by which one signs in.
        let visit = match if is_login { None } else { Some(self.visit(&head, parts).await) } {
            Some(Err(response)) => return *response,
            Some(Ok(visit)) => Some(visit),
            None => None,
        };
        let form = match head.method {
            Method::POST => match self.form(body, if is_login { LOGIN_BYTES_MAX } else { FORM_BYTES_MAX }).await {
                Ok(form) => Some(form),
                Err(response) => return *response,
            },
            _ => None,
        };
        let Some(visit) = visit else { return self.login(&head, form.as_ref()).await };
        if let Some(form) = &form
            && !self.0.sessions.is_form_of(&visit.session, form.get("token"))
        {
            let detail = "This form is of another session, or its page is old. Nothing was done. Open the page again.";
            return failure(StatusCode::FORBIDDEN, detail);
        }
        let reach = reach(&visit).await;
        let shown = self.show(&visit, &reach, form.as_ref()).await;
        respond(&visit, &reach, shown)
    }

    /// Reads a form, within bounds of size, time and how many are read at once.
    async fn form(&self, body: Body, bytes_max: usize) -> Result<Form, Box<Response>> {
        let Ok(_turn) = self.0.reading.try_acquire() else {
            let detail = "The server reads as many forms as it can. Nothing was done. Try again.";
            return Err(Box::new(failure(StatusCode::SERVICE_UNAVAILABLE, detail)));
        };
        let (status, detail) = match tokio::time::timeout(FORM_TIMEOUT, to_bytes(body, bytes_max)).await {
            Ok(Ok(bytes)) => return Ok(Form::parse(&bytes)),
            Ok(Err(_)) => {
                (StatusCode::PAYLOAD_TOO_LARGE, "The form did not arrive whole, or is too long. Nothing was done.")
            }
            Err(_) => (StatusCode::REQUEST_TIMEOUT, "The form took too long to arrive. Nothing was done."),
        };
        Err(Box::new(failure(status, detail)))
    }

    /// Who asks, and for what.
    async fn visit(&self, head: &Parts, parts: Vec<String>) -> Result<Visit, Box<Response>> {
        let now = self.now();
        let cookies = Cookies(&head.headers);
        let session = cookies.get(COOKIE).and_then(|cookie| self.0.sessions.find(&cookie, now));
        let is_signed_in = session.is_some();
        let session = session.unwrap_or_else(|| self.0.sessions.anyone());
        let client = Client::new(Arc::clone(&self.0.api), session.credential.clone());
        let ledger = match parts.as_slice() {
            [l, name, ..] if l == "l" => match ledger_of(&client, name).await {
                Ok(ledger) => Ok(Some(ledger)),
                Err(refused) => Err(refused),
            },
            // Whether anyone may ask at all is the API's to say.
            _ => client.look("/v1/ledgers?limit=1").await.map(|_| None),
        };
        let ledger = match ledger {
            Err(refused) if refused.status == StatusCode::UNAUTHORIZED => {
                if is_signed_in {
                    self.0.sessions.end(&session);
                }
                return Err(Box::new(signing::to_login(head, is_signed_in)));
            }
            // What is of no ledger may still be shown to someone who may see none.
            Err(refused) if refused.status == StatusCode::FORBIDDEN && parts.first().is_none_or(|part| part != "l") => {
                None
            }
            Err(refused) => {
                let heading = match refused.status {
                    StatusCode::NOT_FOUND => "There is no such ledger",
                    StatusCode::FORBIDDEN => "Your key does not allow this",
                    _ => "This cannot be shown",
                };
                let body = html! { (notice(Kind::Fault, &html! { (refused.detail) })) p { a href="/console/ledgers" { "All ledgers" } } };
                return Err(Box::new((refused.status, frame::plain(heading, &body)).into_response()));
            }
            Ok(ledger) => ledger,
        };
        let zone = cookies.get(ZONE_COOKIE).and_then(|zone| Zone::named(&zone)).unwrap_or_default();
        let form_token = self.0.sessions.form_token(&session);
        let query = Form::parse(head.uri.query().unwrap_or_default().as_bytes());
        let (figures, origin) = (Arc::clone(&self.0.figures), origin(&head.headers));
        let done = self.0.forms.said(&session, query.get("done"), now);
        Ok(Visit { client, session, form_token, zone, now, parts, query, origin, figures, ledger, done })
    }

    async fn show(&self, visit: &Visit, reach: &Reach, form: Option<&Form>) -> Result<Shown, Stop> {
        let parts: Vec<&str> = visit.parts.iter().map(String::as_str).collect();
        if let Some(form) = form {
            return match parts.as_slice() {
                ["logout"] => Ok(Shown::Response(self.logout(visit))),
                ["you"] => Ok(Shown::Response(signing::keep_zone(form))),
                ["l", _, "do", act] | ["do", act] => acts::take(self, visit, act, form).await,
                _ => Err(absent(visit)),
            };
        }
        let page = match parts.as_slice() {
            [] => return Err(Stop::Elsewhere(home(reach))),
            ["ledgers"] => pages::ledgers::show(visit).await?,
            ["bank"] => pages::bank::list(visit).await?,
            ["bank", _] => pages::bank::show(visit).await?,
            ["streams"] => pages::streams::list(visit).await?,
            ["jobs"] => pages::server::jobs(visit, reach),
            ["nodes"] => pages::server::nodes(visit, reach).await?,
            ["verify"] => pages::server::verify(visit, reach).await?,
            ["keys"] => pages::keys::list(visit).await?,
            ["keys", _] => pages::keys::show(visit).await?,
            ["audit"] => pages::keys::audit(visit).await?,
            ["you"] => signing::you(visit),
            ["search"] => pages::search::find(visit).await?,
            ["do", act] | ["l", _, "do", act] => return acts::begin(visit, act).await,
            ["l", _, rest @ ..] => match rest {
                [] => pages::overview::show(visit, reach).await?,
                ["live"] => return Ok(Shown::Response(live::stream(self, visit, reach))),
                ["search"] => pages::search::find(visit).await?,
                ["accounts"] => pages::accounts::list(visit).await?,
                ["accounts", _] => pages::account::show(visit).await?,
                ["transactions"] => pages::transactions::list(visit).await?,
                ["transactions", _] => pages::transaction::show(visit).await?,
                ["holds"] => pages::transactions::holds(visit).await?,
                ["points"] => pages::points::program(visit).await?,
                ["points", _] => pages::points::member(visit).await?,
                ["advances"] => pages::advances::book(visit).await?,
                ["advances", "exceptions"] => pages::advances::exceptions(visit).await?,
                ["advances", "runs"] => pages::runs::list(visit).await?,
                ["advances", "runs", _] => pages::runs::show(visit).await?,
                ["advances", _] => pages::advance::show(visit).await?,
                ["webhooks"] => pages::webhooks::list(visit).await?,
                ["webhooks", _] => pages::webhooks::show(visit).await?,
                _ => return Err(absent(visit)),
            },
            _ => return Err(absent(visit)),
        };
        Ok(Shown::Page(page))
    }
}

fn respond(visit: &Visit, reach: &Reach, shown: Result<Shown, Stop>) -> Response {
    match shown {
        Ok(Shown::Response(response)) => response,
        Ok(Shown::Page(page)) => match visit.file() {
            None => frame::document(visit, reach, &page).into_response(),
            Some(file) => match page.tables.iter().find(|table| table.name == file) {
                Some(table) => {
                    let name = format!("attachment; filename=\"{}.csv\"", table.name);
                    (
                        [
                            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                            (header::CONTENT_DISPOSITION, name.as_str()),
                        ],
                        table.csv(),
                    )
                        .into_response()
                }
                None => failure(StatusCode::NOT_FOUND, "This page has no such table."),
            },
        },
        Err(Stop::Elsewhere(to)) => see_other(&to),
        Err(Stop::Absent(what)) => {
            told(visit, reach, StatusCode::NOT_FOUND, "There is no such page", &format!("Nothing is at {what}."))
        }
        Err(Stop::Refused(refused)) => refusal(visit, reach, &refused),
    }
}

/// A refusal as a page, in its navigation.
fn refusal(visit: &Visit, reach: &Reach, refused: &Refused) -> Response {
    let heading = match refused.status {
        StatusCode::NOT_FOUND => "There is nothing of that name",
        StatusCode::FORBIDDEN => "Your key does not allow this",
        StatusCode::SERVICE_UNAVAILABLE => "The server is busy",
        _ => "This cannot be shown",
    };
    told(visit, reach, refused.status, heading, &refused.detail)
}

fn told(visit: &Visit, reach: &Reach, status: StatusCode, heading: &str, detail: &str) -> Response {
    let mut page = Page::new(heading);
    page.add(notice(Kind::Fault, &html! { (crate::parts::text::visible(detail)) }));
    (status, frame::document(visit, reach, &page)).into_response()
}

/// A failure before anyone is known.
pub fn failure(status: StatusCode, detail: &str) -> Response {
    let body = html! { (notice(Kind::Fault, &html! { (detail) })) p { a href="/console" { "To the console" } } };
    (status, frame::plain("Not done", &body)).into_response()
}

fn absent(visit: &Visit) -> Stop {
    Stop::Absent(visit.path())
}

fn home(reach: &Reach) -> String {
    match reach.ledgers.first() {
        Some(ledger) => format!("/console/l/{}", segment(ledger)),
        None => "/console/ledgers".to_owned(),
    }
}

async fn ledger_of(client: &Client, name: &str) -> Result<Ledger, Refused> {
    client.look(&format!("/v1/ledgers/{}", segment(name))).await.map(|record| Ledger::of(&record))
}

/// What this reader can reach. Nothing of it is asked for by someone, so nothing of it is noted where it is refused.
async fn reach(visit: &Visit) -> Reach {
    let client = &visit.client;
    let ledgers = client.look_through("/v1/ledgers").await.unwrap_or_default();
    let sees_keys = client.look("/v1/keys?limit=1").await.is_ok();
    // Pages of the server keep the navigation of the first ledger.
    let ledger = visit.ledger.clone().or_else(|| ledgers.first().map(Ledger::of));
    let has = async |path: &str| match &ledger {
        Some(ledger) => client.look(&ledger.api(path)).await.is_ok(),
        None => false,
    };
    let (has_points, has_advances) = (has("/points/program").await, has("/advances/terms").await);
    let ready = match client.look("/readyz").await {
        Ok(ready) => ready.text("status").to_owned(),
        Err(refused) => refused.detail,
    };
    let ledgers: Vec<String> = ledgers.iter().map(|ledger| ledger.text("name").to_owned()).collect();
    Reach {
        has_bank: ledgers.iter().any(|ledger| ledger == "bank"),
        ledgers,
        ledger,
        has_points,
        has_advances,
        sees_keys,
        asks_for_key: visit.session.credential.is_some(),
        health: ready,
    }
}

/// The parts of a path below `/console`.
fn parts_of(path: &str) -> Vec<String> {
    let below = path.strip_prefix("/console").unwrap_or_default().split('/').filter(|part| !part.is_empty());
    below.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
}

/// Where the browser reached this server.
fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let bare = host.split(':').next().unwrap_or_default();
    let is_local = matches!(bare, "localhost" | "127.0.0.1" | "[");
    format!("{}://{host}", if is_local { "http" } else { "https" })
}

/// The cookies of a request.
pub struct Cookies<'a>(pub &'a HeaderMap);

impl Cookies<'_> {
    /// The value of a cookie.
    pub fn get(&self, name: &str) -> Option<String> {
        let headers = self.0.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        headers.flat_map(|value| value.split(';')).find_map(|pair| {
            let (known, value) = pair.trim().split_once('=')?;
            (known == name).then(|| percent_decode_str(value).decode_utf8_lossy().into_owned())
        })
    }
}
