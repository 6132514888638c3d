//! The server of the demo: it serves from the first second, while the history is made, and then lives on.

use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use ducat_api::connections::{self, ConnectionLimits};
use ducat_api::door::Hosts;
use ducat_api::values::{parse_time, write_day};
use ducat_api::{About, Api, ApiLimits};
use ducat_domain::advances::Day;
use ducat_engine::advances::{Collector, CollectorOptions};
use ducat_engine::clock::{Clock as _, Scripted, SystemClock};
use ducat_engine::jobs::Jobs;
use ducat_engine::{Company, Engine, EngineOptions};
use ducat_processor::simulator::{Faults, Simulator};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::WorldArguments;
use super::clock::StoryClock;
use super::proof::Proof;
use super::story::{ADVANCES, MARKET, REWARDS, Scale, Story, before};
use crate::progress::{Total, progress_bar};
use crate::store::{Loss, StoreUrl};
use crate::{console, version};

/// How often something happens once the history is made.
const TRAFFIC_INTERVAL: Duration = Duration::from_millis(400);

/// What goes wrong at the processor.
const FAULTS: Faults = Faults {
    fail: 0.1,
    late: 0.06,
    twice: 0.05,
    never: 0.01,
    mind: 0.03,
    after_work: 0.0,
    down: 0.0,
    refuse: 0.01,
    cut: 0.0,
};

/// Shows the world.
pub fn run(arguments: &WorldArguments) -> anyhow::Result<ExitCode> {
    let folder = tempfile::tempdir()?;
    let store = StoreUrl::Sqlite(folder.path().join("demo.db"));
    let last = match &arguments.until {
        Some(date) => {
            Day::of(parse_time(&format!("{date}T00:00:00Z")).map_err(|reason| anyhow::anyhow!("--until: {reason}"))?)
        }
        None => before(Day::of(SystemClock.now()), 1),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let right = runtime.block_on(show(arguments, &store, last))?;
    drop(runtime);
    if !arguments.once {
        return Ok(ExitCode::SUCCESS);
    }
    let verified =
        Command::new(std::env::current_exe()?).args(["verify", "--store", &format!("sqlite:{store}")]).status()?;
    Ok(if right && verified.success() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn show(arguments: &WorldArguments, store: &StoreUrl, last: Day) -> anyhow::Result<bool> {
    let first = before(last, arguments.days.saturating_sub(1));
    let clock = Arc::new(StoryClock::new(first.begins()));
    let scripted = Scripted::begin(arguments.seed, Arc::clone(&clock) as _);
    let opened = store.open(None, Loss::Refused)?;
    let company = Company { tenure: opened.tenure, cluster: None };
    let engine =
        Engine::start_among(opened.store, opened.reader, Arc::clone(&clock) as _, &EngineOptions::default(), company);
    let simulator = Arc::new(Simulator::new(arguments.seed, FAULTS, first));
    let options = CollectorOptions { concurrency: 1, report_pause: Duration::ZERO, ..CollectorOptions::default() };
    let collector = Collector::new(engine.clone(), Some(Arc::clone(&simulator) as _), options);
    let (stop, stopping) = watch::channel(false);
    let about = About { build: version::build(), ..About::default() };
    let api = Api::of_server(engine.clone(), ApiLimits::default(), stopping.clone(), collector.clone(), about);
    let service = ducat_api::service(api.clone(), Hosts::of(arguments.listen)).without_keys();
    let (pages, console) = console::beside(service.clone(), &engine, None, stop.subscribe())?;
    tokio::spawn(console.work());
    let serving = if arguments.once {
        None
    } else {
        let listener = TcpListener::bind(arguments.listen).await;
        let listener = listener.with_context(|| format!("cannot listen at {}", arguments.listen))?;
        let url = format!("http://{}", listener.local_addr()?);
        println!("ducat listens at {url} and makes {} days of history; its console: {url}/console", arguments.days);
        let limits = ConnectionLimits::default();
        Some((url, tokio::spawn(connections::serve(listener, pages, None, limits, stopping))))
    };
    let scale = Scale { days: arguments.days, members: arguments.members, advances: arguments.advances };
    let mut story = Story::new(service, Arc::clone(&clock), collector.clone(), simulator, scale, arguments.seed);
    tell(&mut story, first).await?;
    let right = if arguments.once { prove(&story).await? } else { true };
    drop(scripted);
    clock.end();
    if let Some((url, serving)) = serving {
        let jobs =
            Jobs::of(&engine).and("advances", collector.work()).and("orders of the bank", api.bank().clone().work());
        story.catch_up().await?;
        greet(&url, arguments, &story);
        live(&mut story).await?;
        stop.send_replace(true);
        serving.await??;
        jobs.end().await;
    }
    tokio::task::spawn_blocking(move || engine.close()).await?;
    Ok(right)
}

/// Makes the history, day by day.
async fn tell(story: &mut Story, first: Day) -> anyhow::Result<()> {
    let days = story.scale.days;
    let bar = progress_bar(Total::Count(u64::from(days)), "days of history");
    story.begin().await?;
    for day in 0..days {
        let date = first.plus(day);
        story.live(day, date).await.with_context(|| format!("on {}", write_day(date)))?;
        bar.set_position(u64::from(day + 1));
    }
    bar.finish_and_clear();
    Ok(())
}

async fn prove(story: &Story) -> anyhow::Result<bool> {
    let proof = Proof::read(story).await?;
    println!("{}\n", proof.table());
    for ledger in [MARKET, REWARDS, ADVANCES] {
        if ledger == ADVANCES && story.sums.advances == 0 {
            continue;
        }
        let head = story.get(&format!("/v1/ledgers/{ledger}/head")).await?;
        println!("{ledger}: {} events, head {}", head["seq"], head["hash"].as_str().unwrap_or_default());
    }
    println!();
    Ok(proof.is_right())
}

fn greet(url: &str, arguments: &WorldArguments, story: &Story) {
    let WorldArguments { days, members, advances, .. } = arguments;
    println!(
        "\n{days} days of history: a marketplace, {members} members with points, {advances} advances. It lives on now.\n"
    );
    println!("The console: {url}/console\n");
    println!("Three things to try in it:\n");
    println!("  Find a payment and reverse it:   {url}/console/l/{MARKET}/transactions");
    println!("  What a member spends next:       {url}/console/l/{REWARDS}/points/m-00001");
    println!("  What is late, and resolve it:    {url}/console/l/{ADVANCES}/advances/exceptions\n");
    println!("The same from a terminal:\n");
    println!("  curl -s '{url}/v1/ledgers/{MARKET}/transactions?limit=3'");
    println!("\nEverything else: {url}/docs (it is {}; Ctrl-C ends it and removes it)", story.now());
}

/// Something happens now and then, until someone ends it.
async fn live(story: &mut Story) -> anyhow::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut ticks = tokio::time::interval(TRAFFIC_INTERVAL);
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = ticks.tick() => story.go_on().await?,
        }
    }
}
