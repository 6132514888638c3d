//! What is looked at when metrics are read: the queue, the store, the clocks, other nodes, and what was done for advances.

use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ducat_engine::Engine;
use ducat_engine::advances;
use ducat_engine::health::Health;
use ducat_engine::webhooks::{Endpoint, State};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// Where it is looked.
pub(super) struct Node {
    engine: Engine,
    collector: advances::Collector,
}

impl Node {
    pub fn new(engine: Engine, collector: advances::Collector) -> Node {
        Node { engine, collector }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Node")
    }
}

/// Writes metrics one after the other.
struct Writer<'a>(DescriptorEncoder<'a>);

impl Writer<'_> {
    fn gauge(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        ConstGauge::new(value).encode(self.0.encode_descriptor(name, help, None, MetricType::Gauge)?)
    }

    fn gauge_in(&mut self, unit: &Unit, name: &str, help: &str, value: f64) -> fmt::Result {
        ConstGauge::new(value).encode(self.0.encode_descriptor(name, help, Some(unit), MetricType::Gauge)?)
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        ConstCounter::new(value).encode(self.0.encode_descriptor(name, help, None, MetricType::Counter)?)
    }

    /// A counter with one label.
    fn counters(&mut self, name: &str, help: &str, label: &str, values: &[(&str, u64)]) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (word, value) in values {
            ConstCounter::new(*value).encode(metric.encode_family(&[(label, *word)])?)?;
        }
        Ok(())
    }
}

/// Integers as Prometheus keeps all numbers: in floating point, exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "Prometheus keeps floating point alone")]
const fn number(value: u64) -> f64 {
    value as f64
}

fn seconds(micros: i64) -> f64 {
    Duration::from_micros(micros.unsigned_abs()).as_secs_f64().copysign(if micros < 0 { -1.0 } else { 1.0 })
}

impl Collector for Node {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut writer = Writer(encoder);
        self.queue(&mut writer)?;
        self.store(&mut writer)?;
        self.clocks(&mut writer)?;
        self.nodes(&mut writer)?;
        self.webhooks(&mut writer)?;
        self.advances(&mut writer)
    }
}

impl Node {
    fn queue(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let (queued, max) = self.engine.queue_depth();
        writer.gauge("queue_postings", "Postings queued or under way", queued.into())?;
        writer.gauge("queue_postings_max", "Postings that may be queued or under way", max.into())
    }

    fn store(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let published = self.engine.published();
        let is_up = published.health() == Health::Good && !published.is_settling();
        writer.gauge("store_up", "1 while the store takes commits, else 0", f64::from(u8::from(is_up)))?;
        let Some(figures) = self.engine.meters().figures() else { return Ok(()) };
        let help = "The size of the file, or of the database";
        writer.gauge_in(&Unit::Bytes, "store_size", help, number(figures.bytes))?;
        if let Some(bytes) = figures.log_bytes {
            let help = "The size of the write-ahead log of the file";
            writer.gauge_in(&Unit::Bytes, "store_wal", help, number(bytes))?;
        }
        let Some(flush) = figures.flush else { return Ok(()) };
        let help = "Effects whose balances and ids may be in the journal alone";
        writer.gauge("flush_lag_effects", help, number(flush.lag_effects))?;
        writer.counter("flushed_rows", "Rows that were written behind the journal", flush.rows)?;
        let time = ConstCounter::new(flush.time.as_secs_f64());
        let help = "What commits spent on writing rows behind the journal";
        time.encode(writer.0.encode_descriptor("flush", help, Some(&Unit::Seconds), MetricType::Counter)?)
    }

    fn clocks(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let (clock_us, ledger_us) = self.engine.clock_offsets_us();
        let help = "How far the server's clock is ahead of the system's, which was set back; below 0 behind it";
        writer.gauge_in(&Unit::Seconds, "clock_ahead", help, seconds(clock_us))?;
        let help = "How far the ledger that is furthest ahead of the server's clock is";
        writer.gauge_in(&Unit::Seconds, "ledger_ahead", help, seconds(ledger_us))?;
        if let Some(offset) = self.engine.standing().and_then(|standing| standing.clock()) {
            let help = "How far this machine's clock is ahead of the database's";
            writer.gauge_in(&Unit::Seconds, "clock_skew", help, seconds(offset.micros))?;
        }
        Ok(())
    }

    fn nodes(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let help = "1 while this node takes ledgers, 0 while something keeps it from that";
        writer.gauge("node_serving", help, f64::from(u8::from(self.engine.may_serve())))?;
        let Some(standing) = self.engine.standing() else { return Ok(()) };
        let count = |count: usize| number(count as u64);
        writer.gauge("leases", "Ledgers of which this node has the lease", count(self.engine.leases()))?;
        let changes = self.engine.lease_changes();
        let values = [("taken", changes.taken), ("ended", changes.ended)];
        writer.counters("lease_changes", "Leases that this node took, and that ended", "change", &values)?;
        writer.gauge("peers", "Other nodes that are alive", count(standing.others().len()))?;
        let help = "Other nodes that are alive and cannot be reached from here";
        writer.gauge("peers_unreachable", help, count(standing.all_unreachable().len()))?;
        let help = "1 while the keys are those of the database, 0 while no key is taken because that is not known";
        if !self.engine.ring().is_closed() {
            return Ok(());
        }
        writer.gauge("keys_fresh", help, f64::from(u8::from(self.engine.ring().is_fresh())))
    }

    fn webhooks(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let ended = |endpoint: &Endpoint| endpoint.state == State::Disabled && !endpoint.record.reason.is_empty();
        let count = self.engine.endpoints().all().iter().filter(|endpoint| ended(endpoint)).count();
        writer.gauge("webhooks_disabled", "Webhooks that the server has disabled, on any node", number(count as u64))
    }

    fn advances(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let totals = self.collector.totals();
        let [new, repeated, unreadable, sent, unanswered, refused, done, failed] = [
            &totals.new,
            &totals.repeated,
            &totals.unreadable,
            &totals.sent,
            &totals.unanswered,
            &totals.refused,
            &totals.runs_done,
            &totals.runs_failed,
        ]
        .map(|count| count.load(Ordering::Relaxed));
        let values = [("new", new), ("repeated", repeated), ("unreadable", unreadable)];
        writer.counters("advances_report_rows", "Rows of the processor's reports", "result", &values)?;
        let values = [("sent", sent), ("unanswered", unanswered), ("refused", refused)];
        writer.counters("advances_transactions", "Transactions asked of the processor", "result", &values)?;
        writer.counters("advances_runs", "Daily runs", "result", &[("done", done), ("failed", failed)])
    }
}
