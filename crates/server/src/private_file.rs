//! Files that only their owner may read: keys that the server makes.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context;

/// Makes a file that only its owner may read. It is there whole or not at all.
pub fn make_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    let make = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // One that another node made meanwhile stays.
        match std::fs::hard_link(&part, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            linked => linked?,
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    };
    let made = make();
    drop(std::fs::remove_file(&part));
    made.with_context(|| format!("the key {} cannot be made", path.display()))
}
