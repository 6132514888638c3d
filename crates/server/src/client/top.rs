//! `ducat top`: a server as it is now: rates, what waits, its ledgers, and the accounts that move most.
//!
//! What is shown is made of two looks at the server, a second apart. Where there is no terminal it is printed once.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use ducat_console::address::segment;
use ducat_console::figures::Figures;
use ducat_console::record::Record;
use ducat_engine::clock::{Clock as _, SystemClock};
use jiff::Timestamp;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyModifiers};
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, Paragraph, Row, Sparkline, Table};
use ratatui::{DefaultTerminal, Frame};

use super::session::{ServerArguments, Session, block_on};

/// How often the server is looked at.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Transactions of each ledger in which accounts are counted.
const RECENT: usize = 200;

/// Ledgers that are looked at, and accounts that are shown.
const SHOWN_MAX: usize = 12;

/// The account that stands for everything outside: it is in most transactions.
const WORLD: &str = "world";

/// Which server.
#[derive(Debug, Args)]
pub struct TopArguments {
    /// Print it once, and end.
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    server: ServerArguments,
}

/// What is seen of a server.
#[derive(Debug, Default)]
pub struct View {
    commands_per_second: f64,
    p99_ms: Option<f64>,
    queue_postings: f64,
    rates: Vec<u64>,
    /// A metric, by the words for it.
    values: Vec<(&'static str, f64)>,
    /// A ledger, its events, and how many came since the look before.
    ledgers: Vec<(String, u64, u64)>,
    /// An account, and in how many of the last transactions it is.
    accounts: Vec<(String, u64)>,
}

/// Metrics that tell whether something is behind, with words for each.
const VALUES: [(&str, &str); 5] = [
    ("ducat_nats_lag_events", "events not at NATS yet"),
    ("ducat_webhooks_failing", "webhooks failing"),
    ("ducat_webhooks_disabled", "webhooks disabled"),
    ("ducat_flush_lag_effects", "effects written behind"),
    ("ducat_store_wal_bytes", "bytes of log"),
];

/// What is remembered between two looks.
#[derive(Default)]
struct Watch {
    figures: Figures,
    events: BTreeMap<String, u64>,
}

impl Watch {
    async fn look(&mut self, session: &Session) -> anyhow::Result<View> {
        // One instant a look: only the time between two of them counts.
        self.figures.take(&session.text("/metrics").await?, Timestamp::from_microsecond(SystemClock.now().0)?);
        let last = self.figures.last();
        let mut view = View {
            commands_per_second: last.commands_per_second,
            p99_ms: last.p99_ms,
            queue_postings: last.queue_postings,
            rates: self.figures.rates().iter().map(|rate| rate.round() as u64).collect(),
            values: VALUES.iter().filter_map(|(name, words)| Some((*words, last.value(name)?))).collect(),
            ..View::default()
        };
        let ledgers = session.list("/v1/ledgers", SHOWN_MAX).await?;
        let mut moved: BTreeMap<String, u64> = BTreeMap::new();
        for ledger in &ledgers {
            let name = ledger.text("name");
            let path = format!("/v1/ledgers/{}", segment(name));
            let seq = session.get(&format!("{path}/head")).await?.count("seq");
            let before = self.events.insert(name.to_owned(), seq).unwrap_or(seq);
            view.ledgers.push((name.to_owned(), seq, seq.saturating_sub(before)));
            if seq != before || view.accounts.is_empty() {
                count(&session.list(&format!("{path}/transactions"), RECENT).await?, &mut moved);
            }
        }
        view.ledgers.sort_by(|one, other| other.2.cmp(&one.2).then(other.1.cmp(&one.1)));
        view.accounts = moved.into_iter().collect();
        view.accounts.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
        view.accounts.truncate(SHOWN_MAX);
        Ok(view)
    }
}

/// Counts in how many transactions each account is.
fn count(transactions: &[Record], moved: &mut BTreeMap<String, u64>) {
    for transaction in transactions {
        let mut names: Vec<String> = Vec::new();
        for posting in transaction.list("postings") {
            names.extend(["source", "destination"].map(|side| posting.text(side).to_owned()));
        }
        names.sort_unstable();
        names.dedup();
        for name in names.into_iter().filter(|name| name != WORLD) {
            *moved.entry(name).or_default() += 1;
        }
    }
}

/// Shows it until someone ends it.
pub fn run(arguments: &TopArguments) -> anyhow::Result<ExitCode> {
    let is_once = arguments.once || !std::io::stdout().is_terminal();
    block_on(async {
        let session = arguments.server.session()?;
        let mut watch = Watch::default();
        // The first look is what the second is compared with.
        watch.look(&session).await?;
        tokio::time::sleep(LOOK_INTERVAL).await;
        if is_once {
            print(&watch.look(&session).await?);
            return Ok(());
        }
        let mut terminal = ratatui::init();
        let shown = show(&mut terminal, &session, &mut watch).await;
        ratatui::restore();
        shown
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn show(terminal: &mut DefaultTerminal, session: &Session, watch: &mut Watch) -> anyhow::Result<()> {
    loop {
        let view = watch.look(session).await?;
        terminal.draw(|frame| draw(frame, &view))?;
        // Keys are waited for where the next look would be.
        if event::poll(LOOK_INTERVAL)?
            && let Event::Key(key) = event::read()?
            && (matches!(key.code, KeyCode::Char('q') | KeyCode::Esc)
                || (key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)))
        {
            return Ok(());
        }
    }
}

/// The figures in one line.
fn headline(view: &View) -> String {
    let p99 = view.p99_ms.map_or_else(String::new, |ms| format!("   p99 of commits {ms} ms or less"));
    format!("{:.1} commands/s{p99}   {:.0} postings wait", view.commands_per_second, view.queue_postings)
}

fn print(view: &View) {
    println!("{}", headline(view));
    for (words, value) in &view.values {
        println!("{value:.0} {words}");
    }
    for (name, events, more) in &view.ledgers {
        println!("ledger {name}: {events} events, {more} in the last second");
    }
    for (name, count) in &view.accounts {
        println!("account {name}: in {count} of the last transactions");
    }
}

/// Draws all of it.
fn draw(frame: &mut Frame<'_>, view: &View) {
    let rows = [Constraint::Length(1), Constraint::Length(4), Constraint::Min(3), Constraint::Length(1)];
    let [head, rates, below, foot] = Layout::vertical(rows).areas(frame.area());
    let [left, right] = Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas(below);
    let strong = Style::new().add_modifier(Modifier::BOLD);
    frame.render_widget(Paragraph::new(headline(view)).style(strong), head);
    let line = Sparkline::default().block(Block::bordered().title("Commands a second")).data(view.rates.as_slice());
    frame.render_widget(line, rates);
    let ledgers =
        view.ledgers.iter().map(|(name, events, more)| Row::new([name.clone(), events.to_string(), more.to_string()]));
    let widths = [Constraint::Fill(1), Constraint::Length(12), Constraint::Length(8)];
    let table = Table::new(ledgers, widths).header(Row::new(["Ledger", "Events", "A second"]).style(strong));
    frame.render_widget(table.block(Block::bordered()), left);
    let accounts = view.accounts.iter().map(|(name, count)| Row::new([name.clone(), count.to_string()]));
    let table = Table::new(accounts, [Constraint::Fill(1), Constraint::Length(8)]);
    let table = table.header(Row::new(["Account, of the last transactions", "In"]).style(strong));
    frame.render_widget(table.block(Block::bordered()), right);
    let behind = view.values.iter().filter(|(_, value)| *value > 0.0);
    let behind: Vec<String> = behind.map(|(words, value)| format!("{value:.0} {words}")).collect();
    frame.render_widget(Paragraph::new(format!("q ends   {}", behind.join("   "))), foot);
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    #[test]
    fn all_of_it_is_drawn() {
        let view = View {
            commands_per_second: 12.5,
            p99_ms: Some(1.6),
            queue_postings: 3.0,
            rates: vec![1, 5, 12],
            values: vec![("webhooks failing", 1.0), ("bytes of log", 0.0)],
            ledgers: vec![("shop".to_owned(), 1_204, 12)],
            accounts: vec![("users:alice".to_owned(), 7)],
        };
        for (width, height) in [(100, 16), (20, 4), (1, 1)] {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
            terminal.draw(|frame| draw(frame, &view)).expect("it is drawn");
            if width == 100 {
                let shown = terminal.backend().to_string();
                for part in ["12.5 commands/s", "1.6 ms", "shop", "1204", "users:alice", "1 webhooks failing"] {
                    assert!(shown.contains(part), "{part}: {shown}");
                }
            }
        }
    }
}
