//! A server, a key and a ledger, as the arguments, the surroundings and the profile name them, in that order.

use anyhow::{Context, bail};
use clap::Args;
use ducat_console::address::{segment, with};
use ducat_console::ledger::Ledger;
use ducat_console::money::{Asset, Money};
use ducat_console::record::Record;
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

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

/// Something of a ledger that has an id.
#[derive(Debug, Args)]
pub struct IdArguments {
    /// Its id.
    pub id: Uuid,
    #[command(flatten)]
    pub ledger: LedgerArguments,
}

/// A server that is asked.
pub struct Session {
    server: Server,
}

/// A ledger of it.
pub struct Books {
    session: Session,
    ledger: Ledger,
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
        Ok(Books { session, ledger: Ledger::of(&record) })
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
            let limit = PAGE.min(rows_max - rows.len()).to_string();
            let page = [("limit", limit.as_str()), ("cursor", cursor.as_deref().unwrap_or_default())];
            let page = self.get(&with(path, &page)).await?;
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
        self.ledger.api(rest)
    }

    /// The asset of a code; the default one where none is named.
    pub fn asset(&self, code: Option<&str>) -> anyhow::Result<Asset> {
        let Ledger { name, assets, default, .. } = &self.ledger;
        let code = code.or(default.as_deref()).context("the ledger has no default asset; give --asset CODE")?;
        let known = || assets.iter().map(|asset| asset.code.as_str()).collect::<Vec<_>>().join(", ");
        let found = assets.iter().find(|asset| asset.code == code).cloned();
        found.with_context(|| format!("the ledger {name} has no asset {code}; it has {}", known()))
    }

    /// An amount of an asset, if there is one.
    pub fn money(&self, record: &Record, field: &str, code: &str) -> Option<Money> {
        self.ledger.money(record.amount(field), code)
    }
}

/// Runs something that asks a server.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
