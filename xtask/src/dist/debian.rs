//! The package of Debian: made by cargo-deb, and tried in a Debian that was booted with systemd.

use std::process::Command;

use anyhow::{Context, ensure};

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

/// A machine that someone works on.
struct Machine {
    container: Container,
    transcript: Transcript,
}

impl Machine {
    /// What is typed at its shell, for what is in no transcript.
    fn shell(&self, typed: &str) -> Command {
        self.container.exec(&["sh", "-c", typed])
    }

    /// Types something that must succeed, and gives what it says.
    fn run(&mut self, typed: &str) -> anyhow::Result<String> {
        let mut command = self.shell(typed);
        self.transcript.run(typed, &mut command)
    }

    /// Types something until it says what is waited for.
    fn until(&mut self, typed: &str, says: &str) -> anyhow::Result<()> {
        let mut command = self.shell(typed);
        self.transcript.until(typed, &mut command, says)
    }

    /// The process of the service.
    fn pid(&mut self) -> anyhow::Result<String> {
        self.run("systemctl show --property MainPID ducat")
    }
}

/// Installs it, uses it as an operator would, and removes it.
pub fn check(release: &Release) -> anyhow::Result<()> {
    let dist = format!("{}:/dist:ro", release.dist.display());
    let container = Container::run("debian", &["--systemd=always", "--volume", &dist, DEBIAN, "/sbin/init"])?;
    let mut machine = Machine { container, transcript: Transcript::new() };
    machine.shell("systemctl is-system-running --wait").output()?;
    let done = install(release, &mut machine).and_then(|()| operate(release, &mut machine));
    machine.transcript.keep(release, "debian")?;
    done
}

/// Installing it starts nothing.
fn install(release: &Release, machine: &mut Machine) -> anyhow::Result<()> {
    machine.run(&format!("apt-get install --quiet --quiet --yes /dist/{} 2>&1 | grep -v Reading", name(release)))?;
    machine.run("ducat --version")?;
    machine.run("man --where ducat-serve")?;
    machine.run("systemd-analyze verify ducat.service")?;
    let security = machine.run("systemd-analyze security ducat.service --no-pager | tail -1")?;
    let exposure =
        security.split_whitespace().find_map(|word| word.parse::<f64>().ok()).context("it says no exposure")?;
    ensure!(exposure < EXPOSURE_MAX, "{security}");
    let state = machine.shell("systemctl is-active ducat").output()?.stdout;
    ensure!(state == b"inactive\n", "installing it started it");
    Ok(())
}

/// The first minute, with a key that root hands to the service; a process that dies; an upgrade; the end.
fn operate(release: &Release, machine: &mut Machine) -> anyhow::Result<()> {
    machine.run("ducat keys generate > /etc/ducat/credentials/admin")?;
    machine.run("echo 'admin_key_file = \"/run/credentials/ducat.service/ducat_admin\"' >> /etc/ducat/ducat.toml")?;
    machine.run("systemctl enable --now ducat 2>&1")?;
    let curl = "curl --silent --show-error --fail-with-body --header \"Authorization: Bearer $(cat /etc/ducat/credentials/admin)\"";
    let v1 = "http://127.0.0.1:8000/v1/ledgers";
    machine.run(&format!("{curl} --json '{LEDGER}' {v1}"))?;
    machine.run(&format!("{curl} --json '{TRANSFER}' {v1}/shop/transactions"))?;
    let is_open = machine.shell(&format!("curl --silent --fail {v1}")).status()?.success();
    ensure!(!is_open, "it has no door, although it was handed a key");
    machine.run("ducat keys list --store sqlite:/var/lib/ducat/ducat.db")?;
    let before = machine.pid()?;
    machine.run("systemctl kill --signal KILL ducat")?;
    machine.until("systemctl show --property MainPID ducat; ducat health", "ready")?;
    let killed = machine.pid()?;
    ensure!(before != killed, "it was not started again");
    let again = format!("apt-get install --quiet --quiet --yes --reinstall /dist/{} 2>&1", name(release));
    machine.run(&format!("{again} | grep -v Reading"))?;
    ensure!(machine.pid()? != killed, "an upgrade left the old binary running");
    machine.until("ducat health", "ready")?;
    let balance = machine.run(&format!("{curl} {v1}/shop/accounts/till/balance"))?;
    ensure!(balance.contains("1250"), "the balance is gone");
    machine.run("apt-get purge --quiet --quiet --yes ducat 2>&1 | grep -v Reading")?;
    machine.run("ls /var/lib/private/ducat")?;
    let is_left = machine.shell("test -e /etc/ducat || pgrep ducat").status()?.success();
    ensure!(!is_left, "something was left of it");
    Ok(())
}
