//! A PostgreSQL of the tests' own: made in a temporary folder, on a free port, gone when it is dropped.
//!
//! It is run from the system's own server binaries, and by a user of its own where the tests are run by root, because
//! PostgreSQL refuses to be root. `cargo xtask test` starts one for all tests and names it in `DUCAT_TEST_POSTGRES`;
//! tests that stop, kill or promote servers start theirs themselves.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

/// The variable that names a server for tests: a URL without a database.
pub const VARIABLE: &str = "DUCAT_TEST_POSTGRES";

/// Everyone is trusted but the members of a role, who must show a password.
const GUARDED: &str = "host all +guarded 127.0.0.1/32 scram-sha-256";

/// Whether what the server says is stored must be on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As in earnest: for measurements.
    Disk,
    /// Not: a killed server loses nothing, a killed machine would.
    Memory,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    folder: TempDir,
    binaries: PathBuf,
    port: u16,
}

/// How a server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Sessions are ended, and what is committed is written.
    Fast,
    /// As `kill -9`.
    Kill,
}

impl Server {
    /// Makes an empty cluster and starts it.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub fn start(durability: Durability) -> anyhow::Result<Server> {
        let server = Server::in_new_folder()?;
        let authentication = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"];
        server.run("initdb", &[&["--pgdata", &server.cluster(), "--no-sync"][..], &authentication].concat())?;
        let trusted = std::fs::read_to_string(format!("{}/pg_hba.conf", server.cluster()))?;
        std::fs::write(format!("{}/pg_hba.conf", server.cluster()), format!("{GUARDED}\n{trusted}"))?;
        let fsync = if durability == Durability::Memory { "fsync = off\n" } else { "" };
        server.configure(&format!(
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nport = {}\nmax_connections = 300\n\
             wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\nlogging_collector = off\n{fsync}",
            server.port
        ))?;
        server.launch()?;
        Ok(server)
    }

    /// A standby that follows this server, which from then on waits for it at every commit.
    ///
    /// # Errors
    /// When the copy cannot be made, or does not start.
    pub fn standby(&self) -> anyhow::Result<Server> {
        let standby = Server::in_new_folder()?;
        let primary = format!("host=127.0.0.1 port={} user=postgres application_name=standby", self.port);
        standby.run(
            "pg_basebackup",
            &["--pgdata", &standby.cluster(), "--dbname", &primary, "--write-recovery-conf", "--checkpoint=fast"],
        )?;
        standby.configure(&format!("port = {}\nprimary_conninfo = '{primary}'\n", standby.port))?;
        standby.launch()?;
        self.configure("synchronous_standby_names = 'standby'\n")?;
        self.run("pg_ctl", &["reload", "--pgdata", &self.cluster()])?;
        Ok(standby)
    }

    /// Makes a standby the primary. It waits for no standby of its own.
    ///
    /// # Errors
    /// When the server does not become a primary.
    pub fn promote(&self) -> anyhow::Result<()> {
        self.run("pg_ctl", &["promote", "--wait", "--pgdata", &self.cluster()])
    }

    /// Starts a server that was stopped.
    ///
    /// # Errors
    /// When the server does not start.
    pub fn launch(&self) -> anyhow::Result<()> {
        let log = format!("{}/log", self.folder.path().display());
        self.run("pg_ctl", &["start", "--wait", "--timeout=60", "--log", &log, "--pgdata", &self.cluster()])
    }

    /// Stops the server.
    ///
    /// # Errors
    /// When the server does not stop.
    pub fn stop(&self, how: Stop) -> anyhow::Result<()> {
        match how {
            Stop::Fast => self.run("pg_ctl", &["stop", "--mode=fast", "--pgdata", &self.cluster()]),
            Stop::Kill => {
                let pid = std::fs::read_to_string(format!("{}/postmaster.pid", self.cluster()))?;
                let pid = pid.lines().next().unwrap_or_default().to_owned();
                let children = children_of(&pid)?;
                self.run_in_path("kill", &["-KILL", &pid])?;
                // They notice and end by themselves; only then may the server be started again.
                while children.iter().any(|child| Path::new("/proc").join(child).exists()) {
                    std::thread::yield_now();
                }
                Ok(())
            }
        }
    }

    /// Where the server is: a URL without a database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    /// The server's port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    fn in_new_folder() -> anyhow::Result<Server> {
        let folder = tempfile::Builder::new().prefix("ducat-postgres-").tempdir()?;
        if let Some((user, group)) = other_user()? {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group))?;
        }
        // Free now; another process that takes it before the server does makes the test fail, and loudly.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Ok(Server { folder, binaries: binaries()?, port })
    }

    fn cluster(&self) -> String {
        self.folder.path().join("cluster").display().to_string()
    }

    fn configure(&self, lines: &str) -> anyhow::Result<()> {
        use std::io::Write as _;
        let path = Path::new(&self.cluster()).join("postgresql.auto.conf");
        let mut file = std::fs::OpenOptions::new().append(true).open(&path)?;
        Ok(file.write_all(lines.as_bytes())?)
    }

    fn run(&self, binary: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let path = self.binaries.join(binary);
        self.run_in_path(&path.display().to_string(), arguments)
    }

    fn run_in_path(&self, binary: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::new(binary);
        command.args(arguments).current_dir(self.folder.path()).env("LC_ALL", "C");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        if let Some((user, group)) = other_user()? {
            command.uid(user).gid(group);
        }
        // A file and no pipe: the server inherits it, and a pipe would never be at its end.
        let errors = self.folder.path().join("errors");
        command.stderr(std::fs::OpenOptions::new().create(true).append(true).open(&errors)?);
        let status = command.status().with_context(|| format!("{binary} cannot be run"))?;
        if !status.success() {
            let errors = std::fs::read_to_string(&errors).unwrap_or_default();
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            bail!("{binary} {arguments:?}: {status}\n{errors}\n{log}");
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.run("pg_ctl", &["stop", "--mode=immediate", "--pgdata", &self.cluster()]));
    }
}

/// The folder of PostgreSQL's server binaries: in the path, or where Debian keeps them.
///
/// # Errors
/// When no version of PostgreSQL's server is installed.
pub fn binaries() -> anyhow::Result<PathBuf> {
    let in_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let mut versions: Vec<PathBuf> = match std::fs::read_dir("/usr/lib/postgresql") {
        Ok(entries) => entries.flatten().map(|entry| entry.path().join("bin")).collect(),
        Err(_) => Vec::new(),
    };
    versions.sort();
    let mut candidates = in_path.unwrap_or_default().into_iter().chain(versions.into_iter().rev());
    let used = ["initdb", "pg_basebackup", "pg_ctl", "postgres", "psql"];
    let found = candidates.find(|folder| used.iter().all(|binary| folder.join(binary).exists()));
    found.context("PostgreSQL's server binaries are not here; install them (on Debian: apt-get install postgresql-15)")
}

/// The processes that a process has started.
fn children_of(parent: &str) -> anyhow::Result<Vec<String>> {
    let mut children = Vec::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // After the name, which is in parentheses: state, parent.
        let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        if after_name.split(' ').nth(1) == Some(parent) {
            children.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(children)
}

/// Who runs the server where root runs the tests.
fn other_user() -> anyhow::Result<Option<(u32, u32)>> {
    let own = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let is_root = own.lines().any(|line| line.split_whitespace().take(2).eq(["Uid:", "0"]));
    if !is_root {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let postgres = users.lines().find(|line| line.starts_with("postgres:")).context("there is no user postgres")?;
    let mut fields = postgres.split(':').skip(2);
    let mut number = || fields.next().and_then(|field| field.parse().ok()).context("/etc/passwd is odd");
    Ok(Some((number()?, number()?)))
}

/// A database of its own on the server that the tests are given; dropped with its server.
///
/// # Panics
/// When no server is given: `cargo xtask test` gives one.
#[must_use]
pub fn database() -> String {
    let server = std::env::var(VARIABLE).unwrap_or_else(|_| {
        panic!("{VARIABLE} names no server; run `cargo xtask test`, or `cargo xtask postgres` and set what it prints")
    });
    new_database(&server)
}

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// Makes a database on a server and gives its URL.
///
/// # Panics
/// When the server does not make it.
#[must_use]
pub fn new_database(server: &str) -> String {
    let name = format!("test_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
    let created = sql(&format!("{server}/postgres"), &format!("CREATE DATABASE {name} TEMPLATE template0"));
    created.expect("the server makes databases");
    format!("{server}/{name}")
}

/// Runs SQL as an administrator would, through `psql`, and gives the rows.
///
/// # Errors
/// What `psql` prints when the statement fails.
pub fn sql(database: &str, sql: &str) -> anyhow::Result<String> {
    let psql = binaries()?.join("psql");
    let output = Command::new(psql)
        .args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set",
            "ON_ERROR_STOP=1",
            "--dbname",
            database,
        ])
        .args(["--command", sql])
        .output()?;
    if !output.status.success() {
        bail!("{sql}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Runs a dump in an empty database.
///
/// # Errors
/// When `psql` is not there, or a statement of the dump fails.
pub fn restore(database: &str, dump: &Path) -> anyhow::Result<()> {
    let psql = binaries()?.join("psql");
    let output = Command::new(psql)
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", database, "--output", "/dev/null"])
        .arg("--file")
        .arg(dump)
        .output()?;
    if !output.status.success() {
        bail!("{}: {}", dump.display(), String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
