//! One request of a page: who reads, what of, and since when.
//!
//! The address is the state: ledger, filters, date and cursor all stand in it, so every view can be sent to a colleague.

use std::sync::Arc;

use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::address::{segment, with};
use crate::client::{Client, Listed, Refused};
use crate::figures::Figures;
use crate::ledger::Ledger;
use crate::record::Record;
use crate::session::Session;
use crate::times::{Zone, instant, just_after, parse_day, parse_span, rfc3339};

/// A request of a page.
pub struct Visit {
    pub client: Client,
    pub session: Session,
    /// The token of the session's forms.
    pub form_token: String,
    pub zone: Zone,
    pub now: Timestamp,
    /// The parts of the path below `/console`.
    pub parts: Vec<String>,
    pub query: Form,
    /// Where the server is reached, as the browser named it.
    pub origin: String,
    pub figures: Arc<Figures>,
    /// The ledger that the page is about.
    pub ledger: Option<Ledger>,
    /// What an act that led here did.
    pub done: Option<String>,
}

/// Rows of a page: a screen or two.
pub const ROWS: usize = 50;

/// Names and values of a form or a query.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

/// Why a page is not shown.
#[derive(Debug)]
pub enum Stop {
    /// The API refused.
    Refused(Refused),
    /// There is no such page.
    Absent(String),
    /// Another page is meant.
    Elsewhere(String),
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Stop {
        Stop::Refused(refused)
    }
}

impl Form {
    /// Of what a browser sent.
    pub fn parse(bytes: &[u8]) -> Form {
        Form(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// Of fields that are known.
    pub fn of(fields: Vec<(String, String)>) -> Form {
        Form(fields)
    }

    /// A value, without spaces around it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// All of it.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }
}

impl Visit {
    /// The ledger of the page.
    ///
    /// # Errors
    /// When the page is about none.
    pub fn ledger(&self) -> Result<&Ledger, Stop> {
        self.ledger.as_ref().ok_or_else(|| Stop::Absent("ledger".to_owned()))
    }

    /// A part of the path, after those of the ledger.
    pub fn part(&self, index: usize) -> &str {
        self.parts.get(index).map_or("", String::as_str)
    }

    /// Today, where the reader is.
    pub fn today(&self) -> Date {
        self.zone.day(self.now)
    }

    /// The day as of which balances are shown, if it is not now.
    pub fn as_of(&self) -> Option<Date> {
        let typed = self.query.get("as_of");
        let day = (!typed.is_empty()).then(|| parse_day(typed, self.today()).ok()).flatten()?;
        // A day without an end is none.
        self.zone.end_of(day).map(|_| day)
    }

    /// What was posted of an asset in an account at an instant; nothing where it has none of it.
    ///
    /// # Errors
    /// When the API refuses.
    pub async fn balance(
        &self,
        ledger: &Ledger,
        account: &str,
        asset: &str,
        at: Timestamp,
    ) -> Result<Option<i128>, Refused> {
        let path = ledger.api(&format!("/accounts/{}/balance", segment(account)));
        let at = rfc3339(at.min(self.now));
        match self.client.look(&with(&path, &[("asset", asset), ("at", &at)])).await {
            Ok(balance) => Ok(balance.amount("posted")),
            Err(refused) if refused.status == StatusCode::NOT_FOUND => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    /// A page of the list that this page is about; all of it where a file is wanted.
    ///
    /// # Errors
    /// When the API refuses.
    pub async fn list(&self, path: &str) -> Result<Listed, Refused> {
        match self.file() {
            None => self.client.page(path, self.cursor(), ROWS).await,
            Some(_) => self.client.all(path).await,
        }
    }

    /// The instant as of which balances are shown: the end of the day.
    pub fn as_of_instant(&self) -> Option<Timestamp> {
        self.as_of().and_then(|day| self.zone.end_of(day))
    }

    /// From and to as they were typed, as the API takes them; never later than the day that is set.
    ///
    /// # Errors
    /// What can be typed.
    pub fn period(&self) -> Result<(String, String), String> {
        let span = |name: &str| match self.query.get(name) {
            "" => Ok(None),
            typed => parse_span(typed, self.today()).map(Some),
        };
        let from = span("from")?.and_then(|(first, _)| self.zone.begin_of(first));
        let to = span("to")?.and_then(|(_, last)| self.zone.end_of(last));
        let to = [to, self.as_of_instant()].into_iter().flatten().min();
        Ok((from.map(rfc3339).unwrap_or_default(), to.and_then(just_after).map(rfc3339).unwrap_or_default()))
    }

    /// Before when something must be recorded that is of the day that is set, as the API takes it; empty for now.
    pub fn until(&self) -> String {
        self.as_of_instant().and_then(just_after).map(rfc3339).unwrap_or_default()
    }

    /// Leaves out what was recorded after the day that is set, whatever day it counts for.
    pub fn until_then(&self, rows: &mut Vec<Record>) {
        if let Some(then) = self.as_of_instant() {
            rows.retain(|row| instant(row.text("at")).is_none_or(|at| at <= then));
        }
    }

    /// A page, with the date that is set.
    pub fn href(&self, page: &str) -> String {
        with(page, &[("as_of", self.query.get("as_of"))])
    }

    /// This page with other values of the query.
    pub fn here(&self, changes: &[(&str, &str)]) -> String {
        let path = self.path();
        let is_changed = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
        let kept = self.query.fields().iter().filter(|(name, value)| {
            !is_changed(name) && !value.is_empty() && !matches!(name.as_str(), "done" | "file" | "id" | "cursor")
        });
        let kept: Vec<(&str, &str)> = kept.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        with(&path, &[&kept, changes].concat())
    }

    /// The path of this page.
    pub fn path(&self) -> String {
        self.parts.iter().fold("/console".to_owned(), |path, part| format!("{path}/{}", segment(part)))
    }

    /// Whether a file is wanted, and not a page.
    pub fn file(&self) -> Option<&str> {
        Some(self.query.get("file")).filter(|file| !file.is_empty())
    }

    /// The cursor of a list.
    pub fn cursor(&self) -> Option<&str> {
        Some(self.query.get("cursor")).filter(|cursor| !cursor.is_empty())
    }
}
