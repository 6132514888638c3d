//! Files of one line, such as a store's URL with its password, or a key: read within bounds, and shown in no message.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::ensure;

/// The most bytes of such a file.
const BYTES_MAX: u64 = 4_096;

/// The line of a file, without the spaces around it.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    // It may be a pipe, which has no size.
    let mut opened = File::open(path)?.take(BYTES_MAX);
    opened.read_to_string(&mut text)?;
    let line = text.trim();
    let is_line = !line.is_empty() && !line.contains(['\n', '\r']) && opened.limit() > 0;
    ensure!(is_line, "write one line into it");
    Ok(line.to_owned())
}
