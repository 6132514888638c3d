//! The static binary.
//!
//! - It needs no library of the system that it runs on, and finds hosts by name in an empty root.
//! - It is the same bytes wherever and whenever it is built from a commit with the same toolchain: paths are left out, and
//!   the commit is the only thing in it that says which one it is.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail, ensure};
use ducat_test_postgres::{Durability, Server};

use super::{LEDGER, Release, TARGET, TRANSFER, curl};
use crate::{cargo, run};

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

/// Where it is built.
pub fn path(release: &Release) -> PathBuf {
    path_in(&release.target)
}

fn path_in(target: &Path) -> PathBuf {
    target.join(TARGET).join("release/ducat")
}

/// Builds it, tries it, and puts it into `target/dist`.
pub fn make(release: &Release, twice: bool) -> anyhow::Result<()> {
    let binary = build(&release.root, &release.target, &release.commit)?;
    let size = std::fs::metadata(&binary)?.len();
    ensure!(size <= BYTES_MAX, "{} has {size} bytes, over {BYTES_MAX}", binary.display());
    if twice {
        check_same(release, &binary)?;
    }
    try_in_empty_root(&binary)?;
    std::fs::copy(&binary, release.dist.join(format!("ducat-{TARGET}")))?;
    eprintln!("the binary has {size} bytes");
    Ok(())
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
    command.arg("--target-dir").arg(folder).current_dir(root);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).env("CFLAGS", c_flags.join(" "));
    command.env("DUCAT_COMMIT", commit).env("SOURCE_DATE_EPOCH", "0");
    run(&mut command)?;
    Ok(path_in(folder))
}

/// Builds it once more, from a copy of the commit in another place and at another time.
fn check_same(release: &Release, binary: &Path) -> anyhow::Result<()> {
    let elsewhere = tempfile::tempdir()?;
    let copy = elsewhere.path().join("copy");
    run(Command::new("git").args(["clone", "--quiet", "--no-hardlinks"]).arg(&release.root).arg(&copy))?;
    let again = build(&copy, &elsewhere.path().join("target"), &release.commit)?;
    let is_same = std::fs::read(binary)? == std::fs::read(&again)?;
    ensure!(is_same, "{} and {} are of one commit and differ", binary.display(), again.display());
    println!("built in two places, it is the same");
    Ok(())
}

/// A server in the empty root.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Serves both stores from a root that has the binary, a folder for data and a table of hosts: no library, no device, no
/// roots of certificates.
fn try_in_empty_root(binary: &Path) -> anyhow::Result<()> {
    let postgres = Server::start(Durability::Memory)?;
    let root = tempfile::tempdir()?;
    for folder in ["data", "etc"] {
        std::fs::create_dir(root.path().join(folder))?;
    }
    std::fs::copy(binary, root.path().join("ducat"))?;
    std::fs::write(root.path().join("etc/hosts"), format!("127.0.0.1 localhost {DATABASE_HOST}\n"))?;
    let database = postgres.url().replace("127.0.0.1", DATABASE_HOST);
    for store in ["sqlite:/data/ducat.db", &format!("{database}/postgres")] {
        try_store(root.path(), store).with_context(|| format!("in an empty root, on {store}"))?;
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
    for (path, body) in [("/v1/ledgers", LEDGER), ("/v1/ledgers/shop/transactions", TRANSFER)] {
        let url = format!("{}{path}", url.trim_end_matches(';'));
        run(&mut curl(None, &url, Some(body)))?;
    }
    drop(served);
    run(&mut within(&["verify", "--store", store]))
}
