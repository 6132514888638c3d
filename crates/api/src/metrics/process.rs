//! The process itself, under the names that Prometheus's own clients use. Where `/proc` is not there, nothing is said.

use std::fmt;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use rustix::param::{clock_ticks_per_second, page_size};
use rustix::time::{ClockId, clock_gettime};

/// Reads `/proc/self` whenever metrics are read.
#[derive(Debug)]
pub struct Process;

/// The fields of `/proc/self/stat` after the name of the program, which may hold anything: proc_pid_stat(5).
fn stat() -> Option<Vec<u64>> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    Some(fields.split_ascii_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus keeps floating point alone")]
fn seconds(clock: ClockId) -> f64 {
    let now = clock_gettime(clock);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus keeps floating point alone")]
impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(fields) = stat() else { return Ok(()) };
        // Counted from the state, which is field 3 there.
        let field = |number: usize| fields.get(number - 3).copied().unwrap_or(0);
        let ticks = clock_ticks_per_second() as f64;
        let cpu = ConstCounter::new((field(14) + field(15)) as f64 / ticks);
        cpu.encode(encoder.encode_descriptor(
            "cpu",
            "Time on processors",
            Some(&Unit::Seconds),
            MetricType::Counter,
        )?)?;
        let mut gauge = |name: &str, help: &str, unit: Option<&Unit>, value: f64| {
            ConstGauge::new(value).encode(encoder.encode_descriptor(name, help, unit, MetricType::Gauge)?)
        };
        let resident = field(24) as f64 * page_size() as f64;
        gauge("resident_memory", "Memory in use", Some(&Unit::Bytes), resident)?;
        // What is counted from the start of the system, put on the calendar.
        let age = seconds(ClockId::Boottime) - field(22) as f64 / ticks;
        let start = seconds(ClockId::Realtime) - age;
        gauge("start_time", "When the process started, since 1970", Some(&Unit::Seconds), start)?;
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            gauge("open_fds", "Open file descriptors", None, open.count() as f64)?;
        }
        Ok(())
    }
}
