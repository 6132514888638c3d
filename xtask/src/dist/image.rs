//! The container image: the static binary, and nothing else. It is run as one would: first a key, then the server.

use std::fs;
use std::net::TcpListener;

use anyhow::{Context, ensure};

use super::podman::{Container, Volume, build, podman, with_settings};
use super::transcript::Transcript;
use super::{LEDGER, Release, TRANSFER, curl, papers, run, said};

/// What `/etc/passwd` and `/etc/group` say in it.
const USERS: &str = "root:x:0:0::/:/\nducat:x:65532:65532::/data:/\n";
const GROUPS: &str = "root:x:0:\nducat:x:65532:\n";

/// Its name.
pub fn tag(release: &Release) -> String {
    format!("localhost/ducat:{}", release.version)
}

/// Builds it, tries it, and writes it into `target/dist` as an archive that `podman load` reads.
pub fn make(release: &Release) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let within = |path: &str| folder.path().join(path);
    for path in ["etc", "usr/bin", "usr/share/doc/ducat", "data"] {
        fs::create_dir_all(within(path))?;
    }
    fs::write(within("etc/passwd"), USERS)?;
    fs::write(within("etc/group"), GROUPS)?;
    fs::copy(super::binary::path(release), within("usr/bin/ducat"))?;
    fs::copy(release.dist.join(papers::BILL), within("usr/share/doc/ducat").join(papers::BILL))?;
    let arguments = [("VERSION", &*release.version), ("COMMIT", &*release.commit)];
    let tag = tag(release);
    build(&release.root.join("deploy/Containerfile"), &tag, folder.path(), &release.date, &arguments)?;
    let archive = release.dist.join(format!("ducat-{}-image.tar", release.version));
    run(with_settings("buildah")
        .args(["push", "--quiet", &tag])
        .arg(format!("docker-archive:{}:{tag}", archive.display())))?;
    check(release, &tag)
}

/// A port on which nothing listens.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn check(release: &Release, tag: &str) -> anyhow::Result<()> {
    let mut transcript = Transcript::new();
    let form = "{{.Config.User}} {{.Config.Healthcheck.Test}} {{index .Labels \"org.opencontainers.image.revision\"}}";
    let about = said(&mut podman(&["image", "inspect", "--format", form, tag]))?;
    ensure!(about == format!("65532:65532 [CMD /usr/bin/ducat health] {}", release.commit), "the image is {about}");
    let volume = Volume::new("image")?;
    let (data, port) = (format!("{}:/data", volume.0), free_port()?);
    let listen = format!("DUCAT_LISTEN=0.0.0.0:{port}");
    let base =
        ["--network=host", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--volume", &data];
    let once = |typed: &[&str]| podman(&[&["run", "--rm"], &base[..], &[tag], typed].concat());
    // Without a key it refuses to be reached by others, with a sentence.
    let bare = podman(&[&["run", "--rm"], &base[..], &["--env", &listen, tag]].concat()).output()?;
    let refusal = String::from_utf8_lossy(&bare.stderr).into_owned();
    ensure!(bare.status.code() == Some(2) && refusal.contains("there are no keys"), "without keys: {refusal}");
    // The key is in no transcript.
    let key = said(&mut once(&["keys", "create", "--name", "root", "--scope", "admin", "--ledger", "*"]))?;
    let url = format!("http://127.0.0.1:{port}");
    let serve = [&base[..], &["--env", &listen, "--env", "DUCAT_INSECURE=no-tls", tag]].concat();
    let typed = format!("podman run --detach {}", serve.join(" "));
    for turn in 0..2 {
        let container = Container::run("image", &serve)?;
        transcript.until(&typed, &mut podman(&["logs", &container.0]), "ducat listens at")?;
        transcript.run("podman healthcheck run", &mut podman(&["healthcheck", "run", &container.0]))?;
        if turn == 0 {
            for (path, body) in [("/v1/ledgers", LEDGER), ("/v1/ledgers/shop/transactions", TRANSFER)] {
                let url = format!("{url}{path}");
                transcript.run(&format!("curl --json '{body}' {url}"), &mut curl(Some(&key), &url, Some(body)))?;
            }
        }
        let url = format!("{url}/v1/ledgers/shop/accounts/till/balance");
        let balance = transcript.run(&format!("curl {url}"), &mut curl(Some(&key), &url, None))?;
        ensure!(balance.contains("1250"), "the balance is {balance}");
        transcript.run("podman stop", &mut podman(&["stop", &container.0]))?;
        let status = said(&mut podman(&["inspect", "--format", "{{.State.ExitCode}}", &container.0]))?;
        ensure!(status == "0", "it ended with {status}");
    }
    let verified = transcript.run("podman run --rm … ducat verify", &mut once(&["verify"]))?;
    ensure!(verified.contains("clean"), "{verified}");
    transcript.keep(release, "image").context("its transcript")
}
