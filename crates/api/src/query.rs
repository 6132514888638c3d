//! Query strings, strictly: every parameter is known, given once, and well formed.

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::values::parse_time;

/// The parameters of a request, taken out one by one.
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// The parameters of a query string.
    #[must_use]
    pub fn new(query: Option<&str>) -> Query {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Query { pairs: pairs.into_owned().collect() }
    }

    /// A parameter, if it is given.
    ///
    /// # Errors
    /// When the parameter is there twice.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let Some(place) = self.pairs.iter().position(|(key, _)| key == name) else { return Ok(None) };
        let (_, value) = self.pairs.remove(place);
        if self.pairs.iter().any(|(key, _)| key == name) {
            return Err(Problem::malformed(format!("query: {name}"), "it is given twice"));
        }
        Ok(Some(value))
    }

    /// A parameter that is parsed.
    ///
    /// # Errors
    /// When the parameter is there twice, or is not of that form.
    pub fn parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        parse(&text).map(Some).map_err(|reason| Problem::malformed(format!("query: {name}"), reason))
    }

    /// A name.
    ///
    /// # Errors
    /// When the parameter is there twice, or is not of that form.
    pub fn name(&mut self, name: &str) -> Result<Option<Name>, Problem> {
        self.parsed(name, |text| Name::parse(text).map_err(|error| error.to_string()))
    }

    /// An instant.
    ///
    /// # Errors
    /// When the parameter is there twice, or is not of that form.
    pub fn time(&mut self, name: &str) -> Result<Option<Timestamp>, Problem> {
        self.parsed(name, |text| match text.contains(' ') {
            true => Err(format!("{text:?} has a space: + means a space in a query, write %2B")),
            false => parse_time(text),
        })
    }

    /// A place in a journal.
    ///
    /// # Errors
    /// When the parameter is there twice, or is not of that form.
    pub fn seq(&mut self, name: &str) -> Result<Option<Seq>, Problem> {
        self.parsed(name, seq)
    }

    /// A flag.
    ///
    /// # Errors
    /// When the parameter is there twice, or is not of that form.
    pub fn flag(&mut self, name: &str) -> Result<bool, Problem> {
        let parsed = self.parsed(name, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("expected true or false".to_owned()),
        })?;
        Ok(parsed.unwrap_or(false))
    }

    /// The size of a page.
    ///
    /// # Errors
    /// When the parameter is there twice, or is not of that form.
    pub fn limit(&mut self, max: usize) -> Result<usize, Problem> {
        let limit = self.parsed("limit", |text| match text.parse() {
            Ok(limit) if (1..=max).contains(&limit) => Ok(limit),
            _ => Err(format!("expected a number from 1 to {max}")),
        })?;
        Ok(limit.unwrap_or(max.min(100)))
    }

    /// All parameters whose names begin with a prefix, without it.
    pub fn prefixed(&mut self, prefix: &str) -> Vec<(String, String)> {
        let (taken, rest) = std::mem::take(&mut self.pairs).into_iter().partition(|(key, _)| key.starts_with(prefix));
        self.pairs = rest;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(key, value)| (key[prefix.len()..].to_owned(), value)).collect()
    }

    /// Nothing may be left. Every answer includes all that was acknowledged, and a request may insist on that.
    ///
    /// # Errors
    /// When a parameter is left that nothing asked for; its name is in the problem.
    pub fn finish(mut self) -> Result<(), Problem> {
        self.parsed("consistency", |text| match text {
            "acknowledged" => Ok(()),
            _ => Err("expected acknowledged, which every response is".to_owned()),
        })?;
        match self.pairs.first() {
            None => Ok(()),
            Some((key, _)) => {
                Err(Problem::malformed(format!("query: {key}"), "there is no such parameter here; leave it out"))
            }
        }
    }
}

/// A place in a journal.
///
/// # Errors
/// A phrase that says what was expected.
pub fn seq(text: &str) -> Result<Seq, String> {
    let number = text.parse::<u64>().ok().filter(|number| i64::try_from(*number).is_ok());
    number.map(Seq).ok_or_else(|| "expected the seq of an event".to_owned())
}

/// The parameters of a path; what is no text there is a problem like any other.
pub struct UrlPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for UrlPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<UrlPath<T>, Problem> {
        let path: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        path.map(|Path(path)| UrlPath(path)).map_err(|rejection| Problem::malformed("path", rejection.body_text()))
    }
}

/// A request that takes no query parameters.
pub struct NoQuery;

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<NoQuery, Problem> {
        Query::new(parts.uri.query()).finish().map(|()| NoQuery)
    }
}

/// A window of time that has a beginning before its end.
///
/// # Errors
/// When a bound is no instant, or the window ends before it begins.
pub fn window(query: &mut Query) -> Result<(Option<Timestamp>, Option<Timestamp>), Problem> {
    let (from, to) = (query.time("from")?, query.time("to")?);
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(Problem::malformed("query: from", "it is after to")),
        window => Ok(window),
    }
}

/// A name in a path.
///
/// # Errors
/// When the text is no name.
pub fn path_name(part: &str, text: &str) -> Result<Name, Problem> {
    Name::parse(text).map_err(|error| Problem::malformed(format!("path: {part}"), error))
}
