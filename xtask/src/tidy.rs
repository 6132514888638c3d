//! What the tree promises, checked: which crate may use which, and where clocks, SQL and the environment may be
//! touched.

use std::path::{Path, PathBuf};

use anyhow::bail;
use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::modules;

/// Each crate with the crates of the project that it may use.
const ARROWS: [(&str, &[&str]); 14] = [
    ("ducat-domain", &[]),
    ("ducat-trust", &[]),
    ("ducat-docs", &[]),
    ("ducat-console", &[]),
    ("ducat-client", &[]),
    ("ducat-store", &["ducat-domain", "ducat-trust"]),
    ("ducat-processor", &["ducat-domain", "ducat-trust"]),
    ("ducat-engine", &["ducat-domain", "ducat-processor", "ducat-store"]),
    ("ducat-api", &["ducat-docs", "ducat-domain", "ducat-engine", "ducat-processor", "ducat-store", "ducat-trust"]),
    ("ducat-streams", &["ducat-api", "ducat-domain", "ducat-engine", "ducat-store", "ducat-trust"]),
    (
        "ducat-server",
        &[
            "ducat-api",
            "ducat-console",
            "ducat-docs",
            "ducat-domain",
            "ducat-engine",
            "ducat-processor",
            "ducat-store",
            "ducat-streams",
            "ducat-trust",
        ],
    ),
    ("ducat-simulation", &["ducat-domain", "ducat-engine", "ducat-processor", "ducat-store"]),
    (TESTS_ONLY, &[]),
    ("xtask", &["ducat-docs", TESTS_ONLY]),
];

/// What every crate may use in its tests, and none elsewhere.
const TESTS_ONLY: &str = "ducat-test-postgres";

/// All that the domain may use from outside.
const DOMAIN_USES: [&str; 1] = ["blake3"];

/// What its tests may use besides: seeded histories.
const DOMAIN_TESTS_USE: [&str; 1] = ["fastrand"];

/// A word that may stand only under some paths, and why.
struct Confined {
    word: &'static str,
    to: &'static [&'static str],
    why: &'static str,
}

const CONFINED: [Confined; 8] = [
    Confined {
        word: "oracle::",
        to: &[
            "crates/domain/src/points/tests.rs",
            "crates/domain/src/advances/tests.rs",
            "crates/domain/src/advances/replay.rs",
            "crates/simulation/",
            "crates/store/tests/",
            "xtask/",
        ],
        why: "an oracle is a second form of the rules, and only what checks them may use it",
    },
    Confined {
        word: "SystemTime::now",
        to: &["crates/engine/src/clock.rs"],
        why: "only engine::clock reads the clock",
    },
    Confined { word: "now_utc", to: &[], why: "only engine::clock reads the clock" },
    Confined { word: "rusqlite", to: &["crates/store/"], why: "only store contains SQL" },
    Confined { word: "tokio_postgres", to: &["crates/store/"], why: "only store contains SQL" },
    Confined {
        word: "std::env",
        to: &[
            "crates/server/",
            "crates/simulation/src/main.rs",
            "crates/store/tests/",
            "crates/test-postgres/",
            "xtask/",
        ],
        why: "only server reads the environment",
    },
    Confined {
        word: ".commit(",
        to: &["crates/store/", "crates/engine/src/committing.rs", "crates/simulation/"],
        why: "only engine::committing commits",
    },
    Confined { word: "#[ignore", to: &[], why: "no test is ignored" },
];

/// Lines of a source file at most: what is longer is several subjects.
const LINES_MAX: usize = 500;

/// Files that are longer, each with the lines that it may have, and why.
const LONGER: [(&str, usize, &str); 16] = [
    ("crates/api/src/values.rs", 520, "one value after another"),
    (
        "crates/domain/src/advances/advance.rs",
        780,
        "the state of an advance and its canonical bytes, which could be apart",
    ),
    ("crates/domain/src/advances/decide.rs", 520, "one rule for each action"),
    ("crates/domain/src/advances/fact.rs", 600, "a table of facts and their canonical bytes"),
    ("crates/domain/src/advances/tests.rs", 600, "tables"),
    ("crates/domain/src/ledger/replay.rs", 540, "the rules a second time, together"),
    ("crates/domain/src/ledger/rows.rs", 620, "one row after another"),
    ("crates/domain/src/ledger/tests.rs", 1_300, "tables"),
    ("crates/domain/src/ledger/working.rs", 560, "the known rows, which hide their fields from the rules"),
    ("crates/domain/src/points/footprint.rs", 550, "one footprint for each action"),
    ("crates/domain/src/products.rs", 540, "the list of products: one arm for each in each place"),
    ("crates/processor/src/report.rs", 540, "three formats of one report, and their table of tests"),
    ("crates/simulation/src/model.rs", 650, "a second form of the rules, together"),
    (
        "crates/store/src/ledger/postgres/",
        780,
        "one dialect: the statements of all tables are about to be written anew",
    ),
    ("crates/store/src/ledger/sqlite/", 640, "the other dialect, likewise"),
    ("crates/store/src/verify.rs", 550, "the order of verification"),
];

/// Checks everything and names every breach.
pub fn check(root: &Path) -> anyhow::Result<()> {
    let mut breaches = arrows(root)?;
    let files = sources(root)?;
    let names: Vec<String> = files.iter().map(|file| file.to_string_lossy().replace('\\', "/")).collect();
    breaches.extend(modules::check(root, &names)?);
    for file in files {
        let text = std::fs::read_to_string(root.join(&file))?;
        let name = file.to_string_lossy().replace('\\', "/");
        if !text.starts_with("//!") {
            breaches.push(format!("{name}: a file opens with what it is and what always holds"));
        }
        let lines_max = LONGER.iter().find(|(place, ..)| name.starts_with(place)).map_or(LINES_MAX, |(_, max, _)| *max);
        let lines = text.lines().count();
        if name.contains("/src/") && lines > lines_max {
            breaches.push(format!("{name}: it has {lines} lines, over {lines_max}; take it apart by subject"));
        }
        if name == "xtask/src/tidy.rs" {
            continue;
        }
        for confined in &CONFINED {
            let allowed = confined.to.iter().any(|place| name.starts_with(place));
            if !allowed && text.contains(confined.word) {
                breaches.push(format!("{name}: {:?} stands here; {}", confined.word, confined.why));
            }
        }
    }
    if breaches.is_empty() { Ok(()) } else { bail!("untidy:\n  {}", breaches.join("\n  ")) }
}

fn arrows(root: &Path) -> anyhow::Result<Vec<String>> {
    let metadata = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec()?;
    let mut breaches = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            breaches.push(format!("{name}: a new crate; say in xtask/src/tidy.rs what it may use"));
            continue;
        };
        for dependency in &package.dependencies {
            let used = dependency.name.as_str();
            let ours = ARROWS.iter().any(|(known, _)| *known == used);
            let for_tests = used == TESTS_ONLY && dependency.kind == DependencyKind::Development;
            if ours && !for_tests && !allowed.contains(&used) {
                breaches.push(format!("{name} uses {used}, against the arrows"));
            }
            let in_tests = dependency.kind == DependencyKind::Development && DOMAIN_TESTS_USE.contains(&used);
            if name == "ducat-domain" && !DOMAIN_USES.contains(&used) && !in_tests {
                breaches.push(format!("the domain uses {used}; it may use {DOMAIN_USES:?} alone"));
            }
        }
    }
    Ok(breaches)
}

fn sources(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("crates"), PathBuf::from("xtask")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                if entry.file_name() != "target" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
