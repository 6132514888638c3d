//! Files that only their owner may read: keys that the server makes, and profiles that hold keys.
//!
//! Each is there whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context;

/// Makes a key's file. One that another node made meanwhile stays.
pub fn make_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let put = |part: &Path| match std::fs::hard_link(part, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    };
    write(path, text, put).with_context(|| format!("the key {} cannot be made", path.display()))
}

/// Writes a file anew, in place of the one that is there.
///
/// # Errors
/// When it cannot be written; then the one before is there.
pub fn replace_private(path: &Path, text: &str) -> io::Result<()> {
    write(path, text, |part| std::fs::rename(part, path))
}

/// Writes a part beside the file, and puts it in its place when it is on the disk.
fn write(path: &Path, text: &str, put: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let part = path.with_extension("part");
    let write = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        put(&part)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    };
    let written = write();
    drop(std::fs::remove_file(&part));
    written
}
