//! Stores by their URLs: `sqlite:FILE`, or `postgres://…` as libpq writes it.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use ducat_engine::clock::{Clock as _, SystemClock};
use ducat_store::postgres::{Node, NodeClock, shown};
use ducat_store::sqlite::{SqliteOptions, Watcher};
use ducat_store::standing::Standing;
use ducat_store::{PostgresReader, PostgresStore};
use ducat_store::{Reader, SoleOwner, Store, Tenure};
use ducat_store::{SqliteReader, SqliteStore};

use crate::line;

/// Where everything is kept when nothing is said.
const STORE_DEFAULT: &str = "sqlite:ducat.db";

/// Which store a command works on.
#[derive(Debug, Clone, Args)]
pub struct StoreArguments {
    /// Where the ledgers are: sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE [default: sqlite:ducat.db].
    #[arg(long, env = "DUCAT_STORE", hide_env_values = true)]
    store: Option<String>,
    /// A file that says where the ledgers are, in one line: a password in it stands in no list of processes. It counts
    /// more than --store and DUCAT_STORE.
    #[arg(long, value_name = "FILE")]
    store_file: Option<PathBuf>,
}

impl StoreArguments {
    /// The store that is meant.
    pub fn url(&self) -> anyhow::Result<StoreUrl> {
        StoreUrl::named(self.store.as_deref(), self.store_file.as_deref())
    }
}

/// Which store ledgers are brought to.
#[derive(Debug, Clone, Args)]
pub struct TargetArguments {
    /// The store that they are brought to. Other ledgers on it may be served meanwhile.
    #[arg(long, required_unless_present = "to_file")]
    to: Option<String>,
    /// A file that names the store that they are brought to.
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    to_file: Option<PathBuf>,
}

impl TargetArguments {
    /// The store that is meant.
    pub fn url(&self) -> anyhow::Result<StoreUrl> {
        StoreUrl::named(self.to.as_deref(), self.to_file.as_deref()).context("--to")
    }
}

/// What a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A database, which other nodes may serve too.
    Postgres(String),
}

/// A store that is open for writing.
pub struct Opened {
    /// The writing side.
    pub store: Box<dyn Store>,
    /// The reading side.
    pub reader: Arc<dyn Reader>,
    /// Which ledgers may be answered for from memory.
    pub tenure: Arc<dyn Tenure>,
    /// How this node stands among others, where there may be several.
    pub standing: Option<Arc<Standing>>,
}

/// What becomes of a file that has lost acknowledged commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It is refused.
    Refused,
    /// It is taken as it is: an operator said so.
    Accepted,
}

impl StoreUrl {
    /// Reads a URL.
    pub fn parse(url: &str) -> anyhow::Result<StoreUrl> {
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() && !path.starts_with(':') => {
                Ok(StoreUrl::Sqlite(Path::new(path.strip_prefix("//").unwrap_or(path)).to_owned()))
            }
            Some(("postgres" | "postgresql", _)) => Ok(StoreUrl::Postgres(url.to_owned())),
            _ => bail!(
                "the store {:?} is not one; write sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE",
                shown(url)
            ),
        }
    }

    /// The store that is named, or that a file names, or the default one.
    pub fn named(url: Option<&str>, file: Option<&Path>) -> anyhow::Result<StoreUrl> {
        let Some(file) = file else { return StoreUrl::parse(url.unwrap_or(STORE_DEFAULT)) };
        let place = || format!("the file {} names no store", file.display());
        // What it holds may be a secret, so it is in no message.
        let parsed = |line: String| StoreUrl::parse(&line).map_err(|_| anyhow!("write sqlite:FILE or postgres://…"));
        line::read(file).and_then(parsed).with_context(place)
    }

    /// Opens it for writing, by a node that serves, or by a guest who goes away again.
    pub fn open(&self, server: Option<Node>, loss: Loss) -> anyhow::Result<Opened> {
        match self {
            StoreUrl::Sqlite(path) => {
                let accepts_loss = loss == Loss::Accepted;
                let store = SqliteStore::open(SqliteOptions { accepts_loss, ..SqliteOptions::new(path) })?;
                let reader = Arc::new(store.reader());
                Ok(Opened { store: Box::new(store), reader, tenure: Arc::new(SoleOwner), standing: None })
            }
            StoreUrl::Postgres(url) => {
                let guest = || Node {
                    clock: Some(NodeClock::new(|| SystemClock.now())),
                    ..Node::guest(format!("guest:{}", uuid::Uuid::now_v7()))
                };
                let store = PostgresStore::open(url, server.unwrap_or_else(guest))?;
                let (reader, tenure, standing) = (Arc::new(store.reader()?), store.tenure(), store.standing());
                Ok(Opened { store: Box::new(store), reader, tenure, standing: Some(standing) })
            }
        }
    }

    /// Which file it is, by its device and its number; nothing for a database.
    pub fn identity(&self) -> anyhow::Result<Option<(u64, u64)>> {
        let StoreUrl::Sqlite(path) = self else { return Ok(None) };
        let found = std::fs::metadata(path).with_context(|| format!("{} cannot be opened", path.display()))?;
        Ok(Some((found.dev(), found.ino())))
    }

    /// Opens it as a guest, if it holds ledgers: nothing is created.
    pub fn open_existing(&self) -> anyhow::Result<Opened> {
        drop(self.open_reader()?);
        self.open(None, Loss::Refused)
    }

    /// Brings it up to date, if it holds ledgers.
    pub fn upgrade(&self, watcher: Watcher) -> anyhow::Result<()> {
        drop(self.open_reader()?);
        match self {
            StoreUrl::Sqlite(path) => {
                drop(SqliteStore::open(SqliteOptions { upgrade_watcher: Some(watcher), ..SqliteOptions::new(path) })?);
            }
            StoreUrl::Postgres(_) => drop(self.open(None, Loss::Refused)?),
        }
        Ok(())
    }

    /// Writes it anew, so that nothing is left of what was erased.
    pub fn scrub(&self) -> anyhow::Result<()> {
        drop(self.open_reader()?);
        match self {
            StoreUrl::Sqlite(path) => SqliteStore::open(SqliteOptions::new(path))?.scrub()?,
            StoreUrl::Postgres(url) => PostgresStore::scrub(url)?,
        }
        Ok(())
    }

    /// Opens it for reading: a server may go on serving it.
    pub fn open_reader(&self) -> anyhow::Result<Box<dyn Reader>> {
        Ok(match self {
            StoreUrl::Sqlite(path) => Box::new(SqliteReader::open(path)?),
            StoreUrl::Postgres(url) => Box::new(PostgresReader::open(url)?),
        })
    }
}

impl std::fmt::Display for StoreUrl {
    /// Without a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreUrl::Sqlite(path) => write!(f, "{}", path.display()),
            StoreUrl::Postgres(url) => f.write_str(&shown(url)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_are_named_by_url() {
        assert_eq!(StoreUrl::parse("sqlite:ducat.db").ok(), Some(StoreUrl::Sqlite("ducat.db".into())));
        assert_eq!(StoreUrl::parse("sqlite:///var/ducat.db").ok(), Some(StoreUrl::Sqlite("/var/ducat.db".into())));
        let postgres = StoreUrl::parse("postgres://me:secret@a,b/ducat").expect("a URL");
        assert_eq!(postgres.to_string(), "postgres://a,b/ducat");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("store");
        let named = |text: &str| {
            std::fs::write(&file, text).expect("it can be written");
            StoreUrl::named(None, Some(&file)).map_err(|error| format!("{error:#}"))
        };
        assert_eq!(named("sqlite:other.db\n"), Ok(StoreUrl::Sqlite("other.db".into())));
        assert!(matches!(named("postgres://me:secret@db/ducat"), Ok(StoreUrl::Postgres(_))));
        for wrong in ["", "\n", "sqlite:a.db\nsqlite:b.db", "x:secret", &"a".repeat(5_000)] {
            let refused = named(wrong).expect_err("it names none");
            assert!(refused.contains("names no store"), "{refused}");
        }
        let missing = StoreUrl::named(None, Some(&folder.path().join("missing")));
        assert!(missing.is_err());
        assert_eq!(StoreUrl::named(None, None).ok(), Some(StoreUrl::Sqlite("ducat.db".into())));
        for wrong in ["", "ducat.db", "sqlite:", "sqlite::memory:", "mysql://db/ducat"] {
            assert!(StoreUrl::parse(wrong).is_err(), "{wrong}");
        }
    }
}
