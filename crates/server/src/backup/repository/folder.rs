//! A backup in a folder. Only the owner may read it: it holds texts of customers and hashes of keys.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, anyhow, bail, ensure};

use super::{Deposed, ENDINGS, LEDGERS, MANIFEST, Repository, check_name};

/// Who writes holds this.
const LOCK: &str = "lock";

/// What files are called until they are whole.
const PART: &str = "part";

/// A folder of a backup.
pub struct Folder {
    path: PathBuf,
    /// The manifest that was read or put last.
    known: Mutex<Option<Vec<u8>>>,
    _lock: Option<File>,
}

impl Folder {
    /// To write to; it is created where it does not exist.
    pub fn create(path: &Path) -> anyhow::Result<Folder> {
        let place = || format!("{} cannot be a backup", path.display());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(place)?;
        // A folder with something else in it was named by mistake.
        let of_a_begun_one = [LOCK.to_owned(), format!("manifest.{PART}")];
        let is_left = |entry: std::io::Result<fs::DirEntry>| {
            entry.is_ok_and(|entry| of_a_begun_one.iter().any(|name| entry.file_name() == **name))
        };
        let is_new = fs::read_dir(path)?.all(is_left);
        ensure!(
            is_new || path.join(MANIFEST).is_file(),
            "{} holds something else, or a backup without its manifest; name an empty folder",
            path.display()
        );
        let options = || OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).to_owned();
        let lock = options().open(path.join(LOCK)).with_context(place)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("another ducat backs up into {}", path.display()),
            Err(TryLockError::Error(error)) => return Err(error).with_context(place),
        }
        Ok(Folder { path: path.to_owned(), known: Mutex::default(), _lock: Some(lock) })
    }

    /// To read from.
    pub fn open(path: &Path) -> anyhow::Result<Folder> {
        ensure!(path.is_dir(), "{} is no folder", path.display());
        Ok(Folder { path: path.to_owned(), known: Mutex::default(), _lock: None })
    }

    fn known(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a file in place. Gives the folder that it is in, which is to be made durable.
    fn put_one(&self, name: &str, bytes: &[u8]) -> anyhow::Result<PathBuf> {
        check_name(name)?;
        let path = self.path.join(name);
        let place = || format!("{} cannot be written", path.display());
        let parent = path.parent().context("a file is in a folder")?;
        self.create_below(parent).with_context(place)?;
        let part = path.with_extension(PART);
        let write = || -> std::io::Result<()> {
            let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, &path)
        };
        let written = write();
        if written.is_err() {
            drop(fs::remove_file(&part));
        }
        written.with_context(place)?;
        Ok(parent.to_owned())
    }

    /// Creates a folder of the backup where it does not exist. The backup's own is there, or the backup is gone.
    fn create_below(&self, folder: &Path) -> std::io::Result<()> {
        let within = folder.ancestors().take_while(|folder| *folder != self.path).collect::<Vec<_>>();
        for folder in within.into_iter().rev() {
            match fs::DirBuilder::new().mode(0o700).create(folder) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Adds the files of a folder, and of the folders in it.
    fn add_files(&self, folder: &str, names: &mut Vec<String>) -> anyhow::Result<()> {
        let place = || format!("{}/{folder} cannot be read", self.path.display());
        for entry in fs::read_dir(self.path.join(folder)).with_context(place)? {
            let entry = entry.with_context(place)?;
            let name = format!("{folder}/{}", entry.file_name().display());
            if entry.file_type().with_context(place)?.is_dir() {
                self.add_files(&name, names)?;
            } else if ENDINGS.iter().any(|end| name.ends_with(end)) {
                names.push(name);
            }
        }
        Ok(())
    }

    /// Makes the entries of folders durable. That of a new ledger is an entry of another one, which may be new too.
    fn sync(&self, folders: BTreeSet<PathBuf>) -> anyhow::Result<()> {
        let within = folders.iter().flat_map(|folder| folder.ancestors());
        let all: BTreeSet<&Path> = within.filter(|folder| folder.starts_with(&self.path)).collect();
        for folder in all {
            let synced = File::open(folder).and_then(|folder| folder.sync_all());
            synced.with_context(|| format!("{} cannot be written", folder.display()))?;
        }
        Ok(())
    }
}

impl Repository for Folder {
    fn manifest(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let found = self.get(MANIFEST)?;
        self.known().clone_from(&found);
        Ok(found)
    }

    fn put_manifest(&self, bytes: Vec<u8>) -> anyhow::Result<()> {
        // The lock keeps other writers out, but not whoever removes all of it.
        self.check_in_place()?;
        self.put(vec![(MANIFEST.to_owned(), bytes.clone())])?;
        *self.known() = Some(bytes);
        Ok(())
    }

    fn check_in_place(&self) -> anyhow::Result<()> {
        let is_there = self.get(MANIFEST)? == *self.known();
        if is_there { Ok(()) } else { Err(Deposed::Gone(self.to_string()).into()) }
    }

    fn put(&self, files: Vec<super::File>) -> anyhow::Result<()> {
        let mut folders = BTreeSet::new();
        for (name, bytes) in files {
            folders.insert(self.put_one(&name, &bytes)?);
        }
        self.sync(folders)
    }

    fn get(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        check_name(name)?;
        let path = self.path.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    fn remove(&self, names: &[String]) -> anyhow::Result<()> {
        let mut refused = None;
        for name in names {
            check_name(name)?;
            if let Err(error) = fs::remove_file(self.path.join(name))
                && error.kind() != ErrorKind::NotFound
            {
                refused = Some(anyhow!("{}/{name} cannot be removed: {error}", self.path.display()));
            }
        }
        refused.map_or(Ok(()), Err)
    }

    fn files(&self) -> anyhow::Result<Vec<String>> {
        let mut names = Vec::new();
        if self.path.join(LEDGERS).is_dir() {
            self.add_files(LEDGERS, &mut names)?;
        }
        Ok(names)
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}
