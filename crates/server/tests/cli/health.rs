//! What a container asks: whether its server is ready, and which one it is.

use std::os::unix::net::UnixDatagram;
use std::process::Command;

use crate::{Server, ducat, text};

#[test]
fn whether_a_server_is_ready() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(&folder.path().join("ready.db"));
    let url = format!("http://{}/", server.address);
    let ready = ducat(folder.path(), &["health", "--url", &url]);
    assert_eq!(ready.status.code(), Some(0), "{}", text(&ready.stderr));
    assert!(text(&ready.stdout).contains(r#""status":"ready""#), "{}", text(&ready.stdout));
    // In a container the server and the check share an environment.
    let mut asked = Command::new(crate::DUCAT);
    let asked = asked.arg("health").env("DUCAT_LISTEN", server.address.replace("127.0.0.1", "0.0.0.0")).output();
    assert!(asked.expect("it runs").status.success());
    // Its file is taken away: it is there, and not ready.
    std::fs::rename(folder.path().join("ready.db"), folder.path().join("gone.db")).expect("it can be moved");
    let body = r#"{"name":"shop","assets":[{"code":"USD","scale":2}]}"#;
    let mut client = crate::http::Client::connect(&server.address).expect("it listens");
    assert_eq!(client.call("POST", "/v1/ledgers", body).expect("it responds").0, 503);
    let failing = ducat(folder.path(), &["health", "--url", &url]);
    assert_eq!(failing.status.code(), Some(1), "{}{}", text(&failing.stdout), text(&failing.stderr));
    server.kill();
    let gone = ducat(folder.path(), &["health", "--url", &url]);
    assert!(gone.status.code() == Some(2) && text(&gone.stderr).contains("does not respond"), "{}", text(&gone.stderr));
    for url in ["http://ledger.example", "no URL", "http://10.0.0.1:8000"] {
        let refused = ducat(folder.path(), &["health", "--url", url]);
        assert_eq!(refused.status.code(), Some(2), "{url}");
        assert!(text(&refused.stderr).contains("write http://127.0.0.1:PORT"), "{}", text(&refused.stderr));
    }
}

/// Under systemd it says when it serves, and when it stops.
#[test]
fn systemd_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    let heard = || {
        let mut bytes = [0; 512];
        let length = socket.recv(&mut bytes).expect("the server says something");
        text(&bytes[..length])
    };
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--log", "off", "--store", "sqlite:told.db"];
    let mut command = Command::new(crate::DUCAT);
    let server = Server::spawn(command.current_dir(folder.path()).args(arguments).env("NOTIFY_SOCKET", &path));
    let ready = heard();
    assert!(ready.starts_with("READY=1\n") && ready.contains(&server.address), "{ready}");
    assert_eq!(server.terminate(), Some(0));
    assert_eq!(heard().trim(), "STOPPING=1");
}

/// The manual has a page for each command, and every shell a completion.
#[test]
fn a_manual_and_completions() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let written = ducat(folder.path(), &["man", "--to", "."]);
    assert_eq!(written.status.code(), Some(0), "{}", text(&written.stderr));
    let page = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a page");
    assert!(page("ducat.1").contains("ducat\\-serve(1)") && page("ducat-serve.1").contains("DUCAT_LISTEN"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let printed = ducat(folder.path(), &["completions", shell]);
        assert!(printed.status.success() && text(&printed.stdout).contains("serve"), "{shell}");
    }
    let nowhere = ducat(folder.path(), &["man", "--to", "nowhere"]);
    assert!(nowhere.status.code() == Some(2) && text(&nowhere.stderr).contains("nowhere"), "{}", text(&nowhere.stderr));
}

#[test]
fn a_binary_says_what_it_is() {
    let said = ducat(std::path::Path::new("/"), &["--version"]);
    let said = text(&said.stdout);
    let release = format!("ducat {} (commit ", env!("CARGO_PKG_VERSION"));
    assert!(said.starts_with(&release) && said.contains("schema: SQLite ") && said.lines().count() == 1, "{said}");
}

/// Whoever names roots of certificates is given no others.
#[test]
fn roots_that_cannot_be_read_are_a_sentence() {
    let mut command = Command::new(crate::DUCAT);
    let run = command
        .args(["serve", "--store", "sqlite:no.db"])
        .env_remove("SSL_CERT_DIR")
        .env("SSL_CERT_FILE", "/nowhere/roots.pem")
        .output();
    let run = run.expect("it runs");
    let said = text(&run.stderr);
    assert!(run.status.code() == Some(2) && said.contains("SSL_CERT_FILE") && said.lines().count() == 1, "{said}");
}
