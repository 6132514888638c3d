//! Tells the binary which commit it is made of: what `DUCAT_COMMIT` says, or else what Git does.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=DUCAT_COMMIT");
    let said = std::env::var("DUCAT_COMMIT").ok().filter(|commit| !commit.is_empty());
    let commit = said.or_else(of_git).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=DUCAT_COMMIT={commit}");
}

/// Nothing where there is no repository, or no Git.
fn of_git() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    };
    // Written anew with each commit.
    println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--git-path", "logs/HEAD"])?);
    git(&["rev-parse", "--short=12", "HEAD"])
}
