//! Lists, read page by page as they are needed.

use std::collections::VecDeque;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Ducat, Error};

/// What is left of a list.
#[derive(Debug)]
pub struct Pages<T> {
    server: Ducat,
    path: String,
    query: Vec<(&'static str, String)>,
    /// The parameter by which one goes on.
    onward: &'static str,
    read: VecDeque<T>,
    is_last: bool,
}

#[derive(Deserialize)]
struct Page<T> {
    data: VecDeque<T>,
    /// A cursor, or the place of an event.
    #[serde(default)]
    next: Option<serde_json::Value>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(server: Ducat, path: String, query: &[(&'static str, &str)], onward: &'static str) -> Pages<T> {
        let query = query.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Pages { server, path, query, onward, read: VecDeque::new(), is_last: false }
    }

    /// The next one; `None` at the end.
    ///
    /// # Errors
    /// When a page is refused, or no response comes. It can be called again.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        while self.read.is_empty() && !self.is_last {
            let page: Page<T> = self.server.get(&self.path, &self.query).await?;
            // A page may be empty, for a key that sees some accounts only, and lead on.
            self.is_last = page.next.is_none();
            if let Some(next) = page.next {
                let next = next.as_str().map_or_else(|| next.to_string(), str::to_owned);
                self.query.retain(|(name, _)| *name != self.onward);
                self.query.push((self.onward, next));
            }
            self.read = page.data;
        }
        Ok(self.read.pop_front())
    }

    /// All that is left.
    ///
    /// # Errors
    /// When a page is refused, or no response comes.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(one) = self.next().await? {
            all.push(one);
        }
        Ok(all)
    }
}
