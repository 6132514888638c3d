//! `deploy/compose`: two nodes on one PostgreSQL, watched by Prometheus, whose state outlasts the containers.
//!
//! The images of PostgreSQL and Prometheus are made of Debian's packages, and stand for the official ones.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use super::podman::{make_test_image, podman, with_settings};
use super::transcript::Transcript;
use super::{LEDGER, Release, TRANSFER, curl, image};
use crate::run;

/// The project of the trial, which is not that of anyone else.
const PROJECT: &str = "ducat-test";

/// Where the nodes and Prometheus are, as compose.yaml says.
const NODES: [&str; 2] = ["http://127.0.0.1:8001", "http://127.0.0.1:8002"];
const PROMETHEUS: &str = "http://127.0.0.1:9090";

/// What is up, taken down with its volumes in the end.
struct Up<'a> {
    folder: &'a Path,
    images: [(&'static str, String); 3],
}

impl Up<'_> {
    fn compose(&self, typed: &[&str]) -> Command {
        let mut command = with_settings("podman-compose");
        command.args(["--project-name", PROJECT]).args(typed).current_dir(self.folder);
        command.envs(self.images.iter().map(|(name, image)| (name, image)));
        command
    }
}

impl Drop for Up<'_> {
    fn drop(&mut self) {
        drop(self.compose(&["down"]).output());
        for volume in ["database", "prometheus"] {
            drop(podman(&["volume", "rm", "--force", &format!("{PROJECT}_{volume}")]).output());
        }
        drop(podman(&["network", "rm", "--force", &format!("{PROJECT}_default")]).output());
    }
}

/// Runs it, and runs it again.
pub fn check(release: &Release) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    run(Command::new("cp").arg("--recursive").arg(release.root.join("deploy")).arg(folder.path()))?;
    let within = folder.path().join("deploy/compose");
    let text = fs::read_to_string(within.join("compose.yaml"))?;
    ensure!(text.contains(&image::tag(release)), "compose.yaml names another image than {}", image::tag(release));
    let images = [
        ("DUCAT_IMAGE", image::tag(release)),
        ("POSTGRES_IMAGE", make_test_image("postgres")?),
        ("PROMETHEUS_IMAGE", make_test_image("prometheus")?),
    ];
    let mut transcript = Transcript::new();
    transcript.run("./secrets.sh", with_settings("./secrets.sh").arg(image::tag(release)).current_dir(&within))?;
    let key = fs::read_to_string(within.join("secrets/node/admin"))?;
    let key = key.trim();
    let up = Up { folder: &within, images };
    let balance = "/v1/ledgers/shop/accounts/till/balance";
    for turn in 0..2 {
        transcript.run("podman-compose up -d", &mut up.compose(&["up", "-d"])).context("podman-compose up")?;
        for node in NODES {
            transcript.until(
                &format!("curl {node}/readyz"),
                &mut curl(Some(key), &format!("{node}/readyz"), None),
                "ready",
            )?;
        }
        if turn == 0 {
            let asked = [(NODES[0], "/v1/ledgers", LEDGER), (NODES[1], "/v1/ledgers/shop/transactions", TRANSFER)];
            for (node, path, body) in asked {
                let url = format!("{node}{path}");
                transcript.run(&format!("curl --json '{body}' {url}"), &mut curl(Some(key), &url, Some(body)))?;
            }
        }
        for node in NODES {
            let url = format!("{node}{balance}");
            let said = transcript.run(&format!("curl {url}"), &mut curl(Some(key), &url, None))?;
            ensure!(said.contains("1250"), "{node} says {said}");
        }
        let sum = format!("{PROMETHEUS}/api/v1/query?query=sum(up{{job=\"ducat\"}})");
        let mut asked = Command::new("curl");
        asked.args(["--silent", "--get", "--data-urlencode", "query=sum(up{job=\"ducat\"})"]);
        asked.arg(format!("{PROMETHEUS}/api/v1/query"));
        transcript.until(&format!("curl '{sum}'"), &mut asked, "\"2\"")?;
        let rules = format!("{PROMETHEUS}/api/v1/rules");
        transcript.until(
            &format!("curl {rules}"),
            Command::new("curl").args(["--silent", &rules]),
            "DucatStoreDown",
        )?;
        transcript.run("podman-compose down", &mut up.compose(&["down"]))?;
    }
    transcript.keep(release, "compose")
}
