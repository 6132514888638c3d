//! The commands in the README and the guides, run as a reader would run them: block by block, in order, on an empty
//! store.
//!
//! A block that starts a server or needs a database is skipped, by the words in `SKIPPED`. Whatever else a block runs
//! must succeed, except for the requests in `REFUSED`, which the text announces as refusals.

use std::path::Path;
use std::process::Command;

use crate::{DUCAT, Server, text};

/// Blocks that the test stands in for, or that need what it has not.
const SKIPPED: [&str; 9] = [
    "serve",
    "cargo xtask",
    "demo advances",
    "postgres://",
    "transaction_id,",
    "ducat import",
    "ducat export",
    "ducat processor",
    "cargo install",
];

/// Requests that the text announces as refused.
const REFUSED: [&str; 1] = ["\"amount\":999999"];

/// The indented blocks of a Markdown text, each with the line where it begins.
fn blocks(markdown: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut follows = false;
    for (number, line) in (1..).zip(markdown.lines()) {
        let Some(code) = line.strip_prefix("    ").filter(|code| !code.is_empty()) else {
            follows = false;
            continue;
        };
        match blocks.last_mut().filter(|_| follows) {
            Some((_, block)) => block.push_str(&format!("\n{code}")),
            None => blocks.push((number, code.to_owned())),
        }
        follows = true;
    }
    blocks
}

fn walk(document: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let markdown = std::fs::read_to_string(root.join(document)).expect("the document is there");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let processor = Server::run(&["processor", "--listen", "127.0.0.1:0"]);
    let store = format!("sqlite:{}", folder.path().join("ducat.db").display());
    let to_processor = format!("http://{}", processor.address);
    let serve = ["serve", "--listen", "127.0.0.1:0", "--log", "error", "--store", &store, "--processor-url"];
    let server = Server::run(&[&serve[..], &[&to_processor]].concat());
    let runs = format!("{DUCAT} advances run --server http://{}", server.address);
    let mut ran = 0;
    for (line, block) in blocks(&markdown) {
        if SKIPPED.iter().any(|words| block.contains(words)) {
            continue;
        }
        let script = block
            .replace("cargo run --release -- ", "ducat ")
            .replace("ducat advances run", &runs)
            .replace("http://127.0.0.1:8000", &format!("http://{}", server.address))
            .replace("curl -s", "curl --fail-with-body -sS");
        let output = Command::new("sh").args(["-ec", &script]).current_dir(folder.path()).output().expect("sh runs");
        let is_refused = REFUSED.iter().any(|words| block.contains(words));
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.success(), !is_refused, "{document}, line {line}:\n{block}\n{said}");
        ran += 1;
    }
    assert!(ran > 10, "{document} has {ran} blocks");
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn the_readme_works_as_it_stands() {
    walk("README.md");
}

#[test]
fn the_guides_work_as_they_stand() {
    walk("docs/guides.md");
}
