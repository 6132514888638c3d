//! The package of Debian: made by cargo-deb, and tried in a Debian that was booted with systemd.

use std::fs;
use std::process::Command;

use anyhow::{Context, bail, ensure};

use super::podman::{Container, DEBIAN};
use super::transcript::Transcript;
use super::{LEDGER, Release, TARGET, TRANSFER, tool};
use crate::run;

/// What makes the package.
const CARGO_DEB: &str = "3.8.0";

/// The greatest exposure that `systemd-analyze security` may see.
const EXPOSURE_MAX: f64 = 2.0;

/// The name of the package's file.
fn name(release: &Release) -> String {
    format!("ducat_{}-1_amd64.deb", release.version)
}

/// Makes it, of what was built.
pub fn make(release: &Release) -> anyhow::Result<()> {
    let cargo_deb = tool(release, "cargo-deb", CARGO_DEB)?;
    let mut command = Command::new(cargo_deb);
    command.args(["--quiet", "--package", "ducat-server", "--target", TARGET, "--no-build", "--no-strip", "--output"]);
    command.arg(release.dist.join(name(release))).current_dir(&release.root);
    run(command.env("CARGO_TARGET_DIR", &release.target).env("SOURCE_DATE_EPOCH", &release.date))
}

/// Installs it, uses it as an operator would, and removes it.
pub fn check(release: &Release) -> anyhow::Result<()> {
    let dist = format!("{}:/dist:ro", release.dist.display());
    let machine = Container::run("debian", &["--systemd=always", "--volume", &dist, DEBIAN, "/sbin/init"])?;
    let mut transcript = Transcript::new();
    let result = operate(release, &machine, &mut transcript);
    transcript.keep(release, "debian")?;
    result
}

fn operate(release: &Release, machine: &Container, transcript: &mut Transcript) -> anyhow::Result<()> {
    let sh = |typed: &str| machine.exec(&["sh", "-c", typed]);
    let mut run = |typed: &str| transcript.run(typed, &mut sh(typed));
    sh("systemctl is-system-running --wait").output()?;
    run(&format!("apt-get install --quiet --quiet --yes /dist/{} 2>&1 | grep -v Reading", name(release)))?;
    run("ducat --version")?;
    run("man --where ducat-serve")?;
    run("systemd-analyze verify ducat.service")?;
    let security = run("systemd-analyze security ducat.service --no-pager | tail -1")?;
    let exposure =
        security.split_whitespace().find_map(|word| word.parse::<f64>().ok()).context("it says no exposure")?;
    ensure!(exposure < EXPOSURE_MAX, "{security}");
    ensure!(sh("systemctl is-active ducat").output()?.stdout == b"inactive\n", "installing it started it");
    // The first minute, with a key that root hands to the service.
    run("ducat keys generate > /etc/ducat/credentials/admin")?;
    run("echo 'admin_key_file = \"/run/credentials/ducat.service/ducat_admin\"' >> /etc/ducat/ducat.toml")?;
    run("systemctl enable --now ducat 2>&1")?;
    let curl = "curl --silent --show-error --fail-with-body --header \"Authorization: Bearer $(cat /etc/ducat/credentials/admin)\"";
    let v1 = "http://127.0.0.1:8000/v1/ledgers";
    run(&format!("{curl} --json '{LEDGER}' {v1}"))?;
    run(&format!("{curl} --json '{TRANSFER}' {v1}/shop/transactions"))?;
    if sh(&format!("curl --silent --fail {v1}")).status()?.success() {
        bail!("it has no door, although it was handed a key");
    }
    run("ducat keys list --store sqlite:/var/lib/ducat/ducat.db")?;
    // It comes back when it dies, and goes on when it is upgraded.
    let pid = |transcript: &mut Transcript| {
        transcript.run("systemctl show --property MainPID ducat", &mut sh("systemctl show --property MainPID ducat"))
    };
    let before = pid(transcript)?;
    transcript.run("systemctl kill --signal KILL ducat", &mut sh("systemctl kill --signal KILL ducat"))?;
    transcript.until("ducat health", &mut sh("systemctl show --property MainPID ducat; ducat health"), "ready")?;
    let killed = pid(transcript)?;
    ensure!(before != killed, "it was not started again");
    let again =
        format!("apt-get install --quiet --quiet --yes --reinstall /dist/{} 2>&1 | grep -v Reading", name(release));
    transcript.run(&again, &mut sh(&again))?;
    ensure!(pid(transcript)? != killed, "an upgrade left the old binary running");
    transcript.until("ducat health", &mut sh("ducat health"), "ready")?;
    let balance = format!("{curl} {v1}/shop/accounts/till/balance");
    ensure!(transcript.run(&balance, &mut sh(&balance))?.contains("1250"), "the balance is gone");
    let mut run = |typed: &str| transcript.run(typed, &mut sh(typed));
    // What is removed leaves the ledgers.
    run("apt-get purge --quiet --quiet --yes ducat 2>&1 | grep -v Reading")?;
    run("ls /var/lib/private/ducat")?;
    ensure!(!sh("test -e /etc/ducat || pgrep ducat").status()?.success(), "something was left of it");
    let left = fs::metadata(release.dist.join(name(release)))?.len();
    eprintln!("the package has {left} bytes");
    Ok(())
}
