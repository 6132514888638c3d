//! The folder of a backup: files that are there whole or not at all, and one writer.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

/// What says what is in it.
pub const MANIFEST: &str = "manifest.json";

/// Who writes holds this.
const LOCK: &str = "lock";

/// What files are called until they are whole.
const PART: &str = "part";

/// A backup's folder. It holds texts of customers and hashes of keys: no one else may read it.
pub struct Folder {
    path: PathBuf,
    _lock: Option<File>,
}

impl Folder {
    /// To write to; it is created where it does not exist.
    pub fn create(path: &Path) -> anyhow::Result<Folder> {
        let place = || format!("{} cannot be a backup", path.display());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(place)?;
        let options = || OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).to_owned();
        let lock = options().open(path.join(LOCK)).with_context(place)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("another ducat backs up into {}", path.display()),
            Err(TryLockError::Error(error)) => return Err(error).with_context(place),
        }
        let folder = Folder { path: path.to_owned(), _lock: Some(lock) };
        // A folder with something else in it was named by mistake.
        let is_new = fs::read_dir(path)?.all(|entry| entry.is_ok_and(|entry| entry.file_name() == LOCK));
        let is_ours = folder.has_manifest() || folder.path.join("ledgers").is_dir();
        ensure!(is_new || is_ours, "{} holds something else; name an empty folder", path.display());
        Ok(folder)
    }

    /// To read from.
    pub fn existing(path: &Path) -> anyhow::Result<Folder> {
        ensure!(path.is_dir(), "{} is no folder", path.display());
        Ok(Folder { path: path.to_owned(), _lock: None })
    }

    /// Whether a backup was finished here.
    pub fn has_manifest(&self) -> bool {
        self.path.join(MANIFEST).is_file()
    }

    /// Puts a file in place, durable and whole.
    pub fn put(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.path.join(name);
        let place = || format!("{} cannot be written", path.display());
        let parent = path.parent().context("a file is in a folder")?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(parent).with_context(place)?;
        let part = path.with_extension(PART);
        let write = || -> std::io::Result<()> {
            let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, &path)?;
            // The folder of a new ledger is an entry of its own, in a folder that may be new too.
            let mut within = parent.ancestors().take_while(|folder| folder.starts_with(&self.path));
            within.try_for_each(|folder| File::open(folder)?.sync_all())
        };
        let written = write();
        if written.is_err() {
            drop(fs::remove_file(&part));
        }
        written.with_context(place)
    }

    /// A file; nothing where there is none.
    pub fn get(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        // A manifest says where files are, and may have been written by anyone.
        let is_within = !name.starts_with('/') && name.split('/').all(|part| !matches!(part, "" | "." | ".."));
        ensure!(is_within, "{name:?} is no file of a backup");
        let path = self.path.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    /// Removes a file, if it is there.
    pub fn remove(&self, name: &str) -> anyhow::Result<()> {
        match fs::remove_file(self.path.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("{name} cannot be removed"))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Removes segments that are not named, and parts of files.
    pub fn remove_all_but(&self, named: &BTreeSet<&str>) -> anyhow::Result<()> {
        let ledgers = self.path.join("ledgers");
        if !ledgers.is_dir() {
            return Ok(());
        }
        for ledger in fs::read_dir(&ledgers)? {
            let ledger = ledger?;
            for file in fs::read_dir(ledger.path())? {
                let file = file?;
                let name = format!("ledgers/{}/{}", ledger.file_name().display(), file.file_name().display());
                let is_ours = [".seg", ".part"].iter().any(|end| name.ends_with(end));
                if is_ours && !named.contains(name.as_str()) {
                    self.remove(&name)?;
                }
            }
        }
        Ok(())
    }
}
