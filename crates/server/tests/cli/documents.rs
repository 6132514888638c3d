//! The commands in the README and the documents, run as a reader would run them: block by block, in order, in one shell.
//!
//! - A block of `sh` must succeed, unless it is marked `refused`. One marked `serve` is a program that goes on; it takes the
//!   place of the one of its kind before. One marked `stopped` is run while the
//!   server is stopped.
//! - What cannot be run here is in [`UNTESTED`] with the reason, and whatever is there no longer must be taken out.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use ducat_docs::{Block, blocks};
use ducat_test_postgres::database;

use crate::broker::Broker;
use crate::bucket::{BUCKET, Buckets};
use crate::{DUCAT, Server, text as text_of};

/// Blocks that are not run: the page, how they begin, and why.
const UNTESTED: [(&str, &str, &str); 12] = [
    ("README.md", "cargo run --release -- serve     # builds", "the two commands that a fresh clone is tried with"),
    ("README.md", "cargo xtask test", "what runs this test"),
    ("README.md", "cargo run --release -- demo\n", "a world that lives on; its own tests make a smaller one"),
    (
        "README.md",
        "cargo run --release -- demo advances",
        "a minute of a demonstration; the tests of advances run it shorter",
    ),
    (
        "README.md",
        "ducat serve --listen 0.0.0.0:8000",
        "two databases of a replicated PostgreSQL; `nodes` has several nodes",
    ),
    ("docs/install.md", "sudo apt install", "`cargo xtask dist` does it in a Debian of its own"),
    ("docs/install.md", "ducat keys generate", "`cargo xtask dist` does it in a Debian of its own"),
    ("docs/install.md", "podman load", "`cargo xtask dist` runs the image"),
    ("docs/install.md", "cd deploy/compose", "`cargo xtask dist` runs what is composed"),
    ("docs/install.md", "podman push", "needs a registry and a cluster; `cargo xtask dist` validates the manifests"),
    ("docs/events.md", "curl -sN", "a stream that does not end; a test of the API reads one"),
    ("docs/operations.md", "ducat serve --oidc-issuer", "needs an issuer; the tests of the API have one"),
];

/// What a page supposes to be there.
const SUPPOSED: [(&str, &str); 5] = [
    ("docs/events.md", "ducat serve"),
    ("docs/guides.md", "ducat serve"),
    ("docs/processor.md", "ducat processor"),
    ("docs/tenants.md", "ducat serve"),
    ("docs/operations.md", "ducat serve --store sqlite:/var/lib/ducat/ducat.db"),
];

/// The blocks of one page, and what they started.
struct Session {
    folder: tempfile::TempDir,
    buckets: Buckets,
    broker: Broker,
    store: String,
    /// Programs that go on, by their kind.
    started: BTreeMap<String, Server>,
    /// How the server was started last.
    served: String,
}

impl Session {
    fn new() -> Session {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        for name in ["bin", "etc/ducat", "var/lib/ducat", "backup"] {
            std::fs::create_dir_all(at.join(name)).expect("a folder");
        }
        symlink(DUCAT, at.join("bin/ducat")).expect("a link");
        let buckets = Buckets::start(at);
        Session {
            folder,
            buckets,
            broker: Broker::start(),
            store: database(),
            started: BTreeMap::new(),
            served: String::new(),
        }
    }

    /// A shell in the folder, which finds `ducat` and a bucket.
    fn shell(&self, program: &str, arguments: &[&str]) -> Command {
        let bin = self.folder.path().join("bin");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path());
        command.env("PATH", path).env("DUCAT_LOG", "off").envs(self.buckets.variables());
        command
    }

    fn address(&self, kind: &str) -> String {
        self.started.get(kind).map_or_else(|| "nowhere".to_owned(), |server| server.address.clone())
    }

    /// A block as it is run here: other addresses, folders and stores.
    fn placed(&self, text: &str) -> String {
        let folder = self.folder.path().display().to_string();
        let server = self.address("serve");
        let mut placed =
            text.replace("cargo run --release -- ", "ducat ").replace("curl -s", "curl --fail-with-body -sS");
        for (here, there) in [
            ("ducat advances run", format!("ducat advances run --server http://{server}")),
            ("http://127.0.0.1:8000", format!("http://{server}")),
            ("localhost:8000", server.clone()),
            ("https://ledger.example", format!("http://{server}")),
            ("http://127.0.0.1:8100", format!("http://{}", self.address("processor"))),
            ("postgres://ducat:secret@db/ducat", self.store.clone()),
            ("nats://127.0.0.1:4222", self.broker.url()),
            ("s3://my-ledgers", format!("s3://{BUCKET}")),
            ("/var/lib/ducat", format!("{folder}/var/lib/ducat")),
            ("/etc/ducat", format!("{folder}/etc/ducat")),
            ("/backup/", format!("{folder}/backup/")),
            ("127.0.0.1:8001", "127.0.0.1:0".to_owned()),
        ] {
            placed = placed.replace(here, &there);
        }
        placed
    }

    /// Ends a server, as before something else uses its store.
    fn stop(&mut self) {
        if let Some(server) = self.started.remove("serve") {
            server.terminate();
        }
    }

    /// Starts a program that goes on, in place of one of its kind.
    fn serve(&mut self, text: &str) {
        let command = text.replace("cargo run --release -- ", "ducat ");
        let kind = command.split_whitespace().skip_while(|word| *word != "ducat").nth(1).expect("a command").to_owned();
        if let Some(before) = self.started.remove(&kind) {
            before.terminate();
        }
        let placed = self.placed(text);
        let mut script = placed.trim().to_owned();
        if kind != "backup" {
            // The port of the text may be taken.
            if let Some(listen) = script.split_whitespace().skip_while(|word| *word != "--listen").nth(1) {
                script = script.replace(&format!("--listen {listen}"), "");
            }
            script.push_str(" --listen 127.0.0.1:0");
        }
        // Variables may stand before the command.
        let script = script.replacen("ducat ", "exec ducat ", 1);
        let mut command = self.shell("sh", &["-c", &script]);
        if kind == "serve" {
            text.clone_into(&mut self.served);
        }
        self.started.insert(kind, Server::spawn(&mut command));
    }

    /// Runs a block, with the variables of those before. Says whether it succeeded, and what it said.
    fn run(&self, text: &str) -> (bool, String) {
        let placed = self.placed(text);
        let script = format!(
            "[ ! -e kept.sh ] || . ./kept.sh\n{placed}\nset | grep -E \"^[A-Z]+='[^']*'$\" | grep -vE '^(PATH|PWD|OLDPWD)=' > kept.sh\n"
        );
        // A command that goes on without being marked so ends here, and is a failure.
        let arguments = ["--kill-after=5", "120", "sh", "-ec", &script];
        let run = self.shell("timeout", &arguments).output().expect("sh runs");
        (run.status.success(), format!("{}{}", text_of(&run.stdout), text_of(&run.stderr)))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn is_untested(page: &str, block: &Block) -> bool {
    UNTESTED.iter().any(|(of, start, _)| *of == page && block.text.starts_with(start))
}

/// Runs all blocks of a page. Gives how many there were.
fn walk(page: &str) -> usize {
    let markdown = std::fs::read_to_string(root().join(page)).expect("the page is there");
    let mut session = Session::new();
    if let Some((_, supposed)) = SUPPOSED.iter().find(|(of, _)| *of == page) {
        session.serve(supposed);
    }
    if page == "docs/operations.md" {
        session.suppose_a_ledger();
    }
    let mut ran = 0;
    for block in blocks(&markdown) {
        if block.language() != "sh" || is_untested(page, &block) {
            continue;
        }
        ran += 1;
        match block.info.split_whitespace().nth(1) {
            Some("serve") => session.serve(&block.text),
            mark => {
                let is_stopped = mark == Some("stopped");
                if is_stopped {
                    session.stop();
                }
                let (succeeds, said) = session.run(&block.text);
                if is_stopped {
                    session.serve(&session.served.clone());
                }
                assert_eq!(succeeds, mark != Some("refused"), "{page}, line {}:\n{}\n{said}", block.line, block.text);
            }
        }
    }
    for (_, server) in std::mem::take(&mut session.started) {
        server.kill();
    }
    ran
}

impl Session {
    /// What someone who reads how to run a server has: a ledger, a key to read it, and a certificate.
    fn suppose_a_ledger(&self) {
        let script = r#"
            curl -sS http://127.0.0.1:8000/v1/ledgers --json '{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}'
            curl -sS http://127.0.0.1:8000/v1/ledgers/shop/transactions --json '{"id":"01900000-0000-7000-8000-000000000001","postings":[{"source":"world","destination":"users:42","amount":5}],"description":"for Jane Roe"}'
            echo sqlite:/var/lib/ducat/ducat.db > /etc/ducat/store
            ducat backup --store sqlite:/var/lib/ducat/ducat.db --to first
            ducat restore --from first --to sqlite:ducat.db
            ducat keys create --name owner --scope admin --ledger '*' --store sqlite:ducat.db > admin.key
            ducat keys create --name read --scope read --ledger '*' --store sqlite:ducat.db > read.key
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE -keyout server.key -out server.pem -days 1 2>/dev/null
            chmod 600 server.key
        "#;
        let (succeeds, said) = self.run(script);
        assert!(succeeds, "{said}");
    }
}

#[test]
fn the_readme_works_as_it_stands() {
    assert!(walk("README.md") > 10);
}

#[test]
fn the_guides_work_as_they_stand() {
    assert!(walk("docs/guides.md") > 10);
}

#[test]
fn every_operation_works_as_it_is_shown() {
    assert!(walk("docs/examples.md") > 90);
}

#[test]
fn the_other_pages_work_as_they_stand() {
    let summary = std::fs::read_to_string(root().join("docs/SUMMARY.md")).expect("the summary");
    let chapters = ducat_docs::summary(&summary).into_iter().flat_map(|part| part.chapters);
    for page in chapters.map(|chapter| format!("docs/{}", chapter.file)) {
        let elsewhere = ["docs/guides.md", "docs/examples.md"];
        if !elsewhere.contains(&page.as_str()) {
            walk(&page);
        }
    }
}

/// Each operation has one example, and no example is of something that is none.
#[test]
fn every_operation_has_an_example() {
    let openapi = std::fs::read_to_string(root().join("docs/openapi.json")).expect("the document");
    let openapi: serde_json::Value = serde_json::from_str(&openapi).expect("JSON");
    let items = openapi["paths"].as_object().expect("paths").values();
    let operations = items.flat_map(|item| item.as_object().expect("an item").values());
    let mut operations: Vec<&str> = operations.filter_map(|operation| operation["operationId"].as_str()).collect();
    let page = std::fs::read_to_string(root().join("docs/examples.md")).expect("the page");
    let examples = blocks(&page).into_iter().filter(|block| !block.heading.is_empty());
    let mut examples: Vec<String> = examples.map(|block| block.heading).collect();
    operations.sort_unstable();
    examples.sort_unstable();
    assert_eq!(examples, operations);
}

#[test]
fn what_is_not_tested_is_there_and_has_a_reason() {
    for (page, start, reason) in UNTESTED {
        let markdown = std::fs::read_to_string(root().join(page)).expect("the page is there");
        let found = blocks(&markdown).iter().filter(|block| block.text.starts_with(start)).count();
        assert!(found == 1 && reason.len() > 10, "{page}: {start}: {found}");
    }
}
