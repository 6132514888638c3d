//! The key that the secrets of webhooks are derived from: a file of mode 0600 with 64 hexadecimal digits.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context;
use ducat_api::values::hex;
use ducat_engine::clock::random;
use ducat_engine::webhooks::SecretKey;

use crate::line;

/// Reads the key, or makes it where the file does not exist. What the file holds is in no message.
pub fn load(path: &Path) -> anyhow::Result<SecretKey> {
    if !path.exists() {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let mut file = file.with_context(|| format!("the key {} cannot be made", path.display()))?;
        writeln!(file, "{}", hex(&random::<32>()))?;
        file.sync_all()?;
    }
    let text = line::read(path)?;
    let read = blake3::Hash::from_hex(text.to_ascii_lowercase());
    let read = read.ok().with_context(|| format!("{} holds no 64 hexadecimal digits", path.display()))?;
    Ok(SecretKey::new(*read.as_bytes()))
}
