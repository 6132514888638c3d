//! The load on points: rows imported over many members, earnings and spends one by one, and spends of three lots from a
//! member with a thousand lots and from one with ten million.

use std::cell::{Cell, RefCell};
use std::time::Instant;

use anyhow::{Context, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Ids;
use super::client::request;
use super::load::{Load, Shared};
use super::report::{Phase, Report};

/// Rows imported when nothing is said.
const ROWS: u64 = 1_000_000;

/// Lots of a member with a short history.
const LOTS_SHORT: u64 = 1_000;

/// Lots of a member with a long one, when nothing is said.
const LOTS_LONG: u64 = 10_000_000;

/// Spends measured on each: enough for a hundredth of them to say something.
const SPENDS: u64 = 30_000;

/// Points of a lot where three are spent at once.
const LOT_POINTS: u64 = 10;

/// Spends that a short history has lots for, some to spare.
const SPENDS_SHORT: u64 = LOTS_SHORT / 3 - 3;

/// Payers, of which each member earns from some.
const PAYERS: u64 = 5;

/// Rows written to the socket at once.
const PIECE_ROWS: u64 = 4_096;

impl Load {
    pub(super) async fn run_points(&self, report: &mut Report) -> anyhow::Result<()> {
        self.begin_points().await?;
        let rows = self.arguments.transfers.unwrap_or(ROWS);
        let members = self.arguments.accounts;
        let rng = RefCell::new(fastrand::Rng::with_seed(7));
        let anywhere = self.arguments.ids == Ids::Random;
        let imported = self
            .import("rows", rows, &|row| {
                let mut rng = rng.borrow_mut();
                let date = if anywhere { rng.u64(..rows) } else { row };
                let member = rng.u64(..members);
                (member, self.payer_of(member, row), rng.u64(1..1_000), date)
            })
            .await?;
        report.add("rows imported", (imported, rows));
        let path = |member: u64, what: &str| format!("/v1/ledgers/{}/points/members/m{member:08}/{what}", self.ledger);
        let mixed = |shared: &Shared| {
            let (member, points, is_spend) = {
                let mut rng = shared.rng.borrow_mut();
                (rng.u64(..members), rng.u64(1..100), rng.bool())
            };
            if is_spend {
                let body = format!(r#"{{"points":{points}}}"#);
                return request("POST", &path(member, "spend"), &self.host, body.as_bytes());
            }
            let body = format!(r#"{{"payer":"p{}","points":{}}}"#, self.payer_of(member, points), points + 100);
            request("POST", &path(member, "earn"), &self.host, body.as_bytes())
        };
        // Who earned nothing yet has nothing to spend.
        report.add("earned and spent", self.drive_any(self.for_a_while(), &[201, 422], 1, &mixed).await?);
        // A member of its own for every so many spends.
        let short = SPENDS.div_ceil(SPENDS_SHORT);
        let first = members;
        self.import("short", short * LOTS_SHORT, &|row| (first + row / LOTS_SHORT, row % 3, LOT_POINTS, row)).await?;
        let spent = Cell::new(0);
        let spend = |member: u64| {
            let body = format!(r#"{{"points":{}}}"#, 3 * LOT_POINTS);
            request("POST", &path(member, "spend"), &self.host, body.as_bytes())
        };
        let of_short = |_: &Shared| {
            spent.set(spent.get() + 1);
            spend(first + (spent.get() - 1) / SPENDS_SHORT)
        };
        let of_long = |_: &Shared| spend(first + short);
        report.add("3 lots spent", (self.drive((SPENDS, None), (201, 1), &of_short).await?.0, 0));
        let long = self.arguments.lots.unwrap_or(LOTS_LONG);
        self.import("long", long, &|row| (first + short, row % 3, LOT_POINTS, row)).await?;
        report.add_later("3 lots spent", self.drive((SPENDS.min(long / 4), None), (201, 1), &of_long).await?.0);
        report.stored = report.made + short * LOTS_SHORT + long;
        Ok(())
    }

    /// One of the payers of a member.
    fn payer_of(&self, member: u64, turn: u64) -> u64 {
        (member + turn % self.arguments.payers) % PAYERS
    }

    async fn begin_points(&self) -> anyhow::Result<()> {
        let mut connection = self.connect().await?;
        let body = format!(r#"{{"name":"{}","assets":[{{"code":"PTS","scale":0}}]}}"#, self.ledger);
        let status = connection.send(&request("POST", "/v1/ledgers", &self.host, body.as_bytes())).await?;
        ensure!(status == 201, "the ledger {} cannot be opened: {status}", self.ledger);
        let path = format!("/v1/ledgers/{}/points/program", self.ledger);
        let body = br#"{"asset":"PTS","order":"earned"}"#;
        let status = connection.send(&request("PUT", &path, &self.host, body)).await?;
        ensure!(status == 200, "no program can be set: {status}");
        Ok(())
    }

    /// Streams rows of member, payer, points and date, each as long as the others, and waits for their outcomes.
    async fn import(&self, name: &str, rows: u64, row: &dyn Fn(u64) -> (u64, u64, u64, u64)) -> anyhow::Result<Phase> {
        let line = |place: u64, into: &mut Vec<u8>| {
            let (member, payer, points, date) = row(place);
            into.extend_from_slice(b"m");
            push_padded(member, 8, into);
            into.extend_from_slice(b",p");
            push_padded(payer, 1, into);
            into.push(b',');
            push_padded(points, 3, into);
            into.extend_from_slice(b",2026-01-01T00:");
            push_padded(date / 60_000_000 % 60, 2, into);
            into.push(b':');
            push_padded(date / 1_000_000 % 60, 2, into);
            into.push(b'.');
            push_padded(date % 1_000_000, 6, into);
            into.extend_from_slice(b"Z\n");
        };
        let mut piece = Vec::new();
        line(0, &mut piece);
        let length = piece.len() as u64 * rows;
        let started = Instant::now();
        let mut stream =
            TcpStream::connect(&self.host).await.with_context(|| format!("no server listens at {}", self.host))?;
        let head = format!(
            "POST /v1/ledgers/{}/points/import?import={name} HTTP/1.1\r\nHost: {}\r\nContent-Type: text/csv\r\n\
             Connection: close\r\nContent-Length: {length}\r\n\r\n",
            self.ledger, self.host
        );
        stream.write_all(head.as_bytes()).await?;
        let mut next = 0;
        while next < rows {
            piece.clear();
            let end = (next + PIECE_ROWS).min(rows);
            (next..end).for_each(|place| line(place, &mut piece));
            stream.write_all(&piece).await?;
            next = end;
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let shown = answer.get(answer.len().saturating_sub(400)..).unwrap_or_default();
        ensure!(answer.contains(&format!(r#""imported":{rows},"#)), "{rows} rows were sent, answered {shown}");
        let seconds = started.elapsed().as_secs_f64();
        let took_ms = seconds * 1_000.0;
        Ok(Phase {
            transfers_per_s: rows as f64 / seconds,
            requests_per_s: 1.0 / seconds,
            p50_ms: took_ms,
            p99_ms: took_ms,
            p999_ms: took_ms,
            max_ms: took_ms,
        })
    }
}

/// Appends a number of so many digits.
fn push_padded(number: u64, digits: u32, into: &mut Vec<u8>) {
    for place in (0..digits).rev() {
        let digit = number / 10_u64.pow(place) % 10;
        into.push(b'0' + u8::try_from(digit).unwrap_or(0));
    }
}
