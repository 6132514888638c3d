//! Profiles: which server, which key, which ledger, by name, in a file that only its owner may read.
//!
//! A file that others may read is refused: a key in it is known to them.

use std::collections::BTreeMap;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::private_file::replace_private;

/// The profile that is meant where none is named.
pub const DEFAULT: &str = "default";

/// Bits of others in a file's mode.
const OTHERS: u32 = 0o077;

/// One profile.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Where the server is.
    pub server: String,
    /// The key to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The ledger that is meant where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<String>,
}

/// All of them, by name.
pub type Profiles = BTreeMap<String, Profile>;

/// Where they are: in the folder of settings of whoever runs this (XDG Base Directory Specification).
fn path() -> anyhow::Result<PathBuf> {
    let named = std::env::var_os("DUCAT_PROFILES").map(PathBuf::from);
    let settings = || std::env::var_os("XDG_CONFIG_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
    let within = || settings().or_else(home).map(|folder| folder.join("ducat/profiles.toml"));
    named.or_else(within).context("neither DUCAT_PROFILES, XDG_CONFIG_HOME nor HOME says where profiles are")
}

/// Reads them; there are none where there is no file.
pub fn read() -> anyhow::Result<Profiles> {
    let path = path()?;
    let shown = path.display();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Profiles::new()),
        Err(error) => return Err(error).with_context(|| format!("the profiles {shown} cannot be read")),
    };
    let mode = std::fs::metadata(&path)?.permissions().mode();
    ensure!(mode & OTHERS == 0, "others may read the keys in {shown}; run chmod 600 {shown}, and rotate them");
    toml::from_str(&text).with_context(|| format!("the profiles {shown} cannot be read"))
}

/// Writes them, for their owner alone.
pub fn write(profiles: &Profiles) -> anyhow::Result<PathBuf> {
    let path = path()?;
    let place = || format!("the profiles {} cannot be written", path.display());
    let Some(folder) = path.parent() else { bail!(place()) };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(place)?;
    let text = toml::to_string(profiles).with_context(place)?;
    replace_private(&path, &text).with_context(place)?;
    Ok(path)
}
