//! The command line against a running server: tables, documents and rows, profiles, and the grammar of all of it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::http::Client;
use crate::{DUCAT, Server, ducat, text};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2},{"code":"JPY","scale":0}],"default_asset":"USD","implicit_accounts":true}"#;

/// Runs it with profiles of its own, and nothing from the surroundings.
fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    use std::io::Write as _;
    let mut command = Command::new(DUCAT);
    command.current_dir(folder).args(arguments).env("DUCAT_PROFILES", folder.join("profiles.toml"));
    for name in ["DUCAT_SERVER", "DUCAT_KEY", "DUCAT_LEDGER", "DUCAT_PROFILE"] {
        command.env_remove(name);
    }
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    child.stdin.take().expect("it has an input").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments, "");
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn a_server_is_asked_from_a_terminal() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let key = |name: &str, scope: &str| {
        let made = ducat(
            folder,
            &["keys", "create", "--name", name, "--scope", scope, "--ledger", "*", "--store", "sqlite:t.db"],
        );
        text(&made.stdout).split_whitespace().find(|word| word.starts_with("ducat_")).expect("a key").to_owned()
    };
    let admin = key("root", "admin");
    let server = Server::start(&folder.join("t.db"));
    let url = format!("http://{}", server.address);
    let mut client = Client::connect(&server.address).expect("it listens");
    let header = format!("Authorization: Bearer {admin}\r\n");
    assert_eq!(client.call_with(&header, "POST", "/v1/ledgers", LEDGER).expect("it responds").0, 201);
    // A key that is not taken is not kept; one that is, is for its owner alone.
    let refused = run(folder, &["login", "--server", &url], "ducat_0123456789abcdef_nothing\n");
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
    assert!(!folder.join("profiles.toml").exists());
    let kept = run(folder, &["login", "--server", &url, "--ledger", "shop"], &format!("{admin}\n"));
    assert!(kept.status.success(), "{}", text(&kept.stderr));
    let mode = std::fs::metadata(folder.join("profiles.toml")).expect("it is kept").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Money, as people write it.
    let id = "01900000-0000-7000-8000-000000000001";
    let post = ["transactions", "post", "world", "users:alice", "12.50", "--id", id, "--description", "top-up"];
    let first = said(folder, &post);
    assert!(first.contains("12.50 USD") && first.contains(id), "{first}");
    // The same id again is the same transaction.
    assert_eq!(said(folder, &post), first);
    said(folder, &["transactions", "post", "world", "users:alice", "1200", "--asset", "JPY"]);
    let list = said(folder, &["accounts", "list", "--prefix", "users:"]);
    assert!(list.contains("12.50 USD") && list.contains("1200 JPY"), "{list}");
    let csv = said(folder, &["accounts", "statement", "users:alice", "--csv"]);
    assert!(
        csv.starts_with("when,counterparty,description,amount,balance,transaction\n")
            && csv.contains("world,top-up,12.50 USD,12.50 USD,"),
        "{csv}"
    );
    let json = said(folder, &["transactions", "show", id, "--json"]);
    let document: serde_json::Value = serde_json::from_str(&json).expect("a document a line");
    assert_eq!(document["postings"][0]["amount"], 1250);
    said(folder, &["transactions", "reverse", id]);
    assert!(said(folder, &["accounts", "balance", "users:alice"]).contains("0.00 USD"));
    assert!(said(folder, &["events", "list", "--limit", "2"]).contains("ledger.opened.v1"));
    assert!(said(folder, &["ledgers", "head", "shop"]).contains("Hash"));
    assert_eq!(said(folder, &["holds", "list"]), "nothing\n");
    // What is wrong is said, with what to do.
    for (arguments, what) in [
        (&["transactions", "post", "a", "b", "1.234"][..], "2 digits behind the point"),
        (&["transactions", "post", "a", "b", "1", "--asset", "EUR"], "has no asset EUR; it has USD, JPY"),
        (&["transactions", "post", "users:bob", "b", "5"], "available"),
        (&["accounts", "list", "--profile", "other"], "ducat login --profile other"),
        (&["accounts", "list", "--ledger", "none"], "ledger"),
        // A profile's key is shown to its own server alone.
        (&["accounts", "list", "--server", &url], "--key-file FILE, or DUCAT_KEY"),
    ] {
        let output = run(folder, arguments, "");
        assert!(
            !output.status.success() && text(&output.stderr).contains(what),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
    }
    // Keys that others may read are refused.
    std::fs::set_permissions(folder.join("profiles.toml"), std::fs::Permissions::from_mode(0o644)).expect("it is ours");
    let output = run(folder, &["accounts", "list"], "");
    assert!(text(&output.stderr).contains("chmod 600"), "{}", text(&output.stderr));
    assert_eq!(server.terminate(), Some(0));
}

/// The help of a command, and of all below it.
fn help(path: &[String], all: &mut String) {
    let output = Command::new(DUCAT).args(path).arg("--help").env_clear().output().expect("it runs");
    let help = text(&output.stdout);
    all.push_str(&format!("$ ducat {}\n{help}\n", path.join(" ")));
    let commands = help.split("Commands:\n").nth(1).unwrap_or_default();
    for line in commands.lines().take_while(|line| line.starts_with("  ")) {
        let name =
            line.split_whitespace().next().filter(|_| line.as_bytes().get(2).is_some_and(u8::is_ascii_lowercase));
        if let Some(name) = name.filter(|name| *name != "help") {
            help_of(path, name, all);
        }
    }
}

fn help_of(path: &[String], name: &str, all: &mut String) {
    let below: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
    help(&below, all);
}

#[test]
fn the_grammar_is_what_it_was() {
    let mut all = String::new();
    help(&[], &mut all);
    let first = Command::new(DUCAT).output().expect("it runs");
    assert_eq!(text(&first.stdout).lines().count(), 5, "{}", text(&first.stdout));
    // A server or a store, never both, but for keys, which have always had a way back.
    for command in all.split("$ ducat ").skip(1) {
        let name = command.lines().next().unwrap_or_default();
        let has = |flag: &str| command.lines().any(|line| line.trim_start().starts_with(flag));
        assert!(name.starts_with("keys") || !(has("--server ") && has("--store ")), "{name} takes both");
    }
    insta::assert_snapshot!("help", all);
}
