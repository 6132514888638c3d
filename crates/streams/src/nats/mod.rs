//! NATS JetStream: the journal goes out, each event once and in order; commands come in, each done once.
//!
//! - A ledger has a stream of its own, or has its place in one that several share. One node publishes to a stream: the one that
//!   has claimed it. Another one that still believes so is refused by the broker.
//! - Where a stream ends, the stream itself says (`channel`). What the store knows of it is only by which a loss is noticed.
//! - Nothing here is waited for by a commit, or writes anything for one.

mod channel;
mod commands;
mod connection;
mod lane;
mod names;
mod prefix;
mod settings;
mod source;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ducat_api::Api;
use ducat_api::service::Service;
use ducat_api::v1::ledger::events::Feed;
use ducat_domain::ledger::rows::LedgerState;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_engine::Engine;
use ducat_engine::brokers::{Publishing, Stop, StreamView, answered};
use ducat_store::Fault;
use ducat_store::sinks::Delivery;
use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::AbortHandle;

pub use prefix::{PREFIX_DEFAULT, Prefix};
pub use settings::{NatsSettings, parse_servers};
pub use source::Source;

use crate::claims::{Claims, INTERVAL, Standing};
use crate::holding::Holding;
use channel::Channel;
use commands::Commands;
use connection::Connection;
use lane::{Lane, Shown};
use names::StreamOf;

/// How often it is looked which ledgers there are, while something is committed.
const LIST_INTERVAL: Duration = Duration::from_secs(1);

/// How long what is under way is waited for when the server stops, and how often it is looked.
const STOP_MAX: Duration = Duration::from_secs(1);
const STOP_LOOK: Duration = Duration::from_millis(10);

/// Ledgers read at a time.
const LIST_MAX: usize = 1_000;

/// What publishes to NATS.
pub struct Nats {
    api: Api,
    engine: Engine,
    settings: Arc<NatsSettings>,
    connection: Connection,
    claims: Claims,
    /// The streams that there are to be, each with its ledgers.
    wanted: BTreeMap<StreamOf, Wanted>,
    /// The streams that were asked for when they were claimed last.
    asked: BTreeSet<StreamOf>,
    /// When ledgers were listed last, and how many commits there had been.
    listed: Option<(Instant, u64)>,
    running: BTreeMap<StreamOf, Running>,
}

struct Wanted {
    sink: Name,
    /// Each with its last event when they were listed.
    ledgers: BTreeMap<Name, Seq>,
}

/// A stream that this node publishes to.
struct Running {
    channel: Arc<Channel>,
    lanes: BTreeMap<Name, Publisher>,
    /// The ledgers that there were when this node began with it.
    older: BTreeSet<Name>,
    /// Ledgers that begin with what is there, because an operator said so.
    accepted: BTreeSet<Name>,
    /// The stop that was noted last, if it did not go on since.
    stop: Option<Stop>,
}

/// What publishes the events of a ledger.
struct Publisher {
    task: AbortHandle,
    shown: Arc<Shown>,
    /// The last event of the ledger that was committed, as far as it is known here.
    commits: watch::Receiver<Seq>,
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Running {
    fn stopped(&self) -> Option<String> {
        self.lanes.values().find_map(|lane| lane.shown.stopped())
    }

    fn lag(&self) -> u64 {
        self.lanes.values().map(|lane| lane.shown.lag(*lane.commits.borrow())).sum()
    }
}

impl Nats {
    /// What publishes the events of a server. It goes on connecting where NATS cannot be reached.
    ///
    /// # Errors
    /// A file that is named cannot be read.
    pub async fn connect(api: Api, engine: Engine, settings: NatsSettings) -> anyhow::Result<Nats> {
        let connection = connection::connect(&settings, connection::EVENTS, Arc::clone(engine.meters())).await?;
        let claims = Claims::new(engine.clone());
        let (wanted, asked, running) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Ok(Nats { api, engine, settings: Arc::new(settings), connection, claims, wanted, asked, listed: None, running })
    }

    /// Does the commands that come from streams, by a service, until the server stops.
    ///
    /// # Errors
    /// Where a path is none of a command, or a file that is named cannot be read.
    pub async fn take_commands(&self, service: &Service) -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
        let mut all = Vec::new();
        for source in &self.settings.commands {
            if let Some(path) = source.path.as_ref().filter(|path| !service.has_command(path)) {
                anyhow::bail!("nats-commands: no command has the path {path}; docs/nats.md lists them");
            }
            // What one stream brings keeps nothing else waiting, whatever it is.
            let connection =
                connection::connect(&self.settings, connection::COMMANDS, Arc::clone(self.engine.meters())).await?;
            let commands = Commands {
                source: Arc::new(source.clone()),
                settings: Arc::clone(&self.settings),
                connection,
                service: service.clone(),
                meters: Arc::clone(self.engine.meters()),
                is_refused: Arc::default(),
                said: Arc::default(),
            };
            all.push(commands.work(self.api.stopping()));
        }
        let mut stopping = self.api.stopping();
        Ok(async move {
            join_all(all).await;
            // Where there are no streams of commands, there is nothing to finish.
            drop(stopping.wait_for(|stopping| *stopping).await);
        })
    }

    /// Publishes until the server stops.
    pub async fn work(mut self) {
        let (mut stopping, mut asked) = (self.api.stopping(), self.engine.streams().asked());
        while self.engine.is_open() {
            let number = *asked.borrow_and_update();
            self.turn(number).await;
            let is_stopping = tokio::select! {
                () = tokio::time::sleep(INTERVAL) => false,
                // Someone wants to see what was opened just now.
                Ok(()) = asked.changed() => {
                    self.listed = None;
                    false
                }
                _ = stopping.wait_for(|stopping| *stopping) => true,
            };
            if is_stopping {
                return self.stop().await;
            }
        }
    }

    /// Notes what was published, once everything that is under way was accepted.
    async fn stop(&mut self) {
        let begun = Instant::now();
        let is_at_work = |running: &Running| running.lanes.values().any(|lane| !lane.task.is_finished());
        while self.running.values().any(is_at_work) && begun.elapsed() < STOP_MAX {
            tokio::time::sleep(STOP_LOOK).await;
        }
        self.running.values_mut().for_each(|running| running.lanes.clear());
        self.note().await;
    }

    async fn note(&self) {
        self.claims.note(self.running.values().map(|running| &running.channel.holding)).await;
    }

    /// Looks which streams there are, claims them, and starts and ends their publishers. `asked` is how often a look was asked for.
    async fn turn(&mut self, asked: u64) {
        self.take_down_stops();
        self.note().await;
        if let Err(reason) = self.list().await {
            tracing::warn!(reason, "which ledgers there are cannot be read; it is read again in a moment");
        }
        self.running.retain(|of, _| self.wanted.contains_key(of));
        let is_new = |of: &StreamOf| !self.asked.contains(of);
        if !self.claims.are_fresh() || self.wanted.keys().any(is_new) {
            self.claim().await;
        }
        self.go_on_as_ordered().await;
        self.start_lanes();
        self.show(asked);
    }

    /// Takes down that streams stopped, or go on, so that every node can show it.
    fn take_down_stops(&mut self) {
        for running in self.running.values_mut() {
            let holding = &running.channel.holding;
            match (running.stopped(), &running.stop) {
                (Some(reason), Some(stop)) if stop.reason == reason => {}
                (Some(reason), _) => {
                    let at = self.engine.now();
                    note_turn(holding, at, reason.clone());
                    running.stop = Some(Stop { at, reason });
                }
                // It is not what it was when it stopped: someone repaired it.
                (None, Some(_)) if running.lanes.values().all(|lane| lane.shown.is_proven()) => {
                    note_turn(holding, self.engine.now(), String::new());
                    running.stop = None;
                }
                (None, _) => {}
            }
        }
    }

    /// Reads which ledgers there are, where that may have changed.
    async fn list(&mut self) -> Result<(), String> {
        let commits = *self.engine.published().commits().borrow();
        if let Some((at, known)) = self.listed {
            let may_have_changed = known != commits || self.engine.is_among_others();
            if at.elapsed() < LIST_INTERVAL || !may_have_changed {
                return Ok(());
            }
        }
        let begun = Instant::now();
        let (engine, settings) = (self.engine.clone(), Arc::clone(&self.settings));
        let read = tokio::task::spawn_blocking(move || ledgers_of(&engine, &settings)).await;
        let ledgers = read.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        let mut wanted: BTreeMap<StreamOf, Wanted> = BTreeMap::new();
        for (ledger, last) in ledgers {
            let of = match self.settings.is_shared(&ledger) {
                true => StreamOf::Shared,
                false => StreamOf::Ledger(ledger.clone()),
            };
            let Some(sink) = of.sink(&self.settings.prefix) else { continue };
            wanted.entry(of).or_insert_with(|| Wanted { sink, ledgers: BTreeMap::new() }).ledgers.insert(ledger, last);
        }
        (self.wanted, self.listed) = (wanted, Some((begun, commits)));
        Ok(())
    }

    async fn claim(&mut self) {
        let running = &self.running;
        let sinks = self.wanted.iter().map(|(of, wanted)| (&wanted.sink, running.contains_key(of)));
        let Some(claimed) = self.claims.claim(sinks).await else { return };
        self.asked = self.wanted.keys().cloned().collect();
        let mut begun = Vec::new();
        for (of, wanted) in &self.wanted {
            let held = self.running.get(of).map(|running| &*running.channel.holding);
            match claimed.standing(&wanted.sink, held) {
                Standing::Held => {}
                Standing::Elsewhere => drop(self.running.remove(of)),
                Standing::New(holding) => begun.push((of.clone(), holding)),
            }
        }
        let stops = self.stops_of(&begun).await;
        for ((of, holding), stop) in begun.into_iter().zip(stops) {
            let older = self.wanted.get(&of).map(|wanted| wanted.ledgers.keys().cloned().collect()).unwrap_or_default();
            let (connection, settings) = (self.connection.clone(), Arc::clone(&self.settings));
            let channel = Arc::new(Channel::new(of.clone(), connection, settings, Arc::new(holding)));
            let (lanes, accepted) = (BTreeMap::new(), BTreeSet::new());
            self.running.insert(of, Running { channel, lanes, older, accepted, stop });
        }
    }

    /// The stops of streams that another node may have noted.
    async fn stops_of(&self, begun: &[(StreamOf, Holding)]) -> Vec<Option<Stop>> {
        // Nothing was noted of a stream of which no more is known than that it is there.
        let sinks: Vec<Option<Name>> = begun
            .iter()
            .map(|(_, holding)| Some(holding.progress()).filter(|known| known.attempts > 1).map(|known| known.sink))
            .collect();
        let (count, reader) = (sinks.len(), Arc::clone(self.engine.reader()));
        let read = move || -> Vec<Option<Stop>> {
            sinks.iter().map(|sink| Stop::noted(reader.as_ref(), sink.as_ref()?).ok()?).collect()
        };
        tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| vec![None; count])
    }

    /// Has streams that stopped go on where that was ordered for this stop.
    async fn go_on_as_ordered(&mut self) {
        let stopped: Vec<(StreamOf, Name, Timestamp)> = self
            .running
            .iter()
            .filter(|(_, running)| running.stopped().is_some())
            .filter_map(|(of, running)| {
                Some((of.clone(), running.channel.holding.progress().sink, running.stop.as_ref()?.at))
            })
            .collect();
        if stopped.is_empty() {
            return;
        }
        let sinks: Vec<Name> = stopped.iter().map(|(_, sink, _)| sink.clone()).collect();
        let reader = Arc::clone(self.engine.reader());
        let Ok(Ok(answers)) = tokio::task::spawn_blocking(move || answered(reader.as_ref(), &sinks)).await else {
            return;
        };
        for ((of, _, at), answer) in stopped.into_iter().zip(answers) {
            let Some(running) = self.running.get_mut(&of).filter(|_| answer == Some(at)) else { continue };
            tracing::info!(stream = running.channel.name, "the stream goes on, as ordered");
            note_turn(&running.channel.holding, self.engine.now(), String::new());
            running.stop = None;
            running.channel.accept();
            // Those that have not stopped were not meant.
            let stopped = running.lanes.iter().filter(|(_, lane)| lane.shown.stopped().is_some());
            let stopped: Vec<Name> = stopped.map(|(ledger, _)| ledger.clone()).collect();
            running.lanes.retain(|ledger, _| !stopped.contains(ledger));
            running.accepted.extend(stopped);
        }
    }

    /// Starts what publishes ledgers that are new, and ends what publishes those that are gone.
    fn start_lanes(&mut self) {
        for (of, running) in &mut self.running {
            let Some(Wanted { ledgers, .. }) = self.wanted.get(of) else { continue };
            running.lanes.retain(|ledger, _| ledgers.contains_key(ledger));
            for (ledger, last) in ledgers {
                let publisher = running.lanes.get(ledger);
                publisher.inspect(|lane| lane.shown.see(*last));
                if publisher.is_some_and(|lane| !lane.task.is_finished() || lane.shown.stopped().is_some()) {
                    continue;
                }
                // In a stream of its own, what was accepted last is an event.
                let acked = if *of == StreamOf::Shared { Seq(0) } else { running.channel.holding.progress().seq };
                let shown = Arc::new(Shown::new(acked, *last));
                let feed = Feed::new(&self.api, ledger.clone(), Vec::new(), &[]);
                let commits = feed.commits();
                let lane = Lane {
                    ledger: ledger.clone(),
                    channel: Arc::clone(&running.channel),
                    feed,
                    stopping: self.api.stopping(),
                    meters: Arc::clone(self.engine.meters()),
                    shown: Arc::clone(&shown),
                    accepts: running.accepted.remove(ledger),
                    is_newborn: !running.older.contains(ledger),
                };
                let task = tokio::spawn(lane.run()).abort_handle();
                running.lanes.insert(ledger.clone(), Publisher { task, shown, commits });
            }
        }
    }

    /// Shows how streams are.
    fn show(&self, asked: u64) {
        let views = self.wanted.iter().map(|(of, wanted)| StreamView {
            name: of.name(&self.settings.prefix),
            sink: wanted.sink.clone(),
            ledger: match of {
                StreamOf::Ledger(ledger) => Some(ledger.clone()),
                StreamOf::Shared => None,
            },
            here: self.running.get(of).map(|running| Publishing {
                sequence: running.channel.holding.progress().seq,
                lag: running.lag(),
                stopped: running.stop.clone(),
                failing: running.lanes.values().find_map(|lane| lane.shown.failing()),
            }),
        });
        self.engine.streams().set(views.collect(), asked);
        let gauge = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let meters = self.engine.meters();
        meters.nats_lag.set(gauge(self.running.values().map(Running::lag).sum()));
        let stopped = self.running.values().filter(|running| running.stop.is_some()).count();
        meters.nats_stopped.set(i64::try_from(stopped).unwrap_or(i64::MAX));
    }
}

/// Takes down that a stream stopped, or goes on where there is no reason.
fn note_turn(holding: &Holding, at: Timestamp, reason: String) {
    let mut state = holding.state.lock();
    state.progress.attempts = state.progress.attempts.saturating_add(1);
    let (number, seq) = (state.progress.attempts, Some(state.progress.seq));
    state.push(Delivery { number, seq, attempt: 1, at, took_us: 0, status: None, reason });
}

/// The ledgers whose events are published, each with its last event.
fn ledgers_of(engine: &Engine, settings: &NatsSettings) -> Result<Vec<(Name, Seq)>, Fault> {
    let snapshot = engine.reader().snapshot()?;
    let (mut ledgers, mut after) = (Vec::new(), None);
    loop {
        let heads = snapshot.ledgers(after.as_ref(), LIST_MAX)?;
        let is_last = heads.len() < LIST_MAX;
        after = heads.last().map(|head| head.ledger.clone());
        let open = heads.into_iter().filter(|head| !head.arriving && head.state != LedgerState::Deleted);
        ledgers.extend(open.map(|head| (head.ledger, head.seq)).filter(|(ledger, _)| settings.covers(ledger)));
        if is_last {
            return Ok(ledgers);
        }
    }
}
