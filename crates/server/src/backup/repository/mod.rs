//! Where a backup is kept: a folder, or a bucket of an object store. Both keep the same files.
//!
//! - A file is there whole or not at all, and is durable once it was put.
//! - One writer at a time: who opens a repository to write puts a name into its manifest, and whoever did so before can
//!   put no manifest any more. In a folder a second writer is refused besides, as long as the first one runs.

mod bucket;
mod folder;

use std::fmt;
use std::path::PathBuf;

use anyhow::ensure;

use bucket::Bucket;
use folder::Folder;

/// What says what is in it.
pub const MANIFEST: &str = "manifest.json";

/// What everything else is below.
pub const LEDGERS: &str = "ledgers";

/// How the names of a backup's files end.
const ENDINGS: [&str; 3] = [".seg", ".json", ".part"];

/// A file: its path in the repository, and its bytes.
pub type File = (String, Vec<u8>);

/// Files of a backup.
pub trait Repository: fmt::Display {
    /// The manifest; nothing where none was put. The next one that is put takes the place of this one and of no other.
    fn manifest(&self) -> anyhow::Result<Option<Vec<u8>>>;

    /// Puts a manifest in place of the last one that was read or put.
    ///
    /// # Errors
    /// [`Deposed`] when another writer put one since, which stays.
    fn put_manifest(&self, bytes: Vec<u8>) -> anyhow::Result<()>;

    /// Looks whether the last manifest that was read or put is there still, where that costs nothing.
    ///
    /// # Errors
    /// [`Deposed`] when it is not.
    fn check_in_place(&self) -> anyhow::Result<()>;

    /// Puts files in place. After an error some of them may be there.
    fn put(&self, files: Vec<File>) -> anyhow::Result<()>;

    /// A file; nothing where there is none.
    fn get(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>>;

    /// Removes files, those that are not there too.
    fn remove(&self, names: &[String]) -> anyhow::Result<()>;

    /// What a backup wrote but the manifest: segments and pages, whole or in part.
    fn files(&self) -> anyhow::Result<Vec<String>>;
}

/// The repository is not this writer's any more.
#[derive(Debug, thiserror::Error)]
pub enum Deposed {
    /// Another writer has it.
    #[error("another ducat backs up into {0}; this one ends")]
    Another(String),
    /// Its manifest was removed or changed: someone threw the backup away, or its disk is not mounted.
    #[error("the manifest in {0} is not the one that was written there; this run ends")]
    Gone(String),
}

/// Where a repository is.
#[derive(Debug, Clone)]
pub enum Address {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket, and what the names of its files begin with.
    Bucket {
        /// Its name.
        bucket: String,
        /// A path without slashes at its ends; empty for all of the bucket.
        prefix: String,
    },
}

impl Address {
    /// Reads `s3://BUCKET/PREFIX`, or the path of a folder.
    pub fn parse(text: &str) -> anyhow::Result<Address> {
        let Some((scheme, rest)) = text.split_once("://") else {
            ensure!(!text.is_empty(), "write the path of a folder, or s3://BUCKET/PREFIX");
            return Ok(Address::Folder(PathBuf::from(text)));
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_bucket = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        let is_there = scheme == "s3" && !bucket.is_empty() && bucket.chars().all(is_bucket);
        ensure!(is_there, "{text:?} is no repository; write the path of a folder, or s3://BUCKET/PREFIX");
        Ok(Address::Bucket { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
    }

    /// Opens it to write. A folder is created where there is none.
    pub fn create(&self) -> anyhow::Result<Box<dyn Repository>> {
        Ok(match self {
            Address::Folder(path) => Box::new(Folder::create(path)?),
            Address::Bucket { bucket, prefix } => Box::new(Bucket::create(bucket, prefix)?),
        })
    }

    /// Opens it to read.
    pub fn open(&self) -> anyhow::Result<Box<dyn Repository>> {
        Ok(match self {
            Address::Folder(path) => Box::new(Folder::open(path)?),
            Address::Bucket { bucket, prefix } => Box::new(Bucket::open(bucket, prefix)?),
        })
    }
}

/// Refuses names that lead out of a repository: a manifest says where files are, and may have been written by anyone.
pub fn check_name(name: &str) -> anyhow::Result<()> {
    let is_within = !name.starts_with('/') && name.split('/').all(|part| !matches!(part, "" | "." | ".."));
    ensure!(is_within, "{name:?} is no file of a backup");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("backup", Some(r#"Folder("backup")"#)),
            ("/var/backup", Some(r#"Folder("/var/backup")"#)),
            ("s3://ledgers", Some(r#"Bucket { bucket: "ledgers", prefix: "" }"#)),
            ("s3://ledgers/a/b/", Some(r#"Bucket { bucket: "ledgers", prefix: "a/b" }"#)),
            ("", None),
            ("s3://", None),
            ("s3:///a", None),
            ("s3://user@host/a", None),
            ("gs://ledgers/a", None),
        ] {
            let read = Address::parse(text).ok().map(|address| format!("{address:?}"));
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
