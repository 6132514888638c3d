//! The clock: the only place that reads it.
//!
//! Always true of the server's own clock: it never goes back, and it never goes faster or slower than a stopwatch by
//! more than [`SLEW`], whatever the system's clock is set to. So a hold of an hour ends within two seconds of an hour
//! after it was made, while the server runs. A difference from the system's clock is worked off at that rate; an
//! operator may have it accepted at once; a restart adopts the system's clock.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};
use parking_lot::Mutex;
use rustix::time::{ClockId, clock_gettime};

/// A clock that is off is corrected by one part in so many: 500 microseconds a second, the rate at which NTP slews (RFC
/// 5905, appendix A.5.5.6). An hour takes twelve weeks; see [`SteadyClock::accept`].
pub const SLEW: u64 = 2_000;

/// Differences from here on are reported. Clocks that NTP keeps differ by milliseconds.
pub const NOTABLE: Duration = Duration::from_secs(1);

/// Something that says what time it is. It may jump either way; the executor never does.
pub trait Clock: Send + Sync {
    /// The instant it is.
    fn now(&self) -> Timestamp;

    /// A stopwatch that no one sets. A clock without one stands still.
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    /// Microseconds by which this clock is ahead of the system's.
    fn offset_us(&self) -> i64 {
        0
    }
}

/// The system's clock, as it is set.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_micros()).unwrap_or(i64::MAX),
        };
        Timestamp(micros)
    }

    fn elapsed(&self) -> Duration {
        // Unlike the monotonic clock, it goes on while the machine is suspended.
        let since = clock_gettime(ClockId::Boottime);
        let (seconds, nanos) = (u64::try_from(since.tv_sec).unwrap_or(0), u32::try_from(since.tv_nsec).unwrap_or(0));
        Duration::new(seconds, nanos)
    }
}

/// The server's clock: the system's when it started, then a stopwatch that follows the system's slowly.
pub struct SteadyClock<C = SystemClock> {
    system: C,
    state: Mutex<Steady>,
}

/// Where a steady clock is, in nanoseconds.
struct Steady {
    elapsed_ns: i128,
    now_ns: i128,
    /// Nanoseconds gone by that no correction was made for yet.
    credit_ns: i128,
}

const NANOS: i128 = 1_000;

impl<C: Clock> SteadyClock<C> {
    /// A clock that adopts the system's.
    pub fn new(system: C) -> SteadyClock<C> {
        let (elapsed_ns, now_ns) = (nanos(system.elapsed()), i128::from(system.now().0) * NANOS);
        SteadyClock { system, state: Mutex::new(Steady { elapsed_ns, now_ns, credit_ns: 0 }) }
    }

    /// Adopts the system's clock at once, for an operator who knows that it is right. Instants of a ledger go on from
    /// its last one all the same. Gives the microseconds by which this clock was ahead.
    pub fn accept(&self) -> i64 {
        let offset = self.offset_us();
        self.state.lock().now_ns = i128::from(self.system.now().0) * NANOS;
        offset
    }
}

impl<C: Clock> Clock for SteadyClock<C> {
    fn now(&self) -> Timestamp {
        let mut state = self.state.lock();
        let (elapsed_ns, system_ns) = (nanos(self.system.elapsed()), i128::from(self.system.now().0) * NANOS);
        let gone = (elapsed_ns - state.elapsed_ns).max(0);
        state.elapsed_ns = elapsed_ns.max(state.elapsed_ns);
        state.now_ns += gone;
        // What may be corrected grows with the time that went by, and is not saved up.
        let slew = i128::from(SLEW);
        state.credit_ns = (state.credit_ns + gone).min(nanos(NOTABLE));
        let difference = system_ns - state.now_ns;
        let step = difference.clamp(-(state.credit_ns / slew), state.credit_ns / slew);
        state.now_ns += step;
        state.credit_ns -= step.abs() * slew;
        Timestamp(i64::try_from(state.now_ns / NANOS).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        self.system.elapsed()
    }

    fn offset_us(&self) -> i64 {
        self.now().0.saturating_sub(self.system.now().0)
    }
}

fn nanos(duration: Duration) -> i128 {
    i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX)
}

/// Ledgers whose last instant is ahead of the clock, because the clock was, here or elsewhere, when it was recorded.
/// Such a ledger's time goes on from its last instant, as fast as any clock, so that its holds end when they should;
/// other ledgers know nothing of it.
#[derive(Debug, Default)]
pub struct Ahead {
    /// Whether there are any: hardly ever.
    any: AtomicBool,
    /// The instant of a ledger, and when it was that.
    ledgers: Mutex<HashMap<Name, (Timestamp, Duration)>>,
}

impl Ahead {
    /// Notes where a ledger's last instant is. Says by how much it is newly found to be ahead, if it notably is.
    pub(crate) fn note(&self, clock: &dyn Clock, ledger: &Name, last: Timestamp) -> Option<Duration> {
        let by = u64::try_from(last.0.saturating_sub(clock.now().0)).ok().map(Duration::from_micros)?;
        if by < NOTABLE {
            return None;
        }
        let mut ledgers = self.ledgers.lock();
        self.any.store(true, Ordering::Relaxed);
        match ledgers.insert(ledger.clone(), (last, clock.elapsed())) {
            None => Some(by),
            Some(_) => None,
        }
    }

    /// The instant that it is in a ledger whose last one this is.
    pub(crate) fn now_after(&self, clock: &dyn Clock, ledger: &Name, last: Timestamp) -> Timestamp {
        let now = self.now(clock, ledger);
        let is_ahead = last.0.saturating_sub(now.0) >= i64::try_from(NOTABLE.as_micros()).unwrap_or(i64::MAX);
        if !is_ahead {
            return now;
        }
        if let Some(by) = self.note(clock, ledger, last) {
            warn_of(ledger, by);
        }
        self.now(clock, ledger)
    }

    /// The instant that it is in a ledger.
    pub(crate) fn now(&self, clock: &dyn Clock, ledger: &Name) -> Timestamp {
        let now = clock.now();
        if !self.any.load(Ordering::Relaxed) {
            return now;
        }
        let mut ledgers = self.ledgers.lock();
        let Some((at, noted)) = ledgers.get(ledger) else { return now };
        let gone = i64::try_from(clock.elapsed().saturating_sub(*noted).as_micros()).unwrap_or(i64::MAX);
        let its = at.plus_micros(gone);
        if its <= now {
            ledgers.remove(ledger);
            self.any.store(!ledgers.is_empty(), Ordering::Relaxed);
        }
        its.max(now)
    }

    /// The ledgers that are ahead.
    pub(crate) fn ledgers(&self) -> Vec<Name> {
        if self.any.load(Ordering::Relaxed) { self.ledgers.lock().keys().cloned().collect() } else { Vec::new() }
    }
}

/// Says once that a ledger is ahead of the clock.
pub(crate) fn warn_of(ledger: &Name, by: Duration) {
    let seconds = by.as_secs();
    tracing::warn!(%ledger, seconds, "the clock is behind the last instant of this ledger, whose time goes on from there");
}

/// The instant of a ledger's next command: now, and always after the last one that was committed.
#[must_use]
pub fn next_instant(now: Timestamp, last: Timestamp) -> Timestamp {
    now.max(last.plus_micros(1))
}

/// The system's clock, for what has no place for instants before 1970: ids, and the Date of a response.
#[must_use]
pub fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// What ids and random bytes are drawn from while a story is told that must be the same each time. Nothing is secret then.
struct Script {
    clock: Arc<dyn Clock>,
    random: fastrand::Rng,
    /// The last id's instant in milliseconds, and its place among those of the same.
    last: (u64, u16),
}

static SCRIPT: Mutex<Option<Script>> = Mutex::new(None);

/// Whether there is a script. It is looked at for every id.
static IS_SCRIPTED: AtomicBool = AtomicBool::new(false);

/// Until this is dropped, ids and random bytes of this process follow from a seed and a clock, so a history that is made by the
/// same commands has the same hashes. No key or secret may be made meanwhile.
#[must_use]
pub struct Scripted(());

impl Scripted {
    /// Begins to draw from a seed.
    pub fn begin(seed: u64, clock: Arc<dyn Clock>) -> Scripted {
        *SCRIPT.lock() = Some(Script { clock, random: fastrand::Rng::with_seed(seed), last: (0, 0) });
        IS_SCRIPTED.store(true, Ordering::SeqCst);
        Scripted(())
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        IS_SCRIPTED.store(false, Ordering::SeqCst);
        *SCRIPT.lock() = None;
    }
}

impl Script {
    /// What a script draws, while there is one.
    fn draw<T>(draw: impl FnOnce(&mut Script) -> T) -> Option<T> {
        if !IS_SCRIPTED.load(Ordering::Relaxed) {
            return None;
        }
        SCRIPT.lock().as_mut().map(draw)
    }

    fn id(&mut self) -> Id {
        let now = u64::try_from(self.clock.now().0 / 1_000).unwrap_or(0);
        let place = if now == self.last.0 { self.last.1.wrapping_add(1) } else { 0 };
        self.last = (now, place);
        let mut bytes = [0; 10];
        self.random.fill(&mut bytes);
        // The first twelve of these bits count, so that ids stay in order.
        let [high, low] = place.to_be_bytes();
        (bytes[0], bytes[1]) = (high, low);
        Id(uuid::Builder::from_unix_timestamp_millis(now, &bytes).into_uuid().as_u128())
    }
}

/// A fresh id in order of time (UUIDv7), for a command that no one else named: such ids append to the index of
/// outcomes. The instant in it is the id's own, which no rule reads.
#[must_use]
pub fn fresh_id() -> Id {
    if let Some(id) = Script::draw(Script::id) {
        return id;
    }
    static ORDER: LazyLock<Mutex<uuid::ContextV7>> = LazyLock::new(|| Mutex::new(uuid::ContextV7::new()));
    let since = since_1970();
    let timestamp = uuid::Timestamp::from_unix(&*ORDER.lock(), since.as_secs(), since.subsec_nanos());
    Id(uuid::Uuid::new_v7(timestamp).as_u128())
}

/// Bytes that no one can guess.
///
/// # Panics
/// When the system gives none: it must not go on with others.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if Script::draw(|script| script.random.fill(&mut bytes)).is_some() {
        return bytes;
    }
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;

    use super::*;

    #[test]
    fn time_never_goes_back() {
        assert_eq!(next_instant(Timestamp(10), Timestamp(5)), Timestamp(10));
        assert_eq!(next_instant(Timestamp(5), Timestamp(10)), Timestamp(11));
        assert_eq!(next_instant(Timestamp(5), Timestamp(5)), Timestamp(6));
        assert_eq!(next_instant(Timestamp(5), Timestamp::MIN), Timestamp(5));
    }

    /// A system's clock that is set, and a stopwatch that is not.
    #[derive(Default)]
    struct Set {
        now_us: AtomicI64,
        elapsed_us: AtomicI64,
    }

    impl Clock for &Set {
        fn now(&self) -> Timestamp {
            Timestamp(self.now_us.load(Ordering::Relaxed))
        }

        fn elapsed(&self) -> Duration {
            Duration::from_micros(self.elapsed_us.load(Ordering::Relaxed).unsigned_abs())
        }
    }

    impl Set {
        fn pass(&self, seconds: i64) {
            self.now_us.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
            self.elapsed_us.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
        }

        fn step(&self, seconds: i64) {
            self.now_us.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
        }
    }

    #[test]
    fn steps_of_the_system_move_the_clock_slowly() {
        for step in [-3_600, 3_600] {
            let system = Set::default();
            system.now_us.store(1_800_000_000_000_000, Ordering::Relaxed);
            let clock = SteadyClock::new(&system);
            let before = clock.now().0;
            system.step(step);
            assert_eq!(clock.now().0, before, "a step is no time");
            assert_eq!(clock.offset_us(), -step * 1_000_000);
            for _ in 0..600 {
                system.pass(1);
                clock.now();
            }
            // Ten minutes are ten minutes, less or more than a third of a second.
            let gone = clock.now().0 - before;
            assert_eq!(gone, 600_000_000 + step.signum() * 300_000);
            assert_eq!(clock.accept(), -(step * 1_000_000 - step.signum() * 300_000));
            assert_eq!(clock.offset_us(), 0);
        }
    }

    #[test]
    fn small_differences_are_worked_off_however_often_it_is_read() {
        let system = Set::default();
        let clock = SteadyClock::new(&system);
        system.now_us.fetch_add(1_000, Ordering::Relaxed);
        for _ in 0..3_000_000 {
            system.elapsed_us.fetch_add(1, Ordering::Relaxed);
            system.now_us.fetch_add(1, Ordering::Relaxed);
            clock.now();
        }
        assert_eq!(clock.offset_us(), 0);
    }

    #[test]
    fn a_ledger_that_is_ahead_goes_on_as_fast_as_any() {
        let system = Set::default();
        let (ahead, ledger) = (Ahead::default(), Name::parse("far").expect("a name"));
        let far = Timestamp(3_600_000_000);
        assert!(ahead.note(&&system, &ledger, Timestamp(999_999)).is_none());
        assert_eq!(ahead.note(&&system, &ledger, far), Some(Duration::from_secs(3_600)));
        system.pass(5);
        assert_eq!(ahead.now(&&system, &ledger), far.plus_micros(5_000_000));
        assert_eq!(ahead.now(&&system, &Name::parse("near").expect("a name")), Timestamp(5_000_000));
        // When the clock has caught up, there is nothing special about it.
        system.step(7_200);
        assert_eq!(ahead.now(&&system, &ledger), Timestamp(7_205_000_000));
        assert!(ahead.ledgers().is_empty());
    }
}
