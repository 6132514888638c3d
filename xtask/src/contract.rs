//! The documented API against the server: what clients are made of must be what the server does.
//!
//! [schemathesis](https://schemathesis.io) sends generated requests, right and wrong ones, to a running server on a
//! store of its own and holds every response to docs/openapi.json; the seed is fixed, so a run can be repeated. Then
//! TypeScript's compiler reads, under `--strict`, what openapi-typescript makes of the document. Then a real OpenID
//! Connect provider signs tokens for the server. All tools are pinned and installed into `target/`. Where their
//! registries are out of reach the step is skipped with a line, in CI it fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::serving::Server;
use crate::tools::{pip, target, venv};
use crate::{openapi_path, provider, root, run};

/// From PyPI.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// From npm.
const OPENAPI_TYPESCRIPT: &str = "openapi-typescript@7.13.0";
const TYPESCRIPT: &str = "typescript@5.9.3";

/// Any number: with it, the requests are the same each time.
const SEED: &str = "1494";

/// Generated requests for an operation in each mode: all operations together take about two minutes.
const EXAMPLES_MAX: &str = "12";

/// What is checked. Left out are checks of what this API has not: authentication, resources that can be deleted.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance,negative_data_rejection,positive_data_acceptance,\
                      missing_required_header,unsupported_method";

/// Holds the server and generated clients to docs/openapi.json.
pub fn check() -> anyhow::Result<()> {
    let folder = target().join("contract");
    fs::create_dir_all(&folder)?;
    match python(&folder) {
        Ok(schemathesis) => requests(&folder, &schemathesis)?,
        Err(error) => skipped("schemathesis", &error)?,
    }
    match node(&folder) {
        Ok(bin) => types(&folder, &bin).and_then(|()| provider::check(&folder)),
        Err(error) => skipped("openapi-typescript", &error),
    }
}

/// Says that a tool is not to be had; in CI that is a failure.
fn skipped(tool: &str, error: &anyhow::Error) -> anyhow::Result<()> {
    if std::env::var("CI").is_ok_and(|value| value == "true") {
        bail!("{tool} cannot be installed, and CI does not go without it: {error:#}");
    }
    eprintln!("\nskipped: {tool} cannot be installed here ({error:#})");
    Ok(())
}

/// Installs schemathesis into an environment of its own.
fn python(folder: &Path) -> anyhow::Result<PathBuf> {
    let bin = venv(&folder.join("venv"))?;
    pip(&bin, &[SCHEMATHESIS])?;
    Ok(bin.join("schemathesis"))
}

/// Installs what makes and reads TypeScript.
fn node(folder: &Path) -> anyhow::Result<PathBuf> {
    let install = ["install", "--silent", "--no-fund", "--no-audit", "--no-save", OPENAPI_TYPESCRIPT, TYPESCRIPT];
    run(Command::new("npm").args(install).arg("--prefix").arg(folder))?;
    Ok(folder.join("node_modules/.bin"))
}

/// Sends generated requests and holds every response to the document.
fn requests(folder: &Path, schemathesis: &Path) -> anyhow::Result<()> {
    let key_file = folder.join("webhook.key").display().to_string();
    let (server, key) = Server::guarded(folder, "store", &["--webhook-key", &key_file])?;
    let settings = root().join("xtask/schemathesis/schemathesis.toml");
    let mut command = Command::new(schemathesis);
    command.arg("--config-file").arg(settings).arg("run").arg(openapi_path());
    command.args(["--header", &format!("Authorization: Bearer {}", key)]);
    command.args(["--url", &server.url, "--seed", SEED, "--max-examples", EXAMPLES_MAX, "--checks", CHECKS]);
    command.args(["--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--no-color"]);
    run(command.current_dir(root().join("xtask/schemathesis")))
}

/// Reads the document as a client in TypeScript does.
fn types(folder: &Path, bin: &Path) -> anyhow::Result<()> {
    let types = folder.join("ducat.ts");
    run(Command::new(bin.join("openapi-typescript")).arg(openapi_path()).arg("--output").arg(&types))?;
    run(Command::new(bin.join("tsc")).args(["--strict", "--noEmit", "--skipLibCheck", "false"]).arg(&types))
}
