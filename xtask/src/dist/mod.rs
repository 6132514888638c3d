//! `cargo xtask dist`: what is released, in `target/dist`, with checksums. Each thing is tried before it counts.
//!
//! - What a trial ran and what came of it is in `target/dist/transcripts`.
//! - A trial leaves nothing behind on the machine: containers, volumes and networks go with it.

mod binary;
mod compose;
mod debian;
mod image;
mod kubernetes;
mod papers;
mod podman;
mod transcript;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};

use crate::{cargo, install_missing, run};

/// What the static binary is built for.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// What is released, and of what.
struct Release {
    /// The project.
    root: PathBuf,
    /// Where builds go that are for others than this machine.
    target: PathBuf,
    /// `target/dist`.
    dist: PathBuf,
    /// Such as 0.1.0.
    version: String,
    /// The commit, and the seconds since 1970 at which it was made: the date of everything in it.
    commit: String,
    date: String,
}

/// Builds, tries and writes down what is released.
pub fn dist(root: &Path, twice: bool) -> anyhow::Result<()> {
    let git = |arguments: &[&str]| said(Command::new("git").args(arguments).current_dir(root));
    let dist = root.join("target/dist");
    let release = Release {
        root: root.to_owned(),
        target: root.join("target/static"),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: git(&["rev-parse", "--short=12", "HEAD"])?,
        date: git(&["show", "--no-patch", "--format=%ct", "HEAD"])?,
        dist,
    };
    // What an earlier run left there would be taken for part of this one.
    if release.dist.exists() {
        std::fs::remove_dir_all(&release.dist)?;
    }
    std::fs::create_dir_all(release.dist.join("transcripts"))?;
    install_missing()?;
    install_those_missing(&["buildah", "podman", "runc", "podman-compose", "debootstrap", DNSNAME])?;
    let mut times = Vec::new();
    let mut step = |name: &str, done: &dyn Fn() -> anyhow::Result<()>| {
        let begun = Instant::now();
        done().with_context(|| name.to_owned())?;
        times.push(format!("{name}: {} s", begun.elapsed().as_secs()));
        anyhow::Ok(())
    };
    step("the binary", &|| binary::make(&release, twice))?;
    step("manual, completions, bill of materials", &|| papers::make(&release))?;
    step("the package of Debian", &|| debian::make(&release))?;
    step("the image", &|| image::make(&release))?;
    step("a Debian for trials", &podman::make_base)?;
    step("the package, installed", &|| debian::check(&release))?;
    step("compose", &|| compose::check(&release))?;
    step("manifests of Kubernetes", &|| kubernetes::check(&release))?;
    let sums = sums(&release)?;
    println!("\n{sums}\ncommit {}\n{}", release.commit, times.join("\n"));
    Ok(())
}

/// What gives containers of Debian's podman each other's names.
const DNSNAME: &str = "golang-github-containernetworking-plugin-dnsname";

/// Installs those of these packages of Debian that are missing.
fn install_those_missing(packages: &[&str]) -> anyhow::Result<()> {
    let status = |package: &&&str| {
        Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]).output()
    };
    let is_missing = |package: &&&str| !status(package).is_ok_and(|said| said.stdout == b"installed");
    let missing: Vec<&str> = packages.iter().filter(is_missing).copied().collect();
    if missing.is_empty() { Ok(()) } else { crate::install(&missing) }
}

/// Installs a program of cargo's into `target/tools`, and gives its path.
fn tool(release: &Release, name: &str, version: &str) -> anyhow::Result<PathBuf> {
    let tools = release.root.join("target/tools");
    run(cargo(&["install", "--quiet", "--locked", name, "--version", version, "--root"]).arg(&tools))?;
    Ok(tools.join("bin").join(name))
}

/// What a command prints, without the end of its last line.
fn said(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("{command:?} cannot be run"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

/// A ledger to open, and a first transfer in it.
const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
const TRANSFER: &str = r#"{"postings":[{"source":"world","destination":"till","amount":1250}]}"#;

/// Asks a server, with a key where there is one.
fn curl(key: Option<&str>, url: &str, body: Option<&str>) -> Command {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--fail-with-body"]);
    if let Some(key) = key {
        command.args(["--header", &format!("Authorization: Bearer {key}")]);
    }
    if let Some(body) = body {
        command.args(["--json", body]);
    }
    command.arg(url);
    command
}

/// Writes `SHA256SUMS` over what is released.
fn sums(release: &Release) -> anyhow::Result<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&release.dist)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name());
        }
    }
    names.sort();
    let sums = said(Command::new("sha256sum").args(names).current_dir(&release.dist))?;
    std::fs::write(release.dist.join("SHA256SUMS"), format!("{sums}\n"))?;
    Ok(sums)
}
