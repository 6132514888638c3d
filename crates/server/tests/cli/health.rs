//! What a container asks: whether its server is ready, and which one it is.

use crate::{Server, ducat, text};

#[test]
fn whether_a_server_is_ready() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(&folder.path().join("ready.db"));
    let url = format!("http://{}/", server.address);
    let ready = ducat(folder.path(), &["health", "--url", &url]);
    assert_eq!(ready.status.code(), Some(0), "{}", text(&ready.stderr));
    assert!(text(&ready.stdout).contains(r#""status":"ready""#), "{}", text(&ready.stdout));
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

#[test]
fn a_binary_says_what_it_is() {
    let said = ducat(std::path::Path::new("/"), &["--version"]);
    let said = text(&said.stdout);
    let release = format!("ducat {} (commit ", env!("CARGO_PKG_VERSION"));
    assert!(said.starts_with(&release) && said.contains("schema: SQLite ") && said.lines().count() == 1, "{said}");
}
