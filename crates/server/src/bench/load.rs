//! The load itself: accounts funded, transfers made, balances read.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use ducat_api::values::write_time;
use ducat_engine::clock::{Clock as _, SystemClock};
use fastrand::Rng;
use hdrhistogram::Histogram;
use serde_json::Value;

use super::client::{Connection, request};
use super::report::{Phase, Report};
use super::{BenchArguments, Ids, Mode};
use crate::process::ServerProcess;

/// What every account starts with: no transfer of the run can exhaust it.
const FUNDS: u64 = 1_000_000_000_000;

/// Transfers when nothing is said: ten million in bulk mode, as the yardstick has.
const BULK_TRANSFERS: u64 = 10_000_000;

/// Transfers stored before reading when nothing is said.
const READ_TRANSFERS: u64 = 100_000;

/// A load to put on a server.
pub struct Load {
    pub(super) arguments: BenchArguments,
    pub(super) host: String,
    /// Made for the run: the store may have others.
    pub(super) ledger: String,
    /// Keys that connections show, in turns; none where the server asks for none.
    keys: Vec<String>,
    connections: Cell<usize>,
    asset: &'static str,
}

/// What several connections share on the one client thread.
pub(super) struct Shared {
    left: Cell<u64>,
    until: Cell<Option<Instant>>,
    done: Cell<u64>,
    requests: Cell<u64>,
    pub(super) rng: RefCell<Rng>,
    ids: InTime,
    made: Cell<u64>,
    latencies: RefCell<Histogram<u64>>,
    growth: RefCell<Growth>,
}

/// How the rate changed as more was stored: a point at 10,000, 20,000, 50,000, 100,000 and so on.
#[derive(Debug)]
struct Growth {
    points: Vec<(u64, f64)>,
    next: u64,
    before: (u64, Instant),
}

impl Growth {
    fn from_now() -> Growth {
        Growth { points: Vec::new(), next: 10_000, before: (0, Instant::now()) }
    }

    fn note(&mut self, made: u64) {
        if made < self.next {
            return;
        }
        let (earlier, since) = self.before;
        self.points.push((made, (made - earlier) as f64 / since.elapsed().as_secs_f64().max(1e-6)));
        self.before = (made, Instant::now());
        while self.next <= made {
            // 1, 2, 5, 10: the first digit says what follows.
            let is_two = self.next.to_string().starts_with('2');
            self.next = if is_two { self.next / 2 * 5 } else { self.next * 2 };
        }
    }
}

impl Shared {
    pub(super) fn new(transfers: u64, until: Option<Instant>) -> anyhow::Result<Rc<Shared>> {
        Ok(Rc::new(Shared {
            left: Cell::new(transfers),
            until: Cell::new(until),
            done: Cell::new(0),
            requests: Cell::new(0),
            rng: RefCell::new(Rng::with_seed(2026)),
            ids: InTime::from_now(),
            made: Cell::new(0),
            latencies: RefCell::new(Histogram::new_with_bounds(1, 600_000_000, 3)?),
            growth: RefCell::new(Growth::from_now()),
        }))
    }

    /// How many of the transfers that are left this connection takes; none when it is over.
    pub(super) fn take(&self, most: u64) -> u64 {
        if self.until.get().is_some_and(|until| Instant::now() >= until) {
            return 0;
        }
        let taken = self.left.get().min(most);
        self.left.set(self.left.get() - taken);
        taken
    }

    pub(super) fn record(&self, transfers: u64, started: Instant) {
        self.done.set(self.done.get() + transfers);
        self.growth.borrow_mut().note(self.done.get());
        self.requests.set(self.requests.get() + 1);
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.latencies.borrow_mut().saturating_record(micros.max(1));
    }

    fn phase(&self, seconds: f64) -> (Phase, u64) {
        let latencies = self.latencies.borrow();
        let at = |quantile| latencies.value_at_quantile(quantile) as f64 / 1_000.0;
        let phase = Phase {
            transfers_per_s: self.done.get() as f64 / seconds,
            requests_per_s: self.requests.get() as f64 / seconds,
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
            max_ms: latencies.max() as f64 / 1_000.0,
        };
        (phase, self.done.get())
    }

    /// Appends an id to a body: in order of time (the layout of UUIDv7, counted up), or anywhere (UUIDv4).
    fn push_id(&self, ids: Ids, body: &mut Vec<u8>) {
        let id = match ids {
            Ids::Time => {
                self.made.set(self.made.get() + 1);
                self.ids.nth(self.made.get())
            }
            Ids::Random => uuid::Builder::from_random_bytes(self.rng.borrow_mut().u128(..).to_be_bytes()).into_uuid(),
        };
        let mut buffer = uuid::Uuid::encode_buffer();
        body.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
    }
}

/// Ids in order of time: UUIDv7 of one millisecond, counted in their random bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct InTime(u128);

impl InTime {
    /// From this millisecond.
    pub fn from_now() -> InTime {
        let millis = u128::try_from(SystemClock.now().0 / 1_000).unwrap_or_default();
        InTime(((millis << 32) | 0x7000_8000) << 48)
    }

    /// One by its number.
    pub fn nth(self, number: u64) -> uuid::Uuid {
        uuid::Uuid::from_u128(self.0 | u128::from(number))
    }
}

pub(super) fn push_number(number: u64, body: &mut Vec<u8>) {
    body.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

impl Load {
    /// A load on the server at a URL.
    pub fn new(arguments: BenchArguments, url: &str, keys: Vec<String>) -> anyhow::Result<Load> {
        let host = url.strip_prefix("http://").context("--url: write http://HOST:PORT")?;
        let (ledger, asset) = match arguments.mode {
            Mode::Bulk | Mode::Single | Mode::Read | Mode::Advances => {
                (format!("bench-{}", SystemClock.now().0), "USD")
            }
            Mode::Accounts => ("accounts".to_owned(), "UNIT"),
            Mode::Bank => ("bank".to_owned(), "USD"),
            Mode::Points => (format!("bench-{}", SystemClock.now().0), "PTS"),
        };
        let (host, connections) = (host.trim_end_matches('/').to_owned(), Cell::new(0));
        Ok(Load { arguments, host, ledger, keys, connections, asset })
    }

    pub(super) async fn connect(&self) -> anyhow::Result<Connection> {
        let number = self.connections.replace(self.connections.get() + 1);
        // Those that were made last and first take turns: a ring is no list.
        let key = self.keys.get(number.wrapping_mul(self.keys.len() / 2 + 1) % self.keys.len().max(1));
        Connection::open(&self.host, key.map(String::as_str)).await
    }

    fn post(&self, path: &str, body: &[u8]) -> Vec<u8> {
        request("POST", path, &self.host, body)
    }

    /// Puts the load on.
    pub async fn run(&self, report: &mut Report, server: Option<&ServerProcess>) -> anyhow::Result<()> {
        let before = server.map(ServerProcess::cpu_seconds).transpose()?;
        match self.arguments.mode {
            Mode::Accounts => self.run_accounts(report).await?,
            Mode::Bank => self.run_bank(report).await?,
            Mode::Points => self.run_points(report).await?,
            // Advances have a run of their own, with a processor.
            Mode::Bulk | Mode::Single | Mode::Read | Mode::Advances => return self.run_ledger(report, server).await,
        }
        if let (Some(server), Some(before)) = (server, before) {
            report.server_cpu_s = Some(server.cpu_seconds()? - before);
        }
        Ok(())
    }

    /// Funds the accounts, then makes transfers or reads.
    async fn run_ledger(&self, report: &mut Report, server: Option<&ServerProcess>) -> anyhow::Result<()> {
        self.fund().await?;
        let bulk = self.arguments.clients.unwrap_or(2);
        let many = self.arguments.clients.unwrap_or(64);
        let stored = match self.arguments.mode {
            Mode::Bulk => self.arguments.transfers.unwrap_or(BULK_TRANSFERS),
            Mode::Single => self.arguments.transfers.unwrap_or(u64::MAX),
            Mode::Read | Mode::Accounts | Mode::Bank | Mode::Points | Mode::Advances => {
                self.arguments.transfers.unwrap_or(READ_TRANSFERS)
            }
        };
        if self.arguments.mode == Mode::Read {
            self.transfer_in_batches(stored, bulk.min(4)).await?;
            report.stored = stored + self.arguments.accounts;
        }
        let cpu = server.map(ServerProcess::cpu_seconds).transpose()?;
        let until = Instant::now() + Duration::from_secs(self.arguments.seconds);
        match self.arguments.mode {
            Mode::Bulk => {
                let (phase, made, growth) = self.transfer_in_batches(stored, bulk).await?;
                report.add("transfers", (phase, made));
                report.growth = growth;
            }
            Mode::Single => {
                let until = self.arguments.transfers.is_none().then_some(until);
                report.add("transfers", self.transfer_one_by_one(stored, until, many).await?);
            }
            Mode::Read | Mode::Accounts | Mode::Bank | Mode::Points | Mode::Advances => {
                for kind in [Reading::Balance, Reading::Nothing, Reading::Statement, Reading::PastBalance] {
                    report.add(kind.word(), self.read(kind, many).await?);
                }
                let until = Instant::now() + Duration::from_secs(self.arguments.seconds);
                let (read, made) = tokio::join!(
                    self.read(Reading::Balance, many),
                    self.transfer_one_by_one(u64::MAX, Some(until), many)
                );
                report.add("balance, during transfers", read?);
                report.add("transfers, during reads", made?);
            }
        }
        if let (Some(server), Some(before)) = (server, cpu) {
            report.server_cpu_s = Some(server.cpu_seconds()? - before);
        }
        if self.arguments.mode != Mode::Read {
            report.stored = report.made + self.arguments.accounts;
        }
        Ok(())
    }

    /// Opens the ledger, and its accounts by funding them.
    async fn fund(&self) -> anyhow::Result<()> {
        let mut connection = self.connect().await?;
        let ledger = &self.ledger;
        let body = format!(r#"{{"name":"{ledger}","assets":[{{"code":"USD","scale":2}}],"implicit_accounts":true}}"#);
        let status = connection.send(&self.post("/v1/ledgers", body.as_bytes())).await?;
        ensure!(status == 201, "the ledger {ledger} cannot be opened: {status}");
        let mut account = 0;
        while account < self.arguments.accounts {
            let end = (account + 8_190).min(self.arguments.accounts);
            let postings: Vec<String> = (account..end)
                .map(|account| {
                    format!(
                        r#"{{"postings":[{{"source":"world","destination":"accounts:{account}","amount":{FUNDS}}}]}}"#
                    )
                })
                .collect();
            let body = format!(r#"{{"results":"rejected","transactions":[{}]}}"#, postings.join(","));
            self.send_batch(&mut connection, body.as_bytes()).await?;
            account = end;
        }
        Ok(())
    }

    pub(super) async fn send_batch(&self, connection: &mut Connection, body: &[u8]) -> anyhow::Result<()> {
        let path = format!("/v1/ledgers/{}/transactions/batch", self.ledger);
        let status = connection.send(&self.post(&path, body)).await?;
        if status != 200 || connection.body() != br#"{"results":[]}"# {
            bail!("a batch was answered {status}: {}", String::from_utf8_lossy(connection.body()));
        }
        Ok(())
    }

    fn push_transfer(&self, shared: &Shared, body: &mut Vec<u8>) {
        let (source, destination, amount) = {
            let mut rng = shared.rng.borrow_mut();
            let source = if self.arguments.hot { 0 } else { rng.u64(..self.arguments.accounts) };
            let step = rng.u64(1..self.arguments.accounts);
            (source, (source + step) % self.arguments.accounts, rng.u64(1..1_000))
        };
        body.extend_from_slice(br#"{"id":""#);
        shared.push_id(self.arguments.ids, body);
        body.extend_from_slice(br#"","postings":[{"source":"accounts:"#);
        push_number(source, body);
        body.extend_from_slice(br#"","destination":"accounts:"#);
        push_number(destination, body);
        body.extend_from_slice(br#"","amount":"#);
        push_number(amount, body);
        body.extend_from_slice(b"}]");
        if self.arguments.pending {
            body.extend_from_slice(br#","pending":{"timeout_s":86400}"#);
        }
        body.push(b'}');
    }

    async fn transfer_in_batches(
        &self,
        transfers: u64,
        clients: usize,
    ) -> anyhow::Result<(Phase, u64, Vec<(u64, f64)>)> {
        let shared = Shared::new(transfers, None)?;
        let connection = |shared: Rc<Shared>| async move {
            let mut connection = self.connect().await?;
            let path = format!("/v1/ledgers/{}/transactions/batch", self.ledger);
            let mut body = Vec::new();
            loop {
                let count = shared.take(self.arguments.batch);
                if count == 0 {
                    return Ok(());
                }
                body.clear();
                body.extend_from_slice(br#"{"results":"rejected","transactions":["#);
                for place in 0..count {
                    if place > 0 {
                        body.push(b',');
                    }
                    self.push_transfer(&shared, &mut body);
                }
                body.extend_from_slice(b"]}");
                let request = self.post(&path, &body);
                let started = Instant::now();
                let status = connection.send(&request).await?;
                shared.record(count, started);
                if status != 200 || connection.body() != br#"{"results":[]}"# {
                    bail!("a batch was answered {status}: {}", String::from_utf8_lossy(connection.body()));
                }
            }
        };
        let (phase, made) = self.together(&shared, clients, connection).await?;
        Ok((phase, made, std::mem::take(&mut shared.growth.borrow_mut().points)))
    }

    async fn transfer_one_by_one(
        &self,
        transfers: u64,
        until: Option<Instant>,
        clients: usize,
    ) -> anyhow::Result<(Phase, u64)> {
        let shared = Shared::new(transfers, until)?;
        let connection = |shared: Rc<Shared>| async move {
            let mut connection = self.connect().await?;
            let path = format!("/v1/ledgers/{}/transactions", self.ledger);
            let mut body = Vec::new();
            while shared.take(1) == 1 {
                body.clear();
                self.push_transfer(&shared, &mut body);
                let request = self.post(&path, &body);
                let started = Instant::now();
                let status = connection.send(&request).await?;
                shared.record(1, started);
                ensure!(status == 201, "answered {status}: {}", String::from_utf8_lossy(connection.body()));
            }
            Ok(())
        };
        self.together(&shared, clients, connection).await
    }

    async fn read(&self, kind: Reading, clients: usize) -> anyhow::Result<(Phase, u64)> {
        // Requests are prepared: a few thousand accounts at most, each with bytes of its own.
        let accounts = self.arguments.accounts.min(10_000);
        let requests: Rc<Vec<Vec<u8>>> = Rc::new(
            (0..accounts).map(|account| request("GET", &kind.path(&self.ledger, account), &self.host, b"")).collect(),
        );
        let until = Instant::now() + Duration::from_secs(self.arguments.seconds);
        let shared = Shared::new(u64::MAX, Some(until))?;
        let connection = |shared: Rc<Shared>| {
            let requests = Rc::clone(&requests);
            async move {
                let mut connection = self.connect().await?;
                while shared.take(1) == 1 {
                    let place = shared.rng.borrow_mut().usize(..requests.len());
                    let Some(request) = requests.get(place) else { return Ok(()) };
                    let started = Instant::now();
                    let status = connection.send(request).await?;
                    shared.record(0, started);
                    ensure!(status == 200, "answered {status}: {}", String::from_utf8_lossy(connection.body()));
                }
                Ok(())
            }
        };
        self.together(&shared, clients, connection).await
    }

    /// Runs so many connections on this thread until all are done.
    pub(super) async fn together<F: Future<Output = anyhow::Result<()>>>(
        &self,
        shared: &Rc<Shared>,
        clients: usize,
        connection: impl Fn(Rc<Shared>) -> F,
    ) -> anyhow::Result<(Phase, u64)> {
        let started = Instant::now();
        let connections = (0..clients.max(1)).map(|_| Box::pin(connection(Rc::clone(shared))));
        let mut all = futures_util::stream::FuturesUnordered::from_iter(connections);
        while let Some(done) = futures_util::StreamExt::next(&mut all).await {
            done?;
        }
        Ok(shared.phase(started.elapsed().as_secs_f64()))
    }

    /// Whether all balances sum to zero, read page by page.
    pub async fn adds_up(&self) -> anyhow::Result<bool> {
        let mut connection = self.connect().await?;
        let mut cursor = String::new();
        let (mut sum, mut held_in, mut held_out) = (0i128, 0i128, 0i128);
        loop {
            let path = format!("/v1/ledgers/{}/accounts?limit=1000{cursor}", self.ledger);
            let status = connection.send(&request("GET", &path, &self.host, b"")).await?;
            ensure!(status == 200, "the accounts were answered {status}");
            let page: Value = serde_json::from_slice(connection.body())?;
            for account in page["data"].as_array().into_iter().flatten() {
                let balance = &account["balances"][self.asset];
                sum += number(&balance["posted"])?;
                held_in += number(&balance["pending_in"])?;
                held_out += number(&balance["pending_out"])?;
            }
            match page["next"].as_str() {
                None => return Ok(sum == 0 && held_in == held_out),
                Some(next) => cursor = format!("&cursor={next}"),
            }
        }
    }
}

fn number(value: &Value) -> anyhow::Result<i128> {
    match value {
        Value::String(text) => Ok(text.parse()?),
        other => other.as_i64().map(i128::from).context("a balance that is no number"),
    }
}

/// What is read.
#[derive(Debug, Clone, Copy)]
enum Reading {
    Balance,
    /// What the server responds without knowing anything.
    Nothing,
    Statement,
    PastBalance,
}

impl Reading {
    fn word(self) -> &'static str {
        match self {
            Reading::Balance => "balance",
            Reading::Nothing => "nothing (/healthz)",
            Reading::Statement => "statement page of 50",
            Reading::PastBalance => "balance at a past instant",
        }
    }

    fn path(self, ledger: &str, account: u64) -> String {
        let account = format!("/v1/ledgers/{ledger}/accounts/accounts:{account}");
        match self {
            Reading::Balance => format!("{account}/balance"),
            Reading::Nothing => "/healthz".to_owned(),
            Reading::Statement => format!("{account}/statement?limit=50"),
            Reading::PastBalance => format!("{account}/balance?at={}", past()),
        }
    }
}

/// A few seconds ago: in the middle of what was just stored.
fn past() -> String {
    write_time(SystemClock.now().plus_micros(-3_000_000))
}
