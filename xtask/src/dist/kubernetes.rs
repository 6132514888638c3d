//! `deploy/kubernetes`: every manifest against the schemas of Kubernetes, with nothing in it that they do not know.

use std::fs;
use std::process::Command;

use anyhow::ensure;

use super::{Release, image};
use crate::run;

/// From PyPI.
const VALIDATE: &str = "kubernetes-validate==1.37.0";

/// What is no resource of a cluster.
const OTHERS: [&str; 1] = ["kustomization.yaml"];

/// Checks them.
pub fn check(release: &Release) -> anyhow::Result<()> {
    let folder = release.root.join("deploy/kubernetes");
    let deployment = fs::read_to_string(folder.join("deployment.yaml"))?;
    ensure!(
        deployment.contains(&image::tag(release)),
        "deployment.yaml names another image than {}",
        image::tag(release)
    );
    let mut manifests = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".yaml") && !OTHERS.contains(&&*name) {
            manifests.push(name);
        }
    }
    manifests.sort();
    ensure!(manifests.len() >= 6, "there are only {manifests:?}");
    let venv = release.root.join("target/tools/kubernetes");
    if !venv.join("bin/python").exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    run(Command::new(venv.join("bin/python")).args(["-m", "pip", "install", "--quiet", VALIDATE]))?;
    run(Command::new(venv.join("bin/kubernetes-validate")).arg("--strict").args(manifests).current_dir(&folder))
}
