//! What is measured: one run of `ducat bench` each, and the lines of the table that come of it.

/// On what a work is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    Sqlite,
    /// Next to SQLite, in one run.
    Postgres,
}

/// Of what a figure is a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// The row ceiling of the run.
    Rows,
    /// What the same server does of nothing.
    Nothing,
    /// SQLite in the same run.
    Sqlite,
    None,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    pub what: &'static str,
    /// The phase that it is of; the first when empty.
    pub phase: &'static str,
    /// Which figure, and how it is called.
    pub figure: (&'static str, &'static str),
    pub share: Share,
}

/// One run.
#[derive(Debug, Clone)]
pub struct Work {
    pub name: String,
    pub arguments: Vec<String>,
    pub store: Store,
    pub lines: Vec<Line>,
}

impl Work {
    /// The command that a reader types.
    pub fn shown(&self) -> String {
        let store = if self.store == Store::Postgres { " --store postgres://…" } else { "" };
        format!("{}{store}", self.arguments.join(" "))
    }
}

const TRANSFERS: (&str, &str) = ("transfers_per_s", "transfers/s");
const REQUESTS: (&str, &str) = ("requests_per_s", "requests/s");

fn line(what: &'static str, phase: &'static str, figure: (&'static str, &'static str), share: Share) -> Line {
    Line { what, phase, figure, share }
}

fn work(name: &str, arguments: &str, lines: Vec<Line>) -> Work {
    let arguments = arguments.split_whitespace().map(str::to_owned).collect();
    Work { name: name.to_owned(), arguments, store: Store::Sqlite, lines }
}

fn of(what: &'static str) -> Vec<Line> {
    vec![line(what, "", TRANSFERS, Share::Rows)]
}

/// Sizes of batches that are plotted, sent by 32 clients; full ones by 8, because the queue takes no more.
pub const BATCHES: [u64; 5] = [1, 10, 100, 1_000, 8_190];

/// Numbers of clients that are plotted.
pub const CLIENTS: [u64; 6] = [1, 4, 16, 64, 128, 256];

/// All works, the short ones within ten minutes.
pub fn all(long: bool) -> Vec<Work> {
    let many = if long { 10_000_000 } else { 3_000_000 };
    let accounts = if long { 1_000_000 } else { 100_000 };
    let rows = if long { 5_000_000 } else { 300_000 };
    let read = if long { 10_000_000 } else { 1_000_000 };
    let seconds = if long { 20 } else { 5 };
    let mut works = vec![
        work("bulk", &format!("--transfers {many}"), of("full batches, ids in order of time")),
        work("bulk, random ids", &format!("--transfers {many} --ids random"), of("full batches, random ids")),
        work(
            "bulk, a million accounts",
            &format!("--transfers {many} --accounts 1000000"),
            of("full batches between a million accounts"),
        ),
        work("bulk, holds", &format!("--transfers {many} --pending"), of("full batches of holds")),
        work(
            "amounts",
            &format!("--mode accounts --accounts {accounts} --transfers {accounts} --seconds {seconds}"),
            vec![
                line("`POST /amount`", "", TRANSFERS, Share::None),
                line("`GET /balance`", "balance", REQUESTS, Share::None),
            ],
        ),
        work(
            "reads",
            &format!("--mode read --transfers {read} --seconds {seconds}"),
            vec![
                line("nothing (`/healthz`)", "nothing_(/healthz)", REQUESTS, Share::None),
                line("a balance", "", REQUESTS, Share::Nothing),
                line("a balance, during single transfers", "balance_during_transfers", REQUESTS, Share::Nothing),
                line("a page of 50 of a statement", "statement_page_of_50", REQUESTS, Share::None),
                line("a balance at a past instant", "balance_at_a_past_instant", REQUESTS, Share::None),
            ],
        ),
        work(
            "points",
            &format!("--mode points --transfers {rows} --lots 300000 --seconds {seconds}"),
            vec![
                line("points imported", "", ("transfers_per_s", "rows/s"), Share::None),
                line("points earned and spent", "earned_and_spent", REQUESTS, Share::None),
            ],
        ),
    ];
    let postgres = [
        work(
            "PostgreSQL, bulk",
            &format!("--transfers {} --clients 8", many / 6),
            vec![line("PostgreSQL, full batches, 8 clients", "", TRANSFERS, Share::Sqlite)],
        ),
        work(
            "PostgreSQL, single",
            &format!("--mode single --seconds {seconds}"),
            vec![line("PostgreSQL, one transfer a request, 64 clients", "", TRANSFERS, Share::Sqlite)],
        ),
    ];
    works.extend(postgres.map(|work| Work { store: Store::Postgres, ..work }));
    works.extend(BATCHES.map(|batch| {
        let arguments = match batch {
            1 => format!("--mode single --clients 32 --seconds {seconds}"),
            _ => {
                let (transfers, clients) = ((batch * 20_000).min(many / 3), if batch < 8_190 { 32 } else { 8 });
                format!("--batch {batch} --clients {clients} --transfers {transfers}")
            }
        };
        let lines = match batch {
            10 => of("batches of 10, 32 clients"),
            100 => of("batches of 100, 32 clients"),
            _ => Vec::new(),
        };
        work(&format!("batch {batch}"), &format!("{arguments} --ceiling-batches 40"), lines)
    }));
    works.extend(CLIENTS.map(|clients| {
        let lines = if clients == 64 { of("one transfer a request, 64 clients") } else { Vec::new() };
        let arguments = format!("--mode single --clients {clients} --seconds {seconds} --ceiling-batches 40");
        work(&format!("clients {clients}"), &arguments, lines)
    }));
    if long {
        for (name, ids) in [("growth", "time"), ("growth, random ids", "random")] {
            works.push(work(
                name,
                &format!("--transfers 100000000 --ids {ids}"),
                of("a hundred million, full batches"),
            ));
        }
    }
    works
}
