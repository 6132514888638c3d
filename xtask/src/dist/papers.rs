//! What goes with the binary: the manual, completions, and the bill of materials (CycloneDX).

use std::fs;
use std::process::Command;

use anyhow::Context;

use super::{Release, TARGET, said, tool};
use crate::run;

/// What writes the bill of materials.
const CYCLONEDX: &str = "0.5.9";

/// The name under which it is released.
pub const BILL: &str = "ducat.cdx.json";

/// Writes them into `target/dist`.
pub fn make(release: &Release) -> anyhow::Result<()> {
    let ducat = super::binary::path(release);
    let (manual, completions) = (release.dist.join("manual"), release.dist.join("completions"));
    fs::create_dir_all(&manual)?;
    fs::create_dir_all(&completions)?;
    run(Command::new(&ducat).args(["man", "--to"]).arg(&manual))?;
    for (shell, file) in [("bash", "ducat.bash"), ("zsh", "_ducat"), ("fish", "ducat.fish")] {
        let text = said(Command::new(&ducat).args(["completions", shell]))?;
        fs::write(completions.join(file), format!("{text}\n"))?;
    }
    bill(release)
}

/// It is written beside the manifest of each binary of the workspace, from where the one is taken.
fn bill(release: &Release) -> anyhow::Result<()> {
    let cyclonedx = tool(release, "cargo-cyclonedx", CYCLONEDX)?;
    let mut command = Command::new(cyclonedx);
    command.args([
        "cyclonedx",
        "-qq",
        "--format",
        "json",
        "--describe",
        "binaries",
        "--no-build-deps",
        "--spec-version",
        "1.5",
    ]);
    command.args(["--target", TARGET]).current_dir(&release.root).env("SOURCE_DATE_EPOCH", &release.date);
    run(&mut command)?;
    let written = release.root.join("crates/server/ducat_bin.cdx.json");
    let text = fs::read_to_string(&written).context("the bill of materials")?;
    // Where it was built is no one's business, and would differ from machine to machine.
    let text = text.replace(&format!("file://{}", release.root.display()), "file:///ducat");
    fs::write(release.dist.join(BILL), text)?;
    for beside in [
        written,
        release.root.join("crates/simulation/ducat-simulation_bin.cdx.json"),
        release.root.join("xtask/xtask_bin.cdx.json"),
    ] {
        fs::remove_file(&beside).with_context(|| format!("{}", beside.display()))?;
    }
    Ok(())
}
