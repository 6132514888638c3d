//! A server, a key and a ledger, as the arguments, the surroundings and the profile name them, in that order.

use anyhow::{Context, bail};
use clap::Args;
use ducat_console::money::{Asset, Money};
use ducat_console::record::Record;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::Value;

use super::output::OutputArguments;
use super::profiles::{self, DEFAULT};
use crate::remote::{KeyArguments, Server};

/// Where a server is when nothing says so.
const SERVER_DEFAULT: &str = "http://127.0.0.1:8000";

/// Rows that are asked for at a time.
const PAGE: usize = 1_000;

/// Which server.
#[derive(Debug, Clone, Args)]
pub struct ServerArguments {
    /// Where the server is: its URL [default: that of the profile, or http://127.0.0.1:8000].
    #[arg(long, env = "DUCAT_SERVER", value_name = "URL")]
    server: Option<String>,
    /// The profile, as `ducat login` wrote it [default: default].
    #[arg(long, env = "DUCAT_PROFILE", value_name = "NAME")]
    profile: Option<String>,
    #[command(flatten)]
    key: KeyArguments,
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Which ledger of it.
#[derive(Debug, Clone, Args)]
pub struct LedgerArguments {
    /// The ledger [default: that of the profile].
    #[arg(long, env = "DUCAT_LEDGER", value_name = "NAME")]
    ledger: Option<String>,
    #[command(flatten)]
    pub server: ServerArguments,
}

/// A server that is asked.
pub struct Session {
    server: Server,
}

/// A ledger of it, and its assets.
pub struct Books {
    session: Session,
    name: String,
    assets: Vec<Asset>,
    default: Option<String>,
}

impl ServerArguments {
    fn profile(&self) -> anyhow::Result<profiles::Profile> {
        let mut known = profiles::read()?;
        let name = self.profile.as_deref().unwrap_or(DEFAULT);
        match known.remove(name) {
            Some(profile) => Ok(profile),
            None if self.profile.is_some() => {
                bail!("there is no profile {name}; make it with ducat login --profile {name}")
            }
            None => Ok(profiles::Profile::default()),
        }
    }

    /// The server that is meant.
    pub fn session(&self) -> anyhow::Result<Session> {
        let profile = self.profile()?;
        let named =
            self.server.clone().or(Some(profile.server).filter(|server| !server.is_empty() && self.server.is_none()));
        let key = match self.key.key()? {
            Some(key) => Some(key),
            // A profile's key is for its own server, and shown to no other.
            None if self.server.is_none() => profile.key,
            None => None,
        };
        let server = Server::new(named.as_deref().unwrap_or(SERVER_DEFAULT), key)?;
        Ok(Session { server })
    }
}

impl LedgerArguments {
    /// The ledger that is meant.
    pub async fn books(&self) -> anyhow::Result<Books> {
        let profile = self.server.profile()?;
        let name = self.ledger.clone().or(profile.ledger);
        let name = name.context("no ledger is named; give --ledger NAME, or ducat login --ledger NAME")?;
        let session = self.server.session()?;
        let record = session.get(&format!("/v1/ledgers/{}", segment(&name))).await?;
        let asset = |asset: Record| Asset {
            code: asset.text("code").to_owned(),
            scale: usize::try_from(asset.count("scale")).unwrap_or_default(),
        };
        let assets = record.list("assets").into_iter().map(asset).collect();
        Ok(Books { session, name, assets, default: record.maybe("default_asset").map(str::to_owned) })
    }
}

impl Session {
    /// Reads a document.
    pub async fn get(&self, path: &str) -> anyhow::Result<Record> {
        self.ask(Method::GET, path, None).await
    }

    /// Reads a text.
    pub async fn text(&self, path: &str) -> anyhow::Result<String> {
        self.server.text(path).await
    }

    /// Asks for something.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Record> {
        Ok(self.server.ask(method, path, body).await?.into())
    }

    /// The first rows of a list, up to so many.
    pub async fn list(&self, path: &str, rows_max: usize) -> anyhow::Result<Vec<Record>> {
        let (mut rows, mut cursor): (Vec<Record>, Option<String>) = (Vec::new(), None);
        loop {
            let limit = PAGE.min(rows_max - rows.len());
            let limit = limit.to_string();
            let page = match &cursor {
                None => self.get(&with(path, &[("limit", &limit)])).await?,
                Some(cursor) => self.get(&with(path, &[("limit", &limit), ("cursor", cursor)])).await?,
            };
            rows.extend(page.list("data"));
            cursor = page.maybe("next").map(str::to_owned);
            if cursor.is_none() || rows.len() >= rows_max {
                return Ok(rows);
            }
        }
    }
}

impl Books {
    /// The server.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// A path in the ledger.
    pub fn path(&self, rest: &str) -> String {
        format!("/v1/ledgers/{}{rest}", segment(&self.name))
    }

    /// The asset of a code; the default one where none is named.
    pub fn asset(&self, code: Option<&str>) -> anyhow::Result<Asset> {
        let code = code.or(self.default.as_deref()).context("the ledger has no default asset; give --asset CODE")?;
        let known = || self.assets.iter().map(|asset| asset.code.as_str()).collect::<Vec<_>>().join(", ");
        let found = self.assets.iter().find(|asset| asset.code == code).cloned();
        found.with_context(|| format!("the ledger {} has no asset {code}; it has {}", self.name, known()))
    }

    /// An amount of an asset, if there is one.
    pub fn money(&self, record: &Record, field: &str, code: &str) -> Option<Money> {
        let asset = self.assets.iter().find(|asset| asset.code == code);
        let asset = asset.cloned().unwrap_or_else(|| Asset { code: code.to_owned(), scale: 0 });
        record.amount(field).map(|minor| Money::new(minor, &asset))
    }
}

/// A part of a path.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A path with parameters; empty ones are left out.
pub fn with(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}{}{query}", if path.contains('?') { '&' } else { '?' }),
    }
}

/// Runs something that asks a server.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
