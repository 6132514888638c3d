//! Signing in and out, and what the reader chose for himself.

use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::Console;
use crate::address::with;
use crate::client::{Client, Credential};
use crate::oidc::{self, SignedIn};
use crate::page::{Page, see_other};
use crate::parts::field::{Field, Kind, hidden};
use crate::parts::notice::{self, notice};
use crate::parts::{card, frame};
use crate::session::{COOKIE, ZONE_COOKIE};
use crate::times::Zone;
use crate::visit::{Form, Visit};

/// A key, as the API writes it; what follows its prefix is its id.
const KEY_PREFIX: &str = "ducat_";

impl Console {
    /// The page on which one signs in, and what its form does. The form needs no token: a page of another site is
    /// refused at the door, and who is signed in with another's key sees another's name.
    pub(crate) async fn login(&self, head: &Parts, form: Option<&Form>) -> Response {
        let query = Form::parse(head.uri.query().unwrap_or_default().as_bytes());
        let back = back(query.get("back"));
        let Some(form) = form else {
            let why = (query.get("ended") == "yes")
                .then(|| html! { "Your session has ended: its key was revoked or rotated, or it was not used for two hours." });
            return self.login_page(&back, why.as_ref()).into_response();
        };
        let credential = Credential(form.get("key").to_owned());
        let client = Client::new(std::sync::Arc::clone(&self.0.api), Some(credential.clone()));
        if let Err(refused) = client.look("/v1/ledgers?limit=1").await
            && refused.status != StatusCode::FORBIDDEN
        {
            let why = html! { (crate::parts::text::visible(&refused.detail)) };
            return (refused.status, self.login_page(&back, Some(&why))).into_response();
        }
        let person = person(&client, &credential).await;
        self.open(credential, person, &back)
    }

    fn open(&self, credential: Credential, person: String, back: &str) -> Response {
        let (cookie, _) = self.0.sessions.open(Some(credential), person, self.now());
        let mut response = see_other(back);
        set(&mut response, &format!("{COOKIE}={cookie}; Path=/; Secure; HttpOnly; SameSite=Lax"));
        response
    }

    /// To the provider.
    pub(crate) async fn sign_in_elsewhere(&self, head: &Parts, origin: &str) -> Response {
        let Some(oidc) = &self.0.oidc else { return see_other("/console/login") };
        let query = Form::parse(head.uri.query().unwrap_or_default().as_bytes());
        match oidc.begin(origin, back(query.get("back")), self.now()).await {
            Ok((url, state)) => {
                let mut response = see_other(&url);
                set(
                    &mut response,
                    &format!("{}={state}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600", oidc::COOKIE),
                );
                response
            }
            Err(why) => self.refused_elsewhere(&why),
        }
    }

    /// Back from the provider.
    pub(crate) async fn signed_in_elsewhere(&self, head: &Parts, cookie: Option<&str>) -> Response {
        let Some(oidc) = &self.0.oidc else { return see_other("/console/login") };
        let query = Form::parse(head.uri.query().unwrap_or_default().as_bytes());
        if !query.get("error").is_empty() {
            let why = format!("the provider says {}: {}", query.get("error"), query.get("error_description"));
            return self.refused_elsewhere(&why);
        }
        match oidc.finish(query.get("code"), query.get("state"), cookie, self.now()).await {
            Ok(SignedIn { credential, person, back }) => {
                let mut response = self.open(credential, person, &back);
                set(&mut response, &format!("{}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0", oidc::COOKIE));
                response
            }
            Err(why) => self.refused_elsewhere(&why),
        }
    }

    fn refused_elsewhere(&self, why: &str) -> Response {
        let why = html! { "You are not signed in: " (crate::parts::text::visible(why)) "." };
        (StatusCode::UNAUTHORIZED, self.login_page("/console", Some(&why))).into_response()
    }

    fn login_page(&self, back: &str, why: Option<&Markup>) -> Markup {
        let field = Field {
            name: "key",
            label: "Key",
            value: "",
            hint: "ducat_ and what follows. Make one with ducat keys create. It stays in the memory of this server until you sign out.",
            kind: Kind::Password,
            needed: true,
        };
        let body = html! {
            @if let Some(why) = why { (notice(notice::Kind::Fault, why)) }
            form.form method="post" action=(with("/console/login", &[("back", back)])) {
                (field.markup())
                div.acts { button.primary type="submit" { "Sign in" } }
            }
            @if self.0.oidc.is_some() { p { a.button href=(with("/console/sign-in", &[("back", back)])) { "Sign in at the provider" } } }
        };
        frame::plain("Sign in", &body)
    }

    /// Ends the session.
    pub(crate) fn logout(&self, visit: &Visit) -> Response {
        self.0.sessions.end(&visit.session);
        let mut response = see_other("/console/login");
        set(&mut response, &format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
        response
    }
}

/// The name of whoever has a credential: that of the key, where it may be seen, and otherwise its id.
async fn person(client: &Client, credential: &Credential) -> String {
    let Some(rest) = credential.0.strip_prefix(KEY_PREFIX) else { return "Signed in".to_owned() };
    let id = rest.split('_').next().unwrap_or_default();
    match client.look(&format!("/v1/keys/{id}")).await {
        Ok(key) => key.text("name").to_owned(),
        Err(_) => format!("key {id}"),
    }
}

/// Where to go on after signing in: a page of the console, and nowhere else.
fn back(asked: &str) -> String {
    let is_ours = asked.starts_with("/console") && !asked.contains(['\\', '\r', '\n']) && !asked.contains("//");
    if is_ours { asked.to_owned() } else { "/console".to_owned() }
}

/// To the page on which one signs in, and back here.
pub fn to_login(head: &Parts, has_ended: bool) -> Response {
    let back = head.uri.path_and_query().map_or("", |path| path.as_str());
    see_other(&with("/console/login", &[("back", back), ("ended", if has_ended { "yes" } else { "" })]))
}

/// That a page is only read or sent a form.
pub fn not_allowed() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD, POST")]).into_response()
}

/// Who reads, and in which zone.
pub fn you(visit: &Visit) -> Page {
    let mut page = Page::new("You");
    if visit.query.get("done") == "no" {
        page.add(notice(
            notice::Kind::Fault,
            &html! { "There is no time zone of that name. Write one as Europe/Berlin." },
        ));
    }
    let signed_in = if visit.session.credential.is_some() {
        "With a key, until you sign out, for at most 12 hours."
    } else {
        "This server asks for no key."
    };
    page.add(card::facts(&[
        ("Name", crate::parts::text::user(&visit.session.person)),
        ("Signed in", html! { (signed_in) }),
        ("Time zone", html! { (visit.zone.name()) ", where it is " (visit.zone.shown(visit.now)) }),
    ]));
    let field = Field {
        name: "zone",
        label: "Time zone",
        value: visit.zone.name(),
        hint: "A name of the IANA database, as Europe/Berlin. Days begin and end in it.",
        kind: Kind::Text,
        needed: true,
    };
    page.add(html! {
        form.form method="post" action="/console/you" {
            (hidden(&[("token", &visit.form_token)]))
            (field.markup())
            div.acts { button.primary type="submit" { "Use this zone" } }
        }
    });
    page
}

/// Keeps the zone that was chosen.
pub fn keep_zone(form: &Form) -> Response {
    let Some(zone) = Zone::named(form.get("zone")) else { return see_other("/console/you?done=no") };
    let mut response = see_other("/console/you");
    let name = crate::address::segment(zone.name());
    set(&mut response, &format!("{ZONE_COOKIE}={name}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000"));
    response
}

fn set(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
