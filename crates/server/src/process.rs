//! Processes of our own: servers and processors that are started, measured from `/proc`, stopped.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::Context;

/// Ticks a second of `/proc/<pid>/stat`: fixed at 100 on Linux for all that user space sees (proc(5), sysconf(3)).
const TICKS_PER_SECOND: f64 = 100.0;

/// A running `ducat serve` or `ducat processor`.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    /// Kept open: what the server says later must have somewhere to go.
    _out: BufReader<ChildStdout>,
    /// Where it listens.
    pub url: String,
}

impl ServerProcess {
    /// Starts a server on a store, at a free port, with more arguments.
    pub fn serve(store: &str, more: &[&str]) -> anyhow::Result<ServerProcess> {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--log", "error", "--store", store];
        ServerProcess::start(&[&serve[..], more].concat())
    }

    /// Starts something that says where it listens.
    pub fn start(arguments: &[&str]) -> anyhow::Result<ServerProcess> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .context("the server cannot be started")?;
        let out = child.stdout.take().context("the server has no output")?;
        let mut first = String::new();
        let mut out = BufReader::new(out);
        out.read_line(&mut first)?;
        let url = first.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.with_context(|| format!("the server said {first:?}"))?.trim_end_matches(';').to_owned();
        Ok(ServerProcess { child, _out: out, url })
    }

    fn proc(&self, file: &str) -> anyhow::Result<String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))
    }

    /// CPU seconds used so far, user and system.
    pub fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let stat = self.proc("stat")?;
        // Fields 14 and 15, counted after the name in parentheses, which may hold anything (proc(5)).
        let rest = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
        let ticks = rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
        Ok(ticks.sum::<f64>() / TICKS_PER_SECOND)
    }

    /// The most memory it ever had, in MB.
    pub fn peak_memory_mb(&self) -> anyhow::Result<f64> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        let kib: f64 = line.split_whitespace().next().and_then(|number| number.parse().ok()).context("no VmHWM")?;
        Ok(kib * 1_024.0 / 1e6)
    }

    /// Signals it to stop and waits.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        let stopped = Command::new("kill").arg(self.child.id().to_string()).status();
        stopped.context("the server cannot be signalled to stop")?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // After `stop` there is nothing left to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
