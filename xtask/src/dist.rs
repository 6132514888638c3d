//! `cargo xtask dist`: what is released, in `target/dist`, with checksums; each thing is tried before it is put there.
//!
//! - The binary is static: it needs no library of the system that it runs on, and finds hosts by name in an empty root.
//! - It is the same bytes wherever and whenever it is built from a commit with the same toolchain: paths are left out, and
//!   the commit is the only thing in it that says which one it is.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail, ensure};
use ducat_test_postgres::{Durability, Server};

use crate::{cargo, install_missing, run};

/// What the static binary is built for.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Static, without symbols, without the time of linking, and with random bytes from the kernel itself: a root without
/// `/dev` has no other way to them.
const FLAGS: [&str; 4] = [
    "-Ctarget-feature=+crt-static",
    "-Cstrip=symbols",
    "-Clink-arg=-Wl,--build-id=none",
    "--cfg=getrandom_backend=\"linux_getrandom\"",
];

/// The largest that it may be.
const BYTES_MAX: u64 = 45_000_000;

/// A name of the database that no resolver knows: the empty root has it in its own table of hosts.
const DATABASE_HOST: &str = "database.ducat.test";

/// Builds, tries and writes down what is released.
pub fn dist(root: &Path, twice: bool) -> anyhow::Result<()> {
    let commit = commit_of(root)?;
    let binary = build(root, &root.join("target/static"), &commit)?;
    let size = std::fs::metadata(&binary)?.len();
    ensure!(size <= BYTES_MAX, "{} has {size} bytes, over {BYTES_MAX}", binary.display());
    if twice {
        check_same(root, &binary, &commit)?;
    }
    try_in_empty_root(&binary)?;
    let dist = root.join("target/dist");
    std::fs::create_dir_all(&dist)?;
    let name = format!("ducat-{TARGET}");
    std::fs::copy(&binary, dist.join(&name))?;
    let sums = Command::new("sha256sum").arg(&name).current_dir(&dist).output().context("sha256sum")?;
    ensure!(sums.status.success(), "sha256sum: {}", String::from_utf8_lossy(&sums.stderr));
    std::fs::write(dist.join("SHA256SUMS"), &sums.stdout)?;
    println!("{size} bytes, commit {commit}\n{}", String::from_utf8_lossy(&sums.stdout));
    Ok(())
}

fn commit_of(root: &Path) -> anyhow::Result<String> {
    let git = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).current_dir(root).output()?;
    ensure!(git.status.success(), "git: {}", String::from_utf8_lossy(&git.stderr));
    Ok(String::from_utf8(git.stdout)?.trim().to_owned())
}

/// The static binary, stripped. With a target named, its flags are not those of build scripts and macros, which cannot be
/// static.
fn build(root: &Path, folder: &Path, commit: &str) -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home =
        home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo"))).context("HOME is not set")?;
    let moved: Vec<String> = [(root, "/ducat"), (&*home, "/cargo"), (folder, "/target")]
        .map(|(from, to)| format!("{}={to}", from.display()))
        .into();
    let flags: Vec<String> = FLAGS
        .map(str::to_owned)
        .into_iter()
        .chain(moved.iter().map(|moved| format!("--remap-path-prefix={moved}")))
        .collect();
    let c_flags: Vec<String> = moved.iter().map(|moved| format!("-ffile-prefix-map={moved}")).collect();
    let mut command = cargo(&["build", "--release", "--locked", "--package", "ducat-server", "--target", TARGET]);
    command.current_dir(root).arg("--target-dir").arg(folder);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).env("CFLAGS", c_flags.join(" "));
    command.env("DUCAT_COMMIT", commit).env("SOURCE_DATE_EPOCH", "0");
    run(&mut command)?;
    Ok(folder.join(TARGET).join("release/ducat"))
}

/// Builds it once more, from a copy of the commit in another place.
fn check_same(root: &Path, binary: &Path, commit: &str) -> anyhow::Result<()> {
    let elsewhere = Folder::new("ducat-elsewhere")?;
    let copy = elsewhere.0.join("copy");
    run(Command::new("git").args(["clone", "--quiet", "--no-hardlinks"]).arg(root).arg(&copy))?;
    let again = build(&copy, &elsewhere.0.join("target"), commit)?;
    let is_same = std::fs::read(binary)? == std::fs::read(&again)?;
    ensure!(is_same, "{} and {} are of one commit and differ", binary.display(), again.display());
    println!("built in two places, it is the same");
    Ok(())
}

/// A folder that is removed again.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> anyhow::Result<Folder> {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(Folder(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A server in the empty root.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Serves both stores from a root that has the binary, a folder for data and a table of hosts: no library, no device, no roots of certificates.
fn try_in_empty_root(binary: &Path) -> anyhow::Result<()> {
    install_missing()?;
    let postgres = Server::start(Durability::Memory)?;
    let root = Folder::new("ducat-empty-root")?;
    for folder in ["data", "etc"] {
        std::fs::create_dir(root.0.join(folder))?;
    }
    std::fs::copy(binary, root.0.join("ducat"))?;
    std::fs::write(root.0.join("etc/hosts"), format!("127.0.0.1 localhost {DATABASE_HOST}\n"))?;
    let database = postgres.url().replace("127.0.0.1", DATABASE_HOST);
    for store in ["sqlite:/data/ducat.db", &format!("{database}/postgres")] {
        try_store(&root.0, store).with_context(|| format!("in an empty root, on {store}"))?;
    }
    println!("it serves both stores from an empty root");
    Ok(())
}

fn try_store(root: &Path, store: &str) -> anyhow::Result<()> {
    let within = |arguments: &[&str]| {
        let mut command = Command::new("chroot");
        command.arg(root).arg("/ducat").args(arguments).env_clear().env("PATH", "/usr/sbin:/usr/bin");
        command
    };
    let mut serve = within(&["serve", "--listen", "127.0.0.1:0", "--log", "warn", "--store", store]);
    let mut served = Served(serve.stdout(Stdio::piped()).spawn().context("chroot")?);
    let mut greeting = String::new();
    let out = served.0.stdout.take().context("it has an output")?;
    BufReader::new(out).read_line(&mut greeting)?;
    let url = greeting.split_whitespace().find(|word| word.starts_with("http://"));
    let Some(url) = url else { bail!("it said {greeting:?}") };
    run(&mut within(&["health", "--url", url.trim_end_matches(';')]))?;
    let ledger = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
    let transfer = r#"{"postings":[{"source":"world","destination":"till","amount":1250}]}"#;
    for (path, body) in [("/v1/ledgers", ledger), ("/v1/ledgers/shop/transactions", transfer)] {
        let url = format!("{}{path}", url.trim_end_matches(';'));
        run(Command::new("curl").args(["--silent", "--show-error", "--fail", "--json", body, &url]))?;
    }
    drop(served);
    run(&mut within(&["verify", "--store", store]))
}
