//! The key that the secrets of webhooks are derived from: a file of mode 0600 with 64 hexadecimal digits.

use std::path::Path;

use anyhow::Context;
use ducat_api::values::hex;
use ducat_engine::clock::random;
use ducat_engine::webhooks::SecretKey;

use crate::line;
use crate::private_file::make_private;

/// Reads the key, or makes it where the file does not exist. What the file holds is in no message.
pub fn load(path: &Path) -> anyhow::Result<SecretKey> {
    if !path.exists() {
        make_private(path, &format!("{}\n", hex(&random::<32>())))?;
    }
    let place = || format!("--webhook-key {} cannot be read", path.display());
    let text = line::read(path).with_context(place)?;
    let read = blake3::Hash::from_hex(text.to_ascii_lowercase());
    let read = read.ok().with_context(|| {
        format!("--webhook-key {} holds no 64 hexadecimal digits: it is no key for webhooks", path.display())
    })?;
    Ok(SecretKey::new(*read.as_bytes()))
}
