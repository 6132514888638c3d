//! What is live: an event stream that gives a part of a page anew when its ledger's head has moved.
//!
//! - One stream a tab. It asks for the head once a second, and for nothing else while nothing happens.
//! - The parts are those of the page itself, so what is live looks as it would after a reload.
//! - When the session's key is revoked the stream says so and ends: within a second.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;

use crate::Console;
use crate::client::{Client, Refused};
use crate::pages::overview;
use crate::parts::frame::Reach;
use crate::visit::{Form, Visit};

/// How often it is looked whether something happened.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Seconds after which figures are shown anew though nothing happened.
const FIGURES_EVERY: u64 = 10;

/// What is said when the session is over.
const ENDED: &[u8] = b"event: ended\ndata:\n\n";

/// An event stream and where it is.
struct Live {
    console: Console,
    visit: Visit,
    reach: Reach,
    seq: Option<u64>,
    ticks: u64,
    has_ended: bool,
    _place: OwnedSemaphorePermit,
}

/// The stream of a ledger's overview.
pub fn stream(console: &Console, visit: &Visit, reach: &Reach) -> Response {
    let Ok(place) = Arc::clone(&console.0.live).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "10")]).into_response();
    };
    let visit = Visit {
        client: Client::new(Arc::clone(&console.0.api), visit.session.credential.clone()),
        session: visit.session.clone(),
        form_token: String::new(),
        zone: visit.zone.clone(),
        now: visit.now,
        parts: visit.parts.clone(),
        query: Form::default(),
        origin: String::new(),
        figures: Arc::clone(&visit.figures),
        ledger: visit.ledger.clone(),
        done: None,
    };
    let live = Live {
        console: console.clone(),
        visit,
        reach: reach.clone(),
        seq: None,
        ticks: 0,
        has_ended: false,
        _place: place,
    };
    let events = stream::unfold(live, |mut live| async move {
        let event = live.next().await?;
        Some((Ok::<_, std::convert::Infallible>(event), live))
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    (headers, Body::from_stream(events)).into_response()
}

impl Live {
    /// The next piece of the stream; nothing where it is over.
    async fn next(&mut self) -> Option<Bytes> {
        if self.has_ended {
            return None;
        }
        loop {
            let mut stopping = self.console.0.stopping.clone();
            let pause = if self.ticks > 0 { LOOK_INTERVAL } else { Duration::ZERO };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                // The browser comes again, to the server that is started next.
                _ = stopping.wait_for(|stopping| *stopping) => return None,
            }
            self.ticks += 1;
            self.visit.now = self.now();
            if !self.console.0.sessions.is_open(&self.visit.session, self.visit.now) {
                self.has_ended = true;
                return Some(Bytes::from_static(ENDED));
            }
            match self.look().await {
                Ok(Some(event)) => return Some(event),
                // A comment keeps the connection, and shows who has gone.
                Ok(None) if self.ticks.is_multiple_of(FIGURES_EVERY) => return Some(Bytes::from_static(b":\n\n")),
                Ok(None) => {}
                Err(refused) if refused.status == StatusCode::UNAUTHORIZED => {
                    self.has_ended = true;
                    return Some(Bytes::from_static(ENDED));
                }
                Err(_) => return None,
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.console.now()
    }

    async fn look(&mut self) -> Result<Option<Bytes>, Refused> {
        let Some(ledger) = self.visit.ledger.clone() else { return Ok(None) };
        let head = self.visit.client.look(&ledger.api("/head")).await?;
        let seq = head.count("seq");
        let has_moved = self.seq.replace(seq).is_some_and(|before| before != seq);
        let mut event = String::new();
        if has_moved {
            push(&mut event, "latest", &overview::latest(&self.visit, &ledger).await.into_string());
        }
        if has_moved || self.ticks.is_multiple_of(FIGURES_EVERY) {
            let health = overview::health(&self.visit, &self.reach, &ledger).await;
            push(&mut event, "health", &health.into_string());
        }
        Ok((!event.is_empty()).then(|| event.into()))
    }
}

/// A part of the page, as an event.
fn push(event: &mut String, name: &str, markup: &str) {
    event.push_str(&format!("event: {name}\n"));
    for line in markup.lines() {
        event.push_str(&format!("data: {line}\n"));
    }
    event.push('\n');
}
