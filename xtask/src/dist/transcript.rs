//! What a trial ran and what it said, for people to read.

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::Release;

/// How long something is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The transcript of one trial.
pub struct Transcript {
    text: String,
}

impl Transcript {
    /// An empty one.
    pub fn new() -> Transcript {
        Transcript { text: String::new() }
    }

    /// Runs a command as it is typed, which must succeed, and gives what it said.
    pub fn run(&mut self, typed: &str, command: &mut Command) -> anyhow::Result<String> {
        let output = command.output().with_context(|| format!("{typed} cannot be run"))?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
        eprintln!("\n$ {typed}\n{}", said.trim_end());
        writeln!(self.text, "$ {typed}\n{}", said.trim_end())?;
        ensure!(output.status.success(), "{typed}: {}", output.status);
        Ok(said.trim_end().to_owned())
    }

    /// Runs a command until it says something, since what it asks needs a moment.
    pub fn until(&mut self, typed: &str, command: &mut Command, says: &str) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let output = command.output().with_context(|| format!("{typed} cannot be run"))?;
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            if said.contains(says) {
                writeln!(self.text, "$ {typed}\n{}", said.trim_end())?;
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("{typed} says {said:?} and {:?}, not {says:?}", String::from_utf8_lossy(&output.stderr));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Writes it down.
    pub fn keep(&self, release: &Release, name: &str) -> anyhow::Result<()> {
        let file = release.dist.join("transcripts").join(format!("{name}.txt"));
        std::fs::write(&file, &self.text).with_context(|| format!("{} cannot be written", file.display()))
    }
}
