//! Containers for trials, of Debian's podman, on machines without systemd too.

use std::path::Path;
use std::process::Command;

use anyhow::Context;

use super::said;
use crate::{root, run};

/// A Debian with systemd, from which the images of tests are made.
pub const DEBIAN: &str = "localhost/ducat-test/debian";

/// A program of podman's, with the settings of tests. Warnings that no timer of systemd can be had are left out.
pub fn with_settings(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("CONTAINERS_CONF", root().join("xtask/images/containers.conf"));
    command
}

/// `podman`, as it is typed.
pub fn podman(typed: &[&str]) -> Command {
    let mut command = with_settings("podman");
    command.arg("--log-level=fatal").args(typed);
    command
}

/// Builds an image; what is in it has one date, so that the same files make the same image.
pub fn build(file: &Path, tag: &str, folder: &Path, date: &str, arguments: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut command = with_settings("buildah");
    // The format of Docker is the one that has health checks.
    command.args(["bud", "--isolation", "chroot", "--format", "docker", "--timestamp", date, "--tag", tag, "--file"]);
    command.arg(file);
    for (name, value) in arguments {
        command.arg("--build-arg").arg(format!("{name}={value}"));
    }
    run(command.arg(folder))
}

/// Makes the Debian of tests, where it is not there.
pub fn make_base() -> anyhow::Result<()> {
    if podman(&["image", "exists", DEBIAN]).status()?.success() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let debian = folder.path().join("root");
    let packages = "--include=systemd,systemd-sysv,dbus,curl,man-db";
    run(Command::new("debootstrap").args(["--variant=minbase", packages, "bookworm"]).arg(&debian))?;
    let tar = folder.path().join("root.tar");
    run(Command::new("tar").args(["--create", "--file"]).arg(&tar).arg("--directory").arg(&debian).arg("."))?;
    run(podman(&["import", "--quiet"]).arg(&tar).arg(DEBIAN))
}

/// Makes an image of tests, `xtask/images/NAME.Containerfile`, and gives its name.
pub fn make_test_image(name: &str) -> anyhow::Result<String> {
    let (folder, tag) = (root().join("xtask/images"), format!("localhost/ducat-test/{name}"));
    build(&folder.join(format!("{name}.Containerfile")), &tag, &folder, "0", &[])?;
    Ok(tag)
}

/// A container that is removed with what was mounted into it.
pub struct Container(pub String);

impl Container {
    /// Runs one in the background.
    pub fn run(name: &str, typed: &[&str]) -> anyhow::Result<Container> {
        let name = format!("ducat-{name}-{}", std::process::id());
        said(&mut podman(&[&["run", "--detach", "--name", &name], typed].concat())).context("podman run")?;
        Ok(Container(name))
    }

    /// A program inside it.
    pub fn exec(&self, typed: &[&str]) -> Command {
        podman(&[&["exec", &self.0], typed].concat())
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        drop(podman(&["rm", "--force", "--volumes", &self.0]).output());
    }
}

/// A volume that is removed.
pub struct Volume(pub String);

impl Volume {
    /// A new one.
    pub fn new(name: &str) -> anyhow::Result<Volume> {
        let name = format!("ducat-{name}-{}", std::process::id());
        said(&mut podman(&["volume", "create", &name]))?;
        Ok(Volume(name))
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        drop(podman(&["volume", "rm", "--force", &self.0]).output());
    }
}
